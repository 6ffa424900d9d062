/** Where online booking ends for now: why, until when, and what can be done instead. A walk-in always can. */
import type { ProblemCode } from "#domain/problem"
import type { LocalDate } from "#domain/time"
import { dayName } from "./dates.ts"
import type { View } from "./view.ts"

/** Refusals that end the journey. */
export const refusals = [
  "already-booked",
  "booking-paused",
  "too-many-bookings",
  "too-many-tries",
] as const satisfies ProblemCode[]
export type Refusal = (typeof refusals)[number]

type RefusedProps = { view: View; code: Refusal; until?: LocalDate | undefined }

export function RefusedPage({ view, code, until }: RefusedProps) {
  const { t, language, face } = view
  const day = until && dayName(until, language)
  return (
    <>
      <h1>{t(`refused-${code}`)}</h1>
      {code === "already-booked" && (
        <>
          <p>{t("already-private")}</p>
          <div class="card">
            <ul class="plain">
              <li>{t("already-find")}</li>
              <li>{t("already-station")}</li>
            </ul>
          </div>
        </>
      )}
      {code === "booking-paused" && (
        <>
          <p>{t("paused-why")}</p>
          {day && (
            <p>
              <b>{t("paused-until", { day })}</b>
            </p>
          )}
          <p>{t("paused-appeal")}</p>
        </>
      )}
      {code === "too-many-bookings" && (
        <>
          {day && (
            <p>
              <b>{t("often-until", { day })}</b>
            </p>
          )}
          <p>{t("often-move")}</p>
        </>
      )}
      {code === "too-many-tries" && <p>{t("tries-why")}</p>}
      <p class="note">{t("walk-always")}</p>
      <p class="actions">
        <a class="button" href={`/${face}/find`}>
          {t(code === "booking-paused" ? "paused-open" : "home-find")}
        </a>
        <a class="button quiet" href={`/${face}/stations`}>
          {t("home-stations")}
        </a>
      </p>
    </>
  )
}
