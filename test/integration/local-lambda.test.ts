import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest"
import { bundle } from "#local/bundle"
import { type Guard, openGuard } from "#local/guard"
import { startGateway } from "#local/http"
import { createFunction, type FunctionSettings, type LambdaFunction } from "#local/lambda"
import { openLog } from "#local/logs"
import { aFolder, eventually, handlers, isAlive } from "./local-fixture.ts"

const { folder, remove } = aFolder()
let guard: Guard
const made: LambdaFunction[] = []

beforeAll(async () => {
  guard = openGuard()
  await bundle(["web", "tick"], folder, handlers)
})
afterEach(() => Promise.all(made.splice(0).map((each) => each.stop())))
afterAll(async () => {
  await guard.stop()
  remove()
})

function aFunction(more: Partial<FunctionSettings> = {}): LambdaFunction {
  const settings: FunctionSettings = {
    name: "Web",
    handler: "web.handler",
    root: folder,
    timeout: 5_000,
    memory: 256,
    environment: { SST_RESOURCE_App: '{"name":"doorstep","stage":"local"}' },
    environments: 1,
    ...more,
  }
  const created = createFunction(settings, guard, openLog(join(folder, "logs"), settings.name))
  made.push(created)
  return created
}

const at = (path: string, query = "") => ({
  rawPath: path,
  rawQueryString: query,
  headers: {},
  requestContext: { http: { method: "GET" } },
})
type Told = { served: number; born: string }

describe("a function", () => {
  it("starts cold once and is warm for the next event", async () => {
    const web = aFunction()
    const first = (await web.invoke(at("/"))) as Told
    const second = (await web.invoke(at("/"))) as Told
    expect([first.served, second.served, second.born]).toEqual([1, 2, first.born])
    expect(web.stats).toMatchObject({ invocations: 2, coldStarts: 1, failures: 0 })
  })

  it("keeps the environment that came up in time, however long it lives then", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] })
    try {
      const web = aFunction({ start: 60_000 })
      const first = (await web.invoke(at("/"))) as Told
      const [pid] = web.pids()
      vi.advanceTimersByTime(60_001)
      expect(((await web.invoke(at("/"))) as Told).born).toBe(first.born)
      expect(web.pids()).toEqual([pid])
    } finally {
      vi.useRealTimers()
    }
  })

  it("never has more environments than it may, each with one event at a time", async () => {
    const web = aFunction({ environments: 2 })
    const six = async () => {
      const answers = await Promise.all(Array.from({ length: 6 }, () => web.invoke(at("/slow", "ms=150"))))
      return new Set(answers.map((it) => (it as { body: string }).body.split(":")[0])).size
    }
    // Where the second is slow to come up, the first has done it all meanwhile.
    await eventually(async () => (await six()) >= 2)
    const began = Date.now()
    expect(await six()).toBe(2)
    expect(web.stats.coldStarts).toBe(2)
    expect(web.pids()).toHaveLength(2)
    expect(Date.now() - began).toBeGreaterThanOrEqual(3 * 150)
  })

  it("ends what takes too long, also what never yields, and serves the next event anew", async () => {
    const web = aFunction({ timeout: 2_000 })
    await web.invoke(at("/"))
    for (const way of ["/hang", "/spin"]) {
      const [pid] = await eventually(() => web.pids().length > 0 && web.pids())
      await expect(web.invoke(at(way))).rejects.toMatchObject({ kind: "timeout" })
      await eventually(() => !isAlive(pid!))
      expect(await web.invoke(at("/"))).toMatchObject({ served: 1 })
    }
    expect(web.stats).toMatchObject({ timeouts: 2, coldStarts: 3 })
  })

  it("fails the event under which it crashed, and no other", async () => {
    const web = aFunction()
    const [crashed, next] = await Promise.allSettled([web.invoke(at("/crash")), web.invoke(at("/"))])
    expect(crashed).toMatchObject({ status: "rejected", reason: { kind: "exit" } })
    expect(next).toMatchObject({ status: "fulfilled", value: { served: 1 } })
    expect(web.stats.crashes).toBe(1)
  })

  it("stays when the handler only throws, and says so in its log", async () => {
    const web = aFunction({ name: "Throwing" })
    await expect(web.invoke(at("/throw"))).rejects.toMatchObject({
      kind: "handler",
      message: expect.stringContaining("as asked"),
    })
    expect(await web.invoke(at("/"))).toMatchObject({ served: 2 })
    const log = readFileSync(join(folder, "logs", "Throwing.log"), "utf8")
    expect(log).toContain("as asked")
    expect(log).toContain('"type":"platform.failure"')
  })

  it.each([
    ["has no such handler", { handler: "web.nothing" }],
    ["has no such file", { handler: "missing.handler" }],
  ])("fails, and does not start over and over, when it %s", async (_, more) => {
    const broken = aFunction(more)
    await expect(broken.invoke(at("/"))).rejects.toMatchObject({ kind: "init" })
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(broken.stats.coldStarts).toBe(1)
    await expect(broken.invoke(at("/"))).rejects.toMatchObject({ kind: "init" })
  })

  it("is not waited for when it does not come up in time", async () => {
    const slow = aFunction({ start: 1 })
    await expect(slow.invoke(at("/"))).rejects.toMatchObject({ kind: "init" })
  })

  it("takes no event and gives no answer over 6 MB", async () => {
    const web = aFunction()
    await expect(web.invoke({ ...at("/"), body: "x".repeat(6 * 1024 * 1024) })).rejects.toMatchObject({
      kind: "too-large",
    })
    expect(web.stats.coldStarts).toBe(0)
    expect(
      await web.invoke({ ...at("/"), body: "x".repeat(6 * 1024 * 1024 - 1_000), isBase64Encoded: false }),
    ).toBeDefined()
    await expect(web.invoke(at("/large", `bytes=${6 * 1024 * 1024}`))).rejects.toMatchObject({ kind: "too-large" })
    expect(await web.invoke(at("/"))).toBeDefined()
  })

  it("gives its memory back when nobody calls, and comes again when somebody does", async () => {
    const tick = aFunction({ name: "Tick", handler: "tick.handler", idle: 150 })
    await tick.invoke({ time: "t", source: "s" })
    const [pid] = tick.pids()
    await eventually(() => !isAlive(pid!))
    await eventually(() => tick.pids().length === 0)
    expect(await tick.invoke({ time: "t", source: "s" })).toMatchObject({ at: "t" })
    expect(tick.stats).toMatchObject({ coldStarts: 2, crashes: 0, failures: 0 })
  })

  it("drops an event that was withdrawn while it waited", async () => {
    const web = aFunction()
    await web.invoke(at("/"))
    const running = web.invoke(at("/slow", "ms=200"))
    const withdrawn = web.invoke(at("/"), { signal: AbortSignal.timeout(50) })
    await expect(withdrawn).rejects.toMatchObject({ kind: "withdrawn" })
    await running
    expect(await web.invoke(at("/"))).toMatchObject({ served: 3 })
  })

  it("speaks the contract that AWS's own runtime speaks: limits, identity and deadline in its environment", async () => {
    const { event, served } = (await aFunction().invoke({ ...at("/"), any: "thing" })) as {
      event: unknown
      served: number
    }
    expect(event).toMatchObject({ any: "thing" })
    expect(served).toBe(1)
  })

  it("leaves no process behind when it is stopped", async () => {
    const web = aFunction({ environments: 2 })
    await Promise.all([web.invoke(at("/slow", "ms=50")), web.invoke(at("/slow", "ms=50"))])
    const pids = web.pids()
    expect(pids).toHaveLength(2)
    await web.stop()
    expect(pids.filter(isAlive)).toEqual([])
    await expect(web.invoke(at("/"))).rejects.toMatchObject({ kind: "exit" })
  })
})

