/** How long people wait, from what this station has learned and who is still to come: worked out once for a line as it is, not once a viewer. */

import type { Actor } from "#domain/actor"
import { timeOfVisit } from "#domain/appointment"
import { type Coming, type Estimates, estimates, type Known } from "#domain/estimate"
import { type Learned, learnedFrom, lengthsOf, nothingLearned, showsOf } from "#domain/learning"
import type { Line } from "#domain/line"
import { groups } from "#domain/service"
import type { Station, StationId } from "#domain/station"
import { hour, type Instant, type LocalDate, minute, timeOf } from "#domain/time"
import * as appointments from "#store/appointments"
import * as durations from "#store/durations"
import { faultOf } from "#store/log"
import type { Change } from "#store/table"
import type { Ticket } from "#store/tickets"
import type { World } from "#world"

type Kept<T> = { key: string; value: Promise<T> }
const known = new WeakMap<World, Map<StationId, Kept<Known>>>()
const worked = new WeakMap<World, Map<StationId, { key: string; value: Estimates }>>()

/** Farther ahead nobody's wait depends on. */
const ahead = 4 * hour

/** Read again each minute. Bookings surge at times and must not stop the hall: then what was known, or nothing, is used. */
export function knownOf(world: World, station: Station, date: LocalDate): Promise<Known> {
  const mine = known.get(world) ?? new Map<StationId, Kept<Known>>()
  known.set(world, mine)
  const now = world.now()
  const key = `${date} ${Math.floor(now / minute)}`
  const before = mine.get(station.id)
  if (before?.key === key) return before.value
  const value = read(world, station, date, now).catch((error) => {
    world.log.error("estimate without what was learned", faultOf(error))
    return before?.value ?? { ...knownFrom(nothingLearned), coming: [] }
  })
  mine.set(station.id, { key, value })
  return value
}

async function read(world: World, station: Station, date: LocalDate, now: Instant): Promise<Known> {
  const range = { from: cellAt(now - hour), to: cellAt(now + ahead), how: "soon" as const }
  const [learned, ...booked] = await Promise.all([
    durations.find(world, station.id, "soon"),
    ...(range.from < range.to ? groups.map((group) => appointments.onDay(world, station.id, date, group, range)) : []),
  ])
  const coming = booked
    .flat()
    .filter((it) => it.state === "booked" && timeOfVisit(it) > now - hour)
    .map((it): Coming => ({ booked: timeOfVisit(it), service: it.services[0]! }))
  return { ...knownFrom(learned), coming }
}

const knownFrom = (learned: Learned) => ({ lengths: lengthsOf(learned), shows: showsOf(learned) })

/** As a cell's name begins; within one day. */
const cellAt = (at: Instant) => timeOf(at).replace(":", "")

/** For everyone on the line and for newcomers; the same answer for the whole minute while the line is the same. */
export async function estimatesOf(world: World, station: Station, line: Line, now: Instant): Promise<Estimates> {
  const mine = worked.get(world) ?? new Map<StationId, { key: string; value: Estimates }>()
  worked.set(world, mine)
  const at = Math.floor(now / minute) * minute
  const key = `${line.date} ${line.v} ${at}`
  const before = mine.get(station.id)
  if (before?.key === key) return before.value
  const value = estimates(line, station, await knownOf(world, station, line.date), at)
  mine.set(station.id, { key, value })
  return value
}

/** What a closed day teaches, once: undefined when it was learned from already, or when nobody came. */
export async function learning(
  world: World,
  by: Actor,
  of: { station: StationId; date: LocalDate },
  tickets: readonly Ticket[],
  shows: readonly boolean[],
): Promise<Change | undefined> {
  const before = await durations.find(world, of.station)
  if ((before.last !== undefined && before.last >= of.date) || !tickets.length) return undefined
  const called = tickets.flatMap(({ calledAt, ...it }) => (calledAt === undefined ? [] : [{ ...it, calledAt }]))
  const after = learnedFrom(before, {
    date: of.date,
    visits: called.flatMap(({ services, calledAt, startedAt, endedAt }) =>
      startedAt === undefined || endedAt === undefined || services.length > 1
        ? []
        : [{ service: services[0]!, minutes: (endedAt - calledAt) / minute }],
    ),
    shows,
    promises: called.flatMap(({ promised, calledAt, takenAt }) =>
      promised ? [isInside(promised, (calledAt - takenAt) / minute)] : [],
    ),
  })
  return durations.durationsChange(by, `learn:${of.date}`, world.now(), of.station, { ...after, v: before.v })
}

const isInside = ([low, high]: readonly [number, number], minutes: number) => minutes >= low && minutes <= high
