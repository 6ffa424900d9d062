/** Stations change rarely and are read by everyone: each process keeps what it read for ten seconds. */
import { Problem } from "#domain/problem"
import type { Station, StationId } from "#domain/station"
import { second } from "#domain/time"
import type { World } from "#world"
import * as keys from "./keys.ts"
import { absent, type Change, type Item, query, stamp } from "./table.ts"

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

const fromItem = ({ pk: _pk, sk, v: _v, by: _by, op: _op, at: _at, ...rest }: Item) =>
  ({ ...rest, id: sk }) as unknown as Station

export const stationChange = (op: string, now: number, { id, ...rest }: Station): Change => ({
  table: "live",
  item: { ...keys.station(id), ...stamp({ kind: "system", name: "setup" }, op, now, 1), ...rest },
  when: absent,
  or: new Problem("changed-meanwhile"),
})
