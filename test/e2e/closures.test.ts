/** A chief changes hours and closes an afternoon that three people have booked; an officer answers an appeal. Through stream and queue. */
import { randomUUID } from "node:crypto"
import { DynamoDBDocumentClient, PutCommand } from "@aws-sdk/lib-dynamodb"
import type { Page } from "playwright-core"
import { afterAll, beforeAll, expect, it } from "vitest"
import { readableReference } from "#domain/id"
import type { System } from "#local/system"
import { fitsFingers, isForEveryone } from "#test/everyone"
import { type Opened, openPortal, screens } from "#test/opened"
import { aMobile, anIdNumber } from "#test/people"
import { itemsOf, until } from "#test/system"
import { aPhone, ask } from "#test/visitor"
import { clientOf } from "#test/world"

const here = "FZ-JA-P01"
const [today, tomorrow] = ["2026-11-23", "2026-11-24"]
const { desk, tablet, pocket } = screens
const shots = process.env.DOORSTEP_LOOK

let portal: Opened
let system: System

beforeAll(async () => {
  portal = await openPortal()
  ;({ system } = portal)
})
afterAll(() => portal?.close())

/** Open to everyone, big enough for fingers, on desk, tablet and phone. */
async function isRight(page: Page, state: string) {
  for (const size of [tablet, pocket, desk]) {
    await page.setViewportSize(size)
    await isForEveryone(page, `${state} at ${size.width}`)
    if (shots) await page.screenshot({ path: `${shots}/${state}-${size.width}.png`, fullPage: size.width < 1200 })
  }
  await fitsFingers(page, state)
}

async function booked(n: number, date: string, from: string) {
  const phone = await aPhone(system, aMobile(n))
  const free = await ask(system, "GET", `/api/stations/${here}/places?services=rp-endorse&date=${date}`)
  const time = free.body.offers.find((it: { time: string }) => it.time >= from).time
  const form = { station: here, date, time, idNumber: anIdNumber(n), name: "陈晓明" }
  const { status, body } = await phone.book(form)
  expect(status).toBe(201)
  return { ...body, phone }
}
const heldBy = async (link: string) => (await ask(system, "GET", `/api/appointments/${link}`)).body

const tab = (page: Page, name: string) => page.getByRole("tab", { name, exact: false }).click()

