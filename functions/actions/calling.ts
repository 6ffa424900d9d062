/** At the window: sit down, call the fairest next person, recall, missed, start, finish. Two presses of one button are one. */
import type { Actor } from "#domain/actor"
import { mayBecome } from "#domain/appointment"
import type { TicketNumber, Visit } from "#domain/line"
import { must } from "#domain/permission"
import { Problem } from "#domain/problem"
import { type StationId, serviceDayOf, type WindowNo } from "#domain/station"
import { type Operation, step } from "#domain/step"
import * as appointments from "#store/appointments"
import * as lines from "#store/lines"
import * as stations from "#store/stations"
import { type Change, counter } from "#store/table"
import * as tickets from "#store/tickets"
import type { World } from "#world"
import { short } from "./forms.ts"

type At = { station: StationId; window: WindowNo; op: string }
export type Called = { window: WindowNo; visit?: Visit; passedOver: readonly TicketNumber[]; again: boolean }

/** Refusals: window-unknown, window-taken, window-busy (at the window one comes from), busy. */
export const sit = (world: World, by: Actor, input: At) =>
  atWindow(world, by, "window.sit", input, (staff) => ({ do: "sit", staff }))

/** Refusals: window-not-open, window-busy. */
export const rise = (world: World, by: Actor, input: At) =>
  atWindow(world, by, "window.sit", input, (staff) => ({ do: "rise", staff }))

/** Refusals: window-not-open, window-busy, nobody-waiting, busy. */
export const callNext = (world: World, by: Actor, input: At) =>
  atWindow(world, by, "window.call", input, (staff) => ({ do: "call", staff }))

export type Act = "recall" | "missed" | "start" | "finish"

/**
 * Each names the ticket it saw. Refusals: window-not-open, window-empty, ticket-changed, not-called, not-serving,
 * recall-too-soon (with seconds), recall-used-up, busy.
 */
export const act = (world: World, by: Actor, input: At & { number: TicketNumber; act: Act }) =>
  atWindow(world, by, "window.call", input, (staff) => ({ do: input.act, staff, number: input.number }))

type Asked = { do: "sit" | "rise" | "call"; staff: string } | { do: Act; staff: string; number: TicketNumber }

async function atWindow(
  world: World,
  by: Actor,
  permission: "window.sit" | "window.call",
  { station: id, window, op: asked }: At,
  operation: (staff: string) => Asked,
): Promise<Called> {
  must(by, permission, id)
  if (by.kind !== "staff") throw new Problem("not-allowed")
  const station = await stations.find(world, id)
  const date = serviceDayOf(world.now())
  const op = short(world, asked)
  const wanted = operation(by.id)
  const stamped = `${wanted.do}:${op}`
  return lines.change(world, by, stamped, { station: id, date }, counter(), async (line) => {
    const now = world.now()
    const done = step(line, { ...wanted, window, op, now } as Operation, station)
    const visit = done.entry as Visit | undefined
    const ends = wanted.do === "finish" && !done.already && visit
    return {
      line: done.line,
      also: ends ? await ended(world, by, stamped, { station: id, date, window, visit }) : [],
      already: done.already,
      answer: { window, ...(visit && { visit }), passedOver: done.passedOver ?? [], again: done.already },
    }
  })
}

/** What a finished visit leaves behind: its ticket's history, and its appointment's outcome. */
async function ended(
  world: World,
  by: Actor,
  op: string,
  of: { station: StationId; date: string; window: WindowNo; visit: Visit },
): Promise<Change[]> {
  const now = world.now()
  const ticket = await tickets.find(world, of.station, of.date, of.visit.number)
  if (!ticket) throw new Problem("ticket-not-found")
  const { calledAt, calls, startedAt } = of.visit
  const changes = [
    tickets.ticketChange(by, op, now, {
      ...ticket,
      state: "served",
      window: of.window,
      calledAt,
      calls,
      ...(startedAt !== undefined && { startedAt }),
      endedAt: now,
    }),
  ]
  const pointer = ticket.appointment
  const appointment = pointer && (await appointments.find(world, pointer.person, pointer.group))
  if (appointment && appointment.ref === pointer.ref && mayBecome(appointment.state, "served"))
    changes.push(
      appointments.personChange(by, op, now, { ...appointment, state: "served" }, appointment.v, "changed-meanwhile"),
    )
  return changes
}
