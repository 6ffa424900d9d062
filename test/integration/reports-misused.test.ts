/** Reports of missing children under hands that mean harm, or slip: no search stops, is mixed with a drill, or outlives its time. */
import { randomUUID } from "node:crypto"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { beforeEach, describe, expect, it } from "vitest"
import { bring, bringAll, tick } from "#actions/dispatching"
import { drill } from "#actions/drilling"
import { purge } from "#actions/purging"
import { addPhoto, holderOf } from "#actions/reporting"
import { onDutyNow } from "#actions/rostering"
import { sweep } from "#actions/sweeping"
import { ladder, type ReportStatus, reportKept } from "#domain/report"
import { day, hour, minute, second } from "#domain/time"
import * as people from "#store/people"
import * as photos from "#store/photos"
import * as reports from "#store/reports"
import { counter, write } from "#store/table"
import * as units from "#store/units"
import { type Apps, aClerk, apps, send } from "#test/apps"
import { at } from "#test/builders"
import { aMemoryWorld, type MemoryWorld } from "#test/memory"

const system = { kind: "system", name: "test" } as const
type Made = ReportStatus & { link: string; adjusted: string[] }
type Officer = Awaited<ReturnType<typeof aClerk>>

let world: MemoryWorld
let app: Apps
let zhou: Officer
beforeEach(async () => {
  world = await aMemoryWorld(at("18:41"))
  app = apps(world)
  zhou = await officer("officer-p02")
})

const officer = (id: string) => aClerk(world, app.staff, id)
const told = () => ({
  where: { venue: "thaihot-plaza", text: "滑梯旁" },
  when: { at: world.now() - minute, about: false },
  phone: "13800138000",
  child: { sex: "girl", age: 6 },
})
const post = (more: object = {}) => send(app.report, "POST", "/api/reports", { key: randomUUID(), ...told(), ...more })
async function reported(more: object = {}): Promise<Made> {
  const { body } = await post(more)
  await screens(body.id)
  return body
}
const found = async (id: string) => (await reports.find(world, id))!
const screens = async (id: string) => bringAll(world, system, await found(id))
const did = (who: Officer, id: string, act: string, more: object = {}) =>
  who.post(`/staff/reports/${id}`, { act, ...more })
const adds = ({ link }: Made, more: object) =>
  send(app.report, "POST", `/api/reports/${link}/additions`, { op: randomUUID(), ...more })
async function taken(more: object = {}): Promise<Made> {
  const made = await reported(more)
  await did(zhou, made.id, "acknowledge")
  return made
}
async function over(made: Made) {
  await did(zhou, made.id, "cancel", { text: "孩子回来了" })
  world.set(world.now() + 2 * minute)
  await sweep(world, system)
}
async function later(time: number) {
  world.set(world.now() + time)
  await purge(world, system)
  zhou = await officer("officer-p02")
}
const aDrill = async () => {
  const { body } = await zhou.post("/staff/roster/drill", {})
  await screens(body.id)
  return body as { id: string }
}
const photo = "aPhotoOf22CharactersOk"
async function pictured({ id, link }: Made) {
  await photos.keep(world, `${id}/${photo}`, new Uint8Array([255, 216, 255, 217]))
  return addPhoto(world, holderOf(world, link), { op: photo, photo: `${id}/${photo}` })
}

