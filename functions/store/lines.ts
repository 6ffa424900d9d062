/**
 * The line as one small item: people and windows are packed into short strings, so that 40 waiting at 3 windows stay within
 * 1 KB (one unit a write) and 150 within 3 KB. Times are seconds of the service day, base 36.
 */
import type { Actor } from "#domain/actor"
import {
  type Entry,
  emptyLine,
  type Lane,
  type Line,
  type Rule,
  rules,
  type Visit,
  type WindowSlot,
} from "#domain/line"
import { Problem } from "#domain/problem"
import { type Letter, type ServiceId, serviceIds } from "#domain/service"
import type { StationId } from "#domain/station"
import { day, type Instant, instantOf, type LocalDate } from "#domain/time"
import type { World } from "#world"
import * as keys from "./keys.ts"
import { type Change, get, type Item, type Patience, pause, seen, stamp, write } from "./table.ts"

export async function find(
  world: World,
  station: StationId,
  date: LocalDate,
  how: "now" | "soon" = "now",
): Promise<Line> {
  const item = await get(world, "live", keys.line(station, date), how)
  return item ? unpack(item, station, date) : emptyLine(station, date)
}

/** What an action decides about a line: the line after, and what must be written with it. */
/** `op` says more than was known before: which number was called, say. */
export type Decision<T> = { line: Line; also?: readonly Change[]; already?: boolean; op?: string; answer: T }

/**
 * Reads, decides, writes if the line is still the one that was read; else again. A refusal of another item in the
 * transaction is answered; only a line that moved on is decided anew.
 */
export async function change<T>(
  world: World,
  by: Actor,
  op: string,
  of: { station: StationId; date: LocalDate },
  patience: Patience,
  decide: (line: Line) => Promise<Decision<T>> | Decision<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const line = await find(world, of.station, of.date)
    const { line: after, also = [], already, op: told = op, answer } = await decide(line)
    if (already) return answer
    const mine: Change = {
      table: "live",
      item: pack({ ...after, v: line.v + 1 }, by, told, world.now()),
      when: seen(line.v),
      or: new Problem("busy"),
    }
    const outcome = await write(world, [mine, ...also], patience)
    if (outcome.written) return answer
    const other = outcome.failed.find((it) => it.change !== mine)
    if (other && !outcome.failed.some((it) => it.change === mine)) throw other.change.or
    if (attempt >= patience.tries * 5 || Date.now() > patience.until) throw new Problem("busy")
    // Few at the line are back within milliseconds; fifty at once spread out, or they only spoil each other's rounds.
    await pause(attempt, 600)
  }
}

// The packed form. Services and rules by their place in their lists: new ones are added at the end.

/** As actions/forms.ts shortens an operation's id. */
const opLength = 6

const base = (date: LocalDate) => instantOf(date, "00:00") / 1000
const shortly = (at: Instant, from: number) => (Math.round(at / 1000) - from).toString(36)
const atLength = (text: string, from: number): Instant => (Number.parseInt(text, 36) + from) * 1000

// A small lane letter says that there is a phone to tell.
const packEntry = (it: Entry, from: number) => {
  const lane = it.phone ? it.lane.toLowerCase() : it.lane
  const behind = it.behind ? `<${it.behind.join("<")}${it.behind.length ? "" : "."}` : ""
  const only = it.only === undefined ? "" : `#${it.only}`
  return `${it.number}${lane}${serviceIds.indexOf(it.service).toString(36)}${shortly(it.eff, from)}${behind}${only}`
}

