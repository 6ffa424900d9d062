import { describe, expect, it } from "vitest"
import { inOrder, places, turn } from "#domain/turn"
import { aLine, anEntry, aStation, at, hall } from "#test/builders"

const station = aStation()
const rp = { services: ["rp-endorse"] as const, owed: false }

describe("whose turn it is", () => {
  it("priority before appointments before everyone else, each by the time their wait counts from", () => {
    const waiting = [
      anEntry("A001", "G", at("09:00")),
      anEntry("A002", "P", at("09:20")),
      anEntry("Y001", "A", at("09:25")),
      anEntry("Y002", "A", at("09:15")),
      anEntry("A003", "P", at("09:10")),
    ]
    expect(inOrder(waiting).map((entry) => entry.number)).toEqual(["A003", "A002", "Y002", "Y001", "A001"])
  })
  it("an appointment is not called long before its time while others wait, but rather than idling", () => {
    const early = anEntry("Y001", "A", at("10:00"))
    const walkIn = anEntry("A001", "G", at("09:50"))
    expect(turn([early, walkIn], rp, station.policy, at("09:54"))?.entry.number).toBe("A001")
    expect(turn([early, walkIn], rp, station.policy, at("09:55"))).toMatchObject({
      entry: { number: "Y001" },
      rule: "appointment",
    })
    expect(turn([early], rp, station.policy, at("09:45"))).toMatchObject({ entry: { number: "Y001" }, rule: "early" })
  })
  it("after 45 minutes every second call of a window goes to whoever has waited longest", () => {
    const hallway = hall(station, at("09:00"))
    hallway.sit(1)
    const first = hallway.take()
    hallway.take()
    hallway.wait(46)
    for (let i = 0; i < 4; i++) hallway.take("rp-endorse", true)
    expect([1, 2, 3, 4, 5, 6].map(() => hallway.serve(1))).toEqual(["A003", first, "A004", "A002", "A005", "A006"])
  })
  it("says over whom somebody was called", () => {
    const waiting = [anEntry("Y001", "A", at("09:50")), anEntry("A001", "G", at("09:00"))]
    expect(turn(waiting, { ...rp, owed: true }, station.policy, at("09:50"))).toMatchObject({
      entry: { number: "A001" },
      rule: "over-waiting",
      passedOver: ["Y001"],
    })
  })
  it("calls only those whom the window serves", () => {
    const waiting = [anEntry("B001", "G", at("09:00"), "id-renew"), anEntry("A001", "G", at("09:30"))]
    expect(turn(waiting, rp, station.policy, at("09:31"))?.entry.number).toBe("A001")
    expect(turn(waiting, { services: ["advice"], owed: false }, station.policy, at("09:31"))).toBeUndefined()
  })
})

describe("N ahead", () => {
  it("counts those whom a window of mine serves", () => {
    const mixed = aStation([["rp-endorse"], ["id-renew"]])
    const line = aLine([
      anEntry("A001", "G", at("09:00")),
      anEntry("B001", "G", at("09:01"), "id-renew"),
      anEntry("A002", "G", at("09:02")),
    ])
    expect(places(line, mixed, at("09:10"))).toEqual([
      { number: "A001", service: "rp-endorse", ahead: 0 },
      { number: "B001", service: "id-renew", ahead: 0 },
      { number: "A002", service: "rp-endorse", ahead: 1 },
    ])
  })
})