it("an afternoon is closed, everyone is offered another time, answers are seen, and it is taken back", async () => {
  const people = [
    await booked(1, tomorrow, "14:00"),
    await booked(2, tomorrow, "15:00"),
    await booked(3, tomorrow, "16:00"),
  ]
  const chief = await portal.signedIn("郑站长")

  // Whom it touches is told first; then it is closed, and cleared through the stream and the queue.
  await tab(chief, "停办")
  await chief.getByText("没有停办").waitFor()
  await chief.getByLabel("从哪天").fill(tomorrow)
  await chief.getByLabel("几点起").fill("14:00")
  await chief.getByLabel("几点止").fill("18:30")
  await chief.getByLabel("原因").selectOption({ label: "停电检修" })
  await chief.getByRole("button", { name: "停办", exact: true }).click({ force: true })
  await chief.getByRole("alert").getByText("先看影响多少预约").waitFor()
  await chief.getByRole("button", { name: "看影响多少预约" }).click()
  await chief.getByText(/^有 3 个预约在这段时间/).waitFor()
  await isRight(chief, "closure-preview")
  await chief.getByRole("button", { name: "停办", exact: true }).focus()
  await chief.keyboard.press("Enter")
  const closure = chief.getByRole("region", { name: /11月24日 周二 14:00–18:30/ })
  await closure.getByText("已安排完").waitFor()
  await until("three offers", async () => (await closure.getByText("已建议，等答复").count()) === 3)
  expect(await closure.getByRole("progressbar").getAttribute("value")).toBe("100")
  await closure.getByText("3 人还没有着落").waitFor()

  // One accepts, one declines, one says nothing.
  const [first, second] = [await heldBy(people[0].link), await heldBy(people[1].link)]
  expect(first.proposal).toMatchObject({ why: "closure" })
  const link = `/api/appointments/${people[0].link}`
  const taken = await ask(system, "POST", `${link}/accept`, { op: randomUUID(), proposal: first.proposal.id })
  expect([taken.status, taken.body.date, taken.body.time]).toEqual([200, first.proposal.date, first.proposal.time])
  const declined = await ask(system, "POST", `/api/appointments/${people[1].link}/decline`, {
    proposal: second.proposal.id,
  })
  expect(declined.status).toBe(200)
  await closure.getByText("接受了").waitFor()
  await closure.getByText("不接受").waitFor()
  await closure.getByText("2 人还没有着落").waitFor()
  await chief.getByRole("heading", { name: "在不开放时间的预约（2）" }).waitFor()

  // Names and phones are masked, and shown only when asked for.
  expect(await chief.getByText("陈").count()).toBe(0)
  await closure.getByRole("button", { name: /显示姓名和电话/ }).click()
  await closure
    .getByText(/138\*+/)
    .first()
    .waitFor()
  expect(await chief.getByText("陈晓明").count()).toBe(0)
  await closure.getByRole("button", { name: /完整号码/ }).click()
  await closure.getByRole("link", { name: /^\+86138\d{8}$/ }).waitFor()
  await isRight(chief, "closure-answered")

  // An officer sees the same, and changes nothing.
  const officer = await portal.signedIn("黄警官")
  await tab(officer, "停办")
  await officer.getByText("停办由站长设置").waitFor()
  await officer
    .getByRole("region", { name: /11月24日 周二 14:00–18:30/ })
    .getByText("2 人还没有着落")
    .waitFor()
  expect(await officer.getByRole("button", { name: /停办|看影响/ }).count()).toBe(0)
  await isRight(officer, "closure-officer")

  // Residents read why, each in their language; the task leads here.
  // A process keeps what it read of the stations for ten seconds, and the edge the page for thirty.
  for (const [path, told] of [
    [`/zh/s/${here}`, /停办：11月24日 周二 14:00–18:30\s*停电检修</],
    [`/en/s/${here}`, /Power cut for repairs</],
  ] as const)
    await until(`${told} on ${path}`, async () => told.test((await ask(system, "GET", path)).body))
  const page = await chief.context().newPage()
  await page.goto(`${system.url}/zh/s/${here}`)
  for (const size of [desk, pocket]) {
    await page.setViewportSize(size)
    await isForEveryone(page, `station at ${size.width}`)
    if (shots) await page.screenshot({ path: `${shots}/station-${size.width}.png`, fullPage: true })
  }
  await page.close()
  const found = (await ask(system, "GET", "/api/stations")).body.stations
  const evening = found.find((it: { station: { id: string } }) => it.station.id === here).station.hours[4][2]
  expect(evening).toEqual(["18:30", "20:00", ["rp-endorse", "rp-address", "pickup"]])
  await tab(chief, "我的任务")
  await chief.getByRole("button", { name: /^去处理 停办/ }).click()
  await closure.waitFor()

  // Taken back: who said nothing keeps their time.
  await closure.getByRole("button", { name: /^撤回停办/ }).click()
  await isForEveryone(chief, "closure taken back?")
  await closure.getByRole("button", { name: "撤回", exact: true }).press("Enter")
  await closure.getByText("已撤回").waitFor()
  await until("both to keep their time", async () => (await closure.getByText("恢复原时间").count()) === 2)
  expect(await heldBy(people[2].link)).toMatchObject({ date: tomorrow, time: people[2].time })
  expect((await heldBy(people[2].link)).proposal).toBeUndefined()
  await chief.getByText("没有预约落在不开放的时间").waitFor()

  // In English, too.
  await chief.getByRole("button", { name: "English" }).click()
  await chief.getByText("Keeps the old time").first().waitFor()
  await isRight(chief, "closure-english")
  expect(portal.complaints).toEqual([])
})

