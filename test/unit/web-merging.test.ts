/** Two chiefs at the same hours: neither loses what they typed. */
import { describe, expect, it } from "vitest"
import type { Schedule } from "#domain/schedule"
import { isSchedule, isSession, merged, tidied } from "../../web/staff/merging.ts"

const before: Schedule = {
  hours: [[], ...Array.from({ length: 5 }, () => [["08:00", "12:00"]] as const), []],
  exceptions: { "2026-12-24": [], "2026-12-25": [["09:00", "10:00"]] },
}

describe("two changes of the same hours", () => {
  it("stand side by side where they touch different parts", () => {
    const mine = { ...before, hours: before.hours.with(6, [["09:00", "11:00"]]) }
    const theirs: Schedule = {
      ...before,
      hours: before.hours.with(0, [["10:00", "11:00"]]),
      holidays: "open",
      seasons: [{ from: "06-15", to: "09-15", hours: before.hours }],
      exceptions: { "2026-12-24": [], "2026-12-31": [["09:00", "12:00"]] },
    }
    const { schedule, both } = merged(before, mine, theirs)
    expect(both).toEqual([])
    expect(tidied(schedule)).toEqual({
      ...theirs,
      hours: before.hours.with(6, [["09:00", "11:00"]]).with(0, [["10:00", "11:00"]]),
    })
  })

  it("keep mine where both touch the same part, and name it; the same change twice is none", () => {
    const mine = {
      ...before,
      hours: before.hours.with(1, [["08:00", "11:00"]]),
      exceptions: { "2026-12-25": [["09:00", "10:00"]] as const, "2026-12-31": [] },
    }
    const theirs = {
      ...before,
      hours: before.hours.with(1, [["08:00", "10:00"]]).with(2, []),
      exceptions: {
        "2026-12-24": [["08:00", "09:00"]] as const,
        "2026-12-25": [["09:00", "10:00"]] as const,
        "2026-12-31": [],
      },
    }
    const { schedule, both } = merged(before, mine, theirs)
    expect(both).toEqual(["hours.1", "exceptions.2026-12-24"])
    expect(schedule.hours[1]).toEqual([["08:00", "11:00"]])
    expect(schedule.hours[2]).toEqual([])
    expect(schedule.exceptions).toEqual({ "2026-12-25": [["09:00", "10:00"]], "2026-12-31": [] })
  })

  it("know hours that can be saved", () => {
    expect(isSession(["08:00", "24:00"])).toBe(true)
    for (const wrong of [
      ["", "12:00"],
      ["12:00", "12:00"],
      ["08:03", "12:00"],
      ["08:00", ""],
    ] as const)
      expect(isSession(wrong)).toBe(false)
    expect(isSchedule(before)).toBe(true)
    expect(isSchedule({ ...before, exceptions: { "2026-12-31": [["12:00", "08:00"]] } })).toBe(false)
    expect(isSchedule({ ...before, seasons: [{ from: "13-01", to: "09-15", hours: before.hours }] })).toBe(false)
  })
})
