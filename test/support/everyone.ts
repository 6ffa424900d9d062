/** What a page must be for everyone, whatever its size: open to a screen reader, pressed by a finger, and no wider than its screen. */
import AxeBuilder from "@axe-core/playwright"
import type { Page } from "playwright-core"
import { expect } from "vitest"

const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

/** No violation of WCAG A or AA, and nothing to scroll to sideways; `state` names what the page shows. */
export async function isForEveryone(page: Page, state = page.url()): Promise<void> {
  // A click waits until the next page begins, no longer.
  await page.waitForLoadState()
  const { violations } = await new AxeBuilder({ page }).withTags(tags).analyze()
  const found = violations.map((it) => `${it.id}: ${it.nodes.map((node) => node.html).join(" ")}`.slice(0, 300))
  expect(found, state).toEqual([])
  await fitsItsScreen(page, state)
}

const pressed = "button, a.button, select, textarea, summary, .radio, .tick, input:not([type=radio], [type=checkbox])"

/** Nothing that is pressed is smaller than 44 px (of a radio or a tick, its label is), and nothing to scroll to sideways. */
export async function fitsFingers(page: Page, state = page.url()): Promise<void> {
  await page.waitForLoadState()
  const small = await page.evaluate(
    (targets) =>
      [...document.querySelectorAll(targets)]
        .map((it) => ({ text: it.textContent || it.getAttribute("aria-label"), box: it.getBoundingClientRect() }))
        .filter(({ box }) => box.width > 0 && (box.height < 43.9 || box.width < 43.9))
        .map(({ text, box }) => `${text} ${box.width} × ${box.height}`),
    pressed,
  )
  expect(small, state).toEqual([])
  await fitsItsScreen(page, state)
}

async function fitsItsScreen(page: Page, state: string) {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  expect(over, `${state}: wider than its screen`).toBeLessThanOrEqual(0)
}
