import { Agent, createServer, type IncomingMessage, type ServerResponse, request as send } from "node:http"
import { brotliCompressSync, constants, gzipSync } from "node:zlib"
import { appPolicy, security } from "#api/security"
import { largest, photoForm, tooLarge } from "../large.ts"
import { bodyOf, headerLines, hopByHop, mayCarryBody } from "./http.ts"
import { close, listen } from "./ports.ts"
import { findFile, type StaticFile } from "./site.ts"

/**
 * The CloudFront Router on one machine: the one public address. It serves the static apps, adds the secret that the
 * gateway's functions ask for, and shares cacheable answers by path and query alone: no cookie is part of the key,
 * so an answer that may be shared must say so, and one that is personal must not.
 */
export type EdgeSettings = {
  port?: number
  /** Longest prefix wins. */
  paths: { path: string; to: "api" | "site" }[]
  /** Where the gateway listens. */
  origin: string
  /** The header's value that proves to the functions that a request came this way. */
  key: string
  /** The built site; absent: those paths are not found. */
  site?: string
  now?: () => number
}

export type Edge = {
  port: number
  stats: { hits: number; misses: number; revalidated: number; passed: number; collapsed: number }
  stop(): Promise<void>
}

type Answer = { status: number; headers: Record<string, string | string[]>; body: Buffer }
type Kept = { answer: Answer; until: number; born: number }

/** Set by the edge alone: what a caller sends under these names is replaced (stacks/web.ts). */
const edgeHeader = "x-doorstep-edge"
const addressHeader = "x-doorstep-address"

/** Of the Router's response headers policy (stacks/web.ts): what the answer does not say itself. */
const dressed = { ...security, "content-security-policy": appPolicy }

const mostKept = 2_000
const shareable = new Set([200, 203, 301, 308, 404, 410])
const worthCompressing = /^(text\/|image\/svg|application\/(json|javascript|problem\+json|manifest\+json|wasm))/

/** Seconds for which everybody may be given this answer: 0 for a personal one. */
export function sharedFor(answer: { status: number; headers: Record<string, string | string[]> }): number {
  if (!shareable.has(answer.status) || answer.headers["set-cookie"] !== undefined) return 0
  const words = String(answer.headers["cache-control"] ?? "")
    .toLowerCase()
    .split(/\s*,\s*/)
  if (words.some((word) => word === "private" || word === "no-store" || word === "no-cache")) return 0
  const seconds = (name: string) => words.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1)
  const given = Number(seconds("s-maxage") ?? seconds("max-age") ?? 0)
  return Number.isFinite(given) && given > 0 ? given : 0
}

