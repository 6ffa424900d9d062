/** Which ticket a phone took for itself on a service day: one item a phone and day, so that it holds one waiting ticket at most. */
import type { Actor } from "#domain/actor"
import type { TicketNumber } from "#domain/line"
import { Problem } from "#domain/problem"
import type { StationId } from "#domain/station"
import { day, type Instant, instantOf, type LocalDate } from "#domain/time"
import type { World } from "#world"
import * as keys from "./keys.ts"
import { type Change, get, seen, stamp } from "./table.ts"

export type Remote = {
  /** Blind index of the phone. */
  phone: string
  date: LocalDate
  v: number
  station: StationId
  number: TicketNumber
  /** The operation that took it. */
  taken: string
}

export async function find(world: World, phone: string, date: LocalDate): Promise<Remote | undefined> {
  const item = await get(world, "live", keys.remote(phone, date))
  if (!item) return undefined
  const { station, number, taken } = item as typeof item & Pick<Remote, "station" | "number" | "taken">
  return { phone, date, v: item.v, station, number, taken }
}

/** `changed-meanwhile` where the phone took another ticket since it was read: read again. */
export function remoteChange(by: Actor, op: string, now: Instant, { phone, date, v, ...rest }: Remote): Change {
  return {
    table: "live",
    item: {
      ...keys.remote(phone, date),
      ...rest,
      ...stamp(by, op, now, v + 1),
      ttl: Math.floor((instantOf(date, "00:00") + 31 * day) / 1000),
    },
    when: seen(v),
    or: new Problem("changed-meanwhile"),
  }
}
