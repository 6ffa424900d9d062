/**
 * The audit (审计): entries that say who did what to which thing, sealed a day at a time. Each scope (a station, a precinct, the
 * command centre, and those of `sharedScopes`) has a chain of digests; a digest
 * names the one before, so that nothing sealed can change, go or come unseen.
 */
import { addDays, dateOf, day, hour, type Instant, instantOf, type LocalDate, minute } from "./time.ts"

/** 互联网政务应用安全管理规定 17–20 ask for a year at least; 400 days (domain.md §6.3). */
export const auditKept = 400 * day
/** An entry this many days late is still taken into the next digest: a parked stream record lies 14 days, from when the stream gave up. */
export const lateDays = 16

/** What is nobody's at one station, what people did with their own data, and drills. */
export const sharedScopes = ["-", "own", "DRILL"] as const

/** Looks at a child's data: each is reviewed by an auditor (未成年人网络保护条例 36, domain.md §6.1). */
const looksAtChildren: readonly string[] = ["report.see", "report.break-glass", "photo.see", "package.see"]
export const isReviewed = (what: string): boolean => looksAtChildren.includes(what) || what.endsWith(".reveal")
/** How long an opening may be reviewed; it should be the next day. Ours. */
export const reviewDays = 30
export const verdicts = ["fit", "questioned"] as const
export type Verdict = (typeof verdicts)[number]

/** SHA-256 of a text, in hexadecimal. */
export type Hash = (text: string) => string

/** One text for equal values, whatever the order of their fields. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`
  if (typeof value !== "object" || value === null) return JSON.stringify(value)
  const fields = Object.entries(value).filter(([, it]) => it !== undefined)
  const sorted = fields.toSorted(([a], [b]) => (a < b ? -1 : 1))
  return `{${sorted.map(([name, it]) => `${JSON.stringify(name)}:${canonical(it)}`).join(",")}}`
}

export type Sealable = { sk: string; ttl?: number; [name: string]: unknown }
export type Traced = { name: string; hash: string }

/** An entry by its name and the hash of all that it says; when it goes is no part of that. */
export const traced = (hash: Hash, { ttl: _, ...entry }: Sealable): Traced => ({
  name: entry.sk,
  hash: hash(canonical(entry)),
})

export const hashOfAll = (hash: Hash, entries: readonly Traced[]): string =>
  hash(
    entries
      .map((it) => it.hash)
      .sort()
      .join(""),
  )

/** 16 bytes an entry, by which a digest finds it again: half of its name's hash, half of its own. */
const half = 16
export const nameIn = (row: string) => row.slice(0, half)
export const markOf = (hash: Hash, name: string) => hash(name).slice(0, half)
export const rowOf = (hash: Hash, it: Traced) => markOf(hash, it.name) + it.hash.slice(0, half)

/** What a digest has of one day: its own, or an earlier one some of whose entries came late. `parts` are the hashes of its rows. */
export type Sealed = { date: LocalDate; count: number; hash: string; parts: readonly string[] }
export type Digest = {
  scope: string
  date: LocalDate
  /** The hash of the digest before, or "first". */
  before: string
  /** When it was made: long after its day, where the job was away, or where somebody removed what had been there. */
  at: Instant
  /** Its own day comes first. */
  sealed: readonly Sealed[]
}
export const first = "first"
/** As it lies in the table: its own hash, and whether the mark on that was made with our key. */
export type Link = Digest & { hash: string; isOurs: boolean }
/** Which digest a scope's chain began with; it stays when that digest is over. */
export type Genesis = Pick<Link, "date" | "hash" | "isOurs">

/** Begun where entries of earlier days lay: an update of a portal that had no chain, or all of a chain was cut. */
export const isBegunAmid = ({ before, sealed }: Digest) => before === first && sealed.length > 1

export const hashOfDigest = (hash: Hash, { scope, date, before, at, sealed }: Digest): string =>
  hash(canonical({ scope, date, before, at, sealed }))

/** A day is sealed once the stream has had this long to bring its entries: from 04:30 on. */
const settles = 4 * hour + 30 * minute
/** The last day that may be sealed now. */
export const sealable = (now: Instant): LocalDate => addDays(dateOf(now - settles), -1)
/** The last day that must be sealed by now: the job runs every hour. */
export const sealDue = (now: Instant): LocalDate => sealable(now - 90 * minute)
/** Made a day or more after it could have been. */
export const isCaughtUp = ({ date, at }: Digest) => at >= instantOf(addDays(date, 2), "00:00") + settles

export const faults = [
  "entry-missing",
  "entry-changed",
  "entry-unsealed",
  "digest-missing",
  "digest-changed",
  "link-broken",
  "mac-wrong",
] as const
/** Where the chain breaks. A missing entry's name is not known any more: it stood between two that are. */
export type Break = {
  what: (typeof faults)[number]
  date: LocalDate
  name?: string
  after?: string
  until?: string
}

