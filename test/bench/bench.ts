/**
 * npm run bench -- [--only GROUP[,GROUP]] [--json FILE]
 *
 * Measures what is compared side by side in one run, on a database of its own, and prints each figure with its spread.
 * Names are design.md §8's: added to, never renamed.
 */
import "./tsx.ts"
import { writeFileSync } from "node:fs"
import { parseArgs } from "node:util"
import { NotReady } from "#local/dynamodb"
import { type Figures, tableOf } from "./figures.ts"

const { values: asked } = parseArgs({ options: { only: { type: "string" }, json: { type: "string" } } })

// Loaded once JSX can be.
const { groups } = await import("./groups.ts")
const { openStand } = await import("./stand.ts")

const chosen = asked.only?.split(",") ?? Object.keys(groups)
const unknown = chosen.filter((name) => !(name in groups))
if (unknown.length) {
  console.error(`No such group: ${unknown.join(", ")}. There are ${Object.keys(groups).join(", ")}.`)
  process.exit(2)
}

try {
  const figures = await measured()
  console.log(`\n${tableOf(figures)}`)
  if (asked.json) writeFileSync(asked.json, `${JSON.stringify(figures, undefined, 2)}\n`)
} catch (error) {
  if (!(error instanceof NotReady)) throw error
  console.error(error.message)
  process.exitCode = 1
}

async function measured(): Promise<Figures> {
  const stand = await openStand()
  try {
    const figures: Figures = {}
    for (const name of chosen) {
      const from = performance.now()
      Object.assign(figures, await groups[name]!(stand))
      console.error(`${name}: ${((performance.now() - from) / 1000).toFixed(0)} s`)
    }
    return figures
  } finally {
    await stand.stop()
  }
}
