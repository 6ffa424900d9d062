/** The catalogue (办事指南): all services, and for each who may apply, what to bring, what it costs, how long it takes; and what holds in one's own case. */
import type { VNode } from "preact"
import { type Advice, type Fact, type Facts, questions } from "#domain/advice"
import { materials, type Terms, terms } from "#domain/catalogue"
import { type Group, groups, type Service, type ServiceId, services } from "#domain/service"
import { ErrorSummary } from "#web/ui/form.tsx"
import {
  adviceWords,
  levelWords,
  presenceWords,
  questionWords,
  termsTeller,
  validityWords,
  whereWords,
} from "#web/words/catalogue"
import { groupNames } from "#web/words/groups"
import { bringNames, serviceNames, waivedWords } from "#web/words/services"
import { dayName } from "./dates.ts"
import { listed } from "./listed.ts"
import { Back } from "./page.tsx"
import type { View } from "./view.ts"

/** Services by group, each leading to `to(id)`. */
export function ServiceRows({ view, to }: { view: View; to: (id: ServiceId) => string }) {
  const { t, language, face } = view
  return groups.map((group) => (
    <section key={group} aria-labelledby={group}>
      <h2 id={group}>{groupNames[group][language]}</h2>
      <ul class="rows">
        {servicesOf(group).map((it) => (
          <li key={it.id}>
            <a href={`/${face}${to(it.id)}`}>
              <b>{serviceNames[it.id][language]}</b>
              <span class="more">
                {t("minutes-at-window", { n: it.minutes })} · {feeName(view, it.fee)}
              </span>
            </a>
          </li>
        ))}
      </ul>
    </section>
  ))
}

const servicesOf = (group: Group): Service[] => Object.values(services).filter((it) => it.group === group)

export const feeName = ({ t }: View, fee: number | undefined) =>
  fee === undefined ? t("fee-posted") : fee === 0 ? t("free") : t("yuan", { n: fee })

export function CataloguePage({ view }: { view: View }) {
  const { language, face } = view
  const tell = termsTeller(language)
  return (
    <>
      <Back view={view} to="/book" />
      <h1>{tell("guide")}</h1>
      <p class="lead">{tell("guide-lead")}</p>
      <ServiceRows view={view} to={(id) => `/services/${id}`} />
      <ul class="rows">
        <li>
          <a href={`/${face}/services/hmt`}>
            <b>{tell("hmt")}</b>
            <span class="more">{tell("hmt-more")}</span>
          </a>
        </li>
      </ul>
    </>
  )
}

export type Asked = {
  /** As typed, by question. */
  typed: Readonly<Partial<Record<Fact, string>>>
  faults: Readonly<Partial<Record<Fact, string>>>
  /** Undefined where nothing was asked yet, or something has to be mended first. */
  advice?: readonly Advice[] | undefined
  facts?: Facts | undefined
  fee?: number | undefined
}

type ServiceProps = { view: View; service: ServiceId; asked: Asked }

export function ServicePage({ view, service, asked }: ServiceProps) {
  const { t, language, face } = view
  const tell = termsTeller(language)
  const elsewhere = asked.advice?.some((it) => it.level === "elsewhere")
  const labels = Object.fromEntries(questions[service].map((field) => [field, questionWords[field][language]]))
  return (
    <>
      <Back view={view} to="/services" />
      <ErrorSummary title={t("please-check")} faults={listed(view, labels, asked.faults)} />
      <h1>{serviceNames[service][language]}</h1>
      {asked.advice && <AdviceCard view={view} service={service} advice={asked.advice} fee={asked.fee} />}
      <TermsList view={view} service={service} />
      <p>
        <a class={elsewhere ? "button quiet" : "button"} href={`/${face}/book/${service}`}>
          {tell("book")}
        </a>
      </p>
      <p>
        {tell("walk")} <a href={`/${face}/stations?service=${service}`}>{tell("stations")}</a>
      </p>
      {questions[service].length > 0 && <CheckForm view={view} service={service} asked={asked} />}
    </>
  )
}

function TermsList({ view, service }: { view: View; service: ServiceId }) {
  const { t, language } = view
  const tell = termsTeller(language)
  const { fee, minutes, group } = services[service]
  const bring = materials[service]
  const { presence, where, limit, validity, hardship, machine } = terms[service]
  const more = hardship ? tell(`hardship-${hardship}`) : undefined
  return (
    <dl class="facts card">
      <dt>{tell("who")}</dt>
      <dd>{presenceWords[presence][language]}</dd>
      <dt>{tell("where")}</dt>
      <dd>{whereWords[where][language]}</dd>
      <dt>{tell("bring")}</dt>
      <dd>{bring.length ? <BringList view={view} services={[service]} /> : t("bring-nothing")}</dd>
      <dt>{tell("fee")}</dt>
      <dd>
        {feeName(view, fee)}
        {more && fee !== 0 && <span class="more"> ({more})</span>}
      </dd>
      <dt>{tell("limit")}</dt>
      <dd>
        {t("minutes-at-window", { n: minutes })} · {limitName(language, limit, group)}
      </dd>
      {validity && (
        <>
          <dt>{tell("validity")}</dt>
          <dd>{validityWords[validity][language]}</dd>
        </>
      )}
      {machine && (
        <>
          <dt>{tell("machine")}</dt>
          <dd>{tell(group === "rp" ? "machine-permit" : "machine-id")}</dd>
        </>
      )}
    </dl>
  )
}

