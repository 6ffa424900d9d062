import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { NotReady } from "./dynamodb.ts"

/** One runner for one data folder. Answers the release; throws NotReady when another runs. */
export function lockFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const file = join(folder, "lock")
  const draft = `${file}.${process.pid}`
  writeFileSync(draft, `${process.pid} ${bornOf(process.pid)}`, { mode: 0o600 })
  try {
    take(folder, draft, file)
  } finally {
    rmSync(draft, { force: true })
  }
  return () => rmSync(file, { force: true })
}

/** A link appears at once with its content, or not at all: nobody ever reads half a lock. */
function take(folder: string, draft: string, file: string) {
  for (let tries = 0; ; tries++) {
    try {
      return linkSync(draft, file)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error
      const holder = holderOf(file)
      if (holder !== undefined || tries >= 3) {
        throw new NotReady(
          `The portal already runs on ${folder} (process ${holder}): stop it first, or set DOORSTEP_DATA to another folder`,
        )
      }
      setAside(file, `${draft}.old`)
    }
  }
}

/** Only one of several can move a dead runner's lock away; whoever finds that it moved a living one's puts it back. */
function setAside(file: string, aside: string) {
  try {
    renameSync(file, aside)
    if (holderOf(aside) !== undefined) linkSync(aside, file)
  } catch {
    // Another was first.
  }
  rmSync(aside, { force: true })
}

/** Whoever wrote the file, if that very process still lives: its number alone may have gone to another since. */
function holderOf(file: string): number | undefined {
  try {
    const [pid, born] = readFileSync(file, "utf8").split(" ")
    process.kill(Number(pid), 0)
    return bornOf(Number(pid)) === born ? Number(pid) : undefined
  } catch {
    return undefined
  }
}

/** When the process began, as Linux counts it; elsewhere the number alone must do. */
function bornOf(pid: number): string {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, "utf8")
    return line.slice(line.lastIndexOf(")") + 2).split(" ")[19] ?? ""
  } catch {
    return ""
  }
}
