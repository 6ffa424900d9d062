/** A name or a phone that was given wrong, on the appointment's own page; a new phone shows a code first. */
import type { Hono } from "hono"
import { getCookie, setCookie } from "hono/cookie"
import * as z from "zod/mini"
import { byLink, ownDetails } from "#actions/booking"
import { newOp } from "#actions/forms"
import { correct } from "#actions/owning"
import { sessionOf } from "#actions/verifying"
import { Mobile, PersonName } from "#domain/person"
import type { Problem } from "#domain/problem"
import type { Instant } from "#domain/time"
import { CorrectPage } from "#web/resident/own.tsx"
import { ownTeller } from "#web/words/own"
import type { World } from "#world"
import { askCode, codePages, type Shown } from "./code.tsx"
import { cookie, visitorOf } from "./draft.ts"
import { answer, attempt, type PageContext, type PageEnv, problemText, read, to, typedIn, viewFor } from "./frame.tsx"
import { heldIn, toVoucher } from "./voucher.tsx"

const correctCookie = "__Host-correct"

type Form = { v: number; op: string; name?: string | undefined; mobile?: string | undefined }
/** A form whose new phone has been sent a code. */
type Kept = Form & { link: string; mobile: string; until: Instant }

export function correctPages(world: World, app: Hono<PageEnv>, root: string): void {
  app.get(`${root}/a/:link/correct`, (c) => page(world, c, { name: "", mobile: "" }))
  app.post(`${root}/a/:link/correct`, (c) => asked(world, c))
  codePages(world, app, root, { own: "/correct/code", askedIn: (c) => askedIn(world, c) })
}

type Typed = { name: string; mobile: string }
type Said = { faults?: Partial<Record<keyof Typed, string>>; refused?: Problem | undefined }

async function page(world: World, c: PageContext, typed: Typed, { faults, refused }: Said = {}) {
  const { actor, held, appointment } = await heldIn(world, c)
  const person = held.current && held.state === "booked" ? await ownDetails(world, actor, appointment) : undefined
  if (!person) return toVoucher(c, held.link)
  const view = viewFor(c)
  const body = (
    <CorrectPage
      view={view}
      link={held.link}
      v={held.v}
      op={newOp(world)}
      person={person}
      typed={typed}
      faults={faults ?? {}}
      refusal={refused && problemText(refused, view.language)}
    />
  )
  const title = ownTeller(view.language)("correct-title")
  return answer(c, view, { title, body, refused, status: faults ? 400 : 200 })
}

/** What is left empty stays as it is. */
const Correction = z.object({ name: z.optional(PersonName), mobile: z.optional(Mobile) })

async function asked(world: World, c: PageContext) {
  const { held } = await heldIn(world, c)
  const text = await typedIn(c)
  const typed = { name: text("name").trim(), mobile: text("mobile").trim() }
  const given = Object.fromEntries(Object.entries(typed).filter(([, it]) => it !== ""))
  const { value, faults } = read(Correction, given, viewFor(c).language)
  if (faults) return page(world, c, typed, { faults })
  const form = { v: Number(text("v")), op: text("op"), ...value }
  const visitor = await visitorOf(world, c)
  const { mobile } = form
  const { done, refused } = await attempt(
    () => saved(world, c, held.link, form, visitor?.mobile),
    "phone-unverified",
    "changed-meanwhile",
  )
  if (done) return done
  if (refused.code !== "phone-unverified" || mobile === undefined) return page(world, c, typed, { refused })
  const sent = await attempt(() => askCode(world, c, mobile), "too-many-codes")
  if (sent.refused) return page(world, c, typed, { refused: sent.refused })
  const kept: Kept = { ...form, mobile, link: held.link, until: world.now() + cookie.maxAge * 1000 }
  setCookie(c, correctCookie, world.keyring.seal("correct", kept), cookie)
  return to(c, "/correct/code")
}

/** Its voucher, which shows the correction, or that it is over. Refusals: phone-unverified, changed-meanwhile. */
async function saved(world: World, c: PageContext, link: string, form: Form, verified: string | undefined) {
  const { actor, appointment } = await byLink(world, link)
  c.set("by", actor)
  await attempt(() => correct(world, actor, appointment, form, verified), "appointment-ended", "details-deleted")
  return toVoucher(c, link)
}

function askedIn(world: World, c: PageContext) {
  const kept = world.keyring.open("correct", getCookie(c, correctCookie) ?? "") as Kept | undefined
  if (!kept || kept.until <= world.now()) return to(c, "/find")
  const { link, mobile } = kept
  return {
    mobile,
    back: `/a/${link}/correct`,
    ask: async () => void (await askCode(world, c, mobile)),
    onward: async (shown: Shown) => {
      const visitor = shown.visitor ?? (await sessionOf(world, shown.token))
      const { done, refused } = await attempt(() => saved(world, c, link, kept, visitor?.mobile), "changed-meanwhile")
      // It has changed since: the form shows how it stands now.
      return refused ? to(c, `/a/${link}/correct`) : done
    },
  }
}
