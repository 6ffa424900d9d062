/**
 * Every change of a line: step(line, operation, station) → line' or a refusal. Pure; the clock and who asked come with the
 * operation. The same operation twice is one: numbers are found in the line's ring, a window's last act in its slot.
 */
import {
  callsKept,
  type Entry,
  type Line,
  numbered,
  seatOf,
  slotOf,
  type TicketNumber,
  type Visit,
  type WindowSlot,
} from "./line.ts"
import { Problem } from "./problem.ts"
import { groupOf, type Letter, letters, type ServiceId } from "./service.ts"
import { offers, type Policy, type Station, takesTicketsAt, type WindowNo, windowOf } from "./station.ts"
import { type Instant, minute, second } from "./time.ts"
import { inOrder, serves, turn } from "./turn.ts"

export type Operation = { op: string; now: Instant } & (
  | { do: "take"; service: ServiceId; priority: boolean; phone?: boolean }
  | { do: "check-in"; service: ServiceId; priority: boolean; booked: Instant }
  | { do: "return" | "leave"; number: TicketNumber }
  | { do: "stop" | "go-on" }
  | WindowAct
)

type WindowAct = { window: WindowNo; staff: string } & (
  | { do: "sit" | "rise" | "pause" | "resume" | "call" }
  /** An officer calls this very person; the reason is kept on the ticket. */
  | { do: "call-one"; number: TicketNumber }
  | { do: "recall" | "missed" | "start" | "finish" | "park" | "unpark"; number: TicketNumber }
  /** To another window, for another service, or both; number, lane and the time a wait counts from stay. */
  | { do: "transfer"; number: TicketNumber; toWindow?: WindowNo; toService?: ServiceId }
  /** The last act with this ticket, within 30 s; `finished` is what a finished visit was, from its ticket. */
  | { do: "undo"; number: TicketNumber; finished?: Visit & { endedAt: Instant } }
)

export type Step = {
  line: Line
  /** Who was given a number, called, or otherwise moved. */
  entry?: Entry | Visit
  number?: TicketNumber
  passedOver?: readonly TicketNumber[]
  /** The operation had been done before: nothing to write. */
  already: boolean
}

export function step(line: Line, operation: Operation, station: Station): Step {
  switch (operation.do) {
    case "take":
    case "check-in":
      return joined(line, operation, station)
    case "return":
      return returned(line, operation, station)
    case "leave":
      return left(line, operation)
    case "stop":
    case "go-on": {
      const { stopped, ...rest } = line
      const wanted = operation.do === "stop"
      return { line: { ...rest, ...(wanted && { stopped: true }) }, already: wanted === (stopped === true) }
    }
    default:
      return atWindow(line, operation, station)
  }
}

// Joining, coming back, going away

function joined(line: Line, operation: Operation & { do: "take" | "check-in" }, station: Station): Step {
  const before = line.given.find((it) => it.op === operation.op)
  if (before) return { line, number: before.number, already: true }
  if (!offers(station, operation.service)) throw new Problem("service-not-here")
  if (!takesTicketsAt(station, operation.now)) throw new Problem("station-closed")
  // Whoever booked is still received.
  if (line.stopped && operation.do === "take") throw new Problem("tickets-stopped")

  const letter: Letter = operation.do === "take" ? letters[groupOf(operation.service)] : "Y"
  const count = (line.last[letter] ?? 0) + 1
  // Clocks of two instances differ by up to a second: nobody stands before the number given before theirs.
  const earlier = line.waiting.findLast((it) => it.number.startsWith(letter) && it.lane === "G" && !it.behind)
  const since = Math.max(operation.now, Math.min(earlier?.eff ?? 0, operation.now + 2 * second))
  const place = operation.do === "take" ? { lane: "G" as const, eff: since } : arrival(operation, station)
  const entry: Entry = {
    number: numbered(letter, count),
    lane: operation.priority ? "P" : place.lane,
    service: operation.service,
    eff: place.eff,
    phone: operation.do === "check-in" || operation.phone === true,
  }
  return {
    line: {
      ...line,
      last: { ...line.last, [letter]: count },
      waiting: [...line.waiting, entry],
      given: remembered(line, operation.op, entry.number),
    },
    entry,
    number: entry.number,
    already: false,
  }
}

