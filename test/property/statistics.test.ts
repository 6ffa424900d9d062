/**
 * Whoever holds every table that was ever published, and knows how they hang together, can work out no number from one to
 * four (domain.md §5.6; ASVS V14.2.4: privacy-enhancing measures).
 */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { serviceIds } from "#domain/service"
import {
  type Counted,
  cameBy,
  closureAnswers,
  counted,
  covered,
  endings,
  type Figure,
  grains,
  lostBookings,
  months,
  none,
  periods,
  type Saved,
} from "#domain/statistics"
import { addDays, instantOf, type LocalDate } from "#domain/time"

/** What an attacker writes down: figures of unknowns, and which sums of unknowns are the same. */
type Known = { bounds: Map<string, Figure>; sums: { of: Map<string, number>; is: Figure }[] }

const sumOf = (names: readonly string[], sign = 1) => names.map((name) => [name, sign] as const)
const zero: Figure = { low: 0, high: 0 }

function published(saved: readonly Saved[], todays: readonly LocalDate[]): Known {
  const known: Known = { bounds: new Map(), sums: [] }
  const say = (names: readonly string[], is: Figure) => known.sums.push({ of: new Map(sumOf(names)), is })
  const big = new Set<LocalDate>()
  const last = todays.at(-1)!
  for (const it of periods(saved, "day", last)) {
    const say1 = (name: string, is: Figure) => known.bounds.set(`${it.from} ${name}`, is)
    say1("visits", it.visits)
    if (it.visits.low >= 5) big.add(it.from)
    for (const name of cameBy) say1(name, it.came[name])
    for (const name of endings) say1(name, it.ended[name])
    for (const name of lostBookings) say1(`lost ${name}`, it.lost[name])
    for (const row of [cameBy, endings])
      known.sums.push({
        of: new Map([...sumOf(row.map((name) => `${it.from} ${name}`)), [`${it.from} visits`, -1]]),
        is: zero,
      })
  }
  // Weeks and months, also as they stood on earlier days: any range that was ever asked for.
  for (const today of todays)
    for (const grain of grains)
      for (const it of periods(saved, grain, today)) {
        const days = saved
          .map(({ date }) => date)
          .filter((date) => it.from <= date && date <= it.to && date <= addDays(today, -3))
        const all = (name: string) => days.map((date) => `${date} ${name}`)
        say(all("visits"), it.visits)
        for (const name of cameBy) say(all(name), it.came[name])
        for (const name of endings) say(all(name), it.ended[name])
        for (const name of lostBookings) say(all(`lost ${name}`), it.lost[name])
      }
  for (const it of months(saved, last)) {
    for (const id of serviceIds) known.bounds.set(`${it.month} ${id}`, it.services[id])
    for (const { hour, visits } of it.hours) known.bounds.set(`${it.month} ${hour}`, visits)
    known.bounds.set(`${it.month} priority`, it.priority)
    known.bounds.set(`${it.month} offline`, it.offline)
    const days = [...big].filter((date) => date.startsWith(it.month)).map((date) => `${date} visits`)
    for (const row of [serviceIds, it.hours.map(({ hour }) => hour)])
      if (row.length)
        known.sums.push({
          of: new Map([...sumOf(row.map((name) => `${it.month} ${name}`)), ...sumOf(days, -1)]),
          is: zero,
        })
  }
  return known
}

/** The truth behind every unknown. */
function truth(saved: readonly Saved[]): Map<string, number> {
  const all = new Map<string, number>()
  const add = (name: string, n: number) => all.set(name, (all.get(name) ?? 0) + n)
  for (const it of saved) {
    const visits = cameBy.reduce((sum, name) => sum + it.came[name], 0)
    add(`${it.date} visits`, visits)
    for (const name of cameBy) add(`${it.date} ${name}`, it.came[name])
    for (const name of endings) add(`${it.date} ${name}`, it.ended[name])
    for (const name of lostBookings) add(`${it.date} lost ${name}`, it.bookings!.lost[name])
    if (visits < 5) continue
    const month = it.date.slice(0, 7)
    for (const id of serviceIds) add(`${month} ${id}`, it.services[id] ?? 0)
    for (const [hour, of] of Object.entries(it.hours)) add(`${month} ${hour}`, of.visits)
    add(`${month} priority`, it.priority)
    add(`${month} offline`, it.offline)
  }
  return all
}

