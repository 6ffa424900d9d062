/** The reports of one's unit and everything that an officer does with them: on a desk side by side, on a phone one after the other. */
import { signal } from "@preact/signals"
import type { ComponentChildren } from "preact"
import { useEffect, useErrorBoundary, useState } from "preact/hooks"
import { isReference, readableReference, tidyReference } from "#domain/id"
import { isOpen, isUnanswered } from "#domain/report"
import { dateOf, timeOf } from "#domain/time"
import { inWords } from "#web/lib/language"
import { acknowledge, busy, chosen, chosenRow, openBeside, opened, type Row, watched } from "./duty.ts"
import { Acts } from "./duty-acts.tsx"
import { Countdown, Muted } from "./duty-alert.tsx"
import { Cards } from "./duty-cards.tsx"
import { earlier, moreEarlier } from "./duty-earlier.ts"
import { directionTo } from "./duty-place.ts"
import { Reach } from "./duty-reach.tsx"
import { Roster } from "./duty-roster.tsx"
import { Timeline } from "./duty-timeline.tsx"
import { Told } from "./duty-told.tsx"
import { t } from "./duty-words.ts"
import { Proof, ProveAhead, wanted as proofWanted } from "./proving.tsx"

type Tab = "tabReports" | "tabRoster" | "tabReach"
const tabs: readonly Tab[] = ["tabReports", "tabRoster", "tabReach"]
const tab = signal<Tab>("tabReports")

export function DutyScreen() {
  useEffect(
    () => () => {
      chosen.value = undefined
    },
    [],
  )
  return (
    <div class="duty">
      <Muted />
      <nav class="duty-tabs" aria-label={t("title")}>
        {tabs.map((name) => (
          <button
            key={name}
            type="button"
            aria-current={tab.value === name ? "page" : undefined}
            onClick={() => {
              tab.value = name
            }}
          >
            {t(name)}
          </button>
        ))}
      </nav>
      {tab.value === "tabReports" && <Reports />}
      {tab.value === "tabRoster" && <Roster />}
      {tab.value === "tabReach" && <Reach />}
    </div>
  )
}

function Reports() {
  const all = watched.value?.reports
  if (!all) return <p class="nothing">{t("loading")}</p>
  const one = chosenRow.value
  const isQuiet = !one && watched.value?.proved === false
  const [going, over] = [all.filter((it) => isOpen(it.state)), all.filter((it) => !isOpen(it.state))]
  return (
    <div class={one ? "reports open" : "reports"}>
      <div class="report-list">
        {isQuiet && <ProveAhead />}
        {watched.value?.patterns.map((it) => (
          <p key={it.id} class="pattern" role="status">
            {it.why
              ? t("matches", { why: t(`why-${it.why}` as "why-found") })
              : t("patterns", { count: it.reports.length, ids: it.reports.map(readableReference).join("、") })}
            {it.why &&
              it.reports.map((id) => (
                <button
                  key={id}
                  type="button"
                  class="quiet small"
                  onClick={() => {
                    chosen.value = id
                  }}
                >
                  {readableReference(id)}
                </button>
              ))}
          </p>
        ))}
        {all.length === 0 && (
          <p class="nothing">
            {t("none")} {t("noneWhy")}
          </p>
        )}
        <List title={t("listOpen")} rows={going} />
        <List title={t("listEnded")} rows={over} />
        <Earlier />
        <ByNumber />
      </div>
      {one && <Detail key={one.id} row={one} />}
    </div>
  )
}

const List = ({ title, rows }: { title: string; rows: readonly Row[] }) =>
  rows.length === 0 ? null : (
    <>
      <h2>{title}</h2>
      <Rows rows={rows} />
    </>
  )

const Rows = ({ rows, dated = false }: { rows: readonly Row[]; dated?: boolean }) => (
  <ul>
    {rows.map((it) => (
      <li key={it.id}>
        <button
          type="button"
          class={`report-row ${it.state}${it.drill ? " drill" : ""}`}
          aria-current={chosen.value === it.id ? "true" : undefined}
          onClick={() => {
            if (dated) void openBeside(it.id)
            else chosen.value = it.id
          }}
        >
          <b>{t(`state-${it.state}`)}</b>
          {it.drill && <span class="chip drill">{t("drill")}</span>}
          <span>
            {dated && `${dateOf(it.reportedAt)} `}
            {timeOf(it.reportedAt)} · {t(it.kind === "found-child" ? "found-child" : it.band)}
          </span>
          <span>{it.place.venue ? inWords(it.place.venue) : directionTo(it.place)}</span>
          <small>{it.isMine ? t("mine") : t("heldBy", { unit: inWords(it.holder.name) })}</small>
        </button>
      </li>
    ))}
  </ul>
)

