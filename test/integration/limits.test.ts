/** Every limit of domain/limits.ts at its own door: what is refused, for how long, what that costs, and what no limit may touch. */
import { randomUUID } from "node:crypto"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import * as booking from "#actions/booking"
import { reveal } from "#actions/reviewing"
import { sweep } from "#actions/sweeping"
import { answerCode, askCode } from "#actions/verifying"
import { seeded } from "#domain/chance"
import { referenceOf } from "#domain/id"
import { type LimitName, limits, prefixOf, windowAt } from "#domain/limits"
import { Problem } from "#domain/problem"
import type { ServiceId } from "#domain/service"
import { minute, second } from "#domain/time"
import * as appointments from "#store/appointments"
import { ofAddress } from "#store/limits"
import { counter, writeOrRefuse } from "#store/table"
import { type Apps, aDevice, apps, aResident, type Reply, send } from "#test/apps"
import { at } from "#test/builders"
import { aForm, book } from "#test/grid"
import { reached } from "#test/limits"
import { aMemoryWorld, type MemoryWorld } from "#test/memory"
import { aMobile, anIdNumber } from "#test/people"
import { aPng } from "#test/photos"
import { codeFor } from "#test/world"
import { type Bill, type Meter, meter } from "../bench/meter.ts"
import { aVerifiedPhone } from "../bench/scene.ts"

const address = "10.0.0.1"
const tuesday = "2026-11-24"
let world: MemoryWorld
let app: Apps
let counted: Meter
/** Seals and openings: what somebody could make us ask of KMS. */
let sealed: number
let n = 5000

beforeEach(async () => {
  world = await aMemoryWorld(at("09:10"), { seed: 3 })
  sealed = 0
  for (const vault of ["vault", "children"] as const) {
    const { seal, open } = world[vault]
    world[vault] = {
      ...world[vault],
      seal: (...it) => {
        sealed++
        return seal(...it)
      },
      open: (...it) => {
        sealed++
        return open(...it)
      },
    }
  }
  app = apps(world)
  counted = meter(world)
})

const post = (path: string, body: Record<string, unknown>, headers: Record<string, string> = {}) =>
  send(app.resident, "POST", path, body, { "x-doorstep-address": address, ...headers })
const someone = () => aMobile(n++)
const phoneIndex = (mobile: string) => world.keyring.blind("phone", mobile)
/** Whom a refusal to book tells of: a person in a group. */
const knownAs = (idNumber: number) =>
  world.keyring.blind("known", `${world.keyring.blind("person", anIdNumber(idNumber))}|rp`)
/** The form of an employer's list of these people. */
const listOf = async (people: readonly number[]) => ({
  key: (await post("/api/form-keys", {})).body.key,
  station: "FZ-JA-P01",
  services: ["rp-endorse"],
  from: tuesday,
  list: { text: people.map((it) => `员工,${anIdNumber(it)},`).join("\n") },
})
const aReference = () => referenceOf(world.keyring.sign("reference", String(n++)))

const countOf = (limit: LimitName, index: string) =>
  world.memory.items("bookings").find((it) => it.pk === `limit#${limit}#${index}`)?.v ?? 0

/** An action as the edge would answer it. */
const answered = (act: () => Promise<unknown>): Promise<Pick<Reply, "status" | "body">> =>
  act().then(
    (body) => ({ status: 200, body }),
    (error: unknown) => {
      if (!(error instanceof Problem)) throw error
      return { status: error.status, body: { code: error.code, ...error.details } }
    },
  )

/** A verified phone books with an ID number, at its own time of tomorrow. */
const tryToBook = (
  phone: { mobile: string; actor: ReturnType<typeof residentOf> },
  idNumber: number,
  wish: { time?: string; services?: readonly ServiceId[] } = {},
) =>
  answered(() =>
    booking.book(world, phone.actor, {
      ...aForm(world, idNumber, { date: tuesday, time: "10:00", ...wish }),
      mobile: phone.mobile,
    }),
  )
const residentOf = (mobile: string) => ({ kind: "resident" as const, phone: phoneIndex(mobile) })

/** Who is counted, and one more request of theirs that counts; `ready`: what comes before each and is not it. */
type Door = {
  index: string
  ready?: () => Promise<void>
  knock: () => Promise<Pick<Reply, "status" | "body"> & { headers?: Headers }>
}

