/** What must wake somebody. */
import { closeDay, setup, watchDevices } from "./jobs"
import { messenger, notices, noticesDead, readers, recorder, relay, tasks, work, workDead } from "./queues"
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

// Seconds: a window's work and a phone's message are late by then.
queueAlarm("WorkAge", work, "ApproximateAgeOfOldestMessage", 120)
queueAlarm("NoticesAge", notices, "ApproximateAgeOfOldestMessage", 300)

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
  WatchDevices: watchDevices,
  Setup: setup,
}))
  functionAlarm(`${name}Errors`, fn, { metricName: "Errors", statistic: "Sum", above: 0, minutes: 1 })

alarm("ApiFailures", {
  namespace: "AWS/ApiGateway",
  metricName: "5xx",
  dimensions: { ApiId: gateway.nodes.api.id },
  statistic: "Sum",
  above: 5,
  minutes: 2,
})
