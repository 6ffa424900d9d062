/**
 * A real city as whoever deploys it hands it over (README, Deploying): its stations, units, venues, places that may be typed,
 * rosters and staff. Each list may be absent, so that a later call adds more to what is stored. What is wrong with it says
 * city-faults.ts.
 */
import * as z from "zod/mini"
import { roles, StaffId } from "./actor.ts"
import type { Known } from "./gazetteer.ts"
import { numbersOf, type PolicyName, policyNames, policyOf } from "./policy.ts"
import type { Roster } from "./roster.ts"
import { ScheduleShape } from "./schedule.ts"
import { type Policy, policy, type Station, StationId, stationKinds, Windows } from "./station.ts"
import { LocalDate } from "./time.ts"
import { Phone } from "./told.ts"
import type { Unit } from "./unit.ts"
import type { Venue } from "./venue.ts"

// What is wrong is told to whoever deploys, in the sentence that stands beside the rule; keys are those of shapes that others use too.
const words = (most: number) => {
  const said = `must say something, in ${most} characters at most`
  return z.string().check(z.regex(/\S/, said), z.maxLength(most, said))
}
const Both = z.strictObject({ zh: words(100), en: words(100) })
const also = z.optional(z.array(words(60)).check(z.maxLength(20, "must be 20 names at most")))

/** WGS-84 degrees, somewhere in China. */
export const china = { lat: [3, 54], lng: [73, 136] } as const
const degrees = ([least, most]: readonly [number, number], name: string) => {
  const said = `must be degrees of ${name} (WGS-84) from ${least} to ${most}`
  return z.number(said).check(z.gte(least, said), z.lte(most, said))
}
const point = { lat: degrees(china.lat, "latitude"), lng: degrees(china.lng, "longitude") }
const id = (most: number) =>
  z
    .string()
    .check(
      z.refine(
        (it) => /^[\w-]+$/.test(it) && it.length <= most,
        `must be 1 to ${most} letters, digits, dashes and underscores`,
      ),
    )

/** The audit knows a station or unit by its first letter; two names are those of what is nobody's (audit.ts, dispatch.ts). */
const OwnId = StationId.check(
  z.regex(/^[A-Z]/, "must begin with a capital letter"),
  z.refine((id) => id !== "DRILL" && id !== "COMMAND", "is a name that the portal needs for itself"),
)

/** Numbers of a policy, as many as shall differ from ours (station.ts); judged as a chief's are (policy.ts). */
type Plain = Exclude<PolicyName & keyof Policy, "remote" | "renewHere">
const plain = policyNames.filter((it): it is Plain => typeof policy[it as keyof Policy] === "number")
const number = z.optional(z.number())
const PolicyGiven = z.strictObject({
  ...(Object.fromEntries(plain.map((name) => [name, number])) as { [name in Plain]: typeof number }),
  units: z.optional(z.strictObject({ rp: number, id: number, pickup: number })),
  reopen: z.optional(z.tuple([z.number(), z.number()])),
  remote: z.optional(z.boolean()),
  renewHere: z.optional(z.boolean()),
})

const CityStation = z.strictObject({
  id: OwnId,
  kind: z.optional(z.enum(stationKinds)),
  name: Both,
  address: Both,
  ...point,
  ...ScheduleShape.shape,
  windows: Windows,
  policy: z.optional(PolicyGiven),
})

const CityUnit = z.strictObject({
  id: OwnId,
  kind: z.enum(["precinct", "command"]),
  name: Both,
  ...point,
  binds: z.optional(
    z
      .array(z.strictObject({ station: StationId, role: z.enum(["primary", "secondary"]) }))
      .check(z.maxLength(200, "must be 200 at most")),
  ),
})

const CityVenue = z.strictObject({
  id: id(40),
  kind: z.enum(["mall", "railway-station"]),
  name: Both,
  also,
  ...point,
  outline: z
    .array(z.strictObject(point))
    .check(z.minLength(3, "must have 3 corners"), z.maxLength(200, "must have 200 corners at most")),
  station: StationId,
  contact: z.strictObject({ name: Both, phone: Phone }),
  checkpoints: z.optional(z.array(Both).check(z.maxLength(30, "must be 30 at most"))),
})

const CityPlace = z.strictObject({
  id: id(12),
  kind: z.enum(["street", "landmark", "precinct"]),
  name: Both,
  also,
  ...point,
})

const CityRoster = z.strictObject({
  unit: StationId,
  officers: z.array(StaffId).check(z.minLength(1, "must be somebody"), z.maxLength(100, "must be 100 at most")),
  from: LocalDate,
  night: z.boolean(),
})

const CityMember = z.strictObject({ id: StaffId, name: words(50), role: z.enum(roles), station: StationId })

export const City = z.strictObject({
  stations: z.optional(z.array(CityStation)),
  units: z.optional(z.array(CityUnit)),
  venues: z.optional(z.array(CityVenue)),
  places: z.optional(z.array(CityPlace)),
  rosters: z.optional(z.array(CityRoster)),
  staff: z.optional(z.array(CityMember)),
  /** Members of staff and rosters that are stored otherwise become what stands here. */
  change: z.optional(z.boolean()),
})
export type City = z.infer<typeof City>
export type CityMember = z.infer<typeof CityMember>

/** In the order in which they are written: nobody signs in to a station that is not there yet. */
export const kinds = ["units", "stations", "staff", "rosters", "venues", "places"] as const
export type Kind = (typeof kinds)[number]

const real = { demonstration: false } as const

/** The numbers of a policy that is laid over ours. */
export const numbersIn = (given: z.infer<typeof PolicyGiven> = {}) => numbersOf({ ...policy, ...given } as Policy)

export const stationOf = ({ kind, policy: given, ...rest }: z.infer<typeof CityStation>): Station => ({
  ...rest,
  ...(kind && { kind }),
  windows: rest.windows.toSorted((a, b) => a.no - b.no),
  policy: policyOf(numbersIn(given)),
  ...real,
})
export const unitOf = ({ binds = [], ...rest }: z.infer<typeof CityUnit>): Unit => ({ ...rest, binds, ...real })
export const venueOf = ({ also = [], checkpoints = [], ...rest }: z.infer<typeof CityVenue>): Venue => ({
  ...rest,
  also,
  checkpoints,
  ...real,
})
export const placeOf = ({ also, ...rest }: z.infer<typeof CityPlace>): Known => ({ ...rest, ...(also && { also }) })
export const rosterOf = (given: z.infer<typeof CityRoster>): Roster => ({ ...given, swaps: [] })
