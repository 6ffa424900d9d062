/**
 * A page whose time stands still until a test moves it. Playwright's clock ends by a move what waits for an answer meanwhile, as if
 * that had taken so long, and a page that has not yet set its next look sleeps through the move: so both wait for the page first.
 */
import type { Page } from "playwright-core"

export async function heldTime(page: Page, time?: number) {
  const context = page.context()
  await context.addInitScript(() => {
    const { fetch, setTimeout } = window
    const state = Object.assign(window, { underWay: 0 })
    // By the machine's own time, once the page has dealt with what it got.
    const over = () => void setTimeout(() => state.underWay--, 30)
    window.fetch = async (...asked) => {
      state.underWay++
      try {
        const answer = await fetch(...asked)
        answer.clone().arrayBuffer().then(over, over)
        return answer
      } catch (error) {
        over()
        throw error
      }
    }
    // Devices sign before they ask.
    const { subtle } = crypto
    for (const name of ["sign", "digest"] as const) {
      const real = subtle[name].bind(subtle) as (...given: unknown[]) => Promise<ArrayBuffer>
      Object.defineProperty(subtle, name, {
        value: (...given: unknown[]) => {
          state.underWay++
          const done = real(...given)
          done.then(over, over)
          return done
        },
      })
    }
  })
  await context.clock.install(time === undefined ? {} : { time })
  /** Everything that the page asked is answered, and it has dealt with the answers. */
  const settled = () => page.waitForFunction(() => (window as unknown as { underWay: number }).underWay === 0)
  return {
    /** Lets time pass for the page, and whatever it asks then be answered. */
    async pass(milliseconds: number) {
      await settled()
      await page.clock.fastForward(milliseconds)
      await settled()
    },
  }
}
