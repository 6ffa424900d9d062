/**
 * Reports of missing children. What was told is sealed; the dispatch beside it is the one truth of where it stands, and every
 * change of it is one conditional write together with its entries and the reporter's status.
 */
import { QueryCommand } from "@aws-sdk/lib-dynamodb"
import type { Actor } from "#domain/actor"
import { clocked } from "#domain/dispatch"
import type { Traits } from "#domain/duplicates"
import { Problem } from "#domain/problem"
import {
  type Correction,
  type Dispatch,
  type Duty,
  isLater,
  isUnanswered,
  type Pattern,
  type Place,
  type ReportStatus,
  reportKept,
  type UnitId,
} from "#domain/report"
import { dateOf, day, type Instant } from "#domain/time"
import type { Added, Told } from "#domain/told"
import type { World } from "#world"
import * as keys from "./keys.ts"
import {
  absent,
  type Change,
  type Failed,
  get,
  getMany,
  type Item,
  insist,
  older,
  query,
  stamp,
  write,
} from "./table.ts"

/** What was told, sealed; `digest` tells a second, different telling of the same form from a mere repeat. */
export type Report = { id: string; v: number; at: Instant; sealed?: Uint8Array; digest: string; traits: Traits }

export type Entry = {
  id: string
  v: number
  by: string
  at: Instant
  /** Of the reporter: added, photo, said-found. By itself: backfilled, escalated, suggested, many. The rest are officers' acts. */
  what: string
  unit?: UnitId
  staff?: string
  sealed?: Uint8Array
  traits?: Traits
  /** Where its words place the child, where they correct that. */
  place?: Place
  /** Names and numbers of things, never of people; the photo's name in the bucket. */
  facts?: Record<string, string | number | boolean>
}

const whereReport = (id: string) => `children/${keys.reportOf(id)}/report`
const whereEntry = (id: string, op: string) => `children/${keys.reportOf(id)}/${keys.entry(id, op).sk}`
const monthOf = (at: Instant) => dateOf(at).slice(0, 7)

export const sealTold = (world: World, id: string, told: Told) =>
  world.children.seal(whereReport(id), told, monthOf(world.now()))
export const sealEntry = (world: World, id: string, op: string, said: unknown) =>
  world.children.seal(whereEntry(id, op), said, monthOf(world.now()))

/** Opening is seen: whoever calls has recorded it (audits.opening) before. Undefined once it is purged. */
export const openTold = async (world: World, { id, sealed }: Pick<Report, "id" | "sealed">) =>
  sealed && ((await world.children.open(whereReport(id), sealed)) as Told)
/** What an officer wrote is text; what the reporter added, or an officer corrected, is as told. */
export const openEntry = async <T = Added>(
  world: World,
  report: string,
  { id, sealed }: Pick<Entry, "id" | "sealed">,
) => sealed && ((await world.children.open(whereEntry(report, id), sealed)) as T)

export async function find(world: World, id: string): Promise<Dispatch | undefined> {
  const item = await get(world, "children", keys.dispatch(id))
  return item && dispatchIn(item)
}

/** In no order; what is not there is left out. */
export const findMany = async (world: World, ids: readonly string[]): Promise<Dispatch[]> =>
  (await getMany(world, "children", ids.map(keys.dispatch))).map(dispatchIn)

/** Everything of one report in one read: dispatch, what was told, entries in order of time. */
export async function whole(
  world: World,
  id: string,
): Promise<{ dispatch: Dispatch; report: Report; entries: Entry[] } | undefined> {
  const items = await query(world, "children", keys.reportOf(id))
  const [dispatch, report] = ["dispatch", "report"].map((sk) => items.find((it) => it.sk === sk))
  if (!dispatch || !report) return undefined
  return {
    dispatch: dispatchIn(dispatch),
    report: { ...report, id } as unknown as Report,
    entries: items.flatMap((it) => (it.sk.startsWith("e#") ? [entryIn(it)] : [])).sort((a, b) => a.at - b.at),
  }
}

export async function findEntry(world: World, id: string, op: string): Promise<Entry | undefined> {
  const item = await get(world, "children", keys.entry(id, op))
  return item && entryIn(item)
}

/** `noted`: when it was noted, where the item was emptied since. */
const entryIn = ({ noted, ...item }: Item) =>
  ({ ...item, id: item.sk.slice("e#".length), at: noted ?? item.at }) as unknown as Entry

