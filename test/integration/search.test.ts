/** Where to go, on real tables: what each station costs, for whom, and what looking at them reads. */
import { randomUUID } from "node:crypto"
import { beforeEach, describe, expect, it, vi } from "vitest"
import * as booking from "#actions/booking"
import { sit, stopTickets } from "#actions/calling"
import { take } from "#actions/queueing"
import { most, search } from "#actions/searching"
import type { Actor } from "#domain/actor"
import { type Closure, daysOf, policy, type Station, type StationId } from "#domain/station"
import { day, minute } from "#domain/time"
import { weights } from "#domain/weighing"
import * as stations from "#store/stations"
import { phone as patience, writeOrRefuse } from "#store/table"
import { type Apps, apps, send } from "#test/apps"
import { at, longtou, monday, plaza } from "#test/builders"
import { book } from "#test/grid"
import { aPhone } from "#test/phone"
import { aWorld, type TestWorld } from "#test/world"

const anyone = { kind: "anyone" } as const
let world: TestWorld
let app: Apps
beforeEach(async () => {
  world = await aWorld(at("10:10"))
  app = apps(world)
})

const endorse = { services: ["rp-endorse"] as const }
const north = (metres: number) => ({ lat: plaza.lat + metres / 111_195, lng: plaza.lng })
const ids = (found: readonly { station: Station }[]) => found.map((it) => it.station.id)
const ask = (query: string) => send(app.resident, "GET", `/api/stations${query}`)
const open = (path: string) => aPhone(app.resident).open(path)

/** A station with one window like that of the plaza, so far north of it. Before anybody reads the list, which is kept a while. */
const add = (...others: [id: StationId, metres: number, change?: Partial<Station>][]) =>
  writeOrRefuse(
    world,
    others.map(([id, metres, change]) =>
      stations.stationChange("add", world.now(), { ...plaza, id, ...north(metres), ...change }),
    ),
    patience(),
  )
/** Nobody can book there. */
const unbooked = { policy: { ...policy, bookable: 0 } }

const clerkOf = (station: StationId): Actor => ({
  kind: "staff",
  id: `clerk-${station}`,
  name: "员",
  role: "clerk",
  station,
})

/** Somebody sits at window 1 there, and so many wait. */
async function staffed(station: StationId, waiting: number) {
  await sit(world, clerkOf(station), { station, window: 1, op: randomUUID() })
  const kiosk: Actor = { kind: "kiosk", id: "dev_1", station }
  for (let i = 0; i < waiting; i++)
    await take(world, kiosk, { station, service: "rp-endorse", priority: false, op: randomUUID(), again: true })
}

