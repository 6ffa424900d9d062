/**
 * From a message, or from the sweeper's look, to what follows: a unit's screen is brought to what is true of the report now, a
 * clock that is due climbs, a found child waits for an officer. Doing any of it twice, late or out of order does it once.
 */
import type { Actor } from "#domain/actor"
import { acknowledged, commandIn, relocated, ticked } from "#domain/dispatch"
import { must } from "#domain/permission"
import {
  type Correction,
  calledAt,
  type Dispatch,
  type Duty,
  isLater,
  isOpen,
  mayBecome,
  reportKept,
  type UnitId,
} from "#domain/report"
import type { Instant } from "#domain/time"
import * as reports from "#store/reports"
import { counter, write } from "#store/table"
import * as units from "#store/units"
import type { World } from "#world"
import { takeDown } from "./publishing.ts"

/** The unit of the drills that nobody sees: its screen acknowledges by itself. */
export const drillUnit: UnitId = "DRILL"

/** Brings one unit's list to what is true of the report now. Answers the duty where that changed it. */
export async function bring(world: World, by: Actor, id: string, unit: UnitId): Promise<Duty | undefined> {
  must(by, "report.sweep")
  const [it, listed] = await Promise.all([reports.find(world, id), reports.findDuty(world, unit, id)])
  return it && bringTo(world, by, it, unit, listed)
}

async function bringTo(
  world: World,
  by: Actor,
  it: Dispatch,
  unit: UnitId,
  listed: reports.StoredDuty | undefined,
): Promise<Duty | undefined> {
  const duty = dutyOf(it, unit)
  if (unit === drillUnit && it.drill && isOpen(it.state)) await answerDrill(world, by, it.id)
  // At each look: whoever never heard that it was open again may have a card on the wall.
  if (duty?.state === "ended") await takeDown(world, by, it, unit)
  if (!duty || isBrought(it, duty, listed)) return undefined
  // Endings too, where no duty is yet: a slower worker may still hold an older truth.
  const ttl = it.endedAt === undefined ? undefined : it.endedAt + reportKept
  const change = reports.dutyChange(
    by,
    `${duty.state === "open" ? "alert" : "end"}:${it.v}`,
    world.now(),
    it.v,
    duty,
    ttl,
  )
  const { written } = await write(world, [change], counter())
  return written ? duty : undefined
}

function dutyOf(it: Dispatch, unit: UnitId): Duty | undefined {
  const alerted = it.alerted.find((each) => each.unit === unit)
  if (!alerted) return undefined
  const { id: report, step, kind, band, drill } = it
  const { metres, why, at } = alerted
  const since = calledAt(alerted)
  return { unit, report, step, state: isOpen(it.state) ? "open" : "ended", kind, band, drill, metres, why, since, at }
}

/** Once somebody has it, nobody who was alerted is alerted again, but for a reason of their own. */
const isBrought = ({ ack, v }: Dispatch, duty: Duty, listed: reports.StoredDuty | undefined): boolean =>
  listed !== undefined &&
  (listed.source >= v ||
    (listed.state === duty.state &&
      (duty.state === "ended" || listed.since === duty.since) &&
      (listed.step === duty.step || ack !== undefined)))

async function answerDrill(world: World, by: Actor, id: string): Promise<void> {
  await reports.changed(world, by, "answer-drill", id, (it) => {
    if (!it.drill || it.holder !== drillUnit || it.ack || !isOpen(it.state)) return undefined
    const ack = { unit: drillUnit, staff: "drill", at: world.now() }
    return { after: { ...acknowledged(it, ack), state: "cancelled" } }
  })
}

/** More than the ladder has steps: whoever climbs on and on is stopped here, and looked at again in a minute. */
const mostAtOnce = 8

/** Whatever is due on this report, until nothing is; a message's `step` that is over does nothing. Answers where it stands. */
export async function tick(world: World, by: Actor, id: string, step?: number): Promise<Dispatch> {
  must(by, "report.sweep")
  const city = await units.manned(world)
  for (let round = 1; ; round++) {
    let again = false
    const it = await reports.changed(world, by, "clock", id, (before) => {
      again = false
      if (step !== undefined && before.step !== step) return undefined
      const follows = ticked(before, world.now(), city)
      if (!follows) return undefined
      again = true
      const { after, what, facts } = follows
      return { after, ...(what && { noted: [{ op: `${what}-${before.v}`, what, ...(facts && { facts }) }] }) }
    })
    if (!again || step !== undefined || round === mostAtOnce) return it
  }
}

/**
 * What the reporter said at `at` of a child that was found: an officer has yet to see it. Of a merged report, the one that goes
 * on. What was heard already, or what an officer has answered since, is not heard again.
 */
export async function hearFound(world: World, by: Actor, id: string, at: Instant): Promise<void> {
  must(by, "report.sweep")
  const it = await reports.changed(world, by, "said-found", id, (before) => {
    if (!isOpen(before.state) || at <= (before.saidFound ?? 0)) return undefined
    const state = mayBecome(before.state, "found-unverified") ? "found-unverified" : before.state
    return { after: { ...before, state, saidFound: at } }
  })
  if (it.state === "merged" && it.merged && it.merged.into !== id) await hearFound(world, by, it.merged.into, at)
}

/** What the reporter said at `at` of a dispute over the child: as an officer's word of it, it bars handing over until one lifts it. */
export async function hearDispute(world: World, by: Actor, id: string, at: Instant): Promise<void> {
  must(by, "report.sweep")
  const it = await reports.changed(world, by, "said-dispute", id, (before) =>
    isOpen(before.state) && at > (before.disputed ?? 0)
      ? { after: { ...before, conflict: true, disputed: at } }
      : undefined,
  )
  if (it.state === "merged" && it.merged && it.merged.into !== id) await hearDispute(world, by, it.merged.into, at)
}

/** What the entry of this name says of the place is heard. */
export async function hearPlace(world: World, by: Actor, id: string, entry: string): Promise<void> {
  must(by, "report.sweep")
  const said = await reports.findEntry(world, id, entry)
  const corrected = said && reports.correctionIn(said)
  if (corrected) await relocate(world, by, id, corrected)
}

/** The search moves to where the child was last seen after all: an older word that comes late changes nothing. */
export async function relocate(world: World, by: Actor, id: string, corrected: Correction): Promise<void> {
  must(by, "report.sweep")
  const city = await units.manned(world)
  await reports.changed(world, by, "moved", id, (it) =>
    (isOpen(it.state) || it.state === "merged") && isLater(it, corrected)
      ? { after: relocated(it, corrected, world.now(), city) }
      : undefined,
  )
}

/** Every unit that was alerted, brought to what is true: for the sweeper, after messages that were lost. */
export async function bringAll(world: World, by: Actor, it: Dispatch): Promise<number> {
  must(by, "report.sweep")
  const brought = await Promise.all(
    it.alerted.map(async ({ unit }) => bringTo(world, by, it, unit, await reports.findDuty(world, unit, it.id))),
  )
  return brought.filter((duty) => duty !== undefined).length
}

export const commandNow = async (world: World): Promise<UnitId> => commandIn(await units.city(world))
