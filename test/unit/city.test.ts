/** A city that is to be loaded is taken whole or not at all, and whoever wrote it is told every fault at once. */
import { describe, expect, it } from "vitest"
import { City, stationOf } from "#domain/city"
import { judgedCity, type Stored } from "#domain/city-faults"
import { stations } from "#domain/demonstration"
import { policy } from "#domain/station"
import { aCityFile, aLargeCityFile, type CityFile } from "#test/city"

const nothing: Stored = {
  stations: new Map(),
  units: new Map(),
  venues: new Map(),
  places: new Map(),
  rosters: new Map(),
  staff: new Map(),
}
const byId = <T extends { id: string }>(list: readonly T[]) => new Map(list.map((it) => [it.id, it]))
const storedCity = (city: CityFile): Stored => ({
  stations: byId(city.stations),
  units: byId(city.units),
  venues: byId(city.venues),
  places: byId(city.places),
  rosters: new Map(city.rosters.map((it) => [it.unit, it])),
  staff: byId(city.staff.map((it) => ({ ...it, active: true }))),
})

function faultsOf(given: unknown, stored = nothing): string[] {
  const judged = judgedCity(given, stored)
  return "faults" in judged ? judged.faults.map(({ path, says }) => `${path} ${says}`) : []
}
/** What is said once the city was spoilt so. */
function faultsIn(spoil: (city: CityFile & Record<string, unknown>) => void): string[] {
  const city = aCityFile()
  spoil(city as CityFile & Record<string, unknown>)
  return faultsOf(city)
}

describe("a city without fault", () => {
  it("is taken as it stands, the demonstration's as well as a large one", () => {
    expect(faultsOf(aCityFile())).toEqual([])
    expect(faultsOf(aLargeCityFile(500))).toEqual([])
  })

  it("becomes the very stations of the demonstration, but for saying that they are invented", () => {
    const city = City.parse(aCityFile())
    expect(city.stations!.map((it) => stationOf(it).policy)).toEqual(stations.map((it) => it.policy))
    expect(stationOf(city.stations![0]!)).toMatchObject({ hours: stations[0]!.hours, demonstration: false })
  })

  it("may have its parts in several calls, as long as each finds there what it names", () => {
    const { stations: all, units, venues, places, rosters, staff } = aCityFile()
    expect(faultsOf({ stations: all, units })).toEqual([])
    const there = { ...nothing, stations: byId(all), units: byId(units) }
    expect(faultsOf({ venues, places }, there)).toEqual([])
    expect(faultsOf({ staff, rosters }, there)).toEqual([])
    expect(faultsOf({ rosters }, { ...there, staff: byId(staff.map((it) => ({ ...it, active: true }))) })).toEqual([])
    expect(faultsOf({})).toEqual([])
  })

  it("may be sent again after people have moved: what is stored is not judged", () => {
    const city = aCityFile()
    const moved = storedCity(city)
    const elsewhere = {
      ...moved,
      staff: new Map(moved.staff).set("officer-p02", { role: "clerk", station: "FZ-JA-P03", active: true } as const),
    }
    expect(faultsOf(city, elsewhere)).toEqual([])
  })
})

