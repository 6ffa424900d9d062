/**
 * Earlier times for those who wish for one. What reopens is held for one person under a deadline, in the one transaction that
 * also says so on their booking: two runs of the job cannot offer it to two, and one that is killed has offered it or not.
 */
import type { Actor } from "#domain/actor"
import { type Appointment, type EarlierWish, mayChange, openProposal } from "#domain/appointment"
import { soonest } from "#domain/closure"
import { must } from "#domain/permission"
import { cellName } from "#domain/places"
import { fieldProblem, Problem } from "#domain/problem"
import type { Station } from "#domain/station"
import { type Instant, instantOf, type LocalDate } from "#domain/time"
import {
  type Asked,
  asking,
  asleepUntil,
  daysFor,
  type Earlier,
  type EarlierWindow,
  earlierOn,
  lead,
  offeredUntil,
  offerName,
  stillWishes,
  type Used,
  windowOf,
} from "#domain/waiting"
import * as appointments from "#store/appointments"
import * as stations from "#store/stations"
import { counter, phone as patience, write, writeOrRefuse } from "#store/table"
import * as waiting from "#store/waiting"
import type { World } from "#world"
import { type Alone, alone } from "./alone.ts"
import { type Held, held } from "./booking.ts"
import { short } from "./forms.ts"
import { mustHold, propose } from "./rebooking.ts"

/**
 * Asks to be told of an earlier time at the same station. Another window of days and hours replaces the first and keeps the place
 * in the list; the same again is answered as it stands. `v` is the version that was on the page. Refusals: appointment-ended, changed-meanwhile, busy, invalid-input (no time can lie in what was asked).
 */
export async function wish(world: World, by: Actor, it: Appointment, input: Asked & { v: number }): Promise<Held> {
  must(by, "appointment.wish")
  mustHold(by, it)
  const now = world.now()
  const { policy } = await stations.find(world, it.station)
  if (!mayChange(it, policy.late, now)) throw new Problem("appointment-ended")
  const window = windowOf(input)
  const was = stillWishes(it, now) ? it.wish : undefined
  if (was && JSON.stringify(windowOf(was)) === JSON.stringify(window)) return held(world, it, it)
  if (it.v !== input.v) throw new Problem("changed-meanwhile")
  mustLeaveTime(window, it)
  const after: Appointment = { ...it, wish: { since: was?.since ?? now, asked: was?.asked ?? [], ...window } }
  const op = `wish:${short(world, `${it.ref}${it.v}`)}`
  const changes = [
    appointments.personChange(by, op, now, after, it.v, "changed-meanwhile"),
    ...(was ? [] : [waiting.waitingChange(by, op, now, it, it.v + 1)]),
  ]
  await writeOrRefuse(world, changes, patience())
  return held(world, { ...after, v: it.v + 1 }, after)
}

/** Wishes for nothing any more; what is held for them stays theirs to answer. None: answered as it stands. */
export async function endWish(world: World, by: Actor, it: Appointment): Promise<Held> {
  must(by, "appointment.wish")
  mustHold(by, it)
  if (!it.wish) return held(world, it, it)
  const { wish: _, ...after } = it
  const op = `unwish:${short(world, `${it.ref}${it.v}`)}`
  const change = appointments.personChange(by, op, world.now(), after, it.v, "changed-meanwhile")
  await writeOrRefuse(world, [change], patience())
  return held(world, { ...after, v: it.v + 1 }, after)
}

function mustLeaveTime({ from, to, after, before }: EarlierWindow, it: Appointment) {
  if (from && from > it.date) throw fieldProblem("from", "wish-window")
  if (from && to && to < from) throw fieldProblem("to", "wish-window")
  if (after && before && before < after) throw fieldProblem("before", "wish-window")
}

/** Every station's reopened places to those who wish for them; how many were offered. */
export async function offerEarlier(world: World, by: Actor): Promise<{ offered: number }> {
  must(by, "appointment.propose")
  let offered = 0
  const job = alone(world, "places not offered")
  for (const station of await stations.all(world))
    offered += (await job.each(() => offerAt(world, by, station, job), { station: station.id })) ?? 0
  job.end()
  return { offered }
}

type Wisher = Appointment & { wish: EarlierWish }

