/**
 * A city in which everything is there twice, at two stations and in the hands of different people, on Monday at 10:05: what is
 * one's own, what is a neighbour's, and what is nobody's. In memory, by a seed.
 */
import { generateKeyPairSync, randomUUID } from "node:crypto"
import { closeDays } from "#actions/closing"
import { bringAll } from "#actions/dispatching"
import { newFormKey } from "#actions/forms"
import { addPhoto, holderOf, report } from "#actions/reporting"
import { learn } from "#actions/tasking"
import type { Role } from "#domain/actor"
import { referenceOf } from "#domain/id"
import { lanesFor } from "#domain/places"
import type { StationId } from "#domain/station"
import type { Told } from "#domain/told"
import { consequences } from "#messages/consequences"
import * as people from "#store/people"
import * as photos from "#store/photos"
import * as reports from "#store/reports"
import { counter, query, type Table, write } from "#store/table"
import { aClerk, aDevice, apps, aResident, send, signedBy } from "./apps.ts"
import { at, longtou, monday, plaza } from "./builders.ts"
import { book } from "./grid.ts"
import { aMemoryWorld, type MemoryWorld } from "./memory.ts"
import { aMobile, anIdNumber } from "./people.ts"

export const here: StationId = "FZ-JA-P01"
export const there: StationId = "FZ-JA-P02"
export const tuesday = "2026-11-24"
const wednesday = "2026-11-25"
const friday = "2026-11-20"
const service = "rp-endorse"
const system = { kind: "system", name: "test" } as const

export type Asked = { method: string; path: string; body?: Record<string, unknown> | string | undefined }
export const actors = [
  "anyone",
  "resident",
  "other resident",
  "clerk",
  "officer",
  "chief",
  "auditor",
  "clerk elsewhere",
  "officer elsewhere",
  "chief elsewhere",
  "command centre",
  "kiosk",
  "display",
  "kiosk elsewhere",
] as const
export type Who = (typeof actors)[number]

/** Two of each kind; what only its holder has is there once. */
export type Both = { here: string; there: string }
export type City = Awaited<ReturnType<typeof aCity>>

/** The first start of a visit at this hour or later. */
const startFrom = (station: typeof longtou, date: string, from: string) =>
  lanesFor(station, [service], date)
    .flatMap((it) => it.times)
    .toSorted()
    .find((it) => it >= from)!

