/** The phone in the line: a ticket from anywhere, told when near and when called, out of the line again. */
import { randomUUID } from "node:crypto"
import { ScanCommand } from "@aws-sdk/lib-dynamodb"
import { beforeEach, describe, expect, it } from "vitest"
import { closeDays } from "#actions/closing"
import { leave as leaveAs, ticketsADay } from "#actions/joining"
import { learn } from "#actions/tasking"
import { notify } from "#background/notify"
import type { Gateway } from "#background/once"
import { consequences } from "#messages/consequences"
import * as keys from "#store/keys"
import * as lines from "#store/lines"
import { stationChange } from "#store/stations"
import { counter, get, type Item, write } from "#store/table"
import * as tasks from "#store/tasks"
import * as tickets from "#store/tickets"
import { type Apps, aClerk, aDevice, apps, aResident, type Reply, send } from "#test/apps"
import { aStation, at, longtou, monday } from "#test/builders"
import { aMobile, anIdNumber } from "#test/people"
import { aPhone } from "#test/phone"
import { aWorld, codeFor, type TestWorld } from "#test/world"

const here = "FZ-JA-P01"
const there = "TEST-R2"
let world: TestWorld
let app: Apps
let kiosk: Awaited<ReturnType<typeof aDevice>>
let clerk: Awaited<ReturnType<typeof aClerk>>

beforeEach(async () => {
  world = await aWorld(at("09:00"))
  const second = aStation([["rp-endorse"]], { id: there, policy: { ...longtou.policy, remote: false } })
  await write(world, [stationChange("test", world.now(), second)], counter())
  app = apps(world)
  kiosk = await aDevice(world, app.device)
  clerk = await aClerk(world, app.staff, "clerk-p01-1")
})

type Resident = Awaited<ReturnType<typeof aResident>>
const resident = (n: number) => aResident(world, app.resident, aMobile(n))
const take = (who: Resident, body: Record<string, unknown> = {}, station = here) =>
  who.post(`/api/stations/${station}/tickets`, { op: randomUUID(), service: "rp-endorse", ...body })
const leave = (link: string) => send(app.resident, "POST", `/api/tickets/${link}/leave`)
const line = (station = here) => lines.find(world, station, monday)
const ticket = (number: string) => tickets.find(world, here, monday, number)
const walkIn = async () => (await kiosk.post("/device/tickets", { service: "rp-endorse" })).body.number as string

/** Asks again while others are in the way, as a page does. */
async function insisting(ask: () => Promise<Reply>): Promise<Reply> {
  for (let i = 0; ; i++) {
    const reply = await ask()
    if (reply.status !== 503 || i > 20) return reply
  }
}

/** What the phones received, by the messages that the stream would have told after each change. */
function phones() {
  const received: { id: string; to: string; text: string }[] = []
  const gateway: Gateway = async (message) => void received.push(message)
  let before: Item | undefined
  const hear = async () => {
    const after = await get(world, "live", keys.line(here, monday))
    const told = consequences({ table: "live", before, after })
    before = after
    for (const it of told) if (it.queue === "notices") await notify(world, gateway, it.body)
    return told
  }
  return { received, gateway, hear }
}

