/** The duty officers' own page, for their phone or a unit without windows: the same screen as the console's, and the alert. */
import { effect, signal } from "@preact/signals"
import type { ComponentType } from "preact"
import { timeOf } from "#domain/time"
import { learnClock, tick } from "#web/lib/clock"
import { inWords, language, switchLanguage } from "#web/lib/language"
import { isRefusal } from "#web/lib/portal"
import { chosen, isChief, request, stopWatching, t, trouble, watchReports } from "#web/staff/duty"
import { unmuteByTouch } from "#web/staff/duty-alarm"
import { DutyAlert, DutyTrouble } from "#web/staff/duty-alert.tsx"
import { cameBack, isHeard, Proof, Proved, place, signInAddress, w, whyNot } from "#web/staff/proving.tsx"

type Gate = "opening" | "signed-out" | "refused" | "proved" | "in"
const gate = signal<Gate>("opening")
const who = signal<{ name: string; place: { zh: string; en: string }; demonstration: boolean } | undefined>(undefined)
const screen = signal<ComponentType | undefined>(undefined)
const elsewhere = signal<string | undefined>(undefined)

/** The report of a message's link; it outlives the way to the provider and back. */
const linked = signal<string | undefined>(undefined)

function readLink() {
  const came = cameBack()
  if (came.report) linked.value = came.report
  return came
}

function choose(): void {
  if (linked.value) chosen.value = linked.value
  linked.value = undefined
}

effect(() => {
  place.value = linked.value ?? chosen.value ?? ""
})

/** Another message's link, while the page is open. */
addEventListener("hashchange", () => {
  readLink()
  if (gate.value === "in") choose()
})

/** `goOn`: past the sentence of a window that has done its work. */
export async function open(goOn = false): Promise<void> {
  const came = goOn ? {} : readLink()
  if (came.what === "proved" && (await isHeard())) {
    gate.value = "proved"
    close()
    return
  }
  try {
    const me = await request("GET /staff/me")
    learnClock(me.now)
    if (me.role !== "officer" && me.role !== "chief") {
      gate.value = "refused"
      return
    }
    who.value = { name: me.name, place: me.stationName, demonstration: me.demonstration }
    isChief.value = me.role === "chief"
    gate.value = "in"
    trouble.value = whyNot(came)
    unmuteByTouch()
    watchReports(signedOut)
    choose()
    screen.value = (await import("#web/staff/duty-screen.tsx")).DutyScreen
  } catch (failure) {
    if (isRefusal(failure, "not-signed-in")) {
      trouble.value = whyNot(came)
      signedOut()
    } else if (isRefusal(failure)) gate.value = "refused"
    else setTimeout(open, 2_000, true)
  }
}

function signedOut(): void {
  stopWatching()
  gate.value = "signed-out"
}

async function signOut(): Promise<void> {
  elsewhere.value = (await request("POST /staff/sign-out").catch(() => undefined))?.elsewhere
  signedOut()
}

effect(() => {
  document.title = `${t("title")} · ${language.value === "zh" ? "家门口" : "Doorstep"}`
})

export const App = () => (gate.value === "in" ? <Inside /> : <Outside />)

function Outside() {
  return (
    <main class="duty-outside">
      <p class="brand">{t("brand")}</p>
      {gate.value === "proved" ? (
        <Proved goOn={() => void open(true)} />
      ) : (
        <h1>{gate.value === "opening" ? t("loading") : t("title")}</h1>
      )}
      {trouble.value && <p role="alert">{trouble}</p>}
      {gate.value === "refused" && <p role="alert">{t("notYours")}</p>}
      {gate.value === "signed-out" && (
        <>
          <p>{t("signInWhy")}</p>
          <a class="button" href={signInAddress()}>
            {t("signIn")}
          </a>
          {elsewhere.value && <a href={elsewhere.value}>{w("leaveElsewhere")}</a>}
        </>
      )}
      <button type="button" class="link" onClick={switchLanguage}>
        {t("switchLanguage")}
      </button>
    </main>
  )
}

function Inside() {
  const Screen = screen.value
  return (
    <div class="duty-page">
      <header class="duty-top">
        <h1>
          {t("title")}
          {who.value && <small>{inWords(who.value.place)}</small>}
        </h1>
        {who.value?.demonstration && <span class="chip sun">{t("demonstration")}</span>}
        <time class="clock">{timeOf(tick.value)}</time>
        <button type="button" class="bar" onClick={switchLanguage}>
          {t("switchLanguage")}
        </button>
        <button type="button" class="bar" onClick={() => void signOut()}>
          {who.value?.name} · {t("signOut")}
        </button>
      </header>
      <Proof where="page" />
      <DutyTrouble />
      <main>{Screen ? <Screen /> : <p class="nothing">{t("loading")}</p>}</main>
      <DutyAlert />
    </div>
  )
}
