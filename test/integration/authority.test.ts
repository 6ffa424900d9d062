/**
 * Every route as every kind of actor. One row a route says who gets through its door and how everybody else is refused;
 * a route without a row fails. What belongs to another station is not there, rather than forbidden.
 */
import { generateKeyPairSync, randomUUID } from "node:crypto"
import type { Hono } from "hono"
import { beforeAll, describe, expect, it } from "vitest"
import { addPhoto, holderOf, report } from "#actions/reporting"
import * as signing from "#actions/signing"
import type { Env } from "#api/http"
import { audiences } from "#api/openapi"
import type { Routes } from "#api/routes"
import type { Role } from "#domain/actor"
import { permissions } from "#domain/permission"
import type { StationId } from "#domain/station"
import { minute } from "#domain/time"
import type { Told } from "#domain/told"
import * as people from "#store/people"
import * as photos from "#store/photos"
import { counter, write } from "#store/table"
import { type Apps, aClerk, aDevice, apps, aResident, type Reply, send, signedBy } from "#test/apps"
import { at, monday } from "#test/builders"
import { aMobile, anIdNumber } from "#test/people"
import { aWorld, type TestWorld } from "#test/world"

type Body = Record<string, unknown> | undefined
type Headers = Record<string, string>
type Asked = { method: string; path: string; body: Body }

const here: StationId = "FZ-JA-P01"
const elsewhere: StationId = "FZ-JA-P02"

const visitors = ["anyone", "resident", "resident of an hour ago", "holder of a link"] as const
const officials = ["clerk", "officer", "chief", "auditor", "clerk elsewhere", "chief elsewhere"] as const
const formerOfficials = [
  "clerk idle for 31 minutes",
  "clerk after ten hours",
  "clerk who signed out",
  "clerk taken off the roster",
  "clerk with a made-up session",
  "resident with the visitor's session as the staff's",
] as const
const devices = ["kiosk", "display", "kiosk elsewhere"] as const
const wrongDevices = [
  "kiosk that was revoked",
  "kiosk under another key",
  "kiosk with the display's name",
  "kiosk nobody paired",
  "kiosk six minutes behind",
  "kiosk six minutes ahead",
  "kiosk with the signature of another path",
  "kiosk with the signature of another method",
  "kiosk with the signature of another body",
  "kiosk with half a signature",
] as const
const mixedUp = ["clerk with the staff's session as the visitor's"] as const
const everyone = [...visitors, ...officials, ...formerOfficials, ...devices, ...wrongDevices, ...mixedUp] as const
type Who = (typeof everyone)[number]

type Row = {
  through: readonly Who[]
  /** Known, and not allowed: 403. */
  forbidden?: readonly Who[]
  /** Their unit has nothing to do with it: answered as what is not there. */
  hidden?: readonly Who[]
  /** For all the others. */
  otherwise?: 401 | 404
  body?: () => Body
}

const atWindows: readonly Who[] = ["clerk", "officer", "chief", "clerk elsewhere", "chief elsewhere"]
const chiefs: readonly Who[] = ["chief", "chief elsewhere"]
const notChiefs: readonly Who[] = ["clerk", "officer", "auditor", "clerk elsewhere"]
const op = () => ({ op: randomUUID() })
const onTicket = () => ({ ...op(), number: "A001" })
const open: Row = { through: everyone }
const notOnDuty: readonly Who[] = ["clerk", "clerk elsewhere", "auditor"]
const ofOfficers = (body?: () => Body): Row => ({
  through: ["officer", ...chiefs],
  forbidden: notOnDuty,
  ...(body && { body }),
})
/** Of the report that this station was alerted to. */
const ofReport = (body?: () => Body): Row => ({
  through: ["officer", "chief"],
  hidden: ["chief elsewhere"],
  forbidden: notOnDuty,
  ...(body && { body }),
})
const ofWindows = (body?: () => Body): Row => ({ through: atWindows, forbidden: ["auditor"], ...(body && { body }) })
const schedule = { hours: Array.from({ length: 7 }, () => [["09:00", "17:00"]]) }
const ofChiefs = (body?: () => Body): Row => ({ through: chiefs, forbidden: notChiefs, ...(body && { body }) })
/** Of the chief's own people: another station's chief sees nobody here. */
const ofMembers: Row = { through: ["chief"], hidden: ["chief elsewhere"], forbidden: notChiefs, body: op }
const ofAuditors = (body?: () => Body): Row => ({
  through: ["auditor"],
  forbidden: ["clerk", "officer", "chief", "clerk elsewhere", "chief elsewhere"],
  ...(body && { body }),
})
const ofKiosks = (body: () => Body): Row => ({
  through: ["kiosk", "kiosk elsewhere"],
  forbidden: ["display"],
  body,
})
let phones = 500_000
/** What makes a report. */
const aTelling = () => ({
  where: { text: "站门口", point: { lat: 26.131, lng: 119.326 } },
  when: { at: at("08:50"), about: false },
  phone: aMobile(++phones),
  child: { sex: "boy", age: 5 },
})

