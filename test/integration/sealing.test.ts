/** Law 10, by canary: after a little day with marked people, their names and numbers are nowhere but under seal. */
import { createHash, randomBytes, randomUUID } from "node:crypto"
import { PutCommand, ScanCommand } from "@aws-sdk/lib-dynamodb"
import { beforeAll, describe, expect, inject, it } from "vitest"
import { report } from "#actions/reporting"
import { description } from "#api/openapi"
import { consume } from "#background/consume"
import { notify } from "#background/notify"
import { minute } from "#domain/time"
import type { Told } from "#domain/told"
import { consequences } from "#messages/consequences"
import { Notice } from "#messages/messages"
import { find, openPerson, type Sealed, sealPerson, secretOf } from "#store/appointments"
import { dataKeys } from "#store/dataKeys"
import { log } from "#store/log"
import type { Item } from "#store/table"
import { keyAtHand, vault } from "#store/vault"
import { type Apps, aClerk, aDevice, apps, aResident, type Reply, send } from "#test/apps"
import { at, monday } from "#test/builders"
import { aMobile, anIdNumber } from "#test/people"
import { aWorld, type TestWorld, through } from "#test/world"

/** Names that stand nowhere else. */
const people = [
  { name: "金丝雀·鸣于谷", idNumber: anIdNumber(321), mobile: aMobile(87_654_321) },
  { name: "金翅雀·栖于林", idNumber: anIdNumber(322), mobile: aMobile(87_654_322) },
] as const
const [served, cancelled] = people

let world: TestWorld
let app: Apps
const heard: Record<string, Reply[]> = { shared: [], own: [], staff: [], refused: [] }
const sent: { id: string; to: string; text: string }[] = []
const words: string[] = []

/** The marks in every form in which they might lie about. */
function marksOf({ name, idNumber, mobile }: (typeof people)[number]) {
  const plain = [
    name,
    name.replace("·", ""),
    name.slice(0, 3),
    idNumber,
    idNumber.slice(6, 14),
    idNumber.toLowerCase(),
    mobile,
    mobile.slice(3),
  ]
  return plain.flatMap((it) => {
    const bytes = Buffer.from(it)
    return [it, encodeURIComponent(it), bytes.toString("hex"), JSON.stringify(it).slice(1, -1), ...innerBase64(bytes)]
  })
}
/** What of these bytes is the same in base64 wherever they begin. */
const innerBase64 = (bytes: Buffer) =>
  [0, 1, 2]
    .map((shift) => {
      const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString("base64")
      return text.slice(shift ? 4 : 0, -4)
    })
    .filter((it) => it.length >= 8)
const anIdAnywhere = /(?<![\dA-Za-z_-])\d{17}[\dX](?![\dA-Za-z_-])/
const aMobileAnywhere = /(?<![\dA-Za-z_.-])(?:\+86)?1[3-9]\d{9}(?![\dA-Za-z_.-])/

function mustHideEveryone(text: string, where: string) {
  for (const mark of people.flatMap(marksOf)) if (text.includes(mark)) throw new Error(`${where} carries ${mark}`)
  expect([where, text.match(anIdAnywhere)?.[0], text.match(aMobileAnywhere)?.[0]]).toEqual([
    where,
    undefined,
    undefined,
  ])
}

async function itemsOf(table: string): Promise<Item[]> {
  const items: Item[] = []
  let start: Record<string, unknown> | undefined
  do {
    const page = await world.db.send(
      new ScanCommand({ TableName: table, ConsistentRead: true, ...(start && { ExclusiveStartKey: start }) }),
    )
    items.push(...((page.Items ?? []) as Item[]))
    start = page.LastEvaluatedKey
  } while (start)
  return items
}
/** Bytes as text too, so that nothing hides in them. */
const readable = (value: unknown): string =>
  JSON.stringify(value, (_, it) => {
    const bytes = it instanceof Uint8Array ? it : it?.type === "Buffer" ? Uint8Array.from(it.data) : undefined
    return bytes ? `${Buffer.from(bytes).toString("latin1")} ${Buffer.from(bytes).toString("utf8")}` : it
  })

/** What a cancelled appointment was before; of the rest, that it was not there. */
const earlier = (item: Item): Item | undefined =>
  item.state === "cancelled" ? { ...item, state: "booked" } : undefined

