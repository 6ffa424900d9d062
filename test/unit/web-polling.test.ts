import { afterEach, beforeEach, expect, test, vi } from "vitest"
import { Offline, Refusal } from "#web/lib/client"
import { type Polling, polling } from "#web/lib/polling"

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 })
})
afterEach(() => {
  running?.stop()
  vi.useRealTimers()
})
let running: Polling<string> | undefined

function asked(answers: (() => Promise<string>)[]) {
  const refused: unknown[] = []
  let count = 0
  running = polling<string>({
    ask: () => (answers[count++] ?? (async () => `answer ${count}`))(),
    everyMs: 2_000,
    refused: (failure) => refused.push(failure),
  })
  return { polled: running, refused, times: () => count }
}
const now = async () => vi.advanceTimersByTimeAsync(0)

test("asks every two seconds, one question at a time", async () => {
  let answer: (text: string) => void = () => {}
  const slow = () =>
    new Promise<string>((resolve) => {
      answer = resolve
    })
  const { polled, times } = asked([slow])
  await vi.advanceTimersByTimeAsync(10_000)
  expect(times()).toBe(1)
  answer("first")
  await now()
  expect(polled.latest.value).toBe("first")
  await vi.advanceTimersByTimeAsync(2_000)
  expect(times()).toBe(2)
})

test("a lost connection keeps the last answer, says since when, and catches up", async () => {
  const silence = () => Promise.reject(new Offline())
  const { polled } = asked([async () => "before", silence, silence, async () => "after"])
  await now()
  await vi.advanceTimersByTimeAsync(4_000)
  expect(polled.latest.value).toBe("before")
  expect(polled.lostSince.value).toBe(1_000_000)
  await vi.advanceTimersByTimeAsync(2_000)
  expect(polled.latest.value).toBe("after")
  expect(polled.lostSince.value).toBeUndefined()
})

test("what was asked before a press is not shown after it", async () => {
  let late: (text: string) => void = () => {}
  const old = () =>
    new Promise<string>((resolve) => {
      late = resolve
    })
  const { polled } = asked([old, async () => "after the press"])
  await polled.refresh()
  late("before the press")
  await now()
  expect(polled.latest.value).toBe("after the press")
})

test("after a press it asks again within a second", async () => {
  const { polled, times } = asked([])
  await now()
  await polled.refresh()
  await vi.advanceTimersByTimeAsync(1_000)
  expect(times()).toBe(3)
})

test("a refusal is told and is no lost connection; a fault is one", async () => {
  const { polled, refused } = asked([
    () => Promise.reject(new Refusal(401, "not-signed-in", "")),
    () => Promise.reject(new Refusal(500, "fault", "")),
  ])
  await now()
  expect(refused).toHaveLength(1)
  expect(polled.lostSince.value).toBeUndefined()
  await vi.advanceTimersByTimeAsync(2_000)
  expect(refused).toHaveLength(1)
  expect(polled.lostSince.value).toBe(1_000_000)
})

test("stopped, it asks no more", async () => {
  const { polled, times } = asked([])
  await now()
  polled.stop()
  await vi.advanceTimersByTimeAsync(10_000)
  expect(times()).toBe(1)
})
