/** Who may do what, on one page. Staff and devices act at their own station only. */
import type { Actor, Proof, Role } from "./actor.ts"
import { Problem } from "./problem.ts"
import type { StationId } from "./station.ts"

type Kind = Exclude<Actor["kind"], "staff"> | Role
const everyone: readonly Kind[] = [
  "anyone",
  "resident",
  "holder",
  "clerk",
  "officer",
  "chief",
  "auditor",
  "kiosk",
  "display",
  "system",
]
const windows: readonly Kind[] = ["clerk", "officer", "chief"]

export const permissions = {
  "catalogue.see": everyone,
  "code.ask": ["anyone", "resident"],
  "code.answer": ["anyone", "resident"],
  "session.end": ["anyone", "resident"],
  "appointment.book": ["resident"],
  "appointment.find": ["anyone", "resident"],
  "appointment.see": ["holder"],
  "appointment.cancel": ["holder"],
  "appointment.move": ["holder"],
  "appointment.wish": ["holder"],
  "appointment.correct": ["holder"],
  "own.see": ["resident"],
  "own.export": ["resident"],
  "own.delete": ["resident"],
  "consent.withdraw": ["resident"],
  "group.book": ["resident"],
  "appointment.appeal": ["holder"],
  "standing.answer": ["officer", "chief"],
  "appointment.reveal": ["officer", "chief"],
  "appointment.propose": ["system"],
  "appointment.check-in": ["kiosk", ...windows],
  "appointments.list": windows,
  "ticket.take": ["kiosk", ...windows],
  "ticket.take-remote": ["resident"],
  "ticket.leave": ["holder"],
  "ticket.see": everyone,
  "line.watch": ["kiosk", "display", ...windows],
  "line.see": windows,
  "window.sit": windows,
  "window.call": windows,
  "window.override": ["officer", "chief"],
  "windows.change": ["chief"],
  "visitor.see": windows,
  "tasks.see": windows,
  "card.see": windows,
  "card.publish": ["officer", "chief"],
  "report.make": ["anyone", "resident", "officer", "chief", "system"],
  "report.follow": ["holder"],
  "report.drill": ["officer", "chief", "system"],
  "report.sweep": ["system"],
  "report.purge": ["system"],
  "data.purge": ["system"],
  "roster.see": ["officer", "chief"],
  "roster.change": ["chief"],
  "report.watch": ["officer", "chief"],
  "report.see": ["officer", "chief"],
  "report.break-glass": ["officer", "chief"],
  "report.package": ["officer", "chief"],
  "report.handle": ["officer", "chief"],
  "reach.change": ["officer", "chief"],
  "device.pair": ["anyone"],
  "device.see": ["kiosk", "display"],
  "device.report": ["kiosk", "display"],
  "device.lease": ["kiosk"],
  "ticket.merge": ["kiosk"],
  "devices.watch": ["system"],
  "device.invite": ["chief", "system"],
  "device.revoke": ["chief"],
  "staff.see-self": [...windows, "auditor"],
  "staff.end-sessions": [...windows, "auditor"],
  "members.see": ["chief"],
  "members.change": ["chief"],
  "policy.see": ["chief"],
  "policy.change": ["chief"],
  "statistics.see": ["chief"],
  "statistics.export": ["chief"],
  "calendar.see": ["officer", "chief"],
  "calendar.change": ["chief"],
  "days.clear": ["system"],
  "day.close": ["system"],
  "audit.read": ["auditor"],
  "audit.export": ["auditor"],
  "audit.review": ["auditor"],
  "audit.verify": ["auditor", "system"],
  "audit.seal": ["system"],
  "reminders.send": ["system"],
} as const satisfies Record<string, readonly Kind[]>

export type Permission = keyof typeof permissions

/**
 * For what signing in once in a shift is not enough: a child's data, exports, a whole phone number. Never for acknowledging
 * or acting on an alert nor for the duty list: nothing may delay a lost child.
 */
export const proofs: Partial<Record<Permission, Proof>> = {
  "report.see": "recent",
  "report.package": "fresh",
  "appointment.reveal": "fresh",
  "audit.export": "fresh",
  "statistics.export": "fresh",
  // Whoever found a console open shuts nobody out.
  "members.change": "fresh",
  "staff.end-sessions": "fresh",
}

/**
 * Throws not-signed-in, not-allowed, or step-up-needed for who may and has not proved it lately enough. `station` is the
 * thing's own; staff and devices of another are refused alike.
 */
export function must(by: Actor, what: Permission, station?: StationId): void {
  if (!mayI(by, what, station)) throw new Problem(by.kind === "anyone" ? "not-signed-in" : "not-allowed")
  if (!isProved(by, what)) throw new Problem("step-up-needed")
}

export function isProved(by: Actor, what: Permission): boolean {
  const needed = proofs[what]
  return needed === undefined || (by.kind === "staff" && (by.proof === "fresh" || by.proof === needed))
}

export function mayI(by: Actor, what: Permission, station?: StationId): boolean {
  const kind = by.kind === "staff" ? by.role : by.kind
  if (!(permissions[what] as readonly Kind[]).includes(kind)) return false
  return station === undefined || !("station" in by) || by.station === station
}
