/** Places on the earth: the shift of Chinese maps, the nearest of many, what people mean by a name. */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { stations } from "#domain/demonstration"
import { gazetteer, placesLike, plain } from "#domain/gazetteer"
import { mapApps, mapLink, type Point, placesOf, toBd09, toGcj02 } from "#domain/geography"
import { metresBetween } from "#domain/station"

/** What Chinese maps want, for the demonstration's stations (domain.md §8). */
const shifted: Record<string, [lat: number, lng: number]> = {
  "FZ-JA-P01": [26.1279, 119.3309],
  "FZ-JA-P02": [26.0899, 119.3399],
  "FZ-JA-P03": [26.073, 119.3609],
  "FZ-JA-P04": [26.091, 119.4029],
  "FZ-JA-P05": [26.1099, 119.3208],
}

describe("the degrees of Chinese maps", () => {
  it.each(Object.keys(shifted))("of %s are those of domain.md", (id) => {
    const station = stations.find((it) => it.id === id)!
    const { lat, lng } = toGcj02(station)
    expect([lat.toFixed(4), lng.toFixed(4)]).toEqual(shifted[id]!.map((it) => it.toFixed(4)))
    expect(Math.round(metresBetween(station, { lat, lng }))).toBeGreaterThan(560)
    expect(Math.round(metresBetween(station, { lat, lng }))).toBeLessThan(630)
  })
  it("are shifted once more for Baidu, and not at all outside China", () => {
    const bd = toBd09(stations[0]!)
    const gcj = toGcj02(stations[0]!)
    expect(metresBetween(bd, gcj)).toBeGreaterThan(500)
    expect(toGcj02({ lat: 48.137, lng: 11.575 })).toEqual({ lat: 48.137, lng: 11.575 })
  })
  it("stand in the address of each map app, and WGS-84 in the others", () => {
    const longtou = stations[0]!
    const links = Object.fromEntries(mapApps.map((app) => [app, mapLink(app, longtou, "龙头 站")]))
    const { lat, lng } = toGcj02(longtou)
    const bd = toBd09(longtou)
    expect(links.amap).toContain(`position=${lng},${lat}&name=%E9%BE%99%E5%A4%B4%20%E7%AB%99&coordinate=gaode`)
    expect(links.tencent).toContain(`coord:${lat},${lng};`)
    expect(links.baidu).toContain(`location=${bd.lat},${bd.lng}&`)
    expect(links.baidu).toContain("coord_type=bd09ll")
    expect(links.apple).toContain("ll=26.131,119.326&")
    expect(links.geo).toMatch(/^geo:26\.131,119\.326\?/)
    for (const link of Object.values(links)) expect(link).not.toMatch(/\s/)
  })
})

describe("the nearest of many", () => {
  const aPoint = fc.record({
    lat: fc.double({ min: -90, max: 90, noNaN: true }),
    lng: fc.double({ min: -180, max: 180, noNaN: true }),
  })
  const byHand = (points: readonly Point[], from: Point, keep = (_: number) => true) =>
    points
      .map((it, i) => ({ i, metres: metresBetween(from, it) }))
      .filter(({ i }) => keep(i))
      .sort((a, b) => a.metres - b.metres)

  it("are those found by measuring every one, wherever on earth", () => {
    fc.assert(
      fc.property(
        fc.array(aPoint, { maxLength: 400 }),
        aPoint,
        fc.integer({ min: 1, max: 9 }),
        (points, from, most) => {
          const keep = (i: number) => i % 3 !== 1
          const expected = byHand(points, from, keep).slice(0, most)
          const found = placesOf(points).nearest(from, most, keep)
          expect(found).toHaveLength(expected.length)
          expect(found.every(keep)).toBe(true)
          // Two as far as each other may stand either way: distances say more than places in a list.
          for (const [n, i] of found.entries())
            expect(Math.abs(metresBetween(from, points[i]!) - expected[n]!.metres)).toBeLessThan(0.01)
        },
      ),
      { numRuns: 300 },
    )
  })
  it("are found over the date line and over the pole", () => {
    const points = [
      { lat: 0, lng: -179.9 },
      { lat: 0, lng: 170 },
      { lat: 89.9, lng: -90 },
      { lat: 80, lng: 90 },
      { lat: -90, lng: 12 },
    ]
    const places = placesOf(points)
    expect(places.nearest({ lat: 0, lng: 179.9 }, 1)).toEqual([0])
    expect(places.nearest({ lat: 89.9, lng: 90 }, 1)).toEqual([2])
    expect(places.nearest({ lat: -89, lng: -170 }, 1)).toEqual([4])
    expect(places.nearest({ lat: 0, lng: 0 }, 99)).toHaveLength(5)
    expect(placesOf([]).nearest({ lat: 0, lng: 0 }, 8)).toEqual([])
  })
})

describe("a place as people write it", () => {
  const known = [...gazetteer, ...stations.map((it) => ({ ...it, also: [it.address.zh, it.address.en] }))]
  it.each([
    ["岳峰", "350111102"],
    ["岳峰镇", "350111102"],
    ["福州市晋安区新店镇", "350111101"],
    ["晉安區鼓嶺", "guling"],
    ["泰禾", "thaihot"],
    ["东二环泰禾广场", "thaihot"],
    ["竹屿路6号", "thaihot"],
    ["火车站", "railway"],
    ["福州站", "railway"],
    ["茶园街道附近", "350111001"],
    ["xindian town", "350111101"],
    ["Thaihot", "thaihot"],
    ["Ｇｕｓｈａｎ", "350111100"],
    ["龙头警务站", "FZ-JA-P01"],
    ["龙头佳园", "FZ-JA-P01"],
    ["崇贤", "FZ-JA-P03"],
    ["Guling Station", "FZ-JA-P04"],
    ["Wangzuang", "350111002"],
  ])("%s is %s", (typed, id) => {
    expect(placesLike(typed, known)[0]?.id).toBe(id)
  })
  it.each(["", "  ", "晋安区", "朝阳门", "zzzz", "🙂", "<script>", "x".repeat(5000), "。。。"])(
    "%s is nothing that we know",
    (typed) => {
      expect(placesLike(typed, known)).toEqual([])
    },
  )
  it("finds every known place by its own name, in either language", () => {
    for (const it of gazetteer)
      for (const name of [it.name.zh, it.name.en]) {
        const [first] = placesLike(name, gazetteer)
        expect([
          name,
          plain(first?.name.zh ?? "") === plain(it.name.zh) || plain(first?.name.en ?? "") === plain(it.name.en),
        ]).toEqual([name, true])
      }
  })
  it("covers every street, town and township of the district, near its stations", () => {
    const streets = gazetteer.filter((it) => it.kind === "street")
    expect(streets.map((it) => it.id)).toEqual(
      "350111001 350111002 350111003 350111100 350111101 350111102 350111103 350111201 350111202".split(" "),
    )
    for (const it of gazetteer)
      expect(Math.min(...stations.map((station) => metresBetween(station, it)))).toBeLessThan(25_000)
    expect(new Set(gazetteer.map((it) => it.id)).size).toBe(gazetteer.length)
  })
})
