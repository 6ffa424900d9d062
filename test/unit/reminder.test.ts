import { describe, expect, it } from "vitest"
import type { Appointment } from "#domain/appointment"
import { lanesFor } from "#domain/places"
import { dueAt, dueUpTo, isToBeReminded, stillUseful } from "#domain/reminder"
import { minute, timeOf } from "#domain/time"
import { at, longtou, monday } from "#test/builders"

const sunday = "2026-11-22"

describe("a reminder", () => {
  it("is due in the evening before and two hours before, never in the night", () => {
    expect(dueAt("day", monday, "10:00")).toBe(at("18:00", sunday))
    expect(dueAt("hours", monday, "10:00")).toBe(at("08:00"))
    expect(dueAt("hours", monday, "08:30"), "nobody is woken").toBe(at("07:00"))
    expect(dueAt("hours", monday, "08:00")).toBe(at("07:00"))
    expect(dueAt("hours", monday, "07:55"), "the evening's is enough").toBeUndefined()
    expect(dueAt("hours", monday, "05:00")).toBeUndefined()
    expect(dueAt("hours", monday, "22:25")).toBe(at("20:25"))
    for (const time of ["22:30", "22:35", "23:55"])
      expect(dueAt("hours", monday, time), "in the evening still").toBe(at("20:30"))
  })

  it("finds every start once: two hours ahead by day, in the evening all that are left, in the night none", () => {
    const until = (time: string) => dueUpTo(monday, at(time))
    expect(["06:59", "07:00", "20:29", "20:30", "21:00", "21:01", "23:59"].map(until)).toEqual([
      undefined,
      "09:00",
      "22:29",
      "23:59",
      "23:59",
      undefined,
      undefined,
    ])
    // What is due is found in that minute, and nothing before it is.
    const wrong: string[] = []
    for (let now = at("07:00"); now <= at("21:00"); now += 5 * minute)
      for (let start = at("09:00"); start < at("24:00"); start += 5 * minute) {
        const [time, until] = [timeOf(start), dueUpTo(monday, now) ?? ""]
        if (time <= until !== dueAt("hours", monday, time)! <= now) wrong.push(`${time} at ${timeOf(now)}`)
      }
    expect(wrong).toEqual([])
  })

  it("that comes late is sent until nine in the evening, or half an hour before", () => {
    expect(stillUseful("day", monday, "10:00", at("21:00", sunday))).toBe(true)
    expect(stillUseful("day", monday, "10:00", at("21:01", sunday))).toBe(false)
    expect(stillUseful("hours", monday, "10:00", at("09:30"))).toBe(true)
    expect(stillUseful("hours", monday, "10:00", at("09:31"))).toBe(false)
    expect(stillUseful("hours", monday, "23:55", at("21:00"))).toBe(true)
    expect(stillUseful("hours", monday, "23:55", at("21:01")), "in the night").toBe(false)
  })

  it("is for a visit that will take place then and there", () => {
    const [lane] = lanesFor(longtou, ["rp-endorse"], monday)
    const time = lane!.times[0]!
    const it = {
      ref: "R",
      state: "booked",
      station: longtou.id,
      date: monday,
      time,
      lane: lane!.lane,
      units: 1,
      group: "rp",
      services: ["rp-endorse"],
    } as unknown as Appointment
    const of = { ref: "R", date: monday, time }
    expect(isToBeReminded(it, longtou, of)).toBe(true)
    const closure = { id: "c", from: at("00:00"), to: at("24:00"), reason: "停电" }
    expect(isToBeReminded(it, { ...longtou, closures: [closure] }, of), "closed").toBe(false)
    for (const change of [
      { ref: "S" },
      { state: "cancelled" },
      { state: "checked-in" },
      { displaced: { closure: "c", at: 1 } },
      { station: "FZ-JA-P02" },
      { time: lane!.times[1]! },
      { date: "2026-11-24" },
    ])
      expect(isToBeReminded({ ...it, ...change } as Appointment, longtou, of), JSON.stringify(change)).toBe(false)
  })
})
