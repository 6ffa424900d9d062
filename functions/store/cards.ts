/** One card a station. Every snapshot shows it, so each process keeps what it read for two seconds. */
import type { Actor } from "#domain/actor"
import type { Card } from "#domain/card"
import { Problem } from "#domain/problem"
import type { StationId } from "#domain/station"
import { day, type Instant, second } from "#domain/time"
import type { World } from "#world"
import * as keys from "./keys.ts"
import { type Change, get, type Item, seen, stamp } from "./table.ts"

type Kept = { until: number; card: Promise<Card | undefined> }
const kept = new WeakMap<World, Map<StationId, Kept>>()

/** As at most two seconds ago; whether its time is over is for the caller to judge. */
export function find(world: World, station: StationId): Promise<Card | undefined> {
  const mine = kept.get(world) ?? new Map<StationId, Kept>()
  kept.set(world, mine)
  const known = mine.get(station)
  if (known && known.until > Date.now()) return known.card
  const card = get(world, "live", keys.card(station), "soon").then(cardIn)
  mine.set(station, { until: Date.now() + 2 * second, card })
  card.catch(() => mine.delete(station))
  return card
}

export const forget = (world: World, station: StationId) => kept.get(world)?.delete(station)

export type Stored = { v: number; op?: string; card?: Card; report?: string }

/** With the version to change it by, and the report that it belongs to, read afresh; 0 where there never was one. */
export async function stored(world: World, station: StationId): Promise<Stored> {
  const item = await get(world, "live", keys.card(station))
  const card = cardIn(item)
  const report = card && (item?.report as string | undefined)
  return { v: item?.v ?? 0, ...(item && { op: item.op }), ...(card && { card }), ...(report && { report }) }
}

/** Over the version that was seen. Without a card, nothing of the last one stays. */
export const change = (
  by: Actor,
  op: string,
  now: Instant,
  station: StationId,
  v: number,
  card: Card | undefined,
  report?: string,
): Change => ({
  table: "live",
  item: {
    ...keys.card(station),
    ...stamp(by, op, now, v + 1),
    station,
    state: card ? "published" : "withdrawn",
    ...card,
    ...(card && report && { report }),
    // Longer than a shift: no console that is still open saw a version of an item that began anew.
    ttl: Math.ceil(((card?.until ?? now) + day) / second),
  },
  when: seen(v),
  or: new Problem("changed-meanwhile"),
})

function cardIn(item: Item | undefined): Card | undefined {
  if (item?.state !== "published") return undefined
  const { sex, age, clothing, place, time, hotline, until } = item as Item & Card
  return { sex, age, clothing, place, time, hotline, until }
}