async function offerAt(world: World, by: Actor, station: Station, job: Alone): Promise<number> {
  const looks: Looks = new Map()
  let offered = 0
  for (const it of await wishersAt(world, by, station, job)) {
    const done = await job.each(() => offerTo(world, by, station, it, looks), { station: station.id })
    if (done === "proposed") offered++
  }
  return offered
}

async function offerTo(world: World, by: Actor, station: Station, it: Wisher, looks: Looks) {
  const now = world.now()
  // They are thinking about another; or their own time was taken away, which the station sees to.
  if (openProposal(it, now) || it.displaced) return undefined
  const found = await earlierFor(world, station, it, looks, now)
  if (!found) return undefined
  const seen = await seenIn(world, station, it, found, looks)
  const morning = asleepUntil(station.policy, now)
  const done =
    morning === undefined
      ? await offer(world, by, station, it, found, seen)
      : await kept(world, by, it, found, seen, morning)
  // Offered or lost to somebody quicker: gone for the rest of this run. Where it failed, the next is asked.
  const look = await lookAt(world, looks, station, found.place.date, it)
  for (const cell of found.cells) look.set(cellName(cell), { held: true })
  return done
}

/** Whoever wished longest first. Pointers whose wish has ended are ended. */
async function wishersAt(world: World, by: Actor, station: Station, job: Alone): Promise<Wisher[]> {
  const rows = await waiting.at(world, station.id)
  const people = new Map((await appointments.ofPeople(world, rows)).map((it) => [`${it.group}#${it.ref}`, it]))
  const wishers: Wisher[] = []
  const sorted = async (row: waiting.Waiting) => {
    const it = people.get(`${row.group}#${row.ref}`)
    if (it && it.station === station.id && stillWishes(it, world.now())) wishers.push(it)
    else await write(world, [waiting.endedChange(by, `unwish:${row.ref}`, world.now(), row)], counter())
  }
  for (const row of rows) await job.each(() => sorted(row), { station: station.id })
  return wishers.sort((a, b) => a.wish.since - b.wish.since)
}

/** What was seen of each day in this run. */
type Looks = Map<string, Promise<Map<string, Used>>>

function lookAt(world: World, looks: Looks, { id }: Station, date: LocalDate, { group }: Wisher) {
  const name = `${date}#${group}`
  const look = looks.get(name) ?? waiting.cellsOf(world, id, date, group)
  looks.set(name, look)
  return look
}

async function earlierFor(world: World, station: Station, it: Wisher, looks: Looks, now: Instant) {
  for (const date of daysFor(station, it, now)) {
    const found = earlierOn(station, it, date, await lookAt(world, looks, station, date, it), now)
    if (found) return found
  }
  return undefined
}

async function seenIn(world: World, station: Station, it: Wisher, { place, cells }: Earlier, looks: Looks) {
  const look = await lookAt(world, looks, station, place.date, it)
  return new Map(cells.map(cellName).flatMap((name) => (look.has(name) ? [[name, look.get(name)!] as const] : [])))
}

type Seen = ReadonlyMap<string, Used>

function offer(world: World, by: Actor, { policy }: Station, it: Wisher, { place }: Earlier, seen: Seen) {
  const until = offeredUntil(place, policy, world.now())
  return propose(world, by, { ...it, wish: asking(it.wish, place) }, place, {
    id: offerName(it.wish, place),
    why: "earlier",
    until,
    // Unanswered it goes to the next, before it is anybody's.
    taking: {
      seen: new Map([...seen].flatMap(([name, used]) => (used.until === undefined ? [] : [[name, used.until]]))),
      until: until + lead,
    },
  })
}

/** What reopens in the night stays closed until the morning, where that leaves time to ask. */
async function kept(world: World, by: Actor, it: Wisher, { place }: Earlier, seen: Seen, morning: Instant) {
  if (instantOf(place.date, place.time) < soonest(morning)) return
  const op = `keep:${short(world, `${it.ref}${morning}`)}`
  for (const [cell, used] of seen)
    if (used.until !== undefined)
      await write(
        world,
        [waiting.keptChange(by, op, world.now(), { ...place, group: it.group, cell }, used, morning + lead)],
        counter(),
      )
}
