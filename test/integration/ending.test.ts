/** How a search ends: an officer confirms, everyone who was alerted is told, the card comes off the wall; and it can be taken back. */
import { beforeEach, describe, expect, it } from "vitest"
import { bring, bringAll, hearFound } from "#actions/dispatching"
import { holderOf, report, sayFound } from "#actions/reporting"
import { alert } from "#background/alert"
import { isOpen } from "#domain/report"
import { consequences } from "#messages/consequences"
import * as keys from "#store/keys"
import * as reports from "#store/reports"
import { get, type Item } from "#store/table"
import { type Apps, aClerk, aDevice, apps } from "#test/apps"
import { anOp, at } from "#test/builders"
import { aWorld, type TestWorld } from "#test/world"

const system = { kind: "system", name: "test" } as const
const station = "FZ-JA-P02"
const reason = { text: "家长来电，孩子已到家" }
const handedOver = { identity: true, relation: true, condition: "well", text: "服务台，交给母亲", at: at("18:41") }
const card = { sex: "girl", age: 6, clothing: "红色外套", place: "一楼滑梯旁", time: "18:40" }

let world: TestWorld
let app: Apps
type Officer = Awaited<ReturnType<typeof aClerk>>
let zhou: Officer
beforeEach(async () => {
  world = await aWorld(at("18:41"))
  app = apps(world)
  zhou = await aClerk(world, app.staff, "officer-p02")
})

async function searched() {
  const told = {
    where: { text: "一楼滑梯旁", venue: "thaihot-plaza" },
    when: { at: at("18:40"), about: false },
    phone: "+8613800138000",
    child: { sex: "girl", age: 6 },
    relation: "parent",
  } as const
  const { status, link } = await report(world, { kind: "anyone" }, { key: anOp(), told })
  await screens(status.id)
  for (const act of ["acknowledge", "search"]) await did(zhou, status.id, act)
  return { id: status.id, holder: holderOf(world, link) }
}
const did = (who: Officer, id: string, act: string, more: object = {}) =>
  who.post(`/staff/reports/${id}`, { act, ...more })
const stateOf = async (id: string) => (await reports.find(world, id))?.state
const screens = async (id: string) => bringAll(world, system, (await reports.find(world, id))!)
const dutyOf = async (unit: string, id: string) => (await reports.findDuty(world, unit, id))?.state

/** What the change of the dispatch told, as its stream would say it, brought by the worker. */
async function told(id: string, change: () => Promise<unknown>) {
  const before = (await get(world, "children", keys.dispatch(id))) as Item
  await change()
  const after = (await get(world, "children", keys.dispatch(id))) as Item
  const messages = consequences({ table: "children", before, after })
  for (const it of messages) if (it.queue === "alerts" && it.body.kind === "ended") await alert(world, it.body)
  return messages.filter((it) => it.queue === "alerts").map((it) => it.body.kind)
}

describe("a child that is found", () => {
  it("is confirmed by an officer after the reporter said so, and only then reunited and closed", async () => {
    const { id, holder } = await searched()
    expect((await did(zhou, id, "reunite", handedOver)).body.code).toBe("report-state")
    await sayFound(world, holder, { op: anOp() })
    await hearFound(world, system, id, world.now())
    expect(await stateOf(id)).toBe("found-unverified")
    expect((await did(zhou, id, "close")).body.code).toBe("report-state")
    expect((await did(zhou, id, "not-found", { text: "是另一个孩子" })).body.state).toBe("searching")
    await did(zhou, id, "found")
    expect((await did(zhou, id, "reunite", handedOver)).body.state).toBe("reunited")
    expect((await did(zhou, id, "close")).body).toMatchObject({ state: "closed", endedAt: world.now() })
    const { timeline } = (await zhou.get(`/staff/reports/${id}`)).body
    expect(timeline.filter((it: { what: string }) => it.what === "reunite")).toMatchObject([
      {
        who: "周警官",
        text: handedOver.text,
        facts: { identity: true, relation: true, condition: "well", at: handedOver.at },
      },
    ])
  })

  it("is handed to nobody whose identity and relation were not checked", async () => {
    const { id } = await searched()
    await did(zhou, id, "found")
    for (const missing of ["identity", "relation"]) {
      const { status, body } = await did(zhou, id, "reunite", { ...handedOver, [missing]: false })
      expect([status, body.code, body.fields]).toMatchObject([
        400,
        "invalid-input",
        [{ field: missing, fault: "must-be-checked" }],
      ])
    }
    expect(await stateOf(id)).toBe("found-unverified")
  })

  it("is handed to nobody by software while guardians dispute", async () => {
    const { id } = await searched()
    await did(zhou, id, "found")
    await did(zhou, id, "conflict", { on: true, text: "父母争抚养权" })
    expect((await did(zhou, id, "reunite", handedOver)).body).toMatchObject({ status: 409, code: "handover-refused" })
    expect((await zhou.get("/staff/reports")).body.reports[0]).toMatchObject({ conflict: true })
    await did(zhou, id, "conflict", { on: false, text: "社区民警到场，确认监护人" })
    expect((await did(zhou, id, "reunite", handedOver)).body.state).toBe("reunited")
  })
})

