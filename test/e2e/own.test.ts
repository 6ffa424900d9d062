/**
 * A mother looks at what is kept of her child, corrects her phone, takes a copy, withdraws her consent and deletes the rest: in larger
 * text, without a script, by the codes that reach her phones; nobody is shut out of any page on the way.
 */
import { readFile } from "node:fs/promises"
import { afterAll, beforeAll, expect, it } from "vitest"
import type { System } from "#local/system"
import { isForEveryone } from "#test/everyone"
import { type Opened, openPortal, screens } from "#test/opened"
import { itemsOf, until } from "#test/system"

let portal: Opened
let system: System

beforeAll(async () => {
  portal = await openPortal()
  ;({ system } = portal)
})
afterAll(() => portal?.close())

const [old, present] = ["13800000081", "13800000082"]
const child = "350199202011110057"
const mother = "350199198506150027"

const received = (mobile: string, words: RegExp) =>
  until(
    `a message with ${words}`,
    () => system.phones.received(`+86${mobile}`).findLast(({ text }) => words.test(text))?.text,
  )

it("sees, corrects, takes along, withdraws and deletes with larger text and no script", async () => {
  const page = await portal.page(screens.pocket, { javaScriptEnabled: false })
  const press = async (name: string | RegExp) => page.getByRole("button", { name }).click()
  const follow = async (name: string | RegExp) => page.getByRole("link", { name }).first().click()
  // Who judges a page needs scripts; she has none.
  const judged = await portal.page(screens.pocket)
  const is = async (title: string) => {
    await page.locator("h1").filter({ hasText: title }).waitFor()
    await page.waitForLoadState()
    await judged.setContent(await page.content())
    await isForEveryone(judged, title)
  }
  const code = async (mobile: string) => {
    await is("输入短信验证码")
    await page.fill("#code", /\d{6}/.exec(await received(mobile, /验证码 \d{6}/))![0])
    await press("下一步")
  }

  await page.goto(`${system.url}/zh-big/book/rp-endorse/FZ-JA-P01`)
  await press("下一步")
  await page.check("#who-child")
  await press("下一步")
  const typed = { name: "林小宝", idNumber: child, guardianName: "林小燕", guardianId: mother }
  for (const [field, text] of Object.entries(typed)) {
    await page.fill(`#${field}`, text)
    await press("下一步")
  }
  await page.check("#consent")
  await press("下一步")
  await page.fill("#mobile", old)
  await press("下一步")
  await code(old)
  await page.getByRole("link", { name: /11月24日/ }).click()
  await page.locator(".times button").first().click()
  await is("约好了")
  const voucher = page.url()

  await follow("更正姓名、手机号")
  await is("更正姓名、手机号")
  await page.fill("#mobile", "138")
  await press("改好了")
  await is("更正姓名、手机号")
  await page.fill("#mobile", present)
  await page.fill("#idLast4", child.slice(-4))
  await press("改好了")
  await code(present)
  await is("约好了")
  expect(await page.locator("main").innerText()).toContain(`138****${present.slice(-4)}`)
  await received(old, /已改用别的手机号/)

  await page.goto(`${system.url}/zh-big`)
  await follow("我的信息")
  await is("我的信息")
  await follow("个人信息告知书")
  await is("个人信息告知书")
  await page.goBack()
  await page.fill("#mobile", present)
  await press("下一步")
  await is("谁的信息？")
  await page.fill("#idNumber", mother)
  await press("查看")
  await is("谁的信息？")
  expect(await page.locator("main").innerText()).toContain("这个手机号和身份证号下没有找到信息")
  await page.fill("#idNumber", child)
  await press("查看")
  await is("我的信息")
  expect(await page.locator("main").innerText()).toContain("林*宝")
  expect(await page.content()).not.toContain(child)
  expect(page.url()).not.toMatch(/\d{17}/)

  const [download] = await Promise.all([page.waitForEvent("download"), press("下载一份")])
  expect(download.suggestedFilename()).toBe("doorstep.json")
  const file = JSON.parse(await readFile(await download.path(), "utf8"))
  expect(file.appointments[0].person).toEqual({
    name: "林小宝",
    idNumber: child,
    phone: `+86${present}`,
    guardian: { name: "林小燕", idNumber: mother },
  })
  await follow("打印一份")
  await is("我的信息")
  expect(await page.locator("main").innerText()).toContain(child)

  await page.goto(`${system.url}/zh-big/own/delete`)
  await is("删除这些信息")
  expect(await page.locator("main").innerText()).toContain("现在还不能删除")
  await page.goto(`${system.url}/zh-big/own/all`)
  await follow("撤回这个同意")
  await is("撤回同意？")
  await press("撤回同意")
  await is("已经撤回")
  expect(await page.locator("main").innerText()).toContain("这次预约已同时取消")
  await received(present, /已取消/)

  await page.goto(`${system.url}/zh-big/own/all`)
  await follow(/^删除$/)
  await is("删除这些信息")
  await follow("下一步")
  await is("确定删除吗？")
  await press("确定删除")
  await is("已经删除")

  // Deleted is forgotten: the phone must show itself again, and no form knows what was typed.
  await page.goto(`${system.url}/zh-big/own/all`)
  await is("我的信息")
  expect(await page.inputValue("#mobile")).toBe("")
  const gone = await page.goto(voucher)
  expect(gone?.status()).toBe(404)
  const looks = (await itemsOf(system, "Audit")).filter(({ pk }) => String(pk).startsWith("own#"))
  expect(new Set(looks.map(({ what }) => what))).toEqual(new Set(["own.see", "own.export", "own.delete"]))
})
