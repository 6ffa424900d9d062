/** What a booking may become, who may book for whom, and when absences pause online booking. */
import { describe, expect, it } from "vitest"
import { type Appointment, madeThisWeek, mayChange, moved, openProposal } from "#domain/appointment"
import { mustBeRepresented } from "#domain/guardian"
import { noticeVersion } from "#domain/notice"
import { absent, type Missed, pausedUntil } from "#domain/standing"
import { policy } from "#domain/station"
import { addDays, day, hour, minute } from "#domain/time"
import { at, monday } from "#test/builders"

const an = (change: Partial<Appointment> = {}): Appointment => ({
  person: "p",
  group: "rp",
  v: 1,
  state: "booked",
  ref: "R",
  station: "FZ-JA-P01",
  date: monday,
  time: "10:00",
  lane: 1,
  units: 1,
  services: ["rp-endorse"],
  form: "form",
  bookedAt: at("08:00"),
  language: "zh",
  sealed: new Uint8Array(),
  last4: "l",
  past: [],
  ...change,
})
const displaced = { displaced: { closure: "c", at: at("09:00") } }

describe("a booking may be changed", () => {
  it.each([
    ["until an hour after its time", {}, at("11:00"), true],
    ["no later", {}, at("11:00") + minute, false],
    ["all day long where the station took the time away", displaced, at("23:00"), true],
    ["no more when its day is over", displaced, at("10:00") + day, false],
    ["not once they have checked in", { state: "checked-in" as const }, at("09:50"), false],
  ])("%s", (_, change, now, may) => expect(mayChange(an(change), policy.late, now)).toBe(may))
})

describe("a move", () => {
  it("takes the place, ends the offer and the displacement, keeps the reference and the last four operations", () => {
    const proposal = { id: "o", why: "closure" as const, until: at("12:00"), ...an(), time: "11:00" }
    const to = { station: "FZ-JA-P02", date: "2026-11-24", time: "09:00", lane: 2, units: 3 }
    const after = moved(an({ ...displaced, proposal, moves: ["a", "b", "c", "d"] }), to, "e")
    expect(after).toEqual({ ...an(), ...to, moves: ["e", "a", "b", "c"] })
  })
  it("may be offered until the deadline and not a moment longer", () => {
    const proposal = { id: "o", why: "closure" as const, until: at("12:00"), ...an() }
    expect([at("12:00") - 1, at("12:00")].map((now) => openProposal({ proposal }, now)?.id)).toEqual(["o", undefined])
  })
})

describe("bookings of a week", () => {
  it("are those made within seven days, but for any that the station ended", () => {
    const now = at("08:00") + 7 * day
    const made = [now - 7 * day, now - 7 * day + 1, now - day]
    expect(madeThisWeek(undefined, now)).toEqual([])
    expect(madeThisWeek(an({ made, bookedAt: now - hour, state: "cancelled" }), now)).toEqual([
      ...made.slice(1),
      now - hour,
    ])
    expect(madeThisWeek(an({ bookedAt: now - hour, state: "unserved" }), now)).toEqual([])
    expect(madeThisWeek(an({ bookedAt: now - hour, state: "cancelled", ...displaced }), now)).toEqual([])
  })
})

describe("absences", () => {
  const missed = (...dates: string[]): { missed: Missed[] } => ({
    missed: dates.map((date, i) => ({ ref: `R${i}`, group: "rp", station: "FZ-JA-P01", date })),
  })
  const first = "2026-06-01"
  it("pause from the third within 180 days, for 90 days, at local midnight", () => {
    const standing = missed(first, addDays(first, 10), addDays(first, 179))
    const until = addDays(first, 179 + 90)
    expect(pausedUntil(standing, policy, addDays(until, -1))).toBe(until)
    expect(pausedUntil(standing, policy, until)).toBeUndefined()
    expect(
      pausedUntil(missed(first, addDays(first, 10), addDays(first, 180)), policy, addDays(first, 181)),
    ).toBeUndefined()
    expect(pausedUntil(missed(first, addDays(first, 1)), policy, addDays(first, 2))).toBeUndefined()
  })
  it("that are excused do not count, those that an officer lets stand do", () => {
    const three = missed(first, addDays(first, 1), addDays(first, 2)).missed
    const answered = (excused: boolean) => ({
      missed: three.map((it, i) => (i === 1 ? { ...it, answer: { at: 1, excused, reason: "r" } } : it)),
    })
    expect(pausedUntil(answered(true), policy, addDays(first, 3))).toBeUndefined()
    expect(pausedUntil(answered(false), policy, addDays(first, 3))).toBe(addDays(first, 92))
  })
  it("are one for one reference", () => {
    const [it] = missed(first).missed
    expect(absent(absent({ missed: [] }, it!), it!).missed).toHaveLength(1)
  })
})

describe("who books for another", () => {
  const adult = "350199199003070011"
  const child = "350199201806010047"
  const fifteen = "350199201012310080"
  const guardian = { name: "张三", idNumber: adult }
  const today = "2026-11-23"
  const faults = (...[proxied, idNumber]: [Parameters<typeof mustBeRepresented>[0], string]) => {
    try {
      mustBeRepresented(proxied, idNumber, today)
      return []
    } catch (error) {
      return (error as { details: { fields: { field: string; fault: string }[] } }).details.fields.map((it) => it.fault)
    }
  }
  it.each([
    ["oneself", { who: "self" as const }, adult, []],
    ["oneself at fifteen", { who: "self" as const }, fifteen, []],
    ["a child with a guardian who consents", { who: "child" as const, guardian, consent: noticeVersion }, child, []],
    ["a child without consent", { who: "child" as const, guardian }, child, ["consent"]],
    ["a child under an old notice", { who: "child" as const, guardian, consent: "2020" }, child, ["consent"]],
    ["a child alone", { who: "self" as const }, child, ["guardian-missing", "consent"]],
    ["a parent without saying who", { who: "parent" as const }, adult, ["guardian-missing"]],
    ["a parent who is oneself", { who: "parent" as const, guardian }, adult, ["guardian-same"]],
    [
      "a parent by somebody of fifteen",
      { who: "parent" as const, guardian: { name: "李四", idNumber: fifteen } },
      adult,
      ["guardian-age"],
    ],
  ])("%s", (_, proxied, idNumber, expected) =>
    expect(faults({ guardian: undefined, consent: undefined, ...proxied }, idNumber)).toEqual(expected),
  )
})
