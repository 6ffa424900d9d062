/**
 * The audit is sealed each night, checked, and read by auditors alone, in the real tables: who may read what, that each look is
 * recorded before it is answered, that a day is sealed once whatever happens to the job, and what goes after 400 days.
 */
import { execFile } from "node:child_process"
import { randomUUID } from "node:crypto"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { DeleteCommand, PutCommand, ScanCommand } from "@aws-sdk/lib-dynamodb"
import { beforeAll, describe, expect, inject, it } from "vitest"
import * as auditing from "#actions/auditing"
import * as signing from "#actions/signing"
import { auditKept } from "#domain/audit"
import { addDays, day, type Instant, instantOf, type LocalDate, minute } from "#domain/time"
import * as audits from "#store/audits"
import type { Item } from "#store/table"
import { type Apps, aClerk, apps, send } from "#test/apps"
import { at, monday } from "#test/builders"
import { aMemoryWorld } from "#test/memory"
import { aWorld, type TestWorld, topology } from "#test/world"

const scope = "FZ-JA-P01"
const elsewhere = "FZ-JA-P02"
const command = "FZ-JA-C01"
const system = { kind: "system", name: "seal-audit" } as const
const tuesday = addDays(monday, 1)

const everything = async (world: TestWorld): Promise<Item[]> => {
  const found: Item[] = []
  let start: Record<string, unknown> | undefined
  do {
    const page = await world.db.send(
      new ScanCommand({
        TableName: world.tables.audit,
        ConsistentRead: true,
        ...(start && { ExclusiveStartKey: start }),
      }),
    )
    found.push(...((page.Items ?? []) as Item[]))
    start = page.LastEvaluatedKey
  } while (start)
  return found.toSorted((a, b) => `${a.pk} ${a.sk}`.localeCompare(`${b.pk} ${b.sk}`))
}
const digestsIn = async (world: TestWorld) => (await everything(world)).filter((it) => it.pk.startsWith("digest#"))
const chainIn = async (world: TestWorld, of = scope) =>
  (await digestsIn(world)).filter((it) => it.pk === `digest#${of}`)

let written = 0
const anEntry = (time: Instant, more: Partial<audits.Entry> = {}): audits.Entry => ({
  scope,
  date: new Date(time + 8 * 3_600_000).toISOString().slice(0, 10),
  name: `${new Date(time).toISOString()}#${String(++written).padStart(21, "0")}`,
  thing: `live/line#${scope}#${monday}/line`,
  what: "call:A001:k3v9",
  who: "staff:clerk-p01-1",
  at: time,
  v: written,
  changed: ["at", "v"],
  ...more,
})

