/** A real city comes in by hand: into tables that are empty, again with more in it, by two at once, over what chiefs have changed. */
import { PutCommand, TransactWriteCommand } from "@aws-sdk/lib-dynamodb"
import { beforeEach, describe, expect, it } from "vitest"
import { type Loaded, load } from "#actions/loading"
import { byHand } from "#actions/setup"
import { signIn } from "#actions/signing"
import { sweep } from "#actions/sweeping"
import { record } from "#background/record"
import type { Actor } from "#domain/actor"
import { kinds } from "#domain/city"
import type { CityFault } from "#domain/city-faults"
import { stations as invented } from "#domain/demonstration"
import { minute } from "#domain/time"
import * as people from "#store/people"
import * as rosters from "#store/rosters"
import * as stations from "#store/stations"
import { query } from "#store/table"
import { aClerk, aDevice, apps, aResident, send } from "#test/apps"
import { at, monday } from "#test/builders"
import { aCityFile, aLargeCityFile, type CityFile } from "#test/city"
import { aMemoryWorld, type MemoryWorld } from "#test/memory"
import { aMobile, anIdNumber } from "#test/people"

const system = (name: string): Actor => ({ kind: "system", name })
let world: MemoryWorld

/** Production as it is deployed, its tables empty. */
beforeEach(async () => {
  const made = await aMemoryWorld(at("10:05"), { seed: 5, empty: true })
  world = { ...made, portal: { ...made.portal, demonstration: false } }
})

/** Another process, which has read nothing yet. */
const afresh = (): MemoryWorld => ({ ...world })

async function loaded(city: unknown, into: MemoryWorld = afresh()): Promise<Loaded> {
  const answer = await byHand(into, { city })
  if (!("differs" in answer)) throw new Error(JSON.stringify(answer))
  return answer
}
const countsOf = (counted: Loaded["added"]) =>
  Object.fromEntries(Object.entries(counted).map(([kind, { count, ids }]) => [kind, [count, new Set(ids).size]]))
const twice = (city: CityFile) =>
  Object.fromEntries(kinds.map((kind) => [kind, [city[kind].length, city[kind].length]]))
const textIn = (page: { text: string }) =>
  (/<main[\s\S]*<\/main>/.exec(page.text)?.[0] ?? "").replace(/<[^>]+>/g, " ").replace(/\s+/g, " ")

