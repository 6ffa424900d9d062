/** An appointment that changes, as a phone without a script lives it: several services, somebody else's, moved, offered, missed. */
import { beforeEach, describe, expect, it } from "vitest"
import { byLink } from "#actions/booking"
import { propose } from "#actions/rebooking"
import type { Actor } from "#domain/actor"
import { referenceOf } from "#domain/id"
import { noticeVersion } from "#domain/notice"
import { policy } from "#domain/station"
import * as appointments from "#store/appointments"
import * as standings from "#store/standings"
import * as stations from "#store/stations"
import { counter, write } from "#store/table"
import { type Apps, apps, aResident } from "#test/apps"
import { at, monday } from "#test/builders"
import { aMobile, anIdNumber } from "#test/people"
import { aPhone, type Page, type Phone } from "#test/phone"
import { aWorld, codeFor, type TestWorld } from "#test/world"

let world: TestWorld
let app: Apps
let count = 0
beforeEach(async () => {
  world = await aWorld(at("09:00"))
  app = apps(world)
})

const system: Actor = { kind: "system", name: "test" }
const someone = () => {
  const n = ++count
  return { name: "陈小雨", idNumber: anIdNumber(n), mobile: aMobile(n).slice(3) }
}
const child = { name: "林小宝", idNumber: "350199201806010047" }
const times = (page: Page) => [...page.html.matchAll(/value="(\d{4}-\d\d-\d\dT\d\d:\d\d)"/g)].map((it) => it[1]!)

/** As far as the times. */
async function verified(phone: Phone, form: Record<string, string>, where = "/zh/book/rp-endorse/FZ-JA-P02") {
  const code = await phone.send(await phone.open(where), "下一步", form)
  return phone.send(code, "下一步", { code: await codeFor(world, `+86${form.mobile}`) })
}
async function booked(phone: Phone, form: Record<string, string> = someone(), where?: string) {
  const page = await verified(phone, form, where)
  const [first = ""] = times(page)
  return { voucher: await phone.send(page, first.slice(11)), when: first }
}
const linkOf = (page: Page) => page.path.split("/a/")[1]!.replace(/[/?].*/, "")
const itOf = async (page: Page) => (await byLink(world, linkOf(page))).appointment

