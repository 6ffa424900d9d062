/** The voucher: all one needs on the way and at the station's door, on paper too. */
import type * as z from "zod/mini"
import type { HeldShape } from "#api/shapes"
import { readableReference } from "#domain/id"
import type { LocalTime } from "#domain/time"
import { ErrorSummary } from "#web/ui/form.tsx"
import { Qr } from "#web/ui/qr.tsx"
import { serviceNames } from "#web/words/services"
import { BringList } from "./book.tsx"
import { dayName } from "./dates.ts"
import { Back } from "./page.tsx"
import { Live, Slip, type Standing } from "./ticket.tsx"
import type { Place, View } from "./view.ts"

export type Shown = z.infer<typeof HeldShape>

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
  person?: { name: string; idNumber: string; phone: string } | undefined
  ticket?: Standing | undefined
}

export function VoucherPage({ view, it, station, active, address, arrival, person, ticket }: VoucherProps) {
  const { t, language, face } = view
  const own = `/${face}/a/${it.link}`
  const coming = active && it.state === "booked"
  return (
    <>
      <div class={active ? "outcome good" : "outcome"}>
        <h1>{stateName(view, it, active)}</h1>
        <p class="big-when">
          {dayName(it.date, language)} <b>{it.time}</b>
        </p>
        <p>{station.name[language]}</p>
      </div>
      {it.state === "cancelled" && <p class="note">{t("cancelled-note")}</p>}
      {ticket && (
        <section aria-labelledby="your-ticket">
          <h2 id="your-ticket">{t("your-ticket")}</h2>
          <Slip view={view} station={station} it={ticket} />
          <Live view={view} it={ticket} path={`/a/${it.link}`} leave={`/a/${it.link}/leave`} />
        </section>
      )}
      {coming && (
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
      <dl class="facts card">
        <dt>{t("reference")}</dt>
        <dd class="ref">{readableReference(it.ref)}</dd>
        <dt>{t("service")}</dt>
        <dd>{it.services.map((id) => serviceNames[id][language]).join(language === "zh" ? "、" : ", ")}</dd>
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
        <dt>{t("address")}</dt>
        <dd>
          {station.address[language]}
          <br />
          <a class="aside" href={mapOf(station, language)} rel="noopener noreferrer" referrerpolicy="no-referrer">
            {t("map")}
          </a>
        </dd>
        {coming && (
          <>
            <dt>{t("bring")}</dt>
            <dd>
              <BringList view={view} services={it.services} />
            </dd>
          </>
        )}
      </dl>
      {coming ? (
        <div class="actions">
          <a class="button" href={`${own}/visit.ics`}>
            {t("calendar")}
          </a>
          <a class="button quiet" href={`${own}/cancel`}>
            {t("cancel")}
          </a>
          <p class="more">{t("print")}</p>
        </div>
      ) : (
        !active && (
          <p class="actions">
            <a class="button" href={`/${face}/book`}>
              {t("book-again")}
            </a>
          </p>
        )
      )}
    </>
  )
}

const stateName = ({ t }: View, it: Shown, active: boolean) =>
  it.state === "booked" && !active ? t("voucher-over") : t(`voucher-${it.state}`)

/** Opened only when somebody taps it. */
export const mapOf = (station: Place, language: "zh" | "en") =>
  `https://uri.amap.com/marker?position=${station.lng},${station.lat}&name=${encodeURIComponent(station.name[language])}&coordinate=wgs84&callnative=1`

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
        <dd>{it.services.map((id) => serviceNames[id][language]).join(language === "zh" ? "、" : ", ")}</dd>
      </dl>
      <p>{t("cancel-more")}</p>
      <form method="post" action={`${own}/cancel`} class="actions">
        <input type="hidden" name="v" value={it.v} />
        <button type="submit" class="grave">
          {t("cancel-yes")}
        </button>
        <a class="button quiet" href={own}>
          {t("cancel-no")}
        </a>
      </form>
    </>
  )
}
