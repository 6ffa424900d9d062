/** What leaves the house leaves it once: taken under a lease, sent under a stable id, marked when sent. */
import type { Notice } from "#messages/messages"
import * as notices from "#store/notices"
import type { World } from "#world"

export type Ready = { to: string; text: string }

export type Gateway = (message: { id: string; to: string; text: string }) => Promise<void>

type Told = Pick<Notice, "id" | "op">

/** A message to a phone; nothing where `write` finds that it is not true any more. */
export const once = (
  world: World,
  gateway: Gateway,
  told: Told,
  write: () => Promise<Ready | undefined>,
): Promise<void> =>
  leased(world, told, async () => {
    const ready = await write()
    if (ready) await gateway({ id: told.id, ...ready })
  })

/** Sent already: nothing. Another worker at it: fails, so that the queue brings the message again. */
export async function leased(world: World, { id, op }: Told, send: () => Promise<void>): Promise<void> {
  const lease = await notices.lease(world, id)
  if (lease.took === "sent") return
  if (lease.took === "held") throw new Error("Another worker holds this message")
  await send()
  await notices.sent(world, id, op, lease.v)
}
