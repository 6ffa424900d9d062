/**
 * What officers do with reports of missing children: one conditional write of the dispatch an act, with its line of the
 * timeline; the same press again finds its line there. Every opening of what was told is recorded before it is answered.
 */
import type { Actor } from "#domain/actor"
import { type City, clocked, commandIn, newlyAlerted, noUnit, relieved } from "#domain/dispatch"
import {
  type Act,
  checks,
  factsOf,
  type Hand,
  handled,
  isStep,
  joined,
  mayKnow,
  pointsOf,
  usualPoints,
} from "#domain/handling"
import { isProved, must, type Permission } from "#domain/permission"
import { fieldProblem, Problem } from "#domain/problem"
import { calledAt, type Dispatch, isOpen, type Place, reportKept, type UnitId, volunteersAt } from "#domain/report"
import { day, type Instant, minute } from "#domain/time"
import { type Added, asKnown, notToCome, type Told } from "#domain/told"
import * as audits from "#store/audits"
import * as people from "#store/people"
import * as photos from "#store/photos"
import * as reporters from "#store/reporters"
import * as reports from "#store/reports"
import { insist, write } from "#store/table"
import * as units from "#store/units"
import type { World } from "#world"
import { short } from "./forms.ts"
import { correctedIn } from "./reporting.ts"

type Staff = Actor & { kind: "staff" }
type Asked = { report: string; request: string }
/** Broken by this operation, for this reason; whoever comes back with a pass has given it. */
type Glass = { op: string; reason?: string }
type Written = { text: string }

/** An officer of a unit, and whether that is the command centre. */
async function handOf(world: World, by: Actor, what: Permission): Promise<{ by: Staff; city: City; hand: Hand }> {
  must(by, what)
  if (by.kind !== "staff") throw new Problem("not-allowed")
  const city = await units.city(world)
  return { by, city, hand: { unit: by.station, staff: by.id, command: by.station === commandIn(city) } }
}

/** As the screens name it; a unit that is gone keeps its id. */
function namedIn(city: City, id: UnitId) {
  const own = id === noUnit ? commandIn(city) : id
  const found = units.unitsIn(city).find((it) => it.id === own)
  return { id, name: found?.name ?? { zh: id, en: id } }
}

const isMine = (it: Dispatch, { unit, command }: Hand) => it.holder === unit || (command && it.holder === noUnit)

/** What is told of an ended report: to the unit that held it and the command centre alone, until it is purged. */
const mayOpen = (it: Dispatch, hand: Hand, now: Instant) =>
  mayKnow(it, hand) &&
  (isOpen(it.state) || ((hand.command || it.holder === hand.unit) && now < (it.endedAt ?? now) + reportKept))

/** Where a report stands; never what was told. */
async function rowOf(world: World, it: Dispatch, { by, city, hand }: Awaited<ReturnType<typeof handOf>>) {
  const { id, v, kind, band, state, drill, step, reportedAt, due, ack, offer, incident, merged, endedAt } = it
  // Words that nobody could place may mean another place than the one that was known before.
  const venue = it.place.located === "unknown" ? undefined : city.venues.find((each) => each.id === it.place.venue)
  const volunteers = volunteersAt(it, world.now())
  const alerted = it.alerted.find(({ unit }) => unit === hand.unit)
  return {
    id,
    v,
    kind,
    band,
    state,
    drill,
    step,
    reportedAt,
    ...(due !== undefined && isOpen(state) && { due }),
    place: { lat: it.place.lat, lng: it.place.lng, located: it.place.located, ...(venue && { venue: venue.name }) },
    holder: namedIn(city, it.holder),
    isMine: isMine(it, hand),
    mayOpen: mayOpen(it, hand, world.now()),
    ...(alerted && { alertedAt: calledAt(alerted) }),
    ...(ack && {
      ack: {
        unit: namedIn(city, ack.unit),
        name: await people.staffName(world, ack.staff),
        at: ack.at,
        byMe: ack.staff === by.id,
      },
    }),
    ...(offer && {
      offer: {
        to: namedIn(city, offer.to),
        from: namedIn(city, offer.from),
        at: offer.at,
        toMe: offer.to === hand.unit,
      },
    }),
    ...(incident && { incident }),
    ...(merged && { into: merged.into }),
    conflict: it.conflict === true,
    packaged: it.package !== undefined,
    ...(volunteers && { volunteers: volunteers.until }),
    ...(volunteers?.photo && { volunteersPhoto: volunteers.photo }),
    ...(endedAt !== undefined && { endedAt }),
  }
}
export type Row = Awaited<ReturnType<typeof rowOf>>

