/** Law 7 on the whole system: what was saved is told, and its effect is there once, whoever is killed on the way. */
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import type { System } from "#local/system"
import { monday } from "#test/builders"
import { aMobile, anIdNumber } from "#test/people"
import { aPortal, depthOf, itemsOf, killedOnce, until } from "#test/system"
import { aKiosk, aPhone, ask } from "#test/visitor"

const station = "FZ-JA-P01"
let system: System
const deadly = killedOnce(["relay", "tasks", "messenger", "recorder"])

beforeAll(async () => {
  system = await aPortal({ handlers: deadly.folder })
})
afterAll(async () => {
  await system?.stop()
  deadly.remove()
})

const tasks = async (state: string) =>
  (await itemsOf(system, "Live")).filter((it) => String(it.pk).startsWith(`tasks#${station}`) && it.state === state)

const firstTime = async () =>
  (await ask(system, "GET", `/api/stations/${station}/places?services=rp-endorse&date=${monday}`)).body.offers[0].time

describe("with every worker killed once between its effect and its acknowledgement", () => {
  it("a booking becomes one task and one message, a check-in another, and the audit has each change once", async () => {
    const phone = await aPhone(system, aMobile(1))
    const booked = await phone.book({ station, date: monday, time: await firstTime(), idNumber: anIdNumber(1) })
    expect(booked.status).toBe(201)
    const { ref } = booked.body

    const task = await until("the task of the window", async () => (await tasks("open")).find((it) => it.ref === ref))
    expect(task).toMatchObject({
      sk: `receive#${ref}`,
      kind: "receive-visit",
      windows: [expect.any(Number)],
      due: expect.any(Number),
    })
    await until("the message of the booking", () => phone.received().some((text) => text.includes("已预约")))

    const kiosk = await aKiosk(system)
    const given = await kiosk("/device/check-ins", { shown: { ref } })
    expect(given.body).toMatchObject({ number: "Y001" })
    await until("the second task", async () => (await tasks("open")).find((it) => it.sk === "serve#Y001"))
    await until("all of them to have died once", () => deadly.killed().length === 4)
    await until(
      "the queues to be empty",
      async () => (await depthOf(system, "Work")) + (await depthOf(system, "Notices")) === 0,
    )

    expect((await tasks("open")).map((it) => it.sk).toSorted()).toEqual([`receive#${ref}`, "serve#Y001"].toSorted())
    expect(phone.received().filter((text) => text.includes("已预约"))).toHaveLength(1)
    expect(await depthOf(system, "WorkDead")).toBe(0)
    expect(await depthOf(system, "NoticesDead")).toBe(0)

    const lineChanges = await until("the audit of the check-in", async () => {
      const entries = (await itemsOf(system, "Audit")).filter((it) =>
        String(it.thing).endsWith(`line#${station}#${monday}/line`),
      )
      return entries.length > 0 && entries
    })
    expect(lineChanges).toHaveLength(1)
    expect(lineChanges[0]).toMatchObject({
      who: expect.stringMatching(/^kiosk:/),
      what: expect.stringMatching(/^check-in:/),
      v: 1,
    })
  })

  it("a cancelled booking ends its task, and tells the phone", async () => {
    const phone = await aPhone(system, aMobile(2))
    const { status, body } = await phone.book({
      station,
      date: monday,
      time: await firstTime(),
      idNumber: anIdNumber(2),
    })
    expect(status).toBe(201)
    await until("the task", async () => (await tasks("open")).find((it) => it.ref === body.ref))
    await ask(system, "POST", `/api/appointments/${body.link}/cancel`, { v: body.v })
    await until("the end of the task", async () => (await tasks("dropped")).find((it) => it.ref === body.ref))
    await until("the message", () => phone.received().some((text) => text.includes("已取消")))
  })
})

describe("a message that nobody can act on", () => {
  it("ends among the dead letters after five tries, and nothing else does", async () => {
    const sqs = new SQSClient({
      endpoint: system.sqsEndpoint,
      region: "ap-east-1",
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
    })
    for (const MessageBody of ["not json", JSON.stringify({ kind: "visit", id: "x", by: "y", op: "z", at: 1, v: 1 })])
      await sqs.send(new SendMessageCommand({ QueueUrl: system.queueUrls.Work!, MessageBody }))
    const phone = await aPhone(system, aMobile(3))
    const { body } = await phone.book({ station, date: monday, time: await firstTime(), idNumber: anIdNumber(3) })
    await until("the good message beside it", async () => (await tasks("open")).find((it) => it.ref === body.ref))
    await until("the dead letters", async () => (await depthOf(system, "WorkDead")) === 2, 60)
    expect(await depthOf(system, "Work")).toBe(0)
    expect(await depthOf(system, "NoticesDead")).toBe(0)
  })
})
