/** The voucher: all one needs on the way and at the station's door, on paper too. */
import type * as z from "zod/mini"
import type { HeldShape } from "#api/shapes"
import { type MapApp, mapApps, mapLink } from "#domain/geography"
import { readableReference } from "#domain/id"
import type { LocalDate, LocalTime } from "#domain/time"
import { ErrorSummary } from "#web/ui/form.tsx"
import { Qr } from "#web/ui/qr.tsx"
import { reasonIn } from "#web/words/closures"
import { clockName, dayName } from "./dates.ts"
import { Back } from "./page.tsx"
import { BringList } from "./services.tsx"
import { Live, Slip, type Standing } from "./ticket.tsx"
import { serviceList } from "./times.tsx"
import type { Place, View } from "./view.ts"

export type Shown = z.infer<typeof HeldShape>

/** Another place that is held for this appointment. */
export type Offered = {
  id: string
  why: "closure" | "earlier"
  station: Place
  date: LocalDate
  time: LocalTime
  until: number
}

type VoucherProps = {
  view: View
  it: Shown
  station: Place
  /** Still to come or going on; a booked day that has passed is over. */
  active: boolean
  /** What the QR code says: the voucher's absolute address. */
  address: string
  /** Come between these. */
  arrival: { from: LocalTime; to: LocalTime }
  person?: { name: string; idNumber: string; phone: string; guardian?: string } | undefined
  /** Their details were deleted. */
  deleted?: boolean
  ticket?: Standing | undefined
  offered?: Offered | undefined
  /** Why the station is closed then. */
  reason?: string | undefined
  /** Of an acceptance. */
  op: string
  today: LocalDate
  moved: boolean
  refusal?: string | undefined
}

export function VoucherPage(props: VoucherProps) {
  const { view, it, station, active, address, arrival, person, deleted, ticket, offered, reason, op, moved, refusal } =
    props
  const { t, language } = view
  const coming = active && it.state === "booked"
  const stands = coming && !it.displaced
  return (
    <>
      <ErrorSummary title={t("please-check")} faults={refusal ? [{ text: refusal }] : []} />
      {moved && stands && (
        <p class="note" role="status">
          {t("moved")}
        </p>
      )}
      <div class={stands || it.state === "checked-in" ? "outcome good" : "outcome"}>
        <h1>{it.displaced ? t("displaced-title") : stateName(view, it, active)}</h1>
        <p class={it.displaced ? "big-when struck" : "big-when"}>
          {dayName(it.date, language)} <b>{it.time}</b>
        </p>
        <p>{station.name[language]}</p>
      </div>
      {it.state === "cancelled" && <p class="note">{t("cancelled-note")}</p>}
      {it.displaced && (
        <div class="note">
          <p>{t("displaced-more")}</p>
          {reason && <p>{t("displaced-reason", { reason: reasonIn(reason, language) })}</p>}
        </div>
      )}
      {offered && <Offer view={view} it={it} offered={offered} op={op} />}
      {it.displaced && !offered && (
        <p class="actions">
          <a class="button" href={`/${view.face}/a/${it.link}/move`}>
            {t("offer-other")}
          </a>
        </p>
      )}
      {ticket && (
        <section aria-labelledby="your-ticket">
          <h2 id="your-ticket">{t("your-ticket")}</h2>
          <Slip view={view} station={station} it={ticket} />
          <Live view={view} it={ticket} path={`/a/${it.link}`} leave={`/a/${it.link}/leave`} />
        </section>
      )}
      {stands && (
        <section class="card pass" aria-labelledby="arrive">
          <Qr text={address} title={t("qr-title")} />
          <div>
            <h2 id="arrive">{t("arrive-title")}</h2>
            <ol>
              <li>{t("arrive-1", arrival)}</li>
              <li>{t("arrive-2")}</li>
              <li>{t("arrive-3")}</li>
            </ol>
          </div>
        </section>
      )}
      <Details view={view} it={it} station={station} person={person} deleted={deleted === true} bring={coming} />
      <Actions view={view} it={it} active={active} coming={coming} />
      {stands && !offered && <Wish view={view} it={it} />}
    </>
  )
}

const stateName = ({ t }: View, it: Shown, active: boolean) =>
  it.state === "booked" && !active ? t("voucher-over") : t(`voucher-${it.state}`)

type OfferProps = { view: View; it: Shown; offered: Offered; op: string }

function Offer({ view, it, offered, op }: OfferProps) {
  const { t, language, face } = view
  const { id, why, station, date, time, until } = offered
  const own = `/${face}/a/${it.link}`
  return (
    <section class="card offer" aria-labelledby="offer">
      <h2 id="offer">{t(`offer-${why}`)}</h2>
      <p class="big-when">
        {dayName(date, language)} <b>{time}</b>
      </p>
      <p>
        {station.name[language]}
        <br />
        {station.address[language]}
      </p>
      <p>
        <b>{t("offer-until", { when: clockName(until, language) })}</b>
        {why === "earlier" && (
          <>
            <br />
            {t("offer-earlier-more")}
          </>
        )}
      </p>
      <div class="actions">
        <form method="post" action={`${own}/accept`}>
          <input type="hidden" name="op" value={op} />
          <input type="hidden" name="proposal" value={id} />
          <button type="submit">{t("offer-accept")}</button>
        </form>
        <a class="button quiet" href={`${own}/move`}>
          {t("offer-other")}
        </a>
        <form method="post" action={`${own}/decline`}>
          <input type="hidden" name="proposal" value={id} />
          <button type="submit" class="quiet">
            {t("offer-decline")}
          </button>
        </form>
      </div>
    </section>
  )
}

