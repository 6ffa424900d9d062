/** The line's item in the middle of a busy morning, and what one walk-in's life writes there. */
import { marshall } from "@aws-sdk/util-dynamodb"
import { type Figures, figure } from "../figures.ts"
import { ticketLife, together, writesOf } from "../ledger.ts"
import { meter } from "../meter.ts"
import { aBusyLine, packed } from "../scene.ts"
import { itemBytes } from "../size.ts"
import type { Stand } from "../stand.ts"

const bytesWith = (waiting: number) =>
  figure(
    Array.from({ length: 20 }, () => itemBytes(marshall(packed(aBusyLine(waiting)), { removeUndefinedValues: true }))),
    "bytes",
  )

export async function lineGroup(stand: Stand): Promise<Figures> {
  const world = await stand.world()
  const life = await ticketLife(world, meter(world), 40)
  return {
    "line.bytes_40": bytesWith(40),
    "line.bytes_150": bytesWith(150),
    "ticket.write_units": figure([writesOf(together(...Object.values(life)).own)], "units"),
  }
}
