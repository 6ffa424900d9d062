/** The waiting list for earlier times: one person at a time, whoever wished longest first, and nobody else before them. */
import { randomUUID } from "node:crypto"
import { beforeEach, describe, expect, it } from "vitest"
import * as booking from "#actions/booking"
import * as rebooking from "#actions/rebooking"
import { endWish, offerEarlier, wish } from "#actions/waitlisting"
import type { Actor } from "#domain/actor"
import { type Appointment, openProposal } from "#domain/appointment"
import { cellName, lanesFor } from "#domain/places"
import type { Problem } from "#domain/problem"
import { type Instant, minute } from "#domain/time"
import type { EarlierWindow } from "#domain/waiting"
import * as appointments from "#store/appointments"
import * as keys from "#store/keys"
import * as stations from "#store/stations"
import { query } from "#store/table"
import { at, longtou, monday } from "#test/builders"
import { aForm, book, here, opened, verified } from "#test/grid"
import { aMemoryWorld, type MemoryWorld } from "#test/memory"
import { aMobile, anIdNumber } from "#test/people"
import { phonesOf } from "#test/stream"
import type { World } from "#world"
import { earlierCost, entered } from "../bench/ledger.ts"
import { meter } from "../bench/meter.ts"
import { wishes as booths, built, threeWindows } from "../bench/scene.ts"

const [tuesday, wednesday] = ["2026-11-24", "2026-11-25"]
const system: Actor = { kind: "system", name: "test" }
const [first, second, third] = [...new Set(lanesFor(longtou, ["rp-endorse"], tuesday).flatMap((lane) => lane.times))]
  .filter((time) => time >= "09:30")
  .sort()
let others = 500
let world: MemoryWorld
let phones: ReturnType<typeof phonesOf>
beforeEach(async () => {
  world = await aMemoryWorld(at("10:00"), { seed: 5 })
  phones = phonesOf(world)
})

const free = async (date = tuesday) =>
  (await booking.offers({ ...world }, { kind: "anyone" }, { station: here, services: ["rp-endorse"], date })).map(
    ({ time }) => time,
  )
const stored = async (n: number) =>
  (await appointments.find(world, world.keyring.blind("person", anIdNumber(n)), "rp")) as Appointment
const offerTo = async (n: number) => {
  const offer = openProposal(await stored(n), world.now())
  return offer && `${offer.date}T${offer.time}`
}
/** As the route does: whoever holds the link; a refusal is its problem. */
const asHolder = async (of: booking.Held, act: (by: Actor, it: Appointment) => Promise<booking.Held>) =>
  act(...(await opened(world, of))).catch((error) => error as Problem)
const ask = (of: booking.Held, window: EarlierWindow = {}) =>
  asHolder(of, (by, it) => wish(world, by, it, { ...window, v: it.v }))
const endIt = (of: booking.Held) => asHolder(of, (by, it) => endWish(world, by, it))
const see = async (of: booking.Held) => (await booking.byLink(world, of.link)).held
const run = () => offerEarlier(world, system)
/** The job of every minute, from now to then. */
const live = async (until: Instant) => {
  for (; world.now() <= until; world.wait(1)) await run()
}
const releaseOf = async (date: string, time: string) => {
  const cells = await query(world, "bookings", keys.dayOf(here, date, "rp"), {
    from: `${time.replace(":", "")}#`,
    to: `${time.replace(":", "")}#~`,
  })
  return Math.max(...cells.flatMap(({ until }) => (typeof until === "number" ? [until] : [])))
}
/** Person `n` on Wednesday, wishing since now. */
const wishing = async (n: number, window: EarlierWindow = {}) => {
  const held = await book(world, n, { date: wednesday, time: (await free(wednesday)).at(-1)! })
  expect(await ask(held, window)).toMatchObject({ state: "booked", wish: window })
  world.wait(1)
  return held
}
/** Every lane of one start of Tuesday is booked; then one of them is given back. */
const givenBack = async (time: string) => {
  let last: booking.Held | undefined
  while ((await free()).includes(time)) last = await book(world, others++, { date: tuesday, time })
  await booking.cancel(world, ...(await opened(world, last!)), { v: last!.v })
  return releaseOf(tuesday, time)
}
const proposalOf = async (n: number) => (await stored(n)).proposal?.id ?? ""
const accept = async (n: number, of: booking.Held) => {
  const proposal = await proposalOf(n)
  return asHolder(of, (by, it) => rebooking.accept(world, by, it, { op: randomUUID(), proposal }))
}
const decline = async (n: number, of: booking.Held) => {
  const proposal = await proposalOf(n)
  return asHolder(of, (by, it) => rebooking.decline(world, by, it, { proposal }))
}

