/** The journey of a booking by plain forms: service → station → person → code → time. Nothing is held until the last tap. */
import type { Hono } from "hono"
import * as z from "zod/mini"
import * as booking from "#actions/booking"
import { mustBeOurs, newFormKey } from "#actions/forms"
import { nextAt, search } from "#actions/searching"
import { anyone } from "#domain/actor"
import { adviceFor } from "#domain/advice"
import { isYoung, mustBeRepresented, Who } from "#domain/guardian"
import { isNoticeVersion, noticeIn } from "#domain/notice"
import { birthOf, IdNumber, Mobile, maskedName, PersonName } from "#domain/person"
import { unitsOf } from "#domain/places"
import { type FieldFault, Problem, unbookable } from "#domain/problem"
import { groupOf, inReadingOrder, type ServiceId } from "#domain/service"
import { offers, type Station, stationOn } from "#domain/station"
import { dateOf, type LocalDate } from "#domain/time"
import * as stations from "#store/stations"
import {
  type PersonFaults,
  type PersonField,
  PersonPage,
  type PersonValues,
  type Screen,
  ServicesPage,
  StationsPage,
  screens,
  screenTitle,
} from "#web/resident/book.tsx"
import { isBig } from "#web/resident/face"
import { type Refusal, RefusedPage, refusals } from "#web/resident/refused.tsx"
import { TimesPage } from "#web/resident/times.tsx"
import type { View } from "#web/resident/view"
import type { Language } from "#web/words/t"
import type { World } from "#world"
import { nearIn, serviceIn } from "./catalogue.tsx"
import { atOf, choiceOf } from "./choice.ts"
import { askCode, codePages, type Shown } from "./code.tsx"
import { type Draft, draftOf, keepBooked, keepDraft, visitorOf } from "./draft.ts"
import {
  answer,
  attempt,
  faultText,
  type PageContext,
  type PageEnv,
  problemText,
  read,
  type Typed,
  to,
  typedIn,
  viewFor,
} from "./frame.tsx"
import { forgetSent, isSentBack, sentBack, sentIn } from "./sent.ts"

const fields = {
  who: Who,
  name: PersonName,
  idNumber: IdNumber,
  guardianName: PersonName,
  guardianId: IdNumber,
  consent: z.string(),
  mobile: Mobile,
} as const satisfies Record<PersonField, z.ZodMiniType>

export function bookPages(world: World, app: Hono<PageEnv>, root: string): void {
  app.get(`${root}/book`, (c) => {
    const view = viewFor(c)
    return answer(c, view, { title: view.t("services-title"), body: <ServicesPage view={view} />, shared: true })
  })

  app.get(`${root}/book/code`, async (c, next) => (await elsewhere(world, c, "code")) ?? next())
  codePages(world, app, root, { own: "/book/code", step: 4, askedIn: (c) => askedIn(world, c) })
  app.get(`${root}/book/time`, async (c) => (await elsewhere(world, c, "time")) ?? timesPage(world, c))
  app.post(`${root}/book/time`, (c) => book(world, c))
  app.post(`${root}/book/station`, (c) => otherStation(world, c))

  app.get(`${root}/book/:service`, (c) => stationsPage(world, c))
  app.get(`${root}/book/:service/:station`, (c) => personPage(world, c))
  app.post(`${root}/book/:service/:station`, (c) => person(world, c))
}

/** The service and the station of the address. Refusals: service-unknown, station-unknown, service-not-here. */
async function visitIn(world: World, c: PageContext) {
  const service = serviceIn(c)
  const station = await stations.find(world, c.req.param("station") ?? "")
  if (!offers(station, service)) throw new Problem("service-not-here")
  return { service, station }
}

const doesAll = ({ windows }: Station, visit: readonly ServiceId[]) =>
  windows.some((it) => visit.every((id) => it.services.includes(id)))

