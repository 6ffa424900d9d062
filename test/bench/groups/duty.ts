/** From the answer that a reporter gets to the officer's screen: the whole system, a screen that asks every 0.9 s, whenever that falls. */
import { randomUUID } from "node:crypto"
import { setTimeout as pause } from "node:timers/promises"
import { aMobile } from "#test/people"
import { aPortal } from "#test/system"
import { ask } from "#test/visitor"
import { type Figures, figure, percentile } from "../figures.ts"
import { aSession } from "./hall.ts"

const reports = 30
/** As web/staff/duty.ts asks: so long after each answer. */
const everyMs = 900

export async function dutyGroup(): Promise<Figures> {
  const system = await aPortal()
  try {
    const { cookie } = await aSession(system, "officer-p02")
    const listed = async () => {
      const { body } = await ask(system, "GET", "/staff/reports", undefined, { cookie })
      return body.reports as { id: string; alertedAt?: number }[]
    }
    const ms: number[] = []
    for (let i = 0; i < reports; i++) {
      let next = performance.now() + Math.random() * everyMs
      const told = {
        where: { text: "东二环泰禾广场一楼", venue: "thaihot-plaza" },
        when: { at: Date.now() + system.clockOffset, about: true },
        phone: aMobile(70_000 + i),
        child: { sex: "girl", age: 3 + (i % 9) },
      }
      const { body } = await ask(system, "POST", "/api/reports", { key: randomUUID(), ...told })
      const answered = performance.now()
      for (;;) {
        await pause(Math.max(0, next - performance.now()))
        if ((await listed()).some((it) => it.id === body.id && it.alertedAt !== undefined)) break
        next = performance.now() + everyMs
      }
      ms.push(performance.now() - answered)
      const act = { act: "acknowledge", op: randomUUID() }
      await ask(system, "POST", `/staff/reports/${body.id}`, act, { cookie, "x-doorstep": "1" })
    }
    return { "live.report_to_duty_p95_ms": { ...figure(ms, "ms"), value: Math.round(percentile(ms, 0.95)) } }
  } finally {
    await system.stop()
  }
}
