/** The pages of a lost child. 110 stands first on each of them; four things make a report; every form works without a script. */
import type { ComponentChildren } from "preact"
import { readableReference } from "#domain/id"
import { isOpen, type ReportKind, type ReportStatus } from "#domain/report"
import { timeOf } from "#domain/time"
import { type DetailName, relations } from "#domain/told"
import { ErrorSummary, Field } from "#web/ui/form.tsx"
import { Icon } from "#web/ui/icons.tsx"
import { detailWords, type ReportTell, relationWords, reportTeller, type reportWords } from "#web/words/report"
import { listed } from "./listed.ts"
import { Back } from "./page.tsx"
import type { View } from "./view.ts"

/** Above everything: the number to dial, and what to do for whom a call is no way. */
export function Call110({ tell, why }: { tell: ReportTell; why?: boolean }) {
  return (
    <section class="urgent call" aria-label={tell("call-110")}>
      <p>
        <b>{tell("call-first")}</b>
      </p>
      <a class="button grave" href="tel:110">
        <Icon sign="phone" />
        {tell("call-110")}
      </a>
      {why && <p>{tell("call-why")}</p>}
      <p>
        <a class="aside" href="sms:12110">
          {tell("text-alarm")}
        </a>
      </p>
    </section>
  )
}

/** A place of the lists; `id` is `venue:` or `street:` and its own. */
export type Choice = { id: string; name: { zh: string; en: string } }

/** As typed: whatever it is, it comes back as it was. */
export type ReportTyped = Record<
  "whereText" | "where" | "lat" | "lng" | "accuracy" | "when" | "whenDay" | "whenTime" | "phone" | "sex" | "age",
  string
>
export type ReportFaults = Partial<Record<"where" | "phone" | "sex" | "age", string>>

type FormProps = {
  view: View
  kind: ReportKind
  formKey: string
  places: readonly Choice[]
  typed: ReportTyped
  faults: ReportFaults
}

export function ReportForm({ view, kind, formKey, places, typed, faults }: FormProps) {
  const { t, language, face } = view
  const tell = reportTeller(language)
  const found = kind === "found-child"
  const label = {
    where: tell(found ? "found-where" : "where"),
    phone: tell("phone"),
    sex: tell("sex"),
    age: tell("age"),
  }
  // Where a summary's link leads for each fault.
  const first = { whereText: label.where, "sex-girl": label.sex, age: label.age, phone: label.phone }
  const wrong = { whereText: faults.where, "sex-girl": faults.sex, age: faults.age, phone: faults.phone }
  const path = found ? "/report/found-child" : "/report"
  return (
    <>
      <Call110 tell={tell} why />
      <ErrorSummary title={t("please-check")} faults={listed(view, first, wrong)} />
      <h1>{tell(found ? "found-title" : "title")}</h1>
      <p class="lead">{tell(found ? "found-four" : "four")}</p>
      <form
        method="post"
        action={`/${face}${path}?k=${encodeURIComponent(formKey)}`}
        novalidate
        data-report
        data-sending={tell("sending")}
      >
        <input type="hidden" name="key" value={formKey} />
        <Group id="where" legend={label.where} error={faults.where} errorWord={t("error")}>
          <Field
            id="whereText"
            label={tell("where-text")}
            hint={tell("where-hint")}
            value={typed.whereText}
            errorWord={t("error")}
            autocomplete="off"
          />
          <label for="where-list">{tell("where-list")}</label>
          <select id="where-list" name="where">
            <option value="">{tell("where-any")}</option>
            {places.map(({ id, name }) => (
              <option key={id} value={id} selected={id === typed.where}>
                {name[language]}
              </option>
            ))}
          </select>
          <Position view={view} typed={typed} />
        </Group>
        <When view={view} legend={tell(found ? "found-when" : "when")} typed={typed} />
        <Sex view={view} legend={label.sex} sex={typed.sex} error={faults.sex} />
        <Field
          id="age"
          label={label.age}
          hint={tell("age-hint")}
          value={typed.age}
          error={faults.age}
          errorWord={t("error")}
          class="short"
          inputmode="numeric"
          autocomplete="off"
        />
        <Field
          id="phone"
          label={label.phone}
          hint={tell("phone-hint")}
          value={typed.phone}
          error={faults.phone}
          errorWord={t("error")}
          inputmode="tel"
          autocomplete="tel"
        />
        <button type="submit" class="grave wide">
          {tell("send")}
        </button>
      </form>
      <p class="more">{tell("honest")}</p>
      <p class="actions">
        <a class="aside" href={`/${face}/report${found ? "" : "/found-child"}`}>
          {tell(found ? "to-missing" : "to-found")}
        </a>
        <a class="aside" href={`/${face}/report/notice`}>
          {tell("notice")}
        </a>
      </p>
      <Stuck tell={tell} />
    </>
  )
}

