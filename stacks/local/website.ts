import { createHash } from "node:crypto"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { writeWhole } from "./checkpoints.ts"
import { NotReady } from "./dynamodb.ts"
import { ended, type Guard } from "./guard.ts"
import { lockFolder } from "./lock.ts"
import type { Topology } from "./topology.ts"

/** Builds the static apps as the stacks would, unless what they are made of is what was built last. Answers the folder. */
export async function buildSite(site: Topology["site"], root: string, guard: Guard): Promise<string> {
  const folder = join(root, site.folder)
  const output = join(folder, site.output)
  const cache = join(folder, "node_modules", ".cache", "doorstep")
  const marker = join(cache, "built")
  const apart = [output, join(folder, "node_modules")]
  const sources = hashOf([folder, join(root, "functions", "domain"), join(root, "package-lock.json")], apart)
  const isBuilt = () => existsSync(output) && existsSync(marker) && readFileSync(marker, "utf8") === sources
  if (isBuilt()) return output
  const release = await turn(cache)
  try {
    if (isBuilt()) return output
    await build(site, folder, guard)
    writeWhole(marker, sources)
    return output
  } finally {
    release()
  }
}

/** One build at a time: they write to the same folder. */
async function turn(cache: string): Promise<() => void> {
  for (;;) {
    try {
      return lockFolder(cache)
    } catch (error) {
      if (!(error instanceof NotReady)) throw error
      await pause(200)
    }
  }
}

async function build(site: Topology["site"], folder: string, guard: Guard) {
  const child = guard.spawn("/bin/sh", ["-c", site.command], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
    // A test's own NODE_ENV would build other pages than a deployment has.
    env: {
      ...process.env,
      NODE_ENV: "production",
      ...site.environment,
      PATH: `${dirname(process.execPath)}:${process.env.PATH ?? ""}`,
    },
  })
  const said: string[] = []
  child.stdout?.on("data", (part) => said.push(String(part)))
  child.stderr?.on("data", (part) => said.push(String(part)))
  await ended(child)
  if (child.exitCode !== 0) throw new NotReady(`The web apps could not be built:\n${said.join("").slice(-4_000)}`)
}

function hashOf(paths: string[], without: string[]): string {
  const hash = createHash("sha256")
  const add = (path: string) => {
    if (without.includes(path) || !existsSync(path)) return
    let entries: string[]
    try {
      entries = readdirSync(path).sort()
    } catch {
      hash.update(path).update("\0").update(readFileSync(path)).update("\0")
      return
    }
    for (const entry of entries) add(join(path, entry))
  }
  paths.forEach(add)
  return hash.digest("hex")
}
