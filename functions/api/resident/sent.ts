/**
 * What a form was last sent with and what it was refused for, sealed in its sender's browser. A refused form is answered by the way
 * back to its own page, which judges again what was typed: so it stays through "back" and "refresh", in either language.
 */
import { deleteCookie, getCookie, setCookie } from "hono/cookie"
import { sessionLife } from "#actions/verifying"
import { Problem } from "#domain/problem"
import type { Instant } from "#domain/time"
import type { World } from "#world"
import { cookie, formCookie } from "./draft.ts"
import { type PageContext, to } from "./frame.tsx"

/** A form by its name, and the path of its page. */
export type Form = { name: string; own: string }
type Typed = Readonly<Record<string, string>>
export type Sent = { typed: Typed; refused?: Problem | undefined }
type Kept = { own: string; typed: Typed; refused?: Pick<Problem, "code" | "details">; until: Instant }

/** A browser takes no cookie that is longer. */
const longest = 3900

/** To the page of the form, or `at` it, which will say what must be mended; undefined where a cookie cannot carry what was typed. */
export function sentBack(world: World, c: PageContext, form: Form, it: Sent, at = form.own): Response | undefined {
  if (!keepSent(world, c, form, it)) return undefined
  return to(c, `${at}${at.includes("?") ? "&" : "?"}check=1`)
}

/** Where nothing is refused any more, what was typed stays for whoever goes back. Answers whether a cookie can carry it. */
export function keepSent(world: World, c: PageContext, { name, own }: Form, { typed, refused }: Sent): boolean {
  const kept: Kept = {
    own,
    typed,
    ...(refused && { refused: { code: refused.code, details: refused.details } }),
    until: world.now() + sessionLife,
  }
  const sealed = world.keyring.seal(`form:${name}`, kept)
  if (sealed.length <= longest) setCookie(c, formCookie + name, sealed, cookie)
  else forgetSent(c, { name })
  return sealed.length <= longest
}

export function forgetSent(c: PageContext, { name }: Pick<Form, "name">): void {
  if (getCookie(c, formCookie + name) !== undefined) deleteCookie(c, formCookie + name, cookie)
}

export function sentIn(world: World, c: PageContext, { name, own }: Form): Sent | undefined {
  const kept = world.keyring.open(`form:${name}`, getCookie(c, formCookie + name) ?? "") as Kept | undefined
  if (!kept || kept.own !== own || kept.until <= world.now()) return undefined
  const { typed, refused } = kept
  return { typed, refused: refused && new Problem(refused.code, refused.details) }
}

/** This page was come back to: it says what is wrong with what was sent. */
export const isSentBack = (c: PageContext): boolean => c.req.query("check") !== undefined
