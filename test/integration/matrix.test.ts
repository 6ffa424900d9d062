/**
 * Every route that names a thing, as every kind of actor, with things that are their own, a neighbour's, and nobody's (made up,
 * forged, of another kind). What is not one's own is answered as what does not exist, to the letter, and nothing changes by asking.
 * A route with a parameter or field that is neither named here nor known to name nothing fails.
 * OWASP ASVS 5.0: V8.2.1, V8.2.2, V8.3.1, V8.4.1.
 */
import { randomUUID } from "node:crypto"
import type { Hono } from "hono"
import { beforeAll, describe, expect, it } from "vitest"
import type { Env } from "#api/http"
import { seeded } from "#domain/chance"
import { detailNames } from "#domain/told"
import { apps, send } from "#test/apps"
import { monday } from "#test/builders"
import { addressOf, generator, type Made, type Operation, operations, resolved } from "#test/fuzzing"
import { aCity, actors, type City, everythingIn, goodIn, here, there, tuesday, type Who } from "#test/neighbours"
import { anIdNumber } from "#test/people"

/** Values of a request that name one thing: of a path, a query and a body alike. */
type Named = Record<string, unknown>
type Thing = {
  /** By whose hands it is named: theirs, or else nobody's. Where everyone holds what they hold, `here` is all. */
  own: { here: Named; there?: Named }
  nobodys: readonly Named[]
  /** Who may do this with their own; `here`'s and `there`'s people each with theirs. Nobody else learns more of one than of none. */
  who: readonly Who[]
  /** Whose own is not told apart here. */
  without?: readonly Who[]
  /** Of a body of several shapes, these. */
  acts?: readonly string[]
  /** What else must be so. */
  with?: Named
}

const everyone = actors
/** A reference is looked for ten times an hour. */
const visitors: readonly Who[] = ["anyone", "resident", "clerk"]
const peopleHere: readonly Who[] = ["clerk", "officer", "chief", "kiosk", "display"]
const peopleThere: readonly Who[] = ["clerk elsewhere", "officer elsewhere", "chief elsewhere", "kiosk elsewhere"]
const atWindows: readonly Who[] = ["clerk", "officer", "chief"]
const officers: readonly Who[] = ["officer", "chief", "officer elsewhere", "chief elsewhere"]

let city: City
beforeAll(async () => {
  city = await aCity(20261123)
})

const each = (name: string, values: readonly string[]): Named[] => values.map((value) => ({ [name]: value }))

/** Tokens of every other purpose, forged ones, and one of another city. */
function linksBut(name: string, own: string): Named[] {
  const { booked, reports, ticket, world, resident } = city
  const all = [booked.links[0]!, reports.links[0]!, ticket, resident.cookie.split("=")[1]!.padEnd(24, "A")]
  const sealed = (purpose: string) => world.keyring.seal(purpose, city.booked.here)
  const others = [...all.filter((it) => it !== own), sealed("sign-in"), sealed("visit"), sealed("")]
  const at = own.length / 2
  const forged = [
    `${own.slice(0, -2)}${own.endsWith("A") ? "BB" : "AA"}`,
    own.slice(0, at) + own.slice(at).split("").reverse().join(""),
    `${own}A`,
    own.toLowerCase(),
    "A".repeat(own.length),
  ]
  return each(name, [...others, ...forged])
}
const refsBut = (name: string, ...own: string[]): Named[] =>
  each(
    name,
    [city.nobodys, city.reports.here, city.booked.here, city.today.there].filter((it) => !own.includes(it)),
  )

const ofLink = (over: Partial<Thing> = {}): Thing => ({
  own: { here: { link: city.booked.links[0]! } },
  nobodys: linksBut("link", city.booked.links[0]!),
  who: everyone,
  ...over,
})
const checkedIn = () =>
  ofLink({
    own: { here: { link: city.today.links[0]! } },
    nobodys: linksBut("link", city.today.links[0]!).filter(({ link }) => link !== city.booked.links[0]),
  })
