/**
 * Places with a search of their own (场所): a mall or a railway station with its outline, the post inside and whom to ask there
 * (未成年人保护法 56: they must have an alarm for lost children).
 */
import { type Known, placesLike } from "./gazetteer.ts"
import type { Point } from "./geography.ts"
import type { Place } from "./report.ts"
import { metresBetween, type StationId } from "./station.ts"
import type { Where } from "./told.ts"

export type Venue = Point & {
  id: string
  kind: "mall" | "railway-station"
  name: { zh: string; en: string }
  /** What people also call it. */
  also: readonly string[]
  /** Corners in order, WGS-84. */
  outline: readonly Point[]
  /** The post named for it, which goes first on a tie. */
  station: StationId
  /** Who starts the venue's own search. */
  contact: { name: { zh: string; en: string }; phone: string }
  /** Must-check points (必到点), in the order of the search. */
  checkpoints: readonly { zh: string; en: string }[]
  demonstration: boolean
}

/** By the ray to the east; a corner or an edge may fall either way. */
export function isWithin(outline: readonly Point[], { lat, lng }: Point): boolean {
  let inside = false
  for (const [i, a] of outline.entries()) {
    const b = outline[(i + 1) % outline.length]!
    if (a.lat > lat !== b.lat > lat && lng < ((b.lng - a.lng) * (lat - a.lat)) / (b.lat - a.lat) + a.lng)
      inside = !inside
  }
  return inside
}

/** Farther than this from everything we know lies another city (ours). */
const cityRadius = 60_000

/**
 * Where the search begins. A venue that was chosen or named beats a point outside it, since a phone's point is where the
 * reporter stands now; what nobody can place stands at `middle`, and says so.
 */
export function located(
  where: Where,
  { venues, places }: { venues: readonly Venue[]; places: readonly Known[] },
  middle: Point,
): Place {
  const { point, street, text } = where
  const venue = venues.find(({ id }) => id === where.venue) ?? (text ? placesLike(text, venues)[0] : undefined)
  if (point && (!venue || isWithin(venue.outline, point))) {
    const around = venue ?? venues.find((it) => isWithin(it.outline, point))
    const far = metresBetween(point, middle) > cityRadius
    return { lat: point.lat, lng: point.lng, located: far ? "outside" : "point", ...(around && { venue: around.id }) }
  }
  if (venue) return { lat: venue.lat, lng: venue.lng, located: "venue", venue: venue.id }
  const known = places.find(({ id }) => id === street) ?? (text ? placesLike(text, places)[0] : undefined)
  return known ? { lat: known.lat, lng: known.lng, located: "street" } : { ...middle, located: "unknown" }
}
