/**
 * What a station counts of its days, and what of it may be read. Nobody is named, and no number below five is shown
 * (domain.md §5.6, §6.3). What is shown of a day is decided once and from that day alone, and weeks and months are sums of what
 * is shown of their days: no two tables, however they overlap, say more together than the days say. Each breakdown stands at
 * one grain, the day or the month, and covers up so much of a row that its total gives away none of its small numbers.
 */
import { type ServiceId, serviceIds } from "./service.ts"
import { addDays, type Instant, type LocalDate, timeOf, weekdayOf } from "./time.ts"

export const cameBy = ["booked", "walk-in", "phone"] as const
export const endings = ["served", "left", "expired"] as const
/** Bookings of a day that nobody was served under. */
export const lostBookings = ["no-show", "cancelled", "moved", "unserved"] as const
/** What people made of a closure that took their time away. */
export const closureAnswers = ["accepted", "chose-another", "cancelled", "unsettled"] as const
/** How reports of missing children ended, in the whole district. */
export const reportEndings = ["reunited", "cancelled", "false-report", "merged"] as const

type Counts<Name extends string> = Record<Name, number>
/** Minutes, each bucket up to its edge; one bucket more for all beyond the last. */
export const waitEdges = [5, 10, 15, 20, 30, 45, 60, 90, 120] as const
export const lengthEdges = [3, 5, 8, 10, 15, 20, 30, 45, 60] as const
export type Hour = { visits: number; waits: readonly number[]; lengths: readonly number[] }

export type DayCounts = {
  /** Each visit once, by the first of its services. */
  services: Partial<Counts<ServiceId>>
  came: Counts<(typeof cameBy)[number]>
  ended: Counts<(typeof endings)[number]>
  /** Of those served, by statutory priority. */
  priority: number
  /** Given by a kiosk without the network. */
  offline: number
  /** By the hour in which the ticket was given. */
  hours: Record<string, Hour>
  /** Counted once, when every booking of the day has ended: whoever books anew is no longer found under the old day. */
  bookings?: Bookings
}
export type Bookings = {
  lost: Counts<(typeof lostBookings)[number]>
  closures: Counts<(typeof closureAnswers)[number]>
}
export type MonthOfReports = Counts<(typeof reportEndings)[number]>

/** One visit that is over, as far as it is counted. Minutes from the time the wait counts from to the call, and at the window. */
export type Counted = {
  service: ServiceId
  came: (typeof cameBy)[number]
  ended: (typeof endings)[number]
  priority: boolean
  offline: boolean
  at: Instant
  waited?: number
  took?: number
}

export const none = <Name extends string>(names: readonly Name[]): Counts<Name> =>
  Object.fromEntries(names.map((name) => [name, 0])) as Counts<Name>

const buckets = (edges: readonly number[]) => edges.map(() => 0).concat(0)
const bucketOf = (edges: readonly number[], minutes: number) => {
  const found = edges.findIndex((edge) => minutes <= edge)
  return found < 0 ? edges.length : found
}

export function counted(visits: readonly Counted[]): Omit<DayCounts, "bookings"> {
  const services: Partial<Counts<ServiceId>> = {}
  const came = none(cameBy)
  const ended = none(endings)
  const hours: Record<string, { visits: number; waits: number[]; lengths: number[] }> = {}
  for (const it of visits) {
    services[it.service] = (services[it.service] ?? 0) + 1
    came[it.came]++
    ended[it.ended]++
    const name = timeOf(it.at).slice(0, 2)
    hours[name] ??= { visits: 0, waits: buckets(waitEdges), lengths: buckets(lengthEdges) }
    const hour = hours[name]
    hour.visits++
    if (it.waited !== undefined) hour.waits[bucketOf(waitEdges, it.waited)]!++
    if (it.took !== undefined) hour.lengths[bucketOf(lengthEdges, it.took)]!++
  }
  const those = (is: (it: Counted) => boolean) => visits.filter(is).length
  return { services, came, ended, priority: those((it) => it.priority), offline: those((it) => it.offline), hours }
}

// What may be read

/** Both ends are possible; they are the same where the number itself is shown. */
export type Figure = { low: number; high: number }
/** A number below this is never shown; nobody at all is. */
export const fewest = 5
const few: Figure = { low: 1, high: fewest - 1 }
const isFew = (n: number) => n > 0 && n < fewest
const exactly = (n: number): Figure => ({ low: n, high: n })
/** A number that stands by itself, in no row whose total could be known. */
export const alone = (n: number): Figure => (isFew(n) ? few : exactly(n))

