/** The pages of a lost child: plain forms that finish every step without a script. Nothing typed is ever lost to an error. */
import { Hono } from "hono"
import { newFormKey, newOp } from "#actions/forms"
import { addPhoto } from "#actions/picturing"
import * as reporting from "#actions/reporting"
import { addressOf, type Ctx, languageOf } from "#api/http"
import { anyone } from "#domain/actor"
import { must } from "#domain/permission"
import type { FieldFault, Problem } from "#domain/problem"
import type { ReportKind } from "#domain/report"
import * as units from "#store/units"
import {
  type Choice,
  MorePage,
  type Noticed,
  NoticePage,
  ReportForm,
  ReportProblemPage,
  type ReportTyped,
  SaidFoundPage,
  StatusPage,
} from "#web/resident/report.tsx"
import { problemWords } from "#web/words/problems"
import { reportTeller } from "#web/words/report"
import type { World } from "#world"
import {
  answer,
  attempt,
  faultText,
  type PageContext,
  type PageEnv,
  problemText,
  typedIn,
  viewFor,
} from "../resident/frame.tsx"
import { nothingTyped, photoIn, readMore, readReport, typedMore, typedReport } from "./reading.ts"
import { reportShape } from "./shape.ts"

const root = "/:face{(?:zh|en)(?:-big)?}/report"

export function reportPages(world: World): Hono<PageEnv> {
  const app = new Hono<PageEnv>()
  app.use(async (c, next) => {
    if (world.portal.demonstration) c.set("clock", world.now())
    await next()
  })
  app.get("/report", (c) => c.redirect(`/${languageOf(c)}/report`, 302))
  for (const [path, kind] of [
    ["", "missing"],
    ["/found-child", "found-child"],
  ] as const) {
    app.get(`${root}${path}`, (c) => formPage(world, c, kind))
    app.post(`${root}${path}`, (c) => report(world, c, kind))
  }
  app.get(`${root}/notice`, (c) => {
    const view = viewFor(c)
    const title = reportTeller(view.language)("notice-title")
    return answer(c, view, { title, body: <NoticePage view={view} />, shared: true })
  })
  app.get(`${root}/:link`, (c) => statusPage(world, c))
  app.get(`${root}/:link/more`, (c) => morePage(world, c, { saved: c.req.query("saved") !== undefined }))
  app.post(`${root}/:link/more`, (c) => addMore(world, c))
  app.post(`${root}/:link/photo`, (c) => photo(world, c))
  app.get(`${root}/:link/found`, (c) => saidFoundPage(world, c))
  app.post(`${root}/:link/found`, (c) => sayFound(world, c))
  return app
}

/** A failure with 110 above it. A photo that was too large leaves the report as it is: another one is asked for. */
export function reportErrorPage(c: Ctx, problem: Problem): Response {
  const here = c as unknown as PageContext
  const [, face, , link, last] = c.req.path.split("/")
  const view = viewFor(here, last === "photo" ? `/report/${link}/more` : undefined)
  const text = problemText(problem, view.language)
  if (last === "photo" && problem.code === "body-too-large" && face) {
    const body = <MorePage view={view} link={link!} typed={{}} faults={{}} saved={false} photo={{ fault: text }} />
    return answer(here, view, { title: reportTeller(view.language)("more-title"), body, status: 413, script: "report" })
  }
  return answer(here, view, {
    title: text,
    body: <ReportProblemPage view={view} text={text} />,
    status: problem.status,
  })
}

/** The key is in the form and in its address, so that a page that comes back is still the same report. */
async function formPage(world: World, c: PageContext, kind: ReportKind) {
  const given = c.req.query("k") ?? ""
  return page(world, c, kind, { key: /^[\w.-]{8,200}$/.test(given) ? given : newFormKey(world), typed: nothingTyped })
}

type Filled = { key: string; typed: ReportTyped; faults?: Record<string, string> }

async function page(world: World, c: PageContext, kind: ReportKind, { key, typed, faults = {} }: Filled) {
  must(anyone, "report.make")
  const path = kind === "missing" ? "/report" : "/report/found-child"
  const view = viewFor(c, `${path}?k=${encodeURIComponent(key)}`)
  const body = (
    <ReportForm view={view} kind={kind} formKey={key} places={await placesOf(world)} typed={typed} faults={faults} />
  )
  const faulty = Object.keys(faults).length > 0
  const title = reportTeller(view.language)(kind === "missing" ? "title" : "found-title")
  return answer(c, view, { title, body, status: faulty ? 400 : 200, script: "report" })
}

/** Venues, then the streets and towns. Nothing here may keep the form from being shown. */
async function placesOf(world: World): Promise<Choice[]> {
  const { venues, places } = await units.city(world).catch(() => ({ venues: [], places: [] }))
  const streets = places.filter(({ kind }) => kind === "street")
  return [
    ...venues.map(({ id, name }) => ({ id: `venue:${id}`, name })),
    ...streets.map(({ id, name }) => ({ id: `street:${id}`, name })),
  ]
}

