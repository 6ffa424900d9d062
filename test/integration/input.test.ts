/**
 * Bad input: whatever is sent to whichever route, the answer is clear, in the reader's language, and nothing is half-saved.
 * First by hand, field by field; then two thousand requests made from the API description by a seeded chance.
 */
import { createHash, randomUUID, sign } from "node:crypto"
import { ScanCommand } from "@aws-sdk/lib-dynamodb"
import type { Hono } from "hono"
import { beforeAll, describe, expect, it } from "vitest"
import { newFormKey } from "#actions/forms"
import type { Env } from "#api/http"
import { audiences, description } from "#api/openapi"
import { stations } from "#domain/demonstration"
import { referenceOf } from "#domain/id"
import { maskedName } from "#domain/person"
import { lanesOf } from "#domain/places"
import { problems } from "#domain/problem"
import { serviceIds } from "#domain/service"
import { detailNames } from "#domain/told"
import { find, openPerson } from "#store/appointments"
import { type Apps, aClerk, aDevice, apps, aResident, type Reply, send, signedBy } from "#test/apps"
import { at, monday } from "#test/builders"
import { aMobile, anIdNumber } from "#test/people"
import { aWorld, type TestWorld } from "#test/world"
import { faultWords, problemWords } from "#web/words/problems"

type Json = Record<string, unknown>
type Sent = { params?: Json; query?: Json; body?: Json }
type Audience = keyof Apps

const tuesday = "2026-11-24"
const languages = ["zh", "en"] as const
type Language = (typeof languages)[number]

let world: TestWorld
let app: Apps
let resident: Awaited<ReturnType<typeof aResident>>
let chief: Awaited<ReturnType<typeof aClerk>>
let auditor: Awaited<ReturnType<typeof aClerk>>
let kiosk: Awaited<ReturnType<typeof aDevice>>
let spare: Awaited<ReturnType<typeof aDevice>>
let held: { link: string; ref: string; v: number }

beforeAll(async () => {
  world = await aWorld(at("09:00"))
  app = apps(world)
  resident = await aResident(world, app.resident, aMobile(1))
  chief = await aClerk(world, app.staff, "chief-p01")
  auditor = await aClerk(world, app.staff, "auditor-p01")
  kiosk = await aDevice(world, app.device)
  spare = await aDevice(world, app.device)
  const good = await valid["POST /api/appointments"]!()
  const booked = await ask("POST /api/appointments", good)
  expect(booked.status).toBe(201)
  held = booked.body
})

const routes = Object.entries(audiences).flatMap(([audience, table]) =>
  Object.keys(table).map((name) => ({ name, audience: audience as Audience })),
)
const audienceOf = (name: string): Audience => routes.find((it) => it.name === name)!.audience
const anOp = () => ({ op: randomUUID() })
/** What makes a report. */
const aTelling = () => ({
  where: { text: "泰禾广场" },
  when: { at: at("08:50"), about: false },
  phone: aMobile(700_001),
  child: { sex: "girl", age: 5 },
})
const anAddition = () => {
  const { where, when, phone, child } = aTelling()
  const words = Object.fromEntries(detailNames.map((name) => [name, "字"]))
  return { ...words, where, when, phone, ...child, relation: "parent", dispute: false, venueAlert: true }
}
/** A well-formed reference of nothing. */
const nobodys = referenceOf(new Uint8Array(7))
const anOpOn = () => ({ op: randomUUID(), number: "A001" })
const aSchedule = () => ({
  hours: Array.from({ length: 7 }, () => [["09:00", "17:00"]]),
  seasons: [{ from: "06-15", to: "09-15", hours: Array.from({ length: 7 }, () => [["08:00", "16:00", ["pickup"]]]) }],
  holidays: "closed",
  exceptions: { "2026-12-30": [] },
})
/** Of a window that is not there: its reason may be anything, and nothing is closed. */
const aSpan = () => ({ from: "2026-12-30", fromTime: "09:00", to: "2026-12-30", toTime: "12:00", windows: [9] })
const atWindow = (body: () => Json) => () => ({ params: { window: "1" }, body: body() })

