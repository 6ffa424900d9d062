/** A booking that changes its place: moved by its person, or offered another; through the app and on real tables. */
import { randomUUID } from "node:crypto"
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest"
import * as booking from "#actions/booking"
import * as rebooking from "#actions/rebooking"
import { learn } from "#actions/tasking"
import { notify } from "#background/notify"
import type { Actor } from "#domain/actor"
import { movesADay } from "#domain/limits"
import { lanesFor } from "#domain/places"
import { hour, minute } from "#domain/time"
import { type Faults, startFaults } from "#local/faults"
import { consequences } from "#messages/consequences"
import * as appointments from "#store/appointments"
import * as keys from "#store/keys"
import { counter, get, type Item, query, writeOrRefuse } from "#store/table"
import * as tasks from "#store/tasks"
import { type Apps, apps, aResident, send } from "#test/apps"
import { at, longtou } from "#test/builders"
import { aForm, book, gridFits, here, opened } from "#test/grid"
import { aMobile, anIdNumber } from "#test/people"
import { aWorld, type TestWorld, through } from "#test/world"

const tuesday = "2026-11-24"
const wednesday = "2026-11-25"
const plaza = "FZ-JA-P02"
const system: Actor = { kind: "system", name: "closures" }

let world: TestWorld
let app: Apps["resident"]
let faults: Faults
let count = 0
beforeAll(async () => {
  world = await aWorld(at("09:30"))
  app = apps(world).resident
  faults = await startFaults(inject("dynamodb"), { seed: 3 })
})
afterAll(() => faults.stop())

/** A world of its own looks afresh: others' writes are seen within a second only. */
const free = async (date = tuesday, station = here) =>
  (await booking.offers({ ...world }, { kind: "anyone" }, { station, services: ["rp-endorse"], date })).map(
    ({ time }) => time,
  )
const booked = async (time?: string) => {
  const n = ++count
  return { n, held: await book(world, n, { date: tuesday, time: time ?? (await free())[0]! }) }
}
const cellsOf = async (date: string, station = here) => query(world, "bookings", keys.dayOf(station, date, "rp"))
const everything = async () => [
  ...(await cellsOf(tuesday)),
  ...(await cellsOf(wednesday)),
  ...(await cellsOf(tuesday, plaza)),
  ...((
    await Promise.all(
      Array.from({ length: count }, (_, i) =>
        get(world, "bookings", keys.person(world.keyring.blind("person", anIdNumber(i + 1)), "rp")),
      ),
    )
  ).filter((it) => it !== undefined) as Item[]),
]
const fits = async () => gridFits(world, await everything())
const stored = async (n: number) =>
  (await appointments.find(world, world.keyring.blind("person", anIdNumber(n)), "rp"))!
/** As after these moves of its person. */
const spend = async (n: number, movedAt: readonly number[]) => {
  const it = await stored(n)
  const change = appointments.personChange(system, "spent", world.now(), { ...it, movedAt }, it.v, "changed-meanwhile")
  await writeOrRefuse(world, [change], counter())
}
const move = (link: string, body: Record<string, unknown>) =>
  send(app, "POST", `/api/appointments/${link}/move`, { op: randomUUID(), station: here, date: tuesday, ...body })
const laneAt = (date: string, time: string) =>
  lanesFor(longtou, ["rp-endorse"], date).find((lane) => lane.times.includes(time))!.lane

