import { inWords } from "#web/lib/language"
import { serviceNames } from "#web/words/services"
import { busy, line, sit, t } from "./desk.ts"

/** Before the work: which window. */
export const Seats = () => (
  <main class="seats">
    <SeatList />
  </main>
)

/** `quiet` where sitting down is not what one came for. */
export function SeatList({ quiet }: { quiet?: boolean }) {
  const windows = line.value?.windows ?? []
  return (
    <>
      <h1>{t("chooseWindow")}</h1>
      <p>{windows.length ? t("chooseWhy") : t("noneHere")}</p>
      <ul class="seat-list">
        {windows.map(({ no, services, staff }) => (
          <li key={no} class={staff ? "seat taken" : "seat"}>
            <h2>
              <span class="seat-no">{no}</span>
              {t("windowNo", { window: no })}
            </h2>
            <p class="seat-services">{services.map((id) => inWords(serviceNames[id])).join(" · ")}</p>
            {staff ? (
              <p class="seat-state">{t("takenBy", { staff })}</p>
            ) : (
              <button
                type="button"
                class={quiet ? "quiet" : ""}
                aria-disabled={busy.value !== undefined}
                onClick={() => void sit(no)}
              >
                {t("sit", { window: no })}
              </button>
            )}
          </li>
        ))}
      </ul>
    </>
  )
}
