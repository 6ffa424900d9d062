/**
 * The audit is sealed a day at a time, checked against its digests, and read by auditors alone: each reading is an entry of its
 * own, written before it is answered.
 */
import { type Actor, signed } from "#domain/actor"
import {
  type Batch,
  type Break,
  canonical,
  chainBreaks,
  type Digest,
  first,
  hashOfAll,
  isBegunAmid,
  isCaughtUp,
  isOver,
  isReviewed,
  isTrusted,
  judged,
  type Link,
  lateDays,
  markOf,
  nameIn,
  reviewDays,
  rowOf,
  type Sealed,
  sealable,
  sealDue,
  sharedScopes,
  type Traced,
  type Verdict,
} from "#domain/audit"
import { must, type Permission } from "#domain/permission"
import { Problem } from "#domain/problem"
import { addDays, dateOf, type LocalDate } from "#domain/time"
import * as audits from "#store/audits"
import { faultOf, masked } from "#store/log"
import * as people from "#store/people"
import * as units from "#store/units"
import type { World } from "#world"

/** Every station, precinct and command centre, and what is of none. */
export async function scopesOf(world: World): Promise<string[]> {
  return [...units.unitsIn(await units.city(world)).map((it) => it.id), ...sharedScopes]
}

// Sealing

/**
 * Seals, scope by scope, each day that is not sealed yet, the oldest first. The hash of each new digest is also logged: a copy that
 * lies outside the table. Who runs it twice, or two at once, makes one chain.
 */
export async function seal(world: World, by: Actor): Promise<void> {
  must(by, "audit.seal")
  const last = sealable(world.now())
  let failed = 0
  for (const scope of await scopesOf(world))
    try {
      await sealScope(world, by, scope, last)
    } catch (error) {
      failed++
      world.log.error("audit not sealed", { station: scope, ...faultOf(error) })
    }
  if (failed) throw new Error(`${failed} scopes could not be sealed`)
}

async function sealScope(world: World, by: Actor, scope: string, last: LocalDate): Promise<void> {
  for (;;) {
    const newest = await audits.newestDigest(world, scope)
    const date = newest ? addDays(newest.date, 1) : last
    if (date > last) return
    if (newest && !newest.isOurs) broken(world, scope, newest.date, 1)
    const genesis = await audits.genesisOf(world, scope)
    const digest = await digestOf(world, by, scope, date, newest)
    const hash = await audits.putDigest(world, by, digest)
    if (hash) world.log.info("audit sealed", { station: scope, date, count: digest.sealed[0]!.count, id: hash })
    // A chain that was there is gone.
    if (hash && !newest && (genesis || isBegunAmid(digest))) broken(world, scope, addDays(date, -1), 1)
    const oldest = genesis ? undefined : await audits.oldestDigest(world, scope)
    if (oldest?.before === first) await audits.putGenesis(world, by, oldest)
  }
}

const broken = (world: World, scope: string, date: LocalDate, count: number) =>
  world.log.error("audit broken", { station: scope, date, count })

async function digestOf(
  world: World,
  by: Actor,
  scope: string,
  date: LocalDate,
  newest: Link | undefined,
): Promise<Digest> {
  const at = world.now()
  const sealed = async (of: LocalDate, entries: readonly Traced[]): Promise<Sealed> => ({
    date: of,
    count: entries.length,
    hash: hashOfAll(audits.sha256, entries),
    parts: await audits.putRows(
      world,
      by,
      scope,
      date,
      entries.map((it) => rowOf(audits.sha256, it)),
    ),
  })
  const days = [await sealed(date, await audits.traces(world, scope, date))]
  const known = await marksSince(world, scope, addDays(date, -lateDays))
  for (let of = addDays(date, -lateDays); of < date; of = addDays(of, 1)) {
    const late = await unsealed(world, scope, of, known.get(of) ?? new Set())
    if (late.length) days.push(await sealed(of, late))
  }
  return { scope, date, before: newest?.hash ?? first, at, sealed: days }
}

/** Which entries the digests since then have, by the day that they are of. */
async function marksSince(world: World, scope: string, from: LocalDate): Promise<Map<LocalDate, Set<string>>> {
  const known = new Map<LocalDate, Set<string>>()
  for (const link of await audits.chainOf(world, scope, from)) {
    const parts = await audits.rowsOf(world, scope, link.date)
    for (const { date, parts: own } of link.sealed) {
      const marks = known.get(date) ?? new Set()
      for (const row of own.flatMap((it) => parts.get(it) ?? [])) marks.add(nameIn(row))
      known.set(date, marks)
    }
  }
  return known
}

