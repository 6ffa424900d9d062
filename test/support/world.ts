/** A world of its own for each test file: real tables in DynamoDB Local, a clock that is set, keys that are made up. */
import { createHash, randomBytes } from "node:crypto"
import { readFileSync } from "node:fs"
import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb"
import { BatchWriteCommand, DynamoDBDocumentClient, PutCommand } from "@aws-sdk/lib-dynamodb"
import { inject } from "vitest"
import { setUp } from "#actions/setup"
import { codeOf } from "#actions/verifying"
import { type Instant, minute } from "#domain/time"
import { createTables } from "#local/dynamodb"
import type { Topology } from "#local/topology"
import { findCode } from "#store/codes"
import { dataKeys, ownDataKeys } from "#store/dataKeys"
import { keyring } from "#store/keyring"
import type { Log } from "#store/log"
import type { Photos } from "#store/photos"
import { keyAtHand, vault } from "#store/vault"
import type { World } from "#world"
import { at } from "./builders.ts"
import { misfits } from "./misfits.ts"

export const topology: Topology = JSON.parse(
  readFileSync(new URL("../../stacks/local/topology.json", import.meta.url), "utf8"),
)

export type TestWorld = World & {
  set(time: Instant): void
  wait(minutes: number): void
  /** What was logged, as one text. */
  logged(): string
}

/** What each table of the topology is called in a world of this name: `bookings` is Bookings-name. */
export const tablesNamed = (name: string) =>
  Object.fromEntries(
    Object.keys(topology.tables).map((id) => [id[0]!.toLowerCase() + id.slice(1), `${id}-${name}`]),
  ) as World["tables"]

/**
 * `followed`: its tables have their streams. DynamoDB Local writes the more slowly the more records of any stream it keeps. Nothing
 * expires by itself: that is by the machine's clock, which may be past the world's.
 */
export async function aWorld(
  start: Instant = at("08:55"),
  endpoint = inject("dynamodb"),
  { followed = false } = {},
): Promise<TestWorld> {
  const name = randomBytes(6).toString("hex")
  const tables = tablesNamed(name)
  await createTables(
    endpoint,
    Object.fromEntries(
      Object.entries(topology.tables).map(([id, { stream, ttl: _, ...shape }]) => [
        `${id}-${name}`,
        { ...shape, ...(followed && stream && { stream }) },
      ]),
    ),
  )
  const db = DynamoDBDocumentClient.from(clientOf(endpoint), { marshallOptions: { removeUndefinedValues: true } })
  return worldOver(db, name, tables, start, randomBytes, gathered(db))
}

/**
 * All but the tables themselves, with the demonstration's stations and staff written; `random` so that chance can be repeated,
 * `filling` to fill them by, or "nothing" to leave them empty.
 */
export async function worldOver(
  db: DynamoDBDocumentClient,
  name: string,
  tables: World["tables"],
  start: Instant,
  random: World["random"] = randomBytes,
  filling: DynamoDBDocumentClient | "nothing" = db,
): Promise<TestWorld> {
  let now = start
  const lines: string[] = []
  const note = (event: string, fields?: object) => {
    lines.push(JSON.stringify({ event, ...fields }))
    if (event === "answer misfits") misfits.push(JSON.stringify(fields))
  }
  const log: Log = { info: note, warn: note, error: note }
  const world: TestWorld = {
    db,
    tables,
    now: () => now,
    random,
    keyring: keyring({ indexKey: `index-${name}`, signingKey: `signing-${name}` }),
    vault: vault(keyAtHand(createHash("sha256").update(name).digest()), dataKeys(db, tables.bookings)),
    children: vault(
      keyAtHand(createHash("sha256").update(`children ${name}`).digest()),
      ownDataKeys(db, tables.children),
    ),
    reporters: vault(
      keyAtHand(createHash("sha256").update(`reporters ${name}`).digest()),
      ownDataKeys(db, tables.live),
    ),
    photos: inMemory(),
    log,
    portal: {
      url: "http://doorstep.test",
      issuer: "",
      client: "doorstep",
      acr: "",
      notifier: "",
      pushKey: "",
      demonstration: true,
    },
    set: (time) => {
      now = time
    },
    wait: (minutes) => {
      now += minutes * minute
    },
    logged: () => lines.join("\n"),
  }
  if (filling !== "nothing") await setUp({ ...world, db: filling })
  return world
}

/** Puts that are asked for together, sent together: into tables that are still empty, where no condition can fail. */
function gathered(db: DynamoDBDocumentClient): DynamoDBDocumentClient {
  let waiting: PutCommand[] = []
  let sent: Promise<unknown> | undefined
  const flush = async () => {
    await new Promise((resolve) => setImmediate(resolve))
    const puts = waiting
    waiting = []
    sent = undefined
    for (let i = 0; i < puts.length; i += 25) {
      const tables = Map.groupBy(puts.slice(i, i + 25), (put) => put.input.TableName!)
      const requests = [...tables].map(([table, some]) => [
        table,
        some.map(({ input }) => ({ PutRequest: { Item: input.Item } })),
      ])
      await db.send(new BatchWriteCommand({ RequestItems: Object.fromEntries(requests) }))
    }
  }
  const send = async (command: Parameters<typeof db.send>[0]) => {
    if (!(command instanceof PutCommand)) return db.send(command)
    waiting.push(command)
    sent ??= flush()
    await sent
    return {}
  }
  return { send } as unknown as DynamoDBDocumentClient
}

/** Photos as S3 keeps them; test/integration/photos.test.ts asks both the same. */
export function inMemory(): Photos {
  const kept = new Map<string, Uint8Array>()
  return {
    put: async (name, blob) => void kept.set(name, Uint8Array.from(blob)),
    get: async (name) => kept.get(name)?.slice(),
    delete: async (name) => void kept.delete(name),
  }
}

export const clientOf = (endpoint: string, maxAttempts = 3) =>
  new DynamoDBClient({
    endpoint,
    region: "ap-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts,
    requestHandler: { requestTimeout: 10_000 },
  })

/** The same world, seen through another way to its tables (a proxy that injects faults, say). */
export const through = (world: TestWorld, endpoint: string): TestWorld => ({
  ...world,
  db: DynamoDBDocumentClient.from(clientOf(endpoint), { marshallOptions: { removeUndefinedValues: true } }),
})

/** The code that the phone would have received. */
export async function codeFor(world: World, mobile: string): Promise<string> {
  const phone = world.keyring.blind("phone", mobile)
  const code = await findCode(world, phone)
  if (!code) throw new Error("No code was asked for")
  return codeOf(world, phone, code.nonce)
}

export const isUp = (endpoint: string) => clientOf(endpoint).send(new ListTablesCommand({}))