function limitName(language: View["language"], limit: Terms["limit"], group: Group): string {
  const tell = termsTeller(language)
  if (limit === "at-once") return tell("at-once")
  const { days, atMost, remote } = limit
  const within = atMost > days ? tell("within-most", { days, most: atMost }) : tell("within", { days })
  const also = [remote && tell("remote", { n: remote }), group === "rp" && tell("permit-paper")].filter(Boolean)
  const apart = language === "zh" ? "；" : "; "
  return [within, ...also].join(apart)
}

export function BringList({ view: { t, language }, services: ids }: { view: View; services: readonly ServiceId[] }) {
  const things = new Map(ids.flatMap((id) => materials[id].map((it) => [it.what, it] as const)))
  if (!things.size) return <>{t("bring-nothing")}</>
  return (
    <ul class="plain">
      {[...things.values()].map(({ what, waived }) => (
        <li key={what}>
          {bringNames[what][language]}
          {waived && <span class="more"> ({waivedWords[language]})</span>}
        </li>
      ))}
    </ul>
  )
}

type AdviceProps = { view: View; service: ServiceId; advice: readonly Advice[]; fee: number | undefined }

function AdviceCard({ view, service, advice, fee }: AdviceProps) {
  const { language, face } = view
  const tell = termsTeller(language)
  return (
    <section class="card" aria-labelledby="advice" id="answer" tabIndex={-1}>
      <h2 id="advice">{tell("advice-title")}</h2>
      {advice.length === 0 && <p>{tell("advice-none")}</p>}
      <AdviceList
        view={view}
        advice={advice}
        way={(id) => <a href={`/${face}/services/${id}`}>{tell("instead", { service: serviceNames[id][language] })}</a>}
      />
      {fee !== services[service].fee && <p>{tell("fee-yours", { fee: feeName(view, fee) })}</p>}
      <p class="more">{tell("advice-only")}</p>
    </section>
  )
}

type AdviceListProps = {
  view: View
  advice: readonly Advice[]
  /** The link to a service that fits better. */
  way: (instead: ServiceId) => VNode
}

export const AdviceList = ({ view: { language }, advice, way }: AdviceListProps) => (
  <ul class="advice">
    {advice.map(({ key, level, values, instead }) => (
      <li key={key}>
        <span class={level === "note" ? "mark" : `mark ${level}`}>{levelWords[level][language]}</span>{" "}
        {adviceText(language, key, values)}
        {instead && <> {way(instead)}</>}
      </li>
    ))}
  </ul>
)

/** Dates are kept as dates and said as people say them. */
const adviceText = (language: View["language"], key: Advice["key"], values: Advice["values"]) =>
  adviceWords[key][language].replace(/\{(\w+)\}/g, (blank, name) => {
    const value = values[name]
    return typeof value === "string" ? yearName(value, language) : String(value ?? blank)
  })

const yearName = (date: string, language: View["language"]) =>
  language === "zh"
    ? `${date.slice(0, 4)}年${dayName(date, language).split(" ")[0]}`
    : `${dayName(date, language)} ${date.slice(0, 4)}`

function CheckForm({ view, service, asked }: ServiceProps) {
  const { language, face } = view
  const tell = termsTeller(language)
  return (
    <section aria-labelledby="check">
      <h2 id="check">{tell("check-title")}</h2>
      <form method="get" action={`/${face}/services/${service}`} novalidate>
        <p>{tell("check-lead")}</p>
        {questions[service].map((fact) => (
          <Question key={fact} view={view} fact={fact} value={asked.typed[fact]} fault={asked.faults[fact]} />
        ))}
        <button type="submit">{tell("check")}</button>
      </form>
    </section>
  )
}

type QuestionProps = { view: View; fact: Fact; value: string | undefined; fault: string | undefined }

function Question({ view: { t, language }, fact, value, fault }: QuestionProps) {
  const tell = termsTeller(language)
  const { hint, options, ...label } = questionWords[fact]
  const described = [hint && `${fact}-hint`, fault && `${fact}-error`].filter(Boolean).join(" ") || undefined
  const common = {
    id: fact,
    name: fact,
    "aria-describedby": described,
    "aria-invalid": fault ? ("true" as const) : undefined,
  }
  return (
    <div class={fault ? "field wrong" : "field"}>
      <label for={fact}>{label[language]}</label>
      {hint && (
        <p class="hint" id={`${fact}-hint`}>
          {hint[language]}
        </p>
      )}
      {fault && (
        <p class="fault" id={`${fact}-error`}>
          <span class="apart">{t("error")}</span>
          {fault}
        </p>
      )}
      {options ? (
        <select {...common}>
          <option value="">{tell("unanswered")}</option>
          {Object.entries(options).map(([key, words]) => (
            <option key={key} value={key} selected={key === value}>
              {words[language]}
            </option>
          ))}
        </select>
      ) : fact === "age" ? (
        <input {...common} type="text" inputmode="numeric" autocomplete="off" value={value} />
      ) : (
        <input {...common} type="date" autocomplete="off" value={value} />
      )}
    </div>
  )
}

/** Information only: what needs other papers than the window is set up for is not booked here. */
export function HmtPage({ view }: { view: View }) {
  const { language, face } = view
  const tell = termsTeller(language)
  return (
    <>
      <Back view={view} to="/services" />
      <h1>{tell("hmt")}</h1>
      <div class="card">
        <ul class="plain">
          <li>{tell("hmt-who")}</li>
          <li>{tell("hmt-guardian")}</li>
          <li>{tell("hmt-number")}</li>
          <li>{tell("hmt-valid")}</li>
        </ul>
      </div>
      <p>
        <a class="button" href={`/${face}/stations?service=advice`}>
          {tell("hmt-ask")}
        </a>
      </p>
    </>
  )
}
