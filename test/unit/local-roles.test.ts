import { describe, expect, it } from "vitest"
import { databaseCalls, feedingCalls, objectCalls, queueCalls } from "#local/calls"
import { type Call, granting, mustUnderstand } from "#local/roles"
import type { Statement, TableShape } from "#local/topology"

const within = (...nouns: string[]): Statement["conditions"] => ({
  "ForAllValues:StringLike": { "dynamodb:LeadingKeys": nouns.map((noun) => `${noun}#*`) },
})
const role: Statement[] = [
  { actions: ["dynamodb:GetItem", "dynamodb:Query"], resources: ["Live"] },
  { actions: ["dynamodb:PutItem"], resources: ["Live", "Children"], conditions: within("line", "remote")! },
  { actions: ["dynamodb:Query"], resources: ["Bookings/index/by-ref"] },
  { actions: ["s3:PutObject"], resources: ["Photos/drafts/*"] },
  {
    actions: ["dynamodb:DeleteItem"],
    resources: ["Bookings"],
    conditions: { "ForAllValues:StringNotLike": { "dynamodb:LeadingKeys": ["data-key#*", "purge#*"] } },
  },
]
const allows = (action: string, resource: string, keys?: string[]) =>
  granting(role, { action, resource, ...(keys && { context: { "dynamodb:LeadingKeys": keys } }) }) !== undefined

describe("a role", () => {
  it("allows what a statement names, on what it names", () => {
    expect(allows("dynamodb:GetItem", "Live")).toBe(true)
    expect(allows("dynamodb:UpdateItem", "Live")).toBe(false)
    expect(allows("dynamodb:GetItem", "Bookings")).toBe(false)
    expect(allows("dynamodb:GetItem", "LiveOther")).toBe(false)
    expect(granting([], { action: "dynamodb:GetItem", resource: "Live" })).toBeUndefined()
  })

  it("tells an index from its table", () => {
    expect(allows("dynamodb:Query", "Bookings/index/by-ref")).toBe(true)
    expect(allows("dynamodb:Query", "Bookings/index/by-day")).toBe(false)
    expect(allows("dynamodb:Query", "Bookings")).toBe(false)
    expect(allows("dynamodb:Query", "Live/index/by-ref")).toBe(false)
  })

  it("allows a write only where every partition that it touches begins so", () => {
    expect(allows("dynamodb:PutItem", "Live", ["line#FZ-JA-P01#2026-11-23"])).toBe(true)
    expect(allows("dynamodb:PutItem", "Live", ["station"])).toBe(false)
    expect(allows("dynamodb:PutItem", "Live", ["inline#x"])).toBe(false)
    expect(allows("dynamodb:PutItem", "Children", ["line#x", "report#x"])).toBe(false)
    expect(allows("dynamodb:PutItem", "Live")).toBe(false)
  })

  it("allows a removal only where no partition that it touches begins so", () => {
    expect(allows("dynamodb:DeleteItem", "Bookings", ["person#x", "FZ-JA-P01#2026-11-23#rp"])).toBe(true)
    expect(allows("dynamodb:DeleteItem", "Bookings", ["person#x", "data-key#2026-11"])).toBe(false)
    expect(allows("dynamodb:DeleteItem", "Bookings", ["purge#-"])).toBe(false)
    expect(allows("dynamodb:DeleteItem", "Bookings")).toBe(false)
  })

  it("allows objects in the folder that it names", () => {
    expect(allows("s3:PutObject", "Photos/drafts/a/b.jpg")).toBe(true)
    expect(allows("s3:PutObject", "Photos/draftsman")).toBe(false)
    expect(allows("s3:PutObject", "Photos/drafts.jpg")).toBe(false)
    expect(allows("s3:GetObject", "Photos/drafts/a")).toBe(false)
    const exact = [{ actions: ["s3:GetObject"], resources: ["Photos/a.c"] }]
    expect(granting(exact, { action: "s3:GetObject", resource: "Photos/abc" })).toBeUndefined()
  })

  it("is not judged where it speaks of what is not known here", () => {
    const odd: Statement = { actions: [], resources: [], conditions: { IpAddress: { "aws:SourceIp": ["10.0.0.0/8"] } } }
    expect(() => mustUnderstand([odd])).toThrow("IpAddress")
    expect(() => mustUnderstand(role)).not.toThrow()
  })
})

const table: TableShape = { hash: "pk", range: "sk", attributes: { pk: "S", sk: "S" }, indexes: [] }
const tables = {
  Live: table,
  Bookings: { ...table, indexes: [{ name: "by-ref", hash: "ref", projection: "ALL" as const }] },
}
const said = ({ action, resource, context }: Call) => [
  action,
  resource,
  ...(context?.["dynamodb:LeadingKeys"] ?? ["?"]),
]
const asked = (operation: string, body: Record<string, unknown>) => databaseCalls(operation, body, tables).map(said)
const key = (pk: string) => ({ pk: { S: pk }, sk: { S: "one" } })

