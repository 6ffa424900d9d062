/** Laws 1 to 4 while the database conflicts, loses answers and throttles: what was answered stands, what is in the table fits together. */
import { randomUUID } from "node:crypto"
import { ScanCommand } from "@aws-sdk/lib-dynamodb"
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest"
import * as booking from "#actions/booking"
import * as calling from "#actions/calling"
import { newFormKey } from "#actions/forms"
import * as queueing from "#actions/queueing"
import type { Actor } from "#domain/actor"
import { Problem } from "#domain/problem"
import { type Faults, startFaults } from "#local/faults"
import * as lines from "#store/lines"
import { stationChange } from "#store/stations"
import { counter, write } from "#store/table"
import { aStation, at, monday } from "#test/builders"
import { aMobile, anIdNumber } from "#test/people"
import { aWorld, type TestWorld, through } from "#test/world"

let world: TestWorld
let shaky: TestWorld
let faults: Faults
beforeAll(async () => {
  const endpoint = inject("dynamodb")
  world = await aWorld(at("07:00"))
  faults = await startFaults(endpoint, { seed: 7 })
  shaky = through(world, faults.endpoint)
})
afterAll(() => faults.stop())

/** A refusal or what the SDK says when its tries are used up; anything else is a fault of ours. */
async function outcome<T>(act: () => Promise<T>): Promise<T | undefined> {
  try {
    return await act()
  } catch (error) {
    if (error instanceof Problem) return undefined
    const name = (error as Error).name
    if (
      /Throughput|Throttling|TimeoutError|ECONNRESET|NetworkingError/.test(
        `${name} ${(error as { code?: string }).code}`,
      )
    )
      return undefined
    throw error
  }
}

const everything = async (table: "bookings" | "live") =>
  (await world.db.send(new ScanCommand({ TableName: world.tables[table], ConsistentRead: true }))).Items ?? []

describe("forty people booking, sending again and cancelling through a database that fails", () => {
  it("leave a table in which every appointment has its cells, every cell its appointment, and every answer is true", async () => {
    faults.set({ conflicts: true, conflictShare: 0.15, loseAnswers: 0.4, throttle: 0.05, latency: [0, 5] })
    const station = "FZ-JA-P01"
    const times = await booking.offers(world, { kind: "anyone" }, { station, services: ["rp-address"], date: monday })
    const answered: { ref: string; state: string; n: number }[] = []
    const person = async (n: number) => {
      const mobile = aMobile(n)
      const by: Actor = { kind: "resident", phone: world.keyring.blind("phone", mobile) }
      const form = {
        key: newFormKey(world),
        station,
        services: ["rp-address"] as const,
        date: monday,
        mobile,
        name: "张三",
        idNumber: anIdNumber(n),
        language: "zh" as const,
        time: times[n % times.length]!.time,
      }
      const tries = await Promise.all([1, 2, 3].map(() => outcome(() => booking.book(shaky, by, form))))
      const booked = tries.find((it) => it !== undefined) ?? (await outcome(() => booking.book(shaky, by, form)))
      for (const it of tries) if (it && booked) expect(it.ref).toBe(booked.ref)
      if (!booked) return
      answered.push({ ref: booked.ref, state: "booked", n })
      if (n % 3) return
      const { actor, appointment } = await booking.byLink(world, booked.link)
      const gone = await outcome(() => booking.cancel(shaky, actor, appointment, { v: appointment.v }))
      if (gone) answered.push({ ref: booked.ref, state: "cancelled", n })
    }
    await Promise.all(Array.from({ length: 40 }, (_, i) => person(i + 1)))
    faults.set({})
    expect(faults.stats.lost).toBeGreaterThan(2)
    expect(faults.stats.conflicts).toBeGreaterThan(5)
    expect(answered.filter((it) => it.state === "booked").length).toBeGreaterThan(15)

    const items = await everything("bookings")
    const people = items.filter((it) => it.pk.startsWith("person#"))
    const cells = items.filter((it) => it.pk === `${station}#${monday}#rp` && it.for !== undefined)
    for (const it of people.filter((one) => one.state === "booked")) {
      const mine = cells.filter((cell) => cell.for === it.ref)
      expect(mine).toHaveLength(it.units)
      expect(new Set(mine.map((cell) => Buffer.from(cell.person).toString("base64url")))).toEqual(
        new Set([it.pk.slice(7)]),
      )
    }
    const booked = new Set(people.filter((one) => one.state === "booked").map((one) => one.ref))
    for (const cell of cells) expect(booked.has(cell.for), `cell ${cell.sk} of nobody`).toBe(true)
    const last = new Map(answered.map((it) => [it.ref, it.state]))
    for (const [ref, state] of last) {
      const it = people.find((one) => one.ref === ref)
      expect(it, `answered ${state} and not there`).toBeDefined()
      if (state === "cancelled") expect(it!.state).toBe("cancelled")
    }
  })
})