/** Whether the caller already has what carries this tag (weak comparison, as for GET). */
export function has(ifNoneMatch: string | undefined, etag: string | string[] | undefined): boolean {
  if (!ifNoneMatch || typeof etag !== "string") return false
  if (ifNoneMatch.trim() === "*") return true
  const bare = (tag: string) => tag.trim().replace(/^W\//, "")
  return ifNoneMatch.split(",").some((tag) => bare(tag) === bare(etag))
}

const refused: Answer = {
  status: tooLarge.status,
  headers: { "content-type": tooLarge.type, "cache-control": "no-store" },
  body: Buffer.from(tooLarge.body),
}

export async function startEdge(settings: EdgeSettings): Promise<Edge> {
  const now = settings.now ?? Date.now
  const origin = new URL(settings.origin)
  const agent = new Agent({ keepAlive: true, maxSockets: 512 })
  const kept = new Map<string, Kept>()
  const asking = new Map<string, Promise<Kept | undefined>>()
  /** What turned out personal a moment ago: nobody waits for another's answer there. */
  const personal = new Map<string, number>()
  const packed = new Map<string, Buffer>()
  const paths = [...settings.paths].sort((one, other) => other.path.length - one.path.length)
  const stats = { hits: 0, misses: 0, revalidated: 0, passed: 0, collapsed: 0 }

  const server = createServer({ maxHeaderSize: 65_536 }, (request, response) => {
    void handle(request, response).catch(() => {
      if (response.headersSent) return void response.destroy()
      reply(request, response, {
        status: 502,
        headers: { "content-type": "text/plain", "cache-control": "no-store" },
        body: Buffer.from("Bad Gateway"),
      })
    })
  })
  const port = await listen(server, settings.port)

  async function handle(request: IncomingMessage, response: ServerResponse) {
    const target = request.url ?? "/"
    const path = target.split("?")[0]!
    if (target.length > 8_192) return reply(request, response, note(414, "URI Too Long"))
    const place = paths.find((entry) => entry.path === "/" || path === entry.path || path.startsWith(`${entry.path}/`))
    if (!place) return reply(request, response, note(404, "Not Found"))
    if (place.to === "site") return serveSite(request, response, path.slice(place.path.length))
    if (Number(request.headers["content-length"] ?? 0) > largest) {
      const [, page] = new RegExp(photoForm).exec(path) ?? []
      const back = { status: 303, headers: { location: `${page}more?large`, "cache-control": "no-store" } }
      return reply(request, response, page ? { ...back, body: Buffer.alloc(0) } : refused)
    }
    if (request.method === "GET") return serveShared(request, response, target)
    stats.passed++
    const answer = await ask(request)
    reply(request, response, answer)
  }

  async function serveSite(request: IncomingMessage, response: ServerResponse, path: string) {
    if (request.method !== "GET" && request.method !== "HEAD")
      return reply(request, response, note(405, "Method Not Allowed"))
    const file: StaticFile | undefined = settings.site ? await findFile(settings.site, path) : undefined
    if (!file) return reply(request, response, note(404, "Not Found"))
    const headers = { "content-type": file.type, "cache-control": file.cacheControl, etag: file.etag }
    reply(request, response, { status: 200, headers, body: file.body }, file.etag)
  }

  async function serveShared(request: IncomingMessage, response: ServerResponse, key: string) {
    const entry = kept.get(key)
    if (entry && entry.until > now()) {
      stats.hits++
      return replyKept(request, response, entry, "Hit from cloudfront")
    }
    if ((personal.get(key) ?? 0) > now()) {
      stats.passed++
      return reply(request, response, await ask(request))
    }
    const others = asking.get(key)
    if (others) {
      const shared = await others.catch(() => undefined)
      if (shared) {
        stats.collapsed++
        return replyKept(request, response, shared, "Hit from cloudfront")
      }
      stats.passed++
      return reply(request, response, await ask(request))
    }
    let settle: (shared: Kept | undefined) => void = () => {}
    asking.set(key, new Promise((resolve) => (settle = resolve)))
    let shared: Kept | undefined
    try {
      const etag = entry?.answer.headers.etag
      const answer = await ask(request, typeof etag === "string" ? etag : "none")
      if (answer.status === 304 && entry && has(String(etag), etag)) {
        stats.revalidated++
        const headers = { ...entry.answer.headers, ...answer.headers }
        shared = keep(key, { ...entry.answer, headers }) ?? { ...entry, until: 0 }
        return replyKept(request, response, shared, "RefreshHit from cloudfront")
      }
      stats.misses++
      shared = keep(key, answer)
      if (shared) return replyKept(request, response, shared, "Miss from cloudfront")
      remember(personal, key, now() + 10_000)
      reply(request, response, answer, typeof answer.headers.etag === "string" ? answer.headers.etag : undefined)
    } finally {
      asking.delete(key)
      settle(shared && shared.until > 0 ? shared : undefined)
    }
  }

  function keep(key: string, answer: Answer): Kept | undefined {
    const seconds = sharedFor(answer)
    kept.delete(key)
    if (seconds === 0) return undefined
    const entry = { answer, born: now(), until: now() + seconds * 1_000 }
    remember(kept, key, entry)
    return entry
  }

  function replyKept(request: IncomingMessage, response: ServerResponse, entry: Kept, how: string) {
    const age = String(Math.max(0, Math.floor((now() - entry.born) / 1_000)))
    const { etag } = entry.answer.headers
    const headers = { ...entry.answer.headers, age, "x-cache": how }
    reply(request, response, { ...entry.answer, headers }, typeof etag === "string" ? etag : undefined)
  }

  /**
   * Asks the gateway. With the tag of what we keep: whether it still holds. With "none": for a whole answer, so that it
   * can be shared. Without: under the caller's own conditions.
   */
  async function ask(request: IncomingMessage, tag?: string): Promise<Answer> {
    const lines = headerLines(request).filter(([name]) => {
      const key = name.toLowerCase()
      return (
        !hopByHop.has(key) &&
        key !== edgeHeader &&
        key !== addressHeader &&
        key !== "host" &&
        !(tag !== undefined && key.startsWith("if-"))
      )
    })
    const peer = (request.socket.remoteAddress ?? "").replace("::ffff:", "")
    const before = request.headers["x-forwarded-for"]
    const sent = lines.filter(([name]) => !/^(x-forwarded-(for|host|proto)|content-length)$/i.test(name))
    sent.push(
      ["host", origin.host],
      ["x-forwarded-host", request.headers.host ?? ""],
      ["x-forwarded-for", before ? `${before}, ${peer}` : peer],
      ["x-forwarded-proto", "http"],
      [edgeHeader, settings.key],
      [addressHeader, peer],
    )
    if (tag !== undefined && tag !== "none") sent.push(["if-none-match", tag])
    const body = await bodyOf(request)
    if (body === undefined) {
      request.resume()
      return {
        ...refused,
        headers: { ...refused.headers, connection: "close" },
      }
    }
    if (body.length > 0 || (request.method !== "GET" && request.method !== "HEAD"))
      sent.push(["content-length", String(body.length)])
    return forward(request, sent, body)
  }

  function forward(request: IncomingMessage, lines: [string, string][], body: Buffer): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const upstream = send(
        {
          agent,
          host: origin.hostname,
          port: origin.port,
          method: request.method,
          path: request.url,
          headers: lines.flat(),
        },
        (answer) => {
          const parts: Buffer[] = []
          answer.on("data", (part: Buffer) => parts.push(part))
          answer.on("error", reject)
          answer.on("end", () =>
            resolve({ status: answer.statusCode ?? 502, headers: cleaned(answer), body: Buffer.concat(parts) }),
          )
        },
      )
      upstream.on("error", reject)
      upstream.end(body.length > 0 ? body : undefined)
    })
  }

  function reply(request: IncomingMessage, response: ServerResponse, answer: Answer, etag?: string) {
    if (response.destroyed) return
    if (answer.status === 200 && has(request.headers["if-none-match"], etag)) {
      const { "content-type": _, "content-length": __, ...headers } = answer.headers
      response.writeHead(304, { ...dressed, ...headers }).end()
      return
    }
    const { headers, body } = compressed(request, answer)
    const carries = mayCarryBody(answer.status)
    response.writeHead(answer.status, {
      ...dressed,
      ...headers,
      ...(carries && request.method !== "HEAD" ? { "content-length": body.length } : {}),
    })
    response.end(carries && request.method !== "HEAD" ? body : undefined)
  }

  /** As CloudFront does: text of a kilobyte and more, for who accepts it. What carries a tag is packed once. */
  function compressed(request: IncomingMessage, answer: Answer): { headers: Answer["headers"]; body: Buffer } {
    const accepted = String(request.headers["accept-encoding"] ?? "")
    const way = /\bbr\b/.test(accepted) ? "br" : /\bgzip\b/.test(accepted) ? "gzip" : undefined
    const type = String(answer.headers["content-type"] ?? "")
    if (!way || answer.body.length < 1_000 || answer.headers["content-encoding"] || !worthCompressing.test(type))
      return answer
    const { etag } = answer.headers
    const name = typeof etag === "string" ? `${way} ${request.url} ${etag}` : undefined
    const body = (name && packed.get(name)) || pack(answer.body, way)
    if (name) remember(packed, name, body)
    const weak = typeof etag === "string" && !etag.startsWith("W/") ? { etag: `W/${etag}` } : {}
    return { headers: { ...answer.headers, ...weak, "content-encoding": way, vary: "accept-encoding" }, body }
  }

  return {
    port,
    stats,
    async stop() {
      await close(server)
      agent.destroy()
    },
  }
}

/** Sets it as the newest and forgets the oldest beyond what we keep. */
function remember<Value>(map: Map<string, Value>, key: string, value: Value) {
  map.delete(key)
  map.set(key, value)
  if (map.size > mostKept) map.delete(map.keys().next().value!)
}

function pack(body: Buffer, way: "br" | "gzip"): Buffer {
  return way === "gzip" ? gzipSync(body) : brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } })
}

function note(status: number, text: string): Answer {
  return {
    status,
    headers: { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" },
    body: Buffer.from(text),
  }
}

function cleaned(answer: IncomingMessage): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {}
  for (const [name, value] of Object.entries(answer.headers)) {
    if (value !== undefined && !hopByHop.has(name) && name !== "content-length") headers[name] = value
  }
  return headers
}
