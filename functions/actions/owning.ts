/**
 * One's own data (个人信息保护法 44–50): whoever shows a phone and names an ID number sees, takes along, corrects and deletes what lies
 * under both, and what is the phone's alone. What lies under the number of another phone is answered as what is not there. Every look
 * is recorded before it is answered.
 */
import type { Actor } from "#domain/actor"
import { type Appointment, mayChange, type PastAppointment } from "#domain/appointment"
import { must } from "#domain/permission"
import { fieldProblem, Problem } from "#domain/problem"
import { kept, keptUntil } from "#domain/retention"
import { counts, type Missed, pausedUntil } from "#domain/standing"
import { addDays, dateOf, day, type Instant, type LocalDate, monthOf } from "#domain/time"
import type { EarlierWindow } from "#domain/waiting"
import * as appointments from "#store/appointments"
import * as audits from "#store/audits"
import * as consents from "#store/consents"
import * as groups from "#store/groupBookings"
import { same } from "#store/keyring"
import * as keys from "#store/keys"
import * as limits from "#store/limits"
import * as remotes from "#store/remotes"
import * as standings from "#store/standings"
import * as stations from "#store/stations"
import { type Change, phone as patience, write, writeOrRefuse } from "#store/table"
import * as tickets from "#store/tickets"
import type { World } from "#world"
import { bookedWith, cancelled, type Held, held, last4Of, type Resident } from "./booking.ts"
import { short } from "./forms.ts"
import { linkTo, stillWaits } from "./joining.ts"
import { mustHold } from "./rebooking.ts"

/** `person` is the blind index of the ID number that was named, `mobile` the number that the code verified. */
export type Named = { person: string; mobile: string; request: string }

export const personOf = (world: World, idNumber: string): string => world.keyring.blind("person", idNumber)

type Stands = Pick<PastAppointment, "ref" | "state" | "station" | "date" | "time" | "services" | "bookedAt">

/** Everything that is held under a phone and an ID number. Values are as they were given. */
export type Owned = {
  appointments: readonly (Stands & {
    group: Appointment["group"]
    link: string
    /** Nothing settles it yet: it must end before it can be deleted. */
    open: boolean
    person: appointments.Sealed
    notice?: string
    wish?: EarlierWindow
    /** Earlier ones, whose form may still be sent again. */
    earlier: readonly Stands[]
    until: LocalDate
  })[]
  standing: {
    /** First day on which they may book online again. */
    paused?: LocalDate
    missed: readonly {
      ref: string
      station: string
      date: LocalDate
      counts: boolean
      appeal?: string
      excused?: boolean
      reason?: string
      until: LocalDate
    }[]
  }
  consents: readonly {
    consent: string
    purpose: consents.Purpose
    version: string
    ref: string
    at: Instant
    withdrawn?: Instant
    until: LocalDate
  }[]
  tickets: readonly {
    station: string
    date: LocalDate
    number: string
    waiting: boolean
    link: string
    until: LocalDate
  }[]
  lists: readonly { people: number; at: Instant; until: Instant; rows: readonly groups.Row[] }[]
}

type Mine = { it: Appointment; details: appointments.Sealed }
type Found = {
  phone: string
  /**
   * Phone and number belong together: a booking of this phone, or a consent that it gave. Without it nothing is known here of what
   * lies under the number.
   */
  proved: boolean
  mine: readonly Mine[]
  standing: standings.Stored
  given: readonly consents.Consent[]
  taken: readonly { ticket: tickets.Ticket; waits: boolean }[]
  lists: readonly groups.Kept[]
}

/** Everything, as it was given. Refusals: phone-unverified, nothing-found, too-many-tries. */
export const see = async (world: World, by: Actor, input: Named): Promise<Owned> =>
  ownedIn(world, input, await lookedUp(world, by, "own.see", input))

/** The same to take along. Refusals: phone-unverified, nothing-found, too-many-tries. */
export const exported = async (world: World, by: Actor, input: Named): Promise<Owned> =>
  ownedIn(world, input, await lookedUp(world, by, "own.export", input))

export type Removed = { at: Instant; standing: readonly { date: LocalDate; until: LocalDate }[]; consents: number }

/**
 * Deletes all of it, and with the secrets every copy of what was sealed; sent again it is answered alike. What must stay stays by
 * blind index alone: absences that count, consents. Repeated after it was killed midway, it finishes: what proves whose it is goes
 * last. One that is refused because this person booked anew while it ran may have taken the phone's ended tickets and its lists.
 * Refusals: phone-unverified, nothing-found, too-many-tries, still-booked (with the link), still-waiting (with the ticket's),
 * changed-meanwhile, busy.
 */
