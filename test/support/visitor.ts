/** People who come to the portal's public address: a phone with a code, a kiosk with its key. */
import { generateKeyPairSync, randomUUID } from "node:crypto"
import type { System } from "#local/system"
import { signedBy } from "./apps.ts"
import { until } from "./system.ts"

// biome-ignore lint/suspicious/noExplicitAny: a test says what it expects of a body by comparing it
export type Said = { status: number; body: any; headers: Headers }

export async function ask(
  system: System,
  method: string,
  path: string,
  body?: object,
  headers: Record<string, string> = {},
): Promise<Said> {
  const answer = await fetch(system.url + path, {
    method,
    headers: { ...(body && { "content-type": "application/json" }), ...headers },
    ...(body && { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  return {
    status: answer.status,
    body: /^application\/(problem\+)?json\b/.test(answer.headers.get("content-type") ?? "") ? JSON.parse(text) : text,
    headers: answer.headers,
  }
}

/** The code as it arrives on the phone, through table, stream, queue and gateway. */
export async function aPhone(system: System, mobile: string) {
  await ask(system, "POST", "/api/codes", { mobile })
  const message = await until("the code on the phone", () =>
    system.phones.received(mobile).find((it) => /\d{6}/.test(it.text)),
  )
  const code = /\d{6}/.exec(message.text)![0]
  const opened = await ask(system, "POST", "/api/sessions", { mobile, code })
  const cookie = opened.headers
    .getSetCookie()
    .map((it) => it.split(";")[0])
    .join("; ")
  return {
    received: () => system.phones.received(mobile).map((it) => it.text),
    book: async (form: { station: string; date: string; time: string; idNumber: string; name?: string }) => {
      const { key } = (await ask(system, "POST", "/api/form-keys")).body
      return ask(
        system,
        "POST",
        "/api/appointments",
        { key, services: ["rp-endorse"], name: "张三", ...form },
        { cookie },
      )
    },
  }
}

/** A kiosk, or a hall display, with its key; without a body it only asks. */
export async function aKiosk(system: System, kind: "kiosk" | "display" = "kiosk") {
  const codes = (await system.invoke("Setup", { pair: true })) as Record<typeof kind, { code: string }>
  const keys = generateKeyPairSync("ec", { namedCurve: "P-256" })
  const { kty, crv, x, y } = keys.publicKey.export({ format: "jwk" })
  const { id } = (await ask(system, "POST", "/device/pair", { code: codes[kind].code, publicKey: { kty, crv, x, y } }))
    .body
  return (path: string, body?: object) => {
    const sent = body && { op: randomUUID(), ...body }
    const method = sent ? "POST" : "GET"
    const headers = signedBy(id, keys.privateKey, method, path, sent, Date.now() + system.clockOffset)
    return ask(system, method, path, sent, headers)
  }
}
