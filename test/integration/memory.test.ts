/** The tables in memory answer as DynamoDB Local does: the same sequences of requests, the same answers, refusals and contents. */
import { randomBytes } from "node:crypto"
import {
  BatchGetCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb"
import fc from "fast-check"
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest"
import { createTables } from "#local/dynamodb"
import type { TableShape } from "#local/topology"
import { type Memory, openMemory } from "#test/memory"
import { clientOf } from "#test/world"

const shape: TableShape = {
  hash: "pk",
  range: "sk",
  attributes: { pk: "S", sk: "S", ref: "S", day: "S" },
  indexes: [
    { name: "by-ref", hash: "ref", projection: "KEYS_ONLY" },
    { name: "by-day", hash: "day", range: "ref", projection: "ALL" },
  ],
  stream: "NEW_AND_OLD_IMAGES",
}
const table = `Memory-${randomBytes(6).toString("hex")}`
const document = { marshallOptions: { removeUndefinedValues: true } }
const local = clientOf(inject("dynamodb"))
const real = DynamoDBDocumentClient.from(local, document)
let memory: Memory
let stand: DynamoDBDocumentClient
beforeAll(async () => {
  await createTables(inject("dynamodb"), { [table]: shape })
  memory = openMemory({ [table]: shape })
  stand = DynamoDBDocumentClient.from(memory.client, document)
})
afterAll(() => local.destroy())

const pk = fc.constantFrom("a", "b")
const sk = fc.constantFrom("0900#01", "0900#02", "0910#01", "1000#01", "类")
const key = fc.record({ pk, sk })
const item = fc.record(
  {
    pk,
    sk,
    v: fc.integer({ min: 0, max: 3 }),
    until: fc.integer({ min: 0, max: 5 }),
    source: fc.constantFrom(0.5, 1, 1.5, 2),
    for: fc.constantFrom("R1", "R2"),
    ref: fc.constantFrom("R1", "R2", "R3"),
    day: fc.constantFrom("mon", "tue"),
    shut: fc.constant(true),
    person: fc.constant(Buffer.from("0123456789abcdef")),
    past: fc.constant([{ ref: "R0", none: null, yes: true }]),
  },
  { requiredKeys: ["pk", "sk"] },
)

/** Every condition that the code sets, and the forms beside them that the grammar promises. */
const condition = fc.oneof(
  fc.constant({ says: "attribute_not_exists(pk)" }),
  fc.constant({ says: "attribute_exists(#for)" }),
  fc.constant({ says: "attribute_exists(shut)" }),
  fc.record({ says: fc.constant("v = :x"), x: fc.integer({ min: 0, max: 3 }) }),
  fc.record({ says: fc.constant("#for = :x"), x: fc.constantFrom("R1", "R2", 1) }),
  fc.record({ says: fc.constant("attribute_not_exists(pk) OR #until <= :x"), x: fc.integer({ min: 0, max: 5 }) }),
  fc.record({ says: fc.constant("attribute_not_exists(pk) OR #source < :x"), x: fc.constantFrom(1, 1.5, 2) }),
  fc.constant({ says: "attribute_exists(pk) AND (attribute_not_exists(#until) OR #for <> :x)", x: "R1" }),
  fc.record({ says: fc.constant("#until >= :x OR v > :x"), x: fc.integer({ min: 0, max: 5 }) }),
)
type Condition = { says: string; x?: unknown }

const asked = ({ says, x }: Condition) => {
  const names = says.match(/#\w+/g)
  return {
    ConditionExpression: says,
    ...(names && { ExpressionAttributeNames: Object.fromEntries(names.map((name) => [name, name.slice(1)])) }),
    ...(x !== undefined && { ExpressionAttributeValues: { ":x": x } }),
    ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const,
  }
}

const change = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      Put: fc.tuple(item, condition).map(([Item, when]) => ({ TableName: table, Item, ...asked(when) })),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      ConditionCheck: fc.tuple(key, condition).map(([Key, when]) => ({ TableName: table, Key, ...asked(when) })),
    }),
  },
)

/** Two of one item the emulator judges later than AWS: they have a test of their own. */
const placeOf = (
  it: { Put: { Item: { pk: string; sk: string } } } | { ConditionCheck: { Key: { pk: string; sk: string } } },
) => {
  const { pk, sk } = "Put" in it ? it.Put.Item : it.ConditionCheck.Key
  return `${pk} ${sk}`
}

