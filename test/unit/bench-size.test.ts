/** DynamoDB's rule for the size of an item: every promise about cost is counted with it. */
import { describe, expect, it } from "vitest"
import { itemBytes, numberBytes, readUnits, writeUnits } from "../bench/size.ts"

describe("the size of an item", () => {
  it("is that of its names and of what they hold, in UTF-8", () => {
    expect(itemBytes({ pk: { S: "a" } })).toBe(3)
    expect(itemBytes({ 名: { S: "张三𠮷" } })).toBe(3 + 3 + 3 + 4)
    expect(itemBytes({ a: { S: "" }, b: { B: new Uint8Array(40) }, c: { BOOL: true }, d: { NULL: true } })).toBe(46)
  })
  it("counts two significant digits of a number as one byte, and one more", () => {
    expect(["0", "7", "42", "100", "12345", "1795395900000"].map(numberBytes)).toEqual([1, 2, 2, 2, 4, 5])
    expect(["-7", "-12.50", "0.05", "1e+21"].map(numberBytes)).toEqual([3, 4, 2, 2])
  })
  it("counts three bytes for a list or a map, and one for each thing in it", () => {
    expect(itemBytes({ l: { L: [] } })).toBe(4)
    expect(itemBytes({ l: { L: [{ S: "ab" }, { N: "1" }] } })).toBe(1 + 3 + 3 + 3)
    expect(itemBytes({ m: { M: { A: { N: "12" }, inner: { L: [{ BOOL: true }] } } } })).toBe(
      1 + 3 + (1 + 1 + 2) + (1 + 5 + 3 + 2),
    )
  })
  it("counts a set by what is in it", () => {
    expect(itemBytes({ s: { SS: ["ab", "c"] }, n: { NS: ["1", "100"] }, b: { BS: [new Uint8Array(5)] } })).toBe(
      4 + 5 + 6,
    )
  })
})

describe("units", () => {
  it("of a write are started kilobytes, twice in a transaction", () => {
    expect([0, 1, 1024, 1025, 3072].map((bytes) => writeUnits(bytes))).toEqual([1, 1, 1, 2, 3])
    expect([1, 1025].map((bytes) => writeUnits(bytes, "transaction"))).toEqual([2, 4])
  })
  it("of a read are started four kilobytes, half of them where an older answer will do", () => {
    expect([0, 4096, 4097].map((bytes) => readUnits(bytes, "now"))).toEqual([1, 1, 2])
    expect([0, 4096, 4097].map((bytes) => readUnits(bytes, "soon"))).toEqual([0.5, 0.5, 1])
  })
})