const askFor = (mobile: string) => {
  world.wait(1)
  return post("/api/codes", { mobile })
}
const doors: Record<LimitName, () => Promise<Door>> = {
  "code-phone": async () => {
    const mobile = someone()
    return { index: phoneIndex(mobile), knock: () => askFor(mobile) }
  },
  "code-phone-day": async () => {
    const mobile = someone()
    return { index: phoneIndex(mobile), knock: () => askFor(mobile) }
  },
  "code-address": async () => ({ index: ofAddress(world, address), knock: () => askFor(someone()) }),
  "answer-address": async () => ({
    index: ofAddress(world, address),
    knock: () => post("/api/sessions", { mobile: someone(), code: "000000" }),
  }),
  "find-reference": async () => {
    const ref = aReference()
    return {
      index: world.keyring.blind("ref", ref),
      knock: () => post("/api/appointments/find", { ref, last4: "0000" }),
    }
  },
  "find-address": async () => ({
    index: ofAddress(world, address),
    knock: () => post("/api/appointments/find", { ref: aReference(), last4: "0000" }),
  }),
  "known-phone": async () => {
    await book(world, 1, { date: tuesday, time: "09:00" })
    const phone = await aVerifiedPhone(world, n++)
    return { index: phone.actor.phone, knock: () => tryToBook(phone, 1) }
  },
  "known-person": async () => {
    await book(world, 1, { date: tuesday, time: "09:00" })
    return {
      index: knownAs(1),
      knock: () => tryToBook({ mobile: aMobile(n), actor: residentOf(aMobile(n++)) }, 1),
    }
  },
  "known-list": async () => {
    await book(world, 1, { date: tuesday, time: "09:00" })
    const number = n++
    let [cookie, group] = ["", ""]
    return {
      index: phoneIndex(aMobile(number)),
      ready: async () => {
        cookie = (await aVerifiedPhone(world, number)).cookie
        group = (await post("/api/groups", await listOf([1]), { cookie })).body.group
      },
      knock: async () => {
        const { status, body } = await post(`/api/groups/${group}/proceed`, {}, { cookie })
        if (!body.tomorrow) return { status, body }
        const { until } = windowAt(limits["known-list"], world.now())
        return { status: 429, body: { code: "too-many-tries", seconds: (until - world.now()) / second } }
      },
    }
  },
  "list-phone": async () => aList(),
  "list-phone-day": async () => aList(),
  "own-phone": async () => {
    const number = n++
    return { index: phoneIndex(aMobile(number)), ...anAskingFor(() => [number, anIdNumber(n++)]) }
  },
  "own-person": async () => {
    const idNumber = anIdNumber(n++)
    return { index: world.keyring.blind("person", idNumber), ...anAskingFor(() => [n++, idNumber]) }
  },
  "pair-address": async () => ({
    index: ofAddress(world, address),
    knock: () => send(app.device, "POST", "/device/pair", { code: "23456789AB", publicKey: nobodysKey }),
  }),
  "check-in-kiosk": async () => {
    const kiosk = await aDevice(world, app.device)
    return { index: kiosk.id, knock: () => kiosk.post("/device/check-ins", { shown: { idNumber: anIdNumber(n++) } }) }
  },
  "reveal-staff": async () => {
    const { ref } = await aDisplaced()
    const officer = {
      kind: "staff",
      id: "o1",
      name: "",
      role: "officer",
      station: "FZ-JA-P01",
      proof: "fresh",
    } as const
    const asked = { ref, reason: "改约没有联系上", request: randomUUID() }
    return { index: officer.id, knock: () => answered(() => reveal(world, officer, asked)) }
  },
}
const nobodysKey = { kty: "EC", crv: "P-256", x: "A".repeat(43), y: "A".repeat(43) }

/** Somebody whose phone is verified asks for what is held under an ID number. */
function anAskingFor(whom: () => [phone: number, idNumber: string]): Omit<Door, "index"> {
  let [cookie, idNumber] = ["", ""]
  return {
    ready: async () => {
      const [phone, asked] = whom()
      cookie = (await aVerifiedPhone(world, phone)).cookie
      idNumber = asked
    },
    knock: () => post("/api/own", { idNumber }, { cookie }),
  }
}

