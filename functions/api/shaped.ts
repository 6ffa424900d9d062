/** Domain values in their wire shapes. */
import { renderSVG } from "uqr"
import type { Standing } from "#actions/minding"
import type { Given } from "#actions/queueing"
import type { search } from "#actions/searching"
import { materials, terms } from "#domain/catalogue"
import type { Service } from "#domain/service"
import { isOpenAt, type Station } from "#domain/station"
import type { Instant } from "#domain/time"
import { weights } from "#domain/weighing"
import type { Device } from "#store/people"
import { bringNames, serviceNames } from "#web/words/services"
import type { World } from "#world"

export const stationShape = (
  { id, kind = "station", name, address, lat, lng, hours, windows, demonstration, ...rest }: Station,
  now: Instant,
) => ({
  id,
  kind,
  name,
  address,
  lat,
  lng,
  hours,
  windows: windows.map(({ no, services }) => ({ no, services: [...services] })),
  open: isOpenAt({ id, name, address, lat, lng, hours, windows, demonstration, ...rest }, now),
  demonstration,
})

export const serviceShape = ({ fee, ...it }: Service) => {
  const { presence, where, limit, validity, machine = false } = terms[it.id]
  return {
    ...it,
    ...(fee !== undefined && { fee }),
    name: serviceNames[it.id],
    bring: materials[it.id].map(({ what, waived }) => ({ ...bringNames[what], waived })),
    presence,
    where,
    ...(limit !== "at-once" && { limit }),
    ...(validity && { validity }),
    machine,
  }
}

export const searchShape = ({ found, quicker }: Awaited<ReturnType<typeof search>>, now: Instant) => ({
  stations: found.map(({ station, metres, walk, inCircle, opens, wait, next, none }) => ({
    station: stationShape(station, now),
    ...(metres !== undefined && { metres: Math.round(metres), ...(walk <= weights.onFoot && { walk }), inCircle }),
    ...(opens !== undefined && { opens }),
    ...(wait && { wait: { low: wait.low, high: wait.high } }),
    ...(next && { next }),
    ...(none && { none }),
  })),
  ...(quicker && {
    quicker: {
      nearest: quicker.nearest.station.id,
      station: quicker.other.station.id,
      ...("saves" in quicker && { saves: quicker.saves }),
    },
  }),
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