const ofReportLink = (): Thing => ({
  own: { here: { link: city.reports.links[0]! } },
  nobodys: linksBut("link", city.reports.links[0]!),
  who: everyone,
})
const ofGroup = (): Thing => ({
  own: { here: { group: city.groups.here }, there: { group: city.groups.there } },
  nobodys: linksBut("group", city.groups.here),
  who: ["resident", "other resident"],
})
const ofProposal = (): Thing => ({
  own: { here: { proposal: city.displaced.proposals[0]! } },
  nobodys: each("proposal", [city.displaced.proposals[1]!, "none", city.displaced.here]),
  who: everyone,
  with: { link: city.displaced.links[0]! },
})
const ofReport = (who: readonly Who[] = officers): Thing => ({
  own: { here: { report: city.reports.here }, there: { report: city.reports.there } },
  nobodys: each("report", [city.nobodys, city.booked.here, city.booked.there]),
  who,
})
/** Both stations begin with A001: at theirs it is somebody. */
const ofNumber = (number: string, who: readonly Who[] = atWindows): Thing => ({
  own: { here: { number } },
  without: peopleThere,
  nobodys: each("number", [city.tickets.there, "A999", "Y999", "K001"]),
  who,
  with: { window: "1", toService: "rp-address" },
})
const ofWindow = (): Thing => ({
  own: { here: { window: "2" } },
  nobodys: each("window", ["9", "77"]),
  who: atWindows,
})
const ofServing = (): Thing => ofNumber(city.tickets.serving, ["clerk"])
const other = (field: string, act: string): Thing => ({
  own: { here: { [field]: city.reports.second } },
  nobodys: each(field, [city.reports.there, city.nobodys, city.booked.here]),
  who: ["officer", "chief"],
  acts: [act],
  with: { report: city.reports.here },
  without: ["command centre"],
})

const ofScope = (): Thing[] => [
  { own: { here: { scope: here } }, nobodys: each("scope", [there, "FZ-JA-C01", "FZ-JA-P99"]), who: ["auditor"] },
]

