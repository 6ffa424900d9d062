/** Where a report points to, without a map: how far and which way, from the unit or from where the officer stands. */
import { signal } from "@preact/signals"
import { metresBetween } from "#domain/station"
import { t, unit } from "./duty.ts"
import { inSteps, type Point, windTo } from "./duty-way.ts"

/** Where this officer's own device says that it is. */
export const me = signal<Point | undefined>(undefined)

/** Metres; a phone knows its place no better. */
const hereWithin = 30
export function directionTo(place: Point): string {
  const own = me.value
  const from = own ?? unit.value
  if (!from) return ""
  const metres = metresBetween(from, place)
  if (metres < hereWithin) return t(own ? "hereWithMe" : "hereAtUnit")
  const far = inSteps(metres)
  const distance = "metres" in far ? t("metres", { count: far.metres }) : t("kilometres", { count: far.kilometres })
  return t(own ? "fromMe" : "fromStation", { distance, direction: t(`compass-${windTo(from, place)}`) })
}

/** Asks the device; answers whether it told. */
export const findMe = (): Promise<boolean> =>
  new Promise((resolve) => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        me.value = { lat: coords.latitude, lng: coords.longitude }
        resolve(true)
      },
      () => resolve(false),
      { enableHighAccuracy: true, timeout: 10_000, maximumAge: 30_000 },
    )
  })
