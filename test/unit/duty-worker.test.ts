/** The duty page's service worker, as a browser calls it: what is shown, and what a tap opens. */
import { beforeAll, beforeEach, describe, expect, it } from "vitest"

type Listen = (event: object) => void
const listeners = new Map<string, Listen>()
const shown: { title: string; options: { tag: string; data: string; requireInteraction: boolean } }[] = []
const did: string[] = []
let windows: { url: string }[]

beforeAll(async () => {
  const self = {
    addEventListener: (name: string, listen: Listen) => void listeners.set(name, listen),
    skipWaiting: async () => {},
    registration: { showNotification: async (title: string, options: never) => void shown.push({ title, options }) },
    clients: {
      claim: async () => {},
      matchAll: async () =>
        windows.map(({ url }) => ({
          url,
          focus: async () => void did.push(`focus ${url}`),
          navigate: async (to: string) => void did.push(`navigate ${to}`),
        })),
      openWindow: async (url: string) => void did.push(`open ${url}`),
    },
  }
  Object.assign(globalThis, { self })
  await import("../../web/duty/sw.ts")
})
beforeEach(() => {
  shown.length = 0
  did.length = 0
  windows = []
})

async function happens(name: string, event: object) {
  const until: Promise<unknown>[] = []
  listeners.get(name)!({ ...event, waitUntil: (it: Promise<unknown>) => until.push(it) })
  await Promise.all(until)
}
const pushed = (said: object) => happens("push", { data: { json: () => said } })
const tapped = (data: string) => happens("notificationclick", { notification: { data, close: () => {} } })
const link = "/app/duty/#7Q4M2K9XW3PA"

describe("a push", () => {
  it("is shown for what it is", async () => {
    for (const kind of ["duty", "duty-ended", "duty-pattern", "toString"]) await pushed({ kind, link })
    expect(shown.map(({ title }) => title)).toEqual([
      "新的走失警情 · New alert",
      "走失警情已结束 · Alert over",
      "一地多起走失 · Several at one place",
      "新的走失警情 · New alert",
    ])
    expect(shown.map(({ options }) => options.requireInteraction)).toEqual([true, false, true, true])
  })

  it("leads nowhere but to the duty page", async () => {
    for (const to of ["https://example.com/", "/staff/sign-out", 7]) await pushed({ kind: "duty", link: to })
    expect(shown.map(({ options }) => options.data)).toEqual(Array(3).fill("/app/duty/"))
  })

  it("opens its report, in the page that is open already too", async () => {
    await tapped(link)
    windows = [{ url: "https://d.test/zh" }, { url: "https://d.test/app/duty/" }]
    await tapped(link)
    expect(did).toEqual([`open ${link}`, "focus https://d.test/app/duty/", `navigate ${link}`])
  })
})
