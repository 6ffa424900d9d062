/**
 * Eight o'clock: ten thousand phones want one of four hundred places. Each looks at the shared answer, taps a time that is free in
 * it, and when that has gone meanwhile looks again, three times at most; whoever is told to wait for their wave comes back when it
 * begins (the clock is set there: between waves nothing happens). Ours, with waves and without, against two that are often built,
 * on the same harness. The tables are those in memory (test/support/memory.ts), which delay every request and bring the conflicts
 * that the emulator never has; `local` is a thousand for forty on DynamoDB Local, through the proxy that does the same.
 */
import { randomUUID } from "node:crypto"
import { setImmediate as othersToo } from "node:timers/promises"
import { GetCommand, PutCommand, QueryCommand, TransactWriteCommand } from "@aws-sdk/lib-dynamodb"
import * as booking from "#actions/booking"
import { offersOf } from "#domain/places"
import { Problem } from "#domain/problem"
import { daysOf, type Station } from "#domain/station"
import { type Instant, type LocalDate, type LocalTime, second } from "#domain/time"
import { type FaultRules, startFaults } from "#local/faults"
import * as appointments from "#store/appointments"
import { phone as patience, pause } from "#store/table"
import { aStation, at } from "#test/builders"
import { aMemoryWorld } from "#test/memory"
import { aMobile } from "#test/people"
import { type TestWorld, through } from "#test/world"
import { type Figures, figure, percentile } from "../figures.ts"
import { meter } from "../meter.ts"
import { aForm, built, type Phone } from "../scene.ts"
import type { Stand } from "../stand.ts"

const eight = at("08:00")
const looks = 3
const rounds = 3
const visit = ["rp-endorse"] as const
const rules: FaultRules = { conflicts: true, conflictShare: 0.05, latency: [2, 12] }

type Crowd = { people: number; windows: number; places: number; perTime: number }
const many: Crowd = { people: 10_000, windows: 10, places: 400, perTime: 5 }
const few: Crowd = { people: 1_000, windows: 4, places: 40, perTime: 2 }

/**
 * Taps under way at a time: those who are let in tap within a second, and a tap takes the table ten milliseconds, so one in a
 * hundred. Each is a process of its own with a look of its own, as an environment of a function is.
 */
const underWay = ({ people }: Crowd, { waves }: Station["policy"]) => Math.ceil(people / Math.max(1, waves) / 100)

type Answer = "booked" | "taken" | "busy" | { until: Instant }
type Day = { station: Station; date: LocalDate; crowd: Crowd; times: LocalTime[] }
type Scheme = {
  /** Times that are free now. */
  free(): Promise<LocalTime[]>
  book(world: TestWorld, n: number, time: LocalTime): Promise<Answer>
  /** Of those who were told that they have a place: who has none; and how many more there are than places. */
  audit(winners: readonly Winner[]): Promise<{ lost: number; oversold: number }>
}
type Winner = { n: number; time: LocalTime; ms: number }
type Round = {
  winners: number
  lost: number
  oversold: number
  unsold: number
  units: number
  p99: number
  conflicts: number
}
type Build = (world: TestWorld, day: Day) => Promise<Scheme>
type Place = { world: TestWorld; conflicts(): number; calm(): void; stop(): Promise<void> }

export async function surgeGroup(stand: Stand): Promise<Figures> {
  const memory = (seed: number) => inMemory(seed)
  const local = (seed: number) => onLocal(stand, seed)
  const figures: Figures = {}
  const runs: [
    name: string,
    open: (seed: number) => Promise<Place>,
    crowd: Crowd,
    build: Build,
    policy: Partial<Station["policy"]>,
  ][] = [
    ["surge", memory, many, ours, {}],
    ["surge.no_waves", memory, many, ours, { waves: 0 }],
    ["surge.check_then_insert", memory, many, checkThenInsert, {}],
    ["surge.counter_transaction", memory, many, counterTransaction, {}],
    ["surge.local", local, few, ours, {}],
    ["surge.local.check_then_insert", local, few, checkThenInsert, {}],
    ["surge.local.counter_transaction", local, few, counterTransaction, {}],
  ]
  for (const [name, open, crowd, build, policy] of runs) {
    const all: Round[] = []
    for (let round = 0; round < rounds; round++) all.push(await aRound(await open(round + 1), crowd, build, policy))
    const told = (what: string, unit: string, of: (it: Round) => number) => {
      figures[`${name}.${what}`] = figure(all.map(of), unit)
    }
    told("oversold", "places", (it) => it.oversold)
    told("lost", "bookings", (it) => it.lost)
    told("unsold", "places", (it) => it.unsold)
    told("write_units_per_booking", "units", (it) => it.units / it.winners)
    told("winner_p99_ms", "ms", (it) => it.p99)
    told("conflicts", "transactions", (it) => it.conflicts)
  }
  return figures
}

async function inMemory(seed: number): Promise<Place> {
  const world = await aMemoryWorld(eight, { seed })
  world.memory.set(rules)
  return {
    world,
    conflicts: () => world.memory.stats.conflicts,
    calm: () => world.memory.set({}),
    stop: async () => world.memory.client.destroy(),
  }
}

async function onLocal(stand: Stand, seed: number): Promise<Place> {
  const direct = await stand.world()
  direct.set(eight)
  const faults = await startFaults(stand.endpoint, { seed, rules })
  return {
    world: through(direct, faults.endpoint),
    conflicts: () => faults.stats.conflicts,
    calm: () => faults.set({}),
    stop: () => faults.stop(),
  }
}

