/**
 * Days already sold, brought in accord with what is open now: a piece for each message, each piece the same if it is done twice.
 * First what is closed is shut, cell by cell, and what is open again is opened; then whoever is booked where nothing is open is
 * offered the nearest equal place, and whose time stands again is told so (design.md §3.1).
 */
import type { Actor } from "#domain/actor"
import { type Appointment, openProposal, type Place, timeOfVisit } from "#domain/appointment"
import {
  type Affected,
  type Clearing,
  heldUntil,
  isConflict,
  isOpenFor,
  isUnsettled,
  nextSpot,
  offerGone,
  type Spot,
  soonest,
  standingOf,
} from "#domain/closure"
import { must } from "#domain/permission"
import { cellName, freeLanes, lanesFor, lanesOf, offersOf, soldLanesOf, unitsOf } from "#domain/places"
import { Problem } from "#domain/problem"
import { groups } from "#domain/service"
import { daysOf, metresBetween, offers, type Station, type StationId, serviceDayOf, stationOn } from "#domain/station"
import { carried, type Task } from "#domain/task"
import { day, type Instant, instantOf, type LocalDate, minute, minutesOf } from "#domain/time"
import * as appointments from "#store/appointments"
import { takenNow } from "#store/availability"
import * as closures from "#store/closures"
import * as stations from "#store/stations"
import { type Change, counter, write } from "#store/table"
import type { World } from "#world"
import { type Alone, alone } from "./alone.ts"
import { short } from "./forms.ts"
import { displace, propose, restore } from "./rebooking.ts"

/** A piece is a second's work at most: so many cells, or so many people, whichever comes first. */
const cellsAtOnce = 200
const peopleAtOnce = 10
/** Whoever faults when the queue brings a piece for the fourth time holds up nobody any longer (of five times: stacks/queues.ts). */
const patientTimes = 3

type Ask = { station: StationId; closure: string; v: number; last?: true | undefined }

/**
 * One piece of a clearing, or a new count of who still waits, or the last look; answers the chief's task as it now is. `attempt`: how
 * often its message has come by now, from 1.
 */
export async function clear(
  world: World,
  by: Actor,
  { station: id, closure, v, last }: Ask,
  attempt: number,
): Promise<Task[]> {
  must(by, "days.clear", id)
  const clearing = await closures.find(world, id, closure)
  if (!clearing) return []
  if (last) return relooked(world, by, clearing)
  if (clearing.stage === "done") return recounted(world, by, clearing)
  // An older message: whoever saved the later version is told by it.
  if (clearing.v !== v) return []
  for (;;) {
    const seen = await stations.stored(world, id)
    const after = await furthered(world, by, seen.station, clearing, attempt > patientTimes)
    // What was shut under hours that have just been changed is looked at again under the new ones.
    if ((await stations.stored(world, id)).v !== seen.v) continue
    await write(
      world,
      [closures.clearingChange(by, `clear:${short(world, `${closure}${v}`)}`, world.now(), after)],
      counter(),
    )
    return []
  }
}

/**
 * Cells that a worker shut or opened too late, its write slower than the change that made it wrong; and once more those whom no offer
 * reached, since what stood in the way may be over.
 */
async function relooked(world: World, by: Actor, clearing: Clearing): Promise<Task[]> {
  const { station } = await stations.stored(world, clearing.station)
  const op = `look:${short(world, `${clearing.id}${clearing.v}`)}`
  let spot: Spot | undefined = { date: clearing.first, group: groups[0] }
  for (; spot; spot = nextSpot(spot, clearing.last)) await marked(world, by, station, spot, op)
  if (!clearing.left) return []
  const piece = aPiece(world, by, station, clearing, op)
  const rows = (await closures.affectedBy(world, station.id, clearing.id)).filter((it) =>
    clearing.left?.includes(it.ref),
  )
  for (const it of await appointments.ofPeople(world, rows))
    await piece.others.each(async () => {
      const needs = needOf(station, clearing, it, it.date, world.now())
      if (needs) await seenTo(world, piece, it, needs, it.date)
    })
  return []
}

async function furthered(
  world: World,
  by: Actor,
  station: Station,
  clearing: Clearing,
  leaves: boolean,
): Promise<Clearing> {
  const piece = aPiece(world, by, station, clearing, `clear:${short(world, `${clearing.id}${clearing.v}`)}`)
  const after = await through(world, piece)
  if (!piece.faulted.length) return after
  if (!leaves) piece.others.end()
  for (const it of piece.faulted) {
    const row = closures.affectedChange(by, piece.op, world.now(), found(clearing, it))
    // Without it they still stand among the conflicts.
    await piece.others.each(() => write(world, [row], counter()))
  }
  return { ...after, left: [...(clearing.left ?? []), ...piece.faulted.map(({ ref }) => ref)] }
}

type Piece = {
  by: Actor
  station: Station
  clearing: Clearing
  op: string
  looks: Looks
  others: Alone
  /** Those for whom it failed. */
  faulted: Appointment[]
}

