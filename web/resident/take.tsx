/** A ticket from wherever one is: the station, the service, the phone; the number comes with the last tap. */
import { kept } from "#domain/retention"
import type { ServiceId } from "#domain/service"
import { day } from "#domain/time"
import { ErrorSummary, Field } from "#web/ui/form.tsx"
import { serviceNames } from "#web/words/services"
import { BringPanel } from "./book.tsx"
import { listed } from "./listed.ts"
import { OpenMark } from "./near.tsx"
import { NoticeLink } from "./notice.tsx"
import { Back } from "./page.tsx"
import type { Place, View } from "./view.ts"

export type Takeable = {
  station: Place
  open: boolean
  /** Tickets are given now. */
  gives: boolean
  waiting: number
}

export function TakeStationsPage({ view, found }: { view: View; found: readonly Takeable[] }) {
  const { t, language, face } = view
  return (
    <>
      <Back view={view} to="/t" />
      <h1>{t("take-title")}</h1>
      <p>{t("take-lead")}</p>
      {found.length === 0 && <p class="note">{t("take-nowhere")}</p>}
      <ul class="cards">
        {found.map(({ station, open, gives, waiting }) => (
          <li key={station.id} class="card">
            <h2>{station.name[language]}</h2>
            <p>{station.address[language]}</p>
            <p>
              <OpenMark view={view} open={open} /> {t("take-waiting", { n: waiting })}
            </p>
            {gives ? (
              <a class="button" href={`/${face}/take/${station.id}`}>
                {t("choose-this")}
                <span class="apart">{station.name[language]}</span>
              </a>
            ) : (
              <p>{t("take-closed")}</p>
            )}
          </li>
        ))}
      </ul>
    </>
  )
}

type ServicesProps = { view: View; station: Place; offered: readonly ServiceId[]; gives: boolean }

export function TakeServicesPage({ view, station, offered, gives }: ServicesProps) {
  const { t, language, face } = view
  return (
    <>
      <Back view={view} to="/take" />
      <h1>{t("services-title")}</h1>
      <p class="lead">{station.name[language]}</p>
      {!gives && <p class="note">{t("take-closed")}</p>}
      {gives && (
        <ul class="rows">
          {offered.map((id) => (
            <li key={id}>
              <a href={`/${face}/take/${station.id}/${id}`}>
                <b>{serviceNames[id][language]}</b>
              </a>
            </li>
          ))}
        </ul>
      )}
    </>
  )
}

type PhoneProps = {
  view: View
  station: Place
  service: ServiceId
  /** However often this form is sent, it takes one ticket. */
  op: string
  mobile: string
  fault?: string | undefined
  refusal?: string | undefined
}

export function TakePhonePage({ view, station, service, op, mobile, fault, refusal }: PhoneProps) {
  const { t } = view
  return (
    <>
      <Back view={view} to={`/take/${station.id}`} />
      <ErrorSummary
        title={t("please-check")}
        faults={listed(view, { mobile: t("mobile") }, { mobile: fault }, refusal)}
      />
      <h1>{t("take-phone-title")}</h1>
      <BringPanel view={view} service={service} station={station} />
      <form method="post" novalidate>
        <input type="hidden" name="op" value={op} />
        <Field
          id="mobile"
          label={t("mobile")}
          hint={t("take-mobile-hint")}
          value={mobile}
          error={fault}
          errorWord={t("error")}
          inputmode="tel"
          autocomplete="tel"
        />
        <button type="submit">{t("take-go")}</button>
        <details>
          <summary>{t("privacy")}</summary>
          <p>{t("take-privacy", { days: kept.ticket / day })}</p>
          <NoticeLink view={view} />
        </details>
      </form>
    </>
  )
}
