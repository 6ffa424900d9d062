/** A closure, or shorter hours, taken back: what that is to those who were turned away already, and to a worker that dies on the way. */
import { expect, it } from "vitest"
import * as arranging from "#actions/arranging"
import * as booking from "#actions/booking"
import { closeDays } from "#actions/closing"
import { move } from "#actions/rebooking"
import { learn } from "#actions/tasking"
import type { Actor } from "#domain/actor"
import { isOpenAt } from "#domain/station"
import { consequences } from "#messages/consequences"
import type { Work } from "#messages/messages"
import * as appointments from "#store/appointments"
import * as standings from "#store/standings"
import * as stations from "#store/stations"
import type { Item } from "#store/table"
import { at, monday } from "#test/builders"
import { aForm, book, here, opened, verified } from "#test/grid"
import { aMemoryWorld, type MemoryWorld } from "#test/memory"
import { anIdNumber } from "#test/people"
import { phonesOf } from "#test/stream"
import { commonReasons, inBoth } from "#web/words/closures"
import type { World } from "#world"

const tuesday = "2026-11-24"
const chief: Actor = { kind: "staff", id: "chief-p01", name: "郑站长", role: "chief", station: here }
const clock: Actor = { kind: "system", name: "close-day" }

const clearings = (world: MemoryWorld): Item[] =>
  world.memory.items("live").filter(({ pk }) => pk === `closure#${here}`)

/** Every message that follows from the clearings as they stand; the last look only where it is asked for. */
const messages = (world: MemoryWorld, late = false): Work[] =>
  clearings(world)
    .flatMap((after) => consequences({ table: "live", before: undefined, after }))
    .flatMap((it) => (it.queue === "work" && (late || !it.delay) ? [it.body] : []))

async function work(world: MemoryWorld, late = false) {
  for (;;) {
    const before = clearings(world).map(({ v }) => v)
    // As a process that has looked at nothing yet.
    for (const message of messages(world, late)) await learn({ ...world }, message)
    if (clearings(world).every(({ v }, i) => v === before[i])) return
  }
}

const timesOf = async (world: World, date: string) =>
  (await booking.offers({ ...world }, { kind: "anyone" }, { station: here, services: ["rp-endorse"], date })).map(
    ({ time }) => time,
  )

const personOf = (world: World, n: number) => world.keyring.blind("person", anIdNumber(n))
const standOf = async (world: World, n: number) => (await appointments.find(world, personOf(world, n), "rp"))!

/** Two who are booked for today before ten and for half past three, and one before noon. */
async function aMorning() {
  const world = await aMemoryWorld(at("08:30"))
  const times = await timesOf(world, monday)
  const from = (hour: string) => times.find((it) => it >= hour)!
  const held = []
  for (const [i, hour] of ["09:55", "11:45", "15:30"].entries())
    held.push(await book(world, i + 1, { date: monday, time: from(hour) }))
  return { world, held }
}

async function ofThatDay(world: MemoryWorld) {
  world.set(at("23:00"))
  await closeDays({ ...world }, clock)
  const ends = []
  for (const n of [1, 2, 3]) {
    const { state } = await standOf(world, n)
    ends.push([state, (await standings.find(world, personOf(world, n))).missed.length])
  }
  return ends
}

it("a closure of today taken back before noon turns nobody away twice: what is over or near stays theirs to move", async () => {
  const { world, held } = await aMorning()
  const phones = phonesOf(world)
  const span = { from: monday, fromTime: "09:00", to: monday, toTime: "17:00" }
  const { id } = await arranging.declare(world, chief, { station: here, op: "declare-01", reason: "停电", ...span })
  await work(world)
  expect((await Promise.all([1, 2, 3].map((n) => standOf(world, n)))).every((it) => it.displaced)).toBe(true)
  await phones.tell()
  phones.sent.length = 0

  world.set(at("11:30") + 20_000)
  await arranging.takeBack(world, chief, { station: here, closure: id })
  await work(world)
  const station = await stations.find({ ...world }, here)
  expect([isOpenAt(station, at("10:00")), isOpenAt(station, world.now())]).toEqual([false, true])
  const stood = await Promise.all([1, 2, 3].map((n) => standOf(world, n)))
  expect(stood.map((it) => it.displaced !== undefined)).toEqual([true, true, false])
  await phones.tell()
  expect(phones.sent.map(({ text }) => text)).toEqual([expect.stringContaining(`${monday} 15:30 照常办理`)])

  const [by, it] = await opened(world, held[0]!)
  const [time] = await timesOf(world, tuesday)
  const moved = await move({ ...world }, by, it, {
    op: "move-0001",
    v: it.v,
    station: here,
    date: tuesday,
    time: time!,
  })
  expect(moved).toMatchObject({ date: tuesday, time })
  expect(await ofThatDay(world)).toEqual([
    ["booked", 0],
    ["unserved", 0],
    ["no-show", 1],
  ])
})

