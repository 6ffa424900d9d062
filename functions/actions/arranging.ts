/**
 * A chief arranges windows, hours and closures. The counter goes by them at once. Days already on sale keep the places that they
 * were sold with; what a change takes from them is cleared, person by person (clearing.ts), and what it adds can be booked from
 * the first day that nobody could book yet.
 */
import type { Actor } from "#domain/actor"
import { dayKind } from "#domain/calendar"
import type { Clearing } from "#domain/closure"
import { gridFrom, underSchedule, underWindows } from "#domain/layout"
import { must } from "#domain/permission"
import { fieldProblem, Problem } from "#domain/problem"
import { type Schedule, scheduleOf } from "#domain/schedule"
import { groups } from "#domain/service"
import {
  type Closure,
  daysOf,
  type Station,
  type StationId,
  sessionsOn,
  type Window,
  type WindowNo,
} from "#domain/station"
import { addDays, dateOf, day, type Instant, instantOf, type LocalDate, minute } from "#domain/time"
import * as closures from "#store/closures"
import * as stations from "#store/stations"
import { counter, write } from "#store/table"
import type { World } from "#world"
import { short } from "./forms.ts"

export async function windowsOf(
  world: World,
  by: Actor,
  id: StationId,
): Promise<{ v: number; windows: readonly Window[] }> {
  must(by, "windows.change", id)
  const { v, station } = await stations.stored(world, id)
  return { v, windows: station.windows }
}

/** The same operation again is answered as it stands. Refusal: changed-meanwhile, for the second of two who change. */
export async function arrange(
  world: World,
  by: Actor,
  input: { station: StationId; v: number; op: string; windows: readonly Window[] },
): Promise<{ v: number; windows: readonly Window[] }> {
  must(by, "windows.change", input.station)
  const { station } = await stations.stored(world, input.station)
  const after = underWindows(station, input.windows, world.now())
  const op = `windows:${short(world, [input.station, JSON.stringify(input.windows), input.op].join())}`
  await relaid(world, by, op, input.v, station, after, "windows")
  return { v: input.v + 1, windows: after.windows }
}

/** The hours as they stand, what is closed, and what the next month looks like day by day. */
export async function calendarOf(world: World, by: Actor, id: StationId) {
  must(by, "calendar.see", id)
  const { v, station } = await stations.stored(world, id)
  const now = world.now()
  const today = dateOf(now)
  const onSale = new Set(daysOf(station, now))
  return {
    v,
    schedule: scheduleOf(station),
    closures: station.closures ?? [],
    laidOutUntil: addDays(gridFrom(station, now), -1),
    days: Array.from({ length: 31 }, (_, i) => addDays(today, i)).map((date) => ({
      date,
      ...dayKind(date),
      sessions: sessionsOn(station, date),
      onSale: onSale.has(date),
    })),
  }
}

/** Puts a whole schedule over the version that was seen; the same operation again is answered as it stands. Refusal: changed-meanwhile. */
export async function changeCalendar(
  world: World,
  by: Actor,
  input: { station: StationId; v: number; op: string; schedule: Schedule },
) {
  must(by, "calendar.change", input.station)
  const { station } = await stations.stored(world, input.station)
  const op = `hours:${short(world, [input.station, JSON.stringify(input.schedule), input.op].join())}`
  await relaid(world, by, op, input.v, station, underSchedule(station, input.schedule, world.now()), "hours")
  return calendarOf(world, by, input.station)
}

export type Declared = {
  from: LocalDate
  fromTime?: string | undefined
  to: LocalDate
  toTime?: string | undefined
  windows?: readonly WindowNo[] | undefined
}

/** Whole days unless times are named; a time ends what it names. Refusals: invalid-input, window-unknown. */
export function closureOf(station: Station, id: string, it: Declared, reason: string, now: Instant): Closure {
  const from = instantOf(it.from, it.fromTime ?? "00:00")
  const to = instantOf(it.to, it.toTime ?? "24:00")
  if (to <= from || to <= now || to - from > 366 * day) throw fieldProblem("to", "span")
  if (it.windows?.some((no) => !station.windows.some((window) => window.no === no))) throw new Problem("window-unknown")
  return { id, from, to, reason, ...(it.windows && { windows: [...it.windows] }) }
}

