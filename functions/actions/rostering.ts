/** The roster of duty as officers read it and the chief changes it. */
import type { Actor } from "#domain/actor"
import { must } from "#domain/permission"
import { fieldProblem, Problem } from "#domain/problem"
import type { UnitId } from "#domain/report"
import { deputyOn, dutyDayOf, type OnDuty, primaryOn, type Shift, whoIsOnDuty } from "#domain/roster"
import { addDays, type LocalDate } from "#domain/time"
import * as people from "#store/people"
import * as rosters from "#store/rosters"
import { counter, write } from "#store/table"
import * as units from "#store/units"
import type { World } from "#world"
import { short } from "./forms.ts"

export type RosterShown = {
  unit: UnitId
  v: number
  now: OnDuty
  /** Who takes turns. */
  officers: readonly string[]
  days: { date: LocalDate; primary?: string; deputy?: string }[]
}

/** Who is called for a unit now: nobody who has left, serves elsewhere or is shut out, whatever the roster says. */
export const onDutyNow = async (world: World, unit: UnitId): Promise<OnDuty> =>
  whoIsOnDuty(unit, world.now(), await units.manned(world))

/** Who is on duty now and in the coming two weeks. */
export async function rosterOf(world: World, by: Actor, unit: UnitId): Promise<RosterShown> {
  must(by, "roster.see", unit)
  const now = world.now()
  const { v, roster } = await rosters.stored(world, unit)
  const today = dutyDayOf(now)
  const days = Array.from({ length: 14 }, (_, i) => addDays(today, i)).map((date) => ({
    date,
    ...(roster?.officers.length && { primary: primaryOn(roster, date)!, deputy: deputyOn(roster, date)! }),
  }))
  return { unit, v, now: await onDutyNow(world, unit), officers: roster?.officers ?? [], days }
}

/**
 * One day's shift to somebody else of the same unit; the next day's deputy follows. `v` is what was on the page; the same `op`
 * again is done already. Refusals: changed-meanwhile, time-past, not-found without a roster, invalid-input (nobody of this unit).
 */
export async function swap(
  world: World,
  by: Actor,
  input: { unit: UnitId; v: number; op: string; date: LocalDate; shift: Shift; staff: string },
): Promise<RosterShown> {
  const { unit, date, shift, staff } = input
  must(by, "roster.change", unit)
  const now = world.now()
  const member = await people.findStaff(world, staff)
  if (!member?.active || member.station !== unit || (member.role !== "officer" && member.role !== "chief"))
    throw fieldProblem("staff", "staff-unknown")
  if (date < dutyDayOf(now)) throw new Problem("time-past")
  const { v, op: last, roster } = await rosters.stored(world, unit)
  if (!roster) throw new Problem("not-found")
  const op = `swap:${short(world, [unit, date, shift, staff, input.op].join())}`
  if (last !== op) {
    if (v !== input.v) throw new Problem("changed-meanwhile")
    const kept = roster.swaps.filter(
      (it) => it.date >= addDays(dutyDayOf(now), -2) && !(it.date === date && it.shift === shift),
    )
    const after = { ...roster, swaps: [...kept, { date, shift, staff }] }
    const outcome = await write(world, [rosters.change(by, op, now, v, after)], counter())
    if (!outcome.written && outcome.failed[0]!.found?.op !== op) throw new Problem("changed-meanwhile")
    units.forget(world)
  }
  return rosterOf(world, by, unit)
}
