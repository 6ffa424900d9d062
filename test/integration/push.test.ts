/**
 * Officers away from the screen: pushed to by the very protocol of the browsers (RFC 8030, 8291, 8292) at a push service of
 * our own, and told by message. No browser vendor's service can be reached from here: that border stays untested.
 */
import { createDecipheriv, createECDH, createPublicKey, hkdfSync, randomBytes, randomUUID, verify } from "node:crypto"
import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { ScanCommand } from "@aws-sdk/lib-dynamodb"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { startDrill } from "#actions/drilling"
import { report } from "#actions/reporting"
import { notify } from "#background/notify"
import { type Push, pusher } from "#background/push"
import { isPushService } from "#domain/reach"
import type { Notice } from "#messages/messages"
import { pushKeys } from "#store/push"
import * as pushes from "#store/pushes"
import * as reports from "#store/reports"
import { type Apps, aClerk, apps } from "#test/apps"
import { anOp, at } from "#test/builders"
import { aWorld, type TestWorld } from "#test/world"

const keys = pushKeys("a secret")
const unit = "FZ-JA-P02"
type Text = { id: string; to: string; text: string }

/** A browser: its address at our push service, its keys, and what it understands of what arrives. */
function aBrowser(address: string) {
  const mine = createECDH("prime256v1")
  mine.generateKeys()
  const auth = randomBytes(16)
  const pub = mine.getPublicKey()
  return {
    subscription: {
      endpoint: address,
      keys: { p256dh: pub.toString("base64url"), auth: auth.toString("base64url") },
    },
    /** RFC 8291 and 8188: one record. */
    read(body: Buffer): string {
      const salt = body.subarray(0, 16)
      const theirs = body.subarray(21, 21 + body[20]!)
      const info = Buffer.concat([Buffer.from("WebPush: info\0"), pub, theirs])
      const ikm = Buffer.from(hkdfSync("sha256", mine.computeSecret(theirs), auth, info, 32))
      const derive = (what: string, length: number) =>
        Buffer.from(hkdfSync("sha256", ikm, salt, `Content-Encoding: ${what}\0`, length))
      const decipher = createDecipheriv("aes-128-gcm", derive("aes128gcm", 16), derive("nonce", 12))
      const sealed = body.subarray(21 + body[20]!)
      decipher.setAuthTag(sealed.subarray(-16))
      const plain = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()])
      expect(plain.at(-1)).toBe(2)
      return plain.subarray(0, -1).toString()
    },
  }
}

/** Says who sent it (RFC 8292): signed for this push service by the key that the page subscribed to. */
function mustBeSigned(header: string, audience: string) {
  const [, token = "", key = ""] = /^vapid t=([^,]+), k=(.+)$/.exec(header)!
  expect(key).toBe(keys.publicKey)
  const [head, claims, signature] = token.split(".")
  const point = Buffer.from(key, "base64url")
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((it) => it.toString("base64url"))
  const jwk = createPublicKey({ key: { kty: "EC", crv: "P-256", x: x!, y: y! }, format: "jwk" })
  const signed = Buffer.from(`${head}.${claims}`)
  expect(verify("sha256", signed, { key: jwk, dsaEncoding: "ieee-p1363" }, Buffer.from(signature!, "base64url"))).toBe(
    true,
  )
  expect(JSON.parse(Buffer.from(claims!, "base64url").toString()).aud).toBe(audience)
}

let world: TestWorld
let app: Apps
let service: Server
let arrived: { path: string; headers: Record<string, string | string[] | undefined>; body: Buffer }[]
let answers: number
let texts: Text[]
const gateway = async (it: Text) => void texts.push(it)
const address = (name: string) => `http://127.0.0.1:${(service.address() as AddressInfo).port}/${name}`
let push: Push

beforeEach(async () => {
  world = await aWorld(at("09:00"))
  app = apps(world)
  arrived = []
  texts = []
  answers = 201
  service = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on("data", (part: Buffer) => parts.push(part))
    request.on("end", () => {
      arrived.push({ path: request.url ?? "", headers: request.headers, body: Buffer.concat(parts) })
      response.writeHead(answers).end()
    })
  })
  await new Promise<void>((listening) => service.listen(0, "127.0.0.1", listening))
  push = pusher(keys, { url: "https://doorstep.test", demonstration: true })
})
afterEach(async () => {
  service.closeAllConnections()
  await new Promise((closed) => service.close(closed))
})

/** Who has the unit's first watch now, with a browser of their own. */
async function onDuty(name = "one") {
  const chief = await aClerk(world, app.staff, "chief-p02")
  const roster = (await chief.get("/staff/roster")).body
  const id: string = roster.now.staff[0].id
  const officer = await aClerk(world, app.staff, id)
  const browser = aBrowser(address(name))
  const said = await officer.post("/staff/reach", { to: { change: "push", subscription: browser.subscription } })
  expect([said.status, said.body.browsers]).toEqual([200, 1])
  return { id, officer, browser, deputy: roster.now.staff[1].id as string }
}

