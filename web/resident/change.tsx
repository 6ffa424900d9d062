/** Moving an appointment, and what is said of those that were missed. */
import { readableReference } from "#domain/id"
import type { LocalDate } from "#domain/time"
import { ErrorSummary } from "#web/ui/form.tsx"
import { dayName, whenName } from "./dates.ts"
import { listed } from "./listed.ts"
import type { Choosable } from "./near.tsx"
import { Back } from "./page.tsx"
import { type Choice, serviceList, Times } from "./times.tsx"
import type { Place, View } from "./view.ts"
import type { Shown } from "./voucher.tsx"

type MoveProps = {
  view: View
  it: Shown
  /** Where it is now, and where its new time is looked for. */
  now: Place
  station: Place
  today: LocalDate
  choice: Choice
  /** Other stations that do all of it and have a time. */
  others: readonly Choosable[]
  op: string
  refusal?: string | undefined
  /** The day's moves are used up: there is nothing to choose. */
  spent: boolean
}

export function MovePage({ view, it, now, station, today, choice, others, op, refusal, spent }: MoveProps) {
  const { t, language, face } = view
  const own = `/a/${it.link}/move`
  const elsewhere = station.id !== now.id
  const day = (date: LocalDate) => `${own}?${elsewhere ? `station=${station.id}&` : ""}date=${date}`
  const kept = { text: t(it.displaced ? "times-title" : "move-kept"), ...(!spent && { field: "times" }) }
  const faults = refusal ? [kept] : []
  return (
    <>
      <Back view={view} to={`/a/${it.link}`} />
      <ErrorSummary title={refusal ?? ""} faults={faults} />
      <h1>{t("move-title")}</h1>
      <p class={it.displaced ? "lead struck" : "lead"}>
        {t("move-now", { when: `${dayName(it.date, language)} ${it.time}`, station: now.name[language] })}
      </p>
      <p>
        {serviceList(it.services, language)} · <b>{station.name[language]}</b>
      </p>
      {!spent && (
        <Times
          view={view}
          today={today}
          choice={choice}
          to={own}
          hidden={{ op, v: it.v, station: station.id }}
          day={day}
          lead={it.displaced ? t("times-title") : t("move-lead")}
        />
      )}
      {!spent && choice.none && <p class="note">{t(`none-title-${choice.none}`)}</p>}
      {!spent && (others.length > 0 || elsewhere) && (
        <section aria-labelledby="other">
          <h2 id="other">{t("move-other")}</h2>
          <ul class="chips">
            {elsewhere && (
              <li>
                <a href={`/${face}${own}`}>{now.name[language]}</a>
              </li>
            )}
            {others
              .filter((other) => other.station.id !== now.id)
              .map((other) => (
                <li key={other.station.id}>
                  <a href={`/${face}${own}?station=${other.station.id}`}>
                    {other.next
                      ? t("move-other-more", {
                          name: other.station.name[language],
                          when: whenName(other.next.date, other.next.time, today, language),
                        })
                      : other.station.name[language]}
                  </a>
                </li>
              ))}
          </ul>
        </section>
      )}
      <p class="actions">
        <a class="button quiet" href={`/${face}/a/${it.link}`}>
          {t("move-back")}
        </a>
      </p>
    </>
  )
}

type Missed = {
  ref: string
  name: Place["name"]
  date: LocalDate
  appealed: boolean
  excused?: boolean | undefined
  reason?: string | undefined
}

type StandingProps = {
  view: View
  link: string
  until?: LocalDate | undefined
  missed: readonly Missed[]
  /** What was written, where it has to be mended. */
  typed?: { ref: string; text: string } | undefined
  fault?: string | undefined
  refusal?: string | undefined
}

export function StandingPage({ view, link, until, missed, typed, fault, refusal }: StandingProps) {
  const { t, language } = view
  const field = `text-${typed?.ref}`
  return (
    <>
      <Back view={view} to={`/a/${link}`} />
      <ErrorSummary
        title={t("please-check")}
        faults={listed(view, { [field]: t("appeal-why") }, { [field]: typed && fault }, refusal)}
      />
      <h1>{t("standing-title")}</h1>
      <p class="note">{until ? t("standing-paused", { day: dayName(until, language) }) : t("standing-fine")}</p>
      {missed.length === 0 && <p>{t("standing-none")}</p>}
      <ul class="cards">
        {missed.map((it) => (
          <li key={it.ref} class="card">
            <h2>{t("standing-missed", { day: dayName(it.date, language), station: it.name[language] })}</h2>
            <p>
              <span class="ref">{readableReference(it.ref)}</span>{" "}
              <span class={it.excused ? "mark fine" : it.appealed && it.excused === undefined ? "mark" : "mark warn"}>
                {t(saidOf(it))}
              </span>
            </p>
            {it.reason && <p>{t("standing-reason", { reason: it.reason })}</p>}
            {!it.appealed && it.excused === undefined && (
              <Appeal
                view={view}
                link={link}
                missed={it.ref}
                text={typed?.ref === it.ref ? typed.text : ""}
                fault={typed?.ref === it.ref ? fault : undefined}
              />
            )}
          </li>
        ))}
      </ul>
    </>
  )
}

function saidOf({ appealed, excused }: Missed) {
  if (excused !== undefined) return excused ? "standing-excused" : "standing-upheld"
  return appealed ? "standing-asked" : "standing-counts"
}

type AppealProps = { view: View; link: string; missed: string; text: string; fault: string | undefined }

function Appeal({ view: { t, face }, link, missed, text, fault }: AppealProps) {
  const id = `text-${missed}`
  return (
    <details open={fault !== undefined}>
      <summary>{t("appeal")}</summary>
      <form method="post" action={`/${face}/a/${link}/standing`} novalidate>
        <input type="hidden" name="ref" value={missed} />
        <div class={fault ? "field wrong" : "field"}>
          <label for={id}>{t("appeal-why")}</label>
          <p class="hint" id={`${id}-hint`}>
            {t("appeal-hint")}
          </p>
          {fault && (
            <p class="fault" id={`${id}-error`}>
              <span class="apart">{t("error")}</span>
              {fault}
            </p>
          )}
          <textarea
            id={id}
            name="text"
            rows={4}
            maxLength={500}
            aria-describedby={fault ? `${id}-hint ${id}-error` : `${id}-hint`}
            aria-invalid={fault ? "true" : undefined}
          >
            {text}
          </textarea>
        </div>
        <button type="submit">{t("appeal-send")}</button>
      </form>
    </details>
  )
}
