/** A booking moved by mistake may go back to what it left, while that is nobody's yet; no other booking may come there sooner by it. */
import { randomUUID } from "node:crypto"
import { beforeEach, describe, expect, it } from "vitest"
import * as booking from "#actions/booking"
import * as rebooking from "#actions/rebooking"
import { offerEarlier, wish } from "#actions/waitlisting"
import type { Actor } from "#domain/actor"
import { openProposal } from "#domain/appointment"
import { lanesFor } from "#domain/places"
import { hour, minute } from "#domain/time"
import * as appointments from "#store/appointments"
import * as keys from "#store/keys"
import { query } from "#store/table"
import { at, longtou } from "#test/builders"
import { book, gridFits, here, opened } from "#test/grid"
import { aMemoryWorld, type MemoryWorld } from "#test/memory"
import { anIdNumber } from "#test/people"
import type { World } from "#world"

const tuesday = "2026-11-24"
const wednesday = "2026-11-25"
const system: Actor = { kind: "system", name: "test" }
let world: MemoryWorld
let others: number
beforeEach(async () => {
  world = await aMemoryWorld(at("09:30"), { seed: 7 })
  others = 500
})

/** A process that has seen nothing yet. */
const another = (): MemoryWorld => ({ ...world })
const free = async (by: Actor = { kind: "anyone" }, date = tuesday) =>
  (await booking.offers(another(), by, { station: here, services: ["rp-endorse"], date })).map(({ time }) => time)
const fits = () => gridFits(world, world.memory.items("bookings"))
const stored = async (n: number) =>
  (await appointments.find(world, world.keyring.blind("person", anIdNumber(n)), "rp"))!
const refusal = (error: unknown) => (error as { code?: string }).code ?? String(error)
/** The new time, or why not. */
const moveTo = async (held: booking.Held, time: string, of: World = world, date = tuesday) => {
  const [by, it] = await opened(of, held)
  const to = { op: randomUUID(), v: it.v, station: here, date, time }
  return rebooking.move(of, by, it, to).then((done) => done.time, refusal)
}
const bookAt = (n: number, time: string, of: World = world) =>
  book(of, n, { date: tuesday, time }).then((done) => done.state, refusal)
/** Person 1 has the last lane of a time, and moves to the last time of the day. */
const moved = async (time: string) => {
  let held: booking.Held | undefined
  for (let n = 1; (await free()).includes(time); n = others++) {
    const next = await book(world, n, { date: tuesday, time })
    held ??= next
  }
  const to = (await free()).at(-1)!
  expect(await moveTo(held!, to)).toBe(to)
  return { held: held!, to }
}
const releaseOf = async (time: string) => {
  const range = { from: `${time.replace(":", "")}#`, to: `${time.replace(":", "")}#~` }
  const cells = await query(world, "bookings", keys.dayOf(here, tuesday, "rp"), range)
  return Math.max(...cells.flatMap(({ until }) => (typeof until === "number" ? [until] : [])))
}
const time = "10:30"