describe("what is wrong is named with its place and in words:", () => {
  const first = "stations.0"
  it.each<[string, (city: CityFile & Record<string, unknown>) => void, string]>([
    [
      "a station twice",
      (it) => it.stations.push(it.stations[0]!),
      "stations.7.id FZ-JA-P01 stands at stations.0 already",
    ],
    ["a unit twice", (it) => it.units.push(it.units[0]!), "units.6.id FZ-JA-S01 stands at units.0 already"],
    ["a venue twice", (it) => it.venues.push(it.venues[0]!), "venues.2.id thaihot-plaza stands at venues.0 already"],
    ["a place twice", (it) => it.places.push(it.places[0]!), "places.17.id 350111001 stands at places.0 already"],
    [
      "a roster twice",
      (it) => it.rosters.push(it.rosters[0]!),
      "rosters.11.unit FZ-JA-P01 stands at rosters.0 already",
    ],
    [
      "a member of staff twice",
      (it) => it.staff.push(it.staff[0]!),
      "staff.33.id clerk-p01-1 stands at staff.0 already",
    ],
    ["a unit by a station's name", (it) => (it.units[0]!.id = "FZ-JA-V01"), "stations.5.id FZ-JA-V01 is a unit's too"],
    [
      "a bound station that is nowhere",
      (it) => (it.units[0]!.binds![0]!.station = "FZ-JA-P09"),
      "units.0.binds.0.station FZ-JA-P09 is neither listed nor stored",
    ],
    [
      "a bound unit in place of a station",
      (it) => (it.units[0]!.binds![0]!.station = "FZ-JA-S02"),
      "units.0.binds.0.station FZ-JA-S02 is neither listed nor stored",
    ],
    [
      "a venue's station that is nowhere",
      (it) => (it.venues[0]!.station = "FZ-JA-P09"),
      "venues.0.station FZ-JA-P09 is neither listed nor stored",
    ],
    [
      "a roster of a unit that is nowhere",
      (it) => (it.rosters[0]!.unit = "FZ-JA-P09"),
      "rosters.0.unit FZ-JA-P09 is neither listed nor stored",
    ],
    [
      "staff of a station that is nowhere",
      (it) => (it.staff[0]!.station = "FZ-JA-P09"),
      "staff.0.station FZ-JA-P09 is neither listed nor stored",
    ],
    [
      "an officer whom nobody knows",
      (it) => (it.rosters[0]!.officers[0] = "nobody"),
      "rosters.0.officers.0 nobody is neither listed nor stored",
    ],
    [
      "a clerk on duty",
      (it) => (it.rosters[0]!.officers[0] = "clerk-p01-1"),
      "rosters.0.officers.0 clerk-p01-1 is clerk of FZ-JA-P01, no officer of FZ-JA-P01",
    ],
    [
      "an officer on duty elsewhere",
      (it) => (it.rosters[0]!.officers[0] = "officer-p02"),
      "rosters.0.officers.0 officer-p02 is officer of FZ-JA-P02, no officer of FZ-JA-P01",
    ],
    [
      "an officer twice in turn",
      (it) => it.rosters[0]!.officers.push("officer-p01"),
      "rosters.0.officers.2 officer-p01 stands at rosters.0.officers.0 already",
    ],
    ["nobody in turn", (it) => (it.rosters[0]!.officers = []), "rosters.0.officers must be somebody"],
    [
      "a place too far north",
      (it) => (it.stations[0]!.lat = 54.1),
      `${first}.lat must be degrees of latitude (WGS-84) from 3 to 54`,
    ],
    [
      "a place too far west",
      (it) => (it.units[0]!.lng = 72.9),
      "units.0.lng must be degrees of longitude (WGS-84) from 73 to 136",
    ],
    [
      "a place at nought",
      (it) => Object.assign(it.places[0]!, { lat: 0, lng: 0 }),
      "places.0.lat must be degrees of latitude (WGS-84) from 3 to 54",
    ],
    [
      "swapped degrees",
      (it) => Object.assign(it.stations[0]!, { lat: 119.326, lng: 26.131 }),
      `${first}.lat latitude and longitude look swapped`,
    ],
    [
      "a swapped corner",
      (it) => Object.assign(it.venues[0]!.outline[1]!, { lat: 119.3, lng: 26.1 }),
      "venues.0.outline.1.lat latitude and longitude look swapped",
    ],
    ["an outline of two corners", (it) => it.venues[0]!.outline.splice(2), "venues.0.outline must have 3 corners"],
    [
      "a window that serves nothing",
      (it) => (it.stations[0]!.windows[1]!.services = []),
      `${first}.windows.1.services must be services, at least one, of: `,
    ],
    [
      "a service that nobody knows",
      (it) => (it.stations[0]!.windows[1]!.services[0] = "passport" as never),
      `${first}.windows.1.services.0 must be services, at least one, of: `,
    ],
    [
      "two windows of one number",
      (it) => (it.stations[0]!.windows[1]!.no = 1),
      `${first}.windows must be windows with numbers from 1 to 99, each once`,
    ],
    [
      "hours that end before they begin",
      (it) => (it.stations[0]!.hours[1] = [["12:00", "08:00"]]),
      `${first}.hours.1.0 must be sessions such as`,
    ],
    ["six days a week", (it) => it.stations[0]!.hours.splice(6), `${first}.hours must be sessions such as`],
    ["no command centre", (it) => it.units.splice(5, 1), "units there is no command centre, neither listed nor stored"],
    [
      "two of them",
      (it) => it.units.push({ ...it.units[5]!, id: "FZ-JA-C02" }),
      "units.6.kind the command centre is FZ-JA-C01: there can be one only",
    ],
    [
      "a number that nobody can dial",
      (it) => (it.venues[0]!.contact.phone = "服务台"),
      "venues.0.contact.phone is no number that an officer can dial",
    ],
    [
      "a number of the policy beyond its bounds",
      (it) => (it.stations[1]!.policy = { notice: 500 }),
      "stations.1.policy.notice must be from 0 to 240 in steps of 1",
    ],
    [
      "a number between its steps",
      (it) => (it.stations[1]!.policy = { units: { rp: 7 } }),
      "stations.1.policy.units.rp must be from 0 to 10 in steps of 5",
    ],
    [
      "a place that opens again before it closed",
      (it) => (it.stations[1]!.policy = { reopen: [30, 20] }),
      "stations.1.policy.reopen.1 must be more than the first of the two",
    ],
    [
      "whoever is late before their time is over",
      (it) => (it.stations[1]!.policy = { late: 5, onTime: 10 }),
      "stations.1.policy.late must be no less than onTime",
    ],
    [
      "a policy that nobody knows",
      (it) => (it.stations[1]!.policy = { lateness: 5 } as never),
      "stations.1.policy has no such fields: lateness",
    ],
    [
      "a name that the audit cannot file",
      (it) => (it.stations[0]!.id = "350111-P01"),
      `${first}.id must begin with a capital letter`,
    ],
    [
      "the drill's name",
      (it) => (it.stations[0]!.id = "DRILL"),
      `${first}.id is a name that the portal needs for itself`,
    ],
    [
      "small letters",
      (it) => (it.stations[0]!.id = "fz-p01"),
      `${first}.id must be 3 to 20 capital letters, digits and dashes`,
    ],
    [
      "a subject that the staff's pages cannot name",
      (it) => (it.staff[0]!.id = "auth0|abc"),
      "staff.0.id must be 1 to 40 letters, digits, dashes and underscores",
    ],
    [
      "a role that nobody has",
      (it) => (it.staff[0]!.role = "admin" as never),
      "staff.0.role must be one of: clerk, officer, chief, auditor",
    ],
    ["a name of blanks", (it) => (it.stations[0]!.name.en = "  "), `${first}.name.en must say something`],
    [
      "a field that is missing",
      (it) => delete (it.stations[0] as { address?: unknown }).address,
      `${first}.address is missing`,
    ],
    [
      "a field that nobody knows",
      (it) => Object.assign(it.stations[0]!, { closures: [] }),
      `${first} has no such fields: closures`,
    ],
    ["a list that nobody knows", (it) => (it.kiosks = []), " has no such fields: kiosks"],
    ["no list", (it) => (it.staff = {} as never), "staff must be of type array"],
    [
      "a day that is none",
      (it) => (it.rosters[0]!.from = "2026-02-30"),
      "rosters.0.from must be a date such as 2026-11-23",
    ],
  ])("%s", (_, spoil, said) => {
    const faults = faultsIn(spoil)
    expect(
      faults.find((it) => it.startsWith(said)),
      faults.join("\n"),
    ).toBeDefined()
    expect(faults.filter((it) => /Invalid|cannot be read/.test(it) || it.split(" ").length < 3)).toEqual([])
  })

  it("nothing but an object", () => {
    for (const given of [null, 3, "city", []]) expect(faultsOf(given), String(given)).toHaveLength(1)
  })

  it("all of them at once, and none that only follows from another", () => {
    const faults = faultsIn((city) => {
      city.stations[0]!.lat = 0
      city.units[0]!.binds![0]!.station = "FZ-JA-P09"
      city.rosters[0]!.officers[0] = "clerk-p01-1"
      city.venues[0]!.contact.phone = "12"
      city.staff.find(({ id }) => id === "officer-p02")!.role = "admin" as never
    })
    expect(faults.map((it) => it.split(" ")[0]).toSorted()).toEqual([
      "rosters.0.officers.0",
      "staff.13.role",
      "stations.0.lat",
      "units.0.binds.0.station",
      "venues.0.contact.phone",
    ])
  })
})

