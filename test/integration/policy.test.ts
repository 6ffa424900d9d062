/** A station's numbers: the chief sees, tries and changes them; what they rule follows, and nothing sold is sold again. */
import { beforeEach, describe, expect, it } from "vitest"
import { closeDays } from "#actions/closing"
import type { Actor } from "#domain/actor"
import { bounds, PolicyChange, policyNames } from "#domain/policy"
import { daysOf } from "#domain/station"
import * as durations from "#store/durations"
import * as stations from "#store/stations"
import * as tickets from "#store/tickets"
import { type Apps, aClerk, aDevice, apps, aResident } from "#test/apps"
import { at, longtou, monday } from "#test/builders"
import { aMobile, anIdNumber } from "#test/people"
import { aWorld, type TestWorld } from "#test/world"
import { policyWords } from "#web/words/policy"

const station = "FZ-JA-P01"
let world: TestWorld
let app: Apps
let chief: Awaited<ReturnType<typeof aClerk>>
beforeEach(async () => {
  world = await aWorld(at("08:55"))
  app = apps(world)
  chief = await aClerk(world, app.staff, "chief-p01")
})

const see = async () => (await chief.get("/staff/policy")).body
const numberIn = (body: { numbers: { name: string; value: number }[] }, name: string) =>
  body.numbers.find((it) => it.name === name)?.value

describe("the chief's numbers", () => {
  it("are all there, within bounds that hold what they are now, and each has its meaning in words", async () => {
    const { numbers, v, promised, learned } = await see()
    expect(numbers.map((it: { name: string }) => it.name)).toEqual(policyNames)
    expect(Object.keys(policyWords).toSorted()).toEqual(policyNames.toSorted())
    for (const { name, value, usual, least, most } of numbers)
      expect([name, least <= value && value <= most && value === (name === "remote" ? 1 : usual)]).toEqual([name, true])
    expect([v, promised]).toEqual([1, { counted: 0 }])
    expect(learned.find((it: { service: string }) => it.service === "rp-endorse")).toEqual({
      service: "rp-endorse",
      minutes: 5.5,
      samples: 0,
      enough: 30,
      usual: 5,
    })
  })

  it("are changed over the version that was seen; the second editor is told, the same press again is not", async () => {
    const change = { v: 1, op: "11111111-1111-4111-8111-111111111111", change: { overWaiting: 30, recalls: 1 } }
    const saved = await chief.post("/staff/policy", change)
    expect([saved.status, saved.body.v, numberIn(saved.body, "overWaiting"), numberIn(saved.body, "recalls")]).toEqual([
      200, 2, 30, 1,
    ])
    const again = await chief.post("/staff/policy", change)
    expect([again.status, again.body.v]).toEqual([200, 2])
    const second = await chief.post("/staff/policy", { v: 1, change: { overWaiting: 60 } })
    expect([second.status, second.body.code]).toEqual([409, "changed-meanwhile"])
    expect(numberIn(await see(), "overWaiting")).toBe(30)
    expect((await stations.stored(world, station)).station.policy).toEqual({
      ...longtou.policy,
      overWaiting: 30,
      recalls: 1,
    })
  })

  it.each([
    [{ bookable: 0.8 }, "change.bookable", "policy-number"],
    [{ bookable: 0.51 }, "change.bookable", "policy-number"],
    [{ overWaiting: 9 }, "change.overWaiting", "policy-number"],
    [{ recalls: 1.5 }, "change.recalls", "policy-number"],
    [{ remote: 2 }, "change.remote", "policy-number"],
    [{ overWaiting: "45" }, "change.overWaiting", "policy-number"],
    [{}, "change", "policy-empty"],
    [{ block: 20, unit: 10, onTime: 5, late: 4 }, "change.late", "policy-order"],
    [{ unit: 10, block: 25 }, "change.block", "policy-number"],
    [{ reopenFrom: 40 }, "change.reopenTo", "policy-order"],
    [{ callableBefore: 20, checkInEarly: 10 }, "change.callableBefore", "policy-order"],
  ])("refuse %j, at its field, and change nothing", async (change, field, fault) => {
    for (const path of ["/staff/policy/preview", "/staff/policy"]) {
      const answer = await chief.post(path, path.endsWith("preview") ? { change } : { v: 1, change })
      const { fields } = answer.body
      expect([path, answer.status, fields?.[0]?.field, fields?.[0]?.fault]).toEqual([path, 400, field, fault])
    }
    expect((await see()).v).toBe(1)
  })

  it("refuse a number that nobody knows", async () => {
    expect((await chief.post("/staff/policy", { v: 1, change: { overwaiting: 30 } })).status).toBe(400)
  })

  it("each end where they say they do", () => {
    for (const name of policyNames) {
      const { least, most, step } = bounds[name]
      const taken = [least - step, least, most, most + step].map(
        (value) => PolicyChange.safeParse({ [name]: value }).success,
      )
      expect([name, taken]).toEqual([name, [false, true, true, false]])
    }
  })
})

