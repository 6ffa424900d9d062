/** Who of the unit is on duty, and a chief's changes of it. */
import { useEffect, useState } from "preact/hooks"
import type { Answer } from "#api/routes"
import type { staffRoutes } from "#api/staff/routes"
import { Refusal } from "#web/lib/client"
import { inWords } from "#web/lib/language"
import { newOperationId } from "#web/lib/portal"
import { isChief, lookAgain, request, said, trouble } from "./duty.ts"
import { t } from "./duty-words.ts"

type Shown = Answer<(typeof staffRoutes)["GET /staff/roster"]>

export function Roster() {
  const [it, show] = useState<Shown | undefined>(undefined)
  const told = (failure: unknown) => {
    trouble.value = failure instanceof Refusal ? failure.title : t("noAnswer")
  }
  useEffect(() => {
    request("GET /staff/roster").then(show, told)
  }, [])
  if (!it) return <p class="nothing">{t("loading")}</p>
  const swap = (event: SubmitEvent) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget as HTMLFormElement)
    request("POST /staff/roster/swap", {
      op: newOperationId(),
      v: it.v,
      date: String(form.get("date")),
      shift: form.get("shift") === "deputy" ? "deputy" : "primary",
      staff: String(form.get("staff")),
    }).then((changed) => {
      show(changed)
      said.value = t("saidDone")
    }, told)
  }
  const drill = () =>
    request("POST /staff/roster/drill", { op: newOperationId() }).then(() => {
      said.value = t("saidDrill")
      void lookAgain()
    }, told)
  return (
    <section class="roster">
      <h2>{t("rosterNow")}</h2>
      <p class="big">
        {inWords(it.now.unit.name)} · {it.now.staff.map(({ name }) => name).join("、")}
      </p>
      <h2>{t("rosterTitle")}</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">{t("rosterDay")}</th>
            <th scope="col">{t("primary")}</th>
            <th scope="col">{t("deputy")}</th>
          </tr>
        </thead>
        <tbody>
          {it.days.map(({ date, primary, deputy }) => (
            <tr key={date}>
              <th scope="row">{date}</th>
              <td>{primary?.name}</td>
              <td>{deputy?.name}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {isChief.value && it.officers.length > 0 && (
        <form class="question-form" onSubmit={swap}>
          <h3>{t("swap")}</h3>
          <label class="field">
            {t("rosterDay")}
            <select name="date">
              {it.days.map(({ date }) => (
                <option key={date}>{date}</option>
              ))}
            </select>
          </label>
          <label class="field">
            {t("rosterTitle")}
            <select name="shift">
              <option value="primary">{t("primary")}</option>
              <option value="deputy">{t("deputy")}</option>
            </select>
          </label>
          <label class="field">
            {t("swapWith")}
            <select name="staff">
              {it.officers.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </select>
          </label>
          <button type="submit">{t("swap")}</button>
        </form>
      )}
      <h2>{t("drill")}</h2>
      <p class="soft">{t("drillStartWhy")}</p>
      <button type="button" class="quiet" onClick={() => void drill()}>
        {t("drillStart")}
      </button>
    </section>
  )
}
