/** An appointment's own page by its link: the voucher, its calendar file, its end, and the wish for an earlier time. */
import type { Hono } from "hono"
import ical, { ICalAlarmType, ICalCalendarMethod, ICalEventStatus } from "ical-generator"
import * as z from "zod/mini"
import * as booking from "#actions/booking"
import { newOp } from "#actions/forms"
import { endWish, wish } from "#actions/waitlisting"
import { isActive, timeOfVisit } from "#domain/appointment"
import { readableReference } from "#domain/id"
import { must } from "#domain/permission"
import { fieldProblem, type Problem } from "#domain/problem"
import { stationOn } from "#domain/station"
import { dateOf, minute, timeOf } from "#domain/time"
import * as stations from "#store/stations"
import { serviceList } from "#web/resident/times.tsx"
import { CancelPage, type Offered, VoucherPage } from "#web/resident/voucher.tsx"
import type { World } from "#world"
import { answer, attempt, type PageContext, type PageEnv, problemText, to, typedIn, viewFor } from "./frame.tsx"
import { standingFor } from "./standing.ts"

export function voucherPages(world: World, app: Hono<PageEnv>, root: string): void {
  app.get(`${root}/a/:link`, (c) => voucher(world, c))
  app.get(`${root}/a/:link/visit.ics`, (c) => calendar(world, c))
  app.get(`${root}/a/:link/cancel`, (c) => cancelPage(world, c))
  app.post(`${root}/a/:link/cancel`, (c) => cancel(world, c))
  app.post(`${root}/a/:link/wish`, (c) => wished(world, c))
}

/** Refusal: appointment-not-found, for every kind of wrong link alike. */
export const heldIn = (world: World, c: PageContext) => booking.byLink(world, c.req.param("link") ?? "")

export const toVoucher = (c: PageContext, link: string, more = "") => to(c, `/a/${link}${more}`)

export async function voucher(world: World, c: PageContext, refused?: Problem) {
  const { actor, held, appointment } = await heldIn(world, c)
  must(actor, "appointment.see")
  const view = viewFor(c, `/a/${held.link}`)
  const station = await stations.find(world, held.station)
  const person = held.current ? await booking.ownDetails(world, actor, appointment) : undefined
  const { onTime, checkInEarly } = station.policy
  const at = timeOfVisit(held)
  const closure = held.displaced && appointment.displaced?.closure
  const body = (
    <VoucherPage
      view={view}
      it={{ ...held, services: [...held.services] }}
      station={station}
      active={isActive(held, world.now())}
      address={`${world.portal.url}/${view.face}/a/${held.link}`}
      arrival={{ from: timeOf(at - checkInEarly * minute), to: timeOf(at + onTime * minute) }}
      person={person}
      deleted={held.current && !person}
      ticket={
        held.ticket && held.state === "checked-in"
          ? await standingFor(world, { station: held.station, date: held.date, number: held.ticket })
          : undefined
      }
      offered={await offeredIn(world, held)}
      reason={station.closures?.find(({ id }) => id === closure)?.reason}
      op={newOp(world)}
      today={dateOf(world.now())}
      moved={c.req.query("moved") !== undefined && !refused}
      refusal={refused && problemText(refused, view.language)}
    />
  )
  return answer(c, view, { title: view.t("voucher-title"), body, refused })
}

async function offeredIn(world: World, { proposal }: booking.Held): Promise<Offered | undefined> {
  return proposal && { ...proposal, station: await stations.find(world, proposal.station) }
}

/** A later version of the file takes the place of an earlier one in the calendar: its number only grows. */
async function calendar(world: World, c: PageContext) {
  const { actor, held, appointment } = await heldIn(world, c)
  must(actor, "appointment.see")
  const { face, language, t } = viewFor(c)
  const station = stationOn(await stations.find(world, held.station), held.date, held.group)
  const from = timeOfVisit(held)
  const off = held.state === "cancelled" || held.displaced !== undefined
  const title = `${serviceList(held.services, language)} · ${station.name[language]}`
  const url = `${world.portal.url}/${face}/a/${held.link}`
  const file = ical({
    prodId: { company: "Doorstep", product: "Visit", language: language.toUpperCase() },
    method: off ? ICalCalendarMethod.CANCEL : ICalCalendarMethod.PUBLISH,
  })
  const event = file.createEvent({
    id: `${held.ref}@${new URL(world.portal.url).hostname}`,
    sequence: held.v,
    stamp: new Date(world.now()),
    start: new Date(from),
    end: new Date(from + appointment.units * station.policy.unit * minute),
    status: off ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
    summary: title,
    location: `${station.name[language]}, ${station.address[language]}`,
    description: `${t("reference")} ${readableReference(held.ref)}\n${url}`,
    url,
  })
  if (!off) event.createAlarm({ type: ICalAlarmType.display, trigger: 3600, description: title })
  return c.body(`${file.toString()}\r\n`, 200, {
    "content-type": "text/calendar; charset=utf-8",
    "content-disposition": 'attachment; filename="visit.ics"',
    "cache-control": "private, no-store",
  })
}

async function cancelPage(world: World, c: PageContext, refused?: Problem) {
  const { actor, held } = await heldIn(world, c)
  must(actor, "appointment.see")
  const view = viewFor(c)
  if (held.state !== "booked") return toVoucher(c, held.link)
  const body = (
    <CancelPage
      view={view}
      it={{ ...held, services: [...held.services] }}
      station={await stations.find(world, held.station)}
      refusal={refused && problemText(refused, view.language)}
    />
  )
  return answer(c, view, { title: view.t("cancel-title"), body, refused })
}

async function cancel(world: World, c: PageContext) {
  const { actor, held, appointment } = await heldIn(world, c)
  const v = Number((await typedIn(c))("v"))
  c.set("by", actor)
  const { refused } = await attempt(() => booking.cancel(world, actor, appointment, { v }), "changed-meanwhile")
  return refused ? cancelPage(world, c, refused) : toVoucher(c, held.link)
}

const Part = z.enum(["any", "morning", "afternoon"])
const windows = { any: {}, morning: { before: "12:00" }, afternoon: { after: "12:00" } } as const

async function wished(world: World, c: PageContext) {
  const { actor, held, appointment } = await heldIn(world, c)
  c.set("by", actor)
  const typed = await typedIn(c)
  const { data: part } = Part.safeParse(typed("part"))
  if (!part && typed("end") !== "1") throw fieldProblem("part", "choice")
  const v = Number(typed("v"))
  const { refused } = await attempt(
    () => (part ? wish(world, actor, appointment, { ...windows[part], v }) : endWish(world, actor, appointment)),
    "changed-meanwhile",
    "appointment-ended",
  )
  return refused ? voucher(world, c, refused) : toVoucher(c, held.link)
}
