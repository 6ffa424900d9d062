/**
 * Nothing that is anyone's own is kept or shared on its way, and every answer tells browsers what they must not do: every route,
 * every page, every file, through the edge of this machine, which does as CloudFront (its settings: test/stacks/stacks.test.ts).
 * OWASP ASVS 5.0: V3.4.1 to V3.4.6, V14.2.2, V14.2.5, V14.3.2.
 */
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises"
import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Hono } from "hono"
import { build } from "vite"
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import type { Env } from "#api/http"
import { seeded } from "#domain/chance"
import { type Edge, startEdge } from "#local/edge"
import { type Gateway, startGateway } from "#local/http"
import { mustBeDressed, mustTellNothing } from "#test/answers"
import { monday } from "#test/builders"
import { addressOf, generator, operations } from "#test/fuzzing"
import { functionsOf } from "#test/gateway-event"
import { aCity, type City, goodIn, here, tuesday } from "#test/neighbours"
import { topology } from "#test/world"

/** All that is answered alike to everybody, by its pattern; whatever is not here is its own person's. */
const shared = [
  "/api/openapi.json",
  "/api/services",
  "/api/stations/:station/places",
  "/api/stations/:station/live",
  "/:face",
  "/:face/book",
  "/:face/book/:service",
  "/:face/find",
  "/:face/notice",
  "/:face/own",
  "/:face/s/:station",
  "/:face/services",
  "/:face/services/hmt",
  "/:face/services/:service",
  "/:face/stations",
  "/:face/t",
  "/:face/take",
  "/:face/take/:station",
  "/:face/report/notice",
]

const web = join(import.meta.dirname, "../../web")
let city: City
let gateway: Gateway
let edge: Edge
let files: string
const url = () => `http://127.0.0.1:${edge.port}`

beforeAll(async () => {
  city = await aCity(11)
  const { invoke } = functionsOf(city.app)
  gateway = await startGateway(topology.routes, invoke)
  vi.stubEnv("NODE_ENV", "production")
  files = await mkdtemp(join(tmpdir(), "doorstep-edge-"))
  await build({ root: web, configFile: join(web, "vite.config.ts"), logLevel: "error", build: { outDir: files } })
  edge = await startEdge({ paths: topology.router, origin: gateway.url, key: "edge", site: files })
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await edge?.stop()
  await gateway?.stop()
  await rm(files, { recursive: true, force: true })
})

type Asked = { pattern: string; path: string; app: Hono<Env> }

/** Every address that answers GET, with things of this city in it. */
function everyAddress(): Asked[] {
  const { booked, today, missed, displaced, reports, groups, ticket } = city
  const of = (app: Hono<Env>) =>
    [...new Set(app.routes.filter((it) => it.method === "GET").map((it) => it.path))].map((raw) => ({ app, raw }))
  return [city.app.resident, city.app.report].flatMap(of).flatMap(({ app, raw }) => {
    const pattern = raw.replace(/:face\{.*?\)\?\}/, ":face").replace(/\/$/, "") || "/"
    const links = pattern.includes("/report")
      ? reports.links
      : [...booked.links, ...today.links, ...missed.links, ...displaced.links]
    const filled = (link: string) =>
      pattern
        .replace(":face", "zh")
        .replace(/(?<=my\/):link/, ticket)
        .replace(":link", link)
        .replace(":group", groups.here)
        .replace(":station", here)
        .replace(":service", "rp-endorse")
        .replace(":date", monday)
        .replace(":number", city.tickets.waiting)
        .replace(/places$/, `places?services=rp-endorse&date=${tuesday}`)
    return (pattern.includes(":link") ? links : [""]).map((link) => ({ pattern, path: filled(link), app }))
  })
}

const people = () => ({
  nobody: {},
  "the resident": { cookie: city.resident.cookie },
  "another resident": { cookie: city.other.cookie, "accept-language": "en", "user-agent": "another" },
  "a clerk": { cookie: city.headers.clerk({ method: "GET", path: "/" }).cookie! },
})
const ask = (app: Hono<Env>, path: string, headers: Record<string, string>) =>
  Promise.resolve(
    app.request(path, { headers: { "x-doorstep-edge": "edge", "x-doorstep-address": "10.0.0.1", ...headers } }),
  )

