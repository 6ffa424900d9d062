/** What a station has learned of its services' lengths, of who comes, and of its own promises: one small item a station. */
import type { Actor } from "#domain/actor"
import { type Learned, nothingLearned } from "#domain/learning"
import { Problem } from "#domain/problem"
import { type ServiceId, serviceIds } from "#domain/service"
import type { StationId } from "#domain/station"
import type { Instant } from "#domain/time"
import type { World } from "#world"
import * as keys from "./keys.ts"
import { type Change, get, type Item, seen, stamp } from "./table.ts"

export type Durations = Learned & { v: number }

export async function find(world: World, station: StationId, how: "now" | "soon" = "now"): Promise<Durations> {
  const item = await get(world, "live", keys.durations(station), how)
  return item ? unpack(item) : { ...nothingLearned, v: 0 }
}

/** Puts what was learned over what was read; a second close of the same day finds a newer version and changes nothing. */
export function durationsChange(by: Actor, op: string, now: Instant, station: StationId, it: Durations): Change {
  const { v, lengths, ...rest } = it
  const packed = Object.entries(lengths).map(([id, sum]) => [id, [sum.count, short(sum.mean), short(sum.square)]])
  return {
    table: "live",
    item: {
      ...keys.durations(station),
      ...stamp(by, op, now, v + 1),
      station,
      ...rest,
      lengths: Object.fromEntries(packed),
    },
    when: seen(v),
    or: new Problem("changed-meanwhile"),
  }
}

const short = (value: number) => Math.round(value * 1000) / 1000

function unpack(item: Item): Durations {
  const { v, last, lengths, shows, promised } = item as Item &
    Omit<Learned, "lengths"> & { lengths: Record<string, readonly [number, number, number]> }
  const known = Object.entries(lengths).filter(([id]) => serviceIds.some((it) => it === id))
  return {
    v,
    ...(last && { last }),
    lengths: Object.fromEntries(known.map(([id, [count, mean, square]]) => [id as ServiceId, { count, mean, square }])),
    shows,
    promised,
  }
}
