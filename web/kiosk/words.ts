import { telling } from "#web/lib/language"
import { kioskWords } from "#web/words/kiosk"

export const t = telling(kioskWords)
