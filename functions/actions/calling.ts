/** At the window: sit down, call the fairest next person, recall, missed, start, finish. Two presses of one button are one. */
import { type Actor, signed } from "#domain/actor"
import { mayBecome } from "#domain/appointment"
import { type Outcome, slotOf, type TicketNumber, type Visit } from "#domain/line"
import { mayI, must } from "#domain/permission"
import { fieldProblem, Problem } from "#domain/problem"
import type { ServiceId } from "#domain/service"
import { type StationId, serviceDayOf, type WindowNo } from "#domain/station"
import { type Operation, type Step, step } from "#domain/step"
import type { Instant } from "#domain/time"
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

/**
 * Leaves the window; whoever was at it goes back to where they stood. An officer or the chief may free a window whose clerk
 * went away without. Refusal: window-not-open.
 */
export const rise = (world: World, by: Actor, input: At) =>
  atWindow(world, by, "window.sit", input, (staff, sitting) => ({
    do: "rise",
    staff: mayI(by, "window.override") ? (sitting ?? staff) : staff,
  }))

/** Refusals: window-not-open, window-busy, nobody-waiting, busy. */
export const callNext = (world: World, by: Actor, input: At) =>
  atWindow(world, by, "window.call", input, (staff) => ({ do: "call", staff }))

/** No more tickets today, or again some; whoever booked is received all the same. Refusal: busy. */
export async function stopTickets(
  world: World,
  by: Actor,
  input: { station: StationId; op: string; stopped: boolean },
) {
  must(by, "window.override", input.station)
  const station = await stations.find(world, input.station)
  const date = serviceDayOf(world.now())
  const wanted = input.stopped ? "stop" : "go-on"
  const op = short(world, [wanted, input.op].join())
  return lines.change(world, by, `${wanted}:${op}`, { station: input.station, date }, counter(), (line) => {
    const { line: after, already } = step(line, { do: wanted, op, now: world.now() }, station)
    return { line: after, already, answer: { stopped: input.stopped } }
  })
}

/** Nobody is called to a paused window; whoever is at it stays. Refusals: window-not-open, busy. */
export const pause = (world: World, by: Actor, input: At) =>
  atWindow(world, by, "window.sit", input, (staff) => ({ do: "pause", staff }))
export const resume = (world: World, by: Actor, input: At) =>
  atWindow(world, by, "window.sit", input, (staff) => ({ do: "resume", staff }))

/** Acts that name the ticket they saw. */
export type Act = "recall" | "missed" | "start" | "finish" | "park" | "unpark" | "undo"

/**
 * Refusals: window-not-open, window-empty, window-busy (unpark), ticket-changed, ticket-not-found (unpark), not-called,
 * not-serving, recall-too-soon (with seconds), recall-used-up, park-too-long, undo-too-late, nothing-to-undo, busy.
 */
export const act = (
  world: World,
  by: Actor,
  input: At & { number: TicketNumber; act: Act; outcome?: Outcome | undefined },
) =>
  atWindow(world, by, "window.call", input, (staff) => ({ do: input.act, staff, number: input.number }), {
    ...(input.outcome && { outcome: input.outcome }),
  })

/** To a window, for a service, or both. Refusals as above, and window-unknown, service-not-here, invalid-input for neither. */
export async function transfer(
  world: World,
  by: Actor,
  input: At & { number: TicketNumber; toWindow?: WindowNo | undefined; toService?: ServiceId | undefined },
): Promise<Called> {
  const { number, toWindow, toService } = input
  if (toWindow === undefined && toService === undefined) throw fieldProblem("toWindow", "missing")
  return atWindow(world, by, "window.call", input, (staff) => ({
    do: "transfer",
    staff,
    number,
    ...(toWindow !== undefined && { toWindow }),
    ...(toService !== undefined && { toService }),
  }))
}

/** An officer calls this very person, with a reason that stays on the ticket. Refusals: ticket-not-found, window-busy, busy. */
export const callOne = (world: World, by: Actor, input: At & { number: TicketNumber; reason: string }) =>
  atWindow(world, by, "window.override", input, (staff) => ({ do: "call-one", staff, number: input.number }), {
    reason: input.reason,
  })

type Asked = DistributiveOmit<Extract<Operation, { window: WindowNo }>, "window" | "op" | "now">
type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never