const listedFor = (world: World, { hand }: { hand: Hand }) =>
  Promise.all(
    [hand.unit, ...(hand.command && hand.unit !== noUnit ? [noUnit] : [])].map((unit) => reports.dutiesOf(world, unit)),
  )

/** As many as an officer looks through at once. */
const endedAtOnce = 20

/**
 * What one's unit was alerted to and `watch` shows no more, the latest ended first, while it is kept: what can be reopened, taken
 * apart or closed. `next` is where the next page begins.
 */
export async function ended(world: World, by: Actor, { before = Number.POSITIVE_INFINITY }: { before?: Instant }) {
  const who = await handOf(world, by, "report.watch")
  const now = world.now()
  const over = (await listedFor(world, who))
    .flatMap(({ duties }) => duties)
    .filter((it) => it.state === "ended" && it.at <= now - day && it.at < before)
    .toSorted((a, b) => b.at - a.at)
  // Those that ended in the same moment stay together.
  const last = over[endedAtOnce - 1]?.at ?? Number.NEGATIVE_INFINITY
  const page = over.filter((it) => it.at >= last)
  const found = await reports.findMany(world, [...new Set(page.map((it) => it.report))])
  const rows = await Promise.all(
    found.filter((it) => now < (it.endedAt ?? 0) + reportKept).map((it) => rowOf(world, it, who)),
  )
  return {
    reports: rows.toSorted((a, b) => (b.endedAt ?? 0) - (a.endedAt ?? 0)),
    ...(page.length < over.length && { next: String(last) }),
  }
}

/** Where one report stands, in the list or not. Refusal: report-not-found, for what is another unit's and what is gone alike. */
export async function standing(world: World, by: Actor, id: string): Promise<Row> {
  const who = await handOf(world, by, "report.watch")
  const it = await reports.find(world, id)
  if (!it || !mayKnow(it, who.hand) || world.now() >= (it.endedAt ?? world.now()) + reportKept)
    throw new Problem("report-not-found")
  return {
    ...(await rowOf(world, it, who)),
    ...(isOpen(it.state) && { entries: await reports.countEntries(world, it) }),
  }
}

/**
 * Reports that one's unit was alerted to, newest first: open ones, and those that ended in the last day. The command centre's are
 * also those that found no unit at all, and two that may belong together where no unit knows both.
 */
export async function watch(world: World, by: Actor) {
  const who = await handOf(world, by, "report.watch")
  const listed = await listedFor(world, who)
  const now = world.now()
  const shown = listed.flatMap(({ duties }) => duties.filter((it) => it.state === "open" || it.at > now - day))
  const patterns = listed.flatMap((it) => it.patterns)
  const paired = patterns.flatMap((it) => (it.why ? it.reports : []))
  const all = await reports.findMany(world, [...new Set([...shown.map((it) => it.report), ...paired])])
  const known = new Map(all.map((it) => [it.id, it]))
  const pairs = patterns.filter((it) => it.why && isUndecided(it.reports.flatMap((id) => known.get(id) ?? [])))
  const listedNow = new Set([...shown.map((it) => it.report), ...pairs.flatMap((it) => it.reports)])
  const found = all.filter(({ id }) => listedNow.has(id))
  const rows = await Promise.all(
    found.map(async (it) => ({
      ...(await rowOf(world, it, who)),
      // What the reporter adds does not change the dispatch.
      ...(isOpen(it.state) && { entries: await reports.countEntries(world, it) }),
    })),
  )
  return {
    unit: await units.find(world, who.hand.unit),
    now,
    proved: who.by.proof !== undefined,
    reports: rows.toSorted((a, b) => b.reportedAt - a.reportedAt),
    patterns: patterns
      .filter((it) => !it.why || pairs.includes(it))
      .map((it) => ({ id: it.id, reports: [...it.reports], from: it.from, ...(it.why && { why: it.why }) })),
  }
}

/** Refusal: report-not-found, for what is not there and for what is another unit's alike. */
async function known(world: World, id: string, who: Awaited<ReturnType<typeof handOf>>) {
  const found = await reports.whole(world, id)
  if (!found?.report.sealed || !mayOpen(found.dispatch, who.hand, world.now())) throw new Problem("report-not-found")
  return found
}
type Known = Awaited<ReturnType<typeof known>>