/** How many of the last operations that gave or called a number a line remembers. */
export const givenKept = 16

const remembered = (line: Line, op: string, number: TicketNumber): Line["given"] =>
  [...line.given, { op, number }].slice(-givenKept)

/** Where an appointment that checks in now stands: on time in A from its booked time, late in G with a credit, later still as a walk-in. */
export function arrival(
  { now, booked }: { now: Instant; booked: Instant },
  { policy }: { policy: Policy },
): Pick<Entry, "lane" | "eff"> {
  const early = booked - policy.checkInEarly * minute
  if (now < early) throw new Problem("too-early", { from: early })
  if (now <= booked + policy.onTime * minute) return { lane: "A", eff: booked }
  if (now <= booked + policy.late * minute) return { lane: "G", eff: now - policy.lateCredit * minute }
  return { lane: "G", eff: now }
}

/** Back after a missed call or a parking: behind the next three, or behind all if fewer wait. */
function returned(line: Line, { number, now }: { number: TicketNumber; now: Instant }, station: Station): Step {
  const waits = line.waiting.find((it) => it.number === number)
  if (waits) return { line, entry: waits, number, already: true }
  const missed = line.missed.find((it) => it.number === number)
  const away = missed ?? line.parked.find((it) => it.number === number)
  if (!away) throw new Problem("ticket-not-found")
  if (missed && now - missed.missedAt > station.policy.returnWithin * minute) throw new Problem("return-too-late")

  const entry = entryOf(away)
  // The next of each window that serves them: else they would be first at one whose own people were not among three of the hall.
  const next = station.windows
    .filter((it) => serves(it, entry))
    .flatMap((window) => inOrder(line.waiting.filter((it) => serves(window, it))).slice(0, station.policy.returnBehind))
  const back: Entry = { ...entry, behind: [...new Set(next.map((it) => it.number))] }
  return { line: { ...without(line, number), waiting: [...line.waiting, back] }, entry: back, number, already: false }
}

function left(line: Line, { number }: { number: TicketNumber }): Step {
  if (line.windows.some((slot) => slot.visit?.number === number)) throw new Problem("window-busy", { number })
  const entry = [...line.waiting, ...line.missed, ...line.parked].find((it) => it.number === number)
  if (!entry) throw new Problem("ticket-not-found")
  return { line: without(line, number), entry: entryOf(entry), number, already: false }
}

const entryOf = ({ number, lane, service, eff, phone, only }: Entry): Entry => ({
  number,
  lane,
  service,
  eff,
  phone,
  ...(only !== undefined && { only }),
})

const without = (line: Line, number: TicketNumber): Line => ({
  ...line,
  waiting: line.waiting.filter((it) => it.number !== number),
  missed: line.missed.filter((it) => it.number !== number),
  parked: line.parked.filter((it) => it.number !== number),
})

// At a window

type At<D = WindowAct["do"]> = { op: string; now: Instant } & WindowAct & { do: D }

function atWindow(line: Line, operation: At, station: Station): Step {
  const window = windowOf(station, operation.window)
  if (!window) throw new Problem("window-unknown")
  const slot = slotOf(line, operation.window)
  if (slot.op === operation.op)
    return { line, ...(slot.visit && { entry: slot.visit, number: slot.visit.number }), already: true }
  // A call names no ticket that it saw: one that comes a second time, late, must not call the next person.
  const heardBefore = operation.do === "call" && line.given.find((it) => it.op === operation.op)
  if (heardBefore) return { line, number: heardBefore.number, already: true }
  if (operation.do === "sit") return sat(line, slot, operation)
  if (slot.staff !== operation.staff) throw new Problem("window-not-open")
  switch (operation.do) {
    case "rise":
      return risen(line, slot, operation.op)
    case "pause":
    case "resume":
      return moved(line, { ...unpaused(slot), ...(operation.do === "pause" && { paused: true }), op: operation.op })
    case "call":
    case "call-one":
    case "unpark":
      if (slot.visit) throw new Problem("window-busy", { number: slot.visit.number })
      if (operation.do === "call") return called(line, slot, operation, station, window.services)
      return fetched(line, slot, operation as At<"call-one" | "unpark">, station)
    case "undo":
      return undone(line, slot, operation as At<"undo">)
    default:
      return served(
        line,
        slot,
        operation as At<"recall" | "missed" | "start" | "finish" | "park" | "transfer">,
        station,
      )
  }
}