const rows: Record<string, Row> = {
  "GET /api/services": open,
  "GET /api/stations": open,
  "GET /api/stations/:station/places": open,
  "GET /api/stations/:station/live": open,
  "POST /api/form-keys": open,
  "POST /api/codes": { ...open, body: () => ({ mobile: aMobile(++phones) }) },
  "POST /api/sessions": { ...open, body: () => ({ mobile: aMobile(++phones), code: "000000" }) },
  "POST /api/sessions/end": open,
  "POST /api/appointments": {
    through: ["resident"],
    body: () => ({
      key: "not one of ours",
      station: here,
      services: ["rp-endorse"],
      date: monday,
      time: "09:30",
      name: "张三",
      idNumber: anIdNumber(1),
    }),
  },
  "POST /api/groups": {
    through: ["resident"],
    body: () => ({
      key: "not one of ours",
      station: here,
      services: ["rp-endorse"],
      from: monday,
      list: { text: `张三,${anIdNumber(1)}` },
    }),
  },
  "GET /api/groups/:group": { through: ["resident"] },
  "POST /api/groups/:group/proceed": { through: ["resident"] },
  "POST /api/appointments/find": { ...open, body: () => ({ ref: facts.ref, last4: "0000" }) },
  "GET /api/appointments/:link": { through: ["holder of a link"], otherwise: 404 },
  "POST /api/appointments/:link/cancel": { through: ["holder of a link"], otherwise: 404, body: () => ({ v: 99 }) },
  "POST /api/appointments/:link/move": {
    through: ["holder of a link"],
    otherwise: 404,
    body: () => ({ ...op(), v: 99, station: here, date: monday, time: "09:30" }),
  },
  "POST /api/appointments/:link/accept": {
    through: ["holder of a link"],
    otherwise: 404,
    body: () => ({ ...op(), proposal: "none" }),
  },
  "POST /api/appointments/:link/decline": {
    through: ["holder of a link"],
    otherwise: 404,
    body: () => ({ proposal: "none" }),
  },
  "POST /api/appointments/:link/wish": { through: ["holder of a link"], otherwise: 404, body: () => ({ v: 99 }) },
  "POST /api/appointments/:link/wish/end": { through: ["holder of a link"], otherwise: 404 },
  "GET /api/appointments/:link/standing": { through: ["holder of a link"], otherwise: 404 },
  "POST /api/appointments/:link/appeal": {
    through: ["holder of a link"],
    otherwise: 404,
    body: () => ({ ref: facts.ref, text: "生病住院" }),
  },
  "POST /api/appointments/:link/correct": {
    through: ["holder of a link"],
    otherwise: 404,
    body: () => ({ ...op(), v: 99, name: "李四" }),
  },
  "POST /api/appointments/:link/leave": { through: ["holder of a link"], otherwise: 404 },
  "POST /api/own": { through: ["resident"], body: () => ({ idNumber: anIdNumber(1) }) },
  "POST /api/own/export": { through: ["resident"], body: () => ({ idNumber: anIdNumber(1) }) },
  "POST /api/own/delete": { through: ["resident"], body: () => ({ ...op(), idNumber: anIdNumber(1) }) },
  "POST /api/own/consents/:consent/withdraw": { through: ["resident"] },
  "POST /api/stations/:station/tickets": {
    through: ["resident"],
    body: () => ({ ...op(), service: "rp-endorse" }),
  },
  "POST /api/tickets/:ticket/leave": { through: ["holder of a link"], otherwise: 404 },
  "GET /api/stations/:station/tickets/:date/:number": open,

  "POST /api/reports/keys": open,
  "POST /api/reports": { ...open, body: () => aTelling() },
  "GET /api/reports/:link": { through: ["holder of a link"], otherwise: 404 },
  "POST /api/reports/:link/additions": {
    through: ["holder of a link"],
    otherwise: 404,
    body: () => ({ ...op(), top: "红色" }),
  },
  "POST /api/reports/:link/photo": { through: ["holder of a link"], otherwise: 404 },
  "POST /api/reports/:link/found": { through: ["holder of a link"], otherwise: 404, body: op },

  "GET /device/clock": open,
  "POST /device/pair": { ...open, body: () => ({ code: "ABCDEFGHJK", publicKey: facts.publicKey }) },
  "GET /device/me": { through: devices },
  "GET /device/live": { through: devices },
  "POST /device/tickets": ofKiosks(() => ({ ...op(), service: "rp-endorse" })),
  "POST /device/check-ins": ofKiosks(() => ({ ...op(), shown: { ref: facts.ref } })),
  "POST /device/tickets/:number/return": ofKiosks(op),
  "POST /device/lease": ofKiosks(() => undefined),
  "POST /device/merge": ofKiosks(() => ({
    date: monday,
    tickets: [{ ...op(), number: "A001", service: "rp-endorse", elapsed: 0 }],
  })),
  "POST /device/heartbeat": { through: devices, body: () => ({ paper: "ok", version: "test", offlineTickets: 0 }) },

  "GET /staff/me": { through: officials },
  "POST /staff/sign-out": { through: officials },
  "GET /staff/line": ofWindows(),
  "POST /staff/windows/:window/sit": ofWindows(op),
  "POST /staff/windows/:window/rise": ofWindows(op),
  "POST /staff/windows/:window/call": ofWindows(op),
  "POST /staff/windows/:window/recall": ofWindows(onTicket),
  "POST /staff/windows/:window/missed": ofWindows(onTicket),
  "POST /staff/windows/:window/start": ofWindows(onTicket),
  "POST /staff/windows/:window/finish": ofWindows(onTicket),
  "POST /staff/line/tickets": {
    through: ["officer", ...chiefs],
    forbidden: ["clerk", "clerk elsewhere", "auditor"],
    body: () => ({ ...op(), stopped: false }),
  },
  "POST /staff/windows/:window/pause": ofWindows(op),
  "POST /staff/windows/:window/resume": ofWindows(op),
  "POST /staff/windows/:window/park": ofWindows(onTicket),
  "POST /staff/windows/:window/unpark": ofWindows(onTicket),
  "POST /staff/windows/:window/transfer": ofWindows(() => ({ ...onTicket(), toService: "rp-endorse" })),
  "POST /staff/windows/:window/undo": ofWindows(onTicket),
  "POST /staff/windows/:window/call-one": {
    through: ["officer", ...chiefs],
    forbidden: ["clerk", "clerk elsewhere", "auditor"],
    body: () => ({ ...onTicket(), reason: "老人身体不适" }),
  },
  "GET /staff/windows": ofChiefs(),
  "POST /staff/windows": ofChiefs(() => ({ ...op(), v: 1, windows: [{ no: 1, services: ["rp-endorse"] }] })),
  "GET /staff/calendar": ofOfficers(),
  "POST /staff/calendar/preview": ofChiefs(() => ({ schedule })),
  "POST /staff/calendar": ofChiefs(() => ({ ...op(), v: 1, schedule })),
  "GET /staff/closures": ofOfficers(),
  "POST /staff/closures/preview": ofChiefs(() => ({ from: monday, to: monday })),
  "POST /staff/closures": ofChiefs(() => ({ ...op(), from: "2026-12-30", to: "2026-12-30", reason: "线路检修" })),
  "POST /staff/closures/:closure/take-back": ofChiefs(op),
  "GET /staff/conflicts": ofOfficers(),
  "POST /staff/tickets/:number/return": ofWindows(op),
  "GET /staff/visitors/:number": ofWindows(),
  "GET /staff/appointments": ofWindows(),
  "POST /staff/appointments/:ref/reveal": {
    through: ["officer", ...chiefs],
    forbidden: ["clerk", "clerk elsewhere", "auditor"],
    body: () => ({ reason: "电话告知停办" }),
  },
  "GET /staff/absences/:ref": { through: ["officer", ...chiefs], forbidden: ["clerk", "clerk elsewhere", "auditor"] },
  "POST /staff/absences/:ref": {
    through: ["officer", ...chiefs],
    forbidden: ["clerk", "clerk elsewhere", "auditor"],
    body: () => ({ excused: true, reason: "住院证明" }),
  },
  "GET /staff/tasks": ofWindows(),
  "GET /staff/reports": ofOfficers(),
  "GET /staff/ended-reports": ofOfficers(),
  "GET /staff/reports/:report/standing": ofReport(),
  "GET /staff/reports/:report": ofReport(),
  "POST /staff/reports/:report/open": ofReport(() => ({ ...op(), reason: "统一认证没有应答" })),
  "GET /staff/reports/:report/photos/:photo": ofReport(),
  "GET /staff/reports/:report/package": ofReport(),
  "POST /staff/reports/:report": ofReport(() => ({ ...op(), act: "note", text: "看过视频" })),
  "GET /staff/audit/scopes": ofAuditors(),
  "GET /staff/audit": ofAuditors(),
  "GET /staff/audit/export": ofAuditors(),
  "GET /staff/audit/chain": ofAuditors(),
  "GET /staff/audit/openings": ofAuditors(),
  "POST /staff/audit/reviews": ofAuditors(() => ({
    ...op(),
    date: monday,
    name: "2026-11-23T01:00:00.000Z#1",
    verdict: "fit",
    reason: "案件在办",
  })),
  "GET /staff/roster": ofOfficers(),
  "POST /staff/roster/swap": ofChiefs(() => ({
    ...op(),
    v: 99,
    date: monday,
    shift: "primary",
    staff: "officer-p01",
  })),
  "POST /staff/roster/drill": ofOfficers(op),
  "GET /staff/reach": ofOfficers(),
  "POST /staff/reach": ofOfficers(() => ({ ...op(), to: { change: "no-phone" } })),
  "GET /staff/card": ofWindows(),
  "POST /staff/card": {
    through: ["officer", ...chiefs],
    forbidden: ["clerk", "clerk elsewhere", "auditor"],
    body: () => ({ ...op(), v: 0, sex: "girl", age: 6, clothing: "红外套", place: "一楼", time: "18:40" }),
  },
  "POST /staff/card/withdraw": {
    through: ["officer", ...chiefs],
    forbidden: ["clerk", "clerk elsewhere", "auditor"],
    body: () => ({ ...op(), v: 0 }),
  },
  "GET /staff/devices": ofChiefs(),
  "POST /staff/devices/invite": ofChiefs(() => ({ kind: "display", name: "屏" })),
  "POST /staff/devices/:device/revoke": ofChiefs(op),
  "GET /staff/sessions": { through: officials },
  "POST /staff/sessions/end": { through: officials },
  "GET /staff/members": ofChiefs(),
  "POST /staff/members/:member/lock": ofMembers,
  "POST /staff/members/:member/unlock": ofMembers,
  "POST /staff/members/:member/end-sessions": ofMembers,
  "GET /staff/statistics": ofChiefs(),
  "GET /staff/statistics/export": ofChiefs(),
  "GET /staff/policy": ofChiefs(),
  "POST /staff/policy/preview": ofChiefs(() => ({ change: { overWaiting: 45 } })),
  "POST /staff/policy": ofChiefs(() => ({ ...op(), v: 1, change: { overWaiting: 45 } })),
}

