/**
 * The notice and the consents given under it (个人信息保护法 15, 17, 29–31; OWASP ASVS 5.0 V14.2): what it says is what is done, each
 * consent is a record of its own, and taking it back takes the booking with it.
 */
import { createHash } from "node:crypto"
import { gzipSync } from "node:zlib"
import { beforeAll, describe, expect, it } from "vitest"
import * as booking from "#actions/booking"
import * as owning from "#actions/owning"
import * as rebooking from "#actions/rebooking"
import { noticeVersion, noticeVersions } from "#domain/notice"
import { checkDigit } from "#domain/person"
import { kept } from "#domain/retention"
import { addDays, dateOf, day, instantOf } from "#domain/time"
import * as appointments from "#store/appointments"
import * as keys from "#store/keys"
import { counter, get, query, write } from "#store/table"
import { type Apps, aDevice, apps, aResident } from "#test/apps"
import { at, monday } from "#test/builders"
import { aForm, here, opened, verified } from "#test/grid"
import { aMobile, anIdNumber } from "#test/people"
import { aPhone } from "#test/phone"
import { aWorld, type TestWorld } from "#test/world"
import { noticeTexts } from "#web/words/notice"
import { meter } from "../bench/meter.ts"
import { aVerifiedPhone } from "../bench/scene.ts"

const system = { kind: "system", name: "test" } as const
const tuesday = "2026-11-24"

let world: TestWorld
let app: Apps
let count = 600
beforeAll(async () => {
  world = await aWorld(at("09:00"))
  app = apps(world)
})

function aChild(n: number): string {
  const first17 = `35019920180601${String(n % 1000).padStart(3, "0")}`
  return first17 + checkDigit(first17)
}
const person = (n: number) => world.keyring.blind("person", aChild(n))
const named = (n: number) => ({ person: person(n), mobile: aMobile(n), request: "test" })
const by = (n: number) => verified(world, n)
const timeOn = async (date: string) =>
  (await booking.offers(world, { kind: "anyone" }, { station: here, services: ["rp-endorse"], date }))[0]!.time
const form = (n: number, date: string, time: string): booking.Booking => ({
  ...aForm(world, n, { date, time }),
  name: "林小宝",
  idNumber: aChild(n),
  who: "child",
  guardian: { name: "林小燕", idNumber: anIdNumber(n) },
  consent: noticeVersion,
})
const bookChild = async (n: number, date = tuesday) => booking.book(world, by(n), form(n, date, await timeOn(date)))
const records = (n: number) => query(world, "bookings", keys.consentsOf(person(n)))
const consentOf = async (n: number) => (await owning.see(world, by(n), named(n))).consents[0]!

describe("the notice", () => {
  it("is a shared page in every face, with its version, its older ones, and without a key or a name", async () => {
    const phone = aPhone(app.resident)
    for (const face of ["zh", "en", "zh-big", "en-big"]) {
      const page = await phone.open(`/${face}/notice`)
      expect([page.status, page.headers.get("cache-control")]).toEqual([200, "public, max-age=0, s-maxage=30"])
      expect(page.text).toContain(noticeVersion)
      expect(gzipSync(page.html).length).toBeLessThanOrEqual(7.5 * 1024)
      const old = await phone.follow(page, "2026-11-22")
      expect([old.status, old.path]).toEqual([200, `/${face}/notice/2026-11-22`])
      expect((await phone.follow(old, face.startsWith("zh") ? "看现在的版本" : "See the present one")).path).toBe(
        `/${face}/notice`,
      )
    }
    expect((await phone.open("/zh/notice/2020-01-01")).status).toBe(404)
  })

  it("is linked from every form that asks for personal data", async () => {
    const phone = aPhone(app.resident)
    for (const path of ["/book/rp-endorse/FZ-JA-P01", `/take/${here}/rp-endorse`, "/group", "/find", "/own"]) {
      const page = await phone.open(`/zh${path}`)
      expect([path, page.status, page.html.includes('href="/zh/notice"')]).toEqual([path, 200, true])
    }
    const report = await aPhone(app.report).open("/zh/report")
    expect([report.status, report.html.includes('href="/zh/notice"')]).toEqual([200, true])
  })

  it("of a version never changes its words: a new text is a new version", () => {
    const digest = (version: keyof typeof noticeTexts) =>
      createHash("sha256").update(JSON.stringify(noticeTexts[version])).digest("base64url").slice(0, 16)
    expect(Object.fromEntries(noticeVersions.map((it) => [it, digest(it)]))).toEqual({
      "2026-11-22": "xZxUdpPMaGr8W6Zd",
      "2026-11-23": "CZM2ZIJyWqGefKVt",
    })
    expect(noticeVersions.at(-1)).toBe(noticeVersion)
  })

  it("says how long, in the days that things are kept", async () => {
    const { text } = await aPhone(app.resident).open("/en/notice")
    const n = ++count
    const held = await bookChild(n)
    const item = (await get(world, "bookings", keys.person(person(n), "rp")))!
    const days = (item.ttl! * 1000 - instantOf(addDays(held.date, 1), "00:00")) / day
    expect(text).toContain(`Kept ${days} days after the visit`)
    const phone = await aResident(world, app.resident, aMobile(n))
    const ticket = await phone.post(`/api/stations/${here}/tickets`, { op: "a-ticket-op-1", service: "rp-endorse" })
    const lies = (await get(world, "live", keys.ticket(here, monday, ticket.body.number)))!
    expect(text).toContain(`Kept ${(lies.ttl! * 1000 - instantOf(addDays(monday, 1), "00:00")) / day} days.`)
    const [record] = await records(n)
    expect((record!.ttl! * 1000 - instantOf(held.date, "00:00")) / day).toBe(3 * 366)
    expect(text).toContain("Kept 3 years from the day that was booked")
    const [look] = await query(world, "audit", `own#${monday}`).then(async (all) => {
      await owning.see(world, by(n), named(n))
      return all.length ? all : query(world, "audit", `own#${monday}`)
    })
    expect(text).toContain(`Kept ${(look!.ttl! * 1000 - world.now()) / day} days.`)
    expect(Math.round(kept.consent / (365 * day))).toBe(3)
  })
})

