/**
 * The tables in this process's own memory: for simulations that need thousands of runs, and for faults that the emulator never
 * has. It stands where the network would be: a real client sends its requests here, so that marshalling, error classes,
 * CancellationReasons, the client's own retries and the bench's meter are the real ones. It knows exactly the requests and the
 * small expressions that the code uses and throws on any other; test/integration/memory.test.ts holds it equal to DynamoDB Local.
 *
 *   const world = await aMemoryWorld()                        // as aWorld(), no database needed; { seed } repeats chance, { empty } has no stations
 *   world.memory.set({ conflicts: true, loseAnswers: 0.2 })   // faults from now on; set({}) ends them
 *   world.memory.records()                                    // what was saved since last asked: { Records } for relay and record
 *   world.memory.items("bookings")                            // everything in a table, sorted by key
 */
import { createHash } from "node:crypto"
import { setTimeout as sleep } from "node:timers/promises"
import { isDeepStrictEqual } from "node:util"
import { DynamoDBClient, type DynamoDBClientConfig } from "@aws-sdk/client-dynamodb"
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb"
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb"
import type { DynamoDBRecord } from "aws-lambda"
import { seeded } from "#domain/chance"
import type { Instant } from "#domain/time"
import type { DatabaseCall, FaultRules } from "#local/faults"
import { arnOf, region } from "#local/place"
import type { TableShape } from "#local/topology"
import type { Item, Table } from "#store/table"
import { itemBytes, type Wire } from "../bench/size.ts"
import { at } from "./builders.ts"
import { type TestWorld, tablesNamed, topology, worldOver } from "./world.ts"

export type MemoryRules = FaultRules & {
  /** The share of eventually consistent reads, the index's too, that see each item as it was before its last change. */
  staleReads?: number
  /** The share of batch reads that leave half of their keys unprocessed. */
  unprocessed?: number
  /** Between a call's arrival (its items claimed, where `conflicts`) and what it does: waits here make calls overlap. */
  during?(call: DatabaseCall): void | Promise<void>
}

export type Memory = {
  client: DynamoDBClient
  /** The same tables without the SDK between: four times as fast, for simulations of many thousand requests. */
  direct: DynamoDBDocumentClient
  stats: { calls: number; conflicts: number; lost: number; throttled: number; stale: number }
  /** Replaces the rules; none: an honest database. */
  set(rules: MemoryRules): void
  /** What was saved since this was last asked, in the order in which it was, as a function is given it. Only of tables with a stream. */
  records(): DynamoDBRecord[]
  /** All items of a table by key, for the eyes of a test: no request, no fault. */
  items(table: string): Item[]
  /** Takes an item away behind everybody's back: no request, no record, as none of our functions may. */
  remove(table: string, key: { pk: string; sk: string }): void
}

export type MemoryOptions = { seed?: number; rules?: MemoryRules; now?: () => Instant; maxAttempts?: number }

export type MemoryWorld = TestWorld & { memory: Omit<Memory, "items"> & { items(table: Table): Item[] } }

export async function aMemoryWorld(
  start: Instant = at("08:55"),
  { seed, rules, maxAttempts, empty = false }: Omit<MemoryOptions, "now"> & { empty?: boolean } = {},
): Promise<MemoryWorld> {
  const chance = seed === undefined ? undefined : chanceOf(seed)
  const name = Buffer.from(chance?.(6) ?? crypto.getRandomValues(new Uint8Array(6))).toString("hex")
  const tables = tablesNamed(name)
  const shapes = Object.fromEntries(
    Object.entries(topology.tables).map(([id, shape]) => [tables[roleOf(id)], shape] as const),
  )
  let now = () => start
  const memory = openMemory(shapes, {
    ...(seed !== undefined && { seed }),
    ...(maxAttempts !== undefined && { maxAttempts }),
    now: () => now(),
  })
  const db = DynamoDBDocumentClient.from(memory.client, { marshallOptions: { removeUndefinedValues: true } })
  const world = await worldOver(db, name, tables, start, chance, empty ? "nothing" : db)
  now = world.now
  memory.set(rules ?? {})
  return { ...world, memory: { ...memory, items: (table) => memory.items(tables[table]) } }
}

const roleOf = (id: string) => (id[0]!.toLowerCase() + id.slice(1)) as Table

