import { setTimeout as pause } from "node:timers/promises"
import {
  type _Record,
  type AttributeValue,
  DescribeStreamCommand,
  type DynamoDBStreamsClient,
  GetRecordsCommand,
  type GetRecordsCommandOutput,
  GetShardIteratorCommand,
  type Shard,
} from "@aws-sdk/client-dynamodb-streams"
import type { Checkpoints } from "./checkpoints.ts"
import { region } from "./place.ts"

/**
 * A table's stream as an event source mapping: every shard in order, a parent before its children, each batch again
 * until it succeeds, is cut down to the record that fails, or is given up to the failure destination.
 */
export type StreamMapping = {
  stream: string
  function: string
  batch: number
  /** Seconds to go on collecting after the first record. */
  window: number
  partial: boolean
  /** How often a failed batch is tried again; -1 for ever. */
  retries: number
  bisect: boolean
  checkpoints: Checkpoints
  invoke(event: { Records: StreamRecord[] }): Promise<unknown>
  /** Takes what was given up; only when it has, does the stream go on. */
  giveUp(failure: StreamFailure): Promise<void>
  /** Milliseconds between two looks at an idle shard. */
  every?: number
  /** Milliseconds before the n-th retry. */
  backoff?: (tries: number) => number
  /** Milliseconds between two looks for new shards. */
  discover?: number
}

export type StreamRecord = {
  eventID: string
  eventName: "INSERT" | "MODIFY" | "REMOVE"
  eventVersion: string
  eventSource: "aws:dynamodb"
  eventSourceARN: string
  awsRegion: string
  /** Present when the service removed the item, because its time was over. */
  userIdentity?: { type: string; principalId: string }
  dynamodb: {
    ApproximateCreationDateTime: number
    Keys: unknown
    NewImage?: unknown
    OldImage?: unknown
    SequenceNumber: string
    SizeBytes: number
    StreamViewType: string
  }
}

export type StreamFailure = {
  function: string
  stream: string
  shard: string
  condition: "RetryAttemptsExhausted"
  attempts: number
  error: string
  records: StreamRecord[]
}

export type StreamReader = {
  stats: { records: number; batches: number; failures: number; givenUp: number }
  stop(): Promise<void>
}

/** The part of the client that we use, so that a test can stand in for a stream whose shards roll over. */
export type StreamClient = Pick<DynamoDBStreamsClient, "send">

const defaultBackoff = (tries: number) => Math.min(10_000, 100 * 2 ** tries)

