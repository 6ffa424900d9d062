/** A task, or what was just saved, leads to the tab where it goes on. */
import { signal } from "@preact/signals"

export type Goal = { tab: "tabClosures" } | { tab: "tabAbsences"; ref: string }
export const goal = signal<Goal | undefined>(undefined)
