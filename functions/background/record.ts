/** One audit entry for each thing changed: who, what, when, on which thing; which fields, never what they hold. */
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda"
import { dateOf } from "#domain/time"
import * as audits from "#store/audits"
import { faultOf } from "#store/log"
import { scopeOf } from "#store/scopes"
import type { World } from "#world"
import { imageOf, type Tables, tableOf } from "./relay.ts"

export async function record(event: DynamoDBStreamEvent, world: World): Promise<DynamoDBBatchResponse> {
  const outcomes = await Promise.all(
    event.Records.map(async (it) => {
      try {
        await audits.put(world, entryOf(it, world.tables))
        return []
      } catch (error) {
        world.log.error("audit entry not written", faultOf(error))
        return [{ itemIdentifier: it.dynamodb?.SequenceNumber ?? "" }]
      }
    }),
  )
  return { batchItemFailures: outcomes.flat() }
}

/** DynamoDB says of what it took away itself, its time being over, that it did; all else the purge has taken. */
const endingOf = ({ userIdentity }: DynamoDBRecord) =>
  userIdentity?.principalId === "dynamodb.amazonaws.com"
    ? { what: "expired", who: "system:ttl" }
    : { what: "purged", who: "system:purge" }

function entryOf(it: DynamoDBRecord, tables: Tables): audits.Entry {
  const before = imageOf(it.dynamodb?.OldImage)
  const after = imageOf(it.dynamodb?.NewImage)
  const item = after ?? before
  if (!item) throw new Error("A record without images")
  const at = after?.at ?? (it.dynamodb?.ApproximateCreationDateTime ?? 0) * 1000
  const table = tableOf(it, tables)
  const fields = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])
  return {
    scope: scopeOf(item),
    date: dateOf(at),
    // A sequence number is one of its own table's stream.
    name: `${new Date(at).toISOString()}#${table}#${it.dynamodb?.SequenceNumber}`,
    thing: `${table}/${item.pk}/${item.sk}`,
    ...(after ? { what: after.op, who: after.by } : endingOf(it)),
    at,
    v: item.v,
    changed: [...fields].filter((name) => JSON.stringify(before?.[name]) !== JSON.stringify(after?.[name])).sort(),
    ...(typeof before?.state === "string" && { from: before.state }),
    ...(typeof after?.state === "string" && { to: after.state }),
  }
}
