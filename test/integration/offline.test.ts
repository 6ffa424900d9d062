/** A kiosk that worked on without a network, on real tables: its letter, what it brings back, what it reports, and what staff hear of it. */
import { randomUUID } from "node:crypto"
import { beforeEach, describe, expect, it } from "vitest"
import * as minding from "#actions/minding"
import { learn } from "#actions/tasking"
import type { Actor } from "#domain/actor"
import { minute } from "#domain/time"
import { consequences } from "#messages/consequences"
import { type Work, Work as WorkSchema } from "#messages/messages"
import * as keys from "#store/keys"
import * as lines from "#store/lines"
import { get, type Item } from "#store/table"
import * as tickets from "#store/tickets"
import { type Apps, aClerk, aDevice, apps, aResident } from "#test/apps"
import { at, monday } from "#test/builders"
import { aMobile, anIdNumber } from "#test/people"
import { aWorld, type TestWorld } from "#test/world"

const station = "FZ-JA-P01"
let world: TestWorld
let app: Apps
beforeEach(async () => {
  world = await aWorld(at("08:55"))
  app = apps(world)
})

type Kiosk = Awaited<ReturnType<typeof aDevice>>
const ticket = (number: string, minutesAgo: number, more: object = {}) => ({
  op: randomUUID(),
  number,
  service: "rp-endorse",
  elapsed: minutesAgo * minute,
  ...more,
})
const merge = (kiosk: Kiosk, them: object[], date = monday) =>
  kiosk.ask("POST", "/device/merge", { date, tickets: them })
const lease = async (kiosk: Kiosk) => (await kiosk.ask("POST", "/device/lease")).body
const waiting = async () => (await lines.find(world, station, monday)).waiting

/** An appointment of today at this time; answers its reference and link. */
async function booked(n: number, which: "first" | "last", on: { station?: string; date?: string } = {}) {
  const place = { station, date: monday, ...on }
  const resident = await aResident(world, app.resident, aMobile(n))
  const path = `/api/stations/${place.station}/places?services=rp-endorse&date=${place.date}`
  const { offers } = (await resident.get(path)).body
  const { time } = which === "first" ? offers[0] : offers.at(-1)
  const form = { key: await resident.key(), ...place, services: ["rp-endorse"], time, name: "李四" }
  const { body } = await resident.post("/api/appointments", { ...form, idNumber: anIdNumber(n) })
  return { ...body, time: at(time, place.date) } as { ref: string; link: string; v: number; time: number }
}

describe("a letter", () => {
  it("is one kiosk's for the day, however often and however many at once ask", async () => {
    const kiosks = await Promise.all(Array.from({ length: 6 }, () => aDevice(world, app.device)))
    const held = await Promise.all(kiosks.flatMap((it) => [lease(it), lease(it), lease(it)]))
    const letters = held.map((it) => it.letter)
    expect(new Set(letters).size).toBe(6)
    for (let i = 0; i < 18; i += 3) expect(new Set(letters.slice(i, i + 3)).size).toBe(1)
    expect(letters.every((it) => /^[DEFGHJ]$/.test(it))).toBe(true)
    expect(held[0]).toMatchObject({ date: monday, next: `${letters[0]}001`, until: at("04:00", "2026-11-24") })
    // Tickets from half an hour before the doors open.
    expect(held[0].sessions).toEqual([
      [at("07:30"), at("12:00")],
      [at("13:30"), at("18:30")],
    ])
    world.set(at("08:00", "2026-11-24"))
    expect(await lease(kiosks[5]!)).toMatchObject({ letter: "D", date: "2026-11-24", next: "D001" })
  })

  it("is refused when all of them are held", async () => {
    const kiosks = []
    for (let i = 0; i < 20; i++) kiosks.push(await aDevice(world, app.device))
    const letters = []
    for (const it of kiosks) letters.push((await lease(it)).letter)
    expect(new Set(letters.slice(0, 19)).size).toBe(19)
    expect(letters.slice(0, 19).join("")).not.toMatch(/[ABCYIOQ]/)
    expect((await kiosks[19]!.ask("POST", "/device/lease")).body).toMatchObject({
      status: 409,
      code: "letters-used-up",
    })
  })
})

