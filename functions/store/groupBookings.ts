/** An employer's list under way: sealed, gone a day later; each row's outcome an item of its own. */
import type { Actor } from "#domain/actor"
import type { NoticeVersion } from "#domain/notice"
import type { Person } from "#domain/person"
import { Problem, type ProblemCode } from "#domain/problem"
import { ttlAfter } from "#domain/retention"
import type { ServiceId } from "#domain/service"
import type { StationId } from "#domain/station"
import type { Instant, LocalDate, LocalTime } from "#domain/time"
import type { World } from "#world"
import * as keys from "./keys.ts"
import { absent, type Change, get, query, seen, stamp } from "./table.ts"

/** `row` is its number in the file, as a person counts. */
export type Row = Person & { row: number; phone?: string }

export type GroupBooking = {
  id: string
  /** Blind index of the phone that sent it. */
  phone: string
  /** What the form said, as a short digest. */
  form: string
  station: StationId
  services: readonly ServiceId[]
  from: LocalDate
  language: "zh" | "en"
  notice: NoticeVersion
  size: number
  sealed: Uint8Array
  /** Its sender has deleted it. */
  gone?: Instant
}

export type Kept = GroupBooking & { v: number; at: Instant; until: Instant }

export type RowOutcome = { row: number } & (
  | { ref: string; date: LocalDate; time: LocalTime; refused?: never }
  | { refused: ProblemCode; ref?: never }
)

const where = (id: string) => `bookings/group#${id}/rows`

export const sealRows = (world: World, id: string, rows: readonly Row[], month: string) =>
  world.vault.seal(where(id), rows, month)

export const openRows = async (world: World, { id, sealed }: GroupBooking): Promise<readonly Row[]> =>
  (await world.vault.open(where(id), sealed)) as readonly Row[]

export async function find(world: World, id: string): Promise<Kept | undefined> {
  const item = await get(world, "bookings", keys.groupBooking(id))
  if (!item || item.gone) return undefined
  const { pk: _pk, sk: _sk, by: _by, op: _op, ttl, ...rest } = item
  return { ...rest, id, until: ttl! * 1000 } as Kept
}

/** Those that a phone sent and that are still kept. */
export async function sentBy(world: World, phone: string): Promise<Kept[]> {
  const listed = await query(world, "bookings", keys.listsOf(phone))
  return (await Promise.all(listed.map(({ sk }) => find(world, sk)))).filter((it) => it !== undefined)
}

export async function outcomes(world: World, id: string): Promise<RowOutcome[]> {
  const items = await query(world, "bookings", keys.groupBooking(id).pk, { from: "r#", to: "r#~" })
  return items.map(({ row, ref, date, time, refused }) => ({ row, ref, date, time, refused }) as RowOutcome)
}

export const groupChange = (by: Actor, op: string, now: Instant, { id, ...rest }: GroupBooking): Change => ({
  table: "bookings",
  item: { ...keys.groupBooking(id), ...stamp(by, op, now, 1), ...rest, ttl: ttlAfter(now, "list") },
  when: absent,
  or: new Problem("key-reused"),
})

/** A pointer beside the list, by which its sender finds it. */
export const listedChange = (by: Actor, op: string, now: Instant, { id, phone }: GroupBooking): Change => ({
  table: "bookings",
  item: { ...keys.listed(phone, id), ...stamp(by, op, now, 1), ttl: ttlAfter(now, "list") },
  when: absent,
  or: new Problem("key-reused"),
})

/** With fewer rows, or none at all; it is kept no longer for that. */
export const resealedChange = (
  by: Actor,
  op: string,
  now: Instant,
  { id, v, at: _, until, ...rest }: Kept,
): Change => ({
  table: "bookings",
  item: { ...keys.groupBooking(id), ...rest, ...stamp(by, op, now, v + 1), ttl: Math.floor(until / 1000) },
  when: seen(v),
  or: new Problem("changed-meanwhile"),
})

export const outcomeChange = (by: Actor, op: string, now: Instant, id: string, outcome: RowOutcome): Change => ({
  table: "bookings",
  item: { ...keys.groupRow(id, outcome.row), ...stamp(by, op, now, 1), ...outcome, ttl: ttlAfter(now, "list") },
  when: absent,
  or: new Problem("changed-meanwhile"),
})