/** What ended more than a day ago can still be reopened, taken apart or closed: asked for only when somebody looks. */
function Earlier() {
  const page = earlier.value
  useEffect(
    () => () => {
      earlier.value = undefined
    },
    [],
  )
  return (
    <details
      class="earlier"
      onToggle={({ currentTarget }) => {
        if (currentTarget.open && !earlier.value) void moreEarlier()
      }}
    >
      <summary>{t("listEarlier")}</summary>
      {page && <Rows rows={page.reports} dated />}
      {page?.reports.length === 0 && <p class="nothing">{t("earlierNone")}</p>}
      {page?.next && (
        <button type="button" class="quiet" onClick={() => void moreEarlier()}>
          {t("earlierMore")}
        </button>
      )}
    </details>
  )
}

function ByNumber() {
  const [why, tell] = useState<string | undefined>(undefined)
  const find = async (event: SubmitEvent) => {
    event.preventDefault()
    const form = event.currentTarget as HTMLFormElement
    const number = tidyReference(String(new FormData(form).get("number")))
    tell(isReference(number) ? await openBeside(number) : t("byNumberWrong"))
  }
  return (
    <form class="by-number" onSubmit={(event) => void find(event)}>
      <label for="by-number">{t("byNumber")}</label>
      <p>
        <input
          id="by-number"
          name="number"
          autocomplete="off"
          autocapitalize="characters"
          spellcheck={false}
          maxLength={20}
          aria-invalid={why !== undefined}
          aria-describedby="by-number-said"
        />
        <button type="submit" class="quiet">
          {t("byNumberOpen")}
        </button>
      </p>
      <p id="by-number-said" role="alert">
        {why}
      </p>
    </form>
  )
}

/** What cannot be shown of a report leaves the rest of it, and every act, on the page. */
function Whole({ children }: { children: ComponentChildren }) {
  const [broken] = useErrorBoundary()
  return broken ? <p role="alert">{t("notShown")}</p> : children
}

function Detail({ row }: { row: Row }) {
  const it = opened.value?.report.id === row.id ? opened.value : undefined
  const [part, show] = useState<"told" | "acts" | "cards" | "timeline">("acts")
  useEffect(() => document.getElementById("report-title")?.focus(), [])
  return (
    <article class={row.drill ? "report drill" : "report"}>
      {row.drill && <p class="drill-stripe">{t("drillWhy")}</p>}
      <header class="report-head">
        <button
          type="button"
          class="quiet small back"
          onClick={() => {
            chosen.value = undefined
          }}
        >
          {t("back")}
        </button>
        <h2 id="report-title" tabIndex={-1}>
          {t(`state-${row.state}`)} <small>{t("number", { id: readableReference(row.id) })}</small>
        </h2>
        <p class="report-who">
          {row.ack
            ? t("takenBy", { unit: inWords(row.ack.unit.name), name: row.ack.name, time: timeOf(row.ack.at) })
            : t("heldBy", { unit: inWords(row.holder.name) })}
          {row.offer && ` · ${t("offered", { unit: inWords(row.offer.to.name) })}`}
          {row.incident && ` · ${t("incident", { id: readableReference(row.incident) })}`}
          {row.into && ` · ${t("mergedInto", { id: readableReference(row.into) })}`}
        </p>
        <Countdown it={row} />
        {row.conflict && <p class="conflict">{t("conflictOn")}</p>}
        {isUnanswered(row) && (
          <button
            type="button"
            class="alarm-yes"
            aria-disabled={busy.value !== undefined}
            onClick={() => void acknowledge(row.id)}
          >
            {t("acknowledge")}
          </button>
        )}
      </header>
      {row.mayOpen && <Proof where="report" />}
      {!row.mayOpen ? null : !it ? (
        !proofWanted.value && <p class="nothing">{t("loading")}</p>
      ) : (
        <>
          <nav class="report-parts" aria-label={t("number", { id: readableReference(row.id) })}>
            {(
              [
                ["acts", "doTitle"],
                ["told", "toldTitle"],
                ["cards", "moreActs"],
                ["timeline", "timelineTitle"],
              ] as const
            ).map(([name, word]) => (
              <button
                key={name}
                type="button"
                aria-current={part === name ? "true" : undefined}
                onClick={() => show(name)}
              >
                {t(word)}
              </button>
            ))}
          </nav>
          <div class="report-body" data-part={part}>
            <Whole>
              <Told it={it} />
            </Whole>
            <Whole>
              <Acts it={it} row={row} />
            </Whole>
            <Whole>
              <Cards it={it} row={row} />
            </Whole>
            <Whole>
              <Timeline it={it} />
            </Whole>
          </div>
        </>
      )}
    </article>
  )
}