async function aList(): Promise<Door> {
  const number = n++
  let cookie = ""
  let form = {}
  return {
    index: phoneIndex(aMobile(number)),
    ready: async () => {
      cookie = (await aVerifiedPhone(world, number)).cookie
      form = await listOf([n++])
    },
    knock: () => post("/api/groups", form, { cookie }),
  }
}

async function aDisplaced() {
  await book(world, 2, { date: tuesday, time: "09:00" })
  const it = (await appointments.find(world, world.keyring.blind("person", anIdNumber(2)), "rp"))!
  const by = { kind: "system", name: "test" } as const
  const change = appointments.personChange(
    by,
    "shut",
    world.now(),
    { ...it, displaced: { closure: "shut", at: world.now() } },
    it.v,
    "changed-meanwhile",
  )
  await writeOrRefuse(world, [change], counter())
  return it
}

const writesIn = (bill: Bill) => Object.values(bill).reduce((sum, { writes }) => sum + writes, 0)
const each = Object.keys(doors) as (keyof typeof doors)[]

describe("a limit (ASVS V2.3.2, V2.4.1)", () => {
  it.each(each)("%s holds at its number, and ends with its window", async (name) => {
    const { most, or, window } = limits[name]
    const { index, knock, ready = async () => {} } = await doors[name]()
    await reached(world, name, index, most - 1)
    await ready()
    expect((await knock()).status, "the last that may").not.toBe(429)
    expect(countOf(name, index)).toBe(most)
    const { until } = windowAt(limits[name], world.now())
    await ready()
    const refused = await knock()
    expect(refused).toMatchObject({ status: 429, body: { code: or } })
    expect(refused.body.seconds).toBeGreaterThan(0)
    expect(refused.body.seconds * second).toBeLessThanOrEqual(window)
    if (refused.headers) expect(refused.headers.get("retry-after")).toBe(String(refused.body.seconds))
    world.set(until)
    await ready()
    expect((await knock()).status, "in the next window").not.toBe(429)
  })

  it.each(each)(
    "%s, once reached, refuses before anything dear: no KMS, nothing saved, one write at most",
    async (name) => {
      const { index, knock, ready = async () => {} } = await doors[name]()
      await reached(world, name, index)
      await ready()
      await knock() // what is kept of stations and keys is read once
      await ready()
      const before = sealed
      world.memory.records()
      const { answer, bill } = await counted.during(knock)
      expect(answer.status).toBe(429)
      expect(writesIn(bill)).toBeLessThanOrEqual(1)
      expect(world.memory.records(), "whatever is saved costs a relay, an audit entry and messages").toEqual([])
      // A session's own phone is opened by whoever comes with its cookie, and a list's rows by whoever sent it.
      expect(sealed - before).toBe(name === "known-list" ? 2 : /^(list|own)-/.test(name) ? 1 : 0)
    },
  )

  it("is one for every instance: of forty tries at once through four of them, ten are looked at", async () => {
    const { ref } = await book(world, 3, { date: tuesday, time: "09:00" })
    const instances = Array.from({ length: 4 }, () => apps(world).resident)
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, i) =>
        send(instances[i % 4]!, "POST", "/api/appointments/find", { ref, last4: String(1000 + i) }),
      ),
    )
    expect(answers.filter((it) => it.status === 404)).toHaveLength(limits["find-reference"].most)
    expect(answers.filter((it) => it.status === 429)).toHaveLength(30)
  })

  it("counts an address by its prefix, however it is written, and not its neighbour", async () => {
    expect(prefixOf("203.0.113.7")).toBe(prefixOf("203.0.113.250"))
    expect(prefixOf("203.0.113.7")).toBe(prefixOf("::FFFF:203.0.113.9"))
    expect(prefixOf("203.0.113.7")).not.toBe(prefixOf("203.0.114.7"))
    expect(prefixOf("2400:ABCD::5")).toBe(prefixOf("2400:abcd:0:0:9::1"))
    expect(prefixOf("2400:abcd:0:1::5")).not.toBe(prefixOf("2400:abcd::5"))
    await reached(world, "code-address", ofAddress(world, address))
    expect((await post("/api/codes", { mobile: someone() })).status).toBe(429)
    expect((await post("/api/codes", { mobile: someone() }, { "x-doorstep-address": "10.0.1.1" })).status).toBe(201)
  })

  it("has its days begin at midnight in China, and its hours on the hour", () => {
    expect(windowAt(limits["code-phone-day"], at("00:00"))).toEqual({ from: at("00:00"), until: at("00:00", tuesday) })
    expect(windowAt(limits["code-phone-day"], at("23:59")).from).toBe(at("00:00"))
    expect(windowAt(limits["code-phone"], at("09:59")).until).toBe(at("10:00"))
  })
})

