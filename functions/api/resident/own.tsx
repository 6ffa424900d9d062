/**
 * One's own data by plain forms: phone → code → ID number → all of it. The number is never in an address: cookies carry its blind
 * index, and sealed, for whoever goes back to its form, how it was typed.
 */
import type { Hono } from "hono"
import { getCookie, setCookie } from "hono/cookie"
import * as z from "zod/mini"
import { newOp } from "#actions/forms"
import * as owning from "#actions/owning"
import { isNoticeVersion, noticeVersion } from "#domain/notice"
import { IdNumber, Mobile } from "#domain/person"
import { Problem } from "#domain/problem"
import type { Instant } from "#domain/time"
import * as stations from "#store/stations"
import { NoticePage } from "#web/resident/notice.tsx"
import {
  DeletedPage,
  DeletePage,
  DonePage,
  type Names,
  OwnNumberPage,
  OwnPage,
  OwnPhonePage,
  SurePage,
  WithdrawnPage,
  WithdrawPage,
} from "#web/resident/own.tsx"
import { ownTeller } from "#web/words/own"
import type { World } from "#world"
import { askCode, codePages } from "./code.tsx"
import { cookie, forget, underway, type Visitor, visitorOf } from "./draft.ts"
import { answer, attempt, type PageContext, type PageEnv, problemText, read, to, typedIn, viewFor } from "./frame.tsx"
import { maskedOwn, ownFile, ownFileName } from "./owned.ts"
import { type Form, isSentBack, keepSent, sentBack, sentIn } from "./sent.ts"

/** Which phone asks, and once it has shown itself whose data it asked for. */
type Kept = { mobile: string; person?: string; until: Instant }

export function ownPages(world: World, app: Hono<PageEnv>, root: string): void {
  app.get(`${root}/notice`, (c) => notice(c, noticeVersion))
  app.get(`${root}/notice/:version`, (c) => notice(c, c.req.param("version") ?? ""))
  app.get(`${root}/own`, (c) => phonePage(world, c))
  app.post(`${root}/own`, (c) => phone(world, c))
  codePages(world, app, root, { own: "/own/code", askedIn: (c) => askedIn(world, c) })
  app.get(`${root}/own/number`, (c) => asVisitor(world, c, () => numberPage(world, c)))
  app.post(`${root}/own/number`, (c) => asVisitor(world, c, (visitor) => number(world, c, visitor)))
  app.get(`${root}/own/all`, (c) => asOwner(world, c, (by, named) => allPage(world, c, by, named)))
  app.get(`${root}/own/print`, (c) => asOwner(world, c, (by, named) => printPage(world, c, by, named)))
  app.post(`${root}/own/file`, (c) => asOwner(world, c, (by, named) => file(world, c, by, named)))
  app.get(`${root}/own/delete`, (c) => asOwner(world, c, (by, named) => deletePage(world, c, by, named)))
  app.get(`${root}/own/delete/sure`, (c) => asOwner(world, c, async () => surePage(world, c)))
  app.post(`${root}/own/delete`, (c) => asOwner(world, c, (by, named) => remove(world, c, by, named)))
  app.post(`${root}/done`, (c) => done(world, c))
  app.get(`${root}/own/consents/:consent`, (c) => asVisitor(world, c, async () => withdrawPage(world, c)))
  app.post(`${root}/own/consents/:consent`, (c) => asVisitor(world, c, ({ actor }) => withdraw(world, c, actor)))
}

/** Refusal: not-found. */
function notice(c: PageContext, version: string) {
  if (!isNoticeVersion(version)) throw new Problem("not-found")
  const view = viewFor(c)
  const title = ownTeller(view.language)("notice-title")
  return answer(c, view, { title, body: <NoticePage view={view} version={version} />, shared: true })
}

const keep = (world: World, c: PageContext, kept: Omit<Kept, "until">) => {
  const until = world.now() + cookie.maxAge * 1000
  setCookie(c, underway.own, world.keyring.seal("own", { ...kept, until }), cookie)
}

function keptIn(world: World, c: PageContext): Kept | undefined {
  const kept = world.keyring.open("own", getCookie(c, underway.own) ?? "") as Kept | undefined
  return kept && kept.until > world.now() ? kept : undefined
}

