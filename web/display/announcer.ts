/**
 * Tells calls one after another: shows, chimes, speaks twice. Whatever fails or hangs in the sound never holds up the next
 * call, and two calls a tenth of a second apart are both told, in order.
 */
import type { Call } from "#web/lib/calls"

export type Stage = {
  /** Puts the call up, with its flash; undefined takes the flash away. */
  show: (call: Call | undefined) => void
  chime: () => Promise<void>
  /** Says it; resolves when it has been said. May reject or never settle. */
  speak: (call: Call) => Promise<void>
  pause: (ms: number) => Promise<void>
}

/** A call stays up at least so long, and its voice gets at most so long. */
const least = 3_000
const most = 15_000

export type Announcer = { announce: (calls: readonly Call[]) => void; idle: () => Promise<void> }

export function announcerOn(stage: Stage): Announcer {
  const queue: Call[] = []
  let working: Promise<void> | undefined

  async function work(): Promise<void> {
    for (let call = queue.shift(); call; call = queue.shift()) {
      const told = call
      stage.show(told)
      await Promise.all([stage.pause(least), Promise.race([aloud(told), stage.pause(most)])])
    }
    stage.show(undefined)
    working = undefined
  }

  async function aloud(call: Call): Promise<void> {
    try {
      await stage.chime()
      await stage.speak(call)
    } catch {
      // The chime and the flash have told it; a voice that fails is not worth the next call.
    }
  }

  return {
    announce: (calls) => {
      queue.push(...calls)
      if (queue.length > 0) working ??= work()
    },
    idle: () => working ?? Promise.resolve(),
  }
}
