/**
 * What was sealed cannot be changed, taken away or added to unseen: random days of entries, some of them late, then one tampering
 * by somebody who may write what they like into the table and has not the key. Verification finds it and says where.
 */
import { PutCommand } from "@aws-sdk/lib-dynamodb"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import * as auditing from "#actions/auditing"
import { type Break, type Digest, hashOfAll, hashOfDigest, lateDays, rowOf, traced } from "#domain/audit"
import { addDays, instantOf, type LocalDate, minute } from "#domain/time"
import * as audits from "#store/audits"
import type { Item } from "#store/table"
import { monday } from "#test/builders"
import { aMemoryWorld, type MemoryWorld } from "#test/memory"

const scope = "FZ-JA-P01"
const system = { kind: "system", name: "test" } as const
const dayNo = (n: number): LocalDate => addDays(monday, n)

/** On day `on` of the few, `late` days before it is written. */
type Told = { on: number; at: number; late: number }
const days = 5
const aDay = (on: number) =>
  fc.array(
    fc.record({ on: fc.constant(on), at: fc.integer({ min: 0, max: 1439 }), late: fc.constantFrom(0, 0, 0, 0, 1, 2) }),
    { minLength: 3, maxLength: 9 },
  )
const story = fc.tuple(...Array.from({ length: days }, (_, i) => aDay(i))).map((all) => all.flat())

/** Lives the days: each night what is written by then is sealed. The last day is not over. */
async function lived(told: readonly Told[], seed: number): Promise<MemoryWorld> {
  const made = await aMemoryWorld(instantOf(monday, "05:00"), { seed })
  const world = { ...made, db: made.memory.direct }
  await auditing.seal(world, system)
  for (let today = 0; today < days; today++) {
    for (const [i, it] of told.entries()) {
      if (it.on + it.late !== today) continue
      const at = instantOf(dayNo(it.on), "00:00") + it.at * minute
      const name = `${new Date(at).toISOString()}#${String(i).padStart(12, "0")}`
      const thing = `live/line#${scope}#${dayNo(it.on)}/t#A${i}`
      await audits.put(world, {
        scope,
        date: dayNo(it.on),
        name,
        thing,
        what: it.late ? "late" : "call",
        who: "staff:c",
        at,
        v: i,
      })
    }
    world.set(instantOf(dayNo(today + 1), "05:00"))
    await auditing.seal(world, system)
  }
  world.set(instantOf(dayNo(days), "08:00"))
  return world
}

const verified = (world: MemoryWorld) => auditing.verify(world, system, { scope })
const items = (world: MemoryWorld) => world.memory.items("audit")
const entriesOn = (world: MemoryWorld, date: LocalDate) => items(world).filter((it) => it.pk === `${scope}#${date}`)
const digests = (world: MemoryWorld) => items(world).filter((it) => it.pk === `digest#${scope}`)
const put = (world: MemoryWorld, Item: Item) => world.db.send(new PutCommand({ TableName: world.tables.audit, Item }))
const take = (world: MemoryWorld, { pk, sk }: Pick<Item, "pk" | "sk">) =>
  world.memory.remove(world.tables.audit, { pk, sk })

/** What is done to the table, and where verification must find it. */
type Tampering = (world: MemoryWorld, pick: (most: number) => number) => Promise<Partial<Break>[]>

/** An entry whose day, and the day after, are sealed. */
const someEntry = (world: MemoryWorld, pick: (most: number) => number) => {
  const all = Array.from({ length: days - 3 }, (_, i) => entriesOn(world, dayNo(i))).flat()
  return all[pick(all.length)]!
}
const dateOf = (it: Item) => it.pk.slice(-10)

