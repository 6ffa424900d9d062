import { signal } from "@preact/signals"
import { useEffect } from "preact/hooks"
import type { Answer } from "#api/routes"
import { addDays, dateOf, timeOf } from "#domain/time"
import { Offline, Refusal } from "#web/lib/client"
import { portalNow } from "#web/lib/clock"
import { inWords, language } from "#web/lib/language"
import { dayName } from "#web/resident/dates"
import { actWords, breakWords, verdictWords } from "#web/words/audit"
import "./audit.css"
import { actOf, type Entry, kindOf, nameOf, thingOf, w } from "./audit-words.ts"
import { press, request, type StaffRoutes, said, t, tell, trouble } from "./desk.ts"
import { askedForProof } from "./proving.tsx"

type Chain = Answer<StaffRoutes["GET /staff/audit/chain"]>
type Opening = Answer<StaffRoutes["GET /staff/audit/openings"]>["openings"][number]
type Scopes = Answer<StaffRoutes["GET /staff/audit/scopes"]>

const views = ["entries", "openings", "purges"] as const
const view = signal<(typeof views)[number]>("entries")
const scopes = signal<Scopes | undefined>(undefined)
const scope = signal<string | undefined>(undefined)
const date = signal("")
/** What alone is looked at; what was due in a purge is one kind of that. */
type Narrowed = { what?: string; who?: string; thing?: string }
const narrowed = signal<Narrowed>({})
const page = signal<{ entries: readonly Entry[]; cursor?: string | undefined } | undefined>(undefined)
const opened = signal<readonly Opening[] | undefined>(undefined)
const chain = signal<Chain | undefined>(undefined)

/** The newest question is the one whose answer is shown. */
let asking = 0
async function ask<T>(question: () => Promise<T>, show: (answer: T) => void) {
  const mine = ++asking
  try {
    const answer = await question()
    if (mine === asking) show(answer)
  } catch (failure) {
    if (mine === asking) tell(failure)
  }
}

const of = () => ({ date: date.value, ...(scope.value && { scope: scope.value }) })

function look() {
  page.value = undefined
  opened.value = undefined
  if (view.value === "openings")
    return ask(
      () => request("GET /staff/audit/openings", of()),
      (answer) => {
        opened.value = answer.openings
      },
    )
  const only = view.value === "purges" ? { what: "purge" } : narrowed.value
  return ask(
    () => request("GET /staff/audit", { ...of(), ...only }),
    (answer) => {
      page.value = answer
    },
  )
}

async function lookFurther() {
  const { entries, cursor } = page.value!
  const only = view.value === "purges" ? { what: "purge" } : narrowed.value
  await ask(
    () => request("GET /staff/audit", { ...of(), ...only, cursor }),
    (answer) => {
      page.value = { ...answer, entries: [...entries, ...answer.entries] }
    },
  )
}

/** Part by part, until thirty days are compared. */
async function compare() {
  const mine = scope.value
  chain.value = undefined
  try {
    let all = await request("GET /staff/audit/chain", mine ? { scope: mine } : {})
    while (all.more && mine === scope.value) {
      const to = addDays(all.from, -1)
      const earlier = await request("GET /staff/audit/chain", { ...(mine && { scope: mine }), to })
      all = {
        ...all,
        from: earlier.from,
        more: earlier.more,
        entries: all.entries + earlier.entries,
        late: all.late + earlier.late,
        lateOpen: all.lateOpen + earlier.lateOpen,
        breaks: [...earlier.breaks.filter((it) => it.date <= to), ...all.breaks.filter((it) => it.date > to)],
        caughtUp: [...new Set([...earlier.caughtUp, ...all.caughtUp])],
      }
    }
    if (mine === scope.value) chain.value = all
  } catch (failure) {
    tell(failure)
  }
}