let world: TestWorld
let app: Apps
let facts: {
  ref: string
  link: string
  forgedLink: string
  checkedIn: string
  ticket: string
  publicKey: people.PublicKey
  spare: string
  report: string
  /** The link of whoever made it. */
  told: string
}
let headersOf: Record<Who, (asked: Asked) => Promise<Headers> | Headers>

const onRoster = (id: string, role: Role, station: StationId, active = true) =>
  people.staffChange({ kind: "system", name: "test" }, "test", world.now(), { id, name: "员", role, station, active })
const asStaff = async (id: string) => ({
  cookie: `__Host-staff=${(await signing.signIn(world, id, world.now())).token}`,
})

const aPhoto = "aPhotoOf22CharactersOk"
/** A report of a child who was last seen at this station's door, with a photo. */
async function aReport(): Promise<{ report: string; told: string }> {
  const told: Told = {
    where: { text: "站门口", point: { lat: 26.131, lng: 119.326 } },
    when: { at: world.now(), about: false },
    phone: aMobile(4),
    child: { sex: "boy", age: 5 },
    relation: "parent",
  }
  const { status, link } = await report(world, { kind: "anyone" }, { key: "authority", told })
  await photos.keep(world, "p1", new Uint8Array([255, 216, 255]))
  await addPhoto(world, holderOf(world, link), { op: aPhoto, photo: "p1" })
  return { report: status.id, told: link }
}

