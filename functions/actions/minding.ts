/** Minding the station's devices: what they report each minute, and noticing when they no longer do. */
import type { Actor } from "#domain/actor"
import { type Fault, faultOfPaper, isSilent, type Paper, type Presence, presenceOf } from "#domain/device"
import type { KioskLetter } from "#domain/offline"
import { must } from "#domain/permission"
import { Problem } from "#domain/problem"
import { type Station, type StationId, serviceDayOf } from "#domain/station"
import { type Instant, second } from "#domain/time"
import * as devices from "#store/devices"
import * as people from "#store/people"
import * as stations from "#store/stations"
import { counter, write } from "#store/table"
import type { World } from "#world"

export type Heartbeat = { paper: Paper; version: string; offlineTickets: number }

/** Written at most once a minute, unless something changed. Refusal: device-unknown. */
export async function hear(
  world: World,
  by: Actor,
  input: Heartbeat & { station: StationId },
): Promise<{ now: Instant }> {
  must(by, "device.report", input.station)
  if (by.kind !== "kiosk" && by.kind !== "display") throw new Problem("device-unknown")
  const { station, ...report } = input
  const now = world.now()
  const before = await devices.findHeard(world, station, by.id)
  const fault = faultOfPaper(report.paper)
  const same =
    before &&
    before.fault === fault &&
    (Object.keys(report) as (keyof Heartbeat)[]).every((it) => before[it] === report[it])
  if (same && now - before.seenAt < 45 * second) return { now }
  const device = await people.findDevice(world, by.id)
  if (!device) throw new Problem("device-unknown")
  const heard: devices.Heard = {
    device: by.id,
    station,
    v: before?.v ?? 0,
    kind: by.kind,
    name: device.name,
    seenAt: now,
    ...report,
    ...faulty(fault, before, now),
  }
  // Whoever else wrote is the job that missed it, or the same device: the next minute says it again.
  await write(world, [devices.heardChange(by, "heartbeat", now, heard)], counter())
  return { now }
}

/** A fault keeps its beginning through the day. */
const faulty = (fault: Fault | undefined, before: devices.Heard | undefined, now: Instant) =>
  fault && {
    fault,
    faultAt:
      before?.fault === fault && before.faultAt !== undefined && serviceDayOf(before.faultAt) === serviceDayOf(now)
        ? before.faultAt
        : now,
  }

/** Each minute: whoever was not heard for three in opening hours is out of order. Answers whom it found so. */
export async function watch(world: World, by: Actor): Promise<{ station: StationId; device: string }[]> {
  must(by, "devices.watch")
  const found: { station: StationId; device: string }[] = []
  for (const station of await stations.all(world))
    for (const heard of await devices.heardOf(world, station.id))
      if (await missed(world, by, station, heard)) found.push({ station: station.id, device: heard.device })
  return found
}

async function missed(world: World, by: Actor, station: Station, heard: devices.Heard): Promise<boolean> {
  const now = world.now()
  if (!isSilent(heard.seenAt, station, now)) return false
  const silent = faulty("silent", heard, now)
  if (heard.fault === "silent" && silent?.faultAt === heard.faultAt) return false
  if ((await people.findDevice(world, heard.device))?.revoked !== false) return false
  const { written } = await write(world, [devices.heardChange(by, "silence", now, { ...heard, ...silent })], counter())
  return written
}

export type Standing = people.Device & {
  lastSeen?: Instant
  paper?: Paper
  state?: Presence
  offlineTickets?: number
  letter?: KioskLetter
}

/** The station's devices and how each does. */
export async function devicesNow(world: World, by: Actor, station: StationId): Promise<Standing[]> {
  must(by, "device.revoke", station)
  const now = world.now()
  const [all, heard, letters] = await Promise.all([
    people.devicesOf(world, station),
    devices.heardOf(world, station),
    devices.lettersOf(world, station, serviceDayOf(now)),
  ])
  return all.map((it) => {
    const mine = heard.find((other) => other.device === it.id)
    const letter = letters.find((other) => other.device === it.id)?.letter
    const state = presenceOf(mine?.seenAt, now)
    return {
      ...it,
      ...(mine && { lastSeen: mine.seenAt, paper: mine.paper, offlineTickets: mine.offlineTickets }),
      ...(state && { state }),
      ...(letter && { letter }),
    }
  })
}
