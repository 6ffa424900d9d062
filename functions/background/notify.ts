/**
 * Messages to phones. What is true now decides whether a message is still worth sending; it is taken under a lease and sent
 * under a stable id, so that a crash between sending and marking sends the same id again, never a second message.
 */

import { codeOf } from "#actions/verifying"
import { timeOfVisit } from "#domain/appointment"
import { readableReference } from "#domain/id"
import { standingOf } from "#domain/line"
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
  const leased = await notices.lease(world, message.id)
  if (leased.took === "sent") return
  if (leased.took === "held") throw new Error("Another worker holds this message")
  const ready = await compose(world, message)
  if (ready) await gateway({ id: message.id, ...ready })
  await notices.sent(world, message.id, message.op, leased.v)
}

async function compose(world: World, message: Notice): Promise<Ready | undefined> {
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

async function ofCode(world: World, { phone, v }: Notice & { kind: "code" }): Promise<Ready | undefined> {
  const code = await codes.findCode(world, phone)
  if (!code || code.used || code.until <= world.now() || code.v < v) return undefined
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
  const link = `${world.portal.url}/${it.language}/a/${world.keyring.seal("link", [it.person, it.group, it.ref])}`
  const text = noticeText(message.kind, it.language, {
    station: station.name[it.language],
    at: timeOfVisit(it),
    service: it.services[0]!,
    ref: readableReference(it.ref),
    link,
  })
  return { to: phone, text }
}

async function ofTicket(world: World, message: Notice & { kind: "called" | "expired" }): Promise<Ready | undefined> {
  const ticket = await tickets.find(world, message.station, message.date, message.number)
  const pointer = ticket?.appointment
  const it = pointer && (await appointments.find(world, pointer.person, pointer.group))
  if (!it || it.ref !== pointer.ref) return undefined
  if (message.kind === "called") {
    const standing = standingOf(await lines.find(world, message.station, message.date), message.number)
    if (standing.at !== "window" || standing.visit.state !== "called") return undefined
  }
  const { phone } = await appointments.openPerson(world, it)
  const station = await stations.find(world, message.station)
  const language: Language = it.language
  return {
    to: phone,
    text: noticeText(message.kind, language, {
      station: station.name[language],
      number: message.number,
      ...(message.kind === "called" && { window: message.window }),
    }),
  }
}
