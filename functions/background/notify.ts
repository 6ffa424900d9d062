/**
 * Messages to phones. What is true now decides whether a message is still worth sending; it is taken under a lease and sent
 * under a stable id, so that a crash between sending and marking sends the same id again, never a second message.
 */

import { codeOf } from "#actions/verifying"
import { type Appointment, mayChange, openProposal, timeOfVisit } from "#domain/appointment"
import { materials } from "#domain/catalogue"
import { isConflict } from "#domain/closure"
import { readableReference } from "#domain/id"
import { standingOf } from "#domain/line"
import { isToBeReminded, stillUseful } from "#domain/reminder"
import type { ServiceId } from "#domain/service"
import { serviceDayOf } from "#domain/station"
import { places } from "#domain/turn"
import type { Notice } from "#messages/messages"
import * as appointments from "#store/appointments"
import * as closures from "#store/closures"
import * as codes from "#store/codes"
import * as lines from "#store/lines"
import * as standings from "#store/standings"
import * as stations from "#store/stations"
import * as tickets from "#store/tickets"
import { reasonIn } from "#web/words/closures"
import { type Language, noticeText } from "#web/words/notices"
import type { World } from "#world"
import { type Gateway, once, type Ready } from "./once.ts"
import { isDuty, type Push, type ToOfficers, tellOfficers } from "./push.ts"
import { isTelling, type Telling, tellReporter } from "./reporters.ts"

export async function notify(world: World, gateway: Gateway, message: Notice, push?: Push): Promise<void> {
  if (message.kind === "near") return tellWhoIsNear(world, gateway, message)
  if (isDuty(message)) return tellOfficers(world, gateway, message, push)
  if (isTelling(message)) return tellReporter(world, gateway, message)
  await once(world, gateway, message, () => compose(world, message))
}