/** The entries that brought a photo; what it is called in the bucket is nobody's to know. */
const pictured = (entries: readonly reports.Entry[]) =>
  entries.filter(({ what, facts }) => what === "photo" && facts?.photo)
const photosIn = ({ dispatch, entries }: Pick<Known, "dispatch" | "entries">) =>
  isOpen(dispatch.state) && dispatch.photosGone === undefined ? pictured(entries).map(({ id }) => id) : []

const isTelling = ({ what }: reports.Entry) => what === "added" || what === "correct" || what === "said-found"

/** What is known now, every addition over what came before. */
async function toldIn(world: World, { report, entries }: Known): Promise<Told> {
  const added = await Promise.all(entries.filter(isTelling).map((it) => reports.openEntry<Added>(world, report.id, it)))
  return asKnown(
    (await reports.openTold(world, report))!,
    added.filter((it) => it !== undefined),
  )
}

const recorded = (world: World, { by }: { by: Staff }, what: string, thing: string, request: string, reason?: string) =>
  audits.opening(world, by, what, by.station, `children/${thing}`, request, reason)

/**
 * Who looks, at what, and how it is recorded. Without a proof the glass may be broken: of an open report that one's own unit holds
 * or was alerted to, since the identity provider may be away while a child is missing. Refusals: step-up-needed, report-not-found.
 */
async function looking(world: World, asker: Actor, { report: id, request }: Asked, glass?: Glass) {
  const broken = isProved(asker, "report.see") ? undefined : glass
  const who = await handOf(world, asker, broken ? "report.break-glass" : "report.see")
  const found = await known(world, id, who)
  const { dispatch } = found
  const isCalled = isMine(dispatch, who.hand) || dispatch.alerted.some(({ unit }) => unit === who.hand.unit)
  if (broken && !(isOpen(dispatch.state) && isCalled)) throw new Problem("step-up-needed")
  const record = (what: string, thing: string) =>
    broken
      ? recorded(world, who, "report.break-glass", thing, broken.op, broken.reason)
      : recorded(world, who, what, thing, request)
  return { who, found, record }
}

/** Opens a report. Refusals: those of `looking`. */
export const open = async (world: World, asker: Actor, input: Asked) =>
  opened(world, input.report, await looking(world, asker, input))

/**
 * Opens a report without a proof of who one is; an auditor reviews it. Its photos are asked for by address, where no reason may
 * stand: the pass opens them, and names the operation under which all of it is recorded. Refusals: those of `looking`.
 */
export async function breakGlass(world: World, asker: Actor, input: Asked & { op: string; reason: string }) {
  const { report: id, op, reason } = input
  const look = await looking(world, asker, input, { op, reason })
  const pass: Pass = { report: id, staff: look.who.by.id, op, until: world.now() + passFor }
  return { ...(await opened(world, id, look)), pass: world.keyring.seal("break-glass", pass) }
}

const passFor = 30 * minute
type Pass = { report: string; staff: string; op: string; until: Instant }

/** What this pass opens of this report, to this officer, now. */
function passed(world: World, asker: Actor, report: string, token = ""): Glass | undefined {
  const pass = world.keyring.open("break-glass", token) as Pass | undefined
  const isTheirs = asker.kind === "staff" && pass?.staff === asker.id && pass.report === report
  return isTheirs && world.now() < pass.until ? { op: pass.op } : undefined
}

async function opened(world: World, id: string, { who, found, record }: Awaited<ReturnType<typeof looking>>) {
  const { dispatch, entries } = found
  for (const each of [id, ...(dispatch.from ?? [])]) await record("report.see", `report#${each}`)
  const { told, place, merged } = await toldTogether(world, found)
  const venue = who.city.venues.find((it) => it.id === dispatch.place.venue)
  return {
    report: await rowOf(world, { ...dispatch, place }, who),
    told,
    photos: photosIn(found),
    timeline: await timelineOf(world, found, merged, who.city),
    checklist: await checklistOf(world, entries, venue?.checkpoints),
    ...(venue?.contact && { contact: venue.contact }),
    merged: merged.map((it) => shownOf(it, dispatch)),
    suggestions: await suggestionsFor(world, found, who.hand),
    units: units.unitsIn(who.city),
  }
}

type Merged = Known & { told: Told }

/**
 * What is told of a child by everybody whose report is this search. Of several who saw the child last it begins with the earliest,
 * and where that was (domain.md §5.4).
 */
