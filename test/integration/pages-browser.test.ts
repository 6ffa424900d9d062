/** The resident's pages in a real browser: nobody is shut out, nothing overflows, every target can be hit, and the script keeps a ticket true. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { fileURLToPath } from "node:url"
import { gzipSync } from "node:zlib"
import { build } from "esbuild"
import type { BrowserContext, Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type Apps, aClerk, aDevice, apps } from "#test/apps"
import { aBrowser } from "#test/browser"
import { at } from "#test/builders"
import { isForEveryone } from "#test/everyone"
import { anIdNumber } from "#test/people"
import { aWorld, codeFor, type TestWorld } from "#test/world"

let world: TestWorld
let app: Apps
let server: Server
let url: string
let script: string
let open: Awaited<ReturnType<typeof aBrowser>>
let count = 0

beforeAll(async () => {
  world = await aWorld(at("09:00"))
  app = apps(world)
  const entry = fileURLToPath(new URL("../../web/resident/enhance.ts", import.meta.url))
  const built = await build({ entryPoints: [entry], bundle: true, minify: true, format: "esm", write: false })
  script = built.outputFiles[0]!.text
  server = createServer((asked, answer) => void serve(asked, answer))
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  open = await aBrowser()
})
afterAll(async () => {
  await open?.close()
  server?.closeAllConnections()
  await new Promise((closed) => server.close(closed))
})

async function serve(asked: IncomingMessage, answer: ServerResponse) {
  if (asked.url === "/app/resident.js") return answer.setHeader("content-type", "text/javascript").end(script)
  const chunks: Buffer[] = []
  for await (const chunk of asked) chunks.push(chunk as Buffer)
  const headers = new Headers(asked.headers as Record<string, string>)
  headers.set("x-doorstep-edge", "edge")
  headers.set("x-doorstep-address", "10.0.0.1")
  const body = chunks.length ? { body: Buffer.concat(chunks) } : {}
  const said = await app.resident.request(`${url}${asked.url}`, { method: asked.method!, headers, ...body })
  said.headers.forEach((value, name) => {
    if (name !== "set-cookie") answer.setHeader(name, value)
  })
  if (said.headers.getSetCookie().length) answer.setHeader("set-cookie", said.headers.getSetCookie())
  // A test's time goes faster than the second that a browser keeps a snapshot.
  if (asked.url?.endsWith("/live")) answer.setHeader("cache-control", "no-cache")
  answer.writeHead(said.status).end(Buffer.from(await said.arrayBuffer()))
}

async function aPage(options: Parameters<typeof open.browser.newContext>[0] = {}) {
  const context = await open.browser.newContext({ viewport: { width: 360, height: 740 }, ...options })
  return { context, page: await context.newPage() }
}

/** Lives a booking from the first page to its end, and stops at every page on the way. */
async function journey(page: Page, face: "zh" | "zh-big" | "en", stop: (name: string) => Promise<void>) {
  const n = ++count
  const mobile = `139${String(n).padStart(8, "0")}`
  const press = () => page.locator("main form[method=post] button").first().click()
  await page.goto(`${url}/${face}`)
  await stop("home")
  await page.locator(`a[href="/${face}/book"]`).click()
  await stop("services")
  await page.locator(`a[href="/${face}/book/rp-endorse"]`).click()
  await page.selectOption("#near", "FZ-JA-P03")
  await page.locator(".near button[type=submit]").click()
  await stop("stations")
  await page.locator("a.button").first().click()
  await stop("person")
  await page.fill("#name", "<script>")
  await press()
  await stop("person, wrong")
  await page.fill("#name", "阿卜杜拉·买买提")
  await page.fill("#idNumber", anIdNumber(n))
  await page.fill("#mobile", mobile)
  await press()
  await stop("code")
  await page.fill("#code", "12")
  await press()
  await stop("code, wrong")
  await page.fill("#code", await codeFor(world, `+86${mobile}`))
  await press()
  await stop("times")
  await page.locator(".times button").first().click()
  const voucher = page.url()
  await stop("voucher")
  await page.goto(`${voucher}/cancel`)
  await stop("cancel")
  await press()
  await stop("cancelled")
  await page.goto(`${url}/${face}/find`)
  await press()
  await stop("find, wrong")
  for (const path of ["stations", "s/FZ-JA-P01", "t", "s/NOWHERE"]) {
    await page.goto(`${url}/${face}/${path}`)
    await stop(path)
  }
}

