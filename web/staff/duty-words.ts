/** The words of the screen, fetched with it; the alert has its own few. */
import { telling } from "#web/lib/language"
import { dutyWords } from "#web/words/duty"

export const t = telling(dutyWords)
