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
} from "#api/shapes"
import { AppointmentState } from "#domain/appointment"
import { described, Minutes } from "#domain/card"
import { OperationId } from "#domain/id"
import { lanes, Outcome, TicketNumber } from "#domain/line"
import { measures, PolicyChange, policyNames } from "#domain/policy"
import { ServiceId } from "#domain/service"
import { StationId, WindowNo } from "#domain/station"
import { Task } from "#domain/task"
import { LocalDate, LocalTime } from "#domain/time"

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

export const staffRoutes = {
  "GET /staff/me": {
    summary: "Who is signed in, in which role, at which station",
    may: "staff.see-self",
    answer: z.object({
      id: z.string(),
      name: z.string(),
      role: z.enum(["clerk", "officer", "chief", "auditor"]),
      station: StationId,
      stationName: Both,
      now: Instant,
      demonstration: z.boolean(),
    }),
    refusals: ["not-signed-in"],
  },
  "POST /staff/sign-out": {
    summary: "Ends the session",
    may: "staff.see-self",
    answer: Done,
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
      v: z.number().check(z.int(), z.gte(1), z.lte(1_000_000_000)),
      windows: z
        .array(
          z.object({
            no: WindowNo,
            services: z.array(ServiceId).check(z.minLength(1, "service"), z.maxLength(20, "service")),
          }),
        )
        .check(
          z.minLength(1, "window"),
          z.maxLength(50, "window"),
          z.refine((all) => new Set(all.map((it) => it.no)).size === all.length, "window"),
        ),
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
          person: MaskedPerson,
        }),
      ),
    }),
    refusals: [],
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
    body: z.object({ op: OperationId, v: cardVersion, ...described, minutes: Minutes }),
    answer: PublishedShape,
    refusals: ["changed-meanwhile"],
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
    body: z.object({ op: OperationId, v: z.number().check(z.int(), z.gte(1)), change: PolicyChange }),
    answer: PolicyShape,
    refusals: ["changed-meanwhile"],
  },
} as const satisfies Routes