/** Windows that are open for eight blocks of ten units, half of them for booking; or for two. */
function aDay({ windows, places, perTime }: Crowd, policy: Partial<Station["policy"]>): Station {
  const until = places / windows === 40 ? "15:40" : "10:40"
  const station = aStation(
    Array.from({ length: windows }, () => visit),
    { id: "FZ-JA-B04", hours: Array.from({ length: 7 }, () => [["09:00", until]] as const) },
  )
  const day = { ...station, policy: { ...station.policy, block: 50, ...policy } }
  const free = offersOf(day, newestOf(day), visit, new Set(), 0).map((it) => it.free)
  if (free.length * perTime !== places || free.some((it) => it !== perTime))
    throw new Error(`Not ${places} places: ${free}`)
  return day
}

const newestOf = (station: Station) => daysOf(station, eight).at(-1)!

async function aRound(place: Place, crowd: Crowd, build: Build, policy: Partial<Station["policy"]>): Promise<Round> {
  try {
    const { world } = place
    const station = await built(world, aDay(crowd, policy))
    const date = newestOf(station)
    const times = offersOf(station, date, visit, new Set(), 0).map((it) => it.time)
    const counted = meter(world)
    const it = await build(world, { station, date, crowd, times })
    const waves = build === ours ? station.policy : { ...station.policy, waves: 0 }
    const processes = Array.from({ length: underWay(crowd, waves) }, () => ({ ...world }))
    const { answer: winners, bill } = await counted.during(() => surge(world, processes, crowd, it))
    const conflicts = place.conflicts()
    place.calm()
    return {
      winners: winners.length,
      ...(await it.audit(winners)),
      unsold: Math.max(0, crowd.places - winners.length),
      units: bill.bookings.writes + bill.keys.writes,
      p99: percentile(
        winners.map((winner) => winner.ms),
        0.99,
      ),
      conflicts,
    }
  } finally {
    await place.stop()
  }
}

async function surge(
  world: TestWorld,
  processes: readonly TestWorld[],
  crowd: Crowd,
  scheme: Scheme,
): Promise<Winner[]> {
  const look = shared(() => scheme.free())
  const winners: Winner[] = []
  const waiting = new Map<Instant, number[]>([[world.now(), Array.from({ length: crowd.people }, (_, n) => n)]])
  for (
    let now: Instant | undefined = world.now();
    now !== undefined;
    now = [...waiting.keys()].sort((a, b) => a - b)[0]
  ) {
    const here = waiting.get(now) ?? []
    waiting.delete(now)
    world.set(now)
    let next = 0
    const worker = async (process: TestWorld) => {
      while (next < here.length) {
        const n = here[next++]!
        const outcome = await anAttempt(scheme, process, look, n)
        // Other processes do not wait for this one: a refusal that asks nobody would else hold up their answers.
        await othersToo()
        if (typeof outcome === "number") waiting.set(outcome, [...(waiting.get(outcome) ?? []), n])
        else if (outcome) winners.push(outcome)
      }
    }
    await Promise.all(processes.map(worker))
  }
  return winners
}

/** A place, or when to come back, or nothing. */
async function anAttempt(
  scheme: Scheme,
  world: TestWorld,
  look: () => Promise<LocalTime[]>,
  n: number,
): Promise<Winner | Instant | undefined> {
  const from = performance.now()
  for (let i = 0; i < looks; i++) {
    const free = await look()
    const time = free[Math.floor(Math.random() * free.length)]
    if (time === undefined) return undefined
    const answer = await scheme.book(world, n, time)
    if (answer === "booked") return { n, time, ms: performance.now() - from }
    if (typeof answer === "object") return answer.until
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

const actorOf = (world: TestWorld, n: number): Phone["actor"] => ({
  kind: "resident",
  phone: world.keyring.blind("phone", aMobile(n)),
})

function answerOf(error: unknown, now: Instant): Answer {
  if (!(error instanceof Problem)) throw error
  if (error.code === "busy") return "busy"
  if (error.code === "place-taken") return "taken"
  if (error.code === "not-your-wave") return { until: now + Number(error.details.seconds) * second }
  throw error
}

async function ours(world: TestWorld, { station, date, crowd }: Day): Promise<Scheme> {
  const forms = Array.from({ length: crowd.people }, (_, n) => aForm(world, station, visit, n, { date, time: "09:00" }))
  const refs = new Map<number, string>()
  const anyone = { kind: "anyone" } as const
  return {
    free: async () =>
      (await booking.offers(world, anyone, { station: station.id, services: visit, date })).map((it) => it.time),
    async book(process, n, time) {
      try {
        const asked = { ...forms[n]!, time, mobile: aMobile(n) }
        refs.set(n, (await booking.book(process, actorOf(process, n), asked)).ref)
        return "booked"
      } catch (error) {
        return answerOf(error, process.now())
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
      return {
        lost: standing.filter((it) => !it).length,
        oversold: Math.max(0, winners.length - crowd.places, held.size - crowd.places),
      }
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

/** "How many are there at this time? Fewer than it holds: one more." */
async function checkThenInsert(world: TestWorld, { date, times, crowd: { perTime } }: Day): Promise<Scheme> {
  const pk = `naive#${date}`
  const rows = () => rowsOf(world, pk)
  const countOf = (all: readonly Record<string, unknown>[], time: string) =>
    all.filter((it) => String(it.sk).startsWith(time)).length
  return {
    async free() {
      const all = await rows()
      return times.filter((time) => countOf(all, time) < perTime)
    },
    async book(_, n, time) {
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
async function counterTransaction(world: TestWorld, { date, times, crowd: { perTime, places } }: Day): Promise<Scheme> {
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
    async book(_, n, time) {
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
