/** What a role does not allow is refused as AWS refuses it, is said, and fails whoever ran it. */
import { randomBytes } from "node:crypto"
import {
  BatchGetItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb"
import { DecryptCommand, GenerateDataKeyCommand, KMSClient } from "@aws-sdk/client-kms"
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3"
import { ReceiveMessageCommand, SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs"
import { afterAll, afterEach, beforeAll, describe, expect, inject, it, vi } from "vitest"
import { type Authority, startAuthority } from "#local/authority"
import { createTables } from "#local/dynamodb"
import { keyService } from "#local/kms"
import { region } from "#local/place"
import { bucketName, createQueues, type Queues, startQueues } from "#local/queues"
import { startSystem } from "#local/system"
import type { Statement, Topology } from "#local/topology"
import { anOption, topology as fixture } from "./local-fixture.ts"

const name = randomBytes(4).toString("hex")
const Mine = `Mine-${name}`
const Other = `Other-${name}`
const table = { hash: "pk", attributes: { pk: "S" as const }, indexes: [] }
const statements: Statement[] = [
  { actions: ["dynamodb:GetItem", "dynamodb:BatchGetItem"], resources: [Mine, Other] },
  {
    actions: ["dynamodb:PutItem"],
    resources: [Mine],
    conditions: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["line#*"] } },
  },
  { actions: ["sqs:SendMessage"], resources: ["Jobs"] },
  { actions: ["s3:PutObject", "s3:GetObject"], resources: ["Photos/*"] },
  { actions: ["kms:GenerateDataKey"], resources: ["ChildrenKey"] },
]
const topology: Topology = {
  ...fixture,
  tables: { [Mine]: table, [Other]: table },
  buckets: ["Photos"],
  functions: { Web: { ...fixture.functions.Web!, statements }, Tick: fixture.functions.Tick! },
  mappings: [],
}

let upstream: Queues
let authority: Authority
let queueUrl: string
const heard: string[] = []

beforeAll(async () => {
  upstream = await startQueues({ buckets: ["Photos"] })
  const { Jobs } = await createQueues(upstream.endpoint, { Jobs: { fifo: false, visibility: 30, retention: 60 } })
  await createTables(inject("dynamodb"), topology.tables)
  authority = await startAuthority({
    topology,
    database: inject("dynamodb"),
    queues: upstream.endpoint,
    objects: upstream.endpoint,
    keys: keyService({ ChildrenKey: [randomBytes(32)] }),
    onDenied: (it) => void heard.push(it.action),
  })
  queueUrl = authority.endpoint + new URL(Jobs!.url).pathname
})
afterEach(() => {
  authority.denied.length = 0
  heard.length = 0
})
afterAll(async () => {
  await authority.stop()
  await upstream.stop()
})

const as = (accessKeyId: string) => ({
  endpoint: authority.endpoint,
  region,
  credentials: { accessKeyId, secretAccessKey: "secret" },
  maxAttempts: 1,
})
const nameOf = (act: Promise<unknown>) =>
  act.then(
    () => "done",
    (error: Error) => error.name,
  )
const item = (pk: string) => ({ pk: { S: pk } })

