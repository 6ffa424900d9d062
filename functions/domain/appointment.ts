/** An appointment (预约): one person's claim on places of one group. A person has at most one active one per group. */
import * as z from "zod/mini"
import type { Group, ServiceId } from "./service.ts"
import type { StationId, WindowNo } from "./station.ts"
import { addDays, hour, type Instant, instantOf, type LocalDate, type LocalTime } from "./time.ts"

export const states = ["booked", "checked-in", "served", "cancelled", "no-show", "unserved", "left"] as const
export const AppointmentState = z.enum(states).check(z.meta({ id: "AppointmentState" }))
export type AppointmentState = z.infer<typeof AppointmentState>

const next: Record<AppointmentState, readonly AppointmentState[]> = {
  booked: ["checked-in", "cancelled", "no-show"],
  "checked-in": ["served", "unserved", "left"],
  // Only by taking the finish back, within half a minute.
  served: ["checked-in"],
  cancelled: [],
  "no-show": [],
  unserved: [],
  left: [],
}
export const mayBecome = (from: AppointmentState, to: AppointmentState) => next[from].includes(to)

export type Appointment = {
  /** Blind index of the ID number; never the number. */
  person: string
  group: Group
  v: number
  state: AppointmentState
  ref: string
  station: StationId
  date: LocalDate
  time: LocalTime
  lane: WindowNo
  units: number
  services: readonly ServiceId[]
  /** When it was booked. */
  bookedAt: Instant
  language: "zh" | "en"
  /** The ticket given at check-in. */
  ticket?: string
  /** Name, ID number and phone, sealed. */
  sealed: Uint8Array
  /** Blind index of the phone's last four digits with the reference, for opening it without the link. */
  last4: string
  /** Earlier bookings of the group whose form may still be sent again. */
  past: readonly PastAppointment[]
}

export type PastAppointment = Pick<
  Appointment,
  "ref" | "state" | "station" | "date" | "time" | "lane" | "services" | "bookedAt"
>

export const timeOfVisit = (it: Pick<Appointment, "date" | "time">): Instant => instantOf(it.date, it.time)

/** Ends with its outcome or with its day: a booked day that has passed blocks nobody. */
export const isActive = (it: Pick<Appointment, "state" | "date">, now: Instant): boolean =>
  (it.state === "booked" || it.state === "checked-in") && now < instantOf(addDays(it.date, 1), "04:00")

/** A form's key lives this long; for so long its booking must stay recognisable. */
export const keyLife = 24 * hour
export const pastKept = 8
