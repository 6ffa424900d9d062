/** How far and which way, as people say it. */
export type Point = { lat: number; lng: number }

const rad = Math.PI / 180

/** One of eight winds, clockwise from north. */
export function windTo(a: Point, b: Point): 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 {
  const [from, to, across] = [a.lat * rad, b.lat * rad, (b.lng - a.lng) * rad]
  const y = Math.sin(across) * Math.cos(to)
  const x = Math.cos(from) * Math.sin(to) - Math.sin(from) * Math.cos(to) * Math.cos(across)
  return (Math.round((Math.atan2(y, x) / rad + 360) / 45) % 8) as 0
}

/** Rounded as people speak: 10 m near by, 100 m farther, half kilometres far away. */
export function inSteps(metres: number): { metres: number } | { kilometres: number } {
  if (metres < 1_000) return { metres: Math.max(10, Math.round(metres / 10) * 10) }
  return { kilometres: metres < 10_000 ? Math.round(metres / 100) / 10 : Math.round(metres / 500) / 2 }
}