export async function remove(world: World, by: Actor, input: Named & { op: string }): Promise<Removed> {
  const { phone } = mustShow(world, by, "own.delete", input)
  const { person } = input
  const op = `own-delete:${short(world, `${phone}|${person}|${input.op}`)}`
  const done = (await appointments.ofPerson(world, person)).find(({ gone }) => gone?.op === op)?.gone
  if (done) return removed(world, phone, person, op, done.at)
  let found = await lookedUp(world, by, "own.delete", input)
  for (let attempt = 1; ; attempt++) {
    const before = standsBefore(await ownedIn(world, input, found))
    if (before) throw before
    const now = world.now()
    try {
      await ticketsEmptied(world, by, op, found)
      await listsEmptied(world, by, op, found)
      const changes = await coreEmptied(world, by, op, now, person, found)
      if (changes.length) await writeOrRefuse(world, changes, patience())
      return found.proved ? removed(world, phone, person, op, now) : { at: now, standing: [], consents: 0 }
    } catch (error) {
      if (!(error instanceof Problem && error.code === "changed-meanwhile") || attempt === 3) throw error
    }
    found = await underBoth(world, phone, person)
  }
}

type Doing = "own.see" | "own.export" | "own.delete"

function mustShow(world: World, by: Actor, what: Doing, { mobile }: Named): Resident {
  must(by, what)
  if (by.kind !== "resident" || world.keyring.blind("phone", mobile) !== by.phone) throw new Problem("phone-unverified")
  return by
}

/**
 * One answer and the same reads, whatever is not there. Every look is counted before it, one's own as well: counted after it, all that
 * come at once would be answered.
 */
async function lookedUp(world: World, by: Actor, what: Doing, input: Named): Promise<Found> {
  const { phone } = mustShow(world, by, what, input)
  // A person's limit holds other phones than their own alone, or ten strangers could shut them out.
  const unlessKnown = async (error: unknown) => {
    if (!(await isKnownHere(world, phone, input))) throw error
  }
  await Promise.all([
    limits.mayStill(world, ["own-phone", phone]),
    limits.mayStill(world, ["own-person", input.person]).catch(unlessKnown),
  ])
  await limits.count(world, by, "own-phone", phone)
  await limits.count(world, by, "own-person", input.person).catch(unlessKnown)
  await audits.opening(world, by, what, "own", `bookings/person#${input.person}`, input.request)
  const found = await underBoth(world, phone, input.person)
  if (found.proved || found.taken.length || found.lists.length) return found
  throw new Problem("nothing-found")
}

/** The phone that this person has booked with, or that gave a consent for them. */
const isKnownHere = async (world: World, phone: string, { person, mobile }: Named): Promise<boolean> =>
  (await bookedWith(world, person, mobile)) || (await consents.of(world, person)).some((it) => it.phone === phone)

async function underBoth(world: World, phone: string, person: string): Promise<Found> {
  const [items, standing, given, took, lists] = await Promise.all([
    appointments.ofPerson(world, person),
    standings.find(world, person),
    consents.of(world, person),
    remotes.of(world, phone),
    groups.sentBy(world, phone),
  ])
  const held = items.filter(({ gone }) => !gone)
  // Whoever is not known here costs the question for a secret too.
  if (!held.length) await appointments.secretOf(world, "-")
  const opened = await appointments.openPeople(world, held)
  const mine = held.flatMap((it, i) => {
    const details = opened[i]
    return details && world.keyring.blind("phone", details.phone) === phone ? [{ it, details }] : []
  })
  const refs = new Set(mine.map(({ it }) => it.ref))
  const theirs = given.filter((it) => it.phone === phone || refs.has(it.ref))
  const proved = mine.length > 0 || theirs.length > 0
  return {
    phone,
    proved,
    mine,
    standing: proved ? standing : { v: standing.v, missed: [] },
    given: theirs,
    taken: (await Promise.all(took.map((it) => ticketsOf(world, it)))).flat(),
    lists,
  }
}

async function ticketsOf(world: World, it: remotes.Remote) {
  const all = [{ station: it.station, number: it.number }, ...(it.earlier ?? [])]
  const found = await Promise.all(all.map(({ station, number }) => tickets.find(world, station, it.date, number)))
  const waits = await stillWaits(world, it, world.now())
  return found.flatMap((ticket, i) => (ticket?.phone?.index === it.phone ? [{ ticket, waits: waits && i === 0 }] : []))
}

