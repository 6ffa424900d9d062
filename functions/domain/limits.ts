/**
 * How often anybody may ask for what costs, annoys or tells something: every limit of the portal, on one page. All numbers are ours,
 * configurable here. Counted in the table, so that they hold however many instances serve (store/limits.ts).
 *
 * What has no limit here, and why: a lost child's report, its additions, its photo and "found" (nothing may refuse or slow them);
 * form keys (signed, kept nowhere); a code's five tries, a phone's five tickets a day and a member of staff's refused sign-ins (each
 * counted on an item that is there anyway); bookings and cancelling them (a place, a person and a week are taken once, by key);
 * corrections (they close no place; a phone is told only where another was verified, so its owner is bothered as often as codes are
 * sent); wishes for an earlier time (one at a time, and each booking is offered twenty starts at most, each once); what staff look
 * at (masked, recorded before it is answered, and their own station's alone).
 */
import type { ProblemCode } from "./problem.ts"
import { day, hour, type Instant, minute } from "./time.ts"

export type Limit = {
  /** Whose asking is added up: a phone and a person by their blind index, an address by its prefix. */
  whom: "phone" | "address" | "person" | "reference" | "device" | "staff"
  most: number
  window: typeof minute | typeof hour | typeof day
  or: Extract<ProblemCode, `too-many-${string}`>
}

// An address is many people's: behind one prefix of a mobile carrier, or in a station's own hall, thousands ask.
export const limits = {
  /** Messages with a code: what an old person's phone is made to ring by. */
  "code-phone": { whom: "phone", most: 5, window: hour, or: "too-many-codes" },
  "code-phone-day": { whom: "phone", most: 10, window: day, or: "too-many-codes" },
  "code-address": { whom: "address", most: 300, window: hour, or: "too-many-codes" },
  /**
   * Answers to codes, right or wrong, over however many phones, counted before they are looked at: twice what may be sent, for whoever
   * mistypes. For one phone it is five a code, and so many codes a day.
   */
  "answer-address": { whom: "address", most: 600, window: hour, or: "too-many-tries" },
  /** Finding by reference and four digits: every try at a reference, right or wrong, and the misses of an address. */
  "find-reference": { whom: "reference", most: 10, window: hour, or: "too-many-tries" },
  "find-address": { whom: "address", most: 100, window: hour, or: "too-many-tries" },
  /**
   * Refusals that told a phone that somebody else's ID number is known here; those that told an employer of its list, whole lists of
   * whom are known after a year; and those about one ID number and group, to whatever phones but its own.
   */
  "known-phone": { whom: "phone", most: 20, window: day, or: "too-many-tries" },
  "known-list": { whom: "phone", most: 200, window: day, or: "too-many-tries" },
  "known-person": { whom: "person", most: 10, window: day, or: "too-many-tries" },
  /** Employers' lists of up to 200. */
  "list-phone": { whom: "phone", most: 5, window: hour, or: "too-many-tries" },
  "list-phone-day": { whom: "phone", most: 10, window: day, or: "too-many-tries" },
  /**
   * Looks for what is held under an ID number, found or not, by the phone that looks and by the number; whose phone is known for the
   * number is held by its own limit alone.
   */
  "own-phone": { whom: "phone", most: 20, window: hour, or: "too-many-tries" },
  "own-person": { whom: "person", most: 10, window: day, or: "too-many-tries" },
  /** Wrong pairing codes: of ten characters, good for a quarter of an hour. */
  "pair-address": { whom: "address", most: 100, window: hour, or: "too-many-tries" },
  /** ID numbers typed at one kiosk under which nobody booked there for today; a ticket and a QR code are never counted. */
  "check-in-kiosk": { whom: "device", most: 60, window: hour, or: "too-many-tries" },
  /** Whole phone numbers shown to one officer; the people of a closed afternoon are to be called within the hour. */
  "reveal-staff": { whom: "staff", most: 120, window: hour, or: "too-many-tries" },
} as const satisfies Record<string, Limit>

export type LimitName = keyof typeof limits

/**
 * So often in a day its person may move a booking: each move closes what it leaves for everybody, for a while, and sends a message.
 * Counted on the booking's own item. What the station took away or offered itself is not counted.
 */
export const movesADay = 3

/** Asked again within this, the code that is on its way stands: no second message. */
export const codePause = minute

/** China's midnight, from which days are counted; hours and minutes fall on it too. */
const midnight = 16 * hour

/** The window that is running: all who ask in it are counted on one item. */
export function windowAt(limit: Limit, now: Instant): { from: Instant; until: Instant } {
  const from = Math.floor((now - midnight) / limit.window) * limit.window + midnight
  return { from, until: from + limit.window }
}

/** A /24 of IPv4, a /64 of IPv6. */
export function prefixOf(address: string): string {
  const bare = address.toLowerCase().replace(/^::ffff:(?=\d+\.)/, "")
  return bare.includes(":") ? groupsOf(bare).slice(0, 4).join(":") : bare.split(".").slice(0, 3).join(".")
}

/** "2400:abcd::5" holds zeros where its double colon stands. */
function groupsOf(address: string): string[] {
  const [left = [], right] = address.split("::").map((it) => it.split(":").filter((part) => part !== ""))
  if (!right) return left
  return [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill("0"), ...right]
}
