/**
 * What the law says to somebody who tells us a little about themselves. It is advice and never a bar: refusing whoever may
 * apply is punishable (居住证暂行条例 20), so a page warns and explains, and the officer at the window decides.
 */
import * as z from "zod/mini"
import { terms } from "./catalogue.ts"
import { groupOf, type ServiceId, services } from "./service.ts"
import { LocalDate } from "./time.ts"
import {
  endorsementOf,
  endorsementState,
  firstCardDue,
  fullYears,
  halfYearFrom,
  permitOf,
  renewalOpens,
  validYearsAt,
} from "./validity.ts"

// What somebody tells

const LongAgo = LocalDate.check(z.refine((date) => date >= "1900-01-01" && date <= "2100-12-31", "date"))

/** Never a name or a number of a card: an answer stands in the address of the page. */
export const Facts = z.object({
  /** Who comes: the applicant, a guardian for a child under 16, somebody for one who can hardly move, anyone else. */
  who: z.optional(z.enum(["self", "child", "limited", "other"], "choice")),
  age: z.optional(z.coerce.number("age").check(z.int("age"), z.gte(0, "age"), z.lte(120, "age"))),
  /** Where the household register is: this city, a county under it, elsewhere in the province, another province, 港澳台. */
  hukou: z.optional(z.enum(["city", "county", "province", "elsewhere", "hmt"], "choice")),
  registered: z.optional(LongAgo),
  ground: z.optional(z.enum(["job", "home", "study", "none"], "choice")),
  issued: z.optional(LongAgo),
  last: z.optional(LongAgo),
  moved: z.optional(z.enum(["within", "across"], "choice")),
  unit: z.optional(z.enum(["same", "other"], "choice")),
  expires: z.optional(LongAgo),
  main: z.optional(z.enum(["with", "open", "none"], "choice")),
  soldier: z.optional(z.enum(["no", "yes"], "choice")),
  hardship: z.optional(z.enum(["none", "allowance", "other"], "choice")),
})
export type Facts = z.infer<typeof Facts>
export type Fact = keyof Facts

const idCardFacts: readonly Fact[] = ["age", "hukou", "soldier", "hardship"]

/** What is worth asking for each service, in the order of asking. */
export const questions: Record<ServiceId, readonly Fact[]> = {
  "rp-register": ["who"],
  "rp-first": ["hukou", "registered", "ground", "who"],
  "rp-endorse": ["issued", "last", "who"],
  "rp-address": ["moved", "who"],
  "rp-renew": ["unit", "who"],
  "rp-reissue": ["unit", "who"],
  "id-first": idCardFacts,
  "id-minor": ["age", "hukou", "hardship"],
  "id-renew": ["expires", ...idCardFacts, "who"],
  "id-renew-data": [...idCardFacts, "who"],
  "id-renew-damaged": [...idCardFacts, "who"],
  "id-reissue": [...idCardFacts, "who"],
  "id-temporary": ["main", "soldier", "hardship"],
  "id-loss": ["who"],
  "id-found": [],
  pickup: ["who"],
  advice: [],
}

// What follows

/** `elsewhere`: the law knows another way for this; `warn`: they may come in vain today. */
export type Level = "fine" | "note" | "warn" | "elsewhere"

const levels = {
  "half-year-met": "fine",
  "half-year-not-yet": "warn",
  "same-city": "warn",
  county: "note",
  hmt: "elsewhere",
  "ground-job": "note",
  "ground-home": "note",
  "ground-study": "note",
  "ground-none": "warn",
  "endorse-early": "warn",
  "endorse-open": "fine",
  "endorse-suspended": "warn",
  "moved-across": "elsewhere",
  "moved-within": "fine",
  "unit-same": "fine",
  "unit-other": "elsewhere",
  "unit-welcome": "fine",
  "guardian-permit": "note",
  "proxy-permit": "note",
  "proxy-refused": "warn",
  "id-valid": "fine",
  "id-valid-for-good": "fine",
  "first-before-16": "elsewhere",
  "first-three-months": "note",
  "first-until": "note",
  "first-overdue": "warn",
  "minor-over-16": "elsewhere",
  "minor-guardian": "note",
  "renew-early": "warn",
  "renew-open": "fine",
  "renew-expired": "warn",
  "presence-child": "note",
  "presence-limited": "note",
  "presence-other": "warn",
  soldier: "elsewhere",
  remote: "note",
  "remote-refused": "note",
  "hardship-free": "fine",
  "hardship-less": "note",
  "temporary-charged": "note",
  "temporary-needs-main": "warn",
  "temporary-three-days": "fine",
  "loss-in-person": "warn",
  "pickup-relative": "note",
} as const satisfies Record<string, Level>

export type AdviceKey = keyof typeof levels
export type Advice = {
  key: AdviceKey
  level: Level
  /** Blanks of its words: dates as they are kept, numbers. */
  values: Readonly<Record<string, string | number>>
  /** The service that is meant instead. */
  instead?: ServiceId
}

const say = (key: AdviceKey, values: Advice["values"] = {}, instead?: ServiceId): Advice => ({
  key,
  level: levels[key],
  values,
  ...(instead && { instead }),
})

export type Circumstances = {
  today: LocalDate
  /** Known from an ID number that was given for a booking; the page asks for the age alone. */
  birth?: LocalDate | undefined
  /** The station renews and reissues permits of other units too. */
  renewHere?: boolean | undefined
}

/** All that the facts given say of this service, what stands in the way first. Facts that are not given say nothing. */
export function adviceFor(service: ServiceId, facts: Facts, circumstances: Circumstances): Advice[] {
  const found = [...aboutPermit(service, facts, circumstances), ...aboutCard(service, facts, circumstances)]
  const rank: readonly Level[] = ["elsewhere", "warn", "note", "fine"]
  return found.toSorted((a, b) => rank.indexOf(a.level) - rank.indexOf(b.level))
}

