/** Booking up to the code: what, where, who. The time comes last (./times.tsx). */
import { questions } from "#domain/advice"
import type { Who } from "#domain/guardian"
import { noticeVersion } from "#domain/notice"
import { kept } from "#domain/retention"
import { groupOf, type ServiceId, services } from "#domain/service"
import type { LocalDate } from "#domain/time"
import { day } from "#domain/time"
import type { Cause } from "#domain/weighing"
import { ErrorSummary, Field } from "#web/ui/form.tsx"
import { termsTeller } from "#web/words/catalogue"
import { serviceNames } from "#web/words/services"
import { listed } from "./listed.ts"
import { type Area, Choices, type Choosable, type Hint, type Near, NearForm } from "./near.tsx"
import { NoticeLink } from "./notice.tsx"
import { Back, Step } from "./page.tsx"
import { BringList, feeName, ServiceRows } from "./services.tsx"
import type { Place, View } from "./view.ts"

export function ServicesPage({ view }: { view: View }) {
  const { t, language, face } = view
  return (
    <>
      <Back view={view} to="" />
      <Step view={view} n={1} />
      <h1>{t("services-title")}</h1>
      <p>
        <a class="aside" href={`/${face}/services`}>
          {termsTeller(language)("guide-more")}
        </a>
      </p>
      <ServiceRows view={view} to={(id) => `/book/${id}`} />
      <p>
        <a class="aside" href={`/${face}/group`}>
          {t("group-link")}
        </a>
      </p>
    </>
  )
}

type StationsProps = {
  view: View
  service: ServiceId
  found: readonly Choosable[]
  quicker?: Hint | undefined
  near: Near
  /** Areas that may be chosen without giving one's position. */
  areas: readonly Area[]
  today: LocalDate
  shut?: readonly Place[] | undefined
}

export function StationsPage({ view, service, near, areas, ...rest }: StationsProps) {
  const { t, language, face } = view
  return (
    <>
      <Back view={view} to="/book" />
      <Step view={view} n={2} />
      <h1>{t("choose-station")}</h1>
      <p class="lead">
        {serviceNames[service][language]}{" "}
        <a class="aside" href={`/${face}/services/${service}`}>
          {t("bring")}
        </a>
      </p>
      <NearForm view={view} near={near} areas={areas} />
      <Choices view={view} service={service} sorted={near.sorted} {...rest} />
    </>
  )
}

export type PersonValues = {
  who: Who
  name: string
  idNumber: string
  guardianName: string
  guardianId: string
  /** The version of the notice that was agreed to. */
  consent: string
  mobile: string
}
export type PersonField = keyof PersonValues

/** What is asked together: all of it on one page, or one thing a screen in larger text. */
export const screens = [
  "services",
  "who",
  "name",
  "idNumber",
  "guardianName",
  "guardianId",
  "consent",
  "mobile",
] as const
export type Screen = (typeof screens)[number]

export type PersonFaults = Partial<Record<Screen, string>>

type PersonProps = {
  view: View
  service: ServiceId
  station: Place
  /** Others that the same window can do in the same visit, and those chosen. */
  others: readonly ServiceId[]
  chosen: readonly ServiceId[]
  formKey: string
  values: PersonValues
  faults: PersonFaults
  /** The only thing asked here; everything where undefined. */
  screen?: Screen | undefined
  back: string
  /** Said before anything is filled in: no time is free here, and why. */
  none?: Cause | undefined
  /** What went wrong with the whole, if not with a field. */
  refusal?: string | undefined
}

export function PersonPage(props: PersonProps) {
  const { view, service, station, formKey, values, faults, screen, back, none, refusal } = props
  const { t, face } = view
  const labels = labelsOf(view, screen && values.who)
  return (
    <>
      <Back view={view} to={back} />
      <ErrorSummary title={t("please-check")} faults={listed(view, labels, faults, refusal)} />
      <Step view={view} n={3} />
      <h1>{screenTitle(view, values.who, screen)}</h1>
      {none && (
        <p class="note">
          {t(`none-title-${none}`)}
          <br />
          <a class="aside" href={`/${face}/book/${service}`}>
            {t("other-station")}
          </a>
        </p>
      )}
      {(screen === undefined || screen === "services") && (
        <BringPanel view={view} service={service} station={station} />
      )}
      <form method="post" novalidate>
        {screen === undefined && <p>{t("person-lead")}</p>}
        <input type="hidden" name="key" value={formKey} />
        <input type="hidden" name="notice" value={noticeVersion} />
        {screen ? <input type="hidden" name="screen" value={screen} /> : null}
        <Blocks {...props} />
        <button type="submit">{t("continue")}</button>
        {(screen === undefined || screen === "mobile") && (
          <details>
            <summary>{t("privacy")}</summary>
            <p>{t("privacy-more", { days: kept.appointment / day })}</p>
            <NoticeLink view={view} />
          </details>
        )}
      </form>
    </>
  )
}

/** What the page is about: all of the person, or the one thing that it asks. */
export function screenTitle(view: View, who: Who, screen?: Screen): string {
  if (screen === undefined) return view.t("person-title")
  return screen === "services" ? view.t("visit-title") : labelsOf(view, who)[screen]
}

/** With nothing else on the screen, it says whose name and number are meant. */
const labelsOf = ({ t }: View, who: Who = "self"): Record<Screen, string> => ({
  services: t("more-title"),
  who: t("who-title"),
  name: who === "self" ? t("name") : t(`name-${who}`),
  idNumber: who === "self" ? t("id-number") : t(`id-${who}`),
  guardianName: t("guardian-name"),
  guardianId: t("guardian-id"),
  consent: t("consent-title"),
  mobile: t("mobile"),
})

