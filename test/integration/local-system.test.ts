import { mkdirSync, writeFileSync } from "node:fs"
import { request } from "node:http"
import { join } from "node:path"
import { gunzipSync } from "node:zlib"
import {
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb"
import {
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs"
import * as openid from "openid-client"
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest"
import { credentials, region } from "#local/place"
import { type System, startSystem } from "#local/system"
import { aFolder, anOption, eventually, isAlive } from "./local-fixture.ts"

const site = aFolder()
let system: System
let database: DynamoDBClient
let queue: SQSClient

beforeAll(async () => {
  mkdirSync(join(site.folder, "staff", "assets"), { recursive: true })
  mkdirSync(join(site.folder, "assets"), { recursive: true })
  writeFileSync(
    join(site.folder, "staff", "index.html"),
    `<!doctype html><title>staff</title>${"<p>窗口</p>".repeat(300)}`,
  )
  writeFileSync(join(site.folder, "assets", "staff-B2kQ9x_1.js"), "export {}")
  writeFileSync(join(site.folder, "sound.opus"), "sound")
  writeFileSync(join(site.folder, ".secret"), "secret")
  system = await startSystem(anOption({ clockOffset: 60_000, site: site.folder, faults: { seed: 7 } }))
  database = new DynamoDBClient({ endpoint: system.dynamodbEndpoint, region, credentials })
  queue = new SQSClient({ endpoint: system.sqsEndpoint, region, credentials })
})

afterEach(() => system?.faults?.set({}))

afterAll(async () => {
  const pids = system.pids()
  await system.stop()
  expect(pids.filter(isAlive)).toEqual([])
  site.remove()
})

type Asked = { status: number; headers: Record<string, string | string[] | undefined>; body: string; raw: Buffer }

/** Plain HTTP, since fetch neither sends a Host or Cookie of our choice nor leaves a body packed. */
function ask(
  path: string,
  options: { method?: string; headers?: Record<string, string>; body?: string | Buffer; url?: string } = {},
): Promise<Asked> {
  const { port } = new URL(options.url ?? system.url)
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: "127.0.0.1", port, path, method: options.method ?? "GET", headers: options.headers ?? {} },
      (answer) => {
        const parts: Buffer[] = []
        answer.on("data", (part: Buffer) => parts.push(part))
        answer.on("end", () => {
          const raw = Buffer.concat(parts)
          resolve({ status: answer.statusCode!, headers: answer.headers, body: raw.toString(), raw })
        })
      },
    )
    sent.on("error", reject)
    sent.end(options.body)
  })
}

const told = async (answer: Promise<Asked>) => JSON.parse((await answer).body)
const effectOf = async (id: string) =>
  (
    await database.send(
      new GetItemCommand({ TableName: "Effects", Key: { pk: { S: "effect" }, sk: { S: id } }, ConsistentRead: true }),
    )
  ).Item
const depth = async (name: string) => {
  const { Attributes } = await queue.send(
    new GetQueueAttributesCommand({
      QueueUrl: system.queueUrls[name]!,
      AttributeNames: ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
    }),
  )
  return Number(Attributes!.ApproximateNumberOfMessages) + Number(Attributes!.ApproximateNumberOfMessagesNotVisible)
}

