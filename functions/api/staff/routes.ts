/** What the staff's console may ask for. Everything concerns the station of whoever is signed in; no route names another. */
import * as z from "zod/mini"
import type { Routes } from "#api/routes"
import {
  Both,
  CalledShape,
  CardShape,
  DeviceNowShape,
  DeviceShape,
  Done,
  GivenShape,
  Instant,
  LineShape,
  MaskedPerson,
  SessionsShape,
  StandingShape,
} from "#api/shapes"
import { roles, StaffId } from "#domain/actor"
import { AppointmentState } from "#domain/appointment"
import { dayKinds } from "#domain/calendar"
import { described, Minutes } from "#domain/card"
import { clearingReasons, clearingStages, standings } from "#domain/closure"
import { OperationId, Reference } from "#domain/id"
import { lanes, Outcome, TicketNumber } from "#domain/line"
import { measures, PolicyChange, policyNames } from "#domain/policy"
import { ScheduleShape } from "#domain/schedule"
import { ServiceId } from "#domain/service"
import { StationId, WindowNo, Windows } from "#domain/station"
import { Task } from "#domain/task"
import { LocalDate, LocalTime } from "#domain/time"
import { auditRoutes } from "./audit-routes.ts"
import { dutyRoutes } from "./duty-routes.ts"
import { statisticsRoutes } from "./statistics-routes.ts"

const WindowText = z.pipe(z.coerce.string().check(z.regex(/^[1-9]\d?$/, "window")), z.transform(Number))
const WindowParam = z.object({ window: WindowText })
const op = z.object({ op: OperationId })
const onTicket = z.object({ op: OperationId, number: TicketNumber })
const atWindow = ["window-unknown", "window-not-open"] as const
const onVisit = [...atWindow, "window-empty", "ticket-changed"] as const

const cardVersion = z.number().check(z.int(), z.gte(0), z.lte(1_000_000_000))
const PublishedShape = z.object({
  v: z.number().check(z.meta({ description: "To change it by; 0 where there never was one" })),
  card: z.optional(CardShape),
  report: z.optional(z.string()),
})

/** Waits in minutes. */
const SimulatedShape = z
  .object({
    classes: z.array(
      z.object({ lane: z.enum(lanes), people: z.number(), p50: z.number(), p95: z.number(), max: z.number() }),
    ),
    overtaken: z.number().check(z.meta({ description: "The most people who came later and were called before one" })),
  })
  .check(z.meta({ id: "Simulated" }))

const PolicyShape = z
  .object({
    station: StationId,
    v: z.number(),
    numbers: z.array(
      z.object({
        name: z.enum(policyNames),
        value: z.number(),
        usual: z.number().check(z.meta({ description: "What a station starts with" })),
        least: z.number(),
        most: z.number(),
        step: z.number(),
        measure: z.enum(measures),
        grid: z.boolean().check(z.meta({ description: "Shapes bookable places: holds from gridFrom on" })),
        simulated: z.boolean().check(z.meta({ description: "The preview shows its effect" })),
      }),
    ),
    /** The first day that is not on sale yet. */
    gridFrom: LocalDate,
    promised: z.object({
      counted: z.number().check(z.meta({ description: "Waits that had been promised a range, older ones weigh less" })),
      inside: z.optional(z.number().check(z.meta({ description: "Share of them that lay inside; target 0.85" }))),
    }),
    learned: z.array(
      z.object({
        service: ServiceId,
        minutes: z.number(),
        samples: z.number(),
        enough: z.number().check(z.meta({ description: "Samples from which on its own minutes are used" })),
        usual: z.number().check(z.meta({ description: "The catalogue's minutes, used until then" })),
      }),
    ),
  })
  .check(z.meta({ id: "Policy" }))

const SpanShape = {
  from: LocalDate,
  fromTime: z.optional(LocalTime),
  to: LocalDate,
  toTime: z.optional(z.union([LocalTime, z.literal("24:00")])),
  windows: z.optional(z.array(WindowNo).check(z.minLength(1, "window"), z.maxLength(50, "window"))),
}
const CalendarShape = z
  .object({
    v: z.number().check(z.meta({ description: "To change it by" })),
    schedule: ScheduleShape,
    closures: z.array(
      z.object({
        id: z.string(),
        from: Instant,
        to: Instant,
        windows: z.optional(z.array(WindowNo)),
        reason: z.string(),
      }),
    ),
    /** Days up to this one keep their places; what is added holds from the next. */
    laidOutUntil: LocalDate,
    days: z.array(
      z.object({
        date: LocalDate,
        kind: z.enum(dayKinds),
        provisional: z.boolean().check(z.meta({ description: "The year's notice is not out: this may change" })),
        sessions: SessionsShape,
        onSale: z.boolean(),
      }),
    ),
  })
  .check(z.meta({ id: "Calendar" }))

