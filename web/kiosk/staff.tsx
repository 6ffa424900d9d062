import { useState } from "preact/hooks"
import { timeOf } from "#domain/time"
import { inWords } from "#web/lib/language"
import { serviceNames } from "#web/words/services"
import { forStaff, keeping, seenTo, setPaper } from "./away.ts"
import type { Kept } from "./keeping.ts"
import { device } from "./station.ts"
import { t } from "./words.ts"

/** Three seconds: nobody does it by chance. */
const holdFor = 3_000

export function held(act: () => void) {
  let timer: ReturnType<typeof setTimeout> | undefined
  const end = () => clearTimeout(timer)
  const begin = () => {
    end()
    timer = setTimeout(act, holdFor)
  }
  return { onPointerDown: begin, onPointerUp: end, onPointerLeave: end, onPointerCancel: end }
}

/** A printer cannot be asked by a page: whoever changes the roll says so here. */
export function ForStaff() {
  const { paper, lease, kept } = keeping.value
  const papers = { ok: "paperOk", low: "paperLow", out: "paperOut" } as const
  return (
    <>
      <h1 tabIndex={-1}>{t("staffTitle")}</h1>
      <h2 id="paper">{t("staffPaper")}</h2>
      <fieldset class="two" aria-labelledby="paper">
        {(Object.keys(papers) as (keyof typeof papers)[]).map((it) => (
          <button
            key={it}
            type="button"
            class={paper === it ? "tall" : "quiet tall"}
            aria-pressed={paper === it}
            onClick={() => void setPaper(it)}
          >
            {t(papers[it])}
          </button>
        ))}
      </fieldset>
      <p class="large">{lease ? t("staffLetter", { letter: lease.letter }) : t("staffNoLetter")}</p>
      <p class="large">{t("staffKept", { count: kept.length })}</p>
      {forStaff.value.length > 0 && <List them={forStaff.value} />}
    </>
  )
}

/** A revoked kiosk cannot put its numbers into the line: whoever holds one must not be forgotten. */
export function Left() {
  const them = device.standing.value.at === "revoked" ? keeping.value.kept : forStaff.value
  return them.length > 0 ? <List them={them} /> : null
}

function List({ them }: { them: readonly Kept[] }) {
  const [sure, setSure] = useState(false)
  return (
    <section class="left">
      <h2>{t("leftTitle")}</h2>
      <p>{t("leftWhy")}</p>
      <ul>
        {them
          .filter((it) => !it.spoilt)
          .toSorted((a, b) => a.at - b.at)
          .map((it) => (
            <li key={it.date + it.number}>
              <b>{it.number}</b> {it.date} {timeOf(it.at)} {inWords(serviceNames[it.service])}
              {it.sealed && ` · ${t("leftBooked")}`}
              {it.priority && ` · ${t("leftPriority")}`}
            </li>
          ))}
      </ul>
      <button type="button" class="quiet" onClick={() => (sure ? void seenTo() : setSure(true))}>
        {sure ? t("leftSure") : t("leftDone")}
      </button>
    </section>
  )
}
