/** What a station's hall looks like now: once for everyone (no lanes, no waits, nobody's priority), and once for its own staff. */
import type { Actor } from "#domain/actor"
import { isShown } from "#domain/card"
import type { Range } from "#domain/estimate"
import { type Entry, type Line, seatOf, standingOf } from "#domain/line"
import { must } from "#domain/permission"
import { maskedIdNumber, maskedMobile, maskedName } from "#domain/person"
import { Problem } from "#domain/problem"
import { type Group, groupOf, groups } from "#domain/service"
import {
  closingOf,
  isOpenAt,
  type Policy,
  type Station,
  type StationId,
  serviceDayOf,
  takesTicketsAt,
} from "#domain/station"
import type { Task } from "#domain/task"
import { type Instant, type LocalDate, minute } from "#domain/time"
import { isCallable, places, turn } from "#domain/turn"
import * as appointments from "#store/appointments"
import * as audits from "#store/audits"
import * as cards from "#store/cards"
import * as lines from "#store/lines"
import * as people from "#store/people"
import * as stations from "#store/stations"
import * as tasks from "#store/tasks"
import * as tickets from "#store/tickets"
import type { World } from "#world"
import { estimatesOf } from "./estimating.ts"

/** Ticket numbers only. It names no present time: it changes when the hall does, and ranges at most once a minute. */
export async function snapshot(world: World, by: Actor, id: StationId, how: "now" | "soon" = "soon") {
  must(by, "catalogue.see")
  const station = await stations.find(world, id)
  const now = world.now()
  const [line, card] = await Promise.all([
    lines.find(world, id, serviceDayOf(now), how),
    by.kind === "display" ? cards.find(world, id) : undefined,
  ])
  const order = places(line, station, now)
  const waits = await estimatesOf(world, station, line, now)
  return {
    station: id,
    name: station.name,
    date: line.date,
    open: isOpenAt(station, now),
    tickets: takesTicketsAt(station, now) && !line.stopped,
    windows: station.windows.map(({ no }) => {
      const slot = line.windows.find((it) => it.no === no)
      return {
        no,
        open: slot?.staff !== undefined,
        ...(slot?.visit && { number: slot.visit.number, state: slot.visit.state }),
      }
    }),
    calls: line.calls,
    waiting: groups.map((group) => ({ group, count: order.filter((it) => groupOf(it.service) === group).length })),
    order: order.map(({ number, ahead }) => ({ number, ahead, ...published(waits.order.get(number)) })),
    newcomer: groups.flatMap((group) => {
      const range = published(waits.newcomers.get(group))
      return range ? [{ group, ...range }] : []
    }),
    missed: line.missed.map((it) => it.number),
    // The hall's own: this portal never publishes a child to everybody's phones by itself.
    ...(by.kind === "display" && card && isShown(card, now) && { card }),
  }
}

/** Nothing where no open window serves them: no promise is better than a guess. */
const published = (range: Range | undefined) => range && { low: range.low, high: range.high }

/** The line as its staff see it: who is next for this window and why, who sits where. */
export async function lineOf(world: World, by: Actor, id: StationId) {
  must(by, "line.see", id)
  const station = await stations.find(world, id)
  const now = world.now()
  const line = await lines.find(world, id, serviceDayOf(now))
  const seat = by.kind === "staff" ? seatOf(line, by.id) : undefined
  const services = station.windows.find((it) => it.no === seat?.no)?.services
  const next = seat && services && turn(line.waiting, { no: seat.no, services, owed: seat.owed }, station.policy, now)
  const entries = new Map(line.waiting.map((it) => [it.number, it]))
  return {
    station: id,
    name: station.name,
    date: line.date,
    now,
    open: isOpenAt(station, now),
    closing: await closingFor(world, station, line, now),
    seat: seat?.no,
    next: next && { number: next.entry.number, rule: next.rule, passedOver: [...next.passedOver] },
    windows: await Promise.all(
      station.windows.map(async ({ no, services: offered }) => {
        const slot = line.windows.find((it) => it.no === no)
        return {
          no,
          services: [...offered],
          ...(slot?.staff && { staff: await people.staffName(world, slot.staff) }),
          ...(slot?.paused && { paused: true }),
          ...(slot?.visit && { visit: seenBy(slot.visit) }),
        }
      }),
    ),
    waiting: places(line, station, now).flatMap(({ number, ahead }) => {
      const entry = entries.get(number)
      return entry ? [{ ...seenBy(entry), ahead, callable: isCallable(entry, station.policy, now) }] : []
    }),
    missed: line.missed.map(({ number, service, missedAt }) => ({ number, service, missedAt })),
    parked: line.parked.map(({ number, service, parkedAt }) => ({ number, service, parkedAt })),
    policy: pick(station.policy),
    calls: line.calls,
  }
}

/**
 * Whether somebody who comes now would still be called today; where not, the open station that would be quickest, for the
 * staff to name. Stopping the tickets is theirs to decide (居住证条例 20: no bar by software).
 */
