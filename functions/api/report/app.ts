/** A lost child, for everybody: no sign-in, no consent to tick, no limit that could stop a report. JSON under /api, and pages. */
import type { Hono } from "hono"
import { newFormKey } from "#actions/forms"
import { addPhoto } from "#actions/picturing"
import * as reporting from "#actions/reporting"
import { addressOf, type Ctx, type Door, type Env, portalApp, serve } from "#api/http"
import { must } from "#domain/permission"
import { largestPhoto } from "#domain/picture"
import type { World } from "#world"
import { reportErrorPage, reportPages } from "./pages.tsx"
import { photoIn } from "./reading.ts"
import { reportRoutes } from "./routes.ts"
import { reportShape } from "./shape.ts"

/** A photo in a form has a head and a tail around it. */
const most = (path: string) =>
  /^\/(api\/reports|[\w-]+\/report)\/[\w-]+\/photo$/.test(path) ? largestPhoto + 4096 : undefined

export function reportApp(world: World, door: Door): Hono<Env> {
  const app = portalApp(world, { ...door, most, errorPage: reportErrorPage })
  const held = (c: Ctx, link: string) => {
    const by = reporting.holderOf(world, link)
    c.set("by", by)
    return by
  }
  serve(app, reportRoutes, {
    "POST /api/reports/keys": async (by) => {
      must(by, "report.make")
      return { key: newFormKey(world) }
    },
    "POST /api/reports": async (by, { key, ...told }, c) => {
      const { status, link, later } = await reporting.report(world, by, {
        ...(key !== undefined && { key }),
        told,
        address: addressOf(c),
      })
      const adjusted = [...leftOut(await c.req.json(), told), ...(later ? ["when"] : [])]
      return { ...(await reportShape(world, status)), link, adjusted }
    },
    "GET /api/reports/:link": async (_, { link }, c) =>
      reportShape(world, await reporting.statusOf(world, held(c, link))),
    "POST /api/reports/:link/additions": async (_, { link, op, ...added }, c) =>
      reportShape(world, await reporting.add(world, held(c, link), { op, added })),
    "POST /api/reports/:link/photo": async (_, { link }, c) =>
      reportShape(world, await addPhoto(world, held(c, link), await photoIn(c))),
    "POST /api/reports/:link/found": async (_, { link, op, note }, c) =>
      reportShape(world, await reporting.sayFound(world, held(c, link), { op, ...(note && { note }) })),
  })
  app.route("/", reportPages(world))
  return app
}

/** Parts that were sent and are not in what was taken. */
function leftOut(sent: unknown, told: Record<string, unknown>, path = ""): string[] {
  if (typeof sent !== "object" || sent === null) return []
  return Object.entries(sent).flatMap(([name, value]) => {
    if (path === "" && !["where", "details", "relation"].includes(name)) return []
    const taken = told[name]
    // What is an object has perhaps no text.
    const isSame = typeof value !== "object" && String(taken) === String(value).trim()
    const isOther = (name === "relation" || path === "where.point.") && !isSame
    if (taken === undefined || taken === null || isOther) return [path + name]
    return leftOut(value, taken as Record<string, unknown>, `${path}${name}.`)
  })
}
