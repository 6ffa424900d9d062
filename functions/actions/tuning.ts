/** A chief turns the station's numbers: sees them, tries a change on simulated days, saves it. */
import type { Actor } from "#domain/actor"
import { decided, gridFrom, underPolicy } from "#domain/layout"
import { enough, lengthsOf, shareHeld } from "#domain/learning"
import { must } from "#domain/permission"
import {
  bounds,
  changedPolicy,
  type Measure,
  numbersOf,
  type PolicyChange,
  type PolicyName,
  policyNames,
} from "#domain/policy"
import { services } from "#domain/service"
import { previewed, type Simulated } from "#domain/simulation"
import { type Policy, type Station, type StationId, sessionsOn, policy as usual } from "#domain/station"
import { addDays, dateOf, type LocalDate } from "#domain/time"
import * as durations from "#store/durations"
import * as stations from "#store/stations"
import { counter, write } from "#store/table"
import type { World } from "#world"
import { short } from "./forms.ts"

type Row = {
  name: PolicyName
  value: number
  usual: number
  least: number
  most: number
  step: number
  measure: Measure
  grid: boolean
  simulated: boolean
}

/** All numbers as last decided, what was learned, and how often promised waits held. */
export async function policyOf(world: World, by: Actor, id: StationId) {
  must(by, "policy.see", id)
  const [{ v, station }, learned] = await Promise.all([stations.stored(world, id), durations.find(world, id)])
  const [now, before] = [numbersOf(decided(station)), numbersOf(usual)]
  const inside = shareHeld(learned)
  const lengths = lengthsOf(learned)
  const offered = new Set(station.windows.flatMap((it) => it.services))
  return {
    station: id,
    v,
    numbers: policyNames.map((name): Row => {
      const { grid, simulated, ...rest } = { grid: false, simulated: false, ...bounds[name] }
      return { name, value: now[name], usual: before[name], ...rest, grid, simulated }
    }),
    gridFrom: gridFrom(station, world.now()),
    promised: {
      counted: Math.round(learned.promised.counted),
      ...(inside !== undefined && { inside: Math.round(inside * 1000) / 1000 }),
    },
    learned: [...offered].map((service) => ({
      service,
      minutes: Math.round(lengths[service].mean * 10) / 10,
      samples: learned.lengths[service]?.count ?? 0,
      enough,
      usual: services[service].minutes,
    })),
  }
}

/** A few simulated days before and after. Refusal: invalid-input for numbers that contradict one another. */
export async function preview(
  world: World,
  by: Actor,
  input: { station: StationId; change: PolicyChange },
): Promise<{ days: number; before: Simulated; after: Simulated }> {
  must(by, "policy.see", input.station)
  const { station } = await stations.stored(world, input.station)
  const now = decided(station)
  const after = changedPolicy(now, input.change)
  const from = dateOf(world.now())
  const days = openDays(station, from)
  const under = (policy: Policy) => previewed({ ...station, policy, grids: [], layouts: [], closures: [] }, days)
  return { days: days.length, before: under(now), after: under(after) }
}

/** Fewer days of a large station: an answer takes about a second of this machine at most. */
function openDays(station: Station, from: LocalDate): LocalDate[] {
  const wanted = Math.max(1, Math.min(6, Math.floor(30 / Math.max(1, station.windows.length))))
  const days: LocalDate[] = []
  for (let i = 0; i < 14 && days.length < wanted; i++) {
    const date = addDays(from, i)
    if (sessionsOn(station, date).length) days.push(date)
  }
  return days
}

/**
 * Saves a change over the version that was seen; the same operation again finds itself saved. Other processes read the station
 * anew within ten seconds. Refusals: changed-meanwhile, invalid-input.
 */
export async function changePolicy(
  world: World,
  by: Actor,
  input: { station: StationId; v: number; op: string; change: PolicyChange },
) {
  must(by, "policy.change", input.station)
  const { station } = await stations.stored(world, input.station)
  const now = world.now()
  const op = `policy:${short(world, [input.station, JSON.stringify(input.change), input.op].join())}`
  const change = stations.resaved(by, op, now, input.v, underPolicy(station, input.change, now))
  const outcome = await write(world, [change], counter())
  if (!outcome.written && outcome.failed[0]!.found?.op !== op) throw change.or
  return policyOf(world, by, input.station)
}
