/**
 * One's own data (个人信息保护法 44–50; OWASP ASVS 5.0 V14.2, V8.2.2): seen, taken along, corrected and deleted by whoever has the phone and
 * knows the number, and by nobody else; deleted is deleted wherever it lies.
 */
import { randomUUID } from "node:crypto"
import { ScanCommand } from "@aws-sdk/lib-dynamodb"
import { beforeAll, describe, expect, it } from "vitest"
import * as booking from "#actions/booking"
import { closeDays } from "#actions/closing"
import * as owning from "#actions/owning"
import * as rebooking from "#actions/rebooking"
import { learn } from "#actions/tasking"
import { sessionOf } from "#actions/verifying"
import { notify } from "#background/notify"
import { emptied } from "#domain/appointment"
import { limits } from "#domain/limits"
import { kept } from "#domain/retention"
import { addDays, dateOf, day, instantOf } from "#domain/time"
import { consequences } from "#messages/consequences"
import * as appointments from "#store/appointments"
import * as consents from "#store/consents"
import * as keys from "#store/keys"
import * as standings from "#store/standings"
import { counter, get, type Item, query, write } from "#store/table"
import * as tasks from "#store/tasks"
import { type Apps, aDevice, apps, aResident, send } from "#test/apps"
import { at, monday } from "#test/builders"
import { book, here, opened, verified } from "#test/grid"
import { aMemoryWorld } from "#test/memory"
import { aMobile, anIdNumber } from "#test/people"
import { aPhone } from "#test/phone"
import { aWorld, codeFor, type TestWorld } from "#test/world"

const system = { kind: "system", name: "close-day" } as const
const tuesday = "2026-11-24"

let world: TestWorld
let app: Apps
let count = 300
beforeAll(async () => {
  world = await aWorld(at("09:00"))
  app = apps(world)
})

const person = (n: number) => world.keyring.blind("person", anIdNumber(n))
const phoneOf = (n: number) => aResident(world, app.resident, aMobile(n))
const by = (n: number) => ({ kind: "resident", phone: world.keyring.blind("phone", aMobile(n)) }) as const
const named = (n: number) => ({ person: person(n), mobile: aMobile(n), request: "test" })
const timeOn = async (date: string) =>
  (await booking.offers(world, { kind: "anyone" }, { station: here, services: ["rp-endorse"], date }))[0]!.time
const booked = async (n: number, date = tuesday) => book(world, n, { date, time: await timeOn(date) })
const cancel = async (held: booking.Held) => {
  const [actor, it] = await opened(world, held)
  return booking.cancel(world, actor, it, { v: it.v })
}
const everything = async (): Promise<string> => {
  const tables = Object.values(world.tables)
  const found = await Promise.all(
    tables.map(async (TableName) => (await world.db.send(new ScanCommand({ TableName }))).Items ?? []),
  )
  return JSON.stringify(found, (_, it) => (it instanceof Uint8Array ? Buffer.from(it).toString("base64") : it))
}
const looks = async () =>
  (await query(world, "audit", `own#${dateOf(world.now())}`)).map(({ what, thing }) => [what, thing])

/** Did not come on a day a week on, which has been closed. */
async function missed(n: number) {
  const start = world.now()
  const date = addDays(dateOf(start), 1)
  const held = await booked(n, date)
  world.set(instantOf(addDays(date, 1), "04:30"))
  await closeDays(world, system)
  world.set(start)
  return held
}