describe("a visit", () => {
  it("may be for several services of one window, whose papers the voucher lists together", async () => {
    const phone = aPhone(app.resident)
    const { voucher } = await booked(phone, { ...someone(), "with-rp-address": "1" })
    expect(voucher.text).toContain("居住证签注、居住证地址变更")
    expect(voucher.text).toContain("住址证明")
    expect((await itOf(voucher)).services).toEqual(["rp-endorse", "rp-address"])
  })

  it("keeps every word of a form with faults, whatever page is opened next", async () => {
    const phone = aPhone(app.resident)
    const form = await phone.open("/zh/book/rp-endorse/FZ-JA-P02")
    const wrong = await phone.send(form, "下一步", {
      ...someone(),
      idNumber: "123",
      who: "parent",
      guardianName: "陈大雨",
    })
    expect(wrong.status).toBe(400)
    const again = await phone.open("/en/book/rp-endorse/FZ-JA-P02")
    for (const kept of ['value="陈小雨"', 'value="123"', 'value="陈大雨"']) expect(again.html).toContain(kept)
    expect(again.html).toMatch(/value="parent"[^>]* checked/)
    expect((await phone.open("/zh/book/time")).path).toBe("/zh/book/rp-endorse/FZ-JA-P02")
  })

  it("for a child under 14 asks for its guardian and for the consent, and shows the guardian masked", async () => {
    const phone = aPhone(app.resident)
    const { mobile, idNumber } = someone()
    const form = await phone.open("/zh/book/rp-endorse/FZ-JA-P02")
    const asked = await phone.send(form, "下一步", { ...child, mobile })
    expect(asked.status).toBe(400)
    expect(asked.text).toContain("办理人未满14岁")
    expect(asked.html).toMatch(/value="child"[^>]* checked/)
    const guardian = { guardianName: "陈大雨", guardianId: idNumber }
    const unsaid = await phone.send(asked, "下一步", guardian)
    expect([unsaid.status, unsaid.text.includes("需要监护人同意")]).toEqual([400, true])
    const code = await phone.send(unsaid, "下一步", { ...guardian, consent: noticeVersion })
    const page = await phone.send(code, "下一步", { code: await codeFor(world, `+86${mobile}`) })
    const voucher = await phone.send(page, times(page)[0]!.slice(11))
    expect(voucher.text).toContain("代约人 陈*雨")
    expect(voucher.text).not.toContain("陈大雨")
    expect(await itOf(voucher)).toMatchObject({ who: "child", notice: noticeVersion })
  })

  it("is asked for a guardian in larger text too, one thing a screen", async () => {
    const phone = aPhone(app.resident)
    const { mobile, idNumber } = someone()
    let page = await phone.open("/zh-big/book/rp-endorse/FZ-JA-P02")
    const titles: string[] = []
    for (const said of [
      {},
      { who: "child" },
      { name: child.name },
      { idNumber: child.idNumber },
      { guardianName: "陈大雨" },
      { guardianId: idNumber },
      { consent: noticeVersion },
      { mobile },
    ] as Record<string, string>[]) {
      titles.push(/<h1>(.*?)<\/h1>/.exec(page.html)![1]!)
      page = await phone.send(page, "下一步", said)
    }
    expect(titles).toEqual([
      "您要办的事",
      "给谁办？",
      "孩子的姓名",
      "孩子的身份证号",
      "您的姓名",
      "您的身份证号",
      "监护人同意",
      "手机号",
    ])
    expect(page.path).toBe("/zh-big/book/code")
  })

  it("is advised and never barred: a first card before 16 may still be booked", async () => {
    const phone = aPhone(app.resident)
    const page = await verified(phone, { ...someone(), idNumber: "350199201012310080" }, "/zh/book/id-first/FZ-JA-P01")
    expect(page.text).toContain("先看一眼，免得白跑")
    expect(page.text).toContain("未满16周岁身份证申领")
    expect((await phone.send(page, times(page)[0]!.slice(11))).text).toContain("约好了")
  })

  const closed = { id: "all", from: at("00:00"), to: at("00:00", "2027-02-01"), reason: "test" }
  it.each([
    ["closed", { closures: [closed] }, "已放号的日子，这个站都不办这个事项", false],
    ["not on sale", { policy: { ...policy, bookable: 0 } }, "这个站近期没有放号", true],
  ])(
    "where nothing is free, %s, leads to another station with all that was typed, and to the door",
    async (_, is, words, walkIn) => {
      const { v, station } = await stations.stored(world, "FZ-JA-P02")
      const change = stations.resaved(system, "full", world.now(), v, { ...station, ...is })
      expect((await write(world, [change], counter())).written).toBe(true)
      // A process keeps what it read of the stations for ten seconds; this one has read nothing yet.
      app = apps({ ...world })
      const phone = aPhone(app.resident)
      const page = await verified(phone, someone())
      expect(page.text).toContain(words)
      expect(page.text).not.toContain("约满")
      expect(page.text.includes("不预约也行")).toBe(walkIn)
      expect(page.text).toContain(walkIn ? "看现在大厅有几位在等" : "看这个站什么时候开放")
      const there = await phone.send(page, "改约这个站")
      expect(there.path).toBe("/zh/book/time")
      expect((await phone.send(there, times(there)[0]!.slice(11))).text).toContain("约好了")
    },
  )
})

describe("a day that comes on sale", () => {
  it("tells whose turn has not come when it does, leaves its times shut and every other day open", async () => {
    world.set(at("08:00"))
    const day = "2026-11-30"
    let page: Page | undefined
    let phone = aPhone(app.resident)
    for (let tries = 0; tries < 12 && !page?.html.includes("data-turn"); tries++) {
      phone = aPhone(app.resident)
      await verified(phone, someone())
      page = await phone.open(`/zh/book/time?date=${day}`)
    }
    expect(page!.html).toMatch(/data-turn="\d+"/)
    expect(page!.text).toContain("抽签分")
    expect(page!.html).toMatch(/name="at" value="2026-11-30T10:30" class="quiet" disabled/)
    const early = await phone.post("/zh/book/time", { at: `${day}T10:30` })
    expect(early.status).toBe(429)
    expect((await phone.open(`/zh/book/time?date=${monday}`)).html).not.toMatch(/<button[^>]* disabled/)
    world.wait(2)
    const again = await phone.follow(page!, "看一下能不能选")
    expect(again.html).not.toMatch(/<button[^>]* disabled/)
    expect((await phone.send(again, "10:30")).text).toContain("约好了")
  })
})

