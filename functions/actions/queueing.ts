/** Joining the line: a ticket for whoever walks in, a check-in for whoever booked, and back again after a missed call. */
import type { Actor } from "#domain/actor"
import { type Appointment, timeOfVisit } from "#domain/appointment"
import { type Known, promiseOf } from "#domain/estimate"
import { type Line, standingOf, type TicketNumber } from "#domain/line"
import { must } from "#domain/permission"
import { Problem } from "#domain/problem"
import { groupOf, groups, type ServiceId } from "#domain/service"
import { type Station, type StationId, serviceDayOf } from "#domain/station"
import { givenKept, step } from "#domain/step"
import { type Instant, type LocalDate, timeOf } from "#domain/time"
import { places } from "#domain/turn"
import * as appointments from "#store/appointments"
import * as limits from "#store/limits"
import * as lines from "#store/lines"
import * as stations from "#store/stations"
import { counter } from "#store/table"
import * as tickets from "#store/tickets"
import type { World } from "#world"
import { byLink, offerGivenUp, reopening } from "./booking.ts"
import { knownOf } from "./estimating.ts"
import { short } from "./forms.ts"

/** What the ticket says; nothing in it is personal. */
export type Given = {
  station: StationId
  date: LocalDate
  number: TicketNumber
  service: ServiceId
  ahead: number
  /** Minutes; not there when no open window serves it. */
  low?: number
  high?: number
  at: Instant
  again: boolean
}

/** The same id for another wish is another operation. */
export const takeOp = (
  world: World,
  it: { station: StationId; service: ServiceId; priority: boolean; op: string },
): string => short(world, ["take", it.station, it.service, it.priority, it.op].join())
export const checkInOp = (world: World, ref: string, op: string): string => short(world, ["check-in", ref, op].join())

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
  const op = takeOp(world, input)
  const known = await knownOf(world, station, date)
  let first: number | undefined
  return lines.change(world, by, `take:${op}`, { station: input.station, date }, counter(), async (line) => {
    first ??= line.v
    // A try of ours may have been written unheard, and so much since that the line has forgotten it.
    if (input.again || line.v - first >= givenKept) {
      const earlier = (await tickets.ofDay(world, input.station, date)).find((it) => it.taken === op)
      if (earlier) {
        const { number, takenAt } = earlier
        return { line, already: true, answer: given(line, station, number, input.service, takenAt, true) }
      }
    }
    const now = world.now()
    const {
      line: after,
      number,
      already,
    } = step(line, { do: "take", op, now, service: input.service, priority: input.priority }, station)
    const answer = given(after, station, number!, input.service, now, already, known)
    const ticket: tickets.Ticket = {
      station: input.station,
      date,
      number: number!,
      v: 0,
      state: "waiting",
      services: [input.service],
      taken: op,
      takenAt: now,
      ...promised(answer),
    }
    return {
      line: after,
      also: [tickets.ticketChange(by, `take:${op}`, now, ticket)],
      already,
      answer,
    }
  })
}

export type Shown = { ref: string } | { link: string } | { idNumber: string }

type CheckIn = { station: StationId; shown: Shown; priority: boolean; op: string }

/**
 * Checks an appointment in, by reference, scanned link, or ID number. Checked in already: the same number again; whoever
 * missed the call, or was parked, goes back into the line behind the next three.
 * Refusals: appointment-not-found, appointment-ended, wrong-station, wrong-day, too-early, return-too-late, station-closed,
 * changed-meanwhile, too-many-tries (ID numbers at one kiosk that nobody booked with), busy.
 */
export async function checkIn(world: World, by: Actor, input: CheckIn): Promise<Given> {
  must(by, "appointment.check-in", input.station)
  try {
    return await checkedIn(world, by, input)
  } catch (error) {
    // Two kiosks, or two presses, with one appointment: the second finds it checked in.
    if (error instanceof Problem && error.code === "changed-meanwhile") return checkedIn(world, by, input)
    throw error
  }
}

async function checkedIn(world: World, by: Actor, input: CheckIn): Promise<Given> {
  const station = await stations.find(world, input.station)
  const date = serviceDayOf(world.now())
  const guess = "idNumber" in input.shown && by.kind === "kiosk"
  if (guess) await limits.mayStill(world, ["check-in-kiosk", by.id])
  const it = await shownAppointment(world, input.shown, input.station, date).catch(async (error: unknown) => {
    if (guess && error instanceof Problem) await limits.count(world, by, "check-in-kiosk", by.id)
    throw error
  })
  if (it.state === "checked-in" && it.station === input.station && it.date === date && it.ticket)
    return sameAgain(world, by, station, it, it.ticket, input.op)
  if (it.state !== "booked") throw new Problem("appointment-ended")
  if (it.station !== input.station) throw new Problem("wrong-station", { station: it.station })
  if (it.date !== date) throw new Problem("wrong-day", { date: it.date })

  const op = short(world, ["check-in", it.ref, input.op].join())
  const stamped = `check-in:${op}`
  const asOf = world.now()
  // Whoever has come wants no other time: what is still held for them is given back.
  const unwanted = await offerGivenUp(world, by, stamped, asOf, it, reopening(world, station, asOf))
  const { proposal: _, ...come } = it
  return lines.change(world, by, stamped, { station: input.station, date }, counter(), (line) => {
    const now = world.now()
    const service = it.services[0]!
    const asked = { do: "check-in", op, now, service, priority: input.priority, booked: timeOfVisit(it) } as const
    const { line: after, number, already } = step(line, asked, station)
    const answer = given(after, station, number!, service, now, already)
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
      ahead: answer.ahead,
    }
    const arrived = { ...come, state: "checked-in", ticket: number! } as const
    return {
      line: after,
      also: [
        tickets.ticketChange(by, stamped, now, ticket),
        appointments.personChange(by, stamped, now, arrived, it.v, "changed-meanwhile"),
        ...unwanted,
      ],
      already,
      answer,
    }
  })
}

async function sameAgain(world: World, by: Actor, station: Station, it: Appointment, number: TicketNumber, op: string) {
  const line = await lines.find(world, it.station, it.date)
  const standing = standingOf(line, number)
  if (standing.at === "gone") throw new Problem("return-too-late")
  if (standing.at === "missed" || standing.at === "parked")
    return giveBack(world, by, { station: it.station, number, op })
  const ticket = await tickets.find(world, it.station, it.date, number)
  return given(line, station, number, it.services[0]!, ticket?.takenAt ?? world.now(), true)
}

export async function shownAppointment(
  world: World,
  shown: Shown,
  station: StationId,
  date: LocalDate,
): Promise<Appointment> {
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

/** What a ticket says, with the people ahead of it at `at`, and how long it will be by what is known. */
export const given = (
  line: Line,
  station: Station,
  number: TicketNumber,
  service: ServiceId,
  at: Instant,
  again: boolean,
  known?: Known,
): Given => {
  const range = known && promiseOf(line, station, number, known, at)
  return {
    station: line.station,
    date: line.date,
    number,
    service,
    ahead: places(line, station, at).find((it) => it.number === number)?.ahead ?? 0,
    ...(range && { low: range.low, high: range.high }),
    at,
    again,
  }
}

/** As the ticket keeps it, to be held against what came true. */
export const promised = ({ low, high }: Given): Pick<tickets.Ticket, "promised"> =>
  low === undefined || high === undefined ? {} : { promised: [low, high] }

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
