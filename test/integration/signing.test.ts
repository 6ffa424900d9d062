/** Signing in, through the real provider: what is forged, swapped, replayed or late gives a clear page and nobody a session. */
import { createHmac, generateKeyPairSync, sign } from "node:crypto"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest"
import * as signing from "#actions/signing"
import { hour, minute } from "#domain/time"
import * as people from "#store/people"
import { aClerk } from "#test/apps"
import { anOp, at, refusalOf } from "#test/builders"
import { startOther } from "#test/other-provider"
import { aDesk, type Desk, forged, onTheWire } from "#test/provider"
import { aWorld, type TestWorld } from "#test/world"

let world: TestWorld
let desk: Desk
beforeAll(async () => {
  world = await aWorld(at("09:00"))
  desk = await aDesk(world)
})
afterAll(() => desk?.stop())
beforeEach(() => world.set(world.now() + hour))
afterEach(() => vi.unstubAllGlobals())

type Browser = ReturnType<Desk["aBrowser"]>
const signedOut = { status: 401, code: "not-signed-in" }
/** Who this browser is signed in as. */
const whoIs = async (browser: Browser) => (await browser.me()).id as string | undefined
const incomplete = "/app/staff/#sign-in-incomplete"

const stranger = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey

describe("signing in", () => {
  it("gives a session to whoever is on the roster, in a cookie that only this host may set and no script reads (ASVS V3.3.3, V7.2.3)", async () => {
    const browser = desk.aBrowser()
    const callback = await browser.prove(await browser.begin(), "clerk-p01-1")
    const { to, headers } = await browser.ask(callback)
    expect(to).toBe("/app/staff/")
    const cookie = headers.getSetCookie().find((it) => it.startsWith("__Host-staff="))!
    expect(cookie).toMatch(/; Path=\/; HttpOnly; Secure; SameSite=Lax$/)
    // 24 random bytes: 192 bits.
    expect(cookie).toMatch(/^__Host-staff=[\w-]{32}; Max-Age=36000/)
    expect(await browser.me()).toMatchObject({ id: "clerk-p01-1", role: "clerk", station: "FZ-JA-P01" })
  })

  it("asks the provider to see the person again each time, with PKCE, state and nonce of this sign-in alone (ASVS V7.6.2, V10.1.2)", async () => {
    const asked = async () => new URL(await desk.aBrowser().begin()).searchParams
    const [one, other] = [await asked(), await asked()]
    expect(Object.fromEntries(one)).toMatchObject({
      prompt: "login",
      max_age: "0",
      response_type: "code",
      scope: "openid",
      code_challenge_method: "S256",
    })
    for (const name of ["state", "nonce", "code_challenge"]) {
      expect(one.get(name)).toMatch(/^[\w-]{43}$/)
      expect(one.get(name)).not.toBe(other.get(name))
    }
  })

  it("turns away whom the provider knows and the roster does not, and whoever has left", async () => {
    const member = (await people.findStaff(world, "clerk-p05-1"))!
    const change = (active: boolean, v: number) =>
      people.put(world, [
        people.staffChange({ kind: "system", name: "roster" }, "t", world.now(), { ...member, v, active }),
      ])
    await change(false, member.v)
    const browser = desk.aBrowser()
    expect(await browser.through("clerk-p05-1")).toBe("/app/staff/#not-allowed")
    expect(await browser.me()).toMatchObject(signedOut)
    await change(true, (await people.findStaff(world, "clerk-p05-1"))!.v)
    await expect(signing.signIn(world, "nobody-at-all")).rejects.toMatchObject({ code: "not-allowed" })
  })

  it("ends whoever was signed in at this browser before (ASVS V7.2.4)", async () => {
    const browser = desk.aBrowser()
    await browser.through("clerk-p01-1")
    const before = browser.here.get("__Host-staff")!
    await browser.through("clerk-p01-2")
    expect(await whoIs(browser)).toBe("clerk-p01-2")
    browser.here.set("__Host-staff", before)
    expect(await browser.me()).toMatchObject(signedOut)
  })

  it("leads back to the page that it was begun from, and to no other (ASVS V3.7.2)", async () => {
    expect(await desk.aBrowser().through("officer-p02", "?to=duty")).toBe("/app/duty/")
    expect(await desk.aBrowser().through("officer-p02", "?back=%2Fapp%2Fduty%2F%230123456789AB")).toBe(
      "/app/duty/#0123456789AB",
    )
    for (const trick of [
      "//evil.example/app/staff/",
      "\\\\evil.example\\app\\staff\\",
      "/\\evil.example",
      "https://evil.example/app/staff/",
      "/app/staff/../../evil",
      "/app/staff/%2e%2e/",
      "/app/staff/@evil.example",
      "/app/staff/#\u0000",
      "/app/staff/\r\nset-cookie: a=b",
      "/app/staff/\n",
      "javascript:alert(1)",
      "/app/staff/?next=//evil.example",
      "/app/kiosk/",
      "%2F%2Fevil.example",
      `/app/staff/#${"a".repeat(81)}`,
    ]) {
      const ends = await desk
        .aBrowser()
        .through("clerk-p01-1", `?back=${encodeURIComponent(trick)}&to=${encodeURIComponent(trick)}`)
      expect([trick, ends]).toEqual([trick, "/app/staff/"])
    }
  })
})