const aPiece = (world: World, by: Actor, station: Station, clearing: Clearing, op: string): Piece => ({
  by,
  station,
  clearing,
  op,
  looks: new Map(),
  others: alone(world, "nothing offered to a person"),
  faulted: [],
})

async function through(world: World, piece: Piece): Promise<Clearing> {
  const { by, station, clearing, op } = piece
  let { at, stage } = clearing
  let left = stage === "closing" ? cellsAtOnce : peopleAtOnce
  for (;;) {
    if (stage === "closing") left -= await marked(world, by, station, at, op)
    else {
      const done = await offered(world, piece, at, left)
      if (done === "more") return { ...clearing, at }
      left -= done
    }
    const next = nextSpot(at, clearing.last)
    if (!next && stage === "moving") return { ...clearing, at, stage: "done" }
    if (!next) return { ...clearing, at: { date: clearing.first, group: groups[0] }, stage: "moving" }
    at = next
    if (left <= 0) return { ...clearing, at, stage }
  }
}

/** How many cells had to be shut or opened. Whoever took one meanwhile is found when people are. */
async function marked(world: World, by: Actor, station: Station, { date, group }: Spot, op: string): Promise<number> {
  const now = world.now()
  const { unit } = stationOn(station, date, group).policy
  const name = (lane: { lane: number; times: readonly string[] }) =>
    lane.times
      .filter((time) => instantOf(date, time) + unit * minute > now)
      .map((time) => cellName({ lane: lane.lane, time }))
  const open = new Set(lanesOf(station, group, date).flatMap(name))
  const of = { station: station.id, date, group }
  const cells = await closures.cellsOf(world, of, now)
  const changes = soldLanesOf(station, group, date)
    .flatMap(name)
    .flatMap((cell): Change[] => {
      const is = cells.get(cell) ?? "free"
      if (!open.has(cell) && is === "free") return [closures.shut(by, op, now, of, cell)]
      return open.has(cell) && is === "shut" ? [closures.opened(by, op, now, of, cell)] : []
    })
  for (let i = 0; i < changes.length; i += 10)
    await Promise.all(changes.slice(i, i + 10).map((change) => write(world, [change], counter())))
  return changes.length
}

/** How many people had to be seen to on this spot, or "more" when there are still others. */
async function offered(world: World, piece: Piece, { date, group }: Spot, most: number): Promise<number | "more"> {
  const { station, clearing, others, faulted } = piece
  const [booked, held] = await Promise.all([
    appointments.onDay(world, station.id, date, group),
    appointments.heldOn(world, station.id, date, group, world.now()),
  ])
  const people = new Map([...held, ...booked].map((it) => [it.person, it]))
  let seen = 0
  for (const it of [...people.values()].sort((a, b) => (a.time < b.time ? -1 : 1))) {
    if (clearing.left?.includes(it.ref)) continue
    const facts = { station: station.id, date }
    const needs = await others.each(() => needOf(station, clearing, it, date, world.now()) ?? "nothing", facts)
    if (needs === "nothing") continue
    if (seen === most) return "more"
    seen++
    const isSeenTo = needs && (await others.each(() => seenTo(world, piece, it, needs, date), facts))
    if (!isSeenTo) faulted.push(it)
  }
  return seen
}

async function seenTo(world: World, piece: Piece, first: Appointment, needs: Need, date: LocalDate): Promise<true> {
  if (needs === "place") {
    await placed(world, piece, first)
    return true
  }
  const { by, station, clearing } = piece
  await restore(world, by, first, needs)
  // Their own time may be closed as well as the earlier one that was held for them.
  const it = needs === "withdraw" ? await appointments.find(world, first.person, first.group) : undefined
  if (it?.ref === first.ref && needOf(station, clearing, it, date, world.now()) === "place")
    await placed(world, piece, it)
  return true
}

type Need = "place" | "withdraw" | "stay"

function needOf(
  station: Station,
  clearing: Clearing,
  it: Appointment,
  date: LocalDate,
  now: Instant,
): Need | undefined {
  const offer = openProposal(it, now)
  if (offerGone(station, it, now))
    return offer?.why === "earlier" ? "withdraw" : offer?.id === clearing.id ? undefined : "place"
  if (it.station !== station.id || it.date !== date || it.state !== "booked") return undefined
  if (isConflict(station, it, now))
    return it.displaced?.closure === clearing.id || (it.displaced && offer) ? undefined : "place"
  // A time that is over or too near to come is not given back: whoever was turned away stays free to move.
  const ahead = timeOfVisit(it) >= soonest(now)
  return it.displaced && ahead && isOpenFor(station, it, it.services) ? "stay" : undefined
}

async function placed(world: World, piece: Piece, first: Appointment): Promise<void> {
  const { by, station, clearing, op, looks } = piece
  let it: Appointment | undefined = first
  for (let attempt = 1; attempt <= 20; attempt++) {
    const now = world.now()
    const place = await nearest(world, station, it, looks)
    const row: Affected = {
      ...found(clearing, it),
      ...(place && { offer: { station: place.station, date: place.date, time: place.time } }),
    }
    await write(world, [closures.affectedChange(by, op, now, row)], counter())
    const until = place && heldUntil(place, station.policy, now)
    const done = place
      ? await propose(world, by, it, place, { id: clearing.id, why: "closure", closure: clearing.id, until: until! })
      : await displace(world, by, it, clearing.id)
    if (done === "taken") looks.delete(lookOf(place!, it))
    else if (done === "changed") {
      it = await appointments.find(world, it.person, it.group)
      if (it?.ref !== first.ref || needOf(station, clearing, it, first.date, now) !== "place") return
    } else {
      if (place) looks.delete(lookOf(place, it))
      return
    }
  }
  throw new Problem("busy")
}

