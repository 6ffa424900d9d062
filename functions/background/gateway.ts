/** The gateway that takes messages to phones: any that accepts {id, to, text} with a bearer token and knows a repeated id. */
import type { Gateway } from "./once.ts"

export const gateway =
  (url: string, token: string): Gateway =>
  async (message) => {
    const answer = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
      body: JSON.stringify(message),
      signal: AbortSignal.timeout(5000),
    })
    if (!answer.ok) throw new Error(`The message gateway answered ${answer.status}`)
  }
