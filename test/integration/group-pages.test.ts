/** An employer's list, as a phone without a script lives it: every wrong row is named, then everyone's outcome. */
import { beforeAll, describe, expect, it } from "vitest"
import { type Apps, apps } from "#test/apps"
import { at } from "#test/builders"
import { aMobile, anIdNumber } from "#test/people"
import { aPhone, type Page, type Phone } from "#test/phone"
import { aWorld, codeFor, type TestWorld } from "#test/world"

let world: TestWorld
let app: Apps
let count = 0
beforeAll(async () => {
  world = await aWorld(at("09:00"))
  app = apps(world)
})

/** As far as the list. */
async function employer() {
  const phone = aPhone(app.resident)
  const mobile = aMobile(++count)
  const start = await phone.follow(await phone.open("/zh/book"), "单位给员工集体预约")
  const code = await phone.send(start, "下一步", { mobile: mobile.slice(3) })
  const page = await phone.send(code, "下一步", { code: await codeFor(world, mobile) })
  expect(page.path).toBe("/zh/group/list")
  return { phone, page }
}

const people = (from: number, many: number) =>
  Array.from({ length: many }, (_, i) => `王小明,${anIdNumber(from + i)},`).join("\n")
const form = { service: "rp-endorse", station: "FZ-JA-P02" }

/** A file, as a browser's own form sends it. */
async function upload(phone: Phone, page: Page, bytes: Uint8Array<ArrayBuffer>) {
  const body = new FormData()
  const key = /name="key" value="([^"]+)"/.exec(page.html)![1]!
  for (const [name, value] of Object.entries({ ...form, key, from: "2026-11-23", rows: "" })) body.set(name, value)
  body.set("file", new File([bytes], "list.csv", { type: "text/csv" }))
  return phone.ask("/zh/group/list", { method: "POST", headers: { "sec-fetch-site": "same-origin" }, body })
}

describe("a list", () => {
  it("of 12 is booked in steps by a button, and everyone's outcome is listed and can be taken away", async () => {
    const { phone, page } = await employer()
    let at = await phone.send(page, "检查名单", { ...form, rows: `姓名,身份证号,手机号\n${people(100, 12)}` })
    expect(at.path).toMatch(/^\/zh\/group\/[\w-]{20,}/)
    expect(at.text).toContain("名单没有错误")
    expect(at.html).not.toContain("data-proceed")
    at = await phone.send(at, "开始预约")
    expect(at.text).toContain("已处理 10 人，共 12 人")
    expect(at.html).toContain("data-proceed")
    at = await phone.send(at, "继续")
    expect(at.text).toContain("约好 12 人，没约上 0 人")
    expect(at.text).toMatch(/第2行 王\*明 11月\d+日 周. \d\d:\d\d · [0-9A-Z]{4}-/)
    const file = await phone.open(`${at.path}/results.csv`)
    expect(file.headers.get("content-type")).toBe("text/csv; charset=utf-8")
    expect(file.html.trim().split("\r\n")).toHaveLength(13)
    expect(file.html).not.toContain(anIdNumber(100))
    expect(file.html).not.toContain("王小明")
  })

  it("with 3 wrong rows among 20 names them all, each with a way to it, and books nobody", async () => {
    const { phone, page } = await employer()
    const rows = people(200, 20).split("\n")
    rows[3] = rows[3]!.replace(/\d,$/, "0,").replace(/0,$/, "Z,")
    rows[7] = "<b>,350199199003070011,"
    rows[19] = rows[18]!
    const wrong = await phone.send(page, "检查名单", { ...form, rows: rows.join("\n") })
    expect(wrong.status).toBe(400)
    expect(wrong.text).toContain("名单有3处要改，还没有给任何人预约")
    for (const anchor of ["rows-4-idNumber", "rows-8-name", "rows-20-idNumber"]) {
      expect(wrong.html).toContain(`href="#${anchor}"`)
      expect(wrong.html).toContain(`id="${anchor}"`)
    }
    expect(wrong.text).toContain("第20行 · 身份证号：这个身份证号在名单里出现了两次")
    expect(wrong.html).not.toContain("<b>,35")
    const mended = rows.toSpliced(19, 1, people(219, 1)).toSpliced(7, 1).toSpliced(3, 1)
    const right = await phone.send(wrong, "检查名单", { ...form, rows: mended.join("\n") })
    expect(right.text).toContain("已处理 0 人，共 18 人")
  })

  it("as a file in GB18030 with a wrong row can be mended on the page, under the row's own number", async () => {
    const { phone, page } = await employer()
    // 姓名,身份证号 in GB18030.
    const head = Uint8Array.from([0xd0, 0xd5, 0xc3, 0xfb, 0x2c, 0xc9, 0xed, 0xb7, 0xdd, 0xd6, 0xa4, 0xba, 0xc5, 0x0a])
    const name = Uint8Array.from([0xcd, 0xf5, 0xc3, 0xf7])
    const text = (it: string) => new TextEncoder().encode(it)
    const file = Uint8Array.from([
      ...head,
      ...name,
      ...text(`,${anIdNumber(300)}\n`),
      ...name,
      ...text(",35019919900307001\n"),
    ])
    const wrong = await upload(phone, page, file)
    expect(wrong.status).toBe(400)
    expect(wrong.text).toContain("第3行 · 身份证号")
    expect(wrong.html).toContain(`王明,${anIdNumber(300)}`)
    const good = await upload(phone, page, Uint8Array.from([...name, ...text(`,${anIdNumber(301)}\n`)]))
    expect(good.text).toContain("共 1 人")
  })

  it("that is none, or no text, is refused beside its field", async () => {
    const { phone, page } = await employer()
    const empty = await phone.send(page, "检查名单", { service: "", station: "", from: "2026-02-30", rows: " " })
    expect(empty.status).toBe(400)
    for (const it of ["事项：请填写", "警务站：请填写", "从哪天开始约：没有这个日期"]) expect(empty.text).toContain(it)
    const picture = await upload(phone, page, Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0xff, 0xff, 0x00]))
    expect([picture.status, picture.text.includes("读不出这个文件")]).toEqual([400, true])
  })

  it("is nobody else's to see", async () => {
    const { phone, page } = await employer()
    const mine = await phone.send(page, "检查名单", { ...form, rows: people(400, 1) })
    expect(mine.status).toBe(200)
    const { phone: other } = await employer()
    expect((await other.open(mine.path)).status).toBe(404)
    expect((await aPhone(app.resident).open(mine.path)).path).toBe("/zh/group")
    expect((await aPhone(app.resident).open(`${mine.path}/results.csv`)).status).toBe(401)
    expect((await aPhone(app.resident).open("/zh/group/list")).path).toBe("/zh/group")
  })
})