it("a day of a year whose holidays are not announced may be booked, and says that it may change", async () => {
  world.set(at("09:00", "2026-12-28"))
  const phone = aPhone(app.resident)
  const page = await verified(phone, someone())
  expect(page.text).not.toContain("放假安排还没公布")
  const next = await phone.follow(page, "1月4日")
  expect(next.text).toContain("放假安排还没公布")
  expect((await phone.send(next, times(next)[0]!.slice(11))).text).toContain("约好了 1月4日 周一")
})

describe("moved", () => {
  it("goes to another time by one tap, keeps its reference, and says so; sent again it is moved once", async () => {
    const phone = aPhone(app.resident)
    const { voucher } = await booked(phone)
    const before = await itOf(voucher)
    const page = await phone.follow(voucher, "改时间、换站")
    expect(page.text).toContain("现在约的是")
    const tuesday = await phone.follow(page, "11月24日")
    const moved = await phone.send(tuesday, "10:30")
    expect(moved.text).toContain("已经改好")
    expect(moved.text).toContain("11月24日 周二 10:30")
    const after = await itOf(moved)
    expect([after.ref, after.date, after.time]).toEqual([before.ref, "2026-11-24", "10:30"])
    expect((await phone.send(tuesday, "10:30")).text).toContain("11月24日 周二 10:30")
    expect((await itOf(moved)).v).toBe(after.v)
  })

  it("by mistake goes back at once: its page offers the time that it left, to nobody else's", async () => {
    const phone = aPhone(app.resident)
    const { voucher, when } = await booked(phone)
    const tuesday = await phone.follow(await phone.follow(voucher, "改时间、换站"), "11月24日")
    const moved = await phone.send(tuesday, "10:30")
    const there = await phone.follow(moved, "改时间、换站")
    const page = await phone.open(`${there.path}?date=${when.slice(0, 10)}`)
    expect(times(page)).toContain(when)
    expect(times(await verified(aPhone(app.resident), someone()))).not.toContain(when)
    const back = await phone.send(page, when.slice(11))
    expect(back.text).toContain("已经改好")
    expect((await itOf(back)).time).toBe(when.slice(11))
  })

  it("to a day that is not on sale yet stays, and the page says from when it can be booked", async () => {
    const phone = aPhone(app.resident)
    const { voucher, when } = await booked(phone)
    const page = await phone.follow(voucher, "改时间、换站")
    const form = Object.fromEntries(
      ["op", "v", "station"].map((name) => [name, new RegExp(`name="${name}" value="([^"]*)"`).exec(page.html)![1]!]),
    )
    for (const [face, says] of [
      ["zh", "还没有放号，11月30日 周一 08:00 起可以预约"],
      ["en", "it can be booked from Mon 30 Nov 08:00"],
    ] as const) {
      const refused = await phone.post(page.path.replace("/zh/", `/${face}/`), { ...form, at: "2026-12-07T10:30" })
      expect([refused.status, refused.text.includes(says)]).toEqual([409, true])
    }
    expect((await itOf(voucher)).time).toBe(when.slice(11))
  })

  it("goes to another station", async () => {
    const phone = aPhone(app.resident)
    const { voucher } = await booked(phone)
    const page = await phone.follow(await phone.follow(voucher, "改时间、换站"), "鼓山崇贤智慧警务站")
    const moved = await phone.send(page, times(page)[0]!.slice(11))
    expect(moved.text).toContain("鼓山崇贤智慧警务站")
    expect((await itOf(moved)).station).toBe("FZ-JA-P03")
  })

  it("to a time that was just taken stays where it was, and offers what is free", async () => {
    const phone = aPhone(app.resident)
    const { voucher } = await booked(phone)
    const before = await itOf(voucher)
    const page = await phone.open(`${voucher.path}/move?date=2026-11-25`)
    const who = someone()
    const rival = await aResident(world, app.resident, `+86${who.mobile}`)
    const form = { services: ["rp-endorse"], name: who.name, idNumber: who.idNumber }
    const at = { station: "FZ-JA-P02", date: "2026-11-25", time: "10:30" }
    expect((await rival.post("/api/appointments", { key: await rival.key(), ...form, ...at })).status).toBe(201)
    const refused = await phone.send(page, "10:30")
    expect(refused.status).toBe(409)
    expect(refused.text).toContain("这个时间刚被约走")
    expect(refused.text).toContain("原来的预约没有变")
    expect(times(refused)).not.toContain("2026-11-25T10:30")
    expect(await itOf(voucher)).toMatchObject({ date: before.date, time: before.time, v: before.v })
  })

  it("is offered before a cancellation, and the calendar's file follows it", async () => {
    const phone = aPhone(app.resident)
    const { voucher } = await booked(phone)
    const cancel = await phone.follow(voucher, "取消预约")
    expect(cancel.text.indexOf("改时间、换站")).toBeLessThan(cancel.text.indexOf("确定取消 "))
    const first = await phone.open(`${voucher.path}/visit.ics`)
    const page = await phone.open(`${voucher.path}/move?date=2026-11-26`)
    await phone.send(page, "10:30")
    const second = await phone.open(`${voucher.path}/visit.ics`)
    const number = (file: Page) => Number(/SEQUENCE:(\d+)/.exec(file.html)![1])
    expect(number(second)).toBeGreaterThan(number(first))
    expect(second.html).toContain("DTSTART:20261126T023000Z\r\n")
    expect(/UID:.*/.exec(second.html)![0]).toBe(/UID:.*/.exec(first.html)![0])
    await phone.send(await phone.open(`${voucher.path}/cancel`), "确定取消")
    const last = await phone.open(`${voucher.path}/visit.ics`)
    expect(last.html).toContain("STATUS:CANCELLED")
    expect(last.html).toContain("METHOD:CANCEL")
    expect(last.html).not.toContain("TZID")
  })

  it("cannot be done by a link", async () => {
    const phone = aPhone(app.resident)
    const { voucher } = await booked(phone)
    const before = await itOf(voucher)
    await phone.open(`${voucher.path}/move?date=2026-11-24&at=2026-11-24T10:30&v=${before.v}&op=opopopop`)
    for (const path of ["accept", "decline", "wish"])
      expect((await phone.open(`${voucher.path}/${path}`)).status).toBe(404)
    expect((await itOf(voucher)).v).toBe(before.v)
  })
})

