/** The end of a station's day: nobody is left in a line that nobody will call again, no task stays open for a day that is over. */
import type { Actor } from "#domain/actor"
import { type Appointment, mayBecome } from "#domain/appointment"
import type { Line } from "#domain/line"
import { must } from "#domain/permission"
import { Problem } from "#domain/problem"
import { groups } from "#domain/service"
import { closingOf, type Station, serviceDayOf, takesTicketsAt } from "#domain/station"
import { addDays, hour, type LocalDate } from "#domain/time"
import * as appointments from "#store/appointments"
import * as lines from "#store/lines"
import * as stations from "#store/stations"
import { counter, write } from "#store/table"
import * as tasks from "#store/tasks"
import * as tickets from "#store/tickets"
import type { World } from "#world"
import { learning } from "./estimating.ts"

/** Days that may still be open: the one that has just ended, and the two before in case no job ran. */
export async function closeDays(
  world: World,
  by: Actor,
): Promise<{ station: string; date: LocalDate; tickets: number; tasks: number }[]> {
  must(by, "day.close")
  const done = []
  const today = serviceDayOf(world.now())
  const faults: unknown[] = []
  for (const station of await stations.all(world))
    for (const date of endedDays(station, world.now()))
      try {
        done.push({ station: station.id, date, ...(await closeDay(world, by, station, date, date === today)) })
      } catch (error) {
        // One station's fault leaves the others closed, and the job failed.
        faults.push(error)
      }
  if (faults.length) throw new AggregateError(faults, "Some days could not be closed")
  return done
}

/** An hour after the last session of today, and at the change of the service day at the latest. */
export function endedDays(station: Station, now: number): LocalDate[] {
  const today = serviceDayOf(now)
  const closing = closingOf(station, today)
  const over = closing !== undefined && now > closing + hour && !takesTicketsAt(station, now)
  return [addDays(today, -2), addDays(today, -1), ...(over ? [today] : [])]
}

/** `stillToday`: whoever is being served now is served to the end; a later run finds them done. */
async function closeDay(world: World, by: Actor, station: Station, date: LocalDate, stillToday: boolean) {
  const { expired, left } = await emptyLine(world, by, station, date, stillToday)
  const booked = (await Promise.all(groups.map((group) => appointments.onDay(world, station.id, date, group)))).flat()
  for (const it of booked) {
    // Whose ticket could not be ended is not judged either.
    if (it.ticket && left.has(it.ticket)) continue
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
  await learn(world, by, station, date, booked, left)
  const open = (await tasks.ofDay(world, station.id, date)).filter(
    (it) => it.state === "open" && !(it.ticket && left.has(it.ticket)),
  )
  for (const task of open)
    await write(
      world,
      [tasks.taskChange(by, `close:${date}`, world.now(), { ...task, state: "dropped", source: task.source + 0.5 })],
      counter(),
    )
  return { tickets: expired, tasks: open.length }
}

/** A day teaches once, and whole: not while somebody is still being served. */
async function learn(
  world: World,
  by: Actor,
  { id }: Station,
  date: LocalDate,
  booked: readonly Appointment[],
  left: ReadonlySet<string>,
) {
  if (left.size) return
  const shows = booked.filter((it) => it.state !== "cancelled").map((it) => it.ticket !== undefined)
  const change = await learning(world, by, { station: id, date }, await tickets.ofDay(world, id, date), shows)
  if (change) await write(world, [change], counter())
}

type Emptied = { expired: number; left: ReadonlySet<string> }

/**
 * Expires every ticket that is still waiting, missed, parked or called, at most 90 in a transaction with the line that lets
 * them go. Answers how many, and whose tickets are left: being served, or changed by somebody at this very moment.
 */
async function emptyLine(
  world: World,
  by: Actor,
  station: Station,
  date: LocalDate,
  stillToday: boolean,
): Promise<Emptied> {
  const waiting = (await tickets.ofDay(world, station.id, date)).filter((it) => it.state === "waiting")
  const left = new Set<string>()
  let expired = 0
  for (let i = 0; i < waiting.length || i === 0; i += 90) {
    const batch = waiting.slice(i, i + 90)
    const last = i + 90 >= waiting.length
    const now = world.now()
    const ended = await lines
      .change(world, by, `close:${date}`, { station: station.id, date }, counter(), (line) => {
        const serving = new Set(
          stillToday ? line.windows.flatMap(({ visit }) => (visit?.state === "serving" ? [visit.number] : [])) : [],
        )
        const over = batch.filter((it) => !serving.has(it.number))
        const also = over.map((it) =>
          tickets.ticketChange(by, `close:${date}`, now, { ...it, state: "expired", endedAt: now }),
        )
        const after = without(line, new Set(over.map((it) => it.number)), last)
        const already =
          also.length === 0 && line.windows.every((it) => (!it.staff && !it.visit) || it.visit?.state === "serving")
        return { line: after, already, also, answer: over }
      })
      .catch((error) => {
        // Somebody is finishing this very ticket: the next run finds it as it then stands.
        if (!(error instanceof Problem)) throw error
        return [] as tickets.Ticket[]
      })
    expired += ended.length
    for (const it of batch) if (!ended.includes(it)) left.add(it.number)
  }
  return { expired, left }
}

const without = (line: Line, numbers: ReadonlySet<string>, last: boolean): Line => ({
  ...line,
  waiting: line.waiting.filter((it) => !numbers.has(it.number)),
  missed: line.missed.filter((it) => !numbers.has(it.number)),
  parked: line.parked.filter((it) => !numbers.has(it.number)),
  windows: line.windows.map(({ visit, staff, paused, ...slot }) => {
    const stays = visit && !numbers.has(visit.number)
    return {
      ...slot,
      ...(stays && { visit }),
      ...((stays || !last) && staff && { staff }),
      ...((stays || !last) && paused && { paused }),
    }
  }),
})
