/** A worker's loop: parse, act, report each failed message alone. What cannot be parsed fails too, and ends among the dead letters. */
import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch"
import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda"
import { faultOf, type Log } from "#store/log"

type Schema<T> = { parse(value: unknown): T }

export const consume = <T extends { kind: string }>(
  event: SQSEvent,
  schema: Schema<T>,
  log: Log,
  /** Told how often the message has come by now, from 1. */
  act: (message: T, attempt: number) => Promise<void>,
): Promise<SQSBatchResponse> => {
  const each = async (record: SQSRecord) => {
    const attempt = Number(record.attributes.ApproximateReceiveCount)
    try {
      await act(schema.parse(JSON.parse(record.body)), attempt)
    } catch (error) {
      log.error("message failed", { id: record.messageId, attempt, ...faultOf(error) })
      throw error
    }
  }
  return processPartialResponse(event, each, new BatchProcessor(EventType.SQS), { throwOnFullBatchFailure: false })
}
