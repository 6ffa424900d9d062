import { computed, signal } from "@preact/signals"
import { useEffect } from "preact/hooks"
import type { Answer } from "#api/routes"
import { readableReference } from "#domain/id"
import { tick } from "#web/lib/clock"
import { inWords, language } from "#web/lib/language"
import { isRefusal } from "#web/lib/portal"
import { clockName, dayName, spanName } from "#web/resident/dates"
import { standingWords } from "#web/words/arranging"
import { reasonIn } from "#web/words/closures"
import { serviceNames } from "#web/words/services"
import "./arranging.css"
import { w } from "./arranging-words.ts"
import { Declaring } from "./closures-declare.tsx"
import { me, press, request, type StaffRoutes, t, tell } from "./desk.ts"
import { goal } from "./going.ts"
import { learnNames, nameOf } from "./names.ts"
import { askedForProof } from "./proving.tsx"
import { Sure } from "./sure.tsx"

type Clearing = Answer<StaffRoutes["GET /staff/closures"]>[number]
type Conflict = Answer<StaffRoutes["GET /staff/conflicts"]>[number]
type Person = Answer<StaffRoutes["GET /staff/appointments"]>["appointments"][number]["person"]

const clearings = signal<readonly Clearing[] | undefined>(undefined)
const conflicts = signal<readonly Conflict[] | undefined>(undefined)
/** Names and phones, masked, of those who were asked for: each look is recorded, so nothing asks by itself. */
const people = signal<Readonly<Record<string, Person>>>({})

async function load() {
  try {
    const [all, open] = await Promise.all([request("GET /staff/closures"), request("GET /staff/conflicts")])
    clearings.value = all.toSorted((a, b) => b.startedAt - a.startedAt)
    conflicts.value = open
  } catch (failure) {
    if (isRefusal(failure)) tell(failure)
  }
}

/** What is closed, how far each has come, and everyone whom it found. A chief alone closes and takes back. */
const mayChange = computed(() => me.value?.role === "chief")

export function Closures() {
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>
    let over = false
    const again = async () => {
      await load()
      const runs = clearings.value?.some((it) => it.stage !== "done")
      if (!over) timer = setTimeout(again, runs ? 1_500 : 8_000)
    }
    void again()
    void learnNames()
    goal.value = undefined
    return () => {
      over = true
      clearTimeout(timer)
    }
  }, [])
  return (
    <div class="arranging broad">
      <h2>{w("closuresTitle")}</h2>
      <p class="soft">{w(mayChange.value ? "closuresWhy" : "closuresRead")}</p>
      {mayChange.value && <Declaring declared={() => void load()} />}
      {!clearings.value && <p class="nothing">{t("loading")}</p>}
      {clearings.value?.length === 0 && <p class="nothing">{w("noClosures")}</p>}
      {clearings.value?.map((it) => (
        <Progress key={it.id} {...it} />
      ))}
      {conflicts.value && (
        <section class="conflicts" aria-labelledby="conflicts">
          <h3 id="conflicts">{w("conflictsTitle", { count: conflicts.value.length })}</h3>
          {conflicts.value.length === 0 ? (
            <p class="soft">{w("conflictsNone")}</p>
          ) : (
            <Bookings rows={conflicts.value} caption={w("conflictsTitle", { count: conflicts.value.length })} />
          )}
        </section>
      )}
    </div>
  )
}

const titleOf = (it: Clearing) =>
  it.why === "closure" && it.from !== undefined && it.to !== undefined
    ? [it.windows && w("closureWindows", { windows: it.windows.join("、") }), spanName(it.from, it.to, language.value)]
        .filter(Boolean)
        .join(" · ")
    : w(it.why === "windows" ? "changeWindows" : "changeHours", { date: clockName(it.startedAt, language.value) })

/** Each stage goes through every day once. */
function shareOf({ stage, date, first, last }: Clearing): number {
  if (stage === "done") return 100
  const days = Math.max(1, daysBetween(first, last) + 1)
  const through = date ? daysBetween(first, date) / days : 0
  return Math.round((stage === "moving" ? 50 : 0) + 50 * through)
}
const daysBetween = (from: string, to: string) => Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000)

