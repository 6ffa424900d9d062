/** Pages of the public apps in a real browser, over HTTP, with their scripts bundled: time and network are the test's to set. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { fileURLToPath } from "node:url"
import { build } from "esbuild"
import { type Apps, apps } from "./apps.ts"
import { aBrowser, patience } from "./browser.ts"
import type { TestWorld } from "./world.ts"

const scripts = { "/app/resident.js": "enhance.ts", "/app/report.js": "report-sending.ts" }

export type Served = Awaited<ReturnType<typeof servePages>>

/** `weather` may answer in a page's stead with a status, or let a request be done and its answer be lost. */
export async function servePages(
  world: TestWorld,
  weather: (asked: IncomingMessage) => number | "answer lost" | undefined = () => undefined,
) {
  let app: Apps = apps(world)
  const bundled = new Map<string, string>()
  for (const [path, file] of Object.entries(scripts)) {
    const entry = fileURLToPath(new URL(`../../web/resident/${file}`, import.meta.url))
    const { outputFiles } = await build({
      entryPoints: [entry],
      bundle: true,
      minify: true,
      format: "esm",
      write: false,
    })
    bundled.set(path, outputFiles[0]!.text)
  }
  const server = createServer((asked, answer) => void serve(asked, answer))
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  async function serve(asked: IncomingMessage, answer: ServerResponse) {
    const path = asked.url ?? "/"
    const script = bundled.get(path)
    if (script !== undefined) return answer.setHeader("content-type", "text/javascript").end(script)
    const chunks: Buffer[] = []
    for await (const chunk of asked) chunks.push(chunk as Buffer)
    const instead = weather(asked)
    if (typeof instead === "number") return answer.writeHead(instead).end()
    const headers = new Headers(asked.headers as Record<string, string>)
    headers.set("x-doorstep-edge", "edge")
    headers.set("x-doorstep-address", "10.0.0.1")
    const body = chunks.length ? { body: Buffer.concat(chunks) } : {}
    const to = /^\/(api\/reports|[\w-]+\/report)\b/.test(path) ? app.report : app.resident
    const said = await to.request(`${url}${path}`, { method: asked.method!, headers, ...body })
    if (instead === "answer lost") return asked.socket.destroy()
    said.headers.forEach((value, name) => {
      if (name !== "set-cookie") answer.setHeader(name, value)
    })
    if (said.headers.getSetCookie().length) answer.setHeader("set-cookie", said.headers.getSetCookie())
    // A test's time goes faster than the second that a browser keeps a snapshot.
    if (path.endsWith("/live")) answer.setHeader("cache-control", "no-cache")
    answer.writeHead(said.status).end(Buffer.from(await said.arrayBuffer()))
  }

  const open = await aBrowser()
  return {
    url,
    browser: open.browser,
    scripts: bundled,
    get app() {
      return app
    },
    /** Serves this world from now on. */
    show(other: TestWorld): Apps {
      app = apps(other)
      return app
    },
    async page(options: Parameters<typeof open.browser.newContext>[0] = {}) {
      const context = await open.browser.newContext({ viewport: { width: 360, height: 740 }, ...options })
      context.setDefaultTimeout(patience)
      return { context, page: await context.newPage() }
    },
    async close() {
      await open.close()
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}
