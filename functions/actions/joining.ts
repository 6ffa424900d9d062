/** The line by phone: a ticket from wherever one is, its link, and out of the line again. */
import type { Actor } from "#domain/actor"
import { mayBecome } from "#domain/appointment"
import { standingOf, type TicketNumber } from "#domain/line"
import { must } from "#domain/permission"
import { Problem } from "#domain/problem"
import type { ServiceId } from "#domain/service"
import { offers, type Station, type StationId, serviceDayOf, takesTicketsAt } from "#domain/station"
import { step } from "#domain/step"
import { type Instant, type LocalDate, minute } from "#domain/time"
import * as appointments from "#store/appointments"
import * as lines from "#store/lines"
import * as remotes from "#store/remotes"
import * as stations from "#store/stations"
import { phone as patience } from "#store/table"
import * as tickets from "#store/tickets"
import type { World } from "#world"
import { knownOf } from "./estimating.ts"
import { short } from "./forms.ts"
import { type Given, given, promised } from "./queueing.ts"

/** A phone that goes on taking tickets wastes numbers: so many in a service day. */
export const ticketsADay = 5

type Named = { station: StationId; date: LocalDate; number: TicketNumber }

export const linkTo = (world: World, { station, date, number }: Named) =>
  world.keyring.seal("ticket", [station, date, number])

/** Names a ticket as its holder's `ref`; no reference of an appointment looks like it. */
const refOf = ({ station, date, number }: Named) => `${station}#${date}#${number}`

/**
 * A ticket for a verified phone, as for a walk-in: a number of the service's own letter, in the order of asking. One waiting
 * ticket a phone and service day; the same operation again is answered with the same number.
 * Refusals: phone-unverified, station-unknown, remote-not-allowed, station-closed, service-not-here, already-waiting (with
 * that ticket and its link), too-many-tickets, busy.
 */
export async function takeRemote(
  world: World,
  by: Actor,
  input: { station: StationId; service: ServiceId; mobile: string; language: "zh" | "en"; op: string },
): Promise<Given & { link: string }> {
  must(by, "ticket.take-remote")
  if (by.kind !== "resident" || world.keyring.blind("phone", input.mobile) !== by.phone)
    throw new Problem("phone-unverified")
  const station = await stations.find(world, input.station)
  // Whoever must be refused is refused before the line is read.
  if (!station.policy.remote) throw new Problem("remote-not-allowed")
  if (!offers(station, input.service)) throw new Problem("service-not-here")
  if (!takesTicketsAt(station, world.now())) throw new Problem("station-closed")
  for (let attempt = 1; ; attempt++)
    try {
      return await taken(world, by, station, input)
    } catch (error) {
      // The same phone at two stations at once: each line was free, the phone's own item was not.
      if (!(error instanceof Problem && error.code === "changed-meanwhile") || attempt === 3) throw error
    }
}

