import { dateOf, timeOf } from "#domain/time"
import { keyOf } from "#web/lib/calls"
import { portalNow, tick } from "#web/lib/clock"
import type { Me } from "#web/lib/device"
import { inWords, language, switchLanguage, telling as tellingWords } from "#web/lib/language"
import { displayWords } from "#web/words/display"
import { groupNames } from "#web/words/groups"
import { teller } from "#web/words/t"
import { live, type Snapshot, silent, telling, told } from "./hall.ts"
import { alsoEnglish, hasVoice, soundOn, turnOn } from "./sound.ts"

const t = tellingWords(displayWords)

export function Board({ me }: { me: Me }) {
  const snapshot = live.value?.latest.value
  const now = tick.value
  document.title = `${t("title")} · ${inWords(me.station.name)}`
  return (
    <div class="board">
      <header class="head">
        <h1>{inWords(me.station.name)}</h1>
        {me.demonstration && <span class="chip sun">{t("demonstration")}</span>}
        {snapshot && <span class={snapshot.open ? "chip good" : "chip"}>{t(snapshot.open ? "open" : "closed")}</span>}
        <span class="gap" />
        <button
          type="button"
          class="tiny"
          aria-pressed={alsoEnglish.value}
          onClick={() => {
            alsoEnglish.value = !alsoEnglish.value
          }}
        >
          {t("english")} {alsoEnglish.value ? "✓" : "–"}
        </button>
        <button type="button" class="tiny" onClick={switchLanguage}>
          {t("switchLanguage")}
        </button>
        <time class="clock">
          <small>{dateOf(now)}</small> {timeOf(now)}
        </time>
      </header>
      <Banners />
      {snapshot?.card && !silent.value && now < snapshot.card.until && <LostChild {...snapshot.card} />}
      <main class={`halls ${howMany(snapshot?.windows.length ?? 0)}`}>
        <Now />
        <Before calls={snapshot?.calls ?? []} />
        <Windows windows={snapshot?.windows ?? []} />
        <Waiting waiting={snapshot?.waiting ?? []} newcomer={snapshot?.tickets ? snapshot.newcomer : []} />
      </main>
      <footer class="foot">
        {snapshot && snapshot.missed.length > 0 ? (
          <p>
            <b>{t("missed")}</b>
            {snapshot.missed.slice(-8).map((number) => (
              <span key={number} class="ticket">
                {number}
              </span>
            ))}
            <span>{t("missedHow")}</span>
          </p>
        ) : (
          <p>{t("rule", { limit: me.policy.overWaiting })}</p>
        )}
      </footer>
    </div>
  )
}

function Banners() {
  const lost = live.value?.lostSince.value
  return (
    <>
      <div role="status">
        {lost !== undefined && (
          <div class="banner lost">{t("offlineSince", { time: timeOf(lost + (portalNow() - Date.now())) })}</div>
        )}
      </div>
      {!soundOn.value && (
        <button type="button" class="banner sound" onClick={() => void turnOn()}>
          {t("soundOff")}
        </button>
      )}
      {soundOn.value && !hasVoice.value && <div class="banner mute">{t("voiceNone")}</div>}
    </>
  )
}

/** An officer asks the hall to look out. Its end is kept here too, and it is hidden in silence: a wall that lost its connection must not go on asking. */
function LostChild({ sex, age, clothing, place, time, hotline }: NonNullable<Snapshot["card"]>) {
  const other = language.value === "zh" ? "en" : "zh"
  return (
    <aside class={clothing.length > 40 || place.length > 24 ? "child long" : "child"} aria-live="polite">
      <p class="child-title">
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <circle cx="12" cy="5" r="3.2" />
          <path d="M12 10v6M6 11.5c3 1.5 9 1.5 12 0M8.5 21.5 12 16l3.5 5.5" />
        </svg>
        {t("childTitle")}
        <span lang={other}>{displayWords.childTitle[other]}</span>
      </p>
      <div>
        <p class="child-who">
          {t(sex === "girl" ? "childGirl" : "childBoy")} · {t("childAge", { age })} · {clothing}
        </p>
        <p class="child-seen">{t("childSeen", { time, place })}</p>
        <p class="child-call">
          {t("childCall", { hotline })}{" "}
          <span lang={other}>{teller(displayWords, other)("childCall", { hotline })}</span>
        </p>
      </div>
    </aside>
  )
}

/** The one thing that everyone in the hall must see. */
function Now() {
  const call = told.value
  const fresh = telling.value !== undefined
  return (
    <section class={fresh ? "now fresh" : "now"} aria-live="assertive" aria-atomic="true">
      <h2>{t("nowCalling")}</h2>
      {call ? (
        <p key={keyOf(call)} class="call">
          <span class={call.number.length > 5 ? "number longer" : call.number.length > 4 ? "number long" : "number"}>
            {call.number}
          </span>
          <span class="arrow" aria-hidden="true">
            →
          </span>
          <span class="window">
            <span class="window-big">{call.window}</span>
            <small>{language.value === "zh" ? "号窗口" : t("window")}</small>
          </span>
        </p>
      ) : (
        <p class="call none">{t("noCalls")}</p>
      )}
    </section>
  )
}

function Before({ calls }: Pick<Snapshot, "calls">) {
  const top = told.value && keyOf(told.value)
  const latest = new Set<string>()
  const before = calls.filter((call) => {
    if (keyOf(call) === top || call.number === told.value?.number || latest.has(call.number)) return false
    latest.add(call.number)
    return true
  })
  return (
    <section class="before">
      <h2>{t("lastCalls")}</h2>
      <ol>
        {before.slice(0, 4).map((call) => (
          <li key={keyOf(call)}>
            <span class="ticket">{call.number}</span>
            <span>{t("windowNo", { window: call.window })}</span>
            <time>{timeOf(call.at)}</time>
          </li>
        ))}
      </ol>
    </section>
  )
}

/** Read from ten metres: the more windows, the wider their part of the wall, and in as many columns as it takes. */
const Windows = ({ windows }: Pick<Snapshot, "windows">) => (
  <section class="windows">
    <h2>{t("windows")}</h2>
    <ul class={howMany(windows.length)}>
      {windows.map((it) => (
        <li key={it.no} class={it.open ? (it.state ?? "free") : "shut"}>
          <span class="window-no">{it.no}</span>
          <span class={it.number && it.number.length > 5 ? "ticket long" : "ticket"}>{it.number ?? "—"}</span>
          <span class="window-state">
            {!it.open
              ? t("closedState")
              : it.state === "called"
                ? t("calledState")
                : it.state === "serving"
                  ? t("servingState")
                  : t("freeState")}
          </span>
        </li>
      ))}
    </ul>
  </section>
)

const howMany = (windows: number): string => (windows > 12 ? "most" : windows > 5 ? "many" : "")

const Waiting = ({ waiting, newcomer }: Pick<Snapshot, "waiting" | "newcomer">) => (
  <section class="waiting">
    <h2>
      {t("waiting")}
      {newcomer.length > 0 && <span>{t("newcomer")}</span>}
    </h2>
    <ul>
      {waiting.map(({ group, count }) => {
        const wait = newcomer.find((it) => it.group === group)
        return (
          <li key={group}>
            <span>{inWords(groupNames[group])}</span>
            <b class="figure">{count}</b>
            {wait && <small>{wait.low > 0 ? t("minutes", wait) : t("minutesWithin", wait)}</small>}
          </li>
        )
      })}
    </ul>
  </section>
)
