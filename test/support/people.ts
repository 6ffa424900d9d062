/** Made-up people: area code 350199 belongs to nobody (domain.md §8), check digits are right. */
import { checkDigit } from "#domain/person"

/** The n-th of a thousand born on 1990-03-07 and the days after. */
export function anIdNumber(n: number): string {
  const date = new Date(Date.UTC(1990, 2, 7 + Math.floor(n / 500)))
  const birth = date.toISOString().slice(0, 10).replaceAll("-", "")
  const first17 = `350199${birth}${String(n % 500).padStart(3, "0")}`
  return first17 + checkDigit(first17)
}

export const aMobile = (n: number): string => `+86138${String(n).padStart(8, "0")}`
