/** A morning at the windows: parked, transferred, undone, called out of turn, paused, cut off; and the chief changes how the station works. */
import type { Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import type { System } from "#local/system"
import { fitsFingers, isForEveryone } from "#test/everyone"
import { type Opened, openPortal } from "#test/opened"
import { itemsOf, until } from "#test/system"
import { aKiosk } from "#test/visitor"

let portal: Opened
let system: System

beforeAll(async () => {
  portal = await openPortal()
  ;({ system } = portal)
})
afterAll(() => portal?.close())

const number = (desk: Page) => desk.locator(".who-now .number")
const shows = (desk: Page, what: string) =>
  until(`${what} at the window`, async () => (await number(desk).innerText()) === what)
const isFree = (desk: Page) => desk.locator(".who-now.empty").waitFor()

const lineOf = async () => (await itemsOf(system, "Live")).find((it) => it.sk === "line")

describe("the windows of 龙头警务站", () => {
  it("park, transfer, undo, pause and call out of turn, each by one press; a chief changes windows and rules", async () => {
    const press = await aKiosk(system)
    const ticketFor = async (service: string) => expect((await press("/device/tickets", { service })).status).toBe(201)
    await ticketFor("rp-endorse")

    const lin = await portal.signedIn("林小燕")
    await lin.getByRole("button", { name: "坐到 1 号窗口" }).click()
    for (const service of ["rp-address", "rp-endorse", "pickup"]) await ticketFor(service)
    await lin.getByRole("button", { name: /呼叫下一位/ }).waitFor()
    const huang = await portal.signedIn("黄警官")
    await huang.getByRole("button", { name: "坐到 3 号窗口" }).click()
    await huang.getByRole("button", { name: /呼叫下一位/ }).waitFor()

    // A call is taken back; a parked visitor comes back to the window.
    await lin.keyboard.press("n")
    await shows(lin, "A001")
    await lin.getByRole("button", { name: /撤销呼叫/ }).waitFor()
    await lin.keyboard.press("u")
    await isFree(lin)
    await lin.keyboard.press("n")
    await shows(lin, "A001")
    await lin.keyboard.press("s")
    await lin.getByText("正在办理").first().waitFor()
    await lin.keyboard.press("p")
    await isFree(lin)
    await isForEveryone(lin)
    await fitsFingers(lin)
    await lin.getByRole("button", { name: "A001 回到窗口" }).click()
    await shows(lin, "A001")
    await lin.getByText("回到窗口继续办理").waitFor()

    // To window 3, which calls it at once: the number and the wait are kept.
    await lin.keyboard.press("t")
    await lin.getByRole("dialog", { name: "转办 A001" }).waitFor()
    await isForEveryone(lin)
    await fitsFingers(lin)
    await lin.keyboard.press("3")
    await isFree(lin)
    await huang.keyboard.press("n")
    await shows(huang, "A001")
    await huang.keyboard.press("s")
    await huang.getByText("正在办理").first().waitFor()
    await huang.keyboard.press("f")
    await isFree(huang)
    // A finish is taken back, too, and what cannot be done is told.
    await huang.keyboard.press("z")
    await shows(huang, "A001")
    await huang.keyboard.press("n")
    await huang.getByText("窗口还有一位").waitFor()
    await huang.keyboard.press("f")
    await isFree(huang)

    // Out of turn: by an officer, with a reason that stays on the ticket. A clerk has no such button.
    expect(await lin.getByRole("button", { name: /^直接叫/ }).count()).toBe(0)
    await huang.getByRole("button", { name: "直接叫 C001" }).click()
    await huang.getByLabel("原因").fill("要赶火车，领证即走")
    await isForEveryone(huang)
    await huang.getByRole("button", { name: "呼叫 C001" }).click()
    await shows(huang, "C001")
    await huang.getByText("民警指定呼叫").waitFor()
    const ticket = await until("the reason on the ticket", async () =>
      (await itemsOf(system, "Live")).find((it) => it.sk === "t#C001" && it.override),
    )
    expect(ticket.override).toMatchObject({ reason: "要赶火车，领证即走" })

    // Tickets that an officer stopped: every console says so, only an officer gives them again.
    await huang.evaluate(() =>
      fetch("/staff/line/tickets", {
        method: "POST",
        headers: { "content-type": "application/json", "x-doorstep": "1" },
        body: JSON.stringify({ op: crypto.randomUUID(), stopped: true }),
      }),
    )
    await lin.getByText("已停止发号").waitFor()
    expect((await press("/device/tickets", { service: "pickup" })).body.code).toBe("tickets-stopped")
    expect(await lin.getByRole("button", { name: "恢复发号" }).count()).toBe(0)
    await huang.getByRole("button", { name: "恢复发号" }).click()
    await until("tickets again", async () => (await lin.getByText("已停止发号").count()) === 0)

    // Paused, nobody is called; the other windows see it.
    await lin.keyboard.press("b")
    await lin.getByText("窗口已暂停").first().waitFor()
    await lin.keyboard.press("n")
    await lin.getByText("先恢复叫号").waitFor()
    await huang.locator(".hall").getByText("暂停").waitFor()
    await lin.keyboard.press("b")
    await lin.getByText("窗口空着").first().waitFor()

    // Cut off: it says so, a press is refused aloud and never sent later, the order stays and prints.
    const before = await lineOf()
    await lin.context().setOffline(true)
    await lin.getByText(/起连接中断/).waitFor()
    await lin.keyboard.press("n")
    await lin.getByText("这一按没有送出").waitFor()
    await isForEveryone(lin)
    await lin.emulateMedia({ media: "print" })
    expect(await lin.locator(".desk").isVisible()).toBe(false)
    expect(await lin.locator(".order").innerText()).toMatch(/此后连接中断[\s\S]*A002[\s\S]*A003/)
    await lin.emulateMedia({ media: null })
    await lin.context().setOffline(false)
    await until("the line again", async () => (await lin.getByText(/起连接中断/).count()) === 0)
    expect((await lineOf())?.v).toBe(before?.v)
    await lin.keyboard.press("n")
    await shows(lin, "A002")

    // Keys are told, and can be switched off.
    await lin.keyboard.press("Shift+Slash")
    await lin.getByRole("dialog", { name: "快捷键" }).waitFor()
    await lin.getByRole("button", { name: "关掉快捷键" }).click()
    await lin.getByRole("button", { name: "关闭" }).click()
    await lin.keyboard.press("m")
    await lin.waitForFunction(() => !document.querySelector("dialog"))
    expect(await number(lin).innerText()).toBe("A002")
    await lin.getByRole("button", { name: "English" }).click()
    await lin.getByRole("button", { name: /Here: start/ }).click()
    await lin.getByText("Being served").waitFor()
    await isForEveryone(lin)
    await fitsFingers(lin)

    // The chief, without a window: what each serves. A colleague who looked earlier is told to look again.
    const chief = await portal.signedIn("郑站长")
    const other = await portal.signedIn("郑站长")
    for (const page of [chief, other]) {
      await page.getByRole("tab", { name: "窗口设置" }).click()
      await page
        .getByRole("group", { name: /2 号窗口/ })
        .getByLabel("咨询")
        .check()
    }
    await fitsFingers(chief)
    await isForEveryone(chief)
    await chief.getByRole("button", { name: "保存" }).click()
    await until("the windows to be saved", async () => (await chief.getByText("有改动未保存").count()) === 0)
    await other.getByRole("button", { name: "保存" }).click()
    await other.getByText("刚有同事改过").waitFor()
    await other.getByRole("button", { name: "看最新的" }).click()
    await until("the latest", async () => (await other.getByText("刚有同事改过").count()) === 0)
    const station = (await itemsOf(system, "Live")).concat(await itemsOf(system, "Bookings"))
    expect(JSON.stringify(station)).toMatch(/"no":2,"services":\[[^\]]*"advice"/)

    // A number of the policy: its effect first, then saved; the console counts with it.
    await chief.getByRole("tab", { name: "规则" }).click()
    await chief.getByLabel("重呼次数").fill("0")
    await chief.getByLabel("久等界限").fill("30")
    await chief.getByLabel("久等界限").blur()
    await chief.getByRole("button", { name: "保存" }).click({ force: true })
    await chief.getByRole("alert").getByText("先看模拟效果").waitFor()
    await chief.getByRole("button", { name: "模拟效果" }).click()
    await chief.getByText(/^同样的人模拟 \d+ 天/).waitFor()
    expect(await chief.locator(".effects tbody tr").count()).toBe(3)
    await isForEveryone(chief)
    await fitsFingers(chief)
    await chief.getByRole("button", { name: "保存" }).click()
    await until("the policy to be saved", async () => (await chief.getByText("有改动未保存").count()) === 0)
    expect(await chief.getByLabel("久等界限").inputValue()).toBe("30")
    await until("a console that knows it", async () => (await huang.getByText("重呼已用完").count()) === 1)
    expect(portal.complaints).toEqual([])
  })
})