describe("a wish", () => {
  it("is shown with the appointment, changed in place, and ended", async () => {
    const held = await wishing(1, { from: tuesday })
    expect((await see(held)).wish).toEqual({ from: tuesday })
    const { since } = (await stored(1)).wish!
    const other = { after: "09:00", before: "12:00" }
    expect(await ask(held, other)).toMatchObject({ wish: other })
    const { v, wish: kept } = await stored(1)
    expect(kept?.since).toBe(since)
    await ask(held, other)
    expect((await stored(1)).v, "the same again changes nothing").toBe(v)
    expect(await endIt(held)).not.toHaveProperty("wish")
    expect(await endIt(held), "ended already").toMatchObject({ state: "booked" })
    expect(await see(held)).not.toHaveProperty("wish")
  })

  it("that no time can meet, or for what is over, is refused", async () => {
    const held = await book(world, 1, { date: tuesday, time: (await free())[0]! })
    for (const [body, field] of [
      [{ from: wednesday }, "from"],
      [{ from: tuesday, to: monday }, "to"],
      [{ after: "12:00", before: "09:00" }, "before"],
    ] as const)
      expect(await ask(held, body), field).toMatchObject({
        code: "invalid-input",
        details: { fields: [{ field, fault: "wish-window" }] },
      })
    const [by, it] = await opened(world, held)
    await expect(wish(world, by, it, { v: it.v - 1 })).rejects.toThrow("changed-meanwhile")
    await booking.cancel(world, by, it, { v: held.v })
    expect(await ask(held)).toMatchObject({ code: "appointment-ended" })
  })

  it("ends with a move and with a cancel, and its pointer with it", async () => {
    const [moved, cancelled] = [await wishing(1), await wishing(2)]
    const [actor, it] = await opened(world, moved)
    const to = { op: randomUUID(), v: it.v, station: here, date: tuesday, time: (await free())[0]! }
    await rebooking.move(world, actor, it, to)
    const [other, that] = await opened(world, cancelled)
    await booking.cancel(world, other, that, { v: that.v })
    expect((await stored(1)).wish).toBeUndefined()
    await run()
    const rows = await query(world, "bookings", keys.waitingAt(here))
    expect(rows.map(({ ended }) => ended)).toEqual([true, true])
    const calls = world.memory.stats.calls
    await run()
    expect(world.memory.stats.calls - calls, "and is not looked at again").toBe((await stations.all(world)).length)
  })
})

