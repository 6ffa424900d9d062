import { execFileSync } from "node:child_process"
import { describe, expect, it } from "vitest"
import { isOpenAt, serviceDayOf } from "#domain/station"
import { addDays, dateOf, instantOf, LocalDate, timeOf, weekdayOf } from "#domain/time"
import { at, longtou } from "#test/builders"

describe("local time", () => {
  it("is the same under every time zone of the machine, and so are the calendar, hours and places", () => {
    const script = `
      const load = (name) => import("./functions/domain/" + name + ".ts")
      const [t, c, s, p, d] = await Promise.all(["time", "calendar", "station", "places", "demonstration"].map(load))
      const now = 1795395300000
      console.log(t.dateOf(now), t.timeOf(now), t.instantOf("2026-03-08", "02:30"), t.weekdayOf("2026-11-23"))
      const closures = [{ id: "c", from: now + 3600000, to: now + 90000000, reason: "r" }]
      for (const name of ["2026-01-01", "2026-03-08", "2026-11-01", "2026-11-23", "2027-02-01"])
        for (let i = 0; i < 12; i++) {
          const date = t.addDays(name, i)
          console.log(date, JSON.stringify(c.dayKind(date)))
          for (const one of d.stations) {
            const station = { ...one, closures }
            console.log(JSON.stringify(s.sessionsOn(station, date)), s.closingOf(station, date))
            console.log(JSON.stringify(p.offersOf(station, date, ["rp-endorse", "rp-address"], new Set(), now)))
          }
        }
      for (const one of d.stations) console.log(s.daysOf(one, now).join(), s.daysOf(one, now - 4 * 3600000).join())
    `
    const answers = ["UTC", "Asia/Shanghai", "America/St_Johns"].map((TZ) =>
      execFileSync(process.execPath, ["--input-type=module", "-e", script], {
        env: { ...process.env, TZ, NODE_OPTIONS: "" },
      }).toString(),
    )
    expect(new Set(answers).size).toBe(1)
    expect(answers[0]).toContain("2026-11-23 08:55")
    expect(answers[0]!.split("\n").length).toBeGreaterThan(800)
    expect(answers[0]).toContain('{"time":"')
  })
  it("turns at midnight, the service day at four", () => {
    expect(dateOf(at("23:59") + 60_000)).toBe("2026-11-24")
    expect(timeOf(at("09:30"))).toBe("09:30")
    expect(serviceDayOf(at("03:59", "2026-11-24"))).toBe("2026-11-23")
    expect(serviceDayOf(at("04:00", "2026-11-24"))).toBe("2026-11-24")
  })
  it("knows the days", () => {
    expect(weekdayOf("2026-11-23")).toBe(1)
    expect(addDays("2026-12-31", 1)).toBe("2027-01-01")
    expect(instantOf("2026-11-23", "08:55")).toBe(Date.parse("2026-11-23T00:55:00Z"))
  })
  it.each(["2026-02-30", "2026-13-01", "2025-02-29", "26-01-01", "2026-1-1", "", "2026-11-23T00:00"])(
    "%s is no date",
    (text) => expect(LocalDate.safeParse(text).success).toBe(false),
  )
})

describe("a station's hours", () => {
  it("close at noon, in the evening and on Sunday", () => {
    expect(
      ["07:59", "08:00", "11:59", "12:00", "14:00", "18:29", "18:30"].map((time) => isOpenAt(longtou, at(time))),
    ).toEqual([false, true, true, false, true, true, false])
    expect(isOpenAt(longtou, at("10:00", "2026-11-28"))).toBe(true)
    expect(isOpenAt(longtou, at("10:00", "2026-11-29"))).toBe(false)
  })
})