describe("the gateway before a function", () => {
  async function aGateway(more: Partial<FunctionSettings>, patience?: number) {
    const web = aFunction(more)
    const gateway = await startGateway(
      [{ key: "$default", function: "Web" }],
      (_, event, signal) => web.invoke(event, { signal }),
      patience ? { patience } : {},
    )
    return { web, gateway, get: async (path: string) => (await fetch(gateway.url + path)).status }
  }

  it("answers 503 when it has waited long enough, and what waited behind is not run for nobody", async () => {
    const { web, gateway, get } = await aGateway({ timeout: 5_000 }, 400)
    await web.invoke(at("/"))
    const slow = get("/slow?ms=3000")
    await eventually(() => web.stats.invocations === 2)
    expect(await Promise.all([slow, get("/")])).toEqual([503, 503])
    await eventually(() => web.stats.failures === 1)
    expect(await eventually(async () => (await get("/")) === 200)).toBe(true)
    await gateway.stop()
  })

  it("answers 500 to a crash, a throw and a timeout, and 200 to the next", async () => {
    const { gateway, get } = await aGateway({ timeout: 2_000 })
    expect(await get("/")).toBe(200)
    for (const way of ["/crash", "/throw", "/hang"]) expect([way, await get(way)]).toEqual([way, 500])
    expect(await get("/")).toBe(200)
    await gateway.stop()
  })
})

it("bundles carry what CommonJS inside them expects, and a map of their source", () => {
  expect(existsSync(join(folder, "web.mjs.map"))).toBe(true)
  expect(readFileSync(join(folder, "web.mjs"), "utf8")).toMatch(
    /^import \{ createRequire as topLevelCreateRequire \} from 'module';/,
  )
})
