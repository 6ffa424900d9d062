/** Wrapped data keys of a vault, beside what they seal. */
import { randomBytes } from "node:crypto"
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb"
import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb"
import * as keys from "./keys.ts"
import type { DataKeys } from "./vault.ts"

/** One a month for everybody: who reads many people's fields unwraps few keys. */
export function dataKeys(db: DynamoDBDocumentClient, table: string): DataKeys {
  const find = finderIn(db, table)
  return {
    find,
    async ofMonth(month) {
      const wrapped = await find(month)
      return wrapped && { id: month, wrapped }
    },
    async add(id, wrapped) {
      await db
        .send(
          new PutCommand({
            TableName: table,
            Item: item(id, wrapped),
            ConditionExpression: "attribute_not_exists(pk)",
          }),
        )
        .catch((error) => {
          if (error.name !== "ConditionalCheckFailedException") throw error
        })
      return { id, wrapped: (await find(id))! }
    },
  }
}

/**
 * One a month for each process that seals: it is put and never looked for, so that a function may seal which cannot read
 * the table, nor open what anybody sealed. An id is never used twice: a put whose answer was lost leaves a key that seals
 * nothing.
 */
export function ownDataKeys(db: DynamoDBDocumentClient, table: string): DataKeys {
  return {
    find: finderIn(db, table),
    ofMonth: async () => undefined,
    async add(month, wrapped) {
      const id = `${month}.${randomBytes(9).toString("base64url")}`
      await db.send(new PutCommand({ TableName: table, Item: item(id, wrapped) }))
      return { id, wrapped }
    },
  }
}

const finderIn = (db: DynamoDBDocumentClient, table: string) => async (id: string) => {
  const { Item } = await db.send(new GetCommand({ TableName: table, Key: keys.dataKey(id), ConsistentRead: true }))
  return Item?.wrapped as Uint8Array | undefined
}

const item = (id: string, wrapped: Uint8Array) => ({
  ...keys.dataKey(id),
  v: 1,
  by: "system:vault",
  op: `data-key ${id}`,
  at: Date.now(),
  wrapped,
})
