/**
 * A whole day of the whole portal with marked data in every field that a person can fill, and then the question where any of it
 * can be read by whoever it is not for: no log, address, message, table, object, snapshot or page (law 10; ASVS V14.2.1, V14.2.4,
 * V16.2.5). The last tests put the marks there on purpose: a net that catches nothing proves nothing.
 */
import { createECDH, randomBytes, randomUUID } from "node:crypto"
import { appendFileSync, readdirSync, readFileSync } from "node:fs"
import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3"
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs"
import { DynamoDBDocumentClient, PutCommand } from "@aws-sdk/lib-dynamodb"
import type { Hono } from "hono"
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import { redrawn } from "#actions/picturing"
import { signIn } from "#actions/signing"
import type { Env } from "#api/http"
import { noticeVersion } from "#domain/notice"
import { checkDigit } from "#domain/person"
import { hour, minute } from "#domain/time"
import { credentials, region } from "#local/place"
import { bucketName } from "#local/queues"
import type { System } from "#local/system"
import { apps, aResident, send } from "#test/apps"
import { at } from "#test/builders"
import { netFor } from "#test/canary"
import { aPhone as aBareBrowser } from "#test/phone"
import { aPng } from "#test/photos"
import { aPortal, impatient, itemsOf, killedOnce, until, worldAt } from "#test/system"
import { aKiosk, ask } from "#test/visitor"
import { clientOf } from "#test/world"

const station = "FZ-JA-P01"
const [monday, tuesday, wednesday, thursday] = ["2026-11-23", "2026-11-24", "2026-11-25", "2026-11-26"]
const tables = ["Bookings", "Keys", "Live", "Children", "Audit"] as const
type Table = (typeof tables)[number]

/** Made up for this test alone: area code 350199 belongs to nobody (domain.md §8). */
const idOf = (birth: string, n: number) => {
  const first17 = `350199${birth}${String(n).padStart(3, "0")}`
  return first17 + checkDigit(first17)
}
const adult = (n: number) => idOf("19770203", n)
const mobileOf = (n: number) => `1397731${String(n).padStart(4, "0")}`
const surnames = "鸢鹂鹬鹈鹕鸬鹚鹞鹄鸨"
const personOf = (n: number) => ({
  name: `${surnames[n % 10]}瑲琯${"甲乙丙丁戊己庚辛壬癸"[n % 10]}`,
  idNumber: adult(n),
  mobile: mobileOf(n),
})
type Someone = ReturnType<typeof personOf>
const people = Array.from({ length: 10 }, (_, n) => personOf(n))
const [walker, mover, parent, employer, displaced, absent, wisher, giver, remote, owner] = people as [
  Someone,
  Someone,
  Someone,
  Someone,
  Someone,
  Someone,
  Someone,
  Someone,
  Someone,
  Someone,
]
const young = { name: "鹓瑲琯童", idNumber: idOf("20180506", 77) }
const listed = [20, 21, 22].map((n) => ({ name: `鸻瑲琯${"子丑寅"[n - 20]}`, idNumber: adult(n), mobile: mobileOf(n) }))
const child = {
  name: "鹣瑲琯囡",
  nickname: "囡囡瑲",
  top: "鹅黄波点罩衫",
  bottom: "靛青灯芯绒裤",
  marks: "左耳后月牙胎记",
  school: "瑲琯实验幼儿园",
  home: "瑲琯里弄十八号",
  health: "花生过敏史瑲",
  reporter: "鹎瑲琯母",
  otherPhone: mobileOf(31),
  note: "走失前刚哭闹瑲琯",
}
const report = {
  where: "瑲琯广场木马旁",
  phone: mobileOf(30),
  added: "改穿鹅黄雨靴瑲琯",
  found: "在瑲琯药房找到",
  act: "母亲瑲琯已到现场",
}
const appeal = "当天瑲琯医院急诊陪护"
const officer = mobileOf(40)
const exif = "EXIF瑲琯里弄十八号"
/** Why staff looked, with somebody's number in it: kept in that entry of the audit, which auditors alone read, without the number. */
const why: Record<string, string> = {
  "report.break-glass": "瑲琯统一认证没有应答",
  "appointment.reveal": "瑲琯改约没有联系上",
  "audit.review": "瑲琯已电话核实",
}
const reasonFor = (what: string) => `${why[what]} ${mobileOf(0)}`
const keptOf = (what: string) => `${why[what]} ***`
const hostile = { name: "鹫瑲琯恶", idNumber: adult(55), mobile: mobileOf(55), words: "瑲琯注入载荷" }

const marked: Record<string, string> = {
  ...Object.fromEntries(
    [...people, ...listed].flatMap(({ name, idNumber, mobile }) => [
      [`${name} name`, name],
      [`${name} id`, idNumber],
      [`${name} phone`, mobile],
    ]),
  ),
  "child's name at booking": young.name,
  "child's id": young.idNumber,
  ...Object.fromEntries(Object.entries(child).map(([name, value]) => [`lost child's ${name}`, value])),
  ...Object.fromEntries(Object.entries(report).map(([name, value]) => [`report's ${name}`, value])),
  appeal,
  officer,
  exif,
  ...why,
  ...Object.fromEntries(Object.entries(hostile).map(([name, value]) => [`hostile ${name}`, value])),
}
const caught = netFor(marked)