const ConflictShape = z
  .object({
    ref: z.string(),
    date: LocalDate,
    time: LocalTime,
    window: WindowNo,
    services: z.array(ServiceId),
    standing: z.enum(standings),
    offer: z.optional(z.object({ station: StationId, date: LocalDate, time: LocalTime })),
    until: z.optional(Instant),
  })
  .check(z.meta({ id: "Conflict" }))

const progress = {
  id: z.string(),
  why: z.enum(clearingReasons),
  from: z.optional(Instant),
  to: z.optional(Instant),
  windows: z.optional(z.array(WindowNo)),
  reason: z.optional(z.string()),
  takenBack: z.boolean(),
  first: LocalDate,
  last: LocalDate,
  stage: z.enum(clearingStages),
  /** The day that it has come to, until it is done. */
  date: z.optional(LocalDate),
  startedAt: Instant,
  open: z.number().check(z.meta({ description: "Who waits for an answer or a place, as last counted" })),
}
const ClearingShape = z.object(progress).check(z.meta({ id: "Clearing" }))
const ClosuresShape = z.array(z.object({ ...progress, affected: z.array(ConflictShape) }))
const TouchedShape = z
  .object({ bookings: z.number(), days: z.array(z.object({ date: LocalDate, bookings: z.number() })) })
  .check(z.meta({ id: "Touched" }))

const SessionShape = z
  .object({
    since: Instant,
    seenAt: Instant.check(z.meta({ description: "To five minutes" })),
    isThis: z.boolean().check(z.meta({ description: "The one that asks" })),
  })
  .check(z.meta({ id: "Session" }))
const MemberParam = z.object({ member: StaffId })
const MemberShape = z
  .object({
    id: z.string(),
    name: z.string(),
    role: z.enum(roles),
    isMe: z.boolean(),
    active: z.boolean().check(z.meta({ description: "On the roster" })),
    sessions: z.number().check(z.meta({ description: "That live now" })),
    seenAt: z.optional(Instant),
    barred: z.boolean().check(z.meta({ description: "Shut out by the chief" })),
    lockedUntil: z.optional(Instant).check(z.meta({ description: "Too many refused sign-ins: no new one until then" })),
  })
  .check(z.meta({ id: "Member" }))