describe("one's own data", () => {
  it("is shown masked under its phone and number, with a link, since when and until when", async () => {
    const n = ++count
    const held = await booked(n)
    const phone = await phoneOf(n)
    const { status, body, headers } = await phone.post("/api/own", { idNumber: anIdNumber(n) })
    expect([status, headers.get("cache-control")]).toEqual([200, "private, no-store"])
    expect(body.appointments).toMatchObject([
      { ref: held.ref, link: held.link, open: true, notice: "2026-11-23", until: "2027-02-23", bookedAt: world.now() },
    ])
    expect(body.appointments[0].person).toEqual({
      name: "张*",
      idNumber: `3501**********${anIdNumber(n).slice(-4)}`,
      phone: `138****${aMobile(n).slice(-4)}`,
    })
    expect(body.notHere).toEqual(["audit", "reports"])
    expect(JSON.stringify(body)).not.toContain(anIdNumber(n))
  })

  it("is nothing for another phone, for an unknown number and for a child's other parent: one answer, as often and with the same reads", async () => {
    const n = ++count
    await booked(n)
    const reads: string[][] = []
    const seen: TestWorld = {
      ...world,
      db: {
        send: (command: object) => {
          if (!/Update|Put/.test(command.constructor.name)) reads.at(-1)!.push(command.constructor.name)
          return world.db.send(command as never)
        },
      } as never,
    }
    const asked = async (m: number, mobile: number) => {
      reads.push([])
      const input = { ...named(m), mobile: aMobile(mobile) }
      return owning.see(seen, by(mobile), input).catch((error) => error)
    }
    const stranger = ++count
    const unknown = ++count
    await world.vault.seal("warm", 1, "2026-11")
    const [known, nobody] = [await asked(n, stranger), await asked(unknown, stranger)]
    expect([known.code, known.details, nobody.code, nobody.details]).toEqual(["nothing-found", {}, "nothing-found", {}])
    expect(reads[0]!.toSorted()).toHaveLength(reads[1]!.length)
    const there = await (await phoneOf(stranger)).post("/api/own", { idNumber: anIdNumber(n) })
    const gone = await (await phoneOf(stranger)).post("/api/own", { idNumber: anIdNumber(unknown) })
    expect(there.text).toBe(gone.text)
    expect(there.status).toBe(404)
  })

  it("is counted by phone and by number at each look, found or not; whose phone is known is held by the phone's limit alone", async () => {
    const [n, stranger] = [++count, ++count]
    await booked(n)
    const phone = await phoneOf(stranger)
    for (let i = 0; i < limits["own-person"].most; i++)
      expect((await phone.post("/api/own", { idNumber: anIdNumber(n) })).status).toBe(404)
    expect((await phone.post("/api/own", { idNumber: anIdNumber(n) })).body.code).toBe("too-many-tries")
    // ASVS V2.4.1
    const other = await phoneOf(++count)
    expect((await other.post("/api/own", { idNumber: anIdNumber(n) })).body.code).toBe("too-many-tries")
    const owner = await phoneOf(++count)
    await booked(count)
    expect(limits["own-phone"].most).toBeGreaterThan(limits["own-person"].most)
    for (let i = 0; i < limits["own-phone"].most; i++)
      expect((await owner.post("/api/own", { idNumber: anIdNumber(count) })).status).toBe(200)
    expect((await owner.post("/api/own", { idNumber: anIdNumber(count) })).body.code).toBe("too-many-tries")
  })

  it("is counted before the look: of many at once, one phone's or at one number, no more than the limit's are answered", async () => {
    // ASVS V2.4.1
    const world = await aMemoryWorld(at("09:00"), { seed: 1 })
    const person = (n: number) => world.keyring.blind("person", anIdNumber(n))
    await book(world, 1, { date: tuesday, time: "09:00" })
    world.memory.set({ latency: [1, 4] })
    const answered = async (asked: [phone: number, idNumber: number][]) => {
      const looks = asked.map(([phone, n]) => {
        const input = { person: person(n), mobile: aMobile(phone), request: "test" }
        return owning.exported(world, verified(world, phone), input).then(
          () => "found",
          ({ code }: { code: string }) => code,
        )
      })
      return (await Promise.all(looks)).filter((it) => it !== "too-many-tries")
    }
    const numbers = Array.from({ length: 60 }, (_, i) => 100 + i)
    const guesses = await answered([...numbers.map((n): [number, number] => [1, n]), [1, 1]])
    expect(guesses).toHaveLength(limits["own-phone"].most)
    const strangers = await answered(numbers.map((phone) => [phone, 1]))
    expect(strangers.length).toBeLessThanOrEqual(limits["own-person"].most)
    expect(new Set(strangers)).toEqual(new Set(["nothing-found"]))
  })

  it("is looked at as often by the phone that gave a consent for its person, without a booking", async () => {
    const n = ++count
    const consent = { person: person(n), purpose: "child-appointment", version: "1", ref: "R", group: "rp" } as const
    const given = { ...consent, guardian: person(n), phone: by(n).phone, at: world.now() }
    await write(world, [consents.givenChange(system, "test", given, tuesday)], counter())
    for (let i = 0; i <= limits["own-person"].most; i++)
      expect((await owning.see(world, by(n), named(n))).consents).toHaveLength(1)
  })

  it("is recorded before it is answered, each look and each copy, found or not; unrecorded it is not answered", async () => {
    // ASVS V16.3.2
    const n = ++count
    await booked(n)
    await owning.see(world, by(n), named(n))
    await owning.exported(world, by(n), named(n))
    const stranger = count + 500
    await expect(owning.see(world, by(stranger), { ...named(n), mobile: aMobile(stranger) })).rejects.toThrow()
    const thing = `bookings/person#${person(n)}`
    const mine = (await looks()).filter((it) => it[1] === thing).map(([what]) => what)
    expect(mine.toSorted()).toEqual(["own.export", "own.see", "own.see"])
    // Which phone it was, by blind index alone: a stranger's look can be told from their own.
    const who = (await query(world, "audit", `own#${dateOf(world.now())}`)).filter((it) => it.thing === thing)
    expect(new Set(who.map((it) => it.who))).toEqual(
      new Set([`resident:${by(n).phone}`, `resident:${by(stranger).phone}`]),
    )
    expect(JSON.stringify(who)).not.toContain(aMobile(stranger).slice(3))
    const broken = { ...world, tables: { ...world.tables, audit: "nowhere" } }
    await expect(owning.see(broken, by(n), named(n))).rejects.toThrow()
  })

  it("needs the phone that shows itself, not one that is named", async () => {
    const n = ++count
    await booked(n)
    await expect(owning.see(world, by(n + 1), named(n))).rejects.toMatchObject({ code: "phone-unverified" })
    await expect(owning.see(world, { kind: "holder", ref: "x" }, named(n))).rejects.toMatchObject({
      code: "not-allowed",
    })
    expect((await send(app.resident, "POST", "/api/own", { idNumber: anIdNumber(n) })).body.code).toBe(
      "phone-unverified",
    )
  })
})

/** What a phone can have here without any number: a ticket that is over, a list of its own, or nothing. */
const having = {
  nothing: async () => {},
  "a ticket": async (phone: Awaited<ReturnType<typeof phoneOf>>) => {
    const ticket = await phone.post(`/api/stations/${here}/tickets`, { op: randomUUID(), service: "rp-endorse" })
    expect((await phone.post(`/api/tickets/${ticket.body.link}/leave`, {})).status).toBe(200)
  },
  "a list": async (phone: Awaited<ReturnType<typeof phoneOf>>) => {
    const list = { text: `王小明,${anIdNumber(299)}` }
    const form = { key: await phone.key(), station: here, services: ["rp-endorse"], from: tuesday, list }
    expect((await phone.post("/api/groups", form)).status).toBe(201)
  },
}