describe("an offer", () => {
  const place = { station: "FZ-JA-P02", date: "2026-11-25", time: "10:30", lane: 1, units: 1 } as const
  async function offered(why: "closure" | "earlier") {
    const phone = aPhone(app.resident)
    const { voucher } = await booked(phone)
    const offering = { id: "p1", why, until: at("18:00"), ...(why === "closure" && { closure: "c1" }) }
    expect(await propose(world, system, await itOf(voucher), place, offering)).toBe("proposed")
    return { phone, page: await phone.open(voucher.path) }
  }

  it("is shown with its deadline and its reason, and taken by one tap", async () => {
    const { phone, page } = await offered("closure")
    expect(page.text).toContain("这个时间本站停办")
    expect(page.text).toContain("已为您留好另一个时间 11月25日 周三 10:30")
    expect(page.text).toContain("为您留到 11月23日 周一 18:00")
    expect(page.html).not.toContain('class="qr"')
    const taken = await phone.send(page, "就换这个时间")
    expect(taken.text).toContain("约好了 11月25日 周三 10:30")
    expect(taken.html).toContain('class="qr"')
    expect((await phone.send(page, "就换这个时间")).text).toContain("约好了 11月25日 周三 10:30")
  })

  it("declined leaves somebody whom the station put off with the way to another time", async () => {
    const { phone, page } = await offered("closure")
    const declined = await phone.send(page, "不要这个")
    expect(declined.text).toContain("这个时间本站停办")
    expect(declined.text).not.toContain("已为您留好")
    const moved = await phone.send(await phone.open(`${page.path}/move?date=2026-11-26`), "10:30")
    expect(moved.text).toContain("约好了 11月26日 周四 10:30")
  })

  it("of an earlier time, declined, changes nothing", async () => {
    const { phone, page } = await offered("earlier")
    expect(page.text).toContain("不换也没关系")
    const declined = await phone.send(page, "不要这个")
    expect(declined.text).toMatch(/约好了 11月23日/)
    expect(declined.html).toContain('class="qr"')
  })

  it("whose deadline has passed says so, and leads to other times", async () => {
    const { phone, page } = await offered("closure")
    world.set(at("18:01"))
    const late = await phone.send(page, "就换这个时间")
    expect(late.status).toBe(409)
    expect(late.text).toContain("不再为您保留")
    expect((await phone.follow(late, "另选时间")).text).toContain("改到什么时候")
  })
})

