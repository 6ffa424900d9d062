/** Names that the words give, in their order: the pages leave the domain's schemas, and zod, to the server. */

import type { DetailName } from "#domain/told"
import { dutyWords } from "#web/words/duty"
import type { Deed } from "./duty.ts"

const after = <Name extends string>(start: string) =>
  Object.keys(dutyWords).flatMap((word) => (word.startsWith(start) ? [word.slice(start.length) as Name] : []))

export const details = after<DetailName>("field-")
export const conditions = after<Extract<Deed, { act: "reunite" }>["condition"]>("condition-")
/** "Out of my area" has no word here: the portal refuses it. */
export const reasons = after<Exclude<Extract<Deed, { act: "offer" }>["reason"], "out-of-area">>("reason-")
