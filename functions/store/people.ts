/** The staff's roster, their sessions, and the station's devices. */
import type { Actor, Role } from "#domain/actor"
import { Problem } from "#domain/problem"
import type { StationId } from "#domain/station"
import { hour, type Instant, minute } from "#domain/time"
import type { World } from "#world"
import * as keys from "./keys.ts"
import { type Change, counter, get, getMany, type Item, query, seen, stamp, writeOrRefuse } from "./table.ts"

export type StaffMember = {
  id: string
  v: number
  op: string
  name: string
  role: Role
  station: StationId
  /** On the roster: whoever has left is not. */
  active: boolean
  /** The chief has shut them out, until the chief lets them in again. */
  barred?: boolean
  /** Which sessions live, by their tokens' blind index, the oldest first: whatever is not here has ended. */
  sessions?: readonly string[]
  /** When sign-ins of theirs were refused lately. */
  refused?: readonly Instant[]
  /** Nobody signs in as them until then; who is signed in stays. */
  lockedUntil?: Instant
}

export async function findStaff(world: World, id: string): Promise<StaffMember | undefined> {
  const item = await get(world, "live", keys.staff(id))
  return item && ({ ...item, id } as unknown as StaffMember)
}

export const findMany = async (world: World, ids: readonly string[]): Promise<StaffMember[]> =>
  (await getMany(world, "live", ids.map(keys.staff))).map(
    (item) => ({ ...item, id: item.pk.slice("staff#".length) }) as unknown as StaffMember,
  )

/** Of these, who may answer an alert, and for which unit. */
export async function onCall(world: World, ids: readonly string[]): Promise<ReadonlyMap<string, StationId>> {
  const found = await Promise.all(ids.map((id) => get(world, "live", keys.staff(id))))
  return new Map(
    found.flatMap((item, i) => {
      const it = item as (Item & StaffMember) | undefined
      const mayAnswer = it?.active && !it.barred && (it.role === "officer" || it.role === "chief")
      return mayAnswer ? [[ids[i]!, it.station] as const] : []
    }),
  )
}

const named = new WeakMap<World, Map<string, { name: string; until: Instant }>>()

/** What colleagues call them; kept for ten minutes, since every console asks every second. */
export async function staffName(world: World, id: string): Promise<string> {
  const names = named.get(world) ?? new Map<string, { name: string; until: Instant }>()
  named.set(world, names)
  const known = names.get(id)
  if (known && known.until > world.now()) return known.name
  const name = (await findStaff(world, id))?.name ?? id
  names.set(id, { name, until: world.now() + 10 * minute })
  return name
}

/** A new member where `v` is absent. Whoever may not be here has no session that could live again. */
export const staffChange = (
  by: Actor,
  op: string,
  now: Instant,
  {
    id,
    v = 0,
    name,
    role,
    station,
    active,
    barred,
    sessions = [],
    refused = [],
    lockedUntil,
  }: Omit<StaffMember, "v" | "op"> & { v?: number },
): Change => ({
  table: "live",
  item: {
    ...keys.staff(id),
    ...stamp(by, op, now, v + 1),
    name,
    role,
    station,
    active,
    ...(barred && { barred }),
    sessions: active && !barred ? sessions : [],
    refused,
    ...(lockedUntil && { lockedUntil }),
  },
  when: seen(v),
  or: new Problem("changed-meanwhile"),
})

/** A station's people: a pointer beside each, so that a chief's page is one query; whoever has moved on is not theirs any more. */
export const staffListed = (
  by: Actor,
  op: string,
  now: Instant,
  { id, station }: { id: string; station: StationId },
): Change => ({
  table: "live",
  item: { ...keys.member(station, id), ...stamp(by, op, now, 1) },
  when: seen(0),
  or: new Problem("changed-meanwhile"),
})

export async function staffOf(world: World, station: StationId): Promise<StaffMember[]> {
  const listed = await query(world, "live", keys.membersOf(station))
  const found = await Promise.all(listed.map((it) => findStaff(world, it.sk)))
  return found.flatMap((it) => (it?.station === station ? [it] : []))
}