describe("a callback that does not fit gives nobody a session (ASVS V10.1.2, V10.2.1)", () => {
  /** What a browser gets whose callback was tampered with. */
  async function ends(tamper: (callback: URL, browser: Browser) => unknown) {
    const browser = desk.aBrowser()
    const callback = new URL(await browser.prove(await browser.begin(), "clerk-p01-1"), world.portal.url)
    await tamper(callback, browser)
    const answer = await browser.ask(callback.pathname + callback.search)
    return { status: answer.status, to: answer.to, me: await whoIs(browser) }
  }
  const nobody = { status: 303, to: incomplete, me: undefined }

  it.each<[string, (callback: URL, browser: Browser) => unknown]>([
    ["another state", (it) => it.searchParams.set("state", "A".repeat(43))],
    ["no state", (it) => it.searchParams.delete("state")],
    ["a second state", (it) => it.searchParams.append("state", "A".repeat(43))],
    ["another code", (it) => it.searchParams.set("code", "A".repeat(43))],
    ["no code", (it) => it.searchParams.delete("code")],
    ["a second code", (it) => it.searchParams.append("code", "A".repeat(43))],
    ["another issuer (ASVS V10.2.2)", (it) => it.searchParams.set("iss", "https://evil.example")],
    ["an error of the provider's", (it) => it.searchParams.set("error", "access_denied")],
    ["an ID token in the address", (it) => it.searchParams.set("id_token", "a.b.c")],
    ["nothing at all", (it) => Object.assign(it, { search: "" })],
    ["no sign-in cookie", (_, { here }) => void here.delete("__Host-sign-in")],
    ["a made-up sign-in cookie", (_, { here }) => void here.set("__Host-sign-in", "A".repeat(200))],
    [
      "a sign-in cookie changed in one place",
      (_, { here }) => {
        const cookie = here.get("__Host-sign-in")!
        here.set("__Host-sign-in", `${cookie.slice(0, 40)}${cookie[40] === "A" ? "B" : "A"}${cookie.slice(41)}`)
      },
    ],
    [
      "the sign-in cookie under another prefix",
      (_, { here }) => {
        here.set("__Secure-sign-in", here.get("__Host-sign-in")!)
        here.delete("__Host-sign-in")
      },
    ],
    ["eleven minutes later", () => world.wait(11)],
    [
      "the sign-in cookie of another browser",
      async (_, { here }) => {
        const other = desk.aBrowser()
        await other.begin()
        here.set("__Host-sign-in", other.here.get("__Host-sign-in")!)
      },
    ],
    [
      "the code of another browser's sign-in",
      async (it) => {
        const other = desk.aBrowser()
        const theirs = new URL(await other.prove(await other.begin(), "chief-p01"), world.portal.url)
        it.searchParams.set("code", theirs.searchParams.get("code")!)
      },
    ],
  ])("%s", async (_, tamper) => {
    expect(await ends(tamper)).toEqual(nobody)
  })

  it("followed in another browser, which has begun nothing or something of its own", async () => {
    const victim = desk.aBrowser()
    const attacker = desk.aBrowser()
    const callback = await attacker.prove(await attacker.begin(), "clerk-p01-2")
    for (const prepare of [() => {}, () => victim.begin()]) {
      await prepare()
      expect((await victim.ask(callback)).to).toBe(incomplete)
      expect(await whoIs(victim)).toBeUndefined()
    }
  })

  it("sent twice: the first is signed in, the second is nobody's, and a code is worth one session (ASVS V10.4.2)", async () => {
    const browser = desk.aBrowser()
    const callback = await browser.prove(await browser.begin(), "clerk-p01-1")
    const [before, also] = [new Map(browser.here), desk.aBrowser()]
    expect((await browser.ask(callback)).to).toBe("/app/staff/")
    // The same address again, and once more with all that the browser had.
    expect((await browser.ask(callback)).to).toBe(incomplete)
    for (const [name, value] of before) also.here.set(name, value)
    expect((await also.ask(callback)).to).toBe(incomplete)
    expect(await whoIs(also)).toBeUndefined()
    expect(await whoIs(browser)).toBe("clerk-p01-1")
  })

  it("of an older tab leaves the newer one's sign-in under way, which then ends well", async () => {
    const browser = desk.aBrowser()
    const older = await browser.begin()
    const newer = await browser.begin()
    const late = await browser.prove(older, "clerk-p01-1")
    expect((await browser.ask(late)).to).toBe(incomplete)
    expect(await whoIs(browser)).toBeUndefined()
    expect((await browser.ask(await browser.prove(newer, "clerk-p01-1"))).to).toBe("/app/staff/")
    expect(await whoIs(browser)).toBe("clerk-p01-1")
  })
})

