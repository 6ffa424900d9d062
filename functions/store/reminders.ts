/** How far a station's day has come with its reminders, with whom the last change is for: saved first, told by the stream. */
import type { Actor } from "#domain/actor"
import { Problem } from "#domain/problem"
import { dueAt, type Reminded, type ReminderKind, type Reminding } from "#domain/reminder"
import { type Group, groups } from "#domain/service"
import { type Station, type StationId, unitOf } from "#domain/station"
import { day, type Instant, instantOf, type LocalDate, type LocalTime, minutesOf, timeAt } from "#domain/time"
import type { World } from "#world"
import * as keys from "./keys.ts"
import { type Change, get, type Item, query, seen, stamp } from "./table.ts"

export const remindingIn = ({ v, day, hours, due }: Item): Reminding =>
  ({
    v,
    ...(day === true && { day }),
    ...(hours !== undefined && { hours }),
    ...(due !== undefined && { due }),
  }) as Reminding

export async function find(world: World, station: StationId, date: LocalDate): Promise<Reminding> {
  const item = await get(world, "bookings", keys.reminder(station, date))
  return item ? remindingIn(item) : { v: 0 }
}

export const remindingChange = (
  by: Actor,
  op: string,
  now: Instant,
  station: StationId,
  date: LocalDate,
  { v, ...rest }: Reminding,
): Change => ({
  table: "bookings",
  item: {
    ...keys.reminder(station, date),
    ...stamp(by, op, now, v + 1),
    ...rest,
    ttl: Math.floor((instantOf(date, "00:00") + 3 * day) / 1000),
  },
  when: seen(v),
  or: new Problem("changed-meanwhile"),
})

/**
 * Whose visits begin after `from` and up to `to`, if they had the place when this reminder of it was due. Read from the cells
 * alone, of that time and one before: a visit begins where no cell of its own goes before.
 */
export async function startingIn(
  world: World,
  station: Station,
  date: LocalDate,
  kind: ReminderKind,
  { from, to }: { from?: LocalTime; to?: LocalTime },
): Promise<Reminded[]> {
  const days = groups.map((group) => startingOf(world, station, date, group, kind, { from, to }))
  return (await Promise.all(days)).flat()
}

async function startingOf(
  world: World,
  station: Station,
  date: LocalDate,
  group: Group,
  kind: ReminderKind,
  { from, to }: { from?: LocalTime | undefined; to?: LocalTime | undefined },
): Promise<Reminded[]> {
  const range = {
    from: from ? sortKey(timeAt(Math.max(0, minutesOf(from) - 10))) : "",
    to: `${to ? sortKey(to) : ""}~`,
  }
  const cells = (await query(world, "bookings", keys.dayOf(station.id, date, group), range)).filter(
    ({ until, for: ref }) => ref !== undefined && until === undefined,
  )
  const grid = station.grids?.findLast((it) => it.from <= date)
  const unit = unitOf(grid ?? station.policy, group)
  const mine = new Set(cells.map((it) => `${it.sk}/${it.for}`))
  return cells.flatMap((it) => {
    const [hhmm = "", lane] = it.sk.split("#")
    const time = `${hhmm.slice(0, 2)}:${hhmm.slice(2)}`
    const before = sortKey(timeAt(Math.max(0, minutesOf(time) - unit)))
    const due = dueAt(kind, date, time)
    if ((from && time <= from) || mine.has(`${before}#${lane}/${it.for}`) || due === undefined || it.at > due) return []
    return [{ person: Buffer.from(it.person as Uint8Array).toString("base64url"), group, ref: it.for as string, time }]
  })
}

const sortKey = (time: LocalTime) => time.replace(":", "")
