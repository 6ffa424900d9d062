/** A database of our own for one run, compiled for load and warmed: a cold one is four to five times slower. */
import { randomBytes } from "node:crypto"
import { PutCommand, TransactWriteCommand } from "@aws-sdk/lib-dynamodb"
import { checkJava, startDatabase } from "#local/dynamodb"
import { openGuard } from "#local/guard"
import { at } from "#test/builders"
import { aWorld, type TestWorld } from "#test/world"

export type Stand = { endpoint: string; world(): Promise<TestWorld>; stop(): Promise<void> }

/** An instant as instants are: one that ends in zeros is smaller. */
const start = at("08:55") + 12_347
const warmUpMs = 4_000

export async function openStand(): Promise<Stand> {
  await checkJava()
  const guard = openGuard()
  const stop = () => guard.stop()
  try {
    const { endpoint } = await startDatabase({ guard, compiler: "full" })
    const world = () => aWorld(start, endpoint)
    await warmUp(await world())
    return { endpoint, world, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function warmUp({ db, tables }: TestWorld) {
  const until = performance.now() + warmUpMs
  const put = () => {
    const pk = randomBytes(12).toString("base64url")
    const Item = { pk, sk: "warm", ref: pk, text: "x".repeat(400) }
    return { TableName: tables.bookings, Item, ConditionExpression: "attribute_not_exists(pk)" }
  }
  while (performance.now() < until) {
    await db.send(new TransactWriteCommand({ TransactItems: [{ Put: put() }, { Put: put() }] }))
    await db.send(new PutCommand(put()))
  }
}