const prime = 2_147_483_629n
const inverse = (a: bigint): bigint => {
  let [base, power, result] = [((a % prime) + prime) % prime, prime - 2n, 1n]
  for (; power; power >>= 1n, base = (base * base) % prime) if (power & 1n) result = (result * base) % prime
  return result
}

/** Unknowns that the equations alone determine: elimination, in numbers modulo a prime so that nothing is rounded. */
function determined({ bounds, sums }: Known): Set<string> {
  const fixed = new Set([...bounds].flatMap(([name, { low, high }]) => (low === high ? [name] : [])))
  const rows: Map<string, bigint>[] = []
  for (const { of, is } of sums) {
    if (is.low !== is.high) continue
    let row = new Map([...of].filter(([name]) => !fixed.has(name)).map(([name, n]) => [name, BigInt(n)]))
    for (const other of rows) row = reduced(row, other)
    const pivot = row.keys().next().value
    if (pivot === undefined) continue
    const by = inverse(row.get(pivot)!)
    row = new Map([...row].map(([name, n]) => [name, (((n * by) % prime) + prime) % prime]))
    for (const [i, other] of rows.entries()) rows[i] = reduced(other, row)
    rows.push(row)
  }
  for (const row of rows) if (row.size === 1) fixed.add([...row.keys()][0]!)
  return fixed
}

/** Without the pivot of the other row, which stands first in it. */
function reduced(row: Map<string, bigint>, by: Map<string, bigint>): Map<string, bigint> {
  const pivot = by.keys().next().value!
  const factor = row.get(pivot)
  if (!factor) return row
  const left = new Map(row)
  for (const [name, n] of by) {
    const value = ((((left.get(name) ?? 0n) - factor * n) % prime) + prime) % prime
    if (value) left.set(name, value)
    else left.delete(name)
  }
  return left
}

/** What is left of each unknown's range when every equation has been used to narrow it, again and again. */
function narrowed({ bounds, sums }: Known): Map<string, Figure> {
  const ranges = new Map([...bounds].map(([name, it]) => [name, { ...it }]))
  const rangeOf = (name: string) => ranges.get(name) ?? { low: 0, high: 1000 }
  for (let changed = true; changed; ) {
    changed = false
    for (const { of, is } of sums) {
      let [low, high] = [0, 0]
      for (const [name, n] of of) {
        const it = rangeOf(name)
        low += n > 0 ? it.low : -it.high
        high += n > 0 ? it.high : -it.low
      }
      for (const [name, n] of of) {
        const it = rangeOf(name)
        // What the others leave for this one.
        const least = n > 0 ? is.low - (high - it.high) : low + it.high - is.high
        const most = n > 0 ? is.high - (low - it.low) : high + it.low - is.low
        const next = { low: Math.max(it.low, least), high: Math.min(it.high, most) }
        if (next.low === it.low && next.high === it.high) continue
        if (next.low > next.high) throw new Error(`What was said of ${name} cannot be`)
        ranges.set(name, next)
        changed = true
      }
    }
  }
  return ranges
}

const rarely = <T>(often: T, ...seldom: T[]) =>
  fc.oneof({ weight: 12, arbitrary: fc.constant(often) }, { weight: 4, arbitrary: fc.constantFrom(...seldom) })
const visit = (date: LocalDate): fc.Arbitrary<Counted> =>
  fc.record({
    service: rarely("rp-endorse", "rp-address", "id-renew", "pickup"),
    came: rarely("walk-in", "booked", "phone"),
    ended: rarely("served", "left", "expired"),
    priority: rarely(false, true),
    offline: rarely(false, true),
    at: rarely("09:10", "10:20", "14:30").map((time) => instantOf(date, time)),
  })
const first: LocalDate = "2026-10-26"
const saved = fc
  .array(
    fc.record({
      size: fc.oneof(fc.nat(4), fc.integer({ min: 5, max: 9 }), fc.integer({ min: 10, max: 40 })),
      lost: fc.record({ "no-show": fc.nat(9), cancelled: fc.nat(9), moved: fc.nat(9), unserved: fc.nat(9) }),
    }),
    { minLength: 36, maxLength: 36 },
  )
  .chain((days) =>
    fc.tuple(
      ...days.map(({ size, lost }, i) => {
        const date = addDays(first, i)
        return fc.array(visit(date), { minLength: size, maxLength: size }).map(
          (visits): Saved => ({
            date,
            ...counted(visits),
            bookings: { lost, closures: none(closureAnswers) },
          }),
        )
      }),
    ),
  )

