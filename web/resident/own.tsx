/** One's own data: the way in by phone, code and ID number; all of it; a copy; its end. */
import type { ComponentChildren } from "preact"
import type { residentRoutes } from "#api/resident/routes"
import type { Answer } from "#api/routes"
import { readableReference } from "#domain/id"
import { kept } from "#domain/retention"
import { dateOf, day, type LocalDate } from "#domain/time"
import { ErrorSummary, Field } from "#web/ui/form.tsx"
import { type OwnTell, ownTeller } from "#web/words/own"
import { clockName, dateName, dayName } from "./dates.ts"
import { listed } from "./listed.ts"
import { NoticeLink } from "./notice.tsx"
import { Back } from "./page.tsx"
import { serviceList } from "./times.tsx"
import type { Place, View } from "./view.ts"

type Routes = typeof residentRoutes
type Masked = Answer<Routes["POST /api/own"]>
type Whole = Answer<Routes["POST /api/own/export"]>
/** What is masked, and what is whole, look alike; whose names an employer sent are in the whole alone. */
type Own = Omit<Masked, "lists"> & {
  lists: readonly (Masked["lists"][number] & Partial<Pick<Whole["lists"][number], "rows">>)[]
}
type Removed = Answer<Routes["POST /api/own/delete"]>
type Withdrawn = Answer<Routes["POST /api/own/consents/:consent/withdraw"]>
export type Names = ReadonlyMap<string, Place["name"]>

type AskedProps = { view: View; value: string; fault?: string | undefined; refusal?: string | undefined }

const asked = (label: string, { view, fault, refusal }: AskedProps, field: string) => (
  <ErrorSummary title={view.t("please-check")} faults={listed(view, { [field]: label }, { [field]: fault }, refusal)} />
)