describe("a move", () => {
  it("keeps the reference, leaves the old place closed and takes the new", async () => {
    const { held, n } = await booked()
    const to = (await free(wednesday))[2]!
    const moved = await move(held.link, { v: held.v, date: wednesday, time: to })
    expect(moved).toMatchObject({ status: 200, body: { ref: held.ref, state: "booked", date: wednesday, time: to } })
    expect((await stored(n)).units).toBe(1)
    expect(await free()).not.toContain(held.time)
    await fits()
    const before = world.now()
    world.wait(36)
    expect(await free()).toContain(held.time)
    world.set(before)
  })

  it("to another station is one transaction like any other", async () => {
    const { held } = await booked()
    const [time] = await free(tuesday, plaza)
    const moved = await move(held.link, { v: held.v, station: plaza, time })
    expect(moved.body).toMatchObject({ ref: held.ref, station: plaza, time })
    await fits()
  })

  it("made by mistake is taken back at once, by its own person alone", async () => {
    const { held } = await booked()
    const to = (await free()).at(-1)
    const there = await move(held.link, { v: held.v, time: to })
    const stranger = await booked((await free())[1])
    expect((await move(stranger.held.link, { v: stranger.held.v, time: held.time })).body.code).toBe("place-taken")
    const back = await move(held.link, { v: there.body.v, time: held.time })
    expect(back).toMatchObject({ status: 200, body: { ref: held.ref, state: "booked", time: held.time } })
    await fits()
  })

  it("by a few minutes in its own lane keeps the cells that both have", async () => {
    const n = ++count
    const times = (
      await booking.offers(world, { kind: "anyone" }, { station: here, services: ["rp-first"], date: tuesday })
    ).map(({ time }) => time)
    const pair = times.findIndex((time, i) => times[i + 1] && minutesBetween(time, times[i + 1]!) === 5)
    const held = await booking.book(
      world,
      { kind: "resident", phone: world.keyring.blind("phone", aMobile(n)) },
      aForm(world, n, { date: tuesday, time: times[pair]!, services: ["rp-first"] }),
    )
    const moved = await move(held.link, { v: held.v, time: times[pair + 1] })
    expect(moved.body).toMatchObject({ time: times[pair + 1] })
    await fits()
  })

  it("that is refused leaves the old one whole: taken, off the grid, past, not on sale, seen of old, elsewhere unknown", async () => {
    const { held } = await booked()
    const taken = await booked()
    const cases = [
      [{ time: taken.held.time }, "place-taken"],
      [{ time: "07:00" }, "outside-hours"],
      [{ time: "09:02" }, "place-not-offered"],
      [{ date: "2026-11-23", time: "08:00" }, "time-past"],
      [{ date: "2027-03-01", time: "09:00" }, "not-on-sale"],
      [{ date: "2026-11-29", time: "09:00" }, "day-closed"],
      [{ v: held.v - 1, time: (await free())[0] }, "changed-meanwhile"],
      [{ station: "FZ-JA-P99", time: "09:00" }, "station-unknown"],
      [{ station: "FZ-JA-P04", time: "09:00" }, "service-not-here"],
    ] as const
    for (const [body, code] of cases)
      expect([body, (await move(held.link, { v: held.v, ...body })).body.code]).toEqual([body, code])
    expect((await send(app, "GET", `/api/appointments/${held.link}`)).body).toMatchObject({
      time: held.time,
      v: held.v,
    })
    await fits()
  })

  it("sent again is the same move, and its form sent again is told where the booking is now", async () => {
    const n = ++count
    const resident = await aResident(world, app, aMobile(n))
    const [time, to] = await free()
    const form = {
      key: await resident.key(),
      station: here,
      services: ["rp-endorse"],
      date: tuesday,
      time,
      name: "张三",
      idNumber: anIdNumber(n),
    }
    const held = (await resident.post("/api/appointments", form)).body
    const op = randomUUID()
    const first = await move(held.link, { op, v: held.v, time: to })
    const again = await move(held.link, { op, v: held.v, time: to })
    expect(again.body).toEqual(first.body)
    expect(await resident.post("/api/appointments", form)).toMatchObject({
      status: 201,
      body: { ref: held.ref, time: to },
    })
    expect((await resident.post("/api/appointments", { ...form, time: to })).body.code).toBe("key-reused")
    await fits()
  })

  it("is its person's three times a day: each closes what it leaves; the fourth is refused until tomorrow, as its page says", async () => {
    const { held, n } = await booked()
    const [first, ...times] = await free(wednesday)
    let v = held.v
    for (const time of times.slice(0, movesADay)) {
      const moved = await move(held.link, { v, date: wednesday, time })
      expect(moved.status).toBe(200)
      v = moved.body.v
    }
    const to = { v, date: wednesday, time: first }
    const refused = await move(held.link, to)
    const seconds = (at("00:00", tuesday) - world.now()) / 1000
    expect(refused).toMatchObject({ status: 429, body: { code: "too-many-moves", until: tuesday, seconds } })
    expect(refused.headers.get("retry-after")).toBe(String(seconds))
    expect((await stored(n)).time).toBe(times[movesADay - 1])
    for (const [face, says] of [
      ["zh", "明天起可以再改"],
      ["en", "can be moved again tomorrow"],
    ] as const) {
      const page = await app.request(`/${face}/a/${held.link}/move`, { headers: { "x-doorstep-edge": "edge" } })
      const html = await page.text()
      expect([page.status, html.includes(says), html.includes('name="at"')]).toEqual([200, true, false])
    }
    const before = world.now()
    world.set(at("00:00", tuesday))
    expect(await move(held.link, to)).toMatchObject({ status: 200, body: { time: first } })
    expect((await stored(n)).movedAt).toEqual([world.now()])
    world.set(before)
    await fits()
  })

  it("whose answers are lost lands once, however often it is sent", async () => {
    const { held, n } = await booked()
    const to = (await free())[1]!
    const shaky = through(world, faults.endpoint)
    faults.set({ loseAnswers: 0.7, conflictShare: 0.2 })
    const [actor, it] = await opened(world, held)
    const input = { op: "the-very-same", v: it.v, station: here, date: tuesday, time: to }
    for (let i = 0; i < 6; i++) await rebooking.move(shaky, actor, it, input).catch(() => {})
    faults.set({})
    expect(await rebooking.move(world, actor, await stored(n), input)).toMatchObject({ time: to })
    expect((await stored(n)).v).toBe(it.v + 1)
    await fits()
  })

  it("is not open to whoever has missed their time, nor is a cancel", async () => {
    const [time] = await free()
    const { held } = await booked(time)
    const before = world.now()
    try {
      world.set(at(time!, tuesday) + 61 * minute)
      const late = await move(held.link, { v: held.v, date: wednesday, time: (await free(wednesday))[0] })
      expect(late.body.code).toBe("appointment-ended")
      expect((await send(app, "POST", `/api/appointments/${held.link}/cancel`, { v: held.v })).body.code).toBe(
        "appointment-ended",
      )
      world.set(at(time!, tuesday) + 59 * minute)
      expect((await send(app, "POST", `/api/appointments/${held.link}/cancel`, { v: held.v })).body.state).toBe(
        "cancelled",
      )
    } finally {
      world.set(before)
    }
  })

  it("ends the task of the old lane and makes one for the new, and tells its person once", async () => {
    const { held, n } = await booked()
    const told = async (before: Item | undefined) => {
      const after = await get(world, "bookings", keys.person(world.keyring.blind("person", anIdNumber(n)), "rp"))
      const messages = consequences({ table: "bookings", before, after })
      for (const { queue, body } of messages) if (queue === "work") await learn(world, body)
      return { after, messages }
    }
    const { after: first } = await told(undefined)
    const to = (await free(wednesday))[1]!
    await move(held.link, { v: held.v, date: wednesday, time: to })
    const { messages } = await told(first)
    expect((await tasks.find(world, here, tuesday, `receive#${held.ref}`))?.state).toBe("dropped")
    expect(await tasks.find(world, here, wednesday, `receive#${held.ref}`)).toMatchObject({
      state: "open",
      due: at(to, wednesday),
    })
    const sent: { to: string; text: string }[] = []
    const notices = messages.flatMap((it) => (it.queue === "notices" ? [it.body] : []))
    expect(notices.map(({ kind }) => kind)).toEqual(["moved"])
    for (const body of [...notices, ...notices]) await notify(world, async (it) => void sent.push(it), body)
    expect(sent).toMatchObject([{ to: aMobile(n) }])
    expect(sent[0]!.text).toContain(to)
    // Back again: the task that was dropped is open, the other dropped.
    const was = await stored(n)
    const before = await get(world, "bookings", keys.person(was.person, "rp"))
    world.wait(36)
    await move(held.link, { v: was.v, time: held.time })
    await told(before)
    expect((await tasks.find(world, here, tuesday, `receive#${held.ref}`))?.state).toBe("open")
    expect((await tasks.find(world, here, wednesday, `receive#${held.ref}`))?.state).toBe("dropped")
  })
})