type Call = { function: string; event: Record<string, unknown>; answer?: unknown }
let system: System
let killed: ReturnType<typeof killedOnce>
let push: Server
/** Every event that a function was given, every answer it gave, and all that this process printed or was pushed. */
const calls: Call[] = []
const printed: string[] = []
const pushed: string[] = []
let picture: Uint8Array
let probing = false
const probes = new Set<unknown>()
const seenBy: Record<string, string[]> = {}

const pictureSent = aPng(
  { data: new Uint8ClampedArray(48 * 48 * 4).map((_, i) => (i * i + (i >> 3)) % 251), width: 48, height: 48 },
  [["tEXt", Buffer.from(`Comment\0${exif}`)]],
)

beforeAll(async () => {
  killed = killedOnce(["tasks", "messenger"])
  for (const to of [process.stdout, process.stderr]) {
    const write = to.write.bind(to)
    vi.spyOn(to, "write").mockImplementation(((text: string | Uint8Array, ...more: []) => {
      printed.push(typeof text === "string" ? text : Buffer.from(text).toString())
      return write(text, ...more)
    }) as typeof to.write)
  }
  push = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on("data", (part: Buffer) => parts.push(part))
    request.on("end", () => {
      pushed.push(JSON.stringify([request.url, request.headers]), Buffer.concat(parts).toString("latin1"))
      response.writeHead(201).end()
    })
  })
  await new Promise<void>((listening) => push.listen(0, "127.0.0.1", listening))
  system = await aPortal({
    // What fails is given up soon.
    topology: {
      ...impatient,
      queues: Object.fromEntries(
        Object.entries(impatient.queues).map(([name, it]) => [name, { ...it, ...("tries" in it && { tries: 3 }) }]),
      ),
      mappings: impatient.mappings.map((it) => ({ ...it, ...("retries" in it && { retries: 1 }) })),
    },
    clockOffset: at("08:55", tuesday) - Date.now(),
    handlers: killed.folder,
  })
  for (const [name, it] of Object.entries(system.functions)) {
    const { invoke } = it
    it.invoke = async (event, options) => {
      const call: Call = { function: name, event: structuredClone(event) as Call["event"] }
      calls.push(call)
      if (probing) probes.add(call)
      call.answer = await invoke(event, options)
      return call.answer
    }
  }
  picture = await redrawn(pictureSent)
  await theDay()
})

afterAll(async () => {
  vi.restoreAllMocks()
  push?.close()
  await system?.stop()
  killed?.remove()
})

// The day

const now = () => Date.now() + system.clockOffset
const json = (method: string, path: string, body?: object, headers: Record<string, string> = {}) =>
  ask(system, method, path, body, headers)
const must = <T extends { status: number; body: unknown }>(answer: T, status = [200, 201]): T => {
  if (!status.includes(answer.status)) throw new Error(`${answer.status}: ${JSON.stringify(answer.body).slice(0, 500)}`)
  return answer
}

/** A browser without scripts, at the portal's public address and wherever that sends it. */
function aBrowser() {
  let here = system.url
  const request = (path: string, init: RequestInit) => {
    here = new URL(path, here).href
    return fetch(here, { ...init, redirect: "manual" })
  }
  return aBareBrowser({ request } as unknown as Hono<Env>)
}

async function codeOn(mobile: string, after = 0): Promise<string> {
  const texts = () => system.phones.received(`+86${mobile}`).filter(({ text }) => /\d{6}/.test(text))
  return /\d{6}/.exec((await until(`a code on ${mobile}`, () => texts()[after]))!.text)![0]
}

async function aSession({ mobile }: { mobile: string }): Promise<Record<string, string>> {
  must(await json("POST", "/api/codes", { mobile }))
  const opened = must(await json("POST", "/api/sessions", { mobile, code: await codeOn(mobile) }))
  return {
    cookie: opened.headers
      .getSetCookie()
      .map((it) => it.split(";")[0])
      .join("; "),
  }
}
const aKey = async () => (await json("POST", "/api/form-keys")).body.key as string
const timesOf = async (date: string, service: string, where = station): Promise<string[]> =>
  (await json("GET", `/api/stations/${where}/places?services=${service}&date=${date}`)).body.offers.map(
    (it: { time: string }) => it.time,
  )

async function book(who: Someone, date: string, change: object = {}, service = "rp-endorse") {
  const cookie = await aSession(who)
  const time = (await timesOf(date, service)).at(date === tuesday ? 0 : -1)
  const { name, idNumber } = who
  const form = { key: await aKey(), station, services: [service], date, time, name, idNumber, ...change }
  return { ...must(await json("POST", "/api/appointments", form, cookie)).body, cookie }
}

/** At the desk; signed in past the provider, where no session is given. */
async function aMember(id: string, session?: string) {
  const token = session ?? (await signIn(worldAt(system, now()), id, now())).token
  const headers = { cookie: `__Host-staff=${token}`, "x-doorstep": "1" }
  return {
    get: (path: string) => json("GET", path, undefined, headers),
    post: (path: string, body: object = {}) => json("POST", path, { op: randomUUID(), ...body }, headers),
  }
}

async function theDay() {
  await Promise.all([bookings(), lostChild(), yesterday()])
  await theLine()
  await looks()
  await wrongInputs()
  await poison()
  await quiet()
}

