import { timingSafeEqual } from "node:crypto"
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from "node:fs"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import { dirname } from "node:path"
import { bodyOf } from "./http.ts"
import { close, listen } from "./ports.ts"

/** The city's message gateway, stood in for: it keeps what it is given, and a page shows what each phone received. */
export type Message = { id: string; to: string; text: string; at: string }

export type Phones = {
  url: string
  port: number
  /** What a phone received, or all did; oldest first. */
  received(to?: string): Message[]
  stop(): Promise<void>
}

export type PhonesOptions = { file?: string; token: string; port?: number; now?: () => number }

export async function startPhones(options: PhonesOptions): Promise<Phones> {
  const now = options.now ?? Date.now
  const messages = new Map<string, Message>()
  const descriptor = options.file ? openJournal(options.file, messages) : undefined
  const server = createServer((request, response) => {
    handle(request, response).catch(() => json(response, 500, { message: "Internal Server Error" }))
  })
  const port = await listen(server, options.port)

  const received = (to?: string) => [...messages.values()].filter((message) => to === undefined || message.to === to)

  async function handle(request: IncomingMessage, response: ServerResponse) {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://phones")
    if (pathname === "/messages" && request.method === "POST") return take(request, response)
    if (request.method !== "GET" && request.method !== "HEAD")
      return json(response, 405, { message: "Method Not Allowed" })
    if (pathname === "/messages")
      return json(response, 200, { messages: received(searchParams.get("to") ?? undefined) })
    if (pathname === "/") return show(response)
    return json(response, 404, { message: "Not Found" })
  }

  async function take(request: IncomingMessage, response: ServerResponse) {
    if (!isBearer(request.headers.authorization, options.token)) return json(response, 401, { message: "Unauthorized" })
    const given = parsed(await bodyOf(request, 20_000))
    if (!given) return json(response, 400, { message: "expected { id, to, text }" })
    const before = messages.get(given.id)
    if (before) return json(response, 200, before)
    const message = { ...given, at: new Date(now()).toISOString() }
    if (descriptor !== undefined) {
      writeSync(descriptor, `${JSON.stringify(message)}\n`)
      fsyncSync(descriptor)
    }
    messages.set(message.id, message)
    return json(response, 201, message)
  }

  return {
    url: `http://localhost:${port}`,
    port,
    received,
    async stop() {
      await close(server)
      if (descriptor !== undefined) closeSync(descriptor)
    },
  }
}

/** A line that was cut short by a crash was never answered: it is dropped, and the next one starts on a line of its own. */
function openJournal(file: string, messages: Map<string, Message>): number {
  mkdirSync(dirname(file), { recursive: true })
  const before = existsSync(file) ? readFileSync(file, "utf8") : ""
  for (const line of before.split("\n")) {
    try {
      const message = JSON.parse(line) as Message
      messages.set(message.id, message)
    } catch {}
  }
  const descriptor = openSync(file, "a", 0o600)
  if (before !== "" && !before.endsWith("\n")) writeSync(descriptor, "\n")
  return descriptor
}

function parsed(body: Buffer | undefined): { id: string; to: string; text: string } | undefined {
  try {
    const { id, to, text } = JSON.parse(String(body)) as Record<string, unknown>
    if (![id, to, text].every((value) => typeof value === "string" && value.length > 0)) return undefined
    return { id, to, text } as { id: string; to: string; text: string }
  } catch {
    return undefined
  }
}

function isBearer(header: string | undefined, token: string): boolean {
  const given = Buffer.from(header ?? "")
  const expected = Buffer.from(`Bearer ${token}`)
  return given.length === expected.length && timingSafeEqual(given, expected)
}

function json(response: ServerResponse, status: number, body: unknown) {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" })
  response.end(JSON.stringify(body))
}

function show(response: ServerResponse) {
  response.writeHead(200, {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "content-security-policy":
      "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'",
  })
  response.end(page)
}

const page = `<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>手机 · Phones</title>
<style>
body { margin: 0 auto; padding: 1rem; max-width: 52rem; font: 1.25rem/1.6 system-ui, sans-serif; color: #14213d; background: #fff }
h1 { font-size: 1.75rem; margin: .75rem 0 }
h2 { font-size: 1.5rem; margin: 0; font-variant-numeric: tabular-nums }
h2 a { color: inherit }
.mark { display: inline-block; margin: 0; padding: .25rem .75rem; background: #fff3bf; border: 1px solid #8a6d00; border-radius: .25rem }
section { margin: 1.5rem 0; padding: 1rem; border: 2px solid #c5d0de; border-radius: .75rem; scroll-margin: 1rem }
section:target { border-color: #1d4e89; box-shadow: 0 0 0 3px #cfe0f5 }
ol { list-style: none; margin: 1rem 0 0; padding: 0; display: grid; gap: .75rem }
li { padding: .75rem 1rem; background: #f4f7fb; border-radius: .75rem; white-space: pre-wrap; overflow-wrap: anywhere }
time { display: block; font-size: 1rem; color: #44546a }
</style></head><body>
<p class="mark">演示：没有真的发送 · demonstration: nothing is sent</p>
<h1>每部手机收到的短信 <span lang="en">What each phone received</span></h1>
<main id="phones" aria-live="polite"><p>还没有短信。 <span lang="en">No messages yet.</span></p></main>
<script>
const place = document.getElementById("phones")
const time = new Intl.DateTimeFormat("zh-CN", { dateStyle: "medium", timeStyle: "medium", timeZone: "Asia/Shanghai" })
const made = (name, text) => Object.assign(document.createElement(name), { textContent: text })
/** A web address in a message can be opened, as on a phone. */
function textOf(message) {
  const line = document.createElement("span")
  for (const part of message.text.split(/(https?:\\/\\/[\\w.:\\/?#&=%~-]+)/)) {
    if (/^https?:/.test(part)) line.append(Object.assign(made("a", part), { href: part, target: "_blank", rel: "noopener" }))
    else line.append(part)
  }
  return line
}
let shown = ""
async function refresh() {
  try {
    const answer = await fetch("/messages")
    const text = await answer.text()
    if (text !== shown) {
      shown = text
      draw(JSON.parse(text).messages.reverse())
    }
  } catch {}
  setTimeout(refresh, document.hidden ? 5000 : 1000)
}
function draw(messages) {
  if (messages.length === 0) return
  const phones = Map.groupBy(messages, (message) => message.to)
  place.replaceChildren(...[...phones].map(([number, list]) => {
    const section = Object.assign(document.createElement("section"), { id: number })
    const link = Object.assign(made("a", number), { href: "#" + number })
    const heading = document.createElement("h2")
    heading.append(link)
    const lines = document.createElement("ol")
    lines.append(...list.map((message) => {
      const line = document.createElement("li")
      line.append(Object.assign(made("time", time.format(new Date(message.at))), { dateTime: message.at }), textOf(message))
      return line
    }))
    section.append(heading, lines)
    return section
  }))
  if (!draw.once && location.hash) { draw.once = true; location.replace(location.href) }
}
void refresh()
</script></body></html>`
