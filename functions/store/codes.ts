/** One-time codes and the short sessions they open: in Bookings, by blind index. */
import type { Actor } from "#domain/actor"
import { Problem } from "#domain/problem"
import { hour, type Instant } from "#domain/time"
import type { World } from "#world"
import * as keys from "./keys.ts"
import { type Change, get, type Item, seen, stamp } from "./table.ts"

export type Code = {
  v: number
  /** The code is derived from this under our key: the table alone does not tell it. */
  nonce: string
  until: Instant
  tries: number
  used: boolean
  language: "zh" | "en"
  /** The number it goes to, sealed. */
  sealed: Uint8Array
}

const seconds = (at: Instant) => Math.floor(at / 1000)

export const findCode = async (world: World, phone: string) =>
  (await get(world, "bookings", keys.code(phone))) as (Item & Code) | undefined

export function codeChange(by: Actor, op: string, now: Instant, phone: string, code: Code): Change {
  return {
    table: "bookings",
    item: { ...keys.code(phone), ...code, ...stamp(by, op, now, code.v + 1), ttl: seconds(code.until + hour) },
    when: seen(code.v),
    or: new Problem("busy"),
  }
}

export type Session = { phone: string; sealed: Uint8Array; until: Instant }

export function sessionChange(by: Actor, op: string, now: Instant, index: string, session: Session): Change {
  return {
    table: "bookings",
    item: { ...keys.session(index), ...session, ...stamp(by, op, now, 1), ttl: seconds(session.until) },
    when: seen(0),
    or: new Problem("busy"),
  }
}

/** Nothing of whose it was stays in it. */
export const sessionEndedChange = (by: Actor, op: string, now: Instant, index: string): Change => ({
  table: "bookings",
  item: { ...keys.session(index), ...stamp(by, op, now, 2), until: now, ttl: seconds(now) },
  when: seen(1),
  or: new Problem("busy"),
})

export async function findSession(world: World, index: string): Promise<Session | undefined> {
  const item = (await get(world, "bookings", keys.session(index))) as (Item & Session) | undefined
  return item && item.until > world.now() ? item : undefined
}

export const whereCode = (phone: string) => `bookings/code#${phone}/phone`
export const whereSession = (index: string) => `bookings/session#${index}/phone`
