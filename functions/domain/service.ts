/** What a resident can have done at a window (事项), in the groups (类) that share places and ticket letters. Facts and sources: domain.md §2. */
import * as z from "zod/mini"
import type { KioskLetter } from "./offline.ts"

export const groups = ["rp", "id", "pickup"] as const
export const Group = z.enum(groups).check(z.meta({ id: "ServiceGroup" }))
export type Group = z.infer<typeof Group>

/** Letters of the tickets; Y is whoever booked. I, O and Q are avoided (domain.md §4.1). */
export const letters: Record<Group, Letter> = { rp: "A", id: "B", pickup: "C" }
export type Letter = "A" | "B" | "C" | "Y" | KioskLetter

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
] as const
export const ServiceId = z.enum(serviceIds, "service").check(z.meta({ id: "ServiceId" }))
export type ServiceId = z.infer<typeof ServiceId>

export type Service = {
  id: ServiceId
  group: Group
  /** Minutes at the window until data teaches better (domain.md §2.4, ours). */
  minutes: number
  /** Yuan; undefined where the province sets it: "as posted at the window". */
  fee: number | undefined
  /** Keys of the words for what to bring. */
  bring: readonly string[]
}

const service = (
  id: ServiceId,
  group: Group,
  minutes: number,
  fee: number | undefined,
  ...bring: string[]
): Service => ({
  id,
  group,
  minutes,
  fee,
  bring,
})

/** Fees: 居住证暂行条例 21 (first issue and endorsement free); ID first issue free since 2018-04-01, 20/40/10 yuan otherwise. */
export const services: Record<ServiceId, Service> = {
  "rp-register": service("rp-register", "rp", 10, 0, "id-card", "address-proof"),
  "rp-first": service("rp-first", "rp", 15, 0, "id-card", "photo", "ground-proof"),
  "rp-endorse": service("rp-endorse", "rp", 5, 0, "id-card", "residence-permit", "current-proof"),
  "rp-address": service("rp-address", "rp", 8, 0, "residence-permit", "address-proof"),
  "rp-renew": service("rp-renew", "rp", 10, undefined, "id-card", "residence-permit", "change-proof"),
  "rp-reissue": service("rp-reissue", "rp", 10, undefined, "id-card"),
  "id-first": service("id-first", "id", 15, 0, "household-register"),
  "id-minor": service("id-minor", "id", 20, 0, "household-register", "guardian-id"),
  "id-renew": service("id-renew", "id", 15, 20, "old-id-card"),
  "id-reissue": service("id-reissue", "id", 15, 40, "household-register"),
  "id-temporary": service("id-temporary", "id", 10, 10, "photo"),
  "id-loss": service("id-loss", "id", 8, 0, "any-identity"),
  pickup: service("pickup", "pickup", 3, 0, "pickup-receipt"),
  advice: service("advice", "pickup", 5, 0),
}

export const groupOf = (id: ServiceId): Group => services[id].group
