import { type ChildProcess, spawn } from "node:child_process"
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb"
import { GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs"
import { afterEach, describe, expect, it } from "vitest"
import { ended } from "#local/guard"
import { credentials, region } from "#local/place"
import { aFolder, eventually, isAlive } from "./local-fixture.ts"

type Told = {
  url: string
  dynamodbEndpoint: string
  sqsEndpoint: string
  queueUrls: Record<string, string>
  phonesUrl: string
  token: string
  edge: string
}

const undo: (() => unknown)[] = []
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step()
})

function run(
  script: string,
  args: string[] = [],
  env: Record<string, string> = {},
): { child: ChildProcess; said: () => string } {
  const file = fileURLToPath(new URL(script, import.meta.url))
  const child = spawn(process.execPath, [file, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
  })
  let said = ""
  child.stdout!.on("data", (part) => (said += part))
  child.stderr!.on("data", (part) => (said += part))
  undo.push(async () => {
    child.kill("SIGKILL")
    await ended(child)
  })
  return { child, said: () => said }
}

/** A fixture's runner, once it is up. */
async function aRunner(folder: string, functions = {}) {
  const { child, said } = run("./local-run.ts", [folder, JSON.stringify(functions)])
  const line = await eventually(() => {
    if (child.exitCode !== null) throw new Error(said())
    return said()
      .split("\n")
      .find((text) => text.startsWith("{") && text.endsWith("}"))
  })
  return { child, ...(JSON.parse(line) as Told) }
}

/** Every process whose ancestor is `pid`, or whose command names `word`. */
function processesOf(pid: number, word: string): number[] {
  const all = readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return []
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "utf8")
      const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
      return state === "Z"
        ? []
        : [{ pid: Number(name), parent: Number(parent), line: readFileSync(`/proc/${name}/cmdline`, "utf8") }]
    } catch {
      return []
    }
  })
  const found = new Set([pid])
  for (let size = 0; size !== found.size; ) {
    size = found.size
    for (const each of all) if (found.has(each.parent)) found.add(each.pid)
  }
  for (const each of all) if (each.line.includes(word)) found.add(each.pid)
  found.delete(pid)
  found.delete(process.pid)
  return [...found]
}

function aPlace(): string {
  const { folder, remove } = aFolder()
  undo.push(remove)
  return folder
}

async function items(endpoint: string, table: string) {
  const client = new DynamoDBClient({ endpoint, region, credentials })
  try {
    return (await client.send(new ScanCommand({ TableName: table, ConsistentRead: true }))).Items ?? []
  } finally {
    client.destroy()
  }
}

async function isEmpty(endpoint: string, QueueUrl: string) {
  const client = new SQSClient({ endpoint, region, credentials })
  try {
    const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }))
    return Attributes!.ApproximateNumberOfMessages === "0" && Attributes!.ApproximateNumberOfMessagesNotVisible === "0"
  } finally {
    client.destroy()
  }
}

describe("the runner's processes", () => {
  it.each(["SIGTERM", "SIGKILL"] as const)("end with it by %s, also one that never yields", async (signal) => {
    const folder = aPlace()
    const { child, url } = await aRunner(folder)
    const spinning = join(folder, "spinning")
    void fetch(`${url}/spin?file=${encodeURIComponent(spinning)}`).catch(() => {})
    const spinner = await eventually(() => {
      try {
        return Number(readFileSync(spinning, "utf8"))
      } catch {
        return undefined
      }
    })
    const all = processesOf(child.pid!, folder)
    expect(all).toContain(spinner)
    expect(all.length).toBeGreaterThanOrEqual(6) // the guard, Java and an environment of each function
    child.kill(signal)
    await ended(child)
    await eventually(() => all.filter(isAlive).length === 0)
    expect(processesOf(child.pid!, folder)).toEqual([])
  })
})

describe("the guard", () => {
  it("is started again when somebody ends it, and still knows whom to end when its runner is killed", async () => {
    const { child, said } = run("./local-guard.ts")
    const line = await eventually(() => said().includes("\n") && said())
    const { sleeper, shell, again } = JSON.parse(line) as Record<string, number>
    expect(again).not.toBe(shell)
    expect([sleeper, again].map((pid) => isAlive(pid!))).toEqual([true, true])
    child.kill("SIGKILL")
    await ended(child)
    await eventually(() => ![sleeper, again].some((pid) => isAlive(pid!)))
  })
})

