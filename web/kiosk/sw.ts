/**
 * Keeps the kiosk's own files, so that it starts without a network: the page from the network where there is one, its files
 * (their content is in their names) from here. What the page asks of the portal never comes through here.
 */
type Lasting = Event & { waitUntil(until: Promise<unknown>): void }
type Fetching = Lasting & { request: Request; respondWith(answer: Promise<Response>): void }
type Serving = {
  addEventListener(name: "install" | "activate", listen: (event: Lasting) => void): void
  addEventListener(name: "fetch", listen: (event: Fetching) => void): void
  skipWaiting(): Promise<void>
  clients: { claim(): Promise<void> }
}

const worker = self as unknown as Serving
const cacheName = "kiosk"
const page = "/app/kiosk/"
const asset = /(?:src|href)="(\/app\/assets\/[^"]+)"/g
/** A page that does not come soon comes from here. */
const patience = 4_000

worker.addEventListener("install", (event) => event.waitUntil(fetched().then(() => worker.skipWaiting())))
worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()))
worker.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url)
  if (event.request.method !== "GET" || origin !== location.origin) return
  if (event.request.mode === "navigate" && pathname === page) event.respondWith(freshPage())
  else if (pathname.startsWith("/app/assets/")) event.respondWith(keptFile(event.request))
})

/** The page as it is now, kept with all the files that it names; files of earlier pages go. */
async function fetched(): Promise<Response> {
  const answer = await fetch(page, { cache: "no-cache", signal: AbortSignal.timeout(patience) })
  if (!answer.ok) throw new Error(`The page was answered ${answer.status}`)
  const cache = await caches.open(cacheName)
  const files = [...(await answer.clone().text()).matchAll(asset)].map(([, path]) => path!)
  await Promise.all(files.map(async (path) => (await cache.match(path)) ?? cache.add(path)))
  // Only now: a page without its files would be worse than the page before.
  await cache.put(page, answer.clone())
  const named = new Set([page, ...files])
  for (const { url } of await cache.keys()) if (!named.has(new URL(url).pathname)) await cache.delete(url)
  return answer
}

async function freshPage(): Promise<Response> {
  try {
    return await fetched()
  } catch (failure) {
    const kept = await caches.match(page)
    if (kept) return kept
    throw failure
  }
}

async function keptFile(request: Request): Promise<Response> {
  return (await caches.match(request)) ?? fetch(request)
}