async function ownedIn(world: World, { person }: Named, found: Found): Promise<Owned> {
  const { phone, mine, standing, given, taken, lists } = found
  const station = (mine[0]?.it ?? standing.missed[0])?.station
  const policy = station === undefined ? undefined : (await stations.find(world, station)).policy
  const paused = policy && pausedUntil(standing, policy, dateOf(world.now()))
  return {
    appointments: mine.map(({ it, details }) => {
      const { link, wish } = held(world, it, it)
      return {
        ...standsIn(it),
        group: it.group,
        link,
        open: isOpen(it),
        person: details,
        ...(it.notice && { notice: it.notice }),
        ...(wish && { wish }),
        earlier: it.past.map(standsIn),
        until: keptUntil(it.date, "appointment"),
      }
    }),
    standing: {
      ...(paused && { paused }),
      missed: await Promise.all(
        standing.missed.map(async (it) => {
          const said = it.appeal && (await standings.openAppeal(world, person, it.appeal))
          const own = said && world.keyring.blind("phone", said.phone) === phone
          return {
            ref: it.ref,
            station: it.station,
            date: it.date,
            counts: counts(it),
            ...(own && { appeal: said.text }),
            ...(it.answer && { excused: it.answer.excused }),
            ...(own && it.answer && { reason: it.answer.reason }),
            until: missedUntil(it.date),
          }
        }),
      ),
    },
    consents: given.map(({ person, purpose, version, ref, at, withdrawn, until }) => ({
      consent: world.keyring.seal("consent", [person, purpose, version, ref]),
      purpose,
      version,
      ref,
      at,
      ...(withdrawn !== undefined && { withdrawn }),
      until: dateOf(until),
    })),
    tickets: taken.map(({ ticket, waits }) => ({
      station: ticket.station,
      date: ticket.date,
      number: ticket.number,
      waiting: waits,
      link: linkTo(world, ticket),
      until: keptUntil(ticket.date, "ticket"),
    })),
    lists: await Promise.all(
      lists.map(async (it) => ({
        people: it.size,
        at: it.at,
        until: it.until,
        rows: await groups.openRows(world, it),
      })),
    ),
  }
}

const standsIn = ({ ref, state, station, date, time, services, bookedAt }: Stands): Stands => ({
  ref,
  state,
  station,
  date,
  time,
  services,
  bookedAt,
})

/** The first day on which an absence is not kept any more. */
const missedUntil = (date: LocalDate): LocalDate => addDays(date, kept.standing / day)

/** A booked day that has passed is settled in the night: nobody deletes an absence before it is one. */
const isOpen = ({ state }: Pick<Appointment, "state">) => state === "booked" || state === "checked-in"

/** What must end before all of it can be deleted: still-booked or still-waiting, with the link to it. */
export function standsBefore({ appointments, tickets }: Pick<Owned, "appointments" | "tickets">): Problem | undefined {
  const booked = appointments.find(({ open }) => open)
  if (booked) return new Problem("still-booked", { link: booked.link })
  const waiting = tickets.find((it) => it.waiting)
  return waiting && new Problem("still-waiting", { link: waiting.link })
}

/** Tickets are found by the phone alone: one that was emptied is not found again. */
async function ticketsEmptied(world: World, by: Actor, op: string, { taken }: Found): Promise<void> {
  for (const { ticket } of taken) {
    const { phone: _, ...rest } = ticket
    await writeOrRefuse(world, [tickets.ticketChange(by, op, world.now(), rest)], patience())
  }
}

/** The lists that this phone sent, whole; and this person's row of the list that booked them, whoever sent it. */
async function listsEmptied(world: World, by: Actor, op: string, { mine, lists }: Found): Promise<void> {
  const now = world.now()
  for (const it of lists) {
    const empty = { ...it, form: "", size: 0, sealed: new Uint8Array(), gone: now }
    await writeOrRefuse(world, [groups.resealedChange(by, op, now, empty)], patience())
  }
  for (const { it, details } of mine) {
    const list = it.list === undefined ? undefined : await groups.find(world, it.list)
    if (!list) continue
    const rows = (await groups.openRows(world, list)).filter(({ idNumber }) => idNumber !== details.idNumber)
    if (rows.length === list.size) continue
    const sealed = await groups.sealRows(world, list.id, rows, monthOf(now))
    const fewer = { ...list, size: rows.length, sealed }
    await writeOrRefuse(world, [groups.resealedChange(by, op, now, fewer)], patience())
  }
}

