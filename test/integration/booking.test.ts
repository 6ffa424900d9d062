/** Laws 1 and 2: no place twice, nobody twice, what was answered stands. By racing, on real tables. */
import { QueryCommand } from "@aws-sdk/lib-dynamodb"
import { beforeAll, describe, expect, it } from "vitest"
import { noticeVersion } from "#domain/notice"
import * as keys from "#store/keys"
import { get } from "#store/table"
import { type Apps, apps, aResident, send } from "#test/apps"
import { at, monday } from "#test/builders"
import { aMobile, anIdNumber } from "#test/people"
import { aWorld, codeFor, type TestWorld } from "#test/world"

let world: TestWorld
let app: Apps["resident"]
let count = 0
beforeAll(async () => {
  world = await aWorld(at("07:00"))
  app = apps(world).resident
})

const someone = async () => {
  const n = ++count
  const resident = await aResident(world, app, aMobile(n))
  return { ...resident, n, form: async () => ({ key: await resident.key(), name: "张三", idNumber: anIdNumber(n) }) }
}
const wish = { station: "FZ-JA-P02", services: ["rp-endorse"], date: monday }
const cellsAt = async (date: string, group = "rp", station = "FZ-JA-P02") =>
  (
    await world.db.send(
      new QueryCommand({
        TableName: world.tables.bookings,
        KeyConditionExpression: "pk = :pk",
        ExpressionAttributeValues: { ":pk": `${station}#${date}#${group}` },
        ConsistentRead: true,
      }),
    )
  ).Items ?? []

const personOf = (cell: Record<string, unknown>) => Buffer.from((cell.person ?? []) as Uint8Array).toString("base64url")

const freeTimes = async (date: string, services = "rp-endorse", station = "FZ-JA-P02") =>
  (await send(app, "GET", `/api/stations/${station}/places?services=${services}&date=${date}`)).body.offers as {
    time: string
    free: number
  }[]

describe("a place", () => {
  it.each([1, 2, 3, 4])("that 50 people want at once is given to exactly its capacity (round %i)", async (round) => {
    const station = "FZ-JA-P01"
    const offers = await freeTimes(monday, "rp-endorse", station)
    const { time, free } = offers[round * 2]!
    const people = await Promise.all(Array.from({ length: 50 }, someone))
    const forms = await Promise.all(people.map((it) => it.form()))
    const answers = await Promise.all(
      people.map((it, i) => it.post("/api/appointments", { ...wish, station, time, ...forms[i]! })),
    )
    const won = answers.filter((it) => it.status === 201)
    expect(won).toHaveLength(free)
    for (const lost of answers.filter((it) => it.status !== 201))
      expect(["place-taken", "busy"]).toContain(lost.body.code)
    const cells = await cellsAt(monday, "rp", station)
    const here = cells.filter((cell) => cell.sk.startsWith(time.replace(":", "")))
    expect(here).toHaveLength(free)
    expect(new Set(here.map((cell) => cell.for))).toEqual(new Set(won.map((it) => it.body.ref)))
  })

  it("that is offered can be booked, and is no longer offered once it was", async () => {
    const before = await freeTimes(monday)
    const { time } = before[0]!
    const it = await someone()
    const booked = await it.post("/api/appointments", { ...wish, time, ...(await it.form()) })
    expect(booked.status).toBe(201)
    expect((await freeTimes(monday)).map((offer) => offer.time)).not.toContain(time)
  })

  it("holds a longer visit in all of its units", async () => {
    const it = await someone()
    const { time } = (await freeTimes(monday, "rp-first", "FZ-JA-P01")).at(-1)!
    const booked = await it.post("/api/appointments", {
      ...wish,
      station: "FZ-JA-P01",
      services: ["rp-first"],
      time,
      ...(await it.form()),
    })
    expect(booked.status).toBe(201)
    const mine = (await cellsAt(monday, "rp", "FZ-JA-P01")).filter((cell) => cell.for === booked.body.ref)
    expect(mine).toHaveLength(3)
  })
})