describe("an offer of another place", () => {
  const offered = async (why: "closure" | "earlier" = "closure") => {
    const { held, n } = await booked()
    const time = (await free(wednesday))[0]!
    const place = { station: here, date: wednesday, time, lane: laneAt(wednesday, time), units: 1 }
    const offering = {
      id: `offer-${n}`,
      why,
      until: world.now() + 2 * hour,
      ...(why === "closure" && { closure: "c1" }),
    }
    expect(await rebooking.propose(world, system, await stored(n), place, offering)).toBe("proposed")
    return { held, n, place, offering }
  }
  const act = (link: string, what: string, body: object) =>
    send(app, "POST", `/api/appointments/${link}/${what}`, { op: randomUUID(), ...body })

  it("is held for its person until the deadline, seen on the appointment, and accepted as one move", async () => {
    const { held, place, offering } = await offered()
    expect(await free(wednesday)).not.toContain(place.time)
    const { body } = await send(app, "GET", `/api/appointments/${held.link}`)
    expect(body).toMatchObject({
      displaced: true,
      proposal: {
        id: offering.id,
        why: "closure",
        station: here,
        date: wednesday,
        time: place.time,
        until: offering.until,
      },
    })
    const op = randomUUID()
    const accepted = await act(held.link, "accept", { op, proposal: offering.id })
    expect(accepted.body).toMatchObject({ ref: held.ref, date: wednesday, time: place.time })
    expect(accepted.body).not.toHaveProperty("proposal")
    expect(accepted.body).not.toHaveProperty("displaced")
    expect((await act(held.link, "accept", { op, proposal: offering.id })).body).toEqual(accepted.body)
    expect((await act(held.link, "accept", { proposal: offering.id })).body.code).toBe("offer-lapsed")
    await fits()
  })

  it("is no move of its person's, nor is one from a time that the station took away", async () => {
    const { held, n, offering } = await offered("earlier")
    const spent = [1, 2, 3].map(() => world.now())
    await spend(n, spent)
    expect((await act(held.link, "accept", { proposal: offering.id })).status).toBe(200)
    expect((await stored(n)).movedAt).toEqual(spent)
    const times = await free(wednesday)
    const to = async (i: number) => move(held.link, { v: (await stored(n)).v, date: wednesday, time: times[i] })
    expect((await to(0)).body.code).toBe("too-many-moves")
    expect(await rebooking.displace(world, system, await stored(n), "c9")).toBe("displaced")
    expect((await to(0)).status).toBe(200)
    expect((await to(1)).body.code).toBe("too-many-moves")
    await fits()
  })

  it("is made once, whatever came of it", async () => {
    const { held, n, place, offering } = await offered()
    expect(await rebooking.propose(world, system, await stored(n), place, offering)).toBe("already")
    const declined = await act(held.link, "decline", { proposal: offering.id })
    expect(declined.body).toMatchObject({ time: held.time, date: tuesday, displaced: true })
    expect(declined.body).not.toHaveProperty("proposal")
    expect((await act(held.link, "decline", { proposal: offering.id })).body).toEqual(declined.body)
    expect(await rebooking.propose(world, system, await stored(n), place, offering)).toBe("already")
    expect(await free(wednesday), "what was declined reopens later").not.toContain(place.time)
    await fits()
  })

  it("that lapsed is anybody's, and the booking is still its person's to move", async () => {
    const { held, n, place, offering } = await offered()
    const before = world.now()
    try {
      world.set(offering.until)
      expect(await free(wednesday)).toContain(place.time)
      expect((await act(held.link, "accept", { proposal: offering.id })).body.code).toBe("offer-lapsed")
      const other = ++count
      await book(world, other, { date: wednesday, time: place.time })
      expect((await stored(n)).displaced).toMatchObject({ closure: "c1" })
      const to = (await free(wednesday)).at(-1)
      expect((await move(held.link, { v: (await stored(n)).v, date: wednesday, time: to })).body).toMatchObject({
        time: to,
      })
      await fits()
    } finally {
      world.set(before)
    }
  })

  it("raced with its own lapse and somebody who waits for the place goes to one of them", async () => {
    for (let i = 0; i < 6; i++) {
      const { held, n, place, offering } = await offered("earlier")
      const before = world.now()
      world.set(offering.until)
      const late = through({ ...world, now: () => offering.until - 1 }, inject("dynamodb"))
      const [actor, it] = await opened(world, held)
      const other = ++count
      const [mine, theirs] = await Promise.allSettled([
        rebooking.accept(late, actor, it, { op: randomUUID(), proposal: offering.id }),
        book(world, other, { date: wednesday, time: place.time }),
      ])
      expect([mine.status, theirs.status].filter((status) => status === "fulfilled")).toHaveLength(1)
      expect((await stored(n)).ref).toBe(held.ref)
      await fits()
      // Before the clock goes back, for the tests that follow: what has lapsed would be open again.
      if (theirs.status === "fulfilled")
        expect((await act(held.link, "decline", { proposal: offering.id })).status).toBe(200)
      await fits()
      world.set(before)
    }
  })

  it("goes with the booking when that is cancelled or moved elsewhere", async () => {
    const first = await offered()
    await send(app, "POST", `/api/appointments/${first.held.link}/cancel`, { v: (await stored(first.n)).v })
    const second = await offered()
    const to = (await free(tuesday, plaza))[0]
    await move(second.held.link, { v: (await stored(second.n)).v, station: plaza, time: to })
    await fits()
    const before = world.now()
    world.wait(36)
    expect(await free(wednesday)).toEqual(expect.arrayContaining([first.place.time, second.place.time]))
    world.set(before)
  })

  it("of an earlier time does not push another aside, a closure's does", async () => {
    const { n, offering } = await offered("earlier")
    const time = (await free(wednesday))[0]!
    const place = { station: here, date: wednesday, time, lane: laneAt(wednesday, time), units: 1 }
    const other = { ...offering, id: `other-${n}` }
    expect(await rebooking.propose(world, system, await stored(n), place, other)).toBe("changed")
    const closing = { ...other, why: "closure" as const, closure: "c2" }
    expect(await rebooking.propose(world, system, await stored(n), place, closing)).toBe("proposed")
    await fits()
  })

  it("is refused where the place is taken or the booking has moved on", async () => {
    const { n, held } = await booked()
    const { held: theirs } = await booked()
    const it = await stored(n)
    const place = { station: here, date: tuesday, time: theirs.time, lane: theirs.lane, units: 1 }
    const offering = { id: `late-${n}`, why: "closure" as const, closure: "c3", until: world.now() + hour }
    expect(await rebooking.propose(world, system, it, place, offering)).toBe("taken")
    expect(await rebooking.displace(world, system, it, "c3")).toBe("displaced")
    expect(await rebooking.displace(world, system, await stored(n), "c3")).toBe("already")
    expect(await rebooking.displace(world, system, it, "c4")).toBe("changed")
    await send(app, "POST", `/api/appointments/${held.link}/cancel`, { v: (await stored(n)).v })
    expect(await rebooking.propose(world, system, await stored(n), place, offering)).toBe("changed")
  })
})

const minutesBetween = (a: string, b: string) => (at(b) - at(a)) / minute