describe("looking for a station", () => {
  it("from a place finds those that serve it, by the walk, the wait on arrival and the next free time", async () => {
    await staffed(plaza.id, 0)
    const { found, quicker } = await search(world, anyone, { ...endorse, from: north(400) })
    expect(found[0]).toMatchObject({
      station: { id: plaza.id },
      open: true,
      walk: 5,
      inCircle: true,
      wait: { low: 0, high: 5 },
      next: { date: monday, time: "10:30" },
    })
    expect(Math.round(found[0]!.metres!)).toBe(400)
    const costs = found.map((it) => it.cost)
    expect(costs).toEqual(costs.toSorted((a, b) => a - b))
    for (const it of found) {
      expect(it.station.windows.some((window) => window.services.includes("rp-endorse"))).toBe(true)
      expect(it.inCircle).toBe(it.metres! < 1240)
    }
    // Nobody sits at the others: what a wait there would be is not known.
    for (const it of found.slice(1)) expect(it.wait).toBeUndefined()
    expect(quicker).toBeUndefined()
    // An outreach point and a room stand among them as themselves.
    expect(new Set(found.map((it) => it.station.kind))).toEqual(new Set([undefined, "outreach", "room"]))
  })

  it("says which is quicker where the nearest is overloaded, and by how much", async () => {
    await add(["TEST-N", 2000, unbooked], ["TEST-Q", 2600, unbooked])
    await staffed("TEST-N", 14)
    await staffed("TEST-Q", 0)
    const from = north(1950)
    const { found, quicker } = await search(world, anyone, { ...endorse, from })
    const [n, q] = ["TEST-N", "TEST-Q"].map((id) => found.find((it) => it.station.id === id)!)
    expect(n!.wait!.high).toBeGreaterThan(60)
    expect(n!.metres!).toBeLessThan(q!.metres!)
    expect(found[0]).toBe(q)
    expect(quicker).toEqual({ nearest: n, other: q, saves: Math.round(n!.going! - q!.going!) })
    const query = `lat=${from.lat}&lng=${from.lng}`
    const { body } = await ask(`?services=rp-endorse&${query}`)
    expect(body.quicker).toMatchObject({ nearest: "TEST-N", station: "TEST-Q" })
    expect(body.stations[0]).toMatchObject({ station: { id: "TEST-Q" }, wait: { low: 0, high: 5 }, inCircle: true })
    expect((await open(`/zh/stations?service=rp-endorse&${query}`)).text).toMatch(/连走带等能省约\d+分钟/)
    expect((await open(`/en/book/rp-endorse?${query}`)).text).toMatch(
      /walk and wait together are about \d+ minutes less/,
    )
  })

  it("sends nobody past a busy station where a booked place is soon theirs", async () => {
    await add(["TEST-Q", 1500, unbooked])
    await staffed(plaza.id, 14)
    await staffed("TEST-Q", 0)
    const { found, quicker } = await search(world, anyone, { ...endorse, from: north(100) })
    expect(found[0]).toMatchObject({ station: { id: plaza.id }, next: { time: "10:30" } })
    expect(found[0]!.going).toBeGreaterThan(found.find((it) => it.station.id === "TEST-Q")!.going!)
    expect(quicker).toBeUndefined()
  })

  it("leaves out who does not serve it, and who is closed for as long as one looks ahead", async () => {
    const closure = (days: number) => ({
      closures: [{ id: "c", from: at("00:00"), to: at("00:00") + days * day, reason: "演示" }],
    })
    await add(["TEST-C", 100, closure(20)], ["TEST-S", 200, closure(3)])
    const { found } = await search(world, anyone, { ...endorse, from: north(0) })
    expect(ids(found)).not.toContain("TEST-C")
    const soon = found.find((it) => it.station.id === "TEST-S")!
    expect([soon.open, soon.opens, soon.wait]).toEqual([false, at("10:00", "2026-11-26"), undefined])
    expect(ids((await search(world, anyone, { services: ["id-renew"], from: north(0) })).found)).toEqual([longtou.id])
    expect(ids((await search(world, anyone, { services: ["rp-endorse", "rp-renew"], from: north(0) })).found)).toEqual([
      longtou.id,
    ])
    expect(await ask("?services=rp-endorse,id-renew")).toMatchObject({ status: 400 })
  })

  const shut = (change: Partial<Closure> = {}, days = 30) => ({
    closures: [{ id: "c", from: at("00:00"), to: at("00:00") + days * day, reason: "设备检修", ...change }],
  })

  it("counts only hours in which a window that does all of it is open", async () => {
    const { v, station } = await stations.stored(world, longtou.id)
    const system = { kind: "system", name: "test" } as const
    const change = stations.resaved(system, "c", world.now(), v, { ...station, ...shut({ windows: [2] }) })
    await writeOrRefuse(world, [change], patience())
    expect((await search(world, anyone, { services: ["id-renew"] })).found).toEqual([])
    expect((await search(world, anyone, { services: ["id-renew"], from: north(0) })).shut).toMatchObject([
      { id: longtou.id },
    ])
    for (const [face, words, paused] of [
      ["zh", "能办这个事项的警务站近两周都暂停办理", "近两周暂停办理："],
      ["en", "closed for it for two weeks", "Not done here for two weeks: "],
    ]) {
      const list = await open(`/${face}/book/id-renew`)
      expect(list.text).toContain(words)
      expect(list.html).toContain(`href="/${face}/s/${longtou.id}"`)
      expect(list.text).not.toMatch(/正在开放|Open now|取号|take a ticket/)
      const page = await open(`/${face}/s/${longtou.id}`)
      expect(page.text).toContain(paused)
      expect(page.html).not.toContain(`/book/id-renew/${longtou.id}`)
      expect(page.html).toContain(`/book/rp-endorse/${longtou.id}`)
    }
    expect((await open(`/zh/book/id-renew/${longtou.id}`)).text).toContain("已放号的日子，这个站都不办这个事项")
    // The others of the house go on.
    expect(ids((await search(world, anyone, endorse)).found)).toContain(longtou.id)
  })

  it("says of each why nothing can be booked, and lets everybody choose it all the same", async () => {
    const none = { hours: plaza.hours.map(() => [["10:00", "11:00"]] as const) }
    await add(["TEST-U", 10, unbooked], ["TEST-D", 20, shut({}, 12)], ["TEST-F", 30, none])
    const free = async () => search({ ...world }, anyone, { ...endorse, from: north(15) })
    const times = async (date: string) =>
      (await booking.offers({ ...world }, anyone, { station: "TEST-F", ...endorse, date })).map((it) => it.time)
    let n = 700
    for (const date of daysOf({ ...plaza, ...none }, world.now()))
      for (const time of await times(date)) await book(world, n++, { station: "TEST-F", date, time })
    const { found } = await free()
    const why = Object.fromEntries(found.map((it) => [it.station.id, it.none ?? "free"]))
    expect(why).toMatchObject({ "TEST-U": "unsold", "TEST-D": "closed", "TEST-F": "full", [plaza.id]: "free" })
    const query = `lat=${north(15).lat}&lng=${plaza.lng}`
    app = apps({ ...world })
    const [zh, en] = [await open(`/zh/book/rp-endorse?${query}`), await open(`/en/book/rp-endorse?${query}`)]
    for (const words of ["近期已约满，开放时间可以", "近期没有放号，开放时间可以", "已放号的日子都不办这个事项"])
      expect(zh.text).toContain(words)
    for (const words of [
      "All times on sale are taken",
      "No times are on sale",
      "not done here on any of the days on sale",
    ])
      expect(en.text).toContain(words)
    for (const id of ids(found)) expect(zh.html).toContain(`href="/zh/book/rp-endorse/${id}"`)
    const { body } = await ask(`?services=rp-endorse&${query}`)
    expect(body.stations.find((it: { station: { id: string } }) => it.station.id === "TEST-F").none).toBe("full")
    expect((await open("/zh/book/rp-endorse/TEST-F")).text).toContain("这个站近期约满了")
    expect((await open("/en/book/rp-endorse/TEST-U")).text).toContain("No times are on sale here")
    expect((await open(`/zh/book/rp-endorse/${plaza.id}`)).text).not.toMatch(/约满|放号/)
  })

  it("shows whoever is far away the first free times on sale, and no minutes on foot", async () => {
    const [here, xiamen, beijing] = [north(0), { lat: 24.4798, lng: 118.0894 }, { lat: 39.9, lng: 116.4 }]
    await staffed(plaza.id, 0)
    const near = new Map(
      (await search(world, anyone, { ...endorse, from: here })).found.map((it) => [it.station.id, it]),
    )
    for (const from of [xiamen, beijing]) {
      const { found, quicker } = await search(world, anyone, { ...endorse, from })
      expect(found.map((it) => [it.station.id, it.next])).toEqual(
        found.map((it) => [it.station.id, near.get(it.station.id)?.next]),
      )
      expect(found.every((it) => it.next && !it.wait && Number.isFinite(it.cost))).toBe(true)
      expect(quicker).toBeUndefined()
      const query = `lat=${from.lat}&lng=${from.lng}`
      const page = await open(`/zh/book/rp-endorse?${query}`)
      expect(page.text.match(/最早可约：/g)).toHaveLength(found.length)
      expect(page.text.match(/选这个站/g)).toHaveLength(found.length)
      expect(page.text).not.toMatch(/步行约|现在去|约满/)
      const { body } = await ask(`?services=rp-endorse&${query}`)
      expect(body.stations.every((it: { walk?: number }) => it.walk === undefined)).toBe(true)
    }
  })

  it("ranks by what can be reached: a time that nobody can walk to in time counts for nothing", async () => {
    const hour = (from: string, to: string) => ({ hours: plaza.hours.map(() => [[from, to]] as const) })
    await add(["TEST-E", 0, hour("10:00", "11:00")], ["TEST-L", 0, hour("11:00", "12:00")])
    const [early, late] = ["TEST-E", "TEST-L"]
    const { found } = await search(world, anyone, { ...endorse, from: north(4160) })
    const [e, l] = [early, late].map((id) => found.find((it) => it.station.id === id)!)
    expect([e!.walk, e!.next?.date, l!.next?.date]).toEqual([52, monday, monday])
    expect(at(e!.next!.time)).toBeLessThan(world.now() + e!.walk * minute)
    expect(e!.booking! - e!.walk, "the next day's").toBeGreaterThan(weights.booked + 40)
    expect(l!.cost).toBeLessThan(e!.cost)
  })

  it("promises no wait where tickets are stopped, nor one past closing", async () => {
    await add(["TEST-L", 0, { hours: plaza.hours.map(() => [["10:00", "11:00"]] as const) }])
    await staffed(plaza.id, 1)
    await staffed("TEST-L", 14)
    const officer: Actor = { kind: "staff", id: "o", name: "警官", role: "officer", station: plaza.id }
    await stopTickets(world, officer, { station: plaza.id, op: randomUUID(), stopped: true })
    const { found } = await search(world, anyone, { ...endorse, from: north(50) })
    for (const id of [plaza.id, "TEST-L"])
      expect([id, found.find((it) => it.station.id === id)?.wait]).toEqual([id, undefined])
  })

  it("from nowhere lists them all as they stand, and ranks nothing", async () => {
    const { found } = await search(world, anyone, { services: [] })
    expect(ids(found)).toEqual(ids(found).toSorted())
    expect(found.every((it) => it.metres === undefined)).toBe(true)
    const page = await open("/zh/stations")
    for (const { station } of found) expect(page.text).toContain(station.name.zh)
    expect(page.headers.get("cache-control")).toContain("s-maxage")
  })

  it("from nowhere says nothing of the times of those that it did not look at, and lets them be chosen", async () => {
    await add(...Array.from({ length: 10 }, (_, i) => [`TEST-N${i}`, 10 * i] as [StationId, number]))
    const { found } = await search(world, anyone, endorse)
    expect(found.length).toBeGreaterThan(most)
    expect(found.map((it) => it.next !== undefined)).toEqual(found.map((_, i) => i < most))
    expect(found.every((it) => it.none === undefined)).toBe(true)
    const page = await open("/zh/book/rp-endorse")
    expect(page.text.match(/最早可约：/g)).toHaveLength(most)
    expect(page.text.match(/选这个站/g)).toHaveLength(found.length)
  })

  it("reads little: the second view nothing, the first a bounded number a station", async () => {
    await add(...Array.from({ length: 20 }, (_, i) => [`TEST-M${i}`, 10 * i] as [StationId, number]))
    await search(world, anyone, { services: [] })
    const sent = vi.spyOn(world.db, "send")
    const first = await search(world, anyone, { ...endorse, from: north(0) })
    expect(first.found).toHaveLength(most)
    // The line, what was learned, three groups' bookings, the persons they name, and a day or two of free places.
    const reads = sent.mock.calls.length
    expect(reads).toBeGreaterThanOrEqual(most)
    expect(reads).toBeLessThanOrEqual(most * 7)
    const again = await search(world, anyone, { ...endorse, from: north(30) })
    expect(again.found).toHaveLength(most)
    expect(sent.mock.calls.length - reads).toBeLessThanOrEqual(7)
    const before = sent.mock.calls.length
    await Promise.all(Array.from({ length: 50 }, () => search(world, anyone, { ...endorse, from: north(0) })))
    expect(sent.mock.calls.length).toBe(before)
    sent.mockRestore()
  })
})

