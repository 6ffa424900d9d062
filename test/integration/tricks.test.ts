/**
 * Tricks at every door, through the very handlers of the functions and the events of the gateway: cookies, tokens, codes and
 * signatures that are forged, swapped, old or used, requests that are not what they say, paths that lead elsewhere, events that
 * are broken. Each is answered clearly, in the reader's language, and changes nothing that it should not.
 */
import { randomUUID } from "node:crypto"
import { beforeEach, describe, expect, it, vi } from "vitest"
import { newFormKey } from "#actions/forms"
import { problems } from "#domain/problem"
import { minute } from "#domain/time"
import type { GatewayEvent } from "#local/http"
import { mustBeDressed, mustTellNothing } from "#test/answers"
import { aClerk, signedBy } from "#test/apps"
import { functionsOf, type Sent } from "#test/gateway-event"
import { aCity, type City, everythingIn, here, there, tuesday } from "#test/neighbours"
import { aMobile, anIdNumber } from "#test/people"
import { codeFor } from "#test/world"
import { problemWords } from "#web/words/problems"

type Lines = [string, string][]

let city: City
let call: ReturnType<typeof functionsOf>["call"]
beforeEach(async () => {
  city = await aCity(5)
  call = functionsOf(city.app).call
})

/** Asked in English; what is refused is refused by a code of the closed list, in words, and tells nothing else. */
async function ask(sent: Sent, spoilt?: (event: GatewayEvent) => unknown) {
  const lines: Lines = [["accept-language", "en"], ...(sent.lines ?? [])]
  const answer = await call({ ...sent, lines }, spoilt)
  const about = `${sent.method ?? "GET"} ${sent.target.slice(0, 120)}: ${answer.status} ${answer.text.slice(0, 200)}`
  if (answer.status !== problems.busy) expect(answer.status, about).toBeLessThan(500)
  const told = new Response(null, { headers: answer.headers })
  mustTellNothing(told, answer.text, about)
  mustBeDressed(told, about)
  const type = answer.headers.get("content-type") ?? ""
  const body = /json/.test(type) && answer.text ? JSON.parse(answer.text) : undefined
  if (answer.status >= 400 && answer.text !== "Forbidden" && sent.method !== "HEAD" && !type.startsWith("text/html")) {
    expect(type, about).toBe("application/problem+json; charset=utf-8")
    const { title } = body
    expect(problems[body.code as keyof typeof problems], about).toBe(answer.status)
    expect(title, about).toContain(problemWords[body.code as keyof typeof problems].en)
  }
  return { ...answer, body, code: body?.code as string | undefined }
}
const json = (target: string, body: unknown, lines: Lines = []): Sent => ({
  method: "POST",
  target,
  lines: [["content-type", "application/json"], ...lines],
  body: typeof body === "string" ? body : JSON.stringify(body),
})
const get = (target: string, lines: Lines = []): Sent => ({ target, lines })
const cookie = (text: string): Lines => [["cookie", text]]
const heldIn = (text: string) => text.split("=")[1]!
const asStaff: Lines = [["x-doorstep", "1"]]

const unchanged = async (act: () => Promise<unknown>) => {
  const before = everythingIn(city.world)
  await act()
  expect(everythingIn(city.world)).toEqual(before)
}

