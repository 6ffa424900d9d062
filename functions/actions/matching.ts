/** Which reports may belong together: suggestions on both reports and patterns for the command centre, never on the alert's way. */
import type { Actor } from "#domain/actor"
import {
  type Compared,
  manyAround,
  patternAround,
  type Suggested,
  suggestionsFor,
  type Traits,
  together,
} from "#domain/duplicates"
import { must } from "#domain/permission"
import type { UnitId } from "#domain/report"
import type { Added, Told } from "#domain/told"
import * as reports from "#store/reports"
import { phone, write } from "#store/table"
import type { World } from "#world"

/** More open reports than this are compared by the next looks. */
const atOnce = 300
const clothing = ["top", "bottom", "shoes", "bag"] as const

/** What a report is compared by, without a word that could be read. */
export function traitsOf(world: World, said: Told | Added): Traits {
  const told = "child" in said ? { ...said.details, ...said.child, phone: said.phone } : said
  const blind = (purpose: string, text: string) => world.keyring.blind(purpose, text)
  const names = [told.name, told.nickname].flatMap((it) => (it ? [blind("report-name", tidy(it))] : []))
  const clothes = clothing.flatMap((part) => wordsOf(told[part] ?? "").map((word) => `${part}:${word}`))
  return {
    ...(told.sex && { sex: told.sex }),
    ...(told.age !== undefined && { age: told.age }),
    ...(told.phone && { phone: blind("report-phone", told.phone) }),
    ...(names.length && { names: names.map((it) => it.slice(0, 8)) }),
    // Six characters tell words apart well enough, and keep the item small.
    ...(clothes.length && { clothes: clothes.slice(0, 24).map((it) => blind("report-clothes", it).slice(0, 6)) }),
  }
}

const tidy = (text: string) => text.normalize("NFKC").toLowerCase().replace(/\s+/g, "")

/** Words of Latin letters; of Chinese, pairs of characters, since nobody writes the spaces. */
function wordsOf(text: string): string[] {
  const latin = text.toLowerCase().match(/[a-z]{2,}/g) ?? []
  const pairs = (text.match(/\p{Script=Han}+/gu) ?? []).flatMap((run) =>
    run.length < 2 ? [run] : Array.from({ length: run.length - 1 }, (_, i) => run.slice(i, i + 2)),
  )
  return [...new Set([...latin, ...pairs])]
}

/** Writes what is suggested for each of these; the same suggestion twice is one. Answers how many are new. */
export async function match(world: World, by: Actor, fresh: readonly string[], command: UnitId): Promise<number> {
  must(by, "report.sweep")
  if (!fresh.length) return 0
  const open = (await reports.byDue(world, "open")).slice(0, atOnce).map(({ id }) => id)
  const all = (
    await Promise.all([...new Set([...fresh, ...open])].map((id) => reports.whole(world, id).then(comparedOf)))
  ).flatMap((it) => (it ? [it] : []))
  const known = new Map(all.map((it) => [it.id, it]))
  let made = 0
  const now = world.now()
  for (const it of all.filter(({ id }) => fresh.includes(id))) {
    for (const suggested of suggestionsFor(it, all))
      made += await suggest(world, by, [it, known.get(suggested.other)!], suggested, command)
    const many = manyAround(it, all)
    if (many) {
      const noted = { op: `many-${many.whose}`, what: "many", facts: many }
      if ((await write(world, [reports.entryChange(by, now, it.id, noted)], phone())).written) made++
    }
    const pattern = patternAround(it, all)
    if (pattern) {
      const change = reports.patternChange(by, "pattern", now, command, { ...pattern, at: now })
      if ((await write(world, [change], phone())).written) made++
    }
  }
  return made
}

type Looked = Compared & { units: ReadonlySet<UnitId>; noted: Set<string> }

/**
 * On both reports, for whoever opens either; where no unit knows of both, on the command centre's list, which opens both. Answers
 * how many of these are new.
 */
async function suggest(
  world: World,
  by: Actor,
  [a, b]: readonly [Looked, Looked],
  { why, likeness }: Pick<Suggested, "why" | "likeness">,
  command: UnitId,
): Promise<number> {
  const now = world.now()
  let made = 0
  for (const [mine, other] of [
    [a, b.id],
    [b, a.id],
  ] as const) {
    const noted = { op: `suggested-${other}`, what: "suggested" }
    if (mine.noted.has(noted.op)) continue
    const facts = { other, why, ...(likeness !== undefined && { likeness }) }
    if ((await write(world, [reports.entryChange(by, now, mine.id, { ...noted, facts })], phone())).written) made++
    mine.noted.add(noted.op)
  }
  if ([...a.units].some((unit) => b.units.has(unit))) return made
  const pair = [a.id, b.id].toSorted()
  const { lat, lng } = a.place
  const from = Math.min(a.reportedAt, b.reportedAt)
  const change = reports.patternChange(by, "match", now, command, {
    id: pair.join("-"),
    reports: pair,
    place: { lat, lng },
    from,
    at: now,
    why,
  })
  return (await write(world, [change], phone())).written ? made + 1 : made
}

function comparedOf(found: Awaited<ReturnType<typeof reports.whole>>): Looked | undefined {
  if (!found || found.dispatch.drill) return undefined
  const { dispatch, report, entries } = found
  const { id, kind, state, place, reportedAt, incident, dismissed, holder, alerted, offer } = dispatch
  return {
    units: new Set([holder, ...alerted.map(({ unit }) => unit), ...(offer ? [offer.to] : [])]),
    noted: new Set(entries.map((it) => it.id)),
    id,
    kind,
    state,
    place,
    reportedAt,
    traits: together([report.traits, ...entries.flatMap(({ traits }) => (traits ? [traits] : []))]),
    ...(incident && { incident }),
    ...(dismissed && { dismissed }),
  }
}
