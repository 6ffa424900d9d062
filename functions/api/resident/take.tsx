/** A ticket by phone, by plain forms: station → service → phone → code. The number is taken when the code is right. */
import type { Hono } from "hono"
import { getCookie, setCookie } from "hono/cookie"
import * as z from "zod/mini"
import { newOp } from "#actions/forms"
import * as joining from "#actions/joining"
import { sessionOf } from "#actions/verifying"
import { snapshot, stationsFor } from "#actions/watching"
import { anyone } from "#domain/actor"
import { OperationId } from "#domain/id"
import { Mobile } from "#domain/person"
import { Problem } from "#domain/problem"
import { ServiceId, serviceIds } from "#domain/service"
import { isOpenAt, offers, type StationId, takesTicketsAt } from "#domain/station"
import { type Instant, minute } from "#domain/time"
import * as stations from "#store/stations"
import { TakePhonePage, TakeServicesPage, TakeStationsPage } from "#web/resident/take.tsx"
import type { World } from "#world"
import { askCode, codePages, type Shown } from "./code.tsx"
import { cookie, underway, type Visitor, visitorOf } from "./draft.ts"
import { answer, attempt, type PageContext, type PageEnv, problemText, read, to, typedIn, viewFor } from "./frame.tsx"
import { isSentBack, keepSent, sentBack, sentIn } from "./sent.ts"

type Wish = {
  station: StationId
  service: ServiceId
  op: string
  mobile: string
  /** When the code was asked for. */
  asked: Instant
}

export function takePages(world: World, app: Hono<PageEnv>, root: string): void {
  app.get(`${root}/take`, (c) => stationsPage(world, c))
  codePages(world, app, root, { own: "/take/code", askedIn: (c) => askedIn(world, c) })
  app.get(`${root}/take/:station`, (c) => servicesPage(world, c))
  app.get(`${root}/take/:station/:service`, (c) => phonePage(world, c))
  app.post(`${root}/take/:station/:service`, (c) => phone(world, c))
}

/** Refusals: station-unknown, remote-not-allowed. */
async function stationIn(world: World, c: PageContext) {
  const station = await stations.find(world, c.req.param("station") ?? "")
  if (!station.policy.remote) throw new Problem("remote-not-allowed")
  return station
}

/** Also: service-unknown, service-not-here, station-closed. */
async function wishIn(world: World, c: PageContext) {
  const station = await stationIn(world, c)
  const service = ServiceId.safeParse(c.req.param("service"))
  if (!service.success) throw new Problem("service-unknown")
  if (!offers(station, service.data)) throw new Problem("service-not-here")
  if (!takesTicketsAt(station, world.now())) throw new Problem("station-closed")
  return { station, service: service.data }
}

async function stationsPage(world: World, c: PageContext) {
  const view = viewFor(c)
  const now = world.now()
  const all = (await stationsFor(world, anyone)).filter((it) => it.policy.remote)
  const found = await Promise.all(
    all.map(async (station) => {
      const { waiting } = await snapshot(world, anyone, station.id)
      return {
        station,
        open: isOpenAt(station, now),
        gives: takesTicketsAt(station, now),
        waiting: waiting.reduce((sum, it) => sum + it.count, 0),
      }
    }),
  )
  return answer(c, view, {
    title: view.t("take-title"),
    body: <TakeStationsPage view={view} found={found} />,
    shared: true,
  })
}

async function servicesPage(world: World, c: PageContext) {
  const view = viewFor(c)
  const station = await stationIn(world, c)
  const body = (
    <TakeServicesPage
      view={view}
      station={station}
      offered={serviceIds.filter((id) => offers(station, id))}
      gives={takesTicketsAt(station, world.now())}
    />
  )
  return answer(c, view, { title: view.t("services-title"), body, shared: true })
}

const Phone = z.object({ mobile: Mobile })
const phoneForm = (station: StationId, service: ServiceId) => ({ name: "take", own: `/take/${station}/${service}` })

async function phonePage(world: World, c: PageContext) {
  const { station, service } = await wishIn(world, c)
  const view = viewFor(c)
  const sent = sentIn(world, c, phoneForm(station.id, service))
  const mobile = sent?.typed.mobile ?? wishOf(world, c)?.mobile ?? (await visitorOf(world, c))?.mobile ?? ""
  const { typed, refused } = (isSentBack(c) && sent) || {}
  const fault = typed && read(Phone, { mobile }, view.language).faults?.mobile
  const body = (
    <TakePhonePage
      view={view}
      station={station}
      service={service}
      op={newOp(world)}
      mobile={mobile.replace(/^\+86/, "")}
      fault={fault}
      refusal={refused && problemText(refused, view.language)}
    />
  )
  return answer(c, view, { title: view.t("take-phone-title"), body, refused, status: fault === undefined ? 200 : 400 })
}

async function phone(world: World, c: PageContext) {
  const { station, service } = await wishIn(world, c)
  const typed = await typedIn(c)
  const mobile = typed("mobile").slice(0, 100)
  const form = phoneForm(station.id, service)
  const back = (refused?: Problem) => sentBack(world, c, form, { typed: { mobile }, refused }) ?? to(c, form.own)
  // An id of the form that somebody changed is only their own: another one does as well.
  const op = OperationId.safeParse(typed("op")).data ?? newOp(world)
  const { data: value } = Phone.safeParse({ mobile })
  if (!value) return back()
  keepSent(world, c, form, { typed: { mobile } })
  const wish = { station: station.id, service, op, mobile: value.mobile, asked: world.now() }
  const session = await visitorOf(world, c)
  if (session?.mobile === wish.mobile) return take(world, c, wish, session)
  const { refused } = await attempt(() => ask(world, c, wish), "too-many-codes")
  return refused ? back(refused) : to(c, "/take/code")
}

async function ask(world: World, c: PageContext, wish: Wish) {
  await askCode(world, c, wish.mobile)
  keepWish(world, c, { ...wish, asked: world.now() })
}

/** Whoever has a ticket already is led to that one. */
async function take(
  world: World,
  c: PageContext,
  { station, service, mobile, op }: Wish,
  { actor }: Pick<Visitor, "actor">,
) {
  c.set("by", actor)
  const { language } = viewFor(c)
  const { done, refused } = await attempt(
    () => joining.takeRemote(world, actor, { station, service, mobile, op, language }),
    "already-waiting",
  )
  return refused ? to(c, `/my/${refused.details.link}?again`) : to(c, `/my/${done.link}`)
}

function askedIn(world: World, c: PageContext) {
  const wish = wishOf(world, c)
  if (!wish) return to(c, "/take")
  return {
    mobile: wish.mobile,
    back: `/take/${wish.station}/${wish.service}`,
    ask: () => ask(world, c, wish),
    // A second press asks for the same wish, which is the same ticket.
    onward: async (shown: Shown) => {
      const session = shown.visitor ?? (await sessionOf(world, shown.token))
      if (!session) throw new Problem("phone-unverified")
      return take(world, c, wish, session)
    },
  }
}

const keepWish = (world: World, c: PageContext, wish: Wish) =>
  setCookie(c, underway.take, world.keyring.seal("take", wish), cookie)

/** For as long as a code is good. */
function wishOf(world: World, c: PageContext): Wish | undefined {
  const wish = world.keyring.open("take", getCookie(c, underway.take) ?? "") as Wish | undefined
  return wish && wish.asked + 10 * minute > world.now() ? wish : undefined
}