describe("what a call asks for", () => {
  it("of the database: the action, the table or its index, the partition", () => {
    expect(asked("GetItem", { TableName: "Live", Key: key("a") })).toEqual([["dynamodb:GetItem", "Live", "a"]])
    expect(asked("PutItem", { TableName: "Live", Item: key("a") })).toEqual([["dynamodb:PutItem", "Live", "a"]])
    expect(asked("UpdateItem", { TableName: "Live", Key: key("a") })).toEqual([["dynamodb:UpdateItem", "Live", "a"]])
    const query = {
      KeyConditionExpression: "pk = :pk AND sk >= :from",
      ExpressionAttributeValues: { ":pk": { S: "a" }, ":from": { S: "b" } },
    }
    expect(asked("Query", { TableName: "Live", ...query })).toEqual([["dynamodb:Query", "Live", "a"]])
    expect(
      asked("Query", {
        TableName: "Bookings",
        IndexName: "by-ref",
        KeyConditionExpression: "#ref = :ref",
        ExpressionAttributeNames: { "#ref": "ref" },
        ExpressionAttributeValues: { ":ref": { S: "K7" } },
      }),
    ).toEqual([["dynamodb:Query", "Bookings/index/by-ref", "K7"]])
    expect(asked("Scan", { TableName: "Live" })).toEqual([["dynamodb:Scan", "Live", "?"]])
    expect(asked("ListTables", {})).toEqual([["dynamodb:ListTables", "*", "?"]])
    expect(asked("ExecuteStatement", { Statement: 'SELECT * FROM "Live"' })).toEqual([
      ["dynamodb:ExecuteStatement", "*", "?"],
    ])
  })

  it("of a transaction: the action of each part", () => {
    const TransactItems = [
      { Put: { TableName: "Live", Item: key("a") } },
      { Update: { TableName: "Bookings", Key: key("b") } },
      { Delete: { TableName: "Bookings", Key: key("c") } },
      { ConditionCheck: { TableName: "Live", Key: key("d") } },
    ]
    expect(asked("TransactWriteItems", { TransactItems })).toEqual([
      ["dynamodb:PutItem", "Live", "a"],
      ["dynamodb:UpdateItem", "Bookings", "b"],
      ["dynamodb:DeleteItem", "Bookings", "c"],
      ["dynamodb:ConditionCheckItem", "Live", "d"],
    ])
    const got = { TransactItems: [{ Get: { TableName: "Live", Key: key("a") } }] }
    expect(asked("TransactGetItems", got)).toEqual([["dynamodb:GetItem", "Live", "a"]])
  })

  it("of a batch: the action on each table, with all its partitions", () => {
    const RequestItems = { Live: { Keys: [key("a"), key("b")] }, Bookings: { Keys: [key("c")] } }
    expect(asked("BatchGetItem", { RequestItems })).toEqual([
      ["dynamodb:BatchGetItem", "Live", "a", "b"],
      ["dynamodb:BatchGetItem", "Bookings", "c"],
    ])
    const writes = { Live: [{ PutRequest: { Item: key("a") } }, { DeleteRequest: { Key: key("b") } }] }
    expect(asked("BatchWriteItem", { RequestItems: writes })).toEqual([["dynamodb:BatchWriteItem", "Live", "a", "b"]])
  })

  it("of a queue: a batch is as many singles", () => {
    const QueueUrl = "http://127.0.0.1:1/000000000000/Work"
    expect(queueCalls("SendMessageBatch", { QueueUrl })).toEqual([{ action: "sqs:SendMessage", resource: "Work" }])
    expect(queueCalls("ListQueues", {})).toEqual([{ action: "sqs:ListQueues", resource: "*" }])
  })

  it("of a bucket: one act on one object, and whatever else by a name that no role has", () => {
    const of = (method: string, target: string, headers = {}) => objectCalls(method, target, headers, ["Photos"])
    expect(of("PUT", "/photos/R1/%E4%B8%80?x-id=PutObject")).toEqual([
      { action: "s3:PutObject", resource: "Photos/R1/一" },
    ])
    expect(of("GET", "/photos/R1/one")).toEqual([{ action: "s3:GetObject", resource: "Photos/R1/one" }])
    expect(of("HEAD", "/photos/R1/one")).toEqual([{ action: "s3:GetObject", resource: "Photos/R1/one" }])
    expect(of("DELETE", "/photos/R1/one")).toEqual([{ action: "s3:DeleteObject", resource: "Photos/R1/one" }])
    expect(of("GET", "/photos?list-type=2")).toEqual([{ action: "s3:ListBucket", resource: "Photos" }])
    for (const [{ action }] of [
      of("POST", "/photos?delete"),
      of("PUT", "/photos/R1/one?acl"),
      of("PUT", "/photos/R1/one", { "x-amz-copy-source": "/photos/R2/one" }),
      of("DELETE", "/photos"),
    ] as [Call][])
      expect(action).toMatch(/^s3:[A-Z]+ /)
  })

  it("of Lambda that feeds a function: the stream, and where it parks what it gave up", () => {
    const stream = {
      source: { table: "Live" },
      function: "Relay",
      batch: 1,
      window: 0,
      partial: true,
      failures: "Parked",
    }
    expect(feedingCalls(stream).map(({ action, resource }) => `${action} ${resource}`)).toEqual([
      "dynamodb:DescribeStream Live/stream/1",
      "dynamodb:GetRecords Live/stream/1",
      "dynamodb:GetShardIterator Live/stream/1",
      "dynamodb:ListStreams Live/stream/1",
      "s3:ListBucket Parked",
      "s3:PutObject Parked/aws/lambda/one",
    ])
  })
})
