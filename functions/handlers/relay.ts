import { SQSClient } from "@aws-sdk/client-sqs"
import type { DynamoDBStreamEvent } from "aws-lambda"
import { Resource } from "sst"
import { relay } from "#background/relay"
import { guarded, log } from "#store/log"

const queues = {
  sqs: new SQSClient({ maxAttempts: 3 }),
  urls: { work: Resource.Work.url, notices: Resource.Notices.url, alerts: Resource.Alerts.url },
  tables: { bookings: Resource.Bookings.name, live: Resource.Live.name, children: Resource.Children.name },
  log: log("relay"),
}
export const handler = guarded(queues.log, (event: DynamoDBStreamEvent) => relay(event, queues))
