/** What kiosks and displays may ask for. All but pairing is signed with the device's own key (see api/device/signature.ts). */
import * as z from "zod/mini"
import type { Routes } from "#api/routes"
import { DeviceShape, GivenShape, Instant, Snapshot, StationShape } from "#api/shapes"
import { OperationId, Reference } from "#domain/id"
import { TicketNumber } from "#domain/line"
import { IdNumber } from "#domain/person"
import { ServiceId } from "#domain/service"

const b64 = z.string().check(z.regex(/^[\w-]{43}$/, "key"))
export const PublicKey = z.object({ kty: z.literal("EC"), crv: z.literal("P-256"), x: b64, y: b64 })

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
    refusals: ["pairing-wrong"],
  },
  "GET /device/me": {
    summary: "Which device this is, and its station",
    may: "device.see",
    answer: z.object({ device: DeviceShape, station: StationShape, now: Instant, demonstration: z.boolean() }),
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
    refusals: ["device-unknown", "station-closed", "service-not-here"],
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
      "station-closed",
    ],
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
