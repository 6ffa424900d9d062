/** Stations change rarely and are read by everyone: each process keeps what it read for ten seconds. */
import type { Actor } from "#domain/actor"
import { Problem } from "#domain/problem"
import { policy, type Station, type StationId } from "#domain/station"
import { type Instant, second } from "#domain/time"
import type { World } from "#world"
import * as keys from "./keys.ts"
import { absent, type Change, get, type Item, query, seen, stamp } from "./table.ts"

const kept = new WeakMap<World, { until: number; stations: Promise<Station[]> }>()

export function all(world: World): Promise<Station[]> {
  const known = kept.get(world)
  if (known && known.until > Date.now()) return known.stations
  const stations = query(world, "live", "station").then((items) => items.map(fromItem))
  kept.set(world, { until: Date.now() + 10 * second, stations })
  stations.catch(() => kept.delete(world))
  return stations
}

export async function find(world: World, id: StationId): Promise<Station> {
  const station = (await all(world)).find((it) => it.id === id)
  if (!station) throw new Problem("station-unknown")
  return station
}

/** A number of the policy that is newer than the station's item has our default. */
const fromItem = ({ pk: _pk, sk, v: _v, by: _by, op: _op, at: _at, policy: own, ...rest }: Item) =>
  ({ ...rest, id: sk, policy: { ...policy, ...(own as object) } }) as unknown as Station

export const stationChange = (op: string, now: number, { id, ...rest }: Station): Change => ({
  table: "live",
  item: { ...keys.station(id), ...stamp({ kind: "system", name: "setup" }, op, now, 1), ...rest },
  when: absent,
  or: new Problem("changed-meanwhile"),
})

/** A station with the version to change it by, read afresh. Refusal: station-unknown. */
export async function stored(world: World, id: StationId): Promise<{ v: number; station: Station }> {
  const item = await get(world, "live", keys.station(id))
  if (!item) throw new Problem("station-unknown")
  return { v: item.v, station: fromItem(item) }
}

/** Puts a station over the version that was seen: of two who change it, the second is told. Others see it within ten seconds. */
export const resaved = (by: Actor, op: string, now: Instant, v: number, { id, ...rest }: Station): Change => ({
  table: "live",
  item: { ...keys.station(id), ...stamp(by, op, now, v + 1), ...rest },
  when: seen(v),
  or: new Problem("changed-meanwhile"),
})
