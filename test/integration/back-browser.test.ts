/** Back and refresh after a form was refused: nothing that was typed is lost, and no browser asks whether to send a form again. */
import type { Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { at } from "#test/builders"
import { isForEveryone } from "#test/everyone"
import { aMobile, anIdNumber } from "#test/people"
import { type Served, servePages } from "#test/served"
import { aWorld, codeFor, type TestWorld } from "#test/world"

let world: TestWorld
let served: Served
let url: string
let count = 0

beforeAll(async () => {
  world = await aWorld(at("09:00"))
  served = await servePages(world)
  ;({ url } = served)
})
afterAll(() => served?.close())

const someone = () => {
  const n = ++count
  return { name: "陈小雨", idNumber: anIdNumber(n), mobile: aMobile(n).slice(3) }
}
const fill = async (page: Page, values: Record<string, string>) => {
  for (const [field, text] of Object.entries(values)) await page.fill(`#${field}`, text)
}
/** The page that a press leads to, once it stands; `stands` is on that page and not on the one before. */
const press = async (page: Page, stands: string) => {
  await page.locator("main form[method=post] button[type=submit]").first().click()
  await page.locator(stands).first().waitFor()
}
const back = async (page: Page, stands: string) => {
  await page.goBack()
  await page.locator(stands).first().waitFor()
}
const reload = async (page: Page, stands: string) => {
  await page.reload()
  await page.locator(stands).first().waitFor()
}
const typedIn = async (page: Page, fields: readonly string[]) =>
  Object.fromEntries(await Promise.all(fields.map(async (it) => [it, await page.inputValue(`#${it}`)] as const)))

describe.each([true, false])("with JavaScript: %s", (javaScriptEnabled) => {
  it("a wrong ID number and a wrong code are gone back past, with all that was typed", async () => {
    const { context, page } = await served.page({ javaScriptEnabled })
    const who = someone()
    const fields = Object.keys(who)
    const wrong = { ...who, idNumber: "350199199003070012" }
    await page.goto(`${url}/zh/book/rp-endorse/FZ-JA-P02`)
    await fill(page, wrong)
    await press(page, ".errors")
    const shown = page.url()
    expect(shown).not.toMatch(/350199|138|%E9%99%88/)
    expect(await page.title()).toMatch(/^错误：/)
    await reload(page, "#idNumber-error")
    expect(await typedIn(page, fields)).toEqual(wrong)
    if (javaScriptEnabled) await isForEveryone(page, "sent back")

    await page.fill("#idNumber", who.idNumber)
    await press(page, "#code")
    await back(page, "#idNumber")
    expect(await typedIn(page, fields)).toEqual(who)
    expect(await page.locator(".errors").count()).toBe(0)
    await page.goForward()
    await page.locator("#code").waitFor()

    const right = await codeFor(world, `+86${who.mobile}`)
    await page.fill("#code", right === "000000" ? "000001" : "000000")
    await press(page, "#code-error")
    await page.getByText("还可以试4次").first().waitFor()
    await reload(page, "#code-error")
    expect(await page.inputValue("#code")).toBe("")
    await back(page, "#code")
    await back(page, "#idNumber")
    expect(await typedIn(page, fields)).toEqual(who)
    await page.goForward()
    await page.locator("#code").waitFor()
    await page.goForward()
    await page.locator("#code-error").waitFor()
    await page.fill("#code", right)
    await press(page, ".times button")
    // Back from the times there is no form to send again: the phone has shown its code, and the way leads on.
    await back(page, ".times button")
    await context.close()
  })

  it("one thing a screen keeps each of them through back and refresh", async () => {
    const { context, page } = await served.page({ javaScriptEnabled })
    const who = someone()
    await page.goto(`${url}/en-big/book/rp-endorse/FZ-JA-P02?screen=name`)
    await page.fill("#name", "陈1")
    await press(page, ".errors")
    await reload(page, "#name-error")
    expect(await page.inputValue("#name")).toBe("陈1")
    await page.fill("#name", who.name)
    await press(page, "#idNumber")
    // Nobody is told of a field that they have not come to.
    expect(await page.locator(".errors").count()).toBe(0)
    await page.fill("#idNumber", "123")
    await press(page, "#idNumber-error")
    await back(page, "#idNumber")
    await back(page, "#name")
    expect(await page.inputValue("#name")).toBe(who.name)
    expect(await page.locator(".errors").count()).toBe(0)
    await context.close()
  })

  it.each([
    ["/zh/own", { mobile: "12345" }],
    ["/zh/group", { mobile: "12345" }],
    ["/zh/take/FZ-JA-P01/rp-endorse", { mobile: "12345" }],
    ["/zh/find", { ref: "K7QM", last4: "12" }],
  ])("%s says what is wrong again when it is opened again, and forgets nothing", async (path, wrong) => {
    const { context, page } = await served.page({ javaScriptEnabled })
    await page.goto(url + path)
    await fill(page, wrong)
    await press(page, ".errors")
    expect(page.url()).not.toContain("12345")
    await page.goto(`${url}/zh/stations`)
    await back(page, ".errors")
    await reload(page, ".errors")
    expect(await typedIn(page, Object.keys(wrong))).toEqual(wrong)
    await context.close()
  })
})
