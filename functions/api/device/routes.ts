/** What kiosks and displays may ask for. All but pairing is signed with the device's own key (see api/device/signature.ts). */
import * as z from "zod/mini"
import type { Routes } from "#api/routes"
import { DeviceShape, GivenShape, Instant, Snapshot, StationShape } from "#api/shapes"
import { Paper } from "#domain/device"
import { OperationId, Reference } from "#domain/id"
import { TicketNumber } from "#domain/line"
import { kioskLetters, notes } from "#domain/offline"
import { IdNumber } from "#domain/person"
import { Group, ServiceId } from "#domain/service"
import { day, LocalDate } from "#domain/time"

const b64 = z.string().check(z.regex(/^[\w-]{43}$/, "key"))
export const PublicKey = z.object({ kty: z.literal("EC"), crv: z.literal("P-256"), x: b64, y: b64 })

/** What is shown is read leniently: of one that cannot be read the others must not suffer. */
const KeptTicket = z
  .object({
    op: OperationId,
    number: TicketNumber,
    service: ServiceId,
    priority: z._default(z.boolean(), false),
    elapsed: z
      .number()
      .check(z.gte(0), z.lte(7 * day), z.meta({ description: "Milliseconds since it was given, by a steady clock" })),
    tried: z._default(z.boolean(), false),
    spoilt: z._default(z.boolean(), false),
    shown: z.optional(
      z.union([
        z.object({ ref: z.string().check(z.maxLength(40)) }),
        z.object({ scanned: z.string().check(z.maxLength(600)) }),
        z.object({ idNumber: z.string().check(z.maxLength(40)) }),
      ]),
    ),
  })
  .check(z.meta({ id: "KeptTicket" }))

export const deviceRoutes = {
  "GET /device/clock": {
    summary: "The portal's time, for a device whose own clock is off",
    may: "catalogue.see",
    answer: z.object({ now: Instant, demonstration: z.boolean() }),
    refusals: [],
  },
  "POST /device/pair": {
    summary: "A one-time code from the chief makes this browser a device of one station",
    may: "device.pair",
    body: z.object({
      code: z.string().check(z.minLength(1, "pairing"), z.maxLength(40, "pairing")),
      publicKey: PublicKey,
    }),
    answer: DeviceShape,
    status: 201,
    refusals: ["pairing-wrong", "too-many-tries"],
  },
  "GET /device/me": {
    summary: "Which device this is, and its station",
    may: "device.see",
    answer: z.object({
      device: DeviceShape,
      station: StationShape,
      policy: z
        .object({ overWaiting: z.number(), returnWithin: z.number(), returnBehind: z.number() })
        .check(z.meta({ description: "The station's own numbers, for the rule on the wall" })),
      now: Instant,
      demonstration: z.boolean(),
    }),
    refusals: ["device-unknown"],
  },
  "GET /device/live": {
    summary: "The hall now, uncached",
    may: "line.watch",
    answer: Snapshot,
    refusals: ["device-unknown"],
  },
  "POST /device/tickets": {
    summary: "A ticket for whoever walks in; `op` is this press, `again` says it was sent before without an answer",
    may: "ticket.take",
    body: z.object({
      op: OperationId,
      service: ServiceId,
      priority: z._default(z.boolean(), false),
      again: z._default(z.boolean(), false),
    }),
    answer: GivenShape,
    status: 201,
    refusals: ["device-unknown", "station-closed", "service-not-here", "tickets-stopped"],
  },
  "POST /device/check-ins": {
    summary: "An appointment checks in by its reference, the text of its QR code, or the ID number",
    may: "appointment.check-in",
    body: z.object({
      op: OperationId,
      shown: z.union([
        z.object({ ref: Reference }),
        z.object({ scanned: z.string().check(z.minLength(1, "scanned"), z.maxLength(600, "scanned")) }),
        z.object({ idNumber: IdNumber }),
      ]),
      priority: z._default(z.boolean(), false),
    }),
    answer: GivenShape,
    status: 201,
    refusals: [
      "device-unknown",
      "appointment-not-found",
      "appointment-ended",
      "wrong-station",
      "wrong-day",
      "too-early",
      "return-too-late",
      "station-closed",
      "changed-meanwhile",
      "too-many-tries",
    ],
  },
  "POST /device/lease": {
    summary: "A letter of its own for the day, and what a kiosk must know to give numbers while the network is away",
    may: "device.lease",
    answer: z.object({
      letter: z.enum(kioskLetters),
      date: LocalDate,
      next: TicketNumber,
      until: Instant,
      now: Instant,
      sessions: z
        .array(z.tuple([Instant, Instant]))
        .check(z.meta({ description: "From when to when tickets are given" })),
      services: z.array(ServiceId),
      waiting: z.array(z.object({ group: Group, count: z.number() })),
    }),
    refusals: ["device-unknown", "letters-used-up"],
  },
  "POST /device/merge": {
    summary: "Numbers that were given while the network was away; each is answered alone, a repeat as the first time",
    may: "ticket.merge",
    body: z.object({ date: LocalDate, tickets: z.array(KeptTicket).check(z.minLength(1), z.maxLength(50)) }),
    answer: z.object({
      letter: z.optional(z.enum(kioskLetters)),
      next: z.optional(TicketNumber),
      tickets: z.array(
        z.object({
          number: TicketNumber,
          outcome: z.enum(["merged", "void", "refused"]),
          note: z.optional(z.enum(notes)),
          goesOnAs: z.optional(TicketNumber),
        }),
      ),
    }),
    refusals: ["device-unknown", "lease-over"],
  },
  "POST /device/heartbeat": {
    summary: "The device is there, and how it does; once a minute",
    may: "device.report",
    body: z.object({
      paper: Paper,
      version: z.string().check(z.regex(/^[\w.-]{1,40}$/, "other")),
      offlineTickets: z.number().check(z.int(), z.gte(0), z.lte(100_000)),
    }),
    answer: z.object({ now: Instant }),
    refusals: ["device-unknown"],
  },
  "POST /device/tickets/:number/return": {
    summary: "Back in the line after a missed call, behind the next three",
    may: "ticket.take",
    params: z.object({ number: TicketNumber }),
    body: z.object({ op: OperationId }),
    answer: GivenShape,
    refusals: ["device-unknown", "ticket-not-found", "return-too-late"],
  },
} as const satisfies Routes
