/** Booking, finding and cancelling an appointment: one conditional transaction each (design.md §3.1). */
import type { Actor } from "#domain/actor"
import {
  type Appointment,
  cellsOf,
  madeThisWeek,
  mayChange,
  openProposal,
  type PastAppointment,
  type Place,
  type Proposal,
  pastKept,
  refsBefore,
} from "#domain/appointment"
import { mustBeRepresented, type Proxied } from "#domain/guardian"
import { referenceOf } from "#domain/id"
import { isNoticeVersion, type NoticeVersion, noticeVersion } from "#domain/notice"
import { must } from "#domain/permission"
import { birthOf, maskedIdNumber, maskedMobile, maskedName, type Person } from "#domain/person"
import { type Cell, cellName, cellsFrom, freeLanes, lanesFor, type Offer, offersOf, unitsOf } from "#domain/places"
import { fieldProblem, Problem } from "#domain/problem"
import { type Group, groupOf, type ServiceId } from "#domain/service"
import { pausedUntil } from "#domain/standing"
import { daysOf, onSaleFrom, type Station, type StationId, sessionsOn, stationOn } from "#domain/station"
import {
  addDays,
  dateOf,
  day,
  type Instant,
  instantOf,
  type LocalDate,
  type LocalTime,
  minute,
  minutesOf,
  timeAt,
} from "#domain/time"
import { type EarlierWindow, mayAsk, windowOf } from "#domain/waiting"
import { mustBeTheirTurn, releasedToday, type Turn, turnOf } from "#domain/wave"
import * as appointments from "#store/appointments"
import * as availability from "#store/availability"
import * as consents from "#store/consents"
import { same } from "#store/keyring"
import * as limits from "#store/limits"
import * as standings from "#store/standings"
import * as stations from "#store/stations"
import { type Change, phone as patience, write, writeOrRefuse } from "#store/table"
import type { World } from "#world"
import { mustBeOurs, short } from "./forms.ts"

export type Booking = {
  /** The form's key: the same key is the same booking. */
  key: string
  station: StationId
  services: readonly ServiceId[]
  date: LocalDate
  time: LocalTime
  name: string
  idNumber: string
  /** The number that the code verified, E.164. */
  mobile: string
  language: "zh" | "en"
  /** The employer's list that it is from. */
  list?: string
  /** The version of the notice on personal data that was shown with the form; without one, the newest. */
  notice?: NoticeVersion | undefined
} & Partial<Proxied>

export type Resident = Actor & { kind: "resident" }

/** An appointment as its own person may see it, with the link that opens it. */
export type Held = Omit<PastAppointment, "form"> & {
  group: Appointment["group"]
  v: number
  link: string
  ticket?: string
  current: boolean
  /** What is held for them elsewhere, until its deadline. */
  proposal?: Proposal
  /** The station is closed at this time: to be moved or cancelled. */
  displaced?: true
  /** They are to be told of an earlier time, within these days and hours. */
  wish?: EarlierWindow
}

/**
 * The free times of one day for a visit of these services; to whoever holds a booking also those that it has just left. Refusals:
 * station-unknown, service-not-here.
 */
export async function offers(
  world: World,
  by: Actor,
  input: { station: StationId; services: readonly ServiceId[]; date: LocalDate },
): Promise<Offer[]> {
  must(by, "catalogue.see")
  const group = oneGroup(input.services)
  const station = stationOn(await stations.find(world, input.station), input.date, group)
  mustServe(station, input.services)
  const now = world.now()
  if (!daysOf(station, now).includes(input.date)) return []
  const look = await availability.snapshotOf(world, input.station, input.date, group)
  const mine = by.kind === "holder" ? by.ref : undefined
  return offersOf(station, input.date, input.services, availability.takenIn(look, now, mine), now)
}

