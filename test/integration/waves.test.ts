/** A release as a phone meets it: told to wait, for how long, and let in when their wave begins. */
import { expect, it } from "vitest"
import * as booking from "#actions/booking"
import { newFormKey } from "#actions/forms"
import * as grouping from "#actions/grouping"
import { daysOf } from "#domain/station"
import * as stations from "#store/stations"
import { apps, aResident } from "#test/apps"
import { at } from "#test/builders"
import { verified } from "#test/grid"
import { aMemoryWorld } from "#test/memory"
import { aMobile, anIdNumber } from "#test/people"

it("whoever comes before their wave is told when it begins, on any phone, and may book an older day meanwhile", async () => {
  const eight = at("08:00")
  const world = await aMemoryWorld(eight)
  const app = apps(world).resident
  const station = await stations.find(world, "FZ-JA-P01")
  const days = daysOf(station, eight)
  const newest = days.at(-1)!
  const turnOf = (n: number, date = newest) =>
    booking.turnAt(world, station, date, world.keyring.blind("person", anIdNumber(n)))!
  const late = Array.from({ length: 50 }, (_, n) => n).find((n) => turnOf(n).wave === station.policy.waves)!
  const wait = (station.policy.waves - 1) * station.policy.waveGap
  const timeOn = async (date: string) =>
    (await booking.offers(world, { kind: "anyone" }, { station: station.id, services: ["rp-endorse"], date }))[0]!.time
  const tap = async (mobile: string, n: number, date: string) => {
    const phone = await aResident(world, app, mobile)
    const form = { key: await phone.key(), name: "张三", idNumber: anIdNumber(n), time: await timeOn(date), date }
    return phone.post("/api/appointments", { station: station.id, services: ["rp-endorse"], ...form })
  }

  for (const mobile of [aMobile(1), aMobile(2)]) {
    const told = await tap(mobile, late, newest)
    expect(told).toMatchObject({ status: 429, body: { code: "not-your-wave", seconds: wait, wave: 5, waves: 5 } })
    expect(told.headers.get("retry-after")).toBe(String(wait))
  }
  const other = Array.from({ length: 50 }, (_, n) => n).find((n) => n !== late && turnOf(n).wave > 1)!
  expect(turnOf(other, days[1])).toBeUndefined()
  expect((await tap(aMobile(3), other, days[1]!)).status).toBe(201)
  world.set(eight + wait * 1000)
  expect((await tap(aMobile(1), late, newest)).status).toBe(201)
})

it("whoever of an employer's list comes before their wave keeps their row, and is booked when it begins", async () => {
  const eight = at("08:00")
  const world = await aMemoryWorld(eight)
  const station = await stations.find(world, "FZ-JA-P01")
  const newest = daysOf(station, eight).at(-1)!
  const waveOf = (n: number) =>
    booking.turnAt(world, station, newest, world.keyring.blind("person", anIdNumber(n)))!.wave
  const some = Array.from({ length: 60 }, (_, n) => n + 1)
  const people = [1, station.policy.waves].flatMap((wave) => some.filter((n) => waveOf(n) === wave).slice(0, 3))
  const by = verified(world, 500)
  const list = people.toReversed().map((n) => `张三,${anIdNumber(n)}`)
  const made = { station: station.id, services: ["rp-endorse"] as const, from: newest, language: "zh" as const }
  const sent = { ...made, key: newFormKey(world), list: list.join("\n"), mobile: aMobile(500) }
  const { group } = await grouping.start(world, by, sent)
  const proceed = () => grouping.proceed({ ...world }, by, { group, mobile: aMobile(500) })

  const last = (station.policy.waves - 1) * station.policy.waveGap
  const first = await proceed()
  expect(first).toMatchObject({ total: 6, done: 3, wait: last })
  expect(first.outcomes.map(({ booked, refused }) => [booked?.date, refused])).toEqual([
    ...Array.from({ length: 3 }, () => [undefined, undefined]),
    ...Array.from({ length: 3 }, () => [newest, undefined]),
  ])
  world.set(eight + 30_000)
  expect(await proceed()).toMatchObject({ done: 3, wait: last - 30 })
  world.set(eight + last * 1000)
  const all = await proceed()
  expect([all.done, all.wait, all.outcomes.every(({ booked }) => booked?.date === newest)]).toEqual([
    6,
    undefined,
    true,
  ])
})
