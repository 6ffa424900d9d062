import { mkdirSync } from "node:fs"
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  QueueNameExists,
  SetQueueAttributesCommand,
  SQSClient,
} from "@aws-sdk/client-sqs"
import { startFauxqs } from "fauxqs"
import { credentials, loopback, region } from "./place.ts"
import type { QueueShape } from "./topology.ts"

/** SQS and S3, by an emulator inside this process with its state on disk. */
export type Queues = {
  endpoint: string
  /** Puts an object; nothing else of S3 is used by the runner. */
  put(bucket: string, key: string, body: string): Promise<void>
  stop(): Promise<void>
}

export async function startQueues(options: { folder?: string; port?: number; buckets: string[] }): Promise<Queues> {
  if (options.folder) mkdirSync(options.folder, { recursive: true })
  const server = await startFauxqs({
    port: options.port ?? 0,
    logger: false,
    defaultRegion: region,
    ...(options.folder ? { dataDir: options.folder } : {}),
  })
  const endpoint = `http://${loopback}:${server.port}`
  for (const bucket of options.buckets) server.createBucket(bucketName(bucket))
  return {
    endpoint,
    async put(bucket, key, body) {
      const path = key.split("/").map(encodeURIComponent).join("/")
      const answer = await fetch(`${endpoint}/${bucketName(bucket)}/${path}`, {
        method: "PUT",
        headers: { "content-type": "application/json" },
        body,
      })
      await answer.arrayBuffer()
      if (!answer.ok) throw new Error(`putting ${bucket}/${key}: ${answer.status}`)
    },
    stop: () => server.stop(),
  }
}

/** "StreamFailures" → "streamfailures": S3 takes no capitals. */
export const bucketName = (name: string) => name.toLowerCase()

export const queueClient = (endpoint: string) => new SQSClient({ endpoint, region, credentials })

export type QueueAddress = { url: string; arn: string }

/** Makes what is missing and brings the rest to what the topology says, dead-letter queues first. */
export async function createQueues(
  endpoint: string,
  queues: Record<string, QueueShape>,
): Promise<Record<string, QueueAddress>> {
  const client = queueClient(endpoint)
  const made: Record<string, QueueAddress> = {}
  const parkingFirst = Object.entries(queues).sort(([, one], [, other]) => Number(!!one.parks) - Number(!!other.parks))
  try {
    for (const [name, shape] of parkingFirst) made[name] = await createQueue(client, endpoint, name, shape, made)
    return made
  } finally {
    client.destroy()
  }
}

async function createQueue(
  client: SQSClient,
  endpoint: string,
  name: string,
  shape: QueueShape,
  made: Record<string, QueueAddress>,
): Promise<QueueAddress> {
  const QueueName = shape.fifo ? `${name}.fifo` : name
  const parking = shape.parks && made[shape.parks]
  if (shape.parks && !parking) throw new Error(`${name} parks in ${shape.parks}, which is no queue`)
  const Attributes: Record<string, string> = {
    VisibilityTimeout: String(shape.visibility),
    MessageRetentionPeriod: String(shape.retention),
    ...(parking
      ? {
          RedrivePolicy: JSON.stringify({
            deadLetterTargetArn: parking.arn,
            maxReceiveCount: String(shape.tries ?? 3),
          }),
        }
      : {}),
  }
  const url = await urlOf(client, endpoint, QueueName, shape.fifo ? { ...Attributes, FifoQueue: "true" } : Attributes)
  await client.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes }))
  const answer = await client.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["QueueArn"] }))
  return { url, arn: answer.Attributes?.QueueArn ?? "" }
}

/** The emulator names itself by a host that may not resolve here: keep the path, take our own address. */
async function urlOf(
  client: SQSClient,
  endpoint: string,
  name: string,
  attributes: Record<string, string>,
): Promise<string> {
  try {
    const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }))
    return endpoint + new URL(QueueUrl!).pathname
  } catch (error) {
    // It exists with other attributes: they are set anew by the caller.
    if (!(error instanceof QueueNameExists) && (error as Error).name !== "QueueAlreadyExists") throw error
    const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: name }))
    return endpoint + new URL(QueueUrl!).pathname
  }
}