describe("a booking", () => {
  it("keeps which notice it was made under; an adult's needs no consent and writes none", async () => {
    const n = ++count
    const own = { ...aForm(world, n, { date: tuesday, time: await timeOn(tuesday) }) }
    await booking.book(world, by(n), own)
    const index = world.keyring.blind("person", own.idNumber)
    expect(await appointments.find(world, index, "rp")).toMatchObject({ notice: noticeVersion })
    expect(await query(world, "bookings", keys.consentsOf(index))).toEqual([])
  })

  it("is kept under the text that its form showed, an older one too, and so is a consent; an unknown one is refused", async () => {
    const [older] = noticeVersions
    expect(older).not.toBe(noticeVersion)
    const n = ++count
    const adult = await aResident(world, app.resident, aMobile(n))
    const own = { ...aForm(world, n, { date: tuesday, time: await timeOn(tuesday) }), key: await adult.key() }
    const { mobile: _, ...sent } = own
    const unknown = await adult.post("/api/appointments", { ...sent, notice: "2020-01-01" })
    expect(unknown).toMatchObject({ status: 400, body: { code: "invalid-input" } })
    expect(unknown.body.fields).toMatchObject([{ field: "notice", fault: "notice" }])
    expect((await adult.post("/api/appointments", { ...sent, notice: older })).status).toBe(201)
    expect(await appointments.find(world, world.keyring.blind("person", own.idNumber), "rp")).toMatchObject({
      notice: older,
    })
    const m = ++count
    const child = { ...form(m, tuesday, await timeOn(tuesday)), consent: older, notice: older }
    const held = await booking.book(world, by(m), child)
    const [record] = await records(m)
    expect(record!.sk).toBe(`child-appointment#${older}#${held.ref}`)
  })

  it("made on pages that were opened before a new text is kept under the text that they showed", async () => {
    const [older] = noticeVersions
    const n = ++count
    const phone = aPhone(app.resident)
    phone.cookies.set(...((await aVerifiedPhone(world, n)).cookie.split("=") as [string, string]))
    const page = await phone.open(`/zh/book/rp-endorse/${here}`)
    expect(page.html).toContain(`name="notice" value="${noticeVersion}"`)
    const key = /name="key" value="([^"]*)"/.exec(page.html)![1]!
    const typed = { key, who: "self", name: "张三", idNumber: anIdNumber(n), mobile: aMobile(n) }
    const post = (notice: string) => phone.post(`/zh/book/rp-endorse/${here}`, { ...typed, notice })
    expect((await post("2020-01-01")).status).toBe(400)
    expect((await post(older)).path).toBe("/zh/book/time")
    const booked = await phone.post("/zh/book/time", { at: `${tuesday}T${await timeOn(tuesday)}` })
    expect(booked.path).toMatch(/^\/zh\/a\//)
    const index = world.keyring.blind("person", anIdNumber(n))
    expect(await appointments.find(world, index, "rp")).toMatchObject({ notice: older })
  })

  it("for a child is one with its consent: a record by blind indexes alone, at two write units, once however often it is sent", async () => {
    const n = ++count
    const sent = form(n, tuesday, await timeOn(tuesday))
    const counted = meter(world)
    const { bill } = await counted.during(() => booking.book(world, by(n), sent))
    expect(bill.bookings.writes).toBeLessThanOrEqual(7)
    const held = await booking.book(world, by(n), sent)
    const found = await records(n)
    expect(found).toHaveLength(1)
    const [{ pk, sk, v, by: who, at: when, guardian, phone, ...rest }] = found as [(typeof found)[0]]
    expect([pk, sk, v, who, when]).toEqual([
      `consent#${person(n)}`,
      `child-appointment#${noticeVersion}#${held.ref}`,
      1,
      "resident",
      world.now(),
    ])
    expect(Object.keys(rest).toSorted()).toEqual(["group", "op", "ttl"])
    const index = (it: unknown) => Buffer.from(it as Uint8Array).toString("base64url")
    expect([index(guardian), index(phone)]).toEqual([
      world.keyring.blind("person", anIdNumber(n)),
      world.keyring.blind("phone", aMobile(n)),
    ])
    for (const value of ["林小宝", aChild(n), anIdNumber(n), aMobile(n)])
      expect(JSON.stringify(found)).not.toContain(value)
  })

  it("has its guardian's name corrected by the guardian's phone, and only where there is one", async () => {
    const n = ++count
    const held = await bookChild(n)
    const [actor, it] = await opened(world, held)
    const change = { op: "o", v: it.v, guardianName: "林晓燕" }
    await expect(owning.correct(world, actor, it, change, undefined)).rejects.toMatchObject({
      code: "phone-unverified",
    })
    await owning.correct(world, actor, it, change, aMobile(n))
    const details = await appointments.openPerson(world, (await appointments.find(world, person(n), "rp"))!)
    expect(details).toMatchObject({ name: "林小宝", guardian: { name: "林晓燕", idNumber: anIdNumber(n) } })
  })

  it("that moves to a later day has its consent kept from that day, and says as before when it was given", async () => {
    const n = ++count
    const held = await bookChild(n)
    const [before] = await records(n)
    world.wait(1)
    const date = "2026-11-27"
    const move = async (to: string) => {
      const [actor, it] = await opened(world, held)
      return rebooking.move(world, actor, it, {
        op: `to-${to}`,
        v: it.v,
        station: here,
        date: to,
        time: await timeOn(to),
      })
    }
    await move(date)
    const [after, ...rest] = await records(n)
    expect(rest).toEqual([])
    expect((after!.ttl! * 1000 - instantOf(date, "00:00")) / day).toBe(3 * 366)
    expect({ ...after, v: 1, op: "", at: 0, ttl: 0, given: 0 }).toEqual({ ...before, op: "", at: 0, ttl: 0, given: 0 })
    expect(await consentOf(n)).toMatchObject({ at: before!.at, until: dateOf(after!.ttl! * 1000) })
    await move("2026-11-25")
    expect(await records(n)).toEqual([after])
    expect(await owning.withdraw(world, by(n), { consent: (await consentOf(n)).consent })).toMatchObject({
      booking: "cancelled",
    })
  })

  it("that is refused leaves no consent", async () => {
    const [n, other] = [++count, ++count]
    const time = await timeOn("2026-11-27")
    for (const m of [n, other]) await bookChild(m, tuesday)
    await expect(booking.book(world, by(n), form(n, "2026-11-27", time))).rejects.toMatchObject({
      code: "already-booked",
    })
    expect(await records(n)).toHaveLength(1)
  })
})

