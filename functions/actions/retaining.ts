/**
 * What may not be kept any longer goes on the day its time is over (个人信息保护法 19, 47; domain.md §6.3), and each run leaves the
 * auditor one report for each station. TTL is only the net below: it comes when it likes and counts nothing. The secret of a
 * booking goes first, so that no copy of the rest opens any more, wherever it lies.
 */
import type { Actor } from "#domain/actor"
import type { Appointment } from "#domain/appointment"
import { must } from "#domain/permission"
import { fateOf, isAppealing, isNeeded, kindOf, longer, lookAhead } from "#domain/purge"
import type { Standing } from "#domain/standing"
import type { Instant } from "#domain/time"
import * as appointments from "#store/appointments"
import { faultOf } from "#store/log"
import * as purges from "#store/purges"
import { scopeOf } from "#store/scopes"
import * as standings from "#store/standings"
import * as stations from "#store/stations"
import { counter, endingBy, type Item, prolonged, remove, type Table, write } from "#store/table"
import type { World } from "#world"

/** What is to go, or only its secret; `over` is when its time was over. */
type Due = { table: Table; item: Item; scope: string; kind: string; over: Instant; shred?: appointments.Owner }

/** Purges everything but reports of missing children, which have a purge of their own. Answers what went in all, by kind. */
export async function retain(world: World, by: Actor): Promise<Readonly<Record<string, number>>> {
  must(by, "data.purge")
  const now = world.now()
  const bookings = await bookingsDue(world, by, now)
  const references = await referencesDue(world, by, now, bookings)
  // The references first: a run that is killed leaves nothing that still opens.
  const due = [...references, ...bookings, ...(await ticketsDue(world, now))]
  const told = await reported(world, by, now, due)
  await inTurns(world, due, async (it) => {
    if (it.shred) await write(world, [appointments.shred(by, "purge", now, refIn(it.item), it.shred)], counter())
    else await remove(world, it.table, it.item)
  })
  world.log.info("purged", { count: Object.values(told).reduce((sum, it) => sum + it, 0) })
  return told
}

const overAt = ({ ttl }: Item): Instant => ttl! * 1000

/** Of Bookings; what is needed longer is given its time before TTL could take it. */
async function bookingsDue(world: World, by: Actor, now: Instant): Promise<Due[]> {
  const due: Due[] = []
  for await (const page of endingBy(world, "bookings", now + lookAhead)) {
    const people = new Set(page.flatMap((it) => personIn(it) ?? []))
    const standing = await standings.ofPeople(world, [...people])
    await inTurns(world, page, async (item) => {
      const person = personIn(item)
      if (person !== undefined && isKept(item, standing.get(person) ?? nothingMissed, now))
        await write(world, [prolonged(by, now, "bookings", item, now + longer)], counter())
      else if (overAt(item) <= now) due.push({ ...counted("bookings", item), over: overAt(item) })
    })
  }
  return due
}

const isKept = (item: Item, standing: Standing, now: Instant) =>
  item.sk === "standing" ? isAppealing(standing) : isNeeded(item as Item & Appointment, standing, now)

const nothingMissed: Standing = { missed: [] }
const noun = ({ pk }: Item) => pk.slice(0, pk.indexOf("#"))
const personIn = (item: Item) => (noun(item) === "person" ? item.pk.slice("person#".length) : undefined)
const refIn = ({ pk }: Item) => pk.slice("ref#".length)
const counted = (table: Table, item: Item) => ({ table, item, scope: scopeOf(item), kind: kindOf(item) })

/**
 * Of Keys: the references whose first day's time is over, and those of the bookings that go now, which may have been moved to an
 * earlier day. One whose booking was moved to a later day is given its time.
 */