function Blocks({ view, others, chosen, values, faults, screen }: PersonProps) {
  const { t } = view
  const labels = labelsOf(view, screen && values.who)
  const errorWord = t("error")
  const asked = (it: Screen) => screen === undefined || screen === it
  const text = (id: Exclude<PersonField, "who" | "consent">, hint: string) => ({
    id,
    label: labels[id],
    hint,
    value: values[id],
    error: faults[id],
    errorWord,
  })
  const young = values.who === "child" && screen === undefined && faults.guardianName
  return (
    <>
      {asked("services") && others.length > 0 && (
        <More view={view} others={others} chosen={chosen} fault={faults.services} open={screen !== undefined} />
      )}
      {asked("who") && <WhoChoice view={view} who={values.who} bare={screen !== undefined} fault={faults.who} />}
      {asked("name") && <Field {...text("name", t("name-hint"))} autocomplete="name" />}
      {asked("idNumber") && <Field {...text("idNumber", t("id-hint"))} autocomplete="off" capitals />}
      {(asked("guardianName") || asked("guardianId") || asked("consent")) && (
        <fieldset class="guardian">
          <legend class={screen ? "apart" : undefined}>{t("guardian-title")}</legend>
          {young && <p class="note">{t("who-young")}</p>}
          {asked("guardianName") && <Field {...text("guardianName", t("guardian-hint"))} autocomplete="off" />}
          {asked("guardianId") && <Field {...text("guardianId", t("id-hint"))} autocomplete="off" capitals />}
          {asked("consent") && (
            <Consent
              view={view}
              given={values.consent === noticeVersion}
              open={screen !== undefined}
              fault={faults.consent}
            />
          )}
        </fieldset>
      )}
      {asked("mobile") && <Field {...text("mobile", t("mobile-hint"))} inputmode="tel" autocomplete="tel" />}
    </>
  )
}

type MoreProps = {
  view: View
  others: readonly ServiceId[]
  chosen: readonly ServiceId[]
  fault: string | undefined
  open: boolean
}

function More({ view: { t, language }, others, chosen, fault, open }: MoreProps) {
  const boxes = (
    <>
      <FaultText t={t} id="services" fault={fault} />
      {others.map((id) => (
        <label key={id} class="choice">
          <input type="checkbox" name={`with-${id}`} value="1" checked={chosen.includes(id)} />
          <span>
            {serviceNames[id][language]} <span class="more">{t("minutes-at-window", { n: services[id].minutes })}</span>
          </span>
        </label>
      ))}
    </>
  )
  if (open)
    return (
      <fieldset class="field" id="services" tabIndex={-1}>
        <legend>{t("more-title")}</legend>
        {boxes}
      </fieldset>
    )
  return (
    <details class="more-services" id="services" tabIndex={-1} open={fault !== undefined || chosen.length > 1}>
      <summary>{t("more-title")}</summary>
      {boxes}
    </details>
  )
}

type WhoProps = { view: View; who: Who; bare: boolean; fault: string | undefined }

const WhoChoice = ({ view: { t }, who, bare, fault }: WhoProps) => (
  <fieldset class={fault ? "field wrong" : "field"} id="who" tabIndex={-1}>
    <legend class={bare ? "apart" : undefined}>{t("who-title")}</legend>
    <FaultText t={t} id="who" fault={fault} />
    {(["self", "child", "parent"] as const).map((it) => (
      <label key={it} class="choice">
        <input type="radio" name="who" value={it} id={`who-${it}`} checked={it === who} />
        <span>{t(`who-${it}`)}</span>
      </label>
    ))}
  </fieldset>
)

type ConsentProps = { view: View; given: boolean; open: boolean; fault: string | undefined }

function Consent({ view, given, open, fault }: ConsentProps) {
  const { t } = view
  return (
    <div class={fault ? "field wrong consent" : "field consent"}>
      <FaultText t={t} id="consent" fault={fault} />
      <label class="choice">
        <input
          type="checkbox"
          id="consent"
          name="consent"
          value={noticeVersion}
          checked={given}
          aria-describedby={fault ? "consent-hint consent-error" : "consent-hint"}
          aria-invalid={fault ? "true" : undefined}
        />
        <span>{t("consent")}</span>
      </label>
      <p class="hint" id="consent-hint">
        {t("consent-hint")}
      </p>
      <details open={open || fault !== undefined}>
        <summary>{t("consent-notice", { version: noticeVersion })}</summary>
        <p>{t("consent-notice-1")}</p>
        <p>{t("consent-notice-2", { days: kept.appointment / day })}</p>
        <NoticeLink view={view} />
      </details>
    </div>
  )
}

function FaultText({ t, id, fault }: { t: View["t"]; id: string; fault: string | undefined }) {
  if (!fault) return null
  return (
    <p class="fault" id={`${id}-error`}>
      <span class="apart">{t("error")}</span>
      {fault}
    </p>
  )
}

export function BringPanel({ view, service, station }: { view: View; service: ServiceId; station: Place }) {
  const { t, language, face } = view
  const it = services[service]
  return (
    <dl class="facts card">
      <dt>{t("service")}</dt>
      <dd>{serviceNames[service][language]}</dd>
      <dt>{t("station")}</dt>
      <dd>{station.name[language]}</dd>
      <dt>{t("fee-and-time")}</dt>
      <dd>
        {feeName(view, it.fee)} · {t("minutes-at-window", { n: it.minutes })}
      </dd>
      <dt>{t("bring")}</dt>
      <dd>
        <BringList view={view} services={[service]} />
        {groupOf(service) === "id" && <p class="more">{t("soldier-note")}</p>}
        {questions[service].length > 0 && (
          <a class="aside" href={`/${face}/services/${service}`}>
            {t("own-case")}
          </a>
        )}
      </dd>
    </dl>
  )
}
