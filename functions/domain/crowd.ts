/** The people of a made-up day: who books and comes or not, who walks in, how long each takes. Every figure of theirs is ours. */
import { lengthBeyond, normalAt, type Random } from "./chance.ts"
import type { Coming } from "./estimate.ts"
import type { Entry } from "./line.ts"
import { cellsFrom, lanesOf, unitsOf } from "./places.ts"
import { minutesOfSession } from "./schedule.ts"
import { type Group, groupOf, groups, type ServiceId, services } from "./service.ts"
import { type Station, sessionsOn } from "./station.ts"
import { arrival } from "./step.ts"
import { type Instant, instantOf, type LocalDate, minute } from "./time.ts"

/** What people do; ours. Minutes, shares. */
export const habits = {
  /** Of the bookable cells, how many are booked; of the booked, how many come. */
  booked: 0.95,
  shows: 0.88,
  /** When they come, after their time. */
  arrival: { mean: -6, spread: 9 },
  priority: 0.06,
  /** Called walk-ins who have gone. */
  gone: 0.04,
  /** Spread of one service's length, of clerks, of days. */
  cv: 0.6,
  clerks: 0.1,
  days: 0.06,
} as const

/** Walk-ins come most before noon; by the hour of the day. */
const rush = [
  ...Array(8).fill(1),
  1.1,
  1.5,
  1.4,
  0.9,
  0.6,
  0.6,
  1.1,
  1.2,
  1,
  0.8,
  0.7,
  ...Array(5).fill(0.6),
] as number[]

/** How often each is asked for, within its group. */
const asked: Partial<Record<ServiceId, number>> = {
  "rp-endorse": 4,
  "rp-register": 2,
  "rp-address": 2,
  "id-renew": 3,
  "id-reissue": 2,
  pickup: 3,
  advice: 2,
}

export type Visitor = { at: Instant; entry: Entry; minutes: number; gone: boolean; booked?: Instant }
/** Bookings fill the real grid of places; those who walk in bring the rest of the load, group by group. */
export function crowdOf(station: Station, date: LocalDate, load: number, random: Random) {
  const pace = lengthBeyond({ mean: 1, cv: habits.days }, 0, random)
  const visitors: Visitor[] = []
  const coming: (Coming & { cameAt?: Instant })[] = []
  const open = sessionsOn(station, date).map(minutesOfSession)
  const total = open.reduce((sum, [from, to]) => sum + to - from, 0)
  const add = (at: Instant, service: ServiceId, place: Pick<Entry, "lane" | "eff">, booked?: Instant) => {
    const number = `${booked === undefined ? "A" : "Y"}${String(visitors.length + 1).padStart(4, "0")}`
    const lane = random() < habits.priority ? "P" : place.lane
    visitors.push({
      at,
      entry: { number, lane, eff: place.eff, service, phone: booked !== undefined },
      minutes: 0.3 + lengthBeyond({ mean: services[service].minutes, cv: habits.cv }, 0, random) * pace,
      gone: random() < (booked === undefined ? habits.gone : 0.01),
      ...(booked !== undefined && { booked }),
    })
  }
  for (const group of groups) {
    const mine = station.windows.map((it) => it.services.filter((id) => groupOf(id) === group))
    const offered = [...new Set(mine.flat())]
    if (!offered.length) continue
    let minutes =
      load *
      total *
      station.windows.reduce((sum, it, i) => sum + (mine[i]!.length ? 1 / groupsOf(it.services).length : 0), 0)
    for (const { booked, service } of bookings(station, group, date, offered, random)) {
      const shows = random() < habits.shows
      const after = habits.arrival.mean + habits.arrival.spread * normalAt(random())
      const at = booked + Math.max(after, -station.policy.checkInEarly) * minute
      coming.push({ booked, service, ...(shows && { cameAt: at }) })
      if (!shows) continue
      minutes -= services[service].minutes + 0.6
      add(at, service, arrival({ now: at, booked }, station), booked)
    }
    for (; minutes > 0 && total > 0; ) {
      const service = oneOf(offered, random)
      const at = instantOf(date, "00:00") + whenComing(open, total, random) * minute
      minutes -= services[service].minutes + 0.6
      add(at, service, { lane: "G", eff: at })
    }
  }
  return { visitors: visitors.toSorted((a, b) => a.at - b.at), coming }
}

function* bookings(station: Station, group: Group, date: LocalDate, offered: readonly ServiceId[], random: Random) {
  for (const lane of lanesOf(station, group, date)) {
    const here = offered.filter((id) => station.windows.find((it) => it.no === lane.lane)?.services.includes(id))
    for (let i = 0; i < lane.times.length; ) {
      const service = oneOf(here, random)
      const units = unitsOf([service], station.policy)
      const fits = cellsFrom(lane, lane.times[i]!, units, station.policy)
      if (fits && random() < habits.booked) {
        yield { booked: instantOf(date, lane.times[i]!), service }
        i += units
      } else i++
    }
  }
}

const groupsOf = (offered: readonly ServiceId[]) => groups.filter((it) => offered.some((id) => groupOf(id) === it))

function oneOf(offered: readonly ServiceId[], random: Random): ServiceId {
  const weight = (id: ServiceId) => asked[id] ?? 1
  let left = random() * offered.reduce((sum, id) => sum + weight(id), 0)
  for (const id of offered) {
    left -= weight(id)
    if (left < 0) return id
  }
  return offered[0]!
}

/** A minute of the day in opening hours, more likely when the crowd comes. */
function whenComing(open: readonly (readonly [number, number])[], total: number, random: Random): number {
  for (;;) {
    let left = random() * total
    for (const [from, to] of open) {
      if (left < to - from) {
        const at = from + left
        if (random() * 1.5 < (rush[Math.floor(at / 60)] ?? 1)) return at
        break
      }
      left -= to - from
    }
  }
}
