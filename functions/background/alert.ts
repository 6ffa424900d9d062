/** The messages of reports of missing children: each says which report to look at; what is true of it now decides. */
import { bring, hearDispute, hearFound, hearPlace, tick } from "#actions/dispatching"
import type { Actor } from "#domain/actor"
import type { Alert } from "#messages/messages"
import type { World } from "#world"

const by: Actor = { kind: "system", name: "alerts" }

export async function alert(world: World, message: Alert): Promise<void> {
  switch (message.kind) {
    case "alert":
    case "ended":
      await bring(world, by, message.report, message.unit)
      return
    case "clock":
      // Brought before it was due, by a clock that goes ahead: it comes again.
      if (world.now() < message.due) throw new Error("A clock came before its time")
      await tick(world, by, message.report, message.step)
      return
    case "dispute":
      await hearDispute(world, by, message.report, message.at)
      return
    case "moved":
      await hearPlace(world, by, message.report, message.entry)
      return
    case "found":
      await hearFound(world, by, message.report, message.at)
  }
}
