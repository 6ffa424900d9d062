/** Two kiosks that work on without a network, and the line they come back to: nobody twice, nobody lost, no gap (law 3). */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { Line } from "#domain/line"
import { numbered } from "#domain/line"
import { countOf, type Given, type KioskLetter, merged, nextOf } from "#domain/offline"
import type { ServiceId } from "#domain/service"
import { step } from "#domain/step"
import { minute } from "#domain/time"
import { inOrder } from "#domain/turn"
import { aLine, aStation, at } from "#test/builders"

const offered: readonly ServiceId[] = ["rp-endorse", "id-renew", "advice"]
const station = aStation([offered, offered])
const start = at("10:00")

const letters = ["D", "E"] as const
const kiosk = fc.constantFrom(...letters)
const moment = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("give" as const),
      kiosk,
      service: fc.constantFrom(...offered),
      priority: fc.boolean(),
      /** Minutes between the booked time and coming, for a check-in. */
      late: fc.option(fc.integer({ min: -60, max: 120 }), { nil: undefined }),
      fate: fc.constantFrom("plain" as const, "plain" as const, "plain" as const, "spoilt" as const, "known" as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("take" as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("call" as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("send" as const),
      kiosk,
      /** Which slice of all it ever gave, in which order: batches come late, twice and mixed. */
      from: fc.nat(20),
      size: fc.integer({ min: 1, max: 8 }),
      backwards: fc.boolean(),
    }),
  },
)
const day = fc.array(fc.tuple(moment, fc.integer({ min: 0, max: 5 })), { minLength: 5, maxLength: 80 })

type Kept = Omit<Given, "elapsed"> & { at: number }

describe("kiosks that were offline", () => {
  it("merge in any order, however often: each place once, numbers without a gap, waits by elapsed time", () => {
    fc.assert(
      fc.property(day, (moments) => {
        let line: Line = aLine()
        let now = start
        const gave: Record<string, Kept[]> = { D: [], E: [] }
        const called = new Set<string>()
        const online: string[] = []
        line = step(line, { do: "sit", window: 1, staff: "c", op: "sit", now }, station).line

        const send = (letter: KioskLetter, kept: readonly Kept[]) => {
          const before = line
          const tickets = kept.map(({ at, ...it }): Given => ({ ...it, elapsed: now - at }))
          const done = merged(before, letter, tickets, station, now)
          line = done.line
          expect(done.outcomes.map((it) => it.number)).toEqual(kept.map((it) => it.number))
          // The same batch again changes nothing.
          const again = merged(line, letter, tickets, station, now + minute)
          const gaps = done.outcomes.filter((it) => it.put === "gap")
          if (!gaps.length) expect(again.line).toEqual(line)
          for (const it of again.outcomes) expect(["already", "gap"]).toContain(it.put)
          for (const { number, put } of done.outcomes) {
            if (put === "gap") expect(countOf(number)).toBeGreaterThan(line.last[letter] ?? 0)
            else expect(countOf(number)).toBeLessThanOrEqual(line.last[letter] ?? 0)
          }
          expect(before.waiting.every((it) => line.waiting.includes(it))).toBe(true)
        }

        moments.forEach(([it, minutes], i) => {
          now += minutes * minute
          if (it.do === "give") {
            const mine = gave[it.kiosk]!
            mine.push({
              number: numbered(it.kiosk, mine.length + 1),
              service: it.service,
              priority: it.priority,
              at: now,
              ...(it.late !== undefined && { booked: now - it.late * minute }),
              ...(it.fate === "spoilt" && { spoilt: true }),
              ...(it.fate === "known" && { known: "Y001" }),
            })
          } else if (it.do === "take") {
            const done = step(line, { do: "take", service: "advice", priority: false, op: `t${i}`, now }, station)
            online.push(done.number!)
            line = done.line
          } else if (it.do === "call") {
            const slot = { window: 1, staff: "c", now }
            if (!line.waiting.length) return
            const done = step(line, { do: "call", ...slot, op: `c${i}` }, station)
            called.add(done.number!)
            line = step(done.line, { do: "start", ...slot, number: done.number!, op: `s${i}` }, station).line
            line = step(line, { do: "finish", ...slot, number: done.number!, op: `f${i}` }, station).line
          } else {
            const batch = gave[it.kiosk]!.slice(it.from, it.from + it.size)
            send(it.kiosk, it.backwards ? batch.toReversed() : batch)
          }
        })

        // In the end the network is back, and each kiosk sends all that it still has.
        for (const letter of letters) {
          send(letter, gave[letter]!)
          expect(countOf(nextOf(line, letter))).toBe(gave[letter]!.length + 1)
        }
        const places = [...line.waiting.map((it) => it.number), ...called]
        const given = letters.flatMap((it) => gave[it]!)
        const real = given.filter((it) => !it.spoilt && !it.known)
        expect(places.toSorted()).toEqual([...online, ...real.map((it) => it.number)].toSorted())

        for (const it of real) {
          const entry = line.waiting.find((other) => other.number === it.number)
          if (!entry) continue
          const late = it.booked === undefined ? undefined : it.at - it.booked
          if (late === undefined || late > 60 * minute) expect(entry.eff).toBe(it.at)
          else expect(entry.eff).toBe(late <= 10 * minute ? it.booked : it.at - 10 * minute)
          expect(entry.lane).toBe(it.priority ? "P" : late !== undefined && late <= 10 * minute ? "A" : "G")
        }
        // Of two walk-ins, whoever came first is first, whichever kiosk gave the number and whenever it was sent.
        const walkIns = inOrder(line.waiting).filter((it) => it.lane === "G" && /^[DE]/.test(it.number))
        expect(walkIns.map((it) => it.eff)).toEqual(walkIns.map((it) => it.eff).toSorted((a, b) => a - b))
      }),
      { numRuns: 400 },
    )
  })

  it("a number that was never heard gives its place, as it stands, to the one on paper", () => {
    let line = aLine()
    line = step(line, { do: "take", service: "advice", priority: false, op: "lost-1", now: start }, station).line
    line = step(
      line,
      { do: "take", service: "advice", priority: false, op: "other", now: start + minute },
      station,
    ).line
    line = { ...line, waiting: line.waiting.map((it, i) => (i === 1 ? { ...it, behind: ["C001"] } : it)) }
    const ticket: Given = { number: "D001", service: "advice", priority: false, elapsed: minute, instead: "C001" }
    const after = merged(line, "D", [ticket], station, start + 2 * minute).line
    expect(after.waiting.map((it) => [it.number, it.eff, it.behind])).toEqual([
      ["D001", start, undefined],
      ["C002", start + minute, ["D001"]],
    ])
  })

  it("after a gap nothing is taken over, and filling it takes over the rest", () => {
    const ticket = (count: number, more: Partial<Given> = {}): Given => ({
      number: numbered("D", count),
      service: "advice",
      priority: false,
      elapsed: 0,
      ...more,
    })
    const first = merged(aLine(), "D", [ticket(3), ticket(1)], station, start)
    expect(first.outcomes).toEqual([
      { number: "D003", put: "gap" },
      { number: "D001", put: "merged" },
    ])
    const filled = merged(first.line, "D", [ticket(2, { spoilt: true }), ticket(3)], station, start)
    expect(filled.outcomes.map((it) => it.put)).toEqual(["void", "merged"])
    expect(filled.line.waiting.map((it) => it.number)).toEqual(["D001", "D003"])
    expect(filled.line.last.D).toBe(3)
  })
})
