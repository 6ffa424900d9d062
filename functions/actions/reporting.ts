/**
 * A report of a missing child by whoever tells it (design.md §3.3, domain.md §5). Nothing of what is told refuses or delays it:
 * a place that nobody can find goes to the command centre, an adult is taken, a repeat is answered like the first.
 */
import type { Actor } from "#domain/actor"
import { type City, dispatched, placeIn } from "#domain/dispatch"
import { referenceOf } from "#domain/id"
import { prefixOf } from "#domain/limits"
import { must } from "#domain/permission"
import { Problem } from "#domain/problem"
import { bandOf, type Located, type Place, type ReportStatus, takesMore } from "#domain/report"
import { minute, second } from "#domain/time"
import { type Added, isToCome, notToCome, saysWhere, type Told } from "#domain/told"
import { within } from "#store/patience"
import * as reporters from "#store/reporters"
import * as reports from "#store/reports"
import { type Change, phone, type Table, write } from "#store/table"
import * as units from "#store/units"
import type { World } from "#world"
import { short } from "./forms.ts"
import { traitsOf } from "./matching.ts"

export type Reporting = {
  /** The form's key: the same key and phone are the same report, however often it is sent. Any key will do, or none. */
  key?: string
  told: Told
  /** How long before the sending they were last seen, where the form said that and no time; sent again it is no later. */
  before?: number
  /** A drill, and the unit that it stays with. */
  drill?: string
  /** Whence it was sent: kept as a blind index of its network, for officers to be told where many come from one (matching.ts). */
  address?: string
}

/** `link` is the reporter's own; `later`: the time told was to come and was taken as now; `located`: how the place was found. */
export type Confirmed = { status: ReportStatus; link: string; later: boolean; located: Located }

export async function report(world: World, by: Actor, reporting: Reporting): Promise<Confirmed> {
  const { told: said, before: earlier, drill } = reporting
  must(by, "report.make")
  const now = world.now()
  const later = isToCome(said.when, now)
  const told: Told = notToCome(said, now)
  const key = reporting.key ?? (await keyOf(world, said))
  const id = idOf(world, { key, phone: told.phone, drill: drill !== undefined })
  const city = await cityOf(world)
  const place = placeIn(city, told.where)
  const dispatch = dispatched(
    {
      id,
      kind: told.relation === "finder" ? "found-child" : "missing",
      band: bandOf(told.child.age),
      drill: drill !== undefined,
      place,
      ...(told.details?.dispute && { conflict: true, disputed: now }),
      ...(drill !== undefined && { for: drill }),
    },
    now,
    city,
  )
  const confirmed = (status: ReportStatus): Confirmed => ({
    status,
    link: linkOf(world, id),
    later,
    located: place.located,
  })
  const op = `report:${short(world, id)}`
  // As it was said, not as of now: a repeat says the same.
  const when = earlier === undefined ? said.when : { before: earlier, about: said.when.about }
  const digest = world.keyring.blind("told", JSON.stringify({ ...said, when }))
  const [sealed, number] = await Promise.all([
    reports.sealTold(world, id, told),
    dispatch.drill ? [] : reporters.numbered(world, by, op, id, { name: "told", phone: told.phone }),
  ])
  const network = reporting.address && world.keyring.blind("report-from", prefixOf(reporting.address))
  const traits = { ...traitsOf(world, told), ...(network && { from: network }) }
  const made = [
    reports.reportChange(by, op, now, { id, v: 1, sealed, digest, traits }),
    ...number,
    ...reports.changes(by, op, now, undefined, dispatch),
  ]
  const outcome = await write(world, made, phone())
  if (outcome.written) return confirmed(reports.statusOf(dispatch))
  const there = (table: Table, sk: string) =>
    outcome.failed.find(({ change }) => change.table === table && change.item.sk === sk)?.found
  const before = there("children", "report")
  const status = there("live", "status")
  const shown = status && reports.statusIn(status)
  const found = await (shown && !shown.into ? shown : reports.findStatus(world, id).catch(() => shown ?? "unknown"))
  // A form that comes back when its report is long over tells of another search.
  if (found === undefined || (found !== "unknown" && !takesMore(found, now)))
    return report(world, by, { ...reporting, key: `${key}|again` })
  // Sent again after something was corrected in the same form: kept beside the first.
  if (before && before.digest !== digest) {
    const at = earlier === undefined ? told.when.at : Math.min(told.when.at, before.at - earlier)
    await keepCorrection(world, by, id, digest, { ...told, when: { ...told.when, at } })
  }
  return confirmed(found === "unknown" ? reports.statusOf(dispatch) : found)
}

const sameWithin = 10 * minute
/**
 * Sent without a key: by the same phone of the same child at the same place and time is the same report, for ten minutes from the
 * first. Whoever differs in sex, age or name is another child.
 */
