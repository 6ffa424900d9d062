import { randomUUID } from "node:crypto"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import { FunctionFailure } from "./lambda.ts"
import { account } from "./place.ts"
import { close, listen } from "./ports.ts"

/** API Gateway's HTTP API on one machine: a request becomes an event of payload format 2.0, its answer a response. */
export type Route = { key: string; function: string }

export type Invoke = (name: string, event: unknown, signal: AbortSignal) => Promise<unknown>

export type Gateway = { url: string; stop(): Promise<void> }

export type GatewayEvent = {
  version: "2.0"
  routeKey: string
  rawPath: string
  rawQueryString: string
  cookies?: string[]
  headers: Record<string, string>
  queryStringParameters?: Record<string, string>
  pathParameters?: Record<string, string>
  requestContext: {
    accountId: string
    apiId: string
    domainName: string
    domainPrefix: string
    http: { method: string; path: string; protocol: string; sourceIp: string; userAgent: string }
    requestId: string
    routeKey: string
    stage: string
    time: string
    timeEpoch: number
  }
  body?: string
  isBase64Encoded: boolean
}

export type GatewayAnswer = { status: number; headers: Record<string, string | string[]>; body: Buffer }

/** What the gateway is given of a request: header lines as they came, in order. */
export type GatewayRequest = {
  method: string
  target: string
  lines: [name: string, value: string][]
  body: Buffer
  peer: string
  at: number
}

/** The limits of an HTTP API. */
export const largestBody = 10 * 1024 * 1024
export const largestHead = 10_240
const patience = 30_000

/** API Gateway hands these over as they are; everything else, forms included, arrives in base64. */
const readable = /^(text\/|application\/(json|xml|javascript)\b|application\/[\w.-]+\+(json|xml)\b)/i

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

/** The most specific route that fits: a full path, then the longest greedy one, then "$default". */
export function routeFor(routes: Route[], method: string, path: string): { route: Route; proxy?: string } | undefined {
  let greedy: { route: Route; proxy: string } | undefined
  for (const route of routes) {
    const [verb, pattern] = route.key.split(" ")
    if (pattern === undefined || (verb !== "ANY" && verb !== method)) continue
    if (pattern === path) return { route }
    const stem = pattern.endsWith("/{proxy+}") ? pattern.slice(0, -"{proxy+}".length) : undefined
    if (stem === undefined || !path.startsWith(stem) || path.length === stem.length) continue
    const longest = greedy ? greedy.route.key.length : 0
    if (route.key.length > longest) greedy = { route, proxy: path.slice(stem.length) }
  }
  if (greedy) return greedy
  const fallback = routes.find(({ key }) => key === "$default")
  return fallback && { route: fallback }
}

export function eventFrom(request: GatewayRequest, found: { route: Route; proxy?: string }): GatewayEvent {
  const { path, query } = parted(request.target)
  const { headers, cookies } = headersFrom(request)
  const parameters: Record<string, string> = {}
  for (const [name, value] of new URLSearchParams(query)) {
    parameters[name] = name in parameters ? `${parameters[name]},${value}` : value
  }
  const encoded = request.body.length > 0 && !readable.test(headers["content-type"] ?? "")
  return {
    version: "2.0",
    routeKey: found.route.key,
    rawPath: path,
    rawQueryString: query,
    ...(cookies.length > 0 ? { cookies } : {}),
    headers,
    ...(Object.keys(parameters).length > 0 ? { queryStringParameters: parameters } : {}),
    ...(found.proxy === undefined ? {} : { pathParameters: { proxy: decoded(found.proxy) } }),
    requestContext: {
      accountId: account,
      apiId: "local",
      domainName: headers.host ?? "localhost",
      domainPrefix: "local",
      http: {
        method: request.method,
        path,
        protocol: "HTTP/1.1",
        sourceIp: request.peer,
        userAgent: headers["user-agent"] ?? "",
      },
      requestId: randomUUID(),
      routeKey: found.route.key,
      stage: "$default",
      time: commonLogTime(request.at),
      timeEpoch: request.at,
    },
    ...(request.body.length > 0 ? { body: request.body.toString(encoded ? "base64" : "utf8") } : {}),
    isBase64Encoded: encoded,
  }
}

function parted(target: string): { path: string; query: string } {
  const mark = target.indexOf("?")
  return mark < 0 ? { path: target, query: "" } : { path: target.slice(0, mark), query: target.slice(mark + 1) }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function headersFrom({ lines, peer }: GatewayRequest) {
  const headers: Record<string, string> = {}
  const cookies: string[] = []
  for (const [name, value] of lines) {
    const key = name.toLowerCase()
    if (key === "cookie") cookies.push(...value.split(/; */).filter(Boolean))
    else if (!hopByHop.has(key)) headers[key] = key in headers ? `${headers[key]},${value}` : value
  }
  headers["x-forwarded-for"] = headers["x-forwarded-for"] ? `${headers["x-forwarded-for"]}, ${peer}` : peer
  headers["x-forwarded-proto"] ??= "http"
  return { headers, cookies }
}

export const hopByHop = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
])

