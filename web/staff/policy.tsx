import { computed, signal } from "@preact/signals"
import { useEffect } from "preact/hooks"
import type { Answer } from "#api/routes"
import type { PolicyName } from "#domain/policy"
import { clientOf } from "#web/lib/client"
import { inWords, language } from "#web/lib/language"
import { measureWords, policyNotes, policyWords } from "#web/words/policy"
import { serviceNames } from "#web/words/services"
import { fetched, marks, Stale, Unsaved } from "./changing.tsx"
import { busy, press, request, type StaffRoutes, t, trouble } from "./desk.ts"
import { Lane } from "./person.tsx"

type Policy = Answer<StaffRoutes["GET /staff/policy"]>
type Figure = Policy["numbers"][number]
type Preview = Answer<StaffRoutes["POST /staff/policy/preview"]>
type Change = Partial<Record<PolicyName, number>>

/** Whole days are simulated before it answers. */
const patient = clientOf<StaffRoutes>({
  language: () => language.value,
  headers: () => ({ "x-doorstep": "1" }),
  timeoutMs: 25_000,
})

const saved = signal<Policy | undefined>(undefined)
const edited = signal<Change>({})
const preview = signal<{ of: string; seen: Preview } | undefined>(undefined)
const { stale, faults, marking } = marks()

const change = computed<Change>(() =>
  Object.fromEntries(
    (saved.value?.numbers ?? [])
      .filter(({ name, value }) => edited.value[name] !== undefined && edited.value[name] !== value)
      .map(({ name }) => [name, edited.value[name]]),
  ),
)
const changeText = computed(() => JSON.stringify(change.value))
const changed = computed(() => Object.keys(change.value).length > 0)
const isSimulated = computed(
  () => saved.value?.numbers.some(({ name, simulated }) => simulated && change.value[name] !== undefined) ?? false,
)
const isSeen = computed(() => preview.value?.of === changeText.value)

async function load() {
  const latest = await fetched(() => request("GET /staff/policy"))
  if (!latest) return
  saved.value = latest
  stale.value = false
}

async function look() {
  const of = changeText.value
  faults.value = []
  const seen = await press(
    `preview ${of}`,
    () => patient("POST /staff/policy/preview", { change: change.value }),
    undefined,
    marking,
  )
  if (seen) preview.value = { of, seen }
}

async function save() {
  const { v } = saved.value!
  faults.value = []
  const answer = await press(
    `policy ${v} ${changeText.value}`,
    (op) => request("POST /staff/policy", { op, v, change: change.value }),
    () => t("saved"),
    marking,
  )
  if (!answer) return
  saved.value = answer
  edited.value = {}
  preview.value = undefined
}

/** The chief's: every number with its meaning and bounds, and what a change would do before it is saved. */
export function PolicyNumbers() {
  useEffect(() => void load(), [])
  const policy = saved.value
  if (!policy) return <p class="nothing">{t("loading")}</p>
  const mustLook = isSimulated.value && !isSeen.value
  return (
    <div class="arranging">
      <h2>{t("policyTitle")}</h2>
      <p class="soft">
        {inWords(policyNotes.soon)} {inWords(policyNotes.grid).replace("{date}", policy.gridFrom)}
      </p>
      <p class="soft">
        {policy.promised.inside === undefined
          ? t("promisedNone")
          : t("promised", {
              share: Math.round(policy.promised.inside * 100),
              counted: Math.round(policy.promised.counted),
            })}
      </p>
      {stale.value && <Stale look={() => void load()} />}
      <div class="numbers">
        {policy.numbers.map((it) => (
          <Row key={it.name} {...it} />
        ))}
      </div>
      {policy.learned.length > 0 && (
        <details>
          <summary>{t("learned")}</summary>
          <ul class="learned">
            {policy.learned.map((it) => (
              <li key={it.service}>
                <b>{inWords(serviceNames[it.service])}</b>{" "}
                {t("learnedOf", { minutes: rounded(it.minutes), samples: it.samples, usual: it.usual })}
              </li>
            ))}
          </ul>
        </details>
      )}
      <div class="effect">
        <div role="status">
          {busy.value?.startsWith("preview ") && <p class="soft">{t("previewing")}</p>}
          {changed.value && isSeen.value && <Effect {...preview.value!.seen} />}
          {changed.value && !isSimulated.value && <p class="soft">{inWords(policyNotes.notSimulated)}</p>}
        </div>
        <Unsaved
          changed={changed.value}
          first={mustLook ? t("previewFirst") : undefined}
          discard={() => {
            edited.value = {}
            faults.value = []
          }}
        >
          <button
            type="button"
            class={mustLook ? "" : "quiet"}
            aria-disabled={!isSimulated.value || busy.value !== undefined}
            onClick={() => isSimulated.value && void look()}
          >
            {t("preview")}
          </button>
          <button
            type="button"
            class={mustLook ? "quiet" : ""}
            aria-disabled={!changed.value || mustLook || busy.value !== undefined}
            onClick={() => {
              if (mustLook) trouble.value = t("previewFirst")
              else if (changed.value) void save()
            }}
          >
            {t("save")}
          </button>
        </Unsaved>
      </div>
    </div>
  )
}