describe("a cookie", () => {
  const staffCookie = async () => heldIn((await aClerk(city.world, city.app.staff, "chief-p01")).headers.cookie)
  const isStaff = async (lines: Lines) => (await ask(get("/staff/me", lines))).status === 200
  const isResident = async (lines: Lines) => (await ask(get(`/api/groups/${city.groups.here}`, lines))).status === 200

  it("opens only the door that it was made for, under no other's name (ASVS V7.2.1, V3.3.3)", async () => {
    const [begun = ""] = (await ask(get("/staff/sign-in"))).headers.getSetCookie()
    const own: Record<string, string> = {
      "__Host-staff": await staffCookie(),
      "__Host-visitor": heldIn(city.resident.cookie),
      "__Host-sign-in": heldIn(begun.split(";")[0]!),
      "__Host-visit": city.world.keyring.seal("visit", { booked: city.booked.links[0], until: 2e12 }),
      // Not cookies at all, and made by us all the same.
      link: city.booked.links[0]!,
      ref: city.booked.here,
      key: newFormKey(city.world),
    }
    expect(await isStaff(cookie(`__Host-staff=${own["__Host-staff"]}`))).toBe(true)
    expect(await isResident(cookie(`__Host-visitor=${own["__Host-visitor"]}`))).toBe(true)
    await unchanged(async () => {
      for (const [name, value] of Object.entries(own)) {
        if (name !== "__Host-staff")
          expect([name, await isStaff(cookie(`__Host-staff=${value}`))]).toEqual([name, false])
        if (name !== "__Host-visitor")
          expect([name, await isResident(cookie(`__Host-visitor=${value}`))]).toEqual([name, false])
        for (const spelt of [
          "__host-staff",
          "__Host-Staff",
          "__Secure-staff",
          "staff",
          " __Host-staff ",
          "__Host-staff[]",
        ])
          expect([spelt, await isStaff(cookie(`${spelt}=${own["__Host-staff"]}`))]).toEqual([
            spelt,
            spelt.trim() === "__Host-staff",
          ])
        // A sign-in that was not begun here ends where it began, with nobody signed in.
        if (name === "__Host-sign-in") continue
        const back = await ask(get("/staff/callback?code=chief-p01&state=s", cookie(`__Host-sign-in=${value}`)))
        expect([name, back.status, back.headers.getSetCookie().filter((it) => it.startsWith("__Host-staff="))]).toEqual(
          [name, 303, []],
        )
      }
    })
    const back = cookie(`__Host-sign-in=${own["__Host-sign-in"]}`)
    for (const query of ["code=chief-p01", "code=chief-p01&state=x", "code=chief-p01&state=s&state=x&state[]=s"])
      if (!query.includes("state=s&"))
        expect((await ask(get(`/staff/callback?${query}`, back))).headers.getSetCookie().join()).not.toContain(
          "__Host-staff=",
        )
    const done = await ask(get("/staff/callback?code=chief-p01&state=s", back))
    expect(done.headers.getSetCookie().join()).toContain("__Host-staff=")
  })

  it("that is forged, cut, doubled, huge or not one at all is nobody's", async () => {
    const good = await staffCookie()
    const wrong = [
      "",
      "A".repeat(32),
      good.slice(0, -1),
      `${good}A`,
      good.toLowerCase(),
      `${good}\u0000`,
      encodeURIComponent(`${good}\r\nx: y`),
      "%",
      "%00",
      "é",
      "x".repeat(8000),
    ]
    await unchanged(async () => {
      for (const value of wrong) {
        const answer = await ask(get("/staff/me", cookie(`__Host-staff=${value}`)))
        // What no header may hold is no request.
        const code = value.includes("\u0000") ? "malformed-body" : "not-signed-in"
        expect([value.slice(0, 40), answer.code]).toEqual([value.slice(0, 40), code])
      }
      for (const text of [";", "=", "=;=", ";;;;;;", "__Host-staff", "__Host-staff;", "a=b; c", '__Host-staff="', ","])
        expect([text, await isStaff(cookie(text))]).toEqual([text, false])
    })
  })

  it("is read alike from the event's list and from its header; of two of a name one counts, and never both", async () => {
    const good = await staffCookie()
    const named = `__Host-staff=${good}`
    for (const [cookies, header, isIn] of [
      [[named], undefined, true],
      [undefined, named, true],
      [["x=1", named], undefined, true],
      [[`x=1; ${named}`], undefined, true],
      // What the gateway put in the list is what was sent.
      [["__Host-staff=no"], named, false],
      [[], named, false],
      [[`${named}\r\nx-doorstep-edge: edge`], undefined, undefined],
    ] as const) {
      const answer = await ask(get("/staff/me"), (event) => ({
        ...event,
        ...(cookies && { cookies }),
        headers: { ...event.headers, ...(header && { cookie: header }) },
      }))
      expect([cookies, header, answer.status]).toEqual([cookies, header, isIn === undefined ? 400 : isIn ? 200 : 401])
    }
    const clerk = heldIn((await aClerk(city.world, city.app.staff, "clerk-p01-1")).headers.cookie)
    for (const [first, second] of [
      [good, clerk],
      [clerk, good],
    ]) {
      const answers = await Promise.all(
        [1, 2, 3].map(() => ask(get("/staff/me", cookie(`__Host-staff=${first}; __Host-staff=${second}`)))),
      )
      expect(new Set(answers.map((it) => it.text)).size).toBe(1)
    }
  })

  it("of a session that is over, or was signed out, opens nothing again (ASVS V7.4.1)", async () => {
    const good = await staffCookie()
    const lines = cookie(`__Host-staff=${good}`)
    expect((await ask({ ...json("/staff/sign-out", {}, [...lines, ...asStaff]) })).status).toBe(200)
    for (let i = 0; i < 3; i++) expect((await ask(get("/staff/me", lines))).code).toBe("not-signed-in")
    const visitor = cookie(`__Host-visitor=${heldIn(city.resident.cookie)}`)
    city.world.wait(31)
    expect((await ask(get(`/api/groups/${city.groups.here}`, visitor))).code).toBe("phone-unverified")
  })
})

