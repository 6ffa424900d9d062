/** A station changes its mind: nobody booked is forgotten, nobody is moved twice, and the chief sees how far it has come. */
import { PutCommand, ScanCommand } from "@aws-sdk/lib-dynamodb"
import { marshall } from "@aws-sdk/util-dynamodb"
import { beforeEach, describe, expect, it } from "vitest"
import * as booking from "#actions/booking"
import { newFormKey } from "#actions/forms"
import { accept, decline, move } from "#actions/rebooking"
import { learn } from "#actions/tasking"
import { notify } from "#background/notify"
import type { Actor } from "#domain/actor"
import type { Appointment } from "#domain/appointment"
import type { ServiceId } from "#domain/service"
import { minute } from "#domain/time"
import { consequences } from "#messages/consequences"
import type { Work } from "#messages/messages"
import * as appointments from "#store/appointments"
import * as keys from "#store/keys"
import { type Item, query } from "#store/table"
import * as tasks from "#store/tasks"
import { type Apps, aClerk, aDevice, apps, type Reply } from "#test/apps"
import { at, monday } from "#test/builders"
import { aMobile, anIdNumber } from "#test/people"
import { aWorld, type TestWorld } from "#test/world"
import { itemBytes } from "../bench/size.ts"

const plaza = "FZ-JA-P02"
const tuesday = "2026-11-24"
const service: ServiceId = "rp-endorse"

let world: TestWorld
let app: Apps
let chief: Awaited<ReturnType<typeof aClerk>>
beforeEach(async () => {
  world = await aWorld(at("09:00"))
  app = apps(world)
  chief = await aClerk(world, app.staff, "chief-p02")
})

/** Sessions do not last that long: the chief signs in again. */
async function later(time: number) {
  world.set(time)
  chief = await aClerk(world, app.staff, "chief-p02")
}

const person = (n: number) => world.keyring.blind("person", anIdNumber(n))
const appointmentOf = async (n: number) => (await appointments.find(world, person(n), "rp"))!

async function book(n: number, time: string, date = tuesday, station = plaza, services: ServiceId[] = [service]) {
  const mobile = aMobile(n)
  const by: Actor = { kind: "resident", phone: world.keyring.blind("phone", mobile) }
  const form = { key: newFormKey(world), station, services, date, time, mobile, name: "张三", idNumber: anIdNumber(n) }
  return booking.book(world, by, { ...form, language: "zh" as const })
}

/** As a process answers that has looked at nothing yet. */
const times = async (station = plaza, date = tuesday) =>
  (await booking.offers({ ...world }, { kind: "anyone" }, { station, services: [service], date })).map((it) => it.time)

/** What the stream would tell of an item as it stands. */
const toldOf = (after: Item): Work[] =>
  consequences({ table: "live", before: undefined, after }).flatMap((it) => (it.queue === "work" ? [it.body] : []))

/** The queue and its worker until nothing is left to do; every message `copies` times at once. */
async function work(copies = 1, into = world, station = plaza) {
  for (let round = 0; round < 400; round++) {
    const items = await query(world, "live", `closure#${station}`)
    const messages = items.flatMap(toldOf)
    await Promise.all(messages.flatMap((it) => Array.from({ length: copies }, () => learn(into, it))))
    const after = await query(world, "live", `closure#${station}`)
    if (after.every((it) => items.some((was) => was.sk === it.sk && was.v === it.v))) return round
  }
  throw new Error("The work does not end")
}

const closed = async (body: object): Promise<Reply> => chief.post("/staff/closures", { reason: "线路检修", ...body })
const closuresNow = async () => (await chief.get("/staff/closures")).body
const conflicts = async () => (await chief.get("/staff/conflicts")).body

