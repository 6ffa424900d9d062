/** The chief's statistics in a real browser: tables and a chart, on paper, in both languages, and away as a file. */
import { readFileSync } from "node:fs"
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb"
import { afterAll, beforeAll, expect, it } from "vitest"
import { type Counted, counted } from "#domain/statistics"
import { addDays, instantOf, type LocalDate, weekdayOf } from "#domain/time"
import * as statistics from "#store/statistics"
import { counter, write } from "#store/table"
import { isForEveryone } from "#test/everyone"
import { type Opened, openPortal, screens } from "#test/opened"
import { until } from "#test/system"
import { clientOf } from "#test/world"
import type { World } from "#world"

const shots = process.env.DOORSTEP_LOOK
let portal: Opened

beforeAll(async () => {
  portal = await openPortal()
  const { dynamodbEndpoint, tableNames } = portal.system
  const db = DynamoDBDocumentClient.from(clientOf(dynamodbEndpoint), {
    marshallOptions: { removeUndefinedValues: true },
  })
  const world = { db, tables: { live: tableNames.Live } } as unknown as World
  const by = { kind: "system", name: "test" } as const
  for (let date: LocalDate = "2026-09-28"; date < "2026-11-21"; date = addDays(date, 1)) {
    const day = aDay(date)
    await write(world, [statistics.dayChange(by, 0, { ...day, station: "FZ-JA-P01", date, v: 0 })], counter())
  }
  for (const [month, reunited] of [
    ["2026-09", 6],
    ["2026-10", 3],
  ] as const) {
    const counts = { reunited, cancelled: 0, "false-report": 1, merged: 0, v: 0 }
    await write(world, [statistics.reportsChange(by, 0, month, counts)], counter())
  }
})
afterAll(() => portal?.close())

/** About a hundred and thirty visits of a workday, forty of a Saturday, none of a Sunday: the same in every run. */
function aDay(date: LocalDate) {
  const n = Number(date.slice(8)) * 7
  const size = [0, 131, 124, 118, 127, 140, 41][weekdayOf(date)]!
  const visits = Array.from({ length: size }, (_, i): Counted => {
    const k = (i * 37 + n) % 100
    return {
      service: k < 55 ? "rp-endorse" : k < 72 ? "rp-address" : k < 88 ? "id-renew" : k < 99 ? "pickup" : "id-found",
      came: k < 60 ? "walk-in" : k < 97 ? "booked" : "phone",
      ended: k === 13 ? "left" : k === 14 ? "expired" : "served",
      priority: k % 20 === 0,
      offline: false,
      at: instantOf(date, `${String(8 + (i % 10)).padStart(2, "0")}:10`),
      waited: (k * 3) % 50,
      took: 4 + (k % 12),
    }
  })
  return {
    ...counted(visits),
    bookings: {
      lost: { "no-show": n % 9, cancelled: n % 13, moved: n % 5, unserved: 0 },
      closures: { accepted: 0, "chose-another": 0, cancelled: 0, unsettled: 0 },
    },
  }
}

it("a chief sees the last weeks, then the months, small numbers covered, and takes them away as a table", async () => {
  const chief = await portal.signedIn("郑站长")
  await chief.getByRole("tab", { name: "统计" }).click()
  const days = chief.getByRole("region", { name: "到访" }).getByRole("row")
  await until("thirty rows", async () => (await days.count()) === 30)
  expect(await chief.getByRole("region", { name: "到访" }).innerText()).toContain("小于5")
  await isForEveryone(chief, "statistics by day")
  if (shots) await chief.screenshot({ path: `${shots}/statistics-day.png` })

  await chief.getByLabel("从").fill("2026-10-01")
  await chief.getByLabel("到", { exact: true }).fill("2026-11-20")
  await chief.getByLabel("按").selectOption("month")
  await chief.getByRole("button", { name: "查看" }).click()
  await until("four rows", async () => (await days.count()) === 4)
  await chief.getByRole("heading", { name: "2026-10 明细" }).waitFor()
  await isForEveryone(chief, "statistics by month")
  if (shots) await chief.screenshot({ path: `${shots}/statistics-month.png` })

  const [file] = await Promise.all([
    chief.waitForEvent("download"),
    chief.getByRole("button", { name: "导出表格" }).click(),
  ])
  const text = readFileSync(await file.path(), "utf8")
  expect(text.startsWith('\uFEFF"从 From","到 To"')).toBe(true)
  expect(text).toContain('"2026-10-01","2026-10-31"')

  // On paper: the tables, and nothing of the desk around them.
  await chief.emulateMedia({ media: "print" })
  expect(await chief.getByRole("heading", { name: "2026-10 明细" }).isVisible()).toBe(true)
  expect(await chief.getByRole("tab", { name: "统计" }).isVisible()).toBe(false)
  if (shots) await chief.screenshot({ path: `${shots}/statistics-print.png`, fullPage: true })
  await chief.emulateMedia({ media: "screen" })

  await chief.getByRole("button", { name: "English" }).click()
  await chief.getByRole("heading", { name: "2026-10 in detail" }).waitFor()
  for (const [name, size] of Object.entries({ tablet: screens.tablet, pocket: screens.pocket, desk: screens.desk })) {
    await chief.setViewportSize(size)
    await isForEveryone(chief, `statistics in English, ${name}`)
    if (shots) await chief.screenshot({ path: `${shots}/statistics-en-${name}.png`, fullPage: name !== "desk" })
  }
  expect(portal.complaints).toEqual([])
})
