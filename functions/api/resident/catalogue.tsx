/** The pages of the catalogue and of the stations: what can be done, what holds in one's own case, and where to go. */
import type { Hono } from "hono"
import { namedPlaces, placeNamed, search } from "#actions/searching"
import { snapshot } from "#actions/watching"
import { anyone } from "#domain/actor"
import { adviceFor, Facts, feeFor, questions } from "#domain/advice"
import type { Point } from "#domain/geography"
import { must } from "#domain/permission"
import { fieldProblem, Problem } from "#domain/problem"
import { inReadingOrder, ServiceId } from "#domain/service"
import { offers } from "#domain/station"
import { dateOf } from "#domain/time"
import { sessionFor } from "#domain/weighing"
import * as stations from "#store/stations"
import type { Near } from "#web/resident/near.tsx"
import { type Asked, CataloguePage, HmtPage, ServicePage } from "#web/resident/services.tsx"
import { HallPage, StationList } from "#web/resident/stations.tsx"
import { termsTeller } from "#web/words/catalogue"
import { serviceNames } from "#web/words/services"
import type { World } from "#world"
import { answer, attempt, type PageContext, type PageEnv, problemText, read, viewFor } from "./frame.tsx"
import { Position } from "./routes.ts"

export function cataloguePages(world: World, app: Hono<PageEnv>, root: string): void {
  app.get(`${root}/services`, (c) => {
    const view = viewFor(c)
    const title = termsTeller(view.language)("guide")
    return answer(c, view, { title, body: <CataloguePage view={view} />, shared: true })
  })
  app.get(`${root}/services/hmt`, (c) => {
    const view = viewFor(c)
    return answer(c, view, { title: termsTeller(view.language)("hmt"), body: <HmtPage view={view} />, shared: true })
  })
  app.get(`${root}/services/:service`, (c) => servicePage(world, c))
  app.get(`${root}/stations`, (c) => stationList(world, c))
  app.get(`${root}/s/:station`, (c) => hall(world, c))
}

/** Refusal: service-unknown. */
export function serviceIn(c: PageContext): ServiceId {
  const result = ServiceId.safeParse(c.req.param("service"))
  if (!result.success) throw new Problem("service-unknown")
  return result.data
}

/** What somebody told about themselves is their own page; without it everybody reads the same one. */
function servicePage(world: World, c: PageContext) {
  must(anyone, "catalogue.see")
  const service = serviceIn(c)
  const view = viewFor(c)
  const typed = Object.fromEntries(
    questions[service].flatMap((it) => {
      const text = c.req.query(it)?.trim().slice(0, 40)
      return text ? [[it, text]] : []
    }),
  )
  const told = Object.keys(c.req.query()).length > 0
  const { value, faults } = read(Facts, typed, view.language)
  const asked: Asked =
    told && value
      ? {
          typed,
          faults: {},
          advice: adviceFor(service, value, { today: dateOf(world.now()) }),
          fee: feeFor(service, value),
        }
      : { typed, faults: faults ?? {} }
  return answer(c, view, {
    title: serviceNames[service][view.language],
    body: <ServicePage view={view} service={service} asked={asked} />,
    status: faults ? 400 : 200,
    shared: !told,
  })
}

/** From where distances count: one's own position, what was typed, or what was chosen; and all that could be chosen. */
export async function nearIn(world: World, c: PageContext) {
  const { lat, lng, near: chosen, place } = c.req.query()
  const named = await namedPlaces(world, anyone)
  const areas = [...named.known, ...named.stations]
  const said = (near: Near, from?: Point, shared = true) => ({ near, from, areas, shared })
  if (lat !== undefined || lng !== undefined) {
    const position = Position.safeParse({ lat, lng })
    if (!position.success) throw fieldProblem("place", "place")
    return said({ sorted: true }, position.data, false)
  }
  const typed = place?.trim().slice(0, 60)
  if (typed) {
    const { done, refused } = await attempt(() => placeNamed(world, anyone, typed), "place-unknown")
    if (refused)
      return said({ typed, fault: problemText(refused, viewFor(c).language), sorted: false }, undefined, false)
    return said({ typed, meant: done, sorted: true }, done.place, false)
  }
  const area = areas.find((it) => it.id === chosen)
  if (!area) return said({ sorted: false })
  return said({ chosen: area.id, meant: { place: area, also: [] }, sorted: true }, area)
}

async function stationList(world: World, c: PageContext) {
  const view = viewFor(c)
  const wanted = c.req.query("service")
  const service = wanted ? ServiceId.safeParse(wanted).data : undefined
  if (wanted && !service) throw new Problem("service-unknown")
  const { near, from, areas, shared } = await nearIn(world, c)
  const { found, quicker, shut } = await search(world, anyone, { services: service ? [service] : [], from })
  const body = (
    <StationList
      view={view}
      found={found}
      quicker={quicker}
      near={near}
      areas={areas}
      service={service}
      today={dateOf(world.now())}
      shut={shut}
    />
  )
  return answer(c, view, { title: view.t("stations-title"), body, status: near.fault ? 400 : 200, shared })
}

async function hall(world: World, c: PageContext) {
  const view = viewFor(c)
  const station = await stations.find(world, c.req.param("station") ?? "")
  const now = world.now()
  const paused = inReadingOrder.filter((id) => offers(station, id) && !sessionFor(station, [id], now))
  const hall = await snapshot(world, anyone, station.id)
  const body = <HallPage view={view} station={station} today={dateOf(now)} hall={hall} paused={paused} />
  return answer(c, view, { title: station.name[view.language], body, shared: true })
}