describe("a ticket by phone", () => {
  it("is a number of the service's own letter, behind whoever took one before, and opens by its link", async () => {
    expect(await walkIn()).toBe("A001")
    const given = await take(await resident(1))
    expect(given).toMatchObject({
      status: 201,
      body: { station: here, date: monday, number: "A002", service: "rp-endorse", ahead: 1, again: false },
    })
    expect(await walkIn()).toBe("A003")
    const page = await aPhone(app.resident).open(`/zh/my/${given.body.link}`)
    expect(page.text).toContain("A002")
    expect(page.text).toContain("前面还有 1 位")
    expect(page.headers.get("cache-control")).toBe("private, no-store")
  })

  it("asked for twenty times at once by one phone is one ticket; nineteen are shown that one", async () => {
    const who = await resident(1)
    const replies = await Promise.all(Array.from({ length: 20 }, () => insisting(() => take(who))))
    const given = replies.filter((it) => it.status === 201)
    expect(given).toHaveLength(1)
    for (const it of replies.filter((reply) => reply !== given[0]))
      expect(it).toMatchObject({
        status: 409,
        body: { code: "already-waiting", station: here, number: "A001", link: given[0]!.body.link },
      })
    expect(await line()).toMatchObject({ last: { A: 1 }, waiting: [{ number: "A001", phone: true, lane: "G" }] })
  })

  it("sent twenty times as one operation is answered twenty times with one number", async () => {
    const who = await resident(1)
    const op = randomUUID()
    const replies = await Promise.all(Array.from({ length: 20 }, () => insisting(() => take(who, { op }))))
    expect(new Set(replies.map((it) => `${it.status} ${it.body.number} ${it.body.link}`)).size).toBe(1)
    expect(replies.filter((it) => !it.body.again)).toHaveLength(1)
    expect((await line()).last).toEqual({ A: 1 })
    // Long after it has left the ring of the line.
    for (let i = 0; i < 17; i++) await walkIn()
    expect((await take(who, { op })).body).toMatchObject({ number: "A001", again: true })
  })

  it("of one phone at two stations at once is one ticket in all", async () => {
    const open = { ...longtou.policy, remote: true }
    const station = aStation([["rp-endorse"]], { id: "TEST-R3", policy: open })
    await write(world, [stationChange("test", world.now(), station)], counter())
    const fresh = { ...world }
    const both = apps(fresh)
    const who = await aResident(fresh, both.resident, aMobile(1))
    const replies = await Promise.all(
      Array.from({ length: 10 }, (_, i) => insisting(() => take(who, {}, i % 2 ? here : "TEST-R3"))),
    )
    expect(replies.map((it) => it.status).toSorted()).toEqual([201, ...Array(9).fill(409)])
    const waiting = [...(await line()).waiting, ...(await line("TEST-R3")).waiting]
    expect(waiting).toHaveLength(1)
  })

  it("beside a kiosk in a burst: gapless, unique, and each told its own", async () => {
    const people = await Promise.all(Array.from({ length: 15 }, (_, i) => resident(i + 1)))
    const ops = people.map(() => randomUUID())
    const replies = await Promise.all([
      ...people.map((who, i) => insisting(() => take(who, { op: ops[i] }))),
      ...Array.from({ length: 15 }, () => {
        const op = randomUUID()
        return insisting(() => kiosk.post("/device/tickets", { service: "rp-endorse", op, again: true }))
      }),
    ])
    expect(replies.map((it) => it.body.number).toSorted()).toEqual(
      Array.from({ length: 30 }, (_, i) => `A${String(i + 1).padStart(3, "0")}`),
    )
    const phoned = (await line()).waiting.filter((it) => it.phone).map((it) => it.number)
    expect(phoned.toSorted()).toEqual(
      replies
        .slice(0, 15)
        .map((it) => it.body.number)
        .toSorted(),
    )
  })

  it("is another's where another phone or a kiosk sends the same operation id", async () => {
    const op = randomUUID()
    const numbers = [
      (await kiosk.post("/device/tickets", { service: "rp-endorse", op })).body.number,
      (await take(await resident(1), { op })).body.number,
      (await take(await resident(2), { op })).body.number,
    ]
    expect(numbers).toEqual(["A001", "A002", "A003"])
  })

  it("keeps its phone sealed on the ticket alone", async () => {
    await take(await resident(77))
    const { Items = [] } = await world.db.send(new ScanCommand({ TableName: world.tables.live, ConsistentRead: true }))
    const all = JSON.stringify(Items, (_, value) =>
      value instanceof Uint8Array ? Buffer.from(value).toString() : value,
    )
    expect(all).not.toContain(aMobile(77).slice(3))
    const it = (await ticket("A001"))!
    expect(await tickets.openPhone(world, { ...it, phone: it.phone! })).toBe(aMobile(77))
    await expect(tickets.openPhone(world, { ...it, number: "A002", phone: it.phone! })).rejects.toThrow()
  })
})