describe("a request", () => {
  it("arrives as the deployed function would see it", async () => {
    const { event, clock } = await told(
      ask("/pages/a%20b?x=1&x=2", { headers: { cookie: "a=1; b=2", "x-forwarded-for": "10.0.0.9" } }),
    )
    expect(event).toMatchObject({
      version: "2.0",
      routeKey: "$default",
      rawPath: "/pages/a%20b",
      rawQueryString: "x=1&x=2",
      cookies: ["a=1", "b=2"],
      requestContext: { http: { method: "GET" }, stage: "$default" },
    })
    expect(event.headers["x-forwarded-for"]).toBe("10.0.0.9, 127.0.0.1, 127.0.0.1")
    expect(event.headers["x-forwarded-host"]).toBe(`127.0.0.1:${new URL(system.url).port}`)
    expect(clock).toBe("60000")
  })

  it("carries the Router's header, whatever the caller claims, and none without the Router", async () => {
    const claimed = await told(
      ask("/claim", { headers: { "X-Doorstep-Edge": "guess", "x-doorstep-address": "10.0.0.9" } }),
    )
    expect(claimed.event.headers["x-doorstep-edge"]).toBe(system.secret("EdgeKey"))
    expect(claimed.event.headers["x-doorstep-address"]).toBe("127.0.0.1")
    const around = await told(ask("/claim", { url: system.gatewayUrl }))
    expect(around.event.headers).not.toHaveProperty("x-doorstep-edge")
  })

  it("keeps its whole path on a greedy route", async () => {
    const { event } = await told(ask("/staff/lines/7?a=b"))
    expect(event).toMatchObject({
      rawPath: "/staff/lines/7",
      routeKey: "ANY /staff/{proxy+}",
      pathParameters: { proxy: "lines/7" },
    })
  })

  it("gets its links and nothing that is not linked", async () => {
    const links = await told(ask("/links"))
    expect(links).toEqual({
      notes: { name: "Notes" },
      jobs: { url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/0+\/Jobs$/) },
      portal: {
        url: system.url,
        issuer: system.issuer,
        client: "doorstep",
        notifier: `${system.phonesUrl}/messages`,
        demonstration: "true",
      },
      app: { name: "doorstep", stage: "local" },
    })
    expect((await ask("/unlinked")).status).toBe(500)
  })

  it("may carry 4 MB, is too large for a function beyond 6 and for the gateway beyond 10", async () => {
    const send = (bytes: number) =>
      ask("/", { method: "POST", body: Buffer.alloc(bytes, 1), headers: { "content-type": "image/jpeg" } })
    expect(JSON.parse((await send(4_000_000)).body).body).toBe(4_000_000)
    expect((await send(5_500_000)).status).toBe(413)
    const refused = await send(10 * 1024 * 1024 + 1)
    expect([refused.status, refused.headers["content-type"]]).not.toContain("application/problem+json")
    expect(refused.status).toBe(413)
    expect((await ask("/", { method: "POST", body: Buffer.alloc(11_000_000), url: system.gatewayUrl })).body).toBe(
      '{"message":"Request Entity Too Large"}',
    )
    expect((await ask("/")).status).toBe(200)
  })

  it("may not have a head over 10 KB", async () => {
    expect((await ask("/", { headers: { "x-long": "x".repeat(11_000) } })).status).toBe(431)
    expect((await ask("/", { headers: { "x-long": "x".repeat(9_000) } })).status).toBe(200)
  })

  it("by HEAD gets the head alone", async () => {
    const answer = await ask("/bytes", { method: "HEAD" })
    expect([answer.status, answer.headers["content-type"], answer.raw.length]).toEqual([200, "image/png", 0])
  })

  it("gets bytes as bytes and every cookie on its own line", async () => {
    expect((await ask("/bytes")).raw).toEqual(Buffer.from([0, 255, 1]))
    expect((await ask("/cookies")).headers["set-cookie"]).toEqual(["a=1; Path=/", "b=2; Path=/"])
  })

  it("is refused plainly, without a trace, when the function fails", async () => {
    const answer = await ask("/throw")
    expect([answer.status, answer.body]).toEqual([500, '{"message":"Internal Server Error"}'])
  })
})

