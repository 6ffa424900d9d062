/** The contract of reports of missing children: whoever tells one, and whoever holds its link. */
import * as z from "zod/mini"
import type { Routes } from "#api/routes"
import { Both, Instant } from "#api/shapes"
import { OperationId } from "#domain/id"
import { ReportState } from "#domain/report"
import { StationId } from "#domain/station"
import { Added, Told } from "#domain/told"

export const Link = z.string().check(z.minLength(20, "link"), z.maxLength(300, "link"))

/** How a report stands, for whoever made it: nothing personal. */
export const ReportShape = z
  .object({
    id: z.string(),
    state: ReportState,
    open: z.boolean(),
    station: z.object({ id: StationId, name: z.optional(Both) }),
    at: Instant,
    seenAt: z.optional(Instant),
    call110: z.boolean().check(z.meta({ description: "Nobody has confirmed for two minutes: dial 110 now" })),
    drill: z.boolean(),
  })
  .check(z.meta({ id: "Report" }))

export const ConfirmedShape = z
  .extend(ReportShape, {
    link: z.string().check(z.meta({ description: "Opens the report for its holder: /zh/report/{link}" })),
    adjusted: z
      .array(z.string())
      .check(z.meta({ description: "What could not be taken as it was sent; the report stands without it" })),
  })
  .check(z.meta({ id: "ReportConfirmed" }))

const { relation, details } = Told.shape
/** What may be wrong without harm: the report is taken without it. Where, when, phone, sex and age must be there. */
const Sent = z.object({
  ...Told.shape,
  key: z.catch(z.optional(z.string().check(z.minLength(1), z.maxLength(200))), undefined),
  relation: z.catch(relation, "parent"),
  details: z.catch(details, undefined),
})

const holders = { may: "report.follow", refusals: ["report-not-found"], answer: ReportShape } as const
const adders = { ...holders, refusals: ["report-not-found", "report-over"] } as const
const link = z.object({ link: Link })

export const reportRoutes = {
  "POST /api/reports/keys": {
    summary: "A key for one form of a lost child: the same key and phone are one report, however often it is sent",
    may: "report.make",
    answer: z.object({ key: z.string() }),
    status: 201,
    refusals: [],
  },
  "POST /api/reports": {
    summary:
      "Reports a lost child, or as a finder a child that was found. No sign-in, no limit; call 110 all the same. Without a key the same phone, place, time and child are the same report for ten minutes",
    may: "report.make",
    body: Sent,
    answer: ConfirmedShape,
    status: 201,
    refusals: [],
  },
  "GET /api/reports/:link": { ...holders, summary: "How one's own report stands", params: link },
  "POST /api/reports/:link/additions": {
    ...adders,
    summary: "Adds to what was told, or corrects it; what was told first is kept",
    params: link,
    body: z.object({ ...Added.shape, op: OperationId }),
  },
  "POST /api/reports/:link/photo": {
    ...adders,
    summary:
      "A photo, as the body itself or in a form's field `photo`: JPEG, PNG or WebP of at most 4 MB; drawn anew and sealed",
    params: link,
  },
  "POST /api/reports/:link/found": {
    ...adders,
    summary: "Says that the child is found; an officer makes sure before the search ends",
    params: link,
    body: z.object({ op: OperationId, note: z.optional(z.string().check(z.maxLength(500, "note"))) }),
  },
} as const satisfies Routes
