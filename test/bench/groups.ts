/** What can be measured now. `nearest`, `alert` and `pages` come with what they measure. */
import type { Figures } from "./figures.ts"
import { availabilityGroup } from "./groups/availability.ts"
import { bookingGroup } from "./groups/booking.ts"
import { callsGroup } from "./groups/calls.ts"
import { costGroup } from "./groups/cost.ts"
import { hallGroup } from "./groups/hall.ts"
import { lambdaGroup } from "./groups/lambda.ts"
import { lineGroup } from "./groups/line.ts"
import { liveGroup } from "./groups/live.ts"
import { surgeGroup } from "./groups/surge.ts"
import { ticketsGroup } from "./groups/tickets.ts"
import { waitGroup } from "./groups/wait.ts"
import type { Stand } from "./stand.ts"

export const groups: Record<string, (stand: Stand) => Promise<Figures>> = {
  booking: bookingGroup,
  availability: availabilityGroup,
  line: lineGroup,
  calls: callsGroup,
  tickets: ticketsGroup,
  surge: surgeGroup,
  wait: waitGroup,
  live: async (stand) => ({ ...(await liveGroup(stand)), ...(await hallGroup()) }),
  lambda: lambdaGroup,
  cost: costGroup,
}
