/** An employer's list under way: sealed, gone a day later; each row's outcome an item of its own. */
import type { Actor } from "#domain/actor"
import type { Person } from "#domain/person"
import { Problem, type ProblemCode } from "#domain/problem"
import type { ServiceId } from "#domain/service"
import type { StationId } from "#domain/station"
import { day, type Instant, type LocalDate, type LocalTime } from "#domain/time"
import type { World } from "#world"
import * as keys from "./keys.ts"
import { absent, type Change, get, query, stamp } from "./table.ts"

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
  size: number
  sealed: Uint8Array
}

export type RowOutcome = { row: number } & (
  | { ref: string; date: LocalDate; time: LocalTime; refused?: never }
  | { refused: ProblemCode; ref?: never }
)

const where = (id: string) => `bookings/group#${id}/rows`

export const sealRows = (world: World, id: string, rows: readonly Row[], month: string) =>
  world.vault.seal(where(id), rows, month)

export const openRows = async (world: World, { id, sealed }: GroupBooking): Promise<readonly Row[]> =>
  (await world.vault.open(where(id), sealed)) as readonly Row[]

const gone = (now: Instant) => Math.floor((now + day) / 1000)

export async function find(world: World, id: string): Promise<GroupBooking | undefined> {
  const item = await get(world, "bookings", keys.groupBooking(id))
  if (!item) return undefined
  const { pk: _pk, sk: _sk, v: _v, by: _by, op: _op, at: _at, ttl: _ttl, ...rest } = item
  return { ...rest, id } as GroupBooking
}

export async function outcomes(world: World, id: string): Promise<RowOutcome[]> {
  const items = await query(world, "bookings", keys.groupBooking(id).pk, { from: "r#", to: "r#~" })
  return items.map(({ row, ref, date, time, refused }) => ({ row, ref, date, time, refused }) as RowOutcome)
}

export const groupChange = (by: Actor, op: string, now: Instant, { id, ...rest }: GroupBooking): Change => ({
  table: "bookings",
  item: { ...keys.groupBooking(id), ...stamp(by, op, now, 1), ...rest, ttl: gone(now) },
  when: absent,
  or: new Problem("key-reused"),
})

export const outcomeChange = (by: Actor, op: string, now: Instant, id: string, outcome: RowOutcome): Change => ({
  table: "bookings",
  item: { ...keys.groupRow(id, outcome.row), ...stamp(by, op, now, 1), ...outcome, ttl: gone(now) },
  when: absent,
  or: new Problem("changed-meanwhile"),
})