/** The same bytes for the same seed. */
function chanceOf(seed: number) {
  let drawn = 0
  return (bytes: number) => {
    const parts: Buffer[] = []
    for (let left = bytes; left > 0; left -= 32)
      parts.push(createHash("sha256").update(`${seed}.${drawn++}`).digest().subarray(0, left))
    return Buffer.concat(parts)
  }
}

/** Tables of these shapes under these names. */
export function openMemory(shapes: Record<string, TableShape>, options: MemoryOptions = {}): Memory {
  const { seed = 1, now = Date.now, maxAttempts = 3 } = options
  const random = seeded(seed)
  const tables = new Map(
    Object.entries(shapes).map(([name, shape]): [string, Stored] => [name, { name, shape, partitions: new Map() }]),
  )
  const stats = { calls: 0, conflicts: 0, lost: 0, throttled: 0, stale: 0 }
  const inFlight = { transactions: new Map<string, number>(), writes: new Map<string, number>() }
  const tokens = new Map<string, string>()
  let rules: MemoryRules = options.rules ?? {}
  let suffered = 0
  let sequence = 0
  let told: DynamoDBRecord[] = []

  const tableOf = (name: unknown): Stored =>
    tables.get(String(name)) ?? refuse("ResourceNotFoundException", "Cannot do operations on a non-existent table")

  async function answer(call: DatabaseCall): Promise<unknown> {
    stats.calls++
    const act = operations[call.operation]
    if (!act) throw unknown(`operation ${call.operation}`)
    const changes = writesOf(call)
    await wait()
    if (strikes(rules.throttle, call)) {
      stats.throttled++
      refuse("ProvisionedThroughputExceededException", "The level of configured provisioned throughput was exceeded")
    }
    const transacted = call.operation === "TransactWriteItems"
    if (transacted && strikes(rules.conflictShare, call)) {
      const unlucky = Math.floor(random() * changes.length)
      conflict(changes.map((_, i) => i === unlucky))
    }
    const free = rules.conflicts ? claim(changes, transacted) : () => {}
    try {
      await wait()
      await rules.during?.(call)
      const given = act(call)
      if (changes.length && strikes(rules.loseAnswers, call)) {
        stats.lost++
        throw Object.assign(new Error("socket hang up"), { code: "ECONNRESET" })
      }
      return given
    } finally {
      free()
    }
  }

  /** Half of the latency before a call takes its items, half while it holds them. */
  const wait = async () => {
    if (!rules.latency) return
    const [least, most] = rules.latency
    await sleep((least + random() * (most - least)) / 2)
  }

  function strikes(share: number | undefined, call: DatabaseCall): boolean {
    if (!share || (rules.most !== undefined && suffered >= rules.most) || rules.only?.(call) === false) return false
    if (random() >= share) return false
    suffered++
    return true
  }

  /** As on AWS: a write meets a transaction in flight on the same item, or a transaction meets a write. */
  function claim(changes: readonly Write[], transacted: boolean): () => void {
    const keys = changes.map(({ table, key }) => JSON.stringify([table.name, key]))
    const busy = keys.map((key) => inFlight.transactions.has(key) || (transacted && inFlight.writes.has(key)))
    if (busy.includes(true)) {
      if (transacted) conflict(busy)
      stats.conflicts++
      refuse("TransactionConflictException", "Transaction is ongoing for the item")
    }
    const held = transacted ? inFlight.transactions : inFlight.writes
    for (const key of keys) held.set(key, (held.get(key) ?? 0) + 1)
    return () => {
      for (const key of keys) {
        const left = held.get(key)! - 1
        if (left) held.set(key, left)
        else held.delete(key)
      }
    }
  }

  function conflict(which: readonly boolean[]): never {
    stats.conflicts++
    cancel(
      which.map((it) =>
        it ? { Code: "TransactionConflict", Message: "Transaction is ongoing for the item" } : { Code: "None" },
      ),
    )
  }

  const operations: Record<string, (call: DatabaseCall) => unknown> = {
    GetItem({ body }) {
      only(body, "TableName Key ConsistentRead")
      const table = tableOf(body.TableName)
      const key = keyOf(table, body.Key as Wire, true)
      const [item] = seenBy(body.ConsistentRead)([find(table, key)])
      return item ? { Item: item } : {}
    },

    BatchGetItem({ body, ...call }) {
      only(body, "RequestItems")
      const asked = Object.entries(body.RequestItems as Record<string, Record<string, unknown>>)
      if (asked.reduce((sum, [, { Keys }]) => sum + (Keys as Wire[]).length, 0) > 100)
        invalid("Too many items requested")
      const Responses: Record<string, Wire[]> = {}
      const UnprocessedKeys: Record<string, unknown> = {}
      for (const [name, request] of asked) {
        only(request, "Keys ConsistentRead")
        const table = tableOf(name)
        const wires = request.Keys as Wire[]
        const keys = wires.map((it) => keyOf(table, it, true))
        if (new Set(keys.map((it) => it.join("\0"))).size < keys.length)
          invalid("Provided list of item keys contains duplicates")
        const done = strikes(rules.unprocessed, { body, ...call }) ? Math.floor(keys.length / 2) : keys.length
        Responses[name] = seenBy(request.ConsistentRead)(keys.slice(0, done).map((it) => find(table, it)))
        if (done < keys.length) UnprocessedKeys[name] = { ...request, Keys: wires.slice(done) }
      }
      return { Responses, UnprocessedKeys }
    },

    Query({ body }) {
      only(
        body,
        "TableName IndexName KeyConditionExpression ExpressionAttributeNames ExpressionAttributeValues ProjectionExpression ConsistentRead ExclusiveStartKey Limit ScanIndexForward",
      )
      const table = tableOf(body.TableName)
      const index = table.shape.indexes.find((it) => it.name === body.IndexName)
      if (body.IndexName && !index) invalid("The table does not have the specified index")
      if (index && body.ConsistentRead) invalid("Consistent reads are not supported on global secondary indexes")
      const bound = binding(body)
      const { hash, range } = index ?? table.shape
      const asked = keyCondition(String(body.KeyConditionExpression), bound, hash, range)
      const project = bound.projection(body.ProjectionExpression)
      bound.done()
      const all = index ? everything(table) : (table.partitions.get(text(asked.hash))?.values() ?? [])
      const inOrder = seenBy(body.ConsistentRead)(all)
        .filter((it) => isDeepStrictEqual(it[hash], asked.hash) && (!range || asked.range(it[range])))
        .sort(byKeys([...(range ? [range] : []), ...(index ? [table.shape.hash, table.shape.range!] : [])]))
      if (body.ScanIndexForward === false) inOrder.reverse()
      const kept =
        index && index.projection !== "ALL"
          ? [table.shape.hash, table.shape.range!, index.hash, ...(index.range ? [index.range] : [])]
          : undefined
      return page(body, table, index ? [hash, ...(range ? [range] : [])] : [], inOrder, (it) =>
        project(kept ? picked(it, kept) : it),
      )
    },

    /** For the purge, and the eyes of tests. What is filtered out counts towards a page all the same. */
    Scan({ body }) {
      only(
        body,
        "TableName ConsistentRead ExclusiveStartKey Limit FilterExpression ExpressionAttributeNames ExpressionAttributeValues",
      )
      const table = tableOf(body.TableName)
      const { hash, range } = table.shape
      const bound = binding(body)
      const wanted = body.FilterExpression === undefined ? () => true : condition(String(body.FilterExpression), bound)
      bound.done()
      const all = seenBy(body.ConsistentRead)(everything(table)).sort(byKeys([hash, range!]))
      const { Items, ...rest } = page(body, table, [], all, (it) => it)
      const found = Items.filter(wanted)
      return { ...rest, Items: found, Count: found.length }
    },

    PutItem: (call) => putOne(call),
    UpdateItem: (call) => putOne(call),
    DeleteItem: (call) => putOne(call),

    TransactWriteItems(call) {
      only(call.body, "TransactItems ClientRequestToken")
      const changes = writesOf(call)
      if (changes.length > 100) invalid("Member must have length less than or equal to 100")
      if (new Set(changes.map(({ table, key }) => JSON.stringify([table.name, key]))).size < changes.length)
        invalid("Transaction request cannot include multiple operations on one item")
      const token = call.body.ClientRequestToken as string | undefined
      const content = JSON.stringify(call.body.TransactItems)
      if (token && tokens.has(token)) {
        if (tokens.get(token) !== content)
          refuse("IdempotentParameterMismatchException", "Token used for another request")
        return {}
      }
      const reasons = changes.map((it) => {
        const before = find(it.table, it.key)?.item
        if (it.holds(before)) return { Code: "None" }
        return { Code: "ConditionalCheckFailed", Message: failedCondition, ...(it.tells && before && { Item: before }) }
      })
      if (reasons.some(({ Code }) => Code !== "None")) cancel(reasons)
      for (const it of changes) save(it)
      if (token) tokens.set(token, content)
      return {}
    },
  }

  function putOne(call: DatabaseCall) {
    const it = writesOf(call)[0]!
    const before = find(it.table, it.key)?.item
    if (!it.holds(before))
      refuse("ConditionalCheckFailedException", failedCondition, { ...(it.tells && before && { Item: before }) })
    save(it)
    return {}
  }

  /** The writes of a call, understood: what would be there after, and whether its condition holds. */
  function writesOf({ operation, body }: DatabaseCall): Write[] {
    if (operation === "PutItem") return [putOf(body)]
    if (operation === "UpdateItem") return [updateOf(body)]
    if (operation === "DeleteItem") return [{ ...checkOf(body), removes: true }]
    if (operation !== "TransactWriteItems") return []
    return (body.TransactItems as Record<string, Record<string, unknown>>[]).map((it) => {
      const [kind, change] = Object.entries(it)[0]!
      if (kind === "Put") return putOf(change)
      if (kind === "Update") return updateOf(change)
      if (kind === "ConditionCheck") return checkOf(change)
      throw unknown(`${kind} in a transaction`)
    })
  }

  function putOf(body: Record<string, unknown>): Write {
    only(body, `TableName Item ${conditional}`)
    const table = tableOf(body.TableName)
    const item = body.Item as Wire
    const key = keyOf(table, item)
    for (const index of table.shape.indexes)
      for (const name of [index.hash, index.range])
        if (name && item[name] && !(table.shape.attributes[name]! in item[name])) invalid("Type mismatch for Index Key")
        else if (name && item[name]?.S === "") invalid("An index key may not be empty")
    if (bytesOf(item) > 400 * 1024) invalid("Item size has exceeded the maximum allowed size")
    return { table, key, after: () => item, ...conditionOf(body, () => {}) }
  }

  function updateOf(body: Record<string, unknown>): Write {
    only(body, `TableName Key UpdateExpression ${conditional}`)
    const table = tableOf(body.TableName)
    const Key = body.Key as Wire
    let change: (before: Wire | undefined) => Wire = () => Key
    const condition = conditionOf(body, (bound) => {
      change = update(String(body.UpdateExpression), bound, Key)
    })
    return { table, key: keyOf(table, Key, true), after: change, ...condition }
  }

  function checkOf(body: Record<string, unknown>): Write {
    only(body, `TableName Key ${conditional}`)
    const table = tableOf(body.TableName)
    return { table, key: keyOf(table, body.Key as Wire, true), after: undefined, ...conditionOf(body, () => {}) }
  }

  function save({ table, key, after, removes }: Write) {
    if (!after && !removes) return
    const partition: Map<string, Kept> = table.partitions.get(key[0]) ?? new Map()
    table.partitions.set(key[0], partition)
    const before = partition.get(key[1])?.item
    const item = after?.(before)
    if (item) partition.set(key[1], { item, before })
    else partition.delete(key[1])
    if (!table.shape.stream || isDeepStrictEqual(before, item)) return
    const { hash, range } = table.shape
    told.push({
      eventID: String(++sequence),
      eventName: !item ? "REMOVE" : before ? "MODIFY" : "INSERT",
      eventVersion: "1.1",
      eventSource: "aws:dynamodb",
      eventSourceARN: arnOf("dynamodb", `table/${table.name}/stream/2026-11-23T00:00:00.000`),
      awsRegion: region,
      dynamodb: {
        ApproximateCreationDateTime: Math.floor(now() / 1000),
        Keys: picked(item ?? before!, [hash, range!]) as Images,
        ...(before && { OldImage: before as Images }),
        ...(item && { NewImage: item as Images }),
        SequenceNumber: String(sequence).padStart(21, "0"),
        SizeBytes: (item ? bytesOf(item) : 0) + (before ? bytesOf(before) : 0),
        StreamViewType: "NEW_AND_OLD_IMAGES",
      },
    })
  }

  const find = (table: Stored, [pk, sk]: StoredKey): Kept | undefined => table.partitions.get(pk)?.get(sk)

  /** How this read sees items: as they are, or where it may lag and does, as they were before their last change. */
  function seenBy(consistent: unknown): (kept: Iterable<Kept | undefined>) => Wire[] {
    const lags = !consistent && rules.staleReads !== undefined && random() < rules.staleReads
    if (lags) stats.stale++
    return (kept) => [...kept].map((it) => (lags ? it?.before : it?.item)).filter((it) => it !== undefined)
  }

  const client = new DynamoDBClient({
    region,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    signer: { sign: async (request: unknown) => request },
    retryStrategy: atOnce(maxAttempts),
    requestHandler: {
      metadata: { handlerProtocol: "http/1.1" },
      async handle(request: { headers: Record<string, string>; body: Uint8Array }) {
        const operation = request.headers["x-amz-target"]!.split(".")[1]!
        const body = JSON.parse(new TextDecoder().decode(request.body)) as Record<string, unknown>
        const parts =
          operation === "TransactWriteItems" ? (body.TransactItems as Record<string, { TableName: string }>[]) : []
        const named = [body.TableName, ...parts.map((it) => Object.values(it)[0]!.TableName)]
        const call = { operation, tables: [...new Set(named.filter((it) => typeof it === "string"))], body }
        try {
          return wired(200, await answer(call))
        } catch (error) {
          if (error instanceof Refused) return wired(400, error.body)
          throw error
        }
      },
    },
  } as unknown as DynamoDBClientConfig)

  /** A command of the document client, without the client: its operation, its body as it would be sent, its answer plain. */
  async function direct(command: { constructor: { name: string }; input: unknown }): Promise<unknown> {
    const name = command.constructor.name.replace("Command", "")
    const operation =
      {
        Get: "GetItem",
        Put: "PutItem",
        Update: "UpdateItem",
        Delete: "DeleteItem",
        BatchGet: "BatchGetItem",
      }[name] ?? name
    const body = sent(command.input) as Record<string, unknown>
    const parts = (name === "TransactWrite" ? body.TransactItems : []) as Record<string, { TableName: string }>[]
    const named = [body.TableName, ...parts.map((it) => Object.values(it)[0]!.TableName)]
    const call = {
      operation: name === "TransactWrite" ? "TransactWriteItems" : operation,
      tables: [...new Set(named.filter((it) => typeof it === "string"))],
      body,
    }
    try {
      return received(await answer(call))
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      const { __type, ...rest } = error.body as { __type: string }
      throw Object.assign(new Error(error.message), rest, { name: __type.split("#")[1] })
    }
  }

  return {
    client,
    direct: { send: direct } as unknown as DynamoDBDocumentClient,
    stats,
    set(next) {
      rules = next
      suffered = 0
    },
    records() {
      const since = told
      told = []
      return since
    },
    items: (name) => {
      const table = tableOf(name)
      return everything(table)
        .map((it) => it.item)
        .sort(byKeys([table.shape.hash, table.shape.range!]))
        .map((it) => unmarshall(withBytes(it) as Wire) as Item)
    },
    remove: (name, { pk, sk }) => void tableOf(name).partitions.get(pk)?.delete(sk),
  }
}

