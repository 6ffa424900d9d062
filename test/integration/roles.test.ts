/** Every function under its own role, in the work it is there for: what a role does not allow fails this run (`system.stop`). */
import { randomUUID } from "node:crypto"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { PutCommand } from "@aws-sdk/lib-dynamodb"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { offers } from "#actions/booking"
import { report } from "#actions/reporting"
import { signIn } from "#actions/signing"
import { day } from "#domain/time"
import type { Told } from "#domain/told"
import type { System } from "#local/system"
import { standingChange } from "#store/standings"
import { counter, writeOrRefuse } from "#store/table"
import { aDevice, apps, aResident, send } from "#test/apps"
import { at, monday } from "#test/builders"
import { aLargeCityFile } from "#test/city"
import { book } from "#test/grid"
import { aMobile, anIdNumber } from "#test/people"
import { aPortal, itemsOf, until, worldAt } from "#test/system"
import { aKiosk, aPhone, ask } from "#test/visitor"

const station = "FZ-JA-P01"
const tuesday = "2026-11-24"
let system: System

beforeAll(async () => {
  system = await aPortal({
    clockOffset: at("08:55", tuesday) - Date.now(),
    functions: { PurgeBookings: { environment: { DOORSTEP_CLOCK_OFFSET_MS: String(500 * day) } } },
  })
})
afterAll(() => system?.stop())

const earlier = (time: number) => worldAt(system, time)

/** Signed in past the provider: what is tried begins at the desk. */
async function anOfficer(id: string) {
  const now = Date.now() + system.clockOffset
  const { token } = await signIn(earlier(now), id, now)
  const headers = { cookie: `__Host-staff=${token}`, "x-doorstep": "1" }
  return {
    get: (path: string) => ask(system, "GET", path, undefined, headers),
    post: (path: string, body: object = {}) => ask(system, "POST", path, { op: randomUUID(), ...body }, headers),
  }
}

const toldAt = (now: number): Told => ({
  where: { text: "广场喷泉旁", point: { lat: 26.08, lng: 119.3 } },
  when: { at: now - 600_000, about: false },
  phone: aMobile(3),
  child: { sex: "girl", age: 6 },
  relation: "parent",
})

describe("a day", () => {
  it("of bookings and a line is lived by the residents', the devices' and the staff's function and their workers", async () => {
    const phone = await aPhone(system, aMobile(1))
    const offered = await ask(system, "GET", `/api/stations/${station}/places?services=rp-endorse&date=${tuesday}`)
    const booked = await phone.book({
      station,
      date: tuesday,
      time: offered.body.offers[0].time,
      idNumber: anIdNumber(1),
    })
    expect(booked.status).toBe(201)
    await until("the message of the booking", () => phone.received().some((text) => text.includes("已预约")))
    const kiosk = await aKiosk(system)
    expect((await kiosk("/device/check-ins", { shown: { ref: booked.body.ref } })).status).toBe(201)

    const clerk = await anOfficer("clerk-p01-1")
    expect((await clerk.post("/staff/windows/1/sit")).status).toBe(200)
    const called = await clerk.post("/staff/windows/1/call")
    expect(called.status).toBe(200)
    expect((await clerk.get(`/staff/appointments?date=${tuesday}`)).status).toBe(200)
  })

  it("that is over is closed by the job, and the devices are minded", async () => {
    const world = earlier(at("09:00", monday))
    const { resident, device } = apps(world)
    const phone = await aResident(world, resident, aMobile(2))
    const form = { services: ["rp-endorse"], name: "李四", idNumber: anIdNumber(2), station, date: monday }
    const { offers } = (
      await send(resident, "GET", `/api/stations/${station}/places?services=rp-endorse&date=${monday}`)
    ).body
    const booked = await phone.post("/api/appointments", { ...form, key: await phone.key(), time: offers.at(-1).time })
    expect(booked.status).toBe(201)
    const kiosk = await aDevice(world, device)
    expect((await kiosk.post("/device/tickets", { service: "rp-endorse", priority: false })).status).toBe(201)

    await system.invoke("CloseDay", {})
    await system.invoke("WatchDevices", {})
    const persons = (await itemsOf(system, "Bookings")).filter((it) => String(it.pk).startsWith("person#"))
    expect(persons.find((it) => it.ref === booked.body.ref)).toMatchObject({ state: "no-show" })
  })
})

