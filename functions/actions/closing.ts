/** The end of a station's day: nobody is left in a line that nobody will call again, no task stays open for a day that is over. */
import type { Actor } from "#domain/actor"
import { type Appointment, mayBecome } from "#domain/appointment"
import { isOpenFor } from "#domain/closure"
import type { Line } from "#domain/line"
import { must } from "#domain/permission"
import { Problem } from "#domain/problem"
import { groups } from "#domain/service"
import { absent } from "#domain/standing"
import { closingOf, type Station, serviceDayOf, takesTicketsAt } from "#domain/station"
import { isCarried } from "#domain/task"
import { addDays, hour, type LocalDate } from "#domain/time"
import * as appointments from "#store/appointments"
import * as lines from "#store/lines"
import * as standings from "#store/standings"
import * as stations from "#store/stations"
import { counter, write } from "#store/table"
import * as tasks from "#store/tasks"
import * as tickets from "#store/tickets"
import type { World } from "#world"
import { count } from "./counting.ts"
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
  const ended: Appointment[] = []
  for (const it of booked) {
    // Whose ticket could not be ended is not judged either.
    if (it.ticket && left.has(it.ticket)) ended.push(it)
    else ended.push(await end(world, by, station, it))
  }
  const given = await tickets.ofDay(world, station.id, date)
  const toDo = await tasks.ofDay(world, station.id, date)
  await learn(world, by, station, date, booked, given, left)
  const open = toDo.filter((it) => it.state === "open" && !(it.ticket && left.has(it.ticket)))
  const op = `close:${date}`
  for (const task of open) {
    if (isCarried(task))
      await write(world, [tasks.taskChange(by, op, world.now(), { ...task, date: addDays(date, 1) })], counter())
    const dropped = { ...task, state: "dropped" as const, source: task.source + 0.5 }
    await write(world, [tasks.taskChange(by, op, world.now(), dropped)], counter())
  }
  await count(world, by, { station, date, tickets: given, booked: ended, tasks: toDo })
  return { tickets: expired, tasks: open.length }
}

/**
 * Who did not come is a no-show, and it counts in their standing, in one transaction; but not where the station, or the
 * window of that service, was closed or had taken the time away: that ends unserved. Answers it as it then stands, as far as it is known.
 */
async function end(world: World, by: Actor, station: Station, it: Appointment): Promise<Appointment> {
  const came = it.state !== "booked"
  const state = came || it.displaced || !isOpenFor(station, it, it.services) ? "unserved" : "no-show"
  if (!mayBecome(it.state, state)) return it
  const after: Appointment = { ...it, state }
  const op = `close:${it.date}`
  for (let attempt = 1; attempt <= 3; attempt++) {
    const now = world.now()
    const ended = appointments.personChange(by, op, now, after, it.v, "changed-meanwhile")
    if (state === "unserved") return (await write(world, [ended], counter())).written ? after : it
    const { ref, group, date } = it
    const before = await standings.find(world, it.person)
    const standing = { v: before.v, ...absent(before, { ref, group, station: station.id, date }) }
    const counted = standings.standingChange(by, op, now, it.person, standing)
    const outcome = await write(world, [ended, counted], counter())
    // Another of this person's days was closed at this moment; or they have changed this one: the next run sees it.
    if (outcome.written) return after
    if (outcome.failed.some(({ change }) => change === ended)) return it
  }
  return it
}

/** A day teaches once, and whole: not while somebody is still being served. */
async function learn(
  world: World,
  by: Actor,
  { id }: Station,
  date: LocalDate,
  booked: readonly Appointment[],
  given: readonly tickets.Ticket[],
  left: ReadonlySet<string>,
) {
  if (left.size) return
  const shows = booked.filter((it) => it.state !== "cancelled").map((it) => it.ticket !== undefined)
  const change = await learning(world, by, { station: id, date }, given, shows)
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
