import { computed, signal } from "@preact/signals"
import { useEffect } from "preact/hooks"
import type { Answer } from "#api/routes"
import { ruleOn, type Schedule, type Season } from "#domain/schedule"
import { addDays, dateOf, type LocalDate, weekdayOf } from "#domain/time"
import { tick } from "#web/lib/clock"
import { language } from "#web/lib/language"
import { dayName, shortDate, weekdayName } from "#web/resident/dates"
import "./arranging.css"
import { w } from "./arranging-words.ts"
import { fetched, marks, Unsaved } from "./changing.tsx"
import { busy, press, request, type StaffRoutes, t, trouble } from "./desk.ts"
import { goal } from "./going.ts"
import { Sessions, Week } from "./hours.tsx"
import { isMonthDay, isSchedule, merged, type Part, tidied } from "./merging.ts"
import { type Calendar, Month, WhyOfDay } from "./month.tsx"
import { Touched } from "./touched.tsx"

type Preview = Answer<StaffRoutes["POST /staff/calendar/preview"]>

const saved = signal<Calendar | undefined>(undefined)
/** What the chief sees; the same as what is saved until they change it. */
const draft = signal<Schedule>({ hours: [] })
const month = signal<string | undefined>(undefined)
const chosen = signal<LocalDate | undefined>(undefined)
const preview = signal<{ of: string; seen: Preview } | undefined>(undefined)
const { stale, marking } = marks()
/** Parts that a colleague changed, too; empty where what they did lay beside ours. */
const both = signal<readonly Part[] | undefined>(undefined)
/** How many bookings the change that was just saved is clearing. */
const cleared = signal(0)

const text = computed(() => JSON.stringify(tidied(draft.value)))
const changed = computed(() => saved.value !== undefined && text.value !== JSON.stringify(tidied(saved.value.schedule)))
const isSeen = computed(() => preview.value?.of === `${saved.value?.v} ${text.value}`)

const load = () => fetched(() => request("GET /staff/calendar"))

async function open() {
  const latest = await load()
  // What somebody typed meanwhile is not overwritten by a slow answer.
  if (!latest || changed.value) return
  saved.value = latest
  draft.value = latest.schedule
}

/** What the colleague saved, and beside it what was typed here. */
async function takeIn() {
  const latest = await load()
  if (!latest) return
  const into = merged(tidied(saved.value!.schedule), tidied(draft.value), tidied(latest.schedule))
  saved.value = latest
  draft.value = into.schedule
  both.value = into.both
  stale.value = false
}

function change(to: Partial<Schedule>) {
  draft.value = { ...draft.value, ...to }
  cleared.value = 0
}

async function look() {
  const of = `${saved.value!.v} ${text.value}`
  const schedule = sent()
  const seen = await press(`look ${of}`, () => request("POST /staff/calendar/preview", { schedule }))
  if (seen) preview.value = { of, seen }
}

const sent = () => JSON.parse(text.value) as Parameters<typeof request<"POST /staff/calendar/preview">>[1]["schedule"]

async function save() {
  const { v } = saved.value!
  const schedule = sent()
  const touched = preview.value?.seen.bookings ?? 0
  const answer = await press(
    `calendar ${v} ${text.value}`,
    (op) => request("POST /staff/calendar", { op, v, schedule }),
    () => t("saved"),
    marking,
  )
  if (!answer) return
  saved.value = answer
  draft.value = answer.schedule
  preview.value = undefined
  both.value = undefined
  cleared.value = touched
}

/** The chief's: when the station is open, day by day and by which rule; a change says first whom it touches. */
export function CalendarOfStation() {
  useEffect(() => void open(), [])
  const calendar = saved.value
  if (!calendar) return <p class="nothing">{t("loading")}</p>
  const today = dateOf(tick.value)
  const until = calendar.laidOutUntil
  const date = chosen.value
  return (
    <div class="arranging broad">
      <h2>{w("calendarTitle")}</h2>
      <p class="soft">
        {w("calendarWhy", {
          until: dayName(until, language.value),
          from: dayName(addDays(until, 1), language.value),
        })}
      </p>
      {stale.value && (
        <div class="banner bad" role="alert">
          <span>{t("changedMeanwhile")}</span>
          <button type="button" class="quiet small" onClick={() => void takeIn()}>
            {w("takeIn")}
          </button>
        </div>
      )}
      <div role="status">
        {both.value && (
          <p class="taken-in">
            {w("theirs")}{" "}
            {both.value.length > 0 && <b>{w("theirsBoth", { places: both.value.map(partName).join("、") })}</b>}
          </p>
        )}
        {cleared.value > 0 && !changed.value && (
          <p class="taken-in">
            {w("touches", { count: cleared.value })}{" "}
            <button
              type="button"
              class="quiet small"
              onClick={() => {
                goal.value = { tab: "tabClosures" }
              }}
            >
              {w("seeProgress")}
            </button>
          </p>
        )}
      </div>
      <Month
        saved={calendar}
        draft={draft.value}
        month={month.value ?? today.slice(0, 7)}
        today={today}
        chosen={date}
        choose={(it) => {
          chosen.value = it
        }}
        turn={(it) => {
          month.value = it
        }}
      />
      {date && <OneDay date={date} calendar={calendar} />}
      <Exceptions today={today} />
      <details>
        <summary>{w("weeklyTitle")}</summary>
        <p class="soft">{w("until24")}</p>
        <Week hours={draft.value.hours} change={(hours) => change({ hours })} />
      </details>
      <Seasons />
      <fieldset class="holidays">
        <legend>{w("holidaysTitle")}</legend>
        {(["closed", "open"] as const).map((it) => (
          <label key={it} class="radio">
            <input
              type="radio"
              name="holidays"
              checked={(draft.value.holidays ?? "closed") === it}
              onChange={() => change({ holidays: it })}
            />
            {w(it === "open" ? "holidaysOpen" : "holidaysClosed")}
          </label>
        ))}
      </fieldset>
      <Saving />
    </div>
  )
}

