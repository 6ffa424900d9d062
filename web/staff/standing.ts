/** How a booked visit stands, as the day's list sorts it. */
import type { AppointmentState } from "#domain/appointment"
import { type Instant, instantOf, minute } from "#domain/time"

export const standings = ["expected", "arrived", "late", "served", "absent"] as const
export type Standing = (typeof standings)[number]

/** Late is whoever has not checked in when the `grace` minutes are over; they are still served. */
export function standingOf(
  it: { state: AppointmentState; date: string; time: string },
  grace: number,
  now: Instant,
): Standing {
  switch (it.state) {
    case "checked-in":
      return "arrived"
    case "served":
      return "served"
    case "booked":
      return now > instantOf(it.date, it.time) + grace * minute ? "late" : "expected"
    default:
      return "absent"
  }
}