type StoredKey = [pk: string, sk: string]
type Kept = { item: Wire; before: Wire | undefined }
type Stored = { name: string; shape: TableShape; partitions: Map<string, Map<string, Kept>> }
type Images = NonNullable<NonNullable<DynamoDBRecord["dynamodb"]>["NewImage"]>
type Judge = (item: Wire | undefined) => boolean
type Write = {
  table: Stored
  key: StoredKey
  /** Undefined for a mere check, and where nothing is there after. */
  after: ((before: Wire | undefined) => Wire) | undefined
  removes?: true
  holds: Judge
  /** Whether a refusal carries what was found. */
  tells: boolean
}

class Refused extends Error {
  readonly body: Record<string, unknown>
  constructor(type: string, message: string, more: Record<string, unknown>) {
    super(message)
    this.body = { __type: `com.amazonaws.dynamodb.v20120810#${type}`, message, ...more }
  }
}

const failedCondition = "The conditional request failed"
const conditional =
  "ConditionExpression ExpressionAttributeNames ExpressionAttributeValues ReturnValuesOnConditionCheckFailure"

function refuse(type: string, message: string, more: Record<string, unknown> = {}): never {
  throw new Refused(type, message, more)
}

const invalid = (message: string) => refuse("ValidationException", message)

function cancel(reasons: readonly { Code: string }[]): never {
  const codes = reasons.map(({ Code }) => Code).join(", ")
  const Message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`
  refuse("TransactionCanceledException", Message, { Message, CancellationReasons: reasons })
}

/** What the code never does is a mistake of a test or a gap here, and must be seen. */
const unknown = (what: string) =>
  new Error(`The memory store does not know ${what}: teach it, with its conformance test`)

function only(body: Record<string, unknown>, names: string) {
  const known = names.split(" ")
  const more = Object.keys(body).filter((it) => !known.includes(it))
  if (more.length) throw unknown(more.join(", "))
}

function keyOf({ shape }: Stored, item: Wire, exact = false): StoredKey {
  const names = [shape.hash, shape.range!]
  if (exact && Object.keys(item).length !== names.length) invalid("The provided key element does not match the schema")
  const [pk, sk] = names.map((name) => item[name]?.S)
  if (pk === undefined || sk === undefined) invalid("One of the required keys was not given a value")
  if (!pk || !sk) invalid("One or more parameter values are not valid: a key may not be empty")
  return [pk!, sk!]
}

const everything = (table: Stored) => [...table.partitions.values()].flatMap((it) => [...it.values()])
const text = (value: Wire[string] | undefined) => value?.S ?? invalid("A key is a string")
const picked = (item: Wire, names: readonly string[]): Wire =>
  Object.fromEntries(names.flatMap((name) => (item[name] ? [[name, item[name]]] : [])))

const byKeys = (names: readonly string[]) => (a: Wire, b: Wire) => {
  for (const name of names) {
    const [left, right] = [a[name], b[name]]
    const order =
      left?.N !== undefined && right?.N !== undefined
        ? Number(left.N) - Number(right.N)
        : Buffer.compare(Buffer.from(left?.S ?? ""), Buffer.from(right?.S ?? ""))
    if (order) return order
  }
  return 0
}

const mostInPage = 1024 * 1024

/** What follows the start key, as far as a page reaches: by the limit, or 1 MB of items before they are projected. */
function page(
  body: Record<string, unknown>,
  { shape }: Stored,
  more: readonly string[],
  inOrder: readonly Wire[],
  shown: (item: Wire) => Wire,
) {
  const names = [shape.hash, shape.range!, ...more]
  const start = body.ExclusiveStartKey as Wire | undefined
  const from = start ? inOrder.findIndex((it) => isDeepStrictEqual(picked(it, names), picked(start, names))) + 1 : 0
  if (start && !from) throw unknown("a page that begins at an item that has gone")
  const Items: Wire[] = []
  let bytes = 0
  for (const item of inOrder.slice(from)) {
    Items.push(shown(item))
    bytes += bytesOf(item)
    if (Items.length !== body.Limit && bytes < mostInPage) continue
    return { Items, Count: Items.length, LastEvaluatedKey: picked(item, names) }
  }
  return { Items, Count: Items.length }
}

type Bound = ReturnType<typeof binding>

/** Names and values by their placeholders; each must be used, as DynamoDB demands. */
function binding(body: Record<string, unknown>) {
  const names = (body.ExpressionAttributeNames ?? {}) as Record<string, string>
  const values = (body.ExpressionAttributeValues ?? {}) as Wire
  const used = new Set<string>()
  const name = (word: string): string => {
    if (!word.startsWith("#")) {
      if (!plain.has(word)) throw unknown(`the plain name ${word}, which may be reserved: write #${word}`)
      return word
    }
    used.add(word)
    return names[word] ?? invalid(`An expression attribute name used in the document path is not defined: ${word}`)
  }
  return {
    name,
    value(word: string): Wire[string] {
      used.add(word)
      return values[word] ?? invalid(`An expression attribute value used in expression is not defined: ${word}`)
    },
    projection(expression: unknown): (item: Wire) => Wire {
      if (expression === undefined) return (item) => item
      const wanted = String(expression)
        .split(",")
        .map((it) => name(it.trim()))
      return (item) => picked(item, wanted)
    },
    done() {
      for (const word of [...Object.keys(names), ...Object.keys(values)])
        if (!used.has(word)) invalid(`Value provided in expression attributes unused in expressions: ${word}`)
    },
  }
}

