/** From the clerk's press to the number on the wall: the whole system, a display that asks every second, whenever its second falls. */
import { generateKeyPairSync, randomUUID } from "node:crypto"
import { setTimeout as pause } from "node:timers/promises"
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb"
import { signIn } from "#actions/signing"
import { keyring } from "#store/keyring"
import { signedBy } from "#test/apps"
import { aPortal } from "#test/system"
import { aKiosk, ask } from "#test/visitor"
import { clientOf } from "#test/world"
import type { World } from "#world"
import { type Figures, figure, percentile } from "../figures.ts"

const calls = 30
const everyMs = 1_000

export async function hallGroup(): Promise<Figures> {
  const system = await aPortal()
  try {
    const kiosk = await aKiosk(system)
    const see = await aDisplay(system)
    const { cookie } = await aSession(system, "clerk-p01-1")
    const press = (path: string, body: object) =>
      ask(system, "POST", path, { op: randomUUID(), ...body }, { cookie, "x-doorstep": "1" })
    await press("/staff/windows/1/sit", {})
    const ms: number[] = []
    for (let i = 0; i < calls; i++) {
      await kiosk("/device/tickets", { service: "rp-endorse" })
      const phase = Math.random() * everyMs
      const from = performance.now()
      const called = press("/staff/windows/1/call", {})
      for (let asked = 0; ; asked++) {
        await pause(Math.max(0, from + phase + asked * everyMs - performance.now()))
        const { number } = (await called).body.visit
        if ((await see()).includes(number)) break
      }
      ms.push(performance.now() - from)
      const { number } = (await called).body.visit
      for (const act of ["start", "finish"]) await press(`/staff/windows/1/${act}`, { number })
    }
    return { "live.call_to_display_p95_ms": { ...figure(ms, "ms"), value: Math.round(percentile(ms, 0.95)) } }
  } finally {
    await system.stop()
  }
}

type System = Awaited<ReturnType<typeof aPortal>>

/** The numbers of the last calls, as the wall has them. */
async function aDisplay(system: System): Promise<() => Promise<string[]>> {
  const { display } = (await system.invoke("Setup", { pair: true })) as { display: { code: string } }
  const keys = generateKeyPairSync("ec", { namedCurve: "P-256" })
  const { kty, crv, x, y } = keys.publicKey.export({ format: "jwk" })
  const publicKey = { kty, crv, x, y }
  const { id } = (await ask(system, "POST", "/device/pair", { code: display.code, publicKey })).body
  return async () => {
    const signed = signedBy(id, keys.privateKey, "GET", "/device/live", undefined, Date.now() + system.clockOffset)
    const { body } = await ask(system, "GET", "/device/live", undefined, signed)
    return body.calls.map((it: { number: string }) => it.number)
  }
}

/** Signed in past the provider: what is measured begins at the window. */
export async function aSession(system: System, id: string): Promise<{ cookie: string }> {
  const world = {
    db: DynamoDBDocumentClient.from(clientOf(system.dynamodbEndpoint), {
      marshallOptions: { removeUndefinedValues: true },
    }),
    tables: { live: system.tableNames.Live! },
    keyring: keyring({ indexKey: system.secret("IndexKey"), signingKey: system.secret("SigningKey") }),
    now: () => Date.now() + system.clockOffset,
    random: (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes)),
  } as unknown as World
  const { token } = await signIn(world, id)
  return { cookie: `__Host-staff=${token}` }
}
