/** An officer's own phone, and whether this very browser is pushed to. */
import { useEffect, useState } from "preact/hooks"
import type { Answer, Sent } from "#api/routes"
import type { staffRoutes } from "#api/staff/routes"
import { Refusal } from "#web/lib/client"
import { language } from "#web/lib/language"
import { newOperationId } from "#web/lib/portal"
import { request, said, trouble } from "./duty.ts"
import { canPush, subscribe, subscription, unsubscribe } from "./duty-push.ts"
import { t } from "./duty-words.ts"
import { w } from "./proving.tsx"
import { Sessions } from "./sessions.tsx"

type Shown = Answer<(typeof staffRoutes)["GET /staff/reach"]>
type Change = Sent<(typeof staffRoutes)["POST /staff/reach"]>["to"]

export function Reach() {
  const [it, show] = useState<Shown | undefined>(undefined)
  const [here, setHere] = useState<PushSubscription | undefined>(undefined)
  const told = (failure: unknown) => {
    trouble.value =
      failure instanceof Refusal
        ? [failure.title, ...failure.fields.map((each) => each.message ?? "")].join(" ")
        : t("noAnswer")
  }
  useEffect(() => {
    request("GET /staff/reach").then(show, told)
    void subscription().then(setHere)
  }, [])
  if (!it) return <p class="nothing">{t("loading")}</p>
  const change = (to: Change) =>
    request("POST /staff/reach", { op: newOperationId(), to }).then((changed) => {
      show(changed)
      said.value = t("saidDone")
    }, told)
  const save = (event: SubmitEvent) => {
    event.preventDefault()
    const mobile = String(new FormData(event.currentTarget as HTMLFormElement).get("mobile"))
    void change({ change: "phone", mobile, language: language.value })
  }
  const push = async () => {
    const made = await subscribe(it.key)
    if (!made) {
      trouble.value = t("reachPushDenied")
      return
    }
    const { endpoint, keys } = made.toJSON()
    await change({
      change: "push",
      subscription: { endpoint: endpoint!, keys: { p256dh: keys!.p256dh!, auth: keys!.auth! } },
    })
    setHere(made)
  }
  const stop = async () => {
    const { endpoint } = here!
    await unsubscribe(here!)
    setHere(undefined)
    await change({ change: "no-push", endpoint })
  }
  return (
    <section class="reach">
      <h2>{t("reachTitle")}</h2>
      <p class="soft">{t("reachWhy")}</p>
      <p>{it.phone ? t("reachPhoneIs", { phone: it.phone.masked }) : t("reachPhoneNone")}</p>
      <form class="question-form" onSubmit={save}>
        <label class="field">
          {t("reachPhone")}
          <input type="tel" name="mobile" required autocomplete="tel" maxLength={20} />
        </label>
        <p class="act-buttons">
          <button type="submit">{t("reachSave")}</button>
          {it.phone && (
            <button type="button" class="quiet" onClick={() => void change({ change: "no-phone" })}>
              {t("reachRemove")}
            </button>
          )}
        </p>
      </form>
      <p>{t("reachBrowsers", { count: it.browsers })}</p>
      {!canPush() || !it.key ? (
        <p class="soft">{t("reachPushNo")}</p>
      ) : here ? (
        <p class="act-buttons">
          <span>{t("reachPushOn")}</span>
          <button type="button" class="quiet" onClick={() => void stop()}>
            {t("reachPushOff")}
          </button>
        </p>
      ) : (
        <button type="button" onClick={() => void push()}>
          {t("reachPush")}
        </button>
      )}
      <h2>{w("sessions")}</h2>
      <Sessions
        told={() => {
          trouble.value = t("noAnswer")
        }}
      />
    </section>
  )
}
