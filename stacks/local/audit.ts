/**
 * `npm run audit -- [--scope FZ-JA-P01] [--from 2026-11-01] [--to 2026-11-22]`: compares the audit with its digests and says where
 * it breaks; ends with 1 if it does. Of what `npm start` keeps in .data/, whether it runs or not; inside `sst shell`, of that stage.
 */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import type { Break } from "#domain/audit"
import { NotReady, startDatabase } from "./dynamodb.ts"
import { openGuard } from "./guard.ts"
import { openKeys } from "./keys.ts"
import { lockFolder } from "./lock.ts"
import { credentials, region } from "./place.ts"

const undo: (() => unknown)[] = []

try {
  process.exitCode = await run()
} catch (error) {
  console.error(error instanceof NotReady ? error.message : error)
  process.exitCode = 2
} finally {
  for (const step of undo.reverse()) await step()
}

async function run(): Promise<number> {
  const asked = { scope: { type: "string" }, from: { type: "string" }, to: { type: "string" } } as const
  const { scope, from, to } = parseArgs({ options: asked }).values
  for (const date of [from, to])
    if (date !== undefined && !/^\d{4}-\d\d-\d\d$/.test(date)) throw new NotReady(`Not a date: ${date}`)
  if (!process.env.SST_RESOURCE_App) await linkLocally()
  // Only now: it finds the tables and keys in the environment.
  const { worldFromLinks } = await import("#background/world")
  const { scopesOf, verify } = await import("#actions/auditing")
  const world = worldFromLinks("audit")
  const known = await scopesOf(world)
  if (scope !== undefined && !known.includes(scope))
    throw new NotReady(`No such scope: ${scope}. There are ${known.join(" ")}`)
  let broken = 0
  for (const one of scope === undefined ? known : [scope]) {
    const found = await verify(world, { kind: "system", name: "audit" }, { scope: one, from, to })
    const { entries, late, lateOpen, open, newest, breaks, caughtUp } = found
    const head = newest ? `newest digest ${newest.date} ${newest.hash}` : "nothing sealed yet"
    console.log(
      `${one}  ${found.from} to ${found.to}: ${entries} entries, ${late} of them sealed late, ${open} not yet; ${head}`,
    )
    for (const it of breaks) console.log(`${one}  BREAK ${told(it)}`)
    if (lateOpen) console.log(`${one}  late, not yet sealed: ${lateOpen}`)
    if (caughtUp.length) console.log(`${one}  sealed a day late or more, compare with the logs: ${caughtUp.join(" ")}`)
    broken += breaks.length
  }
  console.log(`Breaks: ${broken}`)
  return broken ? 1 : 0
}

function told({ date, what, name, after, until }: Break): string {
  return [date, what, name, after && `after ${after}`, until && `before ${until}`].filter(Boolean).join(" ")
}

/** The environment as a function of this machine has it. */
async function linkLocally(): Promise<void> {
  const folder = process.env.DOORSTEP_DATA ?? fileURLToPath(new URL("../../.data", import.meta.url))
  if (!existsSync(join(folder, "keys"))) throw new NotReady(`Nothing is kept in ${folder} yet: npm start`)
  const { dynamodb, clockOffset } = JSON.parse(readFileSync(join(folder, "runs.json"), "utf8")) as Runs
  const runs = isRunning(folder)
  const endpoint = process.env.DYNAMODB_ENDPOINT ?? (runs ? dynamodb : await ownDatabase(folder))
  const { secret } = openKeys(join(folder, "keys"))
  const linked = {
    App: { name: "doorstep", stage: "local" },
    Audit: { name: "Audit" },
    Live: { name: "Live" },
    SigningKey: { value: secret("SigningKey") },
    IndexKey: { value: secret("IndexKey") },
  }
  for (const [name, value] of Object.entries(linked)) process.env[`SST_RESOURCE_${name}`] = JSON.stringify(value)
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    // A portal that was stopped is compared as of when it stopped: it has sealed nothing since.
    DOORSTEP_CLOCK_OFFSET_MS: String(clockOffset + (runs ? 0 : lastSeen(folder) - Date.now())),
  })
}

/** What `npm start` says of itself to whoever works beside it. */
export type Runs = { dynamodb: string; clockOffset: number }

function isRunning(folder: string): boolean {
  try {
    lockFolder(folder)()
    return false
  } catch (error) {
    if (error instanceof NotReady) return true
    throw error
  }
}

async function ownDatabase(folder: string): Promise<string> {
  const guard = openGuard()
  undo.push(guard.stop)
  const database = await startDatabase({ guard, folder: join(folder, "dynamodb") })
  undo.push(database.stop)
  return database.endpoint
}

function lastSeen(folder: string): number {
  const logs = join(folder, "logs")
  return Math.max(...readdirSync(logs).map((name) => statSync(join(logs, name)).mtimeMs))
}
