import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import { setTimeout as pause } from "node:timers/promises"
import { close, listen } from "./ports.ts"
import { bodyOf, passageTo } from "./proxy.ts"

/**
 * A proxy in front of DynamoDB Local that brings what the emulator never does: transactions that conflict, answers that
 * are lost after the write has landed, throttling and slowness. Which calls suffer follows from the rules and the seed.
 */
export type Faults = {
  endpoint: string
  stats: { calls: number; conflicts: number; lost: number; throttled: number }
  /** Replaces the rules; none: an honest proxy (conflicts of overlapping calls stay on if `conflicts` says so). */
  set(rules: FaultRules): void
  stop(): Promise<void>
}

export type FaultRules = {
  /** As on AWS: a write meets a transaction in flight on the same item, or a transaction meets a write. */
  conflicts?: boolean
  /** The share of transactions that are cancelled by a conflict with nobody we see. */
  conflictShare?: number
  /** The share of writes that land while their answer is lost and the connection breaks. */
  loseAnswers?: number
  /** The share of calls refused for throughput. */
  throttle?: number
  /** Milliseconds added before a call is passed on, at least and at most. */
  latency?: [number, number]
  /** Only calls it says yes to suffer `conflictShare`, `loseAnswers` and `throttle`. */
  only?: (call: DatabaseCall) => boolean
  /** At most so many suffer; then it is honest again. */
  most?: number
}

export type DatabaseCall = { operation: string; tables: string[]; body: Record<string, unknown> }

type Item = Record<string, unknown>
type Target = { TableName: string; Key?: Item; Item?: Item }

const transacted = "TransactWriteItems"
const single = new Set(["PutItem", "UpdateItem", "DeleteItem"])

export async function startFaults(
  target: string,
  options: { seed?: number; rules?: FaultRules } = {},
): Promise<Faults> {
  const passage = passageTo(target)
  const random = seeded(options.seed ?? 1)
  const stats = { calls: 0, conflicts: 0, lost: 0, throttled: 0 }
  const keysOf = new Map<string, Promise<string[]>>()
  const inFlight = { transactions: new Map<string, number>(), writes: new Map<string, number>() }
  let rules = options.rules ?? {}
  let suffered = 0

  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy())
  })
  const port = await listen(server)

  async function handle(request: IncomingMessage, response: ServerResponse) {
    stats.calls++
    const raw = await bodyOf(request)
    const call = callOf(request, raw)
    const writes = call.operation === transacted || single.has(call.operation)
    if (rules.latency) await pause(rules.latency[0] + random() * (rules.latency[1] - rules.latency[0]))
    if (strikes(rules.throttle, call)) {
      stats.throttled++
      return refuse(response, "ProvisionedThroughputExceededException", {
        message: "The level of configured provisioned throughput was exceeded",
      })
    }
    if (call.operation === transacted && strikes(rules.conflictShare, call)) {
      const items = call.body.TransactItems as unknown[]
      const unlucky = Math.floor(random() * items.length)
      return cancel(
        response,
        items.map((_, index) => index === unlucky),
      )
    }
    const taken = writes && rules.conflicts ? await take(call, response) : () => {}
    if (!taken) return
    try {
      const answer = await passage.pass(request, raw)
      if (writes && answer.status === 200 && strikes(rules.loseAnswers, call)) {
        stats.lost++
        return void response.destroy()
      }
      response.writeHead(answer.status, answer.headers).end(answer.body)
    } finally {
      taken()
    }
  }

  function strikes(share: number | undefined, call: DatabaseCall): boolean {
    if (!share || (rules.most !== undefined && suffered >= rules.most) || rules.only?.(call) === false) return false
    if (random() >= share) return false
    suffered++
    return true
  }

  /** Claims the items for the length of the call, or refuses it as AWS would. */
  async function take(call: DatabaseCall, response: ServerResponse): Promise<(() => void) | undefined> {
    const isTransaction = call.operation === transacted
    const keys = await Promise.all(targetsOf(call).map(keyOf))
    const busy = keys.map((key) => inFlight.transactions.has(key) || (isTransaction && inFlight.writes.has(key)))
    if (busy.some(Boolean)) {
      if (isTransaction) cancel(response, busy)
      else {
        stats.conflicts++
        refuse(response, "TransactionConflictException", { message: "Transaction is ongoing for the item" })
      }
      return undefined
    }
    const held = isTransaction ? inFlight.transactions : inFlight.writes
    for (const key of keys) held.set(key, (held.get(key) ?? 0) + 1)
    return () => {
      for (const key of keys) {
        const left = (held.get(key) ?? 1) - 1
        if (left > 0) held.set(key, left)
        else held.delete(key)
      }
    }
  }

  async function keyOf({ TableName, Key, Item }: Target): Promise<string> {
    const names = await keyNames(TableName)
    return JSON.stringify([TableName, ...names.map((name) => (Key ?? Item)?.[name])])
  }

  function keyNames(table: string): Promise<string[]> {
    let names = keysOf.get(table)
    if (!names) {
      names = describe(table)
      keysOf.set(table, names)
      names.catch(() => keysOf.delete(table))
    }
    return names
  }

  async function describe(table: string): Promise<string[]> {
    const answer = await fetch(target, {
      method: "POST",
      headers: {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": "DynamoDB_20120810.DescribeTable",
        authorization:
          "AWS4-HMAC-SHA256 Credential=local/20260101/local/dynamodb/aws4_request, SignedHeaders=host, Signature=none",
      },
      body: JSON.stringify({ TableName: table }),
    })
    const { Table } = (await answer.json()) as { Table: { KeySchema: { AttributeName: string }[] } }
    return Table.KeySchema.map(({ AttributeName }) => AttributeName)
  }

  function cancel(response: ServerResponse, conflicting: boolean[]) {
    stats.conflicts++
    const codes = conflicting.map((conflict) => (conflict ? "TransactionConflict" : "None"))
    refuse(response, "TransactionCanceledException", {
      Message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes.join(", ")}]`,
      CancellationReasons: codes.map((Code) =>
        Code === "None" ? { Code } : { Code, Message: "Transaction is ongoing for the item" },
      ),
    })
  }

  return {
    endpoint: `http://127.0.0.1:${port}`,
    stats,
    set(next) {
      rules = next
      suffered = 0
    },
    async stop() {
      await close(server)
      passage.stop()
    },
  }
}

function refuse(response: ServerResponse, type: string, body: Record<string, unknown>) {
  response.writeHead(400, { "content-type": "application/x-amz-json-1.0", "x-amzn-requestid": "INJECTED" })
  response.end(JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, ...body }))
}

function callOf(request: IncomingMessage, raw: Buffer): DatabaseCall {
  const operation = String(request.headers["x-amz-target"] ?? "").split(".")[1] ?? ""
  const body = raw.length > 0 ? (JSON.parse(raw.toString()) as Record<string, unknown>) : {}
  const tables =
    operation === transacted
      ? targetsOf({ operation, tables: [], body }).map(({ TableName }) => TableName)
      : [String(body.TableName ?? "")]
  return { operation, tables: [...new Set(tables)], body }
}

function targetsOf({ operation, body }: DatabaseCall): Target[] {
  if (operation !== transacted) return [body as unknown as Target]
  return (body.TransactItems as Record<string, Target>[]).map((item) => Object.values(item)[0]!)
}

/** mulberry32: the same faults for the same seed and order of calls. */
function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