describe("a ticket by phone is refused", () => {
  const nobody = { status: 401, body: { code: "phone-unverified" } }

  it("without a verified phone, where the station does not allow it, for a service it lacks, when it is closed", async () => {
    expect(
      await send(app.resident, "POST", `/api/stations/${here}/tickets`, { op: randomUUID(), service: "rp-endorse" }),
    ).toMatchObject(nobody)
    const who = await resident(1)
    expect(await take(who, {}, there)).toMatchObject({ status: 409, body: { code: "remote-not-allowed" } })
    expect(await take(who, {}, "FZ-JA-P99")).toMatchObject({ status: 404, body: { code: "station-unknown" } })
    const narrow = aStation([["rp-endorse"]], { id: "TEST-R4", policy: { ...longtou.policy, remote: true } })
    await write(world, [stationChange("test", world.now(), narrow)], counter())
    const again = apps({ ...world })
    const same = {
      post: (path: string, body: object) => send(again.resident, "POST", path, { ...body }, { cookie: who.cookie }),
    }
    expect(await same.post("/api/stations/TEST-R4/tickets", { op: randomUUID(), service: "id-renew" })).toMatchObject({
      status: 409,
      body: { code: "service-not-here" },
    })
    for (const time of ["07:20", "13:00", "20:00"]) {
      world.set(at(time))
      expect(await take(await resident(2))).toMatchObject({ status: 409, body: { code: "station-closed" } })
    }
    world.set(at("09:00", "2026-11-29"))
    expect(await take(await resident(3))).toMatchObject({ status: 409, body: { code: "station-closed" } })
    expect(await line()).toMatchObject({ v: 0, waiting: [] })
  })

  it("while the phone's last one can still be called or come back, and not a moment longer", async () => {
    const who = await resident(1)
    const desk = clerk.at(1)
    await desk("sit")
    const again = () => take(who)
    await again()
    expect(await again()).toMatchObject({ status: 409, body: { number: "A001" } })
    await desk("call")
    expect((await again()).body.code).toBe("already-waiting")
    await desk("missed", "A001")
    world.wait(29)
    expect(
      (await (await resident(1)).post(`/api/stations/${here}/tickets`, { op: randomUUID(), service: "rp-endorse" }))
        .body.code,
    ).toBe("already-waiting")
    world.wait(2)
    expect(await take(await resident(1))).toMatchObject({ status: 201, body: { number: "A002" } })
    // The clerk's own session has ended meanwhile.
    const later = (await aClerk(world, app.staff, "clerk-p01-1")).at(1)
    await later("call")
    await later("start", "A002")
    expect((await take(await resident(1))).body.code).toBe("already-waiting")
    await later("finish", "A002")
    expect(await take(await resident(1))).toMatchObject({ status: 201, body: { number: "A003" } })
  })

  it("after so many in a day, however fast they were given up", async () => {
    const who = await resident(1)
    for (let i = 0; i < ticketsADay; i++) expect((await leave((await take(who)).body.link)).status).toBe(200)
    expect(await take(who)).toMatchObject({ status: 429, body: { code: "too-many-tickets" } })
    world.set(at("09:00", "2026-11-24"))
    expect((await take(await resident(1))).status).toBe(201)
  })
})

