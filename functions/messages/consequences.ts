/** What follows from what was saved: pure, from one item before and after to the messages that tell it. */
import { isDeepStrictEqual } from "node:util"
import type { Appointment } from "#domain/appointment"
import { newlyAlerted } from "#domain/dispatch"
import type { Line } from "#domain/line"
import { type Dispatch, type Duty, isOpen } from "#domain/report"
import type { Group } from "#domain/service"
import type { Missed } from "#domain/standing"
import { unpack } from "#store/lines"
import { remindingIn } from "#store/reminders"
import { dispatchIn, tellsOfDispute } from "#store/reports"
import type { Item } from "#store/table"
import type { Alert, Message, Notice, Work } from "./messages.ts"

export type Saved = {
  table: "bookings" | "keys" | "live" | "children"
  before: Item | undefined
  after: Item | undefined
}

export function consequences({ table, before, after }: Saved): Message[] {
  // What TTL or nobody removed has no consequences: actions end items, they never delete them.
  if (!after) return []
  // A secret is nobody's news: the relay does not even read that stream.
  if (table === "keys") return []
  const [noun] = after.pk.split("#")
  if (table === "bookings") {
    if (noun === "person") return ofPerson(before, after)
    if (noun === "reminder") return ofReminding(after)
    return noun === "code" ? ofCode(before, after) : []
  }
  if (table === "children") return noun === "duty" ? ofDuty(before, after) : ofReport(before, after)
  if (noun === "heard") return ofDevice(before, after)
  if (noun === "closure") return ofClearing(before, after)
  if (noun !== "line") return []
  return after.sk === "line" ? ofLine(before, after) : ofTicket(before, after)
}

const told = (item: Item, id: string) => ({ id, by: item.by, op: item.op, at: item.at, v: item.v })
const work = (fair: string, body: Work): Message => ({ queue: "work", fair, body })
const notice = (fair: string, body: Notice): Message => ({ queue: "notices", fair, body })

function ofPerson(before: Item | undefined, after: Item): Message[] {
  if (after.sk === "standing") return ofStanding(before, after)
  // Of what its person deleted, only a closure's count may still wait.
  if (after.gone) return ofDisplaced(before, after)
  return [
    ...ofAppointment(before, after),
    ...ofDisplaced(before, after),
    ...ofOffer(before, after),
    ...ofCorrection(before, after),
  ]
}

function ofAppointment(before: Item | undefined, after: Item): Message[] {
  const isNew = before?.ref !== after.ref
  const left = isNew || !before ? undefined : placeOf(before)
  const place = placeOf(after)
  const moved = left && !isSamePlace(before!, after)
  if (!isNew && !moved && before?.state === after.state) return []
  const person = after.pk.slice("person#".length)
  const { ref, station, state } = after as Item & Pick<Appointment, "ref" | "station" | "state">
  const pointer = { person, group: after.sk as Group, ref }
  const messages = [
    work(station, {
      ...told(after, `visit:${ref}:${after.v}`),
      kind: "visit",
      station,
      ...pointer,
      ...(moved && { left }),
    }),
  ]
  if (isNew && state === "booked")
    messages.push(notice(station, { ...told(after, `booked:${ref}`), kind: "booked", ...pointer }))
  if (moved)
    messages.push(notice(station, { ...told(after, `moved:${ref}:${after.v}`), kind: "moved", ...pointer, to: place }))
  if (!isNew && state === "cancelled")
    messages.push(notice(station, { ...told(after, `cancelled:${ref}`), kind: "cancelled", ...pointer }))
  return messages
}

const placeOf = (item: Item) => {
  const { station, date, time, lane } = item as Item & Appointment
  return { station, date, time, lane }
}
const isSamePlace = (a: Item, b: Item) => isDeepStrictEqual(placeOf(a), placeOf(b))

/** The phone that a booking had is told that it has another. */
function ofCorrection(before: Item | undefined, after: Item): Message[] {
  const { ref, station } = after as Item & Appointment
  const formers = (it: Partial<Appointment>) => it.corrected?.formers.map(({ op }) => op) ?? []
  const was = before?.ref === ref ? formers(before) : []
  const pointer = { person: after.pk.slice("person#".length), group: after.sk as Group, ref }
  return formers(after)
    .filter((op) => !was.includes(op))
    .map((corrected) =>
      notice(station, {
        ...told(after, `phone-changed:${ref}:${corrected}`),
        kind: "phone-changed",
        ...pointer,
        corrected,
      }),
    )
}

