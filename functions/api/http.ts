/**
 * The edge of every app: who may come in, what every answer carries, how a refusal looks. Routes are served by their
 * contract; refusals are problem+json with a closed list of codes, worded in the reader's language.
 */
import { type Context, Hono } from "hono"
import { bodyLimit } from "hono/body-limit"
import type { ContentfulStatusCode } from "hono/utils/http-status"
import type * as z from "zod/mini"
import type { Actor } from "#domain/actor"
import { type FieldFault, Problem, problems } from "#domain/problem"
import { same } from "#store/keyring"
import { faultOf } from "#store/log"
import { faultWords, problemWords } from "#web/words/problems"
import type { World } from "#world"
import { declared } from "./declared.ts"
import type { Answer, Input, Route, Routes } from "./routes.ts"
import { security } from "./security.ts"

/** `misfits`: where an answer is not what its contract says. */
export type Env = { Variables: { request: string; by: Actor; misfits?: { route: string; fields: string } } }
export type Ctx = Context<Env>
export type Door = {
  edgeKey: string
  errorPage?: (c: Ctx, problem: Problem) => Response | Promise<Response>
  /** Bytes of a body on this path, where 64 KB are too few. */
  most?: (path: string) => number | undefined
}

/** For JSON and pictures; pages set their own. */
const closedPolicy =
  "default-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

const unlessSaid = { "content-security-policy": closedPolicy, "cache-control": "private, no-store" }

export function portalApp(world: World, door: Door): Hono<Env> {
  const app = new Hono<Env>()
  app.use(async (c, next) => {
    const started = performance.now()
    c.set(
      "request",
      /1-[0-9a-f]{8}-[0-9a-f]{24}/.exec(c.req.header("x-amzn-trace-id") ?? "")?.[0] ??
        Buffer.from(world.random(9)).toString("base64url"),
    )
    c.set("by", { kind: "anyone" })
    await next()
    for (const [name, value] of Object.entries(security)) c.header(name, value)
    for (const [name, value] of Object.entries(unlessSaid)) if (!c.res.headers.has(name)) c.header(name, value)
    // A page's address may hold a person's link; without any referrer, though, browsers send its forms as from nowhere.
    if (isPage(c)) c.header("referrer-policy", "same-origin")
    const misfits = c.get("misfits")
    if (misfits) world.log.error("answer misfits", { ...misfits, request: c.get("request") })
    world.log.info("answered", {
      route: `${c.req.method} ${patternOf(c)}`,
      status: c.res.status,
      ms: Math.round(performance.now() - started),
      request: c.get("request"),
      actor: c.get("by").kind,
    })
  })
  // Only the Router knows this key: nobody comes past it to the gateway.
  app.use(async (c, next) => {
    if (!same(c.req.header("x-doorstep-edge") ?? "", door.edgeKey)) return c.text("Forbidden", 403)
    await next()
  })
  const limits = new Map<number, ReturnType<typeof bodyLimit>>()
  app.use((c, next) => {
    const maxSize = door.most?.(c.req.path) ?? 64 * 1024
    const limit =
      limits.get(maxSize) ?? bodyLimit({ maxSize, onError: () => Promise.reject(new Problem("body-too-large")) })
    limits.set(maxSize, limit)
    return limit(c, next)
  })
  app.notFound((c) => refuse(c, door, new Problem("not-found")))
  app.onError((error, c) => {
    if (error instanceof Problem) return refuse(c as Ctx, door, error)
    world.log.error("fault", { request: c.get("request"), route: `${c.req.method} ${patternOf(c)}`, ...faultOf(error) })
    return refuse(c as Ctx, door, new Problem("fault"))
  })
  return app
}

const isPage = (c: Context) => c.res.headers.get("content-type")?.startsWith("text/html") ?? false

const patternOf = (c: Context) => c.req.routePath

function refuse(c: Ctx, door: Door, problem: Problem): Response | Promise<Response> {
  if (problem.code === "busy") c.header("retry-after", "2")
  if (typeof problem.details.seconds === "number") c.header("retry-after", String(problem.details.seconds))
  if (door.errorPage && !c.req.path.startsWith("/api/")) return door.errorPage(c, problem)
  return problemAnswer(c, problem)
}

export function problemAnswer(c: Context, problem: Problem): Response {
  const language = languageOf(c)
  const { fields, ...details } = problem.details
  const body = {
    ...details,
    type: `urn:doorstep:problem:${problem.code}`,
    title: problemWords[problem.code][language],
    status: problem.status,
    code: problem.code,
    ...(Array.isArray(fields) && {
      fields: (fields as FieldFault[]).map((it) => ({
        ...it,
        message: (faultWords[it.fault] ?? faultWords.other!)[language],
      })),
    }),
  }
  c.header("cache-control", "private, no-store")
  return c.body(JSON.stringify(body), problem.status as ContentfulStatusCode, {
    "content-type": "application/problem+json; charset=utf-8",
    "content-language": language === "zh" ? "zh-CN" : "en",
  })
}

