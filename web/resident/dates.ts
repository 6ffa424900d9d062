/** Dates and times as people say them. */
import type { Session } from "#domain/schedule"
import {
  addDays,
  dateOf,
  type Instant,
  type LocalDate,
  type LocalTime,
  minutesOf,
  timeOf,
  weekdayOf,
} from "#domain/time"
import type { Language } from "#web/words/t"

const weekdays = {
  zh: ["周日", "周一", "周二", "周三", "周四", "周五", "周六"],
  en: ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"],
} as const
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const

export const weekdayName = (weekday: number, language: Language) => weekdays[language][weekday]!

export function shortDate(date: LocalDate, language: Language): string {
  const [month, day] = [Number(date.slice(5, 7)), Number(date.slice(8))]
  return language === "zh" ? `${month}月${day}日` : `${day} ${months[month - 1]}`
}

/** 11月23日 周一 · Mon 23 Nov */
export const dayName = (date: LocalDate, language: Language): string =>
  language === "zh"
    ? `${shortDate(date, language)} ${weekdayName(weekdayOf(date), language)}`
    : `${weekdayName(weekdayOf(date), language)} ${shortDate(date, language)}`

/** 2027年3月1日 · 1 Mar 2027, for a day that may be years away. */
export const dateName = (date: LocalDate, language: Language): string =>
  language === "zh"
    ? `${date.slice(0, 4)}年${shortDate(date, language)}`
    : `${shortDate(date, language)} ${date.slice(0, 4)}`

export const clockName = (at: Instant, language: Language) => `${dayName(dateOf(at), language)} ${timeOf(at)}`

/** 11月24日 周二 13:00–18:30, or with both days where they differ; whole days without times. */
export function spanName(from: Instant, to: Instant, language: Language): string {
  const start = { date: dateOf(from), time: timeOf(from) }
  const end = { date: dateOf(to), time: timeOf(to) }
  const last = end.time === "00:00" ? { date: addDays(end.date, -1), time: "24:00" } : end
  const [a, b] = [dayName(start.date, language), dayName(last.date, language)]
  if (start.time === "00:00" && last.time === "24:00") return start.date === last.date ? a : `${a} – ${b}`
  return start.date === last.date ? `${a} ${start.time}–${last.time}` : `${a} ${start.time} – ${b} ${last.time}`
}

/** 今天 10:30 · Tomorrow 09:00 · 11月23日 周一 09:30 */
export const whenName = (date: LocalDate, time: LocalTime, today: LocalDate, language: Language) =>
  `${date <= addDays(today, 1) ? nearName(date, today, language) : dayName(date, language)} ${time}`

/** "今天", "明天", or the weekday. */
export function nearName(date: LocalDate, today: LocalDate, language: Language): string {
  if (date === today) return language === "zh" ? "今天" : "Today"
  if (date === addDays(today, 1)) return language === "zh" ? "明天" : "Tomorrow"
  return weekdayName(weekdayOf(date), language)
}

/** No line breaks inside a session. */
export const hoursName = (sessions: readonly Session[]) =>
  sessions.map(([from, to]) => `${from}\u2060–\u2060${to}`).join("\u2002")

export type PartOfDay = "morning" | "afternoon" | "evening"
export const partOf = (time: LocalTime): PartOfDay =>
  minutesOf(time) < 12 * 60 ? "morning" : minutesOf(time) < 18 * 60 ? "afternoon" : "evening"
