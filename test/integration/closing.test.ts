/** The end of a day: nobody is left behind in it. */
import { beforeAll, describe, expect, it } from "vitest"
import { closeDays } from "#actions/closing"
import { learn } from "#actions/tasking"
import type { Actor } from "#domain/actor"
import * as lines from "#store/lines"
import * as tasks from "#store/tasks"
import * as tickets from "#store/tickets"
import { aClerk, aDevice, apps, aResident } from "#test/apps"
import { at, monday } from "#test/builders"
import { aMobile, anIdNumber } from "#test/people"
import { aWorld, type TestWorld } from "#test/world"

const night: Actor = { kind: "system", name: "close-day" }
const station = "FZ-JA-P01"
let world: TestWorld
beforeAll(async () => {
  world = await aWorld(at("16:00"))
})

describe("closing a day", () => {
  it("expires who still waits, ends tasks, tells no-shows from the unserved, and does it once", async () => {
    const app = apps(world)
    const kiosk = await aDevice(world, app.device)
    const clerk = await aClerk(world, app.staff, "clerk-p01-1")
    const book = async (n: number) => {
      const resident = await aResident(world, app.resident, aMobile(n))
      const { offers } = (await resident.get(`/api/stations/${station}/places?services=rp-endorse&date=${monday}`)).body
      const form = {
        key: await resident.key(),
        station,
        services: ["rp-endorse"],
        date: monday,
        time: offers[0].time,
        name: "王五",
        idNumber: anIdNumber(n),
      }
      const { body } = await resident.post("/api/appointments", form)
      const person = world.keyring.blind("person", anIdNumber(n))
      const told = { id: "x", by: "resident", op: "book", at: world.now(), v: body.v }
      await learn(world, { ...told, kind: "visit", person, group: "rp", ref: body.ref, station })
      return { ...body, look: async () => (await resident.get(`/api/appointments/${body.link}`)).body }
    }
    const stayedAway = await book(1)
    const came = await book(2)
    world.set(at(came.time) - 10 * 60_000)
    await kiosk.post("/device/check-ins", { shown: { ref: came.ref } })
    await kiosk.post("/device/tickets", { service: "rp-endorse" })
    await kiosk.post("/device/tickets", { service: "rp-endorse" })
    const window = clerk.at(1)
    await window("sit")
    const { number } = (await window("call")).body.visit
    expect(number).toBe("A001")
    await window("start", number)

    world.set(at("19:29"))
    expect((await closeDays(world, night)).filter((it) => it.date === monday && it.station === station)).toEqual([])
    world.set(at("19:31"))
    const closed = (await closeDays(world, night)).find((it) => it.date === monday && it.station === station)
    expect(closed).toMatchObject({ tickets: 2 })

    // Whoever is being served an hour after closing is served to the end; the next run finds the window as it was left.
    const late = await lines.find(world, station, monday)
    expect(late.windows[0]).toMatchObject({ staff: "clerk-p01-1", visit: { number: "A001", state: "serving" } })
    // Signed in again: the shift's session was idle since the afternoon.
    const back = (await aClerk(world, app.staff, "clerk-p01-1")).at(1)
    expect((await back("finish", number)).status).toBe(200)
    await closeDays(world, night)
    const line = await lines.find(world, station, monday)
    expect([line.waiting, line.missed, line.windows.filter((slot) => slot.staff || slot.visit)]).toEqual([[], [], []])
    expect((await tickets.ofDay(world, station, monday)).map((it) => it.state)).toEqual([
      "served",
      "expired",
      "expired",
    ])
    expect((await stayedAway.look()).state).toBe("no-show")
    expect((await came.look()).state).toBe("unserved")
    expect((await tasks.ofDay(world, station, monday)).filter((it) => it.state === "open")).toEqual([])
    const { v } = line
    await closeDays(world, night)
    expect((await lines.find(world, station, monday)).v).toBe(v)
  })

  it("counts nobody absent whose window was closed, though another one was open and nobody told them", async () => {
    const world = await aWorld(at("08:30"))
    const app = apps(world)
    const resident = await aResident(world, app.resident, aMobile(1))
    const booked = await resident.post("/api/appointments", {
      key: await resident.key(),
      station,
      services: ["rp-endorse"],
      date: monday,
      time: "15:00",
      name: "王五",
      idNumber: anIdNumber(1),
    })
    const chief = await aClerk(world, app.staff, "chief-p01")
    const closure = { from: monday, to: monday, windows: [1, 3], reason: "线路检修" }
    expect((await chief.post("/staff/closures", closure)).status).toBe(201)
    world.set(at("19:31"))
    // As a process does that has looked at nothing yet.
    await closeDays({ ...world }, night)
    const { body } = await resident.get(`/api/appointments/${booked.body.link}`)
    expect(body.state).toBe("unserved")
  })
})