async function toldTogether(world: World, found: Known): Promise<{ told: Told; place: Place; merged: Merged[] }> {
  const own = { ...found, told: await toldIn(world, found) }
  const others = await Promise.all((found.dispatch.from ?? []).map((id) => reports.whole(world, id)))
  const merged = await Promise.all(
    others.flatMap((it) => (it?.report.sealed ? [toldIn(world, it).then((told) => ({ ...it, told }))] : [])),
  )
  const earliest = [own, ...merged].toSorted((a, b) => a.told.when.at - b.told.when.at)[0]!
  const { when, where } = earliest.told
  const { place } = earliest.dispatch.place.located === "unknown" ? own.dispatch : earliest.dispatch
  return { told: { ...own.told, when, where }, place, merged }
}

const shownOf = ({ dispatch: { id }, told, entries }: Merged, { state }: Dispatch) => ({
  id,
  told,
  photos: isOpen(state) ? pictured(entries).map((it) => it.id) : [],
})

async function timelineOf(world: World, { dispatch, entries }: Known, merged: readonly Merged[], city: City) {
  const nameOf = async (unit?: UnitId, staff?: string) => ({
    who: staff ? await people.staffName(world, staff) : "",
    ...(unit && { unit: namedIn(city, unit).name }),
  })
  const lineOf = async (report: string, it: reports.Entry) => {
    const opened = await reports.openEntry<Added | Written>(world, report, it)
    return {
      id: it.id,
      at: it.at,
      what: it.what,
      ...(await nameOf(it.unit, it.staff)),
      // What a photo is called in the bucket is nobody's to know.
      facts: it.what === "photo" ? {} : (it.facts ?? {}),
      ...(opened && (isTelling(it) ? { told: opened as Added } : { text: (opened as Written).text })),
    }
  }
  const steps = dispatch.alerted.filter((it, i, all) => it.step > 0 && all.findIndex((at) => at.step === it.step) === i)
  return [
    { id: "reported", at: dispatch.reportedAt, what: "reported", who: "", facts: {} },
    ...steps.map(({ step, at }) => ({ id: `climb-${step}`, at, what: "climb", who: "", facts: { step: step + 1 } })),
    ...(await Promise.all(entries.map((it) => lineOf(dispatch.id, it)))),
    ...(await Promise.all(
      merged.flatMap((other) =>
        other.entries
          .filter((it) => isTelling(it) || it.what === "photo")
          .map(async (it) => {
            const line = await lineOf(other.dispatch.id, it)
            return { ...line, id: `${other.dispatch.id}-${it.id}`, of: other.dispatch.id }
          }),
      ),
    )),
  ].toSorted((a, b) => a.at - b.at)
}

/** Video first, then the venue's own must-check points where it has any. */
async function checklistOf(
  world: World,
  entries: readonly reports.Entry[],
  points: readonly { zh: string; en: string }[] = [],
) {
  const venues = pointsOf(points)
  const [first, ...rest] = checks.map((step) => ({ step, name: undefined }))
  const all = [first!, ...rest, ...(venues.length ? venues : usualPoints.map((step) => ({ step, name: undefined })))]
  return Promise.all(
    all.map(async ({ step, name }) => {
      const done = entries.find((it) => it.what === "check" && it.facts?.step === step)
      return {
        step,
        ...(name && { name }),
        ...(done && { done: { who: await people.staffName(world, done.staff ?? ""), at: done.at } }),
      }
    }),
  )
}

const isUndecided = ([a, b]: readonly Dispatch[]) => a && b && isOpen(a.state) && isOpenPair(a, b)

/** Nobody has said yet that they belong together, or that they do not; from whichever of the two. */
const isOpenPair = (a: Dispatch, b: Dispatch) =>
  isOpen(b.state) &&
  !a.dismissed?.includes(b.id) &&
  !b.dismissed?.includes(a.id) &&
  (b.incident === undefined || b.incident !== a.incident)

/** Reports that may belong together, as far as this unit may know of them; what was put aside or joined is not said again. */
async function suggestionsFor(world: World, { dispatch, entries }: Known, hand: Hand) {
  const about = new Map(
    entries.flatMap(({ what, facts }) =>
      what === "suggested" && facts ? [[String(facts.other), String(facts.why)] as const] : [],
    ),
  )
  const others = await reports.findMany(world, [...about.keys()])
  return others
    .filter((it) => mayKnow(it, hand) && isOpenPair(dispatch, it))
    .map((it) => ({ id: it.id, why: about.get(it.id)!, reportedAt: it.reportedAt }))
}