async function bookings() {
  // By plain forms, as an old phone does.
  const browser = aBrowser()
  const form = await browser.open(`/zh/book/rp-endorse/${station}`)
  const code = await browser.send(form, "下一步", mover)
  const times = await browser.send(code, "下一步", { code: await codeOn(mover.mobile) })
  const [day] = [...times.html.matchAll(/value="(\d{4}-\d\d-\d\dT\d\d:\d\d)"/g)].map((it) => it[1]!)
  const voucher = await browser.send(times, day!.slice(11))
  const link = /\/a\/([\w-]{20,})/.exec(voucher.path)![1]!
  keep("own voucher", voucher.html)
  const held = must(await json("GET", `/api/appointments/${link}`)).body
  const [moved] = (await timesOf(wednesday, "rp-endorse")).slice(0, 1)
  const after = must(
    await json("POST", `/api/appointments/${link}/move`, {
      op: randomUUID(),
      v: held.v,
      station,
      date: wednesday,
      time: moved,
    }),
  ).body
  must(await json("POST", `/api/appointments/${link}/cancel`, { v: after.v }))
  keep("own voucher", (await browser.open(`/zh/a/${link}`)).html)

  await book(
    parent,
    wednesday,
    {
      ...young,
      who: "child",
      guardian: { name: parent.name, idNumber: parent.idNumber },
      consent: noticeVersion,
    },
    "id-first",
  )

  const sent = await aSession(employer)
  const text = ["姓名,身份证号,手机号", ...listed.map((it) => `${it.name},${it.idNumber},${it.mobile}`)].join("\n")
  const list = { key: await aKey(), station, services: ["rp-endorse"], from: thursday, list: { text } }
  const { group } = must(await json("POST", "/api/groups", list, sent)).body
  must(await json("POST", `/api/groups/${group}/proceed`, {}, sent))
  keep("own list", JSON.stringify((await json("GET", `/api/groups/${group}`, undefined, sent)).body))

  const own = await book(owner, thursday)
  for (const path of ["/api/own", "/api/own/export"])
    must(await json("POST", path, { idNumber: owner.idNumber }, { cookie: own.cookie.cookie }))
  must(await json("POST", `/api/appointments/${own.link}/cancel`, { v: own.v }))
  must(
    await json(
      "POST",
      "/api/own/delete",
      { op: randomUUID(), idNumber: owner.idNumber },
      { cookie: own.cookie.cookie },
    ),
  )

  const put = await book(displaced, thursday, {}, "id-renew")
  const chief = await aMember("chief-p01")
  must(
    await chief.post("/staff/closures", {
      from: thursday,
      fromTime: "00:00",
      to: thursday,
      toTime: "24:00",
      reason: "设备检修",
    }),
  )
  const officerHere = await aMember("officer-p01")
  await until("the offer", async () => (await json("GET", `/api/appointments/${put.link}`)).body.displaced)
  expect(
    must(await officerHere.post(`/staff/appointments/${put.ref}/reveal`, { reason: reasonFor("appointment.reveal") }))
      .body.phone,
  ).toContain(displaced.mobile)
  const { proposal } = (await json("GET", `/api/appointments/${put.link}`)).body
  if (proposal)
    must(await json("POST", `/api/appointments/${put.link}/accept`, { op: randomUUID(), proposal: proposal.id }))
  keep("conflicts", JSON.stringify((await chief.get("/staff/conflicts")).body))
  keep("day list", JSON.stringify((await chief.get(`/staff/appointments?date=${wednesday}`)).body))
}

/** What was there before today: an absence with its appeal, a wish and a place given back. */
async function yesterday() {
  const before = worldAt(system, at("09:00", monday))
  const here = apps(before)
  const phone = await aResident(before, here.resident, `+86${absent.mobile}`)
  const places = (date: string) => `/api/stations/${station}/places?services=rp-address&date=${date}`
  const { offers } = (await send(here.resident, "GET", places(monday))).body
  const form = { services: ["rp-address"], station, name: absent.name, idNumber: absent.idNumber }
  const missed = await phone.post("/api/appointments", {
    ...form,
    key: await phone.key(),
    date: monday,
    time: offers.at(-1).time,
  })
  must(missed)

  const earlier = worldAt(system, at("08:10", tuesday))
  const morning = apps(earlier)
  const free = (await send(morning.resident, "GET", places(tuesday))).body.offers.map(
    (it: { time: string }) => it.time,
  ) as string[]
  const bookEarlier = async (who: Someone, time: string) => {
    const own = await aResident(earlier, morning.resident, `+86${who.mobile}`)
    const answer = must(
      await own.post("/api/appointments", {
        ...form,
        name: who.name,
        idNumber: who.idNumber,
        key: await own.key(),
        date: tuesday,
        time,
      }),
    )
    return { ...answer.body, post: own.post }
  }
  const given = await bookEarlier(giver, free.filter((it) => it > "14:30")[0]!)
  const wishing = await bookEarlier(wisher, free.at(-1)!)
  must(await wishing.post(`/api/appointments/${wishing.link}/wish`, { v: wishing.v }))
  must(await given.post(`/api/appointments/${given.link}/cancel`, { v: given.v }))

  await system.invoke("CloseDay", {})
  const standing = () => json("GET", `/api/appointments/${missed.body.link}/standing`)
  await until("the absence", async () => JSON.stringify((await standing()).body).includes(missed.body.ref))
  must(await json("POST", `/api/appointments/${missed.body.link}/appeal`, { ref: missed.body.ref, text: appeal }))
  const chief = await aMember("chief-p01")
  expect(must(await chief.get(`/staff/absences/${missed.body.ref}`)).body.text).toBe(appeal)
  must(await chief.post(`/staff/absences/${missed.body.ref}`, { excused: true, reason: "有证明" }))
  for (const job of ["Remind", "OfferEarlier", "WatchDevices", "SealAudit", "PurgeBookings"])
    await system.invoke(job, {})
}

