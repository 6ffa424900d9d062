/** `npm start`: the whole portal on this machine, with its data in .data/. */
import { mkdirSync, readFileSync } from "node:fs"
import { join, relative } from "node:path"
import { fileURLToPath } from "node:url"
import type { Runs } from "./audit.ts"
import { bundle, handlerName } from "./bundle.ts"
import { writeWhole } from "./checkpoints.ts"
import { dateAt, demonstrationOffset, timeAt, zone } from "./clock.ts"
import { checkJava, NotReady } from "./dynamodb.ts"
import { openGuard } from "./guard.ts"
import { lockFolder } from "./lock.ts"
import { accounts } from "./openid.ts"
import { readTopology, type System, startSystem } from "./system.ts"
import { buildSite } from "./website.ts"

const root = fileURLToPath(new URL("../..", import.meta.url))
const dataDir = process.env.DOORSTEP_DATA ?? join(root, ".data")
const began = performance.now()

const undo: (() => unknown)[] = []
let leaving = false

/** Ends everything and then us; a second signal does not wait. */
async function leave(code: number) {
  if (leaving) process.exit(code)
  leaving = true
  setTimeout(() => process.exit(code), 10_000).unref()
  for (const step of undo.reverse()) await Promise.resolve(step()).catch(() => {})
  process.exit(code)
}

process.on("SIGINT", () => leave(130))
process.on("SIGTERM", () => leave(143))
process.on("SIGHUP", () => leave(129))
process.on("uncaughtException", failed)
process.on("unhandledRejection", failed)
if (process.env.npm_lifecycle_event) leaveWithParent()

function failed(error: unknown) {
  if (!leaving) console.error(error instanceof NotReady ? error.message : error)
  void leave(1)
}

/** Between npm and us stands a shell that passes no signal on; and nobody passes on a `kill -9`. */
function leaveWithParent() {
  const ancestors = () => `${process.ppid} ${parentOf(process.ppid)}`
  const before = ancestors()
  setInterval(() => ancestors() !== before && void leave(143), 500).unref()
}

function parentOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8")
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1] ?? ""
  } catch {
    return ""
  }
}

try {
  if (!process.env.DYNAMODB_ENDPOINT) await checkJava()
  undo.push(lockFolder(dataDir))
  await tell(await start())
} catch (error) {
  failed(error)
}

async function start(): Promise<System> {
  const topology = readTopology()
  const guard = openGuard()
  undo.push(guard.stop)
  const bundles = join(dataDir, "bundles")
  mkdirSync(bundles, { recursive: true })
  const names = [...new Set(Object.values(topology.functions).map(({ handler }) => handlerName(handler)))]
  const { DYNAMODB_ENDPOINT: dynamodb, SQS_ENDPOINT: sqs, S3_ENDPOINT: s3 } = process.env
  const starting = startSystem({
    topology,
    dataDir,
    ports: { public: 8080, phones: 8081, openid: 8082 },
    clockOffset: process.argv.includes("--now") ? 0 : keptOffset(),
    site: buildSite(topology.site, root, guard),
    bundles: bundle(names, bundles).then(() => bundles),
    endpoints: { ...(dynamodb ? { dynamodb } : {}), ...(sqs ? { sqs } : {}), ...(s3 ? { s3 } : {}) },
  })
  undo.push(async () => (await starting.catch(() => undefined))?.stop())
  const system = await starting
  const { dynamodbEndpoint, clockOffset } = system
  writeWhole(join(dataDir, "runs.json"), JSON.stringify({ dynamodb: dynamodbEndpoint, clockOffset } satisfies Runs))
  await system.invoke("Setup", {})
  return system
}

/** The day that was begun goes on after a restart, as long as it lasts. */
function keptOffset(): number {
  const file = join(dataDir, "clock.json")
  let before: number | undefined
  try {
    before = (JSON.parse(readFileSync(file, "utf8")) as { offset: number }).offset
  } catch {}
  const offset = demonstrationOffset(Date.now(), before)
  if (offset !== before) writeWhole(file, JSON.stringify({ offset }))
  return offset
}

type Pairing = { kiosk: { code: string }; display: { code: string }; station: string }

async function tell(system: System) {
  const { url, phonesUrl, clockOffset } = system
  const pairing = (await system.invoke("Setup", { pair: true })) as Pairing
  const now = Date.now() + clockOffset
  const people = accounts.slice(0, 4).map(({ name, roleInEnglish }) => `${name} (${roleInEnglish})`)
  const onDuty = accounts
    .filter(({ sub }) => ["officer-p02", "officer-s02", "officer-c01"].includes(sub))
    .map(({ name, stationInEnglish }) => `${name} (${stationInEnglish})`)
  const auditors = accounts
    .filter(({ roleInEnglish }) => roleInEnglish === "auditor")
    .map(({ name, stationInEnglish }) => `${name} (${stationInEnglish})`)
  const seconds = ((performance.now() - began) / 1_000).toFixed(1)
  const lines = [
    ["Resident", `${url}/   a lost child: ${url}/zh/report`],
    ["Kiosk", `${url}/app/kiosk/#pair=${pairing.kiosk.code}   pairs itself with ${pairing.station}`],
    ["Display", `${url}/app/display/#pair=${pairing.display.code}`],
    ["Staff", `${url}/app/staff/   sign in as ${people.join(", ")}`],
    ["Duty", `${url}/app/duty/   a lost child's alerts; sign in as ${onDuty.join(", ")}`],
    ["Audit", `${url}/app/staff/   sign in as ${auditors.join(", ")}; npm run audit compares it with its digests`],
    ["Phones", `${phonesUrl}/   what each phone received`],
    ["API", `${url}/api/openapi.json`],
    ["Data", `${relative(process.cwd(), dataDir) || "."}/   logs in logs/; delete it to begin anew`],
    [
      "Clock",
      clockOffset === 0
        ? "the real one"
        : `demonstration: ${dateAt(now)} ${timeAt(now)} ${zone} (--now for the real one)`,
    ],
  ]
  console.log(`\nDoorstep 家门口 runs (ready in ${seconds} s; Ctrl-C stops it)\n`)
  for (const [name, text] of lines) console.log(`  ${name!.padEnd(10)}${text}`)
  console.log()
  await system.warm()
}
