/** Who does not come is counted, paused, excused; nobody is turned away from a window, and no closed station counts. */
import { beforeAll, describe, expect, it } from "vitest"
import * as booking from "#actions/booking"
import { closeDays } from "#actions/closing"
import * as rebooking from "#actions/rebooking"
import { learn } from "#actions/tasking"
import { notify } from "#background/notify"
import { addDays, dateOf, instantOf } from "#domain/time"
import { consequences } from "#messages/consequences"
import * as appointments from "#store/appointments"
import * as keys from "#store/keys"
import { get, type Item } from "#store/table"
import * as tasks from "#store/tasks"
import { type Apps, aClerk, aDevice, apps, aResident, send } from "#test/apps"
import { at } from "#test/builders"
import { book, here } from "#test/grid"
import { aMobile, anIdNumber } from "#test/people"
import { aWorld, type TestWorld } from "#test/world"

const system = { kind: "system", name: "close-day" } as const

let world: TestWorld
let app: Apps
let count = 0
beforeAll(async () => {
  world = await aWorld(at("09:30"))
  app = apps(world)
})

const person = (n: number) => world.keyring.blind("person", anIdNumber(n))
const stored = async (n: number) => (await appointments.find(world, person(n), "rp"))!
const offered = async (date: string) =>
  (await booking.offers({ ...world }, { kind: "anyone" }, { station: here, services: ["rp-endorse"], date }))[0]!.time
const nextDay = async () => {
  for (let date = addDays(dateOf(world.now()), 1); ; date = addDays(date, 1))
    if (
      (await booking.offers({ ...world }, { kind: "anyone" }, { station: here, services: ["rp-endorse"], date })).length
    )
      return date
}
/** Books for the next open day and lets the day pass. */
async function misses(n: number, more: (held: booking.Held) => Promise<unknown> = async () => {}) {
  const date = await nextDay()
  const held = await book(world, n, { date, time: await offered(date) })
  await more(held)
  world.set(instantOf(addDays(date, 1), "04:30"))
  await closeDays(world, system)
  // A week on, so that no week's number stands in the way.
  world.set(instantOf(addDays(date, 8), "09:30"))
  return held
}
const standing = (link: string) => send(app.resident, "GET", `/api/appointments/${link}/standing`)

describe("three absences in 180 days", () => {
  it("pause online booking for 90 days, say until when, leave the windows open, and end by an officer's excuse", async () => {
    const n = ++count
    const held = []
    for (let i = 0; i < 3; i++) held.push(await misses(n))
    const last = held[2]!
    const until = addDays(last.date, 90)
    expect((await stored(n)).state).toBe("no-show")

    const resident = await aResident(world, app.resident, aMobile(n))
    const date = await nextDay()
    const form = {
      station: here,
      services: ["rp-endorse"],
      date,
      time: await offered(date),
      name: "张三",
      idNumber: anIdNumber(n),
    }
    const refused = await resident.post("/api/appointments", { ...form, key: await resident.key() })
    expect(refused).toMatchObject({ status: 409, body: { code: "booking-paused", until } })
    expect((await standing(last.link)).body).toMatchObject({
      until,
      missed: held.map(({ ref, date }) => ({ ref, station: here, date, appealed: false })),
    })
    const kiosk = await aDevice(world, app.device)
    const now = world.now()
    world.set(instantOf(date, form.time))
    expect((await kiosk.post("/device/tickets", { service: "rp-endorse" })).status).toBe(201)
    world.set(now)

    // The resident appeals, officers get a task, one of them reads and excuses; the clerk may not.
    const key = keys.standing(person(n))
    const was = await get(world, "bookings", key)
    const told = async (before: Item | undefined) => {
      const messages = consequences({ table: "bookings", before, after: await get(world, "bookings", key) })
      for (const { queue, body } of messages) if (queue === "work") await learn(world, body)
      return messages
    }
    const appeal = { ref: last.ref, text: "那天住院了" }
    const appealed = await send(app.resident, "POST", `/api/appointments/${last.link}/appeal`, appeal)
    expect(appealed.body.missed[2]).toMatchObject({ appealed: true })
    expect((await send(app.resident, "POST", `/api/appointments/${last.link}/appeal`, appeal)).body).toEqual(
      appealed.body,
    )
    expect(JSON.stringify(await get(world, "bookings", key))).not.toContain("住院")
    await told(was)
    const task = () => tasks.find(world, here, dateOf(world.now()), `appeal#${last.ref}`)
    expect(await task()).toMatchObject({ kind: "answer-appeal", state: "open", windows: [] })

    // Nobody answers that day: it is on the next day's list.
    await closeDays(world, system)
    world.set(instantOf(addDays(dateOf(world.now()), 1), "05:00"))
    await closeDays(world, system)
    expect(await task()).toMatchObject({ state: "open" })
    world.set(now)
    await closeDays(world, system)

    const clerk = await aClerk(world, app.staff, "clerk-p01-1")
    const officer = await aClerk(world, app.staff, "officer-p01")
    const elsewhere = await aClerk(world, app.staff, "chief-p02")
    expect((await clerk.get(`/staff/absences/${last.ref}`)).status).toBe(403)
    expect((await elsewhere.get(`/staff/absences/${last.ref}`)).status).toBe(404)
    expect((await officer.get(`/staff/absences/${last.ref}`)).body).toMatchObject({ name: "张*", text: "那天住院了" })
    const appealedItem = await get(world, "bookings", key)
    const excuse = { excused: true, reason: "出院小结已核" }
    expect((await officer.post(`/staff/absences/${last.ref}`, excuse)).body).not.toHaveProperty("until")
    expect((await standing(last.link)).body.missed[2]).toMatchObject({ excused: true, reason: "出院小结已核" })
    expect((await officer.post(`/staff/absences/${last.ref}`, excuse)).status).toBe(200)
    expect((await officer.post(`/staff/absences/${last.ref}`, { ...excuse, excused: false })).body.code).toBe(
      "changed-meanwhile",
    )
    expect(await get(world, "bookings", key)).toMatchObject({ by: "staff:officer-p01" })
    const messages = await told(appealedItem)
    expect((await task())?.state).toBe("done")
    const sent: { to: string; text: string }[] = []
    for (const it of messages)
      if (it.queue === "notices") await notify(world, async (one) => void sent.push(one), it.body)
    expect(sent).toMatchObject([{ to: aMobile(n) }])
    expect((await resident.post("/api/appointments", { ...form, key: await resident.key() })).status).toBe(201)
  })

  it("are counted once each, however often the day is closed", async () => {
    const n = ++count
    await misses(n)
    await closeDays(world, system)
    expect((await get(world, "bookings", keys.standing(person(n))))?.missed).toHaveLength(1)
  })
})

