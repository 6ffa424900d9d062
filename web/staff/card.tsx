import { signal } from "@preact/signals"
import { useEffect } from "preact/hooks"
import type { Answer } from "#api/routes"
import { minute, timeOf } from "#domain/time"
import type { Refusal } from "#web/lib/client"
import { portalNow, tick } from "#web/lib/clock"
import { telling } from "#web/lib/language"
import { displayWords } from "#web/words/display"
import { fetched, marks, Stale } from "./changing.tsx"
import { busy, press, request, type StaffRoutes, t } from "./desk.ts"

type Published = Answer<StaffRoutes["GET /staff/card"]>
type Card = NonNullable<Published["card"]>
type Draft = Omit<Card, "until"> & { minutes: number }

const wall = telling(displayWords)
const fresh = (): Draft => ({
  sex: "girl",
  age: 6,
  clothing: "",
  place: "",
  time: timeOf(portalNow()),
  hotline: "110",
  minutes: 120,
})

const shown = signal<Published | undefined>(undefined)
const draft = signal<Draft | undefined>(undefined)
const { stale, faults, marking } = marks()

async function load() {
  const latest = await fetched(() => request("GET /staff/card"))
  if (!latest) return
  shown.value = latest
  stale.value = false
}

/** Every field says its own fault; nothing is told beside it. */
const markingEach = (refusal: Refusal) => marking(refusal) || refusal.fields.length > 0

async function publish(event: SubmitEvent) {
  event.preventDefault()
  const { v } = shown.value!
  const card = draft.value!
  faults.value = []
  const answer = await press(
    `card ${v} ${JSON.stringify(card)}`,
    (op) => request("POST /staff/card", { op, v, ...card }),
    () => t("saidCardPublished"),
    markingEach,
  )
  if (!answer) return
  shown.value = answer
  draft.value = fresh()
}

async function withdraw() {
  const { v } = shown.value!
  const answer = await press(
    `card ${v} withdraw`,
    (op) => request("POST /staff/card/withdraw", { op, v }),
    () => t("saidCardWithdrawn"),
    markingEach,
  )
  if (answer) shown.value = answer
}

/** The officers': what the hall is asked to look out for, and its end. */
export function LostChild() {
  useEffect(() => {
    draft.value ??= fresh()
    void load()
  }, [])
  const now = tick.value
  const seen = shown.value
  const card = draft.value
  if (!seen || !card) return <p class="nothing">{t("loading")}</p>
  const up = seen.card && now < seen.card.until ? seen.card : undefined
  const set = (change: Partial<Draft>) => {
    draft.value = { ...card, ...change }
  }
  return (
    <div class="arranging carding">
      <h2>{t("cardTitle")}</h2>
      <p class="soft">{t("cardWhy")}</p>
      {stale.value && <Stale look={() => void load()} />}
      <section class="carded" role="status">
        {up ? (
          <>
            <p class="long">
              {t("cardShown", { time: timeOf(up.until), minutes: Math.ceil((up.until - now) / minute) })}
            </p>
            <Reading card={up} />
            <button
              type="button"
              class="quiet"
              aria-disabled={busy.value !== undefined}
              onClick={() => void withdraw()}
            >
              {t("cardWithdraw")}
            </button>
          </>
        ) : (
          <p class="soft">{t("cardNone")}</p>
        )}
      </section>
      <form onSubmit={(event) => void publish(event)}>
        <fieldset>
          <legend>{t("cardSex")}</legend>
          {(["girl", "boy"] as const).map((sex) => (
            <label key={sex} class="radio">
              <input type="radio" name="sex" checked={card.sex === sex} onChange={() => set({ sex })} />
              {t(sex)}
            </label>
          ))}
        </fieldset>
        <Entry name="age" label={t("cardAge")} type="number" min={0} max={17} card={card} set={set} />
        <Entry name="clothing" label={t("cardClothing")} example={t("cardClothingExample")} card={card} set={set} />
        <Entry name="place" label={t("cardPlace")} example={t("cardPlaceExample")} card={card} set={set} />
        <Entry name="time" label={t("cardTime")} type="time" card={card} set={set} />
        <Entry name="hotline" label={t("cardHotline")} card={card} set={set} />
        <Entry name="minutes" label={t("cardMinutes")} type="number" min={10} max={360} card={card} set={set} />
        <section class="carded">
          <h3>{t("cardPreview")}</h3>
          <Reading card={card} />
        </section>
        <button type="submit" aria-disabled={busy.value !== undefined}>
          {t(up ? "cardReplace" : "cardPublish")}
        </button>
      </form>
    </div>
  )
}

const Reading = ({ card: { sex, age, clothing, place, time, hotline } }: { card: Omit<Card, "until"> }) => (
  <blockquote>
    <b>
      {wall(sex === "girl" ? "childGirl" : "childBoy")} · {wall("childAge", { age })} · {clothing || "…"}
    </b>
    <br />
    {wall("childSeen", { time, place: place || "…" })}
    <br />
    {wall("childCall", { hotline })}
  </blockquote>
)

type EntryProps = {
  name: Exclude<keyof Draft, "sex">
  label: string
  type?: "number" | "time"
  example?: string
  min?: number
  max?: number
  card: Draft
  set: (change: Partial<Draft>) => void
}

function Entry({ name, label, type, example, min, max, card, set }: EntryProps) {
  const fault = faults.value.find((it) => it.field === name)
  const every = {
    id: `card-${name}`,
    name,
    required: true,
    autocomplete: "off",
    value: card[name],
    ...(fault && { "aria-invalid": true, "aria-describedby": `card-${name}-fault` }),
    onInput: ({ currentTarget }: { currentTarget: HTMLInputElement }) =>
      set({ [name]: type === "number" ? currentTarget.valueAsNumber || 0 : currentTarget.value }),
  } as const
  return (
    <p class={fault ? "field wrong" : "field"}>
      <label for={`card-${name}`}>{label}</label>
      {type === "number" ? (
        <input {...every} type="number" min={min} max={max} />
      ) : type === "time" ? (
        <input {...every} type="time" />
      ) : (
        <input {...every} type="text" maxLength={name === "hotline" ? 12 : 60} placeholder={example} />
      )}
      {fault && (
        <span class="fault" id={`card-${name}-fault`}>
          {fault.message}
        </span>
      )}
    </p>
  )
}
