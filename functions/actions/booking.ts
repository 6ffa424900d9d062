/** Booking, finding and cancelling an appointment: one conditional transaction each (design.md §3.1). */
import type { Actor } from "#domain/actor"
import { type Appointment, mayBecome, type PastAppointment } from "#domain/appointment"
import { referenceOf } from "#domain/id"
import { must } from "#domain/permission"
import { birthOf, maskedIdNumber, maskedMobile, maskedName } from "#domain/person"
import { type Cell, cellsFrom, freeLanes, lanesFor, type Offer, offersOf, unitsOf } from "#domain/places"
import { fieldProblem, Problem } from "#domain/problem"
import { groupOf, type ServiceId } from "#domain/service"
import { type Station, type StationId, sessionsOn, stationOn } from "#domain/station"
import {
  addDays,
  dateOf,
  type Instant,
  instantOf,
  type LocalDate,
  type LocalTime,
  minute,
  minutesOf,
  timeAt,
} from "#domain/time"
import * as appointments from "#store/appointments"
import * as codes from "#store/codes"
import { same } from "#store/keyring"
import * as stations from "#store/stations"
import { phone as patience, write, writeOrRefuse } from "#store/table"
import type { World } from "#world"
import { mustBeOurs, short } from "./forms.ts"
import { prefixOf } from "./verifying.ts"

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
}

/** An appointment as its own person may see it, with the link that opens it. */
export type Held = PastAppointment & {
  group: Appointment["group"]
  v: number
  link: string
  ticket?: string
  current: boolean
}

/** Days on which this station can be booked now: today and the next open days of the policy's horizon. */
export function daysOf(station: Station, now: Instant): LocalDate[] {
  const days: LocalDate[] = []
  for (let date = dateOf(now), i = 0; days.length <= station.policy.horizon && i < 60; date = addDays(date, 1), i++)
    if (sessionsOn(station, date).length) days.push(date)
  return days
}

/** The free times of one day for a visit of these services. Refusals: station-unknown, service-not-here. */
export async function offers(
  world: World,
  by: Actor,
  input: { station: StationId; services: readonly ServiceId[]; date: LocalDate },
): Promise<Offer[]> {
  must(by, "catalogue.see")
  const station = stationOn(await stations.find(world, input.station), input.date)
  const group = oneGroup(input.services)
  if (!station.windows.some((it) => input.services.every((id) => it.services.includes(id))))
    throw new Problem("service-not-here")
  const now = world.now()
  if (!daysOf(station, now).includes(input.date)) return []
  const taken = await appointments.takenCells(world, input.station, input.date, group, now, { how: "soon" })
  return offersOf(station, input.date, input.services, taken, now)
}

/**
 * Books, or answers with what this key booked before, as it now stands.
 * Refusals: key-invalid, key-expired, key-reused, phone-unverified, station-unknown, place-not-offered, time-past,
 * place-taken, already-booked, too-many-bookings, busy, invalid-input (a birth in the future, services of two groups).
 */
export async function book(world: World, by: Actor, input: Booking): Promise<Held> {
  must(by, "appointment.book")
  const now = world.now()
  mustBeOurs(world, input.key)
  if (by.kind !== "resident" || world.keyring.blind("phone", input.mobile) !== by.phone)
    throw new Problem("phone-unverified")
  if (birthOf(input.idNumber) > dateOf(now)) throw fieldProblem("idNumber", "id-birth")
  const group = oneGroup(input.services)
  const person = world.keyring.blind("person", input.idNumber)
  const ref = referenceOf(world.keyring.sign("reference", `${person}|${group}|${input.key}`))

  const station = stationOn(await stations.find(world, input.station), input.date)
  const units = unitsOf(input.services, station.policy)
  const lanes = lanesFor(station, input.services, input.date)
  const op = `book:${short(world, input.key)}`
  const patient = patience()
  for (let attempt = 1; attempt <= 4; attempt++) {
    const before = await appointments.find(world, person, group)
    const made = before && appointments.asItStands(before, ref)
    if (made) return retried(world, before, made, input)
    if (appointments.active(before, now)) throw new Problem("already-booked")
    const past = appointments.nextPast(before, now)
    if (past.length >= 8) throw new Problem("too-many-bookings")
    mustBeOffered(
      station,
      input,
      lanes.some((lane) => cellsFrom(lane, input.time, units, station.policy)),
      now,
    )

    const cells = await freeCells(world, station, input, units, now)
    if (!cells) {
      // Taken, perhaps by this very form a moment ago.
      const meanwhile = await appointments.find(world, person, group)
      const mine = meanwhile && appointments.asItStands(meanwhile, ref)
      if (mine) return retried(world, meanwhile, mine, input)
      throw new Problem("place-taken")
    }
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
      bookedAt: now,
      language: input.language,
      sealed: await appointments.sealPerson(
        world,
        person,
        group,
        { name: input.name, idNumber: input.idNumber, phone: input.mobile },
        dateOf(now).slice(0, 7),
      ),
      last4: last4Of(world, ref, input.mobile.slice(-4)),
      past,
    }
    const changes = [
      appointments.personChange(by, op, now, it, before?.v ?? 0, "already-booked"),
      ...cells.map((cell) => appointments.claim(by, op, now, it, cell)),
    ]
    const outcome = await write(world, changes, patient)
    if (outcome.written) return held(world, { ...it, v: (before?.v ?? 0) + 1 }, it)
  }
  throw new Problem("place-taken")
}

