/**
 * What each station would cost the resident, so that the nearest is not taken for the quickest. In minutes of their own: on foot,
 * in the hall, and a little for every hour that it is later.
 */
import { offersOf } from "./places.ts"
import type { ServiceId } from "./service.ts"
import { daysOf, type Station, sessionsFor } from "./station.ts"
import { addDays, dateOf, type Instant, instantOf, type LocalDate, type LocalTime, minute, minutesOf } from "./time.ts"

/** Minutes until one is called, counted from the arrival. */
export type Wait = { low: number; high: number; middle: number }
export type Free = { date: LocalDate; time: LocalTime }

/** All ours. */
export const weights = {
  /** An hour later counts as two minutes on foot or in the hall, so a day later as 48. */
  later: 1 / 30,
  /** Whoever booked waits so long, as a rule. */
  booked: 5,
  /** Less of a difference is not worth a word: the estimate is no better. */
  worth: 10,
  /** 15分钟便民服务圈, at 80 m a minute. */
  circle: 15,
  /** Nobody walks for longer: whoever is farther comes some other way, in an hour at best. */
  onFoot: 60,
} as const

/**
 * The session in which all of this is done at one window that runs then, or the next one within two weeks; none where nobody does it
 * in all that time.
 */
export function sessionFor(
  station: Station,
  visit: readonly ServiceId[],
  at: Instant,
): { opens: Instant; closes: Instant } | undefined {
  for (let i = 0; i <= 14; i++) {
    const date = addDays(dateOf(at), i)
    const midnight = instantOf(date, "00:00")
    for (const [from, to] of sessionsFor(station, visit, date)) {
      const closes = midnight + minutesOf(to) * minute
      if (closes > at) return { opens: midnight + minutesOf(from) * minute, closes }
    }
  }
  return undefined
}

/** Why nothing can be booked: all is taken; they are open, but nothing is on sale; they are closed on all the days on sale. */
export const causes = ["full", "unsold", "closed"] as const
export type Cause = (typeof causes)[number]

const nothing: ReadonlySet<string> = new Set()

/** Of a station where no time is free for this. */
export function causeOf(station: Station, visit: readonly ServiceId[], now: Instant): Cause {
  const days = daysOf(station, now)
  if (days.some((date) => offersOf(station, date, visit, nothing, now).length > 0)) return "full"
  const session = sessionFor(station, visit, now)
  const last = days.at(-1)
  return session && last !== undefined && dateOf(session.opens) <= last ? "unsold" : "closed"
}

/**
 * The wait of somebody who arrives after `walk` minutes, by that of whoever came now: people keep coming as others are served,
 * so the middle and the high end stay; at best nobody else comes meanwhile.
 */
export const waitAfter = (walk: number, now: Wait): Wait => ({
  low: Math.max(0, Math.floor((now.low - walk) / 5) * 5),
  high: now.high,
  middle: now.middle,
})

export type Weighed = {
  /** Minutes on foot; 0 where nobody said from where. */
  walk: number
  /** Going now. */
  going?: number
  /** Coming at the next free time. */
  booking?: number
  /** The less of the two. */
  cost: number
}

/** `wait` where somebody may come now and be served, `next` the first free time that they can be there for. */
export function weighed(walk: number, wait: Wait | undefined, next: Free | undefined, now: Instant): Weighed {
  const going = wait && walk + wait.middle
  const later = next && (instantOf(next.date, next.time) - now) / minute - walk
  const booking = later === undefined ? undefined : walk + weights.booked + Math.max(0, later) * weights.later
  return {
    walk,
    ...(going !== undefined && { going }),
    ...(booking !== undefined && { booking }),
    cost: Math.min(going ?? Number.POSITIVE_INFINITY, booking ?? Number.POSITIVE_INFINITY),
  }
}

type Compared = { metres: number; wait?: Wait | undefined; next?: Free | undefined } & Weighed

/** `saves`: minutes of walk and wait together, both going now; "sooner" where the other one only has an earlier time. */
export type Quicker<C> = { nearest: C; other: C } & ({ saves: number } | { sooner: true })

/** The station that is quicker than the nearest, if that is so much busier that it is worth the way; nobody is sent to walk for hours. */
export function quickerThanNearest<C extends Compared>(found: readonly C[]): Quicker<C> | undefined {
  const nearest = found.reduce<C | undefined>((best, it) => (best && best.metres <= it.metres ? best : it), undefined)
  const [other] = found.filter((it) => it !== nearest).toSorted((a, b) => a.cost - b.cost)
  if (!nearest || !other || other.cost === Number.POSITIVE_INFINITY) return undefined
  if (nearest.going !== undefined && other.going !== undefined) {
    if (other.walk > weights.onFoot) return undefined
    const saves = Math.round(nearest.going - other.going)
    return saves >= weights.worth && other.cost < nearest.cost ? { nearest, other, saves } : undefined
  }
  return nearest.cost - other.cost >= weights.worth ? { nearest, other, sooner: true } : undefined
}
