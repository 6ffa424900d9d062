/** A child is lost, on the whole portal: by a phone whose network goes, with a photo, and by everybody who presses at once. */
import { randomBytes } from "node:crypto"
import type { BrowserContext, Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import type { System } from "#local/system"
import { type Opened, openPortal, screens } from "#test/opened"
import { aPng } from "#test/photos"
import { itemsOf, until } from "#test/system"

let portal: Opened
let system: System
let context: BrowserContext
let page: Page

beforeAll(async () => {
  portal = await openPortal()
  ;({ system } = portal)
  page = await portal.page(screens.pocket)
  context = page.context()
})
afterAll(() => portal?.close())

const children = async () => (await itemsOf(system, "Children")).filter((it) => String(it.pk).startsWith("report#"))
const reportsKept = async () => (await children()).filter((it) => it.sk === "report")
/** About as many bytes as its colours have: nothing packs noise. */
const noise = (width: number, height: number) =>
  aPng({ data: new Uint8ClampedArray(randomBytes(width * height * 4)), width, height })

describe("a mother in the mall", () => {
  it("finds the report on the first page, and 110 above it", async () => {
    await page.goto(`${system.url}/zh`)
    await page.locator('main a[href="/zh/report"]').click()
    await page.locator('.call a[href="tel:110"]').waitFor()
  })

  it("loses the network as she presses: 110 fills the screen, and the report gets through by itself", async () => {
    await page.fill("#whereText", "泰禾广场一楼喷泉旁")
    await page.check("#sex-girl")
    await page.fill("#age", "5")
    await page.fill("#phone", "13800138000")
    await context.setOffline(true)
    await page.locator("[data-report] button[type=submit]").click()
    await page.waitForSelector("dialog[open]")
    await context.setOffline(false)
    await page.waitForSelector("[data-status]")
    await page.waitForLoadState()
    expect(await page.textContent("main")).toMatch(/报告已收到[\s\S]*[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}[\s\S]*已发给/)
    expect(await reportsKept()).toHaveLength(1)
  })

  it("sends a photo, made small on the phone, and tells what the child wears", async () => {
    await page.locator("a[href$='/more']").click()
    await page.setInputFiles("#photo", { name: "a.png", mimeType: "image/png", buffer: noise(1300, 1000) })
    await page.locator("[data-photo] button").click()
    await page.waitForFunction(() => document.querySelector("[data-photo]")?.textContent?.includes("照片已经发给民警"))
    await page.fill("#top", "红色外套")
    await page.locator("#bottom").focus()
    await page.waitForFunction(() => document.querySelector("#top-said")?.textContent === "已保存")
    const told = (await children()).map((it) => it.what).filter(Boolean)
    expect(told.toSorted()).toEqual(expect.arrayContaining(["added", "photo"]))
    expect(JSON.stringify(await children())).not.toMatch(/红色外套|喷泉|13800138000/)
  })

  it("says that the child is found, and is told that an officer makes sure", async () => {
    await page.locator("[data-saving] a.aside").click()
    await page.locator("a[href$='/found']").click()
    await page.locator("main form button").click()
    await page.waitForSelector("[data-status]")
    await page.waitForLoadState()
    expect(await page.textContent("main")).toContain("已告诉民警")
    await until("the report to wait for an officer's confirmation", async () =>
      (await children()).find((it) => it.sk === "dispatch" && it.state === "found-unverified"),
    )
    await page.waitForFunction(() => document.querySelector("[data-state]")?.textContent?.includes("正在核实"))
  })
})

describe("over the gateway", () => {
  const formOf = async (fields: Record<string, string>) =>
    fetch(`${system.url}/zh/report`, { method: "POST", redirect: "manual", body: new URLSearchParams(fields) })

  it("twenty presses at once are one report", async () => {
    const before = (await reportsKept()).length
    const key = /name="key" value="([^"]+)"/.exec(await (await fetch(`${system.url}/zh/report`)).text())![1]!
    const four = { key, whereText: "火车站", when: "0", sex: "boy", age: "7", phone: "13900000001" }
    const sent = await Promise.all(Array.from({ length: 20 }, () => formOf(four)))
    expect(sent.map((it) => it.status)).toEqual(Array(20).fill(303))
    expect(new Set(sent.map((it) => it.headers.get("location"))).size).toBe(1)
    expect((await reportsKept()).length).toBe(before + 1)
  })

  it("a photo of four megabytes passes, and one that is larger is asked for again on the page it came from", async () => {
    const sent = await formOf({ whereText: "火车站", when: "0", sex: "boy", age: "7", phone: "13900000002" })
    const own = new URL(sent.headers.get("location")!, system.url).href.split("?")[0]!
    const send = (bytes: Uint8Array) => {
      const body = new FormData()
      body.append("photo", new Blob([bytes as BlobPart]), "a.png")
      return fetch(`${own}/photo`, { method: "POST", body })
    }
    const passing = noise(1010, 1010)
    expect(passing.length).toBeGreaterThan(4_000_000)
    expect(await (await send(passing)).text()).toContain("照片已经发给民警")
    for (const bytes of [4_300_000, 50_000_000]) {
      const answer = await send(new Uint8Array(bytes))
      expect([bytes, answer.status, new URL(answer.url).pathname]).toEqual([
        bytes,
        expect.any(Number),
        expect.stringMatching(/\/(more|photo)$/),
      ])
      expect(await answer.text()).toMatch(/id="photo-error"[\s\S]*报告没有受影响/)
    }
  })
})
