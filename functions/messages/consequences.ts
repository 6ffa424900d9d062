/** What follows from what was saved: pure, from one item before and after to the messages that tell it. */
import type { Appointment } from "#domain/appointment"
import type { Line } from "#domain/line"
import type { Group } from "#domain/service"
import { unpack } from "#store/lines"
import type { Item } from "#store/table"
import type { Message, Notice, Work } from "./messages.ts"

export type Saved = { table: "bookings" | "live"; before: Item | undefined; after: Item | undefined }

export function consequences({ table, before, after }: Saved): Message[] {
  // What TTL or nobody removed has no consequences: actions end items, they never delete them.
  if (!after) return []
  const [noun] = after.pk.split("#")
  if (table === "bookings")
    return noun === "person" ? ofAppointment(before, after) : noun === "code" ? ofCode(before, after) : []
  if (noun === "heard") return ofDevice(before, after)
  if (noun !== "line") return []
  return after.sk === "line" ? ofLine(before, after) : ofTicket(before, after)
}

const told = (item: Item, id: string) => ({ id, by: item.by, op: item.op, at: item.at, v: item.v })
const work = (fair: string, body: Work): Message => ({ queue: "work", fair, body })
const notice = (fair: string, body: Notice): Message => ({ queue: "notices", fair, body })

function ofAppointment(before: Item | undefined, after: Item): Message[] {
  const isNew = before?.ref !== after.ref
  if (!isNew && before?.state === after.state) return []
  const person = after.pk.slice("person#".length)
  const { ref, station, state } = after as Item & Pick<Appointment, "ref" | "station" | "state">
  const pointer = { person, group: after.sk as Group, ref }
  const messages = [work(station, { ...told(after, `visit:${ref}:${after.v}`), kind: "visit", station, ...pointer })]
  if (isNew && state === "booked")
    messages.push(notice(station, { ...told(after, `booked:${ref}`), kind: "booked", ...pointer }))
  if (!isNew && state === "cancelled")
    messages.push(notice(station, { ...told(after, `cancelled:${ref}`), kind: "cancelled", ...pointer }))
  return messages
}

function ofCode(before: Item | undefined, after: Item): Message[] {
  if (before?.nonce === after.nonce) return []
  const phone = after.pk.slice("code#".length)
  const nonce = after.nonce as string
  // Not by version: TTL removes the item, and its next one begins at 1 again.
  return [notice(phone, { ...told(after, `code:${phone}:${nonce}`), kind: "code", phone, nonce })]
}

function ofDevice(before: Item | undefined, after: Item): Message[] {
  if (before?.fault === after.fault && before?.faultAt === after.faultAt) return []
  const { station, sk: device } = after as Item & { station: string }
  return [work(station, { ...told(after, `device:${device}:${after.v}`), kind: "device", station, device })]
}

function ofTicket(before: Item | undefined, after: Item): Message[] {
  if (before?.state === after.state || !(after.appointment || after.phone)) return []
  const [, station = "", date = ""] = after.pk.split("#")
  const number = after.number as string
  const pointer = { station, date, number }
  const messages = after.appointment
    ? [
        work(station, {
          ...told(after, `visitor:${station}:${date}:${number}:${after.v}`),
          kind: "visitor",
          ...pointer,
        }),
      ]
    : []
  if (after.state === "expired")
    messages.push(
      notice(station, { ...told(after, `expired:${station}:${date}:${number}`), kind: "expired", ...pointer }),
    )
  return messages
}

/**
 * A call to somebody with a phone, and somebody with an appointment sitting down: seen in the windows' slots. While anyone
 * waits with a phone, one message a change, however many they are: who is near, the messenger finds out.
 */
function ofLine(before: Item | undefined, after: Item): Message[] {
  const [, station = "", date = ""] = after.pk.split("#")
  const was: Line | undefined = before && unpack(before, station, date)
  const is = unpack(after, station, date)
  const called = is.windows.flatMap(({ no, visit }): Message[] => {
    const earlier = was?.windows.find((it) => it.no === no)?.visit
    if (!visit?.phone) return []
    const pointer = { station, date, number: visit.number }
    const same = earlier?.number === visit.number
    if (visit.state === "called" && !(same && earlier.calls === visit.calls)) {
      const id = `called:${station}:${date}:${visit.number}:${after.v}`
      return [notice(station, { ...told(after, id), kind: "called", ...pointer, window: no, times: visit.calls })]
    }
    if (visit.state === "serving" && !(same && earlier.state === "serving"))
      return [
        work(station, { ...told(after, `started:${station}:${date}:${visit.number}`), kind: "visitor", ...pointer }),
      ]
    return []
  })
  if (!is.waiting.some((it) => it.phone) || (was && ahead(was) === ahead(is))) return called
  const id = `near:${station}:${date}:${after.v}`
  return [...called, notice(station, { ...told(after, id), kind: "near", station, date })]
}

/** All that "N ahead" depends on, beside the time: a change of nothing else brings nobody nearer. */
const ahead = ({ waiting, windows }: Line): string =>
  JSON.stringify([waiting, windows.map(({ no, staff, paused }) => [no, staff !== undefined, paused === true])])