describe.each(Object.keys(having) as (keyof typeof having)[])("a stranger's number, for a phone with %s,", (has) => {
  const paths = ["/api/own", "/api/own/export", "/api/own/delete"]
  const asked = async (path: string, idNumber: string) => {
    const m = ++count
    const phone = await phoneOf(m)
    await having[has](phone)
    const counted = async () =>
      (await query(world, "bookings", `limit#own-phone#${by(m).phone}`)).reduce((sum, it) => sum + it.v, 0)
    expect(await counted()).toBe(0)
    const { status, body, text } = await phone.post(path, { idNumber, op: "the-same-operation" })
    return { status, body, text: text.replace(/"(link|number|at|until)":"?[^,"}]*"?/g, ""), counted: await counted() }
  }

  it("shows, takes along, deletes and counts nothing of theirs, and answers as for one that nobody knows", async () => {
    const [owner, unknown] = [++count, ++count]
    await missed(owner)
    const start = world.now()
    const children = await query(world, "bookings", keys.standing(person(owner)).pk)
    await booked(owner, "2026-11-27")
    const consent = {
      person: person(owner),
      purpose: "child-appointment",
      version: "1",
      ref: "R",
      group: "rp",
    } as const
    const given = { ...consent, guardian: person(owner), phone: by(owner).phone, at: start }
    await write(world, [consents.givenChange(system, "test", given, tuesday)], counter())
    expect(children.length).toBeGreaterThan(0)
    expect(await owning.see(world, by(owner), named(owner))).toMatchObject({
      standing: { missed: [{ counts: true }] },
      consents: [{ ref: "R" }],
    })
    for (const path of paths) {
      const [theirs, nobodys] = [await asked(path, anIdNumber(owner)), await asked(path, anIdNumber(unknown))]
      const whole = has === "nothing" ? 404 : 200
      expect([path, theirs.status, theirs.counted, nobodys.counted]).toEqual([path, whole, 1, 1])
      expect([path, theirs.text]).toEqual([path, nobodys.text])
      if (whole === 404) continue
      if (path === "/api/own/delete") expect(theirs.body).toEqual({ at: world.now(), standing: [], consents: 0 })
      else expect(theirs.body).toMatchObject({ appointments: [], standing: { missed: [] }, consents: [] })
    }
    expect((await owning.see(world, by(owner), named(owner))).appointments).toHaveLength(1)
  })

  it("is counted each time, until it is refused", async () => {
    const owner = ++count
    await booked(owner)
    const phone = await phoneOf(++count)
    await having[has](phone)
    for (let i = 0; i < limits["own-phone"].most; i++)
      expect((await phone.post("/api/own", { idNumber: anIdNumber(i === 0 ? owner : ++count) })).status).toBe(
        has === "nothing" ? 404 : 200,
      )
    for (const path of paths)
      expect((await phone.post(path, { idNumber: anIdNumber(++count), op: randomUUID() })).body.code).toBe(
        "too-many-tries",
      )
  })

  it("with the name of a consent withdraws none, whose it is or nobody's, and is counted", async () => {
    const owner = ++count
    const m = ++count
    const phone = await phoneOf(m)
    await having[has](phone)
    const consent = {
      person: person(owner),
      purpose: "child-appointment",
      version: "1",
      ref: "R",
      group: "rp",
    } as const
    const given = { ...consent, guardian: person(owner), phone: by(owner).phone, at: world.now() }
    await write(world, [consents.givenChange(system, "test", given, tuesday)], counter())
    const answers: { status: number; text: string }[] = []
    for (const who of [person(owner), person(++count), person(owner)]) {
      const token = world.keyring.seal("consent", [who, "child-appointment", "1", "R"])
      answers.push(await phone.post(`/api/own/consents/${token}/withdraw`, {}))
    }
    expect(answers.map(({ status, text }) => [status, text])).toEqual(answers.map(() => [404, answers[0]!.text]))
    const counted = await query(world, "bookings", `limit#own-phone#${by(m).phone}`)
    expect(counted.map(({ v }) => v)).toEqual([3])
    expect((await owning.see(world, by(owner), named(owner))).consents[0]!.withdrawn).toBeUndefined()
  })
})

