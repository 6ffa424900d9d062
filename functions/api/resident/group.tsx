/** An employer's list by plain forms: phone → code → list → step by step to everyone's outcome. Each step may be sent again. */
import type { Hono } from "hono"
import { getCookie, setCookie } from "hono/cookie"
import * as z from "zod/mini"
import { newFormKey } from "#actions/forms"
import * as grouping from "#actions/grouping"
import { sessionLife } from "#actions/verifying"
import { stationsFor } from "#actions/watching"
import { csv } from "#api/csv"
import { anyone } from "#domain/actor"
import { noticeIn } from "#domain/notice"
import { Mobile } from "#domain/person"
import { type FieldFault, fieldProblem, Problem } from "#domain/problem"
import { type ServiceId, serviceIds } from "#domain/service"
import { offers } from "#domain/station"
import { dateOf, type Instant, LocalDate, minute } from "#domain/time"
import { GroupListPage, GroupPhonePage, GroupProgressPage, type ListValues, outcomeText } from "#web/resident/group.tsx"
import type { World } from "#world"
import { askCode, codePages } from "./code.tsx"
import { cookie, underway, visitorOf } from "./draft.ts"
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
import { isSentBack, keepSent, type Sent, sentBack, sentIn } from "./sent.ts"

/** A phone that was sent a code, and when. */
type Caller = { mobile: string; asked: Instant }

export function groupPages(world: World, app: Hono<PageEnv>, root: string): void {
  app.get(`${root}/group`, (c) => phonePage(world, c))
  app.post(`${root}/group`, (c) => phone(world, c))
  codePages(world, app, root, { own: "/group/code", askedIn: (c) => askedIn(world, c) })
  app.get(`${root}/group/list`, (c) => listPage(world, c))
  app.post(`${root}/group/list`, (c) => list(world, c))
  app.get(`${root}/group/:group`, (c) => progressPage(world, c))
  app.post(`${root}/group/:group`, (c) => proceed(world, c))
  app.get(`${root}/group/:group/results.csv`, (c) => results(world, c))
}

function callerOf(world: World, c: PageContext): Caller | undefined {
  const kept = world.keyring.open("group-caller", getCookie(c, underway.group) ?? "") as Caller | undefined
  return kept && world.now() - kept.asked < sessionLife ? kept : undefined
}

const phoneForm = { name: "group", own: "/group" }
const Phone = z.object({ mobile: Mobile })

function phonePage(world: World, c: PageContext) {
  const view = viewFor(c)
  const sent = sentIn(world, c, phoneForm)
  const { typed, refused } = (isSentBack(c) && sent) || {}
  const fault = typed && read(Phone, typed, view.language).faults?.mobile
  const refusal = refused && problemText(refused, view.language)
  const body = <GroupPhonePage view={view} mobile={sent?.typed.mobile ?? ""} fault={fault} refusal={refusal} />
  return answer(c, view, { title: view.t("group-title"), body, refused, status: fault ? 400 : 200 })
}

async function phone(world: World, c: PageContext) {
  const typed = { mobile: (await typedIn(c))("mobile").slice(0, 100) }
  const back = (refused?: Problem) => sentBack(world, c, phoneForm, { typed, refused }) ?? to(c, phoneForm.own)
  const { data: value } = Phone.safeParse(typed)
  if (!value) return back()
  keepSent(world, c, phoneForm, { typed })
  const { mobile } = value
  if ((await visitorOf(world, c))?.mobile === mobile) return to(c, "/group/list")
  const before = callerOf(world, c)
  // Back and forth within a minute sends no second message.
  if (before?.mobile === mobile && world.now() - before.asked < minute) return to(c, "/group/code")
  const { refused } = await attempt(() => ask(world, c, mobile), "too-many-codes")
  return refused ? back(refused) : to(c, "/group/code")
}

async function ask(world: World, c: PageContext, mobile: string) {
  await askCode(world, c, mobile)
  const caller: Caller = { mobile, asked: world.now() }
  setCookie(c, underway.group, world.keyring.seal("group-caller", caller), cookie)
}

function askedIn(world: World, c: PageContext) {
  const caller = callerOf(world, c)
  if (!caller) return to(c, "/group")
  const { mobile } = caller
  return { mobile, back: "/group", ask: () => ask(world, c, mobile), onward: () => to(c, "/group/list") }
}

const listForm = { name: "group-list", own: "/group/list" }

