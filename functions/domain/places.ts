/**
 * A place (号源) is one cell of a station's day for one group: a lane (one window's time) at a unit of time.
 * The grid follows from hours and policy alone, as they were when the day came on sale; what has been closed since takes cells
 * from it and moves none. What is taken lies in the table, one key a cell (design.md §3.1).
 */
import { minutesOfSession, type Session, scheduledOn, without } from "./schedule.ts"
import { type Group, groupOf, groups, type ServiceId, services } from "./service.ts"
import {
  closedOn,
  layoutOn,
  type Policy,
  type Station,
  sessionsOn,
  stationOn,
  unitOf,
  type Window,
  type WindowNo,
} from "./station.ts"
import { type Instant, instantOf, type LocalDate, type LocalTime, minute, minutesOf, timeAt } from "./time.ts"

export type Cell = { time: LocalTime; lane: WindowNo }
export type Lane = { lane: WindowNo; times: readonly LocalTime[] }

/** Units that a visit covers: its services' minutes, summed and rounded up. */
export const unitsOf = (visit: readonly ServiceId[], policy: Policy): number =>
  Math.ceil(visit.reduce((sum, id) => sum + services[id].minutes, 0) / unitOf(policy, groupOf(visit[0]!)))

/** The cells of a day that are open now, lane by lane, for some service of the group at least. */
export const lanesOf = (station: Station, group: Group, date: LocalDate): Lane[] =>
  openOf(station, group, date, (some) => some.some((id) => groupOf(id) === group)).map(inWords)

/** The lanes of a visit: those whose window serves all of it, at the hours that are for it. */
export const lanesFor = (station: Station, visit: readonly ServiceId[], date: LocalDate): Lane[] =>
  openFor(station, visit, date).map(inWords)

const openFor = (station: Station, visit: readonly ServiceId[], date: LocalDate) =>
  openOf(station, groupOf(visit[0]!), date, (some) => visit.every((id) => some.includes(id)))

/** Every cell that the day was sold with, open or not. */
export const soldLanesOf = (station: Station, group: Group, date: LocalDate): Lane[] =>
  laidOut(station, group, date).map(({ window, times }) =>
    inWords({ lane: window.no, minutes: times.map((it) => it.at) }),
  )

const inWords = ({ lane, minutes }: { lane: WindowNo; minutes: readonly number[] }): Lane => ({
  lane,
  times: minutes.map(timeAt),
})

type Times = { at: number; tag: readonly ServiceId[] | undefined }[]

function openOf(
  station: Station,
  group: Group,
  date: LocalDate,
  serves: (some: readonly ServiceId[]) => boolean,
): { lane: WindowNo; minutes: readonly number[] }[] {
  const { unit } = stationOn(station, date, group).policy
  const sessions = sessionsOn(station, date).filter(([, , tag]) => !tag || serves(tag))
  return laidOut(station, group, date).flatMap(({ window, times }) => {
    const here = station.windows.find((it) => it.no === window.no)
    if (!here || !serves(here.services)) return []
    const shut = closedOn(station, date, window.no)
    const open = sessions.flatMap((it) => without(it, shut)).map(minutesOfSession)
    const minutes = times.flatMap(({ at, tag }) =>
      (!tag || serves(tag)) && open.some(([from, to]) => from <= at && at + unit <= to) ? [at] : [],
    )
    return minutes.length ? [{ lane: window.no, minutes }] : []
  })
}

/**
 * The bookable cells of a day as it was sold. A window's sessions are cut into whole blocks; every k-th of them, by the
 * bookable share, is for booking, windows staggered so that walk-ins always find one free; a window that serves
 * several groups deals its bookable blocks among them in turn, so no minute is on sale twice.
 */
function laidOut(station: Station, group: Group, date: LocalDate): { window: Window; times: Times }[] {
  const { unit, block, bookable } = stationOn(station, date, group).policy
  const layout = layoutOn(station, date)
  const sessions = scheduledOn(layout, date)
  return layout.windows.flatMap((window) => {
    if (!groupsIn(window.services).includes(group)) return []
    const times: Times = []
    let dealt = rankOf(layout.windows, window)
    let index = dealt
    for (const session of sessions) {
      const mine = groupsAt(window, session)
      const [from, to] = minutesOfSession(session)
      for (let start = from; start + block <= to; start += block, index++) {
        // Before 04:00 the line is still yesterday's: nobody could check in there.
        if (start < 4 * 60) continue
        if (Math.floor((index + 1) * bookable) === Math.floor(index * bookable)) continue
        if (mine[dealt++ % mine.length] !== group) continue
        for (let at = start; at + unit <= start + block; at += unit) times.push({ at, tag: session[2] })
      }
    }
    return times.length ? [{ window, times }] : []
  })
}

const groupsIn = (some: readonly ServiceId[]) => groups.filter((it) => some.some((id) => groupOf(id) === it))

const groupsAt = (window: Window, [, , tag]: Session) =>
  groupsIn(tag ? window.services.filter((id) => tag.includes(id)) : window.services)

/** The window's place among those that mainly serve the same group: neighbours in it take bookings in turn. */
function rankOf(windows: readonly Window[], mine: Window): number {
  const main = (window: Window) => window.services[0] && groupOf(window.services[0])
  return windows.filter((it) => it.no < mine.no && main(it) === main(mine)).length
}

/** The consecutive cells of one lane that a visit from `time` covers, or undefined where the lane does not hold it. */
export function cellsFrom(lane: Lane, time: LocalTime, units: number, policy: Policy): Cell[] | undefined {
  const wanted = Array.from({ length: units }, (_, i) => minutesOf(time) + i * policy.unit)
  if (wanted.some((at) => at >= 24 * 60 || !lane.times.includes(timeAt(at)))) return undefined
  return wanted.map((at) => ({ time: timeAt(at), lane: lane.lane }))
}

/** Sort key of a cell: 0900#02. */
export function cellName({ time, lane }: Cell): string {
  names[lane] ??= new Map()
  const known = names[lane].get(time)
  if (known) return known
  const name = `${time.slice(0, 2)}${time.slice(3)}#${lane < 10 ? "0" : ""}${lane}`
  names[lane].set(time, name)
  return name
}
/** By lane, written once: a month asks for twenty thousand, and a string that was looked up before is found sooner. */
const names: Map<LocalTime, string>[] = []

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

export type Offer = { time: LocalTime; free: number }

/** Times that can be booked now, each with the number of lanes free; every offered time can be booked, every bookable one is offered. */
export function offersOf(
  station: Station,
  date: LocalDate,
  visit: readonly ServiceId[],
  taken: ReadonlySet<string>,
  now: Instant,
): Offer[] {
  const { policy } = stationOn(station, date, groupOf(visit[0]!))
  const units = unitsOf(visit, policy)
  const free = new Map<number, number>()
  for (const { lane, minutes } of openFor(station, visit, date)) {
    // From the end: how many cells from here on are free, one after another.
    let run = 0
    for (let i = minutes.length - 1; i >= 0; i--) {
      const at = minutes[i]!
      if (minutes[i + 1] !== at + policy.unit) run = 0
      run = taken.has(cellName({ time: timeAt(at), lane })) ? 0 : run + 1
      if (run >= units) free.set(at, (free.get(at) ?? 0) + 1)
    }
  }
  const from = (now - instantOf(date, "00:00")) / minute + policy.notice
  return [...free]
    .filter(([at]) => at >= from)
    .sort(([a], [b]) => a - b)
    .map(([at, lanes]) => ({ time: timeAt(at), free: lanes }))
}