describe("nothing is counted", () => {
  const missed = async (n: number) => (await get(world, "bookings", keys.standing(person(n))))?.missed ?? []

  it("where somebody came late", async () => {
    const n = ++count
    const kiosk = await aDevice(world, app.device)
    await misses(n, async (held) => {
      world.set(instantOf(held.date, held.time) + 45 * 60_000)
      const arrived = await kiosk.post("/device/check-ins", { shown: { ref: held.ref } })
      expect(arrived.status).toBe(201)
    })
    expect([(await stored(n)).state, await missed(n)]).toEqual(["unserved", []])
  })

  it("where the station had taken the time away, and nothing could be offered", async () => {
    const n = ++count
    await misses(n, async () => rebooking.displace(world, system, await stored(n), "c1"))
    expect([(await stored(n)).state, await missed(n)]).toEqual(["unserved", []])
  })

  it("where it was cancelled, and there is nothing to appeal", async () => {
    const n = ++count
    const held = await misses(n, async (it) =>
      send(app.resident, "POST", `/api/appointments/${it.link}/cancel`, { v: it.v }),
    )
    expect([(await stored(n)).state, await missed(n)]).toEqual(["cancelled", []])
    const appeal = await send(app.resident, "POST", `/api/appointments/${held.link}/appeal`, {
      ref: held.ref,
      text: "没有未到",
    })
    expect(appeal.body.code).toBe("nothing-to-appeal")
  })
})

describe("two bookings in seven days", () => {
  it("are the most in a group; moves are none, nor is one that the station ended", async () => {
    const n = ++count
    const date = await nextDay()
    const cancel = async () =>
      send(app.resident, "POST", `/api/appointments/${(await again())!.link}/cancel`, { v: (await stored(n)).v })
    const again = async () => {
      const it = await stored(n)
      return (await booking.byLink(world, world.keyring.seal("link", [it.person, it.group, it.ref]))).held
    }
    const tryOne = async () => book({ ...world }, n, { date, time: await offered(date) })
    await tryOne()
    await rebooking.displace(world, system, await stored(n), "c1")
    await cancel()
    await tryOne()
    await cancel()
    await tryOne()
    await cancel()
    const third = await tryOne().catch((error) => error)
    expect(third).toMatchObject({ code: "too-many-bookings", details: { until: addDays(dateOf(world.now()), 7) } })
    world.wait(7 * 24 * 60)
    expect((await book(world, n, { date: await nextDay(), time: await offered(await nextDay()) })).state).toBe("booked")
  })
})
