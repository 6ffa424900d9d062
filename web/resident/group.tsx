/** Booking for many by a list: who does it, the list with what is wrong in which row, and how far it has come. */
import type { ComponentChildren } from "preact"
import { readableReference } from "#domain/id"
import { noticeVersion } from "#domain/notice"
import type { ProblemCode } from "#domain/problem"
import type { ServiceId } from "#domain/service"
import type { LocalDate, LocalTime } from "#domain/time"
import { ErrorSummary, type Fault, Field } from "#web/ui/form.tsx"
import { problemWords } from "#web/words/problems"
import { serviceNames } from "#web/words/services"
import { dayName } from "./dates.ts"
import { listed } from "./listed.ts"
import { NoticeLink } from "./notice.tsx"
import { Back } from "./page.tsx"
import type { Place, View } from "./view.ts"

type PhoneProps = { view: View; mobile: string; fault?: string | undefined; refusal?: string | undefined }

export function GroupPhonePage({ view, mobile, fault, refusal }: PhoneProps) {
  const { t, face } = view
  const faults = listed(view, { mobile: t("group-mobile") }, { mobile: fault }, refusal)
  return (
    <>
      <Back view={view} to="/book" />
      <ErrorSummary title={t("please-check")} faults={faults} />
      <h1>{t("group-title")}</h1>
      <p class="lead">{t("group-lead")}</p>
      <p>{t("group-phone")}</p>
      <form method="post" action={`/${face}/group`} novalidate>
        <Field
          id="mobile"
          label={t("group-mobile")}
          hint={t("group-mobile-hint")}
          value={mobile}
          error={fault}
          errorWord={t("error")}
          inputmode="tel"
          autocomplete="tel"
        />
        <button type="submit">{t("continue")}</button>
      </form>
      <NoticeLink view={view} />
    </>
  )
}

export type ListValues = { station: string; service: string; from: string; rows: string }

type ListProps = {
  view: View
  formKey: string
  stations: readonly Place[]
  services: readonly ServiceId[]
  values: ListValues
  /** Worded; a row's field is rows.<number>.<name>. */
  faults: readonly { field: string; text: string }[]
  refusal?: string | undefined
}

export function GroupListPage({ view, formKey, stations, services, values, faults, refusal }: ListProps) {
  const { t, language, face } = view
  const rows = faults.filter(({ field }) => field.startsWith("rows."))
  const of = (...names: string[]) => faults.find(({ field }) => names.includes(field))?.text
  const labels = { service: t("service"), station: t("station"), from: t("group-from"), file: t("group-file") }
  const list = of("rows", "list")
  const wrong = { service: of("service", "services"), station: of("station"), from: of("from"), file: of("file") }
  const all: Fault[] = [
    ...listed(view, labels, wrong, refusal),
    ...(list ? [{ field: "rows", text: list }] : []),
    ...rows.map((it) => ({ field: anchorOf(it.field), text: rowText(view, it) })),
  ]
  const title = rows.length ? t("group-wrong", { n: rows.length }) : t("please-check")
  return (
    <>
      <Back view={view} to="/group" />
      <ErrorSummary title={title} faults={all} />
      <h1>{t("group-list-title")}</h1>
      <p>{t("group-lead")}</p>
      <form method="post" action={`/${face}/group/list`} enctype="multipart/form-data" novalidate>
        <input type="hidden" name="key" value={formKey} />
        <input type="hidden" name="notice" value={noticeVersion} />
        <Select view={view} id="service" label={labels.service} fault={of("service", "services")}>
          {services.map((id) => (
            <option key={id} value={id} selected={id === values.service}>
              {serviceNames[id][language]}
            </option>
          ))}
        </Select>
        <Select view={view} id="station" label={labels.station} fault={of("station")}>
          {stations.map((it) => (
            <option key={it.id} value={it.id} selected={it.id === values.station}>
              {it.name[language]}
            </option>
          ))}
        </Select>
        <div class={of("from") ? "field wrong" : "field"}>
          <label for="from">{labels.from}</label>
          <FaultText view={view} id="from" fault={of("from")} />
          <input
            type="date"
            id="from"
            name="from"
            value={values.from}
            aria-describedby={of("from") && "from-error"}
            aria-invalid={of("from") ? "true" : undefined}
          />
        </div>
        {rows.length > 0 && <Mend view={view} rows={rows} text={values.rows} />}
        {!rows.length && (
          <div class={of("file") ? "field wrong" : "field"}>
            <label for="file">{labels.file}</label>
            <p class="hint" id="file-hint">
              {t("group-file-hint")}
            </p>
            <FaultText view={view} id="file" fault={of("file")} />
            <input
              type="file"
              id="file"
              name="file"
              accept=".csv,.txt,text/csv,text/plain"
              aria-describedby={of("file") ? "file-hint file-error" : "file-hint"}
            />
          </div>
        )}
        <div class={list ? "field wrong" : "field"}>
          <label for="rows">{t(rows.length ? "group-rows-mend" : "group-rows")}</label>
          <p class="hint" id="rows-hint">
            {t("group-rows-hint")}
          </p>
          <FaultText view={view} id="rows" fault={list} />
          <textarea
            id="rows"
            name="rows"
            rows={8}
            spellcheck={false}
            autocomplete="off"
            aria-describedby={list ? "rows-hint rows-error" : "rows-hint"}
            aria-invalid={list || rows.length ? "true" : undefined}
          >
            {/* A browser drops the first line break of a text area. */}
            {`\n${values.rows}`}
          </textarea>
        </div>
        <p>{t("group-told")}</p>
        <button type="submit">{t("group-send")}</button>
      </form>
      <NoticeLink view={view} />
    </>
  )
}

