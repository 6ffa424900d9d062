/** How a page is answered: rendered whole, its style allowed by hash, kept by shared caches only where nothing in it is anyone's own. */
import { createHash } from "node:crypto"
import type { Context } from "hono"
import { getCookie } from "hono/cookie"
import type { ContentfulStatusCode } from "hono/utils/http-status"
import type { VNode } from "preact"
import { renderToString } from "preact-render-to-string"
import type * as z from "zod/mini"
import { type Env, languageOf } from "#api/http"
import { Problem } from "#domain/problem"
import type { Instant } from "#domain/time"
import { clockName } from "#web/resident/dates"
import { isFace } from "#web/resident/face"
import { Page } from "#web/resident/page.tsx"
import { type View, viewOf } from "#web/resident/view"
import { residentStyle } from "#web/styles/resident"
import { faultWords, problemWords } from "#web/words/problems"
import type { Language } from "#web/words/t"
import { onSaleText } from "#web/words/wave"
import { sessionCookie } from "./draft.ts"

/** `clock` is set where the portal runs on demonstration data, whose every page shows it. */
export type PageEnv = { Variables: Env["Variables"] & { clock?: Instant } }
export type PageContext = Context<PageEnv>

const policy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(residentStyle).digest("base64")}'`,
  "script-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "object-src 'none'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ")

/** The view of this request; `path` where the page answers a form that was sent elsewhere. */
export function viewFor(c: PageContext, path?: string): View {
  const [, first, ...rest] = c.req.path.split("/")
  const face = isFace(first) ? first : languageOf(c)
  const own = isFace(first) ? `${rest.length ? "/" : ""}${rest.join("/")}${new URL(c.req.url).search}` : ""
  const now = c.get("clock")
  return viewOf(face, path ?? own, now === undefined ? undefined : { now })
}

type Answer = {
  title: string
  body: VNode
  /** Where nothing was refused. */
  status?: number
  /** What the page says was refused: it gives the status, and when it may be tried again. */
  refused?: Problem | undefined
  /** This very answer ends the session. */
  forgotten?: boolean
  /** Nothing in it is anyone's own and it carries no key: shared caches may keep it for half a minute. */
  shared?: boolean
  /** Beside the script of every page: one of web/vite.config.ts. */
  script?: "report"
}

export function answer(c: PageContext, view: View, it: Answer): Response {
  const { title, body, refused, shared, forgotten, script } = it
  // In what many are given stands nothing of whoever asked for it.
  const known = !shared && !forgotten && getCookie(c, sessionCookie) !== undefined
  const status = refused?.status ?? it.status ?? 200
  if (refused?.details.seconds) c.header("retry-after", String(refused.details.seconds))
  const page = (
    <Page view={view} style={residentStyle} title={title} faulty={status >= 400} known={known} script={script}>
      {body}
    </Page>
  )
  return c.body(`<!doctype html>${renderToString(page)}`, status as ContentfulStatusCode, {
    "content-type": "text/html; charset=utf-8",
    "content-language": view.language === "zh" ? "zh-CN" : "en",
    "content-security-policy": policy,
    "cache-control": shared ? "public, max-age=0, s-maxage=30" : "private, no-store",
  })
}

export type Typed = (name: string) => string

/** The fields of a plain form; what is absent or a file is empty. Refusal: malformed-body. */
export async function typedIn(c: Context): Promise<Typed> {
  try {
    const body = await c.req.parseBody()
    return (name) => {
      const value = Object.hasOwn(body, name) ? body[name] : undefined
      return typeof value === "string" ? value : ""
    }
  } catch (error) {
    if (error instanceof TypeError) throw new Problem("malformed-body")
    throw error
  }
}

type Read<S extends z.ZodMiniType> =
  | { value: z.output<S>; faults?: undefined }
  | { value?: undefined; faults: Record<string, string> }

/** What was typed by its schema: the value, or for each field what is wrong with it, worded. */
export function read<S extends z.ZodMiniType>(schema: S, typed: Record<string, string>, language: Language): Read<S> {
  const result = schema.safeParse(typed)
  if (result.success) return { value: result.data as z.output<S> }
  const faults: Record<string, string> = {}
  for (const { path, message } of result.error.issues) {
    const field = String(path[0])
    faults[field] ??= faultText(typed[field]?.trim() === "" ? "missing" : message, language)
  }
  return { faults }
}

export const faultText = (fault: string, language: Language) => (faultWords[fault] ?? faultWords.other!)[language]
export function problemText({ code, details: { opens } }: Problem, language: Language): string {
  if (code === "not-on-sale" && typeof opens === "number") return onSaleText(clockName(opens, language), language)
  return problemWords[code][language]
}

/** Runs a step; a refusal of these kinds is answered by the page, any other rises. */
export async function attempt<T>(
  step: () => Promise<T>,
  ...expected: Problem["code"][]
): Promise<{ done: T; refused?: undefined } | { done?: undefined; refused: Problem }> {
  try {
    return { done: await step() }
  } catch (error) {
    if (error instanceof Problem && expected.includes(error.code)) return { refused: error }
    throw error
  }
}

/** On to another page of the same face. */
export const to = (c: PageContext, path: string) => c.redirect(`/${viewFor(c).face}${path}`, 303)