export function dispatchIn(item: Item): Dispatch {
  const { pk, sk: _sk, by: _by, op: _op, at: _at, clock: _clock, ttl: _ttl, ...rest } = item
  return { ...rest, id: pk.slice("report#".length) } as unknown as Dispatch
}

/** What the reporter may see; undefined for a link to nothing. Of a merged report, how the one stands that goes on. */
export async function findStatus(world: World, id: string): Promise<ReportStatus | undefined> {
  const status = await findOwnStatus(world, id)
  const other = status?.into && (await get(world, "live", keys.reportStatus(status.into)))
  return other ? { ...statusIn(other), id, kind: status.kind, band: status.band, at: status.at } : status
}

/** Of a merged report, how it stands itself. */
export async function findOwnStatus(world: World, id: string): Promise<ReportStatus | undefined> {
  const item = await get(world, "live", keys.reportStatus(id))
  return item && statusIn(item)
}

export function statusIn(item: Item): ReportStatus {
  const { state, into, joined, reunitedAt, station, seenAt, call110, drill, reportedAt, endedAt } = item as Item &
    ReportStatus & { reportedAt: Instant }
  // What was saved before its kind was shown.
  const { kind = "missing", band = "child" } = item as Item & Partial<ReportStatus>
  const id = item.pk.slice("report-status#".length)
  return {
    id,
    kind,
    band,
    state,
    ...(into && { into }),
    ...(joined !== undefined && { joined }),
    ...(reunitedAt !== undefined && { reunitedAt }),
    station,
    ...(seenAt !== undefined && { seenAt }),
    call110,
    drill,
    at: reportedAt,
    ...(endedAt !== undefined && { endedAt }),
  }
}

/** Of the entries of a report and of those that were merged into it, these attributes. */
const entriesOf = async (world: World, { id, from = [] }: Dispatch, only: readonly string[], how: "now" | "soon") =>
  (
    await Promise.all(
      [id, ...from].map((each) => query(world, "children", keys.reportOf(each), { from: "e#", to: "e$", only, how })),
    )
  ).flat()

/** How much was added or done since, for a screen that wants to know whether there is news. */
export const countEntries = async (world: World, it: Dispatch): Promise<number> =>
  (await entriesOf(world, it, ["sk"], "soon")).length

/**
 * When its reporter, or one of a report that was merged into it, last said so; 0 if never. And of each of these reports the latest
 * word on where the child was last seen.
 */
export async function lastSaid(
  world: World,
  it: Dispatch,
  how: "now" | "soon" = "soon",
): Promise<{ found: Instant; dispute: Instant; corrected: { report: string; correction: Correction }[] }> {
  const all = await entriesOf(world, it, ["pk", "sk", "what", "at", "facts", "place"], how)
  const latest = (which: (entry: Item) => boolean) => Math.max(0, ...all.filter(which).map(({ at }) => at))
  return {
    found: latest(({ what }) => what === "said-found"),
    dispute: latest(tellsOfDispute),
    corrected: [it.id, ...(it.from ?? [])].flatMap((report) => {
      const own = all
        .filter(({ pk }) => pk === keys.reportOf(report))
        .flatMap((each) => correctionIn(entryIn(each)) ?? [])
      const correction = own.toSorted((a, b) => (isLater({ placed: a }, b) ? -1 : 1)).at(-1)
      return correction ? [{ report, correction }] : []
    }),
  }
}

/** The correction of the place that this entry is, if it is one. */
export const correctionIn = ({ id: entry, at, place }: Entry): Correction | undefined => place && { place, at, entry }

/** The reporter's word that the family is at odds over the child. */
export const tellsOfDispute = ({ what, facts }: Item): boolean =>
  what === "added" && (facts as Entry["facts"])?.dispute === true

/** What a unit's screen lists, newest first, patterns apart. */
export async function dutiesOf(world: World, unit: UnitId): Promise<{ duties: Duty[]; patterns: Pattern[] }> {
  const items = (await query(world, "children", keys.dutyOf(unit))).sort((a, b) => b.at - a.at)
  return {
    duties: items.flatMap((it) => (isPattern(it) ? [] : [dutyIn(it)])),
    patterns: items.flatMap((it) => (isPattern(it) ? [it as unknown as Pattern] : [])),
  }
}

const isPattern = ({ sk }: Item) => sk.startsWith("pattern#")
const dutyIn = (item: Item) => ({ ...item, unit: item.pk.slice("duty#".length), report: item.sk }) as unknown as Duty

