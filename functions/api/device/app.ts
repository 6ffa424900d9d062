/** What kiosks and hall displays ask for. */
import type { Hono } from "hono"
import * as pairing from "#actions/pairing"
import * as queueing from "#actions/queueing"
import { snapshot } from "#actions/watching"
import { type Door, type Env, portalApp, serve } from "#api/http"
import { deviceShape, givenShape, stationShape } from "#api/shaped"
import type { Actor } from "#domain/actor"
import { must } from "#domain/permission"
import { Problem } from "#domain/problem"
import type { StationId } from "#domain/station"
import { findDevice } from "#store/people"
import * as stations from "#store/stations"
import type { World } from "#world"
import { deviceRoutes } from "./routes.ts"
import { deviceOf } from "./signature.ts"

const open = ["/device/clock", "/device/pair"]

export function deviceApp(world: World, door: Door): Hono<Env> {
  const app = portalApp(world, door)
  app.use("/device/*", async (c, next) => {
    if (!open.includes(c.req.path)) c.set("by", await deviceOf(world, c))
    await next()
  })
  serve(app, deviceRoutes, {
    "GET /device/clock": async () => ({ now: world.now(), demonstration: world.portal.demonstration }),
    "POST /device/pair": async (by, input) => deviceShape(await pairing.pair(world, by, input)),
    "GET /device/me": async (by) => {
      must(by, "device.see")
      const { id, station } = mine(by)
      const device = await findDevice(world, id)
      if (!device) throw new Problem("device-unknown")
      const now = world.now()
      return {
        device: deviceShape(device),
        station: stationShape(await stations.find(world, station), now),
        now,
        demonstration: world.portal.demonstration,
      }
    },
    "GET /device/live": async (by) => {
      must(by, "line.watch", mine(by).station)
      return snapshot(world, by, mine(by).station, "now")
    },
    "POST /device/tickets": async (by, input) =>
      givenShape(world, await queueing.take(world, by, { ...input, station: mine(by).station })),
    "POST /device/check-ins": async (by, { op, shown, priority }) =>
      givenShape(
        world,
        await queueing.checkIn(world, by, {
          op,
          priority,
          station: mine(by).station,
          shown: "scanned" in shown ? read(shown.scanned) : shown,
        }),
      ),
    "POST /device/tickets/:number/return": async (by, input) =>
      givenShape(world, await queueing.giveBack(world, by, { ...input, station: mine(by).station })),
  })
  return app
}

function mine(by: Actor): { id: string; station: StationId } {
  if (by.kind !== "kiosk" && by.kind !== "display") throw new Problem("device-unknown")
  return by
}

/** A voucher's QR holds its address; what a scanner typed may also be the bare link. */
function read(scanned: string): { link: string } {
  const link = /\/a\/([\w-]{20,300})/.exec(scanned)?.[1] ?? /^\s*([\w-]{20,300})\s*$/.exec(scanned)?.[1]
  if (!link) throw new Problem("invalid-input", { fields: [{ field: "scanned", fault: "scanned" }] })
  return { link }
}