describe("a token", () => {
  it("of one purpose is none of another", async () => {
    const { booked, reports, groups, ticket, world, resident } = city
    const made: Record<string, string> = {
      appointment: booked.links[0]!,
      report: reports.links[0]!,
      group: groups.here,
      ticket,
      key: newFormKey(world),
      visit: world.keyring.seal("visit", { booked: booked.links[0], until: 2e12 }),
    }
    const visitor = cookie(resident.cookie)
    const doors: Record<string, (token: string) => Sent> = {
      appointment: (it) => get(`/api/appointments/${it}`),
      report: (it) => get(`/api/reports/${it}`),
      group: (it) => get(`/api/groups/${it}`, visitor),
      ticket: (it) => ({ method: "POST", target: `/api/tickets/${it}/leave` }),
    }
    const fits: string[] = []
    for (const [purpose, token] of Object.entries(made))
      for (const [door, sent] of Object.entries(doors)) {
        const { status } = await ask(sent(encodeURIComponent(token)))
        if (status === 200) fits.push(`${purpose} at ${door}`)
        else expect([purpose, door, status]).toEqual([purpose, door, 404])
      }
    expect(fits).toEqual(["appointment at appointment", "report at report", "group at group", "ticket at ticket"])
    // What it holds, sealed for anything else, opens nothing: the purpose is the key's, not the content's.
    for (const [door, purpose] of Object.entries({
      appointment: "link",
      report: "report",
      group: "group",
      ticket: "ticket",
    }))
      for (const other of [
        "link",
        "report",
        "group",
        "ticket",
        "visit",
        "consent",
        "take",
        "sign-in",
        "sea",
        "",
      ].filter((it) => it !== purpose)) {
        const forged = world.keyring.seal(other, world.keyring.open(purpose, made[door]!))
        expect([door, other, (await ask(doors[door]!(forged))).status]).toEqual([door, other, 404])
      }
    await unchanged(async () => {
      for (const [purpose, token] of Object.entries(made).filter(([it]) => it !== "key")) {
        const form = {
          station: here,
          services: ["rp-endorse"],
          date: tuesday,
          time: "14:30",
          name: "张三",
          idNumber: anIdNumber(91),
        }
        const answer = await ask(json("/api/appointments", { ...form, key: token.slice(0, 100) }, visitor))
        expect([purpose, answer.code]).toEqual([purpose, "key-invalid"])
      }
    })
  })

  it("of another city is none here, and neither is one whose bits were turned", async () => {
    const other = await aCity(6)
    for (const it of [...other.booked.links, ...other.missed.links])
      expect((await ask(get(`/api/appointments/${it}`))).code).toBe("appointment-not-found")
    const bytes = Buffer.from(city.booked.links[0]!, "base64url")
    for (const at of [0, 11, 12, 20, bytes.length - 17, bytes.length - 1]) {
      const turned = Buffer.from(bytes)
      turned[at]! ^= 1
      expect((await ask(get(`/api/appointments/${turned.toString("base64url")}`))).code).toBe("appointment-not-found")
    }
    // The same bytes written otherwise are another text.
    for (const it of [`${city.booked.links[0]}=`, bytes.toString("base64"), `${city.booked.links[0]}.`])
      expect([it, (await ask(get(`/api/appointments/${encodeURIComponent(it)}`))).status === 200]).toEqual([
        it,
        it === city.booked.links[0],
      ])
  })
})

