/** The simulated day, by which orders and numbers are compared. */
import { describe, expect, it } from "vitest"
import { orderings, previewed, simulatedDay, waitsOf } from "#domain/simulation"
import { policy, type Station } from "#domain/station"
import { addDays } from "#domain/time"
import { longtou, monday } from "#test/builders"

const days = Array.from({ length: 4 }, (_, i) => addDays(monday, i))
const under = (change: Partial<Station["policy"]>): Station => ({ ...longtou, policy: { ...policy, ...change } })
const run = (station: Station, ordering = orderings.ours as (typeof orderings)[keyof typeof orderings], over = days) =>
  waitsOf(
    station,
    over.map((date) => simulatedDay(station, { date, seed: "test", ordering })),
  )
const lane = (it: ReturnType<typeof run>, name: "P" | "A" | "G") => it.classes.find((each) => each.lane === name)!

describe("a simulated day", () => {
  it("is the same day for the same seed, and another for another", () => {
    const day = (seed: string) => [...simulatedDay(longtou, { date: monday, seed })]
    expect(day("a")).toEqual(day("a"))
    expect(day("a")).not.toEqual(day("b"))
  })

  it("calls everyone who came, once, at a window that serves them, and nobody before they came", () => {
    const joined = new Set<string>()
    let last = { now: 0 }
    const served = simulatedDay(longtou, {
      date: monday,
      seed: "a",
      joined: (moment) => {
        expect(moment.now).toBeGreaterThanOrEqual(last.now)
        expect(moment.line.waiting.some((it) => it.number === moment.number)).toBe(true)
        last = moment
        joined.add(moment.number)
      },
    })
    expect(joined.size).toBeGreaterThan(100)
    expect([...served.keys()].toSorted()).toEqual([...joined].toSorted())
    for (const it of served.values()) expect(it.calledAt).toBeGreaterThan(0)
  })

  it("has about the load it is asked for, whatever share of it is booked", () => {
    const minutesOf = (bookable: number) =>
      days
        .flatMap((date) => [...simulatedDay(under({ bookable }), { date, seed: "a" }).values()])
        .reduce((sum, it) => sum + (Number.isNaN(it.minutes) ? 1 : it.minutes), 0)
    const capacity = days.length * 510 * longtou.windows.length
    for (const share of [0, 0.5, 0.75]) {
      expect(minutesOf(share) / capacity).toBeGreaterThan(0.7)
      expect(minutesOf(share) / capacity).toBeLessThan(1.1)
    }
  })

  it("books nobody where nothing is bookable", () => {
    expect(lane(run(under({ bookable: 0 })), "A").people).toBe(0)
    expect(lane(run(under({ bookable: 0.5 })), "A").people).toBeGreaterThan(100)
  })

  it("of a station without windows serves nobody", () => {
    expect(run({ ...longtou, windows: [] })).toEqual({
      classes: ["P", "A", "G"].map((name) => ({ lane: name, people: 0, p50: 0, p95: 0, max: 0 })),
      overtaken: 0,
    })
  })
})

describe("the orders", () => {
  const month = Array.from({ length: 30 }, (_, i) => addDays(monday, i))
  const of = (name: keyof typeof orderings) => run(under({ bookable: 0.75 }), orderings[name], month)
  it("cost whom they are known to cost: absolute appointments the walk-ins, strict arrival the appointments", () => {
    const [ours, fifo, absolute] = [of("ours"), of("fifo"), of("appointments")]
    expect(lane(ours, "G").max).toBeLessThan(lane(absolute, "G").max)
    expect(lane(ours, "G").p95).toBeLessThan(lane(absolute, "G").p95)
    expect(lane(ours, "A").p95).toBeLessThan(lane(fifo, "A").p95)
    expect(lane(ours, "P").p95).toBeLessThan(lane(fifo, "P").p95)
    expect(ours.overtaken).toBeLessThan(absolute.overtaken)
  })
})

describe("a preview", () => {
  it("shows what a later limit for the over-waiting does to the longest walk-in", () => {
    const before = previewed(under({ bookable: 0.75 }), days)
    const after = previewed(under({ bookable: 0.75, overWaiting: 240 }), days)
    expect(after.classes.map((it) => it.people)).toEqual(before.classes.map((it) => it.people))
    expect(lane(after, "G").p95).toBeGreaterThan(lane(before, "G").p95)
    expect(lane(after, "A").p95).toBeLessThanOrEqual(lane(before, "A").p95)
  })
})
