/** How a ticket stands, as its holder's page shows it. */
import { ticketNow } from "#actions/queueing"
import { snapshot } from "#actions/watching"
import { anyone } from "#domain/actor"
import type { Standing as LineStanding, TicketNumber } from "#domain/line"
import type { StationId } from "#domain/station"
import type { LocalDate } from "#domain/time"
import type { Ticket } from "#store/tickets"
import type { Standing, TicketAt } from "#web/resident/ticket.tsx"
import type { World } from "#world"

/** What everybody's snapshot says of a ticket where it has a place in the line, with its range; else what the ticket says. */
export async function standingFor(
  world: World,
  of: { station: StationId; date: LocalDate; number: TicketNumber },
): Promise<Standing> {
  const [{ station, ticket, standing, ahead }, hall] = await Promise.all([
    ticketNow(world, anyone, of),
    snapshot(world, anyone, of.station),
  ])
  const place: { ahead: number; low?: number | undefined; high?: number | undefined } | undefined =
    hall.date === of.date ? hall.order.find((it) => it.number === of.number) : undefined
  return {
    number: of.number,
    date: of.date,
    at: atOf(ticket, standing),
    ahead,
    range: place?.low === undefined || place.high === undefined ? undefined : { low: place.low, high: place.high },
    window: standing.at === "window" ? standing.window : undefined,
    near: station.policy.near,
  }
}

function atOf({ state }: Ticket, standing: LineStanding): TicketAt {
  if (state === "void") return "gone"
  if (state !== "waiting") return state
  return standing.at === "window" ? standing.visit.state : standing.at
}
