/** The four functions as the gateway calls them: a request becomes an event, which a trick may spoil, and goes through the very handler. */
import type { APIGatewayProxyEventV2 } from "aws-lambda"
import { lambda } from "#api/lambda"
import { answerFrom, eventFrom, type GatewayEvent, routeFor } from "#local/http"
import type { Apps } from "./apps.ts"
import { topology } from "./world.ts"

export type Sent = {
  method?: string
  target: string
  lines?: [name: string, value: string][]
  body?: string | Buffer
}

export function functionsOf(app: Apps) {
  const handlers = {
    ResidentApi: lambda(app.resident),
    ReportApi: lambda(app.report),
    DeviceApi: lambda(app.device),
    StaffApi: lambda(app.staff),
  }
  /** As the gateway's integration: by the function's name. */
  const invoke = async (name: string, event: unknown) =>
    handlers[name as keyof typeof handlers](event as APIGatewayProxyEventV2)
  /** `spoilt` changes the event on its way. */
  async function call(
    { method = "GET", target, lines = [], body = "" }: Sent,
    spoilt?: (event: GatewayEvent) => unknown,
  ) {
    const path = target.split("?")[0]!
    const found = routeFor(topology.routes, method, path)!
    const asked: [string, string][] = [
      ["host", "doorstep.test"],
      ["x-doorstep-edge", "edge"],
      ["x-doorstep-address", "10.0.0.1"],
      ...lines,
    ]
    const event = eventFrom(
      { method, target, lines: asked, body: Buffer.from(body), peer: "10.0.0.1", at: Date.UTC(2026, 10, 23) },
      found,
    )
    const { status, headers, body: bytes } = answerFrom(await invoke(found.route.function, spoilt?.(event) ?? event))
    const { "set-cookie": cookies = [], ...rest } = headers as Record<string, string> & { "set-cookie"?: string[] }
    const all = new Headers(rest)
    for (const cookie of cookies) all.append("set-cookie", cookie)
    return { status, headers: all, text: bytes.toString(), bytes }
  }
  return { invoke, call }
}
