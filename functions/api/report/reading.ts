/**
 * A report as somebody typed it in a hurry, read as kindly as possible: what cannot be read is left open and said so, and only
 * what makes a report is asked for again.
 */
import type { Ctx } from "#api/http"
import { Problem } from "#domain/problem"
import { addDays, dateOf, hour, type Instant, instantOf, minute } from "#domain/time"
import { Added, ageIn, detailNames, Told, type When } from "#domain/told"
import type { ReportFaults, ReportTyped } from "#web/resident/report.tsx"
import type { Typed } from "../resident/frame.tsx"

const names = [
  "whereText",
  "where",
  "lat",
  "lng",
  "accuracy",
  "when",
  "whenDay",
  "whenTime",
  "phone",
  "sex",
  "age",
] as const satisfies readonly (keyof ReportTyped)[]

export const nothingTyped: ReportTyped = {
  ...(Object.fromEntries(names.map((it) => [it, ""])) as ReportTyped),
  when: "0",
  whenDay: "0",
}

export const typedReport = (typed: Typed): ReportTyped =>
  Object.fromEntries(names.map((it) => [it, typed(it).slice(0, 500)])) as ReportTyped

type Read =
  | { told: Told; before?: number; unread: boolean; faults?: undefined }
  | { told?: undefined; before?: undefined; unread?: undefined; faults: ReportFaults }

/**
 * `ago`: milliseconds since it was first sent, where the script kept trying. `before`: how long before the sending they were last
 * seen, where no time of day was said. `faults` are keys of the words.
 */
export function readReport(typed: ReportTyped, finder: boolean, now: Instant, ago = 0): Read {
  const [list, id = ""] = typed.where.split(":")
  const when = whenIn(typed, now - ago)
  const result = Told.safeParse({
    where: {
      text: typed.whereText,
      ...((typed.lat || typed.lng) && { point: { lat: typed.lat, lng: typed.lng } }),
      ...(list === "venue" && { venue: id.slice(0, 40) }),
      ...(list === "street" && { street: id.slice(0, 12) }),
    },
    when: when ?? { at: wholeMinute(now - ago), about: true },
    phone: typed.phone,
    child: { sex: typed.sex, age: ageIn(typed.age) },
    relation: finder ? "finder" : "parent",
  })
  if (result.success) {
    const isTime = typed.when === "at" && timeIn(typed.whenTime) !== undefined
    const before = wholeMinute(now - ago) - result.data.when.at
    const isRead = when !== undefined && result.data.where.point !== null
    return { told: result.data, ...(!isTime && { before }), unread: !isRead }
  }
  const faults: ReportFaults = {}
  for (const { path, message } of result.error.issues) {
    const field = path.includes("sex") ? "sex" : path.includes("age") ? "age" : path[0] === "phone" ? "phone" : "where"
    faults[field] ??= typed[field].trim() === "" && field !== "where" && field !== "sex" ? "missing" : message
  }
  return { faults }
}

/** To the minute: the same form sent again a moment later says the same. */
const wholeMinute = (at: Instant) => Math.floor(at / minute) * minute

function whenIn({ when, whenDay, whenTime }: ReportTyped, now: Instant): When | undefined {
  if (when !== "at") {
    const minutes = Number(when || "0")
    return Number.isInteger(minutes) && minutes >= 0
      ? { at: wholeMinute(now - minutes * minute), about: minutes > 0 }
      : undefined
  }
  const back = whenDay === "1" || whenDay === "2" ? Number(whenDay) : 0
  const time = timeIn(whenTime)
  if (time === undefined) return back ? { at: wholeMinute(now - back * 24 * hour), about: true } : undefined
  const at = instantOf(addDays(dateOf(now), -back), time)
  // Shortly after midnight, "23:50" is yesterday's.
  const meant = back === 0 && at > now + hour && at - 24 * hour > now - 8 * hour ? at - 24 * hour : at
  return { at: meant, about: back === 2 }
}

/** "18:20", "1820", "6点20", "下午6点半", "6:20 pm". */
function timeIn(typed: string): string | undefined {
  const text = typed.normalize("NFKC").toLowerCase()
  const [, hours = "", minutes = ""] =
    /(\d{1,2})\s*[:.点时h]\s*(\d{1,2}|半)?/.exec(text) ?? /^\D*(\d{1,2})(\d{2})\D*$/.exec(text) ?? []
  if (hours === "") return undefined
  const late = /下午|晚|pm/.test(text) && Number(hours) < 12
  const [h, m] = [Number(hours) + (late ? 12 : 0), minutes === "半" ? 30 : Number(minutes)]
  return h < 24 && m < 60 ? `${String(h).padStart(2, "0")}:${String(m).padStart(2, "0")}` : undefined
}

export type MoreTyped = Readonly<Record<string, string>>
const moreNames = [...detailNames, "relation", "dispute", "venueAlert", "where", "time", "phone", "sex", "age"]

/** Only what was typed. */
export const typedMore = (typed: Typed): MoreTyped =>
  Object.fromEntries(
    moreNames.flatMap((name) => {
      const text = typed(name).trim().slice(0, 2000)
      return text ? [[name, text]] : []
    }),
  )

/** What can be taken of it, and for each of the rest why not (keys of the words). */
export function readMore(typed: MoreTyped, now: Instant): { added: Added; faults: Record<string, string> } {
  const { where, time, age, dispute, venueAlert, ...rest } = typed
  const at = time === undefined ? undefined : whenIn({ ...nothingTyped, when: "at", whenTime: time }, now)
  const said: Record<string, unknown> = {
    ...rest,
    ...(where && { where: { text: where } }),
    ...(at && { when: at }),
    ...(age !== undefined && { age: ageIn(age) ?? Number.NaN }),
    ...(dispute && { dispute: true }),
    ...(venueAlert && { venueAlert: true }),
  }
  const faults: Record<string, string> = time !== undefined && !at ? { time: "time" } : {}
  const result = Added.safeParse(said)
  if (result.success) return { added: result.data, faults }
  for (const { path, message } of result.error.issues) {
    faults[String(path[0])] ??= message
    delete said[String(path[0])]
  }
  return { added: Added.parse(said), faults }
}

/** The picture as the whole body, or in the form's field `photo`. */
export async function photoIn(c: Pick<Ctx, "req">): Promise<Uint8Array> {
  if (!/^multipart\/form-data/i.test(c.req.header("content-type") ?? ""))
    return new Uint8Array(await c.req.arrayBuffer())
  try {
    const { photo } = await c.req.parseBody()
    return photo instanceof File ? new Uint8Array(await photo.arrayBuffer()) : new Uint8Array()
  } catch (error) {
    if (error instanceof TypeError) throw new Problem("malformed-body")
    throw error
  }
}
