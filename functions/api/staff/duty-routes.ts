/** What a duty officer may ask for: reports that their unit was alerted to, what was told in them, the roster, how they are reached. */
import * as z from "zod/mini"
import type { Routes } from "#api/routes"
import { Both, Instant } from "#api/shapes"
import { StaffId } from "#domain/actor"
import { Act } from "#domain/handling"
import { OperationId, Reference } from "#domain/id"
import { languages, Reaching } from "#domain/reach"
import { kinds, ReportState } from "#domain/report"
import { shifts } from "#domain/roster"
import { StationId } from "#domain/station"
import { LocalDate } from "#domain/time"
import { Added, Told } from "#domain/told"

const NamedUnit = z.object({ id: StationId, name: Both })
const UnitShape = z
  .object({
    id: StationId,
    name: Both,
    kind: z.enum(["station", "precinct", "command"]),
    lat: z.number(),
    lng: z.number(),
  })
  .check(z.meta({ id: "Unit" }))

/** Where a report stands: no word of what was told in it. */
const ReportRow = z
  .object({
    id: z.string(),
    v: z.number().check(z.meta({ description: "Changes with everything that is done or added" })),
    kind: z.enum(kinds),
    band: z.enum(["child", "minor", "adult"]),
    state: ReportState,
    drill: z.boolean(),
    step: z.number(),
    reportedAt: Instant,
    due: z.optional(Instant),
    place: z.object({
      lat: z.number(),
      lng: z.number(),
      located: z.enum(["point", "venue", "street", "unknown", "outside"]),
      venue: z.optional(Both),
    }),
    holder: NamedUnit,
    isMine: z.boolean().check(z.meta({ description: "My unit is responsible" })),
    mayOpen: z.boolean().check(z.meta({ description: "What was told may be opened" })),
    alertedAt: z.optional(Instant),
    ack: z.optional(z.object({ unit: NamedUnit, name: z.string(), at: Instant, byMe: z.boolean() })),
    offer: z.optional(z.object({ to: NamedUnit, from: NamedUnit, at: Instant, toMe: z.boolean() })),
    incident: z.optional(z.string()),
    into: z.optional(z.string()),
    conflict: z.boolean(),
    packaged: z.boolean(),
    volunteers: z.optional(Instant),
    volunteersPhoto: z.optional(z.string()),
    endedAt: z.optional(Instant),
    entries: z.optional(z.number().check(z.meta({ description: "In the list: how much was added or done since" }))),
  })
  .check(z.meta({ id: "ReportRow" }))

const PatternShape = z
  .object({
    id: z.string(),
    reports: z.array(z.string()),
    from: Instant,
    why: z.optional(
      z.string().check(z.meta({ description: "Two that may belong together, which no other unit sees" })),
    ),
  })
  .check(z.meta({ id: "Pattern", description: "Several children at one place: for the command centre" }))

const TimelineEntry = z
  .object({
    id: z.string(),
    at: Instant,
    what: z.string(),
    who: z.string(),
    unit: z.optional(Both),
    facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
    text: z.optional(z.string()),
    told: z.optional(Added),
    of: z.optional(z.string().check(z.meta({ description: "The merged report whose reporter said it" }))),
  })
  .check(z.meta({ id: "ReportEntry" }))

const MergedShape = z
  .object({ id: z.string(), told: Told, photos: z.array(z.string()) })
  .check(z.meta({ id: "MergedReport" }))

const ReportOpened = z
  .object({
    report: ReportRow,
    told: Told,
    photos: z.array(z.string()),
    timeline: z.array(TimelineEntry),
    checklist: z.array(
      z.object({
        step: z.string(),
        name: z.optional(Both),
        done: z.optional(z.object({ who: z.string(), at: Instant })),
      }),
    ),
    contact: z.optional(z.object({ name: Both, phone: z.string() })),
    merged: z.array(MergedShape),
    suggestions: z.array(z.object({ id: z.string(), why: z.string(), reportedAt: Instant })),
    units: z.array(UnitShape),
  })
  .check(z.meta({ id: "ReportOpened" }))

const PackageShape = z
  .object({
    id: z.string(),
    drill: z.boolean(),
    preparedAt: Instant,
    preparedBy: z.string(),
    reportedAt: Instant,
    told: Told,
    photos: z.array(z.string()),
    merged: z.array(MergedShape),
    holder: NamedUnit,
    police: z.array(z.object({ at: Instant, who: z.string(), published: z.boolean(), text: z.optional(z.string()) })),
  })
  .check(z.meta({ id: "ReunionPackage" }))

const Officer = z.object({ id: z.string(), name: z.string() })
const RosterShape = z
  .object({
    v: z.number(),
    unit: StationId,
    now: z.object({ unit: NamedUnit, staff: z.array(Officer), until: Instant }),
    officers: z.array(Officer),
    days: z.array(z.object({ date: LocalDate, primary: z.optional(Officer), deputy: z.optional(Officer) })),
  })
  .check(z.meta({ id: "Roster" }))

const ReachShape = z
  .object({
    phone: z.optional(z.object({ masked: z.string(), language: z.enum(languages) })),
    browsers: z.number(),
    key: z.string().check(z.meta({ description: "What a browser subscribes to: applicationServerKey" })),
  })
  .check(z.meta({ id: "Reach" }))