it("a wish for an earlier time is noted, shown, and ended", async () => {
  const phone = aPhone(app.resident)
  const page = await verified(phone, someone())
  const later = await phone.follow(page, "11月25日")
  const voucher = await phone.send(later, times(later)[0]!.slice(11))
  const noted = await phone.send(voucher, "有了就告诉我", { part: "morning" })
  expect(noted.text).toContain("已记下（上午）")
  expect((await itOf(noted)).wish).toMatchObject({ before: "12:00" })
  const ended = await phone.send(noted, "不用了")
  expect(ended.text).toContain("有了就告诉我")
  expect((await itOf(ended)).wish).toBeUndefined()
})

describe("limits", () => {
  /** Three appointments of the person that were missed; the first of them is the voucher's own. */
  async function missed() {
    const phone = aPhone(app.resident)
    const who = someone()
    const { voucher } = await booked(phone, who)
    const it = await itOf(voucher)
    const absent = (ref: string, date: string) => ({ ref, group: it.group, station: it.station, date })
    const standing = {
      v: 0,
      missed: [
        absent(referenceOf(Buffer.alloc(7, 1)), "2026-11-01"),
        absent(referenceOf(Buffer.alloc(7, 2)), "2026-11-10"),
        absent(it.ref, monday),
      ],
    }
    const change = appointments.personChange(system, "no-show", world.now(), { ...it, state: "no-show" }, it.v, "busy")
    const kept = standings.standingChange(system, "no-show", world.now(), it.person, standing)
    expect((await write(world, [change, kept], counter())).written).toBe(true)
    return { phone, who, voucher: await phone.open(voucher.path) }
  }

  it("pause online booking with the day it ends, the way to an appeal, and the door that is always open", async () => {
    const { who } = await missed()
    const phone = aPhone(app.resident)
    world.wait(2)
    const page = await verified(phone, who)
    const refused = await phone.send(page, times(page)[0]!.slice(11))
    expect(refused.status).toBe(409)
    expect(refused.text).toContain("2月21日 周日起可以再网上预约")
    expect(refused.text).toContain("随时可以直接到站取号")
    expect((await phone.follow(refused, "去申诉")).path).toBe("/zh/find")
  })

  it("are appealed against with a reason, once, and say how it stands", async () => {
    const { phone, voucher } = await missed()
    const page = await phone.follow(voucher, "申诉")
    expect(page.text).toContain("网上预约暂停")
    expect(page.text.match(/记为未到/g)).toHaveLength(3)
    const short = await phone.send(page, "交给民警", { text: "x" })
    expect(short.status).toBe(400)
    expect(short.text).toContain("请写明原因")
    const sent = await phone.send(page, "交给民警", { text: "那天孩子发烧，在医院" })
    expect(sent.text).toContain("已申诉，民警会处理")
    expect(sent.text.match(/记为未到/g)).toHaveLength(2)
  })

  it("of two bookings a week say until when, and that a move is none", async () => {
    const phone = aPhone(app.resident)
    const who = someone()
    for (let i = 0; i < 2; i++) {
      phone.cookies.delete("__Host-visit")
      const page = await phone.send(await phone.open("/zh/book/rp-endorse/FZ-JA-P02"), "下一步", who)
      const there = page.path.endsWith("code")
        ? await phone.send(page, "下一步", { code: await codeFor(world, `+86${who.mobile}`) })
        : page
      const voucher = await phone.send(there, times(there)[0]!.slice(11))
      await phone.send(await phone.open(`${voucher.path}/cancel`), "确定取消")
    }
    phone.cookies.delete("__Host-visit")
    const page = await phone.send(await phone.open("/zh/book/rp-endorse/FZ-JA-P02"), "下一步", who)
    const refused = await phone.send(page, times(page)[0]!.slice(11))
    expect(refused.text).toContain("11月30日 周一起可以再约")
    expect(refused.text).toContain("不算新的预约")
  })
})
