/**
 * When a day comes on sale, those who wait for it are let in by waves. Which wave is a person's follows from the release and the
 * person alone: by chance, the same on every phone and at every try, and nothing is written for anybody who waits. Ours,
 * configurable; days that were on sale before are open to everyone all the while.
 */
import { Problem } from "./problem.ts"
import { daysOf, type Station } from "./station.ts"
import { dateOf, hour, type Instant, instantOf, type LocalDate, second } from "./time.ts"

/** The first wave is 1 and opens with the release. */
export type Turn = { wave: number; waves: number; opens: Instant }

/** When that day came on sale, where its waves are still under way. */
export function releaseOf(station: Station, date: LocalDate, now: Instant): Instant | undefined {
  const { waves, waveGap } = station.policy
  return now < todaysRelease(station, now) + (waves - 1) * waveGap * second
    ? releasedToday(station, date, now)
    : undefined
}

/** When that day came on sale, if it was today. */
export function releasedToday(station: Station, date: LocalDate, now: Instant): Instant | undefined {
  const released = todaysRelease(station, now)
  if (now < released) return undefined
  const isNew = daysOf(station, now).includes(date) && !daysOf(station, released - 1).includes(date)
  return isNew ? released : undefined
}

const todaysRelease = ({ policy }: Station, now: Instant): Instant =>
  instantOf(dateOf(now), "00:00") + policy.release * hour

/** The wave of whoever drew this lot (0 ≤ lot < 1), or undefined where nobody has to wait: the threshold rises by one share a wave. */
export function turnOf(station: Station, date: LocalDate, now: Instant, lot: number): Turn | undefined {
  const released = releaseOf(station, date, now)
  if (released === undefined) return undefined
  const { waves, waveGap } = station.policy
  const before = Math.floor(lot * waves)
  return { wave: before + 1, waves, opens: released + before * waveGap * second }
}

/** Refusal: not-your-wave, with the seconds until it is. */
export function mustBeTheirTurn(turn: Turn | undefined, now: Instant): void {
  if (!turn || turn.opens <= now) return
  const { wave, waves, opens } = turn
  throw new Problem("not-your-wave", { seconds: Math.ceil((opens - now) / second), wave, waves })
}
