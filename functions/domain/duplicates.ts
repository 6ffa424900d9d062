/**
 * Reports that may be of one child, of one family, or of one place (domain.md §5.4): suggestions to officers, who decide. Nothing
 * is dropped, delayed or merged by itself. Compared by traits that name nobody: words arrive as blind indexes.
 */
import type { Point } from "./geography.ts"
import { isOpen, type Pattern, type ReportKind, type ReportState } from "./report.ts"
import { metresBetween } from "./station.ts"
import { day, hour, type Instant } from "./time.ts"
import type { Sex } from "./told.ts"

export type Traits = {
  sex?: Sex
  age?: number
  phone?: string
  /** The network that it was sent from. */
  from?: string
  names?: readonly string[]
  clothes?: readonly string[]
}

export type Compared = {
  id: string
  kind: ReportKind
  state: ReportState
  place: Point
  reportedAt: Instant
  traits: Traits
  incident?: string
  dismissed?: readonly string[]
}

/** One reporter, several reports (一人多报) · several reporters, one child (多人同报) · siblings · a found child and who looks for them. */
export type Suggested = { other: string; why: "same-reporter" | "same-child" | "sibling" | "found"; likeness?: number }

// All ours, from domain.md §5.4.
const sameReporterWithin = day
const sameChildWithin = 2 * hour
const sameChildMetres = 1000
const yearsApart = 2
const alikeFrom = 0.3
const foundMetres = 5000
const patternWithin = hour
const patternMetres = 500
const patternChildren = 3
const manyWithin = hour
/** A mall's network sends several honest reports of one evening; one phone seldom three. */
const manyFrom = { phone: 3, network: 8 } as const
/** An officer looks at the likeliest few. */
const most = 5

/** What is known of a child from what was told first and what came later: the later word counts. */
export const together = (traits: readonly Traits[]): Traits => {
  const all = (name: "names" | "clothes") => [...new Set(traits.flatMap((it) => it[name] ?? []))]
  return { ...Object.assign({}, ...traits.map(defined)), names: all("names"), clothes: all("clothes") }
}
const defined = (it: Traits) => Object.fromEntries(Object.entries(it).filter(([, value]) => value !== undefined))

/** How much names and clothing agree, from 0 to 1; undefined where one of the two says nothing of either. */
export function likeness(a: Traits, b: Traits): number | undefined {
  const shares = (["names", "clothes"] as const).flatMap((name) => {
    const [mine, theirs] = [new Set(a[name] ?? []), new Set(b[name] ?? [])]
    const both = [...mine].filter((it) => theirs.has(it)).length
    return mine.size && theirs.size ? [both / Math.min(mine.size, theirs.size)] : []
  })
  return shares.length ? Math.max(...shares) : undefined
}

const mayBeOneChild = (a: Traits, b: Traits): boolean =>
  (a.sex === undefined || b.sex === undefined || a.sex === b.sex) &&
  (a.age === undefined || b.age === undefined || Math.abs(a.age - b.age) <= yearsApart)

/** Put aside from either of the two. */
const isDismissed = (a: Compared, b: Compared) => a.dismissed?.includes(b.id) || b.dismissed?.includes(a.id)

/** What an officer should look at beside this report, the likeliest first. */
export function suggestionsFor(it: Compared, others: readonly Compared[]): Suggested[] {
  return others
    .flatMap((other): Suggested[] => {
      if (other.id === it.id || !isOpen(other.state) || isDismissed(it, other)) return []
      if (it.incident !== undefined && it.incident === other.incident) return []
      const why = relationOf(it, other)
      const alike = likeness(it.traits, other.traits)
      return why
        ? [{ other: other.id, why, ...(alike !== undefined && { likeness: Math.round(alike * 100) / 100 }) }]
        : []
    })
    .sort((a, b) => (b.likeness ?? alikeFrom) - (a.likeness ?? alikeFrom) || a.other.localeCompare(b.other))
    .slice(0, most)
}

function relationOf(a: Compared, b: Compared): Suggested["why"] | undefined {
  const apart = Math.abs(a.reportedAt - b.reportedAt)
  const metres = metresBetween(a.place, b.place)
  const one = mayBeOneChild(a.traits, b.traits)
  if (a.kind !== b.kind) return one && metres <= foundMetres ? "found" : undefined
  const samePhone = a.traits.phone !== undefined && a.traits.phone === b.traits.phone
  if (samePhone && apart <= sameReporterWithin) return one ? "same-reporter" : "sibling"
  // Where neither name nor clothes are known of both, an officer asks.
  const alike = (likeness(a.traits, b.traits) ?? alikeFrom) >= alikeFrom
  return one && alike && apart <= sameChildWithin && metres <= sameChildMetres ? "same-child" : undefined
}

/**
 * So many reports within an hour from one phone, or from one network: a mark for officers, who decide what to make of it (滥用,
 * ours). Nothing is refused, delayed or alerted less for it.
 */
export function manyAround(
  it: Compared,
  others: readonly Compared[],
): { whose: keyof typeof manyFrom; count: number } | undefined {
  const before = others.filter(
    ({ reportedAt }) => reportedAt <= it.reportedAt && it.reportedAt - reportedAt <= manyWithin,
  )
  const { phone, from } = it.traits
  const count = {
    phone: phone === undefined ? 0 : before.filter(({ traits }) => traits.phone === phone).length,
    network: from === undefined ? 0 : before.filter(({ traits }) => traits.from === from).length,
  }
  const whose = (["phone", "network"] as const).find((each) => count[each] >= manyFrom[each])
  return whose && { whose, count: count[whose] }
}

/**
 * At least three different children missing within 500 m and an hour (一地多报), around the report that came last. Named by its
 * earliest report, so that it grows rather than multiplies.
 */
export function patternAround(it: Compared, others: readonly Compared[]): Omit<Pattern, "at"> | undefined {
  const near = [it, ...others.filter((other) => other.id !== it.id)]
    .filter(
      (other) =>
        other.kind === "missing" &&
        isOpen(other.state) &&
        Math.abs(other.reportedAt - it.reportedAt) <= patternWithin &&
        metresBetween(other.place, it.place) <= patternMetres,
    )
    .sort((a, b) => a.reportedAt - b.reportedAt || a.id.localeCompare(b.id))
  const children: Compared[] = []
  for (const other of near) if (!children.some((known) => areOne(known, other))) children.push(other)
  const first = near[0]
  if (!first || children.length < patternChildren) return undefined
  const { lat, lng } = it.place
  return { id: first.id, reports: near.map(({ id }) => id), place: { lat, lng }, from: first.reportedAt }
}

/** Most likely the same child twice; siblings are two. */
function areOne(a: Compared, b: Compared): boolean {
  const why = relationOf(a, b)
  return why === "same-reporter" || why === "same-child"
}
