/**
 * By which number a reporter is told. It is sealed a second time, apart from what was told and under a key of its own: of a report
 * the messenger may open this and nothing else, and nobody else may open this. Kept as long as the report.
 */
import type { Actor } from "#domain/actor"
import { Problem } from "#domain/problem"
import { day, monthOf } from "#domain/time"
import type { World } from "#world"
import * as keys from "./keys.ts"
import { faultOf } from "./log.ts"
import { absent, type Change, type Item, query, seen, stamp } from "./table.ts"

const where = (report: string, name: string) => `live/${keys.reporterOf(report)}/${name}`
const first = "told"

/**
 * `name`: "told", or the operation of the entry that corrects it. Nothing where it cannot be sealed: a report that nobody could tell
 * the end of is better than none.
 */
export async function numbered(
  world: World,
  by: Actor,
  op: string,
  report: string,
  { name, phone }: { name: string; phone: string },
): Promise<Change[]> {
  const now = world.now()
  try {
    const sealed = await world.reporters.seal(where(report, name), phone, monthOf(now))
    const item = { ...keys.reporter(report, name), ...stamp(by, op, now, 1), sealed }
    return [{ table: "live", item, when: absent, or: new Problem("changed-meanwhile") }]
  } catch (error) {
    world.log.error("reporter's number not sealed", { id: report, ...faultOf(error) })
    return []
  }
}

/** The latest that was told; undefined once it is purged. */
export async function phoneOf(world: World, report: string): Promise<string | undefined> {
  const latest = (await numbersOf(world, report)).at(-1)
  return latest?.sealed && ((await world.reporters.open(where(report, latest.sk), latest.sealed)) as string)
}

/** As they were told, the first in front. */
async function numbersOf(world: World, report: string): Promise<(Item & { sealed?: Uint8Array })[]> {
  const all = await query(world, "live", keys.reporterOf(report))
  return all.sort((a, b) => a.at - b.at || Number(b.sk === first) - Number(a.sk === first))
}

/** Empties what is kept of it. */
export const emptied = async (world: World, by: Actor, report: string): Promise<Change[]> => {
  const now = world.now()
  return (await numbersOf(world, report)).map(({ pk, sk, v }) => ({
    table: "live" as const,
    item: { pk, sk, ...stamp(by, "erase", now, v + 1), ttl: Math.floor((now + day) / 1000) },
    when: seen(v),
    or: new Problem("changed-meanwhile"),
  }))
}
