/** Law 9: one audit entry for each thing changed, one for each opening of personal data. From the real stream of a little day. */
import { randomUUID } from "node:crypto"
import { DescribeTableCommand } from "@aws-sdk/client-dynamodb"
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
} from "@aws-sdk/client-dynamodb-streams"
import { ScanCommand } from "@aws-sdk/lib-dynamodb"
import { unmarshall } from "@aws-sdk/util-dynamodb"
import type { DynamoDBStreamEvent } from "aws-lambda"
import { beforeAll, describe, expect, inject, it } from "vitest"
import { closeDays } from "#actions/closing"
import { report } from "#actions/reporting"
import { record } from "#background/record"
import { anyone } from "#domain/actor"
import { minute } from "#domain/time"
import type { Told } from "#domain/told"
import { eventRecord, type StreamRecord } from "#local/streams"
import { type Apps, aClerk, aDevice, apps, aResident, send } from "#test/apps"
import { at, monday } from "#test/builders"
import { aMobile, anIdNumber } from "#test/people"
import { aWorld, clientOf, type TestWorld } from "#test/world"

type Entry = {
  pk: string
  sk: string
  thing: string
  what: string
  who: string
  at: number
  v?: number
  changed?: string[]
  from?: string
  to?: string
  ttl: number
}

const person = { name: "欧阳娜娜·玛尔卡", idNumber: anIdNumber(77), mobile: aMobile(91_234_567) }

/** Every table with a stream, as the recorder reads them. */
const followed = ["bookings", "keys", "live", "children"] as const
const told: Told = {
  where: { text: "喷泉旁", point: { lat: 26.08, lng: 119.3 } },
  when: { at: at("19:50"), about: false },
  phone: aMobile(91_234_568),
  child: { sex: "girl", age: 6 },
  details: { name: "欧阳小娜" },
  relation: "parent",
}

let world: TestWorld
let app: Apps
let records: StreamRecord[]
let number: string

