/** Which ticket a phone took for itself on a service day: one item a phone and day, so that it holds one waiting ticket at most. */
import type { Actor } from "#domain/actor"
import type { TicketNumber } from "#domain/line"
import { Problem } from "#domain/problem"
import { ttlAfter } from "#domain/retention"
import type { StationId } from "#domain/station"
import { day, type Instant, instantOf, type LocalDate } from "#domain/time"
import type { World } from "#world"
import * as keys from "./keys.ts"
import { type Change, get, type Item, query, seen, stamp } from "./table.ts"

export type Remote = {
  /** Blind index of the phone. */
  phone: string
  date: LocalDate
  v: number
  station: StationId
  number: TicketNumber
  /** The operation that took it. */
  taken: string
  /** Those it took before, that day. */
  earlier?: readonly { station: StationId; number: TicketNumber }[]
}

const fromItem = (phone: string, item: Item): Remote => {
  const { station, number, taken, earlier } = item as Item & Pick<Remote, "station" | "number" | "taken" | "earlier">
  return { phone, date: item.sk, v: item.v, station, number, taken, ...(earlier && { earlier }) }
}

export async function find(world: World, phone: string, date: LocalDate): Promise<Remote | undefined> {
  const item = await get(world, "live", keys.remote(phone, date))
  return item && fromItem(phone, item)
}

/** Of every day that is still kept. */
export const of = async (world: World, phone: string): Promise<Remote[]> =>
  (await query(world, "live", keys.remotesOf(phone))).map((item) => fromItem(phone, item))

/** `changed-meanwhile` where the phone took another ticket since it was read: read again. */
export function remoteChange(by: Actor, op: string, now: Instant, { phone, date, v, ...rest }: Remote): Change {
  return {
    table: "live",
    item: {
      ...keys.remote(phone, date),
      ...rest,
      ...stamp(by, op, now, v + 1),
      ttl: ttlAfter(instantOf(date, "00:00") + day, "ticket"),
    },
    when: seen(v),
    or: new Problem("changed-meanwhile"),
  }
}
