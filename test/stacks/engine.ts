/**
 * Stands in for the `pulumi` binary under `sst diff`: runs the program that the CLI bundled against Pulumi's own mock
 * engine, and logs each resource as one to create. It leans on private parts of the pinned Pulumi (the monitor).
 */
import { appendFileSync, readFileSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { pathToFileURL } from "node:url"
import { parseArgs } from "node:util"
import { created, invoked, type Values } from "./aws.ts"

const { values: flags } = parseArgs({
  args: process.argv.slice(3),
  options: {
    stack: { type: "string", default: "" },
    "event-log": { type: "string", default: "" },
    config: { type: "string", multiple: true, default: [] },
  },
  strict: false,
}) as { values: { stack: string; "event-log": string; config: string[] } }

const [, app = "", stage = ""] = flags.stack.split("/")
const config = Object.fromEntries(flags.config.map((entry) => entry.split(/=(.*)/s).slice(0, 2)))
const region: string = config["aws:region"]
const checkpoint = `${process.cwd()}/.pulumi/stacks/${app}/${stage}.json`
const main = /^main: (.*)$/m.exec(readFileSync("Pulumi.yaml", "utf8"))?.[1]
if (!main) throw new Error("Pulumi.yaml names no program")

/** The part of Pulumi's runtime that is used here, of the very copy that the program uses. */
type Runtime = {
  setAllConfig(config: Values): void
  setMocks(
    mocks: {
      newResource(made: { type: string; name: string; inputs: Values }): { id: string; state: Values }
      call(asked: { token: string; inputs: Values }): Values
    },
    project: string,
    stack: string,
  ): void
  getMonitor(): Monitor
  runInPulumiStack(program: () => Promise<unknown>): Promise<unknown>
}
type Message = Record<string, () => unknown>
type Done = (error: unknown, answer: Message) => void
type Monitor = {
  newUrn(parent: string, type: string, name: string): string
  registerResource(request: Message, done: Done): void
  registerResourceOutputs(request: Message, done: (error: unknown, answer: object) => void): void
}
const { runtime }: { runtime: Runtime } = createRequire(main)("@pulumi/pulumi")

let sequence = 0
const log = (event: object) =>
  appendFileSync(flags["event-log"], `${JSON.stringify({ sequence: sequence++, timestamp: 0, ...event })}\n`)

runtime.setAllConfig(config)
runtime.setMocks(
  {
    newResource: ({ type, name, inputs }) => {
      const state = created(type, name, opened(inputs), region)
      return { id: String(state.id), state }
    },
    call: ({ token, inputs }) => invoked(token, opened(inputs), region),
  },
  app,
  stage,
)

// The mocks drop a resource's parent and options, and name it as the engine would not: both are mended here.
const monitor = runtime.getMonitor()
const registerResource = monitor.registerResource.bind(monitor)
const made = new Map<string, { urn: string; type: string; outputs: Values; [part: string]: unknown }>()
const typeOf = (urn: string) => urn.split("::")[2] ?? ""

monitor.newUrn = (parent, type, name) =>
  `urn:pulumi:${stage}::${app}::${parent && !typeOf(parent).endsWith("pulumi:Stack") ? `${typeOf(parent)}$` : ""}${type}::${name}`

monitor.registerResource = (request, done) =>
  registerResource(request, (error, answer) => {
    if (!error) {
      const urn = String(answer.getUrn?.())
      made.set(urn, {
        urn,
        type: String(request.getType?.()),
        custom: request.getCustom?.(),
        id: answer.getId?.(),
        parent: request.getParent?.(),
        provider: request.getProvider?.(),
        retainOnDelete: request.getRetainondelete?.(),
        inputs: plain(request.getObject?.()),
        outputs: plain(answer.getObject?.()),
      })
    }
    done(error, answer)
  })

monitor.registerResourceOutputs = (request, done) => {
  Object.assign(made.get(String(request.getUrn?.()))?.outputs ?? {}, plain(request.getOutputs?.()))
  done(null, {})
}

process.on("unhandledRejection", (error) => {
  log({ diagnosticEvent: { severity: "error", message: error instanceof Error ? error.stack : String(error) } })
  console.error(error)
  process.exit(1)
})

// Bundles are built and resources registered behind promises that nothing awaits: done is when nothing is left to do.
process.once("beforeExit", () => {
  const resources = [...made.values()].sort((a, b) => (a.urn < b.urn ? -1 : 1))
  // The CLI writes sst-env.d.ts from the links that it finds in the state.
  const links = resources
    .filter(({ type }) => type === "sst:sst:LinkRef")
    .map(({ urn, type, outputs }) => ({ urn, type, custom: false, outputs }))
  writeFileSync(checkpoint, JSON.stringify({ version: 3, checkpoint: { latest: { manifest: {}, resources: links } } }))
  for (const it of resources)
    log({ resOutputsEvent: { metadata: { op: "create", urn: it.urn, type: it.type, new: it } } })
  log({ summaryEvent: { resourceChanges: { create: resources.length } } })
})
await runtime.runInPulumiStack(async () => (await import(pathToFileURL(main).href)).default)

function plain(struct: unknown): Values {
  return opened((struct as { toJavaScript(): Values }).toJavaScript())
}

/** Secrets cross to the engine in an envelope. */
function opened<T>(value: T): T
function opened(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((inner) => opened(inner))
  if (value === null || typeof value !== "object") return value
  if ("4dabf18193072939515e22adb298388d" in value) return opened((value as Values).value)
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, opened(inner)]))
}
