/** What a kiosk keeps while the network is away: its letter of the day and the tickets that it gave. Pure; where it lies is drawer.ts. */
import type { Answer } from "#api/routes"
import type { Entry } from "#domain/line"
import { groupOf, type ServiceId } from "#domain/service"
import { inOrder } from "#domain/turn"
import type { DeviceRoutes } from "#web/lib/device"
import type { Sealed } from "./sealing.ts"
import type { Anchor } from "./steady.ts"

export type Lease = Answer<DeviceRoutes["POST /device/lease"]>
type Answered = Answer<DeviceRoutes["POST /device/merge"]>
export type Paper = "ok" | "low" | "out" | "unknown"

export type Kept = {
  date: string
  number: string
  op: string
  service: ServiceId
  priority: boolean
  /** When it was given, by the steady clock. */
  at: number
  /** It was asked for online first, and the answer may have been lost. */
  tried: boolean
  /** What a check-in showed; never plainly. */
  sealed?: Sealed
  /** Nobody has it: a number that was lost on the way to paper. */
  spoilt?: boolean
  /** The portal will not take it: staff see to whoever holds it. */
  stranded?: boolean
}

export type State = {
  /** Whose lease it is: another pairing of this browser has another letter. */
  device?: string
  lease?: Lease
  /** How many were given of the lease's letter. */
  count: number
  kept: readonly Kept[]
  anchor?: Anchor
  paper: Paper
}
export const nothing: State = { count: 0, kept: [], paper: "unknown" }

export const countOf = (number: string): number => Number(number.slice(1))
const numbered = (letter: string, count: number) => `${letter}${String(count).padStart(3, "0")}`

/** The portal knows what was merged; the kiosk, what it has given since. */
export function leased(state: State, lease: Lease): State {
  const same = state.lease?.letter === lease.letter && state.lease.date === lease.date
  return { ...state, lease, count: Math.max(same ? state.count : 0, countOf(lease.next) - 1) }
}

/** Who waits, as the hall was last heard of. */
export const seenIn = (state: State, waiting: Lease["waiting"] | undefined): State =>
  state.lease && waiting ? { ...state, lease: { ...state.lease, waiting } } : state

/** Once this browser is another device, the old one's letter gives nothing more. */
export function held(state: State, device: string): State {
  if (state.device === device) return state
  const { lease: _, ...rest } = state
  return { ...rest, device, count: 0 }
}

export type Hindrance = "no-lease" | "day-over" | "closed" | "service-not-here"

/** Why it may give no number now; opening hours are as the portal last said. */
export function hindrance({ lease }: State, now: number, service?: ServiceId): Hindrance | undefined {
  if (!lease) return "no-lease"
  if (now >= lease.until) return "day-over"
  if (!lease.sessions.some(([from = 0, to = 0]) => now >= from && now < to)) return "closed"
  return service && !lease.services.includes(service) ? "service-not-here" : undefined
}

export type Wish = Pick<Kept, "op" | "service" | "priority" | "tried" | "sealed">

/** The same press again is the same number. */
export function given(state: State, wish: Wish, now: number): { state: State; kept: Kept } | Hindrance {
  const before = state.kept.find((it) => it.op === wish.op)
  if (before) return { state, kept: before }
  const why = hindrance(state, now, wish.service)
  const { lease } = state
  if (why || !lease) return why ?? "no-lease"
  const count = state.count + 1
  const kept: Kept = { ...wish, date: lease.date, number: numbered(lease.letter, count), at: now }
  return { state: { ...state, count, kept: [...state.kept, kept] }, kept }
}

/** Whom it had before this one when the network went, and of its own since: at least so many, for others give numbers too. */
export function aheadOf({ lease, kept }: State, it: Kept): number {
  const group = groupOf(it.service)
  const before = lease?.waiting.find((other) => other.group === group)?.count ?? 0
  const mine = kept.filter((other) => !other.spoilt && groupOf(other.service) === group)
  return before + inOrder(mine.map(entryOf)).findIndex((other) => other.number === it.number)
}

const entryOf = ({ number, service, priority, at }: Kept): Entry => ({
  number,
  service,
  lane: priority ? "P" : "G",
  eff: at,
  phone: false,
})

const atOnce = 50
const open = (state: State) => state.kept.filter((it) => !it.stranded)

/** What to send next: of one day, in the order of its numbers. */
export function batchOf(state: State): readonly Kept[] {
  const [first] = open(state).toSorted((a, b) => a.date.localeCompare(b.date))
  return open(state)
    .filter((it) => it.date === first?.date && it.number[0] === first.number[0])
    .toSorted((a, b) => countOf(a.number) - countOf(b.number))
    .slice(0, atOnce)
}

/** What was taken over is forgotten; a gap is filled with spoilt numbers; what will never be taken is left to the staff. */
export function settled(state: State, batch: readonly Kept[], { next, tickets }: Answered): State {
  const outcomeOf = new Map(tickets.map((it) => [it.number, it]))
  const [first] = batch
  const kept = state.kept.flatMap((it): Kept[] => {
    const said = it.date === first?.date ? outcomeOf.get(it.number) : undefined
    if (!said) return [it]
    if (said.outcome !== "refused") return []
    return [said.note === "gap" ? it : { ...it, stranded: true }]
  })
  const gapBefore = tickets.filter((it) => it.note === "gap").map((it) => countOf(it.number))
  if (!next || !first || !gapBefore.length) return { ...state, kept }
  const filling: Kept[] = []
  for (let count = countOf(next); count < Math.min(...gapBefore); count++) {
    const number = numbered(next[0]!, count)
    const has = kept.some((it) => it.number === number && it.date === first.date)
    if (!has) filling.push({ ...first, op: crypto.randomUUID(), number, tried: false, spoilt: true })
  }
  return { ...state, kept: [...kept, ...filling.map(({ sealed: _, ...it }) => it)] }
}

/** Nothing of these will be taken over. */
export const stranded = (state: State, them: readonly Kept[]): State => ({
  ...state,
  kept: state.kept.map((it) =>
    them.some((other) => other.number === it.number && other.date === it.date) ? { ...it, stranded: true } : it,
  ),
})
