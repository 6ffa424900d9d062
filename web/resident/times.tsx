/** The last step: one tap on a time books it. */
import type { ServiceId } from "#domain/service"
import type { LocalDate, LocalTime } from "#domain/time"
import { ErrorSummary } from "#web/ui/form.tsx"
import { serviceNames } from "#web/words/services"
import { dayName, nearName, type PartOfDay, partOf, shortDate } from "./dates.ts"
import { Back, Step } from "./page.tsx"
import type { Place, View } from "./view.ts"

type TimesProps = {
  view: View
  service: ServiceId
  station: Place
  /** Masked. */
  person: string
  today: LocalDate
  days: readonly LocalDate[]
  date: LocalDate
  times: readonly LocalTime[]
  refusal?: string | undefined
}

export function TimesPage({ view, service, station, person, today, days, date, times, refusal }: TimesProps) {
  const { t, language, face } = view
  return (
    <>
      <Back view={view} to={`/book/${service}/${station.id}`} />
      <ErrorSummary title={refusal ?? ""} faults={refusal ? [{ field: "times", text: t("times-title") }] : []} />
      <Step view={view} n={5} />
      <h1>{t("times-title")}</h1>
      <p class="lead">
        {serviceNames[service][language]} · {station.name[language]} · {person}
      </p>
      <nav class="days" aria-label={t("times-day")}>
        {days.map((it) => (
          <a key={it} href={`/${face}/book/time?date=${it}`} aria-current={it === date ? "date" : undefined}>
            {nearName(it, today, language)} <b>{shortDate(it, language)}</b>
          </a>
        ))}
      </nav>
      <form method="post" action={`/${face}/book/time`} id="times">
        {times.length > 0 ? <p class="note">{t("times-lead")}</p> : <p class="note">{t("times-none")}</p>}
        {(["morning", "afternoon", "evening"] as const).map((part) => (
          <Part key={part} view={view} part={part} date={date} times={times.filter((it) => partOf(it) === part)} />
        ))}
      </form>
      <p>
        <a href={`/${face}/book/${service}`}>{t("other-station")}</a>
      </p>
    </>
  )
}

type PartProps = { view: View; part: PartOfDay; date: LocalDate; times: readonly LocalTime[] }

function Part({ view: { t, language }, part, date, times }: PartProps) {
  if (!times.length) return null
  return (
    <section aria-labelledby={part}>
      <h2 id={part}>
        {dayName(date, language)} {t(part)}
      </h2>
      <div class="times">
        {times.map((time) => (
          <button type="submit" key={time} name="at" value={`${date}T${time}`} class="quiet">
            {time}
          </button>
        ))}
      </div>
    </section>
  )
}
