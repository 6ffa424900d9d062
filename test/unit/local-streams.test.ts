import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { _Record, AttributeValue } from "@aws-sdk/client-dynamodb-streams"
import { afterEach, describe, expect, it } from "vitest"
import { type Checkpoints, openCheckpoints } from "#local/checkpoints"
import {
  eventRecord,
  firstFailure,
  type StreamClient,
  type StreamFailure,
  type StreamMapping,
  type StreamReader,
  startStreamMapping,
} from "#local/streams"

type FakeShard = { parent?: string; numbers: number[]; closed: boolean }

/** A stream whose shards a test can fill, close and split. */
function aStream(shards: Record<string, FakeShard>) {
  const reads: string[] = []
  const asked: string[] = []
  let expireNext = 0
  const record = (number: number): _Record => ({
    eventID: String(number),
    eventName: "INSERT",
    dynamodb: {
      SequenceNumber: String(number),
      Keys: { pk: { S: String(number) } },
      ApproximateCreationDateTime: new Date(1_000_000),
    },
  })
  const send = async (command: { constructor: { name: string }; input: Record<string, unknown> }): Promise<unknown> => {
    const { input } = command
    if (command.constructor.name === "DescribeStreamCommand") {
      const Shards = Object.entries(shards).map(([ShardId, { parent }]) => ({
        ShardId,
        ...(parent ? { ParentShardId: parent } : {}),
      }))
      return { StreamDescription: { Shards } }
    }
    if (command.constructor.name === "GetShardIteratorCommand") {
      asked.push(`${input.ShardId} ${input.ShardIteratorType} ${input.SequenceNumber ?? ""}`.trim())
      const after = input.SequenceNumber === undefined ? -1 : Number(input.SequenceNumber)
      if (after === 666) throw Object.assign(new Error("too old"), { name: "TrimmedDataAccessException" })
      return { ShardIterator: `${input.ShardId}|${after}` }
    }
    if (expireNext > 0) {
      expireNext--
      throw Object.assign(new Error("stale"), { name: "ExpiredIteratorException" })
    }
    const [shard, after] = String(input.ShardIterator).split("|") as [string, string]
    const { numbers, closed } = shards[shard]!
    const found = numbers.filter((number) => number > Number(after)).slice(0, Number(input.Limit))
    if (found.length > 0) reads.push(shard)
    const last = found.at(-1) ?? Number(after)
    const over = closed && numbers.every((number) => number <= last)
    return { Records: found.map(record), ...(over ? {} : { NextShardIterator: `${shard}|${last}` }) }
  }
  return { client: { send } as unknown as StreamClient, reads, asked, expire: (times: number) => (expireNext = times) }
}

const folder = mkdtempSync(join(tmpdir(), "doorstep-test-"))
const running: StreamReader[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((reader) => reader.stop()))
  rmSync(folder, { recursive: true, force: true })
})

function aReader(
  stream: ReturnType<typeof aStream>,
  handle: (numbers: number[]) => unknown,
  more: Partial<StreamMapping> = {},
): { reader: StreamReader; given: StreamFailure[]; checkpoints: Checkpoints; batches: number[][] } {
  const given: StreamFailure[] = []
  const batches: number[][] = []
  const checkpoints = more.checkpoints ?? openCheckpoints(join(folder, `${Math.random()}.json`), "stream")
  const reader = startStreamMapping(
    {
      stream: "stream",
      function: "Relay",
      batch: 100,
      window: 0,
      partial: true,
      retries: 2,
      bisect: true,
      checkpoints,
      invoke: async ({ Records }) => {
        const numbers = Records.map(({ dynamodb }) => Number(dynamodb.SequenceNumber))
        batches.push(numbers)
        return handle(numbers)
      },
      giveUp: async (failure) => void given.push(failure),
      every: 1,
      discover: 5,
      backoff: () => 1,
      ...more,
    },
    stream.client,
  )
  running.push(reader)
  return { reader, given, checkpoints, batches }
}

