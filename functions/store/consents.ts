/**
 * Consents, each a record of its own, by blind indexes alone: who gave it, for whom, for which booking and under which version of the
 * notice (个人信息保护法 14, 29, 31). Nothing is ever changed in one: a withdrawal is a record beside it.
 */
import type { Actor } from "#domain/actor"
import type { Appointment } from "#domain/appointment"
import { Problem } from "#domain/problem"
import { ttlAfter } from "#domain/retention"
import { type Instant, instantOf } from "#domain/time"
import type { World } from "#world"
import * as keys from "./keys.ts"
import { absent, type Change, type Item, query, stamp } from "./table.ts"

/** A guardian's separate consent for somebody under 14, for one appointment. */
export const purposes = ["child-appointment"] as const
export type Purpose = (typeof purposes)[number]

export type Consent = {
  /** Blind index of the child's ID number. */
  person: string
  purpose: Purpose
  version: string
  ref: string
  group: Appointment["group"]
  /** Blind indexes of the ID number and the phone of whoever gave it. */
  guardian: string
  phone: string
  at: Instant
  withdrawn?: Instant
  /** Until when the record is kept. */
  until: Instant
}

export type Given = Omit<Consent, "withdrawn" | "until">

const bytes = (index: string) => Buffer.from(index, "base64url")
const index = (value: unknown) => Buffer.from(value as Uint8Array).toString("base64url")

/** Kept from the day that was booked first. */
export const givenChange = (by: Actor, op: string, it: Given, date: string): Change => ({
  table: "bookings",
  item: {
    ...keys.consent(it.person, it.purpose, it.version, it.ref),
    ...stamp(by, op, it.at, 1),
    group: it.group,
    guardian: bytes(it.guardian),
    phone: bytes(it.phone),
    ttl: ttlAfter(instantOf(date, "00:00"), "consent"),
  },
  when: absent,
  or: new Problem("changed-meanwhile"),
})

export const withdrawnChange = (by: Actor, op: string, now: Instant, it: Consent): Change => ({
  table: "bookings",
  item: {
    ...keys.withdrawal(it.person, it.purpose, it.version, it.ref),
    ...stamp(by, op, now, 1),
    // Whichever ends later: that it was given is not forgotten before that it was taken back.
    ttl: Math.max(ttlAfter(now, "consent"), Math.floor(it.until / 1000)),
  },
  when: absent,
  or: new Problem("changed-meanwhile"),
})

/** Every consent that was given for a person, the last first. */
export async function of(world: World, person: string): Promise<Consent[]> {
  const items = await query(world, "bookings", keys.consentsOf(person))
  const withdrawn = new Map(items.flatMap(({ sk, at }) => (sk.endsWith(keys.withdrawn) ? [[sk, at] as const] : [])))
  return items
    .filter(({ sk }) => !sk.endsWith(keys.withdrawn))
    .map((it) => consentIn(person, it, withdrawn.get(`${it.sk}${keys.withdrawn}`)))
    .sort((a, b) => b.at - a.at)
}

function consentIn(person: string, it: Item, withdrawn: Instant | undefined): Consent {
  const [purpose, version, ref] = it.sk.split("#") as [Purpose, string, string]
  return {
    person,
    purpose,
    version,
    ref,
    group: it.group as Consent["group"],
    guardian: index(it.guardian),
    phone: index(it.phone),
    at: it.at,
    ...(withdrawn !== undefined && { withdrawn }),
    until: it.ttl! * 1000,
  }
}