export async function aCity(seed = 1) {
  const world = await aMemoryWorld(at("09:30", friday), { seed })
  const app = apps(world)
  const eachBook = (n: number, date: string, from: string) =>
    Promise.all(
      [longtou, plaza].map((it, i) => book(world, n + i, { station: it.id, date, time: startFrom(it, date, from) })),
    )

  // Nobody came on Friday.
  const missed = await eachBook(11, friday, "15:00")
  world.set(at("04:30", "2026-11-21"))
  await closeDays(world, system)
  world.set(at("09:05"))
  const today = await eachBook(13, monday, "10:10")
  const booked = await eachBook(21, tuesday, "14:00")
  const displaced = await eachBook(31, wednesday, "14:00")
  world.set(at("10:05"))

  const member = (id: string, role: Role, station: StationId) =>
    write(
      world,
      [people.staffChange(system, "test", world.now(), { id, name: "员", role, station, active: true })],
      counter(),
    )
  await member("auditor-p01", "auditor", here)

  const [resident, other] = [
    await aResident(world, app.resident, aMobile(1)),
    await aResident(world, app.resident, aMobile(2)),
  ]
  const staff = async (id: string) => aClerk(world, app.staff, id)
  const [clerk, officer, chief, auditor] = [
    await staff("clerk-p01-1"),
    await staff("officer-p01"),
    await staff("chief-p01"),
    await staff("auditor-p01"),
  ]
  const [clerkThere, officerThere, chiefThere] = [
    await staff("clerk-p02-1"),
    await staff("officer-p02"),
    await staff("chief-p02"),
  ]
  const command = await staff("officer-c01")
  const kiosk = await aDevice(world, app.device)
  const display = await aDevice(world, app.device, "display")
  const kioskThere = await aDevice(world, app.device, "kiosk", there)
  const spares = [await aDevice(world, app.device, "display"), await aDevice(world, app.device, "display", there)]

  const publicKey = (() => {
    const { kty, crv, x, y } = generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey.export({ format: "jwk" })
    return { kty, crv, x, y }
  })()
  const [code, usedCode] = await Promise.all(
    ["屏一", "屏二"].map(
      async (name) => (await chief.post("/staff/devices/invite", { kind: "display", name })).body.code,
    ),
  )
  await send(app.device, "POST", "/device/pair", { code: usedCode, publicKey })

  // Wednesday is closed at both, and everybody is offered another time.
  const closures = await Promise.all(
    [chief, chiefThere].map(async (it) => {
      const { body } = await it.post("/staff/closures", { from: wednesday, to: wednesday, reason: "线路检修" })
      return body.id as string
    }),
  )
  await settle(world)

  // The last of theirs is a number that nobody has here.
  const given = async (device: typeof kiosk, count: number) => {
    const numbers: string[] = []
    for (let i = 0; i < count; i++) numbers.push((await device.post("/device/tickets", { service })).body.number)
    return numbers.at(-1)!
  }
  const waiting = await given(kiosk, 5)
  const elsewhere = await given(kioskThere, 9)
  const remote = await resident.post(`/api/stations/${here}/tickets`, { op: randomUUID(), service })
  await clerk.at(1)("sit")
  await officer.at(3)("sit")
  const called = async () => (await clerk.at(1)("call")).body.visit.number as string
  const missing = await called()
  await clerk.at(1)("missed", missing)
  const parked = await called()
  await clerk.at(1)("start", parked)
  await clerk.at(1)("park", parked)
  const serving = await called()

  const list = (n: number) => ({ text: `张三,${anIdNumber(n)}` })
  const groups = await Promise.all(
    [resident, other].map(async (it, i) => {
      const body = { key: newFormKey(world), station: here, services: [service], from: tuesday, list: list(41 + i) }
      return (await it.post("/api/groups", body)).body.group as string
    }),
  )

  const aReport = async (key: string, station: typeof longtou, n: number) => {
    const told: Told = {
      where: { text: "站门口", point: { lat: station.lat, lng: station.lng } },
      when: { at: world.now(), about: false },
      phone: aMobile(n),
      child: { sex: "boy", age: 5 },
      relation: "parent",
    }
    const { status, link } = await report(world, { kind: "anyone" }, { key, told })
    await bringAll(world, system, (await reports.find(world, status.id))!)
    const photo = `photo-${key}`.padEnd(22, "-")
    await photos.keep(world, photo, new Uint8Array([255, 216, 255, 217]))
    await addPhoto(world, holderOf(world, link), { op: photo, photo })
    return { id: status.id, link, photo }
  }
  const told = [await aReport("one", longtou, 51), await aReport("two", plaza, 52)] as const
  const second = await aReport("three", longtou, 53)

  const proposals = await Promise.all(
    displaced.map(
      async ({ link }) => (await send(app.resident, "GET", `/api/appointments/${link}`)).body.proposal?.id as string,
    ),
  )
  const both = ([one, two]: readonly string[]): Both => ({ here: one!, there: two! })
  const refs = (held: readonly { ref: string }[]) => both(held.map((it) => it.ref))

  const signed = (device: typeof kiosk) => (asked: Asked) =>
    signedBy(device.id, device.key, asked.method, asked.path, asked.body, world.now())
  const headers: Record<Who, (asked: Asked) => Record<string, string>> = {
    anyone: () => ({}),
    resident: () => ({ cookie: resident.cookie }),
    "other resident": () => ({ cookie: other.cookie }),
    clerk: () => clerk.headers,
    officer: () => officer.headers,
    chief: () => chief.headers,
    auditor: () => auditor.headers,
    "clerk elsewhere": () => clerkThere.headers,
    "officer elsewhere": () => officerThere.headers,
    "chief elsewhere": () => chiefThere.headers,
    "command centre": () => command.headers,
    kiosk: signed(kiosk),
    display: signed(display),
    "kiosk elsewhere": signed(kioskThere),
  }
  return {
    world,
    app,
    headers,
    resident,
    other,
    chief,
    kiosk,
    publicKey,
    code,
    usedCode,
    /** Made up, and well-formed. */
    nobodys: referenceOf(new Uint8Array(7)),
    booked: { ...refs(booked), links: booked.map((it) => it.link) },
    displaced: { ...refs(displaced), links: displaced.map((it) => it.link), proposals },
    missed: { ...refs(missed), links: missed.map((it) => it.link) },
    today: { ...refs(today), links: today.map((it) => it.link) },
    devices: both(spares.map((it) => it.id)),
    closures: both(closures),
    reports: { ...both(told.map((it) => it.id)), second: second.id, links: told.map((it) => it.link) },
    photos: both(told.map((it) => it.photo)),
    groups: both(groups),
    ticket: remote.body.link as string,
    tickets: { missed: missing, parked, serving, waiting, there: elsewhere },
  }
}

/** What the queue and its worker make of the closures, until nothing is left to do. */
async function settle(world: MemoryWorld) {
  for (let round = 0; round < 50; round++) {
    const items = (await Promise.all([here, there].map((it) => query(world, "live", `closure#${it}`)))).flat()
    const work = items.flatMap((after) =>
      consequences({ table: "live", before: undefined, after }).flatMap((it) => (it.queue === "work" ? [it.body] : [])),
    )
    for (const it of work) await learn(world, it)
    const after = (await Promise.all([here, there].map((it) => query(world, "live", `closure#${it}`)))).flat()
    if (JSON.stringify(after) === JSON.stringify(items)) return
  }
  throw new Error("The work does not end")
}

