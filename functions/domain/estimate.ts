/**
 * How long until a number is called, as a range. The open windows are simulated a hundred times by the real `turn`: what is left
 * of each visit given how long it has taken, services as long as this station has learned, appointments still to come by their
 * show rate. Published is p10–p90, rounded outward to 5 minutes, never "0 min". The same line version says the same.
 */
import { atRank, type Length, lengthBeyond, normalAt, type Random, seeded, seedOf } from "./chance.ts"
import { heads } from "./heads.ts"
import type { Entry, Line, TicketNumber, Visit } from "./line.ts"
import { type Group, groupOf, groups, type ServiceId } from "./service.ts"
import type { Policy, Station } from "./station.ts"
import { arrival } from "./step.ts"
import { type Instant, minute, second } from "./time.ts"
import { type Caller, serves, turn } from "./turn.ts"

/** Minutes; `low` 0 reads "within `high` minutes". `middle` is the median, for measuring ourselves, and is not published. */
export type Range = { low: number; high: number; middle: number }
/** An appointment that has not checked in yet. */
export type Coming = { booked: Instant; service: ServiceId }
export type Known = {
  /** Minutes at the window, from the call to the finish. */
  lengths: Record<ServiceId, Length>
  /** Share of those who booked that come. */
  shows: number
  coming: readonly Coming[]
}
export type Estimates = { order: ReadonlyMap<TicketNumber, Range>; newcomers: ReadonlyMap<Group, Range> }

/** Ours, until a station's own are learned: what a call costs beside the service itself, in minutes. */
export const around = {
  /** From the finish to the next call. */
  pause: 0.3,
  /** A called person who does not come. */
  missing: { share: 0.04, minutes: 1.5 },
  /** When people with an appointment come, as minutes after their time. */
  arrival: { mean: -7, spread: 8 },
  /** Farther than this nobody is told a time. */
  horizon: 360,
} as const

export const runs = 100

/** For everyone who waits and is served by an open window, and for whoever would come now, by group. */
export function estimates(line: Line, station: Station, known: Known, now: Instant): Estimates {
  const open = openWindows(line, station)
  const waits = simulated(line, station, open, known, now, undefined)
  const order = new Map(line.waiting.map((it) => [it.number, waits.get(it.number)] as const).filter(isKnown))
  const newcomers = new Map(groups.map((it) => [it, waits.get(it)] as const).filter(isKnown))
  return { order, newcomers }
}

/** For one number only: what its ticket promises when it is given. Undefined when no open window serves it. */
export const promiseOf = (line: Line, station: Station, number: TicketNumber, known: Known, now: Instant) =>
  simulated(line, station, openWindows(line, station), known, now, number).get(number)

const isKnown = <K>(it: readonly [K, Range | undefined]): it is readonly [K, Range] => it[1] !== undefined

/** Outward to 5 minutes, and never narrower than that. Farther off than the horizon nothing is said. */
export function rangeOf(minutes: readonly number[]): Range {
  const sorted = minutes.toSorted((a, b) => a - b)
  const low = Math.floor(atRank(sorted, 0.1) / 5) * 5
  const high = Math.max(low + 5, Math.ceil(atRank(sorted, 0.9) / 5) * 5)
  return { low, high, middle: atRank(sorted, 0.5) }
}

type Open = Caller & { visit: Visit | undefined }

function openWindows(line: Line, station: Station): Open[] {
  return station.windows.flatMap(({ no, services }) => {
    const slot = line.windows.find((it) => it.no === no)
    if (slot?.staff === undefined || slot.paused) return []
    return [{ no, services, owed: slot.owed, lastCallAt: slot.lastCallAt, visit: slot.visit }]
  })
}

function simulated(
  line: Line,
  station: Station,
  open: readonly Open[],
  known: Known,
  now: Instant,
  only: TicketNumber | undefined,
): Map<string, Range> {
  const served = line.waiting.filter((it) => open.some((window) => serves(window, it)))
  const watched = only === undefined ? served : served.filter((it) => it.number === only)
  // Whoever comes now stands behind everyone who came, also a moment after the minute that is reckoned from.
  const latest = served.reduce((last, it) => (it.lane === "G" ? Math.max(last, it.eff) : last), now)
  const ghosts = only === undefined ? newcomersAt(open, latest) : []
  const found = new Map<string, number[]>()
  const random = seeded(seedOf(`${line.station}${line.date}${line.v}`))
  if (watched.length + ghosts.length)
    for (let run = 0; run < runs; run++)
      for (const [who, at] of oneRun(served, watched, ghosts, open, station.policy, known, now, random)) {
        const minutes = (at - now) / minute
        const before = found.get(who)
        if (before) before.push(minutes)
        else found.set(who, [minutes])
      }
  const ranges = [...found].map(([who, minutes]) => [who, rangeOf(minutes)] as const)
  return new Map(ranges.filter(([, { high }]) => high < around.horizon))
}