async function keyOf(world: World, { phone: mobile, where, when, child, relation, details }: Told): Promise<string> {
  const said = [where, when, child, relation === "finder", details?.name]
  const now = world.now()
  const turn = Math.floor(now / sameWithin)
  const [last, current] = [turn - 1, turn].map(
    (it) => `same-${world.keyring.blind("told", JSON.stringify([said, it]))}`,
  )
  const id = idOf(world, { key: last!, phone: mobile, drill: false })
  const before = await within(2 * second, reports.findStatus(world, id)).catch(() => undefined)
  return before && now - before.at < sameWithin ? last! : current!
}

/** No form can name a drill. */
export const idOf = (world: World, { key, phone: mobile, drill }: { key: string; phone: string; drill: boolean }) =>
  referenceOf(world.keyring.name(drill ? "drill" : "report", `${key}|${mobile}`))

async function keepCorrection(world: World, by: Actor, id: string, digest: string, told: Told) {
  const { where, when, phone: mobile, child, relation, details } = told
  const added: Added = { ...details, where, when, phone: mobile, ...child, relation }
  await put(world, by, id, { op: `again-${digest.slice(0, 16)}`, what: "added", said: added })
}

/** A table that cannot be read is no reason to lose a report: it goes to the command centre, which lists what no unit could be found for. */
const cityOf = (world: World): Promise<City> =>
  units.manned(world).catch((error: Error) => {
    world.log.error("dispatched without a city", { error: error.name })
    return { stations: [], units: [], venues: [], places: [], rosters: new Map() }
  })

/** Where an addition places the child, if it says anything of that: units nearest to there are called by what follows. */
export async function correctedIn(world: World, { where }: Added): Promise<Place | undefined> {
  return where && saysWhere(where) ? placeIn(await cityOf(world), where) : undefined
}

/** The reporter's own link: it opens this report's status and lets them add, nothing else. */
export const linkOf = (world: World, id: string): string => world.keyring.seal("report", id)

/** Whoever holds a report's link. Refusal: report-not-found. */
export function holderOf(world: World, link: string): Actor & { kind: "holder" } {
  const id = world.keyring.open("report", link)
  if (typeof id !== "string") throw new Problem("report-not-found")
  return { kind: "holder", ref: id }
}

/**
 * Adds to what was told, or corrects it; the same words under the same `op` again are the same addition. Refusals:
 * report-not-found, report-over.
 */
export function add(world: World, by: Actor, { op, added }: { op: string; added: Added }): Promise<ReportStatus> {
  return told(world, by, { op: ownOp(world, op, added), what: "added", said: notToCome(added, world.now()) })
}

/** Theirs to choose, and ours to name: among the entries of a report none of theirs can be mistaken for another. */
const ownOp = (world: World, op: string, said: unknown) => world.keyring.blind("said", JSON.stringify([op, said]))

/** A photo that is kept already, sealed, under this name. Refusals: report-not-found, report-over. */
export const addPhoto = (
  world: World,
  by: Actor,
  { op, photo }: { op: string; photo: string },
): Promise<ReportStatus> => told(world, by, { op, what: "photo", facts: { photo } })

/**
 * The reporter says that the child is found: an officer confirms it; a reporter never closes. Refusals: report-not-found,
 * report-over.
 */
export const sayFound = (world: World, by: Actor, { op, note }: { op: string; note?: string }): Promise<ReportStatus> =>
  told(world, by, { op: ownOp(world, op, ["found", note]), what: "said-found", ...(note && { said: { note } }) })

type Saying = { op: string; what: "added" | "photo" | "said-found"; said?: Added; facts?: reports.Entry["facts"] }

async function told(world: World, by: Actor, saying: Saying): Promise<ReportStatus> {
  const status = await takingMore(world, by)
  await put(world, by, status.id, saying)
  return status
}

async function put(world: World, by: Actor, id: string, { op, what, said, facts }: Saying): Promise<void> {
  const place = said && (await correctedIn(world, said))
  const entry: reports.Noted = {
    op,
    what,
    ...(place && { place }),
    ...(said && { sealed: await reports.sealEntry(world, id, op, said), traits: traitsOf(world, said) }),
    // In the open, for whoever hands a child over and may not open what was told.
    ...(said?.dispute ? { facts: { ...facts, dispute: true } } : facts && { facts }),
  }
  const changes: Change[] = [reports.entryChange(by, world.now(), id, entry)]
  if (said?.phone) changes.push(...(await reporters.numbered(world, by, what, id, { name: op, phone: said.phone })))
  // There already: said before.
  await write(world, changes, phone())
}

/** How it stands, while anything can be added: what comes too late for the purge would stay. Refusals: report-not-found, report-over. */
export async function takingMore(world: World, by: Actor): Promise<ReportStatus> {
  const status = await statusOf(world, by)
  if (!takesMore(status, world.now())) throw new Problem("report-over")
  return status
}

/** How the reporter's own report stands. Refusal: report-not-found. */
export async function statusOf(world: World, by: Actor): Promise<ReportStatus> {
  must(by, "report.follow")
  if (by.kind !== "holder") throw new Problem("not-allowed")
  const status = await reports.findStatus(world, by.ref)
  if (!status) throw new Problem("report-not-found")
  return status
}
