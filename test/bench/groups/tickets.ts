/** Two kiosks and the phones give five thousand numbers of one letter in a day, bursts of fifty at once among them. */
import { takeRemote } from "#actions/joining"
import { take } from "#actions/queueing"
import type { Actor } from "#domain/actor"
import { Problem } from "#domain/problem"
import { serviceDayOf } from "#domain/station"
import { change } from "#store/lines"
import { counter } from "#store/table"
import { aStation } from "#test/builders"
import { aMobile } from "#test/people"
import type { TestWorld } from "#test/world"
import { type Figures, figure, percentile } from "../figures.ts"
import { anOp, built, setup } from "../scene.ts"
import type { Stand } from "../stand.ts"

const id = "FZ-JA-B5K"
const wanted = 5_000
const burst = 50
/** Between them the numbers come as people do: three at a time. */
const bursts = 10

export async function ticketsGroup(stand: Stand): Promise<Figures> {
  const world = await stand.world()
  const station = aStation([["rp-endorse"]], { id })
  await built(world, { ...station, policy: { ...station.policy, remote: true } })
  const given: string[] = []
  const ms: number[] = []
  const some = async (count: number) => {
    const taken = Array.from({ length: count }, (_, i) => aTicket(world, given.length + i))
    for (const it of await Promise.all(taken)) {
      given.push(it.number)
      ms.push(it.ms)
    }
  }
  const quiet = Math.ceil((wanted - bursts * burst) / bursts)
  for (let hour = 0; hour < bursts; hour++) {
    await some(burst)
    for (let rest = quiet; rest > 0; rest -= 3) await some(Math.min(3, rest))
    await served(world)
  }
  const counts = given.map((number) => Number(number.slice(1))).toSorted((a, b) => a - b)
  return {
    "tickets.given": figure([given.length], "tickets"),
    "tickets.double": figure([given.length - new Set(given).size], "tickets"),
    "tickets.gaps": figure([counts.at(-1)! - new Set(counts).size], "numbers"),
    "tickets.p95_ms": { ...figure(ms, "ms"), value: Math.round(percentile(ms, 0.95)) },
  }
}

/** One in ten by phone, the others at two kiosks; whoever is told that others are in the way asks again, under the same id. */
async function aTicket(world: TestWorld, n: number): Promise<{ number: string; ms: number }> {
  const op = anOp()
  const from = performance.now()
  for (let again = false; ; again = true)
    try {
      const { number } = n % 10 ? await atKiosk(world, n, op, again) : await byPhone(world, n, op)
      return { number, ms: performance.now() - from }
    } catch (error) {
      if (!(error instanceof Problem && error.code === "busy")) throw error
    }
}

const atKiosk = (world: TestWorld, n: number, op: string, again: boolean) => {
  const kiosk: Actor = { kind: "kiosk", id: `dev_kiosk${n % 2}`, station: id }
  return take(world, kiosk, { station: id, service: "rp-endorse", priority: false, op, again })
}

const byPhone = (world: TestWorld, n: number, op: string) => {
  const mobile = aMobile(n)
  const actor: Actor = { kind: "resident", phone: world.keyring.blind("phone", mobile) }
  return takeRemote(world, actor, { station: id, service: "rp-endorse", mobile, language: "zh", op })
}

/** The hall has emptied: what is measured is the giving, not a line of thousands. */
const served = (world: TestWorld) =>
  change(world, setup, "served", { station: id, date: serviceDayOf(world.now()) }, counter(), (line) => ({
    line: { ...line, waiting: [] },
    answer: undefined,
  }))
