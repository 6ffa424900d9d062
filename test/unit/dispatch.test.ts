import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { stations } from "#domain/demonstration"
import { rosters, units, venues } from "#domain/demonstration-units"
import {
  acknowledged,
  type City,
  clocked,
  dispatched,
  nearestOnDuty,
  newlyAlerted,
  noUnit,
  relocated,
  targetsAt,
  ticked,
} from "#domain/dispatch"
import { gazetteer } from "#domain/gazetteer"
import { type Dispatch, isLater, ladder, type Place, photoKept, type Step, searchFor, states } from "#domain/report"
import { whoIsOnDuty } from "#domain/roster"
import { metresBetween } from "#domain/station"
import { minute, second } from "#domain/time"
import { isWithin, located } from "#domain/venue"
import { at } from "#test/builders"

const city: City = { stations, units, venues, places: gazetteer, rosters: new Map(rosters.map((it) => [it.unit, it])) }
const middle = { lat: 26.1, lng: 119.33 }
const evening = at("18:40")
const point = (lat: number, lng: number, more: Partial<Place> = {}): Place => ({ lat, lng, located: "point", ...more })
const mall = point(26.0929, 119.335, { venue: "thaihot-plaza" })
const aReport = (place: Place, more: Partial<Parameters<typeof dispatched>[0]> = {}, when = evening, where = city) =>
  dispatched({ id: "R", kind: "missing", band: "child", drill: false, place, ...more }, when, where)
const unitsOf = (it: { unit: string }[] | readonly { unit: string }[]) => it.map(({ unit }) => unit)
const climb = (it: Dispatch, times: number): Dispatch =>
  times ? climb(ticked(it, it.due!, city)!.after, times - 1) : it