describe("an answer", () => {
  it("may be kept by nobody, at every address of residents', unless it is on the list of those that everybody shares", async () => {
    const found = new Set<string>()
    for (const { pattern, path, app } of everyAddress())
      for (const [who, headers] of Object.entries(people())) {
        const answer = await ask(app, path, headers)
        const about = `${path} by ${who}: ${answer.status}`
        const kept = answer.headers.get("cache-control")
        if (kept !== "private, no-store") {
          expect(kept, about).toMatch(/^public, (max-age=\d{1,2}|max-age=0, s-maxage=\d{1,2})$/)
          expect([200, 304], about).toContain(answer.status)
          expect(answer.headers.getSetCookie(), about).toEqual([])
          found.add(pattern)
        }
      }
    expect([...found].toSorted()).toEqual(shared.toSorted())
  })

  it("to who says where they are, or which number they have, is theirs, on pages that are shared without", async () => {
    for (const path of ["book/rp-endorse?lat=26.1&lng=119.3", "stations?lat=26.1&lng=119.3", "t?station=x&number=A001"])
      expect([path, (await ask(city.app.resident, `/zh/${path}`, {})).headers.get("cache-control")]).toEqual([
        path,
        "private, no-store",
      ])
  })

  it("of staff, devices, and every route that is posted to, may be kept by nobody whatever it says", async () => {
    const random = seeded(3)
    const { request } = generator(
      random,
      goodIn(
        () => city,
        (from) => from[Math.floor(random() * from.length)]!,
      ),
    )
    const statuses = new Set<number>()
    for (const it of operations.filter((op) => op.method === "POST" || /^\/(staff|device)\//.test(op.path)))
      for (const who of ["chief", "resident", "kiosk", "auditor", "anyone"] as const)
        for (const sound of [true, false]) {
          const made = request(it, sound)
          const body = made.body && JSON.stringify(made.body)
          const path = addressOf(it.path, made)
          const headers = {
            "x-doorstep-edge": "edge",
            "x-doorstep": "1",
            ...(body && { "content-type": "application/json" }),
            ...city.headers[who]({ method: it.method, path, body }),
          }
          const answer = await (city.app[it.audience] as Hono<Env>).request(path, {
            method: it.method,
            headers,
            ...(body && { body }),
          })
          statuses.add(answer.status)
          expect([it.name, answer.status, answer.headers.get("cache-control")]).toEqual([
            it.name,
            answer.status,
            "private, no-store",
          ])
        }
    expect([...statuses]).toEqual(expect.arrayContaining([200, 201, 400, 401, 403, 404, 409]))
    city = await aCity(11)
  })

  it("that everybody shares is the same for everybody, to the byte, and knows nobody", async () => {
    for (const { pattern, path, app } of everyAddress().filter((it) => shared.includes(it.pattern))) {
      const answers = await Promise.all(
        Object.values(people()).map(async (headers) => {
          const answer = await ask(app, path, { ...headers, "x-doorstep-address": `10.${Math.random()}.1.1` })
          const text = await answer.text()
          return { status: answer.status, text, headers: Object.fromEntries(answer.headers) }
        }),
      )
      const [first] = answers
      for (const answer of answers) expect({ pattern, ...answer }).toEqual({ pattern, ...first })
      const own = [
        ...city.booked.links,
        ...city.today.links,
        city.ticket,
        city.groups.here,
        city.booked.here,
        city.today.here,
      ]
      for (const secret of [...own, city.resident.cookie.split("=")[1]!]) expect(first!.text).not.toContain(secret)
      expect(first!.text).not.toMatch(/张三|张\*|350199\d|1380000/)
    }
  })
})

describe("the edge", () => {
  const equal = ["/api/groups/:group", "/zh/group/:group", "/zh", "/zh/book/code", "/zh/group/list", "/api/own"]

  it("gives nobody another's answer, however many ask the same at once", async () => {
    const own = everyAddress()
      .filter(({ pattern }) => !shared.includes(pattern))
      .map(({ path }) => path)
    const asked = [...new Set([...own, ...equal.map((it) => it.replace(":group", city.groups.there))])]
    // A form's key, or a press's name, is made for one page alone.
    const made = /[\w-]{8}\.[\w-]{16}\.[\w-]{16}|(?<=name="(?:key|op)" value=")[\w-]+/g
    const keys: string[] = []
    const whole = async (answer: Response) => {
      const text = await answer.text()
      keys.push(...new Set(text.match(made)))
      return [answer.status, text.replace(made, "key")]
    }
    const all = Object.entries(people())
    let different = 0
    for (const path of asked) {
      const via = (headers: Record<string, string>) => fetch(url() + path, { headers, redirect: "manual" })
      // Three rounds of everybody, all at once.
      const raced = await Promise.all(
        [...all, ...all, ...all].map(async ([who, it]) => [who, await whole(await via(it))] as const),
      )
      const alone = new Map<string, unknown>()
      for (const [who, it] of all) alone.set(who, await whole(await via(it)))
      for (const [who, answer] of raced) expect([path, who, answer]).toEqual([path, who, alone.get(who)])
      if (new Set([...alone.values()].map((it) => JSON.stringify(it))).size > 1) different++
    }
    expect(keys.length).toBeGreaterThan(50)
    expect(new Set(keys).size).toBe(keys.length)
    // The addresses at which people are answered differently: it is not for want of a difference.
    expect(different).toBeGreaterThan(3)
  })

  it("shares nothing that is private, may not be kept, says nothing of it, or sets a cookie", async () => {
    let asked = 0
    const said: Record<string, Record<string, string>> = {
      "/ours": { "cache-control": "private, no-store" },
      "/private": { "cache-control": "private, max-age=60" },
      "/silent": {},
      "/no-store": { "cache-control": "no-store" },
      "/zero": { "cache-control": "public, max-age=0" },
      "/cookie": { "cache-control": "public, max-age=60", "set-cookie": "__Host-x=1; Secure; Path=/" },
    }
    // Slow enough that the others come meanwhile, and might wait for it.
    const origin: Server = createServer((request, response) => {
      const answer = `${request.headers.cookie} ${++asked}`
      setTimeout(() => response.writeHead(200, said[request.url!]).end(answer), 40)
    })
    await new Promise<void>((listening) => origin.listen(0, "127.0.0.1", listening))
    const there = await startEdge({
      paths: [{ path: "/", to: "api" }],
      origin: `http://127.0.0.1:${(origin.address() as AddressInfo).port}`,
      key: "k",
    })
    try {
      for (const path of Object.keys(said)) {
        const cookies = Array.from({ length: 6 }, (_, i) => `who=${i}`)
        const bodies = await Promise.all(
          cookies.map(async (cookie) =>
            (await fetch(`http://127.0.0.1:${there.port}${path}`, { headers: { cookie } })).text(),
          ),
        )
        expect(bodies.map((it) => it.split(" ")[0])).toEqual(cookies)
      }
      expect(asked).toBe(6 * Object.keys(said).length)
    } finally {
      await there.stop()
      origin.closeAllConnections()
      await new Promise((closed) => origin.close(closed))
    }
  })
})

/** Opened by a person's press alone, and told nothing of where from: no page may ask them, as its policy says. */
const maps = ["uri.amap.com", "api.map.baidu.com", "apis.map.qq.com", "maps.apple.com"]

/** Everything that is served as a file, by its address. */
async function everyFile(): Promise<string[]> {
  const names = await readdir(files, { recursive: true, withFileTypes: true })
  return names.filter((it) => it.isFile()).map((it) => join(it.parentPath, it.name).slice(files.length))
}

describe("what browsers are told", () => {
  it("is said of every kind of answer: pages, JSON, files, redirects, refusals, 304, and the door's 403", async () => {
    const { links } = city.booked
    const paths = [
      "/zh",
      "/",
      `/zh/a/${links[0]}`,
      `/zh/a/${links[0]}/visit.ics`,
      `/zh/group/${city.groups.here}/results.csv`,
      "/zh/nowhere",
      "/zh/a/wrong-link-wrong-link",
      "/api/nowhere",
      "/api/services",
      `/api/stations/${here}/live`,
      "/api/openapi.json",
      "/report",
      "/zh/report",
      "/staff/me",
      "/staff/sign-in",
      "/staff/callback",
      "/device/me",
      "/app/nowhere",
      ...(await everyFile()).map((it) => `/app${it}`),
      "/app/staff/",
      "/x".repeat(5000),
    ]
    const statuses = new Set<number>()
    const told = async (path: string, init: RequestInit = {}) => {
      const answer = await fetch(path.startsWith("http") ? path : url() + path, { redirect: "manual", ...init })
      statuses.add(answer.status)
      const type = answer.headers.get("content-type") ?? ""
      const text = /text|json|svg|javascript/.test(type) ? await answer.text() : ""
      mustBeDressed(answer, `${init.method ?? "GET"} ${path.slice(0, 80)}: ${answer.status}`)
      if (!path.startsWith("/app/assets"))
        mustTellNothing(answer, path.startsWith("/app/") ? "" : text, path.slice(0, 80))
      return answer
    }
    for (const path of paths) {
      const answer = await told(path, { headers: { cookie: city.resident.cookie } })
      const etag = answer.headers.get("etag")
      if (etag) expect((await told(path, { headers: { "if-none-match": etag } })).status).toBe(304)
      await told(path, { method: "HEAD" })
      for (const method of ["POST", "DELETE", "OPTIONS"]) await told(path, { method })
    }
    const large = Buffer.alloc(4_400_001)
    expect((await told("/api/form-keys", { method: "POST", body: large })).status).toBe(413)
    await told("/zh/report/some-link-or-other-1/photo", { method: "POST", body: large })
    // Past the Router, at the gateway itself: the door says 403, and dressed it is as well.
    expect((await told(`${gateway.url}/zh`)).status).toBe(403)
    expect([...statuses]).toEqual(expect.arrayContaining([200, 302, 303, 304, 400, 401, 403, 404, 405, 413, 414]))
  })

  it("lets no page run what is written in it, nor ask anyone else", async () => {
    const pages: [string, string][] = []
    for (const { path, app } of everyAddress()) {
      const answer = await ask(app, path, { cookie: city.resident.cookie })
      if (!answer.headers.get("content-type")?.startsWith("text/html")) continue
      pages.push([path, await answer.text()])
    }
    for (const file of await everyFile())
      if (file.endsWith(".html")) pages.push([file, await readFile(join(files, file), "utf8")])
    expect(pages.length).toBeGreaterThan(40)
    for (const [path, html] of pages) {
      expect(html, path).not.toMatch(
        /<script(?![^>]*\ssrc=)|\son\w+=|javascript:|\sstyle=|<(iframe|object|embed|base)\b/i,
      )
      const bare = html.replace(/<a [^>]*href="https:\/\/([\w.]+)\/[^>]*>/g, (link, host) =>
        maps.includes(host) && /rel="[^"]*noreferrer/.test(link) ? "" : link,
      )
      for (const [, to] of bare.matchAll(/\s(?:src|href|action|poster|data|formaction)="([^"]*)"/g))
        expect([path, to]).toEqual([path, expect.stringMatching(/^(\/(?!\/)|\?|#|data:|tel:|sms:|geo:|\.\/|$)/)])
      expect(html, path).not.toMatch(/@import|url\((?!["']?(data:|\/))/)
    }
  })

  it("of a cookie that a script sets is what a server says of its own (ASVS V3.3.1, V3.3.3)", async () => {
    const set = []
    for (const file of (await everyFile()).filter((it) => it.endsWith(".js")))
      set.push(...(await readFile(join(files, file), "utf8")).matchAll(/document\.cookie\s*=\s*`([^`]*)`/g))
    expect(set.length).toBeGreaterThan(0)
    for (const [, cookie] of set)
      expect(cookie).toMatch(/^__Host-[\w-]+=.*;\s*path=\/;.*samesite=(lax|strict);\s*secure$/)
  })

  it("is true: no file that a browser loads names another host that it could ask", async () => {
    const named = new Map<string, string[]>()
    for (const file of await everyFile()) {
      if (!/\.(html|js|css|json|svg|webmanifest)$/.test(file)) continue
      const text = await readFile(join(files, file), "utf8")
      for (const [host] of text.matchAll(/(?<![\w:])(?:https?:|wss?:)?\/\/(?!\/)[\w-]+(?:\.[\w-]+)+/g))
        named.set(host, [...(named.get(host) ?? []), file])
    }
    // Names of what XML means, which nobody asks for.
    const harmless = ["http://www.w3.org", ...maps.map((it) => `https://${it}`)]
    expect([...named].filter(([host]) => !harmless.includes(host))).toEqual([])
  })
})
