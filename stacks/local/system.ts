import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams"
import { type Authority, type Denied, startAuthority } from "./authority.ts"
import { bundle, handlerName } from "./bundle.ts"
import { openCheckpoints } from "./checkpoints.ts"
import { checkJava, createTables, startDatabase } from "./dynamodb.ts"
import { type Edge, startEdge } from "./edge.ts"
import { type FaultRules, type Faults, startFaults } from "./faults.ts"
import { type Guard, openGuard } from "./guard.ts"
import { startGateway } from "./http.ts"
import { type Keys, openKeys } from "./keys.ts"
import { keyService } from "./kms.ts"
import { createFunction, type FunctionSettings, type LambdaFunction } from "./lambda.ts"
import { type Log, openLog } from "./logs.ts"
import { clientId, startOpenId } from "./openid.ts"
import { type Phones, startPhones } from "./phones.ts"
import { arnOf, credentials, region } from "./place.ts"
import { bucketName, createQueues, type QueueAddress, queueClient, startQueues } from "./queues.ts"
import { startSchedule } from "./schedule.ts"
import { type Poller, startQueueMapping } from "./sqs.ts"
import { type StreamFailure, type StreamReader, startStreamMapping } from "./streams.ts"
import type { FunctionShape, Mapping, Topology } from "./topology.ts"

/** The whole portal on one machine: every part that the topology names, wired as the deployment would wire it. */
export type SystemOptions = {
  /** Default: topology.json, as evaluated from the stacks. */
  topology?: Topology
  /** Where everything is kept. Absent: in memory, and what must be a file in a temporary folder that `stop` removes. */
  dataDir?: string
  /** Wished ports; a free one where absent or taken. */
  ports?: { public?: number; phones?: number; openid?: number }
  /** Milliseconds that the functions' clock is ahead of the real one. */
  clockOffset?: number
  /** The built site's folder, or how to come by it; absent: no static apps. */
  site?: string | Promise<string>
  /** Folder of the handlers' sources; default functions/handlers. */
  handlers?: string
  /** Ready bundles to use instead of bundling, from `bundle`. */
  bundles?: string | Promise<string>
  /** For every function, beyond what the topology says. */
  environment?: Record<string, string>
  functions?: Record<
    string,
    { environment?: Record<string, string>; environments?: number; timeout?: number; idle?: number }
  >
  /** Parts that run elsewhere and are not started. */
  endpoints?: { dynamodb?: string; sqs?: string; s3?: string }
  /** Puts the fault proxy between the functions and the database. */
  faults?: { seed?: number; rules?: FaultRules }
  /** Default true. */
  schedules?: boolean
  /** "full" for load, see dynamodb.ts. */
  compiler?: "quick" | "full"
}

export type System = {
  /** The one public address. */
  url: string
  phonesUrl: string
  issuer: string
  gatewayUrl: string
  dynamodbEndpoint: string
  sqsEndpoint: string
  tableNames: Record<string, string>
  queueUrls: Record<string, string>
  /** Logs, keys, checkpoints and, with `dataDir`, all data. */
  folder: string
  clockOffset: number
  phones: Phones
  /** Present when asked for. */
  faults?: Faults
  functions: Record<string, LambdaFunction>
  /** What a role did not allow. `stop` ends everything and then fails if anything is left here. */
  denied: Denied[]
  /** Rights that no call has used since the start. */
  unused: Authority["unused"]
  secret(name: string): string
  invoke(name: string, event: unknown): Promise<unknown>
  /** What a function printed. */
  log(name: string): string
  /** Starts an environment of each function ahead of its first event, one after the other. */
  warm(): Promise<void>
  stats(): SystemStats
  /** Processes of ours that live now. */
  pids(): number[]
  stop(): Promise<void>
}

export type SystemStats = {
  edge: Edge["stats"]
  functions: Record<string, LambdaFunction["stats"]>
  mappings: ({ source: string; function: string } & (Poller["stats"] | StreamReader["stats"]))[]
}

/** Of every other function one environment is enough on one machine, at about a hundred megabytes each. */
const environmentsOf: Record<string, number> = { ResidentApi: 2 }

/** Functions that neither a person nor a message waits for give their memory back. */
const idleAfter = 30_000

