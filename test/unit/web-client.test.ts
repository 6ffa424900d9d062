import { describe, expect, test } from "vitest"
import type { staffRoutes } from "#api/staff/routes"
import { clientOf, filled, Offline, Refusal } from "#web/lib/client"
import { mayHaveHappened } from "#web/lib/portal"

type Sent = { path: string; init: RequestInit }

const answering = (answer: () => Response | Promise<Response>) => {
  const sent: Sent[] = []
  const request = clientOf<typeof staffRoutes>({
    language: () => "en",
    headers: () => ({ "x-doorstep": "1" }),
    fetch: (async (path: string, init: RequestInit) => {
      sent.push({ path, init })
      return answer()
    }) as typeof fetch,
  })
  return { request, sent }
}

const problem = (status: number, code: string, more = {}) =>
  Response.json({ type: "about:blank", title: "No.", status, code, ...more }, { status })

describe("a route's name and one object are a call", () => {
  test("parameters fill the path and the rest is the body of a POST", () => {
    expect(filled("POST /staff/windows/:window/call", { window: 2, op: "op_12345" })).toEqual({
      method: "POST",
      path: "/staff/windows/2/call",
      body: '{"op":"op_12345"}',
    })
  })

  test("the rest of a GET is its query, without what is not given", () => {
    expect(filled("GET /staff/tasks", { window: 3, date: undefined }).path).toBe("/staff/tasks?window=3")
    expect(filled("GET /staff/line", {})).toEqual({ method: "GET", path: "/staff/line", body: "" })
  })

  test("a value cannot lead out of its place in the path", () => {
    expect(filled("GET /staff/visitors/:number", { number: "../me?x=1" }).path).toBe("/staff/visitors/..%2Fme%3Fx%3D1")
  })

  test("a missing parameter is our mistake and is not sent", () => {
    expect(() => filled("GET /staff/visitors/:number", {})).toThrow(TypeError)
  })
})

describe("an answer", () => {
  test("comes back as the route says, asked for in the page's language and marked as our own page's", async () => {
    const { request, sent } = answering(() => Response.json({ date: "2026-11-23", tasks: [] }))
    expect(await request("GET /staff/tasks", { window: 2 })).toEqual({ date: "2026-11-23", tasks: [] })
    expect(sent[0]?.init.headers).toMatchObject({ "accept-language": "en", "x-doorstep": "1" })
  })

  test("a body is named as JSON", async () => {
    const { request, sent } = answering(() => Response.json({ done: true }))
    await request("POST /staff/sign-out")
    expect(sent[0]?.init.headers).toMatchObject({ "content-type": "application/json" })
  })

  test("a refusal keeps its code, its words and its details", async () => {
    const { request } = answering(() => problem(409, "recall-too-soon", { seconds: 7 }))
    const refusal = await request("POST /staff/windows/:window/recall", {
      window: 2,
      op: "op_12345",
      number: "A012",
    }).catch((failure: unknown) => failure)
    expect(refusal).toBeInstanceOf(Refusal)
    expect(refusal).toMatchObject({ status: 409, code: "recall-too-soon", title: "No.", details: { seconds: 7 } })
    expect(mayHaveHappened(refusal)).toBe(false)
  })
})

describe("no answer may still have happened", () => {
  test.each<[string, () => Response | Promise<Response>]>([
    ["a lost connection", () => Promise.reject(new TypeError("failed to fetch"))],
    ["a timeout", () => Promise.reject(new DOMException("too late", "TimeoutError"))],
    ["a gateway's own page", () => new Response("<h1>502</h1>", { status: 502 })],
    ["a gateway's own JSON", () => Response.json({ message: "Service Unavailable" }, { status: 503 })],
    ["an answer that was cut off", () => new Response('{"date":"2026', { status: 200 })],
  ])("%s is Offline", async (_, answer) => {
    const failure = await answering(answer)
      .request("GET /staff/line")
      .catch((it: unknown) => it)
    expect(failure).toBeInstanceOf(Offline)
    expect(mayHaveHappened(failure)).toBe(true)
  })

  test("and so may a fault that the portal itself admits", async () => {
    const { request } = answering(() => problem(500, "fault"))
    const failure = await request("GET /staff/line").catch((it: unknown) => it)
    expect(mayHaveHappened(failure)).toBe(true)
  })
})
