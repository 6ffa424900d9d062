/**
 * What each thing that people do costs: units of each table, SQS requests, and milliseconds of each function, followed to the end.
 * What was saved goes as stream records through the real relay and recorder, their messages through the real workers, and what
 * those save goes the same way, until nothing follows. Every step is counted as if it travelled alone: no batch helps.
 */
import type { SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs"
import type { DynamoDBRecord, AttributeValue as StreamValue } from "aws-lambda"
import * as booking from "#actions/booking"
import * as calling from "#actions/calling"
import { short } from "#actions/forms"
import * as queueing from "#actions/queueing"
import { remind } from "#actions/reminding"
import { report } from "#actions/reporting"
import { learn } from "#actions/tasking"
import { answerCode, askCode } from "#actions/verifying"
import { offerEarlier, wish } from "#actions/waitlisting"
import { snapshot } from "#actions/watching"
import { alert } from "#background/alert"
import { notify } from "#background/notify"
import { record } from "#background/record"
import { relay } from "#background/relay"
import type { Appointment } from "#domain/appointment"
import * as demonstration from "#domain/demonstration"
import * as duty from "#domain/demonstration-units"
import { referenceOf } from "#domain/id"
import { lanesFor } from "#domain/places"
import { Problem } from "#domain/problem"
import { groupOf } from "#domain/service"
import type { Station } from "#domain/station"
import { addDays, instantOf, type LocalDate, minute } from "#domain/time"
import { arnOf } from "#local/place"
import { Alert, type Message, Notice, Work } from "#messages/messages"
import { claim } from "#store/appointments"
import { staffChange } from "#store/people"
import * as rosters from "#store/rosters"
import { stationChange } from "#store/stations"
import { counter, writeOrRefuse } from "#store/table"
import { monday } from "#test/builders"
import { aMobile } from "#test/people"
import { codeFor, type TestWorld } from "#test/world"
import { wallMs } from "./figures.ts"
import { add, type Bill, billOf, type Charge, type Meter } from "./meter.ts"
import {
  aBusyLine,
  aClerkAt,
  aForm,
  aKiosk,
  anOp,
  aVerifiedPhone,
  setup,
  threeWindows,
  type Wish,
  wishes,
  written,
} from "./scene.ts"

export type FunctionName =
  | "ResidentApi"
  | "DeviceApi"
  | "StaffApi"
  | "ReportApi"
  | "Relay"
  | "Recorder"
  | "Tasks"
  | "Messenger"
  | "Alerter"
  | "Remind"
  | "OfferEarlier"
export type Call = { name: FunctionName; ms: number; bill: Bill }
/** `own` is what the action itself asked of the tables; `whole` with all that followed. */
export type Entry = { own: Bill; whole: Bill; sqs: number; calls: readonly Call[] }

/** One action, and with `follow` everything that follows from it. */
export async function entered(
  world: TestWorld,
  meter: Meter,
  by: FunctionName,
  act: () => Promise<unknown>,
): Promise<Entry> {
  let ms = 0
  const timed = async () => {
    ms = await wallMs(act)
  }
  const { bill, charges } = await meter.during(timed)
  const calls: Call[] = [{ name: by, ms, bill }]
  const after = await followed(world, meter, charges, calls)
  return { own: bill, whole: add(bill, after.bill), sqs: after.sqs, calls }
}

async function followed(world: TestWorld, meter: Meter, first: readonly Charge[], calls: Call[]) {
  let sqs = 0
  const all: Charge[] = []
  const run = async (name: FunctionName, act: () => Promise<unknown>) => {
    let ms = 0
    const done = await meter.during(async () => {
      ms = await wallMs(act)
    })
    calls.push({ name, ms, bill: done.bill })
    all.push(...done.charges)
    return done.charges
  }
  for (let saved = first; saved.length; ) {
    const next: Charge[] = []
    for (const table of ["bookings", "keys", "live", "children"] as const) {
      const Records = recordsOf(world, table, saved)
      if (!Records.length) continue
      await run("Recorder", async () => mustSucceed(await record({ Records }, world)))
      if (table === "keys") continue
      const told: { queue: Message["queue"]; body: string }[] = []
      const client = {
        send: async ({ input }: SendMessageBatchCommand) => {
          sqs++
          // A clock comes when its time has come, if nobody has acknowledged by then.
          for (const it of input.Entries ?? [])
            if (!it.DelaySeconds) told.push({ queue: input.QueueUrl as Message["queue"], body: it.MessageBody! })
          return { Successful: [], Failed: [] }
        },
      } as unknown as Pick<SQSClient, "send">
      const urls = { work: "work", notices: "notices", alerts: "alerts" }
      const queues = { sqs: client, urls, tables: world.tables, log: world.log }
      await run("Relay", async () => mustSucceed(await relay({ Records }, queues)))
      for (const { queue, body } of told) {
        sqs += 2 // received, and deleted
        const message: unknown = JSON.parse(body)
        next.push(...(await run(...workers[queue](world, message))))
      }
    }
    saved = next
  }
  return { sqs, bill: billOf(all) }
}

const workers: Record<Message["queue"], (world: TestWorld, it: unknown) => [FunctionName, () => Promise<unknown>]> = {
  work: (world, it) => ["Tasks", () => learn(world, Work.parse(it))],
  notices: (world, it) => ["Messenger", () => notify(world, async () => {}, Notice.parse(it))],
  alerts: (world, it) => ["Alerter", () => alert(world, Alert.parse(it))],
}

function mustSucceed({ batchItemFailures }: { batchItemFailures: readonly unknown[] }) {
  if (batchItemFailures.length) throw new Error("A record was not taken")
}

let sequence = 0
function recordsOf(
  world: TestWorld,
  table: "bookings" | "keys" | "live" | "children",
  charges: readonly Charge[],
): DynamoDBRecord[] {
  const arn = arnOf("dynamodb", `table/${world.tables[table]}/stream/2026-11-23T00:00:00.000`)
  return charges
    .filter((it) => it.table === table && it.landed)
    .map(({ before, after }) => ({
      eventSourceARN: arn,
      eventName: before ? "MODIFY" : "INSERT",
      dynamodb: {
        SequenceNumber: String(++sequence),
        ApproximateCreationDateTime: world.now() / 1000,
        ...(before && { OldImage: before as Record<string, StreamValue> }),
        ...(after && { NewImage: after as Record<string, StreamValue> }),
      },
    }))
}

let people = 0

/** Asking for a code and answering it: it comes before every booking. */
export async function codeCost(world: TestWorld, meter: Meter): Promise<Entry> {
  const by = { kind: "anyone" } as const
  const mobile = aMobile(90_000 + people++)
  const asked = await entered(world, meter, "ResidentApi", () =>
    askCode(world, by, { mobile, address: "10.0.0.1", language: "zh" }),
  )
  const code = await codeFor(world, mobile)
  return together(
    asked,
    await entered(world, meter, "ResidentApi", () => answerCode(world, by, { mobile, code, address: "10.0.0.1" })),
  )
}

const visit = ["rp-endorse"] as const

/** A booking of one unit by somebody new, on a cell that nobody ever had. */
export async function bookingCost(world: TestWorld, meter: Meter, wish: Wish) {
  const n = people++
  const { actor, mobile } = await aVerifiedPhone(world, n)
  const form = aForm(world, threeWindows, visit, n, wish)
  let held: booking.Held | undefined
  const entry = await entered(world, meter, "ResidentApi", async () => {
    held = await booking.book(world, actor, { ...form, mobile })
  })
  return { entry, held: held!, n }
}

/** What a refusal after the snapshot costs: the place has gone meanwhile, is not on the grid, or they have one already. */
export async function refusedCosts(world: TestWorld, meter: Meter, { date, time }: Wish): Promise<Entry[]> {
  const all = wishes(threeWindows, visit, 7)
  let mine = -1
  for (const wish of all.filter((it) => it.date === date && it.time === time))
    mine = (await bookingCost(world, meter, wish)).n
  const refused = async (code: string, n: number, wish: Wish) => {
    const { actor, mobile } = await aVerifiedPhone(world, n)
    const form = aForm(world, threeWindows, visit, n, wish)
    return entered(world, meter, "ResidentApi", async () => {
      const answer = await booking.book(world, actor, { ...form, mobile }).catch((error: unknown) => error)
      if (!(answer instanceof Problem && answer.code === code)) throw answer
    })
  }
  return [
    await refused("place-taken", people++, { date, time }),
    await refused("outside-hours", people++, { date, time: "07:00" }),
    await refused("already-booked", mine, all.findLast((it) => it.date === date && it.time !== time)!),
  ]
}

/** The reminders of an evening, for whoever is booked tomorrow. */
export async function reminderCost(world: TestWorld, meter: Meter, wish: readonly Wish[]): Promise<Entry> {
  for (const it of wish) await bookingCost(world, meter, it)
  world.set(instantOf(addDays(wish[0]!.date, -1), "18:02"))
  return entered(world, meter, "Remind", () => remind(world, { kind: "system", name: "remind" }))
}

/** A wish for an earlier time, and the offer of what somebody has just given back. */
export async function earlierCost(world: TestWorld, meter: Meter, early: Wish, late: Wish) {
  const { held: other } = await bookingCost(world, meter, early)
  const { held: mine } = await bookingCost(world, meter, late)
  const holding = async ({ link }: booking.Held) => {
    const { actor, appointment } = await booking.byLink(world, link)
    return [actor, appointment] as const
  }
  const [actor, it] = await holding(mine)
  const wishing = await entered(world, meter, "ResidentApi", () => wish(world, actor, it, { v: it.v }))
  await booking.cancel(world, ...(await holding(other)), { v: other.v })
  world.set(world.now() + 36 * minute)
  const offer = await entered(world, meter, "OfferEarlier", () =>
    offerEarlier(world, { kind: "system", name: "offer-earlier" }),
  )
  return { wishing, offer }
}

const station = "FZ-JA-P01"

/** A walk-in's life with so many waiting before them at three windows: take, call, start, finish. */
export async function ticketLife(world: TestWorld, meter: Meter, waiting: number) {
  const line = aBusyLine(waiting)
  await written(world, line)
  world.set(instantOf(monday, "10:35"))
  const by = aClerkAt(station, 1)
  const seat = { station, window: 1 }
  const inTheWay = line.windows.find((it) => it.no === 1)!.visit!.number
  await calling.act(world, by, { ...seat, op: anOp(), number: inTheWay, act: "finish" })
  const take = await entered(world, meter, "DeviceApi", () =>
    queueing.take(world, aKiosk(station), {
      station,
      service: "rp-endorse",
      priority: false,
      op: anOp(),
      again: false,
    }),
  )
  let number = ""
  const call = await entered(world, meter, "StaffApi", async () => {
    number = (await calling.callNext(world, by, { ...seat, op: anOp() })).visit!.number
  })
  const act = (what: calling.Act) =>
    entered(world, meter, "StaffApi", () => calling.act(world, by, { ...seat, op: anOp(), number, act: what }))
  return { take, call, start: await act("start"), finish: await act("finish") }
}

/** Booked, checked in, called, started, finished, alone in the hall: what appointments add. */
export async function visitCost(world: TestWorld, meter: Meter, wish: Wish) {
  const { entry, held } = await bookingCost(world, meter, wish)
  const at = { station: threeWindows.id, window: held.lane }
  const by = aClerkAt(at.station, at.window)
  world.set(instantOf(wish.date, wish.time) - 4 * minute)
  const checkIn = await entered(world, meter, "DeviceApi", () =>
    queueing.checkIn(world, aKiosk(at.station), {
      station: at.station,
      shown: { link: held.link },
      priority: false,
      op: anOp(),
    }),
  )
  await calling.sit(world, by, { ...at, op: anOp() })
  let number = ""
  const call = await entered(world, meter, "StaffApi", async () => {
    number = (await calling.callNext(world, by, { ...at, op: anOp() })).visit!.number
  })
  const act = (what: calling.Act) =>
    entered(world, meter, "StaffApi", () => calling.act(world, by, { ...at, op: anOp(), number, act: what }))
  return { booking: entry, checkIn, call, start: await act("start"), finish: await act("finish") }
}

/** One refresh of a day on which every place is gone, when it reads most. */
export async function refreshCost(world: TestWorld, meter: Meter, at: Station, date: LocalDate): Promise<Entry> {
  const group = groupOf(visit[0])
  for (const lane of lanesFor(at, visit, date))
    for (const time of lane.times) {
      const person = world.keyring.blind("person", String(people++))
      const ref = referenceOf(world.keyring.sign("reference", person))
      const op = `book:${short(world, ref)}`
      const pointer = { station: at.id, date, group, person, ref } as Appointment
      const change = claim(setup, op, world.now(), pointer, pointer, { lane: lane.lane, time })
      await writeOrRefuse(world, [change], counter())
    }
  return entered(world, meter, "ResidentApi", () =>
    booking.offers(world, { kind: "anyone" }, { station: at.id, services: visit, date }),
  )
}

const plaza = { lat: 26.0929, lng: 119.335 }

/** A city of so many stations within the first ring of one place, all on duty: all of them are alerted at once. */
export async function aDenseCity(world: TestWorld, many: number) {
  const [first] = demonstration.stations
  for (let i = 0; i < many; i++) {
    const id = `FZ-ZZ-P0${i}`
    const [lat, lng] = [plaza.lat + i * 0.0005, plaza.lng]
    await writeOrRefuse(world, [stationChange("dense", world.now(), { ...first!, id, lat, lng })], counter())
    const officers = [1, 2].map((n) => `officer-zz${i}-${n}`)
    const roster = { ...duty.rosters[0]!, unit: id, officers }
    const members = officers.map(
      (officer) => ({ id: officer, name: "郭警官", role: "officer", station: id, active: true }) as const,
    )
    const serving = members.map((it) => staffChange(setup, "dense", world.now(), it))
    await writeOrRefuse(world, [rosters.change(setup, "dense", world.now(), 0, roster), ...serving], counter())
  }
}

/** A report in four fields, to the end of its first step: every unit's screen, and what is sent to their officers. */
export const reportCost = (world: TestWorld, meter: Meter): Promise<Entry> =>
  entered(world, meter, "ReportApi", () =>
    report(
      world,
      { kind: "anyone" },
      {
        key: `ledger-${people++}-${"k".repeat(40)}`,
        told: {
          where: { text: "东二环泰禾广场三楼儿童乐园门口", point: plaza },
          when: { at: world.now() - 10 * minute, about: true },
          phone: aMobile(80_000 + people),
          child: { sex: "girl", age: 6 },
          relation: "parent",
        },
      },
    ),
  )

export const snapshotCost = (world: TestWorld, meter: Meter): Promise<Entry> =>
  entered(world, meter, "ResidentApi", () => snapshot(world, { kind: "anyone" }, station))

export const together = (...entries: readonly Entry[]): Entry => ({
  own: add(...entries.map((it) => it.own)),
  whole: add(...entries.map((it) => it.whole)),
  sqs: entries.reduce((sum, it) => sum + it.sqs, 0),
  calls: entries.flatMap((it) => it.calls),
})

const tables = ["bookings", "keys", "live", "children", "audit"] as const
export const writesOf = (bill: Bill) => tables.reduce((sum, table) => sum + bill[table].writes, 0)
export const readsOf = (bill: Bill) => tables.reduce((sum, table) => sum + bill[table].reads, 0)
