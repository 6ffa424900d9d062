/** The resident's pages as a phone without a script lives them: real app, real tables, plain links and plain forms. */
import { createHash } from "node:crypto"
import { gzipSync } from "node:zlib"
import { ScanCommand } from "@aws-sdk/lib-dynamodb"
import { encode } from "uqr"
import { beforeAll, describe, expect, it } from "vitest"
import { newFormKey } from "#actions/forms"
import { readableReference } from "#domain/id"
import { checkDigit } from "#domain/person"
import { type Apps, aClerk, aDevice, apps, aResident, send } from "#test/apps"
import { at, monday } from "#test/builders"
import { aMobile, anIdNumber } from "#test/people"
import { aPhone, type Page, type Phone } from "#test/phone"
import { aWorld, codeFor, type TestWorld } from "#test/world"

let world: TestWorld
let app: Apps
let count = 0
beforeAll(async () => {
  world = await aWorld(at("07:00"))
  app = apps(world)
})

const phoneOf = (from?: string) => aPhone(app.resident, from ? { from } : {})
const someone = () => {
  const n = ++count
  return { name: "陈小雨", idNumber: anIdNumber(n), mobile: aMobile(n).slice(3) }
}
type Someone = ReturnType<typeof someone>

const items = async () =>
  (await world.db.send(new ScanCommand({ TableName: world.tables.bookings, ConsistentRead: true }))).Items ?? []

/** As far as the code page. */
async function typed(phone: Phone, who: Someone, where = "/zh/book/rp-endorse/FZ-JA-P02") {
  const form = await phone.open(where)
  return phone.send(form, where.startsWith("/en") ? "Continue" : "下一步", who)
}

/** As far as the times. */
async function verified(phone: Phone, who: Someone, where?: string) {
  const page = await typed(phone, who, where)
  const code = await codeFor(world, `+86${who.mobile}`)
  return phone.send(page, where?.startsWith("/en") ? "Continue" : "下一步", { code })
}

const timesOn = (page: Page) => [...page.html.matchAll(/value="(\d{4}-\d\d-\d\dT\d\d:\d\d)"/g)].map((it) => it[1]!)

async function booked(phone: Phone, who: Someone, where?: string) {
  const times = await verified(phone, who, where)
  return phone.send(times, timesOn(times).at(0)!.slice(11))
}

