/**
 * What may not be kept any longer goes on the day its time is over (个人信息保护法 19, 47; domain.md §6.3), and each run leaves the
 * auditor one report of what was due for each station; what went is in the audit thing by thing. TTL is only the net below: it
 * comes when it likes and counts nothing. The secret of a booking goes first, so that no copy of the rest opens any more, wherever
 * it lies.
 */
import type { Actor } from "#domain/actor"
import type { Appointment } from "#domain/appointment"
import { must } from "#domain/permission"
import { fateOf, isAppealing, isNeeded, kindOf, longer, lookAhead } from "#domain/purge"
import type { Standing } from "#domain/standing"
import type { Instant } from "#domain/time"
import * as appointments from "#store/appointments"
import * as purges from "#store/purges"
import { scopeOf } from "#store/scopes"
import * as standings from "#store/standings"
import * as stations from "#store/stations"
import { counter, endingBy, type Item, prolonged, remove, type Table, write } from "#store/table"
import type { World } from "#world"
import { type Alone, alone } from "./alone.ts"

/** What is to go, or only its secret; `over` is when its time was over. */
type Due = { table: Table; item: Item; scope: string; kind: string; over: Instant; shred?: appointments.Owner }

/** By kind. */
type Counts = Readonly<Record<string, number>>

/**
 * Purges everything but reports of missing children, which have a purge of their own. Answers what went, which is less than what
 * was due where something changed meanwhile.
 */
export async function retain(world: World, by: Actor): Promise<Counts> {
  must(by, "data.purge")
  const now = world.now()
  const job = alone(world, "not purged")
  const bookings = await bookingsDue(world, by, now, job)
  const references = await referencesDue(world, by, now, bookings, job)
  const tickets = await ticketsDue(world, now, job)
  const told = await reported(world, by, now, [...references, ...bookings, ...tickets], job)
  const gone = new Set<Due>()
  const go = async (it: Due) => {
    if (told.has(it.scope) && (await went(world, by, now, it))) gone.add(it)
  }
  await inTurns(job, references, go)
  // A booking never goes before its secret, by which a backup of it would still open.
  const opens = new Set(references.filter((it) => !gone.has(it)).map(({ item }) => refIn(item)))
  await inTurns(
    job,
    [...bookings, ...tickets].filter(({ item }) => !opens.has(item.ref as string)),
    go,
  )
  world.log.info("purged", { count: gone.size })
  job.end()
  return countsOf([...gone])
}

async function went(world: World, by: Actor, now: Instant, { table, item, shred }: Due): Promise<boolean> {
  if (!shred) return remove(world, table, item)
  return (await write(world, [appointments.shred(by, "purge", now, refIn(item), shred)], counter())).written
}

function countsOf(all: readonly Due[]): Counts {
  const counts: Record<string, number> = {}
  for (const { kind } of all) counts[kind] = (counts[kind] ?? 0) + 1
  return counts
}

const endOf = ({ ttl }: Item): Instant => ttl! * 1000

