/** What every page needs to know beside its own matter. */
import type { Station } from "#domain/station"
import type { Instant } from "#domain/time"
import { type ResidentTell, residentTeller } from "#web/words/resident"
import type { Language } from "#web/words/t"
import { type Face, languageOf } from "./face.ts"

export type View = {
  face: Face
  language: Language
  t: ResidentTell
  /** The page's own address after the face, with its query: what the switches keep. */
  path: string
  /** The portal's clock, where it runs on demonstration data. */
  demonstration?: { now: Instant }
}

export const viewOf = (face: Face, path: string, demonstration?: { now: Instant }): View => {
  const language = languageOf(face)
  return { face, language, t: residentTeller(language), path, ...(demonstration && { demonstration }) }
}

export type Place = Pick<Station, "id" | "name" | "address" | "lat" | "lng">