describe("a night", () => {
  let world: TestWorld
  beforeAll(async () => {
    world = await aWorld(at("12:00"))
    await auditing.seal(world, system)
    for (let i = 0; i < 30; i++) await audits.put(world, anEntry(at("09:00") + i * minute))
    await audits.put(world, anEntry(at("09:00"), { scope: "-", thing: "bookings/code#x/code", who: "resident" }))
  })

  it("does not seal a day before half past four of the next", async () => {
    world.set(at("04:29", tuesday))
    await auditing.seal(world, system)
    expect((await chainIn(world)).map((it) => it.sk)).toEqual([addDays(monday, -1)])
  })

  it("seals every unit's day, and what is of none, also where nothing happened; two at once make one chain", async () => {
    world.set(at("04:30", tuesday))
    await Promise.all([1, 2, 3].map(() => auditing.seal(world, system)))
    const chains = (await digestsIn(world)).filter((it) => it.sk === monday)
    const units = ["C01", "P01", "P02", "P03", "P04", "P05", "R01", "S01", "S02", "S03", "S04", "S05", "V01"]
    expect(chains.map((it) => it.pk.slice("digest#".length)).toSorted()).toEqual(
      ["-", "DRILL", "own", ...units.map((it) => `FZ-JA-${it}`)].toSorted(),
    )
    const [before, mine] = (await chainIn(world)) as [Item, Item]
    expect(mine).toMatchObject({ before: before.hash, sealed: [{ date: monday, count: 30 }], by: "system:seal-audit" })
    expect(before).toMatchObject({ before: "first", sealed: [{ count: 0, parts: [] }] })
    // ASVS V16.4.3: what an altered table would have to agree with lies elsewhere.
    const sealing = world
      .logged()
      .split("\n")
      .filter((it) => it.includes("audit sealed"))
    expect(sealing.filter((it) => JSON.parse(it).id === mine.hash)).toHaveLength(1)
    expect(JSON.parse(sealing.find((it) => it.includes(String(mine.hash)))!)).toEqual({
      event: "audit sealed",
      station: scope,
      date: monday,
      count: 30,
      id: mine.hash,
    })
  })

  it("is the same run twice, and after a run that was killed before its digest was put", async () => {
    const sealed = await digestsIn(world)
    await auditing.seal(world, system)
    expect(await digestsIn(world)).toEqual(sealed)
    world.set(at("05:00", addDays(tuesday, 1)))
    await audits.put(world, anEntry(at("10:00", tuesday)))
    const killed: TestWorld = {
      ...world,
      db: {
        send: (command: { input: { Item?: Item } }) => {
          if (command.input.Item?.pk === `digest#${scope}`) return Promise.reject(new Error("killed"))
          return world.db.send(command as never)
        },
      } as unknown as TestWorld["db"],
    }
    await expect(auditing.seal(killed, system)).rejects.toThrow("1 scopes could not be sealed")
    expect((await chainIn(world)).at(-1)!.sk).toBe(monday)
    // One more has come meanwhile: what the killed run left is not what counts.
    await audits.put(world, anEntry(at("10:01", tuesday)))
    await auditing.seal(world, system)
    expect((await chainIn(world)).at(-1)).toMatchObject({ sk: tuesday, sealed: [{ date: tuesday, count: 2 }] })
    expect(await auditing.verify(world, system, { scope })).toMatchObject({ breaks: [], entries: 32, open: 0 })
  })

  it("takes what came late into its own digest, and makes up for nights that were missed, in order", async () => {
    await audits.put(world, anEntry(at("18:00")))
    expect(await auditing.verify(world, system, { scope })).toMatchObject({ breaks: [], lateOpen: 1 })
    const friday = addDays(monday, 4)
    world.set(at("04:30", addDays(friday, 1)))
    await auditing.seal(world, system)
    const chain = await chainIn(world)
    expect(chain.map((it) => it.sk)).toEqual([-1, 0, 1, 2, 3, 4].map((n) => addDays(monday, n)))
    expect(chain.at(-3)!.sealed).toMatchObject([
      { date: addDays(monday, 2), count: 0 },
      { date: monday, count: 1 },
    ])
    expect(await auditing.verify(world, system, { scope })).toMatchObject({
      breaks: [],
      late: 1,
      lateOpen: 0,
      caughtUp: [addDays(monday, 2), addDays(monday, 3)],
    })
  })

  it("that finds sealed entries gone says so at once, in the log that wakes somebody", async () => {
    const gone = (await everything(world)).find((it) => it.pk === `${scope}#${monday}`)!
    await world.db.send(new DeleteCommand({ TableName: world.tables.audit, Key: { pk: gone.pk, sk: gone.sk } }))
    world.set(at("04:30", addDays(monday, 6)))
    await auditing.seal(world, system)
    expect(world.logged()).toContain(JSON.stringify({ event: "audit broken", station: scope, date: monday, count: 1 }))
    const { breaks } = await auditing.verify(world, system, { scope })
    // Its name went with it; its place among the others did not.
    expect(breaks).toEqual([{ what: "entry-missing", date: monday, until: expect.stringContaining("T01:01:00") }])
    await world.db.send(new PutCommand({ TableName: world.tables.audit, Item: gone }))
    expect((await auditing.verify(world, system, { scope })).breaks).toEqual([])
  })

  it("seals more than one part's entries of a day", async () => {
    const big = await aWorld(at("12:00"))
    const rows = Array.from({ length: 25_001 }, (_, i) => i.toString(16).padStart(32, "0"))
    const parts = await audits.putRows(big, system, scope, monday, rows)
    expect(parts).toHaveLength(3)
    const found = await audits.rowsOf(big, scope, monday)
    expect(parts.flatMap((it) => found.get(it)!)).toEqual(rows)
  })
})

