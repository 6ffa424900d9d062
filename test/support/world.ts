/** A world of its own for each test file: real tables in DynamoDB Local, a clock that is set, keys that are made up. */
import { createHash, randomBytes } from "node:crypto"
import { readFileSync } from "node:fs"
import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb"
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb"
import { inject } from "vitest"
import { setUp } from "#actions/setup"
import { codeOf } from "#actions/verifying"
import { type Instant, minute } from "#domain/time"
import { createTables } from "#local/dynamodb"
import type { Topology } from "#local/topology"
import { findCode } from "#store/codes"
import { dataKeys } from "#store/dataKeys"
import { keyring } from "#store/keyring"
import type { Log } from "#store/log"
import { fileKey, vault } from "#store/vault"
import type { World } from "#world"
import { at } from "./builders.ts"

export const topology: Topology = JSON.parse(
  readFileSync(new URL("../../stacks/local/topology.json", import.meta.url), "utf8"),
)

export type TestWorld = World & {
  set(time: Instant): void
  wait(minutes: number): void
  /** What was logged, as one text. */
  logged(): string
}

export async function aWorld(start: Instant = at("08:55"), endpoint = inject("dynamodb")): Promise<TestWorld> {
  const name = randomBytes(6).toString("hex")
  const tables = { bookings: `Bookings-${name}`, live: `Live-${name}`, audit: `Audit-${name}` }
  const { Bookings, Live, Audit } = topology.tables
  await createTables(endpoint, { [tables.bookings]: Bookings!, [tables.live]: Live!, [tables.audit]: Audit! })
  const db = DynamoDBDocumentClient.from(clientOf(endpoint), { marshallOptions: { removeUndefinedValues: true } })
  let now = start
  const lines: string[] = []
  const note = (event: string, fields?: object) => void lines.push(JSON.stringify({ event, ...fields }))
  const log: Log = { info: note, warn: note, error: note }
  const world: TestWorld = {
    db,
    tables,
    now: () => now,
    random: (bytes) => randomBytes(bytes),
    keyring: keyring({ indexKey: `index-${name}`, signingKey: `signing-${name}` }),
    vault: vault(fileKey(createHash("sha256").update(name).digest()), dataKeys(db, tables.bookings)),
    log,
    portal: { url: "http://doorstep.test", issuer: "", client: "doorstep", notifier: "", demonstration: true },
    set: (time) => {
      now = time
    },
    wait: (minutes) => {
      now += minutes * minute
    },
    logged: () => lines.join("\n"),
  }
  await setUp(world)
  return world
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
