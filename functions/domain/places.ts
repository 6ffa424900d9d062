/**
 * A place (号源) is one cell of a station's day for one group: a lane (one window's time) at a unit of time.
 * The grid follows from hours and policy alone; what is taken lies in the table, one key a cell (design.md §3.1).
 */
import { type Group, groupOf, groups, type ServiceId, services } from "./service.ts"
import { minutesOfSession, type Policy, type Station, sessionsOn, type WindowNo, windowOf } from "./station.ts"
import { type Instant, instantOf, type LocalDate, type LocalTime, minute, minutesOf, timeAt } from "./time.ts"

export type Cell = { time: LocalTime; lane: WindowNo }
export type Lane = { lane: WindowNo; times: readonly LocalTime[] }

/** Units that a visit covers: its services' minutes, summed and rounded up. */
export const unitsOf = (visit: readonly ServiceId[], policy: Policy): number =>
  Math.ceil(visit.reduce((sum, id) => sum + services[id].minutes, 0) / policy.unit)

/**
 * The bookable cells of a day, lane by lane. A window's sessions are cut into whole blocks; every k-th of them, by the
 * bookable share, is for booking, windows staggered so that walk-ins always find one free; a window that serves
 * several groups deals its bookable blocks among them in turn, so no minute is on sale twice.
 */
export function lanesOf(station: Station, group: Group, date: LocalDate): Lane[] {
  const { unit, block, bookable } = station.policy
  return station.windows.flatMap(({ no, services: offered }) => {
    const mine = groups.filter((it) => offered.some((id) => groupOf(id) === it))
    if (!mine.includes(group)) return []
    const times: LocalTime[] = []
    let dealt = rankOf(station, no)
    let index = dealt
    for (const session of sessionsOn(station, date)) {
      const [from, to] = minutesOfSession(session)
      for (let start = from; start + block <= to; start += block, index++) {
        // Before 04:00 the line is still yesterday's: nobody could check in there.
        if (start < 4 * 60) continue
        if (Math.floor((index + 1) * bookable) === Math.floor(index * bookable)) continue
        if (mine[dealt++ % mine.length] !== group) continue
        for (let at = start; at + unit <= start + block; at += unit) times.push(timeAt(at))
      }
    }
    return times.length ? [{ lane: no, times }] : []
  })
}

/** The window's place among those that mainly serve the same group: neighbours in it take bookings in turn. */
function rankOf(station: Station, no: WindowNo): number {
  const main = (window: Station["windows"][number]) => window.services[0] && groupOf(window.services[0])
  const mine = station.windows.find((it) => it.no === no)
  return mine ? station.windows.filter((it) => it.no < no && main(it) === main(mine)).length : 0
}

/** The consecutive cells of one lane that a visit from `time` covers, or undefined where the lane does not hold it. */
export function cellsFrom(lane: Lane, time: LocalTime, units: number, policy: Policy): Cell[] | undefined {
  const wanted = Array.from({ length: units }, (_, i) => minutesOf(time) + i * policy.unit)
  if (wanted.some((at) => at >= 24 * 60 || !lane.times.includes(timeAt(at)))) return undefined
  return wanted.map((at) => ({ time: timeAt(at), lane: lane.lane }))
}

/** Sort key of a cell: 0900#02. */
export const cellName = ({ time, lane }: Cell) => `${time.replace(":", "")}#${String(lane).padStart(2, "0")}`

/** Lanes on which a visit from `time` finds every cell free. */
export const freeLanes = (
  lanes: readonly Lane[],
  taken: ReadonlySet<string>,
  time: LocalTime,
  units: number,
  policy: Policy,
) =>
  lanes.flatMap((lane) => {
    const cells = cellsFrom(lane, time, units, policy)
    return cells && !cells.some((cell) => taken.has(cellName(cell))) ? [cells] : []
  })

/** The lanes of a visit: those whose window serves all of it. */
export const lanesFor = (station: Station, visit: readonly ServiceId[], date: LocalDate): Lane[] =>
  lanesOf(station, groupOf(visit[0]!), date).filter(({ lane }) =>
    visit.every((id) => windowOf(station, lane)?.services.includes(id)),
  )

export type Offer = { time: LocalTime; free: number }

/** Times that can be booked now, each with the number of lanes free; every offered time can be booked, every bookable one is offered. */
export function offersOf(
  station: Station,
  date: LocalDate,
  visit: readonly ServiceId[],
  taken: ReadonlySet<string>,
  now: Instant,
): Offer[] {
  const lanes = lanesFor(station, visit, date)
  const units = unitsOf(visit, station.policy)
  const times = [...new Set(lanes.flatMap((lane) => lane.times))].sort()
  return times.flatMap((time) => {
    if (instantOf(date, time) - station.policy.notice * minute < now) return []
    const free = freeLanes(lanes, taken, time, units, station.policy).length
    return free ? [{ time, free }] : []
  })
}