/** What else one window of this station can do in the same visit. */
const othersAt = (station: Station, service: ServiceId) =>
  inReadingOrder.filter((id) => id !== service && groupOf(id) === groupOf(service) && doesAll(station, [service, id]))

async function stationsPage(world: World, c: PageContext) {
  const service = serviceIn(c)
  const view = viewFor(c)
  const { near, from, areas, shared } = await nearIn(world, c)
  const { found, quicker, shut } = await search(world, anyone, { services: [service], from })
  const body = (
    <StationsPage
      view={view}
      service={service}
      found={found}
      quicker={quicker}
      near={near}
      areas={areas}
      today={dateOf(world.now())}
      shut={shut}
    />
  )
  return answer(c, view, { title: view.t("choose-station"), body, status: near.fault ? 400 : 200, shared })
}

const nobody: PersonValues = {
  who: "self",
  name: "",
  idNumber: "",
  guardianName: "",
  guardianId: "",
  consent: "",
  mobile: "",
}

/** What is kept of the draft for this page: everything about the person, and the visit where it is the same one. */
async function keptIn(world: World, c: PageContext, service: ServiceId): Promise<Filled> {
  const { draft } = draftOf(world, c)
  // Sent back with its phone left empty, it stays empty: that is what is wrong with it.
  const session = isSentBack(c) && draft ? undefined : await visitorOf(world, c)
  const { who, name, idNumber, guardianName, guardianId, consent } = draft ?? nobody
  const mobile = (draft?.mobile || session?.mobile || "").replace(/^\+86/, "")
  const values: PersonValues = { who, name, idNumber, guardianName, guardianId, consent, mobile }
  return { values, chosen: draft?.services[0] === service ? draft.services : [service] }
}

/** In larger text one thing is asked on a screen: these, for whoever that is. */
const screensFor = ({ who, idNumber }: PersonValues, today: LocalDate) =>
  screens.filter((it) => {
    if (it === "services") return true
    if (it === "guardianName" || it === "guardianId") return who !== "self" || isYoungTyped(idNumber, today)
    return it !== "consent" || isYoungTyped(idNumber, today)
  })

function isYoungTyped(typed: string, today: LocalDate): boolean {
  const { data } = IdNumber.safeParse(typed)
  return data !== undefined && birthOf(data) <= today && isYoung(data, today)
}

type Filled = { values: PersonValues; chosen: readonly ServiceId[] }

const personForm = (service: ServiceId, station: Station) => ({
  name: "person",
  own: `/book/${service}/${station.id}`,
})

/** The form as it stands in the draft; sent back, with what is wrong with it. */
async function personPage(world: World, c: PageContext) {
  const { service, station } = await visitIn(world, c)
  const view = viewFor(c)
  const form = personForm(service, station)
  const here = form.own
  const filled = await keptIn(world, c, service)
  const { values, chosen } = filled
  const screen = isBig(view.face) ? (screens.find((it) => it === c.req.query("screen")) ?? "services") : undefined
  const today = dateOf(world.now())
  const wrong = isSentBack(c) && draftOf(world, c).draft !== undefined
  const faults = wrong ? faultsOf(filled, station, screen, today, view).faults : undefined
  const refused = wrong ? sentIn(world, c, form)?.refused : undefined
  const renewed = c.req.query("renewed") !== undefined
  const others = othersAt(station, service)
  const refusal = refused ? problemText(refused, view.language) : renewed ? view.t("form-renewed") : undefined
  const order = screensFor(values, today)
  const before = screen && order[order.indexOf(screen) - 1]
  const { none } = before ? {} : await nextAt(world, anyone, { station: station.id, services: [service] })
  const body = (
    <PersonPage
      view={view}
      service={service}
      station={station}
      others={others}
      chosen={chosen}
      formKey={newFormKey(world)}
      values={values}
      faults={faults ?? {}}
      screen={screen}
      none={none}
      back={before ? `${here}?screen=${before}` : `/book/${service}`}
      refusal={refusal}
    />
  )
  const title = screenTitle(view, values.who, screen)
  return answer(c, view, { title, body, refused, status: faults ? 400 : 200 })
}