describe("a copy to take along", () => {
  it("is one file with the values as they were given and none of our indexes", async () => {
    const n = ++count
    const held = await booked(n)
    const { status, body, headers, text } = await (await phoneOf(n)).post("/api/own/export", {
      idNumber: anIdNumber(n),
    })
    expect(status).toBe(200)
    expect(headers.get("content-disposition")).toBe('attachment; filename="doorstep.json"')
    expect(headers.get("cache-control")).toBe("private, no-store")
    expect(body).toMatchObject({ version: "1", made: world.now() })
    expect(body.appointments[0]).toMatchObject({
      ref: held.ref,
      person: { name: "张三", idNumber: anIdNumber(n), phone: aMobile(n) },
    })
    for (const index of [person(n), by(n).phone]) expect(text).not.toContain(index)
  })

  it("holds the list that an employer sent, its tickets and every day's that is still kept", async () => {
    const n = ++count
    const phone = await phoneOf(n)
    const list = { text: `王小明,${anIdNumber(n + 400)}\n王小红,${anIdNumber(n + 401)}` }
    const form = { key: await phone.key(), station: here, services: ["rp-endorse"], from: tuesday, list }
    expect((await phone.post("/api/groups", form)).status).toBe(201)
    const op = randomUUID()
    const ticket = await phone.post(`/api/stations/${here}/tickets`, { op, service: "rp-endorse" })
    expect((await phone.post(`/api/tickets/${ticket.body.link}/leave`, {})).status).toBe(200)
    const second = await phone.post(`/api/stations/${here}/tickets`, { op: randomUUID(), service: "rp-endorse" })
    const { body } = await phone.post("/api/own/export", { idNumber: anIdNumber(n) })
    expect(body.lists).toMatchObject([{ people: 2, rows: [{ name: "王小明" }, { idNumber: anIdNumber(n + 401) }] }])
    expect(body.tickets.map(({ number, waiting }: { number: string; waiting: boolean }) => [number, waiting])).toEqual([
      [second.body.number, true],
      [ticket.body.number, false],
    ])
    const seen = (await phone.post("/api/own", { idNumber: anIdNumber(n) })).body
    expect(seen.lists).toEqual([{ people: 2, at: world.now(), until: world.now() + kept.list }])
  })
})

