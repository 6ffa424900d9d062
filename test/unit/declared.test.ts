/** What leaves is what the contract declares, also where something misfits (OWASP ASVS 5.0 V8.2.3, V15.3.1). */
import { describe, expect, it } from "vitest"
import * as z from "zod/mini"
import { declared } from "#api/declared"
import { portalApp, serve } from "#api/http"
import type { Fields } from "#store/log"
import { send } from "#test/apps"
import type { World } from "#world"

const Shape = z.object({
  state: z.enum(["open", "closed"]),
  at: z.number(),
  who: z.optional(z.object({ id: z.string() })),
  rows: z.array(z.object({ no: z.number() })),
  hours: z.optional(z.tuple([z.string(), z.object({ from: z.string() })])),
  facts: z.optional(z.record(z.string(), z.object({ step: z.number() }))),
  told: z.optional(
    z.union([z.object({ kind: z.literal("a"), text: z.string() }), z.object({ kind: z.literal("b"), no: z.number() })]),
  ),
  details: z._default(
    z.pipe(
      z.transform((it) => it),
      z.object({ top: z.optional(z.string()) }),
    ),
    {},
  ),
})
const sound = { state: "open", at: 1, rows: [{ no: 1 }], details: {} } as const
const secret = "张三 13800138000"

describe("an answer that fits", () => {
  it("is told as it was said, without what is not declared at any depth", () => {
    const said = {
      ...sound,
      secret,
      who: { id: "a", secret },
      rows: [{ no: 1, secret }],
      hours: ["9", { from: "x", secret }],
      facts: { one: { step: 1, secret } },
      told: { kind: "b", no: 2, text: secret },
      details: { top: "red", secret },
    }
    expect(declared(Shape, said)).toEqual({
      told: {
        ...sound,
        who: { id: "a" },
        hours: ["9", { from: "x" }],
        facts: { one: { step: 1 } },
        told: { kind: "b", no: 2 },
        details: { top: "red" },
      },
      misfits: [],
    })
  })
})

describe("an answer that misfits", () => {
  it.each<[string, object, object, string[]]>([
    ["one odd word", { state: "ajar" }, { state: "ajar" }, ["state"]],
    ["nothing where something is due", { at: undefined }, { at: undefined }, ["at"]],
    [
      "a row deep inside",
      { rows: [{ no: 1 }, { no: "2", secret }] },
      { rows: [{ no: 1 }, { no: "2" }] },
      ["rows.[].no"],
    ],
    ["an object for a word", { state: { secret } }, { state: undefined }, ["state"]],
    ["a word for an object", { who: secret }, { who: undefined }, ["who"]],
    ["a list for an object", { who: [secret] }, { who: undefined }, ["who"]],
    ["an object for a list", { rows: { 0: secret } }, { rows: undefined }, ["rows"]],
    ["more of a pair than two", { hours: ["9", { from: "x" }, secret] }, { hours: ["9", { from: "x" }] }, ["hours"]],
    [
      "a record, by no key of it",
      { facts: { [secret]: { step: "1", secret } } },
      { facts: { [secret]: { step: "1" } } },
      ["facts.*.step"],
    ],
    [
      "the one shape of two that was meant",
      { told: { kind: "b", no: "2", secret } },
      { told: { kind: "b", no: "2" } },
      ["told.no"],
    ],
    ["what is wrapped", { details: { top: 3, secret } }, { details: { top: 3 } }, ["details.top"]],
  ])("by %s is cut to its shape all the same, and where is named by its path alone", (_, wrong, left, misfits) => {
    const { told, misfits: named } = declared(Shape, { ...sound, secret, ...wrong })
    expect(told).toEqual({ ...sound, ...left })
    expect(named).toEqual(misfits)
  })

  it("is told to whoever asked, and a line of the log says of which route and where", async () => {
    const lines: [string, Fields | undefined][] = []
    const note = (event: string, fields?: Fields) => void lines.push([event, fields])
    const world = { log: { info: note, warn: note, error: note }, random: (n: number) => new Uint8Array(n) }
    const app = portalApp(world as unknown as World, { edgeKey: "edge" })
    const route = { summary: "", may: "catalogue.see", answer: Shape, refusals: [] } as const
    serve(
      app,
      { "GET /things/:id": route },
      {
        "GET /things/:id": async () => ({ ...sound, state: "ajar", secret, rows: [{ no: 1, secret }] }) as never,
      },
    )
    const { status, body, text } = await send(app, "GET", `/things/${encodeURIComponent(secret)}`)
    expect([status, body]).toEqual([200, { ...sound, state: "ajar" }])
    expect(text).not.toContain(secret)
    const told = lines.filter(([event]) => event === "answer misfits")
    expect(told).toEqual([
      ["answer misfits", { route: "GET /things/:id", fields: "state", request: expect.any(String) }],
    ])
    expect(JSON.stringify(lines)).not.toContain("ajar")
  })
})