describe("whoever has booked", () => {
  it("is reminded two hours before, and offered an earlier time that was given back", async () => {
    const world = earlier(at("08:10", tuesday))
    const { resident } = apps(world)
    const form = { services: ["id-renew"], station, date: tuesday }
    const book = async (n: number, time: string) => {
      const phone = await aResident(world, resident, aMobile(n))
      const who = { name: "王五", idNumber: anIdNumber(n) }
      const booked = await phone.post("/api/appointments", { ...form, ...who, time, key: await phone.key() })
      expect(booked.status).toBe(201)
      return { ...booked.body, own: `/api/appointments/${booked.body.link}`, post: phone.post }
    }
    const places = `/api/stations/${station}/places?services=id-renew&date=${tuesday}`
    const offers: { time: string }[] = (await send(resident, "GET", places)).body.offers
    const soon = offers.filter(({ time }) => time >= "10:20" && time <= "10:45")[0]!.time
    const [first, second, later] = [offers.filter(({ time }) => time > "14:30")[0]!.time, offers.at(-8)!.time, soon]
    await book(11, later)
    const giver = await book(12, first)
    const waiter = await book(13, second)
    expect((await waiter.post(`${waiter.own}/wish`, { v: waiter.v })).status).toBe(200)
    expect((await giver.post(`${giver.own}/cancel`, { v: giver.v })).status).toBe(200)

    await system.invoke("Remind", {})
    const heard = (n: number, word: string) => () =>
      system.phones.received(aMobile(n)).some((it) => it.text.includes(word))
    await until("the reminder", heard(11, soon))
    await system.invoke("OfferEarlier", {})
    await until("the offer", heard(13, "有更早的时间了"))
  })
})

describe("a lost child", () => {
  it("is reported by a function that cannot read it, reaches the duty's screen, and is swept and drilled", async () => {
    const told = toldAt(Date.now() + system.clockOffset)
    const { key } = (await ask(system, "POST", "/api/reports/keys")).body
    const made = await ask(system, "POST", "/api/reports", { ...told, key })
    expect(made.status).toBe(201)
    const own = `/api/reports/${made.body.link}`
    expect((await ask(system, "GET", own)).status).toBe(200)
    const added = await ask(system, "POST", `${own}/additions`, { op: randomUUID(), details: { top: "黄色外套" } })
    expect([200, 201]).toContain(added.status)
    const picture = readFileSync(join(import.meta.dirname, "../../web/shots/phone.png"))
    const photo = await fetch(`${system.url}${own}/photo`, {
      method: "POST",
      headers: { "content-type": "image/png" },
      body: picture,
    })
    expect([200, 201]).toContain(photo.status)
    await until("the duty's screen to list it", async () =>
      (await itemsOf(system, "Children")).some((it) => String(it.pk).startsWith("duty#")),
    )
    expect((await ask(system, "POST", `${own}/found`, { op: randomUUID() })).status).toBeLessThan(300)
    await system.invoke("SweepReports", {})
    await system.invoke("DrillReports", {})
  })

  it("whose reporters are told by a messenger that opens their numbers and nothing else, also one that an officer corrected", async () => {
    const now = Date.now() + system.clockOffset
    const reported = async (n: number) => {
      const told = { ...toldAt(now), phone: aMobile(n), key: `told-${n}` }
      return (await ask(system, "POST", "/api/reports", told)).body.id as string
    }
    const [main, other] = [await reported(31), await reported(32)]
    const commander = await anOfficer("officer-c01")
    const did = async (id: string, act: string, more: object = {}) =>
      expect((await commander.post(`/staff/reports/${id}`, { act, ...more })).status, act).toBe(200)
    await did(main, "acknowledge")
    await did(other, "correct", { told: { phone: aMobile(33) } })
    await did(other, "merge", { into: main })
    const heard = (n: number, text: string) => () =>
      system.phones.received(aMobile(n)).some((it) => it.text.includes(text))
    for (const n of [31, 33]) await until("the message of the merge", heard(n, "同一个孩子"))
    await did(main, "found")
    await did(main, "reunite", { identity: true, relation: true, condition: "well", text: "母亲", at: now })
    for (const n of [31, 33]) await until("the message of the reunion", heard(n, "已交给家人"))
    expect(system.phones.received(aMobile(32))).toEqual([])
    expect(system.phones.received(aMobile(31))).toHaveLength(2)
  })

  it("that nobody acknowledged climbs to the command centre, and one that ended long ago is purged", async () => {
    const early = earlier(Date.now() + system.clockOffset - 150_000)
    const { status: lost } = await report(early, { kind: "anyone" }, { key: "climbs", told: toldAt(early.now()) })
    const dispatchOf = async (id: string) =>
      (await itemsOf(system, "Children")).find((it) => it.pk === `report#${id}` && it.sk === "dispatch")!
    await system.invoke("SweepReports", {})
    expect(await dispatchOf(lost.id)).toMatchObject({ step: 3 })

    const old = earlier(Date.now() + system.clockOffset - 40 * day)
    const { status } = await report(old, { kind: "anyone" }, { key: "ended", told: toldAt(old.now()) })
    const { id } = status
    const endedAt = old.now()
    const ended = { state: "closed", settled: true, clock: "ended", endedAt, due: endedAt + 7 * day }
    const picture = {
      pk: `report#${id}`,
      sk: `e#${new Date(endedAt).toISOString()}#p`,
      what: "photo",
      facts: { photo: "gone" },
    }
    const stamped = { v: 1, by: "resident", op: "photo", at: endedAt }
    await old.db.send(new PutCommand({ TableName: old.tables.children, Item: { ...picture, ...stamped } }))
    const seen = await dispatchOf(id)
    // An end that nobody was told of: the sweeper tells them, and takes the card off the wall.
    const untold = { state: "closed", clock: "open", endedAt, due: endedAt + 60_000 }
    await old.db.send(
      new PutCommand({ TableName: old.tables.children, Item: { ...seen, ...untold, v: Number(seen.v) + 50 } }),
    )
    await system.invoke("SweepReports", {})
    await old.db.send(
      new PutCommand({ TableName: old.tables.children, Item: { ...seen, ...ended, v: Number(seen.v) + 100 } }),
    )
    // What was merged into it stays as long, and its reporter's status with it.
    const { status: other } = await report(old, { kind: "anyone" }, { key: "merged", told: toldAt(old.now()) })
    const twin = { ...(await dispatchOf(other.id)), ...ended, state: "merged", merged: { into: id, was: "dispatched" } }
    await old.db.send(new PutCommand({ TableName: old.tables.children, Item: { ...twin, due: ended.due + 1, v: 100 } }))
    expect(await system.invoke("PurgeReports", {})).toEqual([
      { report: id, photos: 1, told: true },
      { report: other.id, photos: 0, told: true },
    ])
  })
})