/** Of Bookings; what is needed longer is given its time before TTL could take it. */
async function bookingsDue(world: World, by: Actor, now: Instant, job: Alone): Promise<Due[]> {
  const due: Due[] = []
  for await (const page of endingBy(world, "bookings", now + lookAhead)) {
    const people = new Set(page.flatMap((it) => personIn(it) ?? []))
    const standing = await standings.ofPeople(world, [...people])
    await inTurns(job, page, async (item) => {
      const person = personIn(item)
      if (person !== undefined && isKept(item, standing.get(person) ?? nothingMissed, now))
        await write(world, [prolonged(by, now, "bookings", item, now + longer)], counter())
      else if (endOf(item) <= now) due.push(counted("bookings", item))
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
const counted = (table: Table, item: Item): Due => ({
  table,
  item,
  scope: scopeOf(item),
  kind: kindOf(item),
  over: endOf(item),
})

/**
 * Of Keys: the references whose first day's time is over, and those of the bookings that go now, which may have been moved to an
 * earlier day. One whose booking was moved to a later day is given its time.
 */
async function referencesDue(world: World, by: Actor, now: Instant, going: readonly Due[], job: Alone): Promise<Due[]> {
  const overOf = new Map(going.flatMap(({ item, over }) => (typeof item.ref === "string" ? [[item.ref, over]] : [])))
  const found = new Map<string, Item>()
  for await (const page of endingBy(world, "keys", now + lookAhead + appointments.moving))
    for (const item of page) found.set(refIn(item), item)
  for (const item of await appointments.referencesOf(
    world,
    [...overOf.keys()].filter((ref) => !found.has(ref)),
  ))
    found.set(refIn(item), item)
  const owned: { item: Item; owner: appointments.Owner }[] = []
  for (const item of found.values()) await job.each(() => owned.push({ item, owner: appointments.ownerIn(item) }))
  const owners = owned.map(({ owner }) => owner)
  const booked = new Map(
    (await appointments.ofPeople(world, owners)).map((it) => [`${it.person}#${it.group}`, it] as const),
  )
  const standing = await standings.ofPeople(
    world,
    owners.map(({ person }) => person),
  )
  const due: Due[] = []
  await inTurns(job, owned, async ({ item, owner }) => {
    const ref = refIn(item)
    const booking = booked.get(`${owner.person}#${owner.group}`)
    const mine = booking?.ref === ref ? { ref, until: appointments.overAt(booking.date) } : undefined
    const over = Math.min(endOf(item) - appointments.moving, overOf.get(ref) ?? Number.POSITIVE_INFINITY)
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
    const until = Math.max(fate.until + appointments.moving, endOf(item))
    if (fate.to === "shred" && owner.secret && over <= now)
      due.push({ table: "keys", item, scope, kind: "secrets", over, shred: { ...owner, until } })
    else if (until > endOf(item)) await write(world, [prolonged(by, now, "keys", item, until)], counter())
  })
  return due
}

/** Of Live: tickets with their lines, and what else names a person's visit. */
async function ticketsDue(world: World, now: Instant, job: Alone): Promise<Due[]> {
  const due: Due[] = []
  for await (const page of endingBy(world, "live", now))
    await inTurns(job, page, async (item) => {
      if (kindOf(item) !== "others") due.push(counted("live", item))
    })
  return due
}

/**
 * Each scope's report of what is due, saved and told before anything goes: what an earlier run has told is not told again. Answers
 * the scopes that were told; what is of another stays until the next run.
 */
async function reported(
  world: World,
  by: Actor,
  now: Instant,
  due: readonly Due[],
  job: Alone,
): Promise<ReadonlySet<string>> {
  const all = await stations.all(world)
  const told = new Set<string>()
  for (const scope of new Set([...all.map(({ id }) => id), ...due.map((it) => it.scope), "-"]))
    await job.each(
      async () => {
        const mine = due.filter((it) => it.scope === scope)
        await reportedOf(world, by, now, scope, mine)
        told.add(scope)
      },
      { station: scope },
    )
  return told
}

async function reportedOf(world: World, by: Actor, now: Instant, scope: string, due: readonly Due[]): Promise<void> {
  const last = await purges.lastOf(world, scope)
  if (last) await purges.tell(world, by, last)
  if (last && last.until >= now) return
  const since = last?.until ?? Number.NEGATIVE_INFINITY
  const fresh = due.filter(({ over }) => over > since)
  const from = last?.until ?? fresh.reduce((least, { over }) => Math.min(least, over), now)
  const report = { scope, from, until: now, counts: countsOf(fresh) }
  await purges.save(world, by, report, last?.v ?? 0)
  await purges.tell(world, by, report)
}

const atOnce = 25

async function inTurns<T>(job: Alone, all: readonly T[], act: (it: T) => Promise<unknown>): Promise<void> {
  for (let i = 0; i < all.length; i += atOnce)
    await Promise.all(all.slice(i, i + atOnce).map((it) => job.each(() => act(it))))
}
