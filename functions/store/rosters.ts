/** Who is on duty where, one item a unit. */
import type { Actor } from "#domain/actor"
import { Problem } from "#domain/problem"
import type { UnitId } from "#domain/report"
import type { Roster } from "#domain/roster"
import type { Instant } from "#domain/time"
import type { World } from "#world"
import * as keys from "./keys.ts"
import { type Change, get, type Item, query, seen, stamp } from "./table.ts"

export const all = async (world: World): Promise<Roster[]> => (await query(world, "live", "roster")).map(fromItem)

/** With the version to change it by, and the operation that made it; v 0 where a unit has none. */
export async function stored(world: World, unit: UnitId): Promise<{ v: number; op?: string; roster?: Roster }> {
  const item = await get(world, "live", keys.roster(unit))
  return item ? { v: item.v, op: item.op, roster: fromItem(item) } : { v: 0 }
}

const fromItem = ({ pk: _pk, sk, v: _v, by: _by, op: _op, at: _at, ...rest }: Item) =>
  ({ ...rest, unit: sk }) as unknown as Roster

/** Over the version that was seen: of two who change it, the second is told. */
export const change = (by: Actor, op: string, now: Instant, v: number, { unit, ...rest }: Roster): Change => ({
  table: "live",
  item: { ...keys.roster(unit), ...stamp(by, op, now, v + 1), ...rest },
  when: seen(v),
  or: new Problem("changed-meanwhile"),
})
