/** Whoever loses their time is told so, whatever else happens meanwhile; and the chief's task for them ends when they are settled. */
import { randomUUID } from "node:crypto"
import { beforeEach, describe, expect, it } from "vitest"
import { declare } from "#actions/arranging"
import * as booking from "#actions/booking"
import { closeDays } from "#actions/closing"
import { checkIn } from "#actions/queueing"
import * as rebooking from "#actions/rebooking"
import { reveal } from "#actions/reviewing"
import { learn } from "#actions/tasking"
import { imageOf, tableOf } from "#background/relay"
import type { Actor } from "#domain/actor"
import type { Appointment } from "#domain/appointment"
import { lanesFor } from "#domain/places"
import { addDays, hour } from "#domain/time"
import { consequences } from "#messages/consequences"
import type { Message, Notice } from "#messages/messages"
import * as appointments from "#store/appointments"
import * as tasks from "#store/tasks"
import { at, longtou, monday } from "#test/builders"
import { aForm, book, here, opened, verified } from "#test/grid"
import { aMemoryWorld, type MemoryWorld } from "#test/memory"
import { aMobile, anIdNumber } from "#test/people"
import { phonesOf } from "#test/stream"

const [tuesday, wednesday] = ["2026-11-24", "2026-11-25"]
const system: Actor = { kind: "system", name: "test" }
const staff = (role: "clerk" | "officer" | "chief", station = here): Actor & { kind: "staff" } => ({
  kind: "staff",
  id: role,
  name: role,
  role,
  station,
  proof: "fresh",
})
const [lane] = lanesFor(longtou, ["rp-endorse"], wednesday)
const [sooner, time] = lane!.times.filter((it) => it >= "10:00")
const earlier = (date: string, until: number) =>
  [
    { station: here, date, time: sooner!, lane: lane!.lane, units: 1 },
    { id: `earlier-${date}`, why: "earlier", until },
  ] as const

let world: MemoryWorld
let phones: ReturnType<typeof phonesOf>
let held: booking.Held
beforeEach(async () => {
  world = await aMemoryWorld(at("10:00"), { seed: 7 })
  phones = phonesOf(world)
  held = await book(world, 1, { date: wednesday, time: time! })
  await live()
  phones.sent.length = 0
})

const stored = async () =>
  (await appointments.find(world, world.keyring.blind("person", anIdNumber(1)), "rp")) as Appointment
const free = async (date: string) =>
  (await booking.offers({ ...world }, { kind: "anyone" }, { station: here, services: ["rp-endorse"], date })).map(
    (it) => it.time,
  )
const said = () => phones.sent.splice(0).map(({ text }) => text)
/** What was saved since, as messages. */
const told = (): Message[] =>
  world.memory.records().flatMap((record) =>
    consequences({
      table: tableOf(record, world.tables),
      before: imageOf(record.dynamodb?.OldImage),
      after: imageOf(record.dynamodb?.NewImage),
    }),
  )
/** All that follows, until nothing does. */
async function live() {
  for (let all = told(); all.length; all = told())
    for (const it of all) {
      if (it.queue === "work") await learn(world, it.body)
      if (it.queue === "notices") await phones.bring([it.body])
    }
}
const close = (from: string, fromTime = "00:00", to = wednesday) =>
  declare(world, staff("chief"), {
    station: here,
    op: randomUUID(),
    from,
    fromTime,
    to,
    reason: "线路检修",
  })
const another = { station: here, date: tuesday, time: time!, lane: lane!.lane, units: 1 }
const offered = async () =>
  rebooking.propose(world, system, await stored(), another, {
    id: "closed-1",
    why: "closure",
    closure: "closed-1",
    until: world.now() + hour,
  })

describe("whoever loses their time", () => {
  it("while an earlier one is held for them is told, and of the other time", async () => {
    await rebooking.propose(world, system, await stored(), ...earlier(tuesday, world.now() + hour))
    await live()
    expect(said()).toEqual([expect.stringContaining("有更早的时间了")])
    expect(await rebooking.displace(world, system, await stored(), "closed-1")).toBe("displaced")
    await live()
    expect(said()).toEqual([expect.stringMatching(/因故停办。已为您留好：2026-11-24/)])
  })

  it("is told even when the offer has lapsed before the message went out", async () => {
    await offered()
    const late = told()
    world.wait(61)
    await phones.bring(late.flatMap((it) => (it.queue === "notices" ? [it.body] : [])))
    expect(said()).toEqual([expect.stringContaining("暂时没有其他空位")])
  })

  it("is told nothing more once they have declined what was held", async () => {
    await offered()
    const late = told()
    await rebooking.decline(world, ...(await opened(world, held)), { proposal: "closed-1" })
    await phones.bring(late.flatMap((it) => (it.queue === "notices" ? [it.body] : [])))
    expect(said()).toEqual([])
  })

  it("together with the earlier one that was held for them is offered another, not forgotten", async () => {
    await rebooking.propose(world, system, await stored(), ...earlier(wednesday, world.now() + hour))
    await live()
    said()
    const { id } = await close(wednesday)
    await live()
    expect(await stored()).toMatchObject({ displaced: { closure: id }, proposal: { why: "closure", closure: id } })
    expect(said()).toEqual([expect.stringContaining("因线路检修停办。已为您留好")])
  })

  it("stays put off when the earlier time that was held for them is closed, too", async () => {
    await rebooking.displace(world, system, await stored(), "closed-1")
    await rebooking.propose(world, system, await stored(), ...earlier(tuesday, world.now() + hour))
    await live()
    said()
    const { id } = await close(tuesday)
    await live()
    expect((await stored()).displaced?.closure).toBe(id)
    expect(said()).toEqual([expect.stringContaining("因线路检修停办。已为您留好")])
  })
})

