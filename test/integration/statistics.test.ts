/** A day is counted when it is closed; what is read of it names nobody, and nothing small. */
import { beforeAll, describe, expect, it } from "vitest"
import { closeDays } from "#actions/closing"
import { reportCounted } from "#actions/counting"
import { learn } from "#actions/tasking"
import type { Actor } from "#domain/actor"
import type { Dispatch } from "#domain/report"
import { addDays, instantOf, minute } from "#domain/time"
import * as keys from "#store/keys"
import * as statistics from "#store/statistics"
import { counter, get, write } from "#store/table"
import * as tickets from "#store/tickets"
import { type Apps, aClerk, apps, aResident } from "#test/apps"
import { at, monday } from "#test/builders"
import { aMobile, anIdNumber } from "#test/people"
import { aWorld, type TestWorld } from "#test/world"

const night: Actor = { kind: "system", name: "close-day" }
const station = "FZ-JA-P01"
const tuesday = addDays(monday, 1)
let world: TestWorld
let app: Apps
/** What must be in no count. */
const marked: string[] = []

beforeAll(async () => {
  world = await aWorld(at("08:05"))
  app = apps(world)
})

async function booked(n: number, date = monday) {
  const resident = await aResident(world, app.resident, aMobile(n))
  const { offers } = (await resident.get(`/api/stations/${station}/places?services=rp-endorse&date=${date}`)).body
  const form = {
    key: await resident.key(),
    station,
    services: ["rp-endorse"],
    date,
    time: offers.at(-1).time,
    name: "王五",
    idNumber: anIdNumber(n),
  }
  const { body } = await resident.post("/api/appointments", form)
  const person = world.keyring.blind("person", anIdNumber(n))
  marked.push(person, body.ref, "王五", anIdNumber(n), aMobile(n))
  const message = (v: number, left?: object) => ({
    ...{ id: "x", by: "resident", op: "book", at: world.now(), v },
    ...{ kind: "visit" as const, person, group: "rp" as const, ref: body.ref, station },
    ...(left && { left: left as never }),
  })
  await learn(world, message(body.v))
  return { ...body, resident, message }
}

/** As the windows leave a ticket behind. */
async function given(number: string, more: Partial<tickets.Ticket>) {
  const from = at("09:00")
  await write(
    world,
    [
      tickets.ticketChange(night, "test", world.now(), {
        ...{ station, date: monday, number, v: 0, services: ["rp-endorse"], taken: number, takenAt: from },
        ...{
          state: "served",
          calledAt: from + 12 * minute,
          startedAt: from + 13 * minute,
          endedAt: from + 20 * minute,
        },
        ...more,
      }),
    ],
    counter(),
  )
}
const counts = () => statistics.find(world, station, monday)
const asChief = () => aClerk(world, app.staff, "chief-p01")

describe("the counts of a day", () => {
  it("are written as it is closed, with bookings by what became of them, and once more say the same", async () => {
    const stayedAway = await booked(1)
    const cancelled = await booked(2)
    const moved = await booked(3)
    expect(stayedAway.ref).toBeTruthy()
    expect(
      (await cancelled.resident.post(`/api/appointments/${cancelled.link}/cancel`, { v: cancelled.v })).status,
    ).toBe(200)
    await learn(world, cancelled.message(cancelled.v + 1))
    const { offers } = (await moved.resident.get(`/api/stations/${station}/places?services=rp-endorse&date=${tuesday}`))
      .body
    const to = { station, date: tuesday, time: offers[0].time }
    const after = await moved.resident.post(`/api/appointments/${moved.link}/move`, {
      op: "move-statistics-0001",
      v: moved.v,
      ...to,
    })
    expect(after.status).toBe(200)
    await learn(world, moved.message(after.body.v, { station, date: monday, time: moved.time, lane: 1 }))

    for (let i = 1; i <= 30; i++) await given(`A${String(i).padStart(3, "0")}`, {})
    await given("B001", { services: ["id-renew"], state: "left", calledAt: undefined, startedAt: undefined } as never)
    await given("D001", {})
    await given("C001", { state: "void" })
    await given("Y001", {
      appointment: { person: marked[0]!, group: "rp", ref: "ANOTHERREF" },
      visit: { lane: "P", eff: at("09:05") } as tickets.Ticket["visit"],
    } as Partial<tickets.Ticket>)
    marked.push("ANOTHERREF", "A001")

    world.set(at("19:31"))
    await closeDays(world, night)
    const first = (await counts())!
    expect(first).toMatchObject({
      v: 1,
      services: { "rp-endorse": 32, "id-renew": 1 },
      came: { booked: 1, "walk-in": 32, phone: 0 },
      ended: { served: 32, left: 1, expired: 0 },
      priority: 1,
      offline: 1,
      hours: { "09": { visits: 33 } },
      bookings: {
        lost: { "no-show": 1, cancelled: 1, moved: 1, unserved: 0 },
        closures: { accepted: 0, "chose-another": 0, cancelled: 0, unsettled: 0 },
      },
    })
    // Twelve minutes, and seven from the booked time on.
    expect(first.hours["09"]!.waits).toEqual([0, 1, 31, 0, 0, 0, 0, 0, 0, 0])
    await closeDays(world, night)
    expect((await counts())!.v).toBe(1)
  })

  it("take up what a kiosk brings late, and a booking anew changes nothing of the old day", async () => {
    await given("D002", {})
    world.set(instantOf(tuesday, "04:30"))
    expect((await booked(1, addDays(monday, 2))).ref).toBeTruthy()
    await closeDays(world, night)
    expect(await counts()).toMatchObject({
      v: 2,
      offline: 2,
      came: { "walk-in": 33 },
      bookings: { lost: { "no-show": 1, cancelled: 1, moved: 1 } },
    })
  })

  it("hold nobody: no reference, index, ticket, name or number, in the item or its key", async () => {
    const item = await get(world, "live", keys.statistics(station, monday))
    const text = JSON.stringify(item)
    for (const it of marked) expect(text).not.toContain(it)
    expect(item).not.toHaveProperty("ttl")
    expect(Object.keys(item!).sort()).toEqual(
      ["at", "bookings", "by", "came", "ended", "hours", "offline", "op", "pk", "priority", "services", "sk"].concat([
        "station",
        "v",
      ]),
    )
  })
})

