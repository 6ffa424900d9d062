/** Laws 1 and 2 at a release: many want few places of a day that has just come on sale, from several processes, while the tables conflict, lose answers, throttle and lag. */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import * as booking from "#actions/booking"
import { newFormKey } from "#actions/forms"
import type { Actor } from "#domain/actor"
import { offersOf } from "#domain/places"
import { Problem } from "#domain/problem"
import { daysOf, type Station } from "#domain/station"
import { second } from "#domain/time"
import * as appointments from "#store/appointments"
import { snapshotOf, takenIn } from "#store/availability"
import { stationChange } from "#store/stations"
import { counter, writeOrRefuse } from "#store/table"
import { aStation, at } from "#test/builders"
import { aMemoryWorld, type MemoryWorld } from "#test/memory"
import { aMobile, anIdNumber } from "#test/people"

const eight = at("08:00")
const visit = ["rp-endorse"] as const
const waves = 3

/** Two windows that take twelve visits between them. */
const station: Station = (() => {
  const it = aStation([visit, visit], {
    id: "FZ-JA-B02",
    hours: Array.from({ length: 7 }, () => [["09:00", "10:00"]] as const),
  })
  return { ...it, policy: { ...it.policy, waves } }
})()
const date = daysOf(station, eight).at(-1)!
const offers = offersOf(station, date, visit, new Set(), 0)
const places = offers.reduce((sum, { free }) => sum + free, 0)

async function aRelease(seed: number) {
  const world = await aMemoryWorld(eight, { seed })
  await writeOrRefuse(world, [stationChange("test", eight, station)], counter())
  return world
}

const someone = (world: MemoryWorld, n: number) => ({
  n,
  person: world.keyring.blind("person", anIdNumber(n)),
  by: { kind: "resident", phone: world.keyring.blind("phone", aMobile(n)) } satisfies Actor,
  form: {
    key: newFormKey(world),
    station: station.id,
    services: visit,
    date,
    name: "张三",
    idNumber: anIdNumber(n),
    mobile: aMobile(n),
    language: "zh" as const,
  },
})
type Someone = ReturnType<typeof someone>

/** What a tap is answered, or nothing where the answer was lost for good. */
async function tap(process: MemoryWorld, { by, form }: Someone, time: string): Promise<string | undefined> {
  try {
    return (await booking.book(process, by, { ...form, time })).ref
  } catch (error) {
    if (error instanceof Problem) return error.code
    if ((error as { code?: string }).code === "ECONNRESET") return undefined
    if (/Throughput/.test((error as Error).name)) return undefined
    throw error
  }
}

const refused = new Set(["place-taken", "busy", "not-your-wave", "already-booked", "key-reused", undefined])

/** What is in the tables when all is over, seen by nobody's faults. */
async function standing(world: MemoryWorld, people: readonly Someone[]) {
  world.memory.set({})
  const cells = world.memory.items("bookings").filter((it) => it.pk === `${station.id}#${date}#rp`)
  const held = await Promise.all(people.map(({ person }) => appointments.find(world, person, "rp")))
  return { cells, held }
}

