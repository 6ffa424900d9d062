import { useEffect, useRef } from "preact/hooks"
import { timeOf } from "#domain/time"
import { tick } from "#web/lib/clock"
import type { Me } from "#web/lib/device"
import { inWords, language, switchLanguage } from "#web/lib/language"
import { canKeep, forStaff } from "./away.ts"
import { CheckInHow, IdPad, ReferencePad, Scan } from "./check-in.tsx"
import { Missed } from "./missed.tsx"
import { Given, NotYet, Receipt, Refused, Working } from "./outcome.tsx"
import { ForStaff, held } from "./staff.tsx"
import { isAway, live } from "./station.ts"
import { Confirm, Services, Which } from "./ticket.tsx"
import { elder, go, idle, lastGiven, screen, touch, wipe } from "./visit.ts"
import { t } from "./words.ts"

export function Kiosk({ me }: { me: Me }) {
  const at = screen.value.at
  const heading = useRef<HTMLDivElement>(null)
  // Whoever listens to the page is taken to the new screen.
  useEffect(() => {
    heading.current?.querySelector("h1")?.focus({ preventScroll: true })
  }, [at])
  document.title = `${t("title")} · ${inWords(me.station.name)}`
  return (
    <>
      <div class="kiosk">
        <Top me={me} />
        <main class={`screen screen-${at}`} ref={heading}>
          <Now />
        </main>
        <Bottom />
      </div>
      {idle.value.do === "warn" && <StillThere seconds={idle.value.seconds} />}
      {screen.value.at === "given" && <Receipt given={screen.value.given} me={me} />}
    </>
  )
}

function Now() {
  const now = screen.value
  switch (now.at) {
    case "home":
      return <Home />
    case "help":
      return <Help />
    case "how":
      return <CheckInHow />
    case "scan":
      return <Scan />
    case "ref":
      return <ReferencePad />
    case "id":
      return <IdPad />
    case "services":
      return <Services />
    case "which":
      return <Which ask={now.ask} tried={now.tried} />
    case "missed":
      return <Missed />
    case "staff":
      return <ForStaff />
    case "confirm":
      return <Confirm service={now.service} />
    case "working":
      return <Working {...now} />
    case "given":
      return <Given {...now} />
    case "not-yet":
      return <NotYet ask={now.ask} />
    case "refused":
      return <Refused title={now.title} back={now.back} />
  }
}

function Top({ me }: { me: Me }) {
  const snapshot = live.value?.latest.value
  return (
    <header class="top">
      <div class="where" {...held(() => go({ at: "staff" }))}>
        <b>{inWords(me.station.name)}</b>
        <span class="facts">
          <time class="clock">{timeOf(tick.value)}</time>
          {snapshot && !isAway() && (
            <span class={snapshot.tickets ? "chip good" : "chip"}>
              {snapshot.tickets ? t("stationOpen") : t("stationClosed")}
            </span>
          )}
          {me.demonstration && <span class="chip sun">{t("demonstration")}</span>}
        </span>
      </div>
      <button
        type="button"
        class="quiet"
        aria-pressed={elder.value}
        onClick={() => {
          elder.value = !elder.value
        }}
      >
        {elder.value ? t("elderOff") : t("elderOn")}
      </button>
      <button type="button" class="quiet" lang={language.value === "zh" ? "en" : "zh-CN"} onClick={switchLanguage}>
        {t("switchLanguage")}
      </button>
      <div role="status" class="top-banner">
        {isAway() && <div class="banner lost">{t(canKeep() ? "offlineKept" : "offline")}</div>}
        {forStaff.value.length > 0 && (
          <div class="banner lost">{t("leftBanner", { count: forStaff.value.length })}</div>
        )}
      </div>
    </header>
  )
}

/** Always there: the way home, and the way to a person. */
function Bottom() {
  const at = screen.value.at
  return (
    <footer class="bottom">
      {at !== "home" && at !== "working" && (
        <button type="button" class="quiet" onClick={wipe}>
          {t("home")}
        </button>
      )}
      {at !== "help" && (
        <button type="button" class="quiet person" onClick={() => go({ at: "help" })}>
          {t("callPerson")}
        </button>
      )}
    </footer>
  )
}

