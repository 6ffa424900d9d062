/** A person's standing lies beside their appointments; appeals are sealed there. */
import type { Actor } from "#domain/actor"
import { Problem } from "#domain/problem"
import { type Appeal, type Missed, missedKept, type Standing } from "#domain/standing"
import { type Instant, instantOf } from "#domain/time"
import type { World } from "#world"
import { secretOf } from "./appointments.ts"
import * as keys from "./keys.ts"
import { type Change, get, getMany, seen, stamp } from "./table.ts"

export type Stored = Standing & { v: number }

/** Nobody has missed anything until it is written. */
export async function find(world: World, person: string): Promise<Stored> {
  const item = await get(world, "bookings", keys.standing(person))
  return { v: item?.v ?? 0, missed: (item?.missed ?? []) as readonly Missed[] }
}

/** Of many people, by their blind index; who has missed nothing is left out. */
export async function ofPeople(world: World, people: readonly string[]): Promise<Map<string, Standing>> {
  const items = await getMany(world, "bookings", people.map(keys.standing))
  return new Map(items.map(({ pk, missed }) => [pk.slice("person#".length), { missed: missed as readonly Missed[] }]))
}

/** Puts the standing over the version that was seen; what is older than any policy looks back is dropped. */
export function standingChange(by: Actor, op: string, now: Instant, person: string, { v, missed }: Stored): Change {
  const kept = missed.filter(({ date }) => now - instantOf(date, "00:00") < missedKept)
  const last = Math.max(now, ...kept.map(({ date }) => instantOf(date, "00:00")))
  return {
    table: "bookings",
    item: {
      ...keys.standing(person),
      ...stamp(by, op, now, v + 1),
      missed: kept,
      ttl: Math.floor((last + missedKept) / 1000),
    },
    when: seen(v),
    or: new Problem("changed-meanwhile"),
  }
}

type Said = { text: string; phone: string }

const where = (person: string) => `bookings/person#${person}/standing`

/** Under the secret of the booking by whose link it is made. */
export const sealAppeal = (world: World, person: string, said: Said, month: string, secret: Uint8Array) =>
  world.vault.seal(where(person), said, month, secret)

/**
 * Why they did not come, and their phone; undefined where it was shredded. Whoever shows it to another person records it first
 * (audits.opening).
 */
export const openAppeal = async (world: World, person: string, { sealed, under }: Appeal): Promise<Said | undefined> =>
  (await world.vault.open(where(person), sealed, under ? await secretOf(world, under) : undefined)) as Said | undefined
