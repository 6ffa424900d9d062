/** Waits for `done` so long and no longer, nor when it is `over`: then `hush` ends what was begun, and this rejects. */
export function within(ms: number, done: Promise<void>, over: AbortSignal, hush: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const settled = () => {
      clearTimeout(timer)
      over.removeEventListener("abort", givenUp)
    }
    const givenUp = () => {
      settled()
      hush()
      reject(new Error("voice"))
    }
    const timer = setTimeout(givenUp, ms)
    over.addEventListener("abort", givenUp)
    if (over.aborted) return givenUp()
    done.then(
      () => {
        settled()
        resolve()
      },
      (failure: unknown) => {
        settled()
        reject(failure)
      },
    )
  })
}
