/** The units that act on a report (单位): stations, their superior precincts (派出所), the command centre (指挥中心). */
import type { UnitId } from "./report.ts"
import type { StationId } from "./station.ts"

/** A precinct or the command centre; stations are known by themselves. */
export type Unit = {
  id: UnitId
  kind: "precinct" | "command"
  name: { zh: string; en: string }
  /** WGS-84 degrees. */
  lat: number
  lng: number
  /** The stations that a precinct is bound to (捆绑): of the primary one it is the superior. */
  binds: readonly { station: StationId; role: "primary" | "secondary" }[]
  demonstration: boolean
}

/** Precincts bound to a station, the primary first. */
export const boundTo = (units: readonly Unit[], station: StationId): Unit[] =>
  units
    .flatMap((unit) => unit.binds.flatMap((it) => (it.station === station ? [{ unit, role: it.role }] : [])))
    .sort((a, b) => a.role.localeCompare(b.role))
    .map((it) => it.unit)

export const commandOf = (units: readonly Unit[]): Unit | undefined => units.find((it) => it.kind === "command")