/**
 * A row whose total everybody may know, read by people who know this rule too. All its larger numbers are covered beside the
 * small ones, and then shown again, the last first, as long as what stays covered could hold any small numbers at all; in the
 * order of the row, never by size, as every choice by a hidden number tells of it. Where two small ones cover each other, the
 * last larger one is shown too. Where the total itself leaves too little, or nothing is larger, the whole row is covered.
 */
export function covered<Name extends string>(row: Readonly<Counts<Name>>): Record<Name, Figure> {
  const names = Object.keys(row) as Name[]
  const total = names.reduce((sum, name) => sum + row[name], 0)
  if (total < fewest) return figures(names, () => (total ? { low: 0, high: fewest - 1 } : exactly(0)))
  const small = names.filter((name) => isFew(row[name])).length
  if (!small) return figures(names, (name) => exactly(row[name]))
  const also = names.filter((name) => row[name] >= fewest)
  const restOf = (larger: readonly Name[]) =>
    names.reduce((sum, name) => sum + (isFew(row[name]) || larger.includes(name) ? row[name] : 0), 0)
  const isOpen = (larger: readonly Name[]) => {
    const rest = restOf(larger)
    if (larger.length) return rest >= small * few.high + larger.length * fewest
    return small > 1 && rest > small && rest < small * few.high
  }
  if (!also.length || !isOpen(also)) return figures(names, () => ({ low: 0, high: total }))
  while (also.length && isOpen(also.slice(0, -1))) also.pop()
  const rest = restOf(also)
  const most = rest - small - fewest * (also.length - 1)
  const least = also.length === 1 ? Math.max(fewest, rest - small * few.high) : fewest
  return figures(names, (name) =>
    isFew(row[name]) ? few : also.includes(name) ? { low: least, high: most } : exactly(row[name]),
  )
}

const figures = <Name extends string>(names: readonly Name[], of: (name: Name) => Figure) =>
  Object.fromEntries(names.map((name) => [name, of(name)])) as Record<Name, Figure>

/** Half waited at most so many minutes, nine of ten at most so many; undefined beyond the last bucket. */
export type Typical = { half?: number; most?: number }
/** From fewer, it would tell of single people. */
const enough = 20

export function typical(edges: readonly number[], of: readonly (readonly number[])[]): Typical | undefined {
  const sums = buckets(edges).map((_, i) => of.reduce((sum, it) => sum + (it[i] ?? 0), 0))
  const total = sums.reduce((sum, it) => sum + it, 0)
  if (total < enough) return undefined
  const edgeAt = (share: number) =>
    edges.find((_, i) => sums.slice(0, i + 1).reduce((sum, it) => sum + it, 0) >= total * share)
  const [half, most] = [edgeAt(0.5), edgeAt(0.9)]
  return { ...(half !== undefined && { half }), ...(most !== undefined && { most }) }
}

export type Saved = DayCounts & { date: LocalDate }
type Final = Saved & Required<Pick<Saved, "bookings">>

/** Kiosks that were away bring a day's tickets until two days later: from then on nothing of it changes, and it may be read. */
export const lastFinal = (today: LocalDate): LocalDate => addDays(today, -3)
export const isFinal = (it: Saved, today: LocalDate): it is Final =>
  it.bookings !== undefined && it.date <= lastFinal(today)

const visitsOf = ({ came }: Pick<DayCounts, "came">) => cameBy.reduce((sum, name) => sum + came[name], 0)

export type Shown = {
  visits: Figure
  came: Record<(typeof cameBy)[number], Figure>
  ended: Record<(typeof endings)[number], Figure>
  lost: Record<(typeof lostBookings)[number], Figure>
}

export const shownOf = (it: Final): Shown => ({
  visits: alone(visitsOf(it)),
  came: covered(it.came),
  ended: covered(it.ended),
  lost: figures(lostBookings, (name) => alone(it.bookings.lost[name])),
})

export const grains = ["day", "week", "month"] as const
export type Grain = (typeof grains)[number]
export type Period = Shown & { from: LocalDate; to: LocalDate; days: number; waits?: Typical; lengths?: Typical }