/** Does something at an earlier time of the same clock. */
async function ago<T>(minutes: number, act: () => Promise<T>): Promise<T> {
  const now = world.now()
  world.set(now - minutes * minute)
  try {
    return await act()
  } finally {
    world.set(now)
  }
}

beforeAll(async () => {
  world = await aWorld(at("08:55"))
  app = apps(world)
  await write(world, [onRoster("clerk-gone", "clerk", here)], counter())

  const [kiosk, display, there, revoked, spare] = await Promise.all([
    aDevice(world, app.device, "kiosk"),
    aDevice(world, app.device, "display"),
    aDevice(world, app.device, "kiosk", elsewhere),
    aDevice(world, app.device, "kiosk"),
    aDevice(world, app.device, "display"),
  ])
  const chief = await aClerk(world, app.staff, "chief-p01")
  expect((await chief.post(`/staff/devices/${revoked.id}/revoke`)).status).toBe(200)

  const resident = await aResident(world, app.resident, aMobile(1))
  const { offers } = (await resident.get(`/api/stations/${here}/places?services=rp-endorse&date=2026-11-24`)).body
  const booked = await resident.post("/api/appointments", {
    key: await resident.key(),
    station: here,
    services: ["rp-endorse"],
    date: "2026-11-24",
    time: offers[0].time,
    name: "张三",
    idNumber: anIdNumber(1),
  })
  expect(booked.status).toBe(201)
  const leaving = await aResident(world, app.resident, aMobile(5))
  const expired = await ago(31, () => aResident(world, app.resident, aMobile(2)))

  const other = generateKeyPairSync("ec", { namedCurve: "P-256" })
  const { kty, crv, x, y } = other.publicKey.export({ format: "jwk" }) as people.PublicKey
  const { link, ref } = booked.body
  const soon = (await resident.get(`/api/stations/${here}/places?services=rp-endorse&date=${monday}`)).body.offers[0]
  const today = await resident.post("/api/appointments", {
    key: await resident.key(),
    station: here,
    services: ["rp-endorse"],
    date: monday,
    time: soon.time,
    name: "张三",
    idNumber: anIdNumber(2),
  })
  expect((await kiosk.post("/device/check-ins", { shown: { ref: today.body.ref } })).status).toBe(201)
  const remote = await (await aResident(world, app.resident, aMobile(3))).post(`/api/stations/${here}/tickets`, {
    op: randomUUID(),
    service: "rp-endorse",
  })
  expect(remote.status).toBe(201)
  facts = {
    ref,
    link,
    forgedLink: `${link.slice(0, -4)}AAAA`,
    checkedIn: today.body.link,
    ticket: remote.body.link,
    publicKey: { kty, crv, x, y },
    spare: spare.id,
    ...(await aReport()),
  }

  const signed =
    (device: { id: string; key: typeof kiosk.key }, change: Partial<Asked & { time: number }> = {}) =>
    (asked: Asked) => {
      const { method, path, body, time } = { ...asked, time: world.now(), ...change }
      return signedBy(device.id, device.key, method, path, body, time)
    }
  const visitorsToken = resident.cookie.split("=")[1]
  headersOf = {
    anyone: () => ({}),
    // Whoever ends a session is another: this one is needed further down.
    resident: ({ path }) => ({ cookie: path === "/api/sessions/end" ? leaving.cookie : resident.cookie }),
    "resident of an hour ago": () => ({ cookie: expired.cookie }),
    "holder of a link": () => ({}),
    clerk: () => asStaff("clerk-p01-1"),
    officer: () => asStaff("officer-p01"),
    chief: () => asStaff("chief-p01"),
    auditor: () => asStaff("auditor-p01"),
    "clerk elsewhere": () => asStaff("clerk-p02-1"),
    "chief elsewhere": () => asStaff("chief-p02"),
    "clerk idle for 31 minutes": () => ago(31, () => asStaff("clerk-p01-1")),
    "clerk after ten hours": () => ago(601, () => asStaff("clerk-p01-1")),
    "clerk who signed out": async () => {
      const { cookie } = await asStaff("clerk-p01-1")
      await signing.signOut(world, cookie.split("=")[1]!)
      return { cookie }
    },
    "clerk taken off the roster": () => gone,
    "clerk with a made-up session": () => ({ cookie: `__Host-staff=${"A".repeat(32)}` }),
    "resident with the visitor's session as the staff's": () => ({ cookie: `__Host-staff=${visitorsToken}` }),
    kiosk: signed(kiosk),
    display: signed(display),
    "kiosk elsewhere": signed(there),
    "kiosk that was revoked": signed(revoked),
    "kiosk under another key": signed({ id: kiosk.id, key: other.privateKey }),
    "kiosk with the display's name": signed({ id: display.id, key: kiosk.key }),
    "kiosk nobody paired": signed({ id: "dev_00000000000000000000000000", key: kiosk.key }),
    "kiosk six minutes behind": signed(kiosk, { time: world.now() - 6 * minute }),
    "kiosk six minutes ahead": signed(kiosk, { time: world.now() + 6 * minute }),
    "kiosk with the signature of another path": signed(kiosk, { path: "/device/other" }),
    "kiosk with the signature of another method": signed(kiosk, { method: "PUT" }),
    "kiosk with the signature of another body": signed(kiosk, { body: { op: "somebody-elses" } }),
    "kiosk with half a signature": (asked) => {
      const whole = signed(kiosk)(asked)
      return { ...whole, "x-doorstep-signature": whole["x-doorstep-signature"].slice(0, 40) }
    },
    "clerk with the staff's session as the visitor's": async () => {
      const { cookie } = await asStaff("clerk-p01-1")
      return { cookie: cookie.replace("__Host-staff", "__Host-visitor") }
    },
  }
  const gone = await asStaff("clerk-gone")
  const left = { ...(await people.findStaff(world, "clerk-gone"))!, active: false }
  await people.put(world, [people.staffChange({ kind: "system", name: "test" }, "test", world.now(), left)])
})

