/** The threat model names the tests that fail when a defence does: they must be there. */
import { existsSync, readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"

const page = readFileSync(new URL("../../stacks/threats.md", import.meta.url), "utf8")
const doors = page.split("## Who knocks")[1]!.split("\n## ")[0]!
const rows = doors
  .split("\n")
  .filter((line) => line.startsWith("| ") && !line.startsWith("| ---"))
  .slice(1)

/** `integration/{a,b}` is two files. */
const filesIn = (cell: string) =>
  [...cell.matchAll(/`(unit|property|integration|stacks)\/(?:\{([\w,-]+)\}|([\w-]+))`/g)].flatMap(
    ([, folder, many, one]) => (many?.split(",") ?? [one!]).map((name) => `${folder}/${name}`),
  )

describe("the threat model", () => {
  it("names for every door a test that is there", () => {
    expect(rows.length).toBeGreaterThan(15)
    const missing = rows.flatMap((row) => {
      const files = filesIn(row.split("|").at(-2)!)
      if (!files.length) return [`${row.slice(0, 40)}: none`]
      return files.filter((file) => !existsSync(new URL(`../${file}.test.ts`, import.meta.url)))
    })
    expect(missing).toEqual([])
  })
  it("points to files that are there", () => {
    const named = [...page.matchAll(/`((?:functions|stacks|test|web)\/[\w/.-]+\.(?:ts|tsx|md|json))`/g)].map(
      ([, file]) => file!,
    )
    expect(named.length).toBeGreaterThan(5)
    expect(named.filter((file) => !existsSync(new URL(`../../${file}`, import.meta.url)))).toEqual([])
  })
})
