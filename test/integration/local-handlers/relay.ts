/** What was noted becomes a job. */
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs"
import { Resource } from "sst"

const resources = Resource as unknown as Record<string, Record<string, string>>
const queue = new SQSClient({})

type Record_ = {
  eventName: string
  userIdentity?: { type: string }
  dynamodb: {
    SequenceNumber: string
    Keys: { sk: { S: string } }
    NewImage?: { text: { S: string }; seal: { B: string } }
  }
}

export async function handler({ Records }: { Records: Record_[] }) {
  for (const { dynamodb, eventName, userIdentity } of Records) {
    const { NewImage, Keys } = dynamodb
    if (!NewImage) {
      console.log(`${eventName} ${Keys.sk.S} by ${userIdentity?.type ?? "somebody"}`)
      continue
    }
    if (NewImage.text.S === "unrelayable") return { batchItemFailures: [{ itemIdentifier: dynamodb.SequenceNumber }] }
    await queue.send(
      new SendMessageCommand({
        QueueUrl: resources.Jobs!.url,
        MessageBody: JSON.stringify({ id: Keys.sk.S, text: NewImage.text.S, seal: NewImage.seal.B }),
      }),
    )
  }
  return { batchItemFailures: [] }
}