/** One good request of every route. */
const valid: Record<string, () => Sent | Promise<Sent>> = {
  "GET /api/services": () => ({}),
  "GET /api/stations": () => ({ query: { services: "rp-endorse", lat: "26.1", lng: "119.3", place: "1" } }),
  "GET /api/stations/:station/places": () => ({
    params: { station: "FZ-JA-P01" },
    query: { services: "rp-endorse,rp-address", date: tuesday },
  }),
  "GET /api/stations/:station/live": () => ({ params: { station: "FZ-JA-P01" } }),
  "POST /api/form-keys": () => ({}),
  "POST /api/codes": () => ({ body: { mobile: aMobile(700_000), language: "en" } }),
  "POST /api/sessions": () => ({ body: { mobile: aMobile(700_000), code: "000000" } }),
  "POST /api/sessions/end": () => ({}),
  "POST /api/appointments": async () => ({
    body: {
      key: await resident.key(),
      station: "FZ-JA-P01",
      services: ["rp-endorse"],
      date: tuesday,
      time: lanesOf(stations[0]!, "rp", tuesday)[0]!.times[0],
      name: "张三",
      idNumber: anIdNumber(400),
      language: "zh",
      who: "parent",
      guardian: { name: "李四", idNumber: anIdNumber(399) },
      consent: "none needed",
      notice: "2026-11-23",
    },
  }),
  "POST /api/groups": async () => ({
    body: {
      key: await resident.key(),
      station: "FZ-JA-P01",
      services: ["rp-endorse"],
      from: tuesday,
      list: { text: `张三,${anIdNumber(401)}` },
      language: "zh",
      notice: "2026-11-23",
    },
  }),
  "GET /api/groups/:group": () => ({ params: { group: "A".repeat(40) } }),
  "POST /api/groups/:group/proceed": () => ({ params: { group: "A".repeat(40) } }),
  "POST /api/appointments/find": () => ({ body: { ref: held.ref, last4: "0001" } }),
  "GET /api/appointments/:link": () => ({ params: { link: held.link } }),
  "POST /api/appointments/:link/cancel": () => ({ params: { link: held.link }, body: { v: 99 } }),
  "POST /api/appointments/:link/move": () => ({
    params: { link: held.link },
    body: { ...anOp(), v: 99, station: "FZ-JA-P01", date: tuesday, time: "09:30" },
  }),
  "POST /api/appointments/:link/accept": () => ({ params: { link: held.link }, body: { ...anOp(), proposal: "none" } }),
  "POST /api/appointments/:link/decline": () => ({ params: { link: held.link }, body: { proposal: "none" } }),
  "POST /api/appointments/:link/wish": () => ({
    params: { link: held.link },
    body: { v: 99, from: tuesday, to: tuesday, after: "08:00", before: "12:00" },
  }),
  "POST /api/appointments/:link/wish/end": () => ({ params: { link: held.link } }),
  "GET /api/appointments/:link/standing": () => ({ params: { link: held.link } }),
  "POST /api/appointments/:link/appeal": () => ({
    params: { link: held.link },
    body: { ref: held.ref, text: "生病住院" },
  }),
  "POST /api/appointments/:link/correct": () => ({
    params: { link: held.link },
    body: { ...anOp(), v: 99, name: "李四", mobile: aMobile(700_003), guardianName: "王丽", idLast4: "001X" },
  }),
  "POST /api/appointments/:link/leave": () => ({ params: { link: held.link } }),
  "POST /api/own": () => ({ body: { idNumber: anIdNumber(900) } }),
  "POST /api/own/export": () => ({ body: { idNumber: anIdNumber(900) } }),
  "POST /api/own/delete": () => ({ body: { ...anOp(), idNumber: anIdNumber(900) } }),
  "POST /api/own/consents/:consent/withdraw": () => ({ params: { consent: "A".repeat(40) } }),
  "POST /api/stations/:station/tickets": () => ({
    params: { station: "FZ-JA-P01" },
    body: { ...anOp(), service: "rp-endorse", language: "zh" },
  }),
  "POST /api/reports/keys": () => ({}),
  "POST /api/reports": () => ({ body: { key: "any key will do", ...aTelling(), relation: "parent", details: {} } }),
  "GET /api/reports/:link": () => ({ params: { link: "A".repeat(40) } }),
  "POST /api/reports/:link/additions": () => ({
    params: { link: "A".repeat(40) },
    body: { ...anOp(), ...anAddition() },
  }),
  "POST /api/reports/:link/photo": () => ({ params: { link: "A".repeat(40) } }),
  "POST /api/reports/:link/found": () => ({
    params: { link: "A".repeat(40) },
    body: { ...anOp(), note: "在三楼" },
  }),
  "POST /api/tickets/:ticket/leave": () => ({ params: { ticket: "A".repeat(40) } }),
  "GET /api/stations/:station/tickets/:date/:number": () => ({
    params: { station: "FZ-JA-P01", date: monday, number: "A001" },
  }),
  "GET /device/clock": () => ({}),
  "POST /device/pair": () => ({
    body: { code: "ABCDEFGHJK", publicKey: { kty: "EC", crv: "P-256", x: "x".repeat(43), y: "y".repeat(43) } },
  }),
  "GET /device/me": () => ({}),
  "GET /device/live": () => ({}),
  "POST /device/tickets": () => ({ body: { ...anOp(), service: "rp-endorse", priority: false, again: false } }),
  "POST /device/check-ins": () => ({ body: { ...anOp(), shown: { ref: held.ref }, priority: false } }),
  "POST /device/tickets/:number/return": () => ({ params: { number: "A001" }, body: anOp() }),
  "POST /device/lease": () => ({}),
  "POST /device/merge": () => ({
    body: {
      date: monday,
      tickets: [{ ...anOp(), number: "D001", service: "rp-endorse", priority: false, elapsed: 1000 }],
    },
  }),
  "POST /device/heartbeat": () => ({ body: { paper: "ok", version: "test", offlineTickets: 0 } }),
  "GET /staff/me": () => ({}),
  "POST /staff/sign-out": () => ({}),
  "GET /staff/line": () => ({}),
  "POST /staff/windows/:window/sit": atWindow(anOp),
  "POST /staff/windows/:window/rise": atWindow(anOp),
  "POST /staff/windows/:window/call": atWindow(anOp),
  "POST /staff/windows/:window/recall": atWindow(anOpOn),
  "POST /staff/windows/:window/missed": atWindow(anOpOn),
  "POST /staff/windows/:window/start": atWindow(anOpOn),
  "POST /staff/windows/:window/finish": atWindow(() => ({ ...anOpOn(), outcome: "done" })),
  "POST /staff/windows/:window/pause": atWindow(anOp),
  "POST /staff/windows/:window/resume": atWindow(anOp),
  "POST /staff/windows/:window/park": atWindow(anOpOn),
  "POST /staff/windows/:window/unpark": atWindow(anOpOn),
  "POST /staff/windows/:window/undo": atWindow(anOpOn),
  "POST /staff/windows/:window/call-one": atWindow(() => ({ ...anOpOn(), reason: "老人身体不适" })),
  "POST /staff/windows/:window/transfer": atWindow(() => ({ ...anOpOn(), toWindow: 2, toService: "rp-endorse" })),
  "POST /staff/line/tickets": () => ({ body: { ...anOp(), stopped: false } }),
  "GET /staff/windows": () => ({}),
  "POST /staff/windows": () => ({ body: { ...anOp(), v: 1, windows: [{ no: 1, services: ["rp-endorse"] }] } }),
  "GET /staff/calendar": () => ({}),
  "POST /staff/calendar/preview": () => ({ body: { schedule: aSchedule() } }),
  "POST /staff/calendar": () => ({ body: { ...anOp(), v: 1, schedule: aSchedule() } }),
  "GET /staff/closures": () => ({}),
  "POST /staff/closures/preview": () => ({ body: aSpan() }),
  "POST /staff/closures": () => ({ body: { ...anOp(), ...aSpan(), reason: "线路检修" } }),
  "POST /staff/closures/:closure/take-back": () => ({ params: { closure: "closed-abcdef" }, body: anOp() }),
  "GET /staff/conflicts": () => ({}),
  "GET /staff/sessions": () => ({}),
  "POST /staff/sessions/end": () => ({}),
  "GET /staff/members": () => ({}),
  "POST /staff/members/:member/lock": () => ({ params: { member: "clerk-p01-2" }, body: anOp() }),
  "POST /staff/members/:member/unlock": () => ({ params: { member: "clerk-p01-2" }, body: anOp() }),
  "POST /staff/members/:member/end-sessions": () => ({ params: { member: "clerk-p01-2" }, body: anOp() }),
  "GET /staff/statistics": () => ({ query: { from: monday, to: monday, grain: "day" } }),
  "GET /staff/statistics/export": () => ({ query: { from: monday, to: monday, grain: "month" } }),
  "GET /staff/policy": () => ({}),
  "POST /staff/policy/preview": () => ({ body: { change: { overWaiting: 45 } } }),
  "POST /staff/policy": () => ({ body: { ...anOp(), v: 1, change: { overWaiting: 45 } } }),
  "POST /staff/tickets/:number/return": () => ({ params: { number: "A001" }, body: anOp() }),
  "GET /staff/visitors/:number": () => ({ params: { number: "A001" } }),
  "GET /staff/appointments": () => ({ query: { date: tuesday } }),
  "POST /staff/appointments/:ref/reveal": () => ({ params: { ref: held.ref }, body: { reason: "电话告知停办" } }),
  "GET /staff/absences/:ref": () => ({ params: { ref: held.ref } }),
  "POST /staff/absences/:ref": () => ({ params: { ref: held.ref }, body: { excused: true, reason: "住院证明" } }),
  "GET /staff/tasks": () => ({ query: { date: tuesday, window: "1" } }),
  "GET /staff/reports": () => ({}),
  "GET /staff/ended-reports": () => ({ query: { before: "1795420800000" } }),
  "GET /staff/reports/:report/standing": () => ({ params: { report: nobodys } }),
  "GET /staff/reports/:report": () => ({ params: { report: nobodys } }),
  "POST /staff/reports/:report/open": () => ({
    params: { report: nobodys },
    body: { ...anOp(), reason: "统一认证没有应答" },
  }),
  "GET /staff/reports/:report/photos/:photo": () => ({
    params: { report: nobodys, photo: "aPhotoOf22CharactersOk" },
    query: { pass: "aPassOfNobodyForNothing" },
  }),
  "GET /staff/reports/:report/package": () => ({ params: { report: nobodys } }),
  "POST /staff/reports/:report": () => ({
    params: { report: nobodys },
    body: { ...anOp(), act: "offer", to: "FZ-JA-P02", reason: "seen-there", text: "在那边被看到" },
  }),
  "GET /staff/audit/scopes": () => ({}),
  "GET /staff/audit": () => ({
    query: {
      date: tuesday,
      scope: "FZ-JA-P01",
      what: "call",
      who: "staff:clerk-p01-1",
      thing: "live/line#",
      cursor: "2026-11-23T01:00:00.000Z#1",
    },
  }),
  "GET /staff/audit/export": () => ({
    query: { date: tuesday, scope: "FZ-JA-P01", cursor: "2026-11-23T01:00:00.000Z#1" },
  }),
  "GET /staff/audit/chain": () => ({ query: { scope: "FZ-JA-P01", to: tuesday } }),
  "GET /staff/audit/openings": () => ({ query: { date: tuesday, scope: "FZ-JA-P01" } }),
  "POST /staff/audit/reviews": () => ({
    body: {
      ...anOp(),
      date: tuesday,
      scope: "FZ-JA-P01",
      name: "2026-11-23T01:00:00.000Z#1",
      verdict: "fit",
      reason: "案件在办",
    },
  }),
  "GET /staff/roster": () => ({}),
  "POST /staff/roster/swap": () => ({
    body: { ...anOp(), v: 1, date: tuesday, shift: "primary", staff: "officer-p01" },
  }),
  "POST /staff/roster/drill": () => ({ body: anOp() }),
  "GET /staff/reach": () => ({}),
  "POST /staff/reach": () => ({ body: { ...anOp(), to: { change: "phone", mobile: aMobile(7), language: "zh" } } }),
  "GET /staff/card": () => ({}),
  "POST /staff/card": () => ({
    body: {
      ...anOp(),
      v: 0,
      sex: "girl",
      age: 6,
      clothing: "红色外套",
      place: "一楼滑梯旁",
      time: "18:40",
      hotline: "110",
      minutes: 120,
      report: nobodys,
    },
  }),
  "POST /staff/card/withdraw": () => ({ body: { ...anOp(), v: 0 } }),
  "GET /staff/devices": () => ({}),
  "POST /staff/devices/invite": () => ({ body: { kind: "display", name: "大厅屏" } }),
  "POST /staff/devices/:device/revoke": () => ({ params: { device: spare.id }, body: anOp() }),
}