describe("what is over", () => {
  it("is purged from bookings, references and tickets by a function that can open nothing and take no data key", async () => {
    const world = earlier(at("09:30", monday))
    const first = async () =>
      (await offers({ ...world }, { kind: "anyone" }, { station, services: ["rp-endorse"], date: monday }))[0]!.time
    const [gone, kept] = [
      await book(world, 40, { date: monday, time: await first() }),
      await book(world, 41, { date: monday, time: await first() }),
    ]
    const appeal = { at: 1, language: "zh" as const, sealed: new Uint8Array(), under: kept.ref }
    const missed = [{ ref: kept.ref, group: "rp" as const, station, date: monday, appeal }]
    const person = world.keyring.blind("person", anIdNumber(41))
    const standing = standingChange({ kind: "system", name: "test" }, "missed", world.now(), person, { v: 0, missed })
    await writeOrRefuse(world, [standing], counter())
    const ticket = { v: 1, by: "kiosk", op: "take", at: 1, state: "served" }
    await world.db.send(
      new PutCommand({
        TableName: world.tables.live,
        Item: { pk: `line#${station}#2026-01-05`, sk: "t#A001", ...ticket },
      }),
    )

    // The database sweeps by the machine's own clock: to that, all of this is still to come; to the purge, it is over.
    const over = Math.floor((Date.now() + 400 * day) / 1000)
    // One was moved to an earlier day: its reference goes with it, though by itself it would stay.
    const timeOf = ({ pk }: Record<string, unknown>) => (pk === `ref#${gone.ref}` ? 2 * over : over)
    for (const [table, isMine] of [
      ["Bookings", ({ pk, ref }) => ref === gone.ref || ref === kept.ref || pk === `person#${person}`],
      ["Keys", ({ pk }) => pk === `ref#${gone.ref}` || pk === `ref#${kept.ref}`],
      ["Live", ({ pk }) => pk === `line#${station}#2026-01-05`],
    ] as const satisfies [string, (it: Record<string, unknown>) => boolean][])
      for (const item of (await itemsOf(system, table)).filter(isMine))
        await world.db.send(new PutCommand({ TableName: table, Item: { ...item, ttl: timeOf(item) } }))
    const dataKeys = async () =>
      (await itemsOf(system, "Bookings")).filter(({ pk }) => String(pk).startsWith("data-key#"))
    const before = await dataKeys()
    expect(before.length).toBeGreaterThan(0)

    expect(await system.invoke("PurgeBookings", {})).toMatchObject({ references: expect.any(Number) })
    const left = [
      ...(await itemsOf(system, "Bookings")),
      ...(await itemsOf(system, "Keys")),
      ...(await itemsOf(system, "Live")),
    ]
    expect(left.filter(({ pk, ref }) => pk === `ref#${gone.ref}` || ref === gone.ref)).toEqual([])
    expect(left.filter(({ pk, ref }) => pk === `ref#${kept.ref}` || ref === kept.ref)).toHaveLength(2)
    expect(left.filter(({ pk }) => pk === `line#${station}#2026-01-05`)).toEqual([])
    expect(await dataKeys()).toEqual(before)
    expect(await itemsOf(system, "Audit")).toContainEqual(
      expect.objectContaining({ thing: `purge/${station}`, what: "purge", who: "system:purge" }),
    )
    await until("the audit of what was taken", async () =>
      (await itemsOf(system, "Audit")).some(
        ({ thing, what, who }) => thing === `keys/ref#${gone.ref}/ref` && what === "purged" && who === "system:purge",
      ),
    )
  })
})

