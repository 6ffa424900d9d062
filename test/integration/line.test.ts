/** The line on real tables: calling by many windows at once, tickets in bursts, the day's path through the apps. */
import { randomUUID } from "node:crypto"
import { QueryCommand, TransactWriteCommand } from "@aws-sdk/lib-dynamodb"
import { beforeAll, describe, expect, it } from "vitest"
import * as calling from "#actions/calling"
import * as queueing from "#actions/queueing"
import type { Actor } from "#domain/actor"
import { Problem } from "#domain/problem"
import { stationChange } from "#store/stations"
import { counter, write } from "#store/table"
import * as tickets from "#store/tickets"
import { type Apps, aClerk, aDevice, apps, aResident, send } from "#test/apps"
import { aStation, at, monday } from "#test/builders"
import { aMobile, anIdNumber } from "#test/people"
import { aWorld, type TestWorld } from "#test/world"

let world: TestWorld
let app: Apps
beforeAll(async () => {
  world = await aWorld(at("08:55"))
  app = apps(world)
})

/** Tries again while others are in the way, as a console does. */
async function untilDone<T>(act: () => Promise<T>): Promise<T> {
  for (let i = 0; ; i++)
    try {
      return await act()
    } catch (error) {
      if (!(error instanceof Problem && error.code === "busy") || i > 20) throw error
    }
}

async function aBigStation(id: string, windows: number) {
  const station = aStation(
    Array.from({ length: windows }, () => ["rp-endorse"] as const),
    { id },
  )
  await write(world, [stationChange("test", world.now(), station)], counter())
  const fresh = { ...world }
  const kiosk: Actor = { kind: "kiosk", id: "dev_1", station: id }
  const clerk = (window: number): Actor => ({
    kind: "staff",
    id: `clerk-${window}`,
    name: "员",
    role: "clerk",
    station: id,
  })
  return { id, world: fresh, kiosk, clerk, windows: Array.from({ length: windows }, (_, i) => i + 1) }
}

describe("twenty windows at one line", () => {
  it("call everyone exactly once", async () => {
    const hall = await aBigStation("TEST-20", 20)
    const given: string[] = []
    for (let i = 0; i < 6; i++) {
      const burst = Array.from({ length: 10 }, () => {
        const op = randomUUID()
        return untilDone(() =>
          queueing.take(hall.world, hall.kiosk, {
            station: hall.id,
            service: "rp-endorse",
            priority: false,
            op,
            again: false,
          }),
        )
      })
      given.push(...(await Promise.all(burst)).map((it) => it.number))
    }
    expect(given.toSorted()).toEqual(Array.from({ length: 60 }, (_, i) => `A${String(i + 1).padStart(3, "0")}`))

    for (const window of hall.windows)
      await untilDone(() => calling.sit(hall.world, hall.clerk(window), { station: hall.id, window, op: randomUUID() }))
    const called: string[] = []
    await Promise.all(
      hall.windows.map(async (window) => {
        const seat = { station: hall.id, window }
        const by = hall.clerk(window)
        for (;;) {
          const op = randomUUID()
          try {
            const { visit } = await untilDone(() => calling.callNext(hall.world, by, { ...seat, op }))
            const number = visit!.number
            called.push(number)
            for (const act of ["start", "finish"] as const) {
              const next = randomUUID()
              await untilDone(() => calling.act(hall.world, by, { ...seat, op: next, number, act }))
            }
          } catch (error) {
            if (error instanceof Problem && error.code === "nobody-waiting") return
            throw error
          }
        }
      }),
    )
    expect(called.toSorted()).toEqual(given.toSorted())
  })

  it("one button pressed by two hands at once calls one person", async () => {
    const hall = await aBigStation("TEST-2", 2)
    for (let i = 0; i < 3; i++)
      await queueing.take(hall.world, hall.kiosk, {
        station: hall.id,
        service: "rp-endorse",
        priority: false,
        op: randomUUID(),
        again: false,
      })
    await calling.sit(hall.world, hall.clerk(1), { station: hall.id, window: 1, op: randomUUID() })
    const op = randomUUID()
    const both = await Promise.all(
      [1, 2, 3].map(() => calling.callNext(hall.world, hall.clerk(1), { station: hall.id, window: 1, op })),
    )
    expect(new Set(both.map((it) => it.visit?.number))).toEqual(new Set(["A001"]))
    await expect(
      calling.callNext(hall.world, hall.clerk(1), { station: hall.id, window: 1, op: randomUUID() }),
    ).rejects.toThrow("window-busy")
  })
})