async function listPage(world: World, c: PageContext, sent = sentIn(world, c, listForm), wrong = isSentBack(c)) {
  if (!(await visitorOf(world, c))) return to(c, "/group")
  const view = viewFor(c)
  const all = await stationsFor(world, anyone)
  const values: ListValues = { station: "", service: "", from: dateOf(world.now()), rows: "", ...sent?.typed }
  const { refused } = (wrong && sent) || {}
  const fields = (refused?.details.fields ?? []) as FieldFault[]
  const body = (
    <GroupListPage
      view={view}
      formKey={newFormKey(world)}
      stations={all.filter((it) => it.windows.length)}
      services={serviceIds.filter((id) => all.some((it) => offers(it, id)))}
      values={values}
      faults={fields.map(({ field, fault }) => ({ field, text: faultText(fault, view.language) }))}
      refusal={refused && !fields.length ? problemText(refused, view.language) : undefined}
    />
  )
  return answer(c, view, { title: view.t("group-list-title"), body, refused })
}

async function list(world: World, c: PageContext) {
  const session = await visitorOf(world, c)
  if (!session) return to(c, "/group")
  c.set("by", session.actor)
  const typed = await typedIn(c)
  const { file } = await c.req.parseBody()
  const uploaded = file instanceof File && file.size > 0 ? new Uint8Array(await file.arrayBuffer()) : undefined
  const values: ListValues = {
    station: typed("station"),
    service: typed("service"),
    from: typed("from"),
    rows: typed("rows"),
  }
  const missing: FieldFault[] = [
    ...(values.station ? [] : [{ field: "station", fault: "missing" }]),
    ...(serviceIds.includes(values.service as ServiceId) ? [] : [{ field: "service", fault: "missing" }]),
    ...(LocalDate.safeParse(values.from).success ? [] : [{ field: "from", fault: "date" }]),
    ...(uploaded || values.rows.trim() ? [] : [{ field: "rows", fault: "missing" }]),
  ]
  const { done: rows, refused: unread } = await attempt(async () => uploaded && rowsIn(uploaded), "invalid-input")
  const shown: ListValues = rows === undefined ? values : { ...values, rows }
  if (unread) missing.push({ field: "file", fault: "rows-file" })
  // What no cookie can carry, a long list, is shown in the answer itself.
  const back = (refused: Problem) => {
    const sent: Sent = { typed: shown, refused }
    return sentBack(world, c, listForm, sent) ?? listPage(world, c, sent, true)
  }
  if (missing.length) return back(new Problem("invalid-input", { fields: missing }))
  const { done, refused } = await attempt(
    () =>
      grouping.start(world, session.actor, {
        key: typed("key"),
        station: values.station,
        services: [values.service as ServiceId],
        from: values.from,
        list: uploaded ?? values.rows,
        mobile: session.mobile,
        language: viewFor(c).language,
        notice: noticeIn(typed("notice")),
      }),
    "invalid-input",
    "service-not-here",
    "station-unknown",
    "too-many-tries",
    "key-invalid",
    "key-expired",
    "key-reused",
  )
  if (refused) return back(refused)
  keepSent(world, c, listForm, { typed: shown })
  return to(c, `/group/${done.group}`)
}

/** A file as the lines that may be mended on the page, each under its own number. */
function rowsIn(file: Uint8Array): string {
  const lines: string[] = []
  for (const { row, name, idNumber, phone } of grouping.rowsOf(file))
    lines[row - 1] = [name, idNumber, phone].join(",").replace(/,$/, "")
  return Array.from(lines, (it) => it ?? "").join("\n")
}

/** Refusal: appointment-not-found (another's list, or a day later). */
async function progressIn(world: World, c: PageContext) {
  const session = await visitorOf(world, c)
  if (!session) throw new Problem("phone-unverified")
  return { session, progress: await grouping.see(world, session.actor, c.req.param("group") ?? "") }
}

async function progressPage(world: World, c: PageContext) {
  if (!(await visitorOf(world, c))) return to(c, "/group")
  const { progress } = await progressIn(world, c)
  const view = viewFor(c)
  const wait = Number(c.req.query("wait")?.match(/^\d{1,4}$/)?.[0] ?? 0)
  const tomorrow = c.req.query("tomorrow") !== undefined
  const body = <GroupProgressPage view={view} it={progress} wait={wait} tomorrow={tomorrow} />
  return answer(c, view, { title: view.t("group-title"), body })
}

async function proceed(world: World, c: PageContext) {
  const { session } = await progressIn(world, c)
  c.set("by", session.actor)
  const group = c.req.param("group") ?? ""
  if (!(await typedIn(c))("go")) throw fieldProblem("go", "missing")
  const { wait, tomorrow } = await grouping.proceed(world, session.actor, { group, mobile: session.mobile })
  const query = wait ? `?wait=${wait}` : tomorrow ? "?tomorrow=1" : ""
  return to(c, `/group/${group}${query}`)
}

async function results(world: World, c: PageContext) {
  const { progress } = await progressIn(world, c)
  const view = viewFor(c)
  const { t } = view
  return csv(c, "results", [
    [t("group-row", { n: "" }).trim(), t("group-who"), t("group-what")],
    ...progress.outcomes.map((it) => [it.row, it.name, outcomeText(view, it)]),
  ])
}