async function reported() {
  const { status } = await report(
    world,
    { kind: "anyone" },
    {
      key: anOp(),
      told: {
        where: { text: "一楼滑梯旁", venue: "thaihot-plaza" },
        when: { at: world.now(), about: false },
        phone: "+8613800138000",
        child: { sex: "girl", age: 6 },
        relation: "parent",
        details: { name: "小禾" },
      },
    },
  )
  return status.id
}
type Call = Extract<Notice, { kind: "duty" | "duty-ended" }>
const aMessage = (id: string, more: Partial<Call> = {}): Call => ({
  id: `duty:${id}:${unit}:${more.v ?? 1}`,
  by: "system:alerts",
  op: "alert:1",
  at: world.now(),
  kind: "duty",
  report: id,
  unit,
  step: 0,
  since: world.now(),
  v: 1,
  ...more,
})
const tell = (message: Notice) => notify(world, gateway, message, push)

describe("an officer on duty", () => {
  it("is pushed to in the browsers' own protocol: that there is an alert, nothing of whom", async () => {
    const { browser } = await onDuty()
    const id = await reported()
    await tell(aMessage(id))
    expect(arrived.length).toBe(1)
    const [{ headers, body }] = arrived as [(typeof arrived)[0]]
    expect(headers).toMatchObject({ "content-encoding": "aes128gcm", urgency: "high", ttl: "600" })
    mustBeSigned(String(headers.authorization), new URL(address("")).origin)
    expect(JSON.parse(browser.read(body))).toEqual({ kind: "duty", link: `/app/duty/#${id}` })
    const stranger = aBrowser(address("x"))
    expect(() => stranger.read(body)).toThrow()
  })

  it("gets a message with the link, too: nothing of the child", async () => {
    const { id: officer } = await onDuty()
    const id = await reported()
    await tell(aMessage(id))
    const { phone } = await pushes.find(world, officer)
    expect(texts).toEqual([
      {
        id: `duty:${id}:${unit}:1:${officer}`,
        to: phone?.to,
        text: `【家门口】有新的走失警情待签收，请马上打开：http://doorstep.test/app/duty/#${id}`,
      },
    ])
  })

  it("is told once however often the message comes, and by what failed again", async () => {
    await onDuty()
    const id = await reported()
    answers = 500
    await expect(tell(aMessage(id))).rejects.toThrow("500")
    expect([arrived.length, texts.length]).toEqual([1, 1])
    answers = 201
    // The lease of what failed is over.
    world.wait(2)
    for (let i = 0; i < 3; i++) await tell(aMessage(id))
    expect([arrived.length, texts.length]).toEqual([2, 1])
    // A further step is told anew.
    await tell(aMessage(id, { v: 2, step: 1 }))
    expect(arrived.length).toBe(3)
  })

  it("is alone at first; the deputy hears at the second step", async () => {
    const { deputy } = await onDuty()
    const id = await reported()
    const to = async (officer: string) => (await pushes.find(world, officer)).phone?.to
    await tell(aMessage(id))
    expect(texts.map((it) => it.to)).not.toContain(await to(deputy))
    await tell(aMessage(id, { v: 2, step: 1 }))
    expect(texts.map((it) => it.to)).toContain(await to(deputy))
  })

  it("hears nothing of what somebody has acknowledged since, but of what was handed to them later, and of the end", async () => {
    const { officer } = await onDuty()
    const id = await reported()
    const message = aMessage(id)
    world.wait(1)
    await officer.post(`/staff/reports/${id}`, { act: "acknowledge" })
    await tell(message)
    await tell(aMessage(id, { kind: "duty-ended", id: "too early" }))
    expect([arrived.length, texts.length]).toEqual([0, 0])
    world.wait(1)
    await tell(aMessage(id, { v: 3 }))
    expect(arrived.length).toBe(1)
    // Called before it was acknowledged, and told of so late: as if nothing were.
    await tell(aMessage(id, { v: 4, since: message.since }))
    expect(arrived.length).toBe(1)
    await officer.post(`/staff/reports/${id}`, { act: "cancel", text: "已到家" })
    await tell(aMessage(id, { kind: "duty-ended", v: 5, id: "ended" }))
    expect([arrived.length, texts.at(-1)?.text]).toEqual([2, expect.stringContaining("走失警情已结束")])
  })

  it("who was called hears of the end though the watch has changed; who was not called hears of none", async () => {
    const { id: officer } = await onDuty()
    const to = async (name: string) => (await pushes.find(world, name)).phone?.to
    const id = await reported()
    await tell(aMessage(id))
    expect(texts.map((it) => it.to)).toEqual([await to(officer)])
    const day = 24 * 60
    world.wait(day)
    const chief = await aClerk(world, app.staff, "chief-p02")
    const watch: { id: string }[] = (await chief.get("/staff/roster")).body.now.staff
    expect(watch[0]!.id).not.toBe(officer)
    await reports.changed(world, { kind: "system", name: "test" }, "end", id, (it) => ({
      after: { ...it, state: "cancelled" },
    }))
    texts = []
    await tell(aMessage(id, { kind: "duty-ended", v: 2, id: "ended" }))
    expect(texts.map((it) => it.to)).toEqual([await to(officer)])
    expect(arrived.length).toBe(2)
    await tell(aMessage(id, { kind: "duty-ended", unit: "FZ-JA-P01", v: 2, id: "ended elsewhere" }))
    expect([arrived.length, texts.length]).toEqual([2, 1])
  })

  it("of the command centre hears of several children at one place: where they stand, not of one to acknowledge", async () => {
    const { browser } = await onDuty()
    const { step: _, since: __, report: ___, ...rest } = aMessage("x")
    await tell({ ...rest, kind: "duty-pattern" })
    expect(JSON.parse(browser.read(arrived[0]!.body))).toEqual({ kind: "duty-pattern", link: "/app/duty/" })
    expect(texts[0]?.text).toBe("【家门口】同一地点有多起走失警情，请打开查看：http://doorstep.test/app/duty/")
  })

  it("hears of no drill", async () => {
    const { officer } = await onDuty()
    const { id } = (await officer.post("/staff/roster/drill")).body
    await tell(aMessage(id))
    const by = { kind: "staff", id: "officer-p02", name: "周警官", role: "officer", station: unit } as const
    await tell(aMessage((await startDrill(world, by, { op: randomUUID() })).status.id))
    expect([arrived.length, texts.length]).toEqual([0, 0])
  })

  it("is asked no more at a browser that has gone", async () => {
    const { id: officer } = await onDuty()
    answers = 410
    await tell(aMessage(await reported()))
    expect((await pushes.find(world, officer)).browsers).toEqual([])
    answers = 201
    await tell(aMessage(await reported()))
    expect(arrived.length).toBe(1)
  })
})

