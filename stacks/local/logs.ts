import {
  appendFileSync,
  closeSync,
  copyFileSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  truncateSync,
} from "node:fs"
import { join } from "node:path"

/** One file per function. Environments write to it themselves, so a line survives whoever dies; we only keep it small. */
export type Log = {
  file: string
  /** For a child's stdout and stderr. */
  descriptor: number
  /** A line of the platform's own, as Lambda writes them: a timeout, a crash. */
  platform(type: string, record: Record<string, unknown>): void
  close(): void
}

export function openLog(folder: string, name: string, limit = 2_000_000, checkMs = 10_000): Log {
  mkdirSync(folder, { recursive: true })
  const file = join(folder, `${name}.log`)
  const descriptor = openSync(file, "a", 0o600)
  const check = setInterval(keepSmall, checkMs)
  check.unref()

  // Copy and cut rather than rename: the descriptors that environments hold must go on pointing at this file.
  function keepSmall() {
    if (!existsSync(file) || fstatSync(descriptor).size <= limit) return
    copyFileSync(file, `${file}.1`)
    truncateSync(file, 0)
  }

  keepSmall()
  return {
    file,
    descriptor,
    platform(type, record) {
      appendFileSync(
        descriptor,
        `${JSON.stringify({ time: new Date().toISOString(), type: `platform.${type}`, record })}\n`,
      )
    },
    close() {
      clearInterval(check)
      closeSync(descriptor)
    },
  }
}