describe("what was answered", () => {
  it("survives a kill of everything in the middle of work, and has its effect after the restart", async () => {
    const folder = aPlace()
    const first = await aRunner(folder)
    const answered: string[] = []
    let killed = false
    const writers = Array.from({ length: 6 }, async (_, writer) => {
      for (let turn = 0; !killed; turn++) {
        const id = `w${writer}-${turn}`
        const answer = await fetch(`${first.url}/notes?id=${id}`, { method: "POST", body: id }).catch(() => undefined)
        if (answer?.status === 201) answered.push(id)
      }
    })
    const sent = await fetch(`${first.phonesUrl}/messages`, {
      method: "POST",
      headers: { authorization: `Bearer ${first.token}` },
      body: JSON.stringify({ id: "m1", to: "13800138000", text: "您好" }),
    })
    expect(sent.status).toBe(201)
    await eventually(() => answered.length > 60)
    for (const pid of [first.child.pid!, ...processesOf(first.child.pid!, folder)]) {
      try {
        process.kill(pid, "SIGKILL")
      } catch {}
    }
    killed = true
    await Promise.all([ended(first.child), ...writers])

    const second = await aRunner(folder)
    expect([second.token, second.edge]).toEqual([first.token, first.edge])
    const notes = new Set((await items(second.dynamodbEndpoint, "Notes")).map(({ sk }) => sk!.S))
    expect(answered.filter((id) => !notes.has(id))).toEqual([])
    const effects = await eventually(async () => {
      const found = await items(second.dynamodbEndpoint, "Effects")
      const had = new Set(found.map(({ sk }) => sk!.S))
      return answered.every((id) => had.has(id)) && found
    })
    expect(new Set(effects.map(({ sk }) => sk!.S)).size).toBe(effects.length)
    const { messages } = (await (await fetch(`${second.phonesUrl}/messages`)).json()) as { messages: { id: string }[] }
    expect(messages.map(({ id }) => id)).toEqual(["m1"])
  })

  it("is not told twice by a stream that was read to its end before the restart", async () => {
    const folder = aPlace()
    const first = await aRunner(folder)
    await fetch(`${first.url}/notes?id=once`, { method: "POST", body: "once" })
    await eventually(async () => (await items(first.dynamodbEndpoint, "Effects")).length === 1)
    await eventually(() => readFileSync(join(folder, "checkpoints", "Relay-Notes.json"), "utf8").includes("after"))
    // Else the job itself could come again, as a queue's may.
    await eventually(() => isEmpty(first.sqsEndpoint, first.queueUrls.Jobs!))
    first.child.kill("SIGKILL")
    await ended(first.child)
    const second = await aRunner(folder)
    await fetch(`${second.url}/notes?id=twice`, { method: "POST", body: "twice" })
    const effects = await eventually(async () => {
      const found = await items(second.dynamodbEndpoint, "Effects")
      return found.length === 2 && found
    })
    expect(Object.fromEntries(effects.map(({ sk, tries }) => [sk!.S, tries!.N]))).toEqual({ once: "1", twice: "1" })
  })
})

describe("npm start", () => {
  const start = (env: Record<string, string>) =>
    run("../../stacks/local/start.ts", [], { ...env, npm_lifecycle_event: "" })

  it("tells its addresses, goes on with the same day after a restart, and leaves nothing behind after Ctrl-C", async () => {
    const folder = aPlace()
    const days: string[] = []
    for (const signal of ["SIGINT", "SIGHUP"] as const) {
      const { child, said } = start({ DOORSTEP_DATA: folder })
      await eventually(() => {
        if (child.exitCode !== null) throw new Error(said())
        return said().includes("Clock")
      })
      const [, url] = /Resident +(\S+)/.exec(said())!
      expect((await fetch(url!)).status).toBe(200)
      for (const line of ["Kiosk", "Display"]) {
        const [, address] = new RegExp(`${line} +(\\S+#pair=\\S+)`).exec(said())!
        expect((await fetch(address!)).status).toBe(200)
      }
      for (const line of ["Staff", "Phones", "API"]) {
        const [, address] = new RegExp(`${line} +(\\S+)`).exec(said())!
        expect((await fetch(address!)).status).toBe(200)
      }
      days.push(/Clock +demonstration: (\S+)/.exec(said())![1]!)
      const all = processesOf(child.pid!, folder)
      expect(all.length).toBeGreaterThanOrEqual(3)
      child.kill(signal)
      await ended(child)
      // Stopping that takes too long is left to the guard.
      await eventually(() => all.filter(isAlive).length === 0)
      expect(processesOf(child.pid!, folder)).toEqual([])
    }
    expect(days[1]).toBe(days[0])
  })

  it("leaves nothing behind when npm itself is killed, which tells nobody", async () => {
    const folder = aPlace()
    const root = fileURLToPath(new URL("../..", import.meta.url))
    const npm = spawn("npm", ["start"], {
      cwd: root,
      stdio: ["ignore", "pipe", "ignore"],
      env: { ...process.env, DOORSTEP_DATA: folder },
    })
    let said = ""
    npm.stdout.on("data", (part) => (said += part))
    await eventually(() => said.includes("Clock"))
    const all = processesOf(npm.pid!, folder)
    expect(all.length).toBeGreaterThanOrEqual(5)
    npm.kill("SIGKILL")
    await ended(npm)
    await eventually(() => all.filter(isAlive).length === 0)
  })

  it("leaves nothing behind when it fails half-way", async () => {
    const folder = aPlace()
    writeFileSync(join(folder, "queues"), "in the way of a folder")
    const { child, said } = start({ DOORSTEP_DATA: folder })
    await ended(child)
    expect([child.exitCode, said()]).toEqual([1, expect.stringContaining("queues")])
    expect(processesOf(child.pid!, folder)).toEqual([])
  })

  it("says in one line what to install where Java is missing, and leaves nothing behind", async () => {
    const folder = aPlace()
    const { child, said } = start({ DOORSTEP_DATA: folder, PATH: folder, JAVA_HOME: "" })
    await ended(child)
    expect(child.exitCode).toBe(1)
    expect(said().trim().split("\n")).toEqual([expect.stringContaining("openjdk-17-jre-headless")])
    expect(processesOf(child.pid!, folder)).toEqual([])
  })

  it("says in one line that the portal already runs on that data", async () => {
    const folder = aPlace()
    const { lockFolder } = await import("#local/lock")
    const release = lockFolder(folder)
    const { child, said } = start({ DOORSTEP_DATA: folder })
    await ended(child)
    release()
    expect(child.exitCode).toBe(1)
    expect(said().trim().split("\n")).toEqual([expect.stringContaining(`process ${process.pid}`)])
  })
})
