/**
 * Whoever destroys a booking's secret has destroyed its personal details wherever a copy of them lies: in a dump taken before, with
 * every key there is (ASVS V14.2.4, V14.2.7; 个人信息保护法 47). Everything else goes on as if nothing were missing.
 */
import { createDecipheriv, createHash, hkdfSync } from "node:crypto"
import { beforeEach, describe, expect, it } from "vitest"
import { appeal } from "#actions/appealing"
import * as booking from "#actions/booking"
import { closeDays } from "#actions/closing"
import * as owning from "#actions/owning"
import * as rebooking from "#actions/rebooking"
import { notify } from "#background/notify"
import { addDays, instantOf } from "#domain/time"
import { consequences } from "#messages/consequences"
import { Notice } from "#messages/messages"
import * as appointments from "#store/appointments"
import type { Item, Table } from "#store/table"
import { counter, write } from "#store/table"
import { keyAtHand, needsSecret, vault } from "#store/vault"
import { type Apps, aClerk, aDevice, apps, type Reply, send } from "#test/apps"
import { at } from "#test/builders"
import { aForm, book, here, opened, verified } from "#test/grid"
import { aMemoryWorld, type MemoryWorld } from "#test/memory"
import { aMobile, anIdNumber } from "#test/people"

const tuesday = "2026-11-24"
const system = { kind: "system", name: "own-data" } as const

let world: MemoryWorld
let app: Apps
beforeEach(async () => {
  world = await aMemoryWorld(at("09:30"), { seed: 5 })
  app = apps(world)
})

const stored = async (n = 1) => (await appointments.find(world, world.keyring.blind("person", anIdNumber(n)), "rp"))!
const booked = async (n = 1) => {
  const [offer] = await booking.offers(
    { ...world },
    { kind: "anyone" },
    { station: here, services: ["rp-endorse"], date: tuesday },
  )
  return book({ ...world }, n, { date: tuesday, time: offer!.time })
}
const shredded = async (ref: string) => {
  const owner = (await appointments.ownerOf(world, ref))!
  const change = appointments.shred(system, "delete-own:1", world.now(), ref, owner)
  expect(await write(world, [change], counter())).toEqual({ written: true })
}
const tables: readonly Table[] = ["bookings", "keys", "live", "children", "audit"]
const dump = () => new Map(tables.map((table) => [table, world.memory.items(table)]))

/** Bytes anywhere in a value. */
function bytesIn(value: unknown): Uint8Array[] {
  if (value instanceof Uint8Array) return [value]
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(bytesIn) : []
}

/** What of a blob opens with any key that can be made of what somebody holds; each place that it may have lain in is tried. */
async function openedBy(holding: readonly Item[], blob: Uint8Array, wheres: readonly string[]): Promise<string[]> {
  const bytes = Buffer.from(blob)
  const start = 2 + bytes[1]!
  const masterKey = createHash("sha256").update(world.tables.bookings.slice("Bookings-".length)).digest()
  const master = keyAtHand(masterKey)
  const all = holding.flatMap(bytesIn)
  const dataKeys = (await Promise.all(all.map((it) => master.unwrap(it).catch(() => undefined)))).filter(
    (it) => it !== undefined,
  )
  expect(dataKeys.length).toBeGreaterThan(0)
  const candidates = [...dataKeys, masterKey, ...all.filter((it) => it.length === 32)]
  const keys = candidates.flatMap((key) => [
    Buffer.from(key),
    ...all.map((it) => Buffer.from(hkdfSync("sha256", key, it, "doorstep person", 32))),
  ])
  const found = new Set<string>()
  for (const key of keys)
    for (const where of wheres)
      try {
        const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(start, start + 12), { authTagLength: 16 })
        decipher.setAAD(Buffer.from(where)).setAuthTag(bytes.subarray(-16))
        found.add(Buffer.concat([decipher.update(bytes.subarray(start + 12, -16)), decipher.final()]).toString())
      } catch {}
  return [...found]
}

