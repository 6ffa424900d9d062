/** What can be measured now. `pages` comes with what it measures. */
import type { Figures } from "./figures.ts"
import { alertGroup } from "./groups/alert.ts"
import { availabilityGroup } from "./groups/availability.ts"
import { bookingGroup } from "./groups/booking.ts"
import { callsGroup } from "./groups/calls.ts"
import { costGroup } from "./groups/cost.ts"
import { dutyGroup } from "./groups/duty.ts"
import { hallGroup } from "./groups/hall.ts"
import { lambdaGroup } from "./groups/lambda.ts"
import { lineGroup } from "./groups/line.ts"
import { liveGroup } from "./groups/live.ts"
import { nearestGroup } from "./groups/nearest.ts"
import { refusedGroup } from "./groups/refused.ts"
import { surgeGroup } from "./groups/surge.ts"
import { ticketsGroup } from "./groups/tickets.ts"
import { waitGroup } from "./groups/wait.ts"
import type { Stand } from "./stand.ts"

export const groups: Record<string, (stand: Stand) => Promise<Figures>> = {
  alert: alertGroup,
  booking: bookingGroup,
  availability: availabilityGroup,
  nearest: nearestGroup,
  line: lineGroup,
  calls: callsGroup,
  tickets: ticketsGroup,
  surge: surgeGroup,
  wait: waitGroup,
  live: async (stand) => ({ ...(await liveGroup(stand)), ...(await hallGroup()), ...(await dutyGroup()) }),
  lambda: lambdaGroup,
  cost: costGroup,
  refused: refusedGroup,
}