describe("an ending", () => {
  it.each([
    ["cancel", "cancelled"],
    ["false-report", "false-report"],
  ])("by %s needs a reason, ends every screen, and can be taken back within thirty days", async (act, state) => {
    const { id } = await searched()
    expect((await did(zhou, id, act)).body.fields).toMatchObject([{ field: "text" }])
    expect(await told(id, () => did(zhou, id, act, reason))).toContain("ended")
    expect([await stateOf(id), await dutyOf(station, id)]).toEqual([state, "ended"])
    expect(await reports.findStatus(world, id)).toMatchObject({ state, call110: false })
    const again = await did(zhou, id, "reopen", { text: "孩子又不见了" })
    expect(again.body).toMatchObject({ state: "searching", isMine: true })
    await screens(id)
    expect(await dutyOf(station, id)).toBe("open")
  })

  it("cannot be taken back after thirty days", async () => {
    const { id } = await searched()
    await did(zhou, id, "cancel", reason)
    world.wait(30 * 24 * 60)
    const later = await aClerk(world, app.staff, "officer-p02")
    expect((await did(later, id, "reopen", reason)).status).toBe(200)
    await did(later, id, "cancel", reason)
    world.wait(30 * 24 * 60 + 1)
    const latest = await aClerk(world, app.staff, "officer-p02")
    expect((await did(latest, id, "reopen", reason)).body.code).toBe("reopen-too-late")
  })

  it("tells every unit that was alerted, also one that joined by a transfer or a merge", async () => {
    const { id } = await searched()
    await did(zhou, id, "offer", { to: "FZ-JA-S02", reason: "needs-them" })
    await screens(id)
    expect(await dutyOf("FZ-JA-S02", id)).toBe("open")
    await told(id, () => did(zhou, id, "cancel", reason))
    expect([await dutyOf(station, id), await dutyOf("FZ-JA-S02", id)]).toEqual(["ended", "ended"])
  })

  it("is final for acts of the search", async () => {
    const { id } = await searched()
    await did(zhou, id, "cancel", reason)
    for (const [act, more] of [
      ["acknowledge", {}],
      ["check", { step: "video" }],
      ["volunteers", { minutes: 60 }],
      ["package", { text: "还要准备" }],
      ["correct", { told: { top: "绿" } }],
    ] as const)
      expect([act, (await did(zhou, id, act, more)).body.code]).toEqual([
        act,
        act === "acknowledge" ? undefined : "report-ended",
      ])
  })
})

describe("the hall's card of a report", () => {
  const onWall = async (display: Awaited<ReturnType<typeof aDevice>>) => (await display.get("/device/live")).body.card

  it("is on the report's timeline, and off the wall when the report ends, by a consequence", async () => {
    const { id } = await searched()
    const display = await aDevice(world, app.device, "display", station)
    const shown = await zhou.post("/staff/card", { ...card, v: 0, report: id })
    expect([shown.status, shown.body]).toMatchObject([200, { v: 1, report: id }])
    expect(await onWall(display)).toEqual({ ...card, hotline: "110", until: at("20:41") })
    expect((await zhou.get(`/staff/reports/${id}`)).body.timeline.map((it: { what: string }) => it.what)).toContain(
      "hall",
    )
    await told(id, () => did(zhou, id, "cancel", reason))
    expect(await onWall(display)).toBeUndefined()
    expect((await zhou.get("/staff/card")).body).toEqual({ v: 2 })
  })

  it("stays where it belongs to another report, or to none", async () => {
    const [one, other] = [await searched(), await searched()]
    await zhou.post("/staff/card", { ...card, v: 0, report: one.id })
    await told(other.id, () => did(zhou, other.id, "cancel", reason))
    expect((await zhou.get("/staff/card")).body.report).toBe(one.id)
    await zhou.post("/staff/card", { ...card, v: 1 })
    await told(one.id, () => did(zhou, one.id, "cancel", reason))
    expect((await zhou.get("/staff/card")).body.card).toBeDefined()
  })

  it("goes with the search that its report was merged into, not before", async () => {
    const [one, into] = [await searched(), await searched()]
    await zhou.post("/staff/card", { ...card, v: 0, report: one.id })
    await told(one.id, () => did(zhou, one.id, "merge", { into: into.id }))
    expect((await zhou.get("/staff/card")).body.report).toBe(one.id)
    await told(into.id, () => did(zhou, into.id, "cancel", reason))
    expect((await zhou.get("/staff/card")).body.card).toBeUndefined()
  })

  it("is put up for no report that has ended, is unknown, or is another unit's", async () => {
    const { id } = await searched()
    const elsewhere = await aClerk(world, app.staff, "officer-p04")
    expect((await elsewhere.post("/staff/card", { ...card, v: 0, report: id })).body.code).toBe("report-not-found")
    await did(zhou, id, "cancel", reason)
    expect((await zhou.post("/staff/card", { ...card, v: 0, report: id })).body.code).toBe("report-ended")
    expect((await zhou.get("/staff/card")).body).toEqual({ v: 0 })
  })

  it("and an ending at the same moment leave none behind, whichever is first", async () => {
    for (let i = 0; i < 5; i++) {
      const { id } = await searched()
      const { v } = (await zhou.get("/staff/card")).body
      await told(id, () =>
        Promise.all([zhou.post("/staff/card", { ...card, v, report: id }), did(zhou, id, "cancel", reason)]),
      )
      await bring(world, system, id, station)
      expect(isOpen((await stateOf(id))!)).toBe(false)
      expect((await zhou.get("/staff/card")).body.card).toBeUndefined()
    }
  })
})
