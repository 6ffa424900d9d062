/** How a day is counted, what stays covered, and how it goes into a spreadsheet. */
import { Hono } from "hono"
import { describe, expect, it } from "vitest"
import { csv } from "#api/csv"
import type { Env } from "#api/http"
import {
  alone,
  type Counted,
  closureAnswers,
  counted,
  covered,
  isFinal,
  lastFinal,
  lostBookings,
  months,
  none,
  periodOf,
  periods,
  type Saved,
  typical,
  waitEdges,
} from "#domain/statistics"
import { addDays, instantOf, type LocalDate } from "#domain/time"
import { figureText } from "#web/words/statistics"

const visit = (date: LocalDate, more: Partial<Counted> = {}): Counted => ({
  ...{ service: "rp-endorse", came: "walk-in", ended: "served", priority: false, offline: false },
  at: instantOf(date, "09:10"),
  ...more,
})
const aDay = (date: LocalDate, visits: number, more: Partial<Counted> = {}): Saved => ({
  date,
  ...counted(Array.from({ length: visits }, () => visit(date, more))),
  bookings: { lost: none(lostBookings), closures: none(closureAnswers) },
})
const shown = (row: Record<string, number>) =>
  Object.values(covered(row))
    .map((it) => figureText(it, "en"))
    .join(" ")

describe("a row of numbers whose total everybody knows", () => {
  it.each([
    ["is shown where nothing in it is small", [30, 12, 0], "30 12 0"],
    ["covers the first larger number beside a single small one", [30, 12, 3], "29–32 12 <5"],
    ["covers two small ones by each other", [30, 2, 3], "30 <5 <5"],
    ["covers a third where two ones could be nothing else", [30, 1, 1], "24–30 <5 <5"],
    ["covers a third where two fours could be nothing else", [30, 4, 4], "30–36 <5 <5"],
    ["covers one more where one and five could be nothing else", [5, 30, 1], "5–30 5–30 <5"],
    ["is covered whole where nothing in it is larger", [4, 3, 0], "0–7 0–7 0–7"],
    ["is covered whole where the rule run backwards would leave two ones only", [6, 1, 1], "0–8 0–8 0–8"],
    ["is covered whole where it is small altogether", [3, 0, 1], "<5 <5 <5"],
    ["shows that nobody was there", [0, 0], "0 0"],
  ])("%s", (_, numbers, text) => {
    expect(shown(Object.fromEntries(numbers.map((n, i) => [`n${i}`, n])))).toBe(text)
  })

  it("needs no covering where no row holds it", () => {
    expect([0, 1, 4, 5].map((n) => figureText(alone(n), "zh"))).toEqual(["0", "小于5", "小于5", "5"])
  })
})

describe("what is published", () => {
  const today = "2026-12-04"

  it("is of days that no kiosk can add to any more, and whose bookings have all ended", () => {
    expect(lastFinal("2026-11-26")).toBe("2026-11-23")
    const day = aDay("2026-11-23", 9)
    expect(["2026-11-24", "2026-11-25", "2026-11-26"].map((it) => isFinal(day, it))).toEqual([false, false, true])
    const { bookings: _, ...open } = day
    expect(isFinal(open, "2026-11-26")).toBe(false)
  })

  it("is of whole days, weeks from Monday, and months", () => {
    expect(periodOf("2026-11-29", "day")).toEqual({ from: "2026-11-29", to: "2026-11-29" })
    expect(periodOf("2026-11-29", "week")).toEqual({ from: "2026-11-23", to: "2026-11-29" })
    expect(periodOf("2026-11-23", "week")).toEqual({ from: "2026-11-23", to: "2026-11-29" })
    expect(periodOf("2028-02-05", "month")).toEqual({ from: "2028-02-01", to: "2028-02-29" })
    expect(periodOf("2026-12-31", "month")).toEqual({ from: "2026-12-01", to: "2026-12-31" })
  })

  it("adds up what the days show: a week of fours is no more than that", () => {
    const days = Array.from({ length: 7 }, (_, i) => aDay(addDays("2026-11-23", i), 4))
    expect(periods(days, "week", today)).toMatchObject([{ days: 7, visits: { low: 7, high: 28 } }])
  })

  it("leaves days of fewer than five visits out of the month's breakdowns, whose total would tell of them", () => {
    const days = [aDay("2026-11-02", 3, { service: "id-found" }), aDay("2026-11-03", 20, { offline: true })]
    expect(months(days, today)).toMatchObject([
      {
        services: { "rp-endorse": { low: 20, high: 20 }, "id-found": { low: 0, high: 0 } },
        offline: { low: 20, high: 20 },
      },
    ])
    expect(months(days, "2026-12-02")).toEqual([])
  })
})

describe("typical minutes", () => {
  it("are the edges that half and nine of ten stay within, from twenty people on", () => {
    const waits = waitEdges.map(() => 0).concat(0)
    waits[0] = 10
    waits[3] = 8
    expect(typical(waitEdges, [waits])).toBeUndefined()
    waits[9] = 1
    expect(typical(waitEdges, [waits, waits])).toEqual({ half: 5, most: 20 })
    waits[9] = 9
    expect(typical(waitEdges, [waits])).toEqual({ half: 20 })
  })
})

describe("a table for a spreadsheet (ASVS V1.2.10)", () => {
  it("holds no formula, and keeps quotes, commas and lines within their cells", async () => {
    const app = new Hono<Env>()
    app.get("/", (c) =>
      csv(c, "table", [
        ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\0=1"],
        ["＝1+1", "＋1", "－1", "＠SUM(A1)", "\n=1", " =1", "\u3000＝1", "\u200B\n ＋1", "a＝1"],
        ['a "b", c\nd', 7],
      ]),
    )
    const answer = await app.request("/")
    expect(answer.headers.get("content-disposition")).toBe('attachment; filename="table.csv"')
    const fullWidth = `"'＝1+1","'＋1","'－1","'＠SUM(A1)","'\n=1","' =1","'\u3000＝1","'\u200B\n ＋1","a＝1"`
    expect(Buffer.from(await answer.arrayBuffer()).toString()).toBe(
      `\uFEFF"'=1+1","'+1","'-1","'@SUM(A1)","'\t=1","'\r=1","'\0=1"\r\n${fullWidth}\r\n"a ""b"", c\nd","7"\r\n`,
    )
  })
})
