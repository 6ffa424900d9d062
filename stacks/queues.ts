/** What carries what was saved to those who act on it: streams, the relay, the queues and their workers. */
import { audit, bookings, children, keyFailures, keys, live, streamFailures } from "./data"
import { may, mayConsume, mayFollow, mayOutside, mayPark, maySend, mayUse } from "./defaults"
import { indexKey, notifierToken, pushKey, reporterKey, reporterSealing, sealing, sealingKey, signingKey } from "./keys"
import { portal } from "./web"

const parked = (name: string) =>
  new sst.aws.Queue(name, { transform: { queue: { messageRetentionSeconds: 14 * 24 * 3600 } } })

export const workDead = parked("WorkDead")
export const noticesDead = parked("NoticesDead")
export const alertsDead = parked("AlertsDead")

// Six times the consumer's timeout, as AWS advises.
export const work = new sst.aws.Queue("Work", {
  visibilityTimeout: "90 seconds",
  dlq: { queue: workDead.arn, retry: 5 },
})

export const notices = new sst.aws.Queue("Notices", {
  visibilityTimeout: "90 seconds",
  dlq: { queue: noticesDead.arn, retry: 5 },
})

// A lost child: an alert is late after seconds.
export const alerts = new sst.aws.Queue("Alerts", {
  visibilityTimeout: "20 seconds",
  dlq: { queue: alertsDead.arn, retry: 5 },
})

export const relay = new sst.aws.Function("Relay", {
  handler: "functions/handlers/relay.handler",
  memory: "256 MB",
  timeout: "30 seconds",
  link: [work, notices, alerts, bookings, live, children],
  permissions: [mayFollow(bookings, live, children), ...mayPark(streamFailures), maySend(work, notices, alerts)],
})

export const recorder = new sst.aws.Function("Recorder", {
  handler: "functions/handlers/recorder.handler",
  memory: "256 MB",
  timeout: "30 seconds",
  link: [audit, bookings, keys, live, children],
  permissions: [
    mayFollow(bookings, keys, live, children),
    ...mayPark(streamFailures),
    ...mayPark(keyFailures),
    mayOutside(audit, ["digest"], "PutItem"),
  ],
})

export const tasks = new sst.aws.Function("Tasks", {
  handler: "functions/handlers/tasks.handler",
  memory: "256 MB",
  timeout: "15 seconds",
  link: [bookings, live, indexKey],
  permissions: [
    mayConsume(work),
    may(bookings, "GetItem", "BatchGetItem", "Query", "PutItem"),
    may(live, "GetItem", "Query", "PutItem"),
  ],
})

export const messenger = new sst.aws.Function("Messenger", {
  handler: "functions/handlers/messenger.handler",
  memory: "256 MB",
  timeout: "15 seconds",
  link: [bookings, keys, live, sealing, reporterSealing, indexKey, signingKey, notifierToken, pushKey, portal],
  permissions: [
    mayConsume(notices),
    may(bookings, "GetItem"),
    may(keys, "GetItem"),
    may(live, "GetItem", "Query", "PutItem"),
    mayUse(sealingKey, "Decrypt"),
    mayUse(reporterKey, "Decrypt"),
  ],
})

export const alerter = new sst.aws.Function("Alerter", {
  handler: "functions/handlers/alerts.handler",
  memory: "512 MB",
  timeout: "3 seconds",
  link: [live, children, indexKey, signingKey, portal],
  permissions: [mayConsume(alerts), may(children, "GetItem", "PutItem"), may(live, "GetItem", "Query", "PutItem")],
})

work.subscribe(tasks.arn, { batch: { size: 10, partialResponses: true } })
notices.subscribe(messenger.arn, { batch: { size: 10, partialResponses: true } })
alerts.subscribe(alerter.arn, { batch: { size: 5, partialResponses: true } })

// From the oldest record on: what was saved before the reader was there is told too.
const followed = (parked: sst.aws.Bucket) => ({
  batchSize: 100,
  maximumBatchingWindowInSeconds: 0,
  startingPosition: "TRIM_HORIZON",
  functionResponseTypes: ["ReportBatchItemFailures"],
  bisectBatchOnFunctionError: true,
  maximumRetryAttempts: 8,
  destinationConfig: { onFailure: { destinationArn: parked.arn } },
  metricsConfig: { metrics: ["EventCount"] },
})

const follow = (table: sst.aws.Dynamo, name: string, reader: sst.aws.Function, parked = streamFailures) =>
  table.subscribe(name, reader.arn, { transform: { eventSourceMapping: followed(parked) } })

export const readers = {
  BookingsRelay: follow(bookings, "Relay", relay),
  BookingsRecorder: follow(bookings, "Recorder", recorder),
  KeysRecorder: follow(keys, "Recorder", recorder, keyFailures),
  LiveRelay: follow(live, "Relay", relay),
  LiveRecorder: follow(live, "Recorder", recorder),
  ChildrenRelay: follow(children, "Relay", relay),
  ChildrenRecorder: follow(children, "Recorder", recorder),
}
