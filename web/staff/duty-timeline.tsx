/** Who did what when, newest last. */

import { readableReference } from "#domain/id"
import { dateOf, timeOf } from "#domain/time"
import { inWords } from "#web/lib/language"
import { dutyWords } from "#web/words/duty"
import type { Opened } from "./duty.ts"
import { details } from "./duty-names.ts"
import { t } from "./duty-words.ts"

type Entry = Opened["timeline"][number]
type When = NonNullable<NonNullable<Entry["told"]>["when"]>
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
            <small>
              {[mergedIn(entry), factsIn(entry, it), entry.text, toldIn(entry)].filter(Boolean).join(" · ")}
            </small>
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

/** Said by the reporter of another report, which is this search too. */
const mergedIn = ({ of }: Entry) => of && t("alsoReported", { id: readableReference(of) })

function factsIn({ what, facts }: Entry, it: Opened): string {
  const unit = it.units.find((each) => each.id === facts.to)
  const named = [
    what === "check" && nameOf(String(facts.step), it),
    what === "climb" && t("ladder", { step: Number(facts.step) }),
    what === "police" && t(facts.published ? "published" : "notPublished"),
    what === "many" && manyIn(facts),
    what === "conflict" && t(facts.on ? "conflict" : "conflictOver"),
    what === "photos-gone" && t("photosGone", { count: Number(facts.count) }),
    unit && inWords(unit.name),
    what === "offer" && plain(`reason-${facts.reason}` as Word),
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

/** Corrections of what makes a report first, then every other field that was said. */
function toldIn({ told, at }: Entry): string | undefined {
  if (!told) return undefined
  const { where, when, phone, sex, age } = told
  const named = (name: Word, said: string) => `${plain(name)}：${said}`
  return [
    where?.text && named("whereTitle", where.text),
    where && !where.text && (where.venue || where.street || where.point) && named("whereTitle", t("whereChosen")),
    when && seenIn(when, at),
    phone && named("corrected-phone", phone.replace("+86", "")),
    sex && named("corrected-sex", t(sex)),
    age !== undefined && named("corrected-age", t("age", { age })),
    told.dispute && t("dispute"),
    told.venueAlert && t("venueAlerted"),
    ...details.map((name) => told[name] && named(`field-${name}`, told[name])),
  ]
    .filter((each) => typeof each === "string" && each !== "")
    .join("；")
}

function seenIn(when: When, at: number): string {
  const time = dateOf(when.at) === dateOf(at) ? timeOf(when.at) : `${dateOf(when.at)} ${timeOf(when.at)}`
  return t(when.about ? "seenAbout" : "seenAt", { time })
}
