/**
 * Every minute: whatever a lost message left behind. What is overdue climbs now, screens that never heard are told, ends that
 * not everyone heard are told again; only then reports are compared with each other.
 */
import type { Actor } from "#domain/actor"
import { must } from "#domain/permission"
import { calledAt, type Dispatch, isLater, isOpen, photoKept } from "#domain/report"
import { hour, minute, second } from "#domain/time"
import { faultOf } from "#store/log"
import { within } from "#store/patience"
import * as reports from "#store/reports"
import type { World } from "#world"
import { bringAll, commandNow, hearDispute, hearFound, relocate, tick } from "./dispatching.ts"
import { match } from "./matching.ts"

/** A report is on the ladder for three minutes: within them it is compared with the others, and again where its place was corrected. */
const young = 3 * minute
/** Whoever was called within it may not have heard: longer than a sweeper is ever out of order. */
const called = hour
const abreast = 20
/** One report never holds up the others: longer than any write is tried for. */
const patience = 8 * second

export type Swept = { looked: number; climbed: number; brought: number; suggested: number }

export async function sweep(world: World, by: Actor): Promise<Swept> {
  must(by, "report.sweep")
  const started = world.now()
  const ids = (await reports.byDue(world, "open")).map(({ id }) => id)
  const swept: Swept = { looked: ids.length, climbed: 0, brought: 0, suggested: 0 }
  const fresh: string[] = []
  let failed = 0
  const waiting = ids.values()
  await Promise.all(
    Array.from({ length: abreast }, async () => {
      for (const id of waiting)
        try {
          const it = await within(patience, look(world, by, id, swept))
          const since = Math.max(it.reportedAt, it.placed?.at ?? 0)
          if (isOpen(it.state) && !it.drill && started - since <= young) fresh.push(id)
        } catch (error) {
          // One report's fault leaves the others climbing, and the sweep failed.
          failed++
          world.log.error("report not swept", { id, ...faultOf(error) })
        }
    }),
  )
  if (failed) throw new Error(`${failed} reports could not be swept`)
  swept.suggested = await match(world, by, fresh, await commandNow(world))
  return swept
}

async function look(world: World, by: Actor, id: string, swept: Swept): Promise<Dispatch> {
  const before = await heard(world, by, id)
  const it = await tick(world, by, id)
  if (before && it.v > before.v) swept.climbed++
  if (isOpen(it.state)) {
    const lately = world.now() - called
    if (!it.ack || it.alerted.some((each) => calledAt(each) > lately)) swept.brought += await bringAll(world, by, it)
    if (!it.ack && !it.drill && it.step === 3) world.log.error("report unacknowledged", { id, station: it.holder })
    return it
  }
  swept.brought += await bringAll(world, by, it)
  return reports.changed(world, by, "settle", id, (now) =>
    isOpen(now.state) || now.settled || (now.due ?? 0) > world.now() || now.v !== it.v
      ? undefined
      : { after: { ...now, settled: true, due: now.endedAt! + photoKept } },
  )
}

/** As it stands once what was said has been heard: of a found child, of a dispute, of where the child was last seen after all. */
async function heard(world: World, by: Actor, id: string): Promise<Dispatch | undefined> {
  const it = await reports.find(world, id)
  if (!it || !isOpen(it.state)) return it
  const said = await reports.lastSaid(world, it)
  const news = { found: said.found > (it.saidFound ?? 0), dispute: said.dispute > (it.disputed ?? 0) }
  const moved = said.corrected.filter(({ report, correction }) => report !== id || isLater(it, correction))
  for (const { report, correction } of moved) await relocate(world, by, report, correction)
  if (news.dispute) await hearDispute(world, by, id, said.dispute)
  if (news.found) await hearFound(world, by, id, said.found)
  return news.found || news.dispute || moved.length ? reports.find(world, id) : it
}