async function lostChild() {
  const officers = await aMember("officer-p02")
  const endpoint = `http://127.0.0.1:${(push.address() as AddressInfo).port}/officer`
  const keys = {
    p256dh: createECDH("prime256v1").generateKeys("base64url"),
    auth: randomBytes(16).toString("base64url"),
  }
  must(await officers.post("/staff/reach", { to: { change: "phone", mobile: officer } }))
  must(await officers.post("/staff/reach", { to: { change: "push", subscription: { endpoint, keys } } }))
  const { key } = must(await json("POST", "/api/reports/keys")).body
  const told = {
    key,
    where: { text: report.where, point: { lat: 26.0929, lng: 119.335 } },
    when: { at: now() - 10 * minute, about: true },
    phone: report.phone,
    child: { sex: "girl", age: 6 },
    details: child,
  }
  const made = must(await json("POST", "/api/reports", told)).body
  const own = `/api/reports/${made.link}`
  const photo = await fetch(`${system.url}${own}/photo`, {
    method: "POST",
    headers: { "content-type": "image/png" },
    body: pictureSent as BodyInit,
  })
  must({ status: photo.status, body: await photo.text() })
  must(await json("POST", `${own}/additions`, { op: randomUUID(), shoes: report.added, home: child.home }))
  keep("reporter's own page", JSON.stringify((await json("GET", own)).body))
  keep("reporter's own page", await (await fetch(`${system.url}/zh/report/${made.link}`)).text())
  const listedThere = async () => JSON.stringify((await officers.get("/staff/reports")).body).includes(made.id)
  await until("the alert on the duty list", listedThere)
  const act = (what: string, more: object = {}) => officers.post(`/staff/reports/${made.id}`, { act: what, ...more })
  must(await act("acknowledge"))
  const opened = must(await officers.get(`/staff/reports/${made.id}`)).body
  expect(opened.told.details.top, "the officer may read it").toBe(child.top)
  const [taken] = opened.photos
  must(await officers.get(`/staff/reports/${made.id}/photos/${taken}`))
  // A colleague's proof is too old, and there is no time.
  const session = await signIn(worldAt(system, now()), "officer-p02-2", now() - 5 * hour)
  const late = await aMember("officer-p02-2", session.token)
  must(await late.get(`/staff/reports/${made.id}`), [403])
  const reason = reasonFor("report.break-glass")
  const { pass } = must(await late.post(`/staff/reports/${made.id}/open`, { reason })).body
  must(await late.get(`/staff/reports/${made.id}/photos/${taken}?pass=${pass}`))
  must(await act("search"))
  must(await act("note", { text: report.act }))
  must(await act("package", { text: "查找一小时未果" }))
  must(await officers.get(`/staff/reports/${made.id}/package`))
  must(await act("volunteers", { minutes: 30 }))
  must(
    await officers.post("/staff/card", {
      v: 0,
      sex: "girl",
      age: 6,
      clothing: "黄色上衣",
      place: "一楼中庭",
      time: "18:20",
      report: made.id,
    }),
  )
  keep("duty list", JSON.stringify((await officers.get("/staff/reports")).body))
  const neighbour = await aMember("officer-r01")
  keep("neighbour", JSON.stringify((await neighbour.get(`/staff/reports/${made.id}`)).body))
  must(await json("POST", `${own}/found`, { op: randomUUID(), note: report.found }))
  must(await act("found", { text: report.act }), [200, 409])
  must(await act("reunite", { identity: true, relation: true, condition: "well", text: report.act, at: now() }))
  must(await act("close"))
  for (const job of ["SweepReports", "DrillReports", "PurgeReports"]) await system.invoke(job, {})
}

