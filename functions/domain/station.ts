/** A neighbourhood police service station (警务站): where it is, when it is open, what its windows serve, and its own policy. */
import * as z from "zod/mini"
import { joined, type Schedule, type Session, scheduledOn, without } from "./schedule.ts"
import { type Group, ServiceId } from "./service.ts"
import { addDays, dateOf, hour, type Instant, instantOf, type LocalDate, minute } from "./time.ts"

export const StationId = z
  .string()
  .check(z.regex(/^[A-Z0-9-]{3,20}$/, "station"), z.meta({ id: "StationId", examples: ["FZ-JA-P01"] }))
export type StationId = z.infer<typeof StationId>

export const WindowNo = z
  .number()
  .check(z.int("window"), z.gte(1, "window"), z.lte(99, "window"), z.meta({ id: "WindowNo" }))
export type WindowNo = z.infer<typeof WindowNo>

export type Window = { no: WindowNo; services: readonly ServiceId[] }
/** A station's windows, each with what it serves; a station whose officers only patrol has none. */
export const Windows = z
  .array(
    z.object({
      no: WindowNo,
      services: z.array(ServiceId).check(z.minLength(1, "service"), z.maxLength(20, "service")),
    }),
  )
  .check(
    z.maxLength(50, "window"),
    z.refine((all) => new Set(all.map((it) => it.no)).size === all.length, "window"),
  )
/** Some time is taken away, of the whole station or of some windows. It beats every hour of the schedule. */
export type Closure = {
  id: string
  from: Instant
  to: Instant
  windows?: readonly WindowNo[] | undefined
  reason: string
}

/** 警务站, 驻村点, 警务室. */
export const stationKinds = ["station", "outreach", "room"] as const
export type StationKind = (typeof stationKinds)[number]

/** Every number is ours and the station's to change (design.md §3.2); minutes unless said otherwise. */
export type Policy = {
  /** One cell of the grid. */
  unit: 5 | 10
  /** Groups whose cells are of another length. */
  units?: Partial<Record<Group, 5 | 10>>
  /** Bookable time is laid out in blocks of this length, no shorter than the longest visit of a group. */
  block: number
  /** Share of capacity that may be booked; the rest is for those who walk in. */
  bookable: number
  /** Open days ahead of the last release; today is always among them. */
  horizon: number
  /** The hour of the day at which one more day comes on sale. */
  release: number
  /** Into so many waves those present at a release are let in by lot, so many seconds apart; 0 or 1 is all at once. */
  waves: number
  waveGap: number
  /** Hours that a person has to answer when we offer another time. */
  answerWithin: number
  /** Minutes that a person on the waiting list has to take an earlier time. */
  earlierWithin: number
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
  /** Renews and reissues residence permits that another unit gave too: for the bureau to allow (公通字〔2021〕12号 72–73). */
  renewHere: boolean
  /** Bookings that a person may make online within seven days, in a group. */
  perWeek: number
  /** So many absences within so many days pause online booking for so many days. */
  noShows: number
  noShowDays: number
  pauseDays: number
}

export const policy: Policy = {
  unit: 5,
  block: 30,
  bookable: 0.5,
  horizon: 7,
  release: 8,
  waves: 5,
  waveGap: 20,
  answerWithin: 24,
  earlierWithin: 15,
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
  renewHere: false,
  perWeek: 2,
  noShows: 3,
  noShowDays: 180,
  pauseDays: 90,
}

export type Station = Schedule & {
  id: StationId
  kind?: StationKind
  name: { zh: string; en: string }
  address: { zh: string; en: string }
  /** WGS-84 degrees. */
  lat: number
  lng: number
  windows: readonly Window[]
  policy: Policy
  /** How bookable time is laid out from a day on; days before the first of them follow `policy`. In the order of their days. */
  grids?: readonly Grid[]
  /** How the station was when days up to `until` came on sale; earlier days first. The counter goes by what is so now. */
  layouts?: readonly (Layout & { until: LocalDate })[]
  /** Days up to this one have been on sale once, under a longer horizon perhaps. */
  soldUntil?: LocalDate
  closures?: readonly Closure[]
  /** Invented or approximate: every page says so. */
  demonstration: boolean
}

/** What lays out places waits for days that nobody could book yet: else a minute might be sold twice. */
export type Grid = Pick<Policy, "unit" | "units" | "block" | "bookable"> & { from: LocalDate }
export type Layout = Schedule & { windows: readonly Window[] }

export const unitOf = ({ unit, units }: Pick<Policy, "unit" | "units">, group: Group): 5 | 10 => units?.[group] ?? unit

