import type { ChildProcess } from "node:child_process"
import { randomUUID } from "node:crypto"
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import { fileURLToPath } from "node:url"
import type { Guard } from "./guard.ts"
import { ended } from "./guard.ts"
import type { Log } from "./logs.ts"
import { arnOf, credentials, loopback, region } from "./place.ts"
import { close, listen } from "./ports.ts"

/**
 * Lambda on one machine: an execution environment is a process that speaks the Runtime API, one event at a time. A slow
 * event ends its environment, a crash ends its event, and the next event finds or starts another environment.
 */
export type FunctionSettings = {
  name: string
  /** "resident.handler": the file in `root`, and what it exports. */
  handler: string
  /** Where the bundles lie. */
  root: string
  /** Milliseconds. */
  timeout: number
  /** MB. */
  memory: number
  environment: Record<string, string>
  /** How many environments may live at once; more events wait. */
  environments: number
  /** Milliseconds without an event after which an environment is ended; never if absent. */
  idle?: number
  /** Milliseconds an environment may take to start. */
  start?: number
}

export type LambdaFunction = {
  readonly settings: FunctionSettings
  readonly stats: { invocations: number; failures: number; coldStarts: number; timeouts: number; crashes: number }
  /** The handler's answer; throws FunctionFailure. `signal` withdraws an event that has not started. */
  invoke(event: unknown, options?: { signal?: AbortSignal }): Promise<unknown>
  /** Starts an environment ahead of the first event; resolves when it is up, or is not going to be. */
  warm(): Promise<void>
  /** Process ids of the living environments. */
  pids(): number[]
  stop(): Promise<void>
}

export type FailureKind =
  | "handler" // the handler threw
  | "timeout"
  | "exit" // the process ended under the event
  | "init" // the environment never came up
  | "too-large" // the event or the answer is over 6 MB
  | "withdrawn"

export class FunctionFailure extends Error {
  readonly kind: FailureKind
  constructor(kind: FailureKind, message: string) {
    super(message)
    this.name = "FunctionFailure"
    this.kind = kind
  }
}

/** Lambda's limit for an event and for an answer. */
export const largestPayload = 6 * 1024 * 1024

type Invocation = {
  id: string
  payload: string
  resolve(answer: unknown): void
  reject(failure: FunctionFailure): void
  timer?: NodeJS.Timeout
}

type Environment = {
  server: Server
  child?: ChildProcess
  /** The open question for the next event: its presence means idle. */
  next?: ServerResponse
  running?: Invocation
  started: boolean
  up: PromiseWithResolvers<void>
  rest?: NodeJS.Timeout
}

const bootstrap = fileURLToPath(new URL("./bootstrap.mjs", import.meta.url))

