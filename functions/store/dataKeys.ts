/** Wrapped data keys of a vault, beside what they seal. */
import { randomBytes } from "node:crypto"
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb"
import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb"
import { Problem } from "#domain/problem"
import type { Instant } from "#domain/time"
import * as keys from "./keys.ts"
import { absent, type Condition, seen } from "./table.ts"
import { type DataKeys, renewedWithin } from "./vault.ts"

/** One a month for everybody: who reads many people's fields unwraps few keys. */
export function dataKeys(db: DynamoDBDocumentClient, table: string, now: () => Instant = Date.now): DataKeys {
  const item = itemAt(now)
  const find = finderIn(db, table)
  return {
    lasts: renewedWithin,
    async find(id) {
      return (await find(id))?.wrapped
    },
    async ofMonth(month) {
      const first = await find(month)
      if (!first?.renewed) return first && { id: month, wrapped: first.wrapped }
      const renewed = await find(first.renewed)
      if (!renewed) throw new Error(`No data key ${first.renewed}`)
      return { id: first.renewed, wrapped: renewed.wrapped }
    },
    async add(id, wrapped) {
      await put(db, table, item(id, wrapped), absent)
      return { id, wrapped: (await find(id))!.wrapped }
    },
    async renew(month, wrapped) {
      const before = await find(month)
      const id = newId(month)
      await put(db, table, item(id, wrapped))
      const first = { ...item(month, before?.wrapped ?? wrapped), v: (before?.v ?? 0) + 1, renewed: id }
      if (!(await put(db, table, first, seen(before?.v ?? 0)))) throw new Problem("changed-meanwhile")
      return id
    },
  }
}

/**
 * One a month for each process that seals: it is put and never looked for, so that a function may seal which cannot read
 * the table, nor open what anybody sealed. An id is never used twice: a put whose answer was lost leaves a key that seals
 * nothing. Renewed by starting the processes anew.
 */
export function ownDataKeys(db: DynamoDBDocumentClient, table: string, now: () => Instant = Date.now): DataKeys {
  const item = itemAt(now)
  const find = finderIn(db, table)
  const add = async (month: string, wrapped: Uint8Array) => {
    const id = newId(month)
    await put(db, table, item(id, wrapped))
    return { id, wrapped }
  }
  return {
    lasts: Number.POSITIVE_INFINITY,
    async find(id) {
      return (await find(id))?.wrapped
    },
    ofMonth: async () => undefined,
    add,
    renew: async (month, wrapped) => (await add(month, wrapped)).id,
  }
}

type Kept = { v: number; wrapped: Uint8Array; renewed?: string }

const finderIn =
  (db: DynamoDBDocumentClient, table: string) =>
  async (id: string): Promise<Kept | undefined> => {
    const { Item } = await db.send(new GetCommand({ TableName: table, Key: keys.dataKey(id), ConsistentRead: true }))
    return Item as Kept | undefined
  }

/** Whether it was put. */
async function put(db: DynamoDBDocumentClient, table: string, it: object, when?: Condition): Promise<boolean> {
  try {
    await db.send(
      new PutCommand({
        TableName: table,
        Item: { ...it },
        ...(when && { ConditionExpression: when.says }),
        ...(when?.values && { ExpressionAttributeValues: when.values }),
      }),
    )
    return true
  } catch (error) {
    if (!(error instanceof Error && error.name === "ConditionalCheckFailedException")) throw error
    return false
  }
}

const newId = (month: string) => `${month}.${randomBytes(9).toString("base64url")}`

const itemAt = (now: () => Instant) => (id: string, wrapped: Uint8Array) => ({
  ...keys.dataKey(id),
  v: 1,
  by: "system:vault",
  op: `data-key ${id}`,
  at: now(),
  wrapped,
})