/** `until` moves with use (30 minutes idle); `ends` does not (10 hours, a shift). `provedAt`: see domain/permission.ts, proofs. */
export type StaffSession = {
  v: number
  staff: string
  until: Instant
  ends: Instant
  over: boolean
  provedAt?: Instant
  /** Of one that proving again has ended: which came in its place. */
  next?: string
}

export async function findStaffSession(world: World, index: string): Promise<StaffSession | undefined> {
  const item = (await get(world, "live", keys.staffSession(index))) as (Item & StaffSession) | undefined
  return item && !item.over && Math.min(item.until, item.ends) > world.now() ? item : undefined
}

/** Which session came in this one's place, if any did. */
export const nextSession = async (world: World, index: string): Promise<string | undefined> =>
  ((await get(world, "live", keys.staffSession(index))) as (Item & StaffSession) | undefined)?.next

export const staffSessionChange = (
  op: string,
  now: Instant,
  index: string,
  { v, staff, until, ends, over, provedAt, next }: StaffSession,
): Change => ({
  table: "live",
  item: {
    ...keys.staffSession(index),
    ...stamp({ kind: "system", name: "sign-in" }, op, now, v + 1),
    by: `staff:${staff}`,
    staff,
    until,
    ends,
    over,
    ...(provedAt !== undefined && { provedAt }),
    ...(next !== undefined && { next }),
    ttl: Math.floor((ends + hour) / 1000),
  },
  when: seen(v),
  or: new Problem("changed-meanwhile"),
})

export type PublicKey = { kty: "EC"; crv: "P-256"; x: string; y: string }
export type Device = {
  id: string
  v: number
  kind: "kiosk" | "display"
  name: string
  station: StationId
  publicKey: PublicKey
  revoked: boolean
  pairedAt: Instant
}

export async function findDevice(world: World, id: string): Promise<Device | undefined> {
  const item = await get(world, "live", keys.device(id))
  return item && ({ ...item, id } as unknown as Device)
}

export function deviceChange(
  by: Actor,
  op: string,
  now: Instant,
  { id, v, kind, name, station, publicKey, revoked, pairedAt }: Device,
): Change {
  return {
    table: "live",
    item: { ...keys.device(id), ...stamp(by, op, now, v + 1), kind, name, station, publicKey, revoked, pairedAt },
    when: seen(v),
    or: new Problem("changed-meanwhile"),
  }
}

/** The station's list of devices: a pointer beside each device, so that a chief's page is one query. */
export const deviceListed = (by: Actor, op: string, now: Instant, station: StationId, id: string): Change => ({
  table: "live",
  item: { pk: `devices#${station}`, sk: id, ...stamp(by, op, now, 1) },
  when: seen(0),
  or: new Problem("changed-meanwhile"),
})

export async function devicesOf(world: World, station: StationId): Promise<Device[]> {
  const listed = await query(world, "live", `devices#${station}`)
  const found = await Promise.all(listed.map((it) => findDevice(world, it.sk)))
  return found.filter((it) => it !== undefined)
}

export type Pairing = {
  v: number
  kind: "kiosk" | "display"
  name: string
  station: StationId
  until: Instant
  used: boolean
}

export async function findPairing(world: World, index: string): Promise<Pairing | undefined> {
  return (await get(world, "live", keys.pairing(index))) as (Item & Pairing) | undefined
}

export const pairingChange = (
  by: Actor,
  op: string,
  now: Instant,
  index: string,
  { v, kind, name, station, until, used }: Pairing,
): Change => ({
  table: "live",
  item: {
    ...keys.pairing(index),
    ...stamp(by, op, now, v + 1),
    kind,
    name,
    station,
    until,
    used,
    ttl: Math.floor((until + hour) / 1000),
  },
  when: seen(v),
  or: new Problem("pairing-wrong"),
})

export const put = (world: World, changes: readonly Change[]) => writeOrRefuse(world, changes, counter())
