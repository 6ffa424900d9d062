/**
 * An employer books for many people by one list (上门服务、预约服务, domain.md §1.2 W14). The list is checked whole, and nothing is
 * booked while a row is wrong; then person by person into the next free times, in short steps that may be repeated.
 */
import { CsvError, parse } from "csv-parse/sync"
import type { Actor } from "#domain/actor"
import { type NoticeVersion, noticeVersion } from "#domain/notice"
import { must } from "#domain/permission"
import { birthOf, IdNumber, Mobile, maskedName, PersonName } from "#domain/person"
import { type FieldFault, fieldProblem, Problem, type ProblemCode, unbookable } from "#domain/problem"
import { groupOf, type ServiceId } from "#domain/service"
import { daysOf, type StationId } from "#domain/station"
import { dateOf, type LocalDate, type LocalTime } from "#domain/time"
import { fullYears } from "#domain/validity"
import * as appointments from "#store/appointments"
import * as groups from "#store/groupBookings"
import * as limits from "#store/limits"
import * as stations from "#store/stations"
import { phone as patience, write } from "#store/table"
import type { World } from "#world"
import { claimed, mustServe, offers, type Resident, refOf } from "./booking.ts"
import { mustBeOurs, short } from "./forms.ts"

export type List = {
  key: string
  station: StationId
  services: readonly ServiceId[]
  /** The first day that suits them. */
  from: LocalDate
  /** A file in CSV, in UTF-8 or GB18030, or rows as pasted. */
  list: Uint8Array | string
  /** The number that the code verified; messages go there for whoever has none of their own. */
  mobile: string
  language: "zh" | "en"
  /** The version of the notice on personal data that its people were told of; without one, the newest. */
  notice?: NoticeVersion | undefined
}

export type Progress = {
  /** Opens the list again, for a day, with the phone that sent it. */
  group: string
  total: number
  done: number
  outcomes: readonly {
    row: number
    name: string
    booked?: { ref: string; date: LocalDate; time: LocalTime }
    /** Why not: a code of the problems. */
    refused?: ProblemCode
  }[]
  /** Seconds until the next of them are let in to a day that has just come on sale, where all who are left wait for that. */
  wait?: number
  /** Whoever is left is booked from tomorrow on: too many of those were known here already. */
  tomorrow?: true
}

const most = 200
/** One step books for so many people, or for so long: a request stays far below ten seconds. */
const chunk = 10
const longest = 5_000

/**
 * Takes a list whose every row is right; the same form again is the same list. Refusals: key-invalid, key-expired, key-reused,
 * phone-unverified, station-unknown, service-not-here, too-many-tries, and invalid-input naming every wrong
 * row as rows.<number>.<field>.
 */
export async function start(world: World, by: Actor, input: List): Promise<Progress> {
  must(by, "group.book")
  mustBeOurs(world, input.key)
  if (by.kind !== "resident" || world.keyring.blind("phone", input.mobile) !== by.phone)
    throw new Problem("phone-unverified")
  const now = world.now()
  const { station: at, services, from, language, notice = noticeVersion } = input
  if (services.some((id) => groupOf(id) !== groupOf(services[0]!))) throw fieldProblem("services", "one-group")
  const station = await stations.find(world, at)
  mustServe(station, services)
  const rows = checked(rowsOf(input.list), dateOf(now))
  const id = world.keyring.blind("group", input.key)
  const form = short(world, JSON.stringify([at, services, from, rows]))
  const known = await groups.find(world, id)
  if (known) return form === known.form ? progress(world, known, rows) : refuse()
  const last = daysOf(station, now).at(-1)
  if (!last || from > last) throw fieldProblem("from", "not-released")
  await limits.mayStill(world, ["list-phone", by.phone], ["list-phone-day", by.phone])
  for (const limit of ["list-phone", "list-phone-day"] as const) await limits.count(world, by, limit, by.phone)
  const sealed = await groups.sealRows(world, id, rows, dateOf(now).slice(0, 7))
  const made = { id, phone: by.phone, form, station: at, services, from, language, notice, size: rows.length, sealed }
  const op = `group:${short(world, input.key)}`
  const changes = [groups.groupChange(by, op, now, made), groups.listedChange(by, op, now, made)]
  const outcome = await write(world, changes, patience())
  // The same form a moment ago, perhaps.
  if (!outcome.written && outcome.failed[0]?.found?.form !== form) return refuse()
  return progress(world, made, rows)
}