/** Whoever would take a number now, one for each group that an open window serves. */
const newcomersAt = (open: readonly Open[], now: Instant): Entry[] =>
  groups.flatMap((group) => {
    const service = open.flatMap((it) => it.services).find((id) => groupOf(id) === group)
    return service ? [{ number: group, lane: "G" as const, service, eff: now, phone: false }] : []
  })

/** When each of the watched, and each newcomer, is called in one course of the day. */
function oneRun(
  served: readonly Entry[],
  watched: readonly Entry[],
  ghosts: readonly Entry[],
  open: readonly Open[],
  policy: Policy,
  known: Known,
  now: Instant,
  random: Random,
): Map<string, Instant> {
  const line = heads(served)
  const arrivals = drawnArrivals(known, policy, now, random)
  const windows = open.map((it) => ({ ...it, freeAt: freeAt(it, known, now, random) }))
  const calls = new Map<string, Instant>()
  const missing = new Set(watched.map((it) => it.number))
  let newcomers = ghosts
  const end = now + around.horizon * minute
  for (let next = 0; missing.size + newcomers.length > 0; ) {
    const window = windows.reduce((a, b) =>
      b.freeAt < a.freeAt || (b.freeAt === a.freeAt && b.lastCallAt < a.lastCallAt) ? b : a,
    )
    const at = window.freeAt
    if (at >= end) break
    for (; next < arrivals.length && arrivals[next]!.at <= at; next++) line.join(arrivals[next]!.entry)
    const candidates = line.candidates()
    for (const ghost of newcomers)
      if (serves(window, ghost) && turn([...candidates, ghost], window, policy, at)?.entry === ghost) {
        calls.set(ghost.number, at)
        newcomers = newcomers.filter((it) => it !== ghost)
      }
    const called = turn(candidates, window, policy, at)
    if (!called) {
      window.freeAt = arrivals[next]?.at ?? end
      continue
    }
    line.leave(called.entry)
    calls.set(called.entry.number, at)
    missing.delete(called.entry.number)
    window.owed = called.owed
    window.lastCallAt = at
    const away = random() < around.missing.share && known.lengths[called.entry.service].cv > 0
    const length = away ? around.missing.minutes : lengthBeyond(known.lengths[called.entry.service], 0, random)
    window.freeAt = at + (length + around.pause) * minute
  }
  for (const number of missing) calls.set(number, end)
  for (const ghost of newcomers) calls.set(ghost.number, end)
  return calls
}

function freeAt({ visit }: Open, known: Known, now: Instant, random: Random): Instant {
  if (!visit) return now
  const elapsed = Math.max(0, now - visit.calledAt) / minute
  const length = lengthBeyond(known.lengths[visit.service], elapsed, random)
  return now + (length - elapsed + around.pause) * minute
}

/** Who of the booked will yet come, and when, given that they have not come so far; in the order of their coming. */
function drawnArrivals(known: Known, policy: Policy, now: Instant, random: Random): { at: Instant; entry: Entry }[] {
  const { mean, spread } = around.arrival
  const drawn = known.coming.flatMap(({ booked, service }, i) => {
    const gone = shareBelow((now - booked) / minute)
    const comes = (known.shows * (1 - gone)) / (1 - known.shows * gone)
    if (random() >= comes) return []
    const after = mean + spread * normalAt(gone + (1 - gone) * random())
    const at = Math.max(now + second, booked + Math.max(after, -policy.checkInEarly) * minute)
    const entry: Entry = { number: `y${i}`, ...arrival({ now: at, booked }, { policy }), service, phone: true }
    return [{ at, entry }]
  })
  return drawn.toSorted((a, b) => a.at - b.at)
}

const shareBelow = (minutes: number) => {
  const z = (minutes - around.arrival.mean) / around.arrival.spread
  return z < -6 ? 0 : z > 3 ? 0.9987 : 1 / (1 + Math.exp(-1.702 * z))
}
