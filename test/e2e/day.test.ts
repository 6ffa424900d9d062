/** One day, as people live it: book on a phone, check in and take a ticket at the kiosk, call at a window, see it in the hall. */
import type { BrowserContextOptions } from "playwright-core"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import type { System } from "#local/system"
import { isForEveryone } from "#test/everyone"
import { type Opened, openPortal, screens } from "#test/opened"
import { aMobile, anIdNumber } from "#test/people"
import { itemsOf, until } from "#test/system"

let portal: Opened
let system: System

beforeAll(async () => {
  portal = await openPortal()
  ;({ system } = portal)
})
afterAll(() => portal?.close())

/** A page that asks nobody but the portal. */
async function aPage(viewport: (typeof screens)["desk"], options: BrowserContextOptions = {}) {
  const page = await portal.page(viewport, options)
  page.on("requestfailed", (request) => {
    const elsewhere = new URL(request.url()).origin !== new URL(system.url).origin
    if (elsewhere) portal.complaints.push(`left the portal: ${request.url()}`)
  })
  return page
}

const codes = async () =>
  (await system.invoke("Setup", { pair: true })) as { kiosk: { code: string }; display: { code: string } }

describe("a day at 龙头警务站", () => {
  it("is booked, waited, called and served, and the hall sees and the phone hears it", async () => {
    const { kiosk: kioskCode, display: displayCode } = await codes()

    // On a phone without any script: service, station, person, code, and the time last.
    const phone = await aPage(screens.pocket, { javaScriptEnabled: false })
    await phone.goto(`${system.url}/`)
    await phone.getByRole("link", { name: "预约办事" }).click()
    await phone.getByRole("link", { name: /居住证签注/ }).click()
    await phone.getByRole("link", { name: /选这个站.*龙头警务站/ }).click()
    await phone.locator("#name").fill("阿卜杜拉·买买提")
    await phone.locator("#idNumber").fill(anIdNumber(1))
    await phone.getByLabel("手机号").fill(aMobile(1).slice(3))
    await phone.getByRole("button", { name: "下一步" }).click()
    const sms = await until("the code", () => system.phones.received(aMobile(1)).find((it) => /\d{6}/.test(it.text)))
    await phone.getByLabel("验证码").fill(/\d{6}/.exec(sms.text)![0])
    await phone.getByRole("button", { name: "下一步" }).click()
    await phone.locator("button[name=at]").first().click()
    await phone.getByText("约好了").waitFor()
    await phone.waitForLoadState()
    const reference = /[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(await phone.locator("main").innerText())![0]
    expect(await phone.locator("main").innerText()).not.toContain(anIdNumber(1))

    // At the station: the kiosk reads the voucher, and gives a walk-in a ticket.
    const kiosk = await aPage(screens.kiosk)
    await kiosk.goto(`${system.url}/app/kiosk/#pair=${kioskCode.code}`)
    await kiosk.getByRole("button", { name: /我有预约/ }).click()
    await kiosk.getByRole("button", { name: /输入预约号/ }).click()
    for (const letter of reference.replaceAll("-", ""))
      await kiosk.getByRole("button", { name: letter, exact: true }).click()
    await kiosk.getByRole("button", { name: "签到", exact: true }).click()
    await kiosk.getByText("Y001").first().waitFor()
    await isForEveryone(kiosk)
    await kiosk.getByRole("button", { name: "好了" }).click()
    await kiosk.getByRole("button", { name: /没有预约，取号/ }).click()
    await kiosk.getByRole("button", { name: /居住证签注/ }).click()
    await kiosk.getByRole("button", { name: "取号", exact: true }).click()
    await kiosk.getByText("A001").first().waitFor()
    await kiosk.getByText("前面没有人").first().waitFor()

    // The hall waits; the clerk signs in through the provider and takes a window.
    const hall = await aPage(screens.hall)
    await hall.goto(`${system.url}/app/display/#pair=${displayCode.code}`)
    await hall.getByRole("button", { name: /声音/ }).waitFor()
    const desk = await aPage(screens.desk)
    await desk.goto(`${system.url}/app/staff/`)
    await desk.getByRole("link", { name: "登录" }).click()
    await desk.getByRole("button", { name: /林小燕/ }).click()
    await desk.getByRole("button", { name: "坐到 1 号窗口" }).click()
    await desk.getByRole("button", { name: /呼叫下一位/ }).waitFor()
    await until("both in the line", async () =>
      (await desk.getByRole("tab", { name: /排队/ }).innerText()).includes("2"),
    )

    // What was booked and checked in has reached the window as tasks, through the queue.
    const tasks = async (state: string) =>
      (await itemsOf(system, "Live")).filter((it) => String(it.pk).startsWith("tasks#") && it.state === state)
    await until("two tasks", async () => (await tasks("open")).length === 2)

    // The walk-in follows the line on a phone. One key calls: the appointment is not due, so the walk-in is first.
    const follower = await aPage(screens.pocket)
    const day = new Date(Date.now() + system.clockOffset + 4 * 3_600_000).toISOString().slice(0, 10)
    await follower.goto(`${system.url}/zh/t/FZ-JA-P01/${day}/A001`)
    await follower.getByText("A001").first().waitFor()
    await desk.keyboard.press("n")
    await desk.getByText("已呼叫，等人到").first().waitFor()
    await until("the walk-in's number on the console", async () =>
      (await desk.locator("main").innerText()).includes("A001"),
    )
    const inTheHall = (number: string) =>
      until(`${number} in the hall`, async () => (await hall.locator("main").innerText()).includes(number))
    await inTheHall("A001")
    await until("the walk-in's own page to say where to go", async () =>
      /1\s*号窗口/.test(await follower.locator("main").innerText()),
    )
    await isForEveryone(desk)
    await isForEveryone(hall)
    await desk.keyboard.press("s")
    await desk.getByText("正在办理").first().waitFor()
    await desk.keyboard.press("f")
    await desk.getByText("窗口空着").first().waitFor()

    // Nobody else waits: the booked visitor is served early. The console says who, the phone hears where.
    await desk.keyboard.press("n")
    await desk.getByText("阿***提").first().waitFor()
    await inTheHall("Y001")
    await until("the call on the phone", () =>
      system.phones.received(aMobile(1)).some((it) => it.text.includes("Y001") && it.text.includes("1 号窗口")),
    )
    await desk.getByRole("tab", { name: /我的任务/ }).click()
    await until("the task on the console", async () => (await desk.getByRole("tabpanel").innerText()).includes("Y001"))

    // Not there: missed, shown in the hall, and back in the line by one press.
    await desk.keyboard.press("m")
    await desk.getByRole("button", { name: /回到队列/ }).waitFor()
    await until("the hall to list the missed", async () => (await hall.locator("footer").innerText()).includes("Y001"))
    await desk.getByRole("button", { name: /回到队列/ }).click()
    await until("Y001 back in the line", async () =>
      (await desk.getByRole("tab", { name: /排队/ }).innerText()).includes("1"),
    )
    await desk.keyboard.press("n")
    await desk.getByText("已呼叫，等人到").first().waitFor()
    await desk.keyboard.press("s")
    await desk.getByText("正在办理").first().waitFor()
    await desk.keyboard.press("f")
    await desk.getByText("窗口空着").first().waitFor()
    await until("the ends of both tasks", async () => (await tasks("done")).length === 2)

    await phone.reload()
    await phone.getByText("已办理").first().waitFor()
    expect(portal.complaints).toEqual([])
  })

  it("is the same in English, in large type, at 320 px, and at no width does a page run over", async () => {
    for (const face of ["zh", "en", "zh-big", "en-big"]) {
      const page = await aPage({ width: 320, height: 640 })
      for (const path of [
        "",
        "/book",
        "/book/rp-endorse",
        "/book/rp-endorse/FZ-JA-P01",
        "/find",
        "/stations",
        "/s/FZ-JA-P01",
        "/t",
        "/take",
        "/take/FZ-JA-P01",
        "/take/FZ-JA-P01/rp-endorse",
      ]) {
        await page.goto(`${system.url}/${face}${path}`)
        await isForEveryone(page)
        expect(await page.evaluate(() => document.documentElement.scrollWidth), `${face}${path}`).toBeLessThanOrEqual(
          320,
        )
      }
    }
  })
})
