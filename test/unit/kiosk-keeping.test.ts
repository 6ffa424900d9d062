/** What a kiosk does by itself while the network is away: numbers, hours, clocks, batches. */
import { describe, expect, it } from "vitest"
import { minute } from "#domain/time"
import { at, monday } from "#test/builders"
import {
  aheadOf,
  batchOf,
  given,
  held,
  type Kept,
  type Lease,
  leased,
  nothing,
  type State,
  seenIn,
  settled,
  stranded,
} from "#web/kiosk/keeping"
import { steady } from "#web/kiosk/steady"

const lease: Lease = {
  letter: "D",
  date: monday,
  next: "D001",
  until: at("04:00", "2026-11-24"),
  now: at("08:50"),
  sessions: [
    [at("07:30"), at("12:00")],
    [at("13:30"), at("18:30")],
  ],
  services: ["rp-endorse", "id-renew"],
  waiting: [
    { group: "rp", count: 4 },
    { group: "id", count: 0 },
  ],
}
let ops = 0
const wish = (more: object = {}) =>
  ({ op: `press-${++ops}`, service: "rp-endorse", priority: false, tried: false, ...more }) as const
const start = leased(held(nothing, "dev_1"), lease)

/** Gives as often as asked, one a minute. */
function gave(times: number, from: State = start): State {
  let state = from
  for (let i = 0; i < times; i++) {
    const done = given(state, wish(), at("09:00") + i * minute)
    if (typeof done === "string") throw new Error(done)
    state = done.state
  }
  return state
}
const answer = (state: State, next: string, outcomes: Record<string, object>) => ({
  letter: "D" as const,
  next,
  tickets: batchOf(state).map(({ number }) => ({ number, outcome: "merged" as const, ...outcomes[number] })),
})

describe("a kiosk without a network", () => {
  it("gives the numbers of its letter in order, and one press one number", () => {
    const first = wish()
    const one = given(start, first, at("09:00")) as { state: State; kept: Kept }
    expect(one.kept).toMatchObject({ number: "D001", date: monday, at: at("09:00") })
    expect(given(one.state, first, at("09:05"))).toEqual({ state: one.state, kept: one.kept })
    expect(given(one.state, wish(), at("09:05"))).toMatchObject({ kept: { number: "D002" } })
  })

  it.each([
    ["without a letter", held(nothing, "dev_1"), at("09:00"), "no-lease"],
    ["at lunch", start, at("12:00"), "closed"],
    ["in the evening", start, at("18:30"), "closed"],
    ["before the half hour before opening", start, at("07:29"), "closed"],
    ["on the next day", start, at("09:00", "2026-11-24"), "day-over"],
    ["as another device", held(start, "dev_2"), at("09:00"), "no-lease"],
  ])("gives none %s", (_, state, now, why) => {
    expect(given(state, wish(), now)).toBe(why)
  })

  it("gives none for what no window serves", () => {
    expect(given(start, wish({ service: "pickup" }), at("09:00"))).toBe("service-not-here")
  })

  it("goes on after what the portal has, and after what it has itself", () => {
    const ahead = leased(start, { ...lease, next: "D008" })
    expect(given(ahead, wish(), at("09:00"))).toMatchObject({ kept: { number: "D008" } })
    const behind = leased(gave(3), { ...lease, next: "D002" })
    expect(given(behind, wish(), at("09:10"))).toMatchObject({ kept: { number: "D004" } })
    const tomorrow = { ...lease, letter: "F" as const, date: "2026-11-24", next: "F001" }
    expect(leased(gave(3), tomorrow).count).toBe(0)
  })

  it("says how many are ahead as it knew: the hall's, and its own in the order of turn", () => {
    const state = seenIn(gave(2), [{ group: "rp", count: 6 }])
    expect(state.kept.map((it) => aheadOf(state, it))).toEqual([6, 7])
    const done = given(state, wish({ priority: true }), at("09:10")) as { state: State; kept: Kept }
    expect(aheadOf(done.state, done.kept)).toBe(6)
    expect(aheadOf(done.state, state.kept[0]!)).toBe(7)
  })
})

describe("what it brings back", () => {
  it("is one day's, in order, fifty at a time", () => {
    const state = gave(60)
    const shuffled = { ...state, kept: state.kept.toReversed() }
    expect(batchOf(shuffled).map((it) => it.number)).toEqual(state.kept.slice(0, 50).map((it) => it.number))
    const yesterday = { ...state.kept[0]!, date: "2026-11-22", number: "K009" }
    expect(batchOf({ ...state, kept: [...state.kept, yesterday] })).toEqual([yesterday])
    expect(batchOf(start)).toEqual([])
  })

  it("is forgotten once it is in the line, kept where it was not answered, and left to the staff where it was refused", () => {
    const state = gave(4)
    const batch = batchOf(state).slice(0, 3)
    const said = answer(state, "D003", {
      D002: { outcome: "refused", note: "number-taken" },
      D003: { outcome: "void" },
    })
    const after = settled(state, batch, { ...said, tickets: said.tickets.slice(0, 3) })
    expect(after.kept.map((it) => [it.number, it.stranded])).toEqual([
      ["D002", true],
      ["D004", undefined],
    ])
    expect(batchOf(after).map((it) => it.number)).toEqual(["D004"])
    expect(batchOf(stranded(after, after.kept))).toEqual([])
    expect(after.count).toBe(4)
  })

  it("fills a gap with spoilt numbers, and only the gap", () => {
    const all = gave(5)
    const state = { ...all, kept: all.kept.filter((it) => !["D002", "D003"].includes(it.number)) }
    const gap = { outcome: "refused" as const, note: "gap" as const }
    const after = settled(state, batchOf(state), answer(state, "D002", { D004: gap, D005: gap }))
    expect(batchOf(after).map((it) => [it.number, it.spoilt])).toEqual([
      ["D002", true],
      ["D003", true],
      ["D004", undefined],
      ["D005", undefined],
    ])
  })
})

describe("the steady clock", () => {
  const machine = (wall: number) => {
    const clocks = { at: wall, mark: 0 }
    return {
      clocks,
      pass: (ms: number) => {
        clocks.at += ms
        clocks.mark += ms
      },
      read: { wall: () => clocks.at, mark: () => clocks.mark },
    }
  }
  it("knows the portal's time on a machine that is five minutes off, and that somebody sets meanwhile", () => {
    const { clocks, pass, read } = machine(at("09:05"))
    const clock = steady(read)
    clock.learn(at("09:00"))
    pass(10 * minute)
    expect(clock.now()).toBe(at("09:10"))
    clocks.at -= 5 * minute
    pass(minute)
    expect(clock.now()).toBe(at("09:11"))
  })
  it("goes on after a reload, and never backwards", () => {
    const before = machine(at("08:55"))
    const clock = steady(before.read)
    clock.learn(at("09:00"))
    before.pass(20 * minute)
    const anchor = clock.anchor()
    const after = steady({ wall: () => at("09:17"), mark: () => 0 })
    after.recall(anchor)
    expect(after.now()).toBe(at("09:22"))
    after.recall({ ...anchor, wall: at("09:30") })
    expect(after.now()).toBe(at("09:20"))
  })
})