describe("a booking whose secret was destroyed", () => {
  it("opens with nothing: not with a dump of every table from before, the data keys, the master key and the Keys table of now", async () => {
    const { ref } = await booked()
    const it = await stored()
    const where = `bookings/person#${it.person}/rp`
    const before = dump()
    expect(needsSecret(it.sealed)).toBe(true)
    const allOf = (all: Map<Table, Item[]>) => [...all.values()].flat()
    const [whole] = await openedBy(allOf(before), it.sealed, [where])
    expect(JSON.parse(whole!)).toMatchObject({ idNumber: anIdNumber(1), phone: aMobile(1) })

    await shredded(ref)
    const after = dump()
    expect(after.get("keys")).toMatchObject([{ pk: `ref#${ref}`, v: 2, by: "system:own-data", gone: world.now() }])
    expect(after.get("keys")![0]).not.toHaveProperty("secret")
    const holding = [...allOf(new Map([...before].filter(([table]) => table !== "keys"))), ...allOf(after)]
    expect(await openedBy(holding, it.sealed, [where])).toEqual([])
    expect(await appointments.openPerson(world, it)).toBeUndefined()
    expect(await appointments.openPeople(world, [it])).toEqual([undefined])
  })

  it("opens with its own secret alone, and a secret opens nothing without the month's key", async () => {
    await booked(1)
    const [mine] = [await stored(1), world.wait(1)]
    const [time] = (
      await booking.offers(
        { ...world },
        { kind: "anyone" },
        { station: here, services: ["rp-endorse"], date: addDays(tuesday, 1) },
      )
    ).map((it) => it.time)
    await book({ ...world }, 2, { date: addDays(tuesday, 1), time: time! })
    const where = `bookings/person#${mine.person}/rp`
    const [own, other] = await Promise.all([1, 2].map(async (n) => appointments.secretOf(world, (await stored(n)).ref)))
    expect(own).toHaveLength(16)
    expect(await world.vault.open(where, mine.sealed, own)).toMatchObject({ phone: aMobile(1) })
    await expect(world.vault.open(where, mine.sealed, other)).rejects.toThrow()
    const stranger = vault(keyAtHand(createHash("sha256").update("x").digest()), {
      lasts: 0,
      find: async () =>
        world.memory.items("bookings").find((it) => it.pk.startsWith("data-key#"))!.wrapped as Uint8Array,
      ofMonth: async () => undefined,
      add: async () => ({ id: "", wrapped: new Uint8Array() }),
      renew: async () => "",
    })
    await expect(stranger.open(where, mine.sealed, own)).rejects.toThrow()
  })

  it("is a page that says so, a line without a name for staff, and no message, instead of a fault", async () => {
    const held = await booked()
    const records = () =>
      world.memory.records().flatMap(({ dynamodb, eventSourceARN }) => {
        if (!eventSourceARN?.includes(world.tables.bookings) || !dynamodb?.NewImage) return []
        return [dynamodb]
      })
    records()
    await shredded(held.ref)
    const page = await send(app.resident, "GET", `/zh/a/${held.link}`)
    expect([page.status, page.text.includes("个人信息已删除")]).toEqual([200, true])
    const english = await send(app.resident, "GET", `/en/a/${held.link}`)
    expect(english.text).toContain("Personal details deleted")
    expect((await send(app.resident, "GET", `/api/appointments/${held.link}`)).status).toBe(200)

    // What was saved of it before, told only now: nobody is left to be told.
    const it = (world.memory.items("bookings").find(({ pk }) => pk.startsWith("person#")) as Item)!
    const notices = consequences({ table: "bookings", before: undefined, after: it }).filter(
      ({ queue }) => queue === "notices",
    )
    expect(notices).toHaveLength(1)
    const sent: unknown[] = []
    for (const { body } of notices) await notify(world, async (message) => void sent.push(message), Notice.parse(body))
    expect(sent).toEqual([])

    world.set(at(held.time, tuesday))
    const kiosk = await aDevice(world, app.device)
    const checked = await kiosk.post("/device/check-ins", { shown: { idNumber: anIdNumber(1) } })
    expect(checked.status).toBe(201)
    const clerk = await aClerk(world, app.staff, "clerk-p01-1")
    const list = await clerk.get(`/staff/appointments?date=${tuesday}`)
    expect(list.body.appointments).toMatchObject([{ ref: held.ref, deleted: true }])
    expect(list.body.appointments[0]).not.toHaveProperty("person")
    const seen = await clerk.get(`/staff/visitors/${checked.body.number}`)
    expect(seen).toMatchObject({ status: 200, body: { ref: held.ref, deleted: true } })
    expect(world.logged()).not.toContain("fault")
  })

  it("cannot be rung up after a closure, nor appealed for: a refusal that says why", async () => {
    const held = await booked()
    const [, it] = await opened(world, held)
    expect(await rebooking.displace(world, system, it, "closed-1")).toBe("displaced")
    await shredded(held.ref)
    const officer = await aClerk(world, app.staff, "chief-p01")
    const rung: Reply = await officer.post(`/staff/appointments/${held.ref}/reveal`, { reason: "改约" })
    expect(rung).toMatchObject({ status: 410, body: { code: "details-deleted" } })
    const [again, now] = await opened(world, held)
    await booking.cancel(world, again, now, { v: now.v })
    const other = await booked(2)
    world.set(instantOf(addDays(tuesday, 1), "04:30"))
    await closeDays(world, { kind: "system", name: "close-day" })
    await shredded(other.ref)
    const [who, missed] = await opened(world, other)
    await expect(appeal(world, who, missed, { ref: other.ref, text: "生病了" })).rejects.toMatchObject({
      code: "details-deleted",
    })
  })

  it("takes an appeal made by its link with it: the officer sees the absence without a reason, and nobody is told of the answer", async () => {
    const held = await booked()
    world.set(instantOf(addDays(tuesday, 1), "04:30"))
    await closeDays(world, { kind: "system", name: "close-day" })
    const [actor, it] = await opened(world, held)
    await appeal(world, actor, it, { ref: held.ref, text: "孩子发烧" })
    await shredded(held.ref)
    const officer = await aClerk(world, app.staff, "officer-p01")
    const seen = await officer.get(`/staff/absences/${held.ref}`)
    expect(seen.status).toBe(200)
    expect(Object.keys(seen.body).toSorted()).toEqual(["ref", "standing"])
    world.memory.records()
    const answer = await officer.post(`/staff/absences/${held.ref}`, { excused: true, reason: "已核实" })
    expect(answer.status).toBe(200)
    const sent: unknown[] = []
    const standing = world.memory.items("bookings").find(({ sk }) => sk === "standing")!
    const before = { ...standing, missed: [] }
    for (const { queue, body } of consequences({ table: "bookings", before, after: standing }))
      if (queue === "notices") await notify(world, async (message) => void sent.push(message), Notice.parse(body))
    expect(sent).toEqual([])
  })

  it("stays shredded: its form's key books nothing again, and nobody gives it a secret", async () => {
    const form = aForm(world, 1, { date: tuesday, time: "09:00" })
    const held = await booking.book(world, verified(world, 1), form)
    await shredded(held.ref)
    await expect(booking.book({ ...world }, verified(world, 1), form)).rejects.toMatchObject({ code: "key-expired" })
    const owner = (await appointments.ownerOf(world, held.ref))!
    expect(owner.secret).toBeUndefined()
    const late = { ...owner, v: owner.v - 1 }
    const outcome = await write(
      world,
      [appointments.shred(system, "delete-own:2", world.now(), held.ref, late)],
      counter(),
    )
    expect(outcome.written).toBe(false)
  })
})

