/** A grandmother books for her grandson without any script, by the messages on her phone; the station closes that day, and she takes what it holds for her. */
import { afterAll, beforeAll, expect, it } from "vitest"
import type { System } from "#local/system"
import { isForEveryone } from "#test/everyone"
import { type Opened, openPortal, screens } from "#test/opened"
import { until } from "#test/system"

let portal: Opened
let system: System

beforeAll(async () => {
  portal = await openPortal()
  ;({ system } = portal)
})
afterAll(() => portal?.close())

const mobile = "13800000077"
const received = (words: RegExp) =>
  until(
    `a message with ${words}`,
    () => system.phones.received(`+86${mobile}`).find(({ text }) => words.test(text))?.text,
  )
const linkIn = (text: string) => /\/(?:zh|en)\/a\/[\w.-]+/.exec(text)![0]

async function closeTheDay(date: string) {
  const desk = await portal.signedIn("郑站长")
  await desk.getByRole("tab", { name: "停办", exact: false }).waitFor()
  await desk.getByRole("tab", { name: "停办", exact: false }).click()
  await desk.getByLabel("从哪天").fill(date)
  await desk.getByLabel("几点起").fill("08:00")
  await desk.getByLabel("几点止").fill("20:00")
  await desk.getByLabel("原因").selectOption({ label: "停电检修" })
  await desk.getByRole("button", { name: "看影响多少预约" }).click()
  await desk.getByText(/^有 1 个预约/).waitFor()
  await desk.getByRole("button", { name: "停办", exact: true }).focus()
  await desk.keyboard.press("Enter")
  // A tab that closes takes back what the portal has not begun.
  await desk.getByText("已停办，正在安排改约。").waitFor()
  await desk.context().close()
}

it("books, reads, is put off, accepts, moves and cancels with larger text and no script", async () => {
  const page = await portal.page(screens.pocket, { javaScriptEnabled: false })
  const next = () => page.getByRole("button", { name: "下一步" }).click()
  await page.goto(`${system.url}/zh-big/book/rp-endorse/FZ-JA-P01`)
  await next()
  await page.check("#who-child")
  await next()
  for (const [field, text] of [
    ["name", "林小宝"],
    ["idNumber", "350199201806010047"],
    ["guardianName", "林阿婆"],
    ["guardianId", "350199196210200030"],
  ] as const) {
    await page.fill(`#${field}`, text)
    await next()
  }
  await page.check("#consent")
  await next()
  await page.fill("#mobile", mobile)
  await next()
  const text = await received(/\d{6}/)
  await page.fill("#code", /\d{6}/.exec(text)![0])
  await next()
  await page.getByRole("link", { name: /11月24日/ }).click()
  await page.locator(".times button").first().click()
  await page.waitForLoadState()
  expect(await page.locator("h1").textContent()).toBe("约好了")
  const voucher = page.url()

  // What reaches her phone opens the same appointment.
  const told = await received(/\/a\//)
  await page.goto(system.url + linkIn(told))
  expect(await page.locator("h1").textContent()).toBe("约好了")

  await closeTheDay("2026-11-24")
  await until("the offer on her page", async () => {
    await page.goto(voucher)
    return (await page.locator(".offer").count()) === 1
  })
  expect(await page.locator("h1").textContent()).toBe("这个时间本站停办")
  // A process keeps what it read of the stations for ten seconds.
  await until("why it is closed", async () => {
    await page.goto(voucher)
    return (await page.getByText("原因：停电检修").count()) === 1
  })
  await page.getByRole("button", { name: "就换这个时间" }).click()
  await page.waitForLoadState()
  expect(await page.locator("h1").textContent()).toBe("约好了")
  expect(await page.locator(".outcome").textContent()).not.toContain("11月24日")

  await page.getByRole("link", { name: "改时间、换站" }).click()
  await page.getByRole("link", { name: /11月30日/ }).click()
  await page.locator(".times button").first().click()
  await page.waitForLoadState()
  expect(await page.locator(".outcome").textContent()).toContain("11月30日")
  await page.getByRole("link", { name: "取消预约" }).click()
  await page.getByRole("button", { name: "确定取消" }).click()
  expect(await page.locator("h1").textContent()).toBe("已取消")
  await page.context().close()

  const again = await portal.page(screens.pocket)
  await again.goto(voucher)
  await isForEveryone(again, "cancelled")
  await again.context().close()
})