async function theLine() {
  const walking = await book(walker, tuesday)
  const kiosk = await aKiosk(system)
  const early = await kiosk("/device/check-ins", { shown: { idNumber: walker.idNumber } })
  keep("kiosk", JSON.stringify(must(early).body))
  must(await kiosk("/device/tickets", { service: "rp-endorse", priority: false }))
  const cookie = await aSession(remote)
  must(
    await json("POST", `/api/stations/${station}/tickets`, { op: randomUUID(), service: "rp-endorse" }, cookie),
    [200, 201, 409],
  )
  const desk = aBrowser()
  const people = await desk.open("/staff/sign-in")
  await desk.send(people, "林小燕")
  const clerk = await aMember("clerk-p01-1", desk.cookies.get("__Host-staff") ?? "none")
  must(await clerk.post("/staff/windows/1/sit"))
  const called = must(await clerk.post("/staff/windows/1/call")).body
  keep("clerk", JSON.stringify(called))
  const number = JSON.stringify(called).match(/[A-Z]\d{3}/)![0]
  keep("clerk", JSON.stringify((await clerk.get(`/staff/visitors/${number}`)).body))
  keep("clerk", JSON.stringify((await clerk.get(`/staff/appointments?date=${tuesday}`)).body))
  keep("clerk", JSON.stringify((await clerk.get("/staff/tasks")).body))
  keep("clerk", JSON.stringify((await clerk.get("/staff/line")).body))
  keep("clerk", JSON.stringify(must(await clerk.get(`/staff/visitors/${early.body.number}`)).body))
  const hall = await aKiosk(system, "display")
  keep("hall", JSON.stringify(must(await hall("/device/live")).body))
  keep("hall", JSON.stringify(must(await hall("/device/me")).body))
  must(await clerk.post("/staff/windows/1/start", { number }))
  must(await clerk.post("/staff/windows/1/finish", { number }))
  keep("own voucher", await (await fetch(`${system.url}/zh/a/${walking.link}`)).text())
  for (const path of [
    "/zh",
    "/en",
    `/zh/s/${station}`,
    "/zh/stations",
    "/zh/find",
    "/zh/t",
    "/zh/report",
    "/zh/group",
    "/api/openapi.json",
    "/api/services",
    "/api/stations",
    `/api/stations/${station}/live`,
    `/api/stations/FZ-JA-P02/live`,
    `/api/stations/${station}/places?services=rp-endorse&date=${thursday}`,
    `/api/stations/${station}/tickets/${tuesday}/${number}`,
  ])
    keep("anyone", await (await fetch(system.url + path)).text())
}

/** Those who look at everything afterwards. */
async function looks() {
  const auditor = await aMember("auditor-p01")
  const { openings } = must(await auditor.get(`/staff/audit/openings?scope=${station}&date=${tuesday}`)).body
  const { name } = openings.find((it: { what: string }) => it.what === "appointment.reveal")
  const review = { scope: station, date: tuesday, name, verdict: "fit", reason: reasonFor("audit.review") }
  must(await auditor.post("/staff/audit/reviews", review))
  const city = await aMember("auditor-c01")
  for (const path of ["audit", "audit/export", "audit/openings"])
    keep("auditor", JSON.stringify(must(await city.get(`/staff/${path}?scope=FZ-JA-P02&date=${tuesday}`)).body))
  for (const path of [
    `/staff/audit?scope=${station}&date=${tuesday}`,
    `/staff/audit/export?scope=${station}&date=${tuesday}`,
    `/staff/audit/openings?scope=${station}&date=${tuesday}`,
    `/staff/audit/chain?scope=${station}`,
  ])
    keep("auditor", JSON.stringify(must(await auditor.get(path)).body))
  const chief = await aMember("chief-p01")
  for (const path of ["/staff/statistics", "/staff/statistics/export"])
    keep("chief", JSON.stringify(must(await chief.get(`${path}?from=${monday}&to=${tuesday}`)).body))
}

/** The marks in every field and header, of doors that refuse them. */
async function wrongInputs() {
  probing = true
  const { name, idNumber, mobile, words } = hostile
  const everything = `${name} ${idNumber} ${mobile} ${words}`
  const headers = {
    "user-agent": encodeURIComponent(everything),
    referer: `http://x.test/?q=${idNumber}&p=${mobile}`,
    "accept-language": mobile,
    cookie: `__Host-staff=${idNumber}; session=${mobile}; __Host-session=${idNumber}`,
    "x-doorstep": "1",
    "x-doorstep-device": `dev_${mobile}`,
    "x-doorstep-time": mobile,
    "x-doorstep-signature": idNumber,
    "x-doorstep-edge": idNumber,
    "x-doorstep-address": mobile,
    "x-forwarded-for": mobile,
    "x-amzn-trace-id": `Root=1-${mobile}-${idNumber}`,
    "if-none-match": idNumber,
    authorization: `Bearer ${idNumber}`,
    "content-type": "application/json",
    origin: `http://${mobile}.test`,
  }
  const bodies = [
    JSON.stringify({
      mobile: everything,
      code: words,
      name: everything,
      idNumber: everything,
      key: words,
      ref: everything,
      last4: mobile,
      where: name,
    }),
    `{"mobile": "${mobile}", "idNumber": "${idNumber}", "name": "${name}`,
    `"${everything}"`,
    JSON.stringify({ [everything]: { [idNumber]: [mobile] } }),
    JSON.stringify({ mobile, code: "000000" }),
    JSON.stringify({
      key: everything,
      station,
      services: ["rp-endorse"],
      date: tuesday,
      time: "09:00",
      name,
      idNumber,
    }),
    JSON.stringify({
      key: words,
      station,
      services: ["rp-endorse"],
      from: tuesday,
      list: { text: `${everything}\n${name},${idNumber},${mobile}` },
    }),
    JSON.stringify({ code: idNumber, publicKey: { kty: "EC", crv: "P-256", x: "A".repeat(43), y: "A".repeat(43) } }),
    JSON.stringify({ op: randomUUID(), shown: { idNumber }, note: words }),
  ]
  const doors = [
    "POST /api/codes",
    "POST /api/sessions",
    "POST /api/appointments",
    "POST /api/groups",
    "POST /api/appointments/find",
    `POST /api/appointments/${mobile}${idNumber}/cancel`,
    `POST /api/own`,
    "POST /api/own/delete",
    "POST /device/pair",
    "POST /device/check-ins",
    "POST /staff/windows/1/sit",
    `POST /staff/appointments/${idNumber}/reveal`,
    `POST /api/reports/${idNumber}${idNumber}/found`,
    `POST /api/stations/${mobile}/tickets`,
    "POST /zh/find",
    `POST /zh/book/rp-endorse/${station}`,
    "PUT /api/codes",
    `GET /api/appointments/${idNumber}${mobile}`,
    `GET /zh/a/${encodeURIComponent(everything)}`,
    `GET /zh/${encodeURIComponent(name)}/${idNumber}`,
    `GET /api/stations/${idNumber}/live`,
    `GET /staff/visitors/${mobile}`,
    `GET /staff/callback?code=${idNumber}&state=${mobile}`,
    `GET /api/nothing?id=${idNumber}`,
  ]
  for (const door of doors) {
    const [method = "", path = ""] = door.split(" ")
    for (const body of method === "GET" ? [undefined] : bodies) {
      const answer = await fetch(system.url + path, { method, headers, redirect: "manual", ...(body && { body }) })
      const text = await answer.text()
      if (answer.status >= 500 && answer.status !== 503)
        throw new Error(`${door}: ${answer.status} ${text.slice(0, 200)}`)
      if (path.startsWith("/api/") || path.startsWith("/device/") || path.startsWith("/staff/"))
        keep("refusals", text + JSON.stringify([...answer.headers]))
    }
  }
  probing = false
}

