/** Every key of every table, on one page. Blind indexes only: no key says who. */
import type { Group } from "#domain/service"
import type { StationId } from "#domain/station"
import type { LocalDate } from "#domain/time"

export type Key = { pk: string; sk: string }

// Bookings
export const dayOf = (station: StationId, date: LocalDate, group: Group) => `${station}#${date}#${group}`
export const place = (station: StationId, date: LocalDate, group: Group, cell: string): Key => ({
  pk: dayOf(station, date, group),
  sk: cell,
})
export const person = (index: string, group: Group): Key => ({ pk: `person#${index}`, sk: group })
export const standing = (index: string): Key => ({ pk: `person#${index}`, sk: "standing" })
/** Who wishes for an earlier time at a station. */
export const waitingAt = (station: StationId) => `waiting#${station}`
export const waiting = (station: StationId, group: Group, ref: string): Key => ({
  pk: waitingAt(station),
  sk: `${group}#${ref}`,
})
/** Whom of a station's day the next reminders go to, and how far they have come. */
export const reminder = (station: StationId, date: LocalDate): Key => ({ pk: `reminder#${station}`, sk: date })
/** An employer's list, and what became of each of its rows. */
export const groupBooking = (id: string): Key => ({ pk: `group#${id}`, sk: "group" })
export const groupRow = (id: string, row: number): Key => ({
  pk: `group#${id}`,
  sk: `r#${String(row).padStart(4, "0")}`,
})
/** The lists that a phone sent. */
export const listsOf = (phone: string) => `lists#${phone}`
export const listed = (phone: string, id: string): Key => ({ pk: listsOf(phone), sk: id })
/** Consents given for a person; a withdrawal lies beside what it withdraws. */
export const consentsOf = (person: string) => `consent#${person}`
export const consent = (person: string, purpose: string, version: string, ref: string): Key => ({
  pk: consentsOf(person),
  sk: `${purpose}#${version}#${ref}`,
})
export const withdrawn = "#withdrawn"
export const withdrawal = (...of: Parameters<typeof consent>): Key => {
  const { pk, sk } = consent(...of)
  return { pk, sk: `${sk}${withdrawn}` }
}
export const code = (phone: string): Key => ({ pk: `code#${phone}`, sk: "code" })
export const session = (index: string): Key => ({ pk: `session#${index}`, sk: "session" })
/** One item an hour. */
export const limit = (kind: string, index: string, from: number): Key => ({
  pk: `limit#${kind}#${index}`,
  sk: String(from),
})
/** How far a scope has been purged. */
export const purge = (scope: string): Key => ({ pk: `purge#${scope}`, sk: "purge" })
export const dataKey = (id: string): Key => ({ pk: `data-key#${id}`, sk: "data-key" })

// Keys
/** Whose a reference is, and the secret of its booking; the form's key that it follows from is theirs alone. */
export const reference = (ref: string): Key => ({ pk: `ref#${ref}`, sk: "ref" })