describe("four hundred days", () => {
  it("are what entries, digests, their rows and reviews are kept, to the second", async () => {
    const world = await aWorld(at("09:00"))
    await audits.put(world, anEntry(at("08:00"), { what: "report.see", thing: "children/report#x" }))
    const [opening] = (await everything(world)) as [Item]
    world.set(at("04:30", tuesday))
    await auditing.seal(world, system)
    const entry = { ...anEntry(opening.at), name: opening.sk }
    await audits.putReview(
      world,
      { kind: "system", name: "t" },
      { op: "op-12345678", opening: entry, verdict: "fit", reason: "在办" },
    )
    expect(auditKept).toBe(400 * day)
    for (const it of await everything(world)) {
      const over = Math.floor((it.at + 400 * day) / 1000)
      // TTL keeps no order: rows are there as long as their digest is judged. What names a chain's beginning stays.
      const ttl = it.rows ? over + (16 * day) / 1000 : it.sk === "genesis" ? undefined : over
      expect([it.pk, it.ttl]).toEqual([it.pk, ttl])
    }
    expect((await everything(world)).length).toBeGreaterThan(15)
  })

  it("past, what time took at the far end is no break; a day earlier it is", async () => {
    const world = await aWorld(at("12:00"))
    await auditing.seal(world, system)
    await audits.put(world, anEntry(at("09:00")))
    await audits.put(world, anEntry(at("09:00", tuesday)))
    world.set(at("05:00", addDays(tuesday, 1)))
    await auditing.seal(world, system)
    const expire = async (now: Instant) => {
      for (const it of await everything(world))
        if (it.ttl! * 1000 <= now)
          await world.db.send(new DeleteCommand({ TableName: world.tables.audit, Key: { pk: it.pk, sk: it.sk } }))
    }
    // Nobody seals any more: only what is long past is looked at.
    const breaksAt = async (now: Instant) => {
      world.set(now)
      return (await auditing.verify(world, system, { scope, to: tuesday })).breaks.map((it) => [it.what, it.date])
    }
    const later = (date: LocalDate, time: string) => instantOf(addDays(date, 400), time)
    const mine = (await everything(world)).find((it) => it.pk === `${scope}#${monday}`)!
    const without = async (it: Item, look: () => Promise<unknown>) => {
      await world.db.send(new DeleteCommand({ TableName: world.tables.audit, Key: { pk: it.pk, sk: it.sk } }))
      const found = await look()
      await world.db.send(new PutCommand({ TableName: world.tables.audit, Item: it }))
      return found
    }
    expect(await without(mine, () => breaksAt(later(monday, "00:00") - 1))).toEqual([["entry-missing", monday]])
    expect(await without(mine, () => breaksAt(later(monday, "00:00")))).toEqual([])
    const digest = (await chainIn(world)).find((it) => it.sk === monday)!
    expect(await without(digest, () => breaksAt(later(tuesday, "00:00") - 1))).toEqual([["digest-missing", monday]])
    expect(await without(digest, () => breaksAt(later(tuesday, "00:00")))).toEqual([])
    await expire(later(monday, "09:00"))
    expect(await breaksAt(later(monday, "09:00"))).toEqual([])
    await expire(later(tuesday, "09:00"))
    expect(await breaksAt(later(tuesday, "09:00"))).toEqual([])
    expect((await chainIn(world)).map((it) => it.sk)).toContain(tuesday)
  })
})

