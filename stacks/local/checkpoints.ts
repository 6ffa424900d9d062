import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from "node:fs"
import { dirname } from "node:path"

/** How far a stream's reader has come, shard by shard; on disk before the next batch is asked for. */
export type Checkpoints = {
  get(shard: string): Position | undefined
  set(shard: string, position: Position): void
  /** Shards that the stream no longer has are forgotten. */
  retain(shards: Set<string>): void
}

export type Position = { after: string } | { ended: true }

type Kept = { stream: string; shards: Record<string, Position> }

/** Positions of another stream (a table made anew) are worth nothing. */
export function openCheckpoints(file: string, stream: string): Checkpoints {
  const kept = read(file)
  const shards: Record<string, Position> = kept?.stream === stream ? kept.shards : {}

  return {
    get: (shard) => shards[shard],
    set(shard, position) {
      shards[shard] = position
      writeWhole(file, JSON.stringify({ stream, shards } satisfies Kept))
    },
    retain(known) {
      for (const shard of Object.keys(shards)) if (!known.has(shard)) delete shards[shard]
    },
  }
}

function read(file: string): Kept | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Kept
  } catch {
    return undefined
  }
}

/** The old content or the new one, never a part: also when we are killed, or the power goes. */
export function writeWhole(file: string, content: string, mode = 0o600) {
  mkdirSync(dirname(file), { recursive: true })
  const draft = `${file}.new`
  const descriptor = openSync(draft, "w", mode)
  try {
    writeFileSync(descriptor, content)
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
  renameSync(draft, file)
}
