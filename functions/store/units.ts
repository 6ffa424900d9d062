/** Precincts, the command centre and venues: they change rarely, so each process keeps what it read for ten seconds. */
import type { City } from "#domain/dispatch"
import { Problem } from "#domain/problem"
import type { UnitId } from "#domain/report"
import type { Roster } from "#domain/roster"
import { type Instant, second } from "#domain/time"
import type { Unit } from "#domain/unit"
import type { Venue } from "#domain/venue"
import type { World } from "#world"
import * as gazetteer from "./gazetteer.ts"
import * as keys from "./keys.ts"
import { faultOf } from "./log.ts"
import { within } from "./patience.ts"
import * as people from "./people.ts"
import * as rosters from "./rosters.ts"
import * as stations from "./stations.ts"
import { type Change, type Item, query, seen, stamp } from "./table.ts"

const setup = { kind: "system", name: "setup" } as const
const kept = new WeakMap<World, { until: number; city: Promise<City> }>()

/** All that dispatching has to know, as at most ten seconds ago. What is known already outlives a table that does not answer. */
export function city(world: World): Promise<City> {
  const known = kept.get(world)
  if (known && known.until > Date.now()) return known.city
  const fresh = read(world)
  const answer = known ? fresh.catch(() => known.city) : fresh
  kept.set(world, { until: Date.now() + 10 * second, city: answer })
  answer.catch(() => kept.delete(world))
  return answer
}

async function read(world: World): Promise<City> {
  const [all, units, venues, places, duty] = await Promise.all([
    stations.all(world),
    query(world, "live", "unit"),
    query(world, "live", "venue"),
    // Whoever is to be alerted stands in the others.
    gazetteer.all(world).catch(() => []),
    rosters.all(world),
  ])
  return {
    stations: all,
    units: units.map((it) => fromItem<Unit>(it)),
    venues: venues.map((it) => fromItem<Venue>(it)),
    places,
    rosters: new Map(duty.map((it) => [it.unit, it])),
  }
}

type Serving = NonNullable<City["serves"]>
const staffed = new WeakMap<World, { until: number; serves: Promise<Serving> }>()
/** Whoever waits for the staff waits no longer than this: a child is missing. */
const patience = 2 * second

/**
 * The city with who really serves in it, as at most ten seconds ago: nobody who has left, serves elsewhere, or is shut out. Where
 * the staff cannot be read, the rosters are taken at their word.
 */
export async function manned(world: World): Promise<City> {
  const it = await city(world)
  const known = staffed.get(world)
  const serves = known && known.until > Date.now() ? known.serves : servingIn(world, it.rosters)
  if (serves !== known?.serves) staffed.set(world, { until: Date.now() + 10 * second, serves })
  try {
    return { ...it, serves: await within(patience, serves) }
  } catch (error) {
    world.log.error("alerted by the roster alone", faultOf(error))
    // The next report does not wait for it again.
    staffed.set(world, { until: Date.now() + 10 * second, serves: Promise.resolve(() => true) })
    return it
  }
}

async function servingIn(world: World, all: ReadonlyMap<UnitId, Roster>): Promise<Serving> {
  const named = [...all.values()].flatMap(({ officers, swaps }) => [...officers, ...swaps.map((it) => it.staff)])
  const where = await people.onCall(world, [...new Set(named)])
  return (staff, unit) => where.get(staff) === unit
}

export type Named = Pick<Unit, "id" | "name" | "lat" | "lng"> & { kind: "station" | Unit["kind"] }

export const unitsIn = ({ stations: own, units }: City): Named[] => [
  ...own.map(({ id, name, lat, lng }) => ({ id, name, lat, lng, kind: "station" as const })),
  ...units.map(({ id, name, lat, lng, kind }) => ({ id, name, lat, lng, kind })),
]

/** Refusal: station-unknown. */
export async function find(world: World, id: UnitId): Promise<Named> {
  const found = unitsIn(await city(world)).find((it) => it.id === id)
  if (!found) throw new Problem("station-unknown")
  return found
}

/** After a change that this process should see at once. */
export function forget(world: World): void {
  kept.delete(world)
  staffed.delete(world)
}

const fromItem = <T>({ pk: _pk, sk, v: _v, by: _by, op: _op, at: _at, ...rest }: Item) => ({ ...rest, id: sk }) as T

const written = (key: keys.Key, op: string, now: Instant, rest: object): Change => ({
  table: "live",
  item: { ...key, ...stamp(setup, op, now, 1), ...rest },
  when: seen(0),
  or: new Problem("changed-meanwhile"),
})

export const unitChange = (op: string, now: Instant, { id, ...rest }: Unit): Change =>
  written(keys.unit(id), op, now, rest)
export const venueChange = (op: string, now: Instant, { id, ...rest }: Venue): Change =>
  written(keys.venue(id), op, now, rest)
