/**
 * Tells calls one after another: shows, chimes, speaks twice. Whatever fails or hangs in the sound never holds up the next
 * call, and two calls a tenth of a second apart are both told, in order.
 */
import type { Call } from "#web/lib/calls"

export type Stage = {
  /** Puts the call up, with its flash; undefined takes the flash away. */
  show: (call: Call | undefined) => void
  chime: () => Promise<void>
  /** Says it so many times; resolves when it has been said. May reject or never settle; falls silent when it is `over`. */
  speak: (call: Call, times: number, over: AbortSignal) => Promise<void>
  /** The window took it back before the hall heard it. */
  isWithdrawn: (call: Call) => boolean
  pause: (ms: number) => Promise<void>
}

/** A call stays up at least so long, and its voice gets at most so long. */
const least = 3_000
const most = 25_000
/** Where so many wait to be told, once must do: they would hear their number minutes late. */
const many = 3
/** And so many are remembered; those before are listed on the screen. */
const kept = 20

export type Announcer = { announce: (calls: readonly Call[]) => void; idle: () => Promise<void> }

export function announcerOn(stage: Stage): Announcer {
  let queue: Call[] = []
  let working: Promise<void> | undefined

  async function work(): Promise<void> {
    for (let call = queue.shift(); call; call = queue.shift()) {
      if (stage.isWithdrawn(call)) continue
      stage.show(call)
      const over = new AbortController()
      const voice = Promise.race([aloud(call, over.signal), stage.pause(most)])
      await Promise.all([stage.pause(least), voice])
      over.abort()
    }
    stage.show(undefined)
  }

  function start(): void {
    if (queue.length === 0 || working) return
    working = work().finally(() => {
      working = undefined
      start()
    })
  }

  async function aloud(call: Call, over: AbortSignal): Promise<void> {
    // The flash has told it: neither a chime nor a voice that fails is worth the next call.
    const silence = () => {}
    await stage.chime().catch(silence)
    if (!over.aborted) await stage.speak(call, queue.length >= many ? 1 : 2, over).catch(silence)
  }

  return {
    announce: (calls) => {
      queue = [...queue, ...calls].slice(-kept)
      start()
    },
    idle: () => working ?? Promise.resolve(),
  }
}
