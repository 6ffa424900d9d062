/** The portal's clock, as this machine last learnt it: a device may be minutes off, a demonstration days. */
import { signal } from "@preact/signals"

const offset = signal(0)
const learnt = signal(false)
/** The portal's present, once a second, for whatever counts. */
export const tick = signal(Date.now())

export const portalNow = (): number => Date.now() + offset.value
export const isClockKnown = (): boolean => learnt.value

export function learnClock(now: number): void {
  offset.value = now - Date.now()
  learnt.value = true
  tick.value = now
}

setInterval(() => {
  tick.value = portalNow()
}, 1_000)
