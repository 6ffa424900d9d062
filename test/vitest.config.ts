import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { fileURLToPath } from "node:url"
import { defineConfig, type Plugin } from "vitest/config"

const root = fileURLToPath(new URL("..", import.meta.url))
/** A WebAssembly file as the bundles carry it: text in base64. Under a name of its own, since Vitest leaves packages to Node. */
const wasm: Plugin = {
  name: "doorstep-wasm",
  enforce: "pre",
  resolveId: (id) => (id.endsWith(".wasm") ? `\0wasm:${Buffer.from(id).toString("hex")}` : undefined),
  load(id) {
    if (!id.startsWith("\0wasm:")) return undefined
    const path = createRequire(import.meta.url).resolve(Buffer.from(id.slice(6), "hex").toString())
    return `export default ${JSON.stringify(readFileSync(path).toString("base64"))}`
  },
}

const named = (name: string, folders: string[], more: object = {}) => ({
  test: {
    name,
    root,
    include: folders.map((it) => `test/${it}/**/*.test.{ts,tsx}`),
    // For what hangs: no test is about how fast the machine is.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    ...more,
  },
  plugins: [wasm],
  oxc: { jsx: { runtime: "automatic" as const, importSource: "preact" } },
})

export default defineConfig({
  root,
  test: {
    reporters: ["default", new URL("support/tally.ts", import.meta.url).pathname],
    projects: [
      named("rules", ["unit", "property"], { setupFiles: "test/support/chance.ts" }),
      named("stacks", ["stacks"]),
      named("parts", ["integration"], {
        globalSetup: "test/support/database.ts",
        setupFiles: ["test/support/chance.ts", "test/support/fitting.ts"],
        maxWorkers: 2,
      }),
      named("day", ["e2e"], { maxWorkers: 2 }),
    ],
  },
})