describe("a one-time code (ASVS V6.5.1, V6.5.5, V6.6.2, V6.6.3)", () => {
  const mobile = aMobile(801)
  const asked = (to = mobile) => ask(json("/api/codes", { mobile: to }))
  const answered = (code: string, to = mobile) => ask(json("/api/sessions", { mobile: to, code }))

  it("works once, for its own phone, for ten minutes", async () => {
    await asked()
    await asked(aMobile(802))
    const [code, others] = [await codeFor(city.world, mobile), await codeFor(city.world, aMobile(802))]
    if (code !== others) expect((await answered(others)).code).toBe("code-wrong")
    const first = await answered(code)
    expect([first.status, first.headers.getSetCookie()[0]?.split("=")[0]]).toEqual([201, "__Host-visitor"])
    expect((await answered(code)).code).toBe("code-wrong")
    await asked()
    const second = await codeFor(city.world, mobile)
    city.world.wait(10)
    expect((await answered(second)).code).toBe("code-wrong")
  })

  it("of an earlier message is over once another was asked for", async () => {
    await asked()
    const code = await codeFor(city.world, mobile)
    await asked()
    if (code !== (await codeFor(city.world, mobile))) expect((await answered(code)).code).toBe("code-wrong")
  })

  it("is gone after five tries, the right one too", async () => {
    await asked()
    const code = await codeFor(city.world, mobile)
    const wrong = code === "000000" ? "000001" : "000000"
    const codes = []
    for (let i = 0; i < 6; i++) codes.push((await answered(wrong)).code)
    expect(codes).toEqual([...Array(4).fill("code-wrong"), "too-many-tries", "too-many-tries"])
    expect((await answered(code)).code).toBe("too-many-tries")
  })

  it("sent twice at once opens one session; twenty guesses at once count as five at most", async () => {
    await asked()
    const code = await codeFor(city.world, mobile)
    const sessions = () => everythingIn(city.world).filter((it) => it.includes('"pk":"session#')).length
    const before = sessions()
    const both = await Promise.all([1, 2, 3, 4].map(() => answered(code)))
    expect(both.filter((it) => it.status === 201)).toHaveLength(1)
    expect(sessions() - before).toBe(1)

    await asked()
    const next = await codeFor(city.world, mobile)
    const guesses = Array.from({ length: 20 }, (_, i) => String(i).padStart(6, "0")).filter((it) => it !== next)
    const all = await Promise.all(guesses.map((it) => answered(it)))
    // Those that fought over the counter are told to come again, and were not looked at.
    expect(all.filter((it) => it.code === "code-wrong").length).toBeLessThanOrEqual(4)
    for (const it of all) expect(["code-wrong", "too-many-tries", "busy"]).toContain(it.code)
  })

  it("says of no phone whether it is known (ASVS V6.3.8)", async () => {
    const known = await asked(aMobile(1))
    const unknown = await asked(aMobile(899))
    expect({ ...known, body: known.body.until, text: "" }).toEqual({ ...unknown, body: unknown.body.until, text: "" })
    const wrong = await answered("000000", aMobile(898))
    city.world.wait(11)
    expect(await answered("000000", aMobile(1))).toEqual(wrong)
  })
})

describe("a device's signature (ASVS V4.1.5)", () => {
  const linesOf = (headers: Record<string, string>): Lines => Object.entries(headers)
  const signed = (method: string, path: string, body?: string, time = city.world.now()) =>
    linesOf(signedBy(city.kiosk.id, city.kiosk.key, method, path, body, time))

  it("is over the whole request: another path, query, order, method or body is nobody's", async () => {
    const target = "/device/me?a=1&b=2"
    expect((await ask(get(target, signed("GET", target)))).status).toBe(200)
    await unchanged(async () => {
      for (const other of [
        "/device/me",
        "/device/me?b=2&a=1",
        "/device/me?a=1&b=2&c=3",
        "/device/me?a=1&a=1&b=2",
        "/device/me?a=1&b=3",
        "/device/live?a=1&b=2",
      ])
        expect([other, (await ask(get(other, signed("GET", target)))).code]).toEqual([other, "device-unknown"])
      const press = JSON.stringify({ op: randomUUID(), service: "rp-endorse" })
      const lines = signed("POST", "/device/tickets", press)
      for (const body of [press.replace("rp-endorse", "id-renew"), `${press} `, "", press.replace(":", ": ")])
        expect([body, (await ask(json("/device/tickets", body, lines))).code]).toEqual([body, "device-unknown"])
      const swapped = lines.map(([name, value]): [string, string] =>
        name === "x-doorstep-device" ? [name, city.devices.here] : [name, value],
      )
      expect((await ask(json("/device/tickets", press, swapped))).code).toBe("device-unknown")
    })
  })

  it("sent again whole has one effect, and after five minutes none", async () => {
    const press = JSON.stringify({ op: randomUUID(), service: "rp-endorse" })
    const lines = signed("POST", "/device/tickets", press)
    const first = await ask(json("/device/tickets", press, lines))
    const tickets = () => everythingIn(city.world).filter((it) => it.includes('"sk":"t#')).length
    const before = tickets()
    for (const again of await Promise.all([1, 2, 3].map(() => ask(json("/device/tickets", press, lines)))))
      expect(again.body).toEqual({ ...first.body, again: true })
    city.world.wait(4)
    expect((await ask(json("/device/tickets", press, lines))).body.number).toBe(first.body.number)
    city.world.wait(2)
    expect((await ask(json("/device/tickets", press, lines))).code).toBe("device-unknown")
    expect(tickets()).toBe(before)
  })

  it("holds for five minutes either way of our clock, and not a moment longer", async () => {
    for (const [off, status] of [
      [5 * minute, 200],
      [-5 * minute, 200],
      [5 * minute + 1, 401],
      [-5 * minute - 1, 401],
    ] as const)
      expect([
        off,
        (await ask(get("/device/me", signed("GET", "/device/me", undefined, city.world.now() + off)))).status,
      ]).toEqual([off, status])
  })

  it("with a header twice, or padded, is nobody's", async () => {
    const lines = signed("GET", "/device/me")
    for (const twice of lines)
      expect([twice[0], (await ask(get("/device/me", [...lines, twice]))).status]).toEqual([twice[0], 401])
  })
})

