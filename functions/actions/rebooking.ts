/**
 * A booking that changes its place: moved by its person, or offered another by us. One transaction each, over the union of the
 * cells it leaves and those it takes; a failure leaves the old booking whole (design.md §3.1).
 */
import type { Actor } from "#domain/actor"
import {
  type Appointment,
  countMove,
  mayChange,
  mayMove,
  moved,
  openProposal,
  type Place,
  type Proposal,
} from "#domain/appointment"
import { must } from "#domain/permission"
import { type Cell, cellName, cellsFrom, lanesFor } from "#domain/places"
import { Problem, type ProblemCode } from "#domain/problem"
import { type StationId, stationOn } from "#domain/station"
import { addDays, dateOf, type Instant, instantOf, type LocalDate, type LocalTime } from "#domain/time"
import { mustBeTheirTurn } from "#domain/wave"
import * as appointments from "#store/appointments"
import * as consents from "#store/consents"
import * as stations from "#store/stations"
import { type Change, counter, phone as patience, write, writeOrRefuse } from "#store/table"
import type { World } from "#world"
import {
  freeCells,
  givenUp,
  type Held,
  held,
  mustBeOffered,
  offerGivenUp,
  reopening,
  seenTaken,
  spotsOf,
  turnAt,
} from "./booking.ts"
import { short } from "./forms.ts"

export type Move = { op: string; v: number; station: StationId; date: LocalDate; time: LocalTime }

/**
 * Moves the booking to another start, here or at another station; its reference stays. The same operation again is answered
 * with the booking as it stands. `v` is the version that was on the page. Refusals: appointment-ended, changed-meanwhile,
 * too-many-moves (until the day after, which is said), station-unknown, those of mustBeOffered, not-your-wave, place-taken, busy.
 */
export async function move(world: World, by: Actor, it: Appointment, input: Move): Promise<Held> {
  must(by, "appointment.move")
  const op = short(world, input.op)
  mustHold(by, it)
  if (it.moves?.includes(op)) return held(world, it, it)
  const now = world.now()
  const [from, to] = await Promise.all([
    stations.find(world, it.station),
    stations.find(world, input.station).then((found) => stationOn(found, input.date, it.group)),
  ])
  if (!mayChange(it, from.policy.late, now)) throw new Problem("appointment-ended")
  if (it.v !== input.v) throw new Problem("changed-meanwhile")
  if (it.station === input.station && it.date === input.date && it.time === input.time && !it.displaced)
    return held(world, it, it)
  const spent = tooManyMoves(it, now)
  if (spent) throw spent
  const wish = { services: it.services, date: input.date, time: input.time }
  mustBeOffered(to, wish, now)
  // Whoever the station put off is let in at once.
  if (!it.displaced) mustBeTheirTurn(turnAt(world, to, input.date, it.person), now)
  if (await seenTaken(world, to, wish, it.ref, now)) throw new Problem("place-taken")
  const mine = { cells: await ownCells(world, it, input, now), ref: it.ref }
  const patient = patience()
  for (let attempt = 1; attempt <= 3; attempt++) {
    const cells = await freeCells(world, to, wish, now, mine)
    if (!cells) break
    const place = { ...input, lane: cells[0]!.lane, units: cells.length }
    const after = await relocated(world, by, op, it, countMove(it, now), place, now, patient)
    if (after !== "place-taken") return settled(world, it, op, after)
  }
  // Taken, perhaps by this very move a moment ago.
  return settled(world, it, op, "place-taken")
}

/** The refusal of one more move today: until midnight in China. */
export function tooManyMoves(it: Appointment, now: Instant): Problem | undefined {
  if (mayMove(it, now)) return undefined
  const until = addDays(dateOf(now), 1)
  return new Problem("too-many-moves", { until, seconds: Math.ceil((instantOf(until, "00:00") - now) / 1000) })
}

/**
 * Takes the place that is held. Refusals: appointment-ended, offer-lapsed (its deadline has passed, or another was made),
 * place-not-offered (closed in its turn), changed-meanwhile, busy.
 */
