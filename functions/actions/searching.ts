/**
 * Which station to go to: the nearest by what each really costs (domain/weighing.ts). What a station's hall and its next free
 * times are is kept for some seconds and shared by everyone who looks: a view reads nothing of a station that was looked at
 * just now, else its line and the free places of the days on sale, up to one with a free time; once a minute what the estimate knows.
 */
import type { Actor } from "#domain/actor"
import { type Known, placesLike } from "#domain/gazetteer"
import type { Point } from "#domain/geography"
import { must } from "#domain/permission"
import { fieldProblem, Problem } from "#domain/problem"
import { groupOf, type ServiceId } from "#domain/service"
import {
  daysOf,
  isOpenAt,
  metresBetween,
  type Station,
  serviceDayOf,
  takesTicketsAt,
  walkOf,
  windowsFor,
} from "#domain/station"
import { dateOf, type Instant, instantOf, minute, second } from "#domain/time"
import {
  type Cause,
  causeOf,
  type Free,
  type Quicker,
  quickerThanNearest,
  sessionFor,
  type Wait,
  type Weighed,
  waitAfter,
  weighed,
  weights,
} from "#domain/weighing"
import * as gazetteer from "#store/gazetteer"
import * as lines from "#store/lines"
import { nearest } from "#store/nearby"
import * as stations from "#store/stations"
import type { World } from "#world"
import { offers } from "./booking.ts"
import { estimatesOf } from "./estimating.ts"

/** Stations looked at for one view. */
export const most = 8
const keptFor = 5 * second

export type Found = {
  station: Station
  open: boolean
  /** When it opens for these services, where it is closed now. */
  opens?: Instant
  metres?: number
  /** Within a quarter of an hour on foot. */
  inCircle?: boolean
  /** For whoever sets out now. */
  wait?: Wait
} & Bookable &
  Weighed

/** The first free time on sale, whoever can be there then, or why there is none; neither where nobody looked. */
export type Bookable = { next?: Free; none?: Cause }

export type Search = {
  services: readonly ServiceId[]
  from?: Point | undefined
}

/**
 * Stations that serve all of this, which is of one group, at one window, and are open or will be within two weeks. From a place: the `most` nearest of
 * them, those that cost least first, with the one that is quicker than the nearest. From nowhere: all of them as they are listed,
 * the first `most` with waits and free times. Without services: how far, and whether they are open. Where none is found, `shut`
 * are some that serve it, but not in these two weeks.
 */
export async function search(
  world: World,
  by: Actor,
  { services, from }: Search,
): Promise<{ found: Found[]; quicker?: Quicker<Found & { metres: number }>; shut?: Station[] }> {
  must(by, "catalogue.see")
  if (new Set(services.map(groupOf)).size > 1) throw fieldProblem("services", "one-group")
  const now = world.now()
  const does = (it: Station) => services.length === 0 || windowsFor(it, services).length > 0
  const serves = (it: Station) => does(it) && sessionFor(it, services, now) !== undefined
  const all = await stations.all(world)
  const near = from ? await nearest(world, from, most, serves) : all.filter(serves)
  if (near.length === 0) {
    const shut = from ? await nearest(world, from, most, does) : all.filter(does).slice(0, most)
    return { found: [], ...(shut.length > 0 && { shut }) }
  }
  if (!from) {
    const found = near.map((it, i) => (i < most ? looked(world, by, it, services, now) : bare(it, services, now)))
    return { found: await Promise.all(found) }
  }
  const found = await Promise.all(
    near.map(async (it) => {
      const metres = metresBetween(from, it)
      const walk = walkOf(metres)
      return { ...(await looked(world, by, it, services, now, walk)), metres, inCircle: walk <= weights.circle }
    }),
  )
  if (services.length === 0) return { found }
  const quicker = quickerThanNearest(found)
  return { found: found.toSorted((a, b) => a.cost - b.cost || a.metres - b.metres), ...(quicker && { quicker }) }
}

function bare(station: Station, services: readonly ServiceId[], now: Instant): Found {
  const session = sessionFor(station, services, now)
  const open = session !== undefined && session.opens <= now
  return {
    station,
    open,
    ...(session && !open && { opens: session.opens }),
    ...weighed(0, undefined, undefined, now),
  }
}