/** A day's entries that no digest has; what a digest has and the day has no more is told at once. */
async function unsealed(world: World, scope: string, date: LocalDate, known: ReadonlySet<string>): Promise<Traced[]> {
  const isNew = (name: string) => !known.has(markOf(audits.sha256, name))
  const names = await audits.names(world, scope, date)
  const fresh = names.filter(isNew).length
  const gone = known.size - (names.length - fresh)
  if (gone > 0) broken(world, scope, date, gone)
  return fresh ? (await audits.traces(world, scope, date)).filter((it) => isNew(it.name)) : []
}

// Verifying

export type Verified = {
  scope: string
  /** The days whose entries were compared. */
  from: LocalDate
  to: LocalDate
  /** More of them were asked for than one answer compares. */
  more: boolean
  entries: number
  /** Sealed after their day. */
  late: number
  /** Of a day that is sealed, came late, and will be in the next digest. */
  lateOpen: number
  /** In no digest yet, and in time for the next. */
  open: number
  /** The first and the newest digest. */
  began?: LocalDate
  newest?: { date: LocalDate; hash: string }
  /** Days that were sealed a day late or more: the logs say whether they had been sealed before. */
  caughtUp: LocalDate[]
  breaks: Break[]
}

/**
 * Compares a scope's entries with its digests, and each digest with the one before: from day to day, both included, within the 400
 * days that they are kept. Says where it breaks. `most`: after so many entries it ends with the day it has come to.
 */
export async function verify(
  world: World,
  by: Actor,
  asked: { scope: string; from?: LocalDate | undefined; to?: LocalDate | undefined; most?: number },
): Promise<Verified> {
  must(by, "audit.verify")
  const { scope, most = Number.POSITIVE_INFINITY } = asked
  const now = world.now()
  const due = sealDue(now)
  const chain = (await audits.chainOf(world, scope)).filter((it) => !isOver(it, now))
  const genesis = await audits.genesisOf(world, scope)
  const newest = chain.at(-1)
  const start = addDays(chain[0]?.date ?? due, -lateDays)
  const from = [asked.from ?? start, start].sort()[1]!
  const to = [asked.to ?? dateOf(now), dateOf(now)].sort()[0]!
  const breaks = chainBreaks(audits.sha256, chain, { from, to, due, now, genesis })
  const rows = kept((date) => audits.rowsOf(world, scope, date))
  const sum = { entries: 0, late: 0, lateOpen: 0, open: 0 }
  let date = [to, newest?.date ?? due].sort()[0]!
  const until = date
  for (; date >= from && sum.entries < most; date = addDays(date, -1)) {
    const batches = await batchesOf(chain, date, rows, breaks)
    const entries = await audits.traces(world, scope, date)
    sum.entries += entries.length
    if (!newest && entries.length && !breaks.some((it) => it.date === date))
      breaks.push({ what: "digest-missing", date })
    const isJudged = batches.some((it) => it.digest === date) || (chain[0]?.before === first && date < chain[0].date)
    if (!newest || !isJudged) continue
    const day = judged(audits.sha256, date, entries, batches, { newest: newest.date, now })
    breaks.push(...day.breaks)
    sum.late += day.late
    sum.lateOpen += day.lateOpen
    sum.open += day.open
  }
  return {
    scope,
    from: addDays(date, 1),
    to: until,
    more: date >= from,
    ...sum,
    ...(chain[0] && { began: chain[0].date }),
    ...(newest && { newest: { date: newest.date, hash: newest.hash } }),
    caughtUp: chain.filter((it) => it.date >= from && it.date <= to && isCaughtUp(it)).map((it) => it.date),
    breaks: breaks.toSorted((a, b) => a.date.localeCompare(b.date)),
  }
}

