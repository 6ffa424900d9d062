/** What kiosks and hall displays ask for. */
import type { Hono } from "hono"
import * as merging from "#actions/merging"
import * as minding from "#actions/minding"
import * as pairing from "#actions/pairing"
import type { Shown } from "#actions/queueing"
import * as queueing from "#actions/queueing"
import { snapshot } from "#actions/watching"
import { addressOf, type Door, type Env, portalApp, serve } from "#api/http"
import { deviceShape, givenShape, stationShape } from "#api/shaped"
import type { Actor } from "#domain/actor"
import { Reference } from "#domain/id"
import { must } from "#domain/permission"
import { IdNumber } from "#domain/person"
import { Problem } from "#domain/problem"
import type { StationId } from "#domain/station"
import { second } from "#domain/time"
import { findDevice } from "#store/people"
import * as stations from "#store/stations"
import type { World } from "#world"
import { deviceRoutes } from "./routes.ts"
import { deviceOf, signedAt } from "./signature.ts"

const open = ["/device/clock", "/device/pair"]

export function deviceApp(world: World, door: Door): Hono<Env> {
  const app = portalApp(world, door)
  app.use("/device/*", async (c, next) => {
    if (!open.includes(c.req.path)) c.set("by", await deviceOf(world, c))
    await next()
  })
  serve(app, deviceRoutes, {
    "GET /device/clock": async () => ({ now: world.now(), demonstration: world.portal.demonstration }),
    "POST /device/pair": async (by, input, c) =>
      deviceShape(await pairing.pair(world, by, { ...input, address: addressOf(c) })),
    "GET /device/me": async (by) => {
      must(by, "device.see")
      const { id, station } = mine(by)
      const device = await findDevice(world, id)
      if (!device) throw new Problem("device-unknown")
      const now = world.now()
      const own = await stations.find(world, station)
      const { overWaiting, returnWithin, returnBehind } = own.policy
      return {
        device: deviceShape(device),
        station: stationShape(own, now),
        policy: { overWaiting, returnWithin, returnBehind },
        now,
        demonstration: world.portal.demonstration,
      }
    },
    "GET /device/live": async (by) => {
      must(by, "line.watch", mine(by).station)
      return snapshot(world, by, mine(by).station, "now")
    },
    "POST /device/tickets": async (by, input, c) => {
      // Signed a while ago, it may have come before, longer ago than the line remembers: the day's tickets are looked through.
      const again = input.again || Math.abs(world.now() - signedAt(c)) > 10 * second
      return givenShape(world, await queueing.take(world, by, { ...input, again, station: mine(by).station }))
    },
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
    "POST /device/lease": async (by) => merging.lease(world, by, { station: mine(by).station }),
    "POST /device/merge": async (by, { date, tickets }) =>
      merging.merge(world, by, {
        station: mine(by).station,
        date,
        tickets: tickets.map(({ shown, ...it }) => ({ ...it, ...(shown && { shown: readKept(shown) }) })),
      }),
    "POST /device/heartbeat": async (by, input) => minding.hear(world, by, { ...input, station: mine(by).station }),
    "POST /device/tickets/:number/return": async (by, input) =>
      givenShape(world, await queueing.giveBack(world, by, { ...input, station: mine(by).station })),
  })
  return app
}

function mine(by: Actor): { id: string; station: StationId } {
  if (by.kind !== "kiosk" && by.kind !== "display") throw new Problem("device-unknown")
  return by
}

type Kept = { ref: string } | { scanned: string } | { idNumber: string }

function readKept(shown: Kept): Shown | "unreadable" {
  if ("ref" in shown) {
    const ref = Reference.safeParse(shown.ref)
    return ref.success ? { ref: ref.data } : "unreadable"
  }
  if ("idNumber" in shown) {
    const idNumber = IdNumber.safeParse(shown.idNumber)
    return idNumber.success ? { idNumber: idNumber.data } : "unreadable"
  }
  const link = linkIn(shown.scanned)
  return link ? { link } : "unreadable"
}

/** A voucher's QR holds its address; what a scanner typed may also be the bare link. */
function read(scanned: string): { link: string } {
  const link = linkIn(scanned)
  if (!link) throw new Problem("invalid-input", { fields: [{ field: "scanned", fault: "scanned" }] })
  return { link }
}

const linkIn = (scanned: string) =>
  /\/a\/([\w-]{20,300})/.exec(scanned)?.[1] ?? /^\s*([\w-]{20,300})\s*$/.exec(scanned)?.[1]