const client = () => new SQSClient({ endpoint: system.sqsEndpoint, region, credentials })
const objects = () => new S3Client({ endpoint: system.sqsEndpoint, region, credentials, forcePathStyle: true })
const database = () => DynamoDBDocumentClient.from(clientOf(system.dynamodbEndpoint))

/** What no worker can read, and a record that no reader understands: both are given up, and say nothing of what they hold. */
async function poison() {
  // What JSON.parse says of it quotes its beginning.
  const body = `${hostile.name} ${hostile.mobile}`
  for (const queue of ["Work", "Notices", "Alerts"])
    await client().send(new SendMessageCommand({ QueueUrl: system.queueUrls[queue]!, MessageBody: body }))
  const real = (await itemsOf(system, "Bookings")).find((it) => String(it.pk).startsWith("person#") && it.sealed)!
  await database().send(
    new PutCommand({
      TableName: "Bookings",
      Item: { ...real, pk: "person#broken", at: "no time" },
    }),
  )
  for (const queue of ["WorkDead", "NoticesDead", "AlertsDead"])
    await until(`the poison in ${queue}`, async () => (await deadLetters(queue)).length > 0)
  await until("the record in S3", async () => (await objectsIn("StreamFailures")).length > 0)
}

const letters = new Map<string, string>()
async function deadLetters(queue: string): Promise<string[]> {
  const asked = {
    QueueUrl: system.queueUrls[queue]!,
    MaxNumberOfMessages: 10,
    MessageAttributeNames: ["All"],
    MessageSystemAttributeNames: ["All" as const],
    VisibilityTimeout: 0,
  }
  for (const it of (await client().send(new ReceiveMessageCommand(asked))).Messages ?? [])
    letters.set(`${queue} ${it.MessageId}`, JSON.stringify(it))
  return [...letters].filter(([name]) => name.startsWith(`${queue} `)).map(([, it]) => it)
}

async function objectsIn(bucket: string): Promise<{ key: string; bytes: Uint8Array }[]> {
  const s3 = objects()
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucketName(bucket) }))
  return Promise.all(
    Contents.map(async ({ Key = "" }) => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucketName(bucket), Key }))
      return { key: Key, bytes: await Body!.transformToByteArray() }
    }),
  )
}

/** Until streams and queues have nothing more to bring. */
async function quiet() {
  let last = -1
  await until("the day to come to rest", async () => {
    await new Promise((resolve) => setTimeout(resolve, 900))
    const before = last
    last = calls.length
    return last === before
  })
}

function keep(who: string, text: string) {
  seenBy[who] = [...(seenBy[who] ?? []), text]
}

// The places

const folderOf = (name: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(join(system.folder, name)).map((file) => [file, readFileSync(join(system.folder, name, file), "utf8")]),
  )
const logsOf = () => folderOf("logs")
const urlsOf = () =>
  calls
    .filter((it) => !probes.has(it))
    .flatMap(({ event }) => (event.rawPath === undefined ? [] : [`${event.rawPath}?${event.rawQueryString}`]))
const messagesOf = () =>
  calls.flatMap(({ event }) =>
    ((event.Records as { eventSource?: string }[]) ?? [])
      .filter((it) => it.eventSource === "aws:sqs")
      .map((it) => JSON.stringify(it)),
  )
const recordsOf = () =>
  calls.flatMap(({ event }) =>
    ((event.Records as { eventSource?: string }[]) ?? [])
      .filter((it) => it.eventSource === "aws:dynamodb")
      .map((it) => JSON.stringify(it)),
  )
const plain = (item: unknown) =>
  JSON.stringify(item, (_, value) => (value instanceof Uint8Array ? Buffer.from(value).toString("base64") : value))
