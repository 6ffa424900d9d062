/** How far a scope has been purged, with the report of the last run: saved before anything goes, so that a killed run counts nothing twice. */
import { type Actor, signed } from "#domain/actor"
import { Problem } from "#domain/problem"
import { dateOf, type Instant } from "#domain/time"
import type { World } from "#world"
import * as audits from "./audits.ts"
import * as keys from "./keys.ts"
import { counter, get, seen, stamp, writeOrRefuse } from "./table.ts"

/** What was due to go, by kind: all whose time was over after `from` and by `until`. What went is in the audit thing by thing. */
export type Report = { scope: string; from: Instant; until: Instant; counts: Readonly<Record<string, number>> }

export async function lastOf(world: World, scope: string): Promise<(Report & { v: number }) | undefined> {
  const item = await get(world, "bookings", keys.purge(scope))
  return item && { scope, v: item.v, ...(item.report as Omit<Report, "scope">) }
}

/** Saves a run's report over the one that was seen. Refusal: changed-meanwhile (another run is at it). */
export async function save(world: World, by: Actor, { scope, ...report }: Report, sawVersion: number): Promise<void> {
  const stamped = stamp(by, "purge", report.until, sawVersion + 1)
  const item = { ...keys.purge(scope), ...stamped, report }
  const change = { table: "bookings" as const, item, when: seen(sawVersion), or: new Problem("changed-meanwhile") }
  await writeOrRefuse(world, [change], counter())
}

/** Writes the report where the auditor reads it, once however often it is told: of a run, or of one thing. */
export const tell = (
  world: World,
  by: Actor,
  { scope, from, until, counts }: Report,
  thing = `purge/${scope}`,
): Promise<void> =>
  audits.put(world, {
    scope,
    date: dateOf(until),
    name: `${new Date(until).toISOString()}#${thing}`,
    thing,
    what: "purge",
    who: signed(by),
    at: until,
    from: dateOf(from),
    to: dateOf(until),
    counts,
  })
