/**
 * Who reported a child hears by message that theirs is one search with another's, that it is not, that the child is at home: what is
 * true when it is sent, each once; and no officer's act waits for it.
 */
import { randomUUID } from "node:crypto"
import type { SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs"
import { beforeEach, describe, expect, it } from "vitest"
import * as handling from "#actions/handling"
import { purge } from "#actions/purging"
import { add, holderOf, linkOf, report } from "#actions/reporting"
import { sweep } from "#actions/sweeping"
import { alert } from "#background/alert"
import { notify } from "#background/notify"
import { relay } from "#background/relay"
import type { Actor } from "#domain/actor"
import type { Act } from "#domain/handling"
import { readableReference } from "#domain/id"
import { reportKept } from "#domain/report"
import { day } from "#domain/time"
import { Told } from "#domain/told"
import { Alert, Notice } from "#messages/messages"
import * as reports from "#store/reports"
import { at } from "#test/builders"
import { aMemoryWorld, type MemoryWorld } from "#test/memory"

const anyone: Actor = { kind: "anyone" }
const system: Actor = { kind: "system", name: "test" }
const officer: Actor = {
  kind: "staff",
  id: "officer-p02",
  name: "周警官",
  role: "officer",
  station: "FZ-JA-P02",
  proof: "fresh",
}
const mother = "+8613800138000"
const second = "+8613800138111"
const third = "+8613800138222"
const reunion = { identity: true, relation: true, condition: "well", text: "母亲", at: at("18:41") } as const

let world: MemoryWorld
let waiting: { queue: string; body: string }[]
let sent: { id: string; to: string; text: string }[]
beforeEach(async () => {
  world = await aMemoryWorld(at("18:41"))
  waiting = []
  sent = []
  await saved()
  waiting.length = 0
})

const queues = () => ({
  sqs: {
    async send({ input }: SendMessageBatchCommand) {
      for (const it of input.Entries ?? []) waiting.push({ queue: input.QueueUrl!, body: it.MessageBody! })
      return { Successful: [], Failed: [] }
    },
  } as unknown as Pick<SQSClient, "send">,
  urls: { work: "work", notices: "notices", alerts: "alerts" },
  tables: world.tables,
  log: world.log,
})
/** What was saved has reached the queues. */
async function saved() {
  const Records = world.memory.records()
  if (Records.length) expect((await relay({ Records }, queues())).batchItemFailures).toEqual([])
}
const gateway = async (message: (typeof sent)[number]) => void sent.push(message)

/** Every message to a reporter, brought twice, as a queue may; those that failed stay. Answers what was sent. */
async function delivered(times = 2) {
  await saved()
  const all = waiting.filter(({ queue }) => queue === "notices").map(({ body }) => Notice.parse(JSON.parse(body)))
  const told = all.filter((it) => it.kind.startsWith("report-"))
  const left: typeof waiting = []
  for (let time = 0; time < times; time++)
    for (const it of told)
      await notify(world, gateway, it).catch(() => left.push({ queue: "notices", body: JSON.stringify(it) }))
  waiting = left.slice(-told.length)
  return sent.splice(0).map(({ to, text }) => [to, text])
}
/** What its reporters say reaches the officers. */
async function heard() {
  await saved()
  for (const { body } of waiting.filter(({ queue }) => queue === "alerts")) {
    const it = Alert.parse(JSON.parse(body))
    if (it.kind === "dispute") await alert(world, it)
  }
}

async function reported(phone: string, more: Partial<Told> = {}) {
  const told = Told.parse({
    where: { text: "一楼", venue: "thaihot-plaza" },
    when: { at: at("18:35"), about: false },
    phone,
    child: { sex: "girl", age: 6 },
    ...more,
  })
  const { status, link } = await report(world, anyone, { key: randomUUID(), told })
  return { id: status.id, holder: holderOf(world, link) }
}
type Rest<A extends Act["act"]> = Omit<Extract<Act, { act: A }>, "act" | "op">
const did = <A extends Act["act"]>(id: string, act: A, more: Rest<A>) =>
  handling.act(world, officer, { report: id, act, op: randomUUID(), ...more } as Act & { report: string })
const parted = { text: "不是同一个孩子" }
async function found(id: string) {
  await did(id, "found", {})
  await did(id, "reunite", reunion)
}
async function searched(phone = mother, more: Partial<Told> = {}) {
  const made = await reported(phone, more)
  await did(made.id, "acknowledge", {})
  return made
}
const saying = (text: string) => expect.stringContaining(text)

describe("whoever reported the same child", () => {
  it("hears of the merge, of its undoing and of the child at home, each once and in both languages", async () => {
    const main = await searched()
    const other = await reported(second)
    await did(other.id, "merge", { into: main.id })
    expect((await delivered()).toSorted()).toEqual([
      [mother, saying(readableReference(main.id))],
      [second, saying(`/en/report/${linkOf(world, other.id)}`)],
    ])
    world.wait(1)
    await did(other.id, "unmerge", parted)
    expect((await delivered()).toSorted()).toEqual([
      [mother, saying("已分开")],
      [second, saying("已分开")],
    ])
    world.wait(1)
    await did(other.id, "merge", { into: main.id })
    expect(await delivered()).toHaveLength(2)
    await found(main.id)
    expect((await delivered()).toSorted()).toEqual([
      [mother, saying("已交给家人")],
      [second, saying("已交给家人")],
    ])
    expect(await delivered()).toEqual([])
  })

  it("hears of joining once, where further reports are merged into theirs", async () => {
    const main = await searched()
    const others = [await reported(second), await reported(third)]
    for (const { id } of others) {
      await did(id, "merge", { into: main.id })
      world.wait(1)
    }
    expect((await delivered()).map(([to]) => to).toSorted()).toEqual([mother, second, third])
    await did(others[0]!.id, "unmerge", parted)
    // The other one is still searched for with theirs.
    expect(await delivered()).toEqual([[second, saying("已分开")]])
    await did(others[1]!.id, "unmerge", parted)
    expect((await delivered()).map(([to]) => to).toSorted()).toEqual([mother, third])
  })

  it("is told nothing of what was taken back before they heard of it", async () => {
    const [one, two, other] = [await searched(), await searched(third), await reported(second)]
    await did(other.id, "merge", { into: one.id })
    world.wait(1)
    await did(other.id, "unmerge", parted)
    world.wait(1)
    await did(other.id, "merge", { into: two.id })
    expect((await delivered()).toSorted()).toEqual([
      [second, saying("同一个孩子")],
      [third, saying("同一个孩子")],
    ])
  })

  it("hears of being taken apart only after the message before it went out or came to nothing", async () => {
    const main = await searched()
    const other = await reported(second)
    await did(other.id, "merge", { into: main.id })
    await saved()
    const [first] = waiting.filter(({ body }) => body.includes("report-joined") && body.includes(other.id))
    const slow = notify(world, () => new Promise(() => {}), Notice.parse(JSON.parse(first!.body)))
    await expect.poll(() => world.memory.items("live").some(({ state }) => state === "sending")).toBe(true)
    waiting = []
    await did(other.id, "unmerge", parted)
    expect(await delivered(1)).toEqual([])
    expect(waiting.map(({ body }) => JSON.parse(body).kind)).toEqual(["report-parted"])
    // The worker died on the way: whether it was sent nobody knows.
    void slow
    world.wait(2)
    expect(await delivered(1)).toEqual([[second, saying("已分开")]])
  })

  it("hears no ending that was taken back, whatever came after", async () => {
    const main = await searched()
    await found(main.id)
    await did(main.id, "reopen", { text: "不是她的孩子" })
    await did(main.id, "cancel", { text: "误会一场" })
    expect(await delivered()).toEqual([])
  })

  it("hears of each reunion once, also where the first was taken back", async () => {
    const main = await searched()
    await found(main.id)
    world.wait(1)
    await did(main.id, "reopen", { text: "不是她的孩子" })
    world.wait(1)
    await found(main.id)
    await did(main.id, "close", {})
    expect(await delivered()).toEqual([[mother, saying("已交给家人")]])
  })

  it("and of no other: a message goes to a phone once, whatever of it is one search, and to none that takes no messages", async () => {
    const main = await searched()
    const again = await reported(mother)
    const landline = await reported("059188888888")
    for (const { id } of [again, landline]) await did(id, "merge", { into: main.id })
    expect(await delivered()).toEqual([[mother, saying("同一个孩子")]])
    await found(main.id)
    expect(await delivered()).toEqual([[mother, saying("已交给家人")]])
  })

  it("hears at the number that they, or an officer, corrected last", async () => {
    const main = await searched("+8613800138999")
    await add(world, main.holder, { op: "op-correct-1", added: { phone: second } })
    const other = await reported(third)
    await did(other.id, "merge", { into: main.id })
    expect((await delivered()).map(([to]) => to).toSorted()).toEqual([second, third])
    world.wait(1)
    await did(main.id, "correct", { told: { phone: mother } })
    await found(main.id)
    expect((await delivered()).map(([to]) => to).toSorted()).toEqual([mother, third])
  })
})

describe("what they are told", () => {
  const both = async (more: Partial<Told>) => {
    const main = await searched()
    const other = await reported(second, more)
    await did(other.id, "merge", { into: main.id })
    const joined = (await delivered()).find(([to]) => to === second)!
    world.wait(1)
    await did(other.id, "unmerge", parted)
    const apart = (await delivered()).find(([to]) => to === second)!
    world.wait(1)
    await did(other.id, "merge", { into: main.id })
    await found(main.id)
    const home = (await delivered()).findLast(([to]) => to === second)!
    return [joined, apart, home].map(([, text]) => text!)
  }

  it("is thanks to whoever found a child, who misses none", async () => {
    const [joined, apart, home] = await both({ relation: "finder" })
    expect(home).toMatch(/谢谢您帮忙：您发现的孩子已交给家人.*\n.*Thank you for your help/)
    for (const text of [joined, apart, home]) expect(text).not.toMatch(/走失报告|报告走失|reported missing|仍在查找/)
    expect(joined).toMatch(/发现孩子的报告.*\n.*that you found/)
  })

  it("calls no adult a child", async () => {
    for (const text of await both({ child: { sex: "boy", age: 70 } })) expect(text).not.toMatch(/孩子|child/)
  })
})

describe("no officer's act", () => {
  it("fails, opens or seals anything because reporters are told: the messages wait until the key is there again", async () => {
    const main = await searched()
    const other = await reported(second)
    const away = async () => {
      throw new Error("KMS is away")
    }
    const { open, seal } = world.reporters
    Object.assign(world.reporters, { open: away, seal: away })
    const opened = world.children.open
    Object.assign(world.children, { open: away })
    await did(other.id, "merge", { into: main.id })
    await did(main.id, "found", {})
    expect((await did(main.id, "reunite", reunion)).state).toBe("reunited")
    Object.assign(world.children, { open: opened })
    expect(await delivered(1)).toEqual([])
    Object.assign(world.reporters, { open, seal })
    expect(await delivered(1)).toHaveLength(2)
    expect(world.memory.items("audit").filter(({ what }) => String(what).startsWith("report."))).toEqual([])
  })

  it("nor is a report refused whose number cannot be sealed: only its message fails to come", async () => {
    Object.assign(world.reporters, { seal: () => Promise.reject(new Error("KMS is away")) })
    const main = await searched()
    await found(main.id)
    expect(await delivered()).toEqual([])
    expect(world.logged()).toContain("reporter's number not sealed")
    expect(world.logged()).not.toContain("13800138000")
  })

  it("is too much for one reunion: a hundred and one merged reports, each told once", async () => {
    const main = await searched()
    const phones = Array.from({ length: 101 }, (_, i) => `+8613900001${String(i).padStart(3, "0")}`)
    for (const phone of phones) await did((await reported(phone)).id, "merge", { into: main.id })
    await delivered(1)
    await found(main.id)
    expect((await delivered()).map(([to]) => to).toSorted()).toEqual([mother, ...phones].toSorted())
  })

  /** Something else is written while the reunion is on its way to the table. */
  async function meanwhile(act: () => Promise<unknown>) {
    const send = world.db.send.bind(world.db) as (command: unknown) => Promise<unknown>
    let done = false
    const passing = async (command: { input: { TransactItems?: { Put?: { Item: { op?: string } } }[] } }) => {
      if (!done && command.input.TransactItems?.some(({ Put }) => Put?.Item.op?.startsWith("reunite"))) {
        done = true
        await act()
      }
      return send(command)
    }
    return { ...world, db: { send: passing } as unknown as typeof world.db }
  }
  const reunited = async (over: typeof world, id: string) =>
    handling.act(over, officer, { report: id, op: randomUUID(), act: "reunite", ...reunion })

  it("forgets whoever is merged in the very moment of the reunion, nor tells whoever is taken apart in it", async () => {
    const main = await searched()
    const [late, early] = [await reported(second), await reported(third)]
    await did(early.id, "merge", { into: main.id })
    await did(main.id, "found", {})
    await delivered()
    const over = await meanwhile(async () => {
      await did(late.id, "merge", { into: main.id })
      world.wait(1)
      await did(early.id, "unmerge", parted)
    })
    expect((await reunited(over as typeof world, main.id)).state).toBe("reunited")
    const told = await delivered()
    expect(
      told
        .filter(([, text]) => text!.includes("已交给家人"))
        .map(([to]) => to)
        .toSorted(),
    ).toEqual([mother, second])
    expect(told.filter(([to]) => to === third)).toEqual([[third, saying("已分开")]])
  })
})

describe("a reporter's number", () => {
  it("lies sealed and apart, under a key that opens nothing else, and goes with the report", async () => {
    const main = await searched()
    const numbers = () => world.memory.items("live").filter(({ pk }) => pk === `reporter#${main.id}`)
    expect(numbers()).toMatchObject([{ sealed: expect.anything() }])
    expect(
      JSON.stringify(numbers().map((it) => ({ ...it, sealed: Buffer.from(it.sealed as Uint8Array).toString() }))),
    ).not.toContain("13800138000")
    await expect(
      world.children.open(`live/reporter#${main.id}/told`, numbers()[0]!.sealed as Uint8Array),
    ).rejects.toThrow()
    await did(main.id, "cancel", { text: "孩子自己回来了" })
    world.wait(2)
    await sweep(world, system)
    for (const days of [8, 31]) {
      world.set(at("18:41") + days * day)
      await purge(world, system)
      expect(numbers().map(({ sealed, ttl }) => [sealed !== undefined, ttl !== undefined])).toEqual([
        days === 31 ? [false, true] : [true, false],
      ])
    }
    expect(reportKept).toBe(30 * day)
  })
})

describe("a reporter's word of a dispute", () => {
  it("bars handing the child over as an officer's does, until an officer lifts it", async () => {
    const main = await searched()
    await add(world, main.holder, { op: "op-dispute-1", added: { dispute: true } })
    await did(main.id, "found", {})
    // Not heard yet, and it bars all the same.
    await expect(did(main.id, "reunite", reunion)).rejects.toThrow("handover-refused")
    await heard()
    expect(await reports.find(world, main.id)).toMatchObject({ conflict: true })
    await expect(did(main.id, "reunite", reunion)).rejects.toThrow("handover-refused")
    world.wait(1)
    await did(main.id, "conflict", { on: false, text: "已当面核实" })
    // The same message late, and the sweeper, say nothing new.
    await heard()
    await sweep(world, system)
    expect((await did(main.id, "reunite", reunion)).state).toBe("reunited")
  })

  it("is heard of a merged report, by the sweeper where its message was lost, and in the first telling", async () => {
    const main = await searched()
    const other = await reported(second)
    await did(other.id, "merge", { into: main.id })
    await add(world, other.holder, { op: "op-dispute-2", added: { dispute: true } })
    await sweep(world, system)
    expect(await reports.find(world, main.id)).toMatchObject({ conflict: true })
    const first = await reported(third, { details: { dispute: true } })
    expect(await reports.find(world, first.id)).toMatchObject({ conflict: true })
    const corrected = await searched("+8613800138333")
    await did(corrected.id, "correct", { told: { dispute: true } })
    expect(await reports.find(world, corrected.id)).toMatchObject({ conflict: true })
  })
})
