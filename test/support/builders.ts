/** What a test needs to say, and no more. Monday 2026-11-23 at 龙头警务站, unless told otherwise. */
import { stations } from "#domain/demonstration"
import { type Entry, emptyLine, type Lane, type Line } from "#domain/line"
import type { ServiceId } from "#domain/service"
import type { Station } from "#domain/station"
import { type Operation, type Step, step } from "#domain/step"
import { type Instant, instantOf, minute } from "#domain/time"

export const monday = "2026-11-23"
export const at = (time: string, date = monday): Instant => instantOf(date, time)

export const longtou = stations[0]!
export const plaza = stations[1]!

/** A station whose windows all serve alike, or each what it is told. */
export const aStation = (
  windows: readonly (readonly ServiceId[])[] = [["rp-endorse"]],
  change: Partial<Station> = {},
): Station => ({
  ...longtou,
  hours: Array.from({ length: 7 }, () => [["00:00", "24:00"]] as const),
  windows: windows.map((services, i) => ({ no: i + 1, services })),
  ...change,
})

export const anEntry = (number: string, lane: Lane, eff: Instant, service: ServiceId = "rp-endorse"): Entry => ({
  number,
  lane,
  service,
  eff,
  phone: false,
})

export const aLine = (waiting: readonly Entry[] = []): Line => ({ ...emptyLine("FZ-JA-P01", monday), waiting })

let count = 0
export const anOp = () => `op${String(++count).padStart(6, "0")}`

type Asked = Operation extends infer O ? (O extends Operation ? Omit<O, "op" | "now"> & { op?: string } : never) : never

/** A line that remembers itself: each call is a step at the given time. */
export function hall(station: Station, start: Instant) {
  let line = emptyLine(station.id, monday)
  let now = start
  const go = (asked: Asked): Step => {
    const done = step(line, { op: anOp(), ...asked, now } as Operation, station)
    line = done.line
    return done
  }
  return {
    go,
    line: () => line,
    now: () => now,
    wait: (minutes: number) => {
      now += minutes * minute
    },
    take: (service: ServiceId = "rp-endorse", priority = false) => go({ do: "take", service, priority }).number!,
    checkIn: (booked: string, service: ServiceId = "rp-endorse") =>
      go({ do: "check-in", service, priority: false, booked: at(booked) }).number!,
    sit: (window: number) => go({ do: "sit", window, staff: `clerk-${window}` }),
    call: (window: number) => go({ do: "call", window, staff: `clerk-${window}` }).number!,
    act: (what: "recall" | "missed" | "start" | "finish", window: number, number: string) =>
      go({ do: what, window, staff: `clerk-${window}`, number }),
    serve: (window: number) => {
      const { number } = go({ do: "call", window, staff: `clerk-${window}` })
      go({ do: "start", window, staff: `clerk-${window}`, number: number! })
      go({ do: "finish", window, staff: `clerk-${window}`, number: number! })
      return number!
    },
  }
}

/** The refusal that this throws, as its code. */
export function refusalOf(act: () => unknown): string | undefined {
  try {
    act()
    return undefined
  } catch (error) {
    return (error as { code?: string }).code ?? String(error)
  }
}
