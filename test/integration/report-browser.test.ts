/** A lost child on a phone: nobody is shut out, nothing overflows, and a network that comes and goes loses nothing. */
import { randomBytes } from "node:crypto"
import { gzipSync } from "node:zlib"
import type { Page } from "playwright-core"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import * as reports from "#store/reports"
import { at } from "#test/builders"
import { isForEveryone } from "#test/everyone"
import { aPng } from "#test/photos"
import { type Served, servePages } from "#test/served"
import { aWorld, type TestWorld } from "#test/world"

let world: TestWorld
let served: Served
/** What the next requests of this kind meet instead of the portal. */
let weather: { method: string; path: RegExp; does: number | "answer lost"; times: number } | undefined
const seen: string[] = []

beforeAll(async () => {
  world = await aWorld(at("18:40"))
  served = await servePages(world, ({ method = "", url = "" }) => {
    seen.push(`${method} ${url}`)
    if (!weather?.times || method !== weather.method || !weather.path.test(url)) return undefined
    weather.times--
    return weather.does
  })
})
afterAll(() => served?.close())
beforeEach(() => {
  weather = undefined
  seen.length = 0
})

let phones = 0
async function fill(page: Page, face = "zh") {
  await page.goto(`${served.url}/${face}/report`)
  await page.fill("#whereText", "泰禾广场一楼")
  await page.check("#sex-girl")
  await page.fill("#age", "5")
  await page.fill("#phone", `139${String(++phones).padStart(8, "0")}`)
}
const send = (page: Page) => page.locator("[data-report] button[type=submit]").click()
/** The status page, whole. */
async function received(page: Page) {
  await page.waitForSelector("[data-status]")
  await page.waitForLoadState()
}
const linkOf = (page: Page) => new URL(page.url()).pathname.split("/")[3]!
const openedOn = async (page: Page) => {
  const id = world.keyring.open("report", linkOf(page)) as string
  const { entries } = (await reports.whole(world, id))!
  return Promise.all(entries.map(async (it) => ({ what: it.what, ...(await reports.openEntry(world, id, it)) })))
}

/** Lives a report to its end and stops at every page on the way. */
async function journey(page: Page, face: string, look: (name: string) => Promise<void>) {
  const stop = async (name: string) => {
    await page.waitForLoadState()
    await look(name)
  }
  await page.goto(`${served.url}/${face}/report/notice`)
  await stop("notice")
  await page.goto(`${served.url}/${face}/report/found-child`)
  await stop("found a child")
  await page.goto(`${served.url}/${face}/report`)
  await stop("form")
  await send(page)
  await page.waitForSelector(".errors")
  await stop("form, wrong")
  await fill(page, face)
  await page.check("#when-at")
  await page.fill("[name=whenTime]", "23:50")
  await stop("form, a time to come")
  await send(page)
  await page.waitForSelector("[data-status]")
  await stop("received")
  const own = page.url().split("?")[0]!
  await page.goto(`${own}/more`)
  for (const it of await page.locator("details").all()) await it.evaluate((node) => node.setAttribute("open", ""))
  await stop("more")
  await page.setInputFiles("#photo", { name: "x.jpg", mimeType: "image/jpeg", buffer: Buffer.from("no picture") })
  await page.locator("[data-photo] button").click()
  await page.waitForSelector("#photo-error")
  await stop("more, wrong photo")
  await page.goto(`${own}/found`)
  await stop("found")
  await page.locator("main form button").click()
  await page.waitForSelector("[data-status]")
  await stop("said found")
  await page.goto(`${served.url}/${face}/report/nobody`)
  await stop("no such report")
}

