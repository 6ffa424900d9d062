/** What devices report, and the letters that kiosks hold. Apart from the device itself, so that a report never stands in a revocation's way. */
import type { Actor } from "#domain/actor"
import type { Fault, Paper } from "#domain/device"
import type { KioskLetter } from "#domain/offline"
import { Problem } from "#domain/problem"
import type { StationId } from "#domain/station"
import { day, type Instant, instantOf, type LocalDate } from "#domain/time"
import type { World } from "#world"
import * as keys from "./keys.ts"
import { absent, type Change, get, type Item, query, seen, stamp } from "./table.ts"

export type Heard = {
  device: string
  station: StationId
  v: number
  kind: "kiosk" | "display"
  name: string
  seenAt: Instant
  paper: Paper
  version: string
  /** Tickets that it has given and we do not have yet. */
  offlineTickets: number
  fault?: Fault
  /** Since when; a fault that lasts into another day begins anew with it, so that it is somebody's task again. */
  faultAt?: Instant
}

const fromItem = ({ pk: _pk, sk, by: _by, op: _op, at: _at, ttl: _ttl, ...rest }: Item) =>
  ({ ...rest, device: sk }) as unknown as Heard

export async function findHeard(world: World, station: StationId, device: string): Promise<Heard | undefined> {
  const item = await get(world, "live", keys.heard(station, device))
  return item && fromItem(item)
}

export async function heardOf(world: World, station: StationId): Promise<Heard[]> {
  return (await query(world, "live", keys.heardOf(station))).map(fromItem)
}

/** A device that is silent for a week is forgotten. */
export const heardChange = (by: Actor, op: string, now: Instant, { device, v, ...rest }: Heard): Change => ({
  table: "live",
  item: {
    ...keys.heard(rest.station, device),
    ...rest,
    ...stamp(by, op, now, v + 1),
    ttl: Math.floor((now + 7 * day) / 1000),
  },
  when: seen(v),
  or: new Problem("changed-meanwhile"),
})

export type Held = { letter: KioskLetter; device: string }

export async function lettersOf(world: World, station: StationId, date: LocalDate): Promise<Held[]> {
  return (await query(world, "live", keys.lettersOf(station, date))).map(
    ({ sk, device }) => ({ letter: sk, device }) as Held,
  )
}

export const letterChange = (
  by: Actor,
  op: string,
  now: Instant,
  { station, date, letter, device }: Held & { station: StationId; date: LocalDate },
): Change => ({
  table: "live",
  item: {
    ...keys.letter(station, date, letter),
    ...stamp(by, op, now, 1),
    station,
    device,
    ttl: Math.floor((instantOf(date, "00:00") + 31 * day) / 1000),
  },
  when: absent,
  or: new Problem("changed-meanwhile"),
})
