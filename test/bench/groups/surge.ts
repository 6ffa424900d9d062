/**
 * Eight o'clock: a thousand phones want one of forty places. Each looks at the shared snapshot, taps a time that is free in it,
 * and when that has gone meanwhile looks again, three times at most. Ours against two that are often built, on the same harness,
 * through the same proxy: it delays every request a little and brings the conflicts between transactions that the emulator never has.
 */
import { randomUUID } from "node:crypto"
import { GetCommand, PutCommand, QueryCommand, TransactWriteCommand } from "@aws-sdk/lib-dynamodb"
import * as booking from "#actions/booking"
import { Problem } from "#domain/problem"
import type { Station } from "#domain/station"
import type { LocalTime } from "#domain/time"
import { type FaultRules, startFaults } from "#local/faults"
import * as appointments from "#store/appointments"
import { phone as patience, pause } from "#store/table"
import { aStation, monday } from "#test/builders"
import { aMobile } from "#test/people"
import { type TestWorld, through } from "#test/world"
import { type Figures, figure, percentile } from "../figures.ts"
import { meter } from "../meter.ts"
import { aForm, built, type Phone, wishes } from "../scene.ts"
import type { Stand } from "../stand.ts"

const attempts = 1_000
const atOnce = 100
const looks = 3
const rounds = 3
const rules: FaultRules = { conflicts: true, conflictShare: 0.05, latency: [1, 6] }
const visit = ["rp-endorse"] as const

type Answer = "booked" | "taken" | "busy"
type Scheme = {
  /** Times that are free now. */
  free(): Promise<LocalTime[]>
  book(n: number, time: LocalTime): Promise<Answer>
  /** Of those who were told that they have a place: who has none; and how many more there are than places. */
  audit(winners: readonly Winner[]): Promise<{ lost: number; oversold: number }>
}
type Winner = { n: number; time: LocalTime; ms: number }
type Round = { winners: number; lost: number; oversold: number; units: number; p99: number }

const schemes = {
  "": ours,
  "check_then_insert.": checkThenInsert,
  "counter_transaction.": counterTransaction,
} satisfies Record<string, (world: TestWorld, station: Station) => Promise<Scheme>>

export async function surgeGroup(stand: Stand): Promise<Figures> {
  const done: Record<string, Round[]> = {}
  for (let round = 0; round < rounds; round++)
    for (const [name, scheme] of Object.entries(schemes)) {
      done[name] ??= []
      done[name].push(await aRound(stand, scheme, round))
    }
  return Object.fromEntries(
    Object.entries(done).flatMap(([name, all]) => [
      [
        `surge.${name}oversold`,
        figure(
          all.map((it) => it.oversold),
          "places",
        ),
      ],
      [
        `surge.${name}lost`,
        figure(
          all.map((it) => it.lost),
          "bookings",
        ),
      ],
      [
        `surge.${name}unsold`,
        figure(
          all.map((it) => Math.max(0, places - it.winners)),
          "places",
        ),
      ],
      [
        `surge.${name}write_units_per_booking`,
        figure(
          all.map((it) => it.units / it.winners),
          "units",
        ),
      ],
      [
        `surge.${name}winner_p99_ms`,
        figure(
          all.map((it) => it.p99),
          "ms",
        ),
      ],
    ]),
  )
}

/** Four windows with ten places each, two at a time. */
const aSmallDay = () =>
  aStation(
    Array.from({ length: 4 }, () => visit),
    { id: "FZ-JA-B04", hours: Array.from({ length: 7 }, () => [["09:00", "10:40"]] as const) },
  )
const day = (station: Station): Station => ({ ...station, policy: { ...station.policy, block: 50 } })
const places = 40