/** Attributes that no reserved word of DynamoDB is called like. */
const plain = new Set(["pk", "sk", "v", "remaining", "shut"])

function conditionOf(body: Record<string, unknown>, also: (bound: Bound) => void): { holds: Judge; tells: boolean } {
  const bound = binding(body)
  const holds = body.ConditionExpression === undefined ? () => true : condition(String(body.ConditionExpression), bound)
  also(bound)
  bound.done()
  return { holds, tells: body.ReturnValuesOnConditionCheckFailure === "ALL_OLD" }
}

/** OR of ANDs of `attribute_exists(x)`, `attribute_not_exists(x)`, comparisons of a name with a value, and brackets. */
function condition(says: string, bound: Bound): Judge {
  const words = says.match(/[#:]?\w+|<>|[<>]=?|=|[()]|\S/g) ?? []
  let next = 0
  const take = (wanted?: string) => {
    const word = words[next++]
    if (word === undefined || (wanted && word !== wanted)) throw unknown(`the condition "${says}"`)
    return word
  }
  const either = (): Judge => {
    const parts = [both()]
    while (words[next] === "OR" && ++next) parts.push(both())
    return (item) => parts.some((it) => it(item))
  }
  const both = (): Judge => {
    const parts = [one()]
    while (words[next] === "AND" && ++next) parts.push(one())
    return (item) => parts.every((it) => it(item))
  }
  const one = (): Judge => {
    const word = take()
    if (word === "(") {
      const inner = either()
      take(")")
      return inner
    }
    if (word === "attribute_exists" || word === "attribute_not_exists") {
      take("(")
      const name = bound.name(take())
      take(")")
      return (item) => (item?.[name] !== undefined) === (word === "attribute_exists")
    }
    if (!/^#?\w+$/.test(word)) throw unknown(`the condition "${says}"`)
    const name = bound.name(word)
    const compare = comparisons[take()]
    const against = take()
    if (!compare || !against.startsWith(":")) throw unknown(`the condition "${says}"`)
    const value = bound.value(against)
    return (item) => compare(item?.[name], value)
  }
  const judge = either()
  if (next < words.length) throw unknown(`the condition "${says}"`)
  return judge
}

type Compare = (found: Wire[string] | undefined, value: Wire[string]) => boolean
const ordered =
  (holds: (order: number) => boolean): Compare =>
  (found, value) => {
    if (found?.N !== undefined && value.N !== undefined) return holds(Number(found.N) - Number(value.N))
    if (found?.S !== undefined && value.S !== undefined)
      return holds(Buffer.compare(Buffer.from(found.S), Buffer.from(value.S)))
    return false
  }
const equal: Compare = (found, value) =>
  found?.N !== undefined && value.N !== undefined
    ? Number(found.N) === Number(value.N)
    : isDeepStrictEqual(found, value)
const comparisons: Record<string, Compare> = {
  "=": equal,
  "<>": (found, value) => !equal(found, value),
  "<": ordered((order) => order < 0),
  "<=": ordered((order) => order <= 0),
  ">": ordered((order) => order > 0),
  ">=": ordered((order) => order >= 0),
}

/** `hash = :x`, and of the range nothing, one bound, two, or how it begins. */
function keyCondition(says: string, bound: Bound, hash: string, range: string | undefined) {
  const found =
    /^(#?\w+) = (:\w+)(?: AND (?:(#?\w+) (=|>=|<=|<|>) (:\w+)|(#?\w+) BETWEEN (:\w+) AND (:\w+)|begins_with\((#?\w+), (:\w+)\)))?$/.exec(
      says,
    )
  if (!found) throw unknown(`the key condition "${says}"`)
  const [, name, value, one, how, limit, two, from, to, start, prefix] = found
  if (bound.name(name!) !== hash) invalid("Query condition missed key schema element")
  const ranged = one ?? two ?? start
  if (ranged && bound.name(ranged) !== range) invalid("Query key condition not supported")
  const [at, least, most, begin] = [limit, from, to, prefix].map((it) => (it ? bound.value(it) : undefined))
  const { ">=": reaches, "<=": within } = comparisons
  return {
    hash: bound.value(value!),
    /** Items without the range key are not in an index that has one. */
    range: (it: Wire[string] | undefined): boolean => {
      if (!it) return false
      if (at) return comparisons[how!]!(it, at)
      if (least && most) return reaches!(it, least) && within!(it, most)
      return !begin || (it.S ?? "").startsWith(begin.S ?? "")
    },
  }
}

/** `ADD name :number, … SET name = :value, …`, in either order. */
function update(says: string, bound: Bound, key: Wire): (before: Wire | undefined) => Wire {
  const clauses = says.split(/\b(ADD|SET)\b/).map((it) => it.trim())
  if (clauses.shift() || !clauses.length) throw unknown(`the update "${says}"`)
  const steps: ((item: Wire) => unknown)[] = []
  for (let i = 0; i < clauses.length; i += 2)
    for (const part of clauses[i + 1]!.split(",")) {
      const [, word, value] = (clauses[i] === "ADD" ? /^(#?\w+) (:\w+)$/ : /^(#?\w+) = (:\w+)$/).exec(part.trim()) ?? []
      if (!word || !value) throw unknown(`the update "${says}"`)
      const name = bound.name(word)
      const given = bound.value(value)
      if (name in key) invalid("Cannot update attribute. This attribute is part of the key")
      if (clauses[i] === "SET") steps.push((item) => Object.assign(item, { [name]: given }))
      else if (given.N === undefined) throw unknown("ADD of anything but a number")
      else
        steps.push((item) => {
          const was = item[name] ?? { N: "0" }
          if (was.N === undefined) invalid("An operand in the update expression has an incorrect data type")
          item[name] = { N: String(Number(was.N) + Number(given.N)) }
        })
    }
  return (before) => {
    const item = { ...(before ?? key) }
    for (const step of steps) step(item)
    return item
  }
}

/** Bytes travel in base64. */
function withBytes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withBytes)
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, it]) => [
      name,
      name === "B" && typeof it === "string" ? Buffer.from(it, "base64") : withBytes(it),
    ]),
  )
}

