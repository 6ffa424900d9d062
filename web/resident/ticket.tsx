/** My ticket: every state it can be in is on the page, and the one that holds is shown, by the server first and by the script after. */
import type { ComponentChildren } from "preact"
import type { StationId } from "#domain/station"
import type { LocalDate } from "#domain/time"
import { Back } from "./page.tsx"
import type { Place, View } from "./view.ts"

export type TicketAt = "waiting" | "called" | "serving" | "missed" | "served" | "expired" | "gone"

type TicketProps = {
  view: View
  station: Place
  date: LocalDate
  number: string
  at: TicketAt
  ahead?: number | undefined
  window?: number | undefined
}

export function TicketPage({ view, station, date, number, at, ahead = 0, window = 0 }: TicketProps) {
  const { t, language, face } = view
  const path = `/${face}/t/${station.id}/${date}/${number}`
  const live = at === "waiting" || at === "called" || at === "serving" || at === "missed"
  return (
    <>
      <Back view={view} to={`/s/${station.id satisfies StationId}`} />
      <h1 class="apart">{t("ticket-title")}</h1>
      <div class="slip" data-ticket={live ? number : undefined} data-station={station.id} data-date={date} data-at={at}>
        <p>{station.name[language]}</p>
        <p class="number">{number}</p>
        <div role="status" aria-live="polite" aria-atomic="true">
          <At is="waiting" now={at}>
            <p class="ahead" data-ahead={t("ticket-ahead", { n: "{n}" })}>
              {t("ticket-ahead", { n: ahead })}
            </p>
            <p data-next hidden={ahead > 0}>
              {t("ticket-next")}
            </p>
            <p data-stay hidden={ahead === 0}>
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
          {!live && <p class="ahead">{t(`ticket-${at}`)}</p>}
        </div>
      </div>
      {live && (
        <>
          <p class="more" data-live hidden data-stale={t("ticket-stale", { time: "{time}" })}>
            {t("ticket-live")}
          </p>
          <a class="button quiet" href={path} data-refresh>
            {t("refresh")}
          </a>
        </>
      )}
    </>
  )
}

const At = ({ is, now, children }: { is: TicketAt; now: TicketAt; children: ComponentChildren }) => (
  <div data-when={is} hidden={is !== now}>
    {children}
  </div>
)
