/** A refusal as a page: what happened, and where to go from here. */
import type { ProblemCode } from "#domain/problem"
import { problemWords } from "#web/words/problems"
import type { View } from "./view.ts"

type ProblemProps = {
  view: View
  code: ProblemCode
  /** Of single fields, already worded. */
  faults: readonly string[]
  /** Seconds until it is worth another try. */
  seconds?: number | undefined
}

const elsewhere: Partial<Record<ProblemCode, string>> = {
  "already-booked": "/find",
  "key-reused": "/find",
  "appointment-not-found": "/find",
  "ticket-not-found": "/t",
  "station-unknown": "/stations",
  "service-unknown": "/book",
  "service-not-here": "/book",
}

export function ProblemPage({ view, code, faults, seconds }: ProblemProps) {
  const { t, face, language } = view
  const way = elsewhere[code]
  const lost = code === "not-found" || code.endsWith("-unknown") || code === "invalid-input"
  return (
    <>
      <h1>{problemWords[code][language]}</h1>
      {faults.map((it) => (
        <p key={it}>{it}</p>
      ))}
      {seconds !== undefined && <p>{t("wait-minutes", { n: Math.max(1, Math.ceil(seconds / 60)) })}</p>}
      {lost && <p>{t("bad-address")}</p>}
      <p class="actions">
        {way && (
          <a class="button" href={`/${face}${way}`}>
            {wayName(view, way)}
          </a>
        )}
        <a class="button quiet" href={`/${face}`}>
          {t("home")}
        </a>
      </p>
    </>
  )
}

function wayName({ t }: View, way: string) {
  if (way === "/find") return t("home-find")
  if (way === "/t") return t("ticket-find")
  return way === "/stations" ? t("stations-title") : t("home-book")
}
