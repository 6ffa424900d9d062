/** A worker's loop: parse, act, report each failed message alone. What cannot be parsed fails too, and ends among the dead letters. */
import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch"
import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda"
import { faultOf, type Log } from "#store/log"

type Schema<T> = { parse(value: unknown): T }

export const consume = <T extends { kind: string }>(
  event: SQSEvent,
  schema: Schema<T>,
  log: Log,
  act: (message: T) => Promise<void>,
): Promise<SQSBatchResponse> => {
  const each = async (record: SQSRecord) => {
    try {
      await act(schema.parse(JSON.parse(record.body)))
    } catch (error) {
      log.error("message failed", {
        id: record.messageId,
        attempt: Number(record.attributes.ApproximateReceiveCount),
        ...faultOf(error),
      })
      throw error
    }
  }
  return processPartialResponse(event, each, new BatchProcessor(EventType.SQS), { throwOnFullBatchFailure: false })
}