/** An appeal was made, answered, or deleted by its person. */
function ofStanding(before: Item | undefined, after: Item): Message[] {
  const was = (before?.missed ?? []) as readonly Missed[]
  const person = after.pk.slice("person#".length)
  return (after.missed as readonly Missed[]).flatMap(({ ref, station, appeal, answer }): Message[] => {
    const earlier = was.find((it) => it.ref === ref)
    if (earlier?.appeal?.at === appeal?.at && earlier?.answer?.at === answer?.at) return []
    if (!appeal && !earlier?.appeal) return []
    const pointer = { person, ref }
    return [
      work(station, { ...told(after, `appeal:${ref}:${after.v}`), kind: "appeal", station, ...pointer }),
      ...(appeal && answer
        ? [notice(station, { ...told(after, `appeal:${ref}:${after.v}`), kind: "answered", ...pointer })]
        : []),
    ]
  })
}

/** Four times as long as a worker of the queue lives. */
const lastLook = 60

/**
 * Every save of a clearing asks for its next piece; the last one for the count of who waits, and for a look a minute later, when
 * nothing can be on its way any more that a worker wrote before it died.
 */
function ofClearing(before: Item | undefined, after: Item): Message[] {
  const [, station = ""] = after.pk.split("#")
  const closure = after.sk
  const id = `closure:${station}:${closure}:${after.v}`
  const next = work(station, { ...told(after, id), kind: "closure", station, closure })
  if (after.stage !== "done" || before?.stage === "done") return [next]
  const last: Work = { ...told(after, `${id}:last`), kind: "closure", station, closure, last: true }
  return [next, { queue: "work", fair: station, body: last, delay: lastLook }]
}

/** A time that the station took away, or gave back; and who no longer waits for another. */
function ofDisplaced(before: Item | undefined, after: Item): Message[] {
  const was = before?.ref === after.ref ? (before as (Item & Appointment) | undefined) : undefined
  const is = after as Item & Appointment
  const { ref, proposal, displaced } = is
  const pointer = { person: after.pk.slice("person#".length), group: after.sk as Group, ref }
  const tell = (kind: "moved-offer" | "station-closed" | "as-before", of: string) =>
    notice(is.station, { ...told(after, `${kind}:${ref}:${of}`), kind, ...pointer })
  const messages: Message[] = []
  if (proposal?.why === "closure" && proposal.id !== was?.proposal?.id) messages.push(tell("moved-offer", proposal.id))
  else if (displaced && displaced.closure !== was?.displaced?.closure)
    messages.push(tell("station-closed", displaced.closure))
  else if (was?.displaced && !displaced && is.state === "booked" && isSamePlace(was, is))
    messages.push(tell("as-before", String(after.v)))
  const earlier = (before as (Item & Partial<Appointment>) | undefined)?.displaced
  if (earlier && (was?.state !== is.state || earlier.closure !== displaced?.closure)) {
    const { station } = before as Item & Appointment
    const id = `counted:${ref}:${after.v}`
    messages.push(work(station, { ...told(after, id), kind: "closure", station, closure: earlier.closure, v: 0 }))
  }
  return messages
}

/** An earlier time is held for somebody on the waiting list; or it was, and the station took it away before its deadline. */
function ofOffer(before: Item | undefined, after: Item): Message[] {
  const { ref, station, proposal } = after as Item & Appointment
  const was = (before as (Item & Appointment) | undefined)?.proposal
  const pointer = { person: after.pk.slice("person#".length), group: after.sk as Group, ref }
  if (proposal?.why === "earlier" && proposal.id !== was?.id) {
    const id = `earlier-offer:${ref}:${proposal.id}`
    return [notice(station, { ...told(after, id), kind: "earlier-offer", ...pointer, proposal: proposal.id })]
  }
  if (!before || !was || !isWithdrawn(before, after)) return []
  const { date, time, lane } = was
  const gone = { station: was.station, date, time, lane }
  return [notice(station, { ...told(after, `earlier-gone:${ref}:${was.id}`), kind: "earlier-gone", ...pointer, gone })]
}

