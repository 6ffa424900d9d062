/**
 * What may not be kept goes on its day, not a day sooner, and the auditor is told what was due (ASVS V14.2.4, V14.2.7). In memory:
 * no TTL helps here.
 */
import type { DynamoDBRecord } from "aws-lambda"
import { beforeEach, describe, expect, it } from "vitest"
import * as appealing from "#actions/appealing"
import * as booking from "#actions/booking"
import { closeDays } from "#actions/closing"
import { newFormKey } from "#actions/forms"
import { start } from "#actions/grouping"
import { take } from "#actions/queueing"
import * as rebooking from "#actions/rebooking"
import { retain } from "#actions/retaining"
import { answerCode, askCode } from "#actions/verifying"
import { record } from "#background/record"
import type { Actor } from "#domain/actor"
import type { Appointment } from "#domain/appointment"
import { seeded } from "#domain/chance"
import { daysOf } from "#domain/station"
import { addDays, dateOf, instantOf, type LocalDate } from "#domain/time"
import * as appointments from "#store/appointments"
import type { Entry } from "#store/audits"
import * as stations from "#store/stations"
import { at, monday } from "#test/builders"
import { book, here, opened, verified } from "#test/grid"
import { aMemoryWorld, type MemoryWorld } from "#test/memory"
import { aMobile, anIdNumber } from "#test/people"
import { codeFor } from "#test/world"

const system: Actor = { kind: "system", name: "purge" }
const officer: Actor & { kind: "staff" } = { kind: "staff", id: "o", name: "o", role: "officer", station: here }
const tuesday = "2026-11-24"

let world: MemoryWorld
beforeEach(async () => {
  world = await aQuickWorld()
})

/** Without the SDK between: there are thousands of requests. */
async function aQuickWorld(): Promise<MemoryWorld> {
  const made = await aMemoryWorld(at("09:30"), { seed: 11 })
  return { ...made, db: made.memory.direct }
}

/** A look of its own: what another had a moment ago is no matter. */
const fresh = () => ({ ...world })
const free = async (date: LocalDate) =>
  (await booking.offers(fresh(), { kind: "anyone" }, { station: here, services: ["rp-endorse"], date })).map(
    ({ time }) => time,
  )
const booked = async (n: number, date: LocalDate = tuesday) => {
  const [time] = await free(date)
  return book(fresh(), n, { date, time: time! })
}
const stored = (n: number) => appointments.find(world, world.keyring.blind("person", anIdNumber(n)), "rp")
const details = async (n: number) => {
  const it = await stored(n)
  return it && (await appointments.openPerson(world, it))
}
const purgedOn = async (date: LocalDate, time = "00:00") => {
  world.set(instantOf(date, time))
  return retain(fresh(), system)
}
const movedTo = async (held: booking.Held, date: LocalDate) => {
  const [actor, it] = await opened(world, held)
  const [time] = await free(date)
  return rebooking.move(fresh(), actor, it, { op: `move-${date}`, v: it.v, station: here, date, time: time! })
}
const cells = (date: LocalDate) => world.memory.items("bookings").filter(({ pk }) => pk === `${here}#${date}#rp`)
const names = (table: "bookings" | "keys" | "live") => world.memory.items(table).map(({ pk, sk }) => `${pk}/${sk}`)
const reports = () =>
  world.memory.items("audit").filter((it) => it.what === "purge") as unknown as (Entry & { pk: string })[]
const sums = (all: readonly Pick<Entry, "counts">[]) => {
  const total: Record<string, number> = {}
  for (const { counts = {} } of all)
    for (const [kind, count] of Object.entries(counts)) total[kind] = (total[kind] ?? 0) + count
  return total
}