/** To what is no request at all: nobody knows its reader's language. */
export const unreadable = () =>
  new Response(
    JSON.stringify({
      type: "urn:doorstep:problem:malformed-body",
      title: Object.values(problemWords["malformed-body"]).join(" · "),
      status: problems["malformed-body"],
      code: "malformed-body",
    }),
    {
      status: problems["malformed-body"],
      headers: { ...security, ...unlessSaid, "content-type": "application/problem+json; charset=utf-8" },
    },
  )

/** zh unless English is asked for before Chinese. */
export function languageOf(c: Context): "zh" | "en" {
  const asked = (c.req.header("accept-language") ?? "").toLowerCase().slice(0, 200)
  const [zh, en] = [asked.search(/\bzh\b/), asked.search(/\ben\b/)]
  return en >= 0 && (zh < 0 || en < zh) ? "en" : "zh"
}

/** The visitor's address as the edge saw it: the gateway itself sees only the edge. */
export const addressOf = (c: Context): string => c.req.header("x-doorstep-address") ?? "unknown"

export type Handlers<R extends Routes> = {
  [K in keyof R & keyof Routes]: (by: Actor, input: Input<R[K]>, c: Ctx) => Promise<Answer<R[K]> | Response>
}

/** Serves a contract: parses by it, answers what it declares, with its status. */
export function serve<R extends Routes>(app: Hono<Env>, routes: R, handlers: Handlers<R>): void {
  const methods = methodsByPath(Object.keys(routes))
  const methodsLeft = new Map([...methods].map(([path, all]) => [path, new Set(all)]))
  for (const [name, route] of Object.entries(routes) as [keyof R & string, Route][]) {
    const [method = "", path = ""] = name.split(" ")
    app.on(method, path, async (c) => {
      const input = {
        ...parsed(route.params, c.req.param()),
        ...parsed(route.query, c.req.query()),
        ...(await bodyOf(route, c)),
      }
      const handle = handlers[name as keyof R & keyof Routes] as (by: Actor, input: unknown, c: Ctx) => Promise<unknown>
      const answer = await handle(c.get("by"), input, c)
      if (answer instanceof Response) return answer
      const { told, misfits } = declared(route.answer, answer)
      if (misfits.length) c.set("misfits", { route: name, fields: misfits.join(" ") })
      return c.json(told as object, route.status ?? 200)
    })
    const left = methodsLeft.get(path)
    left?.delete(method)
    if (left?.size) continue
    // Right after a path's last method: another path further down may fit it too (/find and /:link).
    app.all(path, (c) => {
      c.header("allow", (methods.get(path) ?? []).join(", "))
      throw new Problem("method-not-allowed")
    })
  }
}

function methodsByPath(names: readonly string[]): Map<string, string[]> {
  const found = new Map<string, string[]>()
  for (const name of names) {
    const [method = "", path = ""] = name.split(" ")
    found.set(path, [...(found.get(path) ?? []), method])
  }
  return found
}

async function bodyOf(route: Route, c: Context): Promise<object> {
  if (!route.body) return {}
  if (!/^application\/json *(;|$)/i.test(c.req.header("content-type") ?? "")) throw new Problem("wrong-content-type")
  let typed: unknown
  try {
    typed = JSON.parse(await c.req.text())
  } catch (error) {
    if (error instanceof Problem) throw error
    throw new Problem("malformed-body")
  }
  return parsed(route.body, typed)
}

export function parsed(schema: Route["body"], value: unknown): object {
  if (!schema) return {}
  const result = schema.safeParse(value, { reportInput: true })
  if (result.success) return result.data as object
  const faults = new Map<string, string>()
  for (const it of result.error.issues.flatMap(unfolded)) {
    const field = it.path.join(".") || "body"
    if (!faults.has(field)) faults.set(field, keyOf(it))
  }
  const fields = [...faults].slice(0, 20).map(([field, fault]) => ({ field, fault }))
  throw new Problem("invalid-input", { fields })
}

type Issue = z.core.$ZodIssue
/** Of several shapes, the one that was meant: the one that misses nothing. */
function unfolded(issue: Issue): Issue[] {
  if (issue.code !== "invalid_union") return [issue]
  const meant = issue.errors.find((branch) => branch.every((it) => it.input !== undefined && it.path.length > 0))
  return meant ? meant.map((it) => ({ ...it, path: [...issue.path, ...it.path] })) : [issue]
}

/** Our schemas put a key of the words in the message; what zod says by itself is "missing" or "other". */
const keyOf = (issue: Issue): string => {
  if (issue.message in faultWords) return issue.message
  return issue.input === undefined ? "missing" : "other"
}
