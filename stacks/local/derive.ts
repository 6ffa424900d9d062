/** The topology that the evaluated stacks describe. Each schema below is what is read of one kind of resource. */
import * as z from "zod"
import type { Graph, Resource } from "../../test/stacks/graph.ts"
import type { FunctionShape, Mapping, QueueShape, TableShape, Topology } from "./topology.ts"

const Key = { hashKey: z.string(), rangeKey: z.optional(z.string()) }
const Table = z.object({
  ...Key,
  attributes: z.array(z.object({ name: z.string(), type: z.enum(["S", "N", "B"]) })),
  globalSecondaryIndexes: z.array(
    z.object({ ...Key, name: z.string(), projectionType: z.enum(["ALL", "KEYS_ONLY", "INCLUDE"]) }),
  ),
  ttl: z.optional(z.object({ attributeName: z.string(), enabled: z.literal(true) })),
  streamEnabled: z.boolean(),
  streamViewType: z.optional(z.literal("NEW_AND_OLD_IMAGES")),
})
const Queue = z.object({
  fifoQueue: z.boolean(),
  visibilityTimeoutSeconds: z.number(),
  /** AWS's default: four days. */
  messageRetentionSeconds: z._default(z.number(), 4 * 24 * 3600),
  redrivePolicy: z.optional(z.string()),
})
const Redrive = z.object({ deadLetterTargetArn: z.string(), maxReceiveCount: z.number() })
const Lambda = z.object({
  timeout: z.number(),
  memorySize: z.number(),
  environment: z.object({ variables: z.record(z.string(), z.string()) }),
})
const Component = z.object({ _metadata: z.object({ handler: z.string() }) })
const EventSourceMapping = z.object({
  eventSourceArn: z.string(),
  functionName: z.string(),
  batchSize: z.number(),
  maximumBatchingWindowInSeconds: z.number(),
  functionResponseTypes: z.array(z.string()),
  maximumRetryAttempts: z.optional(z.number()),
  bisectBatchOnFunctionError: z.optional(z.boolean()),
  destinationConfig: z.optional(z.object({ onFailure: z.object({ destinationArn: z.string() }) })),
})
const Route = z.object({ routeKey: z.string() })
const Integration = z.object({ integrationUri: z.string() })
const Schedule = z.object({
  scheduleExpression: z.string(),
  scheduleExpressionTimezone: z.string(),
  target: z.object({ arn: z.string(), retryPolicy: z.object({ maximumRetryAttempts: z.number() }) }),
})
/** The Router's entry: kind, namespace, host, path. */
const RouterEntry = z.object({ entry: z.string() })
const Site = z.object({ _metadata: z.object({ path: z.string(), environment: z.record(z.string(), z.string()) }) })
const Build = z.object({ create: z.string(), dir: z.string() })
const Assets = z.object({ files: z.array(z.object({ source: z.string() })) })

/** `links` says for each function what its bundle can look up. */
export function derive(graph: Graph, links: Record<string, string[]>): Topology {
  return {
    tables: named(graph, "aws:dynamodb/table:Table", ({ inputs }) => table(Table.parse(inputs))),
    queues: named(graph, "aws:sqs/queue:Queue", ({ inputs }) => queue(graph, Queue.parse(inputs))),
    buckets: graph
      .all("aws:s3/bucket:Bucket")
      .map((bucket) => graph.path(bucket))
      // Not those inside another component, such as the static site's.
      .flatMap(([, component, ...around]) => (component && around.length === 1 ? [component] : [])),
    functions: named(graph, "aws:lambda/function:Function", (fn) => lambda(graph, fn, links)),
    mappings: graph
      .all("aws:lambda/eventSourceMapping:EventSourceMapping")
      .map(({ inputs }) => mapping(graph, EventSourceMapping.parse(inputs))),
    routes: graph.all("aws:apigatewayv2/route:Route").map((route) => {
      const integration = graph.one("aws:apigatewayv2/integration:Integration", graph.path(route)[1]!)
      return {
        key: Route.parse(route.inputs).routeKey,
        function: graph.component(Integration.parse(integration.inputs).integrationUri),
      }
    }),
    router: graph
      .all("pulumi-nodejs:dynamic:Resource")
      .map(({ inputs }) => RouterEntry.safeParse(inputs).data?.entry.split(","))
      .flatMap((entry) => (entry ? [{ path: entry[3]!, to: entry[0] === "site" ? "site" : ("api" as const) }] : [])),
    site: site(graph),
    schedules: graph.all("aws:scheduler/schedule:Schedule").map((schedule) => {
      const { scheduleExpression, scheduleExpressionTimezone, target } = Schedule.parse(schedule.inputs)
      return {
        name: graph.path(schedule)[1]!,
        expression: scheduleExpression,
        timezone: scheduleExpressionTimezone,
        function: graph.component(target.arn),
        retries: target.retryPolicy.maximumRetryAttempts,
      }
    }),
  }
}

