/** What residents ask for: JSON under /api, and the pages. */

import type { Hono } from "hono"
import { getCookie } from "hono/cookie"
import * as appealing from "#actions/appealing"
import * as booking from "#actions/booking"
import { newFormKey } from "#actions/forms"
import * as grouping from "#actions/grouping"
import * as joining from "#actions/joining"
import * as owning from "#actions/owning"
import * as queueing from "#actions/queueing"
import * as rebooking from "#actions/rebooking"
import * as searching from "#actions/searching"
import * as verifying from "#actions/verifying"
import * as waitlisting from "#actions/waitlisting"
import { snapshot } from "#actions/watching"
import { addressOf, type Ctx, type Door, type Env, portalApp, serve } from "#api/http"
import { description } from "#api/openapi"
import { searchShape, serviceShape } from "#api/shaped"
import { dayKind } from "#domain/calendar"
import { must } from "#domain/permission"
import { Problem } from "#domain/problem"
import { services } from "#domain/service"
import { daysOf } from "#domain/station"
import * as stations from "#store/stations"
import type { World } from "#world"
import { forget, keepSession, sessionCookie } from "./draft.ts"
import { maskedOwn, ownFile, ownFileName } from "./owned.ts"
import { errorPage, pages } from "./pages.tsx"
import { residentRoutes } from "./routes.ts"

