/** The journey of a booking by plain forms: service → station → person → code → time. Nothing is held until the last tap. */
import type { Hono } from "hono"
import * as z from "zod/mini"
import * as booking from "#actions/booking"
import { mustBeOurs, newFormKey } from "#actions/forms"
import * as verifying from "#actions/verifying"
import { stationsFor } from "#actions/watching"
import { addressOf } from "#api/http"
import { birthOf, IdNumber, Mobile, maskedMobile, maskedName, PersonName } from "#domain/person"
import { fieldProblem, Problem } from "#domain/problem"
import { ServiceId } from "#domain/service"
import { isOpenAt, metresBetween, offers, type Station } from "#domain/station"
import { dateOf, LocalDate, LocalTime, minute } from "#domain/time"
import * as stations from "#store/stations"
import { type Choosable, PersonPage, type PersonValues, ServicesPage, StationsPage } from "#web/resident/book.tsx"
import { CodePage } from "#web/resident/code.tsx"
import { TimesPage } from "#web/resident/times.tsx"
import type { World } from "#world"
import { type Draft, draftOf, keepBooked, keepDraft, keepSession, visitorOf } from "./draft.ts"
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
import { Code } from "./routes.ts"

const anyone = { kind: "anyone" } as const
const PersonForm = z.object({ name: PersonName, idNumber: IdNumber, mobile: Mobile })

export function bookPages(world: World, app: Hono<PageEnv>, root: string): void {
  app.get(`${root}/book`, (c) => {
    const view = viewFor(c)
    return answer(c, view, { title: view.t("services-title"), body: <ServicesPage view={view} />, shared: true })
  })

  app.get(`${root}/book/code`, async (c) => (await elsewhere(world, c, "code")) ?? codePage(world, c))
  app.post(`${root}/book/code`, (c) => answerCode(world, c))
  app.post(`${root}/book/code/again`, (c) => askAgain(world, c))
  app.get(`${root}/book/time`, async (c) => (await elsewhere(world, c, "time")) ?? timesPage(world, c))
  app.post(`${root}/book/time`, (c) => book(world, c))

  app.get(`${root}/book/:service`, (c) => stationsPage(world, c))
  app.get(`${root}/book/:service/:station`, (c) => newPersonPage(world, c))
  app.post(`${root}/book/:service/:station`, (c) => person(world, c))
}

const to = (c: PageContext, path: string) => c.redirect(`/${viewFor(c).face}${path}`, 303)

function serviceIn(c: PageContext): ServiceId {
  const result = ServiceId.safeParse(c.req.param("service"))
  if (!result.success) throw new Problem("service-unknown")
  return result.data
}

/** The service and the station of the address. Refusals: service-unknown, station-unknown, service-not-here. */
async function visitIn(world: World, c: PageContext) {
  const service = serviceIn(c)
  const station = await stations.find(world, c.req.param("station") ?? "")
  if (!offers(station, service)) throw new Problem("service-not-here")
  return { service, station }
}

export type Origin = { lat: number; lng: number; near?: string }

const Position = z.object({
  lat: z.coerce.number().check(z.gte(-90, "place"), z.lte(90, "place")),
  lng: z.coerce.number().check(z.gte(-180, "place"), z.lte(180, "place")),
})

/** Where distances count from: a position that the phone gave, or an area that was chosen. */
export function originIn(c: PageContext, all: readonly Station[]): Origin | undefined {
  const { lat, lng, near } = c.req.query()
  if (lat !== undefined || lng !== undefined) {
    const position = Position.safeParse({ lat, lng })
    if (!position.success) throw fieldProblem("place", "place")
    return position.data
  }
  const chosen = all.find((it) => it.id === near)
  return chosen && { lat: chosen.lat, lng: chosen.lng, near: chosen.id }
}

export const nearestFirst = <T extends { metres?: number }>(found: T[]) =>
  found.toSorted((a, b) => (a.metres ?? 0) - (b.metres ?? 0))

async function stationsPage(world: World, c: PageContext) {
  const service = serviceIn(c)
  const view = viewFor(c)
  const all = await stationsFor(world, anyone)
  const origin = originIn(c, all)
  const found = await Promise.all(
    all.filter((it) => offers(it, service)).map((it) => choosable(world, it, service, origin)),
  )
  const body = (
    <StationsPage
      view={view}
      service={service}
      found={nearestFirst(found)}
      areas={all}
      near={origin?.near}
      sorted={origin !== undefined}
      today={dateOf(world.now())}
    />
  )
  // A page sorted by somebody's own position is theirs alone.
  return answer(c, view, { title: view.t("choose-station"), body, shared: !origin || origin.near !== undefined })
}

