/** Which days are worked (domain.md §4.5), and what that makes of a station's week. */
import { describe, expect, it } from "vitest"
import { type DayKind, dayKind } from "#domain/calendar"
import { stations } from "#domain/demonstration"
import { joined, ruleOn, type Session } from "#domain/schedule"
import { closingOf, daysOf, isOpenAt, type Station, sessionsOn } from "#domain/station"
import { addDays } from "#domain/time"
import { aStation, at, longtou, monday } from "#test/builders"

const year = (from: string) => {
  const days: string[] = []
  for (let date = `${from}-01-01`; date < `${from}-12-32` && date.startsWith(from); date = addDays(date, 1))
    days.push(date)
  return days
}
const daysFrom = (first: string, last: string) => {
  const days: string[] = []
  for (let date = first; date <= last; date = addDays(date, 1)) days.push(date)
  return days
}

describe("the national calendar", () => {
  it.each([
    [
      "2025",
      [["01-01"], ["01-28", "02-04"], ["04-04", "04-06"], ["05-01", "05-05"], ["05-31", "06-02"], ["10-01", "10-08"]],
      ["01-26", "02-08", "04-27", "09-28", "10-11"],
    ],
    [
      "2026",
      [
        ["01-01", "01-03"],
        ["02-15", "02-23"],
        ["04-04", "04-06"],
        ["05-01", "05-05"],
        ["06-19", "06-21"],
        ["09-25", "09-27"],
        ["10-01", "10-07"],
      ],
      ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"],
    ],
  ])("of %s is the State Council's notice, day for day", (name, off, worked) => {
    const expected = new Set(off.flatMap(([from, to = from]) => daysFrom(`${name}-${from}`, `${name}-${to}`)))
    const days = year(name)
    expect(days.filter((date) => dayKind(date).kind === "holiday")).toEqual([...expected].sort())
    expect(days.filter((date) => dayKind(date).kind === "make-up")).toEqual(worked.map((it) => `${name}-${it}`))
    expect(days.some((date) => dayKind(date).provisional)).toBe(false)
  })

  it("of 2027 holds the statutory days only, the Spring Festival by the new moon, and says that it may change", () => {
    const off = year("2027").filter((date) => dayKind(date).kind === "holiday")
    expect(off.map((date) => date.slice(5))).toEqual(
      "01-01 02-05 02-06 02-07 02-08 04-05 05-01 05-02 06-09 09-15 10-01 10-02 10-03".split(" "),
    )
    expect(year("2027").every((date) => dayKind(date).provisional)).toBe(true)
    expect(year("2027").some((date) => dayKind(date).kind === "make-up")).toBe(false)
  })

  it("of a later year knows what the law fixes to a date", () => {
    expect([dayKind("2031-10-01"), dayKind("2031-02-03")]).toEqual([
      { kind: "holiday", provisional: true },
      { kind: "workday", provisional: true },
    ])
  })

  it.each<[string, DayKind, number]>([
    ["2026-02-14", "make-up", 2],
    ["2026-09-20", "make-up", 2],
    ["2026-02-16", "holiday", 0],
    ["2027-02-05", "holiday", 0],
    ["2026-11-23", "workday", 2],
    ["2026-11-28", "weekend", 1],
    ["2026-11-29", "weekend", 0],
  ])("makes %s a %s of %i sessions", (date, kind, sessions) => {
    expect([dayKind(date).kind, sessionsOn(longtou, date).length]).toEqual([kind, sessions])
  })
})