async function aRound(stand: Stand, scheme: (typeof schemes)[""], seed: number): Promise<Round> {
  const faults = await startFaults(stand.endpoint, { seed: seed + 1, rules })
  try {
    const direct = await stand.world()
    const station = await built(direct, day(aSmallDay()))
    direct.set(direct.now() - 60 * 60_000)
    const capacity = wishes(station, visit, 1).length
    if (capacity !== places) throw new Error(`${capacity} places instead of ${places}`)
    const world = through(direct, faults.endpoint)
    const counted = meter(world)
    const it = await scheme(world, station)
    const look = shared(it.free)
    const { answer: winners, bill } = await counted.during(() => crowd((n) => anAttempt(it, look, n)))
    faults.set({})
    const { lost, oversold } = await it.audit(winners)
    return {
      winners: winners.length,
      lost,
      oversold,
      units: bill.bookings.writes,
      p99: percentile(
        winners.map((winner) => winner.ms),
        0.99,
      ),
    }
  } finally {
    await faults.stop()
  }
}

async function anAttempt(scheme: Scheme, look: () => Promise<LocalTime[]>, n: number): Promise<Winner | undefined> {
  const from = performance.now()
  for (let i = 0; i < looks; i++) {
    const free = await look()
    const time = free[Math.floor(Math.random() * free.length)]
    if (time === undefined) return undefined
    const answer = await scheme.book(n, time)
    if (answer === "booked") return { n, time, ms: performance.now() - from }
    if (answer === "busy") await pause(i + 1)
  }
  return undefined
}

/** As the edge keeps it: one answer for everybody, for a second at most. */
function shared<T>(ask: () => Promise<T>): () => Promise<T> {
  let kept: { until: number; answer: Promise<T> } | undefined
  return () => {
    if (!kept || kept.until < performance.now()) kept = { until: performance.now() + 1_000, answer: ask() }
    return kept.answer
  }
}

