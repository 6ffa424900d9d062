/** The device that this kiosk is, and the hall as it last heard of it. */
import { signal } from "@preact/signals"
import type { Answer } from "#api/routes"
import { type DeviceRoutes, deviceOf } from "#web/lib/device"
import type { Polling } from "#web/lib/polling"

export type Snapshot = Answer<DeviceRoutes["GET /device/live"]>

export const device = deviceOf("kiosk", { remembers: true })
export const live = signal<Polling<Snapshot> | undefined>(undefined)
/** The network is known to be away. */
export const isAway = (): boolean => live.value?.lostSince.value !== undefined
