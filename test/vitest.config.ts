import { fileURLToPath } from "node:url"
import { defineConfig } from "vitest/config"

const root = fileURLToPath(new URL("..", import.meta.url))
const named = (name: string, folders: string[], more: object = {}) => ({
  test: { name, root, include: folders.map((it) => `test/${it}/**/*.test.{ts,tsx}`), ...more },
  oxc: { jsx: { runtime: "automatic" as const, importSource: "preact" } },
})

export default defineConfig({
  root,
  test: {
    reporters: ["default", new URL("support/tally.ts", import.meta.url).pathname],
    projects: [
      named("rules", ["unit", "property"]),
      named("stacks", ["stacks"], { testTimeout: 60_000, hookTimeout: 120_000 }),
      named("parts", ["integration"], {
        globalSetup: "test/support/database.ts",
        testTimeout: 60_000,
        hookTimeout: 60_000,
        maxWorkers: 2,
      }),
      named("day", ["e2e"], { testTimeout: 180_000, hookTimeout: 120_000, maxWorkers: 2 }),
    ],
  },
})
