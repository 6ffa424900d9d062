import { describe, expect, it } from "vitest"
import type { Appointment, EarlierWish } from "#domain/appointment"
import { cellName, lanesFor } from "#domain/places"
import { minute } from "#domain/time"
import {
  asking,
  asleepUntil,
  daysFor,
  earlierOn,
  lead,
  mayAsk,
  offeredUntil,
  reopens,
  type Used,
} from "#domain/waiting"
import { at, longtou } from "#test/builders"

const tuesday = "2026-11-24"
const now = at("10:00")
const lanes = lanesFor(longtou, ["rp-endorse"], tuesday)
const all = lanes.flatMap((lane) => lane.times.map((time) => cellName({ lane: lane.lane, time })))
const [first, second] = [...new Set(lanes.flatMap((lane) => lane.times))].sort()
const nameAt = (time: string) => cellName({ time, lane: lanes.find((lane) => lane.times.includes(time))!.lane })
const taken: Used = { held: true }

const waits = (wish: Partial<EarlierWish> = {}, change: Partial<Appointment> = {}) =>
  ({
    station: longtou.id,
    group: "rp",
    services: ["rp-endorse"],
    state: "booked",
    date: "2026-11-25",
    time: "10:00",
    wish: { since: now, asked: [], ...wish },
    ...change,
  }) as Appointment & { wish: EarlierWish }
const cells = (...reopened: [string, Used][]) =>
  new Map<string, Used>([...all.map((name) => [name, taken] as const), ...reopened])
const released = (until = now + minute): Used => ({ held: false, until, was: "somebody" })

describe("a place that reopens", () => {
  it("is one given back, from a little before its release time until an hour after", () => {
    expect(reopens(released(now + lead), now)).toBe(true)
    expect(reopens(released(now + lead + 1), now)).toBe(false)
    expect(reopens(released(now - 59 * minute), now)).toBe(true)
    expect(reopens(released(now - 60 * minute), now)).toBe(false)
    expect(reopens({ held: false }, now), "shut").toBe(false)
  })

  it("or one offered in vain, but never while somebody may still answer", () => {
    const due = now - 6000
    expect(reopens({ held: true, due, until: due + lead }, now)).toBe(true)
    expect(reopens({ held: true, due: now, until: now + lead }, now)).toBe(false)
    expect(reopens({ held: true, until: now + minute }, now), "another kind of offer").toBe(false)
    expect(reopens(taken, now)).toBe(false)
  })

  it("is for a visit that fits, is later, and was not asked before", () => {
    const seen = cells([nameAt(second!), released()], [nameAt(first!), released()])
    const found = (wish: Partial<EarlierWish> = {}, change: Partial<Appointment> = {}) =>
      earlierOn(longtou, waits(wish, change), tuesday, seen, now)?.place.time
    expect(found()).toBe(first)
    expect(found({ asked: [`${tuesday}T${first}`] })).toBe(second)
    expect(found({ after: second! })).toBe(second)
    expect(found({ before: "08:00" })).toBeUndefined()
    expect(found({}, { date: tuesday, time: first! }), "not earlier").toBeUndefined()
    expect(found({}, { services: ["rp-first"] }), "three units").toBeUndefined()
  })

  it("is not what stands free anyway, nor what leaves no hour", () => {
    const free = new Map([...cells()].filter(([name]) => name !== nameAt(first!)))
    expect(earlierOn(longtou, waits(), tuesday, free, now)).toBeUndefined()
    const soon = at(first!, tuesday) - 59 * minute
    expect(earlierOn(longtou, waits(), tuesday, cells([nameAt(first!), released(soon)]), soon)).toBeUndefined()
  })

  it("covers a longer visit where its other units are free", () => {
    const [lane] = lanes
    const [one, ...others] = lane!.times.slice(0, 3).map((time) => cellName({ lane: lane!.lane, time }))
    const seen = cells([one!, released()])
    for (const name of others) seen.delete(name)
    const found = earlierOn(longtou, waits({}, { services: ["rp-first"] }), tuesday, seen, now)
    expect(found).toMatchObject({ place: { time: lane!.times[0], units: 3 } })
  })
})

describe("a wish", () => {
  it("looks at the days on sale up to the visit, within what was said", () => {
    expect(daysFor(longtou, waits(), now)).toEqual(["2026-11-23", tuesday, "2026-11-25"])
    expect(daysFor(longtou, waits({ from: tuesday, to: tuesday }), now)).toEqual([tuesday])
  })

  it("is over after twenty offers", () => {
    let { wish } = waits()
    const place = { station: longtou.id, date: tuesday, time: first!, lane: 1, units: 1 }
    for (let i = 0; i < 20; i++) {
      expect(mayAsk(wish)).toBe(true)
      wish = asking(wish, place)
    }
    expect(mayAsk(wish)).toBe(false)
  })

  it("is answered in a quarter of an hour, and nobody is asked in the night", () => {
    const { policy } = longtou
    const place = { station: longtou.id, date: tuesday, time: "10:40", lane: 1, units: 1 }
    expect(offeredUntil(place, policy, at("09:40", tuesday))).toBe(at("09:55", tuesday))
    expect(asleepUntil(policy, at("20:45"))).toBeUndefined()
    expect(asleepUntil(policy, at("20:46"))).toBe(at("08:00", tuesday))
    expect(asleepUntil(policy, at("07:59", tuesday))).toBe(at("08:00", tuesday))
    expect(asleepUntil(policy, at("08:00", tuesday))).toBeUndefined()
  })
})
