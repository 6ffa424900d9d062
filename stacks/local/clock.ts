/**
 * The demonstration's clock: it starts at 08:55 of a workday, so that a newcomer can live a whole day at any hour. It is
 * the real clock plus an offset, always ahead of it, and never runs backwards: what was saved stays in the past.
 */
export type Milliseconds = number

export const zone = "Asia/Shanghai"
const ahead = 8 * 3_600_000 // no daylight saving time
const day = 86_400_000
const opens = 8 * 60
const starts = 8 * 60 + 55
const closes = 18 * 60 + 30

/** National holidays: 2026 by the State Council's notice of 2025-11-04; for 2027 only the statutory days, until its notice is out. */
const holidays: readonly (readonly [first: string, last: string])[] = [
  ["2026-01-01", "2026-01-03"],
  ["2026-02-15", "2026-02-23"],
  ["2026-04-04", "2026-04-06"],
  ["2026-05-01", "2026-05-05"],
  ["2026-06-19", "2026-06-21"],
  ["2026-09-25", "2026-09-27"],
  ["2026-10-01", "2026-10-07"],
  ["2027-01-01", "2027-01-01"],
  ["2027-02-05", "2027-02-08"],
  ["2027-04-05", "2027-04-05"],
  ["2027-05-01", "2027-05-02"],
  ["2027-06-09", "2027-06-09"],
  ["2027-09-15", "2027-09-15"],
  ["2027-10-01", "2027-10-03"],
]

/** The local date, "2026-11-23". */
export function dateAt(at: Milliseconds): string {
  return new Date(at + ahead).toISOString().slice(0, 10)
}

/** The local time, "08:55". */
export function timeAt(at: Milliseconds): string {
  return new Date(at + ahead).toISOString().slice(11, 16)
}

export function isWorkday(date: string): boolean {
  const weekday = new Date(`${date}T00:00:00Z`).getUTCDay()
  return weekday !== 0 && weekday !== 6 && !holidays.some(([first, last]) => first <= date && date <= last)
}

/** 08:55 of the first workday that comes after `at`. */
export function nextMorning(at: Milliseconds): Milliseconds {
  for (let midnight = Date.parse(`${dateAt(at)}T00:00:00Z`) - ahead; ; midnight += day) {
    const morning = midnight + starts * 60_000
    if (morning > at && isWorkday(dateAt(midnight))) return morning
  }
}

/** Whether somebody could live their day at that moment: a workday between 08:00 and 18:30. */
export function isServiceTime(at: Milliseconds): boolean {
  const [hour, minute] = timeAt(at).split(":").map(Number) as [number, number]
  const minutes = hour * 60 + minute
  return isWorkday(dateAt(at)) && minutes >= opens && minutes < closes
}

/** What to add to the real clock: the same as before while that day lasts, else to the next workday's morning. */
export function demonstrationOffset(now: Milliseconds, before?: Milliseconds): Milliseconds {
  if (before === undefined) return nextMorning(now) - now
  const then = now + before
  return isServiceTime(then) ? before : nextMorning(then) - now
}
