import { describe, expect, test, vi } from "vitest"
import { TicketNumber } from "#domain/line"
import { letters } from "#domain/service"
import { within } from "#web/voice/patience"
import { type Sprite, secondsOf, sentenceEn, sentenceZh, slices, vocabulary } from "#web/voice/sentence"
import placeholder from "../../web/voice/placeholder.json" with { type: "json" }

const sprite = placeholder as unknown as Sprite

describe("a sentence", () => {
  test("is what the wall says, figure by figure; a window is counted", () => {
    expect(sentenceZh({ number: "A012", window: 2 }).join("")).toBe("请A零一二号到二号窗口")
    expect(sentenceZh({ number: "Y1007", window: 10 }).join("")).toBe("请Y一零零七号到十号窗口")
    expect(sentenceZh({ number: "B100", window: 12 }).slice(-3)).toEqual(["十", "二", "号窗口"])
    expect(sentenceZh({ number: "B100", window: 99 }).slice(-4)).toEqual(["九", "十", "九", "号窗口"])
  })

  test("is English where that is wanted", () => {
    expect(sentenceEn({ number: "A012", window: 2 }).join(" ")).toBe("ticket A zero one two please go to window two")
    expect(sentenceEn({ number: "C345", window: 19 }).at(-1)).toBe("nineteen")
    expect(sentenceEn({ number: "C345", window: 20 }).at(-1)).toBe("twenty")
    expect(sentenceEn({ number: "C345", window: 32 }).slice(-2)).toEqual(["thirty", "two"])
  })
})

describe("the recorded words", () => {
  test("are enough for every letter, every figure and every window that there can be", () => {
    const all = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"]
    expect(all).toEqual(expect.arrayContaining(Object.values(letters)))
    for (let window = 1; window <= 99; window++)
      for (const letter of all) {
        const number = `${letter}${String(window * 1009).padStart(3, "0")}`
        expect(TicketNumber.safeParse(number).success).toBe(true)
        expect(slices(sprite, sentenceZh({ number, window })), number).toBeDefined()
        expect(slices(sprite, sentenceEn({ number, window })), number).toBeDefined()
      }
  })

  test("are those of the vocabulary and no others, and do not lie over each other", () => {
    expect(Object.keys(sprite)).toEqual([...vocabulary.zh, ...vocabulary.letters, ...vocabulary.en])
    let end = 0
    for (const [from, length] of Object.values(sprite)) {
      expect(from).toBeGreaterThan(end)
      expect(length).toBeGreaterThan(0.1)
      end = from + length
    }
  })

  test("follow one another without lying over each other, in some four seconds", () => {
    const pieces = slices(sprite, sentenceZh({ number: "A012", window: 2 }))!
    for (const [i, it] of pieces.entries())
      if (i) expect(it.after).toBeGreaterThanOrEqual(pieces[i - 1]!.after + pieces[i - 1]!.length)
    expect(secondsOf(pieces)).toBeGreaterThan(3)
    expect(secondsOf(pieces)).toBeLessThan(6)
  })

  test("say nothing where one of them is missing", () => {
    expect(slices(sprite, ["请", "福"])).toBeUndefined()
  })
})

describe("patience with a voice", () => {
  const never = new Promise<void>(() => {})

  test("ends when the voice does, and hushes nothing", async () => {
    const hush = vi.fn()
    await within(1_000, Promise.resolve(), new AbortController().signal, hush)
    expect(hush).not.toHaveBeenCalled()
  })

  test("ends with its time, and silences what was begun", async () => {
    vi.useFakeTimers()
    const hush = vi.fn()
    const waited = expect(within(6_000, never, new AbortController().signal, hush)).rejects.toThrow("voice")
    await vi.advanceTimersByTimeAsync(5_999)
    expect(hush).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1)
    await waited
    expect(hush).toHaveBeenCalledOnce()
    vi.useRealTimers()
  })

  test("ends at once where the next call is on, also if it was before", async () => {
    const over = new AbortController()
    const hush = vi.fn()
    const waited = expect(within(60_000, never, over.signal, hush)).rejects.toThrow("voice")
    over.abort()
    await waited
    await expect(within(60_000, never, over.signal, hush)).rejects.toThrow("voice")
    expect(hush).toHaveBeenCalledTimes(2)
  })

  test("passes a failure on", async () => {
    await expect(
      within(1_000, Promise.reject(new Error("device")), new AbortController().signal, () => {}),
    ).rejects.toThrow("device")
  })
})