const ReportParam = z.object({ report: Reference })
const GlassBroken = z
  .extend(ReportOpened, { pass: z.string().check(z.meta({ description: "Opens its photos, for half an hour" })) })
  .check(z.meta({ id: "ReportGlassBroken" }))

export const dutyRoutes = {
  "GET /staff/reports": {
    summary: "Reports that one's unit was alerted to, newest first: where each stands, nothing of what was told",
    may: "report.watch",
    answer: z.object({
      unit: UnitShape,
      now: Instant,
      proved: z.boolean().check(z.meta({ description: "A report opens without proving again who one is" })),
      reports: z.array(ReportRow),
      patterns: z.array(PatternShape),
    }),
    refusals: [],
  },
  "GET /staff/ended-reports": {
    summary:
      "Reports that one's unit was alerted to and that ended more than a day ago, while they are kept, the latest first",
    may: "report.watch",
    query: z.object({
      before: z.optional(
        z
          .string()
          .check(
            z.regex(/^\d{1,15}$/, "time"),
            z.meta({ description: "Only what ended before: the last page's `next`" }),
          ),
      ),
    }),
    answer: z.object({ reports: z.array(ReportRow), next: z.optional(z.string()) }),
    refusals: [],
  },
  "GET /staff/reports/:report/standing": {
    summary: "Where one report stands, by its number, in the list or not: nothing of what was told",
    may: "report.watch",
    params: ReportParam,
    answer: ReportRow,
    refusals: ["report-not-found"],
  },
  "GET /staff/reports/:report": {
    summary: "Opens a report: what was told, its photos' names, timeline and checklist. Recorded before it is answered",
    may: "report.see",
    params: ReportParam,
    answer: ReportOpened,
    refusals: ["report-not-found"],
  },
  "POST /staff/reports/:report/open": {
    summary:
      "Opens a report that cannot wait for a proof of who one is. Recorded with the reason before it is answered",
    may: "report.break-glass",
    params: ReportParam,
    body: z.object({
      op: OperationId,
      reason: z
        .string()
        .check(
          z.trim(),
          z.minLength(4, "glass-reason"),
          z.maxLength(200, "glass-reason"),
          z.meta({ description: "No names or numbers; an auditor reviews the look" }),
        ),
    }),
    answer: GlassBroken,
    refusals: ["step-up-needed", "report-not-found"],
  },
  "GET /staff/reports/:report/photos/:photo": {
    summary: "A photo of an open report, as a picture. Recorded before it is answered",
    may: "report.see",
    params: z.object({ report: Reference, photo: z.string().check(z.regex(/^[\w-]{22}$/, "photo")) }),
    query: z.object({
      pass: z.optional(
        z
          .string()
          .check(
            z.regex(/^[\w-]{20,500}$/, "link"),
            z.meta({ description: "Of whoever opened the report without a proof" }),
          ),
      ),
    }),
    answer: z.string(),
    refusals: ["report-not-found", "photo-gone"],
  },
  "GET /staff/reports/:report/package": {
    summary: "The 团圆 hand-off package, once an officer has decided on it. Recorded before it is answered",
    may: "report.package",
    params: ReportParam,
    answer: PackageShape,
    refusals: ["report-not-found", "report-state"],
  },
  "POST /staff/reports/:report": {
    summary: "One act upon a report; the first acknowledgement wins, and a later one is answered with who has it",
    may: "report.handle",
    params: ReportParam,
    body: Act,
    answer: ReportRow,
    refusals: [
      "report-not-found",
      "report-state",
      "report-ended",
      "report-held-elsewhere",
      "out-of-area-refused",
      "nothing-offered",
      "handover-refused",
      "reopen-too-late",
      "drill-apart",
      "photo-gone",
      "unit-unknown",
      "key-reused",
    ],
  },
  "GET /staff/roster": {
    summary: "Who of one's unit is on duty now and in the coming two weeks",
    may: "roster.see",
    answer: RosterShape,
    refusals: [],
  },
  "POST /staff/roster/swap": {
    summary: "Gives one day's shift to another officer of the unit; the next day's deputy follows",
    may: "roster.change",
    body: z.object({
      op: OperationId,
      v: z.number().check(z.int(), z.gte(0), z.lte(1_000_000_000)),
      date: LocalDate,
      shift: z.enum(shifts),
      staff: StaffId,
    }),
    answer: RosterShape,
    refusals: ["changed-meanwhile", "time-past", "not-found"],
  },
  "POST /staff/roster/drill": {
    summary: "Begins a drill at one's own unit: marked everywhere, told to nobody real",
    may: "report.drill",
    body: z.object({ op: OperationId }),
    answer: z.object({ id: z.string() }),
    refusals: [],
  },
  "GET /staff/reach": {
    summary: "How one is reached away from the screen",
    may: "reach.change",
    answer: ReachShape,
    refusals: [],
  },
  "POST /staff/reach": {
    summary: "Changes one's own phone for alerts, or adds or removes a browser that is pushed to",
    may: "reach.change",
    body: z.object({ op: OperationId, to: Reaching }),
    answer: ReachShape,
    refusals: ["changed-meanwhile"],
  },
} as const satisfies Routes
