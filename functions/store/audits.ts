/** The audit: append-only. An entry has one name, so that a message that comes twice is one entry. */
import { PutCommand } from "@aws-sdk/lib-dynamodb"
import { type Actor, signed } from "#domain/actor"
import { dateOf, day } from "#domain/time"
import type { World } from "#world"
import * as keys from "./keys.ts"

export type Entry = {
  scope: string
  date: string
  name: string
  thing: string
  what: string
  who: string
  at: number
  v?: number
  changed?: readonly string[]
  from?: string
  to?: string
  /** What staff said they need it for. */
  reason?: string
}

export async function put(world: World, { scope, date, name, ...entry }: Entry): Promise<void> {
  const item = { ...keys.audit(scope, date, name), ...entry, ttl: Math.floor((entry.at + 400 * day) / 1000) }
  try {
    await world.db.send(
      new PutCommand({ TableName: world.tables.audit, Item: item, ConditionExpression: "attribute_not_exists(pk)" }),
    )
  } catch (error) {
    if (!(error instanceof Error && error.name === "ConditionalCheckFailedException")) throw error
  }
}

/** Written before personal data is answered: an opening that cannot be recorded does not happen. */
export async function opening(
  world: World,
  by: Actor,
  what: string,
  scope: string,
  thing: string,
  request: string,
  reason?: string,
): Promise<void> {
  const at = world.now()
  await put(world, {
    scope,
    date: dateOf(at),
    name: `${new Date(at).toISOString()}#${request}#${Buffer.from(world.random(9)).toString("base64url")}`,
    thing,
    what,
    who: signed(by),
    at,
    ...(reason && { reason }),
  })
}