describe("the statistics of a chief", () => {
  const of = (grain: string) => `/staff/statistics?from=${monday}&to=${monday}&grain=${grain}`

  it("begin three days later, cover what is small and what would give it away, and add up only what is shown", async () => {
    world.set(instantOf(addDays(monday, 2), "10:00"))
    expect((await (await asChief()).get(of("day"))).body.periods).toEqual([])
    world.set(instantOf(addDays(monday, 3), "10:00"))
    const chief = await asChief()
    const [day] = (await chief.get(of("day"))).body.periods
    expect(day).toMatchObject({
      visits: { low: 34, high: 34 },
      // One booked visit: the walk-ins are covered with it.
      came: { booked: { low: 1, high: 4 }, "walk-in": { low: 30, high: 33 }, phone: { low: 0, high: 0 } },
      lost: { "no-show": { low: 1, high: 4 }, unserved: { low: 0, high: 0 } },
      waits: { half: 15, most: 15 },
      lengths: { half: 8, most: 8 },
    })
    const { periods, months } = (await chief.get(of("week"))).body
    expect(periods).toMatchObject([{ from: monday, to: addDays(monday, 6), visits: day.visits, came: day.came }])
    // The week is not over, and no month is.
    expect(periods[0].waits).toBeUndefined()
    expect(months).toEqual([])
  })

  it("show services and hours once the month is over", async () => {
    world.set(instantOf("2026-12-04", "10:00"))
    const { months } = (await (await asChief()).get(of("month"))).body
    expect(months).toMatchObject([
      {
        month: "2026-11",
        services: { "rp-endorse": { low: 30, high: 33 }, "id-renew": { low: 1, high: 4 }, pickup: { low: 0, high: 0 } },
        hours: [{ hour: "09", visits: { low: 34, high: 34 }, waits: { half: 15, most: 15 } }],
        priority: { low: 1, high: 4 },
      },
    ])
  })

  it("go out as a table that a spreadsheet takes as it is, to somebody who has just proved who they are", async () => {
    // ASVS V1.2.10
    const chief = await asChief()
    const path = `/staff/statistics/export?from=${monday}&to=${monday}&grain=month`
    const { status, text, headers } = await chief.get(path)
    expect([status, headers.get("content-type")]).toEqual([200, "text/csv; charset=utf-8"])
    expect(headers.get("cache-control")).toBe("private, no-store")
    const bytes = new Uint8Array(
      await (await app.staff.request(path, { headers: { ...chief.headers, "x-doorstep-edge": "edge" } })).arrayBuffer(),
    )
    expect([...bytes.slice(0, 3)]).toEqual([0xef, 0xbb, 0xbf])
    expect(text.startsWith('"从 From"')).toBe(true)
    expect(text).toContain('"2026-11-01","2026-11-30","3","34","<5","30–33","0"')
    for (const line of text.trimEnd().split("\r\n").filter(Boolean))
      for (const cell of line.slice(1, -1).split('","')) expect(cell).not.toMatch(/^[=+\-@\t\r]/)
    world.wait(6)
    expect((await chief.get(path)).body.code).toBe("step-up-needed")
    expect((await chief.get(of("day"))).status).toBe(200)
  })

  it("say no to a range that ends before it begins, or of more than two years", async () => {
    const chief = await asChief()
    for (const [from, to] of [
      ["2026-11-24", "2026-11-23"],
      ["2024-01-01", "2026-11-23"],
    ])
      expect((await chief.get(`/staff/statistics?from=${from}&to=${to}`)).body.fields).toMatchObject([
        { field: "to", fault: "period" },
      ])
  })

  it("count lost children for the whole district alone, when their months are over, drills never", async () => {
    world.set(at("12:00"))
    const ended = (state: Dispatch["state"], drill = false) => ({ state, drill }) as Dispatch
    for (const it of [...Array(8).fill(ended("closed")), ended("false-report"), ended("cancelled", true)])
      for (const change of await reportCounted(world, night, it)) await write(world, [change], counter())
    expect((await (await asChief()).get(of("day"))).body.reports).toEqual([])
    world.set(instantOf("2026-12-01", "10:00"))
    const elsewhere = await aClerk(world, app.staff, "chief-p02")
    const { reports } = (await elsewhere.get(of("day"))).body
    expect(reports).toEqual((await (await asChief()).get(of("day"))).body.reports)
    const none = { low: 0, high: 0 }
    expect(reports).toEqual([
      {
        month: "2026-11",
        reports: { low: 9, high: 9 },
        ended: { reunited: { low: 5, high: 8 }, "false-report": { low: 1, high: 4 }, cancelled: none, merged: none },
      },
    ])
    // Another station's people are not among theirs.
    expect((await elsewhere.get(of("day"))).body.periods).toMatchObject([{ visits: { low: 0, high: 0 } }])
  })
})
