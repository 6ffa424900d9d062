/**
 * A day at a station, made up: a crowd, and the order in which windows call it. The same seed is the same day. The chief's
 * preview and `npm run bench` compare orders and numbers by it; the order is the real `turn`.
 */
import { atRank, lengthBeyond, seeded, seedOf } from "./chance.ts"
import { crowdOf, habits } from "./crowd.ts"
import type { Coming } from "./estimate.ts"
import { type Entry, emptyLine, type Lane, type Line, lanes, type Visit } from "./line.ts"
import type { ServiceId } from "./service.ts"
import { type Policy, type Station, sessionsOn } from "./station.ts"
import { type Instant, instantOf, type LocalDate, minute } from "./time.ts"
import { type Caller, serves, turn } from "./turn.ts"

export type Ordering = (
  waiting: readonly Entry[],
  caller: Pick<Caller, "no" | "services" | "owed">,
  policy: Policy,
  now: Instant,
) => { entry: Entry; owed: boolean } | undefined

const byScore = (waiting: readonly Entry[], now: Instant) => {
  const worth = { P: 60, A: 30, G: 0 }
  const score = (it: Entry) => (now - it.eff) / minute + worth[it.lane]
  return waiting.reduce<Entry | undefined>((best, it) => (best && score(best) >= score(it) ? best : it), undefined)
}

const plain = (entry: Entry | undefined) => entry && { entry, owed: false }

/** Ours, and three that others use. */
export const orderings = {
  ours: turn,
  /** Strictly by arrival, whoever one is. */
  fifo: (waiting, caller) => plain(waiting.find((it) => serves(caller, it))),
  /** Priority, then appointments, then walk-ins, absolutely: our order without the alternation. */
  appointments: (waiting, caller, policy, now) => turn(waiting, { ...caller, owed: false }, policy, now),
  /** Minutes waited, plus 30 for an appointment, plus 60 for a priority. */
  score: (waiting, caller, _, now) =>
    plain(
      byScore(
        waiting.filter((it) => serves(caller, it)),
        now,
      ),
    ),
} as const satisfies Record<string, Ordering>

export type Served = { lane: Lane; service: ServiceId; from: Instant; calledAt: Instant; minutes: number }
/** The hall as somebody joins it. */
export type Moment = { line: Line; coming: readonly Coming[]; number: string; now: Instant }

export type Course = {
  date: LocalDate
  seed: string
  ordering?: Ordering
  /** Share of the windows' time that is asked for. */
  load?: number
  /** Hears of everyone who joins; what became of them, the day's answer tells. */
  joined?: (moment: Moment) => void
}

/** Everyone who was called that day, in order of their calls, by ticket number. */
export function simulatedDay(station: Station, course: Course): Map<string, Served> {
  const random = seeded(seedOf(`${course.seed}|${course.date}`))
  const ordering = course.ordering ?? orderings.ours
  const { visitors, coming } = crowdOf(station, course.date, course.load ?? 0.92, random)
  const opening = openingOf(station, course.date)
  const windows = station.windows.map((it) => ({
    ...it,
    owed: false,
    lastCallAt: 0,
    freeAt: opening,
    pace: lengthBeyond({ mean: 1, cv: habits.clerks }, 0, random),
    visit: undefined as (Visit & { endsAt: Instant }) | undefined,
  }))
  const served = new Map<string, Served>()
  let waiting: Entry[] = []
  const byNumber = new Map(visitors.map((it) => [it.entry.number, it]))
  for (let next = 0; windows.length; ) {
    const window = windows.reduce((a, b) =>
      b.freeAt < a.freeAt || (b.freeAt === a.freeAt && b.lastCallAt < a.lastCallAt) ? b : a,
    )
    const now = window.freeAt
    if (now === Number.POSITIVE_INFINITY) break
    for (; next < visitors.length && visitors[next]!.at <= now; next++) {
      const { entry, at } = visitors[next]!
      waiting = [...waiting, entry]
      course.joined?.({
        line: hallAt(station, course.date, waiting, windows, at, next + served.size),
        coming: coming.filter((it) => !it.cameAt || it.cameAt > at),
        number: entry.number,
        now: at,
      })
    }
    const called = ordering(waiting, window, station.policy, now)
    if (!called) {
      window.freeAt = visitors[next]?.at ?? Number.POSITIVE_INFINITY
      continue
    }
    const { entry, minutes, gone, at, booked } = byNumber.get(called.entry.number)!
    waiting = waiting.filter((it) => it !== entry)
    const length = gone ? 1 + random() : minutes * window.pace
    const endsAt = now + length * minute
    window.visit = { ...entry, state: "serving", rule: "walk-in", calledAt: now, lastCallAt: now, calls: 1, endsAt }
    window.owed = called.owed
    window.lastCallAt = now
    window.freeAt = endsAt + (0.1 + random() * 0.5) * minute
    served.set(entry.number, {
      lane: entry.lane,
      service: entry.service,
      from: Math.max(at, booked ?? at, opening),
      calledAt: now,
      minutes: gone ? Number.NaN : length,
    })
  }
  return served
}

const openingOf = (station: Station, date: LocalDate): Instant =>
  instantOf(date, sessionsOn(station, date)[0]?.[0] ?? "00:00")

type Window = Caller & { freeAt: Instant; visit: (Visit & { endsAt: Instant }) | undefined }

function hallAt(
  station: Station,
  date: LocalDate,
  waiting: Entry[],
  windows: readonly Window[],
  now: Instant,
  v: number,
): Line {
  return {
    ...emptyLine(station.id, date),
    v,
    waiting,
    windows: windows.map(({ no, owed, lastCallAt, visit }) => ({
      no,
      staff: "made up",
      owed,
      lastCallAt,
      ...(visit && visit.endsAt > now && { visit }),
    })),
  }
}

export type Waits = { lane: Lane; people: number; p50: number; p95: number; max: number }
export type Simulated = { classes: Waits[]; overtaken: number }

/** Waits in minutes by class, and the most who came later and were called before one by a window of theirs. */
export function waitsOf(station: Station, days: readonly ReadonlyMap<string, Served>[]): Simulated {
  const all = days.map((it) => [...it.values()])
  const round = (value: number) => Math.round(value * 10) / 10
  const classes = lanes.map((lane) => {
    const waits = all
      .flat()
      .filter((it) => it.lane === lane)
      .map((it) => Math.max(0, it.calledAt - it.from) / minute)
      .toSorted((a, b) => a - b)
    return {
      lane,
      people: waits.length,
      p50: round(atRank(waits, 0.5)),
      p95: round(atRank(waits, 0.95)),
      max: round(waits.at(-1) ?? 0),
    }
  })
  const together = new Set(
    station.windows.flatMap((it) => it.services.flatMap((a) => it.services.map((b) => `${a} ${b}`))),
  )
  const overtaking = all.flatMap((day) =>
    day.map(
      (me) =>
        day.filter(
          (it) => it.from > me.from && it.calledAt < me.calledAt && together.has(`${me.service} ${it.service}`),
        ).length,
    ),
  )
  return { classes, overtaken: overtaking.reduce((a, b) => Math.max(a, b), 0) }
}

/** These days under this station's policy; before and after a change they are of the same seed. */
export const previewed = (station: Station, days: readonly LocalDate[]): Simulated =>
  waitsOf(
    station,
    days.map((date) => simulatedDay(station, { date, seed: station.id })),
  )
