/** The card of a lost child in the hall: shown by an officer, taken back by one, and gone by itself. */
import { beforeEach, describe, expect, it } from "vitest"
import * as keys from "#store/keys"
import { get } from "#store/table"
import { type Apps, aClerk, aDevice, apps, send } from "#test/apps"
import { at } from "#test/builders"
import { aWorld, type TestWorld } from "#test/world"

const station = "FZ-JA-P01"
const girl = { sex: "girl", age: 6, clothing: "红色外套，白色运动鞋", place: "一楼滑梯旁", time: "18:40" }

let world: TestWorld
let app: Apps
let officer: Awaited<ReturnType<typeof aClerk>>
let display: Awaited<ReturnType<typeof aDevice>>
beforeEach(async () => {
  world = await aWorld(at("19:00"))
  app = apps(world)
  officer = await aClerk(world, app.staff, "officer-p01")
  display = await aDevice(world, app.device, "display")
})

const onDisplay = async () => (await display.get("/device/live")).body.card
const onPhone = async () => (await send(app.resident, "GET", `/api/stations/${station}/live`)).body.card

describe("a lost child's card", () => {
  it("is in the hall's snapshot once an officer publishes it, for two hours and with 110 where nothing else is said", async () => {
    expect([await onDisplay(), (await officer.get("/staff/card")).body]).toEqual([undefined, { v: 0 }])
    const { status, body } = await officer.post("/staff/card", { ...girl, v: 0 })
    const card = { ...girl, hotline: "110", until: at("21:00") }
    expect([status, body]).toEqual([200, { v: 1, card }])
    expect(await onDisplay()).toEqual(card)
    expect(await onPhone(), "never published to everybody's phones").toBeUndefined()
    const clerk = await aClerk(world, app.staff, "clerk-p01-1")
    expect((await clerk.get("/staff/card")).body).toEqual({ v: 1, card })
    const there = await aDevice(world, app.device, "display", "FZ-JA-P02")
    expect((await there.get("/device/live")).body.card).toBeUndefined()
  })

  it("is gone when it is withdrawn, and nothing of it is kept", async () => {
    await officer.post("/staff/card", { ...girl, v: 0 })
    expect(await onDisplay()).toBeDefined()
    const chief = await aClerk(world, app.staff, "chief-p01")
    const taken = await chief.post("/staff/card/withdraw", { v: 1 })
    expect([taken.status, taken.body]).toEqual([200, { v: 2 }])
    expect([await onDisplay(), await onPhone()]).toEqual([undefined, undefined])
    expect(JSON.stringify(await get(world, "live", keys.card(station)))).not.toMatch(/红色外套|滑梯|girl/)
  })

  it("is gone in the minute its time is over, for the consoles too", async () => {
    await officer.post("/staff/card", { ...girl, v: 0, minutes: 10 })
    world.set(at("19:10") - 1)
    expect(await onDisplay()).toBeDefined()
    world.set(at("19:10"))
    expect([await onDisplay(), await onPhone()]).toEqual([undefined, undefined])
    expect((await officer.get("/staff/card")).body).toEqual({ v: 1 })
  })

  it("is replaced by the officer who saw it; who did not is told", async () => {
    const chief = await aClerk(world, app.staff, "chief-p01")
    await officer.post("/staff/card", { ...girl, v: 0 })
    const late = await chief.post("/staff/card", { ...girl, sex: "boy", v: 0 })
    expect([late.status, late.body.code]).toEqual([409, "changed-meanwhile"])
    expect((await chief.post("/staff/card/withdraw", { v: 0 })).body.code).toBe("changed-meanwhile")
    expect((await onDisplay()).sex).toBe("girl")
    expect((await chief.post("/staff/card", { ...girl, sex: "boy", v: 1 })).body.v).toBe(2)
    expect((await onDisplay()).sex).toBe("boy")
    expect((await officer.post("/staff/card/withdraw", { v: 1 })).body.code).toBe("changed-meanwhile")
  })

  it("is published once by one press, however often it arrives", async () => {
    const press = { ...girl, v: 0, op: "11111111-1111-4111-8111-111111111111" }
    await officer.post("/staff/card", press)
    world.wait(5)
    const again = await officer.post("/staff/card", press)
    expect([again.status, again.body.v, again.body.card.until]).toEqual([200, 1, at("21:00")])
    const taken = { v: 1, op: "22222222-2222-4222-8222-222222222222" }
    await officer.post("/staff/card/withdraw", taken)
    expect((await officer.post("/staff/card/withdraw", taken)).body).toEqual({ v: 2 })
    // The first press, late: the card was taken back meanwhile, and stays so.
    expect((await officer.post("/staff/card", press)).body.code).toBe("changed-meanwhile")
    expect(await onDisplay()).toBeUndefined()
  })

  it("is read from the database every two seconds at most, whatever many ask", async () => {
    const seen: string[] = []
    world.db.middlewareStack.add(
      (next) => async (args) => {
        seen.push(JSON.stringify(args.input))
        return next(args)
      },
      { step: "initialize" },
    )
    const began = Date.now()
    for (let i = 0; i < 20; i++) await onDisplay()
    const reads = seen.filter((it) => it.includes(`card#${station}`)).length
    expect(reads).toBeGreaterThanOrEqual(1)
    expect(reads).toBeLessThanOrEqual(1 + Math.floor((Date.now() - began) / 2000))
  })

  it("takes no name, home, school or photo: what is not on the card is not kept", async () => {
    await officer.post("/staff/card", { ...girl, v: 0, name: "小明", school: "实验小学", photo: "data:" })
    expect(Object.keys(await onDisplay()).toSorted()).toEqual(
      ["age", "clothing", "hotline", "place", "sex", "time", "until"].toSorted(),
    )
    const refused = await officer.post("/staff/card", { ...girl, v: 1, clothing: "电话13800138000" })
    expect(refused.body.fields).toMatchObject([{ field: "clothing", fault: "card-private" }])
  })
})