describe("whom a report alerts", () => {
  it("alerts the mall's own post at once, and nobody far away", () => {
    const it = aReport(mall)
    expect(it).toMatchObject({ state: "dispatched", step: 0, holder: "FZ-JA-P02", due: evening + 30 * second })
    expect(it.alerted).toEqual([{ unit: "FZ-JA-P02", step: 0, at: evening, metres: 0, why: "venue" }])
  })

  it("goes by where the child was last seen, and takes the nearest on duty however far", () => {
    const guling = point(26.094, 119.398)
    expect(unitsOf(aReport(guling, {}, at("12:00")).alerted)).toEqual(["FZ-JA-P04"])
    // Nobody stays there overnight: the nearest of those who do.
    const night = aReport(guling, {}, at("23:00"))
    expect(night.alerted[0]!.unit).toBe("FZ-JA-P02")
    expect(night.alerted[0]!.metres).toBeGreaterThan(5000)
  })

  it("lets the venue's post go first on a tie, and only then", () => {
    // Two posts within 500 m of the place, the nearer of them not the mall's own.
    const near = { ...stations[0]!, id: "NEAR", lat: 26.0927, lng: 119.3391 }
    const roster = { ...rosters[0]!, unit: "NEAR", night: true }
    const two: City = { ...city, stations: [...stations, near], rosters: new Map(city.rosters).set("NEAR", roster) }
    const outside = point(26.0929, 119.3385)
    expect(metresBetween(outside, near)).toBeLessThan(metresBetween(outside, mall))
    expect(metresBetween(outside, mall)).toBeLessThan(500)
    expect(
      nearestOnDuty(outside, evening, two)
        .map(({ id }) => id)
        .slice(0, 2),
    ).toEqual(["FZ-JA-P02", "NEAR"])
    // Beyond the first ring of the mall's post and outside the mall there is no tie.
    const away = point(26.0927, 119.3402)
    expect(metresBetween(away, mall)).toBeGreaterThan(500)
    expect(nearestOnDuty(away, evening, two)[0]!.id).toBe("NEAR")
  })

  it("climbs: again, the bound precinct in charge, then the district and the command centre", () => {
    const first = aReport(mall)
    const all = [1, 2, 3].map((times) => climb(first, times))
    expect(all.map(({ step, due }) => [step, due! - evening])).toEqual([
      [1, 60 * second],
      [2, 120 * second],
      [3, 180 * second],
    ])
    expect(all[0]!.holder).toBe("FZ-JA-P02")
    expect(all[1]!.holder).toBe("FZ-JA-S02")
    expect(unitsOf(all[1]!.alerted)).toContain("FZ-JA-S02")
    expect(unitsOf(all[2]!.alerted).toSorted()).toEqual(
      // 崇贤 and 鼓岭 have nobody in the evening.
      ["FZ-JA-P01", "FZ-JA-P02", "FZ-JA-P05", ...units.map(({ id }) => id)].toSorted(),
    )
  })

  it("keeps a feedback record where the precinct had to stand in", () => {
    const second = climb(aReport(mall), 1)
    expect(ticked(second, second.due!, city)).toMatchObject({
      what: "backfilled",
      facts: { from: "FZ-JA-P02", to: "FZ-JA-S02" },
    })
  })

  it("alerts each unit again at each step, and only whoever is new when it is escalated", () => {
    const first = aReport(mall)
    const next = climb(first, 1)
    expect(newlyAlerted(undefined, first)).toEqual(["FZ-JA-P02"])
    expect(newlyAlerted(first, next)).toEqual(unitsOf(next.alerted))
    const mine = acknowledged(first, { unit: "FZ-JA-P02", staff: "zhou", at: evening + 10 * second })
    expect(newlyAlerted(first, mine)).toEqual([])
    const escalated = ticked(mine, evening + 10 * second + searchFor, city)!
    expect(escalated).toMatchObject({ what: "escalated", after: { state: "escalated", step: 0 } })
    expect(newlyAlerted(mine, escalated.after)).toEqual(["FZ-JA-C01"])
    // The command centre hears of it though it was alerted before, as one of all.
    const late = acknowledged(climb(first, 3), { unit: "FZ-JA-P02", staff: "zhou", at: evening + 3 * minute })
    const gone = ticked(late, late.due!, city)!
    expect(newlyAlerted(late, gone.after)).toEqual(["FZ-JA-C01"])
    expect(gone.after.alerted).toHaveLength(late.alerted.length)
  })

  it("sends what nobody can place, or lies in another city, to the command centre at once, and to the nearest", () => {
    for (const place of [{ ...middle, located: "unknown" as const }, point(31.2, 121.5, { located: "outside" })]) {
      const alerted = unitsOf(aReport(place).alerted)
      expect(alerted).toContain("FZ-JA-C01")
      expect(alerted.some((unit) => unit.includes("-P"))).toBe(true)
    }
  })

  it("begins wider where only the street is known", () => {
    const street = { lat: 26.104, lng: 119.318, located: "street" as const }
    const from = aReport(street)
    expect(from.alerted.every(({ metres }) => metres <= 1000 || metres === from.alerted[0]!.metres)).toBe(true)
    const target = { place: { ...street, lat: 26.107 }, band: "child" as const, drill: false, holder: "X", alerted: [] }
    const east = { ...stations[4]!, id: "EAST", lat: 26.107, lng: 119.309 }
    const more: City = {
      ...city,
      stations: [...stations, east],
      rosters: new Map(city.rosters).set("EAST", { ...rosters[0]!, unit: "EAST" }),
    }
    expect(unitsOf(targetsAt(0, target, evening, more)).toSorted()).toEqual(["EAST", "FZ-JA-P05"])
    expect(unitsOf(targetsAt(0, { ...target, place: { ...target.place, located: "point" } }, evening, more))).toEqual([
      "FZ-JA-P05",
    ])
  })

  it("takes an adult, and brings the precinct in from the first moment", () => {
    expect(unitsOf(aReport(mall, { band: "adult" }).alerted)).toEqual(["FZ-JA-P02", "FZ-JA-S02"])
  })

  it("keeps a drill where it was begun, however far it climbs", () => {
    const drill = aReport(mall, { drill: true, for: "DRILL" })
    expect(unitsOf(drill.alerted)).toEqual(["DRILL"])
    expect(unitsOf(climb(drill, 3).alerted)).toEqual(["DRILL"])
    expect(climb(drill, 3).holder).toBe("DRILL")
  })

  it("always has somebody to alert, whatever is missing from the city", () => {
    fc.assert(
      fc.property(
        fc.subarray([...stations]),
        fc.subarray([...units]),
        fc.subarray([...rosters]),
        fc.record({
          lat: fc.double({ min: 20, max: 32, noNaN: true }),
          lng: fc.double({ min: 110, max: 125, noNaN: true }),
        }),
        fc.constantFrom("point" as const, "street" as const, "unknown" as const),
        fc.integer({ min: 0, max: 1440 }),
        (some, others, duties, where, how, minutes) => {
          const poor: City = {
            stations: some,
            units: others,
            venues,
            places: gazetteer,
            rosters: new Map(duties.map((it) => [it.unit, it])),
          }
          const it = aReport({ ...where, located: how }, {}, at("00:00") + minutes * minute, poor)
          expect(it.alerted.length).toBeGreaterThan(0)
          expect(unitsOf(it.alerted)).toContain(it.holder)
          if (!some.length && !others.length) expect(unitsOf(it.alerted)).toEqual([noUnit])
        },
      ),
    )
  })

  it("alerts whoever really acts for a station beside it, where its own officers are gone: they may open what they are called to", () => {
    const gone = (...which: string[]): City => ({ ...city, serves: (_, unit) => !which.includes(unit) })
    const it = aReport(mall, {}, evening, gone("FZ-JA-P02"))
    expect(unitsOf(it.alerted)).toEqual(["FZ-JA-P02", "FZ-JA-S02"])
    expect(it).toMatchObject({ holder: "FZ-JA-S02", alerted: [{}, { step: 0, at: evening, why: "precinct" }] })
    // Of the precinct too: the command centre.
    expect(unitsOf(aReport(mall, {}, evening, gone("FZ-JA-P02", "FZ-JA-S02")).alerted)).toEqual([
      "FZ-JA-P02",
      "FZ-JA-C01",
    ])
    // Who went home since the first alert is stood in for at the next step.
    const noon = point(26.0751, 119.3601)
    const day = aReport(noon, {}, at("17:59"))
    const next = ticked({ ...day, due: at("18:00") }, at("18:00"), city)!.after
    for (const { unit } of next.alerted)
      expect(unitsOf(next.alerted)).toContain(whoIsOnDuty(unit, at("18:00"), city).unit)
    // Escalated to a command centre where nobody serves.
    const mine = acknowledged(aReport(mall), { unit: "FZ-JA-P02", staff: "zhou", at: evening })
    expect(unitsOf(ticked(mine, mine.due!, gone("FZ-JA-C01"))!.after.alerted)).toHaveLength(3)
    // A drill stays where it is.
    const drill = aReport(mall, { drill: true, for: "FZ-JA-P02" }, evening, gone("FZ-JA-P02"))
    expect(unitsOf(drill.alerted)).toEqual(["FZ-JA-P02"])
  })

  it("alerts no unit twice for the first time", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 26.05, max: 26.15, noNaN: true }),
        fc.double({ min: 119.3, max: 119.41, noNaN: true }),
        (lat, lng) => {
          const it = climb(aReport(point(lat, lng)), 3)
          expect(new Set(unitsOf(it.alerted)).size).toBe(it.alerted.length)
          const near = nearestOnDuty(it.place, evening, city)
          for (const { id, metres } of near) {
            const step = it.alerted.find(({ unit }) => unit === id)!.step
            // In the first ring that reaches it, or before as the nearest of all.
            const due = ladder.findIndex(({ ring }) => metres <= ring) as Step
            expect(step <= due).toBe(true)
          }
        },
      ),
    )
  })
})