async function closingFor(world: World, station: Station, line: Line, now: Instant) {
  const at = closingOf(station, line.date)
  if (at === undefined || !takesTicketsAt(station, now)) return undefined
  const waits = (await estimatesOf(world, station, line, now)).newcomers
  const late = [...waits].filter(([, { middle }]) => now + middle * minute > at).map(([group]) => group)
  const neighbour = late.length ? await quickest(world, station, late, now) : undefined
  return { at, outgrown: late.length > 0, stopped: line.stopped === true, ...(neighbour && { neighbour }) }
}

async function quickest(world: World, station: Station, wanted: readonly Group[], now: Instant) {
  const others = (await stations.all(world)).filter((it) => it.id !== station.id && takesTicketsAt(it, now))
  const found = await Promise.all(
    others.map(async (it) => {
      const line = await lines.find(world, it.id, serviceDayOf(now), "soon")
      const { newcomers } = await estimatesOf(world, it, line, now)
      const end = closingOf(it, line.date) ?? now
      const ranges = wanted.map((group) => newcomers.get(group))
      const longest = ranges.reduce(
        (most, range) => (!range || !most || range.middle > most.middle ? range : most),
        ranges[0],
      )
      return longest && now + longest.high * minute <= end ? [{ id: it.id, name: it.name, ...published(longest)! }] : []
    }),
  )
  return found.flat().toSorted((a, b) => a.high - b.high)[0]
}

/** The numbers that a console counts with. */
const pick = ({ recalls, recallGap, returnWithin, parkFor, overWaiting, onTime, callableBefore }: Policy) => ({
  recalls,
  recallGap,
  returnWithin,
  parkFor,
  overWaiting,
  onTime,
  callableBefore,
})

const seenBy = <T extends Entry>({ phone: _, behind: __, ...rest }: T) => rest

/** Who stands at the window, masked, and recorded before it is answered. A walk-in without an appointment is a number only. Refusal: ticket-not-found. */
export async function visitor(world: World, by: Actor, input: { station: StationId; number: string; request: string }) {
  must(by, "visitor.see", input.station)
  const date = serviceDayOf(world.now())
  const [ticket, line] = await Promise.all([
    tickets.find(world, input.station, date, input.number),
    lines.find(world, input.station, date),
  ])
  if (!ticket) throw new Problem("ticket-not-found")
  const pointer = ticket.appointment
  const it = pointer && (await appointments.find(world, pointer.person, pointer.group))
  const booked = it && appointments.asItStands(it, pointer.ref)
  if (booked)
    await audits.opening(
      world,
      by,
      "visitor.see",
      input.station,
      `live/${input.station}/${date}/${input.number}`,
      input.request,
    )
  return {
    number: ticket.number,
    services: [...ticket.services],
    takenAt: ticket.takenAt,
    standing: standingOf(line, ticket.number).at,
    ...(booked && { booked: booked.time, ref: booked.ref }),
    ...(it && booked && it.ref === booked.ref && shown(await appointments.openPerson(world, it))),
  }
}

/** Today's appointments with how each stands; names and numbers masked. */
export async function appointmentsOf(
  world: World,
  by: Actor,
  input: { station: StationId; date: LocalDate; request: string },
) {
  must(by, "appointments.list", input.station)
  await stations.find(world, input.station)
  await audits.opening(
    world,
    by,
    "appointments.list",
    input.station,
    `bookings/${input.station}/${input.date}`,
    input.request,
  )
  const all = await Promise.all(groups.map((group) => appointments.onDay(world, input.station, input.date, group)))
  const listed = all.flat().filter((it) => it.state !== "cancelled")
  const details = await appointments.openPeople(world, listed)
  const rows = listed.map((it, i) => ({
    ref: it.ref,
    time: it.time,
    window: it.lane,
    services: [...it.services],
    state: it.state,
    ...(it.ticket && { ticket: it.ticket }),
    ...shown(details[i]),
  }))
  return rows.toSorted((a, b) => a.time.localeCompare(b.time) || a.window - b.window)
}

/** Masked, or that it was deleted. */
const shown = (it: appointments.Sealed | undefined) =>
  it
    ? { person: { name: maskedName(it.name), idNumber: maskedIdNumber(it.idNumber), phone: maskedMobile(it.phone) } }
    : { deleted: true as const }

/** Open tasks of a day, soonest first; of one window where `window` is given. */
export async function tasksOf(
  world: World,
  by: Actor,
  input: { station: StationId; date: LocalDate; window?: number | undefined },
): Promise<Task[]> {
  must(by, "tasks.see", input.station)
  const all = await tasks.ofDay(world, input.station, input.date)
  return all
    .filter(
      (it) =>
        it.state === "open" && (input.window === undefined || it.windows.includes(input.window) || isTheirs(it, by)),
    )
    .toSorted((a, b) => a.due - b.due)
}

/** A task of no window is the officers' and the chief's, wherever they sit. */
const isTheirs = (task: Task, by: Actor) => task.windows.length === 0 && by.kind === "staff" && by.role !== "clerk"

/** All stations, for choosing among: what they offer and how far they are is the asker's question. */
export async function stationsFor(world: World, by: Actor): Promise<Station[]> {
  must(by, "catalogue.see")
  return stations.all(world)
}
