/**
 * What becomes of the days already sold when a station changes its mind: a closure, shorter hours, a window gone, or one of
 * these taken back. A clearing brings their places in accord with what is open now, day by day: first every empty cell that is
 * closed is shut, so that nothing more comes in; then whoever is booked there is offered another place (design.md §3.1).
 */
import { type Appointment, mayChange, openProposal, type Place } from "./appointment.ts"
import { cellsFrom, lanesFor } from "./places.ts"
import { services as catalogue, type Group, groupOf, groups, type ServiceId } from "./service.ts"
import { type Closure, type Policy, type Station, type StationId, stationOn, type WindowNo } from "./station.ts"
import { addDays, hour, type Instant, instantOf, type LocalDate, type LocalTime, minute } from "./time.ts"

export const clearingReasons = ["closure", "hours", "windows"] as const
export const clearingStages = ["closing", "moving", "done"] as const

export type Clearing = {
  id: string
  station: StationId
  v: number
  why: (typeof clearingReasons)[number]
  /** What was declared; of a closure alone. */
  closure?: Closure
  takenBack?: true
  /** The sold days that it goes through, from first to last. */
  first: LocalDate
  last: LocalDate
  stage: (typeof clearingStages)[number]
  /** Where it stands in this stage. */
  at: Spot
  /** Bookings that still wait for an answer or a place, as last counted. */
  open: number
  /** When the first of them was to come. */
  due?: Instant
  /** References that no offer could be made for, whatever was tried: theirs is a fault of ours, and the chief calls them. */
  left?: readonly string[]
  startedAt: Instant
}

export type Spot = { date: LocalDate; group: Group }

/** One booking that a clearing found where nothing is open any more, and what was offered for it. */
export type Affected = {
  clearing: string
  station: StationId
  person: string
  group: Group
  ref: string
  date: LocalDate
  time: LocalTime
  lane: WindowNo
  services: readonly ServiceId[]
  offer?: Pick<Place, "station" | "date" | "time">
}

export const standings = [
  "waiting",
  "proposed",
  "unanswered",
  "declined",
  "nothing-free",
  "accepted",
  "chose-another",
  "cancelled",
  "restored",
  "over",
] as const
export type Standing = (typeof standings)[number]

/** Where it goes on after this spot, or undefined at the end of the stage. */
export function nextSpot({ date, group }: Spot, last: LocalDate): Spot | undefined {
  const following = groups[groups.indexOf(group) + 1]
  if (following) return { date, group: following }
  return date < last ? { date: addDays(date, 1), group: groups[0] } : undefined
}

/** Whether every cell of such a place is open now for these services, whoever has it. */
export function isOpenFor(station: Station, place: Omit<Place, "station">, services: readonly ServiceId[]): boolean {
  // What the catalogue no longer has is open nowhere.
  if (!services[0] || !services.every((id) => id in catalogue)) return false
  const lane = lanesFor(station, services, place.date).find((it) => it.lane === place.lane)
  const { policy } = stationOn(station, place.date, groupOf(services[0]!))
  return lane !== undefined && cellsFrom(lane, place.time, place.units, policy) !== undefined
}

/** A booking that somebody may still come for, at a time that the station has taken away. Who waits in the hall is no conflict. */
export const isConflict = (station: Station, it: Appointment, now: Instant): boolean =>
  it.station === station.id && mayChange(it, station.policy.late, now) && !isOpenFor(station, it, it.services)

/** What is held for them, where that is closed in its turn. */
export const offerGone = (station: Station, it: Appointment, now: Instant): boolean => {
  const offer = openProposal(it, now)
  return offer?.station === station.id && !isOpenFor(station, offer, it.services)
}

/** What has become of an affected booking; `it` is its person's item as it now is, `closed` whether its time still is. */
export function standingOf(affected: Affected, it: Appointment | undefined, now: Instant, closed: boolean): Standing {
  if (!it || it.ref !== affected.ref) return "over"
  if (it.state === "cancelled") return "cancelled"
  const stays =
    it.station === affected.station &&
    it.date === affected.date &&
    it.time === affected.time &&
    it.lane === affected.lane
  if (!stays) {
    const { offer } = affected
    return offer && offer.station === it.station && offer.date === it.date && offer.time === it.time
      ? "accepted"
      : "chose-another"
  }
  if (it.state !== "booked") return "over"
  if (!it.displaced) return closed ? "waiting" : "restored"
  // A later change has found it again, and tells of it.
  if (it.displaced.closure !== affected.clearing) return "over"
  if (!it.proposal) return it.declined ? "declined" : "nothing-free"
  return openProposal(it, now) ? "proposed" : "unanswered"
}

/** Those about whom somebody has to do something. */
export const isUnsettled = (standing: Standing): boolean =>
  standing === "waiting" ||
  standing === "proposed" ||
  standing === "unanswered" ||
  standing === "declined" ||
  standing === "nothing-free"

/** An offered time leaves an hour at least, half of it to answer in (ours). */
export const soonest = (now: Instant): Instant => now + hour

/** Until when a place is held for an answer. */
export const heldUntil = (place: Pick<Place, "date" | "time">, { answerWithin }: Policy, now: Instant): Instant =>
  Math.min(now + answerWithin * hour, instantOf(place.date, place.time) - 30 * minute)
