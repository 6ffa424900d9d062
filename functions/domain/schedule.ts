/**
 * When a station is open: a weekly rule, its seasons, the national calendar, single dates; each replaces what stands before it.
 * Extended, staggered and weekend hours (延时, 错时, 周末) are sessions for some services only. What closures take lies over all of
 * it (station.ts).
 */
import * as z from "zod/mini"
import { dayKind } from "./calendar.ts"
import { ServiceId } from "./service.ts"
import { LocalDate, minutesOf, timeAt, weekdayOf } from "./time.ts"

/** From and to as "08:00"; "24:00" ends the day. Extended, staggered and weekend hours may be for some services only. */
export type Session = readonly [from: string, to: string, services?: readonly ServiceId[] | undefined]
/** Sunday first. */
export type Weekly = readonly (readonly Session[])[]
/** Month and day, both included: "06-15"; one that runs over the new year ends before it begins. */
export type Season = { from: string; to: string; hours: Weekly }

/** When a station is open, from the most general to the most particular: each replaces what stands before it. */
export type Schedule = {
  hours: Weekly
  seasons?: readonly Season[] | undefined
  /** Closed on public holidays and open on make-up workdays by Monday's hours, unless said otherwise. */
  holidays?: "closed" | "open" | undefined
  /** A date's own sessions, in place of its weekday's; none closes it. */
  exceptions?: Readonly<Record<LocalDate, readonly Session[]>> | undefined
}

const clock = /^([01]\d|2[0-3]):[0-5][05]$/
const SessionShape = z
  .tuple([
    z.string(),
    z.string(),
    z.optional(z.array(ServiceId).check(z.minLength(1, "service"), z.maxLength(20, "service"))),
  ])
  .check(
    z.refine(([from, to]) => clock.test(from) && (clock.test(to) || to === "24:00") && from < to, "session"),
    z.meta({ description: "From and to, in steps of five minutes; and the services it is for, where not for all" }),
  )
const Sessions = z.array(SessionShape).check(z.maxLength(8, "session"))
const WeeklyShape = z.array(Sessions).check(z.length(7, "session"), z.meta({ description: "Sunday first" }))
const MonthDay = z.string().check(
  z.regex(/^\d{2}-\d{2}$/, "season"),
  z.refine((text) => LocalDate.safeParse(`2028-${text}`).success, "season"),
)

/** A schedule as a chief writes it, whole. */
export const ScheduleShape = z
  .object({
    hours: WeeklyShape,
    seasons: z.optional(
      z.array(z.object({ from: MonthDay, to: MonthDay, hours: WeeklyShape })).check(z.maxLength(6, "season")),
    ),
    holidays: z.optional(z.enum(["closed", "open"])),
    exceptions: z.optional(
      z.record(z.string(), Sessions).check(
        z.refine((all) => Object.keys(all).every((date) => LocalDate.safeParse(date).success), "date"),
        z.refine((all) => Object.keys(all).length <= 100, "exceptions"),
      ),
    ),
  })
  .check(z.meta({ id: "Schedule" }))

export const scheduleOf = ({ hours, seasons, holidays, exceptions }: Schedule): Schedule => ({
  hours,
  ...(seasons && { seasons }),
  ...(holidays && { holidays }),
  ...(exceptions && { exceptions }),
})

export type Rule = "exception" | "holiday" | "make-up" | "season" | "weekly"

/** What holds on that day, and by which rule, whatever closures take from it. */
export function ruleOn(
  { hours, seasons, holidays, exceptions }: Schedule,
  date: LocalDate,
): { rule: Rule; sessions: readonly Session[] } {
  const exception = exceptions?.[date]
  if (exception) return { rule: "exception", sessions: joined(exception) }
  const season = seasons?.find((it) => isWithin(it, date.slice(5)))
  const weekly = season?.hours ?? hours
  const { kind } = holidays === "open" ? { kind: undefined } : dayKind(date)
  if (kind === "holiday") return { rule: "holiday", sessions: [] }
  if (kind === "make-up") return { rule: "make-up", sessions: joined(weekly[1] ?? []) }
  return { rule: season ? "season" : "weekly", sessions: joined(weekly[weekdayOf(date)] ?? []) }
}

/** The hours of that day, whatever closures take from them. */
export const scheduledOn = (schedule: Schedule, date: LocalDate): readonly Session[] => ruleOn(schedule, date).sessions

const isWithin = ({ from, to }: Season, day: string) =>
  from <= to ? from <= day && day <= to : from <= day || day <= to

/** What is left of a session. */
export function without(session: Session, shut: readonly (readonly [number, number])[]): Session[] {
  const services = session[2]
  let left: (readonly [number, number])[] = [minutesOfSession(session)]
  for (const [from, to] of shut)
    left = left.flatMap(([start, end]): (readonly [number, number])[] =>
      to <= start || end <= from
        ? [[start, end]]
        : [[start, Math.min(from, end)] as const, [Math.max(to, start), end] as const].filter(([a, b]) => a < b),
    )
  return left.map(([from, to]) => sessionOf(from, to, services))
}

const sessionOf = (from: number, to: number, services?: readonly ServiceId[]): Session =>
  services ? [timeAt(from), timeAt(to), services] : [timeAt(from), timeAt(to)]

/** Sessions in order, each minute in one of them: those that meet become one, and where two overlap either's services are served. */
export function joined(sessions: readonly Session[]): readonly Session[] {
  if (sessions.length < 2) return sessions
  const spans = sessions.map((it) => [...minutesOfSession(it), it[2]] as const)
  const edges = [...new Set(spans.flatMap((it) => it.slice(0, 2) as number[]))].sort((a, b) => a - b)
  const pieces: { from: number; to: number; services: readonly ServiceId[] | undefined }[] = []
  for (const [i, from] of edges.entries()) {
    const here = spans.filter(([start, end]) => start <= from && from < end)
    if (!here.length) continue
    const tags = here.map((it) => it[2])
    const services = tags.includes(undefined) ? undefined : [...new Set(tags.flatMap((it) => it ?? []))].sort()
    const to = edges[i + 1]!
    const last = pieces.at(-1)
    if (last?.to === from && last.services?.join() === services?.join()) last.to = to
    else pieces.push({ from, to, services })
  }
  return pieces.map(({ from, to, services }) => sessionOf(from, to, services))
}

/** Minutes of a session, for laying out its grid. */
export const minutesOfSession = ([from, to]: Session): readonly [number, number] => [minutesOf(from), minutesOf(to)]
