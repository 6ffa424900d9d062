/**
 * A line for simulating: of everyone who waits, only those whom a call could take now. In a lane people of one service are
 * called in one order, so the first of them stands for all; whoever returned, and those they stand behind, are always shown.
 * `turn` over these is `turn` over everyone (a property test holds them together).
 */
import type { Entry } from "./line.ts"

type Queue = { entries: Entry[]; first: number }

export function heads(waiting: readonly Entry[]) {
  const queues = new Map<string, Queue>()
  const cameAs = new Map<Entry, number>()
  let special: Entry[] = []
  const named = new Set(waiting.flatMap((it) => it.behind ?? []))

  const queueOf = (it: Entry): Queue => {
    const key = `${it.lane}${it.service}${it.only ?? ""}`
    const known = queues.get(key)
    if (known) return known
    const queue = { entries: [], first: 0 }
    queues.set(key, queue)
    return queue
  }
  const join = (it: Entry) => {
    cameAs.set(it, cameAs.size)
    if (it.behind || named.has(it.number)) special.push(it)
    if (it.behind) return
    const { entries, first } = queueOf(it)
    let at = entries.length
    while (at > first && entries[at - 1]!.eff > it.eff) at--
    entries.splice(at, 0, it)
  }
  for (const it of waiting) join(it)

  return {
    join,
    leave(it: Entry) {
      if (it.behind || named.has(it.number)) special = special.filter((other) => other !== it)
      if (it.behind) return
      const queue = queueOf(it)
      if (queue.entries[queue.first] === it) queue.first++
      else queue.entries.splice(queue.entries.indexOf(it), 1)
    },
    candidates(): Entry[] {
      const found: Entry[] = []
      for (const { entries, first } of queues.values()) {
        const head = entries[first]
        if (head && !(special.length && special.includes(head))) found.push(head)
      }
      // Ties are broken by who came first, so they are shown in that order.
      return [...special, ...found].sort((a, b) => cameAs.get(a)! - cameAs.get(b)!)
    },
  }
}
