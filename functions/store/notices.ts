/** Messages that left the house: taken under a lease, sent under a stable id, marked when sent. */
import { Problem } from "#domain/problem"
import type { UnitId } from "#domain/report"
import { day, minute } from "#domain/time"
import type { World } from "#world"
import * as keys from "./keys.ts"
import { counter, get, type Item, insist, seen, stamp, write, writeOrRefuse } from "./table.ts"

const by = { kind: "system", name: "messenger" } as const

/** "mine": send it now. "sent": nothing to do. "held": another is at it; its lease ends within a minute. */
export async function lease(
  world: World,
  id: string,
): Promise<{ took: "mine"; v: number } | { took: "sent" } | { took: "held" }> {
  const now = world.now()
  const found = await get(world, "live", keys.notice(id))
  if (found?.state === "sent") return { took: "sent" }
  if (found && (found.until as number) > now) return { took: "held" }
  const v = found?.v ?? 0
  const op = `lease:${Buffer.from(world.random(6)).toString("base64url")}`
  const item = {
    ...keys.notice(id),
    ...stamp(by, op, now, v + 1),
    state: "sending",
    until: now + minute,
    ttl: ttl(now),
  }
  const outcome = await write(world, [{ table: "live", item, when: seen(v), or: new Problem("busy") }], counter())
  return outcome.written ? { took: "mine", v: v + 1 } : { took: "held" }
}

/** "sending" while a worker holds it; one that died or failed may have sent it all the same. */
export async function find(world: World, id: string): Promise<"sending" | "sent" | "perhaps" | undefined> {
  const found = await get(world, "live", keys.notice(id))
  if (!found || found.state === "sent") return found && "sent"
  return (found.until as number) > world.now() ? "sending" : "perhaps"
}

export async function sent(world: World, id: string, op: string, v: number): Promise<void> {
  const now = world.now()
  const item = { ...keys.notice(id), ...stamp(by, op, now, v + 1), state: "sent", ttl: ttl(now) }
  await writeOrRefuse(world, [{ table: "live", item, when: seen(v), or: new Problem("busy") }], counter())
}

/** Who was called to a report in a unit's name: they are who hears of its end. */
export const called = async (world: World, report: string, unit: UnitId): Promise<readonly string[]> =>
  staffIn(await get(world, "live", keys.called(report, unit)))

const staffIn = (item: Item | undefined) => (item?.staff ?? []) as readonly string[]

/** Kept before they are called, so that nobody who was is forgotten. */
export const calling = (world: World, op: string, report: string, unit: UnitId, staff: readonly string[]) =>
  insist(async (patience) => {
    const key = keys.called(report, unit)
    const before = await get(world, "live", key)
    const all = [...new Set([...staffIn(before), ...staff])]
    if (all.length === staffIn(before).length) return true
    const now = world.now()
    const v = before?.v ?? 0
    const ttl = Math.floor((now + 90 * day) / 1000)
    const item = { ...key, ...stamp(by, op, now, v + 1), staff: all, ttl }
    const { written } = await write(world, [{ table: "live", item, when: seen(v), or: new Problem("busy") }], patience)
    return written || undefined
  })

const ttl = (now: number) => Math.floor((now + 30 * day) / 1000)
