import type * as z from "zod/mini"
import type { Snapshot } from "#api/shapes"
import { dayKind } from "#domain/calendar"
import { mapApps, mapLink } from "#domain/geography"
import { ruleOn, type Session } from "#domain/schedule"
import { inReadingOrder, type ServiceId } from "#domain/service"
import { closuresOn, offers, type Station, sessionsOn } from "#domain/station"
import { addDays, dateOf, type LocalDate, timeOf } from "#domain/time"
import { reasonIn } from "#web/words/closures"
import { groupNames } from "#web/words/groups"
import { serviceNames } from "#web/words/services"
import { dayName, hoursName, spanName, whenName } from "./dates.ts"
import {
  type Area,
  Choices,
  type Choosable,
  distanceName,
  type Hint,
  KindMark,
  type Near,
  NearForm,
  OpenMark,
} from "./near.tsx"
import { Back } from "./page.tsx"
import { serviceList } from "./times.tsx"
import type { Place, View } from "./view.ts"

type ListProps = {
  view: View
  found: readonly Choosable[]
  quicker?: Hint | undefined
  near: Near
  areas: readonly Area[]
  service: ServiceId | undefined
  today: LocalDate
  shut?: readonly Place[] | undefined
}

/** For a service: what each station costs; else where they are and whether they are open. */
export function StationList({ view, found, quicker, near, areas, service, today, shut }: ListProps) {
  const { t, language, face } = view
  return (
    <>
      <Back view={view} to="" />
      <h1>{t("stations-title")}</h1>
      <NearForm view={view} near={near} areas={areas} service={{ chosen: service }} />
      {service && (
        <Choices
          view={view}
          service={service}
          found={found}
          quicker={quicker}
          sorted={near.sorted}
          today={today}
          shut={shut}
        />
      )}
      {!service && found.length === 0 && <p class="note">{t("none-open")}</p>}
      {!service && found.length > 0 && near.sorted && <p class="more">{t("near-sorted")}</p>}
      {!service && found.length > 0 && (
        <ul class="rows">
          {found.map(({ station, open, opens, metres, inCircle }) => (
            <li key={station.id}>
              <a href={`/${face}/s/${station.id}`}>
                <b>{station.name[language]}</b>
                <span class="more">{station.address[language]}</span>
                {metres !== undefined && <span class="more">{distanceName(view, metres)}</span>}
                <span class="more">
                  <OpenMark view={view} open={open} /> <KindMark view={view} kind={station.kind} />{" "}
                  {inCircle && <span class="mark open">{t("in-circle")}</span>}{" "}
                  {opens !== undefined &&
                    t("opens-at", { when: whenName(dateOf(opens), timeOf(opens), today, language) })}
                </span>
              </a>
            </li>
          ))}
        </ul>
      )}
    </>
  )
}

const sessionsName = ({ t }: View, sessions: readonly Session[]) =>
  sessions.some(([from, to]) => from === "00:00" && to === "24:00") ? t("all-day") : hoursName(sessions)

type Hall = Pick<z.infer<typeof Snapshot>, "open" | "tickets" | "windows" | "waiting">
type HallProps = {
  view: View
  station: Station
  hall: Hall
  today: LocalDate
  /** What no window open in these two weeks does. */
  paused: readonly ServiceId[]
}

/** What the script keeps true stands in data attributes: words with their blanks, filled there as here. */
export function HallPage({ view, station, hall, today, paused }: HallProps) {
  const { t, language, face } = view
  const offered = inReadingOrder.filter((id) => offers(station, id) && !paused.includes(id))
  const blank = { number: "{number}" }
  return (
    <>
      <Back view={view} to="/stations" />
      <h1>{station.name[language]}</h1>
      <p>
        {station.address[language]}
        <br />
        <OpenMark view={view} open={hall.open} /> <KindMark view={view} kind={station.kind} />
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
      {paused.length > 0 && <p class="note">{t("paused", { services: serviceList(paused, language) })}</p>}
      <h2>{t("hours")}</h2>
      <Fortnight view={view} station={station} today={today} />
      <h2>{t("maps-title")}</h2>
      <ul class="chips">
        {mapApps.map((app) => (
          <li key={app}>
            <a
              href={mapLink(app, station, station.name[language])}
              rel="noopener noreferrer"
              referrerpolicy="no-referrer"
            >
              {t(`map-${app}`)}
            </a>
          </li>
        ))}
      </ul>
    </>
  )
}

/** Two weeks day by day: the hours, whom they are for, and why a day is not as every week. */
function Fortnight({ view, station, today }: Pick<HallProps, "view" | "station" | "today">) {
  const { t, language } = view
  return (
    <dl class="pairs card">
      {Array.from({ length: 14 }, (_, i) => addDays(today, i)).map((date) => {
        const sessions = sessionsOn(station, date)
        const { rule } = ruleOn(station, date)
        return (
          <div key={date}>
            <dt>
              {dayName(date, language)}
              {rule !== "weekly" && <span class="more">{t(`hours-${rule}`)}</span>}
              {dayKind(date).provisional && <span class="more">{t("hours-provisional")}</span>}
            </dt>
            <dd>
              {sessions.length ? sessionsName(view, sessions) : t("closed")}
              {sessions.map(([from, to, only]) =>
                only ? (
                  <span class="more" key={from}>
                    {t("hours-only", {
                      hours: hoursName([[from, to]]),
                      services: serviceList(only, language),
                    })}
                  </span>
                ) : null,
              )}
              {closuresOn(station, date).map((it) => (
                <span class="more" key={it.id}>
                  {it.windows
                    ? t("hours-windows", { windows: it.windows.join("、"), when: spanName(it.from, it.to, language) })
                    : t("hours-closed", { when: spanName(it.from, it.to, language) })}{" "}
                  {reasonIn(it.reason, language)}
                </span>
              ))}
            </dd>
          </div>
        )
      })}
    </dl>
  )
}

function windowState({ t }: View, it: Hall["windows"][number]): string {
  if (!it.open) return t("window-closed")
  if (!it.number) return t("window-idle")
  return t(it.state === "called" ? "window-called" : "window-serving", { number: it.number })
}
