/** From a message to a task: what is true of the source now decides, and nothing older overwrites it. */
import type { Actor } from "#domain/actor"
import { type PastAppointment, timeOfVisit } from "#domain/appointment"
import { standingOf } from "#domain/line"
import type { Task } from "#domain/task"
import { minute } from "#domain/time"
import type { Work } from "#messages/messages"
import * as appointments from "#store/appointments"
import * as lines from "#store/lines"
import * as stations from "#store/stations"
import { counter, write } from "#store/table"
import * as tasks from "#store/tasks"
import * as tickets from "#store/tickets"
import type { World } from "#world"

const by: Actor = { kind: "system", name: "tasks" }

export async function learn(world: World, message: Work): Promise<void> {
  for (const task of message.kind === "visit" ? await ofVisit(world, message) : await ofVisitor(world, message)) {
    // A late word about something already over makes no task.
    if (task.state !== "open" && !(await tasks.find(world, task.station, task.date, task.id))) continue
    await write(world, [tasks.taskChange(by, message.op, world.now(), task)], counter())
  }
}

async function ofVisit(world: World, message: Work & { kind: "visit" }): Promise<Task[]> {
  const it = await appointments.find(world, message.person, message.group)
  const stands = it && appointments.asItStands(it, message.ref)
  if (!it || !stands) return []
  return [
    receive(
      stands,
      stands.state === "booked" || stands.state === "checked-in"
        ? "open"
        : stands.state === "served"
          ? "done"
          : "dropped",
      it.v,
    ),
  ]
}

async function ofVisitor(world: World, message: Work & { kind: "visitor" }): Promise<Task[]> {
  const { station: id, date, number } = message
  const ticket = await tickets.find(world, id, date, number)
  const pointer = ticket?.appointment
  if (!ticket || !pointer) return []
  const [line, station, it] = await Promise.all([
    lines.find(world, id, date),
    stations.find(world, id),
    appointments.find(world, pointer.person, pointer.group),
  ])
  const stands = it && appointments.asItStands(it, pointer.ref)
  const standing = standingOf(line, number)
  const started = standing.at === "window" && standing.visit.state === "serving"
  const made: Task[] = [
    {
      id: `serve#${number}`,
      kind: "serve-visitor",
      station: id,
      date,
      windows: station.windows.filter((w) => ticket.services.every((s) => w.services.includes(s))).map((w) => w.no),
      due: (stands ? timeOfVisit(stands) : ticket.takenAt) + station.policy.onTime * minute,
      services: [...ticket.services],
      state: ticket.state === "waiting" ? "open" : ticket.state === "served" ? "done" : "dropped",
      ticket: number,
      source: ticket.v,
    },
  ]
  // A start is saved in the line alone: it stands between two versions of the appointment.
  if (it && stands && started) made.push(receive(stands, "done", it.v + 0.5))
  return made
}

const receive = (it: PastAppointment, state: Task["state"], source: number): Task => ({
  id: `receive#${it.ref}`,
  kind: "receive-visit",
  station: it.station,
  date: it.date,
  windows: [it.lane],
  due: timeOfVisit(it),
  services: [...it.services],
  state,
  ref: it.ref,
  source,
})