describe("a station's schedule", () => {
  const open = (station: Partial<Station>, date: string) => sessionsOn(aStation(undefined, station), date)
  const weekly = (session: Session) => Array.from({ length: 7 }, () => [session])

  it("leaves holidays alone where the station keeps to none", () => {
    expect(sessionsOn(stations[1]!, "2026-02-16")).toEqual([["10:00", "20:00"]])
    // A make-up Saturday is then a Saturday like any other.
    expect(sessionsOn({ ...longtou, holidays: "open" }, "2026-02-14")).toEqual([["09:00", "12:00"]])
  })

  it("follows the season, also over the new year", () => {
    const seasons = [
      { from: "06-15", to: "09-15", hours: weekly(["07:00", "11:00"]) },
      { from: "12-20", to: "01-10", hours: weekly(["10:00", "12:00"]) },
    ]
    const of = (date: string) => open({ seasons, holidays: "open" }, date)[0]?.[0]
    expect(["06-14", "06-15", "09-15", "09-16", "12-19", "12-20"].map((day) => of(`2026-${day}`))).toEqual(
      "00:00 07:00 07:00 00:00 00:00 10:00".split(" "),
    )
    expect([of("2027-01-10"), of("2027-01-11")]).toEqual(["10:00", "00:00"])
  })

  it("is replaced on a date of its own, never added to; that opens a holiday too", () => {
    const exceptions: Record<string, Session[]> = {
      [monday]: [["09:00", "10:00"]],
      "2026-11-24": [],
      "2026-10-01": [["13:00", "15:00"]],
    }
    expect(open({ exceptions }, monday)).toEqual([["09:00", "10:00"]])
    expect(open({ exceptions }, "2026-11-24")).toEqual([])
    expect(open({ exceptions }, "2026-10-01")).toEqual([["13:00", "15:00"]])
  })

  it.each<[string, Session[], Session[]]>([
    [
      "adjacent ones merge",
      [
        ["10:00", "12:00"],
        ["08:00", "10:00"],
      ],
      [["08:00", "12:00"]],
    ],
    [
      "overlapping ones are not doubled",
      [
        ["08:00", "11:00"],
        ["10:00", "12:00"],
      ],
      [["08:00", "12:00"]],
    ],
    [
      "one inside another is nothing",
      [
        ["08:00", "12:00"],
        ["09:00", "10:00"],
      ],
      [["08:00", "12:00"]],
    ],
    [
      "apart they stay apart",
      [
        ["14:00", "18:00"],
        ["08:00", "12:00"],
      ],
      [
        ["08:00", "12:00"],
        ["14:00", "18:00"],
      ],
    ],
    [
      "where one is for some services and one for all, all are served",
      [
        ["08:00", "12:00"],
        ["11:00", "13:00", ["pickup"]],
      ],
      [
        ["08:00", "12:00"],
        ["12:00", "13:00", ["pickup"]],
      ],
    ],
    [
      "where two are for some, either's are served",
      [
        ["08:00", "10:00", ["pickup"]],
        ["09:00", "11:00", ["advice"]],
      ],
      [
        ["08:00", "09:00", ["pickup"]],
        ["09:00", "10:00", ["advice", "pickup"]],
        ["10:00", "11:00", ["advice"]],
      ],
    ],
  ])("of sessions that meet: %s", (_, given, expected) => {
    expect(joined(given)).toEqual(expected)
  })

  it("gives way to a closure, whatever opened it; tickets, opening and closing follow", () => {
    const closed = {
      ...longtou,
      exceptions: { [monday]: [["08:00", "18:00"]] as const },
      closures: [{ id: "c", from: at("10:00"), to: at("12:30"), reason: "停电" }],
    }
    expect(sessionsOn(closed, monday)).toEqual([
      ["08:00", "10:00"],
      ["12:30", "18:00"],
    ])
    expect(["09:59", "10:00", "12:29", "12:30"].map((time) => isOpenAt(closed, at(time)))).toEqual([
      true,
      false,
      false,
      true,
    ])
    const evening = { ...closed, closures: [{ id: "c", from: at("16:00"), to: at("23:00"), reason: "停电" }] }
    expect(closingOf(evening, monday)).toBe(at("16:00"))
    // A window's closure leaves the house open.
    const window = { ...closed, closures: [{ ...closed.closures[0]!, windows: [1] }] }
    expect(isOpenAt(window, at("11:00"))).toBe(true)
    // All of them do not, be it by one closure or by several, while they overlap.
    const [half, rest] = [longtou.windows.slice(0, 1), longtou.windows.slice(1)].map((it) => it.map(({ no }) => no))
    const first = { ...closed.closures[0]!, windows: half }
    const others = { ...first, id: "d", from: at("11:00"), to: at("14:00"), windows: rest! }
    const all = { ...closed, closures: [first, others] }
    expect(sessionsOn(all, monday)).toEqual([
      ["08:00", "11:00"],
      ["12:30", "18:00"],
    ])
    expect([isOpenAt(all, at("10:59")), isOpenAt(all, at("11:00"))]).toEqual([true, false])
    expect(
      daysOf(
        { ...all, closures: [{ ...first, windows: [...half!, ...rest!], from: at("00:00"), to: at("24:00") }] },
        at("09:00"),
      ),
    ).not.toContain(monday)
    // Where officers only patrol there is no window to be open.
    expect(isOpenAt({ ...window, windows: [] }, at("11:00"))).toBe(true)
  })
})