describe("a function's calls", () => {
  it("reach the database where its role allows them, and are refused where it does not", async () => {
    const db = new DynamoDBClient(as("Web"))
    await db.send(new PutItemCommand({ TableName: Mine, Item: { ...item("line#1"), text: { S: "号" } } }))
    const found = await db.send(new GetItemCommand({ TableName: Mine, Key: item("line#1") }))
    expect(found.Item?.text?.S).toBe("号")
    expect(authority.denied).toEqual([])

    const put = (pk: string, TableName = Mine) => new PutItemCommand({ TableName, Item: item(pk) })
    expect(await nameOf(db.send(put("station#1")))).toBe("AccessDeniedException")
    expect(await nameOf(db.send(put("line#1", Other)))).toBe("AccessDeniedException")
    const Keys = [item("line#1")]
    await db.send(new BatchGetItemCommand({ RequestItems: { [Mine]: { Keys }, [Other]: { Keys } } }))
    expect(authority.denied).toEqual([
      { function: "Web", action: "dynamodb:PutItem", resource: Mine },
      { function: "Web", action: "dynamodb:PutItem", resource: Other },
    ])
    expect(heard).toHaveLength(2)
    db.destroy()
  })

  it("are refused whole where a part of a transaction is", async () => {
    const db = new DynamoDBClient(as("Web"))
    const Put = (pk: string, TableName: string) => ({ Put: { TableName, Item: item(pk) } })
    const both = new TransactWriteItemsCommand({ TransactItems: [Put("line#2", Mine), Put("line#2", Other)] })
    expect(await nameOf(db.send(both))).toBe("AccessDeniedException")
    const found = await db.send(new GetItemCommand({ TableName: Mine, Key: item("line#2") }))
    expect(found.Item).toBeUndefined()
    db.destroy()
  })

  it("are refused to whoever has no such role", async () => {
    for (const caller of ["Tick", "Nobody", "local"]) {
      const db = new DynamoDBClient(as(caller))
      expect(await nameOf(db.send(new GetItemCommand({ TableName: Mine, Key: item("a") })))).toBe(
        "AccessDeniedException",
      )
      db.destroy()
    }
    const unsigned = fetch(authority.endpoint, {
      method: "POST",
      headers: { "x-amz-target": "DynamoDB_20120810.ListTables" },
    })
    await expect(unsigned).rejects.toThrow()
  })

  it("send to a queue and do not read from it", async () => {
    const sqs = new SQSClient(as("Web"))
    const sent = await sqs.send(
      new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: [{ Id: "1", MessageBody: "hello" }] }),
    )
    expect(sent.Successful).toHaveLength(1)
    expect(authority.denied).toEqual([])
    await expect(sqs.send(new ReceiveMessageCommand({ QueueUrl: queueUrl }))).rejects.toThrow("not authorized")
    expect(authority.denied).toEqual([{ function: "Web", action: "sqs:ReceiveMessage", resource: "Jobs" }])
    sqs.destroy()
  })

  it("put and get objects of four megabytes, and neither delete nor list", async () => {
    const s3 = new S3Client(as("Web"))
    const object = { Bucket: bucketName("Photos"), Key: "R1/a picture/一" }
    const Body = randomBytes(4_000_000)
    await s3.send(new PutObjectCommand({ ...object, Body }))
    const got = await s3.send(new GetObjectCommand(object))
    expect(Buffer.compare(await got.Body!.transformToByteArray(), Body)).toBe(0)
    expect(await nameOf(s3.send(new DeleteObjectCommand(object)))).toBe("AccessDenied")
    expect(await nameOf(s3.send(new ListObjectsV2Command({ Bucket: object.Bucket })))).toBe("AccessDenied")
    // Whoever may not list is not told either that nothing is there.
    expect(await nameOf(s3.send(new GetObjectCommand({ ...object, Key: "R1/nothing" })))).toBe("AccessDenied")
    s3.destroy()
  })

  it("get data keys under their own key alone, which they cannot open again", async () => {
    const kms = new KMSClient(as("Web"))
    const made = await kms.send(new GenerateDataKeyCommand({ KeyId: "ChildrenKey", KeySpec: "AES_256" }))
    expect(made.Plaintext).toHaveLength(32)
    const open = new DecryptCommand({ KeyId: "ChildrenKey", CiphertextBlob: made.CiphertextBlob })
    expect(await nameOf(kms.send(open))).toBe("AccessDeniedException")
    const other = new GenerateDataKeyCommand({ KeyId: "SealingKey", KeySpec: "AES_256" })
    expect(await nameOf(kms.send(other))).toBe("AccessDeniedException")
    kms.destroy()
  })

  it("show which rights nobody used", async () => {
    const fresh = await startAuthority({
      topology,
      database: inject("dynamodb"),
      queues: upstream.endpoint,
      objects: upstream.endpoint,
      keys: keyService({}),
      onDenied: () => {},
    })
    const db = new DynamoDBClient({ ...as("Web"), endpoint: fresh.endpoint })
    expect(fresh.unused()).toContain(`Web dynamodb:GetItem ${Mine}`)
    await db.send(new GetItemCommand({ TableName: Mine, Key: item("a") }))
    expect(fresh.unused()).not.toContain(`Web dynamodb:GetItem ${Mine}`)
    expect(fresh.unused()).toContain(`Web dynamodb:GetItem ${Other}`)
    db.destroy()
    await fresh.stop()
  })
})

describe("the whole portal", () => {
  const endpoints = { dynamodb: inject("dynamodb") }

  it("fails its run when a function did what its role does not allow", async () => {
    const said = vi.spyOn(console, "error").mockImplementation(() => {})
    const system = await startSystem(anOption({ endpoints }))
    const refused = await fetch(`${system.url}/staff/notes?id=n1`, { method: "POST", body: "hello" })
    expect(refused.status).toBe(500)
    const denied = { function: "Staff", action: "dynamodb:PutItem", resource: "Notes" }
    expect(system.denied).toEqual([denied])
    expect(said).toHaveBeenCalledWith(`access denied ${JSON.stringify(denied)}`)
    expect(system.log("Staff")).toContain('"platform.denied"')
    await expect(system.stop()).rejects.toThrow("Roles too narrow")
    said.mockRestore()
  })

  it("does not start where a role would not let Lambda feed its function", async () => {
    const Worker = { ...fixture.functions.Worker!, statements: fixture.functions.Worker!.statements.slice(1) }
    const narrow = { ...fixture, functions: { ...fixture.functions, Worker } }
    await expect(startSystem(anOption({ endpoints, topology: narrow }))).rejects.toThrow(
      "The role of Worker lacks sqs:ReceiveMessage on Jobs",
    )
  })
})
