/** Who books for whom: oneself, a child, or a parent who cannot easily come (居住证暂行条例 9, 居民身份证法 7). Staff decide at the window. */
import * as z from "zod/mini"
import { isNoticeVersion } from "./notice.ts"
import { birthOf, Person } from "./person.ts"
import { type FieldFault, Problem } from "./problem.ts"
import type { LocalDate } from "./time.ts"
import { fullYears } from "./validity.ts"

export const Who = z.enum(["self", "child", "parent"], "choice").check(z.meta({ id: "Who" }))
export type Who = z.infer<typeof Who>

export const Proxied = z.object({
  who: z._default(Who, "self"),
  /** Whoever books for another; kept with the person's own details. */
  guardian: z.optional(Person),
  /** The version of the notice that the guardian of somebody under 14 has consented under (个人信息保护法 31). */
  consent: z.optional(z.string().check(z.maxLength(20, "consent"))),
})
export type Proxied = z.infer<typeof Proxied>

/** Only a guardian books for whoever has not turned 14 (个人信息保护法 31). */
export const isYoung = (idNumber: string, today: LocalDate): boolean => fullYears(birthOf(idNumber), today) < 14

/**
 * Refuses a form that leaves out what must be known of a proxy: invalid-input at its fields. Whether somebody may be represented
 * at all is advice elsewhere, and the window's to decide.
 */
export function mustBeRepresented({ who, guardian, consent }: Proxied, idNumber: string, today: LocalDate): void {
  const faults: FieldFault[] = []
  const young = isYoung(idNumber, today)
  if ((who !== "self" || young) && !guardian) faults.push({ field: "guardian.name", fault: "guardian-missing" })
  if (guardian?.idNumber === idNumber) faults.push({ field: "guardian.idNumber", fault: "guardian-same" })
  else if (guardian && fullYears(birthOf(guardian.idNumber), today) < 18)
    faults.push({ field: "guardian.idNumber", fault: "guardian-age" })
  if (young && !isNoticeVersion(consent ?? "")) faults.push({ field: "consent", fault: "consent" })
  if (faults.length) throw new Problem("invalid-input", { fields: faults })
}