describe("a reference", () => {
  const found = (ref: string, last4: string, address = "10.9.9.9") =>
    ask({ ...json("/api/appointments/find", { ref, last4 }, [["x-doorstep-address", address]]) }, (event) => {
      // The gateway would join the two: the edge has replaced the visitor's by its own.
      return { ...event, headers: { ...event.headers, "x-doorstep-address": address } }
    })

  it("that is somebody's is answered as one that is nobody's, and costs as many looks", async () => {
    const looks = async (act: () => Promise<unknown>) => {
      const before = city.world.memory.stats.calls
      await act()
      return city.world.memory.stats.calls - before
    }
    const [known, unknown] = [await found(city.booked.here, "9999"), await found(city.nobodys, "9999")]
    expect({ ...known }).toEqual({ ...unknown })
    const [one, other] = [
      await looks(() => found(city.booked.here, "9998")),
      await looks(() => found(city.nobodys, "9998")),
    ]
    expect(one).toBe(other)
  })

  it("is guessed ten times an hour at most, also from everywhere, and the right digits are not let through then", async () => {
    const codes = []
    for (let i = 0; i < 11; i++) codes.push((await found(city.booked.here, "9999", `10.1.${i}.1`)).code)
    expect(codes).toEqual([...Array(10).fill("appointment-not-found"), "too-many-tries"])
    expect((await found(city.booked.here, "0021", "10.2.0.1")).code).toBe("too-many-tries")
    city.world.wait(60)
    expect((await found(city.booked.here, "0021", "10.2.0.1")).status).toBe(200)
  })
})

describe("a method (ASVS V3.5.3, V4.1.4)", () => {
  it("is what it is, whatever a header, a query or a field says", async () => {
    await unchanged(async () => {
      const link = city.booked.links[0]!
      for (const lines of [
        [["x-http-method-override", "POST"]],
        [["x-http-method", "POST"]],
        [["x-method-override", "DELETE"]],
      ] as Lines[])
        for (const target of [`/api/appointments/${link}/cancel`, `/zh/a/${link}/cancel?_method=POST`])
          expect([405, 200]).toContain((await ask(get(target, lines))).status)
      for (const method of [
        "HEAD",
        "OPTIONS",
        "PUT",
        "PATCH",
        "DELETE",
        "TRACE",
        "CONNECT",
        "PROPFIND",
        "get",
        "GETX",
        "",
      ]) {
        const answer = await ask({ method, target: `/api/appointments/${link}/cancel` })
        expect([method, answer.status >= 400]).toEqual([method, true])
      }
    })
  })

  it("of GET and HEAD changes nothing at any address of the pages", async () => {
    const paths = [city.app.resident, city.app.report].flatMap((app) =>
      app.routes
        .filter((it) => it.path.startsWith("/:face"))
        .map((it) => it.path.replace(/^\/:face\{.*?\)\?\}/, "/zh")),
    )
    await unchanged(async () => {
      for (const path of new Set(paths))
        for (const method of ["GET", "HEAD"]) {
          const target = path
            .replace("my/:link", `my/${city.ticket}`)
            .replace(/report\/:link/, `report/${city.reports.links[0]}`)
            .replace(":link", city.displaced.links[0]!)
            .replace(":group", city.groups.here)
            .replace(":station", here)
            .replace(":service", "rp-endorse")
            .replace(":date", "2026-11-23")
            .replace(":number", "A001")
            .replace("*", "x")
          await ask({ method, target, lines: cookie(city.resident.cookie) })
        }
    })
  })
})

