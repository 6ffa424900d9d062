/**
 * Who is to be reminded now. A run reads the starts that have come due, a range of cells of each station's day, and saves whom it
 * found in one change of that day's item; its stream record is what is told. A run that is killed has saved or not; of two at
 * once, the second finds the version changed.
 */
import type { Actor } from "#domain/actor"
import { must } from "#domain/permission"
import { dueAt, dueUpTo, type Reminded, type ReminderKind, type Reminding, stillUseful } from "#domain/reminder"
import type { Station } from "#domain/station"
import { addDays, dateOf, type Instant, type LocalDate, minute, timeOf } from "#domain/time"
import * as reminders from "#store/reminders"
import * as stations from "#store/stations"
import { counter, write } from "#store/table"
import type { World } from "#world"

/** A booking on its way in this very moment is there a minute later. */
const settled = minute
const atOnce = 10

/** How many people were found to be reminded. */
export async function remind(world: World, by: Actor): Promise<{ reminded: number }> {
  must(by, "reminders.send")
  const all = await stations.all(world)
  let reminded = 0
  const faults: unknown[] = []
  for (let i = 0; i < all.length; i += atOnce) {
    const outcomes = await Promise.allSettled(all.slice(i, i + atOnce).map((station) => remindAt(world, by, station)))
    for (const it of outcomes)
      if (it.status === "fulfilled") reminded += it.value
      else faults.push(it.reason)
  }
  if (faults.length) throw new AggregateError(faults, "Some people could not be reminded")
  return { reminded }
}

async function remindAt(world: World, by: Actor, station: Station): Promise<number> {
  const now = world.now() - settled
  const today = dateOf(now)
  return (await ofEvening(world, by, station, addDays(today, 1), now)) + (await ofToday(world, by, station, today, now))
}

/** Once a day, at the first run from 18:00 that finds it undone before it is night. */
async function ofEvening(world: World, by: Actor, station: Station, date: LocalDate, now: Instant): Promise<number> {
  const due = dueAt("day", date, "00:00")!
  if (now < due || !stillUseful("day", date, "00:00", now)) return 0
  const before = await reminders.find(world, station.id, date)
  if (before.day) return 0
  const people = await reminders.startingIn(world, station, date, "day", {})
  return saved(world, by, station, date, { ...before, day: true }, "day", people)
}

/** Starts that have come due since the last change, late ones too while they can still set out. */
async function ofToday(world: World, by: Actor, station: Station, date: LocalDate, now: Instant): Promise<number> {
  const to = dueUpTo(date, now)
  if (!to) return 0
  const before = await reminders.find(world, station.id, date)
  const from = [before.hours ?? "00:00", timeOf(now + 30 * minute)].sort().at(-1)!
  const people = await reminders.startingIn(world, station, date, "hours", { from, to })
  if (!people.length) return 0
  return saved(world, by, station, date, { ...before, hours: to }, "hours", people)
}

async function saved(
  world: World,
  by: Actor,
  station: Station,
  date: LocalDate,
  after: Reminding,
  kind: ReminderKind,
  people: readonly Reminded[],
): Promise<number> {
  const op = `remind:${kind}:${date}:${after.hours ?? ""}`
  const change = reminders.remindingChange(by, op, world.now(), station.id, date, { ...after, due: { kind, people } })
  return (await write(world, [change], counter())).written ? people.length : 0
}