describe("deleting it", () => {
  it("waits for a booking and for a waiting ticket, and says which", async () => {
    const n = ++count
    const held = await booked(n)
    const phone = await phoneOf(n)
    const remove = () => phone.post("/api/own/delete", { op: randomUUID(), idNumber: anIdNumber(n) })
    expect((await remove()).body).toMatchObject({ status: 409, code: "still-booked", link: held.link })
    await cancel(held)
    const ticket = await phone.post(`/api/stations/${here}/tickets`, { op: randomUUID(), service: "rp-endorse" })
    expect((await remove()).body).toMatchObject({ status: 409, code: "still-waiting", link: ticket.body.link })
    expect((await phone.post(`/api/tickets/${ticket.body.link}/leave`, {})).status).toBe(200)
    expect((await remove()).status).toBe(200)
    expect((await send(app.resident, "POST", `/api/tickets/${ticket.body.link}/leave`)).body.code).toBe(
      "ticket-not-found",
    )
  })

  it("of a day that is over waits for the night that settles it: nobody deletes an absence before it is one", async () => {
    const n = ++count
    const held = await booked(n)
    const now = world.now()
    world.set(instantOf(tuesday, "23:00"))
    await expect(owning.remove(world, by(n), { ...named(n), op: "o" })).rejects.toMatchObject({ code: "still-booked" })
    world.set(now)
    await cancel(held)
  })

  it("leaves nothing that anybody can read, in a table or by the old secrets, and one can book again at once", async () => {
    const n = ++count
    const held = await booked(n)
    const cancelled = await cancel(held)
    const before = (await appointments.find(world, person(n), "rp"))!
    const secret = (await appointments.secretOf(world, held.ref))!
    const traces = [before.sealed, secret].map((it) => Buffer.from(it).toString("base64"))
    const whole = await everything()
    for (const trace of [...traces, held.ref]) expect(whole).toContain(trace)
    const op = randomUUID()
    const phone = await phoneOf(n)
    const remove = () => phone.post("/api/own/delete", { op, idNumber: anIdNumber(n) })
    const done = await remove()
    expect(done.body).toEqual({ at: world.now(), standing: [], consents: 0 })
    expect((await remove()).body).toEqual(done.body)

    const item = (await get(world, "bookings", keys.person(person(n), "rp")))!
    expect(item.sealed).toHaveLength(0)
    expect(item.ttl! * 1000 - world.now()).toBeLessThanOrEqual(8 * day)
    // What a backup of the table without its secret holds, and the whole of what is here now.
    expect(await appointments.openPerson(world, before)).toBeUndefined()
    const all = await everything()
    for (const trace of traces) expect(all).not.toContain(trace)
    for (const path of [held.link, cancelled.link])
      expect((await send(app.resident, "GET", `/api/appointments/${path}`)).body.code).toBe("appointment-not-found")
    const found = { ref: held.ref, last4: aMobile(n).slice(-4) }
    expect((await send(app.resident, "POST", "/api/appointments/find", found)).body.code).toBe("appointment-not-found")
    for (const path of ["/api/own", "/api/own/export"])
      expect((await phone.post(path, { idNumber: anIdNumber(n) })).body.code).toBe("nothing-found")
    expect((await phone.post("/api/own/delete", { op: randomUUID(), idNumber: anIdNumber(n) })).body.code).toBe(
      "nothing-found",
    )
    expect(
      (await looks()).filter(([what, thing]) => what === "own.delete" && String(thing).endsWith(person(n))),
    ).toHaveLength(2)
    expect((await booked(n)).state).toBe("booked")
  })

  it("takes the secrets of earlier bookings too, which a backup of the table may still hold", async () => {
    const n = ++count
    const now = world.now()
    const first = await booked(n)
    const before = (await appointments.find(world, person(n), "rp"))!
    await cancel(first)
    world.wait(26 * 60)
    const second = await booked(n, "2026-11-27")
    await cancel(second)
    expect(await appointments.openPerson(world, before)).toMatchObject({ idNumber: anIdNumber(n) })
    await owning.remove(world, by(n), { ...named(n), op: "d" })
    expect(await appointments.openPerson(world, before)).toBeUndefined()
    world.set(now)
  })

  it("keeps the week's number: deleting is no way to book more often", async () => {
    const n = ++count
    for (let i = 0; i < 2; i++) {
      await cancel(await booked(n))
      await owning.remove(world, by(n), { ...named(n), op: `d${i}` })
    }
    await expect(booked(n)).rejects.toMatchObject({ code: "too-many-bookings" })
  })

  it("keeps an absence that counts, without a word of its appeal, whose task ends; and says so", async () => {
    const n = ++count
    const held = await missed(n)
    const key = keys.standing(person(n))
    const was = await get(world, "bookings", key)
    const now = world.now()
    world.set(instantOf(addDays(held.date, 1), "09:00"))
    const appeal = { ref: held.ref, text: "那天住院了" }
    expect((await send(app.resident, "POST", `/api/appointments/${held.link}/appeal`, appeal)).status).toBe(200)
    const told = async (before: Item | undefined) => {
      for (const { queue, body } of consequences({
        table: "bookings",
        before,
        after: await get(world, "bookings", key),
      }))
        if (queue === "work") await learn(world, body)
    }
    await told(was)
    const task = () => tasks.find(world, here, dateOf(world.now()), `appeal#${held.ref}`)
    expect(await task()).toMatchObject({ state: "open" })
    const seen = (await owning.see(world, by(n), named(n))).standing.missed
    expect(seen).toMatchObject([{ ref: held.ref, counts: true, appeal: "那天住院了" }])
    const before = await get(world, "bookings", key)
    const until = addDays(held.date, kept.standing / day)
    expect(await owning.remove(world, by(n), { ...named(n), op: "d" })).toMatchObject({
      standing: [{ date: held.date, until }],
    })
    await told(before)
    expect(await task()).toMatchObject({ state: "dropped" })
    expect((await standings.find(world, person(n))).missed).toEqual([
      { ref: held.ref, group: "rp", station: here, date: held.date },
    ])
    world.set(now)
  })

  it("takes the lists that the phone sent, and this person's row of another's", async () => {
    const [sender, worker] = [++count, ++count]
    const phone = await phoneOf(sender)
    const text = `王小明,${anIdNumber(worker)},${aMobile(worker).slice(3)}\n王小红,${anIdNumber(sender + 300)}`
    const form = { station: here, services: ["rp-endorse"], from: tuesday, list: { text } }
    const started = await phone.post("/api/groups", { ...form, key: await phone.key() })
    const { group } = started.body
    expect((await phone.post(`/api/groups/${group}/proceed`, {})).body.done).toBe(2)
    const held = (await appointments.find(world, person(worker), "rp"))!
    const link = world.keyring.seal("link", [held.person, "rp", held.ref])
    const opened = await booking.byLink(world, link)
    await booking.cancel(world, opened.actor, opened.appointment, { v: held.v })
    await owning.remove(world, by(worker), { ...named(worker), op: "d" })
    const left = (await phone.get(`/api/groups/${group}`)).body
    expect(left.outcomes.map(({ name }: { name: string }) => name)).toEqual(["王*红"])
    await owning.remove(world, by(sender), { ...named(sender), op: "d" })
    expect((await phone.get(`/api/groups/${group}`)).body.code).toBe("appointment-not-found")
  })

  it("touches nothing of the same person under another phone", async () => {
    const [n, other] = [++count, ++count]
    await cancel(await booked(n))
    const services = ["id-renew"] as const
    const { time } = (await booking.offers(world, { kind: "anyone" }, { station: here, services, date: tuesday }))[0]!
    const form = {
      key: (await phoneOf(other)).key,
      station: here,
      date: tuesday,
      time,
      name: "张三",
      idNumber: anIdNumber(n),
    }
    const resident = await phoneOf(other)
    const id = await resident.post("/api/appointments", { ...form, services, key: await resident.key() })
    expect(id.status).toBe(201)
    await owning.remove(world, by(n), { ...named(n), op: "d" })
    expect((await resident.post("/api/own", { idNumber: anIdNumber(n) })).body.appointments).toHaveLength(1)
  })

  it.each([
    [0, "before"],
    [1, "before"],
    [2, "before"],
    [2, "after"],
  ] as const)(
    "killed at its write %i, %s it, shows no half of it and finishes when it is repeated",
    async (which, when) => {
      const n = ++count
      const phone = await phoneOf(n)
      const ticket = await phone.post(`/api/stations/${here}/tickets`, { op: randomUUID(), service: "rp-endorse" })
      expect((await phone.post(`/api/tickets/${ticket.body.link}/leave`, {})).status).toBe(200)
      const list = { text: `王小明,${anIdNumber(n + 350)}` }
      const form = { station: here, services: ["rp-endorse"], from: tuesday, list, key: await phone.key() }
      expect((await phone.post("/api/groups", form)).status).toBe(201)
      await cancel(await booked(n))
      let writes = 0
      const isWrite = (command: object) =>
        /^(Put|TransactWrite)Command$/.test(command.constructor.name) &&
        (command as { input: { TableName?: string } }).input.TableName !== world.tables.audit
      const dying = {
        ...world,
        db: {
          send: async (command: object) => {
            const last = isWrite(command) && writes++ === which
            if (last && when === "before") throw new Error("killed")
            const done = await world.db.send(command as never)
            if (last) throw new Error("killed")
            return done
          },
        } as never,
      }
      const remove = (in_: typeof world) => owning.remove(in_, by(n), { ...named(n), op: "same" })
      await expect(remove(dying)).rejects.toThrow("killed")
      expect(writes).toBe(which + 1)
      if (when === "before") {
        const { appointments } = await owning.exported(world, by(n), named(n))
        expect(appointments[0]!.person.idNumber).toBe(anIdNumber(n))
      }
      expect(await remove(world)).toMatchObject({ at: world.now() })
      await expect(owning.see(world, by(n), named(n))).rejects.toMatchObject({ code: "nothing-found" })
      expect((await send(app.resident, "POST", `/api/tickets/${ticket.body.link}/leave`)).status).toBe(404)
    },
  )
})

