/** The hall's screen with its sound: what is scheduled to be heard, in which order, and what is seen when nothing can be heard. */

import { rm } from "node:fs/promises"
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest"
import { aBrowser, patience } from "#test/browser"
import { isForEveryone } from "#test/everyone"
import { aHall, builtDisplay } from "#test/hall"
import { heldTime } from "#test/held-time"
import { until } from "#test/system"
import sprite from "../../web/voice/placeholder.json" with { type: "json" }

/** As seen from inside the page: pieces of a recording by where they begin in it, and tones. */
type Heard = { what: "piece"; from: number; at: number; until: number } | { what: "tone"; at: number; hertz: number }

let folder: string
let loud: Awaited<ReturnType<typeof aBrowser>>

beforeAll(async () => {
  ;[folder, loud] = await Promise.all([builtDisplay(), aBrowser(["--autoplay-policy=no-user-gesture-required"])])
})
afterAll(async () => {
  await loud?.close()
  if (folder) await rm(folder, { recursive: true, force: true })
})

/** A hall of its own for each test, and a screen in it that writes down what it lets sound. */
async function aScreen(finished: (done: () => Promise<void>) => void) {
  const hall = await aHall(folder)
  const context = await loud.browser.newContext({ viewport: { width: 1920, height: 1080 }, locale: "zh-CN" })
  context.setDefaultTimeout(patience)
  finished(async () => {
    await context.close()
    await hall.close()
  })
  await context.addInitScript(() => {
    const heard: unknown[] = []
    Object.assign(window, { heard })
    const { start } = AudioBufferSourceNode.prototype
    AudioBufferSourceNode.prototype.start = function (at = 0, from = 0, length = 0) {
      heard.push({ what: "piece", from, at, until: at + length })
      start.call(this, at, from, length)
    }
    const ring = OscillatorNode.prototype.start
    OscillatorNode.prototype.start = function (at = 0) {
      heard.push({ what: "tone", at, hertz: this.frequency.value })
      ring.call(this, at)
    }
  })
  const page = await context.newPage()
  const errors: string[] = []
  page.on("pageerror", (error) => errors.push(error.message))
  const sounds = () => page.evaluate(() => (window as unknown as { heard: Heard[] }).heard)
  const words = async () =>
    (await sounds()).flatMap((it) => (it.what === "piece" ? [wordAt(it.from)] : it.hertz > 800 ? ["♪"] : []))
  return {
    hall,
    page,
    errors,
    sounds,
    words,
    /** Paired, with its voice at hand, having heard the hall as it was. */
    opens: async () => {
      const recording = page.waitForResponse("**/placeholder-*.opus")
      await page.goto(`${hall.page}#pair=ABCDEFGH`)
      await page.locator(".board").waitFor()
      await (await recording).finished()
      await page.locator(".windows li").first().waitFor()
    },
    /** Waits until so many words and chimes have begun and nothing is being told any more. */
    toldAll: (least: number) =>
      until(
        "the hall to be told everything",
        async () => (await words()).length >= least && (await page.locator(".now.fresh").count()) === 0,
      ),
  }
}

const wordAt = (from: number) => Object.entries(sprite).find(([, [start]]) => start === from)?.[0] ?? "?"