async function asVisitor(world: World, c: PageContext, then: (visitor: Visitor) => Response | Promise<Response>) {
  const visitor = await visitorOf(world, c)
  if (!visitor) return to(c, "/own")
  c.set("by", visitor.actor)
  return then(visitor)
}

/** Where this phone has named an ID number; else the way to where it does. */
const asOwner = (
  world: World,
  c: PageContext,
  then: (by: Visitor["actor"], named: owning.Named) => Promise<Response>,
): Promise<Response> =>
  asVisitor(world, c, async ({ actor, mobile }) => {
    const kept = keptIn(world, c)
    if (kept?.mobile !== mobile || kept.person === undefined) return to(c, "/own/number")
    const named = { person: kept.person, mobile, request: c.get("request") }
    const { done, refused } = await attempt(() => then(actor, named), "nothing-found", "too-many-tries")
    return done ?? wrong(world, c, numberForm, sentIn(world, c, numberForm)?.typed, refused)
  })

const phoneForm = { name: "own", own: "/own" }
const deleteForm = { name: "own-delete", own: "/own/delete" }
const numberForm = { name: "own-number", own: "/own/number" }
const Phone = z.object({ mobile: Mobile })
const Numbered = z.object({ idNumber: IdNumber })

const wrong = (world: World, c: PageContext, form: Form, typed: Record<string, string> = {}, refused?: Problem) =>
  sentBack(world, c, form, { typed, refused }) ?? to(c, form.own)

/** Whoever is sent back sees what they typed, and nobody else that page; everybody else is given the same. */
function phonePage(world: World, c: PageContext) {
  const view = viewFor(c)
  const back = isSentBack(c)
  const { typed, refused } = (back && sentIn(world, c, phoneForm)) || {}
  const fault = typed && read(Phone, typed, view.language).faults?.mobile
  const refusal = refused && problemText(refused, view.language)
  const body = <OwnPhonePage view={view} value={typed?.mobile ?? ""} fault={fault} refusal={refusal} />
  const title = ownTeller(view.language)("own-title")
  return answer(c, view, { title, body, refused, status: fault ? 400 : 200, shared: !back })
}

async function phone(world: World, c: PageContext) {
  const typed = { mobile: (await typedIn(c))("mobile").slice(0, 100) }
  const { data: value } = Phone.safeParse(typed)
  if (!value) return wrong(world, c, phoneForm, typed)
  keepSent(world, c, phoneForm, { typed })
  const { mobile } = value
  const visitor = await visitorOf(world, c)
  if (visitor?.mobile === mobile) return to(c, "/own/number")
  const { refused } = await attempt(() => askCode(world, c, mobile), "too-many-codes")
  if (refused) return wrong(world, c, phoneForm, typed, refused)
  keep(world, c, { mobile })
  return to(c, "/own/code")
}

function askedIn(world: World, c: PageContext) {
  const kept = keptIn(world, c)
  if (!kept) return to(c, "/own")
  return {
    mobile: kept.mobile,
    back: "/own",
    ask: async () => void (await askCode(world, c, kept.mobile)),
    onward: () => to(c, "/own/number"),
  }
}

function numberPage(world: World, c: PageContext) {
  const view = viewFor(c)
  const sent = sentIn(world, c, numberForm)
  const { typed, refused } = (isSentBack(c) && sent) || {}
  // Sent back without a number, its refusal is all there is to say.
  const fault = typed && !refused ? read(Numbered, typed, view.language).faults?.idNumber : undefined
  const refusal = refused && problemText(refused, view.language)
  const body = <OwnNumberPage view={view} value={sent?.typed.idNumber ?? ""} fault={fault} refusal={refusal} />
  const title = ownTeller(view.language)("number-title")
  return answer(c, view, { title, body, refused, status: fault ? 400 : 200 })
}

async function number(world: World, c: PageContext, { actor, mobile }: Visitor) {
  const typed = { idNumber: (await typedIn(c))("idNumber").slice(0, 100) }
  const { data: value } = Numbered.safeParse(typed)
  if (!value) return wrong(world, c, numberForm, typed)
  const person = owning.personOf(world, value.idNumber)
  const { refused } = await attempt(
    () => owning.see(world, actor, { person, mobile, request: c.get("request") }),
    "nothing-found",
    "too-many-tries",
  )
  if (refused) return wrong(world, c, numberForm, typed, refused)
  keepSent(world, c, numberForm, { typed })
  keep(world, c, { mobile, person })
  return to(c, "/own/all")
}