describe("against what is stored", () => {
  const there = storedCity(aCityFile())

  it("there is no second command centre, and no unit by a station's name", () => {
    const [unit] = aCityFile().units
    expect(faultsOf({ units: [{ ...unit!, id: "FZ-JA-C02", kind: "command" }] }, there)).toEqual([
      "units.0.kind the command centre is FZ-JA-C01: there can be one only",
    ])
    expect(faultsOf({ units: [{ ...unit!, id: "FZ-JA-P01" }] }, there)).toEqual([
      "units.0.id FZ-JA-P01 is a station's too",
    ])
  })

  it("a roster is judged by who serves there, and says what would change that", () => {
    const staff = [{ id: "clerk-p01-1", name: "林小燕", role: "officer", station: "FZ-JA-P01" }]
    const rosters = [{ unit: "FZ-JA-V01", officers: ["clerk-p01-1"], from: "2026-11-02", night: false }]
    const [said] = faultsOf({ staff, rosters }, there)
    expect(said).toBe(
      'rosters.0.officers.0 clerk-p01-1 is clerk of FZ-JA-P01 as stored ("change": true changes that), no officer of FZ-JA-V01',
    )
    const moved = staff.map((it) => ({ ...it, station: "FZ-JA-V01" }))
    expect(faultsOf({ staff: moved, rosters, change: true }, there)).toEqual([])
    const left = {
      ...there,
      staff: new Map(there.staff).set("officer-p01", { role: "officer", station: "FZ-JA-P01", active: false } as const),
    }
    const again = { rosters: [{ unit: "FZ-JA-P01", officers: ["officer-p01"], from: "2026-11-02", night: true }] }
    expect(faultsOf(again, { ...left, rosters: new Map() })).toEqual([
      "rosters.0.officers.0 officer-p01 is a former officer of FZ-JA-P01, no officer of FZ-JA-P01",
    ])
  })
})

it("the numbers of a policy that are not given are ours", () => {
  const [one] = City.parse({ ...aCityFile(), stations: [{ ...aCityFile().stations[0]!, policy: { horizon: 3 } }] })
    .stations!
  expect(stationOf(one!).policy).toEqual({ ...policy, horizon: 3 })
})