describe("a kiosk", () => {
  it("that hears no answer and asks again gets the same number, even after many others", async () => {
    const hall = await aBigStation("TEST-1", 1)
    const take = (op: string, again: boolean) =>
      queueing.take(hall.world, hall.kiosk, { station: hall.id, service: "rp-endorse", priority: false, op, again })
    const op = randomUUID()
    const first = await take(op, false)
    for (let i = 0; i < 20; i++) await take(randomUUID(), false)
    expect(await take(op, true)).toMatchObject({ number: first.number, again: true })
  })

  it("whose number was written unheard, while twenty others took theirs, gets that number and no second", async () => {
    const hall = await aBigStation("TEST-U", 1)
    const take = (at: TestWorld) =>
      queueing.take(at, hall.kiosk, {
        station: hall.id,
        service: "rp-endorse",
        priority: false,
        op: randomUUID(),
        again: false,
      })
    let heard = true
    // The answer is lost, and what the client sends again meets a transaction under way.
    const send = async (command: TransactWriteCommand) => {
      const answer = await world.db.send(command)
      if (!(command instanceof TransactWriteCommand) || !heard) return answer
      heard = false
      for (let i = 0; i < 20; i++) await take(hall.world)
      const reasons = command.input.TransactItems!.map(() => ({ Code: "TransactionConflict" }))
      throw Object.assign(new Error(), { name: "TransactionCanceledException", CancellationReasons: reasons })
    }
    const db = Object.assign(Object.create(world.db), { send }) as TestWorld["db"]
    expect(await take({ ...hall.world, db })).toMatchObject({ number: "A001", again: true })
    expect((await take(hall.world)).number).toBe("A022")
  })
})

describe("a day through the apps", () => {
  it("books, checks in, calls, recalls, starts and finishes; the hall shows it, and each thing says who and what", async () => {
    const resident = await aResident(world, app.resident, aMobile(1))
    const offers = (await resident.get(`/api/stations/FZ-JA-P01/places?services=rp-endorse&date=${monday}`)).body.offers
    const { time } = offers[0]
    const booked = await resident.post("/api/appointments", {
      key: await resident.key(),
      station: "FZ-JA-P01",
      services: ["rp-endorse"],
      date: monday,
      time,
      name: "阿卜杜拉·买买提",
      idNumber: anIdNumber(1),
    })
    expect(booked.status).toBe(201)

    world.set(at(time) - 10 * 60_000)
    const kiosk = await aDevice(world, app.device)
    const walkIn = await kiosk.post("/device/tickets", { service: "rp-endorse" })
    expect(walkIn.body).toMatchObject({ number: "A001", ahead: 0 })
    const checkedIn = await kiosk.post("/device/check-ins", {
      shown: { scanned: `http://doorstep.test/zh/a/${booked.body.link}` },
    })
    expect(checkedIn).toMatchObject({ status: 201, body: { number: "Y001", again: false } })
    for (const shown of [{ ref: booked.body.ref }, { idNumber: anIdNumber(1) }])
      expect((await kiosk.post("/device/check-ins", { shown })).body).toMatchObject({ number: "Y001", again: true })

    const clerk = await aClerk(world, app.staff, "clerk-p01-1")
    const window = clerk.at(1)
    expect((await window("call")).body.code).toBe("window-not-open")
    await window("sit")
    world.set(at(time) - 3 * 60_000)
    const called = await window("call")
    expect(called.body.visit).toMatchObject({ number: "Y001", rule: "appointment" })
    const visitor = await clerk.get("/staff/visitors/Y001")
    expect(visitor.body).toMatchObject({
      booked: time,
      person: { name: "阿*****提".replace("*****", "***"), phone: "138****0001" },
    })
    expect(visitor.text).not.toContain(anIdNumber(1))

    const display = await aDevice(world, app.device, "display")
    expect((await display.get("/device/live")).body).toMatchObject({
      windows: [
        { no: 1, open: true, number: "Y001", state: "called" },
        { no: 2, open: false },
        { no: 3, open: false },
      ],
      calls: [{ number: "Y001", window: 1, times: 1 }],
      order: [{ number: "A001", ahead: 0 }],
    })
    expect((await window("recall", "Y001")).body.code).toBe("recall-too-soon")
    expect((await window("start", "Y001")).status).toBe(200)
    expect((await window("finish", "Y001")).status).toBe(200)
    expect((await send(app.resident, "GET", `/api/appointments/${booked.body.link}`)).body.state).toBe("served")
    expect((await clerk.get("/staff/appointments")).body.appointments).toMatchObject([
      { time, state: "served", ticket: "Y001" },
    ])

    for (const [table, pk] of [
      ["live", `line#FZ-JA-P01#${monday}`],
      ["bookings", `FZ-JA-P01#${monday}#rp`],
    ] as const) {
      const { Items = [] } = await world.db.send(
        new QueryCommand({
          TableName: world.tables[table],
          KeyConditionExpression: "pk = :pk",
          ExpressionAttributeValues: { ":pk": pk },
        }),
      )
      expect(Items.length).toBeGreaterThan(0)
      for (const item of Items)
        expect(item).toMatchObject({
          v: expect.any(Number),
          by: expect.any(String),
          op: expect.any(String),
          at: expect.any(Number),
        })
    }
  })

  it("gives the shared snapshot a tag, and in a few bytes to whoever has it", async () => {
    const first = await send(app.resident, "GET", "/api/stations/FZ-JA-P01/live")
    expect(first.headers.get("cache-control")).toBe("public, max-age=1")
    const tag = first.headers.get("etag")!
    const again = await send(app.resident, "GET", "/api/stations/FZ-JA-P01/live", undefined, { "if-none-match": tag })
    expect([again.status, again.text]).toEqual([304, ""])
    expect(first.text).not.toMatch(/"lane"|"eff"|priority/)
  })
})

