import type { Server } from "node:http"
import type { AddressInfo } from "node:net"
import { createServer } from "node:net"
import { loopback } from "./place.ts"

/** Listens on loopback at the wished port, or at a free one where that is taken; 0 means any. Returns the port. */
export async function listen(server: Server, wished = 0): Promise<number> {
  try {
    return await bind(server, wished)
  } catch (error) {
    if (wished === 0 || (error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error
    return bind(server, 0)
  }
}

function bind(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject)
    server.listen(port, loopback, () => {
      server.off("error", reject)
      resolve((server.address() as AddressInfo).port)
    })
  })
}

/** A port that nobody held a moment ago, for a process that cannot choose by itself. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once("error", reject)
    probe.listen(0, loopback, () => {
      const { port } = probe.address() as AddressInfo
      probe.close(() => resolve(port))
    })
  })
}

export async function close(server: Server): Promise<void> {
  if (!server.listening) return
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeAllConnections()
  await closed
}
