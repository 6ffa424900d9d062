/** Thirty-two windows call into one line as fast as they can, until nobody waits. */
import * as calling from "#actions/calling"
import { short } from "#actions/forms"
import { emptyLine, numbered } from "#domain/line"
import { Problem } from "#domain/problem"
import { minute } from "#domain/time"
import { aStation, monday } from "#test/builders"
import type { TestWorld } from "#test/world"
import { type Figures, figure, percentile } from "../figures.ts"
import { type Charge, meter } from "../meter.ts"
import { aClerkAt, anOp, built, written } from "../scene.ts"
import type { Stand } from "../stand.ts"

const windows = Array.from({ length: 32 }, (_, i) => i + 1)
const people = 120
/** What has not been called by then counts as not reached, and is said. */
const patienceMs = 28_000
const id = "FZ-JA-B32"

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
  const versions = versionsOf(charges)
  const inOrder = called
    .map((it) => ({ ...it, v: versions.get(`call:${short(world, it.op)}`)! }))
    .toSorted((a, b) => a.v - b.v)
    .map((it) => it.number)
  if (inOrder.length !== versions.size) throw new Error("Calls and versions of the line do not match")
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
    eff: world.now() - 40 * minute + i * 10_000,
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

/** Which version of the line each operation made. */
const versionsOf = (charges: readonly Charge[]) =>
  new Map(
    charges.filter((it) => it.landed && opOf(it).startsWith("call:")).map((it) => [opOf(it), Number(it.after!.v!.N)]),
  )

const unitsOf = (charges: readonly Charge[], op: string) =>
  charges.reduce((units, it) => units + (it.kind === "write" && opOf(it).startsWith(op) ? it.units : 0), 0)

/** Those who were called although somebody before them was not. */
const skippedIn = (numbers: readonly string[]) =>
  numbers.filter((number, i) => i > 0 && number < numbers[i - 1]!).length
