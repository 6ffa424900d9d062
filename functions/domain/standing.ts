/**
 * How a person stands with online booking: which appointments they did not come to, and what an officer said of it. It bars
 * nobody from a window: a walk-in is always open (居住证暂行条例 20). Numbers are the station's policy (domain.md §4.3, ours).
 */
import type { Group } from "./service.ts"
import type { Policy, StationId } from "./station.ts"
import { addDays, day, hour, type Instant, type LocalDate } from "./time.ts"

/** An appointment that its person did not come to. */
export type Missed = {
  ref: string
  group: Group
  station: StationId
  date: LocalDate
  appeal?: Appeal
  /** What an officer decided, and why. */
  answer?: Answer
}
/** Why they did not come, with the phone that is told of the answer: sealed under the secret of the booking that `under` names. */
export type Appeal = { at: Instant; language: "zh" | "en"; sealed: Uint8Array; under?: string }
export type Answer = { at: Instant; excused: boolean; reason: string }

export type Standing = { missed: readonly Missed[] }

/** An officer answers an appeal within three days (ours). */
export const answerWithin = 72 * hour
/** No policy looks back, or pauses, longer than a year. */
export const missedKept = 366 * day

export const counts = ({ answer }: Missed): boolean => !answer?.excused

/**
 * The first day on which this person may book online again, or undefined where nothing pauses them. A pause begins with the
 * absence that fills the number within the days, and changes at local midnight.
 */
export function pausedUntil({ missed }: Standing, policy: Policy, today: LocalDate): LocalDate | undefined {
  const dates = missed
    .filter(counts)
    .map(({ date }) => date)
    .toSorted()
  const pauses = dates.flatMap((date) => {
    const from = addDays(date, -policy.noShowDays)
    const within = dates.filter((it) => from < it && it <= date).length
    return within >= policy.noShows ? [addDays(date, policy.pauseDays)] : []
  })
  const until = pauses.at(-1)
  return until && today < until ? until : undefined
}

/** With one more absence; the same one twice is one. */
export const absent = (standing: Standing, it: Missed): Standing =>
  standing.missed.some(({ ref }) => ref === it.ref) ? standing : { missed: [...standing.missed, it] }
