/** Laws 3 to 6 of design.md §4, over random days. */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { Entry, Line } from "#domain/line"
import { Problem } from "#domain/problem"
import type { ServiceId } from "#domain/service"
import type { Station } from "#domain/station"
import { type Operation, step } from "#domain/step"
import { minute } from "#domain/time"
import { inOrder, isCallable, places, serves } from "#domain/turn"
import { pack, unpack } from "#store/lines"
import { aLine, anEntry, aStation, at } from "#test/builders"

const offered: readonly ServiceId[] = ["rp-endorse", "id-renew", "advice"]
const service = fc.constantFrom(...offered)
const windows = fc.array(fc.uniqueArray(service, { minLength: 1 }), { minLength: 1, maxLength: 4 })

const action = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("take" as const), service, priority: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("check-in" as const), service, offset: fc.integer({ min: -25, max: 80 }) }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constantFrom(
        "call" as const,
        "start" as const,
        "finish" as const,
        "missed" as const,
        "recall" as const,
        "park" as const,
        "undo" as const,
      ),
      window: fc.integer({ min: 1, max: 4 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom("return" as const, "leave" as const), pick: fc.nat(20) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom("transfer" as const, "unpark" as const, "call-one" as const),
      window: fc.integer({ min: 1, max: 4 }),
      to: fc.integer({ min: 1, max: 4 }),
      pick: fc.nat(20),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom("sit" as const, "rise" as const, "pause" as const, "resume" as const),
      window: fc.integer({ min: 1, max: 4 }),
    }),
  },
)
type Action = typeof action extends fc.Arbitrary<infer A> ? A : never
const day = fc.array(fc.tuple(action, fc.integer({ min: 0, max: 9 })), { minLength: 10, maxLength: 120 })

const operationOf = (it: Action, line: Line, now: number, op: string): Operation | undefined => {
  if (it.do === "take") return { ...it, op, now }
  if (it.do === "check-in")
    return { do: "check-in", service: it.service, priority: false, booked: now - it.offset * minute, op, now }
  const one = (all: readonly { number: string }[], pick: number) => all[pick % Math.max(all.length, 1)]?.number
  if (!("window" in it)) {
    const away = [...line.missed, ...line.parked]
    const number = one(it.do === "return" ? away : [...away, ...line.waiting], it.pick)
    return number ? { do: it.do, number, op, now } : undefined
  }
  const seat = { window: it.window, staff: `clerk-${it.window}`, op, now }
  if (it.do === "sit" || it.do === "rise" || it.do === "call" || it.do === "pause" || it.do === "resume")
    return { ...seat, do: it.do }
  if (it.do === "unpark" || it.do === "call-one") {
    const number = one(it.do === "unpark" ? line.parked : [...line.waiting, ...line.missed], it.pick)
    return number ? { ...seat, do: it.do, number } : undefined
  }
  if (it.do === "transfer") {
    const number = line.windows.find((slot) => slot.no === it.window)?.visit?.number
    return number ? { ...seat, do: "transfer", number, toWindow: it.to } : undefined
  }
  const number = line.windows.find((slot) => slot.no === it.window)?.visit?.number
  return number ? { ...seat, do: it.do, number } : undefined
}

/** Plays a day; `watch` sees each step that changed something. */
function play(
  station: Station,
  actions: readonly (readonly [Action, number])[],
  watch: (before: Line, operation: Operation, after: Line) => void,
) {
  let line = aLine()
  let now = at("08:00")
  station.windows.forEach(({ no }, i) => {
    line = step(line, { do: "sit", window: no, staff: `clerk-${no}`, op: `sit-${i}`, now }, station).line
  })
  actions.forEach(([it, passed], i) => {
    now += passed * minute
    const operation = operationOf(it, line, now, `op${String(i).padStart(4, "0")}`)
    if (!operation) return
    try {
      const done = step(line, operation, station)
      watch(line, operation, done.line)
      expect(step(done.line, operation, station).line, "the same operation twice is one").toEqual(done.line)
      line = done.line
    } catch (error) {
      if (!(error instanceof Problem)) throw error
    }
  })
  return { line, now }
}

const everyone = (line: Line) => [
  ...line.waiting.map((it) => it.number),
  ...line.missed.map((it) => it.number),
  ...line.parked.map((it) => it.number),
  ...line.windows.flatMap((slot) => (slot.visit ? [slot.visit.number] : [])),
]