/**
 * Books for the next of them, ten at most, each into the first free time from the chosen day on; answers everyone's outcome so
 * far. Asked again until `done` is `total`; whoever is not let in yet, or not today any more, stays undone. Refusals: appointment-not-found (another's
 * list, or a day later), busy.
 */
export async function proceed(world: World, by: Actor, input: { group: string; mobile: string }): Promise<Progress> {
  const { it, rows, by: sender } = await theirs(world, by, input.group)
  const done = new Set((await groups.outcomes(world, it.id)).map(({ row }) => row))
  const began = Date.now()
  let written = 0
  let wait: number | undefined
  let tomorrow = false
  for (const row of rows.filter((one) => !done.has(one.row))) {
    if (written === chunk || Date.now() - began > longest) return progress(world, it, rows)
    // Deleted meanwhile, whole or a person's row of it: what was read is not to be booked any more.
    if ((await groups.find(world, it.id))?.v !== it.v) return see(world, by, input.group)
    const outcome = await bookFor(world, sender, it, row, input.mobile)
    if (outcome === "tomorrow") {
      tomorrow = true
      // What one person's limit holds leaves the others theirs; the sender's own holds everybody alike, whether known here or not.
      if (await limits.reached(world, ["known-list", it.phone])) break
      continue
    }
    if ("wait" in outcome) {
      wait = Math.min(outcome.wait, wait ?? outcome.wait)
      continue
    }
    written++
    // Two phones at one list: the other has written the same.
    await write(world, [groups.outcomeChange(by, `group:${it.form}`, world.now(), it.id, outcome)], patience())
  }
  return { ...(await progress(world, it, rows)), ...(wait !== undefined && { wait }), ...(tomorrow && { tomorrow }) }
}

export async function see(world: World, by: Actor, group: string): Promise<Progress> {
  const { it, rows } = await theirs(world, by, group)
  return progress(world, it, rows)
}

async function theirs(world: World, by: Actor, group: string) {
  must(by, "group.book")
  const id = world.keyring.open("group", group)
  const it = typeof id === "string" ? await groups.find(world, id) : undefined
  if (!it || by.kind !== "resident" || it.phone !== by.phone) throw new Problem("appointment-not-found")
  return { it, by, rows: await groups.openRows(world, it) }
}

const gone: readonly ProblemCode[] = ["place-taken", ...unbookable]
const final: readonly ProblemCode[] = ["already-booked", "booking-paused", "too-many-bookings"]

async function bookFor(
  world: World,
  by: Resident,
  it: groups.GroupBooking,
  { row, name, idNumber, phone }: groups.Row,
  mobile: string,
): Promise<groups.RowOutcome | { wait: number } | "tomorrow"> {
  const key = `${it.id}|${world.keyring.blind("person", idNumber)}`
  // Booked by this list already, at whatever time: an answer was lost, or two phones are at it.
  const already = async (): Promise<groups.RowOutcome | undefined> => {
    const ref = refOf(world, key)
    const holder = await appointments.findHolder(world, ref)
    const made = holder && appointments.asItStands(holder, ref)
    return made && { row, ref, date: made.date, time: made.time }
  }
  const made = await already()
  if (made) return made
  const { station, services, language, notice } = it
  const days = daysOf(await stations.find(world, station), world.now()).filter((date) => date >= it.from)
  let wait: number | undefined
  for (const date of days)
    for (const { time } of await offers(world, by, { station, services, date })) {
      const form = {
        key,
        station,
        services,
        date,
        time,
        name,
        idNumber,
        mobile: phone ?? mobile,
        language,
        list: it.id,
        notice,
      }
      try {
        const { ref } = await claimed(world, by, form, key)
        return { row, ref, date, time }
      } catch (error) {
        if (!(error instanceof Problem)) throw error
        if (error.code === "key-reused") return (await already()) ?? { row, refused: error.code }
        if (final.includes(error.code)) return { row, refused: error.code }
        if (error.code === "too-many-tries") return "tomorrow"
        if (error.code === "not-your-wave") {
          wait = Number(error.details.seconds)
          break
        }
        if (!gone.includes(error.code)) throw error
      }
    }
  return wait === undefined ? { row, refused: "place-taken" } : { wait }
}

