/** What a refusal costs us, followed to its end: an abuser who sends it all day long should pay more for sending than we for answering. */
import { createHash, randomBytes } from "node:crypto"
import { referenceOf } from "#domain/id"
import { dataKeys } from "#store/dataKeys"
import { ofAddress } from "#store/limits"
import { keyAtHand, vault } from "#store/vault"
import { type Apps, aDevice, apps, type Reply, send } from "#test/apps"
import { reached } from "#test/limits"
import { aMobile, anIdNumber } from "#test/people"
import type { TestWorld } from "#test/world"
import { type Figures, figure, table } from "../figures.ts"
import { bookingCost, entered, type FunctionName, readsOf, writesOf } from "../ledger.ts"
import { type Meter, meter } from "../meter.ts"
import { aForm, aVerifiedPhone, built, threeWindows, wishes } from "../scene.ts"
import type { Stand } from "../stand.ts"

const runs = 5
const address = "10.0.0.1"
const visit = ["rp-endorse"] as const

type Refusal = {
  by: FunctionName
  code: string
  /** What must be so before; answers the request that is refused. */
  ready: () => Promise<() => Promise<Reply>>
}

export async function refusedGroup(stand: Stand): Promise<Figures> {
  const world = await stand.world()
  let kms = 0
  // The key that the world was made with (test/support/world.ts).
  const master = keyAtHand(createHash("sha256").update(world.tables.bookings.slice("Bookings-".length)).digest())
  world.vault = vault(
    {
      newDataKey: () => {
        kms++
        return master.newDataKey()
      },
      unwrap: (wrapped) => {
        kms++
        return master.unwrap(wrapped)
      },
    },
    dataKeys(world.db, world.tables.bookings),
  )
  const counted = meter(world)
  await built(world, threeWindows)
  const app = apps(world)
  const figures: Figures = {}
  const rows: (string | number)[][] = []
  for (const [name, { by, code, ready }] of Object.entries(await refusals(world, app, counted))) {
    const costs: { write_units: number; read_units: number; kms_calls: number; queue_requests: number }[] = []
    // The first is not counted: what a process keeps of stations and keys is there by then.
    for (let run = 0; run <= runs; run++) {
      const refused = await ready()
      kms = 0
      const entry = await entered(world, counted, by, async () => {
        const answer = await refused()
        const said = answer.body?.code ?? answer.status
        if (said !== code) throw new Error(`${name}: ${said} instead of ${code}`)
      })
      const units = { write_units: writesOf(entry.whole), read_units: readsOf(entry.whole) }
      if (run > 0) costs.push({ ...units, kms_calls: kms, queue_requests: entry.sqs })
    }
    for (const cost of ["write_units", "read_units", "kms_calls", "queue_requests"] as const)
      figures[`refused.${name}.${cost}`] = figure(
        costs.map((it) => it[cost]),
        cost.replace("_", " "),
      )
    const [first] = costs
    rows.push([name, code, ...Object.values(first!)])
  }
  console.log(table(["refused, followed to its end", "answer", "writes", "reads", "KMS", "SQS"], rows))
  return figures
}

