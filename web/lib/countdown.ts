/** Waits and countdowns as people read them. Instants and results as said. */

/** Whole seconds until then, never below 0. */
export const secondsUntil = (then: number, now: number): number => Math.max(0, Math.ceil((then - now) / 1_000))

export const minutesSince = (then: number, now: number): number => Math.max(0, Math.floor((now - then) / 60_000))

/** "1:05" since then. */
export function stopwatch(then: number, now: number): string {
  const seconds = Math.max(0, Math.floor((now - then) / 1_000))
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`
}

export type Recall = { left: number; seconds: number }

/** How often a call may still be repeated, and in how many seconds the next time. */
export const recallOf = (
  visit: { calls: number; lastCallAt: number },
  policy: { recalls: number; recallGap: number },
  now: number,
): Recall => ({
  left: Math.max(0, policy.recalls + 1 - visit.calls),
  seconds: secondsUntil(visit.lastCallAt + policy.recallGap * 1_000, now),
})