export async function startSystem(options: SystemOptions = {}): Promise<System> {
  const undo: (() => unknown)[] = []
  const stop = once(async () => {
    for (const step of undo.reverse()) await Promise.resolve(step()).catch(() => {})
  })
  try {
    return await assemble(options, stop, (step) => undo.push(step))
  } catch (error) {
    await stop()
    throw error
  }
}

async function assemble(
  options: SystemOptions,
  stop: () => Promise<void>,
  onStop: (step: () => unknown) => void,
): Promise<System> {
  const topology = options.topology ?? readTopology()
  const folder = options.dataDir ?? mkdtempSync(join(tmpdir(), "doorstep-"))
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  if (!options.dataDir) onStop(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }))
  if (!options.endpoints?.dynamodb) await checkJava()
  const guard = openGuard()
  onStop(guard.stop)
  const keys = openKeys(join(folder, "keys"))
  const clockOffset = options.clockOffset ?? 0
  const now = () => Date.now() + clockOffset
  const functions: Record<string, LambdaFunction> = {}
  const invoke = (name: string, event: unknown, signal?: AbortSignal) => {
    const target = functions[name]
    if (!target) return Promise.reject(new Error(`no function ${name}`))
    return target.invoke(event, signal ? { signal } : {})
  }

  const [tables, queues, bundles, front] = await settledAll([
    startTables(options, topology, guard, onStop),
    startAllQueues(options, topology, onStop),
    bundlesOf(options, topology, folder),
    startFront(options, topology, keys, folder, now, invoke, onStop),
  ])

  const logs: Record<string, Log> = {}
  const authority = await startAuthority({
    topology,
    database: tables.faults?.endpoint ?? tables.endpoint,
    queues: queues.endpoint,
    objects: queues.objects,
    keys: keyService(keys.masters),
    onDenied: (denied) => {
      console.error(`access denied ${JSON.stringify(denied)}`)
      logs[denied.function]?.platform("denied", denied)
    },
  })
  onStop(authority.stop)
  for (const [name, shape] of Object.entries(topology.functions)) {
    const log = openLog(join(folder, "logs"), name)
    logs[name] = log
    functions[name] = createFunction(settingsOf(name, shape), guard, log)
    onStop(() => log.close())
  }
  const mappings = topology.mappings.map(startMapping)
  const schedules =
    options.schedules === false
      ? []
      : topology.schedules.map((schedule) => startSchedule(schedule, (event) => invoke(schedule.function, event), now))
  onStop(async () => {
    for (const schedule of schedules) schedule.stop()
    const stopping = mappings.map(({ reader }) => reader.stop())
    await Promise.all(Object.values(functions).map((each) => each.stop()))
    await Promise.all(stopping)
    for (const { client } of mappings) client.destroy()
  })

  function settingsOf(name: string, shape: FunctionShape): FunctionSettings {
    const own = options.functions?.[name] ?? {}
    const awaited =
      topology.routes.some((route) => route.function === name) ||
      topology.mappings.some((mapping) => mapping.function === name)
    const idle = own.idle ?? (awaited ? undefined : idleAfter)
    return {
      name,
      handler: `${handlerName(shape.handler)}.${shape.handler.split(".").at(-1)}`,
      root: bundles,
      timeout: (own.timeout ?? shape.timeout) * 1_000,
      memory: shape.memory,
      environments: own.environments ?? environmentsOf[name] ?? 1,
      ...(idle === undefined ? {} : { idle }),
      environment: {
        ...shape.environment,
        ...Object.fromEntries(
          ["App", ...shape.links].map((link) => [`SST_RESOURCE_${link}`, JSON.stringify(resourceOf(link))]),
        ),
        ...authority.credentialsOf(name),
        AWS_ENDPOINT_URL: authority.endpoint,
        DOORSTEP_CLOCK_OFFSET_MS: String(clockOffset),
        ...options.environment,
        ...own.environment,
      },
    }
  }

  /** What `Resource.<name>` of SST is here. */
  function resourceOf(name: string): Record<string, string> {
    if (name === "App") return { name: "doorstep", stage: "local" }
    if (name === "Sealing") return { keyId: "SealingKey" }
    if (name === "ChildrenSealing") return { keyId: "ChildrenKey" }
    if (name === "ReporterSealing") return { keyId: "ReporterKey" }
    if (name === "Portal") {
      const { url, phones, openid } = front
      return { url, issuer: openid.issuer, client: clientId, notifier: `${phones.url}/messages`, demonstration: "true" }
    }
    if (name in topology.tables) return { name }
    // The SDK follows a queue's address past every endpoint it was told: this one leads through the authority too.
    if (name in topology.queues) return { url: authority.endpoint + new URL(queues.addresses[name]!.url).pathname }
    if (topology.buckets.includes(name)) return { name: bucketName(name) }
    return { value: keys.secret(name) }
  }

  function startMapping(mapping: Mapping) {
    const { batch, window, partial } = mapping
    const call = (event: unknown) => invoke(mapping.function, event)
    if ("queue" in mapping.source) {
      if (topology.queues[mapping.source.queue]?.fifo) throw new Error("this runner reads standard queues only")
      const { url: queueUrl, arn: queueArn } = queues.addresses[mapping.source.queue]!
      const client = queueClient(queues.endpoint)
      const reader = startQueueMapping({ queueUrl, queueArn, batch, window, partial, invoke: call }, client)
      return { source: mapping.source.queue, function: mapping.function, client, reader }
    }
    const source = mapping.source.table
    const stream = tables.streams[source]
    if (!stream) throw new Error(`${mapping.function} reads the stream of ${source}, which has none`)
    const client = new DynamoDBStreamsClient({ endpoint: tables.endpoint, region, credentials, maxAttempts: 1 })
    const reader = startStreamMapping(
      {
        stream,
        function: mapping.function,
        batch,
        window,
        partial,
        retries: mapping.retries ?? -1,
        bisect: mapping.bisect ?? false,
        checkpoints: openCheckpoints(join(folder, "checkpoints", `${mapping.function}-${source}.json`), stream),
        invoke: call,
        giveUp: (failure) => giveUp(mapping, failure),
      },
      client,
    )
    return { source, function: mapping.function, client, reader }
  }

  /** In the form that AWS gives a stream's failure in S3: it keeps the whole records. */
  async function giveUp(mapping: Mapping, failure: StreamFailure) {
    if (!mapping.failures) return
    const at = new Date().toISOString()
    const [first, last] = [failure.records[0]!, failure.records.at(-1)!]
    const arrival = (seconds: number) => new Date(seconds * 1_000).toISOString()
    const content = {
      requestContext: {
        requestId: crypto.randomUUID(),
        functionArn: arnOf("lambda", `function:${failure.function}`),
        condition: failure.condition,
        approximateInvokeCount: failure.attempts,
      },
      responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: failure.error.slice(0, 1_000) },
      version: "1.0",
      timestamp: at,
      DDBStreamBatchInfo: {
        shardId: failure.shard,
        startSequenceNumber: first.dynamodb.SequenceNumber,
        endSequenceNumber: last.dynamodb.SequenceNumber,
        approximateArrivalOfFirstRecord: arrival(first.dynamodb.ApproximateCreationDateTime),
        approximateArrivalOfLastRecord: arrival(last.dynamodb.ApproximateCreationDateTime),
        batchSize: failure.records.length,
        streamArn: failure.stream,
      },
      payload: { Records: failure.records },
    }
    const key = `aws/lambda/${failure.function}/${failure.shard}/${at.slice(0, 10).replaceAll("-", "/")}/${at}-${crypto.randomUUID()}`
    await queues.put(mapping.failures, key, JSON.stringify(content))
  }

  return {
    url: front.url,
    phonesUrl: front.phones.url,
    issuer: front.openid.issuer,
    gatewayUrl: front.gateway.url,
    dynamodbEndpoint: tables.endpoint,
    sqsEndpoint: queues.endpoint,
    tableNames: Object.fromEntries(Object.keys(topology.tables).map((name) => [name, name])),
    queueUrls: Object.fromEntries(Object.entries(queues.addresses).map(([name, { url }]) => [name, url])),
    folder,
    clockOffset,
    phones: front.phones,
    ...(tables.faults ? { faults: tables.faults } : {}),
    functions,
    denied: authority.denied,
    unused: authority.unused,
    secret: keys.secret,
    invoke,
    log: (name) => readFileSync(join(folder, "logs", `${name}.log`), "utf8"),
    async warm() {
      for (const { warm } of Object.values(functions)) await warm()
    },
    stats: () => ({
      edge: front.edge.stats,
      functions: Object.fromEntries(Object.entries(functions).map(([name, { stats }]) => [name, stats])),
      mappings: mappings.map(({ source, function: name, reader }) => ({ source, function: name, ...reader.stats })),
    }),
    pids: guard.pids,
    async stop() {
      await stop()
      if (authority.denied.length) throw new Error(`Roles too narrow: ${JSON.stringify(authority.denied)}`)
    },
  }
}

