import { type ServiceId, services } from "#domain/service"
import { inWords } from "#web/lib/language"
import { newOperationId } from "#web/lib/portal"
import { groupNames } from "#web/words/groups"
import { serviceNames } from "#web/words/services"
import { canKeep } from "./away.ts"
import { isAway, live } from "./station.ts"
import { type Ask, ask, go, keepPlace, offered } from "./visit.ts"
import { t } from "./words.ts"

export function Services() {
  const closed = isAway() ? !canKeep() : live.value?.latest.value?.tickets === false
  return (
    <>
      <h1 tabIndex={-1}>{t("chooseService")}</h1>
      {closed && (
        <p role="alert" class="banner lost">
          {t("closedNow")}
        </p>
      )}
      <Choice chosen={(service) => go({ at: "confirm", service })} />
    </>
  )
}

export const Which = ({ ask: wanted, tried }: { ask: Ask; tried: boolean }) => (
  <>
    <h1 tabIndex={-1}>{t("whichBooked")}</h1>
    <p class="large">{t("whichBookedWhy")}</p>
    <Choice chosen={(service) => void keepPlace(wanted, service, tried)} />
  </>
)

function Choice({ chosen }: { chosen: (service: ServiceId) => void }) {
  return (
    <>
      {offered.value.length === 0 && <p class="large">{t("noServices")}</p>}
      <div class="groups">
        {offered.value.map(({ group, services: these }) => (
          <section key={group} class="group">
            <h2>{inWords(groupNames[group])}</h2>
            <div class="services">
              {these.map((id) => (
                <button key={id} type="button" class="service quiet" onClick={() => chosen(id)}>
                  {inWords(serviceNames[id])}
                </button>
              ))}
            </div>
          </section>
        ))}
      </div>
    </>
  )
}

export function Confirm({ service }: { service: ServiceId }) {
  const { minutes, fee } = services[service]
  const take = (priority: boolean) => void ask({ what: "ticket", service, op: newOperationId(), priority })
  return (
    <>
      <h1 tabIndex={-1}>{inWords(serviceNames[service])}</h1>
      <p class="large soft">
        {t("minutes", { minutes })}
        {fee ? ` · ${t("fee", { fee })}` : ""}
      </p>
      <button type="button" class="choice first" onClick={() => take(false)}>
        <span>
          <b>{t("take")}</b>
        </span>
      </button>
      <div class="priority">
        <h2>{t("priorityAsk")}</h2>
        <p>{t("priorityWho")}</p>
        <p>{t("priorityHow")}</p>
        <button type="button" class="quiet tall" onClick={() => take(true)}>
          {t("takePriority")}
        </button>
      </div>
      <button type="button" class="quiet" onClick={() => go({ at: "services" })}>
        {t("back")}
      </button>
    </>
  )
}