describe("what is no break", () => {
  it("is what lies there after its time, in whatever order TTL takes it", async () => {
    const world = await aMemoryWorld(at("12:00"))
    await auditing.seal(world, system)
    await audits.put(world, anEntry(at("09:00")))
    for (const n of [1, 2]) {
      world.set(at("05:00", addDays(monday, n)))
      await auditing.seal(world, system)
    }
    world.set(at("06:00", addDays(monday, 401)))
    for (const it of world.memory.items("audit")) if (it.rows) world.memory.remove(world.tables.audit, it)
    const found = await auditing.verify(world, system, { scope, to: tuesday })
    expect([found.breaks, found.began]).toEqual([[], tuesday])
  })

  it("is an entry that comes as late as a parked record may, nor one of days that a clock ahead sealed empty", async () => {
    const world = await aMemoryWorld(at("12:00"))
    await auditing.seal(world, system)
    world.set(at("05:00", addDays(monday, 16)))
    await auditing.seal(world, system)
    await audits.put(world, anEntry(at("23:00")))
    world.set(at("12:00", addDays(monday, 3)))
    await audits.put(world, anEntry(at("10:00", addDays(monday, 3))))
    world.set(at("12:00", addDays(monday, 16)))
    expect(await auditing.verify(world, system, { scope })).toMatchObject({ breaks: [], lateOpen: 2 })
    world.set(at("05:00", addDays(monday, 17)))
    await auditing.seal(world, system)
    expect(await auditing.verify(world, system, { scope })).toMatchObject({ breaks: [], late: 2, lateOpen: 0 })
    expect(world.logged()).not.toContain("audit broken")
  })

  it("is, after thirty days, a chain that an update began over older entries", async () => {
    const world = await aMemoryWorld(at("12:00"))
    for (const n of [-30, -3]) await audits.put(world, anEntry(at("09:00", addDays(monday, n))))
    await auditing.seal(world, system)
    expect(world.logged()).toContain("audit broken")
    const missing = [{ what: "digest-missing", date: addDays(monday, -2) }]
    const sunday = addDays(monday, -1)
    const breaks = async () => (await auditing.verify(world, system, { scope, to: sunday })).breaks
    expect(await breaks()).toEqual(missing)
    world.set(at("11:59", addDays(monday, 30)))
    expect(await breaks()).toEqual(missing)
    world.set(at("12:00", addDays(monday, 30)))
    expect(await breaks()).toEqual([])
  })
})

