import type * as z from "zod/mini"
import type { Snapshot } from "#api/shapes"
import { type ServiceId, serviceIds } from "#domain/service"
import type { Session, Station } from "#domain/station"
import { groupNames, serviceNames } from "#web/words/services"
import { distanceName, NearForm, OpenMark } from "./book.tsx"
import { hoursName, weekdayName } from "./dates.ts"
import { Back } from "./page.tsx"
import type { Place, View } from "./view.ts"
import { mapOf } from "./voucher.tsx"

export type Listed = { station: Place; open: boolean; today: readonly Session[]; metres?: number }

type ListProps = {
  view: View
  found: readonly Listed[]
  areas: readonly Place[]
  near?: string | undefined
  sorted: boolean
}

export function StationList({ view, found, areas, near, sorted }: ListProps) {
  const { t, language, face } = view
  return (
    <>
      <Back view={view} to="" />
      <h1>{t("stations-title")}</h1>
      <NearForm view={view} areas={areas} near={near} sorted={sorted} />
      <ul class="rows">
        {found.map(({ station, open, today, metres }) => (
          <li key={station.id}>
            <a href={`/${face}/s/${station.id}`}>
              <b>{station.name[language]}</b>
              <span class="more">{station.address[language]}</span>
              {metres !== undefined && <span class="more">{distanceName(view, metres)}</span>}
              <span class="more">
                <OpenMark view={view} open={open} /> {todayName(view, today)}
              </span>
            </a>
          </li>
        ))}
      </ul>
    </>
  )
}

function todayName(view: View, today: readonly Session[]): string {
  const { t } = view
  return today.length ? t("hours-today", { hours: sessionsName(view, today) }) : t("closed-today")
}

const sessionsName = ({ t }: View, sessions: readonly Session[]) =>
  sessions.some(([from, to]) => from === "00:00" && to === "24:00") ? t("all-day") : hoursName(sessions)

type Hall = Pick<z.infer<typeof Snapshot>, "open" | "tickets" | "windows" | "waiting">
type HallProps = { view: View; station: Station; hall: Hall }

/** What the script keeps true stands in data attributes: words with their blanks, filled there as here. */
export function HallPage({ view, station, hall }: HallProps) {
  const { t, language, face } = view
  const offered = serviceIds.filter((id) => station.windows.some((it) => it.services.includes(id)))
  const blank = { number: "{number}" }
  return (
    <>
      <Back view={view} to="/stations" />
      <h1>{station.name[language]}</h1>
      <p>
        {station.address[language]}{" "}
        <a href={mapOf(station, language)} rel="noopener noreferrer" referrerpolicy="no-referrer">
          {t("map")}
        </a>
      </p>
      <p>
        <OpenMark view={view} open={hall.open} />
      </p>
      {station.windows.length === 0 && <p class="note">{t("no-windows")}</p>}
      {station.windows.length > 0 && (
        <section
          class="card"
          aria-labelledby="hall"
          data-hall={station.id}
          data-closed={t("window-closed")}
          data-idle={t("window-idle")}
          data-called={t("window-called", blank)}
          data-serving={t("window-serving", blank)}
          data-people={t("people", { n: "{n}" })}
        >
          <h2 id="hall">{t("hall-now")}</h2>
          <dl class="pairs">
            {hall.windows.map((it) => (
              <div key={it.no}>
                <dt>{t("window", { n: it.no })}</dt>
                <dd data-window={it.no}>{windowState(view, it)}</dd>
              </div>
            ))}
          </dl>
          <h3>{t("waiting-title")}</h3>
          <dl class="pairs">
            {hall.waiting.map(({ group, count }) => (
              <div key={group}>
                <dt>{groupNames[group][language]}</dt>
                <dd data-group={group}>{t("people", { n: count })}</dd>
              </div>
            ))}
          </dl>
          <a class="button quiet" href={`/${face}/s/${station.id}`} data-refresh>
            {t("refresh")}
          </a>
        </section>
      )}
      {station.policy.remote && hall.tickets && (
        <p>
          <a class="button" href={`/${face}/take/${station.id}`}>
            {t("take-title")}
          </a>
        </p>
      )}
      {offered.length > 0 && (
        <>
          <h2>{t("offered")}</h2>
          <ul class="chips">
            {offered.map((id: ServiceId) => (
              <li key={id}>
                <a href={`/${face}/book/${id}/${station.id}`}>{serviceNames[id][language]}</a>
              </li>
            ))}
          </ul>
        </>
      )}
      <h2>{t("hours")}</h2>
      <dl class="pairs card">
        {[1, 2, 3, 4, 5, 6, 0].map((weekday) => {
          const sessions = station.hours[weekday] ?? []
          return (
            <div key={weekday}>
              <dt>{weekdayName(weekday, language)}</dt>
              <dd>{sessions.length ? sessionsName(view, sessions) : t("closed")}</dd>
            </div>
          )
        })}
      </dl>
    </>
  )
}

function windowState({ t }: View, it: Hall["windows"][number]): string {
  if (!it.open) return t("window-closed")
  if (!it.number) return t("window-idle")
  return t(it.state === "called" ? "window-called" : "window-serving", { number: it.number })
}
