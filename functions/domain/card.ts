/**
 * The card of a lost child that an officer shows in the hall: sex, age, clothing, place and time last seen, and whom to call.
 * Never a name, home, school, photo or a parent's phone (domain.md §5.5, minimal card; 个人信息保护法 28: under 14 is
 * sensitive). It ends by itself, and an officer may take it back sooner.
 */
import * as z from "zod/mini"
import { type Instant, LocalTime, minute } from "./time.ts"

/** Longer than a phone's tail, and a number names somebody. */
const namesSomebody = (text: string) => /(\p{Nd}[\s-]*){7}/u.test(text)
const isPlain = (text: string) => /^[\p{L}\p{M}\p{N}\p{P} ]{1,60}$/u.test(text)

const Text = z.string().check(
  z.trim(),
  z.refine(isPlain, "card-text"),
  z.refine((text) => !namesSomebody(text), "card-private"),
)

/** 110 or a public line; a mobile number is somebody's own. */
const Hotline = z.string().check(
  z.trim(),
  z.regex(/^\d{3,12}$/, "card-hotline"),
  z.refine((digits) => !/^1[3-9]\d{9}$/.test(digits), "card-hotline"),
)

export const sexes = ["girl", "boy"] as const

export const described = {
  sex: z.enum(sexes),
  age: z.number("card-age").check(z.int("card-age"), z.gte(0, "card-age"), z.lte(17, "card-age")),
  clothing: Text,
  place: Text,
  time: LocalTime,
  hotline: z._default(Hotline, "110"),
}

/** For how many minutes it is shown: 10 minutes to 6 hours (ours). */
export const Minutes = z._default(
  z.number("card-minutes").check(z.int("card-minutes"), z.gte(10, "card-minutes"), z.lte(360, "card-minutes")),
  120,
)

export type Description = { [name in keyof typeof described]: z.output<(typeof described)[name]> }
export type Card = Description & { until: Instant }

export const published = (description: Description, minutes: number, now: Instant): Card => ({
  ...description,
  until: now + minutes * minute,
})

export const isShown = (card: Card, now: Instant): boolean => now < card.until
