/** The resident's pages: plain forms that finish every task without a script. GET and HEAD change nothing. */
import { Hono } from "hono"
import { getCookie } from "hono/cookie"
import * as z from "zod/mini"
import * as booking from "#actions/booking"
import { byTicketLink, leave } from "#actions/joining"
import { ticketNow } from "#actions/queueing"
import { snapshot, stationsFor } from "#actions/watching"
import { addressOf, type Ctx, languageOf } from "#api/http"
import type { Actor } from "#domain/actor"
import { isActive, timeOfVisit } from "#domain/appointment"
import { Reference, readableReference } from "#domain/id"
import { type Standing as LineStanding, TicketNumber } from "#domain/line"
import { must } from "#domain/permission"
import { type FieldFault, Problem } from "#domain/problem"
import { isOpenAt, metresBetween, StationId, serviceDayOf, sessionsOn, stationOn } from "#domain/station"
import { dateOf, LocalDate, minute, timeOf } from "#domain/time"
import * as stations from "#store/stations"
import type { Ticket } from "#store/tickets"
import { calendarOf } from "#web/resident/calendar"
import { isFace } from "#web/resident/face"
import { FindPage, TicketForm } from "#web/resident/find.tsx"
import { Home } from "#web/resident/home.tsx"
import { ProblemPage } from "#web/resident/problem.tsx"
import { HallPage, StationList } from "#web/resident/stations.tsx"
import { LeavePage, type Standing, type TicketAt, TicketPage } from "#web/resident/ticket.tsx"
import { CancelPage, VoucherPage } from "#web/resident/voucher.tsx"
import { problemWords } from "#web/words/problems"
import { serviceNames } from "#web/words/services"
import type { World } from "#world"
import { bookPages, nearestFirst, originIn } from "./book.tsx"
import {
  answer,
  attempt,
  faultText,
  type PageContext,
  type PageEnv,
  problemText,
  read,
  typedIn,
  viewFor,
} from "./frame.tsx"
import { Last4 } from "./routes.ts"
import { takePages } from "./take.tsx"

const anyone = { kind: "anyone" } as const
/** Every face, and nothing else. */
const root = "/:face{(?:zh|en)(?:-big)?}"

export function pages(world: World): Hono<PageEnv> {
  const app = new Hono<PageEnv>()
  app.use(async (c, next) => {
    if (world.portal.demonstration) c.set("clock", world.now())
    await next()
  })
  app.post(`${root}/*`, async (c, next) => {
    if (!isFromHere(world, c)) throw new Problem("cross-site")
    await next()
  })

  app.get("/", (c) => {
    const chosen = getCookie(c, "face")
    c.header("cache-control", "private, no-store")
    return c.redirect(`/${isFace(chosen) ? chosen : languageOf(c)}`, 302)
  })
  app.get(`${root}/`, (c) => c.redirect(`/${c.req.param("face")}`, 302))
  app.get(root, (c) => {
    const view = viewFor(c)
    return answer(c, view, { title: view.t("home-title"), body: <Home view={view} />, shared: true })
  })

  bookPages(world, app, root)
  takePages(world, app, root)

  app.get(`${root}/a/:link`, (c) => voucher(world, c))
  app.get(`${root}/a/:link/visit.ics`, (c) => calendar(world, c))
  app.get(`${root}/a/:link/cancel`, (c) => cancelPage(world, c))
  app.post(`${root}/a/:link/cancel`, (c) => cancel(world, c))

  app.get(`${root}/a/:link/leave`, (c) => leavePage(world, c))
  app.post(`${root}/a/:link/leave`, (c) => leaveLine(world, c))

  app.get(`${root}/my/:link`, (c) => myTicket(world, c))
  app.get(`${root}/my/:link/leave`, (c) => leavePage(world, c))
  app.post(`${root}/my/:link/leave`, (c) => leaveLine(world, c))

  app.get(`${root}/find`, (c) => {
    const view = viewFor(c)
    const body = <FindPage view={view} ref="" last4="" faults={{}} />
    return answer(c, view, { title: view.t("find-title"), body, shared: true })
  })
  app.post(`${root}/find`, (c) => find(world, c))

  app.get(`${root}/stations`, (c) => stationList(world, c))
  app.get(`${root}/s/:station`, (c) => hall(world, c))

  app.get(`${root}/t`, (c) => ticketForm(world, c))
  app.get(`${root}/t/:station/:date/:number`, (c) => ticket(world, c))
  return app
}