describe("the ladder", () => {
  const names = [1, 2, 3, 4].flatMap((v) => [`backfilled-${v}`, `escalated-${v}`])

  it("is stopped by no reporter, whatever they call what they add", async () => {
    const made = await reported()
    for (const op of names) expect((await adds(made, { op, note: "你好" })).status).toBe(200)
    world.set(world.now() + ladder[3].after + second)
    expect(await sweep(world, system)).toMatchObject({ looked: 1, climbed: 1 })
    expect(await found(made.id)).toMatchObject({ step: 3, holder: "FZ-JA-S02" })
    const { entries } = (await reports.whole(world, made.id))!
    expect(entries.filter(({ what }) => what === "added")).toHaveLength(names.length)
    expect(entries.filter(({ what }) => what === "backfilled")).toHaveLength(1)
    await did(await officer("officer-s02"), made.id, "acknowledge")
    world.set(world.now() + 31 * minute)
    await sweep(world, system)
    expect((await found(made.id)).state).toBe("escalated")
  })

  it("is climbed without its line of the timeline, where something stands in its place", async () => {
    const made = await reported()
    for (const op of names) {
      const line = reports.entryChange(system, world.now(), made.id, { op, what: "added" })
      await write(world, [line], counter())
    }
    world.set(world.now() + ladder[3].after + second)
    await tick(world, system, made.id)
    expect(await found(made.id)).toMatchObject({ step: 3, holder: "FZ-JA-S02" })
  })

  it("of the others goes on while one report is never answered", async () => {
    const stuck = await reported()
    const others = await Promise.all(
      Array.from({ length: 30 }, (_, i) => reported({ phone: `1390000${1000 + i}`, where: { text: `${i}号楼` } })),
    )
    world.set(world.now() + ladder[3].after + second)
    const { db } = world
    const never = new Promise<never>(() => {})
    world.db = {
      send: (command: { input: { Key?: { pk: string } } }) =>
        command.input.Key?.pk === `report#${stuck.id}` ? never : db.send(command as never),
    } as unknown as typeof db
    await expect(sweep(world, system)).rejects.toThrow("1 reports could not be swept")
    world.db = db
    expect(new Set(await Promise.all(others.map(async ({ id }) => (await found(id)).step)))).toEqual(new Set([3]))
  })

  it("ends every look, however often something says that there is more to climb", async () => {
    const made = await reported()
    world.set(world.now() + ladder[3].after + second)
    // A store that answers each write as done and keeps none of them.
    let looks = 0
    const { db } = world
    world.db = {
      send: (command: { input: { TransactItems?: unknown; Item?: unknown } }) => {
        if (++looks > 200) throw new Error("without end")
        return command.input.TransactItems || command.input.Item ? Promise.resolve({}) : db.send(command as never)
      },
    } as unknown as typeof db
    await tick(world, system, made.id)
    world.db = db
  })
})

describe("a time to come", () => {
  const never = { at: Number.MAX_SAFE_INTEGER, about: false }

  it("is now, in what is added and in what an officer corrects", async () => {
    const made = await taken()
    expect((await adds(made, { when: never })).status).toBe(200)
    expect((await zhou.get(`/staff/reports/${made.id}`)).body.told.when.at).toBe(world.now())
    world.set(world.now() + minute)
    expect((await did(zhou, made.id, "correct", { told: { when: never } })).status).toBe(200)
    expect((await zhou.get(`/staff/reports/${made.id}`)).body.told.when.at).toBe(world.now())
  })

  it("is no time at which a child was handed over", async () => {
    const made = await taken()
    await did(zhou, made.id, "found")
    const handed = { identity: true, relation: true, condition: "well", text: "交给母亲" }
    expect(await did(zhou, made.id, "reunite", { ...handed, at: world.now() + hour })).toMatchObject({
      status: 400,
      body: { fields: [{ field: "at", fault: "time-to-come" }] },
    })
    expect((await did(zhou, made.id, "reunite", { ...handed, at: -1 })).status).toBe(400)
    expect((await did(zhou, made.id, "reunite", { ...handed, at: world.now() })).body.state).toBe("reunited")
  })
})

