/** The four apps as a test talks to them: by request and answer, through the edge's door. */
import { createHash, generateKeyPairSync, type KeyObject, randomUUID, sign } from "node:crypto"
import type { Hono } from "hono"
import * as pairing from "#actions/pairing"
import * as signing from "#actions/signing"
import { deviceApp } from "#api/device/app"
import type { Env } from "#api/http"
import { reportApp } from "#api/report/app"
import { residentApp } from "#api/resident/app"
import { staffApp } from "#api/staff/app"
import type { Provider } from "#api/staff/openid"
import type { StationId } from "#domain/station"
import type { PublicKey } from "#store/people"
import { codeFor, type TestWorld } from "./world.ts"

const edgeKey = "edge"
// biome-ignore lint/suspicious/noExplicitAny: a test says what it expects of a body by comparing it
export type Reply = { status: number; body: any; headers: Headers; text: string }
type Body = Record<string, unknown> | undefined

/** Signing in is proved against the real provider elsewhere; here its answer is the subject itself. */
const told: Provider = {
  start: async () => ({ url: "http://provider.test/", signIn: { verifier: "v", state: "s", nonce: "n" } }),
  finish: async (callback) => ({ subject: callback.searchParams.get("code") ?? "" }),
  leave: async () => undefined,
}

export function apps(world: TestWorld) {
  const door = { edgeKey }
  return {
    resident: residentApp(world, door),
    report: reportApp(world, door),
    device: deviceApp(world, door),
    staff: staffApp(world, door, told),
  }
}
export type Apps = ReturnType<typeof apps>

export async function send(
  app: Hono<Env>,
  method: string,
  path: string,
  body?: Body,
  headers: Record<string, string> = {},
): Promise<Reply> {
  const answer = await app.request(path, {
    method,
    headers: {
      "x-doorstep-edge": edgeKey,
      "x-doorstep-address": "10.0.0.1",
      ...(body !== undefined && { "content-type": "application/json" }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  const json = /json/.test(answer.headers.get("content-type") ?? "")
  return { status: answer.status, body: json && text ? JSON.parse(text) : undefined, headers: answer.headers, text }
}

/** A phone that has answered its code: posts and gets as JSON, with its cookie. */
export async function aResident(world: TestWorld, app: Hono<Env>, mobile: string) {
  await send(app, "POST", "/api/codes", { mobile })
  const opened = await send(app, "POST", "/api/sessions", { mobile, code: await codeFor(world, mobile) })
  if (opened.status !== 201) throw new Error(`No session: ${opened.text}`)
  const cookie = opened.headers
    .getSetCookie()
    .map((it) => it.split(";")[0])
    .join("; ")
  return {
    cookie,
    key: async () => (await send(app, "POST", "/api/form-keys")).body.key as string,
    post: (path: string, body: Body) => send(app, "POST", path, body, { cookie }),
    get: (path: string) => send(app, "GET", path, undefined, { cookie }),
  }
}

export async function aClerk(world: TestWorld, app: Hono<Env>, id: string) {
  const { token } = await signing.signIn(world, id, world.now())
  const headers = { cookie: `__Host-staff=${token}`, "x-doorstep": "1" }
  const post = (path: string, body: Body = {}) => send(app, "POST", path, { op: randomUUID(), ...body }, headers)
  return {
    headers,
    get: (path: string) => send(app, "GET", path, undefined, headers),
    post,
    at: (window: number) => (what: string, number?: string, op?: string) =>
      post(`/staff/windows/${window}/${what}`, { ...(number && { number }), ...(op && { op }) }),
  }
}

export async function aDevice(
  world: TestWorld,
  app: Hono<Env>,
  kind: "kiosk" | "display" = "kiosk",
  station: StationId = "FZ-JA-P01",
) {
  const { code } = await pairing.invite(world, { kind: "system", name: "test" }, { station, kind, name: kind })
  const keys = generateKeyPairSync("ec", { namedCurve: "P-256" })
  const { kty, crv, x, y } = keys.publicKey.export({ format: "jwk" }) as PublicKey
  const paired = await send(app, "POST", "/device/pair", { code, publicKey: { kty, crv, x, y } })
  if (paired.status !== 201) throw new Error(`Not paired: ${paired.text}`)
  const id = paired.body.id as string
  const ask = (method: string, path: string, body?: Body, time = world.now()) =>
    send(app, method, path, body, signedBy(id, keys.privateKey, method, path, body, time))
  return {
    id,
    key: keys.privateKey,
    ask,
    get: (path: string) => ask("GET", path),
    post: (path: string, body: Body) => ask("POST", path, { op: randomUUID(), ...body }),
  }
}

/** `body` as an object, or as text that need not be JSON. */
export function signedBy(id: string, key: KeyObject, method: string, path: string, body: Body | string, time: number) {
  const hash = createHash("sha256")
    .update(typeof body === "object" ? JSON.stringify(body) : (body ?? ""))
    .digest("hex")
  const signature = sign("sha256", Buffer.from([method, path, time, hash].join("\n")), {
    key,
    dsaEncoding: "ieee-p1363",
  })
  return {
    "x-doorstep-device": id,
    "x-doorstep-time": String(time),
    "x-doorstep-signature": signature.toString("base64url"),
  }
}
