/** Appointments lie on the person's item, one per group; each covered cell of the grid holds a pointer to it. */
import type { Actor } from "#domain/actor"
import { type Appointment, isActive, keyLife, type PastAppointment, pastKept } from "#domain/appointment"
import type { Person } from "#domain/person"
import { type Cell, cellName } from "#domain/places"
import { Problem, type ProblemCode } from "#domain/problem"
import type { Group } from "#domain/service"
import type { StationId } from "#domain/station"
import { day, type Instant, instantOf, type LocalDate } from "#domain/time"
import type { World } from "#world"
import * as keys from "./keys.ts"
import { type Change, findByRef, get, getMany, type Item, pause, query, seen, stamp } from "./table.ts"

export type Sealed = Person & { phone: string }

/** Seconds, as DynamoDB's TTL reads it: 90 days after the visit (domain.md §6.3, ours). */
const ttlOf = (date: LocalDate) => Math.floor((instantOf(date, "00:00") + 91 * day) / 1000)

const where = (person: string, group: Group) => `bookings/person#${person}/${group}`

export const sealPerson = (world: World, person: string, group: Group, details: Sealed, month: string) =>
  world.vault.seal(where(person, group), details, month)

/** Opens name, ID number and phone. Whoever shows them to another person, masked too, records it first (audits.opening). */
export const openPerson = async (world: World, it: Pick<Appointment, "person" | "group" | "sealed">): Promise<Sealed> =>
  (await world.vault.open(where(it.person, it.group), it.sealed)) as Sealed

const fromItem = (item: Item): Appointment => {
  const { pk, sk, v: _v, by: _by, op: _op, at: _at, ttl: _ttl, ...rest } = item
  return { ...rest, person: pk.slice("person#".length), group: sk, v: item.v } as Appointment
}

export async function find(world: World, person: string, group: Group): Promise<Appointment | undefined> {
  const item = await get(world, "bookings", keys.person(person, group))
  return item && fromItem(item)
}

/** By the human reference. The index lags behind the table, so a miss is asked again, twice. */
export async function findByReference(world: World, ref: string): Promise<Appointment | undefined> {
  for (let attempt = 1; attempt <= 3; attempt++) {
    const key = await findByRef(world, ref)
    const item = key && (await get(world, "bookings", key))
    if (item) return fromItem(item)
    await pause(attempt)
  }
  return undefined
}

/** The booking of this reference as it now stands, whether it is the current one or one of the past. */
export function asItStands(it: Appointment, ref: string): PastAppointment | undefined {
  return it.ref === ref ? it : it.past.find((past) => past.ref === ref)
}

/** Everyone booked for this group on this day, or with a cell in the range: the pointers, then the person items in batches. */
export async function onDay(
  world: World,
  station: StationId,
  date: LocalDate,
  group: Group,
  range: { from?: string; to?: string; how?: "now" | "soon" } = {},
): Promise<Appointment[]> {
  const cells = await query(world, "bookings", keys.dayOf(station, date, group), range)
  const people = [...new Set(cells.flatMap((cell) => (cell.person ? [indexIn(cell.person as Uint8Array)] : [])))]
  const items = await getMany(
    world,
    "bookings",
    people.map((it) => keys.person(it, group)),
  )
  return items.map(fromItem).filter((it) => it.station === station && it.date === date)
}

/** Names of the cells of a day that nobody can book now. A cancelled cell counts until its release. */
export async function takenCells(
  world: World,
  station: StationId,
  date: LocalDate,
  group: Group,
  now: Instant,
  range: { from?: string; to?: string; how?: "now" | "soon" } = {},
): Promise<Set<string>> {
  const cells = await query(world, "bookings", keys.dayOf(station, date, group), { only: ["sk", "until"], ...range })
  return new Set(cells.flatMap((cell) => (typeof cell.until === "number" && cell.until <= now ? [] : [cell.sk])))
}

export const nextPast = (before: Appointment | undefined, now: Instant): PastAppointment[] => {
  if (!before) return []
  const { ref, state, station, date, time, lane, services, bookedAt } = before
  return [{ ref, state, station, date, time, lane, services, bookedAt }, ...before.past]
    .filter((it) => now - it.bookedAt < keyLife)
    .slice(0, pastKept)
}

/** Puts the person's item over the version that was seen, 0 for none. */
export function personChange(
  by: Actor,
  op: string,
  now: Instant,
  it: Appointment,
  sawVersion: number,
  or: ProblemCode,
): Change {
  const { person, group, v: _, ...rest } = it
  return {
    table: "bookings",
    item: { ...keys.person(person, group), ...stamp(by, op, now, sawVersion + 1), ...rest, ttl: ttlOf(it.date) },
    when: seen(sawVersion),
    or: new Problem(or),
  }
}

/** A pointer is small: the index lies in its own 16 bytes rather than 22 letters. */
const indexIn = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64url")

/** A cell for a person, if nobody has it or its release time has come. A use of a cell counts from 1; giving it back is 2. */
export function claim(by: Actor, op: string, now: Instant, it: Appointment, cell: Cell): Change {
  return {
    table: "bookings",
    item: {
      ...keys.place(it.station, it.date, it.group, cellName(cell)),
      ...stamp(by, op, now, 1),
      person: Buffer.from(it.person, "base64url"),
      for: it.ref,
      ttl: ttlOf(it.date),
    },
    when: { says: "attribute_not_exists(pk) OR #until <= :now", values: { ":now": now } },
    or: new Problem("place-taken"),
  }
}

/** A cell given back: closed until its release time, so that places cannot be traded hand to hand. */
export function release(
  by: Actor,
  op: string,
  now: Instant,
  it: PastAppointment & { group: Group },
  cell: Cell,
  until: Instant,
): Change {
  return {
    table: "bookings",
    item: {
      ...keys.place(it.station, it.date, it.group, cellName(cell)),
      ...stamp(by, op, now, 2),
      until,
      ttl: ttlOf(it.date),
    },
    when: { says: "#for = :ref", values: { ":ref": it.ref } },
    or: new Problem("changed-meanwhile"),
  }
}

export const active = (it: Appointment | undefined, now: Instant) => (it && isActive(it, now) ? it : undefined)
