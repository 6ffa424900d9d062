/** Joining the line: a ticket for whoever walks in, a check-in for whoever booked, and back again after a missed call. */
import type { Actor } from "#domain/actor"
import { type Appointment, timeOfVisit } from "#domain/appointment"
import { type Line, standingOf, type TicketNumber } from "#domain/line"
import { must } from "#domain/permission"
import { Problem } from "#domain/problem"
import { groupOf, groups, type ServiceId } from "#domain/service"
import { type Station, type StationId, serviceDayOf } from "#domain/station"
import { step } from "#domain/step"
import { type Instant, type LocalDate, timeOf } from "#domain/time"
import { places } from "#domain/turn"
import * as appointments from "#store/appointments"
import * as lines from "#store/lines"
import * as stations from "#store/stations"
import { counter } from "#store/table"
import * as tickets from "#store/tickets"
import type { World } from "#world"
import { byLink } from "./booking.ts"
import { short } from "./forms.ts"

/** What the ticket says; nothing in it is personal. */
export type Given = {
  station: StationId
  date: LocalDate
  number: TicketNumber
  service: ServiceId
  ahead: number
  at: Instant
  again: boolean
}

/**
 * A ticket for a walk-in. `op` is the kiosk's own id of this press; with `again` (a repeat after no answer) the day's
 * tickets are looked through too, so that a number is never given twice for one press.
 * Refusals: station-unknown, station-closed, service-not-here, busy.
 */
export async function take(
  world: World,
  by: Actor,
  input: { station: StationId; service: ServiceId; priority: boolean; op: string; again: boolean },
): Promise<Given> {
  must(by, "ticket.take", input.station)
  const station = await stations.find(world, input.station)
  const date = serviceDayOf(world.now())
  const op = short(world, input.op)
  if (input.again) {
    const earlier = (await tickets.ofDay(world, input.station, date)).find((it) => it.taken === op)
    if (earlier)
      return given(
        await lines.find(world, input.station, date),
        station,
        earlier.number,
        input.service,
        earlier.takenAt,
        true,
      )
  }
  return lines.change(world, by, `take:${op}`, { station: input.station, date }, counter(), (line) => {
    const now = world.now()
    const {
      line: after,
      number,
      already,
    } = step(line, { do: "take", op, now, service: input.service, priority: input.priority }, station)
    const ticket: tickets.Ticket = {
      station: input.station,
      date,
      number: number!,
      v: 0,
      state: "waiting",
      services: [input.service],
      taken: op,
      takenAt: now,
    }
    return {
      line: after,
      also: [tickets.ticketChange(by, `take:${op}`, now, ticket)],
      already,
      answer: given(after, station, number!, input.service, now, already),
    }
  })
}

export type Shown = { ref: string } | { link: string } | { idNumber: string }

/**
 * Checks an appointment in, by reference, scanned link, or ID number. Checked in already: the same number again.
 * Refusals: appointment-not-found, appointment-ended, wrong-station, wrong-day, too-early, station-closed, busy.
 */