const named = <Shape>(graph: Graph, type: string, shape: (resource: Resource) => Shape): Record<string, Shape> =>
  Object.fromEntries(graph.all(type).map((resource) => [graph.path(resource)[1]!, shape(resource)]))

const key = ({ hashKey, rangeKey }: { hashKey: string; rangeKey?: string | undefined }) => ({
  hash: hashKey,
  ...(rangeKey && { range: rangeKey }),
})

const table = (it: z.infer<typeof Table>): TableShape => ({
  ...key(it),
  attributes: Object.fromEntries(it.attributes.map(({ name, type }) => [name, type])),
  indexes: it.globalSecondaryIndexes.map((index) => ({
    name: index.name,
    ...key(index),
    projection: index.projectionType,
  })),
  ...(it.ttl && { ttl: it.ttl.attributeName }),
  ...(it.streamEnabled && it.streamViewType && { stream: it.streamViewType }),
})

function queue(graph: Graph, it: z.infer<typeof Queue>): QueueShape {
  const redrive = it.redrivePolicy && Redrive.parse(JSON.parse(it.redrivePolicy))
  return {
    fifo: it.fifoQueue,
    visibility: it.visibilityTimeoutSeconds,
    retention: it.messageRetentionSeconds,
    ...(redrive && { parks: graph.component(redrive.deadLetterTargetArn), tries: redrive.maxReceiveCount }),
  }
}

function lambda(graph: Graph, fn: Resource, links: Record<string, string[]>): FunctionShape {
  const name = graph.path(fn)[1]!
  const { timeout, memorySize, environment } = Lambda.parse(fn.inputs)
  return {
    handler: Component.parse(graph.one("sst:aws:Function", name).outputs)._metadata.handler,
    timeout,
    memory: memorySize,
    environment: Object.fromEntries(
      Object.entries(environment.variables).filter(([variable]) => !variable.startsWith("SST_")),
    ),
    links: links[name] ?? [],
    statements: graph.statements(graph.one("aws:iam/role:Role", name)).map(({ Action, Resource, Condition }) => ({
      actions: Action,
      resources: Resource.map((arn) => graph.within(arn)),
      ...(Condition && { conditions: Condition }),
    })),
  }
}

function mapping(graph: Graph, it: z.infer<typeof EventSourceMapping>): Mapping {
  const source = graph.component(it.eventSourceArn)
  const failures = it.destinationConfig?.onFailure.destinationArn
  return {
    source: it.eventSourceArn.includes(":sqs:") ? { queue: source } : { table: source },
    function: graph.component(it.functionName),
    batch: it.batchSize,
    window: it.maximumBatchingWindowInSeconds,
    partial: it.functionResponseTypes.includes("ReportBatchItemFailures"),
    ...(it.maximumRetryAttempts !== undefined && { retries: it.maximumRetryAttempts }),
    ...(it.bisectBatchOnFunctionError !== undefined && { bisect: it.bisectBatchOnFunctionError }),
    ...(failures && { failures: graph.component(failures) }),
  }
}

function site(graph: Graph): Topology["site"] {
  const { path, environment } = Site.parse(graph.one("sst:aws:StaticSite", "Web").outputs)._metadata
  const { create, dir } = Build.parse(graph.one("command:local:Command", "Web").inputs)
  const [file] = graph
    .all("pulumi-nodejs:dynamic:Resource")
    .flatMap(({ inputs }) => Assets.safeParse(inputs).data?.files ?? [])
  const output = file?.source.slice(dir.length + 1).split("/")[0]
  if (!output) throw new Error("The site has no files")
  return { folder: path, command: create, output, environment }
}