describe("a search that moves", () => {
  const station = point(26.113, 119.316, { located: "venue", venue: "railway-station" })
  const said = (place: Place, entry = "one", later = minute) => ({ place, at: evening + later, entry })
  const now = evening + minute
  const mine = (it: Dispatch) => acknowledged(it, { unit: it.holder, staff: "zhou", at: evening })

  it("calls at once whom a report from there alerts first, in their charge while nobody has it", () => {
    const first = aReport(mall)
    const moved = relocated(first, said(station), now, city)
    expect(moved).toMatchObject({ place: station, holder: "FZ-JA-P05", step: 0, due: first.due })
    expect(newlyAlerted(first, moved)).toEqual(["FZ-JA-P05"])
    const next = ticked(moved, moved.due!, city)!.after
    expect(unitsOf(ticked(next, next.due!, city)!.after.alerted)).toContain("FZ-JA-S04")
    expect(ticked(next, next.due!, city)!.after.holder).toBe("FZ-JA-S04")
  })

  it("stays with who has it, whose clock stays; and calls nobody a second time for the same place", () => {
    const first = mine(aReport(mall))
    const moved = relocated(first, said(station), now, city)
    expect(moved).toMatchObject({ holder: first.holder, ack: first.ack, due: first.due, state: "acknowledged" })
    expect(newlyAlerted(first, moved)).toEqual(["FZ-JA-P05"])
    expect(newlyAlerted(moved, relocated(moved, said(station, "two"), now + minute, city))).toEqual([])
    // Back again: who has it knows, the mall's own is not called for it.
    expect(newlyAlerted(moved, relocated(moved, said(mall, "three"), now + minute, city))).toEqual([])
    // There a second time: called once more.
    const back = relocated(moved, said(mall, "three"), now + minute, city)
    expect(newlyAlerted(back, relocated(back, said(station, "four"), now + 2 * minute, city))).toEqual(["FZ-JA-P05"])
  })

  it("keeps its point where nobody can place the words, and calls the command centre", () => {
    const first = mine(aReport(mall))
    const moved = relocated(first, said({ ...middle, located: "unknown" }), now, city)
    expect(moved.place).toEqual({ ...first.place, located: "unknown" })
    expect(newlyAlerted(first, moved)).toEqual(["FZ-JA-C01"])
  })

  it("keeps a point inside the venue that is named", () => {
    const inside = point(26.0931, 119.3351, { venue: "thaihot-plaza" })
    const whole = point(26.0929, 119.335, { located: "venue", venue: "thaihot-plaza" })
    expect(relocated(aReport(inside), said(whole), now, city).place).toEqual(inside)
  })

  it("brings the precinct in for an adult, and leaves a drill where it was begun and a merged report alone", () => {
    const adult = mine(aReport(mall, { band: "adult" }))
    expect(newlyAlerted(adult, relocated(adult, said(station), now, city))).toEqual(["FZ-JA-P05", "FZ-JA-S04"])
    const drill = aReport(mall, { drill: true, for: "FZ-JA-P02" })
    const merged: Dispatch = { ...aReport(mall), state: "merged", merged: { into: "X", was: "dispatched" } }
    for (const it of [drill, merged])
      expect(relocated(it, said(station), now, city)).toEqual({
        ...it,
        place: station,
        placed: { at: evening + minute, entry: "one" },
      })
  })

  it("hears the latest word, in whatever order they come", () => {
    const words = [said(station, "b"), said(mall, "a", 2 * minute), said(point(26.1, 119.33), "c", 2 * minute)]
    for (const order of [words, words.toReversed()]) {
      const end = order.reduce((it, each) => (isLater(it, each) ? relocated(it, each, now, city) : it), aReport(mall))
      expect(end.placed).toEqual({ at: evening + 2 * minute, entry: "c" })
    }
  })
})