/** In one transaction, so that there is no moment at which half of it can be seen. */
async function coreEmptied(
  world: World,
  by: Actor,
  op: string,
  now: Instant,
  person: string,
  { mine, standing }: Found,
): Promise<Change[]> {
  const own = new Set(mine.map(({ it }) => it.group))
  const missed = standing.missed.filter(({ group }) => own.has(group))
  const refs = [
    ...mine.flatMap(({ it }) => [it.ref, ...(it.refs ?? []), ...it.past.map(({ ref }) => ref)]),
    ...missed.flatMap(refsOf),
  ]
  const owners = await appointments.ownersOf(world, [...new Set(refs)])
  return [
    ...mine.map(({ it }) => appointments.emptiedChange(by, op, now, it)),
    ...owners
      .filter((it) => it.person === person && it.secret)
      .map((it) => appointments.shred(by, op, now, it.ref, it)),
    ...(missed.length ? [standings.standingChange(by, op, now, person, bare(standing, own))] : []),
  ]
}

const refsOf = ({ ref, appeal }: Missed) => [ref, ...(appeal?.under ? [appeal.under] : [])]

/** Absences that count, without a word of anybody; those that were excused are gone. */
const bare = ({ v, missed }: standings.Stored, own: ReadonlySet<Appointment["group"]>): standings.Stored => ({
  v,
  missed: missed.flatMap((it) => {
    if (!own.has(it.group)) return [it]
    if (!counts(it)) return []
    const { appeal: _, answer, ...rest } = it
    return [{ ...rest, ...(answer && { answer: { ...answer, reason: "" } }) }]
  }),
})

/** What stays, for a phone that has proved that the number is its own: its consents, and those for what this operation took. */
async function removed(world: World, phone: string, person: string, op: string, at: Instant): Promise<Removed> {
  const [{ missed }, given] = await Promise.all([standings.find(world, person), consents.of(world, person)])
  const items = await appointments.referencesOf(
    world,
    given.map(({ ref }) => ref),
  )
  const taken = new Set(items.flatMap((it) => (it.op === op ? [it.pk] : [])))
  return {
    at,
    standing: missed.filter(counts).map(({ date }) => ({ date, until: missedUntil(date) })),
    consents: given.filter((it) => it.phone === phone || taken.has(keys.reference(it.ref).pk)).length,
  }
}

export type Withdrawn = {
  at: Instant
  /** What became of the booking that was made under it. */
  booking: "cancelled" | "at-window" | "over"
}

/**
 * Takes a consent back, and with it the booking that stands on it, in one transaction; whoever is checked in is left to the window.
 * Sent again it is answered alike. Refusals: phone-unverified, nothing-found (another's too), too-many-tries, changed-meanwhile, busy.
 */
export async function withdraw(world: World, by: Actor, input: { consent: string }): Promise<Withdrawn> {
  must(by, "consent.withdraw")
  if (by.kind !== "resident") throw new Problem("phone-unverified")
  await limits.mayStill(world, ["own-phone", by.phone])
  const opened = world.keyring.open("consent", input.consent)
  if (!Array.isArray(opened)) throw await notTheirs(world, by)
  const [person, purpose, version, ref] = opened as [string, string, string, string]
  const op = `withdraw:${short(world, `${person}${ref}${version}`)}`
  for (let attempt = 1; attempt <= 3; attempt++) {
    const now = world.now()
    const all = await consents.of(world, person)
    const it = all.find((one) => one.purpose === purpose && one.version === version && one.ref === ref)
    const current = it && (await appointments.find(world, person, it.group))
    const booking = current?.ref === ref ? current : undefined
    if (!it || !(await isTheirs(world, by, it, booking))) throw await notTheirs(world, by, person)
    const late = booking && (await stations.find(world, booking.station)).policy.late
    const ends = booking && late !== undefined && mayChange(booking, late, now)
    const changes = [
      ...(it.withdrawn === undefined ? [consents.withdrawnChange(by, op, now, it)] : []),
      ...(ends ? await cancelled(world, by, op, booking, now) : []),
    ]
    const became = ends ? "cancelled" : becameOf(booking)
    if (!changes.length) return { at: it.withdrawn!, booking: became }
    if ((await write(world, changes, patience())).written) return { at: it.withdrawn ?? now, booking: became }
  }
  throw new Problem("changed-meanwhile")
}

/** One answer for what is not there and what is another's, counted alike. */
async function notTheirs(world: World, by: Resident, person?: string): Promise<Problem> {
  await limits.count(world, by, "own-phone", by.phone)
  if (person !== undefined) await limits.count(world, by, "own-person", person)
  return new Problem("nothing-found")
}

