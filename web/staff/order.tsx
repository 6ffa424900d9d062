import { dateOf, minute, timeOf } from "#domain/time"
import { inWords } from "#web/lib/language"
import { serviceNames } from "#web/words/services"
import { line, lostSince, me, t } from "./desk.ts"

export const PrintButton = () => (
  <button type="button" class="quiet small" onClick={() => window.print()}>
    {t("print")}
  </button>
)

/** The last order that was heard, as a sheet of paper: for the hours without a connection. */
export function Order() {
  const last = line.value
  if (!last || !me.value) return null
  return (
    <section class="order" aria-hidden="true">
      <h1>
        {inWords(me.value.stationName)} · {t("orderTitle")}
      </h1>
      <p>
        <b>{t("orderAt", { date: dateOf(last.now), time: timeOf(last.now) })}</b>{" "}
        {lostSince.value !== undefined && t("orderLost")}
      </p>
      <p>{t("orderWhy")}</p>
      <p>
        {last.windows
          .filter((it) => it.staff)
          .map((it) => `${t("windowNo", { window: it.no })} ${it.visit?.number ?? "—"}`)
          .join(" · ")}
      </p>
      <table>
        <thead>
          <tr>
            {(["colOrder", "colNumber", "colLane", "colService", "orderSince", "orderDone"] as const).map((name) => (
              <th key={name}>{t(name)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {last.waiting.map((it, i) => (
            <tr key={it.number}>
              <td>{i + 1}</td>
              <td>
                <b>{it.number}</b>
              </td>
              <td>{t(`lane${it.lane}`)}</td>
              <td>{inWords(serviceNames[it.service])}</td>
              <td>
                {it.callable
                  ? timeOf(it.eff)
                  : t("notYet", { time: timeOf(it.eff - last.policy.callableBefore * minute) })}
              </td>
              <td>□</td>
            </tr>
          ))}
        </tbody>
      </table>
      {last.waiting.length === 0 && <p>{t("lineEmpty")}</p>}
      <p>
        {t("missedTitle")}: {last.missed.map((it) => it.number).join(" ") || "—"} · {t("parkedTitle")}:{" "}
        {last.parked.map((it) => it.number).join(" ") || "—"}
      </p>
    </section>
  )
}