describe("a place that reopens", () => {
  it("is offered before anybody else can have it, told with the link, and taken by accepting", async () => {
    const held = await wishing(1)
    await phones.tell()
    const release = await givenBack(first!)
    await live(release - 4 * minute)
    expect(await offerTo(1), "its release time is far").toBeUndefined()
    await live(release)
    expect(await offerTo(1)).toBe(`${tuesday}T${first}`)
    expect(await free()).not.toContain(first)
    await phones.tell()
    const told = phones.sent.filter((it) => it.id.startsWith("earlier-offer"))
    expect(told).toHaveLength(1)
    expect(told[0]).toMatchObject({ to: aMobile(1) })
    expect(told[0]!.text).toContain(`/zh/a/${held.link}`)
    expect(await see(held)).toMatchObject({ wish: {}, proposal: { why: "earlier", date: tuesday, time: first } })
    const taken = await accept(1, held)
    expect(taken).toMatchObject({ state: "booked", date: tuesday, time: first })
    expect(taken).not.toHaveProperty("wish")
    expect((await run()).offered).toBe(0)
  })

  it("that was somebody else's a moment before is not hidden from their form, when it is sent again", async () => {
    const wisher = await wishing(1)
    const form = aForm(world, 2, { date: tuesday, time: first! })
    const sent = (process: World) => booking.book(process, verified(world, 2), form)
    const { lane, v, ...theirs } = await sent(world)
    while ((await free()).includes(first!)) await book(world, others++, { date: tuesday, time: first! })
    await booking.cancel(world, ...(await opened(world, theirs)), { v })
    // As the job would, had the cell's wait been the shortest.
    const seen = new Map([[cellName({ time: first!, lane }), await releaseOf(tuesday, first!)]])
    const until = world.now() + 5 * minute
    const place = { station: here, date: tuesday, time: first!, lane, units: 1 }
    const offering = { id: "offer", why: "earlier", until, taking: { seen, until } } as const
    expect(await rebooking.propose(world, system, await stored(1), place, offering)).toBe("proposed")
    expect(await accept(1, wisher)).toMatchObject({ date: tuesday, time: first })
    for (const process of [world, { ...world }]) expect((await sent(process)).state).toBe("cancelled")
  })

  it("goes to whoever wished longest among those whom it suits", async () => {
    await wishing(1, { after: "14:00" })
    await wishing(2)
    await wishing(3)
    await live(await givenBack(first!))
    expect([await offerTo(1), await offerTo(2), await offerTo(3)]).toEqual([
      undefined,
      `${tuesday}T${first}`,
      undefined,
    ])
  })

  it("goes to the next when it is declined or not answered, never twice to one, and to all when nobody wants it", async () => {
    const [one, two] = [await wishing(1), await wishing(2)]
    await live(await givenBack(first!))
    expect(await offerTo(1)).toBe(`${tuesday}T${first}`)
    expect(await decline(1, one)).not.toHaveProperty("proposal")
    expect(await offerTo(2), "not hand to hand").toBeUndefined()
    await live(await releaseOf(tuesday, first!))
    expect([await offerTo(1), await offerTo(2)]).toEqual([undefined, `${tuesday}T${first}`])
    const { until } = (await stored(2)).proposal!
    const three = await wishing(3)
    for (; world.now() < until + 2 * minute; world.wait(1)) {
      await run()
      expect(await free(), "between two offers nobody else is quicker").not.toContain(first)
    }
    expect([await offerTo(2), await offerTo(3)]).toEqual([undefined, `${tuesday}T${first}`])
    expect(await accept(2, two)).toMatchObject({ code: "offer-lapsed" })
    await decline(3, three)
    await live((await releaseOf(tuesday, first!)) + 70 * minute)
    expect(await free()).toContain(first)
    expect((await stored(1)).wish?.asked).toEqual([`${tuesday}T${first}`])
    await phones.tell()
    expect(phones.sent.filter((it) => it.id.startsWith("earlier-offer"))).toEqual([])
  })

  it("is offered to whoever wished, cancelled, booked another and wished again, as to everybody else", async () => {
    const before = await wishing(1)
    await booking.cancel(world, ...(await opened(world, before)), { v: (await stored(1)).v })
    const again = await wishing(1)
    await wishing(2)
    expect(await query(world, "bookings", keys.waitingAt(here))).toHaveLength(3)
    world.set(Math.max(await givenBack(first!), await givenBack(second!)))
    expect((await run()).offered).toBe(2)
    expect((await Promise.all([1, 2].map(offerTo))).sort()).toEqual([`${tuesday}T${first}`, `${tuesday}T${second}`])
    const ended = (await query(world, "bookings", keys.waitingAt(here))).filter((it) => it.ended)
    expect(ended.map(({ sk }) => sk.includes(before.ref))).toEqual([true])
    expect(again.ref).not.toBe(before.ref)
  })

  it("is offered to the others where it cannot be offered to one, and the job fails in its end", async () => {
    await wishing(1)
    await wishing(2)
    world.set(Math.max(await givenBack(first!), await givenBack(second!)))
    const person = `person#${(await stored(1)).person}`
    world.memory.set({
      during: ({ operation, body }) => {
        if (operation === "TransactWriteItems" && JSON.stringify(body).includes(person)) throw new Error("failed")
      },
    })
    await expect(run()).rejects.toThrow("places not offered: 1")
    expect([await offerTo(1), await offerTo(2)], "the very place").toEqual([undefined, `${tuesday}T${first}`])
    world.memory.set({})
    expect((await run()).offered).toBe(1)
    expect(await offerTo(1)).toBe(`${tuesday}T${second}`)
  })

  it("is not offered in the night: it stays closed and is offered in the morning", async () => {
    await wishing(1)
    world.set(at("20:50"))
    const time = (await free()).find((it) => it >= "10:00")!
    const release = await givenBack(time)
    await live(release + 10 * minute)
    expect(await offerTo(1)).toBeUndefined()
    expect(await free()).not.toContain(time)
    world.set(at("07:55", tuesday))
    expect((await run()).offered).toBe(0)
    await live(at("08:00", tuesday))
    expect(await offerTo(1)).toBe(`${tuesday}T${time}`)
  })

  it("is one person's, whatever runs of the job there are at once", async () => {
    for (const n of [1, 2, 3, 4]) await wishing(n)
    const releases = [await givenBack(first!), await givenBack(second!), await givenBack(third!)]
    world.set(Math.max(...releases))
    world.memory.set({ conflicts: true, staleReads: 0.5, loseAnswers: 0.1 })
    for (let i = 0; i < 3; i++) {
      await Promise.allSettled(Array.from({ length: 6 }, run))
    }
    world.memory.set({})
    await run()
    const offers = await Promise.all([1, 2, 3, 4].map(offerTo))
    const made = offers.filter((it) => it !== undefined)
    expect(made).toHaveLength(3)
    expect(new Set(made).size, "no place twice").toBe(3)
    const cells = await query(world, "bookings", keys.dayOf(here, tuesday, "rp"))
    const held = cells.filter(({ due }) => due !== undefined)
    expect(held.map((it) => it.for).sort()).toEqual(
      (await Promise.all([1, 2, 3, 4].map(stored))).flatMap((it) => (it.proposal ? [it.ref] : [])).sort(),
    )
    await phones.tell()
    const ids = phones.sent.filter((it) => it.id.startsWith("earlier-offer")).map((it) => it.id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids).toHaveLength(3)
  })

  it("is one person's where a run that saw the list otherwise comes in between", async () => {
    const [one] = [await wishing(1), await wishing(2)]
    const { lane } = lanesFor(longtou, ["rp-endorse"], tuesday).find((it) => it.times.includes(third!))!
    const place = { station: here, date: tuesday, time: third!, lane, units: 1 }
    const until = world.now() + 120 * minute
    await rebooking.propose(world, system, await stored(1), place, { id: "another", why: "earlier", until })
    world.set(await givenBack(first!))
    // The run sees the first person busy and turns to the second; before it writes, the first is free and another run is done.
    let between = false
    world.memory.set({
      during: async ({ operation }) => {
        if (operation !== "TransactWriteItems" || between) return
        between = true
        await decline(1, one)
        expect((await run()).offered).toBe(1)
      },
    })
    expect((await run()).offered).toBe(0)
    expect(between).toBe(true)
    expect([await offerTo(1), await offerTo(2)]).toEqual([`${tuesday}T${first}`, undefined])
  })

  it("is offered by the next run where a run was killed before any of its writes", async () => {
    for (const n of [1, 2]) await wishing(n)
    world.set(Math.max(await givenBack(first!), await givenBack(second!)))
    for (let most = 0; most < 4; most++) {
      let left = most
      world.memory.set({
        during: ({ operation }) => {
          if (!/Write|Put/.test(operation) || left-- > 0) return
          throw new Error("killed")
        },
      })
      await run().catch(() => {})
    }
    world.memory.set({})
    await run()
    expect((await Promise.all([1, 2].map(offerTo))).sort()).toEqual([`${tuesday}T${first}`, `${tuesday}T${second}`])
    for (const n of [1, 2]) expect((await stored(n)).wish?.asked).toHaveLength(1)
  })

  it("is lost to nobody by an answer that comes as the deadline passes", async () => {
    const [one] = [await wishing(1), await wishing(2)]
    await live(await givenBack(first!))
    const { until } = (await stored(1)).proposal!
    world.set(until - 1)
    expect((await run()).offered).toBe(0)
    expect(await accept(1, one)).toMatchObject({ date: tuesday, time: first })
    world.set(until + 6000)
    await run()
    expect(await offerTo(2)).toBeUndefined()
  })
})

describe("the ledger", () => {
  it("has four write units for a wish and for an offer, and half a read unit for a station where nobody wishes", async () => {
    const counted = meter(world)
    await built(world, threeWindows)
    const idle = await entered(world, counted, "OfferEarlier", run)
    expect(idle.own.bookings).toEqual({ reads: (await stations.all(world)).length / 2, writes: 0 })
    const all = booths(threeWindows, ["rp-endorse"], 7).filter(({ date }) => date === tuesday)
    const { wishing, offer } = await earlierCost(world, counted, all.at(-9)!, all.at(-1)!)
    expect([wishing.own.bookings.writes, wishing.sqs]).toEqual([4, 0])
    expect([offer.own.bookings.writes, offer.own.live.writes, offer.whole.live.writes, offer.sqs]).toEqual([4, 0, 2, 3])
  })
})