describe("codes to one phone (ASVS V6.6.3)", () => {
  it("asked for again within a minute are the one that is on its way: one message, nothing written", async () => {
    const mobile = someone()
    const first = await post("/api/codes", { mobile })
    const code = await codeFor(world, mobile)
    world.set(world.now() + 59 * second)
    const { answer: again, bill } = await counted.during(() => post("/api/codes", { mobile }))
    expect([again.status, again.body]).toEqual([first.status, first.body])
    expect(writesIn(bill)).toBe(0)
    expect(await codeFor(world, mobile)).toBe(code)
    world.set(world.now() + second)
    const later = await post("/api/codes", { mobile })
    expect(later.body.until).toBe(first.body.until + minute)
  })

  it("whose five tries were used up within the minute are refused until it is over, not sent anew", async () => {
    const mobile = someone()
    await post("/api/codes", { mobile })
    for (let i = 0; i < 5; i++) await post("/api/sessions", { mobile, code: "000000" })
    world.set(world.now() + 20 * second)
    const refused = await post("/api/codes", { mobile })
    expect(refused).toMatchObject({ status: 429, body: { code: "too-many-codes", seconds: 40 } })
    expect(refused.headers.get("retry-after")).toBe("40")
    world.set(world.now() + 40 * second)
    expect((await post("/api/codes", { mobile })).status).toBe(201)
  })

  it("are sent anew at once to whoever has just answered one: no bomb, they hold the phone", async () => {
    const mobile = someone()
    await aResident(world, app.resident, mobile)
    const code = await codeFor(world, mobile)
    expect((await post("/api/codes", { mobile })).status).toBe(201)
    expect(await codeFor(world, mobile)).not.toBe(code)
  })

  it("are ten a day, however patiently they are asked for: a phone does not ring all night", async () => {
    const mobile = someone()
    let sent = 0
    for (let i = 0; i < 100; i++) {
      world.wait(8)
      if ((await post("/api/codes", { mobile })).status === 201) sent++
    }
    expect(sent).toBe(limits["code-phone-day"].most)
  })

  it("guessed once at each of many phones are counted for the address (ASVS V6.3.1)", async () => {
    const mobiles = Array.from({ length: 3 }, someone)
    for (const mobile of mobiles) await post("/api/codes", { mobile })
    for (const mobile of mobiles) expect((await post("/api/sessions", { mobile, code: "000000" })).status).toBe(403)
    expect(countOf("answer-address", ofAddress(world, address))).toBe(3)
    await reached(world, "answer-address", ofAddress(world, address))
    const right = { mobile: mobiles[0]!, code: await codeFor(world, mobiles[0]!) }
    expect((await post("/api/sessions", right)).status, "the right one too: else it would limit no guessing").toBe(429)
    expect((await post("/api/sessions", right, { "x-doorstep-address": "10.0.1.1" })).status).toBe(201)
  })
})

