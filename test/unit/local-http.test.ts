import { describe, expect, it } from "vitest"
import { has, sharedFor } from "#local/edge"
import { answerFrom, eventFrom, type GatewayRequest, routeFor } from "#local/http"
import { insideOf } from "#local/site"
import { failuresNamed } from "#local/sqs"

const routes = [
  { key: "$default", function: "ResidentApi" },
  { key: "ANY /device/{proxy+}", function: "DeviceApi" },
  { key: "ANY /staff/{proxy+}", function: "StaffApi" },
  { key: "GET /staff/files/{proxy+}", function: "Files" },
  { key: "POST /staff/exact", function: "Exact" },
]

const aRequest = (more: Partial<GatewayRequest> = {}): GatewayRequest => ({
  method: "GET",
  target: "/",
  lines: [["Host", "doorstep.test"]],
  body: Buffer.alloc(0),
  peer: "127.0.0.1",
  at: Date.parse("2026-11-21T21:02:03Z"),
  ...more,
})

const eventOf = (more: Partial<GatewayRequest> = {}) => eventFrom(aRequest(more), { route: routes[0]! })

describe("the gateway's routes", () => {
  it.each([
    ["GET", "/", "ResidentApi"],
    ["GET", "/staff", "ResidentApi"],
    ["GET", "/staff/", "ResidentApi"],
    ["GET", "/staffroom/x", "ResidentApi"],
    ["PUT", "/staff/lines/1", "StaffApi"],
    ["GET", "/device/a/b", "DeviceApi"],
    ["GET", "/staff/files/a", "Files"],
    ["PUT", "/staff/files/a", "StaffApi"],
    ["POST", "/staff/exact", "Exact"],
    ["GET", "/staff/exact", "StaffApi"],
  ])("take %s %s to %s", (method, path, expected) => {
    expect(routeFor(routes, method, path)?.route.function).toBe(expected)
  })

  it("find nothing where there is no default", () => {
    expect(routeFor(routes.slice(1), "GET", "/")).toBeUndefined()
  })
})

describe("an event of the gateway", () => {
  it("keeps the path as it came and joins what comes twice", () => {
    const event = eventFrom(
      aRequest({
        target: "/staff/a%20b?x=1&x=2&y=%E7%A6%8F",
        lines: [
          ["Host", "doorstep.test"],
          ["Accept", "text/html"],
          ["accept", "*/*"],
          ["Cookie", "a=1; b=2"],
          ["cookie", "c=3"],
        ],
      }),
      { route: routes[2]!, proxy: "a%20b" },
    )
    expect(event).toMatchObject({
      version: "2.0",
      routeKey: "ANY /staff/{proxy+}",
      rawPath: "/staff/a%20b",
      rawQueryString: "x=1&x=2&y=%E7%A6%8F",
      queryStringParameters: { x: "1,2", y: "福" },
      pathParameters: { proxy: "a b" },
      cookies: ["a=1", "b=2", "c=3"],
      headers: { accept: "text/html,*/*" },
      isBase64Encoded: false,
    })
    expect(event.headers.cookie).toBeUndefined()
    expect(event.requestContext.time).toBe("21/Nov/2026:21:02:03 +0000")
  })

  it("has no body, cookies or parameters where there are none", () => {
    const event = eventOf()
    for (const name of ["body", "cookies", "queryStringParameters", "pathParameters"])
      expect(event).not.toHaveProperty(name)
  })

  it.each([
    ["application/json", false],
    ["application/problem+json; charset=utf-8", false],
    ["text/plain", false],
    ["application/x-www-form-urlencoded", true],
    ["multipart/form-data; boundary=x", true],
    ["application/octet-stream", true],
    [undefined, true],
  ])("carries a body of %s encoded: %s", (type, encoded) => {
    const body = Buffer.from("name=·𬱖")
    const event = eventOf({ method: "POST", body, lines: type ? [["content-type", type]] : [] })
    expect(event.isBase64Encoded).toBe(encoded)
    expect(Buffer.from(event.body!, encoded ? "base64" : "utf8")).toEqual(body)
  })

  it("adds the caller to those who forwarded", () => {
    expect(eventOf({ lines: [["X-Forwarded-For", "10.0.0.9"]] }).headers["x-forwarded-for"]).toBe("10.0.0.9, 127.0.0.1")
    expect(eventOf().headers["x-forwarded-for"]).toBe("127.0.0.1")
  })
})

