/** A report of a missing child from the four fields to everyone told, by the real relay and workers (law 8 itself: test/property/alerts.test.ts). */
import { randomUUID } from "node:crypto"
import type { SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs"
import { describe, expect, it } from "vitest"
import { drill, startDrill } from "#actions/drilling"
import * as handling from "#actions/handling"
import { purge } from "#actions/purging"
import * as reporting from "#actions/reporting"
import { rosterOf, swap } from "#actions/rostering"
import { sweep } from "#actions/sweeping"
import { alert } from "#background/alert"
import { record } from "#background/record"
import { relay } from "#background/relay"
import type { Actor } from "#domain/actor"
import { acknowledged } from "#domain/dispatch"
import { type Dispatch, isOpen, photoKept, type ReportState, reportKept } from "#domain/report"
import { whoIsOnDuty } from "#domain/roster"
import { addDays, day, hour, type Instant, minute, second } from "#domain/time"
import { Added, type Relation, Told } from "#domain/told"
import { Alert } from "#messages/messages"
import * as photos from "#store/photos"
import * as reports from "#store/reports"
import * as units from "#store/units"
import { at, monday } from "#test/builders"
import { aMemoryWorld, type MemoryWorld } from "#test/memory"
import { aMobile } from "#test/people"
import { aWorld, type TestWorld } from "#test/world"
import { alerting } from "../bench/groups/alert.ts"
import { aDenseCity, reportCost, writesOf } from "../bench/ledger.ts"
import { meter } from "../bench/meter.ts"

const anyone: Actor = { kind: "anyone" }
const system: Actor = { kind: "system", name: "test" }
const chief: Actor = { kind: "staff", id: "chief-p01", name: "郑站长", role: "chief", station: "FZ-JA-P01" }
const officer: Actor = {
  kind: "staff",
  id: "officer-p02",
  name: "周警官",
  role: "officer",
  station: "FZ-JA-P02",
  proof: "fresh",
}
const commander: Actor = {
  kind: "staff",
  id: "officer-c01",
  name: "梁警官",
  role: "officer",
  station: "FZ-JA-C01",
  proof: "fresh",
}
const evening = at("18:40")
const mother = "+8613800138000"

const aTelling = (more: Partial<Told> = {}): Told =>
  Told.parse({
    where: { text: "泰禾广场三楼玩具店" },
    when: { at: evening - 10 * minute, about: true },
    phone: mother,
    child: { sex: "girl", age: 6 },
    ...more,
  })
const tell = (world: TestWorld, told = aTelling(), key: string = randomUUID()) =>
  reporting.report(world, anyone, { key, told })

/** What was saved goes through the stream, the relay and the workers, until nothing follows but clocks. */
function line(world: MemoryWorld) {
  const sent: { queue: string; body: string; delay: number }[] = []
  const sqs = {
    async send({ input }: SendMessageBatchCommand) {
      for (const it of input.Entries ?? [])
        sent.push({ queue: input.QueueUrl!, body: it.MessageBody!, delay: it.DelaySeconds ?? 0 })
      return { Successful: [], Failed: [] }
    },
  } as unknown as Pick<SQSClient, "send">
  const queues = {
    sqs,
    urls: { work: "work", notices: "notices", alerts: "alerts" },
    tables: world.tables,
    log: world.log,
  }
  return {
    sent,
    notices: () => sent.flatMap(({ queue, body }) => (queue === "notices" ? [JSON.parse(body)] : [])),
    async flow() {
      for (let Records = world.memory.records(); Records.length; Records = world.memory.records()) {
        const from = sent.length
        expect((await relay({ Records }, queues)).batchItemFailures).toEqual([])
        expect((await record({ Records }, world)).batchItemFailures).toEqual([])
        const due = sent.slice(from).filter(({ queue, delay }) => queue === "alerts" && !delay)
        await Promise.all(due.map(({ body }) => alert(world, Alert.parse(JSON.parse(body)))))
      }
    },
  }
}
async function aScene(start: Instant = evening) {
  const world = await aMemoryWorld(start)
  const carried = line(world)
  await carried.flow()
  carried.sent.length = 0
  return { world, ...carried }
}
const take = (world: TestWorld, id: string, unit = "FZ-JA-P02") =>
  reports.changed(world, system, "acknowledge", id, (it) => ({
    after: acknowledged(it, { unit, staff: "officer-p02", at: world.now() }),
  }))
const become = (world: TestWorld, id: string, state: ReportState) =>
  reports.changed(world, system, state, id, (it) => ({ after: { ...it, state } }))
const found = async (world: TestWorld, id: string): Promise<Dispatch> => (await reports.find(world, id))!

describe("a report", () => {
  it("is one, however often an impatient thumb sends it, and each is answered alike", async () => {
    const world = await aWorld(evening)
    const told = aTelling()
    const answers = await Promise.all(Array.from({ length: 20 }, () => tell(world, told, "one-form")))
    expect(new Set(answers.map((it) => JSON.stringify(it))).size).toBe(1)
    expect(await reports.byDue(world, "open")).toEqual([{ id: answers[0]!.status.id, due: evening + 30 * second }])
    expect((await reports.whole(world, answers[0]!.status.id))!.entries).toEqual([])
    // The sweeper alone carries it up, on the real index.
    world.set(evening + 150 * second)
    expect(await sweep(world, system)).toMatchObject({ looked: 1, climbed: 1 })
    expect(await found(world, answers[0]!.status.id)).toMatchObject({ step: 3, holder: "FZ-JA-S02" })
    expect(await reports.findStatus(world, answers[0]!.status.id)).toMatchObject({ call110: true })
    const { duties } = await reports.dutiesOf(world, "FZ-JA-C01")
    expect(duties).toMatchObject([{ report: answers[0]!.status.id, step: 3, state: "open" }])
  })

  it("keeps what was corrected in the same form beside what was told first", async () => {
    const { world } = await aScene()
    const first = await tell(world, aTelling(), "one-form")
    const again = await tell(world, aTelling({ child: { sex: "girl", age: 7 } }), "one-form")
    expect(again.status.id).toBe(first.status.id)
    const { entries, report } = (await reports.whole(world, first.status.id))!
    expect(entries).toHaveLength(1)
    expect(await reports.openTold(world, report)).toMatchObject({ child: { age: 6 } })
    expect(await reports.openEntry(world, first.status.id, entries[0]!)).toMatchObject({ age: 7 })
  })

  it.each<[string, Partial<Told>, object]>([
    ["a time to come is taken as now, and said", { when: { at: evening + day, about: false } }, { later: true }],
    ["a place outside the city", { where: { text: "上海", point: { lat: 31.2, lng: 121.5 } } }, { located: "outside" }],
    ["a place that nobody can find", { where: { text: "说不清" } }, { located: "unknown" }],
    ["an age of forty", { child: { sex: "boy", age: 40 } }, { located: "venue" }],
    ["a phone from Macau", { phone: Told.shape.phone.parse("+853 6212 3456") }, { later: false }],
  ])("is never refused nor lost: %s", async (_, more, answered) => {
    const { world, flow } = await aScene()
    const made = await tell(world, aTelling(more))
    expect(made).toMatchObject(answered)
    await flow()
    const { report, dispatch } = (await reports.whole(world, made.status.id))!
    expect((await reports.openTold(world, report))!.when.at).toBeLessThanOrEqual(evening)
    for (const { unit } of dispatch.alerted)
      expect(await reports.findDuty(world, unit, dispatch.id)).toMatchObject({ state: "open", step: 0 })
    if (made.located === "outside" || made.located === "unknown")
      expect(dispatch.alerted.map(({ unit }) => unit)).toContain("FZ-JA-C01")
  })

  it("is saved even where the city cannot be read: for the command centre, which lists what found no unit", async () => {
    const { world, flow } = await aScene()
    const blind = onlyPuts(world, "live")
    const { status } = await tell(blind)
    expect(await found(world, status.id)).toMatchObject({ holder: "COMMAND", alerted: [{ unit: "COMMAND" }] })
    await flow()
    const { reports: listed } = await handling.watch(world, commander)
    expect(listed).toMatchObject([
      { id: status.id, isMine: true, holder: { id: "COMMAND", name: { zh: "晋安分局指挥中心" } } },
    ])
    expect((await handling.watch(world, officer)).reports).toEqual([])
    expect(whoIsOnDuty("COMMAND", world.now(), await units.city(world)).staff).toContain("officer-c01")
  })

  it("asks nothing of the Children table but to put", async () => {
    const { world } = await aScene()
    const narrow = onlyPuts(world, "children")
    const { link, status } = await tell(narrow, aTelling(), "one-form")
    await tell(narrow, aTelling({ child: { sex: "girl", age: 7 } }), "one-form")
    const holder = reporting.holderOf(narrow, link)
    await reporting.add(narrow, holder, { op: "op-added-1", added: Added.parse({ top: "红色外套" }) })
    await reporting.addPhoto(narrow, holder, { op: "op-photo-1", photo: `${status.id}-1` })
    await reporting.sayFound(narrow, holder, { op: "op-found-1" })
    expect(await reporting.statusOf(narrow, holder)).toMatchObject({ id: status.id, state: "dispatched" })
    // Sent twice, kept once.
    await reporting.add(narrow, holder, { op: "op-added-1", added: Added.parse({ top: "红色外套" }) })
    expect((await reports.whole(world, status.id))!.entries).toHaveLength(4)
    expect(() => reporting.holderOf(narrow, `${link}x`)).toThrow("report-not-found")
  })
})

/** As a role that may only put into this table. */
function onlyPuts(world: TestWorld, table: "live" | "children"): TestWorld {
  const db = {
    send(command: { input: { TableName?: string }; constructor: { name: string } }) {
      if (command.input.TableName === world.tables[table] && !/^(Put|TransactWrite)/.test(command.constructor.name))
        throw new Error(`${command.constructor.name} on ${table}`)
      return world.db.send(command as never)
    },
  } as unknown as TestWorld["db"]
  return { ...world, db }
}

describe("the way of a report", () => {
  it("reaches the mall's screen at once, climbs, is backfilled, and everyone hears of its end", async () => {
    const { world, flow, sent, notices } = await aScene()
    const { status, link } = await tell(world)
    const { id } = status
    await flow()
    expect(notices()).toMatchObject([{ kind: "duty", unit: "FZ-JA-P02", report: id, step: 0 }])
    const clock = sent.find(({ delay }) => delay)!
    expect(clock.delay).toBe(31)

    for (const due of [30, 60]) {
      world.set(evening + due * second)
      const { body } = sent.findLast(({ delay }) => delay)!
      await alert(world, Alert.parse(JSON.parse(body)))
      // Twice, and late: nothing more.
      await alert(world, Alert.parse(JSON.parse(body)))
      await flow()
    }
    const stood = (await reports.whole(world, id))!
    expect(stood.dispatch).toMatchObject({ step: 2, holder: "FZ-JA-S02", state: "dispatched" })
    expect(stood.entries).toMatchObject([{ what: "backfilled", facts: { from: "FZ-JA-P02", to: "FZ-JA-S02" } }])
    expect(await reports.findStatus(world, id)).toMatchObject({ station: "FZ-JA-S02", call110: false })

    await take(world, id, "FZ-JA-S02")
    await flow()
    expect(await reports.findStatus(world, id)).toMatchObject({ state: "acknowledged", seenAt: evening + 60 * second })
    world.set(evening + 5 * minute)
    const quiet = sent.length
    await sweep(world, system)
    await flow()
    expect(sent.length).toBe(quiet)

    world.set(evening + 31 * minute)
    await sweep(world, system)
    await flow()
    expect(await found(world, id)).toMatchObject({ state: "escalated", step: 2 })
    expect(notices().at(-1)).toMatchObject({ kind: "duty", unit: "FZ-JA-C01" })

    await reporting.sayFound(world, reporting.holderOf(world, link), { op: "op-found-1" })
    await flow()
    expect(await found(world, id)).toMatchObject({ state: "found-unverified" })
    await become(world, id, "reunited")
    await flow()
    const { alerted } = await found(world, id)
    const told = notices().filter(({ kind }) => kind === "duty-ended")
    expect(told.map(({ unit }) => unit).toSorted()).toEqual(alerted.map(({ unit }) => unit).toSorted())
    world.set(evening + 40 * minute)
    await sweep(world, system)
    expect(await found(world, id)).toMatchObject({ settled: true, due: evening + 31 * minute + photoKept })
  })

  it("that its reporter calls found before anybody saw it goes on sounding and climbing until an officer has it", async () => {
    const { world, flow, sent } = await aScene()
    const { status, link } = await tell(world)
    const { id } = status
    await flow()
    world.set(evening + 10 * second)
    await reporting.sayFound(world, reporting.holderOf(world, link), { op: "op-found-1" })
    await flow()
    expect(await found(world, id)).toMatchObject({ state: "found-unverified", due: evening + 30 * second })
    world.set(evening + 31 * second)
    await alert(world, Alert.parse(JSON.parse(sent.find(({ delay }) => delay)!.body)))
    await flow()
    expect(await found(world, id)).toMatchObject({ state: "found-unverified", step: 1 })
    const deed = (act: "acknowledge" | "not-found", op: string) =>
      handling.act(world, officer, { report: id, act, op, text: "不是那个孩子" } as never)
    expect(await deed("not-found", "op-not-1")).toMatchObject({
      state: "dispatched",
      step: 1,
      due: evening + 60 * second,
    })
    // The same word once more, late: it was heard and answered.
    const said = sent.find(({ body }) => body.includes('"found"'))!
    await alert(world, Alert.parse(JSON.parse(said.body)))
    expect(await found(world, id)).toMatchObject({ state: "dispatched" })
    world.wait(1)
    await reporting.sayFound(world, reporting.holderOf(world, link), { op: "op-found-2" })
    await flow()
    expect(await found(world, id)).toMatchObject({ state: "found-unverified" })
    expect(await deed("acknowledge", "op-ack-1")).toMatchObject({ state: "found-unverified", ack: { byMe: true } })
  })

  it("has no clock message longer than a queue keeps one: the sweeper carries it", async () => {
    const { world, flow, sent } = await aScene()
    const { status } = await tell(world)
    await flow()
    sent.length = 0
    await reports.changed(world, system, "wait", status.id, (it) => ({ after: { ...it, due: evening + 20 * minute } }))
    await flow()
    expect(sent.filter(({ body }) => body.includes('"clock"'))).toEqual([])
    world.set(evening + 20 * minute)
    await sweep(world, system)
    expect(await found(world, status.id)).toMatchObject({ step: 3 })
  })

  it("tells a unit of a transfer and of an escalation though it was alerted before; lost, the sweeper tells it", async () => {
    const { world, flow, notices } = await aScene()
    const { status } = await tell(world)
    const { id } = status
    await flow()
    // Nobody answers: everyone in the district is alerted.
    world.set(evening + 3 * minute)
    await sweep(world, system)
    await flow()
    await handling.act(world, officer, { report: id, act: "acknowledge", op: "op-ack-1" })
    await flow()
    const calls = (unit: string) => notices().filter((it) => it.kind === "duty" && it.unit === unit)
    const before = { precinct: calls("FZ-JA-S02").length, command: calls("FZ-JA-C01").length }
    world.set(evening + 10 * minute)
    const offer = { act: "offer", op: "op-offer-1", to: "FZ-JA-S02", reason: "needs-them" } as const
    await handling.act(world, officer, { report: id, ...offer })
    // The alert is lost.
    world.memory.records()
    await sweep(world, system)
    await flow()
    expect(calls("FZ-JA-S02").slice(before.precinct)).toMatchObject([{ since: evening + 10 * minute }])
    await sweep(world, system)
    await flow()
    expect(calls("FZ-JA-S02")).toHaveLength(before.precinct + 1)
    world.set(evening + 33 * minute)
    await sweep(world, system)
    await flow()
    expect(await found(world, id)).toMatchObject({ state: "escalated" })
    expect(calls("FZ-JA-C01").slice(before.command)).toMatchObject([{ since: evening + 33 * minute }])
  })

  it("whose reporter's word was lost is found by the sweeper, once, and of one that was merged too", async () => {
    const { world, flow } = await aScene()
    const { status, link } = await tell(world)
    const other = await tell(world)
    for (const { id } of [status, other.status]) await take(world, id)
    await flow()
    world.set(evening + 10 * minute)
    await reporting.sayFound(world, reporting.holderOf(world, link), { op: "op-found-1" })
    world.memory.records()
    await sweep(world, system)
    expect(await found(world, status.id)).toMatchObject({ state: "found-unverified" })
    await handling.act(world, officer, { report: status.id, act: "not-found", op: "op-not-1", text: "不是那个孩子" })
    await sweep(world, system)
    expect(await found(world, status.id)).toMatchObject({ state: "searching" })
    const merge = { act: "merge", op: "op-merge-1", into: status.id } as const
    await handling.act(world, officer, { report: other.status.id, ...merge })
    await flow()
    world.set(evening + 15 * minute)
    await reporting.sayFound(world, reporting.holderOf(world, other.link), { op: "op-found-2" })
    world.memory.records()
    await sweep(world, system)
    expect(await found(world, status.id)).toMatchObject({ state: "found-unverified" })
  })

  it("carries no word of what was told, in any message, audit entry, log line or what the reporter's status holds", async () => {
    const { world, flow, sent } = await aScene()
    const { link, status } = await tell(world)
    const added = Added.parse({ name: "林小雨", top: "红色外套", otherPhone: "13900139000" })
    await reporting.add(world, reporting.holderOf(world, link), { op: "op-added-1", added })
    await flow()
    const audit = world.memory.items("audit")
    const mine = audit.filter((it) => String(it.thing).includes(status.id))
    expect(mine.map((it) => String(it.thing).split("/")[0])).toContain("children")
    expect(mine.every((it) => Array.isArray(it.changed))).toBe(true)
    const outside = JSON.stringify([sent, audit, world.memory.items("live").filter(({ pk }) => pk.includes(status.id))])
    for (const word of ["泰禾广场三楼", "138001", "林小雨", "红色", "139001"])
      expect(outside + world.logged()).not.toContain(word)
    // In the table itself only sealed.
    expect(JSON.stringify(world.memory.items("children"))).not.toMatch(/玩具店|138001|林小雨|红色|139001/)
  })

  it("dispatches a thousand reports of one minute, each to its screens, whatever else is compared", async () => {
    const { world, flow } = await aScene()
    const quick = { ...world, db: world.memory.direct }
    const many = Array.from({ length: 1000 }, (_, i) => i)
    for (let i = 0; i < many.length; i += 50) {
      world.set(evening + i * 60)
      await Promise.all(
        many.slice(i, i + 50).map((n) =>
          tell(
            quick,
            aTelling({
              phone: aMobile(n),
              child: { sex: n % 2 ? "girl" : "boy", age: n % 18 },
              where: { text: "", point: { lat: 26.05 + (n % 97) / 1000, lng: 119.3 + (n % 89) / 1000 } },
            }),
            `form-${n}`,
          ),
        ),
      )
    }
    const all = line({ ...quick, memory: world.memory } as MemoryWorld)
    await all.flow()
    await flow()
    const open = await reports.byDue(quick, "open")
    expect(open).toHaveLength(1000)
    for (const { id } of open) {
      const { alerted } = (await reports.find(quick, id))!
      expect(alerted.length).toBeGreaterThan(0)
      for (const { unit } of alerted) expect(await reports.findDuty(quick, unit, id)).toMatchObject({ state: "open" })
    }
    // And a minute later, with every clock message lost, all have climbed in one sweep.
    world.set(evening + 60 * second + 31 * second)
    expect(await sweep(quick, system)).toMatchObject({ climbed: 1000 })
  })
})

describe("where the child was last seen after all", () => {
  const elsewhere = Added.parse({ where: { text: "福州火车站北广场" } })
  const railway: Actor = { ...officer, id: "officer-p05", name: "赖警官", station: "FZ-JA-P05" } as Actor
  const say = (world: TestWorld, link: string, added = elsewhere, op: string = randomUUID()) =>
    reporting.add(world, reporting.holderOf(world, link), { op, added })
  const screenOf = async (world: TestWorld, by: Actor) =>
    (await handling.watch(world, by)).reports.map(({ id, place }) => [id, place.venue?.zh])

  it("is where the search moves at once: the nearest there hears of it, once, whoever said it, and who has it keeps it", async () => {
    for (const by of ["reporter", "officer"]) {
      const { world, flow, notices } = await aScene()
      const { status, link } = await tell(world)
      await flow()
      await take(world, status.id)
      await flow()
      const before = await found(world, status.id)
      world.set(evening + 5 * minute)
      const correct = { act: "correct", op: "op-correct-1", told: elsewhere } as const
      const once = () =>
        by === "officer"
          ? handling.act(world, officer, { report: status.id, ...correct })
          : say(world, link, elsewhere, "op-added-1")
      for (let i = 0; i < 2; i++) {
        await once()
        await flow()
        await sweep(world, system)
        await flow()
      }
      const after = await found(world, status.id)
      expect(after).toMatchObject({
        place: { located: "venue", venue: "railway-station", lat: 26.113 },
        holder: before.holder,
        ack: before.ack,
        due: before.due,
      })
      expect(await screenOf(world, railway)).toEqual([[status.id, "福州火车站"]])
      expect(notices().filter(({ kind, unit }) => kind === "duty" && unit === "FZ-JA-P05")).toHaveLength(1)
      const { told, report } = await handling.open(world, officer, { report: status.id, request: "r" })
      expect([told.where.text, report.place.venue?.zh]).toEqual(["福州火车站北广场", "福州火车站"])
    }
  })

  it("is where it climbs while nobody has it, by the clocks that it had", async () => {
    const { world, flow } = await aScene()
    const { status, link } = await tell(world)
    await flow()
    world.set(evening + 20 * second)
    await say(world, link)
    await flow()
    expect(await found(world, status.id)).toMatchObject({ holder: "FZ-JA-P05", step: 0, due: evening + 30 * second })
    expect((await reports.findStatus(world, status.id))?.station).toBe("FZ-JA-P05")
    world.set(evening + 61 * second)
    await sweep(world, system)
    expect(await found(world, status.id)).toMatchObject({ holder: "FZ-JA-S04", step: 2 })
  })

  it("is heard though every message was lost, and the latest word counts in whatever order they come", async () => {
    const { world } = await aScene()
    const { status, link } = await tell(world)
    world.set(evening + minute)
    await say(world, link)
    world.set(evening + 2 * minute)
    await say(world, link, Added.parse({ where: { text: "", point: { lat: 26.0751, lng: 119.3601 } } }))
    const records = world.memory.records().filter(({ dynamodb }) => dynamodb?.NewImage?.what)
    await sweep(world, system)
    expect(await found(world, status.id)).toMatchObject({ place: { located: "point", lat: 26.0751 } })
    // The older message comes after all.
    expect(records).toHaveLength(2)
    const late = { kind: "moved", id: "late", by: "reporter", op: "x", at: evening, v: 1, report: status.id } as const
    for (const { entry } of await said(world, status.id)) await alert(world, { ...late, entry })
    expect(await found(world, status.id)).toMatchObject({ place: { located: "point", lat: 26.0751 } })
  })
  const said = async (world: TestWorld, id: string) =>
    (await reports.whole(world, id))!.entries.flatMap((it) => reports.correctionIn(it) ?? [])

  it("moves nothing where it says nothing; words that nobody can place call the command centre and show no venue", async () => {
    const { world, flow } = await aScene()
    const { status, link } = await tell(world)
    await flow()
    await say(world, link, Added.parse({ where: { point: { lat: 900, lng: "x" } } }))
    await flow()
    expect(await said(world, status.id)).toEqual([])
    world.set(evening + second)
    await say(world, link, Added.parse({ where: { text: "说不清" } }))
    await flow()
    expect((await screenOf(world, officer))[0]).toEqual([status.id, undefined])
    expect(await screenOf(world, commander)).toEqual([[status.id, undefined]])
    expect((await handling.open(world, officer, { report: status.id, request: "r" })).contact).toBeDefined()
  })

  it("is kept where the same form comes back with another place", async () => {
    const { world, flow } = await aScene()
    const { status } = await tell(world, aTelling(), "one-form")
    world.set(evening + second)
    await tell(world, aTelling({ where: { text: "福州火车站" } }), "one-form")
    await flow()
    expect(await found(world, status.id)).toMatchObject({ place: { venue: "railway-station" } })
  })

  it("is heard of a report that goes on after all, and of a merged one calls nobody", async () => {
    const { world, flow } = await aScene()
    const { status, link } = await tell(world)
    const other = await tell(world)
    await flow()
    for (const { id } of [status, other.status]) await take(world, id)
    const merge = { act: "merge", op: "op-merge-1", into: other.status.id } as const
    await handling.act(world, officer, { report: status.id, ...merge })
    await flow()
    world.set(evening + minute)
    await say(world, link)
    world.memory.records()
    await sweep(world, system)
    await flow()
    expect(await found(world, status.id)).toMatchObject({ state: "merged", place: { venue: "railway-station" } })
    expect(await screenOf(world, railway)).toEqual([])
    await become(world, other.status.id, "cancelled")
    await say(world, other.link)
    await handling.act(world, officer, { report: other.status.id, act: "reopen", op: "op-reopen-1", text: "仍未找到" })
    world.memory.records()
    await sweep(world, system)
    expect(await screenOf(world, railway)).toEqual([[other.status.id, "福州火车站"]])
  })

  it("of a drill is shown, and calls nobody", async () => {
    const { world, flow } = await aScene()
    const { status } = await startDrill(world, officer, { op: "op-drill-1" })
    const { id } = status
    await flow()
    world.set(evening + second)
    await handling.act(world, officer, { report: id, act: "correct", op: "op-correct-1", told: elsewhere })
    await flow()
    const after = await found(world, id)
    expect(after).toMatchObject({ place: { venue: "railway-station" }, holder: "FZ-JA-P02" })
    expect(after.alerted.map(({ unit }) => unit)).toEqual(["FZ-JA-P02"])
  })
})

describe("what may belong together", () => {
  const telling = (n: number, child: Told["child"], relation: Relation = "parent") =>
    aTelling({ phone: aMobile(n), child, relation })

  it("is suggested by the sweeper, after the alert, and changes nothing", async () => {
    const { world, flow } = await aScene()
    const first = await tell(world, telling(1, { sex: "girl", age: 6 }))
    const second = await tell(world, telling(2, { sex: "girl", age: 7 }))
    const finder = await tell(world, telling(3, { sex: "girl", age: 6 }, "finder"))
    await flow()
    expect(await reports.findDuty(world, "FZ-JA-P02", second.status.id)).toMatchObject({ state: "open" })
    expect((await sweep(world, system)).suggested).toBeGreaterThan(0)
    expect((await sweep(world, system)).suggested).toBe(0)
    const suggested = async (id: string) =>
      (await reports.whole(world, id))!.entries.flatMap(({ what, facts }) => (what === "suggested" ? [facts] : []))
    expect(await suggested(second.status.id)).toContainEqual({ other: first.status.id, why: "same-child" })
    expect(await suggested(first.status.id)).toContainEqual({ other: finder.status.id, why: "found" })
    expect(await found(world, finder.status.id)).toMatchObject({ kind: "found-child", state: "dispatched" })
    expect(isOpen((await found(world, first.status.id)).state)).toBe(true)
    // And an officer sees it, until it is put aside.
    const shown = async () =>
      (await handling.open(world, officer, { report: second.status.id, request: "r" })).suggestions
    expect(await shown()).toContainEqual({ id: first.status.id, why: "same-child", reportedAt: evening })
    const aside = { act: "dismiss", op: "op-dismiss-1", other: first.status.id } as const
    await handling.act(world, officer, { report: second.status.id, ...aside })
    expect((await shown()).map(({ id }) => id)).not.toContain(first.status.id)
  })

  it("is on both reports, and where no unit knows both on the command centre's list, which opens both, until it is decided", async () => {
    const { world, flow, notices } = await aScene()
    const missing = await tell(world, telling(1, { sex: "girl", age: 6 }))
    await take(world, missing.status.id)
    await flow()
    world.set(evening + 20 * minute)
    const where = { text: "", point: { lat: 26.113, lng: 119.316 } }
    const finder = await tell(
      world,
      aTelling({ phone: aMobile(3), child: { sex: "girl", age: 6 }, relation: "finder", where }),
    )
    await flow()
    await sweep(world, system)
    await flow()
    const [a, b] = [missing.status.id, finder.status.id]
    const suggested = async (id: string) =>
      (await reports.whole(world, id))!.entries.flatMap(({ what, facts }) =>
        what === "suggested" ? [facts?.other] : [],
      )
    expect([await suggested(a), await suggested(b)]).toEqual([[b], [a]])
    const shown = await handling.watch(world, commander)
    expect(shown.patterns).toMatchObject([{ reports: [a, b].toSorted(), why: "found" }])
    expect(shown.reports.map(({ id }) => id).toSorted()).toEqual([a, b].toSorted())
    for (const [id, other] of [
      [a, b],
      [b, a],
    ] as const)
      expect((await handling.open(world, commander, { report: id, request: "r" })).suggestions).toMatchObject([
        { id: other, why: "found" },
      ])
    // Once, and by message too; nobody else learns of the other's report.
    await sweep(world, system)
    await flow()
    expect(notices().filter(({ kind }) => kind === "duty-match")).toMatchObject([{ unit: "FZ-JA-C01" }])
    expect((await handling.open(world, officer, { report: a, request: "r" })).suggestions).toEqual([])
    // Put aside from one, it is put aside from both, and is not said again.
    await handling.act(world, commander, { report: a, act: "dismiss", op: "op-dismiss-1", other: b })
    await sweep(world, system)
    for (const id of [a, b])
      expect((await handling.open(world, commander, { report: id, request: "r" })).suggestions).toEqual([])
    expect(await handling.watch(world, commander)).toMatchObject({ patterns: [], reports: [] })
  })

  it("is not on the command centre's list where one unit knows both, and is compared again where a place was corrected", async () => {
    const { world, flow } = await aScene()
    await tell(world, telling(1, { sex: "girl", age: 6 }))
    const far = { text: "", point: { lat: 26.0751, lng: 119.3601 } }
    const { status, link } = await tell(world, aTelling({ phone: aMobile(2), where: far }))
    await flow()
    expect((await sweep(world, system)).suggested).toBe(0)
    world.set(evening + 20 * minute)
    const added = Added.parse({ where: { text: "泰禾广场" } })
    await reporting.add(world, reporting.holderOf(world, link), { op: "op-added-1", added })
    await sweep(world, system)
    const { entries } = (await reports.whole(world, status.id))!
    expect(entries.map(({ what }) => what)).toContain("suggested")
    expect((await handling.watch(world, commander)).patterns).toEqual([])
  })

  it("is a pattern on the command centre's list from the third different child on", async () => {
    const { world, flow, notices } = await aScene()
    const ids = []
    for (const [n, age] of [2, 8, 14].entries())
      ids.push((await tell(world, telling(n, { sex: "boy", age }))).status.id)
    await flow()
    // All of them are looked after already, and still count.
    for (const id of ids) await take(world, id)
    await sweep(world, system)
    await flow()
    const { patterns } = await reports.dutiesOf(world, "FZ-JA-C01")
    expect(patterns).toHaveLength(1)
    expect([...patterns[0]!.reports].toSorted()).toEqual(ids.toSorted())
    const told = () => notices().filter(({ kind }) => kind === "duty-pattern")
    expect(told()).toMatchObject([{ unit: "FZ-JA-C01" }])
    await sweep(world, system)
    await flow()
    expect(told()).toHaveLength(1)
  })
})

describe("a drill", () => {
  it("walks the whole way every ten minutes, answers itself, and tells nobody", async () => {
    const { world, flow, sent, notices } = await aScene()
    const { status } = await drill(world, system)
    await flow()
    expect(await found(world, status.id)).toMatchObject({ drill: true, state: "cancelled", holder: "DRILL" })
    expect(notices()).toEqual([])
    expect(sent.filter(({ queue }) => queue === "alerts").every(({ body }) => !body.includes("FZ-"))).toBe(true)
    world.set(evening + 10 * minute)
    await drill(world, system)
    expect(world.logged()).toContain("drill answered")
  })

  it("fails its job where the last one was not answered, so that the alarm rings", async () => {
    const { world } = await aScene()
    await drill(world, system)
    world.set(evening + 10 * minute)
    await expect(drill(world, system)).rejects.toThrow("not answered")
  })

  it("of an officer stays on their own station's screen, marked, however long nobody answers", async () => {
    const { world, flow, notices } = await aScene()
    const { status } = await startDrill(world, chief, { op: "op-drill-1" })
    await flow()
    world.set(evening + 3 * minute)
    await sweep(world, system)
    await flow()
    expect(await found(world, status.id)).toMatchObject({ drill: true, step: 3, alerted: [{ unit: "FZ-JA-P01" }] })
    expect((await reports.dutiesOf(world, "FZ-JA-P01")).duties).toMatchObject([{ drill: true, step: 3 }])
    expect(notices()).toEqual([])
    await expect(startDrill(world, anyone, { op: "op-drill-1" })).rejects.toThrow("not-signed-in")
  })
})

describe("what is kept", () => {
  async function anEnded() {
    const scene = await aScene()
    const { world, flow } = scene
    const { status, link } = await tell(world)
    const name = `${status.id}-op-photo-1`
    await photos.keep(world, name, new Uint8Array([1, 2, 3]))
    await reporting.addPhoto(world, reporting.holderOf(world, link), { op: "op-photo-1", photo: name })
    await take(world, status.id)
    await become(world, status.id, "reunited")
    await become(world, status.id, "closed")
    await flow()
    world.set(evening + 2 * minute)
    await sweep(world, system)
    return { ...scene, id: status.id, name }
  }

  it("is the photo for seven days after the end, what was told for thirty, and then neither", async () => {
    const { world, id, name, flow } = await anEnded()
    world.set(evening + photoKept - minute)
    expect(await purge(world, system)).toEqual([])
    expect(await photos.open(world, name)).toEqual(Buffer.from([1, 2, 3]))
    world.set(evening + photoKept + 3 * minute)
    expect(await purge(world, system)).toEqual([{ report: id, photos: 1, told: false }])
    expect(await world.photos.get(name)).toBeUndefined()
    expect(await purge(world, system)).toEqual([])
    const { report, entries } = (await reports.whole(world, id))!
    expect(await reports.openTold(world, report)).toBeDefined()
    expect(entries.map(({ what, facts }) => [what, facts])).toEqual([
      ["photo", { gone: true }],
      ["photos-gone", { count: 1 }],
    ])
    // What was done when: the photo came in the evening and went a week later.
    expect(entries[0]!.at).toBe(evening)
    await flow()
    const went = world.memory.items("audit").filter((it) => it.what === "purge" && String(it.thing).includes("/e#"))
    expect(went.map((it) => it.at)).toEqual([evening + photoKept + 3 * minute])
    world.set(evening + reportKept + hour)
    expect(await purge(world, system)).toEqual([{ report: id, photos: 0, told: true }])
    const after = (await reports.whole(world, id))!
    expect(await reports.openTold(world, after.report)).toBeUndefined()
    expect(after.report.traits).toEqual({})
    expect(world.memory.items("children").filter((it) => it.pk.includes(id) && !it.ttl)).toEqual([])
    expect(await purge(world, system)).toEqual([])
    // What the auditor reads of it, in the audit of the unit that held it.
    const { holder } = (await reports.find(world, id))!
    const told = world.memory.items("audit").filter(({ counts }) => counts)
    expect(told.map(({ pk, thing, what, counts }) => [pk.slice(0, -11), thing, what, counts])).toEqual([
      [holder, `children/report#${id}`, "purge", { photos: 1 }],
      [holder, `children/report#${id}`, "purge", { reports: 1 }],
    ])
    // One more reunited child of the district, counted once and under no name.
    const counted = world.memory.items("live").filter((it) => it.pk.startsWith("statistics#"))
    expect(counted).toMatchObject([{ pk: "statistics#-", v: 1, reunited: 1, cancelled: 0, merged: 0 }])
    expect(JSON.stringify(counted)).not.toContain(id)
  })

  it("is told as gone once, however often the purge was killed on the way", async () => {
    const { world, id } = await anEnded()
    world.set(evening + reportKept + hour)
    let left = 0
    const dying = () => {
      const alive = left++
      let done = 0
      const send = (command: Parameters<typeof world.db.send>[0]) => {
        if (!/Put|TransactWrite/.test(command.constructor.name) || done++ < alive) return world.db.send(command)
        return Promise.reject(new Error("killed"))
      }
      return { ...world, db: { send } as unknown as typeof world.db }
    }
    for (let tries = 0; ; tries++) {
      const went = await purge(dying(), system).catch(() => undefined)
      if (went) break
      expect(tries).toBeLessThan(40)
    }
    expect(left).toBeGreaterThan(3)
    expect(await reports.openTold(world, (await reports.whole(world, id))!.report)).toBeUndefined()
    const told = world.memory.items("audit").filter(({ counts }) => counts)
    expect(told.map(({ counts }) => counts)).toEqual([{ photos: 1, reports: 1 }])
  })

  it("stays, of a report that was merged, as long as the one that goes on", async () => {
    const { world, flow } = await aScene()
    const [into, other] = [(await tell(world)).status.id, (await tell(world)).status.id]
    await reports.changed(world, system, "merge", other, (it) => ({
      after: { ...it, state: "merged", merged: { into, was: it.state } },
    }))
    await flow()
    world.set(evening + 2 * minute)
    await sweep(world, system)
    world.set(evening + 40 * day)
    expect(await purge(world, system)).toEqual([])
    await become(world, into, "cancelled")
    world.set(evening + 40 * day + 2 * minute)
    await sweep(world, system)
    world.set(evening + 80 * day)
    // The one that goes on first, then what belongs to it, a look a day.
    for (let days = 0; days < 4; days++) {
      await purge(world, system)
      world.set(evening + (81 + days) * day)
    }
    for (const id of [into, other]) {
      const { report } = (await reports.whole(world, id))!
      expect(await reports.openTold(world, report)).toBeUndefined()
    }
  })

  it("goes, of a report that was merged, on the same day as of the one that goes on: its photo first, and after reopening anew", async () => {
    const { world, flow } = await aScene()
    const [into, other] = [await tell(world), await tell(world)]
    const id = other.status.id
    const aPhoto = async (op: string) => {
      await photos.keep(world, `${id}-${op}`, new Uint8Array([1, 2, 3]))
      await reporting.addPhoto(world, reporting.holderOf(world, other.link), { op, photo: `${id}-${op}` })
    }
    await aPhoto("op-photo-1")
    await take(world, into.status.id)
    const act = (report: string, deed: object) =>
      handling.act(world, officer, { report, op: randomUUID(), ...deed } as Parameters<typeof handling.act>[2])
    await act(id, { act: "merge", into: into.status.id })
    await flow()
    world.set(evening + 2 * minute)
    await sweep(world, system)
    const left = async () => ({
      photos: (await reports.whole(world, id))!.entries.filter(({ facts }) => facts?.photo).length,
      told: (await reports.whole(world, id))!.report.sealed !== undefined,
      own: (await reports.whole(world, into.status.id))!.report.sealed !== undefined,
    })
    const purgedUntil = async (from: Instant, days: number) => {
      for (let on = 1; on <= days; on++) {
        world.set(from + on * day)
        await purge(world, system)
      }
      return left()
    }
    // It is searched for on and on.
    expect(await purgedUntil(evening + hour, 40)).toEqual({ photos: 1, told: true, own: true })
    const end = async () => {
      await act(into.status.id, { act: "cancel", text: "回家了" })
      const { endedAt } = await found(world, into.status.id)
      world.set(endedAt! + 2 * minute)
      await sweep(world, system)
      return endedAt!
    }
    const first = await end()
    expect(await purgedUntil(first + minute, 6)).toEqual({ photos: 1, told: true, own: true })
    expect(await purgedUntil(first + minute + 6 * day, 1)).toEqual({ photos: 0, told: true, own: true })
    expect(await purgedUntil(first + minute + 7 * day, 21)).toEqual({ photos: 0, told: true, own: true })
    await act(into.status.id, { act: "reopen", text: "又不见了" })
    await aPhoto("op-photo-2")
    expect(await purgedUntil(world.now(), 20)).toEqual({ photos: 1, told: true, own: true })
    const again = await end()
    expect(await purgedUntil(again + minute, 6)).toEqual({ photos: 1, told: true, own: true })
    expect(await purgedUntil(again + minute + 6 * day, 1)).toEqual({ photos: 0, told: true, own: true })
    expect(await purgedUntil(again + minute + 7 * day, 22)).toEqual({ photos: 0, told: true, own: true })
    expect(await purgedUntil(again + minute + 29 * day, 1)).toEqual({ photos: 0, told: false, own: false })
  })

  it("stays whole where an officer reopened it in time", async () => {
    const { world, id, name } = await anEnded()
    world.set(evening + photoKept - minute)
    await become(world, id, "searching")
    world.set(evening + reportKept + day)
    // The index still lists it as ended.
    world.memory.set({ staleReads: 1 })
    expect(await reports.byDue(world, "ended", world.now())).toHaveLength(1)
    expect(await purge(world, system)).toEqual([])
    expect(await world.photos.get(name)).toBeDefined()
    expect(await found(world, id)).toMatchObject({ state: "searching" })
  })
})

describe("the roster", () => {
  const asked = { unit: "FZ-JA-P01", date: monday, shift: "primary" as const }

  it("is the chief's to swap, once an operation, seen by whoever asks next", async () => {
    const { world } = await aScene(at("09:00"))
    const before = await rosterOf(world, chief, "FZ-JA-P01")
    const today = before.days[0]!
    const other = today.primary === "officer-p01" ? "officer-p01-2" : "officer-p01"
    const once = { ...asked, v: before.v, op: "op-swap-1", staff: other }
    const after = await swap(world, chief, once)
    expect(after.days[0]!.primary).toBe(other)
    expect(after.days[1]!.deputy).toBe(other)
    expect(after.now.staff[0]).toBe(other)
    expect((await swap(world, chief, once)).v).toBe(after.v)
    await expect(swap(world, chief, { ...once, op: "op-swap-2" })).rejects.toThrow("changed-meanwhile")
  })

  it("takes nobody from elsewhere, no clerk, no day that is over, and no word but the chief's own", async () => {
    const { world } = await aScene(at("09:00"))
    const { v } = await rosterOf(world, chief, "FZ-JA-P01")
    const put = (more: object, by: Actor = chief) =>
      swap(world, by, { ...asked, v, op: "op-swap-1", staff: "officer-p01", ...more })
    await expect(put({ staff: "officer-p02" })).rejects.toThrow("invalid-input")
    await expect(put({ staff: "clerk-p01-1" })).rejects.toThrow("invalid-input")
    await expect(put({ date: addDays(monday, -1) })).rejects.toThrow("time-past")
    await expect(put({ unit: "FZ-JA-P02" })).rejects.toThrow("not-allowed")
    await expect(put({}, { ...chief, role: "officer" } as Actor)).rejects.toThrow("not-allowed")
  })
})

describe("the ledger", () => {
  it("has at most 15 write units for a report on five stations' screens, audit and messages apart", async () => {
    const world = await aWorld(evening + 12_347)
    await aDenseCity(world, 4)
    const counted = meter(world)
    await reportCost(world, counted)
    const { calls } = await reportCost(world, counted)
    expect(calls.filter(({ name }) => name === "Alerter")).toHaveLength(5)
    const units = calls.filter(alerting).reduce((sum, { bill }) => sum + writesOf(bill), 0)
    expect(units).toBeGreaterThan(8)
    expect(units).toBeLessThanOrEqual(15)
  })
})
