/**
 * Whom a report alerts, when it climbs, and what an acknowledgement or an end does to its clock (design.md §3.3, law 8). Pure:
 * each function answers the dispatch as it then is. Nobody can refuse, and there is always somebody to alert.
 */
import type { Known } from "./gazetteer.ts"
import {
  type Alerted,
  type Correction,
  calledAt,
  type Dispatch,
  isOpen,
  ladder,
  type Place,
  type Step,
  searchFor,
  type UnitId,
} from "./report.ts"
import { type Manned, ownDuty, whoIsOnDuty } from "./roster.ts"
import { metresBetween, type Station } from "./station.ts"
import { day, type Instant, minute } from "./time.ts"
import type { Where } from "./told.ts"
import { boundTo, commandOf, type Unit } from "./unit.ts"
import { isWithin, located, type Venue } from "./venue.ts"

/** All that dispatching has to know of a city. */
export type City = Manned & {
  stations: readonly Station[]
  venues: readonly Venue[]
  places: readonly Known[]
}

/** Where the city is not known, or has no command centre: whoever is the command centre by then lists and answers it. */
export const noUnit: UnitId = "COMMAND"
export const commandIn = (city: City): UnitId => commandOf(city.units)?.id ?? noUnit

/** Where a search begins; what nobody can place stands in the middle of the city, and says so. */
export function placeIn(city: City, where: Where): Place {
  const { units, stations } = city
  const { lat, lng } = units.find(({ kind }) => kind === "command") ?? stations[0] ?? { lat: 0, lng: 0 }
  return located(where, city, { lat, lng })
}

/** How long after the end it is made sure that everyone was told. */
const settleAfter = minute

type Near = { id: UnitId; metres: number; named: boolean }

/**
 * Stations whose roster has somebody on duty now, nearest to the place first; on a tie the one named for the venue. A tie: both within the
 * first ring, or the place lies inside the venue (ours).
 */
export function nearestOnDuty(place: Place, at: Instant, city: City): Near[] {
  const venue = city.venues.find((it) => it.id === place.venue)
  const inside = (it: Venue) => it.id === place.venue || isWithin(it.outline, place)
  const namedFor = (id: UnitId) => city.venues.find((it) => it.station === id)
  return city.stations
    .filter((it) => ownDuty(city.rosters.get(it.id), at))
    .map((it) => {
      const metres = Math.round(metresBetween(it, place))
      const own = namedFor(it.id)
      const named = venue?.station === it.id || (own !== undefined && (inside(own) || metres <= ladder[0].ring))
      return { id: it.id, metres, named }
    })
    .sort((a, b) => Number(b.named) - Number(a.named) || a.metres - b.metres || a.id.localeCompare(b.id))
}

/** A place that is only roughly known begins one ring wider. */
const ringOf = (step: Step, { located }: Place) =>
  located === "street" && step === 0 ? ladder[1].ring : ladder[step].ring

type Asked = Pick<Dispatch, "place" | "band" | "drill" | "holder"> & { alerted: readonly Alerted[] }

/** Units that this step alerts for the first time: those who were alerted before are simply alerted again. */
export function targetsAt(step: Step, it: Asked, at: Instant, city: City): Alerted[] {
  const known = new Set(it.alerted.map(({ unit }) => unit))
  const target = (unit: UnitId, metres: number, why: Alerted["why"]): Alerted[] => {
    if (known.has(unit)) return []
    known.add(unit)
    return [{ unit, step, at, metres, why }]
  }
  // A drill stays where it was begun.
  if (it.drill) return step === 0 ? target(it.holder, 0, "ring") : []
  const near = nearestOnDuty(it.place, at, city)
  const ring = ringOf(step, it.place)
  const stations = near
    .filter(({ metres }, i) => i === 0 || metres <= ring)
    .flatMap(({ id, metres, named }) => target(id, metres, named ? "venue" : "ring"))
  const metresTo = (unit: Unit) => Math.round(metresBetween(unit, it.place))
  const precincts = (units: readonly Unit[]) => units.flatMap((unit) => target(unit.id, metresTo(unit), "precinct"))
  const bound = boundTo(city.units, near[0]?.id ?? it.holder)
  const command = () => target(commandIn(city), 0, "command")
  const lost = it.place.located === "unknown" || it.place.located === "outside"
  return [
    ...stations,
    // A vulnerable adult is the precinct's from the first moment; and where no station is on duty it stands in.
    ...(step >= 2 || it.band === "adult" || near.length === 0 ? precincts(bound) : []),
    ...(step === 3 ? precincts(city.units.filter(({ kind }) => kind === "precinct")) : []),
    ...(step === 3 || lost || (near.length === 0 && bound.length === 0) ? command() : []),
  ]
}