/** Everything that is kept, but for counters of attempts and for staff's sessions, which live on by use. */
export const everythingIn = (world: MemoryWorld): string[] =>
  (Object.keys(world.tables) as Table[]).flatMap((table) =>
    world.memory
      .items(table)
      .filter(({ pk }) => !/^(limit|staff-session)#/.test(pk))
      .map((it) => JSON.stringify(it)),
  )

/** What a field of this name may well hold in this city. */
export const goodIn = (city: () => City, pick: <T>(from: readonly T[]) => T): Record<string, () => unknown> => {
  const dates = [monday, tuesday, "2026-11-26", "2026-11-27"]
  const words = ["看过视频", "电话告知停办", "生病住院"]
  const sides = ({ here: one, there: other }: Both) => pick([one, other])
  return {
    op: () => randomUUID(),
    v: () => pick([0, 1, 2]),
    station: () => pick([here, here, there, "FZ-JA-P05", "FZ-JA-P99"]),
    services: () => pick([[service], [service, "rp-address"], ["id-renew"], ["advice"]]),
    service: () => pick([service, "rp-address", "id-renew", "advice"]),
    toService: () => "rp-address",
    date: () => pick(dates),
    from: () => pick(dates),
    to: () => pick(["2026-12-30", there, "2026-12-30", "2026-11-27"]),
    fromTime: () => "09:00",
    toTime: () => "12:00",
    time: () => pick(["09:00", "10:30", "14:00", "15:30", "16:00"]),
    after: () => "08:00",
    before: () => "18:00",
    lat: () => pick([26.1, 26.131]),
    lng: () => pick([119.3, 119.326]),
    place: () => pick(["火车站", "一楼滑梯旁"]),
    key: () => newFormKey(city().world),
    name: () => pick(["张三", "阿卜杜拉·买买提"]),
    idNumber: () => anIdNumber(pick([60, 61, 62, 63, 64, 65])),
    guardian: () => ({ name: "王五", idNumber: anIdNumber(66) }),
    who: () => pick(["self", "parent"]),
    consent: () => "2026-11-22",
    mobile: () => aMobile(pick([70, 71, 72, 73, 74, 75, 76, 77])),
    code: () => pick(["123456", city().code]),
    last4: () => pick(["0021", "0022"]),
    ref: () => pick([sides(city().booked), sides(city().missed), sides(city().displaced), city().nobodys]),
    link: () =>
      pick([...city().booked.links, ...city().displaced.links, ...city().today.links, ...city().missed.links]),
    proposal: () => pick(city().displaced.proposals),
    group: () => sides(city().groups),
    ticket: () => city().ticket,
    number: () => pick(Object.values(city().tickets)),
    window: () => pick(["1", "2", "3"]),
    toWindow: () => pick([2, 3]),
    windows: () => [{ no: 1, services: [service] }],
    device: () => sides(city().devices),
    closure: () => sides(city().closures),
    report: () => sides(city().reports),
    photo: () => sides(city().photos),
    pass: () => city().world.keyring.seal("break-glass", { report: city().reports.here }),
    into: () => city().reports.second,
    of: () => city().reports.second,
    other: () => city().reports.second,
    staff: () => pick(["officer-p01", "officer-p02"]),
    member: () => pick(["clerk-p01-2", "clerk-p02-1"]),
    scope: () => pick([here, there]),
    cursor: () => "2026-11-23T09:00:00.000Z#none",
    list: () => ({ text: `张三,${anIdNumber(67)}` }),
    publicKey: () => city().publicKey,
    shown: () =>
      pick([{ ref: sides(city().today) }, { scanned: city().today.links[0]! }, { idNumber: anIdNumber(13) }]),
    where: () => ({ text: "站门口", point: { lat: 26.131, lng: 119.326 } }),
    when: () => ({ at: city().world.now(), about: false }),
    phone: () => "13800000077",
    child: () => ({ sex: "boy", age: 5 }),
    at: () => city().world.now(),
    told: () => ({ top: "红色" }),
    step: () => "video",
    age: () => 6,
    clothing: () => "红色外套",
    hotline: () => "110",
    minutes: () => 60,
    shift: () => pick(["primary", "deputy"]),
    change: () => pick([{ overWaiting: 45 }, { remote: 1 }]),
    schedule: () => ({ hours: Array.from({ length: 7 }, () => [["09:00", "17:00"]]) }),
    reason: () => pick(words),
    text: () => pick(words),
    note: () => pick(words),
    version: () => "test",
    offlineTickets: () => 0,
    elapsed: () => 1000,
  }
}
