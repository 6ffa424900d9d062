import { expect, test } from "vitest"
import { type Burst, noBurst, pressed } from "#web/lib/scanner"

/** Types keys `gap` milliseconds apart; answers what was taken for a scan. */
function typing(keys: string[], gap: number, from: { burst: Burst; at: number } = { burst: noBurst, at: 1_000 }) {
  let { burst, at } = from
  const scans: string[] = []
  for (const key of keys) {
    at += gap
    const next = pressed(burst, key, at)
    burst = next.burst
    if (next.scanned !== undefined) scans.push(next.scanned)
  }
  return { scans, burst, at }
}

const link = "https://doorstep.example/zh/a/Zm9vYmFy"

test("a burst that ends with Enter is a scan", () => {
  expect(typing([...link, "Enter"], 8).scans).toEqual([link])
})

test("a slow scanner with Shift between its letters is one too", () => {
  expect(typing(["Shift", "K", "7", "Shift", "Q", "M", "3", "T", "X", "Enter"], 50).scans).toEqual(["K7QM3TX"])
})

test("a person who types is no scanner, however they end", () => {
  expect(typing([..."K7QM3TXW9B2A", "Enter"], 120).scans).toEqual([])
})

test("what was typed slowly before is not part of the scan", () => {
  const before = typing(["A", "B"], 300)
  expect(typing([...link, "Enter"], 8, { burst: before.burst, at: before.at + 500 }).scans).toEqual([link])
})

test("Enter alone, or after too little, presses buttons as ever", () => {
  expect(typing(["Enter"], 8).scans).toEqual([])
  expect(typing(["a", "b", "Enter"], 8).scans).toEqual([])
})

test("an Enter that comes late ends no scan", () => {
  const burst = typing([...link], 8)
  expect(typing(["Enter"], 500, burst).scans).toEqual([])
})

test("two scans are two", () => {
  expect(typing([..."FIRST1", "Enter", ..."SECOND2", "Enter"], 5).scans).toEqual(["FIRST1", "SECOND2"])
})

test("a stuck key is not kept for ever", () => {
  expect(typing([..."x".repeat(2_000)], 5).burst.text.length).toBeLessThanOrEqual(600)
})
