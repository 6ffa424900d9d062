/** What a chief may read of the days of their own station: counts, with nobody in them. */
import * as z from "zod/mini"
import type { Routes } from "#api/routes"
import { ServiceId } from "#domain/service"
import { StationId } from "#domain/station"
import { cameBy, closureAnswers, endings, grains, lostBookings, reportEndings } from "#domain/statistics"
import { day, LocalDate } from "#domain/time"

const Figure = z.object({ low: z.number(), high: z.number() }).check(
  z.meta({
    id: "Figure",
    description: "A count. Where low and high differ it is kept back, because it or one beside it is below five",
  }),
)
const Typical = z
  .object({ half: z.optional(z.number()), most: z.optional(z.number()) })
  .check(z.meta({ id: "TypicalMinutes", description: "At most so many minutes for half, and for nine of ten" }))
const minutes = { waits: z.optional(Typical), lengths: z.optional(Typical) }

const Period = z
  .object({
    from: LocalDate,
    to: LocalDate,
    days: z.number(),
    visits: Figure,
    came: z.record(z.enum(cameBy), Figure),
    ended: z.record(z.enum(endings), Figure),
    lost: z.record(z.enum(lostBookings), Figure),
    ...minutes,
  })
  .check(z.meta({ id: "StatisticsPeriod" }))
const Month = z
  .object({
    month: z.string(),
    services: z.record(ServiceId, Figure),
    hours: z.array(z.object({ hour: z.string(), visits: Figure, ...minutes })),
    priority: Figure,
    offline: Figure,
    closures: z.record(z.enum(closureAnswers), Figure),
  })
  .check(z.meta({ id: "StatisticsMonth" }))
const Reports = z
  .object({ month: z.string(), reports: Figure, ended: z.record(z.enum(reportEndings), Figure) })
  .check(z.meta({ id: "StatisticsReports", description: "Of the whole district, never of a station" }))

const StatisticsShape = z
  .object({
    station: StationId,
    from: LocalDate,
    to: LocalDate,
    grain: z.enum(grains),
    periods: z.array(Period),
    months: z.array(Month),
    reports: z.array(Reports),
  })
  .check(z.meta({ id: "Statistics" }))

/** Two years: what is compared with the year before. */
const longest = 732 * day
const Asked = z
  .object({
    from: z.optional(LocalDate).check(z.meta({ description: "Four weeks before the last day, if left out" })),
    to: z.optional(LocalDate).check(z.meta({ description: "The last published day, if left out" })),
    grain: z.optional(z.enum(grains, "grain")),
  })
  .check(
    z.refine(({ from, to }) => !from || !to || (from <= to && Date.parse(to) - Date.parse(from) <= longest), {
      error: "period",
      path: ["to"],
    }),
  )

export const statisticsRoutes = {
  "GET /staff/statistics": {
    summary: "What the station counted, by whole days, weeks or months; numbers below five are kept back",
    may: "statistics.see",
    query: Asked,
    answer: StatisticsShape,
    refusals: [],
  },
  "GET /staff/statistics/export": {
    summary: "The same as a table for a spreadsheet, with Chinese and English headings",
    may: "statistics.export",
    query: Asked,
    answer: z.string(),
    refusals: [],
  },
} as const satisfies Routes
