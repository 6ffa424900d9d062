/** The kiosk while the network is away and when it is back: its letter, what it gave meanwhile, and a heartbeat each minute. */
import { computed, effect, signal } from "@preact/signals"
import { learnClock } from "#web/lib/clock"
import { isRefusal, mayHaveHappened } from "#web/lib/portal"
import { browserDrawer } from "./drawer.ts"
import {
  aheadOf,
  batchOf,
  given,
  type Hindrance,
  held,
  hindrance,
  type Kept,
  leased,
  nothing,
  type Paper,
  type State,
  seenIn,
  settled,
  stranded,
  type Wish,
} from "./keeping.ts"
import { seal, unseal } from "./sealing.ts"
import { device, isAway, live } from "./station.ts"
import { steady } from "./steady.ts"

const drawer = browserDrawer()
const clock = steady()
const second = 1_000
/** The built file's own name, which its content made. */
const version = new URL(import.meta.url).pathname.split("/").at(-1)!.slice(0, 40)

/** What the drawer holds, for the screens. */
export const keeping = signal<State>(nothing)
export const forStaff = computed(() => keeping.value.kept.filter((it) => it.stranded))

async function change<T>(act: (state: State) => { state: State; answer: T }): Promise<T> {
  const done = await drawer.change((before) => {
    const { state, answer } = act(before)
    return { state, answer: { state, answer } }
  })
  keeping.value = done.state
  return done.answer
}
const put = (act: (state: State) => State) => change((state) => ({ state: act(state), answer: undefined }))

/** Whether numbers can be given without the portal now. */
export const canKeep = (): boolean => hindrance(keeping.value, clock.now()) === undefined

export type Shown = { ref: string } | { scanned: string } | { idNumber: string }
export type KeptGiven = {
  offline: true
  number: string
  service: Wish["service"]
  ahead: number
  at: number
  hadOne: boolean
}

/** A number of its own letter, on the disk before it is answered. The same thing shown twice is the same number. */
export async function giveAway(wish: Omit<Wish, "sealed">, shown?: Shown): Promise<KeptGiven | Hindrance> {
  const before = shown && (await sameShown(shown))
  const sealed = shown && !before ? await seal(shown) : undefined
  const done = await change<{ kept: Kept; ahead: number } | Hindrance>((known) => {
    const state = { ...seenIn(known, waitingNow()), anchor: clock.anchor() }
    const done = before ? { state, kept: before } : given(state, { ...wish, ...(sealed && { sealed }) }, clock.now())
    if (typeof done === "string") return { state, answer: done }
    return { state: done.state, answer: { kept: done.kept, ahead: aheadOf(done.state, done.kept) } }
  })
  if (typeof done === "string") return done
  const { number, service, at } = done.kept
  return { offline: true, number, service, at, ahead: done.ahead, hadOne: before !== undefined }
}

async function sameShown(shown: Shown): Promise<Kept | undefined> {
  const text = JSON.stringify(shown)
  for (const it of keeping.value.kept) if (it.sealed && JSON.stringify(await unseal(it.sealed)) === text) return it
  return undefined
}

/** Sends what was given meanwhile, day by day, fifty at a time, until nothing is left that the portal takes. */
async function bringBack(): Promise<void> {
  for (;;) {
    const batch = batchOf(await drawer.read())
    const [first] = batch
    if (!first) return
    try {
      const tickets = await Promise.all(batch.map(sent))
      const answer = await device.request("POST /device/merge", { date: first.date, tickets })
      await put((state) => settled(state, batch, answer))
    } catch (failure) {
      if (!isRefusal(failure, "lease-over")) throw failure
      await put((state) => stranded(state, batch))
    }
  }
}

async function sent({ op, number, service, priority, at, tried, spoilt, sealed }: Kept) {
  // What cannot be unsealed any more is an appointment that cannot be found: this person walks in.
  const shown = sealed && (((await unseal(sealed)) as Shown | undefined) ?? { scanned: "" })
  const elapsed = Math.max(0, Math.round(clock.now() - at))
  return { op, number, service, priority, elapsed, tried, ...(spoilt && { spoilt }), ...(shown && { shown }) }
}

let beating: Promise<void> | undefined

/** Never two at once; the next one says what this one could not. */
export function beat(): Promise<void> {
  beating ??= beatOnce().finally(() => {
    beating = undefined
  })
  return beating
}

async function beatOnce(): Promise<void> {
  const standing = device.standing.peek()
  if (standing.at !== "paired") return
  await put((state) => held(state, standing.me.device.id))
  try {
    const { paper, kept } = await drawer.read()
    const { now } = await device.request("POST /device/heartbeat", { paper, version, offlineTickets: kept.length })
    clock.learn(now)
    learnClock(now)
    await bringBack()
    const lease = await device.request("POST /device/lease")
    await put((state) => ({ ...leased(state, lease), anchor: clock.anchor() }))
  } catch (failure) {
    // Away, or refused (which the pairing page says): what is kept stays kept.
    if (!mayHaveHappened(failure) && !isRefusal(failure)) throw failure
  }
}

const waitingNow = () => live.peek()?.latest.peek()?.waiting
const anchored = () => put((state) => ({ ...seenIn(state, waitingNow()), anchor: clock.anchor() }))

export const setPaper = (paper: Paper) => put((state) => ({ ...state, paper })).then(beat)

/** Staff have seen to everyone on the list. */
export const seenTo = () => put((state) => ({ ...state, kept: [] }))

/** Called once, before the device is opened. */
export async function startKeeping(): Promise<void> {
  const state = await drawer.read()
  keeping.value = state
  if (state.anchor) {
    clock.recall(state.anchor)
    learnClock(clock.now())
  }
  setInterval(() => void beat(), 60 * second)
  setInterval(() => void anchored(), 15 * second)
  effect(() => {
    if (device.standing.value.at === "paired") void beat()
  })
  let away = false
  effect(() => {
    const back = away && !isAway()
    away = isAway()
    if (back) void beat()
  })
}
