/**
 * A press keeps its operation id until it is answered: pressing again after no answer is the same operation, and a second
 * press while the first is on its way does nothing.
 */
export type Presses = {
  /** Runs it, or answers undefined where the same intent is still on its way. */
  press: <T>(intent: string, run: (op: string) => Promise<T>) => Promise<T | undefined>
}

/** `isOpen` says of a failure whether the operation may still have happened, so that its id must be kept. */
export function presses(newId: () => string, isOpen: (failure: unknown) => boolean): Presses {
  const kept = new Map<string, string>()
  const onTheWay = new Set<string>()
  return {
    press: async (intent, run) => {
      if (onTheWay.has(intent)) return undefined
      const op = kept.get(intent) ?? newId()
      kept.set(intent, op)
      onTheWay.add(intent)
      try {
        const answer = await run(op)
        kept.delete(intent)
        return answer
      } catch (failure) {
        if (!isOpen(failure)) kept.delete(intent)
        throw failure
      } finally {
        onTheWay.delete(intent)
      }
    },
  }
}
