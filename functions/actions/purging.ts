/**
 * What may not be kept any longer goes (domain.md §6.3): photos seven days after the end or the closing, what was told and the
 * number that was told by thirty. A report that was reopened in time is open, and nothing of it goes, nor of what was merged into
 * it. Emptied items leave with TTL.
 */
import type { Actor } from "#domain/actor"
import { must } from "#domain/permission"
import { Problem } from "#domain/problem"
import { type Dispatch, isOpen, photoKept, reportKept } from "#domain/report"
import { day, type Instant } from "#domain/time"
import * as purges from "#store/purges"
import * as reporters from "#store/reporters"
import * as reports from "#store/reports"
import { counter, write } from "#store/table"
import type { World } from "#world"
import { alone } from "./alone.ts"
import { reportCounted } from "./counting.ts"

/** What went of which report. */
export type Purged = { report: string; photos: number; told: boolean }

export async function purge(world: World, by: Actor): Promise<Purged[]> {
  must(by, "report.purge")
  const gone: Purged[] = []
  const job = alone(world, "report not purged")
  for (const { id } of await reports.byDue(world, "ended", world.now())) {
    const went = await job.each(() => purgeOne(world, by, id), { id })
    if (went) gone.push(went)
  }
  world.log.info("purged", { count: gone.length })
  job.end()
  return gone
}

async function purgeOne(world: World, by: Actor, id: string): Promise<Purged | undefined> {
  const now = world.now()
  const before = await reports.find(world, id)
  if (!before || !isDue(before, now)) return undefined
  const ended = await endOf(world, before)
  const due = ended === undefined ? now + day : dueOf(before, ended)
  if (due > now) {
    await reports.changed(world, by, "keep", id, (it) => (isDue(it, now) ? { after: { ...it, due } } : undefined))
    return undefined
  }
  const since = ended!
  // Marked first: whoever reopens it before that still finds every photo, and after it none.
  const marked = await reports.changed(world, by, "purge", id, (it) =>
    isDue(it, now) && !havePhotosGone(it, since) ? { after: { ...it, photosGone: now } } : undefined,
  )
  if (!isDue(marked, now)) return undefined
  const end = since + reportKept
  const erase = now >= end
  const pictured = await picturesOf(world, id)
  const counts = { ...(pictured.length && { photos: pictured.length }), ...(erase && { reports: 1 }) }
  // Told first: whoever takes up a killed run finds less, and tells it under the same name.
  const told = { scope: marked.holder, from: since, until: marked.due!, counts }
  await purges.tell(world, by, told, `children/report#${id}`)
  const photos = await dropPhotos(world, by, id, pictured)
  if (erase) await eraseTold(world, by, id)
  const also = erase ? await reportCounted(world, by, marked) : []
  await reports.changed(world, by, "purge", id, (it) => {
    if (!isDue(it, now)) return undefined
    const { due: _, ...rest } = it
    const noted = photos ? [{ op: `photos-gone-${now}`, what: "photos-gone", facts: { count: photos } }] : []
    return { after: erase ? rest : { ...rest, due: end }, noted, also }
  })
  return { report: id, photos, told: erase }
}

const isDue = (it: Dispatch, now: Instant) => !isOpen(it.state) && it.settled === true && (it.due ?? now + 1) <= now

/**
 * From when its time counts: what was merged belongs to the report that it was merged into, and goes with that. Undefined while that
 * is open.
 */
async function endOf(world: World, { merged, endedAt }: Dispatch): Promise<Instant | undefined> {
  const target = merged && (await reports.find(world, merged.into))
  return target ? target.endedAt : endedAt
}

/** What went before the search was taken up again is not what goes after it. */
const havePhotosGone = ({ photosGone }: Dispatch, ended: Instant) => photosGone !== undefined && photosGone >= ended

/** When the next of it goes: its photos, then the rest. What ends by itself has its own clock. */
const dueOf = (it: Dispatch, ended: Instant): Instant =>
  it.merged ? ended + (havePhotosGone(it, ended) ? reportKept : photoKept) : it.due!

async function picturesOf(world: World, id: string): Promise<reports.Entry[]> {
  const { entries = [] } = (await reports.whole(world, id)) ?? {}
  return entries.filter(({ facts }) => typeof facts?.photo === "string")
}

async function dropPhotos(world: World, by: Actor, id: string, photos: readonly reports.Entry[]): Promise<number> {
  for (const { facts, ...entry } of photos) {
    await world.photos.delete(facts!.photo as string)
    const { photo: _, ...rest } = facts!
    await write(
      world,
      [reports.entryOver(by, world.now(), id, { ...entry, facts: { ...rest, gone: true } })],
      counter(),
    )
  }
  return photos.length
}

async function eraseTold(world: World, by: Actor, id: string): Promise<void> {
  const found = await reports.whole(world, id)
  if (!found) throw new Problem("report-not-found")
  const now = world.now()
  const { v, digest } = found.report
  const emptied = [
    reports.reportChange(by, "erase", now, { id, v: v + 1, digest, traits: {} }),
    ...found.entries.map(({ sealed: _, traits: __, facts: ___, place: ____, ...entry }) =>
      reports.entryOver(by, now, id, entry),
    ),
    ...(await reporters.emptied(world, by, id)),
  ]
  for (const change of emptied) await write(world, [change], counter())
}