describe("an ID token that is not the provider's own for this sign-in is none (ASVS V6.8.2, V10.5.1, V10.5.4)", () => {
  const byStranger = (text: Buffer) => sign("sha256", text, stranger)
  const bySecret = (text: Buffer) => createHmac("sha256", "test").update(text).digest()
  const byNobody = () => Buffer.alloc(0)
  let replayed: unknown

  it.each<[string, (body: Record<string, unknown>) => Record<string, unknown>]>([
    ["signed by somebody else", forged({}, {}, byStranger)],
    ["not signed", forged({ sub: "chief-p01" }, { alg: "none" }, byNobody)],
    ["signed with a secret in place of a key", forged({ sub: "chief-p01" }, { alg: "HS256" }, bySecret)],
    ["for another client", forged({ aud: "another" })],
    ["of another issuer", forged({ iss: "https://evil.example" })],
    ["expired", forged({ exp: 1_700_000_000 })],
    ["with another nonce", forged({ nonce: "A".repeat(43) })],
    ["without a nonce", forged({ nonce: undefined })],
    ["about nobody", forged({ sub: undefined })],
    ["missing", ({ id_token: _, ...body }) => body],
    ["half of one", (body) => ({ ...body, id_token: String(body.id_token).slice(0, 60) })],
    ["no token at all", () => ({})],
  ])("%s", async (_, change) => {
    const browser = desk.aBrowser()
    const callback = await browser.prove(await browser.begin(), "clerk-p01-1")
    onTheWire(change)
    expect((await browser.ask(callback)).to).toBe(incomplete)
    expect(await whoIs(browser)).toBeUndefined()
  })

  it("taken from an earlier sign-in, signature and all: its nonce is another", async () => {
    onTheWire((body) => {
      replayed ??= body.id_token
      return { ...body, id_token: replayed }
    })
    const browser = desk.aBrowser()
    expect(await browser.through("chief-p01")).toBe("/app/staff/")
    expect(await browser.through("clerk-p01-1")).toBe(incomplete)
  })

  it("while one that the provider itself signed anew, unchanged, is: what refuses above is the change", async () => {
    onTheWire(forged({}))
    expect(await desk.aBrowser().through("clerk-p01-1")).toBe("/app/staff/")
  })
})

