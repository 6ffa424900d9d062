/**
 * An app as the Lambda function behind the gateway (payload format 2.0). What is no request at all is answered as one that cannot
 * be read, with the headers of every answer, and is not logged: its address may hold a person's link.
 */
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda"
import type { Hono } from "hono"
import { type Env, unreadable } from "./http.ts"

type Result = APIGatewayProxyStructuredResultV2

export const lambda = (app: Hono<Env>) => async (event: APIGatewayProxyEventV2) => {
  const request = requestIn(event)
  return resultOf(request ? await app.fetch(request) : unreadable())
}

function requestIn(event: APIGatewayProxyEventV2): Request | undefined {
  try {
    const { rawPath, rawQueryString, requestContext } = event
    if (!rawPath.startsWith("/")) return undefined
    const address = `https://${requestContext.domainName}${rawPath}${rawQueryString ? `?${rawQueryString}` : ""}`
    const headers = new Headers()
    for (const [name, value] of Object.entries(event.headers)) if (value !== undefined) headers.set(name, value)
    if (event.cookies) headers.set("cookie", event.cookies.join("; "))
    const body = event.body ? Buffer.from(event.body, event.isBase64Encoded ? "base64" : "utf8") : undefined
    // What limits a body believes this.
    if (body) headers.set("content-length", String(body.length))
    return new Request(address, { method: requestContext.http.method, headers, ...(body && { body }) })
  } catch {
    return undefined
  }
}

const isText = (type: string | null) => type === null || /^(text\/|application\/(problem\+)?json\b)/.test(type)

async function resultOf(answer: Response): Promise<Result> {
  const bytes = Buffer.from(await answer.arrayBuffer())
  const isBase64Encoded = !isText(answer.headers.get("content-type"))
  const cookies = answer.headers.getSetCookie()
  answer.headers.delete("set-cookie")
  return {
    statusCode: answer.status,
    headers: Object.fromEntries(answer.headers),
    ...(cookies.length > 0 && { cookies }),
    body: bytes.toString(isBase64Encoded ? "base64" : "utf8"),
    isBase64Encoded,
  }
}