describe("a booking", () => {
  it.each([
    [89, "12:00", true],
    [90, "00:00", true],
    [90, "23:59", true],
    [91, "00:00", false],
    [91, "12:00", false],
  ])("is there %i days after its day at %s: %s", async (days, time, there) => {
    const { ref } = await booked(1)
    world.set(instantOf(addDays(tuesday, 1), "04:30"))
    await closeDays(world, system)
    await purgedOn(addDays(tuesday, days), time)
    expect((await stored(1)) !== undefined).toBe(there)
    expect((await appointments.secretOf(world, ref)) !== undefined).toBe(there)
    expect(cells(tuesday).length > 0).toBe(there)
  })

  it("that was cancelled goes on the same day, though its place was booked by another", async () => {
    const held = await booked(1)
    const [actor, it] = await opened(world, held)
    await booking.cancel(world, actor, it, { v: it.v })
    world.wait(40)
    await book(fresh(), 2, { date: tuesday, time: held.time })
    await purgedOn(addDays(tuesday, 90), "23:00")
    expect(await stored(1)).toBeDefined()
    await purgedOn(addDays(tuesday, 91))
    expect([await stored(1), await stored(2), names("keys"), cells(tuesday)]).toEqual([undefined, undefined, [], []])
  })

  it("moved to a later day is kept from that one on, with its secret; the cell that it left goes", async () => {
    const held = await booked(1)
    const later = addDays(tuesday, 6)
    await movedTo(held, later)
    await purgedOn(addDays(tuesday, 91))
    expect(cells(tuesday)).toEqual([])
    expect(cells(later)).toHaveLength(1)
    expect(await details(1)).toMatchObject({ phone: aMobile(1) })
    await purgedOn(addDays(later, 91))
    expect([names("keys"), cells(later), await stored(1)]).toEqual([[], [], undefined])
  })

  it("moved to an earlier day goes from that one on, whole", async () => {
    const late = addDays(tuesday, 6)
    const held = await booked(1, late)
    await movedTo(held, tuesday)
    await purgedOn(addDays(tuesday, 91))
    expect([names("keys"), await stored(1)]).toEqual([[], undefined])
  })

  it("moved from week to week for most of a year never loses its secret, though TTL took what its time had come for", async () => {
    let held = await booked(1)
    for (let i = 0; i < 45; i++) {
      world.set(instantOf(held.date, "07:00"))
      await retain(fresh(), system)
      // As TTL would have.
      const [item] = world.memory.items("keys")
      expect(item!.ttl! * 1000).toBeGreaterThan(world.now() + 80 * 86_400_000)
      const days = daysOf(await stations.find(world, here), world.now())
      for (const date of days.toReversed())
        if ((await free(date)).length) {
          held = await movedTo(held, date)
          break
        }
    }
    expect(held.date > addDays(tuesday, 271)).toBe(true)
    expect(await details(1)).toMatchObject({ phone: aMobile(1) })
  })

  it("of a day that is not over, or put off and not answered, outlives a wrong time on its item", async () => {
    await booked(1)
    const person = world.memory.items("bookings").find((it) => it.pk.startsWith("person#"))!
    const { db, tables } = world
    const { PutCommand } = await import("@aws-sdk/lib-dynamodb")
    await db.send(new PutCommand({ TableName: tables.bookings, Item: { ...person, ttl: 1 } }))
    await retain(fresh(), system)
    expect(await details(1)).toBeDefined()
  })
})

