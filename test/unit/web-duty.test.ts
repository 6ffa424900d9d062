/** Where an officer is sent without a map, and which alert comes first. */
import { describe, expect, it } from "vitest"
import { clocked, newlyAlerted } from "#domain/dispatch"
import { type Act, factsOf, type Hand, handled, joined, mayKnow } from "#domain/handling"
import { type Dispatch, isUnanswered, reopenWithin } from "#domain/report"
import { metresBetween } from "#domain/station"
import { minute } from "#domain/time"
import { at, refusalOf } from "#test/builders"
import { inSteps, windTo } from "../../web/staff/duty-way.ts"

const plaza = { lat: 26.0929, lng: 119.335 }
const by = (north: number, east: number) => ({
  lat: plaza.lat + north / 111_195,
  lng: plaza.lng + east / (111_195 * Math.cos((plaza.lat * Math.PI) / 180)),
})

describe("the way without a map", () => {
  it("is told by one of eight winds", () => {
    const winds = [
      [1, 0],
      [1, 1],
      [0, 1],
      [-1, 1],
      [-1, 0],
      [-1, -1],
      [0, -1],
      [1, -1],
    ] as const
    expect(winds.map(([north, east]) => windTo(plaza, by(north * 500, east * 500)))).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
    // Nearly north is north on both sides.
    expect([windTo(plaza, by(500, -20)), windTo(plaza, by(500, 20))]).toEqual([0, 0])
  })

  it("is told in steps as people speak", () => {
    expect(Math.round(metresBetween(plaza, by(420, 0)))).toBe(420)
    expect([3, 424, 996, 1_040, 9_960, 12_300].map(inSteps)).toEqual([
      { metres: 10 },
      { metres: 420 },
      { metres: 1000 },
      { kilometres: 1 },
      { kilometres: 10 },
      { kilometres: 12.5 },
    ])
  })
})

const station: Hand = { unit: "FZ-JA-P02", staff: "officer-p02", command: false }
const precinct: Hand = { unit: "FZ-JA-S02", staff: "officer-s02", command: false }
const stranger: Hand = { unit: "FZ-JA-P04", staff: "officer-p04", command: false }
const command: Hand = { unit: "FZ-JA-C01", staff: "officer-c01", command: true }
const now = at("18:41")
const aDispatch = (change: Partial<Dispatch> = {}): Dispatch => ({
  id: "A",
  v: 1,
  kind: "missing",
  band: "child",
  state: "dispatched",
  drill: false,
  place: { ...plaza, located: "point" },
  reportedAt: now,
  step: 0,
  due: now + 30_000,
  holder: station.unit,
  alerted: [{ unit: station.unit, step: 0, at: now, metres: 0, why: "ring" }],
  ...change,
})
const doing = (act: Act["act"], more: object = {}) => ({ act, op: "op000001", text: "原因", ...more }) as Act
const refusal = (it: Dispatch, act: Act, hand: Hand) => refusalOf(() => handled(it, act, hand, now))

