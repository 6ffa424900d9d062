/** A neighbourhood police service station (警务站): where it is, when it is open, what its windows serve, and its own policy. */
import * as z from "zod/mini"
import type { ServiceId } from "./service.ts"
import { addDays, dateOf, hour, type Instant, instantOf, type LocalDate, minutesOf, weekdayOf } from "./time.ts"

export const StationId = z
  .string()
  .check(z.regex(/^[A-Z0-9-]{3,20}$/, "station"), z.meta({ id: "StationId", examples: ["FZ-JA-P01"] }))
export type StationId = z.infer<typeof StationId>

export const WindowNo = z
  .number()
  .check(z.int("window"), z.gte(1, "window"), z.lte(99, "window"), z.meta({ id: "WindowNo" }))
export type WindowNo = z.infer<typeof WindowNo>

export type Window = { no: WindowNo; services: readonly ServiceId[] }
/** From and to as "08:00"; "24:00" ends the day. */
export type Session = readonly [from: string, to: string]

/** Every number is ours and the station's to change (design.md §3.2); minutes unless said otherwise. */
export type Policy = {
  /** One cell of the grid. */
  unit: 5 | 10
  /** Bookable time is laid out in blocks of this length, no shorter than the longest visit of a group. */
  block: number
  /** Share of capacity that may be booked; the rest is for those who walk in. */
  bookable: number
  /** Days ahead, today included as day 0. */
  horizon: number
  /** A place closes to booking so long before its time. */
  notice: number
  /** A cancelled place reopens after a random time between these. */
  reopen: readonly [number, number]
  checkInEarly: number
  callableBefore: number
  onTime: number
  late: number
  lateCredit: number
  overWaiting: number
  /** How often a call is repeated, and how many seconds apart. */
  recalls: number
  recallGap: number
  returnWithin: number
  returnBehind: number
  parkFor: number
  /** A phone is told to go to the hall when so many people are ahead. */
  near: number
  /** A verified phone may take a ticket from anywhere. */
  remote: boolean
}

export const policy: Policy = {
  unit: 5,
  block: 30,
  bookable: 0.5,
  horizon: 7,
  notice: 5,
  reopen: [5, 35],
  checkInEarly: 20,
  callableBefore: 5,
  onTime: 10,
  late: 60,
  lateCredit: 10,
  overWaiting: 45,
  recalls: 2,
  recallGap: 20,
  returnWithin: 30,
  returnBehind: 3,
  parkFor: 30,
  near: 3,
  remote: false,
}

export type Station = {
  id: StationId
  name: { zh: string; en: string }
  address: { zh: string; en: string }
  /** WGS-84 degrees. */
  lat: number
  lng: number
  /** Sunday first. */
  hours: readonly (readonly Session[])[]
  windows: readonly Window[]
  policy: Policy
  /** How bookable time is laid out from a day on; days before the first of them follow `policy`. In the order of their days. */
  grids?: readonly Grid[]
  /** How the windows were when days up to `until` came on sale; earlier days first. Calling goes by the present windows. */
  layouts?: readonly { until: LocalDate; windows: readonly Window[] }[]
  /** Days up to this one have been on sale once, under a longer horizon perhaps. */
  soldUntil?: LocalDate
  /** Invented or approximate: every page says so. */
  demonstration: boolean
}

/** What lays out places waits for days that nobody could book yet: else a minute might be sold twice. */
export type Grid = Pick<Policy, "unit" | "block" | "bookable"> & { from: LocalDate }

/** The station as its places of that day are laid out. */
export function stationOn(station: Station, date: LocalDate): Station {
  const grid = station.grids?.findLast((it) => it.from <= date)
  const windows = station.layouts?.find((it) => date <= it.until)?.windows ?? station.windows
  const { from: _, ...laidOut } = grid ?? { from: "" }
  return { ...station, windows, policy: { ...station.policy, ...laidOut } }
}

export const sessionsOn = (station: Station, date: LocalDate): readonly Session[] =>
  station.hours[weekdayOf(date)] ?? []

export function isOpenAt(station: Station, at: Instant): boolean {
  const date = dateOf(at)
  return sessionsOn(station, date).some(([from, to]) => at >= instantOf(date, from) && at < endOf(date, to))
}

/** When the day's last session ends, or undefined on a closed day. */
export function closingOf(station: Station, date: LocalDate): Instant | undefined {
  const last = sessionsOn(station, date).at(-1)
  return last && endOf(date, last[1])
}

/** Tickets are given in opening hours and the half hour before each session, so that people may sit down early. */
export const takesTicketsAt = (station: Station, at: Instant): boolean =>
  isOpenAt(station, at) || isOpenAt(station, at + hour / 2)

export const offers = (station: Station, service: ServiceId): boolean =>
  station.windows.some((window) => window.services.includes(service))

export const windowOf = (station: Station, no: WindowNo): Window | undefined =>
  station.windows.find((window) => window.no === no)

/** The day that a ticket's number belongs to: it changes at 04:00, when no station but those open all night has anyone waiting. */
export const serviceDayOf = (at: Instant): LocalDate => dateOf(at - 4 * hour)

const endOf = (date: LocalDate, to: string) =>
  to === "24:00" ? instantOf(addDays(date, 1), "00:00") : instantOf(date, to)

/** Great-circle metres between two WGS-84 places. */
export function metresBetween(a: { lat: number; lng: number }, b: { lat: number; lng: number }): number {
  const rad = Math.PI / 180
  const h =
    Math.sin(((b.lat - a.lat) * rad) / 2) ** 2 +
    Math.cos(a.lat * rad) * Math.cos(b.lat * rad) * Math.sin(((b.lng - a.lng) * rad) / 2) ** 2
  return 2 * 6_371_000 * Math.asin(Math.sqrt(h))
}

/** Minutes on foot at 80 m a minute (ours), of the straight line. */
export const walkOf = (metres: number) => Math.max(1, Math.round(metres / 80))

/** Minutes of a session, for laying out its grid. */
export const minutesOfSession = ([from, to]: Session): readonly [number, number] => [minutesOf(from), minutesOf(to)]