describe("leaving the line", () => {
  it("is possible while waiting or missed, once or twice, and lets those behind move up", async () => {
    const mine = (await take(await resident(1))).body
    const next = (await take(await resident(2))).body
    const ahead = async (number: string) =>
      (await send(app.resident, "GET", `/api/stations/${here}/live`)).body.order.find(
        (it: { number: string }) => it.number === number,
      )?.ahead
    expect(await ahead(next.number)).toBe(1)
    for (let i = 0; i < 2; i++)
      expect(await leave(mine.link)).toMatchObject({ status: 200, body: { number: "A001", state: "left" } })
    expect(await ahead(next.number)).toBe(0)
    expect(await ticket("A001")).toMatchObject({ state: "left", v: 2, endedAt: world.now() })

    const desk = clerk.at(1)
    await desk("sit")
    await desk("call")
    await desk("missed", next.number)
    expect((await leave(next.link)).status).toBe(200)
    expect(await line()).toMatchObject({ waiting: [], missed: [] })
    expect((await kiosk.post(`/device/tickets/${next.number}/return`, {})).body.code).toBe("ticket-not-found")
  })

  it("is refused at a window, and when the visit is over", async () => {
    const { link, number } = (await take(await resident(1))).body
    const desk = clerk.at(1)
    await desk("sit")
    await desk("call")
    expect(await leave(link)).toMatchObject({ status: 409, body: { code: "window-busy" } })
    await desk("start", number)
    expect(await leave(link)).toMatchObject({ status: 409, body: { code: "window-busy" } })
    await desk("finish", number)
    const { v } = await line()
    expect(await leave(link)).toMatchObject({ status: 404, body: { code: "ticket-not-found" } })
    expect(await ticket(number)).toMatchObject({ state: "served" })
    expect((await line()).v).toBe(v)
  })

  it("races with the call: one of them holds, and the line agrees with the ticket", async () => {
    const desk = clerk.at(1)
    await desk("sit")
    for (let n = 1; n <= 5; n++) {
      const { link, number } = (await take(await resident(n))).body
      const [called, left] = await Promise.all([desk("call"), insisting(() => leave(link))])
      if (left.status === 200) {
        expect(called.body.code).toBe("nobody-waiting")
        expect((await ticket(number))?.state).toBe("left")
      } else {
        expect([left.body.code, called.body.visit.number]).toEqual(["window-busy", number])
        await desk("start", number)
        await desk("finish", number)
      }
      expect((await line()).waiting).toEqual([])
    }
  })

  it("is nobody's but the holder's: a forged link, another kind of link, a walk-in's number, another's appointment", async () => {
    const mine = (await take(await resident(1))).body
    const number = await walkIn()
    const sealed = (purpose: string, value: unknown) => world.keyring.seal(purpose, value)
    for (const link of [
      `${mine.link.slice(0, -6)}AAAAAA`,
      sealed("link", [here, monday, mine.number]),
      sealed("visit", [here, monday, mine.number]),
      sealed("ticket", [here, monday, number]),
      sealed("ticket", { here }),
      sealed("ticket", [here, "2026-11-24", mine.number]),
    ]) {
      expect(await leave(link)).toMatchObject({ status: 404, body: { code: "ticket-not-found" } })
      expect((await aPhone(app.resident).open(`/zh/my/${link}`)).status).toBe(404)
    }
    expect((await send(app.resident, "POST", `/api/appointments/${mine.link}/leave`)).body.code).toBe(
      "appointment-not-found",
    )
    for (const ref of ["K7QM3TXW9B2A", `${here}#${monday}#${number}`])
      await expect(leaveAs(world, { kind: "holder", ref }, mine)).rejects.toMatchObject({ code: "ticket-not-found" })
    expect((await line()).waiting).toHaveLength(2)
  })

  it("with an appointment ends the appointment and its tasks, and another may be booked", async () => {
    const who = await resident(1)
    const form = async () => {
      const { offers } = (await who.get(`/api/stations/${here}/places?services=rp-endorse&date=${monday}`)).body
      return {
        key: await who.key(),
        station: here,
        services: ["rp-endorse"],
        date: monday,
        time: offers[0].time,
        name: "王五",
        idNumber: anIdNumber(1),
      }
    }
    const { body } = await who.post("/api/appointments", await form())
    const leaveIt = () => send(app.resident, "POST", `/api/appointments/${body.link}/leave`)
    expect(await leaveIt()).toMatchObject({ status: 404, body: { code: "ticket-not-found" } })
    world.set(at(body.time) - 10 * 60_000)
    const { number } = (await kiosk.post("/device/check-ins", { shown: { ref: body.ref } })).body
    const told = { id: "x", by: "resident", op: "op", at: world.now() }
    const hear = async () => {
      await learn(world, { ...told, v: 1, kind: "visitor", station: here, date: monday, number })
      const person = world.keyring.blind("person", anIdNumber(1))
      await learn(world, { ...told, v: 2, kind: "visit", person, group: "rp", ref: body.ref, station: here })
    }
    const states = async () => (await tasks.ofDay(world, here, monday)).map((it) => it.state)
    await hear()
    expect(await states()).toEqual(["open", "open"])

    const phone = aPhone(app.resident)
    const voucher = await phone.open(`/zh/a/${body.link}`)
    expect(voucher.text).toContain(number)
    expect(voucher.text).toContain("前面还有 0 位")
    const sure = await phone.follow(voucher, "离开排队")
    expect(sure.text).toContain("今天的预约也到此结束")
    expect((await phone.send(sure, "离开排队")).text).toContain("已离开排队")
    expect((await leaveIt()).status).toBe(200)
    await hear()
    expect(await states()).toEqual(["dropped", "dropped"])
    expect((await who.get(`/api/appointments/${body.link}`)).body.state).toBe("left")
    expect(await ticket(number)).toMatchObject({ state: "left" })
    expect((await kiosk.post("/device/check-ins", { shown: { ref: body.ref } })).body.code).toBe("appointment-ended")
    expect((await who.post("/api/appointments", await form())).status).toBe(201)
  })
})

