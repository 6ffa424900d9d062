import { computed, effect, signal } from "@preact/signals"
import { isOpen } from "#domain/report"
import { timeOf } from "#domain/time"
import { portalNow, tick } from "#web/lib/clock"
import { inWords, language, switchLanguage } from "#web/lib/language"
import { Appointments } from "./day.tsx"
import {
  asked,
  busy,
  came,
  elsewhere,
  gate,
  isOfficer,
  line,
  lostSince,
  me,
  open,
  rise,
  said,
  signOut,
  slot,
  stopTickets,
  t,
  trouble,
  visit,
} from "./desk.ts"
import { chosen, watched } from "./duty.ts"
import { DutyAlert, DutyTrouble } from "./duty-alert.tsx"
import { goal } from "./going.ts"
import { Hall, Missed, Parked } from "./hall.tsx"
import { keysOn } from "./keys.ts"
import { lazily } from "./lazily.tsx"
import { Line } from "./line.tsx"
import { Order, PrintButton } from "./order.tsx"
import { Person } from "./person.tsx"
import { Proof, Proved, place, signInAddress, w } from "./proving.tsx"
import { Question } from "./questions.tsx"
import { SeatList, Seats } from "./seats.tsx"
import { openTasks, Tasks } from "./tasks.tsx"
import { Trouble } from "./trouble.tsx"

export function App() {
  return (
    <>
      <Voice />
      {gate.value === "in" ? <Inside /> : <Outside />}
    </>
  )
}

/** Heard, not seen: what the last press did. */
const Voice = () => (
  <div class="apart" role="status">
    {said}
  </div>
)

function Outside() {
  return (
    <main class="outside">
      <div class="outside-card">
        <p class="brand">
          <Mark />
          {language.value === "zh" ? "家门口" : "Doorstep"}
        </p>
        {gate.value === "proved" ? (
          <Proved goOn={() => void open(true)} />
        ) : (
          <>
            <h1>{gate.value === "opening" ? t("loading") : t("signInTitle")}</h1>
            <Trouble trouble={trouble} look="banner bad" close={t("dismiss")} />
            {gate.value !== "opening" && (
              <>
                <p>{t("signInWhy")}</p>
                <a class="button wide" href={signInAddress()}>
                  {t("signIn")}
                </a>
                {elsewhere.value && <a href={elsewhere.value}>{w("leaveElsewhere")}</a>}
              </>
            )}
          </>
        )}
        <button type="button" class="link" onClick={switchLanguage}>
          {t("switchLanguage")}
        </button>
      </div>
    </main>
  )
}

const Mark = () => (
  <svg class="mark" viewBox="0 0 24 24" aria-hidden="true">
    <path d="M3 11.5 12 4l9 7.5M6 9.5V20h12V9.5M10 20v-6h4v6" />
  </svg>
)

function Inside() {
  const who = me.value
  if (!who) return null
  return (
    <>
      <div class="desk">
        <Header />
        <div class="told">
          <Trouble trouble={trouble} look="banner bad" close={t("dismiss")} />
          <Proof where="page" />
          {isOfficer.value && <DutyTrouble />}
          <Lost />
        </div>
        <Main />
        <Question />
      </div>
      <Order />
      {isOfficer.value && <DutyAlert />}
    </>
  )
}

const Lost = () => (
  <div role="status">
    {lostSince.value !== undefined && (
      <div class="banner lost">
        <span>{t("lost", { time: timeOf(lostSince.value + (portalNow() - Date.now())) })}</span>
        <PrintButton />
      </div>
    )}
  </div>
)

function Main() {
  if (me.value?.role === "auditor")
    return (
      <main class="console alone">
        <h1 class="apart">{t("title")}</h1>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and a keyboard must be able to */}
        <section class="sheet panel" tabIndex={0}>
          <Audit />
        </section>
      </main>
    )
  if (!line.value)
    return (
      <main class="seats">
        <p>{t("loading")}</p>
      </main>
    )
  // Officers and the chief look after the station without a window, too.
  return slot.value || isOfficer.value ? <Console /> : <Seats />
}

function Header() {
  const who = me.value!
  const now = tick.value
  const open = line.value?.open
  return (
    <header class="top">
      <span class="brand">
        <Mark />
        {inWords(who.stationName)}
      </span>
      {open !== undefined && (
        <span class={open ? "chip good" : "chip"}>{open ? t("stationOpen") : t("stationClosed")}</span>
      )}
      {who.demonstration && <span class="chip sun">{t("demonstration")}</span>}
      <span class="gap" />
      <time class="clock">{timeOf(now)}</time>
      {slot.value && (
        <>
          <span class="chip sea">{t("windowNo", { window: slot.value.no })}</span>
          <button
            type="button"
            class="bar"
            aria-disabled={visit.value !== undefined}
            title={visit.value ? t("riseBusy") : undefined}
            onClick={() => {
              if (visit.value) trouble.value = t("riseBusy")
              else void rise(slot.value!.no)
            }}
          >
            {t("rise")}
          </button>
        </>
      )}
      {who.role !== "auditor" && (
        <button
          type="button"
          class="bar"
          aria-haspopup="dialog"
          onClick={() => {
            asked.value = { what: "keys" }
          }}
        >
          {keysOn.value ? t("keysOn") : t("keysOff")} <kbd>?</kbd>
        </button>
      )}
      <button type="button" class="bar" onClick={switchLanguage}>
        {t("switchLanguage")}
      </button>
      <button
        type="button"
        class="bar who"
        aria-haspopup="dialog"
        onClick={() => {
          asked.value = { what: "sessions" }
        }}
      >
        {who.name}
        <small>{t(who.role)}</small>
        <span class="apart"> {w("sessions")}</span>
      </button>
      <button type="button" class="bar" onClick={() => void signOut()}>
        {t("signOut")}
      </button>
    </header>
  )
}

