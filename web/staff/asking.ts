/** How the staff's pages ask the portal. */
import type { staffRoutes } from "#api/staff/routes"
import { clientOf } from "#web/lib/client"
import { language } from "#web/lib/language"
import { onceMore } from "./again.ts"

export type StaffRoutes = typeof staffRoutes

export const request = onceMore(
  clientOf<StaffRoutes>({
    language: () => language.value,
    // What no other site can make a browser send.
    headers: () => ({ "x-doorstep": "1" }),
    timeoutMs: 6_000,
  }),
)
