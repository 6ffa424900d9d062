/** The whole portal with short waits, and handlers that a test may kill right after their effect, before anybody is told. */
import { randomBytes } from "node:crypto"
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs"
import { DynamoDBDocumentClient, ScanCommand } from "@aws-sdk/lib-dynamodb"
import { type System, type SystemOptions, startSystem } from "#local/system"
import { dataKeys, ownDataKeys } from "#store/dataKeys"
import { keyring } from "#store/keyring"
import { keyAtHand, vault } from "#store/vault"
import { at } from "./builders.ts"
import { clientOf, inMemory, type TestWorld, topology } from "./world.ts"

const handlers = fileURLToPath(new URL("../../functions/handlers", import.meta.url))

/** A notice that was taken is another's for a minute (store/notices.ts): tries at so short a distance must not be over before. */
const triesOfNotices = 40

/** Queues that try again after two seconds rather than ninety. */
export const impatient = {
  ...topology,
  queues: Object.fromEntries(
    Object.entries(topology.queues).map(([name, it]) => [
      name,
      { ...it, visibility: 2, ...(name === "Notices" && { tries: triesOfNotices }) },
    ]),
  ),
}

/**
 * A folder of handlers in which each of `victims` ends its own process by SIGKILL the first time that it is done with an
 * event: the effect is there, nobody was told.
 */
export function killedOnce(victims: readonly string[]): { folder: string; killed(): string[]; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), "doorstep-killed-"))
  const marks = join(folder, "marks")
  mkdirSync(marks)
  for (const file of readdirSync(handlers)) {
    const name = file.replace(".ts", "")
    const real = join(handlers, file)
    const deadly = `import { existsSync, writeFileSync } from "node:fs"
import { handler as real } from ${JSON.stringify(real)}
export const handler = async (event, context) => {
  const answer = await real(event, context)
  const mark = ${JSON.stringify(join(marks, name))}
  if (!existsSync(mark)) {
    writeFileSync(mark, "")
    process.kill(process.pid, "SIGKILL")
  }
  return answer
}
`
    writeFileSync(
      join(folder, file),
      victims.includes(name) ? deadly : `export { handler } from ${JSON.stringify(real)}\n`,
    )
  }
  return {
    folder,
    killed: () => victims.filter((name) => existsSync(join(marks, name))),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

export async function aPortal(options: SystemOptions = {}): Promise<System> {
  const system = await startSystem({
    topology: impatient,
    clockOffset: at("08:55") - Date.now(),
    schedules: false,
    ...options,
  })
  await system.invoke("Setup", {})
  return system
}

/** The portal's own tables and keys at another time, with nobody's role: for what was there before. */
export function worldAt(system: System, time: number): TestWorld {
  const { folder, secret, tableNames } = system
  const db = DynamoDBDocumentClient.from(clientOf(system.dynamodbEndpoint), {
    marshallOptions: { removeUndefinedValues: true },
  })
  const master = (file: string) => keyAtHand(Buffer.from(readFileSync(join(folder, "keys", file), "utf8"), "base64url"))
  const tables = Object.fromEntries(
    Object.entries(tableNames).map(([id, name]) => [id.toLowerCase(), name]),
  ) as TestWorld["tables"]
  return {
    db,
    tables,
    now: () => time,
    random: (bytes: number) => randomBytes(bytes),
    keyring: keyring({ indexKey: secret("IndexKey"), signingKey: secret("SigningKey") }),
    vault: vault(master("sealing.key"), dataKeys(db, tables.bookings)),
    children: vault(master("children.key"), ownDataKeys(db, tables.children)),
    reporters: vault(master("reporter.key"), ownDataKeys(db, tables.live)),
    photos: inMemory(),
    log: { info: () => {}, warn: () => {}, error: () => {} },
    portal: {
      url: system.url,
      issuer: "",
      client: "doorstep",
      acr: "",
      notifier: "",
      pushKey: "",
      demonstration: true,
    },
    set: () => {},
    wait: () => {},
    logged: () => "",
  }
}

/** Everything in a table. */
export async function itemsOf(
  system: System,
  table: "Bookings" | "Keys" | "Live" | "Children" | "Audit",
): Promise<Record<string, unknown>[]> {
  const db = DynamoDBDocumentClient.from(clientOf(system.dynamodbEndpoint))
  const found = await db.send(new ScanCommand({ TableName: system.tableNames[table]!, ConsistentRead: true }))
  return found.Items ?? []
}

/** Messages in a queue, those under way included. */
export async function depthOf(system: System, queue: string): Promise<number> {
  const sqs = new SQSClient({
    endpoint: system.sqsEndpoint,
    region: "ap-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  })
  const names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"] as const
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: system.queueUrls[queue]!, AttributeNames: [...names] }),
  )
  return names.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0)
}

/** Waits for something that another process does; says what it waited for when it never comes. */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined | false> | T | undefined | false,
  seconds = 90,
): Promise<T> {
  const end = Date.now() + seconds * 1000
  for (;;) {
    const found = await look()
    if (found) return found
    if (Date.now() > end) throw new Error(`Waited ${seconds} s for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
