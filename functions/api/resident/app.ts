/** What residents ask for: JSON under /api, and the pages. */

import type { Hono } from "hono"
import { getCookie } from "hono/cookie"
import * as booking from "#actions/booking"
import { newFormKey } from "#actions/forms"
import * as joining from "#actions/joining"
import * as queueing from "#actions/queueing"
import * as verifying from "#actions/verifying"
import { snapshot, stationsFor } from "#actions/watching"
import { addressOf, type Ctx, type Door, type Env, portalApp, serve } from "#api/http"
import { description } from "#api/openapi"
import { stationShape } from "#api/shaped"
import { must } from "#domain/permission"
import { Problem } from "#domain/problem"
import { services } from "#domain/service"
import { metresBetween, offers } from "#domain/station"
import * as stations from "#store/stations"
import { bringNames, serviceNames } from "#web/words/services"
import type { World } from "#world"
import { keepSession, sessionCookie } from "./draft.ts"
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
      return Object.values(services).map(({ bring, fee, ...it }) => ({
        ...it,
        ...(fee !== undefined && { fee }),
        name: serviceNames[it.id],
        bring: bring.map((key) => bringNames[key] ?? { zh: key, en: key }),
      }))
    },
    "GET /api/stations": async (by, { service, lat, lng }, c) => {
      c.header("cache-control", "private, no-store")
      const now = world.now()
      const found = (await stationsFor(world, by)).filter((it) => service === undefined || offers(it, service))
      if (lat === undefined || lng === undefined) return found.map((it) => stationShape(it, now))
      return found
        .map((it) => ({ ...stationShape(it, now), metres: Math.round(metresBetween(it, { lat, lng })) }))
        .toSorted((a, b) => a.metres - b.metres)
    },
    "GET /api/stations/:station/places": async (by, { station, services: visit, date }, c) => {
      const found = await booking.offers(world, by, { station, services: visit, date })
      c.header("cache-control", "public, max-age=1")
      return { date, days: booking.daysOf(await stations.find(world, station), world.now()), offers: found }
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
      const { token, until } = await verifying.answerCode(world, by, input)
      keepSession(c, token)
      return { until }
    },
    "POST /api/appointments": async (_, input, c) => {
      const session = await verifying.sessionOf(world, getCookie(c, sessionCookie) ?? "")
      if (!session) throw new Problem("phone-unverified")
      c.set("by", session.actor)
      return booking.book(world, session.actor, { ...input, mobile: session.mobile })
    },
    "POST /api/appointments/find": async (by, input, c) =>
      booking.byReference(world, by, { ...input, address: addressOf(c) }),
    "GET /api/appointments/:link": async (_, { link }) => (await booking.byLink(world, link)).held,
    "POST /api/appointments/:link/cancel": async (_, { link, v }, c) => {
      const { actor, appointment } = await booking.byLink(world, link)
      c.set("by", actor)
      return booking.cancel(world, actor, appointment, { v })
    },
    "POST /api/appointments/:link/leave": async (_, { link }, c) => {
      const { actor, held } = await booking.byLink(world, link)
      c.set("by", actor)
      return leftShape(await joining.leave(world, actor, { ...held, number: held.ticket ?? "" }))
    },
    "POST /api/stations/:station/tickets": async (_, input, c) => {
      const session = await verifying.sessionOf(world, getCookie(c, sessionCookie) ?? "")
      if (!session) throw new Problem("phone-unverified")
      c.set("by", session.actor)
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

const leftShape = ({ number }: { number: string }) => ({ number, state: "left" as const })

/** Shared by everyone, kept for a second; whoever has this very snapshot is told so in a few bytes. */
function withETag(c: Ctx, body: string, world: World): Response {
  const tag = `"${world.keyring.sign("etag", body).subarray(0, 9).toString("base64url")}"`
  const headers = { etag: tag, "cache-control": "public, max-age=1" }
  if (c.req.header("if-none-match") === tag) return c.body(null, 304, headers)
  return c.body(body, 200, { ...headers, "content-type": "application/json; charset=utf-8" })
}