const routes = Object.entries(audiences).flatMap(([audience, table]) =>
  Object.keys(table).map((name) => ({ name, app: audience as keyof Apps })),
)

/** A path of the table with things of this station in it. */
const filled = (path: string, who: Who) =>
  path
    .replace(":station", here)
    .replace(":date", monday)
    .replace(":number", "A001")
    .replace(":ref", facts.ref)
    .replace(":group", facts.forgedLink)
    .replace(":consent", facts.forgedLink)
    .replace(":window", "1")
    .replace(":device", facts.spare)
    .replace(":member", "clerk-p01-2")
    .replace(":report", facts.report)
    .replace(":photo", aPhoto)
    .replace(":closure", "closed-abcdef")
    .replace(/:link(?=\/leave)/, who === "holder of a link" ? facts.checkedIn : facts.forgedLink)
    .replace(/(?<=reports\/):link/, who === "holder of a link" ? facts.told : facts.forgedLink)
    .replace(":link", who === "holder of a link" ? facts.link : facts.forgedLink)
    .replace(":ticket", who === "holder of a link" ? facts.ticket : facts.forgedLink)
    .replace(/places$/, `places?services=rp-endorse&date=${monday}`)

/** A code that was typed wrong is an answer from behind the door. */
function outcomeOf({ status, body }: Reply, row: Row): number | "through" {
  if (["code-wrong", "pairing-wrong"].includes(body?.code)) return "through"
  if (status === 401 || status === 403) return status
  if (status >= 500) return status
  return (row.otherwise === 404 || row.hidden) && status === 404 ? 404 : "through"
}

