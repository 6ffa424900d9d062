/** An officer shows the card of a lost child in the station's hall, and takes it back. */
import type { Actor } from "#domain/actor"
import { type Card, type Description, isShown, published } from "#domain/card"
import { commandIn } from "#domain/dispatch"
import { mayKnow } from "#domain/handling"
import { must } from "#domain/permission"
import { Problem } from "#domain/problem"
import { type Dispatch, isOpen, type UnitId } from "#domain/report"
import type { StationId } from "#domain/station"
import * as cards from "#store/cards"
import * as reports from "#store/reports"
import * as stations from "#store/stations"
import { counter, insist, write } from "#store/table"
import * as units from "#store/units"
import type { World } from "#world"
import { short } from "./forms.ts"

/** `report`: the report of a missing child that the card belongs to, and goes with. */
export type Published = { v: number; card?: Card; report?: string }

/** What the hall shows now, with the version to change it by. */
export async function cardOf(world: World, by: Actor, station: StationId): Promise<Published> {
  must(by, "card.see", station)
  const { v, card, report } = await cards.stored(world, station)
  return { v, ...(card && isShown(card, world.now()) && { card, ...(report && { report }) }) }
}

type Publishing = {
  station: StationId
  op: string
  v: number
  minutes: number
  report?: string | undefined
} & Description

/**
 * Replaces the card that was seen. Of a report, it is one write with the report's timeline, so that no card goes up for a
 * report that has just ended. The same operation again finds itself done. Refusals: changed-meanwhile, report-not-found,
 * report-ended, drill-apart.
 */
export async function publish(world: World, by: Actor, input: Publishing): Promise<Published> {
  must(by, "card.publish", input.station)
  const { sex, age, clothing, place, time, hotline, minutes, report } = input
  const description = { sex, age, clothing, place, time, hotline }
  const said = JSON.stringify({ ...description, minutes, report })
  return put(world, by, "publish-card", said, input, published(description, minutes, world.now()), report)
}

/** The hall shows it no longer: within two seconds and the display's next look. Refusal: changed-meanwhile. */
export async function withdraw(
  world: World,
  by: Actor,
  input: { station: StationId; op: string; v: number },
): Promise<Published> {
  must(by, "card.publish", input.station)
  return put(world, by, "withdraw-card", "", input, undefined)
}

/** What an ending brings to a hall: the card of the report, or of one that was merged into it, comes off the wall. */
export async function takeDown(
  world: World,
  by: Actor,
  { id, from = [], state }: Dispatch,
  hall: UnitId,
): Promise<void> {
  // What was merged goes on in another report, and so does its card.
  if (state === "merged") return
  const { v, card, report } = await cards.stored(world, hall)
  if (!card || !report || ![id, ...from].includes(report)) return
  const op = `withdraw-card:${short(world, `${id} ${v}`)}`
  await write(world, [cards.change(by, op, world.now(), hall, v, undefined)], counter())
  cards.forget(world, hall)
}

async function put(
  world: World,
  by: Actor,
  what: string,
  said: string,
  { station, v, op: pressed }: { station: StationId; v: number; op: string },
  card: Card | undefined,
  report?: string,
): Promise<Published> {
  await stations.find(world, station)
  const op = `${what}:${short(world, [station, said, pressed].join())}`
  const now = world.now()
  const change = cards.change(by, op, now, station, v, card, report)
  await insist(async (patience) => {
    const beside = report ? await shownOf(world, by, op, station, report) : []
    const outcome = await write(world, [change, ...beside], patience)
    cards.forget(world, station)
    const wall = outcome.written ? undefined : outcome.failed.find((it) => it.change === change)
    if (outcome.written || wall?.found?.op === op) return true
    if (wall) throw new Problem("changed-meanwhile")
    // The report moved on meanwhile: is it still open?
    return undefined
  })
  return cardOf(world, by, station)
}

/** A line on the report's timeline, over the version at which it is open. */
async function shownOf(world: World, by: Actor, op: string, station: StationId, report: string) {
  const command = commandIn(await units.city(world))
  const it = await reports.find(world, report)
  if (!it || !mayKnow(it, { unit: station, command: station === command })) throw new Problem("report-not-found")
  if (it.drill) throw new Problem("drill-apart")
  if (!isOpen(it.state)) throw new Problem("report-ended", { state: it.state })
  const staff = by.kind === "staff" ? by.id : ""
  const noted = { op: world.keyring.blind("operation", op), what: "hall", unit: station, staff }
  return reports.changes(by, op, world.now(), it, it, [noted])
}
