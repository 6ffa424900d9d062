/** A report in its wire shape. */
import { isOpen, ladder, type ReportStatus } from "#domain/report"
import * as units from "#store/units"
import type { World } from "#world"

/** As the reporter sees it: nobody waits longer than the ladder's end to be told to dial. */
export async function reportShape(world: World, { id, state, station, seenAt, call110, drill, at }: ReportStatus) {
  const open = isOpen(state)
  const late = open && seenAt === undefined && world.now() - at >= ladder.at(-1)!.after
  const name = await nameOf(world, station)
  return {
    id,
    state,
    open,
    station: { id: station, ...(name && { name }) },
    at,
    ...(seenAt !== undefined && { seenAt }),
    call110: call110 || late,
    drill,
  }
}

/** What is saved is answered, named or not. */
const nameOf = (world: World, id: string) =>
  units.find(world, id).then(
    ({ name }) => name,
    () => undefined,
  )
