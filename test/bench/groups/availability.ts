/** Free times of a month at ten windows, computed from what is taken; and what one day's refresh reads. */
import { cellName, lanesFor, offersOf } from "#domain/places"
import type { Station } from "#domain/station"
import { addDays, type LocalDate } from "#domain/time"
import { aStation, monday } from "#test/builders"
import { cpuMs, type Figures, figure } from "../figures.ts"
import { refreshCost } from "../ledger.ts"
import { meter } from "../meter.ts"
import { built, threeWindows } from "../scene.ts"
import type { Stand } from "../stand.ts"

const visit = ["rp-endorse"] as const
const runs = 15
/** Months in a run: the clock of a thread's own time is coarse. */
const months = 10

export async function availabilityGroup(stand: Stand): Promise<Figures> {
  const world = await stand.world()
  const ten = tenWindows()
  for (const station of [threeWindows, ten]) await built(world, station)
  const counted = meter(world)
  const reads = async (station: Station) =>
    (await refreshCost(world, counted, station, addDays(monday, 1))).own.bookings.reads
  return {
    "availability.cpu_ms_empty": figure(await computing(0), "ms"),
    "availability.cpu_ms_20k": figure(await computing(20_000), "ms"),
    "availability.read_units": figure([await reads(threeWindows)], "units"),
    "availability.read_units_10_windows": figure([await reads(ten)], "units"),
  }
}

const tenWindows = () =>
  aStation(
    Array.from({ length: 10 }, () => visit),
    { id: "FZ-JA-B10", hours: Array.from({ length: 7 }, () => [["08:00", "20:00"]] as const) },
  )

async function computing(booked: number): Promise<number[]> {
  const station = tenWindows()
  const days = Array.from({ length: 30 }, (_, i) => addDays(monday, i))
  const taken = takenOn(station, days, booked)
  const month = () => {
    let free = 0
    for (const date of days) for (const offer of offersOf(station, date, visit, taken.get(date)!, 0)) free += offer.free
    return free
  }
  for (let i = 0; i < 10; i++) month()
  const spent: number[] = []
  const several = () => {
    for (let i = 0; i < months; i++) month()
  }
  for (let i = 0; i < runs; i++) spent.push((await cpuMs(several)) / months)
  return spent
}

/** So many one-unit bookings, spread evenly over the month's cells. */
function takenOn(station: Station, days: readonly LocalDate[], booked: number): Map<LocalDate, Set<string>> {
  const cells = days.flatMap((date) =>
    lanesFor(station, visit, date).flatMap(({ lane, times }) =>
      times.map((time) => ({ date, name: cellName({ lane, time }) })),
    ),
  )
  if (cells.length < booked) throw new Error(`A month of ${cells.length} cells holds no ${booked} bookings`)
  const taken = new Map(days.map((date) => [date, new Set<string>()]))
  for (let i = 0; i < booked; i++) {
    const { date, name } = cells[Math.floor((i * cells.length) / booked)]!
    taken.get(date)!.add(name)
  }
  return taken
}