describe("an auditor", () => {
  let world: TestWorld
  let app: Apps
  let mine: Awaited<ReturnType<typeof aClerk>>
  let theirs: Awaited<ReturnType<typeof aClerk>>
  const report = "children/report#K7QM3TXW9B2A"
  const looked = { what: "report.see", who: "staff:officer-p01", thing: report }
  const opened = anEntry(at("09:10"), { ...looked, name: `${new Date(at("09:10")).toISOString()}#req#a` })

  const signIn = async () => {
    mine = await aClerk(world, app.staff, "auditor-p01")
    theirs = await aClerk(world, app.staff, "auditor-c01")
  }
  beforeAll(async () => {
    world = await aWorld(at("12:00"))
    app = apps(world)
    await signIn()
    for (let i = 0; i < 120; i++) await audits.put(world, anEntry(at("10:00") + i * 1000))
    await audits.put(world, opened)
    await audits.put(
      world,
      anEntry(at("09:20"), { what: "appointment.reveal", reason: "电话告知停办", who: "staff:chief-p01" }),
    )
    await audits.put(world, anEntry(at("09:30"), { what: "visitor.see" }))
    await audits.put(
      world,
      anEntry(at("09:40"), { what: "purge", who: "system:purge-bookings", counts: { bookings: 7 } }),
    )
    await audits.put(world, anEntry(at("09:00"), { scope: elsewhere, who: "staff:clerk-p02-1" }))
    await audits.put(world, anEntry(at("09:00"), { scope: "own", what: "own.see", who: "resident" }))
  })

  const read = (query: string, who = mine) => who.get(`/staff/audit?date=${monday}${query}`)

  it("reads a day of their own unit, the newest first, page by page, with the names of colleagues", async () => {
    const first = (await read("")).body
    expect(first.entries).toHaveLength(50)
    const rest = []
    for (let { cursor } = first; cursor; ) {
      const page = (await read(`&cursor=${encodeURIComponent(cursor)}`)).body
      rest.push(...page.entries)
      cursor = page.cursor
    }
    const all = [...first.entries, ...rest]
    expect(all.map((it) => it.at)).toEqual(all.map((it) => it.at).toSorted((a, b) => b - a))
    expect(new Set(all.map((it) => it.name)).size).toBe(all.length)
    expect(all.filter((it) => it.what.startsWith("call"))).toHaveLength(120)
    expect(all.find((it) => it.what === "purge")).toMatchObject({ counts: { bookings: 7 } })
    expect(all.find((it) => it.what.startsWith("call")).who).toEqual({ id: "staff:clerk-p01-1", name: "林小燕" })
  })

  it("narrows it down by what was done, by whom and to what", async () => {
    const whats = async (query: string) => (await read(query)).body.entries.map((it: audits.Entry) => it.what)
    expect(await whats("&what=report.see")).toEqual(["report.see"])
    expect(await whats("&who=staff:chief-p01")).toEqual(["appointment.reveal"])
    expect(await whats(`&thing=${encodeURIComponent("report#K7QM")}`)).toEqual(["report.see"])
    expect((await whats("&what=call")).length).toBe(50)
    expect(await whats("&what=cal")).toEqual([])
  })

  it("leaves an entry of each look, before it is answered; what cannot be recorded is not answered", async () => {
    // ASVS V16.3.2 (as far as looks at sensitive data), V16.5.3
    const looks = async () =>
      (await everything(world)).filter((it) => it.who === "staff:auditor-p01" && String(it.what).startsWith("audit."))
    const before = (await looks()).length
    await read("")
    await mine.get(`/staff/audit/openings?date=${monday}`)
    await mine.get("/staff/audit/chain")
    await mine.get(`/staff/audit/export?date=${monday}`)
    const fresh = (await looks()).slice(before)
    expect((await looks()).length).toBe(before + 4)
    expect((await looks()).map((it) => it.what)).toEqual(
      expect.arrayContaining(["audit.read", "audit.verify", "audit.export"]),
    )
    expect((await looks()).find((it) => it.what === "audit.export")!.thing).toBe(`audit/${scope}#${monday}`)
    expect(fresh.every((it) => it.pk === `${scope}#${monday}`)).toBe(true)
    const shut: TestWorld = {
      ...world,
      db: {
        send: (command: { input: { Item?: { what?: string } } }) =>
          command.input.Item?.what?.startsWith("audit.")
            ? Promise.reject(new Error("away"))
            : world.db.send(command as never),
      } as unknown as TestWorld["db"],
    }
    for (const path of ["", "/openings", "/chain", "/export"]) {
      const answer = await send(apps(shut).staff, "GET", `/staff/audit${path}`, undefined, mine.headers)
      expect([path, answer.status, answer.text.includes("call")]).toEqual([path, 500, false])
    }
  })

  it("of the command centre reads every scope; of a station its own alone, and learns nothing of others", async () => {
    // ASVS V8.2.2
    for (const of of [scope, elsewhere, command, "-", "own"])
      expect([of, (await read(`&scope=${of}`, theirs)).status]).toEqual([of, 200])
    expect((await read(`&scope=${elsewhere}`, theirs)).body.entries).toMatchObject([{ who: { name: "王丽" } }])
    expect((await read("&scope=own", theirs)).body.entries).toMatchObject([
      { who: { id: "resident" }, what: "own.see" },
    ])
    expect((await read("&scope=FZ-JA-X99", theirs)).body.code).toBe("unit-unknown")
    for (const of of [elsewhere, command, "-", "own", "FZ-JA-X99"])
      for (const path of ["", "/openings", "/chain", "/export"])
        expect((await mine.get(`/staff/audit${path}?scope=${of}`)).body.code).toBe("not-allowed")
    expect((await mine.get("/staff/audit/scopes")).body).toMatchObject({ units: [{ id: scope }], shared: [] })
    const all = (await theirs.get("/staff/audit/scopes")).body
    expect([all.units[0].id, all.units.length, all.shared]).toEqual([command, 13, ["-", "own", "DRILL"]])
  })

  it("takes a day away as it is sealed, one entry a line, after proving afresh who they are", async () => {
    // ASVS V7.5.3
    const answer = await mine.get(`/staff/audit/export?date=${monday}`)
    expect(answer.headers.get("content-type")).toBe("text/plain; charset=utf-8")
    expect(answer.headers.get("cache-control")).toBe("private, no-store")
    const lines = answer.text.trim().split("\n")
    const kept = (await everything(world)).filter((it) => it.pk === `${scope}#${monday}`)
    expect(lines.length).toBe(kept.length)
    const traced = await audits.traces(world, scope, monday)
    expect(lines.map((it) => audits.sha256(it))).toEqual(traced.map((it) => it.hash))
    const { token } = await signing.signIn(world, "auditor-p01", world.now() - 6 * minute)
    const stale = { cookie: `__Host-staff=${token}`, "x-doorstep": "1" }
    const refused = await send(app.staff, "GET", `/staff/audit/export?date=${monday}`, undefined, stale)
    expect(refused).toMatchObject({ status: 403, body: { code: "step-up-needed" } })
    expect((await send(app.staff, "GET", "/staff/audit", undefined, stale)).status).toBe(200)
  })

  it("sees which looks at a child's data and which reveals wait for a review, and says of each what they think", async () => {
    const openings = async () => (await mine.get(`/staff/audit/openings?date=${monday}`)).body.openings
    expect((await openings()).map((it: audits.Entry) => it.what)).toEqual(["appointment.reveal", "report.see"])
    expect((await openings())[1]).toMatchObject({ name: opened.name, who: { name: "黄警官" }, reviews: [] })
    const op = randomUUID()
    const say = (who: typeof mine, verdict: string, reason: string, more: object = {}) =>
      who.post("/staff/audit/reviews", { date: monday, name: opened.name, verdict, reason, ...more })
    expect((await say(mine, "fit", "值班，案件在办", { op })).status).toBe(201)
    expect((await say(mine, "fit", "值班，案件在办", { op })).status).toBe(201)
    expect((await say(mine, "questioned", "值班，案件在办", { op })).body.code).toBe("key-reused")
    world.set(at("00:10", tuesday))
    await signIn()
    expect((await say(mine, "fit", "值班，案件在办", { op })).status).toBe(201)
    expect((await say(mine, "fit", "x", { name: `${new Date(at("10:00")).toISOString()}#1` })).body.code).toBe(
      "invalid-input",
    )
    const both = await Promise.all([say(mine, "fit", "在班"), say(theirs, "questioned", "不在班上", { scope })])
    expect(both.map((it) => it.status)).toEqual([201, 201])
    const said = (await openings())[1].reviews
    expect(said.map((it: audits.Review) => [it.verdict, it.reason]).toSorted()).toEqual([
      ["fit", "值班，案件在办"],
      ["fit", "在班"],
      ["questioned", "不在班上"],
    ])
    expect(said.map((it: { who: { name: string } }) => it.who.name)).toEqual(
      expect.arrayContaining(["唐审计", "宋审计"]),
    )
    // The review is an entry like any other, in its place among them, and is sealed with its day.
    const listed = (await mine.get(`/staff/audit?date=${tuesday}&what=audit.review`)).body.entries
    expect(listed).toHaveLength(2)
    expect(listed[0]).toMatchObject({ thing: `audit/${scope}#${monday}/${opened.name}`, at: at("00:10", tuesday) })
  })

  it("reviews only what is reviewed, within thirty days, and only where they may read", async () => {
    const post = async (more: object, who = mine) =>
      (
        await who.post("/staff/audit/reviews", {
          date: monday,
          name: opened.name,
          verdict: "fit",
          reason: "在班",
          ...more,
        })
      ).body.code
    const call = (await read("&what=call")).body.entries[0].name
    expect(await post({ name: call })).toBe("not-found")
    expect(await post({ name: `${opened.name}x` })).toBe("not-found")
    expect(await post({ scope: elsewhere })).toBe("not-allowed")
    expect(await post({ scope: elsewhere }, theirs)).toBe("not-found")
    world.set(at("23:50", addDays(monday, 30)))
    await signIn()
    expect(await post({ op: randomUUID() })).toBeUndefined()
    world.set(at("00:00", addDays(monday, 31)))
    expect(await post({ op: randomUUID() })).toBe("review-too-late")
  })

  it("is told in one answer whether the chain holds, and where it does not", async () => {
    const fresh = await aWorld(at("12:00"))
    const auditor = await aClerk(fresh, apps(fresh).staff, "auditor-p01")
    expect((await auditor.get("/staff/audit/chain")).body).toMatchObject({ breaks: [], entries: 0, caughtUp: [] })
    await auditing.seal(fresh, system)
    await audits.put(fresh, anEntry(at("09:00")))
    fresh.set(at("05:00", tuesday))
    await auditing.seal(fresh, system)
    const late = await aClerk(fresh, apps(fresh).staff, "auditor-p01")
    const { body } = await late.get("/staff/audit/chain")
    expect(body).toMatchObject({ breaks: [], more: false, newest: { date: monday } })
    const entry = (await everything(fresh)).find((it) => it.pk === `${scope}#${monday}` && it.v)!
    await fresh.db.send(new PutCommand({ TableName: fresh.tables.audit, Item: { ...entry, who: "staff:x" } }))
    expect((await late.get("/staff/audit/chain")).body.breaks).toEqual([
      { what: "entry-changed", date: monday, name: entry.sk },
    ])
  })
})

