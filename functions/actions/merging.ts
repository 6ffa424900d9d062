/**
 * The kiosk that does not stop when the network does: a letter of its own for the day, and afterwards its tickets put into
 * the line. A ticket and the line that holds it are one transaction; a batch that comes twice is answered as before.
 */
import type { Actor } from "#domain/actor"
import { type Appointment, timeOfVisit } from "#domain/appointment"
import type { Line, TicketNumber } from "#domain/line"
import { countOf, type Given, type KioskLetter, kioskLetters, merged, type Note, nextOf } from "#domain/offline"
import { must } from "#domain/permission"
import { Problem } from "#domain/problem"
import { groupOf, groups, type ServiceId } from "#domain/service"
import { type Station, type StationId, serviceDayOf, sessionsOn } from "#domain/station"
import { addDays, hour, type Instant, instantOf, type LocalDate, minute } from "#domain/time"
import * as appointments from "#store/appointments"
import * as devices from "#store/devices"
import * as lines from "#store/lines"
import * as stations from "#store/stations"
import { type Change, counter, write } from "#store/table"
import * as tickets from "#store/tickets"
import type { World } from "#world"
import { short } from "./forms.ts"
import { checkInOp, type Shown, shownAppointment, takeOp } from "./queueing.ts"

export type Lease = {
  letter: KioskLetter
  date: LocalDate
  /** The number it gives first. */
  next: TicketNumber
  /** The service day's end. */
  until: Instant
  now: Instant
  /** When tickets are given. */
  sessions: (readonly [from: Instant, to: Instant])[]
  services: ServiceId[]
  /** Whom it will have before its own tickets, as known now. */
  waiting: { group: (typeof groups)[number]; count: number }[]
}

/** The kiosk's letter of today, the same however often it asks. Refusals: letters-used-up, busy. */
export async function lease(world: World, by: Actor, input: { station: StationId }): Promise<Lease> {
  must(by, "device.lease", input.station)
  if (by.kind !== "kiosk") throw new Problem("not-allowed")
  const station = await stations.find(world, input.station)
  const now = world.now()
  const date = serviceDayOf(now)
  const letter = await letterOf(world, by, input.station, date)
  const line = await lines.find(world, input.station, date)
  return {
    letter,
    date,
    next: nextOf(line, letter),
    until: endOf(date),
    now,
    sessions: ticketTimes(station, date),
    services: [...new Set(station.windows.flatMap((it) => it.services))],
    waiting: groups.map((group) => ({
      group,
      count: line.waiting.filter((it) => groupOf(it.service) === group).length,
    })),
  }
}

const endOf = (date: LocalDate) => instantOf(addDays(date, 1), "04:00")

/** As takesTicketsAt, spelled out for a service day. */
const ticketTimes = (station: Station, date: LocalDate) =>
  [date, addDays(date, 1)].flatMap((on) =>
    sessionsOn(station, on)
      .map(([from, to]) => [instantOf(on, from) - hour / 2, Math.min(instantOf(on, to), endOf(date))] as const)
      .filter(([from, to]) => from < to),
  )

async function letterOf(
  world: World,
  by: Actor & { kind: "kiosk" },
  station: StationId,
  date: LocalDate,
): Promise<KioskLetter> {
  for (;;) {
    const held = await devices.lettersOf(world, station, date)
    const mine = held.find((it) => it.device === by.id)
    if (mine) return mine.letter
    const letter = kioskLetters.find((it) => !held.some((other) => other.letter === it))
    if (!letter) throw new Problem("letters-used-up")
    const claim = { station, date, letter, device: by.id }
    // Where another was first, the next free one is looked for.
    await write(world, [devices.letterChange(by, "lease", world.now(), claim)], counter())
  }
}

export type Kept = {
  op: string
  number: TicketNumber
  service: ServiceId
  priority: boolean
  /** Milliseconds since it was given. */
  elapsed: number
  /** It had been asked for here first, and the answer may have been lost. */
  tried: boolean
  spoilt: boolean
  /** Of a check-in; what cannot be read is an appointment that cannot be found. */
  shown?: Shown | "unreadable"
}

export type Outcome = {
  number: TicketNumber
  outcome: "merged" | "void" | "refused"
  note?: Note
  goesOnAs?: TicketNumber
}

