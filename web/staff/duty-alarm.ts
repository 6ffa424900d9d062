/**
 * The alarm: heard, seen in the page's title and felt, again and again until somebody has the report. Browsers keep a page
 * mute until it is touched; `isMute` says so. A drill sounds unlike the real thing.
 */
import { signal } from "@preact/signals"
import { tone } from "#web/lib/tone"

export const isMute = signal(true)

let audio: AudioContext | undefined
let rounds: ReturnType<typeof setInterval> | undefined
let title: string | undefined
let sounding: "alarm" | "drill" | undefined

const everyMs = 2_000
const horn = { type: "square", loud: 0.35 } as const
/** Hertz, from when, for how long (seconds). */
const tunes = {
  alarm: [
    [960, 0, 0.35],
    [720, 0.35, 0.35],
    [960, 0.7, 0.35],
    [720, 1.05, 0.35],
  ],
  news: [[660, 0, 0.2]],
  drill: [
    [520, 0, 0.12],
    [520, 0.25, 0.12],
  ],
} as const satisfies Record<string, readonly (readonly [number, number, number])[]>

/** Needs a touch, or a browser that was told to allow it. */
export async function unmute(): Promise<void> {
  try {
    audio ??= opened()
    if (audio.state !== "running")
      await Promise.race([audio.resume(), new Promise((resolve) => setTimeout(resolve, 1_000))])
  } catch {
    // A machine without sound: the page goes on saying so.
  }
  isMute.value = audio?.state !== "running"
}

function opened(): AudioContext {
  const context = new AudioContext()
  context.addEventListener("statechange", () => {
    isMute.value = context.state !== "running"
  })
  return context
}

/** Any touch of the page will do. */
export function unmuteByTouch(): void {
  const touched = () => void unmute()
  for (const name of ["pointerdown", "keydown"]) addEventListener(name, touched, { passive: true })
  void unmute()
}

export const sound = (tune: keyof typeof tunes): void => {
  if (audio?.state !== "running") return
  for (const [hertz, after, lasts] of tunes[tune]) tone(audio, horn, hertz, after, lasts)
}

/** Starts, goes on with, or ends it. */
export function alarming(about: { drill: boolean; title: string } | undefined): void {
  const tune = about && (about.drill ? "drill" : "alarm")
  if (tune === sounding) return
  sounding = tune
  clearInterval(rounds)
  if (title !== undefined) document.title = title
  title = undefined
  if (!tune || !about) {
    navigator.vibrate?.(0)
    return
  }
  title = document.title
  const flash = `● ${about.title}`
  const round = () => {
    sound(tune)
    navigator.vibrate?.(tune === "alarm" ? [500, 200, 500] : [120])
    document.title = document.title === flash ? (title ?? flash) : flash
  }
  round()
  rounds = setInterval(round, everyMs)
}
