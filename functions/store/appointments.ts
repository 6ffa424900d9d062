/**
 * Appointments lie on the person's item, one per group; each covered cell of the grid holds a pointer to it. Whose a reference is
 * lies in Keys, with the secret that their details are sealed with besides the month's data key.
 */
import type { Actor } from "#domain/actor"
import { type Appointment, emptied, isActive, keyLife, type PastAppointment, pastKept } from "#domain/appointment"
import type { Person } from "#domain/person"
import { type Cell, cellName } from "#domain/places"
import { Problem, type ProblemCode } from "#domain/problem"
import { ttlAfter } from "#domain/retention"
import { type Group, groups } from "#domain/service"
import type { StationId } from "#domain/station"
import { day, type Instant, instantOf, type LocalDate } from "#domain/time"
import type { World } from "#world"
import * as keys from "./keys.ts"
import { absent, type Change, get, getMany, type Item, type Patience, query, seen, stamp, write } from "./table.ts"
import { needsSecret } from "./vault.ts"

export type Sealed = Person & { phone: string; guardian?: Person }

/** From the end of the day of the visit. */
const ttlOf = (date: LocalDate) => ttlAfter(instantOf(date, "00:00") + day, "appointment")
export const overAt = (date: LocalDate): Instant => ttlOf(date) * 1000

const where = (person: string, group: Group) => `bookings/person#${person}/${group}`

/** `secret` is what the booking's reference is bound with. */
export const sealPerson = (
  world: World,
  person: string,
  group: Group,
  details: Sealed,
  month: string,
  secret: Uint8Array,
) => world.vault.seal(where(person, group), details, month, secret)

type Kept = Pick<Appointment, "person" | "group" | "ref" | "sealed">

/**
 * Opens name, ID number and phone; undefined where they were shredded. Whoever shows them to another person, masked too, records
 * it first (audits.opening).
 */
export const openPerson = async (world: World, it: Kept): Promise<Sealed | undefined> =>
  opened(world, it, needsSecret(it.sealed) ? await secretOf(world, it.ref) : undefined)

/** The same of many, in their order, their secrets read in batches. */
export async function openPeople(world: World, them: readonly Kept[]): Promise<(Sealed | undefined)[]> {
  const refs = them.filter(({ sealed }) => needsSecret(sealed)).map(({ ref }) => ref)
  const items = await referencesOf(world, refs)
  const secrets = new Map(items.map(({ pk, secret }) => [pk, secret as Uint8Array | undefined]))
  return Promise.all(them.map((it) => opened(world, it, secrets.get(keys.reference(it.ref).pk))))
}

const opened = async (world: World, it: Kept, secret: Uint8Array | undefined) =>
  it.sealed.length === 0
    ? undefined
    : ((await world.vault.open(where(it.person, it.group), it.sealed, secret)) as Sealed | undefined)

/** What a booking's details are sealed with; undefined once it was shredded. */
export const secretOf = async (world: World, ref: string): Promise<Uint8Array | undefined> =>
  (await ownerOf(world, ref))?.secret

const fromItem = (item: Item): Appointment => {
  const { pk, sk, v: _v, by: _by, op: _op, at: _at, ttl: _ttl, ...rest } = item
  return { ...rest, person: pk.slice("person#".length), group: sk, v: item.v } as Appointment
}

export async function find(world: World, person: string, group: Group): Promise<Appointment | undefined> {
  const item = await get(world, "bookings", keys.person(person, group))
  return item && fromItem(item)
}

/** Whom a reference was given to. Without a secret it was shredded, and stays so. */
export type Owner = Pick<Appointment, "person" | "group"> & { v: number; secret?: Uint8Array; until: Instant }

export const ownerIn = ({ v, person, group, secret, ttl }: Item): Owner => ({
  v,
  person: indexIn(person as Uint8Array),
  group: group as Group,
  ...(secret !== undefined && { secret: secret as Uint8Array }),
  until: ttl! * 1000,
})

/** The items of many references, those that are there. */
export const referencesOf = (world: World, refs: readonly string[]): Promise<Item[]> =>
  getMany(world, "keys", refs.map(keys.reference))