const text = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value))

function addressOf(name: string, { params = {}, query = {} }: Sent) {
  const path = name.split(" ")[1]!.replace(/:(\w+)/g, (_, key) => encodeURIComponent(wellFormed(text(params[key]))))
  const search = Object.entries(query)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(wellFormed(text(value)))}`)
    .join("&")
  return new URL(search ? `${path}?${search}` : path, "http://x").href.slice("http://x".length)
}
const wellFormed = (it: string | undefined) => (it ?? "").toWellFormed()

/** Sends what is given, as the actor whom the route is for. */
async function raw(
  audience: Audience,
  method: string,
  path: string,
  body: string | undefined,
  headers: Record<string, string> = {},
): Promise<Reply> {
  const mine =
    audience === "staff"
      ? (path.startsWith("/staff/audit") ? auditor : chief).headers
      : audience === "resident" || audience === "report"
        ? // The others go on.
          path === "/api/sessions/end"
          ? {}
          : { cookie: resident.cookie }
        : signedBy(kiosk.id, kiosk.key, method, path, undefined, world.now())
  const signed = audience === "device" && body !== undefined ? signedText(method, path, body) : mine
  const answer = await (app[audience] as Hono<Env>).request(path, {
    method,
    headers: {
      "x-doorstep-edge": "edge",
      "x-doorstep-address": "10.0.0.1",
      ...signed,
      ...(body !== undefined && { "content-type": "application/json" }),
      ...headers,
    },
    ...(body !== undefined && { body }),
  })
  const reply = await answer.text()
  const json = /json/.test(answer.headers.get("content-type") ?? "") && reply
  return { status: answer.status, body: json ? JSON.parse(reply) : undefined, headers: answer.headers, text: reply }
}
/** As signedBy, over a body that need not be JSON. */
function signedText(method: string, path: string, body: string) {
  const time = String(world.now())
  const hash = createHash("sha256").update(body).digest("hex")
  const said = Buffer.from([method, path, time, hash].join("\n"))
  const signature = sign("sha256", said, { key: kiosk.key, dsaEncoding: "ieee-p1363" }).toString("base64url")
  return { "x-doorstep-device": kiosk.id, "x-doorstep-time": time, "x-doorstep-signature": signature }
}

const ask = (name: string, sent: Sent, headers: Record<string, string> = {}) =>
  raw(
    audienceOf(name),
    name.split(" ")[0]!,
    addressOf(name, sent),
    sent.body === undefined ? undefined : JSON.stringify(sent.body),
    headers,
  )

/** A refusal as every reader may expect it; nothing of our inside in it. */
function mustBeClear(reply: Reply, language: Language, what: unknown) {
  const { status, body, headers } = reply
  const told = JSON.stringify({ what, status, text: reply.text.slice(0, 300) })
  expect(status, told).not.toBe(500)
  expect(reply.text, told).not.toMatch(/node_modules|\.ts:\d|\bat .+:\d+:\d+|[A-Z]\w+Error\b|Exception/)
  if (status < 400) return
  expect(headers.get("content-type"), told).toBe("application/problem+json; charset=utf-8")
  expect(Object.keys(problems), told).toContain(body.code)
  expect(body, told).toMatchObject({
    status: problems[body.code as keyof typeof problems],
    title: problemWords[body.code as keyof typeof problems][language],
    type: `urn:doorstep:problem:${body.code}`,
  })
  expect(body.status, told).toBe(status)
  expect(headers.get("content-language"), told).toBe(language === "zh" ? "zh-CN" : "en")
  expect(headers.get("cache-control"), told).toBe("private, no-store")
  for (const it of body.fields ?? []) expect(it.message, told).toBe(faultWords[it.fault]![language])
}

const itemsOf = async (table: "bookings" | "live") => {
  const items: Json[] = []
  let start: Json | undefined
  do {
    const page = await world.db.send(
      new ScanCommand({
        TableName: world.tables[table],
        ConsistentRead: true,
        ...(start && { ExclusiveStartKey: start }),
      }),
    )
    items.push(...(page.Items ?? []))
    start = page.LastEvaluatedKey
  } while (start)
  return items as (Json & { pk: string; sk: string })[]
}
/** What is kept, but for counters of attempts and staff's sessions that live on by use. */
const kept = async () =>
  (await Promise.all([itemsOf("bookings"), itemsOf("live")]))
    .flat()
    .filter((it) => !/^(limit|staff-session|report-status|reporter|data-key)#/.test(it.pk))
    .map((it) => JSON.stringify(it))
    .toSorted()

const longName = `阿卜杜拉·${"𠮷".repeat(20)}·${"买".repeat(23)}𪜀`
const nested = (depth: number, value: unknown = 1): unknown => {
  let it = value
  for (let i = 0; i < depth; i++) it = [it]
  return it
}

describe("a field that cannot be right", () => {
  const id = anIdNumber(7)
  const wrongCheck = id.slice(0, 17) + (id[17] === "1" ? "2" : "1")
  const sql = "张三'); DROP TABLE Bookings;--"
  const script = "<script>alert(1)</script>"
  const table: [route: string, change: Sent, field: string, fault: string][] = [
    ["POST /api/appointments", { body: { idNumber: wrongCheck } }, "idNumber", "id-check"],
    ["POST /api/appointments", { body: { idNumber: "350199900307001" } }, "idNumber", "id-fifteen"],
    ["POST /api/appointments", { body: { idNumber: "35019919900230001X" } }, "idNumber", "id-birth"],
    ["POST /api/appointments", { body: { idNumber: "003333199003070010" } }, "idNumber", "id-form"],
    ["POST /api/appointments", { body: { idNumber: "990199199003070010" } }, "idNumber", "id-area"],
    ["POST /api/appointments", { body: { idNumber: "" } }, "idNumber", "id-form"],
    ["POST /api/appointments", { body: { date: "2026-02-30" } }, "date", "date"],
    ["POST /api/appointments", { body: { date: "2026-11-31" } }, "date", "date"],
    ["POST /api/appointments", { body: { date: "23.11.2026" } }, "date", "date"],
    ["POST /api/appointments", { body: { time: "24:00" } }, "time", "time"],
    ["POST /api/appointments", { body: { time: "9:30" } }, "time", "time"],
    ["POST /api/appointments", { body: { station: "nowhere" } }, "station", "station"],
    ["POST /api/appointments", { body: { services: [] } }, "services", "services-none"],
    ["POST /api/appointments", { body: { services: serviceIds.slice(0, 5) } }, "services", "services-most"],
    ["POST /api/appointments", { body: { services: Array(2).fill("rp-endorse") } }, "services", "services-twice"],
    ["POST /api/appointments", { body: { services: ["rp-endorse", "visa"] } }, "services.1", "service"],
    ["POST /api/appointments", { body: { services: ["rp-endorse", "id-renew"] } }, "services", "one-group"],
    ["POST /api/appointments", { body: { name: sql } }, "name", "name-characters"],
    ["POST /api/appointments", { body: { name: script } }, "name", "name-characters"],
    ["POST /api/appointments", { body: { name: "张\u0000三" } }, "name", "name-characters"],
    ["POST /api/appointments", { body: { name: "张\ud800" } }, "name", "name-characters"],
    ["POST /api/appointments", { body: { name: "  " } }, "name", "name-missing"],
    ["POST /api/appointments", { body: { name: `${longName}一` } }, "name", "name-long"],
    ["POST /api/appointments", { body: { key: "" } }, "key", "key"],
    ["POST /api/appointments", { body: { language: "fr" } }, "language", "other"],
    ["POST /api/codes", { body: { mobile: "12345678901" } }, "mobile", "mobile"],
    ["POST /api/codes", { body: { mobile: "13800138000; --" } }, "mobile", "mobile"],
    ["POST /api/sessions", { body: { code: "12345" } }, "code", "code"],
    ["POST /api/appointments/find", { body: { ref: "K7QM3TXW9B2B" } }, "ref", "reference"],
    ["POST /api/appointments/find", { body: { last4: "12a4" } }, "last4", "last4"],
    ["GET /api/appointments/:link", { params: { link: "short" } }, "link", "link"],
    ["GET /api/stations/:station/places", { query: { date: "2026-02-30" } }, "date", "date"],
    ["GET /api/stations/:station/places", { query: { services: "visa" } }, "services.0", "service"],
    ["GET /api/stations/:station/places", { query: { services: "rp-endorse,id-renew" } }, "services", "one-group"],
    ["GET /api/stations", { query: { services: serviceIds.slice(0, 5).join() } }, "services", "services-most"],
    ["GET /api/stations", { query: { services: serviceIds.join() } }, "services", "services-most"],
    ["GET /api/stations", { query: { services: "id-renew,id-renew" } }, "services", "services-twice"],
    ["GET /api/stations", { query: { lat: "91" } }, "lat", "place"],
    ["GET /api/stations", { query: { lng: "1e999" } }, "lng", "other"],
    ["GET /api/stations/:station/tickets/:date/:number", { params: { number: "12" } }, "number", "ticket-number"],
    ["GET /api/stations/:station/tickets/:date/:number", { params: { date: "2026-02-30" } }, "date", "date"],
    ["POST /api/stations/:station/tickets", { body: { service: "visa" } }, "service", "service"],
    ["POST /api/stations/:station/tickets", { body: { op: "short" } }, "op", "operation-id"],
    ["POST /api/stations/:station/tickets", { body: { language: "fr" } }, "language", "other"],
    ["POST /api/stations/:station/tickets", { params: { station: "nowhere" } }, "station", "station"],
    ["POST /api/tickets/:ticket/leave", { params: { ticket: "short" } }, "ticket", "link"],
    ["GET /api/reports/:link", { params: { link: "short" } }, "link", "link"],
    ["POST /api/reports", { body: { where: { text: " " } } }, "where", "where-missing"],
    ["POST /api/reports", { body: { phone: "119" } }, "phone", "dialable"],
    ["POST /api/reports", { body: { child: { sex: "girl", age: 131 } } }, "child.age", "age"],
    ["POST /api/reports", { body: { child: { sex: "cat", age: 5 } } }, "child.sex", "sex-missing"],
    ["POST /api/reports/:link/additions", { body: { op: "short" } }, "op", "operation-id"],
    ["POST /api/reports/:link/additions", { body: { phone: "13800138" } }, "phone", "dialable"],
    ["POST /api/reports/:link/found", { body: { note: "长".repeat(501) } }, "note", "note"],
    ["POST /device/tickets", { body: { service: "visa" } }, "service", "service"],
    ["POST /device/tickets", { body: { op: "' OR 1=1" } }, "op", "operation-id"],
    ["POST /device/check-ins", { body: { shown: { idNumber: wrongCheck } } }, "shown.idNumber", "id-check"],
    ["POST /device/check-ins", { body: { shown: { ref: "K7QM3TXW9B2B" } } }, "shown.ref", "reference"],
    ["POST /device/check-ins", { body: { shown: { scanned: "https://example.org/" } } }, "scanned", "scanned"],
    [
      "POST /device/pair",
      { body: { publicKey: { kty: "RSA", crv: "P-256", x: "x".repeat(43), y: "y".repeat(43) } } },
      "publicKey.kty",
      "other",
    ],
    ["POST /staff/windows/:window/call", { params: { window: "0" } }, "window", "window"],
    ["POST /staff/windows/:window/call", { params: { window: "1.5" } }, "window", "window"],
    ["POST /staff/windows/:window/start", { body: { number: "A1" } }, "number", "ticket-number"],
    ["POST /staff/devices/invite", { body: { name: "屏".repeat(41) } }, "name", "device-name"],
    ["POST /staff/devices/invite", { body: { name: "屏\ud800" } }, "name", "device-name"],
    ["POST /staff/devices/invite", { body: { name: "屏\u0000" } }, "name", "device-name"],
    ["POST /staff/card", { body: { age: 18 } }, "age", "card-age"],
    ["POST /staff/card", { body: { age: 6.5 } }, "age", "card-age"],
    ["POST /staff/card", { body: { clothing: " " } }, "clothing", "card-text"],
    ["POST /staff/card", { body: { place: "楼".repeat(61) } }, "place", "card-text"],
    ["POST /staff/card", { body: { place: script } }, "place", "card-text"],
    ["POST /staff/card", { body: { clothing: "红外套，妈妈电话 138 0013-8000" } }, "clothing", "card-private"],
    ["POST /staff/card", { body: { place: "家长１３８００１３８０００" } }, "place", "card-private"],
    ["POST /staff/card", { body: { time: "24:00" } }, "time", "time"],
    ["POST /staff/card", { body: { hotline: "13800138000" } }, "hotline", "card-hotline"],
    ["POST /staff/card", { body: { hotline: "12" } }, "hotline", "card-hotline"],
    ["POST /staff/card", { body: { minutes: 9 } }, "minutes", "card-minutes"],
    ["POST /staff/card", { body: { minutes: 361 } }, "minutes", "card-minutes"],
    ["POST /staff/devices/:device/revoke", { params: { device: "../pair" } }, "device", "device"],
    ["GET /staff/ended-reports", { query: { before: "yesterday" } }, "before", "time"],
    ["GET /staff/reports/:report/standing", { params: { report: "K7QM3TXW9B2B" } }, "report", "reference"],
    ["GET /staff/reports/:report", { params: { report: "K7QM3TXW9B2B" } }, "report", "reference"],
    ["POST /staff/reports/:report/open", { body: { reason: " 急急急 " } }, "reason", "glass-reason"],
    ["POST /staff/reports/:report/open", { body: { reason: "急".repeat(201) } }, "reason", "glass-reason"],
    ["POST /staff/reports/:report/open", { params: { report: "K7QM3TXW9B2B" } }, "report", "reference"],
    ["GET /staff/reports/:report/photos/:photo", { params: { photo: "../1" } }, "photo", "photo"],
    ["POST /staff/reports/:report", { body: { to: "no such/unit" } }, "to", "station"],
    ["POST /staff/reports/:report", { body: { text: "字" } }, "text", "note"],
    ["POST /staff/roster/swap", { body: { staff: "../x" } }, "staff", "staff-unknown"],
    // The next version would be no number that a table can hold.
    ["POST /staff/roster/swap", { body: { v: Number.MAX_SAFE_INTEGER } }, "v", "other"],
    ["POST /staff/policy", { body: { v: Number.MAX_SAFE_INTEGER } }, "v", "other"],
    ["POST /staff/calendar", { body: { v: Number.MAX_SAFE_INTEGER } }, "v", "other"],
    ["POST /staff/reach", { body: { to: { change: "phone", mobile: "12345" } } }, "to.mobile", "mobile"],
    ["GET /staff/appointments", { query: { date: "2026-02-30" } }, "date", "date"],
    ["GET /staff/tasks", { query: { window: "one" } }, "window", "window"],
  ]
  it.each(table)("%s with %j: %s is %s", async (route, change, field, fault) => {
    const good = await valid[route]!()
    const sent = {
      params: { ...good.params, ...change.params },
      query: { ...good.query, ...change.query },
      ...(good.body && { body: { ...good.body, ...change.body } }),
    }
    const before = await kept()
    for (const language of languages) {
      const reply = await ask(route, sent, { "accept-language": language })
      expect(reply).toMatchObject({ status: 400, body: { code: "invalid-input" } })
      mustBeClear(reply, language, change)
      expect(reply.body.fields.map((it: { field: string }) => it.field)).toEqual([field])
      expect(reply.body.fields[0].fault).toBe(fault)
    }
    expect(await kept()).toEqual(before)
  })

  it("of a place that does not exist is answered as not there", async () => {
    const unknown = "FZ-JA-P99"
    for (const route of ["GET /api/stations/:station/live", "GET /api/stations/:station/places"] as const)
      expect(await ask(route, { ...(await valid[route]!()), params: { station: unknown } })).toMatchObject({
        status: 404,
        body: { code: "station-unknown" },
      })
    const someone = await valid["POST /api/appointments"]!()
    const booking = { body: { ...someone.body, idNumber: anIdNumber(402) } }
    expect(await ask("POST /api/appointments", { body: { ...booking.body, station: unknown } })).toMatchObject({
      status: 404,
      body: { code: "station-unknown" },
    })
    expect(await ask("POST /api/appointments", { body: { ...booking.body, date: "2027-11-23" } })).toMatchObject({
      status: 409,
      body: { code: "not-on-sale" },
    })
    expect(await ask("POST /api/appointments", { body: { ...booking.body, date: "2020-11-23" } })).toMatchObject({
      status: 409,
      body: { code: "time-past" },
    })
  })

  it("of somebody who is not born yet is refused", async () => {
    const booking = await valid["POST /api/appointments"]!()
    const reply = await ask("POST /api/appointments", { body: { ...booking.body, idNumber: "350199203001010016" } })
    expect(reply.status).toBe(400)
    expect(reply.body.fields[0].field).toBe("idNumber")
  })
})

describe("every field of every route", () => {
  type Schema = { properties?: Record<string, unknown>; required?: string[]; oneOf?: Schema[] }
  type Operation = {
    parameters: { name: string; in: "path" | "query"; required: boolean }[]
    requestBody?: { content: { "application/json": { schema: Schema } } }
  }
  const operation = (name: string) => {
    const [method = "", path = ""] = name.split(" ")
    const paths = description().paths as Record<string, Record<string, Operation>>
    return paths[path.replace(/:(\w+)/g, "{$1}")]![method.toLowerCase()]!
  }

  /** Of several shapes, the one that the body names by its act. */
  const propertiesOf = (schema: Schema | undefined, body: Json): Json => {
    const named = schema?.oneOf?.find((it) => (it.properties?.act as Json | undefined)?.const === body.act)
    return (named ?? schema)?.properties ?? {}
  }

  it("is in the good requests of this file, so that none is forgotten", async () => {
    expect(Object.keys(valid).toSorted()).toEqual(routes.map((it) => it.name).toSorted())
    for (const { name } of routes) {
      const { parameters, requestBody } = operation(name)
      const fields = (place: string) => parameters.filter((it) => it.in === place).map((it) => it.name)
      const { params = {}, query = {}, body = {} } = await valid[name]!()
      expect([name, Object.keys(params)]).toEqual([name, fields("path")])
      expect([name, Object.keys(query)]).toEqual([name, fields("query")])
      const properties = propertiesOf(requestBody?.content["application/json"].schema, body)
      expect([name, Object.keys(body).toSorted()]).toEqual([name, Object.keys(properties).toSorted()])
    }
  })

  const wrongTypes = [null, [], {}, nested(40), { toString: "x" }, "", "\u0000", "<script>", "x".repeat(5000), -1.5e300]
  /** These are judged after the schema: by what we issued, or not at all. */
  const anything = [
    "proposal",
    "reason",
    "consent",
    "code",
    "key",
    "v",
    "name",
    "relation",
    "details",
    "text",
    ...detailNames,
  ]
  it.each(routes)("$name: a value of the wrong kind is named, an absent one is missing", async ({ name }) => {
    const good = await valid[name]!()
    const { required = [] } = operation(name).requestBody?.content["application/json"].schema ?? {}
    const before = (await kept()).filter((it) => !it.includes("pairing#"))
    for (const field of Object.keys(good.body ?? {})) {
      for (const value of wrongTypes) {
        const reply = await ask(name, { ...good, body: { ...good.body, [field]: value } })
        mustBeClear(reply, "zh", { name, field, value })
        if (anything.includes(field) && reply.body.code !== "invalid-input") continue
        expect({ name, field, value, ...reply.body }).toMatchObject({ code: "invalid-input" })
        expect(reply.body.fields[0].field.split(".")[0]).toBe(field)
        const { field: named, fault } = reply.body.fields[0]
        expect({ name, value, named, fault }).not.toEqual({ name, value, named: field, fault: "missing" })
      }
      if (!required.includes(field)) continue
      const { [field]: _, ...rest } = good.body!
      const reply = await ask(name, { ...good, body: rest })
      expect(reply.body, `${name} without ${field}`).toMatchObject({ code: "invalid-input", fields: [{ field }] })
      expect(reply.body.fields[0].fault, `${name} without ${field}`).not.toBe("other")
    }
    for (const place of ["params", "query"] as const)
      for (const field of Object.keys(good[place] ?? {}))
        for (const value of ["'", "<script>", "\u0000", "x".repeat(3000), "%", "__proto__", "null", "-1"]) {
          const reply = await ask(name, { ...good, [place]: { ...good[place], [field]: value } })
          mustBeClear(reply, "zh", { name, field, value })
          const wellFormed =
            (field === "device" && /^\w{4,40}$/.test(value)) || (field === "member" && /^[\w-]{1,40}$/.test(value))
          const somewhere = (field === "lat" || field === "lng") && value === "-1"
          const said = field === "place" && value.length <= 60
          const filter = ["what", "who", "thing"].includes(field) && /^[\w:.#/-]{1,200}$/.test(value)
          expect({ field, value, status: reply.status }).toMatchObject({
            status: wellFormed ? 404 : somewhere || said || filter ? 200 : 400,
          })
        }
    expect((await kept()).filter((it) => !it.includes("pairing#"))).toEqual(before)
  })
})

describe("a body", () => {
  const posts = routes.filter((it) => it.name.startsWith("POST"))
  const withBody = async () => {
    const found = []
    for (const it of posts) {
      const sent = await valid[it.name]!()
      if (sent.body) found.push({ ...it, sent, path: addressOf(it.name, sent) })
    }
    return found
  }

  it("of 10 MB is refused at once, whether it says its length or not", async () => {
    const large = `{"name":"${"x".repeat(10 * 1024 * 1024)}"}`
    for (const { name, audience } of posts) {
      const path = addressOf(name, await valid[name]!())
      const said = await raw(audience, "POST", path, large, {
        "content-length": String(large.length),
        "accept-language": "en",
      })
      expect([name, said.status, said.body.code]).toEqual([name, 413, "body-too-large"])
      mustBeClear(said, "en", name)
    }
    for (const audience of Object.keys(audiences) as Audience[]) {
      const { name } = posts.find((it) => it.audience === audience)!
      const silent = await raw(audience, "POST", addressOf(name, await valid[name]!()), large)
      expect([audience, silent.status]).toEqual([audience, 413])
      mustBeClear(silent, "zh", audience)
    }
  })

  it("that is no JSON, or JSON of the wrong shape, is refused as such", async () => {
    const unreadable = ["", "{", "nope", "{'a':1}", "\u0000", '{"op":"x"', "[1,]"]
    const misshapen = [
      "null",
      "true",
      "17",
      '"text"',
      "[]",
      "[[]]",
      "{}",
      `${"[".repeat(10_000)}${"]".repeat(10_000)}`,
      `${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}`,
    ]
    for (const { name, audience, path } of await withBody()) {
      for (const body of unreadable) {
        const reply = await raw(audience, "POST", path, body)
        expect([name, body, reply.body.code]).toEqual([name, body, "malformed-body"])
        mustBeClear(reply, "zh", [name, body])
      }
      for (const body of misshapen) {
        const reply = await raw(audience, "POST", path, body, { "accept-language": "en-GB, zh;q=0.5" })
        expect([name, body.slice(0, 40), reply.body.code]).toEqual([name, body.slice(0, 40), "invalid-input"])
        mustBeClear(reply, "en", [name, body.slice(0, 40)])
      }
    }
  })

  it("of another content type is refused", async () => {
    for (const { name, audience, path, sent } of await withBody())
      for (const type of [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "application/jsonp",
        "",
      ]) {
        const reply = await raw(audience, "POST", path, JSON.stringify(sent.body), { "content-type": type })
        expect([name, type, reply.status, reply.body.code]).toEqual([name, type, 415, "wrong-content-type"])
      }
  })

  it("with the keys of a prototype reaches no prototype", async () => {
    const poison =
      '"__proto__":{"polluted":true,"v":1,"op":"op_polluted"},"constructor":{"prototype":{"polluted":true}},"toString":1,'
    for (const { name, audience, path, sent } of await withBody()) {
      const body = JSON.stringify(sent.body).replace("{", `{${poison}`)
      mustBeClear(await raw(audience, "POST", path, body), "zh", name)
      const empty = await raw(audience, "POST", path, `{${poison.slice(0, -1)}}`)
      expect([name, empty.status]).toEqual([name, 400])
    }
    for (const query of ["__proto__[x]=1", "__proto__=1", "constructor=1", "hasOwnProperty=1"])
      expect((await raw("resident", "GET", `/api/stations?${query}`, undefined)).status).toBe(200)
    expect(({} as Json).polluted).toBeUndefined()
  })
})

describe("an address", () => {
  it("asked with a method that it does not have says so", async () => {
    for (const { name, audience } of routes) {
      const pattern = name.split(" ")[1]
      const own = routes.filter((it) => it.name.endsWith(` ${pattern}`)).map((it) => it.name.split(" ")[0])
      const path = addressOf(name, await valid[name]!())
      for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"]) {
        if (own.includes(method)) continue
        const reply = await raw(audience, method, path, undefined)
        expect([method, name, reply.status, reply.body.code]).toEqual([method, name, 405, "method-not-allowed"])
        mustBeClear(reply, "zh", name)
      }
    }
  })

  it("with tricks in it leads nowhere else", async () => {
    const tricks = [
      "/../etc/passwd",
      "/%2e%2e/%2e%2e/etc/passwd",
      "/..%2f..%2fetc%2fpasswd",
      "/%2e%2e%2fme",
      "//me",
      "/%00",
      "/%E0%A4%A",
      "/%",
      "/%ff%fe",
      "/.%2e/x",
      "/;a=b",
      "/%5c..%5cx",
      "/x".repeat(2000),
      `/${"x".repeat(9000)}`,
      `/${"%E4%BD%A0".repeat(900)}`,
    ]
    for (const [audience, roots] of [
      ["resident", ["/api", "/api/stations", "/api/stations/FZ-JA-P01", "/api/appointments"]],
      ["report", ["/api/reports", "/api/reports/keys"]],
      ["device", ["/device", "/device/tickets"]],
      ["staff", ["/staff", "/staff/visitors", "/staff/windows"]],
    ] as const)
      for (const root of roots)
        for (const trick of tricks) {
          const path = new URL(`http://x${root}${trick}`).href.slice("http://x".length)
          const reply = await raw(audience, "GET", path, undefined)
          expect([path.slice(0, 60), reply.status]).toEqual([
            path.slice(0, 60),
            expect.toSatisfy((it) => it >= 400 && it < 500),
          ])
          expect(reply.text).not.toMatch(/node_modules|\.ts:\d|root:/)
          if (path.startsWith(`${root}/`) && !path.startsWith("//")) mustBeClear(reply, "zh", path.slice(0, 60))
        }
  })

  it("of a device's that needs no signature is exactly that one", async () => {
    const anyone = (path: string) => send(app.device, "GET", path)
    expect((await anyone("/device/clock")).status).toBe(200)
    for (const path of [
      "/device/me",
      "/device/clock/../me",
      "/device/%63lock/../me",
      "/device/clock%2f..%2fme",
      "/device//me",
      "/device/clock/",
      "/device/me?x=/device/clock",
    ])
      expect([path, (await anyone(path)).status]).toEqual([path, 401])
  })

  it("with a parameter twice takes the first, and the second harms nothing", async () => {
    const places = (query: string) => raw("resident", "GET", `/api/stations/FZ-JA-P01/places?${query}`, undefined)
    expect((await places(`services=rp-endorse&date=${tuesday}&date=2026-02-30`)).body.date).toBe(tuesday)
    expect((await places(`services=rp-endorse&date=2026-02-30&date=${tuesday}`)).status).toBe(400)
    expect((await places(`services=rp-endorse&services=visa&date[]=1&date=${tuesday}`)).status).toBe(200)
    mustBeClear(await places(`date=${tuesday}&services`), "zh", "no value")
  })
})