describe("the pages of a lost child", () => {
  it.each(["zh", "en-big"])("%s are open to everyone in every state (axe, A and AA)", async (face) => {
    const { context, page } = await served.page()
    await journey(page, face, (name) => isForEveryone(page, name))
    await context.close()
  })

  it.each([
    ["zh", 16],
    ["zh-big", 22],
    ["en", 30],
  ] as const)("%s fit into 320 px with a root of %i px, and their targets into a finger", async (face, root) => {
    const { context, page } = await served.page({ viewport: { width: 320, height: 640 } })
    await page.addInitScript((size) => {
      addEventListener("DOMContentLoaded", () => document.documentElement.style.setProperty("font-size", `${size}px`))
    }, root)
    await journey(page, face, async (name) => {
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), name).toBeLessThanOrEqual(0)
      const small = await page.evaluate(() =>
        [
          ...document.querySelectorAll<HTMLElement>(
            "main a, main button, main select, main input:not([type=hidden]), main label.choice, summary",
          ),
        ]
          .map((it) => (it.closest("label.choice") as HTMLElement) ?? it)
          .filter((it) => it.getClientRects().length > 0 && it.getBoundingClientRect().height < 43.5)
          .map((it) => it.outerHTML.slice(0, 80)),
      )
      expect(small, name).toEqual([])
    })
    await context.close()
  })

  it("come in no more than 15 KB, script and style and all", async () => {
    for (const face of ["zh", "en-big"]) {
      const page = await served.app.report.request(`${served.url}/${face}/report`, {
        headers: { "x-doorstep-edge": "edge" },
      })
      const parts = [await page.text(), ...served.scripts.values()]
      expect(
        parts.reduce((sum, it) => sum + gzipSync(it).length, 0),
        face,
      ).toBeLessThanOrEqual(15_000)
    }
  })

  it("are lived by keyboard alone", async () => {
    const { context, page } = await served.page()
    await page.goto(`${served.url}/zh/report`)
    const to = async (query: string) => {
      for (let i = 0; i < 40; i++) {
        if (await page.evaluate((it) => document.activeElement?.matches(it), query)) return
        await page.keyboard.press("Tab")
      }
      throw new Error(`The keyboard does not reach ${query}`)
    }
    await to('.call a[href="tel:110"]')
    await to("#whereText")
    await page.keyboard.type("泰禾广场")
    await to("#when-0")
    await page.keyboard.press("ArrowDown")
    expect(await page.isChecked("#when-10")).toBe(true)
    await to("[name=sex]")
    await page.keyboard.press("Space")
    await to("#age")
    await page.keyboard.type("5")
    await to("#phone")
    await page.keyboard.type("13900000077")
    await page.keyboard.press("Enter")
    await page.waitForSelector("[data-status]")
    await context.close()
  })

  it("put the focus on what has to be mended", async () => {
    const { context, page } = await served.page()
    await page.goto(`${served.url}/zh/report`)
    await send(page)
    // Each by the browser's own time: the script's once the page stands, the link's with the next picture.
    await page.locator(".errors:focus").waitFor()
    await page.locator('.errors a[href="#phone"]').click()
    await page.locator("#phone:focus").waitFor()
    await context.close()
  })

  it("say at the field that a time is still to come, and take it all the same", async () => {
    const { context, page } = await served.page()
    await fill(page)
    await page.fill("[name=whenTime]", "18:20")
    expect(await page.textContent("[data-when-said]")).toBe("")
    await page.fill("[name=whenTime]", "23:50")
    expect(await page.isChecked("#when-at")).toBe(true)
    expect(await page.textContent("[data-when-said]")).toContain("还没有到")
    await send(page)
    await received(page)
    expect(await page.textContent("main")).toContain("您填的时间还没有到")
    await context.close()
  })

  it("take one's own position when asked to, and only then", async () => {
    const { context, page } = await served.page({
      permissions: ["geolocation"],
      geolocation: { latitude: 26.0929, longitude: 119.335 },
    })
    await page.goto(`${served.url}/zh/report`)
    expect(await page.inputValue("[name=lat]")).toBe("")
    await page.click("[data-position] button")
    await page.waitForFunction(() => document.querySelector("[data-position-said]")?.textContent?.includes("已记下"))
    expect(await page.inputValue("[name=lat]")).toBe("26.09290")
    await context.close()
  })
})

