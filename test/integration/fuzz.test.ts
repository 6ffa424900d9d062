/**
 * Ten thousand requests over every route of the description, whole and broken ones, as every kind of actor with their real
 * sessions, by a seeded chance: nobody is ever answered with a fault, a trace, silence, or something the contract does not say.
 * FUZZ_SEED repeats or varies them; FUZZ_TOLD prints what each route answered. OWASP ASVS 5.0: V2.2.1, V3.4, V4.1.1, V16.5.1.
 */
import type { Hono } from "hono"
import { expect, it } from "vitest"
import type { Env } from "#api/http"
import { seeded } from "#domain/chance"
import { problems } from "#domain/problem"
import { mustBeDressed, mustTellNothing } from "#test/answers"
import { aClerk } from "#test/apps"
import { addressOf, generator, nested, type Operation, operations } from "#test/fuzzing"
import { aCity, actors, type City, goodIn, type Who } from "#test/neighbours"
import { codeFor } from "#test/world"
import { faultWords, problemWords } from "#web/words/problems"

const seed = Number(process.env.FUZZ_SEED ?? 20261123)
const total = 10_000
/** Simulations and pictures take a tenth of a second each. */
const slow: Record<string, number> = { "POST /staff/policy/preview": 30, "POST /api/reports/:link/photo": 40 }
/** Pictures and lines of text. */
const notJson = ["GET /staff/reports/:report/photos/:photo", "GET /staff/audit/export", "GET /staff/statistics/export"]
/** Nobody waits longer; a watchdog, no measure of speed. */
const patience = 120_000

const owner: Record<Operation["audience"], readonly Who[]> = {
  resident: ["anyone", "resident", "other resident"],
  report: ["anyone"],
  device: ["kiosk", "display"],
  staff: ["clerk", "officer", "chief", "auditor", "chief elsewhere"],
}
const whoFor = (it: Operation): readonly Who[] => {
  if (it.audience !== "staff") return owner[it.audience]
  return /audit/.test(it.name) ? ["auditor"] : ["chief", "chief elsewhere", "officer", "clerk"]
}

