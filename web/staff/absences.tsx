import { signal } from "@preact/signals"
import { useEffect } from "preact/hooks"
import type { Answer } from "#api/routes"
import { isReference, readableReference, tidyReference } from "#domain/id"
import { tick } from "#web/lib/clock"
import { language } from "#web/lib/language"
import { isRefusal } from "#web/lib/portal"
import { clockName, dayName } from "#web/resident/dates"
import "./arranging.css"
import { w } from "./arranging-words.ts"
import { me, press, request, type StaffRoutes, t, tell, trouble } from "./desk.ts"
import { goal } from "./going.ts"
import { learnNames, nameOf } from "./names.ts"

type Asked = Answer<StaffRoutes["GET /staff/absences/:ref"]>
type Missed = Asked["standing"]["missed"][number]
type Task = Answer<StaffRoutes["GET /staff/tasks"]>["tasks"][number]

const appeals = signal<readonly Task[] | undefined>(undefined)
const typed = signal("")
const seen = signal<Asked | undefined>(undefined)
const reason = signal("")

async function load() {
  try {
    const { tasks } = await request("GET /staff/tasks", {})
    appeals.value = tasks.filter((it) => it.kind === "answer-appeal")
  } catch (failure) {
    if (isRefusal(failure)) tell(failure)
  }
}

/** Each look is recorded: it is asked for, never fetched by itself. */
async function look(shown: string) {
  const ref = tidyReference(shown)
  if (!isReference(ref)) {
    trouble.value = w("badRef")
    return
  }
  if (ref !== seen.value?.ref) reason.value = ""
  const found = await press(`absence ${ref}`, () => request("GET /staff/absences/:ref", { ref }))
  if (found) seen.value = found
}

async function answer(excused: boolean) {
  const { ref } = seen.value!
  const text = reason.value.trim()
  if (text.length < 2) {
    trouble.value = w("needReason")
    return
  }
  const standing = await press(
    `answer ${ref} ${excused} ${text}`,
    () => request("POST /staff/absences/:ref", { ref, excused, reason: text }),
    () => w(excused ? "saidExcused" : "saidUpheld"),
  )
  if (!standing) return
  seen.value = { ...seen.value!, standing }
  reason.value = ""
  await load()
}

/** An officer's: who was missed, what they say of it, and whether it counts. */
export function Absences() {
  useEffect(() => {
    void load()
    void learnNames()
    const timer = setInterval(load, 8_000)
    return () => clearInterval(timer)
  }, [])
  const to = goal.value
  useEffect(() => {
    if (to?.tab !== "tabAbsences") return
    typed.value = readableReference(to.ref)
    goal.value = undefined
    void look(to.ref)
  }, [to])
  return (
    <div class="arranging broad">
      <h2>{w("absencesTitle")}</h2>
      <p class="soft">{w("absencesWhy")}</p>
      {appeals.value && (
        <section aria-labelledby="appeals">
          <h3 id="appeals">{w("appealsTitle", { count: appeals.value.length })}</h3>
          {appeals.value.length === 0 && <p class="soft">{w("appealsNone")}</p>}
          <ul class="appeals">
            {appeals.value.map((it) => (
              <li key={it.id}>
                <span class="ref">{readableReference(it.ref ?? "")}</span>
                <span class={tick.value > it.due ? "long" : "soft"}>
                  {t("due", { time: clockName(it.due, language.value) })}
                </span>
                <button
                  type="button"
                  class="quiet small"
                  aria-label={w("answerThisOf", { ref: readableReference(it.ref ?? "") })}
                  onClick={() => {
                    typed.value = readableReference(it.ref ?? "")
                    void look(it.ref ?? "")
                  }}
                >
                  {w("answerThis")}
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
      <form
        class="by-ref"
        onSubmit={(event) => {
          event.preventDefault()
          void look(typed.value)
        }}
      >
        <label>
          {w("byRef")} <small class="soft">{w("refHint")}</small>
          <input
            type="text"
            autocomplete="off"
            spellcheck={false}
            maxLength={40}
            value={typed.value}
            onInput={(event) => {
              typed.value = event.currentTarget.value
            }}
          />
        </label>
        <button type="submit" class="quiet">
          {w("find")}
        </button>
      </form>
      {seen.value && <Absence {...seen.value} />}
    </div>
  )
}

function Absence({ ref: of, name, idNumber, text, standing }: Asked) {
  const one = standing.missed.find((it) => it.ref === of)
  return (
    <section class="absence" aria-label={readableReference(of)}>
      <h3>
        {name ?? t("personDeleted")} {idNumber && <span class="figure">{idNumber}</span>}
      </h3>
      <p>
        <span class={standing.until ? "chip sun" : "chip good"}>
          {standing.until ? w("pausedUntil", { date: dayName(standing.until, language.value) }) : w("notPaused")}
        </span>
      </p>
      <h4>{w("missedList", { count: standing.missed.length })}</h4>
      <ul class="missed-visits">
        {standing.missed
          .toSorted((a, b) => (a.date < b.date ? 1 : -1))
          .map((it) => (
            <li key={it.ref} class={it.ref === of ? "this" : undefined}>
              <span class="figure">{dayName(it.date, language.value)}</span>
              <span>
                <span class="ref">{readableReference(it.ref)}</span>
                {it.station !== me.value?.station && <small class="note">{nameOf(it.station)}</small>}
              </span>
              <span>
                <span class={it.excused ? "chip good" : "chip"}>{w(stateOf(it))}</span>
                {it.ref === of && <small class="note">{w("thisOne")}</small>}
              </span>
            </li>
          ))}
      </ul>
      <h4>{w("appealed")}</h4>
      {text ? <blockquote>{text}</blockquote> : <p class="soft">{w("appealNone")}</p>}
      {one?.excused !== undefined ? (
        <p>
          <b>{w("decided")}</b>
        </p>
      ) : (
        <div class="answering">
          <label>
            {w("whyAnswer")}
            <textarea
              rows={2}
              maxLength={200}
              value={reason.value}
              onInput={(event) => {
                reason.value = event.currentTarget.value
                trouble.value = ""
              }}
            />
          </label>
          <p class="choices right">
            <button type="button" class="quiet" onClick={() => void answer(false)}>
              {w("uphold")}
            </button>
            <button type="button" onClick={() => void answer(true)}>
              {w("excuse")}
            </button>
          </p>
        </div>
      )}
    </section>
  )
}

function stateOf({ excused, appealed }: Missed) {
  if (excused === true) return "missedExcused"
  if (excused === false) return "missedUpheld"
  return appealed ? "missedAppealed" : "missedCounts"
}