type GroupProps = {
  id: string
  legend: string
  error?: string | undefined
  errorWord?: string
  children: ComponentChildren
}

const Group = ({ id, legend, error, errorWord, children }: GroupProps) => (
  <fieldset class={error ? "field wrong" : "field"} aria-describedby={error ? `${id}-error` : undefined}>
    <legend>{legend}</legend>
    {error && (
      <p class="fault" id={`${id}-error`}>
        <span class="apart">{errorWord}</span>
        {error}
      </p>
    )}
    {children}
  </fieldset>
)

/** The button appears where a script can ask. */
function Position({ view: { language }, typed }: { view: View; typed: ReportTyped }) {
  const tell = reportTeller(language)
  const n = "{n}"
  return (
    <div class="position">
      {(["lat", "lng", "accuracy"] as const).map((name) => (
        <input key={name} type="hidden" name={name} value={typed[name]} />
      ))}
      <div
        hidden
        data-position
        data-asking={tell("position-asking")}
        data-taken={tell("position-taken", { n })}
        data-failed={tell("position-failed")}
      >
        <button type="button" class="quiet">
          {tell("position-use")}
        </button>
        <p class="hint">{tell("position-why")}</p>
      </div>
      <p role="status" data-position-said>
        {typed.lat && tell("position-taken", { n: typed.accuracy || "50" })}
      </p>
    </div>
  )
}

function When({ view: { language }, legend, typed }: { view: View; legend: string; typed: ReportTyped }) {
  const tell = reportTeller(language)
  return (
    <Group id="when" legend={legend}>
      {(["0", "10", "30", "at"] as const).map((value) => (
        <Choose key={value} name="when" value={value} on={typed.when === value} label={tell(`when-${value}`)} />
      ))}
      <div class="beside">
        <select name="whenDay" aria-label={tell("when-day")}>
          {(["0", "1", "2"] as const).map((value) => (
            <option key={value} value={value} selected={typed.whenDay === value}>
              {tell(`day-${value}`)}
            </option>
          ))}
        </select>
        <input
          class="clock"
          type="text"
          name="whenTime"
          aria-label={tell("when-time")}
          placeholder="18:20"
          value={typed.whenTime}
          autocomplete="off"
          data-ahead={tell("when-ahead")}
        />
      </div>
      <p role="status" data-when-said />
    </Group>
  )
}

type SexProps = { view: View; legend: string; sex: string; error?: string | undefined }

function Sex({ view: { language, t }, legend, sex, error }: SexProps) {
  const tell = reportTeller(language)
  return (
    <Group id="sex" legend={legend} error={error} errorWord={t("error")}>
      <div class="pair">
        {(["girl", "boy"] as const).map((value) => (
          <Choose key={value} name="sex" value={value} on={sex === value} label={tell(value)} />
        ))}
      </div>
    </Group>
  )
}

const Choose = ({ name, value, on, label }: { name: string; value: string; on: boolean; label: string }) => (
  <label class="choice" for={`${name}-${value}`}>
    <input type="radio" id={`${name}-${value}`} name={name} value={value} checked={on} />
    {label}
  </label>
)

