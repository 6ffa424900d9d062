/** An auditor's morning: yesterday is whole, one look at a child's data is reviewed, an export asks who one is; then a break is told. */
import { readFileSync } from "node:fs"
import { PutCommand } from "@aws-sdk/lib-dynamodb"
import type { Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import * as auditing from "#actions/auditing"
import { dateOf, day, minute } from "#domain/time"
import * as audits from "#store/audits"
import { isForEveryone } from "#test/everyone"
import { type Opened, openPortal, screens } from "#test/opened"
import { worldAt } from "#test/system"

const station = "FZ-JA-P01"
const system = { kind: "system", name: "seal-audit" } as const
let portal: Opened
let page: Page
const yesterday = () => worldAt(portal.system, Date.now() + portal.system.clockOffset - day)
const shoot = async (name: string) => {
  if (process.env.DOORSTEP_LOOK) await page.screenshot({ path: `${process.env.DOORSTEP_LOOK}/audit-${name}.png` })
}

beforeAll(async () => {
  portal = await openPortal()
  const before = yesterday()
  const at = before.now()
  const entry = (what: string, thing: string, more: Partial<audits.Entry> = {}): audits.Entry => {
    const time = more.at ?? at
    const name = `${new Date(time).toISOString()}#${what}`
    return { scope: station, date: dateOf(time), name, thing, what, who: "staff:clerk-p01-1", at: time, ...more }
  }
  const line = `live/line#${station}#${dateOf(at)}`
  for (const it of [
    entry("call:A001:k3v9", `${line}/line`, { v: 2, changed: ["windows", "v"] }),
    entry("start:k3va", `${line}/t#A001`, { at: at + minute, from: "called", to: "serving", v: 3 }),
    entry("report.see", "children/report#K7QM3TXW9B2A", { at: at + 2 * minute, who: "staff:officer-p01" }),
    entry("appointment.reveal", "bookings/person#x/rp", {
      at: at + 3 * minute,
      who: "staff:chief-p01",
      reason: "停办改约，联系本人",
    }),
    entry("purge", `bookings/purge#${station}`, {
      at: at + 4 * minute,
      who: "system:purge-bookings",
      counts: { bookings: 7 },
    }),
  ])
    await audits.put(before, it)
  await auditing.seal(worldAt(portal.system, Date.now() + portal.system.clockOffset), system)
  page = await portal.signedIn("唐审计")
})
afterAll(async () => {
  await portal?.close()
})

describe("an auditor", () => {
  it("finds nothing on the console but the audit, and in one sentence whether yesterday is whole", async () => {
    await page.getByRole("heading", { name: "审计", exact: true }).waitFor()
    expect(await page.getByRole("tab").count()).toBe(0)
    await page.getByText(/封存到 .*与封存时一致/).waitFor()
    await page.getByRole("cell", { name: /叫号/ }).first().waitFor()
    expect(await page.getByRole("button", { name: "林小燕" }).count()).toBe(2)
    expect(await page.getByText("号 A001").count()).toBeGreaterThan(0)
    await shoot("zh")
    await isForEveryone(page)
  })

  it("narrows the day down to one person, and back", async () => {
    await page.getByRole("button", { name: "黄警官" }).click()
    await page.getByRole("button", { name: "不再只看 黄警官" }).waitFor()
    await page.getByRole("button", { name: "林小燕" }).first().waitFor({ state: "detached" })
    expect(await page.getByRole("row").count()).toBe(2)
    await shoot("one")
    await page.getByRole("button", { name: /不再只看/ }).click()
    await page.getByRole("button", { name: "林小燕" }).first().waitFor()
  })

  it("reviews the looks at a child's data and the reveals of the day", async () => {
    await page.getByRole("button", { name: "待评议的查看" }).click()
    await page.getByText("还有 2 次没有评议").waitFor()
    const look = page.getByRole("listitem").filter({ hasText: "打开走失报告" })
    await look.getByRole("button", { name: "合规" }).click()
    await page.getByText("请写看法").waitFor()
    await look.getByLabel(/看法/).fill("值班，案件在办")
    await look.getByRole("button", { name: "合规" }).click()
    await page.getByText("还有 1 次没有评议").waitFor()
    await look.getByText("唐审计：合规，值班，案件在办").waitFor()
    await shoot("openings")
    await isForEveryone(page)
    await page.getByRole("button", { name: "到期应清除的" }).click()
    await page
      .getByText("bookings 7")
      .or(page.getByText(/预约 7/))
      .waitFor()
    await shoot("purges")
  })

  it("takes a day away as a file, as it was sealed", async () => {
    const coming = page.waitForEvent("download")
    await page.getByRole("button", { name: "导出这一天" }).click()
    const lines = readFileSync(await (await coming).path(), "utf8")
      .trim()
      .split("\n")
    expect(lines).toHaveLength(5)
    expect(JSON.parse(lines[0]!)).toMatchObject({ pk: expect.stringContaining(station) })
  })

  it("is told where the chain breaks, in English too", async () => {
    const world = yesterday()
    const [it] = await audits.traces(world, station, dateOf(world.now()))
    const key = { pk: `${station}#${dateOf(world.now())}`, sk: it!.name }
    await world.db.send(
      new PutCommand({
        TableName: world.tables.audit,
        Item: { ...key, what: "call", who: "staff:x", at: world.now() },
      }),
    )
    await page.getByRole("button", { name: "English" }).click()
    await page.reload()
    await page.getByText("Differs from what was sealed in 1, the first on").waitFor()
    await page.getByText(/an entry was changed/).waitFor()
    await shoot("en-broken")
    await isForEveryone(page)
    expect(portal.complaints).toEqual([])
  })

  it("of the command centre chooses among all units, on a narrow screen too", async () => {
    page = await portal.signedIn("宋审计", "/app/staff/", screens.tablet)
    await page.getByLabel("单位").selectOption({ label: "新店派出所龙头警务站" })
    await page.getByText(/有 1 处与封存不符/).waitFor()
    await page.getByLabel("单位").selectOption({ label: "群众查看、导出、删除本人信息" })
    await page.getByText("这一天没有这样的记录。").waitFor()
    await shoot("command")
    await isForEveryone(page)
  })
})