describe("before anything is loaded", () => {
  it("the demonstration refuses to come to production", async () => {
    await expect(byHand(world, {})).rejects.toMatchObject({ code: "not-allowed" })
    await expect(byHand(world, { pair: true })).rejects.toMatchObject({ code: "not-allowed" })
  })

  it.each([
    ["", 200],
    ["/services", 200],
    ["/services/rp-endorse", 200],
    ["/stations", 200],
    ["/stations?service=id-renew", 200],
    ["/stations?lat=30.2&lng=120.1", 200],
    ["/stations?place=%E8%A5%BF%E6%B9%96", 400],
    ["/s/FZ-JA-P01", 404],
    ["/book", 200],
    ["/book/rp-endorse", 200],
    ["/book/rp-endorse/FZ-JA-P01", 404],
    ["/take", 200],
    ["/take/FZ-JA-P01", 404],
    ["/t", 200],
    ["/find", 200],
    ["/group", 200],
    ["/own", 200],
    ["/notice", 200],
  ])("the residents' page %s answers %i in both languages, and nothing is a fault of ours", async (path, status) => {
    const { resident } = apps(world)
    for (const face of ["zh", "en", "zh-big", "en-big"]) {
      const page = await send(resident, "GET", `/${face}${path}`)
      expect([page.status, face]).toEqual([status, face])
      expect(page.text).not.toMatch(/演示|demonstration/i)
    }
    expect(world.logged()).not.toMatch(/"status":5|"error"/)
  })

  it("nobody is left before an empty list", async () => {
    const { resident } = apps(world)
    const text = async (path: string) => textIn(await send(resident, "GET", path))
    expect(await text("/zh/stations")).toContain("现在没有开放的警务站")
    expect(await text("/en/stations?lat=30.2&lng=120.1")).toContain("No station is open at present")
    expect(await text("/zh/book/rp-endorse")).toContain("这里还没有警务站办理这个事项")
    expect(await text("/zh/take")).toContain("现在没有可以用手机取号的警务站")
  })

  it("by JSON there are no stations, and what names one is told so", async () => {
    const { resident, device } = apps(world)
    expect((await send(resident, "GET", "/api/stations")).body).toEqual({ stations: [] })
    const phone = await aResident(world, resident, aMobile(1))
    const form = { services: ["rp-endorse"], name: "李四", idNumber: anIdNumber(1), station: "FZ-JA-P01", date: monday }
    const booked = await phone.post("/api/appointments", { ...form, key: await phone.key(), time: "14:00" })
    expect([booked.status, booked.body.code]).toEqual([404, "station-unknown"])
    const paired = await send(device, "POST", "/device/pair", {
      code: "AAAAAAAAAA",
      publicKey: { kty: "EC", crv: "P-256", x: "A".repeat(43), y: "A".repeat(43) },
    })
    expect(paired.body.code).toBe("pairing-wrong")
  })

  it("a lost child's report stands, for whoever is the command centre by then", async () => {
    const { report } = apps(world)
    expect((await send(report, "GET", "/zh/report")).status).toBe(200)
    const told = {
      where: { text: "公园门口" },
      when: { at: world.now() - 10 * minute },
      phone: aMobile(1),
      child: { sex: "girl", age: 5 },
    }
    const { key } = (await send(report, "POST", "/api/reports/keys")).body
    const made = await send(report, "POST", "/api/reports", { ...told, key })
    expect([made.status, made.body.open]).toEqual([201, true])
    expect(textIn(await send(report, "GET", `/zh/report/${made.body.link}`))).toContain("110")

    await loaded(aCityFile())
    await sweep(afresh(), system("sweep-reports"))
    const staff = await aClerk(afresh(), apps(afresh()).staff, "officer-c01")
    expect((await staff.get("/staff/reports")).body.reports).toMatchObject([{ id: made.body.id }])
  })

  it("whoever signs in is told that they are not on the roster", async () => {
    const { staff } = apps(world)
    const begun = await send(staff, "GET", "/staff/sign-in")
    const cookie = begun.headers
      .getSetCookie()
      .map((it) => it.split(";")[0])
      .join("; ")
    const back = await send(staff, "GET", "/staff/callback?code=chief-p01&state=s", undefined, { cookie })
    expect(back.headers.get("location")).toBe("/app/staff/#not-allowed")
    await expect(signIn(world, "chief-p01", world.now())).rejects.toMatchObject({ code: "not-allowed" })
  })
})