describe("eight windows and a kiosk at a line in a database that fails", () => {
  it("give gapless numbers and call everyone once", async () => {
    const id = "TEST-F"
    await write(
      world,
      [
        stationChange(
          "test",
          world.now(),
          aStation(
            Array.from({ length: 8 }, () => ["rp-endorse"] as const),
            { id },
          ),
        ),
      ],
      counter(),
    )
    // Stations are kept for a while by whoever read them: this world has not read them yet.
    const fresh = { ...shaky }
    faults.set({ conflicts: true, conflictShare: 0.15, loseAnswers: 0.15, throttle: 0.03 })
    const kiosk: Actor = { kind: "kiosk", id: "dev_1", station: id }
    /** As a kiosk and a console do: the same operation again until there is an answer. */
    async function insist<T>(act: (again: boolean) => Promise<T>): Promise<T> {
      for (let i = 0; i < 60; i++) {
        const refused: { final?: Problem } = {}
        const done = await outcome(() =>
          act(i > 0).catch((error) => {
            if (error instanceof Problem && error.code !== "busy") refused.final = error
            throw error
          }),
        )
        if (refused.final) throw refused.final
        if (done !== undefined) return done
      }
      throw new Error("No answer after sixty tries")
    }
    const given: string[] = []
    await Promise.all(
      Array.from({ length: 24 }, async () => {
        const op = randomUUID()
        given.push(
          (
            await insist((again) =>
              queueing.take(fresh, kiosk, { station: id, service: "rp-endorse", priority: false, op, again }),
            )
          ).number,
        )
      }),
    )
    expect(given.toSorted()).toEqual(Array.from({ length: 24 }, (_, i) => `A${String(i + 1).padStart(3, "0")}`))
    const called: string[] = []
    await Promise.all(
      Array.from({ length: 8 }, async (_, i) => {
        const window = i + 1
        const by: Actor = { kind: "staff", id: `clerk-${window}`, name: "员", role: "clerk", station: id }
        const sitting = randomUUID()
        await insist(() => calling.sit(fresh, by, { station: id, window, op: sitting }))
        for (;;) {
          const op = randomUUID()
          const next = await insist(() => calling.callNext(fresh, by, { station: id, window, op })).catch(
            (error: Problem) => {
              if (error.code === "nobody-waiting") return undefined
              throw error
            },
          )
          if (!next) return
          const number = next.visit!.number
          called.push(number)
          for (const act of ["start", "finish"] as const) {
            const step = randomUUID()
            await insist(() => calling.act(fresh, by, { station: id, window, op: step, number, act }))
          }
        }
      }),
    )
    faults.set({})
    expect(called.toSorted()).toEqual(given.toSorted())
    const line = await lines.find(world, id, monday)
    expect([line.waiting, line.windows.filter((slot) => slot.visit)]).toEqual([[], []])
    const tickets = (await everything("live")).filter(
      (it) => it.pk === `line#${id}#${monday}` && it.sk.startsWith("t#"),
    )
    expect(tickets.map((it) => it.state)).toEqual(Array(24).fill("served"))
  })
})
