/** What is wrong with a city that is to be loaded: every fault at once, in English, for whoever deploys it. */
import type { Role } from "./actor.ts"
import { City, china, type Kind, kinds, numbersIn } from "./city.ts"
import { bounds, contradictionsIn, PolicyChange, type PolicyName } from "./policy.ts"
import { serviceIds } from "./service.ts"
import type { StationId } from "./station.ts"
import type { Unit } from "./unit.ts"

/** What is there already: it stays as it is, and is not judged. */
export type Stored = {
  stations: ReadonlyMap<StationId, unknown>
  units: ReadonlyMap<StationId, Pick<Unit, "id" | "kind">>
  venues: ReadonlyMap<string, unknown>
  places: ReadonlyMap<string, unknown>
  rosters: ReadonlyMap<StationId, unknown>
  /** Of those who are named: in the list of staff, or by a roster. */
  staff: ReadonlyMap<string, Serving>
}
export type Serving = { role: Role; station: StationId; active: boolean }

/** "stations.3.windows.0.no": which of a list counts from 0. */
export type CityFault = { path: string; says: string }

/**
 * The city as it may be written, or what is wrong with it. What is stored already is not written, so that only its own form is
 * looked at: an old file may be sent again, with more in it.
 */
export function judgedCity(given: unknown, stored: Stored): { city: City } | { faults: CityFault[] } {
  const parsed = City.safeParse(given)
  const formed = parsed.error ? parsed.error.issues.flatMap((it) => inWords(it as Issue, given)) : []
  const faults = [...formed, ...contentFaults(listsIn(given, formed), valueAt(given, ["change"]) === true, stored)]
  return parsed.success && !faults.length ? { city: parsed.data } : { faults }
}

type Issue = {
  code: string
  path: readonly PropertyKey[]
  message: string
  expected?: string
  keys?: readonly string[]
  values?: readonly unknown[]
}

/** The keys by which shapes that pages use too say what is wrong. */
const sentences: Record<string, string> = {
  station: "must be 3 to 20 capital letters, digits and dashes",
  "staff-unknown": "must be 1 to 40 letters, digits, dashes and underscores, as the provider's `sub` names them",
  window: "must be windows with numbers from 1 to 99, each once, 50 at most",
  service: `must be services, at least one, of: ${serviceIds.join(", ")}`,
  session:
    'must be sessions such as ["08:00", "12:00"] in steps of five minutes, 8 a day at most; seven days, Sunday first',
  season: 'must be a month and day such as "06-15"; six seasons at most',
  exceptions: "must be 100 dates at most",
  date: "must be a date such as 2026-11-23",
  dialable: "is no number that an officer can dial: a mobile, or a landline with its area code",
}

function inWords(it: Issue, given: unknown): CityFault[] {
  const path = it.path.map(String).join(".")
  const last = it.path.at(-1)
  const value = valueAt(given, it.path)
  if (last === "lat" || last === "lng") {
    const { lat, lng } = valueAt(given, it.path.slice(0, -1)) as { lat?: unknown; lng?: unknown }
    if (isWithin(lng, china.lat) && isWithin(lat, china.lng))
      return last === "lat" ? [{ path, says: "latitude and longitude look swapped" }] : []
  }
  if (value === undefined && it.code !== "unrecognized_keys") return [{ path, says: "is missing" }]
  return [{ path, says: sentences[it.message] ?? says(it) }]
}

function says({ code, message, expected, keys, values }: Issue): string {
  if (message.includes(" ") && message !== "Invalid input") return message
  if (code === "unrecognized_keys") return `has no such fields: ${keys?.join(", ")}`
  if (code === "invalid_value") return `must be one of: ${values?.join(", ")}`
  if (code === "invalid_type") return `must be of type ${expected}`
  return `cannot be read as functions/domain/city.ts wants it (${code})`
}

const isWithin = (it: unknown, [least, most]: readonly [number, number]) =>
  typeof it === "number" && it >= least && it <= most

