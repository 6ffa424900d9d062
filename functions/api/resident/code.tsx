/** A phone shows that it is in somebody's hand: the page of the code, the same in every journey that asks for one. */
import type { Hono } from "hono"
import * as z from "zod/mini"
import * as verifying from "#actions/verifying"
import { addressOf } from "#api/http"
import { anyone } from "#domain/actor"
import { maskedMobile } from "#domain/person"
import type { Problem } from "#domain/problem"
import { CodePage } from "#web/resident/code.tsx"
import type { World } from "#world"
import { keepSession, type Visitor, visitorOf } from "./draft.ts"
import { answer, attempt, type PageContext, type PageEnv, problemText, read, to, typedIn, viewFor } from "./frame.tsx"
import { Code } from "./routes.ts"

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
  const page = (c: PageContext, { mobile, back }: Asked, refused?: Problem, fault?: string) => {
    const view = viewFor(c, own)
    const body = (
      <CodePage
        view={view}
        phone={maskedMobile(mobile)}
        action={own}
        {...(step !== undefined && { step })}
        back={back}
        again={c.req.query("again") !== undefined}
        fault={refused ? problemText(refused, view.language) : fault}
      />
    )
    return answer(c, view, { title: view.t("code-title"), body, refused, status: fault ? 400 : 200 })
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
    const { value, faults } = read(z.object({ code: Code }), { code: typed("code") }, viewFor(c).language)
    if (faults) return page(c, asked, undefined, faults.code)
    const { done, refused } = await attempt(
      () => verifying.answerCode(world, anyone, { mobile, code: value.code, address: addressOf(c) }),
      "code-wrong",
      "too-many-tries",
    )
    if (refused) {
      // A second press of the same button finds the code used and the session open.
      const visitor = await visitorOf(world, c)
      return visitor?.mobile === mobile ? onward({ visitor }) : page(c, asked, refused)
    }
    keepSession(c, done.token)
    return onward({ token: done.token })
  })

  app.post(`${root}${own}/again`, async (c) => {
    const asked = askedIn(c)
    if (asked instanceof Response) return asked
    const { refused } = await attempt(asked.ask, "too-many-codes")
    return refused ? page(c, asked, refused) : to(c, `${own}?again=1`)
  })
}

/** Refusal: too-many-codes. */
export const askCode = (world: World, c: PageContext, mobile: string) =>
  verifying.askCode(world, anyone, { mobile, address: addressOf(c), language: viewFor(c).language })
