import type { StationId } from "#domain/station"
import { ErrorSummary, Field } from "#web/ui/form.tsx"
import { listed } from "./listed.ts"
import { Back } from "./page.tsx"
import type { Place, View } from "./view.ts"

type Faults<Name extends string> = Partial<Record<Name, string>>

type FindProps = {
  view: View
  ref: string
  last4: string
  faults: Faults<"ref" | "last4">
  refusal?: string | undefined
}

export function FindPage({ view, ref, last4, faults, refusal }: FindProps) {
  const { t, face } = view
  const labels = { ref: t("reference"), last4: t("last4") }
  const errorWord = t("error")
  return (
    <>
      <Back view={view} to="" />
      <ErrorSummary title={t("please-check")} faults={listed(view, labels, faults, refusal)} />
      <h1>{t("find-title")}</h1>
      <p>{t("find-lead")}</p>
      <form method="post" action={`/${face}/find`} novalidate>
        <Field
          id="ref"
          label={labels.ref}
          hint={t("ref-hint")}
          value={ref}
          error={faults.ref}
          errorWord={errorWord}
          autocomplete="off"
          capitals
        />
        <Field
          id="last4"
          label={labels.last4}
          value={last4}
          error={faults.last4}
          errorWord={errorWord}
          class="short"
          inputmode="numeric"
          autocomplete="off"
          maxLength={8}
        />
        <button type="submit">{t("find")}</button>
      </form>
      <p class="more">{t("find-lost")}</p>
    </>
  )
}

type TicketFormProps = {
  view: View
  stations: readonly Place[]
  /** Some station gives tickets by phone. */
  remote: boolean
  station: StationId | ""
  number: string
  faults: Faults<"station" | "number">
  refusal?: string | undefined
}

export function TicketForm({ view, stations, remote, station, number, faults, refusal }: TicketFormProps) {
  const { t, language, face } = view
  const labels = { station: t("station"), number: t("ticket-number") }
  return (
    <>
      <Back view={view} to="" />
      <ErrorSummary title={t("please-check")} faults={listed(view, labels, faults, refusal)} />
      <h1>{t("ticket-find")}</h1>
      <form method="get" action={`/${face}/t`} novalidate>
        <div class={faults.station ? "field wrong" : "field"}>
          <label for="station">{labels.station}</label>
          {faults.station && (
            <p class="fault" id="station-error">
              <span class="apart">{t("error")}</span>
              {faults.station}
            </p>
          )}
          <select id="station" name="station" aria-describedby={faults.station && "station-error"}>
            <option value="">{t("near-any")}</option>
            {stations.map((it) => (
              <option key={it.id} value={it.id} selected={it.id === station}>
                {it.name[language]}
              </option>
            ))}
          </select>
        </div>
        <Field
          id="number"
          label={labels.number}
          hint={t("ticket-hint")}
          value={number}
          error={faults.number}
          errorWord={t("error")}
          class="short"
          autocomplete="off"
          capitals
          maxLength={12}
        />
        <button type="submit">{t("ticket-show")}</button>
      </form>
      {remote && (
        <section class="card" aria-labelledby="take">
          <h2 id="take">{t("take-title")}</h2>
          <p>{t("take-lead")}</p>
          <a class="button quiet" href={`/${face}/take`}>
            {t("take-here")}
          </a>
        </section>
      )}
    </>
  )
}
