/** Shows a push, and opens the duty page at its report. What is pushed says that there is an alert, never of whom. */
type Lasting = Event & { waitUntil(until: Promise<unknown>): void }
/** Exported, so that this file is a module to the compiler; nothing of it is left in the script. */
export type Pushed = Lasting & { data: { json(): unknown } | null }
type Clicked = Lasting & { notification: { data: unknown; close(): void } }
type Client = { url: string; navigate(url: string): Promise<unknown>; focus(): Promise<unknown> }
type Serving = {
  addEventListener(name: "install" | "activate", listen: (event: Lasting) => void): void
  addEventListener(name: "push", listen: (event: Pushed) => void): void
  addEventListener(name: "notificationclick", listen: (event: Clicked) => void): void
  skipWaiting(): Promise<void>
  registration: { showNotification(title: string, options: object): Promise<void> }
  clients: {
    claim(): Promise<void>
    matchAll(options: object): Promise<Client[]>
    openWindow(url: string): Promise<unknown>
  }
}

const worker = self as unknown as Serving
const page = "/app/duty/"
// A worker keeps nothing and knows no language chosen on the page: both, briefly.
const words = {
  duty: { title: "新的走失警情 · New alert", body: "请马上打开签收。Open it and acknowledge now." },
  "duty-ended": { title: "走失警情已结束 · Alert over", body: "不用再找。Stop searching." },
  "duty-pattern": { title: "一地多起走失 · Several at one place", body: "请打开查看。Open the duty page." },
  "duty-match": { title: "两份报告可能相关 · Two may belong together", body: "请打开比对。Open and compare." },
}
const isKind = (kind: unknown): kind is keyof typeof words => typeof kind === "string" && Object.hasOwn(words, kind)

worker.addEventListener("install", (event) => event.waitUntil(worker.skipWaiting()))
worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()))
worker.addEventListener("push", (event) => {
  const said = (event.data?.json() ?? {}) as { kind?: unknown; link?: unknown }
  const kind = isKind(said.kind) ? said.kind : "duty"
  const link = typeof said.link === "string" && said.link.startsWith(page) ? said.link : page
  const { title, body } = words[kind]
  event.waitUntil(
    worker.registration.showNotification(title, {
      body,
      tag: link,
      renotify: true,
      requireInteraction: kind !== "duty-ended",
      vibrate: [500, 200, 500],
      data: link,
    }),
  )
})
worker.addEventListener("notificationclick", (event) => {
  event.notification.close()
  event.waitUntil(opened(String(event.notification.data)))
})

async function opened(link: string): Promise<unknown> {
  const all = await worker.clients.matchAll({ type: "window" })
  const mine = all.find(({ url }) => new URL(url).pathname === page)
  if (!mine) return worker.clients.openWindow(link)
  // Only the part behind # is another: the page that is open hears it and stays.
  await mine.focus()
  return mine.navigate(link)
}
