/** One plain closing line, whatever else was printed. */
import type { Reporter, TestModule } from "vitest/node"

export default class Tally implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]) {
    const tests = modules.flatMap((it) => [...it.children.allTests()])
    const count = (state: string) => tests.filter((it) => it.result().state === state).length
    const broken = modules.filter((it) => it.state() === "failed" && it.errors().length > 0).length
    const skipped = count("skipped")
    console.log(
      `tests: ${count("passed")} passed, ${count("failed") + broken} failed${skipped ? `, ${skipped} skipped` : ""}`,
    )
  }
}