describe("headers", () => {
  it("that a client may fill as it likes break nothing", async () => {
    for (const headers of [
      { "x-amzn-trace-id": "x".repeat(3000) },
      { "accept-language": `${"q,".repeat(5000)}en` },
      { cookie: `${resident.cookie}; __Host-visitor=${"%".repeat(3000)}` },
      { "if-none-match": 'W/"x", *' },
      { "x-doorstep-address": "::::::" },
      { range: "bytes=0-1" },
    ] as Record<string, string>[])
      for (const name of ["GET /api/stations/:station/live", "POST /api/form-keys", "GET /api/appointments/:link"]) {
        const language = headers["accept-language"] ? reply0.language(headers["accept-language"]) : "zh"
        mustBeClear(await ask(name, await valid[name]!(), headers), language, headers)
      }
  })
  const reply0 = { language: (asked: string): Language => (asked.slice(0, 200).includes("en") ? "en" : "zh") }

  it("of a device that are broken are refused, never a fault", async () => {
    const good = signedBy(kiosk.id, kiosk.key, "GET", "/device/me", undefined, world.now())
    for (const change of [
      { "x-doorstep-signature": "" },
      { "x-doorstep-signature": "A" },
      { "x-doorstep-signature": "A".repeat(86) },
      { "x-doorstep-signature": "A".repeat(4000) },
      { "x-doorstep-signature": "!!!" },
      { "x-doorstep-time": "NaN" },
      { "x-doorstep-time": "9".repeat(13) },
      { "x-doorstep-time": "1e12" },
      { "x-doorstep-device": "__proto__" },
      { "x-doorstep-device": "x".repeat(4000) },
    ] as Record<string, string>[])
      expect(await send(app.device, "GET", "/device/me", undefined, { ...good, ...change })).toMatchObject({
        status: 401,
        body: { code: "device-unknown" },
      })
  })

  it("a device whose public key is no point of the curve is not paired", async () => {
    const { body } = await chief.post("/staff/devices/invite", { kind: "kiosk", name: "机" })
    for (const letter of ["A", "x", "_"]) {
      const coordinate = `${letter.repeat(42)}A`
      const publicKey = { kty: "EC", crv: "P-256", x: coordinate, y: coordinate }
      const paired = await send(app.device, "POST", "/device/pair", { code: body.code, publicKey })
      mustBeClear(paired, "zh", letter)
      if (paired.status === 201) {
        const signed = signedBy(paired.body.id, kiosk.key, "GET", "/device/me", undefined, world.now())
        mustBeClear(await send(app.device, "GET", "/device/me", undefined, signed), "zh", "a request of that device")
      }
      expect([letter, paired.status]).toEqual([letter, 400])
    }
  })
})

