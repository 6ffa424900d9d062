/** `npm run shots`: the pictures of the README, from a running portal with a morning's people in it. Needs a CJK font. */
import { execFileSync } from "node:child_process"
import { mkdirSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { openGuard } from "#local/guard"
import { buildSite } from "#local/website"
import { aBrowser } from "#test/browser"
import { aMobile, anIdNumber } from "#test/people"
import { aPortal } from "#test/system"
import { aKiosk, aPhone } from "#test/visitor"
import { topology } from "#test/world"

const root = fileURLToPath(new URL("../..", import.meta.url))
const folder = `${root}web/shots`

if (!/cjk|han|song|hei/i.test(execFileSync("fc-list", [":lang=zh", "family"]).toString())) {
  console.error("A Chinese font is needed for the pictures: sudo apt install fonts-noto-cjk")
  process.exit(1)
}

mkdirSync(folder, { recursive: true })
const guard = openGuard()
const system = await aPortal({ topology, site: buildSite(topology.site, root, guard) })
const { browser, close } = await aBrowser()
try {
  const { kiosk, display } = (await system.invoke("Setup", { pair: true })) as Record<
    "kiosk" | "display",
    { code: string }
  >
  const page = async (width: number, height: number, path: string) => {
    const context = await browser.newContext({ viewport: { width, height }, locale: "zh-CN" })
    const opened = await context.newPage()
    await opened.goto(system.url + path)
    return opened
  }
  const shoot = async (name: string, opened: Awaited<ReturnType<typeof page>>) => {
    await opened.waitForTimeout(1500)
    await opened.screenshot({ path: `${folder}/${name}.png` })
    console.log(`web/shots/${name}.png`)
  }

  const phone = await aPhone(system, aMobile(1))
  const booked = await phone.book({
    station: "FZ-JA-P01",
    date: "2026-11-23",
    time: "09:05",
    idNumber: anIdNumber(1),
    name: "阿卜杜拉·买买提",
  })
  const press = await aKiosk(system)
  for (const service of ["rp-endorse", "rp-address", "id-renew", "rp-endorse", "pickup", "rp-first"])
    await press("/device/tickets", { service })
  await press("/device/tickets", { service: "rp-endorse", priority: true })
  await press("/device/check-ins", { shown: { ref: booked.body.ref } })

  const desk = await page(1366, 768, "/app/staff/")
  await desk.getByRole("link", { name: "登录" }).click()
  await desk.getByRole("button", { name: /林小燕/ }).click()
  await desk.getByRole("button", { name: "坐到 1 号窗口" }).click()
  const hall = await page(1920, 1080, `/app/display/#pair=${display.code}`)
  await hall.waitForTimeout(1500)
  await desk.keyboard.press("n")
  await shoot("staff", desk)
  await shoot("display", hall)
  await shoot("kiosk", await page(1080, 1920, `/app/kiosk/#pair=${kiosk.code}`))
  await shoot("phone", await page(360, 740, `/zh/a/${booked.body.link}`))
} finally {
  await close()
  await system.stop()
  await guard.stop()
}
