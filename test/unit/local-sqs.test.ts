import type { SQSClient } from "@aws-sdk/client-sqs"
import { describe, expect, it, onTestFinished, vi } from "vitest"
import { startQueueMapping } from "#local/sqs"

type Asked = { MaxNumberOfMessages: number; WaitTimeSeconds: number }

/** A queue that hands out what it is given, each as one receive. */
function aQueue(receives: string[][], pause = 0) {
  const asked: Asked[] = []
  const deleted: string[] = []
  const send = async (
    command: { constructor: { name: string }; input: Record<string, unknown> },
    { abortSignal }: { abortSignal?: AbortSignal } = {},
  ) => {
    if (command.constructor.name === "DeleteMessageBatchCommand") {
      for (const { ReceiptHandle } of command.input.Entries as { ReceiptHandle: string }[]) deleted.push(ReceiptHandle)
      return {}
    }
    asked.push(command.input as Asked)
    const next = receives.shift()
    if (!next)
      return new Promise((resolve, reject) => {
        const over = setTimeout(() => resolve({}), (command.input as Asked).WaitTimeSeconds * 1_000)
        abortSignal?.addEventListener("abort", () => {
          clearTimeout(over)
          reject(new Error("aborted"))
        })
      })
    await new Promise((resolve) => setTimeout(resolve, pause))
    return { Messages: next.map((id) => ({ MessageId: id, ReceiptHandle: id, Body: id })) }
  }
  return { client: { send } as unknown as SQSClient, asked, deleted }
}

async function run(
  receives: string[][],
  answer: (ids: string[]) => unknown,
  more: { batch?: number; window?: number; partial?: boolean; pause?: number } = {},
) {
  const queue = aQueue(receives, more.pause)
  const batches: string[][] = []
  const total = receives.flat().length
  const poller = startQueueMapping(
    {
      queueUrl: "http://queue",
      queueArn: "queue",
      batch: more.batch ?? 10,
      window: more.window ?? 0,
      partial: more.partial ?? true,
      invoke: async ({ Records }) => {
        batches.push(Records.map(({ messageId }) => messageId))
        return answer(Records.map(({ messageId }) => messageId))
      },
    },
    queue.client,
  )
  for (let waited = 0; poller.stats.deleted + poller.stats.failed < total; waited += 5) {
    if (waited > 3_000) throw new Error("the queue was not worked off")
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  await poller.stop()
  return { ...queue, batches, stats: poller.stats }
}

describe("a queue's reader", () => {
  it("deletes what succeeded and leaves what failed", async () => {
    const { deleted, stats } = await run([["a", "b", "c"]], () => ({ batchItemFailures: [{ itemIdentifier: "b" }] }))
    expect(deleted).toEqual(["a", "c"])
    expect(stats).toEqual({ received: 3, deleted: 2, failed: 1 })
  })

  it.each([
    ["the handler threw", () => Promise.reject(new Error("no"))],
    ["the answer names nobody we know", () => ({ batchItemFailures: [{ itemIdentifier: "x" }] })],
  ])("leaves the whole batch when %s", async (_, answer) => {
    const { deleted } = await run([["a", "b"]], answer)
    expect(deleted).toEqual([])
  })

  it("deletes the whole batch where partial answers are not asked for", async () => {
    const { deleted } = await run([["a", "b"]], () => ({ batchItemFailures: [{ itemIdentifier: "b" }] }), {
      partial: false,
    })
    expect(deleted).toEqual(["a", "b"])
  })

  it("collects until its batch is full, and deletes by tens", async () => {
    const tens = [Array.from({ length: 10 }, (_, index) => `a${index}`), ["b0", "b1"]]
    const { batches, deleted, asked } = await run(tens, () => undefined, { batch: 12, window: 5 })
    expect(batches.map((batch) => batch.length)).toEqual([12])
    expect(deleted).toHaveLength(12)
    expect(asked.slice(0, 2).map(({ MaxNumberOfMessages }) => MaxNumberOfMessages)).toEqual([10, 2])
  })

  it("waits no longer than its window after the first message", async () => {
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    const worked = run([["a"], ["b"], ["c"], ["d"]], () => undefined, { window: 0.05, pause: 30 })
    await vi.advanceTimersByTimeAsync(2_000)
    // They come at 30, 60, 90 and 120: the third was asked for before 80, when the window closed.
    expect((await worked).batches).toEqual([["a", "b", "c"], ["d"]])
  })

  it("without a window hands over at once what one receive brings, and polls long", async () => {
    const { batches, asked } = await run([["a"], ["b"]], () => undefined)
    expect(batches).toEqual([["a"], ["b"]])
    expect(asked[0]).toMatchObject({ MaxNumberOfMessages: 10, WaitTimeSeconds: 20 })
  })
})