describe("two kiosks offline at once", () => {
  it("merge without a duplicate or a lost place, waits by elapsed time, a replay answered as before", async () => {
    const [one, two] = [await aDevice(world, app.device), await aDevice(world, app.device)]
    expect([(await lease(one)).letter, (await lease(two)).letter]).toEqual(["D", "E"])
    world.set(at("09:30"))
    expect((await one.post("/device/tickets", { service: "rp-endorse" })).body.number).toBe("A001")
    world.set(at("10:00"))
    const first = Array.from({ length: 50 }, (_, i) => ticket(`D0${String(i + 1).padStart(2, "0")}`, 60 - i))
    const second = [ticket("E001", 45.5), ticket("E002", 0)]
    const [a, b] = await Promise.all([merge(one, first), merge(two, second)])
    expect(a.body).toMatchObject({ letter: "D", next: "D051" })
    expect(b.body).toMatchObject({ letter: "E", next: "E003" })
    expect([...a.body.tickets, ...b.body.tickets].every((it) => it.outcome === "merged")).toBe(true)

    const line = await waiting()
    expect(line.map((it) => it.number).toSorted()).toEqual(
      ["A001", ...first.map((it) => it.number), "E001", "E002"].toSorted(),
    )
    const eff = Object.fromEntries(line.map((it) => [it.number, it.eff]))
    expect(eff).toMatchObject({
      D001: at("09:00"),
      D031: at("09:30"),
      E001: at("09:14") + minute / 2,
      E002: at("10:00"),
    })
    // Who came to the kiosk before the network went and who came while it was away: one order by when they came.
    const order = (await one.get("/device/live")).body.order.map((it: { number: string }) => it.number)
    expect(order.slice(0, 3)).toEqual(["D001", "D002", "D003"])
    expect(order.indexOf("E001")).toBe(order.indexOf("D015") + 1)
    expect(order.indexOf("D016")).toBe(order.indexOf("E001") + 1)

    world.set(at("10:20"))
    const before = await get(world, "live", keys.line(station, monday))
    const [again, shuffled] = [await merge(one, first), await merge(two, second.toReversed())]
    expect(again.body).toEqual(a.body)
    expect(shuffled.body.tickets).toEqual(b.body.tickets.toReversed())
    expect(await get(world, "live", keys.line(station, monday))).toEqual(before)
    expect((await lease(one)).next).toBe("D051")
  })

  it("each ticket is an item of its own, stamped, in the transaction of the line", async () => {
    const kiosk = await aDevice(world, app.device)
    await lease(kiosk)
    const kept = ticket("D001", 5, { priority: true })
    await merge(kiosk, [kept])
    expect(await tickets.find(world, station, monday, "D001")).toMatchObject({
      state: "waiting",
      services: ["rp-endorse"],
      takenAt: at("08:50"),
      v: 1,
    })
    const item = await get(world, "live", keys.ticket(station, monday, "D001"))
    expect(item).toMatchObject({ by: `kiosk:${kiosk.id}`, op: expect.stringMatching(/^merge:/), at: world.now() })
    expect((await waiting())[0]).toMatchObject({ number: "D001", lane: "P", eff: at("08:50") })
  })
})