const streams = () =>
  new DynamoDBStreamsClient({
    endpoint: inject("dynamodb"),
    region: "ap-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  })

/** Everything that a table's stream holds, as a function is given it. */
async function streamOf(table: string): Promise<StreamRecord[]> {
  const { Table } = await clientOf(inject("dynamodb")).send(new DescribeTableCommand({ TableName: table }))
  const StreamArn = Table!.LatestStreamArn!
  const client = streams()
  const { StreamDescription } = await client.send(new DescribeStreamCommand({ StreamArn }))
  const found: StreamRecord[] = []
  for (const { ShardId } of StreamDescription!.Shards!) {
    const start = await client.send(
      new GetShardIteratorCommand({ StreamArn, ShardId: ShardId!, ShardIteratorType: "TRIM_HORIZON" }),
    )
    let next = start.ShardIterator
    while (next) {
      const page = await client.send(new GetRecordsCommand({ ShardIterator: next }))
      found.push(...(page.Records ?? []).map((it) => eventRecord(it, StreamArn)))
      if (!page.Records?.length) break
      next = page.NextShardIterator
    }
  }
  client.destroy()
  return found
}
const event = (Records: StreamRecord[]) => ({ Records }) as unknown as DynamoDBStreamEvent
const imageOf = (image: unknown) =>
  image ? (unmarshall(image as Parameters<typeof unmarshall>[0]) as Entry & { op: string; by: string }) : undefined

async function entries(tables = world.tables): Promise<Entry[]> {
  const found: Entry[] = []
  let start: Record<string, unknown> | undefined
  do {
    const page = await world.db.send(
      new ScanCommand({ TableName: tables.audit, ConsistentRead: true, ...(start && { ExclusiveStartKey: start }) }),
    )
    found.push(...((page.Items ?? []) as Entry[]))
    start = page.LastEvaluatedKey
  } while (start)
  return found
}

beforeAll(async () => {
  world = await aWorld(at("07:30"), inject("dynamodb"), { followed: true })
  app = apps(world)
  const resident = await aResident(world, app.resident, person.mobile)
  const { offers } = (await resident.get(`/api/stations/FZ-JA-P01/places?services=rp-endorse&date=${monday}`)).body
  const { time } = offers[0]
  const form = { station: "FZ-JA-P01", services: ["rp-endorse"], date: monday, name: person.name }
  const mine = { ...form, time, idNumber: person.idNumber, key: await resident.key() }
  expect((await resident.post("/api/appointments", mine)).status).toBe(201)
  const other = { ...form, time: offers.at(-1).time, idNumber: anIdNumber(78), key: await resident.key() }
  const cancelled = (await resident.post("/api/appointments", other)).body
  expect(
    (await send(app.resident, "POST", `/api/appointments/${cancelled.link}/cancel`, { v: cancelled.v })).status,
  ).toBe(200)

  world.set(at(time) - 4 * minute)
  const kiosk = await aDevice(world, app.device)
  number = (await kiosk.post("/device/check-ins", { shown: { idNumber: person.idNumber } })).body.number
  await kiosk.post("/device/tickets", { service: "rp-endorse" })
  const clerk = await aClerk(world, app.staff, "clerk-p01-1")
  const window = clerk.at(1)
  await window("sit")
  expect((await window("call")).body.visit.number).toBe(number)
  await window("start", number)
  expect((await window("finish", number)).status).toBe(200)
  await window("rise")
  const chief = await aClerk(world, app.staff, "chief-p01")
  await chief.post(`/staff/devices/${kiosk.id}/revoke`)
  await chief.post("/staff/sign-out")
  world.set(at("20:00"))
  await closeDays(world, { kind: "system", name: "close-day" })

  await report(world, anyone, { key: "audited", told })
  records = []
  for (const table of followed) records.push(...(await streamOf(world.tables[table])))
})

describe("a day that is recorded", () => {
  it("has exactly one entry for each thing changed, also when its batches come twice, and out of step", async () => {
    expect(records.length).toBeGreaterThan(40)
    for (const table of followed)
      expect(records.some((it) => it.eventSourceARN.includes(`table/${world.tables[table]}/`))).toBe(true)
    for (let i = 0; i < records.length; i += 100)
      expect(await record(event(records.slice(i, i + 100)), world)).toEqual({ batchItemFailures: [] })
    const once = await entries()
    const changed = once.filter((it) => it.what !== "visitor.see")
    expect(changed).toHaveLength(records.length)
    for (let i = 0; i < records.length; i += 70) await record(event(records.slice(i, i + 70).toReversed()), world)
    expect((await entries()).toSorted(byName)).toEqual(once.toSorted(byName))
  })
  const byName = (a: Entry, b: Entry) => `${a.pk}${a.sk}`.localeCompare(`${b.pk}${b.sk}`)

  it("says of each who, what, when and on which thing, as the thing itself says", async () => {
    // ASVS V16.2.1
    const found = await entries()
    for (const it of records) {
      const after = imageOf(it.dynamodb.NewImage)!
      const table = followed.find((each) => it.eventSourceARN.includes(`table/${world.tables[each]}/`))!
      const thing = `${table}/${after.pk}/${after.sk}`
      const mine = found.filter((entry) => entry.thing === thing && entry.v === after.v && entry.at === after.at)
      expect([thing, mine.length]).toEqual([thing, 1])
      expect(mine[0]).toMatchObject({ who: after.by, what: after.op, at: after.at })
      expect(mine[0]!.who).toMatch(/^(resident|(staff|kiosk|display|system):[\w-]+)$/)
      expect(mine[0]!.what.length).toBeGreaterThan(3)
      expect(mine[0]!.changed!.length).toBeGreaterThan(0)
      expect(mine[0]!.ttl).toBe(Math.floor(after.at / 1000) + 400 * 86_400)
    }
  })

  it("tells one appointment's story in order, from booked to served", async () => {
    const index = world.keyring.blind("person", person.idNumber)
    const story = (await entries())
      .filter((it) => it.thing === `bookings/person#${index}/rp`)
      .toSorted((a, b) => a.v! - b.v!)
    expect(story.map(({ from, to, who, v }) => ({ from, to, who: who.split(":")[0], v }))).toEqual([
      { from: undefined, to: "booked", who: "resident", v: 1 },
      { from: "booked", to: "checked-in", who: "kiosk", v: 2 },
      { from: "checked-in", to: "served", who: "staff", v: 3 },
    ])
    expect(story.map((it) => it.pk)).toEqual(Array(3).fill(`FZ-JA-P01#${monday}`))
    expect(story[1]!.changed).toEqual(expect.arrayContaining(["state", "ticket", "v", "by", "op", "at"]))
    expect(story[1]!.changed).not.toContain("sealed")
  })

  it("carries no personal data, plain or sealed: which fields changed, never what they hold", async () => {
    const text = JSON.stringify(await entries())
    // Longer runs of digits are sequence numbers and times.
    expect(text).not.toMatch(/(?<!\d)\d{17}[\dX](?!\d)/)
    expect(text).not.toMatch(/(?<!\d)1[3-9]\d{9}(?!\d)/)
    for (const secret of [person.name, person.idNumber, person.mobile.slice(3), told.phone.slice(3), "欧阳", "喷泉"])
      expect(text).not.toContain(secret)
    const known = ["pk", "sk", "thing", "what", "who", "at", "v", "changed", "from", "to", "ttl"]
    for (const entry of await entries()) expect(Object.keys(entry).filter((it) => !known.includes(it))).toEqual([])
  })

  it("tells a removal by time as what it is, by nobody, and a record that cannot be written fails alone", async () => {
    const [one, two] = records as [StreamRecord, StreamRecord]
    const { NewImage, ...changed } = one.dynamodb
    const removed: StreamRecord = {
      ...one,
      eventName: "REMOVE",
      userIdentity: { type: "Service", principalId: "dynamodb.amazonaws.com" },
      dynamodb: { ...changed, OldImage: NewImage, SequenceNumber: "999000000000000000001" },
    }
    expect(await record(event([removed]), world)).toEqual({ batchItemFailures: [] })
    const told = (await entries()).filter((it) => it.who === "system:ttl")
    expect(told).toMatchObject([{ what: "expired", at: changed.ApproximateCreationDateTime * 1000 }])

    const broken = { ...one, dynamodb: { ...changed, SequenceNumber: "7" } } as StreamRecord
    expect(await record(event([two, broken, one]), world)).toEqual({ batchItemFailures: [{ itemIdentifier: "7" }] })
    const shut = { ...world, tables: { ...world.tables, audit: "no-such-table" } }
    expect((await record(event([one, two]), shut)).batchItemFailures.map((it) => it.itemIdentifier)).toEqual([
      one.dynamodb.SequenceNumber,
      two.dynamodb.SequenceNumber,
    ])
  })
})

describe("an opening of personal data", () => {
  const openings = async (what: string) => (await entries()).filter((it) => it.what === what)

  it("of a visitor is one entry each time: who, when, whose ticket; of a walk-in there is nothing to open", async () => {
    world.set(at("20:01"))
    const before = (await openings("visitor.see")).length
    const clerk = await aClerk(world, app.staff, "clerk-p01-1")
    for (let i = 0; i < 2; i++) expect((await clerk.get(`/staff/visitors/${number}`)).body.person.name).toBe("欧***卡")
    expect((await clerk.get("/staff/visitors/A001")).status).toBe(200)
    expect((await clerk.get("/staff/visitors/A404")).status).toBe(404)
    const found = await openings("visitor.see")
    expect(found).toHaveLength(before + 2)
    for (const entry of found)
      expect(entry).toMatchObject({
        pk: `FZ-JA-P01#${monday}`,
        who: "staff:clerk-p01-1",
        thing: `live/FZ-JA-P01/${monday}/${number}`,
        at: at("20:01"),
      })
    expect(JSON.stringify(found)).not.toMatch(/欧|(?<!\d)\d{17}[\dX](?!\d)|(?<!\d)1[3-9]\d{9}(?!\d)/)
  })

  it("under one request's name, asked twice, is still two entries", async () => {
    const clerk = await aClerk(world, app.staff, "clerk-p01-2")
    const before = (await openings("visitor.see")).length
    // Whoever asks chooses this header; a name used before must not hide a second opening.
    const headers = { ...clerk.headers, "x-amzn-trace-id": "Root=1-67891233-abcdef012345678912345678" }
    for (let i = 0; i < 2; i++) await send(app.staff, "GET", `/staff/visitors/${number}`, undefined, headers)
    expect(await openings("visitor.see")).toHaveLength(before + 2)
  })

  it("that cannot be recorded does not happen: the answer is a refusal without data", async () => {
    const shut: TestWorld = { ...world, tables: { ...world.tables, audit: "no-such-table" } }
    const staff = apps(shut).staff
    const clerk = await aClerk(shut, staff, "clerk-p01-1")
    const answer = await clerk.get(`/staff/visitors/${number}`)
    expect(answer.status).toBeGreaterThanOrEqual(500)
    expect(answer.body.code).toMatch(/^(fault|busy)$/)
    expect(answer.text).not.toMatch(/person|欧|3501|138/)
  })

  it("is recorded whatever the client calls its request", async () => {
    const clerk = await aClerk(world, app.staff, "clerk-p01-1")
    const before = (await openings("visitor.see")).length
    for (const name of ["x".repeat(2000), person.idNumber, "a#b\u00e9"]) {
      const headers = { ...clerk.headers, "x-amzn-trace-id": name }
      const answer = await send(app.staff, "GET", `/staff/visitors/${number}`, undefined, headers)
      expect([name.slice(0, 20), answer.status]).toEqual([name.slice(0, 20), 200])
    }
    expect(await openings("visitor.see")).toHaveLength(before + 3)
    expect(JSON.stringify(await entries())).not.toContain(person.idNumber)
    expect(world.logged()).not.toContain(person.idNumber)
  })

  it("of a whole day's list is recorded too", async () => {
    const clerk = await aClerk(world, app.staff, "clerk-p01-1")
    const list = await clerk.get(`/staff/appointments?date=${monday}`)
    expect(list.body.appointments[0].person.name).toBe("欧***卡")
    expect(await openings("appointments.list")).toMatchObject([{ who: "staff:clerk-p01-1", at: world.now() }])
  })
})

describe("an operation asked twice", () => {
  it("is recorded once", async () => {
    world.set(at("10:30", "2026-11-24"))
    const kiosk = await aDevice(world, app.device)
    const op = randomUUID()
    for (let i = 0; i < 3; i++) await kiosk.post("/device/tickets", { op, service: "rp-endorse", again: i > 0 })
    const fresh = (await streamOf(world.tables.live)).filter((it) =>
      JSON.stringify(it.dynamodb.Keys).includes("line#FZ-JA-P01#2026-11-24"),
    )
    await record(event(fresh), world)
    await record(event(fresh), world)
    const found = (await entries()).filter((it) => it.thing.startsWith("live/line#FZ-JA-P01#2026-11-24/"))
    expect(found.map((it) => it.thing.split("/")[2]).toSorted()).toEqual(["line", "t#A001"])
    expect(new Set(found.map((it) => it.what)).size).toBe(1)
  })
})
