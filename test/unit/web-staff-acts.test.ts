import { describe, expect, test } from "vitest"
import { emptyLine, type Line } from "#domain/line"
import { Problem } from "#domain/problem"
import { type Operation, step } from "#domain/step"
import { minute, second } from "#domain/time"
import { aStation, at } from "#test/builders"
import { acts, hindrance, type Seen } from "#web/staff/acts"
import { undoOf } from "#web/staff/undo"
import { staffWords } from "#web/words/staff"
import { teller } from "#web/words/t"

const now = at("09:00")
const zh = teller(staffWords, "zh")

describe("a press that cannot be done", () => {
  const free: Seen = { lost: false, paused: false, state: undefined, recall: undefined, undo: undefined }
  const called: Seen = { ...free, state: "called", recall: { left: 2, seconds: 0 } }
  const serving: Seen = { ...free, state: "serving" }
  const may = (seen: Seen) => acts.filter((act) => hindrance(act, seen, zh) === undefined)

  test("depends on who is at the window", () => {
    expect(may(free)).toEqual(["call", "pause"])
    expect(may(called)).toEqual(["start", "recall", "missed", "park", "transfer", "pause"])
    expect(may(serving)).toEqual(["finish", "park", "transfer", "pause"])
    expect(may({ ...free, paused: true })).toEqual(["pause"])
  })

  test("is refused aloud, every one, while there is no connection", () => {
    for (const seen of [free, called, serving]) expect(may({ ...seen, lost: true })).toEqual([])
    expect(hindrance("call", { ...free, lost: true }, zh)).toMatch(/没有送出，也不会补送/)
  })

  test("says what to do instead, in both languages", () => {
    for (const language of ["zh", "en"] as const) {
      const t = teller(staffWords, language)
      for (const seen of [free, called, serving, { ...called, recall: { left: 0, seconds: 3 } }])
        for (const act of acts) expect(hindrance(act, seen, t) ?? "fine").toMatch(/^[^{}]{2,}$/)
    }
    expect(hindrance("recall", { ...called, recall: { left: 1, seconds: 7 } }, zh)).toContain("7")
  })
})

/** What the console offers to take back is what the line would take back, second by second. */
describe("undo is offered exactly while the line would accept it", () => {
  const station = aStation()
  const window = station.windows[0]!
  const staff = "clerk"
  let ops = 0
  const run = (line: Line, time: number, operation: object) =>
    step(line, { op: `op_${++ops}`, now: time, window: window.no, staff, ...operation } as Operation, station)
  const seated = run(
    run(emptyLine(station.id, "2026-11-23"), now - 9 * minute, {
      do: "take",
      service: window.services[0],
      priority: false,
    }).line,
    now - 8 * minute,
    { do: "sit" },
  ).line
  const ringing = run(seated, now, { do: "call" })
  const number = ringing.number!
  const on = (line: Line, time: number, act: string) => run(line, time, { do: act, number }).line
  const served = on(ringing.line, now + 5 * second, "start")

  const offered = (line: Line, time: number, finishedAt?: number) => {
    const slot = line.windows.find((it) => it.no === window.no)!
    const finished = finishedAt === undefined ? undefined : { window: window.no, number, at: finishedAt }
    return undoOf(slot, line, finished, time)
  }
  const accepted = (line: Line, time: number, finishedAt?: number) => {
    const visit = served.windows.find((it) => it.no === window.no)!.visit!
    try {
      run(line, time, {
        do: "undo",
        number,
        ...(finishedAt !== undefined && { finished: { ...visit, endedAt: finishedAt } }),
      })
      return true
    } catch (problem) {
      expect(problem).toBeInstanceOf(Problem)
      return false
    }
  }
  const missed = on(ringing.line, now + 40 * second, "missed")
  const recalled = on(ringing.line, now + 21 * second, "recall")
  const finishedAt = now + 60 * second
  const finished = on(served, finishedAt, "finish")

  test.each([
    ["call", ringing.line, now, undefined],
    ["start", served, now + 5 * second, undefined],
    ["missed", missed, now + 40 * second, undefined],
    ["finish", finished, finishedAt, finishedAt],
  ] as const)("after %s", (what, line, since, ended) => {
    for (const seconds of [0, 1, 15, 29]) {
      const time = since + seconds * second
      expect(offered(line, time, ended)).toEqual({ what, number, at: since, seconds: 30 - seconds })
      expect(accepted(line, time, ended)).toBe(true)
    }
    expect(offered(line, since + 31 * second, ended)).toBeUndefined()
    expect(accepted(line, since + 31 * second, ended)).toBe(false)
  })

  test("never after a repeated call, a parking, or at a window that did nothing", () => {
    expect(offered(recalled, now + 22 * second)).toBeUndefined()
    expect(accepted(recalled, now + 22 * second)).toBe(false)
    const parked = on(served, now + 10 * second, "park")
    expect(offered(parked, now + 11 * second)).toBeUndefined()
    expect(accepted(parked, now + 11 * second)).toBe(false)
    expect(offered(seated, now)).toBeUndefined()
  })

  test("the later of a missed and a finish at the same window is the one", () => {
    const one = undoOf({ no: window.no }, missed, { window: window.no, number: "A009", at: now }, now + 41 * second)
    expect(one?.what).toBe("missed")
    const other = undoOf(
      { no: window.no },
      missed,
      { window: window.no, number: "A009", at: now + 45 * second },
      now + 46 * second,
    )
    expect(other).toMatchObject({ what: "finish", number: "A009" })
  })
})