describe("a preview", () => {
  it("shows the waits before and after, saves nothing, and is the same the next time", async () => {
    const ask = () => chief.post("/staff/policy/preview", { change: { bookable: 0.75, overWaiting: 120 } })
    const { status, body } = await ask()
    expect(status).toBe(200)
    expect(body.days).toBeGreaterThanOrEqual(3)
    for (const side of [body.before, body.after]) {
      expect(side.classes.map((it: { lane: string }) => it.lane)).toEqual(["P", "A", "G"])
      for (const it of side.classes) expect(it.p50 <= it.p95 && it.p95 <= it.max && it.people > 0).toBe(true)
    }
    expect(body.after.classes[1].people).toBeGreaterThan(body.before.classes[1].people)
    expect((await ask()).body).toEqual(body)
    expect((await see()).v).toBe(1)
  })
})

describe("the grid of places", () => {
  it("changes on the first day that is not on sale: earlier days keep theirs, whatever the chief turns next", async () => {
    const resident = await aResident(world, app.resident, aMobile(1))
    const times = async (date: string) =>
      (await resident.get(`/api/stations/${station}/places?services=id-minor&date=${date}`)).body.offers.map(
        (it: { time: string }) => it.time,
      )
    const { gridFrom } = await see()
    const onSale = daysOf(longtou, world.now())
    expect(gridFrom > onSale.at(-1)!).toBe(true)
    const before = await Promise.all(onSale.map(times))
    const saved = await chief.post("/staff/policy", { v: 1, change: { unit: 10, bookable: 0.75 } })
    expect([saved.status, numberIn(saved.body, "unit")]).toEqual([200, 10])
    const later = await chief.post("/staff/policy", { v: 2, change: { horizon: 2 } })
    expect([later.status, numberIn(later.body, "bookable"), later.body.gridFrom]).toEqual([200, 0.75, gridFrom])
    expect((await stations.stored(world, station)).station.grids).toEqual([
      { from: gridFrom, unit: 10, block: 30, bookable: 0.75 },
    ])

    const fresh = apps({ ...world, now: world.now })
    const again = await aResident(world, fresh.resident, aMobile(2))
    const now = async (date: string) =>
      (await again.get(`/api/stations/${station}/places?services=id-minor&date=${date}`)).body.offers.map(
        (it: { time: string }) => it.time,
      )
    expect(await Promise.all(onSale.slice(0, 3).map(now))).toEqual(before.slice(0, 3))
    world.set(at("08:55", gridFrom))
    const then = await aResident(world, fresh.resident, aMobile(3))
    const offered = (await then.get(`/api/stations/${station}/places?services=id-minor&date=${gridFrom}`)).body.offers
    expect(offered.length).toBeGreaterThan(0)
    expect(offered.every((it: { time: string }) => it.time.endsWith("0"))).toBe(true)
    expect(before[0].some((it: string) => it.endsWith("5"))).toBe(true)
  })
})

