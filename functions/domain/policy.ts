/**
 * The numbers that a chief may change, each with its bounds. `Policy` is what the rules read; here it is one flat list, so that
 * a page, a schema and the tests go through all of them. Every number is ours and the station's to change (design.md §3.2).
 */
import * as z from "zod/mini"
import { fieldProblem } from "./problem.ts"
import { type Group, groups, services } from "./service.ts"
import type { Policy } from "./station.ts"

/** What a number counts, for its words; a switch is 0 or 1, a clock an hour of the day. */
export const measures = ["minutes", "seconds", "days", "times", "people", "share", "switch", "hours", "clock"] as const
export type Measure = (typeof measures)[number]

export type Bounds = {
  least: number
  most: number
  step: number
  measure: Measure
  /** Shapes the grid of bookable places: a change waits until the first day that is not on sale yet. */
  grid?: true
  /** The simulated day knows it. */
  simulated?: true
}

const minutes = { step: 1, measure: "minutes" } as const

/** In the order in which a chief reads them: what is booked, when one arrives, whose turn it is, who is missed. */
export const bounds = {
  bookable: { least: 0, most: 0.75, step: 0.05, measure: "share", grid: true, simulated: true },
  unit: { least: 5, most: 10, step: 5, measure: "minutes", grid: true },
  block: { least: 20, most: 120, step: 10, measure: "minutes", grid: true },
  // Of one group alone; 0 is the unit of all.
  unitRp: { least: 0, most: 10, step: 5, measure: "minutes", grid: true },
  unitId: { least: 0, most: 10, step: 5, measure: "minutes", grid: true },
  unitPickup: { least: 0, most: 10, step: 5, measure: "minutes", grid: true },
  horizon: { least: 1, most: 30, step: 1, measure: "days" },
  release: { least: 0, most: 23, step: 1, measure: "clock" },
  waves: { least: 0, most: 20, step: 1, measure: "times" },
  waveGap: { least: 5, most: 120, step: 5, measure: "seconds" },
  answerWithin: { least: 1, most: 72, step: 1, measure: "hours" },
  earlierWithin: { ...minutes, least: 5, most: 30 },
  notice: { ...minutes, least: 0, most: 240 },
  reopenFrom: { ...minutes, least: 0, most: 60 },
  reopenTo: { ...minutes, least: 1, most: 240 },
  checkInEarly: { ...minutes, least: 5, most: 60, simulated: true },
  onTime: { ...minutes, least: 0, most: 30, simulated: true },
  late: { ...minutes, least: 0, most: 120, simulated: true },
  lateCredit: { ...minutes, least: 0, most: 30, simulated: true },
  callableBefore: { ...minutes, least: 0, most: 20, simulated: true },
  overWaiting: { ...minutes, least: 10, most: 240, simulated: true },
  recalls: { least: 0, most: 5, step: 1, measure: "times" },
  recallGap: { least: 5, most: 120, step: 1, measure: "seconds" },
  returnWithin: { ...minutes, least: 0, most: 120 },
  returnBehind: { least: 0, most: 10, step: 1, measure: "people" },
  parkFor: { ...minutes, least: 5, most: 120 },
  remote: { least: 0, most: 1, step: 1, measure: "switch" },
  renewHere: { least: 0, most: 1, step: 1, measure: "switch" },
  perWeek: { least: 1, most: 7, step: 1, measure: "times" },
  noShows: { least: 1, most: 10, step: 1, measure: "times" },
  noShowDays: { least: 30, most: 365, step: 1, measure: "days" },
  pauseDays: { least: 1, most: 365, step: 1, measure: "days" },
  near: { least: 1, most: 10, step: 1, measure: "people" },
} as const satisfies Record<string, Bounds>

export type PolicyName = keyof typeof bounds
export const policyNames = Object.keys(bounds) as PolicyName[]
export type Numbers = Record<PolicyName, number>

export const numbersOf = ({ reopen, remote, renewHere, units, ...rest }: Policy): Numbers => ({
  ...rest,
  unitRp: units?.rp ?? 0,
  unitId: units?.id ?? 0,
  unitPickup: units?.pickup ?? 0,
  remote: Number(remote),
  renewHere: Number(renewHere),
  reopenFrom: reopen[0],
  reopenTo: reopen[1],
})

export const policyOf = ({
  reopenFrom,
  reopenTo,
  unit,
  unitRp,
  unitId,
  unitPickup,
  remote,
  renewHere,
  ...rest
}: Numbers): Policy => ({
  ...rest,
  ...unitsOf({ rp: unitRp, id: unitId, pickup: unitPickup }),
  remote: remote === 1,
  renewHere: renewHere === 1,
  unit: unit === 10 ? 10 : 5,
  reopen: [reopenFrom, reopenTo],
})

function unitsOf(asked: Record<Group, number>): Pick<Policy, "units"> {
  const own = groups.flatMap((group) => (asked[group] ? [[group, asked[group] === 10 ? 10 : 5] as const] : []))
  return own.length ? { units: Object.fromEntries(own) } : {}
}

const within = ({ least, most, step }: Bounds) =>
  z.optional(
    z.number("policy-number").check(
      z.gte(least, "policy-number"),
      z.lte(most, "policy-number"),
      z.refine((value) => Math.abs(value / step - Math.round(value / step)) < 1e-6, "policy-number"),
    ),
  )

/** Some of the numbers, each within its bounds; at least one. */
export const PolicyChange = z
  .strictObject(
    Object.fromEntries(policyNames.map((name) => [name, within(bounds[name])])) as {
      [name in PolicyName]: ReturnType<typeof within>
    },
  )
  .check(
    z.refine((change) => Object.keys(change).length > 0, "policy-empty"),
    z.meta({ id: "PolicyChange" }),
  )
export type PolicyChange = z.infer<typeof PolicyChange>

/** The policy after a change. Refuses numbers that contradict one another: invalid-input, at the field that would have to give way. */
export function changedPolicy(policy: Policy, change: PolicyChange): Policy {
  const now = { ...numbersOf(policy), ...given(change) }
  const [first] = contradictionsIn(now)
  if (first) throw fieldProblem(`change.${first.field}`, first.fault)
  return policyOf(now)
}

/** Numbers that are each within their bounds and cannot all be so. */
export function contradictionsIn(now: Numbers): { field: PolicyName; fault: "policy-block" | "policy-order" }[] {
  const longest = Math.max(...Object.values(services).map((it) => it.minutes))
  const all = [
    { field: "block", fault: "policy-block", so: now.block < longest || now.block % now.unit !== 0 },
    { field: "reopenTo", fault: "policy-order", so: now.reopenTo <= now.reopenFrom },
    { field: "late", fault: "policy-order", so: now.late < now.onTime },
    { field: "callableBefore", fault: "policy-order", so: now.callableBefore > now.checkInEarly },
  ] as const
  return all.filter((it) => it.so)
}

const given = (change: PolicyChange): Partial<Numbers> =>
  Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
