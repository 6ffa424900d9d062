/** The folders are the architecture (design.md §6): imports point only downwards, and a file exports by name. */
import { readdirSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"

const root = fileURLToPath(new URL("../..", import.meta.url))
const sources = (folder: string) =>
  readdirSync(root + folder, { recursive: true, encoding: "utf8" })
    .filter((it) => /\.tsx?$/.test(it) && !/^(dist|node_modules)\//.test(it))
    .map((it) => ({ path: `${folder}/${it}`, text: readFileSync(`${root}${folder}/${it}`, "utf8") }))

/** What each layer may take from, beside itself and npm. */
const below: Record<string, string[]> = {
  "functions/domain": [],
  "functions/world": ["functions/domain", "functions/store"],
  "functions/store": ["functions/domain", "functions/world"],
  "functions/messages": ["functions/domain", "functions/store"],
  "functions/actions": ["functions/domain", "functions/store", "functions/messages", "functions/world"],
  "functions/background": [
    "functions/domain",
    "functions/store",
    "functions/messages",
    "functions/actions",
    "functions/world",
    "web/words",
  ],
  "functions/api": [
    "functions/domain",
    "functions/store",
    "functions/messages",
    "functions/actions",
    "functions/world",
    "web/words",
    "web/resident",
    "web/styles",
  ],
  "functions/handlers": [
    "functions/api",
    "functions/actions",
    "functions/background",
    "functions/messages",
    "functions/store",
  ],
  web: ["functions/domain"],
}
const layerOf = (path: string) =>
  Object.keys(below).find((it) => path === `${it}.ts` || path.startsWith(`${it}/`)) ?? path

type Import = { from: string; to: string; typeOnly: boolean }
const pattern = /^(?:import|export)\s+(type\s)?(?:[^"';]*?\sfrom\s)?"([^"]+)"|\bimport\(\s*"([^"]+)"/gm

/** `#store/keys` and `./keys.ts` alike as functions/store/keys; npm packages as they are. */
function resolved(path: string, name: string): string {
  if (name.startsWith("#"))
    return name === "#world"
      ? "functions/world.ts"
      : name.replace(/^#/, name.startsWith("#web") || name.startsWith("#test") ? "" : "functions/")
  return name.startsWith(".") ? new URL(name, `file:///${path}`).pathname.slice(1) : `npm:${name}`
}

const imports = [...sources("functions"), ...sources("web")].flatMap(({ path, text }) =>
  [...text.matchAll(pattern)].map(
    ([, type, from, lazily]): Import => ({
      from: path,
      to: resolved(path, from ?? lazily!),
      typeOnly: type !== undefined,
    }),
  ),
)
const told = (them: Import[]) => them.map((it) => `${it.from} takes from ${it.to}`)

describe("an import", () => {
  it("is found in every layer, so that the rules below judge something", () => {
    for (const layer of Object.keys(below))
      expect(imports.filter((it) => layerOf(it.from) === layer).length).toBeGreaterThan(0)
    expect(imports.length).toBeGreaterThan(300)
  })

  it("points only downwards", () => {
    const up = imports.filter(({ from, to, typeOnly }) => {
      const [mine, theirs] = [layerOf(from), layerOf(to)]
      if (to.startsWith("npm:") || mine === theirs) return false
      if (mine === "web" && theirs === "functions/api" && typeOnly) return false
      return !below[mine]?.some((it) => theirs === it || to.startsWith(`${it}/`))
    })
    expect(told(up)).toEqual([])
  })

  it("of the domain takes from outside only zod, the calendar and the geography", () => {
    const outside = imports.filter((it) => layerOf(it.from) === "functions/domain" && it.to.startsWith("npm:"))
    const taken = outside.map((it) => it.to.replace(/^(npm:chinese-days)\/.*/, "$1"))
    const allowed = ["npm:zod/mini", "npm:chinese-days", "npm:gcoord", "npm:geokdbush", "npm:kdbush"]
    expect([...new Set(taken)].toSorted()).toEqual(allowed.toSorted())
  })

  it("of a page takes nothing that only runs on a server, and of the world only what it is", () => {
    const servers = imports.filter(
      ({ from, to }) =>
        from.startsWith("web/") &&
        !from.endsWith("vite.config.ts") &&
        !from.endsWith("/vite.ts") &&
        !from.endsWith("/voice/make.ts") &&
        /^npm:(node:|@aws|sst|hono|openid)/.test(to),
    )
    expect(told(servers)).toEqual([])
    const worldly = imports.filter((it) => it.from === "functions/world.ts" || it.to === "functions/world.ts")
    expect(told(worldly.filter((it) => !it.typeOnly))).toEqual([])
  })

  it("of zod is its small form, whole", () => {
    const text = sources("functions").concat(sources("web"))
    expect(text.filter((it) => /from "zod"|import \{[^}]*\} from "zod/.test(it.text)).map((it) => it.path)).toEqual([])
  })
})

describe("the source", () => {
  it("has no default export, no enum, no namespace and no barrel", () => {
    for (const { path, text } of sources("functions")) {
      expect([path, /^export default\b/m.test(text)]).toEqual([path, false])
      expect([path, /^\s*(export\s+)?(declare\s+)?(const\s+)?(enum|namespace)\s+\w+\s*\{/m.test(text)]).toEqual([
        path,
        false,
      ])
      expect([path, /^export (\*|\{[^}]*\}) from/m.test(text)]).toEqual([path, false])
    }
  })

  it("has these entries at its top and no others", () => {
    const top = readdirSync(root).filter((it) => !it.startsWith(".") && it !== "node_modules")
    const allowed = [
      "functions",
      "web",
      "stacks",
      "test",
      "sst.config.ts",
      "package.json",
      "package-lock.json",
      "tsconfig.json",
      "sst-env.d.ts",
      "README.md",
      "LICENSE",
    ]
    expect(top.filter((it) => !allowed.includes(it))).toEqual([])
  })
})