export async function accept(
  world: World,
  by: Actor,
  it: Appointment,
  input: { op: string; proposal: string },
): Promise<Held> {
  must(by, "appointment.move")
  const op = short(world, input.op)
  mustHold(by, it)
  if (it.moves?.includes(op)) return held(world, it, it)
  const now = world.now()
  const from = await stations.find(world, it.station)
  if (!mayChange(it, from.policy.late, now)) throw new Problem("appointment-ended")
  const place = openProposal(it, now)
  if (place?.id !== input.proposal) throw new Problem("offer-lapsed")
  const station = stationOn(await stations.find(world, place.station), place.date, it.group)
  const lane = lanesFor(station, it.services, place.date).find((one) => one.lane === place.lane)
  if (!lane || !cellsFrom(lane, place.time, place.units, station.policy)) throw new Problem("place-not-offered")
  const after = await relocated(world, by, op, it, it, place, now, patience())
  return settled(world, it, op, after === "place-taken" ? "offer-lapsed" : after)
}

/** Gives the held place back and keeps the booking as it is. Declined or lapsed already: answered as it stands. */
export async function decline(world: World, by: Actor, it: Appointment, input: { proposal: string }): Promise<Held> {
  must(by, "appointment.move")
  mustHold(by, it)
  if (it.proposal?.id !== input.proposal) return held(world, it, it)
  const now = world.now()
  const { proposal, ...rest } = it
  const after: Appointment = { ...rest, declined: proposal.id }
  const op = `decline:${short(world, `${it.ref}${proposal.id}`)}`
  const station = await stations.find(world, proposal.station)
  const changes = [
    appointments.personChange(by, op, now, after, it.v, "changed-meanwhile"),
    ...(await offerGivenUp(world, by, op, now, it, reopening(world, station, now))),
  ]
  await writeOrRefuse(world, changes, patience())
  return held(world, { ...after, v: it.v + 1 }, after)
}

export type Offering = Pick<Proposal, "id" | "why" | "closure" | "until"> & {
  /** The waiting list takes cells before they are anybody's: their release times as it saw them, and how long it keeps them. */
  taking?: { seen: ReadonlyMap<string, Instant>; until: Instant }
}

/**
 * Holds another place for a booking until the deadline. "already": this proposal was made before, whatever came of it;
 * "changed": the booking has moved on, or an earlier time would push a proposal aside; "taken": somebody was quicker.
 * A closure's proposal pushes another aside and marks the booking displaced. Refusal: busy.
 */
export async function propose(
  world: World,
  by: Actor,
  it: Appointment,
  place: Place,
  offering: Offering,
): Promise<"proposed" | "already" | "changed" | "taken"> {
  must(by, "appointment.propose")
  const now = world.now()
  if (it.proposal?.id === offering.id || it.declined === offering.id) return "already"
  if (it.state !== "booked" || !appointments.active(it, now)) return "changed"
  if (offering.why === "earlier" && openProposal(it, now)) return "changed"
  const { station, date, time, lane, units } = place
  const { id, why, closure, until, taking } = offering
  const taken = (cell: Cell): appointments.Taking | undefined => {
    const seen = taking?.seen.get(cellName(cell))
    return taking && { until: taking.until, ...(seen !== undefined && { seen }) }
  }
  const proposal: Proposal = { station, date, time, lane, units, id, why, ...(closure && { closure }), until }
  const op = `propose:${short(world, `${it.ref}${id}`)}`
  const [own, wanted] = await Promise.all([spotsOf(world, it.group, it), spotsOf(world, it.group, proposal)])
  const mine = new Set(own.map(({ name }) => name))
  const kept = new Set([...mine, ...wanted.map(({ name }) => name)])
  const after: Appointment = { ...it, proposal, ...(closure && { displaced: { closure, at: now } }) }
  const outcome = await write(
    world,
    [
      appointments.personChange(by, op, now, after, it.v, "changed-meanwhile"),
      // A cell that is theirs now stays theirs whatever becomes of the offer.
      ...wanted
        .filter(({ name }) => !mine.has(name))
        .map(({ at, cell }) => appointments.hold(by, op, now, it, at, cell, until, taken(cell))),
      ...(await givenUp(world, by, op, now, it, now, kept)),
    ],
    counter(),
  )
  if (outcome.written) return "proposed"
  return outcome.failed.some(({ change }) => change.or.code === "place-taken") ? "taken" : "changed"
}