describe("whoever was offered an earlier time that the station then closes", () => {
  const withdrawn = async () => {
    await rebooking.propose(world, system, await stored(), ...earlier(tuesday, world.now() + hour))
    await live()
    expect(said()).toEqual([expect.stringContaining("有更早的时间了")])
    await close(tuesday, "00:00", tuesday)
  }

  it("is told once that it is gone, and that their own stands", async () => {
    await withdrawn()
    await live()
    expect((await stored()).proposal).toBeUndefined()
    expect(said()).toEqual([
      expect.stringMatching(
        new RegExp(`更早时间 ${tuesday} ${sooner} .*不能用了。原预约 ${wednesday} ${time} .*不变.*http`),
      ),
    ])
    await live()
    expect(said()).toEqual([])
  })

  it("is told so in English where they booked in English, and by two messages once", async () => {
    await booking.cancel(world, ...(await opened(world, held)), { v: held.v })
    const form = { ...aForm(world, 1, { date: wednesday, time: time! }), language: "en" as const }
    const again = (await free(wednesday)).includes(time!) ? form : { ...form, time: (await free(wednesday)).at(-1)! }
    held = await booking.book(world, verified(world, 1), again)
    await rebooking.propose(world, system, await stored(), ...earlier(tuesday, world.now() + hour))
    await live()
    said()
    await close(tuesday, "00:00", tuesday)
    const gone: Notice[] = []
    for (let all = told(); all.length; all = told())
      for (const it of all) {
        if (it.queue === "work") await learn(world, it.body)
        if (it.queue === "notices") gone.push(it.body)
      }
    await phones.bring([...gone, ...gone])
    expect(said()).toEqual([
      expect.stringMatching(new RegExp(`that we held for you, ${tuesday} ${sooner}, is gone.*${again.time}.* stands`)),
    ])
  })

  it("is not told so where they lost their own meanwhile, cancelled it, or another is held for them", async () => {
    const changes = [
      async () => void (await rebooking.displace(world, system, await stored(), "closed-1")),
      async () => {
        const until = world.now() + hour
        await rebooking.propose(world, system, await stored(), another, { id: "another", why: "earlier", until })
      },
      async () => void (await booking.cancel(world, ...(await opened(world, held)), { v: (await stored()).v })),
    ]
    await rebooking.propose(world, system, await stored(), ...earlier(tuesday, world.now() + hour))
    await live()
    await rebooking.restore(world, system, await stored(), "withdraw")
    const late = told().flatMap((it) => (it.queue === "notices" ? [it.body] : []))
    expect(late.map(({ kind }) => kind)).toEqual(["earlier-gone"])
    said()
    const before = await stored()
    for (const change of changes) {
      await change()
      await phones.bring(late.map((it, n) => ({ ...it, id: `${it.id}:${changes.indexOf(change)}:${n}` })))
      expect(said()).toEqual([])
      const now = await stored()
      if (now.state === "booked" && (now.proposal || now.displaced)) await rebooking.restore(world, system, now, "stay")
    }
    expect(before.state).toBe("booked")
  })
})

describe("the chief's task", () => {
  const states = async (id: string) =>
    Promise.all(
      [monday, addDays(monday, 1)].map(async (date) => (await tasks.find(world, here, date, `closure#${id}`))?.state),
    )

  it("goes on to the next day while somebody waits, and ends there once nobody does", async () => {
    const { id } = await close(wednesday)
    await live()
    expect(await states(id)).toEqual(["open", undefined])
    world.set(at("19:31"))
    await closeDays(world, { kind: "system", name: "close-day" })
    expect(await states(id)).toEqual(["dropped", "open"])
    const { proposal } = await stored()
    const input = { op: randomUUID(), proposal: proposal!.id }
    await rebooking.accept(world, ...(await opened(world, held)), input)
    await live()
    expect(await states(id)).toEqual(["done", "done"])
  })
})

describe("the phone of whoever was put off", () => {
  const phone = (by: Actor & { kind: "staff" }) =>
    reveal(world, by, { ref: held.ref, reason: "电话告知停办", request: "r1" })
  const entries = () => world.memory.items("audit").filter((it) => it.what === "appointment.reveal")

  it("is shown to the station's officers, recorded with their reason; to nobody of anybody else", async () => {
    await expect(phone(staff("officer"))).rejects.toMatchObject({ code: "appointment-not-found" })
    await rebooking.displace(world, system, await stored(), "closed-1")
    await expect(phone(staff("clerk"))).rejects.toMatchObject({ code: "not-allowed" })
    await expect(phone(staff("chief", "FZ-JA-P02"))).rejects.toMatchObject({ code: "appointment-not-found" })
    expect(entries()).toEqual([])
    expect(await phone(staff("officer"))).toEqual({ phone: aMobile(1) })
    expect(entries()).toMatchObject([{ pk: `${here}#${monday}`, who: "staff:officer", reason: "电话告知停办" }])
    world.memory.set({ throttle: 1 })
    await expect(phone(staff("officer"))).rejects.toThrow()
  })
})

describe("whoever comes while another time is held for them", () => {
  it("gives it back with the check-in", async () => {
    await rebooking.propose(world, system, await stored(), ...earlier(tuesday, world.now() + 72 * hour))
    world.set(at(time!, wednesday))
    await checkIn(world, staff("clerk"), { station: here, shown: { ref: held.ref }, op: randomUUID(), priority: false })
    expect(await stored()).toMatchObject({ state: "checked-in", date: wednesday })
    expect((await stored()).proposal).toBeUndefined()
    const [cell] = world.memory.items("bookings").filter((it) => it.pk === `${here}#${tuesday}#rp`)
    expect(cell).toMatchObject({ was: held.ref })
    expect(cell!.for).toBeUndefined()
  })
})
