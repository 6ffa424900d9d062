/**
 * How a station changes under days that are on sale. They keep what lays out their places, windows, hours and grid, as it was
 * when they came on sale: else a minute might be sold twice. A change holds for places from the first day that nobody could book
 * yet, and at the counter at once.
 */
import { changedPolicy, type PolicyChange } from "./policy.ts"
import { type Schedule, scheduleOf } from "./schedule.ts"
import { groups } from "./service.ts"
import { daysOf, type Layout, type Policy, type Station, unitOf, type Window } from "./station.ts"
import { addDays, dateOf, type Instant, type LocalDate } from "./time.ts"

/**
 * The first day that cannot be booked yet, nor tomorrow by a process that has not heard of a change made a moment before the
 * release.
 */
export function gridFrom(station: Station, now: Instant): LocalDate {
  const longer = { ...station, policy: { ...station.policy, horizon: station.policy.horizon + 1 } }
  const onSale = daysOf({ ...longer, closures: [] }, now).at(-1) ?? dateOf(now)
  const sold = station.soldUntil ?? onSale
  return addDays(sold > onSale ? sold : onSale, 1)
}

export const underSchedule = (station: Station, schedule: Schedule, now: Instant): Station => {
  const { hours: _, seasons: __, holidays: ___, exceptions: ____, ...rest } = laidDown(station, now)
  return { ...rest, ...scheduleOf(schedule) }
}

export const underWindows = (station: Station, windows: readonly Window[], now: Instant): Station => ({
  ...laidDown(station, now),
  windows: windows.toSorted((a, b) => a.no - b.no),
})

/** Refuses numbers that contradict one another: invalid-input. */
export function underPolicy(station: Station, change: PolicyChange, now: Instant): Station {
  const before = decided(station)
  const after = changedPolicy(before, change)
  const { unit, units, block, bookable, ...rest } = after
  const grids = (station.grids ?? []).filter((_, i, all) => (all[i + 1]?.from ?? "9999") > dateOf(now))
  const laidOut = { unit, ...(units && { units }), block, bookable }
  const same =
    groups.every((it) => unitOf(after, it) === unitOf(before, it)) &&
    block === before.block &&
    bookable === before.bookable
  const from = gridFrom(station, now)
  return {
    ...station,
    policy: { ...station.policy, ...rest },
    grids: same ? grids : [...grids.filter((it) => it.from < from), { from, ...laidOut }],
    soldUntil: addDays(from, -1),
  }
}

/** The numbers as last decided, whenever they come to hold. */
export function decided({ policy, grids = [] }: Station): Policy {
  const grid = grids.at(-1)
  if (!grid) return policy
  const { from: _, ...laidOut } = grid
  const { units: __, ...rest } = policy
  return { ...rest, ...laidOut }
}

/** The station with its present windows and hours set down for the days that are on sale under them. */
function laidDown(station: Station, now: Instant): Station {
  const until = addDays(gridFrom(station, now), -1)
  const layout: Layout = { ...scheduleOf(station), windows: station.windows }
  const kept = (station.layouts ?? []).filter((it) => it.until >= dateOf(now))
  const known = kept.some((it) => it.until >= until)
  return { ...station, layouts: known ? kept : [...kept, { ...layout, until }], soldUntil: until }
}
