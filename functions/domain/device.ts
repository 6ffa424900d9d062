/** A kiosk or a hall display of a station: what it reports, and when it is out of order. */
import * as z from "zod/mini"
import { isOpenAt, type Station } from "./station.ts"
import { type Instant, minute, second } from "./time.ts"

/** A browser cannot ask its printer: whoever changes the roll tells the kiosk. */
export const Paper = z.enum(["ok", "low", "out", "unknown"]).check(z.meta({ id: "Paper" }))
export type Paper = z.infer<typeof Paper>

export const Fault = z.enum(["silent", "paper-low", "paper-out"]).check(z.meta({ id: "DeviceFault" }))
export type Fault = z.infer<typeof Fault>

export type Presence = "online" | "late" | "lost"

export const heartbeatEvery = minute
export const lostAfter = 3 * minute
/** A station officer has so long to see to it. */
export const faultDue = 30 * minute

/** Undefined of a device that has never been heard. */
export function presenceOf(seenAt: Instant | undefined, now: Instant): Presence | undefined {
  if (seenAt === undefined) return undefined
  const silence = now - seenAt
  return silence >= lostAfter ? "lost" : silence >= heartbeatEvery + 30 * second ? "late" : "online"
}

/** Devices may sleep when the station does: silence counts from when it opened. */
export const isSilent = (seenAt: Instant, station: Station, now: Instant): boolean =>
  now - seenAt >= lostAfter && isOpenAt(station, now) && isOpenAt(station, now - lostAfter)

export const faultOfPaper = (paper: Paper): Fault | undefined =>
  paper === "low" ? "paper-low" : paper === "out" ? "paper-out" : undefined
