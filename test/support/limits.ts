import { PutCommand } from "@aws-sdk/lib-dynamodb"
import { type LimitName, limits, windowAt } from "#domain/limits"
import * as keys from "#store/keys"
import type { World } from "#world"

/** As after so many requests in the running window; by default all that the limit allows. */
export async function reached(world: World, limit: LimitName, index: string, v: number = limits[limit].most) {
  const { from, until } = windowAt(limits[limit], world.now())
  const Item = { ...keys.limit(limit, index, from), v, by: "test", op: "count", at: world.now(), ttl: until / 1000 }
  await world.db.send(new PutCommand({ TableName: world.tables.bookings, Item }))
}
