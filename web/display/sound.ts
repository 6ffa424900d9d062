/** The hall's sound: two tones, and the browser's own voice where it has one. Browsers keep both mute until somebody touches. */
import { signal } from "@preact/signals"
import { type Call, spokenEn, spokenZh, voiceFor } from "#web/lib/calls"

export const soundOn = signal(false)
export const hasVoice = signal(false)
/** English after the Chinese, where the hall wants it. */
export const alsoEnglish = signal(localStorage.getItem("doorstep-english") === "on")

let audio: AudioContext | undefined

/** A kiosk-mode browser may start with sound; any other needs the gesture that calls this. */
export async function turnOn(): Promise<void> {
  try {
    audio ??= new AudioContext()
    if (audio.state === "suspended") await Promise.race([audio.resume(), sleep(1_000)])
    soundOn.value = audio.state === "running"
  } catch {
    soundOn.value = false
  }
  hasVoice.value = chosen("zh") !== undefined
}

export function listenForVoices(): void {
  globalThis.speechSynthesis?.addEventListener?.("voiceschanged", () => {
    hasVoice.value = chosen("zh") !== undefined
  })
}

/** A falling third, like a doorbell. Resolves when it has sounded. */
export async function chime(): Promise<void> {
  if (audio?.state !== "running") return
  tone(audio, 880, 0)
  tone(audio, 698.5, 0.35)
  await sleep(1_100)
}

function tone(on: AudioContext, hertz: number, after: number): void {
  const start = on.currentTime + after
  const voice = on.createOscillator()
  const loud = on.createGain()
  voice.type = "triangle"
  voice.frequency.value = hertz
  loud.gain.setValueAtTime(0.0001, start)
  loud.gain.exponentialRampToValueAtTime(0.5, start + 0.02)
  loud.gain.exponentialRampToValueAtTime(0.0001, start + 0.7)
  voice.connect(loud).connect(on.destination)
  voice.start(start)
  voice.stop(start + 0.75)
}

/** Twice in Chinese; in English once where it is wanted. Resolves at once on a machine without a voice. */
export async function speak(call: Call): Promise<void> {
  if (!soundOn.value) return
  await say(spokenZh(call), "zh")
  await say(spokenZh(call), "zh")
  if (alsoEnglish.value) await say(spokenEn(call), "en")
}

const chosen = (language: "zh" | "en") => voiceFor(globalThis.speechSynthesis?.getVoices() ?? [], language)

function say(text: string, language: "zh" | "en"): Promise<void> {
  const voice = chosen(language)
  if (!voice) return Promise.resolve()
  return new Promise((resolve, reject) => {
    const words = new SpeechSynthesisUtterance(text)
    words.voice = voice
    words.lang = voice.lang
    words.rate = 0.9
    words.onend = () => resolve()
    words.onerror = () => reject(new Error("voice"))
    speechSynthesis.speak(words)
  })
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