describe("deleting in the same moment as", () => {
  const settled = async (n: number, others: Promise<unknown>[]) => {
    const removal = owning.remove(world, by(n), { ...named(n), op: "d" }).then(
      () => "deleted" as const,
      (error: { code: string }) => error.code,
    )
    const [result, ...rest] = await Promise.allSettled([removal, ...others])
    expect(result.status).toBe("fulfilled")
    return { result: (result as { value: string }).value, rest }
  }
  const readable = async (n: number) => {
    const it = await appointments.find(world, person(n), "rp")
    return it !== undefined && (await appointments.openPerson(world, it)) !== undefined
  }

  it("a booking: either is whole, and what was booked is theirs to open", async () => {
    for (let i = 0; i < 8; i++) {
      const n = ++count
      await cancel(await booked(n))
      const time = await timeOn("2026-11-25")
      const { result, rest } = await settled(n, [book(world, n, { date: "2026-11-25", time })])
      const held = rest[0]!.status === "fulfilled" ? (rest[0]!.value as booking.Held) : undefined
      expect(["deleted", "still-booked", "changed-meanwhile", "busy"]).toContain(result)
      // Two answers, and both true: what was booked stands and opens, whichever came first.
      expect([i, await readable(n)]).toEqual([i, held !== undefined || result !== "deleted"])
      if (held) expect((await booking.byLink(world, held.link)).held.state).toBe("booked")
    }
  })

  it("a move and a check-in: a booking that stands is never deleted", async () => {
    const kiosk = await aDevice(world, app.device)
    for (let i = 0; i < 4; i++) {
      const n = ++count
      const held = await book(world, n, { date: monday, time: await timeOn(monday) })
      const [actor, it] = await opened(world, held)
      const time = await timeOn("2026-11-25")
      const { result } = await settled(n, [
        rebooking.move(world, actor, it, { op: randomUUID(), v: it.v, station: here, date: "2026-11-25", time }),
        kiosk.post("/device/check-ins", { shown: { ref: held.ref } }),
      ])
      expect(result).toBe("still-booked")
      expect(await readable(n)).toBe(true)
    }
  })

  it("the messenger: it sends the message whole or none", async () => {
    for (let i = 0; i < 6; i++) {
      const n = ++count
      const before = await booked(n)
      const key = keys.person(person(n), "rp")
      const was = await get(world, "bookings", key)
      await cancel(before)
      const messages = consequences({ table: "bookings", before: was, after: await get(world, "bookings", key) })
      const told: { to: string; text: string }[] = []
      const notices = messages.flatMap(({ queue, body }) => (queue === "notices" ? [body] : []))
      expect(notices).toHaveLength(1)
      const { result, rest } = await settled(
        n,
        notices.map((it) => notify(world, async (message) => void told.push(message), it)),
      )
      expect([result, rest.map(({ status }) => status)]).toEqual(["deleted", ["fulfilled"]])
      for (const { to, text } of told) expect([to, text.includes("已取消")]).toEqual([aMobile(n), true])
    }
  })

  it("itself: both are answered, once", async () => {
    const n = ++count
    await cancel(await booked(n))
    const both = await Promise.allSettled([1, 2].map(() => owning.remove(world, by(n), { ...named(n), op: "same" })))
    const codes = both.map((it) => (it.status === "fulfilled" ? "deleted" : it.reason.code))
    expect(codes).toContain("deleted")
    expect(codes.every((it) => ["deleted", "nothing-found", "changed-meanwhile", "busy"].includes(it))).toBe(true)
    expect(await readable(n)).toBe(false)
  })
})

describe("what follows from a deletion", () => {
  it("is no message: a task or a text about nothing helps nobody", async () => {
    const n = ++count
    await cancel(await booked(n))
    const key = keys.person(person(n), "rp")
    const before = (await get(world, "bookings", key))!
    await owning.remove(world, by(n), { ...named(n), op: "d" })
    expect(consequences({ table: "bookings", before, after: await get(world, "bookings", key) })).toEqual([])
  })

  it("hides them from the day's list, whose place stays as it was", async () => {
    const n = ++count
    const date = "2026-11-26"
    const held = await booked(n, date)
    const it = (await appointments.find(world, person(n), "rp"))!
    // Served, and deleted in the same afternoon.
    const served = { ...it, state: "served" as const }
    await write(world, [appointments.personChange(system, "test", world.now(), served, it.v, "busy")], counter())
    expect((await appointments.onDay(world, here, date, "rp")).map(({ ref }) => ref)).toContain(held.ref)
    const stub = emptied({ ...served, v: it.v + 1 }, "test", instantOf(date, "15:00"))
    expect(stub).toMatchObject({ date, station: here, ref: "", services: [], past: [] })
    await owning.remove(world, by(n), { ...named(n), op: "d" })
    expect((await appointments.onDay(world, here, date, "rp")).map(({ person }) => person)).not.toContain(person(n))
  })
})