describe("a city that was loaded", () => {
  const file = aCityFile()
  beforeEach(async () => {
    const answer = await loaded(file)
    expect(countsOf(answer.added)).toEqual(twice(file))
    expect(answer).toMatchObject({ known: {}, changed: {}, differs: [] })
  })

  it("is nobody's invention on any page, and its places can be typed", async () => {
    const { resident, report } = apps(afresh())
    for (const path of [
      "",
      "/stations",
      "/stations?place=%E6%B3%B0%E7%A6%BE",
      "/s/FZ-JA-P01",
      "/book/rp-endorse",
      "/stations?near=350111101",
    ]) {
      const page = await send(resident, "GET", `/zh${path}`)
      expect([page.status, path]).toEqual([200, path])
      expect(page.text).not.toMatch(/演示|invented|demonstration/i)
    }
    const form = await send(report, "GET", "/zh/report")
    expect(form.text).toContain("street:350111101")
    expect(form.text).toContain("venue:thaihot-plaza")
    expect(form.text).not.toContain("演示")
    const stored = world.memory.items("live").filter((it) => "demonstration" in it)
    expect(stored).toHaveLength(file.stations.length + file.units.length + file.venues.length)
    expect(stored.every((it) => it.demonstration === false)).toBe(true)
  })

  it("is booked at, checked in at and called from", async () => {
    const { resident, staff, device } = apps(afresh())
    const phone = await aResident(world, resident, aMobile(2))
    const places = await send(resident, "GET", `/api/stations/FZ-JA-P01/places?services=rp-endorse&date=${monday}`)
    const { time } = places.body.offers[0]
    const form = { services: ["rp-endorse"], name: "李四", idNumber: anIdNumber(2), station: "FZ-JA-P01", date: monday }
    const booked = await phone.post("/api/appointments", { ...form, time, key: await phone.key() })
    expect(booked.status).toBe(201)
    const kiosk = await aDevice(world, device)
    world.set(at(time) - 10 * minute)
    expect((await kiosk.post("/device/check-ins", { shown: { ref: booked.body.ref } })).status).toBe(201)
    const walkIn = await kiosk.post("/device/tickets", { service: "rp-endorse", priority: false })
    expect(walkIn.status).toBe(201)
    const clerk = await aClerk(world, staff, "clerk-p01-1")
    expect((await clerk.get("/staff/me")).body).toMatchObject({ station: "FZ-JA-P01", demonstration: false })
    expect((await clerk.at(1)("sit")).status).toBe(200)
    const called = await clerk.at(1)("call")
    expect(called.status).toBe(200)
    expect(called.body.visit).toMatchObject({ state: "called" })
  })

  it("has a lost child on the screen of the mall's officer, who has it", async () => {
    const { report, staff } = apps(afresh())
    const told = {
      where: { text: "泰禾广场三楼" },
      when: { at: world.now() - 10 * minute },
      phone: aMobile(3),
      child: { sex: "boy", age: 4 },
    }
    const { key } = (await send(report, "POST", "/api/reports/keys")).body
    const made = await send(report, "POST", "/api/reports", { ...told, key })
    expect([made.status, made.body.station.id]).toEqual([201, "FZ-JA-P02"])
    await sweep(world, system("sweep-reports"))
    const officer = await aClerk(world, staff, "officer-p02")
    expect((await officer.get("/staff/reports")).body.reports).toMatchObject([{ id: made.body.id }])
    const opened = await officer.get(`/staff/reports/${made.body.id}`)
    expect(opened.body.contact.phone).toBe("059100000001")
    const had = await officer.post(`/staff/reports/${made.body.id}`, { act: "acknowledge" })
    expect(had.body).toMatchObject({ state: "acknowledged" })
  })

  it("is loaded again and adds nothing", async () => {
    const before = world.memory.items("live")
    const again = await loaded(file)
    expect(countsOf(again.known)).toEqual(twice(file))
    expect(again).toMatchObject({ added: {}, changed: {}, differs: [] })
    expect(world.memory.items("live")).toEqual(before)
  })

  it("keeps what its chiefs have changed, though the file says otherwise", async () => {
    const chief = await aClerk(afresh(), apps(afresh()).staff, "chief-p01")
    const { v } = (await chief.get("/staff/policy")).body
    expect((await chief.post("/staff/policy", { v, change: { notice: 60 } })).status).toBe(200)
    const again = aCityFile()
    again.stations[0]!.policy = { notice: 10, remote: true }
    again.stations.push({ ...again.stations[0]!, id: "FZ-JA-P06" })
    const answer = await loaded(again)
    expect(answer.added).toEqual({ stations: { count: 1, ids: ["FZ-JA-P06"] } })
    const all = await stations.all(afresh())
    expect(all.find(({ id }) => id === "FZ-JA-P01")!.policy.notice).toBe(60)
    expect(all.find(({ id }) => id === "FZ-JA-P06")!.policy.notice).toBe(10)
  })

  it("reports who is stored in another role or at another station, and changes them when told to; they sign in anew", async () => {
    const clerk = await aClerk(afresh(), apps(afresh()).staff, "clerk-p01-2")
    const moved = aCityFile()
    Object.assign(moved.staff.find(({ id }) => id === "clerk-p01-2")!, { role: "officer", station: "FZ-JA-P02" })
    const differs = [{ kind: "staff", id: "clerk-p01-2", fields: ["role", "station"] }]
    const told = await loaded({ staff: moved.staff })
    expect(told).toMatchObject({ added: {}, changed: {}, differs })
    expect(await people.findStaff(world, "clerk-p01-2")).toMatchObject({ role: "clerk", station: "FZ-JA-P01" })
    expect((await clerk.get("/staff/me")).status).toBe(200)

    moved.rosters[1]!.officers.push("clerk-p01-2")
    const refused = await byHand(afresh(), {
      city: { staff: moved.staff, rosters: [{ ...moved.rosters[1]!, unit: "FZ-JA-V01" }] },
    })
    expect((refused as { faults: CityFault[] }).faults.map(({ path }) => path)).toContain("rosters.0.officers.2")

    const change = await loaded({ staff: moved.staff, rosters: moved.rosters, change: true })
    expect(change).toMatchObject({
      added: {},
      changed: { staff: { count: 1, ids: ["clerk-p01-2"] }, rosters: { count: 1, ids: ["FZ-JA-P02"] } },
      differs: [],
    })
    expect(await people.findStaff(world, "clerk-p01-2")).toMatchObject({
      role: "officer",
      station: "FZ-JA-P02",
      sessions: [],
    })
    expect((await clerk.get("/staff/me")).status).toBe(401)
    expect((await people.staffOf(world, "FZ-JA-P02")).map(({ id }) => id)).toContain("clerk-p01-2")
    expect((await people.staffOf(world, "FZ-JA-P01")).map(({ id }) => id)).not.toContain("clerk-p01-2")
    expect(await loaded({ staff: moved.staff, rosters: moved.rosters, change: true })).toMatchObject({
      added: {},
      changed: {},
    })
  })

  it("keeps shifts that were swapped when a roster is changed", async () => {
    const chief = await aClerk(afresh(), apps(afresh()).staff, "chief-p02")
    const { v } = (await chief.get("/staff/roster")).body
    const swap = { v, date: "2026-11-25", shift: "primary", staff: "officer-p02-2" }
    expect((await chief.post("/staff/roster/swap", swap)).status).toBe(200)
    const [roster] = aCityFile().rosters.filter(({ unit }) => unit === "FZ-JA-P02")
    await loaded({ rosters: [{ ...roster!, officers: ["officer-p02"] }], change: true })
    const { roster: after } = await rosters.stored(world, "FZ-JA-P02")
    expect(after).toMatchObject({ officers: ["officer-p02"], swaps: [{ date: "2026-11-25", staff: "officer-p02-2" }] })
  })

  it("keeps whom its chief has shut out shut out, whatever else they become", async () => {
    const chief = await aClerk(afresh(), apps(afresh()).staff, "chief-p01")
    expect((await chief.post("/staff/members/clerk-p01-2/lock")).status).toBe(200)
    const staff = [{ id: "clerk-p01-2", name: "陈志明", role: "officer", station: "FZ-JA-P01" }]
    await loaded({ staff, change: true })
    expect(await people.findStaff(world, "clerk-p01-2")).toMatchObject({ role: "officer", barred: true })
  })
})