beforeAll(async () => {
  world = await aWorld(at("07:30"))
  app = apps(world)
  const keep = async (kind: keyof typeof heard, reply: Promise<Reply>) => {
    const it = await reply
    heard[kind]!.push(it)
    return it
  }
  const book = async (it: (typeof people)[number], nth: number) => {
    const resident = await aResident(world, app.resident, it.mobile)
    const { body } = await keep(
      "shared",
      resident.get(`/api/stations/FZ-JA-P01/places?services=rp-endorse&date=${monday}`),
    )
    const form = {
      key: await resident.key(),
      station: "FZ-JA-P01",
      services: ["rp-endorse"],
      date: monday,
      time: body.offers[nth].time,
      name: it.name,
      idNumber: it.idNumber,
    }
    const booked = await keep("own", resident.post("/api/appointments", form))
    expect(booked.status).toBe(201)
    await keep("refused", resident.post("/api/appointments", { ...form, key: await resident.key() }))
    await keep("refused", resident.post("/api/appointments", { ...form, time: "99:99" }))
    await keep(
      "refused",
      resident.post("/api/appointments", { ...form, name: `${it.name}123`, idNumber: `${it.idNumber}9` }),
    )
    await keep("refused", resident.post("/api/codes", { mobile: `${it.mobile}1` }))
    await keep("refused", resident.post("/api/sessions", { mobile: it.mobile, code: "000000" }))
    await keep("refused", send(app.resident, "GET", `/api/stations/${encodeURIComponent(it.name)}/live`))
    await keep("refused", send(app.resident, "POST", "/api/appointments", form))
    return booked.body
  }
  const [one, two] = [await book(served, 0), await book(cancelled, 3)]
  await keep("own", send(app.resident, "POST", `/api/appointments/${two.link}/cancel`, { v: two.v }))
  await keep("own", send(app.resident, "GET", `/api/appointments/${one.link}`))
  await keep(
    "own",
    send(app.resident, "POST", "/api/appointments/find", { ref: one.ref, last4: served.mobile.slice(-4) }),
  )
  await keep("refused", send(app.resident, "POST", "/api/appointments/find", { ref: one.ref, last4: "0000" }))
  for (const path of ["", "/visit.ics", "/cancel"])
    await keep("own", send(app.resident, "GET", `/zh/a/${one.link}${path}`))

  const told: Told = {
    where: { text: `${served.name}家门口` },
    when: { at: world.now(), about: true },
    phone: served.mobile,
    child: { sex: "girl", age: 6 },
    relation: "parent",
    details: { name: served.name, companion: cancelled.name },
  }
  await report(world, { kind: "anyone" }, { key: "canary", told })

  world.set(at(one.time) - 4 * minute)
  const kiosk = await aDevice(world, app.device)
  await keep("refused", kiosk.post("/device/check-ins", { shown: { idNumber: cancelled.idNumber } }))
  await keep("refused", kiosk.post("/device/check-ins", { shown: { idNumber: `${served.idNumber.slice(0, 17)}?` } }))
  const { number } = (await keep("shared", kiosk.post("/device/check-ins", { shown: { idNumber: served.idNumber } })))
    .body
  const clerk = await aClerk(world, app.staff, "clerk-p01-1")
  await clerk.at(1)("sit")
  await keep("staff", clerk.at(1)("call"))
  for (const path of [
    `/staff/visitors/${number}`,
    `/staff/appointments?date=${monday}`,
    "/staff/line",
    `/staff/tasks?date=${monday}`,
  ])
    await keep("staff", clerk.get(path))
  for (const path of [
    "/api/stations/FZ-JA-P01/live",
    `/api/stations/FZ-JA-P01/tickets/${monday}/${number}`,
    "/api/stations",
    "/zh/s/FZ-JA-P01",
    `/zh/t/FZ-JA-P01/${monday}/${number}`,
  ])
    await keep("shared", send(app.resident, "GET", path))
  await keep("shared", kiosk.get("/device/live"))

  // What each saved item would tell the queues, and what the messenger sends of it.
  for (const table of ["bookings", "live"] as const)
    for (const item of await itemsOf(world.tables[table]))
      for (const { queue, body } of consequences({ table, before: earlier(item), after: item })) {
        words.push(JSON.stringify(body))
        if (queue === "notices") await notify(world, async (message) => void sent.push(message), Notice.parse(body))
      }
})