describe("a day that is closed", () => {
  it("is previewed, shut, and everyone is offered the nearest equal place; the chief sees each standing and has a task", async () => {
    const [first, second, third, fourth] = await times()
    const people = [first!, second!, third!, fourth!]
    for (const [i, time] of people.entries()) await book(i + 1, time)
    const preview = await chief.post("/staff/closures/preview", { from: tuesday, to: tuesday })
    expect(preview.body).toEqual({ bookings: 4, days: [{ date: tuesday, bookings: 4 }] })
    expect(await conflicts()).toEqual([])

    const saved = await closed({ from: tuesday, to: tuesday })
    expect([saved.status, saved.body]).toEqual([
      201,
      expect.objectContaining({ why: "closure", reason: "线路检修", stage: "closing", first: tuesday, last: tuesday }),
    ])
    expect((await conflicts()).map((it: { standing: string }) => it.standing)).toEqual(Array(4).fill("waiting"))
    await work()

    const [clearing] = await closuresNow()
    expect(clearing).toMatchObject({ stage: "done", open: 4 })
    expect(clearing.affected.map((it: { standing: string }) => it.standing)).toEqual(Array(4).fill("proposed"))
    const offered = new Set<string>()
    for (const n of [1, 2, 3, 4]) {
      const it = await appointmentOf(n)
      expect([it.date, it.time, it.displaced?.closure]).toEqual([tuesday, people[n - 1], clearing.id])
      const { date, time, until } = it.proposal!
      expect(it.proposal).toMatchObject({ station: plaza, closure: clearing.id })
      // A day to answer in, and never less than half an hour before the time itself.
      expect(until).toBe(Math.min(at("09:00", tuesday), at(time, date) - 30 * minute))
      offered.add(`${it.proposal!.date} ${it.proposal!.time}`)
    }
    expect(offered.size).toBe(4)
    // Nearest in time: the evening before a morning.
    const evening = (await times(plaza, monday)).at(-1)!
    for (const it of await Promise.all([1, 2, 3, 4].map(appointmentOf)))
      expect([it.proposal!.date, it.proposal!.time > evening]).toEqual([monday, true])

    const task = await tasks.find(world, plaza, monday, `closure#${clearing.id}`)
    expect(task).toMatchObject({ kind: "move-bookings", state: "open", windows: [], due: at(first!, tuesday) })
    const listed = (await chief.get("/staff/tasks")).body.tasks
    expect(listed.map((it: { kind: string }) => it.kind)).toContain("move-bookings")
    // No cell of that day can be taken any more, not even by a process that has not heard.
    expect(await times()).toEqual([])
    const cells = await query(world, "bookings", `${plaza}#${tuesday}#rp`)
    const shut = cells.filter((it) => it.shut)
    expect(shut.length).toBeGreaterThan(20)
    expect(Math.max(...shut.map((it) => itemBytes(marshall(it))))).toBeLessThanOrEqual(120)
  })

  it("leaves each answer to its person: accepted, chosen otherwise, declined, lapsed; the task ends with the last", async () => {
    const free = await times()
    for (const n of [1, 2, 3, 4]) await book(n, free[n]!)
    await closed({ from: tuesday, to: tuesday })
    await work()
    const holder = (it: Appointment): Actor => ({ kind: "holder", ref: it.ref })
    const one = await appointmentOf(1)
    await accept(world, holder(one), one, { op: "accept-0001", proposal: one.proposal!.id })
    const two = await appointmentOf(2)
    await decline(world, holder(two), two, { proposal: two.proposal!.id })
    const three = await appointmentOf(3)
    await booking.cancel(world, holder(three), three, { v: three.v })
    await later(at("09:01", tuesday))
    const standing = async () =>
      Object.fromEntries(
        (await closuresNow())[0].affected.map((it: { time: string; standing: string }) => [it.time, it.standing]),
      )
    expect(await standing()).toEqual({
      [free[1]!]: "accepted",
      [free[2]!]: "declined",
      [free[3]!]: "cancelled",
      [free[4]!]: "unanswered",
    })
    expect((await appointmentOf(4)).displaced).toBeDefined()
    await work()
    expect((await closuresNow())[0].open).toBe(2)
    for (const n of [2, 4]) {
      const it = await appointmentOf(n)
      const free = (
        await booking.offers(world, { kind: "anyone" }, { station: plaza, services: [service], date: "2026-11-26" })
      )[0]!
      await move(world, holder(it), it, {
        op: `move-000${n}`,
        v: it.v,
        station: plaza,
        date: "2026-11-26",
        time: free.time,
      })
    }
    expect(Object.values(await standing()).sort()).toEqual(["accepted", "cancelled", "chose-another", "chose-another"])
    await work()
    const [{ id, open }] = await closuresNow()
    expect(open).toBe(0)
    expect(await tasks.find(world, plaza, tuesday, `closure#${id}`)).toMatchObject({ state: "done" })
  })

  it("taken back gives the places back: who has not answered keeps their time, who has moved stays moved", async () => {
    const free = await times()
    for (const n of [1, 2]) await book(n, free[n]!)
    const before = (await times()).length
    const { id } = (await closed({ from: tuesday, to: tuesday })).body
    await work()
    const one = await appointmentOf(1)
    await accept(world, { kind: "holder", ref: one.ref }, one, { op: "accept-0001", proposal: one.proposal!.id })
    const held = (await appointmentOf(2)).proposal!
    const back = await chief.post(`/staff/closures/${id}/take-back`)
    expect([back.status, back.body.takenBack]).toEqual([200, true])
    await work()
    const two = await appointmentOf(2)
    expect([two.proposal, two.displaced, two.date, two.time]).toEqual([undefined, undefined, tuesday, free[2]])
    expect((await appointmentOf(1)).date).not.toBe(tuesday)
    await later(world.now() + 40 * minute)
    // All is on sale again, the moved person's cell too; and what was held for the other.
    expect((await times()).length).toBe(before + 1)
    expect(await times(plaza, held.date)).toContain(held.time)
    expect(await conflicts()).toEqual([])
    expect((await closuresNow())[0].affected.map((it: { standing: string }) => it.standing).sort()).toEqual([
      "accepted",
      "restored",
    ])
    expect((await chief.post(`/staff/closures/${id}/take-back`)).status).toBe(200)
    expect((await chief.post("/staff/closures/closed-abcdef/take-back")).body.code).toBe("closure-not-found")
  })

  it("shuts what somebody has just moved away from, too: nobody comes back there unheard", async () => {
    const [first] = await times()
    const wednesday = "2026-11-25"
    await book(1, first!)
    const one = await appointmentOf(1)
    const by: Actor = { kind: "holder", ref: one.ref }
    const to = { op: "away-0001", v: one.v, station: plaza, date: wednesday, time: first! }
    await move(world, by, one, to)
    const cell = async () =>
      (await query(world, "bookings", keys.dayOf(plaza, tuesday, "rp"))).find(({ sk }) =>
        sk.startsWith(first!.replace(":", "")),
      )
    expect(await cell()).toMatchObject({ was: one.ref, left: true })
    const { id } = (await closed({ from: tuesday, to: tuesday })).body
    await work()
    expect(await cell()).toMatchObject({ shut: true })
    const moved = await appointmentOf(1)
    const back = move({ ...world }, by, moved, { ...to, op: "back-0001", v: moved.v, date: tuesday })
    await expect(back).rejects.toThrow("day-closed")
    await chief.post(`/staff/closures/${id}/take-back`)
    await work()
    expect(await times()).toContain(first)
  })

  it("is one closure however often it is sent, and two chiefs' at once are two", async () => {
    const body = { op: "11111111-1111-4111-8111-111111111111", from: tuesday, to: tuesday, reason: "停电" }
    const answers = await Promise.all([1, 2, 3].map(() => chief.post("/staff/closures", body)))
    expect(new Set(answers.map((it) => it.body.id)).size).toBe(1)
    await Promise.all([
      closed({ from: "2026-11-25", to: "2026-11-25" }),
      closed({ from: "2026-11-26", to: "2026-11-26" }),
    ])
    expect((await chief.get("/staff/calendar")).body.closures).toHaveLength(3)
    expect(await closuresNow()).toHaveLength(3)
  })

  it("of one window or a few hours takes only those; whoever waits in the hall is no conflict", async () => {
    await later(at("11:00"))
    const today = await times(plaza, monday)
    const [near, far] = [today[0]!, today.at(-1)!]
    await book(1, near, monday)
    await book(2, far, monday)
    const kiosk = await aDevice(world, app.device, "kiosk", plaza)
    await later(at(near) - 5 * minute)
    const { ref } = await appointmentOf(1)
    expect((await kiosk.post("/device/check-ins", { shown: { ref } })).status).toBe(201)
    expect((await kiosk.post("/device/tickets", { service })).status).toBe(201)
    const preview = await chief.post("/staff/closures/preview", { from: monday, to: monday })
    expect(preview.body.bookings).toBe(1)
    await closed({ from: monday, fromTime: far, to: monday, toTime: "24:00", windows: [1] })
    await work()
    expect((await appointmentOf(1)).displaced).toBeUndefined()
    expect((await appointmentOf(2)).proposal).toBeDefined()
  })

  it.each([
    [{ from: tuesday, to: monday }, "invalid-input"],
    [{ from: "2026-11-01", to: "2026-11-02" }, "invalid-input"],
    [{ from: tuesday, to: "2028-01-01" }, "invalid-input"],
    [{ from: tuesday, to: tuesday, fromTime: "12:00", toTime: "12:00" }, "invalid-input"],
    [{ from: tuesday, to: tuesday, windows: [9] }, "window-unknown"],
    [{ from: tuesday, to: tuesday, reason: "x" }, "invalid-input"],
  ])("is refused as %j", async (body, code) => {
    expect((await closed(body)).body.code).toBe(code)
    expect(await closuresNow()).toEqual([])
  })
})