describe("append-only", () => {
  it("is what every role says: nobody may change or take an entry, and only the job may put a digest alone", () => {
    // ASVS V16.4.2
    const onAudit = Object.entries(topology.functions).flatMap(([name, { statements }]) =>
      statements.flatMap(({ actions, resources, conditions }) =>
        resources.includes("Audit") ? actions.map((action) => ({ name, action, conditions })) : [],
      ),
    )
    expect(onAudit.filter((it) => !/:(PutItem|Query)$/.test(it.action))).toEqual([])
    expect(onAudit.filter((it) => it.action.endsWith(":Query")).map((it) => it.name)).toEqual(["SealAudit", "StaffApi"])
    expect(onAudit.find((it) => it.name === "SealAudit" && it.action.endsWith("PutItem"))!.conditions).toEqual({
      "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["digest#*"] },
    })
  })

  it("is what every put says: whatever is there stays as it was", async () => {
    const world = await aWorld(at("12:00"))
    const puts: { ConditionExpression?: string; TableName?: string }[] = []
    const watched: TestWorld = {
      ...world,
      db: {
        send: (command: { input: (typeof puts)[number] & { Item?: Item } }) => {
          if (command.input.Item && command.input.TableName === world.tables.audit) puts.push(command.input)
          return world.db.send(command as never)
        },
      } as unknown as TestWorld["db"],
    }
    const it = anEntry(at("09:00"), { what: "report.see" })
    await audits.put(watched, it)
    await audits.put(watched, { ...it, what: "forged" })
    await audits.opening(watched, system, "visitor.see", scope, "live/x", "req")
    await audits.putReview(watched, system, { op: "op-12345678", opening: it, verdict: "fit", reason: "在班" })
    world.set(at("05:00", tuesday))
    await auditing.seal(watched, system)
    const [digest] = (await chainIn(world)) as [Item]
    const { scope: _, date: __, ...rest } = { scope, date: digest.sk, before: "first", at: 1, sealed: [] }
    expect(await audits.putDigest(watched, system, { scope, date: digest.sk, ...rest })).toBeUndefined()
    expect((await chainIn(world))[0]).toEqual(digest)
    expect(puts.length).toBeGreaterThan(18)
    expect(puts.filter((put) => put.ConditionExpression !== "attribute_not_exists(pk)")).toEqual([])
    const kept = await audits.find(world, scope, monday, it.name)
    expect(kept).toMatchObject({ what: "report.see" })
  })
})