export function startStreamMapping(mapping: StreamMapping, client: StreamClient): StreamReader {
  const { checkpoints } = mapping
  const stats = { records: 0, batches: 0, failures: 0, givenUp: 0 }
  const stopping = new AbortController()
  const { signal } = stopping
  const reading = new Map<string, Promise<void>>()
  const every = mapping.every ?? 100
  const backoff = mapping.backoff ?? defaultBackoff
  const done = follow()

  const rest = (milliseconds: number) => pause(milliseconds, undefined, { signal }).catch(() => {})
  const hasEnded = (shard: string) => {
    const position = checkpoints.get(shard)
    return position !== undefined && "ended" in position
  }

  async function follow() {
    while (!signal.aborted) {
      const shards = await listed().catch(() => undefined)
      if (shards) startReady(shards)
      await Promise.race([rest(mapping.discover ?? 2_000), ...reading.values()])
    }
    await Promise.all(reading.values())
  }

  function startReady(shards: Shard[]) {
    const known = new Set(shards.map(({ ShardId }) => ShardId!))
    checkpoints.retain(known)
    for (const { ShardId, ParentShardId } of shards) {
      const shard = ShardId!
      if (reading.has(shard) || hasEnded(shard)) continue
      if (ParentShardId && known.has(ParentShardId) && !hasEnded(ParentShardId)) continue
      reading.set(
        shard,
        read(shard)
          .catch(() => rest(500))
          .finally(() => reading.delete(shard)),
      )
    }
  }

  async function listed(): Promise<Shard[]> {
    const shards: Shard[] = []
    let after: string | undefined
    do {
      const answer = await client.send(
        new DescribeStreamCommand({ StreamArn: mapping.stream, ...(after ? { ExclusiveStartShardId: after } : {}) }),
        { abortSignal: signal },
      )
      shards.push(...(answer.StreamDescription?.Shards ?? []))
      after = answer.StreamDescription?.LastEvaluatedShardId
    } while (after)
    return shards
  }

  /** Reads one shard to its end, or until we stop. A fault of the stream's own ends the reading; it is begun again from the checkpoint. */
  async function read(shard: string) {
    let iterator = await iteratorFor(shard)
    while (iterator && !signal.aborted) {
      const { records, next } = await collect(iterator)
      if (records.length > 0) await deliver(shard, records)
      if (signal.aborted) return
      iterator = next
      if (records.length < mapping.batch && iterator) await rest(every)
    }
    if (!signal.aborted) checkpoints.set(shard, { ended: true })
  }

  async function iteratorFor(shard: string): Promise<string | undefined> {
    const position = checkpoints.get(shard)
    const ask = async (where: {
      ShardIteratorType: "TRIM_HORIZON" | "AFTER_SEQUENCE_NUMBER"
      SequenceNumber?: string
    }) => {
      const answer = await client.send(
        new GetShardIteratorCommand({ StreamArn: mapping.stream, ShardId: shard, ...where }),
        { abortSignal: signal },
      )
      return answer.ShardIterator
    }
    if (!position || !("after" in position)) return ask({ ShardIteratorType: "TRIM_HORIZON" })
    try {
      return await ask({ ShardIteratorType: "AFTER_SEQUENCE_NUMBER", SequenceNumber: position.after })
    } catch (error) {
      if ((error as Error).name !== "TrimmedDataAccessException") throw error
      return ask({ ShardIteratorType: "TRIM_HORIZON" })
    }
  }

  async function collect(from: string): Promise<{ records: _Record[]; next: string | undefined }> {
    const records: _Record[] = []
    let next: string | undefined = from
    let until = 0
    do {
      const answer: GetRecordsCommandOutput = await client.send(
        new GetRecordsCommand({ ShardIterator: next, Limit: mapping.batch - records.length }),
        { abortSignal: signal },
      )
      if (records.length === 0) until = Date.now() + mapping.window * 1_000
      records.push(...(answer.Records ?? []))
      next = answer.NextShardIterator
      if (records.length === 0 || records.length >= mapping.batch || Date.now() >= until) break
      await rest(every)
    } while (next && !signal.aborted)
    return { records, next }
  }

  async function deliver(shard: string, fresh: _Record[]) {
    stats.records += fresh.length
    await settle(
      shard,
      fresh.map((record) => eventRecord(record, mapping.stream)),
    )
  }

  /** Stays with these records until each succeeded or was given up, the checkpoint following. */
  async function settle(shard: string, records: StreamRecord[], tried = 0): Promise<void> {
    let batch = records
    for (let tries = tried; batch.length > 0; tries++) {
      if (signal.aborted) return
      const { failed, error } = await attempt(batch)
      if (failed === undefined) return reach(shard, batch)
      stats.failures++
      if (failed > 0) {
        reach(shard, batch.slice(0, failed))
        batch = batch.slice(failed)
        tries = -1
      } else if (mapping.bisect && batch.length > 1) {
        const half = batch.length >> 1
        await settle(shard, batch.slice(0, half), tries)
        return settle(shard, batch.slice(half), tries)
      } else if (mapping.retries >= 0 && tries >= mapping.retries) {
        return surrender(shard, batch, tries + 1, error ?? "named in batchItemFailures")
      }
      await rest(backoff(Math.max(0, tries)))
    }
  }

  /** Where the batch failed: the place of the first record that did; nothing if all went well. */
  async function attempt(batch: StreamRecord[]): Promise<{ failed?: number; error?: string }> {
    stats.batches++
    try {
      const answer = await mapping.invoke({ Records: batch })
      const failed = mapping.partial ? firstFailure(answer, batch) : undefined
      return failed === undefined ? {} : { failed }
    } catch (error) {
      return { failed: 0, error: String(error) }
    }
  }

  function reach(shard: string, batch: StreamRecord[]) {
    const last = batch.at(-1)
    if (last) checkpoints.set(shard, { after: last.dynamodb.SequenceNumber })
  }

  async function surrender(shard: string, records: StreamRecord[], attempts: number, error: string) {
    const failure: StreamFailure = {
      function: mapping.function,
      stream: mapping.stream,
      shard,
      condition: "RetryAttemptsExhausted",
      attempts,
      error,
      records,
    }
    while (!signal.aborted) {
      try {
        await mapping.giveUp(failure)
        stats.givenUp += records.length
        return reach(shard, records)
      } catch {
        await rest(1_000)
      }
    }
  }

  return {
    stats,
    stop() {
      stopping.abort()
      return done
    },
  }
}