const dueAt = (reportedAt: Instant, step: Step): Instant =>
  reportedAt + (step === 3 ? ladder[3].after + minute : ladder[(step + 1) as Step].after)

type Reported = Pick<Dispatch, "id" | "kind" | "band" | "drill" | "place" | "conflict" | "disputed"> & { for?: UnitId }

/** A report as it is saved: whom it alerts is chosen already. `for` is the unit of a drill. */
export function dispatched({ for: own, ...it }: Reported, at: Instant, city: City): Dispatch {
  const { closest, holder } = responsible(it.place, at, city)
  const alerted = targetsAt(0, { ...it, holder: own ?? closest ?? holder, alerted: [] }, at, city)
  const made: Dispatch = {
    ...it,
    v: 1,
    state: "dispatched",
    reportedAt: at,
    step: 0,
    due: dueAt(at, 0),
    holder: own ?? holder,
    alerted,
  }
  return relieved(made, newlyAlerted(undefined, made), at, city)
}

/** The nearest on duty; where nobody is, whoever stands in for the closest station. */
function responsible(place: Place, at: Instant, city: City): { closest: UnitId | undefined; holder: UnitId } {
  const nearest = nearestOnDuty(place, at, city)[0]?.id
  const closest = city.stations.toSorted((a, b) => metresBetween(a, place) - metresBetween(b, place))[0]?.id
  const standIn = closest && boundTo(city.units, closest)[0]?.id
  return {
    closest: nearest ?? closest,
    holder: (nearest && whoIsOnDuty(nearest, at, city).unit) ?? standIn ?? commandIn(city),
  }
}

/**
 * The search goes on where its reporter, or an officer, now says that the child was last seen. Whoever a report from there would
 * have alerted first is called at once, beside those who were; clocks stay, and so does whoever has it. Words that nobody can
 * place leave the point as it was, and call the command centre, who ask. A merged report moves and calls nobody: the one that goes on
 * stays where its own reporter says.
 */
export function relocated(it: Dispatch, { place: said, ...placed }: Correction, at: Instant, city: City): Dispatch {
  const was = it.place
  const isFiner = was.located === "point" && said.located === "venue" && said.venue === was.venue
  const place: Place = isFiner ? was : said.located === "unknown" ? { ...was, located: "unknown" } : said
  const moved: Dispatch = { ...it, place, placed }
  if (it.drill || !isOpen(it.state) || isSame(place, was)) return moved
  const lost = place.located === "unknown"
  if (!it.ack && !lost) {
    const { holder } = responsible(place, at, city)
    moved.holder = (it.step >= 2 && boundTo(city.units, holder)[0]?.id) || holder
  }
  const first = (where: Place) =>
    targetsAt(0, { ...moved, place: where, alerted: [] }, at, city).map(({ unit }) => unit)
  const before = new Set(first(was))
  const anew = new Set(first(place).filter((unit) => !before.has(unit) && unit !== it.ack?.unit))
  const more = targetsAt(it.ack ? 0 : it.step, moved, at, city).map((each) => ({ ...each, step: it.step }))
  const metres = new Map(nearestOnDuty(place, at, city).map((each) => [each.id, each.metres]))
  const known = it.alerted.map((each) => ({
    ...each,
    metres: metres.get(each.unit) ?? each.metres,
    ...(anew.has(each.unit) && { again: at }),
  }))
  const after = { ...moved, alerted: [...known, ...more] }
  return relieved(after, newlyAlerted(it, after), at, city)
}

const isSame = (a: Place, b: Place) =>
  a.lat === b.lat && a.lng === b.lng && a.located === b.located && a.venue === b.venue

/**
 * Beside each unit that is called, whoever really acts for it now, where its own officers are gone: whoever is messaged in a
 * unit's name may open the report and acknowledge it.
 */