export function readTopology(): Topology {
  return JSON.parse(readFileSync(new URL("./topology.json", import.meta.url), "utf8")) as Topology
}

async function startTables(
  options: SystemOptions,
  topology: Topology,
  guard: Guard,
  onStop: (step: () => unknown) => void,
) {
  let endpoint = options.endpoints?.dynamodb
  if (!endpoint) {
    const database = await startDatabase({
      guard,
      ...(options.dataDir ? { folder: join(options.dataDir, "dynamodb") } : {}),
      ...(options.compiler ? { compiler: options.compiler } : {}),
    })
    onStop(database.stop)
    endpoint = database.endpoint
  }
  // DynamoDB Local expires by the machine's clock: where the portal's is behind it, what is over there may live on here.
  const behind = (options.clockOffset ?? 0) < 0
  const shapes = Object.entries(topology.tables).map(([name, { ttl, ...shape }]) => [
    name,
    { ...shape, ...(ttl && !behind && { ttl }) },
  ])
  const streams = await createTables(endpoint, Object.fromEntries(shapes))
  if (!options.faults) return { endpoint, streams }
  const faults = await startFaults(endpoint, options.faults)
  onStop(faults.stop)
  return { endpoint, streams, faults }
}

async function startAllQueues(options: SystemOptions, topology: Topology, onStop: (step: () => unknown) => void) {
  const { sqs, s3 } = options.endpoints ?? {}
  const own = await startQueues({
    buckets: topology.buckets,
    ...(options.dataDir ? { folder: join(options.dataDir, "queues") } : {}),
  })
  onStop(own.stop)
  const endpoint = sqs ?? own.endpoint
  const addresses: Record<string, QueueAddress> = await createQueues(endpoint, topology.queues)
  return { endpoint, objects: s3 ?? own.endpoint, put: own.put, addresses }
}