/** For each route, the things that it names. */
const rows: Record<string, () => readonly Thing[]> = {
  "POST /api/appointments/find": () => [
    {
      own: { here: { ref: city.booked.here, last4: "0021" } },
      nobodys: [
        { ref: city.booked.here, last4: "0022" },
        { ref: city.booked.there, last4: "0021" },
        { ref: city.nobodys, last4: "0021" },
        { ref: city.reports.here, last4: "0051" },
      ],
      who: visitors,
      without: everyone.filter((who) => !visitors.includes(who)),
    },
  ],
  "GET /api/appointments/:link": () => [ofLink()],
  "POST /api/appointments/:link/cancel": () => [ofLink()],
  "POST /api/appointments/:link/move": () => [ofLink()],
  "POST /api/appointments/:link/correct": () => [ofLink()],
  "POST /api/appointments/:link/accept": () => [ofLink(), ofProposal()],
  "POST /api/appointments/:link/decline": () => [ofLink(), ofProposal()],
  "POST /api/appointments/:link/wish": () => [ofLink()],
  "POST /api/appointments/:link/wish/end": () => [ofLink()],
  "GET /api/appointments/:link/standing": () => [ofLink()],
  "POST /api/appointments/:link/appeal": () => [
    ofLink(),
    {
      own: { here: { ref: city.missed.here } },
      nobodys: each("ref", [city.missed.there, city.nobodys, city.booked.here]),
      who: everyone,
      with: { link: city.missed.links[0]! },
    },
  ],
  "POST /api/appointments/:link/leave": () => [checkedIn()],
  "POST /api/tickets/:ticket/leave": () => [
    { own: { here: { ticket: city.ticket } }, nobodys: linksBut("ticket", city.ticket), who: everyone },
  ],
  "GET /api/groups/:group": () => [ofGroup()],
  "POST /api/groups/:group/proceed": () => [ofGroup()],
  "GET /api/stations/:station/tickets/:date/:number": () => [
    { ...ofNumber(city.tickets.waiting, everyone), with: { station: here, date: monday } },
  ],
  "GET /api/reports/:link": () => [ofReportLink()],
  "POST /api/reports/:link/additions": () => [ofReportLink()],
  "POST /api/reports/:link/photo": () => [ofReportLink()],
  "POST /api/reports/:link/found": () => [ofReportLink()],

  "POST /device/pair": () => [
    {
      own: { here: { code: city.code } },
      nobodys: each("code", [city.usedCode, "ABCDEFGHJK", city.devices.here, city.booked.here]),
      who: everyone,
    },
  ],
  "POST /device/check-ins": () => [
    {
      own: { here: { shown: { ref: city.today.here } } },
      nobodys: [
        { shown: { ref: city.nobodys } },
        { shown: { ref: city.reports.here } },
        { shown: { idNumber: anIdNumber(99) } },
        ...linksBut("link", city.today.links[0]!)
          .filter(({ link }) => link !== city.booked.links[0])
          .map(({ link }) => ({ shown: { scanned: `http://x/a/${link}` } })),
      ],
      who: ["kiosk"],
      // Whoever stands at another station's kiosk with it is told so: below.
      without: ["kiosk elsewhere"],
    },
  ],
  "POST /device/tickets/:number/return": () => [ofNumber(city.tickets.missed, ["kiosk"])],

  ...Object.fromEntries(
    ["sit", "rise", "call", "pause", "resume"].map((act) => [`POST /staff/windows/:window/${act}`, () => [ofWindow()]]),
  ),
  ...Object.fromEntries(
    ["recall", "missed", "start", "finish", "park", "transfer", "undo"].map((act) => [
      `POST /staff/windows/:window/${act}`,
      () => [{ ...ofWindow(), with: { number: "A001", toService: "rp-address" } }, ofServing()],
    ]),
  ),
  "POST /staff/windows/:window/unpark": () => [
    { ...ofWindow(), with: { number: "A001" } },
    { ...ofNumber(city.tickets.parked, ["officer"]), with: { window: "3" } },
  ],
  "POST /staff/windows/:window/call-one": () => [
    { ...ofWindow(), who: ["officer", "chief"] },
    { ...ofNumber(city.tickets.waiting, ["officer", "chief"]), with: { window: "3" } },
  ],
  "POST /staff/closures/:closure/take-back": () => [
    {
      own: { here: { closure: city.closures.here }, there: { closure: city.closures.there } },
      nobodys: each("closure", ["closed-abcdef", "closed-______"]),
      who: ["chief", "chief elsewhere"],
    },
  ],
  "POST /staff/tickets/:number/return": () => [ofNumber(city.tickets.missed)],
  "GET /staff/visitors/:number": () => [ofNumber(city.tickets.waiting)],
  "POST /staff/appointments/:ref/reveal": () => [
    {
      own: { here: { ref: city.displaced.here }, there: { ref: city.displaced.there } },
      nobodys: refsBut("ref"),
      who: officers,
    },
  ],
  ...Object.fromEntries(
    ["GET", "POST"].map((method) => [
      `${method} /staff/absences/:ref`,
      () => [
        {
          own: { here: { ref: city.missed.here }, there: { ref: city.missed.there } },
          nobodys: refsBut("ref"),
          who: officers,
        },
      ],
    ]),
  ),
  "GET /staff/reports/:report/standing": () => [ofReport()],
  "GET /staff/reports/:report": () => [ofReport()],
  "POST /staff/reports/:report/open": () => [ofReport()],
  "GET /staff/reports/:report/photos/:photo": () => [
    { ...ofReport(), with: { photo: city.photos.here } },
    {
      own: { here: { photo: city.photos.here } },
      nobodys: each("photo", [city.photos.there, "A".repeat(22)]),
      who: ["officer", "chief"],
      with: { report: city.reports.here },
    },
  ],
  "GET /staff/reports/:report/package": () => [ofReport()],
  "POST /staff/reports/:report": () => [
    ...operations
      .find((it) => it.name === "POST /staff/reports/:report")!
      .bodies.map((shape) => ({ ...ofReport(), acts: [String(shape.properties!.act!.const)] })),
    other("into", "merge"),
    other("of", "sibling"),
    other("other", "dismiss"),
    {
      own: { here: { photo: city.photos.here } },
      nobodys: each("photo", [city.photos.there, "A".repeat(22)]),
      who: ["officer", "chief"],
      acts: ["volunteers"],
      with: { report: city.reports.here },
      without: ["command centre"],
    },
  ],
  "POST /staff/roster/swap": () => [
    {
      own: { here: { staff: "officer-p01" }, there: { staff: "officer-p02" } },
      nobodys: each("staff", ["clerk-p01-1", "nobody-at-all"]),
      who: ["chief", "chief elsewhere"],
    },
  ],
  "POST /staff/card": () => [
    {
      own: { here: { report: city.reports.here }, there: { report: city.reports.there } },
      nobodys: each("report", [city.nobodys, city.booked.here]),
      who: officers,
    },
  ],
  ...Object.fromEntries(
    ["GET /staff/audit", "GET /staff/audit/export", "GET /staff/audit/chain", "GET /staff/audit/openings"].map(
      (name) => [name, ofScope],
    ),
  ),
  "POST /staff/audit/reviews": () => [
    ...ofScope(),
    { own: { here: {} }, nobodys: each("name", ["2026-11-23T09:00#nobody", "2026-11-22T09:00#none"]), who: [] },
  ],
  ...Object.fromEntries(
    ["lock", "unlock", "end-sessions"].map((act) => [
      `POST /staff/members/:member/${act}`,
      () => [
        {
          own: { here: { member: "clerk-p01-2" }, there: { member: "clerk-p02-1" } },
          nobodys: each("member", ["clerk-p03-1", "nobody-at-all"]),
          who: ["chief", "chief elsewhere"] as const,
        },
      ],
    ]),
  ),
  "POST /staff/devices/:device/revoke": () => [
    {
      own: { here: { device: city.devices.here }, there: { device: city.devices.there } },
      nobodys: each("device", ["dev_00000000000000000000000000", "abcd", "constructor", "__proto__"]),
      who: ["chief", "chief elsewhere"],
    },
  ],
}

