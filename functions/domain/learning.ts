/**
 * What a station learns from its days: how long each service takes there, how many of the booked come, and how often a promised
 * wait held. Sums that forget: past `kept` samples the old weigh less with each new one.
 */
import type { Length } from "./chance.ts"
import { type ServiceId, serviceIds, services } from "./service.ts"
import type { LocalDate } from "./time.ts"

/** Minutes from the call to the finish: how many samples, their mean, the mean of their squares. */
export type Sum = { count: number; mean: number; square: number }
export type Share = { counted: number; held: number }
export type Learned = {
  /** The last day that was learned from. */
  last?: LocalDate
  lengths: Partial<Record<ServiceId, Sum>>
  shows: Share
  promised: Share
}

export const nothingLearned: Learned = {
  lengths: {},
  shows: { counted: 0, held: 0 },
  promised: { counted: 0, held: 0 },
}

/** One ended day: visits with their minutes, appointments that came or not, promises that held or not. */
export type Day = {
  date: LocalDate
  visits: readonly { service: ServiceId; minutes: number }[]
  shows: readonly boolean[]
  promises: readonly boolean[]
}

/** Until so many samples, the catalogue's minutes hold. */
export const enough = 30
const kept = 400
/** A visit longer than this was forgotten at the window rather than served. */
const longest = 120
/** Beside the service itself: walking up, sitting down. */
const walk = 0.5
/** Until enough visits tell: of lengths, and of the booked who come. Ours. */
const prior = { cv: 0.55, shows: 0.85 }

export function learnedFrom(before: Learned, day: Day): Learned {
  const lengths = { ...before.lengths }
  for (const { service, minutes } of day.visits)
    if (minutes > 0 && minutes <= longest) lengths[service] = added(lengths[service], minutes)
  return {
    last: day.date,
    lengths,
    shows: day.shows.reduce(counted, before.shows),
    promised: day.promises.reduce(counted, before.promised),
  }
}

function added(sum: Sum = { count: 0, mean: 0, square: 0 }, minutes: number): Sum {
  const count = Math.min(sum.count, kept - 1) + 1
  return {
    count,
    mean: sum.mean + (minutes - sum.mean) / count,
    square: sum.square + (minutes * minutes - sum.square) / count,
  }
}

function counted(share: Share, held: boolean): Share {
  const weight = share.counted >= kept ? (kept - 1) / share.counted : 1
  return { counted: share.counted * weight + 1, held: share.held * weight + (held ? 1 : 0) }
}

/** Each service by its own samples where there are enough, else by the catalogue; the spread is shared by all of them. */
export function lengthsOf({ lengths }: Learned): Record<ServiceId, Length> {
  const known = Object.values(lengths).filter((it) => it.count >= enough)
  const total = known.reduce((sum, it) => sum + it.count, 0)
  const spread = known.reduce((sum, it) => sum + it.count * (it.square / it.mean ** 2 - 1), 0) / total
  const cv = total ? Math.min(1.2, Math.max(0.1, Math.sqrt(Math.max(0, spread)))) : prior.cv
  const mean = (id: ServiceId) => {
    const own = lengths[id]
    return own && own.count >= enough ? own.mean : services[id].minutes + walk
  }
  return Object.fromEntries(serviceIds.map((id) => [id, { mean: mean(id), cv }])) as Record<ServiceId, Length>
}

export const showsOf = ({ shows }: Learned): number =>
  shows.counted >= enough ? Math.min(0.99, shows.held / shows.counted) : prior.shows

/** Undefined while nothing was promised. */
export const shareHeld = ({ promised }: Learned): number | undefined =>
  promised.counted ? promised.held / promised.counted : undefined