describe("an absence", () => {
  const missed = async (n: number) => {
    const held = await booked(n)
    world.set(instantOf(addDays(tuesday, 1), "04:30"))
    await closeDays(world, system)
    return held
  }

  it("that was appealed against and not answered keeps everything of its person, so that an officer can read it", async () => {
    const held = await missed(1)
    const [actor, it] = await opened(world, held)
    await appealing.appeal(world, actor, it, { ref: held.ref, text: "孩子发烧" })
    for (const days of [90, 91, 95, 102]) await purgedOn(addDays(tuesday, days))
    const seen = await appealing.see(world, officer, held.ref, "request")
    expect(seen).toMatchObject({ name: "张*", text: "孩子发烧" })

    await appealing.answer(world, officer, { ref: held.ref, excused: false, reason: "没有证明" })
    await purgedOn(addDays(tuesday, 120))
    expect(await stored(1)).toBeUndefined()
    const emptied = await appealing.see(world, officer, held.ref, "request")
    expect(emptied).toEqual({ ref: held.ref, standing: emptied.standing })
    expect(emptied.standing.missed).toMatchObject([{ ref: held.ref, appealed: true, excused: false }])
  })

  it("appealed against at any moment of a purge keeps its words, or the appeal is refused", async () => {
    const outcomes = new Set<string>()
    let struck = true
    for (let call = 1; struck; call++) {
      world = await aQuickWorld()
      const held = await missed(1)
      const [actor, it] = await opened(world, held)
      let [calls, answer] = [0, ""]
      world.set(instantOf(addDays(tuesday, 91), "00:00"))
      world.memory.set({
        during: async () => {
          if (++calls !== call) return
          const said = appealing.appeal(fresh(), actor, it, { ref: held.ref, text: "孩子发烧" })
          answer = await said.then(
            () => "appealed",
            ({ code }: { code: string }) => code,
          )
        },
      })
      await retain(fresh(), system)
      world.memory.set({})
      struck = calls >= call
      if (!struck) break
      for (const days of [92, 100]) await purgedOn(addDays(tuesday, days))
      const { text } = await appealing.see(world, officer, held.ref, "request")
      expect([call, answer, text]).toEqual([call, answer, answer === "appealed" ? "孩子发烧" : undefined])
      outcomes.add(answer)
    }
    expect(outcomes).toEqual(new Set(["appealed", "details-deleted"]))
  })

  it("still counts when its booking has gone, for as long as any policy looks back", async () => {
    const { ref } = await missed(1)
    await purgedOn(addDays(tuesday, 91))
    expect(await stored(1)).toBeUndefined()
    expect(world.memory.items("keys")).toMatchObject([{ pk: `ref#${ref}`, gone: world.now() }])
    for (const days of [98, 200, 300, 365]) await purgedOn(addDays(tuesday, days))
    expect((await appealing.see(world, officer, ref, "request")).standing.missed).toHaveLength(1)
    for (const days of [366, 368, 376]) await purgedOn(addDays(tuesday, days))
    expect([names("keys"), names("bookings").filter((it) => it.startsWith("person#"))]).toEqual([[], []])
  })
})

describe("what is short-lived", () => {
  it("goes when its time is over: codes, sessions, limits, lists, tickets; data keys and stations stay", async () => {
    await askCode(world, { kind: "anyone" }, { mobile: aMobile(1), address: "192.0.2.1", language: "zh" })
    const code = await codeFor(world, aMobile(1))
    await answerCode(world, { kind: "anyone" }, { mobile: aMobile(1), code, address: "192.0.2.1" })
    const kiosk: Actor = { kind: "kiosk", id: "k", station: here }
    await take(world, kiosk, { station: here, op: "op000001", service: "rp-endorse", priority: false, again: false })
    await start(world, verified(world, 1), {
      key: newFormKey(world),
      mobile: aMobile(1),
      station: here,
      services: ["rp-endorse"],
      from: tuesday,
      language: "zh",
      list: `张三,${anIdNumber(5)}`,
    })
    const nouns = (table: "bookings" | "live") => [
      ...new Set(names(table).map((it) => it.split("#")[0]!.split("/")[0]!)),
    ]
    expect(nouns("bookings")).toEqual(expect.arrayContaining(["code", "session", "limit", "group", "data-key"]))
    await retain(fresh(), system)
    expect(nouns("bookings")).toEqual(expect.arrayContaining(["code", "session", "limit", "group", "data-key"]))
    await purgedOn(addDays(monday, 2), "09:31")
    expect(nouns("bookings").toSorted()).toEqual(["data-key", "purge"])
    await purgedOn(addDays(monday, 30), "23:00")
    expect(names("live").filter((it) => it.startsWith("line#"))).toHaveLength(2)
    const before = nouns("live")
    await purgedOn(addDays(monday, 31))
    expect(before.filter((it) => !nouns("live").includes(it))).toEqual(["line"])
    expect(sums(reports())).toMatchObject({ codes: 1, sessions: 1, tickets: 2 })
  })
})

