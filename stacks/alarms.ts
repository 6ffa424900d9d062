/** What must wake somebody. */
import {
  closeDay,
  drillReports,
  offerEarlier,
  purgeBookings,
  purgeReports,
  remind,
  sealAudit,
  setup,
  sweepReports,
  watchDevices,
} from "./jobs"
import {
  alerter,
  alerts,
  alertsDead,
  messenger,
  notices,
  noticesDead,
  readers,
  recorder,
  relay,
  tasks,
  work,
  workDead,
} from "./queues"
import { gateway } from "./web"

export const pager = new sst.aws.SnsTopic("Pager")

if (process.env.DOORSTEP_PAGER_EMAIL)
  new aws.sns.TopicSubscription("PagerEmail", {
    topic: pager.arn,
    protocol: "email",
    endpoint: process.env.DOORSTEP_PAGER_EMAIL,
  })

type Measure = Pick<aws.cloudwatch.MetricAlarmArgs, "namespace" | "metricName" | "dimensions" | "statistic"> & {
  /** Told when above this… */
  above: number
  /** …for so many minutes on end. */
  minutes: number
}

const alarm = (name: string, { above, minutes, ...measure }: Measure) =>
  new aws.cloudwatch.MetricAlarm(`${name}Alarm`, {
    ...measure,
    period: 60,
    evaluationPeriods: minutes,
    threshold: above,
    comparisonOperator: "GreaterThanThreshold",
    treatMissingData: "notBreaching",
    alarmActions: [pager.arn],
    okActions: [pager.arn],
  })

const queueAlarm = (name: string, queue: sst.aws.Queue, metricName: string, above: number) =>
  alarm(name, {
    namespace: "AWS/SQS",
    metricName,
    dimensions: { QueueName: queue.nodes.queue.name },
    statistic: "Maximum",
    above,
    minutes: 1,
  })

const functionAlarm = (
  name: string,
  fn: sst.aws.Function,
  measure: Pick<Measure, "metricName" | "statistic" | "above" | "minutes">,
) => alarm(name, { namespace: "AWS/Lambda", dimensions: { FunctionName: fn.name }, ...measure })

queueAlarm("WorkDead", workDead, "ApproximateNumberOfMessagesVisible", 0)
queueAlarm("NoticesDead", noticesDead, "ApproximateNumberOfMessagesVisible", 0)
queueAlarm("AlertsDead", alertsDead, "ApproximateNumberOfMessagesVisible", 0)

// Seconds: a window's work and a phone's message are late by then.
queueAlarm("WorkAge", work, "ApproximateAgeOfOldestMessage", 120)
queueAlarm("NoticesAge", notices, "ApproximateAgeOfOldestMessage", 300)
// Clocks wait here for up to 15 minutes; whether AWS counts that as age it does not say. Late alerts show in the drill first.
queueAlarm("AlertsAge", alerts, "ApproximateAgeOfOldestMessage", 960)

functionAlarm("RelayAge", relay, { metricName: "IteratorAge", statistic: "Maximum", above: 60_000, minutes: 1 })
functionAlarm("RecorderAge", recorder, { metricName: "IteratorAge", statistic: "Maximum", above: 300_000, minutes: 1 })

// What a reader gave up on was saved and is not told; a partial answer is no error to Lambda, so that only this shows it.
for (const [name, reader] of Object.entries(readers))
  alarm(`${name}GivenUp`, {
    namespace: "AWS/Lambda",
    metricName: "OnFailureDestinationDeliveredEventCount",
    dimensions: { EventSourceMappingUUID: reader.apply((it) => it.nodes.eventSourceMapping.uuid) },
    statistic: "Sum",
    above: 0,
    minutes: 1,
  })
for (const [name, fn] of Object.entries({ Relay: relay, Recorder: recorder }))
  functionAlarm(`${name}Lost`, fn, {
    metricName: "DestinationDeliveryFailures",
    statistic: "Sum",
    above: 0,
    minutes: 1,
  })

for (const [name, fn] of Object.entries({
  Relay: relay,
  Recorder: recorder,
  Tasks: tasks,
  Messenger: messenger,
  CloseDay: closeDay,
  Remind: remind,
  OfferEarlier: offerEarlier,
  WatchDevices: watchDevices,
  Alerter: alerter,
  SweepReports: sweepReports,
  DrillReports: drillReports,
  PurgeReports: purgeReports,
  PurgeBookings: purgeBookings,
  SealAudit: sealAudit,
  Setup: setup,
}))
  functionAlarm(`${name}Errors`, fn, { metricName: "Errors", statistic: "Sum", above: 0, minutes: 1 })

// Somebody is woken when the drill is silent: a way that nobody walked is not known to be open.
const drills = new aws.cloudwatch.LogMetricFilter("DrillsDone", {
  logGroupName: drillReports.nodes.function.loggingConfig.apply((it) => it.logGroup!),
  pattern: '{ $.message = "drill done" }',
  metricTransformation: { namespace: `${$app.name}/${$app.stage}`, name: "DrillsDone", value: "1" },
})
new aws.cloudwatch.MetricAlarm("DrillsMissingAlarm", {
  namespace: drills.metricTransformation.namespace,
  metricName: drills.metricTransformation.name,
  statistic: "Sum",
  period: 600,
  evaluationPeriods: 2,
  threshold: 1,
  comparisonOperator: "LessThanThreshold",
  treatMissingData: "breaching",
  alarmActions: [pager.arn],
  okActions: [pager.arn],
})

// Every unit of the district was called, and nobody has it.
const unanswered = new aws.cloudwatch.LogMetricFilter("ReportsUnanswered", {
  logGroupName: sweepReports.nodes.function.loggingConfig.apply((it) => it.logGroup!),
  pattern: '{ $.message = "report unacknowledged" }',
  metricTransformation: { namespace: `${$app.name}/${$app.stage}`, name: "ReportsUnanswered", value: "1" },
})
alarm("ReportsUnanswered", {
  namespace: unanswered.metricTransformation.namespace,
  metricName: unanswered.metricTransformation.name,
  statistic: "Sum",
  above: 0,
  minutes: 1,
})

// Entries that were sealed are gone, or a digest is not ours.
const broken = new aws.cloudwatch.LogMetricFilter("AuditBroken", {
  logGroupName: sealAudit.nodes.function.loggingConfig.apply((it) => it.logGroup!),
  pattern: '{ $.message = "audit broken" }',
  metricTransformation: { namespace: `${$app.name}/${$app.stage}`, name: "AuditBroken", value: "1" },
})
alarm("AuditBroken", {
  namespace: broken.metricTransformation.namespace,
  metricName: broken.metricTransformation.name,
  statistic: "Sum",
  above: 0,
  minutes: 1,
})

alarm("ApiFailures", {
  namespace: "AWS/ApiGateway",
  metricName: "5xx",
  dimensions: { ApiId: gateway.nodes.api.id },
  statistic: "Sum",
  above: 5,
  minutes: 2,
})
