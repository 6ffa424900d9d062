/**
 * A real city's stations, units, venues, places, rosters and staff, written by whoever deploys (README, Deploying), on any stage.
 *
 * What is there already stays: chiefs may have changed it since. Roles and stations of staff, and who takes turns in a roster,
 * are nobody's to change in the portal, since a chief has a say at one station only; so that people may come, move and be
 * promoted, `change` makes those what the city says, and nothing else. Whoever leaves is shut out by their chief (signing.ts).
 */
import { isDeepStrictEqual } from "node:util"
import { type Actor, StaffId } from "#domain/actor"
import { type City, type Kind, kinds, placeOf, rosterOf, stationOf, unitOf, venueOf } from "#domain/city"
import { type CityFault, judgedCity, type Stored } from "#domain/city-faults"
import { Problem } from "#domain/problem"
import type { Roster } from "#domain/roster"
import * as places from "#store/gazetteer"
import * as people from "#store/people"
import * as rosters from "#store/rosters"
import * as stations from "#store/stations"
import { type Change, counter, insist, type Outcome, pause, write } from "#store/table"
import * as units from "#store/units"
import type { World } from "#world"

const by: Actor = { kind: "system", name: "setup" }
const op = "setup"

type Counted = { [kind in Kind]?: { count: number; ids: string[] } }
/** `differs`: stored otherwise than the city says, in these fields, and left so. */
export type Loaded = {
  added: Counted
  known: Counted
  changed: Counted
  differs: { kind: Kind; id: string; fields: readonly string[] }[]
}
type One = { id: string; became: "added" | "known" | "changed"; differs?: readonly string[] }

/**
 * Adds what of the city is not there yet, or answers all that is wrong with it and writes nothing. May be sent again, also after
 * a run that was cut off, and by two at once. Refusal: busy, where the tables do not keep up; the same again then goes on.
 */
export async function load(of: World, given: unknown): Promise<Loaded | { faults: CityFault[] }> {
  // What a process keeps of its last reading may be ten seconds old; a world of its own has read nothing yet.
  const world = { ...of }
  const stored = await storedBefore(world, given)
  const judged = judgedCity(given, stored)
  if ("faults" in judged) return judged
  const { city } = judged
  const { change = false } = city
  const now = world.now()
  const put = async (kind: Kind, { id }: { id: string }, change: () => Change): Promise<One> => {
    const isAdded = !stored[kind].has(id) && (await written(world, [change()])).written
    return { id, became: isAdded ? "added" : "known" }
  }
  const done: Record<Kind, One[]> = {
    units: await someAtATime(city.units, (it) => put("units", it, () => units.unitChange(op, now, unitOf(it)))),
    stations: await someAtATime(city.stations, (it) =>
      put("stations", it, () => stations.stationChange(op, now, stationOf(it))),
    ),
    staff: await someAtATime(city.staff, (it) => member(world, it, stored.staff.get(it.id), change)),
    rosters: await someAtATime(city.rosters, (it) => roster(world, it, stored.rosters.get(it.unit), change)),
    venues: await someAtATime(city.venues, (it) => put("venues", it, () => units.venueChange(op, now, venueOf(it)))),
    places: await someAtATime(city.places, (it) => put("places", it, () => places.change(op, now, placeOf(it)))),
  }
  const counted = (became: One["became"]): Counted =>
    Object.fromEntries(
      kinds.flatMap((kind) => {
        const ids = done[kind].flatMap((it) => (it.became === became ? [it.id] : []))
        return ids.length ? [[kind, { count: ids.length, ids }]] : []
      }),
    )
  return {
    added: counted("added"),
    known: counted("known"),
    changed: counted("changed"),
    differs: kinds.flatMap((kind) =>
      done[kind].flatMap(({ id, differs: fields = [] }) => (fields.length ? [{ kind, id, fields }] : [])),
    ),
  }
}

