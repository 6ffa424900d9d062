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
import { type Instant, minute } from "#domain/time"
import * as units from "#store/units"
import type { World } from "#world"
import { auditHandlers } from "./audit-handlers.ts"
import { dutyHandlers } from "./duty-handlers.ts"
import type { Provider, SignIn } from "./openid.ts"
import { staffRoutes } from "./routes.ts"
import { statisticsHandlers } from "./statistics-handlers.ts"

const cookie = "__Host-staff"
const started = "__Host-sign-in"
const signInLasts = 10 * minute
/** `session` is the one that is to be proved again, by its blind index. */
type Begun = SignIn & { at: Instant; back: string; session?: string }

const pages = { console: "/app/staff/", duty: "/app/duty/" }
/**
 * Where a sign-in was begun is where it ends: the phone page of officers on duty, or the windows' console, and what was open
 * there. Anything but a page of ours and its few words leads to that page's beginning.
 */
const backOf = (to: unknown, back = "") =>
  /^\/app\/(staff|duty)\/(#[\w=&-]{1,80})?$/.test(back) ? back : to === "duty" ? pages.duty : pages.console
/** Tells the page there what became of it, before what was open. */
function telling(back: string, what: string) {
  const [page, place] = back.split("#")
  return `${page}#${what}${place ? `&${place}` : ""}`
}
const flags = { path: "/", httpOnly: true, secure: true, sameSite: "Lax" } as const

export function staffApp(world: World, door: Door, provider: Provider): Hono<Env> {
  const app = portalApp(world, door)
  app.get("/staff/sign-in", async (c) => {
    const { to, back: asked, step } = c.req.query()
    const back = backOf(to, asked)
    const token = getCookie(c, cookie) ?? ""
    const isStep = step === "up" && (await signing.staffOf(world, token)) !== undefined
    try {
      const { url, signIn } = await provider.start(isStep)
      const begun: Begun = {
        ...signIn,
        at: world.now(),
        back,
        ...(isStep && { session: signing.indexOf(world, token) }),
      }
      setCookie(c, started, world.keyring.seal("sign-in", begun), { ...flags, maxAge: signInLasts / 1000 })
      return c.redirect(url, 303)
    } catch (error) {
      return c.redirect(endOf(back, error), 303)
    }
  })
  app.get("/staff/callback", async (c) => {
    const begun = world.keyring.open("sign-in", getCookie(c, started) ?? "") as Begun | undefined
    const back = begun?.back ?? pages.console
    // An answer to what another tab has begun since, or to nothing: what is under way stays.
    if (!begun || begun.state !== c.req.query("state") || begun.at + signInLasts < world.now())
      return c.redirect(telling(back, "sign-in-incomplete"), 303)
    deleteCookie(c, started, flags)
    try {
      const token = getCookie(c, cookie) ?? ""
      if (begun.session && begun.session !== signing.indexOf(world, token)) throw new Problem("sign-in-incomplete")
      const vouched = await provider.finish(new URL(c.req.url), begun)
      const session = begun.session
        ? await signing.stepUp(world, token, begun.at, vouched)
        : await signing.signIn(world, vouched.subject, vouched.provedAt)
      // Whoever was signed in at this browser is not any more.
      if (!begun.session && token) await signing.signOut(world, token)
      setCookie(c, cookie, session.token, { ...flags, maxAge: signing.shift / 1000 })
      return c.redirect(begun.session ? telling(back, "proved") : back, 303)
    } catch (error) {
      return c.redirect(endOf(back, error), 303)
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
    ...statisticsHandlers(world),
    ...auditHandlers(world),
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
      const elsewhere = await provider.leave()
      return { done: true, ...(elsewhere && { elsewhere }) }
    },
    "GET /staff/sessions": async (by, _, c) => signing.sessionsOf(world, mine(by), getCookie(c, cookie) ?? ""),
    "POST /staff/sessions/end": async (by, _, c) => signing.endOthers(world, mine(by), getCookie(c, cookie) ?? ""),
    "GET /staff/members": async (by) => signing.membersOf(world, mine(by)),
    "POST /staff/members/:member/lock": async (by, input) => signing.hold(world, mine(by), "lock", input),
    "POST /staff/members/:member/unlock": async (by, input) => signing.hold(world, mine(by), "unlock", input),
    "POST /staff/members/:member/end-sessions": async (by, input) =>
      signing.hold(world, mine(by), "end-sessions", input),
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

/** The refusal, for the page that the sign-in came from. */
function endOf(back: string, error: unknown): string {
  if (!(error instanceof Problem)) throw error
  const { until } = error.details
  return telling(back, until ? `${error.code}&until=${until}` : error.code)
}

function mine(by: Actor) {
  if (by.kind !== "staff") throw new Problem("not-signed-in")
  return by
}