async function progress(world: World, it: groups.GroupBooking, rows: readonly groups.Row[]): Promise<Progress> {
  const outcomes = new Map((await groups.outcomes(world, it.id)).map((one) => [one.row, one]))
  return {
    group: world.keyring.seal("group", it.id),
    total: rows.length,
    done: outcomes.size,
    outcomes: rows.map(({ row, name }) => {
      const one = outcomes.get(row)
      const said = { row, name: maskedName(name) }
      if (!one) return said
      if (one.refused) return { ...said, refused: one.refused }
      return { ...said, booked: { ref: one.ref!, date: one.date, time: one.time } }
    }),
  }
}

function refuse(): never {
  throw new Problem("key-reused")
}

type Cells = { row: number; name: string; idNumber: string; phone: string }

const headers = { name: /姓名|name/i, idNumber: /身份证|公民身份|id/i, phone: /手机|电话|phone|mobile/i }

/** The rows of a list, with or without a line of headings; commas, tabs and semicolons part the columns. */
export function rowsOf(list: Uint8Array | string): Cells[] {
  const text = typeof list === "string" ? list : decoded(list)
  const first = text.slice(0, text.search(/[\r\n]|$/))
  const delimiter = ["\t", ";", "，", ","].find((it) => first.includes(it)) ?? ","
  let records: { record: string[]; info: { lines: number } }[]
  try {
    const options = {
      bom: true,
      delimiter,
      info: true,
      relax_column_count: true,
      skip_records_with_empty_values: true,
      trim: true,
    }
    records = parse(text, options) as unknown as typeof records
  } catch (error) {
    if (error instanceof CsvError) throw fieldProblem("list", "rows-file")
    throw error
  }
  const [top] = records
  const headed = top !== undefined && !/\d{6}/.test(top.record.join("")) && headers.name.test(top.record.join(","))
  const column = (name: keyof typeof headers, otherwise: number) =>
    headed ? top.record.findIndex((it) => headers[name].test(it)) : otherwise
  const [name, idNumber, phone] = [column("name", 0), column("idNumber", 1), column("phone", 2)]
  return records.slice(headed ? 1 : 0).map(({ record, info }) => ({
    row: info.lines,
    name: record[name] ?? "",
    // A spreadsheet marks a number as text by an apostrophe.
    idNumber: (record[idNumber] ?? "").replace(/^'/, ""),
    phone: (record[phone] ?? "").replace(/^'/, ""),
  }))
}

/** UTF-8 where it is that, else GB18030, in which Chinese spreadsheets are saved. */
function decoded(bytes: Uint8Array): string {
  for (const encoding of ["utf-8", "gb18030"])
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(bytes)
    } catch {}
  throw fieldProblem("list", "rows-file")
}

/** Every row as it may be booked, or a refusal that names all that is wrong in all of them. */
function checked(cells: readonly Cells[], today: LocalDate): groups.Row[] {
  if (cells.length < 1 || cells.length > most) throw fieldProblem("list", "rows")
  const faults: FieldFault[] = []
  const seen = new Set<string>()
  const rows = cells.map(({ row, ...typed }): groups.Row => {
    const fault = (field: string, what: string) => void faults.push({ field: `rows.${row}.${field}`, fault: what })
    const name = PersonName.safeParse(typed.name)
    const idNumber = IdNumber.safeParse(typed.idNumber)
    const phone = typed.phone ? Mobile.safeParse(typed.phone) : undefined
    if (!name.success) fault("name", name.error.issues[0]!.message)
    if (!idNumber.success) fault("idNumber", idNumber.error.issues[0]!.message)
    else if (birthOf(idNumber.data) > today) fault("idNumber", "id-birth")
    else if (seen.has(idNumber.data)) fault("idNumber", "rows-twice")
    // An employer is nobody's guardian.
    else if (fullYears(birthOf(idNumber.data), today) < 14) fault("idNumber", "guardian-missing")
    else seen.add(idNumber.data)
    if (phone?.success === false) fault("phone", phone.error.issues[0]!.message)
    return {
      row,
      name: name.data ?? "",
      idNumber: idNumber.data ?? "",
      ...(phone?.data && { phone: phone.data }),
    }
  })
  if (faults.length) throw new Problem("invalid-input", { fields: faults })
  return rows
}