/** A message that was poison from the start is the test's own. */
const isPoison = (message: string) => message.includes(hostile.mobile)
/** A reason as it stands in its own entry is where it belongs; anywhere else, or otherwise, it is not. */
const audited = ({ reason, ...item }: Record<string, unknown>) =>
  plain(reason === keptOf(String(item.what)) ? item : { reason, ...item })
const shown = (table: string) => (table === "Audit" ? audited : plain)
const toAuditors = (text: string) =>
  Object.keys(why).reduce(
    (rest, what) =>
      rest.replace(new RegExp(`\\\\*"reason\\\\*":\\\\*"${keptOf(what).replaceAll("*", "[*]")}\\\\*"`, "g"), ""),
    text,
  )
/** Each thing with a mark in it, and which. */
const leaks = (places: Record<string, string | Uint8Array> | readonly (string | Uint8Array)[]) =>
  Object.entries(places).flatMap(([name, place]) => {
    const marks = caught(place)
    return marks.length ? [{ name, marks, place: typeof place === "string" ? place.slice(0, 300) : "" }] : []
  })

describe("of whatever people typed in a day, nothing is", () => {
  it("in any line of any function's log, refused and broken requests among them", () => {
    const logs = logsOf()
    expect(Object.keys(logs).length).toBeGreaterThan(10)
    expect(logs["ResidentApi.log"]).toContain('"answered"')
    expect(Object.values(logs).join("")).not.toContain('"answer misfits"')
    expect(logs["Messenger.log"] ?? logs["Tasks.log"]).toContain("message failed")
    expect(leaks(logs)).toEqual([])
  })

  it("in what a killed worker left behind", () => {
    expect(killed.killed().toSorted()).toEqual(["messenger", "tasks"])
    expect(leaks(folderOf("checkpoints"))).toEqual([])
  })

  it("in what the runner printed", () => {
    expect(leaks(printed)).toEqual([])
  })

  it("in an address that anybody asked for", () => {
    expect(urlsOf().length).toBeGreaterThan(80)
    expect(leaks(urlsOf())).toEqual([])
  })

  it("in a message of a queue, its attributes, or a dead letter", async () => {
    const messages = messagesOf().filter((it) => !isPoison(it))
    expect(messages.length).toBeGreaterThan(20)
    expect(leaks(messages)).toEqual([])
    for (const queue of ["WorkDead", "NoticesDead", "AlertsDead"])
      expect(leaks((await deadLetters(queue)).filter((it) => !isPoison(it)))).toEqual([])
  })

  it("in a stream's record, or where records lie that nobody could read", async () => {
    expect(recordsOf().length).toBeGreaterThan(100)
    expect(leaks(recordsOf())).toEqual([])
    const parked = await objectsIn("StreamFailures")
    expect(parked.length).toBeGreaterThan(0)
    expect(leaks(Object.fromEntries(parked.map((it) => [it.key, it.bytes])))).toEqual([])
  })

  it.each(tables)("in table %s, in keys or values", async (table) => {
    const items = await itemsOf(system, table)
    expect(items.length).toBeGreaterThan(5)
    expect(leaks(items.map(shown(table)))).toEqual([])
  })

  it("in the reason of an entry of the audit, but the words that were written for it: no number among them", async () => {
    const items = await itemsOf(system, "Audit")
    for (const what of Object.keys(why)) {
      const kept = items.filter((it) => it.what === what && it.reason !== undefined).map((it) => it.reason)
      expect([what, kept]).toEqual([what, [keptOf(what)]])
    }
    expect(seenBy.auditor!.some((it) => toAuditors(it) !== it)).toBe(true)
  })

  it("in the photos' bucket: neither what the file said, nor a picture that opens", async () => {
    const photos = await objectsIn("Photos")
    expect(photos.length).toBeGreaterThan(0)
    const slice = Buffer.from(picture.subarray(picture.length >> 1, (picture.length >> 1) + 24))
    for (const { key, bytes } of photos) {
      expect(caught(key)).toEqual([])
      expect(caught(bytes)).toEqual([])
      const held = Buffer.from(bytes)
      for (const form of [slice, slice.toString("base64"), slice.toString("hex")])
        expect(held.includes(form)).toBe(false)
      expect(held.subarray(0, 3).toString("hex"), "begins as a JPEG").not.toBe("ffd8ff")
    }
  })

  it("on a page, a snapshot or an answer that is not for those who may read it", () => {
    for (const who of [
      "anyone",
      "own voucher",
      "own list",
      "reporter's own page",
      "kiosk",
      "hall",
      "clerk",
      "auditor",
      "chief",
      "conflicts",
      "day list",
      "duty list",
      "neighbour",
      "refusals",
    ]) {
      expect(seenBy[who]?.length, who).toBeGreaterThan(0)
      expect(leaks(who === "auditor" ? seenBy[who]!.map(toAuditors) : seenBy[who]!), who).toEqual([])
    }
  })

  it("in any other answer of a function but those that are asked for it by name", () => {
    // Each opens what its reader may see, and is recorded first: own data, a reveal, an appeal, a report and its package; and a
    // form shows again what was typed into it.
    const may = [
      /^\/api\/own(\/export)?$/,
      /^\/staff\/appointments\/\w+\/reveal$/,
      /^\/staff\/absences\//,
      /^\/staff\/reports\/[\w]+(\/package|\/open)?$/,
      /^\/zh\/(book|find|group)/,
    ]
    const answers = calls.filter(
      ({ event }) => event.rawPath !== undefined && !may.some((it) => it.test(String(event.rawPath))),
    )
    expect(answers.length).toBeGreaterThan(200)
    // A page links to itself in other languages: what stood in its own address is no news to whoever asked for it.
    const told = answers.map(({ event, answer }) => {
      const asked = caught(`${event.rawPath}?${event.rawQueryString}`)
      const said = JSON.stringify(answer ?? "")
      const told = caught(/^\/staff\/audit/.test(String(event.rawPath)) ? toAuditors(said) : said)
      return { path: event.rawPath, marks: told.filter((it) => !asked.includes(it)) }
    })
    expect(told.filter(({ marks }) => marks.length > 0)).toEqual([])
  })

  it("in a message to a phone, or a push to a browser", () => {
    const texts = system.phones.received().map(({ id, text }) => `${id} ${text}`)
    expect(texts.length).toBeGreaterThan(8)
    expect(leaks(texts)).toEqual([])
    expect(pushed.length).toBeGreaterThan(0)
    expect(leaks(pushed)).toEqual([])
  })
})