describe("the resident's pages", () => {
  const page = (path: string, body?: string, more: Record<string, string> = {}) =>
    app.resident.request(path, {
      method: body === undefined ? "GET" : "POST",
      headers: {
        "x-doorstep-edge": "edge",
        "x-doorstep-address": "10.0.0.2",
        "sec-fetch-site": "same-origin",
        ...(body !== undefined && { "content-type": "application/x-www-form-urlencoded" }),
        ...more,
      },
      ...(body !== undefined && { body }),
    })
  const mustBePage = async (answer: Response, language: Language, what: unknown) => {
    const html = await answer.text()
    const told = JSON.stringify({ what, status: answer.status, html: html.slice(0, 200) })
    expect(answer.status, told).toBeLessThan(500)
    expect(html, told).not.toMatch(/node_modules|\.ts:\d|\bat .+:\d+:\d+|<script>alert/)
    if (answer.status < 400) return
    expect(answer.headers.get("content-type"), told).toBe("text/html; charset=utf-8")
    expect(answer.headers.get("content-language"), told).toBe(language === "zh" ? "zh-CN" : "en")
  }

  it("answer whatever is in their address or their forms with a page in its language", async () => {
    const before = await kept()
    const script = encodeURIComponent('"><script>alert(1)</script>')
    const values = [
      "",
      script,
      "2026-02-30",
      "%00",
      "%ED%A0%80",
      "x".repeat(5000),
      "__proto__",
      "%F0%A0%AE%B7",
      "..%2f",
    ]
    for (const language of languages) {
      const root = language
      for (const value of values) {
        for (const path of [
          "book/:",
          "book/rp-endorse/:",
          "book/rp-endorse?near=:",
          "book/rp-endorse?lat=:&lng=:",
          "a/:",
          "a/:/visit.ics",
          "a/:/cancel",
          "a/:/move",
          "a/:/standing",
          `a/${held.link}/move?station=:`,
          `a/${held.link}/move?date=:`,
          "book/rp-endorse/FZ-JA-P01?screen=:",
          "group/:",
          "group/:/results.csv",
          "find?ref=:",
          "stations?lat=:&lng=1",
          "stations?near=:",
          "s/:",
          "t?station=:&number=:",
          "t/FZ-JA-P01/:/A001",
          "t/FZ-JA-P01/2026-11-23/:",
          "book/time?date=:",
          "book/code?again=:",
          ":",
        ]) {
          const address = `/${root}/${path.replaceAll(":", value)}`
          await mustBePage(await page(address), language, address.slice(0, 80))
        }
        for (const path of [
          "book/rp-endorse/FZ-JA-P01",
          "book/rp-endorse/FZ-JA-P04",
          "book/code",
          "book/code/again",
          "book/time",
          "book/station",
          "find",
          "group",
          "group/list",
          "group/code",
          `a/${held.link}/move`,
          `a/${held.link}/accept`,
          `a/${held.link}/decline`,
          `a/${held.link}/wish`,
          `a/${held.link}/standing`,
          `a/${"x".repeat(40)}/cancel`,
          `a/${held.link}/cancel`,
        ])
          for (const fields of [
            `name=${value}&idNumber=${value}&mobile=${value}&key=${value}&code=${value}&at=${value}&ref=${value}&last4=${value}&v=${value}`,
            `${value}=1`,
            value,
          ])
            await mustBePage(await page(`/${root}/${path}`, fields), language, [path, fields.slice(0, 60)])
      }
      for (const type of [
        "multipart/form-data",
        "multipart/form-data; boundary=x",
        "application/json",
        "text/plain",
        "",
      ])
        await mustBePage(await page(`/${root}/find`, "{]", { "content-type": type }), language, type)
      await mustBePage(await page(`/${root}/find`, `ref=${"x".repeat(10 * 1024 * 1024)}`), language, "10 MB")
      expect((await page(`/${root}/find`, `ref=${"x".repeat(10 * 1024 * 1024)}`)).status).toBe(413)
    }
    expect(await kept()).toEqual(before)
  })
})

