import { signal } from "@preact/signals"
import { useEffect } from "preact/hooks"
import type { Answer } from "#api/routes"
import { dateOf, timeOf } from "#domain/time"
import { isRefusal } from "#web/lib/portal"
import { press, request, type StaffRoutes, t, tell } from "./desk.ts"
import { Sure } from "./sure.tsx"

type Device = Answer<StaffRoutes["GET /staff/devices"]>[number]
const devices = signal<readonly Device[] | undefined>(undefined)
const invited = signal<{ kind: Device["kind"]; code: string; until: number } | undefined>(undefined)

async function load() {
  try {
    devices.value = await request("GET /staff/devices")
  } catch (failure) {
    if (isRefusal(failure)) tell(failure)
  }
}

async function invite(event: SubmitEvent) {
  event.preventDefault()
  const form = new FormData(event.currentTarget as HTMLFormElement)
  const kind = form.get("kind") === "display" ? "display" : "kiosk"
  const name = String(form.get("name") ?? "").trim()
  const answer = await press(`invite ${kind} ${name}`, () => request("POST /staff/devices/invite", { kind, name }))
  if (answer) invited.value = { kind, ...answer }
}

async function revoke(device: string) {
  await press(`revoke ${device}`, (op) => request("POST /staff/devices/:device/revoke", { device, op }))
  await load()
}

/** The chief's: a code for a new kiosk or display, and an end to a lost one. */
export function Devices() {
  useEffect(() => {
    void load()
    const timer = setInterval(load, 5_000)
    return () => clearInterval(timer)
  }, [])
  return (
    <div class="devices">
      <form class="invite" onSubmit={invite}>
        <h2>{t("invite")}</h2>
        <p class="soft">{t("inviteWhy")}</p>
        <fieldset>
          <legend>{t("kind")}</legend>
          {(["kiosk", "display"] as const).map((kind, i) => (
            <label key={kind} class="radio">
              <input type="radio" name="kind" value={kind} defaultChecked={i === 0} />
              {t(kind)}
            </label>
          ))}
        </fieldset>
        <label>
          {t("deviceName")}
          <input name="name" required maxLength={40} placeholder={t("deviceNameExample")} autocomplete="off" />
        </label>
        <button type="submit">{t("makeCode")}</button>
        <div role="status">{invited.value && <Invitation {...invited.value} />}</div>
      </form>
      <section>
        <h2>{t("deviceList")}</h2>
        {devices.value?.length === 0 && <p class="nothing">{t("devicesNone")}</p>}
        <ul class="device-list">
          {devices.value?.map((it) => (
            <li key={it.id} class={it.revoked ? "gone" : ""}>
              <span>
                <b>{it.name}</b>
                <small>
                  {t(it.kind)} · {t("pairedOn", { date: `${dateOf(it.pairedAt)} ${timeOf(it.pairedAt)}` })}
                </small>
                {!it.revoked && <Presence {...it} />}
              </span>
              {it.revoked ? (
                <span class="chip">{t("revoked")}</span>
              ) : (
                <Sure
                  ask={t("revoke")}
                  of={it.name}
                  sure={t("revokeSure")}
                  yes={t("revokeYes")}
                  no={t("revokeNo")}
                  act={() => void revoke(it.id)}
                />
              )}
            </li>
          ))}
        </ul>
      </section>
    </div>
  )
}

const states = { online: "online", late: "lateDevice", lost: "lostDevice" } as const
const papers = { ok: "paperOk", low: "paperLow", out: "paperOut", unknown: "paperUnknown" } as const

/** What it reported each minute, and whether it still does. */
function Presence({ kind, state, lastSeen, paper, letter, offlineTickets }: Device) {
  if (!state || lastSeen === undefined) return <small>{t("neverSeen")}</small>
  return (
    <small class="presence">
      <span class={state === "online" ? "chip good" : "chip sun"}>{t(states[state])}</span>{" "}
      {t("lastSeen", { time: timeOf(lastSeen) })}
      {kind === "kiosk" && paper && (
        <>
          {" · "}
          <span class={paper === "low" || paper === "out" ? "long" : ""}>{t(papers[paper])}</span>
        </>
      )}
      {letter && ` · ${t("letter", { letter })}`}
      {offlineTickets ? ` · ${t("offlineTickets", { count: offlineTickets })}` : ""}
    </small>
  )
}

function Invitation({ kind, code, until }: { kind: Device["kind"]; code: string; until: number }) {
  const address = `${location.origin}/app/${kind}/#pair=${encodeURIComponent(code)}`
  return (
    <div class="invitation">
      <span class="label">{t("code")}</span>
      <p class="code">{code}</p>
      <p class="soft">{t("codeUntil", { time: timeOf(until) })}</p>
      <a href={address} target="_blank" rel="noreferrer">
        {t("openOnDevice")}
      </a>
    </div>
  )
}