describe("a body", () => {
  const press = { op: "op-of-a-press", service: "rp-endorse" }
  const tickets = (body: string, type: string | undefined, spoilt?: (event: GatewayEvent) => unknown) => {
    const lines: Lines = [
      ...cookie(city.resident.cookie),
      ...(type === undefined ? [] : ([["content-type", type]] as Lines)),
    ]
    return ask({ method: "POST", target: `/api/stations/${there}/tickets`, lines, body }, spoilt)
  }
  // Taken nowhere: the plaza gives no tickets by phone, which only who was understood is told.
  const understood = "remote-not-allowed"

  it("is JSON where it says so, in UTF-8, and nothing else (ASVS V4.1.1)", async () => {
    const text = JSON.stringify(press)
    for (const [type, code] of [
      ["application/json", understood],
      ["application/json; charset=utf-8", understood],
      ["APPLICATION/JSON", understood],
      ["text/plain", "wrong-content-type"],
      ["text/plain; application/json", "wrong-content-type"],
      ["multipart/form-data; boundary=x", "wrong-content-type"],
      ["application/x-www-form-urlencoded", "wrong-content-type"],
      ["application/json-seq", "wrong-content-type"],
      ["application/jsonx", "wrong-content-type"],
      ["text/plain,application/json", "wrong-content-type"],
      ["", "wrong-content-type"],
      [undefined, "wrong-content-type"],
    ] as const)
      expect([type, (await tickets(text, type)).code]).toEqual([type, code])
  })

  it("that is broken, poisoned, deep or not of this world is said to be so", async () => {
    const deep = (depth: number, open: string, close: string) => open.repeat(depth) + close.repeat(depth)
    const cases: [string | Buffer, string][] = [
      [deep(30_000, "[", "]"), "invalid-input"],
      [deep(100_000, "[", "]"), "body-too-large"],
      [deep(10_000, '{"a":', "}").replace("}", "1}"), "invalid-input"],
      [deep(100_000, '{"a":', "}").replace("}", "1}"), "body-too-large"],
      [deep(60_000, "[", ""), "malformed-body"],
      [`{"op":${"9".repeat(400)},"service":"rp-endorse"}`, "invalid-input"],
      [`{"op":1e999999,"service":"rp-endorse"}`, "invalid-input"],
      [`{"op":"op-of-a-press","service":"\\ud800"}`, "invalid-input"],
      [`{"op":"op-of-a-press\\u0000","service":"rp-endorse"}`, "invalid-input"],
      [Buffer.from([...Buffer.from('{"op":"op-of-a-press'), 0xc0, 0xaf, 0x22, 0x7d]), "invalid-input"],
      [Buffer.from([0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00]), "malformed-body"],
      [`{"op":"op-of-a-press","service":"rp-endorse",}`, "malformed-body"],
      [`{"op":"op-of-a-press","service":"rp-endorse"} {}`, "malformed-body"],
      ["NaN", "malformed-body"],
      [`{"__proto__":{"op":"op-of-a-press","service":"rp-endorse"}}`, "invalid-input"],
      [`{"constructor":{"prototype":{"op":"op-of-a-press"}},"service":"rp-endorse"}`, "invalid-input"],
      // The last of two counts, here as in every reader of JSON: nobody reads the first.
      [`{"op":"x","op":"op-of-a-press","service":"rp-endorse"}`, understood],
      [`{"op":"op-of-a-press","op":"x","service":"rp-endorse"}`, "invalid-input"],
      [
        `{"service":"rp-endorse","__proto__":{"station":"FZ-JA-P01"},"station":"FZ-JA-P01","op":"op-of-a-press"}`,
        understood,
      ],
    ]
    await unchanged(async () => {
      for (const [body, code] of cases) {
        const answer = await tickets(body as string, "application/json")
        expect([body.slice(0, 60).toString(), answer.code]).toEqual([body.slice(0, 60).toString(), code])
        expect(answer.text.length).toBeLessThan(3000)
      }
    })
    expect(({} as Record<string, unknown>).op).toBeUndefined()
  })

  it("of 64 KB is read, and of one byte more is not, whatever its length is said to be", async () => {
    const padded = (size: number) => {
      const text = JSON.stringify({ ...press, pad: "" })
      return text.replace('""', `"${"x".repeat(size - text.length)}"`)
    }
    expect((await tickets(padded(65_536), "application/json")).code).toBe(understood)
    expect((await tickets(padded(65_537), "application/json")).code).toBe("body-too-large")
    const lying = (event: GatewayEvent) => ({ ...event, headers: { ...event.headers, "content-length": "10" } })
    expect((await tickets(padded(65_537), "application/json", lying)).code).toBe("body-too-large")
  })

  it("in base64 is what it stands for, and what is no base64 is no body", async () => {
    const encoded = (body: string) => (event: GatewayEvent) => ({ ...event, body, isBase64Encoded: true })
    const good = Buffer.from(JSON.stringify(press)).toString("base64")
    expect((await tickets("x", "application/json", encoded(good))).code).toBe(understood)
    for (const body of ["!!!!", "====", "a", `${good}!!`, "é", good.slice(0, 10)])
      expect([body, ["malformed-body", understood]]).toEqual([
        body,
        expect.arrayContaining([(await tickets("x", "application/json", encoded(body))).code]),
      ])
  })

  it("with a byte order mark is read, as some programs write it", async () => {
    expect([understood, "malformed-body"]).toContain(
      (await tickets(`\ufeff${JSON.stringify(press)}`, "application/json")).code,
    )
  })
})