describe("a name of fifty characters, with dots and characters outside the BMP", () => {
  it("is taken, kept as it was typed, and read back masked", async () => {
    expect([...longName]).toHaveLength(50)
    const typed = longName.replaceAll("·", " • ")
    const booking = await valid["POST /api/appointments"]!()
    const idNumber = anIdNumber(401)
    const body = { ...booking.body, idNumber, name: typed, date: monday }
    const { offers } = (await resident.get(`/api/stations/FZ-JA-P01/places?services=rp-endorse&date=${monday}`)).body
    const { status, body: booked } = await ask("POST /api/appointments", { body: { ...body, time: offers[0].time } })
    expect(status).toBe(201)
    const kept = await find(world, world.keyring.blind("person", idNumber), "rp")
    expect((await openPerson(world, kept!))?.name).toBe(longName)
    // Which starts are still free is chance: at some of them nobody may check in yet.
    const before = world.now()
    world.set(at(booked.time) - 10 * 60_000)
    const arrived = await kiosk.post("/device/check-ins", { shown: { ref: booked.ref } })
    world.set(before)
    expect(arrived.body).toMatchObject({ number: expect.any(String) })
    const visitor = await chief.get(`/staff/visitors/${arrived.body.number}`)
    expect(visitor.body).toMatchObject({ person: {} })
    const seen = visitor.body.person
    expect(seen.name).toBe(maskedName(longName))
    expect([...seen.name]).toEqual(["阿", "*", "*", "*", "𪜀"])
  })
})

