/** What the hall hears, as the words of the sprite in their order. Numbers and windows only: never a name. */

/** Where each word lies in the sprite: seconds from its start, and how long. */
export type Sprite = Readonly<Record<string, readonly [from: number, length: number]>>
export type Slice = { from: number; length: number; after: number }

type Called = { number: string; window: number }

const figures = [..."零一二三四五六七八九"]
const english = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
  .concat(" seventeen eighteen nineteen")
  .split(" ")
const tens = "twenty thirty forty fifty sixty seventy eighty ninety".split(" ")

/** "请A零一二号到2号窗口": a ticket's figures one by one, a window as it is counted (12 is 十二). */
export const sentenceZh = ({ number, window }: Called): string[] => [
  "请",
  ...[...number].map((it) => figures[Number(it)] ?? it),
  "号",
  "到",
  ...countedZh(window),
  "号窗口",
]

export const sentenceEn = ({ number, window }: Called): string[] => [
  "ticket",
  ...[...number].map((it) => english[Number(it)] ?? it),
  "please go to window",
  ...countedEn(window),
]

function countedZh(window: number): string[] {
  const [ten, one] = [Math.floor(window / 10), window % 10]
  if (ten === 0) return [figures[one]!]
  return [...(ten > 1 ? [figures[ten]!] : []), "十", ...(one ? [figures[one]!] : [])]
}

function countedEn(window: number): string[] {
  const small = english[window]
  if (small) return [small]
  const one = window % 10
  return [tens[Math.floor(window / 10) - 2]!, ...(one ? [english[one]!] : [])]
}

/** Every word that a ticket and a window can need: any letter, any figures, windows 1 to 99. */
export const vocabulary = {
  zh: ["请", ...figures, "十", "号", "到", "号窗口"],
  letters: [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"],
  en: ["ticket", "please go to window", ...english, ...tens],
}

/** A breath where the sentence turns, hardly any between words. */
const breath: Record<string, number> = { 请: 0.12, 号: 0.1, ticket: 0.1, "please go to window": 0.1 }
const between = 0.05

/** The words as pieces of the sprite, each starting `after` the sentence did; undefined where one is not in it. */
export function slices(sprite: Sprite, words: readonly string[]): Slice[] | undefined {
  let after = 0
  const found = words.map((word, i) => {
    const piece = sprite[word]
    if (!piece) return undefined
    const slice = { from: piece[0], length: piece[1], after }
    const turning = words[i + 1] === "please go to window" ? 0.2 : (breath[word] ?? between)
    after += piece[1] + turning
    return slice
  })
  return found.every((it) => it !== undefined) ? found : undefined
}

export const secondsOf = (pieces: readonly Slice[]): number => {
  const last = pieces.at(-1)
  return last ? last.after + last.length : 0
}
