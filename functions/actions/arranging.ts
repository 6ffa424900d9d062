/** A chief arranges the windows: calling goes by them at once, booking from the first day that nobody could book yet. */
import type { Actor } from "#domain/actor"
import { must } from "#domain/permission"
import type { StationId, Window } from "#domain/station"
import { addDays, dateOf } from "#domain/time"
import * as stations from "#store/stations"
import { counter, writeOrRefuse } from "#store/table"
import type { World } from "#world"
import { newOp, short } from "./forms.ts"
import { gridFrom } from "./tuning.ts"

export async function windowsOf(
  world: World,
  by: Actor,
  id: StationId,
): Promise<{ v: number; windows: readonly Window[] }> {
  must(by, "windows.change", id)
  const { v, station } = await stations.stored(world, id)
  return { v, windows: station.windows }
}

/** Refusal: changed-meanwhile, for the second of two who change. */
export async function arrange(
  world: World,
  by: Actor,
  input: { station: StationId; v: number; windows: readonly Window[] },
): Promise<{ v: number; windows: readonly Window[] }> {
  must(by, "windows.change", input.station)
  const { station } = await stations.stored(world, input.station)
  const now = world.now()
  const until = addDays(gridFrom(station, now), -1)
  // Days already on sale keep the places they were sold with: else a minute might be sold twice.
  const layouts = [
    ...(station.layouts ?? []).filter((it) => it.until >= dateOf(now)),
    { until, windows: station.windows },
  ]
  const windows = input.windows.toSorted((a, b) => a.no - b.no)
  const op = `arrange:${short(world, newOp(world))}`
  await writeOrRefuse(
    world,
    [stations.resaved(by, op, now, input.v, { ...station, windows, layouts, soldUntil: until })],
    counter(),
  )
  return { v: input.v + 1, windows }
}
