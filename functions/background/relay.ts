/** What was saved is told: each stream record's consequences go to their queues; what could not be sent is sent again from there. */
import type { AttributeValue } from "@aws-sdk/client-dynamodb"
import { SendMessageBatchCommand, type SQSClient } from "@aws-sdk/client-sqs"
import { unmarshall } from "@aws-sdk/util-dynamodb"
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda"
import { consequences, type Saved } from "#messages/consequences"
import type { Message } from "#messages/messages"
import { faultOf, type Log } from "#store/log"
import type { Item } from "#store/table"

export type Queues = {
  sqs: Pick<SQSClient, "send">
  urls: Record<Message["queue"], string>
  tables: Tables
  log: Log
}

export async function relay(event: DynamoDBStreamEvent, queues: Queues): Promise<DynamoDBBatchResponse> {
  const failed = new Set<string>()
  const told: { sequence: string; message: Message }[] = []
  for (const record of event.Records) {
    const sequence = record.dynamodb?.SequenceNumber ?? ""
    try {
      for (const message of consequences(savedOf(record, queues.tables))) told.push({ sequence, message })
    } catch (error) {
      queues.log.error("record not understood", faultOf(error))
      failed.add(sequence)
    }
  }
  for (const queue of ["work", "notices", "alerts"] as const) {
    const mine = told.filter((it) => it.message.queue === queue)
    for (let i = 0; i < mine.length; i += 10)
      for (const sequence of await send(queues, queue, mine.slice(i, i + 10))) failed.add(sequence)
  }
  return { batchItemFailures: [...failed].map((itemIdentifier) => ({ itemIdentifier })) }
}

/** Sequence numbers of the records whose message the queue did not take. */
async function send(
  queues: Queues,
  queue: Message["queue"],
  batch: { sequence: string; message: Message }[],
): Promise<string[]> {
  try {
    const answer = await queues.sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: queues.urls[queue],
        Entries: batch.map(({ message }, i) => ({
          Id: String(i),
          MessageBody: JSON.stringify(message.body),
          MessageGroupId: message.fair,
          ...(message.delay && { DelaySeconds: message.delay }),
        })),
      }),
    )
    return (answer.Failed ?? []).map((it) => batch[Number(it.Id)]!.sequence)
  } catch (error) {
    queues.log.error("queue did not take a batch", { queue, ...faultOf(error) })
    return batch.map((it) => it.sequence)
  }
}

type Image = Record<string, AttributeValue>

export const imageOf = (image: unknown): Item | undefined => (image ? (unmarshall(image as Image) as Item) : undefined)

/** The tables whose changes are told, by what we call them; of Keys only the recorder hears. */
export type Tables = Record<Exclude<Saved["table"], "keys">, string> & { keys?: string }

/** Which table a record is of: its stream's ARN ends in table/NAME/stream/LABEL. */
export function tableOf(record: DynamoDBRecord, tables: Tables): Saved["table"] {
  const name = record.eventSourceARN?.split("/")[1]
  for (const table of ["bookings", "keys", "live", "children"] as const) if (tables[table] === name) return table
  throw new Error("A record of no table of ours")
}

const savedOf = (record: DynamoDBRecord, tables: Tables): Saved => ({
  table: tableOf(record, tables),
  before: imageOf(record.dynamodb?.OldImage),
  after: imageOf(record.dynamodb?.NewImage),
})