/** What trusted digests have of a day; one whose rows are gone or changed is told as changed. */
async function batchesOf(
  chain: readonly Link[],
  of: LocalDate,
  rowsOf: (date: LocalDate) => Promise<Map<string, string[]>>,
  breaks: Break[],
): Promise<Batch[]> {
  const batches: Batch[] = []
  for (const link of chain) {
    const sealed = link.sealed.find((it) => it.date === of)
    if (!sealed || !isTrusted(audits.sha256, link)) continue
    const parts = await rowsOf(link.date)
    const rows = sealed.parts.flatMap((it) => parts.get(it) ?? [])
    if (rows.length === sealed.count) batches.push({ digest: link.date, sealed, rows })
    else if (!breaks.some((it) => it.what === "digest-changed" && it.date === link.date))
      breaks.push({ what: "digest-changed", date: link.date })
  }
  return batches
}

/** Each day's answer, asked for once; only the last few days are asked for again. */
function kept<T>(ask: (date: LocalDate) => Promise<T>): (date: LocalDate) => Promise<T> {
  const known = new Map<LocalDate, Promise<T>>()
  return (date) => {
    const answer = known.get(date) ?? ask(date)
    known.set(date, answer)
    for (const other of known.keys()) if (other > addDays(date, lateDays)) known.delete(other)
    return answer
  }
}

// Reading

type Asked = { scope?: string | undefined; date: LocalDate; request: string }

/** Which scope is read: one's own, or for an auditor of the command centre any. Refusals: not-allowed, unit-unknown. */
async function readable(world: World, by: Actor, what: Permission, scope: string | undefined) {
  must(by, what)
  if (by.kind !== "staff") throw new Problem("not-signed-in")
  if (scope === undefined || scope === by.station) return { auditor: by, scope: by.station }
  if ((await units.find(world, by.station)).kind !== "command") throw new Problem("not-allowed")
  if (!(await scopesOf(world)).includes(scope)) throw new Problem("unit-unknown")
  return { auditor: by, scope }
}

async function looked(world: World, by: Actor, what: Permission, { scope, date, request }: Asked, part = "") {
  const { auditor, scope: own } = await readable(world, by, what, scope)
  await audits.opening(world, auditor, what, auditor.station, `audit/${own}#${date}${part}`, request)
  return own
}

/** What one may read: the scopes by their names, one's own first. */
export async function scopesFor(world: World, by: Actor) {
  must(by, "audit.read")
  if (by.kind !== "staff") throw new Problem("not-signed-in")
  const own = await units.find(world, by.station)
  const all = own.kind === "command" ? units.unitsIn(await units.city(world)) : [own]
  const rest = all.filter((it) => it.id !== own.id)
  return {
    units: [own, ...rest].map(({ id, name }) => ({ id, name })),
    shared: own.kind === "command" ? [...sharedScopes] : [],
  }
}

const pageSize = 50
/** Of entries that do not fit, so many are passed over before the page is answered with fewer. */
const mostPassedOver = 4_000

/** A day's entries, the newest first, a page at a time. Refusals: not-allowed, unit-unknown. */
export async function read(
  world: World,
  by: Actor,
  input: Asked & {
    what?: string | undefined
    who?: string | undefined
    thing?: string | undefined
    cursor?: string | undefined
  },
) {
  const scope = await looked(world, by, "audit.read", input)
  const fits = (it: audits.Entry) =>
    (!input.what || it.what === input.what || it.what.startsWith(`${input.what}:`)) &&
    (!input.who || it.who === input.who) &&
    (!input.thing || it.thing.includes(input.thing))
  const found: audits.Entry[] = []
  let [seen, last] = [0, undefined as audits.Entry | undefined]
  scan: for await (const page of audits.newestFirst(world, scope, input.date, { before: input.cursor, size: 500 }))
    for (const it of page) {
      last = it
      if (fits(it)) found.push(it)
      if (found.length === pageSize || ++seen === mostPassedOver) break scan
    }
  const goesOn = found.length === pageSize || seen === mostPassedOver
  const [before, since] = [
    input.cursor ? Date.parse(input.cursor.split("#")[0]!) : Number.POSITIVE_INFINITY,
    goesOn ? last!.at : 0,
  ]
  const reviews = (await audits.reviewsOn(world, scope, input.date)).filter(
    (it) => it.at < before && it.at >= since && fits(it),
  )
  const entries = [...found, ...reviews].toSorted((a, b) => b.at - a.at)
  return { scope, date: input.date, entries: await named(world, entries), ...(goesOn && { cursor: last!.name }) }
}