describe("booking by plain forms", () => {
  it("leads from the first page to the voucher", async () => {
    const phone = phoneOf()
    const who = someone()
    const home = await phone.open("/")
    expect(home.path).toBe("/zh")
    const services = await phone.follow(home, "预约办事")
    const chosen = await phone.follow(services, "居住证签注")
    expect(chosen.text).toContain("最早可约：今天 10:30")
    const form = await phone.follow(chosen, "选这个站 东二环泰禾商圈智慧警务站")
    expect(form.text).toContain("居民身份证或户口簿")
    expect(form.text).toContain("免费 · 约5分钟")
    const code = await phone.send(form, "下一步", who)
    expect(code.path).toBe("/zh/book/code")
    expect(code.text).toContain("138****")
    const times = await phone.send(code, "下一步", { code: await codeFor(world, `+86${who.mobile}`) })
    expect(times.path).toBe("/zh/book/time")
    const tuesday = await phone.follow(times, "11月24日")
    expect(timesOn(tuesday)).toContain("2026-11-24T10:30")
    const voucher = await phone.send(tuesday, "10:30")

    expect(voucher.status).toBe(200)
    expect(voucher.path).toMatch(/^\/zh\/a\//)
    expect(voucher.text).toContain("约好了 11月24日 周二 10:30")
    expect(voucher.text).toContain("请在 10:10 到 10:40 之间到站")
    expect(voucher.text).toContain(`陈*雨 ${who.idNumber.slice(0, 4)}**********${who.idNumber.slice(-4)}`)
    expect(voucher.html).toContain('<svg class="qr"')
    const saved = (await items()).find(
      (it) => it.pk.startsWith("person#") && voucher.text.includes(readableReference(it.ref)),
    )
    expect(saved).toMatchObject({ state: "booked", station: "FZ-JA-P02", date: "2026-11-24", time: "10:30" })
  })

  it("can be done in English, with larger text, and keeps both", async () => {
    const phone = phoneOf()
    const who = someone()
    let page = await phone.open("/en-big/book/rp-endorse/FZ-JA-P02")
    // One thing a screen: the visit, for whom, name, number, phone.
    for (const [asked, said] of [
      ["Your visit", {}],
      ["Who is it for?", { who: "self" }],
      ["Name", { name: who.name }],
      ["ID number", { idNumber: who.idNumber }],
      ["Mobile phone", { mobile: who.mobile }],
    ] as const) {
      expect(/<h1>(.*?)<\/h1>/.exec(page.html)?.[1]).toBe(asked)
      page = await phone.send(page, "Continue", said)
    }
    const times = await phone.send(page, "Continue", { code: await codeFor(world, `+86${who.mobile}`) })
    const voucher = await phone.send(times, timesOn(times)[0]!.slice(11))
    expect(voucher.path).toMatch(/^\/en-big\/a\//)
    expect(voucher.text).toContain("You are booked")
    expect(voucher.html).toContain('<html lang="en" class="big"')
    const chinese = await phone.follow(voucher, "中文")
    expect(chinese.path).toBe(voucher.path.replace("en-big", "zh-big"))
    expect(chinese.text).toContain("约好了")
  })

  it("loses nothing that was typed by going back or opening again", async () => {
    const phone = phoneOf()
    const who = someone()
    await typed(phone, who)
    const again = await phone.open("/zh/book/rp-endorse/FZ-JA-P02")
    for (const value of Object.values(who)) expect(again.html).toContain(`value="${value}"`)
    expect((await phone.open("/zh/book/code")).text).toContain("138****")
    const elsewhere = await phone.open("/zh/book/rp-address/FZ-JA-P03")
    expect(elsewhere.html).toContain(`value="${who.name}"`)
  })

  it("sends no second code to a phone that goes back and forth within a minute", async () => {
    const phone = phoneOf()
    const who = someone()
    await typed(phone, who)
    const first = await codeFor(world, `+86${who.mobile}`)
    await typed(phone, who)
    expect(await codeFor(world, `+86${who.mobile}`)).toBe(first)
    const again = await phone.send(await phone.open("/zh/book/code"), "重新发送")
    expect(again.text).toContain("一分钟内只发一条")
    expect(await codeFor(world, `+86${who.mobile}`)).toBe(first)
    world.wait(1)
    await phone.send(again, "重新发送")
    expect(await codeFor(world, `+86${who.mobile}`)).not.toBe(first)
  })

  it("leads back to the voucher, not to a second booking, after it is done", async () => {
    const phone = phoneOf()
    const voucher = await booked(phone, someone())
    const before = (await items()).length
    expect((await phone.open("/zh/book/time")).path).toBe(voucher.path)
    expect((await phone.post("/zh/book/time", { at: `${monday}T14:30` })).path).toBe(voucher.path)
    expect(await items()).toHaveLength(before)
  })

  it("sent twice, because the answer was lost, books once", async () => {
    const phone = phoneOf()
    const times = await verified(phone, someone())
    const draft = phone.cookies.get("__Host-visit")!
    const first = await phone.send(times, timesOn(times)[0]!.slice(11))
    phone.cookies.set("__Host-visit", draft)
    const second = await phone.send(times, timesOn(times)[0]!.slice(11))
    expect(second.path).toBe(first.path)
  })

  it("asks one phone only once for its code, for a family", async () => {
    const phone = phoneOf()
    const mother = someone()
    await booked(phone, mother)
    const form = await phone.open("/zh/book/rp-endorse/FZ-JA-P03")
    expect(form.html).toContain(`value="${mother.mobile}"`)
    expect(form.html).not.toContain(mother.idNumber)
    const times = await phone.send(form, "下一步", { ...someone(), mobile: mother.mobile })
    expect(times.path).toBe("/zh/book/time")
  })

  it("says so when the time has just been taken, with those still free", async () => {
    const phone = phoneOf()
    const times = await verified(phone, someone())
    const [wanted = "", next = ""] = timesOn(times)
    const other = someone()
    const rival = await aResident(world, app.resident, `+86${other.mobile}`)
    const [date, time] = wanted.split("T")
    const taken = await rival.post("/api/appointments", {
      key: await rival.key(),
      station: "FZ-JA-P02",
      services: ["rp-endorse"],
      date,
      time,
      name: other.name,
      idNumber: other.idNumber,
    })
    expect(taken.status).toBe(201)
    const page = await phone.send(times, wanted.slice(11))
    expect(page.status).toBe(409)
    expect(page.text).toContain("这个时间刚被约走，请换一个时间")
    expect(timesOn(page)).not.toContain(wanted)
    expect((await phone.send(page, next.slice(11))).text).toContain("约好了")
  })

  it("says of several services that take longer than one appointment to book them apart", async () => {
    const phone = phoneOf()
    const form = await phone.open("/zh/book/id-reissue/FZ-JA-P01")
    const lost = { ...someone(), "with-id-loss": "1", "with-id-temporary": "1" }
    const page = await phone.send(form, "下一步", lost)
    expect(page.text).toContain("超过一次预约的 30 分钟")
    const other = phoneOf()
    const fewer = await other.send(await other.open("/zh/book/id-reissue/FZ-JA-P01"), "下一步", {
      ...someone(),
      "with-id-loss": "1",
    })
    expect(fewer.text).not.toContain("超过一次预约")
  })

  it("tells who has an appointment of the kind already where to find it", async () => {
    const who = someone()
    await booked(phoneOf(), who)
    const phone = phoneOf()
    const other = { ...who, mobile: someone().mobile }
    const times = await verified(phone, other)
    const page = await phone.send(times, timesOn(times)[0]!.slice(11))
    expect(page.status).toBe(409)
    expect(page.text).toContain("您已有一个同类事项的预约")
    expect(page.text).toContain("带身份证到任何一个警务站")
    // Neither place, nor time, nor phone.
    expect(page.text).not.toMatch(/泰禾|10:30|\*\*\*\*|138\d/)
    expect((await phone.follow(page, "我的预约")).path).toBe("/zh/find")
  })
})

describe("what was typed wrong", () => {
  const unborn = () => {
    const first17 = "35019920991231001"
    return first17 + checkDigit(first17)
  }
  it.each([
    ["name", "<script>alert(1)</script>", "姓名只能写文字和间隔号“·”", "Letters and · only"],
    ["name", "'; DROP TABLE people; --", "姓名只能写文字和间隔号“·”", "Letters and · only"],
    ["name", "", "姓名：请填写", "Name: Please fill this in"],
    ["name", "王".repeat(51), "姓名最多50个字", "At most 50 characters"],
    ["idNumber", "350199199003070012", "身份证号有一位输错了", "One digit is wrong"],
    ["idNumber", "350199900307001", "15位的旧身份证号已停用", "15-digit numbers"],
    ["idNumber", "350199199002300011", "出生日期不对", "date of birth"],
    ["idNumber", unborn(), "出生日期不对", "date of birth"],
    ["mobile", "12345", "手机号应为11位", "A mobile number has 11 digits"],
    ["mobile", "", "手机号：请填写", "Mobile phone: Please fill this in"],
  ])(
    "%s = %s is answered beside the field, in the reader's language, and nothing is saved",
    async (field, value, zh, en) => {
      const before = (await items()).length
      for (const [language, said, button] of [
        ["zh", zh, "下一步"],
        ["en", en, "Continue"],
      ] as const) {
        const phone = phoneOf()
        const form = await phone.open(`/${language}/book/rp-endorse/FZ-JA-P02`)
        const good = someone()
        const page = await phone.send(form, button, { ...good, [field]: value })
        expect(page.status).toBe(400)
        expect(page.text).toContain(said)
        expect(page.html).toContain(`<a href="#${field}">`)
        expect(inputOf(page, field)).toContain('aria-invalid="true"')
        expect(page.html).not.toContain("<script>alert")
        for (const [name, kept] of Object.entries({ ...good, [field]: value }))
          expect(inputValue(page, name)).toBe(kept)
        expect(page.html).toMatch(language === "zh" ? /<title>错误：/ : /<title>Error: /)
      }
      expect(await items()).toHaveLength(before)
    },
  )

  const inputOf = (page: Page, name: string) =>
    [...page.html.matchAll(/<input(?:\s+[\w-]+(?:="[^"]*")?)*\s*\/>/g)]
      .map(([tag]) => tag)
      .find((tag) => tag.includes(`id="${name}"`)) ?? ""
  const inputValue = (page: Page, name: string) =>
    (/value="([^"]*)"/.exec(inputOf(page, name))?.[1] ?? "")
      .replace(/&lt;/g, "<")
      .replace(/&gt;/g, ">")
      .replace(/&amp;/g, "&")

  it("does not refuse a name of 50 letters with ·, one of them outside the BMP", async () => {
    const name = `阿卜杜热合曼·${"买".repeat(42)}𠮷`
    expect([...name]).toHaveLength(50)
    const voucher = await booked(phoneOf(), { ...someone(), name })
    expect(voucher.text).toContain("阿***𠮷")
  })

  it("keeps a wrong code from the times, and five of them for good", async () => {
    const phone = phoneOf("10.9.0.1")
    const who = someone()
    let page = await typed(phone, who)
    const right = await codeFor(world, `+86${who.mobile}`)
    const wrong = right === "000000" ? "000001" : "000000"
    expect((await phone.send(page, "下一步", { code: "12" })).text).toContain("验证码是6位数字")
    for (let tries = 1; tries <= 4; tries++) {
      page = await phone.send(page, "下一步", { code: wrong })
      expect(page.status).toBe(403)
      expect(page.text).toContain("验证码不对或已过期")
    }
    page = await phone.send(page, "下一步", { code: wrong })
    expect(page.status).toBe(429)
    expect((await phone.send(page, "下一步", { code: right })).status).toBe(429)
    expect((await phone.open("/zh/book/time")).path).toBe("/zh/book/code")
  })

  it("sends a phone five codes in an hour and then says when to try again", async () => {
    const phone = phoneOf("10.9.2.1")
    let page = await typed(phone, someone())
    for (let sent = 2; sent <= 5; sent++) {
      world.wait(1)
      page = await phone.send(page, "重新发送")
    }
    expect(page.text).toContain("验证码已发出")
    world.wait(1)
    page = await phone.send(page, "重新发送")
    expect(page.status).toBe(429)
    expect(page.text).toContain("获取验证码太频繁")
    expect(Number(page.headers.get("retry-after"))).toBeGreaterThan(0)
    world.wait(2)
    const form = await phone.open("/zh/book/rp-endorse/FZ-JA-P02")
    const again = await phone.send(form, "下一步")
    expect([again.status, again.text.includes("获取验证码太频繁")]).toEqual([429, true])
    expect(again.html).toContain('value="陈小雨"')
  })

  it("renews a form that is not ours or too old, with what was typed", async () => {
    const who = someone()
    const phone = phoneOf()
    const page = await phone.post("/zh/book/rp-endorse/FZ-JA-P02", { ...who, key: "made.up.key" })
    expect(page.text).toContain("您填的内容还在")
    expect(page.html).toContain(`value="${who.idNumber}"`)
    expect((await phone.send(page, "下一步")).path).toBe("/zh/book/code")
  })

  it.each([
    ["/zh/book/rp-nothing", 404, "没有这个事项"],
    ["/en/book/rp-nothing", 404, "There is no such service"],
    ["/zh/book/rp-endorse/FZ-XX-P99", 404, "没有这个警务站"],
    ["/zh/book/id-renew/FZ-JA-P02", 409, "本站不办理这个事项"],
    ["/en/s/..%2f..%2fetc", 404, "There is no such station"],
    ["/zh/s/%E0%A4%A", 404, "没有这个警务站"],
    ["/zh/t/FZ-JA-P01/2026-02-30/A001", 404, "没有找到这个号"],
    ["/zh/t/FZ-JA-P01/2026-11-23/A999", 404, "没有找到这个号"],
    ["/zh/t/FZ-JA-P01/2026-11-23/<script>", 404, "没有找到这个号"],
    ["/zh/a/not-a-link", 404, "没有找到预约"],
    ["/en/a/not-a-link/visit.ics", 404, "No appointment found"],
    ["/zh/stations?lat=91&lng=0", 400, "位置不对"],
    ["/zh/stations?lat=abc&lng=1", 400, "位置不对"],
    ["/zh/nothing-here", 404, "没有这个页面"],
    ["/fr/book", 404, "没有这个页面"],
    ["/zh/../../etc/passwd", 404, "没有这个页面"],
  ])("%s is answered %i in plain words", async (path, status, words) => {
    const page = await phoneOf().open(path)
    expect(page.status).toBe(status)
    expect(page.text).toContain(words)
    expect(page.headers.get("content-type")).toContain("text/html")
    expect(page.headers.get("cache-control")).toBe("private, no-store")
    expect(page.html).not.toMatch(/\bat .*\.ts|node_modules|Error:(?! )/)
  })

  it("answers a day or a time that does not exist", async () => {
    const phone = phoneOf()
    await verified(phone, someone())
    const day = await phone.open("/zh/book/time?date=2026-02-30")
    expect([day.status, day.text.includes("没有这个日期")]).toEqual([400, true])
    expect((await phone.open("/zh/book/time?date=2027-11-23")).text).toContain("这一天没有可约的时间了")
    const time = await phone.post("/zh/book/time", { at: `${monday}T25:00` })
    expect([time.status, time.text.includes("时间应为 09:30 这样")]).toEqual([400, true])
    const never = await phone.post("/zh/book/time", { at: `${monday}T03:00` })
    expect([never.status, never.text.includes("这个时间已经过了")]).toEqual([409, true])
  })

  it("refuses a body over 64 KB as a page", async () => {
    const before = (await items()).length
    const page = await phoneOf().post("/zh/find", { ref: "x".repeat(70_000), last4: "0000" })
    expect(page.status).toBe(413)
    expect(page.text).toContain("内容太大了")
    expect(await items()).toHaveLength(before)
  })

  it("takes no form from another site, and none that hides where it comes from", async () => {
    const phone = phoneOf()
    const voucher = await booked(phone, someone())
    const send = (headers: Record<string, string>) => phone.post(`${voucher.path}/cancel`, { v: "1" }, headers)
    for (const headers of [
      { "sec-fetch-site": "cross-site" },
      { origin: "https://evil.example" },
      { origin: "null" },
      {},
    ]) {
      const page = await send(headers as Record<string, string>)
      expect(page.status).toBe(403)
      expect(page.text).toContain("请从本站页面操作")
    }
    expect((await phone.open(voucher.path)).text).toContain("约好了")
    expect((await send({ origin: world.portal.url })).text).toContain("已取消")
  })

  it("refuses a form in a shape that cannot be read", async () => {
    const page = await phoneOf().ask("/zh/find", {
      method: "POST",
      headers: { "sec-fetch-site": "same-origin", "content-type": "multipart/form-data; boundary=x" },
      body: "nonsense",
    })
    expect([page.status, page.text.includes("请求的格式无法读取")]).toEqual([400, true])
  })
})

describe("an appointment", () => {
  it("is cancelled by a form, never by a link", async () => {
    const phone = phoneOf()
    const voucher = await booked(phone, someone())
    const asked = await phone.follow(voucher, "取消预约")
    expect(asked.text).toContain("确定取消这个预约吗")
    expect((await phone.open(voucher.path)).text).toContain("约好了")
    const stale = await phone.post(`${voucher.path}/cancel`, { v: "7" })
    expect([stale.status, stale.text.includes("刚刚有变动")]).toEqual([409, true])
    const done = await phone.send(asked, "确定取消")
    expect(done.path).toBe(voucher.path)
    expect(done.text).toContain("这个预约已取消，不用再来")
    expect(done.html).not.toContain('class="qr"')
    expect((await phone.send(asked, "确定取消")).text).toContain("已取消")
  })

  it("is found by its reference, however typed, with the phone's last digits", async () => {
    const who = someone()
    const voucher = await booked(phoneOf(), who)
    const ref = /[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(voucher.text)![0]
    const phone = phoneOf("10.9.1.1")
    const form = await phone.follow(await phone.open("/zh"), "我的预约")
    const found = await phone.send(form, "查找", { ref: ` ${ref.toLowerCase()} `, last4: who.mobile.slice(-4) })
    expect(found.path).toBe(voucher.path)
    const wrong = await phone.send(form, "查找", { ref, last4: "0001" === who.mobile.slice(-4) ? "0002" : "0001" })
    expect(wrong.status).toBe(404)
    expect(wrong.text).toContain("没有找到预约")
    expect(wrong.html).toContain(`value="${ref}"`)
    const broken = await phone.send(form, "查找", { ref: "K7QM", last4: "" })
    expect(broken.status).toBe(400)
    expect(broken.text).toContain("预约号应为12位字母和数字")
    expect(broken.text).toContain("手机号最后4位：请填写")
  })

  it("goes into the calendar, in UTC, in lines that every calendar reads", async () => {
    const phone = phoneOf()
    const voucher = await booked(phone, someone(), "/zh/book/rp-endorse/FZ-JA-P03")
    const time = /\d\d:\d\d/.exec(voucher.text.slice(voucher.text.indexOf("约好了")))![0]
    const file = await phone.open(`${voucher.path}/visit.ics`)
    expect(file.headers.get("content-type")).toContain("text/calendar")
    const utc = new Date(at(time)).toISOString().replace(/[-:]|\.000/g, "")
    expect(file.html).toContain(`DTSTART:${utc}\r\n`)
    const lines = file.html.split("\r\n")
    expect(lines.at(-1)).toBe("")
    for (const line of lines) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75)
    expect(file.html.replaceAll("\r\n ", "")).toContain("SUMMARY:居住证签注 · 鼓山崇贤智慧警务站")
  })

  it("shows the number and who is ahead once checked in", async () => {
    const there = await aWorld(at("09:00"))
    const here = apps(there)
    const phone = aPhone(here.resident)
    const who = someone()
    const form = await phone.open("/zh/book/rp-endorse/FZ-JA-P01")
    const code = await phone.send(form, "下一步", who)
    const times = await phone.send(code, "下一步", { code: await codeFor(there, `+86${who.mobile}`) })
    const voucher = await phone.send(times, timesOn(times)[0]!.slice(11))
    const kiosk = await aDevice(there, here.device)
    there.set(at(timesOn(times)[0]!.slice(11)))
    await kiosk.post("/device/tickets", { service: "rp-endorse" })
    const scanned = `${there.portal.url}${voucher.path}`
    expect(modulesOf(voucher)).toEqual(encode(scanned, { ecc: "M", border: 3 }).data)
    const checkedIn = await kiosk.post("/device/check-ins", { shown: { scanned } })
    expect(checkedIn.status).toBe(201)
    const after = await phone.open(voucher.path)
    expect(after.text).toContain("已签到")
    expect(after.text).toContain("Y001")
    expect(after.text).toContain("前面还有 0 位")
    expect(after.html).toMatch(/data-go="true">请现在去大厅/)
  })
})

/** The QR code on the page, module by module. */
function modulesOf(page: Page): boolean[][] {
  const [, size = "0", path = ""] = /<svg class="qr" viewBox="0 0 (\d+) .*?<path d="([^"]*)"/.exec(page.html) ?? []
  const rows = Array.from({ length: Number(size) }, () => Array.from({ length: Number(size) }, () => false))
  for (const [, x, y, run] of path.matchAll(/M(\d+) (\d+)h(\d+)/g))
    rows[Number(y)]!.fill(true, Number(x), Number(x) + Number(run))
  return rows
}

describe("a ticket", () => {
  it("is followed from the number to the window and out of the door", async () => {
    const there = await aWorld(at("09:00"))
    const here = apps(there)
    const kiosk = await aDevice(there, here.device)
    const clerk = (await aClerk(there, here.staff, "clerk-p01-1")).at(1)
    const first = await kiosk.post("/device/tickets", { service: "rp-endorse" })
    const mine = await kiosk.post("/device/tickets", { service: "rp-endorse" })
    expect([first.body.number, mine.body.number]).toEqual(["A001", "A002"])
    const phone = aPhone(here.resident)
    const form = await phone.follow(await phone.open("/zh"), "我的号")
    const shown = () => phone.open("/zh/t/FZ-JA-P01/2026-11-23/A002")
    const seen = (page: Page) => {
      const marked = [...page.html.matchAll(/<div data-when="(\w+)"([^>]*)>/g)]
      return marked.filter(([, , rest]) => !rest!.includes("hidden")).map(([, at]) => at)
    }

    const page = await phone.send(form, "看前面还有几位", { station: "FZ-JA-P01", number: " a2 " })
    expect(page.path).toBe("/zh/t/FZ-JA-P01/2026-11-23/A002")
    expect(page.text).toContain("前面还有 1 位")
    expect(seen(page)).toEqual(["waiting"])
    await clerk("sit")
    await clerk("call")
    expect((await shown()).text).toContain("前面还有 0 位")
    await clerk("start", "A001")
    await clerk("finish", "A001")
    await clerk("call")
    const called = await shown()
    expect(seen(called)).toEqual(["called"])
    expect(called.text).toContain("请到 1 号窗口")
    const hall = await phone.open("/zh/s/FZ-JA-P01")
    expect(hall.text).toContain("1号窗口 请 A002 到窗口")
    await clerk("missed", "A002")
    expect(seen(await shown())).toEqual(["missed"])
    await kiosk.post("/device/tickets/A002/return", {})
    expect(seen(await shown())).toEqual(["waiting"])
    await clerk("call")
    await clerk("start", "A002")
    expect(seen(await shown())).toEqual(["serving"])
    await clerk("finish", "A002")
    expect((await shown()).text).toContain("已经办好")
  })

  it("that does not exist is said beside the form, with what was typed", async () => {
    const phone = phoneOf()
    const form = await phone.open("/zh/t")
    const none = await phone.send(form, "看前面还有几位", { station: "FZ-JA-P01", number: "A777" })
    expect(none.status).toBe(404)
    expect(none.text).toContain("没有找到这个号")
    expect(none.html).toContain('value="A777"')
    const empty = await phone.send(form, "看前面还有几位", { station: "", number: "" })
    expect(empty.status).toBe(400)
    expect(empty.text).toContain("警务站：请填写")
  })
})

describe("every page", () => {
  const shared = "public, max-age=0, s-maxage=30"
  const own = "private, no-store"

  it.each([
    ["/zh", shared],
    ["/en-big/book", shared],
    ["/zh/book/rp-endorse", shared],
    ["/zh/book/rp-endorse?near=FZ-JA-P02", shared],
    ["/zh/book/rp-endorse?lat=26.09&lng=119.33", own],
    ["/zh/stations?lat=26.09&lng=119.33", own],
    ["/zh/book/rp-endorse/FZ-JA-P02", own],
    ["/zh/stations", shared],
    ["/zh/s/FZ-JA-P01", shared],
    ["/zh/find", shared],
    ["/zh/t", shared],
    ["/zh/take", shared],
    ["/en-big/take/FZ-JA-P01", shared],
  ])("%s is kept by shared caches only where it is nobody's own (%s)", async (path, kept) => {
    const page = await phoneOf().open(path)
    expect(page.status).toBe(200)
    expect(page.headers.get("cache-control")).toBe(kept)
    if (kept === shared) expect(page.headers.get("set-cookie")).toBeNull()
  })

  it("of one's own is kept by nobody", async () => {
    const phone = phoneOf()
    const who = someone()
    const code = await typed(phone, who)
    const times = await phone.send(code, "下一步", { code: await codeFor(world, `+86${who.mobile}`) })
    const voucher = await phone.send(times, timesOn(times)[0]!.slice(11))
    const cancel = await phone.open(`${voucher.path}/cancel`)
    const file = await phone.open(`${voucher.path}/visit.ics`)
    for (const page of [code, times, voucher, cancel, file]) expect(page.headers.get("cache-control")).toBe(own)
  })

  it("is read and headed without changing anything", async () => {
    const phone = phoneOf()
    const voucher = await booked(phone, someone())
    const before = JSON.stringify((await items()).toSorted((a, b) => (a.pk + a.sk < b.pk + b.sk ? -1 : 1)))
    const paths = [
      "/zh",
      "/zh/book",
      "/zh/book/rp-endorse",
      "/zh/book/rp-endorse/FZ-JA-P02",
      "/zh/book/code",
      "/zh/find",
    ]
    paths.push(
      "/zh/book/code/again",
      voucher.path,
      `${voucher.path}/cancel`,
      `${voucher.path}/cancel?v=1`,
      "/zh/t?station=FZ-JA-P01&number=A001",
    )
    for (const path of paths)
      for (const method of ["GET", "HEAD"]) expect((await phone.ask(path, { method })).status).toBeLessThan(500)
    expect(JSON.stringify((await items()).toSorted((a, b) => (a.pk + a.sk < b.pk + b.sk ? -1 : 1)))).toBe(before)
  })

  it("allows its own style by hash and no other, and no script but ours", async () => {
    for (const path of ["/zh", "/en-big/book/rp-endorse/FZ-JA-P02", "/zh/nothing"]) {
      const page = await phoneOf().open(path)
      const [, style = ""] = /<style>(.*?)<\/style>/s.exec(page.html) ?? []
      const policy = page.headers.get("content-security-policy")!
      expect(policy).toContain(`style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'`)
      expect(policy).toContain("script-src 'self';")
      expect(policy).not.toContain("unsafe")
      expect(page.html.match(/<script\b[^>]*>/g)).toEqual(['<script type="module" src="/app/resident.js">'])
      expect(page.html.replace(/<style>.*?<\/style>/s, "")).not.toMatch(/\s(style|on\w+)="/)
      expect(page.html.replace(/href="https:\/\/uri\.amap[^"]*"/g, "")).not.toMatch(/(src|href)="(https?:)?\/\//)
    }
  })

  it("comes in half of 15 KB over the wire", async () => {
    for (const path of [
      "/zh",
      "/en-big",
      "/zh/book",
      "/zh/book/rp-endorse",
      "/en/book/rp-endorse/FZ-JA-P02",
      "/en-big/stations?near=350111100&service=rp-endorse",
      "/zh/services/id-renew",
    ])
      expect(gzipSync((await phoneOf().open(path)).html).length).toBeLessThanOrEqual(7.5 * 1024)
  })

  it("says that it is a demonstration and what time it is there", async () => {
    world.set(at("07:00"))
    for (const path of ["/zh", "/zh/find", "/zh/s/NOWHERE"])
      expect((await phoneOf().open(path)).text).toContain("演示数据，不是真实的警务服务。门户时间 11月23日 周一 07:00")
  })

  it("sends a lost child to 110 at once", async () => {
    const home = await phoneOf().open("/zh")
    expect(home.html).toContain('<a class="button grave" href="tel:110">')
    expect(home.html).toContain('href="/zh/report"')
  })

  it("ranks stations by the area or the place that was given", async () => {
    const order = (page: Page) => [...page.html.matchAll(/\/zh\/s\/(FZ-JA-P\d+)/g)].map((it) => it[1])
    expect(order(await phoneOf().open("/zh/stations?near=FZ-JA-P03"))[0]).toBe("FZ-JA-P03")
    const page = await phoneOf().open("/zh/stations?lat=26.131&lng=119.3275")
    expect(order(page)[0]).toBe("FZ-JA-P01")
    expect(page.text).toContain("约150米 · 步行约2分钟")
  })

  it("is chosen at the door by the reader's earlier choice, else by the browser's language", async () => {
    const english = aPhone(app.resident, { language: "en-GB,en;q=0.9" })
    expect((await english.open("/")).path).toBe("/en")
    english.cookies.set("__Host-face", "zh-big")
    expect((await english.open("/")).path).toBe("/zh-big")
    english.cookies.set("__Host-face", "//evil.example")
    expect((await english.open("/")).path).toBe("/en")
  })

  it("carries the draft unreadable and unchangeable, and logs nothing of it", async () => {
    const phone = phoneOf()
    const who = { ...someone(), name: "欧阳无名氏" }
    await typed(phone, who)
    const cookie = phone.cookies.get("__Host-visit")!
    const inside = Buffer.from(cookie, "base64url").toString()
    for (const value of Object.values(who)) {
      expect(inside).not.toContain(value)
      expect(world.logged()).not.toContain(value)
    }
    phone.cookies.set("__Host-visit", `${cookie.slice(0, 40)}${cookie[40] === "A" ? "B" : "A"}${cookie.slice(41)}`)
    expect((await phone.open("/zh/book/code")).path).toBe("/zh/book")
    phone.cookies.set("__Host-visit", cookie)
    world.wait(31)
    expect((await phone.open("/zh/book/code")).path).toBe("/zh/book")
  })

  it("issues a key of its own with every form", async () => {
    const keyOf = (page: Page) => /name="key" value="([^"]+)"/.exec(page.html)![1]
    const [one, other] = [
      await phoneOf().open("/zh/book/rp-endorse/FZ-JA-P02"),
      await phoneOf().open("/zh/book/rp-endorse/FZ-JA-P02"),
    ]
    expect(keyOf(one)).not.toBe(keyOf(other))
    expect(keyOf(one)).toHaveLength(newFormKey(world).length)
  })
})

it("the JSON API and the pages know the same session", async () => {
  const phone = phoneOf()
  const who = someone()
  await verified(phone, who)
  const cookie = `__Host-visitor=${phone.cookies.get("__Host-visitor")}`
  const { key } = (await send(app.resident, "POST", "/api/form-keys")).body
  const answer = await send(
    app.resident,
    "POST",
    "/api/appointments",
    {
      key,
      station: "FZ-JA-P02",
      services: ["rp-endorse"],
      date: "2026-11-25",
      time: "10:30",
      name: who.name,
      idNumber: who.idNumber,
    },
    { cookie },
  )
  expect(answer.status).toBe(201)
})
