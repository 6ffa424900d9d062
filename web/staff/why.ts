/** Why it is this person's turn, in one sentence that the clerk could read aloud. */
import type { Rule } from "#domain/line"
import { policy } from "#domain/station"
import { type Instant, timeOf } from "#domain/time"
import type { staffWords } from "#web/words/staff"
import type { Tell } from "#web/words/t"

export function why(
  { rule, eff }: { rule: Rule; eff: Instant },
  passedOver: readonly string[] | undefined,
  t: Tell<typeof staffWords>,
): string {
  const sentence = reasonOf(rule, eff, t)
  return passedOver?.length ? `${sentence} ${t("passedOver", { numbers: passedOver.join(" ") })}` : sentence
}

function reasonOf(rule: Rule, eff: Instant, t: Tell<typeof staffWords>): string {
  const time = timeOf(eff)
  switch (rule) {
    case "returned":
      return t("ruleReturned")
    case "priority":
      return t("rulePriority", { time })
    case "appointment":
      return t("ruleAppointment", { time })
    case "over-waiting":
      return t("ruleOverWaiting", { time, limit: policy.overWaiting })
    case "early":
      return t("ruleEarly", { time })
    default:
      return t("ruleWalkIn", { time })
  }
}