describe("another provider, by configuration alone", () => {
  let other: Desk
  beforeAll(async () => {
    other = await aDesk(world, startOther)
  })
  afterAll(async () => {
    await other?.stop()
    world.portal.issuer = desk.issuer
  })

  it("with a path for an issuer, another algorithm, its secret in a header and no place to sign out does the same", async () => {
    const browser = other.aBrowser()
    expect(await browser.begin()).toMatch(/^http:\/\/localhost:\d+\/realms\/city\//)
    expect(await browser.through("officer-p01")).toBe("/app/staff/")
    expect(await browser.me()).toMatchObject({ id: "officer-p01", role: "officer" })
    expect(await browser.stepUp("officer-p01")).toBe("/app/staff/#proved")
    expect((await browser.ask("/staff/sign-out", "POST")).body.elsewhere).toBeUndefined()
    expect(await browser.me()).toMatchObject(signedOut)
    expect(await other.aBrowser().through("nobody-here")).toBe("/app/staff/#not-allowed")
  })

  it("is not believed with what the first one says", async () => {
    const [here, there] = [desk.aBrowser(), other.aBrowser()]
    const callback = await here.prove(await here.begin(), "clerk-p01-1")
    await there.begin()
    expect((await there.ask(callback)).to).toBe(incomplete)
    expect(await whoIs(there)).toBeUndefined()
  })
})

describe("a provider that is away", () => {
  it("at the beginning and at the end is told on the page, and is found again when it is back", async () => {
    const lost = () => Promise.reject(new TypeError("fetch failed"))
    const browser = desk.aBrowser()
    const callback = await browser.prove(await browser.begin(), "clerk-p01-1")
    vi.stubGlobal("fetch", lost)
    expect((await browser.ask(callback)).to).toBe("/app/staff/#provider-away")
    vi.unstubAllGlobals()
    onTheWire(() => new Response("<h1>502 Bad Gateway</h1>", { status: 502 }))
    expect(await browser.through("clerk-p01-1")).toBe("/app/staff/#provider-away")
    vi.unstubAllGlobals()
    // Never heard of before: it cannot even be asked where to go.
    const fresh = await aWorld()
    fresh.portal.issuer = "http://localhost:1"
    const apart = await aDesk(fresh)
    const issuer = fresh.portal.issuer
    vi.stubGlobal("fetch", lost)
    expect((await apart.aBrowser().ask("/staff/sign-in?to=duty")).to).toBe("/app/duty/#provider-away")
    vi.unstubAllGlobals()
    expect(await apart.aBrowser().begin()).toContain(issuer)
    await apart.stop()
    expect(world.logged()).toContain("provider away")
    expect(world.logged()).not.toContain("502 Bad Gateway")
  })

  it("that says it is another than it was configured to be is not believed (ASVS V10.5.3)", async () => {
    const fresh = await aWorld()
    const apart = await aDesk(fresh)
    const real = globalThis.fetch
    vi.stubGlobal("fetch", async (...asked: Parameters<typeof fetch>) => {
      const answer = await real(...asked)
      return Response.json({ ...((await answer.json()) as object), issuer: "https://evil.example" })
    })
    expect((await apart.aBrowser().ask("/staff/sign-in")).to).toBe(incomplete)
    vi.unstubAllGlobals()
    await apart.stop()
  })
})

describe("a session", () => {
  const aSession = async (id = "clerk-p03-1") => {
    const { token } = await signing.signIn(world, id, world.now())
    return () => signing.staffOf(world, token)
  }

  it("is over after thirty minutes without use, to the millisecond (ASVS V7.3.1)", async () => {
    const who = await aSession()
    const opened = world.now()
    world.set(opened + 30 * minute - 1)
    expect(await who()).toMatchObject({ id: "clerk-p03-1" })
    const used = world.now()
    world.set(used + 30 * minute)
    expect(await who()).toBeUndefined()
    world.set(used + 30 * minute - 1)
    expect(await who()).toBeDefined()
  })

  it("is over after ten hours however much it was used (ASVS V7.3.2)", async () => {
    const who = await aSession()
    const opened = world.now()
    for (let spent = 0; spent < 10 * hour - 1; spent = Math.min(spent + 25 * minute, 10 * hour - 1)) {
      world.set(opened + spent)
      expect(await who()).toBeDefined()
    }
    world.set(opened + 10 * hour - 1)
    expect(await who()).toBeDefined()
    world.set(opened + 10 * hour)
    expect(await who()).toBeUndefined()
  })

  it("is one of five at most: the sixth ends the oldest (ASVS V7.1.2)", async () => {
    const all = []
    for (let i = 0; i < 6; i++) all.push(await aSession())
    const alive = await Promise.all(all.map(async (who) => (await who()) !== undefined))
    expect(alive).toEqual([false, true, true, true, true, true])
  })

  it("ends on the server when one signs out, whatever the browser keeps; where to sign out at the provider is told (ASVS V7.4.1)", async () => {
    const browser = desk.aBrowser()
    await browser.through("clerk-p01-1")
    const cookie = browser.here.get("__Host-staff")!
    const { body, status } = await browser.ask("/staff/sign-out", "POST", {})
    expect(status).toBe(200)
    expect(browser.here.has("__Host-staff")).toBe(false)
    browser.here.set("__Host-staff", cookie)
    expect(await browser.me()).toMatchObject(signedOut)
    expect((await browser.visit(body.elsewhere)).text).toContain("Sign out here too?")
    expect(body.elsewhere).toContain(desk.issuer)
  })

  it("is seen by whose it is, who ends all the others after proving who they are (ASVS V7.5.2)", async () => {
    const [desk1, phone] = [desk.aBrowser(), desk.aBrowser()]
    await desk1.through("officer-p05")
    world.wait(7)
    await phone.through("officer-p05")
    const began = world.now()
    expect((await phone.ask("/staff/sessions")).body).toEqual([
      { since: began - 7 * minute, seenAt: began - 7 * minute, isThis: false },
      { since: began, seenAt: began, isThis: true },
    ])
    // Whoever found the desk open does not throw its officer out elsewhere.
    expect((await desk1.ask("/staff/sessions/end", "POST")).body.code).toBe("step-up-needed")
    expect(await whoIs(phone)).toBe("officer-p05")
    expect((await phone.ask("/staff/sessions/end", "POST")).body).toMatchObject([{ isThis: true }])
    expect([await whoIs(desk1), await whoIs(phone)]).toEqual([undefined, "officer-p05"])
  })

  it("is read from its own cookie alone: another prefix, another purpose or half of it is nobody", async () => {
    const browser = desk.aBrowser()
    await browser.through("clerk-p01-1")
    const token = browser.here.get("__Host-staff")!
    for (const [name, value] of [
      ["__Secure-staff", token],
      ["staff", token],
      ["__host-staff", token],
      ["__Host-visitor", token],
      ["__Host-staff", token.slice(0, -1)],
      ["__Host-staff", `${token}A`],
      ["__Host-staff", `${token},${token}`],
      ["__Host-staff", ""],
    ] as const) {
      browser.here.clear()
      browser.here.set(name, value)
      expect([name, (await browser.me()).code]).toEqual([name, "not-signed-in"])
    }
  })

  it("of somebody else does what they may, and nothing of what its thief may", async () => {
    const [clerk, chief] = [desk.aBrowser(), desk.aBrowser()]
    await clerk.through("clerk-p01-1")
    await chief.through("chief-p01")
    expect((await chief.ask("/staff/members")).status).toBe(200)
    chief.here.set("__Host-staff", clerk.here.get("__Host-staff")!)
    expect((await chief.ask("/staff/members")).body.code).toBe("not-allowed")
    expect(await whoIs(chief)).toBe("clerk-p01-1")
  })

  it("follows the roster: another role or station counts from the next request on, and leaving ends it (ASVS V8.3.2, V7.4.2)", async () => {
    const roster = { kind: "system", name: "roster" } as const
    const becomes = async (change: Partial<people.StaffMember>) => {
      const member = (await people.findStaff(world, "clerk-p02-1"))!
      await people.put(world, [people.staffChange(roster, "t", world.now(), { ...member, ...change })])
    }
    const li = await aClerk(world, desk.app, "clerk-p02-1")
    const may = async (path: string) => (await li.get(path)).status
    expect([await may("/staff/policy"), await may("/staff/reports")]).toEqual([403, 403])
    await becomes({ role: "chief" })
    expect([await may("/staff/policy"), (await li.get("/staff/policy")).body.station]).toEqual([200, "FZ-JA-P02"])
    await becomes({ station: "FZ-JA-P03" })
    expect((await li.get("/staff/policy")).body.station).toBe("FZ-JA-P03")
    await becomes({ role: "auditor", station: "FZ-JA-P02" })
    expect([await may("/staff/policy"), await may("/staff/line")]).toEqual([403, 403])
    await becomes({ role: "clerk", active: false })
    expect(await may("/staff/me")).toBe(401)
    // Back on the roster is not back in the session.
    await becomes({ active: true })
    expect(await may("/staff/me")).toBe(401)
  })

  it("calls a colleague by a name that is ten minutes old at most, of its own city", async () => {
    const member = (await people.findStaff(world, "clerk-p03-1"))!
    const names = [member.name, "林改名"]
    expect(await people.staffName(world, member.id)).toBe(names[0])
    const change = people.staffChange({ kind: "system", name: "roster" }, "t", world.now(), {
      ...member,
      name: names[1]!,
    })
    await people.put(world, [change])
    expect(await people.staffName({ ...world }, member.id), "another that has not asked yet").toBe(names[1])
    world.set(world.now() + 10 * minute - 1)
    expect(await people.staffName(world, member.id)).toBe(names[0])
    world.set(world.now() + 1)
    expect(await people.staffName(world, member.id)).toBe(names[1])
  })
})

describe("the chief's people", () => {
  const op = () => ({ op: anOp() })
  const held = async (by: Awaited<ReturnType<typeof aClerk>>, member: string, what: string) => {
    const { status, body } = await by.post(`/staff/members/${member}/${what}`)
    return status === 200 ? body : body.code
  }

  it("are those of the own station, with role and whether signed in; an auditor is nobody's", async () => {
    const chief = await aClerk(world, desk.app, "chief-p01")
    await aClerk(world, desk.app, "officer-p01")
    const { body } = await chief.get("/staff/members")
    expect(body.map((it: { id: string }) => it.id).toSorted()).toEqual([
      "chief-p01",
      "clerk-p01-1",
      "clerk-p01-2",
      "officer-p01",
      "officer-p01-2",
    ])
    const named = (id: string) => body.find((it: { id: string }) => it.id === id)
    expect(named("officer-p01")).toMatchObject({ role: "officer", sessions: 1, seenAt: world.now(), barred: false })
    expect(named("chief-p01")).toMatchObject({ isMe: true })
    expect(named("officer-p01-2")).toMatchObject({ sessions: 0, isMe: false })
  })

  it("are shut out from their very next request on, cannot sign in, and can again when let in (ASVS V7.4.5)", async () => {
    const chief = await aClerk(world, desk.app, "chief-p01")
    const browser = desk.aBrowser()
    await browser.through("clerk-p01-2")
    expect(await held(chief, "clerk-p01-2", "lock")).toMatchObject({ barred: true, sessions: 0 })
    expect(await browser.me()).toMatchObject(signedOut)
    expect(await desk.aBrowser().through("clerk-p01-2")).toBe("/app/staff/#not-allowed")
    expect(await held(chief, "clerk-p01-2", "unlock")).toMatchObject({ barred: false })
    // What was ended stays ended.
    expect(await browser.me()).toMatchObject(signedOut)
    expect(await desk.aBrowser().through("clerk-p01-2")).toBe("/app/staff/")
  })

  it("are signed out everywhere at once, and may sign in again", async () => {
    const chief = await aClerk(world, desk.app, "chief-p01")
    const both = [await aClerk(world, desk.app, "clerk-p01-2"), await aClerk(world, desk.app, "clerk-p01-2")]
    const answered = () => Promise.all(both.map(async (it) => (await it.get("/staff/me")).status))
    expect(await answered()).toEqual([200, 200])
    expect(await held(chief, "clerk-p01-2", "end-sessions")).toMatchObject({ sessions: 0, barred: false })
    expect(await answered()).toEqual([401, 401])
    expect((await (await aClerk(world, desk.app, "clerk-p01-2")).get("/staff/me")).status).toBe(200)
  })

  it("once: the same press again changes nothing more", async () => {
    const chief = await aClerk(world, desk.app, "chief-p01")
    const once = op()
    await chief.post("/staff/members/clerk-p01-2/lock", once)
    const { v } = (await people.findStaff(world, "clerk-p01-2"))!
    await chief.post("/staff/members/clerk-p01-2/lock", once)
    expect((await people.findStaff(world, "clerk-p01-2"))!.v).toBe(v)
    await chief.post("/staff/members/clerk-p01-2/unlock")
  })

  it("of another station, an auditor and somebody who does not exist are not there alike; nobody locks themselves out", async () => {
    const auditor = { id: "auditor-here", name: "员", role: "auditor", station: "FZ-JA-P01", active: true } as const
    const by = { kind: "system", name: "roster" } as const
    await people.put(world, [
      people.staffChange(by, "t", world.now(), auditor),
      people.staffListed(by, "t", world.now(), auditor),
    ])
    const chief = await aClerk(world, desk.app, "chief-p01")
    const theirs = await aClerk(world, desk.app, "clerk-p03-1")
    for (const who of ["clerk-p03-1", "chief-p02", "auditor-here", "nobody-at-all"])
      for (const what of ["lock", "unlock", "end-sessions"])
        expect([who, what, await held(chief, who, what)]).toEqual([who, what, "member-unknown"])
    expect((await theirs.get("/staff/me")).status).toBe(200)
    expect((await chief.get("/staff/members")).text).not.toContain("auditor-here")
    expect(await held(chief, "chief-p01", "lock")).toBe("not-yourself")
    expect((await chief.get("/staff/me")).status).toBe(200)
  })

  it("are touched only by a chief who has just proved who they are", async () => {
    const { token } = await signing.signIn(world, "chief-p01", world.now() - 6 * minute)
    const by = (await signing.staffOf(world, token))!
    expect(refusalOf(() => signing.hold(world, by, "lock", { member: "clerk-p01-2", ...op() }))).toBe("step-up-needed")
    expect(await signing.membersOf(world, by)).not.toEqual([])
  })
})