describe("a booking that was moved", () => {
  it.each([0, 4])(
    "goes back to the time that it left, %i minutes later, which nobody else may have meanwhile",
    async (wait) => {
      const { held, to } = await moved(time)
      world.wait(wait)
      const [holder] = await opened(world, held)
      expect([(await free()).includes(time), (await free(holder)).includes(time)]).toEqual([false, true])
      expect(await bookAt(2, time, another())).toBe("place-taken")
      const stranger = await book(world, 3, { date: tuesday, time: (await free())[0]! })
      expect(await moveTo(stranger, time, another()), "nor by a move").toBe("place-taken")
      expect(await moveTo(held, time)).toBe(time)
      await fits()
      expect(await bookAt(2, to, another()), "what it leaves now is closed in its turn").toBe("place-taken")
      world.wait(36)
      expect(await bookAt(2, to, another())).toBe("booked")
      expect((await stored(1)).time, "and it keeps what it came back to").toBe(time)
      await fits()
    },
  )

  it("goes back over a part of a longer visit too", async () => {
    const services = ["rp-first"] as const
    const offers = () => booking.offers(another(), { kind: "anyone" }, { station: here, services, date: tuesday })
    const [first, , , last] = (await offers()).map((it) => it.time)
    const held = await book(world, 1, { date: tuesday, time: first!, services })
    expect(await moveTo(held, last!)).toBe(last)
    expect(await moveTo(held, first!)).toBe(first)
    await fits()
  })

  it("finds its old time gone once somebody else has had it since its release", async () => {
    const { held, to } = await moved(time)
    world.set(await releaseOf(time))
    expect(await bookAt(2, time, another())).toBe("booked")
    expect([await moveTo(held, time), (await stored(1)).time]).toEqual(["place-taken", to])
    await fits()
  })

  it.each(["the former holder", "the stranger"])(
    "has it alone or not at all, where %s is a moment quicker at its release",
    async (quicker) => {
      const { held, to } = await moved(time)
      world.set(await releaseOf(time))
      const back = () => moveTo(held, time, another())
      const stranger = () => bookAt(2, time, another())
      const [first, second] = quicker === "the stranger" ? [stranger, back] : [back, stranger]
      let said: string | undefined
      // The slower has seen that it is free, and is about to write.
      world.memory.set({
        during: async ({ operation }) => {
          if (operation !== "TransactWriteItems" || said !== undefined) return
          said = ""
          said = await first()
        },
      })
      expect(await second()).toBe("place-taken")
      world.memory.set({})
      expect([said, (await stored(1)).time]).toEqual(quicker === "the stranger" ? ["booked", to] : [time, time])
      await fits()
    },
  )

  it.each([1, 2, 3, 4, 5])(
    "and a stranger, at once and in conflict, never have it both nor neither (%i)",
    async (seed) => {
      world = await aMemoryWorld(at("09:30"), { seed })
      const { held, to } = await moved(time)
      world.set(await releaseOf(time))
      world.memory.set({ conflicts: true, latency: [0, 2] })
      const [back, booked] = await Promise.all([moveTo(held, time, another()), bookAt(2, time, another())])
      world.memory.set({})
      expect([back === time, booked === "booked"].toSorted(), `${back} ${booked}`).toEqual([false, true])
      expect((await stored(1)).time).toBe(back === time ? time : to)
      await fits()
    },
  )
})

describe("no way back", () => {
  it("leads to what was cancelled: the same person's next booking waits like everybody", async () => {
    const { held } = await moved(time)
    expect(await moveTo(held, time)).toBe(time)
    const [by, it] = await opened(world, held)
    await booking.cancel(world, by, it, { v: it.v })
    expect(await bookAt(1, time, another())).toBe("place-taken")
    const next = await book(world, 1, { date: tuesday, time: (await free())[0]! })
    expect(await moveTo(next, time, another())).toBe("place-taken")
    await fits()
  })

  it("leads to an offer that was declined: it goes to the next who wishes for it", async () => {
    const held = await book(world, 1, { date: tuesday, time: (await free()).at(-1)! })
    const lane = lanesFor(longtou, ["rp-endorse"], tuesday).find((one) => one.times.includes(time))!.lane
    while ((await free()).includes(time)) await bookAt(others++, time)
    // One of them gives it back, and it is offered.
    const [cell] = await query(world, "bookings", keys.dayOf(here, tuesday, "rp"), {
      from: `1030#0${lane}`,
      to: `1030#0${lane}`,
    })
    const owner = (await appointments.findHolder(world, cell!.for as string))!
    await booking.cancel(world, { kind: "holder", ref: owner.ref }, owner, { v: owner.v })
    world.set(await releaseOf(time))
    const place = { station: here, date: tuesday, time, lane, units: 1 }
    const until = world.now() + hour
    expect(await rebooking.propose(world, system, await stored(1), place, { id: "o", why: "earlier", until })).toBe(
      "proposed",
    )
    const [by, it] = await opened(world, held)
    await rebooking.decline(world, by, it, { proposal: "o" })
    expect(await moveTo(held, time)).toBe("place-taken")
    await fits()
  })

  it("leads to what is offered to somebody who wishes for an earlier time", async () => {
    const wisher = await book(world, 2, { date: wednesday, time: (await free(undefined, wednesday)).at(-1)! })
    const [by, it] = await opened(world, wisher)
    await wish(world, by, it, { v: it.v })
    const { held, to } = await moved(time)
    world.set((await releaseOf(time)) - minute)
    expect((await offerEarlier(world, system)).offered).toBe(1)
    expect(openProposal(await stored(2), world.now())).toMatchObject({ date: tuesday, time })
    expect([await moveTo(held, time), (await stored(1)).time]).toEqual(["place-taken", to])
  })
})
