/** What a log line may say (ASVS V16.2.5): the allow-list, the last net under it, and what a handler lets out when it fails. */
import { readdirSync, readFileSync } from "node:fs"
import { afterEach, describe, expect, it, vi } from "vitest"
import { Problem } from "#domain/problem"
import { type Fields, faultOf, guarded, log, passed } from "#store/log"
import { aMobile, anIdNumber } from "#test/people"

const [id, mobile] = [anIdNumber(3), aMobile(3)]
afterEach(() => vi.restoreAllMocks())

/** What is written when this is done, as one text. */
async function written(act: () => unknown): Promise<string> {
  const lines: string[] = []
  for (const way of ["log", "info", "warn", "error", "debug"] as const)
    vi.spyOn(console, way).mockImplementation((...said) => void lines.push(said.map(String).join(" ")))
  for (const to of [process.stdout, process.stderr])
    vi.spyOn(to, "write").mockImplementation((text) => lines.push(String(text)) > 0)
  await act()
  return lines.join("\n")
}

describe("a log line", () => {
  it("keeps what is listed, and drops what is not, what is nested and what is no plain value", () => {
    const said = { route: "GET /", status: 200, count: 3, name: "张三", phone: mobile, stack: undefined }
    expect(passed(said as unknown as Fields)).toEqual({ route: "GET /", status: 200, count: 3 })
    const nested = { id: { phone: mobile }, error: ["张三"], code: null, station: () => "张三", ms: 7n }
    expect(passed(nested as unknown as Fields)).toEqual({})
    expect(passed(Object.create({ route: "张三" }) as Fields)).toEqual({})
  })

  it.each([
    id,
    id.toLowerCase(),
    `${id.slice(0, 17)}x`,
    id.replace(/(.{6})(.{8})/, "$1 $2 "),
    mobile,
    mobile.slice(3),
    mobile.replace(/(\d{3})(\d{4})(\d{4})$/, "$1-$2-$3"),
    [...mobile.slice(3)].map((it) => String.fromCharCode(it.charCodeAt(0) + 0xfee0)).join(""),
    Number(mobile.slice(3)),
  ])("masks %s under whatever key", (value) => {
    const both = passed({ route: typeof value === "number" ? value : `GET /a/${value}?b`, id: value })
    expect(JSON.stringify(both)).not.toMatch(/\d{5}/)
    expect(both.id).toMatch(/^(\+86)?\*{3}$/)
  })

  it("leaves what only looks long: an instant's parts, a report's id, a digest", () => {
    const fields = { date: "2026-11-23", id: "7A3K-9QXT-41MR", request: "Q2nV-8sJkL0x", ms: 1234, station: "FZ-JA-P01" }
    expect(passed(fields)).toEqual(fields)
    const digest = `${"0a".repeat(10)}13800138000${"b".repeat(33)}`
    expect(passed({ id: digest })).toEqual({ id: digest })
  })

  it("is masked in its first words too, and written as one line", async () => {
    const lines = await written(() => log("test").info(`found ${mobile}`, { id: `a\n${id}` }))
    expect(lines).toContain("found +86***")
    expect(lines.trim().split("\n")).toHaveLength(1)
    expect(lines).not.toContain(id)
  })
})

describe("a fault", () => {
  it("is told by its name and where it was; its message, whatever lines it has, is not", () => {
    const typed = `"张三\n    at ${mobile} (家:1:1)" is not valid JSON`
    const { error, stack } = faultOf(new SyntaxError(typed))
    expect(error).toBe("SyntaxError")
    expect(stack).toMatch(/^\s+at .*log\.test\.ts/)
    expect(`${stack}`).not.toMatch(/张三|家|138/)
    expect(faultOf(mobile)).toEqual({ error: "string" })
    expect(faultOf({ phone: mobile })).toEqual({ error: "object" })
  })

  it("that leaves a handler has lost its message and what hung on it, and was logged (ASVS V16.5.1)", async () => {
    const found = Object.assign(new Error(`no place for 张三 ${id}`), {
      name: "TransactionCanceledException",
      CancellationReasons: [{ Item: { phone: mobile } }],
      cause: new Error(id),
    })
    for (const thrown of [found, new Problem("place-taken", { phone: mobile }), mobile, { phone: mobile }]) {
      let out: unknown
      const lines = await written(async () => {
        out = await guarded(log("test"), async () => Promise.reject(thrown))().catch((error: unknown) => error)
      })
      expect(out).toBeInstanceOf(Error)
      const { message, stack, ...more } = out as Error
      const seen = JSON.stringify([message, stack, more, (out as Error).cause]) + lines
      expect(more).toEqual({})
      expect(seen).not.toMatch(/张三|138|350199/)
      expect(lines).toContain('"failed"')
    }
  })
})

describe("every function", () => {
  const folder = new URL("../../functions/handlers/", import.meta.url)

  it.each(readdirSync(folder))("%s lets nothing out but a fault's name", (file) => {
    expect(readFileSync(new URL(file, folder), "utf8")).toMatch(/^export const handler = guarded\(/m)
  })

  it("writes its lines through the log alone", () => {
    const all = readdirSync(new URL("..", folder), { recursive: true, encoding: "utf8" }).filter((it) =>
      /\.tsx?$/.test(it),
    )
    expect(all.length).toBeGreaterThan(100)
    const writing = all.filter((file) =>
      /\bconsole\.|process\.std|new Logger/.test(readFileSync(new URL(`../${file}`, folder), "utf8")),
    )
    expect(writing).toEqual(["store/log.ts"])
  })
})
