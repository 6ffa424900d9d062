/** One person's visit to the kiosk, from the first touch to the wipe. */
import { computed, effect, signal } from "@preact/signals"
import type { Answer } from "#api/routes"
import { isReference } from "#domain/id"
import { idNumberFault } from "#domain/person"
import { type Group, groupOf, type ServiceId, serviceIds } from "#domain/service"
import { Refusal } from "#web/lib/client"
import { learnClock } from "#web/lib/clock"
import { type DeviceRoutes, pollWhilePaired } from "#web/lib/device"
import { insisting } from "#web/lib/insisting"
import { language } from "#web/lib/language"
import { isRefusal, mayHaveHappened, newOperationId } from "#web/lib/portal"
import { onScan } from "#web/lib/scanner"
import { canKeep, giveAway, type KeptGiven, type Shown } from "./away.ts"
import { type Idle, idleAt } from "./idle.ts"
import type { Hindrance } from "./keeping.ts"
import { device, isAway, live } from "./station.ts"
import { t } from "./words.ts"

export type Given = Answer<DeviceRoutes["POST /device/tickets"]>
/** What was asked for, under the one operation id of its press. */
export type Ask = { op: string; priority: boolean } & (
  | { what: "ticket"; service: ServiceId }
  | { what: "check-in"; shown: Shown }
)

export type Screen =
  | { at: "home" | "help" | "how" | "scan" | "ref" | "id" | "services" | "missed" | "staff" }
  | { at: "which"; ask: Ask & { what: "check-in" }; tried: boolean }
  | { at: "confirm"; service: ServiceId }
  | { at: "working"; ask: Ask; slow: boolean }
  | { at: "given"; given: Given | KeptGiven; hadOne: boolean; printed: boolean; back?: boolean }
  | { at: "not-yet"; ask: Ask }
  | { at: "refused"; title: string; back: Screen["at"] }

export const screen = signal<Screen>({ at: "home" })
export const typed = signal("")
export const wrong = signal(false)
export const priority = signal(false)
export const elder = signal(false)
/** The last number, for two minutes: a print that failed, or a page that went home too soon, loses nobody's place. */
export const lastGiven = signal<{ given: Given | KeptGiven; at: number } | undefined>(undefined)
export const againFor = 2 * 60_000
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
  if (to.at === "given") lastGiven.value = { given: to.given, at: Date.now() }
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

/** Tries for about twenty seconds; then says honestly that there is no number yet. With a letter of its own it need not insist. */
const pausesMs = [500, 1_500, 3_000]
const pausesWithLetter = [500]

export async function ask(wanted: Ask, again = false): Promise<void> {
  if (isAway() && canKeep()) return without(wanted, again)
  go({ at: "working", ask: wanted, slow: again })
  let tries = again ? 1 : 0
  try {
    const given = await insisting(
      (sentBefore) => {
        tries++
        return send(wanted, sentBefore)
      },
      {
        pausesMs: canKeep() ? pausesWithLetter : pausesMs,
        slow: () => (screen.value = { at: "working", ask: wanted, slow: true }),
      },
      again,
    )
    go({ at: "given", given, hadOne: given.again && tries === 1, printed: false })
    void live.peek()?.refresh()
  } catch (failure) {
    if (mayHaveHappened(failure) && canKeep()) await without(wanted, true)
    else if (mayHaveHappened(failure) || !isRefusal(failure)) go({ at: "not-yet", ask: wanted })
    else go({ at: "refused", title: saying(failure), back: wanted.what === "ticket" ? "services" : "how" })
  }
}

/** Without the portal: what was booked only it knows, so whoever checks in says for what they came. */
async function without(wanted: Ask, tried: boolean): Promise<void> {
  if (wanted.what === "check-in") go({ at: "which", ask: wanted, tried })
  else await keepPlace(wanted, wanted.service, tried)
}

/** A number of the kiosk's own, kept before it is shown; `tried` where the portal may have given one too. */
export async function keepPlace(wanted: Ask, service: ServiceId, tried: boolean): Promise<void> {
  const { op, priority } = wanted
  go({ at: "working", ask: wanted, slow: false })
  try {
    const given = await giveAway(
      { op, priority, service, tried },
      wanted.what === "check-in" ? wanted.shown : undefined,
    )
    if (typeof given === "string") go({ at: "refused", title: t(hindered[given]), back: "home" })
    else go({ at: "given", given, hadOne: given.hadOne, printed: false })
  } catch {
    // What could not be written was not given.
    go({ at: "not-yet", ask: wanted })
  }
}

const hindered = {
  "no-lease": "offlineNoLetter",
  "day-over": "offlineNoLetter",
  closed: "closedNow",
  "service-not-here": "noServices",
} as const satisfies Record<Hindrance, string>

/** Back in the line after a missed call. */
export async function comeBack(number: string): Promise<void> {
  const op = newOperationId()
  try {
    const given = await insisting(() => device.request("POST /device/tickets/:number/return", { number, op }), {
      pausesMs: [500, 1_500],
    })
    go({ at: "given", given, hadOne: false, printed: false, back: true })
  } catch (failure) {
    go({ at: "refused", title: isRefusal(failure) ? saying(failure) : t("missedAway"), back: "missed" })
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
    if (lastGiven.value && Date.now() - lastGiven.value.at > againFor) lastGiven.value = undefined
    if (next.do !== "wipe") idle.value = next
    else if (kind !== "home" || language.value !== "zh" || elder.value || priority.value) wipe()
    else touch()
  }, 500)

  pollWhilePaired(device, live, { ask: () => device.request("GET /device/live"), everyMs: 5_000 })
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
