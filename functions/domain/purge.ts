/**
 * What goes when its time is over (个人信息保护法 19, 47; domain.md §6.3). Each item carries its time; this says what is needed longer
 * all the same, and how a report counts what was due.
 */
import { type Appointment, isActive, openProposal } from "./appointment.ts"
import type { Standing } from "./standing.ts"
import { day, type Instant } from "./time.ts"

/** What is still needed is given so much longer, while TTL cannot have taken it yet. */
export const lookAhead = 2 * day
export const longer = 7 * day

/** An absence that its person has appealed against and no officer has answered. */
export const isAppealing = ({ missed }: Standing): boolean => missed.some((it) => it.appeal && !it.answer)

type Booked = Pick<Appointment, "state" | "date" | "proposal" | "displaced" | "declined">

/**
 * A visit that may still be, an offer or a taken-away time that its person has not answered on the day itself, or an appeal that
 * an officer reads with it.
 */
export const isNeeded = (it: Booked, standing: Standing, now: Instant): boolean =>
  isActive(it, now) || openProposal(it, now) !== undefined || isAppealing(standing)

/** What becomes of a reference whose first day's time is over. */
export type Fate = { to: "stay"; until: Instant } | { to: "shred"; until: Instant } | { to: "go" }

/**
 * `until`, the time of the booking as it now lies, may be later than its first day's: it was moved. An appeal keeps the secret that
 * it is sealed with; an absence that still counts keeps whose it is, without the secret.
 */
export function fateOf(
  ref: string,
  { booking, standing, now }: { booking?: { ref: string; until: Instant }; standing: Standing; now: Instant },
): Fate {
  if (booking?.ref === ref && booking.until > now) return { to: "stay", until: booking.until }
  if (isAppealing(standing)) return { to: "stay", until: now + longer }
  if (standing.missed.some((it) => it.ref === ref)) return { to: "shred", until: now + longer }
  return { to: "go" }
}

/** By what an item's partition is called; a capital letter is a station's, whose grid it is. */
const kinds: Readonly<Record<string, string>> = {
  person: "bookings",
  ref: "references",
  group: "lists",
  lists: "lists",
  consent: "consents",
  code: "codes",
  session: "sessions",
  limit: "limits",
  waiting: "wishes",
  reminder: "reminders",
  line: "tickets",
  remote: "tickets",
  tasks: "tasks",
  affected: "offers",
  notice: "messages",
}

/** What a report counts an item as. */
export function kindOf({ pk, sk }: { pk: string; sk: string }): string {
  const [noun = ""] = pk.split("#")
  if (noun === "person" && sk === "standing") return "standings"
  return kinds[noun] ?? (/^[A-Z]/.test(noun) ? "places" : "others")
}