async function refusals(world: TestWorld, app: Apps, counted: Meter): Promise<Record<string, Refusal>> {
  let n = 60_000
  const post = (path: string, body: Record<string, unknown>, cookie = "") =>
    send(app.resident, "POST", path, body, { "x-doorstep-address": address, ...(cookie && { cookie }) })
  const phoneOf = (mobile: string) => world.keyring.blind("phone", mobile)
  const aCode = async (mobile: string) => {
    const asked = await post("/api/codes", { mobile })
    if (asked.status !== 201) throw new Error(`No code: ${asked.text}`)
  }
  const wish = wishes(threeWindows, visit, 7)
  let used = 0
  /** Somebody who is booked already, at a place of their own. */
  const booked = async () => bookingCost(world, counted, wish[used++ * 3]!)
  const kiosk = await aDevice(world, app.device)
  const resident = (code: string, ready: Refusal["ready"]): Refusal => ({ by: "ResidentApi", code, ready })
  const device = (code: string, ready: Refusal["ready"]): Refusal => ({ by: "DeviceApi", code, ready })
  const form = (who: number, at = wish.at(-1 - used)!) => aForm(world, threeWindows, visit, who, at)

  return {
    code_again: resident("201", async () => {
      const mobile = aMobile(n++)
      await aCode(mobile)
      return async () => ({ ...(await post("/api/codes", { mobile })), body: { code: "201" } })
    }),
    code_limit: resident("too-many-codes", async () => {
      const mobile = aMobile(n++)
      await reached(world, "code-phone", phoneOf(mobile))
      return () => post("/api/codes", { mobile })
    }),
    code_wrong: resident("code-wrong", async () => {
      const mobile = aMobile(n++)
      await aCode(mobile)
      return () => post("/api/sessions", { mobile, code: "000000" })
    }),
    code_never_asked: resident(
      "code-wrong",
      async () => () => post("/api/sessions", { mobile: aMobile(n++), code: "000000" }),
    ),
    code_tries_used_up: resident("too-many-tries", async () => {
      const mobile = aMobile(n++)
      await aCode(mobile)
      for (let i = 0; i < 5; i++) await post("/api/sessions", { mobile, code: "000000" })
      return () => post("/api/sessions", { mobile, code: "000000" })
    }),
    reference_unknown: resident(
      "appointment-not-found",
      async () => () =>
        post("/api/appointments/find", {
          ref: referenceOf(world.keyring.sign("reference", String(n++))),
          last4: "0000",
        }),
    ),
    reference_limit: resident("too-many-tries", async () => {
      const ref = referenceOf(world.keyring.sign("reference", String(n++)))
      await reached(world, "find-reference", world.keyring.blind("ref", ref))
      return () => post("/api/appointments/find", { ref, last4: "0000" })
    }),
    place_taken: resident("place-taken", async () => {
      const at = wish[used++ * 3]!
      for (const same of wish.filter((it) => it.date === at.date && it.time === at.time))
        await bookingCost(world, counted, same)
      const { cookie } = await aVerifiedPhone(world, n)
      const body = form(n++, at)
      // A snapshot may be a second old.
      await new Promise((resolve) => setTimeout(resolve, 1_100))
      return () => post("/api/appointments", body, cookie)
    }),
    already_booked: resident("already-booked", async () => {
      const { n: who } = await booked()
      const { cookie } = await aVerifiedPhone(world, who)
      return () => post("/api/appointments", form(who), cookie)
    }),
    known_to_another: resident("already-booked", async () => {
      const { n: who } = await booked()
      const { cookie } = await aVerifiedPhone(world, n++)
      return () => post("/api/appointments", form(who), cookie)
    }),
    known_limit: resident("too-many-tries", async () => {
      const { cookie, actor } = await aVerifiedPhone(world, n++)
      await reached(world, "known-phone", actor.phone)
      return () => post("/api/appointments", form(n++), cookie)
    }),
    link_forged: resident(
      "appointment-not-found",
      async () => () => send(app.resident, "GET", `/api/appointments/${randomBytes(60).toString("base64url")}`),
    ),
    session_forged: resident(
      "phone-unverified",
      async () => () => post("/api/appointments", form(n++), `session=${randomBytes(16).toString("base64url")}`),
    ),
    body_too_large: resident("body-too-large", async () => () => post("/api/codes", { mobile: "1".repeat(70_000) })),
    body_malformed: resident("invalid-input", async () => () => post("/api/codes", { mobile: anIdNumber(1) })),
    not_signed_in: {
      by: "StaffApi",
      code: "not-signed-in",
      ready: async () => () =>
        send(app.staff, "GET", "/staff/line", undefined, {
          cookie: `__Host-staff=${randomBytes(16).toString("base64url")}`,
        }),
    },
    device_unknown: device(
      "device-unknown",
      async () => () =>
        send(app.device, "GET", "/device/live", undefined, {
          "x-doorstep-device": "dev_0000",
          "x-doorstep-time": String(world.now()),
          "x-doorstep-signature": "A".repeat(86),
        }),
    ),
    signature_bad: device(
      "device-unknown",
      async () => () =>
        send(app.device, "GET", "/device/live", undefined, {
          "x-doorstep-device": kiosk.id,
          "x-doorstep-time": String(world.now()),
          "x-doorstep-signature": "A".repeat(86),
        }),
    ),
    pairing_wrong: device("pairing-wrong", async () => () => send(app.device, "POST", "/device/pair", pairing())),
    pairing_limit: device("too-many-tries", async () => {
      await reached(world, "pair-address", ofAddress(world, address))
      return () => send(app.device, "POST", "/device/pair", pairing())
    }),
  }
}

const pairing = () => ({
  code: randomBytes(8).toString("hex").slice(0, 10),
  publicKey: { kty: "EC", crv: "P-256", x: "A".repeat(43), y: "A".repeat(43) },
})