describe.concurrent("a hall with sound", () => {
  it("speaks two calls a tenth of a second apart, each twice, in the order in which they were made", async ({
    expect,
    onTestFinished,
  }) => {
    const { hall, page, errors, opens, sounds, words, toldAll } = await aScreen(onTestFinished)
    await opens()
    await page.locator(".banner").waitFor({ state: "detached" })
    hall.call("A012", 2)
    await new Promise((resolve) => setTimeout(resolve, 100))
    hall.call("Y1007", 10)
    await page.locator(".now .number", { hasText: "A012" }).waitFor()
    await toldAll(40)
    const first = "请A零一二号到二号窗口"
    const second = "请Y一零零七号到十号窗口"
    expect((await words()).join("")).toBe(`♪${first}${first}♪${second}${second}`)
    // One word after the other on the audio's own clock, whoever was quicker to ask.
    const spoken = (await sounds()).filter((it) => it.what === "piece")
    for (const [i, it] of spoken.entries()) if (i) expect(it.at).toBeGreaterThanOrEqual(spoken[i - 1]!.until)
    expect(await page.locator(".now .number").innerText()).toBe("Y1007")
    expect(errors).toEqual([])
  })

  it("says it in English too where that is switched on, and remembers it", async ({ expect, onTestFinished }) => {
    const { hall, page, opens, words, toldAll } = await aScreen(onTestFinished)
    await opens()
    await page.getByRole("button", { name: /英文播报/ }).click()
    await page.goto("about:blank")
    await opens()
    expect(await page.getByRole("button", { name: /英文播报/ }).getAttribute("aria-pressed")).toBe("true")
    hall.call("A012", 2)
    await toldAll(26)
    expect((await words()).join(" ")).toMatch(/号窗口 ticket A zero one two please go to window two$/)
  })

  it("has a recording in which every word is where it should be, and a silence between", async ({
    expect,
    onTestFinished,
  }) => {
    const { page, opens } = await aScreen(onTestFinished)
    await opens()
    const found = await page.evaluate(async (where: Record<string, number[]>) => {
      const address = performance.getEntriesByType("resource").find((it) => it.name.endsWith(".opus"))!.name
      const file = await (await fetch(address)).arrayBuffer()
      const bytes = file.byteLength
      const sound = await new OfflineAudioContext(1, 1, 48_000).decodeAudioData(file)
      const samples = sound.getChannelData(0)
      const peak = (from: number, to: number) =>
        samples
          .slice(from * sound.sampleRate, to * sound.sampleRate)
          .reduce((most, it) => Math.max(most, Math.abs(it)), 0)
      const pieces = Object.values(where) as [number, number][]
      return {
        bytes,
        seconds: sound.duration,
        quietest: Math.min(...pieces.map(([from, length]) => peak(from, from + length))),
        between: Math.max(...pieces.map(([from, length]) => peak(from + length + 0.02, from + length + 0.04))),
      }
    }, sprite)
    const [from, length] = Object.values(sprite).at(-1) as [number, number]
    expect(found.seconds).toBeGreaterThan(from + length)
    expect(found.quietest).toBeGreaterThan(0.3)
    expect(found.between).toBeLessThan(0.05)
    expect(found.bytes).toBeLessThanOrEqual(80_000)
  })

  it("whose recording cannot be read chimes, shows the next calls, and says that there is no voice", async ({
    expect,
    onTestFinished,
  }) => {
    const { hall, page, errors, opens, words, toldAll } = await aScreen(onTestFinished)
    hall.spoil(".opus")
    await opens()
    await page.getByText("语音没有装载，只有提示音").waitFor()
    hall.call("A012", 2)
    hall.call("Y007", 1)
    await page.locator(".now.fresh .number", { hasText: "A012" }).waitFor()
    await page.locator(".now.fresh .number", { hasText: "Y007" }).waitFor()
    await toldAll(2)
    expect(await words()).toEqual(["♪", "♪"])
    expect(errors).toEqual([])
  })

  it("gives up on a sound that never ends, and tells the next call in its order", async ({
    expect,
    onTestFinished,
  }) => {
    const { hall, page, errors, opens } = await aScreen(onTestFinished)
    await page.addInitScript(() => {
      // Scheduled, and never heard of again: as with a sound card that was pulled out.
      AudioBufferSourceNode.prototype.addEventListener = () => {}
    })
    await opens()
    hall.call("A012", 2)
    hall.call("Y007", 1)
    await page.locator(".now.fresh .number", { hasText: "A012" }).waitFor()
    await page.locator(".now.fresh .number", { hasText: "Y007" }).waitFor()
    expect(errors).toEqual([])
  })

  it("says that it is mute until somebody touches it, where the launch flag is missing", async ({ onTestFinished }) => {
    const { hall } = await aScreen(onTestFinished)
    const quiet = await aBrowser()
    onTestFinished(quiet.close)
    const page = await (await quiet.browser.newContext()).newPage()
    await page.goto(`${hall.page}#pair=ABCDEFGH`)
    await page.getByRole("button", { name: /声音未开/ }).waitFor()
    await page.mouse.click(400, 300)
    await page.getByRole("button", { name: /声音未开/ }).waitFor({ state: "detached" })
  })

  it("after a lost connection says what is new in its order, and lists what is old without a word", async ({
    expect,
    onTestFinished,
  }) => {
    const { hall, page, opens, words, toldAll } = await aScreen(onTestFinished)
    hall.call("A001", 1)
    await opens()
    expect(await page.locator(".now .number").innerText()).toBe("A001")
    hall.lose()
    await page.getByText(/09:\d\d 起离线/).waitFor()
    hall.call("A002", 2, hall.now() - 5 * 60_000)
    hall.call("A003", 3, hall.now() - 10_000)
    hall.call("A004", 4, hall.now() - 5_000)
    hall.find()
    await page.getByText(/起离线/).waitFor({ state: "detached" })
    await toldAll(38)
    const said = ["请A零零三号到三号窗口", "请A零零四号到四号窗口"].map((it) => `♪${it}${it}`)
    expect((await words()).join("")).toBe(said.join(""))
    expect(await page.locator(".before").innerText()).toContain("A002")
  })
})