/** The phone that gave it, or the one that the booking has now. */
async function isTheirs(world: World, { phone }: Resident, it: consents.Consent, booking: Appointment | undefined) {
  if (it.phone === phone) return true
  const details = booking && (await appointments.openPerson(world, booking))
  return details !== undefined && world.keyring.blind("phone", details.phone) === phone
}

function becameOf(booking: Appointment | undefined): Withdrawn["booking"] {
  if (booking?.state === "checked-in") return "at-window"
  return booking?.state === "cancelled" ? "cancelled" : "over"
}

export type Correction = {
  op: string
  v: number
  name?: string | undefined
  mobile?: string | undefined
  /** Of whoever booked for them, where somebody did. */
  guardianName?: string | undefined
  /** The end of the person's ID number, which a new phone needs. */
  idLast4?: string | undefined
}

const formersKept = 3

/** The phone that must show a code before this correction: the booking's own, or the one that it is to have. Refusal: details-deleted. */
export async function phoneToShow(
  world: World,
  by: Actor,
  it: Appointment,
  { mobile }: Pick<Correction, "mobile">,
): Promise<string> {
  must(by, "appointment.correct")
  mustHold(by, it)
  const details = await appointments.openPerson(world, it)
  if (!details) throw new Problem("details-deleted")
  return mobile ?? details.phone
}

/**
 * Corrects a booking's names, or its phone; `verified` is the phone that has shown a code. A link is not enough, since a reference and
 * four digits open it: names are corrected by the booking's own phone; another phone is put in by itself and the end of the person's
 * ID number, counted like every guess, and the phone that was there is told. Another ID number is another person: cancelled and
 * booked anew. The same operation again: answered as it stands. Refusals: appointment-ended (also once checked in), changed-meanwhile,
 * phone-unverified, invalid-input (another end of the ID number), too-many-tries, details-deleted, busy.
 */
export async function correct(
  world: World,
  by: Actor,
  it: Appointment,
  input: Correction,
  verified: string | undefined,
): Promise<Held> {
  must(by, "appointment.correct")
  mustHold(by, it)
  const op = short(world, input.op)
  if (it.corrected?.op === op) return held(world, it, it)
  const now = world.now()
  const { policy } = await stations.find(world, it.station)
  if (!mayChange(it, policy.late, now)) throw new Problem("appointment-ended")
  if (it.v !== input.v) throw new Problem("changed-meanwhile")
  const [details, secret] = await Promise.all([
    appointments.openPerson(world, it),
    appointments.secretOf(world, it.ref),
  ])
  if (!details || !secret) throw new Problem("details-deleted")
  const { name = details.name, mobile = details.phone, idLast4 = "" } = input
  const guardian = details.guardian && { ...details.guardian, name: input.guardianName ?? details.guardian.name }
  const moves = mobile !== details.phone
  if (mobile !== verified) throw new Problem("phone-unverified")
  if (moves) await mustKnowTheNumber(world, by, it, mobile, same(idLast4, details.idNumber.slice(-4)))
  if (!moves && name === details.name && guardian?.name === details.guardian?.name) return held(world, it, it)
  const month = monthOf(now)
  const corrected = { ...details, name, phone: mobile, ...(guardian && { guardian }) }
  const sealed = await appointments.sealPerson(world, it.person, it.group, corrected, month, secret)
  const former = moves && { op, sealed: await appointments.sealFormer(world, it, details.phone, month, secret) }
  const formers = [...(former ? [former] : []), ...(it.corrected?.formers ?? [])].slice(0, formersKept)
  const after: Appointment = {
    ...it,
    sealed,
    last4: last4Of(world, it.ref, mobile.slice(-4)),
    corrected: { op, formers },
  }
  const change = appointments.personChange(by, `correct:${op}`, now, after, it.v, "changed-meanwhile")
  await writeOrRefuse(world, [change], patience())
  return held(world, { ...after, v: it.v + 1 }, after)
}

/** Counted before it is judged: a limit that lets the right ones through limits no guessing. */
async function mustKnowTheNumber(world: World, by: Actor, { person }: Appointment, mobile: string, knows: boolean) {
  const phone = world.keyring.blind("phone", mobile)
  await limits.mayStill(world, ["own-phone", phone], ["own-person", person])
  await limits.count(world, by, "own-phone", phone)
  await limits.count(world, by, "own-person", person)
  if (!knows) throw fieldProblem("idLast4", "id-last4")
}
