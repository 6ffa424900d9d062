/** The window's last act, as long as it can be taken back: the same rule as the line's own, so that no button promises what is refused. */
import type { TicketNumber } from "#domain/line"
import { type Instant, second } from "#domain/time"
import { secondsUntil } from "#web/lib/countdown"

export const undoable = 30 * second

export type Undo = {
  what: "call" | "start" | "missed" | "finish"
  number: TicketNumber
  at: Instant
  seconds: number
}

type Window = {
  no: number
  visit?:
    | {
        number: TicketNumber
        state: "called" | "serving"
        calls: number
        calledAt: Instant
        startedAt?: Instant | undefined
      }
    | undefined
}
type Told = {
  missed: readonly { number: TicketNumber; missedAt: Instant }[]
  calls: readonly { number: TicketNumber; window: number }[]
}

/** `finished` is what this desk finished last: the line keeps nothing of it. */
export function undoOf(
  window: Window,
  line: Told,
  finished: { window: number; number: TicketNumber; at: Instant } | undefined,
  now: Instant,
): Undo | undefined {
  const last = lastAct(window, line, finished)
  const seconds = last ? secondsUntil(last.at + undoable, now) : 0
  return last && seconds > 0 ? { ...last, seconds } : undefined
}

function lastAct(
  { no, visit }: Window,
  { missed, calls }: Told,
  finished: { window: number; number: TicketNumber; at: Instant } | undefined,
): Omit<Undo, "seconds"> | undefined {
  if (visit?.state === "serving") return { what: "start", number: visit.number, at: visit.startedAt ?? 0 }
  // A repeated call has been heard twice: it is missed or it is served, and no longer taken back.
  if (visit) return visit.calls > 1 ? undefined : { what: "call", number: visit.number, at: visit.calledAt }
  const ended = [
    ...missed
      .filter(({ number }) => calls.some((it) => it.number === number && it.window === no))
      .map(({ number, missedAt }) => ({ what: "missed" as const, number, at: missedAt })),
    ...(finished?.window === no ? [{ what: "finish" as const, number: finished.number, at: finished.at }] : []),
  ]
  return ended.toSorted((a, b) => b.at - a.at)[0]
}
