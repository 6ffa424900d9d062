/** A booking as a phone makes it, over HTTP into the app, against the two bare items in a transaction; and what it writes. */
import { randomBytes } from "node:crypto"
import { TransactWriteCommand } from "@aws-sdk/lib-dynamodb"
import { unmarshall } from "@aws-sdk/util-dynamodb"
import { lambda } from "#api/lambda"
import { residentApp } from "#api/resident/app"
import { startGateway } from "#local/http"
import type { TestWorld } from "#test/world"
import { type Figures, figure, wallMs } from "../figures.ts"
import { bookingCost, refusedCosts, writesOf } from "../ledger.ts"
import { meter } from "../meter.ts"
import { aForm, aVerifiedPhone, built, threeWindows, wishes } from "../scene.ts"
import { itemBytes, type Wire } from "../size.ts"
import type { Stand } from "../stand.ts"

const rounds = 7
const each = 20
const visit = ["rp-endorse"] as const

export async function bookingGroup(stand: Stand): Promise<Figures> {
  return { ...(await speed(await stand.world())), ...(await units(await stand.world())) }
}

async function speed(world: TestWorld): Promise<Figures> {
  await built(world, threeWindows)
  const written: Wire[][] = []
  const counted = meter(world)
  const wish = wishes(threeWindows, visit, 7)
  const gateway = await startHttp(world)
  let n = 0
  /** Everything a phone has by then is ready: its code answered, its form filled in, its time chosen. */
  const prepared = async () => {
    const phone = await aVerifiedPhone(world, n)
    const body = JSON.stringify(aForm(world, threeWindows, visit, n, wish[n]!))
    n++
    return { body, cookie: phone.cookie }
  }
  const book = async ({ body, cookie }: { body: string; cookie: string }) => {
    const headers = { "content-type": "application/json", "x-doorstep-edge": edgeKey, cookie }
    const answer = await fetch(`${gateway.url}/api/appointments`, { method: "POST", headers, body })
    if (answer.status !== 201) throw new Error(`Not booked: ${await answer.text()}`)
    await answer.arrayBuffer()
  }
  try {
    for (let i = 0; i < 40; i++) {
      const { charges } = await counted.during(async () => book(await prepared()))
      written.push(charges.flatMap(({ after }) => (after?.person || after?.sealed ? [after] : [])).slice(-2))
      await bare(world, written[i]!)
    }
    const http: number[] = []
    const alone: number[] = []
    for (let round = 0; round < rounds; round++) {
      let [app, database] = [0, 0]
      for (let i = 0; i < each; i++) {
        const ready = await prepared()
        const items = written[i % written.length]!
        // Whoever goes first finds the other's dust; they take turns.
        const first = i % 2 === 0
        if (first) app += await wallMs(() => book(ready))
        database += await wallMs(() => bare(world, items))
        if (!first) app += await wallMs(() => book(ready))
      }
      http.push(app / each)
      alone.push(database / each)
    }
    return {
      "booking.http_vs_bare": figure(
        http.map((ms, i) => ms / alone[i]!),
        "ratio",
      ),
      "booking.http_ms": figure(http, "ms"),
      "booking.bare_ms": figure(alone, "ms"),
    }
  } finally {
    await gateway.stop()
  }
}

const edgeKey = "edge"

/** The very handler of the deployment behind the local gateway, in this process: no time goes to starting one. */
function startHttp(world: TestWorld) {
  const handler = lambda(residentApp(world, { edgeKey }))
  return startGateway([{ key: "$default", function: "ResidentApi" }], (_, event) =>
    handler(event as Parameters<typeof handler>[0]),
  )
}

/** The same two items under keys that nobody has, and no more code than it takes. */
async function bare({ db, tables }: TestWorld, items: readonly Wire[]) {
  const puts = items.map((wire) => {
    const item = unmarshall(wire)
    const pk = randomBytes(64).toString("base64url").slice(0, item.pk.length)
    return {
      TableName: tables.bookings,
      Item: { ...item, pk, ...(item.ref && { ref: randomBytes(9).toString("base64url") }) },
      ConditionExpression: "attribute_not_exists(pk)",
    }
  })
  if (puts.length !== 2) throw new Error("A booking is two items")
  await db.send(new TransactWriteCommand({ TransactItems: puts.map((Put) => ({ Put })) }))
}

async function units(world: TestWorld): Promise<Figures> {
  await built(world, threeWindows)
  const counted = meter(world)
  const wish = wishes(threeWindows, visit, 7)
  await bookingCost(world, counted, wish[0]!)
  const places: number[] = []
  const bookings: number[] = []
  for (let i = 1; i <= 10; i++) {
    const { answer, charges } = await counted.during(() => bookingCost(world, counted, wish[i * 9]!))
    bookings.push(answer.entry.own.bookings.writes + answer.entry.own.keys.writes)
    places.push(...charges.flatMap(({ after }) => (after?.for ? [itemBytes(after)] : [])))
  }
  const refused = await refusedCosts(world, counted, wish[120]!)
  return {
    "booking.write_units": figure(bookings, "units"),
    "booking.refused_write_units": figure(
      refused.map((it) => writesOf(it.own)),
      "units",
    ),
    "booking.place_bytes": figure(places, "bytes"),
  }
}