describe("after a day", () => {
  it("the day has happened, so that there is something to hide", () => {
    expect(heard.own!.map((it) => it.status).filter((it) => it >= 400)).toEqual([])
    expect(heard.shared!.map((it) => it.status).filter((it) => it >= 400)).toEqual([])
    expect(heard.refused!.map((it) => it.status).filter((it) => it < 400 || it >= 500)).toEqual([])
    expect(sent.map((it) => it.to)).toEqual(expect.arrayContaining([served.mobile, cancelled.mobile]))
    expect(() => mustHideEveryone(`x ${served.mobile}`, "a canary that sings")).toThrow()
    expect(() => mustHideEveryone(Buffer.from(`xy${served.idNumber}z`).toString("base64"), "a muffled one")).toThrow()
    expect(() => mustHideEveryone(JSON.stringify({ n: "350102199901019999" }), "somebody else's")).toThrow()
  })

  it("no item of any table carries a name, an ID number or a phone", async () => {
    for (const table of Object.values(world.tables)) {
      const items = await itemsOf(table)
      expect(items.length).toBeGreaterThan(0)
      for (const item of items) mustHideEveryone(readable(item), `${table} ${item.pk}`)
    }
  })

  it("no line of the log does, and no message between the parts", () => {
    expect(world.logged().length).toBeGreaterThan(100)
    mustHideEveryone(world.logged(), "the log")
    expect(words.length).toBeGreaterThan(3)
    for (const body of words) mustHideEveryone(body, "a message")
  })

  it("no shared answer, no problem and no description does", () => {
    const headers = (it: Reply) => JSON.stringify([...it.headers])
    for (const it of [...heard.shared!, ...heard.refused!])
      mustHideEveryone(it.text + headers(it), `${it.status} ${it.text.slice(0, 60)}`)
    const examples = /"examples":\[[^\]]*\]/g
    mustHideEveryone(JSON.stringify(description()).replaceAll(examples, ""), "the description")
    for (const [example] of JSON.stringify(description()).matchAll(examples))
      for (const mark of people.flatMap(marksOf)) expect(example).not.toContain(mark)
  })

  it("to its own person and to the staff it is shown masked, and is kept by no cache", () => {
    for (const it of [...heard.own!, ...heard.staff!]) {
      mustHideEveryone(it.text, it.text.slice(0, 80))
      expect(it.headers.get("cache-control")).toBe("private, no-store")
    }
    const visitor = heard.staff!.find((it) => it.body.person)!.body.person
    expect(visitor).toEqual({
      name: "金***谷",
      idNumber: `3501**********${served.idNumber.slice(-4)}`,
      phone: "138****4321",
    })
  })

  it("only the phone itself hears of it, and its message says no more than it needs", () => {
    for (const { to, text, id } of sent) {
      expect(to).toMatch(/^\+86138876543\d\d$/)
      mustHideEveryone(`${text} ${id}`, "a message to a phone")
    }
  })
})