const rounded = (value: number) => Math.round(value * 10) / 10
/** A share is written as per cent. */
const factorOf = ({ measure }: Figure) => (measure === "share" ? 100 : 1)
const shown = (it: Figure, value: number) =>
  it.measure === "switch"
    ? t(value ? "switchOn" : "switchOff")
    : inWords(measureWords[it.measure]).replace("{n}", String(rounded(value * factorOf(it))))

function Row(it: Figure) {
  const { name, value, usual, least, most, step, measure } = it
  const words = policyWords[name]
  const now = edited.value[name] ?? value
  const factor = factorOf(it)
  const fault = faults.value.find(({ field }) => field.split(".").at(-1) === name)
  const set = (to: number) => {
    edited.value = { ...edited.value, [name]: to }
    faults.value = faults.value.filter((other) => other !== fault)
  }
  return (
    <div class={now === value ? "number-row" : "number-row changed"}>
      <label for={`policy-${name}`}>{inWords(words.name)}</label>
      <p id={`meaning-${name}`}>
        {inWords(words.meaning)}{" "}
        <small>
          {measure !== "switch" &&
            `${t("between", { least: rounded(least * factor), most: rounded(most * factor) })} · `}
          {t("usual", { value: shown(it, usual) })}
        </small>
        {fault && <strong class="long"> {fault.message ?? fault.fault}</strong>}
      </p>
      {measure === "switch" ? (
        <span class="measure">
          <input
            id={`policy-${name}`}
            type="checkbox"
            aria-describedby={`meaning-${name}`}
            checked={now === 1}
            onChange={(event) => set(event.currentTarget.checked ? 1 : 0)}
          />
          {shown(it, now)}
        </span>
      ) : (
        <span class="measure">
          <input
            id={`policy-${name}`}
            type="number"
            inputMode="numeric"
            aria-describedby={`meaning-${name}`}
            aria-invalid={fault !== undefined}
            min={rounded(least * factor)}
            max={rounded(most * factor)}
            step={rounded(step * factor)}
            value={rounded(now * factor)}
            onChange={(event) => {
              const typed = event.currentTarget.valueAsNumber
              // What is not a number is what it was.
              set(Number.isFinite(typed) ? typed / factor : value)
              if (!Number.isFinite(typed)) event.currentTarget.value = String(rounded(value * factor))
            }}
          />
          {inWords(measureWords[measure]).replace("{n}", "").trim()}
        </span>
      )}
    </div>
  )
}

const columns = [
  ["half", "p50"],
  ["most95", "p95"],
  ["worst", "max"],
] as const

/** The same simulated people before and after, class by class. */
function Effect({ days, before, after }: Preview) {
  const longest = Math.max(1, ...[...before.classes, ...after.classes].map((it) => it.p95))
  return (
    <>
      <table class="rows effects">
        <caption>{t("previewDays", { days })}</caption>
        <thead>
          <tr>
            <th scope="col">{t("colLane")}</th>
            {columns.map(([name]) => (
              <th key={name} scope="col">
                {t(name)}
              </th>
            ))}
            <td />
          </tr>
        </thead>
        <tbody>
          {after.classes.map((now, i) => {
            const then = before.classes[i]!
            return (
              <tr key={now.lane}>
                <th scope="row">
                  <Lane lane={now.lane} />
                </th>
                {columns.map(([name, key]) => (
                  <td key={name} class="figure">
                    {Math.round(then[key])} →{" "}
                    <b class={Math.round(now[key]) > Math.round(then[key]) ? "long" : ""}>{Math.round(now[key])}</b>
                  </td>
                ))}
                <td>
                  <svg class="bars" viewBox="0 0 100 14" preserveAspectRatio="none" aria-hidden="true">
                    <rect class="then" width={(then.p95 / longest) * 100} height="6" />
                    <rect class="now" y="8" width={(now.p95 / longest) * 100} height="6" />
                  </svg>
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
      <p>{t("overtaken", { before: before.overtaken, after: after.overtaken })}</p>
    </>
  )
}