/** What is wrong with all of it, or with what this screen asks; the values as they may be booked where nothing is. */
function faultsOf(
  { values, chosen }: Filled,
  station: Station,
  screen: Screen | undefined,
  today: LocalDate,
  { language, t }: View,
): { value: PersonValues; faults?: undefined } | { value?: undefined; faults: PersonFaults } {
  const all = screensFor(values, today).filter((it) => it !== "services")
  const asked = screen === undefined ? all : all.filter((it) => it === screen)
  const { value, faults } = judged(values, asked, today, language)
  const apart = chosen.length > 4 || !doesAll(station, chosen)
  const { policy } = stationOn(station, today, groupOf(chosen[0]!))
  const isLong = unitsOf(chosen, policy) * policy.unit > policy.block
  const services = apart ? t("more-apart") : isLong ? t("more-long", { n: policy.block }) : undefined
  if (value && !services) return { value }
  return { faults: { ...faults, ...(services && { services }) } }
}

/** As typed, cut to what a cookie can carry; what this screen does not ask stays as it was. */
function filledIn(
  typed: Typed,
  before: Filled,
  screen: Screen | undefined,
  service: ServiceId,
  others: readonly ServiceId[],
): Filled {
  const asks = (it: Screen) => screen === undefined || screen === it
  const text = (it: PersonField) => (asks(it) ? typed(it).slice(0, 100) : before.values[it])
  return {
    values: {
      who: asks("who") ? (Who.safeParse(typed("who")).data ?? "self") : before.values.who,
      name: text("name"),
      idNumber: text("idNumber"),
      guardianName: text("guardianName"),
      guardianId: text("guardianId"),
      consent: text("consent"),
      mobile: text("mobile"),
    },
    chosen: asks("services") ? [service, ...others.filter((id) => typed(`with-${id}`))] : before.chosen,
  }
}

/** What is wrong with these fields, and with them together; the values as they may be booked where nothing is. */
function judged(
  values: PersonValues,
  asked: readonly PersonField[],
  today: LocalDate,
  language: Language,
): { value: PersonValues; faults?: undefined } | { value?: undefined; faults: PersonFaults } {
  const typed = Object.fromEntries(asked.map((it) => [it, values[it]]))
  const schema = z.object(Object.fromEntries(asked.map((it) => [it, fields[it]])))
  const { value, faults } = read(schema, typed, language)
  if (faults) return { faults }
  const good: PersonValues = { ...values, ...value }
  const wrong: PersonFaults = {}
  for (const field of ["idNumber", "guardianId"] as const)
    if (asked.includes(field) && birthOf(good[field]) > today) wrong[field] = faultText("id-birth", language)
  for (const { field, fault } of unrepresented(good, today)) {
    const named = { "guardian.name": "guardianName", "guardian.idNumber": "guardianId", consent: "consent" } as const
    const at = named[field as keyof typeof named]
    // Asked for alone, it is judged alone: the other half comes on the next screen.
    if (at && asked.includes(at) && (fault !== "guardian-missing" || asked.length > 1))
      wrong[at] ??= faultText(fault, language)
  }
  return Object.keys(wrong).length ? { faults: wrong } : { value: good }
}

function unrepresented(it: PersonValues, today: LocalDate): readonly FieldFault[] {
  const { data } = IdNumber.safeParse(it.idNumber)
  if (data === undefined || birthOf(data) > today) return []
  try {
    mustBeRepresented(proxyOf(it), it.idNumber, today)
    return []
  } catch (error) {
    if (error instanceof Problem) return error.details.fields as FieldFault[]
    throw error
  }
}

