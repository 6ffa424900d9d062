/** The resident's pages in a real browser: nobody is shut out, nothing overflows, every target can be hit, and the script keeps a ticket true. */
import { gzipSync } from "node:zlib"
import type { Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { byLink, offers } from "#actions/booking"
import { propose } from "#actions/rebooking"
import { referenceOf } from "#domain/id"
import { checkDigit } from "#domain/person"
import * as appointments from "#store/appointments"
import * as standings from "#store/standings"
import * as stations from "#store/stations"
import { counter, write } from "#store/table"
import { aClerk, aDevice } from "#test/apps"
import { patience } from "#test/browser"
import { at } from "#test/builders"
import { isForEveryone } from "#test/everyone"
import { heldTime } from "#test/held-time"
import { anIdNumber } from "#test/people"
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

/** Nobody books more than twice a week: each journey is another child's. */
function aChild(n: number): string {
  const first17 = `35019920180601${String(n).padStart(3, "0")}`
  return first17 + checkDigit(first17)
}

/** A guardian's form for a child, wrong once: one page, or one thing a screen in larger text. */
async function fillForm(page: Page, face: string, n: number, mobile: string, stop: (name: string) => Promise<void>) {
  const press = () => page.locator("main form[method=post] button[type=submit]").first().click()
  const typed = {
    name: "林小宝",
    idNumber: aChild(n),
    guardianName: "阿卜杜拉·买买提",
    guardianId: anIdNumber(n),
    mobile,
  }
  if (!face.endsWith("-big")) {
    await page.locator(".more-services summary").click()
    await page.check("[name=with-rp-address]")
    await page.fill("#name", "<script>")
    await press()
    await stop("person, wrong")
    await page.check("#who-child")
    for (const [field, text] of Object.entries(typed)) await page.fill(`#${field}`, text)
    await press()
    await stop("person, no consent")
    await page.check("#consent")
    return press()
  }
  await page.check("[name=with-rp-address]")
  await press()
  await stop("who")
  await page.check("#who-child")
  await press()
  await stop("name")
  await page.fill("#name", "<script>")
  await press()
  await stop("name, wrong")
  for (const field of ["name", "idNumber", "guardianName", "guardianId"] as const) {
    await page.fill(`#${field}`, typed[field])
    await press()
    await stop(`after ${field}`)
  }
  await press()
  await stop("consent, wrong")
  await page.check("#consent")
  await press()
  await stop("mobile")
  await page.fill("#mobile", mobile)
  return press()
}

const system = { kind: "system", name: "test" } as const

/** Offers the appointment of this page another place that is free. */
async function offer(path: string, id: string, why: "closure" | "earlier") {
  const { appointment } = await byLink(world, /\/a\/([^/?]+)/.exec(path)![1]!)
  const { services, units } = appointment
  const station = "FZ-JA-P03"
  const days = ["2026-12-02", "2026-12-01", "2026-11-30", "2026-11-27", "2026-11-25"]
  const free = await Promise.all(
    days.map(async (date) =>
      (await offers(world, { kind: "anyone" }, { station, services, date })).map(({ time }) => ({ date, time })),
    ),
  )
  const { date, time } = free.flat()[0]!
  const offering = { id, why, until: at("23:00"), ...(why === "closure" && { closure: "c1" }) }
  const place = { station, date, time, lane: 1, units }
  expect(await propose(world, system, appointment, place, offering)).toBe("proposed")
}

/** Lives a booking from the first page to its end, and stops at every page on the way. */
async function journey(
  page: Page,
  face: "zh" | "zh-big" | "en" | "en-big",
  stop: (name: string, page: Page) => Promise<void>,
) {
  const n = ++count
  const mobile = `139${String(n).padStart(8, "0")}`
  const press = () => page.locator("main form[method=post] button[type=submit]").first().click()
  const seen = async (name: string) => {
    await page.waitForLoadState()
    await stop(name, page)
  }
  const to = (path: string) => page.goto(`${url}/${face}${path}`)
  await to("")
  await seen("home")
  await page.locator(`a[href="/${face}/book"]`).click()
  await seen("services")
  await page.locator(`a[href="/${face}/book/rp-endorse"]`).click()
  await page.selectOption("#near", "350111100")
  await page.locator(".near button[type=submit]").click()
  await seen("stations")
  await page.locator("a.button").first().click()
  await seen("person")
  await fillForm(page, face, n, mobile, seen)
  await seen("code")
  await page.fill("#code", "12")
  await press()
  await seen("code, wrong")
  await page.fill("#code", await codeFor(world, `+86${mobile}`))
  await press()
  await seen("times")
  await page.locator(".times button").first().click()
  const voucher = page.url()
  await seen("voucher")
  await page.locator(".wish button").click()
  await seen("voucher, wish")
  await page.goto(`${voucher}/move`)
  await seen("move")
  await page.locator(".days a").nth(3).click()
  await page.locator(".times button").first().click()
  await seen("moved")
  await offer(page.url(), "e1", "earlier")
  await page.goto(voucher)
  await seen("earlier")
  await page.locator("form[action$=decline] button").click()
  await seen("earlier declined")
  await offer(page.url(), "c1", "closure")
  await page.goto(voucher)
  await seen("closure")
  await page.locator("form[action$=decline] button").click()
  await seen("displaced")
  await page.goto(`${voucher}/move`)
  await seen("displaced, move")
  await offer(voucher, "c2", "closure")
  await page.goto(voucher)
  await page.locator("form[action$=accept] button").click()
  await seen("accepted")
  await page.goto(`${voucher}/standing`)
  await seen("standing")
  await page.goto(`${voucher}/cancel`)
  await seen("cancel")
  await page.locator("form[action$=cancel] button").click()
  await seen("cancelled")
  await to("/find")
  await press()
  await seen("find, wrong")
  await to("/group")
  await seen("group")
  await page.fill("#mobile", mobile)
  await press()
  await press()
  await seen("group list, wrong")
  await page.selectOption("#service", "rp-endorse")
  await page.selectOption("#station", "FZ-JA-P02")
  await page.fill("#rows", `王小明,${anIdNumber(n + 500)}\n王小红,123`)
  await press()
  await seen("group rows, wrong")
  await page.fill("#rows", `王小明,${anIdNumber(n + 500)}`)
  await press()
  await seen("group ready")
  await press()
  await seen("group done")
  for (const path of [
    "services",
    "services/hmt",
    "services/rp-endorse?issued=2025-11-01&who=other",
    "services/id-renew?age=x&expires=2026-02-30",
    "stations",
    "stations?place=nowhere",
    "stations?place=鼓山&service=advice",
    "s/FZ-JA-P01",
    "t",
    "s/NOWHERE",
  ]) {
    await to(`/${path}`)
    await seen(path)
  }
}

describe("in a browser", () => {
  it.each(["zh", "zh-big"] as const)("%s is open to everyone on every page (axe, A and AA)", async (face) => {
    const { context, page } = await served.page()
    await journey(page, face, (name) => isForEveryone(page, name))
    await context.close()
  })

  it.each([
    ["zh", 16],
    ["zh-big", 22],
    ["en", 30],
  ] as const)("%s fits into 320 px with a root of %i px, and its targets into a finger", async (face, root) => {
    const { context, page } = await served.page({ viewport: { width: 320, height: 640 } })
    await journey(page, face, async (name) => {
      if (root === 30) await page.evaluate(() => document.documentElement.style.setProperty("font-size", "30px"))
      const seen = await page.evaluate(() => {
        const targets = [
          ...document.querySelectorAll("a, button, input:not(.choice input), .choice, select, summary, textarea"),
        ].filter((it) => it.checkVisibility() && !it.closest("p, .skip") && !it.matches(".skip"))
        return {
          root: getComputedStyle(document.documentElement).fontSize,
          over: document.documentElement.scrollWidth - innerWidth,
          least: Math.min(...targets.map((it) => it.getBoundingClientRect().height)),
        }
      })
      expect({ name, root: seen.root, over: seen.over }).toEqual({ name, root: `${root}px`, over: 0 })
      expect({ name, reached: seen.least >= (root === 16 ? 43.9 : 59.9) || seen.least }).toEqual({
        name,
        reached: true,
      })
    })
    await context.close()
  })

  it("is booked by hand without any script", async () => {
    const { context, page } = await served.page({ javaScriptEnabled: false })
    const names: string[] = []
    await journey(
      page,
      "zh",
      async (name) => void names.push(`${name}: ${await page.locator("h1").first().textContent()}`),
    )
    for (const one of [
      "voucher: 约好了",
      "moved: 约好了",
      "displaced: 这个时间本站停办",
      "accepted: 约好了",
      "cancelled: 已取消",
    ])
      expect(names).toContain(one)
    expect(names.some((it) => it.startsWith("group done"))).toBe(true)
    await context.close()
  })

  it("breaks none of its own rules of content", async () => {
    const { context, page } = await served.page()
    const complaints: string[] = []
    page.on("console", (it) => {
      if (/Content Security|Refused/.test(it.text())) complaints.push(it.text())
    })
    page.on("pageerror", (it) => complaints.push(it.message))
    await journey(page, "zh", async () => {})
    expect(complaints).toEqual([])
    await context.close()
  })

  it("takes the focus to what went wrong, and from there to the field", async () => {
    const { context, page } = await served.page()
    await page.goto(`${url}/zh/book/rp-endorse/FZ-JA-P02`)
    await page.fill("#name", "1")
    await page.locator("main form[method=post] button[type=submit]").first().click()
    // By its own script, which runs once the page stands.
    await page.locator(".errors:focus").waitFor()
    await page.locator(".errors a").first().click()
    await page.locator("#name:focus").waitFor()
    await context.close()
  })

  it("remembers the last face for the door", async () => {
    const { context, page } = await served.page()
    await page.goto(`${url}/en-big/find`)
    await page.goto(url)
    expect(page.url()).toBe(`${url}/en-big`)
    await context.close()
  })

  it("sorts by one's own place when asked, and says so where it may not know it", async () => {
    const near = await served.page({
      geolocation: { latitude: 26.131, longitude: 119.326 },
      permissions: ["geolocation"],
    })
    await near.page.goto(`${url}/zh/book/rp-endorse`)
    await near.page.locator("[data-locate] button").click()
    await near.page.waitForURL(/lat=26\.131/)
    expect(await near.page.locator(".card h2").first().textContent()).toContain("龙头警务站")
    await near.context.close()
    const { context, page } = await served.page()
    await page.goto(`${url}/zh/stations`)
    await page.locator("[data-locate] button").click()
    await page.getByText("没有取得位置，请在上面选一个片区。").waitFor()
    await context.close()
  })

  it("counts down to one's turn and then opens the times where they stand, without a reload", async () => {
    const there = await aWorld(at("08:00"))
    served.show(there)
    const day = "2026-11-30"
    // A lot is a person's: somebody is found whose turn is not the first.
    for (let n = 700; ; n++) {
      const { context, page } = await served.page()
      await page.clock.install({ time: at("08:00") })
      await page.goto(`${url}/zh/book/rp-endorse/FZ-JA-P02`)
      const mobile = `137${String(n).padStart(8, "0")}`
      for (const [field, text] of Object.entries({ name: "陈小雨", idNumber: anIdNumber(n), mobile }))
        await page.fill(`#${field}`, text)
      await page.locator("main form[method=post] button[type=submit]").first().click()
      await page.fill("#code", await codeFor(there, `+86${mobile}`))
      await page.locator("main form[method=post] button[type=submit]").first().click()
      await page.goto(`${url}/zh/book/time?date=${day}`)
      const turn = page.locator("[data-turn]")
      const seconds = (await turn.count()) ? Number(await turn.getAttribute("data-turn")) : 0
      if (!seconds) {
        await context.close()
        continue
      }
      // The check takes as long as the machine likes; from here on the page's time stands still.
      await isForEveryone(page, "not their turn")
      await page.clock.pauseAt(at("08:30"))
      await page.reload()
      const first = page.locator(".times button").first()
      expect(await first.isDisabled()).toBe(true)
      expect(await page.locator("[data-left]").textContent()).toMatch(/^还有 \d:\d\d，/)
      await page.clock.fastForward((seconds - 1) * 1000)
      expect(await first.isDisabled()).toBe(true)
      there.wait(seconds / 60)
      await page.clock.fastForward(2000)
      await page.getByText("轮到您了").waitFor()
      expect(await first.isDisabled()).toBe(false)
      await page.clock.resume()
      await isForEveryone(page, "their turn")
      await first.click()
      await page.waitForLoadState()
      expect(await page.locator("h1").textContent()).toBe("约好了")
      await context.close()
      break
    }
    served.show(world)
  })

  it.each(["zh", "en-big"] as const)("%s is open to everyone where booking ends, too", async (face) => {
    const there = await aWorld(at("09:00"))
    served.show(there)
    const who = { name: "陈小雨", idNumber: anIdNumber(1), mobile: "13711110002" }
    const { context, page } = await served.page()
    const press = () => page.locator("main form[method=post] button[type=submit]").first().click()
    /** As far as the tap on a time. */
    const tap = async (first: boolean) => {
      await context.clearCookies({ name: "__Host-visit" })
      // The form in one page; the page that refuses in the face under test.
      await page.goto(`${url}/zh/book/rp-endorse/FZ-JA-P02`)
      for (const [field, text] of Object.entries(who)) await page.fill(`#${field}`, text)
      await press()
      if (first) {
        await page.fill("#code", await codeFor(there, `+86${who.mobile}`))
        await press()
      }
      await page.goto(`${url}/${face}/book/time`)
      await page.locator(".times button").first().click()
    }
    await tap(true)
    const voucher = page.url()
    await tap(false)
    await isForEveryone(page, "already booked")

    const { appointment: it } = await byLink(there, /\/a\/([^/?]+)/.exec(voucher)![1]!)
    const absent = (n: number, date: string) => ({
      ref: referenceOf(Buffer.alloc(7, n)),
      group: it.group,
      station: it.station,
      date,
    })
    const missed = [absent(1, "2026-11-01"), absent(2, "2026-11-10"), { ...absent(0, "2026-11-23"), ref: it.ref }]
    const op = "no-show"
    const changes = [
      appointments.personChange(system, op, there.now(), { ...it, state: "no-show" }, it.v, "busy"),
      standings.standingChange(system, op, there.now(), it.person, { v: 0, missed }),
    ]
    expect((await write(there, changes, counter())).written).toBe(true)
    await page.goto(voucher)
    await isForEveryone(page, "missed")
    await page.goto(`${voucher}/standing`)
    await isForEveryone(page, "absences")
    await page.locator("details summary").first().click()
    await press()
    await isForEveryone(page, "an appeal without a reason")
    await page.fill("textarea", "那天孩子发烧，在医院")
    await press()
    await isForEveryone(page, "appealed")
    await tap(false)
    await isForEveryone(page, "paused")

    const { v, station } = await stations.stored(there, "FZ-JA-P02")
    const closed = { id: "all", from: at("00:00"), to: at("00:00", "2027-02-01"), reason: "test" }
    const shut = stations.resaved(system, "full", there.now(), v, { ...station, closures: [closed] })
    expect((await write(there, [shut], counter())).written).toBe(true)
    served.show({ ...there })
    await page.goto(`${url}/${face}/book/time`)
    expect(await page.locator("button[name=station]").count()).toBeGreaterThan(0)
    await isForEveryone(page, "nothing free")
    await context.close()
    served.show(world)
  })

  it("books a list to its end by itself, once its owner has begun it", async () => {
    const { context, page } = await served.page()
    const mobile = "13711110001"
    const press = () => page.locator("main form[method=post] button[type=submit]").first().click()
    await page.goto(`${url}/zh/group`)
    await page.fill("#mobile", mobile)
    await press()
    await page.fill("#code", await codeFor(world, `+86${mobile}`))
    await press()
    await page.selectOption("#service", "rp-endorse")
    await page.selectOption("#station", "FZ-JA-P01")
    await page.fill("#rows", Array.from({ length: 23 }, (_, i) => `王小明,${anIdNumber(800 + i)}`).join("\n"))
    await press()
    await page.getByText("已处理 0 人，共 23 人").waitFor()
    await isForEveryone(page, "a list that is right")
    await press()
    await page.getByText("约好 23 人，没约上 0 人").waitFor()
    await context.close()
  })

  it("prints the voucher on one page of A4, with its QR code large", async () => {
    const { context, page } = await served.page({ javaScriptEnabled: false })
    await journey(page, "en", async (name) => {
      if (name !== "voucher") return
      await page.emulateMedia({ media: "print" })
      const { width } = (await page.locator(".qr").boundingBox())!
      // 96 px are an inch.
      expect((width / 96) * 25.4).toBeGreaterThanOrEqual(44)
      for (const hidden of ["header", "footer", ".actions", ".wish"])
        expect(await page.locator(hidden).first().isVisible()).toBe(false)
      const file = (await page.pdf({ format: "A4" })).toString("latin1")
      expect(/\/Count (\d+)/.exec(file)?.[1]).toBe("1")
      await page.emulateMedia({ media: "screen" })
    })
    await context.close()
  })

  it("has a script of at most 4 KB", () => {
    expect(gzipSync(served.scripts.get("/app/resident.js")!).length).toBeLessThanOrEqual(4096)
  })
})

describe("my ticket on the phone", () => {
  it("moves by itself from the number to the window to the end, and shakes when called", async () => {
    const there = await aWorld(at("09:00"))
    const here = served.show(there)
    const kiosk = await aDevice(there, here.device)
    const clerk = (await aClerk(there, here.staff, "clerk-p01-1")).at(1)
    for (let i = 0; i < 2; i++) await kiosk.post("/device/tickets", { service: "rp-endorse" })
    const context = await served.browser.newContext({ viewport: { width: 360, height: 740 } })
    context.setDefaultTimeout(patience)
    await context.addInitScript(() => {
      const shaken: unknown[] = []
      Object.assign(window, { shaken })
      Object.defineProperty(navigator, "vibrate", { value: (it: unknown) => shaken.push(it) })
    })
    const page = await context.newPage()
    const time = await heldTime(page, at("09:00"))
    const shakes = () => page.evaluate(() => (window as unknown as { shaken: unknown[] }).shaken.length)
    const showing = (words: string) => page.locator("[role=status]").getByText(words).waitFor()
    await page.goto(`${url}/zh/t/FZ-JA-P01/2026-11-23/A002`)
    await page.getByText("本页会自动更新。").waitFor()
    expect(await page.locator("[data-refresh]").isVisible()).toBe(false)
    await showing("前面还有 1 位")

    await clerk("sit")
    await clerk("call")
    await time.pass(10_000)
    await showing("下一位就到您了")
    await clerk("start", "A001")
    await clerk("finish", "A001")
    await clerk("call")
    expect(await shakes()).toBe(0)
    await time.pass(2_000)
    await showing("请到 1 号窗口")
    expect(await shakes()).toBe(1)
    expect(await page.title()).toMatch(/^请到 1 号窗口 · A002/)
    const unchanged = page.waitForResponse("**/live")
    await time.pass(5_000)
    await unchanged
    expect(await shakes()).toBe(1)
    there.wait(1)
    await clerk("recall", "A002")
    await time.pass(5_000)
    await page.waitForFunction(() => (window as unknown as { shaken: unknown[] }).shaken.length === 2)
    await clerk("start", "A002")
    await time.pass(5_000)
    await showing("正在 1 号窗口办理")
    await clerk("finish", "A002")
    const missed = page.waitForResponse("**/live")
    await time.pass(5_000)
    await missed
    await time.pass(3_000)
    await page.getByText("已经办好，谢谢！").waitFor()
    await context.close()
    served.show(world)
  })

  it("asks for nothing while nobody looks, and tells when the network is gone", async () => {
    const context = await served.browser.newContext()
    context.setDefaultTimeout(patience)
    const page = await context.newPage()
    const time = await heldTime(page, at("09:00"))
    const kiosk = await aDevice(world, served.app.device)
    const { number } = (await kiosk.post("/device/tickets", { service: "rp-endorse" })).body
    let asked = 0
    let network = true
    await context.route("**/live", (route) => {
      asked++
      return network ? route.continue() : route.abort()
    })
    const first = page.waitForResponse("**/live")
    await page.goto(`${url}/zh/t/FZ-JA-P01/2026-11-23/${number}`)
    await (await first).finished()
    await page.getByText("本页会自动更新。").waitFor()
    const look = (hidden: boolean) =>
      page.evaluate((it) => {
        Object.defineProperty(document, "hidden", { value: it, configurable: true })
        document.dispatchEvent(new Event("visibilitychange"))
      }, hidden)
    await look(true)
    const before = asked
    await time.pass(120_000)
    expect(asked).toBe(before)
    network = false
    await look(false)
    await page.getByText("网络不通，显示的是 09:00 的情况。").waitFor()
    expect(asked).toBe(before + 1)
    await context.close()
  })
})