describe("the card of a lost child", () => {
  it("is not shown by a wall that has heard nothing for a minute, whatever its clock says, and is back when it hears again", async () => {
    const { hall, page, opens } = await aScreen(onTestFinished)
    const time = await heldTime(page)
    const card = { sex: "girl", age: 6, clothing: "红色外套", place: "滑梯旁", time: "08:40", hotline: "110" } as const
    hall.set({ card: { ...card, until: hall.now() + 6 * 60 * 60_000 } })
    await opens()
    await time.pass(2_000)
    const shown = page.locator("aside.child")
    await shown.waitFor()
    // Withdrawn while the hall's network is away.
    await page.context().setOffline(true)
    await time.pass(45_000)
    expect(await shown.count()).toBe(1)
    // Somebody sets the machine's clock back.
    await page.clock.setSystemTime(Date.now() - 60 * 60_000)
    await time.pass(15_000)
    expect(await shown.count()).toBe(0)
    expect(await page.getByText(/起离线/).count()).toBe(1)
    await page.context().setOffline(false)
    await time.pass(2_000)
    await shown.waitFor()
    hall.set({ card: undefined })
    await time.pass(2_000)
    await shown.waitFor({ state: "detached" })
  })
})

describe("a screen that stays up for weeks", () => {
  it("starts afresh where a new version is served and at 04:10, in an idle hall and only once", async () => {
    const { hall, page, opens } = await aScreen(onTestFinished)
    const time = await heldTime(page)
    const loads: string[] = []
    page.on("framenavigated", (frame) => loads.push(frame.url()))
    /** Lets a minute pass; tells how often the page was loaded anew. */
    const aMinute = async (expected = 0) => {
      const before = loads.length
      await time.pass(60_000)
      for (let i = 0; i < (expected ? 400 : 10) && loads.length === before; i++)
        await new Promise((resolve) => setTimeout(resolve, 100))
      return loads.length - before
    }
    await opens()
    expect(await aMinute()).toBe(0)
    hall.release()
    hall.set({ waiting: [{ group: "rp", count: 1 }] })
    await time.pass(2_000)
    await page.locator(".waiting b", { hasText: "1" }).waitFor()
    expect(await aMinute()).toBe(0)
    hall.set({ waiting: [{ group: "rp", count: 0 }] })
    await time.pass(2_000)
    await page.locator(".waiting b", { hasText: "0" }).waitFor()
    expect(await aMinute(1)).toBe(1)
    await page.locator(".board").waitFor()
    await page.locator(".windows li").first().waitFor()
    expect(await aMinute()).toBe(0)
    hall.wait(20 * 3_600_000)
    // The clock is learnt every five minutes.
    await time.pass(5 * 60_000)
    await page.locator(".clock", { hasText: "2026-11-24" }).waitFor()
    expect(await aMinute(1)).toBe(1)
  })
})