/** Every refusal on a page's address, as a page in its reader's language. */
export function errorPage(c: Ctx, problem: Problem): Response {
  const here = c as unknown as PageContext
  const view = viewFor(here)
  const fields = Array.isArray(problem.details.fields) ? (problem.details.fields as FieldFault[]) : []
  const { seconds } = problem.details
  const body = (
    <ProblemPage
      view={view}
      code={problem.code}
      faults={fields.map((it) => faultText(it.fault, view.language))}
      seconds={typeof seconds === "number" ? seconds : undefined}
    />
  )
  return answer(here, view, { title: problemWords[problem.code][view.language], body, status: problem.status })
}

/** A form of our own pages. Browsers that say where a request comes from are believed; older ones name the origin. */
function isFromHere(world: World, c: PageContext): boolean {
  const site = c.req.header("sec-fetch-site")
  if (site !== undefined) return site === "same-origin"
  return c.req.header("origin") === new URL(world.portal.url).origin
}

const linkIn = (c: PageContext) => c.req.param("link") ?? ""

async function voucher(world: World, c: PageContext) {
  const { actor, held, appointment } = await booking.byLink(world, linkIn(c))
  must(actor, "appointment.see")
  const view = viewFor(c)
  const station = await stations.find(world, held.station)
  const active = isActive(held, world.now())
  const person = held.current ? await booking.ownDetails(world, actor, appointment) : undefined
  const { onTime, checkInEarly } = station.policy
  const at = timeOfVisit(held)
  const body = (
    <VoucherPage
      view={view}
      it={{ ...held, services: [...held.services] }}
      station={station}
      active={active}
      address={`${world.portal.url}/${view.face}/a/${held.link}`}
      arrival={{ from: timeOf(at - checkInEarly * minute), to: timeOf(at + onTime * minute) }}
      person={person}
      ticket={
        held.ticket && held.state === "checked-in"
          ? await standingFor(world, { station: held.station, date: held.date, number: held.ticket })
          : undefined
      }
    />
  )
  return answer(c, view, { title: view.t("voucher-title"), body })
}

/** What everybody's snapshot says of a ticket where it has a place in the line, with its range; else what the ticket says. */
async function standingFor(
  world: World,
  of: { station: StationId; date: LocalDate; number: TicketNumber },
): Promise<Standing> {
  const [{ station, ticket, standing, ahead }, hall] = await Promise.all([
    ticketNow(world, anyone, of),
    snapshot(world, anyone, of.station),
  ])
  const place: { ahead: number; low?: number | undefined; high?: number | undefined } | undefined =
    hall.date === of.date ? hall.order.find((it) => it.number === of.number) : undefined
  return {
    number: of.number,
    date: of.date,
    at: atOf(ticket, standing),
    ahead,
    range: place?.low === undefined || place.high === undefined ? undefined : { low: place.low, high: place.high },
    window: standing.at === "window" ? standing.window : undefined,
    near: station.policy.near,
  }
}

function atOf({ state }: Ticket, standing: LineStanding): TicketAt {
  if (state === "void") return "gone"
  if (state !== "waiting") return state
  return standing.at === "window" ? standing.visit.state : standing.at
}

async function calendar(world: World, c: PageContext) {
  const { actor, held, appointment } = await booking.byLink(world, linkIn(c))
  must(actor, "appointment.see")
  const { face, language, t } = viewFor(c)
  const station = stationOn(await stations.find(world, held.station), held.date)
  const from = timeOfVisit(held)
  const names = held.services.map((id) => serviceNames[id][language]).join(", ")
  const text = calendarOf({
    id: `${held.ref}@${new URL(world.portal.url).hostname}`,
    from,
    to: from + appointment.units * station.policy.unit * minute,
    stamped: held.bookedAt,
    cancelled: held.state === "cancelled",
    title: `${names} · ${station.name[language]}`,
    where: station.address[language],
    more: `${t("reference")} ${readableReference(held.ref)}\n${world.portal.url}/${face}/a/${held.link}`,
  })
  return c.body(text, 200, {
    "content-type": "text/calendar; charset=utf-8",
    "content-disposition": 'attachment; filename="visit.ics"',
    "cache-control": "private, no-store",
  })
}