describe("a batch that is wrong", () => {
  it("of another letter, after a gap, or under a number that somebody else has: said of each, the others stand", async () => {
    const [kiosk, other] = [await aDevice(world, app.device), await aDevice(world, app.device)]
    await lease(kiosk)
    await lease(other)
    const { body } = await merge(kiosk, [ticket("D001", 3), ticket("E001", 2), ticket("A001", 2), ticket("D003", 1)])
    expect(body).toEqual({
      letter: "D",
      next: "D002",
      tickets: [
        { number: "D001", outcome: "merged" },
        { number: "E001", outcome: "refused", note: "other-letter" },
        { number: "A001", outcome: "refused", note: "other-letter" },
        { number: "D003", outcome: "refused", note: "gap" },
      ],
    })
    expect((await waiting()).map((it) => it.number)).toEqual(["D001"])
    expect((await merge(kiosk, [ticket("D001", 1)])).body.tickets).toEqual([
      { number: "D001", outcome: "refused", note: "number-taken" },
    ])
    const filled = await merge(kiosk, [ticket("D002", 2, { spoilt: true }), ticket("D003", 1)])
    expect(filled.body.tickets.map((it: { outcome: string }) => it.outcome)).toEqual(["void", "merged"])
    expect((await waiting()).map((it) => it.number)).toEqual(["D001", "D003"])
    expect(await tickets.find(world, station, monday, "D002")).toMatchObject({ state: "void" })
  })

  it("of a kiosk without a letter, of a day long over or not yet come, empty or of 51", async () => {
    const kiosk = await aDevice(world, app.device)
    expect((await merge(kiosk, [ticket("D001", 1)])).body).toEqual({
      tickets: [{ number: "D001", outcome: "refused", note: "other-letter" }],
    })
    for (const date of ["2026-11-20", "2026-11-24"])
      expect((await merge(kiosk, [ticket("D001", 1)], date)).body.code).toBe("lease-over")
    expect((await merge(kiosk, [])).status).toBe(400)
    const many = Array.from({ length: 51 }, (_, i) => ticket(`D0${String(i + 1).padStart(2, "0")}`, 1))
    expect((await merge(kiosk, many)).status).toBe(400)
    expect((await merge(kiosk, [ticket("D001", -1)])).status).toBe(400)
    expect(await waiting()).toEqual([])
  })

  it("of a device that was revoked meanwhile: refused, and nothing of it is in the line", async () => {
    const kiosk = await aDevice(world, app.device)
    await lease(kiosk)
    const chief = await aClerk(world, app.staff, "chief-p01")
    await chief.post(`/staff/devices/${kiosk.id}/revoke`)
    expect((await merge(kiosk, [ticket("D001", 1)])).body).toMatchObject({ status: 401, code: "device-unknown" })
    expect(await waiting()).toEqual([])
  })

  it("of a kiosk whose clock says that a ticket was given before the day began", async () => {
    const kiosk = await aDevice(world, app.device)
    await lease(kiosk)
    await merge(kiosk, [ticket("D001", 3000)])
    expect((await waiting())[0]?.eff).toBe(at("04:00"))
  })
})

describe("a check-in while the network was away", () => {
  it("stands by the same rule as online, from when the person came", async () => {
    const early = await booked(1, "first")
    const late = await booked(2, "last")
    const kiosk = await aDevice(world, app.device)
    await lease(kiosk)
    // Both came 5 minutes after the first one's time; the network is back 30 minutes later.
    world.set(early.time + 35 * minute)
    const { body } = await merge(kiosk, [
      ticket("D001", 30, { shown: { ref: early.ref } }),
      ticket("D002", 30, { shown: { scanned: `http://doorstep.test/zh/a/${late.link}` } }),
    ])
    expect(body.tickets).toEqual([
      { number: "D001", outcome: "merged" },
      { number: "D002", outcome: "merged", note: "too-early" },
    ])
    expect(await waiting()).toMatchObject([
      { number: "D001", lane: "A", eff: early.time, phone: true },
      { number: "D002", lane: "A", eff: late.time, phone: true },
    ])
    const ticketOf = await tickets.find(world, station, monday, "D001")
    expect(ticketOf?.appointment).toMatchObject({ ref: early.ref })
    // At the kiosk they are known by the number on their paper from now on.
    const again = await kiosk.post("/device/check-ins", { shown: { idNumber: anIdNumber(1) } })
    expect(again.body).toMatchObject({ number: "D001", again: true })
  })

  it("that cannot be found, is over, or is of another day or station walks in, and the answer says why", async () => {
    const elsewhere = await booked(3, "last", { station: "FZ-JA-P02" })
    const tomorrow = await booked(4, "last", { date: "2026-11-24" })
    const cancelled = await booked(5, "last")
    const resident = await aResident(world, app.resident, aMobile(5))
    await resident.post(`/api/appointments/${cancelled.link}/cancel`, { v: cancelled.v })
    const kiosk = await aDevice(world, app.device)
    await lease(kiosk)
    const shown = [
      { ref: elsewhere.ref },
      { ref: tomorrow.ref },
      { ref: cancelled.ref },
      { idNumber: anIdNumber(499) },
      { scanned: "https://example.org/" },
      { ref: "no reference at all" },
    ]
    const them = shown.map((it, i) => ticket(`D00${i + 1}`, 10, { shown: it }))
    const { body } = await merge(kiosk, them)
    expect(body.tickets.map((it: { note: string }) => it.note)).toEqual([
      "wrong-station",
      "wrong-day",
      "appointment-ended",
      "appointment-not-found",
      "appointment-not-found",
      "appointment-not-found",
    ])
    expect((await waiting()).map((it) => [it.lane, it.eff])).toEqual(shown.map(() => ["G", at("08:45")]))
    expect((await merge(kiosk, them)).body).toEqual(body)
  })

  it("of one appointment at both kiosks, or by two kinds of proof at one: one place", async () => {
    const it1 = await booked(6, "first")
    const [one, two] = [await aDevice(world, app.device), await aDevice(world, app.device)]
    await lease(one)
    await lease(two)
    world.set(it1.time)
    await merge(one, [
      ticket("D001", 5, { shown: { ref: it1.ref } }),
      ticket("D002", 4, { shown: { idNumber: anIdNumber(6) } }),
    ])
    const { body } = await merge(two, [ticket("E001", 3, { shown: { ref: it1.ref } })])
    expect(body.tickets).toEqual([{ number: "E001", outcome: "void", note: "has-number", goesOnAs: "D001" }])
    expect((await waiting()).map((it) => it.number)).toEqual(["D001"])
    expect(await tickets.find(world, station, monday, "D002")).toMatchObject({ state: "void", goesOnAs: "D001" })
  })
})

