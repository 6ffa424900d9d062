import { computed, signal } from "@preact/signals"
import { useEffect } from "preact/hooks"
import type { Answer } from "#api/routes"
import { readableReference } from "#domain/id"
import { tick } from "#web/lib/clock"
import { inWords } from "#web/lib/language"
import { isRefusal } from "#web/lib/portal"
import { serviceNames } from "#web/words/services"
import { isOfficer, line, request, type StaffRoutes, t, tell } from "./desk.ts"
import { goal } from "./going.ts"
import { type Standing, standingOf, standings } from "./standing.ts"

type Day = Answer<StaffRoutes["GET /staff/appointments"]>
const day = signal<Day | undefined>(undefined)
const chosen = signal<Standing | "all">("all")

async function load() {
  try {
    day.value = await request("GET /staff/appointments", {})
  } catch (failure) {
    // Silence is what the banner above tells; the list stays as it was.
    if (isRefusal(failure)) tell(failure)
  }
}

const sorted = computed(() =>
  (day.value?.appointments ?? []).map((it) => ({
    ...it,
    standing: standingOf({ ...it, date: day.value!.date }, line.value?.policy.onTime ?? 0, tick.value),
  })),
)

/** Who is expected today, and who has come. */
export function Appointments() {
  useEffect(() => {
    void load()
    const timer = setInterval(load, 15_000)
    return () => clearInterval(timer)
  }, [])
  const all = sorted.value
  if (!day.value) return <p class="nothing">{t("loading")}</p>
  if (all.length === 0) return <p class="nothing">{t("dayEmpty")}</p>
  const shown = all.filter((it) => chosen.value === "all" || it.standing === chosen.value)
  return (
    <>
      <div class="filters">
        {(["all", ...standings] as const).map((name) => (
          <button
            key={name}
            type="button"
            class="filter"
            aria-pressed={chosen.value === name}
            onClick={() => {
              chosen.value = name
            }}
          >
            {t(name)} <b>{name === "all" ? all.length : all.filter((it) => it.standing === name).length}</b>
          </button>
        ))}
      </div>
      {shown.length === 0 && <p class="nothing">{t("dayNone")}</p>}
      {shown.length > 0 && (
        <table class="rows">
          <thead>
            <tr>
              <th scope="col">{t("colTime")}</th>
              <th scope="col">{t("colPerson")}</th>
              <th scope="col">{t("colService")}</th>
              <th scope="col">{t("colWindow")}</th>
              <th scope="col">{t("colTicket")}</th>
              <th scope="col">{t("colState")}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((it) => (
              <tr key={it.ref}>
                <td>
                  <b class="figure">{it.time}</b>
                </td>
                <td>
                  {it.person?.name ?? t("personDeleted")}
                  {it.person && <small class="note">{it.person.phone}</small>}
                </td>
                <td>
                  {it.services.map((id) => inWords(serviceNames[id])).join(" · ")}
                  <small class="note ref">{readableReference(it.ref)}</small>
                </td>
                <td class="figure">{it.window}</td>
                <td>
                  <b class="ticket">{it.ticket ?? "—"}</b>
                </td>
                <td>
                  <span class={`chip standing-${it.standing}`}>{t(it.standing)}</span>{" "}
                  {it.state === "no-show" && isOfficer.value && (
                    <button
                      type="button"
                      class="quiet small"
                      aria-label={t("seeAbsenceOf", { ref: readableReference(it.ref) })}
                      onClick={() => {
                        goal.value = { tab: "tabAbsences", ref: it.ref }
                      }}
                    >
                      {t("seeAbsence")}
                    </button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  )
}
