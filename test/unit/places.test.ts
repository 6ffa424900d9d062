import { describe, expect, it } from "vitest"
import { endedDays } from "#actions/closing"
import { stations } from "#domain/demonstration"
import { lanesOf, offersOf, unitsOf } from "#domain/places"
import { groups } from "#domain/service"
import { minutesOf } from "#domain/time"
import { at, longtou, monday, plaza } from "#test/builders"

describe("the grid of a day", () => {
  it("sells no minute of a window twice, and at most its bookable share", () => {
    for (const station of stations)
      for (const window of station.windows) {
        const minutes = groups.flatMap((group) =>
          lanesOf(station, group, monday)
            .filter((lane) => lane.lane === window.no)
            .flatMap((lane) => lane.times),
        )
        expect(new Set(minutes).size).toBe(minutes.length)
        const open = (station.hours[1] ?? []).reduce((sum, [from, to]) => sum + minutesOf(to) - minutesOf(from), 0)
        expect(minutes.length * station.policy.unit).toBeLessThanOrEqual(
          open * station.policy.bookable + station.policy.block,
        )
      }
  })
  it("has no cells on a closed day, outside hours, or for a group that no window serves", () => {
    expect(lanesOf(longtou, "rp", "2026-11-29")).toEqual([])
    expect(lanesOf(plaza, "id", monday)).toEqual([])
    for (const { times } of lanesOf(longtou, "rp", monday))
      for (const time of times) expect(time < "12:00" || time >= "14:00").toBe(true)
  })
  it("offers only what lies ahead, and never after the release of nothing", () => {
    const offered = offersOf(longtou, monday, ["rp-endorse"], new Set(), at("10:02"))
    expect(offered[0]!.time >= "10:07").toBe(true)
    expect(offersOf(longtou, monday, ["rp-endorse"], new Set(), at("18:30"))).toEqual([])
  })
  it("longer visits never have more starts", () => {
    const starts = (["rp-endorse", "rp-address", "rp-first"] as const).map(
      (service) => offersOf(longtou, monday, [service], new Set(), at("07:00")).length,
    )
    expect(starts).toEqual(starts.toSorted((a, b) => b - a))
    expect(starts[2]).toBeGreaterThan(0)
  })
  it("a visit of several services covers the units of all", () => {
    expect(unitsOf(["rp-endorse"], longtou.policy)).toBe(1)
    expect(unitsOf(["rp-endorse", "rp-address"], longtou.policy)).toBe(3)
  })
  it("has no places before 04:00, when the line is still yesterday's, nor does a station open all night close then", () => {
    const allNight = stations[4]!
    const times = lanesOf(allNight, "pickup", monday).flatMap((lane) => lane.times)
    expect(times.length).toBeGreaterThan(0)
    for (const time of times) expect(time >= "04:00").toBe(true)
    expect(endedDays(allNight, at("01:30", "2026-11-24"))).not.toContain(monday)
    expect(endedDays(longtou, at("19:31"))).toContain(monday)
  })
})
