/**
 * Counts what a world's requests cost, by AWS's rule from item sizes. It sees every attempt as it leaves, the SDK's own retries
 * included, and keeps a copy of what was written, since a write counts by the larger of the item before and after. (The
 * emulator's own figure for a transaction is a flat 2.)
 *
 * Refused writes cost what AWS says of a failed condition: the item that is there, one unit at least. What a cancelled
 * transaction costs is not published; it is counted in full. An index entry is written once, also in a transaction.
 */
import { marshall } from "@aws-sdk/util-dynamodb"
import type { Table } from "#store/table"
import { topology } from "#test/world"
import type { World } from "#world"
import { itemBytes, readUnits, type Wire, writeUnits } from "./size.ts"

export type Charge = {
  table: Table
  kind: "write" | "read"
  units: number
  /** Of a write: whether it stands, and the item before and after it. */
  landed?: boolean
  before?: Wire | undefined
  after?: Wire
}

export type Bill = Record<Table, { writes: number; reads: number }>

export type Meter = {
  charges: readonly Charge[]
  /** What was spent while this went on. Whatever else the world does meanwhile is in it. */
  during<T>(act: () => Promise<T>): Promise<{ answer: T; bill: Bill; charges: readonly Charge[] }>
}

type Write = { table: Table; key: Wire; after(before: Wire | undefined): Wire; transaction: boolean }
type Put = { TableName: string; Item: Wire }
type Update = {
  TableName: string
  Key: Wire
  UpdateExpression: string
  ExpressionAttributeNames?: Record<string, string>
  ExpressionAttributeValues: Wire
}
type Get = { TableName: string; Key: Wire; ConsistentRead?: boolean }
type Query = {
  TableName: string
  IndexName?: string
  ExpressionAttributeValues: Wire
  ConsistentRead?: boolean
  ProjectionExpression?: string
}
type BatchGet = { RequestItems: Record<string, { Keys: Wire[]; ConsistentRead?: boolean }> }
type Plain = Record<string, unknown>
type Asked = { command: string; input: unknown }

/** The keys of each table's indexes. */
const indexes: Record<Table, readonly (readonly string[])[]> = {
  bookings: keysOf("Bookings"),
  keys: keysOf("Keys"),
  live: keysOf("Live"),
  children: keysOf("Children"),
  audit: keysOf("Audit"),
}
function keysOf(table: string): string[][] {
  return topology.tables[table]!.indexes.map(({ hash, range }) => [hash, ...(range ? [range] : [])])
}

