/** What a station costs whoever goes there. */
import { describe, expect, it } from "vitest"
import { policy, type Station } from "#domain/station"
import { day } from "#domain/time"
import { causeOf, quickerThanNearest, sessionFor, waitAfter, weighed, weights } from "#domain/weighing"
import { aStation, at, longtou, monday, plaza } from "#test/builders"

const wait = (middle: number) => ({ low: Math.max(0, middle - 10), high: middle + 10, middle })
const station = (metres: number, walk: number, waiting: number | undefined, next?: string, date = monday) => {
  const now = at("09:00")
  const free = next === undefined ? undefined : { date, time: next }
  const there = waiting === undefined ? undefined : wait(waiting)
  return { metres, ...(there && { wait: there }), ...(free && { next: free }), ...weighed(walk, there, free, now) }
}

describe("the cost of a station", () => {
  const now = at("09:00")
  it("is the walk and the wait, or the walk and a booked place with a little for its being later: the less of the two", () => {
    expect(weighed(10, wait(20), undefined, now)).toEqual({ walk: 10, going: 30, cost: 30 })
    expect(weighed(10, undefined, { date: monday, time: "09:10" }, now)).toEqual({ walk: 10, booking: 15, cost: 15 })
    expect(weighed(10, wait(20), { date: monday, time: "10:10" }, now)).toEqual({
      walk: 10,
      going: 30,
      booking: 17,
      cost: 17,
    })
    expect(weighed(0, undefined, { date: "2026-11-24", time: "09:00" }, now).cost).toBe(weights.booked + 48)
    expect(weighed(3, undefined, undefined, now).cost).toBe(Number.POSITIVE_INFINITY)
  })
  it("counts the wait of whoever sets out now: at best nobody comes meanwhile", () => {
    expect(waitAfter(0, { low: 15, high: 25, middle: 20 })).toEqual({ low: 15, high: 25, middle: 20 })
    expect(waitAfter(7, { low: 15, high: 25, middle: 20 })).toEqual({ low: 5, high: 25, middle: 20 })
    expect(waitAfter(40, { low: 15, high: 25, middle: 20 }).low).toBe(0)
  })
})

describe("why nothing can be booked", () => {
  const now = at("09:00")
  const why = (change: Partial<Station>) =>
    causeOf(aStation(undefined, { hours: plaza.hours, ...change }), ["rp-endorse"], now)
  const closed = (days: number, windows?: number[]) => ({
    closures: [
      { id: "c", from: at("00:00"), to: at("00:00") + days * day, reason: "演示", ...(windows && { windows }) },
    ],
  })
  it("is that all is taken, that nothing is on sale, or that it is not done there on the days on sale", () => {
    expect(why({})).toBe("full")
    expect(why({ policy: { ...policy, bookable: 0 } })).toBe("unsold")
    expect(why(closed(1))).toBe("full")
    expect(why(closed(30))).toBe("closed")
    expect(why(closed(30, [1]))).toBe("closed")
    // It opens again within two weeks, but on no day that is on sale.
    expect(why(closed(10))).toBe("closed")
    expect(sessionFor(aStation(undefined, { hours: plaza.hours, ...closed(10) }), ["rp-endorse"], now)).toBeDefined()
    expect(why({ hours: Array.from({ length: 7 }, () => []) })).toBe("closed")
  })
})

