/**
 * A report of a missing child (走失报告): what a reporter tells, where it stands, who must act (domain.md §5, design.md §3.3).
 * What is told is sealed; the dispatch beside it is the one truth of the report's state and carries no identity.
 */
import * as z from "zod/mini"
import type { StationId } from "./station.ts"
import { day, type Instant, minute, second } from "./time.ts"

/** A unit (单位) that can be alerted: a station, its superior precinct (派出所), or the command centre (指挥中心). Ids do not meet. */
export type UnitId = StationId

export const kinds = ["missing", "found-child"] as const
export type ReportKind = (typeof kinds)[number]

/** Under 14 a child, under 18 a minor of the same flow, from 18 a vulnerable adult: same intake, other routing (domain.md §5.3). */
export type AgeBand = "child" | "minor" | "adult"
export const bandOf = (age: number): AgeBand => (age < 14 ? "child" : age < 18 ? "minor" : "adult")

export const states = [
  "dispatched",
  "acknowledged",
  "searching",
  "escalated",
  "found-unverified",
  "reunited",
  "closed",
  "false-report",
  "cancelled",
  "merged",
] as const
export const ReportState = z.enum(states).check(z.meta({ id: "ReportState" }))
export type ReportState = z.infer<typeof ReportState>

/** Nobody can refuse; reporters never close. A merge and every ending can be taken back by an officer (reopen within 30 days). */
const next: Record<ReportState, readonly ReportState[]> = {
  dispatched: ["acknowledged", "found-unverified", "false-report", "cancelled", "merged"],
  acknowledged: ["searching", "escalated", "found-unverified", "false-report", "cancelled", "merged"],
  searching: ["escalated", "found-unverified", "false-report", "cancelled", "merged"],
  escalated: ["found-unverified", "false-report", "cancelled", "merged"],
  "found-unverified": ["searching", "reunited", "false-report", "cancelled", "merged"],
  reunited: ["closed", "searching"],
  closed: ["searching"],
  "false-report": ["searching"],
  cancelled: ["searching"],
  merged: ["dispatched", "acknowledged", "searching", "escalated", "found-unverified"],
}
export const mayBecome = (from: ReportState, to: ReportState) => next[from].includes(to)

/** Somebody is still looked for, or nobody has confirmed that they were found. */
export const isOpen = (state: ReportState) =>
  state === "dispatched" ||
  state === "acknowledged" ||
  state === "searching" ||
  state === "escalated" ||
  state === "found-unverified"

export const reopenWithin = 30 * day
export const photoKept = 7 * day
export const reportKept = 30 * day

/** When each step of the ladder is due, counted from the report (design.md §3.3): rings of 500 m, 1 km, 3 km, the district. */
export const ladder = [
  { after: 0, ring: 500 },
  { after: 30 * second, ring: 1000 },
  { after: 60 * second, ring: 3000 },
  { after: 120 * second, ring: Number.POSITIVE_INFINITY },
] as const
export type Step = 0 | 1 | 2 | 3
/** After an acknowledgement only this clock runs: searching becomes escalated. */
export const searchFor = 30 * minute

/** How the last-seen place was found: the fainter, the wider the first ring has to be. */
export type Located = "point" | "venue" | "street" | "unknown" | "outside"
export type Place = { lat: number; lng: number; located: Located; venue?: string }

export type Alerted = {
  unit: UnitId
  step: Step
  at: Instant
  metres: number
  why: "ring" | "venue" | "precinct" | "command"
}

export type Dispatch = {
  /** Human reference too: 12 characters with a check character. */
  id: string
  v: number
  kind: ReportKind
  band: AgeBand
  state: ReportState
  /** A drill is marked everywhere and alerts nobody real. */
  drill: boolean
  place: Place
  reportedAt: Instant
  step: Step
  /** When the next step, or the 30-minute clock, is due; absent when no clock runs. Kept sparse as the index's range key. */
  due?: Instant
  /** Who is responsible now: the nearest station on duty, until another unit accepts a transfer. */
  holder: UnitId
  alerted: readonly Alerted[]
  /** The first acknowledgement wins. */
  ack?: { unit: UnitId; staff: string; at: Instant }
  /** A transfer that was offered and not yet accepted: the holder stays responsible. */
  offer?: { to: UnitId; from: UnitId; staff: string; at: Instant }
  /** Siblings and duplicates of one incident; the report that this one was merged into, and where it stood before. */
  incident?: string
  merged?: { into: string; was: ReportState }
  endedAt?: Instant
}

/** What the reporter may see of it, kept apart in Live: no personal data. */
export type ReportStatus = {
  id: string
  state: ReportState
  station: UnitId
  /** An officer has it on the screen and said so. */
  seenAt?: Instant
  /** Nobody has for two minutes: the page says to dial 110 now. */
  call110: boolean
  drill: boolean
  at: Instant
}
