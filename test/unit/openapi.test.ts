/** The API description holds together: a client may be made from it, and every refusal and fault in it has words. */
import { readdirSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"
import { audiences, description } from "#api/openapi"
import type { Route } from "#api/routes"
import { permissions } from "#domain/permission"
import { problems } from "#domain/problem"
import { faultWords, problemWords } from "#web/words/problems"

type Json = Record<string, unknown>
type Parameter = { name: string; in: string; required: boolean; schema: Json }
type Operation = {
  operationId: string
  summary: string
  parameters: Parameter[]
  security?: Json[]
  requestBody?: { required: boolean; content: Record<string, { schema: Json }> }
  responses: Record<string, { description: string; content: Record<string, { schema: Json }> }>
}

const whole = description() as {
  openapi: string
  info: Json
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, Json>; securitySchemes: Json }
}
const operations = Object.entries(whole.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, it]) => ({ name: `${method.toUpperCase()} ${path}`, path, method, it })),
)
const routes = Object.values(audiences).flatMap((table) => Object.entries(table) as [string, Route][])

/** Everything in it, with where it stands. */
function* parts(value: unknown, at = "#"): Generator<{ at: string; value: Json }> {
  if (typeof value !== "object" || value === null) return
  yield { at, value: value as Json }
  for (const [key, inner] of Object.entries(value))
    yield* parts(inner, `${at}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`)
}
const found = (pointer: string) =>
  pointer
    .split("/")
    .slice(1)
    .reduce<unknown>(
      (here, key) => (here as Json | undefined)?.[key.replaceAll("~1", "/").replaceAll("~0", "~")],
      whole,
    )

describe("the description", () => {
  it("is of version 3.1, can be written as JSON, and describes every route once", () => {
    expect(whole.openapi).toMatch(/^3\.1\.\d$/)
    expect(whole.info).toMatchObject({ title: expect.any(String), version: expect.any(String) })
    expect(JSON.parse(JSON.stringify(whole))).toEqual(whole)
    expect(operations.map((it) => it.name).toSorted()).toEqual(
      routes.map(([name]) => name.replace(/:(\w+)/g, "{$1}")).toSorted(),
    )
    const ids = operations.map(({ it }) => it.operationId)
    expect(new Set(ids).size).toBe(ids.length)
    for (const id of ids) expect(id).toMatch(/^[A-Za-z]\w+$/)
  })

  it("has whatever it refers to", () => {
    const references = [...parts(whole)].flatMap(({ at, value }) =>
      typeof value.$ref === "string" ? [{ at, to: value.$ref }] : [],
    )
    expect(references.length).toBeGreaterThan(50)
    for (const { at, to } of references) expect([at, to, found(to)]).toEqual([at, to, expect.any(Object)])
    const used = new Set(references.map((it) => it.to.split("/").at(-1)))
    expect(Object.keys(whole.components.schemas).filter((it) => !used.has(it))).toEqual([])
  })

  it("declares each parameter of a path, and no other", () => {
    for (const { name, path, it } of operations) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1])
      const declared = it.parameters.filter((p) => p.in === "path")
      expect([name, declared.map((p) => p.name)]).toEqual([name, inPath])
      for (const parameter of declared) expect(parameter.required).toBe(true)
      for (const parameter of it.parameters)
        expect(Object.keys(parameter.schema).length, `${name} ${parameter.name}`).toBeGreaterThan(0)
    }
  })

  it("asks for a body where the route reads one, never with a GET, and names who signs", () => {
    for (const { name, method, it } of operations) {
      const route = routes.find(([key]) => key.replace(/:(\w+)/g, "{$1}") === name)![1]
      expect([name, it.requestBody !== undefined]).toEqual([name, route.body !== undefined])
      if (method === "get") expect([name, it.requestBody]).toEqual([name, undefined])
      expect([name, it.summary.length > 3]).toEqual([name, true])
      for (const scheme of (it.security ?? []).flatMap((one) => Object.keys(one)))
        expect(Object.keys(whole.components.securitySchemes)).toContain(scheme)
    }
  })

  it("has no leavings of the schemas: nothing empty, nothing of zod's, every array says of what", () => {
    for (const { at, value } of parts(whole)) {
      expect([
        at,
        Object.keys(value).filter((key) => /^(\$schema|\$defs|_zod|~standard|def|transform|pipe)$/.test(key)),
      ]).toEqual([at, []])
      if (value.type === "array") expect([at, "items" in value || "prefixItems" in value]).toEqual([at, true])
      if (value.type === "object" && "properties" in value && "required" in value)
        expect([
          at,
          (value.required as string[]).filter((key) => !Object.hasOwn(value.properties as Json, key)),
        ]).toEqual([at, []])
      const isSchemaPlace =
        /\/(schema|items|additionalProperties|not)$|\/(properties|schemas|anyOf|oneOf|allOf|prefixItems)\/[^/]+$/.test(
          at,
        )
      if (isSchemaPlace && !Array.isArray(value) && !/\/properties\/(properties|items)$/.test(at))
        expect([at, Object.keys(value).length > 0]).toEqual([at, true])
    }
  })
})