/** A day may come in pieces; they are one file. */
async function takeAway() {
  const parts: string[] = []
  try {
    for (let cursor: string | null | undefined = undefined; cursor !== null; ) {
      const query = new URLSearchParams({ ...of(), ...(cursor && { cursor }) })
      const answer: Response = await fetch(`/staff/audit/export?${query}`, {
        headers: { "x-doorstep": "1", "accept-language": language.value === "en" ? "en" : "zh-CN" },
        cache: "no-store",
      })
      if (!answer.ok) {
        const { status, code, title, ...details } = await answer.json()
        throw new Refusal(status, code, title, details)
      }
      parts.push(await answer.text())
      cursor = answer.headers.get("x-doorstep-cursor")
    }
  } catch (failure) {
    if (!askedForProof(failure, "page", () => void takeAway()))
      tell(failure instanceof Refusal ? failure : new Offline())
    return
  }
  const text = parts.join("")
  const link = document.createElement("a")
  link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }))
  link.download = `audit-${scope.value ?? ""}-${date.value}.jsonl`
  link.click()
  URL.revokeObjectURL(link.href)
  said.value = w("exported", { count: text.split("\n").length - 1 })
}

function narrow(more: Narrowed) {
  narrowed.value = { ...narrowed.value, ...more }
  view.value = "entries"
  void look()
}

function widen(name: keyof Narrowed) {
  const { [name]: _, ...rest } = narrowed.value
  narrowed.value = rest
  void look()
}

function turnTo(day: string) {
  if (!day || day > dateOf(portalNow())) return
  date.value = day
  void look()
}

/** All that an auditor sees of the portal. */
export function Audit() {
  useEffect(() => {
    // Looks are reviewed the day after.
    date.value ||= addDays(dateOf(portalNow()), -1)
    void request("GET /staff/audit/scopes").then((it) => {
      scopes.value = it
      scope.value ??= it.units[0]!.id
      void look()
      void compare()
    }, tell)
  }, [])
  if (!scopes.value) return <p class="nothing">{t("loading")}</p>
  return (
    <div class="audit">
      <h2>{w("title")}</h2>
      <p class="soft">{w("why")}</p>
      <Question />
      <ChainState />
      {view.value === "openings" ? <Openings /> : <Entries />}
    </div>
  )
}

function Question() {
  const { units, shared } = scopes.value!
  return (
    <div class="ask">
      {units.length + shared.length > 1 && (
        <label>
          {w("unit")}
          <select
            value={scope.value ?? ""}
            onChange={(event) => {
              scope.value = event.currentTarget.value
              void look()
              void compare()
            }}
          >
            {units.map((it) => (
              <option key={it.id} value={it.id}>
                {inWords(it.name)}
              </option>
            ))}
            {shared.map((it) => (
              <option key={it} value={it}>
                {w(it)}
              </option>
            ))}
          </select>
        </label>
      )}
      <label>
        {w("day")}
        <input
          type="date"
          value={date.value}
          max={dateOf(portalNow())}
          onChange={(event) => turnTo(event.currentTarget.value)}
        />
      </label>
      <button type="button" class="quiet" onClick={() => turnTo(addDays(date.value, -1))}>
        {w("dayBefore")}
      </button>
      <button
        type="button"
        class="quiet"
        aria-disabled={date.value >= dateOf(portalNow())}
        onClick={() => turnTo(addDays(date.value, 1))}
      >
        {w("dayAfter")}
      </button>
      <fieldset class="views">
        <legend class="apart">{w("views")}</legend>
        {views.map((it) => (
          <button
            key={it}
            type="button"
            class="quiet"
            aria-pressed={view.value === it}
            onClick={() => {
              view.value = it
              void look()
            }}
          >
            {w(it)}
          </button>
        ))}
      </fieldset>
      <button type="button" class="quiet" onClick={() => void takeAway()}>
        {w("export")}
      </button>
    </div>
  )
}

const mostBreaks = 20

