/** A closure as a chief declares it: what, from when until when, and why in both languages; first whom it touches. */
import { computed, signal } from "@preact/signals"
import type { Answer } from "#api/routes"
import { dateOf, instantOf } from "#domain/time"
import { tick } from "#web/lib/clock"
import { inWords } from "#web/lib/language"
import { commonReasons, inBoth } from "#web/words/closures"
import { w } from "./arranging-words.ts"
import { busy, line, press, request, type StaffRoutes, t, trouble } from "./desk.ts"
import { Touched } from "./touched.tsx"

type Form = {
  windows: readonly number[] | undefined
  from: string
  fromTime: string
  to: string
  toTime: string
  /** Which of the common reasons, or none of them. */
  reason: number | "other"
  zh: string
  en: string
}
const blank: Form = { windows: undefined, from: "", fromTime: "", to: "", toTime: "", reason: 0, zh: "", en: "" }

const form = signal<Form>(blank)
const preview = signal<{ of: string; seen: Answer<StaffRoutes["POST /staff/closures/preview"]> } | undefined>(undefined)

const span = computed(() => {
  const { windows, from, fromTime, to, toTime } = form.value
  return {
    from,
    to,
    ...(fromTime && { fromTime }),
    ...(toTime && { toTime: toTime === "00:00" ? ("24:00" as const) : toTime }),
    ...(windows && { windows: [...windows] }),
  }
})
const spanText = computed(() => JSON.stringify(span.value))
const isSeen = computed(() => preview.value?.of === spanText.value)
const reason = computed(() => {
  const { reason, zh, en } = form.value
  return reason === "other" ? { zh: zh.trim(), en: en.trim() } : commonReasons[reason]!
})

/** What is not right yet, in words. */
function wrong(): string | undefined {
  const { from, to, fromTime, toTime, windows } = form.value
  if (windows?.length === 0) return w("noWindow")
  if (!from || !to) return w("noSpan")
  const end = instantOf(to, toTime && toTime !== "00:00" ? toTime : "24:00")
  return end <= instantOf(from, fromTime || "00:00") || end <= tick.value ? w("noSpan") : undefined
}

const isLong = (it: string) => it.length >= 2 && it.length <= 90

async function look() {
  const fault = wrong()
  if (fault) {
    trouble.value = fault
    return
  }
  const of = spanText.value
  const asked = span.value
  const seen = await press(`look ${of}`, () => request("POST /staff/closures/preview", asked))
  if (seen) preview.value = { of, seen }
}

async function close(declared: () => void) {
  const { zh, en } = reason.value
  const fault =
    wrong() ?? (isLong(zh) && isLong(en) ? undefined : w("noReason")) ?? (isSeen.value ? undefined : w("closeFirst"))
  if (fault) {
    trouble.value = fault
    return
  }
  const asked = { ...span.value, reason: inBoth(reason.value) }
  const answer = await press(
    `close ${JSON.stringify(asked)}`,
    (op) => request("POST /staff/closures", { op, ...asked }),
    () => w("saidClosed"),
  )
  if (!answer) return
  form.value = blank
  preview.value = undefined
  declared()
}

const set = (to: Partial<Form>) => {
  form.value = { ...form.value, ...to }
}

export function Declaring({ declared }: { declared: () => void }) {
  const { windows, from, to, fromTime, toTime, reason, zh, en } = form.value
  const today = dateOf(tick.value)
  return (
    <form
      class="declaring"
      aria-labelledby="declare"
      onSubmit={(event) => {
        event.preventDefault()
        if (isSeen.value) void close(declared)
        else void look()
      }}
    >
      <h3 id="declare">{w("declare")}</h3>
      <fieldset>
        <legend>{w("what")}</legend>
        {[false, true].map((some) => (
          <label key={String(some)} class="radio">
            <input
              type="radio"
              name="what"
              checked={(windows !== undefined) === some}
              onChange={() => set({ windows: some ? [] : undefined })}
            />
            {w(some ? "someWindows" : "whole")}
          </label>
        ))}
        {windows &&
          line.value?.windows.map(({ no }) => (
            <label key={no} class="tick">
              <input
                type="checkbox"
                checked={windows.includes(no)}
                onChange={(event) =>
                  set({
                    windows: event.currentTarget.checked
                      ? [...windows, no].toSorted((a, b) => a - b)
                      : windows.filter((it) => it !== no),
                  })
                }
              />
              {t("windowNo", { window: no })}
            </label>
          ))}
      </fieldset>
      <div class="when">
        <label>
          {w("spanFrom")}
          <input
            type="date"
            min={today}
            value={from}
            onChange={(event) => {
              const date = event.currentTarget.value
              set({ from: date, ...((!to || to < date) && { to: date }) })
            }}
          />
        </label>
        <label>
          {w("spanFromTime")}
          <input
            type="time"
            step={300}
            value={fromTime}
            onChange={(event) => set({ fromTime: event.currentTarget.value })}
          />
        </label>
        <label>
          {w("spanTo")}
          <input
            type="date"
            min={from || today}
            value={to}
            onChange={(event) => set({ to: event.currentTarget.value })}
          />
        </label>
        <label>
          {w("spanToTime")}
          <input
            type="time"
            step={300}
            value={toTime}
            onChange={(event) => set({ toTime: event.currentTarget.value })}
          />
        </label>
        <label class="reasons">
          {w("why")}
          <select
            value={String(reason)}
            onChange={(event) => {
              const { value } = event.currentTarget
              set({ reason: value === "other" ? "other" : Number(value) })
            }}
          >
            {commonReasons.map((it, i) => (
              <option key={it.en} value={String(i)}>
                {inWords(it)}
              </option>
            ))}
            <option value="other">{w("otherReason")}</option>
          </select>
        </label>
        {reason === "other" && (
          <>
            <label>
              {w("reasonZh")}
              <input
                type="text"
                lang="zh-CN"
                maxLength={90}
                value={zh}
                onChange={(event) => set({ zh: event.currentTarget.value })}
              />
            </label>
            <label>
              {w("reasonEn")}
              <input
                type="text"
                lang="en"
                maxLength={90}
                value={en}
                onChange={(event) => set({ en: event.currentTarget.value })}
              />
            </label>
          </>
        )}
      </div>
      <div role="status">
        {busy.value?.startsWith("look ") && <p class="soft">{w("looking")}</p>}
        {isSeen.value && <Touched {...preview.value!.seen} told={["willTouch", "willTouchNone"]} />}
      </div>
      <p class="choices right">
        <button
          type="button"
          class={isSeen.value ? "quiet" : ""}
          aria-disabled={busy.value !== undefined}
          onClick={() => void look()}
        >
          {w("look")}
        </button>
        <button
          type="button"
          class={isSeen.value ? "grave" : "quiet"}
          aria-disabled={!isSeen.value || busy.value !== undefined}
          onClick={() => void close(declared)}
        >
          {w("closeIt")}
        </button>
      </p>
    </form>
  )
}