/** One person sits at one window; moving over is allowed while nobody is being served. */
function sat(line: Line, slot: WindowSlot, { op, staff }: { op: string; staff: string }): Step {
  if (slot.staff === staff) return { line, already: true }
  if (slot.staff) throw new Problem("window-taken")
  const seat = seatOf(line, staff)
  if (seat?.visit) throw new Problem("window-busy", { number: seat.visit.number })
  const freed = seat ? put(line, empty(seat)) : line
  return moved(freed, { ...slot, staff, op })
}

/** Whoever was at the window goes back to where they stood: before all who came in the same second, as they were called before them. */
function risen(line: Line, slot: WindowSlot, op: string): Step {
  const waiting = slot.visit ? [entryOf(slot.visit), ...line.waiting] : line.waiting
  return moved({ ...line, waiting }, { ...cleared(empty(slot)), op })
}

function called(line: Line, slot: WindowSlot, { now, op }: At, station: Station, services: readonly ServiceId[]): Step {
  if (slot.paused) throw new Problem("window-paused")
  const next = turn(line.waiting, { no: slot.no, services, owed: slot.owed }, station.policy, now)
  if (!next) throw new Problem("nobody-waiting")
  const visit = visitOf(next.entry, next.rule, now)
  const after = without(line, visit.number)
  return {
    ...moved(
      heard({ ...after, given: remembered(after, op, visit.number) }, slot, visit),
      { ...slot, owed: next.owed, lastCallAt: now, op, visit },
      visit,
    ),
    passedOver: next.passedOver,
  }
}

const visitOf = (entry: Entry, rule: Visit["rule"], now: Instant): Visit => ({
  ...entryOf(entry),
  state: "called",
  rule,
  calledAt: now,
  lastCallAt: now,
  calls: 1,
})

/** One particular person: by an officer's word, or back from parking. The bit of the alternation stays as it is. */
function fetched(
  line: Line,
  slot: WindowSlot,
  { do: what, number, now, op }: At<"call-one" | "unpark">,
  { policy }: Station,
): Step {
  const parked = line.parked.find((it) => it.number === number)
  if (what === "unpark" && parked && now - parked.parkedAt > policy.parkFor * minute) throw new Problem("park-too-long")
  const entry =
    what === "unpark" ? parked : [...line.waiting, ...line.missed, ...line.parked].find((it) => it.number === number)
  if (!entry) throw new Problem("ticket-not-found")
  const visit = visitOf(entry, what === "unpark" ? "unparked" : "override", now)
  return moved(heard(without(line, number), slot, visit), { ...slot, lastCallAt: now, op, visit }, visit)
}

function served(
  line: Line,
  slot: WindowSlot,
  operation: At<"recall" | "missed" | "start" | "finish" | "park" | "transfer">,
  station: Station,
): Step {
  const { now, op } = operation
  const { policy } = station
  const visit = slot.visit
  if (!visit) throw new Problem("window-empty")
  if (operation.number !== visit.number) throw new Problem("ticket-changed", { number: visit.number })
  const gone = { ...cleared(slot), op }
  switch (operation.do) {
    case "finish":
      if (visit.state !== "serving") throw new Problem("not-serving")
      return moved(line, gone, visit)
    case "park":
      return moved({ ...line, parked: [...line.parked, { ...entryOf(visit), parkedAt: now }] }, gone, visit)
    case "transfer": {
      const entry = transferred(visit, operation as At<"transfer">, station)
      return { ...moved({ ...line, waiting: [entry, ...line.waiting] }, gone), entry, number: entry.number }
    }
  }
  if (visit.state !== "called") throw new Problem("not-called")
  switch (operation.do) {
    case "start": {
      const serving: Visit = { ...visit, state: "serving", startedAt: now }
      return moved(line, { ...slot, op, visit: serving }, serving)
    }
    case "recall": {
      if (visit.calls > policy.recalls) throw new Problem("recall-used-up")
      const wait = visit.lastCallAt + policy.recallGap * second - now
      if (wait > 0) throw new Problem("recall-too-soon", { seconds: Math.ceil(wait / second) })
      const again: Visit = { ...visit, calls: visit.calls + 1, lastCallAt: now }
      return moved(heard(line, slot, again), { ...slot, op, visit: again }, again)
    }
    case "missed": {
      const returnable = line.missed.filter((it) => now - it.missedAt <= policy.returnWithin * minute)
      return moved({ ...line, missed: [...returnable, { ...entryOf(visit), missedAt: now }] }, gone, visit)
    }
  }
}