function ChainState() {
  const it = chain.value
  const day = (of: string) => dayName(of, language.value)
  const broken = it?.breaks[0]
  const look = !it?.newest ? "" : broken ? "broken" : "whole"
  return (
    <div class={`chain ${look}`} role="status">
      {!it && <p>{w("chainAsked")}</p>}
      {it && !it.newest && !broken && <p>{w("chainNone")}</p>}
      {it?.newest && !broken && (
        <p>
          {w("chainWhole", {
            date: day(it.newest.date),
            from: day(it.began && it.began > it.from ? it.began : it.from),
            count: it.entries,
          })}{" "}
          {it.late > 0 && w("chainLate", { count: it.late })}
        </p>
      )}
      {broken && (
        <>
          <p>
            <b>{w("chainBroken", { count: it.breaks.length, date: day(broken.date) })}</b>
          </p>
          <ul>
            {it.breaks.slice(0, mostBreaks).map((each) => (
              <li key={`${each.what} ${each.date} ${each.name ?? each.after ?? ""}`}>
                {day(each.date)}
                {each.name && ` ${clockOf(each.name)}`}
                {language.value === "zh" ? "：" : ": "}
                {inWords(breakWords[each.what])}
                {each.what === "entry-missing" && (
                  <> {w("between", { after: clockOf(each.after) || "00:00", until: clockOf(each.until) || "24:00" })}</>
                )}
              </li>
            ))}
          </ul>
          {it.breaks.length > mostBreaks && <p>{w("breaksMore", { count: it.breaks.length - mostBreaks })}</p>}
        </>
      )}
      {it && it.lateOpen > 0 && <p>{w("chainLateOpen", { count: it.lateOpen })}</p>}
      {it && it.caughtUp.length > 0 && <p>{w("chainCaughtUp", { dates: it.caughtUp.map(day).join(" · ") })}</p>}
      {it?.newest && (
        <p class="soft">
          <code>{w("head", { hash: it.newest.hash.slice(0, 16) })}</code>
        </p>
      )}
    </div>
  )
}

/** An entry's name begins with its time. */
const clockOf = (name = "") => (name ? timeOf(Date.parse(name.split("#")[0]!)) : "")

const kinds = Object.keys(actWords)

function Entries() {
  const { what, who, thing } = narrowed.value
  const seen = page.value
  return (
    <>
      {view.value === "entries" && (
        <div class="ask">
          <label>
            {w("what")}
            <select
              value={what ?? ""}
              onChange={({ currentTarget: { value } }) => (value ? narrow({ what: value }) : widen("what"))}
            >
              <option value="">{w("anything")}</option>
              {kinds.map((it) => (
                <option key={it} value={it}>
                  {actOf(it)}
                </option>
              ))}
            </select>
          </label>
          {who && <Only name="who" shown={nameOf(seen?.entries.find((it) => it.who.id === who)?.who ?? { id: who })} />}
          {thing && <Only name="thing" shown={thingOf(thing)} />}
        </div>
      )}
      {!seen && <p class="nothing">{t("loading")}</p>}
      {seen?.entries.length === 0 && <p class="nothing">{w("noEntries")}</p>}
      {seen && seen.entries.length > 0 && (
        <table class="happened">
          <thead>
            <tr>
              <th>{w("colTime")}</th>
              <th>{w("colWho")}</th>
              <th>{w("colWhat")}</th>
              <th>{w("colThing")}</th>
              <th>{w("colHow")}</th>
            </tr>
          </thead>
          <tbody>
            {seen.entries.map((it) => (
              <Row key={it.name} it={it} />
            ))}
          </tbody>
        </table>
      )}
      {seen?.cursor && (
        <button type="button" class="quiet" onClick={() => void lookFurther()}>
          {w("more")}
        </button>
      )}
    </>
  )
}

const Only = ({ name, shown }: { name: "who" | "thing"; shown: string }) => (
  <button type="button" class="quiet small" aria-label={w("dropFilter", { what: shown })} onClick={() => widen(name)}>
    {w("only", { what: shown })} ×
  </button>
)

