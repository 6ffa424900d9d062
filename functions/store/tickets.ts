/** A ticket's own history: what stays when the line has moved on. Where it stands now, the line knows. */
import type { Actor } from "#domain/actor"
import type { TicketNumber } from "#domain/line"
import { Problem } from "#domain/problem"
import type { Group, ServiceId } from "#domain/service"
import type { StationId, WindowNo } from "#domain/station"
import { day, type Instant, instantOf, type LocalDate } from "#domain/time"
import type { World } from "#world"
import * as keys from "./keys.ts"
import { absent, type Change, get, type Item, query, seen, stamp } from "./table.ts"

export type Ticket = {
  station: StationId
  date: LocalDate
  number: TicketNumber
  v: number
  state: "waiting" | "served" | "expired"
  services: readonly ServiceId[]
  /** The operation that took it: a kiosk that asks again is told the same number. */
  taken: string
  takenAt: Instant
  /** Of whoever checked in an appointment: where their details lie. */
  appointment?: { person: string; group: Group; ref: string }
  calledAt?: Instant
  calls?: number
  startedAt?: Instant
  endedAt?: Instant
  window?: WindowNo
}

const fromItem = (item: Item): Ticket => {
  const { pk, sk: _sk, by: _by, op: _op, at: _at, ttl: _ttl, ...rest } = item
  const [, station, date] = pk.split("#")
  return { ...rest, station, date } as unknown as Ticket
}

export async function find(
  world: World,
  station: StationId,
  date: LocalDate,
  number: TicketNumber,
  how: "now" | "soon" = "now",
) {
  const item = await get(world, "live", keys.ticket(station, date, number), how)
  return item && fromItem(item)
}

export async function ofDay(world: World, station: StationId, date: LocalDate): Promise<Ticket[]> {
  return (await query(world, "live", keys.lineOf(station, date), { from: "t#", to: "t#~" })).map(fromItem)
}

/** 30 days (domain.md §6.3, ours). */
const ttlOf = (date: LocalDate) => Math.floor((instantOf(date, "00:00") + 31 * day) / 1000)

export function ticketChange(by: Actor, op: string, now: Instant, ticket: Ticket): Change {
  const { station, date, v, ...rest } = ticket
  return {
    table: "live",
    item: { ...keys.ticket(station, date, ticket.number), ...rest, ...stamp(by, op, now, v + 1), ttl: ttlOf(date) },
    when: v === 0 ? absent : seen(v),
    or: new Problem("changed-meanwhile"),
  }
}
