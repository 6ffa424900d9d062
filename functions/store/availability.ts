/**
 * What is taken of a station's day. Everyone who asks this process within a second shares one look at it, so that thousands who
 * want what has gone cost the table nothing; what this process itself writes meanwhile, the look shows at once.
 */
import type { Group } from "#domain/service"
import type { StationId } from "#domain/station"
import { type Instant, type LocalDate, second } from "#domain/time"
import type { World } from "#world"
import * as keys from "./keys.ts"
import { type Item, query, type Range, watch } from "./table.ts"

/**
 * A cell that somebody has, had or is held for, by reference only; `until` when its release time is known, `at` since when it
 * is so, `booked` if by a booking that was made for it, not moved to it; `left` if it was moved away from it.
 */
export type TakenCell = { until?: Instant; ref?: string; at: Instant; booked: boolean; left?: true }
type Snapshot = ReadonlyMap<string, TakenCell>

type Kept = { at: number; cells: Promise<Map<string, TakenCell>> }

const kept = new WeakMap<World, Map<string, Kept>>()
const most = 1_000

/** A look at the day that is at most a second old by the machine's own clock, whatever the world's says. */
export function snapshotOf(
  world: World,
  station: StationId,
  date: LocalDate,
  group: Group,
  time: number = performance.now(),
): Promise<Snapshot> {
  const days = kept.get(world) ?? new Map<string, Kept>()
  kept.set(world, days)
  const name = keys.dayOf(station, date, group)
  const known = days.get(name)
  if (known && time - known.at < second) return known.cells
  if (days.size >= most) forgetOld(world, days, time)
  const cells = cellsOf(world, station, date, group, { how: "soon" })
  days.set(name, { at: time, cells })
  // What is written while the look is on its way comes after it.
  watch(world, "bookings", name, (item) => void cells.then((it) => it.set(item.sk, fromItem(item))).catch(() => {}))
  cells.catch(() => days.delete(name))
  return cells
}

function forgetOld(world: World, days: Map<string, Kept>, time: number) {
  for (const [name, { at }] of days) {
    if (time - at < second) continue
    days.delete(name)
    watch(world, "bookings", name, undefined)
  }
}

const fromItem = ({ until, for: ref, was, left, op, at }: Item): TakenCell => ({
  at,
  booked: ref !== undefined && op.startsWith("book:"),
  ...(typeof until === "number" && { until }),
  ...(typeof (ref ?? was) === "string" && { ref: (ref ?? was) as string }),
  ...(left === true && { left }),
})

async function cellsOf(
  world: World,
  station: StationId,
  date: LocalDate,
  group: Group,
  range: Range & { how?: "soon" },
) {
  const only = ["sk", "until", "for", "was", "left", "op", "at"]
  const items = await query(world, "bookings", keys.dayOf(station, date, group), { only, ...range })
  return new Map(items.map((it) => [it.sk, fromItem(it)]))
}

/** Names of the cells that cannot be had now. One given back counts until its release, but not for the booking that left it. */
export const takenIn = (cells: Snapshot, now: Instant, mine?: string): Set<string> =>
  new Set([...cells].flatMap(([name, it]) => (isFree(it, now, mine) ? [] : [name])))

const isFree = ({ until, ref, left }: TakenCell, now: Instant, mine: string | undefined) =>
  (until !== undefined && until <= now) || (left !== undefined && ref === mine)

/** The same read afresh, of a range of cells. */
export const takenNow = async (
  world: World,
  station: StationId,
  date: LocalDate,
  group: Group,
  now: Instant,
  range: Range,
  mine?: string,
): Promise<Set<string>> => takenIn(await cellsOf(world, station, date, group, range), now, mine)
