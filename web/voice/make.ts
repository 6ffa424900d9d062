/**
 * Makes the words that the hall speaks, by hand where they change: `node web/voice/make.ts`. It needs espeak-ng and opusenc
 * (Debian: espeak-ng opus-tools). What it makes are placeholders of a free synthesizer, and their name says so; a station
 * that records a person gives the same two files, every word of `vocabulary` once, a silence between.
 */
import { execFileSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { vocabulary } from "./sentence.ts"

// The synthesizer's own table of characters reads most of these as English, so Chinese goes to it as pinyin.
const pinyin: Record<string, string> = {
  请: "qing3",
  号: "hao4",
  到: "dao4",
  号窗口: "hao4 chuang1kou3",
  零: "ling2",
  一: "yi1",
  二: "er4",
  三: "san1",
  四: "si4",
  五: "wu3",
  六: "liu4",
  七: "qi1",
  八: "ba1",
  九: "jiu3",
  十: "shi2",
}

const spoken = [
  ...vocabulary.zh.map((word) => ({ word, voice: "cmn-latn-pinyin", text: pinyin[word], speed: 160 })),
  ...vocabulary.letters.map((word) => ({ word, voice: "en-us", text: word, speed: 140 })),
  ...vocabulary.en.map((word) => ({ word, voice: "en-us", text: word, speed: 150 })),
]

const rate = 22_050
const silence = 0.06
const loudest = 0.8 * 32_767
const folder = mkdtempSync(join(tmpdir(), "doorstep-voice-"))
try {
  const pieces: Int16Array[] = []
  const sprite: Record<string, [number, number]> = {}
  const gap = new Int16Array(Math.round(rate * silence))
  let at = 0
  const add = (samples: Int16Array) => {
    pieces.push(samples)
    at += samples.length
  }
  add(gap)
  for (const { word, voice, text, speed } of spoken) {
    if (!text) throw new Error(`How is ${word} spoken?`)
    const samples = levelled(trimmed(recorded(text, voice, speed)))
    sprite[word] = [seconds(at), seconds(samples.length)]
    add(samples)
    add(gap)
  }
  const wav = join(folder, "words.wav")
  writeFileSync(wav, waveOf(pieces))
  const here = (name: string) => new URL(name, import.meta.url).pathname
  execFileSync("opusenc", [
    ...["--quiet", "--serial", "1", "--bitrate", "13", "--speech", "--framesize", "60"],
    ...["--artist", "espeak-ng (placeholder)", "--title", "Words of the hall, placeholder recordings"],
    wav,
    here("placeholder.opus"),
  ])
  const lines = Object.entries(sprite).map(
    ([word, [from, length]]) => `  ${JSON.stringify(word)}: [${from}, ${length}]`,
  )
  writeFileSync(here("placeholder.json"), `{\n${lines.join(",\n")}\n}\n`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function recorded(text: string, voice: string, speed: number): Int16Array {
  const file = join(folder, "word.wav")
  execFileSync("espeak-ng", ["-v", voice, "-s", String(speed), "-w", file, text])
  const wave = readFileSync(file)
  const start = wave.indexOf("data") + 8
  if (wave.readUInt32LE(24) !== rate) throw new Error(`${voice} speaks at another rate`)
  return new Int16Array(wave.buffer.slice(wave.byteOffset + start, wave.byteOffset + wave.length - (wave.length % 2)))
}

/** Without the silence at both ends. */
function trimmed(samples: Int16Array): Int16Array {
  const isHeard = (it: number) => Math.abs(it) > 200
  const edge = Math.round(rate * 0.01)
  return samples.slice(Math.max(0, samples.findIndex(isHeard) - edge), samples.findLastIndex(isHeard) + edge)
}

/** All words equally loud. */
function levelled(samples: Int16Array): Int16Array {
  const peak = samples.reduce((most, it) => Math.max(most, Math.abs(it)), 1)
  return samples.map((it) => Math.round((it * loudest) / peak))
}

function seconds(samples: number): number {
  return Math.round((samples / rate) * 1_000) / 1_000
}

/** One channel of 16 bits. */
function waveOf(parts: readonly Int16Array[]): Buffer {
  const body = Buffer.concat(parts.map((it) => Buffer.from(it.buffer, it.byteOffset, it.byteLength)))
  const head = Buffer.alloc(44)
  head.write("RIFF")
  head.writeUInt32LE(36 + body.length, 4)
  head.write("WAVEfmt ", 8)
  head.writeUInt32LE(16, 16)
  head.writeUInt16LE(1, 20)
  head.writeUInt16LE(1, 22)
  head.writeUInt32LE(rate, 24)
  head.writeUInt32LE(rate * 2, 28)
  head.writeUInt16LE(2, 32)
  head.writeUInt16LE(16, 34)
  head.write("data", 36)
  head.writeUInt32LE(body.length, 40)
  return Buffer.concat([head, body])
}
