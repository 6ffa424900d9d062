/** An officer shows the card of a lost child in the station's hall, and takes it back. */
import type { Actor } from "#domain/actor"
import { type Card, type Description, isShown, published } from "#domain/card"
import { must } from "#domain/permission"
import { Problem } from "#domain/problem"
import type { StationId } from "#domain/station"
import * as cards from "#store/cards"
import * as stations from "#store/stations"
import { counter, write } from "#store/table"
import type { World } from "#world"
import { short } from "./forms.ts"

export type Published = { v: number; card?: Card }

/** What the hall shows now, with the version to change it by. */
export async function cardOf(world: World, by: Actor, station: StationId): Promise<Published> {
  must(by, "card.see", station)
  const { v, card } = await cards.stored(world, station)
  return { v, ...(card && isShown(card, world.now()) && { card }) }
}

/** Replaces the card that was seen. The same operation again finds itself done. Refusal: changed-meanwhile. */
export async function publish(
  world: World,
  by: Actor,
  input: { station: StationId; op: string; v: number; minutes: number } & Description,
): Promise<Published> {
  must(by, "card.publish", input.station)
  const { sex, age, clothing, place, time, hotline, minutes } = input
  const description = { sex, age, clothing, place, time, hotline }
  const said = JSON.stringify({ ...description, minutes })
  return put(world, by, "publish-card", said, input, published(description, minutes, world.now()))
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

async function put(
  world: World,
  by: Actor,
  what: string,
  said: string,
  { station, v, op: pressed }: { station: StationId; v: number; op: string },
  card: Card | undefined,
): Promise<Published> {
  await stations.find(world, station)
  const op = `${what}:${short(world, [station, said, pressed].join())}`
  const change = cards.change(by, op, world.now(), station, v, card)
  const outcome = await write(world, [change], counter())
  cards.forget(world, station)
  if (!outcome.written && outcome.failed[0]!.found?.op !== op) throw new Problem("changed-meanwhile")
  return cardOf(world, by, station)
}
