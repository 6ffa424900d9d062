import { describe, expect, it } from "vitest"
import type { Appointment } from "#domain/appointment"
import { lanesFor } from "#domain/places"
import { dueAt, isToBeReminded, stillUseful } from "#domain/reminder"
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
  })

  it("that comes late is sent until nine in the evening, or half an hour before", () => {
    expect(stillUseful("day", monday, "10:00", at("21:00", sunday))).toBe(true)
    expect(stillUseful("day", monday, "10:00", at("21:01", sunday))).toBe(false)
    expect(stillUseful("hours", monday, "10:00", at("09:30"))).toBe(true)
    expect(stillUseful("hours", monday, "10:00", at("09:31"))).toBe(false)
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