const items = ["Item", "Key", "ExpressionAttributeValues", "ExclusiveStartKey", "LastEvaluatedKey"]

/** Plain values of a request as they go over the wire, where they stand. */
function sent(value: unknown, name = ""): unknown {
  if (items.includes(name)) return inBase64(marshall(value as object, { removeUndefinedValues: true }))
  if (name === "Keys") return (value as object[]).map((it) => inBase64(marshall(it)))
  if (Array.isArray(value)) return value.map((it) => sent(it))
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, it]) => [key, sent(it, key)]))
}

/** The other way, of an answer. */
function received(value: unknown): unknown {
  const plain = (it: unknown) => unmarshall(withBytes(it) as Wire)
  return Object.fromEntries(
    Object.entries(value as Record<string, unknown>).map(([name, it]) => {
      if (items.includes(name)) return [name, plain(it)]
      if (name === "Items") return [name, (it as Wire[]).map(plain)]
      if (name !== "Responses") return [name, it]
      return [
        name,
        Object.fromEntries(Object.entries(it as Record<string, Wire[]>).map(([k, all]) => [k, all.map(plain)])),
      ]
    }),
  )
}

function inBase64(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64")
  if (Array.isArray(value)) return value.map(inBase64)
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, it]) => [name, inBase64(it)]))
}

const bytesOf = (item: Wire) => itemBytes(withBytes(item) as Wire)

const wired = (statusCode: number, body: unknown) => ({
  response: {
    statusCode,
    headers: { "content-type": "application/x-amz-json-1.0" },
    body: Buffer.from(JSON.stringify(body)),
  },
})

/** As often as the SDK would try again, without its waits. */
function atOnce(most: number) {
  const token = (count: number) => ({ getRetryCount: () => count, getRetryDelay: () => 0 })
  return {
    mode: "standard",
    acquireInitialRetryToken: async () => token(0),
    async refreshRetryTokenForRetry(used: ReturnType<typeof token>, { errorType }: { errorType: string }) {
      const count = used.getRetryCount() + 1
      if (count >= most || !["TRANSIENT", "THROTTLING", "SERVER_ERROR"].includes(errorType))
        throw new Error("No more tries")
      return token(count)
    },
    recordSuccess() {},
  }
}