function Home() {
  const waiting = live.value?.latest.value?.waiting.reduce((sum, it) => sum + it.count, 0)
  return (
    <>
      <h1 tabIndex={-1}>{t("welcome")}</h1>
      <button type="button" class="choice first" onClick={() => go({ at: "how" })}>
        <Icon name="booked" />
        <span>
          <b>{t("haveAppointment")}</b>
          <small>{t("haveAppointmentWhy")}</small>
        </span>
      </button>
      <button type="button" class="choice" onClick={() => go({ at: "services" })}>
        <Icon name="ticket" />
        <span>
          <b>{t("noAppointment")}</b>
          <small>
            {t("noAppointmentWhy")}
            {waiting !== undefined && !isAway() && ` · ${t("waitingNow", { count: waiting })}`}
          </small>
        </span>
      </button>
      <button type="button" class="choice" onClick={() => go({ at: "help" })}>
        <Icon name="person" />
        <span>
          <b>{t("callPerson")}</b>
          <small>{t("callPersonWhy")}</small>
        </span>
      </button>
      <div class="two">
        {lastGiven.value && <Again {...lastGiven.value} />}
        <button type="button" class="quiet" onClick={() => go({ at: "missed" })}>
          {t("missedCall")}
        </button>
      </div>
      <p class="hint">
        <Icon name="scan" />
        {t("scanHint")}
      </p>
    </>
  )
}

const Again = ({ given }: NonNullable<typeof lastGiven.value>) => (
  <button
    type="button"
    class="quiet"
    onClick={() => {
      // The two minutes go on from when it was given.
      const last = lastGiven.value
      go({ at: "given", given, hadOne: true, printed: true })
      lastGiven.value = last
    }}
  >
    {t("lastAgain", { number: given.number })}
  </button>
)

const Help = () => (
  <div class="centre">
    <Icon name="person" />
    <h1 tabIndex={-1}>{t("helpTitle")}</h1>
    <p class="large">{t("helpText")}</p>
    <p class="urgent">{t("helpUrgent")}</p>
  </div>
)

function StillThere({ seconds }: { seconds: number }) {
  const stay = useRef<HTMLButtonElement>(null)
  useEffect(() => stay.current?.focus(), [])
  return (
    <div class="over">
      <div class="ask" role="alertdialog" aria-modal="true" aria-labelledby="still" aria-describedby="still-why">
        <h2 id="still">{t("stillThere")}</h2>
        <p id="still-why" class="large">
          {t("stillThereWhy", { seconds })}
        </p>
        <button ref={stay} type="button" onClick={touch}>
          {t("stay")}
        </button>
        <button type="button" class="quiet" onClick={wipe}>
          {t("home")}
        </button>
      </div>
    </div>
  )
}

const drawings = {
  booked: "M7 3v4M17 3v4M4 8h16M5 5h14a1 1 0 0 1 1 1v14H4V6a1 1 0 0 1 1-1ZM8.5 14l2.5 2.5 4.5-4.5",
  ticket: "M4 7h16v3.5a1.5 1.5 0 0 0 0 3V17H4v-3.5a1.5 1.5 0 0 0 0-3ZM14 7v10",
  person: "M12 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM4.5 20c.8-4 3.6-6 7.5-6s6.700 2 7.500 6",
  scan: "M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M4 12h16",
  keys: "M5 5h3v3H5ZM10.500 5h3v3h-3ZM16 5h3v3h-3ZM5 10.500h3v3H5ZM10.500 10.500h3v3h-3ZM16 10.500h3v3h-3ZM10.500 16h3v3h-3Z",
  card: "M3 6h18v12H3ZM8 12a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM5 16c.4-1.800 1.500-2.600 3-2.600s2.600.8 3 2.600M14 10h4M14 13.500h4",
} as const

export const Icon = ({ name }: { name: keyof typeof drawings }) => (
  <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
    <path d={drawings[name]} />
  </svg>
)
