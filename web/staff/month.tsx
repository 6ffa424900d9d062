/** A month of the station: what holds on each day, and by which rule. */
import type { Answer } from "#api/routes"
import { dayKind } from "#domain/calendar"
import { ruleOn, type Schedule, type Session } from "#domain/schedule"
import { closuresOn, sessionsOn } from "#domain/station"
import { addDays, type LocalDate, weekdayOf } from "#domain/time"
import { inWords, language } from "#web/lib/language"
import { spanName, weekdayName } from "#web/resident/dates"
import { reasonIn } from "#web/words/closures"
import { serviceNames } from "#web/words/services"
import { w } from "./arranging-words.ts"
import type { StaffRoutes } from "./desk.ts"
import { isSame } from "./merging.ts"

export type Calendar = Answer<StaffRoutes["GET /staff/calendar"]>

type Props = {
  saved: Calendar
  draft: Schedule
  month: string
  today: LocalDate
  chosen: LocalDate | undefined
  choose: (date: LocalDate) => void
  turn: (month: string) => void
}

export function Month({ saved, draft, month, today, chosen, choose, turn }: Props) {
  const first = `${month}-01`
  const next = addDays(first, 31).slice(0, 7)
  const dates: LocalDate[] = []
  // Weeks that are over are nobody's to change; at a month's end the weeks on sale are shown all the same.
  const monday = addDays(today, -((weekdayOf(today) + 6) % 7))
  const fourWeeks = addDays(monday, 28)
  const [from, end] = first > monday ? [first, `${next}-01`] : [monday, later(`${next}-01`, fourWeeks)]
  for (let date = from; date < end; date = addDays(date, 1)) dates.push(date)
  const title = monthName(month)
  return (
    <section class="month" aria-label={title}>
      <div class="month-top">
        <button
          type="button"
          class="quiet small"
          aria-disabled={month <= today.slice(0, 7)}
          onClick={() => month > today.slice(0, 7) && turn(addDays(first, -1).slice(0, 7))}
        >
          {w("monthBefore")}
        </button>
        <h3 aria-live="polite">{title}</h3>
        <button type="button" class="quiet small" onClick={() => turn(next)}>
          {w("monthAfter")}
        </button>
      </div>
      <ol class="days">
        {dates.map((date, i) => (
          <li key={date} class={i === 0 ? `starts-${(weekdayOf(date) + 6) % 7}` : undefined}>
            <Day {...{ saved, draft, month, date, today, choose }} chosen={date === chosen} />
          </li>
        ))}
      </ol>
      <Key />
    </section>
  )
}

const later = (a: LocalDate, b: LocalDate) => (a > b ? a : b)

const monthName = (month: string) => {
  const [year, no] = month.split("-").map(Number)
  return new Date(Date.UTC(year!, no! - 1, 1)).toLocaleDateString(language.value === "zh" ? "zh-CN" : "en-GB", {
    year: "numeric",
    month: "long",
    timeZone: "UTC",
  })
}

type DayProps = Pick<Props, "saved" | "draft" | "month" | "today" | "choose"> & { date: LocalDate; chosen: boolean }

function Day({ saved, draft, month, date, today, chosen, choose }: DayProps) {
  const { rule } = ruleOn(draft, date)
  const { closures, schedule } = saved
  const sessions = sessionsOn({ ...draft, closures }, date)
  const day = Number(date.slice(8))
  const isPast = date < today
  const isChanged = !isPast && !isSame(sessions, sessionsOn({ ...schedule, closures }, date))
  const shut = closuresOn({ closures }, date)
  const isOnSale = sessions.length > 0 && saved.days.find((it) => it.date === date)?.onSale
  const marks = ["day", isChanged && "changed", sessions.length === 0 && "none", isPast && "past"]
  return (
    <button
      type="button"
      class={marks.filter(Boolean).join(" ")}
      aria-pressed={chosen}
      aria-current={date === today ? "date" : undefined}
      disabled={isPast}
      onClick={() => choose(date)}
    >
      <span class="day-no">
        <b>{date.startsWith(month) ? day : `${Number(date.slice(5, 7))}/${day}`}</b>{" "}
        <small>{weekdayName(weekdayOf(date), language.value)}</small>
        {isOnSale && <i class="on-sale" title={w("onSaleKey")} />}
        {isOnSale && <span class="apart">{w("onSale")}</span>}
      </span>
      <span class="day-hours">{sessions.length ? sessions.map(Hours) : w("shut")}</span>
      <span class="day-why">
        {rule !== "weekly" && <small class={`tag rule-${rule}`}>{w(`rule-${rule}`)}</small>}
        {shut.length > 0 && <small class="tag rule-closure">{w("closure")}</small>}
        {dayKind(date).provisional && <small class="tag rule-provisional">{w("provisional")}</small>}
        {isChanged && <span class="apart">{w("changedKey")}</span>}
      </span>
    </button>
  )
}

const Hours = ([from, to, only]: Session) => (
  <span key={from} class={only ? "hours-only" : undefined}>
    {from === "00:00" && to === "24:00" ? w("allDay") : `${from}–${to}`}
    {only && <small>{w("some")}</small>}
  </span>
)

const rules = ["season", "exception", "holiday", "make-up"] as const

const Key = () => (
  <details class="month-key">
    <summary>{w("keyTitle")}</summary>
    <ul>
      <li>{w("unmarkedKey")}</li>
      {rules.map((rule) => (
        <li key={rule}>
          <small class={`tag rule-${rule}`}>{w(`rule-${rule}`)}</small> {w(`why-${rule}`)}
        </li>
      ))}
      <li>
        <small class="tag rule-provisional">{w("provisional")}</small> {w("provisionalWhy")}
      </li>
      <li>
        <i class="on-sale" /> {w("onSaleKey")}
      </li>
    </ul>
  </details>
)

/** Everything that is so on one day, in sentences. */
export function WhyOfDay({ saved, draft, date }: { saved: Calendar; draft: Schedule; date: LocalDate }) {
  const { rule } = ruleOn(draft, date)
  const sessions = sessionsOn({ ...draft, closures: saved.closures }, date)
  const only = sessions.filter((it) => it[2])
  const isOnSale = sessions.length > 0 && saved.days.find((it) => it.date === date)?.onSale
  return (
    <>
      <p>
        {w(`why-${rule}`)} {dayKind(date).provisional && w("provisionalWhy")} {isOnSale && w("onSaleNow")}
      </p>
      {only.map(([from, to, services = []]) => (
        <p key={from}>
          {from}–{to}{" "}
          {w("onlyFor", {
            services: services.map((id) => inWords(serviceNames[id])).join(language.value === "zh" ? "、" : ", "),
          })}
        </p>
      ))}
      {closuresOn(saved, date).map((it) => (
        <p key={it.id}>
          <small class="tag rule-closure">{w("closure")}</small>{" "}
          {it.windows && `${w("closureWindows", { windows: it.windows.join("、") })} `}
          {spanName(it.from, it.to, language.value)} · {reasonIn(it.reason, language.value)}
        </p>
      ))}
    </>
  )
}
