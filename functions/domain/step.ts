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
import { offers, type Station, takesTicketsAt, type WindowNo, windowOf } from "./station.ts"
import { type Instant, minute, second } from "./time.ts"
import { inOrder, turn } from "./turn.ts"

export type Operation = { op: string; now: Instant } & (
  | { do: "take"; service: ServiceId; priority: boolean }
  | { do: "check-in"; service: ServiceId; priority: boolean; booked: Instant }
  | { do: "sit" | "rise"; window: WindowNo; staff: string }
  | { do: "call"; window: WindowNo; staff: string }
  | { do: "recall" | "missed" | "start" | "finish"; window: WindowNo; staff: string; number: TicketNumber }
  | { do: "return"; number: TicketNumber }
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
    default:
      return atWindow(line, operation, station)
  }
}

function joined(line: Line, operation: Operation & { do: "take" | "check-in" }, station: Station): Step {
  const before = line.given.find((it) => it.op === operation.op)
  if (before) return { line, number: before.number, already: true }
  if (!offers(station, operation.service)) throw new Problem("service-not-here")
  if (!takesTicketsAt(station, operation.now)) throw new Problem("station-closed")

  const letter: Letter = operation.do === "take" ? letters[groupOf(operation.service)] : "Y"
  const count = (line.last[letter] ?? 0) + 1
  const place = operation.do === "take" ? { lane: "G" as const, eff: operation.now } : arrival(operation, station)
  const entry: Entry = {
    number: numbered(letter, count),
    lane: operation.priority ? "P" : place.lane,
    service: operation.service,
    eff: place.eff,
    phone: operation.do === "check-in",
  }
  return {
    line: {
      ...line,
      last: { ...line.last, [letter]: count },
      waiting: [...line.waiting, entry],
      given: [...line.given, { op: operation.op, number: entry.number }].slice(-16),
    },
    entry,
    number: entry.number,
    already: false,
  }
}

/** Where an appointment that checks in now stands: on time in A from its booked time, late in G with a credit, later still as a walk-in. */
function arrival({ now, booked }: { now: Instant; booked: Instant }, { policy }: Station): Pick<Entry, "lane" | "eff"> {
  const early = booked - policy.checkInEarly * minute
  if (now < early) throw new Problem("too-early", { from: early })
  if (now <= booked + policy.onTime * minute) return { lane: "A", eff: booked }
  if (now <= booked + policy.late * minute) return { lane: "G", eff: now - policy.lateCredit * minute }
  return { lane: "G", eff: now }
}

/** Back after a missed call: behind the next three, or behind all if fewer wait. */
function returned(line: Line, { number, now }: Operation & { do: "return" }, station: Station): Step {
  const waits = line.waiting.find((it) => it.number === number)
  if (waits) return { line, entry: waits, number, already: true }
  const missed = line.missed.find((it) => it.number === number)
  if (!missed) throw new Problem("ticket-not-found")
  if (now - missed.missedAt > station.policy.returnWithin * minute) throw new Problem("return-too-late")

  const mine = station.windows.filter((it) => it.services.includes(missed.service))
  const rivals = line.waiting.filter((it) => mine.some((window) => window.services.includes(it.service)))
  const { missedAt: _, ...rest } = missed
  const behind = inOrder(rivals).slice(0, station.policy.returnBehind)
  const entry: Entry = { ...rest, behind: behind.map((it) => it.number) }
  return {
    line: { ...line, waiting: [...line.waiting, entry], missed: line.missed.filter((it) => it !== missed) },
    entry,
    number,
    already: false,
  }
}

type WindowOperation = Operation & { do: "sit" | "rise" | "call" | "recall" | "missed" | "start" | "finish" }

function atWindow(line: Line, operation: WindowOperation, station: Station): Step {
  const window = windowOf(station, operation.window)
  if (!window) throw new Problem("window-unknown")
  const slot = slotOf(line, operation.window)
  if (slot.op === operation.op)
    return { line, ...(slot.visit && { entry: slot.visit, number: slot.visit.number }), already: true }
  if (operation.do === "sit") return sat(line, slot, operation)
  if (slot.staff !== operation.staff) throw new Problem("window-not-open")
  if (operation.do === "rise") {
    if (slot.visit) throw new Problem("window-busy", { number: slot.visit.number })
    const { staff: _, ...empty } = slot
    return moved(line, { ...empty, op: operation.op })
  }
  if (operation.do === "call") {
    if (slot.visit) throw new Problem("window-busy", { number: slot.visit.number })
    return called(line, slot, operation, station, window.services)
  }
  return served(line, slot, operation, station)
}

/** One person sits at one window; moving over is allowed while nobody is being served. */
function sat(line: Line, slot: WindowSlot, { op, staff }: { op: string; staff: string }): Step {
  if (slot.staff === staff) return { line, already: true }
  if (slot.staff) throw new Problem("window-taken")
  const seat = seatOf(line, staff)
  if (seat?.visit) throw new Problem("window-busy", { number: seat.visit.number })
  const freed = seat ? put(line, without(seat)) : line
  return moved(freed, { ...slot, staff, op })
}

const without = ({ staff: _, ...slot }: WindowSlot): WindowSlot => slot

function called(
  line: Line,
  slot: WindowSlot,
  { now, op }: Operation,
  station: Station,
  services: readonly ServiceId[],
): Step {
  const next = turn(line.waiting, { services, owed: slot.owed }, station.policy, now)
  if (!next) throw new Problem("nobody-waiting")
  const { behind: _, ...entry } = next.entry
  const visit: Visit = { ...entry, state: "called", rule: next.rule, calledAt: now, lastCallAt: now, calls: 1 }
  const waiting = line.waiting.filter((it) => it !== next.entry)
  return {
    ...moved(heard({ ...line, waiting }, slot, visit), { ...slot, owed: next.owed, lastCallAt: now, op, visit }, visit),
    passedOver: next.passedOver,
  }
}

function served(line: Line, slot: WindowSlot, operation: WindowOperation, { policy }: Station): Step {
  const { now, op } = operation
  const visit = slot.visit
  if (!visit) throw new Problem("window-empty")
  if ("number" in operation && operation.number !== visit.number)
    throw new Problem("ticket-changed", { number: visit.number })
  if (operation.do === "finish") {
    if (visit.state !== "serving") throw new Problem("not-serving")
    return moved(line, { ...cleared(slot), op }, visit)
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
    default: {
      const { number, lane, service, eff, phone } = visit
      const returnable = line.missed.filter((it) => now - it.missedAt <= policy.returnWithin * minute)
      const missed = [...returnable, { number, lane, service, eff, phone, missedAt: now }]
      return moved({ ...line, missed }, { ...cleared(slot), op }, visit)
    }
  }
}

const heard = (line: Line, { no }: WindowSlot, { number, lastCallAt, calls }: Visit): Line => ({
  ...line,
  calls: [{ number, window: no, at: lastCallAt, times: calls }, ...line.calls].slice(0, callsKept),
})

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
