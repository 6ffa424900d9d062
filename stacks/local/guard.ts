import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process"
import { once } from "node:events"

/**
 * Nothing may outlive us, even when we end by `kill -9` and can run no handler. So a shell of two kilobytes holds the
 * ids of our children and reads from a pipe that only we can write to: when the pipe closes, it ends them by id.
 */
export type Guard = {
  /** Starts a process of its own session (Ctrl-C in the terminal reaches only us), which ends at the latest when we do. */
  spawn(command: string, args: string[], options: SpawnOptions): ChildProcess
  pids(): number[]
  /** Ends whatever is left, at once. */
  stop(): Promise<void>
}

const watch = `
trap '' INT TERM HUP
pids=' '
while read -r word pid; do
  case $word in
    add) pids="$pids$pid " ;;
    del) pids="\${pids%% $pid *} \${pids#* $pid }" ;;
  esac
done
for pid in $pids; do kill -9 "$pid"; done
`

export function openGuard(): Guard {
  const children = new Map<number, ChildProcess>()
  let stopped = false
  let shell = startShell()

  function startShell(): ChildProcess {
    const started = spawn("/bin/sh", ["-c", watch], { stdio: ["pipe", "ignore", "ignore"], detached: true })
    started.stdin?.on("error", () => {})
    started.on("error", () => {})
    started.on("exit", () => {
      if (stopped) return
      shell = startShell()
      for (const pid of children.keys()) tell(`add ${pid}`)
    })
    return started
  }

  function tell(line: string) {
    shell.stdin?.write(`${line}\n`)
  }

  return {
    spawn(command, args, options) {
      const child = spawn(command, args, { ...options, detached: true })
      const { pid } = child
      if (pid === undefined) return child
      tell(`add ${pid}`)
      children.set(pid, child)
      child.on("exit", () => {
        children.delete(pid)
        tell(`del ${pid}`)
      })
      return child
    },

    pids: () => [...children.keys(), ...(shell.pid && shell.exitCode === null ? [shell.pid] : [])],

    async stop() {
      stopped = true
      const left = [...children.values()]
      for (const child of left) child.kill("SIGKILL")
      await Promise.all(left.map(ended))
      shell.stdin?.end()
      await ended(shell)
    },
  }
}

/** Resolves once the process is gone, at once if it is already. */
export async function ended(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  await once(child, "exit")
}

/** Asks first, insists after `patience` milliseconds. */
export async function end(child: ChildProcess, patience = 3_000): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  child.kill("SIGTERM")
  const insist = setTimeout(() => child.kill("SIGKILL"), patience)
  await ended(child)
  clearTimeout(insist)
}
