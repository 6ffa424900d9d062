/**
 * Law 8: an unacknowledged report climbs by its due time, an acknowledged one never for want of it, each unit is alerted once a
 * step, and everyone who was alerted hears of the end; where its place is corrected the search moves there, and no clock. Whole histories through the real relay, workers and sweeper over tables
 * in memory, the clock simulated: messages come twice, late, out of order or never, workers die at any of their requests.
 */
import type { SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs"
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb"
import { describe, expect, it } from "vitest"
import { act } from "#actions/handling"
import { add, holderOf, report } from "#actions/reporting"
import { sweep } from "#actions/sweeping"
import { alert } from "#background/alert"
import { imageOf, relay } from "#background/relay"
import type { Actor } from "#domain/actor"
import { seeded } from "#domain/chance"
import { acknowledged, type City, nearestOnDuty } from "#domain/dispatch"
import {
  type Correction,
  calledAt,
  type Dispatch,
  isLater,
  isOpen,
  ladder,
  type ReportState,
  searchFor,
} from "#domain/report"
import { type Instant, minute, second } from "#domain/time"
import { Alert } from "#messages/messages"
import * as reports from "#store/reports"
import * as units from "#store/units"
import { at } from "#test/builders"
import { aMemoryWorld } from "#test/memory"
import type { World } from "#world"

const histories = 1000
const inOneWorld = 40
const system: Actor = { kind: "system", name: "test" }
const commander: Actor = {
  kind: "staff",
  id: "officer-c01",
  name: "梁警官",
  role: "officer",
  station: "FZ-JA-C01",
  proof: "fresh",
}
const flows = 5 * second
const killed = 20 * second
const lostAtMost = 125 * second

/** How often what goes wrong; all nothing, and messages flow. */
type Weather = {
  twice: number
  lost: number
  late: number
  killed: number
  relayDies: number
  sweepDies: number
  sweeper: boolean
}
const calm: Weather = { twice: 0, lost: 0, late: 0, killed: 0, relayDies: 0, sweepDies: 0, sweeper: true }
const weathers: Weather[] = [
  calm,
  { ...calm, twice: 0.5 },
  { ...calm, killed: 0.25 },
  { ...calm, lost: 0.3 },
  { ...calm, late: 0.3, twice: 0.3 },
  { twice: 0.3, lost: 0.15, late: 0.15, killed: 0.2, relayDies: 0.2, sweepDies: 0.3, sweeper: true },
]

type Seen = { before: Dispatch | undefined; after: Dispatch; at: Instant }
type Told = { unit: string; step: number; since: Instant; state: string; at: Instant }
type History = {
  id: string
  seen: Seen[]
  duties: Told[]
  notices: string[]
  faults: { at: Instant; cost: number }[]
  last: Dispatch
  corrections: Correction[]
  city: City
}

/** A world whose database can be cut off in the middle of somebody's work, as when their process dies. */
async function aMortalWorld(seed: number) {
  const through = await aMemoryWorld(at("18:40"), { seed })
  // One world in 25 is asked through the SDK, as everywhere else.
  const world = { ...through, ...(seed % 25 && { db: through.memory.direct }) }
  let left = Number.POSITIVE_INFINITY
  let landed = false
  const died = () => new Error("The process is gone")
  const db = {
    async send(command: never) {
      if (left <= 0) throw died()
      left--
      if (left > 0 || landed) {
        const answer = await world.db.send(command)
        if (left > 0) return answer
      }
      throw died()
    },
  } as unknown as DynamoDBDocumentClient
  const mortal: World = { ...world, db, log: { info: () => {}, warn: () => {}, error: () => {} } }
  return {
    world,
    mortal,
    /** Dies at its n-th request, which has landed or has not. */
    dieAt(requests: number, itLanded: boolean) {
      left = requests
      landed = itLanded
    },
    live() {
      left = Number.POSITIVE_INFINITY
    },
  }
}
type Mortal = Awaited<ReturnType<typeof aMortalWorld>>

async function lived(
  { world, mortal, dieAt, live }: Mortal,
  weather: Weather,
  random: () => number,
  key: string,
): Promise<History> {
  const chance = (share: number) => random() < share
  const between = (least: number, most: number) => least + random() * (most - least)
  const start = world.now()
  const events: { at: Instant; run(): Promise<void> }[] = []
  const on = (when: Instant, run: () => Promise<void>) => void events.push({ at: when, run })
  const history: Pick<History, "seen" | "duties" | "notices" | "faults"> = {
    seen: [],
    duties: [],
    notices: [],
    faults: [],
  }
  const fault = (cost: number) => void history.faults.push({ at: world.now(), cost })

  /** A message on its way: seconds it waits in the queue, then a worker; until it is acknowledged, or has died five times. */
  function deliver(message: Alert, delay: number, attempt = 1) {
    if (attempt > 5) return
    on(world.now() + delay, async () => {
      const dies = chance(weather.killed)
      if (dies) {
        fault(killed)
        dieAt(1 + Math.floor(random() * 6), chance(0.5))
      }
      // An officer who acknowledges, and the same message once more, at this very moment.
      const rivals =
        dies || message.kind !== "clock" || !chance(0.25) ? [] : [chance(0.5) ? acknowledge() : alert(mortal, message)]
      const [done] = await Promise.all([
        alert(mortal, message).then(
          () => !dies,
          () => false,
        ),
        ...rivals,
      ])
      live()
      if (!done) deliver(message, killed, attempt + 1)
    })
  }
  function queued(message: Alert, delaySeconds: number) {
    if (chance(weather.lost)) return fault(lostAtMost)
    const transit = between(20, 900)
    const late = chance(weather.late)
    if (late) fault(lostAtMost)
    deliver(message, delaySeconds * second + transit + (late ? between(0, 90 * second) : 0))
    if (chance(weather.twice)) deliver(message, delaySeconds * second + transit + between(0, 40 * second))
  }
  const queues = {
    urls: { work: "work", notices: "notices", alerts: "alerts" },
    tables: world.tables,
    log: mortal.log,
    sqs: {
      async send({ input }: SendMessageBatchCommand) {
        for (const it of input.Entries ?? [])
          if (input.QueueUrl === "alerts") queued(Alert.parse(JSON.parse(it.MessageBody!)), it.DelaySeconds ?? 0)
          else if (input.QueueUrl === "notices") history.notices.push(JSON.parse(it.MessageBody!).id)
        return { Successful: [], Failed: [] }
      },
    } as unknown as Pick<SQSClient, "send">,
  }
  /** What was saved goes down the stream, at once as far as the clock knows; a relay that dies sends it all again. */
  async function stream() {
    const Records = world.memory.records()
    if (!Records.length) return
    for (const { dynamodb } of Records) {
      const [before, after] = [imageOf(dynamodb?.OldImage), imageOf(dynamodb?.NewImage)]
      if (after?.sk === "dispatch")
        history.seen.push({
          before: before && reports.dispatchIn(before),
          after: reports.dispatchIn(after),
          at: world.now(),
        })
      if (after?.pk.startsWith("duty#"))
        history.duties.push({
          unit: after.pk.slice(5),
          step: after.step as number,
          since: after.since as Instant,
          state: after.state as string,
          at: world.now(),
        })
    }
    const pass = async () => {
      const { batchItemFailures } = await relay({ Records }, queues)
      expect(batchItemFailures).toEqual([])
    }
    on(world.now() + between(10, 600), pass)
    if (chance(weather.relayDies)) on(world.now() + between(600, 2000), pass)
  }

  const told = {
    where: {
      text: "泰禾广场",
      ...(chance(0.5) && { point: { lat: between(26.05, 26.16), lng: between(119.28, 119.42) } }),
    },
    // A phone's clock: up to five minutes off, either way.
    when: { at: Math.round(start + between(-5, 5) * minute), about: chance(0.5) },
    phone: "+8613800138000",
    child: { sex: "girl" as const, age: chance(0.1) ? 40 : 6 },
    relation: "parent" as const,
  }
  const submit = () => report(world, { kind: "anyone" }, { key, told })
  const thumbs = chance(0.05) ? 20 : 1
  const { status, link } = (await Promise.all(Array.from({ length: thumbs }, submit)))[0]!
  const { id } = status
  await stream()

  async function acknowledge() {
    await reports.changed(world, system, "acknowledge", id, (it) => {
      if (it.ack || !isOpen(it.state)) return undefined
      const unit = it.alerted[Math.floor(random() * it.alerted.length)]!.unit
      return { after: acknowledged(it, { unit, staff: "officer", at: world.now() }) }
    })
  }
  /** They were last seen elsewhere: by a word that some list knows, by none, by a point in the city or far from it. */
  async function correct(op: string) {
    const far = chance(0.2)
    const [lat, lng] = far ? [31.2, 121.5] : [between(26.05, 26.16), between(119.28, 119.42)]
    const point = chance(0.4) && { point: { lat, lng } }
    const where = { text: ["", "福州火车站", "泰禾广场", "鼓山镇", "说不清"][Math.floor(random() * 5)]!, ...point }
    const added = { where: where.text || point ? where : { text: "象园街道" } }
    if (chance(0.7)) await add(world, holderOf(world, link), { op, added })
    else if (isOpen((await reports.find(world, id))!.state))
      await act(world, commander, { report: id, act: "correct", op, told: added })
  }
  for (let i = chance(0.5) ? 1 + Math.floor(random() * 4) : 0; i > 0; i--)
    on(start + Math.round(between(1, 240)) * second, () => correct(`op-correct-${i}`))

  const acks = chance(0.7) ? Math.round(between(0, 200)) * second : undefined
  if (acks !== undefined) on(start + acks, acknowledge)
  const ends: ReportState = chance(0.5) ? "cancelled" : "false-report"
  // A few are searched for until the half hour is over.
  const long = acks !== undefined && chance(0.05)
  const ending = start + (long ? acks + 33 * minute : between(acks === undefined ? 250 : 20, 300) * second)
  const stop = ending + 5 * minute
  on(ending, async () => {
    await reports.changed(world, system, "end", id, (it) =>
      isOpen(it.state) ? { after: { ...it, state: ends } } : undefined,
    )
  })
  // The sweeper is never ill twice running.
  const phase = between(0, 60) * second
  let ill = false
  if (weather.sweeper)
    for (let when = start + phase; when < stop; when += minute)
      on(when, async () => {
        if (history.seen.at(-1)?.after.settled) return
        ill = !ill && chance(weather.sweepDies)
        if (ill) dieAt(1 + Math.floor(random() * 10), chance(0.5))
        await sweep(mortal, system).catch(() => {})
        live()
      })

  while (events.length) {
    events.sort((a, b) => a.at - b.at)
    const now = events[0]!.at
    if (now > stop) break
    world.set(Math.max(now, world.now()))
    // What comes in one tenth of a second comes at once, but for those who may die alone.
    const many = weather.killed || weather.sweepDies ? 1 : events.filter((it) => it.at <= now + 100).length
    await Promise.all(events.splice(0, many).map(({ run }) => run()))
    await stream()
  }
  world.set(stop)
  const { dispatch: last, entries } = (await reports.whole(world, id))!
  const corrections = entries.flatMap((it) => reports.correctionIn(it) ?? [])
  return { ...history, id, last, corrections, city: await units.city(world) }
}

/** What of the law does not hold in this history. */
function broken({ seen, duties, notices, faults, last, corrections, city }: History): string[] {
  const faulty: string[] = []
  const say = (holds: boolean, what: string) => void (holds || faulty.push(what))
  const reportedAt = seen[0]!.after.reportedAt
  // Of all that went wrong up to then: a loss waits for the sweeper, a death for the queue to bring the message again.
  const grace = (until: Instant) => {
    const costs = faults.filter((it) => it.at <= until).map(({ cost }) => cost)
    return Math.min(lostAtMost, flows + costs.reduce((sum, it) => sum + it, 0))
  }
  const ended = seen.find(({ after }) => !isOpen(after.state))?.at ?? Number.POSITIVE_INFINITY
  let reached = 0
  seen.forEach(({ before, after, at }, i) => {
    say(i === 0 ? !before && after.v === 1 : before?.v === seen[i - 1]!.after.v, `one truth at v ${after.v}`)
    if (!before || after.step === before.step) return
    reached = after.step
    say(after.step === before.step + 1, `step ${before.step} to ${after.step}`)
    say(before.ack === undefined && after.ack === undefined, "climbed though acknowledged")
    say(isOpen(before.state), "climbed though ended")
    const due = reportedAt + ladder[after.step].after
    say(at >= due, `step ${after.step} came before it was due`)
    say(at <= due + grace(at), `step ${after.step} was ${at - due} ms late`)
  })
  for (const { before, after, at } of seen) {
    if (!before || before.placed?.entry === after.placed?.entry) continue
    const said = corrections.find(({ entry }) => entry === after.placed?.entry)
    if (!said) {
      say(false, "moved though nobody said so")
      continue
    }
    say(isLater(before, said), "an older correction won over a later one")
    say(at <= said.at + grace(at), `moved ${at - said.at} ms late`)
    say(after.step === before.step && after.due === before.due, "a correction set a clock")
    say(!before.ack || (after.holder === before.holder && after.ack?.at === before.ack.at), "took it from who has it")
    const { located } = said.place
    if (located === "unknown") say(after.place.lat === before.place.lat, "nobody knows where it moved to")
    else if (before.place.venue === undefined || before.place.venue !== said.place.venue)
      say(after.place.lat === said.place.lat && after.place.lng === said.place.lng, "did not move to where was said")
    const nearest = nearestOnDuty(after.place, at, city)[0]!.id
    const called = after.alerted.find(({ unit }) => unit === nearest)
    say(called !== undefined, `${nearest} was not called to where was said`)
    const wasFar = nearestOnDuty(before.place, at, city).findIndex(({ id }) => id === nearest) > 3
    say(
      !wasFar || after.ack?.unit === nearest || (called !== undefined && calledAt(called) === at),
      `${nearest} heard nothing new`,
    )
  }
  for (const said of corrections)
    if (said.at + grace(said.at + lostAtMost) < ended)
      say(!isLater(last, said), `what was said at ${said.at - reportedAt} ms was not heard`)

  // Whoever was not acknowledged before a step was due, with all that may go wrong, has climbed it.
  const until = seen.find(({ after }) => after.ack || !isOpen(after.state))?.at ?? Number.POSITIVE_INFINITY
  for (const step of [1, 2, 3] as const)
    say(reached >= step || until <= reportedAt + ladder[step].after + grace(until), `step ${step} never came`)

  const ack = seen.find(({ after }) => after.ack)?.after.ack
  const escalated = seen.find(({ after }) => after.state === "escalated")?.at ?? Number.POSITIVE_INFINITY
  const overdue = ack && ack.at + searchFor
  say(!overdue || Math.min(escalated, ended) <= overdue + lostAtMost, "a search was not escalated")
  say(!overdue || escalated >= overdue, "a search was escalated too soon")

  const alerts = duties
    .filter(({ state }) => state === "open")
    .map(({ unit, step, since }) => `${unit} at ${step}, ${since}`)
  say(new Set(alerts).size === alerts.length, "a unit was alerted twice in a step")
  const heard = new Set(notices.filter((it) => it.startsWith("duty:")))
  say(heard.size === alerts.length, `${alerts.length} alerts, ${heard.size} messages`)
  for (const { unit, at: since } of last.alerted) {
    const when = duties.find((it) => it.unit === unit && it.state === "open")?.at ?? Number.POSITIVE_INFINITY
    const known = Math.min(when, until, ended)
    say(known <= since + grace(known), `${unit} was alerted late`)
  }
  say(!isOpen(last.state) && last.settled === true, "the end was not settled")
  for (const { unit } of last.alerted) {
    const own = duties.filter((it) => it.unit === unit)
    if (own.some(({ state }) => state === "open")) say(own.at(-1)!.state === "ended", `${unit} was not told of the end`)
    const told = new Set(notices.filter((it) => it.startsWith(`duty-ended:${last.id}:${unit}:`)))
    if (own.some(({ state }) => state === "open")) say(told.size === 1, `${unit} heard ${told.size} ends`)
  }
  return faulty
}

async function run(seed: number, many: number, weatherOf: (i: number) => Weather): Promise<string[]> {
  const all: string[] = []
  let mortal: Mortal | undefined
  for (let i = 0; i < many; i++) {
    if (i % inOneWorld === 0) mortal = await aMortalWorld(seed + i / inOneWorld)
    const random = seeded(seed * 7919 + i)
    const faults = broken(await lived(mortal!, weatherOf(i), random, `key-${seed}-${i}`))
    all.push(...faults.map((it) => `history ${i}: ${it}`))
  }
  return all
}

describe("law 8", () => {
  it(`holds in ${histories} histories under every weather`, async () => {
    expect(await run(1, histories, (i) => weathers[i % weathers.length]!)).toEqual([])
  })

  it("needs its sweeper: without one, a lost message leaves a report behind", async () => {
    const faults = await run(2, 40, () => ({ ...calm, lost: 0.4, sweeper: false }))
    expect(faults.join("\n")).toMatch(/never came|was not told of the end/)
  })
})
