/** The range that a phone shows: it holds the truth where the truth is known, says the same for the same line, and never "0 min". */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { below, lengthBeyond, normalAt, seeded } from "#domain/chance"
import { around, type Coming, estimates, type Known, promiseOf, type Range, rangeOf } from "#domain/estimate"
import { heads } from "#domain/heads"
import { learnedFrom, lengthsOf, nothingLearned, shareHeld, showsOf } from "#domain/learning"
import type { Entry, Line, WindowSlot } from "#domain/line"
import { type ServiceId, serviceIds, services } from "#domain/service"
import { policy } from "#domain/station"
import { minute } from "#domain/time"
import { type Caller, turn } from "#domain/turn"
import { aLine, anEntry, aStation, at } from "#test/builders"

const now = at("10:00")
const lengths = (mean: number, cv = 0): Known["lengths"] =>
  Object.fromEntries(serviceIds.map((id) => [id, { mean, cv }])) as Known["lengths"]
const known = (mean: number, cv = 0, coming: readonly Coming[] = []): Known => ({
  lengths: lengths(mean, cv),
  shows: 1,
  coming,
})
const open = (no: number, change: Partial<WindowSlot> = {}): WindowSlot => ({
  no,
  staff: `clerk-${no}`,
  owed: false,
  lastCallAt: 0,
  ...change,
})
const waitingOf = (count: number, service: ServiceId = "rp-endorse") =>
  Array.from({ length: count }, (_, i) =>
    anEntry(`A${String(i + 1).padStart(3, "0")}`, "G", now - (count - i) * minute, service),
  )
const hallOf = (waiting: readonly Entry[], windows: readonly WindowSlot[] = [open(1)], v = 1): Line => ({
  ...aLine(waiting),
  windows,
  v,
})
const holds = ({ low, high }: Range, minutes: number) => low <= minutes && minutes <= high

describe("a range", () => {
  it("is p10 to p90, rounded outward to five minutes, and never narrower than that", () => {
    expect(rangeOf(Array.from({ length: 100 }, (_, i) => i + 1))).toMatchObject({ low: 10, high: 90, middle: 50 })
    expect(rangeOf([11, 12, 13])).toMatchObject({ low: 10, high: 15 })
    expect(rangeOf([10, 10, 10])).toMatchObject({ low: 10, high: 15 })
  })
  it("is never no time at all", () => {
    expect(rangeOf([0, 0, 0])).toMatchObject({ low: 0, high: 5 })
  })
})

