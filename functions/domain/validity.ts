/** From when until when: how long an ID card is good, when a residence permit is endorsed, what half a year is. Each by its law. */
import type { LocalDate } from "./time.ts"

const daysIn = (year: number, month: number) => new Date(Date.UTC(year, month, 0)).getUTCDate()

/** So many calendar months on, or back; a day that the month does not have becomes its last. */
export function addMonths(date: LocalDate, months: number): LocalDate {
  const [year = 0, month = 1, day = 1] = date.split("-").map(Number)
  const sum = year * 12 + month - 1 + months
  const [y, m] = [Math.floor(sum / 12), (sum % 12) + 1]
  const last = Math.min(day, daysIn(y, m))
  return `${String(y).padStart(4, "0")}-${String(m).padStart(2, "0")}-${String(last).padStart(2, "0")}`
}

const addYears = (date: LocalDate, years: number) => addMonths(date, years * 12)

/** Full years on a day, from the birthday itself on; whoever was born on 29 February is older from 1 March in a short year. */
export const fullYears = (birth: LocalDate, on: LocalDate): number =>
  Number(on.slice(0, 4)) - Number(birth.slice(0, 4)) - (on.slice(5) < birth.slice(5) ? 1 : 0)

// ID card

/** Years that a card is good for, by the age when one applies (居民身份证法 5); undefined is for good (长期). */
export const validYearsAt = (age: number): 5 | 10 | 20 | undefined =>
  age < 16 ? 5 : age < 26 ? 10 : age < 46 ? 20 : undefined

/** Whoever turns 16 applies within three months of that day (居民身份证法 7). */
export const firstCardDue = (birth: LocalDate) => {
  const from = addYears(birth, 16)
  return { from, until: addMonths(from, 3) }
}

/** A renewal opens three months before the card ends (公通字〔2021〕12号 76). */
export const renewalOpens = (expiry: LocalDate): LocalDate => addMonths(expiry, -3)

// Residence permit

/** From here years of residence are counted: the issue, or the endorsement after a lapse; so many of them are endorsed. */
export type Permit = { base: LocalDate; years: number }

/** When the next endorsement is due, and the month before it in which it is made (居住证暂行条例 10). */
export function endorsementOf({ base, years }: Permit) {
  const due = addYears(base, years + 1)
  return { opens: addMonths(due, -1), due }
}

export const endorsementState = (permit: Permit, on: LocalDate): "early" | "open" | "suspended" => {
  const { opens, due } = endorsementOf(permit)
  return on < opens ? "early" : on <= due ? "open" : "suspended"
}

/**
 * The permit after an endorsement on that day. Late, it works again from then on and its years are counted anew from that day
 * (居住证暂行条例 10); before the window nothing changes.
 */
export function endorsed(permit: Permit, on: LocalDate): Permit {
  const state = endorsementState(permit, on)
  if (state === "early") return permit
  return state === "open" ? { ...permit, years: permit.years + 1 } : { base: on, years: 0 }
}

/** What a holder remembers: the day on the card and the last endorsement, if there was one. Years between were endorsed in time. */
export function permitOf(issued: LocalDate, last?: LocalDate): Permit {
  let permit: Permit = { base: issued, years: 0 }
  if (last === undefined) return permit
  while (endorsementOf(permit).due < last) {
    const next = { ...permit, years: permit.years + 1 }
    // Between two windows: that endorsement was late, and begins a new count.
    if (last < endorsementOf(next).opens) return { base: last, years: 0 }
    permit = next
  }
  return endorsed(permit, last)
}

/** Half a year of residence is six calendar months from its registration (居住证暂行条例 2; the count is ours). */
export const halfYearFrom = (registered: LocalDate): LocalDate => addMonths(registered, 6)
