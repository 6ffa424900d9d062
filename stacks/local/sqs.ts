import { createHash } from "node:crypto"
import { setTimeout as pause } from "node:timers/promises"
import { DeleteMessageBatchCommand, type Message, ReceiveMessageCommand, type SQSClient } from "@aws-sdk/client-sqs"
import { region } from "./place.ts"

/**
 * A queue's event source mapping: receives in batches, invokes, deletes what succeeded. What failed is left to its
 * visibility timeout, and after the queue's own number of tries the queue itself moves it to its dead-letter queue.
 */
export type QueueMapping = {
  queueUrl: string
  queueArn: string
  batch: number
  /** Seconds to go on collecting after the first message. */
  window: number
  /** ReportBatchItemFailures: the answer names what failed; without it a batch fails or succeeds whole. */
  partial: boolean
  invoke(event: { Records: SqsRecord[] }): Promise<unknown>
}

export type SqsRecord = {
  messageId: string
  receiptHandle: string
  body: string
  attributes: Record<string, string>
  md5OfBody: string
  messageAttributes: Record<string, { dataType: string; stringValue?: string; binaryValue?: string }>
  eventSource: "aws:sqs"
  eventSourceARN: string
  awsRegion: string
}

export type Poller = { stats: { received: number; deleted: number; failed: number }; stop(): Promise<void> }

const longestPoll = 20

export function startQueueMapping(mapping: QueueMapping, client: SQSClient): Poller {
  const stats = { received: 0, deleted: 0, failed: 0 }
  const stopping = new AbortController()
  const { signal } = stopping
  const done = poll()

  async function poll() {
    while (!signal.aborted) {
      const messages = await collect()
      if (messages.length === 0) continue
      stats.received += messages.length
      const failed = await failedOf(messages)
      if (signal.aborted && failed.size === messages.length) return
      await remove(messages.filter(({ MessageId }) => !failed.has(MessageId!)))
      stats.failed += failed.size
    }
  }

  async function collect(): Promise<Message[]> {
    const messages: Message[] = []
    let until = 0
    try {
      do {
        const left = until - Date.now()
        const wait = messages.length === 0 ? longestPoll : Math.min(longestPoll, Math.max(0, Math.ceil(left / 1_000)))
        const received = await client.send(
          new ReceiveMessageCommand({
            QueueUrl: mapping.queueUrl,
            MaxNumberOfMessages: Math.min(10, mapping.batch - messages.length),
            WaitTimeSeconds: wait,
            MessageSystemAttributeNames: ["All"],
            MessageAttributeNames: ["All"],
          }),
          { abortSignal: signal },
        )
        if (messages.length === 0) until = Date.now() + mapping.window * 1_000
        messages.push(...(received.Messages ?? []))
      } while (messages.length > 0 && messages.length < mapping.batch && Date.now() < until && !signal.aborted)
    } catch {
      if (!signal.aborted) await pause(500, undefined, { signal }).catch(() => {})
    }
    return messages
  }

  async function failedOf(messages: Message[]): Promise<Set<string>> {
    const all = new Set(messages.map(({ MessageId }) => MessageId!))
    try {
      const answer = await mapping.invoke({ Records: messages.map(recordOf) })
      return mapping.partial ? failuresNamed(answer, all) : new Set()
    } catch {
      return all
    }
  }

  function recordOf(message: Message): SqsRecord {
    const body = message.Body ?? ""
    const attributes = Object.entries(message.MessageAttributes ?? {}).map(([name, value]) => [
      name,
      {
        dataType: value.DataType ?? "String",
        ...(value.StringValue === undefined ? {} : { stringValue: value.StringValue }),
        ...(value.BinaryValue === undefined ? {} : { binaryValue: Buffer.from(value.BinaryValue).toString("base64") }),
        stringListValues: [],
        binaryListValues: [],
      },
    ])
    return {
      messageId: message.MessageId!,
      receiptHandle: message.ReceiptHandle!,
      body,
      attributes: message.Attributes ?? {},
      md5OfBody: message.MD5OfBody ?? createHash("md5").update(body).digest("hex"),
      messageAttributes: Object.fromEntries(attributes),
      eventSource: "aws:sqs",
      eventSourceARN: mapping.queueArn,
      awsRegion: region,
    }
  }

  async function remove(messages: Message[]) {
    for (let start = 0; start < messages.length; start += 10) {
      const some = messages.slice(start, start + 10)
      const Entries = some.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle: ReceiptHandle! }))
      try {
        await client.send(new DeleteMessageBatchCommand({ QueueUrl: mapping.queueUrl, Entries }))
        stats.deleted += some.length
      } catch {
        // Not deleted is delivered again, which every consumer must bear anyway.
      }
    }
  }

  return {
    stats,
    stop() {
      stopping.abort()
      return done
    },
  }
}

/** What the answer names as failed. An unknown or empty name is a broken answer: then the whole batch failed, as on AWS. */
export function failuresNamed(answer: unknown, all: Set<string>): Set<string> {
  if (typeof answer !== "object" || answer === null || !("batchItemFailures" in answer)) return new Set()
  const { batchItemFailures: list } = answer
  if (list === null || list === undefined) return new Set()
  if (!Array.isArray(list)) return all
  const named = new Set(list.map((entry: { itemIdentifier?: unknown } | null) => entry?.itemIdentifier))
  for (const name of named) if (typeof name !== "string" || !all.has(name)) return all
  return named as Set<string>
}
