/** Reminders, from what is saved to what phones receive: once for each start, only what is true, late ones while they help. */
import { randomUUID } from "node:crypto"
import { beforeEach, describe, expect, it } from "vitest"
import * as booking from "#actions/booking"
import * as rebooking from "#actions/rebooking"
import { remind } from "#actions/reminding"
import type { Actor } from "#domain/actor"
import type { LocalDate } from "#domain/time"
import { minute } from "#domain/time"
import * as stations from "#store/stations"
import { at, monday } from "#test/builders"
import { aForm, book, here, opened, verified } from "#test/grid"
import { aMemoryWorld, type MemoryWorld } from "#test/memory"
import { aMobile } from "#test/people"
import { phonesOf } from "#test/stream"
import { entered, reminderCost } from "../bench/ledger.ts"
import { meter } from "../bench/meter.ts"
import { built, threeWindows, wishes } from "../bench/scene.ts"

const tuesday = "2026-11-24"
const system: Actor = { kind: "system", name: "test" }
let world: MemoryWorld
let phones: ReturnType<typeof phonesOf>
beforeEach(async () => {
  world = await aMemoryWorld(at("09:00"))
  phones = phonesOf(world)
  world.memory.records()
})

const free = async (date: LocalDate, from = "00:00") =>
  (await booking.offers({ ...world }, { kind: "anyone" }, { station: here, services: ["rp-endorse"], date }))
    .map(({ time }) => time)
    .filter((time) => time >= from)
const reminders = (n: number) =>
  phones.sent.filter((it) => it.to === aMobile(n) && it.id.startsWith("remind-")).map((it) => it.id.split(":")[0])
const run = async () => {
  const { reminded } = await remind(world, system)
  await phones.tell()
  return reminded
}
/** Runs every five minutes from one time to another. */
const live = async (from: string, to: string, date = monday) => {
  for (let now = at(from, date); now <= at(to, date); now += 5 * minute) {
    world.set(now)
    await run()
  }
}

