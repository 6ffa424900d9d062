/** Tells what it was asked, and misbehaves on request. */
import { randomUUID } from "node:crypto"
import { writeFileSync } from "node:fs"
import { DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb"
import { Resource } from "sst"

const resources = Resource as unknown as Record<string, Record<string, string>>
const database = new DynamoDBClient({ maxAttempts: 1 })
const born = randomUUID()
let served = 0

type Event = {
  rawPath: string
  rawQueryString: string
  headers: Record<string, string>
  cookies?: string[]
  requestContext: { http: { method: string } }
  body?: string
  isBase64Encoded: boolean
}

export async function handler(event: Event) {
  served++
  if (process.env.NEVER_STARTS) throw new Error("unreachable")
  const query = new URLSearchParams(event.rawQueryString)
  const body = event.body && Buffer.from(event.body, event.isBase64Encoded ? "base64" : "utf8")
  switch (event.rawPath.split("/").at(-1)) {
    case "crash":
      return process.exit(3)
    case "hang":
      return new Promise((resolve) => setTimeout(resolve, 60_000))
    case "spin":
      if (query.get("file")) writeFileSync(query.get("file")!, String(process.pid))
      for (;;);
    case "throw":
      throw new Error("as asked")
    case "slow":
      await new Promise((resolve) => setTimeout(resolve, Number(query.get("ms"))))
      return {
        statusCode: 200,
        headers: { "cache-control": query.get("cache") ?? "no-store" },
        body: `${born}:${served}`,
      }
    case "cookies":
      return {
        statusCode: 200,
        headers: { "cache-control": "max-age=60", "content-type": "text/plain" },
        cookies: ["a=1; Path=/", "b=2; Path=/"],
        body: String(served),
      }
    case "bytes":
      return {
        statusCode: 200,
        headers: { "content-type": "image/png" },
        body: Buffer.from([0, 255, 1]).toString("base64"),
        isBase64Encoded: true,
      }
    case "large":
      return { statusCode: 200, body: "x".repeat(Number(query.get("bytes"))) }
    case "links":
      return {
        statusCode: 200,
        body: JSON.stringify({
          notes: resources.Notes,
          jobs: resources.Jobs,
          portal: resources.Portal,
          app: resources.App,
        }),
      }
    case "unlinked":
      return { statusCode: 200, body: resources.Secretive?.value ?? "" }
    case "snapshot": {
      const headers = {
        "cache-control": query.get("cache") ?? "max-age=1",
        etag: `"${query.get("tag")}"`,
        "content-type": "text/plain",
      }
      if (event.headers["if-none-match"] === headers.etag) return { statusCode: 304, headers }
      return {
        statusCode: Number(query.get("status") ?? 200),
        headers,
        body: `${served} ${event.cookies ?? ""}`,
      }
    }
    case "notes": {
      const id = query.get("id") ?? randomUUID()
      if (event.requestContext.http.method === "GET") {
        const found = await database.send(
          new GetItemCommand({
            TableName: resources.Notes!.name,
            Key: { pk: { S: "note" }, sk: { S: id } },
            ConsistentRead: true,
          }),
        )
        return found.Item ? { statusCode: 200, body: found.Item.text?.S } : { statusCode: 404, body: "" }
      }
      await database.send(
        new PutItemCommand({
          TableName: resources.Notes!.name,
          Item: { pk: { S: "note" }, sk: { S: id }, text: { S: String(body) }, seal: { B: new Uint8Array([1, 2, 3]) } },
        }),
      )
      return { statusCode: 201, body: id }
    }
  }
  return { event, served, born, body: body ? body.length : 0, clock: process.env.DOORSTEP_CLOCK_OFFSET_MS }
}
