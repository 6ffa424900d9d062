/** My ticket: every state it can be in is on the page, and the one that holds is shown, by the server first and by the script after. */
import type { ComponentChildren } from "preact"
import type { StationId } from "#domain/station"
import type { LocalDate } from "#domain/time"
import { ErrorSummary } from "#web/ui/form.tsx"
import { Back } from "./page.tsx"
import type { Place, View } from "./view.ts"

export type TicketAt = "waiting" | "called" | "serving" | "missed" | "parked" | "served" | "expired" | "left" | "gone"

export type Standing = {
  number: string
  date: LocalDate
  at: TicketAt
  ahead?: number | undefined
  /** Minutes; a low of 0 is "within `high`". */
  range?: { low: number; high: number } | undefined
  window?: number | undefined
  /** So many ahead or fewer: time to be in the hall. */
  near: number
}

export const isLive = ({ at }: Standing) =>
  at === "waiting" || at === "called" || at === "serving" || at === "missed" || at === "parked"

type TicketProps = {
  view: View
  station: Place
  it: Standing
  /** The page's own address after the face. */
  path: string
  /** The holder may leave the line here, and take another ticket there. */
  leave?: string | undefined
  another?: string | undefined
  note?: string | undefined
}

export function TicketPage({ view, station, it, path, leave, another, note }: TicketProps) {
  const { t, face } = view
  return (
    <>
      <Back view={view} to={`/s/${station.id satisfies StationId}`} />
      <h1 class="apart">{t("ticket-title")}</h1>
      {note && <p class="note">{note}</p>}
      <Slip view={view} station={station} it={it} />
      <Live view={view} it={it} path={path} leave={leave} />
      {another && !isLive(it) && (
        <p class="actions">
          <a class="button" href={`/${face}${another}`}>
            {t("take-again")}
          </a>
        </p>
      )}
    </>
  )
}

type SlipProps = { view: View; station: Place; it: Standing }

export function Slip({ view, station, it }: SlipProps) {
  const { t, language } = view
  const { number, date, at, ahead = 0, range, window = 0, near } = it
  return (
    <div
      class="slip"
      data-ticket={isLive(it) ? number : undefined}
      data-station={station.id}
      data-date={date}
      data-at={at}
      data-near={near}
    >
      <p>{station.name[language]}</p>
      <p class="number">{number}</p>
      <div role="status" aria-live="polite" aria-atomic="true">
        <At is="waiting" now={at}>
          <p class="go" data-go hidden={ahead > near}>
            {t("ticket-go")}
          </p>
          <p class="ahead" data-ahead={t("ticket-ahead", { n: "{n}" })}>
            {t("ticket-ahead", { n: ahead })}
          </p>
          <p
            data-range={t("ticket-range", { low: "{low}", high: "{high}" })}
            data-within={t("ticket-within", { high: "{high}" })}
            hidden={!range}
          >
            {range && rangeName(view, range)}
          </p>
          <p data-next hidden={ahead > 0}>
            {t("ticket-next")}
          </p>
          <p data-stay hidden={ahead <= near}>
            {t("ticket-stay")}
          </p>
        </At>
        <At is="called" now={at}>
          <p class="go" data-window={t("ticket-called", { n: "{n}" })}>
            {t("ticket-called", { n: window })}
          </p>
        </At>
        <At is="serving" now={at}>
          <p class="ahead" data-window={t("ticket-serving", { n: "{n}" })}>
            {t("ticket-serving", { n: window })}
          </p>
        </At>
        <At is="missed" now={at}>
          <p class="ahead">{t("ticket-missed")}</p>
          <p>{t("ticket-missed-more")}</p>
        </At>
        <At is="parked" now={at}>
          <p class="ahead">{t("ticket-parked")}</p>
          <p>{t("ticket-parked-more")}</p>
        </At>
        {!isLive(it) && (
          <p class="ahead">{t(`ticket-${at as Exclude<TicketAt, "waiting" | "called" | "serving" | "parked">}`)}</p>
        )}
      </div>
    </div>
  )
}

const rangeName = ({ t }: View, { low, high }: { low: number; high: number }) =>
  low > 0 ? t("ticket-range", { low, high }) : t("ticket-within", { high })

type LiveProps = { view: View; it: Standing; path: string; leave?: string | undefined }

/** Below the slip while it lives: that it keeps itself true, or the button to ask again; and the way out of the line. */
export function Live({ view: { t, face }, it, path, leave }: LiveProps) {
  if (!isLive(it)) return null
  return (
    <>
      <p class="more" data-live hidden data-stale={t("ticket-stale", { time: "{time}" })}>
        {t("ticket-live")}
      </p>
      <p class="actions">
        <a class="button quiet" href={`/${face}${path}`} data-refresh>
          {t("refresh")}
        </a>
        {leave && (
          <a
            class="button quiet"
            href={`/${face}${leave}`}
            data-leave
            hidden={it.at === "called" || it.at === "serving"}
          >
            {t("leave")}
          </a>
        )}
      </p>
    </>
  )
}

const At = ({ is, now, children }: { is: TicketAt; now: TicketAt; children: ComponentChildren }) => (
  <div data-when={is} hidden={is !== now}>
    {children}
  </div>
)

type LeaveProps = {
  view: View
  station: Place
  number: string
  /** Where the ticket is, after the face; the form is sent to its /leave. */
  own: string
  /** With an appointment, that ends too. */
  booked: boolean
  refusal?: string | undefined
}

export function LeavePage({ view, station, number, own, booked, refusal }: LeaveProps) {
  const { t, language, face } = view
  return (
    <>
      <Back view={view} to={own} />
      <ErrorSummary title={t("please-check")} faults={refusal ? [{ text: refusal }] : []} />
      <h1>{t("leave-title")}</h1>
      <div class="card">
        <p>{station.name[language]}</p>
        <p class="number">{number}</p>
      </div>
      <p>{t(booked ? "leave-booked" : "leave-more")}</p>
      <form method="post" action={`/${face}${own}/leave`} class="actions">
        <button type="submit" class="grave">
          {t("leave-yes")}
        </button>
        <a class="button quiet" href={`/${face}${own}`}>
          {t("leave-no")}
        </a>
      </form>
    </>
  )
}
