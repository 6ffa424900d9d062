/** One person's visit to the kiosk, from the first touch to the wipe. */
import { computed, effect, signal } from "@preact/signals"
import type { Answer } from "#api/routes"
import { isReference } from "#domain/id"
import { idNumberFault } from "#domain/person"
import { type Group, groupOf, type ServiceId, serviceIds } from "#domain/service"
import { Refusal } from "#web/lib/client"
import { learnClock } from "#web/lib/clock"
import { type DeviceRoutes, deviceOf } from "#web/lib/device"
import { insisting } from "#web/lib/insisting"
import { language } from "#web/lib/language"
import { type Polling, polling } from "#web/lib/polling"
import { isRefusal, mayHaveHappened, newOperationId } from "#web/lib/portal"
import { onScan } from "#web/lib/scanner"
import { type Idle, idleAt } from "./idle.ts"

export type Given = Answer<DeviceRoutes["POST /device/tickets"]>
type Snapshot = Answer<DeviceRoutes["GET /device/live"]>
export type Shown = { ref: string } | { scanned: string } | { idNumber: string }
/** What was asked for, under the one operation id of its press. */
export type Ask = { op: string; priority: boolean } & (
  | { what: "ticket"; service: ServiceId }
  | { what: "check-in"; shown: Shown }
)

export type Screen =
  | { at: "home" | "help" | "how" | "scan" | "ref" | "id" | "services" }
  | { at: "confirm"; service: ServiceId }
  | { at: "working"; ask: Ask; slow: boolean }
  | { at: "given"; given: Given; hadOne: boolean; printed: boolean }
  | { at: "not-yet"; ask: Ask }
  | { at: "refused"; title: string; back: Screen["at"] }

export const device = deviceOf("kiosk")
export const screen = signal<Screen>({ at: "home" })
export const typed = signal("")
export const wrong = signal(false)
export const priority = signal(false)
export const elder = signal(false)
export const live = signal<Polling<Snapshot> | undefined>(undefined)
export const idle = signal<Idle>({ do: "nothing" })

let touchedAt = Date.now()
export const touch = (): void => {
  touchedAt = Date.now()
  if (idle.value.do === "warn") idle.value = { do: "nothing" }
}

export function go(to: Screen): void {
  touch()
  typed.value = ""
  wrong.value = false
  screen.value = to
}

/** Back to the start; nothing of the last person is left. */
export function wipe(): void {
  go({ at: "home" })
  priority.value = false
  elder.value = false
  language.value = "zh"
}

/** What this station's windows serve, by group. */
export const offered = computed((): { group: Group; services: ServiceId[] }[] => {
  const standing = device.standing.value
  if (standing.at !== "paired") return []
  const here = new Set(standing.me.station.windows.flatMap((window) => window.services))
  const services = serviceIds.filter((id) => here.has(id))
  return [...new Set(services.map(groupOf))].map((group) => ({
    group,
    services: services.filter((id) => groupOf(id) === group),
  }))
})

export const fields = {
  ref: { length: 12, isRight: isReference, shown: (text: string): Shown => ({ ref: text }), groups: [4, 4, 4] },
  id: {
    length: 18,
    isRight: (text: string) => idNumberFault(text) === undefined,
    shown: (text: string): Shown => ({ idNumber: text }),
    groups: [6, 8, 4],
  },
} as const

export function type(field: keyof typeof fields, key: string): void {
  touch()
  wrong.value = false
  if (key === "Backspace") typed.value = typed.value.slice(0, -1)
  else if (typed.value.length < fields[field].length) typed.value += key
}

export function confirmTyped(field: keyof typeof fields): void {
  const { length, isRight, shown } = fields[field]
  const text = typed.value
  if (text.length < length) return
  if (!isRight(text)) {
    wrong.value = true
    return
  }
  void ask({ what: "check-in", shown: shown(text), op: newOperationId(), priority: priority.value })
}

/** Tries for about twenty seconds; then says honestly that there is no number yet. */
const pausesMs = [500, 1_500, 3_000]

export async function ask(wanted: Ask, again = false): Promise<void> {
  go({ at: "working", ask: wanted, slow: again })
  let tries = again ? 1 : 0
  try {
    const given = await insisting(
      (sentBefore) => {
        tries++
        return send(wanted, sentBefore)
      },
      { pausesMs, slow: () => (screen.value = { at: "working", ask: wanted, slow: true }) },
      again,
    )
    go({ at: "given", given, hadOne: given.again && tries === 1, printed: false })
  } catch (failure) {
    if (mayHaveHappened(failure) || !isRefusal(failure)) go({ at: "not-yet", ask: wanted })
    else go({ at: "refused", title: saying(failure), back: wanted.what === "ticket" ? "services" : "how" })
  }
}

const send = (wanted: Ask, again: boolean): Promise<Given> => {
  const { op, priority: first } = wanted
  return wanted.what === "ticket"
    ? device.request("POST /device/tickets", { op, service: wanted.service, priority: first, again })
    : device.request("POST /device/check-ins", { op, shown: wanted.shown, priority: first })
}

const saying = (refusal: Refusal): string =>
  [refusal.title, ...refusal.fields.flatMap((it) => it.message ?? [])].join("。")

export function listen(): void {
  onScan(window, (scanned) => {
    if (device.standing.value.at !== "paired" || screen.value.at === "working") return
    void ask({ what: "check-in", shown: { scanned }, op: newOperationId(), priority: priority.value })
  })
  addEventListener("pointerdown", touch)
  addEventListener("keydown", (event) => {
    touch()
    const at = screen.value.at
    if ((at !== "ref" && at !== "id") || event.ctrlKey || event.metaKey || event.altKey) return
    const key = event.key === "Backspace" ? event.key : event.key.toUpperCase()
    if (key === "Backspace" || (at === "ref" ? /^[0-9A-HJKMNP-TV-Z]$/ : /^[0-9X]$/).test(key)) type(at, key)
  })
  setInterval(() => {
    const at = screen.value.at
    const kind = at === "home" || at === "given" || at === "working" ? at : "other"
    const next = idleAt(kind, Date.now() - touchedAt)
    if (next.do !== "wipe") idle.value = next
    else if (kind !== "home" || language.value !== "zh" || elder.value || priority.value) wipe()
    else touch()
  }, 500)

  effect(() => {
    if (device.standing.value.at === "paired") {
      live.value ??= polling({
        ask: () => device.request("GET /device/live"),
        everyMs: 5_000,
        refused: () => {
          // Being unknown has turned the page into the pairing page already.
        },
      })
      return
    }
    live.peek()?.stop()
    live.value = undefined
  })
  effect(() => {
    document.documentElement.classList.toggle("elder", elder.value)
  })

  // Hours, windows and the clock, for a kiosk that is never reloaded.
  setInterval(async () => {
    if (device.standing.value.at !== "paired") return
    try {
      const me = await device.request("GET /device/me")
      learnClock(me.now)
      device.standing.value = { at: "paired", me }
    } catch (failure) {
      if (!(failure instanceof Refusal) && !mayHaveHappened(failure)) throw failure
    }
  }, 5 * 60_000)
}
