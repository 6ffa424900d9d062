/**
 * What the parts say to each other. A message points at what was saved and carries the version it was saved under; the
 * consumer reads what is true now. Queue, kinds and schemas stand here once. No personal data, in bodies or attributes.
 */
import * as z from "zod/mini"
import { TicketNumber } from "#domain/line"
import { Group } from "#domain/service"
import { StationId, WindowNo } from "#domain/station"
import { LocalDate } from "#domain/time"

const told = { id: z.string().check(z.minLength(1), z.maxLength(200)), by: z.string(), op: z.string(), at: z.number() }
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
])
export type Notice = z.infer<typeof Notice>

export type Message = { queue: "work"; body: Work; fair: string } | { queue: "notices"; body: Notice; fair: string }
