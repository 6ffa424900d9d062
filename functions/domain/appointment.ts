/** An appointment (预约): one person's claim on places of one group. A person has at most one active one per group. */
import * as z from "zod/mini"
import { movesADay } from "./limits.ts"
import type { Cell } from "./places.ts"
import type { Group, ServiceId } from "./service.ts"
import type { StationId, WindowNo } from "./station.ts"
import {
  addDays,
  dateOf,
  day,
  hour,
  type Instant,
  instantOf,
  type LocalDate,
  type LocalTime,
  minute,
  minutesOf,
  timeAt,
} from "./time.ts"

export const states = ["booked", "checked-in", "served", "cancelled", "no-show", "unserved", "left"] as const
export const AppointmentState = z.enum(states).check(z.meta({ id: "AppointmentState" }))
export type AppointmentState = z.infer<typeof AppointmentState>

const next: Record<AppointmentState, readonly AppointmentState[]> = {
  // Unserved without a check-in: the station was closed, which is nobody's failure to come.
  booked: ["checked-in", "cancelled", "no-show", "unserved"],
  "checked-in": ["served", "unserved", "left"],
  // Only by taking the finish back, within half a minute.
  served: ["checked-in"],
  cancelled: [],
  "no-show": [],
  unserved: [],
  left: [],
}
export const mayBecome = (from: AppointmentState, to: AppointmentState) => next[from].includes(to)

/** Cells of one lane, one after another from `time` on. */
export type Place = { station: StationId; date: LocalDate; time: LocalTime; lane: WindowNo; units: number }

/** Another place that is held for this booking until the deadline; to be accepted, declined, or let lapse. */
export type Proposal = Place & { id: string; why: "closure" | "earlier"; closure?: string; until: Instant }

/** To be told of an earlier time, within days and hours where they are said. `asked`: the starts that were offered already. */
export type EarlierWish = {
  since: Instant
  from?: LocalDate
  to?: LocalDate
  after?: LocalTime
  before?: LocalTime
  asked: readonly string[]
}

export type Appointment = Place & {
  /** Blind index of the ID number; never the number. */
  person: string
  group: Group
  v: number
  state: AppointmentState
  ref: string
  services: readonly ServiceId[]
  /** What the form said, as a short digest: the same key with another body is refused, also after a move. */
  form: string
  /** When it was booked. */
  bookedAt: Instant
  language: "zh" | "en"
  /** The ticket given at check-in. */
  ticket?: string
  /** Booked by somebody else for this person. */
  who?: "child" | "parent"
  /** The version of the notice on personal data that it was made under; a guardian's consent is a record of its own. */
  notice?: string
  /** The employer's list that booked it, while that is kept. */
  list?: string
  /** The last correction of name or phone, and the phones that it had before, sealed, each to be told by which operation it went. */
  corrected?: { op: string; formers: readonly { op: string; sealed: Uint8Array }[] }
  /** Its person has deleted it, by this operation: no reference, nothing sealed; when it was made still counts for the week. */
  gone?: { op: string; at: Instant }
  /** Name, ID number and phone, and a guardian's name and ID number, sealed. */
  sealed: Uint8Array
  /** Blind index of the phone's last four digits with the reference, for opening it without the link. */
  last4: string
  /** The last moves, by their operations' short ids: one sent again is recognised. */
  moves?: readonly string[]
  /** When its person last moved it, as far as that counts (domain/limits.ts). */
  movedAt?: readonly Instant[]
  proposal?: Proposal
  wish?: EarlierWish
  /** The last proposal that was declined; it is not made again. */
  declined?: string
  /** The station took this time away. Until the person has moved or cancelled it is listed, and no absence from it counts. */
  displaced?: { closure: string; at: Instant }
  /** When earlier bookings of the last seven days were made, as far as they count. */
  made?: readonly Instant[]
  /** References of earlier bookings of the group: backups hold them for a while, and their secrets go with this one's. */
  refs?: readonly string[]
  /** Earlier bookings of the group whose form may still be sent again. */
  past: readonly PastAppointment[]
}

