/** What follows from what was saved in a memory world, brought to the messenger: everything that phones received. */
import { notify } from "#background/notify"
import { imageOf, tableOf } from "#background/relay"
import { consequences } from "#messages/consequences"
import type { Notice } from "#messages/messages"
import type { MemoryWorld } from "./memory.ts"

export type Sent = { id: string; to: string; text: string }

export function phonesOf(world: MemoryWorld) {
  const sent: Sent[] = []
  /** All that was saved since this was last asked. */
  const notices = (): Notice[] =>
    world.memory.records().flatMap((record) =>
      consequences({
        table: tableOf(record, world.tables),
        before: imageOf(record.dynamodb?.OldImage),
        after: imageOf(record.dynamodb?.NewImage),
      }).flatMap((it) => (it.queue === "notices" ? [it.body] : [])),
    )
  const bring = async (all: readonly Notice[]) => {
    for (const it of all) await notify(world, async (message) => void sent.push(message), it)
  }
  return { sent, notices, bring, tell: async () => bring(notices()) }
}
