/** A browser that a chief made a kiosk or a hall display: pairing, its key, and signed requests. */
import { effect, type Signal, signal } from "@preact/signals"
import type { deviceRoutes } from "#api/device/routes"
import type { Answer } from "#api/routes"
import { clientOf, type Request } from "./client.ts"
import { learnClock, portalNow } from "./clock.ts"
import { keep, kept } from "./keep.ts"
import { language } from "./language.ts"
import { type Pollable, type Polling, polling } from "./polling.ts"
import { isRefusal, mayHaveHappened } from "./portal.ts"
import { type DeviceKey, newKeys, signature } from "./signing.ts"

export type DeviceRoutes = typeof deviceRoutes
export type Kind = "kiosk" | "display"
export type Me = Answer<DeviceRoutes["GET /device/me"]>

export type Standing =
  | { at: "opening" | "unreachable" | "insecure" | "revoked" | "pairing" }
  | { at: "unpaired"; refusal?: string }
  | { at: "other-kind"; kind: Kind }
  | { at: "paired"; me: Me }

export type Device = {
  standing: Signal<Standing>
  /** Signed with the device's key; being unknown turns the page into the pairing page. */
  request: Request<DeviceRoutes>
  open: () => Promise<void>
  pair: (code: string) => Promise<void>
}

/** `remembers`: opens as what it last was when the portal does not answer. */
export function deviceOf(kind: Kind, { remembers = false }: { remembers?: boolean } = {}): Device {
  const standing = signal<Standing>({ at: "opening" })
  let key: DeviceKey | undefined

  const spoken = () => language.value
  const unsigned = clientOf<DeviceRoutes>({ language: spoken })
  const signed = clientOf<DeviceRoutes>({
    language: spoken,
    timeoutMs: 6_000,
    headers: (call) => (key ? signature(key, call, portalNow()) : {}),
  })
  const learn = async () => learnClock((await unsigned("GET /device/clock")).now)

  const request: Request<DeviceRoutes> = async (route, ...input) => {
    try {
      return await signed(route, ...input)
    } catch (failure) {
      if (!isRefusal(failure, "device-unknown")) throw failure
    }
    // A clock that was set meanwhile spoils signatures too: learn it, and ask once more.
    await learn()
    try {
      return await signed(route, ...input)
    } catch (failure) {
      if (isRefusal(failure, "device-unknown")) standing.value = { at: "revoked" }
      throw failure
    }
  }

  async function open(): Promise<void> {
    if (!globalThis.isSecureContext) {
      standing.value = { at: "insecure" }
      return
    }
    const code = codeInAddress()
    try {
      await learn()
      key = await kept<DeviceKey>(kind)
      if (code) await pair(code)
      else if (key) await enter()
      else standing.value = { at: "unpaired" }
    } catch {
      key ??= await kept<DeviceKey>(kind)
      const me = remembers && key && !code ? await kept<Me>(`${kind}-me`) : undefined
      if (me) {
        standing.value = { at: "paired", me }
        return
      }
      standing.value = { at: "unreachable" }
      setTimeout(() => void open(), 2_000)
    }
  }

  async function enter(): Promise<void> {
    try {
      const me = await request("GET /device/me")
      learnClock(me.now)
      standing.value = { at: "paired", me }
      if (remembers) await keep(`${kind}-me`, me)
    } catch (failure) {
      if (mayHaveHappened(failure) || !isRefusal(failure)) throw failure
      if (failure.code !== "device-unknown") standing.value = { at: "unpaired", refusal: failure.title }
    }
  }

  async function pair(code: string): Promise<void> {
    standing.value = { at: "pairing" }
    try {
      const { privateKey, publicKey } = await newKeys()
      const device = await unsigned("POST /device/pair", { code: code.trim().toUpperCase(), publicKey })
      await keep(device.kind, { id: device.id, privateKey } satisfies DeviceKey)
      if (device.kind !== kind) {
        standing.value = { at: "other-kind", kind: device.kind }
        return
      }
      key = { id: device.id, privateKey }
    } catch (failure) {
      const known = key
      if (known) return enter()
      standing.value = isRefusal(failure)
        ? { at: "unpaired", refusal: failure.title }
        : { at: "unpaired", refusal: "no-answer" }
      return
    }
    await enter()
  }

  return { standing, request, open, pair }
}

/** Asks again and again as long as the device is paired. */
export function pollWhilePaired<T>(
  { standing }: Device,
  live: Signal<Polling<T> | undefined>,
  asking: Pick<Pollable<T>, "ask" | "everyMs">,
): void {
  effect(() => {
    if (standing.value.at === "paired") {
      live.value ??= polling({
        ...asking,
        refused: () => {
          // Being unknown has turned the page into the pairing page already.
        },
      })
      return
    }
    live.peek()?.stop()
    live.value = undefined
  })
}

/** From a link like #pair=CODE. The code is taken out of the address at once: it is for one use and nobody's history. */
function codeInAddress(): string | undefined {
  const code = new URLSearchParams(location.hash.slice(1)).get("pair")
  if (location.hash) history.replaceState(null, "", location.pathname + location.search)
  return code || undefined
}
