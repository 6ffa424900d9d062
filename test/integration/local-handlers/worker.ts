/** A job has its effect once; poison never has, and a broken answer fails its whole batch. */
import { DynamoDBClient, UpdateItemCommand } from "@aws-sdk/client-dynamodb"
import { Resource } from "sst"

const resources = Resource as unknown as Record<string, Record<string, string>>
const database = new DynamoDBClient({})

type Message = { messageId: string; body: string }

export async function handler({ Records }: { Records: Message[] }) {
  const failed: { itemIdentifier: string }[] = []
  for (const { messageId, body } of Records) {
    const { id, text, seal } = JSON.parse(body) as { id: string; text: string; seal: string }
    if (text === "poison") {
      failed.push({ itemIdentifier: messageId })
      continue
    }
    await database.send(
      new UpdateItemCommand({
        TableName: resources.Effects!.name,
        Key: { pk: { S: "effect" }, sk: { S: id } },
        UpdateExpression: "SET #text = :text, seal = :seal ADD tries :one",
        ExpressionAttributeNames: { "#text": "text" },
        ExpressionAttributeValues: { ":text": { S: text }, ":seal": { S: seal }, ":one": { N: "1" } },
      }),
    )
    if (text === "kill me after") process.kill(process.pid, "SIGKILL")
    if (text === "lie") return { batchItemFailures: [{ itemIdentifier: "nobody" }] }
  }
  return { batchItemFailures: failed }
}
