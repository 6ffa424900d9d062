/**
 * Proving again who one is, before a child's data, exports and whole numbers: through the real provider, by the same person, in the
 * same session, lately. And the lock that refusals close, which silences nobody who is signed in.
 */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { bringAll } from "#actions/dispatching"
import { addPhoto, holderOf, report } from "#actions/reporting"
import * as signing from "#actions/signing"
import { referenceOf } from "#domain/id"
import { hour, type Instant, minute, second } from "#domain/time"
import { strong } from "#local/openid"
import * as audits from "#store/audits"
import * as people from "#store/people"
import * as photos from "#store/photos"
import * as reports from "#store/reports"
import { aClerk, send } from "#test/apps"
import { anOp, at, monday } from "#test/builders"
import { aMemoryWorld } from "#test/memory"
import { aDesk, type Desk, forged, onTheWire } from "#test/provider"
import { aWorld, type TestWorld } from "#test/world"

const system = { kind: "system", name: "test" } as const
const zhou = "officer-p02"

let world: TestWorld
let desk: Desk
let browser: ReturnType<Desk["aBrowser"]>
beforeEach(async () => {
  world = await aWorld(at("10:00"))
  desk = await aDesk(world)
  browser = desk.aBrowser()
})
afterEach(async () => {
  vi.unstubAllGlobals()
  await desk.stop()
})

/** Of a girl at the mall, on the screens of the mall's officers. */
async function aReport(picture?: string): Promise<string> {
  const told = {
    where: { text: "一楼滑梯旁", venue: "thaihot-plaza" },
    when: { at: world.now(), about: false },
    phone: "+8613800138000",
    child: { sex: "girl", age: 6 },
    relation: "parent",
  } as const
  const { status, link } = await report(world, { kind: "anyone" }, { key: anOp(), told })
  const holder = holderOf(world, link)
  if (picture) {
    await photos.keep(world, `${holder.ref}/${picture}`, new Uint8Array([255, 216, 255, 217]))
    await addPhoto(world, holder, { op: picture, photo: `${holder.ref}/${picture}` })
  }
  await bringAll(world, system, (await reports.find(world, status.id))!)
  return status.id
}

/** At the desk until then: the session is used, and nobody proves anything. */
async function stays(until: Instant) {
  while (world.now() < until) {
    world.set(Math.min(until, world.now() + 20 * minute))
    expect((await browser.ask("/staff/me")).status).toBe(200)
  }
}
const opens = async (id: string) => {
  const { status, body } = await browser.ask(`/staff/reports/${id}`)
  return status === 200 ? "opened" : (body.code as string)
}
const acts = async (id: string, act: string) =>
  (await browser.ask(`/staff/reports/${id}`, "POST", { op: anOp(), act })).status
const packages = async (id: string) => (await browser.ask(`/staff/reports/${id}/package`)).body.code as string
const member = async (id = zhou) => (await people.findStaff(world, id))!

/** What the provider says of when and how, changed. */
const saying = (claims: Record<string, unknown>) => onTheWire(forged(claims))

