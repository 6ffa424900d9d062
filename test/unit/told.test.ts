import { describe, expect, it } from "vitest"
import { bandOf } from "#domain/report"
import { minute } from "#domain/time"
import { Added, asKnown, isToCome, notToCome, Told } from "#domain/told"
import { at } from "#test/builders"

const now = at("18:40")
const four = {
  where: { text: "泰禾广场三楼" },
  when: { at: now - 10 * minute, about: true },
  phone: "138 0013 8000",
  child: { sex: "girl", age: 6 },
}
const faultsOf = (said: unknown) => {
  const parsed = Told.safeParse(said)
  return parsed.success ? [] : parsed.error.issues.map(({ path, message }) => `${path.join(".")} ${message}`)
}

describe("what is told of a missing child", () => {
  it("is enough with four things", () => {
    expect(Told.parse(four)).toMatchObject({ phone: "+8613800138000", relation: "parent" })
  })

  it.each([
    ["where", "where where-missing", { where: { text: "" } }],
    ["sex", "child.sex sex-missing", { child: { age: 6 } }],
  ])("asks for %s", (_, fault, change) => {
    expect(faultsOf({ ...four, ...change })).toContain(fault)
  })

  it.each<[string, unknown, unknown]>([
    ["numbers as text", { lat: "26.0929", lng: " 119.335" }, { lat: 26.0929, lng: 119.335 }],
    ["the two turned round", { lat: 119.335, lng: 26.0929 }, { lat: 26.0929, lng: 119.335 }],
    ["both", { lat: "119.335", lng: "26.0929" }, { lat: 26.0929, lng: 119.335 }],
    ["a place abroad as it is", { lat: 26, lng: -20 }, { lat: 26, lng: -20 }],
    ["what is none at all", { lat: 900, lng: "x" }, null],
    ["half of one", { lat: 26.09, lng: "" }, null],
    ["words", "泰禾广场", null],
    ["infinity", { lat: Number.POSITIVE_INFINITY, lng: 119 }, null],
  ])("takes a point without a word: %s", (_, point, read) => {
    expect(Told.parse({ ...four, where: { point } }).where).toEqual({ text: "", point: read })
  })

  it("is asked where, if no point was sent", () => {
    for (const where of [{}, { text: " " }, { point: null }, { point: undefined }])
      expect(faultsOf({ ...four, where })).toContain("where where-missing")
  })

  it("is where it was known to be, if the later word cannot be read", () => {
    const told = Told.parse(four)
    expect(asKnown(told, [Added.parse({ where: { point: { lat: 900, lng: 1 } } })]).where).toEqual(told.where)
  })

  it("asks for a phone that can be dialled, from Macau too", () => {
    expect(Told.parse({ ...four, phone: "+853 6212 3456" }).phone).toBe("+85362123456")
    expect(faultsOf({ ...four, phone: "12" })).toHaveLength(1)
  })

  it.each([
    ["400-810-5999", "4008105999"],
    ["800 810 5999", "8008105999"],
    ["+86 0591-8765 4321", "+8659187654321"],
    ["0086 0591 87654321", "+8659187654321"],
    ["+86 138 0013 8000", "+8613800138000"],
  ])("takes the phone %s", (typed, phone) => expect(Told.parse({ ...four, phone: typed }).phone).toBe(phone))

  it("takes an age of forty: a vulnerable adult is routed, not refused", () => {
    expect(faultsOf({ ...four, child: { sex: "boy", age: 40 } })).toEqual([])
    expect([0, 13, 14, 17, 18, 40].map(bandOf)).toEqual(["child", "child", "minor", "minor", "adult", "adult"])
  })

  it("cuts what is too long instead of refusing it, by whole characters", () => {
    const long = Told.parse({ ...four, details: { name: "𬱖".repeat(80), note: `a\u0000b${"长".repeat(900)}` } })
    expect([...long.details!.name!]).toHaveLength(50)
    expect([...long.details!.note!]).toHaveLength(500)
    expect(long.details!.note!.startsWith("a b")).toBe(true)
  })

  it("takes a time to come as now, and says so only beyond a phone's wrong clock", () => {
    const soon = { at: now + 5 * minute, about: false }
    expect([notToCome({ when: soon }, now).when.at, isToCome(soon, now)]).toEqual([now, false])
    const tomorrow = { at: now + 60 * 24 * minute, about: false }
    expect([notToCome({ when: tomorrow }, now).when.at, isToCome(tomorrow, now)]).toEqual([now, true])
  })

  it("is known by its latest words, and loses none that the later leave out", () => {
    const told = Told.parse({ ...four, details: { top: "红色外套", name: "小雨" } })
    const known = asKnown(told, [Added.parse({ top: "粉色外套", age: 7, name: "" }), Added.parse({ shoes: "白色" })])
    expect(known.child).toEqual({ sex: "girl", age: 7 })
    expect(known.details).toMatchObject({ top: "粉色外套", name: "小雨", shoes: "白色" })
    expect(known.where).toEqual(told.where)
  })
})
