/** What the staff's console asks for, and signing in. */

import type { Hono } from "hono"
import { deleteCookie, getCookie, setCookie } from "hono/cookie"
import * as appealing from "#actions/appealing"
import * as arranging from "#actions/arranging"
import * as calling from "#actions/calling"
import * as minding from "#actions/minding"
import * as pairing from "#actions/pairing"
import * as publishing from "#actions/publishing"
import * as queueing from "#actions/queueing"
import * as reviewing from "#actions/reviewing"
import * as signing from "#actions/signing"
import * as tuning from "#actions/tuning"
import * as watching from "#actions/watching"
import { type Door, type Env, portalApp, serve } from "#api/http"
import { deviceNowShape, deviceShape, givenShape } from "#api/shaped"
import type { Actor } from "#domain/actor"
import type { Outcome } from "#domain/line"
import { must } from "#domain/permission"
import { Problem } from "#domain/problem"
import { serviceDayOf } from "#domain/station"
import { faultOf } from "#store/log"
import * as units from "#store/units"
import type { World } from "#world"
import { dutyHandlers } from "./duty-handlers.ts"
import type { Provider, SignIn } from "./openid.ts"
import { staffRoutes } from "./routes.ts"

const cookie = "__Host-staff"
const started = "__Host-sign-in"
const console = "/app/staff/"
const duty = "/app/duty/"
/** Where a sign-in was begun is where it ends: the phone page of officers on duty, or the windows' console. */
const pageOf = (to: unknown) => (to === "duty" ? duty : console)
const flags = { path: "/", httpOnly: true, secure: true, sameSite: "Lax" } as const

