/** What a report of a missing child costs until five stations have it on their screens, and how fast a thousand are placed. */
import { dispatched } from "#domain/dispatch"
import * as units from "#store/units"
import { cpuMs, type Figures, figure } from "../figures.ts"
import { aDenseCity, type Call, reportCost, writesOf } from "../ledger.ts"
import { meter } from "../meter.ts"
import type { Stand } from "../stand.ts"

const runs = 5
const stations = 5
const placed = 1000

/** What it costs to alert: the audit and the messages to officers' phones have lines of their own. */
export const alerting = ({ name }: Call) => name !== "Recorder" && name !== "Messenger"

export async function alertGroup(stand: Stand): Promise<Figures> {
  const world = await stand.world()
  // The mall's own post is one of them.
  await aDenseCity(world, stations - 1)
  const counted = meter(world)
  const writes: number[] = []
  const messages: number[] = []
  const audit: number[] = []
  const queue: number[] = []
  const alertsOnly: number[] = []
  // The first of all makes the data key.
  for (let i = 0; i <= runs; i++) {
    const { calls, sqs } = await reportCost(world, counted)
    if (i === 0) continue
    const sum = (which: (call: Call) => boolean) =>
      calls.filter(which).reduce((units, { bill }) => units + writesOf(bill), 0)
    writes.push(sum(alerting))
    messages.push(sum(({ name }) => name === "Messenger"))
    audit.push(sum(({ name }) => name === "Recorder"))
    queue.push(sqs)
    alertsOnly.push(calls.filter(({ name }) => name === "Alerter").length)
  }
  const city = await units.city(world)
  const place = { lat: 26.1, lng: 119.33, located: "point" as const }
  const it = { id: "R", kind: "missing" as const, band: "child" as const, drill: false, place }
  const ms = await cpuMs(() => {
    for (let i = 0; i < placed; i++) dispatched(it, world.now(), city)
  })
  return {
    "alert.write_units": figure(writes, "units/report"),
    "alert.message_write_units": figure(messages, "units/report"),
    "alert.audit_write_units": figure(audit, "units/report"),
    "alert.queue_requests": figure(queue, "requests/report"),
    "alert.screens": figure(alertsOnly, "units alerted"),
    "alert.placing_cpu_ms_1k": figure([ms], "ms"),
  }
}
