/** From a message to a task: what is true of the source now decides, and nothing older overwrites it. */
import type { Actor } from "#domain/actor"
import { type PastAppointment, timeOfVisit } from "#domain/appointment"
import { faultDue } from "#domain/device"
import { standingOf } from "#domain/line"
import { answerWithin } from "#domain/standing"
import { serviceDayOf } from "#domain/station"
import { carried, type Task } from "#domain/task"
import { minute } from "#domain/time"
import type { Work } from "#messages/messages"
import * as appointments from "#store/appointments"
import * as devices from "#store/devices"
import * as lines from "#store/lines"
import * as standings from "#store/standings"
import * as stations from "#store/stations"
import { counter, write } from "#store/table"
import * as tasks from "#store/tasks"
import * as tickets from "#store/tickets"
import type { World } from "#world"
import { clear } from "./clearing.ts"

const by: Actor = { kind: "system", name: "tasks" }

/** `attempt`: how often the message has come by now, from 1. */
export async function learn(world: World, message: Work, attempt = 1): Promise<void> {
  for (const task of await made(world, message, attempt)) {
    // Endings too, where no task is yet: a slower worker may still hold an older truth.
    await write(world, [tasks.taskChange(by, message.op, world.now(), task)], counter())
  }
}

function made(world: World, message: Work, attempt: number): Promise<Task[]> {
  if (message.kind === "device") return ofDevice(world, message)
  if (message.kind === "closure") return clear(world, by, message, attempt)
  if (message.kind === "appeal") return ofAppeal(world, message)
  return message.kind === "visit" ? ofVisit(world, message) : ofVisitor(world, message)
}

/** One task a device and day, opened and closed as often as it fails and recovers. */
async function ofDevice(world: World, message: Work & { kind: "device" }): Promise<Task[]> {
  const heard = await devices.findHeard(world, message.station, message.device)
  if (!heard) return []
  const { name, kind, fault, faultAt, v } = heard
  const task: Omit<Task, "date" | "due" | "state"> = {
    id: `device#${heard.device}`,
    kind: "device-fault",
    station: heard.station,
    windows: [],
    services: [],
    device: { name, kind, ...(fault && { fault }) },
    source: v,
  }
  if (fault && faultAt !== undefined)
    return [{ ...task, date: serviceDayOf(faultAt), due: faultAt + faultDue, state: "open" }]
  // A fault of yesterday evening may be mended this morning; yesterday's task ended with its day.
  return [{ ...task, date: serviceDayOf(heard.seenAt), due: heard.seenAt, state: "done" }]
}

async function ofVisit(world: World, message: Work & { kind: "visit" }): Promise<Task[]> {
  const it = await appointments.find(world, message.person, message.group)
  const stands = it && appointments.asItStands(it, message.ref)
  if (!it || !stands) return []
  const here = receive(
    stands,
    stands.state === "booked" || stands.state === "checked-in"
      ? "open"
      : stands.state === "served"
        ? "done"
        : "dropped",
    it.v,
  )
  const { left } = message
  // Tasks lie by station and day: on another one the old task does not end by itself.
  const gone = left && (left.station !== stands.station || left.date !== stands.date)
  return [here, ...(gone ? [{ ...receive({ ...stands, ...left }, "dropped", it.v), moved: true }] : [])]
}

/** One task an appeal, for the officers of the station where the person was missed. Left open, it goes from day to day. */
async function ofAppeal(world: World, message: Work & { kind: "appeal" }): Promise<Task[]> {
  const { v, missed } = await standings.find(world, message.person)
  const it = missed.find(({ ref }) => ref === message.ref)
  if (!it) return []
  const task: Omit<Task, "date"> = {
    id: `appeal#${it.ref}`,
    kind: "answer-appeal",
    station: it.station,
    windows: [],
    services: [],
    due: (it.appeal?.at ?? message.at) + answerWithin,
    // An appeal that its person deleted asks nobody anything.
    state: it.answer ? "done" : it.appeal ? "open" : "dropped",
    ref: it.ref,
    source: v,
  }
  return carried(task, serviceDayOf(world.now()))
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
