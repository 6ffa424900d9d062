/** Who did what when, newest last. */

import { readableReference } from "#domain/id"
import { timeOf } from "#domain/time"
import { inWords } from "#web/lib/language"
import { dutyWords } from "#web/words/duty"
import type { Opened } from "./duty.ts"
import { details } from "./duty-names.ts"
import { t } from "./duty-words.ts"

type Entry = Opened["timeline"][number]
type Word = Parameters<typeof t>[0]

const isWord = (name: string): name is Word & keyof typeof dutyWords => name in dutyWords

export const Timeline = ({ it }: { it: Opened }) => (
  <section class="timeline-part">
    <h3>{t("timelineTitle")}</h3>
    <ol class="timeline">
      {it.timeline.map((entry) => (
        <li key={entry.id}>
          <time>{timeOf(entry.at)}</time>
          <span>
            <b>{doneIn(entry)}</b> {entry.who && `${entry.unit ? inWords(entry.unit) : ""} ${entry.who}`}
            <small>{[factsIn(entry, it), entry.text, toldIn(entry)].filter(Boolean).join(" · ")}</small>
          </span>
        </li>
      ))}
    </ol>
  </section>
)

const doneIn = ({ what }: Entry) => {
  const name = `did-${what}`
  return isWord(name) ? plain(name) : t("did-other")
}

/** A word without blanks. */
const plain = (name: Word) => (t as (name: Word) => string)(name)

/** A mark for officers, who decide what to make of it. */
export const manyIn = ({ whose, count }: Entry["facts"]): string =>
  t(whose === "phone" ? "manyPhone" : "manyNetwork", { count: Number(count) })

function factsIn({ what, facts }: Entry, it: Opened): string {
  const unit = it.units.find((each) => each.id === facts.to)
  const named = [
    what === "check" && nameOf(String(facts.step), it),
    what === "climb" && t("ladder", { step: Number(facts.step) }),
    what === "police" && t(facts.published ? "published" : "notPublished"),
    what === "many" && manyIn(facts),
    what === "conflict" && t(facts.on ? "conflict" : "conflictOver"),
    unit && inWords(unit.name),
    (facts.into ?? facts.of ?? facts.with ?? facts.other) &&
      readableReference(String(facts.into ?? facts.of ?? facts.with ?? facts.other)),
    facts.condition && plain(`condition-${facts.condition}` as Word),
  ]
  return named.filter((each) => typeof each === "string").join(" · ")
}

/** A step of the checklist: ours by its word, a venue's by its own name. */
export function nameOf(step: string, it: Opened): string {
  const own = it.checklist.find((each) => each.step === step)?.name
  if (own) return inWords(own)
  const name = `check-${step}`
  return isWord(name) ? plain(name) : step
}

const toldIn = ({ told }: Entry) =>
  told && details.flatMap((name) => (told[name] ? [`${t(`field-${name}`)}：${told[name]}`] : [])).join("；")