/** The station with the numbers by which that day's places of the group are laid out; `unit` is the group's own. */
export function stationOn(station: Station, date: LocalDate, group: Group): Station {
  const { units, ...rest } = station.policy
  const grid = station.grids?.findLast((it) => it.from <= date)
  if (!grid) return { ...station, policy: { ...rest, unit: unitOf(station.policy, group) } }
  const { block, bookable } = grid
  return { ...station, policy: { ...rest, block, bookable, unit: unitOf(grid, group) } }
}

/** Windows and hours as that day was sold; nothing that is changed later moves a place under it. */
export const layoutOn = (station: Station, date: LocalDate): Layout =>
  station.layouts?.find((it) => date <= it.until) ?? station

type Closable = Schedule & Pick<Station, "closures"> & Partial<Pick<Station, "windows">>

/**
 * The one answer to when a station is open that day: what the schedule says, less what is closed as a whole, be it window by
 * window. Where only officers patrol no window has to be open.
 */
export function sessionsOn(station: Closable, date: LocalDate): readonly Session[] {
  const sessions = scheduledOn(station, date)
  if (closuresOn(station, date).length === 0) return sessions
  const shut = closedOn(station, date)
  const left = sessions.flatMap((it) => without(it, shut))
  return station.windows?.length ? leftAt(station, date, station.windows, left) : left
}

/** When all of this can be done at one window: for nothing in particular, whenever the station is open. */
export function sessionsFor(station: Station, visit: readonly ServiceId[], date: LocalDate): readonly Session[] {
  const sessions = sessionsOn(station, date)
  if (visit.length === 0) return sessions
  const mine = sessions.filter(([, , only]) => !only || visit.every((id) => only.includes(id)))
  return leftAt(station, date, windowsFor(station, visit), joined(mine.map(([from, to]) => [from, to])))
}

/** The windows that do all of this in one visit. */
export const windowsFor = ({ windows }: Pick<Station, "windows">, visit: readonly ServiceId[]): readonly Window[] =>
  windows.filter((it) => visit.every((id) => it.services.includes(id)))

/** What is left of these sessions while one of these windows at least is open. */
function leftAt(
  station: Pick<Station, "closures">,
  date: LocalDate,
  windows: readonly Window[],
  sessions: readonly Session[],
): readonly Session[] {
  const shut = windows.map(({ no }) => closedOn(station, date, no))
  if (shut.some((it) => it.length === 0)) return sessions
  return joined(shut.flatMap((taken) => sessions.flatMap((it) => without(it, taken))))
}

/** What takes something of that day. */
export const closuresOn = <C extends Closure>(
  { closures = [] }: { closures?: readonly C[] | undefined },
  date: LocalDate,
) => closures.filter((it) => it.from < instantOf(addDays(date, 1), "00:00") && it.to > instantOf(date, "00:00"))

/** Minutes of that day that are closed: of the whole station, or with a window's own. */
export const closedOn = (
  station: Pick<Station, "closures">,
  date: LocalDate,
  window?: WindowNo,
): (readonly [number, number])[] =>
  closuresOn(station, date).flatMap((it) => {
    if (it.windows && (window === undefined || !it.windows.includes(window))) return []
    const midnight = instantOf(date, "00:00")
    const [from, to] = [(it.from - midnight) / minute, (it.to - midnight) / minute]
    return [[Math.max(0, Math.floor(from)), Math.min(24 * 60, Math.ceil(to))] as const]
  })

/**
 * Days on which this station can be booked now: today, and its next open days, one more at each release (per station, 08:00
 * unless the policy says otherwise). What a closure takes away brings no later day forward.
 */
export function daysOf(station: Station, now: Instant): LocalDate[] {
  const { horizon, release } = station.policy
  const today = dateOf(now)
  const released = dateOf(now - release * hour)
  const days = released === today && scheduledOn(station, today).length ? [today] : []
  const ahead = days.length + horizon
  for (let i = 1; days.length < ahead && i <= 120; i++) {
    const date = addDays(released, i)
    if (scheduledOn(station, date).length) days.push(date)
  }
  return days.filter((date) => sessionsOn(station, date).length)
}

/** The release with which that day comes on sale, or came; undefined where it is too far off to be said. */
export function onSaleFrom(station: Station, date: LocalDate): Instant | undefined {
  const { horizon, release } = station.policy
  let ahead = 0
  for (let i = 1; i <= 120; i++) {
    const day = addDays(date, -i)
    if (scheduledOn(station, day).length && ++ahead === horizon) return instantOf(day, "00:00") + release * hour
  }
  return undefined
}

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