function unpackEntry(text: string, from: number): Entry {
  const [, number, lane, service, eff, behind, only] =
    /^([A-Z]\d+)([PAGpag])(\w)(-?[0-9a-z]+)(<[^#]*)?(?:#(\d+))?$/.exec(text) ?? []
  if (!number || !lane || !service || !eff) throw new Error("A line holds an entry that cannot be read")
  return {
    number,
    lane: lane.toUpperCase() as Lane,
    service: serviceIds[Number.parseInt(service, 36)] as ServiceId,
    eff: atLength(eff, from),
    phone: lane !== lane.toUpperCase(),
    ...(behind && { behind: behind === "<." ? [] : behind.slice(1).split("<") }),
    ...(only && { only: Number(only) }),
  }
}

const packVisit = (it: Visit, from: number) =>
  [
    packEntry(it, from),
    it.state === "called" ? "c" : "s",
    rules.indexOf(it.rule),
    shortly(it.calledAt, from),
    it.calls,
    it.lastCallAt === it.calledAt ? "" : shortly(it.lastCallAt, from),
    it.startedAt === undefined ? "" : shortly(it.startedAt, from),
  ].join(":")

function unpackVisit(text: string, from: number): Visit {
  const [entry = "", state, rule, calledAt = "", calls, lastCallAt = "", startedAt] = text.split(":")
  return {
    ...unpackEntry(entry, from),
    state: state === "c" ? "called" : "serving",
    rule: rules[Number(rule)] as Rule,
    calledAt: atLength(calledAt, from),
    calls: Number(calls),
    lastCallAt: atLength(lastCallAt || calledAt, from),
    ...(startedAt && { startedAt: atLength(startedAt, from) }),
  }
}

const packSlot = (it: WindowSlot, from: number) =>
  [
    it.no,
    // The provider's name for a person may hold a space or a bar.
    encodeURIComponent(it.staff ?? ""),
    (it.owed ? 1 : 0) + (it.paused ? 2 : 0),
    it.lastCallAt ? shortly(it.lastCallAt, from) : "",
    it.op ?? "",
    it.visit ? packVisit(it.visit, from) : "",
  ].join(" ")

function unpackSlot(text: string, from: number): WindowSlot {
  const [no, staff, owed, lastCallAt, op, visit] = text.split(" ")
  return {
    no: Number(no),
    ...(staff && { staff: decodeURIComponent(staff) }),
    owed: (Number(owed) & 1) === 1,
    ...(Number(owed) & 2 && { paused: true }),
    lastCallAt: lastCallAt ? atLength(lastCallAt, from) : 0,
    ...(op && { op }),
    ...(visit && { visit: unpackVisit(visit, from) }),
  }
}

export function pack(line: Line, by: Actor, op: string, at: Instant): Item {
  const from = base(line.date)
  return {
    ...keys.line(line.station, line.date),
    ...stamp(by, op, at, line.v),
    last: line.last,
    waiting: line.waiting.map((it) => packEntry(it, from)).join(" "),
    missed: line.missed.map((it) => `${packEntry(it, from)}@${shortly(it.missedAt, from)}`).join(" "),
    // Left out while empty, which is nearly always: each byte counts towards the kilobyte.
    ...(line.parked.length > 0 && {
      parked: line.parked.map((it) => `${packEntry(it, from)}@${shortly(it.parkedAt, from)}`).join(" "),
    }),
    ...(line.stopped && { stopped: true }),
    windows: line.windows.map((it) => packSlot(it, from)).join("|"),
    calls: line.calls.map((it) => `${it.number}.${it.window}.${shortly(it.at, from)}.${it.times}`).join(" "),
    given: line.given.map((it) => `${it.op}${it.number}`).join(" "),
    ttl: from + (31 * day) / 1000,
  }
}

const parts = (text: unknown, by: string) => (typeof text === "string" && text ? text.split(by) : [])

const apart = (text: string): [string, string] => {
  const [entry = "", at = ""] = text.split("@")
  return [entry, at]
}

export function unpack(item: Item, station: StationId, date: LocalDate): Line {
  const from = base(date)
  return {
    station,
    date,
    v: item.v,
    last: item.last as Partial<Record<Letter, number>>,
    waiting: parts(item.waiting, " ").map((it) => unpackEntry(it, from)),
    missed: parts(item.missed, " ").map((it) => ({
      ...unpackEntry(apart(it)[0], from),
      missedAt: atLength(apart(it)[1], from),
    })),
    parked: parts(item.parked, " ").map((it) => ({
      ...unpackEntry(apart(it)[0], from),
      parkedAt: atLength(apart(it)[1], from),
    })),
    windows: parts(item.windows, "|").map((it) => unpackSlot(it, from)),
    ...(item.stopped === true && { stopped: true }),
    calls: parts(item.calls, " ").map((it) => {
      const [number = "", window, at = "", times] = it.split(".")
      return { number, window: Number(window), at: atLength(at, from), times: Number(times) }
    }),
    given: parts(item.given, " ").map((it) => ({ op: it.slice(0, opLength), number: it.slice(opLength) })),
  }
}
