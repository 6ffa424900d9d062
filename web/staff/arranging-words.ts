/** The words of the calendar, of closures and absences, fetched with them. */
import { telling } from "#web/lib/language"
import { arrangingWords } from "#web/words/arranging"

export const w = telling(arrangingWords)
