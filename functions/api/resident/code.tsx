/** A phone shows that it is in somebody's hand: the page of the code, the same in every journey that asks for one. */
import type { Hono } from "hono"
import * as verifying from "#actions/verifying"
import { addressOf } from "#api/http"
import { anyone } from "#domain/actor"
import { maskedMobile } from "#domain/person"
import { type FieldFault, fieldProblem, type Problem } from "#domain/problem"
import { CodePage } from "#web/resident/code.tsx"
import type { View } from "#web/resident/view"
import type { World } from "#world"
import { keepSession, type Visitor, visitorOf } from "./draft.ts"
import {
  answer,
  attempt,
  faultText,
  type PageContext,
  type PageEnv,
  problemText,
  to,
  typedIn,
  viewFor,
} from "./frame.tsx"
import { Code } from "./routes.ts"
import { forgetSent, isSentBack, sentBack, sentIn } from "./sent.ts"

/** A phone that was sent a code, and what its journey does around it. */
type Asked = {
  mobile: string
  /** Where the form with the phone is. */
  back: string
  /** Has another code sent. Refusal: too-many-codes. */
  ask: () => Promise<void>
  onward: (shown: Shown) => Response | Promise<Response>
}

/** By the code just now, which opened a session; or at an earlier press of the same button, whose session is open. */
export type Shown = { token: string; visitor?: undefined } | { token?: undefined; visitor: Visitor }

type Journey = {
  /** The path of the page. */
  own: string
  /** Which step of booking it is, if it is one. */
  step?: number
  /** The phone of this request; else the way to where this journey can go on. */
  askedIn: (c: PageContext) => Asked | Response
}

export function codePages(world: World, app: Hono<PageEnv>, root: string, { own, step, askedIn }: Journey): void {
  const form = { name: own.slice(1).replaceAll("/", "-"), own }
  /** Only why: a code is kept nowhere, right or wrong. */
  const wrong = (c: PageContext, refused: Problem) => sentBack(world, c, form, { typed: {}, refused }) ?? to(c, own)

  const page = (c: PageContext, { mobile, back }: Asked) => {
    const view = viewFor(c)
    const { refused } = (isSentBack(c) && sentIn(world, c, form)) || {}
    const body = (
      <CodePage
        view={view}
        phone={maskedMobile(mobile)}
        action={own}
        {...(step !== undefined && { step })}
        back={back}
        again={c.req.query("again") !== undefined}
        fault={refused && said(refused, view)}
      />
    )
    return answer(c, view, { title: view.t("code-title"), body, refused })
  }

  app.get(`${root}${own}`, (c) => {
    const asked = askedIn(c)
    return asked instanceof Response ? asked : page(c, asked)
  })

  app.post(`${root}${own}`, async (c) => {
    const asked = askedIn(c)
    if (asked instanceof Response) return asked
    const { mobile, onward } = asked
    const typed = await typedIn(c)
    const code = Code.safeParse(typed("code"))
    if (!code.success) {
      const fault = typed("code").trim() === "" ? "missing" : (code.error.issues[0]?.message ?? "other")
      return wrong(c, fieldProblem("code", fault))
    }
    const { done, refused } = await attempt(
      () => verifying.answerCode(world, anyone, { mobile, code: code.data, address: addressOf(c) }),
      "code-wrong",
      "too-many-tries",
    )
    if (refused) {
      // A second press of the same button finds the code used and the session open.
      const visitor = await visitorOf(world, c)
      if (visitor?.mobile !== mobile) return wrong(c, refused)
      forgetSent(c, form)
      return onward({ visitor })
    }
    forgetSent(c, form)
    keepSession(c, done.token)
    return onward({ token: done.token })
  })

  app.post(`${root}${own}/again`, async (c) => {
    const asked = askedIn(c)
    if (asked instanceof Response) return asked
    const { refused } = await attempt(asked.ask, "too-many-codes")
    if (refused) return wrong(c, refused)
    forgetSent(c, form)
    return to(c, `${own}?again=1`)
  })
}

/** What is wrong with the code, and how often it may still be tried. */
function said(refused: Problem, { language, t }: View): string {
  const { code, details } = refused
  const [field] = (details.fields ?? []) as FieldFault[]
  if (field) return faultText(field.fault, language)
  const text = problemText(refused, language)
  return code === "code-wrong" && typeof details.left === "number" ? t("code-left", { text, n: details.left }) : text
}

/** Refusal: too-many-codes. */
export const askCode = (world: World, c: PageContext, mobile: string) =>
  verifying.askCode(world, anyone, { mobile, address: addressOf(c), language: viewFor(c).language })
