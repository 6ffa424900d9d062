/** Places under every schedule: what is offered can be booked, and no minute of a window is ever on sale in two ways. */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { underPolicy, underSchedule, underWindows } from "#domain/layout"
import { cellName, freeLanes, lanesFor, lanesOf, offersOf, soldLanesOf, unitsOf } from "#domain/places"
import type { Schedule, Session } from "#domain/schedule"
import { type Group, groupOf, groups, type ServiceId } from "#domain/service"
import { daysOf, type Station, sessionsOn, stationOn } from "#domain/station"
import { addDays, dateOf, day, type Instant, instantOf, minute, minutesOf, second, timeAt } from "#domain/time"
import { at, longtou, monday } from "#test/builders"

const used: readonly ServiceId[] = [
  "rp-register",
  "rp-endorse",
  "rp-address",
  "id-renew",
  "id-loss",
  "pickup",
  "advice",
]
const some = (min: number) => fc.subarray([...used], { minLength: min })
const windows = fc
  .array(some(1), { minLength: 1, maxLength: 3 })
  .map((all) => all.map((services, i) => ({ no: i + 1, services })))

const session: fc.Arbitrary<Session> = fc
  .tuple(fc.integer({ min: 60, max: 280 }), fc.integer({ min: 4, max: 90 }), fc.option(some(1), { freq: 3 }))
  .map(([from, length, tag]) => {
    const [start, end] = [from * 5, Math.min(from * 5 + length * 5, 24 * 60)].map(timeAt) as [string, string]
    return tag ? [start, end, tag] : [start, end]
  })
const sessions = fc.array(session, { maxLength: 3 })
const weekly = fc.array(sessions, { minLength: 7, maxLength: 7 })
const date = fc.integer({ min: 0, max: 16 }).map((i) => addDays(monday, i))
const schedule: fc.Arbitrary<Schedule> = fc.record(
  {
    hours: weekly,
    holidays: fc.constantFrom("open" as const, "closed" as const),
    seasons: fc.array(fc.record({ from: fc.constantFrom("11-20", "11-27"), to: fc.constant("12-02"), hours: weekly }), {
      maxLength: 1,
    }),
    exceptions: fc.dictionary(date, sessions, { maxKeys: 3 }),
  },
  { requiredKeys: ["hours"] },
)
const grid = fc.record({
  unit: fc.constantFrom(5 as const, 10 as const),
  units: fc.dictionary(fc.constantFrom(...groups), fc.constantFrom(5 as const, 10 as const)),
  block: fc.constantFrom(30, 40, 60),
  bookable: fc.constantFrom(0.25, 0.5, 0.75),
})
const closure = fc
  .record({
    from: fc.integer({ min: 0, max: 12 * 24 * 12 }),
    length: fc.integer({ min: 1, max: 3 * 24 * 12 }),
    windows: fc.option(fc.subarray([1, 2, 3], { minLength: 1 })),
  })
  .map(({ from, length, windows: some }, i = 0) => ({
    id: `c${i}`,
    from: at("00:00") + from * 5 * minute,
    to: at("00:00") + (from + length) * 5 * minute,
    reason: "r",
    ...(some && { windows: some }),
  }))
const station: fc.Arbitrary<Station> = fc
  .tuple(windows, schedule, grid, fc.array(closure, { maxLength: 2 }))
  .map(([some, hours, numbers, closures]) => ({
    ...longtou,
    ...hours,
    windows: some,
    closures,
    policy: { ...longtou.policy, ...numbers },
  }))

const visit = fc
  .constantFrom(...groups)
  .chain((group) => fc.subarray([...used.filter((id) => groupOf(id) === group)], { minLength: 1 }))

