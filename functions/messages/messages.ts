/**
 * What the parts say to each other. A message points at what was saved and carries the version it was saved under; the
 * consumer reads what is true now. Queue, kinds and schemas stand here once. No personal data, in bodies or attributes.
 */
import * as z from "zod/mini"
import { TicketNumber } from "#domain/line"
import { Group } from "#domain/service"
import { StationId, WindowNo } from "#domain/station"
import { LocalDate, LocalTime } from "#domain/time"

const told = { id: z.string().check(z.minLength(1), z.maxLength(200)), by: z.string(), op: z.string(), at: z.number() }
const Lane = z.object({ station: StationId, date: LocalDate, time: LocalTime, lane: WindowNo })
const version = z.number().check(z.gte(0))

export const Work = z.discriminatedUnion("kind", [
  /** A person's booking of a group changed. */
  z.object({
    ...told,
    kind: z.literal("visit"),
    person: z.string(),
    group: Group,
    ref: z.string(),
    station: StationId,
    /** Where it was before it moved. */
    left: z.optional(Lane),
    v: version,
  }),
  /** A ticket was given, started or ended. */
  z.object({
    ...told,
    kind: z.literal("visitor"),
    station: StationId,
    date: LocalDate,
    number: TicketNumber,
    v: version,
  }),
  /** A person appeals against a pause, or an officer has answered. */
  z.object({ ...told, kind: z.literal("appeal"), station: StationId, person: z.string(), ref: z.string(), v: version }),
  /** Days already sold are to be brought in accord with what is open; `v` 0 where only the count of who waits may be another. */
  z.object({
    ...told,
    kind: z.literal("closure"),
    station: StationId,
    closure: z.string(),
    /** The last look, when no worker of an earlier piece can still write. */
    last: z.optional(z.literal(true)),
    v: version,
  }),
  /** A device went out of order, or is in order again. */
  z.object({ ...told, kind: z.literal("device"), station: StationId, device: z.string(), v: version }),
])
export type Work = z.infer<typeof Work>

export const Notice = z.discriminatedUnion("kind", [
  z.object({ ...told, kind: z.literal("code"), phone: z.string(), nonce: z.string(), v: version }),
  z.object({ ...told, kind: z.literal("booked"), person: z.string(), group: Group, ref: z.string(), v: version }),
  z.object({ ...told, kind: z.literal("cancelled"), person: z.string(), group: Group, ref: z.string(), v: version }),
  z.object({
    ...told,
    kind: z.literal("moved"),
    person: z.string(),
    group: Group,
    ref: z.string(),
    to: Lane,
    v: version,
  }),
  /** Their time was taken away: another is held for them, or none was free; or it stands again after all. */
  z.object({
    ...told,
    kind: z.enum(["moved-offer", "station-closed", "as-before"]),
    person: z.string(),
    group: Group,
    ref: z.string(),
    v: version,
  }),
  /** Before their visit: the evening before, or two hours. */
  z.object({
    ...told,
    kind: z.enum(["remind-day", "remind-hours"]),
    person: z.string(),
    group: Group,
    ref: z.string(),
    station: StationId,
    date: LocalDate,
    time: LocalTime,
    v: version,
  }),
  /** An earlier time is held for them. */
  z.object({
    ...told,
    kind: z.literal("earlier-offer"),
    person: z.string(),
    group: Group,
    ref: z.string(),
    proposal: z.string(),
    v: version,
  }),
  /** The earlier time that was held for them is closed in its turn: their own stands. */
  z.object({
    ...told,
    kind: z.literal("earlier-gone"),
    person: z.string(),
    group: Group,
    ref: z.string(),
    gone: Lane,
    v: version,
  }),
  /** Name and phone of a booking were corrected: the phone that it had is told. */
  z.object({
    ...told,
    kind: z.literal("phone-changed"),
    person: z.string(),
    group: Group,
    ref: z.string(),
    corrected: z.string(),
    v: version,
  }),
  z.object({ ...told, kind: z.literal("answered"), person: z.string(), ref: z.string(), v: version }),
  z.object({
    ...told,
    kind: z.literal("called"),
    station: StationId,
    date: LocalDate,
    number: TicketNumber,
    window: WindowNo,
    times: z.number(),
    v: version,
  }),
  /** Whoever waits with a phone may have come near their turn. */
  z.object({ ...told, kind: z.literal("near"), station: StationId, date: LocalDate, v: version }),
  z.object({
    ...told,
    kind: z.literal("expired"),
    station: StationId,
    date: LocalDate,
    number: TicketNumber,
    v: version,
  }),
  /** A unit's officers on duty are to hear of a report that it was called to at `since`, or that it is over. */
  z.object({
    ...told,
    kind: z.enum(["duty", "duty-ended"]),
    report: z.string(),
    unit: StationId,
    step: z.number(),
    since: z.number(),
    v: version,
  }),
  /**
   * Who reported a child is to hear that theirs is one search with another's, `of` the report that goes on, or is not any more; or
   * that the child is at home. `since`: when they were joined, or the child was reunited.
   */
  z.object({
    ...told,
    kind: z.enum(["report-joined", "report-parted", "report-reunited"]),
    report: z.string(),
    of: z.string(),
    since: z.number(),
    v: version,
  }),
  /** The command centre's officers on duty are to hear of several children at one place, or of two reports of one. */
  z.object({ ...told, kind: z.enum(["duty-pattern", "duty-match"]), unit: StationId, v: version }),
])
export type Notice = z.infer<typeof Notice>

/**
 * About a report of a missing child: one unit is to hear of it or of its end, a clock is due, its reporter says that it is over, or
 * that the family is at odds; an entry says that the child was last seen elsewhere.
 */
export const Alert = z.discriminatedUnion("kind", [
  z.object({ ...told, kind: z.enum(["alert", "ended"]), report: z.string(), unit: StationId, v: version }),
  z.object({ ...told, kind: z.literal("clock"), report: z.string(), step: z.number(), due: z.number(), v: version }),
  z.object({ ...told, kind: z.enum(["found", "dispute"]), report: z.string(), v: version }),
  z.object({ ...told, kind: z.literal("moved"), report: z.string(), entry: z.string(), v: version }),
])
export type Alert = z.infer<typeof Alert>

export type Message =
  /** `delay`: seconds, 900 at most. */
  | { queue: "work"; body: Work; fair: string; delay?: number }
  | { queue: "notices"; body: Notice; fair: string; delay?: never }
  | { queue: "alerts"; body: Alert; fair: string; delay?: number }