describe("a line, whatever happens in it", () => {
  it("gives numbers without a gap or a repeat, and keeps everyone in exactly one place (laws 3 and 4)", () => {
    fc.assert(
      fc.property(windows, day, (served, actions) => {
        const given: string[] = []
        const station = aStation(served)
        play(station, actions, (before, operation, after) => {
          if (operation.do === "take" || operation.do === "check-in") given.push(after.waiting.at(-1)!.number)
          const here = everyone(after)
          expect(new Set(here).size, "one place each").toBe(here.length)
          const lost = everyone(before).filter((number) => !here.includes(number))
          if (operation.do === "finish" || operation.do === "leave") expect(lost).toEqual([operation.number])
          else if (operation.do === "missed")
            for (const number of lost) expect(before.missed.map((it) => it.number)).toContain(number)
          else expect(lost, operation.do).toEqual([])
        })
        for (const letter of ["A", "B", "C", "Y"]) {
          const counts = given.filter((number) => number.startsWith(letter)).map((number) => Number(number.slice(1)))
          expect(counts).toEqual(counts.map((_, i) => i + 1))
        }
      }),
      { numRuns: 300 },
    )
  })

  it("is read from its packed form as it was written", () => {
    fc.assert(
      fc.property(windows, day, (served, actions) => {
        const { line, now } = play(aStation(served), actions, () => {})
        const again = unpack(
          pack({ ...line, v: 7 }, { kind: "system", name: "test" }, "op", now),
          line.station,
          line.date,
        )
        const short = (it: Line) => ({
          ...it,
          v: 7,
          given: it.given.map(({ op, number }) => ({ op: op.slice(0, 6), number })),
        })
        expect(again).toEqual(short(line))
      }),
      { numRuns: 200 },
    )
  })

  it("leaves nobody waiting whom an idle window that calls serves (law 5)", () => {
    fc.assert(
      fc.property(windows, day, (served, actions) => {
        const station = aStation(served)
        play(station, actions, (before, operation) => {
          if (operation.do !== "call") return
          const mine = station.windows.find((it) => it.no === operation.window)!
          expect(before.waiting.some((it) => serves(mine, it))).toBe(true)
        })
        const { line, now } = play(station, actions, () => {})
        for (const slot of line.windows) {
          if (!slot.staff || slot.visit || slot.paused) continue
          const mine = station.windows.find((it) => it.no === slot.no)!
          const asked = () =>
            step(line, { do: "call", window: slot.no, staff: slot.staff!, op: "last-one", now }, station)
          if (line.waiting.some((it) => serves(mine, it))) expect(asked().number).toBeDefined()
          else expect(asked).toThrow("nobody-waiting")
        }
      }),
      { numRuns: 200 },
    )
  })

  it("calls first come first served within a lane among those a window serves (law 5)", () => {
    fc.assert(
      fc.property(windows, day, (served, actions) => {
        const station = aStation(served)
        play(station, actions, (before, operation, after) => {
          if (operation.do !== "call") return
          const visit = after.windows.find((slot) => slot.no === operation.window)!.visit!
          const mine = station.windows.find((it) => it.no === operation.window)!
          const called = before.waiting.find((it) => it.number === visit.number)!
          if (called.behind) return
          const rivals = before.waiting.filter((it) => it.lane === called.lane && !it.behind && serves(mine, it))
          for (const rival of rivals) expect(rival.eff).toBeGreaterThanOrEqual(called.eff)
        })
      }),
      { numRuns: 300 },
    )
  })
})

