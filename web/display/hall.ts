/** What the board shows: the hall as last heard, and the call that is being told. */
import { effect, signal } from "@preact/signals"
import type { Answer } from "#api/routes"
import { type Call, heard, worthSaying } from "#web/lib/calls"
import { learnClock, portalNow } from "#web/lib/clock"
import { type DeviceRoutes, deviceOf } from "#web/lib/device"
import { type Polling, polling } from "#web/lib/polling"
import { mayHaveHappened } from "#web/lib/portal"
import { announcerOn } from "./announcer.ts"
import { alsoEnglish, chime, listenForVoices, sleep, soundOn, speak, turnOn } from "./sound.ts"

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
  pause: sleep,
})

let seen: ReadonlySet<string> | undefined

function hear(snapshot: Snapshot): void {
  const next = heard(seen, snapshot.calls)
  // At the start the last call is put up in silence.
  if (!seen) told.value = snapshot.calls[0]
  seen = next.seen
  announcer.announce(next.fresh.filter((call) => worthSaying(call, snapshot.windows, portalNow())))
}

export function listen(): void {
  listenForVoices()
  void turnOn()
  const touched = () => {
    if (!soundOn.value) void turnOn()
  }
  addEventListener("pointerdown", touched)
  addEventListener("keydown", touched)

  effect(() => {
    if (device.standing.value.at === "paired") {
      live.value ??= polling({
        ask: () => device.request("GET /device/live"),
        everyMs: 1_000,
        refused: () => {
          // Being unknown has turned the page into the pairing page already.
        },
      })
      return
    }
    live.peek()?.stop()
    live.value = undefined
  })
  effect(() => {
    const snapshot = live.value?.latest.value
    if (snapshot) hear(snapshot)
  })
  effect(() => localStorage.setItem("doorstep-english", alsoEnglish.value ? "on" : "off"))

  // A machine's own clock drifts; the hall reads this one.
  setInterval(async () => {
    try {
      learnClock((await device.request("GET /device/clock")).now)
    } catch (failure) {
      if (!mayHaveHappened(failure)) throw failure
    }
  }, 5 * 60_000)
}