describe("whoever missed the call and comes to the kiosk again", () => {
  it("goes back into the line behind the next three, with the same number", async () => {
    const own = await aWorld(at("09:00"))
    const app = apps(own)
    const resident = await aResident(own, app.resident, aMobile(31))
    const path = `/api/stations/FZ-JA-P01/places?services=rp-endorse&date=${monday}`
    const { time } = (await resident.get(path)).body.offers[0]
    const form = {
      station: "FZ-JA-P01",
      services: ["rp-endorse"],
      date: monday,
      time,
      name: "李四",
      idNumber: anIdNumber(31),
    }
    const { ref } = (await resident.post("/api/appointments", { key: await resident.key(), ...form })).body
    own.set(at(time))
    const kiosk = await aDevice(own, app.device)
    const checkIn = async () => (await kiosk.post("/device/check-ins", { shown: { ref } })).body
    expect(await checkIn()).toMatchObject({ number: "Y001", again: false })
    const clerk = (await aClerk(own, app.staff, "clerk-p01-1")).at(1)
    await clerk("sit")
    await clerk("call")
    await clerk("missed", "Y001")
    for (let i = 0; i < 4; i++) await kiosk.post("/device/tickets", { service: "rp-endorse" })
    expect(await checkIn()).toMatchObject({ number: "Y001", ahead: 3 })
    for (const number of ["A001", "A002", "A003", "Y001", "A004"]) {
      expect((await clerk("call")).body.visit.number).toBe(number)
      await clerk("missed", number)
    }
    own.wait(31)
    expect((await checkIn()).code).toBe("return-too-late")
  })
})