export type PastAppointment = Pick<
  Appointment,
  "ref" | "state" | "station" | "date" | "time" | "lane" | "services" | "bookedAt" | "form"
>

/** When the bookings were made that count for the week of one that is made now: none that the station ended. */
export function madeThisWeek(before: Appointment | undefined, now: Instant): Instant[] {
  if (!before) return []
  const ended = before.displaced !== undefined || before.state === "unserved"
  return [...(before.made ?? []), ...(ended ? [] : [before.bookedAt])].filter((at) => now - at < 7 * day)
}

export const movesKept = 4
/** At two bookings a week, as long as backups of the table last. */
const refsKept = 10

/** References of a person's bookings in a group before the one that is made now. */
export const refsBefore = (before: Appointment | undefined): readonly string[] =>
  before?.ref ? [before.ref, ...(before.refs ?? [])].slice(0, refsKept) : []

/** What stays of a booking that its person deletes, until nothing counts it any more. */
export const emptied = (it: Appointment, op: string, now: Instant): Appointment => {
  const { person, group, v, station, language } = it
  const nothing = { ref: "", services: [], form: "", last4: "", sealed: new Uint8Array(), past: [], bookedAt: 0 }
  const nowhere = { station, date: dateOf(now), time: "00:00", lane: 0, units: 0 }
  const made = madeThisWeek(it, now)
  return { person, group, v, language, state: "cancelled", ...nothing, ...nowhere, made, gone: { op, at: now } }
}

/** A proposal whose deadline has not passed. */
export const openProposal = (it: Pick<Appointment, "proposal">, now: Instant): Proposal | undefined =>
  it.proposal && now < it.proposal.until ? it.proposal : undefined

/** The day's moves are used up until midnight, unless the station took the time away. */
export const mayMove = (it: Pick<Appointment, "movedAt" | "displaced">, now: Instant): boolean =>
  it.displaced !== undefined || movesOn(it, now).length < movesADay

const movesOn = ({ movedAt = [] }: Pick<Appointment, "movedAt">, now: Instant) =>
  movedAt.filter((at) => dateOf(at) === dateOf(now))

/** A move that counts for its person's day. */
export const countMove = (it: Appointment, now: Instant): Appointment =>
  it.displaced ? it : { ...it, movedAt: [now, ...movesOn(it, now)] }

/** The booking at another place: the same reference, nothing open, wished for or displaced. `op` is the move's short id. */
export function moved(it: Appointment, to: Place, op: string): Appointment {
  const { proposal: _, displaced: __, wish: ___, ...rest } = it
  const { station, date, time, lane, units } = to
  return { ...rest, station, date, time, lane, units, moves: [op, ...(it.moves ?? [])].slice(0, movesKept) }
}

/** The cells that lie under a place, where the grid of that day has units of so many minutes. */
export const cellsOf = ({ time, lane, units }: Place, unit: number): Cell[] =>
  Array.from({ length: units }, (_, i) => ({ time: timeAt(minutesOf(time) + i * unit), lane }))

export const timeOfVisit = (it: Pick<Appointment, "date" | "time">): Instant => instantOf(it.date, it.time)

/** Ends with its outcome or with its day: a booked day that has passed blocks nobody. */
export const isActive = (it: Pick<Appointment, "state" | "date">, now: Instant): boolean =>
  (it.state === "booked" || it.state === "checked-in") && now < instantOf(addDays(it.date, 1), "04:00")

/**
 * May be moved or cancelled until it is over: an hour after its time (the policy's `late`) whoever did not come has missed it,
 * and a late cancel would hide that. What the station took away may be moved as long as its day lasts.
 */
export const mayChange = (it: Appointment, late: number, now: Instant): boolean =>
  it.state === "booked" && isActive(it, now) && (it.displaced !== undefined || now <= timeOfVisit(it) + late * minute)

/** A form's key lives this long; for so long its booking must stay recognisable. */
export const keyLife = 24 * hour
export const pastKept = 8