export type StoredDuty = Duty & { source: number }
export async function findDuty(world: World, unit: UnitId, id: string): Promise<StoredDuty | undefined> {
  const item = await get(world, "children", keys.duty(unit, id))
  return item && (dutyIn(item) as StoredDuty)
}

export const reportChange = (
  by: Actor,
  op: string,
  now: Instant,
  { id, v, sealed, digest, traits }: Omit<Report, "at">,
): Change => ({
  table: "children",
  item: {
    ...keys.report(id),
    ...stamp(by, op, now, v),
    digest,
    traits,
    ...(sealed ? { sealed } : { ttl: Math.floor((now + day) / 1000) }),
  },
  when: v === 1 ? absent : { says: "v = :seen", values: { ":seen": v - 1 } },
  or: new Problem("changed-meanwhile"),
})

/** What is to be noted beside a change; `op` makes it the same entry however often it is written. */
export type Noted = Omit<Entry, "id" | "v" | "by" | "at"> & { op: string }

export const entryChange = (by: Actor, now: Instant, id: string, { op, ...entry }: Noted): Change => ({
  table: "children",
  item: { ...keys.entry(id, op), ...stamp(by, `${entry.what}:${op.slice(0, 12)}`, now, 1), ...entry },
  when: absent,
  or: new Problem("changed-meanwhile"),
})

/** Over an entry that was read: what is no longer kept is left out of it. */
export const entryOver = (by: Actor, now: Instant, report: string, { id, v, by: _, at, ...entry }: Entry): Change => ({
  table: "children",
  item: {
    ...entry,
    ...keys.entry(report, id),
    ...stamp(by, "purge", now, v + 1),
    noted: at,
    ttl: Math.floor((now + reportKept) / 1000),
  },
  when: { says: "v = :seen", values: { ":seen": v } },
  or: new Problem("changed-meanwhile"),
})

/**
 * One change of where a report stands: the dispatch over the version that was seen and with the clock that goes with it, its
 * entries, and the reporter's status if that shows it.
 */
export function changes(
  by: Actor,
  op: string,
  now: Instant,
  before: Dispatch | undefined,
  changed: Dispatch,
  noted: readonly Noted[] = [],
): Change[] {
  const after = { ...(before ? clocked(before, changed, now) : changed), v: (before?.v ?? 0) + 1 }
  const [was, is] = [before, after].map((it) => it && JSON.stringify([statusOf(it), shownUntil(it, now)]))
  return [
    dispatchChange(by, op, now, after),
    ...noted.map((it) => entryChange(by, now, after.id, it)),
    ...(was === is ? [] : [statusChange(by, op, now, after.v, statusOf(after), shownUntil(after, now))]),
  ]
}

/** What the reporter sees of it. */
export const statusOf = ({
  id,
  kind,
  band,
  state,
  holder,
  ack,
  step,
  drill,
  reportedAt,
  merged,
  joined,
  reunitedAt,
  endedAt,
}: Dispatch): ReportStatus => ({
  id,
  kind,
  band,
  state,
  ...(merged && { into: merged.into }),
  ...(joined !== undefined && { joined }),
  ...(reunitedAt !== undefined && { reunitedAt }),
  station: holder,
  ...(ack && { seenAt: ack.at }),
  call110: step === 3 && isUnanswered({ state, ack }),
  drill,
  at: reportedAt,
  ...(endedAt !== undefined && { endedAt }),
})

/** What was merged is followed as long as the report that it was merged into: the purge of both ends it. */
const shownUntil = ({ state, endedAt, due }: Dispatch, now: Instant): Instant | undefined => {
  if (endedAt === undefined) return undefined
  if (state !== "merged") return endedAt + reportKept
  return due === undefined ? now + day : undefined
}

/** `clock` is the index's partition: what the sweeper looks at, and what the purge does. */
const dispatchChange = (by: Actor, op: string, now: Instant, { id, v, ...rest }: Dispatch): Change => ({
  table: "children",
  item: {
    ...keys.dispatch(id),
    ...stamp(by, op, now, v),
    ...rest,
    ...(rest.due !== undefined && { clock: rest.settled ? "ended" : "open" }),
    ...(rest.due === undefined && { ttl: Math.floor((now + day) / 1000) }),
  },
  when: v === 1 ? absent : { says: "v = :seen", values: { ":seen": v - 1 } },
  or: new Problem("changed-meanwhile"),
})

