/** Which calls a display has not told yet, and how they are said. Numbers and windows only: never a name. */
export type Call = { number: string; window: number; at: number; times: number }

export const keyOf = ({ number, at, times }: Call): string => `${number} ${at} ${times}`

export type Heard = {
  /** In the order in which they were made. */
  fresh: Call[]
  seen: ReadonlySet<string>
}

/** Compares what the hall heard with what is listed now, newest first. At the start (`seen` undefined) nothing is new. */
export function heard(seen: ReadonlySet<string> | undefined, calls: readonly Call[]): Heard {
  const keys = calls.map(keyOf)
  const fresh = seen ? calls.filter((call) => !seen.has(keyOf(call))).toReversed() : []
  return { fresh, seen: new Set([...keys, ...(seen ?? [])].slice(0, 100)) }
}

const stale = 60_000

/** After a lost connection, what was called long ago is listed and not spoken: whoever missed it is called again by hand. */
export const worthSaying = (call: Call, now: number): boolean => now - call.at <= stale

/** No longer listed, though older ones are: its window took it back, or has called that number again since. */
export const isWithdrawn = (call: Call, calls: readonly Call[]): boolean =>
  calls.some((it) => it.at < call.at) && !calls.some((it) => keyOf(it) === keyOf(call))

const digits = "零一二三四五六七八九"

/** "请A零一二号到2号窗口", as the hall's wall says it. */
export const spokenZh = ({ number, window }: Pick<Call, "number" | "window">): string =>
  `请${number.replace(/\d/g, (digit) => digits[Number(digit)]!)}号到${window}号窗口`

/** Digits apart, or a voice reads "zero twelve". */
export const spokenEn = ({ number, window }: Pick<Call, "number" | "window">): string =>
  `Ticket ${number.split("").join(" ")}, please go to window ${window}`

export type Voice = { lang: string; localService: boolean }

/** A voice of Mandarin or English; one that works without the network where there is a choice. Cantonese is no Mandarin. */
export function voiceFor<V extends Voice>(voices: readonly V[], language: "zh" | "en"): V | undefined {
  const wanted = language === "zh" ? /^(zh|cmn)([-_](CN|Hans|TW|Hant).*)?$/i : /^en/i
  const fitting = voices.filter((it) => wanted.test(it.lang))
  const mainland = fitting.filter((it) => /CN|Hans|GB|US/i.test(it.lang))
  const first = mainland.length ? mainland : fitting
  return first.find((it) => it.localService) ?? first[0]
}
