/** Wrapped data keys of the vault, one a month, beside what they seal. */
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb"
import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb"
import * as keys from "./keys.ts"
import type { DataKeys } from "./vault.ts"

export function dataKeys(db: DynamoDBDocumentClient, table: string): DataKeys {
  const find = async (id: string) => {
    const { Item } = await db.send(new GetCommand({ TableName: table, Key: keys.dataKey(id), ConsistentRead: true }))
    return Item?.wrapped as Uint8Array | undefined
  }
  return {
    find,
    async add(id, wrapped) {
      const item = { ...keys.dataKey(id), v: 1, by: "system:vault", op: `data-key ${id}`, at: Date.now(), wrapped }
      await db
        .send(new PutCommand({ TableName: table, Item: item, ConditionExpression: "attribute_not_exists(pk)" }))
        .catch((error) => {
          if (error.name !== "ConditionalCheckFailedException") throw error
        })
      return (await find(id))!
    },
  }
}