describe("a press whose answer was lost when the network went", () => {
  it("keeps its place under the number on paper, and the number nobody heard is nobody's", async () => {
    const kiosk = await aDevice(world, app.device)
    await lease(kiosk)
    const op = randomUUID()
    expect((await kiosk.post("/device/tickets", { op, service: "rp-endorse" })).body.number).toBe("A001")
    world.set(at("09:10"))
    const kept = { ...ticket("D001", 14, { tried: true }), op }
    expect((await merge(kiosk, [kept])).body.tickets).toEqual([{ number: "D001", outcome: "merged" }])
    expect(await waiting()).toMatchObject([{ number: "D001", eff: at("08:55") }])
    expect(await tickets.find(world, station, monday, "A001")).toMatchObject({ state: "void", goesOnAs: "D001" })
    expect((await merge(kiosk, [kept])).body.tickets).toEqual([{ number: "D001", outcome: "merged" }])
    expect(await waiting()).toHaveLength(1)
  })

  it("of a check-in likewise: the appointment now carries the number on paper", async () => {
    const mine = await booked(7, "first")
    world.set(mine.time - 5 * minute)
    const kiosk = await aDevice(world, app.device)
    await lease(kiosk)
    const op = randomUUID()
    expect((await kiosk.post("/device/check-ins", { op, shown: { ref: mine.ref } })).body.number).toBe("Y001")
    const kept = { ...ticket("D001", 0, { tried: true, shown: { ref: mine.ref } }), op }
    expect((await merge(kiosk, [kept])).body.tickets).toEqual([{ number: "D001", outcome: "merged" }])
    expect(await waiting()).toMatchObject([{ number: "D001", lane: "A", eff: mine.time, phone: true }])
    expect((await kiosk.post("/device/check-ins", { shown: { ref: mine.ref } })).body.number).toBe("D001")
  })
})

/** As the relay and the worker would: what was saved is told, and learnt. */
async function told(device: string, before: Item | undefined): Promise<Work[]> {
  const after = await get(world, "live", keys.heard(station, device))
  const messages = consequences({ table: "live", before, after }).flatMap((it) => (it.queue === "work" ? it.body : []))
  for (const it of messages) await learn(world, WorkSchema.parse(it))
  return messages
}
const job: Actor = { kind: "system", name: "watch-devices" }
const beat = (kiosk: Kiosk, paper = "ok", offlineTickets = 0) =>
  kiosk.ask("POST", "/device/heartbeat", { paper, version: "1.0", offlineTickets })
const heard = (kiosk: Kiosk) => get(world, "live", keys.heard(station, kiosk.id))
const tasksSeen = async (who: string, query = "") =>
  (await (await aClerk(world, app.staff, who)).get(`/staff/tasks${query}`)).body.tasks