describe("the table of routes", () => {
  it("has a row here for every route, and no row for none", () => {
    expect(routes.map((it) => it.name).toSorted()).toEqual(Object.keys(rows).toSorted())
  })
  it("is all that the apps serve, beside the pages, the description and signing in", () => {
    const beside = /^\/(api\/openapi\.json|staff\/(sign-in|callback)|report|:face\{.*|)$/
    for (const [audience, it] of Object.entries(app)) {
      const known = routes.filter((route) => route.app === audience).map((route) => route.name.split(" ")[1])
      const served = new Set(it.routes.map((route) => route.path).filter((path) => !path.endsWith("/*")))
      expect([...served].filter((path) => !known.includes(path) && !beside.test(path))).toEqual([])
    }
  })
})

describe("the rows", () => {
  it("agree with the permission that each route says its action checks", () => {
    for (const { name, app: audience } of routes) {
      const row = rows[name]!
      // Elsewhere everybody is anyone, or whoever holds the link.
      if (row.through === everyone || audience === "resident" || audience === "report") continue
      const { may } = (audiences[audience] as Routes)[name as keyof Routes]!
      const kinds: readonly string[] = permissions[may]
      const kindOf = (who: Who) => who.split(" ")[0]!
      expect({ name, refused: row.through.filter((who) => !kinds.includes(kindOf(who))) }).toEqual({
        name,
        refused: [],
      })
      expect({ name, let: row.forbidden?.filter((who) => kinds.includes(kindOf(who))) ?? [] }).toEqual({
        name,
        let: [],
      })
    }
  })
})

describe.each(routes)("$name", ({ name, app: audience }) => {
  it("lets through whom its row names, and refuses everybody else as it says", async () => {
    const row = rows[name]!
    const [method = "", pattern = ""] = name.split(" ")
    const found: Record<string, unknown> = {}
    const expected: Record<string, unknown> = {}
    for (const who of everyone) {
      const asked = { method, path: filled(pattern, who), body: row.body?.() }
      const headers = { ...(await headersOf[who](asked)), "x-doorstep": "1" }
      found[who] = outcomeOf(await send(app[audience], method, asked.path, asked.body, headers), row)
      expected[who] = row.through.includes(who)
        ? "through"
        : row.forbidden?.includes(who)
          ? 403
          : row.hidden?.includes(who)
            ? 404
            : (row.otherwise ?? 401)
    }
    expect(found).toEqual(expected)
  })
})

describe("the apps' own door", () => {
  it("is shut to whoever does not come through the Router, at every address", async () => {
    for (const it of Object.values<Hono<Env>>(app))
      for (const { method, path } of it.routes) {
        const address = path.replace(/:face\{[^}]*\}/, "zh").replace(/:(\w+)|\*/g, "x")
        for (const edge of [
          {},
          { "x-doorstep-edge": "" },
          { "x-doorstep-edge": "edgf" },
          { "x-doorstep-edge": "edge2" },
        ]) {
          const answer = await it.request(address, {
            method: method === "ALL" ? "GET" : method,
            headers: edge as Headers,
          })
          expect([address, answer.status, await answer.text()]).toEqual([address, 403, "Forbidden"])
        }
      }
  })

  it("takes no post of the staff's from another site's page", async () => {
    const clerk = await asStaff("clerk-p01-1")
    for (const { name } of routes.filter((it) => it.app === "staff" && it.name.startsWith("POST"))) {
      const path = filled(name.split(" ")[1]!, "clerk")
      const body = rows[name]!.body?.()
      for (const from of [
        {},
        { "x-doorstep": "0" },
        { "x-doorstep": "1", "sec-fetch-site": "cross-site" },
        { "x-doorstep": "1", "sec-fetch-site": "same-site" },
      ])
        expect(await send(app.staff, "POST", path, body, { ...clerk, ...(from as Headers) })).toMatchObject({
          status: 403,
          body: { code: "cross-site" },
        })
    }
  })

  it("takes no form of a resident's from another site's page", async () => {
    const forms = app.resident.routes.filter((it) => it.method === "POST" && it.path.startsWith("/:face"))
    expect(forms.length).toBeGreaterThan(5)
    for (const { path } of forms) {
      const address = path
        .replace(/:face\{[^}]*\}/, "zh")
        .replace(":link", facts.link)
        .replace(/:(\w+)|\*/g, "x")
      for (const from of [
        {},
        { origin: "https://example.org" },
        { origin: "null" },
        { "sec-fetch-site": "cross-site" },
      ]) {
        const headers = { "content-type": "application/x-www-form-urlencoded", ...(from as Headers) }
        expect((await send(app.resident, "POST", address, undefined, headers)).status).toBe(403)
      }
    }
    expect((await send(app.resident, "GET", `/api/appointments/${facts.link}`)).body.state).toBe("booked")
  })
})

