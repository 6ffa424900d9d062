/** Tasks of a station's day. Each is written by what is now true of its source, and never by anything older. */
import type { Actor } from "#domain/actor"
import { Problem } from "#domain/problem"
import type { StationId } from "#domain/station"
import type { Task } from "#domain/task"
import { day, type Instant, instantOf, type LocalDate } from "#domain/time"
import type { World } from "#world"
import * as keys from "./keys.ts"
import { type Change, get, type Item, older, query, stamp } from "./table.ts"

const fromItem = ({ pk, sk, v: _v, by: _by, op: _op, at: _at, ttl: _ttl, ...rest }: Item): Task => {
  const [, station, date] = pk.split("#")
  return { ...rest, id: sk, station, date } as Task
}

export async function find(world: World, station: StationId, date: LocalDate, id: string): Promise<Task | undefined> {
  const item = await get(world, "live", keys.task(station, date, id))
  return item && fromItem(item)
}

export async function ofDay(world: World, station: StationId, date: LocalDate): Promise<Task[]> {
  return (await query(world, "live", keys.tasksOf(station, date))).map(fromItem)
}

export function taskChange(by: Actor, op: string, now: Instant, { id, station, date, ...rest }: Task): Change {
  return {
    table: "live",
    item: {
      ...keys.task(station, date, id),
      ...rest,
      ...stamp(by, op, now, rest.source),
      ttl: Math.floor((instantOf(date, "00:00") + 31 * day) / 1000),
    },
    when: older(rest.source),
    or: new Problem("changed-meanwhile"),
  }
}
