import { type Outcome, outcomes } from "#domain/line"
import { tick } from "#web/lib/clock"
import { minutesSince, stopwatch } from "#web/lib/countdown"
import { inWords } from "#web/lib/language"
import { serviceNames } from "#web/words/services"
import type { Act } from "./acts.ts"
import { act, busy, hindered, line, outcome, passedOver, recall, slot, t, undo, visit, visitor } from "./desk.ts"
import { keyOf, keysOn } from "./keys.ts"
import { why } from "./why.ts"

/** Who is at the window, why, and what to do now. */
export function Person() {
  return (
    <section class="person">
      {visit.value ? <Somebody /> : <Nobody />}
      <Acts />
      <NextUp />
    </section>
  )
}

function Somebody() {
  const it = visit.value!
  const now = tick.value
  const known = visitor.value?.number === it.number ? visitor.value : undefined
  const services = known?.services ?? [it.service]
  const serving = it.state === "serving"
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: long words may make it scroll, and a keyboard must be able to
    <div class={serving ? "who-now serving" : "who-now called"} tabIndex={0}>
      <p class="state">{serving ? t("servingState") : t("calledState")}</p>
      <div class="whose">
        <p class="number">{it.number}</p>
        <p class="for">
          <Lane lane={it.lane} /> {services.map((id) => inWords(serviceNames[id])).join(" · ")}
        </p>
      </div>
      <dl class="facts">
        <div>
          <dt>{serving ? t("sinceStart") : t("sinceCall")}</dt>
          <dd class="figure">{stopwatch(serving ? (it.startedAt ?? now) : it.lastCallAt, now)}</dd>
        </div>
        <div>
          <dt>{t("waitedFor")}</dt>
          <dd class="figure">{t("minutes", { minutes: minutesSince(known?.takenAt ?? it.eff, it.calledAt) })}</dd>
        </div>
        <div>
          <dt>{t("callsMade")}</dt>
          <dd class="figure">{it.calls}</dd>
        </div>
      </dl>
      <p class="visitor">
        <span class="label">{t("person")}</span>
        {known?.person ? (
          <>
            <b>{known.person.name}</b> <span>{known.person.idNumber}</span> <span>{known.person.phone}</span>
          </>
        ) : known ? (
          <span>{t(known.deleted ? "personDeleted" : "personNone")}</span>
        ) : (
          <span>…</span>
        )}
        {known?.booked && <span class="chip">{t("bookedAt", { time: known.booked })}</span>}
      </p>
      {serving && <Ending />}
      <p class="why">
        <span class="label">{t("why")}</span>
        {why(it, passedOver.value[it.number], line.value?.policy.overWaiting ?? 0, t)}
      </p>
    </div>
  )
}

const Ending = () => (
  <label class="ending">
    <span class="label">{t("outcome")}</span>
    <select
      value={outcome.value}
      onChange={(event) => {
        outcome.value = event.currentTarget.value as Outcome
      }}
    >
      {outcomes.map((it) => (
        <option key={it} value={it}>
          {t(`outcome-${it}`)}
        </option>
      ))}
    </select>
  </label>
)

const Nobody = () => (
  <div class="who-now empty">
    <p class="state">{t("current")}</p>
    <p class="number none">—</p>
    <p class="for">{slot.value?.paused ? t("pausedState") : t("nobody")}</p>
    <p class="why">{slot.value?.paused ? t("pausedWhy") : t("nobodyWhy")}</p>
  </div>
)

export const Lane = ({ lane }: { lane: "P" | "A" | "G" }) => (
  <span class={`lane lane-${lane.toLowerCase()}`}>{t(`lane${lane}`)}</span>
)

/** Every act keeps its place, so that a second touch never means something else. */
function Acts() {
  const again = recall.value
  const recallText = !again
    ? t("recall")
    : again.left === 0
      ? t("recallNone")
      : again.seconds > 0
        ? t("recallIn", { seconds: again.seconds })
        : t("recallLeft", { left: again.left })
  return (
    <div class="acts">
      <Button what="call" text={t("next")} />
      <Button what="start" text={t("start")} />
      <Button what="finish" text={t("finish")} />
      <Button what="recall" text={visit.value?.state === "called" ? recallText : t("recall")} quiet />
      <Button what="missed" text={t("missed")} quiet />
      <Button what="park" text={t("park")} quiet />
      <Button what="transfer" text={t("transfer")} quiet />
      <Undo />
      <Button
        what="pause"
        text={slot.value?.paused ? t("resume") : t("pause")}
        quiet={!slot.value?.paused || visit.value !== undefined}
      />
    </div>
  )
}

const undoText = { call: "undoCall", start: "undoStart", missed: "undoMissed", finish: "undoFinish" } as const

function Undo() {
  const it = undo.value
  if (!it) return <Button what="undo" text={t("undo")} more={t("undoUnknown")} quiet />
  return <Button what="undo" text={t(undoText[it.what])} more={t("undoOf", it)} quiet />
}

function Button({ what, text, more, quiet }: { what: Act; text: string; more?: string; quiet?: boolean }) {
  const may = hindered.value[what] === undefined
  const waits = busy.value?.startsWith(`${what} `) ?? false
  return (
    <button
      type="button"
      class={`act act-${what} ${may && !quiet ? "" : "quiet"}`}
      // Not `disabled`, which would lose the focus of whoever works by keyboard.
      aria-disabled={!may || busy.value !== undefined}
      aria-busy={waits}
      {...(keysOn.value && { "aria-keyshortcuts": keyOf[what] })}
      onClick={() => void act(what)}
    >
      <span>
        {text}
        {more && <small>{more}</small>}
      </span>
      {keysOn.value && <kbd>{keyOf[what]}</kbd>}
    </button>
  )
}

function NextUp() {
  const next = line.value?.next
  const entry = next && line.value?.waiting.find((it) => it.number === next.number)
  return (
    <div class="next-up">
      <span class="label">{t("nextIs")}</span>
      {next && entry ? (
        <>
          <p class="next-line">
            <b>{next.number}</b> <Lane lane={entry.lane} /> <span>{inWords(serviceNames[entry.service])}</span>
          </p>
          <p class="why">
            {why({ rule: next.rule, eff: entry.eff }, next.passedOver, line.value?.policy.overWaiting ?? 0, t)}
          </p>
        </>
      ) : (
        <p>{t("nextNobody")}</p>
      )}
    </div>
  )
}
