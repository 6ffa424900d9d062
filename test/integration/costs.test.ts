/** What things cost, by AWS's rule from item sizes (test/bench/size.ts), on real requests of the real actions. */
import { ReturnConsumedCapacity } from "@aws-sdk/client-dynamodb"
import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb"
import { marshall } from "@aws-sdk/util-dynamodb"
import { beforeAll, describe, expect, it } from "vitest"
import * as rebooking from "#actions/rebooking"
import { groups } from "#domain/service"
import { addDays } from "#domain/time"
import { at, monday } from "#test/builders"
import { opened } from "#test/grid"
import { aWorld, type TestWorld } from "#test/world"
import { bookingCost, refreshCost, refusedCosts, ticketLife, together, visitCost, writesOf } from "../bench/ledger.ts"
import { type Meter, meter } from "../bench/meter.ts"
import { aBusyLine, built, packed, threeWindows, type Wish, wishes } from "../bench/scene.ts"
import { itemBytes, readUnits, writeUnits } from "../bench/size.ts"

let world: TestWorld
let counted: Meter
let wish: Wish[]
beforeAll(async () => {
  // An instant as instants are: one that ends in zeros is smaller.
  world = await aWorld(at("08:55") + 12_347)
  counted = meter(world)
  await built(world, threeWindows)
  wish = wishes(threeWindows, ["rp-endorse"], 7)
  await bookingCost(world, counted, wish[0]!) // the month's data key is made once
})

const bytesOf = (item: object) => itemBytes(marshall(item, { removeUndefinedValues: true }))

describe("a booking", () => {
  it("of one unit costs at most 5 write units on a fresh cell, in Bookings and Keys together", async () => {
    const { own } = (await bookingCost(world, counted, wish[20]!)).entry
    expect([own.bookings.writes, own.keys.writes, own.live.writes]).toEqual([4, 1, 0])
  })

  it("that is refused after the snapshot writes nothing", async () => {
    const refused = await refusedCosts(world, counted, wish[40]!)
    expect(refused.map((it) => writesOf(it.own))).toEqual([0, 0, 0])
  })

  it("moved to another unit costs at most 6: its person's item and both cells, each in a transaction", async () => {
    const { held } = await bookingCost(world, counted, wish[100]!)
    const [actor, it] = await opened(world, held)
    const { station, date, time } = { ...held, ...wish[120]! }
    const { bill } = await counted.during(() =>
      rebooking.move(world, actor, it, { op: "a-move-op", v: it.v, station, date, time }),
    )
    expect([bill.bookings.writes, bill.keys.writes, bill.live.writes]).toEqual([6, 0, 0])
  })

  it("keeps its place in at most 120 bytes, whatever the group", async () => {
    const { charges } = await counted.during(() => bookingCost(world, counted, wish[60]!))
    const [place, ...more] = charges.flatMap(({ after }) => (after?.for ? [after] : []))
    expect(more).toEqual([])
    const sizes = groups.map((group) => itemBytes({ ...place, pk: { S: place!.pk!.S!.replace(/rp$/, group) } }))
    expect(Math.max(...sizes)).toBeLessThanOrEqual(120)
  })

  it("leads to its task, its message and their audit, once each", async () => {
    const { entry } = await bookingCost(world, counted, wish[80]!)
    expect(entry.sqs).toBe(6) // two sent, and each received and deleted
    expect(entry.calls.map((it) => it.name).toSorted()).toEqual(
      ["Messenger", "Recorder", "Recorder", "Recorder", "Relay", "Relay", "ResidentApi", "Tasks"].toSorted(),
    )
  })
})

describe("a refresh of a day's free times", () => {
  it("reads at most 6 units for a full day of three windows", async () => {
    const { own } = await refreshCost(world, counted, threeWindows, addDays(monday, 5))
    expect(own.bookings.reads).toBeLessThanOrEqual(6)
    expect(own.bookings.reads).toBeGreaterThan(1)
  })
})

describe("the line", () => {
  it.each([
    [40, 1024],
    [150, 3072],
  ])("of %i waiting at three windows is at most %i bytes", (waiting, most) => {
    const line = aBusyLine(waiting)
    expect(line.waiting).toHaveLength(waiting)
    expect(line.windows.every((it) => it.visit)).toBe(true)
    expect(bytesOf(packed(line))).toBeLessThanOrEqual(most)
  })

  it("costs a walk-in at most 10 write units from the ticket to the end of the visit, with 40 waiting", async () => {
    const life = Object.values(await ticketLife(world, counted, 40))
    expect(life.map((it) => writesOf(it.own)).every((units) => units > 0)).toBe(true)
    expect(writesOf(together(...life).own)).toBeLessThanOrEqual(10)
  })
})

describe("the meter", () => {
  it("agrees with the database where the database counts rightly: plain writes and reads", async () => {
    const item = (bytes: number) => {
      const bare = { pk: "size#test", sk: String(bytes), n: -12.5, l: [1, "a"], m: { k: true }, text: "" }
      return { ...bare, text: "x".repeat(bytes - bytesOf(bare)) }
    }
    for (const bytes of [1024, 1025, 4096, 4097]) {
      const asked = { TableName: world.tables.live, ReturnConsumedCapacity: ReturnConsumedCapacity.TOTAL }
      const Item = item(bytes)
      expect(bytesOf(Item)).toBe(bytes)
      const put = await world.db.send(new PutCommand({ ...asked, Item }))
      const got = await world.db.send(
        new GetCommand({ ...asked, Key: { pk: Item.pk, sk: Item.sk }, ConsistentRead: true }),
      )
      expect(put.ConsumedCapacity?.CapacityUnits).toBe(writeUnits(bytes))
      expect(got.ConsumedCapacity?.CapacityUnits).toBe(readUnits(bytes, "now"))
    }
  })

  it("follows an appointment through its day without losing a step", async () => {
    const visit = await visitCost(world, counted, wish[200]!)
    expect(Object.values(visit).map((it) => writesOf(it.own))).toEqual([5, 6, 1, 1, 6])
  })
})