function Saving() {
  const right = isSchedule(draft.value)
  const first = right ? w("lookFirst") : w("badTimes")
  const ready = right && isSeen.value
  return (
    <div class="effect">
      <div role="status">
        {busy.value?.startsWith("look ") && <p class="soft">{w("looking")}</p>}
        {changed.value && isSeen.value && <Touched {...preview.value!.seen} told={["touches", "touchesNone"]} />}
      </div>
      <Unsaved
        changed={changed.value}
        first={ready ? undefined : first}
        discard={() => {
          draft.value = saved.value!.schedule
          both.value = undefined
        }}
      >
        <button
          type="button"
          class={ready ? "quiet" : ""}
          aria-disabled={!changed.value || !right || busy.value !== undefined}
          onClick={() => changed.value && right && void look()}
        >
          {w("look")}
        </button>
        <button
          type="button"
          class={ready ? "" : "quiet"}
          aria-disabled={!changed.value || !ready || busy.value !== undefined}
          onClick={() => {
            if (!changed.value) return
            if (ready) void save()
            else trouble.value = first
          }}
        >
          {t("save")}
        </button>
      </Unsaved>
    </div>
  )
}

function partName(part: Part): string {
  const [what, which] = part.split(".") as [string, string | undefined]
  if (what === "seasons") return w("rule-season")
  if (what === "holidays") return w("holidaysTitle")
  return what === "hours" ? weekdayName(Number(which), language.value) : dayName(which!, language.value)
}

/** One date: why it is as it is, and hours of its own. */
function OneDay({ date, calendar }: { date: LocalDate; calendar: Calendar }) {
  const exceptions = draft.value.exceptions ?? {}
  const own = exceptions[date]
  const name = dayName(date, language.value)
  const set = (to: Season["hours"][number]) => change({ exceptions: { ...exceptions, [date]: to } })
  return (
    <section class="one-day" aria-label={name}>
      <h3>{name}</h3>
      <WhyOfDay saved={calendar} draft={draft.value} date={date} />
      {own && <Sessions name={name} sessions={own} change={set} />}
      <p class="choices">
        {!own && (
          <button
            type="button"
            class="quiet"
            onClick={() => {
              const { sessions } = ruleOn(draft.value, date)
              set(sessions.length ? sessions : (draft.value.hours[weekdayOf(date)] ?? []))
            }}
          >
            {w("dayOwn")}
          </button>
        )}
        {own?.length !== 0 && (
          <button type="button" class="quiet" onClick={() => set([])}>
            {w("dayShut")}
          </button>
        )}
        {own && (
          <button
            type="button"
            class="quiet"
            onClick={() => {
              const { [date]: _, ...rest } = exceptions
              change({ exceptions: rest })
            }}
          >
            {w("dayBack")}
          </button>
        )}
      </p>
    </section>
  )
}

/** A date may lie far ahead: it is looked for by itself, and those that have their own hours are listed. */
function Exceptions({ today }: { today: LocalDate }) {
  const dates = Object.keys(draft.value.exceptions ?? {})
    .filter((it) => it >= today)
    .toSorted()
  const show = (date: LocalDate) => {
    chosen.value = date
    month.value = date.slice(0, 7)
  }
  return (
    <section class="exceptions">
      <label class="inline">
        {w("anyDate")}
        <input
          type="date"
          min={today}
          onChange={(event) => event.currentTarget.value >= today && show(event.currentTarget.value)}
        />
      </label>
      {dates.length > 0 && (
        <>
          <h3>{w("exceptionsTitle")}</h3>
          <p class="choices">
            {dates.map((date) => (
              <button key={date} type="button" class="filter" onClick={() => show(date)}>
                {shortDate(date, language.value)} {weekdayName(weekdayOf(date), language.value)}
              </button>
            ))}
          </p>
        </>
      )}
    </section>
  )
}

function Seasons() {
  const seasons = draft.value.seasons ?? []
  const set = (i: number, to: Season) => change({ seasons: seasons.with(i, to) })
  return (
    <details>
      <summary>{w("seasonsTitle", { count: seasons.length })}</summary>
      <p class="soft">{w("seasonsWhy")}</p>
      {seasons.map((it, i) => (
        <fieldset key={i} class="season">
          <legend>{w("seasonNo", { n: i + 1 })}</legend>
          <p class="choices">
            {(["from", "to"] as const).map((edge) => (
              <label key={edge} class="inline">
                {w(edge === "from" ? "seasonFrom" : "seasonTo")}
                <input
                  type="text"
                  class="month-day"
                  maxLength={5}
                  value={it[edge]}
                  aria-invalid={!isMonthDay(it[edge])}
                  onChange={(event) => set(i, { ...it, [edge]: event.currentTarget.value.trim() })}
                />
              </label>
            ))}
            <button type="button" class="quiet small" onClick={() => change({ seasons: seasons.toSpliced(i, 1) })}>
              {w("removeSeason")}
            </button>
          </p>
          <Week hours={it.hours} change={(hours) => set(i, { ...it, hours })} />
        </fieldset>
      ))}
      {seasons.length < 6 && (
        <button
          type="button"
          class="quiet"
          onClick={() => change({ seasons: [...seasons, { from: "06-15", to: "09-15", hours: draft.value.hours }] })}
        >
          {w("addSeason")}
        </button>
      )}
    </details>
  )
}
