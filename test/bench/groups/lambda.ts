/** What our code adds to a request and to a start. */
import { execFile } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb"
import { GetCommand } from "@aws-sdk/lib-dynamodb"
import { Hono } from "hono"
import { serviceDayOf } from "#domain/station"
import { startAuthority } from "#local/authority"
import { bundle, handlerName } from "#local/bundle"
import { keyService } from "#local/kms"
import { region } from "#local/place"
import * as keys from "#store/keys"
import { apps } from "#test/apps"
import { topology } from "#test/world"
import { cpuMs, type Figures, figure, percentile, wallMs } from "../figures.ts"
import { aBusyLine, written } from "../scene.ts"
import type { Stand } from "../stand.ts"

const rounds = 9
/** A bare route is so cheap that many make one tick of the CPU's clock. */
const each = { ours: 150, bare: 6_000, reading: 150 }
const starts = 7

export async function lambdaGroup(stand: Stand): Promise<Figures> {
  return { ...(await handling(stand)), ...(await judged(stand)), ...(await starting()) }
}

/** The shared snapshot of a hall where 40 wait, against a bare Hono route that has the same JSON ready, and one that also reads the item. */
async function handling(stand: Stand): Promise<Figures> {
  const world = await stand.world()
  await written(world, aBusyLine(40))
  const { resident } = apps(world)
  const headers = { "x-doorstep-edge": "edge" }
  const path = "/api/stations/FZ-JA-P01/live"
  const body = await (await resident.request(path, { headers })).json()
  const TableName = world.tables.live
  const Key = keys.line("FZ-JA-P01", serviceDayOf(world.now()))
  const bare = new Hono().get("/live", (c) => c.json(body))
  const reading = new Hono().get("/live", async (c) => {
    await world.db.send(new GetCommand({ TableName, Key }))
    return c.json(body)
  })
  const asked = {
    ours: async () => void (await (await resident.request(path, { headers })).text()),
    bare: async () => void (await (await bare.request("/live")).text()),
    reading: async () => void (await (await reading.request("/live")).text()),
  }
  const names = ["ours", "bare", "reading"] as const
  const many = (name: (typeof names)[number]) => async () => {
    for (let i = 0; i < each[name]; i++) await asked[name]()
  }
  for (const name of names) await many(name)()
  const spent = { ours: [] as number[], bare: [] as number[], reading: [] as number[] }
  for (let round = 0; round < rounds; round++)
    for (const name of names) spent[name].push((await cpuMs(many(name))) / each[name])
  const against = (name: "bare" | "reading") =>
    figure(
      spent.ours.map((ms, i) => ms / spent[name][i]!),
      "ratio",
    )
  return {
    "lambda.handler_vs_hono": against("bare"),
    "lambda.handler_vs_hono_with_read": against("reading"),
    "lambda.handler_cpu_ms": figure(spent.ours, "ms"),
  }
}

/** What the local authority adds to a function's call, by reading one item with it and past it in turns. */
async function judged(stand: Stand): Promise<Figures> {
  const world = await stand.world()
  const statements = [{ actions: ["dynamodb:GetItem"], resources: [world.tables.live] }]
  const functions = { ResidentApi: { ...topology.functions.ResidentApi!, statements } }
  const authority = await startAuthority({
    topology: { ...topology, functions, mappings: [] },
    database: stand.endpoint,
    queues: stand.endpoint,
    objects: stand.endpoint,
    keys: keyService({}),
    onDenied: () => {
      throw new Error("The authority denied what is measured")
    },
  })
  const credentials = { accessKeyId: "ResidentApi", secretAccessKey: "local" }
  const ways = [authority.endpoint, stand.endpoint].map(
    (endpoint) => new DynamoDBClient({ endpoint, region, credentials }),
  )
  const command = new GetItemCommand({
    TableName: world.tables.live,
    Key: { pk: { S: "station" }, sk: { S: "FZ-JA-P01" } },
    ConsistentRead: true,
  })
  const spent: number[][] = [[], []]
  for (let round = 0; round < rounds * 50; round++)
    for (const [n, way] of ways.entries()) {
      const ms = await wallMs(async () => void (await way.send(command)))
      if (round >= 50) spent[n]!.push(ms)
    }
  for (const way of ways) way.destroy()
  await authority.stop()
  const [through, past] = spent.map((it) => percentile(it, 0.5)) as [number, number]
  return {
    "lambda.judged_call_vs_unjudged": figure([through / past], "ratio"),
    "lambda.judging_ms": figure([through - past], "ms"),
  }
}

async function starting(): Promise<Figures> {
  const folder = mkdtempSync(join(tmpdir(), "doorstep-bench-"))
  try {
    const names = Object.keys(topology.functions)
    const handlers = names.map((name) => handlerName(topology.functions[name]!.handler))
    await bundle(handlers, folder)
    await bundle(["sdk"], folder, fileURLToPath(new URL("../handlers", import.meta.url)))
    const alone: number[] = []
    const ours = new Map<string, number[]>(names.map((name) => [name, []]))
    for (let i = 0; i < starts; i++) {
      alone.push(await startOf(join(folder, "sdk.mjs")))
      for (const [n, name] of names.entries()) ours.get(name)!.push(await startOf(join(folder, `${handlers[n]}.mjs`)))
    }
    return {
      "lambda.init_sdk_cpu_ms": figure(alone, "ms"),
      ...Object.fromEntries(
        names.map((name) => [
          `lambda.init_vs_sdk.${name}`,
          figure(
            ours.get(name)!.map((ms, i) => ms / alone[i]!),
            "ratio",
          ),
        ]),
      ),
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** CPU of loading the bundle, all threads; Node's own start is not in it. */
const script = `
const from = process.cpuUsage()
await import(process.argv[1])
const { user, system } = process.cpuUsage(from)
process.stdout.write(String((user + system) / 1000))
process.exit(0)
`

const run = promisify(execFile)

async function startOf(file: string): Promise<number> {
  const links = new Set(Object.values(topology.functions).flatMap((it) => it.links))
  const link = JSON.stringify({ name: "x", url: "http://localhost/", value: "x", keyId: "x", demonstration: "true" })
  const env = {
    AWS_REGION: region,
    ...Object.fromEntries(["App", ...links].map((name) => [`SST_RESOURCE_${name}`, link])),
  }
  const { stdout } = await run(process.execPath, ["--input-type=module", "-e", script, file], { env, timeout: 30_000 })
  const ms = Number(stdout)
  if (!(ms > 0)) throw new Error(`No start was measured: ${stdout}`)
  return ms
}
