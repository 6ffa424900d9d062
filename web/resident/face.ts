/** A face is a language and a text size, the first segment of every page's address, so that shared caches keep them apart. */
import type { Language } from "#web/words/t"

export const faces = ["zh", "en", "zh-big", "en-big"] as const
export type Face = (typeof faces)[number]

export const isFace = (text: string | undefined): text is Face => faces.some((it) => it === text)
export const languageOf = (face: Face): Language => (face.startsWith("en") ? "en" : "zh")
export const isBig = (face: Face) => face.endsWith("-big")
export const faceFor = (language: Language, big: boolean): Face => `${language}${big ? "-big" : ""}`