/** Of the report itself, and of those that were merged into it. */
async function picturesOf(world: World, found: Pick<Known, "dispatch" | "entries">) {
  const merged = await Promise.all((found.dispatch.from ?? []).map((id) => reports.whole(world, id)))
  return [found, ...merged].flatMap((it) => pictured(it?.entries ?? []))
}

/** A photo of an open report. Refusals: photo-gone, and those of `looking`. */
export async function photo(
  world: World,
  asker: Actor,
  input: Asked & { photo: string; pass?: string | undefined },
): Promise<Uint8Array> {
  const { found, record } = await looking(world, asker, input, passed(world, asker, input.report, input.pass))
  if (!isOpen(found.dispatch.state)) throw new Problem("photo-gone")
  const entry = (await picturesOf(world, found)).find((it) => it.id === input.photo)
  if (!entry) throw new Problem("photo-gone")
  const name = String(entry.facts?.photo)
  // Of whom it is, and where it was looked at.
  for (const each of new Set([name.split("/")[0]!, input.report]))
    await record("photo.see", `report#${each}/photo/${input.photo}`)
  const bytes = await photos.open(world, name)
  if (!bytes) {
    world.log.error("photo missing", { id: name })
    throw new Problem("photo-gone")
  }
  return bytes
}

/** What is handed to those who may publish through 团圆; we never do. Refusals: report-not-found, report-state. */
export async function packageOf(world: World, asker: Actor, { report: id, request }: Asked) {
  const who = await handOf(world, asker, "report.package")
  const found = await known(world, id, who)
  const { dispatch, entries } = found
  if (!dispatch.package) throw new Problem("report-state", { state: dispatch.state })
  for (const each of [id, ...(dispatch.from ?? [])])
    await recorded(world, who, "package.see", `report#${each}`, request)
  const { told, merged } = await toldTogether(world, found)
  const police = entries.filter(({ what }) => what === "police")
  return {
    id,
    drill: dispatch.drill,
    preparedAt: dispatch.package.at,
    preparedBy: await people.staffName(world, dispatch.package.staff),
    reportedAt: dispatch.reportedAt,
    told,
    photos: photosIn(found),
    merged: merged.map((it) => shownOf(it, dispatch)),
    holder: namedIn(who.city, dispatch.holder),
    police: await Promise.all(
      police.map(async (it) => ({
        at: it.at,
        who: await people.staffName(world, it.staff ?? ""),
        published: it.facts?.published === true,
        ...(it.sealed && { text: (await reports.openEntry<Written>(world, id, it))!.text }),
      })),
    ),
  }
}

/**
 * One act. The first acknowledgement wins, and whoever is second is answered with who has it. Refusals: report-not-found (also
 * for a suggestion of another), photo-gone, unit-unknown, key-reused, invalid-input for a step of no checklist, and those of
 * `handled` and `joined`.
 */
export async function act(world: World, asker: Actor, input: Act & { report: string }): Promise<Row> {
  const { report: id, ...rest } = input
  const deed = rest as Act
  const who = await handOf(world, asker, "report.handle")
  const before = await reports.find(world, id)
  if (!before || !mayKnow(before, who.hand)) throw new Problem("report-not-found")
  const noted = await notedFor(world, id, deed, who.hand)
  // Pressed again after a lost answer.
  if (await reports.findEntry(world, id, noted.op)) return rowOf(world, before, who)
  if (deed.act === "offer" && !units.unitsIn(who.city).some((it) => it.id === deed.to))
    throw new Problem("unit-unknown")
  const other = otherOf(deed, before)
  const named = deed.act === "dismiss" ? deed.other : other
  const theirs = named === undefined ? undefined : await reports.find(world, named)
  if (named !== undefined && (!theirs || named === id || !mayKnow(theirs, who.hand)))
    throw new Problem("report-not-found")
  if (deed.act === "volunteers" && deed.photo) {
    const { entries = [] } = (await reports.whole(world, id)) ?? {}
    const pictures = await picturesOf(world, { dispatch: before, entries })
    if (!pictures.some((it) => it.id === deed.photo)) throw new Problem("photo-gone")
  }
  if (deed.act === "check") {
    const venue = who.city.venues.find((it) => it.id === before.place.venue)
    if (!isStep(deed.step, venue?.checkpoints)) throw fieldProblem("step", "check")
  }
  // The reporter's word may lie there and not have been heard yet.
  if (deed.act === "reunite" && (await reports.lastSaid(world, before, "now")).dispute > (before.disputed ?? 0))
    throw new Problem("handover-refused")
  const op = `${deed.act}:${short(world, noted.op)}`
  const also =
    deed.act === "correct" && deed.told.phone
      ? await reporters.numbered(world, who.by, op, id, { name: noted.op, phone: deed.told.phone })
      : []
  const calling = await callingNow(world)
  const after = other
    ? await together(world, who.by, op, [id, other], deed, who.hand, noted, calling)
    : await reports.changed(world, who.by, op, id, (it) =>
        deed.act === "acknowledge" && it.ack
          ? undefined
          : { after: calling(it, handled(it, deed, who.hand, world.now())), noted: [noted], also },
      )
  return rowOf(world, after, who)
}

