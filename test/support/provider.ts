/** The real provider in process, and browsers that go between it and the staff's app as people's do. */
import { generateKeyPairSync, randomBytes, sign } from "node:crypto"
import { vi } from "vitest"
import { staffApp } from "#api/staff/app"
import { provider } from "#api/staff/openid"
import type { Keys } from "#local/keys"
import { startOpenId } from "#local/openid"
import { send } from "./apps.ts"
import type { TestWorld } from "./world.ts"

const secret = randomBytes(16).toString("hex")
const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 })
const keys: Keys = {
  secret: () => secret,
  masters: {},
  signing: { keys: [{ ...privateKey.export({ format: "jwk" }), use: "sig", alg: "RS256", kid: "test" }] },
  cookies: [randomBytes(16).toString("hex")],
}
/** What a browser keeps of one side. */
type Jar = Map<string, string>

const written = (jar: Jar) => [...jar].map(([name, value]) => `${name}=${value}`).join("; ")

function kept(jar: Jar, headers: Headers) {
  for (const line of headers.getSetCookie()) {
    const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line)!
    if (value === "" || /max-age=0/i.test(line)) jar.delete(name)
    else jar.set(name, value)
  }
}

export type Desk = Awaited<ReturnType<typeof aDesk>>

/** The staff's app in this world, with the provider that its configuration names: the embedded one, if not told otherwise. */
export async function aDesk(world: TestWorld, start: typeof startOpenId = startOpenId) {
  const openid = await start({ portalUrl: world.portal.url, clientSecret: secret, keys })
  world.portal.issuer = openid.issuer
  const app = staffApp(world, { edgeKey: "edge" }, provider(world, secret))

  function aBrowser() {
    const here: Jar = new Map()
    const there: Jar = new Map()
    /** Asks the portal; answers with where it leads. */
    async function ask(path: string, method = "GET", body?: Record<string, unknown>) {
      const answer = await send(app, method, path, body, { cookie: written(here), "x-doorstep": "1" })
      kept(here, answer.headers)
      return { ...answer, to: answer.headers.get("location") ?? "" }
    }
    async function visit(url: string, form?: Record<string, string>) {
      const answer = await fetch(url, {
        redirect: "manual",
        headers: { cookie: written(there) },
        ...(form && { method: "POST", body: new URLSearchParams(form) }),
      })
      kept(there, answer.headers)
      const to = answer.headers.get("location")
      return { status: answer.status, to: to ? new URL(to, url).href : "", text: await answer.text() }
    }
    /** At the provider, as whom one says one is, and back: the callback, not yet followed. */
    async function prove(address: string, sub: string): Promise<string> {
      const asked = await visit(address)
      let next = await visit(asked.to, { sub })
      while (next.to && !next.to.startsWith(world.portal.url)) next = await visit(next.to)
      return next.to.slice(world.portal.url.length)
    }
    const begin = async (query = "") => (await ask(`/staff/sign-in${query}`)).to
    return {
      here,
      ask,
      visit,
      begin,
      prove,
      /** Begun, proved and followed: where it ends. */
      through: async (sub: string, query = "") => (await ask(await prove(await begin(query), sub))).to,
      stepUp: async (sub: string, query = "") => (await ask(await prove(await begin(`?step=up${query}`), sub))).to,
      me: async () => (await ask("/staff/me")).body,
    }
  }
  return { app, aBrowser, issuer: openid.issuer, stop: () => openid.stop() }
}

type Told = Record<string, unknown>

/** The wire between the portal and the provider: what comes back with the tokens may be changed on the way. */
export function onTheWire(change: (body: Told) => Told | Response) {
  const real = globalThis.fetch
  vi.stubGlobal("fetch", async (...asked: Parameters<typeof fetch>) => {
    const answer = await real(...asked)
    if (!String(asked[0]).endsWith("/token")) return answer
    const changed = change((await answer.json()) as Told)
    return changed instanceof Response ? changed : Response.json(changed)
  })
}

const byProvider = (text: Buffer) => sign("sha256", text, privateKey)
const packed = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url")
const unpacked = (part: string | undefined) => JSON.parse(String(Buffer.from(part ?? "", "base64url"))) as Told

/** The ID token with other claims, signed anew: by the provider's own key where nobody else does. */
export const forged =
  (claims: Told, head: Told = {}, by: (text: Buffer) => Buffer = byProvider) =>
  (body: Told): Told => {
    const [had, said] = String(body.id_token)
      .split(".")
      .map((it, i) => (i < 2 ? unpacked(it) : {}))
    const text = `${packed({ ...had, ...head })}.${packed({ ...said, ...claims })}`
    return { ...body, id_token: `${text}.${by(Buffer.from(text)).toString("base64url")}` }
  }