const range = fc.oneof(
  fc.constant({ says: "", values: {} }),
  fc.record({ says: fc.constant(" AND sk >= :from"), values: fc.record({ ":from": sk }) }),
  fc.record({
    says: fc.constant(" AND sk BETWEEN :from AND :to"),
    values: fc.record({ ":from": fc.constant("0900#02"), ":to": fc.constantFrom("0910#~", "~") }),
  }),
  fc.record({ says: fc.constant(" AND begins_with(sk, :from)"), values: fc.record({ ":from": fc.constant("09") }) }),
)

const request = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(item, condition)
      .map(([Item, when]) => new PutCommand({ TableName: table, Item, ...asked(when) })),
  },
  { weight: 1, arbitrary: item.map((Item) => new PutCommand({ TableName: table, Item })) },
  {
    weight: 4,
    arbitrary: fc
      .uniqueArray(change, { minLength: 1, maxLength: 4, selector: placeOf })
      .map((TransactItems) => new TransactWriteCommand({ TransactItems })),
  },
  {
    weight: 2,
    arbitrary: fc.record({ Key: key, most: fc.integer({ min: 1, max: 4 }), until: fc.integer({ min: 0, max: 5 }) }).map(
      ({ Key, most, until }) =>
        new UpdateCommand({
          TableName: table,
          Key,
          UpdateExpression: "ADD v :one SET #until = :until, #op = :op",
          ConditionExpression: "attribute_not_exists(v) OR v < :most",
          ExpressionAttributeNames: { "#until": "until", "#op": "op" },
          ExpressionAttributeValues: { ":one": 1, ":most": most, ":until": until, ":op": "count" },
        }),
    ),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(key, condition)
      .map(([Key, when]) => new DeleteCommand({ TableName: table, Key, ...asked(when) })),
  },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 0, max: 5 }).map(
      (by) =>
        new ScanCommand({
          TableName: table,
          ConsistentRead: true,
          FilterExpression: "#until <= :by",
          ExpressionAttributeNames: { "#until": "until" },
          ExpressionAttributeValues: { ":by": by },
        }),
    ),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(key, fc.boolean())
      .map(([Key, ConsistentRead]) => new GetCommand({ TableName: table, Key, ConsistentRead })),
  },
  {
    weight: 2,
    arbitrary: fc
      .array(key, { minLength: 1, maxLength: 4 })
      .map((Keys) => new BatchGetCommand({ RequestItems: { [table]: { Keys, ConsistentRead: true } } })),
  },
  {
    weight: 3,
    arbitrary: fc
      .record({ pk, range, back: fc.boolean(), some: fc.option(fc.integer({ min: 1, max: 3 })), all: fc.boolean() })
      .map(
        ({ pk, range, back, some, all }) =>
          new QueryCommand({
            TableName: table,
            KeyConditionExpression: `pk = :pk${range.says}`,
            ExpressionAttributeValues: { ":pk": pk, ...range.values },
            ConsistentRead: true,
            ScanIndexForward: !back,
            ...(some && { Limit: some }),
            ...(!all && { ProjectionExpression: "#n0,#n1", ExpressionAttributeNames: { "#n0": "sk", "#n1": "until" } }),
          }),
      ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom("R1", "R2", "R3").map(
      (ref) =>
        new QueryCommand({
          TableName: table,
          IndexName: "by-ref",
          KeyConditionExpression: "#ref = :ref",
          ExpressionAttributeNames: { "#ref": "ref" },
          ExpressionAttributeValues: { ":ref": ref },
        }),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom("mon", "tue").map(
      (day) =>
        new QueryCommand({
          TableName: table,
          IndexName: "by-day",
          KeyConditionExpression: "#day = :day AND #ref >= :from",
          ExpressionAttributeNames: { "#day": "day", "#ref": "ref" },
          ExpressionAttributeValues: { ":day": day, ":from": "R2" },
        }),
    ),
  },
)
type Request = typeof request extends fc.Arbitrary<infer R> ? R : never

/** What can be told from an answer or a refusal; an index and a batch give no order that one may rely on. */
async function told(db: DynamoDBDocumentClient, request: Request) {
  try {
    const { $metadata: _, ...answer } = (await db.send(request as GetCommand)) as unknown as Record<string, unknown>
    const { Items, Responses } = answer as { Items?: object[]; Responses?: Record<string, object[]> }
    const sorted = (items: object[]) => items.map((it) => JSON.stringify(it, Object.keys(it).sort())).sort()
    const indexed = "IndexName" in request.input
    return {
      ...answer,
      // The emulator says it unasked where there was nothing to take away.
      ConsumedCapacity: undefined,
      // Whether a page that ends with the last item says so is nobody's promise; the pages have a test of their own.
      ...(Items && { ScannedCount: undefined, LastEvaluatedKey: undefined }),
      ...(Items && (indexed || request instanceof ScanCommand) && { Items: sorted(Items) }),
      ...(Responses && { Responses: sorted(Responses[table] ?? []) }),
    }
  } catch (error) {
    const { name, CancellationReasons, Item } = error as {
      name: string
      CancellationReasons?: { Message?: string }[]
      Item?: unknown
    }
    // The emulator words one refusal with a full stop and without.
    const reasons = CancellationReasons?.map(({ Message, ...it }) => ({ ...it, said: Message?.replace(/\.$/, "") }))
    return { refused: name, reasons, Item }
  }
}

describe("tables in memory", () => {
  it("answer, refuse and keep as DynamoDB Local does", async () => {
    const seenOf = { written: 0, refused: new Set<unknown>(), found: 0 }
    await fc.assert(
      fc.asyncProperty(fc.array(request, { minLength: 10, maxLength: 40 }), async (requests) => {
        for (const it of requests) {
          const [expected, got] = [await told(real, it), await told(stand, it)]
          expect(got, JSON.stringify(it.input)).toEqual(expected)
          if ("refused" in expected) seenOf.refused.add(expected.refused)
          else if ("Items" in expected || "Item" in expected) seenOf.found++
          else seenOf.written++
        }
        const scan = new ScanCommand({ TableName: table, ConsistentRead: true })
        expect(await told(stand, scan)).toEqual(await told(real, scan))
      }),
      { seed: 20_261_122, numRuns: 40, endOnFailure: true },
    )
    expect(seenOf.written).toBeGreaterThan(100)
    expect(seenOf.found).toBeGreaterThan(100)
    expect([...seenOf.refused].sort()).toEqual([
      "ConditionalCheckFailedException",
      "TransactionCanceledException",
      "ValidationException",
    ])
  })

  it("end a page after a megabyte and go on where it ended", async () => {
    const text = "x".repeat(300_000)
    for (const db of [real, stand])
      for (let i = 0; i < 6; i++)
        await db.send(new PutCommand({ TableName: table, Item: { pk: "large", sk: `${i}`, text } }))
    const pages = async (db: DynamoDBDocumentClient) => {
      const sizes: number[] = []
      let start: Record<string, unknown> | undefined
      do {
        const page = await db.send(
          new QueryCommand({
            TableName: table,
            KeyConditionExpression: "pk = :pk",
            ExpressionAttributeValues: { ":pk": "large" },
            ...(start && { ExclusiveStartKey: start }),
          }),
        )
        sizes.push(page.Items!.length)
        start = page.LastEvaluatedKey
      } while (start)
      return sizes
    }
    expect(await pages(stand)).toEqual(await pages(real))
    expect((await pages(stand)).length).toBeGreaterThan(1)
  })

  it("refuse what DynamoDB refuses of keys, names and values", async () => {
    const bad = [
      new PutCommand({ TableName: table, Item: { pk: "", sk: "x" } }),
      new PutCommand({ TableName: table, Item: { pk: "a" } }),
      new PutCommand({ TableName: table, Item: { pk: "a", sk: "x", ref: 1 } }),
      new PutCommand({ TableName: table, Item: { pk: "a", sk: "x", text: "x".repeat(410 * 1024) } }),
      new PutCommand({ TableName: "Nowhere", Item: { pk: "a", sk: "x" } }),
      new PutCommand({
        TableName: table,
        Item: { pk: "a", sk: "x" },
        ConditionExpression: "attribute_not_exists(pk)",
        ExpressionAttributeValues: { ":unused": 1 },
      }),
      new GetCommand({ TableName: table, Key: { pk: "a" } }),
      new BatchGetCommand({ RequestItems: { [table]: { Keys: [1, 2].map(() => ({ pk: "a", sk: "x" })) } } }),
      new TransactWriteCommand({
        TransactItems: [1, 2].map((v) => ({ Put: { TableName: table, Item: { pk: "a", sk: "x", v } } })),
      }),
    ]
    for (const it of bad) {
      const expected = await told(real, it as Request)
      expect(expected).toHaveProperty("refused")
      expect(await told(stand, it as Request), JSON.stringify(it.input).slice(0, 200)).toEqual(expected)
    }
  })

  it("know no expression that the code does not use", async () => {
    const Item = { pk: "a", sk: "x" }
    const put = (says: string) => stand.send(new PutCommand({ TableName: table, Item, ConditionExpression: says }))
    await expect(put("size(pk) > sk")).rejects.toThrow("does not know")
    await expect(put("attribute_not_exists(until)")).rejects.toThrow("may be reserved")
    await expect(stand.send(new PutCommand({ TableName: table, Item, ReturnValues: "ALL_OLD" }))).rejects.toThrow(
      "does not know ReturnValues",
    )
  })
})

describe("faults of the tables in memory", () => {
  const fresh = () => {
    const mine = openMemory({ [table]: shape }, { seed: 3 })
    return { mine, db: DynamoDBDocumentClient.from(mine.client, document) }
  }
  const put = (sk: string, more: object = {}) => ({ TableName: table, Item: { pk: "a", sk, ...more } })
  const both = () => new TransactWriteCommand({ TransactItems: [{ Put: put("1") }, { Put: put("2") }] })

  it("cancel a transaction with a reason for each of its items", async () => {
    const { mine, db } = fresh()
    mine.set({ conflictShare: 1, most: 1 })
    const refused = await db.send(both()).catch((error) => error)
    expect(refused.name).toBe("TransactionCanceledException")
    expect(refused.CancellationReasons.map((it: { Code: string }) => it.Code).sort()).toEqual([
      "None",
      "TransactionConflict",
    ])
    expect(mine.items(table)).toEqual([])
    await db.send(both())
    expect(mine.items(table)).toHaveLength(2)
  })

  it("make calls that overlap on an item conflict, and only those", async () => {
    const { mine, db } = fresh()
    mine.set({ conflicts: true, latency: [2, 2] })
    const all = await Promise.allSettled([db.send(both()), db.send(both()), db.send(new PutCommand(put("3")))])
    expect(all.map((it) => it.status).sort()).toEqual(["fulfilled", "fulfilled", "rejected"])
    expect(all[2]!.status).toBe("fulfilled")
  })

  it("lose an answer after the write has landed: the client asks again and a transaction is done once", async () => {
    const { mine, db } = fresh()
    mine.set({ loseAnswers: 1, most: 1 })
    await db.send(both())
    expect(mine.stats).toMatchObject({ calls: 2, lost: 1 })
    expect(mine.records()).toHaveLength(2)
    mine.set({ loseAnswers: 1 })
    await expect(db.send(new PutCommand(put("3")))).rejects.toMatchObject({ code: "ECONNRESET" })
    expect(mine.items(table)).toHaveLength(3)
  })

  it("throttle, read late and leave keys unprocessed", async () => {
    const { mine, db } = fresh()
    mine.set({ throttle: 1 })
    await expect(db.send(new PutCommand(put("1")))).rejects.toMatchObject({
      name: "ProvisionedThroughputExceededException",
    })
    mine.set({ staleReads: 1, unprocessed: 1 })
    await db.send(new PutCommand(put("1", { v: 1 })))
    await db.send(new PutCommand(put("1", { v: 2 })))
    const Key = { pk: "a", sk: "1" }
    const read = async (ConsistentRead: boolean) =>
      (await db.send(new GetCommand({ TableName: table, Key, ConsistentRead }))).Item?.v
    expect([await read(false), await read(true)]).toEqual([1, 2])
    const batch = await db.send(
      new BatchGetCommand({ RequestItems: { [table]: { Keys: [Key, { pk: "a", sk: "2" }] } } }),
    )
    expect(batch.UnprocessedKeys?.[table]?.Keys).toEqual([{ pk: "a", sk: "2" }])
  })

  it("tell what was saved in the order in which it was, and nothing that changed nothing", async () => {
    const { mine, db } = fresh()
    const { Item, ...at } = put("1", { v: 1, person: Buffer.from("ab") })
    for (const v of [1, 1, 2]) await db.send(new PutCommand({ ...at, Item: { ...Item, v } }))
    for (let i = 0; i < 2; i++)
      await db.send(new DeleteCommand({ TableName: at.TableName, Key: { pk: Item.pk, sk: Item.sk } }))
    const told = mine
      .records()
      .map(({ eventName, dynamodb }) => [eventName, dynamodb?.OldImage?.v, dynamodb?.NewImage?.v])
    expect(told).toEqual([
      ["INSERT", undefined, { N: "1" }],
      ["MODIFY", { N: "1" }, { N: "2" }],
      ["REMOVE", { N: "2" }, undefined],
    ])
    expect(mine.records()).toEqual([])
  })
})