describe("the message", () => {
  it("says what was taken, what is held until when, and opens the person's own page; answered meanwhile, it is not sent", async () => {
    const [first] = await times()
    await book(1, first!)
    const tell = async (kind: "moved-offer" | "station-closed" | "as-before", id: string) => {
      const { person, group, ref, v } = await appointmentOf(1)
      const sent: string[] = []
      const told = { id, by: "system:test", op: "op", at: world.now(), kind, person, group, ref, v }
      await notify(world, async ({ text }) => void sent.push(text), told)
      return sent
    }
    expect(await tell("moved-offer", "early")).toEqual([])
    const { id } = (await closed({ from: tuesday, to: tuesday })).body
    await work()
    const { proposal } = await appointmentOf(1)
    const [text] = await tell("moved-offer", "one")
    expect(text).toContain(`${tuesday} ${first}`)
    expect(text).toContain(`${proposal!.date} ${proposal!.time}`)
    expect(text).toMatch(/http:\/\/doorstep\.test\/zh\/a\/[\w-]{40,}/)
    expect(await tell("moved-offer", "one")).toEqual([])
    expect(await tell("as-before", "two")).toEqual([])
    await chief.post(`/staff/closures/${id}/take-back`)
    await work()
    expect((await tell("as-before", "three"))[0]).toContain(`${tuesday} ${first}`)
    expect(await tell("station-closed", "four")).toEqual([])
  })
})

