/** The ledger of what each thing costs, followed to its end, and from it the dollars of a station's year. */
import { addDays } from "#domain/time"
import { monday } from "#test/builders"
import { topology } from "#test/world"
import { type Figures, figure, table } from "../figures.ts"
import {
  bookingCost,
  codeCost,
  type Entry,
  earlierCost,
  type FunctionName,
  readsOf,
  refreshCost,
  refusedCosts,
  reminderCost,
  snapshotCost,
  ticketLife,
  visitCost,
  writesOf,
} from "../ledger.ts"
import { meter } from "../meter.ts"
import { fullCpuMb, usd } from "../prices.ts"
import { built, threeWindows, wishes } from "../scene.ts"
import type { Stand } from "../stand.ts"

const runs = 5

/** Ours: half of the visits are booked (the bookable share); how often people look and are refused is a guess, to be learned. */
const visits = 400 * 365
const perBooked = {
  code: 1,
  booking: 1,
  refused: 1,
  refresh: 10,
  checkIn: 1,
  callBooked: 1,
  startBooked: 1,
  finishBooked: 1,
  reminder: 2,
  wish: 0.1,
  offer: 0.05,
}
const perWalkIn = { take: 1, call: 1, start: 1, finish: 1 }
const perVisit = { snapshot: 20 }

type Case = keyof typeof perBooked | keyof typeof perWalkIn | keyof typeof perVisit
type Ledger = Record<Case, Entry[]>

const named: Record<Case, string> = {
  code: "a code asked for and answered",
  booking: "a booking",
  refused: "a booking refused",
  refresh: "a full day's free times, refreshed",
  checkIn: "a check-in",
  callBooked: "a call of somebody with a phone",
  startBooked: "a start of a booked visit",
  finishBooked: "a finish of a booked visit",
  reminder: "a reminder, alone",
  wish: "a wish for an earlier time",
  offer: "an earlier time offered",
  take: "a ticket, 40 waiting",
  call: "a call, 40 waiting",
  start: "a start, 40 waiting",
  finish: "a finish, 40 waiting",
  snapshot: "a hall's snapshot, 40 waiting",
}

export async function costGroup(stand: Stand): Promise<Figures> {
  const ledger = await kept(stand)
  console.log(
    table(
      ["what, followed to its end", "Bookings w", "r", "Live w", "r", "Audit w", "SQS", "functions", "ms"],
      Object.entries(named).map(([name, says]) => rowOf(says, ledger[name as Case])),
    ),
  )
  return { ...units(ledger), ...year(ledger) }
}

async function kept(stand: Stand): Promise<Ledger> {
  const ledger: Partial<Ledger> = {}
  const note = (name: Case, entry: Entry) => {
    ledger[name] ??= []
    ledger[name].push(entry)
  }
  const all = wishes(threeWindows, ["rp-endorse"], 7)
  // One more than is kept: the first of everything is slow.
  for (let i = 0; i <= runs; i++) {
    const world = await stand.world()
    await built(world, threeWindows)
    const counted = meter(world)
    await bookingCost(world, counted, all[0]!)
    const code = await codeCost(world, counted)
    const [refused] = await refusedCosts(world, counted, all[9]!)
    const refresh = await refreshCost(world, counted, threeWindows, addDays(monday, 2))
    const life = await ticketLife(world, counted, 40)
    const snapshot = await snapshotCost(world, counted)
    const visit = await visitCost(world, counted, all.find((it) => it.date === addDays(monday, 3))!)
    const after = await stand.world()
    await built(after, threeWindows)
    const afterwards = meter(after)
    const { wishing, offer } = await earlierCost(after, afterwards, all[20]!, all.at(-1)!)
    const reminder = await reminderCost(after, afterwards, [all.find((it) => it.date === addDays(monday, 1))!])
    if (i === 0) continue
    note("reminder", reminder)
    note("wish", wishing)
    note("offer", offer)
    for (const [name, entry] of Object.entries({ code, refused: refused!, refresh, snapshot, ...life }))
      note(name as Case, entry)
    note("booking", visit.booking)
    note("checkIn", visit.checkIn)
    note("callBooked", visit.call)
    note("startBooked", visit.start)
    note("finishBooked", visit.finish)
  }
  return ledger as Ledger
}

const msOf = (entry: Entry) => entry.calls.reduce((sum, it) => sum + it.ms, 0)

function rowOf(says: string, entries: readonly Entry[]): (string | number)[] {
  const [{ whole, sqs, calls }] = entries as [Entry]
  return [
    says,
    whole.bookings.writes + whole.keys.writes,
    whole.bookings.reads + whole.keys.reads,
    whole.live.writes,
    whole.live.reads,
    whole.audit.writes,
    sqs,
    calls.length,
    figure(entries.map(msOf), "ms").value.toFixed(1),
  ]
}

const units = (ledger: Ledger): Figures =>
  Object.fromEntries(
    Object.entries(ledger).flatMap(([name, entries]) => [
      [
        `cost.${name}.write_units`,
        figure(
          entries.map((it) => writesOf(it.whole)),
          "units",
        ),
      ],
      [
        `cost.${name}.read_units`,
        figure(
          entries.map((it) => readsOf(it.whole)),
          "units",
        ),
      ],
      [
        `cost.${name}.queue_requests`,
        figure(
          entries.map((it) => it.sqs),
          "requests",
        ),
      ],
    ]),
  )

type Part = "dynamodb" | "sqs" | "lambda" | "http_api"
const parts: Record<Part, (entry: Entry) => number> = {
  dynamodb: ({ whole }) => writesOf(whole) * usd.writeUnit + readsOf(whole) * usd.readUnit,
  sqs: ({ sqs }) => sqs * usd.sqsRequest,
  lambda: ({ calls }) =>
    calls.reduce((sum, { name, ms }) => sum + usd.lambdaRequest + gbSeconds(name, ms) * usd.lambdaGbSecond, 0),
  http_api: () => usd.httpApiRequest,
}

/** As if all of its time here were work, and its share of a CPU there so much smaller: more than it will be. */
function gbSeconds(name: FunctionName, ms: number): number {
  const { memory } = topology.functions[name]!
  const slower = Math.max(1, fullCpuMb / memory)
  return ((ms * slower) / 1000) * (memory / 1024)
}

function year(ledger: Ledger): Figures {
  const times = Object.entries({
    ...Object.fromEntries(Object.entries(perBooked).map(([name, times]) => [name, (times * visits) / 2])),
    ...Object.fromEntries(Object.entries(perWalkIn).map(([name, times]) => [name, (times * visits) / 2])),
    ...Object.fromEntries(Object.entries(perVisit).map(([name, times]) => [name, times * visits])),
  }) as [Case, number][]
  const of = (priceOf: (entry: Entry) => number) =>
    figure(
      Array.from({ length: runs }, (_, run) =>
        times.reduce((sum, [name, many]) => sum + many * priceOf(ledger[name][run]!), 0),
      ),
      "USD/year",
    )
  const every = Object.entries(parts)
  return {
    "cost.station_year_usd_core": of((entry) => every.reduce((sum, [, priceOf]) => sum + priceOf(entry), 0)),
    ...Object.fromEntries(every.map(([part, priceOf]) => [`cost.station_year_usd_${part}`, of(priceOf)])),
  }
}
