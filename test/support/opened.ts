/** The whole portal with its built apps, and a browser beside it. */
import { fileURLToPath } from "node:url"
import type { BrowserContextOptions, Page } from "playwright-core"
import { openGuard } from "#local/guard"
import { buildSite } from "#local/website"
import { aBrowser, patience } from "./browser.ts"
import { aPortal } from "./system.ts"
import { topology } from "./world.ts"

export const screens = {
  desk: { width: 1366, height: 768 },
  tablet: { width: 1024, height: 768 },
  pocket: { width: 360, height: 740 },
  kiosk: { width: 1080, height: 1920 },
  hall: { width: 1920, height: 1080 },
}
type Size = { width: number; height: number }

export type Opened = Awaited<ReturnType<typeof openPortal>>

export async function openPortal() {
  const guard = openGuard()
  const root = fileURLToPath(new URL("../..", import.meta.url))
  // With impatient queues: a worker that failed once is at it again before anybody gives up waiting.
  const [system, { browser, close }] = await Promise.all([
    aPortal({ site: buildSite(topology.site, root, guard) }),
    aBrowser(),
  ])
  await guard.stop()
  /** What scripts complained of, on any page. */
  const complaints: string[] = []

  /** A browser of its own with one page in it. */
  async function page(viewport: Size, options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext({ viewport, locale: "zh-CN", ...options })
    context.setDefaultTimeout(patience)
    const opened = await context.newPage()
    opened.on("pageerror", (error) => complaints.push(`${opened.url()}: ${error.message}`))
    return opened
  }

  return {
    system,
    browser,
    complaints,
    page,
    /** A page of someone of the roster, signed in through the provider. */
    async signedIn(name: string, path = "/app/staff/", viewport: Size = screens.desk): Promise<Page> {
      const opened = await page(viewport)
      await opened.goto(system.url + path)
      await opened.getByRole("link", { name: "登录" }).click()
      await opened.getByRole("button", { name: new RegExp(name) }).click()
      return opened
    },
    /** Closes the browser with all its pages, then the portal. */
    async close() {
      await close()
      await system.stop()
    },
  }
}
