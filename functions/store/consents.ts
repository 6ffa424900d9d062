/**
 * Consents, each a record of its own, by blind indexes alone: who gave it, for whom, for which booking and under which version of the
 * notice (个人信息保护法 14, 29, 31). Nothing that it says is ever changed: a withdrawal is a record beside it, and a booking that
 * moves to a later day only has it kept for longer.
 */
import type { Actor } from "#domain/actor"
import type { Appointment } from "#domain/appointment"
import { Problem } from "#domain/problem"
import { ttlAfter } from "#domain/retention"
import { type Instant, instantOf, type LocalDate } from "#domain/time"
import type { World } from "#world"
import * as keys from "./keys.ts"
import { absent, type Change, type Item, query, seen, stamp } from "./table.ts"

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
  v: number
  at: Instant
  withdrawn?: Instant
  /** Until when the record is kept. */
  until: Instant
}

export type Given = Omit<Consent, "v" | "withdrawn" | "until">

const bytes = (index: string) => Buffer.from(index, "base64url")
const index = (value: unknown) => Buffer.from(value as Uint8Array).toString("base64url")

const itemOf = (it: Given) => ({
  ...keys.consent(it.person, it.purpose, it.version, it.ref),
  group: it.group,
  guardian: bytes(it.guardian),
  phone: bytes(it.phone),
})
const ttlFrom = (date: LocalDate) => ttlAfter(instantOf(date, "00:00"), "consent")

/** Kept from the day that is booked. */
export const givenChange = (by: Actor, op: string, it: Given, date: LocalDate): Change => ({
  table: "bookings",
  item: { ...itemOf(it), ...stamp(by, op, it.at, 1), ttl: ttlFrom(date) },
  when: absent,
  or: new Problem("changed-meanwhile"),
})

/** Kept from the later day that their booking has moved to. */
export async function renewed(
  world: World,
  by: Actor,
  op: string,
  now: Instant,
  { person, ref }: Pick<Appointment, "person" | "ref">,
  date: LocalDate,
): Promise<Change[]> {
  const given = (await of(world, person)).filter((it) => it.ref === ref && it.until < ttlFrom(date) * 1000)
  return given.map((it) => ({
    table: "bookings",
    item: { ...itemOf(it), ...stamp(by, op, now, it.v + 1), given: it.at, ttl: ttlFrom(date) },
    when: seen(it.v),
    or: new Problem("changed-meanwhile"),
  }))
}

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
    v: it.v,
    at: (it.given ?? it.at) as Instant,
    ...(withdrawn !== undefined && { withdrawn }),
    until: it.ttl! * 1000,
  }
}