describe("a code's five tries, whatever comes at once (ASVS V6.3.1, V6.6.3, V15.4.2)", () => {
  afterEach(() => vi.restoreAllMocks())
  const anyone = { kind: "anyone" } as const
  const rough = { latency: [1, 4] as [number, number], conflicts: true }
  /** A code that was sent, and every answer to it that was looked at. */
  async function aCode() {
    // However slow the machine, nobody's patience ends: `busy` would hide what is counted.
    vi.spyOn(Date, "now").mockReturnValue(Date.now())
    const mobile = someone()
    await askCode(world, anyone, { mobile, address, language: "zh" })
    const right = await codeFor(world, mobile)
    const tally = { looked: 0 }
    const { isSigned } = world.keyring
    world.keyring = {
      ...world.keyring,
      isSigned: (...it) => {
        tally.looked++
        return isSigned(...it)
      },
    }
    const answer = (code: string) =>
      answerCode(world, anyone, { mobile, code, address }).then(
        () => "session",
        (error) => error.code as string,
      )
    const kept = () => world.memory.items("bookings").find((it) => it.pk === `code#${phoneIndex(mobile)}`)
    return { right, tally, answer, kept }
  }
  const sessions = () => world.memory.items("bookings").filter((it) => it.pk.startsWith("session#"))

  it.each([1, 2, 3, 4, 5])(
    "five of a hundred guesses are looked at, the right one among them or not (%i)",
    async (seed) => {
      const { right, tally, answer, kept } = await aCode()
      const place = Math.floor(seeded(seed)() * 100)
      world.memory.set(rough)
      const guesses = Array.from({ length: 100 }, (_, i) =>
        i === place ? right : String((Number(right) + 1 + i) % 1_000_000).padStart(6, "0"),
      )
      const answers = await Promise.all(guesses.map(answer))
      const won = answers.filter((it) => it === "session").length
      expect(tally.looked).toBeLessThanOrEqual(5)
      expect(kept()).toMatchObject({ tries: tally.looked, used: won === 1 })
      expect(sessions()).toHaveLength(won)
      // Without a right one all five are spent, and nobody is told anything else.
      if (!won) expect(tally.looked).toBe(5)
      expect(answers.filter((it) => !["session", "code-wrong", "too-many-tries"].includes(it))).toEqual([])
      expect(countOf("answer-address", ofAddress(world, address))).toBe(100)
    },
  )

  it("the right code four times at once is one session", async () => {
    const { right, answer } = await aCode()
    world.memory.set(rough)
    const answers = await Promise.all([1, 2, 3, 4].map(() => answer(right)))
    expect(answers.toSorted()).toEqual(["code-wrong", "code-wrong", "code-wrong", "session"])
    expect(sessions()).toHaveLength(1)
  })

  it("the right code is found right while others spend theirs", async () => {
    const { right, tally, answer, kept } = await aCode()
    let others = 0
    world.memory.set({
      during: async ({ operation }) => {
        if (operation === "TransactWriteItems" && !others++) for (const _ of [1, 2, 3, 4, 5]) await answer("x")
      },
    })
    expect(await answer(right)).toBe("session")
    expect([tally.looked, kept()?.tries, kept()?.used]).toEqual([5, 5, true])
  })

  it.each(["PutItem", "TransactWriteItems"])(
    "one is spent where the answer to %s was lost and it was sent again",
    async (operation) => {
      const { right, answer, kept } = await aCode()
      world.memory.set({ loseAnswers: 1, most: 1, only: (it) => it.operation === operation })
      expect(await answer(right)).toBe("session")
      expect(world.memory.stats.lost).toBe(1)
      expect([kept()?.tries, sessions().length]).toEqual([1, 1])
    },
  )
})

