/**
 * What a resident can have done at a window (事项), in the groups (类) that share places and ticket letters: what every screen
 * needs of it. Who may apply, within what time and where stands in catalogue.ts.
 */
import * as z from "zod/mini"
import type { KioskLetter } from "./offline.ts"

export const groups = ["rp", "id", "pickup"] as const
export const Group = z.enum(groups).check(z.meta({ id: "ServiceGroup" }))
export type Group = z.infer<typeof Group>

/** Letters of the tickets; Y is whoever booked. I, O and Q are avoided (domain.md §4.1). */
export const letters: Record<Group, Letter> = { rp: "A", id: "B", pickup: "C" }
export type Letter = "A" | "B" | "C" | "Y" | KioskLetter

/** A line is kept with each service as its place in this list: new ones are added at the end. */
export const serviceIds = [
  "rp-register",
  "rp-first",
  "rp-endorse",
  "rp-address",
  "rp-renew",
  "rp-reissue",
  "id-first",
  "id-minor",
  "id-renew",
  "id-reissue",
  "id-temporary",
  "id-loss",
  "pickup",
  "advice",
  "id-renew-data",
  "id-renew-damaged",
  "id-found",
] as const
export const ServiceId = z.enum(serviceIds, "service").check(z.meta({ id: "ServiceId" }))
export type ServiceId = z.infer<typeof ServiceId>

export type Service = {
  id: ServiceId
  group: Group
  /** Minutes at the window until data teaches better (ours). */
  minutes: number
  /** Yuan; undefined where the province sets it: "as posted at the window". */
  fee: number | undefined
}

const service = (id: ServiceId, group: Group, minutes: number, fee: number | undefined): Service => ({
  id,
  group,
  minutes,
  fee,
})

/**
 * Fees: 居住证暂行条例 21 (first issue and endorsement free, the rest set by the province); ID cards 20 yuan for a renewal, 40 for
 * one damaged or lost, 10 for a temporary one, the first one free since 2018-04-01. In the order in which people read them.
 */
export const services: Record<ServiceId, Service> = {
  "rp-endorse": service("rp-endorse", "rp", 5, 0),
  "rp-address": service("rp-address", "rp", 8, 0),
  "rp-register": service("rp-register", "rp", 10, 0),
  "rp-first": service("rp-first", "rp", 15, 0),
  "rp-renew": service("rp-renew", "rp", 10, undefined),
  "rp-reissue": service("rp-reissue", "rp", 10, undefined),
  "id-renew": service("id-renew", "id", 15, 20),
  "id-renew-data": service("id-renew-data", "id", 15, 20),
  "id-renew-damaged": service("id-renew-damaged", "id", 15, 40),
  "id-reissue": service("id-reissue", "id", 15, 40),
  "id-first": service("id-first", "id", 15, 0),
  "id-minor": service("id-minor", "id", 20, 0),
  "id-temporary": service("id-temporary", "id", 10, 10),
  "id-loss": service("id-loss", "id", 8, 0),
  "id-found": service("id-found", "id", 8, 0),
  pickup: service("pickup", "pickup", 3, 0),
  advice: service("advice", "pickup", 5, 0),
}

/** In the order in which people read them. */
export const inReadingOrder = Object.keys(services) as ServiceId[]

export const groupOf = (id: ServiceId): Group => services[id].group
