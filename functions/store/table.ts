/**
 * The small language over the tables. A query returns plain items; a change is data: the item to put, what must be found
 * there, and the refusal it means if not. Only `write` touches the network, one item plainly, several as one transaction.
 */
import { ReturnValuesOnConditionCheckFailure } from "@aws-sdk/client-dynamodb"
import {
  BatchGetCommand,
  type BatchGetCommandOutput,
  DeleteCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb"
import { unmarshall } from "@aws-sdk/util-dynamodb"
import { type Actor, signed } from "#domain/actor"
import { Problem } from "#domain/problem"
import type { Instant } from "#domain/time"
import type { World } from "#world"
import type { Key } from "./keys.ts"

export type Table = keyof World["tables"]
export type Item = Key & { v: number; by: string; op: string; at: Instant; ttl?: number; [name: string]: unknown }

/** What must be found where we write. Values are bound by name, so that a condition reads as it will be judged. */
export type Condition = { says: string; values?: Record<string, unknown> }

export const absent: Condition = { says: "attribute_not_exists(pk)" }
/** The version we saw; 0 is an item that is not there. */
export const seen = (v: number): Condition => (v === 0 ? absent : { says: "v = :seen", values: { ":seen": v } })
/** Nothing there, or something older than what we know. */
export const older = (than: number): Condition => ({
  says: "attribute_not_exists(pk) OR #source < :than",
  values: { ":than": than },
})

export type Change = { table: Table; item: Item; when: Condition; or: Problem }
export type Failed = { change: Change; found: Item | undefined }
export type Outcome = { written: true } | { written: false; failed: readonly Failed[] }

/** The four facts on every item: which version, by whom, in which operation, when. */
export const stamp = (by: Actor, op: string, at: Instant, v: number) => ({ v, by: signed(by), op, at })

/** How long to go on when others write the same items: a phone is told soon, a window keeps trying for 3 s. */
export type Patience = { tries: number; until: number }
export const phone = (): Patience => ({ tries: 3, until: Date.now() + 3000 })
export const counter = (): Patience => ({ tries: Number.POSITIVE_INFINITY, until: Date.now() + 3000 })

export async function get(
  world: World,
  table: Table,
  key: Key,
  how: "now" | "soon" = "now",
): Promise<Item | undefined> {
  const found = await world.db.send(
    new GetCommand({ TableName: world.tables[table], Key: key, ConsistentRead: how === "now" }),
  )
  return found.Item as Item | undefined
}

export type Range = { from?: string; to?: string }
export type Asked = Range & { only?: readonly string[]; how?: "now" | "soon" }

/** All items of a partition, by sort key between `from` and `to` where given. */
export async function query(world: World, table: Table, pk: string, asked: Asked = {}): Promise<Item[]> {
  const items: Item[] = []
  for await (const page of pages(world, table, pk, asked)) items.push(...page)
  return items
}

/** The same page by page, at most `size` items each; `backwards` from the last key on. */
export async function* pages(
  world: World,
  table: Table,
  pk: string,
  { from, to, only, how, backwards, size }: Asked & { backwards?: boolean; size?: number } = {},
): AsyncGenerator<Item[]> {
  const range =
    from !== undefined && to !== undefined
      ? " AND sk BETWEEN :from AND :to"
      : `${from === undefined ? "" : " AND sk >= :from"}${to === undefined ? "" : " AND sk <= :to"}`
  const names = Object.fromEntries((only ?? []).map((name, i) => [`#n${i}`, name]))
  let start: Record<string, unknown> | undefined
  do {
    const page = await world.db.send(
      new QueryCommand({
        TableName: world.tables[table],
        KeyConditionExpression: `pk = :pk${range}`,
        ExpressionAttributeValues: {
          ":pk": pk,
          ...(from !== undefined && { ":from": from }),
          ...(to !== undefined && { ":to": to }),
        },
        ...(only && { ProjectionExpression: Object.keys(names).join(","), ExpressionAttributeNames: names }),
        ConsistentRead: how !== "soon",
        ...(backwards && { ScanIndexForward: false }),
        ...(size && { Limit: size }),
        ...(start && { ExclusiveStartKey: start }),
      }),
    )
    yield (page.Items ?? []) as Item[]
    start = page.LastEvaluatedKey
  } while (start)
}

/**
 * Everything in a table whose time is over by then, page by page: for the purge alone, since it reads the whole table. Seen as it
 * was a moment ago.
 */
export async function* endingBy(world: World, table: Table, by: Instant): AsyncGenerator<Item[]> {
  let start: Record<string, unknown> | undefined
  do {
    const page = await world.db.send(
      new ScanCommand({
        TableName: world.tables[table],
        FilterExpression: "#ttl <= :by",
        ExpressionAttributeNames: { "#ttl": "ttl" },
        ExpressionAttributeValues: { ":by": Math.floor(by / 1000) },
        ...(start && { ExclusiveStartKey: start }),
      }),
    )
    yield (page.Items ?? []) as Item[]
    start = page.LastEvaluatedKey
  } while (start)
}

/** Gives an item more time, and changes nothing else of it. */
export const prolonged = (by: Actor, now: Instant, table: Table, item: Item, until: Instant): Change => ({
  table,
  item: { ...item, ...stamp(by, "keep", now, item.v + 1), ttl: Math.floor(until / 1000) },
  when: seen(item.v),
  or: new Problem("changed-meanwhile"),
})

/** Takes an item away, if it is still the version that was seen: for the purge alone, actions end items and leave them. */
export async function remove(
  world: World,
  table: Table,
  { pk, sk, v }: Pick<Item, "pk" | "sk" | "v">,
): Promise<boolean> {
  const { says, values } = seen(v)
  try {
    await world.db.send(
      new DeleteCommand({
        TableName: world.tables[table],
        Key: { pk, sk },
        ConditionExpression: says,
        ExpressionAttributeValues: values,
      }),
    )
    return true
  } catch (error) {
    if (named(error, "ConditionalCheckFailedException")) return false
    throw busyOr(error)
  }
}

/** Many items by key, each once however often it is asked for, in no order; what is not there is left out. */
export async function getMany(world: World, table: Table, keys: readonly Key[]): Promise<Item[]> {
  const items: Item[] = []
  // A batch with a key twice is refused whole.
  const wanted = [...new Map(keys.map((it) => [JSON.stringify([it.pk, it.sk]), it])).values()]
  for (let i = 0; i < wanted.length; i += 100) {
    let asked: Record<string, unknown>[] | undefined = wanted.slice(i, i + 100)
    for (let attempt = 0; asked?.length; attempt++) {
      if (attempt > 5) throw new Problem("busy")
      if (attempt) await pause(attempt)
      const name = world.tables[table]
      const page: BatchGetCommandOutput = await world.db.send(
        new BatchGetCommand({ RequestItems: { [name]: { Keys: asked, ConsistentRead: true } } }),
      )
      items.push(...((page.Responses?.[name] ?? []) as Item[]))
      asked = page.UnprocessedKeys?.[name]?.Keys
    }
  }
  return items
}

const watched = new WeakMap<World, Map<string, (item: Item) => void>>()

/** Tells whoever keeps a partition in this process what this process writes there; undefined ends it. */
export function watch(world: World, table: Table, pk: string, tell: ((item: Item) => void) | undefined): void {
  const mine = watched.get(world) ?? new Map<string, (item: Item) => void>()
  watched.set(world, mine)
  if (tell) mine.set(`${table}#${pk}`, tell)
  else mine.delete(`${table}#${pk}`)
}

/**
 * Writes all of the changes or none. Says which conditions failed and what was found there; another's write under way on the
 * same items is waited out with full jitter, and is `busy` when patience ends.
 */
export async function write(world: World, changes: readonly Change[], patience: Patience): Promise<Outcome> {
  for (let attempt = 1; ; attempt++) {
    const outcome = changes.length === 1 ? await putOne(world, changes[0]!) : await putAll(world, changes)
    if (outcome !== "conflict") {
      if (outcome.written) for (const { table, item } of changes) watched.get(world)?.get(`${table}#${item.pk}`)?.(item)
      return outcome
    }
    if (attempt >= patience.tries || Date.now() > patience.until) throw new Problem("busy")
    await pause(attempt)
  }
}

/** Writes, or throws the refusal that the first failed change carries. */
export async function writeOrRefuse(world: World, changes: readonly Change[], patience: Patience): Promise<void> {
  const outcome = await write(world, changes, patience)
  if (!outcome.written) throw outcome.failed[0]!.change.or
}

/** Adds one to an item's `v`, which nobody reads first; false, and nothing added, where `most` is reached. */
export async function addOne(
  world: World,
  table: Table,
  key: Key,
  facts: Omit<Item, "pk" | "sk" | "v">,
  most: number,
): Promise<boolean> {
  const names = Object.keys(facts)
  try {
    await world.db.send(
      new UpdateCommand({
        TableName: world.tables[table],
        Key: key,
        UpdateExpression: `ADD v :one SET ${names.map((name) => `#${name} = :${name}`).join(", ")}`,
        ConditionExpression: "attribute_not_exists(v) OR v < :most",
        ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
        ExpressionAttributeValues: {
          ":one": 1,
          ":most": most,
          ...Object.fromEntries(names.map((name) => [`:${name}`, facts[name]])),
        },
      }),
    )
    return true
  } catch (error) {
    if (named(error, "ConditionalCheckFailedException")) return false
    throw busyOr(error)
  }
}

/**
 * Rounds of reading and writing over what others write too, until one answers something else than undefined. Refusal: busy, when
 * patience ends.
 */
export async function insist<T>(round: (patience: Patience) => Promise<T | undefined>): Promise<T> {
  const patience = counter()
  for (let attempt = 1; ; attempt++) {
    const done = await round(patience)
    if (done !== undefined) return done
    if (Date.now() > patience.until) throw new Problem("busy")
    await pause(attempt)
  }
}

/** Full jitter. */
export const pause = (attempt: number, most = 300) =>
  new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(most, 15 * 2 ** attempt)))