/**
 * Books, or answers with what this key booked before, as it now stands, though others have its place meanwhile. Who cannot have
 * booked it is refused by the shared look alone; a key that might have costs one read of its own reference, which is nobody's hot item.
 * Refusals: key-invalid, key-expired, key-reused, phone-unverified, station-unknown, those of mustBeOffered,
 * not-your-wave, place-taken, already-booked, booking-paused, too-many-bookings, too-many-tries, busy, invalid-input (a birth in the future, services of two groups, a guardian
 * or their consent left out).
 */
export async function book(world: World, by: Actor, input: Booking): Promise<Held> {
  must(by, "appointment.book")
  const issued = mustBeOurs(world, input.key)
  if (by.kind !== "resident" || world.keyring.blind("phone", input.mobile) !== by.phone)
    throw new Problem("phone-unverified")
  return claimed(world, by, input, input.key, issued)
}

/** The booking itself: whose phone it is has been seen, whence and since when the key is too. */
export async function claimed(
  world: World,
  by: Resident,
  input: Booking,
  key: string,
  issued: Instant = 0,
): Promise<Held> {
  const now = world.now()
  const today = dateOf(now)
  if (birthOf(input.idNumber) > today) throw fieldProblem("idNumber", "id-birth")
  const { who = "self", guardian, consent } = input
  mustBeRepresented({ who, guardian, consent }, input.idNumber, today)
  const group = oneGroup(input.services)
  const person = world.keyring.blind("person", input.idNumber)
  const ref = refOf(world, key)

  const station = stationOn(await stations.find(world, input.station), input.date, group)
  const units = unitsOf(input.services, station.policy)
  mustBeTheirTurn(turnAt(world, station, input.date, person), now)
  const gone = await seenTaken(world, station, input, ref, now)
  if (gone?.every((cell) => neverHad(cell, Math.max(issued, releasedToday(station, input.date, now) ?? 0), station)))
    throw new Problem("place-taken")
  const op = `book:${short(world, key)}`
  const patient = patience()
  const form = formOf(world, input)
  const owner = await appointments.ownerOf(world, ref)
  if (owner) appointments.mayUse(owner, { person, group })
  else if (gone) throw new Problem("place-taken")
  for (let attempt = 1; attempt <= 4; attempt++) {
    const before = await appointments.find(world, person, group)
    const made = before && appointments.asItStands(before, ref)
    if (made) return retried(world, before, made, form)
    const doubt = {
      person,
      group,
      before,
      mobile: input.mobile,
      limit: input.list ? "known-list" : "known-phone",
    } as const
    if (attempt === 1) await mayBeTold(world, by, doubt)
    const known = (refusal: Problem) => told(world, by, doubt, refusal)
    if (appointments.active(before, now)) throw await known(new Problem("already-booked"))
    const until = pausedUntil(await standings.find(world, person), station.policy, dateOf(now))
    if (until) throw await known(new Problem("booking-paused", { until }))
    const past = appointments.nextPast(before, now)
    const week = madeThisWeek(before, now)
    const refs = refsBefore(before)
    const freed = week[week.length - station.policy.perWeek]
    if (freed !== undefined) throw await known(new Problem("too-many-bookings", { until: dateOf(freed + 7 * day) }))
    if (past.length >= pastKept) throw await known(new Problem("too-many-bookings", { until: addDays(dateOf(now), 1) }))
    mustBeOffered(station, input, now)

    const cells = await freeCells(world, station, input, now)
    if (!cells) {
      // Taken, perhaps by this very form a moment ago.
      const meanwhile = await appointments.find(world, person, group)
      const mine = meanwhile && appointments.asItStands(meanwhile, ref)
      if (mine) return retried(world, meanwhile, mine, form)
      throw new Problem("place-taken")
    }
    // After the person's item, which a deletion changes together with the secret: what is shredded later fails the write.
    const bound = owner || attempt > 1 ? await appointments.ownerOf(world, ref) : undefined
    const secret = bound
      ? appointments.mayUse(bound, { person, group })
      : await appointments.bind(world, by, op, { ...input, person, group, ref }, patient)
    const it: Appointment = {
      person,
      group,
      v: 0,
      state: "booked",
      ref,
      station: input.station,
      date: input.date,
      time: input.time,
      lane: cells[0]!.lane,
      units,
      services: input.services,
      form,
      bookedAt: now,
      language: input.language,
      sealed: await appointments.sealPerson(
        world,
        person,
        group,
        { name: input.name, idNumber: input.idNumber, phone: input.mobile, ...(guardian && { guardian }) },
        today.slice(0, 7),
        secret,
      ),
      last4: last4Of(world, ref, input.mobile.slice(-4)),
      ...(who !== "self" && { who }),
      notice: input.notice ?? noticeVersion,
      ...(input.list && { list: input.list }),
      ...(week.length && { made: week }),
      ...(refs.length && { refs }),
      past,
    }
    const changes = [
      appointments.personChange(by, op, now, it, before?.v ?? 0, "already-booked"),
      ...cells.map((cell) => appointments.claim(by, op, now, it, it, cell)),
      ...(guardian && consent && isNoticeVersion(consent)
        ? [consents.givenChange(by, op, consentTo(world, by, it, guardian, consent), it.date)]
        : []),
    ]
    const outcome = await write(world, changes, patient)
    if (outcome.written) return held(world, { ...it, v: (before?.v ?? 0) + 1 }, it)
  }
  throw new Problem("place-taken")
}