function transferred(visit: Visit, { toWindow, toService }: At<"transfer">, station: Station): Entry {
  const service = toService ?? visit.service
  const target = toWindow === undefined ? undefined : windowOf(station, toWindow)
  if (toWindow !== undefined && !target) throw new Problem("window-unknown")
  if (target ? !target.services.includes(service) : !offers(station, service)) throw new Problem("service-not-here")
  const { only: _, ...entry } = entryOf(visit)
  return { ...entry, service, ...(target && { only: target.no }) }
}

const undoable = 30 * second

/** Takes back the window's last act with this ticket: a call, a start, a missed, a finish. */
function undone(line: Line, slot: WindowSlot, { number, now, op, finished }: At<"undo">): Step {
  const fresh = (at: Instant) => {
    if (now - at > undoable) throw new Problem("undo-too-late")
  }
  const visit = slot.visit
  if (visit && visit.number !== number) throw new Problem("ticket-changed", { number: visit.number })
  if (visit?.state === "serving") {
    fresh(visit.startedAt ?? 0)
    const { startedAt: _, ...before } = visit
    const waiting: Visit = { ...before, state: "called" }
    return moved(line, { ...slot, op, visit: waiting }, waiting)
  }
  if (visit) {
    if (visit.calls > 1) throw new Problem("undo-too-late")
    fresh(visit.calledAt)
    const entry: Entry = { ...entryOf(visit), ...(visit.rule === "returned" && { behind: [] }) }
    const unheard = { ...line, calls: line.calls.filter((it) => it.number !== number) }
    const back =
      visit.rule === "unparked"
        ? { ...unheard, parked: [...line.parked, { ...entry, parkedAt: visit.calledAt }] }
        : { ...unheard, waiting: [entry, ...line.waiting] }
    return { ...moved(back, { ...cleared(slot), owed: visit.rule === "over-waiting", op }), entry, number }
  }
  const missed = line.missed.find((it) => it.number === number)
  const call = line.calls.find((it) => it.number === number && it.window === slot.no)
  if (missed && call) {
    fresh(missed.missedAt)
    const again: Visit = { ...visitOf(missed, "walk-in", call.at), rule: "unparked", calls: call.times }
    return moved(without(line, number), { ...slot, op, visit: again }, again)
  }
  if (!finished) throw new Problem("nothing-to-undo")
  fresh(finished.endedAt)
  const { endedAt: _, ...serving } = finished
  return moved(line, { ...slot, op, visit: serving }, serving)
}

const heard = (line: Line, { no }: WindowSlot, { number, lastCallAt, calls }: Visit): Line => ({
  ...line,
  calls: [{ number, window: no, at: lastCallAt, times: calls }, ...line.calls].slice(0, callsKept),
})

const empty = ({ staff: _, paused: __, ...slot }: WindowSlot): WindowSlot => slot
const unpaused = ({ paused: _, ...slot }: WindowSlot): WindowSlot => slot
const cleared = ({ visit: _, ...slot }: WindowSlot): WindowSlot => slot

const put = (line: Line, slot: WindowSlot): Line => ({
  ...line,
  windows: [...line.windows.filter((it) => it.no !== slot.no), slot].toSorted((a, b) => a.no - b.no),
})

const moved = (line: Line, slot: WindowSlot, visit?: Visit): Step => ({
  line: put(line, slot),
  ...(visit && { entry: visit, number: visit.number }),
  already: false,
})
