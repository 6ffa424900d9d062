/**
 * A screen that stays up for weeks starts afresh by itself: at 04:10, and where a new version is served. Only in an idle hall,
 * since a page that opens tells no call that was made before it; and never into an error page.
 */
import { addDays, dateOf, instantOf, minute } from "#domain/time"

type Hall = {
  waiting: readonly { count: number }[]
  calls: readonly { at: number }[]
  windows: readonly { state?: string | undefined }[]
}

const quiet = 5 * minute

export const isIdle = ({ waiting, calls, windows }: Hall, now: number): boolean =>
  waiting.every((it) => it.count === 0) &&
  windows.every((it) => it.state !== "called") &&
  calls.every((it) => now - it.at > quiet)

/** The first 04:10 after this: the day's numbers have ended at 04:00. */
export function renewalAfter(now: number): number {
  const today = instantOf(dateOf(now), "04:10")
  return now < today ? today : instantOf(addDays(dateOf(now), 1), "04:10")
}

export type Renewal = {
  /** The portal's present, once it is known. */
  now: () => number | undefined
  /** The hall as it is; undefined while nobody answers. */
  hall: () => Hall | undefined
  /** Whether the page is there to be loaded, and is the version that runs here. */
  served: () => Promise<"same" | "newer" | "none">
  /** Reloading may not have helped (something on the way keeps an old page): not twice an hour for a version. */
  mayReloadForVersion: () => boolean
  reload: () => void
}

/** To be asked every minute. */
export function renewing({ now, hall, served, mayReloadForVersion, reload }: Renewal): () => Promise<void> {
  let due: number | undefined
  let reloading = false
  return async () => {
    const at = now()
    if (at === undefined) return
    due ??= renewalAfter(at)
    const seen = hall()
    if (reloading || !seen || !isIdle(seen, at)) return
    const found = await served()
    if (found === "none") return
    if (at < due && !(found === "newer" && mayReloadForVersion())) return
    reloading = true
    reload()
  }
}

/** The page's own address, asked for anew: it names the files that run here, or others. */
export async function servedPage(): Promise<"same" | "newer" | "none"> {
  try {
    const page = await fetch(location.pathname, { cache: "no-store", signal: AbortSignal.timeout(10_000) })
    const files = page.ok ? filesOf(await page.text()) : []
    if (files.length === 0) return "none"
    const here = new Set(filesOf(document.documentElement.outerHTML))
    const others = files.filter((it) => !here.has(it))
    if (others.length === 0) return "same"
    const answers = await Promise.all(others.map((it) => fetch(it, { signal: AbortSignal.timeout(10_000) })))
    return answers.every((it) => it.ok) ? "newer" : "none"
  } catch {
    return "none"
  }
}

const filesOf = (page: string): string[] =>
  [...page.matchAll(/(?:src|href)="([^"]+\.(?:js|tsx|css))"/g)].map(([, path]) => path!)

const reloadedAt = "doorstep-reloaded"

/** Once an hour for a version, over the reload itself. */
export function mayReloadForVersion(): boolean {
  try {
    const before = Number(sessionStorage.getItem(reloadedAt) ?? 0)
    if (Date.now() - before < 60 * minute) return false
    sessionStorage.setItem(reloadedAt, String(Date.now()))
    return true
  } catch {
    return false
  }
}
