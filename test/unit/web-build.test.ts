import { mkdtemp, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { build } from "vite"
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest"

const web = join(import.meta.dirname, "../../web")
let out: string

beforeAll(async () => {
  // As it is deployed: Vite builds another thing where a test runner has named its own environment.
  vi.stubEnv("NODE_ENV", "production")
  out = await mkdtemp(join(tmpdir(), "doorstep-web-"))
  await build({ root: web, configFile: join(web, "vite.config.ts"), logLevel: "error", build: { outDir: out } })
})
afterAll(() => {
  vi.unstubAllEnvs()
  return rm(out, { recursive: true, force: true })
})

const page = (app: string) => readFile(join(out, app, "index.html"), "utf8")
const scriptsOf = async (app: string) => {
  const names = (await page(app)).matchAll(/(?:src|href)="\/app\/(assets\/[^"]+\.js)"/g)
  return Promise.all([...names].map(([, name]) => readFile(join(out, name!))))
}

describe.each([
  ["staff", 45],
  ["duty", 30],
  ["kiosk", 30],
  ["display", 20],
])("the %s app", (app, most) => {
  test(`loads at most ${most} KB of script`, async () => {
    const scripts = await scriptsOf(app)
    expect(scripts.length).toBeGreaterThan(0)
    const bytes = scripts.reduce((sum, script) => sum + gzipSync(script).length, 0)
    expect(bytes / 1_000).toBeLessThanOrEqual(most)
  })

  test("leaves the server's schemas behind", async () => {
    expect(Buffer.concat(await scriptsOf(app)).toString()).not.toContain("_zod")
  })

  test("runs nothing but its own files", async () => {
    const html = await page(app)
    expect(html).toContain("default-src 'self'")
    expect(html).not.toMatch(/unsafe-|<script(?![^>]* src="\/app\/)|<style|style=|\son\w+=/)
    expect(html).not.toMatch(/(?:src|href)="https?:/)
  })
})

test("the resident pages' script has a fixed name and asks for no other file", async () => {
  const script = await readFile(join(out, "resident.js"), "utf8")
  expect(script).not.toMatch(/\bimport\s*[("'{*]|\bexport\b/)
})