const tamperings: Record<string, Tampering> = {
  "changes a field": async (world, pick) => {
    const it = someEntry(world, pick)
    const [name, value] = [
      ["who", "staff:d"],
      ["what", "finish"],
      ["at", it.at + 1],
      ["extra", true],
    ][pick(4)]!
    await put(world, { ...it, [String(name)]: value })
    return [{ what: "entry-changed", date: dateOf(it), name: it.sk }]
  },
  "takes a field away": async (world, pick) => {
    const { v: _, ...rest } = someEntry(world, pick)
    await put(world, rest as Item)
    return [{ what: "entry-changed", date: dateOf(rest as Item), name: rest.sk }]
  },
  "deletes an entry": async (world, pick) => {
    const it = someEntry(world, pick)
    take(world, it)
    return [{ what: "entry-missing", date: dateOf(it) }]
  },
  "renames an entry": async (world, pick) => {
    const it = someEntry(world, pick)
    take(world, it)
    await put(world, { ...it, sk: `${it.sk}0` })
    expect((await verified(world)).lateOpen).toBe(1)
    return [{ what: "entry-missing", date: dateOf(it) }]
  },
  "inserts an entry where no digest to come takes it": async (world, pick) => {
    const it = someEntry(world, pick)
    world.set(instantOf(dayNo(days + lateDays), "05:00"))
    await auditing.seal(world, system)
    await put(world, { ...it, sk: `${it.sk}0` })
    return [{ what: "entry-unsealed", date: dateOf(it), name: `${it.sk}0` }]
  },
  "swaps two days' digests": async (world, pick) => {
    const all = digests(world)
    const one = all[pick(all.length - 1)]!
    const other = all[all.indexOf(one) + 1]!
    await put(world, { ...other, sk: one.sk })
    await put(world, { ...one, sk: other.sk })
    return [
      { what: "digest-changed", date: one.sk },
      { what: "digest-changed", date: other.sk },
    ]
  },
  "cuts a digest": async (world, pick) => {
    const all = digests(world)
    const it = all[pick(all.length)]!
    take(world, it)
    return [{ what: "digest-missing", date: it.sk }]
  },
  "deletes the tail": async (world, pick) => {
    const all = digests(world)
    const from = 1 + pick(all.length - 1)
    for (const it of all.slice(from)) take(world, it)
    return all.slice(from).map((it) => ({ what: "digest-missing", date: it.sk }))
  },
  "deletes the whole chain": async (world) => {
    for (const it of digests(world)) take(world, it)
    const told = Array.from({ length: days }, (_, i) => dayNo(i)).filter((date) => entriesOn(world, date).length)
    return told.map((date) => ({ what: "digest-missing", date }))
  },
  "deletes the whole chain, and the next night is sealed": async (world) => {
    for (const it of digests(world)) take(world, it)
    await auditing.seal(world, system)
    expect(world.logged()).toContain("audit broken")
    return [{ what: "digest-missing", date: dayNo(days - 2) }]
  },
  "deletes the whole chain, its rows and what names its beginning, and some entries, and the next night is sealed":
    async (world, pick) => {
      for (const it of items(world).filter((each) => each.pk.startsWith(`digest#${scope}`))) take(world, it)
      take(world, someEntry(world, pick))
      await auditing.seal(world, system)
      expect(world.logged()).toContain("audit broken")
      return [{ what: "digest-missing", date: dayNo(days - 2) }]
    },
  "changes a digest": async (world, pick) => {
    const all = digests(world)
    const it = all[pick(all.length)]!
    await put(world, { ...it, at: it.at + 1 })
    return [{ what: "digest-changed", date: it.sk }]
  },
  "changes the rows of a digest": async (world, pick) => {
    const parts = items(world).filter((it) => it.pk.startsWith(`digest#${scope}#`) && it.rows)
    const it = parts[pick(parts.length)]!
    await put(world, { ...it, rows: Buffer.from(it.rows as Uint8Array).fill(7) })
    return [{ what: "digest-changed", date: dateOf(it) }]
  },
  "deletes an entry and writes the digest anew, with every hash right and without the key": async (world, pick) => {
    // A late one lies in another digest than that of its day.
    const inTime = entriesOn(world, dayNo(pick(days - 3))).filter((each) => each.what === "call")
    const gone = inTime[pick(inTime.length)]
    if (!gone) return []
    take(world, gone)
    const it = digests(world).find((each) => each.sk === dateOf(gone))!
    const left = entriesOn(world, it.sk).map((each) => traced(audits.sha256, each))
    const text = left.map((each) => rowOf(audits.sha256, each)).join("")
    const parts = [audits.sha256(text)]
    await put(world, { ...it, pk: `digest#${scope}#${it.sk}`, sk: parts[0]!, rows: Buffer.from(text, "hex") })
    const sealed = [{ date: it.sk, count: left.length, hash: hashOfAll(audits.sha256, left), parts }]
    const forged = { scope, date: it.sk, before: it.before, at: it.at, sealed } as Digest
    await put(world, { ...it, sealed, hash: hashOfDigest(audits.sha256, forged) })
    return [
      { what: "mac-wrong", date: it.sk },
      { what: "link-broken", date: addDays(it.sk, 1) },
    ]
  },
}

describe("the chain", () => {
  it("of days that nobody touched is whole, late entries included, and counts them", async () => {
    await fc.assert(
      fc.asyncProperty(story, fc.nat(), async (told, seed) => {
        const world = await lived(told, seed)
        const found = await verified(world)
        expect(found.breaks).toEqual([])
        expect(found.newest!.date).toBe(dayNo(days - 1))
        const written = told.filter((it) => it.on + it.late < days)
        expect(found.entries).toBe(written.length)
        expect(found.late).toBe(written.filter((it) => it.late).length)
        expect(found.open).toBe(0)
      }),
      { numRuns: 10 },
    )
  })

  it.each(Object.entries(tamperings))(
    "that somebody %s is broken there",
    async (_, tamper) => {
      await fc.assert(
        fc.asyncProperty(story, fc.nat(), fc.infiniteStream(fc.nat()), async (told, seed, chance) => {
          const world = await lived(told, seed)
          const where = await tamper(world, (most) => chance.next().value! % most)
          const { breaks } = await verified(world)
          for (const it of where) expect(breaks).toContainEqual(expect.objectContaining(it))
          // What is not touched is not accused: only digests that fell, and what lay in them, are told.
          const named = new Set(where.map((it) => it.name).filter(Boolean))
          for (const it of breaks.filter((each) => each.what === "entry-changed")) expect(named).toContain(it.name)
        }),
        { numRuns: 6 },
      )
    },
    60_000,
  )
})
