/** Counts of days and months, without anybody in them: the one thing here that is kept for good (domain.md §6.3). */
import type { Actor } from "#domain/actor"
import { Problem } from "#domain/problem"
import type { StationId } from "#domain/station"
import type { DayCounts, MonthOfReports, Saved } from "#domain/statistics"
import type { Instant, LocalDate } from "#domain/time"
import type { World } from "#world"
import * as keys from "./keys.ts"
import { type Change, get, type Item, query, seen, stamp } from "./table.ts"

/** The counts alone: a version among them would be one more number of a row. */
const bare = ({ pk: _pk, sk: _sk, v: _v, by: _by, op: _op, at: _at, station: _station, ...counts }: Item) => counts

export async function find(
  world: World,
  station: StationId,
  date: LocalDate,
): Promise<(DayCounts & { v: number }) | undefined> {
  const item = await get(world, "live", keys.statistics(station, date))
  return item && ({ ...bare(item), v: item.v } as unknown as DayCounts & { v: number })
}

export const between = async (world: World, station: StationId, from: LocalDate, to: LocalDate): Promise<Saved[]> =>
  (await query(world, "live", keys.statisticsOf(station), { from, to, how: "soon" })).map(
    (item) => ({ ...bare(item), date: item.sk }) as unknown as Saved,
  )

/** Puts a day's counts over the version that was seen, 0 for none. */
export const dayChange = (
  by: Actor,
  now: Instant,
  { station, date, v, ...counts }: DayCounts & { station: StationId; date: LocalDate; v: number },
): Change => ({
  table: "live",
  item: { ...keys.statistics(station, date), ...stamp(by, `count:${date}`, now, v + 1), station, ...counts },
  when: seen(v),
  or: new Problem("changed-meanwhile"),
})

export async function findReports(world: World, month: string): Promise<(MonthOfReports & { v: number }) | undefined> {
  const item = await get(world, "live", keys.reportStatistics(month))
  return item && ({ ...bare(item), v: item.v } as unknown as MonthOfReports & { v: number })
}

export const reportsBetween = async (world: World, from: string, to: string) =>
  (await query(world, "live", keys.statisticsOf(keys.district), { from, to, how: "soon" })).map((item) => ({
    month: item.sk,
    counts: bare(item) as unknown as MonthOfReports,
  }))

export const reportsChange = (
  by: Actor,
  now: Instant,
  month: string,
  { v, ...counts }: MonthOfReports & { v: number },
): Change => ({
  table: "live",
  item: { ...keys.reportStatistics(month), ...stamp(by, `count:${month}`, now, v + 1), ...counts },
  when: seen(v),
  or: new Problem("changed-meanwhile"),
})
