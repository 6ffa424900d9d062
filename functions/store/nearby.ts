/** The nearest stations: their index is made once for as long as the list of them is kept. */
import { type Places, type Point, placesOf } from "#domain/geography"
import type { Station } from "#domain/station"
import type { World } from "#world"
import * as stations from "./stations.ts"

const indexes = new WeakMap<readonly Station[], Places>()

/** At most so many of those that `keep` lets through, nearest first. */
export async function nearest(
  world: World,
  from: Point,
  most: number,
  keep: (station: Station) => boolean,
): Promise<Station[]> {
  const all = await stations.all(world)
  const index = indexes.get(all) ?? placesOf(all)
  indexes.set(all, index)
  return index.nearest(from, most, (i) => keep(all[i]!)).map((i) => all[i]!)
}