const anchorOf = (field: string) => field.replaceAll(".", "-")

function rowText({ t }: View, { field, text }: { field: string; text: string }): string {
  const [, row = "", name = ""] = field.split(".")
  const label = name === "name" ? t("name") : name === "phone" ? t("mobile") : t("id-number")
  return `${t("group-row", { n: row })} · ${t("label", { label, text })}`
}

/** The rows that are wrong as they were sent, each with what is wrong with it. */
function Mend({ view, rows, text }: { view: View; rows: ListProps["faults"]; text: string }) {
  const lines = text.split(/\r\n|\r|\n/)
  return (
    <section class="card" aria-labelledby="mend">
      <h2 id="mend">{view.t("group-wrong", { n: rows.length })}</h2>
      <p>{view.t("group-mend")}</p>
      <ul class="advice">
        {rows.map((it) => (
          <li key={it.field} id={anchorOf(it.field)} tabIndex={-1}>
            <b>{rowText(view, it)}</b>
            <br />
            <span class="more">{lines[Number(it.field.split(".")[1]) - 1]}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}

type SelectProps = {
  view: View
  id: string
  label: string
  fault: string | undefined
  children: ComponentChildren
}

const Select = ({ view, id, label, fault, children }: SelectProps) => (
  <div class={fault ? "field wrong" : "field"}>
    <label for={id}>{label}</label>
    <FaultText view={view} id={id} fault={fault} />
    <select id={id} name={id} aria-describedby={fault && `${id}-error`} aria-invalid={fault ? "true" : undefined}>
      <option value="">{view.t("near-any")}</option>
      {children}
    </select>
  </div>
)

function FaultText({ view: { t }, id, fault }: { view: View; id: string; fault: string | undefined }) {
  if (!fault) return null
  return (
    <p class="fault" id={`${id}-error`}>
      <span class="apart">{t("error")}</span>
      {fault}
    </p>
  )
}

type Outcome = {
  row: number
  name: string
  booked?: { ref: string; date: LocalDate; time: LocalTime }
  refused?: ProblemCode
}
type Progress = { group: string; total: number; done: number; outcomes: readonly Outcome[] }

export function outcomeText({ t, language }: View, { booked, refused }: Outcome): string {
  if (booked) return `${dayName(booked.date, language)} ${booked.time} · ${readableReference(booked.ref)}`
  return refused ? problemWords[refused][language] : t("group-waiting")
}

type ProgressProps = {
  view: View
  it: Progress /** Seconds until the next turn; 0 where nobody waits. */
  wait: number
  /** Whoever is left waits for the next day. */
  tomorrow: boolean
}

export function GroupProgressPage({ view, it, wait, tomorrow }: ProgressProps) {
  const { t, face } = view
  const { group, total, done, outcomes } = it
  const own = `/${face}/group/${group}`
  const booked = outcomes.filter((one) => one.booked).length
  return (
    <>
      <h1>{t("group-title")}</h1>
      {done === total ? (
        <p class="note" role="status">
          {t("group-done", { booked, refused: total - booked })}
        </p>
      ) : (
        <form method="post" action={own} data-proceed={(done || wait) && !tomorrow ? group : undefined}>
          {done === 0 && <p>{t("group-ready")}</p>}
          <p role="status" data-progress={t("group-progress", { done: "{done}", total })}>
            {t("group-progress", { done, total })}
          </p>
          <p role="status" data-waits={t("group-turn", { seconds: "{seconds}" })} data-tomorrow={t("group-tomorrow")}>
            {wait > 0 && t("group-turn", { seconds: wait })}
            {tomorrow && t("group-tomorrow")}
          </p>
          <progress max={total} value={done} aria-label={t("group-title")} />
          <button type="submit" name="go" value="1">
            {t(done ? "group-go-on" : "group-begin")}
          </button>
        </form>
      )}
      <dl class="pairs card">
        {outcomes.map((one) => (
          <div key={one.row}>
            <dt>
              {t("group-row", { n: one.row })} {one.name}
            </dt>
            <dd>{outcomeText(view, one)}</dd>
          </div>
        ))}
      </dl>
      <p class="more">{t("group-again")}</p>
      <p class="actions">
        {done === total && (
          <a class="button" href={`${own}/results.csv`}>
            {t("group-csv")}
          </a>
        )}
        <a class="button quiet" href={`/${face}/group/list`}>
          {t("group-another")}
        </a>
      </p>
    </>
  )
}
