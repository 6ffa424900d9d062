/** A child is missing in the mall: the alert over everything, on the desk and on the officer's phone, until somebody has it; and to the end. */
import { UpdateCommand } from "@aws-sdk/lib-dynamodb"
import type { Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { mobileOf } from "#domain/demonstration-units"
import { readableReference } from "#domain/id"
import type { System } from "#local/system"
import { fitsFingers, isForEveryone } from "#test/everyone"
import { type Opened, openPortal, screens } from "#test/opened"
import { depthOf, itemsOf, until, worldAt } from "#test/system"
import { ask } from "#test/visitor"

let portal: Opened
let system: System
const { pocket } = screens

beforeAll(async () => {
  portal = await openPortal()
  ;({ system } = portal)
})
afterAll(() => portal?.close())

/** The first page of each who signed in, in their order. */
const pages = () => portal.browser.contexts().map((it) => it.pages()[0]!)

/** What the two officers of the mall got, newest last. */
const messages = () =>
  ["officer-p02", "officer-p02-2"].flatMap((id) => system.phones.received(mobileOf(id)).map((it) => it.text))

/** The reporters' own. */
const links: string[] = []
let count = 0
async function reported(): Promise<string> {
  const answer = await ask(system, "POST", "/api/reports", {
    key: `e2e-duty-${count++}`,
    where: { text: "一楼滑梯旁", venue: "thaihot-plaza" },
    when: { at: Date.now() + system.clockOffset - 60_000, about: true },
    phone: "13800138000",
    child: { sex: "girl", age: 6 },
    relation: "parent",
    details: { name: "小禾", top: "红色外套", bottom: "蓝色裤子" },
  })
  expect(answer.status).toBe(201)
  links.push(answer.body.link)
  return answer.body.id
}

const alarm = (page: Page) => page.locator("dialog.alarm")
const gone = (page: Page) => until("the alert to go", async () => (await alarm(page).count()) === 0)

describe("a missing child", () => {
  it("is over everything at the desk and in the pocket until an officer has it; a clerk sees nothing of it", async () => {
    const zhou = await portal.signedIn("周警官", "/app/duty/", pocket)
    const ye = await portal.signedIn("叶警官")
    const clerk = await portal.signedIn("王丽")
    await zhou.getByText("现在没有走失报告").waitFor()
    await isForEveryone(zhou, "no report")
    await clerk.getByRole("heading", { name: "今天坐哪个窗口？" }).waitFor()
    // Whatever tab is open.
    await ye.getByRole("tab", { name: "今日预约" }).click()
    await reported()
    await Promise.all([alarm(zhou).waitFor(), alarm(ye).waitFor()])
    for (const page of [zhou, ye]) {
      await page.getByText("就在本单位").first().waitFor()
      expect(await alarm(page).innerText()).not.toMatch(/小禾|红色|13800138000/)
      await isForEveryone(page, "the alert")
      await fitsFingers(page)
      await until("the title to flash", async () => (await page.title()).startsWith("●"))
    }
    expect(await clerk.locator("dialog").count()).toBe(0)
    expect(await clerk.getByText("走失").count()).toBe(0)
    // Escape does not make it go away; Enter, where the focus is, takes it.
    await zhou.keyboard.press("Escape")
    expect(await alarm(zhou).count()).toBe(1)
    expect(await zhou.evaluate(() => document.activeElement?.textContent)).toBe("签收，我来处理")
    await zhou.keyboard.press("Enter")
    await Promise.all([gone(zhou), gone(ye)])
    await zhou.getByText("查找步骤").waitFor()
    await ye.getByRole("tab", { name: /走失值班/ }).click()
    await ye.locator(".report-row").click()
    await ye.getByText(/已由 .*周警官 于/).waitFor()
    await until("the title as before", async () => !(await ye.title()).startsWith("●"))
    expect(portal.complaints).toEqual([])
  })

  it("is searched, handed over and closed, by keyboard and by thumb, in both languages", async () => {
    const [zhou, ye] = pages() as [Page, Page]
    await zhou.getByRole("button", { name: "开始查找" }).click()
    await zhou.getByRole("button", { name: /^完成：查看公共视频/ }).click()
    await zhou.locator(".checklist li.done").waitFor()
    // What one does the other sees.
    await ye.locator(".checklist li.done").getByText("周警官").waitFor()
    await isForEveryone(ye, "a report at the desk")
    await fitsFingers(ye)
    for (const part of ["孩子的情况", "经过", "更多", "下一步"]) {
      await zhou.getByRole("button", { name: part, exact: true }).click()
      await isForEveryone(zhou, part)
      await fitsFingers(zhou)
    }
    await ye.getByText("小禾").first().waitFor()
    expect(await ye.getByRole("link", { name: "高德地图" }).getAttribute("href")).toMatch(
      /^https:\/\/uri\.amap\.com\/marker\?position=119\.33\d+,26\.0[89]\d+&/,
    )
    await zhou.getByRole("button", { name: "补充、更正" }).click()
    await zhou.getByLabel("特征").fill("左手有胎记")
    await zhou.getByRole("button", { name: "提交" }).click()
    await ye.getByText("左手有胎记").first().waitFor()
    // The reporter's own words arrive while the report lies open.
    const link = links.at(-1)!
    const added = await ask(system, "POST", `/api/reports/${link}/additions`, { op: "e2e-added-1", bag: "黄色书包" })
    expect(added.status).toBeLessThan(300)
    await ye.getByText("黄色书包").first().waitFor()

    // The hall's card goes up at the desk.
    await ye.getByText("大厅屏提示").click()
    await ye.getByRole("button", { name: "在本站大厅屏展示" }).click()
    await ye.getByText(/大厅屏正在展示/).waitFor()

    await zhou.getByRole("button", { name: "English" }).click()
    await zhou.getByRole("button", { name: "Said to be found" }).click()
    await zhou.getByRole("button", { name: "Confirm the reunion" }).click()
    await isForEveryone(zhou, "the reunion")
    await fitsFingers(zhou)
    await zhou.getByLabel("The guardian’s identity is checked").check()
    await zhou.getByLabel("Their relation to the child is checked").check()
    await zhou.getByLabel("Where, and to whom").fill("服务台，交给母亲")
    await zhou.getByRole("button", { name: "Submit" }).click()
    await zhou.getByRole("heading", { name: /^Reunited/ }).waitFor()
    await zhou.getByRole("button", { name: "Close", exact: true }).click()
    await zhou.getByRole("heading", { name: /^Closed/ }).waitFor()
    await until("the card to come off the wall", async () => {
      const card = await ye.evaluate(async () => (await fetch("/staff/card")).json())
      return card.card === undefined
    })
    expect(portal.complaints).toEqual([])
  })

  it("finds the officer on duty away from the screen, by a link that opens the report after signing in", async () => {
    const id = await reported()
    const [text] = await until("the message", () => {
      const mine = messages().filter((it) => it.includes(id))
      return mine.length > 0 && mine
    })
    expect(text).not.toMatch(/小禾|滑梯/)
    const link = /\/app\/duty\/#\w+/.exec(text!)![0]
    const page = await portal.signedIn("叶警官", link, pocket)
    await alarm(page).waitFor()
    await alarm(page).getByRole("button", { name: "签收，我来处理" }).click()
    await page.getByRole("heading", { name: /已签收/ }).waitFor()
    await page.setViewportSize({ width: 320, height: 640 })
    await isForEveryone(page, "320 px")
  })

  it("is another thing than a drill, which is marked wherever it is seen and told to nobody", async () => {
    const page = pages().at(-1)!
    await page.setViewportSize(pocket)
    await until("the messages before it to be over", async () => (await depthOf(system, "Notices")) === 0)
    const before = messages().length
    await page.getByRole("button", { name: "值班表" }).click()
    await isForEveryone(page, "the roster")
    await page.getByRole("button", { name: "发起演练" }).click()
    await page.locator("dialog.alarm.drill").getByText("这是演练，不是真实警情").waitFor()
    await isForEveryone(page, "a drill")
    await alarm(page).getByRole("button", { name: "签收，我来处理" }).click()
    await gone(page)
    await page.getByRole("button", { name: "走失报告", exact: true }).click()
    await page.locator(".report .drill-stripe").waitFor()
    await page.getByRole("button", { name: "怎样通知我" }).click()
    await page.getByText("短信发到").waitFor()
    await isForEveryone(page, "reaching me")
    await fitsFingers(page)
    await until("messages to be over", async () => (await depthOf(system, "Notices")) === 0)
    expect(messages().length).toBe(before)
    expect(portal.complaints).toEqual([])
  })

  it("sounds on though its reporter says found, until an officer has it; a message's link opens its report in the open page", async () => {
    const page = pages().at(-1)!
    await page.getByRole("button", { name: "走失报告", exact: true }).click()
    const first = await reported()
    await alarm(page).waitFor()
    const link = links.at(-1)
    const found = await ask(system, "POST", `/api/reports/${link}/found`, { op: "e2e-duty-found" })
    expect(found.status).toBe(200)
    const state = async () => (await ask(system, "GET", `/api/reports/${link}`)).body.state
    await until("it to be said", async () => (await state()) === "found-unverified")
    await page.locator(".report-row.found-unverified").first().waitFor({ state: "attached" })
    expect(await alarm(page).count()).toBe(1)
    await until("the title to flash", async () => /●|走失警情/.test(await page.title()))
    await alarm(page).getByRole("button", { name: "签收，我来处理" }).click()
    await gone(page)
    await page.getByRole("heading", { name: /说已找到，待确认/ }).waitFor()
    await page.getByRole("button", { name: "没有找到" }).waitFor()
    const second = await reported()
    await alarm(page).getByRole("button", { name: "签收，我来处理" }).click()
    await page.locator(".report-head small", { hasText: readableReference(second) }).waitFor()
    await page.evaluate((id) => {
      location.hash = id
    }, first)
    await page.locator(".report-head small", { hasText: readableReference(first) }).waitFor()
    expect(new URL(page.url()).hash).toBe("")
    expect(portal.complaints).toEqual([])
  })

  it("that ended days ago is in the folded list and found by its number, and goes on from there, in the pocket and at the desk", async () => {
    const page = pages().at(-1)!
    const ended = async (id: string) => {
      await page.evaluate(async (report) => {
        for (const more of [{ act: "acknowledge" }, { act: "cancel", text: "孩子回来了" }])
          await fetch(`/staff/reports/${report}`, {
            method: "POST",
            headers: { "content-type": "application/json", "x-doorstep": "1" },
            body: JSON.stringify({ op: crypto.randomUUID(), ...more }),
          })
      }, id)
      const duty = await until("its end to be listed", async () =>
        (await itemsOf(system, "Children")).find(
          (it) => it.sk === id && it.pk === "duty#FZ-JA-P02" && it.state === "ended",
        ),
      )
      const { db, tables } = worldAt(system, Date.now())
      await db.send(
        new UpdateCommand({
          TableName: tables.children,
          Key: { pk: duty.pk, sk: duty.sk },
          UpdateExpression: "SET #at = :then",
          ExpressionAttributeNames: { "#at": "at" },
          ExpressionAttributeValues: { ":then": Number(duty.at) - 2 * 86_400_000 },
        }),
      )
      return readableReference(id)
    }
    const [one, other] = [await ended(await reported()), await ended(await reported())]
    await gone(page)
    await page.getByRole("button", { name: "返回列表" }).click()
    await page.getByText("一天前结束的").click()
    const rows = page.locator(".earlier .report-row")
    await rows.nth(1).waitFor()
    await isForEveryone(page, "what ended days ago")
    await fitsFingers(page)
    await rows.first().click()
    await page.getByRole("heading", { name: "已取消" }).waitFor()
    const first = await page.locator(".report-head small").innerText()
    await page.getByRole("button", { name: "重新打开" }).click()
    await page.getByLabel("原因").fill("又不见了")
    await page.getByRole("button", { name: "提交" }).click()
    await page.getByRole("heading", { name: "查找中" }).waitFor()
    expect(await page.locator(".report-head small").innerText()).toBe(first)
    // At the desk, in English, the other one by its number.
    const desk = pages()[1]!
    await desk.getByRole("button", { name: "English" }).click()
    const number = desk.getByLabel("Find a report by its number")
    const open = desk.locator(".by-number button")
    await number.fill("K7QM-3TXW-9B2B")
    await open.click()
    await desk.getByText("check its 12 characters").waitFor()
    await isForEveryone(desk, "a number that is none")
    await number.fill("0000 0000 0000")
    await open.click()
    await desk.locator("#by-number-said", { hasText: /\w{5}/ }).waitFor()
    const left = first.includes(one) ? other : one
    await number.fill(left.toLowerCase())
    await open.click()
    await desk.locator(".report-head", { hasText: left }).getByRole("heading", { name: "Cancelled" }).waitFor()
    await desk.getByRole("button", { name: "Reopen", exact: true }).waitFor()
    await isForEveryone(desk, "a report by its number")
    expect(portal.complaints).toEqual([])
  })
})