// Live
export const station = (id: StationId): Key => ({ pk: "station", sk: id })
export const durations = (id: StationId): Key => ({ pk: `durations#${id}`, sk: "durations" })
/** What a station's days counted; of `district`, months of reports. No identity. */
export const statisticsOf = (id: StationId) => `statistics#${id}`
export const statistics = (id: StationId, date: LocalDate): Key => ({ pk: statisticsOf(id), sk: date })
export const district = "-"
export const reportStatistics = (month: string): Key => ({ pk: statisticsOf(district), sk: month })
export const lineOf = (id: StationId, date: LocalDate) => `line#${id}#${date}`
export const line = (id: StationId, date: LocalDate): Key => ({ pk: lineOf(id, date), sk: "line" })
export const ticket = (id: StationId, date: LocalDate, number: string): Key => ({
  pk: lineOf(id, date),
  sk: `t#${number}`,
})
/** The tickets that a phone took for itself on a service day, wherever. */
export const remotesOf = (phone: string) => `remote#${phone}`
export const remote = (phone: string, date: LocalDate): Key => ({ pk: remotesOf(phone), sk: date })
/** What a change of hours, windows or closures does to the days already sold, and to whom. */
export const clearingsOf = (id: StationId) => `closure#${id}`
export const clearing = (id: StationId, name: string): Key => ({ pk: clearingsOf(id), sk: name })
export const affectedOf = (id: StationId, name: string) => `affected#${id}#${name}`
export const affected = (id: StationId, name: string, ref: string): Key => ({ pk: affectedOf(id, name), sk: ref })
export const tasksOf = (id: StationId, date: LocalDate) => `tasks#${id}#${date}`
export const task = (id: StationId, date: LocalDate, name: string): Key => ({ pk: tasksOf(id, date), sk: name })
export const staff = (id: string): Key => ({ pk: `staff#${id}`, sk: "staff" })
export const membersOf = (id: StationId) => `members#${id}`
export const member = (id: StationId, staff: string): Key => ({ pk: membersOf(id), sk: staff })
export const staffSession = (index: string): Key => ({ pk: `staff-session#${index}`, sk: "session" })
export const device = (id: string): Key => ({ pk: `device#${id}`, sk: "device" })
/** One item a kiosk's letter of a day, claimed by being the first to write it. */
export const lettersOf = (id: StationId, date: LocalDate) => `letters#${id}#${date}`
export const letter = (id: StationId, date: LocalDate, name: string): Key => ({ pk: lettersOf(id, date), sk: name })
/** What was last heard of a station's devices. */
export const heardOf = (id: StationId) => `heard#${id}`
export const heard = (id: StationId, name: string): Key => ({ pk: heardOf(id), sk: name })
/** The lost child's card that hangs in a station's hall. */
export const card = (id: StationId): Key => ({ pk: `card#${id}`, sk: "card" })
export const pairing = (index: string): Key => ({ pk: `pairing#${index}`, sk: "pairing" })
export const notice = (id: string): Key => ({ pk: `notice#${id}`, sk: "notice" })
/** Precincts and the command centre; stations are `station`. */
export const unit = (id: string): Key => ({ pk: "unit", sk: id })
export const roster = (unit: string): Key => ({ pk: "roster", sk: unit })
export const venue = (id: string): Key => ({ pk: "venue", sk: id })
/** A place that a resident may choose or type. */
export const known = (id: string): Key => ({ pk: "known-place", sk: id })
/** What a reporter may see: no personal data. */
export const reportStatus = (id: string): Key => ({ pk: `report-status#${id}`, sk: "status" })
/** By which number its reporter is told, sealed: as it was first told, and by each entry that corrects it. */
export const reporterOf = (id: string) => `reporter#${id}`
export const reporter = (id: string, name: string): Key => ({ pk: reporterOf(id), sk: name })
/** Which officers of a unit were called to a report, for its end. */
export const called = (id: string, unit: string): Key => ({ pk: `called#${id}`, sk: unit })

/** How an officer is reached away from the screen: their phone, and the browsers that they chose. */
export const reachOf = (staff: string) => `reach#${staff}`
export const reach = (staff: string, name: string): Key => ({ pk: reachOf(staff), sk: name })

// Children
export const reportOf = (id: string) => `report#${id}`
/** What was told, sealed. */
export const report = (id: string): Key => ({ pk: reportOf(id), sk: "report" })
export const dispatch = (id: string): Key => ({ pk: reportOf(id), sk: "dispatch" })
/** What was added or done since, once an operation: additions of the reporter, photos, acts of the officers. */
export const entry = (id: string, op: string): Key => ({ pk: reportOf(id), sk: `e#${op}` })
/** What a unit's screen lists: one item a report that it was alerted to. */
export const dutyOf = (unit: string) => `duty#${unit}`
export const duty = (unit: string, id: string): Key => ({ pk: dutyOf(unit), sk: id })

// Audit
export const audit = (scope: string, date: LocalDate, name: string): Key => ({ pk: `${scope}#${date}`, sk: name })
/** A scope's chain of digests, and what each has of its entries. */
export const digestsOf = (scope: string) => `digest#${scope}`
export const digest = (scope: string, date: LocalDate): Key => ({ pk: digestsOf(scope), sk: date })
export const genesis = (scope: string): Key => ({ pk: `digest#${scope}#genesis`, sk: "genesis" })
export const digestRowsOf = (scope: string, date: LocalDate) => `digest#${scope}#${date}`
export const digestRows = (scope: string, date: LocalDate, hash: string): Key => ({
  pk: digestRowsOf(scope, date),
  sk: hash,
})