/** Books, cancels and books another again: one person, two references. */
const bookedTwice = async (n: number, date: LocalDate = tuesday) => {
  const first = await booked(n, date)
  const [actor, it] = await opened(world, first)
  await booking.cancel(world, actor, it, { v: it.v })
  return [first, await booked(n, date)] as const
}
/** A database that fails for some of what is written. */
const failingFor = (fails: (written: { pk: string }) => boolean): MemoryWorld => ({
  ...world,
  db: new Proxy(world.db, {
    get: (db, name) =>
      name !== "send"
        ? Reflect.get(db, name)
        : (command: { input: { Item?: { pk: string }; Key?: { pk: string } } }) => {
            const written = /Put|Delete/.test(command.constructor.name) && (command.input.Item ?? command.input.Key)
            return written && fails(written) ? Promise.reject(new Error("failed")) : db.send(command as never)
          },
  }),
})

describe("a run", () => {
  it("takes both references of whoever booked, cancelled and booked again", async () => {
    const both = await bookedTwice(1)
    await booked(2)
    expect(names("keys")).toHaveLength(3)
    const gone = await purgedOn(addDays(tuesday, 91))
    expect(gone).toMatchObject({ bookings: 2, references: 3 })
    expect([names("keys"), await stored(1), both[0].ref !== both[1].ref]).toEqual([[], undefined, true])
  })

  it("takes everything but the one thing that fails, says so in its end, and takes that the next time", async () => {
    for (const n of [1, 2, 3]) await booked(n)
    world.set(instantOf(addDays(tuesday, 91), "03:00"))
    const person = world.keyring.blind("person", anIdNumber(2))
    const dying = failingFor(({ pk }) => pk === `person#${person}`)
    await expect(retain(dying, system)).rejects.toThrow("not purged: 1")
    expect([await stored(1), (await stored(2))?.person, await stored(3)]).toEqual([undefined, person, undefined])
    expect([names("keys"), cells(tuesday)]).toEqual([[], []])
    expect(world.logged()).toContain("not purged")
    expect(await retain(fresh(), system)).toEqual({ bookings: 1 })
    expect(sums(reports())).toMatchObject({ bookings: 3, places: 3, references: 3 })
  })

  it("leaves a booking whose secret it could not take, until it can: nobody looks for the secret of what is gone", async () => {
    const late = await booked(1, addDays(tuesday, 6))
    await movedTo(late, tuesday)
    await booked(2)
    world.set(instantOf(addDays(tuesday, 91), "03:00"))
    const dying = failingFor(({ pk }) => pk === `ref#${late.ref}`)
    await expect(retain(dying, system)).rejects.toThrow("not purged: 1")
    expect([(await details(1))?.phone, await stored(2)]).toEqual([aMobile(1), undefined])
    await retain(fresh(), system)
    expect([names("keys"), await stored(1)]).toEqual([[], undefined])
  })

  it("goes on past an item that it cannot read, one that it cannot give its time, and a station whose report is not saved", async () => {
    const later = await booked(1, addDays(tuesday, 6))
    const { PutCommand } = await import("@aws-sdk/lib-dynamodb")
    const put = (table: "bookings" | "keys", Item: object) =>
      world.db.send(
        new PutCommand({ TableName: world.tables[table], Item: { v: 1, by: "", op: "", at: 0, ttl: 1, ...Item } }),
      )
    await put("keys", { pk: "ref#unreadable", sk: "ref" })
    await put("bookings", { pk: "limit#a", sk: "x", station: "FZ-GL-P01" })
    await put("bookings", { pk: "limit#b", sk: "x" })
    const waits = { ...world.memory.items("bookings").find(({ ref }) => ref === later.ref)!, ttl: 1 }
    await put("bookings", waits)
    const dying = failingFor(({ pk }) => pk === waits.pk || pk === "purge#FZ-GL-P01")
    await expect(retain(dying, system)).rejects.toThrow("not purged: 3")
    expect((await details(1))?.phone).toBe(aMobile(1))
    expect(
      names("bookings").filter((it) => it.startsWith("limit#")),
      "untold, unpurged",
    ).toEqual(["limit#a/x"])
    await expect(retain(fresh(), system)).rejects.toThrow("not purged: 1")
    expect(names("bookings").filter((it) => it.startsWith("limit#"))).toEqual([])
  })

  it("tells what was due and answers what went: what changed meanwhile was due all the same, and stays", async () => {
    for (const n of [1, 2]) await booked(n)
    world.set(instantOf(addDays(tuesday, 91), "03:00"))
    const person = `person#${world.keyring.blind("person", anIdNumber(2))}`
    let changed = false
    const { PutCommand } = await import("@aws-sdk/lib-dynamodb")
    world.memory.set({
      during: async ({ operation, body }) => {
        if (changed || operation !== "DeleteItem" || !JSON.stringify(body.Key).includes(person)) return
        changed = true
        const item = world.memory.items("bookings").find(({ pk }) => pk === person)!
        await world.db.send(new PutCommand({ TableName: world.tables.bookings, Item: { ...item, v: item.v + 1 } }))
      },
    })
    expect(await retain(fresh(), system)).toEqual({ bookings: 1, places: 2, references: 2 })
    expect(changed).toBe(true)
    expect(sums(reports())).toEqual({ bookings: 2, places: 2, references: 2 })
    expect(await stored(2)).toBeDefined()
    world.memory.set({})
    expect(await retain(fresh(), system)).toEqual({ bookings: 1 })
    expect(sums(reports()), "told once").toEqual({ bookings: 2, places: 2, references: 2 })
  })

  it("leaves one report for each station, with what was due and from which day to which; a second one, nothing more", async () => {
    for (const n of [1, 2, 3]) await booked(n)
    world.memory.records()
    await purgedOn(addDays(tuesday, 91), "03:00")
    const mine = reports().find((it) => it.pk.startsWith(here))!
    expect(mine).toMatchObject({
      pk: `${here}#2027-02-23`,
      thing: `purge/${here}`,
      who: "system:purge",
      counts: { bookings: 3, places: 3, references: 3 },
      to: "2027-02-23",
    })
    expect(
      reports()
        .map(({ pk }) => pk)
        .toSorted(),
    ).toEqual(["-", ...(await stations.all(world)).map(({ id }) => id)].map((it) => `${it}#2027-02-23`).toSorted())
    const before = JSON.stringify(reports())
    await retain(fresh(), system)
    expect(JSON.stringify(reports())).toBe(before)
  })

  it("is in the audit thing by thing: taken by the purge, not by TTL", async () => {
    await booked(1)
    world.memory.records()
    await purgedOn(addDays(tuesday, 91))
    const gone = world.memory.records().filter(({ eventName }) => eventName === "REMOVE")
    expect(gone).toHaveLength(3)
    // Each table's stream numbers its own records: two may have one number, in one moment.
    const { bookings, live } = world.tables
    const one = gone.find(({ eventSourceARN }) => eventSourceARN!.includes(bookings))!
    const other = { ...one, eventSourceARN: one.eventSourceARN!.replace(bookings, live) }
    const byTtl: DynamoDBRecord = {
      ...gone[0]!,
      userIdentity: { type: "Service", principalId: "dynamodb.amazonaws.com" },
      dynamodb: { ...gone[0]!.dynamodb, SequenceNumber: "9" },
    }
    await record({ Records: [...gone, other, byTtl, byTtl] }, world)
    const told = world.memory.items("audit").filter((it) => it.what === "purged" || it.what === "expired")
    expect(told.map(({ what, who }) => `${what} ${who}`).toSorted()).toEqual([
      "expired system:ttl",
      "purged system:purge",
      "purged system:purge",
      "purged system:purge",
      "purged system:purge",
    ])
  })

  it("killed at any point and begun again, at once or the next day, tells of each thing once and leaves none", async () => {
    const whole = async (killedAt: number, again: LocalDate) => {
      const one = await aQuickWorld()
      world = one
      for (const n of [1, 2, 3, 4]) await booked(n, n % 2 ? tuesday : addDays(tuesday, 1))
      const [actor, it] = await opened(one, { link: one.keyring.seal("link", await linkOf(1)) })
      await booking.cancel(one, actor, it, { v: it.v })
      let left = killedAt
      const dying = {
        ...one,
        db: new Proxy(one.db, {
          get: (db, name) =>
            name !== "send"
              ? Reflect.get(db, name)
              : (command: Parameters<typeof db.send>[0]) => {
                  if (!/Put|Delete/.test(command.constructor.name)) return db.send(command)
                  if (left-- <= 0) return Promise.reject(new Error("killed"))
                  return db.send(command)
                },
        }),
      }
      one.set(instantOf(addDays(tuesday, 92), "03:00"))
      const died = await retain(dying, system).then(
        () => false,
        () => true,
      )
      one.set(instantOf(again, "03:00"))
      await retain({ ...one }, system)
      return { died, counts: sums(reports()), left: names("bookings").filter((it) => /^(person|FZ)/.test(it)) }
    }
    const linkOf = async (n: number) => {
      const it = (await stored(n)) as Appointment
      return [it.person, it.group, it.ref]
    }
    let killed = 0
    for (const [again, step] of [
      [addDays(tuesday, 92), 1],
      [addDays(tuesday, 93), 3],
    ] as const)
      for (let point = 0; point < 28; point += step) {
        const { died, counts, left } = await whole(point, again)
        if (died) killed++
        expect([point, again, counts, left]).toEqual([point, again, { bookings: 4, places: 4, references: 4 }, []])
      }
    expect(killed).toBeGreaterThan(30)
  })
})

