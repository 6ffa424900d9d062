import { useState } from "preact/hooks"
import { groupOf, groups, type ServiceId } from "#domain/service"
import { inWords } from "#web/lib/language"
import { groupNames } from "#web/words/groups"
import { serviceNames } from "#web/words/services"
import { acts } from "./acts.ts"
import { asked, busy, callOne, line, slot, t, tell, transfer, visit } from "./desk.ts"
import { Dialog, takeBack } from "./dialog.tsx"
import { keyOf, keysOn } from "./keys.ts"
import { Proof, w } from "./proving.tsx"
import { Sessions } from "./sessions.tsx"

/** What is asked before a press is done, or explained. */
export function Question() {
  const question = asked.value
  switch (question?.what) {
    case "keys":
      return <Legend />
    case "sessions":
      return <MySessions />
    case "transfer":
      return <Transfer number={question.number} />
    case "call-one":
      return <CallOne number={question.number} />
    default:
      return null
  }
}

function MySessions() {
  return (
    <Dialog title={w("sessions")}>
      <Sessions
        told={(failure) => {
          takeBack()
          tell(failure)
        }}
      />
      <Proof where="page" />
      <p class="answers">
        <button type="button" onClick={takeBack}>
          {t("close")}
        </button>
      </p>
    </Dialog>
  )
}

function Legend() {
  return (
    <Dialog title={t("keysTitle")}>
      <p class="soft">{t("keysWhy")}</p>
      <dl class="legend">
        {acts.map((act) => (
          <div key={act}>
            <dt>
              <kbd>{keyOf[act]}</kbd>
              {act === "undo" && <kbd>Z</kbd>}
            </dt>
            <dd>{act === "call" ? t("next") : t(act)}</dd>
          </div>
        ))}
        <div>
          <dt>
            <kbd>1</kbd>…<kbd>9</kbd>
          </dt>
          <dd>{t("keysDigits")}</dd>
        </div>
        <div>
          <dt>
            <kbd>?</kbd>
          </dt>
          <dd>{t("keysHelp")}</dd>
        </div>
      </dl>
      <p class="answers">
        <button
          type="button"
          class="quiet"
          onClick={() => {
            keysOn.value = !keysOn.value
          }}
        >
          {keysOn.value ? t("turnKeysOff") : t("turnKeysOn")}
        </button>
        <button type="button" onClick={takeBack}>
          {t("close")}
        </button>
      </p>
    </Dialog>
  )
}

/** To window n, for service x, or both, in one press. */
function Transfer({ number }: { number: string }) {
  const before = visit.value?.service
  const [service, choose] = useState(before)
  if (!before || !service) return null
  const windows = line.value?.windows ?? []
  const offered = [...new Set(windows.flatMap((it) => it.services))]
  const able = windows.filter((it) => it.no !== slot.value?.no && it.services.includes(service))
  const changed = service !== before
  const send = async (toWindow?: number) => {
    const to = { ...(toWindow !== undefined && { toWindow }), ...(changed && { toService: service }) }
    if (await transfer(number, to)) takeBack()
  }
  const byDigit = (event: KeyboardEvent) => {
    const no = Number(/^(?:Digit|Numpad)([1-9])$/.exec(event.code)?.[1])
    if (event.repeat || !keysOn.value || !able.some((it) => it.no === no)) return
    event.preventDefault()
    void send(no)
  }
  return (
    <Dialog title={t("transferTitle", { number })} onKeyDown={byDigit}>
      <p class="soft">{t("transferWhy")}</p>
      <label>
        {t("transferService")}
        <select value={service} onChange={(event) => choose(event.currentTarget.value as ServiceId)}>
          {groups.map((group) => (
            <optgroup key={group} label={inWords(groupNames[group])}>
              {offered
                .filter((id) => groupOf(id) === group)
                .map((id) => (
                  <option key={id} value={id}>
                    {inWords(serviceNames[id])}
                  </option>
                ))}
            </optgroup>
          ))}
        </select>
      </label>
      <p class="label">{t("transferTo")}</p>
      {!changed && able.length === 0 && <p>{t("transferNowhere")}</p>}
      <ul class="targets">
        {able.map((it) => (
          <li key={it.no}>
            <button
              type="button"
              class="quiet"
              aria-disabled={busy.value !== undefined}
              onClick={() => void send(it.no)}
            >
              <span class="window-no">{it.no}</span>
              <span>
                {t("windowNo", { window: it.no })}
                <small>{it.staff ? `${it.staff}${it.paused ? ` · ${t("pausedShort")}` : ""}` : t("closed")}</small>
              </span>
            </button>
          </li>
        ))}
        {changed && (
          <li>
            <button type="button" class="quiet" aria-disabled={busy.value !== undefined} onClick={() => void send()}>
              {t("anyWindow")}
            </button>
          </li>
        )}
      </ul>
      <p class="answers">
        <button type="button" class="quiet" onClick={takeBack}>
          {t("cancel")}
        </button>
      </p>
    </Dialog>
  )
}

/** An officer's word over the order, with a reason. */
function CallOne({ number }: { number: string }) {
  const call = async (event: SubmitEvent) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget as HTMLFormElement)
    if (await callOne(number, String(form.get("reason") ?? "").trim())) takeBack()
  }
  return (
    <Dialog title={t("callThisOne", { number })}>
      <p class="soft">{t("callOneWhy")}</p>
      <form onSubmit={call}>
        <label>
          {t("reason")}
          <small class="note">{t("reasonHint")}</small>
          <textarea name="reason" rows={2} required minLength={2} maxLength={200} autocomplete="off" />
        </label>
        <p class="answers">
          <button type="button" class="quiet" onClick={takeBack}>
            {t("cancel")}
          </button>
          <button type="submit" aria-disabled={busy.value !== undefined}>
            {t("callNow", { number })}
          </button>
        </p>
      </form>
    </Dialog>
  )
}