describe("the rule that speaks for a day", () => {
  it("is the most particular one, and says the hours", () => {
    const seasonal = stations.find((it) => it.seasons)!
    expect(ruleOn(longtou, "2026-11-24").rule).toBe("weekly")
    expect(ruleOn(longtou, "2026-10-01")).toEqual({ rule: "holiday", sessions: [] })
    expect(ruleOn({ ...longtou, holidays: "open" }, "2026-10-01").rule).toBe("weekly")
    expect(ruleOn(longtou, "2026-10-10")).toEqual({ rule: "make-up", sessions: longtou.hours[1] })
    expect(ruleOn(seasonal, "2026-07-01")).toEqual({ rule: "season", sessions: seasonal.seasons![0]!.hours[3] })
    expect(ruleOn(seasonal, "2026-09-20").rule).toBe("make-up")
    const exceptions = { "2026-10-01": [["09:00", "10:00"]] as const, "2026-11-24": [] }
    expect(ruleOn({ ...longtou, exceptions }, "2026-10-01")).toEqual({
      rule: "exception",
      sessions: [["09:00", "10:00"]],
    })
    expect(ruleOn({ ...longtou, exceptions }, "2026-11-24")).toEqual({ rule: "exception", sessions: [] })
  })
})

describe("days on sale", () => {
  it("are today and the next seven open days; one more comes at eight o'clock", () => {
    const before = daysOf(longtou, at("07:59"))
    const after = daysOf(longtou, at("08:00"))
    expect(before).toEqual([
      "2026-11-23",
      "2026-11-24",
      "2026-11-25",
      "2026-11-26",
      "2026-11-27",
      "2026-11-28",
      "2026-11-30",
    ])
    expect(after).toEqual([...before, "2026-12-01"])
  })

  it("are each station's own: a room of four half-days looks further ahead", () => {
    const room = stations.find((it) => it.kind === "room")!
    const days = daysOf(room, at("09:00"))
    expect([days.length, days[0], days.at(-1)]).toEqual([8, monday, "2026-12-04"])
    expect(daysOf({ ...longtou, policy: { ...longtou.policy, release: 0 } }, at("00:00"))).toHaveLength(8)
  })

  it("skip a holiday, and a closure brings no later day forward", () => {
    expect(daysOf(longtou, at("09:00", "2026-09-29")).includes("2026-10-01")).toBe(false)
    const closures = [{ id: "c", from: at("00:00", "2026-11-25"), to: at("00:00", "2026-11-26"), reason: "维修" }]
    const open = daysOf({ ...longtou, closures }, at("09:00"))
    expect(open).toEqual(daysOf(longtou, at("09:00")).filter((it) => it !== "2026-11-25"))
  })
})