describe("the clock of a report", () => {
  const first = aReport(mall)

  it("does nothing before it is due, nor once it is acknowledged or over", () => {
    expect(ticked(first, first.due! - 1, city)).toBeUndefined()
    const mine = acknowledged(first, { unit: "FZ-JA-P02", staff: "zhou", at: evening })
    expect(ticked(mine, evening + 29 * minute, city)).toBeUndefined()
    expect(ticked({ ...first, state: "cancelled" }, evening + minute, city)).toBeUndefined()
  })

  it("goes on climbing while only the reporter says that the child is found", () => {
    const found = clocked(first, { ...first, state: "found-unverified" }, evening + second)
    expect(ticked(found, found.due!, city)?.after.step).toBe(1)
  })

  it("keeps what it knows from the closing on, or from the end where nobody ever closes", () => {
    const reunited = clocked(first, { ...first, state: "reunited" }, evening + minute)
    expect([reunited.endedAt, reunited.due]).toEqual([evening + minute, evening + 2 * minute])
    const noted = { ...reunited, settled: true, due: evening + photoKept }
    expect(clocked(noted, noted, evening + 5 * minute)).toEqual(noted)
    const closed = clocked(noted, { ...noted, state: "closed" }, evening + 60 * minute)
    expect([closed.endedAt, closed.settled]).toEqual([evening + 60 * minute, undefined])
  })

  it("never leaves an open report without a next look, nor an ended one without its settling, whatever an act does", () => {
    const state = fc.constantFrom(...states)
    fc.assert(
      fc.property(state, state, fc.boolean(), fc.boolean(), (from, to, ack, dropsDue) => {
        const taken = { ack: { unit: "FZ-JA-P02", staff: "zhou", at: evening } }
        const before: Dispatch = { ...first, state: from, photosGone: evening, ...(ack && taken) }
        const { due: _, ...bare } = before
        const now = evening + 10 * minute
        const after = clocked(before, { ...(dropsDue ? bare : before), state: to }, now)
        const open = ["dispatched", "acknowledged", "searching", "escalated", "found-unverified"]
        if (open.includes(to)) expect(after.due).toBeDefined()
        else if (from !== to) expect(after).toMatchObject({ due: now + minute, endedAt: now })
        if (open.includes(to)) expect(after.endedAt ?? after.settled ?? after.photosGone).toBeUndefined()
      }),
    )
  })
})