describe("when nothing is free", () => {
  it("the person is told and listed, and may still move; nothing is dropped", async () => {
    const longtou = "FZ-JA-P01"
    const boss = await aClerk(world, app.staff, "chief-p01")
    const free = (
      await booking.offers(world, { kind: "anyone" }, { station: longtou, services: ["id-renew"], date: tuesday })
    )[0]!
    await book(1, free.time, tuesday, longtou, ["id-renew"])
    // The only station for ID cards closes for as long as anybody can book.
    await boss.post("/staff/closures", { from: monday, to: "2026-12-31", reason: "搬迁" })
    await work(1, world, longtou)
    const it = (await appointments.find(world, person(1), "id"))!
    expect([it.state, it.proposal, it.displaced !== undefined]).toEqual(["booked", undefined, true])
    const [clearing] = (await boss.get("/staff/closures")).body
    expect([clearing.open, clearing.affected[0].standing]).toEqual([1, "nothing-free"])
    expect((await boss.get("/staff/conflicts")).body).toHaveLength(1)
  })
})

describe("a job that is interrupted", () => {
  /** A worker that dies once it has written so often; the last write reaches the table or does not. */
  function dying(writes: number, reaches: boolean): TestWorld {
    let left = writes
    const send = async (command: { constructor: { name: string } }) => {
      if (!/Put|Transact/.test(command.constructor.name)) return world.db.send(command as never)
      if (left <= 0) throw new Error("killed")
      left--
      if (left === 0 && !reaches) throw new Error("killed")
      const answer = await world.db.send(command as never)
      if (left === 0) throw new Error("killed")
      return answer
    }
    return { ...world, db: { send } as unknown as TestWorld["db"] }
  }

  it("at every write, and told everything twice, moves nobody twice and forgets nobody", async () => {
    const free = await times()
    const versions = new Map<number, number>()
    for (const n of [1, 2, 3]) {
      await book(n, free[n]!)
      versions.set(n, (await appointmentOf(n)).v)
    }
    await closed({ from: tuesday, fromTime: "10:00", to: tuesday, toTime: "12:00" })
    let deaths = 0
    for (let round = 0; round < 600; round++) {
      const items = await query(world, "live", `closure#${plaza}`)
      const [message] = items.flatMap(toldOf)
      const worker = dying(1 + (round % 6), round % 12 < 6)
      await Promise.all([learn(worker, message!), learn(worker, message!)]).catch((error) => {
        if (!/killed|nothing offered/.test(error.message)) throw error
        deaths++
      })
      if (items[0]!.stage === "done" && items[0]!.open === 3) break
    }
    await work()
    expect(deaths).toBeGreaterThan(5)
    const held = new Set<string>()
    for (const n of [1, 2, 3]) {
      const it = await appointmentOf(n)
      expect([it.proposal?.closure === it.displaced?.closure, it.v]).toEqual([true, versions.get(n)! + 1])
      held.add(`${it.proposal!.date}#${it.proposal!.time}#${it.proposal!.lane}`)
    }
    expect(held.size).toBe(3)
    // Exactly one cell is held for each, nowhere a second.
    const all = (await world.db.send(new ScanCommand({ TableName: world.tables.bookings, ConsistentRead: true })))
      .Items!
    expect(all.filter((it) => it.for && it.until)).toHaveLength(3)
    expect((await times()).filter((it) => it < "12:00")).toEqual([])
    const [clearing] = await closuresNow()
    expect([clearing.stage, clearing.affected.length, clearing.open]).toEqual(["done", 3, 3])
  })

  it("by one person for whom every write fails goes on to the others, and leaves that one to the chief", async () => {
    const free = await times()
    for (const n of [1, 2, 3]) await book(n, free[n]!)
    const poisoned = (await appointmentOf(2)).person
    const send = async (command: { constructor: { name: string }; input?: unknown }) => {
      if (/Put|Transact/.test(command.constructor.name) && JSON.stringify(command.input).includes(`person#${poisoned}`))
        throw new Error("always")
      return world.db.send(command as never)
    }
    const faulty: TestWorld = { ...world, db: { send } as unknown as TestWorld["db"] }
    await closed({ from: tuesday, to: tuesday })
    let failures = 0
    for (let round = 0; round < 60; round++) {
      const items = await query(world, "live", `closure#${plaza}`)
      if (items[0]!.stage === "done") break
      const [message] = items.flatMap(toldOf)
      for (let attempt = 1; ; attempt++)
        try {
          await learn(faulty, message!, attempt)
          break
        } catch (error) {
          expect([(error as Error).message, attempt < 4]).toEqual(["nothing offered to a person: 1", true])
          failures++
          // The others did not wait for that.
          for (const n of [1, 3]) expect((await appointmentOf(n)).proposal).toBeDefined()
        }
    }
    expect(failures).toBe(3)
    await work(1, faulty)
    const [clearing] = await closuresNow()
    expect([clearing.stage, clearing.open]).toEqual(["done", 3])
    const standings = clearing.affected.map((it: { time: string; standing: string }) => [it.time, it.standing])
    expect(standings.sort()).toEqual([
      [free[1], "proposed"],
      [free[2], "waiting"],
      [free[3], "proposed"],
    ])
    expect((await chief.get("/staff/conflicts")).body.map((it: { time: string }) => it.time)).toContain(free[2])
    const told = await chief.post(`/staff/appointments/${(await appointmentOf(2)).ref}/reveal`, {
      reason: "电话告知停办",
    })
    expect(told.body).toEqual({ phone: aMobile(2) })

    // A minute later, what stood in the way is over.
    await work()
    expect((await appointmentOf(2)).proposal).toBeDefined()
    const [settled] = await closuresNow()
    expect(settled.affected.map((it: { standing: string }) => it.standing)).toEqual([
      "proposed",
      "proposed",
      "proposed",
    ])
  })

  it("by a booking of a service that is no more goes on to the others, and shows it to the chief", async () => {
    const free = await times()
    for (const n of [1, 2]) await book(n, free[n]!)
    const [item] = (await query(world, "bookings", `person#${person(1)}`)).filter((it) => it.sk === "rp")
    const Item = { ...item, services: ["retired-service"] }
    await world.db.send(new PutCommand({ TableName: world.tables.bookings, Item }))
    await closed({ from: tuesday, to: tuesday })
    for (let round = 0; round < 20; round++) {
      const items = await query(world, "live", `closure#${plaza}`)
      if (items[0]!.stage === "done") break
      const [message] = items.flatMap(toldOf)
      await learn(world, message!, 4)
    }
    expect((await appointmentOf(2)).proposal).toBeDefined()
    const [clearing] = await query(world, "live", `closure#${plaza}`)
    const rows = await query(world, "live", keys.affectedOf(plaza, clearing!.sk))
    expect([clearing!.stage, clearing!.left, rows.length]).toEqual(["done", [item!.ref], 2])
  })

  it("that touched two bookings of one person, the first of them cancelled, says how each stands", async () => {
    const [time] = await times()
    await book(1, time!)
    await closed({ from: tuesday, to: tuesday })
    await work()
    const [{ id }] = await closuresNow()
    const [row] = await query(world, "live", keys.affectedOf(plaza, id))
    await world.db.send(new PutCommand({ TableName: world.tables.live, Item: { ...row, sk: "R0" } }))
    const [clearing] = await closuresNow()
    expect(clearing.affected.map((it: { standing: string }) => it.standing).sort()).toEqual(["over", "proposed"])
  })

  it("while it is taken back ends as it was taken back", async () => {
    const free = await times()
    const before = free.length
    await book(1, free[0]!)
    const { id } = (await closed({ from: tuesday, to: tuesday })).body
    const stale = (await query(world, "live", `closure#${plaza}`)).flatMap(toldOf)
    for (const message of stale) await learn(world, message)
    await chief.post(`/staff/closures/${id}/take-back`)
    for (const message of stale) await learn(world, message)
    await work(2)
    expect((await times()).length).toBe(before - 1)
    expect((await appointmentOf(1)).displaced).toBeUndefined()
  })
})

