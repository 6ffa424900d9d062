/** What the staff's console may ask for. Everything concerns the station of whoever is signed in; no route names another. */
import * as z from "zod/mini"
import type { Routes } from "#api/routes"
import { Both, CalledShape, DeviceShape, Done, GivenShape, Instant, LineShape, MaskedPerson } from "#api/shapes"
import { AppointmentState } from "#domain/appointment"
import { OperationId } from "#domain/id"
import { TicketNumber } from "#domain/line"
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
    refusals: [...atWindow, "window-busy", "nobody-waiting"],
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
    body: onTicket,
    answer: CalledShape,
    refusals: [...onVisit, "not-serving"],
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
      standing: z.enum(["waiting", "window", "missed", "gone"]),
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
  "GET /staff/devices": {
    summary: "The station's devices",
    may: "device.revoke",
    answer: z.array(DeviceShape),
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
} as const satisfies Routes