describe("those who have waited too long", () => {
  it("the k-th is called within 2k + m − 1 calls by the m windows that serve them, whatever P and A do (law 5)", () => {
    const setting = fc.record({
      served: windows,
      over: fc.array(fc.record({ service, waited: fc.integer({ min: 46, max: 200 }) }), {
        minLength: 1,
        maxLength: 12,
      }),
      rush: fc.array(fc.record({ service, priority: fc.boolean() }), { minLength: 0, maxLength: 60 }),
      callers: fc.array(fc.nat(3), { minLength: 40, maxLength: 160 }),
      owed: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
    })
    fc.assert(
      fc.property(setting, ({ served, over, rush, callers, owed }) => {
        const station = aStation(served)
        const now = at("12:00")
        const waiting: Entry[] = over.map((it, i) =>
          anEntry(`A${String(i + 1).padStart(3, "0")}`, "G", now - it.waited * minute, it.service),
        )
        let line: Line = {
          ...aLine(waiting),
          windows: station.windows.map(({ no }) => ({ no, staff: `clerk-${no}`, owed: owed[no - 1]!, lastCallAt: 0 })),
        }
        const rank = waiting.toSorted((a, b) => a.eff - b.eff).map((it) => it.number)
        const calls = new Map(rank.map((number) => [number, 0]))
        callers.forEach((pick, i) => {
          const coming = rush[i % Math.max(rush.length, 1)]
          if (coming) {
            const entry = anEntry(
              `Y${String(i + 1).padStart(3, "0")}`,
              coming.priority ? "P" : "A",
              now - 60 * minute,
              coming.service,
            )
            line = { ...line, waiting: [...line.waiting, entry] }
          }
          const window = station.windows[pick % station.windows.length]!
          if (!line.waiting.some((it) => window.services.includes(it.service))) return
          const seat = { window: window.no, staff: `clerk-${window.no}`, now }
          const { line: after, number } = step(line, { ...seat, do: "call", op: `c${i}` }, station)
          for (const entry of line.waiting)
            if (calls.has(entry.number) && window.services.includes(entry.service))
              calls.set(entry.number, calls.get(entry.number)! + 1)
          line = after
          for (const what of ["start", "finish"] as const)
            line = step(line, { ...seat, do: what, number: number!, op: `${what}${i}` }, station).line
          const m = (it: Entry) => station.windows.filter((w) => w.services.includes(it.service)).length
          for (const [i, name] of rank.entries()) {
            const entry = waiting.find((it) => it.number === name)!
            expect(calls.get(name)!, `${name} is ${i + 1}.`).toBeLessThanOrEqual(2 * (i + 1) + m(entry) - 1)
          }
        })
      }),
      { numRuns: 500 },
    )
  })
})

describe("N ahead", () => {
  it("with windows that serve alike, is the number of calls before mine (law 6)", () => {
    const setting = fc.record({
      count: fc.integer({ min: 1, max: 4 }),
      entries: fc.array(
        fc.record({
          lane: fc.constantFrom("P" as const, "A" as const, "G" as const),
          minutes: fc.integer({ min: -15, max: 90 }),
          service,
        }),
        { maxLength: 30 },
      ),
      owed: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
      order: fc.shuffledSubarray([1, 2, 3, 4], { minLength: 4 }),
    })
    fc.assert(
      fc.property(setting, ({ count, entries, owed, order }) => {
        const station = aStation(Array.from({ length: count }, () => offered))
        const now = at("12:00")
        let line: Line = {
          ...aLine(
            entries.map((it, i) =>
              anEntry(
                `A${String(i + 1).padStart(3, "0")}`,
                it.lane,
                now - (it.lane === "A" ? it.minutes : Math.max(it.minutes, 0)) * minute,
                it.service,
              ),
            ),
          ),
          windows: station.windows.map(({ no }) => ({
            no,
            staff: `clerk-${no}`,
            owed: owed[no - 1]!,
            lastCallAt: at("11:00") + order.indexOf(no) * minute,
          })),
        }
        const promised = places(line, station, now)
        const rota = station.windows.map((it) => it.no).toSorted((a, b) => order.indexOf(a) - order.indexOf(b))
        const called: string[] = []
        for (let i = 0; line.waiting.length && i <= entries.length; i++) {
          const seat = { window: rota[i % rota.length]!, staff: `clerk-${rota[i % rota.length]}`, now }
          const { line: after, number } = step(line, { ...seat, do: "call", op: `c${i}` }, station)
          line = step(after, { ...seat, do: "start", number: number!, op: `s${i}` }, station).line
          line = step(line, { ...seat, do: "finish", number: number!, op: `f${i}` }, station).line
          called.push(number!)
        }
        expect(promised.map((it) => it.number)).toEqual(called)
        expect(promised.map((it) => it.ahead)).toEqual(called.map((_, i) => i))
      }),
      { numRuns: 300 },
    )
  })
})

describe("the order", () => {
  it("never puts somebody who may not be called yet before those who may", () => {
    const station = aStation()
    const entries = fc.array(
      fc.record({
        lane: fc.constantFrom("P" as const, "A" as const, "G" as const),
        minutes: fc.integer({ min: -20, max: 60 }),
      }),
      { minLength: 1, maxLength: 20 },
    )
    fc.assert(
      fc.property(entries, (all) => {
        const now = at("12:00")
        const waiting = all.map((it, i) =>
          anEntry(`A${String(i + 1).padStart(3, "0")}`, it.lane, now - it.minutes * minute),
        )
        const line = { ...aLine(waiting), windows: [{ no: 1, staff: "c", owed: false, lastCallAt: 0 }] }
        const { entry } = step(line, { do: "call", window: 1, staff: "c", op: "x", now }, station)
        const callable = inOrder(waiting).filter((it) => isCallable(it, station.policy, now))
        if (callable.length) expect(callable.map((it) => it.number)).toContain(entry!.number)
      }),
    )
  })
})
