/** What a resident has typed so far and who their phone is, carried by their own browser: the draft sealed, the session as a token. */
import type { Context } from "hono"
import { deleteCookie, getCookie, setCookie } from "hono/cookie"
import { endSession, sessionLife, sessionOf } from "#actions/verifying"
import { anyone } from "#domain/actor"
import type { NoticeVersion } from "#domain/notice"
import type { ServiceId } from "#domain/service"
import type { StationId } from "#domain/station"
import type { Instant } from "#domain/time"
import type { PersonValues } from "#web/resident/book.tsx"
import type { World } from "#world"

export const sessionCookie = "__Host-visitor"
const draftCookie = "__Host-visit"
/** Which forms are under way beside the booking itself. */
export const underway = {
  own: "__Host-own",
  correct: "__Host-correct",
  take: "__Host-take",
  group: "__Host-group",
} as const

/** What a form was last sent with (./sent.ts), by its name. */
export const formCookie = "__Host-form-"

/** As typed, and once it is `ready` as it may be booked. */
export type Draft = PersonValues & {
  services: readonly ServiceId[]
  station: StationId
  /** The form's key: however often its last step is sent, it books once. */
  key: string
  /** The version of the notice that stood beside it. */
  notice?: NoticeVersion | undefined
  ready: boolean
}

/** A draft that became a booking leaves only the way to it, so that "back" leads there and not to a second form. */
type Kept = { draft: Draft; until: Instant } | { booked: string; until: Instant }

export const cookie = { path: "/", httpOnly: true, secure: true, sameSite: "Lax", maxAge: sessionLife / 1000 } as const

export function keepDraft(world: World, c: Context, draft: Draft): void {
  keep(world, c, { draft, until: world.now() + sessionLife })
}

export function keepBooked(world: World, c: Context, link: string): void {
  keep(world, c, { booked: link, until: world.now() + sessionLife })
}

const keep = (world: World, c: Context, kept: Kept) =>
  setCookie(c, draftCookie, world.keyring.seal("visit", kept), cookie)

export function draftOf(world: World, c: Context): { draft?: Draft; booked?: string } {
  const kept = world.keyring.open("visit", getCookie(c, draftCookie) ?? "") as Kept | undefined
  return kept && kept.until > world.now() ? kept : {}
}

export const keepSession = (c: Context, token: string) => setCookie(c, sessionCookie, token, cookie)

export type Visitor = NonNullable<Awaited<ReturnType<typeof sessionOf>>>

export async function visitorOf(world: World, c: Context) {
  const token = getCookie(c, sessionCookie)
  return token ? sessionOf(world, token) : undefined
}

/** Whoever has this browser next finds nothing: the session ends, what was typed is gone. Refusal: busy. */
export async function forget(world: World, c: Context): Promise<void> {
  const token = getCookie(c, sessionCookie)
  const by = (token && (await sessionOf(world, token))?.actor) || anyone
  if (token) await endSession(world, by, token)
  const sent = Object.keys(getCookie(c)).filter((name) => name.startsWith(formCookie))
  for (const name of [sessionCookie, draftCookie, ...Object.values(underway), ...sent]) deleteCookie(c, name, cookie)
}
