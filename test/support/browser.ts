/** Chromium from npm alone: unpacked into a folder of its own, with the libraries it brings where the machine lacks them. */
import { execFile } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { promisify } from "node:util"
import { type Browser, chromium as playwright } from "playwright-core"

const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
]

/** How long a page is waited for: on a busy machine half a minute is soon over. */
export const patience = 90_000

/** `more` are flags beside ours, as a hall machine's own are. */
export async function aBrowser(more: readonly string[] = []): Promise<{ browser: Browser; close(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), "doorstep-browser-"))
  const before = process.env.TMPDIR
  // It unpacks into the temporary folder, and takes whatever chromium lies there already.
  process.env.TMPDIR = folder
  try {
    const { default: chromium, inflate } = await import("@sparticuz/chromium")
    const executablePath = await chromium.executablePath()
    const env = { ...process.env, TMPDIR: folder } as Record<string, string>
    const { stdout } = await promisify(execFile)("ldd", [executablePath])
    if (stdout.includes("not found")) {
      const bin = join(dirname(createRequire(import.meta.url).resolve("@sparticuz/chromium")), "../bin")
      env.LD_LIBRARY_PATH = join(await inflate(join(bin, "al2023.tar.br")), "lib")
    }
    const browser = await playwright.launch({ executablePath, args: [...flags, ...more], env })
    return {
      browser,
      close: async () => {
        await browser.close()
        rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
      },
    }
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  } finally {
    if (before === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = before
  }
}
