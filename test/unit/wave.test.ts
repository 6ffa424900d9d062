import { describe, expect, it } from "vitest"
import { scheduledOn } from "#domain/schedule"
import { daysOf, onSaleFrom, type Station } from "#domain/station"
import { addDays, instantOf, second } from "#domain/time"
import { mustBeTheirTurn, releaseOf, turnOf } from "#domain/wave"
import { aStation, monday, refusalOf } from "#test/builders"
import { turnText } from "#web/words/wave"

const station = aStation()
const withPolicy = (change: Partial<Station["policy"]>): Station => ({
  ...station,
  policy: { ...station.policy, waves: 5, waveGap: 20, ...change },
})
const five = withPolicy({})
const eight = instantOf(monday, "08:00")
const newest = daysOf(five, eight).at(-1)!

describe("the waves of a release", () => {
  it("are on for the day that has just come on sale, from its release until the last wave is in", () => {
    expect(releaseOf(five, newest, eight - 1)).toBeUndefined()
    expect(releaseOf(five, newest, eight)).toBe(eight)
    expect(releaseOf(five, newest, eight + 80 * second - 1)).toBe(eight)
    expect(releaseOf(five, newest, eight + 80 * second)).toBeUndefined()
  })

  it("leave the days that were on sale before open to everybody", () => {
    for (const date of daysOf(five, eight).filter((it) => it !== newest))
      expect(releaseOf(five, date, eight)).toBeUndefined()
  })

  it("are at the station's own hour, and off at 0 and 1", () => {
    const late = withPolicy({ release: 10 })
    expect(releaseOf(late, newest, eight)).toBeUndefined()
    expect(releaseOf(late, newest, instantOf(monday, "10:00"))).toBe(instantOf(monday, "10:00"))
    for (const waves of [0, 1]) expect(releaseOf(withPolicy({ waves }), newest, eight)).toBeUndefined()
  })

  it("let in a share of the lots each, the first at once", () => {
    const inAt = (seconds: number) =>
      Array.from({ length: 1000 }, (_, i) => turnOf(five, newest, eight, i / 1000)!).filter(
        (it) => it.opens <= eight + seconds * second,
      ).length
    expect([0, 19, 20, 40, 60, 80].map(inAt)).toEqual([200, 200, 400, 600, 800, 1000])
    expect(turnOf(five, newest, eight, 0.999)).toEqual({ wave: 5, waves: 5, opens: eight + 80 * second })
  })

  it("refuse whoever comes before theirs, and say for how long", () => {
    const turn = turnOf(five, newest, eight + 300, 0.5)
    expect(turn).toEqual({ wave: 3, waves: 5, opens: eight + 40 * second })
    expect(() => mustBeTheirTurn(turn, eight + 300)).toThrow(
      expect.objectContaining({ code: "not-your-wave", details: { seconds: 40, wave: 3, waves: 5 } }),
    )
    expect(refusalOf(() => mustBeTheirTurn(turn, eight + 40 * second))).toBeUndefined()
    expect(refusalOf(() => mustBeTheirTurn(undefined, eight))).toBeUndefined()
  })

  it("are the same that a day is said to come on sale with, whatever days the station is closed", () => {
    const weekdaysOnly = { ...five, hours: five.hours.map((it, weekday) => (weekday % 6 ? it : [])) }
    for (const station of [five, weekdaysOnly, withPolicy({ release: 20, horizon: 1 })])
      for (let i = 0; i < 30; i++) {
        const date = addDays(monday, i)
        const opens = onSaleFrom(station, date)!
        const isOpen = scheduledOn(station, date).length > 0
        expect([date, daysOf(station, opens).includes(date)]).toEqual([date, isOpen])
        expect([date, daysOf(station, opens - 1).includes(date)]).toEqual([date, false])
      }
  })

  it("are told as they are, in both languages", () => {
    const turn = { wave: 5, waves: 5, opens: eight + 80 * second }
    expect(turnText(turn, "en")).toContain("08:01:20")
    expect(turnText(turn, "zh")).toContain("08:01:20")
  })
})