/** Names of what everybody may know, or of nothing at all: values that are what they say. */
const plain = new Set(
  `services service lat lng place station date time from to after before fromTime toTime language name idNumber who guardian
   consent mobile code list text v op priority again publicKey paper version offlineTickets reason outcome toWindow toService
   windows schedule change kind excused sex age clothing hotline minutes window shift stopped where when phone child relation
   details key act step told identity ${detailNames.join(" ")} condition at on published note dispute venueAlert what thing cursor verdict grain guardianName idLast4 notice`.split(
    /\s+/,
  ),
)
/** What other files prove: a letter's owner in offline.test.ts, a pass in step-up.test.ts, the code of a phone in tricks.test.ts. */
const elsewhere: Record<string, readonly string[]> = {
  "POST /device/merge": ["tickets"],
  "GET /staff/reports/:report/photos/:photo": ["pass"],
}

const fieldsOf = ({ parameters, bodies }: Operation) => [
  ...parameters.map((it) => it.name),
  ...bodies.flatMap((it) => Object.keys(resolved(it).properties ?? {})),
]
const random = seeded(7)
const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!
const { request } = generator(random, {
  ...goodIn(() => city, pick),
  v: () => 1,
  station: () => here,
  services: () => ["rp-endorse"],
  service: () => "rp-endorse",
  date: () => tuesday,
  from: () => tuesday,
  to: () => tuesday,
  ref: () => city.missed.here,
  number: () => "A001",
  window: () => "1",
  report: () => city.reports.here,
})

/** A whole request of this route, but for the thing that it names. */
function asking(it: Operation, { acts, with: more = {} }: Thing): Made {
  const body = it.bodies.find((shape) => !acts || acts.includes(String(shape.properties?.act?.const)))
  return named(it, request(it, true, body), more)
}