/** Not declined, accepted or lapsed, and they are still to come when they were to come. */
function isWithdrawn(before: Item, after: Item): boolean {
  const [was, is] = [before as Item & Appointment, after as Item & Appointment]
  const { proposal } = was
  if (proposal?.why !== "earlier" || is.proposal || is.declined === proposal.id || proposal.until <= is.at) return false
  return was.ref === is.ref && is.state === "booked" && !was.displaced && isSamePlace(before, after)
}

/** Each change of a day's reminders names those whom it is for; one start is told once, whatever names it again. */
function ofReminding(after: Item): Message[] {
  const [station, date] = [after.pk.slice("reminder#".length), after.sk]
  const { kind, people } = remindingIn(after).due ?? { kind: "day", people: [] }
  return people.map((it) => {
    const id = `remind-${kind}:${it.ref}:${station}:${date}T${it.time}`
    return notice(station, { ...told(after, id), kind: `remind-${kind}`, station, date, ...it })
  })
}

function ofCode(before: Item | undefined, after: Item): Message[] {
  if (before?.nonce === after.nonce) return []
  const phone = after.pk.slice("code#".length)
  const nonce = after.nonce as string
  // Not by version: TTL removes the item, and its next one begins at 1 again.
  return [notice(phone, { ...told(after, `code:${phone}:${nonce}`), kind: "code", phone, nonce })]
}

function ofDevice(before: Item | undefined, after: Item): Message[] {
  if (before?.fault === after.fault && before?.faultAt === after.faultAt) return []
  const { station, sk: device } = after as Item & { station: string }
  return [work(station, { ...told(after, `device:${device}:${after.v}`), kind: "device", station, device })]
}

function ofTicket(before: Item | undefined, after: Item): Message[] {
  if (before?.state === after.state || !(after.appointment || after.phone)) return []
  const [, station = "", date = ""] = after.pk.split("#")
  const number = after.number as string
  const pointer = { station, date, number }
  const messages = after.appointment
    ? [
        work(station, {
          ...told(after, `visitor:${station}:${date}:${number}:${after.v}`),
          kind: "visitor",
          ...pointer,
        }),
      ]
    : []
  if (after.state === "expired")
    messages.push(
      notice(station, { ...told(after, `expired:${station}:${date}:${number}`), kind: "expired", ...pointer }),
    )
  return messages
}

/**
 * A call to somebody with a phone, and somebody with an appointment sitting down: seen in the windows' slots. While anyone
 * waits with a phone, one message a change, however many they are: who is near, the messenger finds out.
 */
function ofLine(before: Item | undefined, after: Item): Message[] {
  const [, station = "", date = ""] = after.pk.split("#")
  const was: Line | undefined = before && unpack(before, station, date)
  const is = unpack(after, station, date)
  const called = is.windows.flatMap(({ no, visit }): Message[] => {
    const earlier = was?.windows.find((it) => it.no === no)?.visit
    if (!visit?.phone) return []
    const pointer = { station, date, number: visit.number }
    const same = earlier?.number === visit.number
    if (visit.state === "called" && !(same && earlier.calls === visit.calls)) {
      const id = `called:${station}:${date}:${visit.number}:${after.v}`
      return [notice(station, { ...told(after, id), kind: "called", ...pointer, window: no, times: visit.calls })]
    }
    if (visit.state === "serving" && !(same && earlier.state === "serving"))
      return [
        work(station, { ...told(after, `started:${station}:${date}:${visit.number}`), kind: "visitor", ...pointer }),
      ]
    return []
  })
  if (!is.waiting.some((it) => it.phone) || (was && ahead(was) === ahead(is))) return called
  const id = `near:${station}:${date}:${after.v}`
  return [...called, notice(station, { ...told(after, id), kind: "near", station, date })]
}

/** All that "N ahead" depends on, beside the time: a change of nothing else brings nobody nearer. */
const ahead = ({ waiting, windows }: Line): string =>
  JSON.stringify([waiting, windows.map(({ no, staff, paused }) => [no, staff !== undefined, paused === true])])

