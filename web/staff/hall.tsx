import { tick } from "#web/lib/clock"
import { minutesSince } from "#web/lib/countdown"
import { inWords } from "#web/lib/language"
import { serviceNames } from "#web/words/services"
import { busy, giveBack, line, me, t } from "./desk.ts"

/** Who is at which window. */
export function Hall() {
  const now = line.value
  return (
    <section class="block">
      <h2>{t("hall")}</h2>
      <ul class="hall">
        {now?.windows.map(({ no, staff, visit }) => (
          <li key={no} class={now.seat === no ? "mine" : ""}>
            <span class="window-no">{no}</span>
            <span class="hall-staff">
              {now.seat === no ? `${me.value?.name} · ${t("you")}` : (staff ?? t("closed"))}
            </span>
            <span class="hall-visit">
              {visit ? (
                <>
                  <b class="ticket">{visit.number}</b>
                  <small>{visit.state === "serving" ? t("servingShort") : t("calledShort")}</small>
                </>
              ) : (
                staff && <small>{t("free")}</small>
              )}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}

export function Missed() {
  const missed = line.value?.missed ?? []
  return (
    <section class="block">
      <h2>
        {t("missedTitle")}
        {missed.length > 0 && <span class="badge">{missed.length}</span>}
      </h2>
      {missed.length === 0 && <p class="soft">{t("missedNone")}</p>}
      <ul class="missed">
        {missed.map((it) => (
          <li key={it.number}>
            <span>
              <b class="ticket">{it.number}</b>
              <small>{inWords(serviceNames[it.service])}</small>
              <small>{t("missedAgo", { minutes: minutesSince(it.missedAt, tick.value) })}</small>
            </span>
            <button
              type="button"
              class="quiet small"
              aria-disabled={busy.value !== undefined}
              aria-label={`${it.number} ${t("giveBack")}`}
              onClick={() => void giveBack(it.number)}
            >
              {t("giveBack")}
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}
