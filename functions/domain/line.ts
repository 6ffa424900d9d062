/** The line (队列): everyone waiting at one station today, and who is at which window. Small enough to be one item, read and written whole. */
import * as z from "zod/mini"
import type { Letter, ServiceId } from "./service.ts"
import type { StationId, WindowNo } from "./station.ts"
import type { Instant, LocalDate } from "./time.ts"

export const TicketNumber = z
  .string()
  .check(z.regex(/^[A-Z]\d{3,5}$/, "ticket-number"), z.meta({ id: "TicketNumber", examples: ["A012"] }))
export type TicketNumber = z.infer<typeof TicketNumber>

export const numbered = (letter: Letter, count: number): TicketNumber => `${letter}${String(count).padStart(3, "0")}`

/** P statutory priority, A appointment on time, G everyone else. Not published: nobody's priority is shown. */
export const lanes = ["P", "A", "G"] as const
export type Lane = (typeof lanes)[number]

export type Entry = {
  number: TicketNumber
  lane: Lane
  service: ServiceId
  /** The time a wait counts from: ticket time, booked time, or arrival less the late credit. */
  eff: Instant
  /** There is a phone to tell. */
  phone: boolean
  /** Set on whoever returned after a missed call: those they stand behind. */
  behind?: readonly TicketNumber[]
  /** Transferred to this one window. */
  only?: WindowNo
}

/** Why someone was called, for the console and the audit. */
export const rules = [
  "returned",
  "priority",
  "appointment",
  "walk-in",
  "over-waiting",
  "early",
  "override",
  "unparked",
] as const
export type Rule = (typeof rules)[number]

/** How a visit ended: done, told once what is missing (一次性告知), sent to another office, or gone without. */
export const outcomes = ["done", "incomplete", "referred", "withdrawn"] as const
export const Outcome = z.enum(outcomes, "outcome").check(z.meta({ id: "Outcome" }))
export type Outcome = z.infer<typeof Outcome>

/** Someone at a window. */
export type Visit = Entry & {
  state: "called" | "serving"
  rule: Rule
  calledAt: Instant
  /** The call and its repeats, and when the last of them was. */
  calls: number
  lastCallAt: Instant
  startedAt?: Instant
}

export type WindowSlot = {
  no: WindowNo
  /** Who sits there; a window with nobody is closed. */
  staff?: string
  /** Somebody sits there and calls nobody for the moment. */
  paused?: boolean
  /** The one bit of the alternation: its last call passed over somebody who had waited too long. */
  owed: boolean
  /** When it last called, for the order in which windows are expected to call again. */
  lastCallAt: Instant
  /** Its last operation, so that a retry after a lost answer is recognised. */
  op?: string
  visit?: Visit
}

/** A call as the hall heard it; `times` counts its repeats. */
export type Call = { number: TicketNumber; window: WindowNo; at: Instant; times: number }
export const callsKept = 6

export type Missed = Entry & { missedAt: Instant }
/** Sent to fetch or to fill in something, expected back soon; never called by itself. */
export type Parked = Entry & { parkedAt: Instant }

export type Line = {
  station: StationId
  date: LocalDate
  /** 0 is a line nobody has joined yet. */
  v: number
  last: Partial<Record<Letter, number>>
  waiting: readonly Entry[]
  missed: readonly Missed[]
  parked: readonly Parked[]
  windows: readonly WindowSlot[]
  /** An officer has stopped giving tickets: who comes now could not be served today. */
  stopped?: boolean
  /** The last calls, newest first: what the display shows and speaks, also when the window has moved on. */
  calls: readonly Call[]
  /** The last 16 operations that gave or called a number. */
  given: readonly { op: string; number: TicketNumber }[]
}

export const emptyLine = (station: StationId, date: LocalDate): Line => ({
  station,
  date,
  v: 0,
  last: {},
  waiting: [],
  missed: [],
  parked: [],
  windows: [],
  calls: [],
  given: [],
})

export const slotOf = (line: Line, no: WindowNo): WindowSlot =>
  line.windows.find((slot) => slot.no === no) ?? { no, owed: false, lastCallAt: 0 }

export const seatOf = (line: Line, staff: string): WindowSlot | undefined =>
  line.windows.find((slot) => slot.staff === staff)

/** Where a ticket stands. "gone" is a ticket of the day that is neither waiting nor at a window: missed too long ago, served, or left. */
export type Standing =
  | { at: "waiting"; entry: Entry }
  | { at: "window"; window: WindowNo; visit: Visit }
  | { at: "missed"; missed: Missed }
  | { at: "parked"; parked: Parked }
  | { at: "gone" }

export function standingOf(line: Line, number: TicketNumber): Standing {
  const entry = line.waiting.find((it) => it.number === number)
  if (entry) return { at: "waiting", entry }
  const slot = line.windows.find((it) => it.visit?.number === number)
  if (slot?.visit) return { at: "window", window: slot.no, visit: slot.visit }
  const missed = line.missed.find((it) => it.number === number)
  if (missed) return { at: "missed", missed }
  const parked = line.parked.find((it) => it.number === number)
  return parked ? { at: "parked", parked } : { at: "gone" }
}
