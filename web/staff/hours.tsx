/** Hours as a chief writes them: sessions of a day, days of a week. What is typed stays as typed until it is saved. */
import type { Session, Weekly } from "#domain/schedule"
import { inReadingOrder, type ServiceId } from "#domain/service"
import { inWords, language } from "#web/lib/language"
import { weekdayName } from "#web/resident/dates"
import { serviceNames } from "#web/words/services"
import { w } from "./arranging-words.ts"
import { line } from "./desk.ts"
import { isSession } from "./merging.ts"

type SessionsProps = { name: string; sessions: readonly Session[]; change: (to: readonly Session[]) => void }

export function Sessions({ name, sessions, change }: SessionsProps) {
  const set = (i: number, to: Session) => change(sessions.with(i, to))
  return (
    <div class="sessions">
      {sessions.length === 0 && <span class="soft">{w("shut")}</span>}
      {sessions.map((it, i) => {
        const [from, to, only] = it
        const which = { name, n: i + 1 }
        const wrong = !isSession(it)
        return (
          <div class="session" key={i}>
            <span class="span">
              <input
                type="time"
                step={300}
                value={from}
                aria-label={w("from", which)}
                aria-invalid={wrong}
                onChange={(event) => set(i, timed(event.currentTarget.value, to, only))}
              />
              –
              <input
                type="time"
                step={300}
                value={to === "24:00" ? "00:00" : to}
                aria-label={w("to", which)}
                aria-invalid={wrong}
                onChange={(event) => {
                  const typed = event.currentTarget.value
                  set(i, timed(from, typed === "00:00" ? "24:00" : typed, only))
                }}
              />
              <button
                type="button"
                class="quiet small"
                aria-label={w("removeSessionOf", which)}
                onClick={() => change(sessions.toSpliced(i, 1))}
              >
                {w("removeSession")}
              </button>
            </span>
            <Only {...{ from, to, only }} change={(services) => set(i, timed(from, to, services))} />
          </div>
        )
      })}
      <button
        type="button"
        class="quiet small"
        aria-label={w("addSessionTo", { name })}
        onClick={() => change([...sessions, following(sessions.at(-1))])}
      >
        {w("addSession")}
      </button>
    </div>
  )
}

const timed = (from: string, to: string, only: readonly ServiceId[] | undefined): Session =>
  only ? [from, to, only] : [from, to]

const following = (last: Session | undefined): Session =>
  !last ? ["09:00", "12:00"] : last[1] < "14:00" ? ["14:00", "17:30"] : ["18:30", "20:00"]

type OnlyProps = { only: readonly ServiceId[] | undefined; change: (to: readonly ServiceId[] | undefined) => void }

/** Extended, staggered and weekend hours may be for some services alone. */
function Only({ only, change }: OnlyProps) {
  const served = line.value?.windows.flatMap((it) => it.services)
  const offered = inReadingOrder.filter((id) => !served?.length || served.includes(id) || only?.includes(id))
  return (
    <details class="only">
      <summary>{only ? w("forSome", { count: only.length }) : w("forAll")}</summary>
      <p class="soft">{w("forSomeWhy")}</p>
      <div class="ticks">
        {offered.map((id) => (
          <label key={id} class="tick">
            <input
              type="checkbox"
              checked={only?.includes(id) ?? false}
              onChange={(event) => {
                const rest = (only ?? []).filter((other) => other !== id)
                const to = event.currentTarget.checked ? [...rest, id] : rest
                change(to.length ? to : undefined)
              }}
            />
            {inWords(serviceNames[id])}
          </label>
        ))}
      </div>
    </details>
  )
}

/** Monday first, as the week is counted here. */
const week = [1, 2, 3, 4, 5, 6, 0]

export function Week({ hours, change }: { hours: Weekly; change: (to: Weekly) => void }) {
  const monday = hours[1]!
  return (
    <>
      {week.map((weekday) => {
        const name = weekdayName(weekday, language.value)
        return (
          <fieldset key={weekday} class="weekday">
            <legend>{name}</legend>
            <Sessions name={name} sessions={hours[weekday]!} change={(to) => change(hours.with(weekday, to))} />
            {weekday === 1 && (
              <button
                type="button"
                class="quiet small"
                onClick={() => change(hours.map((it, i) => (i > 1 && i < 6 ? monday : it)))}
              >
                {w("asMonday")}
              </button>
            )}
          </fieldset>
        )
      })}
    </>
  )
}
