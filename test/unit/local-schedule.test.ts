import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { nextTime, scheduledEvent, startSchedule } from "#local/schedule"

const next = (expression: string, after: string, timezone = "Asia/Shanghai") =>
  new Date(nextTime(expression, timezone, Date.parse(after), 0)).toISOString()

describe("a schedule", () => {
  it.each([
    ["every day at four, there", "cron(0 4 * * ? *)", "2026-11-21T12:00:00Z", "2026-11-21T20:00:00.000Z"],
    ["not again at its own moment", "cron(0 4 * * ? *)", "2026-11-21T20:00:00Z", "2026-11-22T20:00:00.000Z"],
    ["on workdays", "cron(30 8 ? * MON-FRI *)", "2026-11-20T01:00:00Z", "2026-11-23T00:30:00.000Z"],
    ["every quarter of an hour", "cron(0/15 * * * ? *)", "2026-11-21T12:16:00Z", "2026-11-21T12:30:00.000Z"],
    ["at listed hours", "cron(5 9,17 * * ? *)", "2026-11-21T01:05:00Z", "2026-11-21T09:05:00.000Z"],
    ["on the first of a named month", "cron(0 0 1 JAN ? *)", "2026-11-21T00:00:00Z", "2026-12-31T16:00:00.000Z"],
    ["on a leap day", "cron(0 12 29 2 ? *)", "2026-11-21T00:00:00Z", "2028-02-29T04:00:00.000Z"],
  ])("comes %s", (_, expression, after, expected) => {
    expect(next(expression, after)).toBe(expected)
  })

  it("follows its zone over a change of the clocks", () => {
    expect(next("cron(0 4 * * ? *)", "2026-03-28T12:00:00Z", "Europe/Berlin")).toBe("2026-03-29T02:00:00.000Z")
    expect(next("cron(30 1 29 * ? *)", "2026-03-28T12:00:00Z", "Europe/Berlin")).toBe("2026-03-29T00:30:00.000Z")
    expect(next("cron(0 4 * * ? *)", "2026-03-27T12:00:00Z", "Europe/Berlin")).toBe("2026-03-28T03:00:00.000Z")
  })

  it("fires at a rate from the moment it came to be", () => {
    expect(nextTime("rate(10 minutes)", "UTC", 0, 5_000)).toBe(5_000)
    expect(nextTime("rate(10 minutes)", "UTC", 5_000, 5_000)).toBe(605_000)
    expect(nextTime("rate(1 hour)", "UTC", 4_000_000, 0)).toBe(7_200_000)
  })

  it.each([
    "rate(0 minutes)",
    "rate(5 weeks)",
    "cron(0 4 * *)",
    "cron(0 25 * * ? *)",
    "cron(0 4 * * * *)",
    "cron(0 4 L * ? *)",
    "daily",
  ])("refuses %s", (expression) => {
    expect(() => next(expression, "2026-11-21T00:00:00Z")).toThrow()
  })

  it("is told to its function as EventBridge Scheduler tells it", () => {
    const event = scheduledEvent("CloseDay", Date.parse("2026-11-23T00:55:00.123Z"))
    expect(event).toMatchObject({
      source: "aws.scheduler",
      "detail-type": "Scheduled Event",
      time: "2026-11-23T00:55:00Z",
      detail: "{}",
    })
    expect(event.resources[0]).toMatch(/:scheduler:[\w-]+:\d{12}:schedule\/default\/CloseDay$/)
  })
})

describe("a running schedule", () => {
  beforeEach(() => void vi.useFakeTimers({ now: Date.parse("2026-11-21T12:00:00Z") }))
  afterEach(() => void vi.useRealTimers())
  const ahead = Date.parse("2026-11-23T00:55:00Z") - Date.parse("2026-11-21T12:00:00Z")
  const schedule = { name: "CloseDay", expression: "rate(10 minutes)", timezone: "Asia/Shanghai", retries: 2 }

  it("goes by the demonstration's clock", async () => {
    const times: string[] = []
    const running = startSchedule(
      schedule,
      async (event) => times.push(event.time),
      () => Date.now() + ahead,
    )
    await vi.advanceTimersByTimeAsync(21 * 60_000)
    running.stop()
    await vi.advanceTimersByTimeAsync(60 * 60_000)
    expect(times).toEqual(["2026-11-23T00:55:03Z", "2026-11-23T01:05:03Z", "2026-11-23T01:15:03Z"])
  })

  it("is tried again as often as it says, and comes again at its next time", async () => {
    let calls = 0
    const running = startSchedule(schedule, () => Promise.reject(new Error(`call ${++calls}`)), Date.now)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(calls).toBe(3)
    await vi.advanceTimersByTimeAsync(600_000)
    expect(calls).toBe(6)
    running.stop()
  })

  it("does not run twice at once", async () => {
    let calls = 0
    const running = startSchedule(schedule, () => new Promise(() => calls++), Date.now)
    await vi.advanceTimersByTimeAsync(3_600_000)
    expect(calls).toBe(1)
    running.stop()
  })
})