describe("on a bad network", () => {
  it("that is gone when the button is pressed: 110 over the whole screen, and the report gets through when it is back", async () => {
    const { context, page } = await served.page()
    await fill(page)
    await context.setOffline(true)
    await send(page)
    await page.waitForSelector("dialog[open]")
    const call = await page.locator("dialog a[href='tel:110']").boundingBox()
    expect(call!.width).toBeGreaterThan(300)
    expect(await page.textContent("dialog")).toContain("正在自动重发")
    await isForEveryone(page, "stuck")
    // It is said for a second and a half.
    await Promise.all([page.waitForSelector("dialog [data-through]:not([hidden])"), context.setOffline(false)])
    await received(page)
    expect(await page.textContent("main")).toContain("报告已收到")
    await context.close()
  })

  it.each([
    ["that answers 503", 503, 2],
    ["that loses the answer when the report is made", "answer lost", 4],
  ] as const)("%s: sent again with the same key, it is one report", async (_, does, times) => {
    const { context, page } = await served.page()
    await fill(page)
    weather = { method: "POST", path: /\/zh\/report/, does, times }
    await send(page)
    await page.waitForSelector("dialog[open]")
    await page.waitForSelector("[data-status]")
    expect(weather.times).toBe(0)
    expect(new Set(seen.filter((it) => it.startsWith("POST"))).size).toBe(1)
    expect(await openedOn(page)).toEqual([])
    await context.close()
  })

  it("whose answer is lost: the form lies below the 110 screen with all that was typed, and may be mended there", async () => {
    const { context, page } = await served.page()
    await fill(page)
    await context.setOffline(true)
    await send(page)
    await page.waitForSelector("dialog[open]")
    await page.locator("dialog button").click()
    expect(await page.inputValue("#age")).toBe("5")
    await page.fill("#age", "6")
    await send(page)
    await context.setOffline(false)
    await page.waitForSelector("[data-status]")
    const id = world.keyring.open("report", linkOf(page)) as string
    expect(await reports.openTold(world, (await reports.whole(world, id))!.report)).toMatchObject({ child: { age: 6 } })
    await context.close()
  })

  it("going back to the form and sending it again is still the one report", async () => {
    const { context, page } = await served.page()
    await fill(page)
    const phone = await page.inputValue("#phone")
    await send(page)
    await page.waitForSelector("[data-status]")
    const first = linkOf(page)
    await page.goBack()
    await page.waitForSelector("[data-report]")
    await page.fill("#whereText", "泰禾广场一楼")
    await page.check("#sex-girl")
    await page.fill("#age", "5")
    await page.fill("#phone", phone)
    await send(page)
    await page.waitForSelector("[data-status]")
    expect(linkOf(page)).toBe(first)
    await context.close()
  })

  it("what is told more is kept on the phone until it is saved, sent once, and then gone from the phone", async () => {
    const { context, page } = await served.page()
    await fill(page)
    await send(page)
    await page.waitForSelector("[data-status]")
    await page.goto(`${page.url()}/more`)
    await context.setOffline(true)
    // One after the other, while what was told first is being tried already.
    for (const [field, text] of [
      ["top", "红色外套"],
      ["name", "小明"],
    ] as const) {
      await page.fill(`#${field}`, text)
      await page.locator("#hair").focus()
      await page.locator(`#${field}-said`, { hasText: "存在这部手机里" }).waitFor()
    }
    expect(await page.evaluate(() => JSON.stringify(localStorage))).toContain("红色外套")
    await context.setOffline(false)
    await page.waitForFunction(() => document.querySelector("#name-said")?.textContent === "已保存")
    expect(await page.evaluate(() => JSON.stringify(localStorage))).not.toMatch(/红色外套|小明/)
    expect(await openedOn(page)).toEqual([{ what: "added", top: "红色外套", name: "小明" }])
    await context.close()
  })

  it("what is unsent survives a reload, and goes with one press", async () => {
    const { context, page } = await served.page()
    await fill(page)
    await send(page)
    await page.waitForSelector("[data-status]")
    await page.goto(`${page.url()}/more`)
    weather = { method: "POST", path: /\/more$/, does: 503, times: 1000 }
    await page.fill("#shoes", "白球鞋")
    await page.locator("#bag").focus()
    await page.waitForSelector("[data-unsent]:not([hidden])")
    await page.reload()
    expect(await page.inputValue("#shoes")).toBe("白球鞋")
    await page.locator("[data-unsent] button").click()
    expect(await page.evaluate(() => JSON.stringify(localStorage))).not.toContain("白球鞋")
    expect(await page.inputValue("#shoes")).toBe("")
    await context.close()
  })

  it("a photo is made small on the phone, and sent again until it is there", async () => {
    const { context, page } = await served.page()
    await fill(page)
    await send(page)
    await page.waitForSelector("[data-status]")
    await page.goto(`${page.url()}/more`)
    const data = new Uint8ClampedArray(randomBytes(1800 * 1400 * 4))
    const large = aPng({ data, width: 1800, height: 1400 })
    expect(large.length).toBeGreaterThan(4_200_000)
    weather = { method: "POST", path: /\/photo$/, does: 503, times: 1 }
    await page.setInputFiles("#photo", { name: "x.png", mimeType: "image/png", buffer: large })
    await page.locator("[data-photo] button").click()
    await page.waitForFunction(() => document.querySelector("[data-photo]")?.textContent?.includes("照片已经发给民警"))
    expect(await openedOn(page)).toEqual([{ what: "photo" }])
    await context.close()
  })

  it("a photo that the portal cannot take is said not to be sent, whatever was sent before, and can be pressed again", async () => {
    const { context, page } = await served.page()
    await fill(page)
    await send(page)
    await page.waitForSelector("[data-status]")
    await page.goto(`${page.url()}/more`)
    const file = (name: string) => ({
      name,
      mimeType: "image/png",
      buffer: aPng({ data: new Uint8ClampedArray(randomBytes(40 * 30 * 4)), width: 40, height: 30 }),
    })
    const button = page.locator("[data-photo] button")
    const said = page.locator("[data-photo] [data-said]")
    await page.setInputFiles("#photo", file("one.png"))
    await button.click()
    await said.getByText("照片已经发给民警").waitFor()
    // Each press wakes the next try.
    weather = { method: "POST", path: /\/photo$/, does: 500, times: 2 }
    await page.setInputFiles("#photo", file("two.png"))
    await button.click()
    await said.getByText("照片还没有发出去").waitFor()
    expect(await said.innerText()).not.toContain("已经发给")
    expect(await button.isEnabled()).toBe(true)
    expect(await page.locator("[data-photo]").innerText()).not.toContain("存在这部手机里")
    await button.click()
    await said.getByText("照片已经发给民警").waitFor()
    expect((await openedOn(page)).map(({ what }) => what)).toEqual(["photo", "photo"])
    await context.close()
  })

  it("the status keeps itself true, and says so when it cannot", async () => {
    const { context, page } = await served.page()
    await fill(page)
    await send(page)
    await page.waitForSelector("[data-status]")
    const id = world.keyring.open("report", linkOf(page)) as string
    await reports.changed(world, { kind: "system", name: "test" }, "ack", id, (it) => ({
      after: { ...it, state: "acknowledged", ack: { unit: it.holder, staff: "x", at: at("18:42") } },
    }))
    await page.waitForFunction(() => document.querySelector("[data-seen-said]")?.textContent?.includes("18:42"))
    expect(await page.textContent("[data-state]")).toBe("民警已签收")
    await context.close()
  })
})

