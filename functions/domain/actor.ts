/** Who does something. Passed to every action as its second argument; nothing is taken from ambient context. */
import * as z from "zod/mini"
import type { StationId } from "./station.ts"

export const roles = ["clerk", "officer", "chief", "auditor"] as const
export type Role = (typeof roles)[number]

/** As the city's provider names a member of staff: its `sub`. */
export const StaffId = z.string().check(z.regex(/^[\w-]{1,40}$/, "staff-unknown"))

/** Fresh is also recent. */
export type Proof = "recent" | "fresh"

export type Actor =
  | { kind: "anyone" }
  /** A phone that has just shown a one-time code; `phone` is its blind index, never the number. */
  | { kind: "resident"; phone: string }
  /** Whoever holds the link of an appointment or of a ticket taken by phone, or the reference and the phone's last four digits. */
  | { kind: "holder"; ref: string }
  /** `proof`: how lately the provider saw them prove who they are; without it, too long ago or never. */
  | { kind: "staff"; id: string; name: string; role: Role; station: StationId; proof?: Proof }
  | { kind: "kiosk"; id: string; station: StationId }
  | { kind: "display"; id: string; station: StationId }
  | { kind: "system"; name: string }

/** Who asks for a page or for what everybody may know. */
export const anyone = { kind: "anyone" } as const satisfies Actor

/** As written on items and audit entries: who, without personal data. */
export const signed = (by: Actor): string =>
  by.kind === "staff" || by.kind === "kiosk" || by.kind === "display"
    ? `${by.kind}:${by.id}`
    : by.kind === "system"
      ? `system:${by.name}`
      : "resident"

/** The same of a look, which also says which phone it was, by blind index: a stranger's looks can be told from their own. */
export const signedLook = (by: Actor): string => (by.kind === "resident" ? `resident:${by.phone}` : signed(by))