/** Yuan after a waiver; undefined is "as posted". */
export const feeFor = (service: ServiceId, { hardship }: Facts): number | undefined =>
  hardship === "allowance" && terms[service].hardship === "free" ? 0 : services[service].fee

function aboutPermit(service: ServiceId, facts: Facts, { today, renewHere }: Circumstances): Advice[] {
  if (groupOf(service) !== "rp") return []
  const told: Advice[] = []
  if (service === "rp-first") told.push(...aboutFirstPermit(facts, today))
  if (service === "rp-endorse" && facts.issued !== undefined)
    told.push(aboutEndorsement(facts.issued, facts.last, today))
  if (service === "rp-address" && facts.moved) told.push(aboutMove(facts.moved))
  if (terms[service].where === "original-unit" && facts.unit)
    told.push(say(facts.unit === "same" ? "unit-same" : renewHere ? "unit-welcome" : "unit-other"))
  if (facts.who === "child") told.push(say("guardian-permit"))
  if (facts.who === "limited") told.push(say("proxy-permit"))
  if (facts.who === "other") told.push(say("proxy-refused"))
  return told
}

/** Left the place of the register for another 市/县 — a move inside one city is none (公通字〔2021〕12号 63) — half a year, one of three grounds. */
function aboutFirstPermit({ hukou, registered, ground }: Facts, today: LocalDate): Advice[] {
  const told: Advice[] = []
  if (hukou === "city") told.push(say("same-city"))
  if (hukou === "county") told.push(say("county"))
  if (hukou === "hmt") told.push(say("hmt"))
  if (registered !== undefined) {
    const date = halfYearFrom(registered)
    told.push(say(today < date ? "half-year-not-yet" : "half-year-met", { date }))
  }
  if (ground) told.push(say(`ground-${ground}`))
  return told
}

function aboutEndorsement(issued: LocalDate, last: LocalDate | undefined, today: LocalDate): Advice {
  const permit = permitOf(issued, last)
  const { opens, due } = endorsementOf(permit)
  return say(`endorse-${endorsementState(permit, today)}`, { opens, due, today })
}

/** Inside the same 市/县 the permit stays and its address changes; after a move to another one applies there anew. */
const aboutMove = (moved: NonNullable<Facts["moved"]>) =>
  moved === "within" ? say("moved-within") : say("moved-across", {}, "rp-first")

function aboutCard(service: ServiceId, facts: Facts, { today, birth }: Circumstances): Advice[] {
  if (groupOf(service) === "rp") return []
  const age = facts.age ?? (birth === undefined ? undefined : fullYears(birth, today))
  const told = aboutService[service]?.({ ...facts, age }, today, birth) ?? []
  const { presence, validity, hardship } = terms[service]
  // 国务院、中央军委令510号 5: a soldier's card is applied for by the unit; every other service is open.
  if (facts.soldier === "yes" && presence === "self") told.push(say("soldier"))
  if (validity === "by-age") told.push(...aboutApplication(facts, age))
  if (hardship && facts.hardship && facts.hardship !== "none")
    told.push(say(facts.hardship === "allowance" && hardship === "free" ? "hardship-free" : "hardship-less"))
  return told
}

const aboutService: Partial<
  Record<ServiceId, (facts: Facts, today: LocalDate, birth: LocalDate | undefined) => Advice[]>
> = {
  "id-first": ({ age }, today, birth) => [...aboutFirstCard(age, birth, today), say("temporary-charged")],
  "id-minor": ({ age = 0 }) => [age >= 16 ? say("minor-over-16", {}, "id-first") : say("minor-guardian")],
  "id-renew": ({ expires }, today) => (expires === undefined ? [] : [aboutExpiry(expires, today)]),
  "id-temporary": ({ main }) => (main ? [say(main === "none" ? "temporary-needs-main" : "temporary-three-days")] : []),
  "id-loss": ({ who = "self" }) => (who === "self" ? [] : [say("loss-in-person")]),
  pickup: ({ who = "self" }) => (who === "self" ? [] : [say("pickup-relative")]),
}

/** What holds for every application for a card: it takes the person, it may come from elsewhere, it is good by age. */
function aboutApplication({ who, hukou }: Facts, age: number | undefined): Advice[] {
  const told: Advice[] = []
  if (who === "child") told.push(say("presence-child"))
  if (who === "limited") told.push(say("presence-limited"))
  if (who === "other") told.push(say("presence-other"))
  if (hukou === "hmt") told.push(say("hmt"))
  // 公通字〔2021〕12号 83–84
  if (hukou === "province" || hukou === "elsewhere") told.push(say("remote"), say("remote-refused"))
  if (age === undefined) return told
  const years = validYearsAt(age)
  return [...told, years === undefined ? say("id-valid-for-good") : say("id-valid", { years })]
}

function aboutFirstCard(age: number | undefined, birth: LocalDate | undefined, today: LocalDate): Advice[] {
  if (age === undefined) return []
  if (age < 16) return [say("first-before-16", {}, "id-minor")]
  if (!birth) return [say(age === 16 ? "first-three-months" : "first-overdue")]
  const { until } = firstCardDue(birth)
  return [today <= until ? say("first-until", { until }) : say("first-overdue")]
}

function aboutExpiry(expires: LocalDate, today: LocalDate): Advice {
  const opens = renewalOpens(expires)
  if (today < opens) return say("renew-early", { opens, expires })
  return say(today <= expires ? "renew-open" : "renew-expired", { opens, expires })
}
