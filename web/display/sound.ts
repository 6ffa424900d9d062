/**
 * The hall's sound: two tones, then the words of our own recording, and the browser's voice only where a word is missing.
 * Browsers keep all of it mute until somebody touches, or the launch flag allows it.
 */
import { effect, signal } from "@preact/signals"
import { type Call, spokenEn, spokenZh, voiceFor } from "#web/lib/calls"
import { tone } from "#web/lib/tone"
import { within } from "#web/voice/patience"
import { type Player, playerOn } from "#web/voice/player"
import { sentenceEn, sentenceZh } from "#web/voice/sentence"

export const soundOn = signal(false)
/** Until it is known that there is none. */
export const hasVoice = signal(true)

const remembered = "doorstep-english"
/** English after the Chinese, where the hall wants it. */
export const alsoEnglish = signal(recalled())

let audio: AudioContext | undefined
let player: Player | undefined
let loading: Promise<void> | undefined

/** A kiosk-mode browser may start with sound; any other needs the gesture that calls this. */
export async function turnOn(): Promise<void> {
  try {
    audio ??= opened()
    if (audio.state !== "running") await Promise.race([audio.resume(), sleep(1_000)])
  } catch {
    // A machine without sound: the banner says so.
  }
  soundOn.value = audio?.state === "running"
  void load()
}

/** Says so as soon as the browser takes the sound away again. */
function opened(): AudioContext {
  const context = new AudioContext()
  context.addEventListener("statechange", () => {
    if (context === audio) soundOn.value = context.state === "running"
  })
  return context
}

/** The words are fetched and decoded once, at the start; where that failed, again with the next call. */
function load(): Promise<void> {
  const context = audio
  if (!context || player) return Promise.resolve()
  loading ??= playerOn(context)
    .then((made) => {
      player = made
    })
    .catch(() => {
      // The chime and the browser's own voice stand in.
    })
    .finally(() => {
      loading = undefined
      lookForVoices()
    })
  return loading
}

function lookForVoices(): void {
  hasVoice.value = player !== undefined || chosen("zh") !== undefined
}

export function listenForVoices(): void {
  globalThis.speechSynthesis?.addEventListener?.("voiceschanged", () => {
    if (!loading) lookForVoices()
  })
}

const bell = { type: "triangle", loud: 0.5 } as const

/** A falling third, like a doorbell. Resolves when it has sounded. */
export async function chime(): Promise<void> {
  if (audio?.state !== "running") return
  tone(audio, bell, 880, 0, 0.7)
  tone(audio, bell, 698.5, 0.35, 0.7)
  await sleep(1_100)
}

/** So many times in Chinese; then in English once where it is wanted. Resolves at once on a machine without a voice. */
export async function speak(call: Call, times: number, over: AbortSignal): Promise<void> {
  for (let i = 0; i < times && soundOn.value && !over.aborted; i++) {
    await say("zh", sentenceZh(call), spokenZh(call), over)
    await sleep(400)
  }
  if (alsoEnglish.value && soundOn.value && !over.aborted) await say("en", sentenceEn(call), spokenEn(call), over)
}

async function say(language: "zh" | "en", words: string[], text: string, over: AbortSignal): Promise<void> {
  if (!player) void load()
  try {
    const said = player?.say(words, over)
    if (said) return await said
  } catch {
    if (over.aborted) return
    await startAnew()
  }
  await sayByBrowser(language, text, over)
}

/** Sound that does not end comes from a device that is gone: the next call gets a new beginning. */
async function startAnew(): Promise<void> {
  void audio?.close().catch(() => {})
  audio = undefined
  player = undefined
  await turnOn()
}

const chosen = (language: "zh" | "en") => voiceFor(globalThis.speechSynthesis?.getVoices() ?? [], language)

async function sayByBrowser(language: "zh" | "en", text: string, over: AbortSignal): Promise<void> {
  const voice = chosen(language)
  if (!voice) return
  const words = new SpeechSynthesisUtterance(text)
  words.voice = voice
  words.lang = voice.lang
  words.rate = 0.9
  const said = new Promise<void>((resolve, reject) => {
    words.onend = () => resolve()
    words.onerror = () => reject(new Error("voice"))
  })
  speechSynthesis.speak(words)
  await within(10_000, said, over, () => speechSynthesis.cancel())
}

function recalled(): boolean {
  try {
    return localStorage.getItem(remembered) === "on"
  } catch {
    return false
  }
}

export function rememberEnglish(): void {
  effect(() => {
    try {
      localStorage.setItem(remembered, alsoEnglish.value ? "on" : "off")
    } catch {
      // A browser that forbids storage asks again tomorrow.
    }
  })
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