describe("how an officer is reached", () => {
  it("is kept sealed, and masked where it is shown", async () => {
    const { officer, browser } = await onDuty()
    await officer.post("/staff/reach", { to: { change: "phone", mobile: "13700137000", language: "en" } })
    expect((await officer.get("/staff/reach")).body).toMatchObject({
      phone: { masked: "137****7000", language: "en" },
      browsers: 1,
    })
    const items = JSON.stringify((await world.db.send(new ScanCommand({ TableName: world.tables.live }))).Items)
    expect(items).not.toMatch(/13700137000|13900000/)
    expect(items).not.toContain(browser.subscription.endpoint)
    await tell(aMessage(await reported()))
    expect(texts[0]).toMatchObject({ to: "+8613700137000", text: expect.stringContaining("A missing-child alert") })
  })

  it("is each officer's own, and ends when they say so", async () => {
    const { id, officer, browser } = await onDuty()
    await officer.post("/staff/reach", { to: { change: "no-push", endpoint: browser.subscription.endpoint } })
    await officer.post("/staff/reach", { to: { change: "no-phone" } })
    expect(await pushes.find(world, id)).toEqual({ browsers: [] })
    await tell(aMessage(await reported()))
    expect([arrived.length, texts.length]).toEqual([0, 0])
  })

  it("takes no address that is not a push service's", async () => {
    const { officer, browser } = await onDuty()
    for (const endpoint of [
      "https://example.com/push",
      "https://fcm.googleapis.com.example.com/x",
      "https://user@fcm.googleapis.com/x",
      "http://fcm.googleapis.com/x",
      "https://169.254.169.254/latest/meta-data",
    ]) {
      const { status, body } = await officer.post("/staff/reach", {
        to: { change: "push", subscription: { ...browser.subscription, endpoint } },
      })
      expect([endpoint, status, body.fields?.[0]?.fault]).toEqual([endpoint, 400, "subscription"])
    }
    expect(isPushService("http://127.0.0.1:1234/x", false)).toBe(false)
    for (const host of [
      "fcm.googleapis.com",
      "updates.push.services.mozilla.com",
      "web.push.apple.com",
      "wns2-par02p.notify.windows.com",
    ])
      expect(isPushService(`https://${host}/x`, false)).toBe(true)
    // Whatever was kept: nothing else is called on its word.
    expect(await pusher(keys, { url: "https://d.test", demonstration: false })(browser.subscription, "{}")).toBe("gone")
    expect(arrived).toEqual([])
  })
})