/** The lowest place that the answer names. A name we do not know is a broken answer: the batch failed from its start. */
export function firstFailure(answer: unknown, batch: StreamRecord[]): number | undefined {
  if (typeof answer !== "object" || answer === null || !("batchItemFailures" in answer)) return undefined
  const { batchItemFailures: list } = answer
  if (list === null || list === undefined) return undefined
  if (!Array.isArray(list)) return 0
  const places = list.map((entry: { itemIdentifier?: unknown } | null) =>
    batch.findIndex(({ dynamodb }) => dynamodb.SequenceNumber === entry?.itemIdentifier),
  )
  if (places.length === 0) return undefined
  return Math.max(0, Math.min(...places))
}

/** The record as a function is given it: times in seconds, bytes in base64, and a removal by time told as what it is. */
export function eventRecord(record: _Record, stream: string): StreamRecord {
  const changed = record.dynamodb ?? {}
  const byService = !["INSERT", "MODIFY", "REMOVE"].includes(record.eventName ?? "")
  const identity = byService
    ? { type: "Service", principalId: "dynamodb.amazonaws.com" }
    : record.userIdentity && {
        type: record.userIdentity.Type ?? "",
        principalId: record.userIdentity.PrincipalId ?? "",
      }
  return {
    eventID: record.eventID ?? "",
    eventName: byService ? "REMOVE" : (record.eventName as StreamRecord["eventName"]),
    eventVersion: record.eventVersion ?? "1.1",
    eventSource: "aws:dynamodb",
    eventSourceARN: stream,
    awsRegion: record.awsRegion ?? region,
    ...(identity ? { userIdentity: identity } : {}),
    dynamodb: {
      ApproximateCreationDateTime: Math.floor((changed.ApproximateCreationDateTime?.getTime() ?? 0) / 1_000),
      Keys: asLambdaHasIt(changed.Keys ?? {}),
      ...(changed.NewImage ? { NewImage: asLambdaHasIt(changed.NewImage) } : {}),
      ...(changed.OldImage ? { OldImage: asLambdaHasIt(changed.OldImage) } : {}),
      SequenceNumber: changed.SequenceNumber ?? "",
      SizeBytes: changed.SizeBytes ?? 0,
      StreamViewType: changed.StreamViewType ?? "NEW_AND_OLD_IMAGES",
    },
  }
}

/** Bytes as Lambda has them; and an empty map, whose type DynamoDB Local's streams leave out. */
function asLambdaHasIt(item: Record<string, AttributeValue>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, attribute(value)]))
}

function attribute(value: AttributeValue): unknown {
  if (value.M || Object.keys(value).length === 0) return { M: asLambdaHasIt(value.M ?? {}) }
  if (value.L) return { L: value.L.map(attribute) }
  if (value.B) return { B: inBase64(value.B) }
  return value.BS ? { BS: value.BS.map(inBase64) } : value
}

const inBase64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64")