type Tab =
  | "tabDuty"
  | "tabLine"
  | "tabDay"
  | "tabTasks"
  | "tabAbsences"
  | "tabCard"
  | "tabCalendar"
  | "tabClosures"
  | "tabDevices"
  | "tabWindows"
  | "tabPolicy"
  | "tabPeople"
  | "tabStatistics"
const tab = signal<Tab>("tabLine")
const tabs = computed<Tab[]>(() => [
  "tabLine",
  "tabDay",
  "tabTasks",
  ...(isOfficer.value ? (["tabAbsences", "tabDuty", "tabCard", "tabClosures"] as const) : []),
  ...(me.value?.role === "chief"
    ? (["tabCalendar", "tabWindows", "tabDevices", "tabPeople", "tabPolicy", "tabStatistics"] as const)
    : []),
])
const Audit = lazily(() => import("./audit.tsx").then((it) => it.Audit))
const panels = {
  tabLine: Line,
  tabDay: Appointments,
  tabTasks: Tasks,
  tabDuty: lazily(() => import("./duty-screen.tsx").then((it) => it.DutyScreen)),
  tabCard: lazily(() => import("./card.tsx").then((it) => it.LostChild)),
  tabAbsences: lazily(() => import("./absences.tsx").then((it) => it.Absences)),
  tabCalendar: lazily(() => import("./calendar.tsx").then((it) => it.CalendarOfStation)),
  tabClosures: lazily(() => import("./closures.tsx").then((it) => it.Closures)),
  tabDevices: lazily(() => import("./devices.tsx").then((it) => it.Devices)),
  tabWindows: lazily(() => import("./windows.tsx").then((it) => it.Windows)),
  tabPeople: lazily(() => import("./people.tsx").then((it) => it.People)),
  tabPolicy: lazily(() => import("./policy.tsx").then((it) => it.PolicyNumbers)),
  tabStatistics: lazily(() => import("./statistics.tsx").then((it) => it.StatisticsOfStation)),
}

function Console() {
  const Panel = panels[tab.value]
  return (
    <main class="console">
      <h1 class="apart">{t("title")}</h1>
      {slot.value ? (
        <Person />
      ) : (
        <section class="person chair">
          <SeatList quiet />
        </section>
      )}
      <section class="sheet">
        <Tabs />
        <Outgrown />
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and a keyboard must be able to */}
        <div role="tabpanel" id="panel" aria-labelledby={tab.value} class="panel" tabIndex={0}>
          <Panel />
        </div>
      </section>
      <aside class="aside">
        <Hall />
        <Parked />
        <Missed />
      </aside>
    </main>
  )
}

/** More people than can be served before the doors close: to stop the tickets is for people to decide. */
function Outgrown() {
  const closing = line.value?.closing
  const other = closing?.neighbour
  const told =
    closing &&
    (closing.stopped ? t("closingStopped") : closing.outgrown && t("closingTitle", { time: timeOf(closing.at) }))
  return (
    <div role="status">
      {closing && told && (
        <div class="banner outgrown">
          <span>
            {told} {!closing.stopped && !isOfficer.value && t("closingAsk")}{" "}
            {other && t("closingNeighbour", { station: inWords(other.name), low: other.low, high: other.high })}
          </span>
          {isOfficer.value && (
            <button
              type="button"
              class="quiet small"
              aria-disabled={busy.value !== undefined}
              onClick={() => void stopTickets(!closing.stopped)}
            >
              {closing.stopped ? t("ticketsAgain") : t("ticketsStop")}
            </button>
          )}
        </div>
      )}
    </div>
  )
}

// Whoever comes back from the provider finds what was open.
effect(() => {
  const before = me.value && tabs.peek().find((it) => it === came.value.tab)
  if (before) tab.value = before
})
effect(() => {
  place.value = [`tab=${tab.value}`, chosen.value].filter(Boolean).join("&")
})

// Whoever took a report, or looked at it, sees it.
effect(() => {
  if (chosen.value) tab.value = "tabDuty"
})

// What a task is about, or what was just saved, goes on in a tab of its own.
effect(() => {
  if (goal.value) tab.value = goal.value.tab
})

const badges: Partial<Record<Tab, () => number | undefined>> = {
  tabLine: () => line.value?.waiting.length,
  tabTasks: () => openTasks.value?.length,
  tabDuty: () => watched.value?.reports.filter((it) => isOpen(it.state)).length,
}

function Tabs() {
  const move = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    if (!step) return
    const list = tabs.value
    tab.value = list[(list.indexOf(tab.value) + step + list.length) % list.length]!
    document.getElementById(tab.value)?.focus()
  }
  return (
    <div role="tablist" class="tabs" onKeyDown={move}>
      {tabs.value.map((name) => (
        <button
          key={name}
          type="button"
          role="tab"
          id={name}
          aria-selected={tab.value === name}
          aria-controls="panel"
          tabIndex={tab.value === name ? 0 : -1}
          onClick={() => {
            tab.value = name
          }}
        >
          {t(name)}
          {badges[name]?.() ? <span class="badge">{badges[name]?.()}</span> : null}
        </button>
      ))}
    </div>
  )
}