export function meter(world: World): Meter {
  const charges: Charge[] = []
  const kept = new Map<string, Map<string, Wire>>()
  const roles = new Map(Object.entries(world.tables).map(([role, name]) => [name, role as Table]))
  const roleOf = (name: string) => roles.get(name) ?? unknown(`table ${name}`)
  const partition = (table: Table, pk: string) => {
    const name = `${table} ${pk}`
    const known = kept.get(name) ?? new Map<string, Wire>()
    kept.set(name, known)
    return known
  }
  const partitionOf = (table: Table, key: Wire) => partition(table, key.pk!.S!)
  const find = (table: Table, key: Wire) => partitionOf(table, key).get(key.sk!.S!)
  /** What was there before we began to count. */
  const learn = (table: Table, item: Plain | undefined) => {
    if (!item) return
    const wire = marshall(item, { removeUndefinedValues: true })
    const known = partitionOf(table, wire)
    if (!known.has(wire.sk!.S!)) known.set(wire.sk!.S!, wire)
  }

  function writesOf({ command, input }: Asked): Write[] {
    if (command === "PutItemCommand") return [putOf(input as Put, false)]
    if (command === "UpdateItemCommand") return [updateOf(input as Update, false)]
    if (command !== "TransactWriteItemsCommand") return []
    const { TransactItems } = input as { TransactItems: { Put?: Put; Update?: Update }[] }
    return TransactItems.map(({ Put, Update }) =>
      Put ? putOf(Put, true) : Update ? updateOf(Update, true) : unknown("part of a transaction"),
    )
  }
  const putOf = ({ TableName, Item }: Put, transaction: boolean): Write => ({
    table: roleOf(TableName),
    key: Item,
    after: () => Item,
    transaction,
  })
  const updateOf = (update: Update, transaction: boolean): Write => ({
    table: roleOf(update.TableName),
    key: update.Key,
    after: (before) => updated(update, before),
    transaction,
  })

  function chargeWrites(writes: readonly Write[], landed: boolean) {
    for (const { table, key, after: afterOf, transaction } of writes) {
      const before = find(table, key)
      const after = afterOf(before)
      const there = before ? itemBytes(before) : 0
      const bytes = landed || transaction ? Math.max(there, itemBytes(after)) : there
      const units = writeUnits(bytes, transaction ? "transaction" : "plain")
      charges.push({
        table,
        kind: "write",
        units: units + (landed ? indexUnits(table, before, after) : 0),
        landed,
        before,
        after,
      })
      if (landed) partitionOf(table, key).set(key.sk!.S!, after)
    }
  }

  function chargeReads({ command, input }: Asked, output: unknown) {
    const add = (table: Table, bytes: number, consistent = false) =>
      charges.push({ table, kind: "read", units: readUnits(bytes, consistent ? "now" : "soon") })
    if (command === "GetItemCommand") {
      const { TableName, Key, ConsistentRead } = input as Get
      const table = roleOf(TableName)
      learn(table, (output as { Item?: Plain }).Item)
      add(table, sizeOf(find(table, Key)), ConsistentRead)
    } else if (command === "QueryCommand") {
      const { TableName, IndexName, ExpressionAttributeValues: values, ConsistentRead } = input as Query
      const table = roleOf(TableName)
      if (IndexName) return void add(table, 0)
      const { ProjectionExpression } = input as Query
      if (!ProjectionExpression) for (const item of (output as { Items?: Plain[] }).Items ?? []) learn(table, item)
      const [from, to] = [values[":from"]?.S ?? "", values[":to"]?.S ?? "￿"]
      const read = [...partition(table, values[":pk"]!.S!)].filter(([sk]) => sk >= from && sk <= to)
      add(
        table,
        read.reduce((bytes, [, item]) => bytes + itemBytes(item), 0),
        ConsistentRead,
      )
    } else if (command === "BatchGetItemCommand") {
      const { Responses = {} } = output as { Responses?: Record<string, Plain[]> }
      for (const [name, { Keys, ConsistentRead }] of Object.entries((input as BatchGet).RequestItems)) {
        const table = roleOf(name)
        for (const item of Responses[name] ?? []) learn(table, item)
        for (const key of Keys) add(table, sizeOf(find(table, key)), ConsistentRead)
      }
    } else unknown(command)
  }

  world.db.middlewareStack.add(
    (next, context) => async (args) => {
      const asked: Asked = { command: context.commandName ?? "", input: args.input }
      const writes = writesOf(asked)
      try {
        const answer = await next(args)
        if (writes.length) chargeWrites(writes, true)
        else chargeReads(asked, answer.output)
        return answer
      } catch (error) {
        if (!isThrottled(error)) chargeWrites(writes, false)
        throw error
      }
    },
    { step: "finalizeRequest", priority: "low", name: "meter" },
  )
  return {
    charges,
    async during(act) {
      const from = charges.length
      const answer = await act()
      const mine = charges.slice(from)
      return { answer, bill: billOf(mine), charges: mine }
    },
  }
}

function unknown(what: string): never {
  throw new Error(`The meter does not know ${what}`)
}

const sizeOf = (item: Wire | undefined) => (item ? itemBytes(item) : 0)

/** A keys-only entry is written when its key appears or goes, and twice when it changes. */
const indexUnits = (table: Table, before: Wire | undefined, after: Wire): number =>
  indexes[table]
    .map((names) => [entryOf(names, before), entryOf(names, after)])
    .reduce((units, [was, is]) => units + (was === is ? 0 : was && is ? 2 : 1), 0)

/** An item without one of an index's keys is not in it. */
const entryOf = (names: readonly string[], item: Wire | undefined) =>
  names.every((name) => item?.[name]) ? JSON.stringify(names.map((name) => item![name])) : undefined

/** The two clauses that our code writes: ADD name :value, and SET #name = :value. */
function updated(update: Update, before: Wire | undefined): Wire {
  const { UpdateExpression: says, ExpressionAttributeNames: names = {}, ExpressionAttributeValues: values } = update
  const after: Wire = { ...update.Key, ...before }
  for (const [, name = "", value = ""] of says.matchAll(/ADD (\w+) (:\w+)/g))
    after[name] = { N: String(Number(before?.[name]?.N ?? 0) + Number(values[value]!.N)) }
  for (const [, name = "", value = ""] of says.matchAll(/(#\w+) = (:\w+)/g)) after[names[name]!] = values[value]!
  return after
}

const isThrottled = (error: unknown) => error instanceof Error && /Throughput|Throttling/.test(error.name)

export function billOf(charges: readonly Charge[]): Bill {
  const bill: Bill = {
    bookings: { writes: 0, reads: 0 },
    keys: { writes: 0, reads: 0 },
    live: { writes: 0, reads: 0 },
    children: { writes: 0, reads: 0 },
    audit: { writes: 0, reads: 0 },
  }
  for (const { table, kind, units } of charges) bill[table][kind === "write" ? "writes" : "reads"] += units
  return bill
}

export const add = (...bills: readonly Bill[]): Bill => {
  const all = billOf([])
  for (const bill of bills)
    for (const table of ["bookings", "keys", "live", "children", "audit"] as const) {
      all[table].writes += bill[table].writes
      all[table].reads += bill[table].reads
    }
  return all
}