const request = (world: World, { table, item, when }: Change) => ({
  TableName: world.tables[table],
  Item: item,
  ConditionExpression: when.says,
  ...namesIn(when.says),
  ...(when.values && { ExpressionAttributeValues: when.values }),
  ReturnValuesOnConditionCheckFailure: ReturnValuesOnConditionCheckFailure.ALL_OLD,
})

/** #until in a condition is the attribute `until`: some plain names are reserved words there. */
function namesIn(says: string) {
  const names = says.match(/#\w+/g)
  return names && { ExpressionAttributeNames: Object.fromEntries(names.map((name) => [name, name.slice(1)])) }
}

async function putOne(world: World, change: Change): Promise<Outcome | "conflict"> {
  try {
    await world.db.send(new PutCommand(request(world, change)))
    return { written: true }
  } catch (error) {
    if (named(error, "TransactionConflictException")) return "conflict"
    if (!named(error, "ConditionalCheckFailedException")) throw busyOr(error)
    const found = unmarshalled((error as { Item?: unknown }).Item)
    // The SDK sends a write again when its answer was lost: what is found may then be our own. (A transaction it sends
    // again under the same token, which DynamoDB recognises by itself.)
    return found && attemptsOf(error) > 1 && isOurs(found, change.item)
      ? { written: true }
      : { written: false, failed: [{ change, found }] }
  }
}

async function putAll(world: World, changes: readonly Change[]): Promise<Outcome | "conflict"> {
  try {
    await world.db.send(
      new TransactWriteCommand({ TransactItems: changes.map((change) => ({ Put: request(world, change) })) }),
    )
    return { written: true }
  } catch (error) {
    if (named(error, "TransactionInProgressException")) return "conflict"
    if (!named(error, "TransactionCanceledException")) throw busyOr(error)
    const reasons = (error as { CancellationReasons?: { Code?: string; Item?: unknown }[] }).CancellationReasons ?? []
    const failed = reasons.flatMap(({ Code, Item }, i) =>
      Code === "ConditionalCheckFailed" ? [{ change: changes[i]!, found: unmarshalled(Item) }] : [],
    )
    if (failed.length) return { written: false, failed }
    if (
      reasons.some(
        ({ Code }) =>
          Code === "TransactionConflict" || Code === "ThrottlingError" || Code === "ProvisionedThroughputExceeded",
      )
    )
      return "conflict"
    throw error
  }
}

const attemptsOf = (error: unknown) => (error as { $metadata?: { attempts?: number } }).$metadata?.attempts ?? 1

const isOurs = (found: Item, item: Item) =>
  found.v === item.v && found.op === item.op && found.at === item.at && found.by === item.by

const named = (error: unknown, name: string) => error instanceof Error && error.name === name

const busyOr = (error: unknown) =>
  ["ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded"].some((it) =>
    named(error, it),
  )
    ? new Problem("busy")
    : error

/** The document client leaves an item inside an error in the wire's form. */
function unmarshalled(item: unknown): Item | undefined {
  if (!item) return undefined
  const wire = typeof (item as { pk?: unknown }).pk === "object"
  return (wire ? unmarshall(item as Parameters<typeof unmarshall>[0]) : item) as Item
}