async function taken(
  world: World,
  by: Actor & { kind: "resident" },
  station: Station,
  input: { service: ServiceId; mobile: string; language: "zh" | "en"; op: string },
): Promise<Given & { link: string }> {
  const date = serviceDayOf(world.now())
  // Of this phone alone: another's operation with the same id is another operation.
  const op = short(world, `${by.phone}|${input.op}`)
  const stamped = `remote:${op}`
  const known = await knownOf(world, station, date)
  return lines.change(world, by, stamped, { station: station.id, date }, patience(), async (line) => {
    const now = world.now()
    const before = await remotes.find(world, by.phone, date)
    if (before?.taken === op) {
      const ticket = await tickets.find(world, before.station, date, before.number)
      if (!ticket) throw new Problem("ticket-not-found")
      const there = await stations.find(world, before.station)
      const itsLine = before.station === station.id ? line : await lines.find(world, before.station, date)
      const answer = given(itsLine, there, before.number, ticket.services[0]!, ticket.takenAt, true)
      return { line, already: true, answer: { ...answer, link: linkTo(world, before) } }
    }
    if (before && (await stillWaits(world, before, now)))
      throw new Problem("already-waiting", {
        station: before.station,
        date,
        number: before.number,
        link: linkTo(world, before),
      })
    if (before && before.v >= ticketsADay) throw new Problem("too-many-tickets")

    const { line: after, number } = step(
      line,
      { do: "take", op, now, service: input.service, priority: false, phone: true },
      station,
    )
    const ticket = { station: station.id, date, number: number! }
    const answer = given(after, station, ticket.number, input.service, now, false, known)
    return {
      line: after,
      also: [
        tickets.ticketChange(by, stamped, now, {
          ...ticket,
          v: 0,
          state: "waiting",
          services: [input.service],
          taken: op,
          takenAt: now,
          phone: {
            index: by.phone,
            sealed: await tickets.sealPhone(world, ticket, input.mobile),
            language: input.language,
          },
          ahead: answer.ahead,
          ...promised(answer),
        }),
        remotes.remoteChange(by, stamped, now, {
          ...ticket,
          phone: by.phone,
          v: before?.v ?? 0,
          taken: op,
          ...(before && { earlier: [...(before.earlier ?? []), { station: before.station, number: before.number }] }),
        }),
      ],
      answer: { ...answer, link: linkTo(world, ticket) },
    }
  })
}

/** Whether this ticket can still be called, or be returned to the line. */
export async function stillWaits(world: World, it: remotes.Remote, now: Instant): Promise<boolean> {
  const ticket = await tickets.find(world, it.station, it.date, it.number)
  if (ticket?.state !== "waiting") return false
  const [line, station] = await Promise.all([lines.find(world, it.station, it.date), stations.find(world, it.station)])
  const standing = standingOf(line, it.number)
  if (standing.at === "missed") return now - standing.missed.missedAt <= station.policy.returnWithin * minute
  return standing.at !== "gone"
}

/** Whoever has the link holds the ticket. Refusal: ticket-not-found, for every kind of wrong link alike. */
export async function byTicketLink(world: World, link: string): Promise<{ actor: Actor; ticket: tickets.Ticket }> {
  const opened = world.keyring.open("ticket", link)
  if (!Array.isArray(opened)) throw new Problem("ticket-not-found")
  const [station, date, number] = opened as [StationId, LocalDate, TicketNumber]
  const ticket = await tickets.find(world, station, date, number)
  if (!ticket?.phone) throw new Problem("ticket-not-found")
  return { actor: { kind: "holder", ref: refOf(ticket) }, ticket }
}

const isHeldBy = (ticket: tickets.Ticket, by: Actor) =>
  by.kind === "holder" && by.ref === (ticket.appointment?.ref ?? refOf(ticket))

/**
 * Out of the line, while nobody has called: the ticket ends, and an appointment with it. Left already: answered as it stands.
 * Refusals: ticket-not-found (also for another's, and for one that is over), window-busy (called already), busy.
 */
export async function leave(world: World, by: Actor, of: Named): Promise<tickets.Ticket> {
  must(by, "ticket.leave")
  const station = await stations.find(world, of.station)
  const op = short(world, `leave|${refOf(of)}`)
  const stamped = `leave:${op}`
  return lines.change(world, by, stamped, of, patience(), async (line) => {
    const now = world.now()
    const ticket = await tickets.find(world, of.station, of.date, of.number)
    if (!ticket || !isHeldBy(ticket, by)) throw new Problem("ticket-not-found")
    if (ticket.state === "left") return { line, already: true, answer: ticket }
    const { line: after } = step(line, { do: "leave", op, now, number: of.number }, station)
    const gone: tickets.Ticket = { ...ticket, state: "left", endedAt: now }
    const also = [tickets.ticketChange(by, stamped, now, gone)]
    const pointer = ticket.appointment
    const it = pointer && (await appointments.find(world, pointer.person, pointer.group))
    if (it && it.ref === pointer.ref && mayBecome(it.state, "left"))
      also.push(appointments.personChange(by, stamped, now, { ...it, state: "left" }, it.v, "changed-meanwhile"))
    return { line: after, also, answer: gone }
  })
}