describe("two thousand requests made by chance from the description", () => {
  it("are each answered clearly, and what is kept is what was answered", async () => {
    const random = seeded(20261123)
    const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!
    const chance = (share: number) => random() < share
    const before = { bookings: await itemsOf("bookings"), live: await itemsOf("live") }
    const known = {
      refs: [held.ref],
      links: [held.link],
      keys: [await resident.key()],
      numbers: ["A001"],
      ops: [randomUUID() as string],
    }
    const answered = {
      refs: new Set<string>(),
      tickets: new Set<string>(),
      invites: 0,
      pairs: 0,
      codes: new Set<unknown>(),
      sessions: 0,
    }

    const times = stations.flatMap((it) => lanesOf(it, "rp", tuesday).flatMap((lane) => lane.times))
    // Half of the requests are as they should be, but for what has happened meanwhile; the others are broken here and there.
    let soundness = 1

    const good: Record<string, () => unknown> = {
      station: () => pick(["FZ-JA-P01", "FZ-JA-P02", "FZ-JA-P03", "FZ-JA-P05"]),
      services: () => [pick(["rp-endorse", "rp-address", "id-renew", "pickup", "advice"])],
      service: () => pick(["rp-endorse", "id-renew", "pickup", "advice"]),
      date: () => pick([monday, tuesday, "2026-11-25"]),
      time: () => pick(times),
      key: () => (chance(0.7) ? newFormKey(world) : pick(known.keys)),
      name: () => pick(["张三", "阿卜杜拉·买买提", longName]),
      idNumber: () => anIdNumber(Math.floor(random() * 60)),
      who: () => "self",
      guardian: () => ({ name: "王五", idNumber: anIdNumber(60) }),
      consent: () => "2026-11-22",
      mobile: () => aMobile(600_000 + Math.floor(random() * 200)),
      language: () => pick(languages),
      code: () => pick(["000000", "123456"]),
      ref: () => pick(known.refs),
      last4: () => pick(["0001", "9999"]),
      link: () => pick(known.links),
      number: () => pick(known.numbers),
      window: () => pick([1, 2, 3]),
      device: () => spare.id,
      op: () => {
        if (chance(0.8)) known.ops.push(randomUUID())
        return known.ops.at(-1)
      },
      v: () => pick([1, 2, 3]),
      kind: () => pick(["kiosk", "display"]),
      priority: () => chance(0.2),
      again: () => chance(0.2),
      lat: () => 26 + random(),
      lng: () => 119 + random(),
      shown: () =>
        pick([
          { ref: pick(known.refs) },
          { scanned: `http://x/a/${pick(known.links)}` },
          { idNumber: anIdNumber(Math.floor(random() * 60)) },
        ]),
      publicKey: () => ({ kty: "EC", crv: "P-256", x: "x".repeat(43), y: "y".repeat(43) }),
    }
    const junk = [
      null,
      true,
      0,
      -1,
      1e308,
      0.1,
      "",
      " ",
      "'; DROP TABLE Bookings;--",
      "<script>alert(1)</script>",
      "\u0000",
      "\ud800",
      "𠮷",
      "x".repeat(3000),
      [],
      {},
      [null],
      { a: 1 },
      nested(200),
      "2026-02-30",
      "24:00",
      "FZ-JA-P99",
      "__proto__",
      "NaN",
      "Infinity",
      "٣",
      "A０１２",
      "-0",
      "1e3",
    ]
    type Schema = {
      type?: string
      enum?: unknown[]
      items?: Schema
      anyOf?: Schema[]
      oneOf?: Schema[]
      properties?: Record<string, Schema>
      $ref?: string
      const?: unknown
    }
    const components = (description().components as { schemas: Record<string, Schema> }).schemas
    /** Something of the schema's own kind, that may or may not mean anything. */
    const made = (schema: Schema): unknown => {
      if (schema.$ref) return made(components[schema.$ref.split("/").at(-1)!]!)
      if (schema.const !== undefined) return schema.const
      if (schema.enum) return pick(schema.enum)
      const shapes = schema.anyOf ?? schema.oneOf
      if (shapes) return made(pick(shapes))
      if (schema.properties)
        return Object.fromEntries(Object.entries(schema.properties).map(([key, it]) => [key, made(it)]))
      if (schema.type === "array")
        return Array.from({ length: Math.floor(random() * 6) }, () => made(schema.items ?? {}))
      if (schema.type === "number" || schema.type === "integer") return pick([0, 1, -1, 7, 1e9, 2 ** 53, -0.5])
      if (schema.type === "boolean") return chance(0.5)
      return String.fromCodePoint(
        ...Array.from({ length: Math.floor(random() * 30) }, () => 32 + Math.floor(random() * pick([90, 900, 60_000]))),
      ).toWellFormed()
    }
    const chosen = (field: string, schema: Schema): unknown =>
      chance(soundness) ? (good[field] ?? (() => made(schema)))() : chance(0.4) ? made(schema) : pick(junk)

    type Described = {
      operationId: string
      tags: Audience[]
      parameters: { name: string; in: string; schema: Schema }[]
      requestBody?: { content: { "application/json": { schema: Schema } } }
    }
    const operations = Object.entries(description().paths as Record<string, Record<string, Described>>).flatMap(
      ([path, methods]) =>
        Object.entries(methods).map(([method, it]) => ({
          path,
          method: method.toUpperCase(),
          audience: it.tags[0]!,
          ...it,
        })),
    )
    const logged = world.logged().length
    const faults: unknown[] = []
    const counts: Record<number, number> = {}

    const one = async () => {
      const it = pick(
        chance(0.3)
          ? operations.filter((one) => /appointments$|device.(tickets|check-ins)$/.test(one.path))
          : operations,
      )
      soundness = chance(0.5) ? 1 : 0.75
      if (it.path === "/staff/sign-out") return
      const value = (place: string) =>
        Object.fromEntries(
          it.parameters
            .filter((p) => p.in === place && (place === "path" || chance(0.8)))
            .map((p) => [p.name, chosen(p.name, p.schema)]),
        )
      const params = value("path")
      const query = Object.entries(value("query")).flatMap(([key, v]) => [
        [key, Array.isArray(v) ? v.join() : v],
        ...(chance(0.1) ? [[key, pick(junk)]] : []),
      ])
      const path = it.path.replace(/\{(\w+)\}/g, (_, key) => encodeURIComponent(wellFormed(text(params[key])) || "-"))
      const search = query.map(([key, v]) => `${key}=${encodeURIComponent(wellFormed(text(v)))}`).join("&")
      const address = new URL(search ? `${path}?${search}` : path, "http://x").href.slice("http://x".length)
      const schema = it.requestBody?.content["application/json"].schema
      const typed =
        schema &&
        Object.fromEntries(
          Object.entries(schema.properties ?? {}).flatMap(([key, s]) => (chance(0.03) ? [] : [[key, chosen(key, s)]])),
        )
      if (typed && chance(0.05)) typed[pick(["__proto__", "extra", "constructor", "by"])] = pick(junk)
      let body = typed && JSON.stringify(typed)
      if (body && chance(0.04)) body = pick([body.slice(0, -1), "[]", "null", JSON.stringify(junk), ""])
      const language = pick(languages)
      const reply = await raw(it.audience, it.method, address, body, {
        "accept-language": language,
        "x-doorstep-address": `10.${Math.floor(random() * 250)}.${Math.floor(random() * 250)}.1`,
        ...(chance(0.02) && { "content-type": "text/plain" }),
      })
      counts[reply.status] = (counts[reply.status] ?? 0) + 1
      if (reply.status === 500)
        faults.push({ operation: it.operationId, address: address.slice(0, 200), body: body?.slice(0, 300) })
      else mustBeClear(reply, language, [it.operationId, address.slice(0, 100), body?.slice(0, 200)])
      if (reply.status !== 201) return
      const { ref, link, number, station, key } = reply.body
      if (it.path === "/api/appointments") {
        answered.refs.add(ref)
        known.refs.push(ref)
        known.links.push(link)
      }
      if (it.path.endsWith("/tickets") || (it.path.startsWith("/device/") && number)) {
        answered.tickets.add(`${station} ${number}`)
        known.numbers.push(number)
      }
      if (it.path === "/api/form-keys") known.keys.push(key)
      if (it.path === "/staff/devices/invite") answered.invites++
      if (it.path === "/device/pair") answered.pairs++
      if (it.path === "/api/codes") answered.codes.add((typed as Json).mobile)
      if (it.path === "/api/sessions") answered.sessions++
    }
    // The verified phone is that of the session: whoever books is somebody else each time.
    for (let i = 0; i < 2000; i += 8) await Promise.all(Array.from({ length: 8 }, one))

    expect(faults).toEqual([])
    expect(world.logged().slice(logged)).not.toContain('"event":"fault"')
    expect(counts[200] ?? 0).toBeGreaterThan(100)
    expect(answered.refs.size).toBeGreaterThan(5)
    expect(answered.tickets.size).toBeGreaterThan(5)

    const fresh = (items: typeof before.bookings, old: typeof before.bookings, pk: string) => {
      const keys = new Set(old.map((it) => `${it.pk} ${it.sk}`))
      return items.filter((it) => it.pk.startsWith(pk) && !keys.has(`${it.pk} ${it.sk}`))
    }
    const [bookings, live] = [await itemsOf("bookings"), await itemsOf("live")]
    const people = bookings.filter((it) => it.pk.startsWith("person#"))
    const refs = people.flatMap((it) => [it.ref as string, ...(it.past as { ref: string }[]).map((past) => past.ref)])
    const earlier = before.bookings.filter((it) => it.pk.startsWith("person#")).map((it) => it.ref as string)
    expect(refs.toSorted()).toEqual([...new Set([...earlier, ...answered.refs])].toSorted())
    const cells = bookings.filter((it) => it.for !== undefined)
    const standing = people.filter((it) => it.state !== "cancelled")
    const units = Object.fromEntries(standing.map((it) => [it.ref as string, it.units]))
    const covered: Record<string, number> = {}
    for (const cell of cells) covered[cell.for as string] = (covered[cell.for as string] ?? 0) + 1
    expect(covered).toEqual(units)
    const ticketsOf = (items: typeof live) =>
      items.filter((it) => it.sk.startsWith("t#")).map((it) => `${it.pk.split("#")[1]} ${it.number}`)
    expect(ticketsOf(live).toSorted()).toEqual(
      [...new Set([...ticketsOf(before.live), ...answered.tickets])].toSorted(),
    )
    expect(fresh(live, before.live, "pairing#")).toHaveLength(answered.invites)
    expect(fresh(live, before.live, "device#")).toHaveLength(answered.pairs)
    expect(fresh(bookings, before.bookings, "session#")).toHaveLength(answered.sessions)
    expect(fresh(bookings, before.bookings, "code#")).toHaveLength(answered.codes.size)
  })
})

/** mulberry32 */
function seeded(seed: number) {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}
