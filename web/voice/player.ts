/** Plays sentences out of one small recording. Slices are scheduled on the audio's own clock, so that words do not stumble. */

import { within } from "./patience.ts"
import where from "./placeholder.json?url"
import recording from "./placeholder.opus?url"
import { type Slice, type Sprite, secondsOf, slices } from "./sentence.ts"

export type Player = {
  /** Starts to say it: resolves when it has been said, rejects when `over` aborts or it does not end; undefined where a word is missing. */
  say: (words: readonly string[], over: AbortSignal) => Promise<void> | undefined
}

/** Loads and decodes the words; rejects where the file does not come or this browser cannot read it. */
export async function playerOn(audio: AudioContext): Promise<Player> {
  const [sound, list] = await Promise.all([fetched(recording), fetched(where)])
  const sprite: Sprite = await list.json()
  const words = await audio.decodeAudioData(await sound.arrayBuffer())
  return {
    say: (sentence, over) => {
      const pieces = slices(sprite, sentence)
      return pieces && played(audio, words, pieces, over)
    },
  }
}

async function fetched(file: string): Promise<Response> {
  const answer = await fetch(file, { signal: AbortSignal.timeout(20_000) })
  if (!answer.ok) throw new Error("recording")
  return answer
}

function played(audio: AudioContext, words: AudioBuffer, pieces: readonly Slice[], over: AbortSignal): Promise<void> {
  const start = audio.currentTime + 0.05
  const sources = pieces.map(({ from, length, after }) => {
    const source = audio.createBufferSource()
    source.buffer = words
    source.connect(audio.destination)
    source.start(start + after, from, length)
    return source
  })
  const hush = () => {
    for (const source of sources) source.disconnect()
  }
  const said = new Promise<void>((resolve) => sources.at(-1)?.addEventListener("ended", () => resolve()))
  return within((secondsOf(pieces) + 2) * 1_000, said, over, hush)
}