describe("a load", () => {
  it("writes nothing while anything is wrong", async () => {
    const city = aCityFile()
    city.stations[3]!.lat = 126.1
    city.rosters[0]!.officers.push("nobody")
    const answer = (await byHand(world, { city })) as { faults: CityFault[] }
    expect(answer.faults.map(({ path }) => path).toSorted()).toEqual(["rosters.0.officers.2", "stations.3.lat"])
    expect(world.memory.items("live")).toEqual([])
  })

  it("answers what is no city at all", async () => {
    for (const city of [null, 7, "all", [], { stations: {} }, { staff: [null] }, { rosters: [{ officers: 3 }] }])
      expect(await byHand(world, { city }), JSON.stringify(city)).toHaveProperty("faults.0.path")
    expect(world.memory.items("live")).toEqual([])
  })

  it("comes in several calls to the same process, on any stage", async () => {
    const { stations: all, units, ...rest } = aCityFile()
    await loaded({ stations: all, units }, world)
    const answer = await loaded(rest, world)
    expect(Object.keys(answer.added).toSorted()).toEqual(["places", "rosters", "staff", "venues"])
    const shown = await aMemoryWorld(at("10:05"), { seed: 6 })
    const more = { stations: [{ ...aCityFile().stations[0]!, id: "FZ-JA-P06" }] }
    expect(await load(shown, more)).toMatchObject({ added: { stations: { count: 1 } } })
    expect(await stations.find({ ...shown }, "FZ-JA-P01")).toMatchObject({ demonstration: invented[0]!.demonstration })
  })

  it("by two at once adds each thing once", async () => {
    const file = aCityFile()
    world.memory.set({ conflicts: true })
    const answers = await Promise.all([loaded(file), loaded(file)])
    for (const kind of kinds) {
      const ids = answers.flatMap(({ added }) => added[kind]?.ids ?? [])
      const known = answers.flatMap(({ known: them }) => them[kind]?.ids ?? [])
      const all = file[kind].map((it) => ("unit" in it ? it.unit : it.id)).toSorted()
      expect([kind, ids.toSorted()]).toEqual([kind, all])
      expect([kind, known.toSorted()]).toEqual([kind, all])
    }
    expect(answers.flatMap(({ differs }) => differs)).toEqual([])
    expect(world.memory.items("live").every(({ v }) => v === 1)).toBe(true)
  })

  it("goes on where another was cut off, wherever that was", async () => {
    const file = aCityFile()
    const whole = await aMemoryWorld(at("10:05"), { seed: 7, empty: true })
    await load(whole, file)
    for (const writes of [0, 1, 7, 20, 45, 60, 75]) {
      const made = await aMemoryWorld(at("10:05"), { seed: 8, empty: true })
      let left = writes
      const send = async (command: Parameters<typeof made.db.send>[0]) => {
        if ((command instanceof PutCommand || command instanceof TransactWriteCommand) && left-- <= 0)
          throw new Error("killed")
        return made.db.send(command)
      }
      await expect(load({ ...made, db: { send } as unknown as typeof made.db }, file)).rejects.toThrow("killed")
      expect(made.memory.items("live").length).toBeLessThan(whole.memory.items("live").length)
      await load(made, file)
      expect(made.memory.items("live"), `after ${writes} writes`).toEqual(whole.memory.items("live"))
    }
  })

  it("tries again what a new table has no time for", async () => {
    const file = aCityFile()
    const isWrite = ({ operation }: { operation: string }) => /^(PutItem|TransactWriteItems)$/.test(operation)
    world.memory.set({ throttle: 1, most: 30, only: isWrite })
    expect(countsOf((await loaded(file)).added)).toEqual(twice(file))
    expect(world.memory.stats.throttled).toBe(30)
  })

  it("is audited like every write, thing by thing, as the setup's", async () => {
    const file = aCityFile()
    await loaded(file)
    const Records = world.memory.records()
    expect(await record({ Records }, world)).toEqual({ batchItemFailures: [] })
    const entries = await query(world, "audit", `FZ-JA-P02#${monday}`)
    const things = entries.map((it) => it.thing as string)
    expect(things).toEqual(
      expect.arrayContaining([
        "live/station/FZ-JA-P02",
        "live/venue/thaihot-plaza",
        "live/roster/FZ-JA-P02",
        "live/staff#officer-p02/staff",
      ]),
    )
    expect(entries.every((it) => it.who === "system:setup" && it.what === "setup")).toBe(true)
  })

  it("of five hundred stations is whole, and each finds its own", async () => {
    const file = aLargeCityFile(500)
    expect(countsOf((await loaded(file)).added)).toEqual(twice(file))
    const { resident } = apps(afresh())
    const near = await send(
      resident,
      "GET",
      `/api/stations?services=id-renew&lat=${file.stations[321]!.lat}&lng=${file.stations[321]!.lng}`,
    )
    expect(near.body.stations[0].station.id).toBe(file.stations[321]!.id)
    expect(countsOf((await loaded(file)).known)).toEqual(twice(file))
  })
})
