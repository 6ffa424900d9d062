/** This browser's own push address. The worker that shows a push is the duty page's, whatever page asks. */
const worker = "/app/duty/sw.js"
const scope = "/app/duty/"

export const canPush = (): boolean => "serviceWorker" in navigator && "PushManager" in globalThis

export async function subscription(): Promise<PushSubscription | undefined> {
  if (!canPush()) return undefined
  const registered = await navigator.serviceWorker.getRegistration(scope)
  return (await registered?.pushManager.getSubscription()) ?? undefined
}

/** Undefined where the officer, or the browser, says no. */
export async function subscribe(key: string): Promise<PushSubscription | undefined> {
  try {
    if ((await Notification.requestPermission()) !== "granted") return undefined
    const registered = await navigator.serviceWorker.register(worker, { scope })
    return await registered.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key })
  } catch {
    return undefined
  }
}

export async function unsubscribe(it: PushSubscription): Promise<void> {
  await it.unsubscribe().catch(() => false)
}