/** With the names of the staff in it. */
const named = (world: World, entries: readonly audits.Entry[]) =>
  Promise.all(
    entries.map(async ({ scope: _, date: __, who, changed, counts, ...rest }) => ({
      ...rest,
      ...(changed && { changed: [...changed] }),
      ...(counts && { counts: { ...counts } }),
      who: await nameOf(world, who),
    })),
  )

async function nameOf(world: World, id: string) {
  const [kind, staff] = id.split(":")
  return { id, ...(kind === "staff" && staff && { name: await people.staffName(world, staff) }) }
}

const exportSize = 4_000

/** A piece of a day as it lies there, one entry a line in the form that its hash is made from. Refusals: not-allowed, unit-unknown. */
export async function exported(world: World, by: Actor, input: Asked & { cursor?: string | undefined }) {
  const scope = await looked(world, by, "audit.export", input)
  const lines: string[] = []
  const asked = { ...(input.cursor !== undefined && { from: input.cursor }), size: exportSize + 1 }
  let last: string | undefined
  scan: for await (const page of audits.stored(world, scope, input.date, asked))
    for (const { ttl: _, ...entry } of page) {
      if (entry.sk === input.cursor) continue
      if (lines.length === exportSize) break scan
      lines.push(canonical(entry))
      last = entry.sk
    }
  return { scope, date: input.date, lines, ...(lines.length === exportSize && { cursor: last! }) }
}

const mostVerified = 16_000

/** The state of a scope's chain in the last thirty days, or the part of them up to `to`. Refusals: not-allowed, unit-unknown. */
export async function chain(world: World, by: Actor, input: Omit<Asked, "date"> & { to?: LocalDate | undefined }) {
  const today = dateOf(world.now())
  const scope = await looked(world, by, "audit.verify", { ...input, date: input.to ?? today }, "/chain")
  return verify(world, by, { scope, from: addDays(today, -30), to: input.to, most: mostVerified })
}

// Reviewing

/** Every look at a child's data and every reveal of a day, and what auditors said of each. Refusals: not-allowed, unit-unknown. */
export async function openingsOf(world: World, by: Actor, input: Asked) {
  const scope = await looked(world, by, "audit.read", input, "/openings")
  const openings: audits.Entry[] = []
  for await (const page of audits.newestFirst(world, scope, input.date, { size: 500 }))
    openings.push(...page.filter((it) => isReviewed(it.what)))
  const reviews = openings.length ? await reviewsSince(world, scope, input.date) : []
  const shown = await named(world, openings)
  return {
    scope,
    date: input.date,
    openings: await Promise.all(
      shown.map(async (it) => ({
        ...it,
        reviews: await Promise.all(
          reviews
            .filter((each) => audits.reviewed(each).opening === it.name)
            .map(async ({ who, at, verdict, reason }) => ({ who: await nameOf(world, who), at, verdict, reason })),
        ),
      })),
    ),
  }
}

/** What was said of a day's openings since, or of one of them. */
async function reviewsSince(world: World, scope: string, date: LocalDate, opening?: string): Promise<audits.Review[]> {
  const today = dateOf(world.now())
  const days = Array.from({ length: reviewDays + 1 }, (_, i) => addDays(date, i)).filter((it) => it <= today)
  return (await Promise.all(days.map((it) => audits.reviewsOn(world, scope, it, opening)))).flat()
}

/**
 * Says of an opening that it was fit, or questions it: an entry of its own beside what others say. Refusals: not-found,
 * review-too-late, key-reused.
 */
export async function review(
  world: World,
  by: Actor,
  input: { op: string; scope?: string | undefined; date: LocalDate; name: string; verdict: Verdict; reason: string },
): Promise<{ done: true }> {
  const { scope } = await readable(world, by, "audit.review", input.scope)
  const opening = await audits.find(world, scope, input.date, input.name)
  if (!opening || !isReviewed(opening.what)) throw new Problem("not-found")
  if (dateOf(world.now()) > addDays(input.date, reviewDays)) throw new Problem("review-too-late")
  const isSame = ({ who, verdict, reason }: audits.Review) =>
    who === signed(by) && verdict === input.verdict && reason === masked(input.reason)
  const mine = async () =>
    (await reviewsSince(world, scope, input.date, input.name)).find((it) => audits.reviewed(it).op === input.op)
  if (!(await mine())) await audits.putReview(world, by, { ...input, opening })
  // Another's words may lie under this operation's name: then it was not written.
  if (!isSame((await mine())!)) throw new Problem("key-reused")
  return { done: true }
}