export function OwnPhonePage(props: AskedProps) {
  const { view, value, fault } = props
  const { t, face } = view
  const tell = ownTeller(view.language)
  return (
    <>
      <Back view={view} to="" />
      {asked(t("mobile"), props, "mobile")}
      <h1>{tell("own-title")}</h1>
      <p>{tell("own-lead")}</p>
      <form method="post" action={`/${face}/own`} novalidate>
        <Field
          id="mobile"
          label={t("mobile")}
          hint={tell("own-mobile-hint")}
          value={value}
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

export function OwnNumberPage(props: AskedProps) {
  const { view, value, fault } = props
  const { t, face } = view
  const tell = ownTeller(view.language)
  return (
    <>
      <Back view={view} to="/own" />
      {asked(t("id-number"), props, "idNumber")}
      <h1>{tell("number-title")}</h1>
      <p>{tell("number-lead")}</p>
      <form method="post" action={`/${face}/own/number`} novalidate>
        <Field
          id="idNumber"
          label={t("id-number")}
          hint={t("id-hint")}
          value={value}
          error={fault}
          errorWord={t("error")}
          autocomplete="off"
          capitals
          maxLength={30}
        />
        <button type="submit">{tell("number-go")}</button>
      </form>
    </>
  )
}

type AllProps = {
  view: View
  own: Own
  names: Names
  /** Whole and on paper: nothing to press. */
  whole?: boolean
}

export function OwnPage({ view, own, names, whole = false }: AllProps) {
  const { language, face } = view
  const tell = ownTeller(language)
  const { appointments, standing, consents, tickets, lists } = own
  const parts = { view, tell, names, whole }
  return (
    <>
      <Back view={view} to={whole ? "/own/all" : "/own/number"} />
      <h1>{tell("own-title")}</h1>
      <p>{tell(whole ? "print-lead" : "all-lead")}</p>
      <Part id="appointments" title={tell("appointments")} empty={!appointments.length}>
        {appointments.map((it) => (
          <AppointmentCard key={it.ref} {...parts} it={it} />
        ))}
        {!whole && <p>{tell("correct-where")}</p>}
      </Part>
      <Part id="missed" title={tell("missed")} empty={!standing.missed.length}>
        {standing.paused && <p class="note">{tell("missed-paused", { day: dateName(standing.paused, language) })}</p>}
        {standing.missed.map((it) => (
          <MissedCard key={it.ref} {...parts} it={it} />
        ))}
      </Part>
      <Part id="consents" title={tell("consents")} empty={!consents.length}>
        {consents.map((it) => (
          <ConsentCard key={it.consent} {...parts} it={it} />
        ))}
      </Part>
      <Part id="tickets" title={tell("tickets")} empty={!tickets.length}>
        {tickets.map((it) => (
          <div key={it.link} class="card">
            <h3>
              {it.number}
              <br />
              {names.get(it.station)?.[language]}
            </h3>
            <p>
              {dayName(it.date, language)} {it.waiting && <span class="mark fine">{tell("ticket-waits")}</span>}
            </p>
            <Kept {...parts} until={it.until} />
            {!whole && (
              <a class="aside" href={`/${face}/my/${it.link}`}>
                {tell("see-it")}
              </a>
            )}
          </div>
        ))}
      </Part>
      <Part id="lists" title={tell("lists")} empty={!lists.length}>
        {lists.map((it) => (
          <div key={it.at} class="card">
            <h3>{tell("list-of", { n: it.people, when: clockName(it.at, language) })}</h3>
            {it.rows?.map(({ row, name, idNumber, phone }) => (
              <p key={row}>
                {name} {idNumber} {phone}
              </p>
            ))}
            <p class="more">{tell("list-until", { when: clockName(it.until, language) })}</p>
          </div>
        ))}
      </Part>
      <Part id="not-here" title={tell("not-here")}>
        <ul class="plain">
          {own.notHere.map((it) => (
            <li key={it}>{tell(`not-${it}`)}</li>
          ))}
        </ul>
      </Part>
      {!whole && (
        <div class="actions">
          <form method="post" action={`/${face}/own/file`}>
            <button type="submit">{tell("take-file")}</button>
          </form>
          <a class="button quiet" href={`/${face}/own/print`}>
            {tell("take-print")}
          </a>
          <a class="button quiet" href={`/${face}/own/delete`}>
            {tell("delete")}
          </a>
          <p>
            <a href={`/${face}/own/number`}>{tell("another-number")}</a>
          </p>
        </div>
      )}
    </>
  )
}

type PartProps = { id: string; title: string; empty?: boolean; children: ComponentChildren }

function Part({ id, title, empty, children }: PartProps) {
  if (empty) return null
  return (
    <section class="part" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {children}
    </section>
  )
}

type Shared = { view: View; tell: OwnTell; names: Names; whole: boolean }

const Kept = ({ view: { language }, tell, until }: Pick<Shared, "view" | "tell"> & { until: LocalDate }) => (
  <p class="more">{tell("until", { day: dateName(until, language) })}</p>
)

function AppointmentCard({ view, tell, names, whole, it }: Shared & { it: Own["appointments"][number] }) {
  const { t, language, face } = view
  const { person } = it
  return (
    <div class="card">
      <h3>
        {dayName(it.date, language)} {it.time}
        <br />
        {names.get(it.station)?.[language]}
      </h3>
      <p>
        {serviceList(it.services, language)} <span class="mark">{t(`voucher-${it.state}`)}</span>
        <br />
        <span class="ref">{readableReference(it.ref)}</span>
      </p>
      <p>
        {person.name}
        <br />
        {person.idNumber}
        <br />
        {person.phone}
        {person.guardian && (
          <>
            <br />
            {t("label", { label: t("guardian"), text: `${person.guardian.name} ${person.guardian.idNumber}` })}
          </>
        )}
      </p>
      {it.wish && <p>{tell("wish")}</p>}
      {it.earlier.map((one) => (
        <p key={one.ref}>{tell("earlier", { when: `${dayName(one.date, language)} ${one.time}` })}</p>
      ))}
      <p class="more">
        {tell("since", { day: dateName(dateOf(it.bookedAt), language) })}
        <br />
        {it.notice && (
          <>
            <a href={`/${face}/notice/${it.notice}`}>{tell("under-notice", { version: it.notice })}</a>
            <br />
          </>
        )}
        {tell("until", { day: dateName(it.until, language) })}
      </p>
      {!whole && (
        <a class="aside" href={`/${face}/a/${it.link}`}>
          {tell("see-it")}
        </a>
      )}
    </div>
  )
}

function MissedCard({ view, tell, names, it }: Shared & { it: Own["standing"]["missed"][number] }) {
  const { language } = view
  return (
    <div class="card">
      <h3>
        {dayName(it.date, language)}
        <br />
        {names.get(it.station)?.[language]}
      </h3>
      <p>
        <span class={it.counts ? "mark warn" : "mark fine"}>
          {tell(it.counts ? "missed-counts" : "missed-excused")}
        </span>
      </p>
      {it.appeal && <p>{tell("missed-appeal", { text: it.appeal })}</p>}
      {it.reason && <p>{tell("missed-reason", { text: it.reason })}</p>}
      <Kept view={view} tell={tell} until={it.until} />
    </div>
  )
}

function ConsentCard({ view, tell, whole, it }: Shared & { it: Own["consents"][number] }) {
  const { language, face } = view
  return (
    <div class="card">
      <h3>
        {tell("consent-for")}
        <br />
        <span class="ref">{readableReference(it.ref)}</span>
      </h3>
      <p>
        {tell("consent-given", { day: dateName(dateOf(it.at), language) })}
        {it.withdrawn !== undefined && (
          <>
            <br />
            {tell("consent-withdrawn", { day: dateName(dateOf(it.withdrawn), language) })}
          </>
        )}
      </p>
      <Kept view={view} tell={tell} until={it.until} />
      {!whole && it.withdrawn === undefined && (
        <a class="aside" href={`/${face}/own/consents/${it.consent}`}>
          {tell("withdraw")}
        </a>
      )}
    </div>
  )
}

type DeleteProps = {
  view: View
  own: Own
  refusal?: { text: string; to: string; words: "to-appointment" | "to-ticket" } | undefined
}

/** What goes, what stays and why; and where it cannot go yet, the way to what stands before it. */
export function DeletePage({ view, own, refusal }: DeleteProps) {
  const { language, face } = view
  const tell = ownTeller(language)
  const { appointments, standing, tickets, lists, consents } = own
  return (
    <>
      <Back view={view} to="/own/all" />
      <h1>{tell("delete-title")}</h1>
      {refusal && (
        <div class="note">
          <p>
            <b>{tell("delete-blocked")}</b>
          </p>
          <p>{refusal.text}</p>
          <a class="button" href={`/${face}${refusal.to}`}>
            {tell(refusal.words)}
          </a>
        </div>
      )}
      <Part id="goes" title={tell("delete-goes")}>
        <ul class="plain">
          {appointments.length > 0 && <li>{tell("goes-appointments")}</li>}
          {standing.missed.some((it) => it.appeal) && <li>{tell("goes-appeals")}</li>}
          {tickets.length > 0 && <li>{tell("goes-tickets")}</li>}
          {lists.length > 0 && <li>{tell("goes-lists")}</li>}
          <li>{tell("goes-links")}</li>
        </ul>
      </Part>
      <Stays
        view={view}
        missed={standing.missed.filter((it) => it.counts)}
        consents={consents.length}
        booked={appointments.length > 0}
      />
      {!refusal && (
        <p class="actions">
          <a class="button" href={`/${face}/own/delete/sure`}>
            {tell("delete-next")}
          </a>
          <a class="button quiet" href={`/${face}/own/all`}>
            {tell("sure-no")}
          </a>
        </p>
      )}
    </>
  )
}

type StaysProps = {
  view: View
  missed: readonly { date: LocalDate; until: LocalDate }[]
  consents: number
  booked: boolean
}

function Stays({ view: { language }, missed, consents, booked }: StaysProps) {
  const tell = ownTeller(language)
  return (
    <Part id="stays" title={tell("delete-stays")}>
      <ul class="plain">
        {missed.map((it) => (
          <li key={it.date}>
            {tell("stays-missed", { day: dayName(it.date, language), until: dateName(it.until, language) })}
          </li>
        ))}
        {consents > 0 && <li>{tell("stays-consents", { years: Math.round(kept.consent / (365 * day)) })}</li>}
        {booked && <li>{tell("stays-week")}</li>}
        <li>{tell("stays-audit", { days: kept.audit / day })}</li>
        <li>{tell("stays-statistics")}</li>
      </ul>
    </Part>
  )
}

const YesOrNo = ({ face, yes, no }: { face: string; yes: string; no: string }) => (
  <p class="actions">
    <button type="submit" class="grave">
      {yes}
    </button>
    <a class="button quiet" href={`/${face}/own/all`}>
      {no}
    </a>
  </p>
)

export function SurePage({ view, op }: { view: View; op: string }) {
  const { face } = view
  const tell = ownTeller(view.language)
  return (
    <>
      <Back view={view} to="/own/delete" />
      <h1>{tell("sure-title")}</h1>
      <p>{tell("sure-more")}</p>
      <form method="post" action={`/${face}/own/delete`}>
        <input type="hidden" name="op" value={op} />
        <YesOrNo face={face} yes={tell("sure-yes")} no={tell("sure-no")} />
      </form>
    </>
  )
}

type OutcomeProps = { view: View; title: string; back: { to: string; text: string }; children: ComponentChildren }

/** It is done, and where to go from here. */
const Outcome = ({ view, title, back, children }: OutcomeProps) => (
  <>
    <div class="outcome good">
      <h1>{title}</h1>
    </div>
    {children}
    <p class="actions">
      <a class="button quiet" href={`/${view.face}${back.to}`}>
        {back.text}
      </a>
    </p>
  </>
)

export function DeletedPage({ view, it }: { view: View; it: Removed }) {
  const tell = ownTeller(view.language)
  return (
    <Outcome view={view} title={tell("deleted-title")} back={{ to: "", text: view.t("home") }}>
      <p>{tell("deleted-more")}</p>
      <Stays view={view} missed={it.standing} consents={it.consents} booked />
    </Outcome>
  )
}

export const DonePage = ({ view }: { view: View }) => (
  <Outcome view={view} title={view.t("done-title")} back={{ to: "", text: view.t("home") }}>
    <p>{view.t("done-more")}</p>
  </Outcome>
)

export function WithdrawPage({
  view,
  consent,
  refusal,
}: {
  view: View
  consent: string
  refusal?: string | undefined
}) {
  const { face, t } = view
  const tell = ownTeller(view.language)
  return (
    <>
      <Back view={view} to="/own/all" />
      <ErrorSummary title={t("please-check")} faults={refusal ? [{ text: refusal }] : []} />
      <h1>{tell("withdraw-title")}</h1>
      <p>{tell("withdraw-more")}</p>
      <form method="post" action={`/${face}/own/consents/${consent}`}>
        <YesOrNo face={face} yes={tell("withdraw-yes")} no={tell("withdraw-no")} />
      </form>
    </>
  )
}

export function WithdrawnPage({ view, it }: { view: View; it: Withdrawn }) {
  const tell = ownTeller(view.language)
  return (
    <Outcome view={view} title={tell("withdrawn-title")} back={{ to: "/own/all", text: tell("own-title") }}>
      <p>{tell(`withdrawn-${it.booking}`)}</p>
    </Outcome>
  )
}

export const corrected = ["name", "guardianName", "mobile", "idLast4"] as const
type Corrected = (typeof corrected)[number]

type CorrectProps = {
  view: View
  link: string
  v: number
  op: string
  /** Masked. */
  person: { name: string; phone: string; guardian?: string }
  typed: Readonly<Record<Corrected, string>>
  faults: Partial<Record<Corrected, string>>
  refusal?: string | undefined
}

export function CorrectPage({ view, link, v, op, person, typed, faults, refusal }: CorrectProps) {
  const { t, face, language } = view
  const tell = ownTeller(language)
  const labels = {
    name: tell("correct-name"),
    guardianName: tell("correct-guardian"),
    mobile: tell("correct-mobile"),
    idLast4: tell("correct-last4"),
  }
  return (
    <>
      <Back view={view} to={`/a/${link}`} />
      <ErrorSummary title={t("please-check")} faults={listed(view, labels, faults, refusal)} />
      <h1>{tell("correct-title")}</h1>
      <p>{tell("correct-now", { name: person.name, phone: person.phone })}</p>
      <p>{tell("correct-how")}</p>
      <form method="post" action={`/${face}/a/${link}/correct`} novalidate>
        <input type="hidden" name="v" value={v} />
        <input type="hidden" name="op" value={op} />
        <Field
          id="name"
          label={labels.name}
          hint={t("name-hint")}
          value={typed.name}
          error={faults.name}
          errorWord={t("error")}
          autocomplete="name"
        />
        {person.guardian && (
          <Field
            id="guardianName"
            label={labels.guardianName}
            hint={tell("correct-guardian-now", { name: person.guardian })}
            value={typed.guardianName}
            error={faults.guardianName}
            errorWord={t("error")}
            autocomplete="name"
          />
        )}
        <Field
          id="mobile"
          label={labels.mobile}
          hint={tell("correct-mobile-hint")}
          value={typed.mobile}
          error={faults.mobile}
          errorWord={t("error")}
          inputmode="tel"
          autocomplete="tel"
        />
        <Field
          id="idLast4"
          label={labels.idLast4}
          hint={tell("correct-last4-hint")}
          value={typed.idLast4}
          error={faults.idLast4}
          errorWord={t("error")}
          autocomplete="off"
          capitals
          maxLength={4}
        />
        <p class="actions">
          <button type="submit">{tell("correct-go")}</button>
          <a class="button quiet" href={`/${face}/a/${link}`}>
            {tell("correct-back")}
          </a>
        </p>
      </form>
      <p class="note">
        {tell("correct-id")} <a href={`/${face}/a/${link}/cancel`}>{t("cancel")}</a>
      </p>
    </>
  )
}
