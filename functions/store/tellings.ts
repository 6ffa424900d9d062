/**
 * What those who reported a child are told by message. Their number lies here sealed under the bookings' key, for a day: the
 * messenger has none for what was told.
 */
import type { Actor } from "#domain/actor"
import { Problem } from "#domain/problem"
import type { UnitId } from "#domain/report"
import { day, monthOf } from "#domain/time"
import type { World } from "#world"
import * as keys from "./keys.ts"
import { absent, type Change, get, stamp } from "./table.ts"

/** The report was joined with another, is a search of its own again, or has ended with the child at home. */
export type Telling = "report-joined" | "report-parted" | "report-reunited"

const where = (report: string, name: string) => `live/telling/${report}/${name}`

/** `to` in E.164; `unit` holds the report. */
export async function tellingChange(
  world: World,
  by: Actor,
  op: string,
  now: number,
  it: { report: string; unit: UnitId; what: Telling; to: string },
): Promise<Change> {
  const { report, unit, what, to } = it
  return {
    table: "live",
    item: {
      ...keys.telling(report, op),
      ...stamp(by, op, now, 1),
      unit,
      what,
      sealed: await world.vault.seal(where(report, op), to, monthOf(now)),
      ttl: Math.floor((now + day) / 1000),
    },
    when: absent,
    or: new Problem("changed-meanwhile"),
  }
}

export async function find(world: World, report: string, name: string): Promise<string | undefined> {
  const item = await get(world, "live", keys.telling(report, name))
  return item && ((await world.vault.open(where(report, name), item.sealed as Uint8Array)) as string)
}