describe("a form", () => {
  it("sent 20 times at once books once, and each is told of that booking", async () => {
    const it = await someone()
    const form = await it.form()
    const { time } = (await freeTimes(monday)).at(-1)!
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => it.post("/api/appointments", { ...wish, time, ...form })),
    )
    const told = answers.filter((answer) => answer.status === 201)
    expect(told.length).toBeGreaterThan(0)
    for (const answer of answers) expect([201, 503]).toContain(answer.status)
    expect(new Set(told.map((answer) => answer.body.ref)).size).toBe(1)
    const mine = (await cellsAt(monday)).filter((cell) => cell.for === told[0]!.body.ref)
    expect(mine).toHaveLength(1)
    const again = await it.post("/api/appointments", { ...wish, time, ...form })
    expect(again).toMatchObject({ status: 201, body: { ref: told[0]!.body.ref, state: "booked" } })
  })

  it("sent again after a cancel is told of the cancel, and books no second time", async () => {
    const it = await someone()
    const form = await it.form()
    const { time } = (await freeTimes(monday)).at(-1)!
    const booked = (await it.post("/api/appointments", { ...wish, time, ...form })).body
    await it.post(`/api/appointments/${booked.link}/cancel`, { v: booked.v })
    expect(await it.post("/api/appointments", { ...wish, time, ...form })).toMatchObject({
      status: 201,
      body: { ref: booked.ref, state: "cancelled" },
    })
  })

  it("used again for another time is refused and changes nothing", async () => {
    const it = await someone()
    const form = await it.form()
    const [first, second] = await freeTimes(monday)
    await it.post("/api/appointments", { ...wish, time: first!.time, ...form })
    expect((await it.post("/api/appointments", { ...wish, time: second!.time, ...form })).body.code).toBe("key-reused")
  })

  it("used again with anything else in it is refused, said so, and changes nothing", async () => {
    const it = await someone()
    const other = await someone()
    const form = { ...wish, time: (await freeTimes(monday))[0]!.time, ...(await it.form()) }
    const { ref, v } = (await it.post("/api/appointments", form)).body
    const changes = [
      { idNumber: anIdNumber(other.n) },
      { name: "李四" },
      { services: ["rp-address"] },
      { services: ["id-renew"], station: "FZ-JA-P01" },
      { who: "parent", guardian: { name: "王五", idNumber: anIdNumber(other.n) } },
    ]
    for (const change of changes) {
      const refused = await it.post("/api/appointments", { ...form, ...change })
      expect([change, refused.status, refused.body.code]).toEqual([change, 409, "key-reused"])
    }
    expect((await other.post("/api/appointments", form)).body.code, "by another phone").toBe("key-reused")
    const mine = (await cellsAt(monday)).filter((cell) => cell.for === ref)
    expect(mine).toHaveLength(1)
    expect((await it.post("/api/appointments", form)).body).toMatchObject({ ref, v })
    // The family goes on with a form of its own.
    const time = (await freeTimes(monday))[0]!.time
    const child = { ...form, time, key: await it.key(), idNumber: anIdNumber(other.n) }
    expect((await it.post("/api/appointments", child)).status).toBe(201)
  })

  it("raced by two people is one person's", async () => {
    const it = await someone()
    const other = await someone()
    const key = await it.key()
    const times = await freeTimes("2026-11-24")
    const answers = await Promise.all(
      [it, other].map(async (one, i) =>
        one.post("/api/appointments", {
          ...wish,
          date: "2026-11-24",
          time: times[i]!.time,
          ...(await one.form()),
          key,
        }),
      ),
    )
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
    expect(answers.filter(({ body }) => body.code === "key-reused")).toHaveLength(1)
  })

  it("for a child is sealed with the guardian, whose consent is kept with the notice's version", async () => {
    const it = await someone()
    const child = "350199201806010047"
    const form = {
      ...wish,
      station: "FZ-JA-P01",
      services: ["id-minor"],
      time: (await freeTimes(monday, "id-minor", "FZ-JA-P01"))[0]!.time,
      ...(await it.form()),
      idNumber: child,
    }
    const alone = await it.post("/api/appointments", form)
    expect(alone).toMatchObject({ status: 400, body: { code: "invalid-input" } })
    expect(alone.text).toContain("guardian-missing")
    const guardian = { name: "张大山", idNumber: anIdNumber(it.n) }
    const booked = await it.post("/api/appointments", { ...form, who: "child", guardian, consent: noticeVersion })
    expect(booked.status).toBe(201)
    const item = await get(world, "bookings", keys.person(world.keyring.blind("person", child), "id"))
    expect(item).toMatchObject({ who: "child", notice: noticeVersion })
    expect(JSON.stringify(item)).not.toMatch(/张大山|350199/)
    const page = await send(app, "GET", `/zh/a/${booked.body.link}`)
    expect(page.text).not.toContain(anIdNumber(it.n))
  })

  it("is ours, and not older than a day", async () => {
    const it = await someone()
    const form = await it.form()
    const { time } = (await freeTimes(monday))[0]!
    const forged = await it.post("/api/appointments", { ...wish, time, ...form, key: "x.y.z" })
    expect(forged).toMatchObject({ status: 400, body: { code: "key-invalid" } })
    const before = world.now()
    try {
      world.wait(24 * 60 + 1)
      const late = await aResident(world, app, aMobile(it.n))
      expect(
        (await late.post("/api/appointments", { ...wish, date: "2026-11-24", time: "18:00", ...form })).body.code,
      ).toBe("key-expired")
    } finally {
      world.set(before)
    }
  })
})