describe("a hundred and twenty made-up days", () => {
  it("leave nothing that is over, lose nothing that is needed, and every report adds up to what went", async () => {
    const chance = seeded(7)
    const some = <T>(all: readonly T[]): T => all[Math.floor(chance() * all.length)]!
    const active = new Map<number, booking.Held>()
    let people = 0
    let again = 0
    let went = 0
    const days = Array.from({ length: 120 }, (_, i) => addDays(tuesday, i))
    for (const day of days) {
      world.set(instantOf(day, "03:00"))
      const everything = () =>
        (["bookings", "keys", "live"] as const)
          .flatMap((table) => world.memory.items(table))
          .filter(({ pk }) => !pk.startsWith("purge#"))
      const before = everything().length
      const counts = await retain(fresh(), system)
      const left = everything()
      const gone = Object.values(counts).reduce((sum, it) => sum + it, 0)
      // Of an absence it stays whose it was, without the secret.
      expect(before - left.length).toBe(gone - (counts.secrets ?? 0))
      went += gone
      expect([day, left.filter(({ ttl }) => ttl !== undefined && ttl * 1000 <= world.now())]).toEqual([day, []])
      for (const [n, { ref, date }] of active) {
        if (date < dateOf(world.now())) active.delete(n)
        else expect([day, ref, (await details(n))?.phone]).toEqual([day, ref, aMobile(n)])
      }
      world.set(instantOf(day, "04:30"))
      await closeDays(world, system)
      world.set(instantOf(day, "07:00"))
      const open = daysOf(await stations.find(world, here), world.now())
      for (let i = 0; i < 3; i++) {
        const date = some(open)
        const times = await free(date)
        if (!times.length) continue
        const n = ++people
        active.set(n, await book(fresh(), n, { date, time: some(times) }))
      }
      const [n, held] = some([...active]) ?? []
      if (n === undefined || !held || held.date <= day) continue
      const [actor, it] = await opened(world, held)
      const to = some(open)
      if (chance() < 0.5) {
        await booking.cancel(world, actor, it, { v: it.v })
        active.delete(n)
        const [time] = chance() < 0.7 ? await free(to) : []
        // Their second in this week, which is as many as there may be.
        if (!time || it.made?.length) continue
        active.set(n, await book(fresh(), n, { date: to, time }))
        again++
        continue
      }
      const times = await free(to)
      if (times.length)
        active.set(
          n,
          await rebooking.move(fresh(), actor, it, {
            op: `m-${day}`,
            v: it.v,
            station: here,
            date: to,
            time: some(times),
          }),
        )
    }
    expect(people).toBeGreaterThan(200)
    expect(again).toBeGreaterThan(20)
    expect(went).toBeGreaterThan(100)
    expect(Object.values(sums(reports())).reduce((sum, it) => sum + it, 0)).toBe(went)
  })
})
