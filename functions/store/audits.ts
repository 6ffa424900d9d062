/**
 * The audit: append-only. An entry has one name, so that a message that comes twice is one entry; a digest has its day for a name,
 * so that a day is sealed once.
 */
import { createHash } from "node:crypto"
import { PutCommand } from "@aws-sdk/lib-dynamodb"
import { type Actor, signed, signedLook } from "#domain/actor"
import {
  auditKept,
  type Digest,
  type Genesis,
  hashOfDigest,
  type Link,
  lateDays,
  type Sealed,
  type Traced,
  traced,
  type Verdict,
} from "#domain/audit"
import { Problem } from "#domain/problem"
import { dateOf, day, type Instant, type LocalDate } from "#domain/time"
import type { World } from "#world"
import * as keys from "./keys.ts"
import { masked } from "./log.ts"
import { absent, counter, type Item, pages, query, stamp, write } from "./table.ts"

export type Entry = {
  scope: string
  date: string
  name: string
  thing: string
  what: string
  who: string
  at: number
  v?: number
  changed?: readonly string[]
  from?: string
  to?: string
  /** What staff said they need it for, or think of what they reviewed. */
  reason?: string
  /** What was due in a purge, by kind. */
  counts?: Readonly<Record<string, number>>
  /** Of a review. */
  verdict?: Verdict
}

/** A reason is free text and kept for years: digits that look like somebody's are masked in it. */
export async function put(world: World, { scope, date, name, reason, ...entry }: Entry): Promise<void> {
  const said = reason === undefined ? {} : { reason: masked(reason) }
  const item = { ...keys.audit(scope, date, name), ...entry, ...said, ttl: until(entry.at) }
  try {
    await world.db.send(
      new PutCommand({ TableName: world.tables.audit, Item: item, ConditionExpression: "attribute_not_exists(pk)" }),
    )
  } catch (error) {
    if (!(error instanceof Error && error.name === "ConditionalCheckFailedException")) throw error
  }
}

/** Written before personal data is answered: an opening that cannot be recorded does not happen. */
export async function opening(
  world: World,
  by: Actor,
  what: string,
  scope: string,
  thing: string,
  request: string,
  reason?: string,
): Promise<void> {
  const at = world.now()
  await put(world, {
    scope,
    date: dateOf(at),
    name: `${new Date(at).toISOString()}#${request}#${Buffer.from(world.random(9)).toString("base64url")}`,
    thing,
    what,
    who: signedLook(by),
    at,
    ...(reason && { reason }),
  })
}

const until = (at: Instant) => Math.floor((at + auditKept) / 1000)

/** Whoever put something else there than we do does not hide the rest of the day by it. */
const fromItem = ({ pk, sk, ttl: _, ...rest }: Item) =>
  ({
    thing: "",
    what: "",
    who: "",
    ...rest,
    scope: pk.slice(0, -11),
    date: pk.slice(-10),
    name: sk,
  }) as unknown as Entry

/** A day's entries from the newest on, in pages of `size`: before the one named, if one is. */
export async function* newestFirst(
  world: World,
  scope: string,
  date: LocalDate,
  { before = named.last, size }: { before?: string | undefined; size: number },
): AsyncGenerator<Entry[]> {
  const asked = { from: named.first, to: before, backwards: true, size: size + 1 }
  for await (const page of pages(world, "audit", `${scope}#${date}`, asked))
    yield page.filter((it) => it.sk !== before).map(fromItem)
}

/** Entries are named by their time; reviews by what they are about, so that they are found by it. */
const named = { first: "0", last: "9~" }
const reviewOf = (opening: string) => `review#${opening}#`

export type Review = Entry & { verdict: Verdict; reason: string; at: Instant }

/** The reviews that were written on a day: of one opening, where it is named. */
export const reviewsOn = async (world: World, scope: string, date: LocalDate, opening?: string): Promise<Review[]> => {
  const from = opening === undefined ? "review#" : reviewOf(opening)
  return (await query(world, "audit", `${scope}#${date}`, { from, to: `${from}~` })).map((it) => fromItem(it) as Review)
}

/** Which opening a review is about, and in which operation it was written. */
export const reviewed = ({ name }: Pick<Entry, "name">) => {
  const [, ...rest] = name.split("#")
  return { opening: rest.slice(0, -1).join("#"), op: rest.at(-1)! }
}

export async function putReview(
  world: World,
  by: Actor,
  { op, opening, verdict, reason }: { op: string; opening: Entry; verdict: Verdict; reason: string },
): Promise<void> {
  const at = world.now()
  await put(world, {
    scope: opening.scope,
    date: dateOf(at),
    name: `${reviewOf(opening.name)}${op}`,
    thing: `audit/${opening.scope}#${opening.date}/${opening.name}`,
    what: "audit.review",
    who: signed(by),
    at,
    verdict,
    reason,
  })
}

export async function find(world: World, scope: string, date: LocalDate, name: string): Promise<Entry | undefined> {
  const [item] = await query(world, "audit", `${scope}#${date}`, { from: name, to: name })
  return item && fromItem(item)
}