describe("a lost child at 18:40", () => {
  it("is acknowledged, opened and searched for by an officer who signed in at 18:00, without a question", async () => {
    world.set(at("18:00"))
    await browser.through(zhou, "?to=duty")
    await stays(at("18:40"))
    const id = await aReport()
    expect([await acts(id, "acknowledge"), await opens(id), await acts(id, "search")]).toEqual([200, "opened", 200])
  })

  it("is listed, acknowledged and acted upon by an officer who signed in at noon; only what was told of the child waits for a proof", async () => {
    world.set(at("12:00"))
    await browser.through(zhou, "?to=duty")
    await stays(at("18:40"))
    const id = await aReport()
    const listed = await browser.ask("/staff/reports")
    expect([listed.status, listed.body.reports.length]).toEqual([200, 1])
    expect([await acts(id, "acknowledge"), await acts(id, "search")]).toEqual([200, 200])
    expect((await browser.ask("/staff/roster")).status).toBe(200)
    expect(await opens(id)).toBe("step-up-needed")
    expect((await browser.ask(`/staff/reports/${id}/photos/aPhotoOf22CharactersOk`)).body.code).toBe("step-up-needed")
    // Proved, and back at the very report.
    expect(await browser.stepUp(zhou, `&to=duty&back=${encodeURIComponent(`/app/duty/#${id}`)}`)).toBe(
      `/app/duty/#proved&${id}`,
    )
    expect(await opens(id)).toBe("opened")
  })
})

describe("a proof of who one is (ASVS V7.5.3, V6.8.4)", () => {
  it("is recent for four hours and fresh for five minutes, to the millisecond", async () => {
    await browser.through(zhou)
    const id = await aReport()
    const [session] = (await member()).sessions!
    const proved = (await people.findStaffSession(world, session!))!.provedAt!
    // Past the proof, the package is not there yet.
    world.set(proved + 5 * minute)
    expect(await packages(id)).toBe("report-state")
    world.set(proved + 5 * minute + 1)
    expect([await packages(id), await opens(id)]).toEqual(["step-up-needed", "opened"])
    await stays(proved + 4 * hour)
    expect(await opens(id)).toBe("opened")
    world.set(proved + 4 * hour + 1)
    expect(await opens(id)).toBe("step-up-needed")
  })

  it("comes with the token, since it was asked for: the provider saw the person just now, by the real clock", async () => {
    let told: unknown
    onTheWire((body) => {
      told = JSON.parse(String(Buffer.from(String(body.id_token).split(".")[1]!, "base64url"))).auth_time
      return body
    })
    await browser.through(zhou)
    const [session] = (await member()).sessions!
    const age = world.now() - (await people.findStaffSession(world, session!))!.provedAt!
    // However slow the machine: what we made of it is never younger than what was told then.
    expect(told).toEqual(expect.any(Number))
    expect(Date.now() - Number(told) * 1000).toBeGreaterThanOrEqual(age)
    expect(age).toBeGreaterThanOrEqual(0)
  })

  it("renews the session's token: the one before it is nobody's (ASVS V7.2.4)", async () => {
    await browser.through(zhou)
    const before = browser.here.get("__Host-staff")!
    world.wait(10)
    expect(await browser.stepUp(zhou)).toBe("/app/staff/#proved")
    expect(await browser.me()).toMatchObject({ id: zhou })
    expect(browser.here.get("__Host-staff")).not.toBe(before)
    expect(await signing.staffOf(world, before)).toBeUndefined()
    expect((await member()).sessions).toHaveLength(1)
  })

  it("is when the provider last saw the person, not when we asked (ASVS V7.6.1)", async () => {
    saying({ auth_time: Math.floor(Date.now() / 1000) - 3 * 3600 })
    expect(await browser.through(zhou)).toBe("/app/staff/")
    const id = await aReport()
    expect([await packages(id), await opens(id)]).toEqual(["step-up-needed", "opened"])
    await stays(world.now() + 61 * minute)
    expect(await opens(id)).toBe("step-up-needed")
  })

  it("of a provider that does not say when is now, since it was asked to see the person; one that lies ahead is now at most", async () => {
    for (const auth_time of [undefined, Math.floor(Date.now() / 1000) + 36_000]) {
      saying({ auth_time })
      await browser.through(zhou)
      vi.unstubAllGlobals()
      const id = await aReport()
      expect(await packages(id)).toBe("report-state")
      world.wait(6)
      expect(await packages(id)).toBe("step-up-needed")
    }
  })

  it("is never there by itself: a session without one is asked", async () => {
    const { token } = await signing.signIn(world, zhou)
    expect(await signing.staffOf(world, token)).not.toHaveProperty("proof")
  })
})

describe("a session that proving again renews", () => {
  const signedIn = async () => {
    const city = await aMemoryWorld(at("08:00"), { seed: 1 })
    const { token } = await signing.signIn(city, zhou, city.now())
    const prove = (its: string) =>
      signing.stepUp(city, its, city.now(), { subject: zhou, provedAt: city.now() }).then((it) => it.token)
    /** Once, before what is under way is written. */
    const meanwhile = (act: () => Promise<unknown>) => {
      let done = false
      city.memory.set({
        during: async ({ operation }) => {
          if (operation !== "TransactWriteItems" || done) return
          done = true
          await act()
        },
      })
    }
    const living = async () => (await people.findStaff(city, zhou))!.sessions
    return { city, token, prove, meanwhile, living }
  }

  it("is signed out by its owner at the very moment, whichever comes first (ASVS V7.4.1)", async () => {
    const { city, token, prove, meanwhile, living } = await signedIn()
    let renewed = ""
    meanwhile(async () => {
      renewed = await prove(token)
    })
    expect(await signing.signOut(city, token)).toBe(true)
    expect(renewed).not.toBe("")
    expect([await signing.staffOf(city, renewed), await living()]).toEqual([undefined, []])

    const { token: other } = await signing.signIn(city, zhou, city.now())
    meanwhile(() => signing.signOut(city, other))
    await expect(prove(other)).rejects.toMatchObject({ code: "not-signed-in" })
    expect(await living()).toEqual([])
  })

  it("is signed out with any token it ever had; another session of the same person goes on", async () => {
    const { city, token, prove, living } = await signedIn()
    const { token: phone } = await signing.signIn(city, zhou, city.now())
    let last = token
    for (let i = 0; i < 3; i++) last = await prove(last)
    expect(await signing.staffOf(city, last)).toBeDefined()
    expect(await signing.signOut(city, token)).toBe(true)
    expect(await signing.staffOf(city, last)).toBeUndefined()
    expect(await living()).toEqual([signing.indexOf(city, phone)])
    expect(await signing.staffOf(city, phone)).toBeDefined()
  })

  it("ends ten hours after it began all the same, to the millisecond (ASVS V7.3.2)", async () => {
    const { city, token, prove } = await signedIn()
    const began = city.now()
    for (let spent = 0; spent < 10 * hour; spent += 25 * minute) {
      city.set(began + spent)
      expect(await signing.staffOf(city, token)).toBeDefined()
    }
    city.set(began + 10 * hour - 1)
    const renewed = await prove(token)
    const by = (await signing.staffOf(city, renewed))!
    expect(by.proof).toBe("fresh")
    expect(await signing.sessionsOf(city, by, renewed)).toMatchObject([{ since: began, isThis: true }])
    city.set(began + 10 * hour)
    expect(await signing.staffOf(city, renewed)).toBeUndefined()
    await expect(prove(renewed)).rejects.toMatchObject({ code: "not-signed-in" })
  })
})

describe("proving again", () => {
  beforeEach(async () => {
    await browser.through(zhou, "?to=duty")
    await stays(world.now() + 4 * hour + minute)
  })
  const place = "&to=duty&back=%2Fapp%2Fduty%2F%230123456789AB"
  const still = async () => [(await browser.me()).id, await opens(await aReport())]
  const asBefore = [zhou, "step-up-needed"]

  it("as somebody else is refused, gives nobody a session and leaves one's own as it was", async () => {
    const before = browser.here.get("__Host-staff")
    expect(await browser.stepUp("chief-p02", place)).toBe("/app/duty/#step-up-refused&0123456789AB")
    expect(browser.here.get("__Host-staff")).toBe(before)
    expect(await still()).toEqual(asBefore)
    expect((await member()).refused).toHaveLength(1)
    expect((await member("chief-p02")).sessions).toEqual([])
  })

  it("with a sign-in of before it was asked is refused", async () => {
    saying({ auth_time: Math.floor(Date.now() / 1000) - 120 })
    expect(await browser.stepUp(zhou, place)).toBe("/app/duty/#step-up-refused&0123456789AB")
    expect(await still()).toEqual(asBefore)
    expect((await member()).refused).toHaveLength(1)
  })

  it("asks for two factors where the city's configuration names them, and believes nothing weaker", async () => {
    world.portal.acr = strong
    expect(new URL(await browser.begin("?step=up")).searchParams.get("acr_values")).toBe(strong)
    expect(new URL(await browser.begin()).searchParams.has("acr_values")).toBe(false)
    world.portal.acr = "urn:another"
    expect(await browser.stepUp(zhou, place)).toBe("/app/duty/#step-up-refused&0123456789AB")
    expect(await still()).toEqual(asBefore)
    expect((await member()).refused).toHaveLength(1)
    world.portal.acr = strong
    expect(await browser.stepUp(zhou, place)).toBe("/app/duty/#proved&0123456789AB")
    expect(await opens(await aReport())).toBe("opened")
  })

  it("is of the session that asked: not of another browser's, nor of one that began since", async () => {
    const other = desk.aBrowser()
    await other.through(zhou)
    const stolen = await browser.prove(await browser.begin("?step=up"), zhou)
    const cookie = browser.here.get("__Host-sign-in")!
    other.here.set("__Host-sign-in", cookie)
    expect((await other.ask(stolen)).to).toBe("/app/staff/#sign-in-incomplete")
    expect((await other.me()).id).toBe(zhou)
    // Signed out and in again meanwhile, in the tab beside it.
    const late = await browser.prove(await browser.begin("?step=up"), zhou)
    const begun = browser.here.get("__Host-sign-in")!
    await browser.ask("/staff/sign-out", "POST", {})
    await browser.through(zhou)
    browser.here.set("__Host-sign-in", begun)
    expect((await browser.ask(late)).to).toBe("/app/staff/#sign-in-incomplete")
    expect((await browser.me()).id).toBe(zhou)
  })

  it("twice with one callback counts once, and in two tabs at once the newer", async () => {
    const [older, newer] = [await browser.begin("?step=up"), await browser.begin("?step=up")]
    expect((await browser.ask(await browser.prove(older, zhou))).to).toBe("/app/staff/#sign-in-incomplete")
    const callback = await browser.prove(newer, zhou)
    expect((await browser.ask(callback)).to).toBe("/app/staff/#proved")
    expect((await browser.ask(callback)).to).toBe("/app/staff/#sign-in-incomplete")
    expect(await opens(await aReport())).toBe("opened")
  })

  it("without a session is signing in", async () => {
    const fresh = desk.aBrowser()
    expect(await fresh.stepUp(zhou, place)).toBe("/app/duty/#0123456789AB")
    expect((await fresh.me()).id).toBe(zhou)
    // And one that ended on the way to the provider is not begun again by proving.
    const callback = await fresh.prove(await fresh.begin("?step=up"), zhou)
    world.wait(31)
    const late = (await fresh.ask(callback)).to
    expect(late).toBe("/app/staff/#sign-in-incomplete")
    expect((await fresh.me()).code).toBe("not-signed-in")
  })

  it("with a provider that is away is told on the page; alerts are heard and acknowledged as before", async () => {
    const callback = await browser.prove(await browser.begin(`?step=up${place}`), zhou)
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("fetch failed")))
    expect((await browser.ask(callback)).to).toBe("/app/duty/#provider-away&0123456789AB")
    const id = await aReport()
    expect((await browser.ask("/staff/reports")).body.reports).toHaveLength(1)
    expect([await acts(id, "acknowledge"), await opens(id)]).toEqual([200, "step-up-needed"])
    expect((await member()).refused).toEqual([])
  })

  it("to take a chief's measures, a visitor's whole number and the hand-off package is asked again after five minutes", async () => {
    expect(await browser.stepUp(zhou)).toBe("/app/staff/#proved")
    const asked = async () => [
      await packages(await aReport()),
      (await browser.ask("/staff/appointments/0123456789AB/reveal", "POST", { reason: "电话告知停办" })).body.code,
    ]
    expect(await asked()).not.toContain("step-up-needed")
    world.wait(6)
    expect(await asked()).toEqual(["step-up-needed", "step-up-needed"])
  })
})

