/** What answers look like on the wire, shared by the three audiences. Instants are epoch milliseconds of the portal's clock. */
import * as z from "zod/mini"
import { AppointmentState } from "#domain/appointment"
import { described } from "#domain/card"
import { Paper } from "#domain/device"
import { lanes, rules, TicketNumber } from "#domain/line"
import { Group, ServiceId } from "#domain/service"
import { StationId, stationKinds, WindowNo } from "#domain/station"
import { LocalDate, LocalTime } from "#domain/time"
import { causes } from "#domain/weighing"

export const Instant = z.number().check(z.meta({ description: "Epoch milliseconds" }))
export const Both = z.object({ zh: z.string(), en: z.string() })

export const SessionsShape = z
  .array(z.tuple([z.string(), z.string(), z.optional(z.array(ServiceId))]))
  .check(z.meta({ description: "From and to; and the services it is for, where not for all" }))

export const StationShape = z
  .object({
    id: StationId,
    kind: z.enum(stationKinds).check(z.meta({ description: "A station, an outreach point or a police room" })),
    name: Both,
    address: Both,
    lat: z.number(),
    lng: z.number(),
    hours: z.array(SessionsShape).check(z.meta({ description: "Weekly, Sunday first" })),
    windows: z.array(z.object({ no: WindowNo, services: z.array(ServiceId) })),
    open: z.boolean(),
    demonstration: z.boolean(),
  })
  .check(z.meta({ id: "Station" }))

/** A station as it answers a search: what going there costs. Minutes, but for the distance. */
const FoundShape = z
  .object({
    station: StationShape,
    metres: z.optional(z.number()),
    walk: z.optional(z.number()).check(z.meta({ description: "Left out where it is farther than an hour on foot" })),
    inCircle: z.optional(z.boolean().check(z.meta({ description: "A quarter of an hour on foot, or less" }))),
    opens: z.optional(Instant.check(z.meta({ description: "Where it is closed now: when it opens for this" }))),
    wait: z
      .optional(z.object({ low: z.number(), high: z.number() }))
      .check(z.meta({ description: "For whoever sets out now; left out where they would not be served" })),
    next: z
      .optional(z.object({ date: LocalDate, time: LocalTime }))
      .check(z.meta({ description: "The first free time on sale" })),
    none: z
      .optional(z.enum(causes))
      .check(z.meta({ description: "Why nothing can be booked; without `next` and this, nobody looked" })),
  })
  .check(z.meta({ id: "FoundStation" }))
export const SearchShape = z.object({
  place: z.optional(Both.check(z.meta({ description: "What was asked for by name, as it was understood" }))),
  stations: z.array(FoundShape),
  quicker: z.optional(
    z
      .object({ nearest: StationId, station: StationId, saves: z.optional(z.number()) })
      .check(z.meta({ description: "The nearest is so busy that this one is quicker, by so many minutes" })),
  ),
})

export const ServiceShape = z
  .object({
    id: ServiceId,
    group: Group,
    minutes: z.number(),
    fee: z.optional(z.number()),
    name: Both,
    bring: z.array(
      z.object({
        zh: z.string(),
        en: z.string(),
        waived: z.boolean().check(z.meta({ description: "Not needed where the office can look it up" })),
      }),
    ),
    presence: z.string(),
    where: z.string(),
    limit: z
      .optional(z.object({ days: z.number(), atMost: z.number(), remote: z.optional(z.number()) }))
      .check(z.meta({ description: "Calendar days; left out where it is done at once" })),
    validity: z.optional(z.string()),
    machine: z.boolean(),
  })
  .check(z.meta({ id: "Service" }))

export const EarlierWindow = z
  .object({
    from: z.optional(LocalDate),
    to: z.optional(LocalDate),
    after: z.optional(LocalTime),
    before: z.optional(LocalTime),
  })
  .check(
    z.meta({ id: "EarlierWindow", description: "Days, and hours of a start; left out, any before the appointment" }),
  )

export const HeldShape = z
  .object({
    ref: z.string(),
    state: AppointmentState,
    station: StationId,
    date: LocalDate,
    time: LocalTime,
    services: z.array(ServiceId),
    group: Group,
    v: z.number(),
    current: z.boolean(),
    link: z.string().check(z.meta({ description: "Opens the appointment: /zh/a/{link}" })),
    ticket: z.optional(TicketNumber),
    proposal: z.optional(
      z
        .object({
          id: z.string(),
          why: z.enum(["closure", "earlier"]),
          station: StationId,
          date: LocalDate,
          time: LocalTime,
          until: Instant,
        })
        .check(z.meta({ description: "Held for this appointment until then" })),
    ),
    displaced: z.optional(z.literal(true).check(z.meta({ description: "The station is closed at this time" }))),
    wish: z.optional(EarlierWindow),
  })
  .check(z.meta({ id: "Appointment" }))

export const StandingShape = z
  .object({
    until: z.optional(LocalDate).check(z.meta({ description: "First day on which they may book online again" })),
    missed: z.array(
      z.object({
        ref: z.string(),
        station: StationId,
        date: LocalDate,
        appealed: z.boolean(),
        excused: z.optional(z.boolean().check(z.meta({ description: "What an officer decided" }))),
        reason: z.optional(z.string().check(z.meta({ description: "Why, for whoever appealed" }))),
      }),
    ),
  })
  .check(z.meta({ id: "Standing" }))