describe("the promised wait", () => {
  const night: Actor = { kind: "system", name: "close-day" }
  const live = async () => (await (await aDevice(world, app.device, "display")).get("/device/live")).body

  it("is on the ticket, in the hall and for whoever would come now; there is none while nobody serves", async () => {
    const kiosk = await aDevice(world, app.device)
    const take = async () => (await kiosk.post("/device/tickets", { service: "rp-endorse" })).body
    const early = await take()
    expect([early.number, early.low, early.high]).toEqual(["A001", undefined, undefined])
    expect(await live()).toMatchObject({ order: [{ number: "A001", ahead: 0 }], newcomer: [] })

    const clerk = await aClerk(world, app.staff, "clerk-p01-1")
    await clerk.at(1)("sit")
    // Within a minute: whoever would come now stands behind those who came a moment ago.
    world.wait(0.4)
    const given = [await take(), await take(), await take(), await take()]
    for (const it of given) expect(it.high).toBeGreaterThanOrEqual(it.low + 5)
    expect(given.map((it) => it.high)).toEqual(given.map((it) => it.high).toSorted((a, b) => a - b))
    const last = given.at(-1)!
    expect(await tickets.find(world, station, monday, last.number)).toMatchObject({ promised: [last.low, last.high] })

    const hall = await live()
    expect(hall.order.map((it: { number: string }) => it.number)).toEqual(["A001", "A002", "A003", "A004", "A005"])
    for (const it of hall.order) expect(it.high).toBeGreaterThanOrEqual(5)
    expect(hall.newcomer.map((it: { group: string }) => it.group)).toEqual(["rp"])
    expect(hall.newcomer[0].high).toBeGreaterThanOrEqual(hall.order.at(-1).high)
    expect(JSON.stringify(hall)).not.toMatch(/lane|eff|middle/)
  })

  it("counts appointments that are still to come", async () => {
    const clerk = await aClerk(world, app.staff, "clerk-p01-1")
    await clerk.at(1)("sit")
    const kiosk = await aDevice(world, app.device)
    for (let i = 0; i < 5; i++) await kiosk.post("/device/tickets", { service: "rp-first" })
    const alone = (await live()).newcomer[0].high
    for (let n = 1; n <= 8; n++) {
      const resident = await aResident(world, app.resident, aMobile(n))
      const { offers } = (await resident.get(`/api/stations/${station}/places?services=rp-first&date=${monday}`)).body
      const form = { station, services: ["rp-first"], date: monday, name: "王五", idNumber: anIdNumber(n) }
      await resident.post("/api/appointments", { ...form, key: await resident.key(), time: offers[0].time })
    }
    world.wait(1)
    expect((await live()).newcomer[0].high).toBeGreaterThan(alone)
  })

  it("is held against what came true when the day is closed, once; and the day teaches how long services take", async () => {
    const kiosk = await aDevice(world, app.device)
    await (await aClerk(world, app.staff, "clerk-p01-1")).at(1)("sit")
    const serve = async (minutes: number) => {
      const clerk = (await aClerk(world, app.staff, "clerk-p01-1")).at(1)
      const { number } = (await clerk("call")).body.visit
      await clerk("start", number)
      world.wait(minutes)
      expect((await clerk("finish", number)).status).toBe(200)
    }
    const take = async () => (await kiosk.post("/device/tickets", { service: "rp-endorse" })).body
    // Called at once: inside. Left for an hour: far outside.
    await take()
    await serve(12)
    await take()
    world.wait(60)
    await serve(12)

    world.set(at("19:31"))
    await closeDays(world, night)
    const learned = await durations.find(world, station)
    expect(learned).toMatchObject({ v: 1, last: monday, promised: { counted: 2, held: 1 } })
    expect(learned.lengths["rp-endorse"]).toEqual({ count: 2, mean: 12, square: 144 })
    world.wait(10)
    await closeDays(world, night)
    expect(await durations.find(world, station)).toEqual(learned)
    chief = await aClerk(world, app.staff, "chief-p01")
    const { promised, learned: rows } = await see()
    expect(promised).toEqual({ counted: 2, inside: 0.5 })
    expect(rows.find((it: { service: string }) => it.service === "rp-endorse")).toMatchObject({ samples: 2 })
  })

  it("knows who stayed away", async () => {
    const resident = await aResident(world, app.resident, aMobile(1))
    const { offers } = (await resident.get(`/api/stations/${station}/places?services=rp-endorse&date=${monday}`)).body
    const form = { station, services: ["rp-endorse"], date: monday, name: "王五", idNumber: anIdNumber(1) }
    await resident.post("/api/appointments", { ...form, key: await resident.key(), time: offers[0].time })
    const kiosk = await aDevice(world, app.device)
    await kiosk.post("/device/tickets", { service: "rp-endorse" })
    world.set(at("19:31"))
    await closeDays(world, night)
    expect((await durations.find(world, station)).shows).toEqual({ counted: 1, held: 0 })
  })

  it("is still told by the catalogue when what was learned cannot be read", async () => {
    const kiosk = await aDevice(world, app.device)
    await (await aClerk(world, app.staff, "clerk-p01-1")).at(1)("sit")
    const { bookings } = world.tables
    world.tables.bookings = "no-such-table"
    world.wait(1)
    const { status, body } = await kiosk.post("/device/tickets", { service: "rp-endorse" })
    world.tables.bookings = bookings
    expect([status, body.low, body.high]).toEqual([201, 0, 5])
    expect(world.logged()).toContain("estimate without what was learned")
  })
})