async function compose(
  world: World,
  message: Exclude<Notice, { kind: "near" } | ToOfficers | Telling>,
): Promise<Ready | undefined> {
  switch (message.kind) {
    case "code":
      return ofCode(world, message)
    case "booked":
    case "cancelled":
    case "moved":
      return ofAppointment(world, message)
    case "moved-offer":
    case "station-closed":
    case "as-before":
      return ofDisplaced(world, message)
    case "remind-day":
    case "remind-hours":
      return ofReminder(world, message)
    case "earlier-offer":
      return ofOffer(world, message)
    case "earlier-gone":
      return ofOfferGone(world, message)
    case "phone-changed":
      return ofCorrection(world, message)
    case "answered":
      return ofAnswer(world, message)
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
  const to = await phoneOf(world, it)
  return to === undefined ? undefined : { to, language: it.language, link: linkOf(world, it) }
}

/** The phone that a booking was made with; undefined once it was deleted: nobody is left to be told. */
const phoneOf = async (world: World, it: Appointment) => (await appointments.openPerson(world, it))?.phone

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
  message: Notice & { kind: "booked" | "cancelled" | "moved" },
): Promise<Ready | undefined> {
  const it = await appointments.find(world, message.person, message.group)
  if (!it || it.ref !== message.ref) return undefined
  const stillSo =
    message.kind === "cancelled" ? it.state === "cancelled" : it.state === "booked" || it.state === "checked-in"
  if (!stillSo) return undefined
  // Moved again since: the later move has a message of its own.
  if (message.kind === "moved") {
    const { station, date, time } = message.to
    if (it.station !== station || it.date !== date || it.time !== time) return undefined
  }
  const phone = await phoneOf(world, it)
  if (!phone) return undefined
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

/**
 * What was taken away and what is held instead, by a closure or by the waiting list; where nothing is, or it lapsed before it was
 * told, that it was taken away. Nothing where they have answered meanwhile, or a later message tells it.
 */
async function ofDisplaced(
  world: World,
  message: Notice & { kind: "moved-offer" | "station-closed" | "as-before" },
): Promise<Ready | undefined> {
  const { person, group, ref } = message
  const it = await appointments.find(world, person, group)
  if (it?.ref !== ref || it.state !== "booked") return undefined
  if ((message.kind === "as-before") !== (it.displaced === undefined)) return undefined
  if (it.displaced && it.declined === it.displaced.closure) return undefined
  const offer = openProposal(it, world.now())
  if (message.kind === "station-closed" && offer?.why === "closure") return undefined
  const kind = message.kind === "as-before" ? "as-before" : offer ? "moved-offer" : "station-closed"
  const phone = await phoneOf(world, it)
  if (!phone) return undefined
  const [station, other, clearing] = await Promise.all([
    stations.find(world, it.station),
    offer && stations.find(world, offer.station),
    it.displaced && closures.find(world, it.station, it.displaced.closure),
  ])
  const reason = clearing?.closure?.reason
  const text = noticeText(kind, it.language, {
    station: station.name[it.language],
    at: timeOfVisit(it),
    ref: readableReference(it.ref),
    link: linkOf(world, it),
    ...(reason && { reason: reasonIn(reason, it.language) }),
    ...(offer && other && { offer: { station: other.name[it.language], at: timeOfVisit(offer), until: offer.until } }),
  })
  return { to: phone, text }
}

/** When and where, and what to bring; nothing for a visit that is not to be at that time, or a message that comes too late. */
async function ofReminder(
  world: World,
  message: Notice & { kind: "remind-day" | "remind-hours" },
): Promise<Ready | undefined> {
  const { kind, person, group, station: id, date, time } = message
  const [it, station] = await Promise.all([appointments.find(world, person, group), stations.find(world, id)])
  if (!it || !isToBeReminded(it, station, message)) return undefined
  if (!stillUseful(kind === "remind-day" ? "day" : "hours", date, time, world.now())) return undefined
  const phone = await phoneOf(world, it)
  if (!phone) return undefined
  const text = noticeText(kind, it.language, {
    station: station.name[it.language],
    at: timeOfVisit(it),
    bring: broughtFor(it.services),
    link: linkOf(world, it),
  })
  return { to: phone, text }
}

/** Without what the office can look up. */
const broughtFor = (visit: readonly ServiceId[]) => [
  ...new Set(visit.flatMap((id) => materials[id].flatMap(({ what, waived }) => (waived ? [] : [what])))),
]

async function ofOffer(world: World, message: Notice & { kind: "earlier-offer" }): Promise<Ready | undefined> {
  const it = await appointments.find(world, message.person, message.group)
  if (it?.ref !== message.ref || it.state !== "booked") return undefined
  const offer = openProposal(it, world.now())
  if (offer?.id !== message.proposal) return undefined
  const phone = await phoneOf(world, it)
  if (!phone) return undefined
  const station = await stations.find(world, offer.station)
  const text = noticeText("earlier-offer", it.language, {
    at: timeOfVisit(it),
    link: linkOf(world, it),
    offer: { station: station.name[it.language], at: timeOfVisit(offer), until: offer.until },
  })
  return { to: phone, text }
}

/** Nothing where another is held meanwhile, or their own time does not stand either: that has a message of its own. */
async function ofOfferGone(world: World, message: Notice & { kind: "earlier-gone" }): Promise<Ready | undefined> {
  const now = world.now()
  const it = await appointments.find(world, message.person, message.group)
  if (it?.ref !== message.ref || it.displaced || openProposal(it, now)) return undefined
  const station = await stations.find(world, it.station)
  if (!mayChange(it, 0, now) || isConflict(station, it, now)) return undefined
  const phone = await phoneOf(world, it)
  if (!phone) return undefined
  const { gone } = message
  const other = await stations.find(world, gone.station)
  const text = noticeText("earlier-gone", it.language, {
    station: station.name[it.language],
    at: timeOfVisit(it),
    ref: readableReference(it.ref),
    link: linkOf(world, it),
    offer: { station: other.name[it.language], at: timeOfVisit(gone) },
  })
  return { to: phone, text }
}

/** To the phone that the booking had, in case somebody else has its link. */
async function ofCorrection(world: World, message: Notice & { kind: "phone-changed" }): Promise<Ready | undefined> {
  const it = await appointments.find(world, message.person, message.group)
  const to = it?.ref === message.ref && (await appointments.openFormer(world, it, message.corrected))
  if (!to) return undefined
  const station = await stations.find(world, it.station)
  const said = { station: station.name[it.language], at: timeOfVisit(it), ref: readableReference(it.ref) }
  return { to, text: noticeText("phone-changed", it.language, said) }
}

async function ofAnswer(world: World, message: Notice & { kind: "answered" }): Promise<Ready | undefined> {
  const it = (await standings.find(world, message.person)).missed.find(({ ref }) => ref === message.ref)
  if (!it?.appeal || !it.answer) return undefined
  const { language } = it.appeal
  const said = await standings.openAppeal(world, message.person, it.appeal)
  if (!said) return undefined
  const station = await stations.find(world, it.station)
  const text = noticeText(it.answer.excused ? "excused" : "upheld", language, { station: station.name[language] })
  return { to: said.phone, text }
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