function Row({ it }: { it: Entry }) {
  const [who, thing] = [nameOf(it.who), thingOf(it.thing)]
  return (
    <tr>
      <td>
        <time>{new Date(it.at + 8 * 3_600_000).toISOString().slice(11, 19)}</time>
      </td>
      <td>
        <button
          type="button"
          class="link"
          title={w("onlyThis", { what: who })}
          onClick={() => narrow({ who: it.who.id })}
        >
          {who}
        </button>
        <small>{it.who.id}</small>
      </td>
      <td>
        {actOf(it.what)}
        {it.verdict && ` · ${inWords(verdictWords[it.verdict])}`}
        {it.reason && <small>{w("reason", { reason: it.reason })}</small>}
      </td>
      <td>
        <button
          type="button"
          class="link"
          title={w("onlyThis", { what: thing })}
          onClick={() => narrow({ thing: it.thing })}
        >
          {thing}
        </button>
        <small>{it.thing}</small>
      </td>
      <td>
        {(it.from ?? it.to) && `${it.from ?? "–"} → ${it.to ?? "–"}`}
        {it.counts &&
          Object.entries(it.counts)
            .map(([kind, count]) => `${kindOf(kind)} ${count}`)
            .join(" · ")}
        {it.changed && <small>{w("changed", { fields: it.changed.join(", ") })}</small>}
      </td>
    </tr>
  )
}

function Openings() {
  const all = opened.value
  const left = all?.filter((it) => it.reviews.length === 0).length
  return (
    <section aria-labelledby="openings">
      <h3 id="openings">
        {w("openings")} {left !== undefined && <small>{left ? w("waiting", { count: left }) : w("allReviewed")}</small>}
      </h3>
      <p class="soft">{w("openingsWhy")}</p>
      {!all && <p class="nothing">{t("loading")}</p>}
      {all?.length === 0 && <p class="nothing">{w("openingsNone")}</p>}
      <ul class="opened">
        {all?.map((it) => (
          <li key={it.name}>
            <p>
              <b>
                {timeOf(it.at)} {nameOf(it.who)} {actOf(it.what)}
              </b>{" "}
              {thingOf(it.thing)} {it.reason && <small>{w("reason", { reason: it.reason })}</small>}
            </p>
            {it.reviews.map((each) => (
              <p key={`${each.who.id} ${each.at}`} class={each.verdict === "questioned" ? "long" : "soft"}>
                {w("reviewedBy", {
                  name: nameOf(each.who),
                  verdict: inWords(verdictWords[each.verdict]),
                  reason: each.reason,
                })}
              </p>
            ))}
            <Review of={it} />
          </li>
        ))}
      </ul>
    </section>
  )
}

function Review({ of: it }: { of: Opening }) {
  const submit = async (event: SubmitEvent) => {
    event.preventDefault()
    const form = event.currentTarget as HTMLFormElement
    const verdict = (event.submitter as HTMLButtonElement | null)?.value === "questioned" ? "questioned" : "fit"
    const reason = String(new FormData(form).get("reason") ?? "").trim()
    if (reason.length < 2) {
      trouble.value = w("needReason")
      return
    }
    const done = await press(
      `review ${it.name} ${verdict} ${reason}`,
      (op) => request("POST /staff/audit/reviews", { ...of(), op, name: it.name, verdict, reason }),
      () => w("saidReviewed"),
    )
    if (!done) return
    form.reset()
    await look()
  }
  return (
    <form onSubmit={submit}>
      <label>
        {w("myReason")}
        <input name="reason" maxLength={200} autocomplete="off" />
      </label>
      <button type="submit" class="quiet" value="fit">
        {w("fit")}
      </button>
      <button type="submit" class="quiet" value="questioned">
        {w("questioned")}
      </button>
    </form>
  )
}
