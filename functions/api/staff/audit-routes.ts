/** What an auditor may ask for: the entries of a day, the state of their chain, what was opened, and what auditors say of it. */
import * as z from "zod/mini"
import type { Routes } from "#api/routes"
import { Both, Done, Instant } from "#api/shapes"
import { faults, sharedScopes, verdicts } from "#domain/audit"
import { OperationId } from "#domain/id"
import { StationId } from "#domain/station"
import { LocalDate } from "#domain/time"

const Scope = z.string().check(z.regex(/^([A-Z0-9-]{3,20}|-|own)$/, "scope"))
/** What an entry is called: when it was, then what keeps it apart from others. */
const Name = z.string().check(z.regex(/^\d{4}-\d\d-\d\dT[\w:.#/-]{1,280}$/, "entry-name"))
const Filter = z.string().check(z.regex(/^[\w:.#/-]{1,200}$/, "filter"))
const Whom = z.object({ id: z.string(), name: z.optional(z.string()) })

const entry = {
  name: z.string(),
  at: Instant,
  who: Whom,
  what: z.string().check(z.meta({ description: "The operation, or how it was looked at" })),
  thing: z.string().check(z.meta({ description: "Table and key; never what it holds" })),
  v: z.optional(z.number()),
  changed: z.optional(z.array(z.string()).check(z.meta({ description: "Which fields, never what they hold" }))),
  from: z.optional(z.string()),
  to: z.optional(z.string()),
  reason: z.optional(z.string()),
  counts: z.optional(z.record(z.string(), z.number())),
  verdict: z.optional(z.enum(verdicts)),
}
const AuditEntry = z.object(entry).check(z.meta({ id: "AuditEntry" }))
const Reviewed = z.object({ who: Whom, at: Instant, verdict: z.enum(verdicts), reason: z.string() })

const BreakShape = z
  .object({
    what: z.enum(faults),
    date: LocalDate,
    name: z.optional(z.string()),
    after: z.optional(z.string().check(z.meta({ description: "A missing entry came after this one" }))),
    until: z.optional(z.string().check(z.meta({ description: "and before this one" }))),
  })
  .check(z.meta({ id: "AuditBreak" }))

const ofDay = { date: z.optional(LocalDate), scope: z.optional(Scope) }
const elsewhere = ["unit-unknown"] as const

export const auditRoutes = {
  "GET /staff/audit/scopes": {
    summary: "Whose audit one may read: one's own unit's; the command centre's auditor reads all",
    may: "audit.read",
    answer: z.object({
      units: z.array(z.object({ id: StationId, name: Both })),
      shared: z.array(z.enum(sharedScopes)),
    }),
    refusals: [],
  },
  "GET /staff/audit": {
    summary: "A day's entries, the newest first. Recorded before it is answered",
    may: "audit.read",
    query: z.object({
      ...ofDay,
      what: z.optional(Filter),
      who: z.optional(Filter),
      thing: z.optional(Filter),
      cursor: z.optional(Name),
    }),
    answer: z.object({
      scope: Scope,
      date: LocalDate,
      entries: z.array(AuditEntry),
      cursor: z.optional(Name.check(z.meta({ description: "To go on from; absent at the end" }))),
    }),
    refusals: elsewhere,
  },
  "GET /staff/audit/export": {
    summary:
      "A day's entries as they are sealed, one a line; x-doorstep-cursor says where the next piece begins. Recorded",
    may: "audit.export",
    query: z.object({ ...ofDay, cursor: z.optional(Name) }),
    answer: z.string(),
    refusals: [...elsewhere, "step-up-needed"],
  },
  "GET /staff/audit/chain": {
    summary: "Whether the last thirty days are as they were sealed, and where not. Recorded before it is answered",
    may: "audit.verify",
    query: z.object({ scope: z.optional(Scope), to: z.optional(LocalDate) }),
    answer: z.object({
      scope: Scope,
      from: LocalDate,
      to: LocalDate,
      more: z
        .boolean()
        .check(z.meta({ description: "Earlier days were not compared: ask again up to the day before" })),
      entries: z.number(),
      late: z.number().check(z.meta({ description: "Sealed after their day" })),
      lateOpen: z.number().check(z.meta({ description: "Late, not yet sealed: the next digest takes them" })),
      open: z.number().check(z.meta({ description: "In no digest yet, and in time for the next" })),
      began: z.optional(LocalDate),
      newest: z.optional(z.object({ date: LocalDate, hash: z.string() })),
      caughtUp: z.array(LocalDate).check(z.meta({ description: "Days that were sealed a day late or more" })),
      breaks: z.array(BreakShape),
    }),
    refusals: elsewhere,
  },
  "GET /staff/audit/openings": {
    summary: "Every look at a child's data and every reveal of a day, with what auditors said of each. Recorded",
    may: "audit.read",
    query: z.object(ofDay),
    answer: z.object({
      scope: Scope,
      date: LocalDate,
      openings: z.array(z.object({ ...entry, reviews: z.array(Reviewed) })),
    }),
    refusals: elsewhere,
  },
  "POST /staff/audit/reviews": {
    summary: "Says of an opening that it was fit, or questions it; stays beside what others say",
    may: "audit.review",
    body: z.object({
      op: OperationId,
      date: LocalDate,
      scope: z.optional(Scope),
      name: Name,
      verdict: z.enum(verdicts),
      reason: z.string().check(z.trim(), z.minLength(2, "reason"), z.maxLength(200, "reason")),
    }),
    answer: Done,
    status: 201,
    refusals: [...elsewhere, "not-found", "review-too-late", "key-reused"],
  },
} as const satisfies Routes