describe("a session of the staff's", () => {
  it("lives on by use, and ends with the shift however busy it was", async () => {
    const opened = world.now()
    try {
      const clerk = await aClerk(world, app.staff, "clerk-p01-1")
      const alive: number[] = []
      for (let minutes = 25; minutes <= 11 * 60; minutes += 25) {
        world.set(opened + minutes * minute)
        if ((await clerk.get("/staff/me")).status === 200) alive.push(minutes)
      }
      expect(alive).toEqual(Array.from({ length: 23 }, (_, i) => (i + 1) * 25))
    } finally {
      world.set(opened)
    }
  })
})

describe("what belongs to another station", () => {
  it("is not there: its tickets, visitors, windows and devices are answered as ones that do not exist", async () => {
    const mine = await aDevice(world, app.device)
    const theirs = await aDevice(world, app.device, "kiosk", elsewhere)
    world.set(at("10:05"))
    const taken = []
    for (let i = 0; i < 4; i++)
      taken.push((await theirs.post("/device/tickets", { service: "rp-endorse" })).body.number)
    const foreign = taken.at(-1)
    const nobodys = "A999"
    const clerk = await aClerk(world, app.staff, "clerk-p01-1")
    const clerkThere = await aClerk(world, app.staff, "clerk-p02-1")
    expect((await clerkThere.get(`/staff/visitors/${foreign}`)).status).toBe(200)
    const alike = async (ask: (number: string) => Promise<Reply>) => {
      const [theirs, none] = [await ask(foreign), await ask(nobodys)]
      expect([theirs.status, theirs.body.code]).toEqual([404, "ticket-not-found"])
      expect(theirs.body).toEqual(none.body)
    }
    await alike((number) => clerk.get(`/staff/visitors/${number}`))
    await alike((number) => clerk.post(`/staff/tickets/${number}/return`))
    await alike((number) => mine.post(`/device/tickets/${number}/return`, {}))
    await alike((number) => send(app.resident, "GET", `/api/stations/${here}/tickets/${monday}/${number}`))
    expect((await clerkThere.at(3)("sit")).body).toMatchObject({ status: 404, code: "window-unknown" })
  })

  it("its devices cannot be revoked, and are answered as ones that do not exist", async () => {
    const theirs = await aDevice(world, app.device, "kiosk", elsewhere)
    const chief = await aClerk(world, app.staff, "chief-p01")
    const foreign = await chief.post(`/staff/devices/${theirs.id}/revoke`)
    const none = await chief.post("/staff/devices/dev_00000000000000000000000000/revoke")
    expect(foreign.body).toEqual(none.body)
    expect((await theirs.get("/device/me")).status).toBe(200)
    // Not 401: the chief is signed in, and a console that hears 401 asks them to sign in again.
    expect(foreign.status).toBe(404)
  })

  it("is in no list: devices, appointments, tasks, the line", async () => {
    const theirs = await aDevice(world, app.device, "kiosk", elsewhere)
    const { body } = await theirs.post("/device/tickets", { service: "rp-endorse" })
    const chief = await aClerk(world, app.staff, "chief-p01")
    const devices = (await chief.get("/staff/devices")).body.map((it: { id: string }) => it.id)
    expect(devices).toContain(facts.spare)
    expect(devices).not.toContain(theirs.id)
    const line = await chief.get("/staff/line")
    expect(line.body.station).toBe(here)
    expect(line.body.waiting.map((it: { number: string }) => it.number)).not.toContain(body.number)
    const day = (await chief.get("/staff/appointments?date=2026-11-24")).body.appointments
    expect(day.map((it: { ref: string }) => it.ref)).toEqual([facts.ref])
    const chiefThere = await aClerk(world, app.staff, "chief-p02")
    expect((await chiefThere.get("/staff/appointments?date=2026-11-24")).body.appointments).toEqual([])
  })
})
