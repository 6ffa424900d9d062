/**
 * An instant is epoch milliseconds. What people read is the station's local date ("2026-11-23") and time ("09:30").
 * All of China keeps UTC+8 and has had no daylight saving since 1991, so local time is plain arithmetic,
 * the same under every TZ of the machine.
 */
import * as z from "zod/mini"

export type Instant = number

export const second = 1000
export const minute = 60 * second
export const hour = 60 * minute
export const day = 24 * hour
const offset = 8 * hour

const isRealDate = (text: string) => new Date(`${text}T00:00:00Z`).toJSON()?.startsWith(text) ?? false

export const LocalDate = z
  .string()
  .check(z.regex(/^\d{4}-\d{2}-\d{2}$/, "date"), z.refine(isRealDate, "date"), z.meta({ id: "LocalDate" }))
export type LocalDate = z.infer<typeof LocalDate>

export const LocalTime = z.string().check(z.regex(/^([01]\d|2[0-3]):[0-5]\d$/, "time"), z.meta({ id: "LocalTime" }))
export type LocalTime = z.infer<typeof LocalTime>

export const dateOf = (at: Instant): LocalDate => new Date(at + offset).toISOString().slice(0, 10)
/** "2026-11": chooses the data key that seals. */
export const monthOf = (at: Instant): string => dateOf(at).slice(0, 7)
export const timeOf = (at: Instant): LocalTime => new Date(at + offset).toISOString().slice(11, 16)
export const instantOf = (date: LocalDate, time: LocalTime): Instant =>
  Date.parse(`${date}T00:00:00Z`) + minutesOf(time) * minute - offset
export const addDays = (date: LocalDate, days: number): LocalDate =>
  new Date(Date.parse(`${date}T00:00:00Z`) + days * day).toISOString().slice(0, 10)

/** 0 is Sunday. */
export const weekdayOf = (date: LocalDate): number => new Date(`${date}T00:00:00Z`).getUTCDay()

/** Minutes since local midnight; "24:00" is the end of the day. */
export const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5))
export const timeAt = (minutes: number): LocalTime => clock[minutes] ?? written(minutes)
const written = (minutes: number): LocalTime =>
  `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`
/** Written once: a month of places asks for a hundred thousand of them. */
const clock = Array.from({ length: 24 * 60 + 1 }, (_, minutes) => written(minutes))