/** Beside its dispatch, under the dispatch's version: an older truth never overwrites. */
const statusChange = (
  by: Actor,
  op: string,
  now: Instant,
  v: number,
  { id, at, ...rest }: ReportStatus,
  until: Instant | undefined,
): Change => ({
  table: "live",
  item: {
    ...keys.reportStatus(id),
    ...stamp(by, op, now, v),
    ...rest,
    reportedAt: at,
    ...(until !== undefined && { ttl: Math.floor(until / 1000) }),
  },
  when: { says: "attribute_not_exists(pk) OR v < :v", values: { ":v": v } },
  or: new Problem("changed-meanwhile"),
})

/** By the version of the dispatch that it tells of (`source`): what is older never overwrites. */
export const dutyChange = (
  by: Actor,
  op: string,
  now: Instant,
  source: number,
  { unit, report, at: _at, ...rest }: Duty,
  ttl?: Instant,
): Change => ({
  table: "children",
  item: {
    ...keys.duty(unit, report),
    ...stamp(by, op, now, source),
    ...rest,
    source,
    ...(ttl !== undefined && { ttl: Math.floor(ttl / 1000) }),
  },
  when: older(source),
  or: new Problem("changed-meanwhile"),
})

/** On the command centre's list; a larger pattern over a smaller one. */
export const patternChange = (by: Actor, op: string, now: Instant, unit: UnitId, it: Pattern): Change => ({
  table: "children",
  item: {
    ...keys.duty(unit, `pattern#${it.id}`),
    ...stamp(by, op, now, it.reports.length),
    ...it,
    at: now,
    ttl: Math.floor((now + reportKept) / 1000),
  },
  when: { says: "attribute_not_exists(pk) OR v < :v", values: { ":v": it.reports.length } },
  or: new Problem("changed-meanwhile"),
})

/** Reports in one of the index's lists, what is due first in front; the index lags by a moment. */
export async function byDue(
  world: World,
  clock: "open" | "ended",
  until?: Instant,
): Promise<{ id: string; due: Instant }[]> {
  const found: { id: string; due: Instant }[] = []
  let start: Record<string, unknown> | undefined
  do {
    const page = await world.db.send(
      new QueryCommand({
        TableName: world.tables.children,
        IndexName: "by-due",
        KeyConditionExpression: until === undefined ? "#clock = :clock" : "#clock = :clock AND #due <= :until",
        ExpressionAttributeNames: { "#clock": "clock", ...(until !== undefined && { "#due": "due" }) },
        ExpressionAttributeValues: { ":clock": clock, ...(until !== undefined && { ":until": until }) },
        ...(start && { ExclusiveStartKey: start }),
      }),
    )
    for (const it of page.Items ?? []) found.push({ id: it.pk.slice("report#".length), due: it.due })
    start = page.LastEvaluatedKey
  } while (start)
  return found
}

/** `also`: what is written with it or not at all. */
export type Decided = { after: Dispatch; noted?: readonly Noted[]; also?: readonly Change[] }

/**
 * Changes a report over what stands now, however many others change it: reads it afresh after each lost round. `decide` answers
 * what it becomes, nothing to leave it, or throws its refusal. Answers what stands then. Refusals: report-not-found, key-reused for
 * another operation of this name, busy.
 */
export async function changed(
  world: World,
  by: Actor,
  op: string,
  id: string,
  decide: (now: Dispatch) => Decided | undefined,
): Promise<Dispatch> {
  // No line that somebody else has put there keeps a report on its step: of the two, the line is left out.
  let unlined = false
  return insist(async (patience) => {
    const before = await find(world, id)
    if (!before) throw new Problem("report-not-found")
    const decided = decide(before)
    if (!decided) return before
    const made = [
      ...changes(by, op, world.now(), before, decided.after, unlined ? [] : decided.noted),
      ...(decided.also ?? []),
    ]
    const outcome = await write(world, made, patience)
    if (outcome.written) return dispatchIn(made[0]!.item)
    const lines = outcome.failed.filter(({ change }) => change.item.sk.startsWith("e#"))
    // This very operation, done before.
    if (lines.some(isSame)) return find(world, id)
    if (lines.length === outcome.failed.length) {
      if (by.kind === "staff") throw new Problem("key-reused")
      unlined = true
    }
    return undefined
  })
}

const isSame = ({ change: { item }, found }: Failed) =>
  found !== undefined && found.what === item.what && found.by === item.by && found.op === item.op