/** A transaction takes 100 items: of each ticket itself, its appointment, and a number that it replaces, beside the line. */
const atOnce = 25

/**
 * Puts into the line what a kiosk gave while the network was away. Each ticket is answered alone; what comes after a gap is
 * refused until the gap is filled, from `next` on. Refusals: lease-over, station-unknown, busy.
 */
export async function merge(
  world: World,
  by: Actor,
  input: { station: StationId; date: LocalDate; tickets: readonly Kept[] },
): Promise<{ letter?: KioskLetter; next?: TicketNumber; tickets: Outcome[] }> {
  must(by, "ticket.merge", input.station)
  if (by.kind !== "kiosk") throw new Problem("not-allowed")
  const today = serviceDayOf(world.now())
  // Older days are closed, and nobody would end what is put there now.
  if (input.date > today || input.date < addDays(today, -2)) throw new Problem("lease-over")
  const station = await stations.find(world, input.station)
  const held = await devices.lettersOf(world, input.station, input.date)
  const letter = held.find((it) => it.device === by.id)?.letter
  // Nothing was given before the day began, whatever a kiosk's clock says.
  const most = world.now() - instantOf(input.date, "04:00")
  const sent = input.tickets.map((it) => ({ ...it, elapsed: Math.min(it.elapsed, most) }))
  const mine = sent.filter((it) => it.number.startsWith(letter ?? "?"))
  const outcomes = new Map<Kept, Outcome>()
  for (const it of sent)
    if (!mine.includes(it)) outcomes.set(it, { number: it.number, outcome: "refused", note: "other-letter" })
  if (!letter) return { tickets: [...outcomes.values()] }

  const ofDay = mine.some((it) => it.tried) ? await tickets.ofDay(world, input.station, input.date) : []
  const of = { station, date: input.date, letter, ofDay }
  const sorted = mine.toSorted((a, b) => countOf(a.number) - countOf(b.number))
  for (let i = 0; i < sorted.length; i += atOnce) {
    const batch = sorted.slice(i, i + atOnce)
    const done = await persistently(() => putIn(world, by, of, batch))
    for (const [n, it] of batch.entries()) outcomes.set(it, done[n]!)
  }
  const line = await lines.find(world, input.station, input.date)
  return { letter, next: nextOf(line, letter), tickets: sent.map((it) => outcomes.get(it)!) }
}

/** An appointment that was changed just now is read anew. */
async function persistently<T>(act: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++)
    try {
      return await act()
    } catch (error) {
      if (!(error instanceof Problem && error.code === "changed-meanwhile")) throw error
      if (attempt >= 5) throw new Problem("busy")
    }
}

type Of = { station: Station; date: LocalDate; letter: KioskLetter; ofDay: readonly tickets.Ticket[] }
/** A ticket with what is known of the person behind it. */
type Understood = {
  kept: Kept
  given: Given
  services: readonly ServiceId[]
  appointment?: Appointment
  unheard?: tickets.Ticket
  note?: Note
}

async function putIn(world: World, by: Actor, of: Of, batch: readonly Kept[]): Promise<Outcome[]> {
  const { station, date, letter } = of
  const at = { station: station.id, date }
  const before = await lines.find(world, station.id, date)
  const understood: Understood[] = []
  for (const kept of batch)
    if (countOf(kept.number) > (before.last[letter] ?? 0))
      understood.push(await understand(world, of, kept, understood))
    else understood.push({ kept, given: bare(kept), services: [kept.service] })

  const op = `merge:${batch[0]!.number}`
  const puts = await lines.change(world, by, op, at, counter(), (line) => {
    const now = world.now()
    const known = understood.map((it) => ({ ...it, given: still(line, it.given) }))
    const done = merged(
      line,
      letter,
      known.map((it) => it.given),
      station,
      now,
    )
    const isNew = (i: number) => done.outcomes[i]!.put === "merged" || done.outcomes[i]!.put === "void"
    const fresh = known.filter((_, i) => isNew(i))
    return {
      line: done.line,
      also: fresh.flatMap((it) => changesOf(world, by, now, at, it)),
      already: fresh.length === 0,
      answer: done.outcomes,
    }
  })
  return Promise.all(
    puts.map(async ({ number, put }, i): Promise<Outcome> => {
      if (put === "gap") return { number, outcome: "refused", note: "gap" }
      // Said from what was written, so that it is the same however often it is asked.
      const ticket = await tickets.find(world, station.id, date, number)
      if (!ticket || ticket.taken !== short(world, batch[i]!.op))
        return { number, outcome: "refused", note: "number-taken" }
      return {
        number,
        outcome: ticket.state === "void" ? "void" : "merged",
        ...(ticket.note && { note: ticket.note }),
        ...(ticket.goesOnAs && { goesOnAs: ticket.goesOnAs }),
      }
    }),
  )
}