async function cancelPage(world: World, c: PageContext, refused?: Problem) {
  const { actor, held } = await booking.byLink(world, linkIn(c))
  must(actor, "appointment.see")
  const view = viewFor(c)
  if (held.state !== "booked") return c.redirect(`/${view.face}/a/${held.link}`, 303)
  const body = (
    <CancelPage
      view={view}
      it={{ ...held, services: [...held.services] }}
      station={await stations.find(world, held.station)}
      refusal={refused && problemText(refused, view.language)}
    />
  )
  return answer(c, view, { title: view.t("cancel-title"), body, status: refused?.status ?? 200 })
}

async function cancel(world: World, c: PageContext) {
  const { actor, held, appointment } = await booking.byLink(world, linkIn(c))
  const v = Number((await typedIn(c))("v"))
  c.set("by", actor)
  const { refused } = await attempt(() => booking.cancel(world, actor, appointment, { v }), "changed-meanwhile")
  return refused ? cancelPage(world, c, refused) : c.redirect(`/${viewFor(c).face}/a/${held.link}`, 303)
}

async function find(world: World, c: PageContext) {
  const view = viewFor(c)
  const text = await typedIn(c)
  const typed = { ref: text("ref"), last4: text("last4").trim() }
  const page = (faults: Record<string, string>, refused?: Problem) => {
    const body = (
      <FindPage view={view} {...typed} faults={faults} refusal={refused && problemText(refused, view.language)} />
    )
    if (refused?.details.seconds) c.header("retry-after", String(refused.details.seconds))
    return answer(c, view, { title: view.t("find-title"), body, status: refused?.status ?? 400 })
  }
  const { value, faults } = read(z.object({ ref: Reference, last4: Last4 }), typed, view.language)
  if (faults) return page(faults)
  const { done, refused } = await attempt(
    () => booking.byReference(world, anyone, { ...value, address: addressOf(c) }),
    "appointment-not-found",
    "too-many-tries",
  )
  return refused ? page({}, refused) : c.redirect(`/${view.face}/a/${done.link}`, 303)
}

async function stationList(world: World, c: PageContext) {
  const view = viewFor(c)
  const all = await stationsFor(world, anyone)
  const now = world.now()
  const origin = originIn(c, all)
  const found = all.map((station) => ({
    station,
    open: isOpenAt(station, now),
    today: sessionsOn(station, dateOf(now)),
    ...(origin && { metres: metresBetween(origin, station) }),
  }))
  const body = (
    <StationList
      view={view}
      found={nearestFirst(found)}
      areas={all}
      near={origin?.near}
      sorted={origin !== undefined}
    />
  )
  return answer(c, view, { title: view.t("stations-title"), body, shared: !origin || origin.near !== undefined })
}

async function hall(world: World, c: PageContext) {
  const view = viewFor(c)
  const station = await stations.find(world, c.req.param("station") ?? "")
  const body = <HallPage view={view} station={station} hall={await snapshot(world, anyone, station.id)} />
  return answer(c, view, { title: station.name[view.language], body, shared: true })
}

const tidyNumber = (typed: string) =>
  typed
    .normalize("NFKC")
    .replace(/[\s-]/g, "")
    .toUpperCase()
    .replace(/^([A-Z])(\d{1,2})$/, (_, letter, digits) => letter + digits.padStart(3, "0"))