export function createFunction(settings: FunctionSettings, guard: Guard, log: Log): LambdaFunction {
  const environments = new Set<Environment>()
  const waiting: Invocation[] = []
  const stats = { invocations: 0, failures: 0, coldStarts: 0, timeouts: 0, crashes: 0 }
  let stopped = false

  function fail(invocation: Invocation, failure: FunctionFailure) {
    clearTimeout(invocation.timer)
    stats.failures++
    log.platform("failure", {
      function: settings.name,
      requestId: invocation.id,
      kind: failure.kind,
      // What the handler threw is its own to log, by its own rules.
      ...(failure.kind === "handler" ? {} : { message: failure.message.slice(0, 500) }),
    })
    invocation.reject(failure)
  }

  function failAllWaiting(failure: FunctionFailure) {
    for (const invocation of waiting.splice(0)) fail(invocation, failure)
  }

  async function startEnvironment() {
    stats.coldStarts++
    const server = createServer((request, response) => answerRuntime(environment, request, response))
    server.keepAliveTimeout = 0
    const environment: Environment = { server, started: false, up: Promise.withResolvers() }
    environments.add(environment)
    const port = await listen(server)
    if (stopped) return close(server)
    const child = guard.spawn(process.execPath, [...flagsFor(settings.memory), bootstrap], {
      cwd: settings.root,
      stdio: ["pipe", log.descriptor, log.descriptor],
      env: environmentOf(settings, port),
    })
    environment.child = child
    child.stdin?.on("error", () => {})
    const slow = setTimeout(() => environment.started || child.kill("SIGKILL"), settings.start ?? 30_000)
    slow.unref()
    const gone = () => {
      clearTimeout(slow)
      lost(environment)
    }
    child.once("exit", gone)
    child.once("error", gone)
  }

  function lost(environment: Environment) {
    if (!environments.delete(environment)) return
    environment.up.resolve()
    clearTimeout(environment.rest)
    void close(environment.server)
    const { running } = environment
    if (running) {
      stats.crashes++
      fail(running, new FunctionFailure("exit", `${settings.name}: the environment ended before it answered`))
    }
    if (stopped) return
    if (!environment.started)
      failAllWaiting(new FunctionFailure("init", `${settings.name}: the environment did not start; see ${log.file}`))
    pump()
  }

  function answerRuntime(environment: Environment, request: IncomingMessage, response: ServerResponse) {
    const path = request.url?.replace("/2018-06-01/runtime/", "") ?? ""
    if (path === "invocation/next" && request.method === "GET") {
      environment.started = true
      environment.up.resolve()
      environment.next = response
      rest(environment)
      pump()
      return
    }
    const parts: Buffer[] = []
    request.on("data", (part: Buffer) => parts.push(part))
    request.on("end", () => {
      response.writeHead(202, { "content-type": "application/json" }).end('{"status":"OK"}')
      const body = Buffer.concat(parts)
      if (path === "init/error") {
        failAllWaiting(new FunctionFailure("init", `${settings.name}: ${body.toString().slice(0, 500)}`))
        return
      }
      const [, id, outcome] = /^invocation\/([^/]+)\/(response|error)$/.exec(path) ?? []
      if (id) finished(environment, id, outcome === "response", body)
    })
  }

  function finished(environment: Environment, id: string, well: boolean, body: Buffer) {
    const invocation = environment.running
    if (invocation?.id !== id) return
    delete environment.running
    if (!well) return fail(invocation, new FunctionFailure("handler", body.toString().slice(0, 2_000)))
    if (body.length > largestPayload)
      return fail(invocation, new FunctionFailure("too-large", `an answer of ${body.length} bytes`))
    clearTimeout(invocation.timer)
    invocation.resolve(JSON.parse(body.toString()))
  }

  function rest(environment: Environment) {
    clearTimeout(environment.rest)
    if (settings.idle === undefined) return
    environment.rest = setTimeout(() => environment.child?.kill("SIGKILL"), settings.idle)
    environment.rest.unref()
  }

  function pump() {
    while (waiting.length > 0 && !stopped) {
      const all = [...environments]
      const idle = all.find((environment) => environment.next && !environment.running)
      if (idle) {
        dispatch(idle, waiting.shift()!)
        continue
      }
      const starting = all.filter((environment) => !environment.started).length
      if (environments.size >= settings.environments || starting >= waiting.length) return
      void startEnvironment()
    }
  }

  function dispatch(environment: Environment, invocation: Invocation) {
    const { next } = environment
    delete environment.next
    environment.running = invocation
    clearTimeout(environment.rest)
    invocation.timer = setTimeout(() => {
      delete environment.running
      stats.timeouts++
      fail(invocation, new FunctionFailure("timeout", `${settings.name}: timed out after ${settings.timeout / 1000} s`))
      environment.child?.kill("SIGKILL")
    }, settings.timeout)
    next
      ?.writeHead(200, {
        "content-type": "application/json",
        "lambda-runtime-aws-request-id": invocation.id,
        "lambda-runtime-deadline-ms": String(Date.now() + settings.timeout),
        "lambda-runtime-invoked-function-arn": arnOf("lambda", `function:${settings.name}`),
        "lambda-runtime-trace-id": `Root=1-${Math.floor(Date.now() / 1000).toString(16)}-${randomUUID().replaceAll("-", "").slice(0, 24)}`,
      })
      .end(invocation.payload)
  }

  return {
    settings,
    stats,

    invoke(event, { signal } = {}) {
      stats.invocations++
      const payload = JSON.stringify(event ?? {})
      const size = Buffer.byteLength(payload)
      if (size > largestPayload) return Promise.reject(new FunctionFailure("too-large", `an event of ${size} bytes`))
      if (stopped) return Promise.reject(new FunctionFailure("exit", `${settings.name} is stopped`))
      return new Promise((resolve, reject) => {
        const invocation: Invocation = { id: randomUUID(), payload, resolve, reject }
        waiting.push(invocation)
        signal?.addEventListener("abort", () => {
          const place = waiting.indexOf(invocation)
          if (place < 0) return
          waiting.splice(place, 1)
          fail(invocation, new FunctionFailure("withdrawn", `${settings.name}: withdrawn before it started`))
        })
        pump()
      })
    },

    async warm() {
      if (environments.size === 0 && !stopped) void startEnvironment()
      await [...environments][0]?.up.promise
    },

    pids: () => [...environments].flatMap(({ child }) => child?.pid ?? []),

    async stop() {
      stopped = true
      failAllWaiting(new FunctionFailure("exit", `${settings.name} is stopped`))
      await Promise.all(
        [...environments].map(async ({ child, server, up }) => {
          child?.kill("SIGKILL")
          up.resolve()
          if (child) await ended(child)
          await close(server)
        }),
      )
      environments.clear()
    },
  }
}

/** Small young generations and few helper threads: an environment that serves one event at a time needs no more. */
function flagsFor(memory: number): string[] {
  return [
    "--enable-source-maps",
    `--max-old-space-size=${Math.floor(memory * 0.8)}`,
    "--max-semi-space-size=2",
    "--v8-pool-size=1",
  ]
}

function environmentOf(settings: FunctionSettings, port: number): Record<string, string> {
  return {
    ...(process.env.PATH ? { PATH: process.env.PATH } : {}),
    TZ: ":UTC",
    LANG: "en_US.UTF-8",
    UV_THREADPOOL_SIZE: "2",
    MALLOC_ARENA_MAX: "2",
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
    AWS_LAMBDA_FUNCTION_NAME: settings.name,
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(settings.memory),
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_FORMAT: "JSON",
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${settings.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: "local",
    AWS_LAMBDA_RUNTIME_API: `${loopback}:${port}`,
    LAMBDA_TASK_ROOT: settings.root,
    _HANDLER: settings.handler,
    ...settings.environment,
  }
}
