/**
 * Drills (演练): a report that walks the whole path and alerts nobody real. The one that runs by itself ends when its own screen
 * has answered; if the one before it did not come through in time, the job fails, and its alarm rings.
 */
import type { Actor } from "#domain/actor"
import { must } from "#domain/permission"
import { Problem } from "#domain/problem"
import type { UnitId } from "#domain/report"
import { minute, second } from "#domain/time"
import type { Told } from "#domain/told"
import * as reports from "#store/reports"
import * as stations from "#store/stations"
import type { World } from "#world"
import { drillUnit } from "./dispatching.ts"
import { type Confirmed, idOf, report } from "./reporting.ts"

const every = 10 * minute
const inTime = 30 * second
/** Nobody's: the message gateway is never asked for a drill. */
const mobile = "+8613800000000"

/** Reports this ten minutes' drill. Throws where the last ten minutes' was not answered within 30 s. */
export async function drill(world: World, by: Actor): Promise<Confirmed> {
  must(by, "report.drill")
  const turn = Math.floor(world.now() / every)
  const made = await report(world, by, { key: keyOf(turn), told: toldOf(world, {}), drill: drillUnit })
  const before = await reports.findStatus(world, idOf(world, { key: keyOf(turn - 1), phone: mobile, drill: true }))
  if (!before) return made
  const took = (before.seenAt ?? Number.POSITIVE_INFINITY) - before.at
  if (took > inTime) throw new Error("The last drill was not answered in time")
  world.log.info("drill answered", { ms: took })
  return made
}

/** An officer's own drill: on the screen of their station alone, marked, told to no phone. */
export async function startDrill(world: World, by: Actor, { op }: { op: string }): Promise<Confirmed> {
  must(by, "report.drill")
  if (by.kind !== "staff") throw new Problem("not-allowed")
  const unit: UnitId = by.station
  const found = (await stations.all(world)).find((it) => it.id === unit)
  const point = found && { lat: found.lat, lng: found.lng }
  return report(world, by, {
    key: `officer-${by.id}-${op}`,
    told: toldOf(world, { ...(point && { point }) }),
    drill: unit,
  })
}

const keyOf = (turn: number) => `turn-${turn}`

const toldOf = (world: World, where: Partial<Told["where"]>): Told => ({
  where: { text: "演练 Drill", ...where },
  when: { at: world.now(), about: false },
  phone: mobile,
  child: { sex: "girl", age: 7 },
  relation: "venue",
})