describe("what is published of small numbers", () => {
  it("lets nobody work out a number from one to four, from all tables of all periods together", () => {
    let hidden = 0
    fc.assert(
      fc.property(saved, (days) => {
        const known = published(
          days,
          [20, 27, 34, 40].map((n) => addDays(first, n)),
        )
        const really = truth(days)
        // The attacker was told nothing that is not so.
        for (const { of, is } of known.sums) {
          const sum = [...of].reduce((total, [name, n]) => total + n * (really.get(name) ?? 0), 0)
          expect(sum).toBeGreaterThanOrEqual(is.low)
          expect(sum).toBeLessThanOrEqual(is.high)
        }
        const small = [...known.bounds.keys()].filter((name) => really.get(name)! >= 1 && really.get(name)! <= 4)
        hidden += small.length
        const sure = determined(known)
        expect(small.filter((name) => sure.has(name))).toEqual([])
        const ranges = narrowed(known)
        expect(small.filter((name) => ranges.get(name)!.low === ranges.get(name)!.high)).toEqual([])
      }),
      { numRuns: 12, seed: 6, endOnFailure: true },
    )
    expect(hidden).toBeGreaterThan(1000)
  })

  it.each([
    [2, 40],
    [3, 30],
    [4, 24],
    [5, 16],
  ])(
    "leaves every small number in rows of %i names two values from one to four, for whoever knows the rule",
    (n, most) => {
      // Every row there is, by what is published of it: what the attacker has who runs the rule backwards.
      const alike = new Map<string, number[][]>()
      for (const row of rowsOf(n, most)) {
        const shown = pictureOf(row)
        alike.set(shown, [...(alike.get(shown) ?? []), row])
      }
      const disclosed: number[][] = []
      const untrue: number[][] = []
      const needless: number[][] = []
      for (const [shown, rows] of alike) {
        const figures = JSON.parse(shown).figures as Figure[]
        const fews = figures.map((_, i) => new Set(rows.map((row) => row[i]!).filter(isSmall)))
        disclosed.push(...rows.filter((row) => row.some((value, i) => isSmall(value) && fews[i]!.size < 2)))
        untrue.push(
          ...rows.filter((row) => row.some((value, i) => value < figures[i]!.low || value > figures[i]!.high)),
        )
        needless.push(...rows.filter((row) => !row.some(isSmall) && figures.some(({ low, high }) => low !== high)))
      }
      expect({ disclosed, untrue, needless }).toEqual({ disclosed: [], untrue: [], needless: [] })
      expect(alike.size).toBeGreaterThan(100)
    },
  )

  it("leaves them so in rows as long as those of services and hours: another row looks the same", () => {
    const value = fc.oneof(fc.constantFrom(0, 1, 4, 5, 6), fc.nat(4), fc.integer({ min: 5, max: 40 }))
    fc.assert(
      fc.property(fc.array(value, { minLength: 6, maxLength: serviceIds.length }), (row) => {
        const shown = pictureOf(row)
        const isSeen = (i: number) => [...others(row, i)].some((other) => pictureOf(other) === shown)
        expect([...row.keys()].filter((i) => isSmall(row[i]!) && !isSeen(i))).toEqual([])
      }),
      { numRuns: 300, seed: 6 },
    )
  })
})

const isSmall = (n: number) => n >= 1 && n <= 4

/** A total under five is not published. */
function pictureOf(row: readonly number[]): string {
  const total = row.reduce((sum, n) => sum + n, 0)
  const figures = Object.values(covered(Object.fromEntries(row.map((n, i) => [`n${i}`, n]))))
  return JSON.stringify({ total: isSmall(total) ? "few" : total, figures })
}

const rowsOf = (n: number, most: number): number[][] =>
  n === 0
    ? [[]]
    : Array.from({ length: most + 1 }, (_, first) => rowsOf(n - 1, most - first).map((row) => [first, ...row])).flat()

/** Rows of the same total in which this small number is another: one cell makes up for it, or all small ones change at once. */
function* others(row: readonly number[], i: number): Generator<number[]> {
  for (const value of [1, 2, 3, 4].filter((it) => it !== row[i]))
    for (const j of row.keys()) {
      if (j === i) continue
      const one = row.with(i, value)
      const all = row.map((n) => (isSmall(n) ? value : n))
      for (const other of [one, all]) {
        other[j] = row[j]! + row.reduce((sum, n, at) => (at === j ? sum : sum + n - other[at]!), 0)
        if (other[j] >= 0) yield other
      }
    }
}
