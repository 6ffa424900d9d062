/** Clearings, whom they found, and the markers that they leave in the cells of sold days. */
import type { Actor } from "#domain/actor"
import type { Affected, Clearing } from "#domain/closure"
import { Problem } from "#domain/problem"
import type { Group } from "#domain/service"
import type { StationId } from "#domain/station"
import { day, type Instant, instantOf, type LocalDate } from "#domain/time"
import type { World } from "#world"
import * as keys from "./keys.ts"
import { type Change, get, type Item, query, seen, stamp } from "./table.ts"

/** A month after the last day that it concerns. */
const ttlOf = (date: LocalDate) => Math.floor((instantOf(date, "00:00") + 31 * day) / 1000)

const fromItem = ({ pk, sk, by: _by, op: _op, at: _at, ttl: _ttl, spot, ...rest }: Item): Clearing =>
  ({ ...rest, id: sk, station: pk.slice("closure#".length), at: spot }) as unknown as Clearing

export async function find(world: World, station: StationId, id: string): Promise<Clearing | undefined> {
  const item = await get(world, "live", keys.clearing(station, id))
  return item && fromItem(item)
}

/** All of a station's, the latest first. */
export const ofStation = async (world: World, station: StationId): Promise<Clearing[]> =>
  (await query(world, "live", keys.clearingsOf(station))).map(fromItem).sort((a, b) => b.startedAt - a.startedAt)

/** Puts it over the version that was seen, 0 for none. */
export function clearingChange(by: Actor, op: string, now: Instant, { id, station, v, at, ...rest }: Clearing): Change {
  return {
    table: "live",
    item: {
      ...keys.clearing(station, id),
      ...rest,
      ...stamp(by, op, now, v + 1),
      spot: at,
      ttl: ttlOf(rest.last),
    },
    when: seen(v),
    or: new Problem("changed-meanwhile"),
  }
}

export const affectedBy = async (world: World, station: StationId, clearing: string): Promise<Affected[]> =>
  (await query(world, "live", keys.affectedOf(station, clearing))).map(
    ({ pk: _pk, sk, v: _v, by: _by, op: _op, at: _at, ttl: _ttl, ...rest }) =>
      ({ ...rest, station, clearing, ref: sk }) as unknown as Affected,
  )

/** Written before the offer that it names is made: whoever was offered something is on the list. */
export const affectedChange = (
  by: Actor,
  op: string,
  now: Instant,
  { clearing, station, ref, ...rest }: Affected,
): Change => ({
  table: "live",
  item: {
    ...keys.affected(station, clearing, ref),
    ...rest,
    ...stamp(by, op, now, 1),
    ttl: ttlOf(rest.date),
  },
  // The job's own, and made again it says the same or the later offer.
  when: { says: "attribute_not_exists(pk) OR v = :one", values: { ":one": 1 } },
  or: new Problem("changed-meanwhile"),
})

type Of = { station: StationId; date: LocalDate; group: Group }
export type Marked = ReadonlyMap<string, "shut" | "free" | "used">

/** How each cell of a day stands that somebody ever used or closed. */
export async function cellsOf(world: World, { station, date, group }: Of, now: Instant): Promise<Marked> {
  const cells = await query(world, "bookings", keys.dayOf(station, date, group), {
    only: ["sk", "until", "left", "shut"],
  })
  return new Map(
    cells.map(({ sk, until, left, shut }) => [
      sk,
      shut ? "shut" : left || (typeof until === "number" && until <= now) ? "free" : "used",
    ]),
  )
}

/**
 * Nobody can take the cell until it is opened again, whoever has left it neither. Refused where somebody has it, or gave it back and
 * it is still to be released.
 */
export const shut = (by: Actor, op: string, now: Instant, { station, date, group }: Of, cell: string): Change => ({
  table: "bookings",
  item: {
    ...keys.place(station, date, group, cell),
    ...stamp(by, op, now, 1),
    shut: true,
    ttl: ttlOf(date),
  },
  when: { says: "attribute_not_exists(pk) OR #until <= :now OR attribute_exists(#left)", values: { ":now": now } },
  or: new Problem("place-taken"),
})

export const opened = (by: Actor, op: string, now: Instant, { station, date, group }: Of, cell: string): Change => ({
  table: "bookings",
  item: {
    ...keys.place(station, date, group, cell),
    ...stamp(by, op, now, 2),
    until: now,
    ttl: ttlOf(date),
  },
  when: { says: "attribute_exists(shut)" },
  or: new Problem("changed-meanwhile"),
})
