/** What officers see of closures: how many a change would touch, how far its clearing has come, who still waits. */
import type { Actor } from "#domain/actor"
import type { Appointment } from "#domain/appointment"
import { type Clearing, isConflict } from "#domain/closure"
import { gridFrom, underSchedule } from "#domain/layout"
import { must } from "#domain/permission"
import { Problem } from "#domain/problem"
import type { Schedule } from "#domain/schedule"
import { groups } from "#domain/service"
import type { Station, StationId } from "#domain/station"
import { addDays, dateOf, type LocalDate } from "#domain/time"
import * as appointments from "#store/appointments"
import * as audits from "#store/audits"
import * as closures from "#store/closures"
import * as limits from "#store/limits"
import * as stations from "#store/stations"
import type { World } from "#world"
import { closureOf, type Declared } from "./arranging.ts"
import { statedOf } from "./clearing.ts"

export type Touched = { bookings: number; days: { date: LocalDate; bookings: number }[] }

/** How many bookings a closure would take their time from, day by day. Refusals: invalid-input, window-unknown. */
export async function previewClosure(
  world: World,
  by: Actor,
  input: Declared & { station: StationId },
): Promise<Touched> {
  must(by, "calendar.change", input.station)
  const { station } = await stations.stored(world, input.station)
  const closure = closureOf(station, "preview", input, "", world.now())
  return touched(world, station, { ...station, closures: [...(station.closures ?? []), closure] })
}

/** The same for another schedule. */
export async function previewCalendar(
  world: World,
  by: Actor,
  input: { station: StationId; schedule: Schedule },
): Promise<Touched> {
  must(by, "calendar.change", input.station)
  const { station } = await stations.stored(world, input.station)
  return touched(world, station, underSchedule(station, input.schedule, world.now()))
}

async function touched(world: World, before: Station, after: Station): Promise<Touched> {
  const now = world.now()
  const days = await soldOf(world, before, (it) => !isConflict(before, it, now) && isConflict(after, it, now))
  const found = days.flatMap(({ date, booked }) => (booked.length ? [{ date, bookings: booked.length }] : []))
  return { bookings: found.reduce((sum, it) => sum + it.bookings, 0), days: found }
}

/** Bookings of the days on sale of which that is so. */
function soldOf(world: World, station: Station, which: (it: Appointment) => boolean) {
  const today = dateOf(world.now())
  const days: LocalDate[] = []
  for (let date = today; date < gridFrom(station, world.now()); date = addDays(date, 1)) days.push(date)
  return Promise.all(
    days.map(async (date) => ({
      date,
      booked: (await Promise.all(groups.map((group) => appointments.onDay(world, station.id, date, group))))
        .flat()
        .filter(which),
    })),
  )
}

/** Closures and changes whose days are not long past, with everyone whom each found and how that stands. */
export async function closuresOf(world: World, by: Actor, id: StationId) {
  must(by, "calendar.see", id)
  const [{ station }, all] = await Promise.all([stations.stored(world, id), closures.ofStation(world, id)])
  const recent = all.filter((it) => it.last >= addDays(dateOf(world.now()), -2))
  return Promise.all(
    recent.map(async (it) => {
      const found = await statedOf(world, station, it.id)
      const shown = found.map(({ ref, date, time, lane, services, offer, standing, until }) => ({
        ref,
        date,
        time,
        window: lane,
        services: [...services],
        standing,
        ...(offer && { offer }),
        ...(until !== undefined && { until }),
      }))
      return { ...progressOf(it), affected: shown.sort((a, b) => (a.date + a.time < b.date + b.time ? -1 : 1)) }
    }),
  )
}

/** What can be told of a clearing without asking who was found. */
export function progressOf({ id, why, closure, takenBack, first, last, stage, at, startedAt, open }: Clearing) {
  const { from, to, windows, reason } = closure ?? {}
  return {
    id,
    why,
    takenBack: takenBack === true,
    first,
    last,
    stage,
    ...(stage !== "done" && { date: at.date }),
    startedAt,
    open,
    ...(closure && { from: from!, to: to!, reason: reason! }),
    ...(windows && { windows: [...windows] }),
  }
}

/** Bookings at a time that is not open now, with how far each has come; walk-ins who wait are none. */
export async function conflictsOf(world: World, by: Actor, id: StationId) {
  must(by, "calendar.see", id)
  const { station } = await stations.stored(world, id)
  const now = world.now()
  const [days, told] = await Promise.all([
    soldOf(world, station, (it) => isConflict(station, it, now)),
    closuresOf(world, by, id),
  ])
  // The latest change speaks last.
  const known = new Map(told.toReversed().flatMap(({ affected }) => affected.map((it) => [it.ref, it] as const)))
  return days.flatMap(({ booked }) =>
    booked.map(({ ref, date, time, lane, services }) => {
      const stated = known.get(ref)
      return {
        ref,
        date,
        time,
        window: lane,
        services: [...services],
        standing: stated?.standing ?? ("waiting" as const),
        ...(stated?.offer && { offer: stated.offer }),
        ...(stated?.until !== undefined && { until: stated.until }),
      }
    }),
  )
}

/**
 * The phone of somebody whose time this station took away, so that they can be rung up. Recorded with its reason before it is
 * answered. Refusals: appointment-not-found (also for whoever is elsewhere, was not put off, or has answered by moving or
 * cancelling), too-many-tries, details-deleted.
 */
export async function reveal(
  world: World,
  by: Actor & { kind: "staff" },
  input: { ref: string; reason: string; request: string },
): Promise<{ phone: string }> {
  must(by, "appointment.reveal", by.station)
  const it = await appointments.findByReference(world, input.ref)
  if (it?.station !== by.station || it.state !== "booked") throw new Problem("appointment-not-found")
  const lost = it.displaced ?? isConflict((await stations.stored(world, by.station)).station, it, world.now())
  if (!lost) throw new Problem("appointment-not-found")
  const thing = `bookings/person#${it.person}/${it.group}`
  await limits.count(world, by, "reveal-staff", by.id)
  await audits.opening(world, by, "appointment.reveal", by.station, thing, input.request, input.reason)
  const details = await appointments.openPerson(world, it)
  if (!details) throw new Problem("details-deleted")
  return { phone: details.phone }
}