describe("in a browser", () => {
  it.each(["zh", "zh-big"] as const)("%s is open to everyone on every page (axe, A and AA)", async (face) => {
    const { context, page } = await aPage()
    await journey(page, face, (name) => isForEveryone(page, name))
    await context.close()
  })

  it.each([
    ["zh", 16],
    ["zh-big", 22],
    ["en", 30],
  ] as const)("%s fits into 320 px with a root of %i px, and its targets into a finger", async (face, root) => {
    const { context, page } = await aPage({ viewport: { width: 320, height: 640 } })
    await journey(page, face, async (name) => {
      if (root === 30) await page.evaluate(() => document.documentElement.style.setProperty("font-size", "30px"))
      const seen = await page.evaluate(() => {
        const targets = [...document.querySelectorAll("a, button, input, select, summary")].filter(
          (it) => it.checkVisibility() && !it.closest("p, .skip") && !it.matches(".skip"),
        )
        return {
          root: getComputedStyle(document.documentElement).fontSize,
          over: document.documentElement.scrollWidth - innerWidth,
          least: Math.min(...targets.map((it) => it.getBoundingClientRect().height)),
        }
      })
      expect({ name, root: seen.root, over: seen.over }).toEqual({ name, root: `${root}px`, over: 0 })
      expect({ name, reached: seen.least >= (root === 16 ? 43.9 : 59.9) || seen.least }).toEqual({
        name,
        reached: true,
      })
    })
    await context.close()
  })

  it("is booked by hand without any script", async () => {
    const { context, page } = await aPage({ javaScriptEnabled: false })
    const names: string[] = []
    await journey(
      page,
      "zh",
      async (name) => void names.push(`${name}: ${await page.locator("h1").first().textContent()}`),
    )
    expect(names).toContain("voucher: 约好了")
    expect(names).toContain("cancelled: 已取消")
    await context.close()
  })

  it("breaks none of its own rules of content", async () => {
    const { context, page } = await aPage()
    const complaints: string[] = []
    page.on("console", (it) => {
      if (/Content Security|Refused/.test(it.text())) complaints.push(it.text())
    })
    page.on("pageerror", (it) => complaints.push(it.message))
    await journey(page, "zh", async () => {})
    expect(complaints).toEqual([])
    await context.close()
  })

  it("takes the focus to what went wrong, and from there to the field", async () => {
    const { context, page } = await aPage()
    await page.goto(`${url}/zh/book/rp-endorse/FZ-JA-P02`)
    await page.fill("#name", "1")
    await page.locator("main form button").first().click()
    // By its own script, which runs once the page stands.
    await page.locator(".errors:focus").waitFor()
    await page.locator(".errors a").first().click()
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("name")
    await context.close()
  })

  it("remembers the last face for the door", async () => {
    const { context, page } = await aPage()
    await page.goto(`${url}/en-big/find`)
    await page.goto(url)
    expect(page.url()).toBe(`${url}/en-big`)
    await context.close()
  })

  it("sorts by one's own place when asked, and says so where it may not know it", async () => {
    const near = await aPage({ geolocation: { latitude: 26.131, longitude: 119.326 }, permissions: ["geolocation"] })
    await near.page.goto(`${url}/zh/book/rp-endorse`)
    await near.page.locator("[data-locate] button").click()
    await near.page.waitForURL(/lat=26\.131/)
    expect(await near.page.locator(".card h2").first().textContent()).toContain("龙头警务站")
    await near.context.close()
    const { context, page } = await aPage()
    await page.goto(`${url}/zh/stations`)
    await page.locator("[data-locate] button").click()
    await page.getByText("没有取得位置，请在上面选一个片区。").waitFor()
    await context.close()
  })

  it("has a script of at most 4 KB", () => {
    expect(gzipSync(script).length).toBeLessThanOrEqual(4096)
  })
})

