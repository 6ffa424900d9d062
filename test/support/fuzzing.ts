/**
 * Requests made by a seeded chance from the API description itself: whole ones by each field's schema, and broken ones by what
 * people, programs and attackers get wrong. A field whose schema alone tells too little (a pattern, a link) is given by its name.
 */

import { audiences, description } from "#api/openapi"
import type { Route, Routes } from "#api/routes"
import type { Random } from "#domain/chance"

type Json = Record<string, unknown>
export type Audience = keyof typeof audiences
export type Schema = {
  type?: string | string[]
  enum?: unknown[]
  const?: unknown
  items?: Schema
  prefixItems?: Schema[]
  anyOf?: Schema[]
  oneOf?: Schema[]
  properties?: Record<string, Schema>
  required?: string[]
  $ref?: string
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  minItems?: number
  maxItems?: number
  pattern?: string
  examples?: unknown[]
  default?: unknown
}
type Described = {
  tags: Audience[]
  parameters: { name: string; in: "path" | "query"; required: boolean; schema: Schema }[]
  requestBody?: { content: { "application/json": { schema: Schema } } }
  responses: Record<string, { description: string }>
}

export type Operation = {
  name: string
  method: string
  path: string
  audience: Audience
  route: Route
  parameters: Described["parameters"]
  /** The body's shapes: one, or each act of several. */
  bodies: Schema[]
  /** Codes of the refusals that it declares, by status. */
  refusals: Record<number, readonly string[]>
}

const components = () => (description().components as { schemas: Record<string, Schema> }).schemas
/** The schema itself, where it is named elsewhere. */
export const resolved = (schema: Schema): Schema =>
  schema.$ref ? resolved(components()[schema.$ref.split("/").at(-1)!]!) : schema

/** Every route of the description. */
export const operations: readonly Operation[] = Object.entries(audiences).flatMap(([audience, routes]) =>
  Object.entries(routes as Routes).map(([name, route]) => {
    const [method = "", path = ""] = name.split(" ")
    const paths = description().paths as Record<string, Record<string, Described>>
    const it = paths[path.replace(/:(\w+)/g, "{$1}")]![method.toLowerCase()]!
    const body = it.requestBody && resolved(it.requestBody.content["application/json"].schema)
    const refusals = Object.entries(it.responses).filter(([status]) => Number(status) >= 400)
    return {
      name,
      method,
      path,
      audience: audience as Audience,
      route,
      parameters: it.parameters,
      bodies: body ? (body.oneOf ?? [body]).map(resolved) : [],
      refusals: Object.fromEntries(refusals.map(([status, { description: codes }]) => [status, codes.split(", ")])),
    }
  }),
)

/** What a field is given by its name, where it is given at all and its schema's pattern takes it. */
export type Known = Record<string, (() => unknown) | undefined>
export type Made = { params: Json; query: Json; body?: Json }

export const nested = (depth: number): unknown => {
  let it: unknown = 1
  for (let i = 0; i < depth; i++) it = [it]
  return it
}

/** As far as its kind and its pattern tell. */
const fits = ({ type, pattern, properties, oneOf, prefixItems, items }: Schema, value: unknown): boolean => {
  if (typeof value === "string") return type === "string" && (!pattern || new RegExp(pattern, "u").test(value))
  if (Array.isArray(value)) return Boolean(items ?? prefixItems) || type === undefined
  if (typeof value === "object") return Boolean(properties ?? oneOf) || type === undefined
  return type === undefined || ![properties, oneOf, items].some(Boolean)
}

/** What ends a query, a page, a header, a template, a path or a program that believes it. */
export const injections = [
  "attribute_exists(pk) OR v = :v",
  "#pk = :pk",
  "'; DROP TABLE Bookings;--",
  '"><script>alert(1)</script>',
  "<img src=x onerror=alert(1)>",
  "x\r\nset-cookie: __Host-staff=x\r\n\r\n<html>",
  "{{7*7}}<%= 7*7 %>#{7*7}",
  "{{constructor.constructor('return process')()}}",
  "../../../../etc/passwd",
  "%2e%2e%2f",
  "$(id)`id`|id",
  "=cmd|'/c calc'!A1",
  "\u0000",
  "\ud800",
  "\u202e\u2066",
  "𠮷𪜀\u{1f468}\u200d\u{1f469}\u200d\u{1f467}",
  "A０１２٣",
  "ﷺ".repeat(40),
  "__proto__",
  "constructor",
  "a".repeat(5000),
] as const
const strangers: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  -0,
  0.1,
  1e308,
  -1e308,
  2 ** 53,
  "",
  " ",
  [],
  {},
  [null],
  { a: 1 },
  { toString: 1 },
]

