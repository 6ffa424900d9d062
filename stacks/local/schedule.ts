import { randomUUID } from "node:crypto"
import { account, arnOf, region } from "./place.ts"

/** EventBridge Scheduler on one machine: rate(…) and cron(…), in the schedule's own time zone, by the given clock. */
export type Schedule = { name: string; expression: string; timezone: string; retries: number }

export type Timetable = { stop(): void }

export type ScheduledEvent = {
  version: "0"
  id: string
  "detail-type": "Scheduled Event"
  source: "aws.scheduler"
  account: string
  time: string
  region: string
  resources: string[]
  detail: string
}

type Fields = {
  minutes: number[]
  hours: number[]
  days: Set<number>
  months: Set<number>
  weekdays: Set<number>
  years: Set<number>
}

const units: Record<string, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 }
const monthNames = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
const dayNames = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
const longestTimer = 2 ** 31 - 1
const soon = 3_000

/**
 * When the schedule fires next after `after`. A rate counts from `since`, the moment the schedule came to be, and fires
 * first at that moment. Throws for what is no expression of the two kinds.
 */
export function nextTime(expression: string, timezone: string, after: number, since: number): number {
  const every = rateOf(expression)
  if (every !== undefined) return after < since ? since : since + (Math.floor((after - since) / every) + 1) * every
  const fields = cronOf(expression)
  const first = localAt(after, timezone)
  for (let date = Date.UTC(first.year, first.month - 1, first.day); ; date += 86_400_000) {
    const [year, month, day] = [
      new Date(date).getUTCFullYear(),
      new Date(date).getUTCMonth() + 1,
      new Date(date).getUTCDate(),
    ]
    if (year > first.year + 10) throw new Error(`${expression} never comes`)
    if (!fields.years.has(year) || !fields.months.has(month) || !fields.days.has(day)) continue
    if (!fields.weekdays.has(new Date(date).getUTCDay() + 1)) continue
    for (const hour of fields.hours) {
      for (const minute of fields.minutes) {
        const at = instantOf(date + (hour * 60 + minute) * 60_000, timezone)
        if (at > after) return at
      }
    }
  }
}

export function rateOf(expression: string): number | undefined {
  const [, amount, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? []
  return amount && unit && Number(amount) > 0 ? Number(amount) * units[unit]! : undefined
}

function cronOf(expression: string): Fields {
  const parts = /^cron\((.+)\)$/.exec(expression)?.[1]?.trim().split(/\s+/)
  if (parts?.length !== 6) throw new Error(`not a schedule: ${expression}`)
  const [minutes, hours, days, months, weekdays, years] = parts as [string, string, string, string, string, string]
  if ((days === "?") === (weekdays === "?")) throw new Error(`${expression}: exactly one of the two days must be "?"`)
  return {
    minutes: valuesOf(minutes, 0, 59),
    hours: valuesOf(hours, 0, 23),
    days: new Set(valuesOf(days, 1, 31)),
    months: new Set(valuesOf(months, 1, 12, monthNames)),
    weekdays: new Set(valuesOf(weekdays, 1, 7, dayNames)),
    years: new Set(valuesOf(years, 1970, 2199)),
  }
}

function valuesOf(field: string, lowest: number, highest: number, names: string[] = []): number[] {
  const numberOf = (text: string) => {
    const named = names.indexOf(text.toUpperCase())
    const value = named >= 0 ? named + lowest : Number(text)
    if (!/^\w+$/.test(text) || !Number.isInteger(value) || value < lowest || value > highest)
      throw new Error(`not understood in a schedule: ${field}`)
    return value
  }
  const values = field.split(",").flatMap((part) => {
    const [range = "", step] = part.split("/")
    const [from, to] =
      range === "*" || range === "?" ? [lowest, highest] : (range.split("-").map(numberOf) as [number, number?])
    const last = to ?? (step ? highest : from)
    const stride = step === undefined ? 1 : Number(step)
    if (!Number.isInteger(stride) || stride < 1) throw new Error(`not understood in a schedule: ${field}`)
    return Array.from(
      { length: Math.max(0, Math.floor((last - from) / stride) + 1) },
      (_, index) => from + index * stride,
    )
  })
  return [...new Set(values)].sort((one, other) => one - other)
}

const formats = new Map<string, Intl.DateTimeFormat>()

function localAt(at: number, timezone: string) {
  let format = formats.get(timezone)
  if (!format) {
    const numeric = "numeric" as const
    format = new Intl.DateTimeFormat("en-US", {
      timeZone: timezone,
      hourCycle: "h23",
      year: numeric,
      month: numeric,
      day: numeric,
      hour: numeric,
      minute: numeric,
      second: numeric,
    })
    formats.set(timezone, format)
  }
  const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]))
  const { year, month, day, hour, minute, second } = parts as Record<
    "year" | "month" | "day" | "hour" | "minute" | "second",
    number
  >
  return { year, month, day, hour, minute, second }
}

/** The instant at which the clocks of that zone show `local`, given as if it were UTC. */
function instantOf(local: number, timezone: string): number {
  const shown = (at: number) => {
    const { year, month, day, hour, minute, second } = localAt(at, timezone)
    return Date.UTC(year, month - 1, day, hour, minute, second)
  }
  const guess = local - (shown(local) - local)
  return guess - (shown(guess) - local)
}

export function scheduledEvent(name: string, at: number): ScheduledEvent {
  return {
    version: "0",
    id: randomUUID(),
    "detail-type": "Scheduled Event",
    source: "aws.scheduler",
    account,
    time: new Date(at).toISOString().replace(/\.\d+Z$/, "Z"),
    region,
    resources: [arnOf("scheduler", `schedule/default/${name}`)],
    detail: "{}",
  }
}

/** Fires until stopped; what is still running when its time comes again is not started twice. */
export function startSchedule(
  schedule: Schedule,
  invoke: (event: ScheduledEvent) => Promise<unknown>,
  now: () => number,
): Timetable {
  const since = now() + soon
  let timer: NodeJS.Timeout
  let stopped = false
  plan(now())

  function plan(after: number) {
    const at = nextTime(schedule.expression, schedule.timezone, after, since)
    const left = Math.max(0, at - now())
    timer = setTimeout(() => (left > longestTimer ? plan(after) : void fire(at)), Math.min(left, longestTimer))
  }

  async function fire(at: number) {
    for (let tries = 0; tries <= schedule.retries && !stopped; tries++) {
      try {
        await invoke(scheduledEvent(schedule.name, at))
        break
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 1_000 * 2 ** tries).unref())
      }
    }
    if (!stopped) plan(Math.max(at, now()))
  }

  return {
    stop() {
      stopped = true
      clearTimeout(timer)
    },
  }
}