describe("a seal", () => {
  const aSecret = () => randomBytes(16)
  const where = () => world.keyring.blind("person", served.idNumber)

  it("opens where it was set, and nowhere else", async () => {
    const it = (await find(world, where(), "rp"))!
    expect(await openPerson(world, it)).toEqual({ name: served.name, idNumber: served.idNumber, phone: served.mobile })
    await expect(openPerson(world, { ...it, group: "id" })).rejects.toThrow()
    await expect(
      openPerson(world, { ...it, person: world.keyring.blind("person", cancelled.idNumber) }),
    ).rejects.toThrow()
    const session = (await itemsOf(world.tables.bookings)).find((one) => one.pk.startsWith("session#"))!
    await expect(openPerson(world, { ...it, sealed: session.sealed as Uint8Array })).rejects.toThrow()
  })

  it("moved to another item makes a refusal there, never another's name", async () => {
    const items = await itemsOf(world.tables.bookings)
    const [mine, theirs] = [served, cancelled].map((it) =>
      items.find((one) => one.pk === `person#${world.keyring.blind("person", it.idNumber)}`),
    )
    await world.db.send(new PutCommand({ TableName: world.tables.bookings, Item: { ...mine, sealed: theirs!.sealed } }))
    const clerk = await aClerk(world, app.staff, "clerk-p01-1")
    const answer = await clerk.get(`/staff/visitors/${mine!.ticket}`)
    expect([answer.status, answer.body.code]).toEqual([500, "fault"])
    mustHideEveryone(answer.text, "the refusal")
    mustHideEveryone(world.logged(), "the log of it")
    await world.db.send(new PutCommand({ TableName: world.tables.bookings, Item: mine }))
    expect((await clerk.get(`/staff/visitors/${mine!.ticket}`)).status).toBe(200)
  })

  it("with any one byte changed, cut short or of an unknown format does not open", async () => {
    const it = (await find(world, where(), "rp"))!
    const blob = Buffer.from(it.sealed)
    for (let i = 0; i < blob.length; i++) {
      const changed = Buffer.from(blob)
      changed[i]! ^= 1
      await expect(openPerson(world, { ...it, sealed: changed }), `byte ${i}`).rejects.toThrow()
    }
    for (const length of [1, 2, 9, 20, blob.length - 1])
      await expect(openPerson(world, { ...it, sealed: blob.subarray(0, length) }), `${length} bytes`).rejects.toThrow()
  })

  it("of the same person twice is not the same twice", async () => {
    const details: Sealed = { name: served.name, idNumber: served.idNumber, phone: served.mobile }
    const both = await Promise.all([1, 2].map(() => sealPerson(world, "p", "rp", details, "2026-11", aSecret())))
    expect(Buffer.compare(both[0]!, both[1]!)).not.toBe(0)
  })

  it("of last month opens when the month has rolled over, under a key of its own", async () => {
    const details: Sealed = { name: served.name, idNumber: served.idNumber, phone: served.mobile }
    const months = ["2026-11", "2026-12", "2027-01"]
    const blobs = await Promise.all(months.map((month) => world.vault.seal("here", details, month)))
    const keys = (await itemsOf(world.tables.bookings)).filter((it) => it.pk.startsWith("data-key#"))
    expect(keys.map((it) => it.pk).toSorted()).toEqual(months.map((it) => `data-key#${it}`))
    expect(new Set(keys.map((it) => Buffer.from(it.wrapped as Uint8Array).toString("hex"))).size).toBe(3)
    for (const sealed of blobs) expect(await world.vault.open("here", sealed)).toEqual(details)
    const relabelled = Buffer.from(blobs[0]!)
    relabelled.write("2026-12", 2)
    await expect(world.vault.open("here", relabelled)).rejects.toThrow()
  })

  it("set by many processes in a month's first moment opens in each: they agree on one key", async () => {
    const master = keyAtHand(createHash("sha256").update("one master").digest())
    const processes = Array.from({ length: 12 }, () => {
      const { db, tables } = through(world, inject("dynamodb"))
      return vault(master, dataKeys(db, tables.bookings))
    })
    const month = "2031-05"
    const blobs = await Promise.all(processes.map((it, i) => it.seal(`place/${i}`, `value ${i}`, month)))
    const late = vault(master, dataKeys(world.db, world.tables.bookings))
    for (const process of [...processes, late])
      for (const [i, blob] of blobs.entries()) expect(await process.open(`place/${i}`, blob)).toBe(`value ${i}`)
    const kept = (await itemsOf(world.tables.bookings)).filter((it) => it.pk === `data-key#${month}`)
    expect(kept).toMatchObject([{ v: 1, by: "system:vault", wrapped: expect.any(Uint8Array) }])
  })

  it("under another master key stays shut, and a failure to open is asked again rather than remembered", async () => {
    const it = (await find(world, where(), "rp"))!
    const stranger = vault(
      keyAtHand(createHash("sha256").update("another").digest()),
      dataKeys(world.db, world.tables.bookings),
    )
    const secret = await secretOf(world, it.ref)
    await expect(stranger.open(`bookings/person#${it.person}/rp`, it.sealed, secret)).rejects.toThrow(
      "another master key",
    )
    let down = true
    const kept = dataKeys(world.db, world.tables.bookings)
    const shaky = vault(
      keyAtHand(createHash("sha256").update(world.tables.bookings.slice("Bookings-".length)).digest()),
      {
        ...kept,
        find: async (id) => {
          if (down) throw new Error("away")
          return kept.find(id)
        },
      },
    )
    await expect(shaky.open(`bookings/person#${it.person}/rp`, it.sealed, secret)).rejects.toThrow("away")
    down = false
    expect(await shaky.open(`bookings/person#${it.person}/rp`, it.sealed, secret)).toMatchObject({ name: served.name })
  })
})

describe("the log", () => {
  it("passes only what is on its list, whatever it is handed, and never a fault's own words", async () => {
    const lines: string[] = []
    const outlets = [process.stdout, process.stderr]
    const before = outlets.map((it) => it.write)
    for (const it of outlets)
      it.write = (line: unknown) => {
        lines.push(String(line))
        return true
      }
    try {
      const real = log("test")
      const handed = { name: served.name, idNumber: served.idNumber, body: { mobile: served.mobile }, count: 1 }
      real.info("answered", handed as never)
      const message = {
        ...Notice.parse({ id: "x", by: "x", op: "x", at: 1, kind: "code", phone: "blind", nonce: "n", v: 1 }),
      }
      const records = [
        { messageId: randomUUID(), body: JSON.stringify(message), attributes: { ApproximateReceiveCount: "1" } },
      ]
      await consume({ Records: records } as never, Notice, real, async () => {
        throw new Error(`no such person: ${served.name} ${served.idNumber}`)
      })
    } finally {
      for (const [i, it] of outlets.entries()) it.write = before[i]!
    }
    const text = lines.join("\n")
    expect(text).toContain('"count":1')
    expect(text).toContain("message failed")
    mustHideEveryone(text, "the log")
  })
})