const bare = ({ number, service, priority, elapsed, spoilt }: Kept): Given => ({
  number,
  service,
  priority,
  elapsed,
  ...(spoilt && { spoilt }),
})

/** A number that nobody was told gives up its place only while it waits; called already, it is let be. */
const still = (line: Line, { instead, ...rest }: Given): Given =>
  line.waiting.some((it) => it.number === instead) ? { ...rest, instead: instead! } : rest

async function understand(world: World, of: Of, kept: Kept, earlier: readonly Understood[]): Promise<Understood> {
  const given = bare(kept)
  const plain: Understood = { kept, given, services: [kept.service] }
  if (kept.spoilt) return plain
  const waitingBy = (op: string) => of.ofDay.find((it) => it.taken === op && it.state === "waiting")
  if (!kept.shown) {
    const unheard = waitingBy(takeOp(world, { ...kept, station: of.station.id }))
    return unheard ? { ...plain, unheard, given: { ...given, instead: unheard.number } } : plain
  }
  const it = await appointmentOf(world, of, kept.shown)
  if (typeof it === "string") return { ...plain, note: it }
  const unheard = waitingBy(checkInOp(world, it.ref, kept.op))
  // The same appointment, shown twice: one place.
  const same = earlier.find(({ appointment }) => appointment?.person === it.person && appointment.group === it.group)
  const known = same?.kept.number ?? (it.state === "checked-in" ? it.ticket : undefined)
  if (known && known !== unheard?.number) return { ...plain, note: "has-number", given: { ...given, known } }
  const booked = timeOfVisit(it)
  const early = world.now() - kept.elapsed < booked - of.station.policy.checkInEarly * minute
  return {
    kept,
    services: it.services,
    appointment: it,
    given: { ...given, service: it.services[0]!, booked, ...(unheard && { instead: unheard.number }) },
    ...(unheard && { unheard }),
    ...(early && { note: "too-early" as const }),
  }
}

/** The appointment that counts here and on that day, or why none does. */
async function appointmentOf(
  world: World,
  { station, date }: Of,
  shown: Shown | "unreadable",
): Promise<Appointment | Note> {
  if (shown === "unreadable") return "appointment-not-found"
  try {
    const it = await shownAppointment(world, shown, station.id, date)
    if (it.station !== station.id) return "wrong-station"
    if (it.date !== date) return "wrong-day"
    return it.state === "booked" || it.state === "checked-in" ? it : "appointment-ended"
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return error.code === "appointment-ended" ? error.code : "appointment-not-found"
  }
}

function changesOf(
  world: World,
  by: Actor,
  now: Instant,
  at: { station: StationId; date: LocalDate },
  { kept, given, services, appointment: it, unheard, note }: Understood,
): Change[] {
  const op = short(world, kept.op)
  const stamped = `merge:${op}`
  const nobody = given.spoilt || given.known !== undefined
  const ticket: tickets.Ticket = {
    ...at,
    number: kept.number,
    v: 0,
    state: nobody ? "void" : "waiting",
    services,
    taken: op,
    takenAt: now - kept.elapsed,
    ...(it && { appointment: { person: it.person, group: it.group, ref: it.ref } }),
    ...(note && { note }),
    ...(given.known && { goesOnAs: given.known }),
    ...(nobody && { endedAt: now }),
  }
  const changes = [tickets.ticketChange(by, stamped, now, ticket)]
  if (it)
    changes.push(
      appointments.personChange(
        by,
        stamped,
        now,
        { ...it, state: "checked-in", ticket: kept.number },
        it.v,
        "changed-meanwhile",
      ),
    )
  if (unheard && given.instead)
    changes.push(
      tickets.ticketChange(by, stamped, now, { ...unheard, state: "void", goesOnAs: kept.number, endedAt: now }),
    )
  return changes
}
