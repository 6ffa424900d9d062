import { describe, expect, test } from "vitest"
import { announcerOn, type Stage } from "#web/display/announcer"
import { type Call, heard, isWithdrawn, spokenEn, spokenZh, voiceFor, worthSaying } from "#web/lib/calls"

const at = 1_795_398_480_000
const aCall = (number: string, more: Partial<Call> = {}): Call => ({ number, window: 2, at, times: 1, ...more })

describe("which calls are new", () => {
  const [first, second, third] = [aCall("A001"), aCall("Y001", { at: at + 100 }), aCall("A002", { at: at + 200 })]

  test("a display that starts repeats nothing old", () => {
    expect(heard(undefined, [second, first]).fresh).toEqual([])
  })

  test("two calls a tenth of a second apart are both new, in the order in which they were made", () => {
    const { seen } = heard(undefined, [first])
    expect(heard(seen, [third, second, first]).fresh).toEqual([second, third])
  })

  test("a repeat of a call is new, the call itself is not told again", () => {
    const { seen } = heard(undefined, [first])
    const repeat = aCall("A001", { at: at + 20_000, times: 2 })
    const next = heard(seen, [repeat, first])
    expect(next.fresh).toEqual([repeat])
    expect(heard(next.seen, [repeat, first]).fresh).toEqual([])
  })

  test("a call that an older answer brings back is not told twice", () => {
    const { seen } = heard(heard(undefined, []).seen, [second, first])
    const older = heard(seen, [first])
    expect(heard(older.seen, [second, first]).fresh).toEqual([])
  })

  test("a day of calls does not fill the memory", () => {
    let seen: ReadonlySet<string> | undefined
    for (let i = 0; i < 1_000; i++) seen = heard(seen, [aCall(`A${i}`, { at: at + i })]).seen
    expect(seen?.size).toBeLessThanOrEqual(100)
  })
})

describe("after a lost connection", () => {
  test("a call of this minute is spoken, an older one is not", () => {
    expect(worthSaying(aCall("A001"), at + 60_000)).toBe(true)
    expect(worthSaying(aCall("A001"), at + 60_001)).toBe(false)
  })

  test("a call that its window took back is not spoken, one that newer calls pushed out is", () => {
    const [before, call] = [aCall("A001"), aCall("A002", { at: at + 100 })]
    expect(isWithdrawn(call, [call, before])).toBe(false)
    expect(isWithdrawn(call, [before])).toBe(true)
    expect(isWithdrawn(call, [aCall("A009", { at: at + 900 })])).toBe(false)
  })
})

describe("what is said", () => {
  test("digits one by one, letter and window as on the wall", () => {
    expect(spokenZh({ number: "A012", window: 2 })).toBe("请A零一二号到2号窗口")
    expect(spokenZh({ number: "Y1007", window: 11 })).toBe("请Y一零零七号到11号窗口")
    expect(spokenEn({ number: "A012", window: 2 })).toBe("Ticket A 0 1 2, please go to window 2")
  })

  const voice = (lang: string, localService = true) => ({ lang, localService })

  test("a voice of Mandarin, of the mainland and of this machine first; never Cantonese", () => {
    const voices = [voice("zh-HK"), voice("zh-TW"), voice("zh-CN", false), voice("zh-CN"), voice("en-US")]
    expect(voiceFor(voices, "zh")).toBe(voices[3])
    expect(voiceFor(voices.slice(0, 3), "zh")).toBe(voices[2])
    expect(voiceFor([voice("zh-HK"), voice("yue-HK")], "zh")).toBeUndefined()
    expect(voiceFor(voices, "en")).toBe(voices[4])
  })

  test("a machine without voices has none", () => {
    expect(voiceFor([], "zh")).toBeUndefined()
  })
})

