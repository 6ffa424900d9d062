/** A name or a phone that was given wrong, on the appointment's own page; the booking's phone, or the new one, shows a code first. */
import type { Hono } from "hono"
import { getCookie, setCookie } from "hono/cookie"
import * as z from "zod/mini"
import { byLink, ownDetails } from "#actions/booking"
import { newOp } from "#actions/forms"
import { type Correction, correct, phoneToShow } from "#actions/owning"
import { sessionOf } from "#actions/verifying"
import { Mobile, PersonName } from "#domain/person"
import type { FieldFault, Problem } from "#domain/problem"
import type { Instant } from "#domain/time"
import { CorrectPage, corrected } from "#web/resident/own.tsx"
import { ownTeller } from "#web/words/own"
import type { Language } from "#web/words/t"
import type { World } from "#world"
import { askCode, codePages, type Shown } from "./code.tsx"
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
import { IdLast4 } from "./routes.ts"
import { forgetSent, isSentBack, keepSent, sentBack, sentIn } from "./sent.ts"
import { heldIn, toVoucher } from "./voucher.tsx"

/** A form, and the phone that has been sent a code for it. */
type Kept = { form: Correction; shows: string; link: string; until: Instant }

export function correctPages(world: World, app: Hono<PageEnv>, root: string): void {
  app.get(`${root}/a/:link/correct`, (c) => page(world, c))
  app.post(`${root}/a/:link/correct`, (c) => asked(world, c))
  codePages(world, app, root, { own: "/correct/code", askedIn: (c) => askedIn(world, c) })
}

type Typed = Readonly<Record<(typeof corrected)[number], string>>
const nothing: Typed = { name: "", guardianName: "", mobile: "", idLast4: "" }
const formAt = (link: string) => ({ name: "correct", own: `/a/${link}/correct` })

async function page(world: World, c: PageContext) {
  const { actor, held, appointment } = await heldIn(world, c)
  const sent = sentIn(world, c, formAt(held.link))
  const typed: Typed = { ...nothing, ...sent?.typed }
  const person = held.current && held.state === "booked" ? await ownDetails(world, actor, appointment) : undefined
  if (!person) return toVoucher(c, held.link)
  const view = viewFor(c)
  const { refused } = (isSentBack(c) && sent) || {}
  const faults = isSentBack(c) && sent ? read(Typed, given(typed), view.language).faults : undefined
  const wrong = faults ?? faultsIn(refused, view.language)
  const body = (
    <CorrectPage
      view={view}
      link={held.link}
      v={held.v}
      op={newOp(world)}
      person={person}
      typed={typed}
      faults={wrong}
      refusal={refused && refused.code !== "invalid-input" ? problemText(refused, view.language) : undefined}
    />
  )
  const title = ownTeller(view.language)("correct-title")
  return answer(c, view, { title, body, refused, status: faults ? 400 : 200 })
}

const faultsIn = (refused: Problem | undefined, language: Language): Partial<Typed> =>
  Object.fromEntries(
    ((refused?.details.fields ?? []) as FieldFault[]).map(({ field, fault }) => [field, faultText(fault, language)]),
  )

/** What is left empty stays as it is. */
const Typed = z.object({
  name: z.optional(PersonName),
  guardianName: z.optional(PersonName),
  mobile: z.optional(Mobile),
  idLast4: z.optional(IdLast4),
})

const given = (typed: Typed) => Object.fromEntries(Object.entries(typed).filter(([, it]) => it !== ""))

async function asked(world: World, c: PageContext) {
  const { actor, held, appointment } = await heldIn(world, c)
  const text = await typedIn(c)
  const typed = Object.fromEntries(corrected.map((field) => [field, text(field).trim().slice(0, 100)])) as Typed
  const { data: value } = Typed.safeParse(given(typed))
  if (!value) return back(world, c, held.link, typed)
  const form = { v: Number(text("v")), op: text("op"), ...value }
  const visitor = await visitorOf(world, c)
  const { done, refused } = await attempt(
    () => saved(world, c, held.link, form, visitor?.mobile),
    "phone-unverified",
    ...mended,
  )
  if (done) return done
  if (refused.code !== "phone-unverified") return back(world, c, held.link, typed, refused)
  const shows = await phoneToShow(world, actor, appointment, form)
  const sent = await attempt(() => askCode(world, c, shows), "too-many-codes")
  if (sent.refused) return back(world, c, held.link, typed, sent.refused)
  const kept: Kept = { form, shows, link: held.link, until: world.now() + cookie.maxAge * 1000 }
  setCookie(c, underway.correct, world.keyring.seal("correct", kept), cookie)
  keepSent(world, c, formAt(held.link), { typed })
  return to(c, "/correct/code")
}

const back = (world: World, c: PageContext, link: string, typed: Typed, refused?: Problem) =>
  sentBack(world, c, formAt(link), { typed, refused }) ?? to(c, formAt(link).own)

/** What the form says and lets mend. */
const mended = ["changed-meanwhile", "invalid-input", "too-many-tries"] as const

/** Its voucher, which shows the correction, or that it is over. Refusals: phone-unverified, and what the form lets mend. */
async function saved(world: World, c: PageContext, link: string, form: Correction, verified: string | undefined) {
  const { actor, appointment } = await byLink(world, link)
  c.set("by", actor)
  await attempt(() => correct(world, actor, appointment, form, verified), "appointment-ended", "details-deleted")
  forgetSent(c, formAt(link))
  return toVoucher(c, link)
}

function askedIn(world: World, c: PageContext) {
  const kept = world.keyring.open("correct", getCookie(c, underway.correct) ?? "") as Kept | undefined
  if (!kept || kept.until <= world.now()) return to(c, "/find")
  const { link, form, shows } = kept
  return {
    mobile: shows,
    back: `/a/${link}/correct`,
    ask: async () => void (await askCode(world, c, shows)),
    onward: async (shown: Shown) => {
      const visitor = shown.visitor ?? (await sessionOf(world, shown.token))
      const { done, refused } = await attempt(() => saved(world, c, link, form, visitor?.mobile), ...mended)
      if (done) return done
      // It has changed since: the form shows how it stands now.
      if (refused.code === "changed-meanwhile") return to(c, `/a/${link}/correct`)
      return back(world, c, link, typedAgain(form), refused)
    },
  }
}

const typedAgain = (form: Correction): Typed =>
  Object.fromEntries(corrected.map((field) => [field, form[field] ?? ""])) as Typed