export const staffRoutes = {
  ...dutyRoutes,
  ...statisticsRoutes,
  ...auditRoutes,
  "GET /staff/me": {
    summary: "Who is signed in, in which role, at which station",
    may: "staff.see-self",
    answer: z.object({
      id: z.string(),
      name: z.string(),
      role: z.enum(roles),
      station: StationId,
      stationName: Both,
      unit: z.enum(["station", "precinct", "command"]),
      now: Instant,
      demonstration: z.boolean(),
    }),
    refusals: ["not-signed-in"],
  },
  "POST /staff/sign-out": {
    summary: "Ends the session",
    may: "staff.see-self",
    answer: z.extend(Done, {
      elsewhere: z
        .optional(z.string())
        .check(z.meta({ description: "Where to sign out at the identity provider too" })),
    }),
    refusals: ["not-signed-in"],
  },
  "GET /staff/line": {
    summary: "Who waits, who is next for one's window and why, who is at which window",
    may: "line.see",
    answer: LineShape,
    refusals: ["not-signed-in"],
  },
  "POST /staff/windows/:window/sit": {
    summary: "Takes a seat at a window, which opens it",
    may: "window.sit",
    params: WindowParam,
    body: op,
    answer: CalledShape,
    refusals: ["window-unknown", "window-taken", "window-busy"],
  },
  "POST /staff/windows/:window/rise": {
    summary: "Leaves the window, which closes it",
    may: "window.sit",
    params: WindowParam,
    body: op,
    answer: CalledShape,
    refusals: [...atWindow, "window-busy"],
  },
  "POST /staff/windows/:window/call": {
    summary: "Calls the fairest next person",
    may: "window.call",
    params: WindowParam,
    body: op,
    answer: CalledShape,
    refusals: [...atWindow, "window-busy", "window-paused", "nobody-waiting"],
  },
  "POST /staff/windows/:window/recall": {
    summary: "Repeats the call, twice at most, 20 seconds apart",
    may: "window.call",
    params: WindowParam,
    body: onTicket,
    answer: CalledShape,
    refusals: [...onVisit, "not-called", "recall-too-soon", "recall-used-up"],
  },
  "POST /staff/windows/:window/missed": {
    summary: "Nobody came",
    may: "window.call",
    params: WindowParam,
    body: onTicket,
    answer: CalledShape,
    refusals: [...onVisit, "not-called"],
  },
  "POST /staff/windows/:window/start": {
    summary: "The person is here",
    may: "window.call",
    params: WindowParam,
    body: onTicket,
    answer: CalledShape,
    refusals: [...onVisit, "not-called"],
  },
  "POST /staff/windows/:window/finish": {
    summary: "Done",
    may: "window.call",
    params: WindowParam,
    body: z.object({ op: OperationId, number: TicketNumber, outcome: z._default(Outcome, "done") }),
    answer: CalledShape,
    refusals: [...onVisit, "not-serving"],
  },
  "POST /staff/line/tickets": {
    summary: "Stops giving tickets today, or gives them again; whoever booked is received all the same",
    may: "window.override",
    body: z.object({ op: OperationId, stopped: z.boolean() }),
    answer: z.object({ stopped: z.boolean() }),
    refusals: [],
  },
  "POST /staff/windows/:window/pause": {
    summary: "Calls nobody for the moment",
    may: "window.sit",
    params: WindowParam,
    body: op,
    answer: CalledShape,
    refusals: [...atWindow],
  },
  "POST /staff/windows/:window/resume": {
    summary: "Calls again",
    may: "window.sit",
    params: WindowParam,
    body: op,
    answer: CalledShape,
    refusals: [...atWindow],
  },
  "POST /staff/windows/:window/call-one": {
    summary: "An officer calls this very person; the reason stays on the ticket",
    may: "window.override",
    params: WindowParam,
    body: z.object({
      op: OperationId,
      number: TicketNumber,
      reason: z.string().check(z.trim(), z.minLength(2, "reason"), z.maxLength(200, "reason")),
    }),
    answer: CalledShape,
    refusals: [...atWindow, "window-busy", "ticket-not-found"],
  },
  "POST /staff/windows/:window/park": {
    summary: "Sent to fetch something, back within half an hour; never called by itself",
    may: "window.call",
    params: WindowParam,
    body: onTicket,
    answer: CalledShape,
    refusals: [...onVisit],
  },
  "POST /staff/windows/:window/unpark": {
    summary: "A parked person is back at the window",
    may: "window.call",
    params: WindowParam,
    body: onTicket,
    answer: CalledShape,
    refusals: [...atWindow, "window-busy", "ticket-not-found", "park-too-long"],
  },
  "POST /staff/windows/:window/transfer": {
    summary: "To another window, for another service, or both; number and wait are kept",
    may: "window.call",
    params: WindowParam,
    body: z.object({
      op: OperationId,
      number: TicketNumber,
      toWindow: z.optional(WindowNo),
      toService: z.optional(ServiceId),
    }),
    answer: CalledShape,
    refusals: [...onVisit, "service-not-here"],
  },
  "POST /staff/windows/:window/undo": {
    summary: "Takes back the last call, start, missed or finish, within 30 seconds",
    may: "window.call",
    params: WindowParam,
    body: onTicket,
    answer: CalledShape,
    refusals: [...atWindow, "ticket-changed", "undo-too-late", "nothing-to-undo"],
  },
  "POST /staff/windows": {
    summary: "The station's windows and what each serves",
    may: "windows.change",
    body: z.object({
      op: OperationId,
      v: z.number().check(z.int(), z.gte(1), z.lte(1_000_000_000)),
      windows: Windows.check(z.minLength(1, "window")),
    }),
    answer: z.object({ v: z.number(), windows: z.array(z.object({ no: WindowNo, services: z.array(ServiceId) })) }),
    refusals: ["changed-meanwhile"],
  },
  "GET /staff/windows": {
    summary: "The station's windows, with the version to change them by",
    may: "windows.change",
    answer: z.object({ v: z.number(), windows: z.array(z.object({ no: WindowNo, services: z.array(ServiceId) })) }),
    refusals: [],
  },
  "GET /staff/calendar": {
    summary: "The station's hours, closures, and the next month day by day",
    may: "calendar.see",
    answer: CalendarShape,
    refusals: [],
  },
  "POST /staff/calendar/preview": {
    summary: "How many bookings another schedule would take their time from; nothing is saved",
    may: "calendar.change",
    body: z.object({ schedule: ScheduleShape }),
    answer: TouchedShape,
    refusals: [],
  },
  "POST /staff/calendar": {
    summary:
      "Puts a whole schedule in place of the one that was seen; whom it takes their time from is offered another",
    may: "calendar.change",
    body: z.object({
      op: OperationId,
      v: z.number().check(z.int(), z.gte(1), z.lte(1_000_000_000)),
      schedule: ScheduleShape,
    }),
    answer: CalendarShape,
    refusals: ["changed-meanwhile"],
  },
  "GET /staff/closures": {
    summary: "Closures and changes of hours or windows, how far each has come, and everyone whom it found",
    may: "calendar.see",
    answer: ClosuresShape,
    refusals: [],
  },
  "POST /staff/closures/preview": {
    summary: "How many bookings a closure would take their time from; nothing is saved",
    may: "calendar.change",
    body: z.object(SpanShape),
    answer: TouchedShape,
    refusals: ["window-unknown"],
  },
  "POST /staff/closures": {
    summary: "Closes the station, or some windows, for whole days or from a time to a time",
    may: "calendar.change",
    body: z.object({
      op: OperationId,
      ...SpanShape,
      reason: z.string().check(z.trim(), z.minLength(2, "reason"), z.maxLength(200, "reason")),
    }),
    answer: ClearingShape,
    status: 201,
    refusals: ["window-unknown"],
  },
  "POST /staff/closures/:closure/take-back": {
    summary: "Opens again; who has not answered keeps the time they had",
    may: "calendar.change",
    params: z.object({ closure: z.string().check(z.regex(/^closed-[\w-]{6}$/, "closure")) }),
    body: op,
    answer: ClearingShape,
    refusals: ["closure-not-found"],
  },
  "GET /staff/conflicts": {
    summary: "Bookings at a time that is not open now, and how far each has come; walk-ins who wait are none",
    may: "calendar.see",
    answer: z.array(ConflictShape),
    refusals: [],
  },
  "POST /staff/tickets/:number/return": {
    summary: "Back in the line after a missed call, behind the next three",
    may: "ticket.take",
    params: z.object({ number: TicketNumber }),
    body: op,
    answer: GivenShape,
    refusals: ["ticket-not-found", "return-too-late"],
  },
  "GET /staff/visitors/:number": {
    summary: "Who has this ticket, masked",
    may: "visitor.see",
    params: z.object({ number: TicketNumber }),
    answer: z.object({
      number: TicketNumber,
      services: z.array(ServiceId),
      takenAt: Instant,
      standing: z.enum(["waiting", "window", "missed", "parked", "gone"]),
      booked: z.optional(LocalTime),
      ref: z.optional(z.string()),
      person: z.optional(MaskedPerson),
      deleted: z.optional(z.literal(true)),
    }),
    refusals: ["ticket-not-found"],
  },
  "GET /staff/appointments": {
    summary: "A day's appointments and how each stands, masked",
    may: "appointments.list",
    query: z.object({ date: z.optional(LocalDate) }),
    answer: z.object({
      date: LocalDate,
      appointments: z.array(
        z.object({
          ref: z.string(),
          time: LocalTime,
          window: WindowNo,
          services: z.array(ServiceId),
          state: AppointmentState,
          ticket: z.optional(TicketNumber),
          person: z.optional(MaskedPerson),
          deleted: z.optional(z.literal(true)),
        }),
      ),
    }),
    refusals: [],
  },
  "POST /staff/appointments/:ref/reveal": {
    summary: "The phone of somebody whose time the station took away; recorded with the reason before it is answered",
    may: "appointment.reveal",
    params: z.object({ ref: Reference }),
    body: z.object({ reason: z.string().check(z.trim(), z.minLength(2, "reason"), z.maxLength(200, "reason")) }),
    answer: z.object({ phone: z.string() }),
    refusals: ["appointment-not-found", "details-deleted", "too-many-tries"],
  },
  "GET /staff/absences/:ref": {
    summary: "An absence that counts against online booking, with the appeal; recorded before it is answered",
    may: "standing.answer",
    params: z.object({ ref: Reference }),
    answer: z.object({
      ref: z.string(),
      name: z.optional(z.string()),
      idNumber: z.optional(z.string()),
      text: z.optional(z.string()),
      standing: StandingShape,
    }),
    refusals: ["appointment-not-found"],
  },
  "POST /staff/absences/:ref": {
    summary: "Excuses an absence or lets it stand; the reason stays with it",
    may: "standing.answer",
    params: z.object({ ref: Reference }),
    body: z.object({
      excused: z.boolean(),
      reason: z.string().check(z.trim(), z.minLength(2, "reason"), z.maxLength(200, "reason")),
    }),
    answer: StandingShape,
    refusals: ["appointment-not-found", "changed-meanwhile"],
  },
  "GET /staff/tasks": {
    summary: "Open tasks of a day, soonest first; of one window where given",
    may: "tasks.see",
    query: z.object({
      date: z.optional(LocalDate),
      window: z.optional(WindowText),
    }),
    answer: z.object({ date: LocalDate, tasks: z.array(Task) }),
    refusals: [],
  },
  "GET /staff/card": {
    summary: "The lost child's card that the hall shows now",
    may: "card.see",
    answer: PublishedShape,
    refusals: [],
  },
  "POST /staff/card": {
    summary:
      "Shows a lost child's card in the hall, in place of the one that was seen; never a name, home, school or photo",
    may: "card.publish",
    body: z.object({ op: OperationId, v: cardVersion, ...described, minutes: Minutes, report: z.optional(Reference) }),
    answer: PublishedShape,
    refusals: ["changed-meanwhile", "report-not-found", "report-ended", "drill-apart"],
  },
  "POST /staff/card/withdraw": {
    summary: "Takes the card back from the hall",
    may: "card.publish",
    body: z.object({ op: OperationId, v: cardVersion }),
    answer: PublishedShape,
    refusals: ["changed-meanwhile"],
  },
  "GET /staff/devices": {
    summary: "The station's devices",
    may: "device.revoke",
    answer: z.array(DeviceNowShape),
    refusals: [],
  },
  "POST /staff/devices/invite": {
    summary: "A one-time pairing code, good for 15 minutes",
    may: "device.invite",
    body: z.object({
      kind: z.enum(["kiosk", "display"]),
      name: z
        .string()
        .check(z.maxLength(40, "device-name"), z.regex(/^[\p{L}\p{M}\p{N}\p{P}\p{S} ]+$/u, "device-name")),
    }),
    answer: z.object({ code: z.string(), until: Instant }),
    status: 201,
    refusals: [],
  },
  "POST /staff/devices/:device/revoke": {
    summary: "The device is refused from now on",
    may: "device.revoke",
    params: z.object({ device: z.string().check(z.regex(/^[\w]{4,40}$/, "device")) }),
    body: op,
    answer: DeviceShape,
    refusals: ["device-not-found"],
  },
  "GET /staff/sessions": {
    summary: "One's own sessions that live now",
    may: "staff.see-self",
    answer: z.array(SessionShape),
    refusals: [],
  },
  "POST /staff/sessions/end": {
    summary: "Ends all of one's own sessions but the one that asks",
    may: "staff.end-sessions",
    answer: z.array(SessionShape),
    refusals: [],
  },
  "GET /staff/members": {
    summary: "The station's people: role, whether signed in, whether locked",
    may: "members.see",
    answer: z.array(MemberShape),
    refusals: [],
  },
  "POST /staff/members/:member/lock": {
    summary: "Shuts somebody of the station out at once, until they are let in again",
    may: "members.change",
    params: MemberParam,
    body: op,
    answer: MemberShape,
    refusals: ["member-unknown", "not-yourself"],
  },
  "POST /staff/members/:member/unlock": {
    summary: "Lets somebody in again, also after too many refused sign-ins",
    may: "members.change",
    params: MemberParam,
    body: op,
    answer: MemberShape,
    refusals: ["member-unknown"],
  },
  "POST /staff/members/:member/end-sessions": {
    summary: "Signs somebody of the station out everywhere at once",
    may: "members.change",
    params: MemberParam,
    body: op,
    answer: MemberShape,
    refusals: ["member-unknown"],
  },
  "GET /staff/policy": {
    summary:
      "The station's numbers with their bounds, what was learned of services, and how often a promised wait held",
    may: "policy.see",
    answer: PolicyShape,
    refusals: [],
  },
  "POST /staff/policy/preview": {
    summary: "Simulated days before and after a change; nothing is saved",
    may: "policy.see",
    body: z.object({ change: PolicyChange }),
    answer: z.object({
      days: z.number().check(z.meta({ description: "Simulated days on each side, of the same seed" })),
      before: SimulatedShape,
      after: SimulatedShape,
    }),
    refusals: [],
  },
  "POST /staff/policy": {
    summary: "Changes numbers of the station that was seen; whoever saw an older one is refused",
    may: "policy.change",
    body: z.object({
      op: OperationId,
      v: z.number().check(z.int(), z.gte(1), z.lte(1_000_000_000)),
      change: PolicyChange,
    }),
    answer: PolicyShape,
    refusals: ["changed-meanwhile"],
  },
} as const satisfies Routes