describe("the quicker one", () => {
  it("is not named to whoever would walk for hours", () => {
    expect(quickerThanNearest([station(4000, 50, 60), station(4800, 60, 5)])).toMatchObject({ saves: 45 })
    expect(quickerThanNearest([station(4000, 50, 60), station(4880, 61, 5)])).toBeUndefined()
  })
  it("is named where the nearest is so much busier, with the minutes that it saves", () => {
    const [near, far] = [station(200, 3, 60), station(1200, 15, 5)]
    expect(quickerThanNearest([far, near])).toEqual({ nearest: near, other: far, saves: 43 })
  })
  it("is not worth a word for less than ten minutes, nor where the nearest is the quickest", () => {
    expect(quickerThanNearest([station(200, 3, 25), station(1200, 15, 4)])).toBeUndefined()
    expect(quickerThanNearest([station(200, 3, 26), station(1200, 15, 4)])).toMatchObject({ saves: 10 })
    expect(quickerThanNearest([station(200, 3, 5), station(1200, 15, 5)])).toBeUndefined()
    expect(quickerThanNearest([station(200, 3, 60)])).toBeUndefined()
    expect(quickerThanNearest([])).toBeUndefined()
  })
  it("is no reason to walk away from a place that can be booked", () => {
    expect(quickerThanNearest([station(200, 3, 60, "09:05"), station(1200, 15, 5)])).toBeUndefined()
  })
  it("is the sooner one where nobody is served at the nearest now", () => {
    const [near, far] = [station(200, 3, undefined, "09:00", "2026-11-26"), station(1200, 15, 5)]
    expect(quickerThanNearest([near, far])).toEqual({ nearest: near, other: far, sooner: true })
    expect(quickerThanNearest([station(200, 3, undefined), station(1200, 15, undefined)])).toBeUndefined()
  })
})

describe("the hours for a service", () => {
  it("are those in which one window that does all of it is open", () => {
    const closing = (windows: number[], from: string, to: string, date = monday) => ({
      id: `${windows}${from}`,
      from: at(from),
      to: at(to, date),
      windows,
      reason: "演示",
    })
    const house = (...closures: ReturnType<typeof closing>[]) =>
      aStation([["rp-endorse"], ["id-renew"], ["rp-endorse", "rp-renew"]], {
        hours: Array.from({ length: 7 }, () => [["09:00", "12:00"]] as const),
        closures,
      })
    const month = house(closing([2], "00:00", "00:00", "2026-12-23"))
    expect(sessionFor(month, ["id-renew"], at("10:00"))).toBeUndefined()
    expect(sessionFor(month, ["rp-endorse"], at("10:00"))?.opens).toBe(at("09:00"))
    expect(sessionFor(month, [], at("10:00"))?.opens).toBe(at("09:00"))
    const hour = house(closing([1], "10:00", "11:00"), closing([3], "10:30", "12:00"))
    expect(sessionFor(hour, ["rp-endorse"], at("10:15"))).toEqual({ opens: at("09:00"), closes: at("10:30") })
    expect(sessionFor(hour, ["rp-endorse"], at("10:30"))).toEqual({ opens: at("11:00"), closes: at("12:00") })
    // The window that is open does half of it.
    expect(sessionFor(hour, ["rp-endorse", "rp-renew"], at("10:30"))?.opens).toBe(at("09:00", "2026-11-24"))
    expect(sessionFor(hour, [], at("10:30"))).toEqual({ opens: at("09:00"), closes: at("12:00") })
  })
  it("are those of the session that runs, or of the next one", () => {
    expect(sessionFor(longtou, ["rp-endorse"], at("09:00"))).toEqual({ opens: at("08:00"), closes: at("12:00") })
    expect(sessionFor(longtou, [], at("12:00"))).toEqual({ opens: at("14:00"), closes: at("18:30") })
    expect(sessionFor(longtou, [], at("18:30"))).toEqual({
      opens: at("08:00", "2026-11-24"),
      closes: at("12:00", "2026-11-24"),
    })
    expect(sessionFor(longtou, [], at("12:00", "2026-11-28"))?.opens).toBe(at("08:00", "2026-11-30"))
  })
  it("leave out those that are for other services, and a station that is never open for this one is none", () => {
    const evening = aStation([["rp-endorse", "id-renew"]], {
      hours: Array.from({ length: 7 }, () => [
        ["09:00", "12:00"],
        ["18:00", "20:00", ["rp-endorse"]],
      ]),
    })
    expect(sessionFor(evening, ["rp-endorse"], at("13:00"))?.opens).toBe(at("18:00"))
    expect(sessionFor(evening, ["id-renew"], at("13:00"))?.opens).toBe(at("09:00", "2026-11-24"))
    expect(sessionFor({ ...evening, hours: Array.from({ length: 7 }, () => []) }, [], at("09:00"))).toBeUndefined()
  })
})