describe("a form that is sent again while what it booked is deleted", () => {
  /** Everything of theirs goes between two calls of the form that is sent again. */
  const deletedBefore = async (call: number, booksFirst: "before" | "meanwhile") => {
    const n = 10
    world = await aMemoryWorld(at("09:30"), { seed: 5 })
    const form = aForm(world, n, { date: tuesday, time: "09:00" })
    const send = () => booking.book({ ...world }, verified(world, n), form)
    const ended = async () => {
      const [actor, it] = await opened(world, await send())
      await booking.cancel(world, actor, it, { v: it.v })
      // As if its wait were over: nothing else keeps the form from booking.
      const pk = `${here}#${tuesday}#rp`
      for (const place of world.memory.items("bookings"))
        if (place.pk === pk) world.memory.remove(world.tables.bookings, place)
    }
    const named = { person: world.keyring.blind("person", anIdNumber(n)), mobile: aMobile(n), request: "r", op: "d" }
    if (booksFirst === "before") await ended()
    let calls = 0
    world.memory.set({
      during: async () => {
        if (++calls !== call) return
        if (booksFirst === "meanwhile") await ended()
        await owning.remove(world, verified(world, n), named)
      },
    })
    const answer = await send().then(
      ({ state }) => state,
      ({ code }: { code: string }) => code,
    )
    world.memory.set({})
    const it = await stored(n)
    const seals = it !== undefined && it.sealed.length > 0
    return { answer, deleted: calls >= call, opens: !seals || (await appointments.openPerson(world, it)) !== undefined }
  }

  it.each(["before", "meanwhile"] as const)(
    "never books under a secret that is destroyed, at whichever moment; booked %s",
    async (booksFirst) => {
      const answers: string[] = []
      for (let call = 1; call < 40; call++) {
        const { answer, deleted, opens } = await deletedBefore(call, booksFirst)
        if (!deleted) break
        expect([call, answer, opens]).toEqual([call, expect.stringMatching(/^(key-expired|cancelled)$/), true])
        answers.push(answer)
      }
      expect(answers.length).toBeGreaterThan(3)
      expect(answers).toContain("key-expired")
    },
  )
})