/** Whose a reference is, whatever became of their booking. */
export async function ownerOf(world: World, ref: string): Promise<Owner | undefined> {
  const item = await get(world, "keys", keys.reference(ref))
  return item && ownerIn(item)
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
 * is refused. Written before the booking, which may still find its place taken; it says nothing of a booking by itself. Answers
 * the secret to seal under: ours, or of the same form's other sending, which was quicker. Refusals: key-reused, key-expired
 * (what this key booked was deleted), busy.
 */
export async function bind(
  world: World,
  by: Actor,
  op: string,
  it: Claimer & Spot,
  patience: Patience,
): Promise<Uint8Array> {
  const secret = world.random(16)
  const mark = Buffer.from(world.random(6)).toString("base64url")
  const item = {
    ...keys.reference(it.ref),
    // An operation of its own: two sendings in the same moment must not take each other's secret for theirs.
    ...stamp(by, `${op}:${mark}`, world.now(), 1),
    person: Buffer.from(it.person, "base64url"),
    group: it.group,
    secret,
    ttl: Math.floor((overAt(it.date) + moving) / 1000),
  }
  const refusal = new Problem("key-reused")
  const outcome = await write(world, [{ table: "keys", item, when: absent, or: refusal }], patience)
  if (outcome.written) return secret
  const found = outcome.failed[0]!.found
  if (!found) throw new Problem("busy")
  return mayUse(ownerIn(found), it)
}

/** The secret of a reference that this person uses again for the same group. Refusals: key-reused, key-expired. */
export function mayUse(owner: Owner, { person, group }: Pick<Claimer, "person" | "group">): Uint8Array {
  if (owner.person !== person || owner.group !== group) throw new Problem("key-reused")
  if (!owner.secret) throw new Problem("key-expired")
  return owner.secret
}

/** By so much TTL takes a reference later than its first day's booking, since that may be moved from week to week; the purge is exact. */
export const moving = 180 * day

/**
 * Destroys the secret of a booking: its details, and an appeal made by its link, can then be opened nowhere, in no table, stream,
 * parked record or backup that has not got the secret. The reference stays taken.
 */
export const shred = (by: Actor, op: string, now: Instant, ref: string, owner: Owner): Change => ({
  table: "keys",
  item: {
    ...keys.reference(ref),
    ...stamp(by, op, now, owner.v + 1),
    person: Buffer.from(owner.person, "base64url"),
    group: owner.group,
    gone: now,
    ttl: Math.floor(owner.until / 1000),
  },
  when: seen(owner.v),
  or: new Problem("changed-meanwhile"),
})

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
  return present(items)
}

/** Those that their people have not deleted. */
const present = (items: readonly Item[]): Appointment[] => items.filter(({ gone }) => !gone).map(fromItem)

/** A person's in every group, deleted ones too. */
export const ofPerson = async (world: World, person: string): Promise<Appointment[]> =>
  (
    await getMany(
      world,
      "bookings",
      groups.map((group) => keys.person(person, group)),
    )
  ).map(fromItem)

/** Whose these references are; those that nobody was given are left out. */
export const ownersOf = async (world: World, refs: readonly string[]): Promise<(Owner & { ref: string })[]> =>
  (await getMany(world, "keys", refs.map(keys.reference))).map((item) => ({
    ...ownerIn(item),
    ref: item.pk.slice("ref#".length),
  }))

/** Many people's of a group, by their blind index: one booking each, however often they are named; who has none is left out. */
export const ofPeople = async (
  world: World,
  people: readonly { person: string; group: Group }[],
): Promise<Appointment[]> =>
  present(
    await getMany(
      world,
      "bookings",
      people.map((it) => keys.person(it.person, it.group)),
    ),
  )

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

/** What is left of a booking that its person deletes; a week later nothing counts it. */
export function emptiedChange(by: Actor, op: string, now: Instant, it: Appointment): Change {
  const change = personChange(by, op, now, emptied(it, op, now), it.v, "changed-meanwhile")
  return { ...change, item: { ...change.item, ttl: Math.floor((now + 8 * day) / 1000) } }
}

/** A phone that a booking had before it was corrected, to be told of it. */
export const sealFormer = (world: World, it: Kept, phone: string, month: string, secret: Uint8Array) =>
  world.vault.seal(`${where(it.person, it.group)}/former`, phone, month, secret)

export async function openFormer(world: World, it: Appointment, op: string): Promise<string | undefined> {
  const former = it.corrected?.formers.find((one) => one.op === op)?.sealed
  const secret = former && (await secretOf(world, it.ref))
  return secret && ((await world.vault.open(`${where(it.person, it.group)}/former`, former, secret)) as string)
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

/** Nobody has it, its release time has come, it is held for this very booking, or was left by it and is nobody's yet. */
const free = (it: Claimer, now: Instant, seen?: Instant): Change["when"] => ({
  says: [
    "attribute_not_exists(pk) OR #until <= :now OR #for = :ref OR (#was = :ref AND attribute_exists(#left))",
    ...(seen === undefined ? [] : ["#until = :seen"]),
  ].join(" OR "),
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

/**
 * A cell given back: closed until its release time, so that places cannot be traded hand to hand. What a booking has `left` by a
 * move stays open to that booking alone: it may come back.
 */
export const release = (
  by: Actor,
  op: string,
  now: Instant,
  it: Claimer,
  { station, date }: Spot,
  cell: Cell,
  until: Instant,
  left = false,
): Change => ({
  table: "bookings",
  item: {
    ...keys.place(station, date, it.group, cellName(cell)),
    ...stamp(by, op, now, 2),
    until,
    was: it.ref,
    ...(left && { left }),
    ttl: ttlOf(date),
  },
  when: { says: "#for = :ref", values: { ":ref": it.ref } },
  or: new Problem("changed-meanwhile"),
})

export const active = (it: Appointment | undefined, now: Instant) => (it && isActive(it, now) ? it : undefined)
