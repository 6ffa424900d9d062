/**
 * Messages to phones. What is true now decides whether a message is still worth sending; it is taken under a lease and sent
 * under a stable id, so that a crash between sending and marking sends the same id again, never a second message.
 */

import { codeOf } from "#actions/verifying"
import { type Appointment, timeOfVisit } from "#domain/appointment"
import { readableReference } from "#domain/id"
import { standingOf } from "#domain/line"
import { serviceDayOf } from "#domain/station"
import { places } from "#domain/turn"
import type { Notice } from "#messages/messages"
import * as appointments from "#store/appointments"
import * as codes from "#store/codes"
import * as lines from "#store/lines"
import * as notices from "#store/notices"
import * as stations from "#store/stations"
import * as tickets from "#store/tickets"
import { type Language, noticeText } from "#web/words/notices"
import type { World } from "#world"

type Ready = { to: string; text: string }

export type Gateway = (message: { id: string; to: string; text: string }) => Promise<void>

export async function notify(world: World, gateway: Gateway, message: Notice): Promise<void> {
  if (message.kind === "near") return tellWhoIsNear(world, gateway, message)
  await once(world, gateway, message, () => compose(world, message))
}

/** Sent already: nothing. Another worker at it: fails, so that the queue brings the message again. */
async function once(
  world: World,
  gateway: Gateway,
  { id, op }: Pick<Notice, "id" | "op">,
  write: () => Promise<Ready | undefined>,
): Promise<void> {
  const leased = await notices.lease(world, id)
  if (leased.took === "sent") return
  if (leased.took === "held") throw new Error("Another worker holds this message")
  const ready = await write()
  if (ready) await gateway({ id, ...ready })
  await notices.sent(world, id, op, leased.v)
}

async function compose(world: World, message: Exclude<Notice, { kind: "near" }>): Promise<Ready | undefined> {
  switch (message.kind) {
    case "code":
      return ofCode(world, message)
    case "booked":
    case "cancelled":
      return ofAppointment(world, message)
    default:
      return ofTicket(world, message)
  }
}

/**
 * Each ticket that has come near is told once, whichever change of the line brought it there. Whoever stood that near when
 * they checked in is in the hall and knows.
 */
async function tellWhoIsNear(world: World, gateway: Gateway, message: Notice & { kind: "near" }): Promise<void> {
  const { station: id, date, op } = message
  const now = world.now()
  if (serviceDayOf(now) !== date) return
  const [station, line] = await Promise.all([stations.find(world, id), lines.find(world, id, date)])
  const { near } = station.policy
  const phones = new Set(line.waiting.flatMap((it) => (it.phone ? [it.number] : [])))
  const reached = places(line, station, now).filter((it) => phones.has(it.number) && it.ahead <= near)
  const told = await Promise.allSettled(
    reached.map(({ number, ahead }) =>
      once(world, gateway, { id: `near:${id}:${date}:${number}`, op }, async () => {
        const ticket = await tickets.find(world, id, date, number)
        if (!ticket || (ticket.appointment && (ticket.ahead ?? 0) <= near)) return undefined
        const holder = await holderOf(world, ticket)
        if (!holder) return undefined
        const { to, language, link } = holder
        return { to, text: noticeText("near", language, { station: station.name[language], number, ahead, link }) }
      }),
    ),
  )
  const failed = told.find((it) => it.status === "rejected")
  if (failed) throw failed.reason
}

/** The phone that came with a ticket, its language, and the holder's own link; undefined for an appointment that moved on. */
async function holderOf(
  world: World,
  ticket: tickets.Ticket,
): Promise<{ to: string; language: Language; link: string } | undefined> {
  const { phone, appointment: pointer, station, date, number } = ticket
  if (phone) {
    const link = `${world.portal.url}/${phone.language}/my/${world.keyring.seal("ticket", [station, date, number])}`
    return { to: await tickets.openPhone(world, { ...ticket, phone }), language: phone.language, link }
  }
  const it = pointer && (await appointments.find(world, pointer.person, pointer.group))
  if (!it || it.ref !== pointer.ref) return undefined
  return { to: (await appointments.openPerson(world, it)).phone, language: it.language, link: linkOf(world, it) }
}

const linkOf = (world: World, it: Appointment) =>
  `${world.portal.url}/${it.language}/a/${world.keyring.seal("link", [it.person, it.group, it.ref])}`

async function ofCode(world: World, { phone, nonce }: Notice & { kind: "code" }): Promise<Ready | undefined> {
  const code = await codes.findCode(world, phone)
  if (!code || code.used || code.until <= world.now() || code.nonce !== nonce) return undefined
  const to = (await world.vault.open(codes.whereCode(phone), code.sealed)) as string
  return { to, text: noticeText("code", code.language, { code: codeOf(world, phone, code.nonce) }) }
}

async function ofAppointment(
  world: World,
  message: Notice & { kind: "booked" | "cancelled" },
): Promise<Ready | undefined> {
  const it = await appointments.find(world, message.person, message.group)
  if (!it || it.ref !== message.ref) return undefined
  const stillSo =
    message.kind === "cancelled" ? it.state === "cancelled" : it.state === "booked" || it.state === "checked-in"
  if (!stillSo) return undefined
  const { phone } = await appointments.openPerson(world, it)
  const station = await stations.find(world, it.station)
  const text = noticeText(message.kind, it.language, {
    station: station.name[it.language],
    at: timeOfVisit(it),
    service: it.services[0]!,
    ref: readableReference(it.ref),
    link: linkOf(world, it),
  })
  return { to: phone, text }
}

async function ofTicket(world: World, message: Notice & { kind: "called" | "expired" }): Promise<Ready | undefined> {
  const ticket = await tickets.find(world, message.station, message.date, message.number)
  const holder = ticket && (await holderOf(world, ticket))
  if (!holder) return undefined
  if (message.kind === "called") {
    const standing = standingOf(await lines.find(world, message.station, message.date), message.number)
    if (standing.at !== "window" || standing.visit.state !== "called") return undefined
    // A later call, perhaps from another window, has a message of its own.
    if (standing.window !== message.window || standing.visit.calls !== message.times) return undefined
  }
  const station = await stations.find(world, message.station)
  const { to, language } = holder
  return {
    to,
    text: noticeText(message.kind, language, {
      station: station.name[language],
      number: message.number,
      ...(message.kind === "called" && { window: message.window }),
    }),
  }
}