describe("the phone", () => {
  it("is told once that its turn is near, at three ahead, and when it is called, whatever comes twice", async () => {
    for (let i = 0; i < 4; i++) await walkIn()
    const desk = clerk.at(1)
    const { received, gateway, hear } = phones()
    const { link, number } = (await take(await resident(5), { language: "en" })).body
    await hear()
    expect(received).toEqual([])
    // Window 1 alone sits; all four ahead are its own.
    await desk("sit")
    await hear()
    expect(received).toEqual([])
    await desk("call")
    const [message] = await hear()
    expect(received).toHaveLength(1)
    expect(received[0]).toMatchObject({ to: aMobile(5), id: `near:${here}:${monday}:${number}` })
    expect(received[0]!.text).toContain("3 ahead of you")
    expect(received[0]!.text).toContain(`${world.portal.url}/en/my/${link}`)
    if (message?.queue !== "notices") throw new Error("No message to the phones")
    const body = message.body
    const again = await Promise.allSettled(Array.from({ length: 10 }, () => notify(world, gateway, body)))
    expect(again.map((it) => it.status)).toEqual(Array(10).fill("fulfilled"))
    for (const called of ["A001", "A002", "A003", "A004"]) {
      await desk("start", called)
      await desk("finish", called)
      await desk("call")
      await hear()
    }
    expect(received.map((it) => it.id.split(":")[0])).toEqual(["near", "called"])
    expect(received[1]!.text).toContain(`Ticket ${number}: please go to window 1`)
    await desk("recall", number)
    expect(received).toHaveLength(2)
  })

  it("is told once even where ten workers hear of ten changes at once", async () => {
    const { received, gateway } = phones()
    await take(await resident(6))
    const told = (v: number) =>
      ({
        id: `near:${here}:${monday}:${v}`,
        by: "x",
        op: "x",
        at: world.now(),
        v,
        kind: "near",
        station: here,
        date: monday,
      }) as const
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, (_, v) => notify(world, gateway, told(v))))
    expect(received).toHaveLength(1)
    // Who came while another held the lease fails, and is told by the queue again: then there is nothing to do.
    for (const [v] of outcomes.entries()) await notify(world, gateway, told(v))
    expect(received).toHaveLength(1)
  })

  it("is not told of a line that is over, nor whoever checked in with as few ahead: they are in the hall", async () => {
    const who = await resident(7)
    const { offers } = (await who.get(`/api/stations/${here}/places?services=rp-endorse&date=${monday}`)).body
    const booked = await who.post("/api/appointments", {
      key: await who.key(),
      station: here,
      services: ["rp-endorse"],
      date: monday,
      time: offers[0].time,
      name: "赵六",
      idNumber: anIdNumber(7),
    })
    world.set(at(offers[0].time))
    await kiosk.post("/device/check-ins", { shown: { ref: booked.body.ref } })
    const { received, gateway, hear } = phones()
    await hear()
    expect(received).toEqual([])
    await take(await resident(8))
    world.set(at("05:00", "2026-11-24"))
    await notify(world, gateway, {
      id: "near:late",
      by: "x",
      op: "x",
      at: 0,
      v: 1,
      kind: "near",
      station: here,
      date: monday,
    })
    expect(received).toEqual([])
  })

  it("is told when the day ends without its turn, and only those are", async () => {
    const { received, gateway } = phones()
    await walkIn()
    await take(await resident(9))
    const gone = (await take(await resident(10))).body
    await leave(gone.link)
    const before = new Map<string, Item | undefined>()
    for (const number of ["A001", "A002", "A003"])
      before.set(number, await get(world, "live", keys.ticket(here, monday, number)))
    world.set(at("19:31"))
    await closeDays(world, { kind: "system", name: "close-day" })
    for (const [number, item] of before) {
      const after = await get(world, "live", keys.ticket(here, monday, number))
      for (const it of consequences({ table: "live", before: item, after }))
        if (it.queue === "notices") await notify(world, gateway, it.body)
    }
    expect(received.map((it) => [it.to, it.text.includes("A002")])).toEqual([[aMobile(9), true]])
    expect(await ticket("A003")).toMatchObject({ state: "left" })
  })
})