it("a closure that no worker has come to yet was still one until it is taken back", async () => {
  const { world } = await aMorning()
  const span = { from: monday, fromTime: "09:00", to: monday, toTime: "12:00" }
  const { id } = await arranging.declare(world, chief, { station: here, op: "declare-01", reason: "停电", ...span })
  world.set(at("11:30"))
  await arranging.takeBack(world, chief, { station: here, closure: id })
  await work(world)
  expect((await ofThatDay(world))[0]).toEqual(["unserved", 0])
})

it("hours shortened for today and lengthened again are no absence of those who were turned away", async () => {
  const { world } = await aMorning()
  const { v, schedule } = await arranging.calendarOf(world, chief, here)
  const short = { ...schedule, exceptions: { ...schedule.exceptions, [monday]: [["14:00", "17:00"] as const] } }
  const after = await arranging.changeCalendar(world, chief, { station: here, v, op: "short-0001", schedule: short })
  await work(world)
  world.set(at("11:30"))
  await arranging.changeCalendar(world, chief, { station: here, v: after.v, op: "long-00001", schedule })
  await work(world)
  expect((await ofThatDay(world)).slice(0, 2)).toEqual([
    ["unserved", 0],
    ["unserved", 0],
  ])
})

it("cells that a dead worker shuts after all was opened again are opened by the last look", async () => {
  const world = await aMemoryWorld(at("09:30"))
  const before = await timesOf(world, tuesday)
  const { id } = await arranging.declare(world, chief, {
    station: here,
    op: "declare-01",
    reason: "检修",
    from: tuesday,
    to: tuesday,
  })
  const [first] = messages(world)
  const hanging = Promise.withResolvers<void>()
  const opening = Promise.withResolvers<void>()
  let dead = false
  // Its writes hang on their way, land, and it never hears of it.
  const slow = { ...world, db: Object.create(world.db) as World["db"] }
  slow.db.send = (async (command: { input: { Item?: object; TableName?: string } }) => {
    if (dead) throw new Error("dead")
    const isCell = command.input.Item && command.input.TableName === world.tables.bookings
    if (isCell) {
      hanging.resolve()
      await opening.promise
    }
    const done = await world.db.send(command as never)
    dead ||= isCell !== undefined && isCell
    return done
  }) as World["db"]["send"]
  const dying = learn(slow, first!)
  await hanging.promise
  await arranging.takeBack(world, chief, { station: here, closure: id })
  await work(world)
  opening.resolve()
  await expect(dying).rejects.toThrow("dead")
  await learn({ ...world }, first!)
  await work(world)
  expect((await timesOf(world, tuesday)).length).toBeLessThan(before.length)

  world.set(world.now() + 60_000)
  await work(world, true)
  expect(await timesOf(world, tuesday)).toEqual(before)
})

it.each([
  ["zh", "因停电检修停办"],
  ["en", "(Power cut for repairs)"],
] as const)("whoever is turned away reads why in their own language: %s", async (language, why) => {
  const world = await aMemoryWorld(at("09:30"))
  const phones = phonesOf(world)
  const [time] = await timesOf(world, tuesday)
  await booking.book(world, verified(world, 1), { ...aForm(world, 1, { date: tuesday, time: time! }), language })
  const reason = inBoth(commonReasons[0])
  await arranging.declare(world, chief, { station: here, op: "declare-01", reason, from: tuesday, to: tuesday })
  await work(world)
  await phones.tell()
  const text = phones.sent.at(-1)!.text
  expect(text).toContain(why)
  expect(text).not.toContain(" / ")
})
