/** Who may do what, said again in the words of the service and compared with the table; at one's own station only. */
import { readdirSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { audiences } from "#api/openapi"
import type { Route } from "#api/routes"
import type { Actor, Proof, Role } from "#domain/actor"
import { mayI, must, type Permission, permissions, proofs } from "#domain/permission"
import { refusalOf } from "#test/builders"

const here = "FZ-JA-P01"
const elsewhere = "FZ-JA-P02"
const staff = (role: Role, station = here): Actor & { kind: "staff" } => ({
  kind: "staff",
  id: role,
  name: "员",
  role,
  station,
  proof: "fresh",
})
const actors = {
  anyone: { kind: "anyone" },
  resident: { kind: "resident", phone: "p" },
  holder: { kind: "holder", ref: "r" },
  clerk: staff("clerk"),
  officer: staff("officer"),
  chief: staff("chief"),
  auditor: staff("auditor"),
  kiosk: { kind: "kiosk", id: "k", station: here },
  display: { kind: "display", id: "d", station: here },
  system: { kind: "system", name: "s" },
} satisfies Record<string, Actor>
type Name = keyof typeof actors
const names = Object.keys(actors) as Name[]
const all = Object.keys(permissions) as Permission[]

/** What each may, beside looking at the catalogue and at a ticket, which all may. */
const atTheWindow: Permission[] = [
  "appointment.check-in",
  "appointments.list",
  "ticket.take",
  "line.watch",
  "line.see",
  "window.sit",
  "window.call",
  "visitor.see",
  "tasks.see",
  "card.see",
  "staff.see-self",
  "staff.end-sessions",
]
/** A child is lost: whoever may be on duty. */
const onDuty: Permission[] = [
  "report.make",
  "report.drill",
  "report.watch",
  "report.see",
  "report.break-glass",
  "report.package",
  "report.handle",
  "reach.change",
  "roster.see",
]
const expected: Record<Name, Permission[]> = {
  anyone: ["code.ask", "code.answer", "session.end", "appointment.find", "device.pair", "report.make"],
  resident: [
    "code.ask",
    "code.answer",
    "session.end",
    "appointment.find",
    "appointment.book",
    "group.book",
    "ticket.take-remote",
    "own.see",
    "own.export",
    "own.delete",
    "consent.withdraw",
    "report.make",
  ],
  holder: [
    "appointment.see",
    "appointment.cancel",
    "appointment.move",
    "appointment.appeal",
    "appointment.wish",
    "appointment.correct",
    "ticket.leave",
    "report.follow",
  ],
  clerk: atTheWindow,
  officer: [
    ...atTheWindow,
    ...onDuty,
    "window.override",
    "card.publish",
    "standing.answer",
    "appointment.reveal",
    "calendar.see",
  ],
  chief: [
    ...atTheWindow,
    ...onDuty,
    "roster.change",
    "window.override",
    "card.publish",
    "standing.answer",
    "appointment.reveal",
    "windows.change",
    "statistics.see",
    "statistics.export",
    "policy.see",
    "policy.change",
    "calendar.see",
    "calendar.change",
    "device.invite",
    "device.revoke",
    "members.see",
    "members.change",
  ],
  auditor: ["staff.see-self", "staff.end-sessions", "audit.read", "audit.export", "audit.review", "audit.verify"],
  kiosk: [
    "appointment.check-in",
    "ticket.take",
    "ticket.merge",
    "line.watch",
    "device.see",
    "device.lease",
    "device.report",
  ],
  display: ["line.watch", "device.see", "device.report"],
  system: [
    "appointment.propose",
    "days.clear",
    "device.invite",
    "day.close",
    "reminders.send",
    "devices.watch",
    "report.make",
    "report.drill",
    "report.sweep",
    "report.purge",
    "data.purge",
    "audit.seal",
    "audit.verify",
  ],
}

describe("the permission table", () => {
  it.each(names)("%s may do what their work needs, and nothing else", (name) => {
    const may = all.filter((it) => mayI(actors[name], it))
    expect(may.toSorted()).toEqual([...expected[name], "catalogue.see" as const, "ticket.see" as const].toSorted())
  })

  it("lets staff and devices act at their own station only, whatever they do", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        fc.constantFrom(...all),
        fc.constantFrom(here, elsewhere, ""),
        (name, what, station) => {
          const actor: Actor = actors[name]
          const bound = "station" in actor
          expect(mayI(actor, what, station)).toBe(mayI(actor, what) && (!bound || station === here))
        },
      ),
    )
  })

  it("tells nobody in particular to sign in, and everybody else that they may not", () => {
    for (const name of names)
      for (const what of all) {
        const expectedRefusal = mayI(actors[name], what)
          ? undefined
          : name === "anyone"
            ? "not-signed-in"
            : "not-allowed"
        expect([name, what, refusalOf(() => must(actors[name], what))]).toEqual([name, what, expectedRefusal])
      }
    expect(refusalOf(() => must(actors.chief, "device.revoke", elsewhere))).toBe("not-allowed")
  })

  it("asks for a proof of who one is before a child's data, exports and whole numbers; never before an alert is answered", () => {
    // ASVS V7.5.3, V6.8.4
    const asked = (proof?: Proof) =>
      all.filter((it) => {
        const { proof: _, ...without } = actors.chief
        const by: Actor = { ...without, ...(proof && { proof }) }
        return mayI(by, it) && refusalOf(() => must(by, it)) === "step-up-needed"
      })
    expect(asked("fresh")).toEqual([])
    const fresh = ["appointment.reveal", "members.change", "report.package", "staff.end-sessions", "statistics.export"]
    expect(asked("recent").toSorted()).toEqual(fresh)
    expect(asked().toSorted()).toEqual([...fresh, "report.see"].toSorted())
    const { proof: _, ...unproved } = actors.auditor
    expect(refusalOf(() => must({ ...unproved, proof: "recent" }, "audit.export"))).toBe("step-up-needed")
    expect(refusalOf(() => must(unproved, "audit.read"))).toBeUndefined()
    // Nothing may delay a lost child.
    for (const what of ["report.make", "report.watch", "report.handle", "report.break-glass", "roster.see"] as const)
      expect(proofs[what]).toBeUndefined()
  })

  it("takes no proof from somebody who may not anyway, and from nobody but staff", () => {
    expect(refusalOf(() => must(actors.clerk, "report.see"))).toBe("not-allowed")
    for (const what of Object.keys(proofs) as Permission[])
      for (const name of names.filter((it) => actors[it].kind !== "staff"))
        expect([name, what, mayI(actors[name], what)]).toEqual([name, what, false])
  })

  it("shows personal data to nobody but its holder and the staff at the windows", () => {
    for (const what of ["appointments.list", "visitor.see"] as const)
      expect(names.filter((it) => mayI(actors[it], what))).toEqual(["clerk", "officer", "chief"])
    expect(names.filter((it) => mayI(actors[it], "appointment.see"))).toEqual(["holder"])
  })

  it("shows what was told of a missing child to officers and chiefs alone", () => {
    for (const what of ["report.watch", "report.see", "report.break-glass", "report.handle"] as const)
      expect(names.filter((it) => mayI(actors[it], what))).toEqual(["officer", "chief"])
  })

  it("has no row that nothing checks, and every route names a row", () => {
    const root = fileURLToPath(new URL("../../functions/", import.meta.url))
    const text = readdirSync(root, { recursive: true, encoding: "utf8" })
      .filter((it) => /^(actions|api)\/.*\.tsx?$/.test(it) && !it.endsWith("routes.ts"))
      .map((it) => readFileSync(root + it, "utf8"))
      .join("\n")
    expect(all.filter((it) => !text.includes(`"${it}"`))).toEqual([])
    const named = Object.values(audiences).flatMap((table) =>
      Object.values(table as Record<string, Route>).map((it) => it.may),
    )
    expect(named.filter((it) => !(it in permissions))).toEqual([])
  })
})