describe("breaking the glass: no proof, the provider is away, a child is missing", () => {
  const why = "统一认证没有应答，孩子走失"
  const glass = "report.break-glass"
  const press = (reason = why) => ({ op: anOp(), reason })
  const breaks = async (id: string, reason = why, by = browser) => {
    const { status, body, text } = await by.ask(`/staff/reports/${id}/open`, "POST", press(reason))
    return status === 200 ? text : (body.code as string)
  }
  const photoOf = (id: string, photo: string, pass: string) =>
    `/staff/reports/${id}/photos/${photo}?${new URLSearchParams({ pass })}`
  const sees = async (address: string, by = browser) => {
    const { status, headers, body } = await by.ask(address)
    return status === 200 ? headers.get("content-type") : (body.code as string)
  }
  async function entries() {
    const found: audits.Entry[] = []
    for await (const page of audits.newestFirst(world, "FZ-JA-P02", monday, { size: 100 })) found.push(...page)
    return found.filter(({ what }) => [glass, "report.see", "photo.see"].includes(what))
  }
  async function recorded() {
    return (await entries()).map(({ who, what, thing, reason }) => [who, what, thing, reason]).toSorted()
  }
  /** Signed in for longer than a proof lasts. */
  async function staffOf(id: string) {
    const theirs = desk.aBrowser()
    theirs.here.set("__Host-staff", (await signing.signIn(world, id, world.now() - 4 * hour - 1)).token)
    return theirs
  }
  const away = () => vi.stubGlobal("fetch", () => Promise.reject(new TypeError("fetch failed")))
  const picture = "aPhotoOf22CharactersOk"

  it("opens for a reason, and each look is recorded under its press; without one a proof is asked for as ever", async () => {
    await browser.through(zhou)
    await stays(world.now() + 4 * hour + minute)
    away()
    const id = await aReport(picture)
    expect(await opens(id)).toBe("step-up-needed")
    const sent = press(`  ${why} `)
    const { body: seen } = await browser.ask(`/staff/reports/${id}/open`, "POST", sent)
    expect(seen.told).toMatchObject({ phone: "+8613800138000", where: { text: "一楼滑梯旁" } })
    const [name] = seen.photos
    expect(await sees(`/staff/reports/${id}/photos/${name}`)).toBe("step-up-needed")
    expect(await sees(photoOf(id, name, seen.pass))).toBe("image/jpeg")
    expect(await opens(id)).toBe("step-up-needed")
    const who = `staff:${zhou}`
    expect(await recorded()).toEqual([
      [who, glass, `children/report#${id}`, why],
      [who, glass, `children/report#${id}/photo/${name}`, undefined],
    ])
    // The auditor finds which press a photo belongs to.
    expect((await entries()).map((it) => it.name.split("#")[1])).toEqual([sent.op, sent.op])
    // It reaches no further than the screen: not the package.
    expect(await packages(id)).toBe("step-up-needed")
    // And an auditor finds it the next day, as what it was.
    vi.unstubAllGlobals()
    const auditor = await aClerk(world, desk.app, "auditor-c01")
    const { body } = await auditor.get(`/staff/audit/openings?date=${monday}&scope=FZ-JA-P02`)
    expect(body.openings.map((it: audits.Entry) => it.what)).toEqual([glass, glass])
    expect(body.openings.map((it: audits.Entry) => it.reason)).toContain(why)
  })

  it("is a press of this page alone: neither an address nor another site's form records it (ASVS V3.5.1, V3.5.3, V14.2.1)", async () => {
    browser = await staffOf(zhou)
    const id = await aReport(picture)
    const reason = new URLSearchParams({ reason: why })
    for (const path of [`/staff/reports/${id}`, `/staff/reports/${id}/photos/${picture}`])
      expect(await sees(`${path}?${reason}`)).toBe("step-up-needed")
    expect((await browser.ask(`/staff/reports/${id}/open?${reason}`)).body.code).toBe("method-not-allowed")
    const cookie = `__Host-staff=${browser.here.get("__Host-staff")}`
    for (const headers of [{ cookie }, { cookie, "x-doorstep": "1", "sec-fetch-site": "cross-site" }])
      expect((await send(desk.app, "POST", `/staff/reports/${id}/open`, press(), headers)).body.code).toBe("cross-site")
    expect(await recorded()).toEqual([])
    expect(world.logged()).not.toContain(why)
  })

  it("gives a pass for this report's photos, to this officer, for half an hour, while it is open, and says nothing of the reason", async () => {
    browser = await staffOf(zhou)
    const id = await aReport(picture)
    const { pass, photos: names } = JSON.parse(await breaks(id))
    const [name] = names as [string]
    expect(Buffer.from(pass, "base64url").toString("latin1")).not.toMatch(/officer|report/)
    expect(world.keyring.open("break-glass", pass)).not.toHaveProperty("reason")
    const other = await aReport("anotherPhotoOf22Chars0")
    const { pass: others, photos: otherNames } = JSON.parse(await breaks(other))
    const colleague = await staffOf("officer-p02-2")
    const refused = async () => [
      await sees(photoOf(id, name, `${pass.slice(0, -2)}AA`)),
      await sees(photoOf(id, name, "A".repeat(500))),
      await sees(photoOf(id, name, others)),
      await sees(photoOf(other, otherNames[0], pass)),
      await sees(photoOf(id, name, pass), colleague),
      await sees(photoOf(id, name, world.keyring.seal("link", world.keyring.open("break-glass", pass)))),
    ]
    expect(new Set(await refused())).toEqual(new Set(["step-up-needed"]))
    expect(await sees(photoOf(id, name, pass), await staffOf("clerk-p02-1"))).toBe("not-allowed")
    world.wait(20)
    expect(await sees(photoOf(id, name, pass))).toBe("image/jpeg")
    world.set(world.now() + 10 * minute - 1)
    expect(await sees(photoOf(id, name, pass))).toBe("image/jpeg")
    world.set(world.now() + 1)
    expect(await sees(photoOf(id, name, pass))).toBe("step-up-needed")
    const { pass: newer } = JSON.parse(await breaks(id))
    expect(await sees(photoOf(id, name, newer))).toBe("image/jpeg")
    expect(await acts(id, "acknowledge")).toBe(200)
    const over = { op: anOp(), act: "false-report", text: "家长确认是误报" }
    expect((await browser.ask(`/staff/reports/${id}`, "POST", over)).status).toBe(200)
    expect(await sees(photoOf(id, name, newer))).toBe("step-up-needed")
  })

  it("keeps no number that stood in the reason, and neither does what an auditor writes of it", async () => {
    browser = await staffOf(zhou)
    const id = await aReport()
    await breaks(id, "家长 138 0013-8000，身份证 110101199003070003，１３８００１３８０００，还在等")
    expect((await recorded())[0]![3]).toBe("家长 ***,身份证 ***,***,还在等")
    const auditor = await aClerk(world, desk.app, "auditor-c01")
    const [entry] = await entries()
    const review = {
      date: monday,
      scope: "FZ-JA-P02",
      name: entry!.name,
      verdict: "fit",
      reason: "已电 13800138000 核实",
    }
    const op = anOp()
    // Written once, and the same press again is the same.
    for (const _ of [1, 2]) expect((await auditor.post("/staff/audit/reviews", { op, ...review })).status).toBe(201)
    expect(await audits.reviewsOn(world, "FZ-JA-P02", monday)).toMatchObject([{ reason: "已电 *** 核实" }])
  })

  it("is an ordinary opening for whoever has the proof", async () => {
    await browser.through(zhou)
    const id = await aReport()
    expect(await breaks(id)).toContain("一楼滑梯旁")
    expect(await recorded()).toEqual([[`staff:${zhou}`, "report.see", `children/report#${id}`, undefined]])
  })

  it("answers nothing where it cannot be recorded", async () => {
    browser = await staffOf(zhou)
    const id = await aReport(picture)
    const { photos: names, pass } = JSON.parse(await breaks(id))
    const { audit } = world.tables
    world.tables.audit = "nowhere"
    for (const answer of [
      await browser.ask(`/staff/reports/${id}/open`, "POST", press()),
      await browser.ask(photoOf(id, names[0], pass)),
    ]) {
      const { status, text } = answer
      expect(status).toBe(500)
      expect(text).not.toMatch(/滑梯|13800138000/)
    }
    world.tables.audit = audit
  })

  it("is not for a reason of three characters or of two hundred and one", async () => {
    browser = await staffOf(zhou)
    const id = await aReport()
    for (const reason of ["", " 急急急 ", "急".repeat(201)]) expect(await breaks(id, reason)).toBe("invalid-input")
    expect(await recorded()).toEqual([])
    expect(await breaks(id, "急".repeat(200))).toContain("一楼滑梯旁")
  })

  it("is not for a report that has ended, which can wait for the provider", async () => {
    browser = await staffOf(zhou)
    const id = await aReport()
    expect(await acts(id, "acknowledge")).toBe(200)
    const over = { op: anOp(), act: "false-report", text: "家长确认是误报" }
    expect((await browser.ask(`/staff/reports/${id}`, "POST", over)).status).toBe(200)
    expect(await breaks(id)).toBe("step-up-needed")
    expect(await recorded()).toEqual([])
    // It is there for whoever proves who they are.
    await browser.stepUp(zhou)
    expect(await opens(id)).toBe("opened")
  })

  it("is not for a unit that was not alerted: another's is not there, the command centre proves first", async () => {
    const stranger = await staffOf("officer-p04")
    const id = await aReport()
    for (const each of [id, referenceOf(new Uint8Array(7))])
      expect(await breaks(each, why, stranger)).toBe("report-not-found")
    expect(await breaks(id, why, await staffOf("officer-c01"))).toBe("step-up-needed")
    expect(await recorded()).toEqual([])
  })

  it("is for officers and chiefs alone", async () => {
    for (const who of ["clerk-p02-1", "auditor-c01"]) {
      expect([who, await breaks(await aReport(), why, await staffOf(who))]).toEqual([who, "not-allowed"])
    }
    expect(await breaks(await aReport(), why, desk.aBrowser())).toBe("not-signed-in")
    expect(await breaks(await aReport(), why, await staffOf("chief-p02"))).toContain("一楼滑梯旁")
  })
})