/** Closes the station or some windows for a time; the same operation again is the same closure. Refusals: invalid-input, window-unknown. */
export async function declare(
  world: World,
  by: Actor,
  input: Declared & { station: StationId; op: string; reason: string },
): Promise<Clearing> {
  must(by, "calendar.change", input.station)
  const id = `closed-${short(world, [input.station, input.op].join())}`
  return insisting(world, input.station, async ({ v, station }) => {
    const found = await closures.find(world, input.station, id)
    if (found) return found
    const now = world.now()
    const closure = closureOf(station, id, input, input.reason, now)
    const kept = (station.closures ?? []).filter((it) => it.to > now - 2 * day)
    const after = { ...station, closures: [...kept, closure] }
    const sold = addDays(gridFrom(station, now), -1)
    const clearing = begun(
      station,
      id,
      "closure",
      later(dateOf(closure.from), dateOf(now)),
      dateOf(closure.to - 1),
      now,
    )
    const clearingNow =
      clearing.first > sold
        ? { ...clearing, closure, stage: "done" as const }
        : { ...clearing, closure, last: sooner(clearing.last, sold) }
    const op = `declare:${id}`
    const saved = await write(
      world,
      [
        stations.resaved(by, op, now, v, { ...after, soldUntil: sold }),
        closures.clearingChange(by, op, now, clearingNow),
      ],
      counter(),
    )
    return saved.written ? { ...clearingNow, v: 1 } : undefined
  })
}

/**
 * Ends a closure now: who has not answered keeps their time, as far as it still lies ahead; what was closed until now was closed.
 * Taken back already: answered as it stands. Refusal: closure-not-found.
 */
export async function takeBack(
  world: World,
  by: Actor,
  input: { station: StationId; closure: string },
): Promise<Clearing> {
  must(by, "calendar.change", input.station)
  return insisting(world, input.station, async ({ v, station }) => {
    const found = await closures.find(world, input.station, input.closure)
    if (found?.why !== "closure") throw new Problem("closure-not-found")
    if (found.takenBack) return found
    const now = world.now()
    const first = later(found.first, dateOf(now))
    const after: Clearing = {
      ...found,
      takenBack: true,
      ...(first <= found.last && { first, stage: "closing", at: { date: first, group: groups[0] } }),
    }
    const op = `reopen:${short(world, found.id)}`
    const rest = (station.closures ?? []).flatMap((it) => (it.id === found.id ? endedBy(it, now) : [it]))
    const saved = await write(
      world,
      [stations.resaved(by, op, now, v, { ...station, closures: rest }), closures.clearingChange(by, op, now, after)],
      counter(),
    )
    return saved.written ? { ...after, v: found.v + 1 } : undefined
  })
}

/** What is left of a closure that ends now: the counter opens with this minute. */
function endedBy(it: Closure, now: Instant): Closure[] {
  const to = Math.min(it.to, now - (now % minute))
  return it.from < to ? [{ ...it, to }] : []
}

/** Others may change the station at this moment, in what has nothing to do with it: read again and tried again. */
async function insisting<T>(
  world: World,
  id: StationId,
  act: (seen: { v: number; station: Station }) => Promise<T | undefined>,
): Promise<T> {
  for (let attempt = 1; attempt <= 10; attempt++) {
    const done = await act(await stations.stored(world, id))
    if (done) return done
  }
  throw new Problem("busy")
}

/** Saves the station over the version that was seen, and with it what has to be done about the days already sold. */
async function relaid(
  world: World,
  by: Actor,
  op: string,
  v: number,
  before: Station,
  after: Station,
  why: "hours" | "windows",
) {
  const now = world.now()
  const clearing = begun(before, `${why}-${v + 1}`, why, dateOf(now), after.soldUntil!, now)
  const change = stations.resaved(by, op, now, v, after)
  const saved = await write(world, [change, closures.clearingChange(by, op, now, clearing)], counter())
  if (!saved.written && saved.failed[0]!.found?.op !== op) throw change.or
}

const begun = (
  { id: station }: Station,
  id: string,
  why: Clearing["why"],
  first: LocalDate,
  last: LocalDate,
  now: Instant,
): Clearing => ({
  id,
  station,
  v: 0,
  why,
  first,
  last,
  stage: "closing",
  at: { date: first, group: groups[0] },
  open: 0,
  startedAt: now,
})

const later = (a: LocalDate, b: LocalDate) => (a > b ? a : b)
const sooner = (a: LocalDate, b: LocalDate) => (a < b ? a : b)
