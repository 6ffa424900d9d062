/** An employer's list: checked whole, then booked person by person, with every outcome told. */
import { beforeAll, describe, expect, it, onTestFinished, vi } from "vitest"
import { newFormKey } from "#actions/forms"
import { proceed, rowsOf, start } from "#actions/grouping"
import { noticeVersion, noticeVersions } from "#domain/notice"
import * as appointments from "#store/appointments"
import * as groups from "#store/groupBookings"
import * as keys from "#store/keys"
import { counter, query, write } from "#store/table"
import { type Apps, apps, aResident } from "#test/apps"
import { at } from "#test/builders"
import { book, here, verified } from "#test/grid"
import { aMemoryWorld } from "#test/memory"
import { aMobile, anIdNumber } from "#test/people"
import { aPhone } from "#test/phone"
import { aWorld, type TestWorld } from "#test/world"
import { aVerifiedPhone } from "../bench/scene.ts"

const tuesday = "2026-11-24"
let world: TestWorld
let app: Apps["resident"]
let employer: Awaited<ReturnType<typeof aResident>>
beforeAll(async () => {
  world = await aWorld(at("09:30"))
  app = apps(world).resident
  employer = await aResident(world, app, aMobile(1))
})

const line = (n: number, phone = "") => `员工,${anIdNumber(n)},${phone}`
const send = async (list: object, change: object = {}) =>
  employer.post("/api/groups", {
    key: await employer.key(),
    station: here,
    services: ["rp-endorse"],
    from: tuesday,
    list,
    ...change,
  })
const cells = async () => (await query(world, "bookings", keys.dayOf(here, tuesday, "rp"))).length

