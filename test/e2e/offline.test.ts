/** The network goes while people stand at the kiosk: it gives numbers, starts again without a network, and brings everyone into the line once. */
import type { BrowserContext, Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import type { System } from "#local/system"
import { monday } from "#test/builders"
import { isForEveryone } from "#test/everyone"
import { type Opened, openPortal, screens } from "#test/opened"
import { aMobile, anIdNumber } from "#test/people"
import { itemsOf, until } from "#test/system"
import { aPhone } from "#test/visitor"

const station = "FZ-JA-P01"
let portal: Opened
let system: System
let context: BrowserContext
let kiosk: Page

beforeAll(async () => {
  portal = await openPortal()
  ;({ system } = portal)
  kiosk = await portal.page(screens.kiosk)
  context = kiosk.context()
})
afterAll(() => portal?.close())

const live = () => itemsOf(system, "Live")
const line = async () => {
  const item = (await live()).find((it) => it.pk === `line#${station}#${monday}` && it.sk === "line")
  return { waiting: String(item?.waiting ?? ""), last: (item?.last ?? {}) as Record<string, number> }
}
const numbersIn = (waiting: string) => [...waiting.matchAll(/(?:^| )([A-Z]\d{3})/g)].map(([, number]) => number)
const button = (name: string | RegExp) => kiosk.getByRole("button", { name, exact: typeof name === "string" })

async function take(service: RegExp): Promise<string> {
  await button(/没有预约，取号/).click()
  await button(service).click()
  await button("取号").click()
  await kiosk.locator(".given .number").waitFor()
  return kiosk.locator(".given .number").innerText()
}
const done = () => button("好了").click()

/** All that lies in the page's databases, as text: structured clones, keys and all. */
const onDisk = () =>
  kiosk.evaluate(async () => {
    const said: string[] = []
    for (const { name } of await indexedDB.databases()) {
      const db = await new Promise<IDBDatabase>((resolve) => {
        const request = indexedDB.open(name!)
        request.onsuccess = () => resolve(request.result)
      })
      for (const store of db.objectStoreNames) {
        const all = await new Promise<unknown[]>((resolve) => {
          const request = db.transaction(store).objectStore(store).getAll()
          request.onsuccess = () => resolve(request.result)
        })
        const text = (_: string, value: unknown) =>
          value instanceof ArrayBuffer
            ? [...new Uint8Array(value)]
            : value instanceof CryptoKey
              ? String(value.extractable)
              : value
        said.push(JSON.stringify(all, text))
      }
      db.close()
    }
    return said.join("\n")
  })

describe("a kiosk whose network goes", () => {
  it("gives numbers of its own, survives a reload, and brings everybody into the line once", async () => {
    const phone = await aPhone(system, aMobile(1))
    const booked = await phone.book({ station, date: monday, time: "09:05", idNumber: anIdNumber(1) })
    expect(booked.status).toBe(201)

    const { kiosk: pairing } = (await system.invoke("Setup", { pair: true })) as { kiosk: { code: string } }
    await kiosk.goto(`${system.url}/app/kiosk/#pair=${pairing.code}`)
    expect(await take(/居住证签注/)).toBe("A001")
    await done()
    await kiosk.getByText("现在等候 1 人").waitFor()
    await until("the letter", async () => (await onDisk()).includes('"letter":"D"'))
    await kiosk.evaluate(() => navigator.serviceWorker.ready.then(() => undefined))

    await context.setOffline(true)
    await kiosk.getByText("网络断了，照常签到、取号").waitFor()
    await isForEveryone(kiosk)
    expect(await take(/居住证签注/)).toBe("D001")
    await kiosk.getByText("号已记下").first().waitFor()
    await kiosk.getByText("前面至少 1 人").first().waitFor()
    await isForEveryone(kiosk)
    await done()
    await button(/刚才的号 D001/).click()
    await kiosk.locator(".given .number").waitFor()
    await done()

    // A check-in by ID number: the same number when it is shown twice, and nothing readable on the disk.
    for (const _ of ["first", "again"]) {
      await button(/我有预约/).click()
      await button(/输入身份证号/).click()
      for (const digit of anIdNumber(1)) await button(digit).click()
      await button("签到").click()
      await kiosk.getByText("您预约的是哪一项？").waitFor()
      await isForEveryone(kiosk)
      await button(/居住证签注/).click()
      await kiosk.getByText("D002").first().waitFor()
      await done()
    }
    const kept = await onDisk()
    expect(kept).toContain("D002")
    expect(kept).not.toContain(anIdNumber(1))
    expect(kept).not.toContain([...new TextEncoder().encode(anIdNumber(1))].join(","))

    // Somebody pulls the plug and starts it again, still without a network.
    await kiosk.reload()
    await kiosk.getByText("网络断了，照常签到、取号").waitFor()
    expect(await take(/身份证换领/)).toBe("D003")
    await kiosk.getByText("前面没有人").first().waitFor()
    await done()
    expect(numbersIn((await line()).waiting)).toEqual(["A001"])

    await context.setOffline(false)
    await until("all of them in the line", async () => numbersIn((await line()).waiting).length === 4)
    const after = await line()
    expect(numbersIn(after.waiting)).toEqual(["A001", "D001", "D002", "D003"])
    expect(after.last).toMatchObject({ A: 1, D: 3 })
    // The appointment was found again: it stands among those on time, and can be told by phone.
    expect(after.waiting.split(" ")[2]).toMatch(/^D002a/)
    await until("nothing left on the disk", async () => (await onDisk()).includes('"kept":[]'))
    const tickets = (await live()).filter((it) => String(it.sk).startsWith("t#"))
    expect(tickets.map((it) => it.number).toSorted()).toEqual(["A001", "D001", "D002", "D003"])

    // Online again as before, and once more: nothing comes twice.
    await until("the banner to go", async () => !(await kiosk.locator(".top-banner").innerText()).includes("网络"))
    expect(await take(/居住证签注/)).toBe("A002")
    await kiosk.reload()
    await button(/没有预约，取号/).waitFor()
    expect(numbersIn((await line()).waiting)).toEqual(["A001", "D001", "D002", "D003", "A002"])
  })

  it("whose number was missed takes people back, and tells the staff of its paper", async () => {
    await kiosk.locator(".where").hover()
    await kiosk.mouse.down()
    await kiosk.getByRole("heading", { name: "工作人员" }).waitFor()
    await kiosk.mouse.up()
    await isForEveryone(kiosk)
    await button("快没了").click()
    await until("the officer's task", async () =>
      (await live()).find((it) => it.kind === "device-fault" && it.state === "open"),
    )
    await button("够用").click()
    await until("its end", async () => (await live()).find((it) => it.kind === "device-fault" && it.state === "done"))
    await button("回首页").click()
    await button("我过号了").click()
    await kiosk.getByText("现在没有过号").waitFor()
    await isForEveryone(kiosk)
    await button("回首页").click()
  })

  it("and that was revoked meanwhile says whose numbers are not in the line", async () => {
    await until("the letter again", async () => (await onDisk()).includes('"next":"D004"'))
    await context.setOffline(true)
    await kiosk.getByText("网络断了，照常签到、取号").waitFor()
    expect(await take(/居住证签注/)).toBe("D004")
    const console = await portal.signedIn("郑站长")
    await console.getByRole("tab").first().waitFor()
    const devices = await console.evaluate(async () => (await fetch("/staff/devices")).json())
    const mine = devices.find((it: { letter?: string }) => it.letter === "D")
    await console.evaluate(
      async (id) =>
        fetch(`/staff/devices/${id}/revoke`, {
          method: "POST",
          headers: { "content-type": "application/json", "x-doorstep": "1" },
          body: JSON.stringify({ op: crypto.randomUUID() }),
        }).then((it) => it.status),
      mine.id,
    )
    await console.context().close()
    await context.setOffline(false)
    await kiosk.getByRole("heading", { name: "这些号不在队列里" }).waitFor()
    expect(await kiosk.locator(".left").innerText()).toContain("D004")
    await isForEveryone(kiosk)
    expect(numbersIn((await line()).waiting)).not.toContain("D004")
    await button("都处理好了，清除").click()
    await button(/确定清除/).click()
    await kiosk.locator(".left").waitFor({ state: "detached" })
  })
})
