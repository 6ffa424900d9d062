import { describe, expect, it } from "vitest"
import { type Compared, likeness, patternAround, suggestionsFor, together } from "#domain/duplicates"
import { hour, minute } from "#domain/time"
import { at } from "#test/builders"

const evening = at("18:40")
const mall = { lat: 26.0929, lng: 119.335 }
const aReport = (id: string, more: Partial<Compared> = {}): Compared => ({
  id,
  kind: "missing",
  state: "dispatched",
  place: mall,
  reportedAt: evening,
  traits: { sex: "girl", age: 6, phone: `phone-${id}` },
  ...more,
})
const why = (a: Compared, b: Compared) => suggestionsFor(a, [b])[0]?.why

describe("what may belong together", () => {
  it("is one reporter's second report of the same child within a day (一人多报)", () => {
    const first = aReport("A", { traits: { sex: "girl", age: 6, phone: "same" } })
    const again = aReport("B", { reportedAt: evening + 23 * hour, traits: { sex: "girl", age: 7, phone: "same" } })
    expect(why(again, first)).toBe("same-reporter")
    expect(why({ ...again, reportedAt: evening + 25 * hour }, first)).toBeUndefined()
  })

  it("is a sibling where the same phone reports another child", () => {
    const first = aReport("A", { traits: { sex: "girl", age: 6, phone: "same" } })
    expect(why(aReport("B", { traits: { sex: "boy", age: 6, phone: "same" } }), first)).toBe("sibling")
    expect(why(aReport("B", { traits: { sex: "girl", age: 9, phone: "same" } }), first)).toBe("sibling")
  })

  it("is several people's report of one child (多人同报): near, soon, alike", () => {
    const clothes = { clothes: ["red", "skirt", "hat"] }
    const first = aReport("A", { traits: { sex: "girl", age: 6, phone: "a", ...clothes } })
    const other = (more: Partial<Compared>, traits: object = {}) =>
      why(
        aReport("B", { ...more, traits: { sex: "girl", age: 8, phone: "b", clothes: ["red", "skirt"], ...traits } }),
        first,
      )
    expect(other({})).toBe("same-child")
    expect(other({ reportedAt: evening + 2 * hour + 1 })).toBeUndefined()
    expect(other({ place: { lat: 26.103, lng: 119.335 } })).toBeUndefined()
    expect(other({}, { sex: "boy" })).toBeUndefined()
    expect(other({}, { age: 9 })).toBeUndefined()
    expect(other({}, { clothes: ["blue", "coat", "boots", "bag"] })).toBeUndefined()
    // Nothing known of the one: an officer asks.
    expect(other({}, { clothes: [] })).toBe("same-child")
  })

  it("is a found child and whoever looks for them", () => {
    const found = aReport("F", { kind: "found-child", place: { lat: 26.12, lng: 119.34 } })
    expect(why(found, aReport("A"))).toBe("found")
    expect(why(aReport("A"), found)).toBe("found")
    expect(why(aReport("A", { traits: { sex: "boy", age: 6 } }), found)).toBeUndefined()
  })

  it("is never one that is over, one of the same incident, or one that an officer put aside", () => {
    const one = aReport("A")
    expect(why(one, aReport("B"))).toBe("same-child")
    expect(why(one, aReport("B", { state: "closed" }))).toBeUndefined()
    expect(why({ ...one, dismissed: ["B"] }, aReport("B"))).toBeUndefined()
    expect(why({ ...one, incident: "A" }, aReport("B", { incident: "A" }))).toBeUndefined()
  })

  it("is put aside from whichever of the two", () => {
    const [one, two] = [aReport("A"), aReport("B")]
    expect(suggestionsFor(one, [two])).toHaveLength(1)
    expect(suggestionsFor(one, [{ ...two, dismissed: ["A"] }])).toEqual([])
    expect(suggestionsFor({ ...one, dismissed: ["B"] }, [two])).toEqual([])
  })

  it("shows the likeliest five", () => {
    const mine = aReport("A", { traits: { sex: "girl", age: 6, names: ["an"] } })
    const others = Array.from({ length: 8 }, (_, i) => aReport(`B${i}`))
    const alike = aReport("Z", { traits: { sex: "girl", age: 6, names: ["an"] } })
    const found = suggestionsFor(mine, [...others, alike])
    expect(found).toHaveLength(5)
    expect(found[0]).toEqual({ other: "Z", why: "same-child", likeness: 1 })
  })
})

describe("several children at one place (一地多报)", () => {
  const different = (n: number, more: Partial<Compared> = {}) =>
    aReport(`C${n}`, {
      traits: { sex: "boy", age: 3 + 3 * n, phone: `p${n}` },
      reportedAt: evening + n * 10 * minute,
      ...more,
    })

  it("is a pattern from the third different child on, named by the first", () => {
    const [one, two, three] = [1, 2, 3].map((n) => different(n))
    expect(patternAround(two!, [one!])).toBeUndefined()
    expect(patternAround(three!, [one!, two!])).toMatchObject({
      id: "C1",
      reports: ["C1", "C2", "C3"],
      from: one!.reportedAt,
    })
  })

  it("is none where they are far apart, long apart, found, or one child reported thrice", () => {
    const two = [1, 2].map((n) => different(n))
    expect(patternAround(different(3, { place: { lat: 26.098, lng: 119.335 } }), two)).toBeUndefined()
    expect(patternAround(different(3, { reportedAt: evening + 71 * minute }), two)).toBeUndefined()
    expect(patternAround(different(3, { state: "reunited" }), two)).toBeUndefined()
    const thrice = ["X", "Y", "Z"].map((id) => aReport(id))
    expect(patternAround(thrice[2]!, thrice)).toBeUndefined()
  })
})

describe("likeness", () => {
  it("is the better of names and clothes, and unknown where one says nothing", () => {
    expect(likeness({ names: ["a"], clothes: ["x", "y"] }, { names: ["b"], clothes: ["x"] })).toBe(1)
    expect(likeness({ clothes: ["x", "y", "z"] }, { clothes: ["x", "q", "r", "s"] })).toBeCloseTo(1 / 3)
    expect(likeness({ names: ["a"] }, { clothes: ["x"] })).toBeUndefined()
  })

  it("knows what was told later over what was told first, and forgets no word", () => {
    expect(
      together([
        { sex: "girl", age: 6, clothes: ["x"] },
        { age: 7, names: ["n"], clothes: ["y"] },
      ]),
    ).toEqual({
      sex: "girl",
      age: 7,
      names: ["n"],
      clothes: ["x", "y"],
    })
  })
})