describe("a person", () => {
  it("has one active appointment in a group, however many forms race", async () => {
    const it = await someone()
    const forms = await Promise.all(Array.from({ length: 12 }, () => it.form()))
    const times = (await freeTimes("2026-11-24")).slice(0, 12)
    const answers = await Promise.all(
      forms.map((form, i) =>
        it.post("/api/appointments", { ...wish, date: "2026-11-24", time: times[i]!.time, ...form }),
      ),
    )
    expect(answers.filter((answer) => answer.status === 201)).toHaveLength(1)
    const mine = (await cellsAt("2026-11-24")).filter(
      (cell) => personOf(cell) === world.keyring.blind("person", anIdNumber(it.n)),
    )
    expect(mine).toHaveLength(1)
  })

  it("who asks for what nobody can book is told which mistake it is, and when a day comes on sale", async () => {
    const it = await someone()
    const tuesday = "2026-11-24"
    const longtou = "FZ-JA-P01"
    const starts = async (services: string) => (await freeTimes(tuesday, services, longtou)).map(({ time }) => time)
    const long = await starts("rp-first")
    const tooLate = (await starts("rp-endorse")).find((time) => !long.includes(time))
    expect(tooLate).toBeDefined()
    const cases = [
      [{ services: ["id-renew"], station: "FZ-JA-P02", time: "10:30" }, { code: "service-not-here" }],
      [{ date: "2026-11-20", time: "10:30" }, { code: "time-past" }],
      [
        { date: "2026-12-07", time: "10:30" },
        { code: "not-on-sale", opens: at("08:00", "2026-11-28") },
      ],
      [{ date: "2026-11-29", time: "10:30" }, { code: "day-closed" }],
      [{ services: ["rp-first"], date: "2026-11-26", time: "18:30" }, { code: "outside-hours" }],
      [{ time: "12:30" }, { code: "outside-hours" }],
      [{ time: "22:00" }, { code: "outside-hours" }],
      [{ services: ["rp-first"], time: tooLate }, { code: "visit-too-long" }],
      [{ time: "09:02" }, { code: "place-not-offered" }],
    ] as const
    for (const [wanted, says] of cases) {
      const form = { ...wish, station: longtou, date: tuesday, ...wanted, ...(await it.form()) }
      const refused = await it.post("/api/appointments", form)
      expect([wanted, refused.status, refused.body]).toEqual([wanted, 409, expect.objectContaining(says)])
    }
  })

  it("already booked under another phone is told so, without place, time or phone", async () => {
    const first = await someone()
    const form = await first.form()
    const times = await freeTimes(monday)
    await first.post("/api/appointments", { ...wish, time: times[0]!.time, ...form })
    const other = await someone()
    const refused = await other.post("/api/appointments", {
      ...wish,
      time: times[1]!.time,
      ...form,
      key: await other.key(),
    })
    expect(refused).toMatchObject({ status: 409, body: { code: "already-booked" } })
    expect(refused.text).not.toMatch(/FZ-JA|\d\d:\d\d|138/)
  })
})

