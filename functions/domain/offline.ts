/**
 * What a kiosk gave while the network was away, put into the line afterwards. It gave its numbers in order from a letter of
 * its own, so the line's last number of that letter says what is here already: a batch that comes twice changes nothing, and
 * one that comes before its turn is told where to begin.
 */
import { type Entry, type Line, numbered, type TicketNumber } from "./line.ts"
import type { Letter, ServiceId } from "./service.ts"
import type { Station } from "./station.ts"
import { arrival } from "./step.ts"
import { type Instant, minute } from "./time.ts"

/** Each kiosk has one of these to itself for a day; not A, B, C and Y, which services have, nor I, O and Q (domain.md §4.1). */
export const kioskLetters = [
  ...(["D", "E", "F", "G", "H", "J", "K", "L", "M", "N"] as const),
  ...(["P", "R", "S", "T", "U", "V", "W", "X", "Z"] as const),
] as const
export type KioskLetter = (typeof kioskLetters)[number]

export type Given = {
  number: TicketNumber
  service: ServiceId
  priority: boolean
  /** Milliseconds since it was given, by a clock that nobody sets. */
  elapsed: number
  /** Of an appointment that was found: its time. */
  booked?: Instant
  /** A number that nobody has: paper was spoilt, or the kiosk's memory of it. It is used up, and nobody waits under it. */
  spoilt?: boolean
  /** This person's place under a number that they were never told; it goes on under this one. */
  instead?: TicketNumber
  /** This person waits already under another number, which they know. */
  known?: TicketNumber
}

/** Why the appointment that was shown does not count as it stands, or (the last three) why the ticket was not taken over. */
export const notes = [
  "appointment-not-found",
  "appointment-ended",
  "wrong-station",
  "wrong-day",
  "too-early",
  "has-number",
  "other-letter",
  "gap",
  "number-taken",
] as const
export type Note = (typeof notes)[number]

export type Put = "merged" | "already" | "gap" | "void"
export type Merged = { line: Line; outcomes: readonly { number: TicketNumber; put: Put }[] }

export const countOf = (number: TicketNumber): number => Number(number.slice(1))

/** Tickets of one letter, in any order; outcomes in theirs. Nothing is refused but what comes after a gap. */
export function merged(line: Line, letter: Letter, tickets: readonly Given[], station: Station, now: Instant): Merged {
  let after = line
  const outcomes = new Map<TicketNumber, Put>()
  for (const ticket of tickets.toSorted((a, b) => countOf(a.number) - countOf(b.number))) {
    const next = (after.last[letter] ?? 0) + 1
    const count = countOf(ticket.number)
    if (count !== next) {
      if (!outcomes.has(ticket.number)) outcomes.set(ticket.number, count < next ? "already" : "gap")
      continue
    }
    after = joined({ ...after, last: { ...after.last, [letter]: count } }, ticket, station, now)
    outcomes.set(ticket.number, isVoid(ticket) ? "void" : "merged")
  }
  return { line: after, outcomes: tickets.map(({ number }) => ({ number, put: outcomes.get(number)! })) }
}

export const isVoid = (ticket: Given): boolean => ticket.spoilt === true || ticket.known !== undefined

function joined(line: Line, ticket: Given, station: Station, now: Instant): Line {
  if (isVoid(ticket)) return line
  const { number, instead } = ticket
  if (!line.waiting.some((it) => it.number === instead))
    return { ...line, waiting: [...line.waiting, entryOf(ticket, station, now - ticket.elapsed)] }
  const renamed = (it: TicketNumber) => (it === instead ? number : it)
  const waiting = line.waiting.map((it) => ({
    ...it,
    number: renamed(it.number),
    ...(it.behind && { behind: it.behind.map(renamed) }),
  }))
  return { ...line, waiting }
}

/** As at the kiosk's own time. Online, whoever came too early is sent to sit down without a number; this person has one, and stands at their booked time. */
function entryOf({ number, service, priority, booked }: Given, station: Station, cameAt: Instant): Entry {
  const first = booked === undefined ? 0 : booked - station.policy.checkInEarly * minute
  const place =
    booked === undefined
      ? { lane: "G" as const, eff: cameAt }
      : arrival({ now: Math.max(cameAt, first), booked }, station)
  return { number, lane: priority ? "P" : place.lane, service, eff: place.eff, phone: booked !== undefined }
}

export const nextOf = (line: Line, letter: Letter): TicketNumber => numbered(letter, (line.last[letter] ?? 0) + 1)
