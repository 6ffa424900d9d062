/** Ten thousand phones watch one hall; each asks every ten seconds, through the edge. How often is the table read? */
import { Agent, get } from "node:http"
import { setTimeout as pause } from "node:timers/promises"
import { lambda } from "#api/lambda"
import { residentApp } from "#api/resident/app"
import { startEdge } from "#local/edge"
import { startGateway } from "#local/http"
import { type Figures, figure } from "../figures.ts"
import { meter } from "../meter.ts"
import { aBusyLine, written } from "../scene.ts"
import type { Stand } from "../stand.ts"

const watchers = 10_000
const everyMs = 10_000
const seconds = 6

export async function liveGroup(stand: Stand): Promise<Figures> {
  const world = await stand.world()
  await written(world, aBusyLine(40))
  const counted = meter(world)
  const key = "edge"
  const handler = lambda(residentApp(world, { edgeKey: key }))
  const gateway = await startGateway([{ key: "$default", function: "ResidentApi" }], (_, event) =>
    handler(event as Parameters<typeof handler>[0]),
  )
  const edge = await startEdge({ origin: gateway.url, key, paths: [{ path: "/", to: "api" }] })
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  const ask = () =>
    new Promise<void>((resolve, reject) => {
      get({ agent, port: edge.port, host: "127.0.0.1", path: "/api/stations/FZ-JA-P01/live" }, (answer) => {
        answer.resume().on("end", () => (answer.statusCode === 200 ? resolve() : reject(new Error("Not answered"))))
      }).on("error", reject)
    })
  try {
    await ask()
    const asked: Promise<void>[] = []
    const perSecond: number[] = []
    const reads: number[] = []
    for (let second = 0; second < seconds; second++) {
      const from = performance.now()
      const read = counted.charges.length
      const before = asked.length
      while (performance.now() - from < 1_000) {
        const due = Math.floor((((performance.now() - from) / 1_000) * watchers * 1_000) / everyMs)
        while (asked.length - before < due) asked.push(ask())
        await pause(5)
      }
      await Promise.all(asked)
      const took = (performance.now() - from) / 1_000
      perSecond.push((asked.length - before) / took)
      reads.push((counted.charges.length - read) / took)
    }
    return {
      "live.reads_per_s_10k_watchers": figure(reads, "reads/s"),
      "live.requests_per_s_10k_watchers": figure(perSecond, "requests/s"),
    }
  } finally {
    agent.destroy()
    await edge.stop()
    await gateway.stop()
  }
}