async function report(world: World, c: PageContext, kind: ReportKind) {
  const form = await typedIn(c)
  const typed = typedReport(form)
  const key = form("key").slice(0, 200) || c.req.query("k")?.slice(0, 200) || newOp(world)
  const ago = Math.min(Math.max(Number(form("ago")) || 0, 0), 12 * 3_600_000)
  const { told, before, unread, faults } = readReport(typed, kind === "found-child", world.now(), ago)
  const { language, face } = viewFor(c)
  if (!told)
    return page(world, c, kind, {
      key,
      typed,
      faults: Object.fromEntries(Object.entries(faults).map(([field, fault]) => [field, faultText(fault, language)])),
    })
  const { link, later } = await reporting.report(world, anyone, {
    key,
    told,
    address: addressOf(c),
    ...(before !== undefined && { before }),
  })
  const noticed = [later && "when", unread && "some"].filter(Boolean)
  return c.redirect(`/${face}/report/${link}${noticed.length ? `?n=${noticed.join(".")}` : ""}`, 303)
}

const linkIn = (c: PageContext) => c.req.param("link") ?? ""

function heldBy(world: World, c: PageContext) {
  const by = reporting.holderOf(world, linkIn(c))
  c.set("by", by)
  return by
}

async function statusPage(world: World, c: PageContext) {
  const status = await reporting.statusOf(world, heldBy(world, c))
  const view = viewFor(c)
  const noticed = (c.req.query("n") ?? "").split(".")
  const shape = await reportShape(world, status)
  const body = (
    <StatusPage
      view={view}
      link={linkIn(c)}
      status={{ ...status, call110: shape.call110 }}
      unit={shape.station.name}
      noticed={(["when", "some", "found"] as const satisfies readonly Noticed[]).filter((it) => noticed.includes(it))}
    />
  )
  return answer(c, view, { title: reportTeller(view.language)("received-title"), body, script: "report" })
}

type More = {
  typed?: Record<string, string>
  faults?: Record<string, string>
  saved?: boolean
  photo?: { sent?: boolean; fault?: string }
}

async function morePage(world: World, c: PageContext, { typed = {}, faults = {}, saved = false, photo }: More) {
  await reporting.statusOf(world, heldBy(world, c))
  const view = viewFor(c, `/report/${linkIn(c)}/more`)
  const sent = c.req.query("photo") !== undefined
  // The edge turns back what no function could take.
  const large = c.req.query("large") !== undefined && { fault: problemWords["body-too-large"][view.language] }
  const body = (
    <MorePage
      view={view}
      link={linkIn(c)}
      typed={typed}
      faults={faults}
      saved={saved}
      photo={photo ?? (large || { sent })}
    />
  )
  const faulty = Object.keys(faults).length > 0 || photo?.fault !== undefined
  return answer(c, view, {
    title: reportTeller(view.language)("more-title"),
    body,
    status: faulty ? 400 : 200,
    script: "report",
  })
}

/** What is right is saved, what is not is asked for again: neither waits for the other. */
async function addMore(world: World, c: PageContext) {
  const typed = typedMore(await typedIn(c))
  const { added, faults } = readMore(typed, world.now())
  const by = heldBy(world, c)
  const saved = Object.keys(added).length > 0
  // The same words again are the same addition, and other words under the same form are another.
  if (saved) {
    const op = world.keyring.blind("added", `${linkIn(c)}${JSON.stringify(typed)}`)
    await reporting.add(world, by, { op, added })
  }
  const wrong = Object.entries(faults)
  const { language, face } = viewFor(c)
  if (wrong.length === 0) return c.redirect(`/${face}/report/${linkIn(c)}/more${saved ? "?saved" : ""}`, 303)
  return morePage(world, c, {
    typed: Object.fromEntries(wrong.map(([name]) => [name, typed[name] ?? ""])),
    faults: Object.fromEntries(wrong.map(([name, fault]) => [name, faultText(fault, language)])),
    saved,
  })
}

async function photo(world: World, c: PageContext) {
  const by = heldBy(world, c)
  const { face, language } = viewFor(c)
  const { refused } = await attempt(async () => addPhoto(world, by, await photoIn(c)), "invalid-input")
  if (!refused) return c.redirect(`/${face}/report/${linkIn(c)}/more?photo`, 303)
  const [{ fault }] = refused.details.fields as [FieldFault]
  return morePage(world, c, { photo: { fault: faultText(fault, language) } })
}

async function saidFoundPage(world: World, c: PageContext) {
  await reporting.statusOf(world, heldBy(world, c))
  const view = viewFor(c)
  return answer(c, view, {
    title: reportTeller(view.language)("said-title"),
    body: <SaidFoundPage view={view} link={linkIn(c)} formKey={newOp(world)} />,
  })
}

async function sayFound(world: World, c: PageContext) {
  const by = heldBy(world, c)
  const typed = await typedIn(c)
  const note = typed("text").trim().slice(0, 500)
  // Of the form: found, lost again and found again are two.
  const op = world.keyring.blind("said-found", [linkIn(c), typed("key").slice(0, 200), note].join())
  await reporting.sayFound(world, by, { op, ...(note && { note }) })
  return c.redirect(`/${viewFor(c).face}/report/${linkIn(c)}?n=found`, 303)
}