async function looked(
  world: World,
  by: Actor,
  station: Station,
  services: readonly ServiceId[],
  now: Instant,
  walk = 0,
): Promise<Found> {
  const plain = bare(station, services, now)
  if (services.length === 0) return { ...plain, walk }
  const [hall, free] = await Promise.all([hallOf(world, station, services), freeOf(world, by, station, services)])
  const arrival = now + walk * minute
  const wait = hall && waitAfter(walk, hall)
  const goes = wait && isServed(station, services, arrival, wait) ? wait : undefined
  const isToday = serviceDayOf(arrival) === serviceDayOf(now)
  const there = now + Math.min(walk, weights.onFoot) * minute
  const reached = free.find((it) => instantOf(it.date, it.time) >= there)
  return {
    ...plain,
    ...(isToday && goes && { wait: goes }),
    ...bookable(station, services, free, now),
    ...weighed(walk, isToday ? goes : undefined, reached, now),
  }
}

const bookable = (station: Station, services: readonly ServiceId[], [next]: readonly Free[], now: Instant): Bookable =>
  next ? { next } : { none: causeOf(station, services, now) }

/** The first time that this can be booked there, or why there is none. Refusals: station-unknown, service-not-here. */
export async function nextAt(
  world: World,
  by: Actor,
  { station: id, services }: { station: string; services: readonly ServiceId[] },
): Promise<Bookable> {
  must(by, "catalogue.see")
  const station = await stations.find(world, id)
  return bookable(station, services, await freeOf(world, by, station, services), world.now())
}

/** Whoever comes then gets a ticket, and is called before the station closes. */
function isServed(station: Station, services: readonly ServiceId[], arrival: Instant, { high }: Wait): boolean {
  const session = sessionFor(station, services, arrival)
  return (
    session !== undefined &&
    session.opens <= arrival &&
    takesTicketsAt(station, arrival) &&
    arrival + high * minute <= session.closes
  )
}

/** The wait of whoever came now; nothing where tickets are stopped or no open window serves this. */
const hallOf = (world: World, station: Station, services: readonly ServiceId[]): Promise<Wait | undefined> =>
  kept(world, `hall ${station.id} ${services}`, async () => {
    const now = world.now()
    const line = await lines.find(world, station.id, serviceDayOf(now), "soon")
    if (line.stopped || !isOpenAt(station, now)) return undefined
    const open = station.windows.filter(({ no }) =>
      line.windows.some((it) => it.no === no && it.staff !== undefined && !it.paused),
    )
    if (!open.some((it) => services.every((id) => it.services.includes(id)))) return undefined
    return (await estimatesOf(world, station, line, now)).newcomers.get(groupOf(services[0]!))
  })

/** All free times of today, and the first of the next day that has one. */
const freeOf = (world: World, by: Actor, station: Station, services: readonly ServiceId[]): Promise<Free[]> =>
  kept(world, `free ${station.id} ${services}`, async () => {
    const now = world.now()
    const found: Free[] = []
    for (const date of daysOf(station, now)) {
      const times = (await offers(world, by, { station: station.id, services, date })).map(({ time }) => ({
        date,
        time,
      }))
      found.push(...times)
      if (times.length && date !== dateOf(now)) break
    }
    return found
  })

type Kept = { until: number; minute: number; value: Promise<unknown> }
const snapshots = new WeakMap<World, Map<string, Kept>>()

/** One reading for everyone who asks within some seconds. A reading that failed is not kept. */
function kept<T>(world: World, name: string, read: () => Promise<T>): Promise<T> {
  const mine = snapshots.get(world) ?? new Map<string, Kept>()
  snapshots.set(world, mine)
  const present = Math.floor(world.now() / minute)
  const known = mine.get(name)
  if (known && known.until > Date.now() && known.minute === present) return known.value as Promise<T>
  const value = read()
  if (mine.size > 1000) for (const [old, { until }] of mine) if (until <= Date.now()) mine.delete(old)
  mine.set(name, { until: Date.now() + keptFor, minute: present, value })
  value.catch(() => mine.delete(name))
  return value
}

/** Somewhere that can be named: by its id where it was chosen, by what was typed else. */
export type Named = Pick<Known, "id" | "name" | "also" | keyof Point>

/** Every place to count from: the streets and what everybody knows, and the stations by name and address. */
export async function namedPlaces(world: World, by: Actor): Promise<{ known: readonly Known[]; stations: Named[] }> {
  must(by, "catalogue.see")
  const [all, known] = await Promise.all([stations.all(world), gazetteer.all(world)])
  const named = all.map(({ id, name, address, lat, lng }) => ({ id, name, lat, lng, also: [address.zh, address.en] }))
  return { known, stations: named }
}

/** Refusal: place-unknown, where nothing that we know is like it. */
export async function placeNamed(world: World, by: Actor, typed: string): Promise<{ place: Named; also: Named[] }> {
  const { known, stations: named } = await namedPlaces(world, by)
  const [place, ...also] = placesLike(typed, [...known, ...named])
  if (!place) throw new Problem("place-unknown")
  return { place, also: also.slice(0, 3) }
}
