/**
 * The waiting list for earlier times. A place that reopens is offered to one person after another, whoever has wished longest
 * first, before anybody else can book it. All numbers are ours.
 */
import { type Appointment, type EarlierWish, isActive, type Place, timeOfVisit } from "./appointment.ts"
import { soonest } from "./closure.ts"
import { type Cell, cellName, cellsFrom, lanesFor, unitsOf } from "./places.ts"
import { daysOf, type Policy, type Station, stationOn } from "./station.ts"
import {
  addDays,
  dateOf,
  hour,
  type Instant,
  instantOf,
  type LocalDate,
  type LocalTime,
  minute,
  second,
  timeOf,
} from "./time.ts"

export type EarlierWindow = Pick<EarlierWish, "from" | "to" | "after" | "before">

/** As a form brings it. */
export type Asked = { [name in keyof EarlierWindow]?: EarlierWindow[name] | undefined }

/** The days and hours that were said, and nothing else. */
export const windowOf = ({ from, to, after, before }: Asked): EarlierWindow => ({
  ...(from && { from }),
  ...(to && { to }),
  ...(after && { after }),
  ...(before && { before }),
})

/** After so many offers a wish is over: whoever took none of them is not waiting. */
const mostAsked = 20
export const mayAsk = ({ asked }: EarlierWish): boolean => asked.length < mostAsked

export const stillWishes = (it: Appointment, now: Instant): it is Appointment & { wish: EarlierWish } =>
  it.wish !== undefined && mayAsk(it.wish) && it.state === "booked" && isActive(it, now) && now < timeOfVisit(it)

/** The list looks so long ahead of a release: two runs of the job may be lost before anybody else is quicker. */
export const lead = 150 * second
/** What was freed longer ago than this stands open to all, the wishing too. */
const lookBack = hour
/** A clock may differ by as much from the one that an answer is judged by. */
const slack = 5 * second

/** A used cell as the table has it: its release time, the deadline of the offer it is held for. */
export type Used = { until?: Instant; held: boolean; due?: Instant; was?: string }

const isFree = (it: Used | undefined, now: Instant) => !it || (it.until !== undefined && it.until <= now)

/** Given back and about to be anybody's, or offered in vain. */
export function reopens({ until, held, due }: Used, now: Instant): boolean {
  if (until === undefined || until <= now - lookBack) return false
  if (!held) return until <= now + lead
  return until <= now || (due !== undefined && due + slack <= now)
}

/** One start of a visit as it is remembered: it is offered once to each wish. */
const nameOf = ({ date, time }: Pick<Place, "date" | "time">) => `${date}T${time}`

export type Earlier = { place: Place; cells: readonly Cell[] }

/** The days of a station on which this wish can be met. */
export const daysFor = (station: Station, it: Appointment & { wish: EarlierWish }, now: Instant): LocalDate[] => {
  const { from, to } = it.wish
  return daysOf(station, now).filter((date) => date <= it.date && (!from || date >= from) && (!to || date <= to))
}

/**
 * The first start of that day, earlier than the visit and in what was wished, that fits where something reopens. It leaves an hour
 * at least, and has not been offered to them before.
 */
export function earlierOn(
  station: Station,
  it: Appointment & { wish: EarlierWish },
  date: LocalDate,
  cells: ReadonlyMap<string, Used>,
  now: Instant,
): Earlier | undefined {
  const { after, before, asked } = it.wish
  const { policy } = stationOn(station, date, it.group)
  const units = unitsOf(it.services, policy)
  const suits = (time: LocalTime) => {
    const start = instantOf(date, time)
    return (
      start >= soonest(now) &&
      start < timeOfVisit(it) &&
      (!after || time >= after) &&
      (!before || time <= before) &&
      !asked.includes(nameOf({ date, time }))
    )
  }
  let best: Earlier | undefined
  for (const lane of lanesFor(station, it.services, date))
    for (const time of lane.times) {
      if ((best && best.place.time <= time) || !suits(time)) continue
      const covered = cellsFrom(lane, time, units, policy)
      const uses = covered?.map((cell) => cells.get(cellName(cell)))
      if (!covered || !uses?.every((use) => isFree(use, now) || (use && reopens(use, now)))) continue
      if (!uses.some((use) => use && reopens(use, now))) continue
      best = { place: { station: station.id, date, time, lane: lane.lane, units }, cells: covered }
    }
  return best
}

/** The wish after this start was offered. */
export const asking = (wish: EarlierWish, place: Place): EarlierWish => ({
  ...wish,
  asked: [...wish.asked, nameOf(place)],
})

/** One name for one start offered to one wish. */
export const offerName = (wish: EarlierWish, place: Place): string =>
  `earlier:${wish.since.toString(36)}:${nameOf(place)}`

export const offeredUntil = (place: Place, { earlierWithin }: Policy, now: Instant): Instant =>
  Math.min(now + earlierWithin * minute, instantOf(place.date, place.time) - 30 * minute)

/** Nobody is asked between 21:00 and 08:00; the time to answer ends before, too. */
const [morning, evening] = ["08:00", "21:00"] as const

/** When offers begin again, if somebody asked now would have to answer in the night. */
export function asleepUntil({ earlierWithin }: Policy, now: Instant): Instant | undefined {
  const today = dateOf(now)
  if (timeOf(now) < morning) return instantOf(today, morning)
  return now + earlierWithin * minute > instantOf(today, evening) ? instantOf(addDays(today, 1), morning) : undefined
}
