/**
 * Waits under four orders, by class and bookable share, and how well the published ranges hold: a month of days of a station with
 * some 400 visits a day, whose people, clerks and lengths the estimate does not know. It learns from each day as it closes.
 */

import { stations } from "#domain/demonstration"
import { type Known, promiseOf, type Range } from "#domain/estimate"
import { type Learned, learnedFrom, lengthsOf, nothingLearned, showsOf } from "#domain/learning"
import { type Group, serviceIds, services } from "#domain/service"
import { type Moment, orderings, type Served, simulatedDay, waitsOf } from "#domain/simulation"
import { type Station, sessionsOn } from "#domain/station"
import { addDays, type LocalDate, minute } from "#domain/time"
import { places } from "#domain/turn"
import { type Figures, figure, table } from "../figures.ts"

const all = (group: Group) => serviceIds.filter((id) => services[id].group === group)

/** Seven windows of unlike services. */
const busyStation: Station = {
  ...stations[0]!,
  // Every weekday alike, as the figures of earlier runs were.
  hours: stations[0]!.hours.with(4, stations[0]!.hours[3]!),
  windows: [
    { no: 1, services: all("rp") },
    { no: 2, services: all("rp") },
    { no: 3, services: all("id") },
    { no: 4, services: all("id") },
    { no: 5, services: [...all("rp"), ...all("pickup")] },
    { no: 6, services: [...all("rp"), ...all("pickup")] },
    { no: 7, services: [...all("rp"), ...all("id")] },
  ],
}

const workdays = (count: number, from: LocalDate = "2026-11-02"): LocalDate[] => {
  const days: LocalDate[] = []
  for (let date = from; days.length < count; date = addDays(date, 1))
    if (sessionsOn(busyStation, date).length > 1) days.push(date)
  return days
}

const bookable = (share: number): Station => ({ ...busyStation, policy: { ...busyStation.policy, bookable: share } })

export async function waitGroup(): Promise<Figures> {
  const figures: Figures = {}
  const rows: (string | number)[][] = []
  for (const share of [0.5, 0.75])
    for (const [name, ordering] of Object.entries(orderings)) {
      const station = bookable(share)
      const days = workdays(66).map((date) => simulatedDay(station, { date, seed: "wait", ordering }))
      const { classes, overtaken } = waitsOf(station, days)
      const of = `wait.${name}.${share * 100}`
      for (const { lane, p50, p95, max } of classes) {
        figures[`${of}.${lane}.p50`] = figure([p50], "min")
        figures[`${of}.${lane}.p95`] = figure([p95], "min")
        figures[`${of}.${lane}.max`] = figure([max], "min")
      }
      figures[`${of}.overtaken`] = figure([overtaken], "people")
      const cells = classes.map(({ p50, p95, max }) => `${p50} / ${p95} / ${max}`)
      rows.push([name, `${share * 100} %`, ...cells, overtaken])
    }
  console.error(
    `\nwaits in minutes, p50 / p95 / longest, of 66 days\n${table(["order", "bookable", "P", "A", "G", "overtaken"], rows)}`,
  )
  return { ...figures, ...backTested() }
}

type Guess = { number: string; range: Range; formula: number; at: number }

/** Four weeks to learn in, then a month that counts. Every third who joins is asked after. */
function backTested(learning = 20, month = 22): Figures {
  const station = bookable(0.5)
  const tally = { asked: 0, inside: 0, error: 0, formula: 0, width: 0 }
  let learned = nothingLearned
  for (const [i, date] of workdays(learning + month, "2026-09-01").entries()) {
    const guesses: Guess[] = []
    const known = { lengths: lengthsOf(learned), shows: showsOf(learned) }
    const mean = meanOf(learned)
    let count = 0
    let booked: number | undefined
    const served = simulatedDay(station, {
      date,
      seed: "back-test",
      joined: (moment) => {
        booked ??= moment.coming.length + (moment.number.startsWith("Y") ? 1 : 0)
        if (i < learning || count++ % 3) return
        const guess = guessed(station, moment, { ...known, coming: nearOf(moment) }, mean)
        if (guess) guesses.push(guess)
      },
    })
    for (const { number, range, formula, at } of guesses) {
      const actual = (served.get(number)!.calledAt - at) / minute
      tally.asked++
      tally.inside += actual >= range.low && actual <= range.high ? 1 : 0
      tally.error += Math.abs(actual - range.middle)
      tally.formula += Math.abs(actual - formula)
      tally.width += range.high - range.low
    }
    const came = [...served.keys()].filter((it) => it.startsWith("Y")).length
    learned = learnedFrom(learned, {
      date,
      visits: [...served.values()].filter((it: Served) => !Number.isNaN(it.minutes)),
      shows: Array.from({ length: booked ?? 0 }, (_, k) => k < came),
      promises: [],
    })
  }
  return {
    "estimate.coverage": figure([tally.inside / tally.asked], "share"),
    "estimate.mae_min": figure([tally.error / tally.asked], "min"),
    "estimate.formula_mae_min": figure([tally.formula / tally.asked], "min"),
    "estimate.width_min": figure([tally.width / tally.asked], "min"),
    "estimate.asked": figure([tally.asked], "people"),
  }
}

/** Minutes of a visit, each service as often as it came. */
function meanOf({ lengths }: Learned): number {
  const sums = Object.values(lengths)
  return sums.reduce((sum, it) => sum + it.mean * it.count, 0) / sums.reduce((sum, it) => sum + it.count, 0)
}

const nearOf = ({ coming, now }: Moment) =>
  coming.filter((it) => it.booked > now - 60 * minute && it.booked < now + 240 * minute)

function guessed(station: Station, { line, number, now }: Moment, known: Known, mean: number): Guess | undefined {
  const range = promiseOf(line, station, number, known, now)
  if (!range) return undefined
  const ahead = places(line, station, now).find((it) => it.number === number)!.ahead
  const service = line.waiting.find((it) => it.number === number)!.service
  const windows = station.windows.filter((it) => it.services.includes(service)).length
  return { number, range, formula: (mean * ahead) / windows, at: now }
}
