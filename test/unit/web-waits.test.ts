import { describe, expect, test } from "vitest"
import { rules } from "#domain/line"
import { policy } from "#domain/station"
import { instantOf, minute } from "#domain/time"
import { idleAt } from "#web/kiosk/idle"
import { minutesSince, recallOf, secondsUntil, stopwatch } from "#web/lib/countdown"
import { standingOf } from "#web/staff/standing"
import { why } from "#web/staff/why"
import { staffWords } from "#web/words/staff"
import { teller } from "#web/words/t"

const now = instantOf("2026-11-23", "09:48")

describe("a call may be repeated", () => {
  const visit = { calls: 1, lastCallAt: now }
  test("twenty seconds later, not before", () => {
    expect(recallOf(visit, policy, now)).toEqual({ left: 2, seconds: 20 })
    expect(recallOf(visit, policy, now + 19_001)).toEqual({ left: 2, seconds: 1 })
    expect(recallOf(visit, policy, now + 20_000)).toEqual({ left: 2, seconds: 0 })
  })

  test("twice, not a third time", () => {
    expect(recallOf({ calls: 2, lastCallAt: now }, policy, now + 60_000).left).toBe(1)
    expect(recallOf({ calls: 3, lastCallAt: now }, policy, now + 60_000).left).toBe(0)
  })
})

test("times are never negative, whatever a clock does", () => {
  expect(secondsUntil(now - 5_000, now)).toBe(0)
  expect(minutesSince(now + 60_000, now)).toBe(0)
  expect(stopwatch(now + 60_000, now)).toBe("0:00")
  expect(stopwatch(now, now + 65_999)).toBe("1:05")
})

describe("a booked visit stands", () => {
  const at = (time: string) => ({ date: "2026-11-23", time, state: "booked" as const })
  test("as late only when the time of grace is over", () => {
    expect(standingOf(at("09:38"), policy.onTime, now)).toBe("expected")
    expect(standingOf(at("09:38"), policy.onTime, now + 1)).toBe("late")
    expect(standingOf(at("10:00"), policy.onTime, now)).toBe("expected")
  })

  test("as its own history says", () => {
    expect(standingOf({ ...at("09:00"), state: "checked-in" }, policy.onTime, now)).toBe("arrived")
    expect(standingOf({ ...at("09:00"), state: "served" }, policy.onTime, now)).toBe("served")
    expect(standingOf({ ...at("09:00"), state: "no-show" }, policy.onTime, now)).toBe("absent")
    expect(standingOf({ ...at("09:00"), state: "unserved" }, policy.onTime, now)).toBe("absent")
  })
})

describe("why it is somebody's turn is one sentence", () => {
  const zh = teller(staffWords, "zh")
  test("that names the rule and its time", () => {
    expect(why({ rule: "appointment", eff: instantOf("2026-11-23", "09:30") }, [], 45, zh)).toBe(
      "按时到达的预约，时间最早：09:30。",
    )
  })

  test("and who was passed over, where somebody was", () => {
    const said = why({ rule: "over-waiting", eff: now - 50 * minute }, ["Y003", "Y004"], policy.overWaiting, zh)
    expect(said).toContain(`超过 ${policy.overWaiting} 分钟`)
    expect(said).toContain("从 08:58 起")
    expect(said).toMatch(/让过：Y003 Y004。$/)
    expect(why({ rule: "over-waiting", eff: now }, undefined, 45, zh)).not.toContain("让过")
  })

  test.each(rules)("in both languages: %s", (rule) => {
    for (const language of ["zh", "en"] as const)
      expect(why({ rule, eff: now }, ["A001"], 45, teller(staffWords, language))).not.toMatch(/[{}]/)
  })
})

describe("a kiosk that nobody touches", () => {
  const seconds = (count: number) => count * 1_000
  test("warns after a minute and forgets half a minute later", () => {
    expect(idleAt("other", seconds(59))).toEqual({ do: "nothing" })
    expect(idleAt("other", seconds(60))).toEqual({ do: "warn", seconds: 30 })
    expect(idleAt("other", seconds(89.5))).toEqual({ do: "warn", seconds: 1 })
    expect(idleAt("other", seconds(90))).toEqual({ do: "wipe" })
  })

  test("shows a number for twenty seconds", () => {
    expect(idleAt("given", seconds(5))).toEqual({ do: "count", seconds: 15 })
    expect(idleAt("given", seconds(20))).toEqual({ do: "wipe" })
  })

  test("forgets nobody who waits for an answer", () => {
    expect(idleAt("working", seconds(600))).toEqual({ do: "nothing" })
  })

  test("goes back to Chinese and normal letters at its start page", () => {
    expect(idleAt("home", seconds(89))).toEqual({ do: "nothing" })
    expect(idleAt("home", seconds(90))).toEqual({ do: "wipe" })
  })
})
