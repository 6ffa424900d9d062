/** What must be true of the grid and of everyone's appointments together, whatever was done to them (laws 1 and 2). */
import { expect } from "vitest"
import * as booking from "#actions/booking"
import { newFormKey } from "#actions/forms"
import type { Actor } from "#domain/actor"
import { type Appointment, cellsOf, openProposal, type Place } from "#domain/appointment"
import { cellName } from "#domain/places"
import type { ServiceId } from "#domain/service"
import { stationOn } from "#domain/station"
import type { LocalDate, LocalTime } from "#domain/time"
import * as stations from "#store/stations"
import type { Item } from "#store/table"
import type { World } from "#world"
import { aMobile, anIdNumber } from "./people.ts"

export const here = "FZ-JA-P01"

export const verified = (world: World, n: number): Actor => ({
  kind: "resident",
  phone: world.keyring.blind("phone", aMobile(n)),
})

export type Wish = { station?: string; date: LocalDate; time: LocalTime; services?: readonly ServiceId[] }

export const aForm = (world: World, n: number, wish: Wish): booking.Booking => ({
  key: newFormKey(world),
  station: here,
  services: ["rp-endorse"],
  name: "张三",
  idNumber: anIdNumber(n),
  mobile: aMobile(n),
  language: "zh",
  ...wish,
})

export const book = (world: World, n: number, wish: Wish) =>
  booking.book(world, verified(world, n), aForm(world, n, wish))

/** As whoever holds the link. */
export async function opened(world: World, { link }: { link: string }) {
  const { actor, appointment } = await booking.byLink(world, link)
  return [actor, appointment] as const
}

/**
 * Every cell that somebody has is of exactly the one booking that stands there, every standing booking has all of its cells,
 * and every open proposal all of those it holds.
 */
export async function gridFits(world: World, items: readonly Item[]) {
  const now = world.now()
  const people = items
    .filter(({ pk, sk }) => pk.startsWith("person#") && sk !== "standing")
    .map(({ pk, sk, ...rest }) => ({ ...rest, person: pk.slice(7), group: sk }) as unknown as Appointment)
  const cells = items.filter((it) => /^[A-Z-]+\d+#\d{4}-/.test(it.pk))
  const wanted = new Map<string, string>()
  const add = async (group: Appointment["group"], place: Place, says: string) => {
    const { policy } = stationOn(await stations.find(world, place.station), place.date, group)
    for (const cell of cellsOf(place, policy.unit)) {
      const name = `${place.station}#${place.date}#${group}/${cellName(cell)}`
      const mine = wanted.get(name)
      // A proposal may overlap its own booking; two bookings may not meet.
      if (mine?.split(" ")[0] === says.split(" ")[0] && mine) continue
      expect([name, mine], "two in one place").toEqual([name, undefined])
      wanted.set(name, says)
    }
  }
  for (const it of people) {
    if (it.state !== "booked" && it.state !== "checked-in") continue
    await add(it.group, it, `${it.ref} has`)
    const proposal = openProposal(it, now)
    if (proposal) await add(it.group, proposal, `${it.ref} may have until ${proposal.until}`)
  }
  const found = new Map(
    cells.flatMap(({ pk, sk, for: ref, until }) =>
      ref === undefined || (typeof until === "number" && until <= now)
        ? []
        : [[`${pk}/${sk}`, until === undefined ? `${ref} has` : `${ref} may have until ${until}`] as const],
    ),
  )
  expect(Object.fromEntries([...found].toSorted())).toEqual(Object.fromEntries([...wanted].toSorted()))
}