describe("the edge", () => {
  let number = 0
  const fresh = (more = "") => `/snapshot?tag=t${++number}${more}`

  it("shares an answer for its seconds, by path and query, whatever the cookies", async () => {
    const path = fresh("&cache=max-age%3D60")
    const first = await ask(path, { headers: { cookie: "who=first" } })
    const second = await ask(path, { headers: { cookie: "who=second" } })
    expect(second.body).toBe(first.body)
    expect(first.headers["x-cache"]).toBe("Miss from cloudfront")
    expect(second.headers["x-cache"]).toBe("Hit from cloudfront")
    expect((await ask(`${path}&other=1`)).body).not.toBe(first.body)
  })

  it("asks the function once for a hundred who come at the same time", async () => {
    const path = "/slow?ms=150&cache=s-maxage%3D60"
    const before = system.stats().functions.Web!.invocations
    const answers = await Promise.all(Array.from({ length: 100 }, () => ask(path)))
    expect(new Set(answers.map(({ body }) => body)).size).toBe(1)
    expect(system.stats().functions.Web!.invocations - before).toBe(1)
  })

  it.each(["private,max-age=60", "no-store", "no-cache"])("gives nobody another's answer of %s", async (cache) => {
    const path = fresh(`&cache=${encodeURIComponent(cache)}`)
    const answers = await Promise.all(
      ["a", "b", "c", "d"].map((who) => ask(path, { headers: { cookie: `who=${who}` } })),
    )
    expect(answers.map(({ body }) => body.split("who=")[1])).toEqual(["a", "b", "c", "d"])
    expect((await ask(path, { headers: { cookie: "who=e" } })).body).toContain("who=e")
  })

  it("never shares what sets a cookie", async () => {
    expect((await ask("/cookies?same")).body).not.toBe((await ask("/cookies?same")).body)
  })

  it("answers 304 to who has it, from what it keeps and from the function", async () => {
    const kept = fresh("&cache=max-age%3D60")
    const etag = (await ask(kept)).headers.etag as string
    const again = await ask(kept, { headers: { "if-none-match": etag } })
    expect([again.status, again.body, again.headers.etag]).toEqual([304, "", etag])
    const personal = fresh("&cache=no-store")
    const tag = (await ask(personal)).headers.etag as string
    expect((await ask(personal, { headers: { "if-none-match": tag } })).status).toBe(304)
  })

  it("asks whether what it keeps still holds, once its seconds are over", async () => {
    const path = fresh()
    const first = await ask(path)
    await new Promise((resolve) => setTimeout(resolve, 1_050))
    const second = await ask(path)
    expect(second.body).toBe(first.body)
    expect(second.headers["x-cache"]).toBe("RefreshHit from cloudfront")
  })

  it("keeps no failure", async () => {
    const path = fresh("&cache=max-age%3D60&status=503")
    expect((await ask(path)).body).not.toBe((await ask(path)).body)
  })

  it("serves the static apps: a folder by its page, hashed files for ever, and packed", async () => {
    const page = await ask("/app/staff/", { headers: { "accept-encoding": "gzip" } })
    expect([
      page.status,
      page.headers["content-type"],
      page.headers["cache-control"],
      page.headers["content-encoding"],
    ]).toEqual([200, "text/html; charset=utf-8", "no-cache", "gzip"])
    expect(gunzipSync(page.raw).toString()).toContain("<title>staff</title>")
    expect((await ask("/app/staff")).body).toContain("<title>staff</title>")
    const script = await ask("/app/assets/staff-B2kQ9x_1.js")
    expect([script.headers["content-type"], script.headers["cache-control"]]).toEqual([
      "text/javascript; charset=utf-8",
      "public,max-age=31536000,immutable",
    ])
    expect(
      (await ask("/app/assets/staff-B2kQ9x_1.js", { headers: { "if-none-match": script.headers.etag as string } }))
        .status,
    ).toBe(304)
    expect((await ask("/app/sound.opus")).headers["content-type"]).toBe("audio/ogg")
  })

  it.each([
    "/app/../secret",
    "/app/%2e%2e/secret",
    "/app/.secret",
    "/app/none.js",
    "/app/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
  ])("finds nothing at %s", async (path) => {
    expect((await ask(path)).status).toBe(404)
  })

  it("takes no order for a file", async () => {
    expect((await ask("/app/staff/", { method: "POST" })).status).toBe(405)
  })
})

