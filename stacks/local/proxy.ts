import { Agent, type IncomingMessage, request as send } from "node:http"

export type Passed = { status: number; headers: Record<string, string>; body: Buffer }

/** Passes requests on to another server as they came. */
export type Passage = { pass(request: IncomingMessage, body: Buffer, headers?: Headers): Promise<Passed>; stop(): void }
type Headers = Record<string, string | string[] | undefined>

export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts)
}

export function passageTo(target: string): Passage {
  const { hostname, port } = new URL(target)
  const agent = new Agent({ keepAlive: true, maxSockets: 256 })
  return {
    pass: (request, body, headers = request.headers) =>
      new Promise((resolve, reject) => {
        // The body is here already: nobody is asked whether it may come.
        const { expect: _, ...sent } = headers
        const asked = send(
          { hostname, port, agent, method: request.method, path: request.url, headers: sent },
          (answer) => {
            const parts: Buffer[] = []
            answer.on("data", (part: Buffer) => parts.push(part))
            answer.on("error", reject)
            answer.on("end", () => {
              const { "content-length": _, "transfer-encoding": __, connection: ___, ...kept } = answer.headers
              const headers = kept as Record<string, string>
              resolve({ status: answer.statusCode ?? 500, headers, body: Buffer.concat(parts) })
            })
          },
        )
        asked.on("error", reject)
        asked.end(body)
      }),
    stop: () => agent.destroy(),
  }
}
