/** What carries what was saved to those who act on it: streams, the relay, the queues and their workers. */
import { audit, bookings, live, streamFailures } from "./data"
import { may, mayConsume, mayFollow, mayPark, maySend, mayUse } from "./defaults"
import { indexKey, notifierToken, sealing, sealingKey, signingKey } from "./keys"
import { portal } from "./web"

const parked = (name: string) =>
  new sst.aws.Queue(name, { transform: { queue: { messageRetentionSeconds: 14 * 24 * 3600 } } })

export const workDead = parked("WorkDead")
export const noticesDead = parked("NoticesDead")

// Six times the consumer's timeout, as AWS advises.
export const work = new sst.aws.Queue("Work", {
  visibilityTimeout: "90 seconds",
  dlq: { queue: workDead.arn, retry: 5 },
})

export const notices = new sst.aws.Queue("Notices", {
  visibilityTimeout: "90 seconds",
  dlq: { queue: noticesDead.arn, retry: 5 },
})

export const relay = new sst.aws.Function("Relay", {
  handler: "functions/handlers/relay.handler",
  memory: "256 MB",
  timeout: "30 seconds",
  link: [work, notices, bookings, live],
  permissions: [mayFollow(bookings, live), ...mayPark(streamFailures), maySend(work, notices)],
})

export const recorder = new sst.aws.Function("Recorder", {
  handler: "functions/handlers/recorder.handler",
  memory: "256 MB",
  timeout: "30 seconds",
  link: [audit, bookings, live],
  permissions: [mayFollow(bookings, live), ...mayPark(streamFailures), may(audit, "PutItem")],
})

export const tasks = new sst.aws.Function("Tasks", {
  handler: "functions/handlers/tasks.handler",
  memory: "256 MB",
  timeout: "15 seconds",
  link: [bookings, live],
  permissions: [mayConsume(work), may(bookings, "GetItem"), may(live, "GetItem", "Query", "PutItem")],
})

export const messenger = new sst.aws.Function("Messenger", {
  handler: "functions/handlers/messenger.handler",
  memory: "256 MB",
  timeout: "15 seconds",
  link: [bookings, live, sealing, indexKey, signingKey, notifierToken, portal],
  permissions: [
    mayConsume(notices),
    may(bookings, "GetItem"),
    may(live, "GetItem", "Query", "PutItem"),
    mayUse(sealingKey, "Decrypt"),
  ],
})

work.subscribe(tasks.arn, { batch: { size: 10, partialResponses: true } })
notices.subscribe(messenger.arn, { batch: { size: 10, partialResponses: true } })

// From the oldest record on: what was saved before the reader was there is told too.
const followed = {
  batchSize: 100,
  maximumBatchingWindowInSeconds: 0,
  startingPosition: "TRIM_HORIZON",
  functionResponseTypes: ["ReportBatchItemFailures"],
  bisectBatchOnFunctionError: true,
  maximumRetryAttempts: 8,
  destinationConfig: { onFailure: { destinationArn: streamFailures.arn } },
  metricsConfig: { metrics: ["EventCount"] },
}

const follow = (table: sst.aws.Dynamo, name: string, reader: sst.aws.Function) =>
  table.subscribe(name, reader.arn, { transform: { eventSourceMapping: followed } })

export const readers = {
  BookingsRelay: follow(bookings, "Relay", relay),
  BookingsRecorder: follow(bookings, "Recorder", recorder),
  LiveRelay: follow(live, "Relay", relay),
  LiveRecorder: follow(live, "Recorder", recorder),
}
