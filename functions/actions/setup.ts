/** What is done once by hand: a real city is loaded, or the demonstration is written where it is not there yet, with codes for a kiosk and a display to start with. */
import type { Actor } from "#domain/actor"
import * as demonstration from "#domain/demonstration"
import * as duty from "#domain/demonstration-units"
import { gazetteer } from "#domain/gazetteer"
import { Problem } from "#domain/problem"
import { monthOf } from "#domain/time"
import * as places from "#store/gazetteer"
import * as people from "#store/people"
import * as pushes from "#store/pushes"
import * as rosters from "#store/rosters"
import * as stations from "#store/stations"
import { type Change, counter, write } from "#store/table"
import * as units from "#store/units"
import type { World } from "#world"
import { load, someAtATime } from "./loading.ts"
import { invite } from "./pairing.ts"

const by: Actor = { kind: "system", name: "setup" }

/** `city`: see domain/city.ts. */
export type ByHand = { pair?: boolean; renew?: boolean; city?: unknown }

/**
 * What is asked for by hand: the demonstration, with codes to `pair` by; or, on any stage, to load a `city` or to `renew` the data
 * key of this month.
 */
export async function byHand(world: World, { pair, renew, city }: ByHand) {
  if (renew) return { renewed: await world.vault.renew(monthOf(world.now())) }
  if (city !== undefined) return load(world, city)
  return { ...(await setUp(world)), ...(pair && (await codes(world))) }
}

export async function setUp(world: World): Promise<{ added: number }> {
  if (!world.portal.demonstration) throw new Problem("not-allowed")
  const now = world.now()
  const changes: Change[] = [
    ...demonstration.stations.map((it) => stations.stationChange("setup", now, it)),
    ...[...demonstration.staff, ...duty.officers].flatMap((it) => {
      const member = { ...it, active: true }
      return [people.staffChange(by, "setup", now, member), people.staffListed(by, "setup", now, member)]
    }),
    ...duty.units.map((it) => units.unitChange("setup", now, it)),
    ...duty.venues.map((it) => units.venueChange("setup", now, it)),
    ...gazetteer.map((it) => places.change("setup", now, it)),
    ...duty.rosters.map((it) => rosters.change(by, "setup", now, 0, it)),
  ]
  for (const { id } of duty.onDuty)
    changes.push(await pushes.phoneChange(world, by, "setup", id, { to: duty.mobileOf(id), language: "zh" }))
  const outcomes = await someAtATime(changes, (change) => write(world, [change], counter()))
  return { added: outcomes.filter((it) => it.written).length }
}

/** Pairing codes for a kiosk and a display of the first station. */
export async function codes(world: World) {
  const station = demonstration.stations[0]!.id
  const [kiosk, display] = await Promise.all([
    invite(world, by, { station, kind: "kiosk", name: "自助机（演示）" }),
    invite(world, by, { station, kind: "display", name: "大厅屏（演示）" }),
  ])
  return { station, kiosk, display }
}
