/**
 * Who wishes for an earlier time, by station: a pointer each. The wish itself lies with the person's booking and ends with it; a
 * pointer whose wish is gone is marked ended by whoever finds it so.
 */
import type { Actor } from "#domain/actor"
import type { Appointment } from "#domain/appointment"
import { Problem } from "#domain/problem"
import type { Group } from "#domain/service"
import type { StationId } from "#domain/station"
import { day, type Instant, instantOf, type LocalDate } from "#domain/time"
import type { Used } from "#domain/waiting"
import type { World } from "#world"
import * as keys from "./keys.ts"
import { type Change, type Item, query, seen, stamp } from "./table.ts"

export type Waiting = { person: string; group: Group; ref: string; item: Item }

export const at = async (world: World, station: StationId): Promise<Waiting[]> =>
  (await query(world, "bookings", keys.waitingAt(station), { how: "soon" })).flatMap((item) => {
    const [group, ref] = item.sk.split("#") as [Group, string]
    const person = Buffer.from(item.person as Uint8Array).toString("base64url")
    return item.ended ? [] : [{ person, group, ref, item }]
  })

/** Saved together with the wish, whose version `v` is. */
export const waitingChange = (by: Actor, op: string, now: Instant, it: Appointment, v: number): Change => ({
  table: "bookings",
  item: {
    ...keys.waiting(it.station, it.group, it.ref),
    ...stamp(by, op, now, v),
    person: Buffer.from(it.person, "base64url"),
    ttl: Math.floor((instantOf(it.date, "00:00") + 2 * day) / 1000),
  },
  when: { says: "attribute_not_exists(pk) OR v < :than", values: { ":than": v } },
  or: new Problem("changed-meanwhile"),
})

/** Between two versions of the booking: a later wish comes over it. */
export const endedChange = (by: Actor, op: string, now: Instant, { item }: Waiting): Change => ({
  table: "bookings",
  item: { ...item, ...stamp(by, op, now, item.v + 0.5), ended: true },
  when: seen(item.v),
  or: new Problem("changed-meanwhile"),
})

/** The cells of a day that somebody ever had, as the waiting list looks at them: a moment late will do, the write is judged anew. */
export async function cellsOf(
  world: World,
  station: StationId,
  date: LocalDate,
  group: Group,
): Promise<Map<string, Used>> {
  const only = ["sk", "until", "for", "due", "was"]
  const items = await query(world, "bookings", keys.dayOf(station, date, group), { only, how: "soon" })
  return new Map(
    items.map(({ sk, until, for: ref, due, was }) => [
      sk,
      {
        held: ref !== undefined,
        ...(typeof until === "number" && { until }),
        ...(typeof due === "number" && { due }),
        ...(typeof was === "string" && { was }),
      },
    ]),
  )
}

/** A cell that somebody wishes for stays closed until they can be asked. Refused where it is not as it was seen. */
export const keptChange = (
  by: Actor,
  op: string,
  now: Instant,
  { station, date, group, cell }: { station: StationId; date: LocalDate; group: Group; cell: string },
  { was, until }: Used,
  then: Instant,
): Change => ({
  table: "bookings",
  item: {
    ...keys.place(station, date, group, cell),
    ...stamp(by, op, now, 2),
    until: then,
    ...(was && { was }),
    ttl: Math.floor((instantOf(date, "00:00") + 91 * day) / 1000),
  },
  when: { says: "#until = :seen", values: { ":seen": until } },
  or: new Problem("place-taken"),
})