describe("a header that the edge sets (ASVS V4.1.3)", () => {
  it("opens the door only as it was set, once", async () => {
    const edged = (value: string | undefined) => (event: GatewayEvent) => {
      const { "x-doorstep-edge": _, ...headers } = event.headers
      return { ...event, headers: { ...headers, ...(value !== undefined && { "x-doorstep-edge": value }) } }
    }
    expect((await ask(get("/api/services"), edged("edge"))).status).toBe(200)
    for (const value of [undefined, "", "Edge", "edge,edge", "edge, guessed", " edge x", "edge\u0000"]) {
      const answer = await ask(get("/api/services"), edged(value))
      expect([value, answer.status === 403 || answer.code === "malformed-body"]).toEqual([value, true])
    }
  })

  it("is believed of nothing else: host, forwarded and the like change no answer", async () => {
    const plain = await ask(get(`/zh/a/${city.booked.links[0]}`))
    for (const lines of [
      [["x-forwarded-host", "evil.example"]],
      [["x-forwarded-for", "127.0.0.1"]],
      [["x-forwarded-proto", "http"]],
      [["forwarded", "host=evil.example"]],
      [["x-original-url", "/staff/me"]],
      [["x-rewrite-url", "/staff/me"]],
      [["x-real-ip", "127.0.0.1"]],
      [["host", "evil.example"]],
    ] as Lines[])
      expect([lines, (await ask(get(`/zh/a/${city.booked.links[0]}`, lines))).text === plain.text]).toEqual([
        lines,
        true,
      ])
    const back = await ask(get("/staff/sign-in", [["host", "evil.example"]]))
    expect(back.headers.get("location")).not.toContain("evil")
  })
})