type By = Visitor["actor"]

async function namesIn(world: World, { appointments, standing, tickets }: owning.Owned): Promise<Names> {
  const all = new Set([...appointments, ...standing.missed, ...tickets].map(({ station }) => station))
  return new Map(await Promise.all([...all].map(async (id) => [id, (await stations.find(world, id)).name] as const)))
}

async function allPage(world: World, c: PageContext, by: By, named: owning.Named) {
  const owned = await owning.see(world, by, named)
  const view = viewFor(c)
  const body = <OwnPage view={view} own={maskedOwn(owned)} names={await namesIn(world, owned)} />
  return answer(c, view, { title: ownTeller(view.language)("own-title"), body })
}

async function printPage(world: World, c: PageContext, by: By, named: owning.Named) {
  const owned = await owning.exported(world, by, named)
  const view = viewFor(c)
  const own = ownFile(owned, world.now())
  const body = <OwnPage view={view} own={own} names={await namesIn(world, owned)} whole />
  return answer(c, view, { title: ownTeller(view.language)("own-title"), body })
}

async function file(world: World, c: PageContext, by: By, named: owning.Named) {
  const owned = await owning.exported(world, by, named)
  return c.body(JSON.stringify(ownFile(owned, world.now()), undefined, 2), 200, {
    "content-type": "application/json; charset=utf-8",
    "content-disposition": ownFileName,
    "cache-control": "private, no-store",
  })
}

async function deletePage(world: World, c: PageContext, by: By, named: owning.Named) {
  const owned = await owning.see(world, by, named)
  const view = viewFor(c)
  const { refused } = (isSentBack(c) && sentIn(world, c, deleteForm)) || {}
  const stands = refused ?? owning.standsBefore(owned)
  const body = (
    <DeletePage
      view={view}
      own={maskedOwn(owned)}
      refusal={
        stands && {
          text: problemText(stands, view.language),
          to: `/${stands.code === "still-booked" ? "a" : "my"}/${stands.details.link}`,
          words: stands.code === "still-booked" ? "to-appointment" : "to-ticket",
        }
      }
    />
  )
  return answer(c, view, { title: ownTeller(view.language)("delete-title"), body, refused })
}

function surePage(world: World, c: PageContext) {
  const view = viewFor(c)
  const body = <SurePage view={view} op={newOp(world)} />
  return answer(c, view, { title: ownTeller(view.language)("sure-title"), body })
}

async function remove(world: World, c: PageContext, by: By, named: owning.Named) {
  const op = (await typedIn(c))("op")
  const { done, refused } = await attempt(
    () => owning.remove(world, by, { ...named, op }),
    "still-booked",
    "still-waiting",
  )
  if (refused) return wrong(world, c, deleteForm, {}, refused)
  await forget(world, c)
  const view = viewFor(c, "/own")
  const body = <DeletedPage view={view} it={done} />
  return answer(c, view, { title: ownTeller(view.language)("deleted-title"), body, forgotten: true })
}

/** Whoever has no session any more is answered alike. */
async function done(world: World, c: PageContext) {
  await forget(world, c)
  const view = viewFor(c, "")
  return answer(c, view, { title: view.t("done-title"), body: <DonePage view={view} />, forgotten: true })
}

const consentForm = (consent: string) => ({ name: "own-consent", own: `/own/consents/${consent}` })

function withdrawPage(world: World, c: PageContext) {
  const consent = c.req.param("consent") ?? ""
  const view = viewFor(c)
  const { refused } = (isSentBack(c) && sentIn(world, c, consentForm(consent))) || {}
  const refusal = refused && problemText(refused, view.language)
  const body = <WithdrawPage view={view} consent={consent} refusal={refusal} />
  return answer(c, view, { title: ownTeller(view.language)("withdraw-title"), body, refused })
}

async function withdraw(world: World, c: PageContext, by: By) {
  const consent = c.req.param("consent") ?? ""
  const { done, refused } = await attempt(
    () => owning.withdraw(world, by, { consent }),
    "changed-meanwhile",
    "too-many-tries",
  )
  if (refused) return wrong(world, c, consentForm(consent), {}, refused)
  const view = viewFor(c, `/own/consents/${consent}`)
  const body = <WithdrawnPage view={view} it={done} />
  return answer(c, view, { title: ownTeller(view.language)("withdrawn-title"), body })
}
