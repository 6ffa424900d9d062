import type { Values } from "./aws.ts"
import type { Graph } from "./graph.ts"

export type EdgeRequest = { uri: string; headers: Record<string, { value: string }> }
/** Who asks, as CloudFront sees it. */
export const visitor = "198.51.100.7"

export type Origin = { domainName: string }

/** Sends a request through the function that the Router would run at the edge: what comes out, and where it goes. */
export async function routed(graph: Graph, uri: string, headers: Record<string, string> = {}) {
  const { code } = graph.one("aws:cloudfront/function:Function", "Router").inputs as { code: string }
  const store = keyValueStore(graph)
  let origin: Origin | undefined
  const cf = {
    kvs: () => ({
      get: async (key: string) => {
        const value = store.get(key)
        if (value === undefined) throw new Error(`No ${key}`)
        return value
      },
    }),
    updateRequestOrigin: (to: Origin) => {
      origin = to
    },
  }
  const handler: (event: { request: EdgeRequest; viewer: { ip: string } }) => Promise<EdgeRequest> = new Function(
    "cf",
    `${code.replace('import cf from "cloudfront";', "")}; return handler`,
  )(cf)
  const request = await handler({
    viewer: { ip: visitor },
    request: {
      uri,
      headers: Object.fromEntries(
        Object.entries({ host: "portal.example", ...headers }).map(([name, value]) => [name, { value }]),
      ),
    },
  })
  return { request, origin }
}

/** What SST's own resources would write into the Router's store. */
function keyValueStore(graph: Graph) {
  const store = new Map<string, string>()
  for (const { inputs } of graph.all("pulumi-nodejs:dynamic:Resource")) {
    const { namespace, entries, key, entry } = inputs as Values & { entries?: Record<string, string>; entry?: string }
    for (const [name, value] of Object.entries(entries ?? {})) store.set(`${namespace}:${name}`, value)
    if (!entry) continue
    const list = `${namespace}:${key}`
    store.set(list, JSON.stringify([...JSON.parse(store.get(list) ?? "[]"), entry]))
  }
  return store
}
