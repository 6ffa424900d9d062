/** Places on the earth: degrees of WGS-84 inside, the shifted ones that Chinese maps want, and the nearest of many. */
import gcoord from "gcoord"
import { around } from "geokdbush"
import KDBush from "kdbush"

/** WGS-84 degrees. */
export type Point = { lat: number; lng: number }

/** The nearest of many by great circle, over the date line and the poles too. */
export type Places = { nearest: (from: Point, most: number, keep?: (index: number) => boolean) => number[] }

export function placesOf(points: readonly Point[]): Places {
  if (points.length === 0) return { nearest: () => [] }
  const index = new KDBush(points.length)
  for (const { lat, lng } of points) index.add(lng, lat)
  index.finish()
  return { nearest: ({ lat, lng }, most, keep) => around(index, lng, lat, most, Number.POSITIVE_INFINITY, keep) }
}

const shifted = ({ lat, lng }: Point, to: typeof gcoord.GCJ02 | typeof gcoord.BD09): Point => {
  const [x, y] = gcoord.transform([lng, lat], gcoord.WGS84, to)
  return { lng: rounded(x), lat: rounded(y) }
}
/** A tenth of a metre. */
const rounded = (degrees: number) => Math.round(degrees * 1e6) / 1e6

/** For Amap and Tencent. Outside China nothing is shifted. Near Fuzhou a mistaken datum is some 600 m off. */
export const toGcj02 = (point: Point): Point => shifted(point, gcoord.GCJ02)
/** For Baidu. */
export const toBd09 = (point: Point): Point => shifted(point, gcoord.BD09)

export const mapApps = ["amap", "baidu", "tencent", "apple", "geo"] as const
export type MapApp = (typeof mapApps)[number]

/** An address that opens a map app at this place, each in the degrees that it expects. */
export function mapLink(app: MapApp, point: Point, name: string): string {
  const named = encodeURIComponent(name)
  const gcj = toGcj02(point)
  const bd = toBd09(point)
  const links: Record<MapApp, string> = {
    amap: `https://uri.amap.com/marker?position=${gcj.lng},${gcj.lat}&name=${named}&coordinate=gaode&callnative=1`,
    baidu: `https://api.map.baidu.com/marker?location=${bd.lat},${bd.lng}&title=${named}&content=${named}&output=html&coord_type=bd09ll&src=doorstep`,
    tencent: `https://apis.map.qq.com/uri/v1/marker?marker=coord:${gcj.lat},${gcj.lng};title:${named};addr:${named}&referer=doorstep`,
    apple: `https://maps.apple.com/?ll=${point.lat},${point.lng}&q=${named}`,
    geo: `geo:${point.lat},${point.lng}?q=${point.lat},${point.lng}(${named})`,
  }
  return links[app]
}
