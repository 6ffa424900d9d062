/** A small portal of its own, so that the runner is tested without the product. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import type { SystemOptions } from "#local/system"
import type { FunctionShape, TableShape, Topology } from "#local/topology"

export const handlers = fileURLToPath(new URL("./local-handlers", import.meta.url))

const table: TableShape = { hash: "pk", range: "sk", attributes: { pk: "S", sk: "S" }, indexes: [], ttl: "ttl" }

const may = (service: string, actions: string[], ...resources: string[]) => ({
  actions: actions.map((action) => `${service}:${action}`),
  resources,
})

const aFunction = (
  name: string,
  links: string[],
  statements: FunctionShape["statements"],
  timeout = 10,
): FunctionShape => ({
  handler: `test/integration/local-handlers/${name}.handler`,
  timeout,
  memory: 256,
  environment: { SPOKEN: "plainly" },
  links,
  statements,
})

export const topology: Topology = {
  tables: { Notes: { ...table, stream: "NEW_AND_OLD_IMAGES" }, Effects: table },
  queues: {
    Jobs: { fifo: false, visibility: 2, retention: 3_600, parks: "JobsDead", tries: 2 },
    JobsDead: { fifo: false, visibility: 30, retention: 1_209_600 },
  },
  buckets: ["StreamFailures"],
  functions: {
    Web: aFunction("web", ["Notes", "Jobs", "Portal", "EdgeKey"], [may("dynamodb", ["GetItem", "PutItem"], "Notes")]),
    // It may look, and not write.
    Staff: aFunction("web", ["Notes"], [may("dynamodb", ["GetItem"], "Notes")], 2),
    Relay: aFunction(
      "relay",
      ["Jobs"],
      [
        may("dynamodb", ["DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"], "Notes/stream/1"),
        may("s3", ["ListBucket"], "StreamFailures"),
        may("s3", ["PutObject"], "StreamFailures/aws/lambda/*"),
        may("sqs", ["SendMessage"], "Jobs"),
      ],
    ),
    Worker: aFunction(
      "worker",
      ["Effects"],
      [
        may("sqs", ["ReceiveMessage", "DeleteMessage", "GetQueueAttributes"], "Jobs"),
        may("dynamodb", ["UpdateItem"], "Effects"),
      ],
    ),
    Tick: aFunction("tick", [], []),
  },
  mappings: [
    {
      source: { table: "Notes" },
      function: "Relay",
      batch: 100,
      window: 0,
      partial: true,
      retries: 2,
      bisect: true,
      failures: "StreamFailures",
    },
    { source: { queue: "Jobs" }, function: "Worker", batch: 10, window: 0, partial: true },
  ],
  routes: [
    { key: "$default", function: "Web" },
    { key: "ANY /staff/{proxy+}", function: "Staff" },
  ],
  router: [
    { path: "/", to: "api" },
    { path: "/app", to: "site" },
  ],
  site: { folder: "web", command: "true", output: "dist", environment: {} },
  schedules: [
    { name: "TickSchedule", expression: "rate(10 minutes)", timezone: "Asia/Shanghai", function: "Tick", retries: 0 },
  ],
}

export const anOption = (more: Partial<SystemOptions> = {}): SystemOptions => ({
  topology,
  handlers,
  schedules: false,
  ...more,
})

/** A folder that the test removes. */
export function aFolder(): { folder: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), "doorstep-test-"))
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }) }
}

/** Waits for the world to become so, however slow the machine; gives up after `limit` milliseconds. */
export async function eventually<Value>(
  look: () => Value | Promise<Value>,
  limit = 120_000,
): Promise<Exclude<NonNullable<Value>, false>> {
  const until = Date.now() + limit
  for (;;) {
    const found = await look()
    if (found) return found as Exclude<NonNullable<Value>, false>
    if (Date.now() > until) throw new Error(`did not come true within ${limit} ms: ${look}`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}

/** Dead is also who only waits for a parent to take note of it. */
export function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8")
    return !stat.slice(stat.lastIndexOf(")") + 2).startsWith("Z")
  } catch {
    return false
  }
}
