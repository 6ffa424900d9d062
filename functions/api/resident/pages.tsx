/** The resident's pages: plain forms that finish every task without a script. GET and HEAD change nothing. */
import { Hono } from "hono"
import { getCookie } from "hono/cookie"
import * as z from "zod/mini"
import * as booking from "#actions/booking"
import { byTicketLink, leave } from "#actions/joining"
import { ticketNow } from "#actions/queueing"
import { stationsFor } from "#actions/watching"
import { addressOf, type Ctx, languageOf } from "#api/http"
import { type Actor, anyone } from "#domain/actor"
import { Reference } from "#domain/id"
import { TicketNumber } from "#domain/line"
import { type FieldFault, Problem } from "#domain/problem"
import { StationId, serviceDayOf } from "#domain/station"
import { LocalDate } from "#domain/time"
import * as stations from "#store/stations"
import { isFace } from "#web/resident/face"
import { FindPage, TicketForm } from "#web/resident/find.tsx"
import { Home } from "#web/resident/home.tsx"
import { ProblemPage } from "#web/resident/problem.tsx"
import { LeavePage, TicketPage } from "#web/resident/ticket.tsx"
import { problemWords } from "#web/words/problems"
import type { World } from "#world"
import { bookPages } from "./book.tsx"
import { cataloguePages } from "./catalogue.tsx"
import { changePages } from "./change.tsx"
import { correctPages } from "./correct.tsx"
import {
  answer,
  attempt,
  faultText,
  type PageContext,
  type PageEnv,
  problemText,
  read,
  to,
  typedIn,
  viewFor,
} from "./frame.tsx"
import { groupPages } from "./group.tsx"
import { ownPages } from "./own.tsx"
import { Last4 } from "./routes.ts"
import { isSentBack, keepSent, sentBack, sentIn } from "./sent.ts"
import { standingFor } from "./standing.ts"
import { takePages } from "./take.tsx"
import { voucherPages } from "./voucher.tsx"

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
    const chosen = getCookie(c, "__Host-face")
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
  cataloguePages(world, app, root)
  voucherPages(world, app, root)
  changePages(world, app, root)
  groupPages(world, app, root)
  ownPages(world, app, root)
  correctPages(world, app, root)

  app.get(`${root}/a/:link/leave`, (c) => leavePage(world, c))
  app.post(`${root}/a/:link/leave`, (c) => leaveLine(world, c))

  app.get(`${root}/my/:link`, (c) => myTicket(world, c))
  app.get(`${root}/my/:link/leave`, (c) => leavePage(world, c))
  app.post(`${root}/my/:link/leave`, (c) => leaveLine(world, c))

  app.get(`${root}/find`, (c) => findPage(world, c))
  app.post(`${root}/find`, (c) => find(world, c))

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

const findForm = { name: "find", own: "/find" }
const Found = z.object({ ref: Reference, last4: Last4 })

/** The same for everybody, but for whoever is sent back to what they typed. */
function findPage(world: World, c: PageContext) {
  const view = viewFor(c)
  const back = isSentBack(c)
  const { typed, refused } = (back && sentIn(world, c, findForm)) || {}
  const faults = typed && read(Found, typed, view.language).faults
  const { ref = "", last4 = "" } = typed ?? {}
  const refusal = refused && problemText(refused, view.language)
  const body = <FindPage view={view} ref={ref} last4={last4} faults={faults ?? {}} refusal={refusal} />
  return answer(c, view, { title: view.t("find-title"), body, refused, status: faults ? 400 : 200, shared: !back })
}

async function find(world: World, c: PageContext) {
  const text = await typedIn(c)
  const typed = { ref: text("ref").slice(0, 100), last4: text("last4").trim().slice(0, 100) }
  const back = (refused?: Problem) => sentBack(world, c, findForm, { typed, refused }) ?? to(c, findForm.own)
  const { data: value } = Found.safeParse(typed)
  if (!value) return back()
  const { done, refused } = await attempt(
    () => booking.byReference(world, anyone, { ...value, address: addressOf(c) }),
    "appointment-not-found",
    "too-many-tries",
  )
  if (refused) return back(refused)
  keepSent(world, c, findForm, { typed })
  return to(c, `/a/${done.link}`)
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
  return to(c, `/t/${value.station}/${date}/${value.number}`)
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
  if (!mayLeave && !refused) return to(c, own)
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
  return answer(c, view, { title: view.t("leave-title"), body, refused })
}

async function leaveLine(world: World, c: PageContext) {
  const { actor, ...leaving } = await leavingIn(world, c)
  c.set("by", actor)
  // Over in another way meanwhile: the ticket's own page says how.
  const { refused } = await attempt(() => leave(world, actor, leaving.of), "window-busy", "ticket-not-found")
  if (refused?.code === "window-busy") return leavePage(world, c, leaving, refused)
  return to(c, leaving.own)
}