const valueAt = (given: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce((it, name) => (it as Record<PropertyKey, unknown> | null | undefined)?.[name], given)

type Listed<K extends Kind> = { path: string; it: NonNullable<City[K]>[number]; id: string; sound: boolean }
type Lists = { [K in Kind]: Listed<K>[] }

/** Every entry with a name: what has a fault of its own still counts as there, else whoever names it would have one too. */
function listsIn(given: unknown, formed: readonly CityFault[]): Lists {
  const faulty = new Set(formed.map(({ path }) => path.split(".").slice(0, 2).join(".")))
  const entries = kinds.map((kind) => {
    const list = valueAt(given, [kind])
    const named = (Array.isArray(list) ? list : []).flatMap((it: unknown, i) => {
      const path = `${kind}.${i}`
      const id = valueAt(it, [nameIn(kind)])
      return typeof id === "string" ? [{ path, it, id, sound: !faulty.has(path) }] : []
    })
    return [kind, named]
  })
  return Object.fromEntries(entries) as Lists
}
const nameIn = (kind: Kind) => (kind === "rosters" ? "unit" : "id")

function contentFaults(lists: Lists, change: boolean, stored: Stored): CityFault[] {
  const { stations, units, staff, rosters, venues } = lists
  const idsOf = (kind: "stations" | "units") => new Set([...stored[kind].keys(), ...lists[kind].map(({ id }) => id)])
  const [ownStations, ownUnits] = [idsOf("stations"), idsOf("units")]
  const members = new Map(staff.map((listed) => [listed.id, listed]))
  const isToCome = (kind: Kind, { id, sound }: { id: string; sound: boolean }) => sound && !stored[kind].has(id)
  const fault = (path: string, says: string) => ({ path, says })
  const isKnown = (path: string, id: StationId, ...among: ReadonlySet<StationId>[]) =>
    among.some((it) => it.has(id)) ? [] : [fault(path, `${id} is neither listed nor stored`)]

  const serves = (path: string, id: string, unit: StationId): CityFault[] => {
    const listed = members.get(id)
    if (listed && !listed.sound) return []
    const known = stored.staff.get(id)
    const serving = known && !(change && listed) ? known : listed && { ...listed.it, active: known?.active ?? true }
    if (!serving) return [fault(path, `${id} is neither listed nor stored`)]
    const { role, station, active } = serving
    if (active && station === unit && (role === "officer" || role === "chief")) return []
    const other = known && listed && !change ? ' as stored ("change": true changes that)' : ""
    return [fault(path, `${id} is ${active ? "" : "a former "}${role} of ${station}${other}, no officer of ${unit}`)]
  }

  return [
    ...kinds.flatMap((kind) => doubled(lists[kind], nameIn(kind))),
    ...stations.flatMap(({ path, it, id, sound }) => [
      ...(ownUnits.has(id) ? [fault(`${path}.id`, `${id} is a unit's too`)] : []),
      ...(sound ? policyFaults(`${path}.policy`, it) : []),
    ]),
    ...units.flatMap((listed) => [
      ...(stored.stations.has(listed.id) ? [fault(`${listed.path}.id`, `${listed.id} is a station's too`)] : []),
      ...(isToCome("units", listed) ? (listed.it.binds ?? []) : []).flatMap(({ station }, i) =>
        isKnown(`${listed.path}.binds.${i}.station`, station, ownStations),
      ),
    ]),
    ...commandFaults(lists, stored),
    ...venues.flatMap((listed) =>
      isToCome("venues", listed) ? isKnown(`${listed.path}.station`, listed.it.station, ownStations) : [],
    ),
    ...staff.flatMap((listed) =>
      isToCome("staff", listed) || (change && listed.sound)
        ? isKnown(`${listed.path}.station`, listed.it.station, ownStations, ownUnits)
        : [],
    ),
    ...rosters.flatMap((listed) => {
      if (!isToCome("rosters", listed) && !(change && listed.sound)) return []
      const { unit, officers } = listed.it
      return [
        ...isKnown(`${listed.path}.unit`, unit, ownStations, ownUnits),
        ...officers.flatMap((id, i) => serves(`${listed.path}.officers.${i}`, id, unit)),
        ...doubled(officers.map((id, i) => ({ path: `${listed.path}.officers.${i}`, id }))),
      ]
    }),
  ]
}

function doubled(all: readonly { path: string; id: string }[], field?: string): CityFault[] {
  const first = new Map<string, string>()
  return all.flatMap(({ path, id }) => {
    const before = first.get(id)
    first.set(id, before ?? path)
    return before ? [{ path: field ? `${path}.${field}` : path, says: `${id} stands at ${before} already` }] : []
  })
}

/** Whoever climbs to the command centre must find one, and only one. */
function commandFaults({ units, ...others }: Lists, stored: Stored): CityFault[] {
  const there = [...stored.units.values()].find((it) => it.kind === "command")?.id
  const listed = units.filter(({ it, id }) => it.kind === "command" && !stored.units.has(id))
  const [first, ...more] = there ? [{ id: there }, ...listed] : listed
  if (!first && (units.length || Object.values(others).some((list) => list.length)))
    return [{ path: "units", says: "there is no command centre, neither listed nor stored" }]
  return more.flatMap((it) =>
    "path" in it
      ? [{ path: `${it.path}.kind`, says: `the command centre is ${first!.id}: there can be one only` }]
      : [],
  )
}

const ordered: Partial<Record<PolicyName, string>> = {
  block: `must be as long as the longest visit and divide into units`,
  reopenTo: "must be more than the first of the two",
  late: "must be no less than onTime",
  callableBefore: "must be no more than checkInEarly",
}

/** By the rules of the chief's own page. */
function policyFaults(path: string, { policy }: NonNullable<City["stations"]>[number]): CityFault[] {
  const numbers = numbersIn(policy)
  const beyond = PolicyChange.safeParse(numbers).error?.issues.map((it) => it.path[0] as PolicyName) ?? []
  const at = (name: PolicyName) => `${path}.${inPolicy[name] ?? name}`
  if (!beyond.length)
    return contradictionsIn(numbers).map(({ field }) => ({ path: at(field), says: ordered[field] ?? "contradicts" }))
  return [...new Set(beyond)].map((name) => {
    const { least, most, step } = bounds[name]
    return { path: at(name), says: `must be from ${least} to ${most} in steps of ${step}` }
  })
}
const inPolicy: Partial<Record<PolicyName, string>> = {
  reopenFrom: "reopen.0",
  reopenTo: "reopen.1",
  unitRp: "units.rp",
  unitId: "units.id",
  unitPickup: "units.pickup",
}
