/** The end of a station's day: nobody is left in a line that nobody will call again, no task stays open for a day that is over. */
import type { Actor } from "#domain/actor"
import { mayBecome } from "#domain/appointment"
import type { Line } from "#domain/line"
import { must } from "#domain/permission"
import { Problem } from "#domain/problem"
import { groups } from "#domain/service"
import { closingOf, type Station, serviceDayOf } from "#domain/station"
import { addDays, hour, type LocalDate } from "#domain/time"
import * as appointments from "#store/appointments"
import * as lines from "#store/lines"
import * as stations from "#store/stations"
import { counter, write } from "#store/table"
import * as tasks from "#store/tasks"
import * as tickets from "#store/tickets"
import type { World } from "#world"

/** Days that may still be open: the one that has just ended, and the two before in case no job ran. */
export async function closeDays(
  world: World,
  by: Actor,
): Promise<{ station: string; date: LocalDate; tickets: number; tasks: number }[]> {
  must(by, "day.close")
  const done = []
  for (const station of await stations.all(world))
    for (const date of endedDays(station, world.now()))
      done.push({ station: station.id, date, ...(await closeDay(world, by, station, date)) })
  return done
}

/** An hour after the last session of today, and at the change of the service day at the latest. */
export function endedDays(station: Station, now: number): LocalDate[] {
  const today = serviceDayOf(now)
  const closing = closingOf(station, today)
  const over = closing !== undefined && now > closing + hour
  return [addDays(today, -2), addDays(today, -1), ...(over ? [today] : [])]
}

async function closeDay(world: World, by: Actor, station: Station, date: LocalDate) {
  const left = await emptyLine(world, by, station, date)
  for (const group of groups)
    for (const it of await appointments.onDay(world, station.id, date, group)) {
      const state = it.state === "booked" ? "no-show" : "unserved"
      if (!mayBecome(it.state, state)) continue
      const change = appointments.personChange(
        by,
        `close:${date}`,
        world.now(),
        { ...it, state },
        it.v,
        "changed-meanwhile",
      )
      await write(world, [change], counter())
    }
  const open = (await tasks.ofDay(world, station.id, date)).filter((it) => it.state === "open")
  for (const task of open)
    await write(
      world,
      [tasks.taskChange(by, `close:${date}`, world.now(), { ...task, state: "dropped", source: task.source + 0.5 })],
      counter(),
    )
  return { tickets: left, tasks: open.length }
}

/** Expires every ticket that is still waiting, missed or at a window, at most 90 in a transaction with the line that lets them go. */
async function emptyLine(world: World, by: Actor, station: Station, date: LocalDate): Promise<number> {
  const waiting = (await tickets.ofDay(world, station.id, date)).filter((it) => it.state === "waiting")
  for (let i = 0; i < waiting.length || i === 0; i += 90) {
    const batch = waiting.slice(i, i + 90)
    const numbers = new Set(batch.map((it) => it.number))
    const now = world.now()
    await lines
      .change(world, by, `close:${date}`, { station: station.id, date }, counter(), (line) => {
        const after = without(line, numbers, i + 90 >= waiting.length)
        return {
          line: after,
          already: batch.length === 0 && line.windows.every((it) => !it.staff && !it.visit),
          also: batch.map((it) =>
            tickets.ticketChange(by, `close:${date}`, now, { ...it, state: "expired", endedAt: now }),
          ),
          answer: undefined,
        }
      })
      .catch((error) => {
        // Somebody is finishing this very ticket: the next run finds it as it then stands.
        if (!(error instanceof Problem)) throw error
      })
  }
  return waiting.length
}

const without = (line: Line, numbers: ReadonlySet<string>, last: boolean): Line => ({
  ...line,
  waiting: line.waiting.filter((it) => !numbers.has(it.number)),
  missed: line.missed.filter((it) => !numbers.has(it.number)),
  windows: line.windows.map(({ visit, staff, ...slot }) => ({
    ...slot,
    ...(visit && !numbers.has(visit.number) && { visit }),
    ...(!last && staff && { staff }),
  })),
})
