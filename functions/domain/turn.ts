/**
 * Whose turn it is: the one ordering that calling, the display, the phone's "N ahead" and the simulator share.
 *
 * Lanes P, A, G, first come first served by `eff` inside each. Once somebody in G has waited longer than the
 * policy allows, every second call of each window goes to the longest such person that it serves:
 * 现场等候超过45分钟，各窗口预约号与现场号交替呼叫. Whoever is k-th among them is called within 2k + m − 1 calls
 * of the m windows that serve them: any two calls of a window hold one of these, and each is to them or to one of the k − 1 before.
 */
import { type Entry, type Line, lanes, type Rule, type TicketNumber } from "./line.ts"
import type { ServiceId } from "./service.ts"
import type { Policy, Station, WindowNo } from "./station.ts"
import { type Instant, minute } from "./time.ts"

export type Caller = { no: WindowNo; services: readonly ServiceId[]; owed: boolean; lastCallAt: Instant }
export type Turn = { entry: Entry; rule: Rule; owed: boolean; passedOver: readonly TicketNumber[] }

/** Whom this window calls now, by which rule, over whom; undefined when nobody it serves waits. */
export function turn(
  waiting: readonly Entry[],
  caller: Pick<Caller, "services" | "owed"> & { no?: WindowNo },
  policy: Policy,
  now: Instant,
): Turn | undefined {
  const mine = inOrder(waiting.filter((entry) => serves(caller, entry)))
  const ready = mine.filter((entry) => isCallable(entry, policy, now))
  const first = ready[0]
  if (!first) return mine[0] && { entry: mine[0], rule: "early", owed: false, passedOver: [] }

  const longest = ready.reduce<Entry | undefined>(
    (found, entry) => (hasOverWaited(entry, policy, now) && (!found || entry.eff < found.eff) ? entry : found),
    undefined,
  )
  const toLongest = longest && longest !== first && caller.owed
  const entry = toLongest ? longest : first
  return {
    entry,
    rule: toLongest ? "over-waiting" : ruleOf(first),
    owed: longest !== undefined && longest !== entry,
    passedOver: toLongest ? ready.slice(0, ready.indexOf(entry)).map((it) => it.number) : [],
  }
}

/** Whoever was transferred to one window is that window's alone. */
export const serves = (caller: { services: readonly ServiceId[]; no?: WindowNo }, entry: Entry): boolean =>
  caller.services.includes(entry.service) && (entry.only === undefined || entry.only === caller.no)

/** P before A before G, by `eff`, ties by ticket order; whoever returned stands right behind those they were put behind. */
export function inOrder(waiting: readonly Entry[]): Entry[] {
  const order = waiting
    .filter((entry) => !entry.behind)
    .toSorted((a, b) => lanes.indexOf(a.lane) - lanes.indexOf(b.lane) || a.eff - b.eff)
  let heads = 0
  for (const entry of waiting) {
    if (!entry.behind) continue
    const last = Math.max(...entry.behind.map((number) => order.findIndex((it) => it.number === number)), -1)
    if (last < 0) order.splice(heads++, 0, entry)
    else order.splice(last + 1, 0, entry)
  }
  return order
}

/** Only who has checked in stands in the line; an appointment is not called long before its time while others wait. */
export const isCallable = (entry: Entry, policy: Policy, now: Instant): boolean =>
  now >= entry.eff - policy.callableBefore * minute

const hasOverWaited = (entry: Entry, policy: Policy, now: Instant): boolean =>
  entry.lane === "G" && !entry.behind && now - entry.eff > policy.overWaiting * minute

const ruleOf = (entry: Entry): Rule =>
  entry.behind ? "returned" : ({ P: "priority", A: "appointment", G: "walk-in" } as const)[entry.lane]

export type Place = { number: TicketNumber; service: ServiceId; ahead: number }

/**
 * Everyone who waits, in the order in which they will be called if nobody comes and windows call in turn; `ahead` counts
 * the calls before theirs to people whom a window of theirs serves. With windows that serve alike it is the calls before theirs.
 */
export function places(line: Line, station: Station, now: Instant): Place[] {
  const callers = callersOf(line, station)
  const rota = callers.toSorted((a, b) => a.lastCallAt - b.lastCallAt)
  const waiting = [...line.waiting]
  const called: Entry[] = []
  for (let idle = 0; waiting.length && idle < rota.length; ) {
    const caller = rota.shift()!
    const next = turn(waiting, caller, station.policy, now)
    rota.push(next ? { ...caller, owed: next.owed } : caller)
    idle = next ? 0 : idle + 1
    if (!next) continue
    waiting.splice(waiting.indexOf(next.entry), 1)
    called.push(next.entry)
  }
  called.push(...inOrder(waiting))
  return called.map((entry, i) => ({
    number: entry.number,
    service: entry.service,
    ahead: called.slice(0, i).filter((other) => shareWindow(callers, entry, other)).length,
  }))
}

/** The windows that somebody sits at; for services that none of them serves, the station's others are counted as if open. */
function callersOf(line: Line, station: Station): Caller[] {
  const all = station.windows.map(({ no, services }) => {
    const slot = line.windows.find((it) => it.no === no)
    return {
      no,
      services,
      owed: slot?.owed ?? false,
      lastCallAt: slot?.lastCallAt ?? 0,
      open: slot?.staff !== undefined && !slot.paused,
    }
  })
  const open = all.filter((it) => it.open)
  const unserved = line.waiting.filter((entry) => !open.some((it) => serves(it, entry)))
  return all.filter((it) => it.open || unserved.some((entry) => serves(it, entry)))
}

const shareWindow = (callers: readonly Caller[], a: Entry, b: Entry) =>
  (a.service === b.service && a.only === b.only) || callers.some((caller) => serves(caller, a) && serves(caller, b))