/** What the script shows over everything when a report cannot be sent: 110, and that it goes on trying. */
const Stuck = ({ tell }: { tell: ReportTell }) => (
  <dialog class="stuck" aria-labelledby="stuck" data-stuck data-still={tell("stuck-still", { n: "{n}" })}>
    <h2 id="stuck">{tell("stuck-title")}</h2>
    <a class="button" href="tel:110">
      <Icon sign="phone" />
      {tell("call-110")}
    </a>
    <p role="status" data-said />
    <p hidden data-through>
      {tell("stuck-through")}
    </p>
    <a class="aside" href="sms:12110">
      {tell("text-alarm")}
    </a>
    <button type="button" class="quiet">
      {tell("stuck-back")}
    </button>
  </dialog>
)

export type Noticed = "when" | "some" | "again" | "found" | "photo" | undefined

type StatusProps = {
  view: View
  link: string
  status: ReportStatus
  /** Who has it now. */
  unit: { zh: string; en: string } | undefined
  noticed: readonly Noticed[]
}

export function StatusPage({ view, link, status, unit, noticed }: StatusProps) {
  const { language, face } = view
  const tell = reportTeller(language)
  const own = `/${face}/report/${link}`
  const open = isOpen(status.state)
  const found = status.kind === "found-child"
  return (
    <>
      {open && <Call110 tell={tell} />}
      {status.drill && <p class="note">{tell("drill")}</p>}
      <div class="outcome good">
        <h1>{tell("received-title")}</h1>
        <p>{tell("number")}</p>
        <p class="ref">{readableReference(status.id)}</p>
        {unit && <p>{`${tell("sent-to")} ${unit[language]}`}</p>}
      </div>
      {noticed.map(
        (it) =>
          it && (
            <p class="note" key={it} role="status">
              {tell(noticeKeys[it])}
            </p>
          ),
      )}
      <section
        class="card"
        data-status={`/api/reports/${link}`}
        data-states={JSON.stringify(stateWords(tell))}
        data-seen={tell("seen-at", { time: "{time}" })}
        data-lost={tell("live-lost", { time: "{time}" })}
      >
        <div aria-live="polite">
          <h2 data-state>{stateWords(tell)[status.state]}</h2>
          <p data-seen-said>
            {status.seenAt === undefined ? open && tell("seen-not") : tell("seen-at", { time: timeOf(status.seenAt) })}
          </p>
          <div class="urgent" hidden={!status.call110} data-call>
            <h3>{tell("call-now-title")}</h3>
            <p>{tell("call-now")}</p>
            <a class="button grave" href="tel:110">
              <Icon sign="phone" />
              {tell("call-110")}
            </a>
          </div>
        </div>
        <p class="more" hidden data-live>
          {tell("live")}
        </p>
        <a class="button quiet" href={own} data-refresh>
          {tell("refresh")}
        </a>
      </section>
      {open && (
        <>
          <p class="actions">
            <a class="button" href={`${own}/more`}>
              {tell("to-more")}
            </a>
            {!found && (
              <a class="button quiet" href={`${own}/found`}>
                {tell("to-found-now")}
              </a>
            )}
          </p>
          <h2>{tell("meanwhile")}</h2>
          <ul class="plain">
            {(found
              ? (["found-do-stay", "found-do-staff", "do-phone"] as const)
              : (["do-call", "do-stay", "do-phone", "do-venue", "do-photo"] as const)
            ).map((it) => (
              <li key={it}>{tell(it)}</li>
            ))}
          </ul>
        </>
      )}
      <p class="more keep">{tell("keep")}</p>
      <p class="actions">
        <a class="aside" href={`/${face}/report`}>
          {tell("another")}
        </a>
        <a class="aside" href={`/${face}/report/notice`}>
          {tell("notice")}
        </a>
      </p>
    </>
  )
}

const noticeKeys = {
  when: "adjusted-when",
  some: "adjusted-some",
  again: "adjusted-again",
  found: "said-done",
  photo: "photo-sent",
} as const