function retried(world: World, current: Appointment, made: PastAppointment, input: Booking): Held {
  const asked = [input.station, input.date, input.time, ...input.services].join()
  if (asked !== [made.station, made.date, made.time, ...made.services].join()) throw new Problem("key-reused")
  return held(world, current, made)
}

function mustBeOffered(station: Station, { date, time }: Booking, onGrid: boolean, now: Instant) {
  if (instantOf(date, time) - station.policy.notice * minute < now) throw new Problem("time-past")
  if (!onGrid || !daysOf(station, now).includes(date)) throw new Problem("place-not-offered")
}

/** The cells of that time read afresh, and one of the free lanes by chance. */
async function freeCells(
  world: World,
  station: Station,
  input: Booking,
  units: number,
  now: Instant,
): Promise<Cell[] | undefined> {
  const last = timeAt(minutesOf(input.time) + (units - 1) * station.policy.unit)
  const range = { from: `${input.time.replace(":", "")}#`, to: `${last.replace(":", "")}#~` }
  const taken = await appointments.takenCells(world, station.id, input.date, oneGroup(input.services), now, range)
  const free = freeLanes(lanesFor(station, input.services, input.date), taken, input.time, units, station.policy)
  return free[world.random(1)[0]! % Math.max(free.length, 1)]
}

function oneGroup(services: readonly ServiceId[]) {
  const group = groupOf(services[0]!)
  if (services.some((id) => groupOf(id) !== group)) throw fieldProblem("services", "one-group")
  return group
}

const last4Of = (world: World, ref: string, digits: string) => world.keyring.blind("last4", `${ref}|${digits}`)

function held(world: World, current: Appointment, it: PastAppointment): Held {
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
  }
}

/** One's own details, masked, for one's own voucher: no look by anybody else, so no entry in the audit. */
export async function ownDetails(world: World, by: Actor, it: Appointment) {
  must(by, "appointment.see")
  const { name, idNumber, phone } = await appointments.openPerson(world, it)
  return { name: maskedName(name), idNumber: maskedIdNumber(idNumber), phone: maskedMobile(phone) }
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
 * By the reference and the phone's last four digits. Ten tries an hour for a reference, right or wrong, and a
 * hundred wrong ones for an address prefix. Refusals: appointment-not-found (one answer for a wrong reference and wrong digits), too-many-tries.
 */
export async function byReference(
  world: World,
  by: Actor,
  input: { ref: string; last4: string; address: string },
): Promise<Held> {
  must(by, "appointment.find")
  // Counted before the digits are looked at: a limit that lets the right ones through limits no guessing.
  await codes.count(world, by, "guess-ref", world.keyring.blind("ref", input.ref), 10, "too-many-tries")
  const it = await appointments.findByReference(world, input.ref)
  if (it && same(it.last4, last4Of(world, input.ref, input.last4))) return held(world, it, it)
  await codes.count(world, by, "guess", world.keyring.blind("address", prefixOf(input.address)), 100, "too-many-tries")
  throw new Problem("appointment-not-found")
}

/**
 * Cancels; the places reopen after a random while. Cancelled already: answered as it stands.
 * `v` is the version that was on the page. Refusals: appointment-ended, changed-meanwhile, busy.
 */
export async function cancel(world: World, by: Actor, it: Appointment, input: { v: number }): Promise<Held> {
  must(by, "appointment.cancel")
  if (by.kind !== "holder") throw new Problem("not-allowed")
  const stands = appointments.asItStands(it, by.ref)
  if (!stands) throw new Problem("appointment-not-found")
  if (stands.state === "cancelled") return held(world, it, stands)
  const now = world.now()
  if (it.ref !== by.ref || !mayBecome(it.state, "cancelled") || !appointments.active(it, now))
    throw new Problem("appointment-ended")
  if (it.v !== input.v) throw new Problem("changed-meanwhile")
  const station = stationOn(await stations.find(world, it.station), it.date)
  const [least, most] = station.policy.reopen
  const chance = Buffer.from(world.random(4)).readUInt32BE(0) / 2 ** 32
  const until = now + Math.round((least + (most - least) * chance) * minute)
  const after: Appointment = { ...it, state: "cancelled" }
  const op = `cancel:${short(world, `${it.ref}${it.v}`)}`
  const cells = Array.from({ length: it.units }, (_, i) => ({
    time: timeAt(minutesOf(it.time) + i * station.policy.unit),
    lane: it.lane,
  }))
  await writeOrRefuse(
    world,
    [
      appointments.personChange(by, op, now, after, it.v, "changed-meanwhile"),
      ...cells.map((cell) => appointments.release(by, op, now, it, cell, until)),
    ],
    patience(),
  )
  return held(world, { ...after, v: it.v + 1 }, after)
}