export function generator(random: Random, known: Known) {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!
  const chance = (share: number) => random() < share
  const whole = (least: number, most: number) => least + Math.floor(random() * (most - least + 1))

  /** Something that the schema takes, as far as a schema says. */
  function made(schema: Schema, name = ""): unknown {
    const it = resolved(schema)
    const named = known[name]?.()
    // A query has a list as text.
    const given = Array.isArray(named) && it.type === "string" ? named.join() : named
    if (given !== undefined && fits(it, given)) return given
    if (it.const !== undefined) return it.const
    if (it.enum) return pick(it.enum)
    const shapes = it.anyOf ?? it.oneOf
    if (shapes) return made(pick(shapes), name)
    if (it.examples?.length) return pick(it.examples)
    const [type] = [it.type].flat()
    if (it.properties) return objectOf(it)
    if (type === "array") {
      if (it.prefixItems) return it.prefixItems.map((one) => made(one))
      return Array.from({ length: whole(it.minItems ?? 0, Math.min(it.maxItems ?? 3, 4)) }, () => made(it.items ?? {}))
    }
    if (type === "integer" || type === "number")
      return whole(Math.max(it.minimum ?? 0, -100), Math.min(it.maximum ?? 100, 100))
    if (type === "boolean") return chance(0.5)
    if (type === "object") return {}
    const words = it.pattern ? Object.values(known).map((one) => one?.()) : []
    const fitting = words.filter((one) => typeof one === "string" && fits(it, one))
    return fitting.length ? pick(fitting) : "字".repeat(Math.max(it.minLength ?? 2, 2)).slice(0, it.maxLength ?? 20)
  }

  /** Of what may be left out, some is. */
  function objectOf({ properties = {}, required = [] }: Schema): Json {
    return Object.fromEntries(
      Object.entries(properties).flatMap(([name, it]) =>
        required.includes(name) || chance(0.6) ? [[name, made(it, name)]] : [],
      ),
    )
  }

  /** A value at or just beyond a border of its schema, of another kind, or poisoned. */
  function broken(schema: Schema, value: unknown): unknown {
    const it = resolved(schema)
    const borders: unknown[] = []
    if (it.minLength !== undefined) borders.push("字".repeat(Math.max(0, it.minLength - 1)), "x".repeat(it.minLength))
    if (it.maxLength !== undefined && it.maxLength <= 5000)
      borders.push("字".repeat(it.maxLength), "x".repeat(it.maxLength + 1))
    if (it.minimum !== undefined) borders.push(it.minimum - 1, it.minimum)
    if (it.maximum !== undefined) borders.push(it.maximum, it.maximum + 1)
    if (it.maxItems !== undefined && it.maxItems <= 300)
      borders.push(Array.from({ length: it.maxItems + 1 }, () => made(it.items ?? {})))
    if (it.items) borders.push([], [value], [broken(it.items, made(it.items))])
    if (it.properties && typeof value === "object" && value !== null) borders.push(mutated(it, value as Json))
    if (typeof value === "string") borders.push(value.slice(0, -1), `${value} `, value.toUpperCase(), [value])
    const sorts: (() => unknown)[] = [
      () => pick(strangers),
      () => pick(injections),
      () => (typeof value === "string" ? value + pick(injections) : nested(pick([2, 60, 600]))),
      ...(borders.length ? [() => pick(borders), () => pick(borders)] : []),
    ]
    return pick(sorts)()
  }

  /** One or two fields of it broken, missing, or added. */
  function mutated({ properties = {} }: Schema, good: Json): Json {
    const it = { ...good }
    for (let i = whole(1, 2); i > 0; i--) {
      const name = pick(Object.keys(properties))
      const how = random()
      if (name === undefined || how < 0.1)
        it[pick(["extra", "by", "station", "role", "v", "pk", "constructor"])] = pick(strangers)
      else if (how < 0.25) delete it[name]
      else it[name] = broken(properties[name]!, it[name])
    }
    return it
  }

  /** A request of this operation: sound, or broken somewhere. */
  function request({ parameters, bodies }: Operation, sound: boolean, body = pick(bodies)): Made {
    const place = (where: "path" | "query") =>
      Object.fromEntries(
        parameters
          .filter((it) => it.in === where && (it.required || chance(0.7)))
          .map((it) => [it.name, made(it.schema, it.name)]),
      )
    const asked: Made = { params: place("path"), query: place("query"), ...(body && { body: objectOf(body) }) }
    if (sound) return asked
    const inAddress = parameters.filter((it) => it.in === "path" || chance(0.5))
    if (body && (inAddress.length === 0 || chance(0.75))) return { ...asked, body: mutated(body, asked.body!) }
    const one = inAddress.length ? pick(inAddress) : undefined
    if (!one) return { ...asked, query: { [pick(["x", "__proto__", "date", "v"])]: pick(injections) } }
    const where = one.in === "path" ? "params" : "query"
    return { ...asked, [where]: { ...asked[where], [one.name]: broken(one.schema, asked[where][one.name]) } }
  }

  return { pick, chance, whole, made, request }
}

const text = (value: unknown) =>
  (typeof value === "string"
    ? value
    : Array.isArray(value)
      ? value.join()
      : (JSON.stringify(value) ?? "")
  ).toWellFormed()

/** Where this is asked for, as a client writes it. */
export function addressOf(path: string, { params, query }: Pick<Made, "params" | "query">): string {
  const place = path.replace(/:(\w+)/g, (_, name) => encodeURIComponent(text(params[name])) || "-")
  const search = Object.entries(query).map(
    ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(text(value))}`,
  )
  return new URL(search.length ? `${place}?${search.join("&")}` : place, "http://x").href.slice("http://x".length)
}