export function relieved(it: Dispatch, called: readonly UnitId[], at: Instant, city: City): Dispatch {
  if (it.drill) return it
  const acting = new Set(called.map((unit) => whoIsOnDuty(unit, at, city).unit))
  for (const { unit } of it.alerted) acting.delete(unit)
  const command = commandIn(city)
  const beside = [...acting].map((unit): Alerted => {
    const own = city.units.find(({ id }) => id === unit) ?? city.stations.find(({ id }) => id === unit)
    const metres = own ? Math.round(metresBetween(own, it.place)) : 0
    return { unit, step: it.step, at, metres, why: unit === command ? "command" : "precinct" }
  })
  return beside.length ? { ...it, alerted: [...it.alerted, ...beside] } : it
}

export type Ticked = { after: Dispatch; what?: "backfilled" | "escalated"; facts?: Record<string, string> }

/**
 * What follows when a clock is due: the next step while nobody has acknowledged, escalation half an hour after somebody did, and
 * another look later at whatever stays open. Undefined where nothing is due, or nothing is left to climb to.
 */
export function ticked(it: Dispatch, at: Instant, city: City): Ticked | undefined {
  const follows = followed(it, at, city)
  return follows && { ...follows, after: relieved(follows.after, newlyAlerted(it, follows.after), at, city) }
}

function followed(it: Dispatch, at: Instant, city: City): Ticked | undefined {
  if (it.due === undefined || at < it.due || !isOpen(it.state)) return undefined
  if (!it.ack) return it.step === 3 ? undefined : climbed(it, at, city)
  if (it.state !== "acknowledged" && it.state !== "searching")
    return { after: { ...it, due: at + (it.state === "escalated" ? day : searchFor) } }
  const alerted = it.drill ? it.alerted : called(it, commandIn(city), "command", at)
  return { after: { ...it, state: "escalated", due: at + day, alerted }, what: "escalated" }
}

/** A unit is called for a reason of its own: once more where it was alerted before. */
export const called = (
  { alerted, step }: Pick<Dispatch, "alerted" | "step">,
  unit: UnitId,
  why: Alerted["why"],
  at: Instant,
): readonly Alerted[] =>
  alerted.some((each) => each.unit === unit)
    ? alerted.map((each) => (each.unit === unit ? { ...each, again: at } : each))
    : [...alerted, { unit, step, at, metres: 0, why }]

/** One step up. At the third the bound precinct takes over from a station that did not answer (及时补位, domain.md §1.3 A13). */
function climbed(it: Dispatch, at: Instant, city: City): Ticked {
  const step = (it.step + 1) as Step
  const alerted = [...it.alerted, ...targetsAt(step, it, at, city)]
  const after: Dispatch = { ...it, step, alerted, due: dueAt(it.reportedAt, step) }
  const precinct = step === 2 && !it.drill ? boundTo(city.units, it.holder)[0]?.id : undefined
  if (!precinct) return { after }
  const { offer: _, ...rest } = after
  return { after: { ...rest, holder: precinct }, what: "backfilled", facts: { from: it.holder, to: precinct } }
}

/** The first acknowledgement; the caller has seen that there was none. */
export const acknowledged = (it: Dispatch, ack: NonNullable<Dispatch["ack"]>): Dispatch => ({
  ...it,
  ack,
  state: it.state === "dispatched" ? "acknowledged" : it.state,
  due: ack.at + searchFor,
})

/**
 * Every change of a report goes through here, so that no act can leave one without its clock: what ends is looked at once more
 * and then kept for the purge, what is reopened goes on where it stood and calls everyone again, what is open always has a next
 * look.
 */
export function clocked(before: Dispatch, after: Dispatch, at: Instant): Dispatch {
  const { endedAt, settled, photosGone, due, ...rest } = after
  if (!isOpen(after.state)) {
    if (after.state === before.state) return after
    return { ...rest, endedAt: at, due: at + settleAfter, ...(photosGone !== undefined && { photosGone }) }
  }
  const again = after.ack ? at + searchFor : Math.max(at, dueAt(after.reportedAt, after.step))
  if (isOpen(before.state)) return { ...rest, due: due ?? again }
  return { ...rest, due: again, alerted: rest.alerted.map((each) => ({ ...each, again: at })) }
}

/** Whom the next message of this change alerts: everyone again where it climbed, else those who are new or called anew. */
export function newlyAlerted(before: Dispatch | undefined, after: Dispatch): UnitId[] {
  const climbed = !before || after.step > before.step
  const known = new Map(climbed ? [] : before.alerted.map((each) => [each.unit, calledAt(each)]))
  return after.alerted.flatMap((each) => (known.get(each.unit) === calledAt(each) ? [] : [each.unit]))
}