/** The same request of that thing. */
function named({ parameters, bodies }: Operation, { params, query, body }: Made, values: Named): Made {
  const among = (names: readonly string[]) =>
    Object.fromEntries(Object.entries(values).filter(([name]) => names.includes(name)))
  const placed = (where: "path" | "query") => among(parameters.filter((one) => one.in === where).map((one) => one.name))
  const inBody = among(bodies.flatMap((shape) => Object.keys(shape.properties ?? {})))
  return {
    params: { ...params, ...placed("path") },
    query: { ...query, ...placed("query") },
    ...(body && { body: { ...body, ...inBody } }),
  }
}

let visits = 0
async function ask(it: Operation, who: Who, made: Made) {
  const path = addressOf(it.path, made)
  const asked = { method: it.method, path, body: made.body }
  const headers = {
    ...city.headers[who](asked),
    "x-doorstep": "1",
    // Nobody comes twice from one place: what is limited for one is another's test.
    "x-doorstep-address": `10.${Math.floor(++visits / 250)}.${visits % 250}.9`,
  }
  const {
    status,
    text,
    headers: said,
  } = await send(city.app[it.audience] as Hono<Env>, it.method, path, made.body, headers)
  return { status, text, headers: Object.fromEntries([...said].toSorted()) }
}

const withThings = operations.filter(({ name }) => rows[name])
/** Which of these are this actor's. */
function ownOf(who: Who, { own }: Thing): Named[] {
  if (!own.there || who === "command centre") return own.there ? [own.here, own.there] : [own.here]
  if (who === "other resident" || peopleThere.includes(who)) return [own.there]
  return peopleHere.includes(who) || who === "resident" ? [own.here] : []
}

describe("every route that names a thing", () => {
  it("has its row here, and each field of it is told to name something or nothing", () => {
    const unknown = operations.flatMap((it) => {
      const named = (rows[it.name]?.() ?? []).flatMap((thing) => [
        ...Object.keys(thing.own.here),
        ...Object.keys(thing.with ?? {}),
      ])
      return fieldsOf(it)
        .filter((field) => !plain.has(field) && !named.includes(field) && !elsewhere[it.name]?.includes(field))
        .map((field) => `${it.name}: ${field}`)
    })
    expect(unknown).toEqual([])
    expect(Object.keys(rows).filter((name) => !operations.some((it) => it.name === name))).toEqual([])
  })
})

describe.each(withThings)("$name", (route) => {
  it("answers a neighbour's and nobody's to the letter alike, to everybody, and nothing changes", async () => {
    for (const thing of rows[route.name]!()) {
      const base = asking(route, thing)
      const before = everythingIn(city.world)
      for (const who of everyone) {
        if (thing.without?.includes(who)) continue
        const mine = thing.who.includes(who) || who === "command centre" ? ownOf(who, thing) : []
        const others = [thing.own.here, thing.own.there, ...thing.nobodys].filter((one) => one && !mine.includes(one))
        const answers = []
        for (const one of others) answers.push({ one, ...(await ask(route, who, named(route, base, one!))) })
        const [{ one: _, ...first }] = answers as [(typeof answers)[0]]
        expect(first.status, `${who} ${first.text}`).toBeLessThan(500)
        for (const { one, ...answer } of answers) expect({ who, one, ...answer }).toEqual({ who, one, ...first })
      }
      expect(everythingIn(city.world)).toEqual(before)
    }
  })
})

describe.each(withThings)("$name", (route) => {
  it("answers one's own otherwise", async () => {
    const firsts = new Set<string>()
    for (const [i, { who, ...it }] of rows[route.name]!().entries())
      for (const side of ["here", "there"] as const) {
        // One of each side stands for all, and the first of a report's acts for the others.
        const one = who.find((each) => it.own[side] && ownOf(each, { who, ...it }).includes(it.own[side]))
        if (!one || firsts.has(`${Object.keys(it.own.here)} ${side}`)) continue
        firsts.add(`${Object.keys(it.own.here)} ${side}`)
        if (route.method === "POST") city = await aCity(20261123)
        const thing = rows[route.name]!()[i]!
        const base = asking(route, thing)
        const none = await ask(route, one, named(route, base, thing.nobodys[0]!))
        const mine = await ask(route, one, named(route, base, thing.own[side]!))
        expect(mine.text, `${one}: ${mine.text}`).not.toBe(none.text)
        expect([403, 500]).not.toContain(mine.status)
      }
  })
})

