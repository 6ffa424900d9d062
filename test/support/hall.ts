/** The built display, served as it is, before a portal whose hall a test sets by hand. */
import { mkdtemp } from "node:fs/promises"
import { createServer, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { build } from "vite"
import { findFile } from "#local/site"
import config from "../../web/vite.config.ts"
import { at } from "./builders.ts"

type Call = { number: string; window: number; at: number; times: number }
type Window = { no: number; open: boolean; number?: string; state?: "called" | "serving" }
export type Hall = {
  windows: Window[]
  /** Newest first, as the portal lists them. */
  calls: Call[]
  waiting: { group: "rp" | "id" | "pickup"; count: number }[]
  missed: string[]
  newcomer: { group: "rp" | "id" | "pickup"; low: number; high: number }[]
  card?:
    | undefined
    | {
        sex: "girl" | "boy"
        age: number
        clothing: string
        place: string
        time: string
        hotline: string
        until: number
      }
}

const web = join(import.meta.dirname, "../../web")
const name = { zh: "龙头警务站（演示）", en: "Longtou station (demonstration)" }

/** The display alone, built as for the portal; answers its folder. */
export async function builtDisplay(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "doorstep-hall-"))
  await build({
    ...config,
    configFile: false,
    logLevel: "error",
    build: {
      ...config.build,
      outDir: folder,
      rolldownOptions: { ...config.build?.rolldownOptions, input: { display: join(web, "display/index.html") } },
    },
  })
  return folder
}

export async function aHall(folder: string) {
  // The portal's time goes on with ours, from a Monday's nine o'clock.
  let ahead = at("09:00") - Date.now()
  const now = () => Date.now() + ahead
  let hall: Hall = {
    windows: [1, 2, 3].map((no) => ({ no, open: true })),
    calls: [],
    waiting: [
      { group: "rp", count: 0 },
      { group: "id", count: 0 },
      { group: "pickup", count: 0 },
    ],
    missed: [],
    newcomer: [],
  }
  let reachable = true
  let released = false
  const spoilt = new Set<string>()

  const said = (path: string): unknown => {
    const device = { id: "d1", kind: "display", name: "大厅屏", station: "FZ-JA-P01", revoked: false, pairedAt: now() }
    if (path === "/device/clock") return { now: now(), demonstration: true }
    if (path === "/device/pair") return device
    if (path === "/device/me")
      return {
        device,
        station: { id: "FZ-JA-P01", name, windows: [] },
        policy: { overWaiting: 45, returnWithin: 30, returnBehind: 3 },
        now: now(),
        demonstration: true,
      }
    if (path === "/device/live")
      return { station: "FZ-JA-P01", name, date: "2026-11-23", open: true, tickets: true, order: [], ...hall }
    return undefined
  }

  const server = createServer(async (asked, answer) => {
    const { pathname } = new URL(asked.url ?? "/", "http://hall")
    if (!pathname.startsWith("/app/")) {
      if (!reachable) return void answer.destroy()
      const found = said(pathname)
      return json(answer, found ? 200 : 404, found ?? { status: 404, code: "not-found", title: "" })
    }
    const file = await findFile(folder, pathname.slice("/app/".length).replace("/next-", "/"))
    if (!file || [...spoilt].some((it) => pathname.endsWith(it)))
      return void answer.writeHead(file ? 200 : 404, { "content-type": "audio/ogg" }).end("no such sound")
    answer
      .writeHead(200, { "content-type": file.type, "cache-control": "no-store" })
      .end(released && file.type.startsWith("text/html") ? next(file.body) : file.body)
  })
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening))

  return {
    page: `http://127.0.0.1:${(server.address() as AddressInfo).port}/app/display/`,
    now,
    set: (change: Partial<Hall>) => {
      hall = { ...hall, ...change }
    },
    /** A window calls: listed first, and shown at its window. */
    call: (number: string, window: number, when = now(), times = 1) => {
      hall = {
        ...hall,
        calls: [{ number, window, at: when, times }, ...hall.calls].slice(0, 6),
        windows: hall.windows.map((it) => (it.no === window ? { ...it, number, state: "called" } : it)),
      }
    },
    /** A new version is served: the same files by other names. */
    release: () => {
      released = true
    },
    wait: (ms: number) => {
      ahead += ms
    },
    lose: () => {
      reachable = false
    },
    find: () => {
      reachable = true
    },
    /** Files that end like this arrive as something else. */
    spoil: (ending: string) => spoilt.add(ending),
    close: async () => {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}

const next = (page: Buffer) => page.toString().replaceAll("/assets/", "/assets/next-")

const json = (answer: ServerResponse, status: number, body: unknown) =>
  void answer.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body))
