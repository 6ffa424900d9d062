import { isRefusal } from "#web/lib/portal"

/** Asked once more where nobody was signed in: another tab may have renewed the session while this was on its way. */
export const onceMore = <Ask extends (...asked: never[]) => Promise<unknown>>(ask: Ask): Ask =>
  (async (...asked: Parameters<Ask>) => {
    try {
      return await ask(...asked)
    } catch (failure) {
      if (!isRefusal(failure, "not-signed-in")) throw failure
      return ask(...asked)
    }
  }) as Ask