describe("a drill", () => {
  it("is joined with no real report, nor a real report with it", async () => {
    const real = await taken()
    const drilled = await aDrill()
    const liang = await officer("officer-c01")
    for (const [one, other] of [
      [real.id, drilled.id],
      [drilled.id, real.id],
    ] as const) {
      expect((await did(liang, one, "merge", { into: other })).body.code).toBe("drill-apart")
      expect((await did(liang, one, "sibling", { of: other })).body.code).toBe("drill-apart")
    }
    expect((await send(app.report, "GET", `/api/reports/${real.link}`)).body).toMatchObject({
      drill: false,
      open: true,
    })
  })

  it("goes to no other unit, no hall, no volunteers and no agency", async () => {
    const { id } = await aDrill()
    await did(zhou, id, "acknowledge")
    const card = {
      sex: "girl",
      age: 6,
      clothing: "红色外套",
      place: "滑梯旁",
      time: "18:40",
      hotline: "110",
      minutes: 30,
    }
    const answers = [
      await zhou.post("/staff/card", { v: 0, ...card, report: id }),
      await did(zhou, id, "offer", { to: "FZ-JA-P04", reason: "needs-them" }),
      await did(zhou, id, "volunteers", { minutes: 60 }),
      await did(zhou, id, "package", { text: "需要发布" }),
    ]
    expect(answers.map(({ status, body }) => `${status} ${body.code}`)).toEqual(Array(4).fill("409 drill-apart"))
    expect((await zhou.get("/staff/card")).body.card).toBeUndefined()
    expect((await found(id)).alerted.map(({ unit }) => unit)).toEqual(["FZ-JA-P02"])
  })

  it("answers itself alone: the drills' own screen takes no real report, and is offered none", async () => {
    const { id } = await taken()
    for (const to of ["DRILL", "NO-SUCH-UNIT"])
      expect(await did(zhou, id, "offer", { to, reason: "needs-them" })).toMatchObject({
        status: 404,
        body: { code: "unit-unknown" },
      })
    const other = await reported({ phone: "13900139000" })
    await reports.changed(world, system, "mischief", other.id, (it) => ({
      after: {
        ...it,
        alerted: [...it.alerted, { unit: "DRILL", step: 0, at: world.now(), metres: 0, why: "ring" as const }],
      },
    }))
    await bring(world, system, other.id, "DRILL")
    expect((await found(other.id)).state).toBe("dispatched")
    expect((await did(zhou, id, "offer", { to: "FZ-JA-P04", reason: "needs-them" })).status).toBe(200)
  })

  it("of the job is named by no form", async () => {
    const turn = Math.floor(world.now() / (10 * minute))
    const mobile = "13800000000"
    const public_ = await Promise.all(
      [`drill-${turn}`, `turn-${turn}`, String(turn)].map((key) => reported({ key, phone: mobile })),
    )
    const { status } = await drill(world, system)
    expect(public_.map(({ id }) => id)).not.toContain(status.id)
    expect(public_.map((it) => it.drill)).toEqual([false, false, false])
    await bring(world, system, status.id, "DRILL")
    world.set(world.now() + 10 * minute)
    expect((await drill(world, system)).status.drill).toBe(true)
  })
})

describe("an ending", () => {
  const card = {
    sex: "girl",
    age: 6,
    clothing: "红色外套",
    place: "滑梯旁",
    time: "18:40",
    hotline: "110",
    minutes: 180,
  }

  it("takes the card off a wall that never heard that the search went on", async () => {
    const { id } = await taken()
    await did(zhou, id, "cancel", { text: "孩子回来了" })
    await screens(id)
    await did(zhou, id, "reopen", { text: "不是她" })
    expect((await zhou.post("/staff/card", { v: 0, ...card, report: id })).status).toBe(200)
    await did(zhou, id, "cancel", { text: "孩子回来了" })
    await bring(world, system, id, "FZ-JA-P02")
    expect((await zhou.get("/staff/card")).body.card).toBeUndefined()
  })
})