/** A day's entries as they lie there, for whoever checks or keeps them elsewhere. */
export const stored = (world: World, scope: string, date: LocalDate, asked: { from?: string; size?: number } = {}) =>
  pages(world, "audit", `${scope}#${date}`, asked)

export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex")

/** A day's entries in the order of their names, by name and hash. */
export async function traces(world: World, scope: string, date: LocalDate): Promise<Traced[]> {
  const found: Traced[] = []
  for await (const page of stored(world, scope, date)) for (const item of page) found.push(traced(sha256, item))
  return found
}

/** The names of a day's entries, as at most a moment ago. */
export async function names(world: World, scope: string, date: LocalDate): Promise<string[]> {
  const found = await query(world, "audit", `${scope}#${date}`, { only: ["sk"], how: "soon" })
  return found.map((it) => it.sk)
}

// Digests

const markOn = (world: World, hash: string) => world.keyring.sign("audit-digest", hash).toString("hex")
/** Under any of our signing keys: a digest outlives the renewal of the one that marked it. */
const isMarked = (world: World, hash: string, mac: unknown) =>
  world.keyring.isSigned("audit-digest", hash, (ours) => ours.toString("hex") === mac)

function linkOf(world: World, { pk, sk: date, before, at, sealed, hash, mac }: Item): Link {
  const digest = { scope: pk.slice("digest#".length), date, before, at, sealed } as Digest
  return { ...digest, hash: hash as string, isOurs: isMarked(world, hash as string, mac) }
}

/** A scope's digests from a day on, the oldest first. */
export const chainOf = async (world: World, scope: string, from: LocalDate = "0"): Promise<Link[]> =>
  (await query(world, "audit", keys.digestsOf(scope), { from })).map((it) => linkOf(world, it))

async function endOf(world: World, scope: string, backwards: boolean): Promise<Link | undefined> {
  for await (const [item] of pages(world, "audit", keys.digestsOf(scope), { backwards, size: 1 }))
    return item && linkOf(world, item)
  return undefined
}
export const newestDigest = (world: World, scope: string) => endOf(world, scope, true)
export const oldestDigest = (world: World, scope: string) => endOf(world, scope, false)

const genesisText = (scope: string, { date, hash }: Pick<Genesis, "date" | "hash">) =>
  `genesis ${scope} ${date} ${hash}`

export async function genesisOf(world: World, scope: string): Promise<Genesis | undefined> {
  const [item] = await query(world, "audit", keys.genesis(scope).pk)
  if (!item) return undefined
  const { date, hash, mac } = item as Item & { date: LocalDate; hash: string }
  return { date, hash, isOurs: isMarked(world, genesisText(scope, { date, hash }), mac) }
}

/** Says for good which digest a scope's chain began with, where nothing says so yet. */
export async function putGenesis(world: World, by: Actor, { scope, date, hash }: Link): Promise<void> {
  const mac = markOn(world, genesisText(scope, { date, hash }))
  const item = { ...keys.genesis(scope), ...stamp(by, "seal", world.now(), 1), date, hash, mac }
  await write(world, [{ table: "audit", item, when: absent, or: new Problem("changed-meanwhile") }], counter())
}

const rowBytes = 16
const rowsInPart = 10_000

/**
 * Keeps the rows of a digest to come, each part under the hash of what it holds: whoever seals the same writes the same. They
 * outlive the digest: TTL keeps no order.
 */
export async function putRows(
  world: World,
  by: Actor,
  scope: string,
  date: LocalDate,
  rows: readonly string[],
): Promise<Sealed["parts"]> {
  const parts: string[] = []
  for (let i = 0; i < rows.length; i += rowsInPart) {
    const text = rows.slice(i, i + rowsInPart).join("")
    const now = world.now()
    const key = keys.digestRows(scope, date, sha256(text))
    const item = {
      ...key,
      ...stamp(by, "seal", now, 1),
      rows: Buffer.from(text, "hex"),
      ttl: until(now + lateDays * day),
    }
    await write(world, [{ table: "audit", item, when: absent, or: new Problem("changed-meanwhile") }], counter())
    parts.push(key.sk)
  }
  return parts
}

/** The parts of a day's digest that are what they are named after: the rows of each, by its name. */
export async function rowsOf(world: World, scope: string, date: LocalDate): Promise<Map<string, string[]>> {
  const parts = new Map<string, string[]>()
  for (const { sk, rows } of await query(world, "audit", keys.digestRowsOf(scope, date))) {
    const text = Buffer.from(rows as Uint8Array).toString("hex")
    if (sha256(text) === sk) parts.set(sk, text.match(new RegExp(`.{${2 * rowBytes}}`, "g")) ?? [])
  }
  return parts
}

/** Puts a digest where its day has none, and answers its hash; none where another was first. */
export async function putDigest(world: World, by: Actor, digest: Digest): Promise<string | undefined> {
  const { scope, date, at, ...rest } = digest
  const hash = hashOfDigest(sha256, digest)
  const sealing = { ...stamp(by, "seal", at, 1), ...rest, hash, mac: markOn(world, hash), ttl: until(at) }
  const item = { ...keys.digest(scope, date), ...sealing }
  const change = { table: "audit" as const, item, when: absent, or: new Problem("changed-meanwhile") }
  return (await write(world, [change], counter())).written ? hash : undefined
}