/** A guardian's separate consent to this appointment, under the notice that they read. */
const consentTo = (world: World, by: Resident, it: Appointment, guardian: Person, version: string): consents.Given => {
  const given = {
    person: it.person,
    purpose: "child-appointment",
    version,
    ref: it.ref,
    group: it.group,
  } as const
  return { ...given, guardian: world.keyring.blind("person", guardian.idNumber), phone: by.phone, at: it.bookedAt }
}

/** Whether somebody may be told that an ID number is known here: by which of its phone's limits, and whose number it is. */
type Doubt = Pick<Appointment, "person" | "group"> & {
  before: Appointment | undefined
  mobile: string
  limit: "known-phone" | "known-list"
}

/** By person and group: whoever asks after a person's residence permit keeps nobody from their ID card. */
const personIn = (world: World, { person, group }: Doubt) => world.keyring.blind("known", `${person}|${group}`)

/** A person's limit holds other phones than their own alone, or ten strangers could shut them out. */
async function mayBeTold(world: World, by: Resident, it: Doubt): Promise<void> {
  await Promise.all([
    limits.mayStill(world, [it.limit, by.phone]),
    limits.mayStill(world, ["known-person", personIn(world, it)]).catch(async (error: unknown) => {
      if (!(await isTheirOwn(world, by, it))) throw error
    }),
  ])
}

/** A refusal that says that this ID number is known here; told to another phone than its own, it is counted for both. */
async function told(world: World, by: Resident, it: Doubt, refusal: Problem): Promise<Problem> {
  if (await isTheirOwn(world, by, it)) return refusal
  await limits.count(world, by, it.limit, by.phone)
  await limits.count(world, by, "known-person", personIn(world, it))
  return refusal
}

/** A list's sender writes down whatever phone they like: only the one that was verified speaks for a person. */
const isTheirOwn = async (world: World, by: Resident, { person, before, mobile }: Doubt): Promise<boolean> =>
  world.keyring.blind("phone", mobile) === by.phone &&
  (hasPhone(world, before, mobile) || (await bookedWith(world, person, mobile)))

/** Whether this person has booked with this phone, in any group, as far as its last digits tell; nothing is opened for it. */
export const bookedWith = async (world: World, person: string, mobile: string): Promise<boolean> =>
  (await appointments.ofPerson(world, person)).some((it) => hasPhone(world, it, mobile))

const hasPhone = (world: World, it: Appointment | undefined, mobile: string): boolean =>
  it !== undefined && same(it.last4, last4Of(world, it.ref, mobile.slice(-4)))

function retried(world: World, current: Appointment, made: PastAppointment, form: string): Held {
  if (made.form !== form) throw new Problem("key-reused")
  return held(world, current, made)
}

