/** A function that is nothing but the SDK: what any of ours must load at least. */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb"
import {
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
} from "@aws-sdk/lib-dynamodb"

const db = DynamoDBDocumentClient.from(new DynamoDBClient({}))
export const handler = async (TableName: string) => {
  await db.send(new GetCommand({ TableName, Key: { pk: "a", sk: "b" } }))
  await db.send(new QueryCommand({ TableName }))
  await db.send(new PutCommand({ TableName, Item: { pk: "a", sk: "b" } }))
  await db.send(new TransactWriteCommand({ TransactItems: [] }))
}
