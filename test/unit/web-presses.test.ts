import { expect, test } from "vitest"
import { Offline, Refusal } from "#web/lib/client"
import { insisting } from "#web/lib/insisting"
import { mayHaveHappened } from "#web/lib/portal"
import { presses } from "#web/lib/presses"

const counted = () => {
  let count = 0
  return presses(() => `op_${++count}`, mayHaveHappened)
}
const failing = (failure: Error, ops: string[]) => async (op: string) => {
  ops.push(op)
  throw failure
}

test("a second press while the first is on its way does nothing", async () => {
  const { press } = counted()
  const ops: string[] = []
  let answer: (value: string) => void = () => {}
  const first = press("call 2", (op) => {
    ops.push(op)
    return new Promise<string>((resolve) => {
      answer = resolve
    })
  })
  expect(await press("call 2", async () => "never")).toBeUndefined()
  answer("A012")
  expect(await first).toBe("A012")
  expect(ops).toEqual(["op_1"])
})

test("pressing again after no answer is the same operation, until it is answered", async () => {
  const { press } = counted()
  const ops: string[] = []
  await expect(press("call 2", failing(new Offline(), ops))).rejects.toThrow(Offline)
  await expect(press("call 2", failing(new Refusal(503, "busy", ""), ops))).rejects.toThrow(Refusal)
  await press("call 2", async (op) => ops.push(op))
  await press("call 2", async (op) => ops.push(op))
  expect(ops).toEqual(["op_1", "op_1", "op_1", "op_2"])
})

test("a refused press is over: the next is a new operation", async () => {
  const { press } = counted()
  const ops: string[] = []
  await expect(press("call 2", failing(new Refusal(409, "nobody-waiting", ""), ops))).rejects.toThrow(Refusal)
  await press("call 2", async (op) => ops.push(op))
  expect(ops).toEqual(["op_1", "op_2"])
})

test("what another button meant has an id of its own", async () => {
  const { press } = counted()
  const ops: string[] = []
  await expect(press("start A012", failing(new Offline(), ops))).rejects.toThrow()
  await expect(press("missed A012", failing(new Offline(), ops))).rejects.toThrow()
  expect(ops).toEqual(["op_1", "op_2"])
})

const pause = async () => {}

test("a kiosk says from the second try on that it asked before", async () => {
  const again: boolean[] = []
  let slow = 0
  const given = await insisting(
    async (sentBefore) => {
      again.push(sentBefore)
      if (again.length < 3) throw new Offline()
      return "A012"
    },
    { pausesMs: [1, 1, 1], pause, slow: () => slow++ },
  )
  expect(given).toBe("A012")
  expect(again).toEqual([false, true, true])
  expect(slow).toBe(2)
})

test("its patience ends, and the person who tries once more is still the same operation", async () => {
  const again: boolean[] = []
  const send = async (sentBefore: boolean) => {
    again.push(sentBefore)
    throw new Offline()
  }
  await expect(insisting(send, { pausesMs: [1], pause })).rejects.toThrow(Offline)
  await expect(insisting(send, { pausesMs: [], pause }, true)).rejects.toThrow(Offline)
  expect(again).toEqual([false, true, true])
})

test("a refusal is an answer and is not asked again", async () => {
  let asked = 0
  const send = async () => {
    asked++
    throw new Refusal(409, "station-closed", "")
  }
  await expect(insisting(send, { pausesMs: [1, 1], pause })).rejects.toThrow(Refusal)
  expect(asked).toBe(1)
})
