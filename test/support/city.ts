/** A city as whoever deploys would write it down: the demonstration's, with nothing that says so. */
import type { City } from "#domain/city"
import { staff, stations } from "#domain/demonstration"
import { officers, rosters, units, venues } from "#domain/demonstration-units"
import { gazetteer } from "#domain/gazetteer"
import { policy } from "#domain/station"

export type CityFile = { -readonly [list in Exclude<keyof City, "change">]-?: NonNullable<City[list]> }

const without = <T extends object>(it: T, ...names: string[]) =>
  Object.fromEntries(Object.entries(it).filter(([name]) => !names.includes(name)))

/** Every call a copy of its own, to spoil. */
export function aCityFile(): CityFile {
  const city = {
    stations: stations.map((it) => ({
      ...without(it, "demonstration", "policy"),
      ...(it.policy !== policy && { policy: { remote: it.policy.remote } }),
    })),
    units: units.map((it) => without(it, "demonstration")),
    venues: venues.map((it) => without(it, "demonstration")),
    places: gazetteer,
    rosters: rosters.map((it) => without(it, "swaps")),
    staff: [...staff, ...officers],
  }
  return JSON.parse(JSON.stringify(city).replaceAll(/（演示(?:绑定)?）| \(demonstration\)/g, "")) as CityFile
}

/** So many stations, each with a precinct, two windows, two clerks, a chief and two officers who take turns. */
export function aLargeCityFile(count: number): CityFile {
  const name = (text: string) => ({ zh: text, en: text })
  const ids = Array.from({ length: count }, (_, i) => String(i).padStart(4, "0"))
  const at = (i: number) => ({ lat: 30 + (i % 25) / 50, lng: 120 + Math.floor(i / 25) / 50 })
  const hours = Array.from({ length: 7 }, (_, i) =>
    i % 6 ? [["08:30", "12:00"] as const, ["14:00", "17:30"] as const] : [],
  )
  const [one] = aCityFile().venues
  return JSON.parse(
    JSON.stringify({
      stations: ids.map((id, i) => ({
        id: `HZ-${id}`,
        name: name(`警务站${id}`),
        address: name(`路${id}号`),
        ...at(i),
        hours,
        windows: [
          { no: 1, services: ["rp-endorse", "rp-first"] },
          { no: 2, services: ["id-renew", "pickup"] },
        ],
      })),
      units: [
        { id: "HZ-C", kind: "command", name: name("指挥中心"), ...at(0) },
        ...ids.map((id, i) => ({
          id: `HZ-S${id}`,
          kind: "precinct",
          name: name(`派出所${id}`),
          ...at(i),
          binds: [{ station: `HZ-${id}`, role: "primary" }],
        })),
      ],
      venues: [{ ...one, station: "HZ-0000" }],
      places: ids.map((id, i) => ({ id, kind: "street", name: name(`街${id}`), ...at(i) })),
      rosters: ids.map((id) => ({
        unit: `HZ-${id}`,
        officers: [`o1-${id}`, `o2-${id}`],
        from: "2026-11-02",
        night: true,
      })),
      staff: ids.flatMap((id) => [
        ...["w1", "w2"].map((it) => ({ id: `${it}-${id}`, name: "员", role: "clerk", station: `HZ-${id}` })),
        ...["o1", "o2"].map((it) => ({ id: `${it}-${id}`, name: "警", role: "officer", station: `HZ-${id}` })),
        { id: `chief-${id}`, name: "长", role: "chief", station: `HZ-${id}` },
      ]),
    }),
  ) as CityFile
}
