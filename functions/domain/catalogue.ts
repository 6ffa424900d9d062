/** What the law says of each service beside its minutes and fee: who may apply, where, within what time, how long the card is good. */
import type { ServiceId } from "./service.ts"

/** Who stands at the window. */
export type Presence =
  /** The applicant; a guardian or near relative only for someone under 16, or old or disabled and hardly able to move (居住证暂行条例 9). */
  | "self-or-guardian"
  /** The applicant: portrait and fingerprints are taken there (居民身份证法 7, 公通字〔2021〕12号 78). */
  | "self"
  /** The child, with the guardian who applies (居民身份证法 7). */
  | "with-guardian"
  /** The applicant, and nobody in their name (公通字〔2021〕12号 85). */
  | "self-only"
  /** The holder, or a relative with their own ID card and the receipt (公通字〔2021〕12号 81). */
  | "self-or-relative"
  | "anyone"

export type Where =
  /** Where one lives now (居住证暂行条例 10, 公通字〔2021〕12号 70). */
  | "present-address"
  /** Where one lives now, after a move inside the city (公通字〔2021〕12号 71). */
  | "new-address"
  /** The unit that gave the permit (公通字〔2021〕12号 72–73); a station may be allowed more (policy `renewHere`). */
  | "original-unit"
  /** Any station that does ID cards; one from elsewhere too (公通字〔2021〕12号 83). */
  | "anywhere"
  /** Where one applied. */
  | "applied"

/** Calendar days: what we hold ourselves to, what the law allows, what comes on top where the register is elsewhere. */
export type Limit = "at-once" | { days: number; atMost: number; remote?: number }

export type Terms = {
  presence: Presence
  where: Where
  limit: Limit
  validity?: "yearly" | "by-age" | "three-months"
  /** Free for households on minimum allowance or in rural hardship (居民身份证法 21); "less" for others in hardship. */
  hardship?: "free" | "less"
  /** A machine does it too: the holder's own face and the fingerprints of the last card, so never a first one (ours). */
  machine?: boolean
}

/** 居住证暂行条例 9, 公通字〔2021〕12号 68–69: a card with a chip takes 15 days, at most 30; a paper one is given on the spot. */
const permitIssued: Limit = { days: 15, atMost: 30 }
/** 公通字〔2021〕12号 80 and 84: 45 days, 30 more from elsewhere; 居民身份证法 12 allows 60, and 30 more. */
const idCardIssued: Limit = { days: 45, atMost: 60, remote: 30 }

const idCard = { presence: "self", where: "anywhere", limit: idCardIssued, validity: "by-age" } as const

export const terms: Record<ServiceId, Terms> = {
  "rp-register": { presence: "self-or-guardian", where: "present-address", limit: "at-once" },
  "rp-first": { presence: "self-or-guardian", where: "present-address", limit: permitIssued, validity: "yearly" },
  "rp-endorse": {
    presence: "self-or-guardian",
    where: "present-address",
    limit: "at-once",
    validity: "yearly",
    machine: true,
  },
  "rp-address": { presence: "self-or-guardian", where: "new-address", limit: "at-once", machine: true },
  "rp-renew": { presence: "self-or-guardian", where: "original-unit", limit: permitIssued, validity: "yearly" },
  "rp-reissue": { presence: "self-or-guardian", where: "original-unit", limit: permitIssued, validity: "yearly" },
  "id-first": { ...idCard, hardship: "free" },
  "id-minor": { ...idCard, presence: "with-guardian", hardship: "free" },
  "id-renew": { ...idCard, hardship: "free", machine: true },
  "id-renew-data": { ...idCard, hardship: "free" },
  "id-renew-damaged": { ...idCard, hardship: "free", machine: true },
  "id-reissue": { ...idCard, hardship: "less", machine: true },
  // 公安部令78号 7, 12 and 13: within three days, good for three months, handed back when the card comes.
  "id-temporary": {
    presence: "self",
    where: "anywhere",
    limit: { days: 3, atMost: 3 },
    validity: "three-months",
    hardship: "less",
  },
  "id-loss": { presence: "self-only", where: "anywhere", limit: "at-once" },
  "id-found": { presence: "anyone", where: "anywhere", limit: "at-once" },
  pickup: { presence: "self-or-relative", where: "applied", limit: "at-once" },
  advice: { presence: "anyone", where: "anywhere", limit: "at-once" },
}

/** Something to bring. `waived`: not asked for where the office can look it up itself (在线政务服务规定 10). */
export type Material = { what: MaterialId; waived: boolean }
export type MaterialId =
  | "id-card"
  | "residence-permit"
  | "address-proof"
  | "current-proof"
  | "ground-proof"
  | "photo"
  | "change-proof"
  | "household-register"
  | "guardian-id"
  | "old-id-card"
  | "any-identity"
  | "found-card"
  | "pickup-receipt"

const brought = (what: MaterialId): Material => ({ what, waived: false })
const shared = (what: MaterialId): Material => ({ what, waived: true })
const identity = brought("id-card")
const permit = brought("residence-permit")
const oldIdCard = brought("old-id-card")
const register = brought("household-register")

/** What to bring to the window. */
export const materials: Record<ServiceId, readonly Material[]> = {
  "rp-endorse": [identity, permit, shared("current-proof")],
  "rp-address": [permit, shared("address-proof")],
  "rp-register": [identity, shared("address-proof")],
  "rp-first": [identity, shared("photo"), shared("ground-proof")],
  "rp-renew": [identity, permit, shared("change-proof")],
  "rp-reissue": [identity],
  "id-renew": [oldIdCard],
  "id-renew-data": [oldIdCard, register],
  "id-renew-damaged": [oldIdCard],
  "id-reissue": [register],
  "id-first": [register],
  "id-minor": [register, brought("guardian-id")],
  "id-temporary": [brought("photo")],
  "id-loss": [brought("any-identity")],
  "id-found": [brought("found-card")],
  pickup: [brought("pickup-receipt")],
  advice: [],
}