describe("a form that is sent twice at once", () => {
  it("makes one secret, under which its booking opens, whoever of the two was first; another person is refused", async () => {
    for (let round = 0; round < 8; round++) {
      const n = 10 + round
      const [offer] = await booking.offers(
        { ...world },
        { kind: "anyone" },
        { station: here, services: ["rp-endorse"], date: tuesday },
      )
      const form = aForm(world, n, { date: tuesday, time: offer!.time })
      world.memory.set({ conflicts: true, loseAnswers: 0.15, latency: [0, 2] })
      const both = await Promise.allSettled([1, 2, 3].map(() => booking.book({ ...world }, verified(world, n), form)))
      world.memory.set({})
      const made = both.filter((it) => it.status === "fulfilled").map((it) => it.value.ref)
      if (made.length) {
        expect(new Set(made).size).toBe(1)
        expect(await appointments.openPerson(world, await stored(n))).toMatchObject({ phone: aMobile(n) })
      }
      const stranger = { ...form, idNumber: anIdNumber(n + 100) }
      await expect(booking.book({ ...world }, verified(world, n), stranger)).rejects.toMatchObject({
        code: made.length ? "key-reused" : expect.stringMatching(/key-reused|place-taken|busy/),
      })
    }
    expect(world.memory.stats.lost).toBeGreaterThan(0)
  })
})

describe("details sealed before there were secrets", () => {
  it("still open, with the month's key alone", async () => {
    await booked()
    const it = await stored()
    const details = (await appointments.openPerson(world, it))!
    const old = { ...it, sealed: await world.vault.seal(`bookings/person#${it.person}/rp`, details, "2026-11") }
    expect(await appointments.openPerson(world, old)).toEqual(details)
    expect(await appointments.openPeople(world, [old, it])).toEqual([details, details])
  })
})