/** First and last day of the whole period that a day lies in; weeks begin on Monday. */
export function periodOf(date: LocalDate, grain: Grain): { from: LocalDate; to: LocalDate } {
  if (grain === "day") return { from: date, to: date }
  if (grain === "month") {
    const from = `${date.slice(0, 7)}-01`
    return { from, to: addDays(`${addDays(from, 31).slice(0, 7)}-01`, -1) }
  }
  const from = addDays(date, -((weekdayOf(date) + 6) % 7))
  return { from, to: addDays(from, 6) }
}

/** Sums of what is shown of their days. Waits only of periods that are over: what was said of one is never said anew. */
export function periods(saved: readonly Saved[], grain: Grain, today: LocalDate): Period[] {
  const days = saved.filter((it) => isFinal(it, today))
  return [...Map.groupBy(days, ({ date }) => periodOf(date, grain).from)].map(([from, of]) => {
    const { to } = periodOf(from, grain)
    const shown = of.map(shownOf)
    const over = to <= lastFinal(today)
    const [waits, lengths] = over ? minutesOf(of) : []
    return {
      from,
      to,
      days: of.length,
      visits: sum(shown.map(({ visits }) => visits)),
      came: figures(cameBy, (name) => sum(shown.map(({ came }) => came[name]))),
      ended: figures(endings, (name) => sum(shown.map(({ ended }) => ended[name]))),
      lost: figures(lostBookings, (name) => sum(shown.map(({ lost }) => lost[name]))),
      ...(waits && { waits }),
      ...(lengths && { lengths }),
    }
  })
}

const minutesOf = (of: readonly DayCounts[], hour?: string) => {
  const hours = of.flatMap((it) => (hour === undefined ? Object.values(it.hours) : (it.hours[hour] ?? [])))
  return [
    typical(
      waitEdges,
      hours.map(({ waits }) => waits),
    ),
    typical(
      lengthEdges,
      hours.map(({ lengths }) => lengths),
    ),
  ] as const
}

const sum = (all: readonly Figure[]): Figure => ({
  low: all.reduce((total, { low }) => total + low, 0),
  high: all.reduce((total, { high }) => total + high, 0),
})

export type Month = {
  month: string
  services: Record<ServiceId, Figure>
  hours: { hour: string; visits: Figure; waits?: Typical; lengths?: Typical }[]
  priority: Figure
  offline: Figure
  closures: Record<(typeof closureAnswers)[number], Figure>
}

/**
 * The breakdowns that a day is too small for. Days of fewer than five visits are not in them: of those the days' table
 * shows no more than that, and these totals may not tell what it keeps back.
 */
export function months(saved: readonly Saved[], today: LocalDate): Month[] {
  const over = saved.filter((it) => isFinal(it, today) && periodOf(it.date, "month").to <= lastFinal(today)) as Final[]
  return [...Map.groupBy(over, ({ date }) => date.slice(0, 7))].map(([month, all]) => {
    const days = all.filter((it) => visitsOf(it) >= fewest)
    const total = (of: (it: Final) => number) => days.reduce((sum, it) => sum + of(it), 0)
    const hours = [...new Set(days.flatMap((it) => Object.keys(it.hours)))].sort()
    const visits = covered(Object.fromEntries(hours.map((hour) => [hour, total((it) => it.hours[hour]?.visits ?? 0)])))
    return {
      month,
      services: covered(
        Object.fromEntries(serviceIds.map((id) => [id, total((it) => it.services[id] ?? 0)])) as Counts<ServiceId>,
      ),
      hours: hours.map((hour) => {
        const [waits, lengths] = minutesOf(days, hour)
        return { hour, visits: visits[hour]!, ...(waits && { waits }), ...(lengths && { lengths }) }
      }),
      priority: alone(total((it) => it.priority)),
      offline: alone(total((it) => it.offline)),
      closures: figures(closureAnswers, (name) => alone(total((it) => it.bookings.closures[name]))),
    }
  })
}

export type ReportsShown = { month: string; reports: Figure; ended: Record<(typeof reportEndings)[number], Figure> }

/** A month that is over, of the whole district. */
export const reportsShown = (month: string, it: MonthOfReports): ReportsShown => ({
  month,
  reports: alone(reportEndings.reduce((total, name) => total + it[name], 0)),
  ended: covered(it),
})