/** What a form says, in six characters; the language is the page's. */
const formOf = (world: World, it: Booking) =>
  short(
    world,
    JSON.stringify([it.station, it.date, it.time, it.services, it.name, it.idNumber, it.mobile, it.who, it.guardian]),
  )

/** A form's key is one reference, which is one person's in one group: whoever sends it with another's number is refused. */
export const refOf = (world: World, key: string) => referenceOf(world.keyring.name("reference", key))

/** A start of a visit: what may be asked for. */
export type Wish = Pick<Booking, "services" | "date" | "time">

/**
 * Refusals: service-not-here; time-past; day-closed and outside-hours, to that visit at least; not-on-sale, with when it will be;
 * visit-too-long for the cells that follow; place-not-offered (kept for those who walk in, or no start of the grid).
 */
export function mustBeOffered(station: Station, { services, date, time }: Wish, now: Instant) {
  mustServe(station, services)
  const at = instantOf(date, time)
  if (at - station.policy.notice * minute < now) throw new Problem("time-past")
  // Some hours are for some services only.
  const hours = sessionsOn(station, date).filter(([, , some]) => !some || services.every((id) => some.includes(id)))
  if (!hours.length) throw new Problem("day-closed")
  if (!daysOf(station, now).includes(date)) {
    const opens = onSaleFrom(station, date)
    throw new Problem("not-on-sale", opens !== undefined && opens > now ? { opens } : {})
  }
  const units = unitsOf(services, station.policy)
  const lanes = lanesFor(station, services, date)
  if (lanes.some((lane) => cellsFrom(lane, time, units, station.policy))) return
  if (lanes.some((lane) => lane.times.includes(time))) throw new Problem("visit-too-long")
  throw new Problem(hours.some(([from, to]) => from <= time && time < to) ? "place-not-offered" : "outside-hours")
}

/** Refusal: service-not-here, where no one window does all of a visit. */
export function mustServe({ windows }: Pick<Station, "windows">, visit: readonly ServiceId[]) {
  if (!windows.some((it) => visit.every((id) => it.services.includes(id)))) throw new Problem("service-not-here")
}

/** A person's turn at the release of that day, which every phone may know; undefined where nobody waits. */
export function turnAt(world: World, station: Station, date: LocalDate, person: string): Turn | undefined {
  const lot = world.keyring.name("wave", `${station.id}#${date}|${person}`).readUInt32BE(0) / 2 ** 32
  return turnOf(station, date, world.now(), lot)
}

/**
 * The cells of a time that everybody can see is gone, without a question to any table; undefined where a lane is free, or one of
 * them is, was or is held for this reference, whose form is to be answered as its booking stands.
 */
export async function seenTaken(
  world: World,
  station: Station,
  { services, date, time }: Wish,
  ref: string,
  now: Instant,
): Promise<availability.TakenCell[] | undefined> {
  const look = await availability.snapshotOf(world, station.id, date, oneGroup(services))
  const lanes = lanesFor(station, services, date)
  const units = unitsOf(services, station.policy)
  if (freeLanes(lanes, availability.takenIn(look, now), time, units, station.policy).length) return undefined
  const cells = lanes.flatMap((lane) => cellsFrom(lane, time, units, station.policy) ?? [])
  const taken = cells.flatMap((cell) => look.get(cellName(cell)) ?? [])
  return cells.length && !taken.some((it) => it.ref === ref) ? taken : undefined
}

/**
 * Whether a form that could book since then surely never had this cell: it has been as it is for longer, or was booked before the
 * form could have had it, given it back and the wait been over. What was moved there may come by the waiting list, which has no wait.
 */
const neverHad = ({ at, booked }: availability.TakenCell, since: Instant, { policy }: Station) =>
  at < since || (booked && at < since + policy.reopen[0] * minute)

/**
 * The cells of that time read afresh, and one of the free lanes by chance. Whoever moves counts as free what they have or are held for,
 * by name, and what their reference has left.
 */
