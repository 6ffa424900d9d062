/** What a request to AWS asks for, in the words of a role: an action on a resource, one for each part of a transaction. */
import { bucketName } from "./queues.ts"
import type { Call } from "./roles.ts"
import type { Mapping, Topology } from "./topology.ts"

type Values = Record<string, unknown>
type Item = Record<string, { S?: string; N?: string; B?: string }>
type Part = { TableName: string; Key?: Item; Item?: Item }

const leadingKeys = "dynamodb:LeadingKeys"

const inTransaction: Record<string, string> = {
  Put: "PutItem",
  Update: "UpdateItem",
  Delete: "DeleteItem",
  ConditionCheck: "ConditionCheckItem",
  Get: "GetItem",
}

export function databaseCalls(operation: string, body: Values, tables: Topology["tables"]): Call[] {
  if (operation === "TransactWriteItems" || operation === "TransactGetItems")
    return (body.TransactItems as Record<string, Part>[]).flatMap((it) =>
      Object.entries(it).map(([kind, part]) =>
        ofItems(inTransaction[kind] ?? kind, part.TableName, [part.Key ?? part.Item], tables),
      ),
    )
  if (operation === "BatchGetItem")
    return Object.entries(body.RequestItems as Record<string, { Keys: Item[] }>).map(([table, { Keys }]) =>
      ofItems(operation, table, Keys, tables),
    )
  if (operation === "BatchWriteItem")
    return Object.entries(body.RequestItems as Record<string, Record<string, Part>[]>).map(([table, writes]) =>
      ofItems(
        operation,
        table,
        writes.flatMap((it) => Object.values(it).map(({ Key, Item }) => Key ?? Item)),
        tables,
      ),
    )
  const { TableName, IndexName, Key, Item } = body as Part & { IndexName?: string }
  if (operation === "Query") {
    const resource = IndexName ? `${TableName}/index/${IndexName}` : TableName
    const shape = tables[TableName]
    const hash = IndexName ? shape?.indexes.find(({ name }) => name === IndexName)?.hash : shape?.hash
    const partition = hash && partitionOf(body, hash)
    return [{ action: "dynamodb:Query", resource, ...(partition && { context: { [leadingKeys]: [partition] } }) }]
  }
  return Key || Item
    ? [ofItems(operation, TableName, [Key ?? Item], tables)]
    : [{ action: `dynamodb:${operation}`, resource: TableName ?? "*" }]
}

function ofItems(
  action: string,
  table: string,
  items: readonly (Item | undefined)[],
  tables: Topology["tables"],
): Call {
  const hash = tables[table]?.hash
  const keys = items.map((item) => hash && textOf(item?.[hash]))
  const known = keys.every((it): it is string => it !== undefined)
  return { action: `dynamodb:${action}`, resource: table, ...(known && { context: { [leadingKeys]: keys } }) }
}

const textOf = (value: Item[string] | undefined) => value?.S ?? value?.N ?? value?.B

/** The partition that a query names, by whatever names and values stand for it. */
function partitionOf(body: Values, hash: string): string | undefined {
  const names = (body.ExpressionAttributeNames ?? {}) as Record<string, string>
  const values = (body.ExpressionAttributeValues ?? {}) as Item
  const equalities = String(body.KeyConditionExpression ?? "").matchAll(/([#\w.-]+)\s*=\s*(:\w+)/g)
  for (const [, name = "", value = ""] of equalities) if ((names[name] ?? name) === hash) return textOf(values[value])
  return undefined
}

/** A batch needs the right of the single. */
export const queueCalls = (operation: string, body: Values): Call[] => [
  {
    action: `sqs:${operation.replace(/Batch$/, "")}`,
    resource: String(body.QueueUrl ?? body.QueueName ?? "*")
      .split("/")
      .at(-1)!,
  },
]

const ofObjects: Record<string, string> = {
  GET: "GetObject",
  HEAD: "GetObject",
  PUT: "PutObject",
  DELETE: "DeleteObject",
}

/** Path-style addresses, as the emulator has them; whatever is not a plain act on one object is named as what it is. */
export function objectCalls(method: string, target: string, headers: Values, buckets: readonly string[]): Call[] {
  const { pathname, searchParams } = new URL(target, "http://s3")
  const [, bucket = "", ...rest] = pathname.split("/").map(decodeURIComponent)
  const name = buckets.find((it) => bucketName(it) === bucket) ?? bucket
  const key = rest.join("/")
  const special = [...searchParams.keys()].find((it) => !it.startsWith("x-id"))
  const copies = headers["x-amz-copy-source"] !== undefined
  const action = ofObjects[method]
  if (!key) return [{ action: method === "GET" ? "s3:ListBucket" : `s3:${method} of a bucket`, resource: name }]
  if (!action || special || copies)
    return [{ action: `s3:${method} ${copies ? "copy" : (special ?? "")}`, resource: `${name}/${key}` }]
  return [{ action: `s3:${action}`, resource: `${name}/${key}` }]
}

export const keyCalls = (operation: string, body: Values): Call[] => [
  { action: `kms:${operation}`, resource: String(body.KeyId ?? "*") },
]

/** What Lambda does in a function's name to feed it, and to park what it gave up. */
export function feedingCalls({ source, failures }: Mapping): Call[] {
  const named = (service: string, actions: readonly string[], resource: string) =>
    actions.map((action) => ({ action: `${service}:${action}`, resource }))
  if ("queue" in source) return named("sqs", ["ReceiveMessage", "DeleteMessage", "GetQueueAttributes"], source.queue)
  const stream = `${source.table}/stream/1`
  return [
    ...named("dynamodb", ["DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"], stream),
    ...(failures
      ? [...named("s3", ["ListBucket"], failures), ...named("s3", ["PutObject"], `${failures}/aws/lambda/one`)]
      : []),
  ]
}