export function residentApp(world: World, door: Door): Hono<Env> {
  const app = portalApp(world, { ...door, errorPage })
  app.get("/api/openapi.json", (c) => {
    c.header("cache-control", "public, max-age=60")
    return c.json(description())
  })
  serve(app, residentRoutes, {
    "GET /api/services": async (by, _, c) => {
      must(by, "catalogue.see")
      c.header("cache-control", "public, max-age=60")
      return Object.values(services).map(serviceShape)
    },
    "GET /api/stations": async (by, { services: visit = [], lat, lng, place }, c) => {
      c.header("cache-control", "private, no-store")
      const position = lat === undefined || lng === undefined ? undefined : { lat, lng }
      const named = position || place === undefined ? undefined : (await searching.placeNamed(world, by, place)).place
      const from = position ?? named
      const found = await searching.search(world, by, { services: visit, from })
      return { ...(named && { place: named.name }), ...searchShape(found, world.now()) }
    },
    "GET /api/stations/:station/places": async (by, { station, services: visit, date }, c) => {
      const found = await booking.offers(world, by, { station, services: visit, date })
      c.header("cache-control", "public, max-age=1")
      const days = daysOf(await stations.find(world, station), world.now())
      return { date, days, provisional: dayKind(date).provisional, offers: found }
    },
    "GET /api/stations/:station/live": async (by, { station }, c) => {
      const body = JSON.stringify(await snapshot(world, by, station))
      return withETag(c, body, world)
    },
    "POST /api/form-keys": async (by) => {
      must(by, "catalogue.see")
      return { key: newFormKey(world) }
    },
    "POST /api/codes": async (by, input, c) => verifying.askCode(world, by, { ...input, address: addressOf(c) }),
    "POST /api/sessions": async (by, input, c) => {
      const { token, until } = await verifying.answerCode(world, by, { ...input, address: addressOf(c) })
      keepSession(c, token)
      return { until }
    },
    "POST /api/sessions/end": async (_by, _, c) => {
      await forget(world, c)
      return { ended: true as const }
    },
    "POST /api/appointments": async (_, input, c) => {
      const session = await sessionOf(world, c)
      return booking.book(world, session.actor, { ...input, mobile: session.mobile })
    },
    "POST /api/groups": async (_, { list, ...input }, c) => {
      const session = await sessionOf(world, c)
      const read = "text" in list ? list.text : Buffer.from(list.file, "base64")
      return grouping.start(world, session.actor, { ...input, list: read, mobile: session.mobile })
    },
    "GET /api/groups/:group": async (_, { group }, c) => grouping.see(world, (await sessionOf(world, c)).actor, group),
    "POST /api/groups/:group/proceed": async (_, { group }, c) => {
      const { actor, mobile } = await sessionOf(world, c)
      return grouping.proceed(world, actor, { group, mobile })
    },
    "POST /api/appointments/find": async (by, input, c) =>
      booking.byReference(world, by, { ...input, address: addressOf(c) }),
    "GET /api/appointments/:link": async (_, { link }) => (await booking.byLink(world, link)).held,
    "POST /api/appointments/:link/cancel": async (_, { link, v }, c) => {
      const { actor, appointment } = await booking.byLink(world, link)
      c.set("by", actor)
      return booking.cancel(world, actor, appointment, { v })
    },
    "POST /api/appointments/:link/move": async (_, { link, ...to }, c) => {
      const { actor, appointment } = await booking.byLink(world, link)
      c.set("by", actor)
      return rebooking.move(world, actor, appointment, to)
    },
    "POST /api/appointments/:link/accept": async (_, { link, ...it }, c) => {
      const { actor, appointment } = await booking.byLink(world, link)
      c.set("by", actor)
      return rebooking.accept(world, actor, appointment, it)
    },
    "POST /api/appointments/:link/decline": async (_, { link, ...it }, c) => {
      const { actor, appointment } = await booking.byLink(world, link)
      c.set("by", actor)
      return rebooking.decline(world, actor, appointment, it)
    },
    "POST /api/appointments/:link/wish": async (_, { link, ...it }, c) => {
      const { actor, appointment } = await booking.byLink(world, link)
      c.set("by", actor)
      return waitlisting.wish(world, actor, appointment, it)
    },
    "POST /api/appointments/:link/wish/end": async (_, { link }, c) => {
      const { actor, appointment } = await booking.byLink(world, link)
      c.set("by", actor)
      return waitlisting.endWish(world, actor, appointment)
    },
    "GET /api/appointments/:link/standing": async (_, { link }) => {
      const { actor, appointment } = await booking.byLink(world, link)
      return appealing.ownStanding(world, actor, appointment)
    },
    "POST /api/appointments/:link/appeal": async (_, { link, ...it }, c) => {
      const { actor, appointment } = await booking.byLink(world, link)
      c.set("by", actor)
      return appealing.appeal(world, actor, appointment, it)
    },
    "POST /api/appointments/:link/correct": async (_, { link, ...it }, c) => {
      const { actor, appointment } = await booking.byLink(world, link)
      c.set("by", actor)
      const session = await verifying.sessionOf(world, getCookie(c, sessionCookie) ?? "")
      return owning.correct(world, actor, appointment, it, session?.mobile)
    },
    "POST /api/appointments/:link/leave": async (_, { link }, c) => {
      const { actor, held } = await booking.byLink(world, link)
      c.set("by", actor)
      return leftShape(await joining.leave(world, actor, { ...held, number: held.ticket ?? "" }))
    },
    "POST /api/own": async (_, { idNumber }, c) => {
      const { actor, mobile } = await sessionOf(world, c)
      return maskedOwn(await owning.see(world, actor, namedIn(world, c, mobile, idNumber)))
    },
    "POST /api/own/export": async (_, { idNumber }, c) => {
      const { actor, mobile } = await sessionOf(world, c)
      const owned = await owning.exported(world, actor, namedIn(world, c, mobile, idNumber))
      c.header("content-disposition", ownFileName)
      return ownFile(owned, world.now())
    },
    "POST /api/own/delete": async (_, { idNumber, op }, c) => {
      const { actor, mobile } = await sessionOf(world, c)
      return owning.remove(world, actor, { ...namedIn(world, c, mobile, idNumber), op })
    },
    "POST /api/own/consents/:consent/withdraw": async (_, { consent }, c) =>
      owning.withdraw(world, (await sessionOf(world, c)).actor, { consent }),
    "POST /api/stations/:station/tickets": async (_, input, c) => {
      const session = await sessionOf(world, c)
      return joining.takeRemote(world, session.actor, { ...input, mobile: session.mobile })
    },
    "POST /api/tickets/:ticket/leave": async (_, { ticket: link }, c) => {
      const { actor, ticket } = await joining.byTicketLink(world, link)
      c.set("by", actor)
      return leftShape(await joining.leave(world, actor, ticket))
    },
    "GET /api/stations/:station/tickets/:date/:number": async (by, input) => {
      const { ticket, standing, ahead, group } = await queueing.ticketNow(world, by, input)
      return {
        number: ticket.number,
        group,
        at: standing.at,
        state: ticket.state,
        ...(ahead !== undefined && { ahead }),
        ...(standing.at === "window" && { window: standing.window }),
      }
    },
  })
  app.route("/", pages(world))
  return app
}

/** The phone that has shown its code; it is who asks from here on. Refusal: phone-unverified. */
async function sessionOf(world: World, c: Ctx) {
  const session = await verifying.sessionOf(world, getCookie(c, sessionCookie) ?? "")
  if (!session) throw new Problem("phone-unverified")
  c.set("by", session.actor)
  return session
}

const namedIn = (world: World, c: Ctx, mobile: string, idNumber: string): owning.Named => ({
  person: owning.personOf(world, idNumber),
  mobile,
  request: c.get("request"),
})

const leftShape = ({ number }: { number: string }) => ({ number, state: "left" as const })

/** Shared by everyone, kept for a second; whoever has this very snapshot is told so in a few bytes. */
function withETag(c: Ctx, body: string, world: World): Response {
  const tag = `"${world.keyring.sign("etag", body).subarray(0, 9).toString("base64url")}"`
  const headers = { etag: tag, "cache-control": "public, max-age=1" }
  if (c.req.header("if-none-match") === tag) return c.body(null, 304, headers)
  return c.body(body, 200, { ...headers, "content-type": "application/json; charset=utf-8" })
}