/** An act may call a unit whose officers are gone: whoever acts for it now is called beside it. */
async function callingNow(world: World) {
  const city = await units.manned(world)
  return (before: Dispatch, after: Dispatch): Dispatch => {
    const now = world.now()
    return relieved(after, newlyAlerted(before, clocked(before, after, now)), now, city)
  }
}

/** The same press is the same act with the same words: what differs is another, whatever it calls itself. */
async function notedFor(world: World, id: string, deed: Act, { unit, staff }: Hand): Promise<reports.Noted> {
  const op = world.keyring.blind("operation", `${staff} ${JSON.stringify(deed)}`)
  const told = deed.act === "correct" ? notToCome(deed.told, world.now()) : undefined
  const place = told && (await correctedIn(world, told))
  const said = told ?? ("text" in deed && deed.text ? { text: deed.text } : undefined)
  return {
    op,
    what: deed.act,
    unit,
    staff,
    facts: factsOf(deed),
    ...(place && { place }),
    ...(said && { sealed: await reports.sealEntry(world, id, op, said) }),
  }
}

/** The other report that changes with this one. */
const otherOf = (deed: Act, it: Dispatch): string | undefined =>
  deed.act === "merge"
    ? deed.into
    : deed.act === "sibling"
      ? deed.of
      : deed.act === "unmerge"
        ? it.merged?.into
        : undefined

/** Both or neither, each over the version that was seen. */
async function together(
  world: World,
  by: Staff,
  op: string,
  [id, other]: [string, string],
  deed: Act,
  hand: Hand,
  noted: reports.Noted,
  calling: Awaited<ReturnType<typeof callingNow>>,
): Promise<Dispatch> {
  return insist(async (patience) => {
    const now = world.now()
    const [mine, theirs] = await Promise.all([reports.find(world, id), reports.find(world, other)])
    if (!mine || !theirs || id === other || !mayKnow(theirs, hand)) throw new Problem("report-not-found")
    const done = handled(mine, deed, hand, now)
    const changed = calling(mine, deed.act === "sibling" ? joined(done, deed, theirs, now) : done)
    const { sealed: _, ...open } = noted
    const made = reports.changes(by, op, now, mine, changed, [noted])
    const beside = reports.changes(by, op, now, theirs, calling(theirs, joined(theirs, deed, mine, now)), [
      { ...open, facts: { with: id } },
    ])
    const others = deed.act === "sibling" ? await familyOf(world, [mine, theirs], changed.incident!) : []
    const family = others.flatMap((it) => reports.changes(by, op, now, it, { ...it, incident: changed.incident! }))
    const outcome = await write(world, [...made, ...beside, ...family], patience)
    return outcome.written ? reports.dispatchIn(made[0]!.item) : undefined
  })
}

/** Whoever else is of either incident and bears another name of it: by the timelines, on which every joining stands at both ends. */
async function familyOf(world: World, two: readonly Dispatch[], incident: string): Promise<Dispatch[]> {
  const met = new Map<string, Dispatch>()
  const seen = new Set<string>()
  for (let ids = two.map(({ id }) => id); ids.length; ) {
    for (const id of ids) seen.add(id)
    const found = await Promise.all(ids.map((id) => reports.whole(world, id)))
    for (const it of found) if (it) met.set(it.dispatch.id, it.dispatch)
    const kin = found.flatMap((it) =>
      (it?.entries ?? []).flatMap(({ what, facts }) => (what === "sibling" ? [String(facts?.of ?? facts?.with)] : [])),
    )
    ids = [...new Set(kin)].filter((id) => !seen.has(id))
  }
  return [...met.values()].filter((it) => it.incident !== incident && !two.some(({ id }) => id === it.id))
}
