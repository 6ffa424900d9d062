/** Officers say how they are reached away from the screen: each for themselves. */
import type { Actor } from "#domain/actor"
import { must } from "#domain/permission"
import { maskedMobile } from "#domain/person"
import { fieldProblem, Problem } from "#domain/problem"
import { isPushService, type Reaching } from "#domain/reach"
import * as pushes from "#store/pushes"
import { counter, writeOrRefuse } from "#store/table"
import type { World } from "#world"
import { short } from "./forms.ts"

/** An officer has a phone and a desk; more addresses are a mistake or a misuse (ours). */
const mostBrowsers = 8

export async function reachOf(world: World, by: Actor) {
  must(by, "reach.change")
  if (by.kind !== "staff") throw new Problem("not-allowed")
  const { phone, browsers } = await pushes.find(world, by.id)
  return {
    ...(phone && { phone: { masked: maskedMobile(phone.to), language: phone.language } }),
    browsers: browsers.length,
    key: world.portal.pushKey,
  }
}

/** The same change again finds itself done. Refusals: invalid-input, changed-meanwhile. */
export async function change(world: World, by: Actor, { op: pressed, to }: { op: string; to: Reaching }) {
  must(by, "reach.change")
  if (by.kind !== "staff") throw new Problem("not-allowed")
  const op = `reach-${to.change}:${short(world, pressed)}`
  await writeOrRefuse(world, [await changeOf(world, by, op, to)], counter())
  return reachOf(world, by)
}

async function changeOf(world: World, by: Actor & { kind: "staff" }, op: string, to: Reaching) {
  switch (to.change) {
    case "phone":
      return pushes.phoneChange(world, by, op, by.id, { to: to.mobile, language: to.language })
    case "no-phone":
      return pushes.phoneChange(world, by, op, by.id, undefined)
    case "no-push":
      return pushes.browserChange(world, by, op, by.id, to.endpoint, undefined)
    case "push": {
      const { endpoint } = to.subscription
      if (!isPushService(endpoint, world.portal.demonstration)) throw fieldProblem("to.subscription", "subscription")
      const { browsers } = await pushes.find(world, by.id)
      const others = browsers.filter((it) => it.subscription.endpoint !== endpoint)
      if (others.length >= mostBrowsers) throw fieldProblem("to.subscription", "subscriptions")
      return pushes.browserChange(world, by, op, by.id, endpoint, to.subscription)
    }
  }
}
