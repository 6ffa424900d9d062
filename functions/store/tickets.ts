/** A ticket's own history: what stays when the line has moved on. Where it stands now, the line knows. */
import type { Actor } from "#domain/actor"
import type { Outcome, TicketNumber, Visit } from "#domain/line"
import type { Note } from "#domain/offline"
import { Problem } from "#domain/problem"
import { ttlAfter } from "#domain/retention"
import type { Group, ServiceId } from "#domain/service"
import type { StationId, WindowNo } from "#domain/station"
import { day, type Instant, instantOf, type LocalDate } from "#domain/time"
import type { World } from "#world"
import * as keys from "./keys.ts"
import { type Change, get, type Item, query, seen, stamp } from "./table.ts"

export type Ticket = {
  station: StationId
  date: LocalDate
  number: TicketNumber
  v: number
  /** "void": a number of an offline kiosk that nobody waits under. */
  state: "waiting" | "served" | "expired" | "left" | "void"
  services: readonly ServiceId[]
  /** The operation that took it: a kiosk that asks again is told the same number. */
  taken: string
  takenAt: Instant
  /** Of whoever checked in an appointment: where their details lie. */
  appointment?: { person: string; group: Group; ref: string }
  /** Of whoever took it by phone: its blind index, the number sealed, the language to tell them in. */
  phone?: { index: string; sealed: Uint8Array; language: "zh" | "en" }
  /** The wait that was promised when it was given, in minutes from then. */
  promised?: readonly [low: number, high: number]
  /** How many were ahead when it was given. */
  ahead?: number
  calledAt?: Instant
  calls?: number
  startedAt?: Instant
  endedAt?: Instant
  window?: WindowNo
  /** How a finished visit ended. */
  outcome?: Outcome
  /** How a finished visit stood at the window, so that a finish can be taken back. */
  visit?: Visit
  /** An officer called this person out of turn. */
  override?: { by: string; reason: string; at: Instant }
  /** The number under which this person's place goes on. */
  goesOnAs?: TicketNumber
  /** What became of the appointment that was shown to an offline kiosk. */
  note?: Note
}

/** Where a ticket's sealed phone lies. */
const where = ({ station, date, number }: Pick<Ticket, "station" | "date" | "number">) =>
  `live/${keys.lineOf(station, date)}/t#${number}/phone`

export const sealPhone = (world: World, of: Pick<Ticket, "station" | "date" | "number">, mobile: string) =>
  world.vault.seal(where(of), mobile, of.date.slice(0, 7))

export const openPhone = async (world: World, it: Ticket & Required<Pick<Ticket, "phone">>): Promise<string> =>
  (await world.vault.open(where(it), it.phone.sealed)) as string

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

const ttlOf = (date: LocalDate) => ttlAfter(instantOf(date, "00:00") + day, "ticket")

export function ticketChange(by: Actor, op: string, now: Instant, ticket: Ticket): Change {
  const { station, date, v, ...rest } = ticket
  return {
    table: "live",
    item: { ...keys.ticket(station, date, ticket.number), ...rest, ...stamp(by, op, now, v + 1), ttl: ttlOf(date) },
    when: seen(v),
    or: new Problem("changed-meanwhile"),
  }
}