describe("the path from a saved fact to its effect", () => {
  it("goes through stream and queue, with bytes intact, without waiting out any timer on the way", async () => {
    await system.warm()
    await eventually(() => system.functions.Worker!.pids().length > 0)
    const took: number[] = []
    // A busy machine holds up one, or two; a timer would hold up all.
    for (let i = 0; i < 5; i++) {
      const began = Date.now()
      const saved = await ask(`/notes?id=path-${i}`, { method: "POST", body: "first" })
      expect(saved.status).toBe(201)
      const effect = await eventually(() => effectOf(`path-${i}`))
      expect(effect).toMatchObject({ text: { S: "first" }, seal: { S: "AQID" }, tries: { N: "1" } })
      took.push(Date.now() - began)
    }
    expect(Math.min(...took)).toBeLessThan(5_000)
  })

  it("parks poison, and nothing else", async () => {
    const parked = await depth("JobsDead")
    const job = (id: string, text: string) => ({ Id: id, MessageBody: JSON.stringify({ id, text, seal: "" }) })
    await queue.send(
      new SendMessageBatchCommand({
        QueueUrl: system.queueUrls.Jobs!,
        Entries: [job("good-1", "good"), job("bad", "poison"), job("good-2", "good")],
      }),
    )
    await eventually(async () => (await effectOf("good-1")) && (await effectOf("good-2")))
    await eventually(async () => (await depth("JobsDead")) === parked + 1)
    const { Messages } = await queue.send(
      new ReceiveMessageCommand({ QueueUrl: system.queueUrls.JobsDead!, WaitTimeSeconds: 1 }),
    )
    expect(Messages!.map(({ Body }) => JSON.parse(Body!).id)).toEqual(["bad"])
    expect(await depth("Jobs")).toBe(0)
    expect((await effectOf("good-1"))!.tries).toEqual({ N: "1" })
  })

  it("runs a job again whose worker was killed after the effect, and one that was answered with nonsense", async () => {
    for (const [id, text] of [
      ["killed", "kill me after"],
      ["lied", "lie"],
    ]) {
      await queue.send(
        new SendMessageCommand({
          QueueUrl: system.queueUrls.Jobs!,
          MessageBody: JSON.stringify({ id, text, seal: "" }),
        }),
      )
      await eventually(async () => (await effectOf(id!))?.tries?.N === "2")
    }
    await eventually(async () => (await depth("Jobs")) === 0)
  })

  it("keeps in the bucket, whole, what the relay could never pass on, and goes on with the next", async () => {
    await ask("/notes?id=hopeless", { method: "POST", body: "unrelayable" })
    await ask("/notes?id=after-hopeless", { method: "POST", body: "fine" })
    await eventually(() => effectOf("after-hopeless"))
    const listing = await (await fetch(`${system.sqsEndpoint}/streamfailures?list-type=2`)).text()
    const [, key] = /<Key>([^<]+)<\/Key>/.exec(listing)!
    expect(key).toMatch(/^aws\/lambda\/Relay\//)
    const kept = (await (await fetch(`${system.sqsEndpoint}/streamfailures/${key}`)).json()) as {
      requestContext: { condition: string; approximateInvokeCount: number }
      payload: { Records: { dynamodb: { NewImage: unknown } }[] }
    }
    expect(kept.requestContext).toMatchObject({ condition: "RetryAttemptsExhausted", approximateInvokeCount: 3 })
    expect(kept.payload.Records.map(({ dynamodb }) => dynamodb.NewImage)).toEqual([
      expect.objectContaining({ sk: { S: "hopeless" }, text: { S: "unrelayable" }, seal: { B: "AQID" } }),
    ])
    expect(system.stats().mappings.find(({ source }) => source === "Notes")).toMatchObject({ givenUp: 1 })
  })

  it("tells a removal by time apart from one by somebody", async () => {
    const note = (sk: string, ttl: number) => ({
      pk: { S: "note" },
      sk: { S: sk },
      text: { S: sk },
      seal: { B: new Uint8Array([1]) },
      ttl: { N: String(ttl) },
    })
    const soon = Math.floor(Date.now() / 1_000)
    await database.send(new PutItemCommand({ TableName: "Notes", Item: note("expired", soon) }))
    await database.send(new PutItemCommand({ TableName: "Notes", Item: note("deleted", soon + 9_999) }))
    await database.send(new DeleteItemCommand({ TableName: "Notes", Key: { pk: { S: "note" }, sk: { S: "deleted" } } }))
    await eventually(() => system.log("Relay").includes("REMOVE deleted by somebody"))
    await eventually(() => system.log("Relay").includes("REMOVE expired by Service"))
  })

  it("fires a schedule's function at the clock of the demonstration", async () => {
    await system.invoke("Tick", { time: "2026-11-23T00:55:00Z", source: "aws.scheduler" })
    expect(system.log("Tick")).toContain('{"ticked":"2026-11-23T00:55:00Z","source":"aws.scheduler"}')
  })
})

describe("injected faults", () => {
  const put = (client: DynamoDBClient, id: string) =>
    client.send(
      new TransactWriteItemsCommand({
        TransactItems: ["a", "b"].map((part) => ({
          Put: { TableName: "Effects", Item: { pk: { S: id }, sk: { S: part } } },
        })),
      }),
    )
  const through = () => new DynamoDBClient({ endpoint: system.faults!.endpoint, region, credentials, maxAttempts: 1 })

  it("make transactions on one item conflict as on AWS, and none that touch others", async () => {
    system.faults!.set({ conflicts: true, latency: [0, 0] })
    const client = through()
    const same = await Promise.allSettled(Array.from({ length: 20 }, () => put(client, "one")))
    const refused = same
      .filter((result) => result.status === "rejected")
      .map((result) => (result as PromiseRejectedResult).reason)
    expect(refused.length).toBeGreaterThan(0)
    expect(refused.length).toBeLessThan(20)
    for (const { name, CancellationReasons } of refused) {
      expect(name).toBe("TransactionCanceledException")
      expect(CancellationReasons.map(({ Code }: { Code: string }) => Code)).toContain("TransactionConflict")
    }
    const others = await Promise.allSettled(Array.from({ length: 20 }, (_, index) => put(client, `other-${index}`)))
    expect(others.filter(({ status }) => status === "rejected")).toEqual([])
    client.destroy()
  })

  it("lose the answer of a write that has landed", async () => {
    system.faults!.set({ loseAnswers: 1, most: 1 })
    const client = through()
    const Item = { pk: { S: "effect" }, sk: { S: "lost" }, text: { S: "landed" } }
    await expect(client.send(new PutItemCommand({ TableName: "Effects", Item }))).rejects.toThrow()
    expect((await effectOf("lost"))?.text).toEqual({ S: "landed" })
    await client.send(new PutItemCommand({ TableName: "Effects", Item }))
    client.destroy()
  })

  it("throttle by share and by rule, the same for the same seed", async () => {
    system.faults!.set({
      throttle: 1,
      only: ({ operation, tables }) => operation === "PutItem" && tables.includes("Effects"),
    })
    const client = through()
    const Item = { pk: { S: "effect" }, sk: { S: "throttled" } }
    await expect(client.send(new PutItemCommand({ TableName: "Effects", Item }))).rejects.toMatchObject({
      name: "ProvisionedThroughputExceededException",
    })
    await client.send(new GetItemCommand({ TableName: "Effects", Key: Item }))
    system.faults!.set({ conflictShare: 0.5 })
    const outcomes = []
    for (let turn = 0; turn < 12; turn++)
      outcomes.push(
        await put(client, `turn-${turn}`).then(
          () => "done",
          ({ name }) => name,
        ),
      )
    expect(new Set(outcomes)).toEqual(new Set(["done", "TransactionCanceledException"]))
    client.destroy()
  })
})

describe("the phones", () => {
  const send = (message: unknown, token = system.secret("NotifierToken")) =>
    fetch(`${system.phonesUrl}/messages`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify(message),
    })

  it("receive a message once, however often it is sent, under the demonstration's clock", async () => {
    const message = { id: "m1", to: "13800138000", text: "您的预约码 <b>Y007</b>" }
    const began = Date.now()
    const statuses = await Promise.all([send(message), send(message), send({ ...message, text: "another" })])
    expect(statuses.map(({ status }) => status).sort()).toEqual([200, 200, 201])
    const { messages } = (await (await fetch(`${system.phonesUrl}/messages?to=13800138000`)).json()) as {
      messages: { text: string; at: string }[]
    }
    expect(messages).toHaveLength(1)
    expect(Date.parse(messages[0]!.at) - began).toBeGreaterThanOrEqual(60_000)
    expect(system.phones.received("13900000000")).toEqual([])
  })

  it("take nothing from who has no token, and nothing incomplete", async () => {
    expect((await send({ id: "m2", to: "1", text: "x" }, "guess")).status).toBe(401)
    for (const broken of [{ id: "m3", to: "1" }, { id: 3, to: "1", text: "x" }, null, "x"])
      expect((await send(broken)).status).toBe(400)
    expect(system.phones.received().map(({ id }) => id)).not.toContain("m2")
  })

  it("are shown on a page that says that nothing is sent and loads nothing from elsewhere", async () => {
    const page = await fetch(`${system.phonesUrl}/`)
    const text = await page.text()
    expect(text).toContain("demonstration: nothing is sent")
    expect(text).not.toMatch(/(src|href)="https?:/)
    expect(page.headers.get("content-security-policy")).toContain("default-src 'none'")
  })
})

describe("the OpenID provider", () => {
  const discovered = () =>
    openid.discovery(new URL(system.issuer), "doorstep", system.secret("OidcClientSecret"), undefined, {
      execute: [openid.allowInsecureRequests],
    })

  /** A browser's part: follows redirects by hand and keeps the cookies. */
  function aBrowser() {
    const cookies = new Map<string, string>()
    return async (url: string, init: RequestInit = {}) => {
      const answer = await fetch(url, {
        ...init,
        redirect: "manual",
        headers: { ...init.headers, cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; ") },
      })
      for (const line of answer.headers.getSetCookie()) {
        const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!
        cookies.set(name!, value!)
      }
      const location = answer.headers.get("location")
      return { status: answer.status, location: location && new URL(location, url).href, text: await answer.text() }
    }
  }

  async function signIn(browse: ReturnType<typeof aBrowser>, sub: string) {
    const config = await discovered()
    const verifier = openid.randomPKCECodeVerifier()
    const state = openid.randomState()
    const address = openid.buildAuthorizationUrl(config, {
      redirect_uri: `${system.url}/staff/callback`,
      scope: "openid profile",
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
      state,
    })
    const asked = await browse(address.href)
    const page = await browse(asked.location!)
    let next = await browse(asked.location!, { method: "POST", body: new URLSearchParams({ sub }) })
    while (next.location && !next.location.startsWith(system.url)) next = await browse(next.location)
    const claims = async () =>
      (
        await openid.authorizationCodeGrant(config, new URL(next.location!), {
          pkceCodeVerifier: verifier,
          expectedState: state,
        })
      ).claims()
    return { page, next, claims }
  }

  it("signs in whom one chooses, by code and PKCE, and knows only number and name", async () => {
    const { page, claims } = await signIn(aBrowser(), "clerk-p01-1")
    expect(page.text).toContain("林小燕")
    expect(page.text).toContain("Demonstration identity provider")
    expect(page.text).not.toMatch(/https?:\/\//)
    const known = await claims()
    expect(known).toMatchObject({ sub: "clerk-p01-1", name: "林小燕", iss: system.issuer, aud: "doorstep" })
    expect(JSON.stringify(known)).not.toMatch(/role|station/)
  })

  it("asks again who it is when the next person sits down at the same browser", async () => {
    const browse = aBrowser()
    await (await signIn(browse, "clerk-p01-1")).claims()
    expect(await (await signIn(browse, "chief-p01")).claims()).toMatchObject({ sub: "chief-p01", name: "郑站长" })
  })

  it("signs in nobody it does not know, and nobody without PKCE", async () => {
    const { next } = await signIn(aBrowser(), "mayor")
    expect([next.status, next.location]).toEqual([400, null])
    const bare = openid.buildAuthorizationUrl(await discovered(), {
      redirect_uri: `${system.url}/staff/callback`,
      scope: "openid",
    })
    const answer = await aBrowser()(bare.href)
    expect(answer.location).toContain("error=invalid_request")
  })

  it("sends nobody to another address than the portal's, and its refusal loads nothing from elsewhere", async () => {
    const elsewhere = openid.buildAuthorizationUrl(await discovered(), {
      redirect_uri: "http://localhost:1/staff/callback",
      scope: "openid",
    })
    const answer = await aBrowser()(elsewhere.href)
    expect([answer.status, answer.location]).toEqual([400, null])
    expect(answer.text).not.toMatch(/https?:\/\/(?!localhost)/)
  })
})