describe("a correction", () => {
  const correct = async (
    held: booking.Held,
    change: Partial<owning.Correction>,
    verified?: string,
    op: string = randomUUID(),
  ) => {
    const [actor, it] = await opened(world, held)
    return owning.correct(world, actor, it, { op, v: it.v, ...change }, verified)
  }
  const end = (n: number) => anIdNumber(n).slice(-4)
  const details = async (n: number) =>
    appointments.openPerson(world, (await appointments.find(world, person(n), "rp"))!)

  it("of the name reseals it; of the phone only to one that has shown itself, and the digits follow", async () => {
    const [n, other] = [++count, ++count]
    const held = await booked(n)
    await correct(held, { name: "阿卜杜拉·买买提" }, aMobile(n))
    expect(await details(n)).toMatchObject({ name: "阿卜杜拉·买买提", phone: aMobile(n) })
    await expect(correct(held, { mobile: aMobile(other) })).rejects.toMatchObject({ code: "phone-unverified" })
    await expect(correct(held, { mobile: aMobile(other) }, aMobile(n))).rejects.toMatchObject({
      code: "phone-unverified",
    })
    const op = randomUUID()
    const after = await correct(held, { mobile: aMobile(other), idLast4: end(n) }, aMobile(other), op)
    expect(await correct(held, { mobile: aMobile(n) }, aMobile(n), op)).toEqual(after)
    expect(await details(n)).toMatchObject({ idNumber: anIdNumber(n), phone: aMobile(other) })
    const find = (m: number) =>
      send(app.resident, "POST", "/api/appointments/find", { ref: held.ref, last4: aMobile(m).slice(-4) })
    expect([(await find(n)).status, (await find(other)).status]).toEqual([404, 200])
    // Whose it is has changed with it.
    await expect(owning.see(world, by(n), named(n))).rejects.toMatchObject({ code: "nothing-found" })
    expect((await owning.see(world, by(other), { ...named(n), mobile: aMobile(other) })).appointments).toHaveLength(1)
  })

  // ASVS V8.2.2
  it("by the link alone is none: a name needs the booking's phone, a phone the new one and the end of the ID number", async () => {
    const [n, stranger] = [++count, ++count]
    const held = await booked(n)
    const found = await send(app.resident, "POST", "/api/appointments/find", {
      ref: held.ref,
      last4: aMobile(n).slice(-4),
    })
    const { v } = (await opened(world, held))[1]
    const path = `/api/appointments/${found.body.link}/correct`
    const form = () => ({ op: randomUUID(), v })
    expect((await send(app.resident, "POST", path, { ...form(), name: "李四" })).body.code).toBe("phone-unverified")
    const phone = await phoneOf(stranger)
    expect((await phone.post(path, { ...form(), name: "李四" })).body.code).toBe("phone-unverified")
    const mobile = aMobile(stranger)
    for (const idLast4 of [undefined, "000X", aMobile(n).slice(-4)])
      expect((await phone.post(path, { ...form(), name: "李四", mobile, idLast4 })).body).toMatchObject({
        code: "invalid-input",
        fields: [{ field: "idLast4", fault: "id-last4" }],
      })
    expect(await details(n)).toMatchObject({ name: "张三", phone: aMobile(n) })
    expect((await phone.post(path, { ...form(), mobile, idLast4: end(n) })).status).toBe(200)
    expect(await details(n)).toMatchObject({ name: "张三", phone: mobile })
  })

  it("on its page sends the code to the phone that must show itself, and says what is wrong at its field", async () => {
    const [n, other] = [++count, ++count]
    const held = await booked(n)
    const phone = aPhone(app.resident)
    const page = () => phone.open(`/zh/a/${held.link}/correct`)
    const shows = async (form: Record<string, string>, m: number) => {
      const asked = await phone.send(await page(), "改好了", form)
      expect([asked.path, asked.text.includes(`138****${aMobile(m).slice(-4)}`)]).toEqual(["/zh/correct/code", true])
      return phone.send(asked, "下一步", { code: await codeFor(world, aMobile(m)) })
    }
    expect((await page()).html).not.toContain("guardianName")
    expect((await shows({ name: "李四" }, n)).path).toBe(`/zh/a/${held.link}`)
    expect(await details(n)).toMatchObject({ name: "李四", phone: aMobile(n) })
    const wrong = await shows({ mobile: aMobile(other), idLast4: "000X" }, other)
    expect([wrong.status, wrong.text.includes("与办理人身份证号的最后4位不符")]).toEqual([400, true])
    expect(wrong.html).toContain('id="idLast4-error"')
    expect((await phone.send(wrong, "改好了", { idLast4: end(n).toLowerCase() })).path).toBe(`/zh/a/${held.link}`)
    expect(await details(n)).toMatchObject({ name: "李四", phone: aMobile(other) })
  })

  it("guessed at is counted before it is judged, by phone and by number: then the right end is refused as well", async () => {
    // ASVS V2.4.1
    const [n, stranger] = [++count, ++count]
    const held = await booked(n)
    const mobile = aMobile(stranger)
    for (let i = 0; i < limits["own-person"].most; i++)
      await expect(correct(held, { mobile, idLast4: "000X" }, mobile)).rejects.toMatchObject({ code: "invalid-input" })
    for (const other of [mobile, aMobile(++count)])
      await expect(correct(held, { mobile: other, idLast4: end(n) }, other)).rejects.toMatchObject({
        code: "too-many-tries",
      })
  })

  it("tells the phone that it was, once, from what is sealed; and the next phone as well", async () => {
    const [n, second, third] = [++count, ++count, ++count]
    const held = await booked(n)
    const key = keys.person(person(n), "rp")
    const told: string[] = []
    const changed = async (mobile: string, name?: string) => {
      const before = (await get(world, "bookings", key))!
      await correct(held, { mobile, idLast4: end(n), ...(name && { name }) }, mobile)
      const after = (await get(world, "bookings", key))!
      expect(JSON.stringify(after)).not.toContain(aMobile(n).slice(3))
      return consequences({ table: "bookings", before, after })
    }
    const messages = [
      ...(await changed(aMobile(second))),
      ...(await changed(aMobile(third))),
      ...(await changed(aMobile(third), "李四")),
    ]
    expect(messages.map(({ body }) => body.kind)).toEqual(["phone-changed", "phone-changed"])
    for (const { queue, body } of [...messages, ...messages])
      if (queue === "notices")
        await notify(world, async ({ to, text }) => void told.push(`${to} ${text.slice(0, 5)}`), body)
    expect(told).toEqual([`${aMobile(n)} 【家门口】`, `${aMobile(second)} 【家门口】`])
  })

  it("is refused once it is checked in, ended or changed, and takes no ID number", async () => {
    const n = ++count
    const held = await booked(n)
    const [actor, it] = await opened(world, held)
    await expect(
      owning.correct(world, actor, it, { op: "o", v: it.v + 1, name: "李四" }, undefined),
    ).rejects.toMatchObject({
      code: "changed-meanwhile",
    })
    const path = `/api/appointments/${held.link}/correct`
    const posted = await (await phoneOf(n)).post(path, { op: randomUUID(), v: it.v, idNumber: anIdNumber(n + 1) })
    expect([posted.status, (await details(n))!.idNumber]).toEqual([200, anIdNumber(n)])
    await cancel(held)
    await expect(correct(held, { name: "李四" }, aMobile(n))).rejects.toMatchObject({ code: "appointment-ended" })
  })
})

