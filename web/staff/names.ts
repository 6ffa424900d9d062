/** Names of other stations, where somebody is sent to one; until they are known their number stands. */
import { signal } from "@preact/signals"
import type { residentRoutes } from "#api/resident/routes"
import { clientOf } from "#web/lib/client"
import { inWords, language } from "#web/lib/language"

const asked = clientOf<typeof residentRoutes>({ language: () => language.value })
const names = signal<Readonly<Record<string, { zh: string; en: string }>>>({})

export async function learnNames(): Promise<void> {
  if (Object.keys(names.value).length) return
  const found = await asked("GET /api/stations", {}).catch(() => undefined)
  names.value = Object.fromEntries((found?.stations ?? []).map(({ station }) => [station.id, station.name]))
}

export const nameOf = (station: string) => (names.value[station] ? inWords(names.value[station]) : station)
