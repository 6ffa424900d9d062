/** Asks again and again, one question at a time, and says since when there has been no answer. */
import { type Signal, signal } from "@preact/signals"
import { mayHaveHappened } from "./portal.ts"

export type Polling<T> = {
  /** The last answer; it stays while the connection is lost. */
  latest: Signal<T | undefined>
  /** When the last answer came, by this machine's clock, once a question has gone unanswered. */
  lostSince: Signal<number | undefined>
  /** Asks now. What was asked before is dropped, since it may be older than what the caller has just done. */
  refresh: () => Promise<void>
  stop: () => void
}

export type Pollable<T> = {
  ask: () => Promise<T>
  everyMs: number
  /** Every failure but silence and faults, which count as a lost connection. */
  refused: (failure: unknown) => void
  now?: () => number
}

export function polling<T>({ ask, everyMs, refused, now = Date.now }: Pollable<T>): Polling<T> {
  const latest = signal<T | undefined>(undefined)
  const lostSince = signal<number | undefined>(undefined)
  let answeredAt = now()
  let round = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  let stopped = false

  async function next(wait: number | undefined): Promise<void> {
    clearTimeout(timer)
    const mine = ++round
    try {
      const answer = await ask()
      if (mine !== round) return
      answeredAt = now()
      latest.value = answer
      lostSince.value = undefined
    } catch (failure) {
      if (mine !== round) return
      if (mayHaveHappened(failure)) lostSince.value ??= answeredAt
      else refused(failure)
    }
    if (!stopped) timer = setTimeout(() => void next(undefined), wait ?? everyMs)
  }

  void next(undefined)
  return {
    latest,
    lostSince,
    refresh: () => next(Math.min(everyMs, 1_000)),
    stop: () => {
      stopped = true
      round++
      clearTimeout(timer)
    },
  }
}