/** Who books for whom; a guardian's fields that nobody asked for are left out. */
const proxyOf = ({ who, guardianName: name, guardianId: idNumber, consent }: PersonValues) =>
  who === "self" || !name || !IdNumber.safeParse(idNumber).success
    ? { who }
    : { who, guardian: { name, idNumber }, ...(isNoticeVersion(consent) && { consent }) }

async function person(world: World, c: PageContext) {
  const { service, station } = await visitIn(world, c)
  const view = viewFor(c)
  const today = dateOf(world.now())
  const typed = await typedIn(c)
  const others = othersAt(station, service)
  const screen = isBig(view.face) ? screens.find((it) => it === typed("screen")) : undefined
  const kept = await keptIn(world, c, service)
  const { values, chosen } = filledIn(typed, kept, screen, service, others)
  // A child's form names who books for it, whatever was tapped.
  const young = isYoungTyped(values.idNumber, today)
  if (young && values.who === "self" && screen !== "who") values.who = "child"
  const key = typed("key")
  const draft: Draft = {
    ...values,
    services: chosen,
    station: station.id,
    key,
    notice: noticeIn(typed("notice")),
    ready: false,
  }
  keepDraft(world, c, draft)
  const form = personForm(service, station)
  const order = screensFor(values, today)
  const here = (at: Screen | undefined) => (at ? `${form.own}?screen=${at}` : form.own)
  const back = (at: Screen | undefined, refused?: Problem) =>
    sentBack(world, c, form, { typed: {}, refused }, here(at)) ?? to(c, here(at))
  const { value } = faultsOf({ values, chosen }, station, screen, today, view)
  if (!value) return back(screen)
  const { refused } = await attempt(async () => mustBeOurs(world, key), "key-invalid", "key-expired")
  if (refused) return to(c, `${form.own}?${screen ? `screen=${screen}&` : ""}renewed=1`)
  if (screen && screen !== order.at(-1)) {
    keepDraft(world, c, { ...draft, ...value })
    return to(c, here(order[order.indexOf(screen) + 1]))
  }
  const whole = faultsOf({ values: value, chosen }, station, undefined, today, view)
  if (!whole.value) return back(screen && order.find((it) => whole.faults[it]))
  forgetSent(c, form)
  return verified(world, c, { ...draft, ...whole.value, ready: true }, (refused) => back(screen, refused))
}

/** On to the times where the phone has shown its code; else to the code. */
async function verified(world: World, c: PageContext, draft: Draft, instead: (refused: Problem) => Response) {
  const session = await visitorOf(world, c)
  if (session?.mobile === draft.mobile) {
    keepDraft(world, c, draft)
    return to(c, "/book/time")
  }
  const { refused } = await attempt(() => ask(world, c, draft), "too-many-codes")
  return refused ? instead(refused) : to(c, "/book/code")
}

async function ask(world: World, c: PageContext, draft: Draft) {
  await askCode(world, c, draft.mobile)
  keepDraft(world, c, draft)
}

/** The draft where all of it is right; else the way to what is missing, or to what became of it. */
function readyIn(
  world: World,
  c: PageContext,
): { draft: Draft; away?: undefined } | { draft?: undefined; away: Response } {
  const { draft, booked } = draftOf(world, c)
  if (booked) return { away: to(c, `/a/${booked}`) }
  if (!draft) return { away: to(c, "/book") }
  return draft.ready ? { draft } : { away: to(c, formOf(draft)) }
}

const formOf = ({ services, station }: Draft) => `/book/${services[0]}/${station}`

/** Where this step cannot be taken yet or any more: to the voucher, to the beginning, to the code, past it. */
async function elsewhere(world: World, c: PageContext, step: "code" | "time") {
  const { draft, away } = readyIn(world, c)
  if (away) return away
  const verified = (await visitorOf(world, c))?.mobile === draft.mobile
  if (step === "code" && verified) return to(c, "/book/time")
  if (step === "time" && !verified) return to(c, "/book/code")
  return undefined
}