/** Marks a booking whose time the station took away and that nothing could be offered for. */
export async function displace(
  world: World,
  by: Actor,
  it: Appointment,
  closure: string,
): Promise<"displaced" | "already" | "changed"> {
  must(by, "appointment.propose")
  const now = world.now()
  if (it.displaced?.closure === closure) return "already"
  if (it.state !== "booked" || !appointments.active(it, now)) return "changed"
  const after: Appointment = { ...it, displaced: { closure, at: now } }
  const op = `displace:${short(world, `${it.ref}${closure}`)}`
  const change = appointments.personChange(by, op, now, after, it.v, "changed-meanwhile")
  return (await write(world, [change], counter())).written ? "displaced" : "changed"
}

/**
 * An offer that was not taken is withdrawn; with "stay" the time that was taken away stands again, too, and nothing is displaced.
 */
export async function restore(
  world: World,
  by: Actor,
  it: Appointment,
  how: "stay" | "withdraw",
): Promise<"restored" | "already" | "changed"> {
  must(by, "appointment.propose")
  if (!it.proposal && !it.displaced) return "already"
  const now = world.now()
  const { proposal: _, displaced, ...rest } = it
  const after: Appointment = { ...rest, ...(how === "withdraw" && displaced && { displaced }) }
  const op = `restore:${short(world, `${it.ref}${it.v}`)}`
  const changes = [
    appointments.personChange(by, op, now, after, it.v, "changed-meanwhile"),
    ...(await offerGivenUp(world, by, op, now, it, now)),
  ]
  return (await write(world, changes, counter())).written ? "restored" : "changed"
}

export function mustHold(by: Actor, it: Appointment) {
  if (by.kind !== "holder") throw new Problem("not-allowed")
  if (it.ref !== by.ref)
    throw new Problem(appointments.asItStands(it, by.ref) ? "appointment-ended" : "appointment-not-found")
}

/** Names of the cells of that day which this booking has or is held for: free to itself. */
async function ownCells(
  world: World,
  it: Appointment,
  { station, date }: Pick<Place, "station" | "date">,
  now: Instant,
) {
  const proposal = openProposal(it, now)
  const places = [it, ...(proposal ? [proposal] : [])].filter((at) => at.station === station && at.date === date)
  return new Set(
    (await Promise.all(places.map((at) => spotsOf(world, it.group, at)))).flat().map(({ cell }) => cellName(cell)),
  )
}

/** The transaction of a move, `counted` as its person's or not: the booking at its new place, or which of the two stood in the way. */
async function relocated(
  world: World,
  by: Actor,
  op: string,
  it: Appointment,
  counted: Appointment,
  to: Place,
  now: Instant,
  patient: ReturnType<typeof patience>,
): Promise<Appointment | "place-taken" | "changed-meanwhile"> {
  const after = moved(counted, to, op)
  const station = await stations.find(world, it.station)
  const own = new Set((await spotsOf(world, it.group, it)).map(({ name }) => name))
  const wanted = await spotsOf(world, it.group, after)
  const changes: Change[] = [
    appointments.personChange(by, `move:${op}`, now, after, it.v, "changed-meanwhile"),
    ...wanted
      .filter(({ name }) => !own.has(name))
      .map(({ at, cell }) => appointments.claim(by, `move:${op}`, now, it, at, cell)),
    ...(await givenUp(
      world,
      by,
      `move:${op}`,
      now,
      it,
      reopening(world, station, now),
      new Set(wanted.map(({ name }) => name)),
      own,
    )),
    ...(to.date > it.date ? await consents.renewed(world, by, `move:${op}`, now, it, to.date) : []),
  ]
  const outcome = await write(world, changes, patient)
  if (outcome.written) return { ...after, v: it.v + 1 }
  const codes = outcome.failed.map(({ change }) => change.or.code)
  return codes.includes("changed-meanwhile") ? "changed-meanwhile" : "place-taken"
}

/** The move as it turned out. What refused it may have been its own first sending, whose answer was lost. */
async function settled(world: World, it: Appointment, op: string, after: Appointment | ProblemCode): Promise<Held> {
  if (typeof after !== "string") return held(world, after, after)
  const stands = await appointments.find(world, it.person, it.group)
  if (stands?.ref === it.ref && stands.moves?.includes(op)) return held(world, stands, stands)
  throw new Problem(after)
}