const stateWords = (tell: ReportTell): Record<ReportStatus["state"], string> => ({
  dispatched: tell("dispatched"),
  acknowledged: tell("acknowledged"),
  searching: tell("searching"),
  escalated: tell("escalated"),
  "found-unverified": tell("found-unverified"),
  reunited: tell("reunited"),
  closed: tell("closed"),
  "false-report": tell("false-report"),
  cancelled: tell("cancelled"),
  merged: tell("merged"),
})

const groups: readonly [title: keyof typeof reportWords, names: readonly DetailName[]][] = [
  ["group-clothes", ["top", "bottom", "shoes", "bag"]],
  ["group-child", ["name", "nickname", "height", "build", "hair"]],
  ["group-way", ["direction", "companion"]],
  ["group-you", ["reporter", "reporterPlace"]],
]
const laterNames: readonly DetailName[] = [
  "marks",
  "accent",
  "health",
  "glasses",
  "watch",
  "school",
  "home",
  "habits",
  "places",
  "done",
  "otherPhone",
  "note",
]

type MoreProps = {
  view: View
  link: string
  /** What was typed and could not be taken; what was taken is not shown again. */
  typed: Readonly<Record<string, string>>
  faults: Readonly<Record<string, string>>
  saved: boolean
  photo?: { sent?: boolean; fault?: string }
}

export function MorePage({ view, link, typed, faults, saved, photo = {} }: MoreProps) {
  const { t, face, language } = view
  const tell = reportTeller(language)
  const own = `/report/${link}`
  const label = (name: string) =>
    name in detailWords
      ? detailWords[name as DetailName].label[language]
      : tell(name as "phone" | "age" | "where" | "photo")
  const wrong = { ...(photo.fault && { photo: photo.fault }), ...faults }
  const labels = Object.fromEntries(Object.keys(wrong).map((name) => [name, label(name)]))
  const field = (name: string, text: string, hint?: string) => (
    <Field
      key={name}
      id={name}
      label={text}
      hint={hint}
      value={typed[name] ?? ""}
      error={faults[name]}
      errorWord={t("error")}
      autocomplete="off"
    />
  )
  const detail = (name: DetailName) => field(name, label(name), detailWords[name].hint?.[language])
  return (
    <>
      <Back view={view} to={own} />
      <ErrorSummary title={t("please-check")} faults={listed(view, labels, wrong)} />
      <h1>{tell("more-title")}</h1>
      <p class="lead">{tell("more-lead")}</p>
      {saved && (
        <p class="note" role="status">
          {tell("saved")}
        </p>
      )}
      <PhotoForm view={view} link={link} sent={photo.sent} fault={photo.fault} />
      <form
        method="post"
        action={`/${face}${own}/more`}
        novalidate
        data-saving
        data-saved={tell("saved-field")}
        data-sending={tell("saving-field")}
        data-waiting={tell("waiting-field")}
      >
        {groups.map(([title, names]) => (
          <section key={title} aria-labelledby={title}>
            <h2 id={title}>{tell(title as "group-child")}</h2>
            {names.map(detail)}
            {title === "group-you" && (
              <div class="field">
                <label for="relation">{tell("relation")}</label>
                <select id="relation" name="relation">
                  <option value="">{tell("choose-one")}</option>
                  {relations.map((it) => (
                    <option key={it} value={it} selected={typed.relation === it}>
                      {relationWords[it][language]}
                    </option>
                  ))}
                </select>
              </div>
            )}
          </section>
        ))}
        <details open={laterNames.some((it) => faults[it] || typed[it])}>
          <summary>{tell("group-later")}</summary>
          {laterNames.map(detail)}
          {(["dispute", "venueAlert"] as const).map((name) => (
            <label class="choice" key={name} for={name}>
              <input type="checkbox" id={name} name={name} value="1" checked={typed[name] === "1"} />
              {tell(`yes-${name}`)}
            </label>
          ))}
        </details>
        <details open={["where", "phone", "age"].some((it) => faults[it])}>
          <summary>{tell("group-correct")}</summary>
          {field("where", tell("where"), tell("where-hint"))}
          {field("time", tell("when"), tell("when-time"))}
          {field("phone", tell("phone"))}
          <div class="field">
            <label for="sex">{tell("sex")}</label>
            <select id="sex" name="sex">
              <option value="">{tell("choose-one")}</option>
              <option value="girl">{tell("girl")}</option>
              <option value="boy">{tell("boy")}</option>
            </select>
          </div>
          {field("age", tell("age"))}
        </details>
        <p class="actions">
          <button type="submit">{tell("save")}</button>
          <a class="aside" href={`/${face}${own}`}>
            {tell("to-status")}
          </a>
        </p>
        <p hidden data-unsent>
          <button type="button" class="quiet">
            {tell("clear")}
          </button>
        </p>
      </form>
      <Stuck tell={tell} />
    </>
  )
}

