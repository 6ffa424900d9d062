/** What the board shows: the hall as last heard, and the call that is being told. */
import { effect, signal, untracked } from "@preact/signals"
import type { Answer } from "#api/routes"
import { minute, second } from "#domain/time"
import { type Call, heard, isWithdrawn, worthSaying } from "#web/lib/calls"
import { Offline } from "#web/lib/client"
import { isClockKnown, learnClock, portalNow } from "#web/lib/clock"
import { type DeviceRoutes, deviceOf, pollWhilePaired } from "#web/lib/device"
import type { Polling } from "#web/lib/polling"
import { isRefusal, mayHaveHappened } from "#web/lib/portal"
import { announcerOn } from "./announcer.ts"
import { mayReloadForVersion, renewing, servedPage } from "./renewal.ts"
import { chime, listenForVoices, rememberEnglish, sleep, soundOn, speak, turnOn } from "./sound.ts"

export type Snapshot = Answer<DeviceRoutes["GET /device/live"]>

export const device = deviceOf("display")
export const live = signal<Polling<Snapshot> | undefined>(undefined)
/** The call that is being told now, and the one that was told last: a call stays up until the next. */
export const telling = signal<Call | undefined>(undefined)
export const told = signal<Call | undefined>(undefined)

const announcer = announcerOn({
  show: (call) => {
    telling.value = call
    if (call) told.value = call
  },
  chime,
  speak,
  isWithdrawn: (call) => isWithdrawn(call, live.peek()?.latest.peek()?.calls ?? []),
  pause: sleep,
})

let seen: ReadonlySet<string> | undefined

function hear({ calls }: Snapshot): void {
  const next = heard(seen, calls)
  seen = next.seen
  announcer.announce(next.fresh.filter((call) => worthSaying(call, portalNow())))
  // Between two calls the last one stands, also one that was not told: at the start, or after a lost connection.
  if (!telling.value) told.value = calls[0]
}

/**
 * Nothing was heard for so long that a child who is found may still be asked for: within the minute in which a card is withdrawn
 * everywhere, the age of an answer included. By a timer, since the machine's clock may be set.
 */
export const silent = signal(false)
const silentAfter = 50 * second
let silence: ReturnType<typeof setTimeout> | undefined

function heardNow(): void {
  clearTimeout(silence)
  silence = setTimeout(() => {
    silent.value = true
  }, silentAfter)
  silent.value = false
}

/** Whatever is no answer leaves an old picture on the wall, and the wall must say so. */
async function asked(): Promise<Snapshot> {
  try {
    const answer = await device.request("GET /device/live")
    heardNow()
    return answer
  } catch (failure) {
    throw isRefusal(failure) && !isRefusal(failure, "device-unknown") ? new Offline() : failure
  }
}

export function listen(): void {
  listenForVoices()
  rememberEnglish()
  void turnOn()
  const touched = () => {
    if (!soundOn.value) void turnOn()
  }
  addEventListener("pointerdown", touched)
  addEventListener("keydown", touched)

  pollWhilePaired(device, live, { ask: asked, everyMs: 1_000 })
  effect(() => {
    const snapshot = live.value?.latest.value
    if (snapshot) untracked(() => hear(snapshot))
  })

  const report = async () => {
    if (device.standing.peek().at !== "paired") return
    try {
      await device.request("POST /device/heartbeat", { paper: "unknown", version: "display", offlineTickets: 0 })
    } catch (failure) {
      if (!isRefusal(failure) && !mayHaveHappened(failure)) throw failure
    }
  }
  setInterval(() => void report(), minute)

  // A machine's own clock drifts; the hall reads this one.
  setInterval(async () => {
    try {
      learnClock((await device.request("GET /device/clock")).now)
    } catch (failure) {
      if (!mayHaveHappened(failure)) throw failure
    }
  }, 5 * minute)

  const renew = renewing({
    now: () => (isClockKnown() ? portalNow() : undefined),
    hall: () => (live.value?.lostSince.value === undefined && !telling.value ? live.value?.latest.value : undefined),
    served: servedPage,
    mayReloadForVersion,
    reload: () => location.reload(),
  })
  setInterval(() => void renew(), minute)
}
