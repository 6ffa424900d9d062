/** What a resident's phone may ask for as JSON; the pages do the same by plain forms. */
import * as z from "zod/mini"
import type { Routes } from "#api/routes"
import {
  EarlierWindow,
  HeldShape,
  Instant,
  RemoteShape,
  SearchShape,
  ServiceShape,
  Snapshot,
  StandingShape,
} from "#api/shapes"
import { Proxied } from "#domain/guardian"
import { OperationId, Reference } from "#domain/id"
import { TicketNumber } from "#domain/line"
import { noticeVersions } from "#domain/notice"
import { IdNumber, Mobile, PersonName, tidyIdNumber } from "#domain/person"
import { unbookable } from "#domain/problem"
import { Group, ServiceId } from "#domain/service"
import { StationId, WindowNo } from "#domain/station"
import { LocalDate, LocalTime } from "#domain/time"
import { OwnFile, OwnShape, RemovedShape, WithdrawnShape } from "./owned.ts"

const services = z.array(ServiceId).check(
  z.minLength(1, "services-none"),
  z.maxLength(4, "services-most"),
  z.refine((ids) => new Set(ids).size === ids.length, "services-twice"),
)
const Link = z.string().check(z.minLength(20, "link"), z.maxLength(300, "link"))
const ProposalId = z.string().check(z.minLength(1, "proposal"), z.maxLength(100, "proposal"))
export const Code = z.pipe(
  z.pipe(
    z.string().check(z.maxLength(20, "code")),
    z.transform((typed) => typed.normalize("NFKC").replace(/\s/g, "")),
  ),
  z.string().check(z.regex(/^\d{6}$/, "code")),
)
export const AppealText = z.string().check(z.trim(), z.minLength(2, "reason"), z.maxLength(500, "reason"))
export const IdLast4 = z.pipe(
  z.pipe(z.string().check(z.maxLength(20, "id-last4")), z.transform(tidyIdNumber)),
  z.string().check(z.regex(/^\d{3}[\dX]$/, "id-last4")),
)
export const Last4 = z.string().check(z.regex(/^\d{4}$/, "last4"))
export const Language = z.enum(["zh", "en"])
const Notice = z
  .optional(z.enum(noticeVersions, "notice"))
  .check(z.meta({ description: "The version of the notice on personal data that was shown; the newest if left out" }))
/** "rp-endorse" or "rp-endorse,rp-address": a visit of one group. */
export const ServicesQuery = z.pipe(
  z.pipe(
    z.string().check(z.maxLength(100, "services-most")),
    z.transform((text) => text.split(",")),
  ),
  services,
)
const degrees = (most: number) => z.coerce.number().check(z.gte(-most, "place"), z.lte(most, "place"))
/** WGS-84, as browsers give it. */
export const Position = z.object({ lat: degrees(90), lng: degrees(180) })

const GroupShape = z
  .object({
    group: z.string().check(z.meta({ description: "Opens the list for a day, with the phone that sent it" })),
    total: z.number(),
    done: z.number(),
    outcomes: z.array(
      z.object({
        row: z.number().check(z.meta({ description: "Its line in the file" })),
        name: z.string(),
        booked: z.optional(z.object({ ref: z.string(), date: LocalDate, time: LocalTime })),
        refused: z.optional(z.string().check(z.meta({ description: "A code of the problems" }))),
      }),
    ),
    wait: z.optional(
      z
        .number()
        .check(z.meta({ description: "Seconds until more of them are let in to a day that has just come on sale" })),
    ),
    tomorrow: z.optional(
      z
        .literal(true)
        .check(z.meta({ description: "Whoever is left is booked from tomorrow on: too many were known here already" })),
    ),
  })
  .check(z.meta({ id: "GroupBooking" }))
const LeftShape = z.object({ number: TicketNumber, state: z.literal("left") })

