/** The last step: one tap on a time books it. The same days and times serve a move (./change.tsx). */
import type { Advice } from "#domain/advice"
import type { ServiceId } from "#domain/service"
import { type LocalDate, type LocalTime, timeAt } from "#domain/time"
import type { Cause } from "#domain/weighing"
import { ErrorSummary } from "#web/ui/form.tsx"
import { serviceNames } from "#web/words/services"
import { dayName, nearName, type PartOfDay, partOf, shortDate, whenName } from "./dates.ts"
import { type Choosable, distanceName } from "./near.tsx"
import { Back, Step } from "./page.tsx"
import { AdviceList, BringList } from "./services.tsx"
import type { Place, View } from "./view.ts"

/** What can be had on one day. */
export type Choice = {
  days: readonly LocalDate[]
  date: LocalDate
  times: readonly LocalTime[]
  /** The year's holidays are not announced. */
  provisional: boolean
  /** Where that day is empty: the first that is not, or why all are. */
  next?: LocalDate | undefined
  none?: Cause | undefined
  /** The person's turn has not come. */
  turn?: { text: string; seconds: number } | undefined
  /** The hour at which a new day comes on sale. */
  release: number
}

type TimesProps = {
  view: View
  services: readonly ServiceId[]
  station: Place
  /** Masked. */
  person: string
  today: LocalDate
  choice: Choice
  advice: readonly Advice[]
  /** Where nothing is free here: stations nearby that have a time. */
  elsewhere: readonly Choosable[]
  back: string
  refusal?: string | undefined
}

export function TimesPage(props: TimesProps) {
  const { view, services, station, person, today, choice, advice, elsewhere, back, refusal } = props
  const { t, language, face } = view
  const barred = advice.filter(({ level }) => level === "warn" || level === "elsewhere")
  const notes = advice.filter((it) => !barred.includes(it))
  const way = (id: ServiceId) => <a href={`/${face}/book/${id}`}>{serviceNames[id][language]}</a>
  return (
    <>
      <Back view={view} to={back} />
      <ErrorSummary title={refusal ?? ""} faults={refusal ? [{ field: "times", text: t("times-title") }] : []} />
      <Step view={view} n={5} />
      <h1>{t("times-title")}</h1>
      <p class="lead">
        {serviceList(services, language)} · {station.name[language]} · {person}
      </p>
      {barred.length > 0 && (
        <section class="card" aria-labelledby="advice">
          <h2 id="advice">{t("advice-found")}</h2>
          <AdviceList view={view} advice={barred} way={way} />
          <p class="more">{t("advice-anyway")}</p>
        </section>
      )}
      <Times view={view} today={today} choice={choice} to="/book/time" day={(date) => `/book/time?date=${date}`} />
      {choice.none && <Elsewhere view={view} none={choice.none} station={station} today={today} found={elsewhere} />}
      <details>
        <summary>{t("advice-notes")}</summary>
        <AdviceList view={view} advice={notes} way={way} />
        <BringList view={view} services={services} />
      </details>
      <p>
        <a class="aside" href={`/${face}/book/${services[0]}`}>
          {t("other-station")}
        </a>
      </p>
    </>
  )
}

export const serviceList = (services: readonly ServiceId[], language: View["language"]) =>
  services.map((id) => serviceNames[id][language]).join(language === "zh" ? "、" : ", ")

type ChoiceProps = {
  view: View
  today: LocalDate
  choice: Choice
  /** Where a tap on a time is sent, and with what beside it. */
  to: string
  hidden?: Readonly<Record<string, string | number>>
  /** The page of a day. */
  day: (date: LocalDate) => string
  lead?: string
}

export function Times({ view, today, choice, to, hidden = {}, day, lead }: ChoiceProps) {
  const { t, language, face } = view
  const { days, date, times, provisional, next, turn, release } = choice
  return (
    <>
      {days.length > 0 && (
        <nav class="days" aria-label={t("times-day")}>
          {days.map((it) => (
            <a key={it} href={`/${face}${day(it)}`} aria-current={it === date ? "date" : undefined}>
              {nearName(it, today, language)} <b>{shortDate(it, language)}</b>
            </a>
          ))}
        </nav>
      )}
      {provisional && <p class="note">{t("provisional")}</p>}
      {turn && (
        <div class="note" data-turn={turn.seconds}>
          <p>{turn.text}</p>
          <p class="ahead" data-left={t("turn-left", { time: "{time}" })} hidden />
          <p role="status" data-now={t("turn-now")} />
          <a class="button quiet" href={`/${face}${day(date)}`}>
            {t("turn-try")}
          </a>
        </div>
      )}
      <form method="post" action={`/${face}${to}`} id="times" tabIndex={-1}>
        {Object.entries(hidden).map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        {times.length > 0 && !turn && <p class="note">{lead ?? t("times-lead")}</p>}
        {times.length === 0 && next && <p class="note">{t("times-none")}</p>}
        {(["morning", "afternoon", "evening"] as const).map((part) => (
          <Part
            key={part}
            view={view}
            part={part}
            date={date}
            times={times.filter((it) => partOf(it) === part)}
            closed={turn !== undefined}
          />
        ))}
      </form>
      {next && (
        <p>
          <a class="button quiet" href={`/${face}${day(next)}`}>
            {t("times-next", { day: dayName(next, language) })}
          </a>
        </p>
      )}
      <p class="more">{t("release-note", { time: timeAt(release * 60) })}</p>
    </>
  )
}

type PartProps = { view: View; part: PartOfDay; date: LocalDate; times: readonly LocalTime[]; closed: boolean }

function Part({ view: { t, language }, part, date, times, closed }: PartProps) {
  if (!times.length) return null
  return (
    <section aria-labelledby={part}>
      <h2 id={part}>
        {dayName(date, language)} {t(part)}
      </h2>
      <div class="times">
        {times.map((time) => (
          <button type="submit" key={time} name="at" value={`${date}T${time}`} class="quiet" disabled={closed}>
            {time}
          </button>
        ))}
      </div>
    </section>
  )
}

type ElsewhereProps = { view: View; none: Cause; station: Place; today: LocalDate; found: readonly Choosable[] }

/** What was typed stays; only the station changes. */
function Elsewhere({ view, none, station, today, found }: ElsewhereProps) {
  const { t, language, face } = view
  return (
    <section aria-labelledby="none">
      <h2 id="none">{t(`none-title-${none}`)}</h2>
      {none !== "closed" && <p>{t("none-walk")}</p>}
      <p>
        <a class="button quiet" href={`/${face}/s/${station.id}`}>
          {t(none === "closed" ? "hall-hours" : "walk-hall")}
        </a>
      </p>
      {found.length > 0 && (
        <form method="post" action={`/${face}/book/station`}>
          <h3>{t("none-elsewhere")}</h3>
          <ul class="cards">
            {found.map((it) => (
              <li key={it.station.id} class="card">
                <p>
                  <b>{it.station.name[language]}</b>
                  <br />
                  {it.metres !== undefined && distanceName(view, it.metres)}
                  <br />
                  {it.next && t("next-free", { when: whenName(it.next.date, it.next.time, today, language) })}
                </p>
                <button type="submit" name="station" value={it.station.id}>
                  {t("choose-instead")}
                  <span class="apart">{it.station.name[language]}</span>
                </button>
              </li>
            ))}
          </ul>
        </form>
      )}
    </section>
  )
}
