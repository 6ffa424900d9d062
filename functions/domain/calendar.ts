/**
 * The national calendar of days off and make-up workdays (节假日, 调休). A year's notice comes late in the year before; until it
 * is out, what the law itself fixes is all that is known, and the year is provisional. A new notice is one more line here.
 */
import notice2025 from "chinese-days/dist/years/2025.json" with { type: "json" }
import notice2026 from "chinese-days/dist/years/2026.json" with { type: "json" }
import { type LocalDate, weekdayOf } from "./time.ts"

/** A holiday is off for everyone, whatever its weekday; a make-up day is a weekend's day that is worked. */
export const dayKinds = ["workday", "weekend", "holiday", "make-up"] as const
export type DayKind = (typeof dayKinds)[number]

type Notice = { holidays: Readonly<Record<LocalDate, string>>; workdays: Readonly<Record<LocalDate, string>> }
const notices: Readonly<Record<string, Notice>> = { "2025": notice2025, "2026": notice2026 }

/**
 * 全国年节及纪念日放假办法 (2024) art. 2; the lunar days and 清明 computed from the astronomical almanac, never by ICU, which puts
 * the Spring Festival of 2027 a day late (domain.md §0.9, §4.5). Art. 6 makes up those on a weekend: when, the notice says.
 */
const everyYear = ["01-01", "05-01", "05-02", "10-01", "10-02", "10-03"]
const lunar: Readonly<Record<string, readonly string[]>> = {
  "2027": ["02-05", "02-06", "02-07", "02-08", "04-05", "06-09", "09-15"],
}

/** What kind of day it is, and whether the year's notice may still change that. */
export function dayKind(date: LocalDate): { kind: DayKind; provisional: boolean } {
  const [year, day] = [date.slice(0, 4), date.slice(5)]
  const notice = notices[year]
  const provisional = notice === undefined
  const off = notice ? date in notice.holidays : everyYear.includes(day) || (lunar[year]?.includes(day) ?? false)
  if (off) return { kind: "holiday", provisional }
  if (weekdayOf(date) % 6 !== 0) return { kind: "workday", provisional }
  return { kind: notice && date in notice.workdays ? "make-up" : "weekend", provisional }
}