export function staffApp(world: World, door: Door, provider: Provider): Hono<Env> {
  const app = portalApp(world, door)
  app.get("/staff/sign-in", async (c) => {
    const to = c.req.query("to") === "duty" ? "duty" : undefined
    const begun = await provider.start().catch((error) => {
      // The provider is away: whoever wants to sign in is told on the console's own page.
      world.log.error("sign-in not begun", faultOf(error))
      return undefined
    })
    if (!begun) return c.redirect(`${pageOf(to)}#away`, 303)
    const { url, signIn } = begun
    setCookie(c, started, world.keyring.seal("sign-in", { ...signIn, to, until: world.now() + 600_000 }), {
      ...flags,
      maxAge: 600,
    })
    return c.redirect(url, 303)
  })
  app.get("/staff/callback", async (c) => {
    const opened = world.keyring.open("sign-in", getCookie(c, started) ?? "") as
      | (SignIn & { until: number; to?: string })
      | undefined
    deleteCookie(c, started, flags)
    const page = pageOf(opened?.to)
    if (!opened || opened.until < world.now()) return c.redirect(`${page}#again`, 303)
    try {
      const { token } = await signing.signIn(world, await provider.finish(new URL(c.req.url), opened))
      setCookie(c, cookie, token, { ...flags, maxAge: signing.shift / 1000 })
      return c.redirect(page, 303)
    } catch (error) {
      if (error instanceof Problem && error.code === "not-allowed") return c.redirect(`${page}#refused`, 303)
      throw error
    }
  })
  app.use("/staff/*", async (c, next) => {
    // A form of another site cannot set this header, and a browser tells where a request comes from.
    if (c.req.method === "POST") {
      const site = c.req.header("sec-fetch-site")
      if (c.req.header("x-doorstep") !== "1" || (site && site !== "same-origin")) throw new Problem("cross-site")
    }
    const actor = await signing.staffOf(world, getCookie(c, cookie) ?? "")
    if (!actor) throw new Problem("not-signed-in")
    c.set("by", actor)
    await next()
  })
  const act =
    (what: calling.Act) =>
    async (by: Actor, input: { window: number; op: string; number: string; outcome?: Outcome }) =>
      calling.act(world, by, { ...input, station: mine(by).station, act: what })
  serve(app, staffRoutes, {
    ...dutyHandlers(world),
    "GET /staff/me": async (by) => {
      must(by, "staff.see-self")
      const { id, name, role, station } = mine(by)
      const { name: stationName, kind: unit } = await units.find(world, station)
      return { id, name, role, station, stationName, unit, now: world.now(), demonstration: world.portal.demonstration }
    },
    "POST /staff/sign-out": async (by, _, c) => {
      must(by, "staff.see-self")
      await signing.signOut(world, getCookie(c, cookie) ?? "")
      deleteCookie(c, cookie, flags)
      return { done: true }
    },
    "GET /staff/line": async (by) => watching.lineOf(world, by, mine(by).station),
    "POST /staff/windows/:window/sit": async (by, input) =>
      calling.sit(world, by, { ...input, station: mine(by).station }),
    "POST /staff/windows/:window/rise": async (by, input) =>
      calling.rise(world, by, { ...input, station: mine(by).station }),
    "POST /staff/windows/:window/call": async (by, input) =>
      calling.callNext(world, by, { ...input, station: mine(by).station }),
    "POST /staff/windows/:window/recall": act("recall"),
    "POST /staff/windows/:window/missed": act("missed"),
    "POST /staff/windows/:window/start": act("start"),
    "POST /staff/windows/:window/finish": act("finish"),
    "POST /staff/line/tickets": async (by, input) =>
      calling.stopTickets(world, by, { ...input, station: mine(by).station }),
    "POST /staff/windows/:window/park": act("park"),
    "POST /staff/windows/:window/unpark": act("unpark"),
    "POST /staff/windows/:window/undo": act("undo"),
    "POST /staff/windows/:window/pause": async (by, input) =>
      calling.pause(world, by, { ...input, station: mine(by).station }),
    "POST /staff/windows/:window/resume": async (by, input) =>
      calling.resume(world, by, { ...input, station: mine(by).station }),
    "POST /staff/windows/:window/call-one": async (by, input) =>
      calling.callOne(world, by, { ...input, station: mine(by).station }),
    "POST /staff/windows/:window/transfer": async (by, input) =>
      calling.transfer(world, by, { ...input, station: mine(by).station }),
    "GET /staff/windows": async (by) => arranging.windowsOf(world, by, mine(by).station),
    "POST /staff/windows": async (by, input) => arranging.arrange(world, by, { ...input, station: mine(by).station }),
    "GET /staff/calendar": async (by) => arranging.calendarOf(world, by, mine(by).station),
    "POST /staff/calendar/preview": async (by, input) =>
      reviewing.previewCalendar(world, by, { ...input, station: mine(by).station }),
    "POST /staff/calendar": async (by, input) =>
      arranging.changeCalendar(world, by, { ...input, station: mine(by).station }),
    "GET /staff/closures": async (by) => reviewing.closuresOf(world, by, mine(by).station),
    "POST /staff/closures/preview": async (by, input) =>
      reviewing.previewClosure(world, by, { ...input, station: mine(by).station }),
    "POST /staff/closures": async (by, input) =>
      reviewing.progressOf(await arranging.declare(world, by, { ...input, station: mine(by).station })),
    "POST /staff/closures/:closure/take-back": async (by, input) =>
      reviewing.progressOf(await arranging.takeBack(world, by, { ...input, station: mine(by).station })),
    "GET /staff/conflicts": async (by) => reviewing.conflictsOf(world, by, mine(by).station),
    "POST /staff/tickets/:number/return": async (by, input) =>
      givenShape(world, await queueing.giveBack(world, by, { ...input, station: mine(by).station })),
    "GET /staff/visitors/:number": async (by, input, c) =>
      watching.visitor(world, by, { ...input, station: mine(by).station, request: c.get("request") }),
    "GET /staff/appointments": async (by, { date = serviceDayOf(world.now()) }, c) => ({
      date,
      appointments: await watching.appointmentsOf(world, by, {
        station: mine(by).station,
        date,
        request: c.get("request"),
      }),
    }),
    "POST /staff/appointments/:ref/reveal": async (by, input, c) =>
      reviewing.reveal(world, mine(by), { ...input, request: c.get("request") }),
    "GET /staff/absences/:ref": async (by, { ref }, c) => appealing.see(world, mine(by), ref, c.get("request")),
    "POST /staff/absences/:ref": async (by, input) => appealing.answer(world, mine(by), input),
    "GET /staff/tasks": async (by, { date = serviceDayOf(world.now()), window }) => ({
      date,
      tasks: await watching.tasksOf(world, by, { station: mine(by).station, date, window }),
    }),
    "GET /staff/card": async (by) => publishing.cardOf(world, by, mine(by).station),
    "POST /staff/card": async (by, input) => publishing.publish(world, by, { ...input, station: mine(by).station }),
    "POST /staff/card/withdraw": async (by, input) =>
      publishing.withdraw(world, by, { ...input, station: mine(by).station }),
    "GET /staff/devices": async (by) => (await minding.devicesNow(world, by, mine(by).station)).map(deviceNowShape),
    "POST /staff/devices/invite": async (by, input) =>
      pairing.invite(world, by, { ...input, station: mine(by).station }),
    "POST /staff/devices/:device/revoke": async (by, input) =>
      deviceShape(await pairing.revoke(world, by, { ...input, station: mine(by).station })),
    "GET /staff/policy": async (by) => tuning.policyOf(world, by, mine(by).station),
    "POST /staff/policy/preview": async (by, input) =>
      tuning.preview(world, by, { ...input, station: mine(by).station }),
    "POST /staff/policy": async (by, input) => tuning.changePolicy(world, by, { ...input, station: mine(by).station }),
  })
  return app
}

function mine(by: Actor) {
  if (by.kind !== "staff") throw new Problem("not-signed-in")
  return by
}