function Progress(it: Clearing) {
  const date = dayName(it.date ?? it.first, language.value)
  const told = {
    closing: w("stageClosing", { date }),
    moving: w("stageMoving", { date }),
    done: w("stageDone"),
  }[it.stage]
  const share = shareOf(it)
  const title = titleOf(it)
  return (
    <section class={it.takenBack ? "clearing back" : "clearing"} aria-label={title}>
      <div class="clearing-top">
        <h3>{title}</h3>
        {it.takenBack && <span class="chip">{w("takenBack")}</span>}
        {mayChange.value && it.why === "closure" && !it.takenBack && (it.to ?? 0) > tick.value && (
          <Sure
            ask={w("takeBack")}
            of={title}
            sure={w("takeBackSure")}
            yes={w("takeBackYes")}
            no={w("takeBackNo")}
            act={() => void takeBack(it.id)}
          />
        )}
      </div>
      {it.reason && <p>{reasonIn(it.reason, language.value)}</p>}
      <div class="clearing-progress">
        <progress max={100} value={share} aria-label={w("progress")} />
        <span role="status">
          {told}
          {it.stage === "done" && it.affected.length > 0 && (
            <b class={it.open ? "long" : ""}> {it.open ? w("openCount", { count: it.open }) : w("openNone")}</b>
          )}
        </span>
      </div>
      {it.affected.length > 0 ? (
        <Bookings rows={it.affected} caption={w("affected")} />
      ) : (
        it.stage === "done" && <p class="soft">{w("affectedNone")}</p>
      )}
    </section>
  )
}

async function takeBack(closure: string) {
  await press(
    `take back ${closure}`,
    (op) => request("POST /staff/closures/:closure/take-back", { closure, op }),
    () => w("saidTakenBack"),
  )
  await load()
}

async function learnPeople(rows: readonly Conflict[]) {
  const dates = [...new Set(rows.map((it) => it.date))]
  const found = await press(`people of ${dates.join()}`, () =>
    Promise.all(dates.map((date) => request("GET /staff/appointments", { date }))),
  )
  const all = (found ?? []).flatMap((it) => it.appointments)
  people.value = { ...people.value, ...Object.fromEntries(all.map((it) => [it.ref, it.person])) }
}

/** Whole numbers of those whom nothing else reaches: role and reason, recorded before it is answered. */
const numbers = signal<Readonly<Record<string, string>>>({})

async function reveal(ref: string) {
  const found = await press(
    `phone of ${ref}`,
    () => request("POST /staff/appointments/:ref/reveal", { ref, reason: w("revealReason") }),
    undefined,
    (refusal) => askedForProof(refusal, "page", () => void reveal(ref)),
  )
  if (found) numbers.value = { ...numbers.value, [ref]: found.phone }
}

const unreached: readonly Conflict["standing"][] = ["unanswered", "declined", "nothing-free", "waiting"]

function Phone({ it }: { it: Conflict }) {
  const whole = numbers.value[it.ref]
  if (whole) return <a href={`tel:${whole}`}>{whole}</a>
  return (
    <>
      <small class="note">{people.value[it.ref]?.phone}</small>
      {unreached.includes(it.standing) && (
        <button type="button" class="quiet small" onClick={() => void reveal(it.ref)}>
          {w("reveal")}
          <span class="apart">{readableReference(it.ref)}</span>
        </button>
      )}
    </>
  )
}

const tone: Partial<Record<Conflict["standing"], string>> = {
  accepted: "good",
  "chose-another": "good",
  restored: "good",
  proposed: "sea",
  unanswered: "sun",
  declined: "sun",
  "nothing-free": "sun",
  waiting: "sun",
}

function Bookings({ rows, caption }: { rows: readonly Conflict[]; caption: string }) {
  const isNamed = rows.some((it) => people.value[it.ref])
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: on a phone it scrolls, and a keyboard must be able to */}
      <section class="wide" aria-label={caption} tabIndex={0}>
        <table class="rows">
          <thead>
            <tr>
              <th scope="col">{w("colBooked")}</th>
              <th scope="col">{t("colService")}</th>
              {isNamed && <th scope="col">{t("colPerson")}</th>}
              <th scope="col">{t("colState")}</th>
              <th scope="col">{w("colOffer")}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((it) => (
              <tr key={it.ref}>
                <td>
                  <b class="figure">{it.time}</b>
                  <small class="note">
                    {dayName(it.date, language.value)} · {w("windowShort", { window: it.window })}
                  </small>
                </td>
                <td>
                  {it.services.map((id) => inWords(serviceNames[id])).join(" · ")}
                  <small class="note ref">{readableReference(it.ref)}</small>
                </td>
                {isNamed && (
                  <td>
                    {people.value[it.ref]?.name ?? "—"}
                    <Phone it={it} />
                  </td>
                )}
                <td>
                  <span class={`chip ${tone[it.standing] ?? ""}`}>{inWords(standingWords[it.standing])}</span>
                </td>
                <td>
                  {it.offer ? (
                    <>
                      {it.offer.station !== me.value?.station && `${nameOf(it.offer.station)} `}
                      <span class="figure">
                        {dayName(it.offer.date, language.value)} {it.offer.time}
                      </span>
                      {it.until !== undefined && (
                        <small class="note">{w("untilWhen", { until: clockName(it.until, language.value) })}</small>
                      )}
                    </>
                  ) : (
                    "—"
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {!isNamed && (
        <p class="right">
          <button type="button" class="quiet small" onClick={() => void learnPeople(rows)}>
            {w("names")}
          </button>
        </p>
      )}
    </>
  )
}