/** What TTL may have taken by now. */
export const entriesMayBeGone = (date: LocalDate, now: Instant) => instantOf(date, "00:00") + auditKept <= now
/** Its time is over: TTL takes it, its rows and its neighbours in any order. */
export const isOver = ({ at }: Digest, now: Instant) => at + auditKept <= now
const digestMayBeGone = (date: LocalDate, now: Instant) => entriesMayBeGone(addDays(date, 1), now)

/** Where the chain itself breaks from one day to another, both included; `due` is the last day that must have a digest. */
export function chainBreaks(
  hash: Hash,
  chain: readonly Link[],
  {
    from,
    to,
    due,
    now,
    genesis,
  }: { from: LocalDate; to: LocalDate; due: LocalDate; now: Instant; genesis?: Genesis | undefined },
): Break[] {
  const began = chain[0]
  if (!began) return genesis && !digestMayBeGone(genesis.date, now) ? [{ what: "digest-missing", date: due }] : []
  const known = new Map(chain.map((it) => [it.date, it]))
  const breaks: Break[] = []
  for (let date = from; date <= to; date = addDays(date, 1)) {
    const it = known.get(date)
    const before = known.get(addDays(date, -1))
    if (it) {
      if (hashOfDigest(hash, it) !== it.hash) breaks.push({ what: "digest-changed", date })
      else if (!it.isOurs) breaks.push({ what: "mac-wrong", date })
      if (before && it.before !== before.hash) breaks.push({ what: "link-broken", date })
    } else if (date <= due && !digestMayBeGone(date, now) && isExpected(date, began)) {
      breaks.push({ what: "digest-missing", date })
    }
  }
  const dayBefore = addDays(began.date, -1)
  if (isBegunAnew(began, genesis, now) && dayBefore >= from && dayBefore <= to)
    breaks.push({ what: "digest-missing", date: dayBefore })
  return breaks
}

/** What lies amid entries without an earlier genesis may be an update: it is told as long as an opening may be reviewed. */
const isBegunAnew = (began: Link, genesis: Genesis | undefined, now: Instant) =>
  began.before === first &&
  ((genesis && !(genesis.isOurs && genesis.hash === began.hash)) ||
    (isBegunAmid(began) && now < began.at + reviewDays * day))

/** From the first digest on; where the first that is left names one before it, that one too. */
const isExpected = (date: LocalDate, began: Link) =>
  date > began.date || (began.before !== first && date === addDays(began.date, -1))

export const isTrusted = (hash: Hash, it: Link) => it.isOurs && hashOfDigest(hash, it) === it.hash

/** What one trusted digest has of a day, with its rows in the order of their entries' names. */
export type Batch = { digest: LocalDate; sealed: Sealed; rows: readonly string[] }
export type Judged = { breaks: Break[]; late: number; lateOpen: number; open: number }

/**
 * Whether a day's entries, in the order of their names, are those that were sealed. `newest` is the last digest's day: what no
 * digest has is open until the one of its own day is made, then late, and a break when no digest to come will take it.
 */
export function judged(
  hash: Hash,
  date: LocalDate,
  entries: readonly Traced[],
  batches: readonly Batch[],
  { newest, now }: { newest: LocalDate; now: Instant },
): Judged {
  const breaks: Break[] = []
  const found = new Map(entries.map((it) => [markOf(hash, it.name), it]))
  const sealed = new Set<string>()
  let late = 0
  for (const { digest, sealed: all, rows } of batches) {
    const mine: Traced[] = []
    let whole = true
    for (const [i, row] of rows.entries()) {
      const mark = nameIn(row)
      const it = found.get(mark)
      sealed.add(mark)
      if (it && rowOf(hash, it) === row) mine.push(it)
      else whole = false
      if (it && rowOf(hash, it) !== row) breaks.push({ what: "entry-changed", date, name: it.name })
      if (!it && !entriesMayBeGone(date, now)) breaks.push({ what: "entry-missing", date, ...around(rows, i, found) })
    }
    if (whole && hashOfAll(hash, mine) !== all.hash) breaks.push({ what: "entry-changed", date })
    if (digest !== date) late += rows.length
  }
  const unsealed = entries.filter((it) => !sealed.has(markOf(hash, it.name)))
  const isOpen = date >= newest
  const isLate = !isOpen && date > addDays(newest, -lateDays)
  if (!isOpen && !isLate) breaks.push(...unsealed.map(({ name }) => ({ what: "entry-unsealed" as const, date, name })))
  return { breaks, late, lateOpen: isLate ? unsealed.length : 0, open: isOpen ? unsealed.length : 0 }
}

function around(rows: readonly string[], i: number, found: ReadonlyMap<string, Traced>) {
  const nameOf = (row: string) => found.get(nameIn(row))?.name
  const after = rows.slice(0, i).findLast((row) => nameOf(row))
  const until = rows.slice(i + 1).find((row) => nameOf(row))
  return { ...(after && { after: nameOf(after)! }), ...(until && { until: nameOf(until)! }) }
}