it("the hours of one day and of every week are changed by two chiefs, and neither loses what they typed", async () => {
  const [chief, other] = [await portal.signedIn("郑站长"), await portal.signedIn("郑站长")]
  for (const page of [chief, other]) await tab(page, "开放时间")
  await chief.getByRole("button", { name: /^28 周六/ }).click()
  await chief.getByRole("region", { name: "11月28日 周六" }).getByText("按每周时间开放").waitFor()
  await chief.getByRole("button", { name: "这一天休息" }).click()
  await chief.getByRole("button", { name: "看影响多少预约" }).click()
  await chief.getByText("没有预约受影响").waitFor()
  await isRight(chief, "calendar")

  // A holiday, a provisional year, and why.
  for (let i = 0; i < 2; i++) await chief.getByRole("button", { name: "下个月" }).click()
  await chief.getByRole("heading", { name: "2027年1月" }).waitFor()
  expect(await chief.getByRole("button", { name: /^1 周五/ }).innerText()).toMatch(/休息[\s\S]*节假日[\s\S]*未定/)

  await other.getByText("每周时间", { exact: true }).click()
  await other.getByLabel("周三第 2 段，到").fill("17:00")
  await other.getByLabel("周三第 2 段，到").blur()
  await other.getByText("季节时间（0）").click()
  await isRight(other, "calendar-week")
  await other.getByRole("button", { name: "看影响多少预约" }).click()
  await other.getByText(/没有预约受影响|个预约受影响/).waitFor()

  await chief.getByRole("button", { name: "保存", exact: true }).click()
  await until("the first to be saved", async () => (await chief.getByText("有改动未保存").count()) === 0)
  await other.getByRole("button", { name: "保存", exact: true }).click()
  await other.getByRole("alert").getByText("刚有同事改过").waitFor()
  await other.getByRole("button", { name: /保留我的改动/ }).click()
  await other.getByText("已合到您的改动里").waitFor()
  expect(await other.getByLabel("周三第 2 段，到").inputValue()).toBe("17:00")
  await other.getByRole("button", { name: "看影响多少预约" }).click()
  await until("the second look", async () => (await other.getByText("先看影响多少预约，再保存").count()) === 0)
  await other.getByRole("button", { name: "保存", exact: true }).click()
  await until("both to be saved", async () => {
    const { schedule } = await other.evaluate(async () => (await fetch("/staff/calendar")).json())
    return schedule.exceptions?.["2026-11-28"]?.length === 0 && schedule.hours[3][1][1] === "17:00"
  })
  expect(portal.complaints).toEqual([])
})

it("an appeal reaches the officer, who excuses the absence with a reason", async () => {
  const it = await booked(4, today, "10:00")
  const item = (await itemsOf(system, "Bookings")).find(
    (one) => one.ref === it.ref && `${one.pk}`.startsWith("person#"),
  )!
  const db = DynamoDBDocumentClient.from(clientOf(system.dynamodbEndpoint))
  const missed = { ref: it.ref, group: "rp", station: here, date: "2026-11-20" }
  const stamp = { v: 1, op: "day-closed", by: item.by, at: item.at }
  await db.send(
    new PutCommand({
      TableName: system.tableNames.Bookings!,
      Item: { pk: item.pk, sk: "standing", missed: [missed], ...stamp },
    }),
  )
  const appealed = await ask(system, "POST", `/api/appointments/${it.link}/appeal`, {
    ref: it.ref,
    text: "孩子发烧去了医院",
  })
  expect(appealed.status).toBe(200)
  const officer = await portal.signedIn("黄警官")
  expect(await officer.getByRole("tab", { name: "开放时间" }).count()).toBe(0)
  await tab(officer, "我的任务")
  await officer.getByRole("button", { name: `去处理 处理爽约申诉 ${readableReference(it.ref)}` }).click()
  await officer.getByText("孩子发烧去了医院").waitFor()
  await officer.getByRole("button", { name: "不计这一次" }).click()
  await officer.getByRole("alert").getByText("请写理由").waitFor()
  await officer.getByLabel("理由").fill("有医院证明")
  await isRight(officer, "absence")
  await officer.getByRole("button", { name: "不计这一次" }).click()
  await officer.getByText("这一次已经答复").waitFor()
  await until("no appeal to wait", async () => (await officer.getByText("没有等着答复的申诉").count()) === 1)
  await until("the answer on the phone", () => it.phone.received().some((text: string) => /爽约|不计|申诉/.test(text)))

  // The day's list leads there as well.
  const noShow = { ...item, state: "no-show", v: Number(item.v) + 1, op: "day-closed" }
  await db.send(new PutCommand({ TableName: system.tableNames.Bookings!, Item: noShow }))
  await tab(officer, "今日预约")
  const seeing = officer.getByRole("button", { name: `${readableReference(it.ref)} 的爽约记录` })
  await seeing.waitFor()
  await isRight(officer, "day-absence")
  await seeing.click()
  await officer.getByRole("region", { name: readableReference(it.ref) }).waitFor()
  expect(portal.complaints).toEqual([])
})