const until = async (look: () => unknown) => {
  for (let waited = 0; !look(); waited += 5) {
    if (waited > 5_000) throw new Error(`did not come true: ${look}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

const reachedBy = (checkpoints: Checkpoints, shard: string) => {
  const position = checkpoints.get(shard)
  return position && "after" in position ? Number(position.after) : position && "ended"
}

describe("a stream's reader", () => {
  it("gives up on the one record that always fails, and on no other", async () => {
    const stream = aStream({ a: { numbers: [1, 2, 3, 4, 5, 6, 7, 8], closed: false } })
    const done: number[] = []
    const { given, checkpoints, batches } = aReader(stream, (numbers) => {
      if (numbers.includes(5)) throw new Error("poison")
      done.push(...numbers)
    })
    await until(() => reachedBy(checkpoints, "a") === 8)
    expect(done).toEqual([1, 2, 3, 4, 6, 7, 8])
    expect(
      given.map(({ records, attempts, condition }) => [
        records.map(({ dynamodb }) => dynamodb.SequenceNumber),
        attempts,
        condition,
      ]),
    ).toEqual([[["5"], 3, "RetryAttemptsExhausted"]])
    expect(batches.filter((batch) => batch.join() === "5")).toHaveLength(3)
  })

  it("goes on from the first failure that the answer names", async () => {
    const stream = aStream({ a: { numbers: [1, 2, 3, 4], closed: false } })
    let failures = 0
    const { batches, checkpoints } = aReader(stream, (numbers) => {
      if (failures > 0 || !numbers.includes(3)) {
        expect(reachedBy(checkpoints, "a")).toBe(2)
        return
      }
      failures++
      return { batchItemFailures: [{ itemIdentifier: "4" }, { itemIdentifier: "3" }] }
    })
    await until(() => reachedBy(checkpoints, "a") === 4)
    expect(batches).toEqual([
      [1, 2, 3, 4],
      [3, 4],
    ])
  })

  it.each([["nobody"], [""], [null]])("takes the failure of %j for that of the whole batch", async (itemIdentifier) => {
    const stream = aStream({ a: { numbers: [1, 2], closed: false } })
    let calls = 0
    const { batches, checkpoints } = aReader(
      stream,
      () => (calls++ === 0 ? { batchItemFailures: [{ itemIdentifier }] } : undefined),
      { bisect: false },
    )
    await until(() => reachedBy(checkpoints, "a") === 2)
    expect(batches).toEqual([
      [1, 2],
      [1, 2],
    ])
  })

  it("ignores what the answer names where partial answers are not asked for", async () => {
    const stream = aStream({ a: { numbers: [1, 2], closed: false } })
    const { batches, checkpoints } = aReader(stream, () => ({ batchItemFailures: [{ itemIdentifier: "1" }] }), {
      partial: false,
    })
    await until(() => reachedBy(checkpoints, "a") === 2)
    expect(batches).toEqual([[1, 2]])
  })

  it("gives up on a whole batch where it may not be cut", async () => {
    const stream = aStream({ a: { numbers: [1, 2, 3], closed: false } })
    const { given, batches } = aReader(stream, () => Promise.reject(new Error("no")), { bisect: false })
    await until(() => given.length === 1)
    expect(given[0]!.records).toHaveLength(3)
    expect(given[0]!.error).toContain("no")
    expect(batches).toHaveLength(3)
  })

  it("does not go on before the failure's destination has taken it", async () => {
    const stream = aStream({ a: { numbers: [1, 2], closed: false } })
    let refusals = 0
    const { checkpoints, reader } = aReader(
      stream,
      (numbers) => {
        if (numbers.includes(1)) throw new Error("no")
      },
      {
        giveUp: async () => {
          if (refusals++ < 1) {
            expect(reachedBy(checkpoints, "a")).toBeUndefined()
            throw new Error("the bucket is away")
          }
        },
      },
    )
    await until(() => reachedBy(checkpoints, "a") === 2)
    expect(refusals).toBe(2)
    expect(reader.stats.givenUp).toBe(1)
  })

  it("reads a parent to its end before its children", async () => {
    const shards: Record<string, FakeShard> = {
      child: { parent: "parent", numbers: [10, 11], closed: false },
      parent: { numbers: [1, 2], closed: false },
    }
    const stream = aStream(shards)
    const { batches, checkpoints } = aReader(stream, () => undefined)
    await until(() => reachedBy(checkpoints, "parent") === 2)
    expect(stream.reads).toEqual(["parent"])
    shards.parent!.numbers.push(3)
    shards.parent!.closed = true
    await until(() => reachedBy(checkpoints, "child") === 11)
    expect(batches.flat()).toEqual([1, 2, 3, 10, 11])
    expect(reachedBy(checkpoints, "parent")).toBe("ended")
  })

  it("reads a child whose parent the stream no longer has", async () => {
    const { checkpoints } = aReader(
      aStream({ child: { parent: "long gone", numbers: [4], closed: false } }),
      () => undefined,
    )
    await until(() => reachedBy(checkpoints, "child") === 4)
  })

  it("resumes after a restart behind what it had finished, and reads no ended shard again", async () => {
    const file = join(folder, "kept.json")
    const shards: Record<string, FakeShard> = {
      a: { numbers: [1, 2], closed: true },
      b: { parent: "a", numbers: [3, 4], closed: false },
    }
    const first = aReader(aStream(shards), () => undefined, { checkpoints: openCheckpoints(file, "stream") })
    await until(() => reachedBy(first.checkpoints, "b") === 4)
    await first.reader.stop()
    shards.b!.numbers.push(5)
    const again = aStream(shards)
    const second = aReader(again, () => undefined, { checkpoints: openCheckpoints(file, "stream") })
    await until(() => reachedBy(second.checkpoints, "b") === 5)
    expect(second.batches).toEqual([[5]])
    expect(again.asked).toEqual(["b AFTER_SEQUENCE_NUMBER 4"])
  })

  it("delivers again what was not finished when it stopped", async () => {
    const file = join(folder, "kept.json")
    const shards = { a: { numbers: [1, 2], closed: false } }
    let reached = false
    let release = () => {}
    const first = aReader(
      aStream(shards),
      () => {
        reached = true
        return new Promise((_, reject) => (release = () => reject(new Error("killed"))))
      },
      { checkpoints: openCheckpoints(file, "stream") },
    )
    await until(() => reached)
    const stopped = first.reader.stop()
    release()
    await stopped
    const second = aReader(aStream(shards), () => undefined, { checkpoints: openCheckpoints(file, "stream") })
    await until(() => second.batches.length > 0)
    expect(second.batches[0]).toEqual([1, 2])
  })

  it("begins at the oldest record where its own is trimmed away", async () => {
    const checkpoints = openCheckpoints(join(folder, "kept.json"), "stream")
    checkpoints.set("a", { after: "666" })
    const stream = aStream({ a: { numbers: [700], closed: false } })
    aReader(stream, () => undefined, { checkpoints })
    await until(() => reachedBy(checkpoints, "a") === 700)
    expect(stream.asked).toEqual(["a AFTER_SEQUENCE_NUMBER 666", "a TRIM_HORIZON"])
  })

  it("takes a new iterator where the old one expired, and loses nothing", async () => {
    const shards = { a: { numbers: [1], closed: false } }
    const stream = aStream(shards)
    const { checkpoints, batches } = aReader(stream, () => undefined)
    await until(() => reachedBy(checkpoints, "a") === 1)
    stream.expire(1)
    shards.a.numbers.push(2)
    await until(() => reachedBy(checkpoints, "a") === 2)
    expect(batches.flat()).toEqual([1, 2])
  })

  it("collects for the length of its window", async () => {
    const shards = { a: { numbers: [1], closed: false } }
    const stream = aStream(shards)
    const { batches, checkpoints } = aReader(stream, () => undefined, { window: 1.5, every: 5 })
    await until(() => stream.reads.length === 1)
    shards.a.numbers.push(2)
    await until(() => reachedBy(checkpoints, "a") === 2)
    expect(batches).toEqual([[1, 2]])
  })

  it("asks for no more than its batch", async () => {
    const { batches, checkpoints } = aReader(aStream({ a: { numbers: [1, 2, 3], closed: false } }), () => undefined, {
      batch: 2,
    })
    await until(() => reachedBy(checkpoints, "a") === 3)
    expect(batches).toEqual([[1, 2], [3]])
  })
})

describe("the first failure that an answer names", () => {
  const batch = ["1", "2", "3"].map((SequenceNumber) => eventRecord({ dynamodb: { SequenceNumber } }, "stream"))
  const named = (...names: unknown[]) => ({ batchItemFailures: names.map((itemIdentifier) => ({ itemIdentifier })) })

  it.each([
    [named("3", "2"), 1],
    [named("3", "nobody"), 0],
    [{ batchItemFailures: "3" }, 0],
    [{ batchItemFailures: [null] }, 0],
    [named(), undefined],
    [{}, undefined],
    [null, undefined],
  ])("of %j is at %s", (answer, expected) => {
    expect(firstFailure(answer, batch)).toBe(expected)
  })
})

describe("a record of the stream", () => {
  it("tells an empty map as a map, also inside others, though DynamoDB Local's stream drops its type", () => {
    const bare = {} as AttributeValue
    const { dynamodb } = eventRecord(
      { dynamodb: { NewImage: { none: bare, deep: { M: { none: bare, some: { S: "" } } }, list: { L: [bare] } } } },
      "stream",
    )
    expect(dynamodb.NewImage).toEqual({
      none: { M: {} },
      deep: { M: { none: { M: {} }, some: { S: "" } } },
      list: { L: [{ M: {} }] },
    })
  })

  it("tells bytes in base64 and the time in seconds", () => {
    const event = eventRecord(
      {
        eventName: "MODIFY",
        dynamodb: {
          SequenceNumber: "1",
          ApproximateCreationDateTime: new Date(1_700_000_000_500),
          Keys: { pk: { S: "a" } },
          NewImage: {
            sealed: { B: new Uint8Array([1, 2]) },
            list: { L: [{ B: new Uint8Array([3]) }] },
            set: { BS: [new Uint8Array([4])] },
          },
        },
      },
      "stream",
    )
    expect(event.dynamodb.ApproximateCreationDateTime).toBe(1_700_000_000)
    expect(event.dynamodb.NewImage).toEqual({
      sealed: { B: "AQI=" },
      list: { L: [{ B: "Aw==" }] },
      set: { BS: ["BA=="] },
    })
    expect(event).not.toHaveProperty("userIdentity")
  })

  it("names a removal by time for what it is, though the emulator has no name for it", () => {
    const event = eventRecord(
      { eventName: "UNKNOWN_TO_SDK_VERSION" as "REMOVE", dynamodb: { OldImage: { pk: { S: "a" } } } },
      "stream",
    )
    expect(event.eventName).toBe("REMOVE")
    expect(event.userIdentity).toEqual({ type: "Service", principalId: "dynamodb.amazonaws.com" })
  })
})

describe("checkpoints", () => {
  it("of another stream are worth nothing", () => {
    const file = join(folder, "other.json")
    openCheckpoints(file, "one").set("a", { after: "5" })
    expect(openCheckpoints(file, "two").get("a")).toBeUndefined()
    expect(openCheckpoints(file, "one").get("a")).toEqual({ after: "5" })
  })

  it("survive half a file of a draft that never became one", () => {
    const file = join(folder, "draft.json")
    openCheckpoints(file, "one").set("a", { after: "5" })
    writeFileSync(`${file}.new`, '{"stream":"one","sh')
    expect(openCheckpoints(file, "one").get("a")).toEqual({ after: "5" })
    expect(JSON.parse(readFileSync(file, "utf8")).shards.a.after).toBe("5")
  })
})