describe("the command", () => {
  it("says of each scope whether it is whole, ends with 1 where it is not, and names the place", async () => {
    const world = await aWorld(at("12:00"))
    await auditing.seal(world, system)
    await audits.put(world, anEntry(at("09:00")))
    await audits.put(world, anEntry(at("09:30"), { scope: "own" }))
    world.set(at("05:00", tuesday))
    await auditing.seal(world, system)
    const name = world.tables.audit.slice("Audit-".length)
    // As `sst shell` gives them.
    const linked = {
      App: { name: "doorstep", stage: "test" },
      Audit: { name: world.tables.audit },
      Live: { name: world.tables.live },
      SigningKey: { value: `signing-${name}` },
      IndexKey: { value: `index-${name}` },
    }
    const env = {
      ...process.env,
      ...Object.fromEntries(Object.entries(linked).map(([key, it]) => [`SST_RESOURCE_${key}`, JSON.stringify(it)])),
      AWS_ENDPOINT_URL: inject("dynamodb"),
      AWS_REGION: "ap-east-1",
      AWS_ACCESS_KEY_ID: "local",
      AWS_SECRET_ACCESS_KEY: "local",
      DOORSTEP_CLOCK_OFFSET_MS: String(world.now() - Date.now()),
    }
    const command = fileURLToPath(new URL("../../stacks/local/audit.ts", import.meta.url))
    const run = (...args: string[]) =>
      promisify(execFile)(process.execPath, [command, ...args], { env }).then(
        ({ stdout }) => ({ code: 0, told: stdout }),
        (error: { code: number; stdout: string; stderr: string }) => ({
          code: error.code,
          told: error.stdout + error.stderr,
        }),
      )
    const whole = await run()
    expect(whole).toMatchObject({ code: 0, told: expect.stringContaining("Breaks: 0") })
    const head = (await chainIn(world)).at(-1)!.hash
    expect(whole.told).toContain(`${scope}  2026-11-06 to ${monday}: 1 entries, 0 of them sealed late, 0 not yet`)
    expect(whole.told).toContain(`newest digest ${monday} ${head}`)
    expect(whole.told.split("\n").filter((it) => it.includes("newest digest"))).toHaveLength(16)

    const mine = (await everything(world)).find((it) => it.pk === `own#${monday}`)!
    await world.db.send(new PutCommand({ TableName: world.tables.audit, Item: { ...mine, who: "staff:x" } }))
    const broken = await run("--scope", "own", "--from", monday)
    expect(broken.code).toBe(1)
    expect(broken.told).toContain(`own  BREAK ${monday} entry-changed ${mine.sk}`)
    expect((await run("--scope", scope)).code).toBe(0)
    expect(await run("--scope", "FZ-JA-X99")).toMatchObject({ code: 2, told: expect.stringContaining("No such scope") })
    expect(await run("--from", "yesterday")).toMatchObject({ code: 2, told: expect.stringContaining("Not a date") })
  })
})