describe("where the search begins", () => {
  it.each([
    [{ text: "在泰禾广场三楼玩具店" }, "venue", "thaihot-plaza"],
    [{ text: "", venue: "railway-station" }, "venue", "railway-station"],
    [{ text: "lost near Thaihot" }, "venue", "thaihot-plaza"],
    [{ text: "", street: "350111102" }, "street", undefined],
    [{ text: "新店镇" }, "street", undefined],
    [{ text: "说不清楚" }, "unknown", undefined],
    [{ text: "", point: { lat: 26.0931, lng: 119.3351 } }, "point", "thaihot-plaza"],
    [{ text: "", point: { lat: 31.23, lng: 121.47 } }, "outside", undefined],
  ])("finds %j as %s", (where, how, venue) => {
    const place = located(where, city, middle)
    expect(place.located).toBe(how)
    expect(place.venue).toBe(venue)
  })

  it("believes the venue that was named rather than a phone that is somewhere else by now", () => {
    const place = located({ text: "泰禾广场", point: { lat: 26.13, lng: 119.3 } }, city, middle)
    expect(place).toMatchObject({ located: "venue", lat: 26.0929 })
  })

  it("knows inside from outside of an outline", () => {
    const { outline } = venues[0]!
    expect(isWithin(outline, mall)).toBe(true)
    expect(isWithin(outline, { lat: 26.0929, lng: 119.339 })).toBe(false)
    expect(isWithin([], mall)).toBe(false)
  })
})