export async function freeCells(
  world: World,
  station: Station,
  { services, date, time }: Wish,
  now: Instant,
  mine: { cells: ReadonlySet<string>; ref?: string } = { cells: new Set() },
): Promise<Cell[] | undefined> {
  const units = unitsOf(services, station.policy)
  const last = timeAt(minutesOf(time) + (units - 1) * station.policy.unit)
  const range = { from: `${time.replace(":", "")}#`, to: `${last.replace(":", "")}#~` }
  const taken = await availability.takenNow(world, station.id, date, oneGroup(services), now, range, mine.ref)
  for (const cell of mine.cells) taken.delete(cell)
  const free = freeLanes(lanesFor(station, services, date), taken, time, units, station.policy)
  return free[world.random(1)[0]! % Math.max(free.length, 1)]
}

/** When a cell that is given back may be had again: by chance, so that nobody can wait for it at a known second. */
export function reopening(world: World, { policy }: Station, now: Instant): Instant {
  const [least, most] = policy.reopen
  const chance = Buffer.from(world.random(4)).readUInt32BE(0) / 2 ** 32
  return now + Math.round((least + (most - least) * chance) * minute)
}

function oneGroup(services: readonly ServiceId[]) {
  const group = groupOf(services[0]!)
  if (services.some((id) => groupOf(id) !== group)) throw fieldProblem("services", "one-group")
  return group
}

export const last4Of = (world: World, ref: string, digits: string) => world.keyring.blind("last4", `${ref}|${digits}`)

export function held(world: World, current: Appointment, it: PastAppointment): Held {
  const { ref, state, station, date, time, lane, services, bookedAt } = it
  const isCurrent = current.ref === ref
  return {
    ref,
    state,
    station,
    date,
    time,
    lane,
    services,
    bookedAt,
    group: current.group,
    v: current.v,
    current: isCurrent,
    link: world.keyring.seal("link", [current.person, current.group, ref]),
    ...(isCurrent && current.ticket && { ticket: current.ticket }),
    ...(isCurrent && current.state === "booked" && heldElsewhere(current, world.now())),
  }
}

function heldElsewhere(it: Appointment, now: Instant): Pick<Held, "proposal" | "displaced" | "wish"> {
  const proposal = openProposal(it, now)
  return {
    ...(proposal && { proposal }),
    ...(it.displaced && { displaced: true }),
    ...(it.wish && mayAsk(it.wish) && { wish: windowOf(it.wish) }),
  }
}

/** One's own details, masked, for one's own voucher: no look by anybody else, so no entry in the audit. Undefined once deleted. */
export async function ownDetails(world: World, by: Actor, it: Appointment) {
  must(by, "appointment.see")
  const details = await appointments.openPerson(world, it)
  if (!details) return undefined
  const { name, idNumber, phone, guardian } = details
  return {
    name: maskedName(name),
    idNumber: maskedIdNumber(idNumber),
    phone: maskedMobile(phone),
    ...(guardian && { guardian: maskedName(guardian.name) }),
  }
}

/** Whoever has the link holds the appointment. Refusal: appointment-not-found, for every kind of wrong link alike. */
export async function byLink(
  world: World,
  link: string,
): Promise<{ actor: Actor; held: Held; appointment: Appointment }> {
  const opened = world.keyring.open("link", link)
  if (!Array.isArray(opened)) throw new Problem("appointment-not-found")
  const [person, group, ref] = opened
  const appointment = await appointments.find(world, person, group)
  const it = appointment && appointments.asItStands(appointment, ref)
  if (!it) throw new Problem("appointment-not-found")
  return { actor: { kind: "holder", ref }, held: held(world, appointment, it), appointment }
}

/**
 * By the reference and the phone's last four digits. Refusals: appointment-not-found (one answer for a wrong reference and wrong
 * digits), too-many-tries.
 */