describe("a city", () => {
  it("is loaded by hand beside what is there, again without effect, and changed where that is asked for", async () => {
    const { units, staff, ...rest } = aLargeCityFile(3)
    const city = { ...rest, staff, units: units.filter(({ kind }) => kind === "precinct") }
    const load = (more: object) => system.invoke("Setup", { city: { ...city, ...more } })
    const added = { units: { count: 3 }, stations: { count: 3 }, staff: { count: 15 }, rosters: { count: 3 } }
    expect(await load({})).toMatchObject({ added, differs: [] })
    expect(await load({})).toMatchObject({ added: {}, known: added, changed: {}, differs: [] })
    const promoted = staff.map((it) => (it.id === "w1-0000" ? { ...it, role: "officer" as const } : it))
    const differs = [{ kind: "staff", id: "w1-0000", fields: ["role"] }]
    expect(await load({ staff: promoted })).toMatchObject({ changed: {}, differs })
    expect(await load({ staff: promoted, change: true })).toMatchObject({ changed: { staff: { ids: ["w1-0000"] } } })
    const faulty = { units: [{ ...city.units[0]!, id: "HZ-S9", lat: 0 }] }
    expect(await load(faulty)).toMatchObject({ faults: [{ path: "units.0.lat" }] })
    // A process that has just read its stations hears of more within ten seconds.
    const near = await until("the new station", async () => {
      const { body } = await ask(system, "GET", "/api/stations?services=id-renew&lat=30&lng=120")
      return body.stations.find((it: { station: { id: string } }) => it.station.id === "HZ-0000")
    })
    expect(near.station.demonstration).toBe(false)
  })
})

describe("the audit", () => {
  it("is sealed for every unit that has entries, by a job that can put nothing but digests", async () => {
    // What the recorder is still about to write may be a unit's first.
    await until("all to be sealed", async () => {
      await system.invoke("SealAudit", {})
      const parts = (await itemsOf(system, "Audit")).map(({ pk }) => String(pk))
      const scopes = parts.filter((pk) => !pk.startsWith("digest#")).map((pk) => pk.slice(0, -"#2026-11-24".length))
      const sealed = parts.filter((pk) => pk.startsWith("digest#")).map((pk) => pk.slice("digest#".length))
      return new Set(scopes).size > 5 && scopes.every((it) => sealed.includes(it))
    })
  })
})

describe("rights", () => {
  it("are all used by those who have one thing to do", () => {
    const narrow = [
      "CloseDay",
      "DrillReports",
      "Messenger",
      "OfferEarlier",
      "PurgeBookings",
      "PurgeReports",
      "Recorder",
      "Relay",
      "Remind",
      "ReportApi",
      "SealAudit",
      "SweepReports",
    ]
    expect(system.unused().filter((it) => narrow.includes(it.split(" ")[0]!))).toEqual([])
  })
})