describe("a refusal", () => {
  it("is of the closed list, wherever a route names it, and is answered as a problem", () => {
    for (const { name, it } of operations)
      for (const [status, { description: codes, content }] of Object.entries(it.responses)) {
        if (Number(status) < 400) {
          expect([name, Object.keys(content)]).toEqual([name, ["application/json"]])
          continue
        }
        for (const code of codes.split(", "))
          expect([name, code, problems[code as keyof typeof problems]]).toEqual([name, code, Number(status)])
        expect(content["application/problem+json"]?.schema).toEqual({ $ref: "#/components/schemas/Problem" })
      }
    for (const [name, route] of routes) {
      for (const code of route.refusals)
        expect([name, Object.keys(problems)]).toEqual([name, expect.arrayContaining([code])])
      expect([name, Object.keys(permissions)]).toEqual([name, expect.arrayContaining([route.may])])
    }
    const listed = (whole.components.schemas.Problem!.properties as { code: { enum: string[] } }).code.enum
    expect(listed).toEqual(Object.keys(problems))
  })

  it("of who may come in is listed by each route that is not open to everyone", () => {
    for (const { name, it } of operations) {
      if (!it.security) continue
      expect([name, Object.keys(it.responses)]).toEqual([name, expect.arrayContaining(["401"])])
      if (/\/(staff)\//.test(name))
        expect([name, Object.keys(it.responses)]).toEqual([name, expect.arrayContaining(["403"])])
    }
  })

  it("has words in Chinese and in English, and no words are left over", () => {
    expect(Object.keys(problemWords).toSorted()).toEqual(Object.keys(problems).toSorted())
    for (const [code, { zh, en }] of Object.entries({ ...problemWords, ...faultWords })) {
      expect([code, /\p{Script=Han}/u.test(zh)]).toEqual([code, true])
      expect([code, /[A-Za-z]{2}/.test(en) && !/\p{Script=Han}/u.test(en)]).toEqual([code, true])
    }
  })

  it("of a field has words for every key that a schema or an action gives", () => {
    const root = fileURLToPath(new URL("../../functions/", import.meta.url))
    const text = readdirSync(root, { recursive: true, encoding: "utf8" })
      .filter((it) => /\.tsx?$/.test(it))
      .map((it) => readFileSync(root + it, "utf8"))
      .join("\n")
    const keys = [
      ...text.matchAll(/z\.(?:regex|refine|minLength|maxLength|gte|lte|int|email)\([^;\n]*?"([a-z][\w-]*)"\)/g),
      ...text.matchAll(/z\.enum\(\w+, "([\w-]+)"\)/g),
      ...text.matchAll(/fieldProblem\("\w+", "([\w-]+)"\)/g),
      ...text.matchAll(/fault: "([\w-]+)"/g),
      ...text.matchAll(/(?:\?|:|return) "((?:id|name)-[a-z]+)"/g),
    ].map((match) => match[1]!)
    expect(new Set(keys).size).toBeGreaterThan(20)
    expect([...new Set(keys)].filter((it) => !(it in faultWords))).toEqual([])
    const unused = Object.keys(faultWords).filter(
      (it) => !["missing", "other"].includes(it) && !text.includes(`"${it}"`),
    )
    expect(unused).toEqual([])
  })

  it("that no route, page or action ever gives is not on the list", () => {
    const root = fileURLToPath(new URL("../../functions/", import.meta.url))
    const text = readdirSync(root, { recursive: true, encoding: "utf8" })
      .filter((it) => /\.tsx?$/.test(it) && !it.endsWith("domain/problem.ts"))
      .map((it) => readFileSync(root + it, "utf8"))
      .join("\n")
    expect(Object.keys(problems).filter((code) => !text.includes(`"${code}"`))).toEqual([])
  })
})
