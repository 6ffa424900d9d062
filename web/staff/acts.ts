/** What a clerk may do with one press, and the sentence for whoever presses what cannot be done now. */
import type { Recall } from "#web/lib/countdown"
import type { staffWords } from "#web/words/staff"
import type { Tell } from "#web/words/t"
import type { Undo } from "./undo.ts"

export const acts = ["call", "start", "finish", "recall", "missed", "park", "transfer", "undo", "pause"] as const
export type Act = (typeof acts)[number]

export type Seen = {
  lost: boolean
  paused: boolean
  state: "called" | "serving" | undefined
  recall: Recall | undefined
  undo: Undo | undefined
}

/** Why this cannot be done now; undefined where it can. */
export function hindrance(act: Act, seen: Seen, t: Tell<typeof staffWords>): string | undefined {
  if (seen.lost) return t("notSent")
  switch (act) {
    case "pause":
      return undefined
    case "undo":
      return seen.undo ? undefined : t("cannotUndo")
    case "call":
      if (seen.state) return t("cannotCall")
      return seen.paused ? t("cannotCallPaused") : undefined
  }
  if (!seen.state) return t("cannotEmpty")
  switch (act) {
    case "park":
    case "transfer":
      return undefined
    case "finish":
      return seen.state === "called" ? t("cannotFinish") : undefined
    case "recall":
      return seen.state === "serving" ? t("cannotServing") : recallHindrance(seen.recall, t)
    default:
      return seen.state === "serving" ? t("cannotServing") : undefined
  }
}

function recallHindrance(recall: Recall | undefined, t: Tell<typeof staffWords>): string | undefined {
  if (!recall) return undefined
  if (recall.left === 0) return t("recallNone")
  return recall.seconds > 0 ? t("recallIn", { seconds: recall.seconds }) : undefined
}