describe("who is called", () => {
  const becomes = async (id: string, change: Partial<people.StaffMember>) => {
    const member = (await people.findStaff(world, id))!
    const { v, ...rest } = member as people.StaffMember & { v: number }
    const made = people.staffChange(system, "test", world.now(), { ...rest, ...change })
    const over = { ...made, item: { ...made.item, v: v + 1 }, when: { says: "attribute_exists(pk)" } }
    expect((await write(world, [over], counter())).written).toBe(true)
    units.forget(world)
  }

  it("is nobody who has left, or serves elsewhere: the next of the unit is, and then whoever stands in for it", async () => {
    const all = (await onDutyNow(world, "FZ-JA-P02")).staff
    expect(all.length).toBeGreaterThan(0)
    await becomes(all[0]!, { active: false })
    const next = await onDutyNow(world, "FZ-JA-P02")
    expect(next).toMatchObject({ unit: "FZ-JA-P02" })
    expect(next.staff).not.toContain(all[0])
    expect(next.staff.length).toBeGreaterThan(0)
    for (let left = next; left.unit === "FZ-JA-P02"; left = await onDutyNow(world, "FZ-JA-P02"))
      for (const id of left.staff) await becomes(id, { station: "FZ-JA-P04" })
    expect(await onDutyNow(world, "FZ-JA-P02")).toMatchObject({ unit: "FZ-JA-S02" })
  })

  it("may open it and acknowledge it at once, where a station's own officers are all shut out", async () => {
    for (let left = await onDutyNow(world, "FZ-JA-P02"); left.unit === "FZ-JA-P02"; ) {
      for (const id of left.staff) await becomes(id, { barred: true })
      left = await onDutyNow(world, "FZ-JA-P02")
    }
    const { unit, staff } = await onDutyNow(world, "FZ-JA-P02")
    expect(unit).toBe("FZ-JA-S02")
    const made = await reported()
    expect(await found(made.id)).toMatchObject({
      holder: "FZ-JA-S02",
      alerted: [{ unit: "FZ-JA-P02" }, { unit: "FZ-JA-S02", step: 0, at: world.now() }],
    })
    const called = await officer(staff[0]!)
    expect((await called.get("/staff/reports")).body.reports).toMatchObject([{ id: made.id, isMine: true }])
    expect((await did(called, made.id, "acknowledge")).body).toMatchObject({
      state: "acknowledged",
      ack: { byMe: true },
    })
  })

  it("may take a transfer to a station whose officers have gone home: the precinct is asked beside it", async () => {
    world.set(at("23:00"))
    zhou = await officer("officer-p02")
    const { id } = await taken()
    await did(zhou, id, "offer", { to: "FZ-JA-P03", reason: "seen-there" })
    const { unit } = await onDutyNow(world, "FZ-JA-P03")
    expect(unit).toBe("FZ-JA-S03")
    expect((await found(id)).alerted.map((it) => it.unit)).toEqual(["FZ-JA-P02", "FZ-JA-P03", "FZ-JA-S03"])
    expect((await (await officer("officer-s03")).get(`/staff/reports/${id}`)).status).toBe(200)
  })

  it.each([
    ["refused", () => Promise.reject(new Error("away"))],
    ["never answered", () => new Promise<never>(() => {})],
  ])("is whom the roster names where reading the staff is %s: no alert waits for it", async (_, answer) => {
    const asked = world.db.send.bind(world.db) as (command: unknown) => Promise<unknown>
    const isOfStaff = (command: unknown) =>
      (command as { input?: { Key?: { pk?: string } } }).input?.Key?.pk?.startsWith("staff#")
    Object.assign(world.db, { send: (command: unknown) => (isOfStaff(command) ? answer() : asked(command)) })
    units.forget(world)
    const { body } = await post()
    expect(await found(body.id)).toMatchObject({ holder: "FZ-JA-P02", alerted: [{ unit: "FZ-JA-P02", why: "venue" }] })
    expect((await onDutyNow(world, "FZ-JA-P02")).staff.length).toBeGreaterThan(0)
  })
})

describe("a dispute over a child", () => {
  it("goes with the report that it is merged into, and only the holder or the command centre lifts it", async () => {
    const one = await taken({ details: { dispute: true } })
    const other = await taken({ phone: "13900139000" })
    await did(zhou, one.id, "conflict", { on: true, text: "父母争执" })
    await did(zhou, one.id, "merge", { into: other.id })
    await did(zhou, other.id, "found")
    const handed = { identity: true, relation: true, condition: "well", text: "交给父亲", at: world.now() }
    expect((await did(zhou, other.id, "reunite", handed)).body.code).toBe("handover-refused")
    await reports.changed(world, system, "help", other.id, (it) => ({
      after: {
        ...it,
        alerted: [...it.alerted, { unit: "FZ-JA-P04", step: 1, at: world.now(), metres: 900, why: "ring" as const }],
      },
    }))
    const helper = await officer("officer-p04")
    const lifted = { on: false, text: "没有事" }
    expect((await did(helper, other.id, "conflict", lifted)).body.code).toBe("report-held-elsewhere")
    expect((await did(helper, other.id, "conflict", { on: true, text: "又吵起来" })).body.conflict).toBe(true)
    expect((await did(zhou, other.id, "conflict", lifted)).body.conflict).toBe(false)
    expect((await did(zhou, other.id, "reunite", handed)).body.state).toBe("reunited")
  })
})

