/** What somebody who waits for a release, or for their turn at it, is told. */
import { timeOf } from "#domain/time"
import type { Turn } from "#domain/wave"
import { type Language, teller } from "./t.ts"

const words = {
  turn: {
    zh: "这一天的号今早刚放出，抽签分 {waves} 批预约。您在第 {wave} 批，{time} 开始。换手机、多点几次都不会变快，也不会变慢。",
    en: "This day came on sale this morning; people are let in by lot, in {waves} turns. You are in turn {wave}, which begins at {time}. Another phone or more taps make it neither sooner nor later.",
  },
  "on-sale": {
    zh: "这一天还没有放号，{when} 起可以预约。请到时再约，或换一天。",
    en: "That day is not on sale yet: it can be booked from {when}. Come back then, or choose another day.",
  },
} as const

/** `when` as clockName says it. */
export const onSaleText = (when: string, language: Language): string => teller(words, language)("on-sale", { when })

export function turnText({ wave, waves, opens }: Turn, language: Language): string {
  const seconds = String(new Date(opens).getUTCSeconds()).padStart(2, "0")
  return teller(words, language)("turn", { wave, waves, time: `${timeOf(opens)}:${seconds}` })
}
