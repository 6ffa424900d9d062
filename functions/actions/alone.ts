/** A job over many things: one that fails stops no other. It is logged and counted, and the job fails in its end. */
import { type Fields, faultOf } from "#store/log"
import type { World } from "#world"

export type Alone = {
  /** Undefined where it failed. */
  each<T>(act: () => T | Promise<T>, facts?: Fields): Promise<T | undefined>
  /** Throws where any failed. */
  end(): void
}

export function alone({ log }: World, event: string): Alone {
  let failed = 0
  return {
    async each(act, facts) {
      try {
        return await act()
      } catch (error) {
        failed++
        log.error(event, { ...facts, ...faultOf(error) })
        return undefined
      }
    },
    end() {
      if (failed) throw new Error(`${event}: ${failed}`)
    },
  }
}