function commonLogTime(at: number): string {
  const time = new Date(at)
  const two = (value: number) => String(value).padStart(2, "0")
  const day = `${two(time.getUTCDate())}/${months[time.getUTCMonth()]}/${time.getUTCFullYear()}`
  return `${day}:${two(time.getUTCHours())}:${two(time.getUTCMinutes())}:${two(time.getUTCSeconds())} +0000`
}

/** What the gateway makes of a handler's answer; anything without a status code is a body of its own. */
export function answerFrom(result: unknown): GatewayAnswer {
  if (typeof result !== "object" || result === null || !("statusCode" in result)) {
    const body = typeof result === "string" ? result : JSON.stringify(result ?? null)
    return { status: 200, headers: { "content-type": "application/json" }, body: Buffer.from(body) }
  }
  const given = result as {
    statusCode: unknown
    headers?: Record<string, string | number | boolean>
    cookies?: string[]
    body?: string
    isBase64Encoded?: boolean
  }
  const status = Number(given.statusCode)
  if (!Number.isInteger(status) || status < 100 || status > 599) return plain(500, "Internal Server Error")
  const headers: GatewayAnswer["headers"] = {}
  for (const [name, value] of Object.entries(given.headers ?? {})) {
    const key = name.toLowerCase()
    if (!hopByHop.has(key) && key !== "content-length") headers[key] = String(value)
  }
  if (given.cookies?.length) headers["set-cookie"] = given.cookies
  return { status, headers, body: Buffer.from(given.body ?? "", given.isBase64Encoded ? "base64" : "utf8") }
}

function plain(status: number, message: string): GatewayAnswer {
  return { status, headers: { "content-type": "application/json" }, body: Buffer.from(JSON.stringify({ message })) }
}

export async function startGateway(
  routes: Route[],
  invoke: Invoke,
  options: { port?: number; patience?: number } = {},
): Promise<Gateway> {
  const server = createServer({ maxHeaderSize: 65_536 }, (request, response) => {
    void handle(request, response).catch(() => send(response, plain(500, "Internal Server Error")))
  })
  const port = await listen(server, options.port)

  async function handle(request: IncomingMessage, response: ServerResponse) {
    const lines = headerLines(request)
    if (headSize(request, lines) > largestHead) return refuse(request, response, 431, "Request Header Fields Too Large")
    const body = await bodyOf(request)
    if (body === undefined) return refuse(request, response, 413, "Request Entity Too Large")
    const method = request.method ?? "GET"
    const target = request.url ?? "/"
    const found = routeFor(routes, method, parted(target).path)
    if (!found) return send(response, plain(404, "Not Found"))
    const peer = (request.socket.remoteAddress ?? "").replace("::ffff:", "")
    const event = eventFrom({ method, target, lines, body, peer, at: Date.now() }, found)
    send(response, await answer(found.route.function, event))
  }

  async function answer(name: string, event: GatewayEvent): Promise<GatewayAnswer> {
    const late = AbortSignal.timeout(options.patience ?? patience)
    const gaveUp = new Promise<GatewayAnswer>((resolve) => {
      late.addEventListener("abort", () => resolve(plain(503, "Service Unavailable")))
    })
    try {
      return await Promise.race([invoke(name, event, late).then(answerFrom), gaveUp])
    } catch (error) {
      if (!(error instanceof FunctionFailure)) throw error
      if (error.kind === "too-large" && error.message.startsWith("an event"))
        return plain(413, "Request Entity Too Large")
      return error.kind === "withdrawn" ? plain(503, "Service Unavailable") : plain(500, "Internal Server Error")
    }
  }

  return { url: `http://127.0.0.1:${port}`, stop: () => close(server) }
}

export function headerLines(request: IncomingMessage): [string, string][] {
  const lines: [string, string][] = []
  for (let index = 0; index + 1 < request.rawHeaders.length; index += 2) {
    lines.push([request.rawHeaders[index]!, request.rawHeaders[index + 1]!])
  }
  return lines
}

function headSize(request: IncomingMessage, lines: [string, string][]): number {
  const start = (request.method ?? "").length + (request.url ?? "").length
  return lines.reduce((sum, [name, value]) => sum + name.length + value.length, start)
}

/** The body, or nothing when it is longer than the gateway takes. */
export async function bodyOf(request: IncomingMessage, limit = largestBody): Promise<Buffer | undefined> {
  if (Number(request.headers["content-length"] ?? 0) > limit) return undefined
  const parts: Buffer[] = []
  let size = 0
  for await (const part of request) {
    size += (part as Buffer).length
    if (size > limit) return undefined
    parts.push(part as Buffer)
  }
  return Buffer.concat(parts)
}

/** Answers at once but goes on reading for a moment, so that the sender sees the answer and not a broken connection. */
function refuse(request: IncomingMessage, response: ServerResponse, status: number, message: string) {
  response.setHeader("connection", "close")
  request.resume()
  send(response, plain(status, message))
}

function send(response: ServerResponse, answer: GatewayAnswer) {
  if (response.headersSent || response.destroyed) return
  response.writeHead(answer.status, {
    ...answer.headers,
    ...(mayCarryBody(answer.status) ? { "content-length": answer.body.length } : {}),
    "apigw-requestid": randomUUID(),
  })
  response.end(mayCarryBody(answer.status) ? answer.body : undefined)
}

export const mayCarryBody = (status: number) => status >= 200 && status !== 204 && status !== 304