async function choosable(world: World, station: Station, service: ServiceId, origin?: Origin): Promise<Choosable> {
  const now = world.now()
  for (const date of booking.daysOf(station, now)) {
    const [first] = await booking.offers(world, anyone, { station: station.id, services: [service], date })
    if (first) return { ...choosableNow(station, now, origin), next: { date, time: first.time } }
  }
  return choosableNow(station, now, origin)
}

const choosableNow = (station: Station, now: number, origin?: Origin) => ({
  station,
  open: isOpenAt(station, now),
  ...(origin && { metres: metresBetween(origin, station) }),
})

async function newPersonPage(world: World, c: PageContext) {
  const { draft } = draftOf(world, c)
  const session = await visitorOf(world, c)
  const values = {
    name: draft?.name ?? "",
    idNumber: draft?.idNumber ?? "",
    mobile: draft?.mobile ?? session?.mobile ?? "",
  }
  const renewed = c.req.query("renewed") !== undefined
  return personPage(world, c, { ...values, mobile: values.mobile.replace(/^\+86/, "") }, { renewed })
}

type PersonFaults = { faults?: Partial<Record<keyof PersonValues, string>>; renewed?: boolean; refused?: Problem }

async function personPage(
  world: World,
  c: PageContext,
  values: PersonValues,
  { faults, renewed, refused }: PersonFaults,
) {
  const { service, station } = await visitIn(world, c)
  const view = viewFor(c)
  const refusal = refused ? problemText(refused, view.language) : renewed ? view.t("form-renewed") : undefined
  const body = (
    <PersonPage
      view={view}
      service={service}
      station={station}
      formKey={newFormKey(world)}
      values={values}
      faults={faults ?? {}}
      refusal={refusal}
    />
  )
  if (refused?.details.seconds) c.header("retry-after", String(refused.details.seconds))
  return answer(c, view, { title: view.t("person-title"), body, status: refused?.status ?? (faults ? 400 : 200) })
}

async function person(world: World, c: PageContext) {
  const { service, station } = await visitIn(world, c)
  const { language } = viewFor(c)
  const typed = await typedIn(c)
  const values = { name: typed("name"), idNumber: typed("idNumber"), mobile: typed("mobile") }
  const { value, faults } = read(PersonForm, values, language)
  if (faults) return personPage(world, c, values, { faults })
  if (birthOf(value.idNumber) > dateOf(world.now()))
    return personPage(world, c, values, { faults: { idNumber: faultText("id-birth", language) } })
  const key = typed("key")
  const { refused } = await attempt(async () => mustBeOurs(world, key), "key-invalid", "key-expired")
  if (refused) return personPage(world, c, values, { renewed: true })

  const before = draftOf(world, c).draft
  const draft: Draft = { ...value, service, station: station.id, key }
  const session = await visitorOf(world, c)
  if (session?.mobile === draft.mobile) {
    keepDraft(world, c, draft)
    return to(c, "/book/time")
  }
  // Back and forth within a minute sends no second message.
  if (before?.mobile === draft.mobile && before.asked && world.now() - before.asked < minute) {
    keepDraft(world, c, { ...draft, asked: before.asked })
    return to(c, "/book/code")
  }
  const sent = await attempt(() => ask(world, c, draft), "too-many-codes")
  if (sent.refused) return personPage(world, c, values, { refused: sent.refused })
  return to(c, "/book/code")
}

async function ask(world: World, c: PageContext, draft: Draft) {
  const { language } = viewFor(c)
  await verifying.askCode(world, anyone, { mobile: draft.mobile, address: addressOf(c), language })
  keepDraft(world, c, { ...draft, asked: world.now() })
}

/** Where this step cannot be taken yet or any more: to the voucher, to the beginning, to the code, past it. */
async function elsewhere(world: World, c: PageContext, step: "code" | "time") {
  const { draft, booked } = draftOf(world, c)
  if (booked) return to(c, `/a/${booked}`)
  if (!draft) return to(c, "/book")
  const verified = (await visitorOf(world, c))?.mobile === draft.mobile
  if (step === "code" && verified) return to(c, "/book/time")
  if (step === "time" && !verified) return to(c, "/book/code")
  return undefined
}

