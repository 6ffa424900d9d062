/** One-time codes, the short sessions they open, and limits: all in Bookings, all by blind index. */
import type { Actor } from "#domain/actor"
import { Problem } from "#domain/problem"
import { day, hour, type Instant } from "#domain/time"
import type { World } from "#world"
import * as keys from "./keys.ts"
import { type Change, get, type Item, phone as patience, seen, stamp, writeOrRefuse } from "./table.ts"

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

export async function findSession(world: World, index: string): Promise<Session | undefined> {
  const item = (await get(world, "bookings", keys.session(index))) as (Item & Session) | undefined
  return item && item.until > world.now() ? item : undefined
}

export const whereCode = (phone: string) => `bookings/code#${phone}/phone`
export const whereSession = (index: string) => `bookings/session#${index}/phone`

/** At most `max` in an hour, counted in the table so that it holds across instances. Throws the refusal with the seconds to wait. */
export async function count(
  world: World,
  by: Actor,
  kind: string,
  index: string,
  max: number,
  or: "too-many-codes" | "too-many-tries",
): Promise<void> {
  const now = world.now()
  const from = Math.floor(now / hour) * hour
  const item = await get(world, "bookings", keys.limit(kind, index))
  const used = item?.from === from ? (item.count as number) : 0
  if (used >= max) throw new Problem(or, { seconds: Math.ceil((from + hour - now) / 1000) })
  const v = item?.v ?? 0
  await writeOrRefuse(
    world,
    [
      {
        table: "bookings",
        item: {
          ...keys.limit(kind, index),
          ...stamp(by, `count:${kind}`, now, v + 1),
          from,
          count: used + 1,
          ttl: seconds(from + day),
        },
        when: seen(v),
        or: new Problem("busy"),
      },
    ],
    patience(),
  )
}
