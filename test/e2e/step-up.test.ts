/**
 * An officer who signed in this morning is asked who they are before a child's data, and for nothing else: in a window of its own, so
 * that alerts go on sounding and nothing typed is lost. And the chief locks somebody out.
 */
import { DynamoDBDocumentClient, UpdateCommand } from "@aws-sdk/lib-dynamodb"
import type { Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { hour } from "#domain/time"
import type { System } from "#local/system"
import { fitsFingers, isForEveryone } from "#test/everyone"
import { type Opened, openPortal, screens } from "#test/opened"
import { aPng } from "#test/photos"
import { itemsOf, until } from "#test/system"
import { ask } from "#test/visitor"
import { clientOf } from "#test/world"

let portal: Opened
let system: System
const { pocket, desk } = screens

beforeAll(async () => {
  portal = await openPortal()
  ;({ system } = portal)
})
afterAll(() => portal?.close())

let count = 0
async function reported(): Promise<string> {
  const answer = await ask(system, "POST", "/api/reports", {
    key: `e2e-step-up-${count++}`,
    where: { text: "一楼滑梯旁", venue: "thaihot-plaza" },
    when: { at: Date.now() + system.clockOffset - 60_000, about: true },
    phone: "13800138000",
    child: { sex: "girl", age: 6 },
    relation: "parent",
    details: { name: "小禾", top: "红色外套" },
  })
  expect(answer.status).toBe(201)
  links.push(answer.body.link)
  return answer.body.id
}
const links: string[] = []

async function pictured(link: string) {
  const picture = aPng({ data: new Uint8ClampedArray(48 * 48 * 4).fill(200), width: 48, height: 48 })
  const sent = { method: "POST", headers: { "content-type": "image/png" }, body: picture as BodyInit }
  expect((await fetch(`${system.url}/api/reports/${link}/photo`, sent)).ok).toBe(true)
}

/** Five hours go by for what this member proved; their sessions are in use all the while. */
async function longAgo(staff: string) {
  const db = DynamoDBDocumentClient.from(clientOf(system.dynamodbEndpoint))
  for (const { pk, sk, provedAt, staff: whose } of await itemsOf(system, "Live"))
    if (String(pk).startsWith("staff-session#") && whose === staff)
      await db.send(
        new UpdateCommand({
          TableName: system.tableNames.Live!,
          Key: { pk, sk },
          UpdateExpression: "SET provedAt = :then",
          ExpressionAttributeValues: { ":then": Number(provedAt) - 5 * hour },
        }),
      )
}

const alarm = (page: Page) => page.locator("dialog.alarm")
const confirm = (page: Page) => page.getByRole("link", { name: /^(核验身份|Confirm it is me)$/ })
/** The window in which the provider asks. */
async function asks(page: Page): Promise<Page> {
  const [window] = await Promise.all([page.context().waitForEvent("page"), confirm(page).click()])
  await window.getByRole("heading", { name: /你是哪一位/ }).waitFor()
  return window
}
/** Somebody shows in it who they are; then it closes itself, or says that it may be closed. */
async function proves(window: Page, name: RegExp) {
  const unlessGone = (error: unknown) => {
    if (!window.isClosed()) throw error
  }
  await window.getByRole("button", { name }).click().catch(unlessGone)
  await window.getByRole("heading", { name: "已核验" }).waitFor().catch(unlessGone)
  if (!window.isClosed()) await window.close()
}

describe("an officer who signed in this morning", () => {
  let zhou: Page
  it("acknowledges without a question, and is asked in one sentence before the child's data is shown", async () => {
    zhou = await portal.signedIn("周警官", "/app/duty/", pocket)
    await zhou.getByText("现在没有走失报告").waitFor()
    await longAgo("officer-p02")
    // Before anything happens it may be done ahead.
    await zhou.getByText("现在核验一次").waitFor()
    await isForEveryone(zhou, "asked ahead")
    await reported()
    await alarm(zhou).waitFor()
    await zhou.getByRole("button", { name: "签收，我来处理" }).click()
    await confirm(zhou).waitFor()
    await zhou.getByText(/已由 .*周警官 于/).waitFor()
    expect(await zhou.locator("body").innerText()).not.toMatch(/小禾|红色外套|13800138000/)
    await isForEveryone(zhou, "asked on a phone")
    await fitsFingers(zhou)
    await zhou.getByRole("button", { name: "English" }).click()
    await zhou.getByText("Please confirm once more that it is you").waitFor()
    await isForEveryone(zhou, "asked in English")
    await zhou.getByRole("button", { name: "中文" }).click()
  })

  it("is refused as somebody else, hears the next alert meanwhile, and sees the report where it was", async () => {
    const wrong = await asks(zhou)
    await wrong.getByRole("button", { name: /叶警官/ }).click()
    await wrong.getByText("身份没有核验通过").waitFor()
    await isForEveryone(wrong, "refused")
    await wrong.close()
    expect(await confirm(zhou).count()).toBe(1)

    const window = await asks(zhou)
    // The page behind it is alive: another child.
    await reported()
    await alarm(zhou).waitFor()
    await proves(window, /周警官/)
    await zhou.getByRole("button", { name: "签收，我来处理" }).click()
    await zhou.getByText("查找步骤").waitFor()
    expect(await confirm(zhou).count()).toBe(0)
    await zhou.getByRole("button", { name: "孩子的情况" }).click()
    await zhou.getByText("小禾").first().waitFor()
  })

  it("loses nothing that was typed when the proof grows old over an open report", async () => {
    await zhou.getByRole("button", { name: "下一步", exact: true }).click()
    await zhou.getByRole("button", { name: "补充、更正" }).click()
    await zhou.getByLabel("特征").fill("左手有胎记")
    await longAgo("officer-p02")
    // A colleague does something: what is shown would be opened again.
    const ye = await portal.signedIn("叶警官", "/app/duty/", desk)
    const rows = ye.locator(".report-row")
    await until("both reports", async () => (await rows.count()) === 2)
    for (const i of [1, 0]) {
      await rows.nth(i).click()
      await ye.getByRole("button", { name: "开始查找" }).click()
      await ye.getByRole("button", { name: "开始查找" }).waitFor({ state: "detached" })
    }
    await confirm(zhou).waitFor()
    await isForEveryone(zhou, "asked over an open report")
    const window = await asks(zhou)
    await proves(window, /周警官/)
    await confirm(zhou).waitFor({ state: "detached" })
    expect(await zhou.getByLabel("特征").inputValue()).toBe("左手有胎记")
    await zhou.getByRole("button", { name: "提交" }).click()
    await ye.getByText("左手有胎记").first().waitFor()
  })

  it("comes back to the same report where the browser has no second window", async () => {
    await longAgo("officer-p02")
    await zhou.reload()
    await zhou.locator(".report-row").first().click()
    await confirm(zhou).waitFor()
    const title = await zhou.locator("#report-title").innerText()
    await confirm(zhou).evaluate((it) => it.removeAttribute("target"))
    await confirm(zhou).click()
    await zhou.getByRole("button", { name: /周警官/ }).click()
    await zhou.getByText("查找步骤").waitFor()
    expect(await zhou.locator("#report-title").innerText()).toBe(title)
    expect(new URL(zhou.url()).hash).toBe("")
    expect(portal.complaints).toEqual([])
  })

  it("reads whom to look for while they cannot prove it, for a reason that is kept for this report alone", async () => {
    for (const link of links) await pictured(link)
    const addresses: string[] = []
    zhou.on("request", (request) => void addresses.push(decodeURIComponent(request.url())))
    await longAgo("officer-p02")
    await zhou.reload()
    const rows = zhou.locator(".report-row")
    await rows.first().click()
    await confirm(zhou).waitFor()
    const reason = zhou.getByLabel("为什么现在就要看")
    expect(await reason.isVisible()).toBe(false)
    await zhou.getByText("现在无法验证？").click()
    await isForEveryone(zhou, "breaking the glass")
    await zhou.getByText("不要写姓名").waitFor()
    await fitsFingers(zhou)
    await reason.fill(" 急急 ")
    await zhou.getByRole("button", { name: "先看信息，事后复核" }).click()
    expect(await reason.evaluate((it: HTMLInputElement) => it.validity.patternMismatch)).toBe(true)
    await reason.fill("统一认证没有应答")
    await zhou.getByRole("button", { name: "先看信息，事后复核" }).click()
    await zhou.getByRole("button", { name: "孩子的情况" }).click()
    await zhou.getByText("小禾").first().waitFor()
    expect(await confirm(zhou).count()).toBe(0)
    const kept = async () => (await itemsOf(system, "Audit")).filter(({ what }) => what === "report.break-glass")
    expect(await kept()).toMatchObject([{ who: "staff:officer-p02", reason: "统一认证没有应答" }])
    // Its photo too, by an address that says nothing of why.
    await zhou.getByRole("button", { name: "看照片（会留记录）" }).click()
    const photo = zhou.locator(".photos img")
    await until("the photo", () => photo.evaluate((it: HTMLImageElement) => it.complete && it.naturalWidth > 0))
    expect(await kept()).toHaveLength(2)
    expect(addresses.filter((it) => it.includes("/photos/"))).toHaveLength(1)
    expect(addresses.filter((it) => it.includes("统一"))).toEqual([])
    // Another report asks again, and so does this one when it is opened anew.
    for (const i of [1, 0]) {
      await zhou.getByRole("button", { name: "返回" }).click()
      await rows.nth(i).click()
      await confirm(zhou).waitFor()
    }
    expect(portal.complaints).toEqual([])
  })
})

describe("a chief", () => {
  it("sees who of the station is signed in, and locks somebody out at once, after proving who they are", async () => {
    const clerk = await portal.signedIn("陈志明")
    await clerk.getByRole("heading", { name: "今天坐哪个窗口？" }).waitFor()
    const chief = await portal.signedIn("郑站长")
    await chief.getByRole("tab", { name: "人员" }).click()
    const row = chief.locator(".device-list li", { hasText: "陈志明" })
    await row.getByText("已登录 1 处").waitFor()
    await isForEveryone(chief, "people")
    await longAgo("chief-p01")
    await row.getByRole("button", { name: "停用登录 陈志明" }).click()
    await row.getByRole("button", { name: "确定" }).click()
    await confirm(chief).waitFor()
    await isForEveryone(chief, "a chief who is asked")
    const window = await asks(chief)
    await proves(window, /郑站长/)
    // What was pressed is done, in the tab where it was.
    await row.getByText("已停用登录").waitFor()
    await clerk.getByRole("heading", { name: "登录窗口工作台" }).waitFor()
    await clerk.getByRole("link", { name: "登录" }).click()
    await clerk.getByRole("button", { name: /陈志明/ }).click()
    await clerk.getByText("已停用，请联系站长").waitFor()
    await isForEveryone(clerk, "turned away")
    await row.getByRole("button", { name: "恢复登录 陈志明" }).click()
    await row.getByRole("button", { name: "确定" }).click()
    await row.getByText("未登录").waitFor()
    await clerk.getByRole("link", { name: "登录" }).click()
    await clerk.getByRole("button", { name: /陈志明/ }).click()
    await clerk.getByRole("heading", { name: "今天坐哪个窗口？" }).waitFor()
    expect(portal.complaints).toEqual([])
  })
})