function codePage(world: World, c: PageContext, refused?: Problem, fault?: string) {
  const { draft } = draftOf(world, c)
  if (!draft) return to(c, "/book")
  const view = viewFor(c, "/book/code")
  const body = (
    <CodePage
      view={view}
      phone={maskedMobile(draft.mobile)}
      action="/book/code"
      step={4}
      back={`/book/${draft.service}/${draft.station}`}
      again={c.req.query("again") !== undefined}
      fault={refused ? problemText(refused, view.language) : fault}
    />
  )
  if (refused?.details.seconds) c.header("retry-after", String(refused.details.seconds))
  return answer(c, view, { title: view.t("code-title"), body, status: refused?.status ?? (fault ? 400 : 200) })
}

async function answerCode(world: World, c: PageContext) {
  const { draft, booked } = draftOf(world, c)
  if (booked) return to(c, `/a/${booked}`)
  if (!draft) return to(c, "/book")
  const typed = await typedIn(c)
  const { value, faults } = read(z.object({ code: Code }), { code: typed("code") }, viewFor(c).language)
  if (faults) return codePage(world, c, undefined, faults.code)
  const { done, refused } = await attempt(
    () => verifying.answerCode(world, anyone, { mobile: draft.mobile, code: value.code }),
    "code-wrong",
    "too-many-tries",
  )
  if (refused) {
    // A second press of the same button finds the code used and the session open.
    const verified = (await visitorOf(world, c))?.mobile === draft.mobile
    return verified ? to(c, "/book/time") : codePage(world, c, refused)
  }
  keepSession(c, done.token)
  keepDraft(world, c, draft)
  return to(c, "/book/time")
}

async function askAgain(world: World, c: PageContext) {
  const { draft, booked } = draftOf(world, c)
  if (booked) return to(c, `/a/${booked}`)
  if (!draft) return to(c, "/book")
  const { refused } = await attempt(() => ask(world, c, draft), "too-many-codes")
  return refused ? codePage(world, c, refused) : to(c, "/book/code?again=1")
}

async function timesPage(world: World, c: PageContext, asked = c.req.query("date"), refused?: Problem) {
  const { draft } = draftOf(world, c)
  if (!draft) return to(c, "/book")
  if (asked !== undefined && !LocalDate.safeParse(asked).success) throw fieldProblem("date", "date")
  const station = await stations.find(world, draft.station)
  const now = world.now()
  const days = booking.daysOf(station, now)
  const { date, times } = await timesOn(world, draft, asked === undefined ? days : [asked])
  const view = viewFor(c, asked === undefined ? "/book/time" : `/book/time?date=${asked}`)
  const body = (
    <TimesPage
      view={view}
      service={draft.service}
      station={station}
      person={maskedName(draft.name)}
      today={dateOf(now)}
      days={days}
      date={date}
      times={times}
      refusal={refused && problemText(refused, view.language)}
    />
  )
  return answer(c, view, { title: view.t("times-title"), body, status: refused?.status ?? 200 })
}

/** The first of these days with a free time, or the first day with none. */
async function timesOn(world: World, draft: Draft, days: readonly LocalDate[]) {
  for (const date of days) {
    const found = await booking.offers(world, anyone, { station: draft.station, services: [draft.service], date })
    if (found.length) return { date, times: found.map((it) => it.time) }
  }
  return { date: days[0] ?? dateOf(world.now()), times: [] }
}

const At = z.object({ date: LocalDate, time: LocalTime })

async function book(world: World, c: PageContext) {
  const { draft, booked } = draftOf(world, c)
  if (booked) return to(c, `/a/${booked}`)
  if (!draft) return to(c, "/book")
  const session = await visitorOf(world, c)
  if (session?.mobile !== draft.mobile) return to(c, "/book/code")
  const { language } = viewFor(c)
  const [date = "", time = ""] = (await typedIn(c))("at").split("T")
  const at = At.safeParse({ date, time })
  if (!at.success) throw fieldProblem("time", LocalDate.safeParse(date).success ? "time" : "date")
  c.set("by", session.actor)
  const { service, name, idNumber, mobile, station, key } = draft
  const { done, refused } = await attempt(
    () =>
      booking.book(world, session.actor, {
        key,
        station,
        services: [service],
        ...at.data,
        name,
        idNumber,
        mobile,
        language,
      }),
    "place-taken",
    "place-not-offered",
    "time-past",
    "key-expired",
    "key-invalid",
  )
  if (refused?.code.startsWith("key-")) return to(c, `/book/${service}/${station}?renewed=1`)
  if (refused) return timesPage(world, c, date, refused)
  keepBooked(world, c, done.link)
  return to(c, `/a/${done.link}`)
}
