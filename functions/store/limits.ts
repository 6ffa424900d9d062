/** How often each has asked, in Bookings: an item for everyone counted and each window, by blind index (domain/limits.ts). */
import { type Actor, signed } from "#domain/actor"
import { type LimitName, limits, prefixOf, windowAt } from "#domain/limits"
import { Problem } from "#domain/problem"
import { day } from "#domain/time"
import type { World } from "#world"
import * as keys from "./keys.ts"
import { addOne, get } from "./table.ts"

export type Counted = readonly [limit: LimitName, index: string]

/** What an address is counted under; nobody can read it back. */
export const ofAddress = (world: World, address: string): string => world.keyring.blind("address", prefixOf(address))

/**
 * Adds one to what is counted of this phone, address, … in the running window; added to in place, since thousands behind one
 * carrier's address may come in the same second. Throws the limit's refusal, with the seconds to wait, where it is reached:
 * one write unit, and the same for every instance.
 */
export async function count(world: World, by: Actor, limit: LimitName, index: string): Promise<void> {
  const { most } = limits[limit]
  const now = world.now()
  const { from, until } = windowAt(limits[limit], now)
  const facts = { by: signed(by), op: `count:${limit}`, at: now, ttl: Math.ceil((until + day) / 1000) }
  if (!(await addOne(world, "bookings", keys.limit(limit, index, from), facts, most))) throw refusal(world, limit)
}

/**
 * Refuses whoever has reached one of these, by half a read unit each and nothing else: what is refused over and over must cost
 * next to nothing. `count` alone decides; between the two some more may slip in, never past it.
 */
export async function mayStill(world: World, ...counted: readonly Counted[]): Promise<void> {
  const limit = await reached(world, ...counted)
  if (limit) throw refusal(world, limit)
}

/** The first of these limits that is used up. */
export async function reached(world: World, ...counted: readonly Counted[]): Promise<LimitName | undefined> {
  const found = await Promise.all(
    counted.map(([limit, index]) => {
      const { from } = windowAt(limits[limit], world.now())
      return get(world, "bookings", keys.limit(limit, index, from), "soon")
    }),
  )
  return counted.find(([limit], i) => (found[i]?.v ?? 0) >= limits[limit].most)?.[0]
}

function refusal(world: World, limit: LimitName): Problem {
  const { until } = windowAt(limits[limit], world.now())
  return new Problem(limits[limit].or, { seconds: Math.ceil((until - world.now()) / 1000) })
}
