/** An entry in plain words: who, what, on which thing; what has no words stands as it is. */
import type { Answer } from "#api/routes"
import { inWords, telling } from "#web/lib/language"
import { actWords, auditWords, thingWords, whoWords } from "#web/words/audit"
import type { StaffRoutes } from "./asking.ts"

export type Entry = Answer<StaffRoutes["GET /staff/audit"]>["entries"][number]

export const w = telling(auditWords)

export const actOf = (what: string): string => {
  const [verb = what] = what.split(":")
  return actWords[verb] ? inWords(actWords[verb]) : verb
}

/** "staff:clerk-p01-1" is 林小燕; "system:close-day" is 系统 close-day. */
export function nameOf({ id, name }: Entry["who"]): string {
  if (name) return name
  const [kind = id, own] = id.split(":")
  return [whoWords[kind] ? inWords(whoWords[kind]) : kind, kind === "system" ? own : own?.slice(-4)]
    .filter(Boolean)
    .join(" ")
}

/** "live/line#FZ-JA-P01#2026-11-23/t#A012" is 号 A012. */
export function thingOf(thing: string): string {
  const { noun, number = "" } = read(thing)
  const said = thingWords[noun]
  return said ? inWords(said).replace("{number}", number) : noun
}

/** What a purge counts. */
export const kindOf = (kind: string): string =>
  thingWords[kind] ? inWords(thingWords[kind]).replace(" {number}", "") : kind

function read(thing: string): { noun: string; number?: string } {
  const [table = "", pk = "", ...rest] = thing.split("/")
  const sk = rest.join("/")
  const [noun = "", own] = pk.split("#")
  if (table === "purge") return { noun: "purge" }
  if (table === "audit") return { noun: "audit", number: pk.slice(-10) }
  if (sk.startsWith("t#")) return { noun: "ticket", number: sk.slice(2) }
  if (/^[A-Z]/.test(noun) && table === "live") return { noun: "ticket", number: sk.split("/").at(-1)! }
  if (/^[A-Z]/.test(noun)) return { noun: own ? "place" : "list" }
  if (noun === "person" && sk === "standing") return { noun: "standing" }
  if (noun === "duty") return { noun, number: sk }
  return { noun, ...(own && { number: own }) }
}
