/** Appointments lie on the person's item, one per group; each covered cell of the grid holds a pointer to it. */
import type { Actor } from "#domain/actor"
import { type Appointment, isActive, keyLife, type PastAppointment, pastKept } from "#domain/appointment"
import type { Person } from "#domain/person"
import { type Cell, cellName } from "#domain/places"
import { Problem, type ProblemCode } from "#domain/problem"
import type { Group } from "#domain/service"
import type { StationId } from "#domain/station"
import { addDays, day, type Instant, instantOf, type LocalDate } from "#domain/time"
import type { World } from "#world"
import * as keys from "./keys.ts"
import { type Change, get, getMany, type Item, query, seen, stamp } from "./table.ts"

export type Sealed = Person & { phone: string; guardian?: Person }

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

/** Whose a reference is, whatever became of their booking. */
export async function ownerOf(world: World, ref: string): Promise<Pick<Appointment, "person" | "group"> | undefined> {
  const item = await get(world, "bookings", keys.reference(ref))
  return item && { person: indexIn(item.person as Uint8Array), group: item.group as Group }
}

/** The present booking of whoever this reference was given to: it, or one that came after it. */
export async function findHolder(world: World, ref: string): Promise<Appointment | undefined> {
  const owner = await ownerOf(world, ref)
  return owner && find(world, owner.person, owner.group)
}

/** By the human reference, while it is the person's present booking. */
export async function findByReference(world: World, ref: string): Promise<Appointment | undefined> {
  const it = await findHolder(world, ref)
  return it?.ref === ref ? it : undefined
}

/**
 * Gives a reference, and so the form's key that it follows from, to one person and group: whoever uses the key next for another
 * is refused. Written before the booking, which may still find its place taken; it says nothing of a booking by itself.
 */
export const binding = (by: Actor, op: string, now: Instant, it: Claimer & Spot): Change => {
  const person = Buffer.from(it.person, "base64url")
  return {
    table: "bookings",
    item: {
      ...keys.reference(it.ref),
      ...stamp(by, op, now, 1),
      person,
      group: it.group,
      // A booking may be moved from week to week.
      ttl: ttlOf(addDays(it.date, 180)),
    },
    when: {
      says: "attribute_not_exists(pk) OR (#person = :person AND #group = :group)",
      values: { ":person": person, ":group": it.group },
    },
    or: new Problem("key-reused"),
  }
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
  const booked = await behind(
    world,
    group,
    cells.filter(({ until }) => !until),
  )
  return booked.filter((it) => it.station === station && it.date === date)
}

/** Everyone for whom a cell of this day is held until they answer. */
export async function heldOn(
  world: World,
  station: StationId,
  date: LocalDate,
  group: Group,
  now: Instant,
): Promise<Appointment[]> {
  const cells = await query(world, "bookings", keys.dayOf(station, date, group))
  return behind(
    world,
    group,
    cells.filter(({ until }) => typeof until === "number" && until > now),
  )
}

async function behind(world: World, group: Group, cells: readonly Item[]): Promise<Appointment[]> {
  const people = new Set(cells.flatMap(({ person }) => (person ? [indexIn(person as Uint8Array)] : [])))
  const items = await getMany(
    world,
    "bookings",
    [...people].map((it) => keys.person(it, group)),
  )
  return items.map(fromItem)
}

/** Many people's of a group, by their blind index; who has none is left out. */
export const ofPeople = async (
  world: World,
  people: readonly { person: string; group: Group }[],
): Promise<Appointment[]> =>
  (
    await getMany(
      world,
      "bookings",
      people.map((it) => keys.person(it.person, it.group)),
    )
  ).map(fromItem)

export const nextPast = (before: Appointment | undefined, now: Instant): PastAppointment[] => {
  if (!before) return []
  const { ref, state, station, date, time, lane, services, bookedAt, form } = before
  return [{ ref, state, station, date, time, lane, services, bookedAt, form }, ...before.past]
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

/** Whose a cell becomes: a booking's reference and person, and the group of the grid it lies in. */
type Claimer = Pick<Appointment, "person" | "group" | "ref">
type Spot = Pick<Appointment, "station" | "date">

const pointer = (it: Claimer, { station, date }: Spot, cell: Cell) => ({
  ...keys.place(station, date, it.group, cellName(cell)),
  person: Buffer.from(it.person, "base64url"),
  for: it.ref,
  ttl: ttlOf(date),
})

/** Nobody has it, its release time has come, or it is held for this very booking. */
const free = (it: Claimer, now: Instant, seen?: Instant): Change["when"] => ({
  says: `attribute_not_exists(pk) OR #until <= :now OR #for = :ref${seen === undefined ? "" : " OR #until = :seen"}`,
  values: { ":now": now, ":ref": it.ref, ...(seen !== undefined && { ":seen": seen }) },
})

/** A cell for a person, if it is free to them. A use of a cell counts from 1; giving it back is 2. */
export const claim = (by: Actor, op: string, now: Instant, it: Claimer, at: Spot, cell: Cell): Change => ({
  table: "bookings",
  item: { ...pointer(it, at, cell), ...stamp(by, op, now, 1) },
  when: free(it, now),
  or: new Problem("place-taken"),
})

/** What the waiting list takes over before the public can: the release time that it saw there, and until when it keeps the cell. */
export type Taking = { seen?: Instant; until: Instant }

/** A cell kept for a booking that may move there until the deadline; then it is anybody's, or the waiting list's for a while. */
export const hold = (
  by: Actor,
  op: string,
  now: Instant,
  it: Claimer,
  at: Spot,
  cell: Cell,
  until: Instant,
  taking?: Taking,
): Change => ({
  table: "bookings",
  item: {
    ...pointer(it, at, cell),
    ...stamp(by, op, now, 1),
    until: taking?.until ?? until,
    ...(taking && { due: until }),
  },
  when: free(it, now, taking?.seen),
  or: new Problem("place-taken"),
})

/** A cell given back: closed until its release time, so that places cannot be traded hand to hand. */
export const release = (
  by: Actor,
  op: string,
  now: Instant,
  it: Claimer,
  { station, date }: Spot,
  cell: Cell,
  until: Instant,
): Change => ({
  table: "bookings",
  item: {
    ...keys.place(station, date, it.group, cellName(cell)),
    ...stamp(by, op, now, 2),
    until,
    was: it.ref,
    ttl: ttlOf(date),
  },
  when: { says: "#for = :ref", values: { ":ref": it.ref } },
  or: new Problem("changed-meanwhile"),
})

export const active = (it: Appointment | undefined, now: Instant) => (it && isActive(it, now) ? it : undefined)