it(`ten thousand requests (seed ${seed}) are each answered as the contract says`, async () => {
  const random = seeded(seed)
  let city: City = await aCity(seed)
  let asking = operations[0]!
  const drawn = <T>(from: readonly T[]) => from[Math.floor(random() * from.length)]!
  const good = goodIn(() => city, drawn)
  const { pick, chance, whole, request } = generator(random, {
    ...good,
    link: () => (asking.audience === "report" ? drawn(city.reports.links) : good.link!()),
  })
  const rest = operations.filter(({ name }) => !(name in slow))
  const few = operations.filter(({ name }) => name in slow).flatMap((op) => Array<Operation>(slow[op.name]!).fill(op))
  const reached = new Map<string, Map<string, number>>(operations.map(({ name }) => [name, new Map()]))
  let sound = 0

  /** What is sent over the wire: its bytes, by whatever method and type. */
  function written(op: Operation) {
    const isSound = chance(0.55)
    asking = op
    const made = request(op, isSound)
    let body = op.bodies.length ? JSON.stringify(made.body) : undefined
    const headers: Record<string, string> = body === undefined ? {} : { "content-type": "application/json" }
    if (isSound) return { method: op.method, path: addressOf(op.path, made), body, headers, isSound }
    const tricks: (() => void)[] = [
      () => (body = body?.slice(0, whole(0, body.length))),
      () =>
        (body = body && pick(["null", "[]", "0", '"x"', "\ufeff{}", "{", JSON.stringify(nested(3000)), body + body])),
      () => (body = body?.replace("{", `{"__proto__":{"role":"chief"},"op":"twice-twice",`)),
      () =>
        (headers["content-type"] = pick([
          "text/plain",
          "application/json; charset=utf-16",
          "multipart/form-data",
          "x",
        ])),
      () => (headers["accept-language"] = pick(["en", "zh;q=0.1, en", "xx", "*".repeat(400)])),
      () => (headers["x-http-method-override"] = "DELETE"),
      () => (headers["x-doorstep-device"] = pick(["dev_x", "__proto__", "é"])),
      () =>
        (headers.cookie = pick(["__Host-staff=x", "__Host-visitor=x; __Host-visitor=y", "=;;;=", "a".repeat(8000)])),
    ]
    if (chance(0.15)) pick(tricks)()
    const method = chance(0.02) ? pick(["HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "GET"]) : op.method
    if (method === "GET" || method === "HEAD") body = undefined
    return { method, path: addressOf(op.path, made), body, headers, isSound }
  }

  async function one(op: Operation, number: number) {
    // Chance is asked before anything is waited for: the same seed asks the same.
    const { method, path, headers: sent, isSound, ...made } = written(op)
    const who = chance(0.8) ? pick(whoFor(op)) : pick(actors)
    const language = pick(["zh", "en"] as const)
    const address = `10.${whole(0, 250)}.${whole(0, 250)}.1`
    const body = isSound && op.path === "/api/sessions" ? await answeredBy(city, made.body!) : made.body
    // Whoever signs out comes in again, or was nobody: the others go on.
    const leaving =
      (op.path === "/staff/sign-out" && (await aClerk(city.world, city.app.staff, "clerk-p03-1")).headers) ||
      (op.path === "/api/sessions/end" && {})
    const headers = {
      "x-doorstep-edge": "edge",
      "x-doorstep-address": address,
      "x-doorstep": "1",
      "accept-language": language,
      // A device signs what it sends, whatever that is.
      ...(leaving || city.headers[who]({ method, path, body })),
      ...sent,
    }
    const told = () =>
      JSON.stringify({ seed, number, who, method, path: path.slice(0, 300), body: body?.slice(0, 400) })
    const answer = await within(
      (city.app[op.audience] as Hono<Env>).request(path, { method, headers, ...(body !== undefined && { body }) }),
      told,
    )
    const text = await answer.text()
    const about = `${told()} → ${answer.status} ${text.slice(0, 300)}`
    expect(answer.status, about).toBeLessThan(500)
    mustTellNothing(answer, text, about)
    mustBeDressed(answer, about)
    if (method !== op.method) return
    const counts = reached.get(op.name)!
    if (answer.status < 400) {
      expect(answer.status, about).toBe(op.route.status ?? 200)
      mustFit(op, answer, text, about)
      counts.set("done", (counts.get("done") ?? 0) + 1)
    } else {
      const { code, status, title, fields = [] } = JSON.parse(text)
      expect(answer.headers.get("content-type"), about).toBe("application/problem+json; charset=utf-8")
      expect(op.refusals[answer.status] ?? [], about).toContain(code)
      expect([status, problems[code as keyof typeof problems]], about).toEqual([answer.status, answer.status])
      const read = sent["accept-language"] ? undefined : language
      if (read) expect(title, about).toBe(problemWords[code as keyof typeof problemWords][read])
      for (const it of fields) expect(Object.keys(faultWords), about).toContain(it.fault)
      counts.set(code, (counts.get(code) ?? 0) + 1)
    }
    if (isSound) sound++
  }

  const turn = (number: number) => (number % 200 === 0 && few.length ? few.shift()! : rest[number % rest.length]!)
  /** The first of each route, so that one fault hides no other. */
  const faults = new Map<string, string>()
  const tried = async (op: Operation, number: number) =>
    one(op, number).catch((error: Error) => faults.has(op.name) || faults.set(op.name, error.message))
  for (let from = 0; from < total; from += 4) {
    // What was cancelled, revoked and closed until now is there again.
    if (from % 500 === 0) city = await aCity(seed + from)
    await Promise.all([0, 1, 2, 3].map((i) => tried(turn(from + i), from + i)))
  }
  expect(Object.fromEntries(faults)).toEqual({})

  if (process.env.FUZZ_TOLD)
    for (const [name, counts] of reached)
      console.log(name, Object.fromEntries([...counts].toSorted((a, b) => b[1] - a[1])))
  const early = ["invalid-input", "malformed-body", "wrong-content-type", "body-too-large", "cross-site"]
  const doors = ["not-signed-in", "phone-unverified", "device-unknown", "not-allowed", "step-up-needed"]
  const shareOf = (counts: Map<string, number>, not: readonly string[]) => {
    const all = [...counts].reduce((sum, [, count]) => sum + count, 0)
    const left = [...counts].filter(([code]) => !not.includes(code)).reduce((sum, [, count]) => sum + count, 0)
    return left / all
  }
  // A fuzz that only hears that its input is wrong, or that it may not come in, proves little.
  const behind = [...reached].map(([name, counts]) => [name, shareOf(counts, [...early, ...doors])] as const)
  expect(behind.filter(([, share]) => !(share > 0.02)).map(([name]) => name)).toEqual([])
  expect(behind.reduce((sum, [, share]) => sum + share, 0) / behind.length).toBeGreaterThan(0.4)
  expect(sound).toBeGreaterThan(total / 2)
  // Cookies were seen.
  expect(reached.get("POST /api/sessions")!.get("done")).toBeGreaterThan(0)
})

/** With the code that this phone received, where it asked for one. */
async function answeredBy({ world }: City, body: string): Promise<string> {
  const asked = JSON.parse(body)
  const code = await codeFor(world, asked.mobile).catch(() => asked.code)
  return JSON.stringify({ ...asked, code })
}

/** The answer, or that there was none. */
async function within(answer: Response | Promise<Response>, told: () => string): Promise<Response> {
  let watchdog: NodeJS.Timeout | undefined
  const silence = new Promise<never>((_, reject) => {
    watchdog = setTimeout(() => reject(new Error(`No answer in ${patience} ms: ${told()}`)), patience)
  })
  return Promise.race([answer, silence]).finally(() => clearTimeout(watchdog))
}

/** Whatever the contract left out of what was said. */
function undeclared(said: unknown, data: unknown, path = ""): string[] {
  if (typeof said !== "object" || said === null) return []
  return Object.entries(said).flatMap(([key, value]) => {
    const kept = typeof data === "object" && data !== null && Object.hasOwn(data, key)
    return kept ? undeclared(value, (data as Record<string, unknown>)[key], `${path}${key}.`) : [path + key]
  })
}

/** All of it is declared, and nothing else is in it. */
function mustFit({ route, name }: Operation, answer: Response, text: string, about: string) {
  if (!/^application\/json\b/.test(answer.headers.get("content-type") ?? ""))
    return expect(notJson, about).toContain(name)
  const said = JSON.parse(text)
  const { success, data } = route.answer.safeParse(said)
  expect(success, about).toBe(true)
  expect(undeclared(said, data), about).toEqual([])
}
