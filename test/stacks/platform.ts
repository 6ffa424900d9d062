/**
 * SST's platform (components, types, providers) in .sst/platform: brought from npm once for each version of SST. An
 * interrupted installation leaves a broken one, which SST never mends: hence a mark on the whole one.
 */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdir, readFile, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { text } from "node:stream/consumers"
import { setTimeout as pause } from "node:timers/promises"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("../..", import.meta.url))
const platform = join(root, ".sst/platform")
const mark = join(platform, "whole")
const lock = join(root, ".sst/installing")

export const sst = {
  command: join(root, "node_modules/.bin/sst"),
  /** Without Pulumi's and Bun's binaries, which npm does not have. */
  environment: { SST_SKIP_DEPENDENCY_CHECK: "1", SST_NO_BUN: "1", DO_NOT_TRACK: "1" },
}

/** Returns when .sst/platform is whole; two callers at once install it once. */
export async function installPlatform() {
  const version: string = JSON.parse(await readFile(join(root, "node_modules/sst/package.json"), "utf8")).version
  const isWhole = async () => (await readFile(mark, "utf8").catch(() => "")) === version
  if (await isWhole()) return
  await mkdir(join(root, ".sst"), { recursive: true })
  await takeLock()
  try {
    if (await isWhole()) return
    await install().catch(install)
    await writeFile(mark, version)
  } finally {
    await rm(lock)
  }
}

async function install() {
  await rm(platform, { recursive: true, force: true })
  const run = spawn(sst.command, ["install", "--stage", "test"], {
    cwd: root,
    // SST leaves its log in the temporary folder.
    env: { ...process.env, ...sst.environment, TMPDIR: join(root, ".sst") },
    stdio: ["ignore", "pipe", "pipe"],
  })
  // Were this process killed, that one would go on: nobody may begin anew before it ends.
  await writeFile(lock, String(run.pid))
  const [out, err, [code]] = await Promise.all([text(run.stdout), text(run.stderr), once(run, "close")])
  if (code !== 0) throw new Error(`SST's platform could not be installed\n${out}${err}`)
}

/** The lock holds the id of the process at work: one left behind by a killed process does not count. */
async function takeLock(): Promise<void> {
  const taken = await writeFile(lock, String(process.pid), { flag: "wx" }).then(
    () => true,
    () => false,
  )
  if (taken) return
  await pause(200)
  const owner = await readFile(lock, "utf8").catch(() => "")
  if (!owner || !isRunning(Number(owner))) await rm(lock, { force: true })
  return takeLock()
}

function isRunning(pid: number) {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await installPlatform()