describe("a reminder", () => {
  it("comes the evening before and two hours before, once each, with the link and what to bring", async () => {
    const [time] = await free(tuesday, "10:00")
    const held = await book(world, 1, { date: tuesday, time: time! })
    await live("17:30", "19:00")
    expect(reminders(1)).toEqual(["remind-day"])
    const [message] = phones.sent.filter((it) => it.id.startsWith("remind-"))
    expect(message?.text).toContain(`${tuesday} ${time}`)
    expect(message?.text).toContain("居住证")
    expect(message?.text).toMatch(/http:\/\/doorstep.test\/zh\/a\//)
    await live("06:00", "12:00", tuesday)
    expect(reminders(1)).toEqual(["remind-day", "remind-hours"])
    expect(held.state).toBe("booked")
  })

  it("of a visit at five to midnight comes in the evening, once, and nothing in the night", async () => {
    const form = { station: "FZ-JA-P05", services: ["advice"] as const, date: monday }
    const times = (await booking.offers({ ...world }, { kind: "anyone" }, form)).map(({ time }) => time)
    expect(times).toContain("23:55")
    await book(world, 1, { ...form, time: "23:55" })
    await phones.tell()
    await live("20:00", "20:25")
    expect(reminders(1)).toEqual([])
    await live("20:30", "23:55")
    expect(reminders(1)).toEqual(["remind-hours"])
    world.set(at("20:31", tuesday))
    await book(world, 2, { ...form, date: tuesday, time: "23:55" })
    await phones.tell()
    await live("20:35", "21:00", tuesday)
    expect(reminders(2), "booked after its moment").toEqual([])
  })

  it("that could not be sent before the night is not sent in it", async () => {
    await book(world, 1, { station: "FZ-JA-P05", services: ["advice"], date: monday, time: "23:55" })
    await phones.tell()
    world.set(at("20:32"))
    expect((await remind(world, system)).reminded).toBe(1)
    const due = phones.notices()
    world.set(at("21:01"))
    await phones.bring(due)
    expect(reminders(1)).toEqual([])
  })

  it("speaks the person's language", async () => {
    const [time] = await free(tuesday, "10:00")
    const form = { ...aForm(world, 2, { date: tuesday, time: time! }), language: "en" as const }
    await booking.book(world, verified(world, 2), form)
    world.set(at("18:02"))
    await run()
    const text = phones.sent.find((it) => it.id.startsWith("remind-"))?.text
    expect(text).toContain("[Doorstep] Reminder")
    expect(text).toContain("Please bring: ")
  })

  it("does not come for what was booked, or moved there, after its moment", async () => {
    world.set(at("18:00") + 1)
    const [one, two] = await free(tuesday, "10:00")
    await book(world, 1, { date: tuesday, time: one! })
    world.set(at("12:00"))
    const later = await book(world, 2, { date: "2026-11-25", time: (await free("2026-11-25"))[0]! })
    world.set(at("18:00") + 1)
    const [actor, it] = await opened(world, later)
    await rebooking.move(world, actor, it, { op: randomUUID(), v: it.v, station: here, date: tuesday, time: two! })
    await live("18:05", "20:55")
    expect([reminders(1), reminders(2)]).toEqual([[], []])
    await live("07:00", "12:00", tuesday)
    expect([reminders(1), reminders(2)], "two hours before, both").toEqual([["remind-hours"], ["remind-hours"]])
    world.set(at("13:00", tuesday))
    const [soon] = await free(tuesday, "14:00")
    await book(world, 3, { date: tuesday, time: soon! })
    await live("13:00", "16:55", tuesday)
    expect(reminders(3), "booked within two hours").toEqual([])
  })

  it("is for the new time after a move, once for each time, and never for the old", async () => {
    const times = await free(tuesday, "10:00")
    const held = await book(world, 1, { date: tuesday, time: times[0]! })
    world.set(at("18:02"))
    await run()
    world.set(at("18:10"))
    const [actor, it] = await opened(world, held)
    const [to] = await free("2026-11-25", "10:00")
    await rebooking.move(world, actor, it, { op: randomUUID(), v: it.v, station: here, date: "2026-11-25", time: to! })
    await live("07:00", "20:55", tuesday)
    const told = phones.sent
      .filter((it) => it.id.startsWith("remind-"))
      .map((it) => it.id.split(":").slice(3).join(":"))
    expect(told).toEqual([`${tuesday}T${times[0]}`, `2026-11-25T${to}`])
  })

  it("is not sent for what was cancelled, moved, displaced or closed between saving and sending", async () => {
    const times = await free(tuesday, "10:00")
    const [cancelled, moved, displaced, stays] = await Promise.all(
      times.slice(0, 4).map((time, n) => book(world, n + 1, { date: tuesday, time })),
    )
    await phones.tell()
    world.set(at("18:02"))
    expect((await remind(world, system)).reminded).toBe(4)
    const due = phones.notices()
    expect(due).toHaveLength(4)
    await booking.cancel(world, ...(await opened(world, cancelled!)), { v: cancelled!.v })
    const [actor, it] = await opened(world, moved!)
    await rebooking.move(world, actor, it, {
      op: randomUUID(),
      v: it.v,
      station: here,
      date: tuesday,
      time: times.at(-1)!,
    })
    await rebooking.displace(world, system, (await opened(world, displaced!))[1], "closure")
    await phones.bring(due)
    expect([1, 2, 3, 4].map((n) => reminders(n).length)).toEqual([0, 0, 0, 1])
    expect(stays!.state).toBe("booked")
  })

  it("is saved once by two runs at once, and sent once where its message comes twice", async () => {
    const times = (await free(tuesday, "10:00")).slice(0, 5)
    for (const [n, time] of times.entries()) await book(world, n + 1, { date: tuesday, time })
    await phones.tell()
    world.set(at("18:02"))
    const runs = await Promise.all([remind(world, system), remind(world, system), remind(world, system)])
    expect(runs.map((it) => it.reminded).sort()).toEqual([0, 0, 5])
    const due = phones.notices()
    expect(due).toHaveLength(5)
    await phones.bring([...due, ...due])
    expect(times.map((_, n) => reminders(n + 1).length)).toEqual([1, 1, 1, 1, 1])
  })

  it("is caught up with after an outage of an hour; what is of no use is left out", async () => {
    const today = await free(monday)
    const [gone] = today.filter((time) => time >= "11:00" && time < "11:29")
    const [soon] = today.filter((time) => time >= "11:30" && time <= "12:00")
    await book(world, 1, { date: monday, time: gone! })
    await book(world, 2, { date: monday, time: soon! })
    await book(world, 3, { date: tuesday, time: (await free(tuesday, "10:00"))[0]! })
    // Nothing ran from 09:00 to 11:00, nor from 17:55 to 19:30.
    world.set(at("11:00"))
    await run()
    expect([reminders(1), reminders(2)]).toEqual([[], ["remind-hours"]])
    world.set(at("19:30"))
    await run()
    expect(reminders(3)).toEqual(["remind-day"])
  })

  it("of the evening is not made up for in the night", async () => {
    await book(world, 1, { date: tuesday, time: (await free(tuesday, "10:00"))[0]! })
    await live("21:05", "23:55")
    expect(reminders(1)).toEqual([])
    await live("00:00", "12:00", tuesday)
    expect(reminders(1)).toEqual(["remind-hours"])
  })

  it("for a visit of several units comes once, for its start", async () => {
    const [time] = (
      await booking.offers(world, { kind: "anyone" }, { station: here, services: ["rp-first"], date: tuesday })
    ).map((it) => it.time)
    await book(world, 1, { date: tuesday, time: time!, services: ["rp-first"] })
    await live("18:00", "18:10")
    await live("06:00", "12:00", tuesday)
    expect(reminders(1)).toEqual(["remind-day", "remind-hours"])
  })
})

describe("the ledger", () => {
  it("has one write unit a station for an evening's dozen, and two more for each message", async () => {
    const counted = meter(world)
    await built(world, threeWindows)
    const all = (await stations.all({ ...world })).length
    const of = (date: string, days: number) =>
      wishes(threeWindows, ["rp-endorse"], days).filter((wish) => wish.date === date)
    const alone = await reminderCost(world, counted, of(tuesday, 7).slice(0, 1))
    expect([alone.own.bookings.writes, alone.whole.live.writes, alone.sqs]).toEqual([all, 2, 3])
    world.set(at("10:00", tuesday))
    const dozen = await reminderCost(world, counted, of("2026-11-25", 8).slice(0, 12))
    expect([dozen.own.bookings.writes, dozen.whole.live.writes]).toEqual([all, 24])
  })

  it("has at most eight read units of Bookings for a station's evening, and four for a run of the day with nobody due", async () => {
    const counted = meter(world)
    const all = (await stations.all(world)).length
    const cost = async () => (await entered(world, counted, "Remind", () => remind(world, system))).own.bookings
    world.set(at("18:02"))
    expect(await cost()).toEqual({ reads: 8 * all, writes: all })
    world.set(at("10:00"))
    expect(await cost()).toEqual({ reads: 4 * all, writes: 0 })
  })
})