type PhotoProps = { view: View; link: string; sent?: boolean | undefined; fault?: string | undefined }

function PhotoForm({ view, link, sent, fault }: PhotoProps) {
  const { face, language, t } = view
  const tell = reportTeller(language)
  return (
    <form
      class="card"
      method="post"
      action={`/${face}/report/${link}/photo`}
      enctype="multipart/form-data"
      data-photo
      data-sending={tell("sending")}
      data-failed={tell("photo-unsent")}
    >
      <h2>{tell("photo")}</h2>
      <p class="note" role="status" data-said hidden={!sent}>
        {sent && tell("photo-sent")}
      </p>
      <div class={fault ? "field wrong" : "field"}>
        <label for="photo">{tell("photo-choose")}</label>
        <p class="hint" id="photo-hint">
          {tell("photo-hint")}
        </p>
        {fault && (
          <p class="fault" id="photo-error">
            <span class="apart">{t("error")}</span>
            {`${fault} ${tell("photo-again")}`}
          </p>
        )}
        <input
          type="file"
          id="photo"
          name="photo"
          accept="image/jpeg,image/png,image/webp"
          aria-describedby={fault ? "photo-hint photo-error" : "photo-hint"}
          aria-invalid={fault ? "true" : undefined}
        />
      </div>
      <button type="submit">{tell("photo-send")}</button>
    </form>
  )
}

export function SaidFoundPage({ view, link, formKey }: { view: View; link: string; formKey: string }) {
  const { t, face, language } = view
  const tell = reportTeller(language)
  return (
    <>
      <Back view={view} to={`/report/${link}`} />
      <h1>{tell("said-title")}</h1>
      <p class="lead">{tell("said-lead")}</p>
      <form method="post" action={`/${face}/report/${link}/found`}>
        <input type="hidden" name="key" value={formKey} />
        <Field id="text" label={tell("said-text")} errorWord={t("error")} autocomplete="off" />
        <p class="actions">
          <button type="submit">{tell("said-send")}</button>
          <a class="button quiet" href={`/${face}/report/${link}`}>
            {tell("said-back")}
          </a>
        </p>
      </form>
    </>
  )
}

export const noticeVersion = "2026-11-22"

export function NoticePage({ view }: { view: View }) {
  const tell = reportTeller(view.language)
  return (
    <>
      <Back view={view} to="/report" />
      <h1>{tell("notice-title")}</h1>
      <p>
        <time dateTime={noticeVersion}>{tell("notice-version")}</time>
      </p>
      <ul class="plain">
        {(["basis", "use", "who", "volunteers", "kept", "child", "rights"] as const).map((it) => (
          <li key={it}>{tell(`notice-${it}`)}</li>
        ))}
      </ul>
    </>
  )
}

/** Whatever went wrong here, the way to help is the same. */
export function ReportProblemPage({ view, text }: { view: View; text: string }) {
  const tell = reportTeller(view.language)
  return (
    <>
      <Call110 tell={tell} />
      <h1>{tell("failed-title")}</h1>
      <p>{text}</p>
      <p>
        <b>{tell("failed-call")}</b>
      </p>
      <p class="actions">
        <a class="button quiet" href={`/${view.face}/report`}>
          {tell("failed-again")}
        </a>
      </p>
    </>
  )
}