async function bundlesOf(options: SystemOptions, topology: Topology, folder: string): Promise<string> {
  if (options.bundles) return options.bundles
  const names = Object.values(topology.functions).map(({ handler }) => handlerName(handler))
  const outdir = join(folder, "bundles")
  await bundle([...new Set(names)], outdir, options.handlers)
  return outdir
}

async function startFront(
  options: SystemOptions,
  topology: Topology,
  keys: Keys,
  folder: string,
  now: () => number,
  invoke: (name: string, event: unknown, signal: AbortSignal) => Promise<unknown>,
  onStop: (step: () => unknown) => void,
) {
  const { ports = {} } = options
  const gateway = await startGateway(topology.routes, invoke)
  onStop(gateway.stop)
  const site = await options.site
  const edge = await startEdge({
    paths: topology.router,
    origin: gateway.url,
    key: keys.secret("EdgeKey"),
    ...(ports.public === undefined ? {} : { port: ports.public }),
    ...(site === undefined ? {} : { site }),
  })
  onStop(edge.stop)
  const url = `http://localhost:${edge.port}`
  const phones = await startPhones({
    token: keys.secret("NotifierToken"),
    now,
    ...(options.dataDir ? { file: join(folder, "messages.jsonl") } : {}),
    ...(ports.phones === undefined ? {} : { port: ports.phones }),
  })
  onStop(phones.stop)
  const openid = await startOpenId({
    portalUrl: url,
    clientSecret: keys.secret("OidcClientSecret"),
    keys,
    ...(ports.openid === undefined ? {} : { port: ports.openid }),
  })
  onStop(openid.stop)
  return { url, gateway, edge, phones, openid }
}

/** Waits for all even when one fails, so that everything that started is known to `stop`. */
async function settledAll<Parts extends unknown[]>(
  parts: [...{ [Index in keyof Parts]: Promise<Parts[Index]> }],
): Promise<Parts> {
  const results = await Promise.allSettled(parts)
  for (const result of results) if (result.status === "rejected") throw result.reason
  return results.map((result) => (result as PromiseFulfilledResult<unknown>).value) as Parts
}

function once(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined
  return () => {
    running ??= work()
    return running
  }
}