describe("a heartbeat", () => {
  it("is written once a minute at most, and at once when something changed", async () => {
    const kiosk = await aDevice(world, app.device)
    await beat(kiosk)
    await beat(kiosk)
    expect((await heard(kiosk))?.v).toBe(1)
    await beat(kiosk, "ok", 3)
    expect(await heard(kiosk)).toMatchObject({ v: 2, offlineTickets: 3 })
    world.set(world.now() + minute)
    expect((await beat(kiosk, "ok", 3)).body).toEqual({ now: world.now() })
    expect((await heard(kiosk))?.v).toBe(3)
  })

  it("that fails to come for three minutes is the officer's task within 30, and its return ends it", async () => {
    const kiosk = await aDevice(world, app.device)
    world.set(at("09:00"))
    await beat(kiosk)
    world.set(at("09:02") + 59_000)
    expect(await minding.watch(world, job)).toEqual([])
    world.set(at("09:03"))
    const before = await heard(kiosk)
    expect(await minding.watch(world, job)).toEqual([{ station, device: kiosk.id }])
    expect(await minding.watch(world, job)).toEqual([])
    const messages = await told(kiosk.id, before)
    expect(messages).toMatchObject([{ kind: "device", device: kiosk.id }])
    const task = {
      kind: "device-fault",
      due: at("09:33"),
      windows: [],
      device: { name: "kiosk", kind: "kiosk", fault: "silent" },
    }
    for (const who of ["officer-p01", "chief-p01"]) expect(await tasksSeen(who, "?window=1")).toMatchObject([task])
    expect(await tasksSeen("clerk-p01-1", "?window=1")).toEqual([])
    expect(await tasksSeen("clerk-p01-1")).toMatchObject([task])

    world.set(at("09:10"))
    const silent = await heard(kiosk)
    await beat(kiosk)
    await told(kiosk.id, silent)
    expect(await tasksSeen("officer-p01")).toEqual([])
    // A late word of the silence opens nothing again.
    for (const it of messages) await learn(world, it)
    expect(await tasksSeen("officer-p01")).toEqual([])
  })

  it("of little paper is a task too; none and low are two faults, a new roll ends them", async () => {
    const kiosk = await aDevice(world, app.device)
    await beat(kiosk)
    for (const paper of ["low", "out"]) {
      const before = await heard(kiosk)
      await beat(kiosk, paper)
      await told(kiosk.id, before)
      expect(await tasksSeen("officer-p01")).toMatchObject([{ device: { fault: `paper-${paper}` } }])
    }
    const before = await heard(kiosk)
    await beat(kiosk, "ok")
    await told(kiosk.id, before)
    expect(await tasksSeen("officer-p01")).toEqual([])
  })

  it("is not missed at night, in the first minutes of a morning, or of a device that was revoked", async () => {
    const [kiosk, gone] = [await aDevice(world, app.device), await aDevice(world, app.device)]
    await beat(kiosk)
    await beat(gone)
    const chief = await aClerk(world, app.staff, "chief-p01")
    await chief.post(`/staff/devices/${gone.id}/revoke`)
    for (const time of ["22:00", "12:30"]) {
      world.set(at(time))
      expect(await minding.watch(world, job)).toEqual([])
    }
    world.set(at("08:02", "2026-11-24"))
    expect(await minding.watch(world, job)).toEqual([])
    world.set(at("08:03", "2026-11-24"))
    expect(await minding.watch(world, job)).toEqual([{ station, device: kiosk.id }])
    // What is still out of order the next day is that day's task.
    world.set(at("09:00", "2026-11-25"))
    expect(await minding.watch(world, job)).toEqual([{ station, device: kiosk.id }])
  })
})

describe("the chief's list of devices", () => {
  it("says when each was heard, its paper, its letter, and whether it is there", async () => {
    const [kiosk, mute] = [await aDevice(world, app.device), await aDevice(world, app.device, "display")]
    await beat(kiosk, "low", 2)
    await lease(kiosk)
    const chief = await aClerk(world, app.staff, "chief-p01")
    const list = async () => {
      const { body } = await chief.get("/staff/devices")
      return Object.fromEntries(body.map((it: { id: string }) => [it.id, it]))
    }
    expect((await list())[kiosk.id]).toMatchObject({
      lastSeen: world.now(),
      paper: "low",
      state: "online",
      offlineTickets: 2,
      letter: "D",
    })
    expect((await list())[mute.id]).not.toHaveProperty("state")
    world.set(world.now() + 2 * minute)
    expect((await list())[kiosk.id].state).toBe("late")
    world.set(world.now() + minute)
    expect((await list())[kiosk.id].state).toBe("lost")
    expect(JSON.stringify(await list())).not.toContain("publicKey")
  })
})
