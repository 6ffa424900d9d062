/** Which reports may belong together: suggestions on the reports and patterns for the command centre, never on the alert's way. */
import type { Actor } from "#domain/actor"
import { type Compared, manyAround, patternAround, suggestionsFor, type Traits, together } from "#domain/duplicates"
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
  let made = 0
  const now = world.now()
  for (const it of all.filter(({ id }) => fresh.includes(id))) {
    for (const { other, why, likeness } of suggestionsFor(it, all)) {
      const facts = { other, why, ...(likeness !== undefined && { likeness }) }
      const noted = { op: `suggested-${other}`, what: "suggested", facts }
      if ((await write(world, [reports.entryChange(by, now, it.id, noted)], phone())).written) made++
    }
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

function comparedOf(found: Awaited<ReturnType<typeof reports.whole>>): Compared | undefined {
  if (!found || found.dispatch.drill) return undefined
  const { dispatch, report, entries } = found
  const { id, kind, state, place, reportedAt, incident, dismissed } = dispatch
  return {
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
