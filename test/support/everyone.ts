/** What a page must be for everyone, whatever its size: open to a screen reader, and no wider than its screen. */
import AxeBuilder from "@axe-core/playwright"
import type { Page } from "playwright-core"
import { expect } from "vitest"

const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

/** No violation of WCAG A or AA, and nothing to scroll to sideways; `state` names what the page shows. */
export async function isForEveryone(page: Page, state = page.url()): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(tags).analyze()
  const found = violations.map((it) => `${it.id}: ${it.nodes.map((node) => node.html).join(" ")}`.slice(0, 300))
  expect(found, state).toEqual([])
  const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  expect(over, `${state}: wider than its screen`).toBeLessThanOrEqual(0)
}
