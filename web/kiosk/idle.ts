/** When a kiosk that nobody touches forgets (issue of the line: warns at 60 s, wipes 30 s later; a given number is shown for 20 s). */
export type Screen = "home" | "given" | "working" | "other"
export type Idle = { do: "nothing" } | { do: "count" | "warn"; seconds: number } | { do: "wipe" }

const shownFor = 20_000
const warnAfter = 60_000
const wipeAfter = 90_000

/** `idle` is milliseconds since the last touch or change of screen. While an answer is awaited nothing is wiped. */
export function idleAt(screen: Screen, idle: number): Idle {
  if (screen === "working") return { do: "nothing" }
  if (screen === "given") return idle >= shownFor ? { do: "wipe" } : { do: "count", seconds: left(shownFor, idle) }
  if (idle >= wipeAfter) return { do: "wipe" }
  // At home there is nothing to lose but a language and a size of letters.
  if (screen === "home" || idle < warnAfter) return { do: "nothing" }
  return { do: "warn", seconds: left(wipeAfter, idle) }
}

const left = (until: number, idle: number) => Math.ceil((until - idle) / 1_000)
