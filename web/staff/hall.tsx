import type { ComponentChildren } from "preact"
import type { ServiceId } from "#domain/service"
import { minute } from "#domain/time"
import { tick } from "#web/lib/clock"
import { minutesSince } from "#web/lib/countdown"
import { inWords } from "#web/lib/language"
import { serviceNames } from "#web/words/services"
import { busy, giveBack, line, me, t, unpark, visit } from "./desk.ts"

/** Who is at which window. */
export function Hall() {
  const now = line.value
  return (
    <section class="block">
      <h2>{t("hall")}</h2>
      <ul class="hall">
        {now?.windows.map(({ no, staff, paused, visit }) => (
          <li key={no} class={now.seat === no ? "mine" : ""}>
            <span class="window-no">{no}</span>
            <span class="hall-staff">
              {now.seat === no ? `${me.value?.name} · ${t("you")}` : (staff ?? t("closed"))}
              {paused && <small class="chip sun">{t("pausedShort")}</small>}
            </span>
            <span class="hall-visit">
              {visit ? (
                <>
                  <b class="ticket">{visit.number}</b>
                  <small>{visit.state === "serving" ? t("servingShort") : t("calledShort")}</small>
                </>
              ) : (
                staff && !paused && <small>{t("free")}</small>
              )}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** Whoever came back after a missed call stands in the line again. */
export function Missed() {
  const missed = line.value?.missed ?? []
  const within = line.value?.policy.returnWithin ?? 0
  return (
    <section class="block">
      <h2>
        {t("missedTitle")}
        {missed.length > 0 && <span class="badge">{missed.length}</span>}
      </h2>
      {missed.length === 0 && <p class="soft">{t("missedNone")}</p>}
      <ul class="missed">
        {missed.map((it) => {
          const minutes = minutesSince(it.missedAt, tick.value)
          const over = tick.value > it.missedAt + within * minute
          return (
            <Away
              key={it.number}
              {...it}
              told={over ? t("missedOver", { minutes: within }) : t("missedAgo", { minutes })}
            >
              {!over && <Back text={t("giveBack")} number={it.number} run={() => void giveBack(it.number)} />}
            </Away>
          )
        })}
      </ul>
    </section>
  )
}

/** Sent to fetch or fill in something: back at the window within the time, after it behind the next few. */
export function Parked() {
  const parked = line.value?.parked ?? []
  const within = line.value?.policy.parkFor ?? 0
  return (
    <section class="block">
      <h2>
        {t("parkedTitle")}
        {parked.length > 0 && <span class="badge">{parked.length}</span>}
      </h2>
      {parked.length === 0 && <p class="soft">{t("parkedNone")}</p>}
      <ul class="missed">
        {parked.map((it) => {
          const left = Math.ceil((it.parkedAt + within * minute - tick.value) / minute)
          return (
            <Away
              key={it.number}
              {...it}
              told={left > 0 ? t("parkedLeft", { minutes: left }) : t("parkedOver")}
              late={left <= 0}
            >
              {left > 0 && line.value?.seat !== undefined ? (
                <Back
                  text={t("unpark")}
                  number={it.number}
                  no={visit.value !== undefined}
                  run={() => void unpark(it.number, it.parkedAt)}
                />
              ) : (
                <Back text={t("giveBack")} number={it.number} run={() => void giveBack(it.number)} />
              )}
            </Away>
          )
        })}
      </ul>
    </section>
  )
}

type AwayProps = { number: string; service: ServiceId; told: string; late?: boolean; children: ComponentChildren }

const Away = ({ number, service, told, late, children }: AwayProps) => (
  <li>
    <span>
      <b class="ticket">{number}</b>
      <small>{inWords(serviceNames[service])}</small>
      <small class={late ? "long" : ""}>{told}</small>
    </span>
    {children}
  </li>
)

const Back = ({ text, number, no, run }: { text: string; number: string; no?: boolean; run: () => void }) => (
  <button
    type="button"
    class="quiet small"
    aria-disabled={no || busy.value !== undefined}
    aria-label={`${number} ${text}`}
    onClick={run}
  >
    {text}
  </button>
)
