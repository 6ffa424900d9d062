/**
 * The roster of duty (值班表): the primary (正班) is at the station from 08:00 to 18:00, the deputy (副班) supports by day and
 * has the night; today's primary is tomorrow's deputy (正副班制, domain.md §1.3 A12; hours and rotation ours to change).
 */
import type { UnitId } from "./report.ts"
import { addDays, dateOf, hour, type Instant, instantOf, type LocalDate } from "./time.ts"
import { boundTo, commandOf, type Unit } from "./unit.ts"

export const shifts = ["primary", "deputy"] as const
export type Shift = (typeof shifts)[number]
/** One day's shift is somebody else's. */
export type Swap = { date: LocalDate; shift: Shift; staff: string }

export type Roster = {
  unit: UnitId
  /** Who takes turns as primary, a day each, the first of them on `from`. */
  officers: readonly string[]
  from: LocalDate
  /** The deputy has the night; a unit without is on duty by day only. */
  night: boolean
  swaps: readonly Swap[]
}

const dayFrom = "08:00"
const dayTo = "18:00"

/** A night belongs to the day on which it began. */
export const dutyDayOf = (at: Instant): LocalDate => dateOf(at - 8 * hour)

const swapped = ({ swaps }: Roster, date: LocalDate, shift: Shift) =>
  swaps.findLast((it) => it.date === date && it.shift === shift)?.staff

export function primaryOn(roster: Roster, date: LocalDate): string | undefined {
  const { officers, from } = roster
  const days = Math.round((Date.parse(date) - Date.parse(from)) / 86_400_000)
  const turn = ((days % officers.length) + officers.length) % officers.length
  return swapped(roster, date, "primary") ?? officers[turn]
}

/** Whoever really was primary yesterday, swaps included. */
export const deputyOn = (roster: Roster, date: LocalDate): string | undefined =>
  swapped(roster, date, "deputy") ?? primaryOn(roster, addDays(date, -1))

/** Who acts for a unit: the first is called first, the others stand by; `until` when that changes. */
export type OnDuty = { unit: UnitId; staff: readonly string[]; until: Instant }

/** Whom the unit itself has on duty, or undefined. */
export function ownDuty(roster: Roster | undefined, at: Instant): OnDuty | undefined {
  if (!roster?.officers.length) return undefined
  const date = dutyDayOf(at)
  const evening = instantOf(date, dayTo)
  const [primary, deputy] = [primaryOn(roster, date)!, deputyOn(roster, date)!]
  if (at < evening) return { unit: roster.unit, staff: [...new Set([primary, deputy])], until: evening }
  return roster.night ? { unit: roster.unit, staff: [deputy], until: instantOf(addDays(date, 1), dayFrom) } : undefined
}

/** The rosters of a city, and whether somebody really serves where they say: without `serves` they are taken at their word. */
export type Manned = {
  units: readonly Unit[]
  rosters: ReadonlyMap<UnitId, Roster>
  serves?: (staff: string, unit: UnitId) => boolean
}

/**
 * Who is on duty for a unit: its own officer, else its bound precinct's, else the command centre's, which stands by day and
 * night, else any other precinct's. Whoever does not serve there any more is passed over, for the next of the unit. Always answers;
 * `staff` is empty only where nobody in the whole city is on duty, and then it is the command centre's screen.
 */
export function whoIsOnDuty(unit: UnitId, at: Instant, { units, rosters, serves = () => true }: Manned): OnDuty {
  const acting = actingFor(unit, units)
  const all = new Set([...acting, ...units.map(({ id }) => id)])
  const servingIn = (id: UnitId, staff: readonly string[] = []) => staff.filter((it) => serves(it, id))
  for (const id of all) {
    const duty = ownDuty(rosters.get(id), at)
    if (!duty) continue
    const named = servingIn(id, duty.staff)
    const staff = named.length ? named : servingIn(id, rosters.get(id)?.officers).slice(0, 1)
    if (staff.length) return { ...duty, staff }
  }
  const command = acting.at(-1)!
  return { unit: command, staff: servingIn(command, rosters.get(command)?.officers).slice(0, 1), until: at + hour }
}

/** A unit, then who stands in for it. */
const actingFor = (unit: UnitId, units: readonly Unit[]): UnitId[] => [
  unit,
  ...boundTo(units, unit).map((it) => it.id),
  commandOf(units)?.id ?? unit,
]