describe("what each number is told", () => {
  it("holds the exact answer when every visit takes exactly so long", () => {
    for (const windows of [1, 2, 3]) {
      const station = aStation(Array.from({ length: windows }, () => ["rp-endorse"] as const))
      const line = hallOf(
        waitingOf(12),
        Array.from({ length: windows }, (_, i) => open(i + 1)),
      )
      const { order } = estimates(line, station, known(6), now)
      for (const [i, { number }] of line.waiting.entries()) {
        const exact = Math.floor(i / windows) * (6 + around.pause)
        expect([number, order.get(number), holds(order.get(number)!, exact)]).toEqual([number, expect.anything(), true])
      }
    }
  })

  it("counts what is left of the visit at the window, not the whole of it", () => {
    const visit = { ...anEntry("A000", "G", now), state: "serving", rule: "walk-in", calls: 1 } as const
    const began = (minutes: number) => {
      const calledAt = now - minutes * minute
      return hallOf(waitingOf(1), [
        open(1, { visit: { ...visit, calledAt, lastCallAt: calledAt, startedAt: calledAt } }),
      ])
    }
    const told = (minutes: number) => promiseOf(began(minutes), aStation(), "A001", known(30), now)
    expect(told(2)).toMatchObject({ low: 25, high: 30 })
    expect(told(24)).toMatchObject({ low: 5, high: 10 })
  })

  it("grows, and never shrinks, with the people ahead who want the same", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 30 }),
        fc.integer({ min: 1, max: 4 }),
        fc.double({ min: 0.1, max: 1, noNaN: true }),
        (count, windows, cv) => {
          const station = aStation(Array.from({ length: windows }, () => ["rp-endorse"] as const))
          const line = hallOf(
            waitingOf(count),
            Array.from({ length: windows }, (_, i) => open(i + 1)),
          )
          const { order } = estimates(line, station, known(8, cv), now)
          const ranges = line.waiting.map(({ number }) => order.get(number)).filter((it) => it !== undefined)
          for (const [i, range] of ranges.entries()) {
            expect(range.high).toBeGreaterThanOrEqual(5)
            if (i) expect(range.low).toBeGreaterThanOrEqual(ranges[i - 1]!.low)
            if (i) expect(range.high).toBeGreaterThanOrEqual(ranges[i - 1]!.high)
          }
        },
      ),
      { numRuns: 40 },
    )
  })

  it("is the same for the same version of the line, and may differ for the next", () => {
    const told = (v: number) => estimates(hallOf(waitingOf(9), [open(1)], v), aStation(), known(8, 0.6), now).order
    expect(told(7)).toEqual(told(7))
    expect(told(8)).not.toEqual(told(7))
  })

  it("is nothing while no window that serves them is open", () => {
    const station = aStation([["rp-endorse"], ["id-renew"]])
    const line = hallOf(
      [...waitingOf(1), anEntry("B001", "G", now, "id-renew")],
      [open(1), { no: 2, owed: false, lastCallAt: 0 }],
    )
    const { order, newcomers } = estimates(line, station, known(8), now)
    expect([...order.keys()]).toEqual(["A001"])
    expect([...newcomers.keys()]).toEqual(["rp"])
    const paused = estimates(hallOf(waitingOf(1), [open(1, { paused: true })]), station, known(8), now)
    expect([paused.order.size, paused.newcomers.size]).toEqual([0, 0])
  })

  it("waits for whoever was transferred to that window alone", () => {
    const station = aStation([["rp-endorse"], ["rp-endorse"]])
    const mine: Entry = { ...anEntry("A001", "G", now), only: 2 }
    expect(estimates(hallOf([mine], [open(1)]), station, known(8), now).order.size).toBe(0)
    expect(estimates(hallOf([mine], [open(1), open(2)]), station, known(8), now).order.get("A001")).toMatchObject({
      low: 0,
      high: 5,
    })
  })

  it("makes room for appointments that will come, by their show rate", () => {
    const coming = Array.from({ length: 6 }, (_, i) => ({
      booked: now + (10 + i) * minute,
      service: "rp-endorse" as const,
    }))
    const told = (it: Known) => promiseOf(hallOf(waitingOf(8)), aStation(), "A008", it, now)!.middle
    expect(told(known(5, 0, coming))).toBeGreaterThan(told(known(5)) + 20)
    expect(told({ ...known(5, 0, coming), shows: 0 })).toBe(told(known(5)))
  })

  it("says to a newcomer what the next number will be told", () => {
    const station = aStation([["rp-endorse"], ["rp-endorse"]])
    const windows = [open(1), open(2)]
    const newcomer = estimates(hallOf(waitingOf(7), windows), station, known(6), now).newcomers.get("rp")!
    const joined = hallOf([...waitingOf(7), anEntry("A008", "G", now)], windows)
    expect(promiseOf(joined, station, "A008", known(6), now)).toEqual(newcomer)
  })

  it("says nothing of what is hours and hours away", () => {
    expect(promiseOf(hallOf(waitingOf(60)), aStation(), "A060", known(10), now)).toBeUndefined()
  })
})

