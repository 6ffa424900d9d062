/** Places that a resident may choose or type. They change rarely, so each process keeps what it read for ten seconds. */
import type { Known } from "#domain/gazetteer"
import { Problem } from "#domain/problem"
import { type Instant, second } from "#domain/time"
import type { World } from "#world"
import * as keys from "./keys.ts"
import { absent, type Change, type Item, query, stamp } from "./table.ts"

const kept = new WeakMap<World, { until: number; known: Promise<Known[]> }>()

/** What is known already outlives a table that does not answer. */
export function all(world: World): Promise<Known[]> {
  const before = kept.get(world)
  if (before && before.until > Date.now()) return before.known
  const fresh = query(world, "live", "known-place").then((items) => items.map(fromItem).toSorted(byKind))
  const known = before ? fresh.catch(() => before.known) : fresh
  kept.set(world, { until: Date.now() + 10 * second, known })
  known.catch(() => kept.delete(world))
  return known
}

/** Of places that are alike, a street is meant rather than its police station. */
const kinds: readonly Known["kind"][] = ["street", "landmark", "precinct"]
const byKind = (a: Known, b: Known) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind)

const fromItem = ({ pk: _pk, sk, v: _v, by: _by, op: _op, at: _at, ...rest }: Item) =>
  ({ ...rest, id: sk }) as unknown as Known

export const change = (op: string, now: Instant, { id, ...rest }: Known): Change => ({
  table: "live",
  item: { ...keys.known(id), ...stamp({ kind: "system", name: "setup" }, op, now, 1), ...rest },
  when: absent,
  or: new Problem("changed-meanwhile"),
})