describe("a place by its name", () => {
  it("is where distances count from, with what else may be meant", async () => {
    const page = await open(`/zh/stations?place=${encodeURIComponent("晉安區岳峰")}`)
    expect(page.status).toBe(200)
    expect(page.text).toContain("按“岳峰镇”算远近。")
    expect(page.html).toContain("near=FZ-JA-S02")
    expect(page.headers.get("cache-control")).toBe("private, no-store")
    const { body } = await ask(`?place=${encodeURIComponent("泰禾广场")}&services=rp-endorse`)
    expect(body.place.en).toBe("Thaihot Plaza")
    expect(body.stations[0]).toMatchObject({ station: { id: plaza.id }, metres: 0 })
  })

  it("that nobody knows gets a clear answer and the list, and keeps what was typed", async () => {
    for (const path of ["/zh/stations", "/zh/book/rp-endorse"]) {
      const page = await open(`${path}?place=${encodeURIComponent("<b>朝阳门")}`)
      expect(page.status).toBe(400)
      expect(page.text).toContain("没有找到这个地方，请换一个写法，或在列表里选")
      expect(page.html).toContain('value="&lt;b>朝阳门"')
      expect(page.text).toContain(plaza.name.zh)
    }
    expect(await ask("?place=nowhere")).toMatchObject({ status: 404, body: { code: "place-unknown" } })
  })

  it("that was chosen is the same page for everybody", async () => {
    const page = await open("/zh/stations?near=350111100&service=rp-endorse")
    expect(page.headers.get("cache-control")).toContain("s-maxage")
    expect(page.html.indexOf("FZ-JA-P03")).toBeLessThan(page.html.lastIndexOf("FZ-JA-P01"))
    expect((await open("/zh/stations?service=visa")).status).toBe(404)
  })
})

