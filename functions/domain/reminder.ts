/**
 * Reminders of a visit: in the evening of the day before, and two hours before (ours). Whoever booked, or moved there, after such
 * a moment has just been told the time and is not reminded of it. Nobody is woken: what would come in the night comes in the evening
 * still, or is left out where the evening before has said it.
 */
import { type Appointment, timeOfVisit } from "./appointment.ts"
import { isOpenFor } from "./closure.ts"
import type { Group } from "./service.ts"
import type { Station } from "./station.ts"
import { addDays, hour, type Instant, instantOf, type LocalDate, type LocalTime, minute, timeOf } from "./time.ts"

export const reminderKinds = ["day", "hours"] as const
export type ReminderKind = (typeof reminderKinds)[number]

/** One person to be reminded of one start; what is true when it is sent decides. */
export type Reminded = { person: string; group: Group; ref: string; time: LocalTime }

/** A station's day, as far as its people have been reminded. `due` is whom the last change named. */
export type Reminding = {
  v: number
  day?: true
  /** Starts up to this one have had their second reminder. */
  hours?: LocalTime
  due?: { kind: ReminderKind; people: readonly Reminded[] }
}

const evening = "18:00"
const [wake, night] = ["07:00", "21:00"] as const
/** Half an hour for what is late to come before the night. */
const lastCall = "20:30"

/** When a reminder of this start is due; undefined where the evening before must do. */
export function dueAt(kind: ReminderKind, date: LocalDate, time: LocalTime): Instant | undefined {
  if (kind === "day") return instantOf(addDays(date, -1), evening)
  const [start, waking] = [instantOf(date, time), instantOf(date, wake)]
  return start < waking + hour ? undefined : Math.min(Math.max(start - 2 * hour, waking), instantOf(date, lastCall))
}

/** Starts of that day up to this one have come due for the second reminder; undefined while people sleep. */
export function dueUpTo(date: LocalDate, now: Instant): LocalTime | undefined {
  if (now < instantOf(date, wake) || now > instantOf(date, night)) return undefined
  return now < instantOf(date, lastCall) ? timeOf(now + 2 * hour) : "23:59"
}

/** A late reminder is sent while it is still of use: not in the night, and not to whoever must have set out. */
export const stillUseful = (kind: ReminderKind, date: LocalDate, time: LocalTime, now: Instant): boolean =>
  kind === "day"
    ? now <= instantOf(addDays(date, -1), night)
    : now <= Math.min(instantOf(date, time) - 30 * minute, instantOf(date, night))

/** Whether this is still what they are coming for, and the station will be there. */
export const isToBeReminded = (
  it: Appointment,
  station: Station,
  { ref, date, time }: { ref: string; date: LocalDate; time: LocalTime },
): boolean =>
  it.ref === ref &&
  it.state === "booked" &&
  !it.displaced &&
  it.station === station.id &&
  timeOfVisit(it) === instantOf(date, time) &&
  isOpenFor(station, it, it.services)