async function crowd<T>(act: (n: number) => Promise<T | undefined>): Promise<T[]> {
  const done: T[] = []
  let next = 0
  const worker = async () => {
    while (next < attempts) {
      const answer = await act(next++)
      if (answer) done.push(answer)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return done
}

const date = monday
const actorOf = (world: TestWorld, n: number): Phone["actor"] => ({
  kind: "resident",
  phone: world.keyring.blind("phone", aMobile(n)),
})
const answerOf = (error: unknown): Answer => {
  if (error instanceof Problem && error.code === "busy") return "busy"
  if (error instanceof Problem && error.code === "place-taken") return "taken"
  throw error
}

async function ours(world: TestWorld, station: Station): Promise<Scheme> {
  const forms = Array.from({ length: attempts }, (_, n) => aForm(world, station, visit, n, { date, time: "09:00" }))
  const refs = new Map<number, string>()
  const anyone = { kind: "anyone" } as const
  return {
    free: async () =>
      (await booking.offers(world, anyone, { station: station.id, services: visit, date })).map((it) => it.time),
    async book(n, time) {
      try {
        const asked = { ...forms[n]!, time, mobile: aMobile(n) }
        refs.set(n, (await booking.book(world, actorOf(world, n), asked)).ref)
        return "booked"
      } catch (error) {
        return answerOf(error)
      }
    },
    async audit(winners) {
      const { Items: cells = [] } = await world.db.send(
        new QueryCommand({
          TableName: world.tables.bookings,
          KeyConditionExpression: "pk = :pk",
          ExpressionAttributeValues: { ":pk": `${station.id}#${date}#rp` },
          ConsistentRead: true,
        }),
      )
      const held = new Set(cells.map((it) => it.for as string))
      const standing = await Promise.all(
        winners.map(async ({ n }) => {
          const person = world.keyring.blind("person", forms[n]!.idNumber)
          const it = await appointments.find(world, person, "rp")
          return it?.state === "booked" && it.ref === refs.get(n) && held.has(it.ref)
        }),
      )
      return { lost: standing.filter((it) => !it).length, oversold: Math.max(0, winners.length - places) }
    },
  }
}

/** What the two others save of a person, as large as ours. */
const aRow = (world: TestWorld, n: number) => ({
  person: world.keyring.blind("person", String(n)),
  sealed: world.random(170),
  state: "booked",
  op: randomUUID(),
  at: world.now(),
})

const timesOf = (station: Station) => [...new Set(wishes(station, visit, 1).map((it) => it.time))]
const perTime = 2

async function rowsOf(world: TestWorld, pk: string, from = "", how = true) {
  const { Items = [] } = await world.db.send(
    new QueryCommand({
      TableName: world.tables.bookings,
      KeyConditionExpression: "pk = :pk AND sk BETWEEN :from AND :to",
      ExpressionAttributeValues: { ":pk": pk, ":from": `${from}#`, ":to": `${from || "~"}#~` },
      ConsistentRead: how,
    }),
  )
  return Items
}

/** "How many are there at this time? Fewer than two: one more." */
async function checkThenInsert(world: TestWorld, station: Station): Promise<Scheme> {
  const pk = `naive#${date}`
  const times = timesOf(station)
  const rows = () => rowsOf(world, pk)
  const countOf = (all: readonly Record<string, unknown>[], time: string) =>
    all.filter((it) => String(it.sk).startsWith(time)).length
  return {
    async free() {
      const all = await rows()
      return times.filter((time) => countOf(all, time) < perTime)
    },
    async book(n, time) {
      if ((await rowsOf(world, pk, time)).length >= perTime) return "taken"
      const Item = { pk, sk: `${time}#${n}`, ...aRow(world, n) }
      await world.db.send(new PutCommand({ TableName: world.tables.bookings, Item }))
      return "booked"
    },
    async audit(winners) {
      const all = await rows()
      const there = new Set(all.map((it) => it.sk))
      return {
        lost: winners.filter(({ n, time }) => !there.has(`${time}#${n}`)).length,
        oversold: times.reduce((sum, time) => sum + Math.max(0, countOf(all, time) - perTime), 0),
      }
    },
  }
}

/** A number of free places for each time, taken from in a transaction with the row. */
async function counterTransaction(world: TestWorld, station: Station): Promise<Scheme> {
  const times = timesOf(station)
  const counters = `counter#${date}`
  const TableName = world.tables.bookings
  for (const time of times)
    await world.db.send(new PutCommand({ TableName, Item: { pk: counters, sk: `#${time}`, remaining: perTime } }))
  const Key = (n: number) => ({ pk: `row#${world.keyring.blind("person", String(n))}`, sk: "row" })
  const taken = (time: LocalTime) => ({
    Update: {
      TableName,
      Key: { pk: counters, sk: `#${time}` },
      UpdateExpression: "ADD remaining :less",
      ConditionExpression: "remaining > :none",
      ExpressionAttributeValues: { ":less": -1, ":none": 0 },
    },
  })
  return {
    async free() {
      return (await rowsOf(world, counters)).flatMap((it) => (it.remaining > 0 ? [String(it.sk).slice(1)] : []))
    },
    async book(n, time) {
      const Item = { ...Key(n), time, ...aRow(world, n) }
      const put = { Put: { TableName, Item, ConditionExpression: "attribute_not_exists(pk)" } }
      const { tries } = patience()
      for (let attempt = 1; attempt <= tries; attempt++)
        try {
          await world.db.send(new TransactWriteCommand({ TransactItems: [taken(time), put] }))
          return "booked"
        } catch (error) {
          const reasons = (error as { CancellationReasons?: { Code?: string }[] }).CancellationReasons
          if (!reasons) throw error
          if (reasons.some((it) => it.Code === "ConditionalCheckFailed")) return "taken"
          await pause(attempt)
        }
      return "busy"
    },
    async audit(winners) {
      const found = await Promise.all(
        winners.map(({ n }) => world.db.send(new GetCommand({ TableName, Key: Key(n), ConsistentRead: true }))),
      )
      return {
        lost: found.filter(({ Item }) => !Item).length,
        oversold: Math.max(0, winners.length - places),
      }
    },
  }
}