describe("a path", () => {
  it("that is written otherwise leads to no other door", async () => {
    const me = "/staff/me"
    await unchanged(async () => {
      for (const target of [
        "//staff/me",
        "/staff//me",
        "/staff/./me/",
        "/staff/me/",
        "/staff/me.",
        "/staff/me%00",
        "/staff/me;x=1",
        "/staff%2fme",
        "/STAFF/me",
        "/staff/ME",
        "/staff/x/../me",
        "/api/../staff/me",
        "/device/clock/../me",
        "/staff/%2e%2e/staff/me",
        "/staff/..%2fme",
        "/.%2e/staff/me",
        "/staff\\me",
        "/%73taff/me",
        "/$default/staff/me",
        "/prod/staff/me",
        "https://doorstep.test/staff/me",
        "//doorstep.test/staff/me",
        "/zh/../api/services/../../staff/me",
        "/\u0000",
        "/%",
        "/%ff",
        "/%E0%A4%A",
        "/\ud800",
      ]) {
        // At the gateway, by its own reading; and at each function, as if the gateway had read it so.
        expect([target, (await ask(get(target))).status >= 300]).toEqual([target, true])
        for (const door of [me, "/device/me", "/api/reports/x", "/zh"]) {
          const answer = await ask(get(door), (event) => ({ ...event, rawPath: target }))
          expect([door, target, answer.status === 200]).toEqual([door, target, false])
        }
      }
    })
  })

  it("is the event's own: what else the event says of it is not looked at", async () => {
    const clerk = await aClerk(city.world, city.app.staff, "clerk-p01-1")
    const lines = cookie(clerk.headers.cookie)
    const answer = await ask(get("/staff/me", lines), (event) => ({
      ...event,
      routeKey: "GET /staff/devices",
      pathParameters: { proxy: "devices", device: "x" },
      queryStringParameters: { role: "chief" },
      requestContext: {
        ...event.requestContext,
        stage: "prod",
        routeKey: "$default",
        http: { ...event.requestContext.http, path: "/staff/devices" },
        authorizer: { jwt: { claims: { sub: "chief-p01" } } },
      },
    }))
    expect(answer.body).toMatchObject({ id: "clerk-p01-1", role: "clerk" })
  })

  it("with any query is answered", async () => {
    for (const query of [
      "?",
      "??",
      "&&&&",
      "=",
      "%",
      "%zz=%zz",
      "a=%00",
      "a".repeat(8000),
      "services=%ff",
      "__proto__=1",
      "a[b]=c",
      "\ud800",
    ])
      await ask(get("/api/stations"), (event) => ({ ...event, rawQueryString: query }))
  })
})

describe("an event", () => {
  it("that lacks something, or has something else there, is answered and not logged", async () => {
    const said = vi.spyOn(console, "error").mockImplementation(() => {})
    try {
      const link = city.booked.links[0]!
      const spoilt: Record<string, (event: GatewayEvent) => unknown> = {
        "no headers": ({ headers: _, ...event }) => event,
        "null headers": (event) => ({ ...event, headers: null }),
        "no context": ({ requestContext: _, ...event }) => event,
        "no path": ({ rawPath: _, ...event }) => event,
        "no query": ({ rawQueryString: _, ...event }) => event,
        "a header that is none": (event) => ({ ...event, headers: { ...event.headers, "a b": "x" } }),
        "a header of two lines": (event) => ({ ...event, headers: { ...event.headers, "x-a": "1\r\nx-b: 2" } }),
        "a header beyond bytes": (event) => ({ ...event, headers: { ...event.headers, "x-name": "张三" } }),
        "a header without a value": (event) => ({ ...event, headers: { ...event.headers, "x-a": undefined } }),
        "a body with a GET": (event) => ({ ...event, body: "{}" }),
        "a method that is none": (event) => ({
          ...event,
          requestContext: { ...event.requestContext, http: { ...event.requestContext.http, method: "G T" } },
        }),
        TRACE: (event) => ({
          ...event,
          requestContext: { ...event.requestContext, http: { ...event.requestContext.http, method: "TRACE" } },
        }),
        "no event": () => ({}),
        "an event of another kind": () => ({ Records: [{ eventSource: "aws:sqs", body: "{}" }] }),
        "an event of version 1": (event) => ({ ...event, version: "1.0", path: "/staff/me", httpMethod: "GET" }),
      }
      for (const [what, spoil] of Object.entries(spoilt)) {
        const answer = await ask(get(`/api/appointments/${link}`), spoil)
        expect([what, [200, 400, 403, 404].includes(answer.status)]).toEqual([what, true])
      }
      expect(said).not.toHaveBeenCalled()
      expect(city.world.logged()).not.toContain(link)
    } finally {
      said.mockRestore()
    }
  })

  it("comes back whole: bytes as bytes, a mark at a file's beginning, each cookie on its own", async () => {
    const csv = await call(get(`/zh/group/${city.groups.here}/results.csv`, cookie(city.resident.cookie)))
    expect([...csv.bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf])
    const officer = await aClerk(city.world, city.app.staff, "officer-p01")
    const photo = await call(
      get(`/staff/reports/${city.reports.here}/photos/${city.photos.here}`, cookie(officer.headers.cookie)),
    )
    expect([photo.status, [...photo.bytes]]).toEqual([200, [255, 216, 255, 217]])
  })
})
