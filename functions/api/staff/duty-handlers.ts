/** What duty officers ask for, by its contract in duty-routes.ts. */
import * as drilling from "#actions/drilling"
import * as handling from "#actions/handling"
import * as reaching from "#actions/reaching"
import * as rostering from "#actions/rostering"
import type { Handlers } from "#api/http"
import type { Actor } from "#domain/actor"
import { Problem } from "#domain/problem"
import * as people from "#store/people"
import * as units from "#store/units"
import type { World } from "#world"
import type { dutyRoutes } from "./duty-routes.ts"

export const dutyHandlers = (world: World): Handlers<typeof dutyRoutes> => ({
  "GET /staff/reports": async (by) => handling.watch(world, by),
  "GET /staff/ended-reports": async (by, { before }) =>
    handling.ended(world, by, before === undefined ? {} : { before: Number(before) }),
  "GET /staff/reports/:report/standing": async (by, { report }) => handling.standing(world, by, report),
  "GET /staff/reports/:report": async (by, input, c) =>
    handling.open(world, by, { ...input, request: c.get("request") }),
  "POST /staff/reports/:report/open": async (by, input, c) =>
    handling.breakGlass(world, by, { ...input, request: c.get("request") }),
  "GET /staff/reports/:report/photos/:photo": async (by, input, c) => {
    const picture = await handling.photo(world, by, { ...input, request: c.get("request") })
    return new Response(new Uint8Array(picture), {
      headers: { "content-type": "image/jpeg", "cache-control": "private, no-store" },
    })
  },
  "GET /staff/reports/:report/package": async (by, input, c) =>
    handling.packageOf(world, by, { ...input, request: c.get("request") }),
  "POST /staff/reports/:report": async (by, input) => handling.act(world, by, input),
  "GET /staff/roster": async (by) => rosterShape(world, await rostering.rosterOf(world, by, unitOf(by))),
  "POST /staff/roster/swap": async (by, input) =>
    rosterShape(world, await rostering.swap(world, by, { ...input, unit: unitOf(by) })),
  "POST /staff/roster/drill": async (by, input) => ({ id: (await drilling.startDrill(world, by, input)).status.id }),
  "GET /staff/reach": async (by) => reaching.reachOf(world, by),
  "POST /staff/reach": async (by, input) => reaching.change(world, by, input),
})

function unitOf(by: Actor) {
  if (by.kind !== "staff") throw new Problem("not-signed-in")
  return by.station
}

async function rosterShape(world: World, { v, unit, now, officers, days }: rostering.RosterShown) {
  const named = async (id: string) => ({ id, name: await people.staffName(world, id) })
  const { id, name } = await units.find(world, now.unit)
  return {
    v,
    unit,
    now: { unit: { id, name }, staff: await Promise.all(now.staff.map(named)), until: now.until },
    officers: await Promise.all(officers.map(named)),
    days: await Promise.all(
      days.map(async ({ date, primary, deputy }) => ({
        date,
        ...(primary && { primary: await named(primary) }),
        ...(deputy && { deputy: await named(deputy) }),
      })),
    ),
  }
}
