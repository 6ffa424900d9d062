/**
 * What a page asks of the portal, typed by the route tables: a route's name is its key, one object fills its path, and the
 * rest is the query of a GET or the JSON body of a POST. Answers what the table says, or throws Refusal or Offline.
 */
import type { Answer, Route, Routes, Sent } from "#api/routes"
import type { FieldFault, ProblemCode } from "#domain/problem"

/** As on the wire: the fault with its words. */
export type Fault = FieldFault & { message?: string }

/** The portal answered, and said no; `title` is worded in the language that was asked for. */
export class Refusal extends Error {
  readonly status: number
  readonly code: ProblemCode
  readonly title: string
  readonly details: Record<string, unknown>
  constructor(status: number, code: ProblemCode, title: string, details: Record<string, unknown> = {}) {
    super(code)
    this.name = "Refusal"
    this.status = status
    this.code = code
    this.title = title
    this.details = details
  }
  get fields(): Fault[] {
    return Array.isArray(this.details.fields) ? this.details.fields : []
  }
}

/** No answer came: what was asked may or may not have happened. */
export class Offline extends Error {
  constructor() {
    super("offline")
    this.name = "Offline"
  }
}

export type Call = { method: "GET" | "POST"; path: string; body: string }
export type Transport = {
  language: () => "zh" | "en"
  /** Headers that depend on the call, such as a device's signature. */
  headers?: (call: Call) => Record<string, string> | Promise<Record<string, string>>
  timeoutMs?: number
  fetch?: typeof fetch
}

type Wanted<R> = R extends Route ? Sent<R> : never
type Got<R> = R extends Route ? Answer<R> : never
export type Request<Table extends Routes> = <K extends keyof Table & string>(
  route: K,
  ...input: unknown extends Wanted<Table[K]> ? [] : [input: Wanted<Table[K]>]
) => Promise<Got<Table[K]>>

export const clientOf =
  <Table extends Routes>(transport: Transport): Request<Table> =>
  async (route, ...[input]) => {
    const call = filled(route, (input ?? {}) as Record<string, unknown>)
    return answered(await sent(call, transport))
  }

/** The same for what comes as a file. */
export const fileClientOf =
  <Table extends Routes>(transport: Transport) =>
  async <K extends keyof Table & string>(route: K, input: Wanted<Table[K]>): Promise<Blob> => {
    const response = await sent(filled(route, input as Record<string, unknown>), transport)
    return response.ok ? response.blob() : answered(response)
  }

/** "POST /staff/windows/:window/call" and { window: 2, op } are a call: the path filled, the rest as body or query. */
export function filled(route: string, input: Record<string, unknown>): Call {
  const [method, template] = route.split(" ") as ["GET" | "POST", string]
  const rest = { ...input }
  const path = template.replace(/:(\w+)/g, (_, name: string) => {
    const value = rest[name]
    if (value === undefined) throw new TypeError(`${route} needs ${name}`)
    delete rest[name]
    return encodeURIComponent(String(value))
  })
  if (method === "POST") return { method, path, body: JSON.stringify(rest) }
  const query = new URLSearchParams(
    Object.entries(rest).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  )
  return { method, path: query.size ? `${path}?${query}` : path, body: "" }
}

async function sent(call: Call, transport: Transport): Promise<Response> {
  const headers = {
    accept: "application/json",
    "accept-language": transport.language() === "en" ? "en" : "zh-CN",
    ...(call.body && { "content-type": "application/json" }),
    ...(await transport.headers?.(call)),
  }
  try {
    return await (transport.fetch ?? fetch)(call.path, {
      method: call.method,
      headers,
      ...(call.body && { body: call.body }),
      cache: "no-store",
      redirect: "error",
      signal: AbortSignal.timeout(transport.timeoutMs ?? 8_000),
    })
  } catch {
    throw new Offline()
  }
}

async function answered<T>(response: Response): Promise<T> {
  const said: unknown = await response.json().catch(() => undefined)
  // Something on the way answered in the portal's place, or was cut off: nobody knows what became of it.
  if (typeof said !== "object" || said === null) throw new Offline()
  if (response.ok) return said as T
  const { status, code, title, ...details } = said as Record<string, unknown>
  if (typeof code !== "string") throw new Offline()
  throw new Refusal(Number(status ?? response.status), code as ProblemCode, String(title ?? ""), details)
}
