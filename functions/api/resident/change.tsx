/** An appointment that changes by its holder's hand: moved, an offer taken or declined; and an appeal against an absence. */
import type { Hono } from "hono"
import * as z from "zod/mini"
import { appeal, ownStanding } from "#actions/appealing"
import type * as booking from "#actions/booking"
import { newOp } from "#actions/forms"
import * as rebooking from "#actions/rebooking"
import { search } from "#actions/searching"
import { anyone } from "#domain/actor"
import { OperationId, Reference } from "#domain/id"
import { must } from "#domain/permission"
import { fieldProblem, type Problem, type ProblemCode, unbookable } from "#domain/problem"
import { dateOf } from "#domain/time"
import * as stations from "#store/stations"
import { MovePage, StandingPage } from "#web/resident/change.tsx"
import type { World } from "#world"
import { atOf, choiceOf } from "./choice.ts"
import { answer, attempt, type PageContext, type PageEnv, problemText, read, to, typedIn, viewFor } from "./frame.tsx"
import { AppealText } from "./routes.ts"
import { forgetSent, isSentBack, sentBack, sentIn } from "./sent.ts"
import { heldIn, toVoucher, voucher } from "./voucher.tsx"

export function changePages(world: World, app: Hono<PageEnv>, root: string): void {
  app.get(`${root}/a/:link/move`, (c) => movePage(world, c, c.req.query()))
  app.post(`${root}/a/:link/move`, (c) => move(world, c))
  app.post(`${root}/a/:link/accept`, (c) => answerOffer(world, c, "accept"))
  app.post(`${root}/a/:link/decline`, (c) => answerOffer(world, c, "decline"))
  app.get(`${root}/a/:link/standing`, (c) => standingPage(world, c))
  app.post(`${root}/a/:link/standing`, (c) => appealed(world, c))
}

async function movePage(
  world: World,
  c: PageContext,
  asked: { station?: string; date?: string },
  refused?: Problem,
): Promise<Response> {
  const { actor, held, appointment } = await heldIn(world, c)
  must(actor, "appointment.see")
  if (!held.current || held.state !== "booked") return toVoucher(c, held.link)
  const own = `/a/${held.link}/move`
  const query = new URLSearchParams(
    Object.entries({ station: asked.station, date: asked.date }).filter((it): it is [string, string] => !!it[1]),
  )
  const view = viewFor(c, query.size ? `${own}?${query}` : own)
  const station = await stations.find(world, asked.station ?? held.station)
  const wish = { station, services: held.services, asked: asked.date, language: view.language }
  // Whoever the station put off waits for no turn.
  const choice = await choiceOf(world, actor, wish, held.displaced ? undefined : appointment.person)
  const { found } = await search(world, anyone, { services: held.services, from: station })
  const same = station.id === held.station && choice.date === held.date
  const spent = rebooking.tooManyMoves(appointment, world.now())
  const said = refused ?? spent
  const body = (
    <MovePage
      view={view}
      it={{ ...held, services: [...held.services] }}
      now={await stations.find(world, held.station)}
      station={station}
      today={dateOf(world.now())}
      choice={same ? { ...choice, times: choice.times.filter((time) => time !== held.time) } : choice}
      others={found.filter((it) => it.station.id !== station.id && it.next).slice(0, 4)}
      op={newOp(world)}
      refusal={said && problemText(said, view.language)}
      spent={spent !== undefined}
    />
  )
  return answer(c, view, { title: view.t("move-title"), body, refused })
}

/** They leave the appointment as it was, and the page offers what is free now. */
const kept: readonly ProblemCode[] = [
  "changed-meanwhile",
  "too-many-moves",
  ...unbookable,
  "not-your-wave",
  "place-taken",
  "busy",
]

async function move(world: World, c: PageContext) {
  const { actor, held, appointment } = await heldIn(world, c)
  c.set("by", actor)
  const typed = await typedIn(c)
  const station = typed("station")
  const at = atOf(typed("at"))
  const form = { op: opIn(typed("op")), v: Number(typed("v")), station, ...at }
  const { refused } = await attempt(() => rebooking.move(world, actor, appointment, form), ...kept, "appointment-ended")
  if (!refused) return toVoucher(c, held.link, "?moved=1")
  if (refused.code === "appointment-ended") return voucher(world, c, refused)
  return movePage(world, c, { station, date: at.date }, refused)
}

/** Refusal: invalid-input, where the form is not ours. */
function opIn(typed: string): string {
  const { data } = OperationId.safeParse(typed)
  if (data === undefined) throw fieldProblem("op", "operation-id")
  return data
}

async function answerOffer(world: World, c: PageContext, what: "accept" | "decline") {
  const { actor, held, appointment } = await heldIn(world, c)
  c.set("by", actor)
  const typed = await typedIn(c)
  const proposal = typed("proposal")
  const { refused } = await attempt<booking.Held>(
    () =>
      what === "accept"
        ? rebooking.accept(world, actor, appointment, { op: opIn(typed("op")), proposal })
        : rebooking.decline(world, actor, appointment, { proposal }),
    "offer-lapsed",
    "place-not-offered",
    "changed-meanwhile",
    "appointment-ended",
  )
  return refused ? voucher(world, c, refused) : toVoucher(c, held.link, what === "accept" ? "?moved=1" : "")
}

const appealForm = (link: string) => ({ name: "appeal", own: `/a/${link}/standing` })
const Appeal = z.object({ ref: Reference, text: AppealText })

async function standingPage(world: World, c: PageContext) {
  const { actor, held, appointment } = await heldIn(world, c)
  const standing = await ownStanding(world, actor, appointment)
  const names = new Map(
    await Promise.all(
      standing.missed.map(async (it) => [it.station, (await stations.find(world, it.station)).name] as const),
    ),
  )
  const view = viewFor(c)
  const { typed, refused } = (isSentBack(c) && sentIn(world, c, appealForm(held.link))) || {}
  const faults = typed && read(Appeal, typed, view.language).faults
  const { ref = "", text = "" } = typed ?? {}
  const body = (
    <StandingPage
      view={view}
      link={held.link}
      until={standing.until}
      missed={standing.missed.map((it) => ({ ...it, name: names.get(it.station)! }))}
      typed={typed && { ref, text }}
      fault={faults?.text ?? faults?.ref}
      refusal={refused && problemText(refused, view.language)}
    />
  )
  const title = view.t("standing-title")
  return answer(c, view, { title, body, refused, status: faults ? 400 : 200 })
}

async function appealed(world: World, c: PageContext) {
  const { actor, held, appointment } = await heldIn(world, c)
  c.set("by", actor)
  const typed = await typedIn(c)
  const form = { ref: typed("ref").slice(0, 100), text: typed("text").slice(0, 600) }
  const page = appealForm(held.link)
  const back = (refused?: Problem) => sentBack(world, c, page, { typed: form, refused }) ?? to(c, page.own)
  const { data: value } = Appeal.safeParse(form)
  if (!value) return back()
  const { refused } = await attempt(
    () => appeal(world, actor, appointment, value),
    "nothing-to-appeal",
    "changed-meanwhile",
  )
  if (refused) return back(refused)
  forgetSent(c, page)
  return to(c, page.own)
}