/** Minutes; left out where no open window serves them. A low of 0 reads "within `high`". */
const waitShape = { low: z.optional(z.number()), high: z.optional(z.number()) }

export const CallShape = z.object({ number: TicketNumber, window: WindowNo, at: Instant, times: z.number() })

/** What an officer shows of a lost child; never who it is. */
export const CardShape = z
  .object({ ...described, hotline: z.string(), until: Instant })
  .check(z.meta({ id: "LostChildCard" }))

export const Snapshot = z
  .object({
    station: StationId,
    name: Both,
    date: LocalDate,
    open: z.boolean(),
    tickets: z.boolean(),
    windows: z.array(
      z.object({
        no: WindowNo,
        open: z.boolean(),
        number: z.optional(TicketNumber),
        state: z.optional(z.enum(["called", "serving"])),
      }),
    ),
    calls: z.array(CallShape),
    waiting: z.array(z.object({ group: Group, count: z.number() })),
    order: z.array(z.object({ number: TicketNumber, ahead: z.number(), ...waitShape })),
    newcomer: z
      .array(z.object({ group: Group, low: z.number(), high: z.number() }))
      .check(z.meta({ description: "Who would take a ticket now; a group that no open window serves is left out" })),
    missed: z.array(TicketNumber),
    card: z.optional(CardShape),
  })
  .check(z.meta({ id: "Snapshot" }))

export const GivenShape = z
  .object({
    station: StationId,
    date: LocalDate,
    number: TicketNumber,
    service: ServiceId,
    ahead: z.number(),
    ...waitShape,
    at: Instant,
    again: z.boolean().check(z.meta({ description: "The same press or the same appointment had this number already" })),
    qr: z.string().check(z.meta({ description: "An SVG of the ticket's address" })),
    url: z.string(),
  })
  .check(z.meta({ id: "Ticket" }))

export const RemoteShape = z
  .object({
    station: StationId,
    date: LocalDate,
    number: TicketNumber,
    service: ServiceId,
    ahead: z.number(),
    ...waitShape,
    at: Instant,
    again: z.boolean().check(z.meta({ description: "The same operation had this number already" })),
    link: z.string().check(z.meta({ description: "Opens the ticket for its holder: /zh/my/{link}" })),
  })
  .check(z.meta({ id: "RemoteTicket" }))

export const VisitShape = z.object({
  number: TicketNumber,
  lane: z.enum(lanes),
  service: ServiceId,
  eff: Instant,
  state: z.enum(["called", "serving"]),
  rule: z.enum(rules),
  calledAt: Instant,
  calls: z.number(),
  lastCallAt: Instant,
  startedAt: z.optional(Instant),
})

export const CalledShape = z
  .object({ window: WindowNo, visit: z.optional(VisitShape), passedOver: z.array(TicketNumber), again: z.boolean() })
  .check(z.meta({ id: "Called" }))

export const LineShape = z
  .object({
    station: StationId,
    name: Both,
    date: LocalDate,
    now: Instant,
    open: z.boolean(),
    closing: z.optional(
      z.object({
        at: Instant,
        outgrown: z.boolean(),
        stopped: z.boolean(),
        neighbour: z.optional(z.object({ id: StationId, name: Both, low: z.number(), high: z.number() })),
      }),
    ),
    seat: z.optional(WindowNo),
    next: z.optional(z.object({ number: TicketNumber, rule: z.enum(rules), passedOver: z.array(TicketNumber) })),
    windows: z.array(
      z.object({
        no: WindowNo,
        services: z.array(ServiceId),
        staff: z.optional(z.string()),
        paused: z.optional(z.boolean()),
        visit: z.optional(VisitShape),
      }),
    ),
    waiting: z.array(
      z.object({
        number: TicketNumber,
        lane: z.enum(lanes),
        service: ServiceId,
        eff: Instant,
        ahead: z.number(),
        callable: z.boolean(),
      }),
    ),
    missed: z.array(z.object({ number: TicketNumber, service: ServiceId, missedAt: Instant })),
    parked: z.array(z.object({ number: TicketNumber, service: ServiceId, parkedAt: Instant })),
    policy: z.object({
      recalls: z.number(),
      recallGap: z.number(),
      returnWithin: z.number(),
      parkFor: z.number(),
      overWaiting: z.number(),
      onTime: z.number(),
      callableBefore: z.number(),
    }),
    calls: z.array(CallShape),
  })
  .check(z.meta({ id: "Line" }))

export const MaskedPerson = z
  .object({ name: z.string(), idNumber: z.string(), phone: z.string() })
  .check(z.meta({ id: "MaskedPerson" }))

export const DeviceShape = z
  .object({
    id: z.string(),
    kind: z.enum(["kiosk", "display"]),
    name: z.string(),
    station: StationId,
    revoked: z.boolean(),
    pairedAt: Instant,
  })
  .check(z.meta({ id: "Device" }))

/** How a device does: heard this minute, late, or lost; nothing of one that has not reported yet. */
export const DeviceNowShape = z
  .extend(DeviceShape, {
    lastSeen: z.optional(Instant),
    paper: z.optional(Paper),
    state: z.optional(z.enum(["online", "late", "lost"])),
    offlineTickets: z.optional(z.number()),
    letter: z.optional(z.string().check(z.meta({ description: "Of the numbers it gives while the network is away" }))),
  })
  .check(z.meta({ id: "DeviceNow" }))

export const Done = z.object({ done: z.boolean() })