describe("an act upon a report", () => {
  it("leaves a first acknowledgement as it is", () => {
    const first = handled(aDispatch(), doing("acknowledge"), station, now)
    expect(first).toMatchObject({ state: "acknowledged", due: now + 30 * minute, ack: { unit: station.unit } })
    expect(handled(first, doing("acknowledge"), precinct, now + 1)).toBe(first)
  })

  it("is known to whom it was alerted, offered or who holds it, and to the command centre", () => {
    const it = aDispatch({ offer: { to: precinct.unit, from: station.unit, staff: "x", at: now } })
    expect([station, precinct, stranger, command].map((hand) => mayKnow(it, hand))).toEqual([true, true, false, true])
  })

  it("that hands on, ends or takes outside is the holder's, or the command centre's", () => {
    const searching = aDispatch({ state: "searching", ack: { unit: station.unit, staff: "x", at: now } })
    for (const act of ["cancel", "false-report", "package", "merge"] as const) {
      const deed = doing(act, { into: "B" })
      expect([act, refusal(searching, deed, precinct)]).toEqual([act, "report-held-elsewhere"])
      expect([act, refusal(searching, deed, command)]).toEqual([act, undefined])
    }
    for (const act of ["note", "check", "found", "conflict"] as const)
      expect([act, refusal(searching, doing(act, { on: true }), precinct)]).toEqual([act, undefined])
  })

  it("never hands on what nobody has responded to, nor back to oneself", () => {
    const offer = doing("offer", { to: precinct.unit, reason: "shift" })
    expect(refusal(aDispatch(), offer, station)).toBe("report-state")
    const mine = handled(aDispatch(), doing("acknowledge"), station, now)
    expect(refusal(mine, { ...offer, to: station.unit } as Act, station)).toBe("report-state")
    expect(handled(mine, offer, station, now)).toMatchObject({ holder: station.unit, offer: { to: precinct.unit } })
  })

  it.each(["不在本责任区", "不属于我们辖区", "不归我所管", "Out of our district", "not my area"])(
    "is refused as out of the area however it is put: %s",
    (text) => {
      const mine = handled(aDispatch(), doing("acknowledge"), station, now)
      expect(refusal(mine, doing("offer", { to: precinct.unit, reason: "shift", text }), station)).toBe(
        "out-of-area-refused",
      )
    },
  )

  it("brings the units of a merged report to the one that goes on, once", () => {
    const other = aDispatch({
      id: "B",
      alerted: [station.unit, stranger.unit].map((unit) => ({ unit, step: 0, at: now, metres: 0, why: "ring" })),
    })
    const merged = joined(aDispatch(), doing("merge", { into: "A" }), other, now)
    expect([merged.from, merged.alerted.map((it) => it.unit)]).toEqual([["B"], [station.unit, stranger.unit]])
    expect(joined(merged, doing("merge", { into: "A" }), other, now)).toEqual(merged)
    expect(joined(merged, doing("unmerge"), other, now).from).toEqual([])
  })

  it.each(["reunited", "closed", "false-report", "cancelled", "merged"] as const)(
    "brings nothing back that is %s, but `reopen` and `unmerge`, the one within thirty days",
    (state) => {
      const over = aDispatch({
        state,
        ack: { unit: station.unit, staff: "x", at: now },
        endedAt: now,
        due: now + minute,
        ...(state === "merged" && { merged: { into: "B", was: "searching" } }),
      })
      for (const act of ["search", "found", "not-found"] as const)
        for (const hand of [station, precinct, command])
          if (act !== "not-found" || hand !== precinct)
            expect([act, hand.unit, refusal(over, doing(act), hand)]).toEqual([act, hand.unit, "report-ended"])
      const back = state === "merged" ? "unmerge" : "reopen"
      expect(refusal(over, doing(state === "merged" ? "reopen" : "unmerge"), station)).toBe("report-state")
      expect(refusal(over, doing(back), precinct)).toBe("report-held-elsewhere")
      expect(handled(over, doing(back), station, now + reopenWithin).state).toBe("searching")
      const late = () => handled(over, doing(back), station, now + reopenWithin + 1)
      // What was merged is taken apart as long as the report that goes on may be searched for.
      if (state === "merged") expect(late().state).toBe("searching")
      else expect(refusalOf(late)).toBe("reopen-too-late")
    },
  )

  it("goes from found to searching only by `not-found`, which says why", () => {
    const found = aDispatch({ state: "found-unverified", ack: { unit: station.unit, staff: "x", at: now } })
    expect(refusal(found, doing("search"), station)).toBe("report-state")
    expect(refusal(found, doing("not-found"), precinct)).toBe("report-held-elsewhere")
    expect(handled(found, doing("not-found"), station, now)).toMatchObject({
      state: "searching",
      due: now + 30 * minute,
    })
  })

  it("answers what its reporter calls found too early; until then it climbs, and goes on climbing if it is not so", () => {
    const early = aDispatch({ state: "found-unverified" })
    expect(isUnanswered(early)).toBe(true)
    const taken = handled(early, doing("acknowledge"), station, now)
    expect([taken.state, taken.ack?.unit, isUnanswered(taken)]).toEqual(["found-unverified", station.unit, false])
    const lost = clocked(early, handled(early, doing("not-found"), station, now + 1), now + 1)
    expect([lost.state, lost.due, lost.ack]).toEqual(["dispatched", early.due, undefined])
  })

  it("closes nothing that has been purged already", () => {
    const { due: _, ...purged } = aDispatch({ state: "reunited", endedAt: now })
    expect(refusal(purged, doing("close"), station)).toBe("report-state")
    expect(refusal({ ...purged, due: now }, doing("close"), station)).toBeUndefined()
  })

  it("calls a unit once more that was alerted before: a transfer, an escalation, a search that goes on", () => {
    const mine = handled(aDispatch(), doing("acknowledge"), station, now)
    const both = { ...mine, alerted: [...mine.alerted, { ...mine.alerted[0]!, unit: precinct.unit }] }
    const offered = handled(both, doing("offer", { to: precinct.unit, reason: "shift" }), station, now + minute)
    expect(newlyAlerted(both, offered)).toEqual([precinct.unit])
    expect(offered.alerted).toHaveLength(2)
    const cancelled = clocked(both, handled(both, doing("cancel"), station, now), now)
    const again = clocked(cancelled, handled(cancelled, doing("reopen"), station, now + minute), now + minute)
    expect(newlyAlerted(cancelled, again)).toEqual([station.unit, precinct.unit])
  })

  it("keeps in the open only names and numbers of things", () => {
    expect(factsOf(doing("correct", { told: { name: "小禾" } }))).toEqual({})
    expect(factsOf(doing("offer", { to: "FZ-JA-S02", reason: "shift" }))).toEqual({ to: "FZ-JA-S02", reason: "shift" })
  })
})