describe("the heads of a line", () => {
  const number = (i: number) => `A${String(i + 1).padStart(3, "0")}`
  const anyone = fc.record({
    lane: fc.constantFrom("P" as const, "A" as const, "G" as const),
    service: fc.constantFrom("rp-endorse" as const, "id-renew" as const, "pickup" as const),
    eff: fc.integer({ min: -70, max: 20 }),
    behind: fc.option(fc.array(fc.nat(9), { maxLength: 3 }), { nil: undefined, freq: 4 }),
    only: fc.option(fc.constantFrom(1, 2), { nil: undefined, freq: 6 }),
  })
  const anyCaller = fc.record({
    no: fc.constantFrom(1, 2, 3),
    services: fc.subarray(["rp-endorse", "id-renew", "pickup"] as const, { minLength: 1 }),
    owed: fc.boolean(),
  })
  it("are enough for `turn` to call whom it would call of everyone, call after call", () => {
    fc.assert(
      fc.property(
        fc.array(anyone, { maxLength: 14 }),
        fc.array(anyCaller, { minLength: 1, maxLength: 14 }),
        (people, callers) => {
          let waiting = people.map(
            ({ lane, service, eff, behind, only }, i): Entry => ({
              number: number(i),
              lane,
              service,
              eff: now + eff * minute,
              phone: false,
              ...(behind && { behind: behind.map(number) }),
              ...(only && { only }),
            }),
          )
          const line = heads(waiting)
          for (const caller of callers as ((typeof callers)[number] & Caller)[]) {
            const called = turn(waiting, caller, policy, now)
            const short = turn(line.candidates(), caller, policy, now)
            expect([short?.entry, short?.owed, short?.rule]).toEqual([called?.entry, called?.owed, called?.rule])
            if (!called) continue
            line.leave(called.entry)
            waiting = waiting.filter((it) => it !== called.entry)
          }
        },
      ),
      { numRuns: 2000 },
    )
  })
})

describe("lengths by chance", () => {
  it("have the mean and the spread that they are given", () => {
    const random = seeded(1)
    const drawn = Array.from({ length: 40_000 }, () => lengthBeyond({ mean: 8, cv: 0.5 }, 0, random))
    const mean = drawn.reduce((a, b) => a + b) / drawn.length
    const spread = Math.sqrt(drawn.reduce((sum, it) => sum + (it - mean) ** 2, 0) / drawn.length)
    expect(mean).toBeCloseTo(8, 0)
    expect(spread / mean).toBeCloseTo(0.5, 1)
  })
  it("are never less than what has passed", () => {
    const random = seeded(2)
    for (const gone of [1, 8, 40, 300])
      for (let i = 0; i < 200; i++)
        expect(lengthBeyond({ mean: 8, cv: 0.5 }, gone, random)).toBeGreaterThanOrEqual(gone)
  })
  it("come from a normal and its inverse that agree", () => {
    for (const share of [0.001, 0.1, 0.3, 0.5, 0.9, 0.999]) expect(below(normalAt(share))).toBeCloseTo(share, 6)
  })
})

describe("what a station learns", () => {
  const visits = (count: number, minutes: number) =>
    Array.from({ length: count }, () => ({ service: "rp-endorse" as const, minutes }))
  const day = { date: "2026-11-23", visits: [], shows: [], promises: [] }
  it("counts only from thirty samples on; until then the catalogue's minutes hold", () => {
    const few = learnedFrom(nothingLearned, { ...day, visits: visits(29, 12) })
    expect(lengthsOf(few)["rp-endorse"].mean).toBe(services["rp-endorse"].minutes + 0.5)
    const learned = learnedFrom(few, { ...day, visits: visits(1, 12) })
    expect(lengthsOf(learned)["rp-endorse"].mean).toBeCloseTo(12)
    expect(lengthsOf(learned)["id-renew"].mean).toBe(services["id-renew"].minutes + 0.5)
  })
  it("forgets slowly: new samples outweigh old ones", () => {
    const old = learnedFrom(nothingLearned, { ...day, visits: visits(5000, 20) })
    expect(lengthsOf(learnedFrom(old, { ...day, visits: visits(1200, 8) }))["rp-endorse"].mean).toBeLessThan(9)
  })
  it("leaves out a visit that somebody forgot to finish", () => {
    expect(learnedFrom(nothingLearned, { ...day, visits: visits(40, 300) }).lengths).toEqual({})
  })
  it("knows who comes and what share of its promises held", () => {
    const learned = learnedFrom(nothingLearned, {
      ...day,
      shows: Array.from({ length: 40 }, (_, i) => i % 2 === 0),
      promises: [true, true, true, false],
    })
    expect(showsOf(learned)).toBeCloseTo(0.5)
    expect(showsOf(nothingLearned)).toBe(0.85)
    expect(shareHeld(learned)).toBe(0.75)
    expect(shareHeld(nothingLearned)).toBeUndefined()
  })
})
