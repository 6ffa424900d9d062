/**
 * How long each kind of thing is kept (个人信息保护法 19, 47; domain.md §6.3, ours). What is stored carries it as its TTL, and the
 * notice on personal data says it from here.
 */
import { auditKept } from "./audit.ts"
import { missedKept } from "./standing.ts"
import { dateOf, day, type Instant, instantOf, type LocalDate, minute } from "./time.ts"

export const kept = {
  /** After the visit. */
  appointment: 90 * day,
  ticket: 30 * day,
  list: day,
  code: 10 * minute,
  session: 30 * minute,
  standing: missedKept,
  /** From the day that was booked, or from its withdrawal. */
  consent: 3 * 366 * day,
  audit: auditKept,
} as const

/** In seconds, as DynamoDB's TTL reads it. */
export const ttlAfter = (start: Instant, kind: keyof typeof kept): number => Math.floor((start + kept[kind]) / 1000)

/** The first day on which a visit or a ticket of that day is not kept any more. */
export const keptUntil = (date: LocalDate, kind: "appointment" | "ticket"): LocalDate =>
  dateOf(instantOf(date, "00:00") + day + kept[kind])
