/** What runs, and what feeds it: the stacks as a machine without AWS needs to know them. Evaluated by test/stacks, committed as topology.json. */
export type Topology = {
  tables: Record<string, TableShape>
  queues: Record<string, QueueShape>
  /** Names of the buckets; StreamFailures receives what a stream mapping gave up on. */
  buckets: string[]
  functions: Record<string, FunctionShape>
  mappings: Mapping[]
  /** API Gateway HTTP API routes: "$default", "ANY /staff/{proxy+}", … */
  routes: { key: string; function: string }[]
  /** The Router's paths, longest prefix wins. */
  router: { path: string; to: "api" | "site" }[]
  site: { folder: string; command: string; output: string; environment: Record<string, string> }
  schedules: { name: string; expression: string; timezone: string; function: string; retries: number }[]
}

export type TableShape = {
  hash: string
  range?: string
  attributes: Record<string, "S" | "N" | "B">
  indexes: { name: string; hash: string; range?: string; projection: "ALL" | "KEYS_ONLY" | "INCLUDE" }[]
  ttl?: string
  stream?: "NEW_AND_OLD_IMAGES"
}

/** Seconds throughout; `parks` names the dead-letter queue that takes what failed `tries` times. */
export type QueueShape = { fifo: boolean; visibility: number; retention: number; parks?: string; tries?: number }

export type FunctionShape = {
  handler: string
  /** Seconds. */
  timeout: number
  /** MB. */
  memory: number
  /** Plain values of the function's own; what depends on the deployment (names, addresses, keys) comes by links. */
  environment: Record<string, string>
  /** Names of the linked resources (keys of `Resource` from "sst"). */
  links: string[]
  /** What its role may do. */
  statements: Statement[]
}

/** Resources by the component's name; conditions as IAM writes them: operator, key, values. */
export type Statement = {
  actions: string[]
  resources: string[]
  conditions?: Record<string, Record<string, string[]>>
}

export type Mapping = {
  source: { table: string } | { queue: string }
  function: string
  batch: number
  /** Seconds. */
  window: number
  partial: boolean
  /** Streams only. */
  retries?: number
  bisect?: boolean
  failures?: string
}