export async function checkIn(
  world: World,
  by: Actor,
  input: { station: StationId; shown: Shown; priority: boolean; op: string },
): Promise<Given> {
  must(by, "appointment.check-in", input.station)
  const station = await stations.find(world, input.station)
  const date = serviceDayOf(world.now())
  const it = await shownAppointment(world, input.shown, input.station, date)
  if (it.state === "checked-in" && it.station === input.station && it.date === date && it.ticket) {
    const ticket = await tickets.find(world, input.station, date, it.ticket)
    const line = await lines.find(world, input.station, date)
    return given(line, station, it.ticket, it.services[0]!, ticket?.takenAt ?? world.now(), true)
  }
  if (it.state !== "booked") throw new Problem("appointment-ended")
  if (it.station !== input.station) throw new Problem("wrong-station", { station: it.station })
  if (it.date !== date) throw new Problem("wrong-day", { date: it.date })

  const op = short(world, input.op)
  const stamped = `check-in:${op}`
  return lines.change(world, by, stamped, { station: input.station, date }, counter(), (line) => {
    const now = world.now()
    const service = it.services[0]!
    const asked = { do: "check-in", op, now, service, priority: input.priority, booked: timeOfVisit(it) } as const
    const { line: after, number, already } = step(line, asked, station)
    const ticket: tickets.Ticket = {
      station: input.station,
      date,
      number: number!,
      v: 0,
      state: "waiting",
      services: it.services,
      taken: op,
      takenAt: now,
      appointment: { person: it.person, group: it.group, ref: it.ref },
    }
    return {
      line: after,
      also: [
        tickets.ticketChange(by, stamped, now, ticket),
        appointments.personChange(
          by,
          stamped,
          now,
          { ...it, state: "checked-in", ticket: number! },
          it.v,
          "changed-meanwhile",
        ),
      ],
      already,
      answer: given(after, station, number!, service, now, already),
    }
  })
}

async function shownAppointment(world: World, shown: Shown, station: StationId, date: LocalDate): Promise<Appointment> {
  if ("link" in shown) {
    const { held, appointment } = await byLink(world, shown.link)
    if (!held.current) throw new Problem("appointment-ended")
    return appointment
  }
  if ("ref" in shown) {
    const found = await appointments.findByReference(world, shown.ref)
    if (!found) throw new Problem("appointment-not-found")
    return found
  }
  // By ID number only what is booked here and today is looked for: another station's booking is nobody's business here.
  const person = world.keyring.blind("person", shown.idNumber)
  const mine = (await Promise.all(groups.map((group) => appointments.find(world, person, group))))
    .filter((it) => it !== undefined)
    .filter((it) => it.station === station && it.date === date && (it.state === "booked" || it.state === "checked-in"))
    .toSorted((a, b) => a.time.localeCompare(b.time))
  const found = mine.find((it) => it.state === "booked") ?? mine[0]
  if (!found) throw new Problem("appointment-not-found")
  return found
}

/** Back in the line after a missed call, behind the next three. Refusals: ticket-not-found, return-too-late, busy. */
export async function giveBack(
  world: World,
  by: Actor,
  input: { station: StationId; number: TicketNumber; op: string },
): Promise<Given> {
  must(by, "ticket.take", input.station)
  const station = await stations.find(world, input.station)
  const date = serviceDayOf(world.now())
  const op = short(world, input.op)
  return lines.change(world, by, `return:${op}`, { station: input.station, date }, counter(), (line) => {
    const now = world.now()
    const { line: after, entry, already } = step(line, { do: "return", op, now, number: input.number }, station)
    return { line: after, already, answer: given(after, station, input.number, entry!.service, now, already) }
  })
}

const given = (
  line: Line,
  station: Station,
  number: TicketNumber,
  service: ServiceId,
  at: Instant,
  again: boolean,
): Given => ({
  station: line.station,
  date: line.date,
  number,
  service,
  ahead: places(line, station, at).find((it) => it.number === number)?.ahead ?? 0,
  at,
  again,
})

/** Where a ticket stands now, for the phone that holds its number. Refusal: ticket-not-found. */
export async function ticketNow(
  world: World,
  by: Actor,
  input: { station: StationId; date: LocalDate; number: TicketNumber },
) {
  must(by, "ticket.see")
  const station = await stations.find(world, input.station)
  const [ticket, line] = await Promise.all([
    tickets.find(world, input.station, input.date, input.number),
    lines.find(world, input.station, input.date),
  ])
  if (!ticket) throw new Problem("ticket-not-found")
  const standing = standingOf(line, input.number)
  const place = places(line, station, world.now()).find((it) => it.number === input.number)
  return {
    station,
    ticket,
    standing,
    ahead: place?.ahead,
    group: groupOf(ticket.services[0]!),
    at: timeOf(world.now()),
  }
}
