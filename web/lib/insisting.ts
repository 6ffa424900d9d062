/** Sends the same operation again until somebody answers: on a kiosk, no answer must not mean two numbers or none. */
import { mayHaveHappened } from "./portal.ts"

/** `pausesMs` between the tries, and so their number less one. `slow` is told when the first answer fails to come. */
export type Patience = { pausesMs: readonly number[]; slow?: () => void; pause?: (ms: number) => Promise<void> }

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/** `send` learns whether it was sent before. Throws the last silence when patience ends, and any refusal at once. */
export async function insisting<T>(
  send: (again: boolean) => Promise<T>,
  { pausesMs, slow, pause = sleep }: Patience,
  again = false,
): Promise<T> {
  for (let i = 0; ; i++) {
    try {
      return await send(again || i > 0)
    } catch (failure) {
      const wait = pausesMs[i]
      if (!mayHaveHappened(failure) || wait === undefined) throw failure
      slow?.()
      await pause(wait)
    }
  }
}
