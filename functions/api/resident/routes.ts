/** What a resident's phone may ask for as JSON; the pages do the same by plain forms. */
import * as z from "zod/mini"
import type { Routes } from "#api/routes"
import { HeldShape, Instant, RemoteShape, ServiceShape, Snapshot, StationShape } from "#api/shapes"
import { OperationId, Reference } from "#domain/id"
import { TicketNumber } from "#domain/line"
import { IdNumber, Mobile, PersonName } from "#domain/person"
import { Group, ServiceId } from "#domain/service"
import { StationId, WindowNo } from "#domain/station"
import { LocalDate, LocalTime } from "#domain/time"

const services = z.array(ServiceId).check(
  z.minLength(1, "service"),
  z.maxLength(4, "service"),
  z.refine((ids) => new Set(ids).size === ids.length, "service"),
)
const Link = z.string().check(z.minLength(20, "link"), z.maxLength(300, "link"))
export const Code = z.pipe(
  z.pipe(
    z.string().check(z.maxLength(20, "code")),
    z.transform((typed) => typed.normalize("NFKC").replace(/\s/g, "")),
  ),
  z.string().check(z.regex(/^\d{6}$/, "code")),
)
export const Last4 = z.string().check(z.regex(/^\d{4}$/, "last4"))
export const Language = z.enum(["zh", "en"])
/** "rp-endorse" or "rp-endorse,rp-address": a visit of one group. */
export const ServicesQuery = z.pipe(
  z.pipe(
    z.string().check(z.maxLength(100, "service")),
    z.transform((text) => text.split(",")),
  ),
  services,
)
const degrees = (most: number) => z.optional(z.coerce.number().check(z.gte(-most, "place"), z.lte(most, "place")))

const LeftShape = z.object({ number: TicketNumber, state: z.literal("left") })

export const residentRoutes = {
  "GET /api/services": {
    summary: "The catalogue of services",
    may: "catalogue.see",
    answer: z.array(ServiceShape),
    refusals: [],
  },
  "GET /api/stations": {
    summary: "Stations, nearest first where a place is given, of those that offer a service where one is given",
    may: "catalogue.see",
    query: z.object({ service: z.optional(ServiceId), lat: degrees(90), lng: degrees(180) }),
    answer: z.array(StationShape),
    refusals: [],
  },
  "GET /api/stations/:station/places": {
    summary: "The free times of a day for a visit of these services",
    may: "catalogue.see",
    params: z.object({ station: StationId }),
    query: z.object({ services: ServicesQuery, date: LocalDate }),
    answer: z.object({
      date: LocalDate,
      days: z.array(LocalDate),
      offers: z.array(z.object({ time: LocalTime, free: z.number() })),
    }),
    refusals: ["station-unknown", "service-not-here"],
  },
  "GET /api/stations/:station/live": {
    summary: "The hall now: ticket numbers only, shared by everyone, kept for a second",
    may: "catalogue.see",
    params: z.object({ station: StationId }),
    answer: Snapshot,
    refusals: ["station-unknown"],
  },
  "POST /api/form-keys": {
    summary: "A key for one booking form: sent twice, it books once; it dies after 24 hours",
    may: "catalogue.see",
    answer: z.object({ key: z.string() }),
    status: 201,
    refusals: [],
  },
  "POST /api/codes": {
    summary: "Sends a one-time code to a phone",
    may: "code.ask",
    body: z.object({ mobile: Mobile, language: z._default(Language, "zh") }),
    answer: z.object({ until: Instant }),
    status: 201,
    refusals: ["too-many-codes"],
  },
  "POST /api/sessions": {
    summary: "The code opens a session of 30 minutes, in a cookie",
    may: "code.answer",
    body: z.object({ mobile: Mobile, code: Code }),
    answer: z.object({ until: Instant }),
    status: 201,
    refusals: ["code-wrong", "too-many-tries"],
  },
  "POST /api/appointments": {
    summary: "Books a place; the same key is the same booking",
    may: "appointment.book",
    body: z.object({
      key: z.string().check(z.minLength(1, "key"), z.maxLength(100, "key")),
      station: StationId,
      services,
      date: LocalDate,
      time: LocalTime,
      name: PersonName,
      idNumber: IdNumber,
      language: z._default(Language, "zh"),
    }),
    answer: HeldShape,
    status: 201,
    refusals: [
      "phone-unverified",
      "key-invalid",
      "key-expired",
      "key-reused",
      "station-unknown",
      "place-not-offered",
      "time-past",
      "place-taken",
      "already-booked",
      "too-many-bookings",
    ],
  },
  "POST /api/appointments/find": {
    summary: "An appointment by its reference and the last four digits of the phone",
    may: "appointment.find",
    body: z.object({ ref: Reference, last4: Last4 }),
    answer: HeldShape,
    refusals: ["appointment-not-found", "too-many-tries"],
  },
  "GET /api/appointments/:link": {
    summary: "An appointment by its link",
    may: "appointment.see",
    params: z.object({ link: Link }),
    answer: HeldShape,
    refusals: ["appointment-not-found"],
  },
  "POST /api/appointments/:link/cancel": {
    summary: "Cancels; the place reopens after a random 5 to 35 minutes",
    may: "appointment.cancel",
    params: z.object({ link: Link }),
    body: z.object({ v: z.number() }),
    answer: HeldShape,
    refusals: ["appointment-not-found", "appointment-ended", "changed-meanwhile"],
  },
  "POST /api/appointments/:link/leave": {
    summary: "Leaves the line after check-in, while nobody has called; the appointment ends with the ticket",
    may: "ticket.leave",
    params: z.object({ link: Link }),
    answer: LeftShape,
    refusals: ["appointment-not-found", "ticket-not-found", "window-busy"],
  },
  "POST /api/stations/:station/tickets": {
    summary: "A ticket for a verified phone, where the station allows it; one waiting ticket a phone and service day",
    may: "ticket.take-remote",
    params: z.object({ station: StationId }),
    body: z.object({ op: OperationId, service: ServiceId, language: z._default(Language, "zh") }),
    answer: RemoteShape,
    status: 201,
    refusals: [
      "phone-unverified",
      "station-unknown",
      "remote-not-allowed",
      "tickets-stopped",
      "station-closed",
      "service-not-here",
      "already-waiting",
      "too-many-tickets",
    ],
  },
  "POST /api/tickets/:ticket/leave": {
    summary: "Leaves the line with a ticket that was taken by phone, while nobody has called it",
    may: "ticket.leave",
    params: z.object({ ticket: Link }),
    answer: LeftShape,
    refusals: ["ticket-not-found", "window-busy"],
  },
  "GET /api/stations/:station/tickets/:date/:number": {
    summary: "Where a ticket stands now",
    may: "ticket.see",
    params: z.object({ station: StationId, date: LocalDate, number: TicketNumber }),
    answer: z.object({
      number: TicketNumber,
      group: Group,
      at: z.enum(["waiting", "window", "missed", "parked", "gone"]),
      state: z.enum(["waiting", "served", "expired", "left", "void"]),
      ahead: z.optional(z.number()),
      window: z.optional(WindowNo),
    }),
    refusals: ["station-unknown", "ticket-not-found"],
  },
} as const satisfies Routes
