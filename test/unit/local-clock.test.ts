import { describe, expect, it } from "vitest"
import { dateAt, demonstrationOffset, isServiceTime, isWorkday, nextMorning, timeAt } from "#local/clock"

const at = (local: string) => Date.parse(`${local}+08:00`)
const local = (instant: number) => `${dateAt(instant)} ${timeAt(instant)}`

describe("the demonstration's clock", () => {
  it.each([
    ["a Saturday", "2026-11-21T12:00:00", "2026-11-23 08:55"],
    ["a Friday evening", "2026-11-20T19:00:00", "2026-11-23 08:55"],
    ["a weekday before nine", "2026-11-24T07:00:00", "2026-11-24 08:55"],
    ["the very moment", "2026-11-24T08:55:00", "2026-11-25 08:55"],
    ["the eve of National Day", "2026-09-30T20:00:00", "2026-10-08 08:55"],
    ["the Spring Festival", "2026-02-13T20:00:00", "2026-02-24 08:55"],
    ["the end of the year", "2026-12-31T20:00:00", "2027-01-04 08:55"],
    ["just after midnight here, still yesterday in UTC", "2026-11-24T00:30:00", "2026-11-24 08:55"],
  ])("begins on the next workday's morning: %s", (_, now, expected) => {
    expect(local(nextMorning(at(now)))).toBe(expected)
  })

  it("does not work on a make-up Sunday: the demonstration keeps plain weeks", () => {
    expect(isWorkday("2026-09-20")).toBe(false)
    expect(isWorkday("2026-02-16")).toBe(false)
    expect(isWorkday("2026-02-24")).toBe(true)
  })

  it.each([
    ["2026-11-23T07:59:59", false],
    ["2026-11-23T08:00:00", true],
    ["2026-11-23T18:29:59", true],
    ["2026-11-23T18:30:00", false],
    ["2026-11-22T10:00:00", false],
  ])("is within service time at %s: %s", (when, expected) => {
    expect(isServiceTime(at(when))).toBe(expected)
  })

  it("goes on with the same day after a restart", () => {
    const now = at("2026-11-21T12:00:00")
    const offset = demonstrationOffset(now)
    expect(demonstrationOffset(now + 3 * 3_600_000, offset)).toBe(offset)
  })

  it.each([
    ["past the evening", "2026-11-23T18:30:00", "2026-11-24 08:55"],
    ["before the morning", "2026-11-24T05:00:00", "2026-11-24 08:55"],
    ["on a Saturday", "2026-11-28T10:00:00", "2026-11-30 08:55"],
  ])("jumps forward where the day is over: %s", (_, shown, expected) => {
    const now = at("2026-11-21T12:00:00")
    const offset = at(shown) - now
    expect(local(now + demonstrationOffset(now, offset))).toBe(expected)
  })

  it("never runs backwards, whenever it is restarted", () => {
    let offset: number | undefined
    let shown = 0
    for (let now = at("2026-09-15T03:17:00"), restarts = 0; restarts < 500; restarts++, now += 4_321_000) {
      offset = demonstrationOffset(now, offset)
      expect(now + offset).toBeGreaterThan(shown)
      expect(offset).toBeGreaterThan(0)
      expect(isServiceTime(now + offset)).toBe(true)
      shown = now + offset
    }
  })
})