describe("whoever is done", () => {
  const cookieNames = ["__Host-visitor", "__Host-visit", "__Host-own", "__Host-correct", "__Host-take", "__Host-group"]
  const shown = async (n: number) => {
    const phone = aPhone(app.resident)
    await phone.send(await phone.open("/zh/own"), "下一步", { mobile: aMobile(n) })
    const code = await codeFor(world, aMobile(n))
    await phone.send(await phone.open("/zh/own/code"), "下一步", { code })
    const all = await phone.send(await phone.open("/zh/own/number"), "查看", { idNumber: anIdNumber(n) })
    return { phone, all }
  }
  const stillIs = async (token: string) => (await sessionOf(world, token)) !== undefined

  it("is forgotten by this browser and by us, at one press on any page of their own; on nobody's page stands none", async () => {
    // ASVS V7.4.1, V7.4.4
    const n = ++count
    await booked(n)
    const { phone, all } = await shown(n)
    expect(all.path).toBe("/zh/own/all")
    const token = phone.cookies.get("__Host-visitor")!
    expect(await stillIs(token)).toBe(true)
    expect((await phone.open("/zh")).html).not.toContain("/zh/done")
    expect((await aPhone(app.resident).open("/zh/own")).html).not.toContain("/zh/done")
    const done = await phone.send(all, "用完了，退出")
    expect([done.status, done.headers.get("cache-control"), done.html.includes("/zh/done")]).toEqual([
      200,
      "private, no-store",
      false,
    ])
    expect(cookieNames.filter((it) => phone.cookies.has(it))).toEqual([])
    expect([...phone.cookies.keys()].filter((it) => it.startsWith("__Host-form-"))).toEqual([])
    expect(await stillIs(token)).toBe(false)
    expect((await phone.open("/zh/own/all")).path).toBe("/zh/own")
    // Pressed again: alike.
    expect((await phone.post("/zh/done", {})).status).toBe(200)
  })

  it("with a deletion is forgotten with it, so that no form fills in what was deleted", async () => {
    const n = ++count
    await cancel(await booked(n))
    const { phone } = await shown(n)
    const token = phone.cookies.get("__Host-visitor")!
    phone.cookies.set("__Host-visit", "what was typed")
    const deleted = await phone.send(await phone.open("/zh/own/delete/sure"), "确定删除")
    expect([deleted.status, deleted.html.includes("/zh/done")]).toEqual([200, false])
    expect(cookieNames.filter((it) => phone.cookies.has(it))).toEqual([])
    expect([...phone.cookies.keys()].filter((it) => it.startsWith("__Host-form-"))).toEqual([])
    expect(await stillIs(token)).toBe(false)
    expect((await phone.open("/zh/own")).html).not.toContain(aMobile(n).slice(3))
  })

  it("may say so as JSON, and is answered alike without a session", async () => {
    const n = ++count
    await booked(n)
    const phone = await phoneOf(n)
    const end = () => phone.post("/api/sessions/end", {})
    const done = await end()
    expect([done.status, done.body]).toEqual([200, { ended: true }])
    expect(done.headers.getSetCookie().filter((it) => /max-age=0/i.test(it))).toHaveLength(cookieNames.length)
    expect((await end()).body).toEqual(done.body)
    expect((await phone.post("/api/own", { idNumber: anIdNumber(n) })).body.code).toBe("phone-unverified")
  })
})