type DetailsProps = Pick<VoucherProps, "view" | "it" | "station" | "person"> & { deleted: boolean; bring: boolean }

function Details({ view, it, station, person, deleted, bring }: DetailsProps) {
  const { t, language } = view
  return (
    <dl class="facts card">
      <dt>{t("reference")}</dt>
      <dd class="ref">{readableReference(it.ref)}</dd>
      <dt>{t("service")}</dt>
      <dd>{serviceList(it.services, language)}</dd>
      {person && (
        <>
          <dt>{t("person")}</dt>
          <dd>
            {person.name}
            <br />
            {person.idNumber}
            <br />
            {person.phone}
          </dd>
        </>
      )}
      {deleted && (
        <>
          <dt>{t("person")}</dt>
          <dd>{t("person-deleted")}</dd>
        </>
      )}
      {person?.guardian && (
        <>
          <dt>{t("guardian")}</dt>
          <dd>{person.guardian}</dd>
        </>
      )}
      {bring && (
        <>
          <dt>{t("bring")}</dt>
          <dd>
            <BringList view={view} services={it.services} />
            {person?.guardian && <p class="more">{t("guardian-bring")}</p>}
          </dd>
        </>
      )}
      <dt>{t("address")}</dt>
      <dd>
        {station.address[language]}
        <div class="maps">
          {mapApps.map((app: MapApp) => (
            <a
              key={app}
              class="aside"
              href={mapLink(app, station, station.name[language])}
              rel="noopener noreferrer"
              referrerpolicy="no-referrer"
            >
              {t(`map-${app}`)}
            </a>
          ))}
        </div>
      </dd>
    </dl>
  )
}

type ActionsProps = { view: View; it: Shown; active: boolean; coming: boolean }

function Actions({ view, it, active, coming }: ActionsProps) {
  const { t, face } = view
  const own = `/${face}/a/${it.link}`
  if (coming)
    return (
      <div class="actions">
        {!it.displaced && (
          <a class="button" href={`${own}/visit.ics`}>
            {t("calendar")}
          </a>
        )}
        <a class="button quiet" href={`${own}/move`}>
          {t("move")}
        </a>
        <a class="button quiet" href={`${own}/correct`}>
          {t("correct")}
        </a>
        <a class="button quiet" href={`${own}/cancel`}>
          {t("cancel")}
        </a>
        {!it.displaced && <p class="more">{t("print")}</p>}
      </div>
    )
  if (active) return null
  return (
    <div class="actions">
      {it.state === "no-show" && (
        <a class="button" href={`${own}/standing`}>
          {t("appeal")}
        </a>
      )}
      <a class={it.state === "no-show" ? "button quiet" : "button"} href={`/${face}/book`}>
        {t("book-again")}
      </a>
    </div>
  )
}

function Wish({ view: { t, face }, it }: { view: View; it: Shown }) {
  const part = it.wish?.before ? "morning" : it.wish?.after ? "afternoon" : "any"
  return (
    <section class="card wish" aria-labelledby="wish">
      <h2 id="wish">{t("wish-title")}</h2>
      <form method="post" action={`/${face}/a/${it.link}/wish`}>
        {it.wish ? (
          <>
            <p>{t("wish-stands", { part: t(`wish-${part}`) })}</p>
            <button type="submit" name="end" value="1" class="quiet">
              {t("wish-end")}
            </button>
          </>
        ) : (
          <>
            <p>{t("wish-more")}</p>
            <input type="hidden" name="v" value={it.v} />
            <div class="field">
              <label for="part">{t("wish-part")}</label>
              <select id="part" name="part">
                {(["any", "morning", "afternoon"] as const).map((name) => (
                  <option key={name} value={name}>
                    {t(`wish-${name}`)}
                  </option>
                ))}
              </select>
            </div>
            <button type="submit" class="quiet">
              {t("wish-go")}
            </button>
          </>
        )}
      </form>
    </section>
  )
}

/** Opened only when somebody taps it. */
type CancelProps = { view: View; it: Shown; station: Place; refusal?: string | undefined }

export function CancelPage({ view, it, station, refusal }: CancelProps) {
  const { t, language, face } = view
  const own = `/${face}/a/${it.link}`
  return (
    <>
      <Back view={view} to={`/a/${it.link}`} />
      <ErrorSummary title={t("please-check")} faults={refusal ? [{ text: refusal }] : []} />
      <h1>{t("cancel-title")}</h1>
      <dl class="facts card">
        <dt>{t("when")}</dt>
        <dd>
          {dayName(it.date, language)} {it.time}
        </dd>
        <dt>{t("station")}</dt>
        <dd>{station.name[language]}</dd>
        <dt>{t("service")}</dt>
        <dd>{serviceList(it.services, language)}</dd>
      </dl>
      <p class="note">{t("cancel-move")}</p>
      <p class="actions">
        <a class="button" href={`${own}/move`}>
          {t("move")}
        </a>
        <a class="button quiet" href={own}>
          {t("cancel-no")}
        </a>
      </p>
      <p>{t("cancel-more")}</p>
      <form method="post" action={`${own}/cancel`}>
        <input type="hidden" name="v" value={it.v} />
        <button type="submit" class="grave">
          {t("cancel-yes")}
        </button>
      </form>
    </>
  )
}