describe("my ticket on the phone", () => {
  /** Time passes when the test says so. */
  async function held(context: BrowserContext) {
    await context.clock.install({ time: at("09:00") })
    return context.newPage()
  }

  it("moves by itself from the number to the window to the end, and shakes when called", async () => {
    const there = await aWorld(at("09:00"))
    const here = apps(there)
    const before = app
    app = here
    const kiosk = await aDevice(there, here.device)
    const clerk = (await aClerk(there, here.staff, "clerk-p01-1")).at(1)
    for (let i = 0; i < 2; i++) await kiosk.post("/device/tickets", { service: "rp-endorse" })
    const context = await open.browser.newContext({ viewport: { width: 360, height: 740 } })
    await context.addInitScript(() => {
      const shaken: unknown[] = []
      Object.assign(window, { shaken })
      Object.defineProperty(navigator, "vibrate", { value: (it: unknown) => shaken.push(it) })
    })
    const page = await held(context)
    const shakes = () => page.evaluate(() => (window as unknown as { shaken: unknown[] }).shaken.length)
    const showing = (words: string) => page.locator("[role=status]").getByText(words).waitFor()
    await page.goto(`${url}/zh/t/FZ-JA-P01/2026-11-23/A002`)
    await page.getByText("本页会自动更新。").waitFor()
    expect(await page.locator("[data-refresh]").isVisible()).toBe(false)
    await showing("前面还有 1 位")

    await clerk("sit")
    await clerk("call")
    await page.clock.fastForward(10_000)
    await showing("下一位就到您了")
    await clerk("start", "A001")
    await clerk("finish", "A001")
    await clerk("call")
    expect(await shakes()).toBe(0)
    await page.clock.fastForward(2_000)
    await showing("请到 1 号窗口")
    expect(await shakes()).toBe(1)
    expect(await page.title()).toMatch(/^请到 1 号窗口 · A002/)
    const unchanged = page.waitForResponse("**/live")
    await page.clock.fastForward(5_000)
    await (await unchanged).finished()
    expect(await shakes()).toBe(1)
    there.wait(1)
    await clerk("recall", "A002")
    await page.clock.fastForward(5_000)
    await page.waitForFunction(() => (window as unknown as { shaken: unknown[] }).shaken.length === 2)
    await clerk("start", "A002")
    await page.clock.fastForward(5_000)
    await showing("正在 1 号窗口办理")
    await clerk("finish", "A002")
    const missed = page.waitForResponse("**/live")
    await page.clock.fastForward(5_000)
    await (await missed).finished()
    await page.clock.fastForward(3_000)
    await page.getByText("已经办好，谢谢！").waitFor()
    await context.close()
    app = before
  })

  it("asks for nothing while nobody looks, and tells when the network is gone", async () => {
    const context = await open.browser.newContext()
    const page = await held(context)
    const kiosk = await aDevice(world, app.device)
    const { number } = (await kiosk.post("/device/tickets", { service: "rp-endorse" })).body
    let asked = 0
    let network = true
    await context.route("**/live", (route) => {
      asked++
      return network ? route.continue() : route.abort()
    })
    const first = page.waitForResponse("**/live")
    await page.goto(`${url}/zh/t/FZ-JA-P01/2026-11-23/${number}`)
    await (await first).finished()
    await page.getByText("本页会自动更新。").waitFor()
    const look = (hidden: boolean) =>
      page.evaluate((it) => {
        Object.defineProperty(document, "hidden", { value: it, configurable: true })
        document.dispatchEvent(new Event("visibilitychange"))
      }, hidden)
    await look(true)
    const before = asked
    await page.clock.fastForward(120_000)
    expect(asked).toBe(before)
    network = false
    await look(false)
    await page.getByText("网络不通，显示的是 09:00 的情况。").waitFor()
    expect(asked).toBe(before + 1)
    await context.close()
  })
})