describe("five refused sign-ins of one member within fifteen minutes (ASVS V6.3.1)", () => {
  /** Somebody at this officer's open desk proves to be somebody else. */
  async function refused(times: number) {
    let to = ""
    for (let i = 0; i < times; i++) {
      world.set(world.now() + second)
      to = await browser.stepUp("chief-p02")
    }
    return to
  }
  const untilOf = (to: string) => Number(/^\/app\/staff\/#sign-in-locked&until=(\d+)$/.exec(to)?.[1])
  beforeEach(() => browser.through(zhou))

  it("shut the door for fifteen minutes, say until when, and leave who is signed in at work", async () => {
    expect(await refused(4)).toBe("/app/staff/#step-up-refused")
    const until = untilOf(await refused(1))
    expect(until).toBe(world.now() + 15 * minute)
    // Neither signing in nor proving opens it, rightly or wrongly, nor makes it later.
    expect(untilOf(await desk.aBrowser().through(zhou))).toBe(until)
    expect(untilOf(await browser.stepUp(zhou))).toBe(until)
    expect(untilOf(await refused(7))).toBe(until)
    // Nobody silences a duty officer by failing in their name.
    const id = await aReport()
    expect([(await browser.me()).id, await acts(id, "acknowledge"), await opens(id)]).toEqual([zhou, 200, "opened"])
    world.set(until - 1)
    expect(untilOf(await desk.aBrowser().through(zhou))).toBe(until)
    world.set(until)
    expect(await desk.aBrowser().through(zhou)).toBe("/app/staff/")
  })

  it("concern that member alone, are forgotten after fifteen minutes, and by a sign-in that goes well", async () => {
    await refused(4)
    world.wait(16)
    expect(await refused(4)).toBe("/app/staff/#step-up-refused")
    expect(await desk.aBrowser().through(zhou)).toBe("/app/staff/")
    expect(await refused(4)).toBe("/app/staff/#step-up-refused")
    expect(untilOf(await refused(1))).toBeGreaterThan(world.now())
    for (const id of ["chief-p02", "officer-p02-2"]) expect(await desk.aBrowser().through(id)).toBe("/app/staff/")
  })

  it("are counted when they come all at once", async () => {
    const { token } = await signing.signIn(world, zhou, world.now())
    const tries = Array.from({ length: 8 }, () =>
      signing
        .stepUp(world, token, world.now(), { subject: "chief-p02", provedAt: world.now() })
        .catch((error) => error.code),
    )
    expect((await Promise.all(tries)).toSorted()).toEqual([
      ...Array(4).fill("sign-in-locked"),
      ...Array(4).fill("step-up-refused"),
    ])
  })

  it("of somebody who has left are counted too, and the station's chief opens the door again", async () => {
    await refused(5)
    const chief = await aClerk(world, desk.app, "chief-p02")
    const shown = async () => (await chief.get("/staff/members")).body.find((it: { id: string }) => it.id === zhou)
    expect(await shown()).toMatchObject({ lockedUntil: world.now() + 15 * minute, sessions: 1 })
    expect((await chief.post(`/staff/members/${zhou}/unlock`)).status).toBe(200)
    expect(await shown()).not.toHaveProperty("lockedUntil")
    expect(await desk.aBrowser().through(zhou)).toBe("/app/staff/")

    const left = { ...(await member()), active: false }
    await people.put(world, [people.staffChange(system, "roster", world.now(), left)])
    for (let i = 0; i < 4; i++) expect(await desk.aBrowser().through(zhou)).toBe("/app/staff/#not-allowed")
    expect(untilOf(await desk.aBrowser().through(zhou))).toBe(world.now() + 15 * minute)
  })
})