describe("a kiosk", () => {
  it("tells whoever shows an appointment of another station where it is, and no more", async () => {
    city = await aCity(20261123)
    const [shown] = operations.filter(({ name }) => name === "POST /device/check-ins")
    const answered = (it: object) =>
      ask(shown!, "kiosk", { params: {}, query: {}, body: { op: randomUUID(), shown: it, priority: false } })
    // An ID number is known to many: by it nobody learns of another station's appointment.
    expect(await answered({ idNumber: anIdNumber(14) })).toEqual(await answered({ idNumber: anIdNumber(99) }))
    for (const it of [{ ref: city.today.there }, { scanned: city.today.links[1]! }]) {
      const { status, text } = await answered(it)
      expect([status, Object.keys(JSON.parse(text))]).toEqual([409, ["station", "type", "title", "status", "code"]])
      expect(JSON.parse(text)).toMatchObject({ code: "wrong-station", station: there })
    }
  })
})

describe("every page that names a thing", () => {
  const tokenOf: Record<string, () => { own: string; wrong: readonly Named[]; who: readonly Who[] }> = {
    a: () => ({
      own: city.today.links[0]!,
      wrong: linksBut("link", city.today.links[0]!),
      who: ["anyone", "resident"],
    }),
    my: () => ({ own: city.ticket, wrong: linksBut("link", city.ticket), who: ["anyone", "resident"] }),
    report: () => ({ own: city.reports.links[0]!, wrong: linksBut("link", city.reports.links[0]!), who: ["anyone"] }),
    group: () => ({
      own: city.groups.here,
      wrong: linksBut("link", city.groups.here),
      who: ["resident"],
    }),
  }
  const pages = ["resident", "report"].flatMap((audience) => {
    const app = apps(undefined as never)[audience as "resident"]
    return [...new Set(app.routes.map((it) => `${it.method} ${it.path}`))].flatMap((name) => {
      const [, method = "", noun = "", rest = ""] =
        /^(GET|POST) \/:face\{.*?\}\/(a|my|report|group)\/:\w+(.*)$/.exec(name) ?? []
      return method ? [{ audience, method, noun, rest }] : []
    })
  })

  it.each(pages)("$method /$noun/…$rest: a wrong one is a wrong one, whatever it was made for", async (page) => {
    expect(pages.length).toBeGreaterThan(20)
    const { own, wrong, who: whose } = tokenOf[page.noun]!()
    const before = everythingIn(city.world)
    for (const who of ["anyone", "resident", "other resident"] as const) {
      const asked = async (link: string) => {
        const path = `/zh/${page.noun}/${link}${page.rest}`
        const answer = await (city.app[page.audience as "resident"] as Hono<Env>).request(path, {
          method: page.method,
          headers: {
            ...city.headers[who]({ method: page.method, path }),
            "x-doorstep-edge": "edge",
            "x-doorstep-address": "10.0.0.1",
            "sec-fetch-site": "same-origin",
            ...(page.method === "POST" && { "content-type": "application/x-www-form-urlencoded" }),
          },
        })
        const text = (await answer.text()).replaceAll(link, "…")
        return { status: answer.status, text, headers: { ...Object.fromEntries(answer.headers), location: undefined } }
      }
      const [first, ...others] = await Promise.all(
        wrong
          .filter(({ link }) => page.noun !== "a" || link !== city.booked.links[0])
          .map(({ link }) => asked(String(link))),
      )
      for (const other of others) expect({ who, ...other }).toEqual({ who, ...first })
      if (page.method === "GET" && whose.includes(who)) expect((await asked(own)).text).not.toBe(first!.text)
    }
    expect(everythingIn(city.world)).toEqual(before)
  })
})
