/**
 * A report of a missing child (走失报告): what a reporter tells, where it stands, who must act (domain.md §5, design.md §3.3).
 * What is told is sealed; the dispatch beside it is the one truth of the report's state and carries no identity.
 */
import * as z from "zod/mini"
import type { Point } from "./geography.ts"
import type { StationId } from "./station.ts"
import { day, hour, type Instant, minute, second } from "./time.ts"

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

/**
 * Nobody can refuse; reporters never close. What is over stays over here: an ending is taken back by `reopen` and a merge by
 * `unmerge` alone, each an officer's act with its own limit.
 */
const next: Record<ReportState, readonly ReportState[]> = {
  dispatched: ["acknowledged", "found-unverified", "false-report", "cancelled", "merged"],
  acknowledged: ["searching", "escalated", "found-unverified", "false-report", "cancelled", "merged"],
  searching: ["escalated", "found-unverified", "false-report", "cancelled", "merged"],
  escalated: ["found-unverified", "false-report", "cancelled", "merged"],
  "found-unverified": ["dispatched", "searching", "reunited", "false-report", "cancelled", "merged"],
  reunited: ["closed"],
  closed: [],
  "false-report": [],
  cancelled: [],
  merged: [],
}
export const mayBecome = (from: ReportState, to: ReportState) => next[from].includes(to)

/** Somebody is still looked for, or nobody has confirmed that they were found. */
export const isOpen = (state: ReportState) =>
  state === "dispatched" ||
  state === "acknowledged" ||
  state === "searching" ||
  state === "escalated" ||
  state === "found-unverified"

/** Nobody has it yet, whatever its reporter says. */
export const isUnanswered = ({ state, ack }: { state: ReportState; ack?: object | undefined }) => isOpen(state) && !ack

export const reopenWithin = 30 * day
// From the end, and from the closing of a report whose child was reunited (domain.md §6.3).
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
export type Place = Point & { located: Located; venue?: string }

/** Where the child was last seen after all, as the entry of this name says that was kept at `at`. */
export type Correction = { place: Place; at: Instant; entry: string }
export const isLater = ({ placed }: { placed?: { at: Instant; entry: string } }, { at, entry }: Correction): boolean =>
  !placed || at > placed.at || (at === placed.at && entry > placed.entry)

/** One a unit, from its first alert on: while nobody acknowledges, every further step alerts it once more. */
export type Alerted = {
  unit: UnitId
  step: Step
  at: Instant
  metres: number
  why: "ring" | "venue" | "precinct" | "command" | "transfer"
  /** Called once more for a reason of its own: a transfer, an escalation, a search that goes on after all. */
  again?: Instant
}
/** The alert that counts now: whoever acknowledged before it has not answered it. */
export const calledAt = ({ at, again }: Alerted): Instant => again ?? at

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
  /** The correction of the place that counts now: one that is older and comes late says nothing new. */
  placed?: { at: Instant; entry: string }
  reportedAt: Instant
  step: Step
  /**
   * What is due next, in the index's order: a step of the ladder, the 30-minute clock, a look at what is still open; once
   * ended, that everyone was told, and then the purge. Absent only when there is nothing left to purge.
   */
  due?: Instant
  /** Who is responsible now: the nearest station on duty, until another unit accepts a transfer. */
  holder: UnitId
  alerted: readonly Alerted[]
  /** The first acknowledgement wins. */
  ack?: { unit: UnitId; staff: string; at: Instant }
  /** The reporter's latest word that the child is found, as far as it was heard: an older one that comes late says nothing new. */
  saidFound?: Instant
  /** The same of a dispute over the child: of a reporter, or of the officer who noted it or lifted it. */
  disputed?: Instant
  /** A transfer that was offered and not yet accepted: the holder stays responsible. */
  offer?: { to: UnitId; from: UnitId; staff: string; at: Instant }
  /** Siblings and duplicates of one incident; the report that this one was merged into, and where it stood before. */
  incident?: string
  merged?: { into: string; was: ReportState }
  /** The reports that were merged into this one: their reporters, times and photos are shown with it. */
  from?: readonly string[]
  /** Since when it is one search with another's, whichever of the two it is. */
  joined?: Instant
  /** Suggestions that an officer looked at and put aside. */
  dismissed?: readonly string[]
  /** Finder and guardian, or guardians, are at odds: nobody is handed over in software until an officer lifts it. */
  conflict?: boolean
  /** The 团圆 hand-off package, by an officer's decision. */
  package?: { staff: string; at: Instant }
  /** The volunteers' card, by an officer's decision; `photo` is the entry whose picture it shows. */
  volunteers?: { until: Instant; photo?: string }
  endedAt?: Instant
  /** When an officer confirmed that the child is back with the family, until that is taken back. */
  reunitedAt?: Instant
  /** Everyone who was alerted has been told of the end. */
  settled?: boolean
  /** When its photos went. */
  photosGone?: Instant
}

/** What one unit's screen lists: a report that it was alerted to, as of its latest step. */
export type Duty = {
  unit: UnitId
  report: string
  step: Step
  state: "open" | "ended"
  kind: ReportKind
  band: AgeBand
  drill: boolean
  metres: number
  why: Alerted["why"]
  /** When the unit was called last. */
  since: Instant
  at: Instant
}

/** Several different children at one place (一地多报), or two reports of one: for the command centre to look at, beside the reports themselves. */
export type Pattern = {
  id: string
  reports: readonly string[]
  place: Point
  from: Instant
  at: Instant
  /** Of two that may belong together, and that no other unit knows both of. */
  why?: string
}

/** The volunteers' card while it is out: it lapses by itself, and with the search. */
export const volunteersAt = (it: Dispatch, now: Instant) =>
  it.volunteers && isOpen(it.state) && now < it.volunteers.until ? it.volunteers : undefined

/** What the reporter may see of it, kept apart in Live: no personal data. */
export type ReportStatus = {
  id: string
  kind: ReportKind
  band: AgeBand
  state: ReportState
  /** The report that this one was merged into. */
  into?: string
  joined?: Instant
  reunitedAt?: Instant
  station: UnitId
  /** An officer has it on the screen and said so. */
  seenAt?: Instant
  /** Nobody has for two minutes: the page says to dial 110 now. */
  call110: boolean
  drill: boolean
  at: Instant
  endedAt?: Instant
}

/** Its photos go at this moment: what comes an hour before might come too late to go with them. */
export const takesMore = ({ endedAt }: Pick<ReportStatus, "endedAt">, now: Instant): boolean =>
  endedAt === undefined || now < endedAt + photoKept - hour