describe("a cancelled place", () => {
  it("stays closed for five to thirty-five minutes, then is anybody's", async () => {
    const it = await someone()
    const form = await it.form()
    const { time } = (await freeTimes(monday)).at(-1)!
    const booked = (await it.post("/api/appointments", { ...wish, time, ...form })).body
    const cancelled = await it.post(`/api/appointments/${booked.link}/cancel`, { v: booked.v })
    expect(cancelled.body).toMatchObject({ state: "cancelled", ref: booked.ref })
    const isOffered = async () => (await freeTimes(monday)).some((offer) => offer.time === time)
    const before = world.now()
    try {
      world.wait(4.9)
      expect(await isOffered()).toBe(false)
      world.wait(30.2)
      expect(await isOffered()).toBe(true)
      const next = await someone()
      expect((await next.post("/api/appointments", { ...wish, time, ...(await next.form()) })).status).toBe(201)
    } finally {
      world.set(before)
    }
  })

  it("cancelled twice is cancelled once; with an old page it is refused", async () => {
    const it = await someone()
    const form = await it.form()
    const { time } = (await freeTimes(monday)).at(-1)!
    const booked = (await it.post("/api/appointments", { ...wish, time, ...form })).body
    const path = `/api/appointments/${booked.link}/cancel`
    expect((await it.post(path, { v: booked.v - 1 })).body.code).toBe("changed-meanwhile")
    const both = await Promise.all([it.post(path, { v: booked.v }), it.post(path, { v: booked.v })])
    expect(both.filter((answer) => answer.status === 200).length).toBeGreaterThan(0)
    expect((await it.post(path, { v: booked.v })).body).toMatchObject({ state: "cancelled", v: booked.v + 1 })
  })

  it("is never cancelled by reading its link", async () => {
    const it = await someone()
    const form = await it.form()
    const { time } = (await freeTimes(monday)).at(-1)!
    const booked = (await it.post("/api/appointments", { ...wish, time, ...form })).body
    for (const method of ["GET", "HEAD"]) await send(app, method, `/api/appointments/${booked.link}/cancel`)
    expect((await send(app, "GET", `/api/appointments/${booked.link}`)).body.state).toBe("booked")
  })
})

describe("an appointment", () => {
  it("is found by reference and the phone's last four digits, and by nothing else", async () => {
    const it = await someone()
    const form = await it.form()
    const { time } = (await freeTimes(monday)).at(-1)!
    const { ref } = (await it.post("/api/appointments", { ...wish, time, ...form })).body
    const find = (last4: string, wanted = ref) => send(app, "POST", "/api/appointments/find", { ref: wanted, last4 })
    expect((await find(aMobile(it.n).slice(-4))).body).toMatchObject({ ref, state: "booked" })
    expect((await find(aMobile(it.n).slice(-4), `${ref.slice(0, 4)}-${ref.slice(4).toLowerCase()}`)).status).toBe(200)
    const wrong = await find("9999")
    expect(wrong).toMatchObject({ status: 404, body: { code: "appointment-not-found" } })
    for (let i = 0; i < 9; i++) await find(String(1000 + i))
    expect((await find("8888")).body.code).toBe("too-many-tries")
    expect((await find(aMobile(it.n).slice(-4))).body.code, "the right digits after ten tries").toBe("too-many-tries")
  })

  it("is not opened by a link that was tampered with", async () => {
    const it = await someone()
    const form = await it.form()
    const { time } = (await freeTimes(monday)).at(-1)!
    const { link } = (await it.post("/api/appointments", { ...wish, time, ...form })).body
    for (const other of [`${link.slice(0, -2)}AA`, link.slice(1), `${link}A`, "A".repeat(60)])
      expect((await send(app, "GET", `/api/appointments/${other}`)).status).toBe(404)
  })
})

describe("a code", () => {
  it("is wrong five times, then dead; and works once", async () => {
    const mobile = aMobile(900_001)
    await send(app, "POST", "/api/codes", { mobile })
    const answers = []
    for (let i = 0; i < 6; i++)
      answers.push((await send(app, "POST", "/api/sessions", { mobile, code: "000000" })).body.code)
    expect(answers.slice(0, 4)).toEqual(Array(4).fill("code-wrong"))
    expect(answers.slice(4)).toEqual(["too-many-tries", "too-many-tries"])
    const fresh = aMobile(900_002)
    await aResident(world, app, fresh)
    expect(
      (await send(app, "POST", "/api/sessions", { mobile: fresh, code: await codeFor(world, fresh) })).body.code,
    ).toBe("code-wrong")
  })
  it("guessed in parallel has five tries and no more", async () => {
    const mobile = aMobile(900_003)
    await send(app, "POST", "/api/codes", { mobile })
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, i) =>
        send(app, "POST", "/api/sessions", { mobile, code: String(i).padStart(6, "0") }),
      ),
    )
    expect(answers.filter((it) => it.body.code === "code-wrong").length).toBeLessThanOrEqual(4)
    for (const it of answers) expect(["code-wrong", "too-many-tries", "busy"]).toContain(it.body.code)
  })
  it("is sent five times an hour to a phone", async () => {
    const mobile = aMobile(900_004)
    const answers = []
    for (let i = 0; i < 6; i++) {
      world.wait(1)
      answers.push((await send(app, "POST", "/api/codes", { mobile })).status)
    }
    expect(answers).toEqual([201, 201, 201, 201, 201, 429])
  })
})
