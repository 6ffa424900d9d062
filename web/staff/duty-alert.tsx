/** Over everything, whatever is open: a report that nobody has yet. In the first load, so that it is there at once. */
import { useEffect, useRef } from "preact/hooks"
import { isUnanswered } from "#domain/report"
import { timeOf } from "#domain/time"
import { portalNow } from "#web/lib/clock"
import { inWords } from "#web/lib/language"
import {
  acknowledge,
  act,
  alert,
  aside,
  busy,
  chosen,
  lostSince,
  nowIs,
  type Row,
  said,
  t,
  trouble,
  unanswered,
} from "./duty.ts"
import { isMute, unmute } from "./duty-alarm.ts"
import { directionTo } from "./duty-place.ts"
import { Trouble } from "./trouble.tsx"

const titleOf = (it: Row) =>
  it.offer?.toMe
    ? t("alarmOffer", { unit: inWords(it.offer.from.name) })
    : it.drill
      ? t("alarmDrill")
      : it.kind === "found-child"
        ? t("alarmFound")
        : t(it.band === "adult" ? "alarmAdult" : "alarmTitle")

export function DutyAlert() {
  const it = alert.value
  return (
    <>
      <div class="apart" role="status">
        {said}
      </div>
      {it && <FullScreen key={it.id} it={it} />}
    </>
  )
}

function FullScreen({ it }: { it: Row }) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const before = document.activeElement
    dialog.current?.showModal()
    return () => {
      if (before instanceof HTMLElement) before.focus()
    }
  }, [])
  const others = unanswered.value.length - 1
  const isBusy = busy.value !== undefined
  return (
    <dialog
      ref={dialog}
      class={it.drill ? "alarm drill" : "alarm"}
      aria-labelledby="alarm-title"
      // Escape does not make a missing child go away.
      onCancel={(event) => event.preventDefault()}
    >
      {it.drill && <p class="drill-stripe">{t("drillWhy")}</p>}
      <h2 id="alarm-title">{titleOf(it)}</h2>
      <Facts it={it} />
      <Countdown it={it} />
      <Muted />
      {trouble.value && (
        <p class="alarm-trouble" role="alert">
          {trouble}
        </p>
      )}
      <div class="alarm-acts">
        {it.offer?.toMe ? (
          <button type="button" class="alarm-yes" aria-disabled={isBusy} onClick={() => void accept(it.id)}>
            {t("accept")}
          </button>
        ) : (
          <button type="button" class="alarm-yes" aria-disabled={isBusy} onClick={() => void acknowledge(it.id)}>
            {t("acknowledge")}
          </button>
        )}
        <button
          type="button"
          class="alarm-look"
          onClick={() => {
            chosen.value = it.id
            aside.value = it.id
          }}
        >
          {t("openReport")}
        </button>
      </div>
      {others > 0 && <p class="alarm-more">{t("more", { count: others })}</p>}
    </dialog>
  )
}

async function accept(id: string) {
  if (await act(id, { act: "accept" })) chosen.value = id
}

function Facts({ it }: { it: Row }) {
  const seconds = Math.max(0, Math.floor((nowIs.value - it.reportedAt) / 1_000))
  return (
    <ul class="alarm-facts">
      <li class="alarm-where">{directionTo(it.place)}</li>
      {it.place.venue && <li>{inWords(it.place.venue)}</li>}
      <li>
        {t(it.kind === "found-child" ? "found-child" : it.band)} ·{" "}
        {t("ago", { minutes: Math.floor(seconds / 60), seconds: seconds % 60 })}
      </li>
    </ul>
  )
}

/** Until the report goes to the next units, or the half hour is over. */
export function Countdown({ it }: { it: Row }) {
  // A drill stays where it was begun.
  if (it.due === undefined || it.drill) return null
  const left = Math.ceil((it.due - nowIs.value) / 1_000)
  const text = isUnanswered(it)
    ? left > 0
      ? t("climbsIn", { seconds: left })
      : t("climbsNow")
    : left > 0
      ? t("halfHour", { minutes: Math.ceil(left / 60) })
      : t("halfHourNow")
  return (
    <p class={isUnanswered(it) ? "countdown soon" : "countdown"}>
      {text}
      {isUnanswered(it) && <small> · {t("ladder", { step: it.step + 1 })}</small>}
    </p>
  )
}

export function Muted() {
  if (!isMute.value) return null
  return (
    <p class="muted" role="alert">
      <span>{t("soundOff")}</span>
      <button type="button" onClick={() => void unmute()}>
        {t("soundTurnOn")}
      </button>
    </p>
  )
}

/** What must be told wherever the officer is: no connection, or no answer. */
export const DutyTrouble = () => (
  <Trouble trouble={trouble} look="duty-trouble" close={t("close")}>
    {lostSince.value !== undefined && (
      <p class="duty-trouble">{t("lost", { time: timeOf(lostSince.value + (portalNow() - Date.now())) })}</p>
    )}
  </Trouble>
)