/** What is stored, of staff those whom the city names: whatever else it is, it may hold names. */
async function storedBefore(world: World, given: unknown) {
  const { staff, rosters: duties } = (given ?? {}) as { staff?: unknown; rosters?: unknown }
  const each = (list: unknown) => (Array.isArray(list) ? (list as ({ id?: unknown; officers?: unknown } | null)[]) : [])
  const named = [
    ...each(staff).map((it) => it?.id),
    ...each(duties).flatMap((it) => (Array.isArray(it?.officers) ? (it.officers as unknown[]) : [])),
  ].filter((it): it is string => StaffId.safeParse(it).success)
  const [{ stations: all, units: others, venues, places: known, rosters: onDuty }, members] = await Promise.all([
    units.city(world),
    people.findMany(world, named),
  ])
  const byId = <T extends { id: string }>(list: readonly T[]) => new Map(list.map((it) => [it.id, it]))
  return {
    stations: byId(all),
    units: byId(others),
    venues: byId(venues),
    places: byId(known),
    rosters: onDuty,
    staff: byId(members),
  } satisfies Stored
}

/** Some at a time: on a busy machine a hundred at once would wait for one another until they time out. */
export async function someAtATime<T, R>(list: readonly T[] = [], act: (it: T) => Promise<R>): Promise<R[]> {
  const done: R[] = []
  for (let i = 0; i < list.length; i += 25) done.push(...(await Promise.all(list.slice(i, i + 25).map(act))))
  return done
}

/** A new table takes only so many writes a second: what it has no time for is tried again. */
async function written(world: World, changes: readonly Change[]): Promise<Outcome> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await write(world, changes, counter())
    } catch (error) {
      if (!(error instanceof Problem && error.code === "busy") || attempt === 10) throw error
      await pause(attempt, 4000)
    }
  }
}

type Member = NonNullable<City["staff"]>[number]
const memberDiffers = (a: Omit<Member, "id">, b: Member) =>
  (["name", "role", "station"] as const).filter((name) => a[name] !== b[name])
const rosterDiffers = (a: Roster, b: Omit<Roster, "swaps">) =>
  (["officers", "from", "night"] as const).filter((name) => !isDeepStrictEqual(a[name], b[name]))

/** Who becomes something else signs in anew: no session goes on under another role or at another station. */
async function member(world: World, it: Member, known: people.StaffMember | undefined, change: boolean): Promise<One> {
  const { id } = it
  const listed = () => people.staffListed(by, op, world.now(), it)
  const joining = people.staffChange(by, op, world.now(), { ...it, active: true })
  if (known && !(change && memberDiffers(known, it).length))
    return { id, became: "known", differs: memberDiffers(known, it) }
  if (!known && (await written(world, [joining, listed()])).written) return { id, became: "added" }
  return insist(async () => {
    const before = await people.findStaff(world, id)
    if (!before) return (await written(world, [joining])).written ? { id, became: "added" } : undefined
    const differs = memberDiffers(before, it)
    if (!differs.length || !change) return { id, became: "known", differs }
    await written(world, [listed()])
    const after = people.staffChange(by, op, world.now(), { ...before, ...it, sessions: [] })
    return (await written(world, [after])).written ? { id, became: "changed" } : undefined
  })
}

/** Shifts that were swapped stay so. */
async function roster(
  world: World,
  it: NonNullable<City["rosters"]>[number],
  known: Roster | undefined,
  change: boolean,
): Promise<One> {
  const id = it.unit
  if (known && !(change && rosterDiffers(known, it).length))
    return { id, became: "known", differs: rosterDiffers(known, it) }
  if (!known && (await written(world, [rosters.change(by, op, world.now(), 0, rosterOf(it))])).written)
    return { id, became: "added" }
  return insist(async () => {
    const { v, roster: before } = await rosters.stored(world, id)
    const differs = before ? rosterDiffers(before, it) : []
    if (!before || !differs.length || !change) return { id, became: "known", differs }
    const after = rosters.change(by, op, world.now(), v, { ...before, ...it })
    return (await written(world, [after])).written ? { id, became: "changed" } : undefined
  })
}