describe("the pages, without a script", () => {
  const by = (phone: ReturnType<typeof aPhone>, n: number) => ({
    phone,
    /** From the first page to the ticket. */
    async take() {
      const first = await phone.follow(await phone.open("/zh"), "我的号")
      const chosen = await phone.follow(await phone.follow(first, "在手机上取号"), "选这个站")
      const form = await phone.follow(chosen, "居住证签注")
      const asked = await phone.send(form, "取号", { mobile: aMobile(n).slice(3) })
      return { form, asked, given: await phone.send(asked, "下一步", { code: await codeFor(world, aMobile(n)) }) }
    },
  })

  it("go from the first page to a ticket, follow it, leave, and take another", async () => {
    for (let i = 0; i < 4; i++) await walkIn()
    const { phone, take: takeOne } = by(aPhone(app.resident), 20)
    const { form, asked, given } = await takeOne()
    expect(asked.path).toBe("/zh/take/code")
    for (const page of [form, asked, given]) expect(page.headers.get("cache-control")).toBe("private, no-store")
    expect(given.path).toMatch(/^\/zh\/my\//)
    expect(given.text).toContain("A005")
    expect(given.text).toContain("前面还有 4 位")
    expect(given.html).toMatch(/data-go="true" hidden/)

    // The same form once more, and the code once more: the same ticket.
    const twice = await phone.send(form, "取号", { mobile: aMobile(20).slice(3) })
    expect(twice.path).toBe(given.path)
    const back = await phone.send(asked, "下一步", { code: "123456" })
    expect(back.path).toBe(given.path)
    // Another form of the same phone is led to the ticket that is there.
    const other = await phone.send(await phone.open(`/zh/take/${here}/id-renew`), "取号")
    expect(other.path).toBe(`${given.path}?again`)
    expect(other.text).toContain("这是您的号")

    const desk = clerk.at(1)
    await desk("sit")
    await desk("call")
    const near = await phone.open(given.path)
    expect(near.html).toMatch(/data-go="true">请现在去大厅/)
    expect(near.text).toContain("前面还有 3 位")
    const sure = await phone.follow(near, "离开排队")
    const left = await phone.send(sure, "离开排队")
    expect(left.path).toBe(given.path)
    expect(left.text).toContain("您已离开排队")
    expect((await phone.open(`${given.path}/leave`)).path).toBe(given.path)
    expect((await phone.follow(left, "再取一个号")).path).toBe(`/zh/take/${here}`)
  })

  it("say what is wrong beside the field, and where no ticket is given", async () => {
    const phone = aPhone(app.resident)
    const form = await phone.open(`/zh/take/${here}/rp-endorse`)
    const wrong = await phone.send(form, "取号", { mobile: "12345" })
    expect([wrong.status, wrong.text.includes("手机号应为11位")]).toEqual([400, true])
    expect((await phone.open(`/zh/take/${there}/rp-endorse`)).status).toBe(409)
    expect((await phone.open(`/zh/take/${here}/visa`)).status).toBe(404)
    expect((await phone.open("/zh/take/code")).path).toBe("/zh/take")
    const stations = (await phone.open("/zh/take")).text
    expect([stations.includes("龙头警务站"), stations.includes("鼓山崇贤")]).toEqual([true, false])
    world.set(at("20:00"))
    expect((await phone.open(`/zh/take/${here}/rp-endorse`)).text).toContain("本站现在不在服务时间")
    expect((await phone.open("/zh/take")).text).toContain("现在不发号")
  })

  it("tell whoever is called that it is too late to leave, and the missed what to do", async () => {
    const { phone, take: takeOne } = by(aPhone(app.resident), 21)
    const { given } = await takeOne()
    const desk = clerk.at(1)
    const sure = await phone.open(`${given.path}/leave`)
    await desk("sit")
    await desk("call")
    const refused = await phone.send(sure, "离开排队")
    expect([refused.status, refused.text.includes("已经叫到您了")]).toEqual([409, true])
    expect((await phone.open(given.path)).text).toContain("请到 1 号窗口")
    await desk("missed", "A001")
    expect((await phone.open(given.path)).text).toContain("过号重排")
    world.set(at("09:00", "2026-11-24"))
    await closeDays(world, { kind: "system", name: "close-day" })
    expect((await phone.open(given.path)).text).toContain("当天服务已结束")
  })
})
