import { minute, timeOf } from "#domain/time"
import { tick } from "#web/lib/clock"
import { minutesSince } from "#web/lib/countdown"
import { inWords } from "#web/lib/language"
import { serviceNames } from "#web/words/services"
import { asked, isOfficer, line, slot, t, trouble, visit } from "./desk.ts"
import { PrintButton } from "./order.tsx"
import { Lane } from "./person.tsx"

/** Everyone who waits, in the order in which they will be called. */
export function Line() {
  const waiting = line.value?.waiting ?? []
  const mine = slot.value?.services ?? []
  const next = line.value?.next?.number
  const now = tick.value
  const policy = line.value?.policy
  const mayChoose = slot.value !== undefined && isOfficer.value
  if (!policy) return null
  return (
    <>
      <Waits />
      {waiting.length === 0 ? (
        <p class="nothing">{t("lineEmpty")}</p>
      ) : (
        <table class="rows">
          <thead>
            <tr>
              <th scope="col">{t("colOrder")}</th>
              <th scope="col">{t("colNumber")}</th>
              <th scope="col">{t("colLane")}</th>
              <th scope="col">{t("colService")}</th>
              <th scope="col" class="right">
                {t("colWait")}
              </th>
              {mayChoose && (
                <th scope="col">
                  <span class="apart">{t("callThis")}</span>
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {waiting.map((it, i) => {
              const waited = minutesSince(it.eff, now)
              const long = it.lane === "G" && waited > policy.overWaiting
              return (
                <tr
                  key={it.number}
                  class={it.number === next ? "is-next" : mine.includes(it.service) ? "" : "is-other"}
                >
                  <td class="figure">{i + 1}</td>
                  <td>
                    <b class="ticket">{it.number}</b>
                    {it.number === next && <span class="chip sea">{t("nextIs")}</span>}
                  </td>
                  <td>
                    <Lane lane={it.lane} />
                  </td>
                  <td>
                    {inWords(serviceNames[it.service])}
                    {!mine.includes(it.service) && <small class="note aside-note">{t("otherWindow")}</small>}
                  </td>
                  <td class={long ? "right figure long" : "right figure"}>
                    {it.callable
                      ? t("minutes", { minutes: waited })
                      : t("notYet", { time: timeOf(it.eff - policy.callableBefore * minute) })}
                    {long && <small class="note">{t("overWaited")}</small>}
                  </td>
                  {mayChoose && (
                    <td class="right">
                      <CallThis number={it.number} />
                    </td>
                  )}
                </tr>
              )
            })}
          </tbody>
        </table>
      )}
      <p class="to-print">
        <PrintButton />
      </p>
    </>
  )
}

/** For officers: over the order, with a reason. */
const CallThis = ({ number }: { number: string }) => (
  <button
    type="button"
    class="quiet small"
    aria-disabled={visit.value !== undefined}
    aria-label={t("callThisOne", { number })}
    onClick={() => {
      if (visit.value) trouble.value = t("cannotCall")
      else asked.value = { what: "call-one", number }
    }}
  >
    {t("callThis")}
  </button>
)

function Waits() {
  const waiting = line.value?.waiting ?? []
  const now = tick.value
  return (
    <ul class="waits">
      {(["P", "A", "G"] as const).map((lane) => {
        const these = waiting.filter((it) => it.lane === lane)
        const longest = Math.max(0, ...these.map((it) => minutesSince(it.eff, now)))
        return (
          <li key={lane}>
            <Lane lane={lane} />
            <b class="figure">{t("count", { count: these.length })}</b>
            {these.length > 0 && <span class="soft">{t("longest", { minutes: longest })}</span>}
          </li>
        )
      })}
    </ul>
  )
}
