/** Fifty windows call a thousand people from one line as fast as they can, with no time for serving: far beyond any hall. */
import * as calling from "#actions/calling"
import { emptyLine, numbered } from "#domain/line"
import { Problem } from "#domain/problem"
import { minute } from "#domain/time"
import { aStation, monday } from "#test/builders"
import type { TestWorld } from "#test/world"
import { type Figures, figure, percentile } from "../figures.ts"
import { type Charge, meter } from "../meter.ts"
import { aClerkAt, anOp, built, written } from "../scene.ts"
import type { Stand } from "../stand.ts"

const windows = Array.from({ length: 50 }, (_, i) => i + 1)
const people = 1000
/** What has not been called by then counts as not reached, and is said. */
const patienceMs = 150_000
const id = "FZ-JA-B50"

export async function callsGroup(stand: Stand): Promise<Figures> {
  const world = await stand.world()
  await built(
    world,
    aStation(
      windows.map(() => ["rp-endorse"]),
      { id },
    ),
  )
  const counted = meter(world)
  await written(world, aFullHall(world))
  for (const window of windows) await calling.sit(world, aClerkAt(id, window), { station: id, window, op: anOp() })

  const until = performance.now() + patienceMs
  const { answer, charges } = await counted.during(() =>
    Promise.all(windows.map((window) => callsAt(world, window, until))),
  )
  const called = answer.flat()
  const inOrder = callsIn(charges)
  if (inOrder.length !== called.length) throw new Error("Calls and versions of the line do not match")
  const reached = performance.now() < until
  const ms = called.map((it) => it.ms)
  return {
    "calls.called": figure([called.length], "tickets"),
    "calls.double": figure([called.length - new Set(inOrder).size], "tickets"),
    "calls.skipped": figure([skippedIn(inOrder) + (reached ? people - new Set(inOrder).size : 0)], "tickets"),
    "calls.write_units": figure([unitsOf(charges, "call:") / called.length], "units/call"),
    "calls.p95_ms": { ...figure(ms, "ms"), value: Math.round(percentile(ms, 0.95)) },
  }
}

/** Everyone came by ticket for one service, one after the other: the order of calls is the order of numbers. */
const aFullHall = (world: TestWorld) => ({
  ...emptyLine(id, monday),
  v: people,
  last: { A: people },
  waiting: Array.from({ length: people }, (_, i) => ({
    number: numbered("A", i + 1),
    lane: "G" as const,
    service: "rp-endorse" as const,
    eff: world.now() - 40 * minute + i * 2_000,
    phone: false,
  })),
})

async function callsAt(world: TestWorld, window: number, until: number) {
  const by = aClerkAt(id, window)
  const seat = { station: id, window }
  const called: { number: string; op: string; ms: number }[] = []
  while (performance.now() < until) {
    const op = anOp()
    const from = performance.now()
    const visit = await patiently(() => calling.callNext(world, by, { ...seat, op }))
    if (!visit) break
    const { number } = visit
    called.push({ number, op, ms: performance.now() - from })
    for (const act of ["start", "finish"] as const) {
      const op = anOp()
      await patiently(() => calling.act(world, by, { ...seat, op, number, act }))
    }
  }
  return called
}

/** As a console does: told that others are in the way it presses again, under the same id. Nobody left: undefined. */
async function patiently(act: () => Promise<calling.Called>) {
  for (;;)
    try {
      return (await act()).visit
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      if (error.code === "nobody-waiting") return undefined
      if (error.code !== "busy") throw error
    }
}

const opOf = (charge: Charge) => charge.after?.op?.S ?? ""

/** Whom the line's versions called, one after the other: an operation on the line is named call:NUMBER:ID. */
const callsIn = (charges: readonly Charge[]) =>
  charges
    .filter((it) => it.landed && opOf(it).startsWith("call:"))
    .toSorted((a, b) => Number(a.after!.v!.N) - Number(b.after!.v!.N))
    .map((it) => opOf(it).split(":")[1]!)

const unitsOf = (charges: readonly Charge[], op: string) =>
  charges.reduce((units, it) => units + (it.kind === "write" && opOf(it).startsWith(op) ? it.units : 0), 0)

/** Those who were called although somebody before them was not. */
const skippedIn = (numbers: readonly string[]) => {
  const counts = numbers.map((it) => Number(it.slice(1)))
  return counts.filter((count, i) => i > 0 && count < counts[i - 1]!).length
}
