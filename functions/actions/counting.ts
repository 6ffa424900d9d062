/** Counting a day once it is closed, and reading what was counted (domain/statistics.ts says what of it may be read). */
import { isDeepStrictEqual } from "node:util"
import type { Actor } from "#domain/actor"
import type { Appointment } from "#domain/appointment"
import { isUnsettled } from "#domain/closure"
import { must } from "#domain/permission"
import type { Dispatch } from "#domain/report"
import { type Letter, letters } from "#domain/service"
import { type Station, type StationId, serviceDayOf } from "#domain/station"
import {
  type Bookings,
  type Counted,
  closureAnswers,
  counted,
  type DayCounts,
  type Grain,
  lastFinal,
  lostBookings,
  type Month,
  months,
  none,
  type Period,
  periodOf,
  periods,
  type ReportsShown,
  reportEndings,
  reportsShown,
} from "#domain/statistics"
import type { Task } from "#domain/task"
import { addDays, type LocalDate, minute, monthOf } from "#domain/time"
import * as closures from "#store/closures"
import * as statistics from "#store/statistics"
import { type Change, counter, write } from "#store/table"
import type { Ticket } from "#store/tickets"
import type { World } from "#world"
import { statedOf } from "./clearing.ts"

/** A day as closing leaves it. */
export type ClosedDay = {
  station: Station
  date: LocalDate
  tickets: readonly Ticket[]
  booked: readonly Appointment[]
  tasks: readonly Task[]
}

/** Writes what a closed day counted, where that is not written yet. A kiosk's late tickets are in it at the next close. */
export async function count(world: World, by: Actor, day: ClosedDay): Promise<void> {
  must(by, "day.close")
  const { station, date } = day
  const found = await statistics.find(world, station.id, date)
  const { v, ...before }: Partial<DayCounts> & { v: number } = found ?? { v: 0 }
  const bookings = before.bookings ?? (await bookingsOf(world, day))
  const after = { ...counted(day.tickets.flatMap(visitOf)), ...(bookings && { bookings }) }
  if (isDeepStrictEqual(before, after)) return
  // Another run has just written it: the next one compares again.
  await write(world, [statistics.dayChange(by, world.now(), { ...after, station: station.id, date, v })], counter())
}

const online = new Set<Letter>(["Y", ...Object.values(letters)])

function visitOf(it: Ticket): Counted[] {
  // Nobody stands behind a void number; who waits still is counted when that has ended.
  if (it.state === "void" || it.state === "waiting") return []
  const { calledAt, startedAt, endedAt, visit } = it
  // Whoever booked and came early waits from the booked time on.
  const since = Math.max(it.takenAt, visit?.eff ?? it.takenAt)
  return [
    {
      service: it.services[0]!,
      came: it.appointment ? "booked" : it.phone ? "phone" : "walk-in",
      ended: it.state,
      priority: visit?.lane === "P",
      offline: !online.has(it.number[0] as Letter),
      at: it.takenAt,
      ...(calledAt !== undefined && { waited: Math.max(0, calledAt - since) / minute }),
      ...(startedAt !== undefined && endedAt !== undefined && { took: (endedAt - startedAt) / minute }),
    },
  ]
}

/** Undefined while a booking of the day is still open. */
async function bookingsOf(world: World, { station, date, tickets, booked, tasks }: ClosedDay) {
  if (booked.some(({ state }) => state === "booked" || state === "checked-in")) return undefined
  const lost = none(lostBookings)
  for (const { state } of booked) if (state === "no-show" || state === "unserved") lost[state]++
  // Given back before: nothing but the task to receive them is left under this day.
  const known = new Set([...booked.map(({ ref }) => ref), ...tickets.map((it) => it.appointment?.ref)])
  for (const it of tasks)
    if (it.kind === "receive-visit" && it.state === "dropped" && !known.has(it.ref))
      lost[it.moved ? "moved" : "cancelled"]++
  return { lost, closures: await answersOf(world, station, date) } satisfies Bookings
}

async function answersOf(world: World, station: Station, date: LocalDate): Promise<Bookings["closures"]> {
  const answers = none(closureAnswers)
  for (const { id, first, last } of await closures.ofStation(world, station.id)) {
    if (date < first || date > last) continue
    for (const { date: on, standing } of await statedOf(world, station, id)) {
      if (on !== date) continue
      if (standing === "accepted" || standing === "chose-another" || standing === "cancelled") answers[standing]++
      else if (isUnsettled(standing)) answers.unsettled++
    }
  }
  return answers
}

const endingOf: Partial<Record<Dispatch["state"], (typeof reportEndings)[number]>> = {
  reunited: "reunited",
  closed: "reunited",
  cancelled: "cancelled",
  "false-report": "false-report",
  merged: "merged",
}

/** One report more of the district, in the month in which what was told in it goes; written with that, once. */
export async function reportCounted(world: World, by: Actor, { state, drill }: Dispatch): Promise<Change[]> {
  const ending = endingOf[state]
  if (drill || !ending) return []
  const month = monthOf(world.now())
  const before = (await statistics.findReports(world, month)) ?? { ...none(reportEndings), v: 0 }
  return [statistics.reportsChange(by, world.now(), month, { ...before, [ending]: before[ending] + 1 })]
}

export type Asked = {
  station: StationId
  from?: LocalDate | undefined
  to?: LocalDate | undefined
  grain?: Grain | undefined
}
export type Statistics = {
  station: StationId
  from: LocalDate
  to: LocalDate
  grain: Grain
  periods: Period[]
  months: Month[]
  reports: ReportsShown[]
}

/** Whole periods, from that in which `from` lies to that of `to`; the last four weeks where nothing is said. */
export async function statisticsOf(world: World, by: Actor, asked: Asked): Promise<Statistics> {
  must(by, "statistics.see", asked.station)
  return read(world, asked)
}

export async function exported(world: World, by: Actor, asked: Asked): Promise<Statistics> {
  must(by, "statistics.export", asked.station)
  return read(world, asked)
}

async function read(world: World, { station, grain = "day", ...asked }: Asked): Promise<Statistics> {
  const today = serviceDayOf(world.now())
  const last = asked.to ?? lastFinal(today)
  const to = periodOf(last, grain).to
  const from = periodOf(asked.from ?? addDays(last, -27), grain).from
  const [firstMonth, lastMonth] = [periodOf(from, "month"), periodOf(to, "month")]
  const thisMonth = today.slice(0, 7)
  const [saved, reports] = await Promise.all([
    statistics.between(world, station, firstMonth.from, lastMonth.to),
    statistics.reportsBetween(world, firstMonth.from.slice(0, 7), lastMonth.to.slice(0, 7)),
  ])
  return {
    station,
    from,
    to,
    grain,
    periods: periods(
      saved.filter(({ date }) => from <= date && date <= to),
      grain,
      today,
    ),
    months: months(saved, today),
    reports: reports.flatMap(({ month, counts }) => (month < thisMonth ? [reportsShown(month, counts)] : [])),
  }
}
