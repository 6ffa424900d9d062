/** Why it is this person's turn, in one sentence that the clerk could read aloud. */
import type { Rule } from "#domain/line"
import { type Instant, timeOf } from "#domain/time"
import type { staffWords } from "#web/words/staff"
import type { Tell } from "#web/words/t"

/** `limit`: minutes after which the station's windows alternate. */
export function why(
  { rule, eff }: { rule: Rule; eff: Instant },
  passedOver: readonly string[] | undefined,
  limit: number,
  t: Tell<typeof staffWords>,
): string {
  const sentence = reasonOf(rule, eff, limit, t)
  return passedOver?.length ? `${sentence} ${t("passedOver", { numbers: passedOver.join(" ") })}` : sentence
}

function reasonOf(rule: Rule, eff: Instant, limit: number, t: Tell<typeof staffWords>): string {
  const time = timeOf(eff)
  switch (rule) {
    case "returned":
      return t("ruleReturned")
    case "priority":
      return t("rulePriority", { time })
    case "appointment":
      return t("ruleAppointment", { time })
    case "over-waiting":
      return t("ruleOverWaiting", { time, limit })
    case "early":
      return t("ruleEarly", { time })
    case "override":
      return t("ruleOverride")
    case "unparked":
      return t("ruleUnparked")
    case "walk-in":
      return t("ruleWalkIn", { time })
  }
}