async function atWindow(
  world: World,
  by: Actor,
  permission: "window.sit" | "window.call" | "window.override",
  { station: id, window, op: asked }: At,
  operation: (staff: string, sitting?: string) => Asked,
  said: Said = {},
): Promise<Called> {
  must(by, permission, id)
  if (by.kind !== "staff") throw new Problem("not-allowed")
  const station = await stations.find(world, id)
  const date = serviceDayOf(world.now())
  const act = operation(by.id)
  // The same id for another act, window or ticket is another operation.
  const op = short(world, [id, window, act.do, "number" in act ? act.number : "", asked].join())
  const stamped = `${act.do}:${op}`
  return lines.change(world, by, stamped, { station: id, date }, counter(), async (line) => {
    const now = world.now()
    const wanted = operation(by.id, slotOf(line, window).staff)
    const at = { by, op: stamped, now, station: id, date, window }
    const finished =
      wanted.do === "undo" && !slotOf(line, window).visit ? await finishedVisit(world, at, wanted.number) : {}
    const done = step(line, { ...wanted, ...finished, window, op, now } as Operation, station)
    const visit = done.entry && "state" in done.entry ? done.entry : undefined
    return {
      line: done.line,
      also: done.already ? [] : await alongside(world, at, wanted, done, said),
      already: done.already,
      ...(done.number && { op: `${wanted.do}:${done.number}:${op}` }),
      answer: { window, ...(visit && { visit }), passedOver: done.passedOver ?? [], again: done.already },
    }
  })
}

/** What is said with an act and stays on the ticket. */
type Said = { reason?: string; outcome?: Outcome }

type Where = { by: Actor; op: string; now: Instant; station: StationId; date: string; window: WindowNo }

/** What is written with the line: only what the ticket's own history, or its appointment's outcome, must know. */
async function alongside(world: World, at: Where, wanted: Asked, done: Step, said: Said): Promise<Change[]> {
  const before = async () => {
    const ticket = await tickets.find(world, at.station, at.date, done.number!)
    if (!ticket) throw new Problem("ticket-not-found")
    return ticket
  }
  const put = (ticket: tickets.Ticket) => tickets.ticketChange(at.by, at.op, at.now, ticket)
  switch (wanted.do) {
    case "finish":
      return ended(world, at, await before(), done.entry as Visit, said.outcome ?? "done")
    case "undo": {
      const ticket = await before()
      return ticket.state === "served" ? reopened(world, at, ticket) : []
    }
    case "call-one":
      return [put({ ...(await before()), override: { by: signed(at.by), reason: said.reason ?? "", at: at.now } })]
    case "transfer":
      return wanted.toService === undefined ? [] : [put({ ...(await before()), services: [wanted.toService] })]
    default:
      return []
  }
}

/** What a finished visit leaves behind: its ticket's history, and its appointment's outcome. */
async function ended(
  world: World,
  at: Where,
  ticket: tickets.Ticket,
  visit: Visit,
  outcome: Outcome,
): Promise<Change[]> {
  const { calledAt, calls, startedAt } = visit
  const served: tickets.Ticket = {
    ...ticket,
    state: "served",
    window: at.window,
    calledAt,
    calls,
    ...(startedAt !== undefined && { startedAt }),
    endedAt: at.now,
    outcome,
    visit,
  }
  return [tickets.ticketChange(at.by, at.op, at.now, served), ...(await outcomeOf(world, at, ticket, "served"))]
}

/** A finish taken back: the ticket waits again, at its window. */
async function reopened(world: World, at: Where, ticket: tickets.Ticket): Promise<Change[]> {
  const { endedAt: _, visit: __, window: ___, outcome: ____, ...rest } = ticket
  return [
    tickets.ticketChange(at.by, at.op, at.now, { ...rest, state: "waiting" }),
    ...(await outcomeOf(world, at, ticket, "checked-in")),
  ]
}

async function outcomeOf(
  world: World,
  at: Where,
  ticket: tickets.Ticket,
  state: "served" | "checked-in",
): Promise<Change[]> {
  const pointer = ticket.appointment
  const it = pointer && (await appointments.find(world, pointer.person, pointer.group))
  if (!it || it.ref !== pointer.ref || !mayBecome(it.state, state)) return []
  return [appointments.personChange(at.by, at.op, at.now, { ...it, state }, it.v, "changed-meanwhile")]
}

/** What this window has just finished with this ticket, for taking it back. */
async function finishedVisit(
  world: World,
  at: Where,
  number: TicketNumber,
): Promise<{ finished?: Visit & { endedAt: Instant } }> {
  const ticket = await tickets.find(world, at.station, at.date, number)
  const { visit, endedAt, window } = ticket ?? {}
  return visit && endedAt !== undefined && window === at.window ? { finished: { ...visit, endedAt } } : {}
}
