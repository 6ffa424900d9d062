/** How a booked visit stands, as the day's list sorts it. */
import type { AppointmentState } from "#domain/appointment"
import { policy } from "#domain/station"
import { type Instant, instantOf, minute } from "#domain/time"

export const standings = ["expected", "arrived", "late", "served", "absent"] as const
export type Standing = (typeof standings)[number]

/** Late is whoever has not checked in when the time of grace is over; they are still served. */
export function standingOf(it: { state: AppointmentState; date: string; time: string }, now: Instant): Standing {
  switch (it.state) {
    case "checked-in":
      return "arrived"
    case "served":
      return "served"
    case "booked":
      return now > instantOf(it.date, it.time) + policy.onTime * minute ? "late" : "expected"
    default:
      return "absent"
  }
}