describe("a list", () => {
  it("of 200 with three bad rows is refused with each of them named, and books nothing", async () => {
    const rows = Array.from({ length: 200 }, (_, i) => line(1000 + i))
    rows[9] = `员工,${anIdNumber(1009).slice(0, 17)}${anIdNumber(1009)[17] === "1" ? "2" : "1"},`
    rows[99] = line(1000)
    rows[199] = `员工7,${anIdNumber(1199)},1380013`
    const refused = await send({ text: ["姓名,身份证号,手机号", ...rows].join("\r\n") })
    expect(refused).toMatchObject({ status: 400, body: { code: "invalid-input" } })
    expect(refused.body.errors ?? refused.body.fields).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ field: "rows.11.idNumber", fault: "id-check" }),
        expect.objectContaining({ field: "rows.101.idNumber", fault: "rows-twice" }),
        expect.objectContaining({ field: "rows.201.name", fault: "name-characters" }),
        expect.objectContaining({ field: "rows.201.phone", fault: "mobile" }),
      ]),
    )
    expect((refused.body.errors ?? refused.body.fields).length).toBe(4)
    expect(await cells()).toBe(0)
  })

  it("is booked ten at a time until all are done, each outcome listed, and sent again it is the same list", async () => {
    await book(world, 2005, { date: tuesday, time: "09:00" }).catch(() =>
      book(world, 2005, { date: tuesday, time: "08:30" }),
    )
    const key = await employer.key()
    const list = { text: Array.from({ length: 13 }, (_, i) => line(2000 + i, i === 2 ? "13900139000" : "")).join("\n") }
    const made = await send(list, { key })
    expect(made).toMatchObject({ status: 201, body: { total: 13, done: 0 } })
    const again = await send(list, { key })
    expect(again.body).toEqual(made.body)
    expect((await send({ text: line(2999) }, { key })).body.code).toBe("key-reused")

    const path = `/api/groups/${made.body.group}`
    // Of a slow machine it would be as many as it manages in its time.
    const clock = vi.spyOn(Date, "now").mockReturnValue(Date.now())
    onTestFinished(() => clock.mockRestore())
    const first = await employer.post(`${path}/proceed`, {})
    expect(first.body.done).toBe(10)
    // Two phones at once, and once more for nothing: nobody twice.
    await Promise.all([employer.post(`${path}/proceed`, {}), employer.post(`${path}/proceed`, {})])
    const last = await employer.post(`${path}/proceed`, {})
    expect(last.body).toMatchObject({ total: 13, done: 13 })
    expect(last.body.outcomes[5]).toMatchObject({ row: 6, name: "员*", refused: "already-booked" })
    const booked = last.body.outcomes.flatMap((it: { booked?: { ref: string } }) => (it.booked ? [it.booked] : []))
    expect(booked).toHaveLength(12)
    expect(new Set(booked.map((it: { ref: string }) => it.ref)).size).toBe(12)
    expect((await employer.get(path)).body).toEqual(last.body)
    for (const last4 of ["9000"]) {
      const found = await employer.post("/api/appointments/find", { ref: last.body.outcomes[2].booked.ref, last4 })
      expect(found.body.state).toBe("booked")
    }
    const stored = JSON.stringify(
      await query(world, "bookings", keys.groupBooking(world.keyring.blind("group", key)).pk),
    )
    expect(stored).not.toMatch(/员工|350199|139001/)
    const other = await aResident(world, app, aMobile(2))
    expect((await other.get(path)).status).toBe(404)
  })

  it.each([
    ["its sender deletes books no further row", 0],
    ["loses rows while it is booked goes on with the others alone", 4],
  ])("that %s", async (_, left) => {
    const world = await aMemoryWorld(at("09:30"), { seed: 1 })
    const sender = verified(world, 1)
    const rows = Array.from({ length: 6 }, (_, i) => 3000 + i)
    const list = {
      key: newFormKey(world),
      station: here,
      services: ["rp-endorse"],
      from: tuesday,
      list: rows.map((n) => line(n)).join("\n"),
      mobile: aMobile(1),
      language: "zh",
    } as const
    const { group } = await start(world, sender, list)
    const id = world.keyring.blind("group", list.key)
    let booked = 0
    world.memory.set({
      during: async ({ operation }) => {
        // Rows are written by transactions: the second has just been booked when the list goes.
        if (operation !== "TransactWriteItems" || ++booked !== 2) return
        const kept = (await groups.find(world, id))!
        const rows = (await groups.openRows(world, kept)).slice(0, left)
        const change = {
          ...kept,
          size: rows.length,
          sealed: await groups.sealRows(world, id, rows, "2026-11"),
          ...(!left && { gone: world.now() }),
        }
        await write(world, [groups.resealedChange(sender, "own-delete", world.now(), change)], counter())
      },
    })
    const step = () => proceed(world, sender, { group, mobile: aMobile(1) }).catch(({ code }) => code)
    const first = await step()
    expect(booked).toBe(2)
    if (left)
      expect([first, await step()]).toMatchObject([
        { total: 4, done: 2 },
        { total: 4, done: 4 },
      ])
    else expect([first, await step()]).toEqual(["appointment-not-found", "appointment-not-found"])
    const there = await Promise.all(
      rows.map((n) => appointments.find(world, world.keyring.blind("person", anIdNumber(n)), "rp")),
    )
    expect(there.filter((it) => it)).toHaveLength(left || 2)
  })

  it("has its people booked under the notice that its page showed, and says that they were told", async () => {
    const [older] = noticeVersions
    const known = async (n: number) => appointments.find(world, world.keyring.blind("person", anIdNumber(n)), "rp")
    for (const [n, notice] of [
      [2100, older],
      [2101, noticeVersion],
    ] as const) {
      const { body } = await send({ text: line(n) }, n === 2100 ? { notice } : {})
      expect((await employer.post(`/api/groups/${body.group}/proceed`, {})).body.done).toBe(1)
      expect(await known(n)).toMatchObject({ notice })
    }
    const unknown = await send({ text: line(2102) }, { notice: "2020-01-01" })
    expect([unknown.status, unknown.body.fields]).toMatchObject([400, [{ field: "notice", fault: "notice" }]])
    const phone = aPhone(app)
    phone.cookies.set(...((await aVerifiedPhone(world, 1)).cookie.split("=") as [string, string]))
    const page = await phone.open("/zh/group/list")
    expect(page.html).toContain(`name="notice" value="${noticeVersion}"`)
    expect(page.text).toContain("交名单就是确认已经告知")
  })

  it("is read in UTF-8 with or without its mark, in GB18030, and as pasted", () => {
    const text = `姓名,身份证号\n王小明,${anIdNumber(1)}\n`
    const gb = Buffer.concat([
      Buffer.from([0xd0, 0xd5, 0xc3, 0xfb]), // 姓名
      Buffer.from(",id\n"),
      Buffer.from([0xcd, 0xf5, 0xd0, 0xa1, 0xc3, 0xf7]), // 王小明
      Buffer.from(`,${anIdNumber(1)}\n`),
    ])
    const expected = [{ row: 2, name: "王小明", idNumber: anIdNumber(1), phone: "" }]
    for (const list of [
      text,
      Buffer.from(text),
      Buffer.from(`\uFEFF${text}`),
      gb,
      text.replaceAll(",", "\t"),
      `${text},,\n ,\n`,
    ])
      expect(rowsOf(list)).toEqual(expected)
    expect(rowsOf(`王小明 , ${anIdNumber(1)}`)).toEqual([{ ...expected[0], row: 1 }])
  })

  it("of nobody, of 201, or of something else is refused", async () => {
    for (const text of ["", "姓名,身份证号", Array.from({ length: 201 }, (_, i) => line(3000 + i)).join("\n")])
      expect((await send({ text })).status).toBe(400)
    const broken = await send({ file: Buffer.from([0xff, 0xff, 0x81, 0x20]).toString("base64") })
    expect(broken.status).toBe(400)
    const late = await send({ text: line(3000) }, { from: "2027-11-01" })
    expect(late.body.fields).toMatchObject([{ field: "from", fault: "not-released" }])
  })
})
