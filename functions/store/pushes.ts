/** How duty officers are reached away from the screen: their phone and their browsers' push addresses, sealed. */
import type { Actor } from "#domain/actor"
import { Problem } from "#domain/problem"
import type { languages, Subscription } from "#domain/reach"
import { day, monthOf, second } from "#domain/time"
import type { World } from "#world"
import * as keys from "./keys.ts"
import { type Change, get, type Item, query, seen, stamp } from "./table.ts"

export type Language = (typeof languages)[number]
export type Phone = { to: string; language: Language }
export type Browser = { name: string; subscription: Subscription }
export type Reach = { phone?: Phone; browsers: readonly Browser[] }

const phone = "phone"
const where = (staff: string, name: string) => `live/${keys.reachOf(staff)}/${name}`
/** One browser's item: its address is a secret between it and us. */
const nameOf = (world: World, endpoint: string) => `push#${world.keyring.blind("push", endpoint)}`

/** Everything by which this officer wants to be reached. */
export async function find(world: World, staff: string): Promise<Reach> {
  const items = (await query(world, "live", keys.reachOf(staff))).filter((it) => it.state === "on")
  const opened = await Promise.all(
    items.map(async (it) => ({ it, value: await world.vault.open(where(staff, it.sk), it.sealed as Uint8Array) })),
  )
  const mine = opened.find(({ it }) => it.sk === phone)
  return {
    ...(mine && { phone: { to: mine.value as string, language: mine.it.language as Language } }),
    browsers: opened.flatMap(({ it, value }) =>
      it.sk === phone ? [] : [{ name: it.sk, subscription: value as Subscription }],
    ),
  }
}

export async function phoneChange(world: World, by: Actor, op: string, staff: string, it: Phone | undefined) {
  const change = await changeOf(world, by, op, staff, phone, it?.to)
  return { ...change, item: { ...change.item, ...(it && { language: it.language }) } }
}

/** A browser that is silent for a year is forgotten. */
export const browserChange = (
  world: World,
  by: Actor,
  op: string,
  staff: string,
  endpoint: string,
  it: Subscription | undefined,
) => changeOf(world, by, op, staff, nameOf(world, endpoint), it, 365 * day)

/** The push service says that nobody is there any more. */
export const browserGone = (world: World, by: Actor, op: string, staff: string, name: string) =>
  changeOf(world, by, op, staff, name, undefined, 30 * day)

async function changeOf(
  world: World,
  by: Actor,
  op: string,
  staff: string,
  name: string,
  value: unknown,
  keptFor?: number,
): Promise<Change> {
  const now = world.now()
  const key = keys.reach(staff, name)
  const found: Item | undefined = await get(world, "live", key)
  return {
    table: "live",
    item: {
      ...key,
      ...stamp(by, op, now, (found?.v ?? 0) + 1),
      state: value === undefined ? "off" : "on",
      ...(value !== undefined && { sealed: await world.vault.seal(where(staff, name), value, monthOf(now)) }),
      ...(keptFor !== undefined && { ttl: Math.ceil((now + keptFor) / second) }),
    },
    when: seen(found?.v ?? 0),
    or: new Problem("changed-meanwhile"),
  }
}