describe("the wall", () => {
  const standing = (windows: number) =>
    Array.from({ length: windows }, (_, i) => ({
      no: i + 1,
      open: i % 7 !== 5,
      ...(i % 7 !== 5 && i % 3 === 0 && { number: `A${1000 + i}`, state: "called" as const }),
      ...(i % 7 !== 5 && i % 3 === 1 && { number: `Y${100 + i}`, state: "serving" as const }),
    }))

  it.each([1, 5, 6, 12, 32])("shows %i windows and numbers past 999 whole, in both languages", async (windows) => {
    const { hall, page, opens } = await aScreen(onTestFinished)
    const when = hall.now() - 5 * 60_000
    hall.set({
      windows: standing(windows),
      calls: [1, 2, 3, 4, 5].map((i) => ({
        number: `B${1000 + i}`,
        window: windows,
        at: when - i * 1_000,
        times: 1,
      })),
      waiting: [
        { group: "rp", count: 12 },
        { group: "id", count: 140 },
        { group: "pickup", count: 3 },
      ],
      missed: ["A1001", "A1002"],
      newcomer: [
        { group: "rp", low: 10, high: 20 },
        { group: "id", low: 120, high: 180 },
        { group: "pickup", low: 0, high: 5 },
      ],
    })
    await page.emulateMedia({ reducedMotion: "reduce" })
    await opens()
    await page
      .locator(".windows li")
      .nth(windows - 1)
      .waitFor()
    for (const language of ["zh", "en"]) {
      const text = await page.locator("main").innerText()
      expect(text).toContain(language === "zh" ? "现在取号约等" : "A new ticket waits about")
      expect(text).toMatch(language === "zh" ? /10–20 分钟/ : /10–20 min/)
      expect(text).toMatch(language === "zh" ? /\D5 分钟内/ : /\D5 min at most/)
      const cut = await page.evaluate(() => {
        const out: string[] = []
        for (const part of document.querySelectorAll(".halls > section, .head, .foot")) {
          const frame = part.getBoundingClientRect()
          for (const it of part.querySelectorAll("*")) {
            const box = it.getBoundingClientRect()
            if (box.right > frame.right + 1 || box.bottom > frame.bottom + 1 || box.left < frame.left - 1)
              out.push(`${part.className}: ${it.className || it.tagName} ${it.textContent}`)
          }
        }
        return out
      })
      expect(cut, language).toEqual([])
      const small = await page.evaluate(() =>
        [...document.querySelectorAll("main *")]
          .filter((it) => it.childNodes.length && [...it.childNodes].every((node) => node.nodeType === Node.TEXT_NODE))
          .map((it) => Number.parseFloat(getComputedStyle(it).fontSize)),
      )
      expect(Math.min(...small)).toBeGreaterThan(23.9)
      await isForEveryone(page)
      await page.locator(".head button").last().click()
    }
  })

  it("with reduced motion marks a call without flashing", async () => {
    const { hall, page, opens } = await aScreen(onTestFinished)
    await page.emulateMedia({ reducedMotion: "reduce" })
    await opens()
    const style = () =>
      page.locator(".now").evaluate((it) => [getComputedStyle(it).animationName, getComputedStyle(it).backgroundColor])
    const calm = await style()
    hall.call("A012", 2)
    await page.locator(".now.fresh").waitFor()
    const [animation, background] = await style()
    expect(animation).toBe("none")
    expect(background).not.toBe(calm[1])
  })
})
