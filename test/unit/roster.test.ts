import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { rosters, units } from "#domain/demonstration-units"
import { deputyOn, dutyDayOf, ownDuty, primaryOn, type Roster, whoIsOnDuty } from "#domain/roster"
import { addDays, day, minute } from "#domain/time"
import { at, monday } from "#test/builders"

const roster: Roster = {
  unit: "FZ-JA-P01",
  officers: ["huang", "shi", "zheng"],
  from: monday,
  night: true,
  swaps: [],
}
const city = { units, rosters: new Map(rosters.map((it) => [it.unit, it])) }

describe("the roster of duty", () => {
  it("makes today's primary tomorrow's deputy, every day, swaps included", () => {
    const swap = fc.record({
      date: fc.integer({ min: -20, max: 40 }).map((days) => addDays(monday, days)),
      shift: fc.constant("primary" as const),
      staff: fc.constantFrom("huang", "shi", "zheng"),
    })
    fc.assert(
      fc.property(fc.integer({ min: -20, max: 40 }), fc.array(swap, { maxLength: 6 }), (days, swaps) => {
        const date = addDays(monday, days)
        const changed = { ...roster, swaps }
        expect(deputyOn(changed, addDays(date, 1))).toBe(primaryOn(changed, date))
      }),
    )
  })

  it("takes turns a day each, before and after the day it begins", () => {
    expect([-1, 0, 1, 2, 3].map((days) => primaryOn(roster, addDays(monday, days)))).toEqual([
      "zheng",
      "huang",
      "shi",
      "zheng",
      "huang",
    ])
  })

  it("has the primary first from 08:00 to 18:00 with the deputy beside, and the same day's deputy through the night", () => {
    expect(ownDuty(roster, at("08:00"))?.staff).toEqual(["huang", "zheng"])
    expect(ownDuty(roster, at("17:59"))?.staff).toEqual(["huang", "zheng"])
    expect(ownDuty(roster, at("18:00"))).toEqual({
      unit: "FZ-JA-P01",
      staff: ["zheng"],
      until: at("08:00", addDays(monday, 1)),
    })
    expect(ownDuty(roster, at("07:59", addDays(monday, 1)))?.staff).toEqual(["zheng"])
    expect(dutyDayOf(at("07:59", addDays(monday, 1)))).toBe(monday)
  })

  it("lets the last word on a swapped shift count", () => {
    const swaps = ["shi", "zheng"].map((staff) => ({ date: monday, shift: "primary" as const, staff }))
    expect(primaryOn({ ...roster, swaps }, monday)).toBe("zheng")
  })

  it("stands in with the bound precinct where nobody stays overnight", () => {
    const chongxian = whoIsOnDuty("FZ-JA-P03", at("23:00"), city)
    expect(chongxian.unit).toBe("FZ-JA-S03")
    expect(whoIsOnDuty("FZ-JA-P03", at("12:00"), city).unit).toBe("FZ-JA-P03")
  })

  it("stands in with the command centre where the precinct has nobody either", () => {
    const few = new Map(city.rosters)
    for (const unit of ["FZ-JA-S02", "FZ-JA-S03"]) few.delete(unit)
    expect(whoIsOnDuty("FZ-JA-P03", at("23:00"), { units, rosters: few }).unit).toBe("FZ-JA-C01")
  })

  it("passes over units where nobody serves, as far as any precinct, and names nobody who does not", () => {
    const only = (unit: string) => whoIsOnDuty("FZ-JA-P02", at("12:00"), { ...city, serves: (_, of) => of === unit })
    expect(only("FZ-JA-P02").unit).toBe("FZ-JA-P02")
    expect(only("FZ-JA-S02").unit).toBe("FZ-JA-S02")
    expect(only("FZ-JA-C01").unit).toBe("FZ-JA-C01")
    expect(only("FZ-JA-S05")).toMatchObject({ unit: "FZ-JA-S05", staff: [expect.any(String), expect.any(String)] })
    expect(only("NOWHERE")).toMatchObject({ unit: "FZ-JA-C01", staff: [] })
  })

  it("always answers an officer, whoever asks, whenever", () => {
    const anyone = fc.constantFrom(...rosters.map(({ unit }) => unit), "NOWHERE")
    fc.assert(
      fc.property(anyone, fc.integer({ min: 0, max: 60 * day }), fc.subarray([...rosters]), (unit, after, kept) => {
        const known = new Map([...kept, rosters.find((it) => it.unit === "FZ-JA-C01")!].map((it) => [it.unit, it]))
        const when = at("00:00") + after
        const duty = whoIsOnDuty(unit, when, { units, rosters: known })
        expect(duty.staff.length).toBeGreaterThan(0)
        expect(duty.until).toBeGreaterThan(when)
        // It really is the one who answers until then.
        expect(whoIsOnDuty(unit, duty.until - minute, { units, rosters: known }).staff).toEqual(duty.staff)
      }),
    )
  })
})