describe("a report that ended more than a day ago", () => {
  const numbers = (rows: { id: string }[]) => rows.map(({ id }) => id)

  it("is listed apart by the unit that held it, reopened from there, and on the list again", async () => {
    const made = await taken()
    await over(made)
    await screens(made.id)
    expect((await zhou.get("/staff/ended-reports")).body).toEqual({ reports: [] })
    await later(day + minute)
    expect((await zhou.get("/staff/reports")).body.reports).toEqual([])
    expect((await zhou.get("/staff/ended-reports")).body).toMatchObject({
      reports: [{ id: made.id, state: "cancelled", isMine: true, mayOpen: true }],
    })
    expect((await zhou.get(`/staff/reports/${made.id}/standing`)).body).toMatchObject({
      state: "cancelled",
      mayOpen: true,
    })
    expect((await did(zhou, made.id, "reopen", { text: "又不见了" })).body.state).toBe("searching")
    await screens(made.id)
    expect(numbers((await zhou.get("/staff/reports")).body.reports)).toEqual([made.id])
    expect((await zhou.get("/staff/ended-reports")).body.reports).toEqual([])
  })

  it("is found page by page, each once, also those that ended in the same moment", async () => {
    const all: string[] = []
    for (let i = 0; i < 45; i++) {
      const made = await taken({ phone: `13900139${100 + i}` })
      await did(zhou, made.id, "cancel", { text: "孩子回来了" })
      await screens(made.id)
      all.push(made.id)
      if (i % 15 === 7) world.set(world.now() + second)
    }
    await later(day + hour)
    const seen: string[] = []
    let next: string | undefined
    do {
      const { body } = await zhou.get(`/staff/ended-reports${next === undefined ? "" : `?before=${next}`}`)
      seen.push(...numbers(body.reports))
      next = body.next
    } while (next !== undefined)
    expect(seen.toSorted()).toEqual(all.toSorted())
  })

  it("is found by its number by whoever may know it, and is nobody else's, nor anybody's when its time is over", async () => {
    const made = await taken()
    await over(made)
    await later(day + minute)
    const asks = async (who: Officer) => (await who.get(`/staff/reports/${made.id}/standing`)).body
    expect(await asks(await officer("officer-c01"))).toMatchObject({ id: made.id, mayOpen: true })
    expect(await asks(await officer("officer-p04"))).toMatchObject({ code: "report-not-found" })
    // Neither the list nor the number is a look at what was told.
    const looks = async () =>
      world.memory.items("audit").filter((it) => JSON.stringify(it).includes("report.see")).length
    const before = await looks()
    await asks(zhou)
    await zhou.get("/staff/ended-reports")
    expect(await looks()).toBe(before)
    await later(reportKept)
    expect(await asks(zhou)).toMatchObject({ code: "report-not-found" })
    expect((await zhou.get("/staff/ended-reports")).body).toEqual({ reports: [] })
  })
})

describe("what is told after the end", () => {
  const kept = (id: string) => world.memory.items("children").filter((it) => it.pk === `report#${id}`)

  it("goes with the rest where it came in time, and is refused where it would stay", async () => {
    const made = await taken()
    await over(made)
    expect((await adds(made, { name: "小禾" })).status).toBe(200)
    await pictured(made)
    await later(6 * day)
    expect((await adds(made, { note: "还在等" })).status).toBe(200)
    await later(2 * day)
    expect(await world.photos.get(`${made.id}/${photo}`)).toBeUndefined()
    const refused = await adds(made, { home: "某路一号" })
    expect([refused.status, refused.body.code]).toEqual([410, "report-over"])
    expect(refused.body.title).toContain("110")
    await expect(pictured(made)).rejects.toThrow("report-over")
    const said = await send(app.report, "POST", `/api/reports/${made.link}/found`, { op: randomUUID() })
    expect(said.body.code).toBe("report-over")
    await later(23 * day)
    expect((await adds(made, { home: "某路一号" })).body.code).toBe("report-over")
    const items = kept(made.id)
    expect(items.length).toBeGreaterThan(4)
    expect(items.filter((it) => "sealed" in it || !("ttl" in it))).toEqual([])
  })

  it("of a form that comes back is another report", async () => {
    const key = randomUUID()
    const made = await taken({ key })
    await over(made)
    expect((await reported({ key })).id).toBe(made.id)
    await later(8 * day)
    const added = () => kept(made.id).filter(({ what }) => what === "added").length
    const before = added()
    const again = await reported({ key, child: { sex: "girl", age: 7 } })
    expect(again).toMatchObject({ state: "dispatched", open: true })
    expect(again.id).not.toBe(made.id)
    expect((await reported({ key, child: { sex: "girl", age: 7 } })).id).toBe(again.id)
    expect(added()).toBe(before)
  })

  it("of a report that was merged is taken while the other goes on, and its reporter follows it as long", async () => {
    const one = await taken()
    const other = await taken({ phone: "13900139000" })
    await did(zhou, one.id, "merge", { into: other.id })
    const shown = () => world.memory.items("live").find((it) => it.pk === `report-status#${one.id}`)!
    expect(shown()).not.toHaveProperty("ttl")
    for (let i = 0; i < 9; i++) await later(5 * day)
    expect(shown()).not.toHaveProperty("ttl")
    expect((await adds(one, { note: "还在找" })).status).toBe(200)
    await over(other)
    await later(8 * day)
    expect((await adds(one, { note: "还在找" })).body.code).toBe("report-over")
    expect(shown()).not.toHaveProperty("ttl")
    for (let i = 0; i < 4; i++) await later(reportKept / 4 + hour)
    expect(Number(shown().ttl) * 1000).toBeLessThanOrEqual(world.now() + day)
  })
})