describe("the gateway's answer", () => {
  it("takes anything without a status for a body", () => {
    expect(answerFrom({ a: 1 })).toMatchObject({
      status: 200,
      headers: { "content-type": "application/json" },
      body: Buffer.from('{"a":1}'),
    })
    expect(answerFrom("plain").body.toString()).toBe("plain")
  })

  it("is an error where the status is none", () => {
    expect(answerFrom({ statusCode: "soon" }).status).toBe(500)
  })

  it("sets each cookie on a line of its own", () => {
    expect(answerFrom({ statusCode: 204, cookies: ["a=1", "b=2"] }).headers["set-cookie"]).toEqual(["a=1", "b=2"])
  })
})

describe("the edge", () => {
  const seconds = (cacheControl: string | undefined, more: Record<string, string> = {}, status = 200) =>
    sharedFor({ status, headers: { ...(cacheControl ? { "cache-control": cacheControl } : {}), ...more } })

  it.each([
    ["max-age=1", 1],
    ["public, max-age=60, s-maxage=30", 30],
    ["s-maxage=0, max-age=60", 0],
    ["private, max-age=60", 0],
    ["no-store", 0],
    ["no-cache, max-age=60", 0],
    ["Max-Age=5", 5],
    [undefined, 0],
    ["max-age=never", 0],
  ])("shares an answer of %s for %s seconds", (cacheControl, expected) => {
    expect(seconds(cacheControl)).toBe(expected)
  })

  it("never shares what sets a cookie, nor a refusal", () => {
    expect(seconds("max-age=60", { "set-cookie": "a=1" })).toBe(0)
    expect(seconds("max-age=60", {}, 503)).toBe(0)
    expect(seconds("max-age=60", {}, 401)).toBe(0)
  })

  it("compares tags weakly", () => {
    expect(has('"a", W/"b"', '"b"')).toBe(true)
    expect(has("*", '"b"')).toBe(true)
    expect(has('"a"', '"b"')).toBe(false)
    expect(has(undefined, '"b"')).toBe(false)
  })
})

describe("the static site", () => {
  it.each([
    "/../secret",
    "/%2e%2e/secret",
    "/..%2fsecret",
    "/a/%2e%2e/%2e%2e/secret",
    "/.env",
    "/a/.git/config",
    "/%00",
    "/..\\secret",
    "/%E0%A4%A",
  ])("serves nothing for %s", (path) => {
    expect(insideOf("/site", path)).toBeUndefined()
  })

  it("serves what lies inside", () => {
    expect(insideOf("/site", "/staff/a%20b.js")).toBe("/site/staff/a b.js")
  })
})

describe("what an answer names as failed", () => {
  const all = new Set(["a", "b"])
  const named = (list: unknown) => [...failuresNamed(list, all)].sort()

  it("is exactly that", () => {
    expect(named({ batchItemFailures: [{ itemIdentifier: "b" }] })).toEqual(["b"])
  })

  it.each([[null], [undefined], [{}], [{ batchItemFailures: [] }], [{ batchItemFailures: null }], ["text"]])(
    "is nothing for %j",
    (answer) => {
      expect(named(answer)).toEqual([])
    },
  )

  it.each([
    [{ batchItemFailures: [{ itemIdentifier: "unknown" }] }],
    [{ batchItemFailures: [{ itemIdentifier: "" }] }],
    [{ batchItemFailures: [{ itemIdentifier: null }] }],
    [{ batchItemFailures: [{ wrong: "a" }] }],
    [{ batchItemFailures: [null] }],
    [{ batchItemFailures: "a" }],
  ])("is the whole batch for %j, which nobody can read", (answer) => {
    expect(named(answer)).toEqual(["a", "b"])
  })
})