const found = (clearing: Clearing, it: Appointment): Affected => ({
  clearing: clearing.id,
  station: it.station,
  person: it.person,
  group: it.group,
  ref: it.ref,
  date: it.date,
  time: it.time,
  lane: it.lane,
  services: it.services,
})

/** What was seen taken in this piece, by station, day and group. */
type Looks = Map<string, Promise<Set<string>>>
const lookOf = ({ station, date }: Pick<Place, "station" | "date">, { group }: Pick<Appointment, "group">) =>
  `${station}#${date}#${group}`

/**
 * The nearest equal place: at the same station, whichever window, nearest in time; else at the nearest station that offers all
 * of the visit. One that leaves no time to answer is none.
 */
async function nearest(world: World, own: Station, it: Appointment, looks: Looks): Promise<Place | undefined> {
  const all = (await stations.all(world)).map((one) => (one.id === own.id ? own : one))
  const home = all.find((one) => one.id === it.station) ?? own
  const others = all
    .filter((one) => one.id !== home.id && it.services.every((id) => offers(one, id)))
    .sort((a, b) => metresBetween(home, a) - metresBetween(home, b))
  for (const station of [home, ...others]) {
    const found = await nearestAt(world, station, it, looks)
    if (found) return found
  }
  return undefined
}

async function nearestAt(world: World, station: Station, it: Appointment, looks: Looks): Promise<Place | undefined> {
  const now = world.now()
  const from = Math.max(now, soonest(now) - station.policy.notice * minute)
  const wish = instantOf(it.date, it.time)
  const apart = (date: LocalDate) => Math.abs(instantOf(date, "00:00") - instantOf(it.date, "00:00"))
  let best: { place: Place; gap: number } | undefined
  for (const date of daysOf(station, now).sort((a, b) => apart(a) - apart(b))) {
    if (best && best.gap <= apart(date) - day) break
    const name = lookOf({ station: station.id, date }, it)
    const look = looks.get(name) ?? takenNow(world, station.id, date, it.group, now, {})
    looks.set(name, look)
    const taken = await look
    const times = offersOf(station, date, it.services, taken, from)
    const gap = (time: string) => Math.abs(instantOf(date, time) - wish)
    const { time } = times.sort((a, b) => gap(a.time) - gap(b.time) || minutesOf(a.time) - minutesOf(b.time))[0] ?? {}
    if (!time || (best && best.gap <= gap(time))) continue
    const { policy } = stationOn(station, date, it.group)
    const units = unitsOf(it.services, policy)
    const cells = freeLanes(lanesFor(station, it.services, date), taken, time, units, policy)[0]
    if (cells) best = { place: { station: station.id, date, time, lane: cells[0]!.lane, units }, gap: gap(time) }
  }
  return best?.place
}

/** Counts who still waits; a changed count is saved first, and its own message brings the task. */
async function recounted(world: World, by: Actor, clearing: Clearing): Promise<Task[]> {
  const { station } = await stations.stored(world, clearing.station)
  const rows = await statedOf(world, station, clearing.id)
  const waiting = rows.filter(({ standing }) => isUnsettled(standing))
  const due = Math.min(...waiting.map(({ date, time }) => instantOf(date, time)))
  if (waiting.length !== clearing.open) {
    const { due: _, ...rest } = clearing
    const after = { ...rest, open: waiting.length, ...(waiting.length > 0 && { due }) }
    const op = `count:${short(world, `${clearing.id}${clearing.v}`)}`
    await write(world, [closures.clearingChange(by, op, world.now(), after)], counter())
    return []
  }
  if (!rows.length) return []
  const task: Omit<Task, "date"> = {
    id: `closure#${clearing.id}`,
    kind: "move-bookings",
    station: station.id,
    windows: [],
    services: [],
    due: clearing.due ?? world.now(),
    state: clearing.open ? "open" : "done",
    source: clearing.v,
  }
  return carried(task, serviceDayOf(world.now()))
}

/** Everyone whom a clearing found, with what has become of each. */
export async function statedOf(world: World, station: Station, clearing: string) {
  const rows = await closures.affectedBy(world, station.id, clearing)
  const people = new Map((await appointments.ofPeople(world, rows)).map((it) => [`${it.person}#${it.group}`, it]))
  return rows.map((row) => {
    const it = people.get(`${row.person}#${row.group}`)
    const now = world.now()
    const standing = standingOf(row, it, now, it !== undefined && isConflict(station, it, now))
    const until = standing === "proposed" ? it?.proposal?.until : undefined
    return { ...row, standing, ...(until !== undefined && { until }) }
  })
}