describe("whether a phone or an ID number is known (ASVS V6.3.8)", () => {
  /** What an answer says to whoever compares two of them. */
  const said = ({ status, body, headers, text }: Reply) => ({
    status,
    body,
    text,
    headers: Object.fromEntries(headers),
  })
  const same = async (ask: (mobile: string, ref: string) => Promise<Reply>) => {
    const known = await book(world, 4, { date: tuesday, time: "09:00" })
    await aResident(world, app.resident, aMobile(4))
    world.wait(61)
    await ask(someone(), aReference()) // the month's key and the stations are read once
    world.wait(61)
    const one = await counted.during(() => ask(aMobile(4), known.ref))
    const other = await counted.during(() => ask(someone(), aReference()))
    expect(said(other.answer)).toEqual(said(one.answer))
    return [one.bill, other.bill] as const
  }

  it("is told by no answer to whoever asks for a code, nor by what it costs", async () => {
    const [known, unknown] = await same((mobile) => post("/api/codes", { mobile }))
    expect(unknown).toEqual(known)
  })

  it("is told by no answer to a wrong code, nor by what it costs", async () => {
    const [known, unknown] = await same((mobile) => post("/api/sessions", { mobile, code: "000000" }))
    expect(unknown).toEqual(known)
  })

  it("is told by no answer to a reference that is not one's own", async () => {
    await same((_, ref) => post("/api/appointments/find", { ref, last4: "9999" }))
  })

  it("is told by no page of the same", async () => {
    await same((_, ref) => {
      const body = new URLSearchParams({ ref, last4: "9999" })
      const headers = { "x-doorstep-edge": "edge", "content-type": "application/x-www-form-urlencoded" }
      return asked("/zh/find", { method: "POST", body, headers: { ...headers, "sec-fetch-site": "same-origin" } })
    })
    expect(lengths.size).toBe(1)
  })
  const lengths = new Set<number>()
  /** The page that the form is sent back to; what leads there is as long for both, and the browser's own sealed words. */
  const asked = async (path: string, how: RequestInit): Promise<Reply> => {
    const sent = await app.resident.request(path, how)
    const [cookie = "", ...more] = sent.headers.getSetCookie()
    expect([sent.status, sent.headers.get("location"), more]).toEqual([303, "/zh/find?check=1", []])
    lengths.add(cookie.length)
    const headers = { "x-doorstep-edge": "edge", cookie: cookie.split(";")[0]! }
    const answer = await app.resident.request("/zh/find?check=1", { headers })
    expect(answer.status).toBe(404)
    const text = await answer.text()
    // What was typed stands in the form again.
    return { status: answer.status, body: undefined, headers: answer.headers, text: text.replace(/value="[^"]*"/g, "") }
  }

  it("is told to a verified phone twenty times a day and no more, about whatever numbers; its own are not counted", async () => {
    await book(world, 5, { date: tuesday, time: "09:00" })
    const own = await aVerifiedPhone(world, 5)
    for (let i = 0; i < 30; i++) expect((await tryToBook(own, 5)).body.code).toBe("already-booked")
    const stranger = await aVerifiedPhone(world, n++)
    await reached(world, "known-phone", stranger.actor.phone, limits["known-phone"].most - 1)
    expect((await tryToBook(stranger, 5)).body.code).toBe("already-booked")
    const [known, unknown] = [await tryToBook(stranger, 5), await tryToBook(stranger, 600)]
    expect(known).toMatchObject({ status: 429, body: { code: "too-many-tries" } })
    expect(unknown).toEqual(known)
  })

  it("is told about one number ten times a day and no more, to whatever phones; a booking that was made is answered as before", async () => {
    const form = aForm(world, 6, { date: tuesday, time: "09:00" })
    const held = await booking.book(world, residentOf(aMobile(6)), form)
    await reached(world, "known-person", knownAs(6), limits["known-person"].most - 1)
    expect((await tryToBook(await aVerifiedPhone(world, n++), 6)).body.code).toBe("already-booked")
    expect((await tryToBook(await aVerifiedPhone(world, n++), 6)).body.code).toBe("too-many-tries")
    expect(await booking.book(world, residentOf(aMobile(6)), form), "sent again").toEqual(held)
    expect((await booking.byLink(world, held.link)).held.state).toBe("booked")
  })

  it("told by ten strangers shuts nobody out: the person's own phone is answered, books again and has every group", async () => {
    const own = { mobile: aMobile(6), actor: residentOf(aMobile(6)) }
    const held = await booking.book(world, own.actor, aForm(world, 6, { date: tuesday, time: "09:00" }))
    const stranger = () => ({ mobile: aMobile(n), actor: residentOf(aMobile(n++)) })
    for (let i = 0; i < limits["known-person"].most; i++)
      expect((await tryToBook(stranger(), 6)).body.code).toBe("already-booked")
    expect((await tryToBook(stranger(), 6)).body.code).toBe("too-many-tries")
    expect((await tryToBook(own, 6)).body.code).toBe("already-booked")
    const renewal = { services: ["id-renew"], date: tuesday, station: "FZ-JA-P01" } as const
    const [first] = await booking.offers(world, { kind: "anyone" }, renewal)
    const wish = { services: renewal.services, time: first!.time }
    expect((await tryToBook(own, 6, wish)).body).toMatchObject({ state: "booked", group: "id" })
    const times = await booking.offers(world, { kind: "anyone" }, { ...renewal, services: ["rp-endorse"] })
    const { actor, appointment } = await booking.byLink(world, held.link)
    await booking.cancel(world, actor, appointment, { v: appointment.v })
    expect((await tryToBook(stranger(), 6)).body.code).toBe("too-many-tries")
    const again = await tryToBook(own, 6, { time: times.at(-1)!.time })
    expect(again.body).toMatchObject({ state: "booked", group: "rp" })
  })

  it("asked ten times by strangers keeps nobody from their own data", async () => {
    await book(world, 6, { date: tuesday, time: "09:00" })
    const idNumber = anIdNumber(6)
    const askedBy = async (phone: number) =>
      post("/api/own", { idNumber }, { cookie: (await aVerifiedPhone(world, phone)).cookie })
    for (let i = 0; i < limits["own-person"].most; i++) expect((await askedBy(n++)).body.code).toBe("nothing-found")
    expect((await askedBy(n++)).body.code).toBe("too-many-tries")
    expect((await askedBy(6)).body.appointments).toHaveLength(1)
  })

  it("is told an employer of a whole list; whoever is not booked is, and a day's limit makes nothing final", async () => {
    const asked = { station: "FZ-JA-P01", services: ["rp-endorse"], date: tuesday } as const
    const free = await booking.offers(world, { kind: "anyone" }, asked)
    const booked = Array.from({ length: limits["known-phone"].most + 5 }, (_, i) => 10 + i)
    for (const [i, it] of booked.entries()) await book(world, it, { date: tuesday, time: free[i]!.time })
    const number = n++
    const { cookie, actor } = await aVerifiedPhone(world, number)
    const { group } = (await post("/api/groups", await listOf([...booked, 700, 701]), { cookie })).body
    const proceed = async (cookie: string) => (await post(`/api/groups/${group}/proceed`, {}, { cookie })).body
    for (let i = 0; i < 2; i++) await proceed(cookie)
    const done = await proceed(cookie)
    expect(done).toMatchObject({ done: booked.length + 2, total: booked.length + 2 })
    expect(done.outcomes.map((it: { refused?: string }) => it.refused)).toEqual([
      ...booked.map(() => "already-booked"),
      undefined,
      undefined,
    ])
    expect(countOf("known-list", actor.phone)).toBe(booked.length)
    expect(countOf("known-phone", actor.phone)).toBe(0)
  })

  it("is told by lists two hundred times a day; then all who are left wait for tomorrow, known or not", async () => {
    const asked = { station: "FZ-JA-P01", services: ["rp-endorse"], date: tuesday } as const
    const free = await booking.offers(world, { kind: "anyone" }, asked)
    for (const [i, { time }] of free.slice(0, 4).entries()) await book(world, 10 + i, { date: tuesday, time })
    const number = n++
    const { cookie, actor } = await aVerifiedPhone(world, number)
    await reached(world, "known-list", actor.phone, limits["known-list"].most - 2)
    const { group } = (await post("/api/groups", await listOf([10, 11, 12, 13, 700]), { cookie })).body
    const refusedOf = ({ outcomes }: { outcomes: { refused?: string }[] }) => outcomes.map(({ refused }) => refused)
    for (let i = 0; i < 2; i++) {
      const { body } = await post(`/api/groups/${group}/proceed`, {}, { cookie })
      expect(body).toMatchObject({ done: 2, total: 5, tomorrow: true })
      expect(refusedOf(body)).toEqual(["already-booked", "already-booked", undefined, undefined, undefined])
    }
    world.set(windowAt(limits["known-list"], world.now()).until)
    const again = (await aVerifiedPhone(world, number)).cookie
    const { body } = await post(`/api/groups/${group}/proceed`, {}, { cookie: again })
    expect(body.tomorrow).toBeUndefined()
    expect(refusedOf(body)).toEqual([...Array(4).fill("already-booked"), undefined])
    expect(body.outcomes[4].booked).toBeDefined()
  })

  it("of whom others asked too often holds their own row alone", async () => {
    await book(world, 6, { date: tuesday, time: "09:00" })
    await reached(world, "known-person", knownAs(6))
    const { cookie } = await aVerifiedPhone(world, n++)
    const { group } = (await post("/api/groups", await listOf([6, 700]), { cookie })).body
    const { body } = await post(`/api/groups/${group}/proceed`, {}, { cookie })
    expect(body).toMatchObject({ done: 1, tomorrow: true })
    expect(body.outcomes[1].booked).toBeDefined()
  })
})

describe("a lost child", () => {
  it("is reported, added to, shown and found in one try each, whatever limit is used up for whomever", async () => {
    const mobile = aMobile(7)
    for (const [name, { whom }] of Object.entries(limits) as [LimitName, { whom: string }][])
      for (const index of [phoneIndex(mobile), ofAddress(world, address), world.keyring.blind("person", anIdNumber(7))])
        await reached(world, name, index, whom === "reference" ? 1 : limits[name].most)
    const told = (path: string, body: Record<string, unknown>) =>
      send(app.report, "POST", path, body, { "x-doorstep-address": address })
    const from = {
      where: { text: "泰禾广场" },
      when: { at: world.now(), about: false },
      child: { sex: "girl", age: 5 },
    }
    for (let i = 0; i < 30; i++) {
      const { key } = (await told("/api/reports/keys", {})).body
      const { answer: made, charges } = await counted.during(() =>
        told("/api/reports", { key, phone: mobile, ...from }),
      )
      expect(made.status).toBe(201)
      expect(
        charges.filter((it) => it.table === "bookings"),
        "nothing is asked of the limits' table",
      ).toEqual([])
      const { link } = made.body
      expect((await told(`/api/reports/${link}/additions`, { op: randomUUID(), shirt: "红色" })).status).toBe(200)
      expect((await told(`/api/reports/${link}/found`, { op: randomUUID() })).status).toBe(200)
    }
  })

  it("of whose sender many reports came is marked for the officers who search, and alerted as all are", async () => {
    const from = {
      where: { text: "泰禾广场" },
      when: { at: world.now(), about: false },
      child: { sex: "girl", age: 5 },
    }
    const tell = async (phone: string, where: string) =>
      (
        await send(
          app.report,
          "POST",
          "/api/reports",
          { key: randomUUID(), phone, ...from },
          { "x-doorstep-address": where },
        )
      ).body.id as string
    const marks = () =>
      world.memory.items("children").flatMap(({ pk, what, facts }) => (what === "many" ? [{ pk, facts }] : []))
    const swept = () => sweep(world, { kind: "system", name: "sweep-reports" })
    const first = await tell(someone(), address)
    for (let i = 1; i < 7; i++) await tell(someone(), address)
    for (let i = 0; i < 2; i++) await tell(aMobile(9), `10.0.${i + 1}.1`)
    await swept()
    expect(marks(), "a mall's evening is no mark").toEqual([])
    world.wait(1)
    const eighth = await tell(someone(), "10.0.0.250")
    const third = await tell(aMobile(9), "10.0.9.1")
    await swept()
    await swept()
    const said = [
      { pk: `report#${eighth}`, facts: { whose: "network", count: 8 } },
      { pk: `report#${third}`, facts: { whose: "phone", count: 3 } },
    ]
    expect(marks()).toHaveLength(2)
    expect(marks()).toEqual(expect.arrayContaining(said))
    const units = (id: string) =>
      (
        world.memory.items("children").find((it) => it.pk === `report#${id}` && it.sk === "dispatch")!.alerted as {
          unit: string
          step: number
        }[]
      )
        .filter(({ step }) => step === 0)
        .map(({ unit }) => unit)
    expect(units(first).length).toBeGreaterThan(0)
    for (const id of [eighth, third]) expect(units(id)).toEqual(units(first))
    world.wait(61)
    await tell(someone(), address)
    await swept()
    expect(marks(), "an hour later nothing of it is left").toHaveLength(2)
  })

  it("has a photo drawn and kept, whatever limit is used up", async () => {
    await reached(world, "code-address", ofAddress(world, address))
    const from = {
      where: { text: "泰禾广场" },
      when: { at: world.now(), about: false },
      child: { sex: "girl", age: 5 },
    }
    const { link } = (await send(app.report, "POST", "/api/reports", { phone: aMobile(8), ...from })).body
    const picture = aPng({ data: new Uint8ClampedArray(8 * 8 * 4).fill(120), width: 8, height: 8 })
    const headers = { "x-doorstep-edge": "edge", "x-doorstep-address": address, "content-type": "image/png" }
    const sent = { method: "POST", body: picture as BodyInit, headers }
    expect((await app.report.request(`/api/reports/${link}/photo`, sent)).status).toBe(200)
  })
})