async function ticketForm(world: World, c: PageContext) {
  const view = viewFor(c)
  const { station, number } = c.req.query()
  const all = await stationsFor(world, anyone)
  const page = (faults: Record<string, string>, status: number, refused?: Problem) => {
    const body = (
      <TicketForm
        view={view}
        stations={all.filter((it) => it.windows.length)}
        remote={all.some((it) => it.policy.remote)}
        station={station ?? ""}
        number={number ?? ""}
        faults={faults}
        refusal={refused && problemText(refused, view.language)}
      />
    )
    return answer(c, view, { title: view.t("ticket-find"), body, status, shared: status === 200 })
  }
  if (station === undefined && number === undefined) return page({}, 200)
  const typed = { station: station ?? "", number: tidyNumber((number ?? "").slice(0, 40)) }
  const { value, faults } = read(z.object({ station: StationId, number: TicketNumber }), typed, view.language)
  if (faults) return page(faults, 400)
  const date = serviceDayOf(world.now())
  const { refused } = await attempt(
    () => ticketNow(world, anyone, { ...value, date }),
    "ticket-not-found",
    "station-unknown",
  )
  if (refused) return page({}, refused.status, refused)
  return c.redirect(`/${view.face}/t/${value.station}/${date}/${value.number}`, 303)
}

const TicketAddress = z.object({ station: StationId, date: LocalDate, number: TicketNumber })

async function ticket(world: World, c: PageContext) {
  const asked = TicketAddress.safeParse(c.req.param())
  if (!asked.success) throw new Problem("ticket-not-found")
  const view = viewFor(c)
  const it = await standingFor(world, asked.data)
  const { station: id, date, number } = asked.data
  const station = await stations.find(world, id)
  const body = <TicketPage view={view} station={station} it={it} path={`/t/${id}/${date}/${number}`} />
  return answer(c, view, { title: `${number} · ${view.t("ticket-title")}`, body })
}

async function myTicket(world: World, c: PageContext) {
  const link = linkIn(c)
  const { ticket: mine } = await byTicketLink(world, link)
  const view = viewFor(c)
  const station = await stations.find(world, mine.station)
  const body = (
    <TicketPage
      view={view}
      station={station}
      it={await standingFor(world, mine)}
      path={`/my/${link}`}
      leave={`/my/${link}/leave`}
      another={station.policy.remote ? `/take/${station.id}` : undefined}
      note={view.t(c.req.query("again") === undefined ? "take-kept" : "take-already")}
    />
  )
  return answer(c, view, { title: `${mine.number} · ${view.t("ticket-title")}`, body })
}

type Leaving = { own: string; booked: boolean; of: { station: StationId; date: LocalDate; number: TicketNumber } }

/** A ticket by its own link, or that of the appointment it was given for. */
async function leavingIn(world: World, c: PageContext): Promise<{ actor: Actor } & Leaving> {
  const link = linkIn(c)
  const [, , kind] = c.req.path.split("/")
  if (kind === "my") {
    const { actor, ticket: of } = await byTicketLink(world, link)
    return { actor, own: `/my/${link}`, booked: false, of }
  }
  const { actor, held } = await booking.byLink(world, link)
  if (!held.ticket) throw new Problem("ticket-not-found")
  return { actor, own: `/a/${link}`, booked: true, of: { ...held, number: held.ticket } }
}

async function leavePage(world: World, c: PageContext, leaving?: Leaving, refused?: Problem) {
  const { own, booked, of } = leaving ?? (await leavingIn(world, c))
  const view = viewFor(c)
  const { at } = await standingFor(world, of)
  const mayLeave = at === "waiting" || at === "missed" || at === "parked"
  if (!mayLeave && !refused) return c.redirect(`/${view.face}${own}`, 303)
  const body = (
    <LeavePage
      view={view}
      station={await stations.find(world, of.station)}
      number={of.number}
      own={own}
      booked={booked}
      refusal={refused && view.t("leave-called")}
    />
  )
  return answer(c, view, { title: view.t("leave-title"), body, status: refused?.status ?? 200 })
}

async function leaveLine(world: World, c: PageContext) {
  const { actor, ...leaving } = await leavingIn(world, c)
  c.set("by", actor)
  // Over in another way meanwhile: the ticket's own page says how.
  const { refused } = await attempt(() => leave(world, actor, leaving.of), "window-busy", "ticket-not-found")
  if (refused?.code === "window-busy") return leavePage(world, c, leaving, refused)
  return c.redirect(`/${viewFor(c).face}${leaving.own}`, 303)
}
