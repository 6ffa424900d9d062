/** Two chiefs at the same hours: what a colleague saved is taken in beside what was typed here. */
import type { Schedule, Session } from "#domain/schedule"

export type Part = `hours.${number}` | "seasons" | "holidays" | `exceptions.${string}`

/** `both`: parts that each changed to something else; mine stands there. */
export function merged(before: Schedule, mine: Schedule, theirs: Schedule): { schedule: Schedule; both: Part[] } {
  const both: Part[] = []
  function of<T>(part: Part, was: T, my: T, their: T): T {
    if (isSame(my, was)) return their
    if (!isSame(their, was) && !isSame(my, their)) both.push(part)
    return my
  }
  const always = {
    hours: before.hours.map((was, i) => of(`hours.${i}`, was, mine.hours[i]!, theirs.hours[i]!)),
    seasons: of("seasons", before.seasons, mine.seasons, theirs.seasons),
    holidays: of("holidays", before.holidays, mine.holidays, theirs.holidays),
  }
  const dates = [before, mine, theirs].flatMap((it) => Object.keys(it.exceptions ?? {}))
  const exceptions: Record<string, readonly Session[]> = {}
  for (const date of new Set(dates.toSorted())) {
    const at = ({ exceptions }: Schedule) => exceptions?.[date]
    const sessions = of(`exceptions.${date}`, at(before), at(mine), at(theirs))
    if (sessions) exceptions[date] = sessions
  }
  return { schedule: { ...always, exceptions }, both }
}

export const isSame = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)

/** As it is saved: nothing that is empty, dates in their order, so that the same hours are the same text. */
export function tidied({ hours, seasons, holidays, exceptions }: Schedule): Schedule {
  const dates = Object.entries(exceptions ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return {
    hours,
    ...(seasons?.length && { seasons }),
    ...(holidays === "open" && { holidays }),
    ...(dates.length > 0 && { exceptions: Object.fromEntries(dates) }),
  }
}

const clock = /^([01]\d|2[0-3]):[0-5][05]$/

export const isSession = ([from, to]: Session) => clock.test(from) && (clock.test(to) || to === "24:00") && from < to

const monthDay = /^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/
export const isMonthDay = (text: string) => monthDay.test(text)

export const isSchedule = ({ hours, seasons = [], exceptions = {} }: Schedule) =>
  [...hours, ...seasons.flatMap((it) => it.hours), ...Object.values(exceptions)].flat().every(isSession) &&
  seasons.every((it) => isMonthDay(it.from) && isMonthDay(it.to))
