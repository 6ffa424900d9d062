/** The eight nearest of a hundred thousand stations that offer the service, against measuring the way to every one of them. */
import { type Point, placesOf } from "#domain/geography"
import { metresBetween } from "#domain/station"
import { cpuMs, type Figures, figure } from "../figures.ts"

const stations = 100_000
const wanted = 8
const rounds = 20
const asksARound = 1000

export async function nearestGroup(): Promise<Figures> {
  const points = spread(stations, 1)
  let places = placesOf([])
  const building = await cpuMs(() => {
    places = placesOf(points)
  })
  /** Two stations in three offer what is asked for. */
  const offers = (i: number) => i % 3 !== 1
  const asks = spread(asksARound, 2)
  const indexed = (from: Point) => places.nearest(from, wanted, offers)
  const measured = (from: Point) =>
    points
      .map((it, i) => ({ i, metres: metresBetween(from, it) }))
      .filter(({ i }) => offers(i))
      .sort((a, b) => a.metres - b.metres)
      .slice(0, wanted)
      .map(({ i }) => i)
  for (const from of asks.slice(0, 3))
    if (indexed(from).join() !== measured(from).join()) throw new Error("The index found others than were measured")
  for (const from of asks) indexed(from)
  const each: number[] = []
  for (let round = 0; round < rounds; round++)
    each.push(
      (await cpuMs(() => {
        for (const from of asks) indexed(from)
      })) / asks.length,
    )
  const byHand: number[] = []
  for (const from of asks.slice(0, 5)) byHand.push(await cpuMs(() => measured(from)))
  return {
    "nearest.ms_100k": figure(each, "ms"),
    "nearest.measured_ms_100k": figure(byHand, "ms"),
    "nearest.index_ms_100k": figure([building], "ms"),
  }
}

/** Over a country's width, the same at every run. */
function spread(count: number, seed: number): Point[] {
  let state = seed
  const next = () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
  return Array.from({ length: count }, () => ({ lat: 20 + 25 * next(), lng: 80 + 50 * next() }))
}