describe("a day's offers", () => {
  it("are exactly the starts at which some lane is free for the whole visit, with as many lanes as it says", () => {
    let offered = 0
    fc.assert(
      fc.property(station, visit, date, fc.integer({ min: 0, max: 2 ** 31 }), (it, services, on, seed) => {
        const group = groupOf(services[0]!)
        const { policy } = stationOn(it, on, group)
        const lanes = lanesFor(it, services, on)
        const cells = lanes.flatMap(({ lane, times }) => times.map((time) => cellName({ lane, time })))
        const taken = new Set(cells.filter((_, i) => (seed >> (i % 31)) & 1 && i % 3 === 0))
        const units = unitsOf(services, policy)
        const now = at("12:00")
        const bookable = Array.from({ length: (24 * 60) / 5 }, (_, i) => timeAt(i * 5)).flatMap((time) => {
          const free = freeLanes(lanes, taken, time, units, policy).length
          return free && instantOf(on, time) - policy.notice * minute >= now ? [{ time, free }] : []
        })
        const offers = offersOf(it, on, services, taken, now)
        offered += offers.length
        expect(offers).toEqual(bookable)
      }),
      { numRuns: 400 },
    )
    expect(offered).toBeGreaterThan(200)
  })

  it("never has more starts for a longer visit", () => {
    fc.assert(
      fc.property(station, visit, date, (it, services, on) => {
        const starts = services.map(
          (_, i) => new Set(offersOf(it, on, services.slice(0, i + 1), new Set(), 0).map(({ time }) => time)),
        )
        for (const [i, longer] of starts.entries())
          if (i) for (const time of longer) expect(starts[i - 1]!.has(time)).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  it("lie in hours that are open and for these services, and in no closure", () => {
    fc.assert(
      fc.property(station, visit, date, (it, services, on) => {
        const { policy } = stationOn(it, on, groupOf(services[0]!))
        for (const { lane, times } of lanesFor(it, services, on))
          for (const time of times) {
            const [from, to] = [minutesOf(time), minutesOf(time) + policy.unit]
            const inside = sessionsOn(it, on).some(
              ([start, end, tag]) =>
                minutesOf(start) <= from && to <= minutesOf(end) && (!tag || services.every((id) => tag.includes(id))),
            )
            const shut = it.closures!.some(
              (one) =>
                (!one.windows || one.windows.includes(lane)) &&
                one.from < instantOf(on, time) + policy.unit * minute &&
                instantOf(on, time) < one.to,
            )
            expect([inside, shut]).toEqual([true, false])
          }
      }),
      { numRuns: 300 },
    )
  })

  it("come back whole when a closure is taken back, and a closure adds none", () => {
    fc.assert(
      fc.property(station, closure, fc.constantFrom(...groups), date, (it, one, group, on) => {
        const cells = (from: Station) =>
          lanesOf(from, group, on).flatMap(({ lane, times }) => times.map((time) => cellName({ lane, time })))
        const before = new Set(cells(it))
        for (const cell of cells({ ...it, closures: [...it.closures!, one] })) expect(before.has(cell)).toBe(true)
        const sold = soldLanesOf(it, group, on).flatMap(({ lane, times }) =>
          times.map((time) => cellName({ lane, time })),
        )
        for (const cell of before) expect(sold).toContain(cell)
      }),
      { numRuns: 200 },
    )
  })
})

describe("whatever a chief changes, and when", () => {
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.record({ do: fc.constant("windows" as const), windows }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant("schedule" as const), schedule }) },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant("policy" as const),
        change: fc.record({
          unit: fc.constantFrom(5, 10),
          unitRp: fc.constantFrom(0, 5, 10),
          block: fc.constantFrom(30, 40, 60),
          bookable: fc.constantFrom(0.25, 0.5, 0.75),
          horizon: fc.constantFrom(2, 7),
          release: fc.constantFrom(0, 8, 20),
        }),
      }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("close" as const), closure }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("open" as const) }) },
  )
  // Also a moment before a day is released, or changes, when another process has not yet heard.
  const moment = fc.tuple(
    fc.integer({ min: 0, max: 2 }),
    fc.constantFrom("07:59:55", "08:00:00", "12:00:00", "23:59:55"),
  )

  it("a minute of a window that was once on sale is never on sale as anything else", () => {
    let minutes = 0
    fc.assert(
      fc.property(station, fc.array(fc.tuple(step, moment), { minLength: 1, maxLength: 6 }), (first, steps) => {
        let it = first
        let now: Instant = at("07:00")
        const sold = new Map<string, string>()
        const sell = (from: Station, time: Instant) => {
          for (const on of daysOf(from, time))
            for (const group of groups) {
              const { unit } = stationOn(from, on, group).policy
              for (const { lane, times } of lanesOf(from, group, on))
                for (const start of times)
                  for (let i = 0; i < unit; i += 5) {
                    const name = `${on} ${timeAt(minutesOf(start) + i)} ${lane}`
                    const as = `${group} from ${start} for ${unit}`
                    const before = sold.get(name)
                    if (before && before !== as) throw new Error(`${name} was sold as ${before}, now as ${as}`)
                    sold.set(name, as)
                  }
            }
        }
        sell(it, now)
        for (const [change, [days, time]] of steps) {
          const date = addDays(dateOf(now), days)
          now = Math.max(now, instantOf(date, time.slice(0, 5)) + Number(time.slice(6)) * second)
          sell(it, now)
          const before = it
          it = changed(it, change, now)
          // Ten seconds long both are believed.
          for (const from of [before, it]) sell(from, now + 10 * second)
        }
        sell(it, now + 3 * day)
        minutes += sold.size
      }),
      { numRuns: 150 },
    )
    expect(minutes).toBeGreaterThan(10_000)
  })

  type Step = typeof step extends fc.Arbitrary<infer S> ? S : never
  function changed(it: Station, change: Step, now: Instant): Station {
    if (change.do === "windows") return underWindows(it, change.windows, now)
    if (change.do === "schedule") return underSchedule(it, change.schedule, now)
    if (change.do === "policy") return underPolicy(it, change.change, now)
    if (change.do === "close") return { ...it, closures: [...it.closures!, change.closure] }
    return { ...it, closures: [] }
  }
})

it("a visit of several services of one group takes consecutive cells of one lane", () => {
  const both: ServiceId[] = ["rp-endorse", "rp-address"]
  const offers = offersOf(longtou, "2026-11-24", both, new Set(), 0)
  const group: Group = "rp"
  const { policy } = stationOn(longtou, "2026-11-24", group)
  for (const { time } of offers)
    for (const cells of freeLanes(
      lanesFor(longtou, both, "2026-11-24"),
      new Set(),
      time,
      unitsOf(both, policy),
      policy,
    )) {
      expect(new Set(cells.map((it) => it.lane)).size).toBe(1)
      expect(cells.map((it) => minutesOf(it.time) - minutesOf(time))).toEqual([0, 5, 10])
    }
  expect(offers.length).toBeGreaterThan(5)
})