describe("a release", () => {
  it("sells no place twice, nobody two, and whoever was told of a booking has it", async () => {
    let [sold, conflicts, lost] = [0, 0, 0]
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          seed: fc.nat(),
          wishes: fc.array(fc.nat(offers.length - 1), { minLength: 20, maxLength: 40 }),
          processes: fc.integer({ min: 1, max: 6 }),
          conflictShare: fc.constantFrom(0, 0.2),
          loseAnswers: fc.constantFrom(0, 0.3),
          throttle: fc.constantFrom(0, 0.05),
          staleReads: fc.constantFrom(0, 0.5),
        }),
        async ({ seed, wishes, processes: count, ...faults }) => {
          const world = await aRelease(seed)
          const processes = Array.from({ length: count }, () => ({ ...world }))
          const people = wishes.map((_, n) => someone(world, n))
          world.memory.set({ conflicts: true, latency: [0, 2], ...faults })
          const told = new Map<Someone, Set<string>>(people.map((it) => [it, new Set()]))
          const turns = people.map((it) => booking.turnAt(world, station, date, it.person)!.wave)
          for (let wave = 1; wave <= waves; wave++) {
            world.set(eight + (wave - 1) * station.policy.waveGap * second)
            // Each taps at eight and when their wave begins, twice, as people do, at another process the second time.
            const here = people.filter((_, n) => wave === 1 || turns[n] === wave)
            const taps = here.flatMap((it) =>
              [0, 1].map(async (again) => {
                const process = processes[(it.n + again) % count]!
                const answer = await tap(process, it, offers[wishes[it.n]!]!.time)
                if (!refused.has(answer)) told.get(it)!.add(answer!)
              }),
            )
            await Promise.all(taps)
          }
          conflicts += world.memory.stats.conflicts
          lost += world.memory.stats.lost
          const { cells, held } = await standing(world, people)
          const booked = held.filter((it) => it?.state === "booked")
          expect(new Set(cells.map((it) => it.for)).size).toBe(cells.length)
          expect(cells.map((it) => it.for).toSorted()).toEqual(booked.map((it) => it!.ref).toSorted())
          for (const [i, it] of people.entries()) {
            const refs = [...told.get(it)!]
            expect(refs.length).toBeLessThanOrEqual(1)
            if (refs.length) expect(held[i]).toMatchObject({ state: "booked", ref: refs[0], date })
          }
          sold += booked.length
        },
      ),
      { seed: 20_261_122, numRuns: 12, endOnFailure: true },
    )
    expect(sold).toBeGreaterThan(12 * 6)
    expect(conflicts).toBeGreaterThan(100)
    expect(lost).toBeGreaterThan(20)
  })

  it("asks nothing of the tables for whoever comes before their wave, nor for a place that everybody can see is gone", async () => {
    const world = await aRelease(1)
    const people = Array.from({ length: 40 }, (_, n) => someone(world, n))
    const { time, free } = offers[0]!
    await booking.offers(world, { kind: "anyone" }, { station: station.id, services: visit, date })
    const turns = people.map((it) => ({ it, turn: booking.turnAt(world, station, date, it.person)! }))
    const early = turns.filter(({ turn }) => turn.opens > eight)
    expect(early.length).toBeGreaterThan(10)
    const before = world.memory.stats.calls
    for (const { it } of early) expect(await tap(world, it, time)).toBe("not-your-wave")
    expect(world.memory.stats.calls).toBe(before)

    const [winners, late] = [early.slice(0, free), early.slice(free)]
    world.set(eight + 60 * second)
    for (const { it } of winners) expect(refused.has(await tap(world, it, time))).toBe(false)
    const sold = world.memory.stats.calls
    for (const { it } of late) expect(await tap(world, it, time)).toBe("place-taken")
    expect(world.memory.stats.calls).toBe(sold)
  })

  it("tells whoever has the place, or gave it back, what became of their form, though everybody sees it gone", async () => {
    const world = await aRelease(2)
    world.set(eight + 60 * second)
    const { time, free } = offers[0]!
    const people = Array.from({ length: free }, (_, n) => someone(world, n))
    const told = await Promise.all(people.map((it) => tap(world, it, time)))
    for (const [i, it] of people.entries()) expect(await tap({ ...world }, it, time)).toBe(told[i])
    const first = people[0]!
    const mine = (await appointments.find(world, first.person, "rp"))!
    await booking.cancel(world, { kind: "holder", ref: mine.ref }, mine, { v: mine.v })
    for (const process of [world, { ...world }])
      expect(await booking.book(process, first.by, { ...first.form, time })).toMatchObject({
        ref: told[0],
        state: "cancelled",
      })
    expect(await tap(world, someone(world, 99), time)).toBe("place-taken")
  })

  it("answers a form whose booking was given up and whose place others have since, and reads nothing for any other", async () => {
    const world = await aRelease(4)
    world.set(eight + 60 * second)
    const { time, free } = offers[0]!
    const people = Array.from({ length: free }, (_, n) => someone(world, n))
    // Their page was open all the while.
    const idle = someone(world, 98)
    for (const it of people) expect(refused.has(await tap(world, it, time))).toBe(false)
    for (const { person } of people) {
      const mine = (await appointments.find(world, person, "rp"))!
      await booking.cancel(world, { kind: "holder", ref: mine.ref }, mine, { v: mine.v })
    }
    world.wait(60)
    const others = Array.from({ length: free }, (_, n) => someone(world, 50 + n))
    for (const it of others) expect(refused.has(await tap(world, it, time))).toBe(false)
    for (const process of [world, { ...world }])
      for (const { by, form } of people)
        expect(await booking.book(process, by, { ...form, time })).toMatchObject({ state: "cancelled", time })

    const before = world.memory.stats.calls
    expect(await tap(world, idle, time)).toBe("place-taken")
    expect(world.memory.stats.calls).toBe(before + 1)
    expect(await tap(world, someone(world, 99), time)).toBe("place-taken")
    expect(world.memory.stats.calls).toBe(before + 1)
  })

  it("shows in its next look what another process sold, a second later at most", async () => {
    const world = await aRelease(3)
    world.set(eight + 60 * second)
    const [one, other] = [world, { ...world }]
    const ask = { station: station.id, services: visit, date }
    const freeIn = async (process: MemoryWorld) =>
      (await booking.offers(process, { kind: "anyone" }, ask)).reduce((sum, { free }) => sum + free, 0)
    expect([await freeIn(one), await freeIn(other)]).toEqual([places, places])
    await tap(one, someone(world, 1), offers[0]!.time)
    expect(await freeIn(one)).toBe(places - 1)
    const later = await snapshotOf(other, station.id, date, "rp", performance.now() + second)
    expect(takenIn(later, world.now()).size).toBe(1)
  })
})