describe("the announcer", () => {
  const staged = (more: Partial<Stage> = {}) => {
    const told: string[] = []
    const announcer = announcerOn({
      show: (call) => told.push(call ? `show ${call.number}` : "clear"),
      chime: async () => void told.push("chime"),
      speak: async (call) => void told.push(`speak ${call.number}`),
      isWithdrawn: () => false,
      pause: async () => {},
      ...more,
    })
    return { announcer, told }
  }

  test("tells one call after another", async () => {
    const { announcer, told } = staged({ pause: () => new Promise((resolve) => setTimeout(resolve, 1)) })
    announcer.announce([aCall("A001")])
    announcer.announce([aCall("Y001")])
    await announcer.idle()
    expect(told).toEqual(["show A001", "chime", "speak A001", "show Y001", "chime", "speak Y001", "clear"])
  })

  test("a voice that fails leaves chime and flash, and the next call comes", async () => {
    // Only the voice's own end lets it go on: its longest time never comes.
    const pause = (ms: number) => (ms > 5_000 ? new Promise<void>(() => {}) : Promise.resolve())
    const { announcer, told } = staged({ pause, speak: () => Promise.reject(new Error("no voice")) })
    announcer.announce([aCall("A001"), aCall("Y001")])
    await announcer.idle()
    expect(told.filter((it) => it !== "clear")).toEqual(["show A001", "chime", "show Y001", "chime"])
  })

  test("a voice that never ends holds up nobody", async () => {
    const { announcer, told } = staged({ speak: () => new Promise(() => {}) })
    announcer.announce([aCall("A001"), aCall("Y001")])
    await announcer.idle()
    expect(told).toContain("show Y001")
  })

  test("a call that comes while another is told waits its turn", async () => {
    const { announcer, told } = staged({
      speak: async (call) => {
        told.push(`speak ${call.number}`)
        if (call.number === "A001") announcer.announce([aCall("B001")])
      },
    })
    announcer.announce([aCall("A001"), aCall("Y001")])
    await announcer.idle()
    expect(told.filter((it) => it.startsWith("show"))).toEqual(["show A001", "show Y001", "show B001"])
  })

  test("a call that was taken back while it waited is passed over", async () => {
    const { announcer, told } = staged({ isWithdrawn: (call) => call.number === "Y001" })
    announcer.announce([aCall("A001"), aCall("Y001"), aCall("B001")])
    await announcer.idle()
    expect(told.filter((it) => it.startsWith("show"))).toEqual(["show A001", "show B001"])
  })

  test("goes on after a call that was taken back at once, and after a screen that failed", async () => {
    let broken = true
    const { announcer, told } = staged({ isWithdrawn: (call) => call.number === "Y001" })
    announcer.announce([aCall("Y001")])
    await announcer.idle()
    announcer.announce([aCall("A001")])
    await announcer.idle()
    expect(told).toContain("speak A001")
    const shown: string[] = []
    const failing = staged({
      show: (call) => {
        if (call && broken) throw new Error("screen")
        if (call) shown.push(call.number)
      },
    }).announcer
    failing.announce([aCall("A001")])
    await failing.idle().catch(() => {})
    broken = false
    failing.announce([aCall("A002")])
    await failing.idle()
    expect(shown).toEqual(["A002"])
  })

  test("a chime that fails leaves the voice", async () => {
    const { announcer, told } = staged({ chime: () => Promise.reject(new Error("no sound")) })
    announcer.announce([aCall("A001")])
    await announcer.idle()
    expect(told).toEqual(["show A001", "speak A001", "clear"])
  })

  test("a voice that is given up falls silent before the next call", async () => {
    const over: boolean[] = []
    const { announcer } = staged({
      speak: (call, _, it) => {
        over.push(it.aborted)
        if (call.number === "Y001") return Promise.resolve()
        return new Promise(() => it.addEventListener("abort", () => over.push(it.aborted)))
      },
    })
    announcer.announce([aCall("A001"), aCall("Y001")])
    await announcer.idle()
    expect(over).toEqual([false, true, false])
  })

  test("says each call twice, and once where many wait", async () => {
    const times: number[] = []
    const { announcer } = staged({ speak: async (_, count) => void times.push(count) })
    announcer.announce([1, 2, 3, 4, 5].map((i) => aCall(`A00${i}`)))
    await announcer.idle()
    expect(times).toEqual([1, 1, 2, 2, 2])
  })

  test("remembers no more than twenty calls, the newest", async () => {
    const { announcer, told } = staged()
    announcer.announce([aCall("A000")])
    announcer.announce(Array.from({ length: 500 }, (_, i) => aCall(`B${100 + i}`)))
    await announcer.idle()
    expect(told.filter((it) => it.startsWith("show"))).toHaveLength(21)
    expect(told).toContain("show B599")
  })
})