describe("the net", () => {
  const { name, idNumber, mobile } = walker
  const wide = (text: string) =>
    [...text].map((it) => (/[!-~]/.test(it) ? String.fromCharCode(it.charCodeAt(0) + 0xfee0) : it)).join("")

  it.each<[string, string | Uint8Array, string]>([
    ["as it is", `a ${name} b`, name],
    ["with the other case", `a ${adultWithX().toLowerCase()} b`, adultWithX()],
    ["in an address", encodeURIComponent(name), name],
    [
      "as JSON escapes it",
      JSON.stringify({ name }).replace(/[^\0-~]/g, (it) => `\\u${it.charCodeAt(0).toString(16).padStart(4, "0")}`),
      name,
    ],
    ["as a page escapes it", [...name].map((it) => `&#${it.codePointAt(0)};`).join(""), name],
    ["in full width", wide(idNumber), idNumber],
    ["with spaces", idNumber.replace(/(.{6})(.{8})/, "$1 $2 "), idNumber],
    ["with dashes", `+86 ${mobile.slice(0, 3)}-${mobile.slice(3, 7)}-${mobile.slice(7)}`, mobile],
    ["in base64", Buffer.from(`{"name":"${name}"}`).toString("base64"), name],
    ["in base64 that begins elsewhere", `x${Buffer.from(`...${mobile}...`).toString("base64url")}`, mobile],
    [
      "in base64 of base64",
      Buffer.from(Buffer.from(idNumber.repeat(2)).toString("base64")).toString("base64"),
      idNumber,
    ],
    ["in hex", Buffer.from(name).toString("hex"), name],
    ["in bytes", Buffer.from(`\0\xff${name}\0`), name],
    ["in bytes of two", Buffer.from(name, "utf16le"), name],
  ])("finds a mark %s", (_, place, mark) => {
    expect(netFor({ mark })(place)).toEqual(["mark"])
  })

  it("finds one in each kind of place, put there on purpose", async () => {
    appendFileSync(join(system.folder, "logs", "Relay.log"), `{"level":"INFO","id":"${wide(mobile)}"}\n`)
    expect(leaks(logsOf()).map((it) => it.name)).toEqual(["Relay.log"])
    process.stderr.write(`${Buffer.from(idNumber).toString("base64")}\n`)
    expect(leaks(printed)).toHaveLength(1)
    await fetch(`${system.url}/zh/s/${idNumber}`)
    expect(leaks(urlsOf())).toHaveLength(1)
    expect(leaks(messagesOf()).length, "the poison on its way").toBeGreaterThan(0)
    for (const queue of ["WorkDead", "NoticesDead", "AlertsDead"])
      expect(leaks(await deadLetters(queue))).toHaveLength(1)
    for (const table of tables) {
      const Item = {
        pk: `planted#${table}`,
        sk: "planted",
        v: 1,
        by: "test",
        op: "test",
        at: 1,
        sealed: Buffer.from(`..${name}..`),
      }
      await database().send(new PutCommand({ TableName: system.tableNames[table as Table]!, Item }))
      expect(leaks((await itemsOf(system, table)).map(shown(table)))).toHaveLength(1)
    }
    await until("the planted item in a stream's record", () => leaks(recordsOf()).length > 0)
    for (const bucket of ["StreamFailures", "Photos"]) {
      await objects().send(
        new PutObjectCommand({ Bucket: bucketName(bucket), Key: "planted", Body: Buffer.from(`..${child.name}..`) }),
      )
      expect(leaks((await objectsIn(bucket)).map((it) => it.bytes))).toHaveLength(1)
    }
    expect(
      calls.some(
        ({ event, answer }) =>
          /^\/staff\/reports\//.test(String(event.rawPath)) && caught(JSON.stringify(answer ?? "")).length > 5,
      ),
      "an officer's answer",
    ).toBe(true)
    expect(leaks([...pushed, `{"body":"${child.name}"}`])).toHaveLength(1)
  })
})

function adultWithX(): string {
  for (let n = 60; ; n++) if (adult(n).endsWith("X")) return adult(n)
}
