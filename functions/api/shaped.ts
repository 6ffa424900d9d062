/** Domain values in their wire shapes. */
import { renderSVG } from "uqr"
import type { Standing } from "#actions/minding"
import type { Given } from "#actions/queueing"
import { isOpenAt, type Station } from "#domain/station"
import type { Instant } from "#domain/time"
import type { Device } from "#store/people"
import type { World } from "#world"

export const stationShape = (
  { id, name, address, lat, lng, hours, windows, demonstration, ...rest }: Station,
  now: Instant,
) => ({
  id,
  name,
  address,
  lat,
  lng,
  hours: hours.map((sessions) => sessions.map(([from, to]): [string, string] => [from, to])),
  windows: windows.map(({ no, services }) => ({ no, services: [...services] })),
  open: isOpenAt({ id, name, address, lat, lng, hours, windows, demonstration, ...rest }, now),
  demonstration,
})

export const deviceShape = ({ id, kind, name, station, revoked, pairedAt }: Device) => ({
  id,
  kind,
  name,
  station,
  revoked,
  pairedAt,
})

export const deviceNowShape = ({ v: _, publicKey: __, ...rest }: Standing) => ({
  ...deviceShape(rest as Device),
  ...(rest.lastSeen !== undefined && { lastSeen: rest.lastSeen }),
  ...(rest.paper && { paper: rest.paper }),
  ...(rest.state && { state: rest.state }),
  ...(rest.offlineTickets !== undefined && { offlineTickets: rest.offlineTickets }),
  ...(rest.letter && { letter: rest.letter }),
})

/** A ticket with the address where a phone can follow it, as text and as QR. */
export function givenShape(world: World, it: Given) {
  const url = `${world.portal.url}/zh/t/${it.station}/${it.date}/${it.number}`
  return { ...it, url, qr: renderSVG(url, { border: 2 }) }
}