describe("the guide", () => {
  it("says of each service who, what, how much and how long, and leads to its booking", async () => {
    const phone = aPhone(app.resident)
    const guide = await phone.follow(await phone.open("/zh/book"), "看办事指南")
    expect(guide.path).toBe("/zh/services")
    const service = await phone.follow(guide, "身份证损坏换领")
    for (const words of ["40元", "45天内，最长60天；外地户口再加30天", "原身份证", "本人到场", "16～25周岁10年"])
      expect(service.text).toContain(words)
    expect(service.headers.get("cache-control")).toContain("s-maxage")
    expect((await phone.follow(service, "去预约")).path).toBe("/zh/book/id-renew-damaged")
    expect((await open("/zh/services/rp-endorse")).text).toContain("住址、就业或就读证明之一 (能联网查到的免交)")
    expect((await open("/en/services/hmt")).text).toContain("港澳台居民居住证")
    expect((await open("/zh/services/visa")).status).toBe(404)
  })

  it("advises on one's own case without a script, keeps what was answered, and is nobody else's page", async () => {
    const phone = aPhone(app.resident)
    const form = await phone.open("/zh/services/rp-endorse")
    const answer = await phone.send(form, "看提示", { issued: "2025-11-20", who: "other" })
    expect(answer.path).toMatch(/^\/zh\/services\/rp-endorse\?/)
    expect(answer.text).toContain("签注2026年11月20日已到期，居住证暂时停用，但没有作废")
    expect(answer.text).toContain("其他人请本人来")
    expect(answer.text).toContain("能不能办由窗口民警决定")
    expect(answer.html).toContain('value="2025-11-20"')
    expect(answer.headers.get("cache-control")).toBe("private, no-store")
    expect(world.logged()).not.toContain("2025-11-20")
  })

  it("tells a soldier of their own way, and bars nobody", async () => {
    const page = await open("/zh/services/id-renew?soldier=yes&age=46&hardship=allowance")
    expect(page.text).toContain("现役军人、武警的身份证由团级以上单位统一申请")
    expect(page.text).toContain("新身份证长期有效")
    expect(page.text).toContain("您的费用：免费")
    expect(page.html).toContain('href="/zh/book/id-renew"')
  })

  it("names the answer that cannot be right, beside it and above", async () => {
    const page = await open("/zh/services/id-renew?age=x&expires=2026-02-30&soldier=maybe")
    expect(page.status).toBe(400)
    expect(page.text).toContain("办证人的年龄（周岁）：请填0到120之间的整数")
    expect(page.text).toContain("身份证有效期到哪一天：没有这个日期")
    expect(page.text).toContain("请从选项里选一个")
    expect(page.html).toContain('href="#age"')
    expect(page.html).toContain('value="x"')
    expect(page.text).not.toContain("给您的提示")
  })

  it("asks for no name and no card's number", async () => {
    for (const id of ["rp-first", "id-first", "id-renew", "pickup"]) {
      const { html } = await open(`/zh/services/${id}`)
      expect(html).not.toMatch(/name="(?:name|idNumber|mobile)"/)
    }
    expect((await ask("")).body.stations).toHaveLength(7)
    const services = (await send(app.resident, "GET", "/api/services")).body
    expect(services.find((it: { id: string }) => it.id === "id-reissue")).toMatchObject({
      fee: 40,
      presence: "self",
      where: "anywhere",
      limit: { days: 45, atMost: 60, remote: 30 },
      machine: true,
      bring: [{ zh: "户口簿", waived: false }],
    })
  })
})
