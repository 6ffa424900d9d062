/** Booking up to the code: what, where, who. The time comes last (./times.tsx). */
import { type Group, groups, type Service, type ServiceId, services } from "#domain/service"
import { walkOf } from "#domain/station"
import type { LocalDate, LocalTime } from "#domain/time"
import { ErrorSummary, type Fault, Field } from "#web/ui/form.tsx"
import { bringNames, groupNames, serviceNames } from "#web/words/services"
import { whenName } from "./dates.ts"
import { Back, Step } from "./page.tsx"
import type { Place, View } from "./view.ts"

export function ServicesPage({ view }: { view: View }) {
  const { t, language, face } = view
  return (
    <>
      <Back view={view} to="" />
      <Step view={view} n={1} />
      <h1>{t("services-title")}</h1>
      {groups.map((group) => (
        <section key={group} aria-labelledby={group}>
          <h2 id={group}>{groupNames[group][language]}</h2>
          <ul class="rows">
            {servicesOf(group).map((it) => (
              <li key={it.id}>
                <a href={`/${face}/book/${it.id}`}>
                  <b>{serviceNames[it.id][language]}</b>
                  <span class="more">
                    {t("minutes-at-window", { n: it.minutes })} · {feeName(view, it)}
                  </span>
                </a>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </>
  )
}

const servicesOf = (group: Group) => Object.values(services).filter((it) => it.group === group)

const feeName = ({ t }: View, { fee }: Service) =>
  fee === undefined ? t("fee-posted") : fee === 0 ? t("free") : t("yuan", { n: fee })

export type Choosable = {
  station: Place
  open: boolean
  metres?: number
  next?: { date: LocalDate; time: LocalTime }
}

type StationsProps = {
  view: View
  service: ServiceId
  found: readonly Choosable[]
  /** Areas that may be chosen without giving one's position; the one that was. */
  areas: readonly Place[]
  near?: string | undefined
  sorted: boolean
  today: LocalDate
}

export function StationsPage({ view, service, found, areas, near, sorted, today }: StationsProps) {
  const { t, language } = view
  return (
    <>
      <Back view={view} to="/book" />
      <Step view={view} n={2} />
      <h1>{t("choose-station")}</h1>
      <p class="lead">{serviceNames[service][language]}</p>
      <NearForm view={view} areas={areas} near={near} sorted={sorted} />
      {found.length === 0 && <p>{t("nowhere-offered")}</p>}
      <ul class="cards">
        {found.map((it) => (
          <ChoosableCard key={it.station.id} view={view} service={service} it={it} today={today} />
        ))}
      </ul>
    </>
  )
}

type CardProps = { view: View; service: ServiceId; it: Choosable; today: LocalDate }

function ChoosableCard({ view, service, it, today }: CardProps) {
  const { t, language, face } = view
  const { station, open, metres, next } = it
  return (
    <li class="card">
      <h2>{station.name[language]}</h2>
      <p>
        {station.address[language]}
        {metres !== undefined && (
          <>
            <br />
            <b>{distanceName(view, metres)}</b>
          </>
        )}
      </p>
      <p>
        <OpenMark view={view} open={open} />
        <br />
        {next ? t("next-free", { when: whenName(next.date, next.time, today, language) }) : t("none-free")}
      </p>
      {next && (
        <a class="button" href={`/${face}/book/${service}/${station.id}`}>
          {t("choose-this")}
          <span class="apart">{station.name[language]}</span>
        </a>
      )}
    </li>
  )
}

export const OpenMark = ({ view: { t }, open }: { view: View; open: boolean }) => (
  <span class={open ? "mark open" : "mark"}>{t(open ? "open-now" : "closed-now")}</span>
)

export function distanceName({ t }: View, metres: number): string {
  if (metres < 50) return t("in-area")
  const far =
    metres < 1000
      ? t("metres", { n: Math.round(metres / 10) * 10 })
      : t("kilometres", { n: (metres / 1000).toFixed(1) })
  return walkOf(metres) > 60 ? far : `${far} · ${t("walk", { n: walkOf(metres) })}`
}

type NearProps = { view: View; areas: readonly Place[]; near?: string | undefined; sorted: boolean }

/** A plain form that asks again for the same page; the button for one's own position appears where a script can ask. */
export function NearForm({ view: { t, language }, areas, near, sorted }: NearProps) {
  return (
    <form class="near" method="get">
      <label for="near">{t("near")}</label>
      <div class="beside">
        <select id="near" name="near">
          <option value="">{t("near-any")}</option>
          {areas.map((it) => (
            <option key={it.id} value={it.id} selected={it.id === near}>
              {areaName(it.address[language])}
            </option>
          ))}
        </select>
        <button type="submit" class="quiet">
          {t("near-go")}
        </button>
      </div>
      <p data-locate hidden>
        <button type="button" class="quiet">
          {t("locate")}
        </button>
        <span class="more" role="status" data-failed={t("locate-failed")}>
          {t("locate-why")}
        </span>
      </p>
      {sorted && <p class="more">{t("near-sorted")}</p>}
    </form>
  )
}

const areaName = (address: string) => address.replace(/\s*[（(].*$/, "")

export type PersonValues = { name: string; idNumber: string; mobile: string }

type PersonProps = {
  view: View
  service: ServiceId
  station: Place
  formKey: string
  values: PersonValues
  faults: Partial<Record<keyof PersonValues, string>>
  /** What went wrong with the whole, if not with a field. */
  refusal?: string | undefined
}

export function PersonPage({ view, service, station, formKey, values, faults, refusal }: PersonProps) {
  const { t } = view
  const labels = { name: t("name"), idNumber: t("id-number"), mobile: t("mobile") }
  const listed: Fault[] = (["name", "idNumber", "mobile"] as const).flatMap((field) => {
    const text = faults[field]
    return text ? [{ field, text: t("label", { label: labels[field], text }) }] : []
  })
  const errorWord = t("error")
  return (
    <>
      <Back view={view} to={`/book/${service}`} />
      <ErrorSummary title={t("please-check")} faults={refusal ? [{ text: refusal }, ...listed] : listed} />
      <Step view={view} n={3} />
      <h1>{t("person-title")}</h1>
      <BringPanel view={view} service={service} station={station} />
      <form method="post" novalidate>
        <p>{t("person-lead")}</p>
        <input type="hidden" name="key" value={formKey} />
        <Field
          id="name"
          label={labels.name}
          hint={t("name-hint")}
          value={values.name}
          error={faults.name}
          errorWord={errorWord}
          autocomplete="name"
        />
        <Field
          id="idNumber"
          label={labels.idNumber}
          hint={t("id-hint")}
          value={values.idNumber}
          error={faults.idNumber}
          errorWord={errorWord}
          autocomplete="off"
          capitals
        />
        <Field
          id="mobile"
          label={labels.mobile}
          hint={t("mobile-hint")}
          value={values.mobile}
          error={faults.mobile}
          errorWord={errorWord}
          inputmode="tel"
          autocomplete="tel"
        />
        <button type="submit">{t("continue")}</button>
        <details>
          <summary>{t("privacy")}</summary>
          <p>{t("privacy-more")}</p>
        </details>
      </form>
    </>
  )
}

export function BringPanel({ view, service, station }: { view: View; service: ServiceId; station: Place }) {
  const { t, language } = view
  const it = services[service]
  return (
    <dl class="facts card">
      <dt>{t("service")}</dt>
      <dd>{serviceNames[service][language]}</dd>
      <dt>{t("station")}</dt>
      <dd>{station.name[language]}</dd>
      <dt>{t("fee-and-time")}</dt>
      <dd>
        {feeName(view, it)} · {t("minutes-at-window", { n: it.minutes })}
      </dd>
      <dt>{t("bring")}</dt>
      <dd>
        <BringList view={view} services={[service]} />
      </dd>
    </dl>
  )
}

export function BringList({ view: { t, language }, services: ids }: { view: View; services: readonly ServiceId[] }) {
  const things = [...new Set(ids.flatMap((id) => services[id].bring))]
  if (!things.length) return <>{t("bring-nothing")}</>
  return (
    <ul class="plain">
      {things.map((it) => (
        <li key={it}>{bringNames[it]?.[language] ?? it}</li>
      ))}
    </ul>
  )
}