describe("hours and windows that change under sold days", () => {
  const calendar = async () => (await chief.get("/staff/calendar")).body
  const change = async (schedule: object, v: number) => chief.post("/staff/calendar", { v, schedule })
  const daily = (...sessions: [string, string][]) => Array.from({ length: 7 }, () => sessions)

  it("shorter hours become a clearing, and restored hours open everything again", async () => {
    const free = await times()
    const late = free.at(-1)!
    await book(1, free[0]!)
    await book(2, late)
    const { v } = await calendar()
    const schedule = { hours: daily(["10:00", "16:00"]), holidays: "open" }
    const preview = await chief.post("/staff/calendar/preview", { schedule })
    expect(preview.body.bookings).toBe(1)
    const saved = await change(schedule, v)
    expect([saved.status, saved.body.v, saved.body.schedule]).toEqual([200, v + 1, schedule])
    expect((await change({ hours: daily(["12:00", "16:00"]) }, v)).body.code).toBe("changed-meanwhile")
    expect((await conflicts()).map((it: { time: string }) => it.time)).toEqual([late])
    await work()
    const [one, two] = await Promise.all([appointmentOf(1), appointmentOf(2)])
    expect([one.displaced, two.proposal?.station]).toEqual([undefined, plaza])
    expect(two.proposal!.time < "16:00").toBe(true)
    expect((await times()).every((time) => time < "16:00")).toBe(true)
    await change({ hours: daily(["10:00", "20:00"]), holidays: "open" }, v + 1)
    await work()
    expect((await appointmentOf(2)).displaced).toBeUndefined()
    expect(await times()).toEqual(free.filter((it) => it !== free[0] && it !== late))
  })

  it("longer hours and a new session wait for days that nobody could book yet; the door opens at once", async () => {
    const before = await times()
    const { v, laidOutUntil } = await calendar()
    await change({ hours: daily(["08:00", "22:00"]), holidays: "open" }, v)
    await work()
    expect(await times()).toEqual(before)
    const { days } = await calendar()
    expect(days[1].sessions).toEqual([["08:00", "22:00"]])
    const fresh: TestWorld = { ...world }
    await later(at("09:00", laidOutUntil))
    const unsold = (await calendar()).days.filter(
      (it: { onSale: boolean; date: string }) => it.onSale && it.date > laidOutUntil,
    )
    const then = await booking.offers(
      fresh,
      { kind: "anyone" },
      { station: plaza, services: [service], date: unsold[0].date },
    )
    expect(then[0]!.time < "10:00").toBe(true)
  })

  it("a window that goes takes its lane: those booked there are moved, none is dropped", async () => {
    const longtou = "FZ-JA-P01"
    const boss = await aClerk(world, app.staff, "chief-p01")
    const lanes = new Map<number, number>()
    const free = await times(longtou)
    for (let n = 1; n <= 6; n++) lanes.set((await book(n, free[n]!, tuesday, longtou)).lane, n)
    expect(lanes.size).toBe(2)
    const { v, windows } = (await boss.get("/staff/windows")).body
    await boss.post("/staff/windows", { v, windows: windows.filter((it: { no: number }) => it.no !== 3) })
    const listed = (await boss.get("/staff/conflicts")).body
    expect(new Set(listed.map((it: { window: number }) => it.window))).toEqual(new Set([3]))
    await work(1, world, longtou)
    for (let n = 1; n <= 6; n++) {
      const it = await appointmentOf(n)
      expect(it.lane === 3).toBe(it.proposal !== undefined)
      if (it.proposal) expect([it.proposal.station, it.proposal.lane]).toEqual([longtou, 1])
    }
  })

  it.each([
    [{ hours: daily(["18:00", "10:00"]) }, "session"],
    [{ hours: daily(["10:01", "18:00"]) }, "session"],
    [{ hours: [] }, "session"],
    [{ hours: daily(["10:00", "18:00"]), seasons: [{ from: "13-01", to: "02-01", hours: daily() }] }, "season"],
    [{ hours: daily(["10:00", "18:00"]), exceptions: { "2026-02-30": [] } }, "date"],
  ])("%j is refused and changes nothing", async (schedule, fault) => {
    const { v } = await calendar()
    const answer = await change(schedule, v)
    expect([answer.status, answer.body.fields?.[0]?.fault]).toEqual([400, fault])
    expect((await calendar()).v).toBe(v)
  })
})

it("a station keeps its calendar in its own words: kinds of day, provisional ones, what is on sale", async () => {
  const { days, schedule, closures: none } = (await chief.get("/staff/calendar")).body
  expect([days.length, none, schedule.holidays]).toEqual([31, [], "open"])
  expect(days.filter((it: { onSale: boolean }) => it.onSale)).toHaveLength(8)
  await later(at("09:00", "2026-12-20"))
  const newYear = (await chief.get("/staff/calendar")).body.days
  expect(newYear.find((it: { date: string }) => it.date === "2027-01-01")).toMatchObject({
    kind: "holiday",
    provisional: true,
  })
  const clerk = await aClerk(world, app.staff, "clerk-p02-1")
  expect((await clerk.get("/staff/calendar")).status).toBe(403)
})