export async function byReference(
  world: World,
  by: Actor,
  input: { ref: string; last4: string; address: string },
): Promise<Held> {
  must(by, "appointment.find")
  const [ref, address] = [world.keyring.blind("ref", input.ref), limits.ofAddress(world, input.address)]
  await limits.mayStill(world, ["find-reference", ref], ["find-address", address])
  // Counted before the digits are looked at: a limit that lets the right ones through limits no guessing.
  await limits.count(world, by, "find-reference", ref)
  const it = await appointments.findByReference(world, input.ref)
  // Nobody's costs as many looks as somebody's: not even the time that it takes tells them apart.
  if (!it) await appointments.find(world, world.keyring.blind("person", input.ref), "rp")
  if (it && same(it.last4, last4Of(world, input.ref, input.last4))) return held(world, it, it)
  await limits.count(world, by, "find-address", address)
  throw new Problem("appointment-not-found")
}

/**
 * Cancels; the places reopen after a random while. Cancelled already: answered as it stands.
 * `v` is the version that was on the page. Refusals: appointment-ended (also once it is over), changed-meanwhile, busy.
 */
export async function cancel(world: World, by: Actor, it: Appointment, input: { v: number }): Promise<Held> {
  must(by, "appointment.cancel")
  if (by.kind !== "holder") throw new Problem("not-allowed")
  const stands = appointments.asItStands(it, by.ref)
  if (!stands) throw new Problem("appointment-not-found")
  if (stands.state === "cancelled") return held(world, it, stands)
  const now = world.now()
  const station = stationOn(await stations.find(world, it.station), it.date, it.group)
  if (it.ref !== by.ref || !mayChange(it, station.policy.late, now)) throw new Problem("appointment-ended")
  if (it.v !== input.v) throw new Problem("changed-meanwhile")
  const op = `cancel:${short(world, `${it.ref}${it.v}`)}`
  await writeOrRefuse(world, await cancelled(world, by, op, it, now), patience())
  const found = { ...it, state: "cancelled", v: it.v + 1 } as const
  return held(world, found, found)
}

/** A booking cancelled, its places reopening after a random while. */
export async function cancelled(world: World, by: Actor, op: string, it: Appointment, now: Instant): Promise<Change[]> {
  const station = stationOn(await stations.find(world, it.station), it.date, it.group)
  const { proposal: _, ...rest } = it
  return [
    appointments.personChange(by, op, now, { ...rest, state: "cancelled" }, it.v, "changed-meanwhile"),
    ...(await givenUp(world, by, op, now, it, reopening(world, station, now))),
  ]
}

/** Every cell that a booking has or is held for, given back, but for those it keeps; those that it `left` by a move may be its again. */
export async function givenUp(
  world: World,
  by: Actor,
  op: string,
  now: Instant,
  it: Appointment,
  until: Instant,
  keeps: ReadonlySet<string> = new Set(),
  left: ReadonlySet<string> = new Set(),
): Promise<Change[]> {
  const proposal = openProposal(it, now)
  const spots = (
    await Promise.all([it, ...(proposal ? [proposal] : [])].map((place) => spotsOf(world, it.group, place)))
  ).flat()
  const given = new Map(spots.filter(({ name }) => !keeps.has(name)).map((spot) => [spot.name, spot]))
  return [...given.values()].map(({ at, cell, name }) =>
    appointments.release(by, op, now, it, at, cell, until, left.has(name)),
  )
}

/** The cells that are held for a booking and not its own, given back. */
export async function offerGivenUp(
  world: World,
  by: Actor,
  op: string,
  now: Instant,
  it: Appointment,
  until: Instant,
): Promise<Change[]> {
  const own = await spotsOf(world, it.group, it)
  return givenUp(world, by, op, now, it, until, new Set(own.map(({ name }) => name)))
}

/** The cells under a place with a name for each, to be compared across stations and days. */
export async function spotsOf(
  world: World,
  group: Group,
  at: Place,
): Promise<{ at: Place; cell: Cell; name: string }[]> {
  const { policy } = stationOn(await stations.find(world, at.station), at.date, group)
  return cellsOf(at, policy.unit).map((cell) => ({ at, cell, name: `${at.station}#${at.date}#${cellName(cell)}` }))
}
