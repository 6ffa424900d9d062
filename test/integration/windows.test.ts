/** A chief changes the windows while people are booked: nothing is sold twice, and of two chiefs the second is told. */
import { randomUUID } from "node:crypto"
import { beforeAll, describe, expect, it } from "vitest"
import { layoutOn } from "#domain/station"
import * as stations from "#store/stations"
import { type Apps, aClerk, apps, send } from "#test/apps"
import { at, monday } from "#test/builders"
import { aWorld, type TestWorld } from "#test/world"

let world: TestWorld
let app: Apps
beforeAll(async () => {
  world = await aWorld(at("07:00"))
  app = apps(world)
})

describe("the windows of a station", () => {
  it("are changed by its chief; days on sale keep their places, later days follow", async () => {
    const chief = await aClerk(world, app.staff, "chief-p01")
    const before = (await chief.get("/staff/windows")).body
    const windows = before.windows.filter((it: { no: number }) => it.no !== 3)
    const free = async () =>
      (await send(app.resident, "GET", `/api/stations/FZ-JA-P01/places?services=rp-endorse&date=${monday}`)).body.offers
    const offered = await free()
    const sent = { op: randomUUID(), v: before.v, windows }
    const changed = await chief.post("/staff/windows", sent)
    expect(changed.body).toMatchObject({ v: before.v + 1 })
    // The answer was lost, and the chief presses again.
    expect(await chief.post("/staff/windows", sent)).toMatchObject({ status: 200, body: changed.body })
    expect((await chief.post("/staff/windows", { v: before.v, windows })).body.code).toBe("changed-meanwhile")
    const { station } = await stations.stored(world, "FZ-JA-P01")
    expect(layoutOn(station, monday).windows).toHaveLength(3)
    expect(layoutOn(station, "2026-12-31").windows).toHaveLength(2)
    expect(await free()).toEqual(offered)
    const clerk = await aClerk(world, app.staff, "clerk-p01-1")
    expect((await clerk.post("/staff/windows", { v: before.v + 1, windows })).status).toBe(403)
  })
  it("are not two of one number, nor one that serves nothing", async () => {
    const chief = await aClerk(world, app.staff, "chief-p01")
    const { v } = (await chief.get("/staff/windows")).body
    for (const windows of [
      [{ no: 1, services: [] }],
      [
        { no: 1, services: ["advice"] },
        { no: 1, services: ["pickup"] },
      ],
    ])
      expect((await chief.post("/staff/windows", { v, windows })).body.code).toBe("invalid-input")
  })
})