/** Whom a change of a report alerts or lets go, and who is told of it; what its reporter says that an officer has to know. */
function ofReport(before: Item | undefined, after: Item): Message[] {
  const report = after.pk.slice("report#".length)
  const alert = (body: Alert, delay?: number): Message => ({
    queue: "alerts",
    fair: report,
    body,
    ...(delay && { delay }),
  })
  if (after.what === "said-found" && !before)
    return [alert({ ...told(after, `found:${report}:${after.sk}`), kind: "found", report })]
  if (after.sk !== "dispatch") {
    const entry = after.sk.startsWith("e#") && !before ? after.sk.slice(2) : undefined
    return [
      ...(entry && after.place
        ? [alert({ ...told(after, `moved:${report}:${after.sk}`), kind: "moved", report, entry })]
        : []),
      ...(entry && tellsOfDispute(after)
        ? [alert({ ...told(after, `dispute:${report}:${after.sk}`), kind: "dispute", report })]
        : []),
    ]
  }
  const [was, is] = [before && dispatchIn(before), dispatchIn(after)]
  return [...alertsOf(was, is, after, alert), ...tellingsOf(was, is, after)]
}

/** Whom it alerts or lets go, and when its next step is due. */
function alertsOf(
  was: Dispatch | undefined,
  is: Dispatch,
  after: Item,
  alert: (body: Alert, delay?: number) => Message,
): Message[] {
  const report = is.id
  if (!isOpen(is.state)) {
    const all = was && isOpen(was.state) ? is.alerted : []
    return all.map(({ unit }) =>
      alert({ ...told(after, `ended:${report}:${unit}:${is.v}`), kind: "ended", report, unit }),
    )
  }
  const alerts = newlyAlerted(was, is).map((unit) =>
    alert({ ...told(after, `alert:${report}:${unit}:${is.v}`), kind: "alert", report, unit }),
  )
  const { step, due, ack } = is
  if (ack || step === 3 || due === undefined || due === was?.due) return alerts
  // A second more than it needs: whoever brings it may count a little faster. Longer clocks are the sweeper's.
  const delay = due <= after.at ? 0 : Math.ceil((due - after.at) / 1000) + 1
  if (delay > 900) return alerts
  return [
    ...alerts,
    alert({ ...told(after, `clock:${report}:${step}:${due}`), kind: "clock", report, step, due }, delay),
  ]
}

/**
 * Its reporter hears that theirs is one search with another's, or is not any more; and whoever is joined with it that the child is
 * at home. Of the one that goes on, joining is told once, however many join it.
 */
function tellingsOf(was: Dispatch | undefined, is: Dispatch, after: Item): Message[] {
  if (is.drill) return []
  const tell = (
    kind: "report-joined" | "report-parted" | "report-reunited",
    report: string,
    of: string,
    since: number,
  ) => notice(report, { ...told(after, `${kind}:${report}:${after.v}`), kind, report, of, since })
  const messages: Message[] = []
  if (is.joined !== undefined && was?.joined === undefined)
    messages.push(tell("report-joined", is.id, is.merged?.into ?? is.id, is.joined))
  if (is.joined === undefined && was?.joined !== undefined)
    messages.push(tell("report-parted", is.id, was.merged?.into ?? is.id, was.joined))
  const { reunitedAt } = is
  if (reunitedAt !== undefined && reunitedAt !== was?.reunitedAt)
    for (const report of [is.id, ...(is.from ?? [])]) messages.push(tell("report-reunited", report, is.id, reunitedAt))
  return messages
}

/** A unit hears of a report, again at each further step and each call, and of its end. Drills are for the screens alone. */
function ofDuty(before: Item | undefined, after: Item): Message[] {
  const [unit, report] = [after.pk.slice("duty#".length), after.sk]
  if (report.startsWith("pattern#")) {
    // It may grow; it is one.
    const kind = after.why ? "duty-match" : "duty-pattern"
    const id = `${kind}:${report.slice("pattern#".length)}:${unit}`
    return before ? [] : [notice(unit, { ...told(after, id), kind, unit })]
  }
  if (after.drill === true) return []
  const { step, since } = after as Item & Pick<Duty, "step" | "since">
  const pointer = { report, unit, step, since }
  const tell = (kind: "duty" | "duty-ended") =>
    notice(unit, { ...told(after, `${kind}:${report}:${unit}:${after.v}`), kind, ...pointer })
  if (after.state === "ended") return before?.state === "open" ? [tell("duty-ended")] : []
  return before?.state === "open" && before.step === step && before.since === since ? [] : [tell("duty")]
}