describe("without a script", () => {
  it("a report, more of it, a photo and the word that the child is found are plain forms", async () => {
    const { context, page } = await served.page({ javaScriptEnabled: false })
    await page.goto(`${served.url}/zh`)
    await page.locator('main a[href="/zh/report"]').click()
    await page.fill("#whereText", "泰禾广场一楼")
    await page.check("#sex-boy")
    await page.fill("#age", "5")
    await page.fill("#phone", "13900000999")
    const says = async (words: string) => {
      await page.waitForLoadState()
      expect(await page.textContent("main")).toContain(words)
    }
    await send(page)
    await says("报告已收到")
    await page.locator("a[href$='/more']").click()
    const data = new Uint8ClampedArray(64 * 64 * 4).fill(180)
    await page.setInputFiles("#photo", {
      name: "x.png",
      mimeType: "image/png",
      buffer: aPng({ data, width: 64, height: 64 }),
    })
    await page.locator("[data-photo] button").click()
    await says("照片已经发给民警")
    await page.fill("#top", "蓝色上衣")
    await page.locator("[data-saving] button[type=submit]").click()
    await says("已保存，民警看得到")
    await page.locator("[data-saving] a.aside").click()
    await page.locator("a[href$='/found']").click()
    await page.locator("main form button").click()
    await says("已告诉民警")
    expect((await openedOn(page)).map((it) => it.what).toSorted()).toEqual(["added", "photo", "said-found"])
    await page.locator("[data-refresh]").click()
    await says("报告已收到")
    await context.close()
  })
})