function askedIn(world: World, c: PageContext) {
  const { draft, away } = readyIn(world, c)
  if (away) return away
  return {
    mobile: draft.mobile,
    back: `${formOf(draft)}${isBig(viewFor(c).face) ? "?screen=mobile" : ""}`,
    ask: () => ask(world, c, draft),
    onward: ({ token }: Shown) => {
      if (token) keepDraft(world, c, draft)
      return to(c, "/book/time")
    },
  }
}

const timeForm = { name: "time", own: "/book/time" }

async function timesPage(world: World, c: PageContext) {
  const { draft, away } = readyIn(world, c)
  if (away) return away
  const { refused } = (isSentBack(c) && sentIn(world, c, timeForm)) || {}
  const final = refusals.find((code) => code === refused?.code)
  if (refused && final) return refusedPage(c, refused, final)
  const asked = c.req.query("date")
  const { services, idNumber, who } = draft
  const station = await stations.find(world, draft.station)
  const view = viewFor(c)
  const wish = { station, services, asked, language: view.language }
  const choice = await choiceOf(world, anyone, wish, world.keyring.blind("person", idNumber))
  const near = choice.none ? (await search(world, anyone, { services, from: station })).found : []
  const today = dateOf(world.now())
  const facts = { who: ({ self: "self", child: "child", parent: "limited" } as const)[who] }
  const circumstances = { today, birth: birthOf(idNumber), renewHere: station.policy.renewHere }
  const advice = services.flatMap((id) => adviceFor(id, facts, circumstances))
  const body = (
    <TimesPage
      view={view}
      services={services}
      station={station}
      person={maskedName(draft.name)}
      today={today}
      choice={choice}
      advice={advice.filter(({ key }, i) => advice.findIndex((it) => it.key === key) === i)}
      elsewhere={near.filter((it) => it.station.id !== station.id && it.next).slice(0, 3)}
      back={formOf(draft)}
      refusal={choice.turn ? undefined : refused && problemText(refused, view.language)}
    />
  )
  return answer(c, view, { title: view.t("times-title"), body, refused })
}

/** The same visit at another station; nothing that was typed is asked again. */
async function otherStation(world: World, c: PageContext) {
  const { draft, away } = readyIn(world, c)
  if (away) return away
  const station = await stations.find(world, (await typedIn(c))("station"))
  if (!doesAll(station, draft.services)) throw new Problem("service-not-here")
  keepDraft(world, c, { ...draft, station: station.id })
  return to(c, "/book/time")
}

async function book(world: World, c: PageContext) {
  const { draft, away } = readyIn(world, c)
  if (away) return away
  const session = await visitorOf(world, c)
  if (session?.mobile !== draft.mobile) return to(c, "/book/code")
  const { language } = viewFor(c)
  const at = atOf((await typedIn(c))("at"))
  c.set("by", session.actor)
  const { services, name, idNumber, mobile, station, key, notice } = draft
  const form = { key, station, services, ...at, name, idNumber, mobile, language, notice, ...proxyOf(draft) }
  const { done, refused } = await attempt(
    () => booking.book(world, session.actor, form),
    ...refusals,
    "not-your-wave",
    "place-taken",
    ...unbookable,
    "key-expired",
    "key-invalid",
  )
  if (refused?.code.startsWith("key-")) return to(c, `${formOf(draft)}?renewed=1`)
  const there = `${timeForm.own}?date=${at.date}`
  if (refused) return sentBack(world, c, timeForm, { typed: {}, refused }, there) ?? to(c, there)
  forgetSent(c, timeForm)
  keepBooked(world, c, done.link)
  return to(c, `/a/${done.link}`)
}

function refusedPage(c: PageContext, problem: Problem, code: Refusal) {
  const view = viewFor(c)
  const { until } = problem.details
  const body = <RefusedPage view={view} code={code} until={typeof until === "string" ? until : undefined} />
  return answer(c, view, { title: view.t(`refused-${code}`), body, status: problem.status })
}