describe("a photo", () => {
  it("of a merged report is recorded under whose it is and where it was looked at", async () => {
    const one = await taken()
    const other = await taken({ phone: "13900139000" })
    await pictured(one)
    await did(zhou, one.id, "merge", { into: other.id })
    expect((await zhou.get(`/staff/reports/${other.id}/photos/${photo}`)).status).toBe(200)
    const looks = world.memory.items("audit").filter((it) => it.what === "photo.see")
    expect(looks.map((it) => it.thing).toSorted()).toEqual(
      [one.id, other.id].map((id) => `children/report#${id}/photo/${photo}`).toSorted(),
    )
  })

  it("that is not in the bucket is gone, also for a role that may not list it; any other fault is one", async () => {
    const made = await taken()
    await pictured(made)
    let code = "AccessDenied"
    const server = createServer((_, answer) =>
      answer
        .writeHead(code === "AccessDenied" ? 403 : 400, { "content-type": "application/xml" })
        .end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message></Error>`),
    )
    await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready))
    const before = { ...process.env }
    Object.assign(process.env, {
      AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      AWS_ACCESS_KEY_ID: "x",
      AWS_SECRET_ACCESS_KEY: "y",
      AWS_REGION: "ap-east-1",
    })
    try {
      world.photos = photos.photosIn("bucket")
      expect((await zhou.get(`/staff/reports/${made.id}/photos/${photo}`)).body.code).toBe("photo-gone")
      expect(world.logged()).toContain("photo missing")
      code = "InvalidRequest"
      await expect(world.photos.get("a/b")).rejects.toThrow()
    } finally {
      process.env = before
      server.close()
    }
  })
})

describe("a press", () => {
  it("is another where it does another thing, though it is called the same", async () => {
    const { id } = await reported()
    const op = randomUUID()
    await did(zhou, id, "acknowledge", { op })
    expect((await did(zhou, id, "check", { op, step: "video" })).status).toBe(200)
    expect((await did(zhou, id, "check", { op, step: "exits" })).status).toBe(200)
    expect((await did(zhou, id, "cancel", { op, text: "找到了" })).body.state).toBe("cancelled")
    const { entries } = (await reports.whole(world, id))!
    expect(entries.map(({ what }) => what).toSorted()).toEqual(["acknowledge", "cancel", "check", "check"])
    const { v } = await found(id)
    expect((await did(zhou, id, "cancel", { op, text: "找到了" })).body.v).toBe(v)
  })

  it("of a reporter under a name that was used is kept where it says something else", async () => {
    const made = await reported()
    for (const note of ["红色外套", "红色外套", "蓝色裤子"]) await adds(made, { op: "the-same-op", note })
    expect((await reports.whole(world, made.id))!.entries).toHaveLength(2)
  })
})

describe("a report without a key", () => {
  const without = async (more: object = {}) => (await post({ key: undefined, ...more })).body.id as string
  const same = { when: { at: at("18:30"), about: false } }

  it("is one however often it is sent within ten minutes, and says what was added since", async () => {
    world.set(at("18:49") + 50 * second)
    const all = await Promise.all(Array.from({ length: 5 }, () => without(same)))
    expect(new Set(all).size).toBe(1)
    world.set(world.now() + minute)
    expect(await without({ ...same, details: { top: "红色外套" } })).toBe(all[0])
    expect((await reports.whole(world, all[0]!))!.entries.map(({ what }) => what)).toEqual(["added"])
    world.set(world.now() + 9 * minute)
    expect(await without(same)).not.toBe(all[0])
  })

  it("is another where the phone, place, time, or the child's sex, age or name is", async () => {
    const others = [
      {},
      { phone: "13900139000" },
      { where: { venue: "thaihot-plaza", text: "东门" } },
      { when: { at: at("18:31"), about: false } },
      { child: { sex: "boy", age: 6 } },
      { child: { sex: "girl", age: 7 } },
      { details: { name: "小禾" } },
      { details: { name: "小苗" } },
      { relation: "finder" },
    ]
    const ids: string[] = []
    for (const more of others) ids.push(await without({ ...same, ...more }))
    expect(new Set(ids).size).toBe(others.length)
  })
})

describe("a report by JSON", () => {
  it.each<[string, () => object, object]>([
    ["an age of six and a half", () => ({ child: { sex: "girl", age: 6.5 } }), { child: { age: 6 } }],
    ["an age in words", () => ({ child: { sex: "girl", age: "6" } }), { child: { age: 6 } }],
    [
      "a time with a fraction",
      () => ({ when: { at: at("18:30") + 0.5, about: false } }),
      { when: { at: at("18:30") } },
    ],
    ["a time in words", () => ({ when: { at: new Date(at("18:30")).toISOString() } }), { when: { at: at("18:30") } }],
    ["no word on how sure it is", () => ({ when: { at: at("18:30") } }), { when: { at: at("18:30"), about: true } }],
    ["a key that is nobody's", () => ({ key: "x" }), {}],
  ])("with %s is taken", async (_, more, expected) => {
    const { status, body } = await post(more())
    expect(status).toBe(201)
    const { report } = (await reports.whole(world, body.id))!
    expect(await reports.openTold(world, report)).toMatchObject(expected)
  })

  it("with a point beyond all numbers is taken by its words, and so is a correction", async () => {
    const raw = (path: string, body: object) =>
      app.report.request(path, {
        method: "POST",
        headers: {
          "x-doorstep-edge": "edge",
          "x-doorstep-address": "10.0.0.1",
          "content-type": "application/json",
        },
        body: JSON.stringify(body).replace('"endless"', "1e999"),
      })
    const where = { text: "喷泉边", point: { lat: "endless", lng: 119 } }
    const answer = await raw("/api/reports", { ...told(), where })
    expect(answer.status).toBe(201)
    const made = (await answer.json()) as Made
    expect(made.adjusted).toEqual(["where.point"])
    expect((await raw(`/api/reports/${made.link}/additions`, { op: randomUUID(), where })).status).toBe(200)
  })

  it.each<[string, object, object]>([
    ["swapped", { lat: 119.335, lng: 26.0929 }, { adjusted: ["where.point.lat", "where.point.lng"], lat: 26.0929 }],
    ["as text", { lat: "26.0929", lng: "119.335" }, { adjusted: [], lat: 26.0929 }],
    ["that are none", { lat: 900, lng: "x" }, { adjusted: ["where.point"], located: "unknown" }],
  ])("with coordinates %s and no word is taken", async (_, point, { adjusted, ...place }: { adjusted?: string[] }) => {
    const { status, body } = await post({ where: { point } })
    expect([status, body.adjusted]).toEqual([201, adjusted])
    expect((await reports.find(world, body.id))!.place).toMatchObject(place)
  })

  it.each([
    ["an age that is none", { child: { sex: "girl", age: "many" } }],
    ["an age of two hundred", { child: { sex: "girl", age: 200 } }],
    ["a time that is none", { when: { at: "yesterday" } }],
  ])("is asked for again with %s", async (_, more) => expect((await post(more)).status).toBe(400))
})