describe("taking a consent back", () => {
  it("is a record beside it and cancels the booking in the same transaction; again it is answered alike", async () => {
    const n = ++count
    const held = await bookChild(n)
    const phone = await aResident(world, app.resident, aMobile(n))
    const { consent, version, ref } = await consentOf(n)
    expect([version, ref]).toEqual([noticeVersion, held.ref])
    const [given] = await records(n)
    const path = `/api/own/consents/${consent}/withdraw`
    const done = await phone.post(path, {})
    expect(done).toMatchObject({ status: 200, body: { at: world.now(), booking: "cancelled" } })
    world.wait(1)
    expect((await phone.post(path, {})).body).toEqual(done.body)
    const [first, second] = await records(n)
    expect(first).toEqual(given)
    expect([second!.sk, second!.at]).toEqual([`${given!.sk}#withdrawn`, world.now() - 60_000])
    expect((await appointments.find(world, person(n), "rp"))!.state).toBe("cancelled")
    expect((await consentOf(n)).withdrawn).toBe(world.now() - 60_000)
  })

  it("of whoever is checked in leaves them to the window", async () => {
    const n = ++count
    const held = await bookChild(n, monday)
    const kiosk = await aDevice(world, app.device)
    const now = world.now()
    world.set(instantOf(monday, held.time))
    expect((await kiosk.post("/device/check-ins", { shown: { ref: held.ref } })).status).toBe(201)
    const { consent } = await consentOf(n)
    expect(await owning.withdraw(world, by(n), { consent })).toMatchObject({ booking: "at-window" })
    expect((await appointments.find(world, person(n), "rp"))!.state).toBe("checked-in")
    world.set(now)
  })

  it("of a booking that moved takes that one; of an earlier booking leaves the present one", async () => {
    const n = ++count
    const first = await bookChild(n)
    const [actor, it] = await opened(world, first)
    await booking.cancel(world, actor, it, { v: it.v })
    world.wait(1)
    const second = await bookChild(n, "2026-11-25")
    const all = (await owning.see(world, by(n), named(n))).consents
    expect(all.map(({ ref }) => ref)).toEqual([second.ref, first.ref])
    expect(await owning.withdraw(world, by(n), { consent: all[1]!.consent })).toMatchObject({ booking: "over" })
    expect((await appointments.find(world, person(n), "rp"))!.state).toBe("booked")
    expect(await owning.withdraw(world, by(n), { consent: all[0]!.consent })).toMatchObject({ booking: "cancelled" })
  })

  it("is for the phone that gave it, or that the booking has now; to others it is not there", async () => {
    const [n, other] = [++count, ++count]
    const held = await bookChild(n)
    const { consent } = await consentOf(n)
    await expect(owning.withdraw(world, by(other), { consent })).rejects.toMatchObject({ code: "nothing-found" })
    for (const token of [
      `${consent.slice(0, -2)}AA`,
      held.link,
      world.keyring.seal("consent", [person(n), "child-appointment", "1", "x"]),
    ])
      await expect(owning.withdraw(world, by(n), { consent: token })).rejects.toMatchObject({ code: "nothing-found" })
    const [actor, it] = await opened(world, held)
    const idLast4 = aChild(n).slice(-4)
    await owning.correct(world, actor, it, { op: "o", v: it.v, mobile: aMobile(other), idLast4 }, aMobile(other))
    expect(await owning.withdraw(world, by(other), { consent })).toMatchObject({ booking: "cancelled" })
  })

  it("in the same moment as a move or a check-in never leaves a booking that nobody consents to", async () => {
    const kiosk = await aDevice(world, app.device)
    for (let i = 0; i < 5; i++) {
      const n = ++count
      const held = await bookChild(n, monday)
      const { consent } = await consentOf(n)
      const now = world.now()
      world.set(instantOf(monday, held.time))
      const [withdrawn] = await Promise.all([
        owning.withdraw(world, by(n), { consent }).catch((error) => error.code as string),
        kiosk.post("/device/check-ins", { shown: { ref: held.ref } }),
      ])
      world.set(now)
      const state = (await appointments.find(world, person(n), "rp"))!.state
      if (typeof withdrawn === "string") expect(["changed-meanwhile", "busy"]).toContain(withdrawn)
      else expect(state).toBe(withdrawn.booking === "cancelled" ? "cancelled" : "checked-in")
    }
  })

  it("outlives the deletion of all the rest: the record stays, and nothing that it is about", async () => {
    const n = ++count
    await bookChild(n)
    await owning.withdraw(world, by(n), { consent: (await consentOf(n)).consent })
    expect(await owning.remove(world, by(n), { ...named(n), op: "d" })).toMatchObject({ consents: 1 })
    expect(await records(n)).toHaveLength(2)
    expect(await owning.see(world, by(n), named(n))).toMatchObject({ appointments: [], consents: [{}] })
    await expect(owning.see(world, by(++count), { ...named(n), mobile: aMobile(count) })).rejects.toMatchObject({
      code: "nothing-found",
    })
  })

  it("is open to the guardian for as long as the record is kept, long after the booking; to nobody else", async () => {
    const [n, other] = [++count, ++count]
    const held = await bookChild(n)
    const start = world.now()
    world.set(instantOf(addDays(held.date, 200), "09:00"))
    const it = (await appointments.find(world, person(n), "rp"))!
    expect(appointments.overAt(it.date)).toBeLessThan(world.now())
    await write(world, [appointments.emptiedChange(system, "test", world.now(), it)], counter())
    const seen = await owning.see(world, by(n), named(n))
    expect(seen).toMatchObject({ appointments: [], standing: { missed: [] }, consents: [{ ref: held.ref }] })
    expect(await owning.exported(world, by(n), named(n))).toEqual(seen)
    await expect(owning.see(world, by(other), { ...named(n), mobile: aMobile(other) })).rejects.toMatchObject({
      code: "nothing-found",
    })
    const { consent } = seen.consents[0]!
    expect(await owning.withdraw(world, by(n), { consent })).toEqual({ at: world.now(), booking: "over" })
    expect((await consentOf(n)).withdrawn).toBe(world.now())
    expect(await owning.remove(world, by(n), { ...named(n), op: "d" })).toMatchObject({ consents: 1 })
    world.set(start)
  })
})