export const residentRoutes = {
  "GET /api/services": {
    summary: "The catalogue of services",
    may: "catalogue.see",
    answer: z.array(ServiceShape),
    refusals: [],
  },
  "GET /api/stations": {
    summary:
      "Stations that are open or will be, of those that serve all of a visit at one window. From a position, or a place as people name it: the nearest, those first that cost least of one's own time",
    may: "catalogue.see",
    query: z.object({
      services: z.optional(ServicesQuery),
      lat: z.optional(degrees(90)),
      lng: z.optional(degrees(180)),
      place: z.optional(z.string().check(z.trim(), z.minLength(1, "place"), z.maxLength(60, "place"))),
    }),
    answer: SearchShape,
    refusals: ["place-unknown"],
  },
  "GET /api/stations/:station/places": {
    summary: "The free times of a day for a visit of these services",
    may: "catalogue.see",
    params: z.object({ station: StationId }),
    query: z.object({ services: ServicesQuery, date: LocalDate }),
    answer: z.object({
      date: LocalDate,
      days: z.array(LocalDate),
      provisional: z
        .boolean()
        .check(z.meta({ description: "The year's notice of holidays is not out: the day may still close" })),
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
  "POST /api/sessions/end": {
    summary: "Ends this browser's session, and has it forget what was typed; without one it is answered alike",
    may: "session.end",
    answer: z.object({ ended: z.literal(true) }),
    refusals: [],
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
      notice: Notice,
      ...Proxied.shape,
    }),
    answer: HeldShape,
    status: 201,
    refusals: [
      "phone-unverified",
      "key-invalid",
      "key-expired",
      "key-reused",
      "station-unknown",
      "service-not-here",
      ...unbookable,
      "place-taken",
      "already-booked",
      "booking-paused",
      "not-your-wave",
      "too-many-bookings",
      "too-many-tries",
    ],
  },
  "POST /api/groups": {
    summary:
      "An employer's list of up to 200 people; nothing is booked while a row is wrong, and every wrong row is named",
    may: "group.book",
    body: z.object({
      key: z.string().check(z.minLength(1, "key"), z.maxLength(100, "key")),
      station: StationId,
      services,
      from: LocalDate,
      list: z.union(
        [
          z.object({ text: z.string().check(z.maxLength(40_000, "rows")) }),
          z.object({ file: z.base64("rows-file").check(z.maxLength(60_000, "rows")) }),
        ],
        "rows-file",
      ),
      language: z._default(Language, "zh"),
      notice: Notice,
    }),
    answer: GroupShape,
    status: 201,
    refusals: [
      "phone-unverified",
      "key-invalid",
      "key-expired",
      "key-reused",
      "station-unknown",
      "service-not-here",
      "too-many-tries",
    ],
  },
  "GET /api/groups/:group": {
    summary: "How far a list has come",
    may: "group.book",
    params: z.object({ group: Link }),
    answer: GroupShape,
    refusals: ["phone-unverified", "appointment-not-found"],
  },
  "POST /api/groups/:group/proceed": {
    summary: "Books for the next ten of a list, each into the first free time; asked again until all are done",
    may: "group.book",
    params: z.object({ group: Link }),
    answer: GroupShape,
    refusals: ["phone-unverified", "appointment-not-found"],
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
  "POST /api/appointments/:link/move": {
    summary:
      "Moves the appointment to another start, here or elsewhere; it keeps its reference, and the old place if refused",
    may: "appointment.move",
    params: z.object({ link: Link }),
    body: z.object({ op: OperationId, v: z.number(), station: StationId, date: LocalDate, time: LocalTime }),
    answer: HeldShape,
    refusals: [
      "appointment-not-found",
      "appointment-ended",
      "changed-meanwhile",
      "too-many-moves",
      "station-unknown",
      "service-not-here",
      "not-your-wave",
      ...unbookable,
      "place-taken",
    ],
  },
  "POST /api/appointments/:link/accept": {
    summary: "Takes the place that is held for this appointment",
    may: "appointment.move",
    params: z.object({ link: Link }),
    body: z.object({ op: OperationId, proposal: ProposalId }),
    answer: HeldShape,
    refusals: ["appointment-not-found", "appointment-ended", "offer-lapsed", "place-not-offered", "changed-meanwhile"],
  },
  "POST /api/appointments/:link/decline": {
    summary: "Gives the held place back and keeps the appointment as it is",
    may: "appointment.move",
    params: z.object({ link: Link }),
    body: z.object({ proposal: ProposalId }),
    answer: HeldShape,
    refusals: ["appointment-not-found", "appointment-ended", "changed-meanwhile"],
  },
  "POST /api/appointments/:link/wish": {
    summary:
      "Asks to be told of an earlier time at the same station, within these days and hours; asked again, they replace the first",
    may: "appointment.wish",
    params: z.object({ link: Link }),
    body: z.object({ v: z.number(), ...EarlierWindow.shape }),
    answer: HeldShape,
    refusals: ["appointment-not-found", "appointment-ended", "changed-meanwhile"],
  },
  "POST /api/appointments/:link/wish/end": {
    summary: "Wishes for no earlier time any more",
    may: "appointment.wish",
    params: z.object({ link: Link }),
    answer: HeldShape,
    refusals: ["appointment-not-found", "appointment-ended", "changed-meanwhile"],
  },
  "GET /api/appointments/:link/standing": {
    summary: "Which absences count against online booking, and until when it pauses; walking in is always open",
    may: "appointment.see",
    params: z.object({ link: Link }),
    answer: StandingShape,
    refusals: ["appointment-not-found"],
  },
  "POST /api/appointments/:link/appeal": {
    summary: "Appeals against an absence, with a reason that an officer reads",
    may: "appointment.appeal",
    params: z.object({ link: Link }),
    body: z.object({
      ref: Reference,
      text: AppealText,
    }),
    answer: StandingShape,
    refusals: ["appointment-not-found", "nothing-to-appeal", "details-deleted", "changed-meanwhile"],
  },
  "POST /api/appointments/:link/correct": {
    summary:
      "Corrects the names, in a session of the booking's phone; or the phone to the session's own, by the end of the person's ID number, and the phone that it had is told. An ID number is not corrected",
    may: "appointment.correct",
    params: z.object({ link: Link }),
    body: z.object({
      op: OperationId,
      v: z.number(),
      name: z.optional(PersonName),
      mobile: z.optional(Mobile),
      guardianName: z.optional(PersonName),
      idLast4: z.optional(IdLast4),
    }),
    answer: HeldShape,
    refusals: [
      "phone-unverified",
      "appointment-not-found",
      "appointment-ended",
      "changed-meanwhile",
      "too-many-tries",
      "details-deleted",
    ],
  },
  "POST /api/appointments/:link/leave": {
    summary: "Leaves the line after check-in, while nobody has called; the appointment ends with the ticket",
    may: "ticket.leave",
    params: z.object({ link: Link }),
    answer: LeftShape,
    refusals: ["appointment-not-found", "ticket-not-found", "window-busy"],
  },
  "POST /api/own": {
    summary: "What is held under the session's phone and an ID number, masked; nothing for any other phone's",
    may: "own.see",
    body: z.object({ idNumber: IdNumber }),
    answer: OwnShape,
    refusals: ["phone-unverified", "nothing-found", "too-many-tries"],
  },
  "POST /api/own/export": {
    summary: "The same, whole, as a file",
    may: "own.export",
    body: z.object({ idNumber: IdNumber }),
    answer: OwnFile,
    refusals: ["phone-unverified", "nothing-found", "too-many-tries"],
  },
  "POST /api/own/delete": {
    summary: "Deletes it, and answers what must stay and until when; the same operation again is answered alike",
    may: "own.delete",
    body: z.object({ op: OperationId, idNumber: IdNumber }),
    answer: RemovedShape,
    refusals: [
      "phone-unverified",
      "nothing-found",
      "too-many-tries",
      "still-booked",
      "still-waiting",
      "changed-meanwhile",
    ],
  },
  "POST /api/own/consents/:consent/withdraw": {
    summary: "Takes a guardian's consent back, and with it the booking that was made under it",
    may: "consent.withdraw",
    params: z.object({ consent: Link }),
    answer: WithdrawnShape,
    refusals: ["phone-unverified", "nothing-found", "too-many-tries", "changed-meanwhile"],
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