describe("at the kiosk, the wrong appointment", () => {
  const booked = async (n: number, station: string, date: string, services = ["rp-endorse"]) => {
    const resident = await aResident(world, app.resident, aMobile(n))
    const offers = (await resident.get(`/api/stations/${station}/places?services=${services}&date=${date}`)).body.offers
    const form = {
      key: await resident.key(),
      station,
      services,
      date,
      time: offers.at(-1).time,
      name: "李四",
      idNumber: anIdNumber(n),
    }
    return (await resident.post("/api/appointments", form)).body
  }
  it("of another station, another day, too early, cancelled, or made up, each has its own answer", async () => {
    const kiosk = await aDevice(world, app.device)
    const checkIn = async (shown: object) => (await kiosk.post("/device/check-ins", { shown })).body.code
    expect(await checkIn({ ref: (await booked(11, "FZ-JA-P02", monday)).ref })).toBe("wrong-station")
    expect(await checkIn({ ref: (await booked(12, "FZ-JA-P01", "2026-11-24")).ref })).toBe("wrong-day")
    expect(await checkIn({ ref: (await booked(13, "FZ-JA-P01", monday)).ref })).toBe("too-early")
    const gone = await booked(14, "FZ-JA-P01", monday)
    await send(app.resident, "POST", `/api/appointments/${gone.link}/cancel`, { v: gone.v })
    expect(await checkIn({ ref: gone.ref })).toBe("appointment-ended")
    expect(await checkIn({ idNumber: anIdNumber(499) })).toBe("appointment-not-found")
    expect(await checkIn({ scanned: "https://example.org/" })).toBe("invalid-input")
  })
})

describe("a clerk and an officer at their windows", () => {
  it("take a finish back, hand on, park, and call out of turn with a reason that stays", async () => {
    const hall = await aBigStation("TEST-3", 3)
    const take = () =>
      queueing.take(hall.world, hall.kiosk, {
        station: hall.id,
        service: "rp-endorse",
        priority: false,
        op: randomUUID(),
        again: false,
      })
    const numbers = [await take(), await take(), await take()].map((it) => it.number)
    const officer: Actor = { kind: "staff", id: "clerk-2", name: "警", role: "officer", station: hall.id }
    const clerk = hall.clerk(1)
    const at = (window: number) => ({ station: hall.id, window, op: randomUUID() })
    await calling.sit(hall.world, clerk, at(1))
    await calling.sit(hall.world, officer, at(2))
    const first = (await calling.callNext(hall.world, clerk, at(1))).visit!.number
    const on = (what: calling.Act, number = first) => calling.act(hall.world, clerk, { ...at(1), number, act: what })
    await on("start")
    await calling.act(hall.world, clerk, { ...at(1), number: first, act: "finish", outcome: "incomplete" })
    expect(await tickets.find(world, hall.id, monday, first)).toMatchObject({ state: "served", outcome: "incomplete" })
    expect((await on("undo")).visit).toMatchObject({ number: first, state: "serving" })
    expect(await tickets.find(world, hall.id, monday, first)).toMatchObject({ state: "waiting" })
    await on("park")
    await on("unpark")
    const moved = { ...at(1), number: first, toWindow: 3 }
    await calling.transfer(hall.world, clerk, moved)
    expect(await calling.transfer(hall.world, clerk, moved)).toMatchObject({ again: true })
    await expect(
      calling.callOne(hall.world, clerk, { ...at(1), number: numbers[2]!, reason: "带婴儿" }),
    ).rejects.toThrow("not-allowed")
    const last = await calling.callOne(hall.world, officer, { ...at(2), number: numbers[2]!, reason: "老人身体不适" })
    expect(last.visit).toMatchObject({ number: numbers[2], rule: "override" })
    expect((await tickets.find(world, hall.id, monday, numbers[2]!))?.override).toMatchObject({
      by: "staff:clerk-2",
      reason: "老人身体不适",
    })
    expect((await calling.callNext(hall.world, clerk, at(1))).visit?.number).toBe(numbers[1])
  })

  it("use one id for two acts, and both are done", async () => {
    const hall = await aBigStation("TEST-4", 2)
    const op = randomUUID()
    for (const service of ["rp-endorse", "rp-endorse"] as const)
      await queueing.take(hall.world, hall.kiosk, { station: hall.id, service, priority: false, op, again: false })
    await calling.sit(hall.world, hall.clerk(1), { station: hall.id, window: 1, op })
    const { visit } = await calling.callNext(hall.world, hall.clerk(1), { station: hall.id, window: 1, op })
    expect(visit?.number).toBe("A001")
    await calling.act(hall.world, hall.clerk(1), { station: hall.id, window: 1, op, number: "A001", act: "start" })
    await calling.act(hall.world, hall.clerk(1), { station: hall.id, window: 1, op, number: "A001", act: "finish" })
    await expect(
      calling.callNext(hall.world, hall.clerk(1), { station: hall.id, window: 1, op: randomUUID() }),
    ).rejects.toThrow("nobody-waiting")
  })
})