async function referencesDue(world: World, by: Actor, now: Instant, going: readonly Due[]): Promise<Due[]> {
  const overOf = new Map(going.flatMap(({ item, over }) => (typeof item.ref === "string" ? [[item.ref, over]] : [])))
  const found = new Map<string, Item>()
  for await (const page of endingBy(world, "keys", now + lookAhead + appointments.moving))
    for (const item of page) found.set(refIn(item), item)
  for (const item of await appointments.referencesOf(
    world,
    [...overOf.keys()].filter((ref) => !found.has(ref)),
  ))
    found.set(refIn(item), item)
  const items = [...found.values()]
  const owners = items.map(appointments.ownerIn)
  const booked = new Map(
    (await appointments.ofPeople(world, owners)).map((it) => [`${it.person}#${it.group}`, it] as const),
  )
  const standing = await standings.ofPeople(world, [...new Set(owners.map(({ person }) => person))])
  const due: Due[] = []
  await inTurns(world, items, async (item) => {
    const owner = appointments.ownerIn(item)
    const ref = refIn(item)
    const booking = booked.get(`${owner.person}#${owner.group}`)
    const mine = booking?.ref === ref ? { ref, until: appointments.overAt(booking.date) } : undefined
    const over = Math.min(overAt(item) - appointments.moving, overOf.get(ref) ?? Number.POSITIVE_INFINITY)
    const fate = fateOf(ref, {
      ...(mine && { booking: mine }),
      standing: standing.get(owner.person) ?? nothingMissed,
      now,
    })
    const scope = booking?.ref === ref ? booking.station : "-"
    if (fate.to === "go") {
      if (over <= now) due.push({ table: "keys", item, scope, kind: "references", over })
      return
    }
    const until = Math.max(fate.until + appointments.moving, overAt(item))
    if (fate.to === "shred" && owner.secret && over <= now)
      due.push({ table: "keys", item, scope, kind: "secrets", over, shred: { ...owner, until } })
    else if (until > overAt(item)) await write(world, [prolonged(by, now, "keys", item, until)], counter())
  })
  return due
}

/** Of Live: tickets with their lines, and what else names a person's visit. */
async function ticketsDue(world: World, now: Instant): Promise<Due[]> {
  const due: Due[] = []
  for await (const page of endingBy(world, "live", now))
    for (const item of page) if (kindOf(item) !== "others") due.push({ ...counted("live", item), over: overAt(item) })
  return due
}

/** Each scope's report, saved and told before anything goes: what was counted by an earlier run is not counted again. */
async function reported(world: World, by: Actor, now: Instant, due: readonly Due[]): Promise<Record<string, number>> {
  const all = await stations.all(world)
  const scopes = new Set([...all.map(({ id }) => id), ...due.map(({ scope }) => scope), "-"])
  const total: Record<string, number> = {}
  for (const scope of scopes) {
    const last = await purges.lastOf(world, scope)
    if (last) await purges.tell(world, by, last)
    if (last && last.until >= now) continue
    const since = last?.until ?? Number.NEGATIVE_INFINITY
    const fresh = due.filter((it) => it.scope === scope && it.over > since)
    const counts: Record<string, number> = {}
    for (const { kind } of fresh) counts[kind] = (counts[kind] ?? 0) + 1
    for (const [kind, count] of Object.entries(counts)) total[kind] = (total[kind] ?? 0) + count
    const from = last?.until ?? fresh.reduce((least, { over }) => Math.min(least, over), now)
    const report = { scope, from, until: now, counts }
    await purges.save(world, by, report, last?.v ?? 0)
    await purges.tell(world, by, report)
  }
  return total
}

const atOnce = 25

/** One that fails stops no other; the run fails in the end, and the next finds what is left. */
async function inTurns<T extends Item | Due>(world: World, all: readonly T[], act: (it: T) => Promise<unknown>) {
  let failed = 0
  for (let i = 0; i < all.length; i += atOnce) {
    const outcomes = await Promise.allSettled(all.slice(i, i + atOnce).map(act))
    for (const it of outcomes)
      if (it.status === "rejected") {
        failed++
        world.log.error("not purged", faultOf(it.reason))
      }
  }
  if (failed) throw new Error(`${failed} items could not be purged`)
}
